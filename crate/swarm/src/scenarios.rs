//! Scenarios: sequences of a few commands that are known to bring bugs to light.

use crate::chance::Chance;
use crate::workload::{Pace, who};
use raft_core::{Micros, ServerId};
use raft_run::World;

/// Commands, each with the time before it.
pub(crate) type Scenario = Vec<(Micros, String)>;

/// A scenario that is being drawn.
pub(crate) struct ScenarioBuilder<'a> {
    pub(crate) world: &'a World,
    pub(crate) chance: &'a mut Chance,
    pub(crate) pace: Pace,
    /// Number for the next value that is written.
    pub(crate) values: &'a mut u64,
    scenario: Scenario,
}

impl<'a> ScenarioBuilder<'a> {
    pub(crate) fn new(
        world: &'a World,
        chance: &'a mut Chance,
        pace: Pace,
        values: &'a mut u64,
    ) -> Self {
        Self { world, chance, pace, values, scenario: Vec::new() }
    }

    pub(crate) fn end(self) -> Scenario {
        self.scenario
    }

    fn now(&mut self, command: String) {
        self.scenario.push((0, command));
    }

    fn soon(&mut self, command: String) {
        let gap = self.chance.below(self.pace.short + 1);
        self.scenario.push((gap, command));
    }

    /// Draws a time of about an election.
    fn later(&mut self, command: String) {
        let gap = self.pace.long / 2 + self.chance.below(2 * self.pace.long);
        self.scenario.push((gap, command));
    }

    fn starts(&mut self, at: &str, most: u64) {
        for _ in 0..=self.chance.below(most) {
            let command = self.command();
            self.soon(format!("start {at} {command}"));
        }
    }

    /// Draws a command for the service.
    pub(crate) fn command(&mut self) -> String {
        *self.values += 1;
        let key = self.chance.pick(&["x", "y", "z"]);
        let verb = self.chance.weighted(&[(6, "="), (3, "+="), (1, "")]);
        match verb {
            "" => key.into(),
            _ if self.chance.percent(3) => format!("{key}{verb}{}", "long".repeat(100)),
            _ => format!("{key}{verb}{}", self.values),
        }
    }

    fn one(&mut self) -> ServerId {
        let n = self.world.servers().len() as u64;
        ServerId(self.chance.between(1, n) as u16)
    }

    /// Draws two servers, which are the same if there is only one.
    fn two(&mut self) -> (ServerId, ServerId) {
        let n = self.world.servers().len() as u64;
        let a = self.one();
        let step = if n > 1 { self.chance.between(1, n - 1) } else { 0 };
        (a, ServerId(((u64::from(a.0) - 1 + step) % n + 1) as u16))
    }

    fn a_follower(&mut self) -> Option<ServerId> {
        let leader = self.world.leader();
        let others =
            who(self.world, |server| server.process().is_some() && Some(server.id) != leader);
        self.chance.any(&others)
    }

    /// A leader loses its majority, takes commands, and returns after another server has become leader.
    pub(crate) fn old_leader(&mut self) -> Option<()> {
        let leader = self.world.leader()?;
        if self.chance.percent(60) {
            self.now(format!("isolate {}", leader.0));
        } else {
            let groups = split(self.world, self.chance, Some(leader))?;
            self.now(groups);
        }
        self.starts(&leader.0.to_string(), 3);
        if self.chance.percent(30) {
            let follower = self.a_follower()?;
            self.later(format!("timeout {}", follower.0));
        }
        self.later("start leader x=after".into());
        self.starts("leader", 2);
        if self.chance.percent(30) {
            self.soon(format!("start {} {}", leader.0, "x"));
        }
        if self.chance.percent(70) {
            self.soon("heal".into());
        }
        Some(())
    }

    /// A follower misses so much that it needs a snapshot.
    pub(crate) fn lagging(&mut self) -> Option<()> {
        let follower = self.a_follower()?.0;
        let (leave, back) = self.chance.pick(&[
            ("isolate", "heal"),
            ("crash", "restart"),
            ("pause", "resume"),
            ("isolate", "heal"),
        ]);
        self.soon(format!("{leave} {follower}"));
        self.starts("leader", 5);
        let gap = self.chance.between(0, 2 * self.pace.short);
        self.scenario.push((gap, "snapshot all".into()));
        if self.chance.percent(40) {
            self.starts("leader", 2);
        }
        let back = if back == "heal" { back.into() } else { format!("{back} {follower}") };
        if self.chance.percent(50) {
            self.soon(back);
        } else {
            self.later(back);
        }
        if self.chance.percent(40) {
            self.soon(format!("crash {follower}"));
            self.soon(format!("restart {follower}"));
        }
        Some(())
    }

    /// All servers crash at once.
    pub(crate) fn power_cut(&mut self) {
        self.soon("crash all".into());
        let list: Vec<ServerId> = self.world.servers().iter().map(|server| server.id).collect();
        if self.chance.percent(50) {
            return self.soon("restart all".into());
        }
        for server in self.chance.shuffled(list) {
            self.soon(format!("restart {}", server.0));
        }
    }

