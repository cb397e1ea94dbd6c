//! The evidence of a violation: the very records that it speaks of.

use crate::client_event::ClientEventKind;
use crate::journal::{Journal, Line};
use crate::record::Record;
use crate::why::Reason;
use crate::world::World;
use raft_check::{Partial, Property, Violation};
use raft_core::{EntryId, Note, ServerId, Term};

/// The most events that are told of one violation: the newest.
const MOST_EVENTS: usize = 40;
/// The most records that are told of one event.
const MOST_RECORDS: usize = 3;

pub(super) fn of(
    world: &World,
    journal: &Journal,
    upto: u64,
    violation: &Violation,
) -> Vec<Reason> {
    let past = Evidence { journal, upto, violation };
    match violation.property {
        Property::Linearizable => {
            if let Some(misfit) = world.checks().and_then(|checks| checks.misfit()) {
                return past.operations(misfit);
            }
        }
        Property::OneVote => {
            let votes = past.votes();
            if !votes.is_empty() {
                return votes;
            }
        }
        _ => {}
    }
    past.events()
}

struct Evidence<'a> {
    journal: &'a Journal,
    upto: u64,
    violation: &'a Violation,
}

impl<'a> Evidence<'a> {
    fn lines(&self) -> impl DoubleEndedIterator<Item = Line<'a>> + use<'a> {
        self.journal.lines_before(self.upto)
    }

    /// The events that the violation names.
    fn events(&self) -> Vec<Reason> {
        let events = &self.violation.events;
        let events = &events[events.len().saturating_sub(MOST_EVENTS)..];
        let mut told: Vec<Vec<Line<'a>>> = vec![Vec::new(); events.len()];
        for line in self.lines() {
            if let Ok(place) = events.binary_search(&line.stamp.event) {
                told[place].push(line);
            }
        }
        events.iter().zip(&told).filter_map(|(&event, lines)| self.event(event, lines)).collect()
    }

    /// One event: what the violation rests on, else whatever tells most.
    fn event(&self, event: u64, lines: &[Line<'a>]) -> Option<Reason> {
        let rests: Vec<Line<'a>> =
            lines.iter().filter(|line| self.rests_on(line.record)).copied().collect();
        // What a server tells of an event may have waited for its disk: then it stands in a later one.
        let late = || {
            let is_last = self.violation.events.last() == Some(&event);
            let since = self.lines().skip_while(|line| line.stamp.event < event);
            let mut since = since.take_while(|line| !is_last || line.stamp.event == event);
            since.find(|line| self.rests_on(line.record)).filter(|_| !lines.is_empty())
        };
        let told = if rests.is_empty() { late().into_iter().collect() } else { rests };
        if !told.is_empty() {
            return Some(reason(&told));
        }
        let telling = |line: &&Line<'_>| {
            !matches!(
                line.record,
                Record::Changed(..)
                    | Record::Sent(_)
                    | Record::Arrived(_)
                    | Record::Synced(_)
                    | Record::Violated(..)
            )
        };
        let telling: Vec<Line<'a>> = lines.iter().filter(telling).copied().collect();
        match (&telling[..], lines) {
            ([_, ..], _) => Some(reason(&telling)),
            ([], [first, ..]) => Some(reason(&[*first])),
            ([], []) if event == 0 => None,
            ([], []) => {
                let says = format!("event {event}, which the journal has forgotten");
                Some(Reason { says, server: None, message: None, event: None })
            }
        }
    }

    /// True if a record is of the kind that the violated property speaks of, and of one of its servers.
    fn rests_on(&self, record: &Record) -> bool {
        let Violation { property, servers, entries, .. } = self.violation;
        if *property == Property::Liveness {
            return match record {
                Record::Command(text) => text.starts_with("expect "),
                Record::Violated(Property::Liveness, _) => true,
                _ => false,
            };
        }
        if !record.server().is_some_and(|server| servers.contains(&server)) {
            return false;
        }
        if *property == Property::DurableFirst {
            return matches!(record, Record::Sent(_));
        }
        let Record::Rule(_, note) = record else {
            return *property == Property::TermsRise && matches!(record, Record::Restarted(_));
        };
        match property {
            Property::ElectionSafety => matches!(note, Note::WinElection { .. }),
            Property::LeaderAppendOnly => {
                matches!(note, Note::DeleteConflict { .. } | Note::DiscardLog { .. })
            }
            Property::LogMatching => entries.iter().any(|id| brings(note, *id)),
            Property::LeaderCompleteness => {
                matches!(note, Note::WinElection { .. })
                    || entries.iter().any(|id| commits(note, *id))
            }
            // What a server has committed stands in its log: another entry there counts as committed.
            Property::StateMachineSafety => {
                entries.iter().any(|id| commits(note, *id) || replaces(note, *id))
            }
            Property::TermsRise => matches!(
                note,
                Note::RecoverState { .. }
                    | Note::AdoptHigherTerm { .. }
                    | Note::IncrementTerm { .. }
            ),
            Property::CommitRises => matches!(
                note,
                Note::DeleteConflict { .. } | Note::DiscardLog { .. } | Note::FollowCommit { .. }
            ),
            Property::AppliedInOrder => {
                matches!(note, Note::ApplyCommitted { .. } | Note::ResetStateMachine { .. })
            }
            Property::SnapshotContents => matches!(
                note,
                Note::TakeSnapshot { .. }
                    | Note::SaveSnapshot { .. }
                    | Note::ResetStateMachine { .. }
                    | Note::ApplyCommitted { .. }
                    | Note::RecoverState { .. }
            ),
            _ => false,
        }
    }

