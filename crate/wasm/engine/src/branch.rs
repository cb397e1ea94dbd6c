//! From opened texts and branches to what the page reads of them.

use crate::Engine;
use crate::frame::{MOST_ENTRIES, frame_of, servers};
use raft_core::Time;
use raft_run::branches::{Branch, logs_differ};
use raft_run::change::Refused;
use raft_run::saved::Restored;
use raft_run::{Branches, World, carry, difference, engine};
use raft_wasm_view::{
    BranchView, Carried, Comparison, Difference, ForkView, Frame, FrameView, FrameViewJs, Happened,
    LeftOut, Opened, Renumbered, Show, number, object, whole,
};
use tsify::Ts;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
impl Engine {
    /// Prepares to carry over into the current branch what was done later in the one that it left. Returns the
    /// number of commands.
    ///
    /// # Errors
    /// When the branch has left no other one.
    #[wasm_bindgen(js_name = carry)]
    pub fn carry(&mut self) -> Result<f64, JsError> {
        let carrying = self.branches.carry()?;
        let left = carrying.left(&self.branches);
        self.carrying = Some(carrying);
        Ok(number(left as u64))
    }

    /// Goes on with it, for about so many events. True when it is over.
    ///
    /// # Errors
    /// When the other branch is no longer there.
    #[wasm_bindgen(js_name = carryOn)]
    pub fn carry_on(&mut self, budget: f64) -> Result<bool, JsError> {
        let Some(carrying) = &mut self.carrying else { return Ok(true) };
        Ok(carrying.go_on(&self.branches, whole(budget))?)
    }

    /// The moment that it has come to.
    #[wasm_bindgen(js_name = carriedTo)]
    pub fn carried_to(&self) -> f64 {
        self.carrying.as_ref().map_or(0.0, |carrying| number(carrying.now().0))
    }

    /// Changes the branch to what was carried over, if it is over and not given up.
    ///
    /// # Errors
    /// When the branch is no longer there.
    pub fn carried(&mut self) -> Result<Option<Ts<Carried>>, JsError> {
        let Some(carrying) = self.carrying.take() else { return Ok(None) };
        self.moments = [None, None];
        self.spacetime = None;
        Ok(Some(object(&carried(carrying.finish(&mut self.branches)?))))
    }

    /// A branch at a moment, for the one of two sides. Its run stays where it stands.
    ///
    /// # Errors
    /// If there is no branch of this number.
    #[wasm_bindgen(js_name = branchFrame)]
    pub fn branch_frame(
        &mut self,
        side: u32,
        id: f64,
        moment: f64,
        view: &FrameViewJs,
    ) -> Result<Ts<Frame>, JsError> {
        let slot = &mut self.moments[side as usize % 2];
        let seen = self.branches.moment(whole(id), Time(whole(moment)), slot.take())?;
        let run = self.branches.all().iter().find(|branch| branch.id == seen.id());
        let run = run.map_or(self.branches.run(), Branch::run);
        let frame = object(&frame_of(run, (seen.world(), seen.steps()), &view.read()));
        *slot = Some(seen);
        Ok(frame)
    }
}

fn carried(carried: carry::Carried) -> Carried {
    let renumbered = carried.renumbered.into_iter();
    let left_out = carried.left_out.into_iter();
    Carried {
        kept: carried.kept,
        renumbered: renumbered
            .map(|carry::Renumbered { at, was, is }| Renumbered { at: at.0, was, is })
            .collect(),
        left_out: left_out
            .map(|carry::LeftOut { at, command, why }| LeftOut { at: at.0, command, why })
            .collect(),
    }
}

pub(crate) fn opened(Restored { branches, outcome, .. }: &Restored) -> Opened {
    let verdict = outcome.verdict.name().name();
    let other = outcome.engine.as_deref().filter(|engine| *engine != engine::fingerprint());
    Opened {
        verdict,
        says: outcome.verdict.to_string(),
        engine: other.map(str::to_owned),
        name: branches.run().name().map(str::to_owned),
        show: outcome
            .show
            .map(|show| Show { at: show.at.0, server: show.server.map(|server| server.0) }),
    }
}

pub(crate) fn view(branch: &Branch, current: u64) -> BranchView {
    let end = branch.run().end();
    BranchView {
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

pub(crate) fn difference(difference: &difference::Difference) -> Difference {
    let view = |happened: &difference::Happened| Happened {
        at: happened.stamp.at.0,
        event: happened.stamp.event,
        before: happened.step.saturating_sub(1),
        server: happened.record.server().map(|server| server.0),
        text: happened.record.to_string(),
    };
    Difference {
        here: difference.here.as_ref().map(view),
        there: difference.there.as_ref().map(view),
    }
}

/// Unless the view says from where on, the logs are shown round the first entry in which they differ, or at
/// their end.
fn comparison(here: &World, there: &World, view: &FrameView) -> Comparison {
    let mut logs = Vec::new();
    let mut longest = 0;
    let mut differ_from = u64::MAX;
    for (here, there) in here.servers().iter().zip(there.servers()) {
        let (here, there) = (here.state().log, there.state().log);
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
    Comparison {
        here: servers(here, first, last),
        there: servers(there, first, last),
        logs,
        log_first: first,
        log_last: last,
        longest,
    }
}

/// Two branches at a moment.
pub(crate) fn compare(
    branches: &Branches,
    (here, there): (u64, u64),
    moment: Time,
    view: &FrameView,
) -> Result<Comparison, Refused> {
    Ok(comparison(&branches.at(here, moment)?, &branches.at(there, moment)?, view))
}
