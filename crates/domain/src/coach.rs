//! The quality coach: what somebody who decides would still ask of a referral, where, and what to add.
//!
//! Advice, never a block, a mark or a number, and never about whether anybody is believed. It reads what
//! the officer wrote and sends them to their own records; nobody is asked again because of it. Each rule
//! looks for words and dates anybody can point at ([`text`]), in English; a narrative in another language
//! gets no advice about its words.
//!
//! Sources: First Responder Toolkit (England and Wales), April 2026, chapter 3 "Referral Quality".

use jiff::civil::Date;

use crate::form::{Answer, Draft};

mod account;
mod around;
mod observed;
pub mod prints;
pub mod text;

/// Longest reason why advice is not needed, in characters.
pub const WHY_MAX: usize = 500;
/// Longest piece of the officer's words shown with advice, in characters.
const QUOTE_MAX: usize = 80;

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal),* $(,)?) => {
        /// What the advice is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[$doc])* $name),* }

        impl Rule {
            /// All of them, in the order in which they are shown.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word of the store, the API and the addresses.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The key of the sentence that says what is meant.
            pub const fn what(self) -> &'static str {
                match self { $(Self::$name => concat!("coach-what-", $code)),* }
            }

            /// The key of the sentence that says what to add.
            pub const fn add(self) -> &'static str {
                match self { $(Self::$name => concat!("coach-add-", $code)),* }
            }
        }
    };
}

rules! {
    /// Events with no date, year, season or age.
    NoDates = "no-dates",
    /// More than a year between two dated events, and nothing in between.
    DateGap = "date-gap",
    /// A later date written before an earlier one.
    OutOfOrder = "out-of-order",
    /// Indicators are said to be absent: what then led to the referral?
    NoIndicators = "no-indicators",
    /// Indicators without what was seen or heard.
    IndicatorNotSeen = "indicator-not-seen",
    /// Indicators without who noticed them.
    IndicatorNobody = "indicator-nobody",
    /// Indicators without when they were noticed.
    IndicatorNoTime = "indicator-no-time",
    /// How somebody looked, without who saw it and when.
    LookedHow = "looked-how",
    /// A long time until it was told, and not what stood in the way.
    DelayNotExplained = "delay-not-explained",
    /// Two accounts that differ, without where each stands and what may explain it.
    DifferenceNotExplained = "difference-not-explained",
    /// An opinion, and no ground for it beside it.
    OpinionWithoutGround = "opinion-without-ground",
    /// A conclusion about who is to be believed: that is not the first responder's to decide.
    Conclusion = "conclusion",
    /// Referred because somebody said so, with no reason of one's own.
    NoOwnReason = "no-own-reason",
    /// A narrative of a few words.
    TooBrief = "too-brief",
    /// Nothing about how the talk went: where, who was there, interpreter, breaks.
    NoConditions = "no-conditions",
    /// Not known, and not why.
    NotKnownWithoutWhy = "not-known-without-why",
    /// Nobody to ask when the first responder is away.
    NoSecondContact = "no-second-contact",
    /// A piece of evidence without its date.
    EvidenceUndated = "evidence-undated",
    /// Words that also stand in another referral.
    ReusedText = "reused-text",
}

impl Rule {
    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.code() == code)
    }
}

/// One piece of advice: where, what, what to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What it is about.
    pub rule: Rule,
    /// The step to go to.
    pub step: String,
    /// The question it is about.
    pub key: String,
    /// The officer's own words that are meant, cut short.
    pub quote: Option<String>,
    /// Two dates that are meant, as far as they were written: `2024-06` or `2024-06-03`.
    pub between: Option<(String, String)>,
    /// The questions it rests on: once one of their answers changes, a dismissal no longer holds.
    pub rests_on: Vec<String>,
}

impl Advice {
    fn new(rule: Rule, key: &str) -> Self {
        Self {
            rule,
            step: String::new(),
            key: key.to_owned(),
            quote: None,
            between: None,
            rests_on: vec![key.to_owned()],
        }
    }

    fn quoting(mut self, words: &str) -> Self {
        let words = words.trim();
        let mut short: String = words.chars().take(QUOTE_MAX).collect();
        if short.len() < words.len() {
            short.push('…');
        }
        self.quote = Some(short);
        self
    }

    fn between(mut self, from: String, to: String) -> Self {
        self.between = Some((from, to));
        self
    }

    fn also_on(mut self, keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        for key in keys {
            let key = key.into();
            if !self.rests_on.contains(&key) {
                self.rests_on.push(key);
            }
        }
        self
    }
}

/// Words that also stand in another referral, as advice about the question they stand in. `None` when the
/// draft does not ask it.
pub fn reused(draft: &Draft<'_>, key: &str) -> Option<Advice> {
    placed(draft, Advice::new(Rule::ReusedText, key))
}

/// Everything the coach has to say of a draft, in the order in which we ask; `evidence`: the date of each
/// file attached, `None` for one without. Only questions that are asked are looked at.
pub fn advice(draft: &Draft<'_>, evidence: &[Option<Date>]) -> Vec<Advice> {
    let page = Page { draft };
    let mut all = account::advice(page);
    all.extend(observed::advice(page));
    all.extend(around::advice(page, evidence));
    let mut all: Vec<Advice> = all
        .into_iter()
        .filter_map(|one| placed(draft, one))
        .collect();
    let order: Vec<&str> = draft
        .form
        .in_our_order()
        .flat_map(|step| step.ask.iter().map(String::as_str))
        .collect();
    let place = |key: &str| order.iter().position(|one| *one == key);
    all.sort_by_key(|one| (place(&one.key).unwrap_or(order.len()), one.rule));
    all
}

/// The advice with the step that asks its question; `None` when no step does as things stand.
fn placed(draft: &Draft<'_>, mut advice: Advice) -> Option<Advice> {
    let steps = draft.steps_in_our_order();
    let step = steps.into_iter().find(|step| {
        draft
            .questions(step)
            .any(|question| question.key == advice.key)
    })?;
    advice.step.clone_from(&step.id);
    Some(advice)
}

/// The draft as the rules read it.
#[derive(Clone, Copy)]
struct Page<'a> {
    draft: &'a Draft<'a>,
}

impl Page<'_> {
    /// The answer of a question that is asked.
    fn answer(self, key: &str) -> Option<Answer> {
        self.draft
            .asks(key)
            .then(|| self.draft.answer_of(key))
            .flatten()
    }

    /// The words of a question that is asked and answered in words; empty ones are none.
    fn words(self, key: &str) -> Option<String> {
        let answer = self.answer(key)?;
        let text = answer.as_text()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn says(self, key: &str, value: &str) -> bool {
        self.words(key).is_some_and(|said| said == value)
    }
}

/// Why advice cannot be set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetAsideError {
    /// No reason was given.
    #[error("say why it is not needed here")]
    NoReason,
    /// More than [`WHY_MAX`] characters.
    #[error("say why in fewer words")]
    TooLong,
}

impl SetAsideError {
    /// The key of the sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoReason => "coach-error-why",
            Self::TooLong => "coach-error-why-long",
        }
    }
}

/// The reason why advice is not needed here, without white space around it.
///
/// # Errors
/// [`SetAsideError`] says what is wrong with it.
pub fn set_aside(why: &str) -> Result<&str, SetAsideError> {
    let why = why.trim();
    match why.chars().count() {
        0 => Err(SetAsideError::NoReason),
        count if count > WHY_MAX => Err(SetAsideError::TooLong),
        _ => Ok(why),
    }
}

#[cfg(test)]
mod tests;
