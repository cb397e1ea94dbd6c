//! The state of an entry: committed or not, the servers that know it, and those that will learn it.

use super::copies::Held;
use super::{Answer, Past, Reason, also, leader, names, uncommitted};
use crate::state::ServerState;
use raft_check::Commit;
use raft_core::{EntryId, Index, ServerId, Term};

pub(super) fn why(past: &Past<'_>, index: Index) -> Answer {
    let commits = past.commits(index);
    let known = known(past, index, &commits);
    match &known[..] {
        [(entry, servers)] => return committed(past, *entry, index, servers, &commits),
        [_, _, ..] => return committed_twice(past, &known, &commits),
        [] => {}
    }
    let copies = past.copies(index);
    // Of what was committed and is not known any more, what still stands in a log comes first.
    let stands = |commit: &&Commit| copies.iter().any(|(entry, _)| *entry == commit.id);
    let all = || commits.iter().rev();
    if let Some(commit) = all().find(stands).or_else(|| all().next()) {
        let is_replaced = !copies.is_empty() && !stands(&commit);
        return if is_replaced { replaced(past, commit) } else { forgotten(past, commit) };
    }
    uncommitted::why(past, index)
}

/// The entries that servers know to be committed at an index, and these servers. An entry whose term nobody knows any more
/// stands for itself.
fn known(
    past: &Past<'_>,
    index: Index,
    commits: &[Commit],
) -> Vec<(Option<EntryId>, Vec<ServerId>)> {
    let mut known: Vec<(Option<EntryId>, Vec<ServerId>)> = Vec::new();
    let of = |id: ServerId| match past.held(id, index) {
        Held::Entry(entry) => Some(entry),
        _ => commits.first().map(|commit| commit.id),
    };
    let knowing = past.ids().filter(|&id| {
        past.running(id).is_some_and(|state| state.commit_index >= index)
            && past.held(id, index) != Held::Nothing
    });
    for id in knowing {
        let entry = of(id);
        match known.iter_mut().find(|(other, _)| *other == entry) {
            Some((_, servers)) => servers.push(id),
            None => known.push((entry, vec![id])),
        }
    }
    known
}

/// It is committed: who knows, and who does not yet.
fn committed(
    past: &Past<'_>,
    entry: Option<EntryId>,
    index: Index,
    know: &[ServerId],
    commits: &[Commit],
) -> Answer {
    let name = entry.map_or_else(|| index.to_string(), |entry| entry.to_string());
    let verb = if know.len() == 1 { "knows" } else { "know" };
    let mut says = format!("Entry {name} is committed: {} {verb} it.", names(know));
    let of = |commit: &&Commit| Some(commit.id) == entry;
    let mut because: Vec<Reason> =
        commits.iter().find(of).and_then(|commit| past.commit_reason(commit)).into_iter().collect();
    let others = past.ids().filter(|id| !know.contains(id));
    let (mut soon, mut unsure) = (Vec::new(), Vec::new());
    let mut from = None;
    for id in others {
        if past.running(id).is_none() {
            because.extend(past.absence(id));
            continue;
        }
        match learns(past, id, entry, index) {
            Learns::Soon(leader) => {
                from = Some(leader);
                soon.push(id);
            }
            Learns::Unsure => unsure.push(id),
            Learns::Not(why) => {
                also(&mut says, &format!("{id} cannot learn it now: {}.", why.says));
                because.push(why);
            }
        }
    }
    if let Some(leader) = from {
        also(
            &mut says,
            &format!(
                "{} will learn it with the next message of {leader} that arrives.",
                names(&soon)
            ),
        );
    }
    if !unsure.is_empty() {
        let verb = if unsure.len() == 1 { "does" } else { "do" };
        also(&mut says, &format!("{} {verb} not know it.", names(&unsure)));
    }
    if let Some(entry) = entry {
        for (other, servers) in past.copies(index).iter().filter(|(other, _)| *other != entry) {
            let verb = if servers.len() == 1 { "has" } else { "have" };
            also(&mut says, &format!("{} {verb} {other} there.", names(servers)));
        }
        if let Some(lost) = commits.iter().find(|commit| commit.id != entry) {
            also(&mut says, &format!("Another entry, {}, was committed there before.", lost.id));
            because.extend(past.commit_reason(lost));
        }
    }
    Answer { says, because }
}

/// A server's chance to learn that an entry is committed.
enum Learns {
    /// From this leader.
    Soon(ServerId),
    /// Not as things stand.
    Not(Reason),
    /// The servers of this run do not follow the rules: nothing is sure.
    Unsure,
}

