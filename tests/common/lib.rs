//! What the tests across the crates share: golden scripts and how they are played and printed, observers
//! of safety, and random runs.

pub mod golden;
pub mod link;
pub mod play;
pub mod random;
pub mod safety;
pub mod show;
