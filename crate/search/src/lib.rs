//! Runs drawn from seeds, the search for those in which a promise is broken, and their shrinking.

mod case;
mod dice;
mod hint;
mod moves;
mod play;
mod scenes;
pub mod search;
mod settings;
pub mod shrink;
mod simpler;
mod sometimes;
mod storm;
pub mod swarm;

pub use case::{Act, Case};
pub use hint::Hint;
pub use play::{Play, Played, Wanted, play};
pub use sometimes::{Counts, Sometimes};
