//! Occurrence happened in a stretch of a run: read by repeating it in a world apart, so that the run stays where it
//! stands, and the journal need not remember.

use crate::again::Again;
use crate::network::{Fate, Flight, Loss, MessageId};
use crate::record::{Brief, Record, Stamp};
use crate::run::Run;
use crate::server::Server;
use crate::state::{RoleName, Status};
use raft_core::{Index, Message, Note, ServerId, Term, Time};

/// Reads a run from some moment on, piece by piece. Meanwhile the run may go on and may be moved about, but
/// what was read must stay its past.
#[derive(Debug)]
pub struct Reader {
    again: Again,
    /// Messages that have set out and have not come to an end.
    under_way: Vec<MessageId>,
    /// The number of the newest message that has been told.
    newest: MessageId,
    standings: Vec<Standing>,
    cuts: u64,
    /// True once the state at the beginning has been told.
    begun: bool,
}

/// Something that is seen in a stretch of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Its moment; before the stretch only for a message that was under way when it began.
    pub at: Time,
    /// The events and commands up to and with it.
    pub step: u64,
    /// The occurrence.
    pub what: Occurrence,
}

/// An occurrence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Occurrence {
    /// A message sets out, and would arrive at this moment.
    Sent(Brief, Carried, Time),
    /// A message reaches a server that handles it.
    Arrived(ServerId, MessageId),
    /// A message is lost, having come so far: per thousand of its way.
    Lost(MessageId, Loss, u16),
    /// Something happens at a server, or by the user's hand: with the message that brought it about, and the
    /// journal's words.
    Mark(Option<ServerId>, Mark, Option<MessageId>, String),
    /// A server is something else from now on.
    Stands(ServerId, Standing),
    /// The number of directed links that are cut from now on.
    Cuts(u64),
}

/// The load of a message, for a label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Carried {
    /// No entries.
    Nothing,
    /// Entries, from the first to the last.
    Entries(Index, Index),
    /// A snapshot up to this entry.
    Snapshot(Index),
}

/// A mark: an occurrence other than a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Mark {
    Timeout,
    Vote,
    Win,
    Accept,
    Commit,
    LearnCommit,
    Snapshot,
    Crash,
    Restart,
    Pause,
    Resume,
    Command,
}

/// As much of a server's state as its line shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Its role, or that it has crashed.
    pub part: Part,
    /// True if it is paused.
    pub paused: bool,
    /// Its current term.
    pub term: Term,
}

/// The role of a server, or that it has crashed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Part {
    Follower,
    Candidate,
    Leader,
    Crashed,
}

/// The state of a message that is still under way at the reader's moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageState {
    /// On its way: when it set out, as far as its place goes, and when it would arrive.
    Flying(Time, Time),
    /// Stopped on its way since a moment: the same, and that moment.
    Held(Time, Time, Time),
    /// At a paused server.
    Waiting,
}

impl Run {
    /// A reader of what happened from a moment on.
    pub fn reader(&self, from: Time) -> Reader {
        let mut again = Again::new(self, from, u64::MAX);
        again.world.wait(from.min(self.end().now()));
        let world = &again.world;
        Reader {
            under_way: Vec::new(),
            newest: world.network().sent(),
            standings: world.servers().iter().map(Standing::of).collect(),
            cuts: world.network().cuts(),
            begun: false,
            again,
        }
    }
}

impl Reader {
    /// The events and commands up to where it stands.
    pub fn steps(&self) -> u64 {
        self.again.steps()
    }

    /// The moment at which it stands.
    pub fn now(&self) -> Time {
        self.again.world.now()
    }

    /// Reads on up to and including the moment `to`, at most so many steps, and fewer when they are much work. True
    /// when it got there, or to the end of what has happened.
    pub fn read(&mut self, run: &Run, to: Time, budget: u64, seen: &mut Vec<Seen>) -> bool {
        if !self.begun {
            self.begun = true;
            self.begin(seen);
        }
        let last = self.again.work().saturating_add(budget);
        while self.again.step(run, to) {
            self.tell(seen);
            if self.again.work() >= last {
                return false;
            }
        }
        self.again.world.wait(to.min(run.end().now()));
        true
    }

    /// The messages that have not come to an end here.
    pub fn under_way(&self) -> impl Iterator<Item = (MessageId, MessageState)> {
        self.under_way.iter().map(|&id| {
            let flight = self.again.world.network().message(id);
            (id, flight.map_or(MessageState::Waiting, state_of))
        })
    }

    /// Tells the state at the beginning.
    fn begin(&mut self, seen: &mut Vec<Seen>) {
        let place = (self.again.world.now(), self.steps());
        for (server, &standing) in self.again.world.servers().iter().zip(&self.standings) {
            push(seen, place, Occurrence::Stands(server.id, standing));
        }
        push(seen, place, Occurrence::Cuts(self.cuts));
        let Self { again: Again { world, .. }, under_way, .. } = self;
        let mut set_out = |flight: &Flight| {
            under_way.push(flight.id);
            push(seen, (flight.sent_at, place.1), sent(flight));
        };
        world.network().flights().for_each(&mut set_out);
        for server in world.servers() {
            server.inbox().for_each(&mut set_out);
        }
    }

