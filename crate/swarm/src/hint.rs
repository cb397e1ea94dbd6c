//! Hints for a search, so that a bug shows itself soon.

use raft_core::{Bug, Mistake, Rule};

/// Kind of events that is more frequent in the runs of a search.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Hint {
    /// All kinds of events, in clusters of all sizes.
    #[default]
    Swarm,
    /// All kinds of events, in small clusters.
    Any,
    /// Rival candidates and deposed leaders.
    Elections,
    /// Clusters with an even number of servers.
    Quorums,
    /// Crashes and restarts in quick succession.
    Restarts,
    /// Logs that diverge, and lost or late messages.
    Logs,
    /// Snapshots and followers that lag.
    Snapshots,
    /// Clients that retry.
    Sessions,
    /// An early end of all faults, also on slow networks and with timers that hardly ever run out.
    Timers,
    /// Rival candidates, and a server that stays down when everything else works again.
    Minority,
    /// Disks that lie about what is durable, beside the events of the swarm. Raft guarantees nothing then.
    Lies,
    /// Servers that crash between two of their writes, and snapshots, beside the events of the swarm.
    Writes,
}

impl Hint {
    /// Returns the hint that brings this bug to light.
    pub fn for_bug(bug: Bug) -> Self {
        match bug {
            Bug::Rule(rule) => Self::for_rule(rule),
            Bug::Mistake(mistake) => Self::for_mistake(mistake),
        }
    }

    fn for_rule(rule: Rule) -> Self {
        use Rule as R;
        match rule {
            R::RecoverState | R::PersistFirst => Self::Restarts,
            R::AdoptHigherTerm
            | R::IgnoreStaleReply
            | R::IncrementTerm
            | R::VoteForSelf
            | R::RequestVotes
            | R::RefuseOldCandidate
            | R::RefuseSecondVote
            | R::GrantVote
            | R::CountVote
            | R::WinElection
            | R::RefuseOldLeader => Self::Elections,
            R::RefuseOutdatedLog
            | R::ApplyCommitted
            | R::ResetProgress
            | R::SendEntries
            | R::AdvanceMatch
            | R::BackUp
            | R::SkipConflictingTerm
            | R::CommitByCounting
            | R::CommitOnlyOwnTerm
            | R::RefuseMismatch
            | R::DeleteConflict
            | R::AppendNew
            | R::FollowCommit => Self::Logs,
            R::TakeSnapshot
            | R::IgnoreSnapshotRequest
            | R::SendSnapshot
            | R::RefuseOldSnapshot
            | R::IgnoreCoveredSnapshot
            | R::SaveSnapshot
            | R::RetainSuffix
            | R::DiscardLog
            | R::ResetStateMachine => Self::Snapshots,
            R::RandomElectionTimeout
            | R::LeaderResetsTimer
            | R::VoteResetsTimer
            | R::FollowerTimesOut
            | R::CandidateTimesOut
            | R::CandidateFollowsLeader
            | R::AnnounceLeader
            | R::SendHeartbeats => Self::Timers,
            R::AcceptCommand | R::RedirectCommand => Self::Any,
        }
    }

    fn for_mistake(mistake: Mistake) -> Self {
        use Mistake as M;
        match mistake {
            M::VoteNotPersisted
            | M::TermNotPersisted
            | M::EntriesNotPersisted
            | M::AnswersBeforeDurable => Self::Restarts,
            M::LogBeforeSnapshot => Self::Writes,
            M::SnapshotLostOnRestart | M::SnapshotPrefixConflicts | M::SnapshotSetsTerm => {
                Self::Snapshots
            }
            M::OldLeaderKeepsLeading
            | M::VoteKeptAcrossTerms
            | M::VotesOfEarlierElections
            | M::StepDownForgetsVote
            | M::LeaderClearsVote
            | M::RefusalCountsAsVote
            | M::RefusesBothBehindOnly
            | M::CurrentTermAsLastLogTerm
            | M::RefusalKeepsOldTerm => Self::Elections,
            M::HalfIsEnough => Self::Quorums,
            M::VoteCountsTwice => Self::Any,
            M::RefusesEitherBehind => Self::Minority,
            M::ComparesLengthOnly
            | M::NextIndexUnderflow
            | M::NextIndexForward
            | M::RefusalMovesMatchIndex
            | M::ConfirmsWholeLog
            | M::HeartbeatNotChecked
            | M::KeepsConflictingTail
            | M::CommitIndexFalls
            | M::ChecksIndexOnly => Self::Logs,
            M::StaleMessageResetsTimer | M::RefusedCandidateResetsTimer => Self::Timers,
            M::AnswersBeforeCommit
            | M::ReadsWithoutLog
            | M::RetriesAppliedTwice
            | M::SessionsNotInSnapshot => Self::Sessions,
        }
    }
}
