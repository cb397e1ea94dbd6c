//! From a stretch of a run to rows of numbers.

use raft_core::Time;
use raft_run::Run;
use raft_run::window::Reader;
use raft_wasm_view::Rows;

/// The most steps that one answer tells of: some milliseconds.
const MOST: u64 = 5_000;

/// A reader of one branch, and the words of its last answer.
pub(crate) struct Spacetime {
    branch: u64,
    reader: Reader,
    words: String,
}

/// Tells what happened in a branch up to a moment: after the step up to which it was told, or else from a moment on.
pub(crate) fn spacetime(
    kept: &mut Option<Spacetime>,
    (branch, run): (u64, &Run),
    from: Time,
    after: Option<u64>,
    to: Time,
) -> Vec<f64> {
    let goes_on = |it: &Spacetime| it.branch == branch && Some(it.reader.steps()) == after;
    let opens = !kept.as_ref().is_some_and(goes_on);
    if opens {
        *kept = None;
    }
    let it = kept.get_or_insert_with(|| Spacetime {
        branch,
        reader: run.reader(from),
        words: String::new(),
    });
    let mut seen = Vec::new();
    let whole = it.reader.read(run, to, MOST, &mut seen);
    let mut rows = Rows::new((it.reader.now(), it.reader.steps()), !whole, opens);
    for seen in &seen {
        rows.seen(seen);
    }
    for (id, place) in it.reader.under_way() {
        rows.under_way(id, place);
    }
    let (numbers, words) = rows.finish();
    it.words = words;
    numbers
}

impl Spacetime {
    /// The words of the marks of the last answer, one line each, in their order.
    pub(crate) fn words(&self) -> &str {
        &self.words
    }
}
