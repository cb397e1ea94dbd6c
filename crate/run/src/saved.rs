//! Branches as one text: each branch's text under a line that names it; the last is the one looked at.
//!
//! ```text
//! branch 1 first
//! raft-playground 1
//! seed 7
//! at 4s end
//! branch 2 with losses
//! left 1 at 2.000000s step 99 network lossy
//! raft-playground 1
//! seed 7
//! at 2s network lossy
//! at 9s end
//! ```
//!
//! A text without such lines is that of a single branch, so every run's text can be read as one of these.

use crate::branches::{Branch, Branches, FIRST, Fork, MOST_BRANCHES};
use crate::config::Config;
use crate::line;
use crate::load::{Loaded, Loading, Verdict};
use crate::remark::one_line;
use crate::run::{MOST_AT_ONCE, MOST_EVENTS, Run};
use crate::text::{self, Invalid};
use crate::trace::{LONGEST_NAME, LONGEST_TEXT, Show, Trace};
use std::collections::VecDeque;
use std::fmt;

/// Branches made from a text, and what the one that is looked at came to.
#[derive(Clone, Debug)]
pub struct Restored {
    /// The branches.
    pub branches: Branches,
    /// The result of executing the current branch again.
    pub outcome: Outcome,
    /// The verdict on each branch, by its number, in the order of the text.
    pub verdicts: Vec<(u64, Verdict)>,
}

/// The result of executing a text again, beside its run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The result of the comparison.
    pub verdict: Verdict,
    /// The moment to show when it is opened.
    pub show: Option<Show>,
    /// The engine that made the text, if the text says so.
    pub engine: Option<String>,
}

/// A text of branches on its way to runs, executed piece by piece.
#[derive(Debug)]
pub struct Restoring {
    waiting: VecDeque<Opened>,
    done: Vec<Branch>,
    newest: Option<Outcome>,
    verdicts: Vec<(u64, Verdict)>,
    /// The events that are left for what is waiting.
    events: u64,
    /// The events that there were for all.
    most: u64,
    /// The events of what is done.
    before: u64,
}

/// A branch whose text has been read.
#[derive(Debug)]
struct Opened {
    before: usize,
    id: u64,
    name: String,
    fork: Option<Fork>,
    loading: Loading,
}

/// The text of one branch, and the lines above it.
struct Part<'a> {
    /// Number of lines of the whole text before its own.
    before: usize,
    id: u64,
    name: String,
    fork: Option<Fork>,
    text: &'a str,
}

/// Makes branches from a text; everything in it is executed again.
///
/// # Errors
/// If a line is not understood or cannot be carried out; the error names the line.
pub fn restore(text: &str) -> Result<Restored, Invalid> {
    if text.is_empty() { Ok(Restored::default()) } else { restore_all(text) }
}

impl Default for Restored {
    /// The default run, which no text is needed for.
    fn default() -> Self {
        let branches = Branches::new(Run::new(Config::default()));
        let outcome = Outcome { verdict: Verdict::Unchecked, show: None, engine: None };
        Self { branches, outcome, verdicts: vec![(1, Verdict::Unchecked)] }
    }
}

/// Apart, so that a page that opens with the default run need not load it.
#[inline(never)]
fn restore_all(text: &str) -> Result<Restored, Invalid> {
    let mut restoring = Restoring::new(text)?;
    (restoring.events, restoring.most) = (MOST_AT_ONCE, MOST_AT_ONCE);
    restoring.finish()
}

