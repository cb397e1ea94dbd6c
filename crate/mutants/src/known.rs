//! Mistakes that were made in public: the cause of each, and the threads in which it was reported.

use raft_core::{Bug, Mistake, Rule};
use std::fmt;

/// A mistake that real implementations have made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Known {
    /// The bug that makes the same mistake here.
    pub bug: Bug,
    /// Cause and consequence, in a paragraph.
    pub story: &'static str,
    /// Threads that report it.
    pub reports: &'static [Report],
}

/// An issue or pull request of a public repository.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Report {
    /// Owner and name of the repository.
    pub repository: &'static str,
    /// Number of the thread.
    pub thread: u32,
}

impl Report {
    /// Returns the address of the thread. Issues and pull requests share their numbers.
    pub fn address(&self) -> String {
        format!("https://github.com/{}/issues/{}", self.repository, self.thread)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.repository, self.thread)
    }
}

/// Returns the public reports of a switch, if there are any.
pub fn known(bug: Bug) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.bug == bug)
}

macro_rules! known {
    ($( $kind:ident $name:ident $story:literal $([ $($repository:literal $thread:literal)* ])?; )*) => {
        /// All reported mistakes, in the order of the paper.
        pub const KNOWN: &[Known] = &[$( Known {
            bug: Bug::$kind($kind::$name),
            story: $story,
            reports: &[$( $( Report { repository: $repository, thread: $thread } ),* )?],
        } ),*];
    };
}

