//! A run is decided by its settings, its seed and its commands, and by nothing else.

use proptest::prelude::*;
use raft_playground_tests::play::{Plan, Watcher};
use raft_playground_tests::random::{Language, RandomRun, command, random_run};
use raft_playground_tests::show;
use raft_run::record::Brief;
use raft_run::saved::restore;
use raft_run::trace::Line;
use raft_run::{Command, Record, Run, ServerId, Stamp, Time, World};

const ALWAYS: u64 = u64::MAX;

/// The fingerprint and the number of events.
fn mark(world: &World) -> (u64, u64) {
    (world.digest(), world.events())
}

/// Carries out the lines in a new run, going from one to the next by `advance`; a mark for each line.
fn again(
    run: &RandomRun,
    lines: &[Line],
    advance: impl Fn(&mut Run, Time, u64),
) -> (Run, Vec<(u64, u64)>) {
    let mut again = Run::new(run.config.clone());
    let mut marks = Vec::new();
    for line in lines {
        let budget = line.after.map_or(ALWAYS, |after| after - again.world().events());
        advance(&mut again, line.at, budget);
        let command = line.command().cloned().expect("what was done is a command");
        again.command(command).expect("what was possible is possible again");
        marks.push(mark(again.world()));
    }
    (again, marks)
}

/// All at once, but for a stop where a property is violated.
fn at_once(run: &mut Run, to: Time, budget: u64) {
    let last = run.world().events().saturating_add(budget);
    while !run.advance(to, last - run.world().events()) && run.world().events() < last {}
}

/// One event after the other.
fn event_by_event(run: &mut Run, to: Time, budget: u64) {
    let last = run.world().events().saturating_add(budget);
    while run.world().events() < last && !run.advance(to, 1) {}
}

