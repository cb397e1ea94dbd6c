//! Why there is no leader.

use super::{Answer, Past, Reason, ms, names};
use crate::network::Fate;
use crate::record::Record;
use raft_core::{Message, Note, Role, Rpc, ServerId, Switch, Term, Time};

/// The most of what is broken on purpose that is told.
const MOST_WRONGS: usize = 3;

pub(super) fn why(past: &Past<'_>) -> Answer {
    if let Some(leader) = past.world.leader() {
        return it_leads(past, leader);
    }
    let mut answer = nobody_can(past).unwrap_or_else(|| match candidate(past) {
        Some(candidate) => it_stands(past, candidate),
        None => they_wait(past),
    });
    answer.because.extend(on_purpose(past));
    answer
}

/// What the servers do wrongly in this run: it may be why nobody is elected.
fn on_purpose<'a>(past: &Past<'a>) -> impl Iterator<Item = Reason> + use<'a> {
    past.world.config().faults.wrongs().take(MOST_WRONGS).map(|switch| {
        let what = match switch {
            Switch::Rule(_) => "not obeyed in this run",
            Switch::Mistake(_) => "a mistake in this run",
        };
        Reason::now(format!("{what}: {}", switch.title()))
    })
}

fn term(past: &Past<'_>, id: ServerId) -> Term {
    past.server(id).process().map(|process| process.node.get_state().0).unwrap_or_default()
}

/// The running servers that a server can speak with, itself among them.
fn reached(past: &Past<'_>, id: ServerId) -> Vec<ServerId> {
    let speaks =
        |&peer: &ServerId| past.server(peer).is_running() && (peer == id || past.speak(id, peer));
    past.ids().filter(speaks).collect()
}

fn it_leads(past: &Past<'_>, leader: ServerId) -> Answer {
    let term = term(past, leader);
    let won = |record: &Record| matches!(record, Record::Rule(who, Note::WinElection { term: t, .. }) if *who == leader && *t == term);
    let won = Reason::of(format!("{leader} won the election of term {term}"), past.last(&won));
    let mut because = vec![won.at_server(leader)];
    let near = reached(past, leader);
    let apart = past.ids().filter(|id| !near.contains(id));
    because.extend(apart.filter_map(|id| past.absence(id).or_else(|| past.cut(leader, id))));
    let needed = past.needed();
    let says = if past.absence(leader).is_some() {
        let can_win =
            |id: ServerId| past.server(id).is_running() && reached(past, id).len() >= needed;
        let then = if past.ids().any(can_win) {
            "the others will elect another leader"
        } else {
            "too few others can speak with each other to elect another leader"
        };
        format!("{leader} leads term {term} and stands still: {then}.")
    } else if near.len() < needed {
        format!(
            "{leader} believes that it leads term {term}, but it reaches {} of the {needed} servers that it needs to commit anything.",
            near.len()
        )
    } else {
        format!("{leader} leads term {term}.")
    };
    Answer { says, because }
}

/// Too few run, or they cannot speak with one another.
fn nobody_can(past: &Past<'_>) -> Option<Answer> {
    let needed = past.needed();
    let running: Vec<ServerId> = past.ids().filter(|id| past.absence(*id).is_none()).collect();
    let all = past.world.servers().len();
    if running.len() < needed {
        let says = format!(
            "No server can win: {} of {all} run, and a majority is {needed}.",
            running.len()
        );
        return Some(Answer {
            says,
            because: past.ids().filter_map(|id| past.absence(id)).collect(),
        });
    }
    let best = *running.iter().max_by_key(|id| reached(past, **id).len())?;
    let reach = reached(past, best);
    if reach.len() >= needed {
        return None;
    }
    let says = format!(
        "No server reaches a majority: that is {needed} servers, and the best connected reach {}, such as {}.",
        reach.len(),
        names(&reach)
    );
    let others = past.ids().filter(|id| !reach.contains(id));
    let because = others.filter_map(|id| past.absence(id).or_else(|| past.cut(best, id))).collect();
    Some(Answer { says, because })
}

/// The candidate of the highest term.
fn candidate(past: &Past<'_>) -> Option<ServerId> {
    let stands = |id: &ServerId| {
        let process = past.server(*id).process();
        past.server(*id).is_running()
            && process.is_some_and(|p| matches!(p.node.role(), Role::Candidate { .. }))
    };
    past.ids().filter(stands).max_by_key(|id| term(past, *id))
}

