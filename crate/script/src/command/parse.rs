//! Commands as they are read.

use super::{
    Command, CrashPoint, LONGEST_COMMAND, LONGEST_QUESTION, LinkChange, MESSAGE_ACTIONS,
    SERVER_ACTIONS, ServerAction, Servers, Timers, VERBS, Way, message,
};
use crate::clients::{ClientId, MOST_CLIENTS};
use crate::config;
use crate::line;
use crate::text::{self, Invalid};
use raft_core::{MAX_SERVERS, ServerId};
use std::str::FromStr;

/// The numbers of servers and clients: errors say which a command may name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Names {
    /// The servers of the cluster.
    pub servers: u16,
    /// The clients; with none, any client may be named.
    pub clients: u16,
}

impl Default for Names {
    /// The most that there may be.
    fn default() -> Self {
        Self { servers: MAX_SERVERS, clients: MOST_CLIENTS }
    }
}

impl FromStr for Command {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::read(text, Names::default())
    }
}

impl Command {
    /// Reads a command for a run with so many servers and clients.
    ///
    /// # Errors
    /// If it is not understood.
    pub fn read(text: &str, names: Names) -> Result<Self, Invalid> {
        let text = line::without_mark(text).trim();
        if [b'\n', b'\r'].iter().any(|end| text.as_bytes().contains(end)) {
            let expected = "one command: it has a line break, and a command is one line";
            return Err(Invalid::new(text, expected));
        }
        let text = line::without_comment(text);
        let (verb, rest) = text::first_word(text);
        if verb == "crash"
            && let Some(who) = rest.strip_suffix("torn")
        {
            return Ok(Self::Servers(ServerAction::CrashTorn, names.servers(who.trim_end())?));
        }
        if verb == "crash"
            && let Some((who, at)) = planned_crash(rest)
        {
            return Ok(Self::Servers(ServerAction::PlanCrash(at?), names.servers(who)?));
        }
        if let Some((_, action)) = SERVER_ACTIONS.iter().find(|(name, _)| *name == verb) {
            return names.servers(rest).map(|servers| Self::Servers(*action, servers));
        }
        if let Some((_, action)) = MESSAGE_ACTIONS.iter().find(|(name, _)| *name == verb) {
            return message::command(*action, rest, &|word| names.server(word));
        }
        match verb {
            "start" => names.start(rest),
            "cut" => names.link(rest, LinkChange::Cut),
            "heal" if matches!(rest, "" | "all") => Ok(Self::HealAll),
            "heal" => names.link(rest, LinkChange::Heal),
            "partition" => rest
                .split('|')
                .map(|group| names.list(group))
                .collect::<Result<_, _>>()
                .map(Self::Partition),
            "isolate" => names.server(rest).map(Self::Isolate),
            "network" => rest.parse().map(Self::Network),
            "link" => names.link_like(rest),
            "timers" => rest.parse::<Timers>().map(Self::Timers),
            "clock" => names.clock(rest),
            "disk" => names.disk(rest),
            "corrupt" => names.corrupt(rest),
            "clients" => rest.parse().map(Self::Clients),
            "ask" => names.ask(rest),
            "expect" => expect(rest),
            _ => Err(unknown(text, verb)),
        }
    }
}

/// Why a line is no command.
#[cold]
fn unknown(text: &str, verb: &str) -> Invalid {
    if verb.is_empty() {
        return Invalid::new("", "a command, such as `crash 3`");
    }
    if config::KEYS.contains(&verb) {
        let change = match verb {
            "election" | "heartbeat" => format!("; `timers {text}` changes it in mid-run"),
            _ => String::new(),
        };
        let setting = "a command: it is a setting, which a run has from its beginning on";
        return Invalid::new(text, &format!("{setting}{change}"));
    }
    let meant = line::did_you_mean(verb, VERBS);
    if meant.is_empty() {
        return Invalid::new(verb, &format!("a command: they are {}", VERBS.join(", ")));
    }
    Invalid::new(verb, &format!("a command{meant}"))
}

