//! Lines of a text: comments, values that hold a `#`, and names that were misspelt.
//!
//! One rule holds for settings, commands and all that stands at a moment: a `#` at the beginning of a line or after
//! white space begins a comment. Where a value holds such a `#`, it is written `\#`. Tabs are white space, and so is a
//! carriage return; a byte order mark at the beginning is passed over.
//!
//! Texts are cut with `get`: an index that panics brings the tables of all printable characters with its message, which
//! weigh more than this module.

use std::borrow::Cow;

/// A line that ends a run's text: nothing below it is read.
pub const BAR: &str = "----";

/// A text without a byte order mark at its beginning.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// A text up to the line that is a bar, if there is one.
pub fn above_bar(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if line.trim() == BAR {
            return text.get(..end).unwrap_or(text);
        }
        end += line.len();
    }
    text
}

/// A line without white space around it. A carriage return within it is a blank.
pub fn trimmed(line: &str) -> Cow<'_, str> {
    let line = line.trim();
    if line.contains('\r') { line.replace('\r', " ").into() } else { line.into() }
}

/// A line without its comment.
pub fn without_comment(line: &str) -> &str {
    // Most lines have none, and long runs have a hundred thousand lines.
    if !line.as_bytes().contains(&b'#') {
        return line.trim();
    }
    let mut blank = true;
    for (at, c) in line.char_indices() {
        if c == '#' && blank {
            return line.get(..at).unwrap_or(line).trim();
        }
        blank = c.is_whitespace();
    }
    line.trim()
}

/// A value as a text has it: no `#` in it begins a comment.
pub fn escaped(value: &str) -> Cow<'_, str> {
    if !value.contains('#') {
        return value.into();
    }
    let mut text = String::with_capacity(value.len() + 1);
    let mut blank = true;
    for (at, c) in value.char_indices() {
        if blank && is_escape(value, at) {
            text.push('\\');
        }
        text.push(c);
        blank = c.is_whitespace();
    }
    text.into()
}

/// True where a `#` stands at this place, with or without backslashes before it.
fn is_escape(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.trim_start_matches('\\').starts_with('#'))
}

/// The value that a text has so.
pub fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('#') {
        return text.into();
    }
    let mut value = String::with_capacity(text.len());
    let mut blank = true;
    for (at, c) in text.char_indices() {
        if !(blank && c == '\\' && is_escape(text, at)) {
            value.push(c);
        }
        blank = c.is_whitespace();
    }
    value.into()
}

/// The names that are spelt most like a word, the nearest first: at most so many, and none that is far from it.
pub fn nearest<'a>(
    word: &str,
    names: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    // Our names are ASCII, and the tables of all other letters weigh more than the whole language.
    let word = word.chars().take(64).collect::<String>().to_ascii_lowercase();
    let length = word.chars().count();
    if length < 2 {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> = Vec::new();
    for name in names {
        let steps = strsim::osa_distance(&word, &name.to_ascii_lowercase());
        if steps * 3 <= length.max(3) {
            let place = near.partition_point(|&(other, _)| other <= steps);
            near.insert(place, (steps, name));
        }
    }
    near.into_iter().take(most).map(|(_, name)| name).collect()
}

/// Asks whether one of these names was meant; empty when none is near.
pub fn did_you_mean<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let near = nearest(word, names, 3);
    let names = crate::text::joined(near.iter().map(|name| format!("`{name}`")), " or ");
    if names.is_empty() { names } else { format!(": did you mean {names}?") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_begins_at_the_line_s_beginning_or_after_white_space() {
        for (line, without) in [
            ("# all", ""),
            ("#all", ""),
            ("crash 1 # first", "crash 1"),
            ("crash 1\t#first", "crash 1"),
            ("start 1 a#b", "start 1 a#b"),
            ("start 1 a#", "start 1 a#"),
            ("start 1 a \\# b # c", "start 1 a \\# b"),
        ] {
            assert_eq!(without_comment(line), without);
        }
    }

    #[test]
    fn every_value_can_be_written_and_comes_back() {
        // All texts of up to six of these signs.
        let signs = ['#', '\\', ' ', 'a', '\t'];
        let mut values = vec![String::new()];
        for _ in 0..6 {
            let longer = values
                .iter()
                .flat_map(|value| signs.iter().map(move |sign| format!("{value}{sign}")));
            values = longer.chain(values.clone()).collect();
            values.sort();
            values.dedup();
        }
        assert!(values.len() > 15_000);
        for value in values {
            let text = escaped(&value);
            assert_eq!(unescaped(&text), value);
            assert_eq!(without_comment(&text), text.trim(), "{value}");
        }
    }

    #[test]
    fn nothing_below_a_bar_is_read() {
        assert_eq!(above_bar("seed 1\r\n----\r\n 1s S1 leads\n"), "seed 1\r\n");
        assert_eq!(above_bar("seed 1\n-----\n"), "seed 1\n-----\n");
        assert_eq!(above_bar("----"), "");
    }

    #[test]
    fn what_is_near_is_found_and_nothing_else() {
        let names = ["crash", "corrupt", "cut", "clock"];
        assert_eq!(nearest("crsh", names, 3), ["crash"]);
        assert_eq!(nearest("CRASH", names, 3), ["crash"]);
        assert_eq!(nearest("ctu", names, 3), ["cut"]);
        assert!(nearest("explode", names, 3).is_empty() && nearest("c", names, 3).is_empty());
        assert_eq!(did_you_mean("clokc", names), ": did you mean `clock`?");
        assert_eq!(did_you_mean("explode", names), "");
    }
}
