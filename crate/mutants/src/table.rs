//! All examples, in the order of the paper: persistence, terms and elections, replication, snapshots, clients, and bugs
//! that only prevent progress.

use crate::Example;
use raft_check::Property;
use raft_core::{Bug, Mistake, Rule};

/// Bugs that violate no property, with the reason. A search through 1,000 seeds finds nothing.
pub const HARMLESS: &[(Bug, &str)] = &[
    (
        Bug::Rule(Rule::RefuseOldCandidate),
        "The answer carries the voter's own, higher term, so that the candidate steps down instead of counting it.",
    ),
    (Bug::Rule(Rule::SendEntries), "What is sent again is known already; it only costs bytes."),
    (
        Bug::Rule(Rule::RefuseOldSnapshot),
        "What a snapshot holds was committed, and is right whoever sends it.",
    ),
    (
        Bug::Mistake(Mistake::NextIndexForward),
        "nextIndex only says where the next message begins, and the follower checks each message; matchIndex, which decides commits, is left alone. \
         From each refusal the leader goes on with an earlier place than the refused one, whatever other refusals say, so that each way back still ends. \
         It costs calls: the lab's TestCount3B counts too many under some seeds.",
    ),
];

macro_rules! examples {
    ($( $kind:ident $name:ident $title:literal $property:ident $why:literal; )*) => {
        /// All examples.
        pub const EXAMPLES: &[Example] = &[$( Example {
            bug: Bug::$kind($kind::$name),
            title: $title,
            property: Property::$property,
            why: $why,
            run: include_str!(concat!("../runs/", stringify!($name), ".txt")),
        } ),*];
    };
}

