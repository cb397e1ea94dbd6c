//! Notes of a test's run for reading: each command at its place, and each question of the harness with its answer.

use raft_core::{EntryId, Index, Term, Time};
use raft_run::remark::{Lane, Remark, Verdict};
use raft_run::trace::{Item, Line, MOST_REMARKS, Show};
use raft_run::{Command, Trace, World};

/// Number of events between two fingerprints.
const EVENTS_A_DIGEST: u64 = 10_000;

/// Maximum length of a command that is shown whole, in characters.
pub(crate) const SHOWN: usize = 24;

/// Notes so far.
#[derive(Default)]
pub(crate) struct Notes {
    lines: Vec<Line>,
    remarks: Vec<Remark>,
    digest_after: u64,
    /// Moment of the commands that wait to be summed up.
    moment: Time,
    starts: Vec<Start>,
    crashed: Vec<usize>,
    bounced: Vec<usize>,
    fault: Option<(Time, String)>,
}

/// A command for one server, and its entry if the server leads.
struct Start {
    server: usize,
    command: String,
    accepted: Option<EntryId>,
}

impl Notes {
    /// Notes that the world is about to carry out a command. It is kept after it has been carried out.
    pub(crate) fn place(&mut self, world: &World) -> Line {
        if world.events() >= self.digest_after + EVENTS_A_DIGEST {
            self.digest_after = world.events();
            self.lines.push(Line::digest(world));
        }
        Line::here(world, Item::End)
    }

    /// Notes that the command was carried out at this place.
    pub(crate) fn command(&mut self, mut place: Line, command: Command) {
        place.item = Item::Command(command);
        self.lines.push(place);
    }

    /// Notes the result of a check.
    pub(crate) fn check(
        &mut self,
        from: Time,
        to: Time,
        asked: &str,
        verdict: Verdict,
        told: &str,
    ) {
        self.remark((from, to), Lane::Checker, verdict, asked, told);
    }

    /// Notes that the test has changed something for all servers.
    pub(crate) fn say(&mut self, at: Time, what: &str) {
        self.remark((at, at), Lane::Test, Verdict::Said, what, "");
    }

    /// Notes that a command was started at a server. Commands of one moment share a remark.
    pub(crate) fn start(
        &mut self,
        at: Time,
        server: usize,
        command: &str,
        told: Option<(Index, Term)>,
    ) {
        self.sum_up_before(at);
        let accepted = told.map(|(index, term)| EntryId { term, index });
        self.starts.push(Start { server, command: command.into(), accepted });
    }

    /// Notes that a server has crashed.
    pub(crate) fn crash(&mut self, at: Time, server: usize) {
        self.sum_up_before(at);
        self.crashed.push(server);
    }

    /// Notes that a server was restarted. A fault that lasted no time has a remark of its own.
    pub(crate) fn restart(&mut self, at: Time, server: usize) {
        self.sum_up_before(at);
        if self.crashed.contains(&server) && !self.bounced.contains(&server) {
            self.bounced.push(server);
        }
    }

    /// Notes the servers that are disconnected or down from now on; none: all is well.
    pub(crate) fn fault(&mut self, at: Time, now: Option<String>) {
        if self.fault.as_ref().map(|(_, text)| text) == now.as_ref() {
            return;
        }
        if let Some((since, text)) = self.fault.take()
            && since < at
        {
            self.remark((since, at), Lane::Faults, Verdict::Said, &text, "");
        }
        self.fault = now.map(|text| (at, text));
    }

    /// Notes the end of the test, which is the end of the run.
    pub(crate) fn finish(
        mut self,
        world: &World,
        name: &str,
        asked: &str,
        failure: Option<&str>,
    ) -> Trace {
        let end = world.now();
        self.fault(end, None);
        self.sum_up_before(Time::NEVER);
        let (verdict, told) =
            failure.map_or((Verdict::Passed, "passed"), |what| (Verdict::Failed, what));
        // The test's own remark finds room in any case, and stands first.
        self.remarks.truncate(MOST_REMARKS - 1);
        self.remarks.insert(0, Remark::new((Time(0), end), Lane::Test, verdict, asked, told));
        self.remarks.sort_by_key(|remark| remark.from);
        self.lines.push(Line::digest(world));
        self.lines.push(Line::here(world, Item::End));
        Trace {
            engine: Some(raft_run::engine::fingerprint().to_owned()),
            name: Some(name.to_owned()),
            config: world.config().clone(),
            lines: self.lines,
            remarks: self.remarks,
            // What failed is best looked at there.
            show: failure.map(|_| Show { at: end, after: None, server: None }),
        }
    }

    fn remark(
        &mut self,
        stretch: (Time, Time),
        lane: Lane,
        verdict: Verdict,
        asked: &str,
        told: &str,
    ) {
        self.remarks.push(Remark::new(stretch, lane, verdict, asked, told));
    }

    fn sum_up_before(&mut self, at: Time) {
        if at == self.moment {
            return;
        }
        let then = std::mem::replace(&mut self.moment, at);
        self.crashed.clear();
        let bounced = std::mem::take(&mut self.bounced);
        if !bounced.is_empty() {
            let asked = format!("{} crash and restart at once", names(bounced));
            self.remark((then, then), Lane::Faults, Verdict::Said, &asked, "");
        }
        let starts = std::mem::take(&mut self.starts);
        if !starts.is_empty() {
            let (asked, told) = summary(&starts);
            self.remark((then, then), Lane::Commands, Verdict::Said, &asked, &told);
        }
    }
}

/// Returns servers by their names, in order: `S1 S3`.
pub(crate) fn names(servers: impl IntoIterator<Item = usize>) -> String {
    let mut servers: Vec<usize> = servers.into_iter().collect();
    servers.sort_unstable();
    servers.dedup();
    servers.iter().map(|server| format!("S{}", server + 1)).collect::<Vec<_>>().join(" ")
}

/// Returns commands in words: `50 commands to S2`, `S2 takes them as 3@1 to 52@1`.
fn summary(starts: &[Start]) -> (String, String) {
    let asked = names(starts.iter().map(|start| start.server));
    let command = raft_run::text::shorten(&starts[0].command, SHOWN);
    let what = if starts.iter().all(|start| start.command == starts[0].command) {
        format!("command {command}")
    } else if starts.len() == asked.split(' ').count() {
        "a command each".into()
    } else {
        format!("{} commands", starts.len())
    };
    let mut takers: Vec<(usize, EntryId, EntryId)> = Vec::new();
    for (server, id) in starts.iter().filter_map(|start| Some((start.server, start.accepted?))) {
        match takers.iter_mut().find(|(taker, ..)| *taker == server) {
            Some((.., last)) => *last = id,
            None => takers.push((server, id, id)),
        }
    }
    let told: Vec<String> = takers
        .into_iter()
        .map(|(server, first, last)| {
            let server = server + 1;
            if first == last {
                format!("S{server} takes it as {first}")
            } else {
                format!("S{server} takes them as {first} to {last}")
            }
        })
        .collect();
    let told = if told.is_empty() { "nobody there leads".into() } else { told.join(", ") };
    (format!("{what} to {asked}"), told)
}
