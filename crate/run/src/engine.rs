//! The identity of this engine: its version, and a fingerprint of its behaviour.

use crate::config::Config;
use crate::run::Run;
use raft_core::Time;
use std::cell::Cell;

/// It is raised by one when something does another thing that [`PROBE`] does not come to: a switched-off rule, a
/// kind of expectation.
const REVISION: u64 = 1;

/// The fingerprint is taken of a run with these: elections, commands, losses, a crash, a snapshot; clients whose questions wait
/// at a paused server among messages, servers that are named out of order, a value with a `#`, an expectation,
/// messages by their link, other timers, a clock that drifts.
const PROBE: [(u64, &str); 19] = [
    (1_000, "start leader x=1"),
    (1_200, "network lossy"),
    (1_300, "start leader x+=2"),
    (1_900, "snapshot all"),
    (2_000, "crash leader"),
    (3_500, "start leader y=1"),
    (3_600, "restart 1 2 3 4 5"),
    (5_000, "network lan"),
    (6_000, "clients 2"),
    (6_300, "pause leader"),
    (6_310, "ask c1 x=a \\# b"),
    (6_320, "ask c2 x+=c"),
    (6_600, "resume all"),
    (6_700, "expect 2s"),
    (8_000, "timeout 4 2"),
    (8_500, "clock 3 100.05%"),
    (8_600, "timers election 200ms..400ms heartbeat 40ms"),
    (8_700, "drop next heartbeat reply 3 > 1"),
    (9_000, "crash 5 3 torn"),
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
    run.live(Time(10_000_000), u64::MAX);
    let digest = run.world().digest().wrapping_add(REVISION << 32);
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
    fn the_probe_is_written_in_the_language_and_carried_out() {
        let mut run = Run::new(Config::default());
        for (at, command) in PROBE {
            run.live(Time(at * 1_000), u64::MAX);
            let parsed: Command = command.parse().expect(command);
            assert_eq!(run.command(parsed).map(drop), Ok(()), "{command}");
        }
    }

    #[test]
    fn the_probe_asks_a_paused_server() {
        let mut run = Run::new(Config::default());
        for (at, command) in PROBE.iter().take_while(|(_, command)| *command != "resume all") {
            run.live(Time(at * 1_000), u64::MAX);
            let _ = run.command(command.parse().expect("it is in the language"));
        }
        run.live(Time(6_600_000), u64::MAX);
        let world = run.world();
        let paused = world.servers().iter().position(|server| !server.is_running());
        let paused = paused.expect("one is paused");
        assert!(world.servers()[paused].inbox().next().is_some(), "messages wait there");
        let waits = |packet: &crate::client_network::ClientPacket| {
            packet.message.is_request() && matches!(packet.fate, crate::network::Fate::Held(_))
        };
        assert!(world.clients().packets().iter().any(waits), "a request waits there");
    }
}
