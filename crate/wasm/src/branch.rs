//! From opened texts and branches to what the page reads of them.

use crate::view::{BranchView, Difference, ForkView, Happened, Opened, Show};
use raft_sim::branches::{self, Branch};
use raft_sim::engine;
use raft_sim::load::{Loaded, Verdict};

impl Opened {
    pub(crate) fn of(loaded: &Loaded) -> Self {
        let verdict = match loaded.verdict {
            Verdict::Unchecked => "unchecked",
            Verdict::Identical { .. } => "identical",
            Verdict::Diverged(_) => "diverged",
        };
        let other = loaded.engine.as_deref().filter(|engine| *engine != engine::fingerprint());
        Self {
            verdict,
            says: loaded.verdict.to_string(),
            engine: other.map(str::to_owned),
            name: loaded.run.name().map(str::to_owned),
            show: loaded
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
