//! Messages that are named by their link and kind, not by a number that every earlier change of a run changes.

use super::{Command, MESSAGE_ACTIONS, MessageAction, MessageId};
use crate::text::{self, Invalid};
use raft_core::{Message, Rpc, ServerId};
use std::fmt;

/// A kind of message: one for each RPC, and the heartbeat.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageKind {
    /// `AppendEntries` without entries.
    Heartbeat,
    /// Any other request of this RPC.
    Rpc(Rpc),
}

impl MessageKind {
    /// Every kind, the most frequent ones first.
    pub fn all() -> impl Iterator<Item = Self> {
        let others = Rpc::ALL.into_iter().filter(|rpc| *rpc != Rpc::AppendEntries);
        [Self::Rpc(Rpc::AppendEntries), Self::Heartbeat].into_iter().chain(others.map(Self::Rpc))
    }

    /// Its name in the command language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Heartbeat => "heartbeat",
            Self::Rpc(rpc) => rpc.name(),
        }
    }
}

/// The next message of a kind over a directed link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NextMessage {
    /// The request's kind.
    pub kind: MessageKind,
    /// The reply to such a request is meant.
    pub reply: bool,
    /// The sender.
    pub from: ServerId,
    /// The receiver.
    pub to: ServerId,
}

impl NextMessage {
    /// True for a message like this; `heartbeat`: an `AppendEntries` without entries, or the reply to one.
    pub fn fits(&self, from: ServerId, to: ServerId, message: &Message, heartbeat: bool) -> bool {
        let rpc = message.rpc();
        let is_heartbeat = heartbeat && rpc == Rpc::AppendEntries;
        let kind = if is_heartbeat { MessageKind::Heartbeat } else { MessageKind::Rpc(rpc) };
        (from, to, kind, message.is_reply()) == (self.from, self.to, self.kind, self.reply)
    }
}

/// A message in flight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhichMessage {
    /// The one of this number.
    Number(MessageId),
    /// The first one of a kind on a link.
    Next(NextMessage),
}

impl fmt::Display for NextMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reply = if self.reply { " reply" } else { "" };
        write!(f, "next {}{reply} {} > {}", self.kind.name(), self.from.0, self.to.0)
    }
}

impl fmt::Display for WhichMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(id) => write!(f, "{id}"),
            Self::Next(next) => next.fmt(f),
        }
    }
}

/// The word for something that is done to a message.
pub(super) fn verb(action: MessageAction) -> &'static str {
    let known = MESSAGE_ACTIONS.iter().find(|(_, a)| *a == action);
    known.map(|(name, _)| *name).expect("every action has a name")
}

pub(super) fn command(
    action: MessageAction,
    rest: &str,
    server: &dyn Fn(&str) -> Result<ServerId, Invalid>,
) -> Result<Command, Invalid> {
    if action == MessageAction::Release {
        let words: Vec<&str> = rest.split_whitespace().collect();
        if let Some(at) = words.iter().position(|word| matches!(*word, "before" | "after")) {
            let held = which(&words[..at].join(" "), server)?;
            let other = which(&words[at + 1..].join(" "), server)?;
            return Ok(Command::ReleaseBeside { held, before: words[at] == "before", other });
        }
    }
    Ok(match which(rest, server)? {
        WhichMessage::Number(id) => Command::Message(action, id),
        WhichMessage::Next(next) => Command::Next(action, next),
    })
}

fn which(
    text: &str,
    server: &dyn Fn(&str) -> Result<ServerId, Invalid>,
) -> Result<WhichMessage, Invalid> {
    let text = text.trim();
    let (word, rest) = text::first_word(text);
    if word != "next" {
        let what = "a message's number, as in `hold 41`, or `next AppendEntries 1 > 3`: a number";
        return text::number(text, what, 1, u64::MAX).map(WhichMessage::Number);
    }
    let (name, rest) = text::first_word(rest);
    let kind = MessageKind::all().find(|kind| kind.name().eq_ignore_ascii_case(name));
    let kind = kind.ok_or_else(|| {
        let names = text::joined(MessageKind::all().map(MessageKind::name), ", ");
        Invalid::new(name, &format!("a kind of message: {names}"))
    })?;
    let link = rest.strip_prefix("reply").map(str::trim_start);
    let (reply, link) = (link.is_some(), link.unwrap_or(rest));
    let ends = text::parted(link, ">").ok_or_else(|| {
        Invalid::new(
            link,
            "a link in one direction, as in `1 > 3`: from the sender to the receiver",
        )
    });
    let (from, to) = ends?;
    let (from, to) = (server(from.trim())?, server(to.trim())?);
    if from == to {
        return Err(Invalid::new(link, "a link: its ends are two different servers"));
    }
    Ok(WhichMessage::Next(NextMessage { kind, reply, from, to }))
}
