//! The Raft playground's engine in a terminal.

mod lab;

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
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Lab(lab) => lab.run(),
    }
}
