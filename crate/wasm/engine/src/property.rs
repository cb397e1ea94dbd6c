//! From a run to what the page reads of its properties.

use raft_check::{Property, Violation};
use raft_run::properties::PropertyStatus;
use raft_run::text::seconds;
use raft_run::{Run, World};
use raft_wasm_view::{PropertyView, Reason};

/// Numbers of properties by status.
pub(crate) struct Counts {
    pub(crate) holding: u64,
    pub(crate) violated: u64,
    pub(crate) outside: u64,
}

impl Counts {
    pub(crate) fn of(world: &World) -> Self {
        let mut counts = Self { holding: 0, violated: 0, outside: 0 };
        for &property in Property::ALL {
            match PropertyStatus::of(world, property) {
                PropertyStatus::Holds => counts.holding += 1,
                PropertyStatus::Violated(_) => counts.violated += 1,
                PropertyStatus::Outside(_) => counts.outside += 1,
                PropertyStatus::Untried
                | PropertyStatus::Undecided(_)
                | PropertyStatus::Expected(_) => {}
            }
        }
        counts
    }
}

pub(crate) fn property(run: &Run, property: Property) -> PropertyView {
    let status = run.status(property);
    let state = status.state().name();
    let (says, broken) = match status {
        PropertyStatus::Holds | PropertyStatus::Untried => (String::new(), None),
        PropertyStatus::Undecided(why) => (why, None),
        PropertyStatus::Expected(by) => (format!("progress is expected by {}", seconds(by)), None),
        PropertyStatus::Violated(violation) | PropertyStatus::Outside(violation) => {
            (violation.to_string(), Some(violation))
        }
    };
    let broken = broken.as_deref();
    let servers = |violation: &Violation| violation.servers.iter().map(|server| server.0).collect();
    let entries =
        |violation: &Violation| violation.entries.iter().map(ToString::to_string).collect();
    PropertyView {
        name: property.name(),
        state,
        says,
        at: broken.map(|violation| violation.at.time.0),
        step: broken.map(|violation| run.broke_at(violation)),
        servers: broken.map_or_else(Vec::new, servers),
        entries: broken.map_or_else(Vec::new, entries),
    }
}

/// The events that led to the violation of a property; none while it is not broken.
pub(crate) fn evidence(run: &Run, name: &str) -> Vec<Reason> {
    let broken =
        run.world().violations().iter().find(|violation| violation.property.name() == name);
    broken.map_or_else(Vec::new, |violation| {
        run.evidence(violation).into_iter().map(Reason::from).collect()
    })
}
