//! The Raft playground's engine in a terminal.

mod lab;
mod link;
mod replay;
mod source;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A real Raft cluster, simulated: the playground's engine in a terminal.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the tests of MIT 6.5840's Raft lab.
    Lab(lab::Lab),
    /// Prints a run's text as a link that opens it in the page.
    Link(link::Link),
    /// Executes a run again, from a link or a file, and compares it with what was recorded.
    Replay(replay::Replay),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Lab(lab) => lab.run(),
        Command::Link(link) => link.run(),
        Command::Replay(replay) => replay.run(),
    }
}
