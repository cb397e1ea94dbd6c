//! The cluster as its operator sees it: servers are started and crashed, commands are proposed, reports come in.

use crate::network::Network;
use crate::server::{Disk, Report, Server, Signed, Told};
use raft_core::{Bytes, Config, Input, ServerId, Started};
use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The whole story takes no longer.
const LONGEST: Duration = Duration::from_secs(30);

/// A command that is not committed after so long is proposed again.
const PATIENCE: Duration = Duration::from_secs(2);

/// Three servers, of which some are up.
pub struct Cluster {
    config: Config,
    network: Network,
    disks: BTreeMap<ServerId, Disk>,
    threads: BTreeMap<ServerId, JoinHandle<()>>,
    /// The last report of each server that is up.
    pub latest: BTreeMap<ServerId, Report>,
    reports: (Sender<Signed>, Receiver<Signed>),
    begun: Instant,
}

impl Cluster {
    /// Starts all servers, with empty disks.
    pub fn start(config: Config) -> Self {
        let mut cluster = Self {
            config,
            network: Network::default(),
            disks: BTreeMap::new(),
            threads: BTreeMap::new(),
            latest: BTreeMap::new(),
            reports: mpsc::channel(),
            begun: Instant::now(),
        };
        for id in (1..=config.servers).map(ServerId) {
            cluster.restart(id);
        }
        cluster
    }

    /// Starts a server that is down, from its disk.
    pub fn restart(&mut self, id: ServerId) {
        let disk = self.disks.entry(id).or_default().clone();
        let (sender, inbox) = mpsc::channel();
        self.network.connect(id, sender);
        let (config, network, reports) =
            (self.config, self.network.clone(), self.reports.0.clone());
        let thread = thread::spawn(move || {
            Server::start(id, config, disk, network, reports).run(&inbox);
        });
        self.threads.insert(id, thread);
        self.latest.insert(id, Report::default());
    }

    /// Crashes a server: its memory is lost, and its disk stays.
    pub fn crash(&mut self, id: ServerId) -> Result<(), String> {
        if let Some(inbox) = self.network.disconnect(id) {
            // A thread that has ended by itself is found by `join`.
            let _ = inbox.send(Told::PowerOff);
        }
        let thread = self.threads.remove(&id).ok_or_else(|| format!("{id} is down already"))?;
        thread.join().map_err(|_| format!("the thread of {id} has panicked"))?;
        self.hear();
        self.latest.remove(&id);
        Ok(())
    }

    /// The disk of a server.
    pub fn disk(&self, id: ServerId) -> &Disk {
        &self.disks[&id]
    }

    /// Takes in all reports that have come.
    fn hear(&mut self) {
        while let Ok((id, report)) = self.reports.1.try_recv() {
            self.latest.insert(id, report);
        }
    }

    /// Waits until something is so, and gives it back; nothing after `patience`.
    ///
    /// # Errors
    /// When the whole story takes too long.
    pub fn wait<T>(
        &mut self,
        patience: Duration,
        is_so: impl Fn(&BTreeMap<ServerId, Report>) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let began = Instant::now();
        loop {
            if let Some(found) = is_so(&self.latest) {
                return Ok(Some(found));
            }
            if self.begun.elapsed() > LONGEST {
                return Err(format!("it takes longer than {LONGEST:?}"));
            }
            let left = patience.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Ok(None);
            }
            if let Ok((id, report)) = self.reports.1.recv_timeout(left) {
                self.latest.insert(id, report);
            }
        }
    }

    /// Waits for a leader. A leader that was cut off may still believe in an earlier term, so the highest one counts.
    pub fn leader(&mut self) -> Result<ServerId, String> {
        let found = self.wait(LONGEST, |latest| {
            let term = latest.values().map(|report| report.term).max()?;
            latest.iter().find(|(_, report)| report.leads && report.term == term).map(|(id, _)| *id)
        })?;
        found.ok_or_else(|| "no server leads".into())
    }

    /// Proposes a command to the leader until it is applied. As with any client that asks again, a command may be
    /// applied twice when a leader falls in between; a real service would number what its clients ask.
    pub fn commit(&mut self, command: &str) -> Result<(), String> {
        loop {
            let leader = self.leader()?;
            let asked = self.latest[&leader].answers.len();
            self.network.tell(leader, Input::Start(Bytes::from(command.to_owned())));
            let answer =
                self.wait(PATIENCE, |latest| latest[&leader].answers.get(asked).copied())?;
            let Some(Started::Leader(id)) = answer else { continue };
            let at = usize::try_from(id.index.0).map_err(|error| error.to_string())? - 1;
            let is_applied = self.wait(PATIENCE, |latest| {
                let has = |report: &Report| report.applied.get(at).is_some_and(|it| it == command);
                latest.values().any(has).then_some(())
            })?;
            if is_applied.is_some() {
                return Ok(());
            }
        }
    }

    /// Waits until so many servers have applied the same, and at least this much; gives it back.
    pub fn agree(&mut self, servers: usize, least: usize) -> Result<Vec<String>, String> {
        loop {
            let same = self.wait(PATIENCE, |latest| {
                let first = &latest.values().next()?.applied;
                let same = latest.values().filter(|report| report.applied == *first).count();
                (same == servers && first.len() >= least).then(|| first.clone())
            })?;
            if let Some(applied) = same {
                return Ok(applied);
            }
            // A new leader commits what it holds with the first command of its own term (§5.4.2).
            self.commit("again")?;
        }
    }
}
