//! The output language: what happened, as compact values whose text is made only when somebody reads it.

use crate::blocker::Blocker;
use crate::client_event::{ClientEvent, ClientEventKind};
use crate::command::MessageAction;
use crate::disk::DiskError;
pub use crate::kind::Kind;
use crate::machine::Machine;
use crate::network::{Flight, Loss, MessageId};
use crate::state::{RoleName, StateChange};
use bytes::Bytes;
use raft_check::Property;
use raft_core::{EntryId, Index, Note, Rpc, Rule, ServerId, Span, Term, Time};
use raft_script::crash::Part;
use std::fmt;

/// The moment of a record, with its event and the message that caused it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// The moment.
    pub at: Time,
    /// The number of the event, from 1; 0 before the first.
    pub event: u64,
    /// The message whose arrival is that event.
    pub cause: Option<MessageId>,
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Record {
    /// A server applied a rule.
    Rule(ServerId, Note),
    /// A server's role, term, log or commit index is another one. Such records carry a run; they are not printed.
    Changed(ServerId, StateChange),
    /// A message set out.
    Sent(Brief),
    /// A message arrived.
    Arrived(Brief),
    /// A message was lost.
    Lost(Brief, Loss),
    /// An order for the next message of a kind is carried out on this one.
    Ordered(Brief, MessageAction),
    /// A server's writes became durable.
    Synced(ServerId),
    /// A server crashed and lost so many unsynced bytes.
    Crashed(ServerId, u64),
    /// A torn piece of so many bytes stays at the end of its log.
    Torn(ServerId, u64),
    /// It lost this number of bytes that its disk had said were durable.
    DiskLied(ServerId, u64),
    /// It lost this number of bytes that its disk had acknowledged before they were flushed.
    CacheLost(ServerId, u64),
    /// The crash that was planned comes: this write is durable, and this one would come next.
    CrashPlanned(ServerId, Part, Option<Part>),
    /// After a crash between the two it has cut its log, which now continues the snapshot that ends here.
    LogCut(ServerId, EntryId),
    /// It has dropped a torn record of so many bytes.
    DroppedTorn(ServerId, u64),
    /// A server restarted.
    Restarted(ServerId),
    /// A server could not restart from its disk.
    RestartFailed(ServerId, DiskError),
    /// A server was paused.
    Paused(ServerId),
    /// A server was resumed, and handles so many messages that had waited.
    Resumed(ServerId, u64),
    /// The service refused a snapshot that its own bytes do not make.
    SnapshotUnreadable(ServerId, EntryId),
    /// The service had applied this before, and did not do so again.
    Repeated(ServerId, Repeat),
    /// A client did or heard something.
    Client(Box<ClientEvent>),
    /// Expected progress has come: all follow this server, hold the same log through this entry, and have
    /// committed it so far.
    Progress(ServerId, EntryId, Index),
    /// Expected progress has not come in time.
    NoProgress(Box<Blocker>),
    /// A command was given to the world, in its own words.
    Command(String),
    /// The number of directed links that are cut now.
    LinksCut(u64),
    /// A property was violated, for the first time in the run: what shows it.
    Violated(Property, String),
}

/// A client's operation that came again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Repeat {
    /// The entry with which it came again.
    pub id: EntryId,
    /// The client's number.
    pub client: u32,
    /// The last operation of this client that took effect.
    pub sequence: u64,
    /// The entry with which it did.
    pub by: Index,
}

/// A message in brief.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Brief {
    /// Its number.
    pub id: MessageId,
    /// Its sender.
    pub from: ServerId,
    /// Its receiver.
    pub to: ServerId,
    /// Its term.
    pub term: Term,
    /// The RPC that it belongs to.
    pub rpc: Rpc,
    /// None for a request; else true if it agrees.
    pub reply: Option<bool>,
    /// The first entry that it carries; see [`Self::span`].
    pub first: Index,
    /// Number of entries that it carries. A span here would make every record longer.
    pub entries: u32,
    /// An `AppendEntries` without entries, or the reply to one.
    pub heartbeat: bool,
}

impl Brief {
    /// A message in flight in brief.
    pub fn of(flight: &Flight) -> Self {
        let message = &flight.envelope.message;
        Self {
            id: flight.id,
            from: flight.envelope.from,
            to: flight.envelope.to,
            term: flight.envelope.term,
            rpc: message.rpc(),
            reply: message.is_reply().then(|| !message.is_refusal()),
            first: Index(0),
            entries: 0,
            heartbeat: flight.heartbeat,
        }
        .carrying(message.span())
    }

    /// The same with these entries.
    pub(crate) fn carrying(self, span: Option<Span>) -> Self {
        let (first, entries) = span
            .map_or((Index(0), 0), |Span { first, last }| (first, (last.next() - first) as u32));
        Self { first, entries, ..self }
    }

