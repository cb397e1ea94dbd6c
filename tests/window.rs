//! A stretch of a run, read in a world apart, says what the run said when it went there.

use proptest::prelude::*;
use raft_core::Rule;
use raft_playground_tests::random::{Act, Gap, Language, RandomRun, random_run};
use raft_run::journal::Filter;
use raft_run::quality::{NetworkSpec, Preset};
use raft_run::window::{Mark, MessageState, Occurrence, Part, Reader, Seen, Standing};
use raft_run::{Kind, Place, Record, Run, ServerId, Stamp, Time};
use std::collections::BTreeSet;

/// The rules that have a mark.
const MARKED: [Rule; 9] = [
    Rule::FollowerTimesOut,
    Rule::CandidateTimesOut,
    Rule::GrantVote,
    Rule::WinElection,
    Rule::AcceptCommand,
    Rule::CommitByCounting,
    Rule::FollowCommit,
    Rule::TakeSnapshot,
    Rule::SaveSnapshot,
];

/// A run that was played from its text, and all that its world told meanwhile.
fn played(run: &RandomRun) -> (Run, Vec<(Stamp, Record)>) {
    let (mut played, lines) = run.play(&mut ());
    // It may have been left in the midst of a moment, of which the run below does the rest, too.
    played.wait(Gap::Time(0), &mut ());
    let mut whole = Run::from_text(&run.text(&lines)).expect("what was possible is possible again");
    whole.advance(played.world.now(), u64::MAX);
    (whole, played.records)
}

/// Everything of a stretch, read in pieces.
fn read(run: &Run, from: u64, to: u64, piece: u64) -> (Reader, Vec<Seen>) {
    let mut reader = run.reader(Time(from));
    let mut seen = Vec::new();
    while !reader.read(run, Time(to), piece, &mut seen) {}
    (reader, seen)
}

/// A line of the stretch in the words of the journal; none for what has no line there.
fn words(seen: &Seen) -> Option<(u64, String)> {
    let text = match &seen.what {
        Occurrence::Sent(brief, ..) => format!("{} sent", brief.id),
        Occurrence::Arrived(server, id) => format!("{id} at {server}"),
        Occurrence::Lost(id, why, _) => format!("{id} lost: {why}"),
        Occurrence::Mark(server, _, _, words) => format!("{server:?} {words}"),
        Occurrence::Stands(..) | Occurrence::Cuts(_) => return None,
    };
    Some((seen.at.0, text))
}

/// The same of a record.
fn line(stamp: &Stamp, record: &Record) -> (u64, String) {
    let text = match record {
        Record::Sent(brief) => format!("{} sent", brief.id),
        Record::Arrived(brief) => format!("{} at {}", brief.id, brief.to),
        Record::Lost(brief, why) => format!("{} lost: {why}", brief.id),
        _ => format!("{:?} {record}", record.server()),
    };
    (stamp.at.0, text)
}

/// Every line of the stretch stands in the records, in their order, and every record of messages and faults is there.
fn compare(seen: &[Seen], records: &[(Stamp, Record)], from: u64, to: u64) {
    let within = |at: u64| (from..=to).contains(&at);
    let copies: BTreeSet<u64> = {
        let told: BTreeSet<u64> = records
            .iter()
            .filter_map(|(_, record)| match record {
                Record::Sent(brief) => Some(brief.id),
                _ => None,
            })
            .collect();
        let sent = seen.iter().filter_map(|seen| match &seen.what {
            Occurrence::Sent(brief, ..) => Some(brief.id),
            _ => None,
        });
        sent.filter(|id| !told.contains(id)).collect()
    };
    let is_copy = |seen: &&Seen| matches!(&seen.what, Occurrence::Sent(brief, ..) if copies.contains(&brief.id));
    let here: Vec<_> = seen
        .iter()
        .filter(|seen| !is_copy(seen))
        .filter_map(words)
        .filter(|(at, _)| within(*at))
        .collect();
    let all = records.iter().filter(|(stamp, _)| within(stamp.at.0));
    let mut rest = here.iter().peekable();
    for (stamp, record) in all {
        let line = line(stamp, record);
        let is_next = rest.peek() == Some(&&line);
        if is_next {
            rest.next();
        }
        let must = match record {
            Record::Rule(_, note) => MARKED.contains(&note.rule()),
            Record::Synced(_)
            | Record::Changed(..)
            | Record::LinksCut(_)
            | Record::SnapshotUnreadable(..)
            // What goes on outside the lines of the servers, or beside a crash and a restart.
            | Record::Client(_)
            | Record::Repeated(..)
            // The message itself is drawn.
            | Record::Ordered(..)
            | Record::Torn(..)
            | Record::DiskLied(..)
            | Record::DroppedTorn(..)
            | Record::Progress(..)
            | Record::NoProgress(_)
            | Record::Violated(..) => false,
            _ => true,
        };
        assert!(is_next || !must, "missing: {line:?}");
    }
    assert_eq!(rest.next(), None, "not in the journal");
}