known! {
    // Terms and elections
    Rule IgnoreStaleReply
        "A candidate that reads only voteGranted, and not the term of the reply, counts votes for an election that is long over."
        ["ktoso/akka-raft" 46 "eatonphil/raft-rs" 3];
    Rule VoteForSelf
        "A candidate that only counts its own vote, and does not record it, can give it to somebody else afterwards."
        ["vesoft-inc/nebula" 3415];
    Rule VoteResetsTimer
        "A server that votes and then times out at once stands against the candidate that it has just voted for."
        ["jgroups-extras/jgroups-raft" 45];
    Rule RefuseOutdatedLog
        "The vote is often written first and the restriction of §5.4.1 left for later. Nothing goes wrong until a server that has missed something stands for election."
        ["jgroups-extras/jgroups-raft" 14 "ktoso/akka-raft" 51];
    Mistake StepDownForgetsVote
        "One function does everything that turns a server into a follower, and clears votedFor on the way. That is right when the term rises and wrong when it stays the same: a candidate that has voted for itself meets the leader of its term, steps down, and may now vote for a third server in the same term. One of the reports concerns a leader that steps down within its term."
        ["hazelcast/hazelcast" 16643 "microsoft/CCF" 5891 "etcd-io/etcd" 2461];
    Mistake LeaderClearsVote
        "The code that records a new leader clears votedFor along with it, because the election seems to be over. A request for votes of the same term may still be on its way, and the server grants it: two leaders in one term."
        ["camunda/camunda" 5356];
    Mistake RefusalCountsAsVote
        "A candidate checks that the answer carries its own term and takes that for a yes. A server that refuses because of the candidate's log has also adopted that term, so its refusal looks the same. The candidate wins without the entries that were committed."
        ["databendlabs/openraft" 1220 "jgroups-extras/jgroups-raft" 65];
    Mistake VoteCountsTwice
        "A counter goes up with every yes. That works until the network delivers a message twice or a request is sent again; then two servers of five are a majority. A set of the servers that voted cannot be fooled."
        ["xnnyygn/xraft" 27 "ktoso/akka-raft" 45];
    Mistake ComparesLengthOnly
        "The longer log looks like the better one, and lengths are at hand. A deposed leader may have a long log of entries that were never committed."
        ["sile/noraft" 22 "streed/simpleRaft" 10];
    Mistake RefusesBothBehindOnly
        "The comparison is written as one condition in which both parts must hold, instead of term first and index second. A candidate with the same last term and a shorter log gets the vote, and leads without what was committed."
        ["markwylde/liferaft" 8];
    Mistake RefusesEitherBehind
        "The same comparison, with either part enough for a refusal. It never elects a wrong leader, so no test of safety finds it. But of two servers, one with a later last term and the other with a longer log, neither can win, and a cluster that needs both stands still."
        ["hashicorp/raft" 94 "neo4j/neo4j" 6289 "lerna-stack/akka-entity-replication" 125];
    Mistake CurrentTermAsLastLogTerm
        "A candidate has its current term at hand when it fills in RequestVote, and lastLogTerm sounds like the same thing. As it has just raised its term, its log seems newer than all others, and the restriction of §5.4.1 is gone. It is among the most frequent mistakes of students.";
    Mistake RefusalKeepsOldTerm
        "The handler of RequestVote looks at the candidate's log first and returns early when it refuses. The step that every message takes first, adopting a higher term, stands below the return. A server with a short log and a high term then stands for election for ever, and the others never come to its term."
        ["databendlabs/openraft" 2117];
    Mistake RefusedCandidateResetsTimer
        "Any RequestVote seems to be a sign of life, so its handler restarts the timer at the top. A server whose log is behind and whose timer is fast then keeps all others from standing: it cannot win, and nobody else tries."
        ["tikv/raft-rs" 14];
    Mistake StaleMessageResetsTimer
        "The timer is restarted at the top of the handler, before the term of the message is looked at."
        ["resetius/miniraft-cpp" 28];

    // Replication
    Rule AppendNew
        "It is simpler to cut the log at prevLogIndex and append what came than to compare entry by entry. A message that is late, sent twice, or empty then deletes entries that the follower has already confirmed."
        ["hashicorp/raft" 113 "willemt/raft" 37 "microsoft/CCF" 5991];
    Rule AdvanceMatch
        "The leader takes its own last index when a success arrives, and forgets that it has appended since it sent the request."
        ["adjoint-io/raft" 86];
    Rule FollowCommit
        "A follower sets commitIndex to leaderCommit and leaves out the second half of the line in Figure 2, the index of the last new entry. Behind that index stand entries that the message has not checked, perhaps those of a deposed leader, and the follower applies them. In this run the leader also goes back one place too far, as leaders do that probe step by step, so that its first message that succeeds ends before the stale entry."
        ["scylladb/scylladb" 9965 "atomix/copycat" 265 "atomix/atomix" 1036 "microsoft/CCF" 8172];
    Rule CommitOnlyOwnTerm
        "A majority holds the entry, so it seems to be committed. §5.4.2 and Figure 8 show why that is not enough for an entry of an earlier term; the test is easily left out, since it matters so rarely."
        ["logcabin/logcabin" 44 "canonical/raft" 220 "async-raft/async-raft" 108];
    Mistake NextIndexUnderflow
        "nextIndex is decremented once for each refusal, without a lower bound, and there may be more refusals than places."
        ["andreev-io/little-raft" 18];
    Mistake NextIndexForward
        "A leader takes nextIndex from every refusal of its term, and a refusal that was delayed says how things were. nextIndex then jumps forward past places that are known to be wrong, and the way back begins anew.";
    Mistake RefusalMovesMatchIndex
        "Leaders often keep one variable for where a follower may agree, and set it from refusals as well as from successes. A follower that refuses says where its log ends, not that its log is right up to there. matchIndex now points at an entry that conflicts, later refusals from that place look old, and the follower is never repaired."
        ["microsoft/CCF" 5326 "apache/ratis" 1519];
    Mistake ConfirmsWholeLog
        "A follower reports where its log ends; that looks like more information than where the message ended. Behind the entries of the message may stand entries of an old leader. The leader counts them as copies of its own and commits what it alone holds."
        ["microsoft/CCF" 6016 "apache/ratis" 1519];
    Mistake HeartbeatNotChecked
        "A heartbeat carries nothing to append, so it is answered before prevLogIndex and prevLogTerm are looked at. But the answer is a success: the leader concludes that the follower holds everything before."
        ["cloud-software-foundation/c5" 43];
    Mistake KeepsConflictingTail
        "A loop overwrites the entries one after the other and never truncates. Where the new leader has sent fewer entries than the follower has, old ones remain behind the new ones: a log that no leader ever had."
        ["mofa-org/mofa" 1150];
    Mistake CommitIndexFalls
        "commitIndex = min(leaderCommit, last new entry), without the condition in front of it. A late message, or a new leader that does not know of the last commit yet, takes commitIndex back."
        ["ongardie/raft.tla" 19 "wenweihu86/raft-java" 54];

    // Snapshots
    Rule RetainSuffix
        "Discarding the whole log for a snapshot is simple, and right in most cases. A snapshot that arrives late discards entries after it that were confirmed."
        ["etcd-io/etcd" 1763];
    Rule DiscardLog
        "The snapshot is restored and the log is cut by the usual compaction, which leaves the follower's own entry at the snapshot's last index. Its term is not that of the snapshot. The follower refuses every AppendEntries from there on, though the snapshot went well: it is sent the same things for ever."
        ["databendlabs/openraft" 559 "hashicorp/raft" 697 "hashicorp/raft" 704];
    Mistake SnapshotPrefixConflicts
        "A follower looks up the entry at prevLogIndex and finds none, since its snapshot covers that place. None is not equal to prevLogTerm, so it is a conflict, and conflicts are deleted from there on. A message that comes late deletes committed entries."
        ["databendlabs/openraft" 511 "RedisLabs/raft" 49];
    Mistake SnapshotSetsTerm
        "A snapshot replaces the whole state, so its term seems to be part of it. The term of the last included entry may be long past: the server goes back in time, its answer has an old term, the leader ignores it, and sends the snapshot again."
        ["jgroups-extras/jgroups-raft" 23];

    // Clients
    Mistake ReadsWithoutLog
        "A read changes nothing, and the leader has the newest state; so it answers at once. It may have been deposed without knowing."
        ["hashicorp/consul" 54 "adjoint-io/raft" 41 "deventlab/d-engine" 381];
}
