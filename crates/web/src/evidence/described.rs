//! What somebody says about a piece of evidence, as a form asks it: what it is, from when, where from.

use heyrick_domain::evidence::{Described, EvidenceError};
use heyrick_domain::partial_date::{PartialDate, PartialDateError};
use serde::{Deserialize, Serialize};

use crate::fact::Errors;

/// The fields in the order of the page, as errors name them.
pub(super) const FIELDS: [&str; 7] = [
    "why",
    "reference",
    "what",
    "dated-dated_day",
    "dated-dated_month",
    "dated-dated_year",
    "origin",
];

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    what: String,
    dated_day: String,
    dated_month: String,
    dated_year: String,
    dated_unknown: String,
    origin: String,
}

impl Typed {
    /// What a form holds before anything is changed.
    pub(super) fn of(described: &Described) -> Self {
        let mut typed = Self {
            what: described.what.clone(),
            origin: described.origin.clone(),
            ..Self::default()
        };
        match described.dated {
            Some(dated) => {
                let (year, month, day) = dated.parts();
                let number = |n: Option<i8>| n.map(|n| n.to_string()).unwrap_or_default();
                let about = if dated.is_about() { "~" } else { "" };
                typed.dated_year = format!("{about}{year}");
                typed.dated_month = number(month);
                typed.dated_day = number(day);
            }
            None => typed.dated_unknown = "yes".to_owned(),
        }
        typed
    }

    /// Reads the form. What a date cannot be is said here, and that somebody must say it or that nobody
    /// knows; everything else is the rule's.
    pub(super) fn read(&self, errors: &mut Errors<'_>) -> Described {
        let boxes = [&self.dated_day, &self.dated_month, &self.dated_year];
        let dated = match PartialDate::from_boxes(boxes[0], boxes[1], boxes[2]) {
            Ok(None) if self.dated_unknown.is_empty() => {
                errors.add("evidence-error-dated", "dated-dated_day");
                None
            }
            Ok(dated) => dated,
            Err(error) => {
                let part = match error {
                    PartialDateError::Year => "dated-dated_year",
                    PartialDateError::Month => "dated-dated_month",
                    PartialDateError::Day => "dated-dated_day",
                };
                errors.add("evidence-error-date", part);
                None
            }
        };
        Described {
            what: self.what.clone(),
            dated,
            origin: self.origin.clone(),
        }
    }
}

/// Says what the rule found.
pub(super) fn refused(errors: &mut Errors<'_>, rules: &[EvidenceError]) {
    for rule in rules {
        errors.add(rule.code(), field(*rule));
    }
}

fn field(rule: EvidenceError) -> &'static str {
    match rule {
        EvidenceError::Future => "dated-dated_day",
        other => other.field(),
    }
}
