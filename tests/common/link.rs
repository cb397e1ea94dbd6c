//! A failing run as a link: who reads the message can open the run in the page, where it fails.

use raft_core::Time;
use raft_run::Trace;
use raft_run::trace::{Item, Line, Show};

/// The end of the playground's address that shows a run at a moment.
pub fn link(mut trace: Trace, at: Time) -> String {
    let ends = trace.lines.iter().any(|line| line.item == Item::End);
    if !ends {
        let end = trace.lines.last().map_or(at, |line| line.at.max(at));
        trace.lines.push(Line { at: end, after: None, item: Item::End });
    }
    trace.show = Some(Show { at, after: None, server: None });
    format!("in the page: #{}", raft_link::encode(&trace.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_run::saved::restore;

    #[test]
    fn it_opens_where_it_fails() {
        let trace: Trace = "seed 3\nat 1s start leader x=1\n".parse().expect("a trace");
        let message = link(trace, Time(2_345_678));
        let (_, fragment) = message.split_once(": ").expect("words and a link");
        let text = raft_link::decode(fragment).expect("a link");
        let run = restore(&text).expect("a run").branches;
        assert_eq!(run.run().world().now(), Time(2_345_678));
        assert_eq!(run.run().lines().len(), 1);
    }
}
