//! Why an entry is not committed.

use super::{Answer, Past, Reason, leader, ms, names};
use crate::network::{Fate, Flight};
use crate::record::Record;
use raft_core::{
    Appended, EntryId, Followers, Index, Message, Node, Note, Role, Rpc, ServerId, Term,
};

pub(super) fn why(past: &Past<'_>, index: Index) -> Answer {
    let holders = holders(past, index);
    if let Some(committed) = committed(past, index) {
        return committed;
    }
    let nobody_leads = past.world.leader().is_none();
    if nobody_leads && let Some(forgotten) = forgotten(past, index) {
        return forgotten;
    }
    if holders.is_empty() {
        return nowhere(past, index, nobody_leads);
    }
    let leads = past.world.leader().and_then(|id| Some((id, &past.server(id).process()?.node)));
    match leads {
        None => {
            let answer = leader::why(past);
            let says =
                format!("Entry {index} is not committed: only a leader commits. {}", answer.says);
            Answer { says, ..answer }
        }
        Some((leader, node)) => match node.log().term_at(index) {
            Some(term) => at_the_leader(past, node, EntryId { term, index }),
            None => elsewhere(past, leader, index, &holders),
        },
    }
}

/// The running servers whose log holds an entry at an index.
fn holders(past: &Past<'_>, index: Index) -> Vec<ServerId> {
    let holds = |id: &ServerId| {
        past.server(*id).process().is_some_and(|process| {
            process.node.log().term_at(index).is_some_and(|_| index > Index(0))
        })
    };
    past.ids().filter(holds).collect()
}

/// No running server has it.
fn nowhere(past: &Past<'_>, index: Index, nobody_leads: bool) -> Answer {
    let on_disk = |id: &ServerId| {
        let server = past.server(*id);
        server.process().is_none() && server.disk.synced_index() >= index
    };
    let disks: Vec<ServerId> = past.ids().filter(on_disk).collect();
    let says = match (&disks[..], nobody_leads) {
        ([], true) => format!("No server has an entry {index}, and none leads to accept one."),
        ([], false) => format!("No server has an entry {index}. Start a command at the leader."),
        _ => format!(
            "No server that is up has an entry {index}; one is on the disk of {}.",
            names(&disks)
        ),
    };
    let because = disks.iter().filter_map(|id| past.absence(*id)).collect();
    Answer { says, because }
}

/// It was committed, and those that knew have crashed since: commitIndex is not on the disk.
fn forgotten(past: &Past<'_>, index: Index) -> Option<Answer> {
    let says = format!(
        "Entry {index} was committed, but no server that is up knows it: a crash takes commitIndex along. A leader will find out when it commits an entry of its own term."
    );
    let mut because = vec![first_counted(past, index)?];
    because.extend(leader::why(past).because);
    Some(Answer { says, because })
}

/// How it was first committed, as far as it is remembered.
fn first_counted(past: &Past<'_>, index: Index) -> Option<Reason> {
    let counted = |record: &Record| matches!(record, Record::Rule(_, Note::CommitByCounting { index: upto, .. }) if *upto >= index);
    let line = past.journal.lines_before(past.upto).find(|line| counted(line.record))?;
    let server = line.record.server();
    let says = format!("{} {}", names(server.as_slice()), line.record);
    let reason = Reason::of(says, Some(line));
    Some(match server {
        Some(server) => reason.at_server(server),
        None => reason,
    })
}

/// It is committed: who knows, and who does not yet.
fn committed(past: &Past<'_>, index: Index) -> Option<Answer> {
    let knows = |id: &ServerId| {
        past.server(*id).process().is_some_and(|process| process.node.commit_index() >= index)
    };
    let (know, not): (Vec<ServerId>, Vec<ServerId>) =
        past.ids().filter(|id| past.server(*id).process().is_some()).partition(knows);
    if know.is_empty() {
        return None;
    }
    let mut because: Vec<Reason> = first_counted(past, index).into_iter().collect();
    let verb = if know.len() == 1 { "knows" } else { "know" };
    let rest = if not.is_empty() {
        String::new()
    } else {
        format!(" {} will learn it with the next message of the leader.", names(&not))
    };
    let says = format!("Entry {index} is committed: {} {verb} it.{rest}", names(&know));
    because.extend(not.iter().filter_map(|id| past.absence(*id)));
    Some(Answer { says, because })
}

/// The leader's log does not have the entry that others have.
fn elsewhere(past: &Past<'_>, leader: ServerId, index: Index, holders: &[ServerId]) -> Answer {
    let says = format!(
        "{leader} leads, and its log has no entry {index}. {} {} one, but a leader takes entries from no other server: it is overwritten when the leader has an entry of its own there.",
        names(holders),
        if holders.len() == 1 { "has" } else { "have" },
    );
    let won = |record: &Record| matches!(record, Record::Rule(who, Note::WinElection { .. }) if *who == leader);
    let won = past.last(&won);
    let because = won
        .map(|line| Reason::of(format!("{leader} won without it"), Some(line)).at_server(leader));
    Answer { says, because: because.into_iter().collect() }
}

