//! The course's harness on top of a world.

use crate::notes::{Notes, names};
use crate::tasks::{Join, Tasks};
use crate::watch::{Applied, Watch};
use bytes::Bytes;
use raft_core::{Index, Random, Started, Term, Time};
use raft_run::{Command, Config, World};
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::rc::Rc;

/// Failure of a test.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Moment of the failure.
    pub at: Time,
    /// Expectation and observation, in words.
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.at, self.what)
    }
}

/// Result of a step of a test.
pub type Check<T = ()> = Result<T, Failure>;

/// Handle on a test's cluster. The tasks of a test share it.
#[derive(Clone)]
pub struct Lab {
    pub(crate) tasks: Rc<Tasks>,
    pub(crate) state: Rc<RefCell<State>>,
}

/// The cluster, and what the tester knows of it.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) watch: Watch,
    /// Notes for a trace; none if nobody will read them.
    pub(crate) notes: Option<Notes>,
    connected: Vec<bool>,
    given: Given,
    random: Random,
    pub(crate) finished: bool,
}

/// Number of commands so far.
#[derive(Default)]
struct Given {
    in_all: u64,
    moment: Time,
    at_once: u64,
}

impl Given {
    /// Counts one more command. Returns the bound that it exceeds, if any.
    fn one_more(&mut self, now: Time) -> Option<String> {
        self.in_all += 1;
        self.at_once = if self.moment == now { self.at_once + 1 } else { 1 };
        self.moment = now;
        if self.at_once > MOST_AT_ONCE {
            return Some(format!("{MOST_AT_ONCE} commands at one moment"));
        }
        (self.in_all > MOST_COMMANDS).then(|| format!("{MOST_COMMANDS} commands"))
    }
}

pub(crate) const MS: u64 = 1_000;

/// Maximum number of commands at one moment. If a core answers a command at once, a client that goes on with the next
/// one would never let time pass.
const MOST_AT_ONCE: u64 = 1_000;

/// Maximum number of commands in all: twice what any test needs, and still a text that can be read.
const MOST_COMMANDS: u64 = 50_000;

impl Lab {
    pub(crate) fn new(config: Config, strict: bool, notes: Option<Notes>) -> Self {
        let servers = usize::from(config.raft.servers);
        let random = Random::new(config.seed ^ 0x6c61_6233);
        let state = State {
            // The lab checks what the lab promises, at its own pace.
            world: World::new(config).unchecked(),
            watch: Watch::new(servers, strict),
            notes,
            connected: vec![true; servers],
            given: Given::default(),
            random,
            finished: false,
        };
        Self { tasks: Rc::default(), state: Rc::new(RefCell::new(state)) }
    }

    /// Returns the number of servers.
    pub fn servers(&self) -> usize {
        self.state.borrow().connected.len()
    }

    /// Sleeps for this number of milliseconds.
    pub async fn sleep(&self, ms: u64) {
        self.tasks.sleep_until(self.now() + ms * MS).await;
    }

    pub(crate) fn now(&self) -> Time {
        self.tasks.now()
    }

