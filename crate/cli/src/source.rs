//! Reads a run from a link, a file or standard input.

use raft_link::{LONGEST_TEXT, decode, is_link};
use raft_run::saved::says_nothing;
use std::fs::File;
use std::io::{Read, stdin};

/// Rules of a run's text, for the help of all commands that read one.
pub(crate) const FORMAT: &str = "\
A run's text: settings (`seed 7`), then commands at their moments (`at 2s crash 1`), a line each. `#` at the beginning of a \
line or after white space begins a comment; a value has `\\#` for it. Tabs and carriage returns are white space, a byte order mark \
is passed over, and a line `----` ends the text. A text may hold several branches, each under a line `branch NUMBER NAME`; \
the last of them is the current one.";

/// Returns the text of a run, from an argument of the command line.
///
/// # Errors
///
/// If there is none; the error says why.
pub(crate) fn read(source: &str) -> Result<String, String> {
    if is_link(source) {
        return decode(source).map_err(|error| error.to_string());
    }
    let bytes = if source == "-" {
        all_of(stdin().lock())
    } else {
        File::open(source).and_then(all_of_file)
    };
    let bytes = bytes.map_err(|error| format!("{source} cannot be read: {error}"))?;
    if bytes.len() > LONGEST_TEXT {
        return Err(format!("{source} is longer than {LONGEST_TEXT} bytes, the most that is read"));
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| format!("{source} is no text: {}", error.utf8_error()))?;
    if says_nothing(&text) {
        return Err(format!(
            "{source} is empty: it has no line of a run, such as `seed 7`. Was it saved or downloaded whole?"
        ));
    }
    // A file may hold a link as well.
    if is_link(&text) { decode(&text).map_err(|error| error.to_string()) } else { Ok(text) }
}

/// Explains that there is no branch of this number.
pub(crate) fn no_branch(id: u64, known: impl Iterator<Item = u64>) -> String {
    let known: Vec<String> = known.map(|id| id.to_string()).collect();
    format!("there is no branch {id}: the branches are {}", known.join(", "))
}

fn all_of_file(file: File) -> std::io::Result<Vec<u8>> {
    all_of(file)
}

/// Reads everything, up to one byte more than is allowed.
fn all_of(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LONGEST_TEXT as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
