//! Plays the scripts natively and prints the digest at every checkpoint, for comparison with the browser.

mod scripts;

use raft_run::{Run, Time};
use scripts::{Player, SCRIPTS, parse, play};

struct Native(Run);

impl Player for Native {
    fn advance(&mut self, to: u64, budget: u64) -> bool {
        self.0.advance(Time(to), budget)
    }

    fn command(&mut self, text: &str) {
        let command = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        self.0.command(command).unwrap_or_else(|error| panic!("{text}: {error}"));
    }

    fn events(&self) -> u64 {
        self.0.world().events()
    }

    fn digest(&self) -> String {
        format!("{:016x}", self.0.world().digest())
    }
}

fn main() {
    for (name, script) in SCRIPTS {
        let (settings, commands) = parse(script);
        let run = Run::from_text(&settings).unwrap_or_else(|error| panic!("{name}: {error}"));
        for line in play(name, &commands, &mut Native(run)) {
            println!("{line}");
        }
    }
}
