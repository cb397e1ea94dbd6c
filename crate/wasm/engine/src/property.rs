//! The properties and how they stand, as the page reads them.

#![allow(missing_docs, reason = "the fields carry what their names say; what needs a word has one")]

use crate::why::{self, Reason};
use raft_check::{Property, Violation};
use raft_run::properties::PropertyStatus;
use raft_run::text::seconds;
use raft_run::{Run, World};
use serde::Serialize;
use tsify::Tsify;

/// A property, and how it stands at the present moment.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct PropertyView {
    pub name: &'static str,
    #[tsify(type = "PropertyState")]
    pub state: &'static str,
    /// The violation, or the reason that it is not decided; empty when it holds.
    pub says: String,
    /// The moment of the violation.
    #[tsify(type = "number | null")]
    pub at: Option<u64>,
    /// The steps up to the event in which it broke, and with it.
    #[tsify(type = "number | null")]
    pub step: Option<u64>,
    /// Between whom.
    pub servers: Vec<u16>,
    /// The entries that it is about: `21@3`.
    pub entries: Vec<String>,
}

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
        run.evidence(violation).into_iter().map(why::reason).collect()
    })
}
