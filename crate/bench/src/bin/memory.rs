//! The memory that ever larger worlds take, as lines of JSON for `scripts/bench.mjs`. A program of its own, so
//! that counting does not lengthen what the others measure. `--short`: the smallest of each, to see that it works.

use peak_alloc::PeakAlloc;
use raft_bench::growth::Axis;
use serde::Serialize;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Bytes that a world takes: when it has grown, and at most meanwhile.
#[derive(Serialize)]
struct Figure<'a> {
    #[serde(rename = "figure")]
    name: &'a str,
    size: u64,
    bytes: usize,
    peak: usize,
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
            drop(grown);
            let name = &format!("memory-{}", axis.name());
            let figure = Figure { name, size, bytes, peak };
            println!("{}", serde_json::to_string(&figure).expect("plain numbers and text"));
        }
    }
}
