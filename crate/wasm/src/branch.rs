//! From opened texts and branches to what the page reads of them.

use crate::frame::{MOST_ENTRIES, log_of, servers};
use crate::view::{
    BranchView, Comparison, Difference, ForkView, FrameView, Happened, Opened, Show,
};
use raft_core::Time;
use raft_sim::branches::{self, Branch, logs_differ};
use raft_sim::change::Refused;
use raft_sim::load::Verdict;
use raft_sim::saved::Restored;
use raft_sim::{Branches, World, engine};

impl Opened {
    pub(crate) fn of(Restored { branches, outcome }: &Restored) -> Self {
        let verdict = match outcome.verdict {
            Verdict::Unchecked => "unchecked",
            Verdict::Identical { .. } => "identical",
            Verdict::Diverged(_) => "diverged",
        };
        let other = outcome.engine.as_deref().filter(|engine| *engine != engine::fingerprint());
        Self {
            verdict,
            says: outcome.verdict.to_string(),
            engine: other.map(str::to_owned),
            name: branches.run().name().map(str::to_owned),
            show: outcome
                .show
                .map(|show| Show { at: show.at.0, server: show.server.map(|server| server.0) }),
        }
    }
}

impl BranchView {
    pub(crate) fn of(branch: &Branch, current: u64) -> Self {
        let end = branch.run().end();
        Self {
            id: branch.id,
            name: branch.name.clone(),
            current: branch.id == current,
            fork: branch.fork.as_ref().map(|fork| ForkView {
                from: fork.from,
                at: fork.at.0,
                step: fork.step,
                command: fork.command.clone(),
            }),
            end: end.now().0,
            events: end.events(),
        }
    }
}

impl From<&branches::Difference> for Difference {
    fn from(difference: &branches::Difference) -> Self {
        let view = |happened: &branches::Happened| Happened {
            at: happened.stamp.at.0,
            event: happened.stamp.event,
            before: happened.step.saturating_sub(1),
            server: happened.record.server().map(|server| server.0),
            text: happened.record.to_string(),
        };
        Self {
            here: difference.here.as_ref().map(view),
            there: difference.there.as_ref().map(view),
        }
    }
}

impl Comparison {
    /// Unless the view says from where on, the logs are shown round the first entry in which they differ, or at
    /// their end.
    fn of(here: &World, there: &World, view: &FrameView) -> Self {
        let mut logs = Vec::new();
        let mut longest = 0;
        let mut differ_from = u64::MAX;
        for (here, there) in here.servers().iter().zip(there.servers()) {
            let (here, there) = (log_of(here), log_of(there));
            for log in [here, there].into_iter().flatten() {
                longest = longest.max(log.last().index.0);
            }
            let indexes = here.zip(there).map_or_else(Vec::new, |(a, b)| logs_differ(a, b));
            differ_from = indexes.first().map_or(differ_from, |&first| first.min(differ_from));
            logs.push(indexes);
        }
        let count = view.log_count.min(MOST_ENTRIES);
        let end = (longest + 1).saturating_sub(count);
        let first = view.log_first.unwrap_or(differ_from.saturating_sub(count / 3).min(end)).max(1);
        let last = (first.saturating_add(count) - 1).min(longest);
        for indexes in &mut logs {
            let in_all = indexes.first().copied();
            indexes.retain(|&at| Some(at) == in_all || (first..=last).contains(&at));
        }
        Self {
            here: servers(here, first, last),
            there: servers(there, first, last),
            logs,
            log_first: first,
            log_last: last,
            longest,
        }
    }

    /// Two branches at a moment.
    pub(crate) fn at(
        branches: &Branches,
        (here, there): (u64, u64),
        moment: Time,
        view: &FrameView,
    ) -> Result<Self, Refused> {
        Ok(Self::of(&branches.at(here, moment)?, &branches.at(there, moment)?, view))
    }
}
