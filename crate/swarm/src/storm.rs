//! Draws faults and commands one after another, from a seed and from what is possible in the world.

use crate::chance::{Chance, Purpose};
use crate::hint::Hint;
use crate::scenes::{Scene, Stage, split};
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

/// A command or scene that a run draws.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Habit {
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

/// Usual weight of each habit, and the hints for which it is higher.
const HABITS: [(Habit, u64, &[Hint]); 27] = {
    use Habit as H;
    use Hint as W;
    [
        (H::Start, 12, &[W::Logs, W::Snapshots]),
        (H::Crash, 4, &[W::Restarts]),
        (H::Restart, 16, &[W::Restarts]),
        (H::Pause, 2, &[W::Elections]),
        (H::Resume, 8, &[]),
        (H::Timeout, 3, &[W::Elections, W::Minority, W::Quorums, W::Timers]),
        (H::Cut, 3, &[W::Logs]),
        (H::HealLink, 3, &[]),
        (H::HealAll, 5, &[]),
        (H::Partition, 2, &[W::Quorums, W::Elections]),
        (H::Isolate, 2, &[W::Elections, W::Minority]),
        (H::Link, 2, &[W::Logs]),
        (H::Network, 1, &[]),
        (H::Clock, 1, &[]),
        (H::Disk, 1, &[]),
        (H::Lies, 2, &[W::Lies]),
        (H::Snapshot, 2, &[W::Snapshots, W::Writes]),
        (H::Clients, 1, &[]),
        (H::ClientLink, 1, &[W::Sessions]),
        (H::OldLeader, 2, &[W::Logs, W::Elections, W::Minority, W::Sessions, W::Snapshots]),
        (H::Lagging, 1, &[W::Snapshots, W::Sessions, W::Writes]),
        (H::PowerCut, 1, &[W::Restarts]),
        (H::Rivals, 1, &[W::Elections, W::Restarts, W::Quorums, W::Timers]),
        (H::CrashInAct, 2, &[W::Logs, W::Restarts, W::Sessions, W::Snapshots]),
        (H::Figure8, 1, &[W::Logs]),
        (H::OldNews, 1, &[W::Timers]),
        (H::PlannedCrash, 4, &[W::Writes]),
    ]
};

/// Source of the next command, which is drawn after each command anew.
#[derive(Clone, Debug)]
pub(crate) struct Storm {
    chance: Chance,
    habits: Vec<(u64, Habit)>,
    pace: Pace,
    /// Maximum number of servers that single crashes may take down at once.
    most_down: usize,
    scene: VecDeque<(Micros, String)>,
    values: u64,
}

/// Returns the servers that a predicate picks.
pub(crate) fn who(world: &World, is: impl Fn(&Server) -> bool) -> Vec<ServerId> {
    world.servers().iter().filter(|server| is(server)).map(|server| server.id).collect()
}

impl Storm {
    /// Draws the habits of a run. Each seed leaves some out, and makes others very frequent.
    pub(crate) fn new(seed: u64, hint: Hint, world: &World) -> Self {
        let mut chance = Chance::new(seed, Purpose::Habits);
        let mut weight = |&(habit, usual, hints): &(Habit, u64, &[Hint])| {
            let factor = if hints.contains(&hint) {
                chance.pick(&[2, 4, 8])
            } else if matches!(habit, Habit::Lies | Habit::PlannedCrash) {
                0
            } else if matches!(habit, Habit::Start | Habit::Restart | Habit::Resume) {
                1
            } else {
                chance.weighted(&[(3, 0), (4, 1), (2, 3)])
            };
            (usual * factor, habit)
        };
        let habits = HABITS.iter().map(&mut weight).collect();
        let n = world.servers().len();
        let most_down = chance.weighted(&[(5, n.saturating_sub(1) / 2), (1, n - 1), (1, n)]);
        let raft = &world.config().raft;
        let short = chance.weighted(&[(2, 2_000), (3, 20_000), (2, 80_000)]);
        let pace = Pace { short, long: raft.election_max };
        let chance = Chance::new(seed, Purpose::Acts);
        Self { chance, habits, pace, most_down, scene: VecDeque::new(), values: 0 }
    }

