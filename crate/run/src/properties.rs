//! The status of each property at the present moment, and the evidence of a violation.

mod evidence;

use crate::record::Record;
use crate::run::Run;
use crate::text::seconds;
use crate::trace::Line;
use crate::why::Reason;
use crate::world::World;
use raft_check::{At, Checks, Property, Violation};
use raft_core::Time;
use std::sync::Arc;

/// The status of a property.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PropertyStatus {
    /// Whatever happened, it held.
    Holds,
    /// Nothing has happened that it is about.
    Untried,
    /// Part of it could not be followed: what, in words.
    Undecided(String),
    /// It must show by this time.
    Expected(Time),
    /// It was broken, as Raft on its own assumptions never is.
    Violated(Arc<Violation>),
    /// It was broken after Raft had lost something that it builds on.
    Outside(Arc<Violation>),
}

impl PropertyStatus {
    /// The status of a property in a world.
    pub fn of(world: &World, property: Property) -> Self {
        let broken = world.violations().iter().find(|violation| violation.property == property);
        if let Some(violation) = broken.cloned() {
            let outside = violation.assumption.is_some();
            return if outside { Self::Outside(violation) } else { Self::Violated(violation) };
        }
        match world.checks() {
            Some(checks) => untried(world, checks, property).unwrap_or(Self::Holds),
            None => Self::Untried,
        }
    }
}

/// The status of a property that was not violated, unless it simply holds.
fn untried(world: &World, checks: &Checks, property: Property) -> Option<PropertyStatus> {
    let any = match property {
        Property::Linearizable => {
            let clients = checks.clients();
            if let Some((key, at)) = clients.unknown().next() {
                let key = crate::text::printable(key, 40);
                let says = format!(
                    "too much was open at once on key {key}: not followed since {}",
                    seconds(at.time)
                );
                return Some(PropertyStatus::Undecided(says));
            }
            if let Some(at) = clients.too_many_keys() {
                let says = format!(
                    "there are too many keys: not all are followed since {}",
                    seconds(at.time)
                );
                return Some(PropertyStatus::Undecided(says));
            }
            clients.configurations() > 0
        }
        Property::SnapshotContents => world.servers().iter().any(|server| {
            let state = server.state();
            state.is_up() && state.snapshot().is_some()
        }),
        Property::Liveness => {
            if let Some(expected) = world.expectation() {
                return Some(PropertyStatus::Expected(expected.deadline));
            }
            if let Some(unmet) = world.excused() {
                return Some(PropertyStatus::Undecided(format!(
                    "nothing can be expected of Raft here: {unmet}"
                )));
            }
            world.has_expected()
        }
        _ => true,
    };
    (!any).then_some(PropertyStatus::Untried)
}

impl Run {
    /// The status of a property at the present moment.
    pub fn status(&self, property: Property) -> PropertyStatus {
        PropertyStatus::of(self.world(), property)
    }

    /// The steps up to the event in which a property was violated, and with it.
    pub fn broke_at(&self, violation: &Violation) -> u64 {
        let is = |record: &Record| matches!(record, Record::Violated(property, _) if *property == violation.property);
        let told = self.remembered().lines_before(u64::MAX).find(|line| is(line.record));
        told.map_or_else(|| self.step_of(violation), |line| line.step)
    }

    /// The events that led to a violation, in order: of each the records that the violation rests on, as far as they
    /// are remembered.
    pub fn evidence(&self, violation: &Violation) -> Vec<Reason> {
        evidence::of(self.world(), self.remembered(), self.steps(), violation)
    }

    /// The same without the journal: events and the commands before them.
    fn step_of(&self, violation: &Violation) -> u64 {
        let At { time, event } = violation.at;
        let before = |line: &&Line| {
            line.at < time || line.at == time && line.after.is_some_and(|after| after < event)
        };
        event + self.lines().iter().filter(before).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Place;

    /// Two leaders of one term, since a server forgets its vote and votes again.
    const TWO_LEADERS: &str = "seed 3\nservers 3\nbroken RefuseSecondVote\nnetwork perfect\n\
        at 10ms timeout 1\nat 10ms timeout 2\nat 10ms timeout 3\nat 1s end";

    fn broken() -> (Run, Arc<Violation>) {
        let run = Run::from_text(TWO_LEADERS).expect("a run");
        let PropertyStatus::Violated(violation) = run.status(Property::ElectionSafety) else {
            panic!("{:?}", run.status(Property::ElectionSafety));
        };
        (run, violation)
    }

    #[test]
    fn before_anything_happened_all_hold_that_can_be_checked() {
        let run = Run::from_text("").expect("a run");
        let of = |property| run.status(property);
        assert_eq!(of(Property::ElectionSafety), PropertyStatus::Holds);
        assert_eq!(of(Property::SnapshotContents), PropertyStatus::Untried);
        assert_eq!(of(Property::Linearizable), PropertyStatus::Untried);
        assert_eq!(of(Property::Liveness), PropertyStatus::Untried);
    }

    #[test]
    fn clients_and_expected_progress_try_what_nothing_else_tries() {
        let text = "seed 1\nclients 2\nat 1s expect 5s\nat 1s end";
        let mut run = Run::from_text(text).expect("a run");
        assert_eq!(run.status(Property::Liveness), PropertyStatus::Expected(Time(6_000_000)));
        while !run.advance(Time(6_000_000), 100_000) {}
        assert_eq!(run.status(Property::Liveness), PropertyStatus::Holds);
        assert_eq!(run.status(Property::Linearizable), PropertyStatus::Holds);
    }

    #[test]
    fn a_violation_is_found_at_its_step_and_not_before() {
        let (mut run, violation) = broken();
        let step = run.broke_at(&violation);
        run.seek(Place::Step(step));
        assert!(matches!(run.status(Property::ElectionSafety), PropertyStatus::Violated(_)));
        assert_eq!(run.world().now(), violation.at.time);
        run.seek(Place::Step(step - 1));
        assert_eq!(run.status(Property::ElectionSafety), PropertyStatus::Holds);
    }

    #[test]
    fn without_the_journal_the_step_is_counted() {
        let (run, violation) = broken();
        assert_eq!(run.step_of(&violation), run.broke_at(&violation));
    }

    #[test]
    fn the_evidence_is_the_events_in_words_with_where_they_are() {
        let (mut run, violation) = broken();
        let evidence = run.evidence(&violation);
        assert_eq!(evidence.len(), violation.events.len());
        let last = evidence.last().expect("the event in which it broke");
        assert!(last.says.contains("becomes leader of term 1"), "{last:?}");
        assert_eq!(last.event.map(|(at, _)| at), Some(violation.at.time));
        for reason in &evidence {
            let (at, step) = reason.event.expect("remembered");
            run.seek(Place::Step(step));
            assert_eq!(run.world().now(), at);
        }
    }

    #[test]
    fn what_breaks_after_a_disk_was_tampered_with_is_outside_of_what_raft_assumes() {
        let tampered = TWO_LEADERS.replace(
            "at 10ms timeout 1",
            "at 5ms timeout 3\nat 9ms crash 3\nat 9ms corrupt 3 3\nat 10ms timeout 1",
        );
        let run = Run::from_text(&tampered.replace("at 10ms timeout 3\n", "")).expect("a run");
        let standing = run.status(Property::ElectionSafety);
        assert!(matches!(standing, PropertyStatus::Outside(_)), "{standing:?}");
    }
}
