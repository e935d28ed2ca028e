//! Holds our form against the facts of the Home Office's form: keys, types, limits, options, branches.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeSet;

use heyrick_domain::form::{Condition, Form, Kind, Question, Withhold, shipped};
use heyrick_domain::notification::rule;

struct Fact {
    key: String,
    kind: String,
    required: bool,
    limit: Option<usize>,
    checks: Vec<String>,
    options: Vec<String>,
    list: Option<String>,
    shown_when: String,
    pages: Vec<String>,
}

fn facts() -> Vec<Fact> {
    let words = |text: &str| -> Vec<String> {
        text.split('|')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    include_str!("form-keys.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let [
                key,
                kind,
                required,
                limit,
                checks,
                options,
                list,
                when,
                pages,
            ] = cells[..]
            else {
                panic!("nine cells: {line}");
            };
            Fact {
                key: key.to_owned(),
                kind: kind.to_owned(),
                required: required == "yes",
                limit: limit.parse().ok(),
                checks: words(checks),
                options: words(options),
                list: (!list.is_empty()).then(|| list.to_owned()),
                shown_when: when.to_owned(),
                pages: words(pages),
            }
        })
        .collect()
}

fn form() -> &'static Form {
    Form::find("nrm-2026-04").expect("the form is shipped")
}

fn question_for(key: &str) -> &'static Question {
    form()
        .questions
        .values()
        .find(|question| question.home_office_keys().iter().any(|k| k == key))
        .unwrap_or_else(|| panic!("no question fills {key}"))
}

fn connected() -> Vec<Fact> {
    facts()
        .into_iter()
        .filter(|fact| fact.pages != ["-"])
        .collect()
}

#[test]
fn every_connected_key_is_asked_and_no_other() {
    let theirs: BTreeSet<String> = connected().into_iter().map(|fact| fact.key).collect();
    let mut ours: BTreeSet<String> = form()
        .questions
        .values()
        .flat_map(Question::home_office_keys)
        .collect();
    // Asked before their form begins, on the page that sends the link.
    assert!(ours.remove("user-email"));
    assert_eq!(ours, theirs);
}

#[test]
fn the_keys_no_route_leads_to_are_named_and_never_asked() {
    let theirs: Vec<String> = facts()
        .into_iter()
        .filter(|fact| fact.pages == ["-"])
        .map(|fact| fact.key)
        .collect();
    assert_eq!(theirs.len(), 4);
    let mut ours = form().disconnected.clone();
    ours.sort();
    let mut sorted = theirs;
    sorted.sort();
    assert_eq!(ours, sorted);
}

#[test]
fn types_limits_and_lists_are_theirs() {
    for fact in connected() {
        let question = question_for(&fact.key);
        let kind = match (fact.kind.as_str(), question.kind) {
            ("input-text", Kind::Text | Kind::Tel | Kind::Email | Kind::Number)
            | ("textarea", Kind::Textarea)
            | ("radio-group", Kind::Radios)
            | ("select", Kind::Select)
            | ("checkbox-group", Kind::Checkboxes)
            | ("checkbox", Kind::Tick)
            | ("input-date", Kind::Date)
            | ("input-file", Kind::Files) => true,
            ("checkbox", Kind::Checkboxes) => question.options_are_keys,
            _ => false,
        };
        assert!(kind, "{}: {} is {:?}", fact.key, fact.kind, question.kind);
        assert_eq!(question.max, fact.limit, "{}", fact.key);
        assert_eq!(question.list, fact.list, "{}", fact.key);
        if !question.options_are_keys {
            assert_eq!(question.options, fact.options, "{}", fact.key);
        }
    }
}

#[test]
fn what_is_required_there_is_required_here() {
    for fact in connected() {
        let question = question_for(&fact.key);
        // Only the first of ten towns or countries is required, and one kind of exploitation of ten.
        let later_row = question.repeat > 1 && !fact.key.ends_with("-1");
        if later_row || question.options_are_keys {
            assert!(!fact.required, "{}", fact.key);
        } else {
            assert_eq!(question.required, fact.required, "{}", fact.key);
        }
    }
}

