//! Questions as data: a form read from a file, the path through it, and what leaves in the end.
//!
//! A form never changes once somebody has used it: a later version is another file with other dates,
//! and an old referral keeps the form it was begun on (house rule 7). Page, API, paper and
//! check-your-answers all walk the same [`Form`].
//!
//! Nothing here knows a word of any language: a question names its words by key.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;

pub mod answer;
pub mod check;
pub mod condition;
pub mod export;
pub mod facts;
pub mod lists;
pub mod path;
pub mod post;
mod proof;
mod read;

pub use answer::{Answer, Answers};
pub use check::{Problem, Severity, Status};
pub use condition::Condition;
pub use export::{Carried, Field, Held};
pub use facts::Facts;
pub use lists::Lists;
pub use path::Draft;
pub use read::FormError;

/// The longest text the Home Office's boxes take, in characters (about 2,400 words).
///
/// Source: the Home Office's prompt sheet, 27 April 2026.
pub const TEXT_MAX: usize = 15_000;

/// A set of questions in force between two dates.
#[derive(Debug, Clone)]
pub struct Form {
    /// What referrals remember it by, such as `nrm-2026-04`.
    pub id: String,
    /// The first part of the names of its words in the catalogues, such as `nrm26`.
    pub words: String,
    /// The first day it may be begun on, Europe/London.
    pub valid_from: Date,
    /// The first day it may no longer be begun on; `None` while it is in force.
    pub valid_until: Option<Date>,
    /// Sections, in the order of the Home Office's form.
    pub sections: Vec<String>,
    /// Tasks, in the order in which we ask.
    pub tasks: Vec<Task>,
    /// Steps, in the order of the Home Office's form.
    pub steps: Vec<Step>,
    /// Questions by key.
    pub questions: BTreeMap<String, Question>,
    /// Keys the Home Office defines but never asks.
    pub disconnected: Vec<String>,
    /// What is written where the Home Office's form has no box for an unknown.
    pub sentences: Sentences,
}

/// A line of the task list: steps we ask together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its name in the catalogues.
    pub id: String,
    /// Its steps, in the order in which we ask.
    pub steps: Vec<String>,
}

/// One page: a page of the Home Office's form, or one of ours.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name in addresses and in the catalogues.
    pub id: String,
    /// The section it stands in.
    pub section: String,
    /// The page of the Home Office's form; `None` for a page of ours.
    pub path: Option<String>,
    /// When we show it.
    pub when: Condition,
    /// When the Home Office's form shows it, where that differs.
    pub path_when: Option<Condition>,
    /// The questions on it, by key.
    pub ask: Vec<String>,
    /// A new age sends the answers of this step and of all after it back to the start.
    pub resets_from_here: bool,
}

/// What kind of answer a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One line.
    Text,
    /// Many lines, with a character count.
    Textarea,
    /// One of a few.
    Radios,
    /// Any of a few.
    Checkboxes,
    /// A single box to tick.
    Tick,
    /// A whole date, in the past.
    Date,
    /// A date of which some parts may be unknown.
    PartialDate,
    /// A telephone number, kept as typed.
    Tel,
    /// An e-mail address.
    Email,
    /// A whole number.
    Number,
    /// One of a reference list.
    Select,
    /// Files attached to the record; the answer is how many.
    Files,
}

impl Kind {
    /// The word of the form's file and of the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Textarea => "textarea",
            Self::Radios => "radios",
            Self::Checkboxes => "checkboxes",
            Self::Tick => "tick",
            Self::Date => "date",
            Self::PartialDate => "partial_date",
            Self::Tel => "tel",
            Self::Email => "email",
            Self::Number => "number",
            Self::Select => "select",
            Self::Files => "files",
        }
    }
}

/// What the Home Office's form receives for an unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carry {
    /// The question offers no unknown: it asks about the first responder, not about the person.
    NotOffered,
    /// A sentence that says which of the four kinds it is.
    Sentence,
    /// One of the options or list entries.
    Option(String),
    /// An optional box is left empty.
    Empty,
    /// The form takes only a real answer: the officer must choose the nearer one before hand-over.
    Choose,
}

