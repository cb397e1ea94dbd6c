//! The lab's network as the tests of part 3A to 3D use it: delay, loss, order, and the effects of a cut or a crash. A
//! call is a request and its reply.

use raft_core::Time;
use raft_run::network::{Fate, Loss, MessageId};
use raft_run::record::Brief;
use raft_run::{Config, Observer, Record, Stamp, World};
use std::collections::BTreeMap;

const MS: u64 = 1_000;

/// A cluster, and the events on its links.
struct Wire {
    world: World,
    seen: Seen,
}

#[derive(Default)]
struct Seen {
    sent: BTreeMap<MessageId, (Time, Brief)>,
    /// Request that a reply answers.
    answers: BTreeMap<MessageId, MessageId>,
    /// Sorted by arrival.
    arrived: Vec<(MessageId, Time)>,
    lost: BTreeMap<MessageId, (Time, Loss)>,
}

impl Observer for Seen {
    fn record(&mut self, stamp: Stamp, record: Record) {
        match record {
            Record::Sent(brief) => {
                self.sent.insert(brief.id, (stamp.at, brief));
                if brief.reply.is_some() {
                    self.answers.extend(stamp.cause.map(|request| (brief.id, request)));
                }
            }
            Record::Arrived(brief) => self.arrived.push((brief.id, stamp.at)),
            Record::Lost(brief, why) => {
                self.lost.insert(brief.id, (stamp.at, why));
            }
            _ => {}
        }
    }
}

impl Wire {
    /// Returns servers with the lab's settings, but with more heartbeats.
    fn new(seed: u64, servers: u16, network: &str) -> Self {
        let mut config = Config::default();
        let header =
            format!("seed {seed}\nservers {servers}\nnetwork {network}\ndisk 0s\nheartbeat 10ms");
        for line in header.lines() {
            assert_eq!(config.set(line), Ok(true));
        }
        Self { world: World::new(config), seen: Seen::default() }
    }

    /// Returns such servers with a leader, elected on a fast network.
    fn led(seed: u64, servers: u16, network: &str) -> Self {
        let mut wire = Self::new(seed, servers, "lab-reliable");
        wire.run(2_000);
        assert!(wire.world.leader().is_some(), "an election takes at most some hundred ms");
        wire.say(&format!("network {network}"));
        wire.seen = Seen::default();
        wire
    }

    fn say(&mut self, command: &str) {
        let command = command.parse().expect("a command");
        self.world.apply(&command, &mut self.seen).expect("it can be carried out");
    }

    fn run(&mut self, ms: u64) {
        let to = self.world.now() + ms * MS;
        assert!(self.world.run_until(to, 1_000_000, &mut self.seen));
    }

    /// Returns the only request of S1 that was just sent, if it will arrive.
    fn call(&mut self) -> Option<(MessageId, Time)> {
        self.say("timeout 1");
        let flight = self.world.network().flights_in_order().last().expect("it is on its way");
        (flight.fate == Fate::Arrives).then_some((flight.id, flight.arrives_at))
    }

    fn requests(&self) -> impl Iterator<Item = MessageId> {
        self.seen
            .sent
            .values()
            .filter(|(_, brief)| brief.reply.is_none())
            .map(|(_, brief)| brief.id)
    }

    fn replies(&self) -> impl Iterator<Item = MessageId> {
        self.seen.answers.keys().copied()
    }

    fn arrival(&self, id: MessageId) -> Option<Time> {
        self.seen.arrived.iter().find(|(arrived, _)| *arrived == id).map(|&(_, at)| at)
    }

    /// Returns the reply to a request.
    fn reply_to(&self, request: MessageId) -> Option<MessageId> {
        self.seen.answers.iter().find(|(_, answered)| **answered == request).map(|(&id, _)| id)
    }

    fn why_lost(&self, id: MessageId) -> Option<Loss> {
        self.seen.lost.get(&id).map(|&(_, why)| why)
    }

    /// Returns the sorted times, in microseconds, of the messages that arrived.
    fn delays(&self, ids: impl Iterator<Item = MessageId>) -> Vec<u64> {
        let arrived: BTreeMap<MessageId, Time> = self.seen.arrived.iter().copied().collect();
        let mut delays: Vec<u64> =
            ids.filter_map(|id| Some(*arrived.get(&id)? - self.seen.sent[&id].0)).collect();
        delays.sort_unstable();
        delays
    }

    fn share_lost(&self, ids: impl Iterator<Item = MessageId>) -> f64 {
        let ids: Vec<_> = ids.collect();
        share(ids.iter().filter(|id| self.seen.lost.contains_key(id)).count(), ids.len())
    }
}

fn share(part: usize, whole: usize) -> f64 {
    f64::from(part as u32) / f64::from(whole as u32)
}

fn mean(values: &[u64]) -> u64 {
    values.iter().sum::<u64>() / values.len() as u64
}

fn quantile(sorted: &[u64], percent: usize) -> u64 {
    sorted[sorted.len() * percent / 100]
}