#[test]
fn their_checks_are_ours() {
    for fact in connected() {
        let question = question_for(&fact.key);
        for check in &fact.checks {
            let held = match check.as_str() {
                "email" => question.kind == Kind::Email,
                "notUrl" => question.not_url,
                "internationalPhoneNumber" => question.kind == Kind::Tel && question.international,
                "numeric" => question.kind == Kind::Number,
                "date" | "before" | "after:1900-01-01" => question.kind == Kind::Date,
                other => panic!("{}: a check we do not know: {other}", fact.key),
            };
            assert!(held, "{}: {check}", fact.key);
        }
        assert_eq!(question.not_url, fact.checks.iter().any(|c| c == "notUrl"));
    }
}

#[test]
fn a_question_opens_on_the_answer_that_opens_it_there() {
    for fact in connected() {
        let question = question_for(&fact.key);
        let want = match fact.shown_when.split_once('=') {
            None => Condition::always(),
            Some(("types-of-exploitation-other", _)) => {
                Condition::read("types-of-exploitation has types-of-exploitation-other").unwrap()
            }
            Some((key, value)) if matches!(key, "pv-contact-details" | "someone-else") => {
                Condition::read(&format!("{key} has {value}")).unwrap()
            }
            Some((key, value)) => Condition::read(&format!("{key} is {value}")).unwrap(),
        };
        assert_eq!(question.when, want, "{}", fact.key);
    }
}

#[test]
fn every_question_stands_on_the_pages_it_stands_on_there() {
    for fact in connected() {
        let question = question_for(&fact.key);
        let ours: BTreeSet<&str> = form()
            .steps
            .iter()
            .filter(|step| step.ask.contains(&question.key))
            .filter_map(|step| step.path.as_deref())
            .collect();
        let theirs: BTreeSet<&str> = fact.pages.iter().map(String::as_str).collect();
        assert_eq!(ours, theirs, "{}", fact.key);
    }
}

#[test]
fn every_unknown_has_a_written_place_on_their_form() {
    use heyrick_domain::form::Carry;
    use heyrick_domain::form::export::tidied;
    for question in form().questions.values().filter(|q| q.offers_unknown()) {
        if question.unknown == Carry::Empty && !question.ours {
            assert!(
                !question.required,
                "{}: a required box cannot be empty",
                question.key
            );
        }
    }
    for sentence in [
        &form().sentences.unknown,
        &form().sentences.not_asked,
        &form().sentences.refused,
        &form().sentences.not_safe_to_ask,
    ] {
        assert_eq!(&tidied(sentence), sentence);
    }
    assert_eq!(
        form().sentences.withheld,
        "Withheld: adult does not consent (SI 2015/1743 reg 3(2))"
    );
}

#[test]
fn contact_routes_are_kept_sealed() {
    for key in [
        "pv-phone-number-yes",
        "pv-phone-number-alternative",
        "pv-contact-details-email-input",
        "pv-contact-details-street",
        "pv-contact-details-postcode",
        "someone-else-email-input",
        "someone-else-street",
        "safe-contact-agreed",
    ] {
        assert!(form().question(key).unwrap().sealed, "{key}");
    }
}

#[test]
fn what_a_notification_keeps_back_is_the_same_in_the_form_and_at_the_last_gate() {
    for form in shipped().unwrap() {
        let include = &form.question("dtn-include").unwrap().options;
        for question in form.questions.values().filter(|question| !question.ours) {
            let free = question
                .home_office_keys()
                .iter()
                .any(|key| rule(key).is_free());
            let kept_back = question.withhold != Withhold::No;
            assert_eq!(kept_back, free, "{}: withhold", question.key);
            assert_eq!(
                kept_back,
                include.contains(&question.key),
                "{}: dtn-include",
                question.key
            );
        }
    }
}
