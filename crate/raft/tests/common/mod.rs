//! A node in a given state, its inputs in few words, and its actions as lines.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file is a crate that uses its own part of this"
)]

pub mod cluster;

use bytes::Bytes;
use raft_core::{
    Action, Appended, ApplyMsg, Bugs, Config, Entry, EntryId, Envelope, Index, Input, Log, Message,
    Mistake, Node, Persistent, ServerId, Started, Term, Time, Vote, Write,
};

pub const S1: ServerId = ServerId(1);
pub const S2: ServerId = ServerId(2);
pub const S3: ServerId = ServerId(3);

pub const YES: Message = Message::RequestVoteReply { vote_granted: true };
pub const NO: Message = Message::RequestVoteReply { vote_granted: false };

/// Entries of these terms; the command of an entry is its identity.
pub fn entries(first: u64, terms: &[u64]) -> Vec<Entry> {
    (first..).zip(terms).map(|(index, &term)| entry(index, term)).collect()
}

pub fn entry(index: u64, term: u64) -> Entry {
    Entry { term: Term(term), command: Bytes::from(format!("{index}@{term}")) }
}

/// A log whose entries have these terms.
pub fn log(terms: &[u64]) -> Log {
    log_after(EntryId::ZERO, terms)
}

/// A log that continues a snapshot.
pub fn log_after(snapshot_end: EntryId, terms: &[u64]) -> Log {
    let mut log = Log::after(snapshot_end);
    for entry in entries(snapshot_end.index.0 + 1, terms) {
        log.push(entry);
    }
    log
}

/// S1 of three servers, restarted with this term, no vote, and this log.
pub fn node(term: u64, log: Log) -> Node {
    node_of(Config { servers: 3, ..Config::default() }, term, None, log)
}

/// Settings and bugs of a node.
#[derive(Clone, Copy)]
pub struct Core {
    pub config: Config,
    pub bugs: Bugs,
}

impl From<Config> for Core {
    fn from(config: Config) -> Self {
        Self { config, bugs: Bugs::default() }
    }
}

pub fn node_of(core: impl Into<Core>, term: u64, voted_for: Option<ServerId>, log: Log) -> Node {
    let Core { config, bugs } = core.into();
    let vote = Vote { current_term: Term(term), voted_for };
    let snapshot =
        if log.snapshot_end() == EntryId::ZERO { Bytes::new() } else { Bytes::from("old") };
    let persistent = Persistent { vote, log, snapshot };
    let out = &mut Vec::new();
    Node::recover_with_bugs(persistent, S1, config, bugs, 1, Time(0), out)
}

/// S1 as a candidate in the term after this one.
pub fn candidate(term: u64, log: Log) -> Node {
    let mut node = node(term, log);
    step(&mut node, Input::Timeout);
    node
}

/// S1 as the leader of the term after this one; its calls 1 and 2 asked for votes, 3 and 4 announced it.
pub fn leader(term: u64, log: Log) -> Node {
    leader_of(Config { servers: 3, ..Config::default() }, term, log)
}

pub fn leader_of(config: impl Into<Core>, term: u64, log: Log) -> Node {
    let mut node = node_of(config, term, None, log);
    step(&mut node, Input::Timeout);
    step(&mut node, reply(S2, term + 1, 1, Message::RequestVoteReply { vote_granted: true }));
    assert!(node.get_state().1, "S1 leads");
    node
}

/// Takes an input at time 0 and gives the actions as lines.
pub fn step(node: &mut Node, input: Input) -> Vec<String> {
    step_at(node, Time(0), input)
}

pub fn step_at(node: &mut Node, now: Time, input: Input) -> Vec<String> {
    let mut actions = Vec::new();
    node.step(now, input, &mut actions);
    actions.iter().map(line).collect()
}

/// A request of a peer.
pub fn request(from: ServerId, term: u64, message: Message) -> Input {
    reply(from, term, 7, message)
}

