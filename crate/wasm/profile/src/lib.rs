//! The files of the page once more, compiled so that they count how often each part of them runs. The counts are
//! `page.profdata` beside this; with them the compiler spends bytes where time is spent. `npm run profile` makes it.
//!
//! A crate around the others, and not a feature of theirs: a profile fits functions by their names, and those
//! depend on how their crate is compiled.

#[cfg(feature = "engine")]
pub use raft_wasm_engine::*;
#[cfg(feature = "lab")]
pub use raft_wasm_lab::*;
#[cfg(feature = "search")]
pub use raft_wasm_search::*;

/// The counts so far, in the compiler's raw format.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen(js_name = takeProfile)]
pub fn take_profile() -> Vec<u8> {
    let mut raw = Vec::new();
    // SAFETY: nothing else runs while it reads the counters; the page has one thread.
    unsafe { minicov::capture_coverage(&mut raw) }.expect("a Vec takes all bytes");
    raw
}
