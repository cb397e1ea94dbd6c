//! The swarm: clusters under faults drawn from seeds, with every property checked after every event; and broken
//! rules, each of which a search finds and shrinks to a small run.

use raft_core::Bug;
use raft_mutants::{EXAMPLES, Example};
use raft_playground_tests::all_cores;
use raft_playground_tests::link::link;
use raft_run::{Config, Run, Trace};
use raft_swarm::search::{Search, SearchSettings};
use raft_swarm::shrink::{Budget, Shrinker};
use raft_swarm::swarm::{self, Length};
use raft_swarm::{Case, Counts, Hint, Played, Wanted, play};

/// The seeds of the swarm. `npm run swarm -- --seeds 1..100000` looks at more.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=400;

/// A broken rule or mistake is found within so many seeds.
const ENOUGH_SEEDS: u64 = 1_000;

/// A shrunk run has at most so many commands and faults.
const MOST_COMMANDS: usize = 30;

fn drawn(seed: u64) -> Played {
    swarm::run(seed, &Config::default(), Hint::Swarm, Length::SWARM, Wanted::Any)
}

/// The violation in a run, if there is one, with a link that shows it.
fn failure(seed: u64, played: &Played) -> Option<String> {
    let violation = played.found.as_ref()?;
    let link = link(played.trace(None), violation.at.time);
    Some(format!("seed {seed}: {} is violated: {violation}\n{link}", violation.property))
}

#[test]
fn the_right_core_keeps_every_property_and_everything_happens_sometimes() {
    let mut counts = Counts::default();
    let mut failures = Vec::new();
    for (seed, played) in all_cores(SEEDS, |seed| (seed, drawn(seed))) {
        counts += &played.counts;
        failures.extend(failure(seed, &played));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(counts.missing(Hint::Swarm), Vec::<&str>::new(), "this never happened");
}

#[test]
fn a_drawn_run_is_a_text_that_is_the_same_run() {
    for seed in 1..=20 {
        let played = drawn(seed);
        let text = played.trace(None).to_string();
        let run = Run::from_text(&text).expect("it can be carried out as it stands");
        assert_eq!(run.world().events(), played.events, "seed {seed}");
        assert!(played.case.config.raft.servers <= 7 && played.events >= 3_600, "seed {seed}");
    }
}

#[test]
fn what_the_swarm_once_found_is_right_now() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/found");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|file| file.expect("it can be read").path())
        .collect();
    files.sort();
    assert!(files.len() >= 2);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("it can be read");
        let run =
            Run::from_text(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let violations = run.world().violations();
        assert!(violations.is_empty(), "{}: {}", file.display(), violations[0]);
    }
}

/// Here many clients keep asking for one key of which nobody answers for long.
#[test]
fn what_clients_see_is_checked_at_a_bounded_cost() {
    let played = drawn(12_167);
    assert!(played.found.is_none() && played.whole, "it took minutes before the cost was bounded");
}

fn searched(name: &str) -> Search {
    let bug = Bug::named(name).expect("it is a rule or a mistake");
    let mut search = Search::new(SearchSettings::of(bug, 1, 1));
    if search.find(ENOUGH_SEEDS) {
        while !search.step(u64::MAX) {}
    }
    search
}

#[test]
fn every_broken_rule_is_found_and_shrunk_to_a_small_run() {
    let wrong: Vec<String> = all_cores(EXAMPLES.iter(), |example| small_run(example).err())
        .into_iter()
        .flatten()
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The run that is found is small and a local minimum; read from its text, it violates the same property in the same
/// event.
fn small_run(example: &Example) -> Result<(), String> {
    let name = example.name();
    let search = searched(name);
    let found = search.found().ok_or_else(|| format!("{name}: nothing in {ENOUGH_SEEDS} seeds"))?;
    let (best, property) = (found.shrinker.best(), found.shrinker.property());
    if best.case.commands.len() > MOST_COMMANDS || !found.shrinker.is_minimum() {
        return Err(format!("{name}: {} commands and faults are left", best.case.commands.len()));
    }
    let text = best.trace(None).to_string();
    let run = Run::from_text(&text).map_err(|error| format!("{name}: {error}\n{text}"))?;
    let violation = best.found.as_ref().expect("a property is violated in it");
    let again = run.world().violations().iter().find(|again| again.property == property);
    match again {
        Some(again) if again == violation => Ok(()),
        _ => Err(format!("{name}: from its text it is another run\n{text}")),
    }
}

#[test]
fn shrinking_is_deterministic_also_in_slices() {
    let found = searched("RefuseSecondVote").found().expect("it is found").drawn.clone();
    let whole =
        Shrinker::new(found.clone(), Budget::USUAL).expect("it violates a property").finish();
    let mut sliced = Shrinker::new(found, Budget::USUAL).expect("it violates a property");
    while !sliced.step(100) {}
    assert_eq!(sliced.best().case, whole.best().case);
    assert_eq!(sliced.spent(), whole.spent());
}

#[test]
fn no_command_of_a_minimum_can_be_left_out() {
    let search = searched("OldLeaderKeepsLeading");
    let shrinker = &search.found().expect("it is found").shrinker;
    let text = shrinker.best().trace(None).to_string();
    let case = Case::of(&text.parse::<Trace>().expect("it is a trace"));
    assert_eq!(case, shrinker.best().case, "it is read back as it was");
    for at in 0..case.commands.len() {
        let mut less = case.clone();
        less.commands.remove(at);
        let played = play(&less, Wanted::Only(shrinker.property()), 100_000);
        assert!(played.found.is_none(), "without `{}`", case.commands[at].command);
    }
}
