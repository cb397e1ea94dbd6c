//! §5.2 and §5.4.1 at one node: the exact list of actions.

mod common;

use common::*;
use raft_core::{Config, Input, Message, Role, ServerId, Time};

const YES: Message = Message::RequestVoteReply { vote_granted: true };
const NO: Message = Message::RequestVoteReply { vote_granted: false };

#[test]
fn a_follower_whose_timer_runs_out_stands() {
    let mut node = node(3, log(&[1, 2]));
    assert_eq!(
        step(&mut node, Input::Timeout),
        [
            "FollowerTimesOut: times out in term 3: becomes a candidate",
            "IncrementTerm: starts an election in term 4",
            "RandomElectionTimeout: draws an election timeout of 300 to 600 ms",
            "VoteForSelf: votes for itself in term 4",
            "CountVote: counts the vote of S1: 1 of the 2 needed",
            "PersistFirst: persists its state in term 4 before it replies",
            "persist term 4 vote S1",
            "RequestVotes: requests votes from all servers in term 4; its log ends at 2@2",
            "send S2 in term 4, call 1: RequestVote, log ends at 2@2",
            "send S3 in term 4, call 2: RequestVote, log ends at 2@2"
        ]
    );
}

#[test]
fn a_candidate_whose_timer_runs_out_stands_again() {
    let mut node = candidate(3, log(&[]));
    assert_eq!(
        step(&mut node, Input::Timeout),
        [
            "CandidateTimesOut: times out in term 4: starts another election",
            "IncrementTerm: starts an election in term 5",
            "RandomElectionTimeout: draws an election timeout of 300 to 600 ms",
            "VoteForSelf: votes for itself in term 5",
            "CountVote: counts the vote of S1: 1 of the 2 needed",
            "PersistFirst: persists its state in term 5 before it replies",
            "persist term 5 vote S1",
            "RequestVotes: requests votes from all servers in term 5; its log ends at 0@0",
            "send S2 in term 5, call 3: RequestVote, log ends at 0@0",
            "send S3 in term 5, call 4: RequestVote, log ends at 0@0"
        ]
    );
}

#[test]
fn a_majority_makes_a_leader_that_announces_itself() {
    let mut node = candidate(0, log(&[]));
    assert_eq!(
        step(&mut node, reply(S3, 1, 2, YES)),
        [
            "CountVote: counts the vote of S3: 2 of the 2 needed",
            "WinElection: becomes leader of term 1 with 2 votes",
            "ResetProgress: sets nextIndex to 1 for all followers",
            "AnnounceLeader: announces to all servers that it leads term 1",
            "send S2 in term 1, call 3: heartbeat after 0@0, commit 0",
            "send S3 in term 1, call 4: heartbeat after 0@0, commit 0"
        ]
    );
}

#[test]
fn a_second_vote_of_the_same_server_a_refusal_and_a_vote_after_the_victory_do_nothing() {
    let mut node = node_of(Config::default(), 0, None, log(&[]));
    step(&mut node, Input::Timeout);
    assert_eq!(
        step(&mut node, reply(S2, 1, 1, YES)),
        ["CountVote: counts the vote of S2: 2 of the 3 needed"]
    );
    assert_eq!(step(&mut node, reply(S2, 1, 1, YES)), [""; 0]);
    assert_eq!(step(&mut node, reply(S3, 1, 2, NO)), [""; 0]);
    step(&mut node, reply(ServerId(4), 1, 3, YES));
    assert_eq!(step(&mut node, reply(ServerId(5), 1, 4, YES)), [""; 0]);
}

#[test]
fn the_only_server_of_a_cluster_wins_by_its_own_vote() {
    let mut node = node_of(Config { servers: 1, ..Config::default() }, 0, None, log(&[]));
    assert_eq!(
        step(&mut node, Input::Timeout),
        [
            "FollowerTimesOut: times out in term 0: becomes a candidate",
            "IncrementTerm: starts an election in term 1",
            "RandomElectionTimeout: draws an election timeout of 300 to 600 ms",
            "VoteForSelf: votes for itself in term 1",
            "CountVote: counts the vote of S1: 1 of the 1 needed",
            "WinElection: becomes leader of term 1 with 1 votes",
            "ResetProgress: sets nextIndex to 1 for all followers",
            "PersistFirst: persists its state in term 1 before it replies",
            "persist term 1 vote S1",
            "AnnounceLeader: announces to all servers that it leads term 1"
        ]
    );
}

#[test]
fn a_vote_is_granted_in_a_later_term_and_persisted_before_the_answer() {
    let mut node = node(3, log(&[1, 2]));
    assert_eq!(
        step(&mut node, request(S2, 4, asks(2, 2))),
        [
            "AdoptHigherTerm: sees term 4 from S2: adopts it and becomes a follower",
            "GrantVote: votes for S2 in term 4",
            "VoteResetsTimer: restarts its election timer: voted for S2",
            "PersistFirst: persists its state in term 4 before it replies",
            "persist term 4 vote S2",
            "send S2 in term 4, call 7: vote granted"
        ]
    );
}

#[test]
fn the_same_candidate_gets_the_same_answer_without_another_write() {
    let mut node = node(3, log(&[]));
    step(&mut node, request(S2, 4, asks(0, 0)));
    assert_eq!(
        step(&mut node, request(S2, 4, asks(0, 0))),
        [
            "GrantVote: votes for S2 in term 4",
            "VoteResetsTimer: restarts its election timer: voted for S2",
            "send S2 in term 4, call 7: vote granted"
        ]
    );
}

