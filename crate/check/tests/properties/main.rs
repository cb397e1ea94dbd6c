//! Each property is violated where a mistake is told, and holds where the same is told without it.

mod disks;
mod found;
mod logs;
mod service;
mod told;
mod votes;
