//! The memory of a run for readers: the newest records, and a filtered view of them.

use crate::network::{Flight, MessageId};
use crate::record::{Brief, Kind, Observer, Record, Stamp};
use crate::state::StateChange;
use crate::timeline::Timeline;
use raft_core::{ServerId, Time};
use std::collections::VecDeque;

/// Number of records that are kept; older ones are dropped.
const KEPT: usize = 50_000;

/// The newest records of a run, and the outline of all of it.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    records: VecDeque<Kept>,
    /// Number of commands so far.
    commands: u64,
    /// Keeps nothing.
    silent: bool,
    /// Number of records before the first that is kept.
    dropped: u64,
    filter: Filter,
    /// The numbers of the kept records that pass the filter.
    matching: VecDeque<u64>,
    timeline: Timeline,
}

/// A record, and the step with which it came: events and commands up to it.
///
/// There are fifty thousand of them, and two or three more with every event: it is packed.
#[derive(Clone, Debug)]
struct Kept {
    at: Time,
    event: u64,
    /// Zero: no message.
    cause: MessageId,
    record: Record,
    commands: u32,
}

impl Kept {
    fn step(&self) -> u64 {
        self.event + u64::from(self.commands)
    }

    fn stamp(&self) -> Stamp {
        let cause = (self.cause > 0).then_some(self.cause);
        Stamp { at: self.at, event: self.event, cause }
    }

    fn line(&self, number: u64) -> Line<'_> {
        Line { number, step: self.step(), stamp: self.stamp(), record: &self.record }
    }
}

/// The records that pass a filter, up to some step.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    journal: &'a Journal,
    len: usize,
}

/// Selects records.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Only those of this server.
    pub server: Option<ServerId>,
    /// Only those of these kinds.
    pub kinds: Kinds,
}

/// A set of kinds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Kinds(u16);

impl Kinds {
    fn has(self, kind: Kind) -> bool {
        self.0 & 1 << kind as u16 != 0
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |bits, kind| bits | 1 << kind as u16))
    }
}

impl<const N: usize> From<[Kind; N]> for Kinds {
    fn from(kinds: [Kind; N]) -> Self {
        kinds.into_iter().collect()
    }
}

/// A record with its number: they are counted from 0.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its number.
    pub number: u64,
    /// The events and commands up to and with it.
    pub step: u64,
    /// Its moment, event and cause.
    pub stamp: Stamp,
    /// The record.
    pub record: &'a Record,
}

impl Filter {
    /// True if a record is selected.
    pub fn passes(&self, record: &Record) -> bool {
        self.kinds != Kinds(0)
            && self.kinds.has(shelf(record))
            && self.server.is_none_or(|server| record.server() == Some(server))
    }
}

/// The kind under which a reader looks for a record. A heartbeat that is lost is as frequent as any other:
/// among the faults, those on a cut link would lose the rest.
fn shelf(record: &Record) -> Kind {
    match record {
        Record::Lost(brief, _) if brief.heartbeat => Kind::Heartbeat,
        _ => record.kind(),
    }
}

impl<'a> Page<'a> {
    /// Their number.
    pub fn len(self) -> usize {
        self.len
    }

    /// True if there are none.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Number of records, filtered or not, that came before and are no longer kept.
    pub fn dropped(self) -> u64 {
        self.journal.dropped
    }

    /// From the `first` of them on.
    pub fn lines(self, first: usize) -> impl Iterator<Item = Line<'a>> {
        let journal = self.journal;
        journal
            .matching
            .iter()
            .take(self.len)
            .skip(first)
            .map(move |&number| journal.kept(number).line(number))
    }
}

impl Journal {
    /// A journal that begins after so many commands.
    pub fn after(commands: u64) -> Self {
        Self { commands, ..Self::default() }
    }

    /// A journal that keeps nothing.
    pub fn silent() -> Self {
        Self { silent: true, ..Self::default() }
    }

    /// Takes the records out.
    pub fn take(&mut self) -> impl Iterator<Item = (Stamp, Record)> + use<> {
        self.matching.clear();
        std::mem::take(&mut self.records).into_iter().map(|kept| (kept.stamp(), kept.record))
    }

