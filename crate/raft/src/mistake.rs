//! Mistakes that implementations of Raft really make, in one table: name, the section that the mistake
//! offends, a title, and what the wrong code does. Where a [`Rule`] says what is right and can be switched
//! off whole, a [`Mistake`] changes one decision. Both are a [`Switch`].

#![allow(clippy::doc_markdown, reason = "the sentences are shown to readers as they stand")]

use crate::rule::Rule;
use std::fmt;

macro_rules! mistakes {
    ($( $name:ident $section:literal $title:literal $sentence:literal; )*) => {
        /// A realistic mistake: one decision made wrongly.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Mistake { $( #[doc = $sentence] $name, )* }

        impl Mistake {
            /// Every mistake, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name as it is written in a configuration.
            pub fn name(self) -> &'static str { match self { $(Self::$name => stringify!($name),)* } }

            /// Where the paper states what would be right.
            pub fn section(self) -> &'static str { match self { $(Self::$name => $section,)* } }

            /// Its title: a few words.
            pub fn title(self) -> &'static str { match self { $(Self::$name => $title,)* } }

            /// What the wrong code does, in one sentence.
            pub fn sentence(self) -> &'static str { match self { $(Self::$name => $sentence,)* } }
        }
    };
}

mistakes! {
    // What is written
    VoteNotPersisted "Fig. 2" "The vote is not written"
        "A server writes its term to stable storage but not its vote, so that after a restart it votes again in the same term.";
    TermNotPersisted "Fig. 2" "The term is not written"
        "A server writes its vote to stable storage but not its term, so that after a restart it lives through old terms again.";
    EntriesNotPersisted "Fig. 2" "Entries are not written"
        "A server keeps new log entries in memory alone, so that a restart takes away what it has confirmed.";
    SnapshotLostOnRestart "§7" "The snapshot is not written"
        "A server that discards log entries writes the shorter log without the snapshot that stands for them, so that after a restart its service begins with nothing.";
    AnswersBeforeDurable "Fig. 2" "Answers before the write is durable"
        "A server sends and applies at once what should wait for its disk, so that a crash can take away what others have been told.";

    // Terms and elections
    OldLeaderKeepsLeading "§5.1" "An old leader keeps leading"
        "A leader that sees a higher term takes the term but does not become a follower.";
    VoteKeptAcrossTerms "§5.2" "The vote of an earlier term still counts"
        "A server that takes a higher term does not forget whom it voted for, so that it refuses every other candidate for ever.";
    VotesOfEarlierElections "§5.2" "Votes of earlier elections count"
        "A candidate that starts a new election keeps the votes that it had in the one before.";
    ComparesLengthOnly "§5.4.1" "The longer log wins"
        "A server compares only the lengths of the logs before it votes, not the terms of their last entries.";
    HalfIsEnough "§5.2" "Half of the servers are a majority"
        "A server takes half of the servers, rounded down, for a majority, in elections and when it commits.";
    StaleMessageResetsTimer "§5.2" "A deposed leader resets the timer"
        "A server waits anew for a whole election timeout when AppendEntries of an old term arrives, though it refuses it.";

    // Replication
    NextIndexUnderflow "§5.3" "nextIndex falls below 1"
        "A leader moves nextIndex one place too far back, and below 1 the unsigned number wraps to the largest, so that it never sends that follower an entry again.";
    ChecksIndexOnly "§5.3" "The consistency check ignores terms"
        "A follower takes entries whenever its log has an entry at the place before them, whatever the term of that entry.";

    // The service and its clients
    AnswersBeforeCommit "§8" "Answers before the command is committed"
        "A server answers its client as soon as the command stands in its own log.";
    ReadsWithoutLog "§8" "Reads do not go through the log"
        "Whoever believes to lead answers a read at once from its own table.";
    RetriesAppliedTwice "§8" "A retry is applied twice"
        "The service does not remember which commands of a client it has applied, so that a command sent again takes effect again.";
    SessionsNotInSnapshot "§8" "The sessions are not in the snapshot"
        "The service's snapshot holds its table but not what it remembers of its clients, so that a retry after a restart or an installed snapshot takes effect again.";
}

/// A set of mistakes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MistakeSet(u32);

impl MistakeSet {
    /// The set without any mistake.
    pub const NONE: Self = Self(0);

    /// This set and one mistake more.
    #[must_use]
    pub fn with(self, mistake: Mistake) -> Self {
        Self(self.0 | 1 << mistake as u8)
    }

    /// Whether the mistake is in the set.
    pub fn has(self, mistake: Mistake) -> bool {
        self.0 & (1 << mistake as u8) != 0
    }
}

/// What a configuration can break: a whole rule, or one decision.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Switch {
    /// The rule is not obeyed.
    Rule(Rule),
    /// The mistake is made.
    Mistake(Mistake),
}

impl Switch {
    /// Every switch: the rules, then the mistakes.
    pub fn all() -> impl Iterator<Item = Self> {
        let rules = Rule::ALL.iter().map(|&rule| Self::Rule(rule));
        rules.chain(Mistake::ALL.iter().map(|&mistake| Self::Mistake(mistake)))
    }

    /// The switch of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|switch| switch.name() == name)
    }

    /// Its name as it is written in a configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.name(),
            Self::Mistake(mistake) => mistake.name(),
        }
    }

    /// The paper's section.
    pub fn section(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.section(),
            Self::Mistake(mistake) => mistake.section(),
        }
    }

    /// A few words: the rule, or what is done wrongly.
    pub fn title(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.title(),
            Self::Mistake(mistake) => mistake.title(),
        }
    }

    /// One sentence: what the rule says, or what the wrong code does.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.sentence(),
            Self::Mistake(mistake) => mistake.sentence(),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_fits_the_set_and_is_told_apart() {
        assert!(Mistake::ALL.len() <= 32);
        for &mistake in Mistake::ALL {
            let set = MistakeSet::NONE.with(mistake);
            assert!(Mistake::ALL.iter().all(|&other| set.has(other) == (other == mistake)));
        }
    }

    #[test]
    fn every_switch_has_a_name_and_words_of_its_own() {
        let all: Vec<Switch> = Switch::all().collect();
        assert_eq!(all.len(), Rule::ALL.len() + Mistake::ALL.len());
        for (at, &switch) in all.iter().enumerate() {
            assert_eq!(Switch::named(switch.name()), Some(switch));
            assert!(switch.section().starts_with('§') || switch.section().starts_with("Fig."));
            assert!(switch.sentence().ends_with('.') && switch.title().len() < 50);
            for other in &all[..at] {
                assert_ne!(switch.title(), other.title());
                assert_ne!(switch.sentence(), other.sentence());
            }
        }
        assert_eq!(Switch::named("Gravity"), None);
    }
}
