//! The user's own words on moments of a run. They change nothing in it: no event, no chance, no digest.

use crate::branches::Branches;
use crate::change::Refused;
use crate::remark::{Remark, fitting};
use crate::run::Run;
use crate::text::Invalid;
use crate::trace::MOST_REMARKS;

impl Run {
    /// Notes something on the present moment.
    ///
    /// # Errors
    /// When there are no words, too many, or too many remarks already.
    pub fn note(&mut self, words: &str) -> Result<&Remark, Invalid> {
        let words = fitting(words)?;
        if self.remarks.len() >= MOST_REMARKS {
            let expected = format!("possible: {MOST_REMARKS} notes are the most");
            return Err(Invalid::new("note", &expected));
        }
        let at = self.world.now();
        let place = self.remarks.partition_point(|remark| remark.from <= at);
        self.remarks.insert(place, Remark::note(at, words));
        Ok(&self.remarks[place])
    }

    /// Puts other words in the place of a note's: it is the one at this place among the remarks.
    fn reword_note(&mut self, place: usize, words: &str) {
        let at = self.remarks[place].from;
        self.remarks[place] = Remark::note(at, words);
    }

    fn has_note(&self, place: usize) -> bool {
        self.remarks.get(place).is_some_and(Remark::is_note)
    }
}

impl Branches {
    /// Puts other words in the place of those of a note, which is the one at this place among the remarks of the
    /// branch that is looked at.
    ///
    /// # Errors
    /// When there is no such note, no words, or too many.
    pub fn reword_note(&mut self, place: usize, words: &str) -> Result<(), Refused> {
        let words = fitting(words).map_err(|error| Refused(error.to_string()))?;
        self.with_note(place, |run| run.reword_note(place, words))
    }

    /// Deletes a note.
    ///
    /// # Errors
    /// When there is no such note.
    pub fn delete_note(&mut self, place: usize) -> Result<(), Refused> {
        self.with_note(place, |run| drop(run.remarks.remove(place)))
    }

    fn with_note(&mut self, place: usize, act: impl FnOnce(&mut Run)) -> Result<(), Refused> {
        let run = self.run_mut();
        if !run.has_note(place) {
            return Err(Refused(format!("there is no note {place}")));
        }
        act(run);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remark::{Lane, Verdict, words_of};
    use crate::saved::restore;
    use crate::{Place, Time};

    fn run() -> Run {
        Run::from_text("seed 3\nservers 3\nat 2s crash leader\nat 4s end\n").expect("a run")
    }

    #[test]
    fn a_note_changes_nothing_but_the_remarks_and_comes_back_with_the_text() {
        let mut run = run();
        let (before, steps) = (run.world().digest(), run.steps());
        run.seek(Place::Time(Time(2_000_000)));
        run.note("  the leader is\nabout to crash -> another follows ").expect("a note");
        assert!(!run.is_live(), "what follows has not been forgotten");
        run.seek(Place::Time(Time(1_000_000)));
        run.note("all is well").expect("a note");
        run.seek(Place::Step(steps));
        assert_eq!((run.world().digest(), run.steps()), (before, steps));
        let notes: Vec<String> = run.remarks().iter().map(Remark::to_string).collect();
        assert_eq!(
            notes,
            [
                "at 1.000000s note all is well",
                "at 2.000000s note the leader is·about to crash → another follows"
            ]
        );
        let again = crate::load::load(&run.to_string()).expect("a run");
        assert!(matches!(again.verdict, crate::load::Verdict::Identical { .. }));
        assert_eq!(again.run.remarks(), run.remarks());
    }

    #[test]
    fn each_branch_has_its_own_notes_after_the_place_where_it_left() {
        let mut branches = Branches::new(run());
        branches.run_mut().note("at the end").expect("a note");
        branches.run_mut().seek(Place::Time(Time(1_000_000)));
        branches.run_mut().note("in common").expect("a note");
        branches.command("network lossy".parse().expect("a command")).expect("a branch");
        branches.run_mut().note("only here").expect("a note");
        let words = |branches: &Branches| -> Vec<Vec<String>> {
            let of = |run: &Run| run.remarks().iter().map(|note| note.asked.clone()).collect();
            branches.all().iter().map(|branch| of(branch.run())).collect()
        };
        let expected = [vec!["in common", "at the end"], vec!["in common", "only here"]];
        assert_eq!(words(&branches), expected);
        let again = restore(&branches.to_string()).expect("branches").branches;
        assert_eq!(words(&again), expected);
    }

    #[test]
    fn notes_are_reworded_and_deleted_and_what_a_test_said_stays() {
        let stretch = (Time(1), Time(2));
        let said = Remark::new(stretch, Lane::Test, Verdict::Passed, "a test", "passed");
        let mut run = run();
        run.remarks.push(said.clone());
        run.note("one").expect("a note");
        let mut branches = Branches::new(run);
        branches.reword_note(1, "another").expect("a note");
        assert_eq!(branches.run().remarks()[1].asked, "another");
        for (place, words) in [(0, "forged"), (2, "no such"), (1, " "), (1, &"x".repeat(401))] {
            assert!(branches.reword_note(place, words).is_err(), "{place} {words}");
        }
        assert!(branches.delete_note(0).is_err(), "that is no note");
        branches.delete_note(1).expect("a note");
        assert_eq!(branches.run().remarks(), [said]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(words_of(" note  a b "), Some("a b"));
        assert_eq!(words_of("notes a"), None);
        let mut run = run();
        let refusal =
            |run: &mut Run, words: &str| run.note(words).expect_err("no note").to_string();
        assert!(refusal(&mut run, " ").starts_with("something is missing: the words of the note"));
        let long = refusal(&mut run, &"x".repeat(500));
        assert!(long.ends_with("a note has 400 characters at most, this one 500"), "{long}");
        assert_eq!(run.remarks(), []);
    }
}