    /// The records that pass a filter, up to a step.
    pub fn read(&mut self, filter: Filter, upto: u64) -> Page<'_> {
        self.set_filter(filter);
        let len = self.matching.partition_point(|&number| self.kept(number).step() <= upto);
        Page { journal: self, len }
    }

    fn set_filter(&mut self, filter: Filter) {
        if self.filter == filter {
            return;
        }
        self.filter = filter;
        let numbered = self.records.iter().zip(self.dropped..);
        self.matching = numbered
            .filter(|(kept, _)| self.filter.passes(&kept.record))
            .map(|(_, number)| number)
            .collect();
    }

    fn kept(&self, number: u64) -> &Kept {
        &self.records[(number - self.dropped) as usize]
    }

    /// All records up to a step, whatever the filter.
    pub fn lines_before(&self, upto: u64) -> impl DoubleEndedIterator<Item = Line<'_>> {
        let len = self.records.partition_point(|kept| kept.step() <= upto);
        let numbered = self.records.range(..len).enumerate();
        numbered.map(|(at, kept)| kept.line(self.dropped + at as u64))
    }

    /// The outline of the whole run.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// True if everything since this step is still kept.
    pub fn reaches_back_to(&self, step: u64) -> bool {
        self.dropped == 0 || self.records.front().is_some_and(|kept| kept.step() <= step)
    }

    /// Takes the records of a journal of earlier times in place of its own.
    pub fn take_records(&mut self, other: Self) {
        let timeline = std::mem::take(&mut self.timeline);
        *self = Self { timeline, ..other };
    }

    /// Forgets what came after a step, at which it was `now`.
    pub fn cut(&mut self, step: u64, now: Time) {
        let len = self.records.partition_point(|kept| kept.step() <= step);
        let cut = self.records.split_off(len);
        let is_command = |kept: &&Kept| matches!(kept.record, Record::Command(_));
        self.commands -= cut.iter().filter(is_command).count() as u64;
        let end = self.dropped + len as u64;
        self.matching.truncate(self.matching.partition_point(|&number| number < end));
        // Of the present moment only a part has happened.
        self.timeline.cut(now);
        let begun = self.records.partition_point(|kept| kept.at < now);
        for kept in self.records.range(begun..) {
            self.timeline.add(kept.at, &kept.record);
        }
    }
}

impl Observer for Journal {
    fn record(&mut self, stamp: Stamp, record: Record) {
        if self.silent {
            return;
        }
        self.timeline.add(stamp.at, &record);
        self.commands += u64::from(matches!(record, Record::Command(_)));
        self.keep(stamp, record);
    }

    fn sent(&mut self, stamp: Stamp, flight: &Flight) {
        if !self.silent {
            self.keep(stamp, Record::Sent(Brief::of(flight)));
        }
    }

    fn arrived(&mut self, stamp: Stamp, flight: &Flight) {
        if !self.silent {
            self.keep(stamp, Record::Arrived(Brief::of(flight)));
        }
    }

    /// Of the many changes it keeps those that the outline of a run is made of: roles, and what leaders commit.
    fn changed(&mut self, stamp: Stamp, server: ServerId, change: StateChange) {
        if matches!(change, StateChange::Role(..) | StateChange::Commit(_, true)) {
            self.record(stamp, Record::Changed(server, change));
        }
    }
}

impl Journal {
    /// By far the most records are of messages: what they need not go through is left out for them.
    #[inline(always)]
    fn keep(&mut self, stamp: Stamp, record: Record) {
        if self.records.len() == self.records.capacity() && self.records.len() < KEPT {
            self.make_room();
        }
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
        let Stamp { at, event, cause } = stamp;
        let (cause, commands) = (cause.unwrap_or(0), self.commands as u32);
        self.records.push_back(Kept { at, event, cause, record, commands });
    }

    /// Never more room than is needed: then the newest record stands where the oldest has just been read, and not
    /// in memory that nobody has looked at for long.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        self.records.reserve_exact((self.records.len() + 64).min(KEPT - self.records.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(journal: &mut Journal, n: u64) {
        let record = if n.is_multiple_of(3) {
            Record::Paused(ServerId(1 + (n % 2) as u16))
        } else {
            Record::Synced(ServerId(1))
        };
        journal.record(Stamp { at: Time(n), event: n, cause: None }, record);
    }

    fn numbers(journal: &mut Journal, filter: &Filter, upto: u64) -> Vec<u64> {
        journal.read(filter.clone(), upto).lines(0).map(|line| line.number).collect()
    }

    #[test]
    fn a_record_is_short() {
        assert!(size_of::<Record>() <= 48, "{} B", size_of::<Record>());
        assert!(size_of::<Kept>() <= 80, "{} B", size_of::<Kept>());
    }

    #[test]
    fn a_filter_set_before_or_after_gives_the_same_lines() {
        let filter = Filter { server: Some(ServerId(1)), kinds: [Kind::Fault].into() };
        let (mut before, mut after) = (Journal::default(), Journal::default());
        before.read(filter.clone(), 0);
        for n in 0..KEPT as u64 + 1000 {
            add(&mut before, n);
            add(&mut after, n);
        }
        let all = numbers(&mut before, &filter, u64::MAX);
        assert_eq!(all, numbers(&mut after, &filter, u64::MAX));
        assert_eq!(all[0], 1002, "the first kept multiple of 6");
        assert_eq!(numbers(&mut after, &filter, 1010), [1002, 1008], "up to step 1010");
        let page = after.read(filter, u64::MAX);
        assert_eq!(page.dropped(), 1000);
        assert!(page.lines(5).all(|line| line.record.server() == Some(ServerId(1))));
    }

    #[test]
    fn what_is_cut_off_might_never_have_been() {
        let filter = Filter { server: None, kinds: [Kind::Fault].into() };
        let (mut long, mut short) = (Journal::default(), Journal::default());
        for journal in [&mut long, &mut short] {
            journal.read(filter.clone(), 0);
            (0..60).for_each(|n| add(journal, n));
        }
        (60..90).for_each(|n| add(&mut long, n));
        long.cut(59, Time(59));
        for journal in [&mut long, &mut short] {
            (60..70).for_each(|n| add(journal, n));
        }
        assert_eq!(numbers(&mut long, &filter, u64::MAX), numbers(&mut short, &filter, u64::MAX));
        assert_eq!(long.timeline().downtimes, short.timeline().downtimes);
    }
}
