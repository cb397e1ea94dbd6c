//! The settings of a run: cluster, pace, network, disk, seed. Text in, text out.

use crate::clients::ClientsSpec;
use crate::command::Timers;
use crate::quality::{NetworkSpec, Preset};
use crate::text::{self, Invalid};
use raft_core::{Bug, Bugs, Micros, ServerId};
use std::fmt;

/// The kinds of services.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Service {
    /// It is an operation on the map.
    #[default]
    Map,
    /// It is kept as it is, under its index: a service that remembers every command, as the lab's does.
    Commands,
}

/// The settings of a run. Together with the seed and the commands they decide every byte of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Seed of every random draw.
    pub seed: u64,
    /// Cluster and pace of Raft itself.
    pub raft: raft_core::Config,
    /// Rules that no server obeys, and mistakes that all make.
    pub bugs: Bugs,
    /// The bugs of single servers, sorted; see [`Config::add_bug`].
    pub partly: Vec<(Bug, ServerId)>,
    /// The settings of all links at the start.
    pub network: NetworkSpec,
    /// The time that a write takes to become durable: shortest and longest. Both 0: at once.
    pub disk: (Micros, Micros),
    /// The disks acknowledge a write before it is flushed.
    pub early: bool,
    /// The service takes a snapshot after applying so many commands; 0: only when told.
    pub autosnapshot: u64,
    /// The kind of service.
    pub service: Service,
    /// The clients that there are from the start.
    pub clients: ClientsSpec,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 1,
            raft: raft_core::Config::default(),
            bugs: Bugs::default(),
            partly: Vec::new(),
            network: NetworkSpec::Preset(Preset::Wan),
            disk: (1_000, 3_000),
            early: false,
            autosnapshot: 0,
            service: Service::Map,
            clients: ClientsSpec::default(),
        }
    }
}

/// The first words of all settings that are not the first words of commands too.
pub const KEYS: [&str; 8] =
    ["seed", "servers", "heartbeat", "election", "batch", "autosnapshot", "service", "broken"];

/// The longest interval or timeout that a configuration may name: one virtual hour.
const LONGEST: Micros = 3_600_000_000;

impl Config {
    /// Takes one header line, such as `servers 5`. False when the line is not a header line.
    ///
    /// # Errors
    /// If the key is known and its value is not one of the allowed ones.
    pub fn set(&mut self, line: &str) -> Result<bool, Invalid> {
        let (key, value) = text::first_word(line);
        match key {
            "seed" => self.seed = text::seed(value)?,
            "servers" => self.raft.servers = servers(value)?,
            "network" => self.network = value.parse()?,
            "heartbeat" => self.raft.heartbeat = interval(value)?,
            "election" => (self.raft.election_min, self.raft.election_max) = range(value)?,
            "timers" => value.parse::<Timers>()?.set(&mut self.raft),
            "batch" => self.raft.batch_bytes = text::bytes(value)?,
            "disk" => {
                let (takes, early) = match value.strip_suffix(" early") {
                    Some(takes) => (takes.trim_end(), true),
                    None => (value, false),
                };
                self.disk = text::duration_range(takes, LONGEST)?;
                self.early = early;
            }
            "autosnapshot" => {
                self.autosnapshot =
                    text::number(value, "a number of commands, 0 for never", 0, 1_000_000_000)?;
            }
            "service" => self.service = service(value)?,
            "clients" => self.clients = value.parse()?,
            "broken" => self.break_by(value)?,
            _ => return Ok(false),
        }
        if self.clients.count > 0 && self.service == Service::Commands {
            let expected = "possible: clients speak to `service map`, not to `service commands`";
            return Err(Invalid::new(line, expected));
        }
        Ok(true)
    }
}

fn servers(value: &str) -> Result<u16, Invalid> {
    let most = u64::from(raft_core::MAX_SERVERS);
    text::number(value, "a number of servers", 1, most).map(|n| n as u16)
}

pub(crate) fn interval(value: &str) -> Result<Micros, Invalid> {
    range(value).map(|(min, _)| min)
}

/// A range of durations of which none is 0: a timer that runs out at once would never let time pass.
pub(crate) fn range(value: &str) -> Result<(Micros, Micros), Invalid> {
    let (min, max) = text::duration_range(value, LONGEST)?;
    if min < 1_000 {
        return Err(Invalid::new(value, "a timer of at least 1ms"));
    }
    Ok((min, max))
}

