//! States as rows of numbers, the steps out of a state, and the state after each step.
//!
//! A row has the number of a host for each server, then the number of the facts about the past, then what is left of
//! the bounds, and then the messages in flight, sorted, each as often as it is in flight.

use crate::bounds::Bounds;
use crate::host::{Event, Host};
use crate::property::{Checked, History, Property};
use crate::tables::{Names, Tables};
use raft_core::{Bugs, Config, ServerId};

/// A state as a row of numbers.
pub(crate) type State = Vec<u32>;

/// One step out of a state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    /// Number of the write before which the server crashes and restarts, if any.
    pub(crate) lost: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum StepKind {
    Timeout(usize),
    Command(usize),
    Snapshot(usize),
    Restart(usize),
    Deliver(u32),
    /// The message arrives and stays in flight.
    Again(u32),
    Drop(u32),
}

/// Index of what is left of each bound.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Budget {
    Commands,
    Crashes,
    Drops,
    Duplicates,
    Snapshots,
    Timeouts,
}

/// Bits for what is left of a bound; none is more than [`crate::MOST`].
const WIDTH: u32 = 5;

pub(crate) struct Model {
    pub(crate) tables: Tables,
    pub(crate) names: Names,
    bounds: Bounds,
    n: usize,
    best: State,
    other: State,
}

impl Step {
    /// Packs the step into one number. There are fewer than 2^25 messages.
    pub(crate) fn pack(self) -> u32 {
        let (kind, at) = match self.kind {
            StepKind::Timeout(slot) => (0, slot as u32),
            StepKind::Command(slot) => (1, slot as u32),
            StepKind::Snapshot(slot) => (2, slot as u32),
            StepKind::Restart(slot) => (3, slot as u32),
            StepKind::Deliver(message) => (4, message),
            StepKind::Again(message) => (5, message),
            StepKind::Drop(message) => (6, message),
        };
        kind | self.lost.map_or(0, |lost| lost + 1) << 3 | at << 7
    }

    pub(crate) fn unpack(packed: u32) -> Self {
        let at = packed >> 7;
        let slot = at as usize;
        let kind = match packed & 7 {
            0 => StepKind::Timeout(slot),
            1 => StepKind::Command(slot),
            2 => StepKind::Snapshot(slot),
            3 => StepKind::Restart(slot),
            4 => StepKind::Deliver(at),
            5 => StepKind::Again(at),
            _ => StepKind::Drop(at),
        };
        Self { kind, lost: (packed >> 3 & 15).checked_sub(1) }
    }
}

impl Model {
    pub(crate) fn new(bounds: &Bounds, config: Config, bugs: Bugs) -> Self {
        let n = usize::from(bounds.servers);
        Self {
            tables: Tables::new(config, bugs),
            names: Names::new(n),
            bounds: bounds.clone(),
            n,
            best: State::new(),
            other: State::new(),
        }
    }

    pub(crate) fn start(&mut self) -> State {
        let (config, bugs) = (self.tables.config, self.tables.bugs);
        let mut state: State = (0..self.n)
            .map(|slot| self.tables.host(Host::new(ServerId::from_slot(slot), config, bugs)))
            .collect();
        state.push(self.tables.history(History::default()));
        let Bounds { commands, crashes, drops, duplicates, snapshots, timeouts, .. } = self.bounds;
        let left = [commands, crashes, drops, duplicates, snapshots, timeouts.unwrap_or(0)];
        state
            .push((0..).zip(left).fold(0, |all, (at, left)| all | u32::from(left) << (at * WIDTH)));
        state
    }

    fn remaining(&self, state: &[u32], of: Budget) -> u32 {
        state[self.n + 1] >> (of as u32 * WIDTH) & ((1 << WIDTH) - 1)
    }