fn for_service(command: &str, most: usize, example: &str) -> Result<String, Invalid> {
    if command.is_empty() {
        let expected = format!("a command for the service, as in `{example}`");
        return Err(Invalid::new("", &expected));
    }
    let command = line::unescaped(command);
    if command.len() > most {
        let expected = format!("a command of at most {most} bytes; it has {}", command.len());
        return Err(Invalid::new(&command, &expected));
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

/// The first word of a list, and the rest: commas part words as blanks do.
fn first_of(list: &str) -> (&str, &str) {
    let (word, rest) =
        list.split_once(|c: char| c.is_whitespace() || c == ',').unwrap_or((list, ""));
    (word, rest.trim())
}

impl Names {
    fn start(self, rest: &str) -> Result<Command, Invalid> {
        let (at, command) = text::first_word(rest);
        let at = if at == "leader" { None } else { Some(self.server(at)?) };
        Ok(Command::Start { at, command: for_service(command, LONGEST_COMMAND, "start 1 x=1")? })
    }

    fn ask(self, rest: &str) -> Result<Command, Invalid> {
        let (client, command) = text::first_word(rest);
        let command = for_service(command, LONGEST_QUESTION, "ask c1 x=1");
        Ok(Command::Ask(self.client(client)?, command?))
    }

    fn client(self, word: &str) -> Result<ClientId, Invalid> {
        let known = if self.clients == 0 { MOST_CLIENTS } else { self.clients };
        word.parse().or_else(|_| ClientId::read(word, known))
    }

    fn server(self, word: &str) -> Result<ServerId, Invalid> {
        let digits = word.strip_prefix(['S', 's']).unwrap_or(word);
        let within = |most: u16| text::number(digits, "a server's number", 1, u64::from(most));
        let number = within(MAX_SERVERS).or_else(|_| within(self.servers))?;
        Ok(ServerId(number as u16))
    }

    fn list(self, text: &str) -> Result<Vec<ServerId>, Invalid> {
        let words = text.split(|c: char| c.is_whitespace() || c == ',');
        let words = words.filter(|word| !word.is_empty());
        let list: Vec<ServerId> = words.map(|word| self.server(word)).collect::<Result<_, _>>()?;
        if list.is_empty() {
            return Err(Invalid::new("", "the number of a server"));
        }
        Ok(list)
    }

    fn servers(self, text: &str) -> Result<Servers, Invalid> {
        match text {
            "all" => Ok(Servers::All),
            "leader" => Ok(Servers::Leader),
            _ => self.list(text).map(Servers::These),
        }
    }

    /// `1 2 ...` or `1 > 2 ...`: the two ends, whether both directions are meant, and the rest.
    fn ends(self, text: &str) -> Result<(ServerId, ServerId, bool, &str), Invalid> {
        let (from, rest) = first_of(text);
        let (both, rest) =
            rest.strip_prefix('>').map_or((true, rest), |rest| (false, rest.trim_start()));
        let (to, rest) = text::first_word(rest);
        let (from, to) = (self.server(from)?, self.server(to)?);
        if from == to {
            return Err(Invalid::new(text, "a link: its ends are two different servers"));
        }
        Ok((from, to, both, rest))
    }

    fn link(self, rest: &str, change: LinkChange) -> Result<Command, Invalid> {
        if rest.contains(['c', 'C']) {
            return self.client_link(rest, change == LinkChange::Cut);
        }
        let (from, to, both, rest) = self.ends(rest)?;
        if !rest.is_empty() {
            return Err(Invalid::new(rest, "expected here: a link has two ends"));
        }
        Ok(Command::Link { from, to, both, change })
    }

    /// `c1 2`, `c1 > 2` or `2 > c1`.
    fn client_link(self, rest: &str, cut: bool) -> Result<Command, Invalid> {
        let (one, other) = first_of(rest);
        let (is_directed, other) =
            other.strip_prefix('>').map_or((false, other), |other| (true, other.trim_start()));
        let is_client = |word: &str| word.starts_with(['c', 'C']);
        let (client, of, way) = match (is_client(one), is_client(other)) {
            (true, false) => (one, other, if is_directed { Way::ToServer } else { Way::Both }),
            (false, true) => (other, one, if is_directed { Way::ToClient } else { Way::Both }),
            _ => return Err(Invalid::new(rest, "a client and a server, as in `cut c1 2`")),
        };
        let client = self.client(client)?;
        Ok(Command::ClientLink { client, server: self.server(of)?, way, cut })
    }

    fn link_like(self, rest: &str) -> Result<Command, Invalid> {
        let (from, to, both, rest) = self.ends(rest)?;
        let spec = if rest == "default" { None } else { Some(rest.parse()?) };
        Ok(Command::Link { from, to, both, change: LinkChange::Like(spec) })
    }

    fn clock(self, rest: &str) -> Result<Command, Invalid> {
        let (who, rate) = text::first_word(rest);
        let who = self.server(who)?;
        let steps = rate.strip_suffix('%').and_then(|percent| text::decimal(percent, 1_000));
        let steps = steps.filter(|steps| (10_000..=1_000_000).contains(steps)).ok_or_else(|| {
            let expected = "a rate from 10% to 1000%, in steps of 0.001%; 100% is exact";
            Invalid::new(rate, expected)
        });
        Ok(Command::Clock(who, steps? as u32))
    }

    fn disk(self, rest: &str) -> Result<Command, Invalid> {
        let Some((who, latency)) = rest.rsplit_once(char::is_whitespace) else {
            let expected = "servers and how long their writes take, as in `disk 2 5ms`; or `lies`, \
                `early` or `honest`";
            return Err(Invalid::new(rest, expected));
        };
        let servers = self.servers(who.trim())?;
        if latency == "early" {
            return Ok(Command::DiskEarly(servers));
        }
        if matches!(latency, "lies" | "honest") {
            return Ok(Command::DiskLies(servers, latency == "lies"));
        }
        let wordy = !latency.starts_with(|c: char| c.is_ascii_digit());
        let latency = text::duration_range(latency, 60_000_000).map_err(|error| {
            let expected = "a duration such as 5ms or 1ms..50ms, nor `lies`, `early` or `honest`";
            if wordy { Invalid::new(latency, expected) } else { error }
        });
        Ok(Command::Disk(servers, latency?))
    }

    fn corrupt(self, rest: &str) -> Result<Command, Invalid> {
        let (who, offset) = text::first_word(rest);
        let offset = text::number(offset, "the offset of a byte", 0, u64::from(u32::MAX))?;
        Ok(Command::Corrupt(self.server(who)?, offset))
    }
}

/// `2 between log and snapshot`, `2 after write 3` or `2 cancel`: who, and when.
#[cold]
#[inline(never)]
fn planned_crash(rest: &str) -> Option<(&str, Result<Option<CrashPoint>, Invalid>)> {
    if let Some(who) = rest.strip_suffix("cancel") {
        return Some((who.trim_end(), Ok(None)));
    }
    let at = ["between", "after"].into_iter().find_map(|word| rest.find(word))?;
    let (who, at) = rest.split_at_checked(at)?;
    Some((who.trim_end(), at.parse().map(Some)))
}
