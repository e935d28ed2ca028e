//! Reads what was posted for a step, by a page or through the API.
//!
//! What was said is evidence: text is kept as typed, line ends apart; it is tidied only on the way out
//! (house rule 6). A missing answer is never refused here; only what could not be kept at all is.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use super::answer::Answer;
use super::check::{Problem, Severity};
use super::{Form, Kind, Lists, Question, Step};
use crate::unknown::Unknown;

/// The end of the name of the field that says which unknown it is.
pub const UNKNOWN_FIELD: &str = "--unknown";

/// The longest text we keep. Longer than the Home Office's limit, so that nothing typed is lost while
/// it is being cut down.
const KEEP_MAX: usize = 60_000;

/// What was read: the answers of the step (`None`: cleared) and what could not be kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posting {
    /// By key; a key that is not here is left as it is.
    pub answers: BTreeMap<String, Option<Answer>>,
    /// Why the step cannot be saved; empty when it can.
    pub refused: Vec<Problem>,
}

/// A field the step does not have, or a value no question takes; through the API only.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// No such question on this step.
    #[error("this step has no answer of that name")]
    NoSuchAnswer {
        /// The name that was posted.
        name: String,
    },
    /// The question is answered from a recorded fact.
    #[error("this is answered by a recorded fact and cannot be set here")]
    IsAFact {
        /// The key.
        name: String,
    },
    /// Not a text, a list of texts, an unknown or null.
    #[error("an answer is a text, a list of texts, an unknown or null")]
    WrongType {
        /// The key.
        name: String,
    },
}

/// Reads the fields of a page. Every question of the step is on the page, so an absent field is a
/// cleared answer.
pub fn from_page(
    form: &Form,
    step: &Step,
    fields: &[(String, String)],
    lists: &Lists,
    today: Date,
) -> Posting {
    let mut posting = Posting::default();
    for question in form.asked_on(step).filter(|q| is_asked_here(q)) {
        let read = read_fields(question, fields);
        keep(&mut posting, question, read, lists, today);
    }
    posting
}

/// Reads a JSON object of answers. An absent key is left as it is, `null` clears it.
///
/// # Errors
/// [`PostError`] names the first field that is not this step's.
pub fn from_json(
    form: &Form,
    step: &Step,
    body: &serde_json::Map<String, Value>,
    lists: &Lists,
    today: Date,
) -> Result<Posting, PostError> {
    let mut posting = Posting::default();
    for (name, value) in body {
        let question = step
            .ask
            .contains(name)
            .then(|| form.question(name))
            .flatten()
            .ok_or_else(|| PostError::NoSuchAnswer { name: name.clone() })?;
        if !is_asked_here(question) {
            return Err(PostError::IsAFact { name: name.clone() });
        }
        let answer = match value {
            Value::Null => None,
            Value::Bool(ticked) if question.kind == Kind::Tick => {
                ticked.then(|| Answer::text("true"))
            }
            other => Some(
                serde_json::from_value(other.clone())
                    .map_err(|_| PostError::WrongType { name: name.clone() })?,
            ),
        };
        keep(&mut posting, question, Ok(answer), lists, today);
    }
    Ok(posting)
}

fn is_asked_here(question: &Question) -> bool {
    question.from.is_none() && question.kind != Kind::Files
}

fn keep(
    posting: &mut Posting,
    question: &Question,
    read: Result<Option<Answer>, Problem>,
    lists: &Lists,
    today: Date,
) {
    let kept = read.and_then(|answer| {
        let answer = answer.filter(|answer| !answer.is_empty());
        answer.map(|a| shape(question, a, lists, today)).transpose()
    });
    match kept {
        Ok(answer) => {
            posting.answers.insert(question.key.clone(), answer);
        }
        Err(problem) => posting.refused.push(problem),
    }
}

