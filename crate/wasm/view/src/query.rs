//! The objects that the page asks with: small ones, read property by property. That is all the deserialising
//! there is, so a whole deserialiser need not be loaded for it.

use crate::{FrameView, JournalQuery, whole};
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// A [`FrameView`] as JavaScript holds it.
    #[wasm_bindgen(typescript_type = "FrameView")]
    pub type FrameViewJs;

    #[wasm_bindgen(method, getter, js_name = logFirst)]
    fn log_first(this: &FrameViewJs) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = logCount)]
    fn log_count(this: &FrameViewJs) -> Option<f64>;

    /// A [`JournalQuery`] as JavaScript holds it.
    #[wasm_bindgen(typescript_type = "JournalQuery")]
    pub type JournalQueryJs;

    #[wasm_bindgen(method, getter)]
    fn server(this: &JournalQueryJs) -> Option<f64>;

    #[wasm_bindgen(method, getter)]
    fn kinds(this: &JournalQueryJs) -> Option<Vec<String>>;

    #[wasm_bindgen(method, getter)]
    fn first(this: &JournalQueryJs) -> Option<f64>;

    #[wasm_bindgen(method, getter)]
    fn count(this: &JournalQueryJs) -> Option<f64>;
}

impl FrameViewJs {
    /// As Rust holds it.
    pub fn read(&self) -> FrameView {
        FrameView {
            log_first: self.log_first().map(whole),
            log_count: self.log_count().map_or(0, whole),
        }
    }
}

impl JournalQueryJs {
    /// As Rust holds it.
    pub fn read(&self) -> JournalQuery {
        JournalQuery {
            server: self.server().map(|id| whole(id) as u16),
            kinds: self.kinds().unwrap_or_default(),
            first: self.first().map(whole),
            count: self.count().map_or(0, whole),
        }
    }
}
