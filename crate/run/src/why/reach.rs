//! The servers that can hear each other, and the obstacles between those that cannot.

use super::{Past, Reason, names};
use crate::command::{Command, LinkChange};
use crate::journal::Line;
use crate::record::Record;
use raft_core::ServerId;

impl<'a> Past<'a> {
    pub(super) fn is_cut(&self, from: ServerId, to: ServerId) -> bool {
        self.world.network().is_cut(from, to)
    }

    /// True if a message can pass a link: it is not cut, and does not lose everything.
    fn passes(&self, from: ServerId, to: ServerId) -> bool {
        let quality = self.world.network().quality(from, to).0;
        !self.is_cut(from, to) && quality.request.loss < 1000 && quality.reply.loss < 1000
    }

    /// True if two servers can send to each other.
    pub(super) fn speak(&self, a: ServerId, b: ServerId) -> bool {
        self.passes(a, b) && self.passes(b, a)
    }

    /// The running servers that a server can speak with, itself among them.
    pub(super) fn reached(&self, id: ServerId) -> Vec<ServerId> {
        let speaks = |&peer: &ServerId| {
            self.server(peer).is_running() && (peer == id || self.speak(id, peer))
        };
        self.ids().filter(speaks).collect()
    }

    /// Why a server takes no part, if it does not.
    pub(super) fn absence(&self, id: ServerId) -> Option<Reason> {
        let server = self.server(id);
        if server.is_running() {
            return None;
        }
        let paused = server.process().is_some();
        let is = move |record: &Record| match record {
            Record::Paused(who) => paused && *who == id,
            Record::Crashed(who, ..) => !paused && *who == id,
            _ => false,
        };
        let says = if paused { format!("{id} is paused") } else { format!("{id} is down") };
        Some(Reason::of(says, self.last(&is)).at_server(id))
    }

    /// The reason that two servers cannot send to each other, if there is one.
    pub(super) fn apart(&self, from: ServerId, to: ServerId) -> Option<Reason> {
        let there = || self.cut_by(from, to, self.upto);
        let back = || self.cut_by(to, from, self.upto);
        let (says, line) = match (self.is_cut(from, to), self.is_cut(to, from)) {
            // Since both directions are cut.
            (true, true) => {
                let line = there().zip(back()).map(|(a, b)| if a.step < b.step { b } else { a });
                (format!("{from} and {to} are cut off from each other"), line)
            }
            (true, false) => (format!("the link from {from} to {to} is cut"), there()),
            (false, true) => (format!("the link from {to} to {from} is cut"), back()),
            (false, false) => match (self.passes(from, to), self.passes(to, from)) {
                (true, true) => return None,
                (false, _) => (format!("the link from {from} to {to} loses all messages"), None),
                _ => (format!("the link from {to} to {from} loses all messages"), None),
            },
        };
        Some(Reason::of(says, line).at_server(to))
    }

    /// The command that cut a link, of those up to a step: none if nobody knows. A link that is cut again stays cut by the
    /// first of these commands.
    pub(super) fn cut_by(&self, from: ServerId, to: ServerId, upto: u64) -> Option<Line<'a>> {
        let mut found = None;
        for line in self.journal.lines_before(upto).rev() {
            let Record::Command(text) = line.record else { continue };
            match text.parse().ok().and_then(|command| cuts(&command, from, to)) {
                Some(true) => found = Some(line),
                Some(false) => return found,
                None => {}
            }
        }
        found.filter(|_| self.journal.reaches_back_to(0))
    }

    /// Why a server cannot hear from another and answer it, in one reason: it stands still, or they are apart.
    pub(super) fn unheard(&self, from: ServerId, to: ServerId) -> Option<Reason> {
        self.absence(to).or_else(|| self.absence(from)).or_else(|| self.apart(from, to))
    }

    /// That a leader reaches too few servers to commit anything, if it does.
    pub(super) fn too_few(&self, leader: ServerId) -> Option<String> {
        let near = self.reached(leader);
        (near.len() < self.needed()).then(|| {
            let alone = if near.is_empty() { "no server".into() } else { names(&near) };
            format!("{leader} reaches too few servers to commit anything: {alone} of the {} that it needs", self.needed())
        })
    }
}

/// True if a command cuts a link, false if it heals the link; none: it leaves the link as it is.
fn cuts(command: &Command, from: ServerId, to: ServerId) -> Option<bool> {
    match command {
        Command::HealAll => Some(false),
        Command::Isolate(server) => [from, to].contains(server).then_some(true),
        Command::Partition(groups) => {
            let group = |server| groups.iter().position(|group| group.contains(&server));
            Some(group(from).is_none() || group(from) != group(to))
        }
        Command::Link { from: a, to: b, both, change } => {
            let is_it = (*a, *b) == (from, to) || *both && (*b, *a) == (from, to);
            match change {
                LinkChange::Cut => is_it.then_some(true),
                LinkChange::Heal => is_it.then_some(false),
                LinkChange::Like(_) => None,
            }
        }
        _ => None,
    }
}
