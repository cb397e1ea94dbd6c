//! Commands on messages, and the orders for messages that are still to be sent.

use crate::change::{Refused, refuse};
use crate::command::{MessageAction, NextMessage, WhichMessage};
use crate::network::{Fate, Loss, MessageId, Network};
use crate::record::{Brief, Record};
use crate::world::Observed;
use raft_core::{Envelope, ServerId};

/// The most orders that wait for a message to be sent.
pub const MOST_ORDERS: usize = 100;

/// An order for the next message like this that is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    /// The action on it.
    pub action: MessageAction,
    /// The message.
    pub next: NextMessage,
}

impl Network {
    pub(crate) fn check_message(
        &self,
        action: MessageAction,
        id: MessageId,
    ) -> Result<(), Refused> {
        let Some(flight) = self.message(id) else {
            let sent = self.sent();
            return refuse(if id > sent {
                format!("there is no message {id} yet: the newest is {sent}")
            } else {
                format!("message {id} is not in flight any more: it has arrived or was lost")
            });
        };
        match (action, flight.fate) {
            (MessageAction::Hold, Fate::Held(_)) => refuse(format!("message {id} is held already")),
            (MessageAction::Release, Fate::Arrives | Fate::Dies { .. }) => {
                refuse(format!("message {id} is not held: it is on its way"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses an action on the next message of a kind unless one is in flight or may still be sent.
    pub(crate) fn check_next(
        &self,
        action: MessageAction,
        next: NextMessage,
    ) -> Result<(), Refused> {
        self.check_ends(next)?;
        let held = action == MessageAction::Release;
        if self.first_in_flight(next, held).is_some() {
            return Ok(());
        }
        if held {
            return refuse(format!("no such message is held: {next}"));
        }
        if self.orders.len() >= MOST_ORDERS {
            return refuse(format!(
                "{MOST_ORDERS} commands wait for the next message of a kind already, the most that can"
            ));
        }
        Ok(())
    }

    pub(crate) fn check_release(
        &self,
        held: WhichMessage,
        other: WhichMessage,
    ) -> Result<(), Refused> {
        let (held, other) = self.both(held, other)?;
        if held == other {
            return refuse(format!("message {held} cannot arrive before or after itself"));
        }
        self.check_message(MessageAction::Release, held)?;
        match self.message(other).map(|flight| flight.fate) {
            Some(Fate::Dies { .. }) => {
                refuse(format!("message {other} is lost on its way: it does not arrive"))
            }
            Some(_) => Ok(()),
            None => self.check_message(MessageAction::Deliver, other),
        }
    }

    fn check_ends(&self, next: NextMessage) -> Result<(), Refused> {
        let n = self.servers();
        match [next.from, next.to].into_iter().find(|server| server.slot() >= n) {
            Some(ServerId(number)) => {
                refuse(format!("there is no server {number}: the servers are 1 to {n}"))
            }
            None => Ok(()),
        }
    }

    /// The numbers of a held message and of one beside which it is to arrive.
    fn both(
        &self,
        held: WhichMessage,
        other: WhichMessage,
    ) -> Result<(MessageId, MessageId), Refused> {
        let number = |which, held: bool| match which {
            WhichMessage::Number(id) => Ok(id),
            WhichMessage::Next(next) => {
                self.check_ends(next)?;
                let state = if held { "held" } else { "in flight" };
                let found = self.first_in_flight(next, held);
                found.ok_or_else(|| Refused(format!("no such message is {state}: {next}")))
            }
        };
        Ok((number(held, true)?, number(other, false)?))
    }

    /// The oldest message like this that is held, or that will arrive.
    fn first_in_flight(&self, next: NextMessage, held: bool) -> Option<MessageId> {
        let fits = self.flights().filter(|flight| {
            let Envelope { from, to, ref message, .. } = flight.envelope;
            let state = match flight.fate {
                Fate::Held(_) => held,
                Fate::Arrives => !held,
                Fate::Dies { .. } => false,
            };
            state && next.fits(from, to, message, flight.heartbeat)
        });
        fits.map(|flight| flight.id).min()
    }
}

impl Observed<'_> {
    /// Does something to the next message of a kind, or orders it.
    pub(crate) fn act_on_next(&mut self, action: MessageAction, next: NextMessage) {
        match self.network.first_in_flight(next, action == MessageAction::Release) {
            Some(id) => {
                if let Some(place) = self.network.find(id) {
                    self.tell_order(action, place);
                }
                self.act_on_message(action, id);
            }
            None => self.network.orders.push(Order { action, next }),
        }
    }

    /// A message has been sent: the oldest order that waits for one like it is carried out.
    #[cold]
    #[inline(never)]
    pub(crate) fn obey_order(&mut self, place: u32) {
        let flight = self.network.flight(place);
        let id = flight.id;
        let Envelope { from, to, ref message, .. } = flight.envelope;
        let fits = |order: &Order| order.next.fits(from, to, message, flight.heartbeat);
        let Some(at) = self.network.orders.iter().position(fits) else { return };
        let Order { action, .. } = self.network.orders.remove(at);
        self.tell_order(action, place);
        self.act_on_message(action, id);
    }

    fn tell_order(&mut self, action: MessageAction, place: u32) {
        // That it is lost is told when it is.
        if action != MessageAction::Drop {
            let brief = Brief::of(self.network.flight(place));
            self.record(Record::Ordered(brief, action));
        }
    }

    /// A held message goes on, and arrives right before or after another one, which goes on too if it is held.
    pub(crate) fn release_beside(&mut self, held: WhichMessage, before: bool, other: WhichMessage) {
        let Ok((held, other)) = self.network.both(held, other) else { return };
        for id in [other, held] {
            self.act_on_message(MessageAction::Release, id);
        }
        let (Some(place), Some(beside)) = (self.network.find(held), self.network.find(other))
        else {
            return;
        };
        let now = self.now;
        let at = self.network.flight(beside).arrives_at.max(now);
        if before && at == now {
            self.network.flight_mut(beside).arrives_at = now + 1;
            self.plan_message(beside);
        }
        let flight = self.network.flight_mut(place);
        flight.arrives_at = match before {
            true if at == now => now,
            true => raft_core::Time(at.0 - 1),
            false => at + 1,
        };
        self.plan_message(place);
    }

    pub(crate) fn act_on_message(&mut self, action: MessageAction, id: MessageId) {
        let now = self.now;
        let Some(mut place) = self.network.find(id) else {
            return;
        };
        if action == MessageAction::Duplicate {
            place = self.network.duplicate(now, place);
        } else {
            let flight = self.network.flight_mut(place);
            match (action, flight.fate) {
                (MessageAction::Drop, _) => {
                    flight.fate = Fate::Dies { at: now, why: Loss::Dropped }
                }
                (MessageAction::Hold, _) => flight.fate = Fate::Held(now),
                (MessageAction::Release, Fate::Held(since)) => {
                    flight.set_out_at = flight.set_out_at + (now - since);
                    flight.arrives_at = flight.arrives_at + (now - since);
                    flight.fate = Fate::Arrives;
                }
                (MessageAction::Deliver, _) => {
                    flight.arrives_at = now;
                    flight.fate = Fate::Arrives;
                }
                (MessageAction::Release | MessageAction::Duplicate, _) => {}
            }
        }
        if matches!(action, MessageAction::Release | MessageAction::Duplicate) {
            self.die_if_cut(place);
        }
        self.plan_message(place);
    }

    /// A message that is to go on over a cut link dies instead.
    fn die_if_cut(&mut self, place: u32) {
        let Envelope { from, to, .. } = self.network.flight(place).envelope;
        let dies = self.network.is_cut(from, to) && self.network.quality(from, to).0.cut_in_flight;
        let at = self.now;
        let flight = self.network.flight_mut(place);
        if dies && flight.fate == Fate::Arrives {
            flight.fate = Fate::Dies { at, why: Loss::Cut };
        }
    }
}
