//! Prints figures of whole runs as lines of JSON for `scripts/bench.mjs`, with the texts of the runs, which the
//! browser executes too. With `--short` it does the smallest of each, to see that all work.

use cpu_time::ThreadTime;
use raft_bench::growth::Axis;
use raft_bench::world::{Load, SIZES};
use raft_run::{Run, Time};
use serde::Serialize;

/// A figure: the seconds of several runs of the same work, and the amount of work in one of them.
#[derive(Serialize)]
struct Figure<'a> {
    #[serde(rename = "figure")]
    name: &'a str,
    size: u64,
    work: u64,
    seconds: Vec<f64>,
    /// Text of a run that the browser repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

fn print(figure: &Figure) {
    println!("{}", serde_json::to_string(figure).expect("plain numbers and text"));
}

/// Runs some work several times, and returns the seconds of each time.
fn timed(times: usize, mut work: impl FnMut()) -> Vec<f64> {
    let mut once = || {
        let began = ThreadTime::now();
        work();
        began.elapsed().as_secs_f64()
    };
    (0..times).map(|_| once()).collect()
}

/// Prints the number of events in a virtual second.
fn pace(short: bool) {
    for load in Load::ALL {
        for size in SIZES {
            let mut world = load.world(size);
            let (began, before) = (world.now(), world.events());
            world.run_until(Time::NEVER, if short { 1_000 } else { 200_000 }, &mut ());
            #[allow(clippy::cast_precision_loss, reason = "a figure of a few digits")]
            let seconds = (world.now() - began) as f64 / 1e6;
            let name = &format!("pace-{}", load.name());
            let work = world.events() - before;
            print(&Figure { name, size: size.into(), work, seconds: vec![seconds], text: None });
        }
    }
}

fn lab(short: bool) {
    let tests = raft_lab::TESTS;
    let seconds = timed(if short { 1 } else { 11 }, || {
        for test in tests {
            assert!(raft_lab::run(test, 1).failure.is_none(), "{} fails", test.name);
        }
    });
    print(&Figure { name: "lab", size: 1, work: tests.len() as u64, seconds, text: None });
}

/// Returns the text of a run until this moment.
fn text(size: u16, load: Load, until: Time) -> String {
    let mut run = Run::from_text(&load.settings(size)).expect("the settings are valid");
    run.advance(until, u64::MAX);
    run.to_string()
}

/// Times runs as the page has them, with journal and copies. The browser executes the same texts.
fn runs(short: bool) {
    for load in Load::ALL {
        for size in [5, 25] {
            let seconds = match (short, load, size) {
                (true, ..) => 3,
                (_, Load::Idle, 5) => 2_000,
                (_, Load::Idle, _) => 400,
                (_, Load::Busy, 5) => 60,
                (_, Load::Busy, _) => 15,
            };
            let text = text(size, load, Time(seconds * 1_000_000));
            let execute = || Run::from_text(&text).expect("a run's own text");
            let work = execute().world().events();
            let seconds = timed(if short { 1 } else { 11 }, || drop(execute()));
            let name = &format!("run-{}", load.name());
            print(&Figure { name, size: size.into(), work, seconds, text: Some(&text) });
        }
    }
}

fn growth(short: bool) {
    for axis in Axis::ALL {
        for &size in &axis.sizes()[..if short { 1 } else { axis.sizes().len() }] {
            let mut grown = axis.grow(size);
            let mut work = 0;
            let seconds = timed(if short { 1 } else { 11 }, || work = grown.run(5_000));
            let name = &format!("growth-{}", axis.name());
            print(&Figure { name, size, work, seconds, text: None });
        }
    }
}

fn main() {
    let short = std::env::args().any(|arg| arg == "--short");
    pace(short);
    lab(short);
    runs(short);
    growth(short);
}
