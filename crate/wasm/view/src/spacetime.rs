//! A stretch of a run as rows of numbers: there are too many for an object each.
//!
//! An answer begins with the step and the moment up to which it tells, 1 if there is more to tell, and 1 if it
//! begins anew. Then come rows: the row's length, its kind, moment, step and server, and what the kind adds. Kinds, RPCs, losses,
//! marks and parts are places in the tables of `raft_run::tables`.
//! `web/spacetime/history.ts` reads them.

use crate::number;
use raft_core::{ServerId, Time};
use raft_run::record::Brief;
use raft_run::tables::RowKind;
use raft_run::window::{Carried, MessageState, Occurrence, Seen};

/// An answer that is being written.
#[derive(Debug)]
pub struct Rows {
    /// The moment and the step up to which it tells.
    until: (Time, u64),
    numbers: Vec<f64>,
    words: String,
}

impl Rows {
    /// Begins an answer that tells up to a moment and a step.
    pub fn new(until: (Time, u64), is_more: bool, begins_anew: bool) -> Self {
        let (now, step) = until;
        let numbers = vec![number(step), number(now.0), flag(is_more), flag(begins_anew)];
        Self { until, numbers, words: String::new() }
    }

    /// Adds an occurrence.
    pub fn seen(&mut self, seen: &Seen) {
        let Self { numbers, words, .. } = self;
        let mut put = |kind, server: Option<ServerId>, more: &[u64]| {
            put(numbers, kind, (seen.at, seen.step), server, more);
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

    /// Adds the state of a message that is still under way.
    pub fn under_way(&mut self, id: u64, place: MessageState) {
        let (out, stamp) = (&mut self.numbers, self.until);
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

    /// The rows, and the words of the marks among them, a line each in their order.
    pub fn finish(self) -> (Vec<f64>, String) {
        (self.numbers, self.words)
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
