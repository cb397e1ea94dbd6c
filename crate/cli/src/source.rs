//! Where a run comes from: a link, a file, or standard input.

use raft_link::{LONGEST_TEXT, decode, is_link};
use std::fs::File;
use std::io::{Read, stdin};

/// The text of a run, from what was given on the command line.
///
/// # Errors
/// Why there is none, in words.
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
    // A file may hold a link as well.
    if is_link(&text) { decode(&text).map_err(|error| error.to_string()) } else { Ok(text) }
}

fn all_of_file(file: File) -> std::io::Result<Vec<u8>> {
    all_of(file)
}

/// Everything, but not much more than is allowed.
fn all_of(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LONGEST_TEXT as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
