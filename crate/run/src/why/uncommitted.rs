//! Why an entry is not committed.

use super::copies::{Held, places};
use super::entry::{first_of_term, miscounted, until_own_term};
use super::{Answer, Past, Reason, also, leader, ms, names};
use crate::network::{Fate, Flight};
use crate::record::Record;
use crate::state::{RoleName, ServerState};
use raft_core::{Appended, EntryId, Followers, Index, Message, Note, Rpc, ServerId};

pub(super) fn why(past: &Past<'_>, index: Index) -> Answer {
    let copies = past.copies(index);
    if copies.is_empty() {
        return nowhere(past, index);
    }
    let Some((leader, leads)) = past.leader() else {
        let answer = leader::why(past);
        let says = format!(
            "Entry {index} is not committed ({}): only a leader commits. {}",
            places(&copies),
            answer.says
        );
        return Answer { says, ..answer };
    };
    let Held::Entry(entry) = past.held(leader, index) else {
        return elsewhere(past, leader, &copies);
    };
    let mut answer = at_the_leader(past, &leads, entry);
    for (other, servers) in copies.iter().filter(|(other, _)| *other != entry) {
        let verb = if servers.len() == 1 { "has" } else { "have" };
        also(&mut answer.says, &format!("{} {verb} {other} there.", names(servers)));
    }
    answer
}

/// No running server has it.
fn nowhere(past: &Past<'_>, index: Index) -> Answer {
    let disks = past.on_disks(index);
    let says = match (&disks[..], past.leader()) {
        ([], None) => format!("No server has an entry {index}, and none leads to accept one."),
        ([], Some((leader, leads))) => format!(
            "No server has an entry {index}: the log of {leader}, which leads term {}, ends at {}.",
            leads.term,
            leads.last_log()
        ),
        _ => format!(
            "No server that is up has an entry {index}; there is {}, which {} down.",
            places(&disks),
            if disks.iter().map(|(_, servers)| servers.len()).sum::<usize>() == 1 {
                "is"
            } else {
                "are"
            }
        ),
    };
    let down = disks.iter().flat_map(|(_, servers)| servers);
    Answer { says, because: down.filter_map(|id| past.absence(*id)).collect() }
}

/// The leader's log does not have the entry that others have.
fn elsewhere(past: &Past<'_>, leader: ServerId, copies: &[(EntryId, Vec<ServerId>)]) -> Answer {
    let term = past.term(leader);
    let (index, verb) = (copies[0].0.index, if copies.len() == 1 { "is" } else { "are" });
    let says = format!(
        "{leader} leads term {term}, and its log has no entry {index}. There {verb} {}, but a leader takes entries from no other server: it overwrites them when it has an entry of its own there.",
        places(copies)
    );
    let won = past.win_of(leader, term).map(|line| {
        Reason::of(format!("{leader} won the election of term {term}"), Some(line))
            .at_server(leader)
    });
    Answer { says, because: won.into_iter().collect() }
}

fn at_the_leader(past: &Past<'_>, leads: &ServerState<'_>, entry: EntryId) -> Answer {
    let Some(progress) = leads.followers else {
        return leader::why(past);
    };
    let (id, term) = (leads.id, leads.term);
    let mut because: Vec<Reason> = past.absence(id).into_iter().collect();
    let mut earlier = String::new();
    let mut counted = entry;
    if entry.term < term {
        earlier = format!(
            "Entry {entry} is of an earlier term than {term}, in which {id} leads: a leader counts the copies of entries of its own term only (§5.4.2). "
        );
        let refused = |record: &Record| matches!(record, Record::Rule(who, Note::CommitOnlyOwnTerm { term: t, .. }) if *who == id && *t == term);
        let line = past.last(&refused);
        because.extend(
            line.map(|line| Reason::of(format!("{id} {}", line.record), Some(line)).at_server(id)),
        );
        match first_of_term(leads, term) {
            None => {
                let next = format!("{id} {}.", until_own_term(leads, term));
                let few = past.too_few(id).map_or_else(String::new, |why| format!(" But {why}."));
                return Answer { says: earlier + &next + &few, because };
            }
            Some(own) => counted = own,
        }
    }
    let (have, lack): (Vec<ServerId>, Vec<ServerId>) =
        past.ids().partition(|peer| holds(progress, id, *peer, counted.index));
    let stands_still = if past.absence(id).is_some() {
        format!(" {id} leads and is paused.")
    } else {
        String::new()
    };
    let says = format!(
        "{earlier}Entry {counted} is known to be on {} of the {} servers that are needed: {}.{stands_still}",
        have.len(),
        past.needed(),
        names(&have)
    );
    because.extend(own_copy(past, id, counted));
    because.extend(lack.into_iter().map(|peer| missing(past, leads, peer, counted)));
    Answer { says, because }
}

fn holds(progress: &Followers, leader: ServerId, peer: ServerId, index: Index) -> bool {
    peer == leader || progress.get(peer).is_some_and(|known| known.match_index >= index)
}

/// The leader's copy, when its own disk does not have it and what it sends waits for that.
fn own_copy(past: &Past<'_>, leader: ServerId, entry: EntryId) -> Option<Reason> {
    let server = past.server(leader);
    let waits = server.waiting() > 0 && server.disk.synced_index() < entry.index;
    let says = format!("{leader} writes {entry} to its own disk; it sends it when that is durable");
    waits.then(|| Reason::now(says).at_server(leader))
}

