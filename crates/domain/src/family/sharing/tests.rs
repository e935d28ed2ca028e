//! What is shared and what is not: every question in one line of the table, and what is carried where.

use jiff::civil::date;

use super::*;
use crate::age::AgeStatus;
use crate::consent::ConsentValue;
use crate::form::Facts;
use crate::unknown::Unknown;

fn form() -> &'static Form {
    Form::find("nrm-2026-04").unwrap()
}

fn parts(age: AgeStatus, entry: Option<ConsentValue>, answers: &[(&str, &str)]) -> Parts {
    let mut facts = Facts::default();
    facts.route.age = Some(age);
    facts.route.nrm_entry = entry;
    Parts {
        form: form(),
        answers: written(answers),
        facts,
        saved: BTreeSet::new(),
        to_check: BTreeSet::new(),
        today: date(2026, 10, 5),
    }
}

fn child(answers: &[(&str, &str)]) -> Parts {
    parts(AgeStatus::Child, None, answers)
}

fn written(answers: &[(&str, &str)]) -> Answers {
    answers
        .iter()
        .map(|(key, answer)| ((*key).to_owned(), Answer::text(*answer)))
        .collect()
}

fn keys(answers: &Answers) -> Vec<&str> {
    answers.keys().map(String::as_str).collect()
}

#[test]
fn every_question_of_every_form_is_somebodys() {
    for form in form::shipped().unwrap() {
        for key in form.questions.keys() {
            assert!(entry_of(key).is_some(), "{key} is in no line of the table");
        }
    }
}

#[test]
fn every_line_of_the_table_is_about_a_question() {
    for entry in ENTRIES {
        let about = |key: &String| entry_of(key).is_some_and(|found| found.key == entry.key);
        let any = form().questions.keys().any(about);
        assert!(any, "{} is about nothing", entry.key);
    }
}

#[test]
fn age_consent_route_identity_indicators_and_views_are_never_shared() {
    for key in [
        "pv-under-age",
        "pv-want-to-submit-nrm",
        "does-pv-need-support",
        "authorities-cooperation",
        "refuse-nrm",
        "pv-name-first-name",
        "pv-name-last-name",
        "pv-dob",
        "pv-gender",
        "pv-nationality",
        "family",
        "modern-slavery-indicators",
        "modern-slavery-indicators-details",
        "professional-insight",
        "evidence-of-dishonesty",
        "where-how-interview-carried-out",
        "safe-now",
        "pv-contact-details-post-check",
        "dtn-include",
        "s1-believed-slavery",
    ] {
        assert_eq!(whose(key), Whose::Own, "{key}");
    }
    assert_eq!(whose("a question of tomorrow"), Whose::Own);
}

#[test]
fn a_question_answered_by_a_fact_is_never_shared() {
    for form in form::shipped().unwrap() {
        for question in form.questions.values().filter(|one| one.from.is_some()) {
            assert_eq!(whose(&question.key), Whose::Own, "{}", question.key);
        }
    }
}

#[test]
fn the_shared_part_of_a_form_asks_each_shared_question_on_one_page() {
    let slice = shared_form("nrm-2026-04").unwrap();
    let mut asked: Vec<&String> = slice.steps.iter().flat_map(|step| &step.ask).collect();
    asked.sort();
    let mut once = asked.clone();
    once.dedup();
    assert_eq!(asked, once);
    let shared: Vec<&String> = form()
        .questions
        .keys()
        .filter(|key| is_shared(key))
        .collect();
    assert_eq!(asked, shared);
    let pages = slice.in_our_order().count();
    assert_eq!(pages, slice.steps.len(), "every page stands in a task");
    let street = slice.steps.iter().find(|step| {
        step.ask
            .iter()
            .any(|key| key == "pv-contact-details-street")
    });
    assert_eq!(street.unwrap().id, "pv-contact-details-referral");
}

