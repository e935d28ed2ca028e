//! The rules of the work, in the team's words. No I/O, no clock, no randomness: today's date, the
//! present instant and new ids are parameters.

pub mod form;
pub mod id;
pub mod notification;
pub mod review;
pub mod unknown;
pub mod user;
