//! Draws faults and commands one after another, from a seed and from what is possible in the world.

use crate::chance::{Chance, Purpose};
use crate::hint::Hint;
use crate::scenarios::{Scenario, ScenarioBuilder, split};
use crate::settings;
use raft_core::{Micros, Role, ServerId};
use raft_run::World;
use raft_run::server::Server;
use std::collections::VecDeque;

/// Typical times between two commands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Time in which messages are in flight.
    pub(crate) short: Micros,
    /// Time of about an election.
    pub(crate) long: Micros,
}

/// A command or scenario that a run draws.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Choice {
    Start,
    Crash,
    Restart,
    Pause,
    Resume,
    Timeout,
    Cut,
    HealLink,
    HealAll,
    Partition,
    Isolate,
    Link,
    Network,
    Clock,
    Disk,
    Lies,
    Snapshot,
    Clients,
    ClientLink,
    OldLeader,
    Lagging,
    PowerCut,
    Rivals,
    CrashInAct,
    Figure8,
    OldNews,
    PlannedCrash,
}

/// Usual weight of each choice, and the hints for which it is higher.
const CHOICES: [(Choice, u64, &[Hint]); 27] = {
    use Choice as C;
    use Hint as H;
    [
        (C::Start, 12, &[H::Logs, H::Snapshots]),
        (C::Crash, 4, &[H::Restarts]),
        (C::Restart, 16, &[H::Restarts]),
        (C::Pause, 2, &[H::Elections]),
        (C::Resume, 8, &[]),
        (C::Timeout, 3, &[H::Elections, H::Minority, H::Quorums, H::Timers]),
        (C::Cut, 3, &[H::Logs]),
        (C::HealLink, 3, &[]),
        (C::HealAll, 5, &[]),
        (C::Partition, 2, &[H::Quorums, H::Elections]),
        (C::Isolate, 2, &[H::Elections, H::Minority]),
        (C::Link, 2, &[H::Logs]),
        (C::Network, 1, &[]),
        (C::Clock, 1, &[]),
        (C::Disk, 1, &[]),
        (C::Lies, 2, &[H::Lies]),
        (C::Snapshot, 2, &[H::Snapshots, H::Writes]),
        (C::Clients, 1, &[]),
        (C::ClientLink, 1, &[H::Sessions]),
        (C::OldLeader, 2, &[H::Logs, H::Elections, H::Minority, H::Sessions, H::Snapshots]),
        (C::Lagging, 1, &[H::Snapshots, H::Sessions, H::Writes]),
        (C::PowerCut, 1, &[H::Restarts]),
        (C::Rivals, 1, &[H::Elections, H::Restarts, H::Quorums, H::Timers]),
        (C::CrashInAct, 2, &[H::Logs, H::Restarts, H::Sessions, H::Snapshots]),
        (C::Figure8, 1, &[H::Logs]),
        (C::OldNews, 1, &[H::Timers]),
        (C::PlannedCrash, 4, &[H::Writes]),
    ]
};

/// Source of the next command, which is drawn after each command anew.
#[derive(Clone, Debug)]
pub(crate) struct Workload {
    chance: Chance,
    choices: Vec<(u64, Choice)>,
    pace: Pace,
    /// Maximum number of servers that single crashes may take down at once.
    most_down: usize,
    scenario: VecDeque<(Micros, String)>,
    values: u64,
}

/// Returns the servers that a predicate picks.
pub(crate) fn who(world: &World, is: impl Fn(&Server) -> bool) -> Vec<ServerId> {
    world.servers().iter().filter(|server| is(server)).map(|server| server.id).collect()
}

impl Workload {
    /// Draws the choices of a run. Each seed leaves some out, and makes others very frequent.
    pub(crate) fn new(seed: u64, hint: Hint, world: &World) -> Self {
        let mut chance = Chance::new(seed, Purpose::Weights);
        let mut weight = |&(choice, usual, hints): &(Choice, u64, &[Hint])| {
            let factor = if hints.contains(&hint) {
                chance.pick(&[2, 4, 8])
            } else if matches!(choice, Choice::Lies | Choice::PlannedCrash) {
                0
            } else if matches!(choice, Choice::Start | Choice::Restart | Choice::Resume) {
                1
            } else {
                chance.weighted(&[(3, 0), (4, 1), (2, 3)])
            };
            (usual * factor, choice)
        };
        let choices = CHOICES.iter().map(&mut weight).collect();
        let n = world.servers().len();
        let most_down = chance.weighted(&[(5, n.saturating_sub(1) / 2), (1, n - 1), (1, n)]);
        let raft = &world.config().raft;
        let short = chance.weighted(&[(2, 2_000), (3, 20_000), (2, 80_000)]);
        let pace = Pace { short, long: raft.election_max };
        let chance = Chance::new(seed, Purpose::Workload);
        Self { chance, choices, pace, most_down, scenario: VecDeque::new(), values: 0 }
    }

    /// True in the middle of a scenario.
    pub(crate) fn is_in_scenario(&self) -> bool {
        !self.scenario.is_empty()
    }

    /// Returns the next command and the time before it.
    pub(crate) fn next(&mut self, world: &World) -> (Micros, String) {
        if let Some(next) = self.scenario.pop_front() {
            return next;
        }
        let gap = self.gap();
        for _ in 0..20 {
            let choice = self.chance.weighted(&self.choices);
            if let Some(scenario) = self.draw(choice, world).filter(|scenario| !scenario.is_empty())
            {
                self.scenario = scenario.into();
                let (first, command) = self.scenario.pop_front().expect("it is not empty");
                return (gap + first, command);
            }
        }
        (gap, "heal".into())
    }

