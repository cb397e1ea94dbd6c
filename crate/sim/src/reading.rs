//! Reading records back from their words.

use crate::blocker::Blocker;
use crate::client_event::ClientEvent;
use crate::command::MessageAction;
use crate::disk::DiskError;
use crate::network::Loss;
use crate::record::{Brief, Record, Repeat, done, message_words};
use crate::wal::Corrupt;
use raft_check::Property;
use raft_core::words::scan;
use raft_core::{EntryId, Rpc, ServerId, Span};
use raft_script::crash::Part;

impl Record {
    /// The record of a server (none: of the world) that has these words.
    pub fn read(server: Option<ServerId>, words: &str) -> Option<Self> {
        let Some(server) = server else { return of_world(words) };
        if let Ok(note) = words.parse() {
            return Some(Self::Rule(server, note));
        }
        of_message(server, words).or_else(|| of_server(server, words))
    }
}

fn of_world(words: &str) -> Option<Record> {
    if let Some(text) = words.strip_prefix("you: ") {
        return Some(Record::Command(text.into()));
    }
    if let Some(property) = words.strip_prefix("property violated: ") {
        let (title, facts) = property.split_once(": ")?;
        return Some(Record::Violated(Property::titled(title)?, facts.into()));
    }
    if let Some(event) = ClientEvent::read(words) {
        return Some(Record::Client(Box::new(event)));
    }
    if let Some(why) = words.strip_prefix("no progress in time: ") {
        return Blocker::read(why).map(|why| Record::NoProgress(Box::new(why)));
    }
    if let Some(values) =
        scan("all servers follow {leader} and have the same log up to {id}", words)
    {
        let (leader, through) = (values[0].1.parse().ok()?, values[1].1);
        let parts =
            scan("{id}; committed up to {commit} until a command of this term comes", through);
        let (through, commit) = match parts {
            Some(parts) => (parts[0].1, Some(parts[1].1.parse().ok()?)),
            None => (through, None),
        };
        let through: EntryId = through.parse().ok()?;
        return Some(Record::Progress(leader, through, commit.unwrap_or(through.index)));
    }
    let cut = match words {
        "no link is cut" => 0,
        "1 directed link is cut" => 1,
        _ => only("{n} directed links are cut", words)?.parse().ok()?,
    };
    Some(Record::LinksCut(cut))
}

fn of_server(server: ServerId, words: &str) -> Option<Record> {
    Some(match words {
        "finishes its disk write: it is durable now" => Record::Synced(server),
        "crashes" => Record::Crashed(server, 0),
        "restarts from its disk" => Record::Restarted(server),
        "is paused" => Record::Paused(server),
        "resumes" => Record::Resumed(server, 0),
        "resumes; 1 message was waiting" => Record::Resumed(server, 1),
        _ => return with_value(server, words),
    })
}

fn with_value(server: ServerId, words: &str) -> Option<Record> {
    if let Some(bytes) = only("crashes and loses {bytes} B that were not durable", words) {
        Some(Record::Crashed(server, bytes.parse().ok()?))
    } else if let Some(bytes) = only("keeps a torn piece of {bytes} B at the end of its log", words)
    {
        Some(Record::Torn(server, bytes.parse().ok()?))
    } else if let Some(bytes) = only("loses {bytes} B that its disk had reported as durable", words)
    {
        Some(Record::DiskLied(server, bytes.parse().ok()?))
    } else if let Some(bytes) =
        only("loses {bytes} B that its disk had acknowledged before they were flushed", words)
    {
        Some(Record::CacheLost(server, bytes.parse().ok()?))
    } else if let Some(parts) = words.strip_prefix("crashes as planned: ") {
        let part = |name: &str| Part::named(name).ok();
        match scan("its {done} is durable, its {next} is not", parts) {
            Some(values) => {
                Some(Record::CrashPlanned(server, part(values[0].1)?, Some(part(values[1].1)?)))
            }
            None => Some(Record::CrashPlanned(
                server,
                part(only("its {done} is durable", parts)?)?,
                None,
            )),
        }
    } else if let Some(through) =
        only("finishes what the crash interrupted: its log continues the snapshot {id} now", words)
    {
        Some(Record::LogCut(server, through.parse().ok()?))
    } else if let Some(bytes) =
        only("drops a torn record of {bytes} B from the end of its log", words)
    {
        Some(Record::DroppedTorn(server, bytes.parse().ok()?))
    } else if let Some(values) =
        scan("skips {id}: operation {sequence} of c{client} was applied with entry {by}", words)
    {
        let (id, by) = (values[0].1.parse().ok()?, values[3].1.parse().ok()?);
        let (sequence, client) = (values[1].1.parse().ok()?, values[2].1.parse().ok()?);
        Some(Record::Repeated(server, Repeat { id, client, sequence, by }))
    } else if let Some(n) = only("resumes; {n} messages were waiting", words) {
        Some(Record::Resumed(server, n.parse().ok()?))
    } else if let Some(through) =
        only("cannot read the snapshot up to {id}: its state machine stays as it was", words)
    {
        Some(Record::SnapshotUnreadable(server, through.parse().ok()?))
    } else {
        let error = disk_error(words.strip_prefix("cannot restart: ")?)?;
        Some(Record::RestartFailed(server, error))
    }
}

