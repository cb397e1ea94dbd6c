//! From journal and timeline to what the page reads of them.

use crate::view::{
    AbsenceMark, CommandMark, CommitMark, CutMark, ElectionMark, JournalLine, JournalPage,
    JournalQuery, ReignMark, TermMark, Timeline,
};
use raft_core::{Rule, ServerId};
use raft_sim::journal::{Filter, Line};
use raft_sim::timeline;
use raft_sim::{Kind, Run};

/// The most lines in one answer.
const MOST: u64 = 1_000;

pub(crate) fn journal(run: &mut Run, query: &JournalQuery) -> JournalPage {
    let kinds = Kind::ALL
        .into_iter()
        .filter(|kind| query.kinds.iter().any(|name| name == kind.name()))
        .collect();
    let page = run.journal(Filter { server: query.server.map(ServerId), kinds });
    let count = query.count.min(MOST);
    let total = page.len() as u64;
    let first = query.first.unwrap_or_else(|| total.saturating_sub(count)).min(total);
    let lines = page.lines(first as usize).take(count as usize).map(line).collect();
    JournalPage { total, first, lines, dropped: page.dropped() }
}

fn line(line: Line<'_>) -> JournalLine {
    let record = line.record;
    let rule = record.rule();
    JournalLine {
        seq: line.number,
        step: line.step,
        event: line.stamp.event,
        at: line.stamp.at.0,
        server: record.server().map(|server| server.0),
        kind: record.kind().name(),
        text: record.to_string(),
        rule: rule.map(Rule::name),
        section: rule.map(Rule::section),
        message: record.message().or(line.stamp.cause),
    }
}

pub(crate) fn timeline(line: &timeline::Timeline) -> Timeline {
    Timeline {
        terms: line
            .terms
            .iter()
            .map(|(term, from)| TermMark { term: term.0, from: from.0 })
            .collect(),
        leaders: line
            .leaders
            .iter()
            .map(|reign| ReignMark {
                server: reign.server.0,
                term: reign.term.0,
                from: reign.from.0,
                to: reign.to.map(|to| to.0),
            })
            .collect(),
        down: line
            .absences
            .iter()
            .map(|absence| AbsenceMark {
                server: absence.server.0,
                paused: absence.paused,
                from: absence.from.0,
                to: absence.to.map(|to| to.0),
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
    }
}