    pub(crate) fn messages<'a>(&self, state: &'a [u32]) -> &'a [u32] {
        &state[self.n + 2..]
    }

    /// Lists all steps out of a state. Some lead to a state that is known.
    pub(crate) fn steps(&mut self, state: &[u32], out: &mut Vec<Step>) {
        out.clear();
        let whole = |kind| Step { kind, lost: None };
        for slot in 0..self.n {
            let known = self.tables.hosts.get(state[slot]);
            let within = known.leads.is_some() || known.term.0 < u64::from(self.bounds.terms);
            if within
                && (self.bounds.timeouts.is_none() || self.remaining(state, Budget::Timeouts) > 0)
            {
                out.push(whole(StepKind::Timeout(slot)));
            }
            if self.remaining(state, Budget::Commands) > 0 {
                out.push(whole(StepKind::Command(slot)));
            }
            if self.remaining(state, Budget::Snapshots) > 0 && known.host.applied.0 > 0 {
                out.push(whole(StepKind::Snapshot(slot)));
            }
            if self.remaining(state, Budget::Crashes) > 0 {
                out.push(whole(StepKind::Restart(slot)));
            }
        }
        let mut before = None;
        for &message in self.messages(state) {
            if before.replace(message) == Some(message) {
                continue;
            }
            out.push(whole(StepKind::Deliver(message)));
            if self.remaining(state, Budget::Duplicates) > 0 {
                out.push(whole(StepKind::Again(message)));
            }
            if self.remaining(state, Budget::Drops) > 0 {
                out.push(whole(StepKind::Drop(message)));
            }
        }
        if self.remaining(state, Budget::Crashes) > 0 {
            self.add_losses(state, out);
        }
    }

    /// Adds, for each step that writes, the same step with a crash before each write is durable.
    fn add_losses(&mut self, state: &[u32], out: &mut Vec<Step>) {
        for at in 0..out.len() {
            let step = out[at];
            if matches!(step.kind, StepKind::Restart(_) | StepKind::Again(_) | StepKind::Drop(_)) {
                continue;
            }
            let writes = self.outcome(state, step).map_or(0, |(_, id)| self.tables.get(id).writes);
            out.extend((0..writes.min(14)).map(|lost| Step { lost: Some(lost), ..step }));
        }
    }

    /// Returns the server of a step, and the consequences for it.
    fn outcome(&mut self, state: &[u32], step: Step) -> Option<(usize, u32)> {
        let command = self.bounds.commands - self.remaining(state, Budget::Commands) as u8 + 1;
        let (slot, code, event) = match step.kind {
            StepKind::Timeout(slot) => (slot, 0, Event::Timeout),
            StepKind::Command(slot) => (slot, 1 | u64::from(command) << 3, Event::Command(command)),
            StepKind::Snapshot(slot) => (slot, 2, Event::Snapshot),
            StepKind::Restart(slot) => (slot, 3, Event::Restart),
            StepKind::Deliver(message) | StepKind::Again(message) => {
                let slot = self.tables.messages.get(message).to.slot();
                let outcome = self.deliver(state[slot], message, step.lost);
                return Some((slot, outcome?));
            }
            StepKind::Drop(_) => return None,
        };
        Some((slot, self.tables.outcome(state[slot], code, step.lost, |_| event)?))
    }

    fn deliver(&mut self, host: u32, message: u32, lost: Option<u32>) -> Option<u32> {
        let code = 4 | u64::from(message) << 3;
        self.tables.outcome(host, code, lost, |tables| {
            Event::Deliver(tables.messages.get(message).clone())
        })
    }

    /// Returns the server and the event of a step, to describe it.
    pub(crate) fn event(&self, state: &[u32], step: Step) -> Option<(usize, Event)> {
        let command = self.bounds.commands - self.remaining(state, Budget::Commands) as u8 + 1;
        Some(match step.kind {
            StepKind::Timeout(slot) => (slot, Event::Timeout),
            StepKind::Command(slot) => (slot, Event::Command(command)),
            StepKind::Snapshot(slot) => (slot, Event::Snapshot),
            StepKind::Restart(slot) => (slot, Event::Restart),
            StepKind::Deliver(message) | StepKind::Again(message) => {
                let envelope = self.tables.messages.get(message).clone();
                (envelope.to.slot(), Event::Deliver(envelope))
            }
            StepKind::Drop(_) => return None,
        })
    }

    /// Computes the state after a step, in `next`.
    ///
    /// # Errors
    ///
    /// If the step or the new state violates a property.
    pub(crate) fn follow(
        &mut self,
        state: &[u32],
        step: Step,
        next: &mut State,
    ) -> Result<(), (Property, String)> {
        next.clear();
        next.extend(&state[..self.n + 2]);
        let outcome = self.outcome(state, step);
        self.spend(step, next);
        let gone = match step.kind {
            StepKind::Deliver(message) | StepKind::Drop(message) => Some(message),
            _ => None,
        };
        let mut kept = self.messages(state);
        if let Some(at) = gone.and_then(|gone| kept.iter().position(|&message| message == gone)) {
            next.extend(&kept[..at]);
            kept = &kept[at + 1..];
        }
        next.extend(kept);
        let Some((slot, outcome)) = outcome else {
            return Ok(());
        };
        next[slot] = self.tables.get(outcome).host;
        self.settle(slot, outcome, next);
        self.send(outcome, next);
        self.discard_inert(state, slot, next);
        next[self.n + 2..].sort_unstable();
        self.check(slot, outcome, next)
    }

    fn spend(&self, step: Step, next: &mut State) {
        let mut take = |of: Budget| next[self.n + 1] -= 1 << (of as u32 * WIDTH);
        match step.kind {
            StepKind::Command(_) => take(Budget::Commands),
            StepKind::Snapshot(_) => take(Budget::Snapshots),
            StepKind::Restart(_) => take(Budget::Crashes),
            StepKind::Again(_) => take(Budget::Duplicates),
            StepKind::Drop(_) => take(Budget::Drops),
            StepKind::Timeout(_) if self.bounds.timeouts.is_some() => take(Budget::Timeouts),
            StepKind::Timeout(_) | StepKind::Deliver(_) => {}
        }
        if step.lost.is_some() {
            take(Budget::Crashes);
        }
    }

    /// Marks older messages to and from a follower as stale after the leader has moved its nextIndex back.
    fn settle(&mut self, slot: usize, outcome: u32, next: &mut State) {
        let settled = self.tables.get(outcome).settled;
        if settled == 0 {
            return;
        }
        for message in &mut next[self.n + 2..] {
            *message = self.settled(slot, settled, *message);
        }
    }

    /// Returns a message as it is after a leader has moved nextIndex back for these followers, a set of bits.
    pub(crate) fn settled(&mut self, slot: usize, followers: u32, message: u32) -> u32 {
        let envelope = self.tables.messages.get(message);
        let (from, to) = (envelope.from.slot(), envelope.to.slot());
        let peer = if envelope.message.is_reply() { from } else { to };
        if from + to - peer == slot && followers >> peer & 1 == 1 && envelope.call > 0 {
            self.tables.settled(message)
        } else {
            message
        }
    }

    /// Sends messages. A link that is full loses them.
    fn send(&mut self, outcome: u32, next: &mut State) {
        let messages = &self.tables.messages;
        for &message in &self.tables.get(outcome).sends {
            let link = |id: u32| (messages.get(id).from, messages.get(id).to);
            let there = next[self.n + 2..].iter().filter(|&&other| link(other) == link(message));
            if there.count() < usize::from(self.bounds.in_flight) {
                next.push(message);
            }
        }
    }

    /// Removes replies that make no difference to this server any more, and new ones that make none to their
    /// receivers.
    fn discard_inert(&mut self, state: &[u32], slot: usize, next: &mut State) {
        let mut at = self.n + 2;
        let mut news = at + self.messages(state).len().saturating_sub(1);
        while at < next.len() {
            let message = next[at];
            let to = self.tables.messages.get(message).to.slot();
            let looked_at = to == slot || at >= news;
            if looked_at
                && self.tables.is_inert(message, next[to])
                && self.is_idle(next[to], message)
            {
                next.remove(at);
                news -= usize::from(at < news);
            } else {
                at += 1;
            }
        }
    }

    fn is_idle(&mut self, host: u32, message: u32) -> bool {
        self.deliver(host, message, None).is_some_and(|id| {
            let outcome = self.tables.get(id);
            outcome.host == host && outcome.sends.is_empty() && outcome.broken.is_none()
        })
    }

    fn check(&mut self, slot: usize, outcome: u32, next: &mut State) -> Checked {
        let outcome = self.tables.get(outcome);
        if let Some(broken) = &outcome.broken {
            return Err(broken.clone());
        }
        let server = ServerId::from_slot(slot);
        let history = self.tables.histories.get(next[self.n]);
        let known = self.tables.hosts.get(next[slot]);
        let written = |&id: &u32| self.tables.hosts.get(id).written;
        let oldest = next[..self.n].iter().map(written).min().unwrap_or_default();
        let leads = known.leads.filter(|&term| !history.leaders.contains(&(term, server)));
        let forgets = history.leaders.first().is_some_and(|&(term, _)| term < oldest);
        let mut applies = false;
        if leads.is_some() || forgets || !outcome.served.is_empty() {
            let mut history = history.clone();
            let before = history.applied.len();
            if let Some(term) = leads {
                history.leads(server, term)?;
            }
            for served in &outcome.served {
                history.serves(server, served)?;
            }
            applies = history.applied.len() > before;
            // Nobody can lead any more in a term that is older than what all disks hold.
            history.leaders.retain(|&(term, _)| term >= oldest);
            next[self.n] = self.tables.history(history);
        }
        let history = self.tables.histories.get(next[self.n]);
        for (other, &id) in next[..self.n].iter().enumerate() {
            if other == slot || applies {
                history.completes(&self.tables.hosts.get(id).host)?;
            }
        }
        for other in (0..self.n).filter(|&other| other != slot) {
            if !self.tables.match_logs(next[slot], next[other]) {
                let words = format!(
                    "the logs of {server} and {} share an entry and differ before it",
                    ServerId::from_slot(other)
                );
                return Err((Property::LogMatching, words));
            }
        }
        Ok(())
    }

    /// Renames the servers so that the state is the smallest of all that differ from it only in names. Returns the
    /// number of that order.
    pub(crate) fn canonical(&mut self, state: &mut State) -> usize {
        let mut chosen = None;
        for order in 0..self.names.orders.len() {
            if !self.is_sorted(order, state) {
                continue;
            }
            let mut other = std::mem::take(&mut self.other);
            self.rename(order, state, &mut other);
            if chosen.is_none() || other < self.best {
                chosen = Some(order);
                std::mem::swap(&mut self.best, &mut other);
            }
            self.other = other;
        }
        std::mem::swap(state, &mut self.best);
        chosen.expect("some order sorts the hosts")
    }

    fn is_sorted(&self, order: usize, state: &[u32]) -> bool {
        let mut nameless = [0; 8];
        for (slot, &new) in self.names.orders[order].iter().enumerate() {
            nameless[usize::from(new)] = self.tables.hosts.get(state[slot]).nameless;
        }
        nameless[..self.n].is_sorted()
    }

    pub(crate) fn rename(&mut self, order: usize, state: &[u32], out: &mut State) {
        out.clear();
        out.extend(&state[..self.n + 2]);
        for (slot, &host) in state[..self.n].iter().enumerate() {
            let new = usize::from(self.names.orders[order][slot]);
            out[new] = self.names.host(order, host, &mut self.tables);
        }
        out[self.n] = self.names.history(order, state[self.n], &mut self.tables);
        for &message in self.messages(state) {
            out.push(self.names.message(order, message, &mut self.tables));
        }
        out[self.n + 2..].sort_unstable();
    }

    /// Renames the servers of a step.
    pub(crate) fn rename_step(&mut self, order: usize, step: Step) -> Step {
        let slot = |slot: usize| usize::from(self.names.orders[order][slot]);
        let kind = match step.kind {
            StepKind::Timeout(at) => StepKind::Timeout(slot(at)),
            StepKind::Command(at) => StepKind::Command(slot(at)),
            StepKind::Snapshot(at) => StepKind::Snapshot(slot(at)),
            StepKind::Restart(at) => StepKind::Restart(slot(at)),
            StepKind::Deliver(message) => {
                StepKind::Deliver(self.names.message(order, message, &mut self.tables))
            }
            StepKind::Again(message) => {
                StepKind::Again(self.names.message(order, message, &mut self.tables))
            }
            StepKind::Drop(message) => {
                StepKind::Drop(self.names.message(order, message, &mut self.tables))
            }
        };
        Step { kind, ..step }
    }
}
