//! Events through the whole world. One iteration is a thousand events.

mod clock;

use clock::{Cpu, SAMPLING, criterion};
use cpu_time::ThreadTime;
use criterion::{Criterion, Throughput};
use raft_bench::world::{Load, SIZES};
use raft_run::Time;

const EVENTS: u64 = 1_000;

fn events(criterion: &mut Criterion<Cpu>) {
    for load in Load::ALL {
        let mut group = criterion.benchmark_group(format!("world-{}", load.name()));
        group.throughput(Throughput::Elements(EVENTS)).sampling_mode(SAMPLING);
        let sizes = SIZES.into_iter().flat_map(|servers| [(servers, true), (servers, false)]);
        for (servers, checked) in sizes {
            let world = load.world(servers);
            let mut world = if checked { world } else { world.unchecked() };
            let name = format!("{servers}{}", if checked { "" } else { "-unchecked" });
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|times| {
                    let began = ThreadTime::now();
                    world.run_until(Time::NEVER, times * EVENTS, &mut ());
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
