//! Describes a path in words, under one set of names from beginning to end.

use crate::host::{Effects, Event};
use crate::model::{Model, State, Step, StepKind};
use crate::property::Property;
use raft_core::{Envelope, ServerId};
use std::fmt;

/// A violated property, and a shortest path to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// The property.
    pub property: Property,
    /// Facts, in words.
    pub words: String,
    /// Steps of the path.
    pub path: Vec<PathStep>,
}

/// One step of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PathStep {
    /// The step, in words.
    pub words: String,
    /// Rules that the server applied in it.
    pub rules: Vec<String>,
    /// The same step, to be carried out elsewhere.
    pub action: StepAction,
    /// Number of the write, counted from 0, before which the server crashes and restarts.
    pub lost: Option<u32>,
    /// All messages that the step sends.
    pub sends: Vec<Envelope>,
}

/// A step. Messages are numbered over the whole path in the order of sending, from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepAction {
    /// The server's timer runs out.
    Timeout(ServerId),
    /// A client sends the server this command, counted from 1.
    Command(ServerId, u8),
    /// The server's service takes a snapshot.
    Snapshot(ServerId),
    /// The server crashes and restarts.
    Restart(ServerId),
    /// The message arrives.
    Deliver(usize),
    /// The message arrives and stays in flight.
    Again(usize),
    /// The message is lost.
    Drop(usize),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.path.iter().enumerate() {
            writeln!(f, "{:3}. {}", at + 1, step.words)?;
            for rule in &step.rules {
                writeln!(f, "       {rule}")?;
            }
        }
        write!(f, "{} is violated: {}", self.property, self.words)
    }
}

/// Describes a path. Its states were renamed on the way; every step is described under the names of the first state.
pub(crate) fn describe(
    model: &mut Model,
    renamed: bool,
    steps: &[Step],
    property: Property,
    words: String,
) -> Violation {
    let mut violation = Violation { property, words, path: Vec::new() };
    let mut real = model.start();
    let mut canonical = real.clone();
    // From the names of the canonical state to the real ones.
    let mut names = (0..real.len()).map(|slot| slot as u8).collect::<Vec<_>>();
    names.truncate(model.names.orders[0].len());
    if renamed {
        let order = model.canonical(&mut canonical);
        names = after(&names, &model.names.orders[order]);
    }
    let mut next = State::new();
    let mut in_flight = MessagesInFlight::default();
    for &step in steps {
        let order = model.names.orders.iter().position(|order| *order == names);
        let really = model.rename_step(order.expect("names are an order"), step);
        violation.path.push(path_step(model, &real, really, &mut in_flight));
        match model.follow(&real, really, &mut next) {
            Ok(()) => std::mem::swap(&mut real, &mut next),
            Err((property, words)) => (violation.property, violation.words) = (property, words),
        }
        if model.follow(&canonical, step, &mut next).is_ok() {
            std::mem::swap(&mut canonical, &mut next);
            if renamed {
                let order = model.canonical(&mut canonical);
                names = after(&names, &model.names.orders[order]);
            }
        }
    }
    violation
}

/// Returns the real names after the canonical names have changed. `order` gives the new slot of each slot.
fn after(names: &[u8], order: &[u8]) -> Vec<u8> {
    let mut new = names.to_vec();
    for (slot, &to) in order.iter().enumerate() {
        new[usize::from(to)] = names[slot];
    }
    new
}

/// Messages of a path that may still arrive: their numbers in the model, and the order of sending.
#[derive(Default)]
struct MessagesInFlight {
    list: Vec<(u32, usize)>,
    sent: usize,
}

impl MessagesInFlight {
    /// Returns the sending of a message, the oldest of several equal ones.
    fn find(&mut self, message: u32, stays: bool) -> usize {
        let place = self.list.iter().position(|&(other, _)| other == message);
        let place = place.expect("the model delivers what was sent");
        if stays { self.list[place].1 } else { self.list.remove(place).1 }
    }

    fn action(&mut self, kind: StepKind) -> StepAction {
        let server = ServerId::from_slot;
        match kind {
            StepKind::Timeout(slot) => StepAction::Timeout(server(slot)),
            // Its number follows from what happens.
            StepKind::Command(slot) => StepAction::Command(server(slot), 0),
            StepKind::Snapshot(slot) => StepAction::Snapshot(server(slot)),
            StepKind::Restart(slot) => StepAction::Restart(server(slot)),
            StepKind::Deliver(message) => StepAction::Deliver(self.find(message, false)),
            StepKind::Again(message) => StepAction::Again(self.find(message, true)),
            StepKind::Drop(message) => StepAction::Drop(self.find(message, false)),
        }
    }

    /// Updates the messages after a step: some have become stale, and new ones were sent. The model may have lost
    /// some of these.
    fn follow(&mut self, model: &mut Model, slot: usize, effects: &Effects) {
        let settled = effects.settled.iter().fold(0, |set, peer| set | 1 << peer.slot());
        for (message, _) in &mut self.list {
            *message = model.settled(slot, settled, *message);
        }
        for envelope in &effects.sends {
            self.list.push((model.tables.message(envelope.clone()), self.sent));
            self.sent += 1;
        }
    }
}

fn path_step(
    model: &mut Model,
    state: &[u32],
    step: Step,
    in_flight: &mut MessagesInFlight,
) -> PathStep {
    let mut words = step_words(model, state, step);
    if step.lost.is_some() {
        words += "; it crashes before the write is durable, and restarts";
    }
    let mut described = PathStep {
        words,
        rules: Vec::new(),
        action: in_flight.action(step.kind),
        lost: step.lost,
        sends: Vec::new(),
    };
    let Some((slot, event)) = model.event(state, step) else {
        return described;
    };
    if let (StepAction::Command(_, number), Event::Command(given)) = (&mut described.action, &event)
    {
        *number = *given;
    }
    let host = &model.tables.hosts.get(state[slot]).host;
    if let Some(effects) = host.handle(&event, step.lost) {
        in_flight.follow(model, slot, &effects);
        described.rules = effects.notes.iter().map(ToString::to_string).collect();
        described.sends = effects.sends;
    }
    described
}

fn step_words(model: &Model, state: &[u32], step: Step) -> String {
    let words = |message| {
        let Envelope { from, to, term, message, .. } = model.tables.messages.get(message);
        format!("{message} (term {term}), from {from} to {to}")
    };
    match step.kind {
        StepKind::Timeout(slot) if model.tables.hosts.get(state[slot]).leads.is_some() => {
            format!("the heartbeat interval of {} ends", ServerId::from_slot(slot))
        }
        StepKind::Timeout(slot) => {
            format!("the election timer of {} runs out", ServerId::from_slot(slot))
        }
        StepKind::Command(slot) => {
            let number = match model.event(state, step) {
                Some((_, Event::Command(number))) => number,
                _ => 0,
            };
            format!("a client gives {} command {number}", ServerId::from_slot(slot))
        }
        StepKind::Snapshot(slot) => format!("{} takes a snapshot", ServerId::from_slot(slot)),
        StepKind::Restart(slot) => format!("{} crashes and restarts", ServerId::from_slot(slot)),
        StepKind::Deliver(message) => format!("arrives: {}", words(message)),
        StepKind::Again(message) => {
            format!("arrives, and will arrive again: {}", words(message))
        }
        StepKind::Drop(message) => format!("is lost: {}", words(message)),
    }
}
