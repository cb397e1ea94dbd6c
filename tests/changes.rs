//! Records carry a run: its outline is the same whether or not the cores make notes.

use raft_core::{Note, ServerId, Term, Time};
use raft_run::journal::Journal;
use raft_run::record::{Observer, Record, Stamp};
use raft_run::state::{RoleName, StateChange};
use raft_run::timeline::Timeline;
use raft_run::{Run, World};

/// Every record of a world, and every change of a state.
#[derive(Default)]
struct All(Vec<(Stamp, Record)>);

impl Observer for All {
    fn record(&mut self, stamp: Stamp, record: Record) {
        self.0.push((stamp, record));
    }

    fn changed(&mut self, stamp: Stamp, server: ServerId, change: StateChange) {
        self.0.push((stamp, Record::Changed(server, change)));
    }
}

fn outline(records: &[(Stamp, Record)]) -> Timeline {
    let mut line = Timeline::default();
    for (stamp, record) in records {
        line.add(stamp.at, record);
    }
    line
}

/// A world that is played to its end, with everything that it tells.
fn played(text: &str) -> (World, Vec<(Stamp, Record)>) {
    let trace: raft_run::Trace = text.parse().expect("a run");
    let mut world = World::new(trace.config.clone());
    let mut all = All::default();
    for line in &trace.lines {
        world.run_until(line.at, u64::MAX, &mut all);
        if let Some(command) = line.command() {
            world.apply(command, &mut all).expect("possible");
        }
    }
    (world, all.0)
}

const TEXT: &str = "seed 7\nservers 5\nat 1.2s start leader x=1\nat 1.5s partition 1 2 | 3 4 5\n\
    at 2.6s heal\nat 3.0s crash leader\nat 3.3s pause 5\nat 3.7s resume 5\nat 4.5s restart all\n\
    at 5s start leader y=1\nat 7s end\n";

/// The terms that some notes speak of, with the servers that made them.
fn noted(
    records: &[(Stamp, Record)],
    term_of: impl Fn(&Note) -> Option<Term>,
) -> Vec<(ServerId, Term)> {
    let notes = records.iter().filter_map(|(_, record)| match record {
        Record::Rule(server, note) => Some((*server, term_of(note)?)),
        _ => None,
    });
    notes.collect()
}

#[test]
fn the_outline_of_a_run_needs_no_notes_and_is_what_the_notes_say() {
    let (_, records) = played(TEXT);
    let without: Vec<(Stamp, Record)> =
        records.iter().filter(|(_, record)| record.rule().is_none()).cloned().collect();
    assert!(without.len() < records.len(), "the cores make notes");
    let line = outline(&without);
    assert_eq!(line, outline(&records));
    let won = noted(&records, |note| match note {
        Note::WinElection { term, .. } => Some(*term),
        _ => None,
    });
    let leaders: Vec<_> = line.leaders.iter().map(|led| (led.server, led.term)).collect();
    assert!(leaders.len() >= 2, "one crashed and another one follows");
    assert_eq!(leaders, won);
    let began = noted(&records, |note| match note {
        Note::IncrementTerm { term } => Some(*term),
        _ => None,
    });
    let elections: Vec<_> =
        line.elections.iter().map(|(server, term, _)| (*server, *term)).collect();
    assert_eq!(elections, began);
    assert!(!line.commits.is_empty());
}

#[test]
fn changes_told_one_after_the_other_are_the_state_at_the_end() {
    let (world, records) = played(TEXT);
    for server in world.servers() {
        let state = server.state();
        let mut told = (RoleName::Follower, Term(0));
        let (mut commit, mut last) = (raft_core::Index(0), raft_core::EntryId::ZERO);
        for (_, record) in &records {
            match record {
                Record::Changed(id, change) if *id == server.id => match *change {
                    StateChange::Role(role, term) => told = (role, term),
                    StateChange::Commit(index, _) => commit = index,
                    StateChange::Log(end) => last = end,
                },
                // A restart forgets role and commit index; the disk keeps the rest.
                Record::Restarted(id) if *id == server.id => {
                    told.0 = RoleName::Follower;
                    commit = raft_core::Index(0);
                }
                _ => {}
            }
        }
        assert_eq!(Some(told.0), state.role, "{}", server.id);
        assert_eq!((told.1, commit, last), (state.term, state.commit_index, state.last_log()));
    }
}

#[test]
fn the_journal_keeps_changes_for_answers_and_shows_none_as_a_line() {
    let mut run = Run::from_text(TEXT).expect("a run");
    let filter = raft_run::journal::Filter { server: None, kinds: raft_run::Kind::ALL.into() };
    let page = run.journal(filter);
    assert!(page.lines(0).all(|line| !matches!(line.record, Record::Changed(..))));
    let mut journal = Journal::default();
    let change = StateChange::Role(RoleName::Leader, Term(1));
    journal.changed(Stamp { at: Time(1), event: 1, cause: None }, ServerId(1), change);
    journal.changed(
        Stamp { at: Time(2), event: 2, cause: None },
        ServerId(1),
        StateChange::Log(raft_core::EntryId::new(1, 1)),
    );
    assert_eq!(journal.lines_before(9).count(), 1, "of the logs of all there are too many");
    assert_eq!(journal.timeline().leaders.len(), 1);
}
