//! Commands as they are read.

use super::{
    Command, LONGEST_COMMAND, LONGEST_QUESTION, LinkChange, MESSAGE_ACTIONS, SERVER_ACTIONS,
    ServerAction, Servers, Way,
};
use crate::text::{self, Invalid};
use raft_core::ServerId;
use std::str::FromStr;

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
