//! The input language: what can be done to a world, as text. Whatever is printed is read back the same.

mod message;
mod parse;
mod print;
mod timers;

use crate::clients::{ClientId, ClientsSpec};
pub use crate::crash::{CrashPoint, Part};
pub use crate::help::{HELP, Help, VERBS};
use crate::quality::NetworkSpec;
pub use message::{MessageKind, NextMessage, WhichMessage};
pub use parse::Names;
use raft_core::{Micros, ServerId};
pub use timers::Timers;

/// A message's number: they are counted from 1 in the order of sending.
pub type MessageId = u64;

/// The longest command for the service, in bytes.
pub const LONGEST_COMMAND: usize = 64 * 1024;

/// The longest command that a client is told to ask, in bytes: it may ask it again and again.
pub const LONGEST_QUESTION: usize = 1024;

/// Something done to the world.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Start a command for the service.
    Start {
        /// At which server; none: at the leader.
        at: Option<ServerId>,
        /// The service's command.
        command: String,
    },
    /// Something done to servers.
    Servers(ServerAction, Servers),
    /// Cut or heal a link.
    Link {
        /// One end.
        from: ServerId,
        /// The other end.
        to: ServerId,
        /// Also from `to` to `from`.
        both: bool,
        /// The change.
        change: LinkChange,
    },
    /// Heal all links.
    HealAll,
    /// Cut all links between groups, and heal those within. Servers in no group stand alone.
    Partition(Vec<Vec<ServerId>>),
    /// Cut all links of a server.
    Isolate(ServerId),
    /// Give all links these settings.
    Network(NetworkSpec),
    /// Something done to a message in flight.
    Message(MessageAction, MessageId),
    /// Something done to the next message of a kind over a link: the first in flight, else the next that is sent.
    Next(MessageAction, NextMessage),
    /// A held message goes on, and arrives right before or after another one.
    ReleaseBeside {
        /// The message that is held.
        held: WhichMessage,
        /// It arrives before the other one, not after it.
        before: bool,
        /// The other message.
        other: WhichMessage,
    },
    /// The pace of all servers, from the next time on that each sets its timer.
    Timers(Timers),
    /// A server's clock goes at this rate, in thousandths of a percent.
    Clock(ServerId, u32),
    /// Writes of these servers take so long from now on.
    Disk(Servers, (Micros, Micros)),
    /// These disks say from now on that a write is durable at once, though nothing is; or they are honest
    /// again, and wait until a write is flushed.
    DiskLies(Servers, bool),
    /// These disks acknowledge writes from now on before they are flushed.
    DiskEarly(Servers),
    /// Flip the byte at this offset of a crashed server's write-ahead log.
    Corrupt(ServerId, u64),
    /// Give the clients these settings, and set their number.
    Clients(ClientsSpec),
    /// A client asks this next.
    Ask(ClientId, String),
    /// Cut or heal the way between a client and a server.
    ClientLink {
        /// The client.
        client: ClientId,
        /// The server.
        server: ServerId,
        /// The way.
        way: Way,
        /// True to cut it, false to heal it.
        cut: bool,
    },
    /// From now on progress is expected within this time.
    Expect(Micros),
}

/// A way between a client and a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// There and back.
    Both,
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

/// The servers of a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Servers {
    /// All of them.
    All,
    /// The one that leads.
    Leader,
    /// These.
    These(Vec<ServerId>),
}

/// The actions on a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServerAction {
    /// It stops, and loses all but what its disk holds durably.
    Crash,
    /// The same, and a torn piece of what was not synced stays at the end of its log.
    CrashTorn,
    /// It crashes when it makes this write; none: a crash that was planned so is called off.
    PlanCrash(Option<CrashPoint>),
    /// It starts again from its disk.
    Restart,
    /// It stands still, and loses nothing.
    Pause,
    /// It goes on after a pause.
    Resume,
    /// Its timer runs out now.
    Timeout,
    /// Its service takes a snapshot.
    Snapshot,
}

/// The changes of a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkChange {
    /// Nothing passes any more.
    Cut,
    /// Messages pass again.
    Heal,
    /// It is like this from now on; none: like all the others.
    Like(Option<NetworkSpec>),
}

/// The actions on a message in flight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageAction {
    /// It is lost.
    Drop,
    /// It is delivered twice.
    Duplicate,
    /// It stops on its way.
    Hold,
    /// It goes on.
    Release,
    /// It arrives at once.
    Deliver,
}

impl MessageAction {
    /// Every action on a message, in the order of the help.
    pub fn all() -> impl Iterator<Item = Self> {
        MESSAGE_ACTIONS.iter().map(|&(_, action)| action)
    }
}

