//! Turns the shortest path to a violation that an exploration has found into a run that the playground opens.
//!
//! In the run nothing happens by itself: messages take a minute, which is longer than the run, and timers run out after
//! many minutes. The run has one command for each step, at equal distances: `deliver 3` for a message that arrives,
//! `timeout 1` for a timer that runs out, and so on.

use crate::play::{Play, Played, Wanted};
use raft_core::{Bug, Envelope, Message, ServerId, Time};
use raft_explore::{Bounds, PathStep, StepAction, Violation};
use raft_run::command::MessageId;
use raft_script::config::Config;

/// Maximum number of events of a run. No path has so many steps.
const MOST_EVENTS: u64 = 10_000;

/// Clocks under which a path is tried: the settings of the timers, and the microseconds from one step to the next.
///
/// A leader sends a snapshot again only when the shortest election timeout has passed since. An exploration lets that
/// happen between any two steps, and so do the second clocks. Their timers may run out too early, so several seeds are
/// tried.
const CLOCKS: [(&str, u64); 2] = [
    ("heartbeat 1000s\nelection 1000s..2000s", 1_000_000),
    ("heartbeat 3600s\nelection 10ms..3600s", 20_000),
];

/// Maximum length of a run in microseconds. Messages take longer, so that none arrives by itself.
const LONGEST: u64 = 50_000_000;

/// Number of seeds that are tried for each of the clocks.
const MOST_SEEDS: u64 = 20;

/// Returns the path as a run that violates the same property, or none if the world cannot follow the path.
pub fn run(bounds: &Bounds, bugs: &[Bug], violation: &Violation) -> Option<Played> {
    let wanted = Wanted::Only(violation.property);
    CLOCKS.iter().find_map(|&(timers, pause)| {
        (1..=MOST_SEEDS).find_map(|seed| {
            let pause = pause.min(LONGEST / violation.path.len().max(1) as u64);
            let config = settings(bounds, bugs, timers, seed);
            let replay =
                Replay { play: Play::new(config, wanted, MOST_EVENTS), messages: Vec::new() };
            replay.follow(&violation.path, pause)
        })
    })
}

/// Returns a name for the run: its bugs and the violated property.
pub fn name(bugs: &[Bug], violation: &Violation) -> String {
    let titles: Vec<&str> = bugs.iter().map(|bug| bug.title()).collect();
    format!("{}: {} is violated", titles.join(", "), violation.property)
}

fn settings(bounds: &Bounds, bugs: &[Bug], timers: &str, seed: u64) -> Config {
    let lines =
        format!("seed {seed}\nservers {}\nnetwork latency=60s\ndisk 0s\n{timers}", bounds.servers);
    let mut config = Config::default();
    for line in lines.lines() {
        config.set(line).expect("these settings are understood");
    }
    for &bug in bugs {
        config.add_bug(bug, None);
    }
    config
}

/// A world on its way along a path, with its number for each message that the exploration has sent.
struct Replay {
    play: Play,
    messages: Vec<Option<MessageId>>,
}

impl Replay {
    fn follow(mut self, path: &[PathStep], pause: u64) -> Option<Played> {
        for (at, step) in (1..).zip(path) {
            self.play.wait(Time(at * pause));
            self.step(step)?;
        }
        self.let_leaders_act(pause);
        let played = self.play.end();
        played.found.is_some().then_some(played)
    }

    /// Lets every leader act, because the world checks a leader only when it acts. A violation by a commit of another
    /// server shows then.
    fn let_leaders_act(&mut self, pause: u64) {
        self.play.wait(self.play.world().now() + pause);
        let servers = self.play.world().servers().iter();
        let leaders: Vec<u16> = servers
            .filter(|server| server.process().is_some_and(|process| process.node.get_state().1))
            .map(|server| server.id.0)
            .collect();
        for leader in leaders {
            self.apply(&format!("timeout {leader}"));
        }
    }

