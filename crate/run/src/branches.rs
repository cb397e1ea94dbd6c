//! Runs that have a beginning in common: acting in the past starts a branch, and both futures stay.

use crate::again::Again;
use crate::change::Refused;
use crate::command::Command;
use crate::remark::one_line;
use crate::run::Run;
use crate::text::Invalid;
use crate::trace::{LONGEST_NAME, Line};
use crate::world::World;
use raft_core::{Index, Log, Started, Time};

/// The most branches that are kept at once.
pub const MOST_BRANCHES: usize = 40;

/// One of several runs that have a beginning in common.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Its number; it is never given again.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The place at which it left another branch; none: it is the first.
    pub fork: Option<Fork>,
    pub(crate) run: Run,
}

/// The name of the branch with which a run begins.
pub const FIRST: &str = "first";

/// The place at which a branch left another one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fork {
    /// The other branch.
    pub from: u64,
    /// The moment.
    pub at: Time,
    /// After so many steps.
    pub step: u64,
    /// With what it began.
    pub command: String,
}

/// The branches of a run, of which one is looked at. There is always one at least.
#[derive(Clone, Debug)]
pub struct Branches {
    list: Vec<Branch>,
    current: usize,
    given: u64,
}

impl Branch {
    /// Its run.
    pub fn run(&self) -> &Run {
        &self.run
    }
}

impl Branches {
    /// The first branch.
    pub fn new(run: Run) -> Self {
        let first = Branch { id: 1, name: FIRST.into(), fork: None, run };
        Self { list: vec![first], current: 0, given: 1 }
    }

    /// Branches that were saved; the last is looked at.
    pub(crate) fn from_list(given: Vec<Branch>) -> Result<Self, Invalid> {
        let Some(current) = given.last().map(|branch| branch.id) else {
            return Err(Invalid::new("", "a branch"));
        };
        let mut list: Vec<Branch> = Vec::new();
        for branch in given {
            let place = list.partition_point(|other| other.id <= branch.id);
            list.insert(place, branch);
        }
        for (at, branch) in list.iter().enumerate() {
            let id = branch.id;
            let earlier = |from: u64| list[..at].iter().any(|other| other.id == from);
            // What is left is always older: so no branch comes from itself, on whatever way.
            if earlier(id) || branch.fork.as_ref().is_some_and(|fork| !earlier(fork.from)) {
                let expected = "a branch of its own number that left one of a lower number";
                return Err(Invalid::new(&format!("branch {id}"), expected));
            }
        }
        let given = list.iter().map(|branch| branch.id).max().unwrap_or(1);
        let place = list.iter().position(|branch| branch.id == current).unwrap_or(0);
        Ok(Self { list, current: place, given })
    }

    /// All of them, in the order in which they were made.
    pub fn all(&self) -> &[Branch] {
        &self.list
    }

    /// The one that is looked at.
    pub fn current(&self) -> &Branch {
        &self.list[self.current]
    }

    /// Its run.
    pub fn run(&self) -> &Run {
        &self.current().run
    }

    /// The same, to move in it.
    pub fn run_mut(&mut self) -> &mut Run {
        &mut self.list[self.current].run
    }

    /// Carries out a command now. In the past of a branch this starts a new one, and that is then looked at.
    ///
    /// # Errors
    /// When it cannot be carried out; then nothing has changed.
    pub fn command(&mut self, command: Command) -> Result<(&Line, Option<Started>), Refused> {
        if !self.run().is_live() {
            self.run().check(&command)?;
            self.fork(command.to_string())?;
        }
        self.run_mut().command(command)
    }

    fn fork(&mut self, command: String) -> Result<(), Refused> {
        if self.list.len() == MOST_BRANCHES {
            return Err(Refused(format!(
                "there are {MOST_BRANCHES} branches, the most that are kept: delete one first"
            )));
        }
        let from = self.current();
        let run = from.run.clone();
        let (at, step) = (run.world().now(), run.steps());
        let fork = Fork { from: from.id, at, step, command };
        self.given += 1;
        let name = format!("branch {}", self.given - 1);
        self.list.push(Branch { id: self.given, name, fork: Some(fork), run });
        self.current = self.list.len() - 1;
        Ok(())
    }

    /// Looks at another branch.
    ///
    /// # Errors
    /// When there is none of this number.
    pub fn switch(&mut self, id: u64) -> Result<(), Refused> {
        self.current = self.place(id)?;
        Ok(())
    }

