//! The Raft playground's engine in a terminal.

// What is printed goes through `out`, which hides nothing and bears a reader that has gone.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod explore;
mod lab;
mod link;
mod out;
mod replay;
mod search;
mod shared;
mod source;
mod swarm;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Simulates real Raft clusters in a terminal, with the engine of the playground
#[derive(Parser)]
#[command(version, after_help = STATUS)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const STATUS: &str = "\
Exit status: 0 when what was asked for holds, 1 when it does not (a run differs, a property is violated, a test fails, \
nothing is found), 2 when the arguments or the text make no sense. `COMMAND --help` says it for each command. Whoever \
stops reading (`| head -1`) ends a command without a word, with status 141 where the shell tells it.";

#[derive(Subcommand)]
enum Command {
    /// Explores every state of a small world
    Explore(explore::Explore),
    /// Runs the tests of MIT 6.5840's Raft lab
    Lab(lab::Lab),
    /// Prints a run's text as a link that opens it in the page
    Link(link::Link),
    /// Executes a run again, from a link or a file, and compares it with its recorded digests
    Replay(replay::Replay),
    /// Searches for a run in which a bug violates a property, and shrinks it
    Search(search::Search),
    /// Runs random clusters under faults, and checks every property after every event
    Swarm(swarm::Swarm),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Explore(explore) => explore.run(),
        Command::Lab(lab) => lab.run(),
        Command::Link(link) => link.run(),
        Command::Replay(replay) => replay.run(),
        Command::Search(search) => search.run(),
        Command::Swarm(swarm) => swarm.run(),
    }
}
