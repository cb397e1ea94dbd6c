//! Raft's assumptions about network, disks and timers that do not hold in a run, by its settings or by the commands
//! that change them.

use crate::assumptions::UnmetAssumption;
use crate::command::{Command, LinkChange};
use crate::config::Config;
use crate::run::Run;
use crate::text::Invalid;
use crate::trace::Trace;
use crate::world::World;
use raft_core::Time;

/// The assumptions that do not hold with these settings.
pub fn unmet_assumptions(config: &Config) -> Vec<UnmetAssumption> {
    World::new(config.clone()).unchecked().unmet_assumptions()
}

/// The same for the settings of a run's text.
///
/// # Errors
/// When the text is not understood.
pub fn unmet_assumptions_in(text: &str) -> Result<Vec<UnmetAssumption>, Invalid> {
    text.parse::<Trace>().map(|trace| unmet_assumptions(&trace.config))
}

impl Run {
    /// The assumptions that do not hold in a run, with the moments: at its beginning, and after each command that changes how fast network,
    /// disks and clocks are. What holds again later is told all the same.
    pub fn unmet_assumptions(&self) -> Vec<(Time, UnmetAssumption)> {
        let mut world = World::new(self.world().config().clone()).unchecked();
        let mut all: Vec<(Time, UnmetAssumption)> = Vec::new();
        let mut tell = |at: Time, world: &World, before: &[UnmetAssumption]| {
            let now = world.unmet_assumptions();
            all.extend(
                now.iter().filter(|unmet| !before.contains(unmet)).map(|unmet| (at, *unmet)),
            );
            now
        };
        let mut standing = tell(Time(0), &world, &[]);
        for line in self.lines().iter().filter(|line| line.command().is_some_and(changes)) {
            let Some(command) = line.command() else { continue };
            // What names the leader of that moment is not known here; the present world knows what came of it.
            if world.apply(command, &mut ()).is_ok() {
                standing = tell(line.at, &world, &standing);
            }
        }
        tell(self.world().now(), self.world(), &standing);
        all
    }
}

/// True if a command changes how fast or how reliable something is.
fn changes(command: &Command) -> bool {
    match command {
        Command::Network(_)
        | Command::Disk(..)
        | Command::DiskLies(..)
        | Command::DiskEarly(..)
        | Command::Clock(..)
        | Command::Timers(_) => true,
        Command::Link { change, .. } => matches!(change, LinkChange::Like(_)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let run = Run::from_text(text).expect("a run");
        run.unmet_assumptions().into_iter().map(|(at, unmet)| format!("{at} {unmet}")).collect()
    }

    #[test]
    fn settings_and_commands_are_told_with_their_moments() {
        let fine = "seed 1\nservers 3\nnetwork perfect\n";
        assert_eq!(told(&format!("{fine}at 1s disk all 5ms\nat 2s end")), [""; 0]);
        let slow = told(&format!("{fine}at 1s disk all 3s\nat 2s disk all 1ms\nat 3s end"));
        assert_eq!(slow.len(), 1, "{slow:?}");
        assert!(slow[0].starts_with("1.000000s an election takes at least 6.002 s"), "{slow:?}");
        let equal = told("servers 3\nnetwork perfect\nelection 200ms\nat 1s end");
        assert!(equal[0].starts_with("0.000000s all election timeouts are 200 ms"), "{equal:?}");
        let timers = told(&format!("{fine}at 1s timers election 2ms\nat 1.1s end"));
        assert!(timers.iter().any(|told| told.starts_with("1.000000s")), "{timers:?}");
        let lost = told(&format!("{fine}at 1s network loss=100%\nat 2s end"));
        assert!(lost[0].starts_with("1.000000s all messages are lost"), "{lost:?}");
        let leader = told(&format!("{fine}at 2s disk leader 1s\nat 2.1s end"));
        assert_eq!(leader, [""; 0], "the other two elect one of them");
    }

    #[test]
    fn a_text_is_judged_by_its_settings() {
        assert_eq!(unmet_assumptions_in("servers 5").expect("settings"), []);
        assert_eq!(unmet_assumptions_in("servers 3\ndisk 2s").expect("settings").len(), 1);
        assert!(unmet_assumptions_in("servers x").is_err());
    }
}