    /// Two servers become candidates at nearly the same time, and voters crash.
    pub(crate) fn rivals(&mut self) {
        let (one, other) = self.two();
        self.soon(format!("timeout {}", one.0));
        if self.chance.percent(60) {
            let voter = self.one();
            self.soon(format!("crash {}", voter.0));
            self.soon(format!("restart {}", voter.0));
        }
        self.soon(format!("timeout {}", other.0));
        if self.chance.percent(30) {
            self.soon(format!("timeout {}", one.0));
        }
    }

    /// A leader crashes while entries are in flight.
    pub(crate) fn crash_in_act(&mut self) -> Option<()> {
        let leader = self.world.leader()?.0;
        self.starts("leader", 2);
        let torn = if self.chance.percent(30) { " torn" } else { "" };
        self.soon(format!("crash {leader}{torn}"));
        if self.chance.percent(50) {
            self.soon(format!("restart {leader}"));
        } else {
            self.later(format!("restart {leader}"));
        }
        Some(())
    }

    /// A server crashes at one of its next writes, and gets something to write.
    pub(crate) fn planned_crash(&mut self) -> Option<()> {
        let up = who(self.world, |server| server.process().is_some());
        let server = self.chance.any(&up)?.0;
        let at = self.chance.weighted(&[
            (4, "between log and snapshot"),
            (3, "between vote and log"),
            (2, "between vote and snapshot"),
            (1, "after write 1"),
            (1, "after write 2"),
            (1, "after write 3"),
        ]);
        self.now(format!("crash {server} {at}"));
        if at.contains("vote") {
            // It misses an election, and hears of the term and of entries at once.
            self.now(format!("isolate {server}"));
            let other = self.chance.pick(&up).0;
            self.soon(format!("timeout {other}"));
            self.later("heal".into());
        }
        self.starts("leader", 2);
        if at.ends_with("snapshot") {
            self.soon(format!("snapshot {server}"));
        } else if self.chance.percent(30) {
            self.soon(format!("timeout {server}"));
        }
        if self.chance.percent(70) {
            self.later(format!("restart {server}"));
        }
        Some(())
    }

    /// Messages of an old leader arrive late, after another leader has led and crashed. The old leader hears nothing
    /// of that.
    pub(crate) fn old_news(&mut self) -> Option<()> {
        let leader = self.world.leader()?.0;
        let late = self.chance.between(6, 12) * self.pace.long;
        // A link takes no longer than a minute.
        let late = Some(late).filter(|&late| late <= 60_000_000)?;
        let others: Vec<u16> = self
            .world
            .servers()
            .iter()
            .map(|server| server.id.0)
            .filter(|&s| s != leader)
            .collect();
        for other in others {
            self.now(format!("link {leader} > {other} latency={late}us"));
            self.now(format!("cut {other} > {leader}"));
        }
        let talks = late / 2 + self.chance.below(late / 4);
        self.scenario.push((talks, format!("crash {leader}")));
        self.scenario.push((late - talks + self.chance.below(late / 8), "crash leader".into()));
        self.now("restart all".into());
        Some(())
    }

    /// Leaders in turn whose entries reach only one follower (Figure 8).
    pub(crate) fn figure_8(&mut self) -> Option<()> {
        let leader = self.world.leader()?.0;
        let list: Vec<ServerId> =
            self.world.servers().iter().map(|s| s.id).filter(|s| s.0 != leader).collect();
        let order = self.chance.shuffled(list);
        let (&partner, rest) = order.split_first().filter(|(_, rest)| !rest.is_empty())?;
        let rest: Vec<String> = rest.iter().map(|s| s.0.to_string()).collect();
        self.now(format!("partition {leader} {} | {}", partner.0, rest.join(" ")));
        self.starts(&leader.to_string(), 2);
        self.soon(format!("crash {leader}"));
        self.later("start leader x=8".into());
        self.soon(self.world.leader().map(|_| "crash leader".into())?);
        self.soon("heal".into());
        self.soon(format!("restart {leader}"));
        self.soon(format!("timeout {leader}"));
        self.starts("leader", 1);
        self.soon("crash leader".into());
        self.soon("restart all".into());
        Some(())
    }
}

/// Returns `partition ...` into two or three groups, with this server in a minority if one is named.
pub(crate) fn split(
    world: &World,
    chance: &mut Chance,
    minority: Option<ServerId>,
) -> Option<String> {
    let all: Vec<ServerId> = world.servers().iter().map(|server| server.id).collect();
    let mut order = chance.shuffled(all);
    if let Some(first) = minority {
        order.retain(|&server| server != first);
        order.insert(0, first);
    }
    let (n, most) = (order.len(), order.len().saturating_sub(1) / 2);
    let cut = match minority {
        Some(_) if most == 0 => return None,
        Some(_) => chance.between(1, most as u64) as usize,
        None if n < 2 => return None,
        None => chance.between(1, n as u64 - 1) as usize,
    };
    let text = |group: &[ServerId]| {
        group.iter().map(|server| server.0.to_string()).collect::<Vec<_>>().join(" ")
    };
    let (one, other) = order.split_at(cut);
    if other.len() > 1 && chance.percent(15) {
        let (second, third) = other.split_at(1);
        return Some(format!("partition {} | {} | {}", text(one), text(second), text(third)));
    }
    Some(format!("partition {} | {}", text(one), text(other)))
}
