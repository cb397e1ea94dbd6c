//! Completing a command that is being typed.

use crate::command::{MessageKind, VERBS};
use crate::network::Fate;
use crate::quality::Preset;
use crate::server::Process;
use crate::world::World;

/// The most completions that are offered.
const MOST: usize = 12;

/// Whole lines that the text may become, the likeliest first.
pub fn complete(world: &World, text: &str) -> Vec<String> {
    let text = text.trim_start();
    let Some((head, tail)) = text.rsplit_once(' ') else {
        let fit = VERBS.iter().chain(&["note"]).filter(|verb| verb.starts_with(text));
        return fit.map(|verb| format!("{verb} ")).take(MOST).collect();
    };
    let words: Vec<&str> = head.split_whitespace().collect();
    let fit =
        candidates(world, &words).into_iter().filter(|word| word.starts_with(tail) && word != tail);
    fit.map(|word| format!("{head} {word}")).take(MOST).collect()
}

/// The settings of clients.
const CLIENTS: [&str; 8] =
    ["keys=", "pause=", "timeout=", "get=", "put=", "append=", "cas=", "idle"];

/// Words that may follow these.
fn candidates(world: &World, words: &[&str]) -> Vec<String> {
    let servers = |fit: &dyn Fn(Option<&Process>) -> bool| {
        let named = world.servers().iter().filter(|server| fit(server.process()));
        let named = named.map(|server| server.id.0.to_string());
        named.filter(|server| !words.contains(&server.as_str())).collect::<Vec<_>>()
    };
    let messages = |fit: &dyn Fn(Fate) -> bool| {
        let fit = world.network().flights_in_order().filter(|flight| fit(flight.fate));
        fit.map(|flight| flight.id.to_string()).collect::<Vec<_>>()
    };
    let numbers = || ["latency=", "loss=", "duplicate=", "reorder="].map(String::from).to_vec();
    let clients: Vec<String> =
        world.clients().list().iter().map(|client| client.id().to_string()).collect();
    let with_all = |mut list: Vec<String>| {
        if words.len() == 1 && list.len() > 1 {
            list.push("all".into());
        }
        list
    };
    match (words[0], words.len()) {
        ("start", 1) => [vec!["leader".into()], servers(&|process| process.is_some())].concat(),
        ("crash", 2..) => crash(world, words, servers(&|process| process.is_some())),
        ("crash" | "snapshot" | "timeout", _) => with_all(servers(&|process| process.is_some())),
        ("restart", _) => with_all(servers(&|process| process.is_none())),
        ("pause", _) => with_all(servers(&|process| process.is_some_and(|p| !p.is_paused()))),
        ("resume", _) => with_all(servers(&|process| process.is_some_and(Process::is_paused))),
        ("disk", 1) => with_all(servers(&|_| true)),
        ("disk", 2) => ["lies", "early", "honest"].map(String::from).to_vec(),
        ("clients", 2..) => CLIENTS.map(String::from).to_vec(),
        ("ask", 1) => clients,
        ("cut" | "heal", 1) => [servers(&|_| true), clients].concat(),
        ("expect", 1) => ["5s".into()].to_vec(),
        ("cut" | "heal" | "link", 1 | 2) | ("isolate" | "clock", 1) | ("partition", _) => {
            servers(&|_| true)
        }
        ("corrupt", 1) => servers(&|process| process.is_none()),
        ("network", 1) => {
            [Preset::ALL.map(|preset| preset.name().to_string()).to_vec(), numbers()].concat()
        }
        ("network", _) | ("link", 4..) => numbers(),
        ("link", 3) => [numbers(), vec!["default".into()]].concat(),
        ("release", 1) => {
            [messages(&|fate| matches!(fate, Fate::Held(_))), vec!["next".into()]].concat()
        }
        ("hold", 1) => {
            [messages(&|fate| !matches!(fate, Fate::Held(_))), vec!["next".into()]].concat()
        }
        ("drop" | "duplicate" | "deliver", 1) => {
            [messages(&|_| true), vec!["next".into()]].concat()
        }
        ("release" | "hold" | "drop" | "duplicate" | "deliver", 2..) => {
            let all =
                world.servers().iter().map(|server| server.id.0.to_string()).collect::<Vec<_>>();
            match words {
                [.., "before" | "after"] => {
                    let ids = messages(&|fate| !matches!(fate, Fate::Dies { .. }));
                    [ids, vec!["next".into()]].concat()
                }
                _ => message(words, &all),
            }
        }
        ("timers", _) => timers(words),
        ("clock", 2) => ["90%", "100%", "110%"].map(String::from).to_vec(),
        _ => Vec::new(),
    }
}