    /// A message that carries no entries.
    pub(crate) fn new(
        id: MessageId,
        (from, to): (ServerId, ServerId),
        term: Term,
        rpc: Rpc,
    ) -> Self {
        let (first, entries) = (Index(0), 0);
        Self { id, from, to, term, rpc, reply: None, first, entries, heartbeat: false }
    }

    /// The entries that it carries.
    pub fn span(&self) -> Option<Span> {
        let last = self.first + u64::from(self.entries).saturating_sub(1);
        (self.entries > 0).then_some(Span { first: self.first, last })
    }
}

/// The journal's name for a kind of message, and for a reply with its result.
pub(crate) fn message_words(rpc: Rpc, heartbeat: bool, reply: Option<bool>) -> &'static str {
    match (rpc, heartbeat, reply) {
        (Rpc::AppendEntries, true, None) => "heartbeat",
        (Rpc::AppendEntries, true, Some(true)) => "heartbeat reply",
        (Rpc::AppendEntries, true, Some(false)) => "heartbeat rejection",
        (rpc, _, Some(true)) => rpc.reply_words()[0],
        (rpc, _, Some(false)) => rpc.reply_words()[1],
        (rpc, _, None) => rpc.name(),
    }
}

impl Brief {
    /// Its kind and its entries: `AppendEntries 3-4`, `heartbeat`, `vote refusal`.
    fn what(&self) -> String {
        let name = message_words(self.rpc, self.heartbeat, self.reply);
        match self.span().filter(|_| self.reply.is_none()) {
            Some(span) => format!("{name} {span}"),
            None => name.into(),
        }
    }

    /// Its number and term: `message 41, term 3`.
    fn which(&self) -> String {
        format!("message {}, term {}", self.id, self.term)
    }
}

impl Record {
    /// The server that it is about; for a message, the one at whose end it happened.
    pub fn server(&self) -> Option<ServerId> {
        match self {
            Self::Rule(server, _)
            | Self::Changed(server, _)
            | Self::Synced(server)
            | Self::Crashed(server, _)
            | Self::Torn(server, _)
            | Self::DiskLied(server, _)
            | Self::CacheLost(server, _)
            | Self::CrashPlanned(server, ..)
            | Self::LogCut(server, _)
            | Self::DroppedTorn(server, _)
            | Self::Repeated(server, _)
            | Self::Restarted(server)
            | Self::RestartFailed(server, _)
            | Self::Paused(server)
            | Self::Resumed(server, _)
            | Self::SnapshotUnreadable(server, _) => Some(*server),
            Self::Sent(brief) | Self::Lost(brief, _) | Self::Ordered(brief, _) => Some(brief.from),
            Self::Arrived(brief) => Some(brief.to),
            Self::Client(_)
            | Self::Progress(..)
            | Self::NoProgress(_)
            | Self::Command(_)
            | Self::LinksCut(_)
            | Self::Violated(..) => None,
        }
    }

    /// Its subject.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Rule(_, note) => Kind::of_rule(note.rule()),
            Self::Sent(brief) | Self::Arrived(brief) if brief.heartbeat => Kind::Heartbeat,
            Self::Sent(_) | Self::Arrived(_) => Kind::Network,
            Self::Synced(_) => Kind::Disk,
            Self::Changed(..) => Kind::State,
            Self::Client(event) => match &event.what {
                ClientEventKind::RequestLost(_) | ClientEventKind::ResponseLost(_) => Kind::Fault,
                _ => Kind::Client,
            },
            Self::Command(_) | Self::Repeated(..) => Kind::Client,
            Self::Violated(..) | Self::Progress(..) | Self::NoProgress(_) => Kind::Property,
            _ => Kind::Fault,
        }
    }

    /// The role that a server has from now on, and its term.
    pub fn role(&self) -> Option<(ServerId, RoleName, Term)> {
        match self {
            Self::Changed(server, StateChange::Role(role, term)) => Some((*server, *role, *term)),
            _ => None,
        }
    }

    /// The rule that it names.
    pub fn rule(&self) -> Option<Rule> {
        if let Self::Rule(_, note) = self { Some(note.rule()) } else { None }
    }

    /// The message that it is about.
    pub fn message(&self) -> Option<MessageId> {
        match self {
            Self::Sent(brief)
            | Self::Arrived(brief)
            | Self::Lost(brief, _)
            | Self::Ordered(brief, _) => Some(brief.id),
            _ => None,
        }
    }
}

