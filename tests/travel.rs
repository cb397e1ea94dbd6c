//! Time goes both ways: wherever a run is taken, it is as if it had been run there from the start.

use proptest::prelude::*;
use raft_core::{Entry, Index, Log, Term};
use raft_playground_tests::random::{Language, RandomRun, random_run};
use raft_playground_tests::show;
use raft_playground_tests::travel::{played, seen};
use raft_run::branches::{Branches, Fork, logs_differ};
use raft_run::difference::Happened;
use raft_run::journal::Filter;
use raft_run::saved::restore;
use raft_run::timeline::Timeline;
use raft_run::{Kind, Place, Record, Run, Stamp, Time};
use std::collections::BTreeSet;

/// Plays a run again from the start, up to where it stands.
fn from_the_start(whole: &Run) -> Run {
    let mut again = Run::new(whole.world().config().clone());
    let commands = whole.steps() - whole.world().events();
    for line in &whole.lines()[..commands as usize] {
        let after = line.after.unwrap_or(u64::MAX);
        // A piece is bounded in work too, and may end before so many events.
        while again.world().events() < after
            && !again.advance(line.at, after - again.world().events())
        {}
        again.command(line.command().expect("a command").clone()).expect("it was possible");
    }
    while again.world().events() < whole.world().events() {
        again.step();
    }
    again
}

