//! The first thing in which two branches differ, and what happened in one of them: both are found by repeating branches in
//! worlds apart.

use crate::again::Again;
use crate::branches::Branches;
use crate::change::Refused;
use crate::journal::Filter;
use crate::record::{Record, Stamp};
use crate::run::Run;
use raft_core::Time;

/// After so many steps a stretch ends with the moment: some milliseconds.
const LONGEST_STRETCH: u64 = 5_000;

/// A record of one branch that the other does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Happened {
    /// Its moment and event.
    pub stamp: Stamp,
    /// The step with which it came.
    pub step: u64,
    /// The record.
    pub record: Record,
}

/// The first thing in which two branches differ, besides what was done to them. None where a branch has
/// come to its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The record of the first branch.
    pub here: Option<Happened>,
    /// The record of the second branch.
    pub there: Option<Happened>,
}

/// A search for the first difference. It goes on piece by piece; meanwhile the branches may go on, too.
#[derive(Debug)]
pub struct Search {
    ids: (u64, u64),
    here: Repeat,
    there: Repeat,
    over: bool,
    found: Option<Difference>,
}

impl Search {
    fn new(ids: (u64, u64), (here, there): (&Run, &Run), common: u64) -> Self {
        let here = Repeat::from(here, Time::NEVER, common);
        let there = Repeat::from(there, Time::NEVER, common);
        Self { ids, here, there, over: false, found: None }
    }

    /// Compares what happened in some more steps: about so many, fewer when they are much work, and one at least. True
    /// when the search is over.
    ///
    /// # Errors
    /// If one of the branches is no longer there.
    pub fn go_on(&mut self, branches: &Branches, budget: u64) -> Result<bool, Refused> {
        let runs = (branches.run_of(self.ids.0)?, branches.run_of(self.ids.1)?);
        let last = self.work().saturating_add(budget.max(1).saturating_mul(2));
        while !self.over && self.work() < last {
            let pair = (self.here.next(runs.0), self.there.next(runs.1));
            match &pair {
                (None, None) => self.over = true,
                (Some(a), Some(b)) if a.stamp.at == b.stamp.at && a.record == b.record => {}
                _ => {
                    self.over = true;
                    self.found = Some(Difference { here: pair.0, there: pair.1 });
                }
            }
        }
        Ok(self.over)
    }

    /// Work done on both sides.
    fn work(&self) -> u64 {
        self.here.again.work() + self.there.again.work()
    }

    /// The moment that it has reached.
    pub fn now(&self) -> Time {
        self.here.again.world.now()
    }

    /// The difference; none if there is none, or none was found yet.
    pub fn found(self) -> Option<Difference> {
        self.found
    }
}

impl Branches {
    /// The first thing in which two branches differ, besides what was done to them; none when they do not differ.
    ///
    /// # Errors
    /// If there is no branch of one of the numbers.
    pub fn difference(&self, here: u64, there: u64) -> Result<Option<Difference>, Refused> {
        let mut search = self.search(here, there)?;
        while !search.go_on(self, u64::MAX)? {}
        Ok(search.found())
    }

    /// A search for it, to be gone on with piece by piece.
    ///
    /// # Errors
    /// If there is no branch of one of the numbers.
    pub fn search(&self, here: u64, there: u64) -> Result<Search, Refused> {
        let runs = (self.run_of(here)?, self.run_of(there)?);
        Ok(Search::new((here, there), runs, self.common_steps(here, there)))
    }

    /// Returns the records of a branch between two moments, in whole moments: all that pass the
    /// filter. It ends earlier when there are so many, or after some thousand steps; gives also where.
    ///
    /// # Errors
    /// If there is no branch of this number.
    pub fn stretch(
        &self,
        id: u64,
        (from, mut to): (Time, Time),
        filter: &Filter,
        most: usize,
    ) -> Result<(Vec<Happened>, Time), Refused> {
        let run = self.run_of(id)?;
        let mut repeat = Repeat::from(run, from, u64::MAX);
        let last = repeat.again.work() + LONGEST_STRETCH;
        let mut found = Vec::new();
        while repeat.step(run, to) {
            for happened in repeat.news.by_ref() {
                if filter.passes(&happened.record) {
                    found.push(happened);
                }
            }
            if found.len() >= most || repeat.again.work() >= last {
                to = to.min(repeat.again.world.now());
            }
        }
        Ok((found, to))
    }
}

/// The records of a run, one after the other.
#[derive(Debug)]
struct Repeat {
    again: Again,
    news: std::vec::IntoIter<Happened>,
}

impl Repeat {
    /// From after all that came before a moment, and after so many steps at most.
    #[inline(never)]
    fn from(run: &Run, before: Time, steps: u64) -> Self {
        Self { again: Again::new(run, before, steps), news: Vec::new().into_iter() }
    }

    /// One step up to the moment `until`; false when there is none.
    #[inline(never)]
    fn step(&mut self, run: &Run, until: Time) -> bool {
        let stepped = self.again.step(run, until);
        let step = self.again.steps();
        let news = self.again.take().map(|(stamp, record)| Happened { stamp, step, record });
        self.news = news.collect::<Vec<_>>().into_iter();
        stepped
    }

    /// The next record in which branches may differ, if there is one.
    #[inline(never)]
    fn next(&mut self, run: &Run) -> Option<Happened> {
        loop {
            match self.news.next() {
                Some(happened) if is_passed_over(&happened.record) => {}
                None if self.step(run, Time::NEVER) => {}
                next => return next,
            }
        }
    }
}

/// The user's own commands differ anyway, and changes of state are explained by the notes beside them.
fn is_passed_over(record: &Record) -> bool {
    matches!(record, Record::Command(_) | Record::LinksCut(_) | Record::Changed(..))
}
