//! A list of bugs: the property that each violates, the reason, and a small run that shows it.
//!
//! Every example is one [`Bug`] of the settings: a rule that is switched off, or a mistake that is made. Its run is a
//! minimal text of settings and commands. Most events are caused by hand, on a network without chance, so that each line
//! matters. With the line `broken` the property is violated; without it, no property is.
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

/// A bug, and the property that it violates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Example {
    /// Rules and mistakes that make the bug.
    pub bug: Bug,
    /// Short title.
    pub title: &'static str,
    /// Property that is violated.
    pub property: Property,
    /// Reason for the violation, in one sentence.
    pub why: &'static str,
    /// Text of a run that shows it. The playground opens it.
    pub run: &'static str,
}

impl Example {
    /// Returns its name in the settings.
    pub fn name(&self) -> &'static str {
        self.bug.name()
    }

    /// Returns the bugs that its run has besides, because this one does no harm here by itself. They do no harm by
    /// themselves either.
    pub fn beside(&self) -> impl Iterator<Item = Bug> {
        let lines = self.run.lines().filter_map(|line| line.strip_prefix("broken "));
        let bugs = lines.flat_map(str::split_whitespace).filter_map(Bug::named);
        bugs.filter(|bug| *bug != self.bug)
    }

    /// Returns the section of the paper that states the right behaviour.
    pub fn section(&self) -> &'static str {
        self.bug.section()
    }
}

/// Returns the example of a switch, if there is one.
pub fn example(bug: Bug) -> Option<&'static Example> {
    EXAMPLES.iter().find(|example| example.bug == bug)
}
