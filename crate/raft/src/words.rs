//! Reading a sentence back: the opposite of filling in a template.

/// The values that stand in `text` where `template` has names in braces, each with its name; `None` when
/// the text is not of that form. A value ends where the template's next words begin.
///
/// ```
/// use raft_core::words::scan;
///
/// let values = scan("votes for {candidate} in term {term}", "votes for S2 in term 7");
/// assert_eq!(values, Some(vec![("candidate", "S2"), ("term", "7")]));
/// assert_eq!(scan("votes for {candidate}", "leads"), None);
/// ```
pub fn scan<'a>(template: &'a str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let (words, mut rest) = template.split_once('{').unwrap_or((template, ""));
    let mut text = text.strip_prefix(words)?;
    let mut values = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('}')?;
        let (words, next) = after.split_once('{').unwrap_or((after, ""));
        let (value, tail) = if words.is_empty() { (text, "") } else { text.split_once(words)? };
        values.push((name, value));
        (text, rest) = (tail, next);
    }
    text.is_empty().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn only_the_whole_form_fits() {
        assert_eq!(scan("crashes", "crashes"), Some(vec![]));
        assert_eq!(scan("crashes", "crashes twice"), None);
        assert_eq!(scan("{a}-{b}", "1-2-3"), Some(vec![("a", "1"), ("b", "2-3")]));
        assert_eq!(scan("deletes {a} to {b}: gone", "deletes 1 to 2"), None);
    }
}