fn disk_error(words: &str) -> Option<DiskError> {
    let corrupt = [Corrupt::Torn, Corrupt::Checksum, Corrupt::Content];
    if let Some(values) = scan("the log is corrupt at byte {offset}: {why}", words) {
        let why = corrupt.into_iter().find(|why| why.to_string() == values[1].1)?;
        return Some(DiskError::Log { offset: values[0].1.parse().ok()?, why });
    }
    if let Some(values) =
        scan("the log continues the snapshot {log}, but the snapshot is {is}", words)
    {
        let (log, snapshot) = (values[0].1.parse().ok()?, values[1].1.parse().ok()?);
        return Some(DiskError::Mismatch { log, snapshot });
    }
    (words == DiskError::Snapshot.to_string()).then_some(DiskError::Snapshot)
}

fn of_message(server: ServerId, words: &str) -> Option<Record> {
    if let Some(values) = scan("sends {to} {what} ({which})", words) {
        let to = values[0].1.parse().ok()?;
        return Some(Record::Sent(brief(server, to, values[1].1, values[2].1)?));
    }
    if let Some(values) = scan("receives from {from} {what} ({which})", words) {
        let from = values[0].1.parse().ok()?;
        return Some(Record::Arrived(brief(from, server, values[1].1, values[2].1)?));
    }
    if let Some(values) = scan("its {message} is {done}, as ordered ({which})", words) {
        let (what, to) = values[0].1.rsplit_once(" to ")?;
        let action = MessageAction::all().find(|action| done(*action) == values[1].1)?;
        return Some(Record::Ordered(brief(server, to.parse().ok()?, what, values[2].1)?, action));
    }
    let values = scan("its {message} is lost: {why} ({which})", words)?;
    // The receiver stands last: `AppendEntries success to S2`.
    let (what, to) = values[0].1.rsplit_once(" to ")?;
    let why = Loss::read(values[1].1)?;
    Some(Record::Lost(brief(server, to.parse().ok()?, what, values[2].1)?, why))
}

/// A message from what it is (`AppendEntries success`, `heartbeat`, `AppendEntries 3-4`) and its numbers
/// (`message 41, term 3`).
fn brief(from: ServerId, to: ServerId, what: &str, which: &str) -> Option<Brief> {
    let numbers = scan("message {id}, term {term}", which)?;
    let (name, span) = match what.rsplit_once(' ') {
        Some((name, span)) if span.parse::<Span>().is_ok() => (name, Some(span)),
        _ => (what, None),
    };
    let (rpc, heartbeat, reply) = Rpc::ALL
        .into_iter()
        .flat_map(|rpc| [false, true].map(|heartbeat| (rpc, heartbeat)))
        .flat_map(|(rpc, beat)| [None, Some(true), Some(false)].map(|reply| (rpc, beat, reply)))
        .find(|&(rpc, beat, reply)| message_words(rpc, beat, reply) == name)?;
    let (id, term) = (numbers[0].1.parse().ok()?, numbers[1].1.parse().ok()?);
    let span = span.map(str::parse::<Span>).transpose().ok()?;
    let mut brief = Brief::new(id, (from, to), term, rpc).carrying(span);
    (brief.reply, brief.heartbeat) = (reply, heartbeat);
    Some(brief)
}

/// The one value of a template.
fn only<'a>(template: &'a str, words: &'a str) -> Option<&'a str> {
    Some(scan(template, words)?.first()?.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_core::{Index, Note, Term};

    fn same(record: &Record) {
        let read = Record::read(record.server(), &record.to_string());
        assert_eq!(read.as_ref(), Some(record), "{record}");
    }

    #[test]
    fn rare_records_are_read_back() {
        let s3 = ServerId(3);
        for record in [
            Record::RestartFailed(s3, DiskError::Snapshot),
            Record::RestartFailed(s3, DiskError::Log { offset: 12, why: Corrupt::Content }),
            Record::RestartFailed(
                s3,
                DiskError::Mismatch { log: EntryId::new(4, 1), snapshot: EntryId::new(3, 1) },
            ),
            Record::SnapshotUnreadable(s3, EntryId::new(7, 2)),
            Record::Resumed(s3, 1),
            Record::Crashed(s3, 0),
            Record::Crashed(s3, 17),
            Record::Torn(s3, 5),
            Record::DiskLied(s3, 120),
            Record::CacheLost(s3, 36),
            Record::CrashPlanned(s3, Part::Snapshot, Some(Part::Log)),
            Record::CrashPlanned(s3, Part::Vote, None),
            Record::LogCut(s3, EntryId::new(8, 2)),
            Record::DroppedTorn(s3, 5),
            Record::Repeated(
                s3,
                Repeat { id: EntryId::new(7, 2), client: 20, sequence: 17, by: Index(5) },
            ),
            Record::Progress(s3, EntryId::new(3, 1), Index(3)),
            Record::Progress(s3, EntryId::new(3, 1), Index(2)),
            Record::NoProgress(Box::new(Blocker::Paused { server: s3 })),
            Record::Ordered(
                Brief::new(41, (s3, ServerId(1)), Term(2), Rpc::RequestVote),
                MessageAction::Hold,
            ),
            Record::Command("start 1 you: x {y}".into()),
            Record::LinksCut(1),
            Record::Violated(Property::OneVote, "S2: both: ways".into()),
            Record::Rule(s3, Note::CommitOnlyOwnTerm { id: EntryId::new(2, 2), term: Term(4) }),
        ] {
            same(&record);
        }
    }

    #[test]
    fn other_words_are_no_record() {
        for words in
            ["", "sleeps", "votes for S9x in term 1", "sends S2 Gossip (message 1, term 1)"]
        {
            assert_eq!(Record::read(Some(ServerId(1)), words), None, "{words}");
            assert_eq!(Record::read(None, words), None, "{words}");
        }
    }
}