    /// Tells the records of the newest step.
    fn tell(&mut self, seen: &mut Vec<Seen>) {
        let place = (self.again.world.now(), self.steps());
        let mut told = Vec::new();
        for (stamp, record) in self.again.take() {
            if let Record::Sent(brief) = &record {
                told.push(brief.id);
            }
            if let Some(what) = self.what(&stamp, &record) {
                push(seen, place, what);
            }
        }
        let Self { again: Again { world, .. }, under_way, newest, standings, cuts, .. } = self;
        // No record tells of a copy that the user made, or ordered; it may be older than what was sent in the same step.
        for id in *newest + 1..=world.network().sent() {
            if let Some(flight) = world.network().message(id).filter(|_| !told.contains(&id)) {
                under_way.push(id);
                push(seen, place, sent(flight));
            }
        }
        *newest = world.network().sent();
        for (server, known) in world.servers().iter().zip(standings) {
            let standing = Standing::of(server);
            if standing != *known {
                *known = standing;
                push(seen, place, Occurrence::Stands(server.id, standing));
            }
        }
        if world.network().cuts() != *cuts {
            *cuts = world.network().cuts();
            push(seen, place, Occurrence::Cuts(*cuts));
        }
    }

    fn what(&mut self, stamp: &Stamp, record: &Record) -> Option<Occurrence> {
        match record {
            Record::Sent(brief) => {
                self.under_way.push(brief.id);
                self.again.world.network().message(brief.id).map(sent)
            }
            Record::Arrived(brief) => {
                self.under_way.retain(|&id| id != brief.id);
                Some(Occurrence::Arrived(brief.to, brief.id))
            }
            Record::Lost(brief, why) => {
                self.under_way.retain(|&id| id != brief.id);
                Some(Occurrence::Lost(brief.id, *why, self.place_of_death(brief.id)))
            }
            _ => Mark::of(record).map(|mark| {
                Occurrence::Mark(record.server(), mark, stamp.cause, record.to_string())
            }),
        }
    }

    fn place_of_death(&self, id: MessageId) -> u16 {
        let flight = self.again.world.network().lost().rev().find(|flight| flight.id == id);
        let place = flight.and_then(|flight| match flight.fate {
            Fate::Dies { at, .. } => {
                let whole = flight.arrives_at - flight.set_out_at;
                (1000 * (at - flight.set_out_at)).checked_div(whole)
            }
            _ => None,
        });
        place.unwrap_or(1000).min(1000) as u16
    }
}

#[inline(never)]
fn push(seen: &mut Vec<Seen>, (at, step): (Time, u64), what: Occurrence) {
    seen.push(Seen { at, step, what });
}

#[inline(never)]
fn sent(flight: &Flight) -> Occurrence {
    let message = &flight.envelope.message;
    let carried = match (message, message.span()) {
        (Message::InstallSnapshot { last_included, .. }, _) => {
            Carried::Snapshot(last_included.index)
        }
        (_, Some(span)) => Carried::Entries(span.first, span.last),
        _ => Carried::Nothing,
    };
    Occurrence::Sent(Brief::of(flight), carried, flight.arrives_at)
}

fn state_of(flight: &Flight) -> MessageState {
    match flight.fate {
        Fate::Held(since) => MessageState::Held(flight.set_out_at, flight.arrives_at, since),
        _ => MessageState::Flying(flight.set_out_at, flight.arrives_at),
    }
}

impl Standing {
    fn of(server: &Server) -> Self {
        let state = server.state();
        let part = match state.role {
            Some(RoleName::Follower) => Part::Follower,
            Some(RoleName::Candidate) => Part::Candidate,
            Some(RoleName::Leader) => Part::Leader,
            None => Part::Crashed,
        };
        Self { part, paused: state.status == Status::Paused, term: state.term }
    }
}

impl Part {
    /// Every part, in the order of the enum.
    pub const ALL: [Self; 4] = [Self::Follower, Self::Candidate, Self::Leader, Self::Crashed];

    /// Its name: of the role, or `crashed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Follower => RoleName::Follower.name(),
            Self::Candidate => RoleName::Candidate.name(),
            Self::Leader => RoleName::Leader.name(),
            Self::Crashed => Status::Crashed.name(),
        }
    }
}

impl Mark {
    /// Every mark, in the order of the enum.
    pub const ALL: [Self; 12] = [
        Self::Timeout,
        Self::Vote,
        Self::Win,
        Self::Accept,
        Self::Commit,
        Self::LearnCommit,
        Self::Snapshot,
        Self::Crash,
        Self::Restart,
        Self::Pause,
        Self::Resume,
        Self::Command,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Vote => "vote",
            Self::Win => "win",
            Self::Accept => "accept",
            Self::Commit => "commit",
            Self::LearnCommit => "learn",
            Self::Snapshot => "snapshot",
            Self::Crash => "crash",
            Self::Restart => "restart",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Command => "command",
        }
    }

    fn of(record: &Record) -> Option<Self> {
        Some(match record {
            Record::Rule(_, note) => match note {
                Note::FollowerTimesOut { .. } | Note::CandidateTimesOut { .. } => Self::Timeout,
                Note::GrantVote { .. } => Self::Vote,
                Note::WinElection { .. } => Self::Win,
                Note::AcceptCommand { .. } => Self::Accept,
                Note::CommitByCounting { .. } => Self::Commit,
                Note::FollowCommit { .. } => Self::LearnCommit,
                Note::TakeSnapshot { .. } | Note::SaveSnapshot { .. } => Self::Snapshot,
                _ => return None,
            },
            Record::Crashed(..) | Record::RestartFailed(..) => Self::Crash,
            Record::Restarted(_) => Self::Restart,
            Record::Paused(_) => Self::Pause,
            Record::Resumed(..) => Self::Resume,
            Record::Command(_) => Self::Command,
            _ => return None,
        })
    }
}