    /// Carries out one step. Returns none if a message of the path does not exist.
    fn step(&mut self, step: &PathStep) -> Option<()> {
        let sent = self.play.world().network().sent();
        match step.lost {
            None => self.carry_out(step.action)?,
            Some(0) => self.lose_writes(step)?,
            // Between two writes of one step: no path of the table in docs/explored.md needs it.
            Some(_) => return None,
        }
        self.play.wait(self.play.world().now());
        self.note_sent(sent, &step.sends);
        Some(())
    }

    /// Carries out a step with a crash before its writes are durable, and a restart.
    fn lose_writes(&mut self, step: &PathStep) -> Option<()> {
        let server = match step.action {
            StepAction::Timeout(server)
            | StepAction::Command(server, _)
            | StepAction::Snapshot(server) => server,
            StepAction::Deliver(number) => {
                let message = self.play.world().network().message(self.message(number)?)?;
                message.envelope.to
            }
            StepAction::Restart(_) | StepAction::Again(_) | StepAction::Drop(_) => return None,
        };
        self.apply(&format!("disk {} 60s", server.0));
        self.carry_out(step.action)?;
        self.play.wait(self.play.world().now());
        for command in ["crash {}", "disk {} 0s", "restart {}"] {
            self.apply(&command.replace("{}", &server.0.to_string()));
        }
        Some(())
    }

    fn carry_out(&mut self, action: StepAction) -> Option<()> {
        match action {
            StepAction::Timeout(ServerId(server)) => self.apply(&format!("timeout {server}")),
            StepAction::Command(ServerId(server), number) => {
                self.apply(&format!("start {server} x={number}"));
            }
            StepAction::Snapshot(ServerId(server)) => self.apply(&format!("snapshot {server}")),
            StepAction::Restart(ServerId(server)) => {
                self.apply(&format!("crash {server}"));
                self.apply(&format!("restart {server}"));
            }
            StepAction::Deliver(number) => {
                let message = self.message(number)?;
                self.apply(&format!("deliver {message}"));
            }
            StepAction::Again(number) => {
                let message = self.message(number)?;
                // The copy stays on its way.
                self.apply(&format!("duplicate {message}"));
                let copy = self.play.world().network().sent();
                self.apply(&format!("deliver {message}"));
                self.messages[number] = Some(copy);
            }
            StepAction::Drop(number) => {
                let message = self.message(number)?;
                self.apply(&format!("drop {message}"));
            }
        }
        Some(())
    }

    fn message(&self, number: usize) -> Option<MessageId> {
        let message = self.messages[number]?;
        self.play.world().network().message(message).map(|flight| flight.id)
    }

    fn apply(&mut self, command: &str) {
        let command = command.parse().expect("these commands are understood");
        self.play.apply(&command);
    }

    /// Finds the messages that the exploration has sent among the new messages of the world.
    fn note_sent(&mut self, before: MessageId, sends: &[Envelope]) {
        let network = self.play.world().network();
        let known = |message: &MessageId| self.messages.contains(&Some(*message));
        let mut new: Vec<MessageId> =
            (before + 1..=network.sent()).filter(|message| !known(message)).collect();
        for envelope in sends {
            let place = new.iter().position(|&message| {
                let flight = network.message(message);
                flight.is_some_and(|flight| are_alike(&flight.envelope, envelope))
            });
            self.messages.push(place.map(|place| new.remove(place)));
        }
    }
}

/// True if two messages have the same content. Commands of clients are spelt differently in both.
fn are_alike(a: &Envelope, b: &Envelope) -> bool {
    (a.from, a.to, a.term) == (b.from, b.to, b.term)
        && match (&a.message, &b.message) {
            (
                Message::AppendEntries { prev_log, entries, leader_commit },
                Message::AppendEntries { prev_log: prev, entries: others, leader_commit: commit },
            ) => {
                let terms = entries.iter().map(|entry| entry.term);
                (prev_log, leader_commit) == (prev, commit)
                    && terms.eq(others.iter().map(|entry| entry.term))
            }
            (
                Message::InstallSnapshot { last_included, .. },
                Message::InstallSnapshot { last_included: other, .. },
            ) => last_included == other,
            (a, b) => a == b,
        }
}
