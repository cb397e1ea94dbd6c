//! The network: one channel into each server that is up.

use crate::server::Told;
use raft_core::{Envelope, Input, ServerId};
use std::collections::BTreeMap;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

/// The servers that can be reached, each with the way to its thread. All servers share it.
#[derive(Clone, Default)]
pub struct Network(Arc<Mutex<BTreeMap<ServerId, Sender<Told>>>>);

impl Network {
    /// This server can be reached from now on.
    pub fn connect(&self, id: ServerId, inbox: Sender<Told>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, inbox);
    }

    /// This server cannot be reached any more. Gives back the way to it, if there was one.
    pub fn disconnect(&self, id: ServerId) -> Option<Sender<Told>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id)
    }

    /// Tells a server something. What is for a server that is down is lost.
    pub fn tell(&self, id: ServerId, input: Input) {
        if let Some(inbox) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            // A server that goes down at this very moment hears nothing either.
            let _ = inbox.send(Told::Input(input));
        }
    }

    /// Sends a message. It may be lost: Raft sends it again.
    pub fn send(&self, envelope: Envelope) {
        self.tell(envelope.to, Input::Receive(envelope));
    }
}
