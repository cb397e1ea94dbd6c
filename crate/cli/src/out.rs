//! Prints lines with every hidden character shown, and ends quietly when the reader of a pipe has gone.
//!
//! A run's text may come from anywhere, and a terminal obeys escape sequences, so every line goes through `visible`.
//! The program ends when the reader of its pipe has gone (`| head -1`), without a message, with the status that the
//! system would give it, as other programs do.

use raft_run::text::visible;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::exit;

/// Exit status of a program that a broken pipe has ended: 128 and the number of the signal, as shells give it.
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

/// Prints a text. A terminal shows hidden characters; a file or a pipe gets the text exactly as it is.
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
