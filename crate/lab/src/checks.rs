//! The course's checks of a cluster. Each is noted with what was asked and what came back.

use crate::harness::{Check, Lab, MS};
use crate::notes::SHOWN;
use bytes::Bytes;
use raft_core::{Index, Term, Time};
use raft_run::remark::Verdict;
use raft_run::text::{printable, shorten};
use std::fmt;

impl Lab {
    /// Fails with the words "expected ..., saw ..." unless the condition holds.
    pub fn expect(&self, holds: bool, asked: impl fmt::Display, saw: impl fmt::Display) -> Check {
        self.expect_since(self.now(), holds, asked, saw)
    }

    /// The same for something that was measured since a moment.
    pub(crate) fn expect_since(
        &self,
        from: Time,
        holds: bool,
        asked: impl fmt::Display,
        saw: impl fmt::Display,
    ) -> Check {
        let result = if holds { Ok(()) } else { self.fail(format!("expected {asked}, saw {saw}")) };
        self.checked(from, asked, result, |()| passed(&saw))
    }

    /// Notes the result of a check, and passes it on.
    fn checked<T>(
        &self,
        from: Time,
        asked: impl fmt::Display,
        result: Check<T>,
        told: impl FnOnce(&T) -> (Verdict, String),
    ) -> Check<T> {
        if let Some(notes) = &mut self.state.borrow_mut().notes {
            let (verdict, told) = match &result {
                Ok(value) => told(value),
                Err(failure) => (Verdict::Failed, failure.what.clone()),
            };
            notes.check(from, self.now(), &asked.to_string(), verdict, &told);
        }
        result
    }

    /// Notes that an attempt is given up, which is no failure.
    pub(crate) fn abandon(&self, from: Time, asked: impl fmt::Display, why: &str) {
        // Nothing can have failed here: the value says only that it was given up.
        let _: Check = self.checked(from, asked, Ok(()), |()| (Verdict::Abandoned, why.into()));
    }

    /// Returns the leader of the highest term. Asks until there is one, for about five seconds.
    pub async fn check_one_leader(&self) -> Check<usize> {
        let from = self.now();
        let found = self.one_leader().await;
        let told =
            |&(leader, term): &(usize, Term)| passed(format_args!("S{}, term {term}", leader + 1));
        self.checked(from, "one leader", found, told).map(|(leader, _)| leader)
    }

    async fn one_leader(&self) -> Check<(usize, Term)> {
        for _ in 0..10 {
            self.sleep(450 + self.below(100)).await;
            let leaders: Vec<(usize, Term)> = self
                .connected_states()
                .filter_map(|(server, term, leads)| leads.then_some((server, term)))
                .collect();
            let mut by_term: Vec<Term> = leaders.iter().map(|(_, term)| *term).collect();
            by_term.sort_unstable();
            let twice = by_term.iter().zip(&by_term[1.min(by_term.len())..]).find(|(a, b)| a == b);
            if let Some((term, _)) = twice {
                return self.fail(format!("expected at most one leader of term {term}, saw more"));
            }
            if let Some(leader) = leaders.into_iter().max_by_key(|(_, term)| *term) {
                return Ok(leader);
            }
        }
        self.fail("expected one leader, saw none for five seconds")
    }

    /// Returns the term on which all connected servers agree.
    pub fn check_terms(&self) -> Check<Term> {
        let terms: Vec<Term> = self.connected_states().map(|(_, term, _)| term).collect();
        let result = match terms.split_first() {
            Some((first, rest)) if rest.iter().all(|term| term == first) => Ok(*first),
            _ => {
                let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
                self.fail(format!("expected all servers in one term, saw {}", terms.join(" ")))
            }
        };
        self.checked(self.now(), "all servers in one term", result, |term| {
            passed(format_args!("term {term}"))
        })
    }

    /// Checks that no connected server believes that it is the leader.
    pub fn check_no_leader(&self) -> Check {
        let leader = self.connected_states().find(|(_, _, leads)| *leads);
        let result = match leader {
            Some((server, ..)) => {
                self.fail(format!("expected no leader, but S{} leads", server + 1))
            }
            None => Ok(()),
        };
        self.checked(self.now(), "no leader", result, |()| passed("nobody leads"))
    }

    /// Checks that no server has applied an entry at the index.
    pub fn check_no_agreement(&self, index: Index) -> Check {
        let result = match self.n_committed(index) {
            Ok((0, _)) => Ok(()),
            Ok((count, _)) => self.fail(format!(
                "expected nothing committed at index {index}, but it was applied by {}",
                of_servers(count)
            )),
            Err(failure) => Err(failure),
        };
        let asked = format_args!("nothing committed at index {index}");
        self.checked(self.now(), asked, result, |()| passed("nobody has applied it"))
    }

