//! Every rule has an enemy: it fires in a golden script, a server that does not obey it behaves
//! differently there, and where the rule is for safety, a property of Figure 3 falls.

use raft_check::{Property, Violation};
use raft_core::{Mistake, Rule};
use raft_playground_tests::golden::scripts;
use raft_playground_tests::play::Played;
use raft_playground_tests::{broken, show};
use raft_run::{Record, World};
use std::fmt::Write;
use std::sync::Arc;

/// For each rule, the property that is violated without it, and where that can be seen.
const REASONS: &[(Rule, Property, &str)] = {
    use Property as P;
    use Rule as R;
    &[
        (
            R::RecoverState,
            P::ElectionSafety,
            "figure-2/a-restarted-server-keeps-its-term-and-its-vote",
        ),
        (
            R::PersistFirst,
            P::ElectionSafety,
            "figure-2/a-restarted-server-keeps-its-term-and-its-vote",
        ),
        (
            R::IgnoreStaleReply,
            P::ElectionSafety,
            "5.1/votes-of-an-earlier-term-do-not-make-a-leader",
        ),
        (
            R::RefuseSecondVote,
            P::ElectionSafety,
            "5.2/the-first-to-ask-gets-the-vote-the-second-is-refused",
        ),
        (R::WinElection, P::ElectionSafety, "5.1/a-request-for-votes-with-an-old-term-is-refused"),
        (R::VoteForSelf, P::OneVote, "5.2/the-first-to-ask-gets-the-vote-the-second-is-refused"),
        (R::IncrementTerm, P::OneVote, "5.1/every-term-begins-with-an-election-and-has-one-leader"),
        (
            R::RefuseOutdatedLog,
            P::LeaderCompleteness,
            "5.4/a-candidate-whose-log-is-behind-gets-no-vote",
        ),
        (R::RefuseOldLeader, P::StateMachineSafety, "5.1/entries-of-an-old-leader-are-refused"),
        (
            R::AdvanceMatch,
            P::LeaderCompleteness,
            "5.3/a-success-counts-for-the-entries-that-were-sent-and-no-more",
        ),
        (
            R::CommitByCounting,
            P::LeaderCompleteness,
            "5.3/conflicting-entries-are-deleted-and-replaced",
        ),
        (
            R::CommitOnlyOwnTerm,
            P::LeaderCompleteness,
            "figure-8/d-an-entry-of-an-earlier-term-is-overwritten-though-a-majority-held-it",
        ),
        (
            R::CommitOnlyOwnTerm,
            P::StateMachineSafety,
            "figure-8/d-an-entry-of-an-earlier-term-is-overwritten-though-a-majority-held-it",
        ),
        (R::AppendNew, P::CommitRises, "5.3/an-older-request-does-not-shorten-the-log"),
        (
            R::TakeSnapshot,
            P::LeaderCompleteness,
            "7/a-server-with-a-snapshot-only-still-compares-logs-by-its-last-entry",
        ),
        (R::RetainSuffix, P::LeaderCompleteness, "7/a-snapshot-of-a-prefix-keeps-the-log-after-it"),
        (R::IgnoreCoveredSnapshot, P::CommitRises, "7/a-snapshot-that-comes-late-changes-nothing"),
        (
            R::ApplyCommitted,
            P::StateMachineSafety,
            "5.4/two-services-never-apply-different-commands-at-an-index",
        ),
        (
            R::RefuseMismatch,
            P::StateMachineSafety,
            "5.3/a-follower-refuses-entries-that-follow-an-entry-of-another-term",
        ),
        (
            R::DeleteConflict,
            P::StateMachineSafety,
            "5.4/two-services-never-apply-different-commands-at-an-index",
        ),
        (
            R::IgnoreSnapshotRequest,
            P::StateMachineSafety,
            "7/a-service-that-is-behind-its-log-cannot-take-a-snapshot-backwards",
        ),
        (
            R::ResetStateMachine,
            P::StateMachineSafety,
            "7/a-lagging-follower-gets-the-snapshot-and-then-the-rest",
        ),
        (R::RedirectCommand, P::LogMatching, "5.1/a-follower-refuses-a-client"),
    ]
};

