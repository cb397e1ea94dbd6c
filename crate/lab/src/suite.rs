//! The 28 tests, two tests of earlier years, and the function that runs one.

use crate::control::Mutation;
use crate::harness::{Check, Failure, Lab};
use crate::notes::Notes;
use crate::{part_a, part_b, part_c, part_d};
use raft_core::Time;
use raft_run::text::Invalid;
use raft_run::{Config, Trace};
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

type Steps = fn(Lab) -> Pin<Box<dyn Future<Output = Check>>>;

/// A test of the lab.
pub struct Test {
    /// Name in the course.
    pub name: &'static str,
    /// Title that the course prints.
    pub title: &'static str,
    /// Number of servers.
    pub servers: u16,
    /// True if the network is reliable.
    pub reliable: bool,
    /// True if services take snapshots.
    pub snapshots: bool,
    /// Years in which the course ran it like this; none: the present course does.
    pub years: Option<&'static str>,
    steps: Steps,
}

impl Test {
    /// Returns the part of the lab that it belongs to, such as `3B`.
    pub fn part(&self) -> &'static str {
        let name = self.name.split_once('-').map_or(self.name, |(name, _)| name);
        &name[name.len() - 2..]
    }
}

/// Returns all tests: those of the present course, then those of earlier years.
pub fn all() -> impl Iterator<Item = &'static Test> {
    TESTS.iter().chain(EARLIER)
}

/// Result of a test's run.
pub struct Outcome {
    /// Failure, if it failed.
    pub failure: Option<Failure>,
    /// Virtual time that it took.
    pub time: Time,
    /// Number of calls.
    pub calls: u64,
    /// Bytes that were sent and received.
    pub bytes: u64,
    /// Highest applied index.
    pub commands: u64,
    /// Number of events.
    pub events: u64,
}

/// Maximum virtual time of a test.
const LIMIT: Time = Time(120_000_000);

/// Maximum number of events of a test. Without delays, a core that answers every refusal with the same request would
/// never let time pass.
const MOST_EVENTS: u64 = 500_000;

