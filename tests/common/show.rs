//! Records and states as the golden scripts print them: one a line, in fixed columns.

use raft_core::{EntryId, Index, Log, Role, Term};
use raft_run::server::{Life, Server};
use raft_run::{Record, Stamp, World};
use std::fmt::Write;

/// Most entries of a log, or rows of a table, that are printed; of more, the middle is left out.
const WIDE: u64 = 14;

/// Time, server, words, section.
pub fn record(stamp: &Stamp, record: &Record) -> String {
    let server = record.server().map_or_else(String::new, |server| server.to_string());
    let words = record.to_string();
    let time = stamp.at.to_string();
    match record.rule() {
        Some(rule) => format!("{time:>11}  {server:<4}{words:<66} {}", rule.section()),
        None => format!("{time:>11}  {server:<4}{words}"),
    }
}

/// One line a server: role, term, vote, log, commit, applied, table. Of a crashed server, what its disk
/// holds.
pub fn states(world: &World) -> String {
    world.servers().iter().map(|server| state(server) + "\n").collect()
}

fn state(server: &Server) -> String {
    let (word, term, vote, log, rest) = match &server.life {
        Life::Crashed(Err(error)) => {
            return format!("{:<4}crashed    {error}", server.id.to_string());
        }
        Life::Crashed(Ok(kept)) => {
            ("crashed", kept.vote.current_term, kept.vote.voted_for, log(&kept.log), String::new())
        }
        Life::Up(process) => {
            let node = &process.node;
            let word = match node.role() {
                _ if process.is_paused() => "paused",
                Role::Follower { .. } => "follower",
                Role::Candidate { .. } => "candidate",
                Role::Leader { .. } => "leader",
            };
            let (commit, applied) = (node.commit_index(), process.machine.applied());
            let rest = format!("commit {commit}  applied {applied}  {}", table(server));
            (word, node.vote().current_term, node.vote().voted_for, log(node.log()), rest)
        }
    };
    let vote = vote.map_or_else(|| "-".to_string(), |server| server.to_string());
    let line = format!(
        "{:<4}{word:<9}  term {term}  vote {vote:<2}  log {log}  {rest}",
        server.id.to_string()
    );
    line.trim_end().to_string()
}

/// A log as `..12@1 13@2 14@2`: what the snapshot covers, then the entries.
pub fn log(log: &Log) -> String {
    let mut words = Vec::new();
    if log.snapshot_end() != EntryId::ZERO {
        words.push(format!("..{}", log.snapshot_end()));
    }
    let ids = log
        .iter_from(Index(0))
        .zip(log.first_index().0..)
        .map(|(entry, index)| EntryId::new(index, entry.term.0).to_string());
    if log.len() <= WIDE {
        words.extend(ids);
    } else {
        words.extend(ids.take(2));
        words.push(format!("… {}", log.last()));
    }
    if words.is_empty() { "-".into() } else { words.join(" ") }
}

fn table(server: &Server) -> String {
    let Some(process) = server.process() else { return String::new() };
    let table = process.machine.table();
    if table.len() as u64 > WIDE {
        return format!("{} keys", table.len());
    }
    let mut text = String::from("{");
    for (at, (key, value)) in table.enumerate() {
        let [key, value] = [key, &value.bytes].map(|bytes| String::from_utf8_lossy(bytes));
        let gap = if at > 0 { " " } else { "" };
        write!(text, "{gap}{key}={value}").expect("a string takes any text");
    }
    text + "}"
}

/// The terms of a log's entries, as Figures 6 to 8 of the paper draw a log.
pub fn terms(log: &Log) -> Vec<Term> {
    log.iter_from(Index(0)).map(|entry| entry.term).collect()
}