#[test]
fn nothing_of_the_shared_part_waits_for_a_members_own_answer() {
    let slice = shared_form("nrm-2026-04").unwrap();
    for step in &slice.steps {
        assert!(step.when.names().all(is_shared), "{}", step.id);
        for question in slice.asked_on(step) {
            assert!(question.when.names().all(is_shared), "{}", question.key);
        }
    }
    let uk = slice.step("where-exploitation-happened-uk").unwrap();
    assert!(!uk.when.is_always(), "what hangs on the family stays");
}

#[test]
fn an_answer_is_carried_where_it_is_asked_and_nothing_stands() {
    let shared = written(&[
        ("living-conditions", "one room for all"),
        ("who-exploited-pv", "EX1"),
        ("professional-insight", "not shared"),
    ]);
    let got = carried(&child(&[]), &shared, &Lists::default());
    assert_eq!(keys(&got), ["living-conditions", "who-exploited-pv"]);
    let own = child(&[("living-conditions", "slept in the van")]);
    let got = carried(&own, &shared, &Lists::default());
    assert_eq!(keys(&got), ["who-exploited-pv"]);
}

#[test]
fn an_unknown_is_an_answer_of_ones_own() {
    let mut own = child(&[]);
    let unknown = Answer::unknown(Unknown::NotSafeToAsk);
    own.answers
        .insert("living-conditions".to_owned(), unknown.clone());
    let shared = written(&[("living-conditions", "one room for all")]);
    assert!(carried(&own, &shared, &Lists::default()).is_empty());
    let offers = offers(&own, &shared, &Lists::default());
    assert_eq!(offers.len(), 1);
    assert_eq!(offers[0].own, Some(unknown));
}

#[test]
fn the_local_authority_is_carried_to_children_alone() {
    const NAME: &str = "local-authority-contacted-about-child-local-authority-name";
    let shared = written(&[(NAME, "Leicester City Council")]);
    assert_eq!(
        keys(&carried(&child(&[]), &shared, &Lists::default())),
        [NAME]
    );
    let adult = parts(AgeStatus::Adult, Some(ConsentValue::Given), &[]);
    assert!(carried(&adult, &shared, &Lists::default()).is_empty());
}

#[test]
fn what_a_shared_answer_opens_is_carried_with_it() {
    const CITY: &str = "where-exploitation-happened-uk-city";
    let both = written(&[("where-exploitation-happened", "uk"), (CITY, "Leicester")]);
    let got = carried(&child(&[]), &both, &Lists::default());
    assert_eq!(keys(&got), ["where-exploitation-happened", CITY]);
    let abroad = child(&[("where-exploitation-happened", "overseas")]);
    assert!(carried(&abroad, &both, &Lists::default()).is_empty());
}

#[test]
fn both_answers_stand_beside_each_other_in_our_order() {
    let own = child(&[("who-exploited-pv", "EX2"), ("living-conditions", "a shed")]);
    let shared = written(&[
        ("who-exploited-pv", "EX1"),
        ("living-conditions", "a shed"),
        ("fr-location", "england"),
    ]);
    let got = offers(&own, &shared, &Lists::default());
    let pairs: Vec<_> = got
        .iter()
        .map(|offer| (offer.key.as_str(), offer.own.is_some()))
        .collect();
    assert!(pairs.contains(&("who-exploited-pv", true)));
    assert!(pairs.contains(&("fr-location", false)));
    assert_eq!(pairs.len(), 2, "{pairs:?}");
}

#[test]
fn a_shared_answer_is_written_on_the_page_that_asks_it() {
    let own = child(&[]);
    let shared = written(&[("who-exploited-pv", "EX1")]);
    let found = asked_on(&own, &shared, form(), "who-exploited-pv", &Lists::default());
    assert_eq!(found.unwrap().0.id, "who-exploited-pv");
    let none = asked_on(
        &own,
        &shared,
        form(),
        "pv-contact-details-street",
        &Lists::default(),
    );
    assert!(none.is_none());
}
