//! Random runs: settings and commands drawn from the whole language.

use crate::play::{Played, Watcher};
use proptest::prelude::*;
use raft_core::ServerId;
use raft_run::clients::{ClientId, ClientsSpec, Mix};
use raft_run::command::{
    LinkChange, MessageAction, MessageKind, NextMessage, ServerAction, Servers, Timers, Way,
    WhichMessage,
};
use raft_run::quality::{NetworkSpec, Numbers, Preset};
use raft_run::trace::Line;
use raft_run::{Command, Config, World};
use std::fmt::Write;

/// A run that is drawn at random.
#[derive(Clone, Debug)]
pub struct RandomRun {
    /// The settings.
    pub config: Config,
    /// The acts, each with the gap before it.
    pub acts: Vec<(Gap, Act)>,
}

/// The time before an act, in which nothing is done.
#[derive(Clone, Copy, Debug)]
pub enum Gap {
    /// This many microseconds.
    Time(u64),
    /// This many events: the next act may come in the midst of a moment.
    Events(u64),
}

/// One thing that is done in a run.
#[derive(Clone, Debug)]
pub enum Act {
    /// This.
    Command(Command),
    /// This, to one of the messages that are in flight at that time.
    Message(MessageAction, usize),
}

/// The commands that may be drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// All of them, sensible or not.
    Whole,
    /// Those that violate no property: disks are damaged, but do not lie, and no progress is expected.
    Damaging,
    /// Those from which a cluster recovers: no damaged disks.
    Recoverable,
}

impl RandomRun {
    /// Plays it; gives also the lines that stand for what was done.
    pub fn play(&self, watcher: &mut impl Watcher) -> (Played, Vec<Line>) {
        let mut played = Played::new(World::new(self.config.clone()));
        for (gap, act) in &self.acts {
            played.wait(*gap, watcher);
            if let Some(command) = act.command(&played.world) {
                played.command(&command, watcher);
            }
        }
        let lines = played.done.clone();
        (played, lines)
    }

    /// The text of a run in which these lines were carried out.
    pub fn text(&self, lines: &[Line]) -> String {
        let mut text = self.config.to_string();
        for line in lines {
            writeln!(text, "{line}").expect("a string takes any text");
        }
        text
    }
}

impl Act {
    /// The command as of now; none when it is about a message and none is in flight.
    pub fn command(&self, world: &World) -> Option<Command> {
        match self {
            Self::Command(command) => Some(command.clone()),
            Self::Message(action, pick) => {
                let mut ids: Vec<u64> = world.network().flights().map(|f| f.id).collect();
                ids.sort_unstable();
                let at = pick.checked_rem(ids.len())?;
                Some(Command::Message(*action, ids[at]))
            }
        }
    }
}

/// A random run of so many acts.
pub fn random_run(
    language: Language,
    acts: impl Into<prop::collection::SizeRange>,
) -> impl Strategy<Value = RandomRun> {
    let acts = acts.into();
    config().prop_flat_map(move |config| {
        let act = (gap(), act(config.raft.servers, language));
        prop::collection::vec(act, acts.clone())
            .prop_map(move |acts| RandomRun { config: config.clone(), acts })
    })
}

fn config() -> impl Strategy<Value = Config> {
    let servers =
        prop_oneof![1 => Just(1_u16), 1 => Just(2), 4 => Just(3), 4 => Just(5), 1 => Just(9)];
    let disk = prop_oneof![Just((0, 0)), Just((1_000, 3_000)), Just((0, 40_000))];
    let batch = prop_oneof![Just(30_u64), Just(64 * 1024)];
    let autosnapshot = prop_oneof![Just(0_u64), Just(1), Just(3), Just(10)];
    let clients = prop_oneof![2 => Just(ClientsSpec::default()), 1 => clients()];
    (any::<u64>(), servers, preset(), disk, batch, autosnapshot, clients).prop_map(
        |(seed, servers, preset, disk, batch_bytes, autosnapshot, clients)| Config {
            seed,
            raft: raft_core::Config { servers, batch_bytes, ..raft_core::Config::default() },
            network: NetworkSpec::Preset(preset),
            disk,
            autosnapshot,
            clients,
            ..Config::default()
        },
    )
}

