//! With the feature `serde`, all that goes in and out, and the persistent state, is written down and read back: in a
//! compact format and in one that names its fields. What is read is no more trusted than any other text.

mod common;

use common::cluster::{Cluster, Event};
use common::*;
use raft_core::{
    Action, Config, Entries, EntryId, Index, Input, Log, MAX_NUMBER, Message, Node, Persistent,
    Time,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let compact = postcard::to_allocvec(value).expect("it can be written down");
    assert_eq!(&postcard::from_bytes::<T>(&compact).expect("it can be read"), value);
    let named = serde_json::to_string(value).expect("it can be written down");
    assert_eq!(&serde_json::from_str::<T>(&named).expect("it can be read"), value);
}

#[test]
fn whatever_goes_in_and_comes_out_is_read_back() {
    let mut node = leader(1, log_after(EntryId::new(3, 1), &[1, 2]));
    comes_back(node.config());
    let inputs = [
        Input::Tick,
        Input::Timeout,
        Input::Start("x=1".into()),
        reply(S2, 2, 3, conflict(5, Some(1), 1)),
        reply(S2, 2, 4, conflict(4, None, 2)),
        reply(S3, 2, 4, success(6)),
        Input::Failed { to: S2 },
        Input::Snapshot { index: Index(5), data: "state".into() },
        request(S2, 3, append((6, 2), &[3, 3], 7)),
        request(S2, 3, append((9, 3), &[], 7)),
        request(S3, 3, asks(1, 1)),
        request(S3, 2, Message::RequestVoteReply { vote_granted: false }),
        request(S2, 3, install(20, 3)),
        Input::Start("x=2".into()),
    ];
    let mut kinds = std::collections::BTreeSet::new();
    for input in inputs {
        comes_back(&input);
        let mut out = Vec::new();
        node.step(Time(0), input, &mut out);
        out.iter().for_each(comes_back);
        kinds.extend(out.iter().map(|action| format!("{action:?}")[..10].to_owned()));
    }
    for kind in ["Persist(Vo", "Persist(Ap", "Persist(Sa", "Send(Envel", "Apply(Comm", "Apply(Snap"]
    {
        assert!(kinds.contains(kind), "{kind} was never there: {kinds:?}");
    }
    assert!(kinds.iter().any(|kind| kind.starts_with("Started(")));
}

#[test]
fn a_cluster_restarts_from_what_was_written_down() {
    let mut cluster = Cluster::new(Config { servers: 3, ..Config::default() });
    cluster.settle();
    for n in 0..200 {
        cluster.happen(&Event::Start(n));
    }
    cluster.settle();
    cluster.happen(&Event::Snapshot(0, 0));
    cluster.happen(&Event::Start(0));
    for server in &cluster.servers {
        comes_back(&server.disk);
        let bytes = postcard::to_allocvec(&server.disk).expect("it can be written down");
        let read: Persistent = postcard::from_bytes(&bytes).expect("it can be read");
        let config = *server.node.config();
        let node = Node::recover(read, server.node.id(), config, 1, Time(0), &mut Vec::new());
        assert_eq!(node.log(), server.node.log());
        assert_eq!(node.vote(), server.node.vote());
    }
}

#[test]
fn a_log_that_no_cluster_reaches_is_refused() {
    let log = |index: u64, entries: &str| {
        let end = format!("{{\"term\":1,\"index\":{index}}}");
        serde_json::from_str::<Log>(&format!("{{\"snapshot_end\":{end},\"entries\":[{entries}]}}"))
    };
    let entry = "{\"term\":1,\"command\":[120]}";
    assert_eq!(log(7, entry).expect("a log").last(), EntryId::new(8, 1));
    assert_eq!(log(MAX_NUMBER - 1, entry).expect("a log").last().index.0, MAX_NUMBER);
    for index in [MAX_NUMBER, u64::MAX] {
        let error = log(index, entry).expect_err("too long").to_string();
        assert!(error.starts_with("no log reaches index "), "{error}");
    }
}

#[test]
fn a_length_that_is_not_there_is_an_error() {
    // A vector that says it holds 2^63 entries, and ends there.
    let bytes = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    assert!(postcard::from_bytes::<Entries>(&bytes).is_err());
    assert!(postcard::from_bytes::<Action>(&[0, 1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f]).is_err());
}
