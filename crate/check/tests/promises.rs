//! Each promise falls where a mistake is told, and holds where the same is told without it.

use bytes::Bytes;
use raft_check::{
    Answer, Asked, Assumption, At, Checks, Durable, Memory, Operation, Property, Step, Violation,
};
use raft_core::{
    Appended, Entry, EntryId, Envelope, Index, Log, Message, ServerId, Term, Time, Vote,
};

const S1: ServerId = ServerId(1);
const S2: ServerId = ServerId(2);
const S3: ServerId = ServerId(3);

/// A cluster of three that does whatever a test says.
struct Told {
    checks: Checks,
    servers: Vec<Server>,
    event: u64,
}

#[derive(Clone, Default)]
struct Server {
    vote: Vote,
    leads: bool,
    commit: u64,
    applied: u64,
    log: Log,
    snapshot: Bytes,
    disk: Durable,
}

impl Told {
    fn new() -> Self {
        let digest = |bytes: &Bytes| bytes.first().map(|&byte| u64::from(byte));
        Self { checks: Checks::new(3, digest), servers: vec![Server::default(); 3], event: 0 }
    }

    fn at(&mut self) -> At {
        self.event += 1;
        At { time: Time(self.event * 1_000), event: self.event }
    }

    /// A server changes, and is looked at.
    fn step(&mut self, server: ServerId, change: impl FnOnce(&mut Server)) {
        self.handle(server, Step::default(), change);
    }

    fn handle(&mut self, server: ServerId, step: Step, change: impl FnOnce(&mut Server)) {
        let at = self.at();
        change(&mut self.servers[server.slot()]);
        let memory = self.servers[server.slot()].memory();
        self.checks.stepped(at, server, &memory, step);
    }

    /// It crashes, and starts from this.
    fn restart(&mut self, server: ServerId, change: impl FnOnce(&mut Server)) {
        let at = self.at();
        self.checks.crashed(server);
        let now = &mut self.servers[server.slot()];
        now.leads = false;
        change(now);
        now.commit = now.log.snapshot_end().index.0;
        now.applied = now.commit;
        let (service, memory) = (Index(now.commit), now.memory());
        let state = if now.snapshot.is_empty() { 0 } else { u64::from(now.snapshot[0]) };
        self.checks.started(at, server, &memory, service, state);
    }

    fn say(&mut self, from: ServerId, to: ServerId, message: Message) {
        let term = self.servers[from.slot()].vote.current_term;
        let at = self.at();
        let envelope = Envelope { from, to, term, call: 1, message };
        self.checks.sent(at, &envelope, &self.servers[from.slot()].disk);
    }

    fn apply(&mut self, server: ServerId, id: EntryId, command: &'static str, state: u64) {
        let at = self.at();
        self.checks.applied(at, server, id, &Bytes::from_static(command.as_bytes()), state);
    }

    fn words(&self) -> Vec<String> {
        let words = |v: &std::sync::Arc<Violation>| format!("{}: {v}", v.property.name());
        self.checks.violations().iter().map(words).collect()
    }

    #[track_caller]
    fn holds(&self) {
        assert_eq!(self.words(), [""; 0]);
    }

    #[track_caller]
    fn falls(&self, words: &str) {
        assert_eq!(self.words(), [words]);
    }
}

impl Server {
    fn memory(&self) -> Memory<'_> {
        Memory {
            vote: self.vote,
            leads: self.leads,
            commit: Index(self.commit),
            applied: Index(self.applied),
            log: &self.log,
            snapshot: &self.snapshot,
        }
    }

    fn term(&mut self, term: u64) {
        self.vote = Vote { current_term: Term(term), voted_for: None };
    }

    fn vote_for(&mut self, term: u64, candidate: ServerId) {
        self.vote = Vote { current_term: Term(term), voted_for: Some(candidate) };
    }

    fn lead(&mut self, term: u64) {
        self.term(term);
        self.leads = true;
    }

    fn push(&mut self, term: u64, command: &'static str) {
        self.log.push(Entry { term: Term(term), command: Bytes::from_static(command.as_bytes()) });
    }
}