/// What a Duty to Notify says in place of the answer, until the author adds their own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Withhold {
    /// The answer leaves: it is one of Schedule 1's data or cannot identify anybody.
    No,
    /// The sentence with the regulation.
    Sentence,
    /// An entry of the list, such as `Unknown`.
    Option(String),
}

/// One question.
#[derive(Debug, Clone)]
pub struct Question {
    /// The Home Office's key, or ours.
    pub key: String,
    /// What kind of answer it takes.
    pub kind: Kind,
    /// Must be answered before hand-over. A draft may be saved without.
    pub required: bool,
    /// The longest answer, in characters.
    pub max: Option<usize>,
    /// The values of radios and checkboxes.
    pub options: Vec<String>,
    /// Each option is a key of the Home Office's form of its own.
    pub options_are_keys: bool,
    /// Each option is a question, and borrows its words.
    pub options_are_questions: bool,
    /// The reference list a select takes its values from.
    pub list: Option<String>,
    /// How many times it may be answered; 1 for most. The Home Office numbers the keys from 1.
    pub repeat: usize,
    /// When it is shown on its page.
    pub when: Condition,
    /// Refuses an address of a web page.
    pub not_url: bool,
    /// Asks for an international telephone number.
    pub international: bool,
    /// Asks for a work address of a first responder organisation.
    pub work_email: bool,
    /// The fact it is answered from; such a question is asked on the page of that fact.
    pub from: Option<String>,
    /// What an unknown becomes.
    pub unknown: Carry,
    /// What a Duty to Notify says instead.
    pub withhold: Withhold,
    /// Kept encrypted under the referral's own key, out of every search.
    pub sealed: bool,
    /// What the answer is filled from when a referral is begun.
    pub fill: Option<String>,
    /// Has words of help under the question.
    pub hint: bool,
    /// When a text is offered in an empty box.
    pub prefill_when: Option<Condition>,
    /// Ours: never part of what the Home Office's form receives.
    pub ours: bool,
}

impl Question {
    /// Says whether this is a narrative: the warning that it may be disclosed later stands beside it.
    pub fn is_narrative(&self) -> bool {
        self.kind == Kind::Textarea
    }

    /// Says whether more than one value may be given.
    pub fn takes_many(&self) -> bool {
        self.kind == Kind::Checkboxes || self.repeat > 1
    }

    /// Says whether the four kinds of unknown are offered.
    pub fn offers_unknown(&self) -> bool {
        self.unknown != Carry::NotOffered
    }

    /// The keys of the Home Office's form this question fills, in order.
    pub fn home_office_keys(&self) -> Vec<String> {
        if self.ours {
            Vec::new()
        } else if self.options_are_keys {
            self.options.clone()
        } else if self.repeat > 1 {
            (1..=self.repeat)
                .map(|n| format!("{}-{n}", self.key))
                .collect()
        } else {
            vec![self.key.clone()]
        }
    }
}

/// Sentences written into the Home Office's form; in English, as that form is.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentences {
    /// Asked; not known.
    pub unknown: String,
    /// Not asked.
    pub not_asked: String,
    /// Asked; would not say.
    pub refused: String,
    /// Asking was not safe.
    pub not_safe_to_ask: String,
    /// A narrative of a Duty to Notify.
    pub withheld: String,
    /// A name or contact box the Home Office's form shows although the adult does not agree to be named.
    pub withheld_name: String,
}

static SHIPPED: LazyLock<Result<Vec<Form>, FormError>> = LazyLock::new(|| {
    [include_str!("../../../../forms/nrm-2026-04.toml")]
        .into_iter()
        .map(read::form)
        .collect()
});

/// Every form this program carries, oldest first.
///
/// # Errors
/// [`FormError`] when a form's file is wrong; the tests read every one.
pub fn shipped() -> Result<&'static [Form], FormError> {
    SHIPPED.as_deref().map_err(Clone::clone)
}