/// Returns seeds under which a request from S1 to S2 is in flight on this network, each at another moment.
fn calls(network: &str) -> impl Iterator<Item = (Wire, MessageId, Time)> {
    (1..=100).filter_map(move |seed| {
        let mut wire = Wire::new(seed, 2, network);
        wire.run(100);
        let (request, at) = wire.call().filter(|&(_, at)| at > wire.world.now())?;
        Some((wire, request, at))
    })
}

#[test]
fn on_the_reliable_network_a_call_takes_no_time_and_nothing_is_lost() {
    let mut wire = Wire::led(1, 3, "lab-reliable");
    wire.run(10_000);
    assert!(wire.requests().count() > 1_900);
    assert_eq!(wire.requests().count(), wire.replies().count());
    assert_eq!(wire.delays(wire.seen.sent.keys().copied()).last(), Some(&0));
    assert!(wire.seen.lost.is_empty());
}

#[test]
fn calls_of_one_moment_may_overtake_each_other_also_on_the_reliable_network() {
    let mut wire = Wire::led(1, 2, "lab-reliable");
    let leader = wire.world.leader().expect("there is one").0;
    for n in 0..20 {
        wire.say(&format!("start {leader} {n}"));
    }
    let now = wire.world.now();
    let together: Vec<MessageId> = wire.requests().collect();
    assert!(together.len() == 20 && wire.seen.sent.values().all(|(at, _)| *at == now));
    wire.run(0);
    let arrived: Vec<MessageId> =
        wire.seen.arrived.iter().map(|&(id, _)| id).filter(|id| together.contains(id)).collect();
    assert_eq!(arrived.len(), 20);
    assert_ne!(arrived, together, "they arrive in the order that the seed gives");
}

#[test]
fn on_the_unreliable_network_a_request_takes_0_to_26_ms_and_its_reply_none() {
    let mut wire = Wire::led(1, 3, "lab");
    wire.run(60_000);
    let delays = wire.delays(wire.requests());
    assert!(delays.len() > 8_000);
    assert!(delays[0] < MS && (25 * MS..=26 * MS).contains(delays.last().expect("there are")));
    assert!((12_700..13_300).contains(&mean(&delays)), "{}", mean(&delays));
    assert_eq!(wire.delays(wire.replies()).last(), Some(&0));
}

#[test]
fn on_the_unreliable_network_one_request_in_ten_is_lost_and_one_reply_in_ten() {
    let mut wire = Wire::led(2, 3, "lab");
    wire.run(60_000);
    let (requests, replies) = (wire.share_lost(wire.requests()), wire.share_lost(wire.replies()));
    assert!((0.09..0.11).contains(&requests), "{requests}");
    assert!((0.09..0.11).contains(&replies), "{replies}");
    let answered = wire.replies().filter(|&id| wire.why_lost(id).is_none()).count();
    let success = share(answered, wire.requests().count());
    assert!((0.79..0.83).contains(&success), "{success} of all calls succeed");
    assert!(wire.seen.lost.values().all(|(_, why)| *why == Loss::Network));
}

#[test]
fn nothing_is_delivered_twice() {
    for network in ["lab-reliable", "lab", "lab-reordering"] {
        let mut wire = Wire::led(3, 3, network);
        wire.run(20_000);
        let mut ids: Vec<MessageId> = wire.seen.arrived.iter().map(|&(id, _)| id).collect();
        let arrivals = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), arrivals, "{network}: no message arrives twice");
        let mut answered: Vec<MessageId> = wire.seen.answers.values().copied().collect();
        let answers = answered.len();
        answered.sort_unstable();
        answered.dedup();
        assert_eq!(answered.len(), answers, "{network}: no call is answered twice");
    }
}

#[test]
fn with_long_reordering_two_replies_of_three_are_200_to_2199_ms_late_and_no_request_is() {
    let mut wire = Wire::led(4, 3, "lab-reordering");
    wire.run(120_000);
    assert!(wire.delays(wire.requests()).last().is_some_and(|&most| most <= 26 * MS));
    let delays = wire.delays(wire.replies());
    let late = &delays[delays.partition_point(|&delay| delay == 0)..];
    let of_all = share(late.len(), delays.len());
    assert!((0.64..0.69).contains(&of_all), "{of_all}");
    assert!(late[0] >= 200 * MS && late.last().is_some_and(|&most| most < 2_200 * MS));
    // Mostly little more than 200 ms: a number below one that was itself drawn.
    assert!((670_000..730_000).contains(&mean(late)), "{}", mean(late));
    for (percent, ms) in [(10, 241), (25, 335), (50, 573), (75, 965), (90, 1_375), (99, 1_924)] {
        let (at, about) = (quantile(late, percent), ms * MS);
        assert!((about * 93 / 100..about * 107 / 100).contains(&at), "{percent} %: {at} us");
    }
}

