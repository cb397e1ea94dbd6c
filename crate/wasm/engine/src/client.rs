//! Clients and their operations, as the page reads them.

#![allow(missing_docs, reason = "the fields carry what their names say; what needs a word has one")]

use crate::view::EntryId;
use raft_check::{Checks, Operation as Followed, Partial};
use raft_run::World;
use raft_run::history::Operation;
use raft_run::text::printable;
use serde::Serialize;
use std::sync::Arc;
use tsify::Tsify;

/// Commands and answers are cut to so many characters.
const TEXT: usize = 60;

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

pub(crate) fn clients(world: &World, most: u64) -> ClientsView {
    let clients = world.clients();
    let history = clients.history();
    let count = clients.spec().count;
    let open: Vec<&Operation> = clients.open().collect();
    let answered = (most as usize).saturating_sub(open.len()).min(history.len());
    let earlier = (history.len() - answered) as u64 + history.forgotten();
    let newest = history.iter().skip(history.len() - answered);
    let misfit = world.checks().and_then(Checks::misfit);
    ClientsView {
        count,
        ever: clients.list().len() as u16,
        spec: clients.spec().to_string(),
        operations: newest.chain(open).map(|operation| view(operation, count, misfit)).collect(),
        earlier,
    }
}

fn view(operation: &Operation, count: u16, misfit: Option<&Partial>) -> OperationView {
    let is = |other: &Arc<Followed>| {
        other.client == u32::from(operation.client.0) && other.sequence == operation.sequence
    };
    let place = misfit.and_then(|partial| partial.order.iter().position(is));
    let returned = operation.returned.as_ref();
    OperationView {
        client: operation.client.0,
        sequence: operation.sequence,
        text: printable(&operation.command, TEXT),
        invoked: operation.invoked.time.0,
        attempts: operation.attempts,
        server: operation.server.0,
        entry: operation.entry.map(EntryId::from),
        applied: operation.applied.map(|moment| moment.time.0),
        returned: returned.map(|(moment, _)| moment.time.0),
        outcome: returned.map_or_else(String::new, |(_, outcome)| {
            printable(outcome.to_string().as_bytes(), TEXT)
        }),
        place: place.map(|place| place as u64 + 1),
        stuck: misfit.is_some_and(|partial| is(&partial.stuck)),
        unheard: returned.is_none() && operation.client.0 > count,
    }
}
