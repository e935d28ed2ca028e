//! Proofreads a form: everything in it can be reached, asked and answered, and no condition looks at
//! what cannot be known yet.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{FormError, wrong};
use super::{Carry, Condition, Form, Kind, Question, Step, facts, lists};

/// Where a question is first asked: its step, and its place on it.
type Places<'f> = BTreeMap<&'f str, (usize, usize)>;

/// Refuses a form that could not work; says where, and what is wrong there.
pub(super) fn check(form: &Form) -> Result<(), FormError> {
    if form
        .valid_until
        .is_some_and(|until| until <= form.valid_from)
    {
        return Err(wrong("valid_until", "must come after valid_from"));
    }
    check_steps(form)?;
    check_tasks(form)?;
    for question in form.questions.values() {
        check_question(form, question)?;
    }
    check_order(form)
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
        check_condition(form, &step.id, &step.when)?;
        if let Some(condition) = &step.path_when {
            check_condition(form, &step.id, condition)?;
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
    let here = |what: &str| Err(wrong(&question.key, what));
    let needs_options = matches!(question.kind, Kind::Radios | Kind::Checkboxes);
    if needs_options == question.options.is_empty() {
        return here("its type and its options do not agree");
    }
    if question.repeat == 0 {
        return here("it cannot be asked no times: leave `repeat` out");
    }
    if (question.kind == Kind::Select) != question.list.is_some() {
        return here("a select, and nothing else, names a list");
    }
    if let Some(list) = &question.list
        && !lists::NAMES.iter().any(|(name, _)| name == list)
    {
        return here(&format!("there is no list `{list}`"));
    }
    if let Some(fact) = &question.from
        && !facts::NAMES.contains(&fact.as_str())
    {
        return here(&format!("there is no fact `{fact}`"));
    }
    if let Carry::Option(option) = &question.unknown
        && question.kind == Kind::Radios
        && !question.options.contains(option)
    {
        return here("its unknown is not one of its options");
    }
    if question.options_are_questions
        && let Some(key) = question
            .options
            .iter()
            .find(|key| form.question(key).is_none())
    {
        return here(&format!("there is no question `{key}`"));
    }
    check_condition(form, &question.key, &question.when)?;
    match &question.prefill_when {
        Some(condition) => check_condition(form, &question.key, condition),
        None => Ok(()),
    }
}

fn check_condition(form: &Form, place: &str, condition: &Condition) -> Result<(), FormError> {
    let stranger = condition
        .names()
        .find(|name| form.question(name).is_none() && !facts::NAMES.contains(name));
    if let Some(name) = stranger {
        return Err(wrong(
            place,
            &format!("there is no answer or fact `{name}`"),
        ));
    }
    for (name, value) in condition.values() {
        let options = form
            .question(name)
            .map_or(&[][..], |q| q.options.as_slice());
        if !options.is_empty() && !options.iter().any(|option| option == value) {
            return Err(wrong(place, &format!("`{name}` is never `{value}`")));
        }
    }
    let ticked = |name: &&str| {
        form.question(name)
            .is_some_and(|question| question.kind == Kind::Checkboxes)
    };
    match condition.single_names().find(ticked) {
        Some(name) => Err(wrong(
            place,
            &format!("`{name}` takes several answers: write `has`"),
        )),
        None => Ok(()),
    }
}

/// The form is walked once, in the Home Office's order: what is asked later is not known yet.
fn check_order(form: &Form) -> Result<(), FormError> {
    let mut places = Places::new();
    for (at, step) in form.steps.iter().enumerate() {
        for (on, key) in step.ask.iter().enumerate() {
            places.entry(key).or_insert((at, on));
        }
    }
    for (at, step) in form.steps.iter().enumerate() {
        check_known(&places, &step.id, &step.when, (at, 0))?;
        check_order_on(form, &places, at, step)?;
    }
    Ok(())
}

fn check_order_on(
    form: &Form,
    places: &Places<'_>,
    at: usize,
    step: &Step,
) -> Result<(), FormError> {
    for (on, question) in form.asked_on(step).enumerate() {
        check_known(places, &question.key, &question.when, (at, on))?;
    }
    Ok(())
}

fn check_known(
    places: &Places<'_>,
    place: &str,
    condition: &Condition,
    here: (usize, usize),
) -> Result<(), FormError> {
    let later = |name: &&str| places.get(name).is_some_and(|there| *there >= here);
    match condition.names().find(later) {
        Some(name) => Err(wrong(
            place,
            &format!("it looks at `{name}`, which is asked later"),
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::form::Form;

    const GOOD: &str = include_str!("../../../../forms/nrm-2026-04.toml");

    #[track_caller]
    fn check(from: &str, to: &str, want: &str) {
        assert!(GOOD.contains(from), "{from}");
        let said = Form::from_toml(&GOOD.replacen(from, to, 1)).map(|form| form.id);
        assert_eq!(said.unwrap_err().to_string(), want, "{from} → {to}");
    }

    #[test]
    fn a_form_that_points_at_nothing_is_refused() {
        check(
            "ask = [\"user-email\"]",
            "ask = [\"user-emial\"]",
            "user-email: there is no question `user-emial`",
        );
        check(
            "steps = [\"safety\"]",
            "steps = [\"safty\"]",
            "safety: there is no step `safty`",
        );
        check(
            "steps = [\"safety\"]",
            "steps = []",
            "safety: no task lists this step",
        );
        check(
            "when = \"pv-under-age is no\"",
            "when = \"pv-under-aeg is no\"",
            "pv-under-age-at-time-of-exploitation: there is no answer or fact `pv-under-aeg`",
        );
        check(
            "from = \"age\"",
            "from = \"agee\"",
            "pv-under-age: there is no fact `agee`",
        );
        check(
            "list = \"organisations\"",
            "list = \"organizations\"",
            "user-organisation: there is no list `organizations`",
        );
    }

    #[test]
    fn a_condition_that_cannot_hold_is_refused() {
        check(
            "pv-under-age not no",
            "pv-under-age isnt no",
            "local-authority-contacted-about-child: cannot read `pv-under-age isnt no`",
        );
        check(
            "when = \"pv-under-age is no\"",
            "when = \"pv-under-age is adult\"",
            "pv-under-age-at-time-of-exploitation: `pv-under-age` is never `adult`",
        );
        check(
            "when = \"pv-contact-details has email\"",
            "when = \"pv-contact-details is email\"",
            "pv-contact-details-email-input: `pv-contact-details` takes several answers: write `has`",
        );
        check(
            "when = \"still-in-exploitative-situation is yes\"",
            "when = \"reported-to-police is yes\"",
            "reasons-preventing-potential-victim-from-leaving: it looks at `reported-to-police`, which is asked later",
        );
    }

    #[test]
    fn a_form_ends_after_it_begins() {
        check(
            "valid_from = \"2026-04-21\"",
            "valid_from = \"2026-04-21\"\nvalid_until = \"2026-04-21\"",
            "valid_until: must come after valid_from",
        );
    }

    #[test]
    fn a_question_agrees_with_itself() {
        check(
            "type = \"select\"\nrequired = true\nlist = \"organisations\"",
            "type = \"select\"",
            "user-organisation: a select, and nothing else, names a list",
        );
        check(
            "options = [\"yes\", \"no\", \"i-dont-know\"]",
            "options = [\"yes\", \"no\"]",
            "potential-victim-exploitative-situation-multiple: its unknown is not one of its options",
        );
        check(
            "repeat = 10",
            "repeat = 0",
            "where-exploitation-happened-uk-city: it cannot be asked no times: leave `repeat` out",
        );
        check(
            "options = [\"birthplace\", \"family\"",
            "options = [\"birthplace\", \"families\"",
            "dtn-include: there is no question `families`",
        );
    }
}
