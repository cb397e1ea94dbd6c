//! The outline of a run.

use serde::Serialize;
use tsify::Tsify;

/// The outline of the run, for painting a strip.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct Timeline {
    pub terms: Vec<TermMark>,
    pub leaders: Vec<LeadershipMark>,
    pub down: Vec<DowntimeMark>,
    pub cut: Vec<CutMark>,
    pub elections: Vec<ElectionMark>,
    pub commits: Vec<CommitMark>,
    pub commands: Vec<CommandMark>,
    pub violations: Vec<ViolationMark>,
}

/// The first violation of a property.
#[derive(Serialize, Tsify)]
pub struct ViolationMark {
    pub at: u64,
    #[tsify(type = "string")]
    pub property: &'static str,
}

#[derive(Serialize, Tsify)]
pub struct TermMark {
    pub term: u64,
    pub from: u64,
}

#[derive(Serialize, Tsify)]
pub struct LeadershipMark {
    pub server: u16,
    pub term: u64,
    pub from: u64,
    #[tsify(type = "number | null")]
    pub to: Option<u64>,
}

#[derive(Serialize, Tsify)]
pub struct DowntimeMark {
    pub server: u16,
    pub paused: bool,
    pub from: u64,
    #[tsify(type = "number | null")]
    pub to: Option<u64>,
}

#[derive(Serialize, Tsify)]
pub struct CutMark {
    pub from: u64,
    #[tsify(type = "number | null")]
    pub to: Option<u64>,
}

#[derive(Serialize, Tsify)]
pub struct ElectionMark {
    pub server: u16,
    pub term: u64,
    pub at: u64,
}

#[derive(Serialize, Tsify)]
pub struct CommitMark {
    pub index: u64,
    pub at: u64,
}

#[derive(Serialize, Tsify)]
pub struct CommandMark {
    pub at: u64,
    pub text: String,
}

impl From<&raft_run::timeline::Timeline> for Timeline {
    fn from(line: &raft_run::timeline::Timeline) -> Self {
        Self {
            terms: line
                .terms
                .iter()
                .map(|(term, from)| TermMark { term: term.0, from: from.0 })
                .collect(),
            leaders: line
                .leaders
                .iter()
                .map(|leadership| LeadershipMark {
                    server: leadership.server.0,
                    term: leadership.term.0,
                    from: leadership.from.0,
                    to: leadership.to.map(|to| to.0),
                })
                .collect(),
            down: line
                .downtimes
                .iter()
                .map(|downtime| DowntimeMark {
                    server: downtime.server.0,
                    paused: downtime.paused,
                    from: downtime.from.0,
                    to: downtime.to.map(|to| to.0),
                })
                .collect(),
            cut: line
                .cuts
                .iter()
                .map(|(from, to)| CutMark { from: from.0, to: to.map(|to| to.0) })
                .collect(),
            elections: line
                .elections
                .iter()
                .map(|(server, term, at)| ElectionMark { server: server.0, term: term.0, at: at.0 })
                .collect(),
            commits: line
                .commits
                .iter()
                .map(|(index, at)| CommitMark { index: index.0, at: at.0 })
                .collect(),
            commands: line
                .commands
                .iter()
                .map(|(at, text)| CommandMark { at: at.0, text: text.clone() })
                .collect(),
            violations: line
                .violations
                .iter()
                .map(|(at, property)| ViolationMark { at: at.0, property: property.title() })
                .collect(),
        }
    }
}