/// The actions on servers that are a verb: read and printed by this table.
const SERVER_ACTIONS: &[(&str, ServerAction)] = &[
    ("crash", ServerAction::Crash),
    ("restart", ServerAction::Restart),
    ("pause", ServerAction::Pause),
    ("resume", ServerAction::Resume),
    ("timeout", ServerAction::Timeout),
    ("snapshot", ServerAction::Snapshot),
];

/// The actions on messages: read and printed by this table.
const MESSAGE_ACTIONS: &[(&str, MessageAction)] = &[
    ("drop", MessageAction::Drop),
    ("duplicate", MessageAction::Duplicate),
    ("hold", MessageAction::Hold),
    ("release", MessageAction::Release),
    ("deliver", MessageAction::Deliver),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_of_the_help_is_read_and_printed_the_same() {
        for help in HELP {
            let command: Command =
                help.example.parse().unwrap_or_else(|error| panic!("{}: {error}", help.example));
            assert_eq!(command.to_string(), help.example);
            assert!(help.usage.starts_with(help.example.split(' ').next().expect("a verb")));
        }
    }

    #[test]
    fn every_command_has_a_verb() {
        let mut verbs: Vec<&str> =
            HELP.iter().filter_map(|help| help.usage.split(' ').next()).collect();
        verbs.dedup();
        assert_eq!(verbs, VERBS);
    }

    #[test]
    fn other_spellings_mean_the_same() {
        for (text, printed) in [
            ("  crash   S3  ", "crash 3"),
            ("link 1 > 2 latency=20ms..80ms loss=0.5%", "link 1 > 2 latency=20ms..80ms loss=0.5%"),
            ("link 1 2 default", "link 1 2 default"),
            ("network lossy", "network lossy"),
            ("partition 1|2 3", "partition 1 | 2 3"),
            ("start 2  a key = a value ", "start 2 a key = a value"),
            ("disk 1 2 5ms", "disk 1 2 5ms"),
            ("crash leader", "crash leader"),
            ("crash 1,2", "crash 1 2"),
            ("crash S1, s2 torn # both", "crash 1 2 torn"),
            ("partition 1,2|3, 4", "partition 1 2 | 3 4"),
            ("disk 1,2 5ms", "disk 1 2 5ms"),
            ("cut 1,2", "cut 1 2"),
            ("heal all", "heal"),
            ("timeout 2 1", "timeout 2 1"),
            ("clock 1 100.05%", "clock 1 100.05%"),
            ("clock 1 100.050%", "clock 1 100.05%"),
            ("clock 1 90%", "clock 1 90%"),
            ("start 1 a#b # comment", "start 1 a#b"),
            ("start 1 x=a \\# b", "start 1 x=a \\# b"),
            ("\u{feff}crash\t1", "crash 1"),
            (
                "timers heartbeat 50ms  election 300ms..600ms",
                "timers election 300ms..600ms heartbeat 50ms",
            ),
            ("timers heartbeat 50ms", "timers heartbeat 50ms"),
            ("timers manual", "timers election 1000s..2000s heartbeat 1000s"),
            ("drop next appendentries 1>3", "drop next AppendEntries 1 > 3"),
            ("hold next RequestVote reply 3 > 1", "hold next RequestVote reply 3 > 1"),
            ("duplicate next heartbeat S1 > S2", "duplicate next heartbeat 1 > 2"),
            ("release 41 before 40", "release 41 before 40"),
            (
                "release next AppendEntries 1 > 3\tafter next heartbeat 1 > 3",
                "release next AppendEntries 1 > 3 after next heartbeat 1 > 3",
            ),
            ("crash  1  2  torn", "crash 1 2 torn"),
            ("disk all honest", "disk all honest"),
            ("disk  2 3  early", "disk 2 3 early"),
            ("crash 2 between snapshot and log", "crash 2 between log and snapshot"),
            ("crash  1 S2 between vote  and log", "crash 1 2 between vote and log"),
            ("crash leader after write 3", "crash leader after write 3"),
            ("crash all cancel", "crash all cancel"),
            ("cut c1 2", "cut c1 2"),
            ("cut 2 C1", "cut c1 2"),
            ("heal c20 > S3", "heal c20 > 3"),
            ("cut 3 >c1", "cut 3 > c1"),
            ("ask 1  x ? 1 = 2", "ask c1 x ? 1 = 2"),
            ("clients 2 get=3", "clients 2"),
            ("expect 1500ms", "expect 1500ms"),
        ] {
            let command: Command = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(command.to_string(), printed);
            assert_eq!(printed.parse(), Ok(command));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        for (text, says) in [
            ("", "something is missing: a command, such as `crash 3`"),
            ("# nothing", "something is missing: a command, such as `crash 3`"),
            ("crsh 3", "`crsh` is not a command: did you mean `crash`?"),
            ("Crash 3", "`Crash` is not a command: did you mean `crash`?"),
            (
                "explode 3",
                "`explode` is not a command: they are start, snapshot, crash, restart, pause, resume, timeout, cut, heal, partition, isolate, network, link, drop, duplicate, hold, release, deliver, timers, clock, disk, corrupt, clients, ask, expect",
            ),
            (
                "seed 4",
                "`seed 4` is not a command: it is a setting, which a run has from its beginning on",
            ),
            (
                "heartbeat 5ms",
                "`heartbeat 5ms` is not a command: it is a setting, which a run has from its beginning on; `timers heartbeat 5ms` changes it in mid-run",
            ),
            (
                "start 1 x=a\nb",
                "`start 1 x=a·b` is not one command: it has a line break, and a command is one line",
            ),
            (
                "start 1 x=a\rb",
                "`start 1 x=a·b` is not one command: it has a line break, and a command is one line",
            ),
            (
                "disk 2 slow",
                "`slow` is not a duration such as 5ms or 1ms..50ms, nor `lies`, `early` or `honest`",
            ),
            (
                "disk 2",
                "`2` is not servers and how long their writes take, as in `disk 2 5ms`; or `lies`, `early` or `honest`",
            ),
            (
                "timers",
                "something is missing: `election`, `heartbeat` or both, as in `timers election 300ms..600ms heartbeat 50ms`, or `manual`",
            ),
            ("timers election 0s", "`0s` is not a timer of at least 1ms"),
            (
                "timers fast 1s",
                "`fast` is not `election`, `heartbeat` or both, as in `timers election 300ms..600ms heartbeat 50ms`, or `manual`",
            ),
            (
                "drop next Append 1 > 3",
                "`Append` is not a kind of message: AppendEntries, heartbeat, RequestVote, InstallSnapshot",
            ),
            (
                "drop next heartbeat 1 3",
                "`1 3` is not a link in one direction, as in `1 > 3`: from the sender to the receiver",
            ),
            (
                "hold next heartbeat 1 > 1",
                "`1 > 1` is not a link: its ends are two different servers",
            ),
            ("network lossi", "`lossi` is not a preset: did you mean `lossy`?"),
            ("crash", "something is missing: the number of a server"),
            ("crash three", "`three` is not a server's number from 1 to 101"),
            ("start 1", "something is missing: a command for the service, as in `start 1 x=1`"),
            ("cut 1 1", "`1 1` is not a link: its ends are two different servers"),
            ("cut 1 2 3", "`3` is not expected here: a link has two ends"),
            (
                "hold x",
                "`x` is not a message's number, as in `hold 41`, or `next AppendEntries 1 > 3`: a number from 1 to 18446744073709551615",
            ),
            ("crash torn", "something is missing: the number of a server"),
            ("crash between log and vote", "something is missing: the number of a server"),
            ("crash 2 after write 0", "`0` is not a number of writes from 1 to 1000000"),
            (
                "crash 2 between log",
                "`between log` is not a moment to crash, as in `crash 2 between log and snapshot` or `crash 2 after write 3`",
            ),
            ("cut c1 c2", "`c1 c2` is not a client and a server, as in `cut c1 2`"),
            ("cut c1", "something is missing: a server's number from 1 to 101"),
            ("cut c21 1", "`21` is not a client such as c1, with a number from 1 to 20"),
            ("ask c1", "something is missing: a command for the service, as in `ask c1 x=1`"),
            ("expect 0s", "`0s` is not a duration in which something can happen, such as 5s"),
            (
                "clock 3 5%",
                "`5%` is not a rate from 10% to 1000%, in steps of 0.001%; 100% is exact",
            ),
            (
                "clock 3 100.0005%",
                "`100.0005%` is not a rate from 10% to 1000%, in steps of 0.001%; 100% is exact",
            ),
            ("link 1 2 loss=200%", "`200%` is not a share from 0% to 100%, in steps of 0.1%"),
        ] {
            assert_eq!(text.parse::<Command>().expect_err(text).to_string(), says);
        }
    }

    #[test]
    fn errors_speak_of_the_servers_and_clients_that_there_are() {
        let names = Names { servers: 5, clients: 2 };
        for (text, says) in [
            ("crash three", "`three` is not a server's number from 1 to 5"),
            ("partition 1 | x", "`x` is not a server's number from 1 to 5"),
            ("drop next heartbeat x > 1", "`x` is not a server's number from 1 to 5"),
            ("ask x y", "`x` is not a client such as c1, with a number from 1 to 2"),
        ] {
            assert_eq!(Command::read(text, names).expect_err(text).to_string(), says);
        }
        // One that there is not is no misspelling: the world knows who there is.
        assert_eq!(Command::read("crash 9", names), "crash 9".parse());
    }
}
