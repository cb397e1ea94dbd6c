//! From a world to what the page draws of it.

use crate::property::Counts;
use raft_core::{Followers, InFlight, Index, Message, ServerId, Time};
use raft_run::client_command::asker;
use raft_run::command::CrashPoint;
use raft_run::network::{Fate, Flight};
use raft_run::quality::NetworkSpec;
use raft_run::record::Brief;
use raft_run::server::Server;
use raft_run::state::{RoleName, ServerState};
use raft_run::tables::{DiskMark, MessageMark, TimerKind};
use raft_run::text::printable;
use raft_run::{Run, World};
use raft_wasm_view::{
    EntryView, Frame, FrameView, LinkView, MessageView, PeerView, ServerView, TimerView,
};

/// Commands in a frame are cut to so many characters.
const COMMAND: usize = 16;
/// A lost message is shown for so long.
const LOST_SHOWN: u64 = 1_000_000;
/// The most entries of one log in a frame.
pub(crate) const MOST_ENTRIES: u64 = 2_000;

/// The frame of this moment.
pub(crate) fn frame(run: &Run, view: &FrameView) -> Frame {
    frame_of(run, (run.world(), run.steps()), view)
}

/// The frame of a world in which a run has been repeated up to a step.
pub(crate) fn frame_of(run: &Run, (world, step): (&World, u64), view: &FrameView) -> Frame {
    let config = world.config();
    let logs = || world.servers().iter().filter_map(|server| server.state().log);
    let longest = logs().map(|log| log.last().index.0).max().unwrap_or(0);
    let count = view.log_count.min(MOST_ENTRIES);
    let log_first = view.log_first.unwrap_or_else(|| (longest + 1).saturating_sub(count)).max(1);
    let log_last = (log_first.saturating_add(count) - 1).min(longest);
    let servers = servers(world, log_first, log_last);
    let Counts { holding, violated, outside } = Counts::of(world);
    Frame {
        holding,
        violated,
        outside,
        clients: world.clients().list().len() as u16,
        bugs: config.all_bugs().count() as u64,
        now: world.now().0,
        events: world.events(),
        step,
        end: run.end().now().0,
        live: run.is_live(),
        digest: format!("{:016x}", world.digest()),
        seed: config.seed.to_string(),
        network: match world.network().spec() {
            NetworkSpec::Preset(preset) => preset.name().into(),
            NetworkSpec::Numbers(_) => "custom".into(),
        },
        heartbeat: config.raft.heartbeat,
        election_min: config.raft.election_min,
        election_max: config.raft.election_max,
        leader: world.leader().map(|leader| leader.0),
        term: servers.iter().map(|server| server.current_term).max().unwrap_or(0),
        links: links(world),
        messages: messages(world),
        servers,
        log_first,
        log_last,
        longest,
    }
}

/// All servers, with this stretch of their logs.
pub(crate) fn servers(world: &World, first: u64, last: u64) -> Vec<ServerView> {
    world.servers().iter().map(|server| server_view(world, server, first, last)).collect()
}

fn server_view(world: &World, server: &Server, first: u64, last: u64) -> ServerView {
    let state = server.state();
    ServerView {
        id: state.id.0,
        status: state.status.name(),
        role: state.role.unwrap_or(RoleName::Follower).name(),
        current_term: state.term.0,
        voted_for: state.voted_for.map(|server| server.0),
        leader: state.leader.map(|leader| leader.0),
        votes: state.votes.iter().map(|voter| voter.0).collect(),
        votes_needed: world.config().bugs.majority(world.config().raft.servers) as u64,
        commit_index: state.commit_index.0,
        last_applied: state.last_applied.0,
        last_log: state.last_log().into(),
        timer: state.timer.map(|timer| TimerView {
            kind: if state.is_leader() { TimerKind::Heartbeat } else { TimerKind::Election }.name(),
            set_at: timer.set_at.0,
            fires_at: timer.deadline.0,
        }),
        peers: state.followers.map(peers),
        snapshot: state.snapshot().map(Into::into),
        entries: entries(&state, first, last),
        synced_index: state.synced_index.0,
        disk_bytes: server.disk.bytes(),
        unsynced_bytes: server.disk.unsynced_bytes(),
        applied: state.applied.0,
        clock_rate: state.clock_rate,
        disk_mark: disk_mark(world, server).name(),
        planned: state.planned_crash.map(planned),
    }
}

