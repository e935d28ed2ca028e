//! The path through the form: what is shown, what a change opens, what leaves and what never may.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeSet;

use heyrick_domain::age::AgeStatus;
use heyrick_domain::consent::ConsentValue;
use heyrick_domain::form::path::Parts;
use heyrick_domain::form::post::{PostError, from_json, from_page};
use heyrick_domain::form::{
    Answer, Answers, Carried, Draft, Facts, Form, Held, Kind, Lists, Severity, Status,
};
use heyrick_domain::route::{Route, RouteFacts};
use heyrick_domain::unknown::Unknown;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 24);

fn form() -> &'static Form {
    Form::find("nrm-2026-04").expect("the form is shipped")
}

fn parts(facts: Facts, answers: &[(&str, &str)]) -> Parts {
    Parts {
        form: form(),
        answers: answers
            .iter()
            .map(|(key, value)| {
                let many = form().question(key).unwrap().takes_many();
                let answer = if many {
                    Answer::many(value.split('|'))
                } else {
                    Answer::text(*value)
                };
                ((*key).to_owned(), answer)
            })
            .collect(),
        facts,
        saved: BTreeSet::new(),
        to_check: BTreeSet::new(),
        today: TODAY,
    }
}

const CHILD: Facts = Facts {
    route: RouteFacts {
        age: Some(AgeStatus::Child),
        nrm_entry: None,
        best_interests: None,
        duty_discharged: false,
    },
    age_at_exploitation: None,
    support: None,
    cooperation: None,
    identity: false,
    files: 0,
};
const CONSENTING: Facts = Facts {
    route: adult(Some(ConsentValue::Given)),
    age_at_exploitation: Some(AgeStatus::Adult),
    support: Some(ConsentValue::Yes),
    cooperation: Some(ConsentValue::Undecided),
    ..CHILD
};
const REFUSING: Facts = Facts {
    route: adult(Some(ConsentValue::Refused)),
    cooperation: Some(ConsentValue::No),
    ..CONSENTING
};

const fn adult(nrm_entry: Option<ConsentValue>) -> RouteFacts {
    RouteFacts {
        age: Some(AgeStatus::Adult),
        nrm_entry,
        ..CHILD.route
    }
}

fn shown(parts: &Parts) -> Vec<String> {
    let lists = Lists::default();
    parts
        .draft(&lists)
        .steps()
        .iter()
        .map(|step| step.id.clone())
        .collect()
}

#[track_caller]
fn check_shown(parts: &Parts, yes: &[&str], no: &[&str]) {
    let shown = shown(parts);
    for step in yes {
        assert!(shown.iter().any(|s| s == step), "{step} should be shown");
    }
    for step in no {
        assert!(form().step(step).is_some(), "{step} is no step");
        assert!(!shown.iter().any(|s| s == step), "{step} should be hidden");
    }
}

#[test]
fn a_child_is_never_asked_for_consent_support_or_who_hears() {
    check_shown(
        &parts(CHILD, &[]),
        &[
            "local-authority-contacted-about-child",
            "pv-name-referral",
            "fr-details",
            "pv-want-to-submit-nrm",
        ],
        &[
            "does-pv-need-support",
            "pv-phone-number",
            "who-contact",
            "pv-under-age-at-time-of-exploitation",
            "refuse-nrm",
        ],
    );
}

#[test]
fn an_adult_who_agrees_is_asked_about_support_and_who_hears() {
    check_shown(
        &parts(CONSENTING, &[("who-contact", "someone-else")]),
        &[
            "does-pv-need-support",
            "pv-phone-number",
            "who-contact",
            "someone-else",
            "pv-under-age-at-time-of-exploitation",
        ],
        &[
            "local-authority-contacted-about-child",
            "pv-contact-details-referral",
            "refuse-nrm",
            "schedule-1",
        ],
    );
}

