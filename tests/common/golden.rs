//! Golden scripts: a run's text that tells its own story. Each step is a comment, its commands, and what they brought
//! about.
//!
//! ```text
//! # A leader commits an entry once a majority has it.
//! # shows: CommitByCounting; S1
//! servers 3
//! network perfect
//! disk 0s
//! timers manual
//!
//! # Set-up: S1 wins term 1.
//! at 1s timeout 1
//!
//! # S1 appends x=1 and sends it. One follower is enough for a majority of three.
//! at 2s start 1 x=1
//! # state: 2.5s
//! at 3s end
//! #|   2.002000s  S1  commits through 1: held by 2   §5.3
//! #|
//! #| S1  leader ...
//! ```
//!
//! The output stands behind `#|`, so the whole file is a run's text that the playground opens. `shows` says which
//! records are printed: kinds and rules; then, if not all, whose. Several such lines print what any of them asks for.
//! `state` prints the state of all servers at a moment; the end's is always printed. A step prints what happens until
//! the next one begins. Steps whose comment begins with `Set-up:` come first and print nothing.

mod form;

use crate::play::{Plan, Played, Watcher};
use crate::show;
use form::{Form, Row, Step};
use raft_core::{Rule, ServerId};
use raft_run::record::Kind;
use raft_run::trace::Line;
use raft_run::{Config, Record, World};
use std::fs;
use std::iter::Peekable;
use std::path::{Path, PathBuf};

/// A golden script.
#[derive(Debug)]
pub struct Script {
    /// Its file.
    pub path: PathBuf,
    /// Its folder and name, as in `5.2/a-candidate-votes-for-itself`.
    pub name: String,
    /// The run.
    pub plan: Plan,
    /// The file as it is: the run, its comments, and its output.
    pub text: String,
    form: Form,
    shows: Vec<Shows>,
}

/// A choice of records to print.
#[derive(Debug, Default)]
struct Shows {
    kinds: Vec<Kind>,
    rules: Vec<Rule>,
    servers: Vec<ServerId>,
}

/// Every golden script, in the order of the names.
pub fn scripts() -> Vec<Script> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut paths: Vec<PathBuf> = entries(&root)
        .filter(|path| path.is_dir())
        .flat_map(|folder| entries(&folder).collect::<Vec<_>>())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.sort();
    paths.into_iter().map(Script::load).collect()
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let list = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    list.map(|entry| entry.expect("a folder that was just opened can be listed").path())
}

impl Script {
    fn load(path: PathBuf) -> Self {
        let text =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        let name =
            format!("{}/{}", folder.display(), path.file_stem().unwrap_or_default().display());
        Self::read(path, name, text).unwrap_or_else(|wrong| panic!("{wrong}"))
    }

    /// Reads a script's text.
    ///
    /// # Errors
    /// The script's name, the line, and what is wrong there, when it is no run or does not have the form of a script.
    pub fn read(path: PathBuf, name: String, text: String) -> Result<Self, String> {
        let wrong = |what: String| format!("{name}: {what}");
        let plan = Plan::read(&text).map_err(|error| wrong(error.to_string()))?;
        let form = Form::read(&text).map_err(wrong)?;
        let shows = form.shows.iter().map(|(number, line)| {
            shows(line).ok_or_else(|| {
                wrong(format!("line {number}: `shows:{line}` names no kinds and rules of records"))
            })
        });
        let shows = shows.collect::<Result<_, _>>()?;
        let commands = plan.lines.iter().filter(|line| line.command().is_some()).count();
        if commands != form.commands() {
            return Err(wrong("only commands, `# state:` and the end stand in its steps".into()));
        }
        Ok(Self { path, name, plan, text, form, shows })
    }

    /// The file as it is to be: the same steps, with what they print when they are played now.
    pub fn printed(&self) -> String {
        let mut played = Played::new(World::new(self.plan.config.clone()));
        let commands = self.plan.lines.iter().filter(|line| line.command().is_some());
        let mut commands = commands.peekable();
        let mut text = self.form.header.clone();
        let mut steps = self.form.steps.iter().peekable();
        while let Some(step) = steps.next() {
            let output = self.perform(step, &mut commands, steps.peek().copied(), &mut played);
            assert!(!played.is_endless(), "{}: too many events", self.name);
            step.print(&output, &mut text);
        }
        text
    }