    /// Names a branch.
    ///
    /// # Errors
    /// When there is none of this number, or the name is empty.
    pub fn rename(&mut self, id: u64, name: &str) -> Result<(), Refused> {
        let place = self.place(id)?;
        let name = one_line(name, LONGEST_NAME);
        if name.is_empty() {
            return Err(Refused("a branch needs a name of at least one letter".into()));
        }
        self.list[place].name = name;
        Ok(())
    }

    /// Deletes a branch. Those that left it are then said to have left the one that it had left. When it was
    /// looked at, that one is looked at.
    ///
    /// # Errors
    /// When there is none of this number, or it is the only one.
    pub fn delete(&mut self, id: u64) -> Result<(), Refused> {
        let place = self.place(id)?;
        if self.list.len() == 1 {
            return Err(Refused("the only branch cannot be deleted".into()));
        }
        let looked_at = self.current().id;
        let gone = self.list.remove(place);
        match &gone.fork {
            Some(fork) => self.inherit(id, fork),
            None => self.replace_first(id),
        }
        let next = if looked_at == id { gone.fork.map(|fork| fork.from) } else { Some(looked_at) };
        self.current = next.and_then(|id| self.place(id).ok()).unwrap_or(0);
        Ok(())
    }

    /// The branches that had left one that is gone are said to have left this place, or an earlier one of
    /// the same branch.
    fn inherit(&mut self, gone: u64, heir: &Fork) {
        let forks = self.list.iter_mut().filter_map(|branch| branch.fork.as_mut());
        for fork in forks.filter(|fork| fork.from == gone) {
            fork.from = heir.from;
            fork.at = fork.at.min(heir.at);
            fork.step = fork.step.min(heir.step);
        }
    }

    /// The oldest branch that had left the first, which is gone, becomes the first.
    fn replace_first(&mut self, gone: u64) {
        let left_it =
            |branch: &&mut Branch| branch.fork.as_ref().is_some_and(|fork| fork.from == gone);
        let Some(heir) = self.list.iter_mut().find(left_it) else { return };
        let place = heir.fork.take().map(|fork| Fork { from: heir.id, ..fork });
        if let Some(place) = place {
            self.inherit(gone, &place);
        }
    }

    /// Puts another run in the place of a branch's.
    pub(crate) fn replace_run(&mut self, id: u64, run: Run) -> Result<(), Refused> {
        let place = self.place(id)?;
        self.list[place].run = run;
        Ok(())
    }

    /// The run of a branch.
    pub(crate) fn run_of(&self, id: u64) -> Result<&Run, Refused> {
        self.place(id).map(|place| &self.list[place].run)
    }

    /// The world of a branch at a moment, or at the end if that is before. Its run stays where it stands.
    ///
    /// # Errors
    /// If there is no branch of this number.
    pub fn at(&self, id: u64, moment: Time) -> Result<World, Refused> {
        let run = self.run_of(id)?;
        let moment = moment.min(run.end().now());
        let mut again = Again::new(run, moment + 1, u64::MAX);
        again.world.wait(moment);
        Ok(again.world)
    }

    /// A lower bound of the steps that two branches have in common.
    pub(crate) fn common_steps(&self, a: u64, b: u64) -> u64 {
        let (a, b) = (self.way(a), self.way(b));
        let both = |&(id, step): &(u64, u64)| {
            b.iter().find(|(other, _)| *other == id).map(|(_, other)| step.min(*other))
        };
        a.iter().find_map(both).unwrap_or(0)
    }

    /// A branch and those that it comes from, each with the step up to which it is the same.
    fn way(&self, id: u64) -> Vec<(u64, u64)> {
        let mut way = vec![(id, u64::MAX)];
        let mut at = self.place(id).ok();
        while let Some(fork) = at.and_then(|place| self.list[place].fork.as_ref()) {
            let step = way[way.len() - 1].1.min(fork.step);
            way.push((fork.from, step));
            at = self.place(fork.from).ok();
        }
        way
    }

    fn place(&self, id: u64) -> Result<usize, Refused> {
        let known = self.list.iter().position(|branch| branch.id == id);
        known.ok_or_else(|| Refused(format!("there is no branch {id}")))
    }
}

/// The indexes at which two logs hold different entries, or only one of them holds one. What a snapshot of
/// either covers is left out.
pub fn logs_differ(here: &Log, there: &Log) -> Vec<u64> {
    let first = here.first_index().max(there.first_index());
    let last = here.last().index.max(there.last().index);
    let differ = |&index: &u64| here.get(Index(index)) != there.get(Index(index));
    (first.0..=last.0).filter(differ).collect()
}
