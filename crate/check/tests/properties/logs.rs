//! Properties of logs, leaders and commits.

use crate::told::{S1, S2, S3, Server, Told};
use bytes::Bytes;
use raft_check::{Property, Step};
use raft_core::{Entry, EntryId, Index, Log, Term};

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
            told.violates("election-safety: S1 and S3 both lead term 3");
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
            told.violates(
                "leader-append-only: S1 leads term 2 and deletes its own entries from 2 on",
            );
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
        if words.is_empty() { told.holds() } else { told.violates(words) }
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
            told.violates(
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
            told.violates(
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
    told.violates("commit-rises: S1's commitIndex falls from 3 to 2");
    let mut told = ready();
    told.step(S1, |s| s.applied = 1);
    told.violates("commit-rises: S1's lastApplied falls from 3 to 1");
    let mut told = ready();
    told.step(S1, |s| s.log.truncate(Index(3)));
    told.violates(
        "commit-rises: S1 deletes its log from 3 on, of which it knew that it is committed through 3",
    );
}
