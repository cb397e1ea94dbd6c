//! Executes a text again in pieces, so that the page can draw in between.

use crate::Engine;
use raft_run::saved::Restoring;
use raft_wasm_view::{number, whole};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// A text on its way to a run.
#[wasm_bindgen]
pub struct Opening(Restoring);

#[wasm_bindgen]
impl Opening {
    /// Reads a text; nothing of it is executed yet.
    ///
    /// # Errors
    /// If a line is not understood.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> Result<Self, JsError> {
        Ok(Self(Restoring::new(text)?))
    }

    /// Executes some more of it, at most so many events. True when all is done.
    ///
    /// # Errors
    /// When a line cannot be carried out.
    #[wasm_bindgen(js_name = goOn)]
    pub fn go_on(&mut self, budget: f64) -> Result<bool, JsError> {
        Ok(self.0.go_on(whole(budget))?)
    }

    /// The events so far.
    pub fn events(&self) -> f64 {
        number(self.0.events())
    }

    /// Its progress, from 0 to 1.
    pub fn share(&self) -> f64 {
        number(self.0.share()) / 1000.0
    }

    /// The run. What is left is executed first.
    ///
    /// # Errors
    /// When a line cannot be carried out.
    pub fn finish(self) -> Result<Engine, JsError> {
        Ok(Engine::of(self.0.finish()?))
    }
}
