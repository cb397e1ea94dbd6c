//! A negative control for every test: a bug that the test exists to find, and the words of its failure.
//!
//! A test that never fails shows nothing. Each row of [`CONTROLS`] puts a bug into the core, or into the cluster around
//! it, that its test is meant to find. Under some of the first twenty seeds the test fails
//! with the words in `says`.
//!
//! The lab's reliable network takes no time, so on virtual time an entry is everywhere before its leader
//! can crash, and fifty steps back are done at once. Two rows therefore also slow the network down: the correct
//! core passes on it, the one with the bug does not.

use raft_core::Rule;

/// Bugs of a test's cluster.
#[derive(Clone, Copy, Debug)]
pub struct Mutation<'a> {
    /// Rules that the core does not obey.
    pub rules: &'a [Rule],
    /// Settings of the cluster that replace the test's, as a run's text writes them, such as `broken GrantVote on 1
    /// 3`.
    pub settings: &'a [&'a str],
}

impl Mutation<'_> {
    /// No bugs.
    pub const NONE: Self = Self { rules: &[], settings: &[] };
}

/// A bug that a test finds.
#[derive(Clone, Copy, Debug)]
pub struct Control {
    /// Name of the test.
    pub test: &'static str,
    /// The bug. If a rule is switched off, the correct core passes under the same settings.
    pub mutation: Mutation<'static>,
    /// Reason why the test must fail.
    pub why: &'static str,
    /// Words of the failure.
    pub says: &'static str,
}

macro_rules! controls {
    ($( $test:literal $($rule:ident)? $(, $setting:literal)? : $why:literal => $says:literal; )*) => {
        /// One control for each test, in the order of the tests.
        pub const CONTROLS: &[Control] = &[$(
            Control {
                test: $test,
                mutation: Mutation { rules: &[$(Rule::$rule)?], settings: &[$($setting)?] },
                why: $why,
                says: $says,
            },
        )*];
    };
}

controls! {
    "TestInitialElection3A" IncrementTerm:
        "A candidate stands for election in the term that it is in, so the first leader leads term 0."
        => "expected a term of at least 1, saw 0";
    "TestReElection3A" WinElection:
        "A candidate leads with less than a majority, so a server that is alone becomes leader."
        => "expected no leader, but";
    "TestManyElections3A" RandomElectionTimeout:
        "All servers wait equally long, so they stand together and split the vote again and again."
        => "expected one leader, saw none for five seconds";
    "TestBasicAgree3B" AcceptCommand:
        "A leader says yes to a command and does not append it to its log."
        => "expected 3 servers to agree on 100 within 2 s";
    "TestRPCBytes3B" SendEntries:
        "A leader sends its whole log each time, so every command travels many times."
        => "expected at most 200000 bytes";
    "TestFollowerFailure3B" CommitByCounting:
        "A leader commits what it alone holds, also after both followers are gone."
        => "expected nothing committed at index 4";
    "TestLeaderFailure3B" CommitByCounting:
        "A leader that is cut off commits alone, at an index where the others have another command."
        => "applied different commands at index 2";
    "TestFailAgree3B" ResetProgress:
        "A new leader believes that all have its log, so the follower that comes back is never sent what it lacks."
        => "expected 3 servers to agree on 106 within 10 s";
    "TestFailNoAgree3B" CommitByCounting:
        "A leader commits what it alone holds, with three of five servers gone."
        => "expected nothing committed at index 2";
    "TestConcurrentStarts3B" AppendNew:
        "Of requests sent together the older may come last, and cuts off what the newer has appended."
        => "expected 3 servers to apply index";
    "TestRejoin3B" DeleteConflict:
        "The leader that was cut off keeps its own entries when it follows the new one."
        => "applied different commands at index 2";
    "TestBackup3B" SkipConflictingTerm, "network latency=100ms loss=0%":
        "A leader goes back over fifty wrong entries one round trip at a time, which takes ten seconds."
        => "expected 3 servers to agree on";
    "TestCount3B", "heartbeat 20ms":
        "A leader sends fifty heartbeats a second to each follower."
        => "expected at most 60 RPCs in an idle second";
    "TestPersist13C" PersistFirst:
        "Nothing is written before it is answered, so a crash takes the log, and the next leader begins again at index 1."
        => "expected 3 servers to apply index 4, saw";
    "TestPersist23C" PersistFirst:
        "Servers that restart without their logs commit other commands at indexes that were committed before."
        => "applied different commands at index";
    "TestPersist33C" RefuseOutdatedLog:
        "The server that lacks a committed entry is elected over the one that has found it on its disk."
        => "applied different commands at index 2";
    "TestFigure83C" CommitOnlyOwnTerm, "network latency=0s..50ms loss=0%":
        "A leader counts copies of an entry of an earlier term and commits it; a later leader overwrites it, as in Figure 8."
        => "applied different commands at index";
    "TestUnreliableAgree3C" AppendNew:
        "A request that was delayed cuts off what later ones have appended."
        => "expected 1 server to agree on";
    "TestFigure8Unreliable3C" SkipConflictingTerm:
        "Where most calls are lost or late, going back one entry a call never comes to an end."
        => "expected 5 servers to agree on";
    "TestReliableChurn3C" RedirectCommand:
        "A server that does not lead accepts commands, so one is seen committed and then lost."
        => "commands seen committed once, in the final log";
    "TestUnreliableChurn3C" RefuseOutdatedLog:
        "A server that lacks committed entries is elected, and others take their places."
        => "applied different commands at index";
    "TestSnapshotBasic3D", "autosnapshot 0":
        "No snapshot is taken, so the log is never cut."
        => "B of Raft state";
    "TestSnapshotInstall3D" ResetStateMachine:
        "A follower installs the leader's snapshot and does not hand it to its service."
        => "out of order";
    "TestSnapshotInstallUnreliable3D" TakeSnapshot:
        "A server forgets the term of the last entry that its snapshot includes, so logs that agree seem not to."
        => "expected 3 servers to agree on";
    "TestSnapshotInstallCrash3D" SaveSnapshot:
        "A follower does not save the snapshot that it was sent, so after a crash its log has a gap."
        => "expected 3 servers to agree on";
    "TestSnapshotInstallUnCrash3D" SendSnapshot:
        "A leader never sends a snapshot, so a follower that needs discarded entries stays behind."
        => "expected 3 servers to agree on";
    "TestSnapshotAllCrash3D" PersistFirst:
        "What came after the last snapshot is on no disk, so a crash of all sets the log back."
        => "expected an index above";
    "TestSnapshotInit3D" RecoverState:
        "A restarted server does not read its snapshot back, so its next write erases it, and after another crash its service has nothing."
        => "out of order: it had applied 0 last";
    "TestSnapshotAllCrash3D-reliable" PersistFirst:
        "What came after the last snapshot is on no disk, so a crash of all sets the log back."
        => "expected an index above";
    "TestSnapshotInit3D-reliable" RecoverState:
        "A restarted server does not read its snapshot back, so its next write erases it, and after another crash its service has nothing."
        => "out of order: it had applied 0 last";
}
