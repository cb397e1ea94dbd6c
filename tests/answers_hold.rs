//! No answer contradicts the world of its moment: who leads, which entry stands where, what is committed, who can hear whom; and
//! each reason leads to the event that it speaks of. In runs that are drawn at random, of right servers and of wrong ones.

use raft_core::{Bug, Index, Role, ServerId, Term, Time};
use raft_run::Place;
use raft_run::why::{Answer, Question};
use raft_run::{Config, Run, World};
use raft_swarm::Hint;
use raft_swarm::Wanted;
use raft_swarm::swarm::{Length, run};

/// A short run of faults.
const LENGTH: Length = Length { fault_events: 500, recovery: None, most: 2_000 };
/// Number of moments of each run that are asked about.
const MOMENTS: u64 = 7;
/// The newest so many entries are asked about.
const ENTRIES: u64 = 4;

/// Bugs that are drawn now and then; most runs are of right servers.
const WRONGS: [&str; 8] = [
    "RefuseSecondVote",
    "RefuseOutdatedLog",
    "CommitOnlyOwnTerm",
    "AppendNew",
    "HalfIsEnough",
    "AnswersBeforeDurable",
    "VoteNotPersisted",
    "FollowCommit",
];

fn drawn(seed: u64) -> Run {
    let mut config = Config::default();
    let hint = match seed % 3 {
        0 => Hint::Lies,
        1 => Hint::Logs,
        _ => Hint::Swarm,
    };
    if seed.is_multiple_of(4) {
        let name = WRONGS[(seed / 4) as usize % WRONGS.len()];
        let bug = Bug::named(name).expect("a rule or a mistake");
        config.bugs = config.bugs.with(bug);
    }
    let played = run(seed, &config, hint, LENGTH, Wanted::Any);
    let text = played.case.trace(None, None).to_string();
    Run::from_text(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The numbers that stand in a text after a word and before another.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before)
        .skip(1)
        .filter_map(move |rest| rest.split_once(after).map(|(found, _)| found))
}

/// The servers that are named in a text.
fn servers(text: &str) -> Vec<ServerId> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let number = |word: &str| word.strip_prefix('S')?.parse().ok().map(ServerId);
    words.filter_map(number).collect()
}

fn leads(world: &World, id: ServerId) -> Option<Term> {
    let node = &world.servers()[id.slot()].process()?.node;
    matches!(node.role(), Role::Leader { .. }).then(|| node.get_state().0)
}

fn commit(world: &World, id: ServerId) -> Option<Index> {
    Some(world.servers()[id.slot()].process()?.node.commit_index())
}

fn cut(world: &World, a: ServerId, b: ServerId) -> bool {
    world.network().is_cut(a, b)
}

/// Checks that each server leads the term that it is said to lead.
fn leaders_lead(world: &World, says: &str) {
    for (at, _) in says.match_indices(" leads term ") {
        let subject = says[..at].trim_end_matches(", which").trim_end_matches(" it");
        let Some(id) = servers(subject).last().copied() else { continue };
        // "S1 believes that it leads": the subject stands a little before.
        let term: String = says[at + 12..].chars().take_while(char::is_ascii_digit).collect();
        let term = Term(term.parse().expect("a term"));
        assert_eq!(leads(world, id), Some(term), "{id} does not lead term {term}: {says}");
    }
}

fn about_the_leader(world: &World, answer: &Answer) {
    let says = &answer.says;
    leaders_lead(world, says);
    let mut any = false;
    for server in world.servers() {
        let Some(term) = leads(world, server.id) else { continue };
        any = true;
        assert!(servers(says).contains(&server.id), "{} leads too: {says}", server.id);
        assert!(says.contains(&format!("term {term}")), "{} leads term {term}: {says}", server.id);
    }
    assert!(any || !says.contains(" leads term "), "nobody leads: {says}");
}

