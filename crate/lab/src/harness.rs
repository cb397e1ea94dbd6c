//! The course's verbs over a world.

use crate::tasks::{Join, Tasks};
use crate::watch::{Applied, Watch};
use bytes::Bytes;
use raft_core::{Dice, Index, Started, Term, Time};
use raft_sim::text::shorten;
use raft_sim::{Command, Config, World};
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::rc::Rc;

/// Why a test failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// When.
    pub at: Time,
    /// What was expected and what was seen.
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.at, self.what)
    }
}

/// What a step of a test comes to.
pub type Check<T = ()> = Result<T, Failure>;

/// A handle on a test's cluster; tasks of a test share it.
#[derive(Clone)]
pub struct Lab {
    pub(crate) tasks: Rc<Tasks>,
    pub(crate) state: Rc<RefCell<State>>,
}

/// The cluster and what the tester knows of it.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) watch: Watch,
    connected: Vec<bool>,
    commands: u64,
    dice: Dice,
    finished: bool,
}

const MS: u64 = 1_000;

/// The most commands that a test may give: where a core answers a command at once, a client that goes on
/// with the next one would never let time pass.
const MOST_COMMANDS: u64 = 100_000;

impl Lab {
    pub(crate) fn new(config: Config, strict: bool) -> Self {
        let servers = usize::from(config.raft.servers);
        let dice = Dice::new(config.seed ^ 0x6c61_6233);
        let state = State {
            world: World::new(config),
            watch: Watch::new(servers, strict),
            connected: vec![true; servers],
            commands: 0,
            dice,
            finished: false,
        };
        Self { tasks: Rc::default(), state: Rc::new(RefCell::new(state)) }
    }

    /// How many servers.
    pub fn servers(&self) -> usize {
        self.state.borrow().connected.len()
    }

    /// Sleeps for so many milliseconds.
    pub async fn sleep(&self, ms: u64) {
        self.tasks.sleep_until(self.now() + ms * MS).await;
    }

    pub(crate) fn now(&self) -> Time {
        self.tasks.now()
    }