    /// Carries out a step, up to the beginning of the next one, and gives what it prints.
    fn perform<'a>(
        &self,
        step: &Step,
        commands: &mut Peekable<impl Iterator<Item = &'a Line>>,
        next: Option<&Step>,
        played: &mut Played,
    ) -> String {
        let mut output = Output::default();
        for row in &step.rows {
            match row {
                Row::Command => {
                    let line = commands.next().expect("they were counted");
                    let now = played.world.now();
                    assert!(line.at >= now, "{}: a `# state:` stands before {line}", self.name);
                    played.advance(line.at, &mut ());
                    output.records(self, played);
                    let command = line.command().expect("only commands are left");
                    assert!(played.command(command, &mut ()), "{}: {command} failed", self.name);
                }
                Row::End => played.advance(self.plan.end, &mut ()),
                Row::State(at) => {
                    let now = played.world.now();
                    assert!(*at >= now, "{}: `# state: {at}` stands after {now}", self.name);
                    played.advance(*at, &mut ());
                    output.records(self, played);
                    output.state(&played.world);
                }
            }
        }
        match next.and_then(|step| step.rows.first()) {
            Some(Row::Command) => {
                let next = commands.peek().expect("they were counted");
                played.advance(next.at, &mut ());
            }
            Some(Row::State(at)) => played.advance(*at, &mut ()),
            Some(Row::End) | None => played.advance(self.plan.end, &mut ()),
        }
        output.records(self, played);
        if next.is_none() {
            output.state(&played.world);
        }
        output.parts.join("\n")
    }

    fn wants(&self, record: &Record) -> bool {
        self.shows.iter().any(|shows| shows.wants(record))
    }

    /// Plays it with one rule broken.
    pub fn play_without(&self, rule: Rule, watcher: &mut impl Watcher) -> Played {
        let mut config = self.plan.config.clone();
        config.bugs = config.bugs.with(rule.into());
        self.plan.play(config, watcher)
    }

    /// Plays it as it stands.
    pub fn play(&self, watcher: &mut impl Watcher) -> Played {
        self.plan.play(Config::clone(&self.plan.config), watcher)
    }
}

/// The output of a step: records and states, with an empty line between.
#[derive(Default)]
struct Output {
    parts: Vec<String>,
    /// More records go on with the last part.
    is_open: bool,
}

impl Output {
    /// Takes the records that have come, and keeps those that are shown.
    fn records(&mut self, script: &Script, played: &mut Played) {
        let mut lines = String::new();
        for (stamp, record) in played.records.drain(..) {
            if script.wants(&record) {
                lines += show::record(&stamp, &record).trim_end();
                lines.push('\n');
            }
        }
        match self.parts.last_mut() {
            _ if lines.is_empty() => return,
            Some(last) if self.is_open => last.push_str(&lines),
            _ => self.parts.push(lines),
        }
        self.is_open = true;
    }

    fn state(&mut self, world: &World) {
        self.parts.push(show::states(world));
        self.is_open = false;
    }
}

impl Shows {
    fn wants(&self, record: &Record) -> bool {
        // The script's own commands stand above what they brought about.
        if matches!(record, Record::Command(_)) {
            return false;
        }
        let rule = record.rule().is_some_and(|rule| self.rules.contains(&rule));
        let is_asked_for = rule || self.kinds.contains(&record.kind());
        let server = record.server().is_none_or(|server| self.servers.contains(&server));
        is_asked_for && (self.servers.is_empty() || server)
    }
}

/// Reads kinds and rules, and the servers after a semicolon.
fn shows(text: &str) -> Option<Shows> {
    let mut shows = Shows::default();
    let (subjects, servers) = text.split_once(';').unwrap_or((text, ""));
    for word in subjects.split_whitespace() {
        if let Some(&kind) = Kind::ALL.iter().find(|kind| kind.name() == word) {
            shows.kinds.push(kind);
        } else {
            shows.rules.push(*Rule::ALL.iter().find(|rule| rule.name() == word)?);
        }
    }
    for word in servers.split_whitespace() {
        shows.servers.push(ServerId(word.strip_prefix('S')?.parse().ok()?));
    }
    Some(shows)
}
