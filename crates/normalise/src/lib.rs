//! Names, dates, phones, postcodes and plates: raw text to comparable forms. What was typed is kept
//! elsewhere, as it was typed (house rule 6); nothing here replaces it.

use std::ops::Range;

use regex::Regex;

pub mod date;
pub mod name;
pub mod phone;
pub mod plate;
pub mod postcode;

pub use name::{fold, fold_tokens};

/// Something found in a text: where (bytes, on character boundaries) and its comparable form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// The comparable form.
    pub value: String,
}

/// Compiles a pattern written in this crate.
#[expect(
    clippy::expect_used,
    reason = "the pattern is a literal; every module's tests compile its patterns"
)]
fn pattern(literal: &'static str) -> Regex {
    Regex::new(literal).expect("a pattern of this crate compiles")
}
