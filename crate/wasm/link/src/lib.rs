//! Links in the browser: the same two functions that the terminal uses, in a file of their own, fetched
//! when a link is made or opened.

use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// The part of an address after `#` that stands for a run's text.
#[wasm_bindgen]
pub fn encode(text: &str) -> String {
    raft_link::encode(text)
}

/// The text of a link, or of an address that holds one.
///
/// # Errors
/// When it is no link, or damaged; the message says where.
#[wasm_bindgen]
pub fn decode(link: &str) -> Result<String, JsError> {
    Ok(raft_link::decode(link)?)
}
