//! The engine in the browser: a thin layer that translates and decides nothing.
//!
//! One class, [`Engine`]. Whatever a user did wrong is thrown as an
//! `Error` whose message says what, where, and what would be right. Our own mistakes end in a trap;
//! [`panic_message`] then says which.

mod branch;
mod client;
mod detail;
mod frame;
mod opening;
mod property;
mod read;
mod spacetime;

use raft_check::Property;
use raft_core::{ServerId, Time};
use raft_run::branch_moment::BranchMoment;
use raft_run::carry::Carrying;
use raft_run::complete::complete;
use raft_run::difference::Search;
use raft_run::engine;
use raft_run::remark;
use raft_run::saved::{Restored, restore};
use raft_run::text::{self, meant, visible};
use raft_run::{Branches, Command, Place, Run};
use raft_wasm_view::{
    Advance, Answer, BranchView, ClientsView, Comparison, Difference, EntryDetail, Frame,
    FrameViewJs, JournalPage, JournalQueryJs, MessageDetail, Opened, PropertyView, Reason, Remark,
    ServerDetail, Timeline, number, object, objects, whole,
};
use std::cell::OnceCell;
use tsify::Ts;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TABLES: &str = r#"
import type {
  DiskMark, JournalKind, Lane, MessageMark, OperationName, PropertyState, RemarkVerdict, Role, RpcName, Status,
  TimerKind, VerdictName,
} from "./tables";
export type { JournalKind, PropertyState } from "./tables";
"#;

/// As fast as the standard library's allocator, and a third of its size.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static HEAP: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

thread_local! {
    /// The first panic; after it the engine is not used any more.
    static PANIC: OnceCell<String> = const { OnceCell::new() };
}

/// Runs when the module is loaded: a panic leaves its message behind.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        let _ = PANIC.try_with(|panic| panic.set(info.to_string()));
    }));
}

/// The panic message of the engine, if it has stopped by an error of its own.
#[wasm_bindgen(js_name = panicMessage)]
pub fn panic_message() -> Option<String> {
    PANIC.try_with(|panic| panic.get().cloned()).ok()?
}

/// The engine's version.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}

/// A seed by chance, from the browser's source of random numbers. It has at most 10 digits, so that it can be read out.
#[wasm_bindgen(js_name = freshSeed)]
pub fn fresh_seed() -> Result<u32, JsError> {
    getrandom::u32()
        .map_err(|error| JsError::new(&format!("there are no random numbers here: {error}")))
}

/// The engine's version and the fingerprint of what it does, found out anew.
#[wasm_bindgen(js_name = takeFingerprint)]
pub fn take_fingerprint() -> String {
    engine::take()
}

/// Tells the engine its fingerprint, which is long known when the page is loaded.
#[wasm_bindgen(js_name = knownAs)]
pub fn known_as(fingerprint: String) {
    engine::known_as(fingerprint);
}

/// A run and its branches, as JavaScript holds them.
#[wasm_bindgen]
pub struct Engine {
    branches: Branches,
    opened: Opened,
    decoded: Option<detail::Decoded>,
    spacetime: Option<spacetime::Spacetime>,
    search: Option<Search>,
    carrying: Option<Carrying>,
    moments: [Option<BranchMoment>; 2],
}

