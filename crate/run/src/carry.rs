//! Carries into a branch what was done later in the branch that it left: the same commands, at the same times.
//!
//! This answers "what if only this message had been lost?". Commands that no longer make sense are left out, each with
//! the reason; nothing else changes.

use crate::again::Again;
use crate::branches::Branches;
use crate::change::Refused;
use crate::command::{Command, MessageId, WhichMessage};
use crate::network::Flight;
use crate::place::Place;
use crate::run::Run;
use crate::trace::{Item, Line};
use raft_core::Time;
use std::mem::discriminant;

/// The result of carrying commands over.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Carried {
    /// The number of commands that were carried out again.
    pub kept: u64,
    /// Commands about a message that has another number in the branch.
    pub renumbered: Vec<Renumbered>,
    /// Commands that made no sense there.
    pub left_out: Vec<LeftOut>,
}

/// A command about a message that has another number in the branch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renumbered {
    /// Its moment.
    pub at: Time,
    /// The command in the other branch.
    pub was: String,
    /// The command in this branch.
    pub is: String,
}

/// A command that was not carried over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// Its moment.
    pub at: Time,
    /// The command.
    pub command: String,
    /// Why it makes no sense in this branch.
    pub why: String,
}

/// Commands on their way into a branch, piece by piece. The branches change only when it is finished.
#[derive(Debug)]
pub struct Carrying {
    id: u64,
    from: u64,
    /// The branch as it will be.
    run: Run,
    /// The branch that it left, repeated.
    again: Again,
    /// The next of that branch's commands.
    next: usize,
    /// The place of the branch's own last command; the branch will stand there.
    stand: u64,
    aim: Option<Aim>,
    /// The moment that is under way, and the events before it in both branches.
    moment: Option<Moment>,
    carried: Carried,
}

/// The place of the next command.
#[derive(Debug)]
struct Aim {
    /// Number of events of its moment that come before it; none: all of them.
    after: Option<u64>,
    /// The message that it is about.
    message: Option<Flight>,
}

#[derive(Debug)]
struct Moment {
    at: Time,
    /// Events before it in the branch that was left.
    there: u64,
    /// Events before it in this branch, once they have happened.
    here: Option<u64>,
}

impl Branches {
    /// Prepares to carry over what was done later in the branch that the current one left. Whatever happened in the
    /// current branch after its own last command is then repeated along with it.
    ///
    /// # Errors
    /// When the current branch has left no other one.
    pub fn carry(&self) -> Result<Carrying, Refused> {
        let current = self.current();
        let Some(fork) = &current.fork else {
            let why = "the first branch has left no other: there are no later commands to keep";
            return Err(Refused(why.into()));
        };
        let again = Again::new(self.run_of(fork.from)?, Time::NEVER, fork.step);
        let mut run = current.run.clone();
        run.end_at_last_command();
        let moment = Moment {
            at: again.world.now(),
            there: again.world.events(),
            here: Some(again.world.events()),
        };
        Ok(Carrying {
            id: current.id,
            from: fork.from,
            next: again.done(),
            stand: run.steps(),
            run,
            again,
            aim: None,
            moment: Some(moment),
            carried: Carried::default(),
        })
    }
}

impl Carrying {
    /// The number of commands that are still to be carried over.
    pub fn left(&self, branches: &Branches) -> usize {
        branches.run_of(self.from).map_or(0, |from| from.lines().len() - self.next)
    }

    /// Goes on, for about so many events. True when everything is carried over and the branch has come as far as the
    /// other one.
    ///
    /// # Errors
    /// When the other branch is no longer there.
    pub fn go_on(&mut self, branches: &Branches, budget: u64) -> Result<bool, Refused> {
        let from = branches.run_of(self.from)?;
        let mut budget = budget.max(1);
        while budget > 0 {
            let Some(line) = from.lines().get(self.next) else {
                return Ok(self.live(from.end().now(), &mut budget));
            };
            if line.at < self.run.world().now() {
                let now = self.run.world().now();
                self.leave_out(line, format!("the branch has come to {now} by its own commands"));
            } else if self.find(from, line, &mut budget) && self.reach(line.at, &mut budget) {
                self.carry(line);
            }
            budget = budget.saturating_sub(1);
        }
        Ok(false)
    }

    /// The moment that it has come to.
    pub fn now(&self) -> Time {
        self.run.world().now()
    }