#[test]
fn an_adult_who_refuses_is_not_named() {
    check_shown(
        &parts(REFUSING, &[("who-contact", "someone-else")]),
        &[
            "refuse-nrm",
            "pv-gender-dtn",
            "pv-nationality-dtn",
            "schedule-1",
            "notification",
        ],
        &[
            "pv-name-dtn",
            "pv-contact-details-dtn",
            "pv-name-referral",
            "someone-else",
            "fr-details",
            "upload-evidence",
        ],
    );
    // Willing to help the police is not consent to be named (DTN-6).
    let helping = Facts {
        cooperation: Some(ConsentValue::Yes),
        ..REFUSING
    };
    check_shown(&parts(helping, &[]), &[], &["pv-name-dtn"]);
    let named = Facts {
        identity: true,
        ..REFUSING
    };
    check_shown(
        &parts(named, &[]),
        &["pv-name-dtn", "pv-contact-details-dtn"],
        &["fr-details"],
    );
}

#[test]
fn their_form_gets_withheld_where_it_asks_for_a_name_we_may_not_give() {
    let facts = Facts {
        cooperation: Some(ConsentValue::Yes),
        ..REFUSING
    };
    let parts = parts(facts, &[("pv-name-first-name", "Invented")]);
    let lists = Lists::default();
    let fields = parts.draft(&lists).home_office_fields();
    let name = fields
        .iter()
        .find(|f| f.key == "pv-name-first-name")
        .unwrap();
    assert_eq!(name.value, Held::Text("Withheld".to_owned()));
    assert_eq!(name.carried, Carried::Withheld);
}

#[test]
fn before_an_adult_is_asked_the_account_can_be_written_but_no_route_is_open() {
    let asked_nobody = Facts {
        route: adult(None),
        ..CONSENTING
    };
    check_shown(
        &parts(asked_nobody, &[]),
        &[
            "what-is-their-background",
            "pv-want-to-submit-nrm",
            "current-pv-location",
        ],
        &[
            "pv-name-referral",
            "pv-gender-dtn",
            "refuse-nrm",
            "fr-details",
        ],
    );
}

#[test]
fn a_changed_answer_leads_only_through_what_it_opens() {
    let lists = Lists::default();
    let before = parts(
        CONSENTING,
        &[
            ("still-in-exploitative-situation", "no"),
            ("how-why-did-they-leave-the-situation", "walked out"),
        ],
    );
    let mut after = before.clone();
    after.answers.insert(
        "still-in-exploitative-situation".to_owned(),
        Answer::text("yes"),
    );
    let opened: Vec<String> = after
        .draft(&lists)
        .opened_since(&before.draft(&lists))
        .iter()
        .map(|s| s.id.clone())
        .collect();
    assert_eq!(opened, ["reasons-preventing-potential-victim-from-leaving"]);
    // The way back opens nothing: the old answer was kept.
    let back = before.draft(&lists);
    assert!(back.opened_since(&after.draft(&lists)).is_empty());
}

#[test]
fn an_answer_that_is_no_longer_asked_is_kept_and_does_not_leave() {
    let lists = Lists::default();
    let parts = parts(
        CONSENTING,
        &[
            ("still-in-exploitative-situation", "yes"),
            ("how-why-did-they-leave-the-situation", "walked out"),
        ],
    );
    let draft = parts.draft(&lists);
    assert!(
        draft
            .answers
            .contains_key("how-why-did-they-leave-the-situation")
    );
    assert!(!draft.home_office_json().to_string().contains("walked out"));
}

#[test]
fn a_new_age_sends_back_everything_from_consent_on_but_no_account() {
    let reset = form().reset_by_age();
    for key in [
        "pv-phone-number",
        "pv-name-first-name",
        "who-contact",
        "fr-details-phone",
        "refuse-nrm",
    ] {
        assert!(reset.contains(&key), "{key}");
    }
    for key in [
        "family",
        "who-exploited-pv",
        "types-of-exploitation",
        "user-organisation",
    ] {
        assert!(!reset.contains(&key), "{key}");
    }
}

#[test]
fn half_a_page_is_saved_and_says_what_is_missing() {
    let lists = Lists::default();
    let step = form().step("what-is-their-background").unwrap();
    let fields = [("family".to_owned(), "a sister".to_owned())];
    let posting = from_page(form(), step, &fields, &lists, TODAY);
    assert!(posting.refused.is_empty());
    let mut parts = parts(CONSENTING, &[]);
    parts.answers.extend(
        posting
            .answers
            .into_iter()
            .filter_map(|(k, a)| Some((k, a?))),
    );
    let draft = parts.draft(&lists);
    let missing: Vec<String> = draft.problems(step).into_iter().map(|p| p.key).collect();
    assert_eq!(missing, ["birthplace", "education", "employment-history"]);
    assert_eq!(draft.status(step), Status::InProgress);
}

