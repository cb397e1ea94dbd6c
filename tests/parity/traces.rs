//! Writes 200 random runs as text, each with a digest every 50 events: the page's tests execute them again
//! in the browser. A blank line stands between two.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use raft_playground_tests::random::{Language, RandomRun, random_run};
use raft_run::trace::{Item, Line};
use raft_run::{Run, Time, Trace};

const RUNS: usize = 200;

/// Events between two digests.
const DIGEST: u64 = 50;

fn main() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let runs = random_run(Language::Whole, 5..60);
    for _ in 0..RUNS {
        let run = runs.new_tree(&mut runner).expect("there are runs").current();
        println!("{}", with_digests(&run));
    }
}

fn with_digests(random: &RandomRun) -> Trace {
    let (played, lines) = random.play(&mut ());
    let mut run = Run::new(random.config.clone());
    let mut trace = Trace { config: random.config.clone(), ..Trace::default() };
    for line in lines {
        go(&mut run, line.at, line.after, &mut trace.lines);
        let command = line.command().expect("what was done is a command").clone();
        run.command(command).expect("what was possible is possible again");
        trace.lines.push(line);
    }
    go(&mut run, played.world.now(), Some(played.world.events()), &mut trace.lines);
    trace.lines.push(Line::here(run.world(), Item::End));
    trace
}

/// Goes to a place, with a digest every so many events.
fn go(run: &mut Run, at: Time, after: Option<u64>, lines: &mut Vec<Line>) {
    loop {
        let events = run.world().events();
        let next = DIGEST - events % DIGEST;
        let missing = after.map_or(u64::MAX, |after| after - events);
        // It may stop before: where a property is violated.
        let reached = run.advance(at, next.min(missing));
        lines.push(Line::digest(run.world()));
        if reached || after == Some(run.world().events()) {
            return;
        }
    }
}
