//! Why there is no leader.

use super::{Answer, Past, Reason, also, ms, names};
use crate::assumptions::UnmetAssumption;
use crate::journal::Line;
use crate::network::Fate;
use crate::record::{Brief, Record};
use crate::state::{RoleName, Status};
use raft_core::{Bug, Message, Note, Rpc, ServerId, Term};

/// The most of what is broken on purpose that is told.
const MOST_BUGS: usize = 3;

pub(super) fn why(past: &Past<'_>) -> Answer {
    if let Some(leader) = past.world.leader() {
        return it_leads(past, leader);
    }
    let unmet = past.world.unmet_assumptions();
    let excluded = unmet.iter().find(|unmet| unmet.excludes_leaders());
    let mut answer = nobody_can(past).or_else(|| excluded.map(|unmet| cannot_win(past, unmet)));
    let answer = answer.get_or_insert_with(|| match candidate(past) {
        Some(candidate) => it_stands(past, candidate),
        None => they_wait(past),
    });
    let others = unmet.iter().filter(|unmet| Some(*unmet) != excluded);
    answer.because.extend(others.map(|unmet| Reason::now(unmet.to_string())));
    answer.because.extend(on_purpose(past));
    std::mem::replace(answer, Answer { says: String::new(), because: Vec::new() })
}

/// The settings exclude that anybody wins.
fn cannot_win(past: &Past<'_>, unmet: &UnmetAssumption) -> Answer {
    let because = match candidate(past) {
        Some(candidate) => it_stands(past, candidate).because,
        None => they_wait(past).because,
    };
    Answer { says: format!("No server can win: {unmet}."), because }
}

/// The bugs of this run: one of them may be the reason that nobody is elected.
fn on_purpose<'a>(past: &Past<'a>) -> impl Iterator<Item = Reason> + use<'a> {
    let config = past.world.config();
    config.all_bugs().take(MOST_BUGS).map(|bug| {
        let what = match bug {
            Bug::Rule(_) => "not obeyed",
            Bug::Mistake(_) => "a mistake",
        };
        let by = match config.only_on(bug) {
            only if only.is_empty() => "in this run".into(),
            only => format!("by {}", names(&only)),
        };
        Reason::now(format!("{what} {by}: {}", bug.title()))
    })
}

impl<'a> Past<'a> {
    /// The record in which a server won a term.
    pub(super) fn win_of(&self, leader: ServerId, term: Term) -> Option<Line<'a>> {
        let won = |record: &Record| record.role() == Some((leader, RoleName::Leader, term));
        self.last(&won)
    }

    /// All servers that are up and believe that they lead, each with its term.
    fn leaders(&self) -> Vec<(ServerId, Term)> {
        let leads = |id: ServerId| {
            let state = self.server(id).state();
            state.is_leader().then_some((id, state.term))
        };
        self.ids().filter_map(leads).collect()
    }
}

fn won(past: &Past<'_>, leader: ServerId, term: Term) -> Reason {
    let says = format!("{leader} won the election of term {term}");
    Reason::of(says, past.win_of(leader, term)).at_server(leader)
}

