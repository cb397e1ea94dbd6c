//! The search for counterexamples in the browser: a broken rule goes in, a small run comes out.
//!
//! It is a file of its own, loaded when somebody looks for a counterexample, and it runs in workers: several
//! of them take seeds in turn, and the one that finds a run also shrinks it. What is no rule or no seed is
//! thrown as an `Error`; our own mistakes end in a trap, and [`panic_message`] then says which.

mod view;

use raft_core::Switch;
use raft_search::search::{Quest, Search as Searcher};
use raft_sim::Config;
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

/// A search for a run in which a broken rule, or a mistake, breaks a promise.
#[wasm_bindgen]
pub struct Search {
    switch: Switch,
    searcher: Searcher,
}

#[wasm_bindgen]
impl Search {
    /// A search that has not begun: from the first seed on, every `stride`th.
    ///
    /// # Errors
    /// When there is no rule and no mistake of this name, or the seed is none.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, first_seed: &str, stride: u32) -> Result<Self, JsError> {
        let (switch, first) = asked(name, first_seed).map_err(|error| JsError::new(&error))?;
        Ok(Self { switch, searcher: Searcher::new(Quest::of(switch, first, stride.into())) })
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
        let name = found.name(self.switch.title());
        Some(found.shrinker.best().trace(Some(name)).to_string())
    }
}

/// What is broken, and the first seed.
fn asked(name: &str, seed: &str) -> Result<(Switch, u64), String> {
    let mut config = Config::default();
    config.set(&format!("seed {seed}")).map_err(|error| error.to_string())?;
    let switch = Switch::named(name).ok_or_else(|| {
        let found = raft_sim::text::shorten(name, 40);
        format!("`{found}` is not the name of a rule or of a mistake, such as GrantVote")
    })?;
    Ok((switch, config.seed))
}

#[cfg(test)]
mod tests {
    use super::{Search, asked};

    #[test]
    fn a_broken_rule_is_found_shrunk_and_written_as_a_run() {
        let mut search = Search::new("RefuseSecondVote", "1", 2).expect("there is such a rule");
        assert_eq!(search.text(), None);
        while !search.searcher.step(5_000) {}
        let text = search.text().expect("it was found");
        assert!(text.contains("\nbroken RefuseSecondVote\n") && text.contains("\nshow "), "{text}");
    }

    #[test]
    fn what_is_no_rule_or_no_seed_is_named_with_what_would_be_right() {
        for (name, seed, says) in [
            ("Gravity", "1", "`Gravity` is not the name of a rule or of a mistake, such as"),
            ("GrantVote", "one", "`one` is not a seed: a whole number from 0 to"),
            ("GrantVote", "1\nservers 9", "is not a seed: a whole number from 0 to"),
        ] {
            let error = asked(name, seed).expect_err("it is refused");
            assert!(error.contains(says), "{error}");
        }
    }
}
