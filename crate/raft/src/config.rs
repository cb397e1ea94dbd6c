//! What a node is told about its cluster and its pace.

use crate::mistake::{Mistake, MistakeSet, Switch};
use crate::rule::{Rule, RuleSet};
use crate::types::{Micros, ServerId};

/// The most servers of a cluster.
pub const MAX_SERVERS: u16 = 101;

/// The settings that all nodes of a cluster share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// How many servers, S1 to Sn; 1 to [`MAX_SERVERS`].
    pub servers: u16,
    /// Between two heartbeats of a leader.
    pub heartbeat: Micros,
    /// The shortest election timeout.
    pub election_min: Micros,
    /// The longest election timeout.
    pub election_max: Micros,
    /// Entries in one `AppendEntries` hold at most this many bytes together, but at least one is sent.
    pub batch_bytes: u64,
    /// Rules that this node does not obey: for showing what each is for. Empty in a correct server.
    pub broken: RuleSet,
    /// Mistakes that this server makes, or its service: for showing what each leads to.
    pub mistakes: MistakeSet,
}

impl Default for Config {
    /// Five servers with the lab's pace: ten heartbeats a second, several elections within five seconds.
    fn default() -> Self {
        Self {
            servers: 5,
            heartbeat: 100_000,
            election_min: 300_000,
            election_max: 600_000,
            batch_bytes: 64 * 1024,
            broken: RuleSet::NONE,
            mistakes: MistakeSet::NONE,
        }
    }
}

impl Config {
    /// The other servers of the cluster.
    pub fn peers(&self, me: ServerId) -> impl Iterator<Item = ServerId> + use<> {
        (1..=self.servers).map(ServerId).filter(move |&peer| peer != me)
    }

    /// How many servers are a majority.
    pub fn majority(&self) -> usize {
        let servers = usize::from(self.servers);
        if self.errs(Mistake::HalfIsEnough) {
            return (servers / 2).max(1);
        }
        crate::quorum::majority(servers)
    }

    /// Whether a node obeys the rule.
    pub fn obeys(&self, rule: Rule) -> bool {
        !self.broken.has(rule)
    }

    /// Whether a node, or its service, makes the mistake.
    pub fn errs(&self, mistake: Mistake) -> bool {
        self.mistakes.has(mistake)
    }

    /// Whether all rules are obeyed and no mistake is made.
    pub fn is_right(&self) -> bool {
        self.broken == RuleSet::NONE && self.mistakes == MistakeSet::NONE
    }

    /// These settings with one thing more done wrongly.
    #[must_use]
    pub fn wrong_in(self, switch: Switch) -> Self {
        match switch {
            Switch::Rule(rule) => Self { broken: self.broken.with(rule), ..self },
            Switch::Mistake(mistake) => Self { mistakes: self.mistakes.with(mistake), ..self },
        }
    }

    /// What is done wrongly, in the order of the tables.
    pub fn wrongs(&self) -> impl Iterator<Item = Switch> {
        Switch::all().filter(|&switch| match switch {
            Switch::Rule(rule) => self.broken.has(rule),
            Switch::Mistake(mistake) => self.mistakes.has(mistake),
        })
    }
}
