//! The setting `broken`: bugs that all servers have wrong, and those that only some of them have wrong.
//!
//! ```text
//! broken GrantVote HalfIsEnough
//! broken RefuseSecondVote on 1 3
//! ```

use crate::config::Config;
use crate::line;
use crate::text::{self, Invalid};
use raft_core::{Bug, Bugs, MAX_SERVERS, ServerId};
use std::fmt;

impl Config {
    /// Takes the value of a line `broken`.
    pub(crate) fn break_by(&mut self, value: &str) -> Result<(), Invalid> {
        let (names, servers) = match value.strip_prefix("on ") {
            // Without a name, the error below says what is missing.
            Some(servers) => ("", Some(servers)),
            None => match text::parted(value, " on ") {
                Some((names, servers)) => (names, Some(servers)),
                None => (value, None),
            },
        };
        let servers = servers.map(on).transpose()?;
        if servers.is_some() && names.trim().is_empty() {
            return Err(Invalid::new("", "the name of a rule or of a mistake before `on`"));
        }
        for name in names.split_whitespace() {
            self.add_bug(bug(name)?, servers.as_deref());
        }
        Ok(())
    }

    /// From now on these servers do it wrongly; `None`: all of them.
    pub fn add_bug(&mut self, bug: Bug, servers: Option<&[ServerId]>) {
        let Some(servers) = servers else {
            self.bugs = self.bugs.with(bug);
            self.partly.retain(|&(other, _)| other != bug);
            return;
        };
        if !self.bugs.has(bug) {
            self.partly.extend(servers.iter().map(|&server| (bug, server)));
            self.partly.sort_unstable();
            self.partly.dedup();
        }
    }

    /// All that any server does wrongly, in the order of the tables.
    pub fn all_bugs(&self) -> impl Iterator<Item = Bug> + use<> {
        let mut all: Vec<Bug> = self.bugs.iter().collect();
        all.extend(self.partly.iter().map(|&(bug, _)| bug));
        all.sort_unstable();
        all.dedup();
        all.into_iter()
    }

    /// The servers that alone do this wrongly; none when all do, or nobody.
    pub fn only_on(&self, bug: Bug) -> Vec<ServerId> {
        let of = self.partly.iter().filter(|&&(other, _)| other == bug);
        of.map(|&(_, server)| server).collect()
    }

    /// The bugs of one server: those of all, and its own. A server that is right among others that are not knows of it.
    pub fn bugs_of(&self, server: ServerId) -> Bugs {
        let own = self.partly.iter().filter(|&&(_, other)| other == server);
        let bugs = own.fold(self.bugs, |bugs, &(bug, _)| bugs.with(bug));
        if self.partly.is_empty() { bugs } else { bugs.among_buggy() }
    }

    /// The least number of servers: each server with a bug must exist. 0: any number will do.
    pub fn servers_named(&self) -> u16 {
        self.partly.iter().map(|(_, server)| server.0).max().unwrap_or(0)
    }

    /// True if no server has a bug.
    pub fn is_right(&self) -> bool {
        self.partly.is_empty() && self.bugs.is_empty()
    }

    /// The same settings with all servers right.
    #[must_use]
    pub fn right(&self) -> Self {
        Self { bugs: Bugs::default(), partly: Vec::new(), ..self.clone() }
    }

    /// The same settings with one server fewer: those after it move up. `None` if it alone has a bug,
    /// which no server would have then.
    #[must_use]
    pub fn without_server(&self, gone: ServerId) -> Option<Self> {
        let mut fewer = self.clone();
        fewer.raft.servers -= 1;
        fewer.partly.retain(|&(_, server)| server != gone);
        for (_, server) in &mut fewer.partly {
            server.0 -= u16::from(*server > gone);
        }
        fewer.all_bugs().eq(self.all_bugs()).then_some(fewer)
    }

    /// The first server that does something wrongly and is not there.
    ///
    /// # Errors
    /// If there is one: it is named, and how many servers there are.
    pub fn check(&self) -> Result<(), Invalid> {
        let servers = self.raft.servers;
        match self.partly.iter().find(|(_, server)| server.0 > servers) {
            None => Ok(()),
            Some((bug, server)) => Err(Invalid::new(
                &format!("broken {bug} on {}", server.0),
                &format!("possible: this cluster has the servers 1 to {servers}"),
            )),
        }
    }

    /// The lines `broken`: first what all servers do wrongly, then the rest by its servers.
    pub(crate) fn write_broken(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = text::joined(self.bugs.iter().map(Bug::name), " ");
        if !all.is_empty() {
            writeln!(f, "broken {all}")?;
        }
        let mut waiting: Vec<Bug> = self.partly.iter().map(|&(bug, _)| bug).collect();
        waiting.dedup();
        while let Some(&first) = waiting.first() {
            let servers = self.only_on(first);
            let (same, others) = waiting.into_iter().partition(|&bug| self.only_on(bug) == servers);
            waiting = others;
            let same: Vec<Bug> = same;
            let names = text::joined(same.iter(), " ");
            let servers = text::joined(servers.iter().map(|server| server.0), " ");
            writeln!(f, "broken {names} on {servers}")?;
        }
        Ok(())
    }
}