fn disk_mark(world: &World, server: &Server) -> DiskMark {
    if server.disk.lies() {
        DiskMark::Lies
    } else if server.disk.is_early() {
        DiskMark::Early
    } else if server.disk.latency().1 > world.config().disk.1 {
        DiskMark::Slow
    } else {
        DiskMark::None
    }
}

#[cold]
#[inline(never)]
fn planned(at: CrashPoint) -> String {
    at.to_string()
}

fn peers(followers: &Followers) -> Vec<PeerView> {
    let view = |(peer, progress): (ServerId, &raft_core::Progress)| PeerView {
        id: peer.0,
        next_index: progress.next_index.0,
        match_index: progress.match_index.0,
        in_flight: match progress.in_flight {
            InFlight::Nothing => 0,
            InFlight::Entries { last } => last.0,
            InFlight::Snapshot { last_included, .. } => last_included.0,
        },
    };
    followers.iter().map(view).collect()
}

fn entries(state: &ServerState<'_>, first: u64, last: u64) -> Vec<EntryView> {
    let Some(log) = state.log else { return Vec::new() };
    let first = first.max(log.first_index().0);
    let stretch = log.iter_from(Index(first)).zip(first..=last);
    stretch.map(|(entry, index)| entry_view(state, index, entry)).collect()
}

pub(crate) fn entry_view(
    state: &ServerState<'_>,
    index: u64,
    entry: &raft_core::Entry,
) -> EntryView {
    EntryView {
        index,
        term: entry.term.0,
        command: printable(asker(&entry.command).1, COMMAND),
        committed: index <= state.commit_index.0,
        applied: index <= state.applied.0,
        synced: index <= state.synced_index.0,
    }
}

fn links(world: &World) -> Vec<LinkView> {
    let ids = || world.servers().iter().map(|server| server.id);
    let pairs =
        ids().flat_map(|from| ids().map(move |to| (from, to))).filter(|(from, to)| from != to);
    pairs.filter_map(|(from, to)| link(world, from, to)).collect()
}

fn link(world: &World, from: ServerId, to: ServerId) -> Option<LinkView> {
    let network = world.network();
    let cut = network.is_cut(from, to);
    let (quality, differs) = network.quality(from, to);
    let leg = quality.request;
    (cut || differs).then_some(LinkView {
        from: from.0,
        to: to.0,
        cut,
        loss: leg.loss,
        latency_min: leg.latency.0,
        latency_max: leg.latency.1,
        duplicate: leg.duplicate,
        reorder: leg.reorder,
    })
}

/// Those lost lately, and those in flight in the order of sending.
fn messages(world: &World) -> Vec<MessageView> {
    let now = world.now();
    let lost = world.network().lost().filter_map(|flight| match flight.fate {
        Fate::Dies { at, .. } if now - at < LOST_SHOWN => {
            let stopped_at = Some(at.0);
            Some(MessageView {
                state: MessageMark::Lost.name(),
                stopped_at,
                ..message_view(flight)
            })
        }
        _ => None,
    });
    let mut views: Vec<MessageView> = lost.collect();
    views.extend(world.network().flights_in_order().map(message_view));
    views
}

/// A message as it is drawn. One that will be lost looks like any other until then.
pub(crate) fn message_view(flight: &Flight) -> MessageView {
    let envelope = &flight.envelope;
    let brief = Brief::of(flight);
    let (state, stopped_at) = match flight.fate {
        Fate::Arrives | Fate::Dies { .. } => (MessageMark::Flying, None),
        Fate::Held(at) => (MessageMark::Held, Some(at)),
    };
    let label = match &envelope.message {
        Message::InstallSnapshot { last_included, .. } => format!("…{}", last_included.index),
        message => message.span().map_or_else(String::new, |span| span.to_string()),
    };
    MessageView {
        id: flight.id,
        from: envelope.from.0,
        to: envelope.to.0,
        term: envelope.term.0,
        rpc: brief.rpc.name(),
        reply: brief.reply.is_some(),
        heartbeat: brief.heartbeat,
        refused: brief.reply == Some(false),
        label,
        state: state.name(),
        sent_at: flight.set_out_at.0,
        arrives_at: flight.arrives_at.0.max(flight.set_out_at.0),
        stopped_at: stopped_at.map(|at: Time| at.0),
        answers: flight.answers,
    }
}