/// The entries of this index that logs, disks and the past know.
fn known(world: &World, index: Index) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for server in world.servers() {
        match &server.life {
            raft_run::server::Life::Up(process) => terms.extend(process.node.log().term_at(index)),
            raft_run::server::Life::Crashed(Ok(disk)) => terms.extend(disk.log.term_at(index)),
            raft_run::server::Life::Crashed(Err(_)) => {}
        }
    }
    let checks = world.checks().expect("it is checked");
    terms.extend(checks.commits_at(index).map(|commit| commit.id.term));
    terms
}

fn about_an_entry(world: &World, index: Index, answer: &Answer) {
    let says = &answer.says;
    leaders_lead(world, says);
    let terms = known(world, index);
    for term in between(says, &format!(" {index}@"), " ") {
        let digits: String = term.chars().take_while(char::is_ascii_digit).collect();
        let term = Term(digits.parse().expect("a term"));
        assert!(terms.contains(&term), "{index}@{term} is nowhere: {says}");
    }
    let knows = |id: &ServerId| {
        let process = world.servers()[id.slot()].process();
        process.is_some_and(|process| {
            let log = process.node.log();
            process.node.commit_index() >= index && log.last().index >= index
        })
    };
    let all: Vec<ServerId> = world.servers().iter().map(|server| server.id).collect();
    let informed: Vec<ServerId> = all.iter().copied().filter(knows).collect();
    let is_committed =
        says.contains(" is committed: ") || says.starts_with("Two entries are committed");
    assert_eq!(is_committed, !informed.is_empty(), "{informed:?} know it: {says}");
    if let Some(named) = between(says, " is committed: ", " know").next() {
        assert_eq!(servers(named), informed, "{says}");
    }
    for named in between(says, " cannot learn", ":").take(1) {
        assert!(named.len() < 20, "{says}");
    }
    if let Some((before, _)) = says.split_once(" will learn it") {
        let sentence = before.rsplit(". ").next().expect("the newest sentence");
        will_learn(world, index, &servers(sentence), says);
    }
}

/// Checks that the servers named learn the entry, if nothing is lost by chance and nobody else is elected.
fn will_learn(world: &World, index: Index, named: &[ServerId], says: &str) {
    let leader = world.leader().expect("somebody tells it");
    let term = leads(world, leader);
    assert!(!named.is_empty(), "{says}");
    for &id in named {
        assert!(
            !cut(world, leader, id) && !cut(world, id, leader),
            "{leader} and {id} are apart: {says}"
        );
        assert!(world.servers()[id.slot()].is_running(), "{id} does not run: {says}");
        let node = |id: ServerId| world.servers()[id.slot()].process().map(|process| &process.node);
        let (Some(told), Some(tells)) = (node(id), node(leader)) else {
            panic!("both are up: {says}")
        };
        let Role::Leader { progress } = tells.role() else { panic!("{leader} leads: {says}") };
        let counted = progress.get(id).map(|known| known.match_index);
        assert!(
            counted <= Some(told.log().last().index),
            "{id} has lost what {leader} counts: {says}"
        );
    }
    let heartbeat = world.config().raft.heartbeat;
    let mut later = world.clone();
    let until = Time(world.now().0 + 30 * heartbeat);
    while later.now() < until {
        if later.run_until(until, 100_000, &mut ()) || later.events() > world.events() + 300_000 {
            break;
        }
    }
    if leads(&later, leader) != term {
        return;
    }
    for &id in named {
        let (there, back) =
            (world.network().quality(leader, id).0, world.network().quality(id, leader).0);
        if there.request.loss + back.reply.loss + there.request.reorder > 0 {
            continue;
        }
        assert!(
            commit(&later, id) >= Some(index),
            "{id} has not learned it in 30 heartbeats: {says}"
        );
    }
}

