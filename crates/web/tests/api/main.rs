//! The JSON API, asked as a program asks it. One program, so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../common/mod.rs"]
mod common;

mod caller;
mod description;
mod facts;
mod forms;
mod referrals;