#[test]
fn a_second_candidate_of_the_term_is_refused() {
    let mut node = node(3, log(&[]));
    step(&mut node, request(S2, 4, asks(0, 0)));
    assert_eq!(
        step(&mut node, request(S3, 4, asks(9, 3))),
        [
            "RefuseSecondVote: refuses its vote to S3: voted for S2 in term 4",
            "send S3 in term 4, call 7: vote refused"
        ]
    );
}

#[test]
fn a_candidate_of_an_earlier_term_is_refused_with_the_later_term() {
    let mut node = node(3, log(&[]));
    assert_eq!(
        step(&mut node, request(S2, 2, asks(9, 2))),
        [
            "RefuseOldCandidate: refuses its vote to S2: the candidate's term 2 is old",
            "send S2 in term 3, call 7: vote refused"
        ]
    );
}

#[test]
fn an_outdated_log_is_refused_though_its_term_is_adopted() {
    let mut node = node(3, log(&[1, 2]));
    assert_eq!(
        step(&mut node, request(S2, 4, asks(9, 1))),
        [
            "AdoptHigherTerm: sees term 4 from S2: adopts it and becomes a follower",
            "RefuseOutdatedLog: refuses its vote to S2: the candidate's log ends at 9@1, its own at 2@2",
            "PersistFirst: persists its state in term 4 before it replies",
            "persist term 4 no vote",
            "send S2 in term 4, call 7: vote refused"
        ]
    );
    assert_eq!(
        step(&mut node, request(S3, 4, asks(1, 2))),
        [
            "RefuseOutdatedLog: refuses its vote to S3: the candidate's log ends at 1@2, its own at 2@2",
            "send S3 in term 4, call 7: vote refused"
        ]
    );
}

#[test]
fn a_refusal_leaves_the_timer_alone_and_a_vote_starts_it_anew() {
    let mut node = node(3, log(&[1]));
    let before = node.timer();
    step_at(&mut node, Time(100_000), request(S2, 4, asks(0, 0)));
    assert_eq!(node.timer(), before);
    step_at(&mut node, Time(200_000), request(S3, 4, asks(1, 1)));
    assert_eq!(node.timer().set_at, Time(200_000));
    let Config { election_min, election_max, .. } = *node.config();
    let waits = node.timer().deadline - Time(200_000);
    assert!((election_min..=election_max).contains(&waits));
}

#[test]
fn a_leader_of_the_own_term_ends_a_candidacy() {
    let mut node = candidate(0, log(&[]));
    assert_eq!(
        step(&mut node, request(S2, 1, append((0, 0), &[], 0))),
        [
            "CandidateFollowsLeader: recognises S2 as leader of term 1: becomes a follower",
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "send S2 in term 1, call 7: success, matches through 0"
        ]
    );
    assert_eq!(node.role(), &Role::Follower { leader: Some(S2) });
}

#[test]
fn a_leader_that_hears_a_later_term_follows_with_an_election_timeout() {
    let mut node = leader(0, log(&[]));
    assert_eq!(node.deadline(), Time(node.config().heartbeat));
    assert_eq!(
        step(&mut node, reply(S3, 5, 4, conflict(0, None, 1))),
        [
            "AdoptHigherTerm: sees term 5 from S3: adopts it and becomes a follower",
            "PersistFirst: persists its state in term 5 before it replies",
            "persist term 5 no vote"
        ]
    );
    assert_eq!(node.role(), &Role::Follower { leader: None });
    assert!(node.deadline() >= Time(node.config().election_min));
}

#[test]
fn a_leader_repeats_its_heartbeat() {
    let mut node = leader(0, log(&[]));
    let now = node.deadline();
    assert_eq!(
        step_at(&mut node, now, Input::Timeout),
        [
            "SendHeartbeats: sends heartbeats in term 1",
            "send S2 in term 1, call 5: heartbeat after 0@0, commit 0",
            "send S3 in term 1, call 6: heartbeat after 0@0, commit 0"
        ]
    );
    assert_eq!(node.deadline(), now + node.config().heartbeat);
}

#[test]
fn election_timeouts_differ_from_server_to_server_and_from_time_to_time() {
    let config = Config { servers: 5, ..Config::default() };
    let mut deadlines: Vec<_> = (1..=5)
        .map(|n| raft_core::Node::new(ServerId(n), config, u64::from(n), Time(0)).deadline())
        .collect();
    let mut node = candidate(0, log(&[]));
    for _ in 0..5 {
        let now = node.deadline();
        step_at(&mut node, now, Input::Timeout);
        deadlines.push(Time(node.deadline() - now));
    }
    assert!(deadlines.iter().all(|at| (300_000..=600_000).contains(&at.0)));
    deadlines.sort_unstable();
    deadlines.dedup();
    assert!(deadlines.len() >= 9, "ten draws of 300,001 values");
}

#[test]
fn a_server_under_another_name_does_the_same_under_that_name() {
    let swap = |server: ServerId| match server {
        S1 => S3,
        S3 => S1,
        other => other,
    };
    let mut node = leader(3, log(&[1, 2]));
    step(&mut node, Input::Start("3@4".into()));
    let mut other = node.renamed(swap);
    assert_eq!(other.id(), S3);
    assert_eq!(other.get_state(), node.get_state());
    // Calls are made in the order of the names.
    let last = |lines: Vec<String>| lines.last().expect("a heartbeat").clone();
    let to = last(step(&mut node, Input::Timeout));
    assert_eq!(to, "send S3 in term 4, call 8: heartbeat after 3@4, commit 0");
    assert_eq!(last(step(&mut other, Input::Timeout)), to.replace("S3", "S2"));
    assert_eq!(other.renamed(swap).role(), node.role());
    let voter = node_of(Config { servers: 3, ..Config::default() }, 3, Some(S3), log(&[]));
    assert_eq!(voter.renamed(swap).vote().voted_for, Some(S1));
}
