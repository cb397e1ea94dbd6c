//! A command of the key/value service, read once: the service, the history of clients and the checks share it.
//!
//! `x=1` puts, `x+=1` appends, `x?1=2` compares and sets, `x` gets. The command of a client has its number and
//! that of the operation before it: `c2#17 x=1`.

use bytes::Bytes;
pub use raft_check::Asked;

/// A command of the key/value service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientCommand {
    /// The client that asks, if it is one.
    pub asker: Option<Asker>,
    /// The key.
    pub key: Bytes,
    /// The operation on the key.
    pub asked: Asked,
}

/// A client and one of its operations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asker {
    /// The client's number.
    pub client: u32,
    /// The operation's number.
    pub sequence: u64,
}

impl ClientCommand {
    /// Reads a command. Every text is one: without `=` it gets. The parts share the bytes of the text.
    pub fn read(text: &Bytes) -> Self {
        let (asker, command) = asker(text);
        let part = |part: &[u8]| text.slice_ref(part.trim_ascii());
        let Some(at) = command.iter().position(|&byte| byte == b'=') else {
            return Self { asker, key: part(command), asked: Asked::Get };
        };
        let (key, value) = (&command[..at], part(&command[at + 1..]));
        if let Some(at) = key.iter().position(|&byte| byte == b'?') {
            let expected = part(&key[at + 1..]);
            return Self {
                asker,
                key: part(&key[..at]),
                asked: Asked::CompareAndSet(expected, value),
            };
        }
        match key.strip_suffix(b"+") {
            Some(key) => Self { asker, key: part(key), asked: Asked::Append(value) },
            None => Self { asker, key: part(key), asked: Asked::Put(value) },
        }
    }
}

/// Separates the client's numbers, if a command begins with them, from the rest: `c2#17 x=1`.
pub fn asker(command: &[u8]) -> (Option<Asker>, &[u8]) {
    let asked = || {
        let rest = command.strip_prefix(b"c")?;
        let (client, rest) = digits(rest, 9)?;
        let (sequence, rest) = digits(rest.strip_prefix(b"#")?, 18)?;
        let asker = Asker { client: client as u32, sequence };
        Some((Some(asker), rest.strip_prefix(b" ")?))
    };
    asked().unwrap_or((None, command))
}

/// A number from 1 on at the head of a text, without leading zeros, of at most so many digits.
fn digits(text: &[u8], most: usize) -> Option<(u64, &[u8])> {
    let len = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(len);
    if len == 0 || len > most || digits[0] == b'0' {
        return None;
    }
    let number = digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_read_with_its_asker_its_key_and_its_operation() {
        let bytes = |text: &'static str| Bytes::from_static(text.as_bytes());
        let asker = Some(Asker { client: 2, sequence: 17 });
        for (text, asker, key, asked) in [
            ("x", None, "x", Asked::Get),
            (" x ", None, "x", Asked::Get),
            ("", None, "", Asked::Get),
            ("c2#17 ", asker, "", Asked::Get),
            ("c2#17 x=1", asker, "x", Asked::Put(bytes("1"))),
            ("x = a b ", None, "x", Asked::Put(bytes("a b"))),
            ("x=", None, "x", Asked::Put(bytes(""))),
            ("x += 2", None, "x", Asked::Append(bytes("2"))),
            ("x ? 1 = 2", None, "x", Asked::CompareAndSet(bytes("1"), bytes("2"))),
            ("x?=1", None, "x", Asked::CompareAndSet(bytes(""), bytes("1"))),
            ("x?a?b=c=d", None, "x", Asked::CompareAndSet(bytes("a?b"), bytes("c=d"))),
        ] {
            let expected = ClientCommand { asker, key: bytes(key), asked };
            assert_eq!(ClientCommand::read(&bytes(text)), expected, "{text}");
        }
    }

    #[test]
    fn an_asker_stands_before_the_command() {
        let asked = Some(Asker { client: 2, sequence: 17 });
        assert_eq!(asker(b"c2#17 x=1"), (asked, &b"x=1"[..]));
        assert_eq!(asker(b"c2#17 "), (asked, &b""[..]));
        for other in [
            "",
            "c",
            "c2",
            "c2=1",
            "c2#17",
            "c0#1 x",
            "c2#01 x",
            "c2#x y",
            "C2#17 x",
            "c9999999999#1 x",
        ] {
            assert_eq!(asker(other.as_bytes()), (None, other.as_bytes()), "{other}");
        }
    }
}
