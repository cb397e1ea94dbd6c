//! Clients and their operations.

use crate::EntryId;
use serde::Serialize;
use tsify::Tsify;

/// The clients of a moment, and their operations.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct ClientsView {
    /// Number of clients that send requests now.
    pub count: u16,
    /// Number of clients that there have ever been.
    pub ever: u16,
    /// Their settings, as the command `clients` takes them.
    pub spec: String,
    /// The newest operations: those that were answered in the order of their answers, then those that are open.
    pub operations: Vec<OperationView>,
    /// Number of operations before these.
    pub earlier: u64,
}

#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct OperationView {
    pub client: u16,
    /// A client counts its operations from 1.
    pub sequence: u64,
    /// The request.
    pub text: String,
    pub invoked: u64,
    pub attempts: u32,
    /// The server that was asked last.
    pub server: u16,
    /// The entry that carries it, as far as that is known.
    #[tsify(type = "EntryId | null")]
    pub entry: Option<EntryId>,
    /// The moment at which it took effect.
    #[tsify(type = "number | null")]
    pub applied: Option<u64>,
    /// The moment of the reply; null: none yet.
    #[tsify(type = "number | null")]
    pub returned: Option<u64>,
    /// Its outcome; empty before the reply.
    pub outcome: String,
    /// Nobody waits for the answer any more.
    pub unheard: bool,
    /// Its place in the longest order that explains what clients saw, when no order explains all; from 1.
    #[tsify(type = "number | null")]
    pub place: Option<u64>,
    /// It fits nowhere after that order.
    pub stuck: bool,
}