#[test]
fn text_is_kept_as_typed_and_tidied_on_the_way_out() {
    let lists = Lists::default();
    let step = form().step("professional-insight").unwrap();
    let typed = "  said \u{2014} twice  over \r\n then left ";
    let fields = [("professional-insight".to_owned(), typed.to_owned())];
    let posting = from_page(form(), step, &fields, &lists, TODAY);
    let kept = posting.answers["professional-insight"].clone().unwrap();
    assert_eq!(kept.as_text().unwrap(), typed.replace("\r\n", "\n"));
    let mut parts = parts(CHILD, &[]);
    parts
        .answers
        .insert("professional-insight".to_owned(), kept);
    let json = parts.draft(&lists).home_office_json();
    assert_eq!(
        json["answers"]["professional-insight"],
        "said - twice  over \n then left"
    );
}

#[test]
fn too_long_is_saved_and_one_letter_less_is_done() {
    let lists = Lists::default();
    let step = form().step("professional-insight").unwrap();
    for (letters, want) in [(15_000, Status::Done), (15_001, Status::InProgress)] {
        let parts = parts(CHILD, &[("professional-insight", &"ü".repeat(letters))]);
        assert_eq!(parts.draft(&lists).status(step), want, "{letters}");
    }
    let fields = [("professional-insight".to_owned(), "x".repeat(60_001))];
    let posting = from_page(form(), step, &fields, &lists, TODAY);
    assert_eq!(posting.refused[0].severity, Severity::Now);
}

#[test]
fn an_answer_and_an_unknown_together_come_back_to_be_settled() {
    let lists = Lists::default();
    let step = form().step("what-is-their-background").unwrap();
    let fields = [
        ("family".to_owned(), "a sister".to_owned()),
        ("family--unknown".to_owned(), "refused".to_owned()),
    ];
    let posting = from_page(form(), step, &fields, &lists, TODAY);
    assert_eq!(posting.refused[0].code, "form-p-both");
}

#[test]
fn a_value_nobody_was_offered_is_refused() {
    let lists = Lists::default();
    let step = form().step("when-last-contact").unwrap();
    for (name, value, code) in [
        ("when-last-contact", "yesterday", "form-p-not-an-option"),
        (
            "when-last-contact--unknown",
            "maybe",
            "form-p-not-an-option",
        ),
    ] {
        let posting = from_page(
            form(),
            step,
            &[(name.to_owned(), value.to_owned())],
            &lists,
            TODAY,
        );
        assert_eq!(posting.refused[0].code, code);
    }
    let insight = form().step("professional-insight").unwrap();
    let nul = [("professional-insight".to_owned(), "a\u{0}b".to_owned())];
    assert_eq!(
        from_page(form(), insight, &nul, &lists, TODAY).refused[0].code,
        "form-p-control"
    );
}

