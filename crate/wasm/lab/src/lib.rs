//! The lab's tests in the browser: a list, and a function that runs one of them to its end.
//!
//! It is a file of its own, loaded when somebody opens the lab, and it runs in a worker. Words that are
//! no test or no seed are thrown as an `Error`; our own mistakes end in a trap, and [`panic_message`]
//! then says which.

mod view;

use raft_lab::{Mutation, Test};
use raft_run::Config;
use std::sync::Mutex;
use tsify::{Ts, Tsify};
use view::{LabOutcome, LabTest};
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

/// What the lab said before it stopped, if it stopped by a mistake of its own.
#[wasm_bindgen(js_name = panicMessage)]
pub fn panic_message() -> Option<String> {
    PANIC.lock().ok()?.clone()
}

/// The tests of now in the course's order, then those of earlier years.
#[wasm_bindgen]
pub fn tests() -> Result<Vec<Ts<LabTest>>, JsError> {
    raft_lab::all().map(|test| Ok(LabTest::of(test).into_ts()?)).collect()
}

/// Runs a test under a seed to its end. `broken` is what stands after this word in the settings, a line each, such as
/// `GrantVote HalfIsEnough` or `GrantVote on 1 3`; nothing: all servers are right.
///
/// # Errors
/// When there is no such test, no such mistake, or the seed is none.
#[wasm_bindgen]
pub fn run(name: &str, seed: &str, broken: Option<String>) -> Result<Ts<LabOutcome>, JsError> {
    let broken = broken.unwrap_or_default();
    let (test, seed) = asked(name, seed, &broken).map_err(|error| JsError::new(&error))?;
    let outcome = with(&broken, |mutation| raft_lab::run_mutated(test, seed, mutation));
    Ok(LabOutcome::of(test, seed, outcome).into_ts()?)
}

/// The run of a test under a seed as text, with what was asked on the way and what came back. The run of a test that
/// fails opens at that moment.
///
/// # Errors
/// When there is no such test, no such mistake, or the seed is none.
#[wasm_bindgen]
pub fn trace(name: &str, seed: &str, broken: Option<String>) -> Result<String, JsError> {
    let broken = broken.unwrap_or_default();
    let (test, seed) = asked(name, seed, &broken).map_err(|error| JsError::new(&error))?;
    Ok(with(&broken, |mutation| raft_lab::record_mutated(test, seed, mutation)).1.to_string())
}

/// The test and the seed that are meant, in a cluster where this is wrong.
fn asked(name: &str, seed: &str, broken: &str) -> Result<(&'static Test, u64), String> {
    let test = raft_lab::all().find(|test| test.name == name).ok_or_else(|| {
        let found = raft_run::text::shorten(name, 40);
        format!("`{found}` is not a test of the lab, such as TestFigure83C")
    })?;
    let mut config = Config::default();
    config.set(&format!("seed {seed}")).map_err(|error| error.to_string())?;
    with(broken, |mutation| raft_lab::settings(test, config.seed, mutation))
        .map_err(|error| format!("{name}: {error}"))?;
    Ok((test, config.seed))
}

fn with<T>(broken: &str, act: impl FnOnce(&Mutation) -> T) -> T {
    let lines: Vec<String> = broken.lines().map(|line| format!("broken {line}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    act(&Mutation { rules: &[], settings: &lines })
}

#[cfg(test)]
mod tests {
    use super::{asked, with};

    #[test]
    fn a_test_and_its_seed_are_found() {
        let seed = "18446744073709551615";
        let (test, seed) = asked("TestFigure83C", seed, "").expect("there is one");
        assert_eq!((test.title, seed), ("Figure 8", u64::MAX));
    }

    #[test]
    fn a_mistake_on_one_server_fails_a_test_whose_run_opens_there() {
        let broken = "CommitByCounting on 1\nGrantVote on 2";
        let (test, seed) = asked("TestFollowerFailure3B", "1", broken).expect("there is one");
        let (outcome, trace) =
            with(broken, |mutation| raft_lab::record_mutated(test, seed, mutation));
        let run = trace.to_string();
        assert!(run.contains("\nbroken GrantVote on 2\nbroken CommitByCounting on 1\n"), "{run}");
        let failure = outcome.failure.expect("it fails");
        assert!(run.ends_with(&format!("\nshow {}\n", failure.at)), "{failure}");
    }

    #[test]
    fn what_is_no_test_or_no_seed_is_named_with_what_would_be_right() {
        for (name, seed, broken, says) in [
            (
                "TestNothing9Z",
                "1",
                "",
                "`TestNothing9Z` is not a test of the lab, such as TestFigure83C",
            ),
            ("TestFigure83C", "one", "", "`one` is not a seed: a whole number from 0 to"),
            ("TestFigure83C", "", "", "something is missing: a seed: a whole number from 0 to"),
            ("TestFigure83C", "-1", "", "`-1` is not a seed: a whole number from 0 to"),
            ("TestFigure83C", "1\nservers 9", "", "is not a seed: a whole number from 0 to"),
            ("TestFigure83C", "1", "Gravity", "TestFigure83C: `Gravity` is not the name of a rule"),
            ("TestFigure83C", "1", "GrantVote on 6", "this cluster has the servers 1 to 5"),
        ] {
            let error = asked(name, seed, broken).err().expect("it is refused");
            assert!(error.contains(says), "{error}");
        }
    }
}
