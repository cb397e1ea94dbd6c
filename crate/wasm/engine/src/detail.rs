//! From a world to what the inspector shows of one server, one message, one entry.

use crate::frame::{entry_view, message_view};
use raft_core::{Appended, EntryId, Index, Message, Persistent, ServerId, Time};
use raft_run::World;
use raft_run::client_command::{Asked, ClientCommand};
use raft_run::disk::{Disk, DiskError};
use raft_run::machine::{Machine, Service};
use raft_run::network::{Fate, Flight};
use raft_run::server::Server;
use raft_run::state::{RoleName, ServerState};
use raft_run::tables::{MessageMark, OperationName};
use raft_run::text::{joined, printable};
use raft_wasm_view::{
    DiskRecord, DiskView, EntryDetail, EntryView, Field, KeyValue, LogRange, MessageDetail,
    MessageView, Pending, ServerDetail, SnapshotView,
};
use std::borrow::Cow;
use std::fmt::Display;

const ROWS: usize = 200;
const PENDING: usize = 20;
const RECORDS: usize = 40;
const HEX: usize = 1024;
const TEXT: usize = 200;
const WHOLE: usize = 4_000;

/// The content of a disk, decoded once for each of its versions.
pub(crate) struct Decoded {
    key: (ServerId, u64),
    state: Result<Persistent, DiskError>,
}

impl Decoded {
    pub(crate) fn of(server: &Server, before: Option<Self>) -> Self {
        let key = (server.id, server.disk.version());
        match before {
            Some(decoded) if decoded.key == key => decoded,
            _ => Self { key, state: server.disk.read() },
        }
    }
}

pub(crate) fn server(server: &Server, decoded: &Decoded, service: Service) -> ServerDetail {
    let state = server.state();
    let process = server.process();
    let (table, table_more) =
        process.map_or_else(Default::default, |process| rows(&process.machine));
    ServerDetail {
        id: state.id.0,
        status: state.status.name(),
        memory: state.role.map(|role| memory(&state, role)),
        disk: disk(&server.disk, &decoded.state, service),
        table,
        table_more,
        applied: state.applied.0,
        pending: if state.is_up() { pending(&state) } else { Vec::new() },
    }
}

/// Fields, one after the other.
struct Fields(Vec<Field>);

impl Fields {
    #[inline(never)]
    fn add(&mut self, name: &'static str, value: &dyn Display, hint: &'static str) {
        self.add_named(name.into(), value, hint);
    }

    fn add_named(&mut self, name: Cow<'static, str>, value: &dyn Display, hint: &'static str) {
        self.0.push(Field { name, value: value.to_string(), hint });
    }
}

fn or_none(server: Option<ServerId>) -> String {
    server.map_or_else(|| "none".into(), |server| server.to_string())
}

fn memory(state: &ServerState<'_>, role: RoleName) -> Vec<Field> {
    let mut fields = Fields(Vec::new());
    fields.add("role", &role.name(), "What it is in its term: follower, candidate or leader.");
    fields.add("currentTerm", &state.term, "The latest term that it has seen.");
    fields.add("votedFor", &or_none(state.voted_for), "Who received its vote in this term.");
    fields.add("log ends at", &state.last_log(), "Index and term of its last entry.");
    let known = "The highest entry that it knows to be committed.";
    fields.add("commitIndex", &state.commit_index, known);
    let applied = "The highest entry handed to its service.";
    fields.add("lastApplied", &state.last_applied, applied);
    match role {
        RoleName::Follower => {
            fields.add("leader", &or_none(state.leader), "Whom it follows in this term.");
        }
        RoleName::Candidate => {
            let names = joined(state.votes.iter(), " ");
            fields.add("votes", &names, "Who has voted for it in this term.");
        }
        RoleName::Leader => {}
    }
    if let Some(followers) = state.followers {
        let names = joined(followers.iter().map(|(follower, _)| follower), " ");
        fields.add_named(
            format!("nextIndex {names}").into(),
            &joined(followers.iter().map(|(_, progress)| progress.next_index), " "),
            "For each follower: the next entry to send to it.",
        );
        fields.add_named(
            format!("matchIndex {names}").into(),
            &joined(followers.iter().map(|(_, progress)| progress.match_index), " "),
            "For each follower: the highest entry that it is known to hold.",
        );
    }
    if state.clock_rate != raft_run::clock::EXACT {
        let rate = raft_run::text::Rate(state.clock_rate).to_string();
        fields.add("clock", &rate, "How fast its clock goes; 100% is exact.");
    }
    fields.0
}

