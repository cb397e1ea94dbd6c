//! Runs one of three paths through the core N times, to count its instructions: `paths beat|commit|elect N`.

use raft_bench::core::ours::Ours;
use raft_bench::core::{Cluster, commit, heartbeat};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [path, times] = &args[..] else {
        eprintln!("usage: paths beat|commit|elect TIMES");
        return ExitCode::from(2);
    };
    let Ok(times) = times.parse::<u64>() else {
        eprintln!("`{times}` is not a number of times");
        return ExitCode::from(2);
    };
    match &path[..] {
        "beat" => {
            let mut cluster = Ours::with_leader(5);
            for _ in 0..times {
                heartbeat(&mut cluster);
            }
        }
        "commit" => {
            commit(&mut Ours::with_leader(5), times, 1, 16);
        }
        "elect" => {
            for _ in 0..times {
                Ours::with_leader(5);
            }
        }
        _ => {
            eprintln!("`{path}` is no path; there are beat, commit and elect");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
