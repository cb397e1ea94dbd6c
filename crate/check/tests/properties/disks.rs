//! Servers tell others only what is on their disks.

use crate::told::{S1, S2, S3, Told};
use raft_check::{Assumption, Durable, Property};
use raft_core::{Appended, EntryId, Envelope, Index, Message, Term, Vote};

#[test]
fn durable_first() {
    let success =
        |index| Message::AppendEntriesReply(Appended::Success { match_index: Index(index) });
    let installed = |index| Message::InstallSnapshotReply { match_index: Some(Index(index)) };
    let told_with = |disk: Durable, message: Message| {
        let mut told = Told::new();
        told.step(S1, |s| s.term(4));
        told.servers[0].disk = disk;
        told.say(S1, S2, message);
        told
    };
    let disk = |term, voted_for, agrees| Durable {
        vote: Vote { current_term: Term(term), voted_for },
        agrees: Index(agrees),
        last: Index(9),
    };
    let grant = Message::RequestVoteReply { vote_granted: true };
    for (disk, message) in [
        (disk(4, None, 5), success(5)),
        (disk(4, None, 5), installed(5)),
        (disk(4, Some(S2), 5), grant.clone()),
        (disk(5, Some(S3), 5), grant.clone()),
        (disk(4, Some(S1), 5), Message::RequestVote { last_log: EntryId::ZERO }),
    ] {
        told_with(disk, message).holds();
    }
    let no_vote = "S1 says that it votes for S2 in term 4, but its disk does not have it";
    let no_log = "S1 says that it holds the log through 6, but its disk holds it through 5";
    for (disk, message, words) in [
        (disk(3, None, 5), success(5), "S1 says term 4 while its disk has term 3"),
        (disk(4, None, 5), success(6), no_log),
        (disk(4, None, 5), installed(6), no_log),
        (disk(4, None, 5), grant.clone(), no_vote),
        (disk(4, Some(S3), 5), grant, no_vote),
        (
            disk(4, None, 5),
            Message::RequestVote { last_log: EntryId::ZERO },
            "S1 says that it votes for S1 in term 4, but its disk does not have it",
        ),
    ] {
        told_with(disk, message).violates(&format!("durable-first: {words}"));
    }
}

#[test]
fn a_server_that_believes_its_disk_is_not_to_blame() {
    let success = Message::AppendEntriesReply(Appended::Success { match_index: Index(1) });
    for (assumption, holds) in [(Assumption::HonestDisk, true), (Assumption::OwnDisk, false)] {
        let mut told = Told::new();
        told.checks.distrust(S1, assumption);
        told.say(S1, S2, success.clone());
        assert_eq!(told.checks.count(Property::DurableFirst) == 0, holds);
    }
}

#[test]
fn an_answer_that_comes_late_rests_on_the_log_of_then() {
    let mut told = Told::new();
    told.step(S1, |s| s.term(5));
    told.servers[0].disk = Durable {
        vote: Vote { current_term: Term(5), voted_for: None },
        agrees: Index(2),
        last: Index(6),
    };
    let message = Message::AppendEntriesReply(Appended::Success { match_index: Index(6) });
    let at = told.at();
    let envelope = Envelope { from: S1, to: S2, term: Term(4), call: 1, message };
    told.checks.sent(at, &envelope, &told.servers[0].disk);
    told.holds();
}
