//! The checks keep the first violation of each property, and forget old parts of the logs.

use crate::told::{S1, S2, S3, Told};
use bytes::Bytes;
use raft_check::{Assumption, At, Property, Step, Violation};
use raft_core::{EntryId, Time};

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
            bugs: Vec::new(),
        });
    }
    told.violates("liveness: nobody leads");
    assert_eq!(told.checks.violations()[0].events, [3, 4]);
    assert_eq!(told.checks.count(Property::Liveness), 2);
}

#[test]
fn what_raft_does_not_property_is_said() {
    let mut told = Told::new();
    told.step(S1, |s| s.lead(3));
    told.checks.distrust(S2, Assumption::HonestDisk);
    told.step(S3, |s| s.lead(3));
    told.violates(
        "election-safety: S1 and S3 both lead term 3; S2's disk lied about a sync: Raft promises nothing about \
         what S2 forgets",
    );
}

/// The checks forget the entries that every server has in its snapshot or has not reached.
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