fn clients() -> impl Strategy<Value = ClientsSpec> {
    let weights = [0_u16..4, 0..4, 0..4, 0..4];
    let pause = (1_000..100_000_u64, 0..100_000_u64);
    (0..4_u16, 1..4_u16, pause, 1_000..1_000_000_u64, weights).prop_map(
        |(count, keys, (least, more), timeout, [get, put, append, cas])| ClientsSpec {
            count,
            keys,
            pause: (least, least + more),
            timeout,
            mix: Mix { get, put, append, cas },
        },
    )
}

fn of_client(servers: u16) -> impl Strategy<Value = Command> {
    let client = || (1..4_u16).prop_map(ClientId);
    let way = prop::sample::select(vec![Way::Both, Way::ToServer, Way::ToClient]);
    let link = (client(), server(servers), way, any::<bool>());
    prop_oneof![
        2 => clients().prop_map(Command::Clients),
        4 => (client(), "[xy](=|\\+=|\\?1=)[a-z0-9]{1,3}")
            .prop_map(|(client, command)| Command::Ask(client, command)),
        2 => link.prop_map(|(client, server, way, cut)| Command::ClientLink { client, server, way, cut }),
    ]
}

fn gap() -> impl Strategy<Value = Gap> {
    prop_oneof![
        3 => (0..1_500_000_u64).prop_map(Gap::Time),
        2 => (0..30_000_u64).prop_map(Gap::Time),
        1 => Just(Gap::Time(0)),
        2 => (0..60_u64).prop_map(Gap::Events),
    ]
}

fn preset() -> impl Strategy<Value = Preset> {
    prop::sample::select(Preset::ALL.to_vec())
}

/// Any server, now and then one that is not there.
fn server(servers: u16) -> impl Strategy<Value = ServerId> + Clone {
    prop_oneof![40 => 1..=servers, 1 => Just(servers + 1)].prop_map(ServerId)
}

fn some(servers: u16) -> impl Strategy<Value = Servers> {
    let these = prop::collection::vec(server(servers), 1..3).prop_map(Servers::These);
    prop_oneof![1 => Just(Servers::All), 6 => these]
}

fn message_action() -> impl Strategy<Value = MessageAction> {
    prop::sample::select(MessageAction::all().collect::<Vec<_>>())
}

/// The next message of some kind on some link.
fn next(servers: u16) -> impl Strategy<Value = NextMessage> {
    let kind = prop::sample::select(MessageKind::all().collect::<Vec<_>>());
    let n = servers.max(2);
    (kind, any::<bool>(), server(servers), 1..9_u16).prop_map(move |(kind, reply, from, step)| {
        let to = ServerId((from.0 - 1 + step % n) % n + 1);
        let to = if to == from { ServerId(from.0 % n + 1) } else { to };
        NextMessage { kind, reply, from, to }
    })
}

fn which(servers: u16) -> impl Strategy<Value = WhichMessage> {
    prop_oneof![
        1 => (1..200_u64).prop_map(WhichMessage::Number),
        2 => next(servers).prop_map(WhichMessage::Next),
    ]
}

fn act(servers: u16, language: Language) -> impl Strategy<Value = Act> {
    let to_message = message_action();
    prop_oneof![
        4 => (to_message, any::<usize>()).prop_map(|(action, pick)| Act::Message(action, pick)),
        20 => command(servers, language).prop_map(Act::Command),
    ]
}