fn rows(machine: &Machine) -> (Vec<KeyValue>, u64) {
    let table = machine.table();
    let more = table.len().saturating_sub(ROWS) as u64;
    let row = |(key, value): (&bytes::Bytes, &raft_run::machine::Value)| KeyValue {
        key: printable(key, TEXT),
        value: printable(&value.bytes, TEXT),
        index: value.written_by.0,
    };
    (table.take(ROWS).map(row).collect(), more)
}

fn pending(state: &ServerState<'_>) -> Vec<Pending> {
    let first = state.applied.next();
    let Some(log) = state.log else { return Vec::new() };
    let entries = log.iter_from(first).zip(first.0..).take(PENDING);
    let row = |(entry, index): (&raft_core::Entry, u64)| {
        let ClientCommand { key, asked, .. } = ClientCommand::read(&entry.command);
        let (op, value) = match &asked {
            Asked::Put(value) => (OperationName::Put, &value[..]),
            Asked::Append(value) => (OperationName::Append, &value[..]),
            Asked::CompareAndSet(_, value) => (OperationName::CompareAndSet, &value[..]),
            Asked::Get => (OperationName::Get, &[][..]),
        };
        let (key, value) = (printable(&key, TEXT), printable(value, TEXT));
        Pending { index, key, value, op: op.name() }
    };
    entries.map(row).collect()
}

fn disk(disk: &Disk, state: &Result<Persistent, DiskError>, service: Service) -> DiskView {
    let (records, earlier) = disk.records(RECORDS);
    let record = |stored: raft_run::disk::Stored| DiskRecord {
        offset: stored.offset as u64,
        bytes: stored.bytes as u64,
        text: stored
            .record
            .map_or_else(|why| format!("unreadable: {why}"), |record| record.to_string()),
        synced: stored.synced,
    };
    let found = state.as_ref().ok();
    let vote = found.map(|state| state.vote).unwrap_or_default();
    DiskView {
        bytes: disk.bytes(),
        current_term: vote.current_term.0,
        voted_for: vote.voted_for.map(|server| server.0),
        snapshot: found.and_then(|state| snapshot(state, service)),
        log: found.and_then(log_range),
        records: records.into_iter().map(record).collect(),
        earlier: earlier as u64,
        hex: hex_dump(disk),
        problem: state.as_ref().err().map(DiskError::to_string),
    }
}

fn snapshot(state: &Persistent, service: Service) -> Option<SnapshotView> {
    let end = state.log.snapshot_end();
    if end.index == Index(0) {
        return None;
    }
    let (table, more) = Machine::restore(service, &state.snapshot)
        .map_or_else(Default::default, |machine| rows(&machine));
    Some(SnapshotView {
        last_included: end.into(),
        bytes: state.snapshot.len() as u64,
        table,
        more,
    })
}

fn log_range(state: &Persistent) -> Option<LogRange> {
    let index = state.log.first_index();
    let term = state.log.get(index)?.term;
    Some(LogRange { first: EntryId { term, index }.into(), last: state.log.last().into() })
}

fn hex_dump(disk: &Disk) -> String {
    let (start, bytes) = disk.tail(HEX);
    let mut dump = String::new();
    for (line, chunk) in bytes.chunks(16).enumerate() {
        let offset = format!("{:06x} ", start + 16 * line);
        dump.push_str(&offset);
        for at in 0..16 {
            let hex = chunk.get(at).map_or("  ".into(), |byte| format!("{byte:02x}"));
            dump.push(' ');
            dump.push_str(&hex);
        }
        dump.push_str("  ");
        dump.extend(chunk.iter().map(|&byte| match byte {
            b' '..=b'~' => char::from(byte),
            _ => '.',
        }));
        dump.push('\n');
    }
    dump
}

pub(crate) fn message(world: &World, id: u64) -> Option<MessageDetail> {
    let network = world.network();
    let lost = || network.lost().rev().find(|flight| flight.id == id);
    let (flight, is_lost) = match network.message(id) {
        Some(flight) => (flight, false),
        None => (lost()?, true),
    };
    let mut view = message_view(flight);
    if let (true, Fate::Dies { at, .. }) = (is_lost, flight.fate) {
        view = MessageView { state: MessageMark::Lost.name(), stopped_at: Some(at.0), ..view };
    }
    let entries = match &flight.envelope.message {
        Message::AppendEntries { prev_log, entries, .. } => carried(prev_log.index, entries),
        _ => Vec::new(),
    };
    Some(MessageDetail {
        view,
        fields: fields(flight, is_lost),
        entries,
        bytes: flight.envelope.message.size(),
    })
}