fn at_the_leader(past: &Past<'_>, node: &Node, entry: EntryId) -> Answer {
    let Role::Leader { progress } = node.role() else {
        return leader::why(past);
    };
    let (id, term) = (node.id(), node.get_state().0);
    let mut because = Vec::new();
    let mut earlier = String::new();
    let mut counted = entry;
    if entry.term < term {
        earlier = format!(
            "Entry {entry} is of an earlier term than {term}, in which {id} leads: a leader counts the copies of entries of its own term only (§5.4.2). "
        );
        let refused = |record: &Record| matches!(record, Record::Rule(who, Note::CommitOnlyOwnTerm { .. }) if *who == id);
        let line = past.last(&refused);
        because.extend(
            line.map(|line| Reason::of(format!("{id} {}", line.record), Some(line)).at_server(id)),
        );
        match first_of_term(node, term) {
            None => {
                let next =
                    format!("It is committed together with the next command that {id} accepts.");
                return Answer { says: earlier + &next, because };
            }
            Some(own) => counted = own,
        }
    }
    let (have, lack): (Vec<ServerId>, Vec<ServerId>) =
        past.ids().partition(|peer| holds(progress, id, *peer, counted.index));
    let says = format!(
        "{earlier}Entry {counted} is known to be on {} of the {} servers that are needed: {}.",
        have.len(),
        past.needed(),
        names(&have)
    );
    if let Some(own) = own_copy(past, id, counted) {
        because.push(own);
    }
    because.extend(lack.into_iter().map(|peer| missing(past, node, peer, counted)));
    Answer { says, because }
}

fn holds(progress: &Followers, leader: ServerId, peer: ServerId, index: Index) -> bool {
    peer == leader || progress.get(peer).is_some_and(|known| known.match_index >= index)
}

/// The first entry of a term in the leader's log.
fn first_of_term(node: &Node, term: Term) -> Option<EntryId> {
    let index = node.log().first_index_of(term);
    (node.log().term_at(index) == Some(term)).then_some(EntryId { term, index })
}

/// The leader's copy, when its own disk does not have it.
fn own_copy(past: &Past<'_>, leader: ServerId, entry: EntryId) -> Option<Reason> {
    let synced = past.server(leader).disk.synced_index();
    let says = format!("{leader} writes {entry} to its own disk; it sends it when that is synced");
    (synced < entry.index).then(|| Reason::now(says).at_server(leader))
}

/// Why the leader does not know that a follower has the entry.
fn missing(past: &Past<'_>, node: &Node, peer: ServerId, entry: EntryId) -> Reason {
    let leader = node.id();
    if let Some(reason) = past.absence(peer).or_else(|| past.cut(leader, peer)) {
        return reason;
    }
    let flights = || past.world.network().flights_in_order();
    let brings = |flight: &&Flight| {
        goes(flight, leader, peer) && carries(&flight.envelope.message, entry.index)
    };
    let tells = |flight: &&Flight| {
        goes(flight, peer, leader) && confirms(&flight.envelope.message, entry.index)
    };
    if let Some(flight) = flights().find(tells) {
        let says = format!("{peer} has it, and its answer {}", way(past, flight));
        return Reason::now(says).at_server(peer).with_message(flight.id);
    }
    if let Some(flight) = flights().find(brings) {
        let says = format!("the message that brings it to {peer} {}", way(past, flight));
        return Reason::now(says).at_server(peer).with_message(flight.id);
    }
    let server = past.server(peer);
    let has = server.process().and_then(|process| process.node.log().term_at(entry.index));
    if has == Some(entry.term) && server.disk.synced_index() < entry.index {
        let says = format!("{peer} writes it to its disk; it answers when that is synced");
        return Reason::now(says).at_server(peer);
    }
    let about = |record: &Record| match record {
        Record::Lost(brief, _) => {
            let there = brief.from == leader && brief.to == peer;
            let back = brief.from == peer && brief.to == leader && brief.reply == Some(true);
            brief.rpc != Rpc::RequestVote
                && (back
                    || there
                        && brief.span().is_some_and(|span| {
                            span.first <= entry.index && entry.index <= span.last
                        }))
        }
        Record::Rule(who, Note::BackUp { peer: p, .. } | Note::SendSnapshot { peer: p, .. }) => {
            *who == leader && *p == peer
        }
        _ => false,
    };
    match past.last(&about) {
        Some(line) => {
            let says = match line.record {
                Record::Lost(brief, why) if brief.from == leader => {
                    format!("the message that brought it to {peer} was lost: {why}")
                }
                Record::Lost(_, why) => format!("the answer of {peer} was lost: {why}"),
                record => format!("{leader} {record}"),
            };
            Reason::of(says, Some(line)).at_server(peer)
        }
        None => Reason::now(format!("{peer} has not been sent it yet")).at_server(peer),
    }
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