    /// Puts the result in the place of the branch, which then stands at its own last command.
    ///
    /// # Errors
    /// When the branch is no longer there.
    pub fn finish(mut self, branches: &mut Branches) -> Result<Carried, Refused> {
        self.run.seek(Place::Step(self.stand));
        branches.replace_run(self.id, self.run)?;
        Ok(self.carried)
    }

    /// Finds the place of a command by repeating the other branch up to it. False when the budget ran out before.
    fn find(&mut self, from: &Run, line: &Line, budget: &mut u64) -> bool {
        if self.aim.is_some() {
            return true;
        }
        if self.moment.as_ref().is_none_or(|moment| moment.at != line.at) {
            let before = line.at.0.checked_sub(1).map(Time);
            while before.is_some_and(|until| self.again.step_within(from, self.next, until)) {
                if !spend(budget) {
                    return false;
                }
            }
            let there = self.again.world.events();
            self.moment = Some(Moment { at: line.at, there, here: None });
        }
        let is_before = |again: &Again| line.after.is_none_or(|after| again.world.events() < after);
        while (self.again.done() < self.next || is_before(&self.again))
            && self.again.step_within(from, self.next, line.at)
        {
            if !spend(budget) {
                return false;
            }
        }
        let before = self.moment.as_ref().map_or(0, |moment| moment.there);
        let message =
            message_of(line).and_then(|id| self.again.world.network().message(id)).cloned();
        self.aim =
            Some(Aim { after: line.after.map(|after| after.saturating_sub(before)), message });
        true
    }

    /// Plays the branch up to the place of the next command. False when the budget ran out before.
    fn reach(&mut self, at: Time, budget: &mut u64) -> bool {
        let begun = self.moment.as_ref().and_then(|moment| moment.here);
        let begun = if let Some(begun) = begun {
            begun
        } else {
            let before = Time(at.0.saturating_sub(1));
            if self.run.world().now() < before && !self.live(before, budget) {
                return false;
            }
            let events = self.run.world().events();
            if let Some(moment) = &mut self.moment {
                moment.here = Some(events);
            }
            events
        };
        let Some(after) = self.aim.as_ref().and_then(|aim| aim.after) else {
            return self.live(at, budget);
        };
        let missing = (begun + after).saturating_sub(self.run.world().events());
        if missing > 0 {
            let most = missing.min(*budget);
            let before = self.run.world().events();
            let there = self.run.live(at, most);
            let done = self.run.world().events() - before;
            *budget = budget.saturating_sub(done);
            if !there && done < missing {
                return false;
            }
        }
        self.run.world.wait(at);
        true
    }

    /// Carries out the next command where the branch stands.
    fn carry(&mut self, line: &Line) {
        let message = self.aim.take().and_then(|aim| aim.message);
        let Some(command) = line.command() else { return };
        let command = match (command, message) {
            (Command::Message(action, was), Some(flight)) => {
                let Some(is) = self.same_message(&flight) else {
                    let why =
                        format!("message {was} of the other branch is not in flight in this one");
                    return self.leave_out(line, why);
                };
                Command::Message(*action, is)
            }
            (Command::ReleaseBeside { held, other, .. }, _)
                if [held, other].into_iter().any(|w| matches!(w, WhichMessage::Number(_))) =>
            {
                let why = "it names messages by numbers of the other branch; `next` and a link name them in both";
                return self.leave_out(line, why.into());
            }
            (command, _) => command.clone(),
        };
        let here = Line::here(self.run.world(), Item::Command(command.clone()));
        if let Err(Refused(why)) = self.run.carry_out(here) {
            return self.leave_out(line, why);
        }
        self.carried.kept += 1;
        self.next += 1;
        if Some(&command) != line.command() {
            let (was, is) = (command_of(line), command.to_string());
            self.carried.renumbered.push(Renumbered { at: line.at, was, is });
        }
    }