fn carried(prev: Index, entries: &[raft_core::Entry]) -> Vec<EntryView> {
    let view = |(entry, index): (&raft_core::Entry, u64)| EntryView {
        index,
        term: entry.term.0,
        command: printable(&entry.command, TEXT),
        committed: false,
        applied: false,
        synced: false,
    };
    entries.iter().zip(prev.next().0..).map(view).take(ROWS).collect()
}

fn fields(flight: &Flight, is_lost: bool) -> Vec<Field> {
    let envelope = &flight.envelope;
    let mut fields = Fields(Vec::new());
    fields.add("term", &envelope.term, "The sender's current term.");
    match &envelope.message {
        Message::RequestVote { last_log } => {
            fields.add("candidateId", &envelope.from, "Who asks for the vote.");
            fields.add("lastLogIndex", &last_log.index, "Index of the candidate's last entry.");
            fields.add("lastLogTerm", &last_log.term, "Term of the candidate's last entry.");
        }
        Message::RequestVoteReply { vote_granted } => {
            fields.add("voteGranted", &vote_granted, "True: the candidate received this vote.");
        }
        Message::AppendEntries { prev_log, entries, leader_commit } => {
            fields.add("leaderId", &envelope.from, "Who leads in this term.");
            fields.add(
                "prevLogIndex",
                &prev_log.index,
                "Index of the entry just before the new ones.",
            );
            fields.add(
                "prevLogTerm",
                &prev_log.term,
                "Term of the entry just before the new ones.",
            );
            fields.add(
                "entries",
                &entries.len(),
                "How many entries it carries; none in a heartbeat.",
            );
            fields.add("leaderCommit", &leader_commit, "The leader's commitIndex.");
        }
        Message::AppendEntriesReply(appended) => appended_fields(*appended, &mut fields),
        Message::InstallSnapshot { last_included, data } => {
            fields.add("leaderId", &envelope.from, "Who leads in this term.");
            fields.add(
                "lastIncludedIndex",
                &last_included.index,
                "The snapshot replaces all entries up to here.",
            );
            fields.add("lastIncludedTerm", &last_included.term, "Term of that entry.");
            fields.add("data", &format!("{} B", data.len()), "The service's whole state.");
        }
        Message::InstallSnapshotReply { match_index } => {
            let value =
                match_index.map_or_else(|| "none: old term".into(), |index| index.to_string());
            fields.add(
                "matches through",
                &value,
                "The follower's state is the leader's up to here.",
            );
        }
    }
    fields.add("sent at", &Time(flight.sent_at.0), "When it was sent.");
    // Before it is lost, nobody knows that it will be.
    if let (true, Fate::Dies { why, .. }) = (is_lost, flight.fate) {
        fields.add("lost", &why, "Why it did not arrive.");
    }
    fields.0
}

fn appended_fields(appended: Appended, fields: &mut Fields) {
    match appended {
        Appended::Success { match_index } => {
            fields.add(
                "success",
                &true,
                "The follower held the entry before, and took the entries.",
            );
            fields.add("matches through", &match_index, "prevLogIndex plus the number of entries.");
        }
        Appended::Conflict { prev_log_index, conflict_term, first_index } => {
            fields.add("success", &false, "The follower has no such entry at the place before.");
            fields.add("prevLogIndex", &prev_log_index, "The place where the logs disagree.");
            let term = conflict_term
                .map_or_else(|| "none: log is shorter".into(), |term| term.to_string());
            fields.add("conflicting term", &term, "The term of the follower's entry there.");
            fields.add("first index", &first_index, "Where that term begins, or the log's end.");
        }
        Appended::OldTerm => fields.add("success", &false, "The request's term was old."),
    }
}

pub(crate) fn entry(world: &World, server: ServerId, index: u64) -> Option<EntryDetail> {
    let state = world.servers().get(server.slot())?.state();
    let entry = state.log?.get(Index(index))?;
    let view = entry_view(&state, index, entry);
    let holds = |other: &&Server| {
        other.state().log.and_then(|log| log.get(Index(index))).is_some_and(|e| e == entry)
    };
    Some(EntryDetail {
        index,
        term: entry.term.0,
        command: printable(&entry.command, WHOLE),
        bytes: entry.command.len() as u64,
        holders: world.servers().iter().filter(holds).map(|other| other.id.0).collect(),
        committed: view.committed,
        applied: view.applied,
        synced: view.synced,
    })
}
