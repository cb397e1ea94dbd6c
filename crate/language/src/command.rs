//! The input language: what can be done to a world, as text. Whatever is printed is read back the same.

use crate::clients::{ClientId, ClientsSpec};
pub use crate::help::{HELP, Help, VERBS};
use crate::quality::NetworkSpec;
use crate::text::{self, Invalid, Range};
use raft_core::{Micros, ServerId};
use std::fmt;
use std::str::FromStr;

/// A message's number: they are counted from 1 in the order of sending.
pub type MessageId = u64;

/// The longest command for the service, in bytes.
pub const LONGEST_COMMAND: usize = 64 * 1024;

/// The longest command that a client is told to ask, in bytes: it may ask it again and again.
pub const LONGEST_QUESTION: usize = 1024;

/// Something done to the world.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Start a command for the service.
    Start {
        /// At which server; none: at the leader.
        at: Option<ServerId>,
        /// The service's command.
        command: String,
    },
    /// Something done to servers.
    Servers(ServerAction, Servers),
    /// Cut or heal a link.
    Link {
        /// One end.
        from: ServerId,
        /// The other end.
        to: ServerId,
        /// Also from `to` to `from`.
        both: bool,
        /// What is done to it.
        change: LinkChange,
    },
    /// Heal all links.
    HealAll,
    /// Cut all links between groups, and heal those within. Servers in no group stand alone.
    Partition(Vec<Vec<ServerId>>),
    /// Cut all links of a server.
    Isolate(ServerId),
    /// What all links are like from now on.
    Network(NetworkSpec),
    /// Something done to a message in flight.
    Message(MessageAction, MessageId),
    /// A server's clock goes at this rate, per thousand.
    Clock(ServerId, u32),
    /// Writes of these servers take so long from now on.
    Disk(Servers, (Micros, Micros)),
    /// These disks say from now on that a write is durable at once, though nothing is; or no longer.
    DiskLies(Servers, bool),
    /// Flip the byte at this offset of a crashed server's write-ahead log.
    Corrupt(ServerId, u64),
    /// So many clients, and what they are like from now on.
    Clients(ClientsSpec),
    /// A client asks this next.
    Ask(ClientId, String),
    /// Cut or heal the way between a client and a server.
    ClientLink {
        /// The client.
        client: ClientId,
        /// The server.
        server: ServerId,
        /// Which way.
        way: Way,
        /// Whether it is cut.
        cut: bool,
    },
    /// From now on progress is expected within this time.
    Expect(Micros),
}

/// Which way between a client and a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// There and back.
    Both,
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

/// Which servers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Servers {
    /// All of them.
    All,
    /// The one that leads.
    Leader,
    /// These.
    These(Vec<ServerId>),
}

/// What can be done to a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServerAction {
    /// It stops, and loses all but what its disk holds durably.
    Crash,
    /// The same, and a torn piece of what was not synced stays at the end of its log.
    CrashTorn,
    /// It starts again from its disk.
    Restart,
    /// It stands still, and loses nothing.
    Pause,
    /// It goes on after a pause.
    Resume,
    /// Its timer runs out now.
    Timeout,
    /// Its service takes a snapshot.
    Snapshot,
}

/// What can be done to a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkChange {
    /// Nothing passes any more.
    Cut,
    /// Messages pass again.
    Heal,
    /// It is like this from now on; none: like all the others.
    Like(Option<NetworkSpec>),
}

/// What can be done to a message in flight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageAction {
    /// It is lost.
    Drop,
    /// It is delivered twice.
    Duplicate,
    /// It stops on its way.
    Hold,
    /// It goes on.
    Release,
    /// It arrives at once.
    Deliver,
}

const SERVER_ACTIONS: [(&str, ServerAction); 6] = [
    ("crash", ServerAction::Crash),
    ("restart", ServerAction::Restart),
    ("pause", ServerAction::Pause),
    ("resume", ServerAction::Resume),
    ("timeout", ServerAction::Timeout),
    ("snapshot", ServerAction::Snapshot),
];

const MESSAGE_ACTIONS: [(&str, MessageAction); 5] = [
    ("drop", MessageAction::Drop),
    ("duplicate", MessageAction::Duplicate),
    ("hold", MessageAction::Hold),
    ("release", MessageAction::Release),
    ("deliver", MessageAction::Deliver),
];

