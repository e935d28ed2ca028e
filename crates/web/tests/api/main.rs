//! The JSON API, asked as a program asks it. One program, so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../common/mod.rs"]
mod common;

mod advice;
mod after;
mod caller;
mod description;
mod evidence;
mod facts;
mod family_of_four;
mod first_accounts;
mod forms;
mod referrals;
mod replay;
mod sc_01_adult_refuses;
mod sc_02_child_on_a_line;
mod sc_04_age_dispute;
mod scenario;