#[test]
fn election_safety() {
    for (term, holds) in [(3, false), (4, true)] {
        let mut told = Told::new();
        told.step(S1, |s| s.lead(3));
        told.step(S3, |s| s.lead(term));
        if holds {
            told.holds();
            // Who leads on leads no other term.
            told.step(S3, |s| s.push(4, "x"));
            told.holds();
        } else {
            told.falls("election-safety: S1 and S3 both lead term 3");
            let violation = &told.checks.violations()[0];
            assert_eq!(
                (&violation.servers[..], &violation.events[..]),
                (&[S1, S3][..], &[1, 2][..])
            );
        }
    }
}

#[test]
fn leader_append_only() {
    for leads in [true, false] {
        let mut told = Told::new();
        told.step(S1, |s| s.lead(2));
        told.step(S1, |s| (1..=3).for_each(|_| s.push(2, "x")));
        told.step(S1, |s| {
            if !leads {
                s.leads = false;
                s.term(3);
            }
            s.log.truncate(Index(2));
        });
        if leads {
            told.falls("leader-append-only: S1 leads term 2 and deletes its own entries from 2 on");
        } else {
            told.holds();
        }
    }
    // A leader that puts its whole log into a snapshot deletes nothing.
    let mut told = Told::new();
    told.step(S1, |s| s.lead(2));
    told.step(S1, |s| s.push(2, "x"));
    told.handle(S1, Step { snapshot: true, ..Step::default() }, |s| {
        s.log.discard_through(EntryId::new(1, 2));
        s.snapshot = Bytes::from_static(&[7]);
    });
    told.holds();
}

#[test]
fn log_matching() {
    for (second, words) in [
        ("x", ""),
        ("y", "log-matching: S1 and S2 both have had 1@2 in their logs, but not the same up to it"),
    ] {
        let mut told = Told::new();
        told.step(S1, |s| s.push(2, "x"));
        told.step(S2, |s| s.push(2, second));
        if words.is_empty() { told.holds() } else { told.falls(words) }
    }
    // The same entry after another one: what stands before it counts.
    for (first, holds) in [(2, true), (1, false)] {
        let mut told = Told::new();
        told.step(S1, |s| {
            s.push(2, "x");
            s.push(3, "y");
        });
        told.step(S2, |s| {
            s.push(first, "x");
            s.push(3, "y");
        });
        assert_eq!(told.words().is_empty(), holds);
        assert_eq!(told.checks.count(Property::LogMatching), u64::from(!holds));
    }
}

#[test]
fn entries_that_replace_others_are_compared_too() {
    let mut told = Told::new();
    told.step(S1, |s| s.push(2, "x"));
    told.step(S2, |s| s.push(1, "old"));
    let replace = |s: &mut Server, command| {
        s.log.truncate(Index(1));
        s.push(2, command);
    };
    let mut other = Told { checks: told.checks.clone(), servers: told.servers.clone(), ..told };
    told.step(S2, |s| replace(s, "x"));
    told.holds();
    other.step(S2, |s| replace(s, "z"));
    assert_eq!(other.checks.count(Property::LogMatching), 1);
}

#[test]
fn a_log_that_changes_behind_the_back_is_found_by_comparing_all() {
    let mut told = Told::new();
    told.step(S1, |s| s.push(2, "x"));
    told.step(S2, |s| s.push(2, "x"));
    let at = told.at();
    let logs: Vec<Log> = told.servers.iter().map(|server| server.log.clone()).collect();
    assert_eq!(told.checks.compare_all(at, &[(S1, &logs[0]), (S2, &logs[1])]), 0);
    let mut other = Log::default();
    other.push(Entry { term: Term(2), command: Bytes::from_static(b"z") });
    told.checks.compare_all(at, &[(S1, &logs[0]), (S2, &other)]);
    assert_eq!(told.checks.count(Property::LogMatching), 1);
    other.push(Entry { term: Term(2), command: Bytes::from_static(b"z") });
    assert!(told.checks.compare_all(at, &[(S2, &other)]) > 0, "2@2 was not told");
}