    /// The number that a message of the other branch has in this one. Numbers run apart after any difference, so that
    /// a message is known by who sent it to whom, and by what it says or when it was sent.
    fn same_message(&self, there: &Flight) -> Option<MessageId> {
        let network = self.run.world().network();
        let alike = |here: &&Flight| {
            let (a, b) = (&here.envelope, &there.envelope);
            (a.from, a.to) == (b.from, b.to) && discriminant(&a.message) == discriminant(&b.message)
        };
        let nearness = |here: &&Flight| {
            let apart = here.sent_at.0.abs_diff(there.sent_at.0);
            let differs = here.envelope.message != there.envelope.message;
            (apart > 0, differs, apart, here.id.abs_diff(there.id))
        };
        let is_same = |here: &&Flight| {
            here.sent_at == there.sent_at || here.envelope.message == there.envelope.message
        };
        let found = network.flights().filter(alike).filter(is_same).min_by_key(nearness);
        found.map(|flight| flight.id)
    }

    fn leave_out(&mut self, line: &Line, why: String) {
        self.aim = None;
        self.next += 1;
        let command = command_of(line);
        self.carried.left_out.push(LeftOut { at: line.at, command, why });
    }

    /// Plays the branch up to and including a moment. False when the budget ran out before.
    fn live(&mut self, to: Time, budget: &mut u64) -> bool {
        let before = self.run.world().events();
        let there = self.run.live(to, *budget);
        *budget = budget.saturating_sub(self.run.world().events() - before);
        there
    }
}

fn spend(budget: &mut u64) -> bool {
    *budget = budget.saturating_sub(1);
    *budget > 0
}

fn message_of(line: &Line) -> Option<MessageId> {
    match line.command() {
        Some(Command::Message(_, id)) => Some(*id),
        _ => None,
    }
}