/// All that a reader of the page could see of a run where it stands.
fn place(run: &mut Run) -> (u64, u64, Time, bool, usize) {
    let filter = Filter { server: None, kinds: Kind::ALL.into() };
    let lines = run.journal(filter).len();
    (run.world().digest(), run.steps(), run.world().now(), run.is_live(), lines)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stretch_says_what_the_run_said(
        run in random_run(Language::Damaging, 0..40),
        ends in (0..=1000_u64, 0..=1000_u64),
        stands in 0..=1000_u64,
        piece in 1..300_u64,
    ) {
        let (mut whole, records) = played(&run);
        let end = whole.end().now().0;
        let part = |share: u64| end * share / 1000;
        whole.seek(Place::Time(Time(part(stands))));
        let before = place(&mut whole);
        let (from, to) = (part(ends.0.min(ends.1)), part(ends.0.max(ends.1)));
        let (reader, seen) = read(&whole, from, to, piece);
        compare(&seen, &records, from, to);
        prop_assert_eq!(&seen, &read(&whole, from, to, u64::MAX).1, "pieces are no other than the whole");
        prop_assert_eq!(place(&mut whole), before, "the run stays where it stands");

        // Where the stretch ends, the run would show the same.
        whole.seek(Place::Time(Time(to)));
        prop_assert_eq!(reader.steps(), whole.steps());
        let world = whole.world();
        let standing = |id: ServerId| seen.iter().rev().find_map(|seen| match seen.what {
            Occurrence::Stands(server, standing) if server == id => Some(standing),
            _ => None,
        });
        for server in world.servers() {
            let Standing { part, paused, term } = standing(server.id).expect("told at the beginning");
            match server.process() {
                None => prop_assert_eq!(part, Part::Crashed),
                Some(process) => {
                    prop_assert_eq!((paused, term), (process.is_paused(), process.node.vote().current_term));
                }
            }
        }
        let flying: BTreeSet<u64> = world.network().flights().map(|flight| flight.id).collect();
        let told = reader.under_way().filter(|(_, place)| !matches!(place, MessageState::Waiting));
        prop_assert_eq!(told.map(|(id, _)| id).collect::<BTreeSet<_>>(), flying);
        let ended = |seen: &Seen| match seen.what {
            Occurrence::Arrived(_, id) | Occurrence::Lost(id, ..) => Some(id),
            _ => None,
        };
        let ended: BTreeSet<u64> = seen.iter().filter_map(ended).collect();
        let set_out = |seen: &Seen| match &seen.what {
            Occurrence::Sent(brief, ..) => Some((brief.id, seen.at)),
            _ => None,
        };
        let sent: BTreeSet<u64> = seen.iter().filter_map(set_out).map(|(id, _)| id).collect();
        prop_assert!(ended.is_subset(&sent), "what comes to an end has set out");
        let open: BTreeSet<u64> = reader.under_way().map(|(id, _)| id).collect();
        prop_assert_eq!(sent.difference(&ended).copied().collect::<BTreeSet<_>>(), open);
    }
}

