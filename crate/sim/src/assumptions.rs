//! The assumptions that Raft makes about its surroundings in order to make progress, and that do not hold.
//!
//! Raft is safe whatever the timing. To elect a leader and keep it, it needs messages and disks that are much faster than
//! the election timeouts (§5.6), and election timeouts that differ (§5.2). Where that is not so, no server is to blame
//! that nothing is done.

use crate::disk::Disk;
use crate::world::World;
use raft_core::quorum::majority;
use raft_core::words::scan;
use raft_core::{Micros, Rule, ServerId};
use raft_script::text;
use std::fmt;

/// An assumption that does not hold, with the numbers that show it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the sentences below say what the fields are")]
pub enum UnmetAssumption {
    /// Too few servers can hear each other, whatever they send.
    AllLost,
    /// Even the fastest election takes longer than the longest election timeout.
    ElectionTooSlow { takes: Micros, disk: Micros, network: Micros, timeout: Micros },
    /// An election may take longer than the shortest election timeout.
    ElectionSlow { takes: Micros, disk: Micros, network: Micros, timeout: Micros },
    /// All election timeouts are the same.
    EqualTimeouts { timeout: Micros },
    /// Between two heartbeats of a leader that is well may be more than the shortest election timeout.
    HeartbeatsLate { apart: Micros, every: Micros, disk: Micros, network: Micros, timeout: Micros },
}

impl UnmetAssumption {
    /// True if it makes every election fail, not only some.
    pub fn excludes_leaders(&self) -> bool {
        matches!(self, Self::AllLost | Self::ElectionTooSlow { .. })
    }
}

impl UnmetAssumption {
    /// The words as a sentence.
    pub fn sentence(&self) -> String {
        let words = self.to_string();
        let mut letters = words.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).chain(['.']).collect()
    }
}

/// See [`World::unmet_assumptions`].
pub(crate) fn unmet(world: &World) -> Vec<UnmetAssumption> {
    if world.servers.len() < 2 {
        return Vec::new();
    }
    let mut unmet = Vec::new();
    let paces: Vec<Pace> = world.servers.iter().map(|server| pace(world, server.id)).collect();
    match elections(&paces) {
        Some(slow) => unmet.push(slow),
        None if paces.iter().all(|pace| pace.round_trips.is_none()) => {
            unmet.push(UnmetAssumption::AllLost);
        }
        None => {}
    }
    let first = paces[0].timeout;
    let is_same = paces.iter().all(|pace| pace.timeout == first) && first.0 == first.1;
    if is_same && world.config().bugs.obeys(Rule::RandomElectionTimeout) {
        unmet.push(UnmetAssumption::EqualTimeouts { timeout: first.0 });
    }
    if !unmet.iter().any(UnmetAssumption::excludes_leaders) {
        unmet.extend(late_heartbeats(&paces));
    }
    unmet
}

/// The pace of a server's elections and heartbeats.
fn pace(world: &World, id: ServerId) -> Pace {
    let raft = &world.raft;
    let server = &world.servers[id.slot()];
    let exact = u64::from(crate::clock::EXACT);
    let real = |own: Micros| own.saturating_mul(exact) / u64::from(server.clock.rate()).max(1);
    let mut trips: Vec<Trip> = Vec::new();
    let mut jitter = 0;
    for peer in world.servers.iter().filter(|peer| peer.id != id) {
        let there = world.network.quality(id, peer.id).0.request;
        let back = world.network.quality(peer.id, id).0.reply;
        if there.loss >= 1000 || back.loss >= 1000 {
            continue;
        }
        let disk = disk_takes(&peer.disk);
        let network = (there.latency.0 + back.latency.0, there.latency.1 + back.latency.1);
        trips.push(Trip { disk, network });
        jitter = jitter.max(there.latency.1 - there.latency.0);
    }
    // The candidate's own vote and those of the others that answer soonest.
    let others = majority(world.servers.len()) - 1;
    let disk = disk_takes(&server.disk);
    let nth = |of: fn(&Trip) -> Micros| {
        let mut sorted = trips.clone();
        sorted.sort_unstable_by_key(of);
        sorted.get(others - 1).copied()
    };
    let round_trips = nth(|trip| trip.disk.0 + trip.network.0)
        .zip(nth(|trip| trip.disk.1 + trip.network.1))
        .map(|(least, most)| {
            let least = Takes { disk: disk.0 + least.disk.0, network: least.network.0 };
            (least, Takes { disk: disk.1 + most.disk.1, network: most.network.1 })
        });
    let timeout = (real(raft.election_min), real(raft.election_max));
    Pace { timeout, round_trips, heartbeat: real(raft.heartbeat), disk: disk.1, jitter }
}