fn command_of(line: &Line) -> String {
    line.command().map_or_else(String::new, Command::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Verdict;
    use crate::saved::restore;

    const TEXT: &str = "seed 7\nservers 3\nnetwork lan\nat 2s start leader x=1\nat 3s start leader x=2\n\
        at 4s crash 1\nat 5s restart 1\nat 6s start leader x=3\nat 8s end\n";

    fn branches(text: &str) -> Branches {
        Branches::new(Run::from_text(text).expect("a run"))
    }

    /// Acts at a moment of the first branch, and keeps what was done later.
    fn keep(branches: &mut Branches, at: Place, commands: &[&str], budget: u64) -> Carried {
        branches.run_mut().seek(at);
        for command in commands {
            branches.command(command.parse().expect("a command")).expect("possible");
        }
        let mut carrying = branches.carry().expect("a branch");
        while !carrying.go_on(branches, budget).expect("both are there") {}
        carrying.finish(branches).expect("it is there")
    }

    fn words(run: &Run) -> Vec<String> {
        run.lines().iter().map(Line::to_string).collect()
    }

    /// The digest at the end of a branch.
    fn digest(branches: &Branches, id: u64) -> u64 {
        branches.run_of(id).expect("a branch").end().digest()
    }

    #[test]
    fn where_nothing_is_changed_all_is_as_in_the_other_branch() {
        let mut branches = branches(TEXT);
        let carried = keep(&mut branches, Place::Time(Time(2_500_000)), &["heal"], u64::MAX);
        assert_eq!(carried, Carried { kept: 4, ..Carried::default() });
        let [first, second] = [1, 2].map(|id| branches.run_of(id).expect("a branch"));
        let mut kept = words(second);
        assert_eq!(kept.remove(1), "at 2.500000s heal");
        assert_eq!(kept, words(first));
        assert_eq!(second.end().now(), first.end().now());
        assert_eq!(second.end().events(), first.end().events());
        let written = TEXT.replace("at 3s", "at 2.5s heal\nat 3s");
        let written = Run::from_text(&written).expect("a run");
        assert_eq!(digest(&branches, 2), written.world().digest(), "as if it had been written so");
        assert!(!second.is_live(), "it stands where it began");
        assert_eq!(second.world().now(), Time(2_500_000));
    }

    #[test]
    fn what_follows_takes_the_change_into_account() {
        let mut branches = branches(TEXT);
        let before = digest(&branches, 1);
        let carried = keep(&mut branches, Place::Time(Time(2_500_000)), &["crash 1"], u64::MAX);
        let [LeftOut { at, command, why }] = &carried.left_out[..] else {
            panic!("one makes no sense: {carried:?}")
        };
        assert_eq!((*at, command.as_str()), (Time(4_000_000), "crash 1"));
        assert_eq!(why, "S1 is down already");
        assert_eq!(carried.kept, 3);
        assert_eq!(digest(&branches, 1), before, "the other branch is as it was");
        assert_ne!(digest(&branches, 2), before);
        let applied = |id| {
            let servers = branches.run_of(id).expect("a branch").end().servers();
            servers.iter().filter_map(|s| s.process()).map(|p| p.machine.applied().0).max()
        };
        assert_eq!(applied(2), applied(1), "all three commands are applied here, too");
    }

    #[test]
    fn a_message_is_found_again_by_what_it_is_and_not_by_its_number() {
        let mut first =
            Run::from_text("seed 7\nservers 3\nnetwork perfect\nat 2s end\n").expect("a run");
        // Between two events of one moment, while messages are in flight.
        let newest = |run: &Run| run.world().network().flights().map(|flight| flight.id).max();
        while newest(&first).is_none() || !first.world().is_in_the_midst() {
            assert!(first.step());
        }
        let begin = first.steps();
        for action in ["duplicate", "drop"] {
            let id = newest(&first).expect("in flight");
            first.command(format!("{action} {id}").parse().expect("a command")).expect("possible");
        }
        let last = first.lines()[1].clone();
        assert!(last.after.is_some(), "it stands in the midst of its moment");
        let mut branches = Branches::new(first);
        let carried = keep(&mut branches, Place::Step(begin - 1), &["heal"], u64::MAX);
        assert_eq!((carried.kept, carried.left_out.len()), (2, 0), "{carried:?}");
        assert_eq!(branches.run_of(2).expect("a branch").lines()[2], last);
        // Without the sender there is no message.
        branches.switch(1).expect("the first");
        let from = branches.run().world().servers().len();
        let all: Vec<String> = (1..=from).map(|id| format!("crash {id}")).collect();
        let commands: Vec<&str> = all.iter().map(String::as_str).collect();
        let carried = keep(&mut branches, Place::Step(1), &commands, u64::MAX);
        assert_eq!(carried.kept, 0);
        assert!(
            carried.left_out.iter().all(|left| left.why.ends_with("is not in flight in this one")),
            "{carried:?}"
        );
    }

    #[test]
    fn in_pieces_it_is_the_same_and_the_text_is_that_of_an_ordinary_branch() {
        let commands = ["isolate 2", "start leader y=1"];
        let mut whole = branches(TEXT);
        let carried = keep(&mut whole, Place::Step(40), &commands, u64::MAX);
        for budget in [1, 7, 300] {
            let mut pieces = branches(TEXT);
            assert_eq!(keep(&mut pieces, Place::Step(40), &commands, budget), carried);
            assert_eq!(pieces.to_string(), whole.to_string());
        }
        let again = restore(&whole.to_string()).expect("branches");
        assert!(matches!(again.outcome.verdict, Verdict::Identical { .. }));
        assert_eq!(digest(&again.branches, 2), digest(&whole, 2));
        assert_eq!(digest(&again.branches, 1), digest(&whole, 1));
    }

    #[test]
    fn a_branch_that_has_gone_on_is_repeated_and_keeps_its_notes() {
        let mut branches = branches(TEXT);
        branches.run_mut().seek(Place::Time(Time(2_500_000)));
        branches.command("crash 3".parse().expect("a command")).expect("possible");
        branches.run_mut().advance(Time(4_500_000), u64::MAX);
        branches.command("restart 3".parse().expect("a command")).expect("possible");
        branches.run_mut().advance(Time(9_000_000), u64::MAX);
        branches.run_mut().note("the end").expect("a note");
        let mut carrying = branches.carry().expect("a branch");
        assert_eq!(carrying.left(&branches), 4);
        while !carrying.go_on(&branches, u64::MAX).expect("both") {}
        assert_eq!(carrying.now(), Time(8_000_000));
        let carried = carrying.finish(&mut branches).expect("it is there");
        assert_eq!((carried.kept, carried.left_out.len()), (1, 3), "{carried:?}");
        assert!(carried.left_out[0].why.starts_with("the branch has come to 4.5"), "{carried:?}");
        assert_eq!(branches.run().remarks().len(), 1);
        assert_eq!(branches.run().world().now(), Time(4_500_000));
    }

    #[test]
    fn the_first_branch_has_left_none() {
        let refused = branches(TEXT).carry().expect_err("nothing to keep");
        assert!(refused.to_string().starts_with("the first branch has left no other"));
    }
}
