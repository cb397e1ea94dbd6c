//! Simpler settings and simpler commands.

use raft_core::{Micros, ServerId};
use raft_script::clients::ClientsSpec;
use raft_script::command::{Command, LinkChange, ServerAction, Servers};
use raft_script::config::Config;
use raft_script::quality::{NetworkSpec, Numbers, Preset};

/// Returns settings that differ from these in one that is simpler.
pub(crate) fn settings(config: &Config) -> Vec<Config> {
    let usual = Config::default();
    let mut list = Vec::new();
    let mut add = |change: &dyn Fn(&mut Config)| {
        let mut simpler = config.clone();
        change(&mut simpler);
        if simpler != *config {
            list.push(simpler);
        }
    };
    for network in simpler_networks(config.network) {
        add(&|config| config.network = network);
    }
    for disk in simpler_disks(config.disk) {
        add(&|config| config.disk = disk);
    }
    for clients in simpler_clients(config.clients) {
        add(&|config| config.clients = clients);
    }
    add(&|config| config.autosnapshot = 0);
    add(&|config| config.raft.batch_bytes = usual.raft.batch_bytes);
    add(&|config| {
        let raft = &usual.raft;
        config.raft.heartbeat = raft.heartbeat;
        (config.raft.election_min, config.raft.election_max) =
            (raft.election_min, raft.election_max);
    });
    list
}

/// Returns networks that are simpler than this one, the simplest first.
fn simpler_networks(now: NetworkSpec) -> Vec<NetworkSpec> {
    let order = [Preset::Perfect, Preset::Lan, Preset::Wan, Preset::Lossy];
    let upto = match now {
        NetworkSpec::Preset(preset) => order.iter().position(|&p| p == preset),
        NetworkSpec::Numbers(_) => None,
    };
    let upto = upto.unwrap_or(order.len());
    let mut list: Vec<_> =
        order[..upto].iter().map(|&preset| NetworkSpec::Preset(preset)).collect();
    if let NetworkSpec::Numbers(numbers) = now {
        list.extend(simpler_numbers(numbers).into_iter().map(NetworkSpec::Numbers));
    }
    list
}

fn simpler_numbers(now: Numbers) -> Vec<Numbers> {
    let none = |share: Option<u16>| share.filter(|&share| share > 0).map(|_| 0);
    let all = [
        Numbers { loss: none(now.loss).or(now.loss), ..now },
        Numbers { duplicate: none(now.duplicate).or(now.duplicate), ..now },
        Numbers { reorder: none(now.reorder).or(now.reorder), ..now },
    ];
    all.into_iter().filter(|numbers| *numbers != now).collect()
}

/// Returns simpler clients: none, fewer, those that use one key, and the default ones.
fn simpler_clients(now: ClientsSpec) -> Vec<ClientsSpec> {
    let usual = ClientsSpec::default();
    if now.count == 0 {
        return vec![usual];
    }
    let list = [
        usual,
        ClientsSpec { count: 1, ..now },
        ClientsSpec { count: now.count - 1, ..now },
        ClientsSpec { keys: 1, ..now },
        ClientsSpec { count: now.count, keys: now.keys.min(usual.keys), ..usual },
        ClientsSpec { pause: usual.pause, ..now },
        ClientsSpec { timeout: usual.timeout, ..now },
        ClientsSpec { mix: usual.mix, ..now },
    ];
    list.into_iter().filter(|clients| clients.count > 0 || *clients == usual).collect()
}

fn simpler_disks(now: (Micros, Micros)) -> Vec<(Micros, Micros)> {
    let order = [(0, 0), (1_000, 1_000), Config::default().disk];
    let upto = order.iter().position(|&disk| disk == now).unwrap_or(order.len());
    order[..upto].to_vec()
}

/// Returns commands that do less than this one.
pub(crate) fn command(command: &Command, servers: u16) -> Vec<Command> {
    match command {
        Command::Servers(action, who) => servers_less(*action, who, servers),
        Command::Partition(groups) => partition_less(groups),
        &Command::Link { from, to, both: true, change } => [(from, to), (to, from)]
            .map(|(from, to)| Command::Link { from, to, both: false, change })
            .to_vec(),
        &Command::Link { from, to, both, change: LinkChange::Like(Some(like)) } => {
            let simpler = simpler_networks(like).into_iter();
            simpler
                .map(|like| Command::Link { from, to, both, change: LinkChange::Like(Some(like)) })
                .collect()
        }
        Command::Clients(spec) => simpler_clients(*spec)
            .into_iter()
            .filter(|simpler| simpler != spec)
            .map(Command::Clients)
            .collect(),
        Command::Network(spec) => {
            simpler_networks(*spec).into_iter().map(Command::Network).collect()
        }
        Command::Start { at, command } if command != "x=1" && command != "x" => {
            let simple = |command: &str| Command::Start { at: *at, command: command.into() };
            vec![simple("x=1")]
        }
        _ => Vec::new(),
    }
}

fn servers_less(action: ServerAction, who: &Servers, n: u16) -> Vec<Command> {
    let mut list = Vec::new();
    if matches!(action, ServerAction::CrashTorn | ServerAction::PlanCrash(Some(_))) {
        list.push(Command::Servers(ServerAction::Crash, who.clone()));
    }
    let named: Vec<ServerId> = match who {
        Servers::All => (1..=n).map(ServerId).collect(),
        Servers::These(these) => these.clone(),
        Servers::Leader => return list,
    };
    if named.len() > 1 {
        for gone in &named {
            let fewer = named.iter().copied().filter(|server| server != gone).collect();
            list.push(Command::Servers(action, Servers::These(fewer)));
        }
    }
    list
}

/// Returns one server in place of a group, and two groups in place of three.
fn partition_less(groups: &[Vec<ServerId>]) -> Vec<Command> {
    let alone = groups.iter().filter(|group| group.len() == 1 && groups.len() == 2);
    let mut list: Vec<Command> = alone.map(|group| Command::Isolate(group[0])).collect();
    if groups.len() > 2 {
        let (first, rest) = groups.split_at(1);
        list.push(Command::Partition(vec![first[0].clone(), rest.concat()]));
    }
    list
}

/// True if one is a fault that the other repairs, or both concern the same server.
pub(crate) fn belong_together(one: &Command, other: &Command) -> bool {
    let heals = |command: &Command| {
        matches!(command, Command::HealAll | Command::Link { change: LinkChange::Heal, .. })
    };
    let cuts = |command: &Command| {
        matches!(
            command,
            Command::Partition(_)
                | Command::Isolate(_)
                | Command::Link { change: LinkChange::Cut, .. }
        )
    };
    let (a, b) = (about(one), about(other));
    cuts(one) && heals(other) || a.iter().any(|server| b.contains(server))
}

/// Returns the servers that a command concerns.
fn about(command: &Command) -> Vec<ServerId> {
    match command {
        Command::Servers(_, Servers::These(list)) | Command::Disk(Servers::These(list), _) => {
            list.clone()
        }
        Command::Isolate(server) | Command::Clock(server, _) => vec![*server],
        _ => Vec::new(),
    }
}
