//! `raft-playground link`: a run's text as a link.

use crate::out::say;
use crate::shared::refuse;
use crate::source::{self, FORMAT};
use clap::Args;
use raft_run::Time;
use raft_run::line::{above_bar, without_mark};
use raft_run::saved::{BranchText, branch_texts};
use raft_run::trace::Show;
use std::process::ExitCode;

/// Run to make a link of.
#[derive(Args)]
#[command(after_help = format!("{FORMAT}\n\n{STATUS}"))]
pub(crate) struct Link {
    /// File with a run's text, `-` for standard input, or a link to change
    run: String,
    /// Moment at which the link opens, in milliseconds [default: as the text says, else the beginning]
    #[arg(long, value_name = "MS")]
    at: Option<u64>,
    /// Number of the branch to put into the link, as a run of its own [default: all branches of the text]
    #[arg(long, value_name = "NUMBER")]
    branch: Option<u64>,
}

const STATUS: &str = "Exit status: 0 when the link is printed, 2 when the text cannot be read.";

impl Link {
    /// Prints the part of an address from `#` on.
    pub(crate) fn run(&self) -> ExitCode {
        match source::read(&self.run).and_then(|text| self.changed(&text)) {
            Ok(text) => {
                say!("#{}", raft_link::encode(&text));
                ExitCode::SUCCESS
            }
            Err(error) => refuse(&error),
        }
    }

    /// Returns the text to put into the link.
    fn changed(&self, text: &str) -> Result<String, String> {
        let text = above_bar(without_mark(text));
        let mut branches = branch_texts(text).map_err(|error| error.to_string())?;
        let known: Vec<u64> = branches.iter().map(|branch| branch.id).collect();
        let wanted = self.branch.or(known.last().copied()).unwrap_or_default();
        let Some(place) = known.iter().position(|&id| id == wanted) else {
            return Err(source::no_branch(wanted, known.into_iter()));
        };
        let BranchText { text: own, mut trace, .. } = branches.swap_remove(place);
        if let Some(ms) = self.at {
            let at = Time(ms.saturating_mul(1_000));
            trace.show = Some(Show { at, after: None, server: None });
        }
        let mut whole = String::new();
        if self.branch.is_none() {
            // The current branch ends the text; what stands before it stays as it is.
            whole.push_str(text.strip_suffix(own).unwrap_or_default());
            if !whole.is_empty() && !whole.ends_with('\n') {
                whole.push('\n');
            }
        }
        Ok(whole + &trace.to_string())
    }
}
