//! Compares a server before and after one step.

use crate::host::{Effects, Host};
use crate::property::{Property, logs_match};
use raft_core::{Envelope, Index, Log, Role, ServerId};

impl Effects {
    /// Notes the properties that a step has violated, from the node before it and after it.
    pub(crate) fn compare(&mut self, before: &Host) {
        let (old, new) = (&before.node, &self.host.node);
        let id = new.id();
        let (from, to) = (old.vote().current_term, new.vote().current_term);
        if to < from {
            return self.breaks(Property::TermsRise, format!("{id} goes from term {from} to {to}"));
        }
        let (from, to) = (old.commit_index(), new.commit_index());
        if to < from {
            let words = format!("commitIndex of {id} falls from {from} to {to}");
            return self.breaks(Property::CommitRises, words);
        }
        if let Some(lost) = first_lost(old.log(), new.log(), from) {
            let knows = format!("{id} knows that entry {lost} is committed, and its log");
            let (property, how) = match new.log().term_at(lost) {
                Some(_) => (Property::StateMachineSafety, "takes another in its place"),
                None => (Property::CommitRises, "loses it"),
            };
            return self.breaks(property, format!("{knows} {how}"));
        }
        if !logs_match(old.log(), new.log()) {
            let words = format!("the log of {id} has kept an entry and differs before it");
            return self.breaks(Property::LogMatching, words);
        }
        let leads_on = before.leads().is_some() && before.leads() == self.host.leads();
        if leads_on && first_lost(old.log(), new.log(), old.log().last().index).is_some() {
            let words = format!("{id} leads, and its log loses entries that it had");
            self.breaks(Property::LeaderAppendOnly, words);
        }
        self.note_settled(before);
    }

    /// Notes a violation of Terms only rise if the server stays below the term of a message that it has handled.
    pub(crate) fn compare_terms(&mut self, Envelope { from, term, message, .. }: &Envelope) {
        let node = &self.host.node;
        let own = node.vote().current_term;
        if *term > own {
            let id = node.id();
            let words = format!(
                "{id} has handled {message} from {from} of term {term} and is in term {own}"
            );
            self.breaks(Property::TermsRise, words);
        }
    }

    fn note_settled(&mut self, before: &Host) {
        let (Role::Leader { progress: old }, Role::Leader { progress: new }) =
            (before.node.role(), self.host.node.role())
        else {
            return;
        };
        let moved = |peer: &ServerId| {
            old.get(*peer).map(|progress| progress.settled)
                != new.get(*peer).map(|progress| progress.settled)
        };
        self.settled = new.iter().map(|(peer, _)| peer).filter(moved).collect();
    }
}

/// Returns the first entry of a log, up to an index, that was replaced or removed and is in no snapshot.
fn first_lost(old: &Log, new: &Log, upto: Index) -> Option<Index> {
    let kept = |index: Index| index < new.first_index() || old.term_at(index) == new.term_at(index);
    (old.first_index().0..=upto.0).map(Index).find(|&index| !kept(index))
}
