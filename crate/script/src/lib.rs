//! The words of settings and commands: text in, text out. Whatever is printed is read back the same.
//!
//! A text that is not understood is an [`Invalid`](text::Invalid), which says what was found and what would be right.
//!
//! ```
//! use raft_script::command::Command;
//!
//! let command: Command = "link 1 > 2 loss=30%".parse().unwrap();
//! assert_eq!(command.to_string(), "link 1 > 2 loss=30%");
//! assert_eq!(
//!     "crash three".parse::<Command>().unwrap_err().to_string(),
//!     "`three` is not a server's number from 1 to 101",
//! );
//! ```

pub mod bugs;
pub mod clients;
pub mod command;
pub mod config;
pub mod crash;
mod help;
pub mod line;
pub mod quality;
pub mod text;
