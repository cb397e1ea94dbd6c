//! Any text is a link or is refused in words; whatever is put into a link comes out of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use raft_link::{LONGEST_TEXT, decode, encode};

fuzz_target!(|text: &str| {
    if let Err(error) = decode(text) {
        assert!(error.to_string().starts_with("this "));
    }
    // Behind the right beginning, so that the blocks are reached.
    if let Ok(inside) = decode(&format!("r1.{text}")) {
        assert!(inside.len() <= LONGEST_TEXT);
    }
    assert_eq!(decode(&encode(text)).as_deref(), Ok(text));
});