#[test]
fn the_api_is_told_about_fields_a_step_does_not_have() {
    let lists = Lists::default();
    let body = |text: &str| serde_json::from_str::<serde_json::Map<_, _>>(text).unwrap();
    let step = form().step("pv-gender-referral").unwrap();
    let ok = from_json(
        form(),
        step,
        &body(r#"{"pv-gender":"female"}"#),
        &lists,
        TODAY,
    )
    .unwrap();
    assert_eq!(ok.answers["pv-gender"], Some(Answer::text("female")));
    let stranger = from_json(form(), step, &body(r#"{"pv-name":"x"}"#), &lists, TODAY);
    assert!(matches!(stranger, Err(PostError::NoSuchAnswer { .. })));
    let deep = from_json(
        form(),
        step,
        &body(r#"{"pv-gender":[["female"]]}"#),
        &lists,
        TODAY,
    );
    assert!(matches!(deep, Err(PostError::WrongType { .. })));
    let age = form().step("pv-under-age").unwrap();
    let fact = from_json(
        form(),
        age,
        &body(r#"{"pv-under-age":"no"}"#),
        &lists,
        TODAY,
    );
    assert!(matches!(fact, Err(PostError::IsAFact { .. })));
}

#[test]
fn a_date_must_be_one_and_lie_between_1900_and_today() {
    let lists = Lists::default();
    let step = form().step("pv-dob").unwrap();
    let post = |day: &str, month: &str, year: &str| {
        let fields = [("day", day), ("month", month), ("year", year)]
            .map(|(part, value)| (format!("pv-dob-{part}"), value.to_owned()));
        from_page(form(), step, &fields, &lists, TODAY)
    };
    assert_eq!(post("30", "2", "2001").refused[0].code, "form-p-date");
    assert_eq!(post("", "2", "2001").refused[0].code, "form-p-date");
    assert_eq!(post("", "", "").answers["pv-dob"], None);
    for (day, month, year, code) in [
        ("1", "1", "1900", Some("form-p-date-early")),
        ("2", "1", "1900", None),
        ("24", "11", "2026", None),
        ("25", "11", "2026", Some("form-p-date-future")),
    ] {
        let mut parts = parts(CONSENTING, &[]);
        let answer = post(day, month, year).answers["pv-dob"].clone().unwrap();
        parts.answers.insert("pv-dob".to_owned(), answer);
        let found = parts.draft(&lists).problems(step).first().map(|p| p.code);
        assert_eq!(found, code, "{day}/{month}/{year}");
    }
}

#[test]
fn a_town_is_found_however_it_is_written_and_else_kept_as_typed() {
    let lists = Lists::of([("towns", vec!["Leicester", "Unknown"])]);
    let step = form().step("where-exploitation-happened-uk").unwrap();
    let fields: Vec<(String, String)> = ["leicester", "", "Nowhere"]
        .map(|town| {
            (
                "where-exploitation-happened-uk-city".to_owned(),
                town.to_owned(),
            )
        })
        .to_vec();
    let posting = from_page(form(), step, &fields, &lists, TODAY);
    let kept = posting.answers["where-exploitation-happened-uk-city"]
        .clone()
        .unwrap();
    assert_eq!(kept, Answer::many(["Leicester", "Nowhere"]));
    let mut parts = parts(CONSENTING, &[("where-exploitation-happened", "uk")]);
    parts
        .answers
        .insert("where-exploitation-happened-uk-city".to_owned(), kept);
    let draft = parts.draft(&lists);
    assert_eq!(draft.problems(step)[0].code, "form-p-not-listed");
    let fields = draft.home_office_fields();
    let second = fields
        .iter()
        .find(|f| f.key == "where-exploitation-happened-uk-city-2")
        .unwrap();
    assert_eq!(second.value, Held::Text("Nowhere".to_owned()));
}

#[test]
fn the_eleventh_town_is_refused() {
    let lists = Lists::default();
    let step = form().step("where-exploitation-happened-uk").unwrap();
    let towns = |n: usize| -> Vec<(String, String)> {
        (0..n)
            .map(|i| {
                (
                    "where-exploitation-happened-uk-city".to_owned(),
                    format!("Town {i}"),
                )
            })
            .collect()
    };
    assert!(
        from_page(form(), step, &towns(10), &lists, TODAY)
            .refused
            .is_empty()
    );
    assert_eq!(
        from_page(form(), step, &towns(11), &lists, TODAY).refused[0].code,
        "form-p-too-many"
    );
}

#[test]
fn a_minimal_notification_says_withheld_and_needs_no_account() {
    let lists = Lists::default();
    let parts = parts(
        REFUSING,
        &[
            ("family", "her twin works on High Street"),
            ("where-exploitation-happened", "uk"),
            ("where-exploitation-happened-uk-city", "Leicester"),
        ],
    );
    let draft = parts.draft(&lists);
    let json = draft.home_office_json();
    let withheld = "Withheld: adult does not consent (SI 2015/1743 reg 3(2))";
    assert_eq!(json["answers"]["family"], withheld);
    assert_eq!(json["answers"]["who-exploited-pv"], withheld);
    assert_eq!(
        json["answers"]["where-exploitation-happened-uk-city-1"],
        "Unknown"
    );
    assert!(draft.free_text_in_notification().is_empty());
    let background = form().step("what-is-their-background").unwrap();
    assert_eq!(draft.status(background), Status::Done);
}

#[test]
fn words_the_author_adds_to_a_notification_are_named_for_the_second_reader() {
    let lists = Lists::default();
    let parts = parts(
        REFUSING,
        &[
            ("family", "a relative in a service trade"),
            ("dtn-include", "family|education"),
        ],
    );
    let draft = parts.draft(&lists);
    let added: Vec<&str> = draft
        .free_text_in_notification()
        .iter()
        .map(|q| q.key.as_str())
        .collect();
    assert_eq!(added, ["family"]);
    assert_eq!(
        draft.home_office_json()["answers"]["family"],
        "a relative in a service trade"
    );
}

#[test]
fn unknowns_reach_their_form_as_written_down() {
    let lists = Lists::default();
    let mut parts = parts(CHILD, &[]);
    for (key, kind) in [
        ("family", Unknown::NotSafeToAsk),
        ("pv-nationality", Unknown::Unknown),
        ("any-other-pvs", Unknown::NotAsked),
        ("pv-dob", Unknown::Refused),
        ("pv-gender", Unknown::Unknown),
    ] {
        parts.answers.insert(key.to_owned(), Answer::unknown(kind));
    }
    let draft = parts.draft(&lists);
    let json = draft.home_office_json();
    assert_eq!(
        json["answers"]["family"],
        "Not known: asking could put somebody at risk."
    );
    assert_eq!(json["answers"]["pv-nationality"], "Unknown");
    assert_eq!(json["answers"]["any-other-pvs"], "not-sure");
    assert!(json["answers"].get("pv-dob").is_none());
    // "unknown" there means neither female nor male, so an unknown must never become it.
    assert!(json["answers"].get("pv-gender").is_none());
    let gender = form().step("pv-gender-referral").unwrap();
    assert_eq!(draft.problems(gender)[0].code, "form-p-unknown-choose");
}

#[test]
fn county_lines_has_no_box_there_so_the_account_must_name_it() {
    let lists = Lists::default();
    let told = (
        "types-of-exploitation",
        "types-of-exploitation-forced-to-commit-crime",
    );
    let mut parts = parts(CHILD, &[told, ("county-lines", "yes")]);
    let step = form().step("types-of-exploitation").unwrap();
    let asked = form().question("what-were-they-required-to-do").unwrap();
    assert_eq!(
        parts.draft(&lists).problems(step)[0].code,
        "form-p-county-lines"
    );
    assert!(parts.draft(&lists).prefill(asked).is_some());
    parts
        .answers
        .insert(asked.key.clone(), Answer::text("Held a county line phone"));
    assert!(parts.draft(&lists).problems(step).is_empty());
    assert!(parts.draft(&lists).prefill(asked).is_none());
}

#[test]
fn a_filled_answer_is_to_check_until_somebody_looked() {
    let lists = Lists::default();
    let mut parts = parts(CHILD, &[("pv-gender", "female")]);
    parts.to_check.insert("pv-gender".to_owned());
    let step = form().step("pv-gender-referral").unwrap();
    assert_eq!(parts.draft(&lists).status(step), Status::ToCheck);
    parts.to_check.clear();
    assert_eq!(parts.draft(&lists).status(step), Status::Done);
}

#[test]
fn a_form_holds_between_its_dates() {
    assert!(Form::in_force(date(2026, 4, 20)).is_none());
    assert_eq!(Form::in_force(date(2026, 4, 21)).unwrap().id, "nrm-2026-04");
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let age = proptest::option::of(proptest::sample::select(&AgeStatus::ALL[..]));
    let value = || proptest::option::of(proptest::sample::select(ConsentValue::ALL));
    let who = (age, value(), any::<bool>());
    (who, value(), value(), any::<bool>(), 0_usize..3).prop_map(
        |((age, nrm_entry, duty_discharged), support, cooperation, identity, files)| Facts {
            route: RouteFacts {
                age,
                nrm_entry,
                best_interests: None,
                duty_discharged,
            },
            age_at_exploitation: None,
            support,
            cooperation,
            identity,
            files,
        },
    )
}

/// Random answers to every question: an option, a recognisable text, an unknown, or nothing.
fn any_answers() -> impl Strategy<Value = Answers> {
    let keys: Vec<String> = form().questions.keys().cloned().collect();
    let rolls = proptest::collection::vec(0_usize..20, keys.len());
    rolls.prop_map(move |rolls| {
        keys.iter()
            .zip(rolls)
            .filter_map(|(key, roll)| {
                let question = form().question(key)?;
                let answer = match roll {
                    0..3 => return None,
                    3 if question.offers_unknown() => Answer::unknown(Unknown::Refused),
                    _ if question.options.is_empty() => Answer::text(format!("typed<{key}>")),
                    n if question.kind == Kind::Checkboxes => {
                        Answer::many(question.options.iter().skip(n % question.options.len()))
                    }
                    n => Answer::text(question.options[n % question.options.len()].clone()),
                };
                Some((key.clone(), answer))
            })
            .collect()
    })
}

fn leaves(draft: &Draft<'_>) -> String {
    draft.home_office_json().to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_child_or_possible_child_never_reaches_a_duty_to_notify(facts in any_facts(), answers in any_answers()) {
        let lists = Lists::default();
        let parts = Parts { form: form(), answers, facts, saved: BTreeSet::new(), to_check: BTreeSet::new(), today: TODAY };
        let draft = parts.draft(&lists);
        if matches!(facts.route.age, Some(AgeStatus::Child | AgeStatus::NotSure)) {
            prop_assert_eq!(draft.route(), Some(Route::Nrm));
            let stray = draft.steps().iter().find(|s| s.section == "dtn" || s.id == "schedule-1" || s.id == "notification");
            prop_assert!(stray.is_none(), "{:?}", stray);
        }
    }

    #[test]
    fn what_is_not_shown_never_leaves(facts in any_facts(), answers in any_answers()) {
        let lists = Lists::default();
        let parts = Parts { form: form(), answers, facts, saved: BTreeSet::new(), to_check: BTreeSet::new(), today: TODAY };
        let draft = parts.draft(&lists);
        let leaving = leaves(&draft);
        for question in form().questions.values() {
            if !draft.asks(&question.key) || draft.withholds(question) {
                prop_assert!(!leaving.contains(&format!("typed<{}>", question.key)), "{}", question.key);
            }
        }
    }

    #[test]
    fn without_consent_to_be_named_no_name_and_no_contact_leaves(facts in any_facts(), answers in any_answers()) {
        let lists = Lists::default();
        let parts = Parts { form: form(), answers, facts, saved: BTreeSet::new(), to_check: BTreeSet::new(), today: TODAY };
        let draft = parts.draft(&lists);
        if draft.route() == Some(Route::Dtn) && !facts.identity {
            let leaving = leaves(&draft);
            for key in form().questions.keys().filter(|k| k.starts_with("pv-name") || k.starts_with("pv-contact") || k.starts_with("pv-phone") || k.starts_with("someone-else")) {
                prop_assert!(!leaving.contains(&format!("typed<{key}>")), "{}", key);
            }
        }
    }

    #[test]
    fn every_shown_step_has_a_status_and_a_way_on(facts in any_facts(), answers in any_answers()) {
        let lists = Lists::default();
        let parts = Parts { form: form(), answers, facts, saved: BTreeSet::new(), to_check: BTreeSet::new(), today: TODAY };
        let draft = parts.draft(&lists);
        let mut here = draft.steps_in_our_order().first().map(|s| s.id.clone());
        let mut seen = 0;
        while let Some(id) = here {
            seen += 1;
            prop_assert!(draft.status(form().step(&id).unwrap()) != Status::NotNeeded);
            here = draft.next(&id).map(|s| s.id.clone());
        }
        prop_assert_eq!(seen, draft.steps().len());
    }
}

#[test]
fn an_organisation_no_list_of_ours_holds_is_flagged_and_keeps_only_a_notification_back() {
    let mut lists = Lists::of([
        ("organisations", vec!["Leicestershire Police"]),
        ("towns", vec!["Leicester"]),
    ]);
    lists.correct().unwrap();
    let typed = [("user-organisation", "A newly named charity")];
    let step = form().step("organisation").unwrap();
    for (facts, code, severity) in [
        (CONSENTING, "form-p-not-listed-open", Severity::Advice),
        (REFUSING, "form-p-not-listed", Severity::Later),
    ] {
        let parts = parts(facts, &typed);
        let problems = parts.draft(&lists).problems(step);
        let found: Vec<_> = problems
            .iter()
            .map(|one| (one.code, one.severity))
            .collect();
        assert_eq!(found, [(code, severity)]);
    }
}