impl FromStr for Command {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let (verb, rest) = text::first_word(text);
        if verb == "crash"
            && let Some(who) = rest.strip_suffix("torn")
        {
            return Ok(Self::Servers(ServerAction::CrashTorn, servers(who.trim_end())?));
        }
        if let Some((_, action)) = SERVER_ACTIONS.iter().find(|(name, _)| *name == verb) {
            return servers(rest).map(|servers| Self::Servers(*action, servers));
        }
        if let Some((_, action)) = MESSAGE_ACTIONS.iter().find(|(name, _)| *name == verb) {
            let id = text::number(rest, "a message's number, as in `hold 41`:", 1, u64::MAX)?;
            return Ok(Self::Message(*action, id));
        }
        match verb {
            "start" => start(rest),
            "cut" => link(rest, LinkChange::Cut),
            "heal" if rest.is_empty() => Ok(Self::HealAll),
            "heal" => link(rest, LinkChange::Heal),
            "partition" => rest.split('|').map(list).collect::<Result<_, _>>().map(Self::Partition),
            "isolate" => server(rest).map(Self::Isolate),
            "network" => rest.parse().map(Self::Network),
            "link" => link_like(rest),
            "clock" => clock(rest),
            "disk" => disk(rest),
            "corrupt" => corrupt(rest),
            "clients" => rest.parse().map(Self::Clients),
            "ask" => ask(rest),
            "expect" => expect(rest),
            _ => Err(Invalid::new(verb, "a command; `help` lists them")),
        }
    }
}

fn start(rest: &str) -> Result<Command, Invalid> {
    let (at, command) = text::first_word(rest);
    let at = if at == "leader" { None } else { Some(server(at)?) };
    Ok(Command::Start { at, command: for_service(command, LONGEST_COMMAND, "start 1 x=1")? })
}

fn ask(rest: &str) -> Result<Command, Invalid> {
    let (client, command) = text::first_word(rest);
    Ok(Command::Ask(client.parse()?, for_service(command, LONGEST_QUESTION, "ask c1 x=1")?))
}

fn for_service(command: &str, most: usize, example: &str) -> Result<String, Invalid> {
    if command.is_empty() {
        let expected = format!("a command for the service, as in `{example}`");
        return Err(Invalid::new("", &expected));
    }
    if command.len() > most {
        let expected = format!("a command of at most {most} bytes; it has {}", command.len());
        return Err(Invalid::new(command, &expected));
    }
    Ok(command.into())
}

fn expect(rest: &str) -> Result<Command, Invalid> {
    let within = text::duration(rest, 3_600_000_000)?;
    if within == 0 {
        return Err(Invalid::new(rest, "a duration in which something can happen, such as 5s"));
    }
    Ok(Command::Expect(within))
}

fn server(word: &str) -> Result<ServerId, Invalid> {
    let digits = word.strip_prefix(['S', 's']).unwrap_or(word);
    text::number(digits, "a server's number", 1, u64::from(raft_core::MAX_SERVERS))
        .map(|n| ServerId(n as u16))
}

fn list(text: &str) -> Result<Vec<ServerId>, Invalid> {
    let list: Vec<ServerId> = text.split_whitespace().map(server).collect::<Result<_, _>>()?;
    if list.is_empty() {
        return Err(Invalid::new("", "the number of a server"));
    }
    Ok(list)
}

fn servers(text: &str) -> Result<Servers, Invalid> {
    match text {
        "all" => Ok(Servers::All),
        "leader" => Ok(Servers::Leader),
        _ => list(text).map(Servers::These),
    }
}

/// `1 2 ...` or `1 > 2 ...`: the two ends, whether both directions are meant, and the rest.
fn ends(text: &str) -> Result<(ServerId, ServerId, bool, &str), Invalid> {
    let (from, rest) = text::first_word(text);
    let (both, rest) =
        rest.strip_prefix('>').map_or((true, rest), |rest| (false, rest.trim_start()));
    let (to, rest) = text::first_word(rest);
    let (from, to) = (server(from)?, server(to)?);
    if from == to {
        return Err(Invalid::new(text, "a link: its ends are two different servers"));
    }
    Ok((from, to, both, rest))
}

fn link(rest: &str, change: LinkChange) -> Result<Command, Invalid> {
    if rest.contains(['c', 'C']) {
        return client_link(rest, change == LinkChange::Cut);
    }
    let (from, to, both, rest) = ends(rest)?;
    if !rest.is_empty() {
        return Err(Invalid::new(rest, "expected here: a link has two ends"));
    }
    Ok(Command::Link { from, to, both, change })
}

