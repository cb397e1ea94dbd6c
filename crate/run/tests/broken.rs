//! `broken NAME on 1 3`: only these servers do it wrongly, and the run says so.

use raft_check::Property;
use raft_run::{Run, Trace};

const HEAD: &str = "servers 3\nnetwork perfect\ndisk 0s\nheartbeat 1000s\nelection 1000s..2000s\n";

/// The properties that are violated in a run of these lines.
fn falls(lines: &str) -> Vec<Property> {
    let run = Run::from_text(&format!("{HEAD}{lines}")).expect("a run");
    run.world().violations().iter().map(|violation| violation.property).collect()
}

const TWO_CANDIDATES: &str = "at 1s timeout 1 2\nat 2s end\n";

#[test]
fn a_rule_is_broken_on_one_server_and_obeyed_on_the_others() {
    // S3 alone is asked by both.
    let on = |servers| falls(&format!("broken RefuseSecondVote on {servers}\n{TWO_CANDIDATES}"));
    assert_eq!(on("3"), [Property::OneVote, Property::ElectionSafety]);
    let whole = falls(&format!("broken RefuseSecondVote\n{TWO_CANDIDATES}"));
    assert_eq!(on("1 2 3"), whole);
    assert_eq!(falls(TWO_CANDIDATES), []);
}

#[test]
fn a_server_that_restarts_goes_on_doing_it_wrongly_and_alone() {
    let on = |server| {
        falls(&format!(
            "broken VoteNotPersisted on {server}\nat 1s cut 1 2\nat 1s timeout 1\nat 1.5s crash 3\n\
             at 2s restart 3\nat 3s timeout 2\nat 4s end\n"
        ))
    };
    assert!(on(3).contains(&Property::OneVote));
    assert!(!on(2).contains(&Property::OneVote), "S3, which is asked twice, does as it should");
}

#[test]
fn mistakes_of_a_service_and_of_its_server_are_made_by_that_one_alone() {
    let stale = |server| {
        falls(&format!(
            "clients 2 idle\nbroken ReadsWithoutLog on {server}\nat 1s timeout 1\nat 2s isolate 1\n\
             at 2s timeout 2\nat 3s cut c2 1\nat 3s ask c2 x=1\nat 6s ask c1 x\nat 7s end\n"
        ))
    };
    assert_eq!((stale(1), stale(2)), (vec![Property::Linearizable], vec![]));
    let twice = |server| {
        falls(&format!(
            "clients 1 idle\nbroken RetriesAppliedTwice on {server}\nat 1s timeout 1\n\
             at 2s cut 1 > c1\nat 2s ask c1 x+=1\nat 3s heal 1 > c1\nat 5s ask c1 x\nat 7s end\n"
        ))
    };
    assert!(twice(1).contains(&Property::Linearizable));
    assert!(!twice(2).contains(&Property::Linearizable));
    let early = |server| {
        falls(&format!(
            "disk 10ms\nbroken AnswersBeforeDurable on {server}\nat 1s cut 1 2\nat 1s timeout 1\n\
             at 1.0115s crash 3\nat 2s restart 3\nat 3s timeout 2\nat 4s end\n"
        ))
    };
    assert!(early(3).contains(&Property::OneVote));
    assert!(!early(2).contains(&Property::OneVote));
}

#[test]
fn a_run_says_which_servers_and_is_read_back() {
    let text = format!("{HEAD}broken GrantVote on 1 3\nbroken HalfIsEnough\nat 1s end\n");
    let run = Run::from_text(&text).expect("a run");
    let saved = run.to_string();
    assert!(saved.contains("\nbroken HalfIsEnough\nbroken GrantVote on 1 3\n"), "{saved}");
    let read: Trace = saved.parse().expect("it is read back");
    assert_eq!(read.config, *run.world().config());
    assert_eq!(Run::from_text(&saved).expect("a run").world().digest(), run.world().digest());
}