impl Form {
    /// The form a referral was begun on.
    pub fn find(id: &str) -> Option<&'static Self> {
        shipped().ok()?.iter().find(|form| form.id == id)
    }

    /// The form a referral begun on this day takes; civil date, Europe/London.
    pub fn in_force(on: Date) -> Option<&'static Self> {
        shipped()
            .ok()?
            .iter()
            .rfind(|form| form.valid_from <= on && form.valid_until.is_none_or(|until| on < until))
    }

    /// Reads a form from text, for `heyrick forms check` and for tests.
    ///
    /// # Errors
    /// [`FormError`] says in words what is wrong and where.
    pub fn from_toml(text: &str) -> Result<Self, FormError> {
        read::form(text)
    }

    /// A step by its name.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// A question by its key.
    pub fn question(&self, key: &str) -> Option<&Question> {
        self.questions.get(key)
    }

    /// The questions of a step, in order.
    pub fn asked_on<'f>(&'f self, step: &'f Step) -> impl Iterator<Item = &'f Question> {
        step.ask.iter().filter_map(|key| self.questions.get(key))
    }

    /// The line of the task list a step belongs to.
    pub fn task_of(&self, step: &str) -> Option<&Task> {
        self.tasks
            .iter()
            .find(|task| task.steps.iter().any(|id| id == step))
    }

    /// Steps in the order in which we ask.
    pub fn in_our_order(&self) -> impl Iterator<Item = &Step> {
        self.tasks
            .iter()
            .flat_map(|task| task.steps.iter())
            .filter_map(|id| self.step(id))
    }

    /// The keys of the questions a new age sends back to the start, as the Home Office's form does:
    /// everything asked from the consent question on, except facts, which are never overwritten.
    pub fn reset_by_age(&self) -> Vec<&str> {
        let from = self
            .steps
            .iter()
            .position(|step| step.resets_from_here)
            .unwrap_or(self.steps.len());
        let kept: Vec<&String> = self.steps[..from].iter().flat_map(|s| &s.ask).collect();
        let mut keys: Vec<&str> = self.steps[from..]
            .iter()
            .flat_map(|step| &step.ask)
            .filter(|key| !kept.contains(key))
            .map(String::as_str)
            .collect();
        keys.dedup();
        keys
    }

    /// Every key the catalogues must hold for this form, in every language.
    pub fn word_keys(&self) -> Vec<String> {
        let head = &self.words;
        let mut keys: Vec<String> = Vec::new();
        keys.extend(
            self.sections
                .iter()
                .map(|id| format!("{head}-section-{id}")),
        );
        keys.extend(
            self.tasks
                .iter()
                .map(|task| format!("{head}-task-{}", task.id)),
        );
        keys.extend(
            self.steps
                .iter()
                .map(|step| format!("{head}-step-{}", step.id)),
        );
        for question in self.questions.values() {
            keys.push(self.label_key(question));
            keys.extend(self.hint_key(question));
            keys.extend(
                question
                    .options
                    .iter()
                    .map(|o| self.option_key(question, o)),
            );
            if question.prefill_when.is_some() {
                keys.push(format!("{head}-q-{}-prefill", question.key));
            }
        }
        keys.sort();
        keys.dedup();
        keys
    }

    /// The key of a question's words.
    pub fn label_key(&self, question: &Question) -> String {
        format!("{}-q-{}", self.words, question.key)
    }

    /// The key of the help under a question.
    pub fn hint_key(&self, question: &Question) -> Option<String> {
        question
            .hint
            .then(|| format!("{}-q-{}-hint", self.words, question.key))
    }

    /// The key of an option's words. Yes, no and not sure say the same everywhere.
    pub fn option_key(&self, question: &Question, option: &str) -> String {
        match option {
            "yes" | "no" | "not-sure" | "i-dont-know"
                if !OWN_WORDS.contains(&question.key.as_str()) =>
            {
                format!("form-o-{option}")
            }
            other if question.options_are_questions => format!("{}-q-{other}", self.words),
            other if question.options_are_keys => format!("{}-q-{other}", self.words),
            other => format!("{}-q-{}-o-{other}", self.words, question.key),
        }
    }
}

/// Questions whose yes and no need words of their own.
const OWN_WORDS: [&str; 2] = ["pv-want-to-submit-nrm", "pv-phone-number"];
