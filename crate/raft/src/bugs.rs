//! Bugs on purpose: rules that a server does not obey and mistakes that it makes, to show why each rule is there. They
//! exist only with the feature `bugs`. Without it every server is right, and the compiler leaves out each question.

use crate::mistake::Mistake;
use crate::rule::Rule;
use std::fmt;

/// The bugs of one server. None by default: a server that obeys every rule and makes no mistake.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Bugs {
    #[cfg(feature = "bugs")]
    broken: RuleSet,
    #[cfg(feature = "bugs")]
    mistakes: MistakeSet,
    /// Other servers of the cluster may have bugs, so that nothing that they say can be relied on.
    #[cfg(feature = "bugs")]
    among_buggy: bool,
}

impl Bugs {
    /// The server obeys the rule.
    #[inline]
    #[cfg_attr(
        not(feature = "bugs"),
        expect(clippy::unused_self, reason = "there is nothing to ask")
    )]
    pub fn obeys(self, rule: Rule) -> bool {
        #[cfg(feature = "bugs")]
        let obeys = !self.broken.has(rule);
        #[cfg(not(feature = "bugs"))]
        let obeys = (rule, true).1;
        obeys
    }

    /// The server, or its service, makes the mistake.
    #[inline]
    #[cfg_attr(
        not(feature = "bugs"),
        expect(clippy::unused_self, reason = "there is nothing to ask")
    )]
    pub fn makes(self, mistake: Mistake) -> bool {
        #[cfg(feature = "bugs")]
        let makes = self.mistakes.has(mistake);
        #[cfg(not(feature = "bugs"))]
        let makes = (mistake, false).1;
        makes
    }

    /// The server obeys all rules and makes no mistake, and so do all others.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// The servers that are a majority of so many, as a server with these bugs counts.
    #[inline]
    pub fn majority(self, servers: u16) -> usize {
        let servers = usize::from(servers);
        if self.makes(Mistake::HalfIsEnough) {
            return (servers / 2).max(1);
        }
        crate::quorum::majority(servers)
    }
}

#[cfg(feature = "bugs")]
impl Bugs {
    /// Exactly these bugs.
    pub fn of(bugs: impl IntoIterator<Item = Bug>) -> Self {
        bugs.into_iter().fold(Self::default(), Self::with)
    }

    /// These bugs and one more.
    #[must_use]
    pub fn with(self, bug: Bug) -> Self {
        match bug {
            Bug::Rule(rule) => Self { broken: self.broken.with(rule), ..self },
            Bug::Mistake(mistake) => Self { mistakes: self.mistakes.with(mistake), ..self },
        }
    }

    /// The same in a cluster in which other servers may have bugs: what only a wrong server could say is no surprise.
    #[must_use]
    pub fn among_buggy(self) -> Self {
        Self { among_buggy: true, ..self }
    }

    /// The bug is among these.
    pub fn has(self, bug: Bug) -> bool {
        match bug {
            Bug::Rule(rule) => self.broken.has(rule),
            Bug::Mistake(mistake) => self.mistakes.has(mistake),
        }
    }

    /// All of them, in the order of the tables.
    pub fn iter(self) -> impl Iterator<Item = Bug> {
        Bug::all().filter(move |&bug| self.has(bug))
    }
}

#[cfg(feature = "bugs")]
impl From<Rule> for Bug {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}

#[cfg(feature = "bugs")]
impl From<Mistake> for Bug {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(mistake)
    }
}

/// A set of rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RuleSet(u64);

impl RuleSet {
    /// The set without any rule.
    pub const NONE: Self = Self(0);

    /// This set and one rule more.
    #[must_use]
    pub fn with(self, rule: Rule) -> Self {
        Self(self.0 | 1 << rule as u8)
    }

    /// The rule is in the set.
    pub fn has(self, rule: Rule) -> bool {
        self.0 & (1 << rule as u8) != 0
    }
}

/// A set of mistakes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MistakeSet(u64);

impl MistakeSet {
    /// The set without any mistake.
    pub const NONE: Self = Self(0);

    /// This set and one mistake more.
    #[must_use]
    pub fn with(self, mistake: Mistake) -> Self {
        Self(self.0 | 1 << mistake as u8)
    }

    /// The mistake is in the set.
    pub fn has(self, mistake: Mistake) -> bool {
        self.0 & (1 << mistake as u8) != 0
    }
}

/// A bug: a rule that is switched off, or a mistake in one decision.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Bug {
    /// The rule is not obeyed.
    Rule(Rule),
    /// The mistake is made.
    Mistake(Mistake),
}

impl Bug {
    /// Every bug: the rules, then the mistakes.
    pub fn all() -> impl Iterator<Item = Self> {
        let rules = Rule::ALL.iter().map(|&rule| Self::Rule(rule));
        rules.chain(Mistake::ALL.iter().map(|&mistake| Self::Mistake(mistake)))
    }

    /// The bug of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|bug| bug.name() == name)
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

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(all(test, feature = "bugs"))]
mod tests {
    use super::*;

    #[test]
    fn every_rule_fits_the_set_and_is_told_apart() {
        assert!(Rule::ALL.len() <= 64);
        for &rule in Rule::ALL {
            let set = RuleSet::NONE.with(rule);
            assert!(Rule::ALL.iter().all(|&other| set.has(other) == (other == rule)));
        }
    }

    #[test]
    fn every_mistake_fits_the_set_and_is_told_apart() {
        assert!(Mistake::ALL.len() <= 64);
        for &mistake in Mistake::ALL {
            let set = MistakeSet::NONE.with(mistake);
            assert!(Mistake::ALL.iter().all(|&other| set.has(other) == (other == mistake)));
        }
    }

    #[test]
    fn every_switch_has_a_name_and_words_of_its_own() {
        let all: Vec<Bug> = Bug::all().collect();
        assert_eq!(all.len(), Rule::ALL.len() + Mistake::ALL.len());
        for (at, &bug) in all.iter().enumerate() {
            assert_eq!(Bug::named(bug.name()), Some(bug));
            assert!(bug.section().starts_with('§') || bug.section().starts_with("Fig."));
            assert!(bug.sentence().ends_with('.') && bug.title().len() < 50);
            for other in &all[..at] {
                assert_ne!(bug.title(), other.title());
                assert_ne!(bug.sentence(), other.sentence());
            }
        }
        assert_eq!(Bug::named("Gravity"), None);
    }

    #[test]
    fn faults_are_told_in_the_order_of_the_tables_and_make_a_server_wrong() {
        assert!(Bugs::default().is_empty());
        let all: Vec<Bug> = Bug::all().collect();
        assert!(Bugs::of(all.iter().rev().copied()).iter().eq(all.iter().copied()));
        for &bug in &all {
            let bugs = Bugs::of([bug]);
            assert!(!bugs.is_empty() && bugs.iter().eq([bug]));
        }
    }

    #[test]
    fn half_is_a_majority_only_by_mistake() {
        let right: Vec<usize> = (1..=5).map(|n| Bugs::default().majority(n)).collect();
        assert_eq!(right, [1, 2, 2, 3, 3]);
        let half = Bugs::of([Mistake::HalfIsEnough.into()]);
        let wrong: Vec<usize> = (1..=5).map(|n| half.majority(n)).collect();
        assert_eq!(wrong, [1, 1, 1, 2, 2]);
    }
}