impl Restoring {
    /// Reads a text; nothing of it is executed yet.
    ///
    /// # Errors
    /// If a line is not understood; the error names the line.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        if text.len() > LONGEST_TEXT {
            let expected =
                format!("a run: it has {} bytes, and the most is {LONGEST_TEXT}", text.len());
            return Err(Invalid::new(text, &expected));
        }
        let mut waiting = VecDeque::new();
        let text = line::above_bar(line::without_mark(text));
        for Part { before, id, name, fork, text } in parts(text)? {
            let loading = Loading::new(text).map_err(|error| error.after_lines(before))?;
            waiting.push_back(Opened { before, id, name, fork, loading });
        }
        Ok(Self {
            waiting,
            done: Vec::new(),
            newest: None,
            verdicts: Vec::new(),
            events: MOST_EVENTS,
            most: MOST_EVENTS,
            before: 0,
        })
    }

    /// Executes some more of it: at most so many events and lines, but one at least. True when all is done.
    ///
    /// # Errors
    /// When a line cannot be carried out; the error names the line.
    pub fn go_on(&mut self, budget: u64) -> Result<bool, Invalid> {
        let Some(first) = self.waiting.front_mut() else { return Ok(true) };
        first.loading.limit(self.events, self.most);
        let before = first.before;
        if !first.loading.go_on(budget).map_err(|error| error.after_lines(before))? {
            return Ok(false);
        }
        let Some(Opened { before, id, name, fork, loading }) = self.waiting.pop_front() else {
            return Ok(true);
        };
        let loaded = loading.finish().map_err(|error| error.after_lines(before))?;
        let Loaded { mut run, verdict, show, engine } = loaded;
        let events = run.world().events();
        self.events = self.events.saturating_sub(events);
        self.before += events;
        if let Some(show) = show {
            run.seek(show.place());
        }
        self.verdicts.push((id, verdict.clone()));
        self.done.push(Branch { id, name, fork, run });
        self.newest = Some(Outcome { verdict, show, engine });
        Ok(self.waiting.is_empty())
    }

    /// The events so far.
    pub fn events(&self) -> u64 {
        self.before + self.waiting.front().map_or(0, |first| first.loading.events())
    }

    /// Its progress, per thousand: all branches count the same.
    pub fn share(&self) -> u64 {
        let all = (self.done.len() + self.waiting.len()).max(1) as u64;
        let first = self.waiting.front().map_or(0, |first| first.loading.share());
        (1000 * self.done.len() as u64 + first) / all
    }

    /// Executes what is left.
    ///
    /// # Errors
    /// When a line cannot be carried out, or the branches are none that come from one another.
    pub fn finish(mut self) -> Result<Restored, Invalid> {
        while !self.go_on(u64::MAX)? {}
        let branches = Branches::from_list(self.done)?;
        let outcome = self.newest.ok_or_else(|| Invalid::new("", "a branch"))?;
        Ok(Restored { branches, outcome, verdicts: self.verdicts })
    }
}

/// One branch as it stands in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BranchText<'a> {
    /// Its number.
    pub id: u64,
    /// Its run's text, without the lines that say which branch it is. The last branch's ends the whole text.
    pub text: &'a str,
    /// The same, read.
    pub trace: Trace,
}

/// The branches of a text, of which the last is the one that is looked at. Nothing is executed.
///
/// # Errors
/// If a line is not understood; the error names the line.
pub fn branch_texts(text: &str) -> Result<Vec<BranchText<'_>>, Invalid> {
    let mut branches = Vec::new();
    for Part { before, id, text, .. } in parts(line::above_bar(line::without_mark(text)))? {
        let trace = text.parse().map_err(|error: Invalid| error.after_lines(before))?;
        branches.push(BranchText { id, text, trace });
    }
    Ok(branches)
}

/// True for a text that has only blanks and comments.
pub fn says_nothing(text: &str) -> bool {
    only_comments(line::above_bar(line::without_mark(text)))
}

fn parts(text: &str) -> Result<Vec<Part<'_>>, Invalid> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut rest = text;
    let mut number = 0;
    // Where the present part's own text begins.
    let mut begin = 0;
    while !rest.is_empty() {
        let at = text.len() - rest.len();
        let (line, tail) = rest.split_once('\n').unwrap_or((rest, ""));
        number += 1;
        let wrong = |error: Invalid| error.on_line(number);
        let (word, tail_of_line) = text::first_word(line.trim());
        if word == "branch" {
            match parts.last_mut() {
                Some(part) => part.text = text.get(begin..at).unwrap_or_default(),
                None if !only_comments(text.get(..at).unwrap_or_default()) => {
                    return Err(wrong(Invalid::new(
                        line,
                        "allowed here: a text with branches begins with one",
                    )));
                }
                None => {}
            }
            if parts.len() == MOST_BRANCHES {
                let expected = format!("allowed: {MOST_BRANCHES} branches are the most");
                return Err(wrong(Invalid::new(line, &expected)));
            }
            let (id, name) = text::first_word(tail_of_line);
            let id = text::number(id, "a branch's number", 1, 1 << 50).map_err(wrong)?;
            let name = one_line(name, LONGEST_NAME);
            let name = if name.is_empty() { format!("branch {id}") } else { name };
            parts.push(Part { before: number, id, name, fork: None, text: "" });
            begin = at + line.len() + 1;
        } else if word == "left"
            && let Some(part) = parts.last_mut()
        {
            part.fork = Some(fork(tail_of_line).map_err(wrong)?);
            part.before = number;
            begin = at + line.len() + 1;
        }
        rest = tail;
    }
    match parts.last_mut() {
        Some(part) => part.text = text.get(begin..).unwrap_or_default(),
        None => parts.push(Part { before: 0, id: 1, name: FIRST.into(), fork: None, text }),
    }
    Ok(parts)
}

