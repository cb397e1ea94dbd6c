//! From a stretch of a run to rows of numbers: there are too many for an object each.
//!
//! An answer begins with the step and the moment up to which it tells, 1 if there is more to tell, and 1 if it
//! begins anew. Then come rows: the row's length, its kind, moment, step and server, and what the kind adds. Kinds, RPCs, losses,
//! marks and parts are places in the tables of `raft_run::tables`.
//! `web/spacetime/history.ts` reads them.

use crate::number;
use raft_core::{ServerId, Time};
use raft_run::Run;
use raft_run::record::Brief;
use raft_run::tables::RowKind;
use raft_run::window::{Carried, MessageState, Occurrence, Reader, Seen};

/// The most steps that one answer tells of: some milliseconds.
const MOST: u64 = 5_000;

/// A reader of one branch, and the words of its last answer.
pub(crate) struct Spacetime {
    branch: u64,
    reader: Reader,
    words: String,
}

/// Tells what happened in a branch up to a moment: after the step up to which it was told, or else from a moment on.
pub(crate) fn spacetime(
    kept: &mut Option<Spacetime>,
    (branch, run): (u64, &Run),
    from: Time,
    after: Option<u64>,
    to: Time,
) -> Vec<f64> {
    let goes_on = |it: &Spacetime| it.branch == branch && Some(it.reader.steps()) == after;
    let opens = !kept.as_ref().is_some_and(goes_on);
    if opens {
        *kept = None;
    }
    let it = kept.get_or_insert_with(|| Spacetime {
        branch,
        reader: run.reader(from),
        words: String::new(),
    });
    let mut seen = Vec::new();
    let whole = it.reader.read(run, to, MOST, &mut seen);
    let (step, now) = (it.reader.steps(), it.reader.now());
    let mut out = vec![number(step), number(now.0), flag(!whole), flag(opens)];
    it.words.clear();
    for seen in &seen {
        put_seen(&mut out, seen, &mut it.words);
    }
    for (id, place) in it.reader.under_way() {
        put_place(&mut out, (now, step), id, place);
    }
    out
}

impl Spacetime {
    /// The words of the marks of the last answer, one line each, in their order.
    pub(crate) fn words(&self) -> &str {
        &self.words
    }
}

fn put_seen(out: &mut Vec<f64>, seen: &Seen, words: &mut String) {
    let mut put = |kind, server: Option<ServerId>, more: &[u64]| {
        put(out, kind, (seen.at, seen.step), server, more);
    };
    match &seen.what {
        Occurrence::Sent(brief, carried, arrives) => {
            let (first, last) = match carried {
                Carried::Nothing => (0, 0),
                Carried::Entries(first, last) => (first.0, last.0),
                Carried::Snapshot(through) => (0, through.0),
            };
            let (to, rpc) = (u64::from(brief.to.0), brief.rpc as u64);
            let load = carried.place();
            let more =
                [brief.id, to, brief.term.0, arrives.0, rpc, flags(brief), load, first, last];
            put(RowKind::Sent, Some(brief.from), &more);
        }
        Occurrence::Arrived(server, id) => put(RowKind::Arrived, Some(*server), &[*id]),
        Occurrence::Lost(id, why, place) => {
            put(RowKind::Lost, None, &[*id, *why as u64, u64::from(*place)]);
        }
        Occurrence::Mark(server, mark, cause, text) => {
            put(RowKind::Mark, *server, &[*mark as u64, cause.unwrap_or(0)]);
            words.push_str(text);
            words.push('\n');
        }
        Occurrence::Stands(server, standing) => {
            let part = standing.part as u64;
            let more = [part, u64::from(standing.paused), standing.term.0];
            put(RowKind::Stands, Some(*server), &more);
        }
        Occurrence::Cuts(links) => put(RowKind::Cuts, None, &[*links]),
    }
}

fn put_place(out: &mut Vec<f64>, stamp: (Time, u64), id: u64, place: MessageState) {
    match place {
        MessageState::Flying(out_at, arrives) => {
            put(out, RowKind::Flying, stamp, None, &[id, out_at.0, arrives.0]);
        }
        MessageState::Held(out_at, arrives, since) => {
            put(out, RowKind::Held, stamp, None, &[id, out_at.0, arrives.0, since.0]);
        }
        MessageState::Waiting => put(out, RowKind::Waiting, stamp, None, &[id]),
    }
}

fn put(
    out: &mut Vec<f64>,
    kind: RowKind,
    (at, step): (Time, u64),
    server: Option<ServerId>,
    more: &[u64],
) {
    let server = server.map_or(0, |server| server.0);
    let row = [5 + more.len() as u64, kind as u64, at.0, step, u64::from(server)];
    out.extend(row.iter().chain(more).map(|&value| number(value)));
}

/// 1: a reply, 2: it refuses, 4: a heartbeat or the reply to one.
fn flags(brief: &Brief) -> u64 {
    let flags = [brief.reply.is_some(), brief.reply == Some(false), brief.heartbeat];
    flags.iter().zip(0..).fold(0, |bits, (&flag, place)| bits | u64::from(flag) << place)
}

fn flag(value: bool) -> f64 {
    f64::from(u8::from(value))
}
