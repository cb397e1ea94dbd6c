//! The search for counterexamples in the browser: a broken rule goes in, a small run comes out.
//!
//! It is a file of its own, loaded when somebody looks for a counterexample, and it runs in workers: several
//! of them take seeds in turn, and the one that finds a run also shrinks it. What is no rule or no seed is
//! thrown as an `Error`; our own mistakes end in a trap, and [`panic_message`] then says which.

mod view;

use raft_check::Property;
use raft_run::Config;
use raft_swarm::search::{Search as Searcher, SearchSettings};
use std::sync::Mutex;
use tsify::{Ts, Tsify};
use view::SearchProgress;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Runs when the module is loaded: a panic leaves its message behind.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        if let Ok(mut message) = PANIC.lock() {
            *message = Some(info.to_string());
        }
    }));
}

/// What the search said before it stopped, if it stopped by a mistake of its own.
#[wasm_bindgen(js_name = panicMessage)]
pub fn panic_message() -> Option<String> {
    PANIC.lock().ok()?.clone()
}

/// A search for a run in which a broken rule, or a mistake, violates a property.
#[wasm_bindgen]
pub struct Search {
    searcher: Searcher,
}

#[wasm_bindgen]
impl Search {
    /// A search that has not begun: from the first seed on, every `stride`th. `broken` is what stands after this word in
    /// the settings, a line each, such as `GrantVote HalfIsEnough` or `GrantVote on 1 3`; `property` is the one that must
    /// fall, if it is to be a certain one.
    ///
    /// # Errors
    /// If there is no rule, no mistake, no server or no property of such a name, or the seed is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        broken: &str,
        property: Option<String>,
        first_seed: &str,
        stride: u32,
    ) -> Result<Self, JsError> {
        let settings = asked(broken, property, first_seed, stride);
        Ok(Self { searcher: Searcher::new(settings.map_err(|error| JsError::new(&error))?) })
    }

    /// Goes on until about so many events were spent, and says how it stands.
    ///
    /// # Errors
    /// When the browser has no memory left for the answer.
    pub fn step(&mut self, events: u32) -> Result<Ts<SearchProgress>, JsError> {
        self.searcher.step(events.into());
        Ok(SearchProgress::of(&self.searcher).into_ts()?)
    }

    /// The smallest run so far, as a text that opens at the violation; nothing before one is found.
    pub fn text(&self) -> Option<String> {
        let found = self.searcher.found()?;
        Some(found.shrinker.best().trace(Some(found.name())).to_string())
    }
}

/// What is looked for.
fn asked(
    broken: &str,
    property: Option<String>,
    seed: &str,
    stride: u32,
) -> Result<SearchSettings, String> {
    let mut config = Config::default();
    let mut set = |line: &str| config.set(line).map_err(|error| error.to_string());
    set(&format!("seed {seed}"))?;
    for line in broken.lines() {
        set(&format!("broken {line}"))?;
    }
    if config.is_right() {
        return Err("nothing is broken: choose a rule or a mistake".into());
    }
    let property = property.map(|name| Property::meant(&name)).transpose()?;
    let first = config.seed;
    Ok(SearchSettings::for_bugs(config, property, first, stride.into()))
}

#[cfg(test)]
mod tests {
    use super::{Search, asked};

    #[test]
    fn a_broken_rule_is_found_shrunk_and_written_as_a_run() {
        let mut search =
            Search::new("RefuseSecondVote", None, "1", 2).expect("there is such a rule");
        assert_eq!(search.text(), None);
        while !search.searcher.step(5_000) {}
        let text = search.text().expect("it was found");
        assert!(text.contains("\nbroken RefuseSecondVote\n") && text.contains("\nshow "), "{text}");
    }

    #[test]
    fn two_mistakes_on_one_server_and_a_property_that_must_fall() {
        let broken = "RefuseSecondVote on 2\nReadsWithoutLog on 2";
        let mut search = Search::new(broken, Some("linearizable".into()), "1", 1).expect("it is");
        while !search.searcher.step(5_000) {}
        let text = search.text().expect("it was found");
        let line = text.lines().find(|line| line.starts_with("broken ")).expect("it is");
        assert!(line.starts_with("broken RefuseSecondVote ReadsWithoutLog on "), "{line}");
        assert!(text.contains("Linearizable is violated"), "{text}");
    }

    #[test]
    fn what_is_no_rule_or_no_seed_is_named_with_what_would_be_right() {
        for (broken, property, seed, says) in [
            ("Gravity", None, "1", "`Gravity` is not the name of a rule"),
            ("", None, "1", "nothing is broken: choose a rule or a mistake"),
            ("GrantVote on x", None, "1", "`x` is not a server's number"),
            ("GrantVote", Some("luck"), "1", "`luck` is not a property; the names are "),
            ("GrantVote", None, "one", "`one` is not a seed: a whole number from 0 to"),
            ("GrantVote", None, "1\nservers 9", "is not a seed: a whole number from 0 to"),
        ] {
            let error =
                asked(broken, property.map(String::from), seed, 1).expect_err("it is refused");
            assert!(error.contains(says), "{error}");
        }
    }
}
