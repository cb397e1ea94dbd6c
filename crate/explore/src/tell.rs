//! Describes a path in words, under one set of names from beginning to end.

use crate::host::{Effects, Happening};
use crate::model::{Model, State, Step, What};
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
    pub path: Vec<Told>,
}

/// One step of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// The step, in words.
    pub words: String,
    /// Rules that the server applied in it.
    pub rules: Vec<String>,
    /// The same step, to be carried out elsewhere.
    pub deed: Deed,
    /// Number of the write, counted from 0, before which the server crashes and restarts.
    pub lost: Option<u32>,
    /// All messages that the step sends.
    pub sends: Vec<Envelope>,
}

/// A step. Messages are numbered over the whole path in the order of sending, from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
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
        for (at, told) in self.path.iter().enumerate() {
            writeln!(f, "{:3}. {}", at + 1, told.words)?;
            for rule in &told.rules {
                writeln!(f, "       {rule}")?;
            }
        }
        write!(f, "{} is violated: {}", self.property, self.words)
    }
}

/// Describes a path. Its states were renamed on the way; every step is described under the names of the first state.
pub(crate) fn tell(
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
    let mut post = Post::default();
    for &step in steps {
        let order = model.names.orders.iter().position(|order| *order == names);
        let really = model.rename_step(order.expect("names are an order"), step);
        let told = told(model, &real, really, &mut post);
        violation.path.push(told);
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
struct Post {
    flying: Vec<(u32, usize)>,
    sent: usize,
}

impl Post {
    /// Returns the sending of a message, the oldest of several equal ones.
    fn find(&mut self, letter: u32, stays: bool) -> usize {
        let place = self.flying.iter().position(|&(other, _)| other == letter);
        let place = place.expect("the model delivers what was sent");
        if stays { self.flying[place].1 } else { self.flying.remove(place).1 }
    }

    fn deed(&mut self, what: What) -> Deed {
        let server = ServerId::from_slot;
        match what {
            What::Timeout(slot) => Deed::Timeout(server(slot)),
            // Its number follows from what happens.
            What::Command(slot) => Deed::Command(server(slot), 0),
            What::Snapshot(slot) => Deed::Snapshot(server(slot)),
            What::Restart(slot) => Deed::Restart(server(slot)),
            What::Deliver(letter) => Deed::Deliver(self.find(letter, false)),
            What::Again(letter) => Deed::Again(self.find(letter, true)),
            What::Drop(letter) => Deed::Drop(self.find(letter, false)),
        }
    }

    /// Updates the messages after a step: some have become stale, and new ones were sent. The model may have lost
    /// some of these.
    fn follow(&mut self, model: &mut Model, slot: usize, effects: &Effects) {
        let settled = effects.settled.iter().fold(0, |set, peer| set | 1 << peer.slot());
        for (letter, _) in &mut self.flying {
            *letter = model.settled(slot, settled, *letter);
        }
        for envelope in &effects.sends {
            self.flying.push((model.tables.letter(envelope.clone()), self.sent));
            self.sent += 1;
        }
    }
}

fn told(model: &mut Model, state: &[u32], step: Step, post: &mut Post) -> Told {
    let mut words = what(model, state, step);
    if step.lost.is_some() {
        words += "; it crashes before the write is durable, and restarts";
    }
    let mut told = Told {
        words,
        rules: Vec::new(),
        deed: post.deed(step.what),
        lost: step.lost,
        sends: Vec::new(),
    };
    let Some((slot, happening)) = model.happening(state, step) else {
        return told;
    };
    if let (Deed::Command(_, number), Happening::Command(given)) = (&mut told.deed, &happening) {
        *number = *given;
    }
    let host = &model.tables.hosts.get(state[slot]).host;
    if let Some(effects) = host.take(&happening, step.lost) {
        post.follow(model, slot, &effects);
        told.rules = effects.notes.iter().map(ToString::to_string).collect();
        told.sends = effects.sends;
    }
    told
}

fn what(model: &Model, state: &[u32], step: Step) -> String {
    let message = |letter| {
        let Envelope { from, to, term, message, .. } = model.tables.letters.get(letter);
        format!("{message} (term {term}), from {from} to {to}")
    };
    match step.what {
        What::Timeout(slot) if model.tables.hosts.get(state[slot]).leads.is_some() => {
            format!("the heartbeat interval of {} ends", ServerId::from_slot(slot))
        }
        What::Timeout(slot) => {
            format!("the election timer of {} runs out", ServerId::from_slot(slot))
        }
        What::Command(slot) => {
            let number = match model.happening(state, step) {
                Some((_, Happening::Command(number))) => number,
                _ => 0,
            };
            format!("a client gives {} command {number}", ServerId::from_slot(slot))
        }
        What::Snapshot(slot) => format!("{} takes a snapshot", ServerId::from_slot(slot)),
        What::Restart(slot) => format!("{} crashes and restarts", ServerId::from_slot(slot)),
        What::Deliver(letter) => format!("arrives: {}", message(letter)),
        What::Again(letter) => format!("arrives, and will arrive again: {}", message(letter)),
        What::Drop(letter) => format!("is lost: {}", message(letter)),
    }
}
