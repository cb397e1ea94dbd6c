//! A run's text as a link, and back.
//!
//! A link is the part after `#` of the playground's address: `r1.` and the text, compressed, as letters,
//! digits, `-` and `_`. Every 64 of them carry a checksum of their own, so that a damaged link says where.
//!
//! ```
//! let text = "seed 7\nservers 3\nat 2s crash leader\nat 3s end\n";
//! let link = raft_link::encode(text);
//! assert_eq!(raft_link::decode(&format!("https://example.org/#{link}")).unwrap(), text);
//! ```
//!
//! # Layout
//!
//! | part | bytes | holds |
//! |---|---|---|
//! | block | at most 46 | its share of what is below |
//! | | 2 | CRC-16 of the block's number (4 bytes) and its share, big-endian |
//! | all shares | 4 | CRC-32 of the text, big-endian |
//! | | the rest | the text, raw DEFLATE (RFC 1951) |

#![forbid(unsafe_code)]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crc::{CRC_16_IBM_SDLC, CRC_32_ISO_HDLC, Crc, NoTable};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use std::fmt;

/// Version of the format, with which every link begins.
const PREFIX: &str = "r1.";

/// Maximum number of characters of a link.
pub const LONGEST_LINK: usize = 1 << 20;

/// Maximum number of bytes of text in a link.
pub const LONGEST_TEXT: usize = 4 << 20;

/// Bytes of a block without its checksum.
const SHARE: usize = 46;

/// Characters of a whole block.
const CHARACTERS: usize = 64;

/// Effort of the compressor: the highest.
const EFFORT: u8 = 10;

static BLOCK: Crc<u16, NoTable> = Crc::<u16, NoTable>::new(&CRC_16_IBM_SDLC);
static TEXT: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// Reason why a link cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Broken {
    /// The text is no link of the playground.
    Other,
    /// The link has an unknown version.
    Version(String),
    /// The link is longer than [`LONGEST_LINK`].
    TooLong,
    /// The characters between these two, counted from 1, were changed.
    Damaged(usize, usize),
    /// The link is cut off after this character.
    CutOff(usize),
    /// The text in the link is longer than [`LONGEST_TEXT`].
    TooMuch,
    /// The checksum of the whole text does not fit.
    Text,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other => {
                write!(f, "this is not a link to a run: one begins with `{PREFIX}` after `#`")
            }
            Self::Version(version) => write!(
                f,
                "this link is of version `{version}`, which is not known here: this playground reads `r1`. A newer one may open it"
            ),
            Self::TooLong => write!(
                f,
                "this link is longer than {LONGEST_LINK} characters, the most that is read"
            ),
            Self::Damaged(from, to) => {
                write!(
                    f,
                    "this link is incomplete or was changed (characters {from} to {to}): copy the whole link again"
                )
            }
            Self::CutOff(at) => {
                write!(
                    f,
                    "this link ends too early (after character {at}): copy the whole link again"
                )
            }
            Self::TooMuch => write!(
                f,
                "this link holds more than {LONGEST_TEXT} bytes of text, the most that is read"
            ),
            Self::Text => f.write_str("this link was changed: its text does not fit its checksum"),
        }
    }
}

impl std::error::Error for Broken {}

/// Returns the link of a text.
pub fn encode(text: &str) -> String {
    let mut shares = TEXT.checksum(text.as_bytes()).to_be_bytes().to_vec();
    shares.extend(compress_to_vec(text.as_bytes(), EFFORT));
    let mut link = PREFIX.to_owned();
    for (number, share) in (0..).zip(shares.chunks(SHARE)) {
        let block = [share, &checksum(number, share).to_be_bytes()].concat();
        URL_SAFE_NO_PAD.encode_string(block, &mut link);
    }
    link
}

fn checksum(number: u32, share: &[u8]) -> u16 {
    let mut digest = BLOCK.digest();
    digest.update(&number.to_be_bytes());
    digest.update(share);
    digest.finalize()
}

/// True if a text looks like a link, whole or damaged, or like an address with a link in it.
pub fn is_link(text: &str) -> bool {
    let text = text.trim();
    let fragment = text.rsplit_once('#').map_or(text, |(_, fragment)| fragment);
    let version = fragment.strip_prefix('r').and_then(|rest| rest.split_once('.'));
    let digits = |version: &str| !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
    version.is_some_and(|(version, _)| digits(version))
}

/// Returns the text of a link. White space, and everything before `#`, is ignored.
///
/// # Errors
///
/// If the text is no link, or the link was changed; the error says where.
pub fn decode(link: &str) -> Result<String, Broken> {
    if link.len() > LONGEST_LINK {
        return Err(Broken::TooLong);
    }
    if !is_link(link) {
        return Err(Broken::Other);
    }
    let fragment = link.rsplit_once('#').map_or(link, |(_, fragment)| fragment);
    let letters: Vec<u8> = fragment.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let Some(body) = letters.strip_prefix(PREFIX.as_bytes()) else {
        let version = fragment.trim().split('.').next().unwrap_or_default();
        return Err(Broken::Version(version.chars().take(10).collect()));
    };
    let mut shares = Vec::with_capacity(body.len() * 3 / 4);
    for (number, characters) in (0..).zip(body.chunks(CHARACTERS)) {
        let from = PREFIX.len() + number as usize * CHARACTERS + 1;
        let damaged = || Broken::Damaged(from, from + characters.len() - 1);
        let block = URL_SAFE_NO_PAD.decode(characters).map_err(|_| damaged())?;
        let Some((share, sum)) = block.split_last_chunk::<2>() else { return Err(damaged()) };
        if *sum != checksum(number, share).to_be_bytes() {
            return Err(damaged());
        }
        shares.extend_from_slice(share);
    }
    let cut_off = || Broken::CutOff(letters.len());
    let (sum, compressed) = shares.split_first_chunk::<4>().ok_or_else(cut_off)?;
    let text =
        decompress_to_vec_with_limit(compressed, LONGEST_TEXT).map_err(|error| {
            match error.status {
                TINFLStatus::HasMoreOutput => Broken::TooMuch,
                TINFLStatus::NeedsMoreInput | TINFLStatus::FailedCannotMakeProgress => cut_off(),
                _ => Broken::Text,
            }
        })?;
    if *sum != TEXT.checksum(&text).to_be_bytes() {
        return Err(Broken::Text);
    }
    String::from_utf8(text).map_err(|_| Broken::Text)
}
