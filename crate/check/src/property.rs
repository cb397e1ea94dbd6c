//! Table of all properties.

use std::fmt;

macro_rules! properties {
    ($($variant:ident $name:literal $title:literal $place:literal $sentence:literal)*) => {
        /// A property of Raft that is checked.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Property {
            $(#[doc = $sentence] $variant,)*
        }

        impl Property {
            /// All of them, those of Figure 3 first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in commands and reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Its title.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// Returns the section of the paper that states it.
            pub fn place(self) -> &'static str {
                match self { $(Self::$variant => $place,)* }
            }

            /// Returns the property in one sentence.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

properties! {
    ElectionSafety "election-safety" "Election Safety" "Figure 3, §5.2"
        "At most one server leads in a term."
    LeaderAppendOnly "leader-append-only" "Leader Append-Only" "Figure 3, §5.3"
        "A leader never overwrites or deletes entries of its own log."
    LogMatching "log-matching" "Log Matching" "Figure 3, §5.3"
        "Two logs that have an entry with the same index and term are the same up to it."
    LeaderCompleteness "leader-completeness" "Leader Completeness" "Figure 3, §5.4"
        "An entry that was committed in a term is in the log of every leader of a later term."
    StateMachineSafety "state-machine-safety" "State Machine Safety" "Figure 3, §5.4.3"
        "No two servers commit or apply different entries at the same index."
    OneVote "one-vote" "One vote in a term" "§5.2"
        "A server votes for at most one candidate in a term, also when it crashes in between."
    TermsRise "terms-rise" "Terms only rise" "§5.1"
        "A server's term never falls, and is not below the term of any message that it has handled or sent."
    CommitRises "commit-rises" "What is committed stays" "Figure 2"
        "While a server is up, commitIndex and lastApplied never fall, and what it knows to be committed stays in its log."
    DurableFirst "durable-first" "Durable before answered" "Figure 2, §5.2"
        "No term, vote, entry or snapshot is told to others before it is on the disk."
    AppliedInOrder "applied-in-order" "Applied in order" "§5.3"
        "A service applies what is committed, entry by entry without gap or repeat; a snapshot only takes it forward."
    SnapshotContents "snapshot-contents" "Snapshots tell the truth" "§7"
        "A snapshot up to an entry is the state after the log up to that entry, and names its index and term."
    Linearizable "linearizable" "Linearizable" "§8"
        "Every operation of a client seems to happen at one moment between its call and its answer, exactly once."
    Liveness "liveness" "Liveness" "§5.6"
        "When enough servers can reach each other for long enough, one is elected and what clients ask is done."
}

impl Property {
    /// Finds the property that a person means, by its name or title in any case.
    ///
    /// # Errors
    ///
    /// If there is none, the error lists the names.
    pub fn meant(text: &str) -> Result<Self, String> {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
                .to_ascii_lowercase()
        };
        let wanted = plain(text);
        let means =
            |property: &Self| plain(property.name()) == wanted || plain(property.title()) == wanted;
        Self::ALL.iter().copied().find(means).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|property| property.name()).collect();
            let shown: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
            format!("`{shown}` is not a property; the names are {}", names.join(", "))
        })
    }

    /// Returns the property with a title.
    pub fn titled(title: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|property| property.title() == title)
    }

    /// Returns the property with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|property| property.name() == name)
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_its_name_and_by_its_title() {
        for &property in Property::ALL {
            assert_eq!(Property::named(property.name()), Some(property));
            assert_eq!(Property::titled(property.title()), Some(property));
            assert!(property.sentence().ends_with('.') && !property.title().contains(": "));
        }
        assert_eq!(Property::named("luck"), None);
    }

    #[test]
    fn people_need_not_write_it_exactly() {
        for text in ["Leader Completeness", "leader-completeness", "leadercompleteness"] {
            assert_eq!(Property::meant(text), Ok(Property::LeaderCompleteness));
        }
        let error = Property::meant("luck").expect_err("there is none");
        assert!(error.starts_with("`luck` is not a property; the names are election-safety, "));
    }
}