fn only_comments(text: &str) -> bool {
    text.lines().all(|line| line::without_comment(line).is_empty())
}

/// Reads `1 at 2.000000s step 99 network lossy`.
fn fork(left: &str) -> Result<Fork, Invalid> {
    let wrong =
        || Invalid::new(left, "where a branch left another, such as `1 at 2s step 99 crash 3`");
    let (from, rest) = text::first_word(left);
    let ("at", rest) = text::first_word(rest) else { return Err(wrong()) };
    let (at, rest) = text::first_word(rest);
    let ("step", rest) = text::first_word(rest) else { return Err(wrong()) };
    let (step, command) = text::first_word(rest);
    Ok(Fork {
        from: text::number(from.trim(), "a branch's number", 1, 1 << 50)?,
        at: text::moment(at.trim())?,
        step: text::number(step, "a number of steps", 0, 1 << 50)?,
        command: one_line(command, LONGEST_COMMAND_SHOWN),
    })
}

/// As much of a command as is kept to tell branches apart.
const LONGEST_COMMAND_SHOWN: usize = 200;

impl fmt::Display for Branches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current = self.current();
        let others = self.all().iter().filter(|branch| branch.id != current.id);
        for branch in others.chain([current]) {
            if self.all().len() > 1 || branch.id != 1 || branch.name != FIRST {
                writeln!(f, "branch {} {}", branch.id, branch.name)?;
            }
            if let Some(Fork { from, at, step, command }) = &branch.fork {
                let command = one_line(command, LONGEST_COMMAND_SHOWN);
                writeln!(f, "left {from} at {at} step {step} {command}")?;
            }
            branch.run().trace_from_here(None).fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_and_a_text_that_says_nothing_are_the_same_run() {
        let said = |text: &str| {
            let Restored { branches, outcome, .. } = restore(text).expect("the default run");
            (branches.to_string(), branches.run().to_string(), outcome.verdict, outcome.show)
        };
        assert_eq!(said(""), said("# nothing\n"));
    }

    #[test]
    fn branches_are_told_apart_without_executing_them() {
        let first = "seed 7\nat 2s end\n";
        let last = "seed 8\nat 2s crash 1\nat 3s end\n";
        let text =
            format!("\u{feff}# both\nbranch 1 a\n{first}branch 4 b\nleft 1 at 1s step 9 x\n{last}");
        let printed = format!("{text}----\nprinted\n");
        let found = branch_texts(&printed).expect("two branches");
        let ids: Vec<u64> = found.iter().map(|branch| branch.id).collect();
        assert_eq!(ids, [1, 4]);
        assert_eq!((found[0].text, found[1].text), (first, last));
        assert_eq!(last.parse().as_ref(), Ok(&found[1].trace));
        let wrong = branch_texts(&text.replace("crash 1", "crsh 1")).expect_err("no command");
        assert!(wrong.to_string().starts_with("line 8: `crsh` is not a command"), "{wrong}");
        let single = branch_texts("seed 7").expect("one run");
        assert_eq!((single.len(), single[0].id, single[0].text), (1, 1, "seed 7"));
    }

    #[test]
    fn blanks_and_comments_say_nothing() {
        for text in ["", "\u{feff}", " \r\n\t\n", "# a\n  # b\n", "# a\n----\nprinted\n"] {
            assert!(says_nothing(text), "{text:?}");
        }
        for text in ["seed 7", "# a\nbranch 1 x", "name #"] {
            assert!(!says_nothing(text), "{text:?}");
        }
    }
}