macro_rules! tests {
    ($( #[$about:meta] )* $list:ident: $( $name:literal $title:literal $servers:literal $net:ident $($snap:ident)? $($years:literal)? : $steps:path; )*) => {
        $( #[$about] )*
        pub const $list: &[Test] = &[$(
            Test {
                name: $name,
                title: $title,
                servers: $servers,
                reliable: tests!(@ $net),
                snapshots: false $(|| tests!(@ $snap))?,
                years: tests!(@years $($years)?),
                steps: |lab| Box::pin($steps(lab)),
            },
        )*];
    };
    (@ reliable) => { true };
    (@ unreliable) => { false };
    (@ snapshots) => { true };
    (@years) => { None };
    (@years $years:literal) => { Some($years) };
}

tests! {
    /// The lab's tests, in the course's order.
    TESTS:
    "TestInitialElection3A" "initial election" 3 reliable: part_a::initial_election;
    "TestReElection3A" "election after network failure" 3 reliable: part_a::re_election;
    "TestManyElections3A" "multiple elections" 7 reliable: part_a::many_elections;
    "TestBasicAgree3B" "basic agreement" 3 reliable: part_b::basic_agree;
    "TestRPCBytes3B" "RPC byte count" 3 reliable: part_b::rpc_bytes;
    "TestFollowerFailure3B" "test progressive failure of followers" 3 reliable: part_b::follower_failure;
    "TestLeaderFailure3B" "test failure of leaders" 3 reliable: part_b::leader_failure;
    "TestFailAgree3B" "agreement after follower reconnects" 3 reliable: part_b::fail_agree;
    "TestFailNoAgree3B" "no agreement if too many followers disconnect" 5 reliable: part_b::fail_no_agree;
    "TestConcurrentStarts3B" "concurrent Start()s" 3 reliable: part_b::concurrent_starts;
    "TestRejoin3B" "rejoin of partitioned leader" 3 reliable: part_b::rejoin;
    "TestBackup3B" "leader backs up quickly over incorrect follower logs" 5 reliable: part_b::backup;
    "TestCount3B" "RPC counts aren't too high" 3 reliable: part_b::count;
    "TestPersist13C" "basic persistence" 3 reliable: part_c::persist_1;
    "TestPersist23C" "more persistence" 5 reliable: part_c::persist_2;
    "TestPersist33C" "partitioned leader and one follower crash, leader restarts" 3 reliable: part_c::persist_3;
    "TestFigure83C" "Figure 8" 5 reliable: part_c::figure_8;
    "TestUnreliableAgree3C" "unreliable agreement" 5 unreliable: part_c::unreliable_agree;
    "TestFigure8Unreliable3C" "Figure 8 (unreliable)" 5 unreliable: part_c::figure_8_unreliable;
    "TestReliableChurn3C" "churn" 5 reliable: part_c::churn;
    "TestUnreliableChurn3C" "unreliable churn" 5 unreliable: part_c::churn;
    "TestSnapshotBasic3D" "snapshots basic" 3 reliable snapshots: part_d::snapshot_basic;
    "TestSnapshotInstall3D" "install snapshots (disconnect)" 3 reliable snapshots: part_d::snapshot_install;
    "TestSnapshotInstallUnreliable3D" "install snapshots (disconnect)" 3 unreliable snapshots: part_d::snapshot_install;
    "TestSnapshotInstallCrash3D" "install snapshots (crash)" 3 reliable snapshots: part_d::snapshot_install_crash;
    "TestSnapshotInstallUnCrash3D" "install snapshots (crash)" 3 unreliable snapshots: part_d::snapshot_install_crash;
    "TestSnapshotAllCrash3D" "crash and restart all servers" 3 unreliable snapshots: part_d::snapshot_all_crash;
    "TestSnapshotInit3D" "snapshot initialization after crash" 3 unreliable snapshots: part_d::snapshot_init;
}

tests! {
    /// Tests that the course ran on another network in earlier years. Since 2025 it is unreliable.
    EARLIER:
    "TestSnapshotAllCrash3D-reliable" "crash and restart all servers" 3 reliable snapshots "2022-24": part_d::snapshot_all_crash;
    "TestSnapshotInit3D-reliable" "snapshot initialization after crash" 3 reliable snapshots "2023-24": part_d::snapshot_init;
}

/// Returns the settings of a test's cluster.
fn config(test: &Test, seed: u64, mutation: &Mutation) -> Config {
    settings(test, seed, mutation).expect("these settings are understood")
}

/// Returns the settings of a test's cluster with these bugs.
///
/// # Errors
///
/// If a bug is no valid setting, or belongs to a server that the test does not have.
pub fn settings(test: &Test, seed: u64, mutation: &Mutation) -> Result<Config, Invalid> {
    let header = format!(
        "seed {seed}\nservers {}\nnetwork {}\ndisk 0s\nservice commands\nautosnapshot {}\n",
        test.servers,
        if test.reliable { "lab-reliable" } else { "lab" },
        if test.snapshots { 10 } else { 0 },
    );
    let mut config = Config::default();
    for line in header.lines().chain(mutation.settings.iter().copied()) {
        if !config.set(line)? {
            return Err(Invalid::new(line, "a setting, such as `broken RefuseSecondVote`"));
        }
    }
    for &rule in mutation.rules {
        config.add_bug(rule.into(), None);
    }
    config.check()?;
    Ok(config)
}

/// Runs a test under a seed to its end.
pub fn run(test: &Test, seed: u64) -> Outcome {
    run_mutated(test, seed, &Mutation::NONE)
}

/// Runs a test, and returns its run as a trace with every command at its place and a remark on every check and fault.
pub fn record(test: &Test, seed: u64) -> (Outcome, Trace) {
    record_mutated(test, seed, &Mutation::NONE)
}

/// Runs a test with these bugs, to see that the test finds them.
pub fn run_mutated(test: &Test, seed: u64, mutation: &Mutation) -> Outcome {
    play(test, &Lab::new(config(test, seed, mutation), test.snapshots, None))
}

/// Runs a test with these bugs, and returns its run as a trace.
pub fn record_mutated(test: &Test, seed: u64, mutation: &Mutation) -> (Outcome, Trace) {
    let notes = Some(Notes::default());
    let lab = Lab::new(config(test, seed, mutation), test.snapshots, notes);
    let outcome = play(test, &lab);
    let state = &mut *lab.state.borrow_mut();
    let asked = format!(
        "{}, {}, {} servers, {} network, seed {seed}",
        test.name,
        test.title,
        test.servers,
        if test.reliable { "reliable" } else { "unreliable" },
    );
    let failure = outcome.failure.as_ref().map(|failure| &*failure.what);
    let notes = state.notes.take().unwrap_or_default();
    let name = format!("{}, seed {seed}", test.name);
    let trace = notes.finish(&state.world, &name, &asked, failure);
    (outcome, trace)
}

fn play(test: &Test, lab: &Lab) -> Outcome {
    let result = Rc::new(RefCell::new(None));
    let (steps, slot, inner) = ((test.steps)(lab.clone()), Rc::clone(&result), lab.clone());
    drop(lab.spawn(async move {
        let outcome = steps.await;
        inner.finish();
        *slot.borrow_mut() = Some((outcome, inner.now()));
    }));
    let state = Rc::clone(&lab.state);
    lab.tasks.run(|to| {
        let state = &mut *state.borrow_mut();
        let budget = MOST_EVENTS.saturating_sub(state.world.events());
        let there = state.world.run_until(to, budget, &mut state.watch);
        if !there {
            state.watch.wrong(format!("expected at most {MOST_EVENTS} events, saw no end of them"));
        }
        there
    });
    let state = lab.state.borrow();
    // Without a result the events were too many, and the watch says so.
    let (outcome, time) = result.borrow_mut().take().unwrap_or((Ok(()), state.world.now()));
    let late =
        || Failure { at: time, what: format!("expected to take at most {LIMIT}, took {time}") };
    let applied = || state.watch.error.clone().map(|what| Failure { at: time, what });
    Outcome {
        failure: outcome.err().or_else(applied).or_else(|| (time > LIMIT).then(late)),
        time,
        calls: state.watch.calls,
        bytes: state.watch.bytes,
        commands: state.watch.highest.0,
        events: state.world.events(),
    }
}
