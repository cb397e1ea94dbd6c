//! The links: what they are like, and what commands do to them and to what is on them.

use super::{Fate, Flight, Network};
use crate::quality::{NetworkSpec, Quality};
use raft_core::{ServerId, Time};

impl Network {
    /// The number of servers that it connects.
    pub(crate) fn servers(&self) -> usize {
        usize::from(self.servers)
    }

    /// The settings of all links that were not changed one by one.
    pub fn spec(&self) -> NetworkSpec {
        self.spec
    }

    /// The quality of a link that was not changed by itself.
    pub fn usual(&self) -> &Quality {
        &self.qualities[0]
    }

    /// True if a link is cut.
    pub fn is_cut(&self, from: ServerId, to: ServerId) -> bool {
        self.links[self.place(from, to)].cut
    }

    /// The number of directed links that are cut.
    pub fn cuts(&self) -> u64 {
        self.links.iter().filter(|link| link.cut).count() as u64
    }

    /// Makes all links like this.
    pub(crate) fn set_all(&mut self, spec: NetworkSpec) {
        self.spec = spec;
        self.qualities = vec![spec.change(self.qualities[0])];
        for link in &mut self.links {
            link.quality = 0;
        }
    }

    /// Makes one link like this; `None`: like all the others.
    pub(crate) fn set_link(&mut self, from: ServerId, to: ServerId, spec: Option<NetworkSpec>) {
        let now = self.quality(from, to).0;
        let quality = spec.map_or(self.qualities[0], |spec| spec.change(*now));
        if self.qualities.len() > self.links.len() {
            self.forget_unused_qualities();
        }
        let known = self.qualities.iter().position(|&q| q == quality);
        let place = known.unwrap_or_else(|| {
            self.qualities.push(quality);
            self.qualities.len() - 1
        });
        self.link_mut(from, to).quality = place as u16;
    }

    /// Keeps the first, which is that of all, and those that some link has.
    fn forget_unused_qualities(&mut self) {
        let old = std::mem::take(&mut self.qualities);
        self.qualities.push(old[0]);
        for link in &mut self.links {
            let quality = old[usize::from(link.quality)];
            let known = self.qualities.iter().position(|&q| q == quality);
            link.quality = known.unwrap_or(self.qualities.len()) as u16;
            if known.is_none() {
                self.qualities.push(quality);
            }
        }
    }

    /// Cuts or heals a link; true when that changed something.
    pub(crate) fn set_cut(&mut self, from: ServerId, to: ServerId, cut: bool) -> bool {
        let link = self.link_mut(from, to);
        std::mem::replace(&mut link.cut, cut) != cut
    }

    /// The places of the messages on their way over a link.
    pub(crate) fn on_link(&self, from: ServerId, to: ServerId) -> Vec<u32> {
        let on_it = |flight: &Flight| flight.envelope.from == from && flight.envelope.to == to;
        let places = self.flights.iter().enumerate();
        places
            .filter(|(_, flight)| flight.is_some() && on_it(flight))
            .map(|(place, _)| place as u32)
            .collect()
    }

    /// Puts a copy of a message in flight: it arrives when the link's latency, drawn anew, has passed.
    pub(crate) fn duplicate(&mut self, now: Time, place: u32) -> u32 {
        let mut copy = self.flight(place).clone();
        let at = self.place(copy.envelope.from, copy.envelope.to);
        let link = &mut self.links[at];
        let quality = &self.qualities[usize::from(link.quality)];
        let leg = quality.leg(&copy.envelope.message);
        copy.arrives_at = now + link.random.between(leg.latency.0, leg.latency.1) + 1;
        copy.fate = Fate::Arrives;
        copy.sent_at = now;
        self.sent += 1;
        copy.id = self.sent;
        self.insert(copy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::Preset;
    use raft_core::Random;

    #[test]
    fn a_link_may_change_for_ever() {
        let servers = 3;
        let mut network =
            Network::new(servers, NetworkSpec::Preset(Preset::Lan), |_, _| Random::new(1));
        let (a, b, c) = (ServerId(1), ServerId(2), ServerId(3));
        let loss = |n: u64| format!("loss={}%", n % 100).parse::<NetworkSpec>().expect("numbers");
        network.set_link(c, a, Some(loss(77)));
        for n in 0..100_000 {
            network.set_link(a, b, Some(loss(n)));
        }
        assert_eq!(network.quality(a, b).0.request.loss, 990);
        assert_eq!(network.quality(c, a).0.request.loss, 770, "other links keep what they have");
        assert!(!network.quality(b, c).1);
        assert!(network.qualities.len() <= network.links.len() + 1);
        network.set_link(a, b, None);
        assert!(!network.quality(a, b).1);
    }
}