fn service(name: &str) -> Result<Service, Invalid> {
    match name {
        "map" => Ok(Service::Map),
        "commands" => Ok(Service::Commands),
        _ => Err(Invalid::new(name, "a service: `map`, or `commands`, which keeps every command")),
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raft = &self.raft;
        writeln!(f, "seed {}", self.seed)?;
        writeln!(f, "servers {}", raft.servers)?;
        writeln!(f, "network {}", self.network)?;
        writeln!(f, "heartbeat {}", text::Duration(raft.heartbeat))?;
        writeln!(f, "election {}", text::Range(raft.election_min, raft.election_max))?;
        writeln!(f, "batch {}", text::Bytes(raft.batch_bytes))?;
        let early = if self.early { " early" } else { "" };
        writeln!(f, "disk {}{early}", text::Range(self.disk.0, self.disk.1))?;
        writeln!(f, "autosnapshot {}", self.autosnapshot)?;
        if self.service == Service::Commands {
            writeln!(f, "service commands")?;
        }
        if self.clients != ClientsSpec::default() {
            writeln!(f, "clients {}", self.clients)?;
        }
        self.write_broken(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_core::{Mistake, Rule};

    #[test]
    fn what_is_printed_is_read_back() {
        let mut config = Config {
            seed: u64::MAX,
            autosnapshot: 10,
            disk: (0, 1_500),
            early: true,
            ..Config::default()
        };
        for bug in [
            Bug::Rule(Rule::CommitOnlyOwnTerm),
            Bug::Rule(Rule::GrantVote),
            Bug::Mistake(Mistake::ComparesLengthOnly),
        ] {
            config.bugs = config.bugs.with(bug);
        }
        config.network = "latency=1ms..2.5ms loss=0.5% reorder=100%".parse().expect("a network");
        let mut read = Config::default();
        assert!(
            config.to_string().ends_with("broken GrantVote CommitOnlyOwnTerm ComparesLengthOnly\n")
        );
        for line in config.to_string().lines() {
            assert_eq!(read.set(line), Ok(true), "{line}");
        }
        assert_eq!(read, config);
    }

    #[test]
    fn timers_may_be_set_together_and_by_hand() {
        let set = |lines: &[&str]| {
            let mut config = Config::default();
            for line in lines {
                assert_eq!(config.set(line), Ok(true), "{line}");
            }
            config
        };
        let manual = set(&["timers manual"]);
        assert_eq!(manual, set(&["election 1000s..2000s", "heartbeat 1000s"]));
        assert!(manual.to_string().contains("\nheartbeat 1000s\nelection 1000s..2000s\n"));
        assert_eq!(set(&["timers heartbeat 20ms"]), set(&["heartbeat 20ms"]));
        assert_eq!(
            set(&["timers election 200ms..400ms heartbeat 20ms"]),
            set(&["election 200ms..400ms", "heartbeat 20ms"])
        );
    }

    #[test]
    fn what_is_broken_is_named_in_any_case() {
        let mut config = Config::default();
        assert_eq!(config.set("broken grantvote HALFISENOUGH"), Ok(true));
        assert!(config.to_string().ends_with("broken GrantVote HalfIsEnough\n"));
    }

    #[test]
    fn wrong_values_are_named_with_what_would_be_right() {
        for (line, says) in [
            ("servers 0", "`0` is not a number of servers from 1 to 101"),
            ("servers 102", "`102` is not a number of servers from 1 to 101"),
            ("heartbeat 0s", "`0s` is not a timer of at least 1ms"),
            (
                "seed banana",
                "`banana` is not a seed: a whole number from 0 to 18446744073709551615",
            ),
            ("timers by hand", "`by` is not `election`, `heartbeat` or both, as in"),
            ("timers heartbeat 1s manual", "`manual` is not possible beside others: it sets both"),
            ("timers", "something is missing: `election`, `heartbeat` or both"),
            ("network moon", "`moon` is not a preset"),
            ("broken Everything", "`Everything` is not the name of a rule"),
            (
                "broken GrantVotes",
                "`GrantVotes` is not the name of a rule, such as RefuseSecondVote, or of a mistake, such as HalfIsEnough: did you mean `GrantVote`",
            ),
            ("election 600ms..300ms", "`600ms..300ms` is not a range"),
        ] {
            let error = Config::default().set(line).expect_err(line).to_string();
            assert!(error.starts_with(says), "{error}");
        }
    }
}
