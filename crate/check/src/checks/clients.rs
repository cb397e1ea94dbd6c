//! Reports of clients' operations and answers to the checks.

use super::Checks;
use crate::linear::{Answer, Linear, Operation, Partial};
use crate::property::Property;
use crate::violation::At;
use std::sync::Arc;

impl Checks {
    /// Returns the operations of clients and their answers.
    pub fn clients(&self) -> &Linear {
        &self.clients
    }

    /// Reports that a client sends a request.
    pub fn invoked(&mut self, operation: Operation) {
        self.clients.invoked(operation);
    }

    /// Reports that a client gets its answer.
    pub fn answered(&mut self, at: At, client: u32, sequence: u64, answer: &Answer) {
        if let Some(partial) = self.clients.answered(at, client, sequence, answer) {
            self.does_not_fit(at, &partial);
        }
    }

    /// Reports that an operation was not done and never will be.
    pub fn has_failed(&mut self, at: At, client: u32, sequence: u64) {
        if let Some(partial) = self.clients.has_failed(at, client, sequence) {
            self.does_not_fit(at, &partial);
        }
    }

    /// Reports that no client will ever get an answer to this operation.
    pub fn abandoned(&mut self, client: u32, sequence: u64) {
        self.clients.abandoned(client, sequence);
    }

    /// Returns the first violation of linearizability.
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
