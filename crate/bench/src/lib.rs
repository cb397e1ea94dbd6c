//! Work for measuring the engine, beside others. `benches` and `src/bin` have the measurements, and `docs/speed.md`
//! explains the figures.
//!
//! | module | the work |
//! |---|---|
//! | [`core`] | a cluster of bare cores joined by queues in memory: ours, and the crate `raft` |
//! | [`world`] | whole simulated runs, idle and under load |
//! | [`growth`] | the same work in ever larger worlds |

pub mod core;
pub mod growth;
pub mod world;