/// Continuations of words that begin to name a message.
fn message(words: &[&str], servers: &[String]) -> Vec<String> {
    let list = |words: &[&str]| words.iter().map(ToString::to_string).collect();
    let may_stand_beside =
        words[0] == "release" && !words.iter().any(|word| matches!(*word, "before" | "after"));
    let begin = words.iter().rposition(|word| matches!(*word, "before" | "after")).unwrap_or(0);
    match &words[begin + 1..] {
        ["next"] => MessageKind::all().map(|kind| kind.name().to_string()).collect(),
        ["next", _] => [vec!["reply".to_string()], servers.to_vec()].concat(),
        ["next", _, "reply"] => servers.to_vec(),
        ["next", _, "reply", _] | ["next", _, _] => list(&[">"]),
        ["next", _, "reply", from, ">"] | ["next", _, from, ">"] => {
            servers.iter().filter(|server| *server != from).cloned().collect()
        }
        ["next", _, "reply", _, ">", _] | ["next", _, _, ">", _] | [_] if may_stand_beside => {
            list(&["before", "after"])
        }
        _ => Vec::new(),
    }
}

/// Continuations of `timers`.
fn timers(words: &[&str]) -> Vec<String> {
    match words.last() {
        Some(&"election") => vec!["300ms..600ms".into()],
        Some(&"heartbeat") => vec!["50ms".into()],
        Some(&"manual") => Vec::new(),
        Some(&"timers") => ["election", "heartbeat", "manual"].map(String::from).to_vec(),
        _ => {
            let left = ["election", "heartbeat"].into_iter().filter(|word| !words.contains(word));
            left.map(String::from).collect()
        }
    }
}

