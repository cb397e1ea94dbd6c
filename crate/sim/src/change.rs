//! Commands carried out on the world. A command that cannot be carried out changes nothing.
//!
//! Commands are rare. `#[inline]` has this compiled with its caller, for size.

use crate::command::{Command, LinkChange, ServerAction, Timers, Way};
use crate::network::{Fate, Loss};
use crate::record::{Observer, Record};
use crate::server::{Life, Process, Waiting};
use crate::world::{Observed, Plan, World};
use bytes::Bytes;
use raft_check::{Assumption, Memory};
use raft_core::{Input, Node, ServerId, Started};
use std::fmt;

/// Why a command was not carried out, in words for the user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

pub(crate) fn refuse<T>(why: String) -> Result<T, Refused> {
    Err(Refused(why))
}

impl World {
    /// Carries out a command now. For `start`, the answer of the server.
    ///
    /// # Errors
    /// If it cannot be carried out; then nothing has changed.
    #[inline(never)]
    pub fn apply<O: Observer>(
        &mut self,
        command: &Command,
        observer: &mut O,
    ) -> Result<Option<Started>, Refused> {
        self.observed(observer).apply(command)
    }
}

impl Observed<'_> {
    #[inline]
    fn apply(&mut self, command: &Command) -> Result<Option<Started>, Refused> {
        let targets = self.check(command)?;
        self.started = None;
        let text = command.to_string();
        self.begin_command(&text);
        self.record(Record::Command(text));
        let cuts = self.network.cuts();
        match command {
            Command::Start { command, .. } => {
                let command = Bytes::copy_from_slice(command.as_bytes());
                self.input(targets[0], Input::Start(command.clone()));
                if let Some(Started::Leader(id)) = self.started {
                    self.user_starts(targets[0], id, &command);
                    self.user_starts_at_a_crash(targets[0]);
                }
            }
            Command::Servers(action, _) => {
                for slot in targets {
                    self.act_on_server(*action, slot);
                }
            }
            Command::Link { from, to, both, change } => {
                self.change_link(*from, *to, *change);
                if *both {
                    self.change_link(*to, *from, *change);
                }
            }
            Command::HealAll => {
                self.cut_where(|_, _| false);
                self.clients.heal();
            }
            Command::Partition(groups) => {
                let group =
                    |server: ServerId| groups.iter().position(|group| group.contains(&server));
                self.cut_where(|a, b| group(a).is_none() || group(a) != group(b));
            }
            Command::Isolate(server) => self.cut_server(*server),
            Command::Network(spec) => self.network.set_all(*spec),
            Command::Message(action, id) => self.act_on_message(*action, *id),
            Command::Next(action, next) => self.act_on_next(*action, *next),
            Command::ReleaseBeside { held, before, other } => {
                self.release_beside(*held, *before, *other);
            }
            Command::Timers(timers) => self.set_timers(*timers),
            Command::Clock(server, rate) => {
                let now = self.now;
                self.servers[server.slot()].clock.set_rate(now, *rate);
                self.replan_timer(server.slot());
            }
            Command::Disk(_, latency) => {
                for slot in targets {
                    self.servers[slot].disk.set_latency(*latency);
                }
            }
            Command::DiskEarly(_) => {
                for slot in targets {
                    self.set_early(slot);
                }
            }
            Command::DiskLies(_, lies) => {
                for slot in targets {
                    self.servers[slot].disk.set_lies(*lies);
                    if let Some(checks) = self.checks.as_mut().filter(|_| *lies) {
                        checks.distrust(ServerId::from_slot(slot), Assumption::HonestDisk);
                    }
                }
            }
            Command::Clients(spec) => {
                self.with_clients(|clients, around| clients.set(*spec, around.at.time));
            }
            Command::Ask(client, command) => {
                self.with_clients(|clients, around| clients.want(*client, command, around));
            }
            Command::ClientLink { client, server, way, cut } => {
                let client = self.clients.get_mut(*client);
                for (to_server, other) in [(true, Way::ToClient), (false, Way::ToServer)] {
                    if *way != other {
                        client.set_cut(*server, to_server, *cut);
                    }
                }
            }
            Command::Expect(within) => self.expect(*within),
            Command::Corrupt(server, offset) => self.corrupt(server.slot(), *offset),
        }
        if self.network.cuts() != cuts {
            let cuts = self.network.cuts();
            self.record(Record::LinksCut(cuts));
        }
        if self.expectations.is_waiting() {
            self.look_for_progress();
        }
        Ok(self.started.take())
    }

    #[inline]
    fn act_on_server(&mut self, action: ServerAction, slot: usize) {
        match action {
            ServerAction::Crash => self.crash(slot, false),
            ServerAction::CrashTorn => self.crash(slot, true),
            ServerAction::PlanCrash(at) => self.servers[slot].plan = at.map(Plan::new),
            ServerAction::Restart => self.restart(slot),
            ServerAction::Pause => {
                if let Some(process) = self.servers[slot].process_mut() {
                    process.paused = Some(Vec::new());
                }
                self.record(Record::Paused(ServerId::from_slot(slot)));
            }
            ServerAction::Resume => self.resume(slot),
            ServerAction::Timeout => self.input(slot, Input::Timeout),
            ServerAction::Snapshot => {
                let Some(process) = self.servers[slot].process_mut() else {
                    return;
                };
                let index = process.machine.applied();
                process.snapshot_at = index;
                let data = process.machine.snapshot();
                self.input(slot, Input::Snapshot { index, data });
            }
        }
    }

    #[inline]
    fn crash(&mut self, slot: usize, torn: bool) {
        let inbox = self.servers[slot].stop();
        let damage = self.servers[slot].disk.crash(torn);
        self.crashed(slot, damage, inbox);
    }

    #[inline]
    fn restart(&mut self, slot: usize) {
        let id = ServerId::from_slot(slot);
        let persistent = match self.servers[slot].disk.read() {
            Ok(persistent) => persistent,
            Err(error) => return self.record(Record::RestartFailed(id, error)),
        };
        let through = persistent.log.snapshot_end();
        let machine = self.restored(slot, &persistent.snapshot).unwrap_or_else(|| {
            self.record(Record::SnapshotUnreadable(id, through));
            self.new_machine(slot)
        });
        self.record(Record::Restarted(id));
        let torn = self.servers[slot].disk.drop_torn();
        if torn > 0 {
            self.record(Record::DroppedTorn(id, torn));
        }
        if let Some(snapshot_end) = self.servers[slot].disk.cut_log() {
            self.record(Record::LogCut(id, snapshot_end));
        }
        let mut actions = Vec::new();
        let own = self.servers[slot].clock.own(self.now);
        let seed = self.node_seed(slot);
        let (raft, bugs) = (self.raft, self.config().bugs_of(id));
        let node = Node::recover_with_bugs(persistent, id, raft, bugs, seed, own, &mut actions);
        let at = self.at();
        if let Some(checks) = &mut self.checks {
            checks.started(at, id, &Memory::of(&node), machine.applied(), machine.digest());
        }
        self.bring_up(slot, Process::new(node, machine));
        self.perform_all(slot, &mut actions);
        self.settle(slot);
    }

    /// The disk's news first, then the messages and clients' questions that have waited, in the order in which they
    /// arrived; the timer may have run out meanwhile.
    #[inline]
    fn resume(&mut self, slot: usize) {
        let Some(process) = self.servers[slot].process_mut() else {
            return;
        };
        let inbox = process.paused.take().unwrap_or_default();
        let is_message = |waiting: &&Waiting| matches!(waiting, Waiting::Message(_));
        let messages = inbox.iter().filter(is_message).count() as u64;
        self.record(Record::Resumed(ServerId::from_slot(slot), messages));
        self.release(slot);
        for waiting in inbox {
            match waiting {
                // It has crashed in a write that one of those before led to.
                Waiting::Message(flight) if self.servers[slot].process().is_none() => {
                    self.lose(*flight, self.now, Loss::Down);
                }
                Waiting::Message(flight) => self.handle_after_pause(*flight),
                Waiting::Request(number) => self.take_request(number),
            }
        }
        self.settle(slot);
    }

    /// Every server takes it when it next sets its timer; one that is down, when it restarts.
    #[inline]
    fn set_timers(&mut self, timers: Timers) {
        let World { raft, servers, .. } = &mut *self.world;
        timers.set(raft);
        for server in servers {
            if let Some(process) = server.process_mut() {
                process.node.set_pace(raft);
            }
        }
    }

    #[inline]
    fn change_link(&mut self, from: ServerId, to: ServerId, change: LinkChange) {
        match change {
            LinkChange::Cut => self.set_cut(from, to, true),
            LinkChange::Heal => self.set_cut(from, to, false),
            LinkChange::Like(spec) => self.network.set_link(from, to, spec),
        }
    }

    #[inline]
    fn cut_server(&mut self, server: ServerId) {
        for peer in (0..self.servers.len()).map(ServerId::from_slot).filter(|&peer| peer != server)
        {
            self.set_cut(server, peer, true);
            self.set_cut(peer, server, true);
        }
    }

    /// Cuts the links for which `cut` says so, and heals all others.
    #[inline]
    fn cut_where(&mut self, cut: impl Fn(ServerId, ServerId) -> bool) {
        let all = || (0..self.servers.len()).map(ServerId::from_slot);
        let links: Vec<_> =
            all().flat_map(|a| all().map(move |b| (a, b))).filter(|(a, b)| a != b).collect();
        for (from, to) in links {
            self.set_cut(from, to, cut(from, to));
        }
    }

    /// Cuts or heals a link. What is in flight on a link that is cut dies there.
    #[inline]
    fn set_cut(&mut self, from: ServerId, to: ServerId, cut: bool) {
        let changed = self.network.set_cut(from, to, cut);
        if !changed || !cut || !self.network.quality(from, to).0.cut_in_flight {
            return;
        }
        let at = self.now;
        for place in self.network.on_link(from, to) {
            let flight = self.network.flight_mut(place);
            if flight.fate == Fate::Arrives {
                flight.fate = Fate::Dies { at, why: Loss::Cut };
                self.plan_message(place);
            }
        }
    }

    #[inline]
    fn corrupt(&mut self, slot: usize, offset: u64) {
        let World { servers, checks, .. } = &mut *self.world;
        let server = &mut servers[slot];
        server.disk.flip(offset as usize);
        if let Some(checks) = checks {
            checks.distrust(server.id, Assumption::OwnDisk);
        }
        server.life = Life::Crashed(server.disk.read().map(Box::new));
    }
}
