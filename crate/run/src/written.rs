//! A run is written down: its settings, what was done to it, and digests on the way.

use crate::engine;
use crate::keyframes::Keyframe;
use crate::run::Run;
use crate::trace::{Item, Line, Show, Trace};
use raft_core::ServerId;
use std::fmt;

impl Run {
    /// The whole run as text says it, with at most so many fingerprints on the way.
    pub fn trace(&self, digests: usize) -> Trace {
        let end = self.end();
        let mut lines = Vec::new();
        let mut commands = self.lines().iter();
        let stride = self.keyframes.len().div_ceil(digests.max(1)).max(1);
        let before_end = |frame: &&Keyframe| frame.world.events() < end.events();
        let frames = self.keyframes.iter().filter(before_end);
        for frame in frames.step_by(stride).skip(1).take(digests) {
            let taken = self.lines().len() - commands.len();
            lines.extend(commands.by_ref().take(frame.commands - taken).cloned());
            // A copy is as good as any that was taken before the next event.
            let at = frame.world.happened();
            lines.push(Line { at, ..Line::digest(&frame.world) });
        }
        lines.extend(commands.cloned());
        lines.push(Line::digest(end));
        lines.push(Line::here(end, Item::End));
        Trace {
            engine: Some(engine::fingerprint().to_owned()),
            name: self.name.clone(),
            config: self.world().config().clone(),
            lines,
            remarks: self.remarks.clone(),
            show: None,
        }
    }

    /// The same for sending: with where the run stands, a server to look at there, and few fingerprints,
    /// which do not compress.
    pub fn trace_from_here(&self, server: Option<ServerId>) -> Trace {
        let Line { at, after, .. } = Line::here(self.world(), Item::End);
        Trace { show: Some(Show { at, after, server }), ..self.trace(DIGESTS_SENT) }
    }
}

/// Number of digests in a run's text, and in a text that must be short.
const DIGESTS: usize = 16;
const DIGESTS_SENT: usize = 3;

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.trace(DIGESTS).fmt(f)
    }
}