/// Finds out if elections are too slow, or may be, for every server.
fn elections(paces: &[Pace]) -> Option<UnmetAssumption> {
    let able = || paces.iter().filter_map(|pace| Some((pace.timeout, pace.round_trips?)));
    // Of all servers the one that is closest to winning.
    let (timeout, (least, _)) = able()
        .max_by_key(|(timeout, (least, _))| i128::from(timeout.1) - i128::from(least.sum()))?;
    if least.sum() > timeout.1 {
        let Takes { disk, network } = least;
        return Some(UnmetAssumption::ElectionTooSlow {
            takes: least.sum(),
            disk,
            network,
            timeout: timeout.1,
        });
    }
    let (timeout, (_, most)) =
        able().max_by_key(|(timeout, (_, most))| i128::from(timeout.0) - i128::from(most.sum()))?;
    let Takes { disk, network } = most;
    (most.sum() > timeout.0).then(|| UnmetAssumption::ElectionSlow {
        takes: most.sum(),
        disk,
        network,
        timeout: timeout.0,
    })
}

/// Finds out if, under every leader, so many followers may time out between two heartbeats that no majority is left.
fn late_heartbeats(paces: &[Pace]) -> Option<UnmetAssumption> {
    let spare = paces.len() - majority(paces.len());
    let late = |leader: &Pace| {
        let apart = leader.heartbeat + leader.disk + leader.jitter;
        let mut others: Vec<Micros> = paces.iter().map(|pace| pace.timeout.0).collect();
        others.sort_unstable();
        // The followers with the shortest timeouts go first.
        let timeout = others[spare.min(others.len() - 1)];
        (apart > timeout).then_some((apart, timeout))
    };
    let mut all = Vec::new();
    for pace in paces {
        all.push((late(pace)?, pace));
    }
    let ((apart, timeout), pace) = all.into_iter().min_by_key(|((apart, _), _)| *apart)?;
    let Pace { heartbeat: every, disk, jitter: network, .. } = *pace;
    Some(UnmetAssumption::HeartbeatsLate { apart, every, disk, network, timeout })
}

/// The time that a write takes; a disk that lies, or acknowledges early, answers at once.
fn disk_takes(disk: &Disk) -> (Micros, Micros) {
    if disk.lies() || disk.is_early() { (0, 0) } else { disk.latency() }
}

/// A server's timing in real time, whatever its clock shows.
struct Pace {
    timeout: (Micros, Micros),
    /// The least and the most time that its election takes; none: it cannot hear enough others.
    round_trips: Option<(Takes, Takes)>,
    heartbeat: Micros,
    disk: Micros,
    jitter: Micros,
}

/// A request and its reply: shortest and longest.
#[derive(Clone, Copy)]
struct Trip {
    disk: (Micros, Micros),
    network: (Micros, Micros),
}

#[derive(Clone, Copy)]
struct Takes {
    disk: Micros,
    network: Micros,
}

impl Takes {
    fn sum(self) -> Micros {
        self.disk + self.network
    }
}

/// `2 s`, `260 ms`
struct Span(Micros);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, digits, name) = match self.0 {
            0 | 1_000_000.. => (1_000_000, 6, "s"),
            1_000.. => (1_000, 3, "ms"),
            _ => (1, 0, "us"),
        };
        let part = format!("{:0digits$}", self.0 % unit);
        let part = if digits == 0 { "" } else { part.trim_end_matches('0') };
        let point = if part.is_empty() { "" } else { "." };
        write!(f, "{}{point}{part} {name}", self.0 / unit)
    }
}

fn span(words: &str) -> Option<Micros> {
    text::duration(&words.replace(' ', ""), Micros::MAX).ok()
}

const ALL_LOST: &str = "all messages are lost, so no majority of servers can hear each other";

impl fmt::Display for UnmetAssumption {
    /// A sentence without its capital letter and its full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::AllLost => f.write_str(ALL_LOST),
            Self::ElectionTooSlow { takes, disk, network, timeout } => write!(
                f,
                "an election takes at least {} (disks {}, messages {}), but the longest election timeout is {}: no candidate can win in time (§5.6)",
                Span(takes),
                Span(disk),
                Span(network),
                Span(timeout)
            ),
            Self::ElectionSlow { takes, disk, network, timeout } => write!(
                f,
                "an election can take {} (disks {}, messages {}), but the shortest election timeout is {}: many elections fail (§5.6)",
                Span(takes),
                Span(disk),
                Span(network),
                Span(timeout)
            ),
            Self::EqualTimeouts { timeout } => write!(
                f,
                "all election timeouts are {}: servers time out together and split the votes again and again (§5.2)",
                Span(timeout)
            ),
            Self::HeartbeatsLate { apart, every, disk, network, timeout } => write!(
                f,
                "heartbeats can arrive {} apart (sent every {}, up to {} later behind the leader's disk and {} on the way), but the shortest election timeout is {}: followers depose leaders that are well (§5.6)",
                Span(apart),
                Span(every),
                Span(disk),
                Span(network),
                Span(timeout)
            ),
        }
    }
}