fn it_leads(past: &Past<'_>, leader: ServerId) -> Answer {
    let term = past.term(leader);
    let (same, earlier): (Vec<_>, Vec<_>) =
        past.leaders().into_iter().filter(|(id, _)| *id != leader).partition(|(_, of)| *of == term);
    if !same.is_empty() {
        return both_lead(past, leader, term, &earlier);
    }
    let mut because = vec![won(past, leader, term)];
    let near = past.reached(leader);
    let needed = past.needed();
    let apart = past.ids().filter(|id| !near.contains(id));
    because.extend(apart.filter_map(|id| past.absence(id).or_else(|| past.apart(leader, id))));
    let mut says = if past.absence(leader).is_some() {
        let can_win =
            |id: ServerId| past.server(id).is_running() && past.reached(id).len() >= needed;
        let then = if past.ids().any(can_win) {
            "the others can elect another leader"
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
    still_believe(past, &earlier, &mut says, &mut because);
    // It may not lead for long.
    because
        .extend(past.world.unmet_assumptions().iter().map(|unmet| Reason::now(unmet.to_string())));
    Answer { says, because }
}

/// Those that lead an earlier term, as far as they know.
fn still_believe(
    past: &Past<'_>,
    earlier: &[(ServerId, Term)],
    says: &mut String,
    because: &mut Vec<Reason>,
) {
    for &(id, term) in earlier {
        also(says, &format!("{id} still believes that it leads term {term}."));
        because.push(won(past, id, term));
    }
}

/// Two servers lead one term: that must never be.
fn both_lead(
    past: &Past<'_>,
    leader: ServerId,
    term: Term,
    earlier: &[(ServerId, Term)],
) -> Answer {
    let all: Vec<ServerId> =
        past.leaders().into_iter().filter(|(_, of)| *of == term).map(|(id, _)| id).collect();
    debug_assert!(all.contains(&leader), "it is one of them");
    let how = if all.len() == 2 { "both lead" } else { "all lead" };
    let mut says = format!("{} {how} term {term}: at most one may (Election Safety).", names(&all));
    let mut because: Vec<Reason> = all.iter().map(|&id| won(past, id, term)).collect();
    because.sort_by_key(|reason| reason.event);
    still_believe(past, earlier, &mut says, &mut because);
    because.extend(on_purpose(past));
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
    let best = *running.iter().max_by_key(|id| past.reached(**id).len())?;
    let reach = past.reached(best);
    if reach.len() >= needed {
        return None;
    }
    let says = format!(
        "No server reaches a majority: that is {needed} servers, and the best connected reach {}, such as {}.",
        reach.len(),
        names(&reach)
    );
    let others = past.ids().filter(|id| !reach.contains(id));
    let because =
        others.filter_map(|id| past.absence(id).or_else(|| past.apart(best, id))).collect();
    Some(Answer { says, because })
}

/// The candidate of the highest term.
fn candidate(past: &Past<'_>) -> Option<ServerId> {
    let stands = |id: &ServerId| {
        let state = past.server(*id).state();
        state.status == Status::Up && state.role == Some(RoleName::Candidate)
    };
    past.ids().filter(stands).max_by_key(|id| past.term(*id))
}

fn it_stands(past: &Past<'_>, candidate: ServerId) -> Answer {
    let term = past.term(candidate);
    let votes = past.server(candidate).state().votes;
    let says = format!(
        "{candidate} stands for election in term {term} with {} of {} votes.",
        votes.len(),
        past.needed()
    );
    let began = |record: &Record| record.role() == Some((candidate, RoleName::Candidate, term));
    let mut because = vec![
        Reason::of(format!("{candidate} began the election of term {term}"), past.last(&began))
            .at_server(candidate),
    ];
    let others = past.ids().filter(|id| *id != candidate && !votes.contains(id));
    because.extend(others.map(|voter| no_vote(past, candidate, voter, term)));
    Answer { says, because }
}

/// Why a server's vote does not count yet.
fn no_vote(past: &Past<'_>, candidate: ServerId, voter: ServerId, of: Term) -> Reason {
    if let Some(absence) = past.absence(voter) {
        return absence;
    }
    if let Some(reason) = in_flight(past, candidate, voter, of) {
        return reason;
    }
    match past.last(&|record| about_vote(past, record, candidate, voter, of)) {
        Some(line) => {
            let says = match line.record {
                Record::Lost(brief, why) if brief.reply.is_some() => {
                    format!("the answer of {voter} was lost: {why}")
                }
                Record::Lost(_, why) => format!("the request to {voter} was lost: {why}"),
                Record::Rule(_, Note::GrantVote { .. }) if past.server(voter).waiting() > 0 => {
                    format!("{voter} {}, and its answer waits for its disk", line.record)
                }
                record => format!("{voter} {record}"),
            };
            Reason::of(says, Some(line)).at_server(voter)
        }
        None => past.apart(candidate, voter).unwrap_or_else(|| {
            let says = if past.server(candidate).waiting() > 0 {
                format!("the request to {voter} waits for the disk of {candidate}")
            } else {
                format!("{voter} has not answered")
            };
            Reason::now(says).at_server(voter)
        }),
    }
}

/// The request for a vote, or the answer to it, while it is on its way.
fn in_flight(past: &Past<'_>, candidate: ServerId, voter: ServerId, of: Term) -> Option<Reason> {
    let between = [(candidate, voter), (voter, candidate)];
    past.world.network().flights_in_order().find_map(|flight| {
        let envelope = &flight.envelope;
        if envelope.term != of || !between.contains(&(envelope.from, envelope.to)) {
            return None;
        }
        let way = match flight.fate {
            Fate::Held(_) => "is held on its way",
            Fate::Dies { .. } => "is about to be lost",
            Fate::Arrives => "is on its way",
        };
        let says = match envelope.message {
            Message::RequestVote { .. } if envelope.to == voter => {
                format!("the request to {voter} {way}")
            }
            Message::RequestVoteReply { vote_granted: true } if envelope.from == voter => {
                format!("the vote of {voter} {way}")
            }
            Message::RequestVoteReply { .. } if envelope.from == voter => {
                format!("the refusal of {voter} {way}")
            }
            _ => return None,
        };
        Some(Reason::now(says).at_server(voter).with_message(flight.id))
    })
}

/// True if a record tells the fate of a request for a vote in a term.
fn about_vote(
    past: &Past<'_>,
    record: &Record,
    candidate: ServerId,
    voter: ServerId,
    of: Term,
) -> bool {
    match record {
        Record::Rule(who, note) if *who == voter => match *note {
            // Without a term in its words; the request of an earlier term is refused for its term.
            Note::RefuseOutdatedLog { candidate: c, .. } => {
                c == candidate && past.term(voter) == of
            }
            Note::RefuseSecondVote { candidate: c, term, .. }
            | Note::RefuseOldCandidate { candidate: c, term }
            | Note::GrantVote { candidate: c, term } => c == candidate && term == of,
            _ => false,
        },
        Record::Lost(Brief { rpc: Rpc::RequestVote, term, from, to, reply, .. }, _) => {
            let there = (*from, *to) == (candidate, voter) && reply.is_none();
            let back = (*from, *to) == (voter, candidate) && reply.is_some();
            *term == of && (there || back)
        }
        _ => false,
    }
}

fn they_wait(past: &Past<'_>) -> Answer {
    let running = past.world.servers().iter().filter(|server| server.is_running());
    let next = running
        .filter_map(|server| {
            let state = server.state();
            Some((state.timer?.deadline, state.id))
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
        matches!(record.role(), Some((_, RoleName::Leader, _)))
            || matches!(record, Record::Rule(_, Note::CandidateTimesOut { .. }))
    };
    let mut because = Vec::new();
    match past.last(&is_end) {
        Some(line) => match line.record.role() {
            Some((leader, _, term)) => {
                let says = format!("{leader} won the election of term {term}");
                because.push(Reason::of(says, Some(line)).at_server(leader));
                because.push(how_it_ended(past, leader, line.step));
            }
            None => because.push(Reason::of(super::told(line.record), Some(line))),
        },
        None if past.journal.reaches_back_to(0) => {
            because.push(Reason::now("No server has led so far.".into()));
        }
        None => {}
    }
    Answer { says, because }
}

/// The first that ended the leadership of a server.
fn how_it_ended(past: &Past<'_>, leader: ServerId, since: u64) -> Reason {
    let ends = |record: &Record| match record {
        Record::Rule(who, Note::AdoptHigherTerm { .. }) | Record::Crashed(who, ..) => {
            *who == leader
        }
        _ => matches!(record.role(), Some((who, RoleName::Follower, _)) if who == leader),
    };
    match past.first_after(since, &ends) {
        Some(line) => Reason::of(format!("{leader} {}", line.record), Some(line)).at_server(leader),
        None => Reason::now(format!("{leader} leads no more")).at_server(leader),
    }
}