    fn gap(&mut self) -> Micros {
        let Pace { short, long } = self.pace;
        let most = self.chance.weighted(&[(4, short), (3, long), (1, 3 * long)]);
        self.chance.below(most + 1)
    }

    /// Draws a scenario of one or several commands, or none if it is impossible now.
    fn draw(&mut self, choice: Choice, world: &World) -> Option<Scenario> {
        let mut builder =
            ScenarioBuilder::new(world, &mut self.chance, self.pace, &mut self.values);
        match choice {
            Choice::OldLeader => builder.old_leader()?,
            Choice::Lagging => builder.lagging()?,
            Choice::PowerCut => builder.power_cut(),
            Choice::Rivals => builder.rivals(),
            Choice::OldNews => builder.old_news()?,
            Choice::PlannedCrash => builder.planned_crash()?,
            Choice::CrashInAct => builder.crash_in_act()?,
            Choice::Figure8 => builder.figure_8()?,
            _ => return self.one(choice, world).map(|command| vec![(0, command)]),
        }
        Some(builder.end())
    }

    /// Draws a single command.
    fn one(&mut self, choice: Choice, world: &World) -> Option<String> {
        let up = |server: &Server| server.process().is_some();
        let runs = |server: &Server| server.is_running();
        let one_of = |chance: &mut Chance, verb: &str, servers: Vec<ServerId>| {
            chance.any(&servers).map(|server| format!("{verb} {}", server.0))
        };
        match choice {
            Choice::Start => self.start(world),
            Choice::Crash => self.crash(world),
            Choice::Restart => one_of(&mut self.chance, "restart", who(world, |s| !up(s))),
            Choice::Pause => one_of(&mut self.chance, "pause", who(world, runs)),
            Choice::Resume => one_of(&mut self.chance, "resume", who(world, |s| up(s) && !runs(s))),
            Choice::Timeout => one_of(&mut self.chance, "timeout", who(world, runs)),
            Choice::Snapshot if self.chance.percent(20) => Some("snapshot all".into()),
            Choice::Snapshot => one_of(&mut self.chance, "snapshot", who(world, runs)),
            Choice::Isolate => one_of(&mut self.chance, "isolate", who(world, up)),
            Choice::Lies => {
                let how = self.chance.weighted(&[(2, "lies"), (1, "honest")]);
                one_of(&mut self.chance, "disk", who(world, |_| true))
                    .map(|disk| format!("{disk} {how}"))
            }
            Choice::Clients => {
                let clients = settings::clients(&mut self.chance, Hint::Swarm);
                Some(format!("clients {clients}"))
            }
            Choice::ClientLink => self.client_link(world),
            Choice::Cut => self.link(world, "cut", ""),
            Choice::HealLink => self.link(world, "heal", ""),
            Choice::HealAll => (world.network().cuts() > 0).then(|| "heal".into()),
            Choice::Partition => split(world, &mut self.chance, None),
            Choice::Link => {
                let like = settings::network(&mut self.chance).to_string();
                let like = if self.chance.percent(30) { "default" } else { &like };
                self.link(world, "link", like)
            }
            Choice::Network => Some(format!("network {}", settings::network(&mut self.chance))),
            Choice::Clock => {
                let rate = self.chance.weighted(&[(3, 100), (3, 90), (3, 110), (1, 30), (1, 300)]);
                one_of(&mut self.chance, "clock", who(world, |_| true))
                    .map(|clock| format!("{clock} {rate}%"))
            }
            Choice::Disk => {
                let (min, max) = settings::disk(&mut self.chance);
                one_of(&mut self.chance, "disk", who(world, |_| true))
                    .map(|disk| format!("{disk} {min}us..{max}us"))
            }
            _ => None,
        }
    }

    fn start(&mut self, world: &World) -> Option<String> {
        let leads = |server: &Server| {
            server.is_running()
                && server.process().is_some_and(|p| matches!(p.node.role(), Role::Leader { .. }))
        };
        let any = self.chance.percent(10);
        let at = self
            .chance
            .any(&who(world, |server| if any { server.is_running() } else { leads(server) }))?;
        let command =
            ScenarioBuilder::new(world, &mut self.chance, self.pace, &mut self.values).command();
        Some(format!("start {} {command}", at.0))
    }

    fn crash(&mut self, world: &World) -> Option<String> {
        let up = who(world, |server| server.process().is_some());
        if world.servers().len() - up.len() >= self.most_down {
            return None;
        }
        let leader = world.leader().filter(|_| self.chance.percent(40));
        let server = leader.or_else(|| self.chance.any(&up))?;
        let torn = if self.chance.percent(25) { " torn" } else { "" };
        Some(format!("crash {}{torn}", server.0))
    }

    /// Draws a path between a client and a server, in one direction or both.
    fn client_link(&mut self, world: &World) -> Option<String> {
        let clients = u64::from(world.config().clients.count);
        let client = (clients > 0).then(|| self.chance.between(1, clients))?;
        let server = self.chance.pick(&who(world, |_| true)).0;
        let verb = self.chance.weighted(&[(2, "cut"), (1, "heal")]);
        Some(match self.chance.below(3) {
            0 => format!("{verb} c{client} {server}"),
            1 => format!("{verb} c{client} > {server}"),
            _ => format!("{verb} {server} > c{client}"),
        })
    }

    fn link(&mut self, world: &World, verb: &str, like: &str) -> Option<String> {
        let all = who(world, |_| true);
        let from = self.chance.pick(&all);
        let to = self.chance.pick(&all);
        let way = if self.chance.percent(50) { "" } else { "> " };
        (from != to).then(|| format!("{verb} {} {way}{} {like}", from.0, to.0))
    }
}