/// Why the leader does not know that a follower has the entry.
fn missing(past: &Past<'_>, leads: &ServerState<'_>, peer: ServerId, entry: EntryId) -> Reason {
    let (leader, term) = (leads.id, leads.term);
    if let Some(reason) = past.absence(peer).or_else(|| past.apart(leader, peer)) {
        return reason;
    }
    let own = past.term(peer);
    if own > term {
        let says = format!("{peer} is in term {own} and refuses {leader}, which leads term {term}");
        return Reason::now(says).at_server(peer);
    }
    if let Some(reason) = on_its_way(past, leads, peer, entry) {
        return reason;
    }
    let server = past.server(peer);
    let has = past.held(peer, entry.index).is(entry);
    if has && server.disk.synced_index() < entry.index && server.waiting() > 0 {
        let says = format!("{peer} writes {entry} to its disk; it answers when that is durable");
        return Reason::now(says).at_server(peer);
    }
    if let Some(through) = miscounted(past, leads, peer) {
        let lost = past.lost_words(peer);
        let says = format!(
            "{leader} counts {peer} as holding the log through {through}, which {peer} {lost}"
        );
        return Reason::now(says).at_server(peer);
    }
    match happened(past, leads, peer, entry) {
        Some(reason) => reason,
        None => not_heard(past, leads, peer, entry),
    }
}

/// The message that brings the entry, or the answer that tells of it, while it is in flight.
fn on_its_way(
    past: &Past<'_>,
    leads: &ServerState<'_>,
    peer: ServerId,
    entry: EntryId,
) -> Option<Reason> {
    let (leader, term) = (leads.id, leads.term);
    let flights = || past.world.network().flights_in_order();
    let of_term = |flight: &&Flight| flight.envelope.term == term;
    let tells = |flight: &&Flight| {
        goes(flight, peer, leader) && confirms(&flight.envelope.message, entry.index)
    };
    let brings = |flight: &&Flight| {
        goes(flight, leader, peer) && carries(&flight.envelope.message, entry.index)
    };
    let (says, flight) = if let Some(flight) = flights().filter(of_term).find(tells) {
        (format!("{peer} has it, and its answer {}", way(past, flight)), flight)
    } else {
        let flight = flights().filter(of_term).find(brings)?;
        (format!("the message that brings it to {peer} {}", way(past, flight)), flight)
    };
    Some(Reason::now(says).at_server(peer).with_message(flight.id))
}

/// The newest that happened to the entry on its way to a follower, since the leader has it.
fn happened(
    past: &Past<'_>,
    leads: &ServerState<'_>,
    peer: ServerId,
    entry: EntryId,
) -> Option<Reason> {
    let (leader, term) = (leads.id, leads.term);
    let begins = |record: &Record| match record {
        Record::Rule(who, Note::AcceptCommand { id }) => *who == leader && *id == entry,
        _ => record.role() == Some((leader, RoleName::Leader, term)),
    };
    let since = past.last(&begins).map_or(0, |line| line.step);
    let about = |record: &Record| match record {
        Record::Lost(brief, _) if brief.term == term && brief.rpc != Rpc::RequestVote => {
            let there = brief.from == leader && brief.to == peer;
            let back = brief.from == peer && brief.to == leader && brief.reply == Some(true);
            let carries =
                |span: raft_core::Span| span.first <= entry.index && entry.index <= span.last;
            let snapshot = brief.rpc == Rpc::InstallSnapshot;
            back && past.held(peer, entry.index).is(entry)
                || there && brief.reply.is_none() && (snapshot || brief.span().is_some_and(carries))
        }
        Record::Rule(who, Note::BackUp { peer: p, .. } | Note::SendSnapshot { peer: p, .. }) => {
            *who == leader && *p == peer
        }
        _ => false,
    };
    let line = past.last(&about).filter(|line| line.step >= since)?;
    let says = match line.record {
        Record::Lost(brief, why) if brief.from == leader => {
            format!("the message that brought it to {peer} was lost: {why}")
        }
        Record::Lost(_, why) => format!("the answer of {peer} was lost: {why}"),
        record => format!("{leader} {record}"),
    };
    Some(Reason::of(says, Some(line)).at_server(peer))
}

/// Nothing has come back: it was sent, or it was not.
fn not_heard(past: &Past<'_>, leads: &ServerState<'_>, peer: ServerId, entry: EntryId) -> Reason {
    let leader = leads.id;
    let known = leads.followers.and_then(|followers| followers.get(peer));
    let sent = known.is_some_and(|known| known.send_from() > entry.index);
    let says = if sent && past.server(leader).waiting() > 0 {
        format!("the message that brings it to {peer} waits for the disk of {leader}")
    } else if sent {
        format!("{leader} has sent it to {peer} and has heard nothing of it yet")
    } else {
        format!("{leader} has not sent it to {peer} yet")
    };
    Reason::now(says).at_server(peer)
}

fn goes(flight: &Flight, from: ServerId, to: ServerId) -> bool {
    flight.envelope.from == from && flight.envelope.to == to
}

fn carries(message: &Message, index: Index) -> bool {
    match message {
        Message::InstallSnapshot { last_included, .. } => last_included.index >= index,
        other => other.span().is_some_and(|span| span.first <= index && index <= span.last),
    }
}

fn confirms(message: &Message, index: Index) -> bool {
    match message {
        Message::AppendEntriesReply(Appended::Success { match_index })
        | Message::InstallSnapshotReply { match_index: Some(match_index) } => *match_index >= index,
        _ => false,
    }
}

fn way(past: &Past<'_>, flight: &Flight) -> String {
    match flight.fate {
        Fate::Held(_) => "is held on its way".into(),
        Fate::Dies { .. } => "is about to be lost".into(),
        Fate::Arrives => {
            format!("arrives in {}", ms(flight.arrives_at.0.saturating_sub(past.world.now().0)))
        }
    }
}