impl fmt::Display for Record {
    /// The words without the server's name before them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(_, note) => note.fmt(f),
            Self::Changed(_, change) => change.fmt(f),
            Self::Sent(brief) => {
                write!(f, "sends {} {} ({})", brief.to, brief.what(), brief.which())
            }
            Self::Arrived(brief) => {
                write!(f, "receives from {} {} ({})", brief.from, brief.what(), brief.which())
            }
            Self::Lost(brief, why) => {
                write!(f, "its {} to {} is lost: {why} ({})", brief.what(), brief.to, brief.which())
            }
            Self::Ordered(brief, action) => ordered(*brief, *action, f),
            Self::Synced(_) => f.write_str("finishes its disk write: it is durable now"),
            Self::Crashed(_, 0) => f.write_str("crashes"),
            Self::Crashed(_, bytes) => {
                write!(f, "crashes and loses {bytes} B that were not durable")
            }
            Self::Torn(_, bytes) => {
                write!(f, "keeps a torn piece of {bytes} B at the end of its log")
            }
            Self::DiskLied(_, bytes) => {
                write!(f, "loses {bytes} B that its disk had reported as durable")
            }
            Self::CacheLost(_, bytes) => {
                write!(f, "loses {bytes} B that its disk had acknowledged before they were flushed")
            }
            Self::CrashPlanned(_, done, None) => {
                write!(f, "crashes as planned: its {} is durable", done.name())
            }
            Self::CrashPlanned(_, done, Some(next)) => {
                let (done, next) = (done.name(), next.name());
                write!(f, "crashes as planned: its {done} is durable, its {next} is not")
            }
            Self::LogCut(_, through) => {
                write!(
                    f,
                    "finishes what the crash interrupted: its log continues the snapshot {through} now"
                )
            }
            Self::DroppedTorn(_, bytes) => {
                write!(f, "drops a torn record of {bytes} B from the end of its log")
            }
            Self::Restarted(_) => f.write_str("restarts from its disk"),
            Self::RestartFailed(_, error) => write!(f, "cannot restart: {error}"),
            Self::Paused(_) => f.write_str("is paused"),
            Self::Resumed(_, 0) => f.write_str("resumes"),
            Self::Resumed(_, 1) => f.write_str("resumes; 1 message was waiting"),
            Self::Resumed(_, n) => write!(f, "resumes; {n} messages were waiting"),
            Self::SnapshotUnreadable(_, through) => {
                write!(
                    f,
                    "cannot read the snapshot up to {through}: its state machine stays as it was"
                )
            }
            Self::Repeated(_, Repeat { id, client, sequence, by }) => write!(
                f,
                "skips {id}: operation {sequence} of c{client} was applied with entry {by}"
            ),
            Self::Client(event) => event.fmt(f),
            Self::Progress(leader, through, commit) => {
                write!(f, "all servers follow {leader} and have the same log up to {through}")?;
                if *commit == through.index {
                    return Ok(());
                }
                write!(f, "; committed up to {commit} until a command of this term comes")
            }
            Self::NoProgress(why) => write!(f, "no progress in time: {why}"),
            Self::Command(text) => write!(f, "you: {text}"),
            Self::LinksCut(0) => f.write_str("no link is cut"),
            Self::LinksCut(1) => f.write_str("1 directed link is cut"),
            Self::LinksCut(n) => write!(f, "{n} directed links are cut"),
            Self::Violated(property, facts) => {
                write!(f, "property violated: {property}: {facts}")
            }
        }
    }
}

#[cold]
#[inline(never)]
fn ordered(brief: Brief, action: MessageAction, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (what, to, which, done) = (brief.what(), brief.to, brief.which(), done(action));
    write!(f, "its {what} to {to} is {done}, as ordered ({which})")
}

/// The word for an action that has been done to a message.
pub(crate) fn done(action: MessageAction) -> &'static str {
    match action {
        MessageAction::Drop => "dropped",
        MessageAction::Duplicate => "duplicated",
        MessageAction::Hold => "held",
        MessageAction::Release => "released",
        MessageAction::Deliver => "delivered at once",
    }
}

/// Receives the records of a world. The unit type ignores them, and costs nothing.
pub trait Observer {
    /// Something has happened.
    fn record(&mut self, stamp: Stamp, record: Record);

    /// A server has sent a message; that the network makes a second of it is told as a record.
    fn sent(&mut self, stamp: Stamp, flight: &Flight) {
        self.record(stamp, Record::Sent(Brief::of(flight)));
    }

    /// A message reaches a server that runs.
    fn arrived(&mut self, stamp: Stamp, flight: &Flight) {
        self.record(stamp, Record::Arrived(Brief::of(flight)));
    }

    /// A server's state has changed.
    fn changed(&mut self, _stamp: Stamp, _server: ServerId, _change: StateChange) {}

    /// A server's service applies a command.
    fn applied(&mut self, _server: ServerId, _id: EntryId, _command: &Bytes) {}

    /// A server's service is replaced by what a snapshot holds. Not told when it restarts.
    fn restored(&mut self, _server: ServerId, _through: EntryId, _machine: &Machine) {}
}

impl Observer for () {
    fn record(&mut self, _: Stamp, _: Record) {}

    fn sent(&mut self, _: Stamp, _: &Flight) {}

    fn arrived(&mut self, _: Stamp, _: &Flight) {}
}

impl Observer for Vec<(Stamp, Record)> {
    fn record(&mut self, stamp: Stamp, record: Record) {
        self.push((stamp, record));
    }
}