    /// Has a command committed by this number of servers. Returns its index.
    pub async fn one(&self, command: &str, servers: usize, retry: bool) -> Check<Index> {
        let from = self.now();
        let result = self.agree(command, servers, retry).await;
        let again = if retry { ", with retries" } else { "" };
        let asked = format_args!(
            "agreement of {} on {}{again}",
            of_servers(servers),
            shorten(command, SHOWN)
        );
        self.checked(from, asked, result, |index| match index {
            Some(index) => passed(format_args!("index {index}")),
            None => (Verdict::Abandoned, "the test is over".into()),
        })
        .map(Option::unwrap_or_default)
    }

    /// The same. Returns none when the test is over and failures no longer count.
    async fn agree(&self, command: &str, servers: usize, retry: bool) -> Check<Option<Index>> {
        let begin = self.now();
        let mut cursor = 0;
        while self.now() - begin < 10_000 * MS && !self.state.borrow().finished {
            let mut accepted = None;
            for _ in 0..self.servers() {
                cursor = (cursor + 1) % self.servers();
                if self.is_connected(cursor) && self.is_up(cursor) {
                    accepted = self.submit(cursor, command);
                }
                if accepted.is_some() {
                    break;
                }
            }
            let Some((index, _)) = accepted else {
                self.sleep(50).await;
                continue;
            };
            let submitted = self.now();
            while self.now() - submitted < 2_000 * MS {
                let (count, held) = self.n_committed(index)?;
                if count > 0 && count >= servers && held.as_deref() == Some(command.as_bytes()) {
                    return Ok(Some(index));
                }
                self.sleep(20).await;
            }
            if !retry {
                return self.no_agreement(command, servers, 2);
            }
        }
        if self.state.borrow().finished {
            return Ok(None);
        }
        self.no_agreement(command, servers, 10)
    }

    fn no_agreement<T>(&self, command: &str, servers: usize, seconds: u64) -> Check<T> {
        let command = shorten(command, 40);
        let servers = of_servers(servers);
        self.fail(format!("expected {servers} to agree on {command} within {seconds} s"))
    }

    /// Waits until this number of servers have applied the index. Returns none if a server has left the term.
    pub async fn wait(
        &self,
        index: Index,
        servers: usize,
        term: Option<Term>,
    ) -> Check<Option<Bytes>> {
        let from = self.now();
        let result = self.applied(index, servers, term).await;
        let asked = format_args!("{servers} servers apply index {index}");
        self.checked(from, asked, result, |held| match held {
            Some(held) => passed(printable(held, SHOWN)),
            None => (Verdict::Abandoned, "a server has left the term".into()),
        })
    }

    /// Waits until this number of servers have applied everything up to the index. Returns their commands.
    pub async fn wait_for_all(&self, last: Index, servers: usize) -> Check<Vec<Bytes>> {
        let from = self.now();
        let log = self.all_applied(last, servers).await;
        let asked = format_args!("{servers} servers apply all through index {last}");
        self.checked(from, asked, log, |log| passed(format_args!("{} commands", log.len())))
    }

    async fn all_applied(&self, last: Index, servers: usize) -> Check<Vec<Bytes>> {
        let mut log = Vec::new();
        for n in 1..=last.0 {
            log.extend(self.applied(Index(n), servers, None).await?);
        }
        Ok(log)
    }

    async fn applied(
        &self,
        index: Index,
        servers: usize,
        term: Option<Term>,
    ) -> Check<Option<Bytes>> {
        let mut pause = 10;
        for _ in 0..30 {
            let (count, _) = self.n_committed(index)?;
            if count >= servers {
                break;
            }
            self.sleep(pause).await;
            pause = if pause < 1_000 { pause * 2 } else { pause };
            if let Some(term) = term
                && (0..self.servers())
                    .any(|server| self.get_state(server).is_some_and(|(now, _)| now > term))
            {
                return Ok(None);
            }
        }
        let (count, held) = self.n_committed(index)?;
        if count < servers {
            return self
                .fail(format!("expected {servers} servers to apply index {index}, saw {count}"));
        }
        Ok(held)
    }
}

/// Returns a number with its noun: `1 server`, `3 servers`.
fn of_servers(servers: usize) -> String {
    if servers == 1 { "1 server".into() } else { format!("{servers} servers") }
}

/// Notes that a check has passed, with what came back.
fn passed(told: impl fmt::Display) -> (Verdict, String) {
    (Verdict::Passed, told.to_string())
}
