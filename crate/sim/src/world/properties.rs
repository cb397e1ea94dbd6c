//! The properties that are checked in a world, and their violations.

use super::World;
use super::advance::Observed;
use crate::record::Record;
use raft_check::{Checks, Violation};
use std::sync::Arc;

impl World {
    /// The checks, unless they were switched off.
    pub fn checks(&self) -> Option<&Checks> {
        self.checks.as_ref()
    }

    /// The first violation of each property that was violated.
    pub fn violations(&self) -> &[Arc<Violation>] {
        self.checks.as_ref().map_or(&[], Checks::violations)
    }

    /// Compares all logs with all that is known of them; see [`Checks::compare_all`].
    pub fn compare_logs(&mut self) -> u64 {
        let at = self.at();
        let logs: Vec<_> = self
            .servers
            .iter()
            .filter_map(|server| Some((server.id, server.process()?.node.log())))
            .collect();
        self.checks.as_mut().map_or(0, |checks| checks.compare_all(at, &logs))
    }
}

impl Observed<'_> {
    #[cold]
    pub(crate) fn tell_violations(&mut self) {
        let new = self.violations()[self.told..].to_vec();
        self.told += new.len();
        for violation in new {
            self.record(Record::Violated(violation.property, violation.to_string()));
        }
    }
}
