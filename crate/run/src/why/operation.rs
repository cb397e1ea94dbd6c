//! The fate of a client's operation: the entry that carries it, and the messages that carried that entry.

use super::{Answer, Past, Reason, entry};
use crate::clients::ClientId;
use crate::history::Operation;
use crate::journal::Line;
use crate::record::{Brief, Record};
use crate::text::printable;
use raft_core::{EntryId, Note, Span};

/// The most events that are told; those after are left out.
const MOST: usize = 60;
/// The operation is cut to so many characters.
const TEXT: usize = 60;

pub(super) fn why(past: &Past<'_>, client: ClientId, sequence: u64) -> Answer {
    let clients = past.world.clients();
    let is = |operation: &&Operation| operation.client == client && operation.sequence == sequence;
    let Some(operation) =
        clients.open().find(is).or_else(|| clients.history().iter().rev().find(is))
    else {
        let says =
            format!("{client} has asked no operation {sequence} by now, or it is forgotten.");
        return Answer { says, because: Vec::new() };
    };
    let mut committed = false;
    let end = operation.returned.as_ref().map_or(u64::MAX, |(at, _)| at.event);
    let because = past.journal.lines_before(past.upto).filter(|line| {
        // The events between the first question and the answer, and of the commits only the first.
        let within = (operation.invoked.event..=end).contains(&line.stamp.event);
        within && concerns(operation, line, &mut committed)
    });
    let because = because.take(MOST).map(told).collect();
    Answer { says: says(past, operation), because }
}

fn says(past: &Past<'_>, operation: &Operation) -> String {
    let Operation { client, sequence, ref command, entry, applied, ref returned, .. } = *operation;
    let what = format!("Operation {sequence} of {client} ({})", printable(command, TEXT));
    let Some(entry) = entry else {
        return if returned.is_some() {
            format!("{what} was answered without an entry in any log.")
        } else {
            format!("{what} has not come into any log so far.")
        };
    };
    let came = match (applied, returned) {
        (Some(_), _) => format!("{what} is entry {entry}, and took effect."),
        (None, Some(_)) => {
            format!("{what} was answered while its entry, {entry}, had not taken effect.")
        }
        (None, None) => format!("{what} came into a log as {entry}, and has not taken effect yet."),
    };
    match now(past, entry) {
        Some(now) => format!("{came} {now}"),
        None => came,
    }
}

/// The answer about the entry, if the entry is not in the state that one would expect.
fn now(past: &Past<'_>, entry: EntryId) -> Option<String> {
    if past.ids().any(|id| past.knows(id, entry)) {
        return None;
    }
    let other = past.commits(entry.index).into_iter().find(|commit| commit.id != entry);
    let is_committed = past.commits(entry.index).iter().any(|commit| commit.id == entry);
    match other {
        Some(other) if !is_committed => Some(format!(
            "Another entry, {}, was committed in its place: {entry} is lost, unless it is asked again.",
            other.id
        )),
        Some(other) if past.ids().any(|id| past.knows(id, other.id)) => Some(format!(
            "Then {entry} was lost: no server that is up knows it, and {} was committed in its place.",
            other.id
        )),
        _ => Some(entry::why(past, entry.index).says),
    }
}

/// True if a record tells of an operation, of its entry, or of a message that carried the entry.
fn concerns(operation: &Operation, line: &Line<'_>, committed: &mut bool) -> bool {
    if let Record::Client(event) = line.record {
        return event.client == operation.client && event.sequence == operation.sequence;
    }
    let Some(entry) = operation.entry else { return false };
    match line.record {
        Record::Sent(brief) | Record::Lost(brief, _) => carries(brief, entry),
        Record::Rule(_, note) => match *note {
            Note::AcceptCommand { id } | Note::ApplyCommitted { id } => id == entry,
            Note::AppendNew { span, .. } => holds(span, entry),
            Note::CommitByCounting { index, .. } => {
                index >= entry.index && !std::mem::replace(committed, true)
            }
            _ => false,
        },
        _ => false,
    }
}

fn carries(brief: &Brief, entry: EntryId) -> bool {
    brief.term >= entry.term && brief.span().is_some_and(|span| holds(span, entry))
}

fn holds(span: Span, entry: EntryId) -> bool {
    span.first <= entry.index && entry.index <= span.last
}

fn told(line: Line<'_>) -> Reason {
    let reason = Reason::of(super::told(line.record), Some(line));
    match line.record.server() {
        Some(server) => reason.at_server(server),
        None => reason,
    }
}
