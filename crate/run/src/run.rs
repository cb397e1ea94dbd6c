//! A run: the world, what was done to it, and all that has happened, so that one can go back.
//!
//! The world of a run stands somewhere between the beginning and the end of what has happened. At the
//! end the run is *live*: events and commands add to it. Before the end it repeats what has happened, event by event.

use crate::change::Refused;
use crate::command::Command;
use crate::config::Config;
use crate::journal::{Filter, Journal, Page};
use crate::keyframes::{Keyframe, Keyframes};
use crate::place::Place;
use crate::remark::{Remark, one_line};
use crate::text::LATEST;
use crate::timeline::Timeline;
use crate::trace::{Item, Line};
use crate::world::World;
use raft_core::{Started, Time};

/// The most events of a text that is executed piece by piece, with a share that is shown and a way to stop: days of
/// work, so that no run that somebody has played is beyond it.
pub const MOST_EVENTS: u64 = 1_000_000_000_000;

/// The most events of a text that is executed at once: some seconds of work in a browser.
pub const MOST_AT_ONCE: u64 = 10_000_000;

/// A run: settings, commands, the world, and what is remembered of the way.
#[derive(Clone, Debug)]
pub struct Run {
    pub(crate) world: World,
    /// Number of commands that have been carried out in this world.
    done: usize,
    lines: Vec<Line>,
    /// The world at the end, while the run's stands before it.
    ahead: Option<Box<World>>,
    pub(crate) keyframes: Keyframes,
    /// All of the run, up to its end.
    pub(crate) journal: Journal,
    /// The records before the present place, if the journal does not reach back so far.
    past: Option<Journal>,
    pub(crate) name: Option<String>,
    pub(crate) remarks: Vec<Remark>,
}

/// The end of a way forward.
#[derive(PartialEq, Eq)]
enum Went {
    There,
    OutOfBudget,
    /// At the end of what has happened, and perhaps not there yet.
    ToTheEnd,
}

impl Run {
    /// A run at its beginning.
    pub fn new(config: Config) -> Self {
        let world = World::new(config);
        Self {
            keyframes: Keyframes::new(&world),
            world,
            done: 0,
            lines: Vec::new(),
            ahead: None,
            journal: Journal::default(),
            past: None,
            name: None,
            remarks: Vec::new(),
        }
    }

    /// Carries out a command now. Gives the line that stands for it, and what `start` answered. Before the
    /// end of what has happened, this is where the run takes another way: what came after is forgotten.
    ///
    /// # Errors
    /// When it cannot be carried out; then nothing has changed.
    pub fn command(&mut self, command: Command) -> Result<(&Line, Option<Started>), Refused> {
        self.check(&command)?;
        if !self.is_live() {
            self.forget_what_follows();
        }
        let here = Line::here(&self.world, Item::Command(command));
        let started = match here.command() {
            Some(command) => self.world.apply(command, &mut self.journal)?,
            None => None,
        };
        self.lines.push(here);
        self.done = self.lines.len();
        Ok((&self.lines[self.done - 1], started))
    }

    /// Runs events up to and including the moment `to`, at most `budget` of them, and fewer when they are much
    /// [work](World::work). True when it got there. It stops right after an event in which a property was first violated.
    pub fn advance(&mut self, to: Time, budget: u64) -> bool {
        let before = self.world.work();
        match self.forward(Place::Time(to), budget) {
            Went::There => true,
            Went::OutOfBudget => false,
            Went::ToTheEnd => {
                let spent = self.world.work() - before;
                self.go_on(to, budget.saturating_sub(spent), true)
            }
        }
    }

    /// Goes one step: one event, or one command before the end of what has happened. False when nothing
    /// will ever happen by itself.
    pub fn step(&mut self) -> bool {
        let next = self.steps() + 1;
        self.forward(Place::Step(next), u64::MAX);
        if self.steps() == next {
            return true;
        }
        self.keep_copy();
        self.world.step(LATEST, &mut self.journal)
    }

    /// Goes one step back. False at the beginning.
    pub fn step_back(&mut self) -> bool {
        let before = self.steps().checked_sub(1);
        before.is_some_and(|step| {
            self.seek(Place::Step(step));
            true
        })
    }

