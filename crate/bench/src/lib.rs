//! What the engine costs, beside others: the work that is measured. Who measures it stands in `benches` and
//! `src/bin`; `docs/speed.md` says what the figures mean.
//!
//! | module | the work |
//! |---|---|
//! | [`core`] | a cluster of bare cores joined by queues in memory: ours, and the crate `raft` |
//! | [`world`] | whole simulated runs, idle and under load |
//! | [`growth`] | the same work in ever larger worlds |

pub mod core;
pub mod growth;
pub mod world;
