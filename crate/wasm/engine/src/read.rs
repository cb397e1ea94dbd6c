//! From the journal to what the page reads of them.

use raft_core::{Rule, ServerId, Time};
use raft_run::change::Refused;
use raft_run::difference::Happened;
use raft_run::journal::{Filter, Line};
use raft_run::{Branches, Kind, Run};
use raft_wasm_view::{JournalLine, JournalPage, JournalQuery};

/// The most lines in one answer.
const MOST: u64 = 1_000;

fn filter(query: &JournalQuery) -> Filter {
    let kinds = Kind::ALL
        .into_iter()
        .filter(|kind| query.kinds.iter().any(|name| name == kind.name()))
        .collect();
    Filter { server: query.server.map(ServerId), kinds }
}

pub(crate) fn journal(run: &mut Run, query: &JournalQuery) -> JournalPage {
    let until = run.world().now().0;
    let page = run.journal(filter(query));
    let count = query.count.min(MOST);
    let total = page.len() as u64;
    let first = query.first.unwrap_or_else(|| total.saturating_sub(count)).min(total);
    let lines = page.lines(first as usize).take(count as usize).map(line).collect();
    JournalPage { total, first, lines, dropped: page.dropped(), until }
}

/// The lines of a branch in a stretch of time: see [`Branches::stretch`].
pub(crate) fn stretch(
    branches: &Branches,
    id: u64,
    times: (Time, Time),
    query: &JournalQuery,
) -> Result<JournalPage, Refused> {
    let most = query.count.min(MOST) as usize;
    let (happened, until) = branches.stretch(id, times, &filter(query), most)?;
    let mut lines = Vec::new();
    for Happened { step, stamp, record } in &happened {
        lines.push(line(Line { number: lines.len() as u64, step: *step, stamp: *stamp, record }));
    }
    Ok(JournalPage { total: lines.len() as u64, first: 0, lines, dropped: 0, until: until.0 })
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
