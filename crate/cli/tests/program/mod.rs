//! Runs the binary for its tests.

use std::io::Write;
use std::process::{Child, Command, Stdio};

/// An exit status, and the words on both outputs.
pub(crate) type Said = (Option<i32>, String, String);

/// Runs the binary with these arguments and this input.
pub(crate) fn playground<'a>(arguments: impl IntoIterator<Item = &'a str>, input: &str) -> Said {
    ended(start(arguments, Stdio::piped()), input)
}

/// Starts it. It prints to this output, and waits for its input.
pub(crate) fn start<'a>(
    arguments: impl IntoIterator<Item = &'a str>,
    stdout: impl Into<Stdio>,
) -> Child {
    Command::new(env!("CARGO_BIN_EXE_raft-playground"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts")
}

/// Gives it its input, and waits for its end.
pub(crate) fn ended(mut child: Child, input: &str) -> Said {
    // One that has refused its arguments does not read.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("it prints text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}
