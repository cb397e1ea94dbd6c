//! Why a message was refused, ignored or lost.

use super::{Answer, Past, Reason, ms};
use crate::journal::Line;
use crate::network::{Fate, Loss, MessageId};
use crate::record::{Brief, Record};
use raft_core::{Note, Rpc, ServerId, Term};

pub(super) fn why(past: &Past<'_>, message: MessageId) -> Answer {
    if let Some(flight) = past.world.network().message(message) {
        let says = match flight.fate {
            Fate::Held(_) => {
                format!("Message {message} is held on its way: nothing was decided about it yet.")
            }
            Fate::Dies { why, .. } => format!("Message {message} is about to be lost: {why}."),
            Fate::Arrives => format!(
                "Message {message} is still on its way: it arrives in {}.",
                ms(flight.arrives_at.0.saturating_sub(past.world.now().0))
            ),
        };
        return Answer { says, because: Vec::new() };
    }
    let waits = |id: ServerId| past.server(id).inbox().any(|flight| flight.id == message);
    if let Some(to) = past.ids().find(|to| waits(*to)) {
        let says = format!(
            "Message {message} has reached {to} and waits there: {to} is paused, and handles it when it goes on."
        );
        return Answer { says, because: past.absence(to).into_iter().collect() };
    }
    let lines = || past.journal.lines_before(past.upto).rev();
    let about = lines().find(|line| {
        line.record.message() == Some(message) && !matches!(line.record, Record::Sent(_))
    });
    match about.map(|line| (line, line.record)) {
        Some((line, Record::Lost(brief, why))) => lost(past, line, brief, *why),
        Some((line, Record::Arrived(brief))) => {
            let mut notes: Vec<_> = lines()
                .take_while(|l| l.step >= line.step)
                .filter(|l| l.stamp.cause == Some(message))
                .collect();
            notes.reverse();
            handled(past, line, brief, &notes)
        }
        _ => Answer {
            says: if past.world.network().sent() == 0 {
                "No message has been sent yet.".into()
            } else if message > past.world.network().sent() {
                format!(
                    "There is no message {message} yet: the newest is {}.",
                    past.world.network().sent()
                )
            } else {
                format!("Message {message} was too long ago: the journal has forgotten it.")
            },
            because: Vec::new(),
        },
    }
}

fn lost(past: &Past<'_>, line: Line<'_>, brief: &Brief, why: Loss) -> Answer {
    let Brief { id, from, to, .. } = *brief;
    let mut because =
        vec![Reason::of(format!("message {id} of {from} ended here"), Some(line)).at_server(from)];
    let before = |is: &dyn Fn(&Record) -> bool| {
        past.journal.lines_before(line.step).rev().find(|line| is(line.record))
    };
    let says = match why {
        Loss::Network => {
            let quality = past.world.network().quality(from, to).0;
            let share =
                if brief.reply.is_some() { quality.reply.loss } else { quality.request.loss };
            let changed = past.last(
                &|record| matches!(record, Record::Command(text) if text.starts_with("network ") || text.starts_with("link ")),
            );
            let is_the_same = changed.is_none_or(|changed| changed.step < line.step);
            if is_the_same && share > 0 {
                format!(
                    "Message {id} was lost by chance: the link from {from} to {to} loses {}.{} % of such messages.",
                    share / 10,
                    share % 10
                )
            } else {
                format!("Message {id} was lost by chance on the link from {from} to {to}.")
            }
        }
        Loss::Cut => {
            let cut = past.cut_by(from, to, line.step);
            because.extend(cut.map(|cut| Reason::of(format!("{}", cut.record), Some(cut))));
            format!("Message {id} was lost: the link from {from} to {to} was cut.")
        }
        Loss::Down => {
            let is = |record: &Record| matches!(record, Record::Crashed(who, ..) | Record::Restarted(who) if *who == to);
            let last = before(&is);
            because.extend(
                last.map(|line| {
                    Reason::of(format!("{to} {}", line.record), Some(line)).at_server(to)
                }),
            );
            match last.map(|crash| (crash.step == line.step, crash.record)) {
                Some((true, Record::Crashed(..))) => {
                    format!(
                        "Message {id} was lost: it waited at {to}, which was paused and crashed."
                    )
                }
                Some((_, Record::Restarted(_))) => {
                    format!("Message {id} was lost: {to} has restarted since it was sent.")
                }
                _ => format!("Message {id} was lost: {to} was down when it arrived."),
            }
        }
        Loss::Dropped => {
            let drop = before(
                &|record| matches!(record, Record::Command(text) if text.starts_with("drop ")),
            );
            because.extend(drop.map(|line| Reason::of(format!("{}", line.record), Some(line))));
            format!("Message {id} was dropped by hand.")
        }
        why => format!("Message {id} was lost: {why}."),
    };
    Answer { says, because }
}

