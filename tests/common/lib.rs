//! Tools that the tests across the crates share: golden scripts and how they are played and printed, random runs, and
//! what was promised.

pub mod by_hand;
pub mod golden;
pub mod link;
pub mod play;
pub mod random;
pub mod show;
pub mod travel;

use raft_run::World;
use std::sync::Mutex;
use std::thread;

/// The properties that were violated in a world, in words; also those that only a comparison of all logs shows.
pub fn broken(world: &mut World) -> Vec<String> {
    let unknown = world.compare_logs();
    let words = |violation: &std::sync::Arc<raft_check::Violation>| {
        format!("{}: {violation}, at event {}", violation.property, violation.at.event)
    };
    let mut broken: Vec<String> = world.violations().iter().map(words).collect();
    if unknown > 0 && broken.is_empty() {
        broken.push(format!("{unknown} changes of logs were overlooked"));
    }
    broken
}

/// Does something with each of these, on all cores.
///
/// # Panics
/// When the work does.
pub fn all_cores<T: Send, R: Send>(
    things: impl Iterator<Item = T> + Send,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let (things, done) = (Mutex::new(things), Mutex::new(Vec::new()));
    let next = || things.lock().expect("nobody panics with the lock").next();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(thing) = next() {
                    let result = work(thing);
                    done.lock().expect("nobody panics with the lock").push(result);
                }
            });
        }
    });
    done.into_inner().expect("nobody panics with the lock")
}
