//! The actions of a server's node, performed in order: writes, messages, commands for the service, notes.

use super::World;
use super::advance::{MOST_WAITING, Observed};
use crate::network::Cause;
use crate::record::{Brief, Record};
use crate::server::{Life, Server};
use crate::state::Told;
use raft_check::{At, Memory, Step};
use raft_core::{Action, ApplyMsg, Envelope, Input, Mistake, Rule, ServerId, Started, Term, Time};

impl Observed<'_> {
    /// Gives a server's node one input and performs what comes out.
    pub(crate) fn input(&mut self, slot: usize, input: Input) {
        self.take_in(slot, input);
        self.settle(slot);
    }

    #[inline(always)]
    fn take_in(&mut self, slot: usize, input: Input) {
        let world = &mut *self.world;
        let server = &mut world.servers[slot];
        let own = server.clock.own(world.now);
        let Life::Up(process) = &mut server.life else {
            return;
        };
        let mut actions = std::mem::take(&mut world.actions);
        let handled = Step::of(&input);
        process.node.step(own, input, &mut actions);
        if let Some(checks) = &mut world.checks {
            let at = At { time: world.now, event: world.events };
            checks.stepped(at, server.id, &Memory::of(&process.node), handled);
        }
        self.perform_all(slot, &mut actions);
        self.world.actions = actions;
    }

    /// Performs actions in order; those that others can see wait for the disk.
    ///
    /// Notes that tell of such actions wait too, and so do all notes behind a write: the journal says that an
    /// entry is applied when it is.
    #[inline(always)]
    pub(crate) fn perform_all(&mut self, slot: usize, actions: &mut Vec<Action>) {
        let mut written = false;
        for action in &mut *actions {
            match action {
                Action::Started(started) => self.started = Some(*started),
                Action::Persist(write) => {
                    if !written {
                        self.servers[slot].writes_begin();
                    }
                    written = true;
                    let Server { disk, plan, .. } = &mut self.world.servers[slot];
                    disk.write(write);
                    if disk.is_instant() {
                        if plan.is_some() && self.crashes_in_write(slot) {
                            break;
                        }
                        self.servers[slot].disk.sync_now();
                        // What waited for a disk that has become instant meanwhile waits no more.
                        self.release(slot);
                    }
                }
                Action::Note(note) if !written && !tells_of_effects(note.rule()) => {
                    self.record(Record::Rule(ServerId::from_slot(slot), *note));
                }
                Action::Send(_) | Action::Apply(_) | Action::Note(_) => {
                    self.show_when_durable(slot, action);
                }
            }
        }
        actions.clear();
    }

    #[inline(always)]
    fn show_when_durable(&mut self, slot: usize, action: &mut Action) {
        let world = &mut *self.world;
        let server = &mut world.servers[slot];
        let behind = server.disk.owes_answer();
        let ticket = server.disk.newest_ticket();
        let Life::Up(process) = &mut server.life else {
            return;
        };
        let waits = behind || !process.waiting.is_empty();
        if waits && !process.node.bugs().makes(Mistake::AnswersBeforeDurable) {
            let full = process.waiting.len() >= MOST_WAITING;
            if full && matches!(action, Action::Send(_) | Action::Note(_)) {
                // Like a message in a full network, but nobody will ever have seen it.
                return;
            }
            let nothing = Action::Started(Started::NotLeader { term: Term(0), hint: None });
            let action = std::mem::replace(action, nothing);
            process.waiting.push_back((ticket, world.cause.clone(), action));
        } else {
            let cause = world.cause.clone();
            self.show(slot, cause.as_ref(), action);
        }
    }

    /// Performs an action that others can see.
    #[inline(never)]
    fn show(&mut self, slot: usize, cause: Option<&Cause>, action: &mut Action) {
        match action {
            Action::Send(envelope) => self.send(envelope, cause),
            _ => self.show_other(slot, action),
        }
    }

    #[inline(never)]
    fn show_other(&mut self, slot: usize, action: &mut Action) {
        match action {
            Action::Apply(ApplyMsg::Command { id, command }) => {
                let (world, observer) = self.parts();
                world.digest.fold_bytes(command);
                observer.applied(ServerId::from_slot(slot), *id, command);
                let at = world.at();
                let server = &mut world.servers[slot];
                if let Life::Up(process) = &mut server.life {
                    let applied = process.machine.apply(id.index, command);
                    if let Some(checks) = &mut world.checks {
                        checks.applied(at, server.id, *id, command, process.machine.digest());
                    }
                    world.snapshot_if_due(slot);
                    // Somebody waits for entries to be applied.
                    let is_awaited = !world.clients.is_empty() || !world.user_starts.is_empty();
                    if applied.by != id.index || is_awaited {
                        self.served(slot, *id, &applied);
                    }
                }
            }
            Action::Apply(ApplyMsg::Snapshot { last_included, data }) => {
                self.digest.fold_bytes(data);
                self.load_snapshot(slot, *last_included, data);
            }
            Action::Note(note) => {
                self.record(Record::Rule(ServerId::from_slot(slot), *note));
            }
            Action::Send(_) | Action::Persist(_) | Action::Started(_) => {}
        }
    }

    #[inline(always)]
    fn send(&mut self, envelope: &mut Envelope, cause: Option<&Cause>) {
        let (world, observer) = self.parts();
        if let Some(checks) = &mut world.checks {
            let at = At { time: world.now, event: world.events };
            checks.sent(at, envelope, world.servers[envelope.from.slot()].disk.durable());
        }
        let answers = cause.filter(|_| envelope.message.is_reply());
        let starts = |id: ServerId| world.servers[id.slot()].starts;
        let starts = (starts(envelope.from), starts(envelope.to));
        let (first, copy) = world.network.send(world.now, envelope, answers, starts);
        observer.sent(world.stamp(), world.network.flight(first));
        if !world.network.orders.is_empty() {
            self.obey_order(first);
        }
        self.plan_message(first);
        if let Some(copy) = copy {
            self.is_sent_again(copy);
        }
    }

    #[cold]
    fn is_sent_again(&mut self, copy: u32) {
        let brief = Brief::of(self.network.flight(copy));
        self.record(Record::Sent(brief));
        self.plan_message(copy);
    }

    /// Shows what waited for writes that are durable by now.
    pub(crate) fn release(&mut self, slot: usize) {
        loop {
            let server = &mut self.world.servers[slot];
            let durable = server.disk.acknowledged();
            let Life::Up(process) = &mut server.life else {
                return;
            };
            if process.paused.is_some()
                || process.waiting.front().is_none_or(|(ticket, ..)| *ticket > durable)
            {
                return;
            }
            let Some((_, cause, mut action)) = process.waiting.pop_front() else {
                return;
            };
            self.show(slot, cause.as_ref(), &mut action);
        }
    }

    /// After a server has done something: its service's requests, its disk, its timer, the digest.
    #[inline(always)]
    pub(crate) fn settle(&mut self, slot: usize) {
        if !self.world.requests.is_empty() {
            self.carry_out_requests();
        }
        self.finish(slot);
    }

    /// There may be thousands, and each may bring about more. All are carried out before any is finished,
    /// the newest first.
    #[cold]
    fn carry_out_requests(&mut self) {
        let mut slots = Vec::new();
        while let Some((slot, input)) = self.world.requests.pop_front() {
            self.take_in(slot, input);
            slots.push(slot);
        }
        for slot in slots.into_iter().rev() {
            self.finish(slot);
        }
    }

    #[inline(always)]
    fn finish(&mut self, slot: usize) {
        if self.servers[slot].process().is_some_and(|process| !process.pending.is_empty()) {
            self.fail_pending(slot);
        }
        let world = &mut *self.world;
        let server = &mut world.servers[slot];
        if let Some(at) = server.disk.begin_sync(world.now) {
            world.queue.plan_sync(at, slot, server.starts);
        }
        world.plan_timer(slot);
        if let Some(process) = world.servers[slot].process() {
            world.digest.fold(process.words());
        }
        self.tell_changes(slot);
        let world = &*self.world;
        if world.violations().len() > world.told {
            self.tell_violations();
        }
    }

    /// Tells of a server's role, term, log and commit index where they are others than those that were told.
    #[inline(always)]
    fn tell_changes(&mut self, slot: usize) {
        let Life::Up(process) = &mut self.world.servers[slot].life else { return };
        let now = Told::of(&process.node);
        if process.told != now {
            let before = std::mem::replace(&mut process.told, now);
            self.state_changed(slot, before, now);
        }
    }

    #[inline(never)]
    fn state_changed(&mut self, slot: usize, before: Told, now: Told) {
        let (world, observer) = self.parts();
        for change in now.since(before) {
            observer.changed(world.stamp(), ServerId::from_slot(slot), change);
        }
    }

    /// Plans what happens next to a message; nothing for one that is held.
    #[inline(always)]
    pub(crate) fn plan_message(&mut self, place: u32) {
        let World { queue, network, .. } = &mut *self.world;
        queue.plan_message(network.flight(place), place);
    }

    /// The same after its clock has changed its pace, which may also bring the timer forward.
    pub(crate) fn replan_timer(&mut self, slot: usize) {
        if let Some(process) = self.servers[slot].process_mut() {
            process.wake = Time::NEVER;
        }
        self.plan_timer(slot);
    }
}

/// True if a rule's note tells of a message sent or of a command handed to the service.
fn tells_of_effects(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::ApplyCommitted
            | Rule::ResetStateMachine
            | Rule::RequestVotes
            | Rule::AnnounceLeader
            | Rule::SendHeartbeats
            | Rule::SendEntries
            | Rule::SendSnapshot
    )
}
