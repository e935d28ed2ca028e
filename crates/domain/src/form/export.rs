//! What leaves: the Home Office's keys in the Home Office's order, and what is ours beside them.
//!
//! INVARIANT: a question that is not shown never leaves, nor does an answer a Duty to Notify keeps back.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::path::Draft;
use super::{Carry, Kind, Question, Step, Withhold};
use crate::route::{Ground, Route};
use crate::unknown::Unknown;

/// What one box of the Home Office's form receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// Text, or the value of a chosen option.
    Text(String),
    /// The ticked options of a group.
    Many(Vec<String>),
    /// A box of its own, ticked or not.
    Ticked(bool),
    /// Nothing.
    Empty,
}

/// Where it comes from: typed by somebody, or put there because of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// As somebody answered.
    Answer,
    /// From a recorded fact.
    Fact,
    /// Stands for one of the four unknowns.
    Unknown(Unknown),
    /// Kept back: a Duty to Notify for an adult who does not agree to be named.
    Withheld,
    /// Optional, and nobody answered.
    Nothing,
}

/// One box of the Home Office's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The section, for headings.
    pub section: String,
    /// Our step, for links.
    pub step: String,
    /// The page of the Home Office's form; `None` for what is ours.
    pub path: Option<String>,
    /// The Home Office's key, such as `where-exploitation-happened-uk-city-2`.
    pub key: String,
    /// Our question, for its words.
    pub question: String,
    /// What goes in.
    pub value: Held,
    /// Why that.
    pub carried: Carried,
    /// The Home Office's form shows this page, as far as its own rules go.
    pub shown_there: bool,
}

