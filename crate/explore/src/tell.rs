//! A path in words, under one set of names from its beginning to its end.

use crate::host::Happening;
use crate::model::{Model, State, Step, What};
use crate::promise::Promise;
use raft_core::{Envelope, ServerId};
use std::fmt;

/// A promise that falls, and the shortest way to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// What falls.
    pub promise: Promise,
    /// How, in words.
    pub words: String,
    /// Step by step.
    pub path: Vec<Told>,
}

/// One step of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// What happens.
    pub words: String,
    /// What the server says to it: the rules that fire.
    pub rules: Vec<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, told) in self.path.iter().enumerate() {
            writeln!(f, "{:3}. {}", at + 1, told.words)?;
            for rule in &told.rules {
                writeln!(f, "       {rule}")?;
            }
        }
        write!(f, "{} falls: {}", self.promise, self.words)
    }
}

/// The states of a path were renamed on the way; here each step is told under the names of the first.
pub(crate) fn tell(
    model: &mut Model,
    renamed: bool,
    steps: &[Step],
    promise: Promise,
    words: String,
) -> Violation {
    let mut violation = Violation { promise, words, path: Vec::new() };
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
    for &step in steps {
        let order = model.names.orders.iter().position(|order| *order == names);
        let really = model.rename_step(order.expect("names are an order"), step);
        violation.path.push(told(model, &real, really));
        match model.follow(&real, really, &mut next) {
            Ok(()) => std::mem::swap(&mut real, &mut next),
            Err((promise, words)) => (violation.promise, violation.words) = (promise, words),
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

/// The real names after the canonical ones have changed: `order` says where each slot has gone.
fn after(names: &[u8], order: &[u8]) -> Vec<u8> {
    let mut new = names.to_vec();
    for (slot, &to) in order.iter().enumerate() {
        new[usize::from(to)] = names[slot];
    }
    new
}

fn told(model: &Model, state: &[u32], step: Step) -> Told {
    let mut words = what(model, state, step);
    if step.lost.is_some() {
        words += "; it crashes before the write is durable, and restarts";
    }
    let rules = model.happening(state, step).and_then(|(slot, happening)| {
        let host = &model.tables.hosts.get(state[slot]).host;
        host.take(&happening, step.lost)
    });
    let rules = rules.map(|effects| effects.notes).unwrap_or_default();
    Told { words, rules: rules.iter().map(ToString::to_string).collect() }
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