/// The leader sends to both followers in one step, and the copy for the first is older than the message for the second.
#[test]
fn a_copy_that_was_ordered_has_set_out_before_it_arrives() {
    let text = "seed 3\nservers 3\nnetwork perfect\nelection 1000s..2000s\nat 1s timeout 1\nat 1.5s duplicate next heartbeat 1 > 2\nat 2s end\n";
    let run = Run::from_text(text).expect("a run");
    let (_, seen) = read(&run, 0, 2_000_000, 500);
    let of = |pick: fn(&Occurrence) -> Option<u64>| -> BTreeSet<u64> {
        seen.iter().filter_map(|seen| pick(&seen.what)).collect()
    };
    let arrived = of(|what| match what {
        Occurrence::Arrived(_, id) => Some(*id),
        _ => None,
    });
    let sent = of(|what| match what {
        Occurrence::Sent(brief, ..) => Some(brief.id),
        _ => None,
    });
    assert!(arrived.len() > 4 && arrived.is_subset(&sent), "{arrived:?} of {sent:?}");
}

#[test]
fn a_stretch_that_the_journal_has_forgotten_is_read_all_the_same() {
    let text = "seed 5\nnetwork lossy\nat 2s crash 2\nat 3s restart 2\nat 4s start leader x=1\nat 500s end\n";
    let mut run = Run::from_text(text).expect("a run");
    let mut records: Vec<(Stamp, Record)> = Vec::new();
    let mut again = raft_run::World::new(run.world().config().clone());
    for line in run.lines() {
        again.run_until(line.at, u64::MAX, &mut records);
        again.apply(line.command().expect("a command"), &mut records).expect("it was possible");
    }
    again.run_until(run.world().now(), u64::MAX, &mut records);
    let filter = Filter { server: None, kinds: Kind::ALL.into() };
    assert!(run.journal(filter).dropped() > 10_000, "the journal has forgotten the beginning");
    for (from, to) in [(1_900_000, 4_500_000), (0, 1_000), (70_000_000, 71_000_000)] {
        let (_, seen) = read(&run, from, to, 500);
        assert!(seen.len() > 5);
        compare(&seen, &records, from, to);
    }
}

#[test]
fn a_reader_goes_on_when_the_run_does() {
    let mut run = Run::new(raft_run::Config::default());
    let mut reader = run.reader(Time(0));
    let mut seen = Vec::new();
    for (at, command) in [(1_000_000, "pause 2"), (1_500_000, "crash 2"), (2_000_000, "restart 2")]
    {
        run.advance(Time(at), u64::MAX);
        assert!(reader.read(&run, Time(u64::MAX), u64::MAX, &mut seen));
        run.command(command.parse().expect("a command")).expect("it is possible");
        assert!(reader.read(&run, Time(u64::MAX), u64::MAX, &mut seen));
        assert_eq!(reader.steps(), run.steps());
    }
    let marks = seen.iter().filter_map(|seen| match &seen.what {
        Occurrence::Mark(
            Some(ServerId(2)),
            mark @ (Mark::Pause | Mark::Crash | Mark::Restart),
            ..,
        ) => Some((*mark, seen.at.0)),
        _ => None,
    });
    let expected = [(Mark::Pause, 1_000_000), (Mark::Crash, 1_500_000), (Mark::Restart, 2_000_000)];
    assert_eq!(marks.collect::<Vec<_>>(), expected);
    // What had waited for the paused server dies with it.
    let died = seen.iter().filter(|seen| matches!(seen.what, Occurrence::Lost(_, _, 1000)));
    assert!(died.filter(|seen| seen.at == Time(1_500_000)).count() > 2);
}

#[test]
fn a_run_that_was_left_in_the_midst_of_a_moment_is_read_to_the_end_of_it() {
    let network = NetworkSpec::Preset(Preset::Perfect);
    let config = raft_run::Config { network, ..raft_run::Config::default() };
    // Messages that set out together arrive together: most of these runs end between two of them.
    for events in 0..80 {
        let heal = "heal".parse().expect("a command");
        let acts = vec![(Gap::Events(events), Act::Command(heal))];
        let (whole, records) = played(&RandomRun { config: config.clone(), acts });
        let end = whole.end().now().0;
        compare(&read(&whole, 0, end, u64::MAX).1, &records, 0, end);
    }
}
