//! Reads a form's file and refuses one that could not work.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::condition::Condition;
use super::{Carry, Form, Kind, Question, Sentences, Step, Task, Withhold, proof};

/// Why a form's file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Not TOML, or a field too many or too few.
    #[error("the form's file cannot be read: {0}")]
    Syntax(String),
    /// Something in it points at nothing, or stands twice.
    #[error("{place}: {what}")]
    Wrong {
        /// The step, task or question.
        place: String,
        /// What is wrong with it.
        what: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    words: String,
    valid_from: Date,
    valid_until: Option<Date>,
    sentences: Sentences,
    #[serde(default)]
    disconnected: Vec<Key>,
    task: Vec<TaskEntry>,
    section: Vec<Named>,
    step: Vec<StepEntry>,
    question: Vec<QuestionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskEntry {
    id: String,
    steps: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepEntry {
    id: String,
    section: String,
    path: Option<String>,
    when: Option<String>,
    path_when: Option<String>,
    ask: Vec<String>,
    #[serde(default)]
    resets_from_here: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionEntry {
    key: String,
    r#type: Kind,
    #[serde(default)]
    required: bool,
    max: Option<usize>,
    #[serde(default)]
    options: Vec<String>,
    #[serde(default)]
    options_are_keys: bool,
    #[serde(default)]
    options_are_questions: bool,
    list: Option<String>,
    #[serde(default = "once")]
    repeat: usize,
    when: Option<String>,
    #[serde(default)]
    not_url: bool,
    #[serde(default)]
    international: bool,
    #[serde(default)]
    work_email: bool,
    from: Option<String>,
    unknown: Option<String>,
    withhold: Option<String>,
    #[serde(default)]
    sealed: bool,
    fill: Option<String>,
    #[serde(default)]
    hint: bool,
    prefill_when: Option<String>,
    #[serde(default)]
    ours: bool,
}

const fn once() -> usize {
    1
}

/// Reads a form and checks that everything in it can be reached and asked.
pub(super) fn form(text: &str) -> Result<Form, FormError> {
    let file: File = toml::from_str(text).map_err(|error| syntax(text, &error))?;
    let mut questions = BTreeMap::new();
    for entry in file.question {
        let question = question(entry)?;
        let key = question.key.clone();
        if questions.insert(key.clone(), question).is_some() {
            return Err(wrong(&key, "this question stands twice"));
        }
    }
    let steps = file.step.into_iter().map(step).collect::<Result<_, _>>()?;
    let tasks = file
        .task
        .into_iter()
        .map(|TaskEntry { id, steps }| Task { id, steps })
        .collect();
    let form = Form {
        id: file.id,
        words: file.words,
        valid_from: file.valid_from,
        valid_until: file.valid_until,
        sections: file.section.into_iter().map(|named| named.id).collect(),
        tasks,
        steps,
        questions,
        disconnected: file.disconnected.into_iter().map(|key| key.key).collect(),
        sentences: file.sentences,
    };
    proof::check(&form)?;
    Ok(form)
}

/// Says on which line reading stopped, and why, in one line.
fn syntax(text: &str, error: &toml::de::Error) -> FormError {
    let why = error.message().replace('\n', ", ");
    let before = error.span().and_then(|span| text.get(..span.start));
    FormError::Syntax(match before {
        Some(before) => format!("line {}: {why}", before.matches('\n').count() + 1),
        None => why,
    })
}

pub(super) fn wrong(place: &str, what: &str) -> FormError {
    FormError::Wrong {
        place: place.to_owned(),
        what: what.to_owned(),
    }
}

fn condition(place: &str, text: Option<&str>) -> Result<Condition, FormError> {
    text.map_or(Ok(Condition::always()), |text| {
        Condition::read(text).map_err(|part| wrong(place, &format!("cannot read `{part}`")))
    })
}

fn step(entry: StepEntry) -> Result<Step, FormError> {
    Ok(Step {
        when: condition(&entry.id, entry.when.as_deref())?,
        path_when: entry
            .path_when
            .as_deref()
            .map(|text| condition(&entry.id, Some(text)))
            .transpose()?,
        id: entry.id,
        section: entry.section,
        path: entry.path,
        ask: entry.ask,
        resets_from_here: entry.resets_from_here,
    })
}

fn question(entry: QuestionEntry) -> Result<Question, FormError> {
    Ok(Question {
        when: condition(&entry.key, entry.when.as_deref())?,
        prefill_when: entry
            .prefill_when
            .as_deref()
            .map(|text| condition(&entry.key, Some(text)))
            .transpose()?,
        unknown: match entry.unknown.as_deref() {
            None => Carry::NotOffered,
            Some("sentence") => Carry::Sentence,
            Some("empty") => Carry::Empty,
            Some("choose") => Carry::Choose,
            Some(option) => Carry::Option(option.to_owned()),
        },
        withhold: match entry.withhold.as_deref() {
            None => Withhold::No,
            Some("sentence") => Withhold::Sentence,
            Some(option) => Withhold::Option(option.to_owned()),
        },
        key: entry.key,
        kind: entry.r#type,
        required: entry.required,
        max: entry.max,
        options: entry.options,
        options_are_keys: entry.options_are_keys,
        options_are_questions: entry.options_are_questions,
        list: entry.list,
        repeat: entry.repeat,
        not_url: entry.not_url,
        international: entry.international,
        work_email: entry.work_email,
        from: entry.from,
        sealed: entry.sealed,
        fill: entry.fill,
        hint: entry.hint,
        ours: entry.ours,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;
    use crate::form::shipped;

    #[test]
    fn every_form_we_ship_can_be_read() {
        if let Err(error) = shipped() {
            panic!("{error}");
        }
    }

    #[test]
    fn a_file_that_is_no_form_says_on_which_line() {
        for (text, want) in [
            ("id = \"x\"\nwords = ", "line 2: "),
            ("id = \"x\"\nvalid_from = \"soon\"", "line 2: "),
            ("id = \"x\"\n\nmore = 1", "line 3: unknown field `more`"),
        ] {
            let said = form(text).unwrap_err().to_string();
            assert!(said.contains(want), "{text}: {said}");
            assert_eq!(said.lines().count(), 1, "{said}");
        }
    }
}