/// Any command.
pub fn command(servers: u16, language: Language) -> impl Strategy<Value = Command> {
    use ServerAction as S;
    let actions = vec![
        S::Crash,
        S::CrashTorn,
        S::Restart,
        S::Restart,
        S::Pause,
        S::Resume,
        S::Resume,
        S::Timeout,
        S::Snapshot,
    ];
    let on_servers = (prop::sample::select(actions), some(servers));
    prop_oneof![
        12 => start(servers),
        10 => on_servers.prop_map(|(action, servers)| Command::Servers(action, servers)),
        5 => link(servers),
        2 => (message_action(), next(servers)).prop_map(|(action, next)| Command::Next(action, next)),
        1 => (which(servers), any::<bool>(), which(servers))
            .prop_map(|(held, before, other)| Command::ReleaseBeside { held, before, other }),
        1 => (range(2_000_000), 1_000..400_000_u64).prop_map(move |(range, heartbeat)| match language {
            Language::Whole => Command::Timers(Timers {
                election: Some((range.0 + 1_000, range.1 + 1_000)),
                heartbeat: Some(heartbeat),
            }),
            Language::Damaging | Language::Recoverable => Command::HealAll,
        }),
        3 => of_client(servers),
        1 => (some(servers), any::<bool>()).prop_map(move |(who, lies)| match language {
            Language::Whole => Command::DiskLies(who, lies),
            Language::Damaging | Language::Recoverable => Command::HealAll,
        }),
        1 => (1..10_u64).prop_map(move |seconds| match language {
            Language::Whole => Command::Expect(seconds * 500_000),
            Language::Damaging | Language::Recoverable => Command::HealAll,
        }),
        2 => Just(Command::HealAll),
        2 => partition(servers).prop_map(Command::Partition),
        1 => server(servers).prop_map(Command::Isolate),
        1 => network().prop_map(Command::Network),
        1 => (server(servers), 1..=100_u32).prop_map(|(who, rate)| Command::Clock(who, rate * 10_000)),
        1 => (some(servers), range(50_000)).prop_map(|(who, range)| Command::Disk(who, range)),
        1 => (server(servers), 0..400_u64).prop_map(move |(who, at)| match language {
            Language::Whole | Language::Damaging => Command::Corrupt(who, at),
            Language::Recoverable => Command::Servers(S::Crash, Servers::These(vec![who])),
        }),
        1 => (1..5_000_u64).prop_map(|id| Command::Message(MessageAction::Hold, id)),
    ]
}

fn start(servers: u16) -> impl Strategy<Value = Command> {
    let at = prop_oneof![2 => Just(None), 1 => server(servers).prop_map(Some)];
    let command = prop_oneof![
        10 => "[a-f](=|\\+=)[a-z0-9]{1,4}",
        2 => "[a-f]",
        1 => Just(format!("long={}", "x".repeat(3_000))),
        1 => Just("ключ=значение = 2".to_string()),
    ];
    (at, command).prop_map(|(at, command)| Command::Start { at, command })
}

fn link(servers: u16) -> impl Strategy<Value = Command> {
    let change = prop_oneof![
        4 => Just(LinkChange::Cut),
        4 => Just(LinkChange::Heal),
        1 => Just(LinkChange::Like(None)),
        2 => network().prop_map(|spec| LinkChange::Like(Some(spec))),
    ];
    // A link's ends differ; the only server of a cluster has no link, and is refused one.
    (server(servers), 1..9_u16, any::<bool>(), change).prop_map(
        move |(from, step, both, change)| {
            let to = ServerId((from.0 - 1 + step % servers.max(2)) % (servers.max(2)) + 1);
            let to = if to == from { ServerId(from.0 % servers.max(2) + 1) } else { to };
            Command::Link { from, to, both, change }
        },
    )
}

fn partition(servers: u16) -> impl Strategy<Value = Vec<Vec<ServerId>>> {
    prop::collection::vec(0..3_usize, usize::from(servers)).prop_map(|groups| {
        let mut partition = vec![Vec::new(); 3];
        for (server, group) in (1..).map(ServerId).zip(groups) {
            partition[group].push(server);
        }
        partition.retain(|group| !group.is_empty());
        partition
    })
}

fn network() -> impl Strategy<Value = NetworkSpec> {
    let numbers = (
        prop::option::of(range(120_000)),
        prop::option::of(0..500_u16),
        prop::option::of(0..300_u16),
        0..500_u16,
    );
    let numbers = numbers.prop_map(|(latency, loss, duplicate, reorder)| {
        NetworkSpec::Numbers(Numbers { latency, loss, duplicate, reorder: Some(reorder) })
    });
    prop_oneof![preset().prop_map(NetworkSpec::Preset), numbers]
}

fn range(longest: u64) -> impl Strategy<Value = (u64, u64)> {
    (0..longest, 0..longest).prop_map(|(a, b)| (a.min(b), a.max(b)))
}