#[wasm_bindgen]
impl Engine {
    /// Makes a run from its text; everything in it is executed. The empty text is the default run. It stands
    /// where the text says to look, else at its end.
    ///
    /// # Errors
    /// If a line is not understood or cannot be carried out.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> Result<Self, JsError> {
        Ok(Self::of(restore(text)?))
    }

    /// The result of executing the text again.
    pub fn opened(&self) -> Ts<Opened> {
        object(&self.opened)
    }

    /// Carries out a command now. Returns the line of the trace that stands for it. Before the end of what
    /// has happened this starts a branch, which is then the one that is looked at; but a note does not.
    ///
    /// # Errors
    /// When it is not understood or cannot be carried out; nothing has changed then.
    pub fn command(&mut self, text: &str) -> Result<String, JsError> {
        if let Some(words) = remark::words_of(text) {
            return Ok(self.branches.run_mut().note(words)?.to_string());
        }
        let command: Command = text.parse()?;
        let (line, _) = self.branches.command(command)?;
        Ok(line.to_string())
    }

    /// The branches, in the order in which they were made.
    pub fn branches(&self) -> Vec<Ts<BranchView>> {
        let current = self.branches.current().id;
        objects(self.branches.all().iter().map(|branch| branch::view(branch, current)))
    }

    /// Looks at another branch.
    ///
    /// # Errors
    /// When there is none of this number.
    #[wasm_bindgen(js_name = switchBranch)]
    pub fn switch_branch(&mut self, id: f64) -> Result<Ts<Advance>, JsError> {
        self.branches.switch(whole(id))?;
        Ok(self.moment(true))
    }

    /// Names a branch.
    ///
    /// # Errors
    /// When there is none of this number, or the name is empty.
    #[wasm_bindgen(js_name = renameBranch)]
    pub fn rename_branch(&mut self, id: f64, name: &str) -> Result<(), JsError> {
        Ok(self.branches.rename(whole(id), &meant(name))?)
    }

    /// Deletes a branch.
    ///
    /// # Errors
    /// When there is none of this number, or it is the only one.
    #[wasm_bindgen(js_name = deleteBranch)]
    pub fn delete_branch(&mut self, id: f64) -> Result<Ts<Advance>, JsError> {
        self.branches.delete(whole(id))?;
        Ok(self.moment(true))
    }

    /// Begins to search for the first thing in which two branches differ, besides what was done to them.
    ///
    /// # Errors
    /// If there is no branch of one of the numbers.
    #[wasm_bindgen(js_name = searchDifference)]
    pub fn search_difference(&mut self, here: f64, there: f64) -> Result<(), JsError> {
        self.search = Some(self.branches.search(whole(here), whole(there))?);
        Ok(())
    }

    /// Goes on with the search, for about so many events. True when it is over.
    ///
    /// # Errors
    /// If one of the branches is no longer there.
    #[wasm_bindgen(js_name = searchOn)]
    pub fn search_on(&mut self, budget: f64) -> Result<bool, JsError> {
        let Some(search) = &mut self.search else { return Ok(true) };
        Ok(search.go_on(&self.branches, whole(budget))?)
    }

    /// The moment up to which the search has come.
    #[wasm_bindgen(js_name = searchedTo)]
    pub fn searched_to(&self) -> f64 {
        self.search.as_ref().map_or(0.0, |search| number(search.now().0))
    }

    /// Ends the search, and gives what it has found.
    pub fn difference(&mut self) -> Option<Ts<Difference>> {
        let found = self.search.take().and_then(Search::found);
        found.map(|found| object(&branch::difference(&found)))
    }

    /// The servers of two branches at a moment. Their runs stay where they stand.
    ///
    /// # Errors
    /// If there is no branch of one of the numbers.
    pub fn compare(
        &self,
        here: f64,
        there: f64,
        moment: f64,
        view: &FrameViewJs,
    ) -> Result<Ts<Comparison>, JsError> {
        let (both, moment) = ((whole(here), whole(there)), Time(whole(moment)));
        Ok(object(&branch::compare(&self.branches, both, moment, &view.read())?))
    }

    /// Lines of the journal of a branch, from a moment on up to another one: in whole moments, and up to where
    /// there are as many as are asked for, or some thousand steps have passed.
    ///
    /// # Errors
    /// If there is no branch of this number.
    #[wasm_bindgen(js_name = branchJournal)]
    pub fn branch_journal(
        &self,
        id: f64,
        from: f64,
        to: f64,
        query: &JournalQueryJs,
    ) -> Result<Ts<JournalPage>, JsError> {
        let times = (Time(whole(from)), Time(whole(to)));
        Ok(object(&read::stretch(&self.branches, whole(id), times, &query.read())?))
    }

    /// Whole lines that a command being typed may become.
    pub fn complete(&self, text: &str) -> Vec<String> {
        complete(self.run().world(), text)
    }

    /// Runs events up to the virtual time `to`, in microseconds, at most `budget` of them.
    pub fn advance(&mut self, to: f64, budget: f64) -> Ts<Advance> {
        let reached = self.branches.run_mut().advance(Time(whole(to)), whole(budget));
        self.moment(reached)
    }

    /// Runs exactly one event.
    pub fn step(&mut self) -> Ts<Advance> {
        let stepped = self.branches.run_mut().step();
        self.moment(stepped)
    }

    /// Goes one step back: to before the last event or command. Stays at the beginning.
    #[wasm_bindgen(js_name = stepBack)]
    pub fn step_back(&mut self) -> Ts<Advance> {
        let went = self.branches.run_mut().step_back();
        self.moment(went)
    }

    /// Goes to a moment, forward or back, but not beyond the end of what has happened.
    pub fn seek(&mut self, time: f64) -> Ts<Advance> {
        self.branches.run_mut().seek(Place::Time(Time(whole(time))));
        self.moment(true)
    }

    /// Goes to a step: a line of the journal says which one it came with.
    #[wasm_bindgen(js_name = seekStep)]
    pub fn seek_step(&mut self, step: f64) -> Ts<Advance> {
        self.branches.run_mut().seek(Place::Step(whole(step)));
        self.moment(true)
    }

    /// Puts other words in the place of those of a note: the one at this place among the remarks.
    ///
    /// # Errors
    /// When there is no such note, no words, or too many.
    #[wasm_bindgen(js_name = rewordNote)]
    pub fn reword_note(&mut self, place: u32, words: &str) -> Result<(), JsError> {
        Ok(self.branches.reword_note(place as usize, &meant(words))?)
    }

    /// Deletes a note.
    ///
    /// # Errors
    /// When there is no such note.
    #[wasm_bindgen(js_name = deleteNote)]
    pub fn delete_note(&mut self, place: u32) -> Result<(), JsError> {
        Ok(self.branches.delete_note(place as usize)?)
    }

    /// The remarks on moments and stretches of the run.
    pub fn remarks(&self) -> Vec<Ts<Remark>> {
        objects(self.run().remarks().iter().map(Remark::from))
    }

    /// The frame of this moment, which the page draws.
    pub fn frame(&self, view: &FrameViewJs) -> Ts<Frame> {
        object(&frame::frame(self.run(), &view.read()))
    }

    /// One server, for the inspector.
    ///
    /// # Errors
    /// When there is no such server.
    pub fn server(&mut self, id: u16) -> Result<Ts<ServerDetail>, JsError> {
        let world = self.branches.run().world();
        let servers = world.servers();
        let found = usize::from(id).checked_sub(1).and_then(|slot| servers.get(slot));
        let server = found.ok_or_else(|| {
            JsError::new(&format!(
                "there is no server {id}: the servers are 1 to {}",
                servers.len()
            ))
        })?;
        let decoded = detail::Decoded::of(server, self.decoded.take());
        let detail = detail::server(server, &decoded, world.config().service);
        self.decoded = Some(decoded);
        Ok(object(&detail))
    }

    /// One message that is in flight or was lost lately.
    pub fn message(&self, id: f64) -> Option<Ts<MessageDetail>> {
        let detail = detail::message(self.run().world(), whole(id));
        detail.as_ref().map(object)
    }

    /// One entry of one server's log.
    pub fn entry(&self, server: u16, index: f64) -> Option<Ts<EntryDetail>> {
        let server = (server > 0).then_some(ServerId(server));
        let detail =
            server.and_then(|server| detail::entry(self.run().world(), server, whole(index)));
        detail.as_ref().map(object)
    }

    /// Lines of the journal.
    pub fn journal(&mut self, query: &JournalQueryJs) -> Ts<JournalPage> {
        object(&read::journal(self.branches.run_mut(), &query.read()))
    }

    /// Answers a question about this moment: `leader`, `entry 7`, `message 41`.
    ///
    /// # Errors
    /// When it is no such question.
    pub fn why(&self, question: &str) -> Result<Ts<Answer>, JsError> {
        Ok(object(&Answer::from(self.run().why(question.parse()?))))
    }

    /// The assumptions of Raft about network, disks and timers that do not hold, a sentence each: with the settings of a run's text,
    /// or else in this run now. None for a text that is not understood: whoever opens it is told why.
    pub fn unmet_assumptions(&self, text: Option<String>) -> Vec<String> {
        let unmet = match text {
            Some(text) => raft_run::settings::unmet_assumptions_in(&text).unwrap_or_default(),
            None => self.run().world().unmet_assumptions(),
        };
        unmet.iter().map(raft_run::assumptions::UnmetAssumption::sentence).collect()
    }

    /// The clients, and the newest of their operations.
    pub fn clients(&self, most: f64) -> Ts<ClientsView> {
        object(&client::clients(self.run().world(), whole(most)))
    }

    /// The properties, and how each stands at this moment.
    pub fn properties(&self) -> Vec<Ts<PropertyView>> {
        objects(Property::ALL.iter().map(|&property| property::property(self.run(), property)))
    }

    /// The events that led to the violation of the property of this name; none while it is not broken.
    pub fn evidence(&self, name: &str) -> Vec<Ts<Reason>> {
        objects(property::evidence(self.run(), name).into_iter())
    }

    /// The bugs of the servers of this run: names of rules and of wrong steps, such as
    /// `GrantVote`, or `GrantVote on S1, S3` where only these servers do.
    pub fn bugs(&self) -> Vec<String> {
        let config = self.run().world().config();
        let told = config.all_bugs().map(|bug| match config.only_on(bug) {
            only if only.is_empty() => bug.name().into(),
            only => format!("{bug} on {}", text::joined(only.into_iter(), ", ")),
        });
        told.collect()
    }

    /// The outline of the whole run.
    pub fn timeline(&self) -> Ts<Timeline> {
        object(&Timeline::from(self.run().timeline()))
    }

    /// Tells what happened up to the moment `to`: after the step `after`, up to which it was told before, or
    /// else from the moment `from` on. Rows of numbers, which `web/spacetime/history.ts` reads.
    pub fn spacetime(&mut self, from: f64, after: Option<f64>, to: f64) -> Vec<f64> {
        let branch = self.branches.current();
        let (from, to) = (Time(whole(from)), Time(whole(to)));
        let run = (branch.id, branch.run());
        spacetime::spacetime(&mut self.spacetime, run, from, after.map(whole), to)
    }

    /// The words of the marks in the last answer of `spacetime`, a line each.
    #[wasm_bindgen(js_name = spacetimeWords)]
    pub fn spacetime_words(&self) -> String {
        self.spacetime.as_ref().map_or_else(String::new, |told| visible(told.words()).into())
    }

    /// The whole run as text.
    pub fn trace(&self) -> String {
        self.run().to_string()
    }

    /// All branches as text, each with where it stands, the one that is looked at last.
    pub fn saved(&self) -> String {
        self.branches.to_string()
    }

    /// The run as text for sending: with where it stands now, and a server to look at there.
    #[wasm_bindgen(js_name = traceFromHere)]
    pub fn trace_from_here(&self, server: Option<u16>) -> String {
        self.run().trace_from_here(server.map(ServerId)).to_string()
    }

    /// Names the run; the empty name takes the name away. Returns the name as it is shown.
    #[wasm_bindgen(js_name = setName)]
    pub fn set_name(&mut self, name: &str) -> String {
        let run = self.branches.run_mut();
        run.set_name(&meant(name));
        visible(run.name().unwrap_or_default()).into()
    }

    fn of(restored: Restored) -> Self {
        let opened = branch::opened(&restored);
        let branches = restored.branches;
        let (decoded, spacetime, search, carrying) = (None, None, None, None);
        Self { branches, opened, decoded, spacetime, search, carrying, moments: [None, None] }
    }

    fn run(&self) -> &Run {
        self.branches.run()
    }

    fn moment(&self, reached: bool) -> Ts<Advance> {
        let world = self.run().world();
        let live = self.run().is_live();
        let (now, events) = (world.now().0, world.events());
        let broken = world.violations().len() as u64;
        object(&Advance { now, events, reached, live, broken })
    }
}
