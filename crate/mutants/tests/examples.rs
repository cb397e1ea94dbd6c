//! Every example's run violates the property that the example names, and is as small as the example says.

use raft_check::Property;
use raft_core::{Bug, Mistake};
use raft_mutants::{EXAMPLES, Example, HARMLESS, KNOWN, example};
use raft_run::trace::Item;
use raft_run::{Trace, World};

/// Maximum number of events of a run.
const MOST_EVENTS: u64 = 20_000;

fn trace(run: &str, name: &str) -> Trace {
    run.parse().unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Plays a run to its end, past the violations on the way.
fn violated(trace: &Trace, name: &str) -> Vec<(Property, String)> {
    let mut world = World::new(trace.config.clone());
    for line in &trace.lines {
        while !world.run_until(line.at, MOST_EVENTS, &mut ()) {
            assert!(world.events() < MOST_EVENTS, "{name}: too much happens");
        }
        if let Item::Command(command) = &line.item {
            let done = world.apply(command, &mut ());
            assert!(done.is_ok(), "{name}: {command}: {done:?}");
        }
    }
    let violations = world.violations();
    let bugs: Vec<_> = trace.config.bugs.iter().collect();
    assert!(violations.iter().all(|violation| violation.bugs == bugs), "{name}");
    violations.iter().map(|violation| (violation.property, violation.to_string())).collect()
}

#[test]
fn the_property_falls_with_the_switch_and_nothing_falls_without_it() {
    let mut wrong = Vec::new();
    for example in EXAMPLES {
        let Example { bug, property, run, .. } = example;
        let name = bug.name();
        let fall = violated(&trace(run, name), name);
        // Nobody is called S0.
        assert!(fall.iter().all(|(_, words)| !words.contains("S0")), "{name}: {fall:?}");
        if !fall.iter().any(|(violated, _)| violated == property) {
            wrong.push(format!("{name}: {property} holds; what is violated: {fall:?}"));
        }
        let line = format!("\nbroken {name}\n");
        assert_eq!(run.matches(&line).count(), 1, "{name}");
        let right = trace(&run.replace(&line, "\n"), name);
        assert!(right.config.all_bugs().eq(example.beside()), "{name}");
        let fall = violated(&right, name);
        if !fall.is_empty() {
            wrong.push(format!("{name}: without the bug falls {fall:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_run_is_small_and_named() {
    for Example { bug, title, property, why, run } in EXAMPLES {
        let name = bug.name();
        let trace = trace(run, name);
        let commands = trace.lines.iter().filter(|line| line.command().is_some()).count();
        assert!(commands <= 15 && trace.config.raft.servers <= 5, "{name}: {commands} commands");
        assert_eq!(trace.name, Some(format!("{title}: {property} is violated")), "{name}");
        assert!(trace.lines.last().is_some_and(|line| line.item == Item::End), "{name}");
        assert!(why.ends_with('.') && !why.contains('\n'), "{name}");
    }
}

#[test]
fn every_mistake_has_an_example_and_no_switch_has_two() {
    for &mistake in Mistake::ALL {
        let bug = Bug::Mistake(mistake);
        let example = example(bug);
        if HARMLESS.iter().any(|(harmless, _)| *harmless == bug) {
            assert_eq!(example, None, "{mistake} has a run, so it does harm");
            continue;
        }
        assert_eq!(example.map(|example| example.title), Some(mistake.title()), "{mistake}");
    }
    for (at, example) in EXAMPLES.iter().enumerate() {
        let others = &EXAMPLES[..at];
        assert!(others.iter().all(|other| other.bug != example.bug), "{}", example.name());
        assert!(others.iter().all(|other| other.why != example.why), "{}", example.name());
        assert_eq!(raft_mutants::example(example.bug), Some(example));
    }
    assert!(EXAMPLES.len() >= 28);
}

#[test]
fn what_was_reported_is_told_in_a_paragraph_with_its_threads() {
    for (at, known) in KNOWN.iter().enumerate() {
        let name = known.bug.name();
        assert!(KNOWN[..at].iter().all(|other| other.bug != known.bug), "{name} stands twice");
        assert!(known.story.ends_with('.') && !known.story.contains('\n'), "{name}");
        for report in known.reports {
            let names: Vec<&str> = report.repository.split('/').collect();
            assert!(
                names.len() == 2 && names.iter().all(|name| !name.is_empty()),
                "{name}: {report}"
            );
            assert!(report.thread > 0 && report.to_string().contains('#'), "{name}: {report}");
        }
    }
    let reported: Vec<_> = KNOWN.iter().filter(|known| !known.reports.is_empty()).collect();
    assert!(reported.len() >= 25, "{} with a report", reported.len());
}