fn learns(past: &Past<'_>, id: ServerId, entry: Option<EntryId>, index: Index) -> Learns {
    let now = |says: String| Learns::Not(Reason::now(says).at_server(id));
    if let Some(absence) = past.absence(id) {
        return Learns::Not(absence);
    }
    let Some((leader, leads)) = past.leader() else {
        return now("no server leads now".into());
    };
    let holds = entry.is_none_or(|entry| past.held(leader, index).is(entry));
    let (term, own) = (past.term(leader), past.term(id));
    if !holds {
        return now(format!("{leader} leads term {term} without it"));
    }
    if leads.commit_index < index {
        return now(if leader == id {
            format!("{id} leads term {term} and {} (§5.4.2)", until_own_term(&leads, term))
        } else {
            format!("{leader}, which leads term {term}, does not know it either")
        });
    }
    if let Some(why) = past.unheard(leader, id) {
        return Learns::Not(why);
    }
    if own > term {
        return now(format!("{id} is in term {own} and refuses {leader}, which leads term {term}"));
    }
    if let Some(through) = miscounted(past, &leads, id) {
        let lost = past.lost_words(id);
        return now(format!(
            "{leader} counts {id} as holding the log through {through}, which {id} {lost}, and does not send it again"
        ));
    }
    if past.world.config().bugs.is_empty() { Learns::Soon(leader) } else { Learns::Unsure }
}

/// Through where a leader counts a follower as holding its log, if the follower does not hold that: its disk has lost
/// what it had said to be durable.
pub(super) fn miscounted(
    past: &Past<'_>,
    leader: &ServerState<'_>,
    follower: ServerId,
) -> Option<Index> {
    let matched = leader.followers?.get(follower)?.match_index;
    let log = past.log(follower)?;
    let theirs = log.term_at(matched);
    let is_held = theirs.is_some() && theirs == leader.log?.term_at(matched)
        || matched <= log.snapshot_end().index
        || matched == Index(0);
    (!is_held).then_some(matched)
}

/// It was committed, and those that knew have crashed since: commitIndex is not on the disk.
fn forgotten(past: &Past<'_>, commit: &Commit) -> Answer {
    let Commit { id, when, .. } = *commit;
    let mut because: Vec<Reason> = past.commit_reason(commit).into_iter().collect();
    let is_held = !past.holders(id).is_empty();
    let was = format!(
        "Entry {id} was committed in term {when}, but no server that is up knows it now: a crash takes commitIndex along."
    );
    let Some((leader, leads)) = past.leader() else {
        let answer = leader::why(past);
        because.extend(answer.because);
        return Answer {
            says: format!(
                "{was} A new leader learns it when it commits an entry of its own term (§5.4.2). {}",
                answer.says
            ),
            because,
        };
    };
    let term = past.term(leader);
    let next = if past.held(leader, id.index).is(id) {
        because.extend(won(past, leader));
        format!(
            "{leader} leads term {term}, holds it and {} (§5.4.2).",
            until_own_term(&leads, term)
        )
    } else if is_held {
        format!("{leader} leads term {term} without it.")
    } else {
        because.extend(past.losses());
        format!("{leader} leads term {term} without it, and no server that is up holds it.")
    };
    let too_few = past.too_few(leader).map_or_else(String::new, |why| format!(" {why}."));
    Answer { says: format!("{was} {next}{too_few}"), because }
}

fn won(past: &Past<'_>, leader: ServerId) -> Option<Reason> {
    let term = past.term(leader);
    past.win_of(leader, term).map(|line| {
        Reason::of(format!("{leader} won the election of term {term}"), Some(line))
            .at_server(leader)
    })
}

/// Says that an entry of an earlier term needs one of the leader's own term to be committed.
pub(super) fn until_own_term(leader: &ServerState<'_>, term: Term) -> String {
    match first_of_term(leader, term) {
        Some(own) => format!("commits it together with {own}, an entry of its own term"),
        None => "commits it together with the next command that it accepts".into(),
    }
}

/// The first entry of a term in the leader's log.
pub(super) fn first_of_term(leader: &ServerState<'_>, term: Term) -> Option<EntryId> {
    let log = leader.log?;
    let index = log.first_index_of(term);
    (log.term_at(index) == Some(term)).then_some(EntryId { term, index })
}

/// Answers for a committed entry that is lost: another entry, not committed, stands in its place.
fn replaced(past: &Past<'_>, commit: &Commit) -> Answer {
    let Commit { id, when, .. } = *commit;
    let now = uncommitted::why(past, id.index);
    let mut because: Vec<Reason> = past.commit_reason(commit).into_iter().collect();
    because.extend(past.losses());
    because.extend(now.because);
    let says = format!(
        "Entry {id} was committed in term {when} and is lost: no server that is up holds it. Another stands in its place now. {}",
        now.says
    );
    Answer { says, because }
}

/// Servers know different entries to be committed at one index: what must never be.
fn committed_twice(
    past: &Past<'_>,
    known: &[(Option<EntryId>, Vec<ServerId>)],
    commits: &[Commit],
) -> Answer {
    let one = |(entry, servers): &(Option<EntryId>, Vec<ServerId>)| {
        let verb = if servers.len() == 1 { "has" } else { "have" };
        let entry = entry.map_or_else(|| "another entry".into(), |entry| entry.to_string());
        format!("{} {verb} committed {entry}", names(servers))
    };
    let all = crate::text::joined(known.iter().map(one), ", and ");
    let because = commits.iter().filter_map(|commit| past.commit_reason(commit)).collect();
    Answer { says: format!("Two entries are committed in one place: {all}."), because }
}
