//! Nothing is lost: whatever can be saved can be opened again, and is the same.

use proptest::prelude::*;
use raft_core::Time;
use raft_playground_tests::random::{Act, Gap, Language, random_run};
use raft_run::branches::Branches;
use raft_run::load::Verdict;
use raft_run::saved::{Restored, branch_texts, restore};
use raft_run::{Command, Place, Run};

/// One thing that a person does to the branches of a run.
#[derive(Clone, Debug)]
enum Deed {
    /// Lets time pass.
    Wait(Gap),
    /// A command of the random run.
    Act(Act),
    /// A line typed into the console.
    Type(String),
    /// Goes to this part, per thousand, of what has happened: by time, events or steps.
    Seek(u8, u64),
    /// Names the run.
    Name(String),
    /// Names the branch that is looked at.
    Rename(String),
    /// Notes something.
    Note(String),
    /// Looks at another branch.
    Switch(usize),
    /// Deletes a branch.
    Delete(usize),
}

/// Words with all that could be taken for something else in a text.
fn words() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        4 => "[a-z0-9]{1,4}".prop_map(String::from),
        2 => prop::sample::select(vec![
            " ", "  ", "\t", "\n", "\r", "\r\n", "#", " #", "\\#", " \\#", "\\", "----", "\n----\n", "\u{feff}",
            "\u{202e}", "\u{200b}", "\u{1b}[2J", "branch 2 x", "\nbranch 9 y\n", "left 1 at 2s step 3", "at 1s end",
            "name", "note", "⟨U+202E⟩", "ä", "日本", "\u{2028}", "\u{85}", "\u{a0}", "\0", "=", "+=", "?1=",
        ]).prop_map(String::from),
        1 => any::<String>(),
        1 => "x{190,210}".prop_map(String::from),
    ];
    prop::collection::vec(parts, 0..6).prop_map(|parts| parts.concat())
}

fn typed() -> impl Strategy<Value = String> {
    let start = prop::sample::select(vec![
        "start leader ",
        "start 1 ",
        "ask c1 ",
        "crash ",
        "disk all ",
        "timers heartbeat ",
        "network ",
        "",
        "drop next heartbeat 1 > 2 ",
        "hold next AppendEntries 1 > 2 ",
        "expect ",
        "clients 2 ",
        "clock 1 100.",
    ]);
    (start, words()).prop_map(|(start, words)| format!("{start}{words}"))
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        4 => (0..700_000_u64).prop_map(|time| Deed::Wait(Gap::Time(time))),
        1 => (0..40_u64).prop_map(|events| Deed::Wait(Gap::Events(events))),
        4 => typed().prop_map(Deed::Type),
        4 => (0..3_u8, 0..=1000_u64).prop_map(|(kind, share)| Deed::Seek(kind, share)),
        1 => words().prop_map(Deed::Name),
        1 => words().prop_map(Deed::Rename),
        2 => words().prop_map(Deed::Note),
        1 => any::<usize>().prop_map(Deed::Switch),
        1 => any::<usize>().prop_map(Deed::Delete),
    ];
    prop::collection::vec(deed, 0..30)
}

/// Does it. A refusal changes nothing, and is no matter here.
fn act(branches: &mut Branches, deed: Deed) {
    let pick = |branches: &Branches, pick: usize| branches.all()[pick % branches.all().len()].id;
    match deed {
        Deed::Wait(Gap::Time(time)) => {
            let to = branches.run().world().now() + time;
            while !branches.run_mut().advance(to, 1_000) {
                if !branches.run().world().violations().is_empty() {
                    break;
                }
            }
        }
        Deed::Wait(Gap::Events(events)) => (0..events).for_each(|_| {
            branches.run_mut().step();
        }),
        Deed::Act(act) => {
            if let Some(command) = act.command(branches.run().world()) {
                let _ = branches.command(command).map(drop);
            }
        }
        Deed::Type(line) => {
            if let Ok(command) = line.parse::<Command>() {
                let _ = branches.command(command).map(drop);
            }
        }
        Deed::Seek(kind, share) => {
            let end = branches.run().end();
            let part = |whole: u64| whole * share / 1000;
            let place = match kind {
                0 => Place::Time(Time(part(end.now().0))),
                1 => Place::Event(part(end.events())),
                _ => Place::Step(part(end.events() + branches.run().lines().len() as u64)),
            };
            branches.run_mut().seek(place);
        }
        Deed::Name(name) => branches.run_mut().set_name(&name),
        Deed::Rename(name) => {
            let id = branches.current().id;
            let _ = branches.rename(id, &name);
        }
        Deed::Note(words) => {
            let _ = branches.run_mut().note(&words).map(drop);
        }
        Deed::Switch(which) => branches.switch(pick(branches, which)).expect("there is one"),
        Deed::Delete(which) => {
            let _ = branches.delete(pick(branches, which));
        }
    }
}

/// A place is a moment or an event, so that one between the commands of one moment, or after the last event, is only
/// nearly the same when it is opened.
fn without_places(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with("show ")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_saved_can_be_opened_and_is_the_same(
        drawn in random_run(Language::Whole, 0..20),
        deeds in deeds(),
    ) {
        let mut branches = Branches::new(Run::new(drawn.config.clone()));
        // What the random run does and what else is done, in turns.
        let acts = drawn.acts.into_iter().map(|(gap, act)| [Deed::Wait(gap), Deed::Act(act)]);
        let mut acts = acts.peekable();
        for deed in deeds {
            acts.next().into_iter().flatten().for_each(|deed| act(&mut branches, deed));
            act(&mut branches, deed);
        }
        acts.flatten().for_each(|deed| act(&mut branches, deed));

        let text = branches.to_string();
        let restored = restore(&text);
        prop_assert!(restored.is_ok(), "{}\n{text}", restored.unwrap_err());
        let Restored { branches: again, verdicts, .. } = restored.expect("it was opened");
        for (id, verdict) in &verdicts {
            prop_assert!(!matches!(verdict, Verdict::Diverged(_)), "branch {id}: {verdict}\n{text}");
        }
        let text_again = again.to_string();
        prop_assert_eq!(without_places(&text_again), without_places(&text));
        prop_assert_eq!(again.current().id, branches.current().id);
        for branch in branches.all() {
            let same = again.all().iter().find(|other| other.id == branch.id).expect("the same branches");
            prop_assert_eq!(&same.name, &branch.name);
            prop_assert_eq!(same.run().name(), branch.run().name());
            prop_assert_eq!(same.run().end().digest(), branch.run().end().digest());
            prop_assert_eq!(same.run().lines(), branch.run().lines());
            prop_assert_eq!(same.run().remarks(), branch.run().remarks());
        }

        // So can the text of one branch, what is sent of it, and what is told apart without being executed.
        let whole = restore(&branches.run().to_string());
        prop_assert!(whole.is_ok(), "{}\n{}", whole.unwrap_err(), branches.run());
        let sent = branches.run().trace_from_here(None).to_string();
        prop_assert!(restore(&sent).is_ok(), "{sent}");
        let apart = branch_texts(&text).expect("it is a text of branches");
        prop_assert_eq!(apart.len(), branches.all().len());
    }
}
