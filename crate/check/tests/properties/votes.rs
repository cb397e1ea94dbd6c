//! Terms and votes, as servers remember them and as they tell them.

use crate::told::{S1, S2, S3, Told};
use raft_check::Step;
use raft_core::{Appended, EntryId, Message, Term, Vote};

#[test]
fn one_vote_as_it_is_told() {
    let grant = Message::RequestVoteReply { vote_granted: true };
    let refuse = Message::RequestVoteReply { vote_granted: false };
    for (second, words) in
        [(refuse, ""), (grant.clone(), "one-vote: S1 votes for S2 and for S3 in term 4")]
    {
        let mut told = Told::new();
        told.step(S1, |s| s.term(4));
        told.servers[0].disk.vote = Vote { current_term: Term(5), voted_for: None };
        told.say(S1, S2, grant.clone());
        told.say(S1, S2, grant.clone());
        told.restart(S1, |_| {});
        told.say(S1, S3, second);
        if words.is_empty() { told.holds() } else { told.violates(words) }
    }
    // Who asks for votes votes for itself.
    let mut told = Told::new();
    told.step(S1, |s| s.vote_for(4, S1));
    told.servers[0].disk.vote = Vote { current_term: Term(4), voted_for: Some(S1) };
    told.say(S1, S2, Message::RequestVote { last_log: EntryId::ZERO });
    told.holds();
    told.servers[0].disk.vote.voted_for = Some(S3);
    told.say(S1, S3, grant.clone());
    told.violates("one-vote: S1 votes for S1 and for S3 in term 4");
    // The first vote in term 0 is no second one.
    let mut told = Told::new();
    told.servers[0].disk.vote.voted_for = Some(S2);
    told.say(S1, S2, grant.clone());
    told.holds();
    told.servers[0].disk.vote.voted_for = Some(S3);
    told.say(S1, S3, grant);
    told.violates("one-vote: S1 votes for S2 and for S3 in term 0");
}

#[test]
fn one_vote_as_it_is_remembered() {
    for (term, candidate, words) in [
        (4, Some(S2), ""),
        (5, Some(S3), ""),
        (4, Some(S3), "one-vote: S1 votes for S2 and then for S3 in term 4"),
        (4, None, "one-vote: S1 forgets in term 4 that it has voted for S2"),
    ] {
        let mut told = Told::new();
        told.step(S1, |s| s.vote_for(4, S2));
        told.step(S1, |s| s.vote = Vote { current_term: Term(term), voted_for: candidate });
        if words.is_empty() { told.holds() } else { told.violates(words) }
    }
}

#[test]
fn terms_rise() {
    let mut told = Told::new();
    told.step(S1, |s| s.term(4));
    told.handle(S1, Step { term: Term(4), ..Step::default() }, |_| {});
    told.step(S1, |s| s.term(5));
    told.holds();
    let mut falls = Told { checks: told.checks.clone(), servers: told.servers.clone(), ..told };
    falls.step(S1, |s| s.term(4));
    falls.violates("terms-rise: S1's term falls from 5 to 4");
    told.handle(S1, Step { term: Term(6), ..Step::default() }, |_| {});
    told.violates("terms-rise: S1 handles a message of term 6 and stays in term 5");
}

#[test]
fn terms_rise_as_they_are_told_and_across_restarts() {
    for (then, restarts, words) in [
        (5, false, ""),
        (4, false, "terms-rise: S1 says term 4 after it has said term 5"),
        (5, true, ""),
        (4, true, "terms-rise: S1 restarts in term 4 after it has said term 5"),
    ] {
        let mut told = Told::new();
        told.servers[0].disk.vote.current_term = Term(9);
        told.servers[0].term(5);
        told.say(S1, S2, Message::AppendEntriesReply(Appended::OldTerm));
        told.servers[0].term(then);
        if restarts {
            told.restart(S1, |_| {});
        } else {
            told.say(S1, S2, Message::AppendEntriesReply(Appended::OldTerm));
        }
        if words.is_empty() { told.holds() } else { told.violates(words) }
    }
}
