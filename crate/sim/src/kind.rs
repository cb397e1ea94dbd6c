//! The kinds of records, for filters.

use raft_core::Rule;

/// The subject of a record, for filters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Elections, votes and terms.
    Election,
    /// Entries on their way into logs.
    Replication,
    /// Entries committed and applied.
    Commit,
    /// Snapshots taken, sent and installed.
    Snapshot,
    /// Writes and syncs.
    Disk,
    /// Messages sent, arrived.
    Network,
    /// Crashes, restarts, pauses, cuts, losses.
    Fault,
    /// Commands of the user, and what clients ask and hear.
    Client,
    /// Heartbeats and timers.
    Heartbeat,
    /// Properties violated, and whether progress that was expected has come.
    Property,
    /// Changes of a server's state: they are kept for those that read a run, and are not among the lines of the journal.
    State,
}

impl Kind {
    /// Every kind of line.
    pub const ALL: [Self; 10] = [
        Self::Election,
        Self::Replication,
        Self::Commit,
        Self::Snapshot,
        Self::Disk,
        Self::Network,
        Self::Fault,
        Self::Client,
        Self::Heartbeat,
        Self::Property,
    ];

    /// Its name in filters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Election => "election",
            Self::Replication => "replication",
            Self::Commit => "commit",
            Self::Snapshot => "snapshot",
            Self::Disk => "disk",
            Self::Network => "network",
            Self::Fault => "fault",
            Self::Client => "client",
            Self::Heartbeat => "heartbeat",
            Self::Property => "property",
            Self::State => "state",
        }
    }

    pub(crate) fn of_rule(rule: Rule) -> Self {
        use Rule as R;
        match rule {
            R::RandomElectionTimeout
            | R::LeaderResetsTimer
            | R::VoteResetsTimer
            | R::AnnounceLeader
            | R::SendHeartbeats => Self::Heartbeat,
            R::AdoptHigherTerm
            | R::FollowerTimesOut
            | R::CandidateTimesOut
            | R::IncrementTerm
            | R::VoteForSelf
            | R::RequestVotes
            | R::RefuseOldCandidate
            | R::RefuseSecondVote
            | R::RefuseOutdatedLog
            | R::GrantVote
            | R::CountVote
            | R::WinElection
            | R::CandidateFollowsLeader => Self::Election,
            R::IgnoreStaleReply
            | R::ResetProgress
            | R::SendEntries
            | R::AdvanceMatch
            | R::BackUp
            | R::SkipConflictingTerm
            | R::RefuseOldLeader
            | R::RefuseMismatch
            | R::DeleteConflict
            | R::AppendNew => Self::Replication,
            R::ApplyCommitted | R::CommitByCounting | R::CommitOnlyOwnTerm | R::FollowCommit => {
                Self::Commit
            }
            R::TakeSnapshot
            | R::IgnoreSnapshotRequest
            | R::SendSnapshot
            | R::RefuseOldSnapshot
            | R::IgnoreCoveredSnapshot
            | R::SaveSnapshot
            | R::RetainSuffix
            | R::DiscardLog
            | R::ResetStateMachine => Self::Snapshot,
            R::PersistFirst => Self::Disk,
            R::RecoverState => Self::Fault,
            R::AcceptCommand | R::RedirectCommand => Self::Client,
        }
    }
}
