//! Counts the kinds of events in runs, so that no run passes because nothing happened in it.

use crate::hint::Hint;
use raft_core::{Note, Rule};
use raft_run::client_event::ClientEventKind;
use raft_run::network::Flight;
use raft_run::session::Outcome;
use raft_run::{Observer, Record, Stamp};
use std::ops::AddAssign;

macro_rules! sometimes {
    ($( $name:ident $says:literal )*) => {
        /// Something that happens sometimes, besides the rules of the paper.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Sometimes { $( #[doc = $says] $name, )* }

        impl Sometimes {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Returns a few words for it.
            pub fn says(self) -> &'static str { match self { $(Self::$name => $says,)* } }
        }
    };
}

sometimes! {
    ElectionWon "elections won"
    SplitVote "elections without a winner"
    Truncation "conflicting entries deleted"
    SnapshotTaken "snapshots taken"
    SnapshotInstalled "snapshots installed"
    Crash "crashes"
    LostWrites "crashes that took unsynced writes"
    Halfway "crashes between two writes of a server"
    Restart "restarts"
    Pause "pauses"
    LinksCut "partitions and cuts"
    LostMessage "messages lost"
    Torn "torn records left by a crash"
    DroppedTorn "torn records dropped at a restart"
    Answer "operations answered"
    Read "reads answered"
    Retry "operations asked again"
    Repeated "retries answered from a session"
    Progress "recoveries in peace"
}

/// Number of times that each kind of event happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counts {
    rules: [u64; Rule::ALL.len()],
    others: [u64; Sometimes::ALL.len()],
}

impl Default for Counts {
    fn default() -> Self {
        Self { rules: [0; Rule::ALL.len()], others: [0; Sometimes::ALL.len()] }
    }
}

impl Counts {
    /// Returns the number of times that a rule was applied.
    pub fn rule(&self, rule: Rule) -> u64 {
        self.rules[rule as usize]
    }

    /// Returns the number of times that another kind of event happened.
    pub fn of(&self, what: Sometimes) -> u64 {
        self.others[what as usize]
    }

    /// Returns the names of everything that never happened, of what runs with this hint should bring about. Only with
    /// [`Hint::Writes`] do servers crash between two writes.
    pub fn missing(&self, hint: Hint) -> Vec<&'static str> {
        let is_due = |what| what != Sometimes::Halfway || hint == Hint::Writes;
        let rules = Rule::ALL.iter().filter(|&&rule| self.rule(rule) == 0);
        let others = Sometimes::ALL.iter().filter(|&&what| self.of(what) == 0 && is_due(what));
        rules.map(|rule| rule.name()).chain(others.map(|what| what.says())).collect()
    }

    fn count(&mut self, what: Sometimes) {
        self.others[what as usize] += 1;
    }
}

impl AddAssign<&Self> for Counts {
    fn add_assign(&mut self, other: &Self) {
        let rules = self.rules.iter_mut().zip(&other.rules);
        let others = self.others.iter_mut().zip(&other.others);
        rules.chain(others).for_each(|(sum, more)| *sum += more);
    }
}

impl Observer for Counts {
    fn record(&mut self, _: Stamp, record: Record) {
        use Sometimes as S;
        match record {
            Record::Rule(_, note) => {
                self.rules[note.rule() as usize] += 1;
                match note {
                    Note::WinElection { .. } => self.count(S::ElectionWon),
                    Note::CandidateTimesOut { .. } => self.count(S::SplitVote),
                    Note::DeleteConflict { .. } => self.count(S::Truncation),
                    Note::TakeSnapshot { .. } => self.count(S::SnapshotTaken),
                    Note::ResetStateMachine { .. } => self.count(S::SnapshotInstalled),
                    _ => {}
                }
            }
            Record::Crashed(_, lost) => {
                self.count(S::Crash);
                if lost > 0 {
                    self.count(S::LostWrites);
                }
            }
            Record::CrashPlanned(_, _, Some(_)) => self.count(S::Halfway),
            Record::Torn(..) => self.count(S::Torn),
            Record::DroppedTorn(..) => self.count(S::DroppedTorn),
            Record::Repeated(..) => self.count(S::Repeated),
            Record::Progress(..) => self.count(S::Progress),
            Record::Client(event) => match event.what {
                ClientEventKind::Asks { attempt: 2.., .. } => self.count(S::Retry),
                ClientEventKind::Answered(outcome) => {
                    self.count(S::Answer);
                    if matches!(outcome, Outcome::Value(_)) {
                        self.count(S::Read);
                    }
                }
                _ => {}
            },
            Record::Restarted(_) => self.count(S::Restart),
            Record::Paused(_) => self.count(S::Pause),
            Record::LinksCut(1..) => self.count(S::LinksCut),
            Record::Lost(..) => self.count(S::LostMessage),
            _ => {}
        }
    }

    fn sent(&mut self, _: Stamp, _: &Flight) {}

    fn arrived(&mut self, _: Stamp, _: &Flight) {}
}
