//! Violations that were found, with the assumption that did not hold and the bugs that were switched on.

use super::Checks;
use crate::property::Property;
use crate::violation::{Assumption, At, Violation};
use raft_core::{Bug, EntryId, ServerId};
use std::fmt;
use std::sync::Arc;

impl Checks {
    /// Names the bugs that servers have on purpose. They change no verdict; every violation lists them.
    #[must_use]
    pub fn with_bugs(self, bugs: impl Iterator<Item = Bug>) -> Self {
        Self { bugs: bugs.collect(), ..self }
    }

    /// Returns the first violation of each property, in the order in which they were seen.
    pub fn violations(&self) -> &[Arc<Violation>] {
        &self.violations
    }

    /// Returns the number of times that a property was seen to be violated.
    pub fn count(&self, property: Property) -> u64 {
        self.counts[property as usize]
    }

    /// Reports that an assumption of Raft no longer holds for a server.
    pub fn distrust(&mut self, server: ServerId, assumption: Assumption) {
        if !self.assumptions.contains(&(server, assumption)) {
            self.assumptions.push((server, assumption));
        }
    }

    /// Records a violation, and adds the assumption that did not hold and the bugs that were switched on.
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
