//! The same run natively and in the browser: every checkpoint of every script has the digest that the
//! native run of `crate/run/examples/digests.rs` printed just before.
#![cfg(target_arch = "wasm32")]

mod js;

use js::{Page, number, text};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[path = "../../../run/examples/scripts/mod.rs"]
mod scripts;

use scripts::{Player, SCRIPTS, parse, play};

const NATIVE: &str = include_str!("../../../../target/native-digests.txt");

impl Player for Page {
    fn advance(&mut self, to: u64, budget: u64) -> bool {
        self.advance_within(to, budget)
    }

    fn command(&mut self, text: &str) {
        Page::command(self, text);
    }

    fn events(&self) -> u64 {
        number(&self.frame(), "events")
    }

    fn digest(&self) -> String {
        text(&self.frame(), "digest")
    }
}

#[wasm_bindgen_test]
fn every_checkpoint_has_the_digest_of_the_native_run() {
    for (name, script) in SCRIPTS {
        let (settings, commands) = parse(script);
        let here = play(name, &commands, &mut Page::open(&settings));
        let native: Vec<&str> =
            NATIVE.lines().filter(|line| line.split(' ').next() == Some(*name)).collect();
        assert!(here.len() > 2, "{name} has checkpoints");
        assert_eq!(here, native, "{name}");
    }
}
