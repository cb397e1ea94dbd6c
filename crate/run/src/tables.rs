//! The tables that the engine and the page share. `examples/tables.rs` prints them as TypeScript, so the page has no list of
//! its own: a value that is added here is a type error there until somebody draws it.

use crate::load::Verdict;
use crate::network::Loss;
use crate::properties::PropertyStatus;
use crate::record::Kind;
use crate::remark;
use crate::state::{RoleName, Status};
use crate::window::{Carried, Mark, Part};
use raft_core::Rpc;

macro_rules! names {
    ($($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident $word:literal),* $(,)? })*) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $($(#[$doc])* $variant),* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
    )*};
}

names! {
    /// Kinds of rows that tell what happened in a stretch of a run.
    #[allow(missing_docs, reason = "named after the variants of `window::Occurrence` and `window::MessageState`")]
    RowKind {
        Sent "sent",
        Arrived "arrived",
        Lost "lost",
        Mark "mark",
        Stands "stands",
        Cuts "cuts",
        Flying "flying",
        Held "held",
        Waiting "waiting",
    }

    /// State of a message that is drawn.
    MessageMark {
        /// On its way.
        Flying "flying",
        /// Stopped on its way by a command.
        Held "held",
        /// It did not arrive.
        Lost "lost",
    }

    /// The timer that runs on a server.
    TimerKind {
        /// The server becomes a candidate when it runs out.
        Election "election",
        /// The leader sends heartbeats when it runs out.
        Heartbeat "heartbeat",
    }

    /// Difference between a server's disk and the disks that the run began with, in words.
    DiskMark {
        /// No difference.
        None "",
        /// Writes take longer.
        Slow "slow disk",
        /// It acknowledges a write before it is flushed.
        Early "disk acknowledges early",
        /// It says at once that a write is durable.
        Lies "disk lies",
    }

    /// Operation of the key/value service.
    OperationName {
        /// Sets a value.
        Put "put",
        /// Appends to a value.
        Append "append",
        /// Reads a value.
        Get "get",
        /// Sets a value if it is the expected one.
        CompareAndSet "cas",
    }

    /// Result of executing a text again.
    VerdictName {
        /// The text has no digests.
        Unchecked "unchecked",
        /// All digests are the same.
        Identical "identical",
        /// It is another run.
        Diverged "diverged",
    }

    /// State of a property at a moment: see [`PropertyStatus`].
    #[allow(missing_docs, reason = "named after the variants of `PropertyStatus`")]
    PropertyState {
        Holds "holds",
        Untried "untried",
        Undecided "undecided",
        Expected "expected",
        Violated "violated",
        Outside "outside",
    }
}

impl Verdict {
    /// Its name.
    pub fn name(&self) -> VerdictName {
        match self {
            Self::Unchecked => VerdictName::Unchecked,
            Self::Identical { .. } => VerdictName::Identical,
            Self::Diverged(_) => VerdictName::Diverged,
        }
    }
}

impl PropertyStatus {
    /// Its name.
    pub fn state(&self) -> PropertyState {
        match self {
            Self::Holds => PropertyState::Holds,
            Self::Untried => PropertyState::Untried,
            Self::Undecided(_) => PropertyState::Undecided,
            Self::Expected(_) => PropertyState::Expected,
            Self::Violated(_) => PropertyState::Violated,
            Self::Outside(_) => PropertyState::Outside,
        }
    }
}

/// One table: the page knows a value by its name, or by its place in the list where rows are numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// Name of the list in TypeScript.
    pub list: &'static str,
    /// Name of the type of its members.
    pub member: &'static str,
    /// One sentence on it.
    pub says: &'static str,
    /// The members, in order.
    pub members: Vec<String>,
}

/// Every table.
pub fn tables() -> Vec<Table> {
    fn of<T: Copy>(
        (list, member): (&'static str, &'static str),
        says: &'static str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Table {
        let members = all.iter().map(|value| name(*value).to_owned()).collect();
        Table { list, member, says, members }
    }
    vec![
        of(("rpcs", "RpcName"), "The RPCs of Figure 2 and Figure 13.", &Rpc::ALL, Rpc::name),
        of(("losses", "Loss"), "Why a message is lost.", &Loss::ALL, Loss::says),
        of(("statuses", "Status"), "Status of a server.", &Status::ALL, Status::name),
        of(("roles", "Role"), "Role of a server.", &RoleName::ALL, RoleName::name),
        of(("journalKinds", "JournalKind"), "Kinds of journal lines.", &Kind::ALL, Kind::name),
        of(("rowKinds", "RowKind"), "Kinds of rows of a stretch.", RowKind::ALL, RowKind::name),
        of(("parts", "Part"), "What a server does in a stretch.", &Part::ALL, Part::name),
        of(("marks", "MarkName"), "Marks in a stretch.", &Mark::ALL, Mark::name),
        of(
            ("loads", "Load"),
            "What a message in a stretch carries.",
            &["nothing", "entries", "snapshot"],
            |name| name,
        ),
        of(
            ("messageMarks", "MessageMark"),
            "State of a message that is drawn.",
            MessageMark::ALL,
            MessageMark::name,
        ),
        of(("timerKinds", "TimerKind"), "Timers.", TimerKind::ALL, TimerKind::name),
        of(("diskMarks", "DiskMark"), "Differences of a disk.", DiskMark::ALL, DiskMark::name),
        of(
            ("operations", "OperationName"),
            "Operations of the service.",
            OperationName::ALL,
            OperationName::name,
        ),
        of(
            ("verdicts", "VerdictName"),
            "Results of executing a text again.",
            VerdictName::ALL,
            VerdictName::name,
        ),
        of(
            ("propertyStates", "PropertyState"),
            "States of a property.",
            PropertyState::ALL,
            PropertyState::name,
        ),
        of(("lanes", "Lane"), "What remarks are about.", remark::Lane::ALL, remark::Lane::name),
        of(
            ("remarkVerdicts", "RemarkVerdict"),
            "How something that is remarked went.",
            remark::Verdict::ALL,
            remark::Verdict::name,
        ),
    ]
}

impl Carried {
    /// Its place in the table `loads`.
    pub fn place(&self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Entries(..) => 1,
            Self::Snapshot(_) => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_a_row_is_the_place_in_its_table() {
        assert!(Loss::ALL.iter().enumerate().all(|(at, loss)| at == *loss as usize));
        assert!(Rpc::ALL.iter().enumerate().all(|(at, rpc)| at == *rpc as usize));
        assert!(RowKind::ALL.iter().enumerate().all(|(at, kind)| at == *kind as usize));
        assert!(Part::ALL.iter().enumerate().all(|(at, part)| at == *part as usize));
        assert!(Mark::ALL.iter().enumerate().all(|(at, mark)| at == *mark as usize));
    }

    #[test]
    fn no_two_members_of_a_table_have_one_name() {
        for Table { list, members, .. } in tables() {
            let mut once = members.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), members.len(), "{list}");
        }
    }

    #[test]
    fn every_loss_is_told() {
        let losses = tables().into_iter().find(|table| table.list == "losses").expect("a table");
        assert_eq!(losses.members.len(), 6);
        assert_eq!(losses.members[Loss::DiskFull as usize], Loss::DiskFull.to_string());
    }
}
