//! What leaves as paper: PDF/UA-1 through Typst, tagged, titled, in the reader's language, with who
//! printed it on every page (ADR 13). The only crate that knows Typst.

mod glyphs;
mod press;
mod world;

use serde::Serialize;

pub use press::{Press, Printed};

/// One document, with every word already in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The document's title; never a person's name.
    pub title: String,
    /// `en` or `cy`.
    pub lang: String,
    /// What people call the record, such as `R-7K4M-2Q`; on every page.
    pub reference: String,
    /// The handling line, such as `OFFICIAL-SENSITIVE`; on every page.
    pub handling: String,
    /// Who printed it and when; on every page, behind the text and under it.
    pub watermark: String,
    /// What stands before the first section.
    pub notes: Vec<String>,
    /// The answers, in the order they are printed.
    pub sections: Vec<Section>,
    /// The few words the page itself needs.
    pub labels: Labels,
    /// A sheet to be written on: nothing stands behind the text.
    pub blank: bool,
}

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// Questions with their answers.
    pub rows: Vec<Row>,
}

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The question as the reader knows it.
    pub question: String,
    /// The answer; line breaks are kept.
    pub answer: String,
    /// Ruled lines under it, to write on.
    pub lines: usize,
}

/// The few words the page itself needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// "Page" of "Page 1 of 3".
    pub page: String,
    /// "of" of "Page 1 of 3".
    pub of: String,
    /// The note printed where a character had no glyph; the characters follow it.
    pub unprintable: String,
}

/// Why nothing could be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The program was built without fonts.
    #[error("there are no fonts for paper: run `cargo xtask setup --demo` and build again")]
    NoFonts,
    /// The template is at fault; says nothing of what was to be printed.
    #[error("the paper could not be set")]
    Template,
}
