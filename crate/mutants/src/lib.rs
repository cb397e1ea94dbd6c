//! What can be done wrongly, what is violated then and why, and for each a small run that shows it.
//!
//! Every example is one [`Bug`] of the settings: a rule that is not obeyed, or a mistake that is made. Its run is a
//! text of settings and commands, as small as it goes: most happens by hand, on a network without chance, so that each
//! line of it matters. With the line `broken` the property is violated; without it, nothing does.
//!
//! ```
//! use raft_mutants::example;
//! use raft_check::Property;
//! use raft_core::{Rule, Bug};
//!
//! let example = example(Bug::Rule(Rule::CommitOnlyOwnTerm)).expect("it is shown");
//! assert_eq!(example.property, Property::LeaderCompleteness);
//! assert!(example.run.contains("\nbroken CommitOnlyOwnTerm\n"));
//! ```

mod known;
mod staged;
mod table;

use raft_check::Property;
use raft_core::Bug;

pub use known::{KNOWN, Known, Report, known};
pub use staged::{STAGED, Staged, staged};
pub use table::{EXAMPLES, HARMLESS};

/// One thing done wrongly, and what it leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Example {
    /// What is done wrongly.
    pub bug: Bug,
    /// The same in a few words.
    pub title: &'static str,
    /// The property that is violated.
    pub property: Property,
    /// Why it falls, in one sentence.
    pub why: &'static str,
    /// A run that shows it, as a text that the playground opens.
    pub run: &'static str,
}

impl Example {
    /// Its name in the settings.
    pub fn name(&self) -> &'static str {
        self.bug.name()
    }

    /// What else is wrong in its run, because the mistake does no harm here by itself. Alone, that does no harm either.
    pub fn beside(&self) -> impl Iterator<Item = Bug> {
        let lines = self.run.lines().filter_map(|line| line.strip_prefix("broken "));
        let bugs = lines.flat_map(str::split_whitespace).filter_map(Bug::named);
        bugs.filter(|bug| *bug != self.bug)
    }

    /// Where the paper says what would be right.
    pub fn section(&self) -> &'static str {
        self.bug.section()
    }
}

/// The example of a bug, if there is one.
pub fn example(bug: Bug) -> Option<&'static Example> {
    EXAMPLES.iter().find(|example| example.bug == bug)
}