fn handled(past: &Past<'_>, line: Line<'_>, brief: &Brief, notes: &[Line<'_>]) -> Answer {
    let to = brief.to;
    let note = |line: &Line<'_>| match line.record {
        Record::Rule(who, note) if *who == to => Some(*note),
        _ => None,
    };
    let ignored = notes.iter().find_map(|line| {
        let note = note(line)?;
        explain(past, *line, brief, &note)
    });
    ignored.unwrap_or_else(|| {
        let did = notes.iter().filter(|line| note(line).is_some());
        let because =
            did.map(|line| Reason::of(format!("{to} {}", line.record), Some(*line)).at_server(to));
        let arrived = Reason::of(format!("it arrived at {to}"), Some(line)).at_server(to);
        Answer {
            says: accepted(brief, notes),
            because: std::iter::once(arrived).chain(because).collect(),
        }
    })
}

/// Says how a message was handled that was neither refused nor ignored.
fn accepted(brief: &Brief, notes: &[Line<'_>]) -> String {
    let Brief { id, from, to, rpc, .. } = *brief;
    let granted = |line: &Line<'_>| matches!(line.record, Record::Rule(who, Note::GrantVote { .. }) if *who == to);
    match (brief.reply, rpc) {
        (Some(true), _) => format!("Message {id} arrived: it told {to} that {from} agreed."),
        (Some(false), _) => format!("Message {id} arrived: it told {to} that {from} refused."),
        (None, Rpc::RequestVote) if notes.iter().any(granted) => {
            format!("Message {id} was accepted: {to} gave {from} its vote.")
        }
        (None, Rpc::RequestVote) => format!("Message {id} arrived at {to}."),
        (None, _) if brief.heartbeat => {
            format!("Message {id} was accepted: a heartbeat of {from}.")
        }
        (None, Rpc::AppendEntries) => {
            format!("Message {id} was accepted: {to} holds the entries that it brought.")
        }
        (None, Rpc::InstallSnapshot) => {
            format!("Message {id} was accepted: {to} took the snapshot of {from}.")
        }
    }
}

/// The answer when a note says that a message was refused or ignored.
fn explain(past: &Past<'_>, line: Line<'_>, brief: &Brief, note: &Note) -> Option<Answer> {
    let to = brief.to;
    let earlier = |is: &dyn Fn(&Note) -> bool| {
        let is =
            |record: &Record| matches!(record, Record::Rule(who, note) if *who == to && is(note));
        past.journal.lines_before(line.step).rev().find(|line| is(line.record))
    };
    let of = |line: Line<'_>| Reason::of(format!("{to} {}", line.record), Some(line)).at_server(to);
    let took_term = |than: Term| {
        let took = earlier(&|note| match note {
            Note::AdoptHigherTerm { term, .. }
            | Note::IncrementTerm { term }
            | Note::RecoverState { term, .. } => *term > than,
            _ => false,
        });
        took.map(of)
    };
    let (says, rests_on) = match note {
        Note::RefuseOldCandidate { candidate, term } => (
            format!(
                "{to} refused its vote: {candidate} stood for election in term {term}, and {to} was in a later term already (§5.1)."
            ),
            took_term(*term),
        ),
        Note::RefuseOldLeader { leader, term } | Note::RefuseOldSnapshot { leader, term } => (
            format!(
                "{to} refused it: {leader} sent it as leader of term {term}, and {to} was in a later term already (§5.1)."
            ),
            took_term(*term),
        ),
        Note::RefuseSecondVote { candidate, voted_for, term } => (
            format!(
                "{to} refused its vote: it had voted for {voted_for} in term {term}, and a server votes once in a term (§5.2). {candidate} came later."
            ),
            voted(past, line.step, to, *voted_for, *term),
        ),
        Note::RefuseOutdatedLog { candidate, theirs, ours } => (
            format!(
                "{to} refused its vote: its own log ends at {ours}, and the log of {candidate} at {theirs}. The later last term wins, and with the same term the longer log (§5.4.1)."
            ),
            earlier(&|note| {
                matches!(
                    note,
                    Note::AppendNew { .. }
                        | Note::AcceptCommand { .. }
                        | Note::SaveSnapshot { .. }
                        | Note::RecoverState { .. }
                )
            })
            .map(of),
        ),
        Note::RefuseMismatch { leader, prev } => (
            format!(
                "{to} refused the entries: its log has no {prev}, the entry that {leader} names as the one before them (§5.3). A leader that hears this goes back and tries again, unless it counts {to} as holding that entry."
            ),
            earlier(&|note| {
                matches!(
                    note,
                    Note::DeleteConflict { .. }
                        | Note::AppendNew { .. }
                        | Note::RecoverState { .. }
                )
            })
            .map(|line| {
                Reason::of(format!("the log of {to} before: {}", line.record), Some(line))
                    .at_server(to)
            }),
        ),
        Note::IgnoreStaleReply { peer, term } => {
            let confirmed =
                earlier(&|note| matches!(note, Note::AdvanceMatch { peer: p, .. } if p == peer));
            ignored_reply(to, *peer, *term, took_term(*term), confirmed.map(of))
        }
        Note::IgnoreCoveredSnapshot { through, commit } => (
            format!(
                "{to} ignored the snapshot up to {through}: it had committed {commit} already, and a snapshot never leads backwards (§7)."
            ),
            earlier(&|note| {
                matches!(note, Note::FollowCommit { .. } | Note::CommitByCounting { .. })
            })
            .map(of),
        ),
        _ => return None,
    };
    let what = Reason::of(format!("{to} {}", line.record), Some(line)).at_server(to);
    Some(Answer { says, because: std::iter::once(what).chain(rests_on).collect() })
}

/// Why a leader or candidate did not act on a reply: it has gone on to a later term, or it knows more of the follower.
fn ignored_reply(
    to: ServerId,
    peer: ServerId,
    term: Term,
    later: Option<Reason>,
    confirmed: Option<Reason>,
) -> (String, Option<Reason>) {
    let says = match (&later, &confirmed) {
        (Some(_), _) => format!(
            "{to} ignored it: {peer} answered a request of term {term}, and {to} had gone on to a later term (§5.1)."
        ),
        (None, Some(_)) => format!(
            "{to} did not act on it: {peer} had confirmed entries before, and a leader never takes back what it knows a follower to hold (§5.3)."
        ),
        (None, None) => {
            format!("{to} did not act on it: it had answered an earlier refusal of {peer} already.")
        }
    };
    (says, later.or(confirmed))
}

/// The line in which a server gave its vote.
fn voted(
    past: &Past<'_>,
    before: u64,
    voter: ServerId,
    candidate: ServerId,
    of: Term,
) -> Option<Reason> {
    let is = |record: &Record| match record {
        Record::Rule(who, Note::GrantVote { candidate: c, term }) => {
            *who == voter && *c == candidate && *term == of
        }
        Record::Rule(who, Note::VoteForSelf { term }) => {
            *who == voter && voter == candidate && *term == of
        }
        _ => false,
    };
    let line = past.journal.lines_before(before).rev().find(|line| is(line.record))?;
    Some(Reason::of(format!("{voter} {}", line.record), Some(line)).at_server(voter))
}
