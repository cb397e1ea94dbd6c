//! Refuses commands that cannot be carried out. Nothing here changes the world.

use crate::change::{Refused, refuse};
use crate::client::MOST_WANTED;
use crate::client_command::{Asker, asker};
use crate::command::{Command, ServerAction, Servers};
use crate::machine::Service;
use crate::server::Process;
use crate::world::World;
use raft_core::ServerId;
use raft_script::clients::ClientId;

impl World {
    /// The servers on which a command can be carried out, or the reason why it cannot.
    #[inline]
    pub fn check(&self, command: &Command) -> Result<Vec<usize>, Refused> {
        match command {
            Command::Start { at, command } => {
                self.check_asker(command)?;
                self.check_start(*at).map(|slot| vec![slot])
            }
            Command::Servers(action, servers) => self.check_servers(*action, servers),
            Command::Link { from, to, .. } => self.slots(&[*from, *to]),
            Command::Partition(groups) => {
                let named = groups.concat();
                for (at, server) in named.iter().enumerate() {
                    if named[..at].contains(server) {
                        return refuse(format!(
                            "{server} is named twice: a server is in one group"
                        ));
                    }
                }
                self.slots(&named)
            }
            Command::Isolate(server) | Command::Clock(server, _) => self.slots(&[*server]),
            Command::Message(action, id) => {
                self.network.check_message(*action, *id).map(|()| Vec::new())
            }
            Command::Next(action, next) => {
                self.network.check_next(*action, *next).map(|()| Vec::new())
            }
            Command::ReleaseBeside { held, other, .. } => {
                self.network.check_release(*held, *other).map(|()| Vec::new())
            }
            Command::Disk(servers, _)
            | Command::DiskLies(servers, _)
            | Command::DiskEarly(servers) => self.all_or(servers),
            Command::Clients(_) => self.check_clients().map(|()| Vec::new()),
            Command::Ask(client, _) => self.check_ask(*client).map(|()| Vec::new()),
            Command::ClientLink { client, server, .. } => {
                self.check_client(*client)?;
                self.slots(&[*server])
            }
            Command::Corrupt(server, offset) => self.check_corrupt(*server, *offset),
            Command::HealAll | Command::Network(_) | Command::Timers(_) | Command::Expect(_) => {
                Ok(Vec::new())
            }
        }
    }

    #[inline]
    fn slots(&self, servers: &[ServerId]) -> Result<Vec<usize>, Refused> {
        let n = self.servers.len();
        match servers.iter().find(|server| server.slot() >= n) {
            Some(server) => {
                refuse(format!("there is no server {}: the servers are 1 to {n}", server.0))
            }
            None => Ok(servers.iter().map(|server| server.slot()).collect()),
        }
    }

    #[inline]
    fn all_or(&self, servers: &Servers) -> Result<Vec<usize>, Refused> {
        match servers {
            Servers::All => Ok((0..self.servers.len()).collect()),
            Servers::Leader => Ok(vec![self.the_leader()?.slot()]),
            Servers::These(list) => self.slots(list),
        }
    }

    #[inline]
    fn the_leader(&self) -> Result<ServerId, Refused> {
        let nobody = "no server leads now: wait for an election, or name a server";
        self.leader().ok_or_else(|| Refused(nobody.into()))
    }

    /// Only the commands of clients have a client's numbers before them: the checks rely on it.
    #[inline]
    fn check_asker(&self, command: &str) -> Result<(), Refused> {
        match asker(command.as_bytes()).0 {
            Some(Asker { client, .. }) if self.config().service == Service::Map => refuse(format!(
                "`c{client}#` before a command is for clients: `ask c1 x=1` has one ask"
            )),
            _ => Ok(()),
        }
    }

    #[inline]
    fn check_clients(&self) -> Result<(), Refused> {
        match self.config().service {
            Service::Map => Ok(()),
            Service::Commands => {
                refuse("clients speak to `service map`, and this run has `service commands`".into())
            }
        }
    }

    #[inline]
    fn check_client(&self, client: ClientId) -> Result<(), Refused> {
        let clients = self.clients.list().len();
        if client.slot() < clients {
            return Ok(());
        }
        refuse(match clients {
            0 => format!("there is no client yet: `clients {}` makes some", client.0),
            _ => format!("there is no client {client}: the clients are c1 to c{clients}"),
        })
    }

    #[inline]
    fn check_ask(&self, client: ClientId) -> Result<(), Refused> {
        self.check_client(client)?;
        let wanted = self.clients.list()[client.slot()].wanted().len();
        if wanted < MOST_WANTED {
            return Ok(());
        }
        refuse(format!(
            "{client} has {wanted} commands to ask already, the most that wait: let the run go on until it has asked some"
        ))
    }

    #[inline]
    fn check_start(&self, at: Option<ServerId>) -> Result<usize, Refused> {
        let Some(at) = at else {
            let leader = self.the_leader()?;
            return self.check_start(Some(leader));
        };
        let slot = self.slots(&[at])?[0];
        match self.servers[slot].process() {
            None => refuse(format!(
                "{at} is down: restart it first, or start the command at another server"
            )),
            Some(process) if process.is_paused() => {
                refuse(format!("{at} is paused: resume it first"))
            }
            Some(_) => Ok(slot),
        }
    }

    /// The named servers to which the action can be done, in the order of their naming; an error when there is
    /// none.
    #[inline]
    fn check_servers(
        &self,
        action: ServerAction,
        servers: &Servers,
    ) -> Result<Vec<usize>, Refused> {
        let named = self.all_or(servers)?;
        let mut slots: Vec<usize> = Vec::new();
        for slot in named {
            if !slots.contains(&slot) {
                slots.push(slot);
            }
        }
        let (fit, unfit): (Vec<usize>, Vec<usize>) =
            slots.iter().partition(|&&slot| self.blocker(action, slot).is_none());
        match (fit.is_empty(), unfit.first()) {
            (true, Some(&slot)) => {
                let why = self.blocker(action, slot).unwrap_or_default();
                refuse(format!("{} {why}", ServerId::from_slot(slot)))
            }
            _ => Ok(fit),
        }
    }

    #[inline]
    fn blocker(&self, action: ServerAction, slot: usize) -> Option<&'static str> {
        let process = self.servers[slot].process();
        let paused = process.is_some_and(Process::is_paused);
        match (action, process) {
            (ServerAction::Restart, Some(_)) => {
                Some("is up: only a crashed server can be restarted")
            }
            (ServerAction::Restart, None) => None,
            (ServerAction::Crash | ServerAction::CrashTorn, None) => Some("is down already"),
            (_, None) => Some("is down: restart it first"),
            (ServerAction::PlanCrash(None), Some(_)) if self.servers[slot].plan.is_none() => {
                Some("has no planned crash")
            }
            (ServerAction::Resume, Some(_)) if !paused => Some("is not paused"),
            (ServerAction::Pause, Some(_)) if paused => Some("is paused already"),
            (ServerAction::Timeout | ServerAction::Snapshot, Some(_)) if paused => {
                Some("is paused: resume it first")
            }
            _ => None,
        }
    }

    #[inline]
    fn check_corrupt(&self, server: ServerId, offset: u64) -> Result<Vec<usize>, Refused> {
        let slots = self.slots(&[server])?;
        let host = &self.servers[slots[0]];
        if host.process().is_some() {
            return refuse(format!("{server} is up: crash it before you change its disk"));
        }
        let len = host.disk.log_len() as u64;
        if offset >= len {
            return refuse(format!(
                "the write-ahead log of {server} has {len} B: there is no byte {offset}"
            ));
        }
        Ok(slots)
    }
}