    /// True in the middle of a scene.
    pub(crate) fn is_in_scene(&self) -> bool {
        !self.scene.is_empty()
    }

    /// Returns the next command and the time before it.
    pub(crate) fn next(&mut self, world: &World) -> (Micros, String) {
        if let Some(next) = self.scene.pop_front() {
            return next;
        }
        let gap = self.gap();
        for _ in 0..20 {
            let habit = self.chance.weighted(&self.habits);
            if let Some(scene) = self.draw(habit, world).filter(|scene| !scene.is_empty()) {
                self.scene = scene.into();
                let (first, command) = self.scene.pop_front().expect("it is not empty");
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

    /// Draws a scene of one or several commands, or none if it is impossible now.
    fn draw(&mut self, habit: Habit, world: &World) -> Option<Scene> {
        let mut stage = Stage::new(world, &mut self.chance, self.pace, &mut self.values);
        match habit {
            Habit::OldLeader => stage.old_leader()?,
            Habit::Lagging => stage.lagging()?,
            Habit::PowerCut => stage.power_cut(),
            Habit::Rivals => stage.rivals(),
            Habit::OldNews => stage.old_news()?,
            Habit::PlannedCrash => stage.planned_crash()?,
            Habit::CrashInAct => stage.crash_in_act()?,
            Habit::Figure8 => stage.figure_8()?,
            _ => return self.one(habit, world).map(|command| vec![(0, command)]),
        }
        Some(stage.end())
    }

    /// Draws a single command.
    fn one(&mut self, habit: Habit, world: &World) -> Option<String> {
        let up = |server: &Server| server.process().is_some();
        let runs = |server: &Server| server.is_running();
        let one_of = |chance: &mut Chance, verb: &str, servers: Vec<ServerId>| {
            chance.any(&servers).map(|server| format!("{verb} {}", server.0))
        };
        match habit {
            Habit::Start => self.start(world),
            Habit::Crash => self.crash(world),
            Habit::Restart => one_of(&mut self.chance, "restart", who(world, |s| !up(s))),
            Habit::Pause => one_of(&mut self.chance, "pause", who(world, runs)),
            Habit::Resume => one_of(&mut self.chance, "resume", who(world, |s| up(s) && !runs(s))),
            Habit::Timeout => one_of(&mut self.chance, "timeout", who(world, runs)),
            Habit::Snapshot if self.chance.percent(20) => Some("snapshot all".into()),
            Habit::Snapshot => one_of(&mut self.chance, "snapshot", who(world, runs)),
            Habit::Isolate => one_of(&mut self.chance, "isolate", who(world, up)),
            Habit::Lies => {
                let how = self.chance.weighted(&[(2, "lies"), (1, "honest")]);
                one_of(&mut self.chance, "disk", who(world, |_| true))
                    .map(|disk| format!("{disk} {how}"))
            }
            Habit::Clients => {
                let clients = settings::clients(&mut self.chance, Hint::Swarm);
                Some(format!("clients {clients}"))
            }
            Habit::ClientLink => self.client_link(world),
            Habit::Cut => self.link(world, "cut", ""),
            Habit::HealLink => self.link(world, "heal", ""),
            Habit::HealAll => (world.network().cuts() > 0).then(|| "heal".into()),
            Habit::Partition => split(world, &mut self.chance, None),
            Habit::Link => {
                let like = settings::network(&mut self.chance).to_string();
                let like = if self.chance.percent(30) { "default" } else { &like };
                self.link(world, "link", like)
            }
            Habit::Network => Some(format!("network {}", settings::network(&mut self.chance))),
            Habit::Clock => {
                let rate = self.chance.weighted(&[(3, 100), (3, 90), (3, 110), (1, 30), (1, 300)]);
                one_of(&mut self.chance, "clock", who(world, |_| true))
                    .map(|clock| format!("{clock} {rate}%"))
            }
            Habit::Disk => {
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
        let command = Stage::new(world, &mut self.chance, self.pace, &mut self.values).command();
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
