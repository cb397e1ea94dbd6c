//! `raft-playground link`: a run's text as a link.

use crate::shared::complain;
use crate::source;
use clap::Args;
use raft_sim::trace::Show;
use raft_sim::{Time, Trace};
use std::process::ExitCode;

/// What to make a link of.
#[derive(Args)]
pub(crate) struct Link {
    /// A file with a run's text, `-` for standard input, or a link to be changed.
    run: String,
    /// The moment at which the link opens, in milliseconds. None: as the text says, else the beginning.
    #[arg(long, value_name = "MS")]
    at: Option<u64>,
}

impl Link {
    /// Prints the part of an address from `#` on.
    pub(crate) fn run(&self) -> ExitCode {
        let trace = source::read(&self.run)
            .and_then(|text| text.parse::<Trace>().map_err(|error| error.to_string()));
        let mut trace = match trace {
            Ok(trace) => trace,
            Err(error) => {
                complain!("{error}");
                return ExitCode::from(2);
            }
        };
        if let Some(ms) = self.at {
            let at = Time(ms.saturating_mul(1_000));
            trace.show = Some(Show { at, after: None, server: None });
        }
        println!("#{}", raft_link::encode(&trace.to_string()));
        ExitCode::SUCCESS
    }
}
