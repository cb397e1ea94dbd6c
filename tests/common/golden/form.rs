//! The form of a golden script: a header, then steps; each step has a comment, lines, and output.

use raft_core::Time;
use raft_run::text;

/// The beginning of a line of output.
const OUT: &str = "#|";

/// Stands in place of the output of a step that brings about nothing that is shown.
const NOTHING: &str = "(nothing)";

/// The beginning of the comment of a step that prepares the others and prints nothing.
const SET_UP: &str = "# Set-up:";

/// A script's text in its parts, without its output.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// The lines before the first step: comment, records to show, settings.
    pub header: String,
    /// The lines `# shows:`, each with its number in the file.
    pub shows: Vec<(usize, String)>,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// A comment, and lines that are carried out together.
#[derive(Debug, Default)]
pub(super) struct Step {
    number: usize,
    comment: Vec<String>,
    lines: Vec<String>,
    /// No line belongs to it any more: its output has begun, or an empty line has come.
    is_closed: bool,
    /// The lines as they are carried out.
    pub rows: Vec<Row>,
}

/// A line of a step.
#[derive(Debug)]
pub(super) enum Row {
    /// The next command of the run.
    Command,
    /// The end of the run.
    End,
    /// The states of all servers at a moment.
    State(Time),
}

impl Form {
    /// Reads a script's text.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut form = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            form.take(number, line).map_err(|wrong| format!("line {number}: {wrong}"))?;
        }
        form.check()?;
        Ok(form)
    }

    /// The number of commands in its steps.
    pub(super) fn commands(&self) -> usize {
        let rows = self.steps.iter().flat_map(|step| &step.rows);
        rows.filter(|row| matches!(row, Row::Command)).count()
    }

    fn take(&mut self, number: usize, line: &str) -> Result<(), String> {
        if line.starts_with(OUT) {
            let step = self.steps.last_mut().filter(|step| !step.lines.is_empty());
            step.ok_or("output without a command before it")?.is_closed = true;
        } else if let Some(rest) = line.strip_prefix("# shows:") {
            self.heads(line, "`# shows:` belongs above the first step")?;
            self.shows.push((number, rest.into()));
        } else if let Some(at) = line.strip_prefix("# state:") {
            let at = text::moment(at.trim()).map_err(|error| error.to_string())?;
            self.step(line, Row::State(at))?;
        } else if line.starts_with('#') {
            self.comment(number, line);
        } else if line.starts_with("at ") {
            self.step(line, if line.ends_with(" end") { Row::End } else { Row::Command })?;
        } else if !line.trim().is_empty() {
            self.heads(line, "a setting belongs above the first step")?;
        } else if let Some(step) = self.steps.last_mut() {
            step.is_closed = true;
        }
        Ok(())
    }

    fn heads(&mut self, line: &str, wrong: &str) -> Result<(), String> {
        if !self.steps.is_empty() {
            return Err(wrong.into());
        }
        self.header += line;
        self.header.push('\n');
        Ok(())
    }

    /// A comment before the settings speaks of the whole script, each other one of a step.
    fn comment(&mut self, number: usize, line: &str) {
        let has_settings = self.header.lines().any(|line| !line.starts_with('#'));
        if !has_settings {
            self.header += line;
            self.header.push('\n');
            return;
        }
        if self.steps.last().is_none_or(|step| step.is_closed || !step.lines.is_empty()) {
            self.steps.push(Step { number, ..Step::default() });
        }
        let step = self
            .steps
            .last_mut()
            .expect("there is a step, as one was just added if there was none");
        step.comment.push(line.into());
    }

    fn step(&mut self, line: &str, row: Row) -> Result<(), String> {
        let step = self.steps.last_mut().filter(|step| !step.is_closed);
        let step = step.ok_or_else(|| {
            format!("a comment is missing before `{line}`: why it is done, and what is to be seen")
        })?;
        if step.is_set_up() && !matches!(row, Row::Command) {
            return Err(format!(
                "a step that is set-up prints nothing: `{line}` needs one that does"
            ));
        }
        step.lines.push(line.into());
        step.rows.push(row);
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        if !self.header.starts_with("# ") || self.header.starts_with("# shows:") {
            return Err("line 1: a comment is missing: what the script shows".into());
        }
        if self.shows.is_empty() {
            return Err(
                "a line such as `# shows: election; S1` is missing above the settings".into()
            );
        }
        let mut was_shown = false;
        for step in &self.steps {
            let wrong = |what: &str| Err(format!("line {}: {what}", step.number));
            if step.lines.is_empty() {
                return wrong("a comment without a step after it");
            }
            let ends = |end| step.comment.last().is_some_and(|line| line.ends_with(end));
            if !ends('.') && !ends('?') && !ends(':') {
                return wrong("a comment is whole sentences, and ends like one");
            }
            if step.is_set_up() && was_shown {
                return wrong("set-up stands before all other steps");
            }
            was_shown |= !step.is_set_up();
        }
        if !self.steps.last().is_some_and(|step| matches!(step.rows.last(), Some(Row::End))) {
            return Err("a script closes with a line such as `at 3s end`".into());
        }
        Ok(())
    }
}

impl Step {
    fn is_set_up(&self) -> bool {
        self.comment.first().is_some_and(|line| line.starts_with(SET_UP))
    }

    /// Adds the step to a script's text, with its output.
    pub(super) fn print(&self, output: &str, text: &mut String) {
        text.push('\n');
        for line in self.comment.iter().chain(&self.lines) {
            *text += line;
            text.push('\n');
        }
        if self.is_set_up() {
            return;
        }
        let output = if output.is_empty() { NOTHING } else { output };
        for line in output.lines() {
            *text += format!("{OUT} {line}").trim_end();
            text.push('\n');
        }
    }
}