examples! {
    // Persistence
    Rule PersistFirst "Replies before persisting" DurableFirst
        "S1 requests votes in a term that is not on its disk: after a crash it would know neither the term nor its own vote.";
    Mistake VoteNotPersisted "The vote is not persisted" OneVote
        "S3 has voted for S1, and after a restart it finds its term but no vote, so that it votes for S2 in the same term.";
    Mistake TermNotPersisted "The term is not persisted" TermsRise
        "S2 has followed in term 1, and after a restart it begins in term 0 again, where anybody may ask it for what it has given already.";
    Mistake EntriesNotPersisted "Log entries are not persisted" LeaderCompleteness
        "S3's copy of 1@1 made the majority by which it was committed; the restart takes it away, and S3 elects S2, which never had it.";
    Rule RecoverState "Vote and snapshot are not recovered" OneVote
        "S3's vote for S1 stands on its disk, but the restart does not look at it, so that S3 votes for S2 in the same term.";
    Mistake AnswersBeforeDurable "Replies before the write is durable" DurableFirst
        "S3's vote is on its way to S1 while it is not on S3's disk yet; the crash in between makes S3 vote a second time.";

    // Terms and elections
    Rule AdoptHigherTerm "A higher term in a reply is ignored" TermsRise
        "S3 refuses S1 because it is in term 2 already; S1 handles that message and stays in term 1, a term that is over.";
    Mistake OldLeaderKeepsLeading "An old leader keeps leading" ElectionSafety
        "S1 adopts term 2 from S2's request and still leads, in a term for which it was not elected and which S2 wins.";
    Rule RefuseSecondVote "A server votes twice" OneVote
        "S1 and S2 are candidates in the same term, and a server that has voted for one of them votes for the other as well.";
    Mistake StepDownForgetsVote "A candidate that steps down forgets its vote" OneVote
        "S2 has voted for itself, follows S1 when it hears that S1 won, and then votes for S5 in the same term.";
    Mistake LeaderClearsVote "Hearing a leader clears the vote" OneVote
        "S3 has voted for S1 and forgets it with S1's first heartbeat, so that S2's late request gets the vote too and both lead term 1.";
    Rule VoteForSelf "A candidate does not vote for itself" OneVote
        "S1 counts its own vote but has not recorded it, so that it votes for S2 in the same term.";
    Rule IncrementTerm "A candidate stays in its term" OneVote
        "S2 has voted for S1 in this term, and now becomes a candidate without a new term: that is a second vote.";
    Rule WinElection "Less than a majority wins" ElectionSafety
        "Two candidates each win by their own votes alone; only majorities must have a server in common.";
    Mistake HalfIsEnough "Half of the servers are a majority" ElectionSafety
        "Two halves of four servers have no server in common, so that each elects a leader of its own.";
    Rule IgnoreStaleReply "A stale reply is believed" ElectionSafety
        "S2's vote for S1 in term 1 arrives when S1 is a candidate in term 2, and counts there, while S2 has voted for S3.";
    Mistake VotesOfEarlierElections "Votes of earlier elections count" ElectionSafety
        "S1 and S4 each have one vote left over from term 1 and win one in term 2: neither has a majority in term 2.";
    Mistake VoteCountsTwice "A vote that arrives twice counts twice" LeaderCompleteness
        "S4's vote reaches S5 twice, so that two servers of five elect a leader that lacks the committed 1@1.";
    Rule RefuseOutdatedLog "Votes without checking the log" LeaderCompleteness
        "S3 has missed 1@1, which is committed, and wins all the same; as a leader it would overwrite it.";
    Mistake RefusalCountsAsVote "A refusal counts as a vote" LeaderCompleteness
        "S1 and S2 refuse S3, which lacks the committed 1@1; S3 sees its own term in their answers and leads.";
    Mistake CurrentTermAsLastLogTerm "Sends its current term as lastLogTerm" LeaderCompleteness
        "S3 has an empty log and says that its last entry is of term 2, which is newer than the committed 1@1.";
    Mistake ComparesLengthOnly "The longer log wins" LeaderCompleteness
        "S1's two entries of term 1 were never committed, and are longer than the one of term 2 that was.";
    Mistake RefusesBothBehindOnly "Refuses only if term and index are both behind" LeaderCompleteness
        "S3 lacks the committed 2@1, but its last term is the same, so that S1 and S2 vote for it.";
    Mistake RefusalKeepsOldTerm "A refused candidate's term is not adopted" TermsRise
        "S1 and S2 refuse S3 because of its log and stay in term 1, though S3 has told them of term 2.";

    // Replication
    Rule RedirectCommand "Every server accepts commands" LogMatching
        "S2 does not lead and numbers an entry itself, and so does S1: 1@1 now names two entries.";
    Rule RefuseMismatch "No consistency check" LogMatching
        "S3 has missed the first entry, and takes the second for its first: index and term are right, the entry is not.";
    Mistake ChecksIndexOnly "The consistency check ignores terms" StateMachineSafety
        "S1 has an entry at index 1, but another one than the leader; it says that they agree, and applies its own.";
    Mistake HeartbeatNotChecked "Heartbeats are not checked" DurableFirst
        "S3 has missed 1@1, and answers the next heartbeat as if it held everything before it.";
    Rule DeleteConflict "Conflicting entries are kept" StateMachineSafety
        "S1 keeps its 1@1 where the leader has 1@2, and applies it when it learns that index 1 is committed.";
    Mistake KeepsConflictingTail "Overwrites conflicts and keeps the tail" LogMatching
        "S2 replaces 1@1 by 1@2 and keeps 2@1 behind it: S1 has a 2@1 as well, but after another entry.";
    Rule AppendNew "Every append truncates the log" CommitRises
        "The first message comes to S3 a second time, late, and S3 throws away the entry behind it, which it knows to be committed.";
    Rule AdvanceMatch "matchIndex from the current log" LeaderCompleteness
        "The answer to an empty heartbeat is taken for one to the entry that was appended since, so that an entry that only S1 has is committed.";
    Mistake ConfirmsWholeLog "Confirms its whole log" LeaderCompleteness
        "S1 answers S2's empty heartbeat with the index of its own stale 1@1, and S2 commits 1@2, which only S2 has.";
    Rule FollowCommit "commitIndex beyond the last new entry" StateMachineSafety
        "S1 has a stale 2@1; S2's message matches S1's log through 1 only, but says that 2 is committed, and S1 applies 2@1 where the others have 2@2.";
    Mistake CommitIndexFalls "commitIndex follows leaderCommit down" CommitRises
        "S1 knows that 1@1 is committed; the new leader S2 does not know it yet, and its heartbeat takes S1's commitIndex back to 0.";
    Rule RefuseOldLeader "Follows an old leader" StateMachineSafety
        "S1's entry of term 1 is late: S3 has replaced it by one of term 2 that is committed, and now takes it back.";
    Rule CommitByCounting "Commits an entry that only it stores" LeaderCompleteness
        "S1 commits an entry that nobody else has, so that a majority without it elects S2.";
    Rule CommitOnlyOwnTerm "Counts copies of an earlier term's entry" LeaderCompleteness
        "A majority holds 1@1, yet S2's 1@2 is of a later term, so that S2 still wins: Figure 8 with three servers.";
    Rule ApplyCommitted "Applies before commit" AppliedInOrder
        "S1's service sees the command as soon as it stands in S1's log, where a later leader may still replace it.";

    // Snapshots
    Rule TakeSnapshot "The last included term is forgotten" SnapshotContents
        "The snapshot ends with 1@0 instead of 1@1, so that S1's log would lose every comparison with another.";
    Rule IgnoreCoveredSnapshot "A snapshot is applied backwards" CommitRises
        "The same snapshot arrives a second time when S3 has gone on, and takes S3 back to where it was.";
    Rule RetainSuffix "A late snapshot discards the log" LeaderCompleteness
        "S3 holds 2@1, which was committed with its copy, and throws it away because of a snapshot up to 1@1.";
    Mistake SnapshotPrefixConflicts "A snapshot index counts as a conflict" CommitRises
        "The first message comes to S3 a second time, late; S3's snapshot covers the place before it, and S3 deletes 2@1, which it knows to be committed.";
    Mistake SnapshotSetsTerm "A snapshot sets the term" TermsRise
        "S3 is in term 2 and installs a snapshot that ends with an entry of term 1, so that it goes back to term 1.";
    Rule SaveSnapshot "A snapshot is not saved" DurableFirst
        "S3 says that it holds everything through 1, but only its memory does.";
    Rule ResetStateMachine "The service does not load the snapshot" AppliedInOrder
        "S3's log goes on after the snapshot, while S3's service has never seen what the snapshot stands for.";
    Mistake SnapshotLostOnRestart "The snapshot is not persisted" SnapshotContents
        "The log begins after the snapshot, and the snapshot that S1 finds after its restart is empty.";
    Mistake LogBeforeSnapshot "The log is written before the snapshot" SnapshotContents
        "S1 crashes between the two writes: 1@1 is gone from its log, and no snapshot stands for it.";

    // Clients
    Mistake AnswersBeforeCommit "Answers before the command is committed" Linearizable
        "S1 tells c1 that x=1 is done when only S1 has it; S2 is elected without it, and c1 reads there that x has no value.";
    Mistake ReadsWithoutLog "Reads do not go through the log" Linearizable
        "S1 was deposed and does not know it: it answers c1 from its own table, in which c2's write is missing.";
    Mistake RetriesAppliedTwice "A retry is applied twice" Linearizable
        "S1's answers are lost, c1 asks again and again, and each time 1 is appended to x.";
    Mistake SessionsNotInSnapshot "The sessions are not in the snapshot" Linearizable
        "After the restart S1 has x from its snapshot, but not that c1's operation is in it, so that the retry takes effect again.";

    // Liveness
    Rule RandomElectionTimeout "Election timeouts are not random" Liveness
        "All servers become candidates at the same moment and vote for themselves, and with equal timeouts they do so again and again.";
    Rule LeaderResetsTimer "A leader's message does not reset the timer" Liveness
        "Followers become candidates though they hear their leader, and on a slow network no leader lasts long enough to answer a client.";
    Rule FollowerTimesOut "A follower never times out" Liveness
        "There is no leader, and no follower becomes a candidate.";
    Rule CandidateTimesOut "A candidate never times out" Liveness
        "Each server became a candidate once while it was alone, and waits for votes that were lost.";
    Rule RequestVotes "A candidate requests no votes" Liveness
        "Each candidate votes for itself and waits; no other server knows that there is anything to vote for.";
    Rule GrantVote "No vote is ever given" Liveness
        "Every request for votes is refused, so that each term goes by without a leader.";
    Rule CountVote "Votes are not counted" Liveness
        "Votes are given, and the candidate takes no notice.";
    Rule CandidateFollowsLeader "A candidate does not follow" Liveness
        "S1 has lost the election of its own term and does not accept the leader that won it.";
    Mistake VoteKeptAcrossTerms "The vote of an earlier term still counts" Liveness
        "S2 and S3 have both voted for S1 in term 1, and refuse each other in all terms to come.";
    Mistake RefusesEitherBehind "Refuses if term or index is behind" Liveness
        "S1's log is longer and S2's last term is later, so that neither votes for the other, and S3 is down.";
    Mistake RefusedCandidateResetsTimer "A refused candidate resets the timer" Liveness
        "S3's clock is fast and its log behind: its requests keep S2 from becoming a candidate, and S2 is the only one that could win.";
    Mistake StaleMessageResetsTimer "A deposed leader resets the timer" Liveness
        "S1's heartbeats of term 1 are ten seconds late and are refused, and yet keep S2 and S3 in term 2 from becoming candidates.";
    Rule SendHeartbeats "A leader is silent while idle" Liveness
        "x=1 is committed at S1, and the followers never hear of it.";
    Rule AcceptCommand "A command is not appended" Liveness
        "S1 leads and says that it takes the command, but does not put it into its log, so that c1 is never answered.";
    Mistake NextIndexUnderflow "nextIndex falls below 1" Liveness
        "S3 has an empty log; nextIndex for it goes from 1 to the largest number there is, beyond which there is nothing to send.";
    Mistake RefusalMovesMatchIndex "A refusal moves matchIndex" Liveness
        "S1's log ends with a stale 1@1; its refusal makes S3 believe that they match through 1, so that S3 never sends 1@2.";
    Rule SendSnapshot "No snapshot is sent" Liveness
        "S3 needs an entry that S1 has discarded, and gets only what follows it, which it has to refuse.";
    Rule DiscardLog "A conflicting log is kept under the snapshot" Liveness
        "S3 installs the snapshot up to 1@2 and keeps its own 1@1 there, so that it refuses every entry that follows.";
}