/// Each reason stands where it says that it does.
fn reasons_stand(run: &mut Run, question: &str, answer: &Answer) {
    for reason in &answer.because {
        let Some((at, step)) = reason.event else { continue };
        let says = format!("{question}: {} ({})", answer.says, reason.says);
        run.seek(Place::Step(step - 1));
        let before = run.world().clone();
        run.seek(Place::Step(step));
        let after = run.world();
        assert_eq!(after.happened(), at, "{says}");
        let named = servers(&reason.says);
        let is =
            |words: &str| named.first().is_some_and(|id| reason.says == format!("{id}{words}"));
        let up = |world: &World, id: ServerId| world.servers()[id.slot()].process().is_some();
        if is(" is down") {
            assert!(up(&before, named[0]) && !up(after, named[0]), "{says}");
        } else if is(" is paused") {
            let runs = |world: &World| world.servers()[named[0].slot()].is_running();
            assert!(runs(&before) && !runs(after), "{says}");
        } else if reason.says.ends_with(" are cut off from each other") {
            let both =
                |world: &World| cut(world, named[0], named[1]) && cut(world, named[1], named[0]);
            assert!(!both(&before) && both(after), "{says}");
        } else if reason.says.ends_with(" is cut") && reason.says.starts_with("the link from") {
            assert!(!cut(&before, named[0], named[1]) && cut(after, named[0], named[1]), "{says}");
        } else if reason.says.contains(" won the election of term ") {
            let term = reason.says.rsplit(' ').next().and_then(|term| term.parse().ok()).map(Term);
            assert_eq!(leads(after, named[0]), term, "{says}");
        } else if reason.says.contains(" commits up to index ") && question.starts_with("entry") {
            let index = Index(question["entry ".len()..].parse().expect("an index"));
            assert!(commit(after, named[0]) >= Some(index), "{says}");
        }
    }
}

/// An operation and its entry tell the same.
fn about_operations(run: &Run) {
    let world = run.world();
    let clients = world.clients();
    let newest = clients.history().iter().rev().take(3).chain(clients.open());
    for operation in newest {
        let Some(entry) = operation.entry else { continue };
        let question = Question::Operation(operation.client, operation.sequence);
        let says = run.why(question).says;
        let of_entry = run.why(Question::Entry(entry.index)).says;
        let holds = |server: &raft_run::server::Server| {
            server.process().is_some_and(|process| {
                let log = process.node.log();
                let is_it = log.term_at(entry.index) == Some(entry.term)
                    || entry.index < log.snapshot_end().index;
                process.node.commit_index() >= entry.index && is_it
            })
        };
        if !world.servers().iter().any(holds) {
            let is_told =
                says.contains(&of_entry) || says.contains("is lost") || says.contains("was lost");
            assert!(is_told, "{says} But the entry: {of_entry}");
        }
    }
}

fn ask_everything(run: &mut Run, step: u64) {
    run.seek(Place::Step(step));
    let world = run.world().clone();
    about_operations(run);
    let last = world.servers().iter().filter_map(|server| server.process());
    let last = last.map(|process| process.node.log().last().index.0).max().unwrap_or(0) + 1;
    let entries =
        (last.saturating_sub(ENTRIES).max(1)..=last).map(|index| format!("entry {index}"));
    let gone = world.network().lost().rev().take(3).map(|flight| flight.id).collect::<Vec<_>>();
    let sent = world.network().sent();
    let messages = gone.into_iter().chain([sent.saturating_sub(9).max(1), sent.max(1)]);
    let messages = messages.map(|id| format!("message {id}"));
    for question in entries.chain(messages).chain(["leader".to_owned()]) {
        run.seek(Place::Step(step));
        let answer = run.why(question.parse().expect("a question"));
        if question == "leader" {
            about_the_leader(&world, &answer);
        } else if let Some(index) = question.strip_prefix("entry ") {
            about_an_entry(&world, Index(index.parse().expect("an index")), &answer);
        }
        reasons_stand(run, &question, &answer);
    }
}

#[test]
fn no_answer_contradicts_the_world_of_its_moment() {
    for seed in 1..=80 {
        let mut run = drawn(seed);
        let steps = run.steps();
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for moment in 1..=MOMENTS {
                ask_everything(&mut run, steps * moment / MOMENTS);
            }
        }));
        if let Err(panic) = done {
            println!("seed {seed}, steps {steps}:\n{run}");
            std::panic::resume_unwind(panic);
        }
    }
}