/// Words that may follow `crash` and a server: other servers, or the manner and moment of the crash.
fn crash(world: &World, words: &[&str], servers: Vec<String>) -> Vec<String> {
    const PARTS: [&str; 3] = ["vote", "log", "snapshot"];
    let list = |words: &[&str]| words.iter().map(ToString::to_string).collect();
    let parts = |but: &str| PARTS.into_iter().filter(|part| *part != but).collect::<Vec<_>>();
    match words {
        [.., "torn" | "cancel"] => Vec::new(),
        [.., "between"] => list(&PARTS),
        [.., "between", _] => list(&["and"]),
        [.., "between", one, "and"] => list(&parts(one)),
        [.., "after"] => list(&["write"]),
        [.., "write"] => list(&["1", "2", "3"]),
        [.., "between", _, "and", _] | [.., "after", "write", _] => Vec::new(),
        _ => {
            let is_planned = world.servers().iter().any(|server| server.planned_crash().is_some());
            let hows: &[&str] = &["torn", "between", "after", "cancel"];
            let hows = if is_planned { hows } else { &hows[..3] };
            [servers, list(hows)].concat()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Run;

    #[test]
    fn what_is_offered_can_be_done() {
        let run =
            Run::from_text("servers 3\nclients 2 idle\nat 2s crash 2\nat 2s end\n").expect("a run");
        let offered = |text| complete(run.world(), text);
        assert_eq!(offered("cr"), ["crash "]);
        assert_eq!(offered("no"), ["note "]);
        assert_eq!(offered("restart "), ["restart 2"]);
        assert_eq!(offered("crash "), ["crash 1", "crash 3", "crash all"]);
        assert_eq!(
            offered("crash 1 "),
            ["crash 1 3", "crash 1 torn", "crash 1 between", "crash 1 after"]
        );
        assert_eq!(offered("crash 1 t"), ["crash 1 torn"]);
        assert!(offered("crash 1 torn ").is_empty());
        assert_eq!(offered("crash 1 c"), Vec::<String>::new());
        assert_eq!(
            offered("crash 1 between "),
            ["crash 1 between vote", "crash 1 between log", "crash 1 between snapshot"]
        );
        assert_eq!(offered("crash 1 between log "), ["crash 1 between log and"]);
        assert_eq!(offered("crash 1 between log and s"), ["crash 1 between log and snapshot"]);
        assert_eq!(offered("crash 1 between log and l"), Vec::<String>::new());
        assert_eq!(offered("crash 1 after "), ["crash 1 after write"]);
        assert_eq!(offered("crash 1 after write ")[1], "crash 1 after write 2");
        assert!(offered("crash 1 after write 2 ").is_empty());
        let text = "servers 3\nat 2s crash 1 after write 9\nat 2s end\n";
        let planned = Run::from_text(text).expect("a run");
        assert_eq!(complete(planned.world(), "crash 1 c"), ["crash 1 cancel"]);
        assert_eq!(offered("disk 2 "), ["disk 2 lies", "disk 2 early", "disk 2 honest"]);
        assert_eq!(offered("ask "), ["ask c1", "ask c2"]);
        assert_eq!(offered("cut c"), ["cut c1", "cut c2"]);
        assert_eq!(offered("cut c1 "), ["cut c1 1", "cut c1 2", "cut c1 3"]);
        assert_eq!(offered("clients 2 p"), ["clients 2 pause=", "clients 2 put="]);
        assert_eq!(
            offered("network l"),
            [
                "network lan",
                "network lossy",
                "network lab",
                "network lab-reliable",
                "network lab-reordering",
                "network latency=",
                "network loss="
            ]
        );
        assert!(offered("hold ").len() <= MOST);
        assert_eq!(offered("drop n"), ["drop next"]);
        assert_eq!(offered("drop next a"), Vec::<String>::new());
        assert_eq!(offered("drop next A"), ["drop next AppendEntries"]);
        assert_eq!(offered("drop next heartbeat r"), ["drop next heartbeat reply"]);
        assert_eq!(offered("drop next heartbeat reply 3"), Vec::<String>::new());
        assert_eq!(offered("drop next heartbeat reply 3 "), ["drop next heartbeat reply 3 >"]);
        assert_eq!(
            offered("drop next heartbeat 3 > "),
            ["drop next heartbeat 3 > 1", "drop next heartbeat 3 > 2"]
        );
        assert!(offered("drop next heartbeat 3 > 1 ").is_empty());
        assert_eq!(offered("release 41 "), ["release 41 before", "release 41 after"]);
        assert_eq!(offered("release 41 before n"), ["release 41 before next"]);
        assert_eq!(
            offered("release next heartbeat 3 > 1 b"),
            ["release next heartbeat 3 > 1 before"]
        );
        assert!(offered("release 41 before 40 ").is_empty());
        assert_eq!(offered("timers "), ["timers election", "timers heartbeat", "timers manual"]);
        assert!(offered("timers manual ").is_empty());
        assert_eq!(offered("timers heartbeat 50ms "), ["timers heartbeat 50ms election"]);
        assert_eq!(offered("timers election "), ["timers election 300ms..600ms"]);
        assert_eq!(offered("clock 1 9"), ["clock 1 90%"]);
        assert!(offered("start 1 x=").is_empty());
        assert!(offered("nonsense ").is_empty() && offered("note ").is_empty());
    }
}
