//! Printing: nothing is hidden in it, and nobody need read it to the end.
//!
//! A run's text comes from anywhere, and a terminal obeys what it is sent: so every line goes through `visible`. When
//! the reader of a pipe has gone (`| head -1`), the program ends without a word and with the status of one that the
//! system has ended for it, as other programs do.

use raft_run::text::visible;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::exit;

/// The status of a program that a broken pipe has ended, as shells give it: 128 and the number of the signal.
const BROKEN_PIPE: i32 = 128 + 13;

/// Prints a line.
macro_rules! say {
    ($($part:tt)*) => { $crate::out::line(&format!($($part)*)) };
}
pub(crate) use say;

/// Prints a line on standard error.
macro_rules! complain {
    ($($part:tt)*) => { $crate::out::complaint(&format!($($part)*)) };
}
pub(crate) use complain;

pub(crate) fn line(text: &str) {
    write(&format!("{}\n", visible(text)));
}

pub(crate) fn complaint(text: &str) {
    // Nobody is left to be told that nobody reads this.
    let _ = writeln!(io::stderr(), "{}", visible(text));
}

/// Prints a text exactly as it is where it is kept or read on, and with nothing hidden where a person looks at it.
pub(crate) fn exact(text: &str) {
    if io::stdout().is_terminal() { write(&visible(text)) } else { write(text) }
}

fn write(text: &str) {
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        drop(out);
        if error.kind() != ErrorKind::BrokenPipe {
            complaint(&format!("standard output cannot be written: {error}"));
            exit(2);
        }
        exit(BROKEN_PIPE);
    }
}