/// `c1 2`, `c1 > 2` or `2 > c1`.
fn client_link(rest: &str, cut: bool) -> Result<Command, Invalid> {
    let (one, other) = text::first_word(rest);
    let (is_directed, other) =
        other.strip_prefix('>').map_or((false, other), |other| (true, other.trim_start()));
    let is_client = |word: &str| word.starts_with(['c', 'C']);
    let (client, of, way) = match (is_client(one), is_client(other)) {
        (true, false) => (one, other, if is_directed { Way::ToServer } else { Way::Both }),
        (false, true) => (other, one, if is_directed { Way::ToClient } else { Way::Both }),
        _ => return Err(Invalid::new(rest, "a client and a server, as in `cut c1 2`")),
    };
    Ok(Command::ClientLink { client: client.parse()?, server: server(of)?, way, cut })
}

fn link_like(rest: &str) -> Result<Command, Invalid> {
    let (from, to, both, rest) = ends(rest)?;
    let spec = if rest == "default" { None } else { Some(rest.parse()?) };
    Ok(Command::Link { from, to, both, change: LinkChange::Like(spec) })
}

fn clock(rest: &str) -> Result<Command, Invalid> {
    let (who, rate) = text::first_word(rest);
    let who = server(who)?;
    let wrong = || Invalid::new(rate, "a rate from 10% to 1000%; 100% is exact");
    let percent = rate.strip_suffix('%').ok_or_else(wrong)?;
    let percent = text::number(percent, "a rate in percent", 10, 1000).map_err(|_| wrong())?;
    Ok(Command::Clock(who, percent as u32 * 10))
}

fn disk(rest: &str) -> Result<Command, Invalid> {
    let (who, latency) = rest.rsplit_once(char::is_whitespace).unwrap_or((rest, ""));
    if matches!(latency, "lies" | "honest") {
        return Ok(Command::DiskLies(servers(who.trim())?, latency == "lies"));
    }
    Ok(Command::Disk(servers(who.trim())?, text::duration_range(latency, 60_000_000)?))
}

fn corrupt(rest: &str) -> Result<Command, Invalid> {
    let (who, offset) = text::first_word(rest);
    let offset = text::number(offset, "the offset of a byte", 0, u64::from(u32::MAX))?;
    Ok(Command::Corrupt(server(who)?, offset))
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start { at: Some(server), command } => write!(f, "start {} {command}", server.0),
            Self::Start { at: None, command } => write!(f, "start leader {command}"),
            Self::Servers(ServerAction::CrashTorn, servers) => write!(f, "crash {servers} torn"),
            Self::Servers(action, servers) => {
                let (name, _) = SERVER_ACTIONS
                    .iter()
                    .find(|(_, a)| a == action)
                    .expect("every action has a name");
                write!(f, "{name} {servers}")
            }
            Self::Link { from, to, both, change } => {
                let verb = match change {
                    LinkChange::Cut => "cut",
                    LinkChange::Heal => "heal",
                    LinkChange::Like(_) => "link",
                };
                write!(f, "{verb} {} {}{}", from.0, if *both { "" } else { "> " }, to.0)?;
                match change {
                    LinkChange::Like(Some(spec)) => write!(f, " {spec}"),
                    LinkChange::Like(None) => f.write_str(" default"),
                    LinkChange::Cut | LinkChange::Heal => Ok(()),
                }
            }
            Self::HealAll => f.write_str("heal"),
            Self::Partition(groups) => {
                let groups = groups.iter().map(|group| numbers(group));
                write!(f, "partition {}", text::joined(groups, " | "))
            }
            Self::Isolate(server) => write!(f, "isolate {}", server.0),
            Self::Network(spec) => write!(f, "network {spec}"),
            Self::Message(action, id) => {
                let (name, _) = MESSAGE_ACTIONS
                    .iter()
                    .find(|(_, a)| a == action)
                    .expect("every action has a name");
                write!(f, "{name} {id}")
            }
            Self::Clock(server, rate) => write!(f, "clock {} {}%", server.0, rate / 10),
            Self::Disk(servers, (min, max)) => write!(f, "disk {servers} {}", Range(*min, *max)),
            Self::DiskLies(servers, lies) => {
                write!(f, "disk {servers} {}", if *lies { "lies" } else { "honest" })
            }
            Self::Corrupt(server, offset) => write!(f, "corrupt {} {offset}", server.0),
            Self::Clients(spec) => write!(f, "clients {spec}"),
            Self::Ask(client, command) => write!(f, "ask {client} {command}"),
            Self::ClientLink { client, server, way, cut } => {
                let verb = if *cut { "cut" } else { "heal" };
                match way {
                    Way::Both => write!(f, "{verb} {client} {}", server.0),
                    Way::ToServer => write!(f, "{verb} {client} > {}", server.0),
                    Way::ToClient => write!(f, "{verb} {} > {client}", server.0),
                }
            }
            Self::Expect(within) => write!(f, "expect {}", text::Duration(*within)),
        }
    }
}

