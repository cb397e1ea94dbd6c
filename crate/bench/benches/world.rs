//! Events through the whole world. One iteration is a thousand events.

mod clock;

use clock::{Cpu, SAMPLING, criterion};
use cpu_time::ThreadTime;
use criterion::{Criterion, Throughput};
use raft_bench::world::{Bench, Load, SIZES};

const EVENTS: u64 = 1_000;

fn events(criterion: &mut Criterion<Cpu>) {
    for load in Load::ALL {
        let mut group = criterion.benchmark_group(format!("world-{}", load.name()));
        group.throughput(Throughput::Elements(EVENTS)).sampling_mode(SAMPLING);
        for servers in SIZES {
            let mut bench = Bench::new(servers, load);
            group.bench_function(servers.to_string(), |bencher| {
                bencher.iter_custom(|times| {
                    let began = ThreadTime::now();
                    bench.run(times * EVENTS);
                    began.elapsed()
                });
            });
        }
        group.finish();
    }
}

fn main() {
    let mut criterion = criterion();
    events(&mut criterion);
    criterion.final_summary();
}