fn read_fields(
    question: &Question,
    fields: &[(String, String)],
) -> Result<Option<Answer>, Problem> {
    let named = |name: &str| -> Vec<&str> {
        fields
            .iter()
            .filter(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
            .collect()
    };
    let unknown = named(&format!("{}{UNKNOWN_FIELD}", question.key))
        .into_iter()
        .find(|value| !value.is_empty());
    let typed = match question.kind {
        Kind::Date | Kind::PartialDate => read_date(question, &named)?,
        _ if question.takes_many() => {
            let values: Vec<&str> = named(&question.key)
                .into_iter()
                .filter(|value| !value.trim().is_empty())
                .collect();
            (!values.is_empty()).then(|| Answer::many(values))
        }
        _ => match named(&question.key).as_slice() {
            [] => None,
            [value] => Some(Answer::text(*value)),
            _ => return Err(now(question, "form-p-twice")),
        },
    };
    match (typed.filter(|answer| !answer.is_empty()), unknown) {
        (Some(_), Some(_)) => Err(now(question, "form-p-both")),
        (None, Some(code)) => Unknown::from_code(code)
            .map(|kind| Some(Answer::unknown(kind)))
            .ok_or_else(|| now(question, "form-p-not-an-option")),
        (typed, None) => Ok(typed),
    }
}

fn read_date<'v>(
    question: &Question,
    named: &impl Fn(&str) -> Vec<&'v str>,
) -> Result<Option<Answer>, Problem> {
    let part = |name: &str| -> String {
        let values = named(&format!("{}-{name}", question.key));
        values.first().map_or("", |value| value.trim()).to_owned()
    };
    let (day, month, year) = (part("day"), part("month"), part("year"));
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return Ok(None);
    }
    let number = |text: &str| text.parse::<i8>().ok();
    let year = year
        .parse::<i16>()
        .ok()
        .filter(|year| (1..=9999).contains(year));
    let read = match (year, question.kind) {
        (Some(year), Kind::PartialDate) if month.is_empty() && day.is_empty() => {
            Some(format!("{year:04}"))
        }
        (Some(year), Kind::PartialDate) if day.is_empty() => number(&month)
            .filter(|month| (1..=12).contains(month))
            .map(|month| format!("{year:04}-{month:02}")),
        (Some(year), _) => number(&month)
            .zip(number(&day))
            .and_then(|(month, day)| Date::new(year, month, day).ok())
            .map(|date| date.to_string()),
        (None, _) => None,
    };
    match read {
        Some(text) => Ok(Some(Answer::text(text))),
        None => Err(now(question, "form-p-date")),
    }
}

/// Puts an answer into the shape its question takes, or says why that cannot be.
fn shape(
    question: &Question,
    answer: Answer,
    lists: &Lists,
    today: Date,
) -> Result<Answer, Problem> {
    match answer {
        Answer::Unknown { .. } if !question.offers_unknown() => {
            Err(now(question, "form-p-no-unknown"))
        }
        Answer::Unknown { unknown } => Ok(Answer::unknown(unknown)),
        Answer::Text(value) if question.takes_many() => {
            value_for(question, &value, lists, today).map(|value| Answer::Many(vec![value]))
        }
        Answer::Text(value) => value_for(question, &value, lists, today).map(Answer::Text),
        Answer::Many(_) if !question.takes_many() => Err(now(question, "form-p-twice")),
        Answer::Many(values) => {
            if question.kind != Kind::Checkboxes && values.len() > question.repeat {
                return Err(now(question, "form-p-too-many").with("most", question.repeat));
            }
            let mut kept: Vec<String> = Vec::new();
            for value in values.iter().filter(|value| !value.trim().is_empty()) {
                let value = value_for(question, value, lists, today)?;
                if !kept.contains(&value) {
                    kept.push(value);
                }
            }
            Ok(Answer::Many(kept))
        }
    }
}

fn value_for(
    question: &Question,
    value: &str,
    lists: &Lists,
    today: Date,
) -> Result<String, Problem> {
    let value = value.replace("\r\n", "\n").replace('\r', "\n");
    if value.chars().count() > KEEP_MAX {
        return Err(now(question, "form-p-far-too-long").with("max", KEEP_MAX));
    }
    if value
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    {
        return Err(now(question, "form-p-control"));
    }
    match question.kind {
        Kind::Radios | Kind::Checkboxes if !question.options.contains(&value) => {
            Err(now(question, "form-p-not-an-option"))
        }
        Kind::Tick if value != "true" => Err(now(question, "form-p-not-an-option")),
        Kind::Date if value.parse::<Date>().is_err() => Err(now(question, "form-p-date")),
        Kind::Select => {
            let list = question.list.as_deref().unwrap_or_default();
            Ok(lists.spelling(list, &value, today).unwrap_or(value))
        }
        _ => Ok(value),
    }
}

fn now(question: &Question, code: &'static str) -> Problem {
    Problem::new(question, code, Severity::Now)
}