#[test]
fn a_call_over_a_cut_link_never_arrives_also_when_the_link_is_healed_at_once() {
    let mut wire = Wire::new(1, 2, "lab-reliable");
    wire.run(100);
    wire.say("isolate 2");
    wire.say("timeout 1");
    wire.say("heal");
    wire.run(100);
    let lost: Vec<Loss> = wire.requests().filter_map(|id| wire.why_lost(id)).collect();
    assert_eq!((lost, wire.seen.arrived.len()), (vec![Loss::Cut], 0));
}

#[test]
fn calls_over_a_cut_link_do_not_hold_up_a_later_one() {
    let mut wire = Wire::new(1, 2, "lab-reliable");
    wire.run(100);
    wire.say("isolate 2");
    for _ in 0..20 {
        wire.say("timeout 1");
    }
    wire.say("heal");
    wire.say("timeout 1");
    wire.run(0);
    // The one that arrives wins the election, and more calls follow.
    let calls: Vec<_> = wire.requests().take(21).map(|id| wire.arrival(id)).collect();
    assert!(calls[..20].iter().all(Option::is_none));
    assert_eq!(calls[20], Some(wire.world.now()));
}

#[test]
fn a_call_to_a_server_that_is_down_never_arrives_also_when_it_restarts_at_once() {
    let mut wire = Wire::new(1, 2, "lab-reliable");
    wire.run(100);
    wire.say("crash 2");
    wire.say("timeout 1");
    wire.say("restart 2");
    wire.run(0);
    let lost: Vec<Loss> = wire.requests().filter_map(|id| wire.why_lost(id)).collect();
    assert_eq!((lost, wire.seen.arrived.len()), (vec![Loss::Down], 0));
}

#[test]
fn a_request_on_its_way_arrives_though_its_link_is_cut_and_the_reply_does_not() {
    let mut tried = 0;
    for (mut wire, request, at) in calls("lab") {
        wire.say("isolate 2");
        wire.run(30);
        assert_eq!(wire.arrival(request), Some(at));
        let reply = wire.reply_to(request).expect("the handler has run");
        assert_eq!(wire.why_lost(reply), Some(Loss::Cut), "the link is cut as the handler returns");
        tried += 1;
    }
    assert!(tried > 80);
}

#[test]
fn a_reply_passes_when_the_link_is_whole_again_as_the_handler_returns() {
    let (mut passed, mut lost) = (0, 0);
    for (mut wire, request, at) in calls("lab") {
        wire.say("isolate 2");
        wire.say("heal");
        wire.run(30);
        let reply = wire.reply_to(request).expect("the handler has run");
        match wire.why_lost(reply) {
            None => assert_eq!(wire.arrival(reply), Some(at)),
            why => assert_eq!(why, Some(Loss::Network)),
        }
        *if wire.why_lost(reply).is_none() { &mut passed } else { &mut lost } += 1;
    }
    assert!(passed > 70 && lost > 0, "{passed} passed, {lost} were lost by chance");
}

#[test]
fn a_late_reply_arrives_though_its_link_is_cut_meanwhile() {
    let mut late = 0;
    for (mut wire, request, _) in calls("lab-reordering") {
        wire.run(30);
        let reply = wire.reply_to(request).expect("the handler has run");
        if wire.why_lost(reply).is_none() && wire.arrival(reply).is_none() {
            wire.say("isolate 2");
            wire.run(2_200);
            late += usize::from(wire.arrival(reply).is_some());
            assert!(wire.arrival(reply).is_some() || wire.why_lost(reply) == Some(Loss::Network));
        }
    }
    assert!(late > 40);
}

#[test]
fn a_crash_takes_what_is_on_its_way_to_the_server_also_when_it_restarts_at_once() {
    for (mut wire, request, _) in calls("lab") {
        wire.say("crash 2");
        wire.say("restart 2");
        wire.run(30);
        assert_eq!(wire.why_lost(request), Some(Loss::Down));
    }
}

#[test]
fn a_restarted_caller_gets_no_reply_to_a_call_that_it_made_before() {
    for (mut wire, request, at) in calls("lab") {
        wire.say("crash 1");
        wire.say("restart 1");
        wire.run(30);
        assert_eq!(wire.arrival(request), Some(at), "the handler runs");
        let reply = wire.reply_to(request).expect("it has answered");
        assert_eq!(wire.arrival(reply), None);
    }
}

#[test]
fn a_call_keeps_the_network_on_which_it_was_made() {
    for (mut wire, request, at) in calls("lab") {
        wire.say("network lab-reordering");
        wire.run(3_000);
        let reply = wire.reply_to(request).expect("the handler has run");
        assert!(wire.arrival(reply).is_none_or(|arrival| arrival == at), "it is not late");
    }
    let (mut late, mut lost) = (0, 0);
    for (mut wire, request, at) in calls("lab-reordering") {
        wire.say("network lab-reliable");
        wire.run(3_000);
        let reply = wire.reply_to(request).expect("the handler has run");
        late += usize::from(wire.arrival(reply).is_some_and(|arrival| arrival > at));
        lost += usize::from(wire.why_lost(reply) == Some(Loss::Network));
    }
    assert!(late > 40 && lost > 0, "{late} late, {lost} lost");
}