    /// Starts something beside the running task.
    pub(crate) fn spawn<T: 'static>(&self, job: impl Future<Output = T> + 'static) -> Join<T> {
        self.tasks.start(job)
    }

    /// A number below `n`.
    pub fn below(&self, n: u64) -> u64 {
        self.state.borrow_mut().dice.below(n)
    }

    /// True once in so many cases of a thousand.
    pub fn chance(&self, per_thousand: u16) -> bool {
        self.state.borrow_mut().dice.chance(per_thousand)
    }

    /// A random command: a number of 62 bits.
    pub fn random(&self) -> String {
        let dice = &mut self.state.borrow_mut().dice;
        (dice.below(1 << 31) << 31 | dice.below(1 << 31)).to_string()
    }

    pub(crate) fn fail<T>(&self, what: impl Into<String>) -> Check<T> {
        Err(Failure { at: self.now(), what: what.into() })
    }

    /// Fails with these words unless the condition holds.
    pub fn expect(&self, holds: bool, what: impl FnOnce() -> String) -> Check {
        if holds { Ok(()) } else { self.fail(what()) }
    }

    fn command(&self, text: &str) -> Option<Started> {
        let state = &mut *self.state.borrow_mut();
        state.commands += 1;
        if state.commands > MOST_COMMANDS {
            state
                .watch
                .wrong(format!("expected at most {MOST_COMMANDS} commands, saw no end of them"));
            return None;
        }
        let command: Command =
            text.parse().expect("the harness writes commands that are understood");
        state.world.apply(&command, &mut state.watch).ok()?
    }

    /// Makes the network reliable, unreliable, or unreliable with long reordering.
    pub fn network(&self, preset: &str) {
        self.command(&format!("network {preset}"));
    }

    /// Whether a server is connected.
    pub fn is_connected(&self, server: usize) -> bool {
        self.state.borrow().connected[server]
    }

    /// Whether a server runs.
    pub fn is_up(&self, server: usize) -> bool {
        self.state.borrow().world.servers()[server].is_running()
    }

    /// Cuts a server off.
    pub fn disconnect(&self, server: usize) {
        self.state.borrow_mut().connected[server] = false;
        self.command(&format!("isolate {}", server + 1));
    }

    /// Connects a server with all that are connected.
    pub fn connect(&self, server: usize) {
        self.state.borrow_mut().connected[server] = true;
        let peers: Vec<usize> =
            (0..self.servers()).filter(|&peer| peer != server && self.is_connected(peer)).collect();
        for peer in peers {
            self.command(&format!("heal {} {}", server + 1, peer + 1));
        }
    }

    /// Crashes a server.
    pub fn crash(&self, server: usize) {
        self.disconnect(server);
        self.command(&format!("crash {}", server + 1));
    }

    /// Restarts a server; as in 2025, all servers are then connected.
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
        }
        self.connect_all();
    }

    pub(crate) fn connect_all(&self) {
        self.state.borrow_mut().connected.fill(true);
        self.command("heal");
    }

    /// `Start` at a server: index and term, if it leads.
    pub fn start(&self, server: usize, command: &str) -> Option<(Index, Term)> {
        match self.command(&format!("start {} {command}", server + 1))? {
            Started::Leader(id) => Some((id.index, id.term)),
            Started::NotLeader { .. } => None,
        }
    }

    /// `GetState` of a server that runs.
    pub fn get_state(&self, server: usize) -> Option<(Term, bool)> {
        Some(self.state.borrow().world.servers()[server].process()?.node.get_state())
    }

    /// The leader of the highest term, asked for until there is one, for up to some five seconds.
    pub async fn check_one_leader(&self) -> Check<usize> {
        for _ in 0..10 {
            self.sleep(450 + self.below(100)).await;
            let leaders =
                self.connected_states().filter(|(_, _, leads)| *leads).collect::<Vec<_>>();
            let mut by_term: Vec<Term> = leaders.iter().map(|(_, term, _)| *term).collect();
            by_term.sort_unstable();
            let twice = by_term.iter().zip(&by_term[1.min(by_term.len())..]).find(|(a, b)| a == b);
            if let Some((term, _)) = twice {
                return self.fail(format!("expected at most one leader of term {term}, saw more"));
            }
            if let Some((leader, ..)) = leaders.iter().max_by_key(|(_, term, _)| *term) {
                return Ok(*leader);
            }
        }
        self.fail("expected one leader, saw none for five seconds")
    }

    fn connected_states(&self) -> impl Iterator<Item = (usize, Term, bool)> + '_ {
        let asked = (0..self.servers()).filter(|&server| self.is_connected(server));
        asked.filter_map(|server| self.get_state(server).map(|(term, leads)| (server, term, leads)))
    }

    /// The term on which all connected servers agree.
    pub fn check_terms(&self) -> Check<Term> {
        let terms: Vec<Term> = self.connected_states().map(|(_, term, _)| term).collect();
        match terms.split_first() {
            Some((first, rest)) if rest.iter().all(|term| term == first) => Ok(*first),
            _ => self.fail(format!("expected all servers in one term, saw {terms:?}")),
        }
    }

    /// No connected server believes that it leads.
    pub fn check_no_leader(&self) -> Check {
        match self.connected_states().find(|(_, _, leads)| *leads) {
            Some((server, ..)) => {
                self.fail(format!("expected no leader, but S{} leads", server + 1))
            }
            None => Ok(()),
        }
    }

    /// How many records hold the index, and what.
    pub fn n_committed(&self, index: Index) -> Check<(usize, Option<Bytes>)> {
        let state = self.state.borrow();
        if let Some(error) = &state.watch.error {
            return self.fail(error.clone());
        }
        state.watch.committed(index).or_else(|error| self.fail(error))
    }

    /// Nobody has applied anything at the index.
    pub fn check_no_agreement(&self, index: Index) -> Check {
        let (count, _) = self.n_committed(index)?;
        self.expect(count == 0, || {
            format!("expected nothing committed at index {index}, but {count} servers applied it")
        })
    }

    /// Has a command committed by so many servers, and gives its index.
    pub async fn one(&self, command: &str, servers: usize, retry: bool) -> Check<Index> {
        let begin = self.now();
        let mut cursor = 0;
        while self.now() - begin < 10_000 * MS && !self.state.borrow().finished {
            let mut accepted = None;
            for _ in 0..self.servers() {
                cursor = (cursor + 1) % self.servers();
                if self.is_connected(cursor) && self.is_up(cursor) {
                    accepted = self.start(cursor, command);
                }
                if accepted.is_some() {
                    break;
                }
            }
            let Some((index, _)) = accepted else {
                self.sleep(50).await;
                continue;
            };
            let submitted = self.now();
            while self.now() - submitted < 2_000 * MS {
                let (count, held) = self.n_committed(index)?;
                if count > 0 && count >= servers && held.as_deref() == Some(command.as_bytes()) {
                    return Ok(index);
                }
                self.sleep(20).await;
            }
            if !retry {
                return self.no_agreement(command, servers, 2);
            }
        }
        if self.state.borrow().finished {
            return Ok(Index(0));
        }
        self.no_agreement(command, servers, 10)
    }

    fn no_agreement<T>(&self, command: &str, servers: usize, seconds: u64) -> Check<T> {
        let command = shorten(command, 40);
        self.fail(format!("expected {servers} servers to agree on {command} within {seconds} s"))
    }

    /// Waits until so many servers have applied the index; none when somebody has left the term.
    pub async fn wait(
        &self,
        index: Index,
        servers: usize,
        term: Option<Term>,
    ) -> Check<Option<Bytes>> {
        let mut pause = 10;
        for _ in 0..30 {
            let (count, _) = self.n_committed(index)?;
            if count >= servers {
                break;
            }
            self.sleep(pause).await;
            pause = if pause < 1_000 { pause * 2 } else { pause };
            if let Some(term) = term
                && (0..self.servers())
                    .any(|server| self.get_state(server).is_some_and(|(now, _)| now > term))
            {
                return Ok(None);
            }
        }
        let (count, held) = self.n_committed(index)?;
        self.expect(count >= servers, || {
            format!("expected {servers} servers to apply index {index}, saw {count}")
        })?;
        Ok(held)
    }

    /// No more failures of stragglers count.
    pub(crate) fn finish(&self) {
        self.state.borrow_mut().finished = true;
    }

    /// Bytes of all requests and delivered replies so far.
    pub fn bytes(&self) -> u64 {
        self.state.borrow().watch.bytes
    }

    /// Requests dispatched to all servers so far.
    pub fn dispatched(&self) -> u64 {
        self.state.borrow().watch.dispatched.iter().sum()
    }

    /// The largest state that any server has persisted, as `Persister.Save` would have written it.
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
