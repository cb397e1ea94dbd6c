//! Prints the memory of ever larger worlds as lines of JSON for `scripts/bench.mjs`. It is a program of its own, so
//! that counting memory does not slow down other benchmarks. With `--short` it does the smallest of each, to see that
//! all work.

use peak_alloc::PeakAlloc;
use raft_bench::growth::Axis;
use serde::Serialize;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Bytes of a world: when it has grown, at most until then, and of a copy that shares nothing.
#[derive(Serialize)]
struct Figure<'a> {
    #[serde(rename = "figure")]
    name: &'a str,
    size: u64,
    bytes: usize,
    peak: usize,
    alone: usize,
}

fn main() {
    let short = std::env::args().any(|arg| arg == "--short");
    for axis in Axis::ALL {
        for &size in &axis.sizes()[..if short { 1 } else { axis.sizes().len() }] {
            MEMORY.reset_peak_usage();
            let before = MEMORY.current_usage();
            let grown = axis.grow(size);
            let bytes = MEMORY.current_usage() - before;
            let peak = MEMORY.peak_usage() - before;
            let world = grown.into_world();
            let alone = MEMORY.current_usage() - before;
            drop(world);
            let name = &format!("memory-{}", axis.name());
            let figure = Figure { name, size, bytes, peak, alone };
            println!("{}", serde_json::to_string(&figure).expect("plain numbers and text"));
        }
    }
}
