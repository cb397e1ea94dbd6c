//! Which engine this is: its version, and the fingerprint of what it does.

use crate::config::Config;
use crate::run::Run;
use raft_core::Time;
use std::cell::Cell;

/// What the fingerprint is taken of: elections, commands, losses, a crash, a snapshot.
const PROBE: [(u64, &str); 7] = [
    (1_000, "start leader x=1"),
    (1_200, "network lossy"),
    (1_300, "start leader x+=2"),
    (1_900, "snapshot all"),
    (2_000, "crash leader"),
    (3_500, "start leader y=1"),
    (3_600, "restart 1 2 3 4 5"),
];

thread_local! {
    static TAKEN: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// The version and eight digits that say how the engine behaves: with other digits, the same text may be
/// another run. It is taken when it is first asked for.
pub fn fingerprint() -> &'static str {
    TAKEN.try_with(Cell::get).ok().flatten().unwrap_or_else(|| known_as(take()))
}

/// Tells what [`take`] came to in this very engine, where that was found out before.
pub fn known_as(fingerprint: String) -> &'static str {
    let fingerprint = fingerprint.leak();
    let _ = TAKEN.try_with(|taken| taken.set(Some(fingerprint)));
    fingerprint
}

/// Takes the fingerprint.
pub fn take() -> String {
    let mut run = Run::new(Config::default());
    for (at, command) in PROBE {
        run.live(Time(at * 1_000), u64::MAX);
        // What cannot be carried out does nothing, always and everywhere the same.
        let _ = command.parse().map(|command| run.command(command).is_ok());
    }
    run.live(Time(5_000_000), u64::MAX);
    let digest = run.world().digest();
    format!("{} {:08x}", env!("CARGO_PKG_VERSION"), digest >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Command;

    #[test]
    fn what_is_known_is_not_taken_again() {
        let taken = take();
        assert_eq!(fingerprint(), taken);
        known_as("0.0.0 known".into());
        assert_eq!(fingerprint(), "0.0.0 known");
        assert_eq!(take(), taken);
    }

    #[test]
    fn the_probe_is_written_in_the_language() {
        for (_, command) in PROBE {
            assert!(command.parse::<Command>().is_ok(), "{command}");
        }
    }
}