#[test]
fn leader_completeness() {
    for has_it in [true, false] {
        let mut told = Told::new();
        told.step(S1, |s| s.lead(2));
        told.step(S1, |s| (0..3).for_each(|_| s.push(2, "x")));
        told.step(S2, |s| (0..if has_it { 3 } else { 1 }).for_each(|_| s.push(2, "x")));
        told.step(S1, |s| s.commit = 3);
        told.step(S2, |s| s.lead(4));
        if has_it {
            told.holds();
        } else {
            told.falls(
                "leader-completeness: S2 leads term 4 without 2@2, which S1 committed in term 2",
            );
            let violation = &told.checks.violations()[0];
            assert_eq!(
                (&violation.entries[..], &violation.events[..]),
                (&[EntryId::new(2, 2)][..], &[4, 5][..])
            );
        }
    }
}

#[test]
fn leader_completeness_when_the_commit_comes_after_the_election() {
    for has_it in [true, false] {
        let mut told = Told::new();
        told.step(S1, |s| s.lead(2));
        told.step(S1, |s| s.push(2, "x"));
        if has_it {
            told.step(S2, |s| s.push(2, "x"));
        }
        told.step(S2, |s| s.lead(3));
        told.step(S1, |s| s.commit = 1);
        told.step(S2, |_| {});
        if has_it {
            told.holds();
        } else {
            told.falls(
                "leader-completeness: S2 leads term 3 without 1@2, which S1 committed in term 2",
            );
        }
    }
    // A term that is won late need not have what later terms committed.
    let mut told = Told::new();
    told.step(S1, |s| s.lead(4));
    told.step(S1, |s| s.push(4, "x"));
    told.step(S1, |s| s.commit = 1);
    told.step(S2, |s| s.lead(3));
    told.holds();
}

#[test]
fn state_machine_safety_of_commits() {
    for (term, words) in
        [(2, ""), (3, "state-machine-safety: S1 committed 1@2, and S2 commits 1@3")]
    {
        let mut told = Told::new();
        told.step(S1, |s| s.push(2, "x"));
        told.step(S2, |s| s.push(term, "x"));
        told.step(S1, |s| s.commit = 1);
        told.step(S2, |s| s.commit = 1);
        if words.is_empty() { told.holds() } else { told.falls(words) }
    }
}

#[test]
fn state_machine_safety_of_what_is_applied() {
    let cases = [
        (EntryId::new(1, 2), "x", 5, ""),
        (EntryId::new(1, 3), "x", 5, "S1 applied 1@2, and S2 applies 1@3"),
        (EntryId::new(1, 2), "y", 5, "S1 and S2 apply different commands as 1@2"),
        (EntryId::new(1, 2), "x", 6, "S2 is in another state after 1@2 than S1 was"),
    ];
    for (id, command, state, words) in cases {
        let mut told = Told::new();
        for server in [S1, S2] {
            told.step(server, |s| s.push(2, "x"));
            told.step(server, |s| s.commit = 1);
        }
        told.apply(S1, EntryId::new(1, 2), "x", 5);
        told.apply(S2, id, command, state);
        if words.is_empty() {
            told.holds();
        } else {
            told.falls(&format!("state-machine-safety: {words}"));
        }
    }
}

