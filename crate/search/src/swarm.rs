//! One seed, one run: a phase in which anything may fail, then peace, in which the cluster must recover.

use crate::hint::Hint;
use crate::play::{Play, Played, Wanted};
use crate::settings;
use crate::storm::Storm;
use raft_core::{Micros, Time};
use raft_language::config::Config;
use raft_sim::World;
use raft_sim::clock::EXACT;

/// How long the runs of a swarm or of a search are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Length {
    /// So many events at least happen while anything may fail.
    pub storm: u64,
    /// Whether peace follows, in which the cluster must recover.
    pub peace: bool,
}

impl Length {
    /// A run of the swarm.
    pub const SWARM: Self = Self { storm: 5_000, peace: true };
    /// A long one.
    pub const LONG: Self = Self { storm: 50_000, peace: true };
}

/// The longest that the storm of a run takes: a cluster in which little happens gets no more events.
const LONGEST_STORM: Time = Time(3_600_000_000);

/// So many election timeouts, and some time for what each disk and each link takes, must be enough for a
/// leader, for every client, and for all logs to become the same.
const PATIENCE: Micros = 20;

/// Draws a run from a seed and plays it. `base` has what all runs share: what is broken.
pub fn run(seed: u64, base: &Config, hint: Hint, length: Length, wanted: Wanted) -> Played {
    let config = settings::draw(seed, base, hint);
    let mut play = Play::new(config, wanted, length.storm.saturating_mul(4).max(20_000));
    let mut storm = Storm::new(seed, hint, play.world());
    while !play.is_over()
        && play.world().events() < length.storm
        && play.world().now() < LONGEST_STORM
    {
        let (gap, command) = storm.next(play.world());
        let until = play.world().now() + gap;
        play.wait(until);
        // What the world would not do is left out.
        say(&mut play, &command);
    }
    if length.peace && !play.is_over() {
        peace(&mut play);
    }
    play.end()
}

fn say(play: &mut Play, command: &str) {
    if let Ok(command) = command.parse() {
        play.act(&command);
    } else {
        assert!(["torn", "expect", "honest"].iter().any(|w| command.contains(w)), "{command}");
    }
}

/// Everything works again, and then all is well within some time.
fn peace(play: &mut Play) {
    for command in healing(play.world()) {
        say(play, &command);
    }
    let patience = play.world().config().raft.election_max * PATIENCE + 10_000_000;
    say(play, &format!("expect {patience}us"));
    let until = play.world().now() + patience;
    play.wait(until);
}

/// What makes everything work again.
fn healing(world: &World) -> Vec<String> {
    let mut list = vec!["heal".into(), "network lan".into(), "disk all 1ms".into()];
    list.push("disk all honest".into());
    for server in world.servers().iter().filter(|server| server.clock.rate() != EXACT) {
        list.push(format!("clock {} 100%", server.id.0));
    }
    list.push("resume all".into());
    list.push("restart all".into());
    list
}