    /// Goes to a place, forward or back, but not beyond the end of what has happened.
    pub fn seek(&mut self, to: Place) {
        if !self.is_before_end(to) {
            self.go_to_end();
            self.past = None;
            return;
        }
        let copy = self.keyframes.last_where(|frame| not_after(&frame.world, frame.step(), to));
        let forward = not_after(&self.world, self.steps(), to);
        if !forward || self.keyframes.get(copy).step() > self.steps() {
            self.restore(copy);
        }
        self.forward(to, u64::MAX);
    }

    /// The world now.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Events and commands so far.
    pub fn steps(&self) -> u64 {
        self.world.events() + self.done as u64
    }

    /// True at the end of the run: the next event has not happened before.
    pub fn is_live(&self) -> bool {
        self.ahead.is_none()
    }

    /// The world at the end of what has happened.
    pub fn end(&self) -> &World {
        self.ahead.as_deref().unwrap_or(&self.world)
    }

    /// Checks that a command can be carried out now.
    ///
    /// # Errors
    /// Why it could not.
    pub fn check(&self, command: &Command) -> Result<(), Refused> {
        self.world.check(command).map(|_| ())
    }

    /// The lines of the journal before the present place.
    pub fn journal(&mut self, filter: Filter) -> Page<'_> {
        let upto = self.steps();
        let journal = self.past.as_mut().unwrap_or(&mut self.journal);
        journal.read(filter, upto)
    }

    /// The journal that reaches back to before the present place.
    pub(crate) fn remembered(&self) -> &Journal {
        self.past.as_ref().unwrap_or(&self.journal)
    }

    /// The outline of all that has happened.
    pub fn timeline(&self) -> &Timeline {
        self.journal.timeline()
    }

    /// The commands in order, also those after the present place.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Its remarks.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Its name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Names it; the empty name takes the name away.
    pub fn set_name(&mut self, name: &str) {
        let name = one_line(name, crate::trace::LONGEST_NAME);
        self.name = (!name.is_empty()).then_some(name);
    }

    fn is_before_end(&self, to: Place) -> bool {
        let end = self.end();
        match to {
            Place::Time(at) => at < end.now(),
            Place::Event(event) => event < end.events(),
            Place::Step(step) => step < end.events() + self.lines.len() as u64,
        }
    }

    /// Adds events to a run that is live, whatever they break: at most so many, and fewer when they are much work.
    pub(crate) fn live(&mut self, to: Time, budget: u64) -> bool {
        self.go_on(to, budget, false)
    }

    fn go_on(&mut self, to: Time, budget: u64, stops: bool) -> bool {
        let to = to.min(LATEST);
        let last = self.world.work().saturating_add(budget);
        let broken = self.world.violations().len();
        loop {
            self.keep_copy();
            let most = (last - self.world.work()).min(self.keyframes.due_in(self.steps()));
            if self.world.run_within(to, most, last, &mut self.journal) {
                return true;
            }
            let breaks = stops && self.world.violations().len() > broken;
            if breaks || self.world.work() >= last {
                return false;
            }
        }
    }

    fn keep_copy(&mut self) {
        if self.keyframes.due_in(self.steps()) == 0 {
            self.keyframes.take(self.done, &self.world);
        }
    }

    /// Carries out a command where the run stands, at its end.
    pub(crate) fn carry_out(&mut self, line: Line) -> Result<(), Refused> {
        if let Some(command) = line.command() {
            self.world.apply(command, &mut self.journal)?;
            self.lines.push(line);
            self.done = self.lines.len();
        }
        Ok(())
    }

    /// Puts the world back to a copy. Where the journal has forgotten what came shortly before, it is
    /// remembered anew from an earlier copy on.
    fn restore(&mut self, copy: usize) {
        let known = self.journal.reaches_back_to(self.keyframes.get(copy).step());
        let frame = self.keyframes.get(if known { copy } else { copy.saturating_sub(1) });
        self.past = (!known).then(|| Journal::after(frame.commands as u64));
        self.done = frame.commands;
        let world = std::mem::replace(&mut self.world, World::clone(&frame.world));
        self.ahead.get_or_insert_with(|| Box::new(world));
    }

    /// Puts the world to the end of what has happened.
    fn go_to_end(&mut self) {
        if let Some(end) = self.ahead.take() {
            self.world = *end;
            self.done = self.lines.len();
        }
    }

    /// Repeats what has happened.
    fn forward(&mut self, to: Place, budget: u64) -> Went {
        match self.past.take() {
            Some(mut past) => {
                let went = self.repeat(to, budget, &mut past);
                self.past = self.ahead.is_some().then_some(past);
                went
            }
            None => self.repeat(to, budget, &mut Journal::silent()),
        }
    }

    // Not for any observer: the whole world would be compiled once for each.
    fn repeat(&mut self, to: Place, budget: u64, observer: &mut Journal) -> Went {
        let Some(end) = &self.ahead else { return Went::ToTheEnd };
        let (events, until) = (end.events(), end.now());
        let last = self.world.work().saturating_add(budget);
        let wanted = if let Place::Time(at) = to { at.min(until) } else { until };
        loop {
            let next = self.lines.get(self.done);
            if next.is_none() && self.world.events() == events {
                // What is left is time in which nothing happened. More may come in the moment of the end, but that
                // has not happened yet, and is not for this observer.
                if wanted < until {
                    self.world.wait(wanted);
                    return Went::There;
                }
                self.go_to_end();
                return Went::ToTheEnd;
            }
            match to {
                Place::Step(step) if self.steps() >= step => return Went::There,
                Place::Event(event) if self.world.events() >= event => return Went::There,
                _ => {}
            }
            let is_next = next
                .is_some_and(|line| line.at <= wanted && line.after == Some(self.world.events()));
            if !is_next && self.world.work() >= last {
                return Went::OutOfBudget;
            }
            if !step_again(&mut self.world, &mut self.done, &self.lines, wanted, observer) {
                // Nothing more happens by then.
                self.world.wait(wanted);
                return Went::There;
            }
        }
    }

    /// One step of what has happened, up to the moment `until`, in a world that stands after `done` of the first so
    /// many commands. False when there is none.
    pub(crate) fn step_again(
        &self,
        world: &mut World,
        (done, commands): (&mut usize, usize),
        until: Time,
        observer: &mut Journal,
    ) -> bool {
        let end = self.end();
        let is_over = *done == self.lines.len() && world.events() == end.events();
        let lines = &self.lines[..commands];
        !is_over && step_again(world, done, lines, until.min(end.now()), observer)
    }

    /// The last copy of the world from before a moment and after so many steps at most, and how many commands
    /// had been carried out.
    pub(crate) fn copy_before(&self, moment: Time, steps: u64) -> (World, usize) {
        let is_before = |frame: &Keyframe| frame.world.now() < moment && frame.step() <= steps;
        let copy = self.keyframes.last_where(is_before);
        let frame = self.keyframes.get(copy);
        (World::clone(&frame.world), frame.commands)
    }

    /// Goes to just after the last command, and forgets what happened then; notes stay.
    pub(crate) fn end_at_last_command(&mut self) {
        let Some(last) = self.lines.last() else { return };
        self.seek(last.after.map_or(Place::Time(last.at), Place::Event));
        while self.done < self.lines.len() && self.step() {}
        if !self.is_live() {
            let remarks = std::mem::take(&mut self.remarks);
            self.forget_what_follows();
            self.remarks = remarks;
        }
    }

    /// Forgets what happened after the present place.
    fn forget_what_follows(&mut self) {
        let step = self.steps();
        if let Some(past) = self.past.take() {
            self.journal.take_records(past);
        }
        self.ahead = None;
        self.lines.truncate(self.done);
        self.keyframes.cut(step);
        self.journal.cut(step, self.world.now());
        let now = self.world.now();
        self.remarks.retain(|remark| remark.to <= now);
    }
}

/// One event or command up to the moment `until`. The caller knows that it is not beyond the end of what has
/// happened.
fn step_again(
    world: &mut World,
    done: &mut usize,
    lines: &[Line],
    until: Time,
    observer: &mut Journal,
) -> bool {
    let next = lines.get(*done).filter(|line| line.at <= until);
    let is_next = next.is_some_and(|line| line.after == Some(world.events()));
    if !is_next && world.step(next.map_or(until, |line| line.at), observer) {
        return true;
    }
    let Some(line) = next else { return false };
    world.wait(line.at);
    if let Some(command) = line.command() {
        let again = world.apply(command, observer);
        assert!(again.is_ok(), "what was possible is possible again");
    }
    *done += 1;
    true
}

/// True if a world at a step is not after a place.
fn not_after(world: &World, step: u64, to: Place) -> bool {
    match to {
        Place::Time(at) => world.now() <= at,
        Place::Event(event) => world.events() <= event,
        Place::Step(wanted) => step <= wanted,
    }
}
