//! What a page shows of one question; made in [`super::fields`], placed by `templates/referral/fields.html`.

use heyrick_domain::form::{Draft, Problem, Step};
use heyrick_words::{Locale, Words};
use serde::Serialize;

use super::posted::Sent;

/// Where the facts are recorded that questions are answered from.
#[derive(Debug, Clone, Default)]
pub struct FactPages {
    /// Ages.
    pub age: String,
    /// Consent, support, help, naming.
    pub consent: String,
    /// Files.
    pub files: String,
    /// What each file is and its date, a line each, as the form wants them listed; empty without files.
    pub listed: String,
}

impl FactPages {
    /// The page of a fact.
    pub fn of(&self, fact: &str) -> Option<&str> {
        match fact {
            "age" | "age_at_exploitation" => Some(&self.age),
            "files" => Some(&self.files),
            _ => Some(&self.consent),
        }
    }
}

/// A list somebody searched: which question, which of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The question.
    pub key: String,
    /// The row, from 1.
    pub row: usize,
}

/// What a step's page is made from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The draft, as it is kept.
    pub draft: &'a Draft<'a>,
    /// The step.
    pub step: &'a Step,
    /// One question alone, on a page of its own.
    pub only: Option<&'a str>,
    /// What was sent, in the engine's names, when the page comes back.
    pub sent: Option<&'a Sent>,
    /// Why it came back.
    pub refused: &'a [Problem],
    /// The list that was searched.
    pub search: Option<&'a Search>,
    /// The question that gets one more row.
    pub add: Option<&'a str>,
    /// Where facts are recorded.
    pub facts: &'a FactPages,
    /// Every word.
    pub words: &'a Words,
    /// The reader's language.
    pub locale: Locale,
}

/// One question on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Field {
    /// Its key, which is its name and its id.
    pub key: String,
    /// How it is shown: a kind of the form, or `choose`, `search`, `lines`, `fact`.
    pub kind: &'static str,
    /// Its words.
    pub label: String,
    /// The help under it.
    pub hint: Option<String>,
    /// May be left out for good.
    pub optional: bool,
    /// A narrative, which may be disclosed later.
    pub narrative: bool,
    /// The longest answer that can leave.
    pub max: Option<usize>,
    /// The same as people write it.
    pub limit: String,
    /// What one line or box holds.
    pub value: String,
    /// Lines of a narrative's box.
    pub lines: usize,
    /// The rows of something searched, one or several.
    pub rows: Vec<Row>,
    /// Another row may be added.
    pub more: bool,
    /// The list searched, by name.
    pub list: Option<String>,
    /// Day, month, year.
    pub date: [String; 3],
    /// What may be chosen.
    pub options: Vec<Choice>,
    /// The four kinds of unknown, where they are offered.
    pub unknowns: Vec<Choice>,
    /// One of them is chosen.
    pub is_unknown: bool,
    /// Why it cannot be kept.
    pub error: Option<String>,
    /// Worth a look, or to be settled before hand-over.
    pub notes: Vec<String>,
    /// Holds a text we began.
    pub begun: bool,
    /// Filled from what was known; to be looked at.
    pub to_check: bool,
    /// A Duty to Notify keeps it back, and says this instead.
    pub withheld: Option<String>,
    /// Where the fact is recorded.
    pub href: Option<String>,
    /// Shown although it may not apply: only with scripts could the page know.
    pub perhaps: bool,
}

/// One row of something searched.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Row {
    /// From 1.
    pub number: usize,
    /// Its id.
    pub id: String,
    /// What is typed.
    pub value: String,
    /// Entries of the list to pick from.
    pub matches: Vec<String>,
    /// The list holds nothing like it.
    pub nothing: bool,
}

/// Something to choose, with the questions that depend on it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// Its words.
    pub text: String,
    /// What stands under it.
    pub hint: Option<String>,
    /// Chosen.
    pub checked: bool,
    /// Asked when it is chosen.
    pub fields: Vec<Field>,
}