    /// The two votes of one server in one term.
    fn votes(&self) -> Vec<Reason> {
        let servers = &self.violation.servers;
        let (Some(&first), Some(&voter)) = (servers.first(), servers.last()) else {
            return Vec::new();
        };
        let last = self.violation.at.event;
        let vote = |line: &Line<'_>| -> Option<(ServerId, Term)> {
            match line.record {
                Record::Rule(who, Note::GrantVote { candidate, term }) if *who == voter => {
                    Some((*candidate, *term))
                }
                Record::Rule(who, Note::VoteForSelf { term }) if *who == voter => {
                    Some((voter, *term))
                }
                _ => None,
            }
        };
        let until: Vec<(Line<'a>, ServerId, Term)> = self
            .lines()
            .filter(|line| line.stamp.event <= last)
            .filter_map(|line| vote(&line).map(|(of, term)| (line, of, term)))
            .collect();
        // The newest vote of the server is the one too many, and the first for the other of that term the one before.
        let Some((second, of, term)) = until.last().copied() else { return Vec::new() };
        let before =
            until.iter().find(|(_, other, t)| *t == term && *other == first && first != of);
        match before {
            Some((line, ..)) => vec![reason(&[*line]), reason(&[second])],
            None => Vec::new(),
        }
    }

    /// The operations that fit into no order: what was asked, and what was answered.
    fn operations(&self, misfit: &Partial) -> Vec<Reason> {
        let of: Vec<_> = misfit.order.iter().chain([&misfit.stuck]).collect();
        let last = self.violation.at.event;
        let mut told = Vec::new();
        for line in self.lines().filter(|line| line.stamp.event <= last) {
            let tells = match line.record {
                Record::Client(event) => {
                    let is_it = of.iter().any(|operation| {
                        operation.client == u32::from(event.client.0)
                            && operation.sequence == event.sequence
                    });
                    let matters = match &event.what {
                        ClientEventKind::Asks { attempt, .. } => *attempt == 1,
                        ClientEventKind::Answered(_) => true,
                        _ => false,
                    };
                    is_it && matters
                }
                Record::Command(text) => {
                    text.starts_with("start ")
                        && of.iter().any(|operation| {
                            operation.client == 0
                                && operation.invoked.event == line.stamp.event
                                && operation.invoked.time == line.stamp.at
                        })
                }
                _ => false,
            };
            if tells {
                told.push(reason(&[line]));
            }
        }
        let first = told.len().saturating_sub(MOST_EVENTS);
        if told.is_empty() { self.events() } else { told.split_off(first) }
    }
}

/// True if a note tells that an entry came into a log.
fn brings(note: &Note, id: EntryId) -> bool {
    match note {
        Note::AcceptCommand { id: accepted } => *accepted == id,
        Note::AppendNew { span, .. } => span.first <= id.index && id.index <= span.last,
        Note::RecoverState { last_log, .. } => last_log.index >= id.index,
        Note::SaveSnapshot { through, .. } => through.index >= id.index,
        _ => false,
    }
}

/// True if a note tells that an entry took the place of another.
fn replaces(note: &Note, id: EntryId) -> bool {
    matches!(note, Note::DeleteConflict { from, last } if *from <= id.index && id.index <= *last)
        || matches!(note, Note::AppendNew { .. }) && brings(note, id)
}

/// True if a note tells that an entry is committed, or applied.
fn commits(note: &Note, id: EntryId) -> bool {
    match note {
        Note::CommitByCounting { index, .. } | Note::FollowCommit { index } => *index >= id.index,
        Note::ApplyCommitted { id: applied } => applied.index == id.index,
        Note::SaveSnapshot { through, .. } | Note::ResetStateMachine { through } => {
            through.index >= id.index
        }
        _ => false,
    }
}

/// Records of one event: those of the server of the first.
fn reason(lines: &[Line<'_>]) -> Reason {
    let first = lines[0];
    let server = first.record.server();
    let same = lines.iter().filter(|line| line.record.server() == server);
    let mut words = same.take(MOST_RECORDS).map(|line| line.record);
    let mut says = words.next().map(crate::why::told).unwrap_or_default();
    for record in words {
        says.push_str("; ");
        says.push_str(&record.to_string());
    }
    Reason {
        says,
        server,
        message: first.record.message().or(first.stamp.cause),
        event: Some((first.stamp.at, first.step)),
    }
}
