//! Properties that must hold in every state, and in every step between two states.

use crate::host::{Host, Served};
pub(crate) use raft_check::Property;
use raft_core::{Index, Log, ServerId, Term};

/// Facts about the way to a state that later checks need.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct History {
    /// Leaders, by term.
    pub(crate) leaders: Vec<(Term, ServerId)>,
    /// First entry applied at each index, from 1: its term, its command, and the term in which it was applied.
    pub(crate) applied: Vec<(Term, u8, Term)>,
}

pub(crate) type Checked = Result<(), (Property, String)>;

impl History {
    /// Notes that a server leads.
    pub(crate) fn leads(&mut self, server: ServerId, term: Term) -> Checked {
        match self.leaders.iter().find(|(of, _)| *of == term) {
            Some(&(_, first)) if first != server => {
                Err((Property::ElectionSafety, format!("{first} and {server} lead term {term}")))
            }
            Some(_) => Ok(()),
            None => {
                self.leaders.push((term, server));
                self.leaders.sort_unstable();
                Ok(())
            }
        }
    }

    /// Checks what a service was given.
    pub(crate) fn serves(&mut self, server: ServerId, given: &Served) -> Checked {
        let differs = |words| Err((Property::StateMachineSafety, words));
        match given {
            Served::Entry(id, command, term) => {
                let slot = id.index.0.saturating_sub(1) as usize;
                match self.applied.get(slot) {
                    Some(&(of, first, _)) if (of, first) != (id.term, *command) => {
                        differs(format!(
                            "{server} applies command {command} as {id}, where another has applied \
                         command {first} as {}@{of}",
                            id.index
                        ))
                    }
                    Some(_) => Ok(()),
                    None if slot == self.applied.len() => {
                        self.applied.push((id.term, *command, *term));
                        Ok(())
                    }
                    None => differs(format!(
                        "{server} applies {id}, though nobody has applied what stands before it"
                    )),
                }
            }
            Served::Snapshot(through, commands) => {
                if self.agrees(*through, commands) {
                    return Ok(());
                }
                let words = format!(
                    "{server} has a snapshot up to {through} that is another state than that of those that have \
                     applied as much"
                );
                Err((Property::SnapshotContents, words))
            }
            Served::State(through, commands) => {
                if self.agrees(*through, commands) {
                    return Ok(());
                }
                differs(format!(
                    "the service of {server} stands at index {through} in another state than those \
                     that have applied as much"
                ))
            }
        }
    }

    /// True if a state at an index is the state of the services that have applied as much.
    fn agrees(&self, through: Index, commands: &[u8]) -> bool {
        let known = self.applied.iter().take(through.0 as usize).map(|&(_, number, _)| number);
        known.eq(commands.iter().copied())
    }

    /// Checks that a leader has every entry that was applied in an earlier term.
    pub(crate) fn completes(&self, host: &Host) -> Checked {
        let Some(leads) = host.leads() else {
            return Ok(());
        };
        let log = host.node.log();
        for (index, &(term, command, when)) in (1..).map(Index).zip(&self.applied) {
            let stands = index < log.first_index() || log.term_at(index) == Some(term);
            if when < leads && !stands {
                let words = format!(
                    "{} leads term {leads} without {index}@{term} (command {command}), which was \
                     applied in term {when}",
                    host.node.id()
                );
                return Err((Property::LeaderCompleteness, words));
            }
        }
        Ok(())
    }
}

/// True if two logs are the same up to the last index at which they have the same entry.
pub(crate) fn logs_match(a: &Log, b: &Log) -> bool {
    let first = a.first_index().max(b.first_index());
    let last = a.last().index.min(b.last().index);
    let mut shared = false;
    for index in (first.0..=last.0).rev().map(Index) {
        let same_term = a.term_at(index) == b.term_at(index);
        shared |= same_term;
        if shared && (!same_term || a.get(index) != b.get(index)) {
            return false;
        }
    }
    true
}