#[test]
fn what_a_server_committed_and_has_replaced_is_compared_again() {
    let mut told = Told::new();
    told.step(S1, |s| s.push(2, "x"));
    told.step(S1, |s| s.commit = 1);
    told.step(S1, |s| {
        s.log.truncate(Index(1));
        s.push(3, "y");
    });
    told.falls("state-machine-safety: S1 committed 1@2, and S1 commits 1@3");
}

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
        if words.is_empty() { told.holds() } else { told.falls(words) }
    }
    // Who asks for votes votes for itself.
    let mut told = Told::new();
    told.step(S1, |s| s.vote_for(4, S1));
    told.servers[0].disk.vote = Vote { current_term: Term(4), voted_for: Some(S1) };
    told.say(S1, S2, Message::RequestVote { last_log: EntryId::ZERO });
    told.holds();
    told.servers[0].disk.vote.voted_for = Some(S3);
    told.say(S1, S3, grant.clone());
    told.falls("one-vote: S1 votes for S1 and for S3 in term 4");
    // The first vote in term 0 is no second one.
    let mut told = Told::new();
    told.servers[0].disk.vote.voted_for = Some(S2);
    told.say(S1, S2, grant.clone());
    told.holds();
    told.servers[0].disk.vote.voted_for = Some(S3);
    told.say(S1, S3, grant);
    told.falls("one-vote: S1 votes for S2 and for S3 in term 0");
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
        if words.is_empty() { told.holds() } else { told.falls(words) }
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
    falls.falls("terms-rise: S1's term falls from 5 to 4");
    told.handle(S1, Step { term: Term(6), ..Step::default() }, |_| {});
    told.falls("terms-rise: S1 handles a message of term 6 and stays in term 5");
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
        if words.is_empty() { told.holds() } else { told.falls(words) }
    }
}

#[test]
fn commit_rises() {
    let ready = || {
        let mut told = Told::new();
        told.step(S1, |s| (0..5).for_each(|_| s.push(2, "x")));
        told.step(S1, |s| (s.commit, s.applied) = (3, 3));
        told
    };
    let mut told = ready();
    told.step(S1, |s| s.log.truncate(Index(4)));
    told.restart(S1, |_| {});
    told.holds();
    let mut told = ready();
    told.step(S1, |s| s.commit = 2);
    told.falls("commit-rises: S1's commitIndex falls from 3 to 2");
    let mut told = ready();
    told.step(S1, |s| s.applied = 1);
    told.falls("commit-rises: S1's lastApplied falls from 3 to 1");
    let mut told = ready();
    told.step(S1, |s| s.log.truncate(Index(3)));
    told.falls(
        "commit-rises: S1 deletes its log from 3 on, of which it knew that it is committed through 3",
    );
}

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
        told_with(disk, message).falls(&format!("durable-first: {words}"));
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

#[test]
fn applied_in_order() {
    let ready = || {
        let mut told = Told::new();
        told.step(S1, |s| (0..5).for_each(|_| s.push(2, "x")));
        told.step(S1, |s| s.commit = 4);
        (1..=3).for_each(|n| told.apply(S1, EntryId::new(n, 2), "x", n));
        told
    };
    let mut told = ready();
    told.apply(S1, EntryId::new(4, 2), "x", 4);
    told.holds();
    let at = told.at();
    told.checks.restored(at, S1, EntryId::new(9, 2), 9);
    told.holds();
    told.checks.restored(at, S1, EntryId::new(8, 2), 8);
    told.falls("applied-in-order: S1's service goes back from entry 9 to the snapshot through 8@2");

    let mut told = ready();
    told.apply(S1, EntryId::new(3, 2), "x", 3);
    told.falls("applied-in-order: S1 applies 3@2 after entry 3");
    let mut told = ready();
    told.step(S1, |s| s.commit = 5);
    told.apply(S1, EntryId::new(5, 2), "x", 5);
    told.falls("applied-in-order: S1 applies 5@2 after entry 3");
    let mut told = ready();
    told.apply(S1, EntryId::new(4, 2), "x", 4);
    told.apply(S1, EntryId::new(5, 2), "x", 5);
    told.falls("applied-in-order: S1 applies 5@2, but its commitIndex is 4");
}

