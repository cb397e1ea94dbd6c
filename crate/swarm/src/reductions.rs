//! Changes that shrinking tries, one after another. Each makes a run smaller.

use crate::case::{Case, TimedCommand};
use crate::simpler;
use raft_core::{Micros, ServerId, Time};

/// A kind of change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Pass {
    /// Leaves out commands: half of them at a time, then fewer, then one by one.
    #[default]
    Drop,
    /// Leaves out a server.
    Servers,
    /// Simplifies settings.
    Settings,
    /// Simplifies commands.
    Commands,
    /// Leaves out two commands that belong together, a fault and its repair.
    Pairs,
    /// Shortens the time between commands.
    Time,
}

const PASSES: [Pass; 6] =
    [Pass::Drop, Pass::Servers, Pass::Settings, Pass::Commands, Pass::Pairs, Pass::Time];

/// Position in a round of tries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reductions {
    pass: usize,
    /// Index of the next command, server or setting.
    at: usize,
    /// Index of its next change.
    variant: usize,
    /// Number of commands that are left out at once; 0 before the first try.
    size: usize,
}

impl Reductions {
    /// Returns the next try of this pass, or none at its end.
    pub(crate) fn next(&mut self, case: &Case) -> Option<Case> {
        match PASSES[self.pass] {
            Pass::Drop => self.drop_some(case),
            Pass::Servers => self.drop_server(case),
            Pass::Settings => self.simpler_settings(case),
            Pass::Commands => self.simpler_command(case),
            Pass::Pairs => self.drop_pair(case),
            Pass::Time => self.less_time(case),
        }
    }

    /// Takes note of the result of the last try. After a success the same index names the item that has moved up.
    pub(crate) fn tried(&mut self, smaller: bool) {
        match (PASSES[self.pass], smaller) {
            (Pass::Drop | Pass::Servers, true) => {}
            (Pass::Drop, false) => self.at += self.size,
            (Pass::Servers, false) => self.at += 1,
            (_, true) => self.variant = 0,
            (_, false) => self.variant += 1,
        }
    }

    /// Goes on to the next pass. Returns false after the last one.
    pub(crate) fn next_pass(&mut self) -> bool {
        let pass = self.pass + 1;
        let more = pass < PASSES.len();
        if more {
            *self = Self { pass, ..Self::default() };
        }
        more
    }

    fn drop_some(&mut self, case: &Case) -> Option<Case> {
        let n = case.commands.len();
        if self.size == 0 {
            self.size = n.div_ceil(2).max(1);
        }
        while self.at >= n {
            if self.size <= 1 {
                return None;
            }
            (self.size, self.at) = (self.size.min(n).div_ceil(2), 0);
            if n == 0 {
                return None;
            }
        }
        let gone = self.at..(self.at + self.size).min(n);
        Some(keep(case, |at| !gone.contains(&at)))
    }

    fn drop_server(&mut self, case: &Case) -> Option<Case> {
        let n = usize::from(case.config.raft.servers);
        while n > 1 && self.at < n {
            if let Some(smaller) = case.without_server(ServerId::from_slot(n - 1 - self.at)) {
                return Some(Case { end: with_slack(case), ..smaller });
            }
            self.at += 1;
        }
        None
    }

    fn simpler_settings(&mut self, case: &Case) -> Option<Case> {
        let config = simpler::settings(&case.config).into_iter().nth(self.variant)?;
        Some(Case { config, commands: case.commands.clone(), end: with_slack(case) })
    }

    fn simpler_command(&mut self, case: &Case) -> Option<Case> {
        loop {
            let timed = case.commands.get(self.at)?;
            let variants = simpler::command(&timed.command, case.config.raft.servers);
            if let Some(command) = variants.into_iter().nth(self.variant) {
                let mut smaller = case.clone();
                smaller.commands[self.at].command = command;
                return Some(smaller);
            }
            (self.at, self.variant) = (self.at + 1, 0);
        }
    }

    fn drop_pair(&mut self, case: &Case) -> Option<Case> {
        loop {
            let (first, second) = (self.at, self.at + 1 + self.variant);
            let one = case.commands.get(first)?;
            let Some(other) = case.commands.get(second) else {
                (self.at, self.variant) = (self.at + 1, 0);
                continue;
            };
            if simpler::belong_together(&one.command, &other.command) {
                return Some(keep(case, |at| at != first && at != second));
            }
            self.variant += 1;
        }
    }

    /// Shortens the time before a command, and so moves everything after it.
    fn less_time(&mut self, case: &Case) -> Option<Case> {
        loop {
            // Not the time after the last command: the violation itself is the end.
            let timed = case.commands.get(self.at)?;
            let before = self.at.checked_sub(1).map_or(Time(0), |at| case.commands[at].at);
            let gap = timed.at - before;
            if let Some(&shorter) = shorter(before, gap).get(self.variant) {
                return Some(earlier(case, self.at, gap - shorter));
            }
            (self.at, self.variant) = (self.at + 1, 0);
        }
    }
}

fn keep(case: &Case, keeps: impl Fn(usize) -> bool) -> Case {
    let commands = case.commands.iter().enumerate().filter(|(at, _)| keeps(*at));
    Case {
        config: case.config.clone(),
        commands: commands.map(|(_, timed)| timed.clone()).collect(),
        end: case.end,
    }
}

/// Returns the end with some time added, because a change of the cluster or the network may delay the violation a
/// little.
fn with_slack(case: &Case) -> Time {
    case.end + 2 * case.config.raft.election_max
}

/// Moves everything from a command on to an earlier moment.
fn earlier(case: &Case, from: usize, by: Micros) -> Case {
    let shift = |(at, timed): (usize, &TimedCommand)| {
        let time = if at < from { timed.at } else { Time(timed.at - Time(by)) };
        TimedCommand { at: time, command: timed.command.clone() }
    };
    let commands = case.commands.iter().enumerate().map(shift).collect();
    Case { config: case.config.clone(), commands, end: Time(case.end - Time(by)) }
}

/// Returns shorter times to try: none, half, and one that makes the moment a round number.
fn shorter(before: Time, gap: Micros) -> Vec<Micros> {
    let mut list = Vec::new();
    if gap == 0 {
        return list;
    }
    list.push(0);
    if gap > 10_000 {
        list.push(gap / 2);
        list.push(gap / 4 * 3);
    }
    let at = before + gap;
    for unit in [1_000_000, 100_000, 10_000, 1_000] {
        let round = at.0 / unit * unit;
        if round >= before.0 && round < at.0 {
            list.push(round - before.0);
        }
    }
    list
}
