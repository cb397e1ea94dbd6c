//! What was found broken, and what is said with it: what Raft lacked, and what was wrong on purpose.

use super::Checks;
use crate::property::Property;
use crate::violation::{Assumption, At, Violation};
use raft_core::{Bug, EntryId, ServerId};
use std::fmt;
use std::sync::Arc;

impl Checks {
    /// The same for servers that do this wrongly on purpose. Nothing is judged by it; it is told with what is violated.
    #[must_use]
    pub fn with_bugs(self, bugs: impl Iterator<Item = Bug>) -> Self {
        Self { bugs: bugs.collect(), ..self }
    }

    /// The first violation of each violated property, in the order in which they were seen.
    pub fn violations(&self) -> &[Arc<Violation>] {
        &self.violations
    }

    /// How often a property was seen to be broken.
    pub fn count(&self, property: Property) -> u64 {
        self.counts[property as usize]
    }

    /// From now on Raft lacks something that it builds on.
    pub fn distrust(&mut self, server: ServerId, assumption: Assumption) {
        if !self.assumptions.contains(&(server, assumption)) {
            self.assumptions.push((server, assumption));
        }
    }

    /// Takes note of a violation. What Raft had not, then, and what was wrong on purpose, is added to it.
    #[cold]
    pub fn report(&mut self, mut violation: Violation) {
        let count = &mut self.counts[violation.property as usize];
        *count += 1;
        if *count > 1 {
            return;
        }
        let of = |(server, _): &&(ServerId, Assumption)| violation.servers.contains(server);
        let missing = self.assumptions.iter().find(of).or(self.assumptions.first());
        violation.assumption = violation.assumption.or(missing.copied());
        violation.bugs.clone_from(&self.bugs);
        violation.events.retain(|&event| event < violation.at.event);
        violation.events.push(violation.at.event);
        violation.events.sort_unstable();
        violation.events.dedup();
        violation.servers.dedup();
        self.violations.push(Arc::new(violation));
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn violates(
        &mut self,
        at: At,
        property: Property,
        servers: &[ServerId],
        entries: &[EntryId],
        events: &[u64],
        facts: fmt::Arguments<'_>,
    ) {
        let first = self.counts[property as usize] == 0;
        self.report(Violation {
            property,
            at,
            servers: servers.to_vec(),
            entries: entries.to_vec(),
            events: events.to_vec(),
            facts: if first { facts.to_string() } else { String::new() },
            assumption: None,
            bugs: Vec::new(),
        });
    }
}
