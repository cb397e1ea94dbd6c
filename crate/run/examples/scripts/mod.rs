//! The scripts whose digests are compared between the native run and the browser's, and how they are
//! played there: in slices, with a checkpoint every so many events.

/// Name and text of each script.
pub(crate) const SCRIPTS: &[(&str, &str)] = &[
    ("election", include_str!("election.txt")),
    ("commands-with-losses", include_str!("commands-with-losses.txt")),
    ("crash-and-restart", include_str!("crash-and-restart.txt")),
    ("install-snapshot", include_str!("install-snapshot.txt")),
    ("everything", include_str!("everything.txt")),
    ("nine-servers", include_str!("nine-servers.txt")),
    ("one-server", include_str!("one-server.txt")),
    ("the-labs-network", include_str!("the-labs-network.txt")),
];

/// Events between two checkpoints.
pub(crate) const CHECKPOINT: u64 = 500;

/// Plays a script: natively or through the bindings.
pub(crate) trait Player {
    /// Runs events up to a moment in microseconds, at most `budget`; true when it got there.
    fn advance(&mut self, to: u64, budget: u64) -> bool;
    /// Carries out a command now.
    fn command(&mut self, text: &str);
    /// Events so far.
    fn events(&self) -> u64;
    /// The digest so far, in hexadecimal.
    fn digest(&self) -> String;
}

/// Settings, and the commands with their times in milliseconds.
pub(crate) fn parse(script: &str) -> (String, Vec<(u64, &str)>) {
    let is_timed = |line: &&str| line.starts_with("at ");
    let settings: Vec<&str> = script.lines().filter(|line| !is_timed(line)).collect();
    let timed = script.lines().filter(is_timed).map(|line| {
        let (at, command) =
            line["at ".len()..].split_once("ms ").expect("scripts give times in ms");
        (at.parse().expect("a whole number of ms"), command)
    });
    (settings.join("\n"), timed.collect())
}

/// Plays a script to its end and gives one line for each checkpoint: `NAME EVENTS DIGEST`.
pub(crate) fn play(name: &str, commands: &[(u64, &str)], player: &mut dyn Player) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, command) in commands {
        while !player.advance(at * 1000, CHECKPOINT - player.events() % CHECKPOINT) {
            lines.push(line(name, player));
        }
        if *command != "end" {
            player.command(command);
        }
        lines.push(line(name, player));
    }
    lines
}

fn line(name: &str, player: &dyn Player) -> String {
    format!("{name} {} {}", player.events(), player.digest())
}
