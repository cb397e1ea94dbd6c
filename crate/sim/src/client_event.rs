//! Records of clients: their requests, and the responses that they get.

use crate::network::Loss;
use crate::session::Outcome;
use bytes::Bytes;
use raft_core::ServerId;
use raft_core::words::scan;
use raft_script::clients::ClientId;
use std::fmt;

/// Something that a client does, or that happens to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientEvent {
    /// The client.
    pub client: ClientId,
    /// The server that it has to do with.
    pub server: ServerId,
    /// The number of the client's operation.
    pub sequence: u64,
    /// The event itself.
    pub what: ClientEventKind,
}

/// The kinds of events of a client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClientEventKind {
    /// It asks, for so many times.
    Asks {
        /// The operation.
        command: Bytes,
        /// 1 for the first time.
        attempt: u32,
    },
    /// Its question does not reach the server.
    RequestLost(Loss),
    /// The server's answer does not reach it.
    ResponseLost(Loss),
    /// It hears that the server does not lead, and perhaps who does.
    Refused(Option<ServerId>),
    /// It hears that another entry stands in the place where its own was.
    Replaced,
    /// It has waited for so long that it asks somebody else.
    GivesUp,
    /// It is answered.
    Answered(Outcome),
}

impl fmt::Display for ClientEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, server, sequence, what } = self;
        write!(f, "{client} ")?;
        match what {
            ClientEventKind::Asks { command, .. } => {
                write!(f, "asks {server}: {}", String::from_utf8_lossy(command))?;
            }
            ClientEventKind::RequestLost(why) => write!(f, "does not reach {server}: {why}")?,
            ClientEventKind::ResponseLost(why) => write!(f, "hears nothing from {server}: {why}")?,
            ClientEventKind::Refused(Some(hint)) => {
                write!(f, "hears from {server} that {hint} leads")?;
            }
            ClientEventKind::Refused(None) => {
                write!(f, "hears from {server} that it does not lead")?;
            }
            ClientEventKind::Replaced => {
                write!(f, "hears from {server} that another entry took the place of its own")?;
            }
            ClientEventKind::GivesUp => write!(f, "waits no longer for {server}")?,
            ClientEventKind::Answered(outcome) => write!(f, "is answered by {server}: {outcome}")?,
        }
        write!(f, " (operation {sequence}")?;
        match what {
            ClientEventKind::Asks { attempt, .. } if *attempt > 1 => write!(f, ", try {attempt})"),
            _ => f.write_str(")"),
        }
    }
}

impl ClientEvent {
    /// Reads the words back.
    pub(crate) fn read(words: &str) -> Option<Self> {
        let (client, rest) = words.split_once(' ')?;
        let client = client.strip_prefix('c')?.parse().ok()?;
        let (words, which) = rest.rsplit_once(" (operation ")?;
        let which = which.strip_suffix(')')?;
        let (sequence, attempt) = which.split_once(", try ").unwrap_or((which, "1"));
        let (server, what) = what(words, attempt.parse().ok()?)?;
        Some(Self { client, server: server.parse().ok()?, sequence: sequence.parse().ok()?, what })
    }
}

fn what(words: &str, attempt: u32) -> Option<(&str, ClientEventKind)> {
    let two = |template| scan(template, words)?.try_into().ok();
    let two = |template| two(template).map(|[(_, a), (_, b)]: [(&str, &str); 2]| (a, b));
    if let Some((server, command)) = two("asks {server}: {command}") {
        let command = Bytes::copy_from_slice(command.as_bytes());
        Some((server, ClientEventKind::Asks { command, attempt }))
    } else if let Some((server, outcome)) = two("is answered by {server}: {outcome}") {
        Some((server, ClientEventKind::Answered(Outcome::read(outcome)?)))
    } else if let Some((server, why)) = two("does not reach {server}: {why}") {
        Some((server, ClientEventKind::RequestLost(Loss::read(why)?)))
    } else if let Some((server, why)) = two("hears nothing from {server}: {why}") {
        Some((server, ClientEventKind::ResponseLost(Loss::read(why)?)))
    } else if let Some(server) = words.strip_prefix("waits no longer for ") {
        Some((server, ClientEventKind::GivesUp))
    } else {
        let (server, news) = two("hears from {server} that {news}")?;
        Some((
            server,
            match news {
                "it does not lead" => ClientEventKind::Refused(None),
                "another entry took the place of its own" => ClientEventKind::Replaced,
                _ => ClientEventKind::Refused(Some(news.strip_suffix(" leads")?.parse().ok()?)),
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_do_is_read_back_from_its_words() {
        let command = Bytes::from_static(b"x=say: (operation 3) that S2 leads");
        for what in [
            ClientEventKind::Asks { command: command.clone(), attempt: 1 },
            ClientEventKind::Asks { command: command.clone(), attempt: 12 },
            ClientEventKind::RequestLost(Loss::Down),
            ClientEventKind::ResponseLost(Loss::Network),
            ClientEventKind::Refused(None),
            ClientEventKind::Refused(Some(ServerId(101))),
            ClientEventKind::Replaced,
            ClientEventKind::GivesUp,
            ClientEventKind::Answered(Outcome::Done),
            ClientEventKind::Answered(Outcome::Differs(command)),
        ] {
            let event =
                ClientEvent { client: ClientId(20), server: ServerId(3), sequence: 17, what };
            assert_eq!(ClientEvent::read(&event.to_string()).as_ref(), Some(&event), "{event}");
        }
        for words in ["c1 sleeps", "c1 asks S3: x", "S1 asks S3: x (operation 1)", ""] {
            assert_eq!(ClientEvent::read(words), None, "{words}");
        }
    }
}
