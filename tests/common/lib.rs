//! What the tests across the crates share: golden scripts and how they are played and printed, random runs,
//! and what was promised.

pub mod golden;
pub mod link;
pub mod play;
pub mod random;
pub mod show;
pub mod travel;

use raft_sim::World;

/// The promises that were broken in a world, in words; also those that only a comparison of all logs shows.
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
