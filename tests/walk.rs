//! A walk through a run, wherever it leads and in pieces of whatever size, comes to the run that goes straight on.

use proptest::prelude::*;
use raft_playground_tests::random::{Language, random_run};
use raft_playground_tests::travel::{played, seen};
use raft_run::load::Loading;
use raft_run::{Place, Run, Time};

/// A way to walk through a run.
#[derive(Clone, Copy, Debug)]
enum Walk {
    Step,
    Back,
    /// To so many thousandths of what has happened: by time, by events or by steps.
    Seek(u8, u64),
    /// On by this many microseconds, in at most this many events.
    Play(u64, u64),
}

fn walk() -> impl Strategy<Value = Walk> {
    prop_oneof![
        3 => Just(Walk::Step),
        2 => Just(Walk::Back),
        1 => (0..3_u8, 0..=1_000_u64).prop_map(|(kind, share)| Walk::Seek(kind, share)),
        3 => (0..50_000_u64, 1..30_u64).prop_map(|(time, budget)| Walk::Play(time, budget)),
    ]
}

impl Walk {
    /// Walks, and looks that no more is done than was allowed.
    fn go(self, run: &mut Run) {
        let (before, now) = (run.world().events(), run.world().now());
        match self {
            Self::Step => {
                run.step();
                assert!(run.world().events() <= before + 1, "a step is one event");
            }
            Self::Back => {
                run.step_back();
            }
            Self::Seek(kind, share) => {
                let part = |whole: u64| whole * share / 1_000;
                let end = run.end();
                run.seek(match kind {
                    0 => Place::Time(Time(part(end.now().0))),
                    1 => Place::Event(part(end.events())),
                    _ => Place::Step(part(end.events() + run.lines().len() as u64)),
                });
            }
            Self::Play(time, budget) => {
                run.advance(now + time, budget);
                assert!(run.world().events() <= before + budget, "the budget is kept to");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn however_one_walks_the_journal_is_that_of_a_straight_run(
        run in random_run(Language::Damaging, 0..6), walks in prop::collection::vec(walk(), 1..40),
    ) {
        let mut straight = played(&run);
        let mut walking = straight.clone();
        for walk in walks {
            walk.go(&mut walking);
        }
        let end = Time(straight.end().now().max(walking.end().now()).0 + 200_000);
        for run in [&mut straight, &mut walking] {
            run.advance(end, u64::MAX);
        }
        prop_assert_eq!(seen(&mut walking), seen(&mut straight));
        prop_assert_eq!(walking.timeline(), straight.timeline());
        prop_assert_eq!(walking.to_string(), straight.to_string());
    }
}

#[test]
fn what_follows_in_the_moment_of_a_step_is_told_when_the_run_plays_on() {
    let text = "seed 1\nservers 5\nnetwork perfect\n";
    let [mut walking, mut straight] = [(); 2].map(|()| Run::from_text(text).expect("a run"));
    for walk in [Walk::Step, Walk::Step, Walk::Step, Walk::Back] {
        walk.go(&mut walking);
    }
    walking.advance(Time(1_000_000), u64::MAX);
    straight.advance(Time(1_000_000), u64::MAX);
    assert_eq!(seen(&mut walking), seen(&mut straight));
    assert_eq!(walking.timeline(), straight.timeline());
}

#[test]
fn a_budget_is_kept_to_from_the_past_into_what_is_new() {
    let mut run = Run::from_text("seed 1\nservers 5\nnetwork perfect\n").expect("a run");
    for walk in [Walk::Step, Walk::Step, Walk::Step, Walk::Back] {
        walk.go(&mut run);
    }
    let mut slices = 0;
    while !run.advance(Time(1_000_000), 1) {
        slices += 1;
        assert!(run.world().events() <= 2 + slices);
    }
    assert!(slices > 50);
}

/// Operations of eighteen clients that overlap in very many possible orders.
const DEAR: &str = "seed 16345774289609035313\nservers 3\nnetwork latency=0s..1ms\nclients 18\n\
    at 0.393461s ask c5 x=a\rb\nat 4.474399s end\n";

#[test]
fn a_piece_of_a_run_is_bounded_in_work_not_only_in_events() {
    const BUDGET: u64 = 200;
    /// Most work that a single event may cost beyond the budget.
    const DEAREST: u64 = 10_000;
    let mut loading = Loading::new(DEAR).expect("a run");
    let (mut pieces, mut dear) = (1, 0);
    while !loading.go_on(BUDGET).expect("a run") {
        pieces += 1;
    }
    let mut run = loading.finish().expect("a run").run;
    let (events, work) = (run.world().events(), run.world().work());
    assert!((2 * events..100_000).contains(&work), "{work}");
    assert!(pieces > events / BUDGET && pieces < work / BUDGET, "{pieces}");

    for start in [Place::Step(0), Place::Step(u64::MAX)] {
        run.seek(start);
        let end = run.world().now() + 1_000_000;
        loop {
            let (events, work) = (run.world().events(), run.world().work());
            let there = run.advance(end, BUDGET);
            let (events, work) = (run.world().events() - events, run.world().work() - work);
            assert!(events <= BUDGET && work < BUDGET + DEAREST, "{events} {work}");
            dear += u64::from(work > BUDGET);
            if there {
                break;
            }
            assert!(events > 0, "it goes on");
        }
    }
    assert!(dear > 3, "some events were dear");
}
