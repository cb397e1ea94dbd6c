//! Configurations without those that others cover.

use super::Configuration;
use super::values::Values;
use bytes::Bytes;
use std::collections::BTreeMap;

/// Configurations, by what was done and the value. Of two with the same, neither covers the other.
#[derive(Default)]
pub(super) struct Set {
    groups: BTreeMap<(u64, Bytes), Vec<Configuration>>,
    len: usize,
    compared: u64,
}

impl Set {
    /// Adds a configuration unless another covers it. Those that it covers itself go.
    pub(super) fn insert(&mut self, values: &Values, configuration: Configuration) -> bool {
        let key = (configuration.done, values.bytes(configuration.value).clone());
        let group = self.groups.entry(key).or_default();
        self.compared += 1 + group.len() as u64;
        if group.iter().any(|other| other.covers(&configuration)) {
            return false;
        }
        self.len -= group.len();
        group.retain(|other| !configuration.covers(other));
        group.push(configuration);
        self.len += group.len();
        true
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// How often two configurations have been compared.
    pub(super) fn compared(&self) -> u64 {
        self.compared
    }

    /// All of them, sorted by what was done and the value.
    pub(super) fn into_list(self) -> Vec<Configuration> {
        self.groups.into_values().flatten().collect()
    }
}