#[test]
fn snapshot_contents() {
    let snapshot = |server, through: EntryId, state: &'static [u8]| {
        let mut told = Told::new();
        for server in [S1, S2] {
            told.step(server, |s| (0..3).for_each(|_| s.push(2, "x")));
            told.step(server, |s| s.commit = 3);
        }
        (1..=3).for_each(|n| told.apply(S1, EntryId::new(n, 2), "x", 10 * n));
        told.handle(server, Step { snapshot: true, ..Step::default() }, |s| {
            s.log.discard_through(through);
            s.snapshot = Bytes::from_static(state);
        });
        told
    };
    snapshot(S1, EntryId::new(3, 2), &[30]).holds();
    snapshot(S2, EntryId::new(2, 2), &[20]).holds();
    snapshot(S2, EntryId::new(2, 2), &[10]).falls(
        "snapshot-contents: S2 has a snapshot through 2@2 that is not the state in which S1 was then",
    );
    snapshot(S2, EntryId::new(2, 2), &[])
        .falls("snapshot-contents: S2's snapshot through 2@2 cannot be read");
    snapshot(S2, EntryId::new(2, 1), &[20])
        .falls("snapshot-contents: S2's snapshot ends with 2@1, but S1 has committed 2@2");

    // Installed, and found again after a crash.
    let mut told = snapshot(S1, EntryId::new(3, 2), &[30]);
    let at = told.at();
    told.checks.restored(at, S3, EntryId::new(3, 2), 30);
    told.restart(S1, |_| {});
    told.holds();
    told.restart(S1, |s| s.snapshot = Bytes::from_static(&[31]));
    assert_eq!(told.checks.count(Property::SnapshotContents), 2, "the bytes and the service");
}

#[test]
fn linearizable() {
    for (read, holds) in [("1", true), ("2", false)] {
        let mut told = Told::new();
        for (client, asked, answer) in
            [(1, Asked::Put("1".into()), Answer::Done), (2, Asked::Get, Answer::Value(read.into()))]
        {
            let invoked = told.at();
            let key = "x".into();
            told.checks.invoked(Operation { client, sequence: 1, key, asked, invoked });
            let at = told.at();
            told.checks.answered(at, client, 1, &answer);
        }
        if holds {
            told.holds();
        } else {
            told.falls(
                "linearizable: c2's get of x finds \"2\", and that fits into no order of what was done with x. \
                 The longest order that fits ends with c1's x=1: x is \"1\" then",
            );
            assert_eq!(told.checks.violations()[0].events, [1, 3, 4]);
        }
    }
}

#[test]
fn what_others_find_is_reported_and_only_the_first_of_a_kind_is_kept() {
    let mut told = Told::new();
    for event in [4, 5] {
        told.checks.report(Violation {
            property: Property::Liveness,
            at: At { time: Time(9), event },
            servers: vec![S2],
            entries: Vec::new(),
            events: vec![3],
            facts: "nobody leads".into(),
            assumption: None,
            wrongs: Vec::new(),
        });
    }
    told.falls("liveness: nobody leads");
    assert_eq!(told.checks.violations()[0].events, [3, 4]);
    assert_eq!(told.checks.count(Property::Liveness), 2);
}

#[test]
fn what_raft_does_not_promise_is_said() {
    let mut told = Told::new();
    told.step(S1, |s| s.lead(3));
    told.checks.distrust(S2, Assumption::HonestDisk);
    told.step(S3, |s| s.lead(3));
    told.falls(
        "election-safety: S1 and S3 both lead term 3; S2's disk lied about a sync: Raft promises nothing about \
         what S2 forgets",
    );
}

/// What all logs have behind them is forgotten, and so is what nobody reaches who might still ask.
#[test]
fn memory_follows_the_tail() {
    let mut told = Told::new();
    for n in 1..=20_000_u64 {
        for server in [S1, S2] {
            told.step(server, |s| s.push(2, "x"));
            told.step(server, |s| s.commit = n);
            told.apply(server, EntryId::new(n, 2), "x", n & 0xff);
            if n.is_multiple_of(100) {
                told.handle(server, Step { snapshot: true, ..Step::default() }, |s| {
                    s.log.discard_through(EntryId::new(n, 2));
                    s.snapshot = Bytes::from(vec![n as u8]);
                });
            }
        }
        assert!(told.checks.places() <= 512, "{} places after {n}", told.checks.places());
    }
    told.holds();
}
