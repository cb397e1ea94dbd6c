//! The bare core beside the crate `raft`, on the same work.

mod clock;

use clock::{Cpu, SAMPLING, criterion};
use criterion::{BatchSize, Criterion, Throughput};
use raft_bench::core::ours::Ours;
use raft_bench::core::peer::{Merging, Peer};
use raft_bench::core::{Cluster, commit, heartbeat};

const COMMANDS: u64 = 10_000;

/// Nodes; commands under way, their bytes.
const NODES: [u16; 2] = [3, 5];
const COMMITS: [(u64, usize); 4] = [(1, 16), (1, 256), (64, 16), (64, 256)];

fn measure<C: Cluster>(name: &str, criterion: &mut Criterion<Cpu>) {
    for nodes in NODES {
        let mut group = criterion.benchmark_group(format!("core-idle-{nodes}"));
        let mut cluster = C::with_leader(nodes);
        let messages = heartbeat(&mut cluster);
        group.throughput(Throughput::Elements(messages)).sampling_mode(SAMPLING);
        group.bench_function(name, |bencher| bencher.iter(|| heartbeat(&mut cluster)));
        group.finish();
        for (under_way, bytes) in COMMITS {
            let mut group =
                criterion.benchmark_group(format!("core-commit-{nodes}-{under_way}-{bytes}"));
            group.throughput(Throughput::Elements(COMMANDS)).sampling_mode(SAMPLING);
            group.bench_function(name, |bencher| {
                bencher.iter_batched(
                    || C::with_leader(nodes),
                    |mut cluster| {
                        commit(&mut cluster, COMMANDS, under_way, bytes);
                        cluster
                    },
                    BatchSize::PerIteration,
                );
            });
            group.finish();
        }
    }
}

fn main() {
    let mut criterion = criterion();
    measure::<Ours>("ours", &mut criterion);
    measure::<Peer>("raft-rs", &mut criterion);
    measure::<Merging>("raft-rs-merging", &mut criterion);
    criterion.final_summary();
}
