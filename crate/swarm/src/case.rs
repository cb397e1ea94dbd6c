//! A run reduced to its settings, its commands with their moments, and its end.

use raft_core::{ServerId, Time};
use raft_run::Trace;
use raft_run::trace::{Item, Line, Show};
use raft_script::command::{Command, NextMessage, Servers, WhichMessage};
use raft_script::config::Config;

/// A command at a moment, carried out after all events of that moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimedCommand {
    /// Moment of the command.
    pub at: Time,
    /// The command.
    pub command: Command,
}

/// A run that can be played: settings, commands and an end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// Settings.
    pub config: Config,
    /// Commands in the order of time.
    pub commands: Vec<TimedCommand>,
    /// Moment of the end.
    pub end: Time,
}

impl Case {
    /// Reads a trace. A command that a trace places between two events of a moment moves behind all of them.
    pub fn of(trace: &Trace) -> Self {
        let timed =
            |line: &Line| Some(TimedCommand { at: line.at, command: line.command()?.clone() });
        Self {
            config: trace.config.clone(),
            commands: trace.lines.iter().filter_map(timed).collect(),
            end: trace.lines.last().map_or(Time(0), |line| line.at),
        }
    }

    /// Returns the case as a trace, which opens at `show` if that is given.
    pub fn trace(&self, name: Option<String>, show: Option<Show>) -> Trace {
        let line = |at, item| Line { at, after: None, item };
        let commands = self.commands.iter();
        let commands = commands.map(|timed| line(timed.at, Item::Command(timed.command.clone())));
        Trace {
            name,
            config: self.config.clone(),
            lines: commands.chain([line(self.end, Item::End)]).collect(),
            show,
            ..Trace::default()
        }
    }

    /// Returns the case without one of its servers. Servers after it move up, and commands for it alone are left out.
    /// Returns none if only this server has a bug: that would be another case.
    #[must_use]
    pub fn without_server(&self, gone: ServerId) -> Option<Self> {
        let config = self.config.without_server(gone)?;
        let commands = self.commands.iter().filter_map(|timed| {
            without(&timed.command, gone).map(|command| TimedCommand { at: timed.at, command })
        });
        Some(Self { commands: commands.collect(), config, end: self.end })
    }
}

/// Returns a command without a server, or none if nothing is left of it.
fn without(command: &Command, gone: ServerId) -> Option<Command> {
    let one = |server: ServerId| (server != gone).then(|| renamed(server, gone));
    let some = |servers: &[ServerId]| servers.iter().filter_map(|&s| one(s)).collect::<Vec<_>>();
    let servers = |servers: &Servers| match servers {
        Servers::These(list) => Some(some(list)).filter(|l| !l.is_empty()).map(Servers::These),
        other => Some(other.clone()),
    };
    let of_next = |next: &NextMessage| {
        Some(NextMessage { from: one(next.from)?, to: one(next.to)?, ..*next })
    };
    Some(match command {
        Command::Start { at, command } => {
            let at = at.map_or(Some(None), |at| one(at).map(Some))?;
            Command::Start { at, command: command.clone() }
        }
        Command::Servers(action, list) => Command::Servers(*action, servers(list)?),
        Command::Link { from, to, both, change } => {
            Command::Link { from: one(*from)?, to: one(*to)?, both: *both, change: *change }
        }
        Command::Partition(groups) => {
            let groups = groups.iter().map(|group| some(group)).filter(|group| !group.is_empty());
            Command::Partition(Some(groups.collect::<Vec<_>>()).filter(|g| !g.is_empty())?)
        }
        Command::Isolate(server) => Command::Isolate(one(*server)?),
        Command::Next(action, next) => Command::Next(*action, of_next(next)?),
        Command::ReleaseBeside { held, before, other } => {
            let which = |which: &WhichMessage| match which {
                WhichMessage::Next(next) => of_next(next).map(WhichMessage::Next),
                number @ WhichMessage::Number(_) => Some(*number),
            };
            Command::ReleaseBeside { held: which(held)?, before: *before, other: which(other)? }
        }
        Command::Clock(server, rate) => Command::Clock(one(*server)?, *rate),
        Command::Disk(list, latency) => Command::Disk(servers(list)?, *latency),
        Command::DiskEarly(list) => Command::DiskEarly(servers(list)?),
        Command::DiskLies(list, lies) => Command::DiskLies(servers(list)?, *lies),
        Command::ClientLink { client, server, way, cut } => {
            let server = one(*server)?;
            Command::ClientLink { client: *client, server, way: *way, cut: *cut }
        }
        Command::Corrupt(server, offset) => Command::Corrupt(one(*server)?, *offset),
        other => other.clone(),
    })
}

fn renamed(server: ServerId, gone: ServerId) -> ServerId {
    if server > gone { ServerId(server.0 - 1) } else { server }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_server_the_others_move_up_and_what_was_done_to_it_alone_is_gone() {
        let commands = [
            ("crash 2", None),
            ("crash 2 3 torn", Some("crash 2 torn")),
            ("partition 1 2 | 3", Some("partition 1 | 2")),
            ("cut 1 > 2", None),
            ("link 3 1 loss=5%", Some("link 2 1 loss=5%")),
            ("cut c1 > 3", Some("cut c1 > 2")),
            ("start leader x=1", Some("start leader x=1")),
            ("start 2 x=1", None),
            ("hold next heartbeat 1 > 2", None),
            ("drop next AppendEntries reply 3 > 1", Some("drop next AppendEntries reply 2 > 1")),
            ("disk 1 lies", Some("disk 1 lies")),
            ("disk 2 3 early", Some("disk 2 early")),
            ("crash 3 after write 2", Some("crash 2 after write 2")),
            ("restart all", Some("restart all")),
        ];
        for (text, less) in commands {
            let command: Command = text.parse().expect("it is a command");
            let less = less.map(|less| less.parse().expect("it is a command"));
            assert_eq!(without(&command, ServerId(2)), less, "{text}");
        }
    }
}
