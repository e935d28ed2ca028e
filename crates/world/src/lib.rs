//! The invented, seeded world that the demo, benches and tests load, and the world files an operator
//! writes. Everything goes through the store's public functions, so that the journal is true.

pub mod base;
pub mod build;
mod cast;
mod desk;
mod exhibit;
pub mod file;
pub mod invent;
mod many;
mod play;
pub mod random;
mod scenes;
mod script;
mod tale;
mod talk;