/// The timers of servers that have crashed are still in the queue, and are nothing that happens.
#[test]
fn a_moment_at_which_only_a_dead_timer_runs_out_is_not_left_in_its_midst() {
    let text = "servers 5\nnetwork lan\nat 0s crash all\nat 1s end\n";
    let mut run = restore(text).expect("a run").branches;
    let fresh = Run::new(run.run().world().config().clone());
    let timers: Vec<Time> = fresh
        .world()
        .servers()
        .iter()
        .map(|server| server.process().expect("up").node.deadline())
        .collect();
    assert_eq!(timers.len(), 5);
    for at in timers {
        run.run_mut().seek(Place::Time(at));
        assert_eq!(run.run().world().now(), at);
        assert!(!run.run().world().is_in_the_midst(), "at {at:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn going_anywhere_is_as_good_as_running_there(
        run in random_run(Language::Damaging, 0..40),
        places in prop::collection::vec((0..3_u8, 0..=1000_u64), 1..12),
    ) {
        let mut travelling = played(&run);
        let end = (travelling.steps(), travelling.world().events(), travelling.world().now().0);
        let at_the_end = seen(&mut travelling);
        let outline = format!("{:?}", travelling.timeline());
        for (kind, share) in places {
            let part = |whole: u64| whole * share / 1000;
            travelling.seek(match kind {
                0 => Place::Time(Time(part(end.2))),
                1 => Place::Event(part(end.1)),
                _ => Place::Step(part(end.0)),
            });
            match kind {
                0 => prop_assert_eq!(travelling.world().now(), Time(part(end.2))),
                1 => prop_assert_eq!(travelling.world().events(), part(end.1)),
                _ => prop_assert_eq!(travelling.steps(), part(end.0)),
            }
            let mut again = from_the_start(&travelling);
            if kind == 0 {
                again.advance(travelling.world().now(), u64::MAX);
            }
            let (here, there) = (seen(&mut travelling), seen(&mut again));
            prop_assert_eq!((here.0, here.1, &here.3, &here.4), (there.0, there.1, &there.3, &there.4));
        }
        prop_assert_eq!(format!("{:?}", travelling.timeline()), outline, "going back changes nothing");
        travelling.seek(Place::Step(u64::MAX));
        prop_assert!(travelling.is_live());
        prop_assert_eq!(seen(&mut travelling), at_the_end);
    }

    #[test]
    fn stepping_back_and_forth_visits_the_same_places(run in random_run(Language::Damaging, 0..20)) {
        let mut travelling = played(&run);
        let mut visited = Vec::new();
        visited.push(seen(&mut travelling));
        while visited.len() < 60 && travelling.step_back() {
            visited.push(seen(&mut travelling));
        }
        while let Some(place) = visited.pop() {
            let here = seen(&mut travelling);
            prop_assert_eq!((here.0, here.1, &here.3, &here.4), (place.0, place.1, &place.3, &place.4));
            if !visited.is_empty() {
                prop_assert!(travelling.step());
            }
        }
    }

    #[test]
    fn playing_on_from_the_past_leads_to_the_same_end_and_beyond(
        run in random_run(Language::Damaging, 0..30), share in 0..1000_u64, slices in 1..50_u64,
    ) {
        let mut still = played(&run);
        let mut travelling = still.clone();
        let end = still.world().now();
        travelling.seek(Place::Time(Time(end.0 * share / 1000)));
        let from = travelling.world().now();
        let beyond = Time(end.0 + 300_000);
        for slice in 1..=slices {
            let upto = Time(from.0 + (beyond.0 - from.0) * slice / slices);
            while !travelling.advance(upto, 7) {}
        }
        still.advance(beyond, u64::MAX);
        prop_assert_eq!(seen(&mut travelling), seen(&mut still));
        prop_assert_eq!(travelling.to_string(), still.to_string());
    }

    #[test]
    fn acting_in_the_past_is_as_good_as_having_acted_then(
        run in random_run(Language::Damaging, 0..30), share in 0..1000_u64, by_step: bool,
    ) {
        let mut travelling = played(&run);
        let place = if by_step {
            Place::Step(travelling.steps() * share / 1000)
        } else {
            Place::Time(Time(travelling.world().now().0 * share / 1000))
        };
        travelling.seek(place);
        let at = travelling.world().now();
        let mut again = from_the_start(&travelling);
        if again.world().now() < at {
            again.advance(at, u64::MAX);
            prop_assert_eq!(again.steps(), travelling.steps(), "in between, nothing happens");
        }
        let command = parse("network lossy");
        for run in [&mut travelling, &mut again] {
            run.command(command.clone()).expect("it is always possible");
            prop_assert!(run.is_live());
            run.advance(at + 2_000_000, u64::MAX);
        }
        prop_assert_eq!(seen(&mut travelling), seen(&mut again));
        prop_assert_eq!(travelling.lines(), again.lines());
        prop_assert_eq!(travelling.timeline(), again.timeline());
    }

    #[test]
    fn branches_are_read_while_their_runs_stay_where_they_stand(
        run in random_run(Language::Damaging, 0..30),
        fork in 0..1000_u64, stands in 0..1000_u64, moment in 0..1200_u64, from in 0..1000_u64,
        most in 1..60_usize, kinds in prop::sample::subsequence(Kind::ALL.to_vec(), 1..=9),
    ) {
        let branches = two_branches(&run, fork, stands);
        let end = branches.run().end().now().0;
        let moment = Time(end * moment / 1000);
        let filter = || Filter { server: None, kinds: kinds.iter().copied().collect() };
        let (from, to) = (Time(end * from / 1000), Time(end));
        for id in [1, 2] {
            let apart = branches.at(id, moment).expect("it exists");
            let mut own = branches.clone();
            own.switch(id).expect("it exists");
            own.run_mut().seek(Place::Time(moment));
            let world = own.run().world();
            prop_assert_eq!((apart.digest(), apart.now()), (world.digest(), world.now()));
            prop_assert_eq!(show::states(&apart), show::states(world));

            own.run_mut().seek(Place::Step(u64::MAX));
            let page = own.run_mut().journal(filter());
            prop_assert_eq!(page.dropped(), 0);
            let lines: Vec<_> = page.lines(0).map(|line| (line.step, line.stamp, line.record.clone()))
                .filter(|(_, stamp, _)| (from..=to).contains(&stamp.at)).collect();
            prop_assert_eq!(in_stretches(&branches, id, (from, to), &filter(), most), lines);
        }
        prop_assert!(branches.at(3, moment).is_err());
        prop_assert!(branches.stretch(3, (from, to), &filter(), most).is_err());
        prop_assert_eq!(two_branches(&run, fork, stands).to_string(), branches.to_string());
    }

    #[test]
    fn logs_differ_where_one_holds_what_the_other_does_not(
        run in random_run(Language::Damaging, 0..30), fork in 0..1000_u64, moment in 0..1000_u64,
    ) {
        let branches = two_branches(&run, fork, 0);
        let moment = Time(branches.run().end().now().0 * moment / 1000);
        let (here, there) = (branches.at(1, moment).expect("one"), branches.at(2, moment).expect("two"));
        for (here, there) in here.servers().iter().zip(there.servers()) {
            let (Some(here), Some(there)) = (here.process(), there.process()) else { continue };
            let (here, there) = (here.node.log(), there.node.log());
            let covered = here.snapshot_end().index.max(there.snapshot_end().index);
            let numbered = |log: &Log| -> BTreeSet<(Index, Term, Vec<u8>)> {
                let first = log.first_index().0;
                let entries = log.iter_from(Index(0)).zip(first..);
                let entry = |(entry, index): (&Entry, u64)| (Index(index), entry.term, entry.command.to_vec());
                entries.map(entry).filter(|(index, ..)| *index > covered).collect()
            };
            let of_one = &numbered(here) ^ &numbered(there);
            let indexes: BTreeSet<u64> = of_one.into_iter().map(|(index, ..)| index.0).collect();
            prop_assert_eq!(logs_differ(here, there), Vec::from_iter(indexes));
        }
    }
}

/// A run and a branch that has left it, which goes on for longer. The one that is looked at, the branch, stands
/// before its end.
fn two_branches(run: &RandomRun, fork: u64, stands: u64) -> Branches {
    let mut branches = Branches::new(played(run));
    let end = branches.run().world().now() + 1_000_000;
    branches.run_mut().advance(end, u64::MAX);
    branches.run_mut().seek(Place::Time(Time(end.0 * fork / 1000)));
    branches.command(parse("network lossy")).expect("it is always possible");
    branches.command(parse("start leader x=1")).ok();
    branches.run_mut().advance(end + 700_000, u64::MAX);
    branches.run_mut().seek(Place::Time(Time(end.0 * stands / 1000)));
    branches
}

/// The records of a branch between two moments, asked for piece by piece.
fn in_stretches(
    branches: &Branches,
    id: u64,
    (mut from, to): (Time, Time),
    filter: &Filter,
    most: usize,
) -> Vec<(u64, Stamp, Record)> {
    let mut all = Vec::new();
    loop {
        let (piece, until) = branches.stretch(id, (from, to), filter, most).expect("it exists");
        let before = piece.iter().filter(|happened| happened.stamp.at < until).count();
        assert!(before < most, "it ends with the moment that brings as many as were wanted");
        all.extend(piece.into_iter().map(|Happened { step, stamp, record }| (step, stamp, record)));
        if until >= to {
            return all;
        }
        from = until + 1;
    }
}

#[test]
fn a_copy_that_is_taken_between_two_events_makes_no_other_text() {
    // Events are rare here: copies are taken while nothing happens, at another moment in each run.
    let text = "servers 1\nelection 10ms..10ms\nheartbeat 10ms\n";
    let [mut once, mut slowly] = [(); 2].map(|()| Run::from_text(text).expect("a run"));
    once.advance(Time(30_000_000), u64::MAX);
    for slice in (3_333..30_000_000).step_by(3_333).chain([30_000_000]) {
        slowly.advance(Time(slice), u64::MAX);
    }
    assert_eq!(once.to_string(), slowly.to_string());
    assert!(once.to_string().lines().filter(|line| line.contains("digest")).count() > 2);
}

#[test]
fn a_long_run_remembers_what_the_journal_has_forgotten() {
    let mut run = Run::from_text("seed 3\nat 600s end\n").expect("a run");
    let filter = || Filter { server: None, kinds: Kind::ALL.into() };
    assert!(run.journal(filter()).dropped() > 0, "the journal has forgotten the beginning");
    let outline: Timeline = run.timeline().clone();
    run.seek(Place::Time(Time(5_000_000)));
    let mut short = Run::from_text("seed 3\nat 5s end\n").expect("a run");
    let texts = |run: &mut Run| -> Vec<String> {
        run.journal(filter()).lines(0).map(|line| line.record.to_string()).collect()
    };
    let (long, short) = (texts(&mut run), texts(&mut short));
    assert!(long.len() > 1_000);
    assert_eq!(long[..], short[short.len() - long.len()..]);
    assert_eq!(*run.timeline(), outline);

    run.command(parse("crash leader")).expect("there is one");
    assert!(run.timeline().commands.iter().any(|(_, text)| text == "crash leader"));
    let words = texts(&mut run);
    assert_eq!(words[..long.len()], long[..]);
    assert!(words.len() > long.len());
}

#[test]
fn acting_in_the_past_starts_a_branch_and_both_futures_stay() {
    let mut branches = Branches::new(Run::from_text("seed 8\nat 4s end\n").expect("a run"));
    let first = seen(branches.run_mut());
    branches.run_mut().seek(Place::Time(Time(2_000_000)));
    let error = branches.command(parse("drop 999999")).expect_err("no such message").to_string();
    assert!(error.contains("999999"), "{error}");
    assert_eq!(branches.all().len(), 1, "a refused command starts no branch");

    branches.command(parse("crash leader")).expect("there is one");
    branches.run_mut().advance(Time(6_000_000), u64::MAX);
    let second = seen(branches.run_mut());
    assert_ne!(second.0, first.0);
    let fork = branches.current().fork.clone().expect("it has left the first");
    assert_eq!((fork.from, fork.at, fork.command.as_str()), (1, Time(2_000_000), "crash leader"));

    branches.switch(1).expect("the first");
    branches.run_mut().seek(Place::Step(u64::MAX));
    assert_eq!(seen(branches.run_mut()), first);
    branches.switch(2).expect("the second");
    assert_eq!(seen(branches.run_mut()), second);
}

#[test]
fn the_first_difference_of_two_branches_is_found_from_both_sides() {
    let mut branches = Branches::new(Run::from_text("seed 8\nat 4s end\n").expect("a run"));
    branches.run_mut().seek(Place::Time(Time(2_000_000)));
    let mut waiting = branches.run().clone();
    while waiting.world().network().flights().next().is_none() {
        waiting.step();
    }
    branches.run_mut().seek(Place::Step(waiting.steps()));
    let id = branches.run().world().network().flights().next().expect("a message").id;
    branches.command(parse(&format!("drop {id}"))).expect("it is in flight");
    branches.run_mut().advance(Time(4_000_000), u64::MAX);

    let difference = branches.difference(2, 1).expect("both exist").expect("they differ");
    let here = difference.here.clone().expect("the message is lost");
    assert!(matches!(here.record, Record::Lost(brief, _) if brief.id == id), "{}", here.record);
    let back = branches.difference(1, 2).expect("both exist").expect("they differ");
    assert_eq!((back.here, back.there), (difference.there, difference.here));

    assert_eq!(branches.difference(1, 1), Ok(None));
    assert!(branches.difference(1, 9).is_err());
}

#[test]
fn a_difference_is_searched_for_piece_by_piece() {
    let mut branches = Branches::new(Run::from_text("seed 8\nat 4s end\n").expect("a run"));
    // The network is like this already.
    for (at, command) in [(1_000_000, "network wan"), (2_000_000, "crash leader")] {
        branches.switch(1).expect("the first");
        branches.run_mut().seek(Place::Time(Time(at)));
        branches.command(parse(command)).expect("it can be done");
        branches.run_mut().advance(Time(4_000_000), u64::MAX);
    }
    for (there, differs) in [(2, false), (3, true)] {
        let mut search = branches.search(1, there).expect("both exist");
        let (mut pieces, mut before) = (0, search.now());
        while !search.go_on(&branches, 10).expect("both exist") {
            assert!(search.now() >= before);
            (pieces, before) = (pieces + 1, search.now());
        }
        assert!(differs || pieces > 10, "{pieces} pieces");
        assert_eq!(Ok(search.found()), branches.difference(1, there));
        assert_eq!(branches.difference(1, there).expect("both exist").is_some(), differs);
    }
    let mut search = branches.search(1, 2).expect("both exist");
    branches.delete(2).expect("it exists");
    assert!(search.go_on(&branches, 1).is_err(), "one of them is gone");
}

#[test]
fn a_branch_can_be_named_and_deleted_and_its_own_branches_stay() {
    let mut branches = Branches::new(Run::from_text("seed 8\nat 4s end\n").expect("a run"));
    for (at, command) in [(3_000_000, "pause 1"), (2_000_000, "pause 2"), (3_500_000, "pause 3")] {
        branches.run_mut().seek(Place::Time(Time(at)));
        branches.command(parse(command)).expect("it is up");
        branches.run_mut().advance(Time(4_000_000), u64::MAX);
    }
    let forks = |branches: &Branches| -> Vec<(u64, Option<(u64, u64)>)> {
        let fork = |fork: &Fork| (fork.from, fork.at.0 / 1000);
        branches.all().iter().map(|branch| (branch.id, branch.fork.as_ref().map(fork))).collect()
    };
    assert_eq!(
        forks(&branches),
        [(1, None), (2, Some((1, 3000))), (3, Some((2, 2000))), (4, Some((3, 3500)))]
    );
    branches.rename(4, "  S3\npaused ").expect("it exists");
    assert_eq!(branches.current().name, "S3·paused");
    assert!(branches.rename(4, " ").is_err());
    branches.delete(2).expect("not the only one");
    assert_eq!(branches.current().id, 4, "what is looked at stays");
    assert_eq!(forks(&branches), [(1, None), (3, Some((1, 2000))), (4, Some((3, 3500)))]);
    branches.delete(1).expect("not the only one");
    assert_eq!(forks(&branches), [(3, None), (4, Some((3, 3500)))]);
    branches.delete(4).expect("not the only one");
    assert_eq!(branches.current().id, 3);
    assert!(branches.delete(3).is_err(), "the last one stays");
}

fn parse(command: &str) -> raft_run::Command {
    command.parse().expect("a command")
}

#[test]
fn branches_are_saved_and_restored_as_they_stand() {
    let mut branches = Branches::new(Run::from_text("seed 8\nat 4s end\n").expect("a run"));
    for (at, command) in [(2_000_000, "pause 2"), (1_500_000, "crash 3")] {
        branches.run_mut().seek(Place::Time(Time(at)));
        branches.command(parse(command)).expect("it is up");
        branches.run_mut().advance(Time(3_000_000), u64::MAX);
    }
    branches.rename(2, "S2 paused").expect("it exists");
    branches.switch(2).expect("it exists");
    branches.run_mut().seek(Place::Time(Time(2_200_000)));
    branches.delete(1).expect("not the only one");
    let text = branches.to_string();
    let mut again = restore(&text).expect("what is printed is read").branches;
    assert_eq!(again.to_string(), text);
    assert_eq!((again.current().id, again.run().world().now()), (2, Time(2_200_000)));
    for id in [2, 3] {
        let (mut here, mut there) = (branches.clone(), again.clone());
        here.switch(id).expect("it exists");
        there.switch(id).expect("it exists");
        assert_eq!(seen(here.run_mut()), seen(there.run_mut()));
        assert_eq!(here.current().fork, there.current().fork);
    }
    again.run_mut().seek(Place::Time(Time(2_100_000)));
    again.command(parse("heal")).expect("always possible");
    assert_eq!(again.current().id, 4, "no number is given twice");
}

#[test]
fn a_single_runs_text_is_a_saved_text_too() {
    let run = Run::from_text("name one\nseed 8\nat 1s crash 1\nat 4s end\n").expect("a run");
    let branches = restore(&run.to_string()).expect("a run").branches;
    assert_eq!(branches.run().to_string(), run.to_string());
    assert_eq!(branches.all().len(), 1);
}

#[test]
fn what_is_wrong_with_saved_branches_is_said_with_its_line() {
    for (text, says) in [
        (
            "branch 1 a\nseed 1\nbranch 2 b\nseed 2\nat 1s crash 9\n",
            "line 5: `at 1.000000s crash 9`",
        ),
        ("branch 1 a\nleft 1 at 1s step 3 heal\n", "`branch 1` is not a branch of its own number"),
        ("branch 2 a\nbranch 2 b\n", "`branch 2` is not a branch of its own number"),
        ("branch x a\n", "line 1: `x` is not a branch's number"),
        ("branch 1 a\nbranch 2 b\nleft here\n", "line 3: `here` is not where a branch left"),
        ("seed 3\nbranch 1 a\n", "line 2: `branch 1 a` is not allowed here"),
    ] {
        let error = restore(text).expect_err(text).to_string();
        assert!(error.starts_with(says), "{error}");
    }
    let many = (1..50).map(|n| format!("branch {n} x\n")).collect::<Vec<_>>().concat();
    assert!(restore(&many).expect_err("too many").to_string().contains("40 branches are the most"));
}