fn it_stands(past: &Past<'_>, candidate: ServerId) -> Answer {
    let term = term(past, candidate);
    let votes = match past.server(candidate).process().map(|process| process.node.role()) {
        Some(Role::Candidate { votes }) => votes.clone(),
        _ => Vec::new(),
    };
    let says = format!(
        "{candidate} stands for election in term {term} with {} of {} votes.",
        votes.len(),
        past.needed()
    );
    let began = |record: &Record| matches!(record, Record::Rule(who, Note::IncrementTerm { term: t }) if *who == candidate && *t == term);
    let began = past.last(&began);
    let since = began.map_or(Time(0), |line| line.stamp.at);
    let mut because = vec![
        Reason::of(format!("{candidate} began the election of term {term}"), began)
            .at_server(candidate),
    ];
    let others = past.ids().filter(|id| *id != candidate && !votes.contains(id));
    because.extend(others.map(|voter| no_vote(past, candidate, voter, term, since)));
    Answer { says, because }
}

/// Why a server's vote does not count yet.
fn no_vote(past: &Past<'_>, candidate: ServerId, voter: ServerId, of: Term, since: Time) -> Reason {
    if let Some(absence) = past.absence(voter) {
        return absence;
    }
    for flight in past.world.network().flights() {
        let envelope = &flight.envelope;
        let between = [(candidate, voter), (voter, candidate)];
        if envelope.term != of || !between.contains(&(envelope.from, envelope.to)) {
            continue;
        }
        let way = match flight.fate {
            Fate::Held(_) => "is held on its way",
            Fate::Arrives | Fate::Dies { .. } => "is on its way",
        };
        let says = match envelope.message {
            Message::RequestVote { .. } => format!("the request to {voter} {way}"),
            Message::RequestVoteReply { vote_granted: true } => {
                format!("the vote of {voter} {way}")
            }
            Message::RequestVoteReply { .. } => format!("the refusal of {voter} {way}"),
            _ => continue,
        };
        return Reason::now(says).at_server(voter).with_message(flight.id);
    }
    let about = |record: &Record| match record {
        Record::Rule(
            who,
            Note::RefuseOldCandidate { candidate: c, .. }
            | Note::RefuseSecondVote { candidate: c, .. }
            | Note::RefuseOutdatedLog { candidate: c, .. }
            | Note::GrantVote { candidate: c, .. },
        ) => *who == voter && *c == candidate,
        Record::Lost(brief, _) => {
            brief.rpc == Rpc::RequestVote
                && brief.term == of
                && [(candidate, voter), (voter, candidate)].contains(&(brief.from, brief.to))
        }
        _ => false,
    };
    match past.last(&about).filter(|line| line.stamp.at >= since) {
        Some(line) => {
            let says = match line.record {
                Record::Lost(brief, why) if brief.reply.is_some() => {
                    format!("the answer of {voter} was lost: {why}")
                }
                Record::Lost(_, why) => format!("the request to {voter} was lost: {why}"),
                record => format!("{voter} {record}"),
            };
            Reason::of(says, Some(line)).at_server(voter)
        }
        None => past.cut(candidate, voter).unwrap_or_else(|| {
            Reason::now(format!("{voter} has not been asked yet")).at_server(voter)
        }),
    }
}

fn they_wait(past: &Past<'_>) -> Answer {
    let running = past.world.servers().iter().filter(|server| server.is_running());
    let next = running
        .filter_map(|server| {
            let deadline = server.clock.world(server.process()?.node.deadline());
            Some((deadline, server.id))
        })
        .min();
    let says = match next {
        Some((at, id)) => format!(
            "Nobody stands for election yet: the election timer of {id} runs out first, in {}.",
            ms(at.0.saturating_sub(past.world.now().0))
        ),
        None => "Nobody stands for election.".into(),
    };
    let is_end = |record: &Record| {
        matches!(record, Record::Rule(_, Note::WinElection { .. } | Note::CandidateTimesOut { .. }))
    };
    let mut because = Vec::new();
    match past.last(&is_end) {
        Some(line) => match line.record {
            Record::Rule(leader, Note::WinElection { term, .. }) => {
                because.push(
                    Reason::of(format!("{leader} led term {term}"), Some(line)).at_server(*leader),
                );
                because.push(how_it_ended(past, *leader, line.step));
            }
            record => {
                let who = record.server();
                let says = format!("{} {record}", who.map_or(String::new(), |id| id.to_string()));
                because.push(Reason::of(says, Some(line)));
            }
        },
        None => because.push(Reason::now("No server has led so far.".into())),
    }
    Answer { says, because }
}

fn how_it_ended(past: &Past<'_>, leader: ServerId, since: u64) -> Reason {
    if let Some(absence) = past.absence(leader) {
        return absence;
    }
    let ends = |record: &Record| match record {
        Record::Rule(who, Note::AdoptHigherTerm { .. }) | Record::Crashed(who, ..) => {
            *who == leader
        }
        _ => false,
    };
    match past.last(&ends).filter(|line| line.step > since) {
        Some(line) => Reason::of(format!("{leader} {}", line.record), Some(line)).at_server(leader),
        None => Reason::now(format!("{leader} leads no more")).at_server(leader),
    }
}
