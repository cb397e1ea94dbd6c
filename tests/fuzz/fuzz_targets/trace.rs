//! Any text is a trace or is refused with its line; what is printed is read back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use raft_run::Trace;

fuzz_target!(|text: &str| {
    if let Ok(trace) = text.parse::<Trace>() {
        let printed = trace.to_string();
        assert_eq!(printed.parse().as_ref(), Ok(&trace), "{printed}");
    }
});
