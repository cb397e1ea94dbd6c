//! Whole simulated runs, idle and under load.

use raft_sim::{Command, Config, ServerId, Time, World};

/// How many servers the measured worlds have.
pub const SIZES: [u16; 6] = [3, 5, 7, 9, 25, 101];

/// What a world is kept busy with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Load {
    /// Nothing but heartbeats.
    Idle,
    /// Commands as fast as they are applied, so many under way, while 5 % of all messages are lost.
    Busy,
}

impl Load {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Idle, Self::Busy];

    /// Its name in the figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Busy => "busy",
        }
    }
}

/// A world, and what keeps it busy.
#[derive(Clone, Debug)]
pub struct Bench {
    /// The world.
    pub world: World,
    load: Load,
    commands: u64,
}

/// So many commands are under way at a time.
const UNDER_WAY: u64 = 32;

/// How often the leader is given new ones.
const PACE: u64 = 2_000;

impl Bench {
    /// A world with a leader; its first seconds have passed.
    pub fn new(servers: u16, load: Load) -> Self {
        let mut text = format!("seed 7\nservers {servers}\nautosnapshot 1000\n");
        if load == Load::Busy {
            text += "network loss=5%\n";
        }
        let mut config = Config::default();
        for line in text.lines() {
            config.set(line).expect("the settings are valid");
        }
        let mut bench = Self { world: World::new(config), load, commands: 0 };
        while bench.world.now() < Time(5_000_000) || bench.world.leader().is_none() {
            bench.run(1_000);
        }
        bench
    }

    /// The same without the checks of what Raft promises.
    #[must_use]
    pub fn unchecked(self) -> Self {
        Self { world: self.world.unchecked(), ..self }
    }

    /// So many events more, and a few at most beyond.
    pub fn run(&mut self, events: u64) {
        let last = self.world.events() + events;
        if self.load == Load::Idle {
            self.world.run_until(Time::NEVER, events, &mut ());
            return;
        }
        while self.world.events() < last {
            self.start_more();
            let next = self.world.now() + PACE;
            self.world.run_until(next, u64::MAX, &mut ());
        }
    }

    fn start_more(&mut self) {
        let Some(leader) = self.world.leader() else { return };
        let server = &self.world.servers()[leader.slot()];
        let Some(process) = server.process() else { return };
        let node = &process.node;
        let under_way = node.log().last().index - node.last_applied();
        for _ in under_way..UNDER_WAY {
            self.start(leader);
        }
    }

    fn start(&mut self, at: ServerId) {
        self.commands += 1;
        let command = format!("key{}={}", self.commands % 50, self.commands);
        let start = Command::Start { at: Some(at), command };
        self.world.apply(&start, &mut ()).expect("the leader is up");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_world_commits_and_an_idle_one_does_not() {
        for load in Load::ALL {
            let mut bench = Bench::new(5, load);
            bench.run(20_000);
            let leader = bench.world.leader().expect("someone leads");
            let process = bench.world.servers()[leader.slot()].process().expect("it is up");
            assert_eq!(process.machine.applied().0 > 500, load == Load::Busy);
        }
    }
}
