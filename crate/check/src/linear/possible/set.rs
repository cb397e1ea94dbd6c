//! A set of configurations, without those that others cover.

use super::Configuration;
use super::values::Values;
use bytes::Bytes;
use std::collections::BTreeMap;

/// Configurations, grouped by the operations that took effect and the value. In a group, none covers another.
#[derive(Default)]
pub(super) struct Set {
    /// The only configuration, while there is no second. Most sets never have more, and need no map.
    only: Option<Configuration>,
    groups: Option<BTreeMap<(u64, Bytes), Vec<Configuration>>>,
    len: usize,
    compared: u64,
}

impl Set {
    /// Adds a configuration unless another covers it, and removes those that it covers. Returns true if it was added.
    pub(super) fn insert(&mut self, values: &Values, configuration: Configuration) -> bool {
        if self.len == 0 {
            self.compared += 1;
            self.len = 1;
            self.only = Some(configuration);
            return true;
        }
        if let Some(only) = self.only.take() {
            self.group(values, &only).push(only);
        }
        let group = self.group(values, &configuration);
        let before = group.len();
        let is_new = !group.iter().any(|other| other.covers(&configuration));
        if is_new {
            group.retain(|other| !configuration.covers(other));
            group.push(configuration);
        }
        let after = group.len();
        self.len = self.len - before + after;
        self.compared += 1 + before as u64;
        is_new
    }

    /// Returns the group of a configuration.
    fn group(&mut self, values: &Values, of: &Configuration) -> &mut Vec<Configuration> {
        let groups = self.groups.get_or_insert_default();
        groups.entry((of.done, values.bytes(of.value).clone())).or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the number of comparisons of two configurations.
    pub(super) fn compared(&self) -> u64 {
        self.compared
    }

    /// Returns all of them, sorted by the operations that took effect and by the value.
    pub(super) fn into_list(self) -> Vec<Configuration> {
        match self.only {
            Some(only) => vec![only],
            None => self.groups.into_iter().flat_map(BTreeMap::into_values).flatten().collect(),
        }
    }
}
