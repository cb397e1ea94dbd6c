//! The quality of links: presets with a name, and numbers.

use crate::line;
use crate::text::{self, Invalid, Range, Share};
use raft_core::{Message, Micros};
use std::fmt;
use std::str::FromStr;

/// A network with a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Preset {
    /// 1 ms, nothing is lost.
    Perfect,
    /// 0.2 to 1 ms, nothing is lost.
    Lan,
    /// 10 to 30 ms, 1 % lost.
    Wan,
    /// 5 to 60 ms, 10 % lost, some twice, some late.
    Lossy,
    /// The lab's unreliable network: requests 0 to 26 ms, 10 % of requests and of replies lost.
    Lab,
    /// The lab's reliable network: no delay, no order.
    LabReliable,
    /// The lab's unreliable network with long reordering: two of three replies are 0.2 to 2.2 s late.
    LabReordering,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 7] = [
        Self::Perfect,
        Self::Lan,
        Self::Wan,
        Self::Lossy,
        Self::Lab,
        Self::LabReliable,
        Self::LabReordering,
    ];

    /// Its name in the command language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Perfect => "perfect",
            Self::Lan => "lan",
            Self::Wan => "wan",
            Self::Lossy => "lossy",
            Self::Lab => "lab",
            Self::LabReliable => "lab-reliable",
            Self::LabReordering => "lab-reordering",
        }
    }

    /// Its qualities in plain words.
    pub fn says(self) -> &'static str {
        match self {
            Self::Perfect => "1 ms, nothing is lost",
            Self::Lan => "0.2 to 1 ms, nothing is lost",
            Self::Wan => "10 to 30 ms, 1 % is lost",
            Self::Lossy => "5 to 60 ms, 10 % is lost, 2 % comes twice, 10 % late",
            Self::Lab => {
                "the lab, unreliable: requests take 0 to 26 ms, 10 % of requests and replies are lost"
            }
            Self::LabReliable => "the lab, reliable: no delay, nothing is lost, no order",
            Self::LabReordering => {
                "the lab, unreliable, and two of three replies are 0.2 to 2.2 s late"
            }
        }
    }

    /// The quality of its links.
    pub fn quality(self) -> Quality {
        let same = |leg: Leg| Quality {
            request: leg,
            reply: leg,
            in_order: true,
            connections: false,
            cut_in_flight: true,
        };
        let lab = |request: Leg, reply: Leg| Quality {
            request,
            reply,
            in_order: false,
            connections: true,
            cut_in_flight: false,
        };
        let lab_request = Leg { latency: (0, 26_000), loss: 100, ..Leg::INSTANT };
        let lab_reply = Leg { loss: 100, ..Leg::INSTANT };
        match self {
            Self::Perfect => same(Leg { latency: (1_000, 1_000), ..Leg::INSTANT }),
            Self::Lan => same(Leg { latency: (200, 1_000), ..Leg::INSTANT }),
            Self::Wan => same(Leg { latency: (10_000, 30_000), loss: 10, ..Leg::INSTANT }),
            Self::Lossy => same(Leg {
                latency: (5_000, 60_000),
                loss: 100,
                duplicate: 20,
                reorder: 100,
                ..Leg::INSTANT
            }),
            Self::Lab => lab(lab_request, lab_reply),
            Self::LabReliable => lab(Leg::INSTANT, Leg::INSTANT),
            Self::LabReordering => {
                lab(lab_request, Leg { reorder: 667, late: (200_000, 2_000_000), ..lab_reply })
            }
        }
    }
}

/// The treatment of requests, or of replies, on a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leg {
    /// Shortest and longest latency.
    pub latency: (Micros, Micros),
    /// Lost, per thousand.
    pub loss: u16,
    /// Delivered twice, per thousand.
    pub duplicate: u16,
    /// Late and out of order, per thousand.
    pub reorder: u16,
    /// The delay of a late message: at least the first, and up to the second more, mostly little. The packets of clients
    /// are late by a time between the first and the second.
    pub late: (Micros, Micros),
}

impl Leg {
    const INSTANT: Self =
        Self { latency: (0, 0), loss: 0, duplicate: 0, reorder: 0, late: (10_000, 200_000) };
}