/// The bug of this name, in whatever case it is written.
fn bug(name: &str) -> Result<Bug, Invalid> {
    let known = Bug::all().find(|bug| bug.name().eq_ignore_ascii_case(name));
    known.ok_or_else(|| {
        let right =
            "the name of a rule, such as RefuseSecondVote, or of a mistake, such as HalfIsEnough";
        let meant = line::did_you_mean(name, Bug::all().map(Bug::name));
        let meant = if meant.is_empty() { "." } else { &meant };
        let list = "The page's catalogue (key `k`) and docs/mistakes.md list them all";
        Invalid::new(name, &format!("{right}{meant} {list}"))
    })
}

/// The servers after `on`: `1 3`, `1,3` or `S1 S3`.
///
/// # Errors
/// If there is none, or one of them is no server.
pub fn on(text: &str) -> Result<Vec<ServerId>, Invalid> {
    let words = text.split([',', ' ', '\t']).filter(|word| !word.is_empty());
    let servers: Vec<ServerId> = words.map(server).collect::<Result<_, _>>()?;
    if servers.is_empty() {
        return Err(Invalid::new("", "the number of a server after `on`"));
    }
    Ok(servers)
}

fn server(word: &str) -> Result<ServerId, Invalid> {
    let digits = word.strip_prefix(['S', 's']).unwrap_or(word);
    let number = text::number(digits, "a server's number", 1, u64::from(MAX_SERVERS))?;
    Ok(ServerId(number as u16))
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_core::{Mistake, Rule};

    fn read(lines: &[&str]) -> Config {
        let mut config = Config::default();
        for line in lines {
            assert_eq!(config.set(line), Ok(true), "{line}");
        }
        config
    }

    fn broken(config: &Config) -> Vec<String> {
        let text = config.to_string();
        text.lines().filter(|line| line.starts_with("broken")).map(Into::into).collect()
    }

    #[test]
    fn what_some_servers_do_wrongly_is_printed_and_read_back() {
        let config = read(&[
            "broken GrantVote on 3 1",
            "broken HalfIsEnough RefuseSecondVote on 1,3",
            "broken CommitOnlyOwnTerm",
            "broken ReadsWithoutLog on S2",
        ]);
        let lines = [
            "broken CommitOnlyOwnTerm",
            "broken RefuseSecondVote GrantVote HalfIsEnough on 1 3",
            "broken ReadsWithoutLog on 2",
        ];
        assert_eq!(broken(&config), lines);
        assert_eq!(read(&lines), config);
        assert_eq!(config.only_on(Bug::Rule(Rule::GrantVote)), [ServerId(1), ServerId(3)]);
        let of = |server| -> Vec<&str> {
            config.bugs_of(ServerId(server)).iter().map(Bug::name).collect()
        };
        assert_eq!(of(2), ["CommitOnlyOwnTerm", "ReadsWithoutLog"]);
        assert_eq!(of(1), ["RefuseSecondVote", "GrantVote", "CommitOnlyOwnTerm", "HalfIsEnough"]);
        assert!(!config.is_right() && config.right().is_right());
    }

    #[test]
    fn all_servers_are_more_than_some() {
        for lines in [
            ["broken GrantVote", "broken GrantVote on 2"],
            ["broken GrantVote on 2", "broken GrantVote"],
        ] {
            assert_eq!(broken(&read(&lines)), ["broken GrantVote"]);
        }
    }

    #[test]
    fn a_server_that_leaves_takes_its_mistakes_along_unless_nobody_else_makes_them() {
        let config = read(&["servers 4", "broken GrantVote on 2 4"]);
        let fewer = config.without_server(ServerId(2)).expect("S4 still does it");
        assert_eq!((fewer.raft.servers, broken(&fewer)), (3, vec!["broken GrantVote on 3".into()]));
        assert_eq!(fewer.without_server(ServerId(3)), None);
        let all = read(&["broken GrantVote"]);
        assert!(all.without_server(ServerId(1)).is_some());
    }

    #[test]
    fn wrong_servers_are_named_with_what_would_be_right() {
        for (line, says) in [
            ("broken GrantVote on", "`on` is not the name of a rule"),
            ("broken GrantVote on ,", "something is missing: the number of a server after `on`"),
            ("broken on 1", "something is missing: the name of a rule or of a mistake before `on`"),
            ("broken GrantVote on leader", "`leader` is not a server's number from 1 to 101"),
            ("broken GrantVote on 0", "`0` is not a server's number from 1 to 101"),
        ] {
            let error = Config::default().set(line).expect_err(line).to_string();
            assert!(error.starts_with(says), "{line}: {error}");
        }
        let error = read(&["broken GrantVote on 4", "servers 3"]).check().expect_err("no S4");
        let says = "`broken GrantVote on 4` is not possible: this cluster has the servers 1 to 3";
        assert_eq!(error.to_string(), says);
        let mistake = Bug::Mistake(Mistake::HalfIsEnough);
        assert_eq!(Config::default().only_on(mistake), []);
    }
}
