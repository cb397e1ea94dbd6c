//! Runs that are gone back in, and all that a reader sees of them.

use crate::random::RandomRun;
use crate::show;
use raft_run::journal::Filter;
use raft_run::{Kind, Run, Time};

/// Everything that a reader could see of a run where it stands.
pub fn seen(run: &mut Run) -> (u64, u64, Time, String, Vec<String>) {
    let filter = Filter { server: None, kinds: Kind::ALL.into() };
    let journal = run.journal(filter).lines(0).map(|line| format!("{} {}", line.step, line.record));
    let journal = journal.collect();
    let world = run.world();
    (world.digest(), run.steps(), world.now(), show::states(world), journal)
}

/// A run from its text, played to its end.
pub fn played(run: &RandomRun) -> Run {
    let (played, lines) = run.play(&mut ());
    let mut whole = Run::from_text(&run.text(&lines)).expect("what was possible is possible again");
    whole.advance(played.world.now(), u64::MAX);
    whole
}