/// The quality of a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quality {
    /// For requests.
    pub request: Leg,
    /// For replies.
    pub reply: Leg,
    /// Messages that are not late arrive in the order in which they were sent.
    pub in_order: bool,
    /// A call is between caller and callee as they were when it was made, not after a restart, and its
    /// reply meets the network of that moment.
    pub connections: bool,
    /// A cut also loses what is in flight. In the lab's network only a reply is lost so, and only when
    /// its link is down as the handler returns.
    pub cut_in_flight: bool,
}

impl Quality {
    /// The leg that a message takes.
    pub fn leg(&self, message: &Message) -> &Leg {
        if message.is_reply() { &self.reply } else { &self.request }
    }
}

/// The settings of a network, as the command language says them: a preset or numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NetworkSpec {
    /// A network with a name.
    Preset(Preset),
    /// Numbers, the same for requests and replies; what is not named stays as it is.
    Numbers(Numbers),
}

/// Some of a link's numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Numbers {
    /// Shortest and longest latency.
    pub latency: Option<(Micros, Micros)>,
    /// Lost, per thousand.
    pub loss: Option<u16>,
    /// Delivered twice, per thousand.
    pub duplicate: Option<u16>,
    /// Late and out of order, per thousand.
    pub reorder: Option<u16>,
}

impl Numbers {
    fn over(self, leg: Leg) -> Leg {
        Leg {
            latency: self.latency.unwrap_or(leg.latency),
            loss: self.loss.unwrap_or(leg.loss),
            duplicate: self.duplicate.unwrap_or(leg.duplicate),
            reorder: self.reorder.unwrap_or(leg.reorder),
            late: leg.late,
        }
    }
}

impl NetworkSpec {
    /// The new quality of a link that has the quality `now`.
    pub fn change(self, now: Quality) -> Quality {
        match self {
            Self::Preset(preset) => preset.quality(),
            Self::Numbers(numbers) => Quality {
                request: numbers.over(now.request),
                reply: numbers.over(now.reply),
                ..now
            },
        }
    }
}

impl FromStr for NetworkSpec {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if !text.contains('=') {
            let preset = Preset::ALL.into_iter().find(|preset| preset.name() == text);
            return preset.map(Self::Preset).ok_or_else(|| {
                let meant = line::did_you_mean(text, Preset::ALL.map(Preset::name));
                if !meant.is_empty() {
                    return Invalid::new(text, &format!("a preset{meant}"));
                }
                let names = text::joined(Preset::ALL.iter().map(|preset| preset.name()), ", ");
                Invalid::new(
                    text,
                    &format!("a preset ({names}) or numbers such as latency=10ms..30ms loss=5%"),
                )
            });
        }
        let mut numbers = Numbers::default();
        for word in text.split_whitespace() {
            match word.split_once('=') {
                Some(("latency", value)) => {
                    numbers.latency = Some(text::duration_range(value, 60_000_000)?);
                }
                Some(("loss", value)) => numbers.loss = Some(text::share(value)?),
                Some(("duplicate", value)) => numbers.duplicate = Some(text::share(value)?),
                Some(("reorder", value)) => numbers.reorder = Some(text::share(value)?),
                _ => {
                    let key = word.split('=').next().unwrap_or(word);
                    let expected = "latency=, loss=, duplicate= or reorder= with a value";
                    let meant =
                        line::did_you_mean(key, ["latency", "loss", "duplicate", "reorder"]);
                    return Err(Invalid::new(word, &format!("{expected}{meant}")));
                }
            }
        }
        Ok(Self::Numbers(numbers))
    }
}

impl fmt::Display for NetworkSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Preset(preset) => f.write_str(preset.name()),
            Self::Numbers(numbers) => {
                let latency =
                    numbers.latency.map(|(min, max)| format!("latency={}", Range(min, max)));
                let share = |name, value: Option<u16>| {
                    value.map(|value| format!("{name}={}", Share(value)))
                };
                let words = [
                    latency,
                    share("loss", numbers.loss),
                    share("duplicate", numbers.duplicate),
                    share("reorder", numbers.reorder),
                ];
                f.write_str(&text::joined(words.into_iter().flatten(), " "))
            }
        }
    }
}
