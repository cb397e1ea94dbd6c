//! From a world to what the page reads of clients and their operations.

use raft_check::{Checks, Operation as Followed, Partial};
use raft_run::World;
use raft_run::history::Operation;
use raft_run::text::printable;
use raft_wasm_view::{ClientsView, EntryId, OperationView};
use std::sync::Arc;

/// Commands and answers are cut to so many characters.
const TEXT: usize = 60;

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
