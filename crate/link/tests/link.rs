//! A link gives back the text that it was made of, or says what is wrong with it.

use proptest::prelude::*;
use raft_link::{Broken, LONGEST_LINK, LONGEST_TEXT, decode, encode, is_link};
use std::fmt::Write;

/// A session of 50 actions, like a user's.
fn session() -> String {
    let mut text = "raft-playground 1\nengine 0.1.0 671a9e47\nseed 1480207712\nservers 5\nnetwork wan\nheartbeat 100ms\n\
        election 300ms..600ms\nbatch 64KiB\ndisk 1ms..3ms\nautosnapshot 0\n"
        .to_owned();
    let actions = [
        "crash 3",
        "start leader x=41",
        "restart 3",
        "cut 1 > 4",
        "drop 718",
        "heal",
        "isolate 2",
        "start 5 y+=abc",
    ];
    let mut at = 400_113;
    for n in 0..50_u64 {
        at += 187_321 + n * 7_919 % 400_000;
        let action = actions[(n * 5 % 8) as usize];
        writeln!(text, "at {}.{:06}s {action}", at / 1_000_000, at % 1_000_000).expect("it grows");
    }
    text + "at 19.200431s after 4811 digest 00f3a5907bc1d2e4\nat 19.200431s end\n"
}

#[test]
fn fifty_actions_fit_into_fifteen_hundred_characters() {
    let link = encode(&session());
    assert!(link.len() < 1_500, "{} characters", link.len());
    assert_eq!(decode(&link), Ok(session()));
    assert!(link.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)));
}

#[test]
fn an_address_and_white_space_do_not_matter() {
    let link = encode("seed 7\n");
    let (a, b) = link.split_at(9);
    for around in [
        format!("https://example.org/raft/#{link}"),
        format!("  #{link}\n"),
        format!("{a}\r\n {b}"),
    ] {
        assert_eq!(decode(&around).as_deref(), Ok("seed 7\n"), "{around}");
    }
}

#[test]
fn damage_is_found_and_placed() {
    let link = encode(&session());
    for at in (3..link.len()).step_by(17) {
        let mut letters = link.clone().into_bytes();
        letters[at] = if letters[at] == b'A' { b'B' } else { b'A' };
        let damaged = String::from_utf8(letters).expect("ASCII");
        let Err(Broken::Damaged(from, to)) = decode(&damaged) else { panic!("character {at}") };
        assert!((from..=to).contains(&(at + 1)) && to - from < 64, "{at}: {from} to {to}");
    }
}

#[test]
fn a_link_that_is_cut_off_says_so() {
    let link = encode(&session());
    for len in 4..link.len() {
        match decode(&link[..len]) {
            Err(Broken::Damaged(_, to)) => assert_eq!(to, len),
            Err(Broken::CutOff(at)) => assert_eq!(at, len),
            other => panic!("{len} characters of {}: {other:?}", link.len()),
        }
    }
    assert_eq!(decode("r1."), Err(Broken::CutOff(3)));
}

#[test]
fn blocks_in_another_order_are_damage() {
    let link = encode(&session());
    let swapped = [&link[..3], &link[67..131], &link[3..67], &link[131..]].concat();
    assert_eq!(decode(&swapped), Err(Broken::Damaged(4, 67)));
}

#[test]
fn other_texts_are_not_taken_for_links() {
    for text in
        ["", "#", "seed 7", "raft-playground 1\nat 1s end", "https://example.org/#about", "r.1"]
    {
        assert!(!is_link(text), "{text}");
        assert_eq!(decode(text), Err(Broken::Other), "{text}");
    }
    assert_eq!(decode("#r2.AAAA"), Err(Broken::Version("r2".into())));
}

#[test]
fn what_is_too_long_is_refused_before_it_is_unpacked() {
    assert_eq!(decode(&format!("r1.{}", "A".repeat(LONGEST_LINK))), Err(Broken::TooLong));
    let bomb = encode(&"a".repeat(LONGEST_TEXT + 1));
    assert!(bomb.len() < 20_000);
    assert_eq!(decode(&bomb), Err(Broken::TooMuch));
    let full = "a".repeat(LONGEST_TEXT);
    assert_eq!(decode(&encode(&full)), Ok(full));
}

proptest! {
    #[test]
    fn any_text_comes_back(text in "\\PC{0,300}") {
        prop_assert_eq!(decode(&encode(&text)), Ok(text));
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,80}", letters in "r1\\.[A-Za-z0-9_-]{0,300}") {
        for text in [text, letters] {
            if let Err(error) = decode(&text) {
                prop_assert!(error.to_string().starts_with("this "), "{}", error);
            }
        }
    }
}
