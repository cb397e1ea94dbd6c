//! Plays the run of a seed: a phase in which anything may fail, then one without faults in which the cluster must
//! recover.

use crate::chance::{Chance, Purpose};
use crate::hint::Hint;
use crate::play::{Play, Played, Wanted};
use crate::settings;
use crate::workload::Workload;
use raft_core::{Micros, Time};
use raft_run::World;
use raft_run::clock::EXACT;
use raft_script::config::Config;

/// Length of the runs of a swarm or a search.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Length {
    /// Minimum number of events of the phase with faults.
    pub fault_events: u64,
    /// Number of election timeouts, beside some seconds, within which the cluster must recover; none: there is no
    /// phase without faults.
    pub recovery: Option<u64>,
    /// Maximum number of events: some bugs let messages go on for ever.
    pub most: u64,
}

impl Length {
    /// Length of a run of the swarm.
    pub const SWARM: Self = Self { fault_events: 5_000, recovery: Some(20), most: 1_000_000 };
    /// Length of a long run.
    pub const LONG: Self = Self { fault_events: 50_000, recovery: Some(20), most: 5_000_000 };
}

/// Maximum time of the phase with faults. A cluster in which little happens gets no more events.
const LONGEST_FAULTS: Time = Time(3_600_000_000);

/// Maximum latency of a network between regions.
const WAN: Micros = 30_000;

/// Time that clients, disks and links need to recover, beside elections.
const PATIENCE: Micros = 3_000_000;

/// Time between two looks at the recovery.
const CHECK_INTERVAL: Micros = 50_000;

/// Draws a run from a seed and plays it. `base` has the settings that all runs share: the bugs.
pub fn run(seed: u64, base: &Config, hint: Hint, length: Length, wanted: Wanted) -> Played {
    let config = settings::draw(seed, base, hint);
    let mut play = Play::new(config, wanted, length.most);
    let mut workload = Workload::new(seed, hint, play.world());
    let goes_on = |play: &Play, workload: &Workload| {
        let world = play.world();
        let is_short = world.events() < length.fault_events && world.now() < LONGEST_FAULTS;
        !play.is_over() && (is_short || workload.is_in_scenario())
    };
    while goes_on(&play, &workload) {
        let (gap, command) = workload.next(play.world());
        let until = play.world().now() + gap;
        play.wait(until);
        // What the world would not do is left out.
        say(&mut play, &command);
    }
    if let Some(elections) = length.recovery.filter(|_| !play.is_over()) {
        recover(&mut play, hint, elections);
    }
    play.end()
}

fn say(play: &mut Play, command: &str) {
    let command = command.parse().expect("the commands are written in the language");
    play.apply(&command);
}

/// Ends all faults, and expects the cluster to recover within some time.
fn recover(play: &mut Play, hint: Hint, elections: u64) {
    let mut chance = Chance::new(play.world().config().seed, Purpose::Recovery);
    for command in healing(play.world(), &mut chance, hint) {
        say(play, &command);
    }
    if hint != Hint::Timers {
        late_ones_arrive(play);
    }
    let usual = play.world().config().raft.election_max * elections + PATIENCE;
    let patience =
        if hint == Hint::Timers { usual.min(chance.pick(&[1, 2, 4]) * PATIENCE) } else { usual };
    say(play, &format!("expect {patience}us"));
    let until = play.world().now() + patience;
    while !play.is_over() && play.world().expectation().is_some() {
        let next = play.world().now() + CHECK_INTERVAL;
        play.wait(next.min(until));
    }
}

/// Waits until all messages that were sent before have arrived. They keep their latency, and an old term in them may
/// undo a whole election.
fn late_ones_arrive(play: &mut Play) {
    let healed = play.world().now();
    while !play.is_over() && play.world().network().flights().any(|flight| flight.sent_at < healed)
    {
        let next = play.world().now() + CHECK_INTERVAL;
        play.wait(next);
    }
}

/// Returns the commands that end all faults.
fn healing(world: &World, chance: &mut Chance, hint: Hint) -> Vec<String> {
    let network = network(world, chance, hint);
    let mut list = vec!["heal".into(), format!("network {network}"), "disk all 1ms".into()];
    list.push("disk all honest".into());
    for server in world.servers().iter().filter(|server| server.clock.rate() != EXACT) {
        list.push(format!("clock {} 100%", server.id.0));
    }
    for server in world.servers().iter().filter(|server| server.planned_crash().is_some()) {
        list.push(format!("crash {} cancel", server.id.0));
    }
    list.push("resume all".into());
    list.push("restart all".into());
    if hint == Hint::Minority && world.servers().len() > 2 {
        // A majority is enough.
        list.push(format!("crash {}", chance.between(1, world.servers().len() as u64)));
    }
    list
}

/// Returns the network of the phase without faults. Liveness needs messages that are much faster than elections.
fn network(world: &World, chance: &mut Chance, hint: Hint) -> String {
    let election = world.config().raft.election_min;
    if hint == Hint::Timers && chance.percent(40) {
        return format!("latency={}us", election.min(10 * WAN) * chance.between(30, 48) / 100);
    }
    let wan = u64::from(election >= 10 * WAN);
    chance.weighted(&[(2, "lan"), (1, "perfect"), (wan, "wan")]).into()
}
