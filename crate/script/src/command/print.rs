//! Commands as they are printed.

use super::{Command, LinkChange, SERVER_ACTIONS, ServerAction, Servers, Way, message};
use crate::line::escaped;
use crate::text::{self, Range};
use raft_core::ServerId;
use std::fmt;

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start { at: Some(server), command } => {
                write!(f, "start {} {}", server.0, escaped(command))
            }
            Self::Start { at: None, command } => write!(f, "start leader {}", escaped(command)),
            Self::Servers(ServerAction::CrashTorn, servers) => write!(f, "crash {servers} torn"),
            Self::Servers(ServerAction::PlanCrash(Some(at)), servers) => {
                write!(f, "crash {servers} {at}")
            }
            Self::Servers(ServerAction::PlanCrash(None), servers) => {
                write!(f, "crash {servers} cancel")
            }
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
            Self::Message(action, id) => write!(f, "{} {id}", message::verb(*action)),
            Self::Next(action, next) => write!(f, "{} {next}", message::verb(*action)),
            Self::ReleaseBeside { held, before, other } => {
                let word = if *before { "before" } else { "after" };
                write!(f, "release {held} {word} {other}")
            }
            Self::Timers(timers) => timers.fmt(f),
            Self::Clock(server, rate) => write!(f, "clock {} {}", server.0, text::Rate(*rate)),
            Self::Disk(servers, (min, max)) => write!(f, "disk {servers} {}", Range(*min, *max)),
            Self::DiskEarly(servers) => write!(f, "disk {servers} early"),
            Self::DiskLies(servers, lies) => {
                write!(f, "disk {servers} {}", if *lies { "lies" } else { "honest" })
            }
            Self::Corrupt(server, offset) => write!(f, "corrupt {} {offset}", server.0),
            Self::Clients(spec) => write!(f, "clients {spec}"),
            Self::Ask(client, command) => write!(f, "ask {client} {}", escaped(command)),
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
