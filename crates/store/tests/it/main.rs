//! The store from outside, on both engines. One program, so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod answers;
mod bucket;
mod coach;
mod common;
mod copy;
mod episode;
mod evidence;
mod evidence_care;
mod facts;
mod family;
mod family_beyond;
mod first_account;
mod idempotency;
mod journal;
mod keys;
mod leases;
mod leaving;
mod people;
mod person;
mod policy;
mod reading;
mod referral;
mod referral_list;
mod sending;
mod sight;
mod signing_in;
mod statements;
mod tampering;
mod task;
mod task_work;
mod who;
