//! Golden scripts: a run's text, a line `----`, and what is printed when it is played.
//!
//! Three comments in the text are read:
//!
//! ```text
//! # shows: election commit BackUp commands; S1 S3; from 2s
//! # state: 2.5s
//! ```
//!
//! `shows` says which records are printed: kinds, rules or `commands`; then, if not all, whose; then, if
//! not from the start, since when. Several such lines print what any of them asks for. `state` prints
//! the state of all servers at a moment; the end's is always printed.

use crate::play::{Plan, Played, Watcher};
use crate::show;
use raft_core::{Rule, ServerId, Time};
use raft_run::record::Kind;
use raft_run::{Config, Record, Stamp, World};
use std::fs;
use std::path::{Path, PathBuf};

/// What stands between the text and the output.
const BAR: &str = "----\n";

/// A golden script.
#[derive(Debug)]
pub struct Script {
    /// Its file.
    pub path: PathBuf,
    /// Its folder and name, as in `5.2/a-candidate-votes-for-itself`.
    pub name: String,
    /// The run.
    pub plan: Plan,
    /// The text above the bar.
    pub text: String,
    /// The output below the bar, as the file has it.
    pub expected: String,
    shows: Vec<Shows>,
    states: Vec<Time>,
}

/// Which records are printed.
#[derive(Debug, Default)]
struct Shows {
    commands: bool,
    kinds: Vec<Kind>,
    rules: Vec<Rule>,
    servers: Vec<ServerId>,
    from: Time,
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
    paths.into_iter().map(Script::read).collect()
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let list = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    list.map(|entry| entry.expect("a folder that was just opened can be listed").path())
}

impl Script {
    fn read(path: PathBuf) -> Self {
        let whole =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (text, expected) = whole.split_once(BAR).unwrap_or((&whole, ""));
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        let name =
            format!("{}/{}", folder.display(), path.file_stem().unwrap_or_default().display());
        let wrong = |what: String| -> ! { panic!("{name}: {what}") };
        let plan = Plan::read(text).unwrap_or_else(|error| wrong(error.to_string()));
        let directive = |word: &'static str| {
            text.lines().filter_map(move |line| line.strip_prefix("# ")?.strip_prefix(word))
        };
        let shows: Vec<Shows> = directive("shows:")
            .map(|rest| {
                shows(rest).unwrap_or_else(|| wrong(format!("`shows:{rest}` is not understood")))
            })
            .collect();
        if shows.is_empty() {
            wrong("a line `# shows: ...` is missing".into());
        }
        let states = directive("state:").flat_map(str::split_whitespace);
        let states = states
            .map(|at| moment(at).unwrap_or_else(|| wrong(format!("no moment: {at}"))))
            .collect();
        let (text, expected) = (text.to_string(), expected.to_string());
        Self { path, name, plan, text, expected, shows, states }
    }

    /// Plays it and prints what it asks for.
    pub fn output(&self) -> String {
        let mut states = States { at: self.states.clone(), texts: Vec::new() };
        let played = self.plan.play(self.plan.config.clone(), &mut states);
        assert!(!played.is_endless(), "{}: too many events", self.name);
        assert!(states.at.is_empty(), "{}: a state is asked for after the end", self.name);
        let mut out = String::new();
        let mut states = states.texts.into_iter().peekable();
        for (stamp, record) in &played.records {
            while let Some((_, text)) = states.next_if(|(at, _)| *at < stamp.at) {
                out += &text;
            }
            if self.shows.iter().any(|shows| shows.wants(stamp, record)) {
                out += show::record(stamp, record).trim_end();
                out.push('\n');
            }
        }
        out.extend(states.map(|(_, text)| text));
        if !out.is_empty() && !out.ends_with("\n\n") {
            out.push('\n');
        }
        out + &show::states(&played.world)
    }

    /// The file as it would be with this output.
    pub fn file(&self, output: &str) -> String {
        format!("{}{BAR}{output}", self.text)
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

impl Shows {
    fn wants(&self, stamp: &Stamp, record: &Record) -> bool {
        let subject = match record {
            Record::Command(_) => return self.commands && stamp.at >= self.from,
            Record::Rule(_, note) => {
                self.rules.contains(&note.rule()) || self.kinds.contains(&record.kind())
            }
            _ => self.kinds.contains(&record.kind()),
        };
        let server = record.server().is_none_or(|server| self.servers.contains(&server));
        subject && stamp.at >= self.from && (self.servers.is_empty() || server)
    }
}

fn shows(text: &str) -> Option<Shows> {
    let mut shows = Shows::default();
    let mut parts = text.split(';');
    for word in parts.next()?.split_whitespace() {
        if word == "commands" {
            shows.commands = true;
        } else if let Some(&kind) = Kind::ALL.iter().find(|kind| kind.name() == word) {
            shows.kinds.push(kind);
        } else {
            shows.rules.push(*Rule::ALL.iter().find(|rule| rule.name() == word)?);
        }
    }
    for part in parts.map(str::trim) {
        if let Some(at) = part.strip_prefix("from ") {
            shows.from = moment(at)?;
        } else {
            for word in part.split_whitespace() {
                shows.servers.push(ServerId(word.strip_prefix('S')?.parse().ok()?));
            }
        }
    }
    Some(shows)
}

/// A moment as the command language writes it.
fn moment(text: &str) -> Option<Time> {
    let plan = Plan::read(&format!("servers 1\nelection 3600s\nat {text} end\n")).ok()?;
    Some(plan.end)
}

/// Prints the state at some moments.
struct States {
    at: Vec<Time>,
    texts: Vec<(Time, String)>,
}

impl Watcher for States {
    fn look(&mut self, _: &World, _: &[(Stamp, Record)]) {}

    fn moments(&self) -> Vec<Time> {
        self.at.clone()
    }

    fn reached(&mut self, world: &World) {
        let now = world.now();
        if self.at.contains(&now) {
            self.at.retain(|&at| at != now);
            self.texts.push((now, format!("\n{}\n", show::states(world))));
        }
    }
}