impl fmt::Display for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Leader => f.write_str("leader"),
            Self::These(list) => f.write_str(&numbers(list)),
        }
    }
}

fn numbers(list: &[ServerId]) -> String {
    text::joined(list.iter().map(|server| server.0), " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_of_the_help_is_read_and_printed_the_same() {
        for help in HELP {
            let command: Command =
                help.example.parse().unwrap_or_else(|error| panic!("{}: {error}", help.example));
            assert_eq!(command.to_string(), help.example);
            assert!(help.usage.starts_with(help.example.split(' ').next().expect("a verb")));
        }
    }

    #[test]
    fn every_command_has_a_verb() {
        let mut verbs: Vec<&str> =
            HELP.iter().filter_map(|help| help.usage.split(' ').next()).collect();
        verbs.dedup();
        assert_eq!(verbs, VERBS);
    }

    #[test]
    fn other_spellings_mean_the_same() {
        for (text, printed) in [
            ("  crash   S3  ", "crash 3"),
            ("link 1 > 2 latency=20ms..80ms loss=0.5%", "link 1 > 2 latency=20ms..80ms loss=0.5%"),
            ("link 1 2 default", "link 1 2 default"),
            ("network lossy", "network lossy"),
            ("partition 1|2 3", "partition 1 | 2 3"),
            ("start 2  a key = a value ", "start 2 a key = a value"),
            ("disk 1 2 5ms", "disk 1 2 5ms"),
            ("crash leader", "crash leader"),
            ("crash  1  2  torn", "crash 1 2 torn"),
            ("disk all honest", "disk all honest"),
            ("cut c1 2", "cut c1 2"),
            ("cut 2 C1", "cut c1 2"),
            ("heal c20 > S3", "heal c20 > 3"),
            ("cut 3 >c1", "cut 3 > c1"),
            ("ask 1  x ? 1 = 2", "ask c1 x ? 1 = 2"),
            ("clients 2 get=3", "clients 2"),
            ("expect 1500ms", "expect 1500ms"),
        ] {
            let command: Command = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(command.to_string(), printed);
            assert_eq!(printed.parse(), Ok(command));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        for (text, says) in [
            ("", "something is missing: a command; `help` lists them"),
            ("explode 3", "`explode` is not a command; `help` lists them"),
            ("crash", "something is missing: the number of a server"),
            ("crash three", "`three` is not a server's number from 1 to 101"),
            ("start 1", "something is missing: a command for the service, as in `start 1 x=1`"),
            ("cut 1 1", "`1 1` is not a link: its ends are two different servers"),
            ("cut 1 2 3", "`3` is not expected here: a link has two ends"),
            (
                "hold x",
                "`x` is not a message's number, as in `hold 41`: from 1 to 18446744073709551615",
            ),
            ("crash torn", "something is missing: the number of a server"),
            ("cut c1 c2", "`c1 c2` is not a client and a server, as in `cut c1 2`"),
            ("cut c1", "something is missing: a server's number from 1 to 101"),
            ("cut c21 1", "`21` is not a client such as c1, with a number from 1 to 20"),
            ("ask c1", "something is missing: a command for the service, as in `ask c1 x=1`"),
            ("expect 0s", "`0s` is not a duration in which something can happen, such as 5s"),
            ("clock 3 5%", "`5%` is not a rate from 10% to 1000%; 100% is exact"),
            ("link 1 2 loss=200%", "`200%` is not a share from 0% to 100%, in steps of 0.1%"),
        ] {
            assert_eq!(text.parse::<Command>().expect_err(text).to_string(), says);
        }
    }
}
