//! The binary, as its tests run it.

use std::process::{Command, Output};

/// Runs a command of the binary: its exit status, and the words on both outputs.
pub(crate) fn run(command: &str, arguments: &str) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_raft-playground"))
        .arg(command)
        .args(arguments.split_whitespace())
        .output()
        .expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints text");
    (status.code(), text(stdout), text(stderr))
}
