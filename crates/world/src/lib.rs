//! The invented, seeded world that the demo, benches and tests load, and the world files an operator
//! writes. Everything goes through the store's public functions, so that the journal is true.

pub mod base;
#[allow(dead_code, reason = "scenes use it")]
pub mod build;
pub mod file;
pub mod invent;
pub mod random;
#[allow(clippy::unnecessary_min_or_max, reason = "no people are made yet")]
mod scenes;