impl Draft<'_> {
    /// Every box of the Home Office's form on this path, in its order.
    pub fn home_office_fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        for step in self.form.steps.iter().filter(|step| step.path.is_some()) {
            let shown_there = self.shown_there(step);
            if self.shows(&step.id) {
                for question in self.form.asked_on(step).filter(|q| !q.ours) {
                    if self.asks(&question.key) {
                        self.put(&mut fields, step, question, shown_there);
                    }
                }
            } else if shown_there && step.path_when.is_some() {
                self.put_withheld(&mut fields, step);
            }
        }
        fields
    }

    /// What is ours: Schedule 1, county lines; never the safety questions.
    pub fn our_fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        for step in self.steps() {
            for question in self.form.asked_on(step) {
                let leaves = question.key.starts_with("s1-") || question.key == "county-lines";
                if question.ours && leaves && self.asks(&question.key) {
                    let (value, carried) = self.value_of(question);
                    let key = question.key.clone();
                    fields.push(field(step, question, key, value, carried, false));
                }
            }
        }
        fields
    }

    /// The whole thing as JSON with the Home Office's keys.
    pub fn home_office_json(&self) -> Value {
        let object = |fields: &[Field]| -> Map<String, Value> {
            fields
                .iter()
                .filter(|field| field.value != Held::Empty)
                .map(|field| (field.key.clone(), field.value.json()))
                .collect()
        };
        json!({
            "form": self.form.id,
            "route": self.route().map(Route::code),
            "nrm_entry": self.basis(),
            "answers": object(&self.home_office_fields()),
            "ours": object(&self.our_fields()),
        })
    }

    /// What the route rests on, in the words of the consent record; `None` while there is no route.
    pub fn basis(&self) -> Option<&'static str> {
        let (_, ground) = self.facts.route_and_ground().ok()?;
        Some(match ground {
            Ground::Child | Ground::MayBeAChild => "not_required",
            Ground::Consent => "given",
            Ground::Refusal => "refused",
            Ground::CannotBeAsked => "cannot_be_asked",
            Ground::BestInterests | Ground::NotInBestInterests => "lacks_capacity",
        })
    }

    fn shown_there(&self, step: &Step) -> bool {
        let when = step.path_when.as_ref().unwrap_or(&step.when);
        when.holds(&|name: &str| self.answer_of(name))
    }

    fn put(&self, fields: &mut Vec<Field>, step: &Step, question: &Question, there: bool) {
        let (value, carried) = self.value_of(question);
        if question.options_are_keys {
            let Held::Many(chosen) = value else { return };
            for key in &question.options {
                let ticked = Held::Ticked(chosen.contains(key));
                fields.push(field(step, question, key.clone(), ticked, carried, there));
            }
        } else if question.repeat > 1 {
            let rows = match value {
                Held::Many(rows) => rows,
                Held::Text(row) => vec![row],
                Held::Ticked(_) | Held::Empty => Vec::new(),
            };
            for (row, n) in rows.into_iter().take(question.repeat).zip(1..) {
                let key = format!("{}-{n}", question.key);
                fields.push(field(step, question, key, Held::Text(row), carried, there));
            }
        } else {
            let key = question.key.clone();
            fields.push(field(step, question, key, value, carried, there));
        }
    }

    /// Their form asks for name and contact of an adult who helps the police; ours gives neither unless
    /// they agreed to be named (DTN-6).
    fn put_withheld(&self, fields: &mut Vec<Field>, step: &Step) {
        for question in self.form.asked_on(step) {
            let value = match question.kind {
                Kind::Text if question.required => {
                    Held::Text(self.form.sentences.withheld_name.clone())
                }
                _ => Held::Empty,
            };
            if question.when == super::Condition::always() {
                let key = question.key.clone();
                fields.push(field(step, question, key, value, Carried::Withheld, true));
            }
        }
    }

    fn value_of(&self, question: &Question) -> (Held, Carried) {
        if self.withholds(question) {
            let value = match &question.withhold {
                Withhold::Sentence => Held::Text(self.form.sentences.withheld.clone()),
                Withhold::Option(option) => Held::Text(option.clone()),
                Withhold::No => Held::Empty,
            };
            return (value, Carried::Withheld);
        }
        match self.answer_of(&question.key) {
            None if question.options_are_keys => (Held::Many(Vec::new()), Carried::Nothing),
            None => (Held::Empty, Carried::Nothing),
            Some(Answer::Unknown { unknown }) => (
                self.unknown_there(question, unknown),
                Carried::Unknown(unknown),
            ),
            Some(_) if question.kind == Kind::Tick => (Held::Ticked(true), Carried::Answer),
            Some(Answer::Text(value)) => {
                let carried = match question.from {
                    Some(_) => Carried::Fact,
                    None => Carried::Answer,
                };
                (Held::Text(tidied(&value)), carried)
            }
            Some(Answer::Many(values)) => {
                let values = values.iter().map(|value| tidied(value)).collect();
                (Held::Many(values), Carried::Answer)
            }
        }
    }

    fn unknown_there(&self, question: &Question, unknown: Unknown) -> Held {
        let sentences = &self.form.sentences;
        match &question.unknown {
            Carry::Sentence => Held::Text(
                match unknown {
                    Unknown::Unknown => &sentences.unknown,
                    Unknown::NotAsked => &sentences.not_asked,
                    Unknown::Refused => &sentences.refused,
                    Unknown::NotSafeToAsk => &sentences.not_safe_to_ask,
                }
                .clone(),
            ),
            Carry::Option(option) => Held::Text(option.clone()),
            Carry::Empty | Carry::Choose | Carry::NotOffered => Held::Empty,
        }
    }
}

impl Held {
    /// As JSON: a text, a list of texts, true or false, or null.
    pub fn json(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(text.as_str()),
            Self::Many(values) => Value::from(values.clone()),
            Self::Ticked(ticked) => Value::from(*ticked),
            Self::Empty => Value::Null,
        }
    }
}

fn field(
    step: &Step,
    question: &Question,
    key: String,
    value: Held,
    carried: Carried,
    shown_there: bool,
) -> Field {
    Field {
        section: step.section.clone(),
        step: step.id.clone(),
        path: step.path.clone(),
        key,
        question: question.key.clone(),
        value,
        carried,
        shown_there,
    }
}

/// Tidies a text as the Home Office's form does: trimmed, long dashes made short; double spaces stay.
pub fn tidied(text: &str) -> String {
    text.replace("\r\n", "\n")
        .trim()
        .replace(['\u{2013}', '\u{2014}', '\u{2015}'], "-")
}