/// For each mistake, the property that is violated when all servers make it, and where that can be seen. The runs of
/// the catalogue show the others.
const MISTAKES: &[(Mistake, Property, &str)] = {
    use Mistake as M;
    use Property as P;
    &[
        (
            M::VoteNotPersisted,
            P::ElectionSafety,
            "figure-2/a-restarted-server-keeps-its-term-and-its-vote",
        ),
        (
            M::TermNotPersisted,
            P::ElectionSafety,
            "figure-2/a-restarted-server-keeps-its-term-and-its-vote",
        ),
        (
            M::EntriesNotPersisted,
            P::StateMachineSafety,
            "figure-2/a-cluster-that-loses-power-loses-nothing-committed",
        ),
        (
            M::SnapshotLostOnRestart,
            P::StateMachineSafety,
            "figure-2/a-restarted-server-starts-from-its-snapshot",
        ),
        (
            M::AnswersBeforeDurable,
            P::ElectionSafety,
            "disk/a-vote-that-was-not-sent-may-be-given-to-another",
        ),
        (
            M::OldLeaderKeepsLeading,
            P::ElectionSafety,
            "5.1/a-candidate-that-learns-of-a-later-term-follows",
        ),
        (
            M::StepDownForgetsVote,
            P::OneVote,
            "5.2/a-candidate-that-hears-from-a-leader-of-its-term-follows",
        ),
        (
            M::LeaderClearsVote,
            P::ElectionSafety,
            "figure-2/a-restarted-server-keeps-its-term-and-its-vote",
        ),
        (
            M::RefusalCountsAsVote,
            P::LeaderCompleteness,
            "5.4/a-candidate-whose-log-is-behind-gets-no-vote",
        ),
        (M::VoteCountsTwice, P::LeaderCompleteness, "5.2/two-votes-of-one-server-make-no-leader"),
        (
            M::ComparesLengthOnly,
            P::StateMachineSafety,
            "5.4/of-two-logs-the-one-with-the-later-last-term-is-more-up-to-date",
        ),
        (
            M::RefusesBothBehindOnly,
            P::LeaderCompleteness,
            "5.4/of-two-logs-with-the-same-last-term-the-longer-is-more-up-to-date",
        ),
        (M::RefusesEitherBehind, P::Liveness, "liveness/a-later-last-term-wins-over-a-longer-log"),
        (
            M::CurrentTermAsLastLogTerm,
            P::LeaderCompleteness,
            "5.4/a-candidate-whose-log-is-behind-gets-no-vote",
        ),
        (M::RefusalKeepsOldTerm, P::TermsRise, "5.4/a-candidate-whose-log-is-behind-gets-no-vote"),
        (
            M::RefusedCandidateResetsTimer,
            P::Liveness,
            "liveness/a-candidate-that-cannot-win-does-not-keep-others-from-standing",
        ),
        (M::HalfIsEnough, P::ElectionSafety, "5.1/a-split-vote-ends-a-term-without-a-leader"),
        (
            M::RefusalMovesMatchIndex,
            P::Liveness,
            "liveness/a-follower-whose-log-is-short-and-wrong-is-brought-into-line",
        ),
        (
            M::ConfirmsWholeLog,
            P::LeaderCompleteness,
            "5.3/a-follower-confirms-what-the-message-matched-and-no-more",
        ),
        (
            M::HeartbeatNotChecked,
            P::StateMachineSafety,
            "5.3/conflicting-entries-are-deleted-and-replaced",
        ),
        (
            M::KeepsConflictingTail,
            P::LogMatching,
            "5.3/entries-after-a-conflict-go-even-if-the-leader-has-none-for-their-places",
        ),
        (
            M::CommitIndexFalls,
            P::CommitRises,
            "5.3/a-new-leader-takes-back-nothing-it-knew-as-leader-before",
        ),
        (
            M::ChecksIndexOnly,
            P::StateMachineSafety,
            "5.3/a-follower-refuses-entries-that-follow-an-entry-of-another-term",
        ),
        (
            M::SnapshotPrefixConflicts,
            P::CommitRises,
            "7/a-message-from-before-the-snapshot-deletes-nothing",
        ),
        (
            M::SnapshotSetsTerm,
            P::TermsRise,
            "7/a-snapshot-of-an-earlier-term-leaves-the-term-as-it-is",
        ),
    ]
};

