//! What is remembered of a run for reading: the newest records, and a filtered view of them.

use crate::record::{Kind, Observer, Record, Stamp};
use crate::timeline::Timeline;
use raft_core::ServerId;
use std::collections::VecDeque;

/// How many records are kept; older ones are dropped.
const KEPT: usize = 50_000;

/// The newest records of a run, and the outline of all of it.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    records: VecDeque<(Stamp, Record)>,
    /// How many records came before the first that is kept.
    dropped: u64,
    filter: Filter,
    /// The numbers of the kept records that pass the filter.
    matching: VecDeque<u64>,
    timeline: Timeline,
}

/// Which records are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Only those of this server.
    pub server: Option<ServerId>,
    /// Only those of these kinds.
    pub kinds: Vec<Kind>,
}

/// A record with its number: they are counted from 0.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its number.
    pub number: u64,
    /// When and why.
    pub stamp: &'a Stamp,
    /// What.
    pub record: &'a Record,
}

impl Filter {
    fn passes(&self, record: &Record) -> bool {
        self.kinds.contains(&shelf(record))
            && self.server.is_none_or(|server| record.server() == Some(server))
    }
}

/// The kind under which a reader looks for a record. A heartbeat that is lost is as frequent as any other:
/// among the faults, those on a cut link would bury the rest.
fn shelf(record: &Record) -> Kind {
    match record {
        Record::Lost(brief, _) if brief.heartbeat => Kind::Heartbeat,
        _ => record.kind(),
    }
}

impl Journal {
    /// Sets which records [`lines`](Self::lines) gives.
    pub fn set_filter(&mut self, filter: Filter) {
        if self.filter == filter {
            return;
        }
        self.filter = filter;
        let numbered = self.records.iter().zip(self.dropped..);
        self.matching = numbered
            .filter(|((_, record), _)| self.filter.passes(record))
            .map(|(_, number)| number)
            .collect();
    }

    /// How many of the kept records pass the filter.
    pub fn len(&self) -> usize {
        self.matching.len()
    }

    /// Whether no kept record passes the filter.
    pub fn is_empty(&self) -> bool {
        self.matching.is_empty()
    }

    /// How many records, filtered or not, are no longer kept.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The records that pass the filter, from the `first` of them on.
    pub fn lines(&self, first: usize) -> impl Iterator<Item = Line<'_>> {
        self.matching.iter().skip(first).map(|&number| {
            let (stamp, record) = &self.records[(number - self.dropped) as usize];
            Line { number, stamp, record }
        })
    }

    /// The outline of the whole run.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }
}

impl Observer for Journal {
    fn record(&mut self, stamp: Stamp, record: Record) {
        self.timeline.add(stamp.at, &record);
        if self.records.len() == KEPT {
            self.records.pop_front();
            if self.matching.front() == Some(&self.dropped) {
                self.matching.pop_front();
            }
            self.dropped += 1;
        }
        if self.filter.passes(&record) {
            self.matching.push_back(self.dropped + self.records.len() as u64);
        }
        self.records.push_back((stamp, record));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_core::Time;

    fn add(journal: &mut Journal, n: u64) {
        let record = if n.is_multiple_of(3) {
            Record::Paused(ServerId(1 + (n % 2) as u16))
        } else {
            Record::Synced(ServerId(1))
        };
        journal.record(Stamp { at: Time(n), event: n, cause: None }, record);
    }

    fn numbers(journal: &Journal) -> Vec<u64> {
        journal.lines(0).map(|line| line.number).collect()
    }

    #[test]
    fn a_filter_set_before_or_after_gives_the_same_lines() {
        let filter = Filter { server: Some(ServerId(1)), kinds: vec![Kind::Fault] };
        let (mut before, mut after) = (Journal::default(), Journal::default());
        before.set_filter(filter.clone());
        for n in 0..KEPT as u64 + 1000 {
            add(&mut before, n);
            add(&mut after, n);
        }
        after.set_filter(filter);
        assert_eq!(numbers(&before), numbers(&after));
        assert_eq!(before.dropped(), 1000);
        assert_eq!(numbers(&before)[0], 1002, "the first kept multiple of 6");
        assert!(before.lines(5).all(|line| line.record.server() == Some(ServerId(1))));
    }
}
