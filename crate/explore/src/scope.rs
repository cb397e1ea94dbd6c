//! Switches that an exploration can judge. For others, "all properties hold" would be no answer, because the
//! exploration does not see their effects.

use raft_core::{Bug, Mistake, Rule};

/// Part of a switch's effects that an exploration sees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// All effects.
    Seen,
    /// Only effects together with another switch, with the reason.
    NotAlone(&'static str),
    /// No effects, with the reason.
    Nothing(&'static str),
}

const TIMERS: &str =
    "it changes when a timer runs out, and in an exploration any timer may run out at any moment";
const CLIENTS: &str =
    "it concerns what clients are answered, and an exploration has commands but no clients";
const PROGRESS: &str =
    "it only keeps things from happening, which breaks Liveness, and an exploration knows no time";

impl Scope {
    /// Returns the scope of a switch.
    pub fn of(bug: Bug) -> Self {
        match bug {
            Bug::Rule(rule) => Self::of_rule(rule),
            Bug::Mistake(mistake) => Self::of_mistake(mistake),
        }
    }

    fn of_rule(rule: Rule) -> Self {
        use Rule as R;
        match rule {
            R::RandomElectionTimeout | R::LeaderResetsTimer | R::VoteResetsTimer => {
                Self::Nothing(TIMERS)
            }
            R::FollowerTimesOut
            | R::CandidateTimesOut
            | R::RequestVotes
            | R::GrantVote
            | R::CountVote
            | R::CandidateFollowsLeader
            | R::AnnounceLeader
            | R::SendHeartbeats
            | R::AcceptCommand
            | R::BackUp
            | R::SkipConflictingTerm
            | R::SendSnapshot
            | R::ResetProgress => Self::NotAlone(PROGRESS),
            R::FollowCommit => Self::NotAlone(
                "a leader that goes back no further than it has to sends no message that it could do harm with; \
                 explore it together with NextIndexUnderflow",
            ),
            R::SaveSnapshot => Self::NotAlone(
                "it breaks Durable before answered, and an exploration does not compare what is told with what disks hold",
            ),
            R::IgnoreSnapshotRequest => Self::NotAlone(
                "in an exploration services only ask for snapshots of what they have applied last, which do no harm",
            ),
            _ => Self::Seen,
        }
    }

    fn of_mistake(mistake: Mistake) -> Self {
        use Mistake as M;
        match mistake {
            M::RefusedCandidateResetsTimer | M::StaleMessageResetsTimer => Self::Nothing(TIMERS),
            M::AnswersBeforeCommit
            | M::ReadsWithoutLog
            | M::RetriesAppliedTwice
            | M::SessionsNotInSnapshot => Self::Nothing(CLIENTS),
            M::LogBeforeSnapshot => Self::Nothing(
                "it concerns a disk's two files, and in an exploration log and snapshot are written as one",
            ),
            M::VoteKeptAcrossTerms | M::RefusesEitherBehind | M::NextIndexUnderflow => {
                Self::NotAlone(PROGRESS)
            }
            _ => Self::Seen,
        }
    }

    /// Returns the reason why the switch cannot be explored alone, if it cannot.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Seen => None,
            Self::NotAlone(why) | Self::Nothing(why) => Some(why),
        }
    }
}

/// Returns the reason why these switches cannot be explored, if they cannot: one makes no difference here, the only
/// one makes none alone, or all of them only prevent progress.
pub fn refusal(bugs: &[Bug]) -> Option<String> {
    let scope = |bug: &Bug| Scope::of(*bug);
    let nothing = bugs.iter().find(|bug| matches!(scope(bug), Scope::Nothing(_)));
    let no_progress = bugs.iter().all(|bug| scope(bug) == Scope::NotAlone(PROGRESS));
    let alone = bugs.first().filter(|_| bugs.len() == 1 || no_progress);
    let bug = nothing.or(alone)?;
    let why = scope(bug).reason()?;
    Some(format!(
        "{bug} cannot be explored: {why}. `search --broken {bug}` plays runs in which it counts"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_difference_is_refused_and_what_makes_none_alone_only_alone() {
        let said = |names: &[&str]| {
            let named = |name: &&str| Bug::named(name).expect("there is such a bug");
            refusal(&names.iter().map(named).collect::<Vec<_>>())
        };
        assert_eq!(said(&[]), None);
        assert_eq!(said(&["RefuseSecondVote"]), None);
        assert_eq!(said(&["FollowCommit", "NextIndexUnderflow"]), None);
        assert_eq!(said(&["RefuseSecondVote", "GrantVote"]), None);
        for (names, says) in [
            (&["ReadsWithoutLog"][..], "ReadsWithoutLog cannot be explored: it concerns what "),
            (&["RefuseSecondVote", "VoteResetsTimer"], "VoteResetsTimer cannot be explored: it c"),
            (&["SendHeartbeats"], "SendHeartbeats cannot be explored: it only keeps things from"),
            (
                &["GrantVote", "CountVote"],
                "GrantVote cannot be explored: it only keeps things from ",
            ),
            (&["FollowCommit"], "FollowCommit cannot be explored: a leader that goes back no fur"),
        ] {
            let refused = said(names).expect("it is refused");
            assert!(refused.starts_with(says), "{refused}");
            assert!(refused.contains(" plays runs in which it counts"), "{refused}");
        }
    }
}