#[test]
fn the_mistakes_each_break_a_property() {
    let scripts = scripts();
    let mut wrong = Vec::new();
    for &(mistake, property, name) in MISTAKES {
        let script = scripts.iter().find(|script| script.name == name);
        let Some(script) = script else {
            wrong.push(format!("there is no script {name}"));
            continue;
        };
        let mut config = script.plan.config.clone();
        config.bugs = config.bugs.with(mistake.into());
        let world = script.plan.play(config, &mut ()).world;
        if !falls(&world, property) {
            let broken: Vec<String> = world.violations().iter().map(ToString::to_string).collect();
            wrong.push(format!("with {mistake} {property:?} holds in {name}: {broken:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_fires_and_is_missed() {
    let scripts = scripts();
    let plain: Vec<Played> = scripts.iter().map(|script| script.play(&mut ())).collect();
    let mut wrong = Vec::new();
    for &rule in Rule::ALL {
        let firing: Vec<_> =
            scripts.iter().zip(&plain).filter(|(_, played)| fires(played, rule)).collect();
        let missed = firing.iter().any(|(script, played)| {
            outcome(&script.play_without(rule, &mut ()), rule) != outcome(played, rule)
        });
        if firing.is_empty() {
            wrong.push(format!("{rule} fires in no script"));
        } else if !missed {
            wrong.push(format!("{rule} makes no difference in {} scripts", firing.len()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn while_all_rules_are_obeyed_every_property_holds() {
    for script in scripts() {
        let mut played = script.play(&mut ());
        let broken = broken(&mut played.world);
        // Broken on purpose, or without what Raft builds on: a whole majority. What is violated with
        // a disk that lies, or acknowledges before the flush, says so.
        let config = &script.plan.config;
        let wants = !config.is_right() || script.name.starts_with("liveness/without-progress");
        if script.text.contains(" lies\n") || script.text.contains(" early\n") {
            let says = |violation: &Arc<Violation>| violation.assumption.is_some();
            assert!(played.world.violations().iter().all(says), "{}: {broken:?}", script.name);
            continue;
        }
        assert_eq!(!broken.is_empty(), wants, "{}: {broken:?}", script.name);
    }
}

#[test]
fn the_rules_for_safety_each_guard_a_property() {
    let scripts = scripts();
    let mut wrong = Vec::new();
    for &(rule, property, name) in REASONS {
        let script = scripts.iter().find(|script| script.name == name);
        let Some(script) = script else {
            wrong.push(format!("there is no script {name}"));
            continue;
        };
        let mut world = script.play_without(rule, &mut ()).world;
        let broken = broken(&mut world);
        if !falls(&world, property) {
            wrong.push(format!("without {rule} {property:?} holds in {name}: {broken:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn falls(world: &World, property: Property) -> bool {
    world.violations().iter().any(|violation| violation.property == property)
}

fn fires(played: &Played, rule: Rule) -> bool {
    played.records.iter().any(|(_, record)| record.rule() == Some(rule))
}

/// The outcome of a script: states, records but those of the rule itself, refused commands.
fn outcome(played: &Played, but: Rule) -> String {
    let mut text = show::states(&played.world);
    for (stamp, record) in &played.records {
        if record.rule() != Some(but) && !matches!(record, Record::Violated(..)) {
            text += &show::record(stamp, record);
            text.push('\n');
        }
    }
    for (line, why) in &played.refused {
        writeln!(text, "{line}: {why}").expect("a string takes any text");
    }
    text
}