    /// Starts a task beside the running one.
    pub(crate) fn spawn<T: 'static>(&self, job: impl Future<Output = T> + 'static) -> Join<T> {
        self.tasks.start(job)
    }

    /// Draws a number below `n`.
    pub fn below(&self, n: u64) -> u64 {
        self.state.borrow_mut().random.below(n)
    }

    /// Returns true in this number of cases of a thousand.
    pub fn chance(&self, per_thousand: u16) -> bool {
        self.state.borrow_mut().random.chance(per_thousand)
    }

    /// Draws a command: a number of 62 bits.
    pub fn random(&self) -> String {
        let random = &mut self.state.borrow_mut().random;
        (random.below(1 << 31) << 31 | random.below(1 << 31)).to_string()
    }

    pub(crate) fn fail<T>(&self, what: impl Into<String>) -> Check<T> {
        Err(Failure { at: self.now(), what: what.into() })
    }

    fn command(&self, text: &str) -> Option<Started> {
        let state = &mut *self.state.borrow_mut();
        if let Some(bound) = state.given.one_more(self.now()) {
            state.watch.wrong(format!("expected at most {bound}, saw no end of them"));
            return None;
        }
        let command: Command =
            text.parse().expect("the harness writes commands that are understood");
        let place = state.notes.as_mut().map(|notes| notes.place(&state.world));
        let started = state.world.apply(&command, &mut state.watch).ok()?;
        if let (Some(notes), Some(place)) = (&mut state.notes, place) {
            notes.command(place, command);
        }
        started
    }

    /// Makes the network reliable, unreliable, or unreliable with long reordering.
    pub fn network(&self, preset: &str) {
        let command = format!("network {preset}");
        self.command(&command);
        if let Some(notes) = &mut self.state.borrow_mut().notes {
            notes.say(self.now(), &command);
        }
    }

    /// True if a server is connected.
    pub fn is_connected(&self, server: usize) -> bool {
        self.state.borrow().connected[server]
    }

    /// True if a server runs.
    pub fn is_up(&self, server: usize) -> bool {
        self.state.borrow().world.servers()[server].is_running()
    }

    /// Disconnects a server.
    pub fn disconnect(&self, server: usize) {
        self.state.borrow_mut().connected[server] = false;
        self.command(&format!("isolate {}", server + 1));
        self.note_fault();
    }

    /// Connects a server with all connected servers.
    pub fn connect(&self, server: usize) {
        self.state.borrow_mut().connected[server] = true;
        let peers: Vec<usize> =
            (0..self.servers()).filter(|&peer| peer != server && self.is_connected(peer)).collect();
        for peer in peers {
            self.command(&format!("heal {} {}", server + 1, peer + 1));
        }
        self.note_fault();
    }

    /// Crashes a server.
    pub fn crash(&self, server: usize) {
        self.disconnect(server);
        self.command(&format!("crash {}", server + 1));
        if let Some(notes) = &mut self.state.borrow_mut().notes {
            notes.crash(self.now(), server);
        }
        self.note_fault();
    }

    /// Restarts a server. As in 2025, all servers are connected afterwards.
    pub fn restart(&self, server: usize) {
        if self.is_up(server) {
            self.crash(server);
        }
        self.state.borrow_mut().watch.servers[server] = Applied::default();
        self.command(&format!("restart {}", server + 1));
        {
            let state = &mut *self.state.borrow_mut();
            if let Some(process) = state.world.servers()[server].process() {
                state.watch.servers[server] = Applied::of(&process.machine);
            }
            if let Some(notes) = &mut state.notes {
                notes.restart(self.now(), server);
            }
        }
        self.connect_all();
    }

    pub(crate) fn connect_all(&self) {
        self.state.borrow_mut().connected.fill(true);
        self.command("heal");
        self.note_fault();
    }

    /// Notes the servers that are disconnected or down: `S2 | S1 S3 · S4 crashed`.
    fn note_fault(&self) {
        let state = &mut *self.state.borrow_mut();
        let Some(notes) = &mut state.notes else { return };
        let (up, down): (Vec<usize>, Vec<usize>) = (0..state.connected.len())
            .partition(|&server| state.world.servers()[server].is_running());
        let (together, alone): (Vec<usize>, Vec<usize>) =
            up.into_iter().partition(|&server| state.connected[server]);
        let healthy = alone.is_empty() && down.is_empty();
        let mut groups: Vec<String> = alone.into_iter().map(|server| names([server])).collect();
        groups.extend((!together.is_empty()).then(|| names(together)));
        let mut parts = vec![groups.join(" | ")];
        parts.extend((!down.is_empty()).then(|| format!("{} crashed", names(down))));
        parts.retain(|part| !part.is_empty());
        notes.fault(self.now(), (!healthy).then(|| parts.join(" · ")));
    }

    /// Calls `Start` at a server. Returns index and term if it leads.
    pub fn start(&self, server: usize, command: &str) -> Option<(Index, Term)> {
        let told = self.submit(server, command);
        if let Some(notes) = &mut self.state.borrow_mut().notes {
            notes.start(self.now(), server, command, told);
        }
        told
    }

    pub(crate) fn submit(&self, server: usize, command: &str) -> Option<(Index, Term)> {
        match self.command(&format!("start {} {command}", server + 1))? {
            Started::Leader(id) => Some((id.index, id.term)),
            Started::NotLeader { .. } => None,
        }
    }

    /// Calls `GetState` at a server that runs.
    pub fn get_state(&self, server: usize) -> Option<(Term, bool)> {
        Some(self.state.borrow().world.servers()[server].process()?.node.get_state())
    }

    pub(crate) fn connected_states(&self) -> impl Iterator<Item = (usize, Term, bool)> + '_ {
        let asked = (0..self.servers()).filter(|&server| self.is_connected(server));
        asked.filter_map(|server| self.get_state(server).map(|(term, leads)| (server, term, leads)))
    }

    /// True if all servers run and are in this term.
    pub(crate) fn all_in_term(&self, term: Term) -> bool {
        (0..self.servers()).all(|server| self.get_state(server).is_some_and(|(now, _)| now == term))
    }

    /// Returns the number of servers that have applied the index, and the command.
    pub fn n_committed(&self, index: Index) -> Check<(usize, Option<Bytes>)> {
        let state = self.state.borrow();
        if let Some(error) = &state.watch.error {
            return self.fail(error.clone());
        }
        state.watch.committed(index).or_else(|error| self.fail(error))
    }

    /// Ignores failures of tasks that are still running.
    pub(crate) fn finish(&self) {
        self.state.borrow_mut().finished = true;
    }

    /// Returns the bytes of all requests and delivered replies so far.
    pub fn bytes(&self) -> u64 {
        self.state.borrow().watch.bytes
    }

    /// Returns the number of requests to all servers so far.
    pub fn dispatched(&self) -> u64 {
        self.state.borrow().watch.dispatched.iter().sum()
    }

    /// Returns the largest state that any server has persisted, as `Persister.Save` would have written it.
    pub fn largest_state(&self) -> u64 {
        let state = self.state.borrow();
        let sizes = state.world.servers().iter().map(|server| {
            let persistent = server.disk.read().unwrap_or_default();
            let entries = persistent.log.iter_from(persistent.log.first_index());
            60 + entries.map(raft_core::Entry::size).sum::<u64>()
        });
        sizes.max().unwrap_or(0)
    }
}

/// Returns the answer to `Start` in words.
pub(crate) fn told(started: Option<(Index, Term)>) -> String {
    started.map_or("no leader".into(), |(index, term)| format!("index {index} in term {term}"))
}
