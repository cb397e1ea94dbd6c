//! "Why?", answered from what has happened: why there is no leader, why an entry is not committed, why a
//! message was refused, ignored or lost, what became of an operation. Every reason names the event that it rests on, where there is one.

mod copies;
mod entry;
mod leader;
mod losses;
mod message;
mod operation;
mod reach;
mod uncommitted;

use crate::clients::ClientId;
use crate::journal::{Journal, Line};
use crate::network::MessageId;
use crate::record::Record;
use crate::run::Run;
use crate::server::Server;
use crate::state::ServerState;
use crate::text::{self, Invalid};
use crate::world::World;
use raft_core::{Index, Log, ServerId, Term, Time};
use std::fmt;
use std::str::FromStr;

/// A question about the present moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Question {
    /// Why is there no leader, or: why this one?
    Leader,
    /// Why is the entry at this index not committed?
    Entry(Index),
    /// Why was this message refused, ignored or lost?
    Message(MessageId),
    /// The fate of this operation of a client.
    Operation(ClientId, u64),
}

/// An answer: one sentence, and what it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The answer in a sentence or two.
    pub says: String,
    /// Its reasons, the most telling first.
    pub because: Vec<Reason>,
}

/// One thing that an answer rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// The reason in words.
    pub says: String,
    /// The server that it is about.
    pub server: Option<ServerId>,
    /// The message that it is about.
    pub message: Option<MessageId>,
    /// The event or command: when it was, and the steps up to and with it. None: it is so now.
    pub event: Option<(Time, u64)>,
}

impl FromStr for Question {
    type Err = Invalid;

    fn from_str(words: &str) -> Result<Self, Invalid> {
        let (about, which) = text::first_word(words.trim());
        match about {
            "leader" if which.is_empty() => Ok(Self::Leader),
            "entry" => {
                let index = text::number(which, "an entry's index, as in `entry 7`:", 1, u64::MAX)?;
                Ok(Self::Entry(Index(index)))
            }
            "message" => {
                let what = "a message's number, as in `message 41`:";
                text::number(which, what, 1, u64::MAX).map(Self::Message)
            }
            "operation" => {
                let (client, sequence) = text::first_word(which);
                let what = "an operation's number, as in `operation c1 3`:";
                Ok(Self::Operation(client.parse()?, text::number(sequence, what, 1, u64::MAX)?))
            }
            _ => {
                let what = "a question: `leader`, `entry 7`, `message 41` or `operation c1 3`";
                Err(Invalid::new(words, what))
            }
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leader => f.write_str("leader"),
            Self::Entry(index) => write!(f, "entry {index}"),
            Self::Message(id) => write!(f, "message {id}"),
            Self::Operation(client, sequence) => write!(f, "operation {client} {sequence}"),
        }
    }
}

impl Run {
    /// Answers a question about the present moment.
    pub fn why(&self, question: Question) -> Answer {
        let past = Past { world: self.world(), journal: self.remembered(), upto: self.steps() };
        match question {
            Question::Leader => leader::why(&past),
            Question::Entry(index) => entry::why(&past, index),
            Question::Message(id) => message::why(&past, id),
            Question::Operation(client, sequence) => operation::why(&past, client, sequence),
        }
    }
}

/// The world now, and what is remembered of the way here.
struct Past<'a> {
    world: &'a World,
    journal: &'a Journal,
    upto: u64,
}

impl<'a> Past<'a> {
    /// The newest record of this kind.
    fn last(&self, is: &dyn Fn(&Record) -> bool) -> Option<Line<'a>> {
        self.last_before(self.upto, is)
    }

    /// The newest record of this kind up to a step.
    fn last_before(&self, upto: u64, is: &dyn Fn(&Record) -> bool) -> Option<Line<'a>> {
        self.journal.lines_before(upto).rev().find(|line| is(line.record))
    }

    /// The first record of this kind after a step.
    fn first_after(&self, step: u64, is: &dyn Fn(&Record) -> bool) -> Option<Line<'a>> {
        let newest_first = self.journal.lines_before(self.upto).rev();
        newest_first.take_while(|line| line.step > step).filter(|line| is(line.record)).last()
    }

    /// Number of servers in a majority, as the servers of this run count.
    fn needed(&self) -> usize {
        let config = self.world.config();
        config.bugs.majority(config.raft.servers)
    }

    fn server(&self, id: ServerId) -> &'a Server {
        &self.world.servers()[id.slot()]
    }

    /// The state of a server that is up, paused or not.
    fn running(&self, id: ServerId) -> Option<ServerState<'a>> {
        Some(self.server(id).state()).filter(ServerState::is_up)
    }

    /// The log of a server that is up.
    fn log(&self, id: ServerId) -> Option<&'a Log> {
        self.running(id)?.log
    }

    fn term(&self, id: ServerId) -> Term {
        self.running(id).map(|state| state.term).unwrap_or_default()
    }

    fn ids(&self) -> impl Iterator<Item = ServerId> + use<'a> {
        self.world.servers().iter().map(|server| server.id)
    }

    /// The leader of the highest term, and its state.
    fn leader(&self) -> Option<(ServerId, ServerState<'a>)> {
        let id = self.world.leader()?;
        Some((id, self.running(id)?))
    }
}

impl Reason {
    /// A reason that rests on what a record says; on nothing but the present state when it is forgotten.
    fn of(says: String, line: Option<Line<'_>>) -> Self {
        let event = line.map(|line| (line.stamp.at, line.step));
        let message = line.and_then(|line| line.record.message().or(line.stamp.cause));
        Self { says, server: None, message, event }
    }

    fn now(says: String) -> Self {
        Self { says, server: None, message: None, event: None }
    }

    fn at_server(mut self, server: ServerId) -> Self {
        self.server = Some(server);
        self
    }

    fn with_message(mut self, message: MessageId) -> Self {
        self.message = Some(message);
        self
    }
}

/// A span of time in milliseconds, for a sentence.
fn ms(micros: u64) -> String {
    format!("{} ms", micros.div_ceil(1000))
}

/// `S1`, `S1 and S2`, `S1, S2 and S3`; `no server`.
fn names(servers: &[ServerId]) -> String {
    match servers {
        [] => "no server".into(),
        [one] => one.to_string(),
        [first @ .., last] => format!("{} and {last}", text::joined(first.iter(), ", ")),
    }
}

/// The words of a record, with its server before them.
pub(crate) fn told(record: &Record) -> String {
    let words = record.to_string();
    match (record.server(), words.strip_prefix("its ")) {
        (Some(server), Some(rest)) => format!("{server}'s {rest}"),
        (Some(server), None) => format!("{server} {words}"),
        (None, _) => words,
    }
}

/// Adds a sentence.
fn also(says: &mut String, sentence: &str) {
    says.push(' ');
    says.push_str(sentence);
}
