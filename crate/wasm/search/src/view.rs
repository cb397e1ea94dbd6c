//! The shape that the page reads. Its TypeScript type is derived from here.

#![allow(missing_docs, reason = "what needs a word has one")]

use raft_swarm::search::{Found, Search, State};
use serde::Serialize;
use tsify::Tsify;

/// How a search stands.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
#[serde(rename_all = "camelCase")]
pub struct SearchProgress {
    #[tsify(type = "\"searching\" | \"shrinking\" | \"done\"")]
    pub state: &'static str,
    /// How many seeds were played, and how many events that took.
    pub seeds: u64,
    pub events: u64,
    /// What was found; null while there is nothing.
    #[tsify(type = "SearchFound | null")]
    pub found: Option<SearchFound>,
}

/// A run that was found.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SearchFound {
    pub seed: String,
    /// The title of the property that is broken, and what broke, between whom.
    pub property: &'static str,
    pub words: String,
    /// Commands and faults: as they were drawn, and as few as they are now.
    pub drawn: u32,
    pub commands: u32,
    pub servers: u16,
    /// The event in which the property is violated, and when that is, in virtual microseconds.
    pub event: u64,
    pub time: u64,
    /// How many runs were tried to shrink it.
    pub tries: u64,
    /// Whether leaving out any single thing would make the property hold.
    pub minimal: bool,
}

impl SearchProgress {
    pub(crate) fn of(search: &Search) -> Self {
        let state = match search.state() {
            State::Searching => "searching",
            State::Shrinking => "shrinking",
            State::Done => "done",
        };
        Self {
            state,
            seeds: search.tried(),
            events: search.events(),
            found: search.found().and_then(SearchFound::of),
        }
    }
}

impl SearchFound {
    fn of(Found { seed, drawn, shrinker }: &Found) -> Option<Self> {
        let best = shrinker.best();
        let violation = best.found.as_ref()?;
        Some(Self {
            seed: seed.to_string(),
            property: violation.property.title(),
            words: violation.to_string(),
            drawn: drawn.case.commands.len() as u32,
            commands: best.case.commands.len() as u32,
            servers: best.case.config.raft.servers,
            event: violation.at.event,
            time: violation.at.time.0,
            tries: shrinker.spent().runs,
            minimal: shrinker.is_minimum(),
        })
    }
}
