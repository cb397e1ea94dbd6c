//! Servers that are wrong on purpose: rules that they do not obey and mistakes that they make, to show what each
//! rule is for. It exists only with the feature `faults`; without it every server is right, and the compiler
//! leaves out all that asks.

use crate::mistake::Mistake;
use crate::rule::Rule;
use std::fmt;

/// The faults of one server. None by default: a server that obeys every rule and makes no mistake.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Faults {
    #[cfg(feature = "faults")]
    broken: RuleSet,
    #[cfg(feature = "faults")]
    mistakes: MistakeSet,
    /// Other servers of the cluster may have faults, so that nothing that they say can be relied on.
    #[cfg(feature = "faults")]
    among_faulty: bool,
}

impl Faults {
    /// The server obeys the rule.
    #[inline]
    #[cfg_attr(
        not(feature = "faults"),
        expect(clippy::unused_self, reason = "there is nothing to ask")
    )]
    pub fn obeys(self, rule: Rule) -> bool {
        #[cfg(feature = "faults")]
        let obeys = !self.broken.has(rule);
        #[cfg(not(feature = "faults"))]
        let obeys = (rule, true).1;
        obeys
    }

    /// The server, or its service, makes the mistake.
    #[inline]
    #[cfg_attr(
        not(feature = "faults"),
        expect(clippy::unused_self, reason = "there is nothing to ask")
    )]
    pub fn errs(self, mistake: Mistake) -> bool {
        #[cfg(feature = "faults")]
        let errs = self.mistakes.has(mistake);
        #[cfg(not(feature = "faults"))]
        let errs = (mistake, false).1;
        errs
    }

    /// The server obeys all rules and makes no mistake, and so do all others.
    pub fn is_right(self) -> bool {
        self == Self::default()
    }

    /// The votes and the copies that the server takes for a majority of so many.
    pub fn majority(self, servers: u16) -> usize {
        let servers = usize::from(servers);
        if self.errs(Mistake::HalfIsEnough) {
            return (servers / 2).max(1);
        }
        crate::quorum::majority(servers)
    }
}

#[cfg(feature = "faults")]
impl Faults {
    /// The server that does exactly this wrongly.
    pub fn of(switches: impl IntoIterator<Item = Switch>) -> Self {
        switches.into_iter().fold(Self::default(), Self::wrong_in)
    }

    /// These faults and one more.
    #[must_use]
    pub fn wrong_in(self, switch: Switch) -> Self {
        match switch {
            Switch::Rule(rule) => Self { broken: self.broken.with(rule), ..self },
            Switch::Mistake(mistake) => Self { mistakes: self.mistakes.with(mistake), ..self },
        }
    }

    /// The same in a cluster in which other servers may have faults: what only a wrong server could say is no surprise.
    #[must_use]
    pub fn among_faulty(self) -> Self {
        Self { among_faulty: true, ..self }
    }

    /// The fault is among these.
    pub fn has(self, switch: Switch) -> bool {
        match switch {
            Switch::Rule(rule) => self.broken.has(rule),
            Switch::Mistake(mistake) => self.mistakes.has(mistake),
        }
    }

    /// All of them, in the order of the tables.
    pub fn wrongs(self) -> impl Iterator<Item = Switch> {
        Switch::all().filter(move |&switch| self.has(switch))
    }
}

#[cfg(feature = "faults")]
impl From<Rule> for Switch {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}

#[cfg(feature = "faults")]
impl From<Mistake> for Switch {
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

    /// Whether the rule is in the set.
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

    /// Whether the mistake is in the set.
    pub fn has(self, mistake: Mistake) -> bool {
        self.0 & (1 << mistake as u8) != 0
    }
}

/// One thing that can be done wrongly: a whole rule, or one decision.
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

impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(all(test, feature = "faults"))]
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

    #[test]
    fn faults_are_told_in_the_order_of_the_tables_and_make_a_server_wrong() {
        assert!(Faults::default().is_right());
        let all: Vec<Switch> = Switch::all().collect();
        assert!(Faults::of(all.iter().rev().copied()).wrongs().eq(all.iter().copied()));
        for &switch in &all {
            let faults = Faults::of([switch]);
            assert!(!faults.is_right() && faults.wrongs().eq([switch]));
        }
    }

    #[test]
    fn half_is_a_majority_only_by_mistake() {
        let right: Vec<usize> = (1..=5).map(|n| Faults::default().majority(n)).collect();
        assert_eq!(right, [1, 2, 2, 3, 3]);
        let half = Faults::of([Mistake::HalfIsEnough.into()]);
        let wrong: Vec<usize> = (1..=5).map(|n| half.majority(n)).collect();
        assert_eq!(wrong, [1, 1, 1, 2, 2]);
    }
}