/// The reply to S1's call of this number.
pub fn reply(from: ServerId, term: u64, call: u64, message: Message) -> Input {
    Input::Receive(Envelope { from, to: S1, term: Term(term), call, message })
}

/// `RequestVote` of a candidate whose log ends like this.
pub fn asks(index: u64, term: u64) -> Message {
    Message::RequestVote { last_log: EntryId::new(index, term) }
}

/// `AppendEntries` with entries of these terms after `prev`.
pub fn append(prev: (u64, u64), terms: &[u64], commit: u64) -> Message {
    Message::AppendEntries {
        prev_log: EntryId::new(prev.0, prev.1),
        entries: entries(prev.0 + 1, terms).into_iter().collect(),
        leader_commit: Index(commit),
    }
}

pub fn install(index: u64, term: u64) -> Message {
    Message::InstallSnapshot { last_included: EntryId::new(index, term), data: "new".into() }
}

pub fn success(match_index: u64) -> Message {
    Message::AppendEntriesReply(Appended::Success { match_index: Index(match_index) })
}

pub fn conflict(prev: u64, term: Option<u64>, first: u64) -> Message {
    Message::AppendEntriesReply(Appended::Conflict {
        prev_log_index: Index(prev),
        conflict_term: term.map(Term),
        first_index: Index(first),
    })
}

/// An action in one line.
pub fn line(action: &Action) -> String {
    match action {
        Action::Persist(Write::Vote(vote)) => format!("persist {}", vote_words(*vote)),
        Action::Persist(Write::Append { from, entries }) => {
            format!("persist {} from {from}", words(entries))
        }
        Action::Persist(Write::Save { vote, last_included, snapshot, log }) => format!(
            "persist {}, snapshot up to {last_included} ({}), {}",
            vote_words(*vote),
            words(&[Entry { term: Term(0), command: snapshot.clone() }]),
            words(log)
        ),
        Action::Send(Envelope { to, term, call, message, .. }) => {
            format!("send {to} in term {term}, call {call}: {message}")
        }
        Action::Apply(ApplyMsg::Command { id, command }) => {
            format!("apply {id} ({})", String::from_utf8_lossy(command))
        }
        Action::Apply(ApplyMsg::Snapshot { last_included, data }) => {
            format!("apply snapshot up to {last_included} ({})", String::from_utf8_lossy(data))
        }
        Action::Started(Started::Leader(id)) => format!("started as {id}"),
        Action::Started(Started::NotLeader { term, hint: Some(hint) }) => {
            format!("not started in term {term}: try {hint}")
        }
        Action::Started(Started::NotLeader { term, hint: None }) => {
            format!("not started in term {term}: leader unknown")
        }
        Action::Note(note) => format!("{}: {note}", note.rule()),
    }
}

fn vote_words(vote: Vote) -> String {
    match vote.voted_for {
        Some(server) => format!("term {} vote {server}", vote.current_term),
        None => format!("term {} no vote", vote.current_term),
    }
}

fn words(entries: &[Entry]) -> String {
    if entries.is_empty() {
        return "nothing".into();
    }
    let words = entries.iter().map(|entry| String::from_utf8_lossy(&entry.command));
    words.collect::<Vec<_>>().join(" ")
}

/// The actions of the right core that the wrong one does not take, and the other way round.
pub fn differences(
    mistake: Mistake,
    servers: u16,
    act: impl Fn(Core) -> Vec<String>,
) -> (Vec<String>, Vec<String>) {
    let config = Config { servers, ..Config::default() };
    let core = |bugs| Core { config, bugs };
    let (right, wrong) = (act(core(Bugs::default())), act(core(Bugs::of([mistake.into()]))));
    let without = |lines: &[String], others: &[String]| {
        lines.iter().filter(|&line| !others.contains(line)).cloned().collect()
    };
    (without(&right, &wrong), without(&wrong, &right))
}

pub fn lines<const N: usize, const M: usize>(
    right: [&str; N],
    wrong: [&str; M],
) -> (Vec<String>, Vec<String>) {
    let owned = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect();
    (owned(&right), owned(&wrong))
}