impl UnmetAssumption {
    /// Reads the words back.
    pub(crate) fn read(words: &str) -> Option<Self> {
        if words == ALL_LOST {
            return Some(Self::AllLost);
        }
        let spans = |template: &str| {
            let values = scan(template, words)?;
            values.iter().map(|(_, value)| span(value)).collect::<Option<Vec<_>>>()
        };
        if let Some(v) = spans(
            "an election takes at least {a} (disks {b}, messages {c}), but the longest election timeout is {d}: no candidate can win in time (§5.6)",
        ) {
            return Some(Self::ElectionTooSlow {
                takes: v[0],
                disk: v[1],
                network: v[2],
                timeout: v[3],
            });
        }
        if let Some(v) = spans(
            "an election can take {a} (disks {b}, messages {c}), but the shortest election timeout is {d}: many elections fail (§5.6)",
        ) {
            return Some(Self::ElectionSlow {
                takes: v[0],
                disk: v[1],
                network: v[2],
                timeout: v[3],
            });
        }
        if let Some(v) = spans(
            "all election timeouts are {a}: servers time out together and split the votes again and again (§5.2)",
        ) {
            return Some(Self::EqualTimeouts { timeout: v[0] });
        }
        let v = spans(
            "heartbeats can arrive {a} apart (sent every {b}, up to {c} later behind the leader's disk and {d} on the way), but the shortest election timeout is {e}: followers depose leaders that are well (§5.6)",
        )?;
        Some(Self::HeartbeatsLate {
            apart: v[0],
            every: v[1],
            disk: v[2],
            network: v[3],
            timeout: v[4],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_script::config::Config;

    fn of(settings: &str, commands: &[&str]) -> Vec<String> {
        let mut config = Config::default();
        for line in settings.split("; ") {
            assert_eq!(config.set(line), Ok(true), "{line}");
        }
        let mut world = World::new(config);
        for command in commands {
            world.apply(&command.parse().expect("a command"), &mut ()).expect("it is possible");
        }
        let unmet = world.unmet_assumptions();
        for one in &unmet {
            assert_eq!(UnmetAssumption::read(&one.to_string()), Some(*one), "{one}");
        }
        unmet.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn usual_settings_have_what_raft_needs() {
        for settings in [
            "servers 5",
            "servers 3; network lossy",
            "network lab; disk 0s",
            "servers 1; election 200ms; disk 2s",
        ] {
            assert_eq!(of(settings, &[]), [""; 0], "{settings}");
        }
        for preset in raft_script::quality::Preset::ALL {
            assert_eq!(
                of(&format!("network {}", preset.name()), &[]),
                [""; 0],
                "{}",
                preset.name()
            );
        }
    }

    #[test]
    fn slow_disks_and_slow_networks_are_told_with_their_numbers() {
        let slow = "an election takes at least 4.0004 s (disks 4 s, messages 400 us), but the longest election timeout is 600 ms: no candidate can win in time (§5.6)";
        assert_eq!(of("servers 3; network lan; disk 2s..3s", &[]), [slow]);
        let far = "an election takes at least 4 s (disks 0 s, messages 4 s), but the longest election timeout is 600 ms: no candidate can win in time (§5.6)";
        assert_eq!(of("servers 3; network latency=2s; disk 0s", &[]), [far]);
        assert_eq!(of("servers 3; network perfect; disk 0s", &["network latency=2s"]), [far]);
        let found = of("servers 3; network perfect; disk 260ms", &[]);
        assert_eq!(
            found,
            [
                "an election can take 522 ms (disks 520 ms, messages 2 ms), but the shortest election timeout is 300 ms: many elections fail (§5.6)",
                "heartbeats can arrive 360 ms apart (sent every 100 ms, up to 260 ms later behind the leader's disk and 0 s on the way), but the shortest election timeout is 300 ms: followers depose leaders that are well (§5.6)",
            ]
        );
        assert_eq!(
            of("servers 3; network perfect; disk 260ms", &["disk 1 2 1ms"]),
            [""; 0],
            "a fast majority is enough"
        );
    }

    #[test]
    fn equal_timeouts_and_the_loss_of_everything_exclude_progress() {
        assert_eq!(
            of("servers 3; network perfect; disk 0s; election 200ms", &[]),
            [
                "all election timeouts are 200 ms: servers time out together and split the votes again and again (§5.2)"
            ]
        );
        assert_eq!(of("servers 3; network loss=100%; disk 0s", &[]), [ALL_LOST]);
        assert_eq!(of("servers 3; disk 0s", &["link 1 2 loss=100%"]), [""; 0]);
        let fast = ["clock 1 500%", "clock 2 500%", "clock 3 20%"];
        assert_eq!(of("servers 3; network perfect", &fast), [""; 0], "S1 can lead S2");
    }
}
