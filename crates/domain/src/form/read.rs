//! Reads a form's file and refuses one that could not work.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Deserialize;

use super::condition::Condition;
use super::{Carry, Form, Kind, Question, Sentences, Step, Task, Withhold, facts};

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
    let file: File = toml::from_str(text).map_err(|e| FormError::Syntax(e.message().to_owned()))?;
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
    check(&form)?;
    Ok(form)
}

fn wrong(place: &str, what: &str) -> FormError {
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

fn check(form: &Form) -> Result<(), FormError> {
    check_steps(form)?;
    check_tasks(form)?;
    for question in form.questions.values() {
        check_question(form, question)?;
    }
    Ok(())
}

fn check_steps(form: &Form) -> Result<(), FormError> {
    let mut seen = BTreeSet::new();
    for step in &form.steps {
        if !seen.insert(&step.id) {
            return Err(wrong(&step.id, "this step stands twice"));
        }
        if !form.sections.contains(&step.section) {
            return Err(wrong(&step.id, "its section does not exist"));
        }
        if let Some(key) = step.ask.iter().find(|key| form.question(key).is_none()) {
            return Err(wrong(&step.id, &format!("there is no question `{key}`")));
        }
        check_names(form, &step.id, &step.when)?;
        if let Some(condition) = &step.path_when {
            check_names(form, &step.id, condition)?;
        }
    }
    let asked: BTreeSet<&String> = form.steps.iter().flat_map(|step| &step.ask).collect();
    match form.questions.keys().find(|key| !asked.contains(key)) {
        Some(key) => Err(wrong(key, "no step asks this question")),
        None => Ok(()),
    }
}

fn check_tasks(form: &Form) -> Result<(), FormError> {
    let mut listed = BTreeSet::new();
    for task in &form.tasks {
        for id in &task.steps {
            if form.step(id).is_none() {
                return Err(wrong(&task.id, &format!("there is no step `{id}`")));
            }
            if !listed.insert(id) {
                return Err(wrong(&task.id, &format!("step `{id}` is in two tasks")));
            }
        }
    }
    match form.steps.iter().find(|step| !listed.contains(&step.id)) {
        Some(step) => Err(wrong(&step.id, "no task lists this step")),
        None => Ok(()),
    }
}

fn check_question(form: &Form, question: &Question) -> Result<(), FormError> {
    let needs_options = matches!(question.kind, Kind::Radios | Kind::Checkboxes);
    if needs_options == question.options.is_empty() {
        return Err(wrong(
            &question.key,
            "its type and its options do not agree",
        ));
    }
    if (question.kind == Kind::Select) != question.list.is_some() {
        return Err(wrong(
            &question.key,
            "a select, and nothing else, names a list",
        ));
    }
    if let Some(fact) = &question.from
        && !facts::NAMES.contains(&fact.as_str())
    {
        return Err(wrong(&question.key, &format!("there is no fact `{fact}`")));
    }
    if let Carry::Option(option) = &question.unknown
        && question.kind == Kind::Radios
        && !question.options.contains(option)
    {
        return Err(wrong(
            &question.key,
            "its unknown is not one of its options",
        ));
    }
    check_names(form, &question.key, &question.when)?;
    if let Some(condition) = &question.prefill_when {
        check_names(form, &question.key, condition)?;
    }
    Ok(())
}

fn check_names(form: &Form, place: &str, condition: &Condition) -> Result<(), FormError> {
    let stranger = condition
        .names()
        .find(|name| form.question(name).is_none() && !facts::NAMES.contains(name));
    match stranger {
        Some(name) => Err(wrong(
            place,
            &format!("there is no answer or fact `{name}`"),
        )),
        None => Ok(()),
    }
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
    fn a_form_that_points_at_nothing_is_refused() {
        let good = include_str!("../../../../forms/nrm-2026-04.toml");
        for (from, to) in [
            ("ask = [\"user-email\"]", "ask = [\"user-emial\"]"),
            ("steps = [\"safety\"]", "steps = [\"safty\"]"),
            ("steps = [\"safety\"]", "steps = []"),
            ("pv-under-age is no\"", "pv-under-aeg is no\""),
            ("from = \"age\"", "from = \"agee\""),
            ("pv-under-age not no", "pv-under-age isnt no"),
            ("withhold = \"sentence\"", "withold = \"sentence\""),
        ] {
            assert!(good.contains(from), "{from}");
            assert!(form(&good.replace(from, to)).is_err(), "{from} → {to}");
        }
    }
}
