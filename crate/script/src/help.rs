//! The whole command language in rows, for whoever types.

/// The first words of all commands, in the order of [`HELP`].
pub const VERBS: [&str; 25] = [
    "start",
    "snapshot",
    "crash",
    "restart",
    "pause",
    "resume",
    "timeout",
    "cut",
    "heal",
    "partition",
    "isolate",
    "network",
    "link",
    "drop",
    "duplicate",
    "hold",
    "release",
    "deliver",
    "timers",
    "clock",
    "disk",
    "corrupt",
    "clients",
    "ask",
    "expect",
];

/// One row of help.
#[derive(Clone, Copy, Debug)]
pub struct Help {
    /// Its syntax.
    pub usage: &'static str,
    /// Its effect.
    pub says: &'static str,
    /// An example that is understood.
    pub example: &'static str,
}

/// The whole language.
pub const HELP: &[Help] = &[
    Help {
        usage: "start SERVER COMMAND",
        says: "starts a command at a server: k=v sets, k+=v appends, k?old=new sets if it is old, k reads",
        example: "start 1 x=1",
    },
    Help {
        usage: "start leader COMMAND",
        says: "starts a command at the server that leads",
        example: "start leader x=1",
    },
    Help {
        usage: "snapshot SERVERS",
        says: "their services take a snapshot and their logs are cut; servers are numbers in their order, leader or all",
        example: "snapshot all",
    },
    Help {
        usage: "crash SERVERS",
        says: "they lose their memory and what their disks have not synced",
        example: "crash 3",
    },
    Help {
        usage: "crash SERVERS torn",
        says: "the same, and a torn piece of what was not synced stays at the end of their logs",
        example: "crash 3 torn",
    },
    Help {
        usage: "crash SERVERS between A and B",
        says: "they crash between two writes, the next time that both are written together: two of vote, log and snapshot",
        example: "crash 3 between log and snapshot",
    },
    Help {
        usage: "crash SERVERS after write NUMBER",
        says: "they crash as soon as so many writes from now are durable",
        example: "crash 3 after write 2",
    },
    Help {
        usage: "crash SERVERS cancel",
        says: "calls off a crash that was planned for a write",
        example: "crash 3 cancel",
    },
    Help {
        usage: "restart SERVERS",
        says: "they start again from their disks",
        example: "restart 3",
    },
    Help {
        usage: "pause SERVERS",
        says: "they stand still and forget nothing; messages wait for them",
        example: "pause 2 3",
    },
    Help { usage: "resume SERVERS", says: "they go on after a pause", example: "resume all" },
    Help { usage: "timeout SERVERS", says: "their timers run out now", example: "timeout 4" },
    Help {
        usage: "cut A B",
        says: "cuts the link both ways; with > one way",
        example: "cut 1 > 2",
    },
    Help {
        usage: "cut CLIENT SERVER",
        says: "cuts the way between a client and a server; with > in one direction; heal heals it",
        example: "cut c1 2",
    },
    Help {
        usage: "heal A B",
        says: "heals the link in both directions; with > in one",
        example: "heal 1 2",
    },
    Help { usage: "heal", says: "heals all links; so does `heal all`", example: "heal" },
    Help {
        usage: "partition GROUP | GROUP",
        says: "cuts all links between groups; who is not named stands alone",
        example: "partition 1 2 | 3 4 5",
    },
    Help { usage: "isolate SERVER", says: "cuts all links of a server", example: "isolate 4" },
    Help {
        usage: "network PRESET or NUMBERS",
        says: "what all links are like: perfect, lan, wan, lossy, lab, or numbers",
        example: "network latency=10ms..30ms loss=5%",
    },
    Help {
        usage: "link A B NUMBERS",
        says: "what one link is like; with > one direction; default: like all others",
        example: "link 1 2 loss=30%",
    },
    Help {
        usage: "drop MESSAGE",
        says: "the message in flight is lost; MESSAGE is its number, or `next` with a kind and a link",
        example: "drop 41",
    },
    Help {
        usage: "drop next KIND FROM > TO",
        says: "the next AppendEntries, heartbeat, RequestVote or InstallSnapshot (with `reply`: the reply to one) over the link is lost: the first in flight, else the next that is sent; so too duplicate, hold and deliver",
        example: "drop next AppendEntries reply 3 > 1",
    },
    Help { usage: "duplicate MESSAGE", says: "the message arrives twice", example: "duplicate 41" },
    Help { usage: "hold MESSAGE", says: "the message stops on its way", example: "hold 41" },
    Help { usage: "release MESSAGE", says: "a held message goes on", example: "release 41" },
    Help {
        usage: "release MESSAGE before MESSAGE",
        says: "a held message goes on, and arrives right before the other one; with after, right after it",
        example: "release 41 before 40",
    },
    Help { usage: "deliver MESSAGE", says: "the message arrives at once", example: "deliver 41" },
    Help {
        usage: "timers election DURATIONS heartbeat DURATION",
        says: "the pace of all servers: each takes it when it next sets its timer; one of both may be left out; `timers manual` sets both so long that a server acts only when it is told, as by `timeout 1`",
        example: "timers election 300ms..600ms heartbeat 50ms",
    },
    Help {
        usage: "clock SERVER PERCENT",
        says: "its clock goes fast or slow, in steps of 0.001%; 100% is exact",
        example: "clock 3 110%",
    },
    Help {
        usage: "disk SERVERS DURATION",
        says: "sets how long a write takes to become durable",
        example: "disk all 1ms..50ms",
    },
    Help {
        usage: "disk SERVERS lies or honest",
        says: "it says at once that a write is durable; a crash loses all since it began to lie",
        example: "disk 2 lies",
    },
    Help {
        usage: "disk SERVERS early",
        says: "they acknowledge a write before it is flushed; a crash loses what was not flushed; honest ends it",
        example: "disk 2 early",
    },
    Help {
        usage: "corrupt SERVER OFFSET",
        says: "flips a byte of a crashed server's write-ahead log",
        example: "corrupt 3 12",
    },
    Help {
        usage: "clients NUMBER SETTINGS",
        says: "starts so many clients of the service; keys=, pause=, timeout=, and how often they get=, put=, append= or cas= (compare and set); idle: only when told",
        example: "clients 2 keys=1 pause=50ms",
    },
    Help {
        usage: "ask CLIENT COMMAND",
        says: "what a client asks next; it asks until it is answered, and at most 100 wait for their turn",
        example: "ask c1 x?1=2",
    },
    Help {
        usage: "expect DURATION",
        says: "within that time all servers that are up must follow one leader, hold the same log, and have answered",
        example: "expect 5s",
    },
];