/// In a thousand slices of time, some of them also cut short in events.
fn in_slices(run: &mut Run, to: Time, budget: u64) {
    let from = run.world().now();
    let last = run.world().events().saturating_add(budget);
    for slice in 1..=1000 {
        let upto = Time(from.0 + (to.0 - from.0) * slice / 1000);
        while run.world().events() < last {
            let most = if slice % 3 == 0 { 2 } else { ALWAYS };
            if run.advance(upto, most.min(last - run.world().events())) {
                break;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_run_is_the_same_at_once_in_slices_event_by_event_and_from_its_text(
        run in random_run(Language::Whole, 0..60),
    ) {
        let (played, lines) = run.play(&mut ());
        let (mut once, marks) = again(&run, &lines, at_once);
        prop_assert_eq!(&again(&run, &lines, event_by_event).1, &marks);
        prop_assert_eq!(&again(&run, &lines, in_slices).1, &marks);
        if let Some(&last) = marks.last() {
            let missing = played.world.events() - last.1;
            at_once(&mut once, played.world.now(), missing);
            prop_assert_eq!(mark(once.world()), mark(&played.world), "the first time was the same");
        }
        let text = once.to_string();
        let read = Run::from_text(&text).expect("what is printed is read");
        prop_assert_eq!(mark(read.world()), mark(once.world()));
        prop_assert_eq!(read.to_string(), text);
        prop_assert_eq!(show::states(read.world()), show::states(once.world()));
    }

    #[test]
    fn a_refused_command_changes_nothing(
        run in random_run(Language::Whole, 1..60), more in prop::collection::vec(command(5, Language::Whole), 20),
    ) {
        let (played, lines) = run.play(&mut ());
        let (mut here, _) = again(&run, &lines, at_once);
        let refused = played.refused.iter().filter_map(|(line, _)| line.command().cloned());
        for command in refused.chain(more) {
            let (before, text) = (mark(here.world()), here.to_string());
            let states = show::states(here.world());
            let mut copy = here.clone();
            if let Err(why) = here.command(command.clone()) {
                prop_assert!(!why.to_string().is_empty());
                prop_assert_eq!(mark(here.world()), before, "{}", command);
                prop_assert_eq!(here.to_string(), text);
                prop_assert_eq!(show::states(here.world()), states);
                let later = here.world().now() + 50_000;
                here.advance(later, ALWAYS);
                copy.advance(later, ALWAYS);
                prop_assert_eq!(mark(here.world()), mark(copy.world()), "{}", command);
            }
        }
    }

    #[test]
    fn every_command_is_read_as_it_is_printed(command in command(9, Language::Whole)) {
        prop_assert_eq!(command.to_string().parse::<Command>(), Ok(command));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-z0-9 .>|=%\n#]{0,60}", more in ".{0,40}") {
        for text in [&text, &more, &format!("at 1s {text}"), &format!("network {more}")] {
            if let Err(error) = Run::from_text(text) {
                prop_assert!(error.to_string().starts_with("line "), "{}", error);
            }
            // Behind the lines of a branch the same text is read the same way.
            let branch = format!("branch 1 x\n{text}\nbranch 2 y\nleft 1 at 1s step {text}");
            if let Err(error) = restore(&branch) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}

#[test]
fn another_seed_is_another_run_and_the_same_seed_the_same() {
    let digest = |seed: u64| {
        let run = Run::from_text(&format!("seed {seed}\nat 3s end\n")).expect("a run");
        run.world().digest()
    };
    assert_eq!(digest(7), digest(7));
    let mut digests: Vec<u64> = (0..50).map(digest).collect();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), 50);
}

/// Traffic between all servers but S4, without the messages' numbers, which count S4's as well.
#[derive(Default)]
struct Others(Vec<(Stamp, Record)>);

impl Watcher for Others {
    fn look(&mut self, _: &World, news: &[(Stamp, Record)]) {
        for (stamp, record) in news {
            let unnumbered = |brief: &Brief| {
                let of_s4 = [brief.from, brief.to].contains(&ServerId(4));
                (!of_s4).then_some(Brief { id: 0, ..*brief })
            };
            let record = match record {
                Record::Sent(brief) => unnumbered(brief).map(Record::Sent),
                Record::Arrived(brief) => unnumbered(brief).map(Record::Arrived),
                Record::Lost(brief, why) => {
                    unnumbered(brief).map(|brief| Record::Lost(brief, *why))
                }
                _ => None,
            };
            let stamp = Stamp { at: stamp.at, event: 0, cause: None };
            self.0.extend(record.map(|record| (stamp, record)));
        }
    }
}

#[test]
fn a_command_about_one_link_leaves_the_chances_of_the_others_alone() {
    let traffic = |more: &str| {
        let text = format!(
            "seed 3\nservers 5\nnetwork latency=5ms..60ms loss=10% duplicate=5% reorder=10%\n\
             election 20s..40s\nat 0.1s timeout 1\n{more}\
             at 3s start leader x=1\nat 3.2s start leader y=2\nat 15s end\n"
        );
        let plan = Plan::read(&text).expect("a run");
        let mut others = Others::default();
        let played = plan.play(plan.config.clone(), &mut others);
        assert_eq!(played.world.leader(), Some(ServerId(1)), "{more}");
        (others.0, played.world.digest())
    };
    let (plain, digest) = traffic("");
    assert!(plain.len() > 1000);
    for more in [
        "at 2s link 1 4 latency=300ms..900ms loss=50%\n",
        "at 2s link 4 5 duplicate=100%\n",
        "at 2s isolate 4\n",
        "at 2s pause 4\n",
        "at 2s crash 4\n",
        "at 2s disk 4 100ms..200ms\n",
    ] {
        let (others, changed) = traffic(more);
        assert_ne!(changed, digest, "{more}");
        assert!(others == plain, "{more}");
    }
}

#[test]
fn a_copy_of_a_world_goes_its_own_way() {
    let mut run = Run::from_text("seed 5\nservers 3\nat 2s end\n").expect("a run");
    let copy = run.clone();
    run.command("crash 1".parse().expect("a command")).expect("S1 is up");
    run.advance(Time(5_000_000), ALWAYS);
    assert_eq!(copy.world().now(), Time(2_000_000));
    let mut other = copy.clone();
    other.advance(Time(5_000_000), ALWAYS);
    assert!(other.world().servers()[0].is_running());
    assert_ne!(mark(other.world()), mark(run.world()));
}
