//! What clients did and saw, as the checks are told of it.

use super::Checks;
use crate::linear::{Answer, Linear, Operation, Partial};
use crate::property::Property;
use crate::violation::At;
use std::sync::Arc;

impl Checks {
    /// What clients did and saw.
    pub fn clients(&self) -> &Linear {
        &self.clients
    }

    /// A client asks something.
    pub fn invoked(&mut self, operation: Operation) {
        self.clients.invoked(operation);
    }

    /// A client is answered.
    pub fn answered(&mut self, at: At, client: u32, sequence: u64, answer: &Answer) {
        if let Some(partial) = self.clients.answered(at, client, sequence, answer) {
            self.does_not_fit(at, &partial);
        }
    }

    /// It is certain that what a client has asked was not done and never will be.
    pub fn has_failed(&mut self, at: At, client: u32, sequence: u64) {
        if let Some(partial) = self.clients.has_failed(at, client, sequence) {
            self.does_not_fit(at, &partial);
        }
    }

    /// No client will hear what becomes of what it has asked.
    pub fn abandoned(&mut self, client: u32, sequence: u64) {
        self.clients.abandoned(client, sequence);
    }

    /// The first that clients saw and that fits into no order.
    pub fn misfit(&self) -> Option<&Partial> {
        self.misfit.as_deref()
    }

    fn does_not_fit(&mut self, at: At, partial: &Partial) {
        self.misfit.get_or_insert_with(|| Arc::new(partial.clone()));
        let operations = partial.order.iter().chain([&partial.stuck]);
        let events: Vec<u64> = operations.map(|operation| operation.invoked.event).collect();
        self.violates(at, Property::Linearizable, &[], &[], &events, format_args!("{partial}"));
    }
}
