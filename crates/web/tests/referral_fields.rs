//! Every step of the form as a page: in both languages, with every kind of answer and problem, and what a
//! browser sends back from it is what was there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use std::collections::BTreeSet;

use common::browser::{plain, untouched};

use heyrick_domain::age::AgeStatus;
use heyrick_domain::consent::ConsentValue;
use heyrick_domain::form::path::Parts;
use heyrick_domain::form::post::from_page;
use heyrick_domain::form::{Answer, Answers, Draft, Facts, Form, Kind, Lists, Question, Step};
use heyrick_domain::unknown::Unknown;
use heyrick_store::list::lists;
use heyrick_web::Pages;
use heyrick_web::referral::fields::{self, FactPages, Field, Source};
use heyrick_web::referral::posted::{self, Sent};
use heyrick_words::{Locale, Words};
use jiff::civil::{Date, date};
use minijinja::context;
use minijinja::value::{Serde, Value};
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 24);

fn form() -> &'static Form {
    Form::find("nrm-2026-04").unwrap()
}

fn facts(age: AgeStatus, entry: Option<ConsentValue>, identity: bool) -> Facts {
    let mut facts = Facts {
        age_at_exploitation: Some(AgeStatus::Adult),
        support: Some(ConsentValue::Yes),
        cooperation: Some(ConsentValue::Yes),
        identity,
        files: 2,
        ..Facts::default()
    };
    facts.route.age = Some(age);
    facts.route.nrm_entry = entry;
    facts
}

/// Every way through the form there is: nothing known, a child, an adult who agrees, one who does not, one
/// who does not and agrees to be named.
fn ways() -> Vec<Facts> {
    vec![
        Facts::default(),
        facts(AgeStatus::Child, None, false),
        facts(AgeStatus::Adult, Some(ConsentValue::Given), false),
        facts(AgeStatus::Adult, Some(ConsentValue::Refused), false),
        facts(AgeStatus::Adult, Some(ConsentValue::Refused), true),
    ]
}

fn parts(facts: Facts, answers: Answers) -> Parts {
    Parts {
        form: form(),
        answers,
        facts,
        saved: BTreeSet::new(),
        to_check: BTreeSet::new(),
        today: TODAY,
    }
}

struct House {
    pages: Pages,
    words: Words,
    facts: FactPages,
}

fn house() -> House {
    let words = Words::shipped().unwrap();
    House {
        pages: Pages::shipped(&words).expect("assets: run cargo xtask setup --demo"),
        words,
        facts: FactPages {
            age: "/people/x/age?referral=r".to_owned(),
            consent: "/people/x/consent?referral=r".to_owned(),
            files: "/referrals/r/evidence".to_owned(),
            listed: String::new(),
        },
    }
}

impl House {
    fn source<'a>(&'a self, draft: &'a Draft<'a>, step: &'a Step, locale: Locale) -> Source<'a> {
        Source {
            draft,
            step,
            only: None,
            sent: None,
            refused: &[],
            search: None,
            add: None,
            facts: &self.facts,
            words: &self.words,
            locale,
        }
    }

    fn html(&self, source: &Source<'_>) -> String {
        let fields = fields::of_step(source);
        let keys: Vec<&str> = fields::on_page(source.draft, source.step, source.only)
            .into_iter()
            .filter(|question| posted::takes_typing(question))
            .map(|question| question.key.as_str())
            .collect();
        let values = context! {
            csrf => "token",
            version => 1,
            asked => posted::write_asked(&keys, source.draft.answers),
            back => "",
            only => source.only.unwrap_or_default(),
            alone => false,
            title_is_label => false,
            task_title => "Task",
            pages => Vec::<Value>::new(),
            fields => Value::from(Serde(fields)),
        };
        self.pages
            .render(source.locale, "referral/questions.html", values)
            .unwrap()
    }
}

/// Every field of a page, those under an option too.
fn flat(fields: &[Field]) -> Vec<&Field> {
    fields
        .iter()
        .flat_map(|field| {
            let under = field.options.iter().flat_map(|one| flat(&one.fields));
            std::iter::once(field).chain(under)
        })
        .collect()
}

#[test]
fn every_step_shows_each_of_its_questions_in_both_languages() {
    let house = house();
    for facts in ways() {
        let parts = parts(facts, Answers::new());
        let draft = parts.draft(lists());
        for step in draft.steps() {
            for locale in Locale::ALL {
                let html = house.html(&house.source(&draft, step, locale));
                assert!(
                    !html.contains('⟦'),
                    "{}: a word is missing: {html}",
                    step.id
                );
                for question in fields::on_page(&draft, step, None) {
                    let words = house.words.text(locale, &form().label_key(question), &[]);
                    let shown = minijinja::HtmlEscape(&words).to_string();
                    let label = plain(&html).contains(&words) || html.contains(&shown);
                    assert!(label, "{}: {}", step.id, question.key);
                    assert_eq!(
                        named(&html, question),
                        posted::takes_typing(question) && !question.options_are_questions,
                        "{}: {}",
                        step.id,
                        question.key
                    );
                }
            }
        }
    }
}

/// Says whether the page has a field of this question.
fn named(html: &str, question: &Question) -> bool {
    let name = match question.kind {
        Kind::Date | Kind::PartialDate => format!("{}-day", question.key),
        _ => question.key.clone(),
    };
    html.contains(&format!(" name=\"{name}\""))
}

#[test]
fn every_question_that_takes_an_unknown_offers_the_four() {
    let house = house();
    let mut seen = 0;
    for facts in ways() {
        let parts = parts(facts, Answers::new());
        let draft = parts.draft(lists());
        for step in draft.steps() {
            let fields = fields::of_step(&house.source(&draft, step, Locale::En));
            for field in flat(&fields) {
                let question = form().question(&field.key).unwrap();
                let want = if question.offers_unknown() && posted::takes_typing(question) {
                    4
                } else {
                    0
                };
                assert_eq!(field.unknowns.len(), want, "{}", field.key);
                seen += 1;
            }
        }
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn what_hangs_on_an_option_stands_under_it() {
    let house = house();
    let parts = parts(
        facts(AgeStatus::Adult, Some(ConsentValue::Given), false),
        Answers::new(),
    );
    let draft = parts.draft(lists());
    let step = form().step("types-of-exploitation").unwrap();
    let fields = fields::of_step(&house.source(&draft, step, Locale::En));
    let keys: Vec<&str> = fields.iter().map(|field| field.key.as_str()).collect();
    assert_eq!(keys, ["types-of-exploitation", "county-lines"]);
    let other = fields[0].options.last().unwrap();
    assert_eq!(other.value, "types-of-exploitation-other");
    assert_eq!(other.fields[0].key, "other-exploitation-details");
    let html = house.html(&house.source(&draft, step, Locale::En));
    assert!(html.contains("govuk-checkboxes__conditional"), "{html}");
}

#[test]
fn a_search_finds_offers_and_keeps_what_was_typed() {
    let house = house();
    let key = "where-exploitation-happened-uk-city";
    let parts = parts(
        Facts::default(),
        Answers::from([("where-exploitation-happened".to_owned(), Answer::text("uk"))]),
    );
    let draft = parts.draft(lists());
    let step = form().step("where-exploitation-happened-uk").unwrap();
    let sent: Sent = vec![
        (key.to_owned(), "Derby".to_owned()),
        (key.to_owned(), "leices".to_owned()),
    ];
    let search = fields::Search {
        key: key.to_owned(),
        row: 2,
    };
    let mut source = house.source(&draft, step, Locale::En);
    source.sent = Some(&sent);
    source.search = Some(&search);
    let fields = fields::of_step(&source);
    let rows = &fields[0].rows;
    assert_eq!(
        (rows[0].value.as_str(), rows[1].value.as_str()),
        ("Derby", "leices")
    );
    assert!(rows[0].matches.is_empty());
    assert!(
        rows[1].matches.contains(&"Leicester".to_owned()),
        "{rows:?}"
    );
    source.search = None;
    source.add = Some(key);
    assert_eq!(fields::of_step(&source)[0].rows.len(), 3);
}

#[test]
fn a_page_comes_back_with_what_was_typed_and_why() {
    let house = house();
    let parts = parts(facts(AgeStatus::Child, None, false), Answers::new());
    let draft = parts.draft(lists());
    let step = form().step("pv-dob").unwrap();
    let sent: Sent = [
        ("pv-dob-day", "31"),
        ("pv-dob-month", "2"),
        ("pv-dob-year", "2010"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let refused = from_page(form(), step, &sent, lists(), TODAY).refused;
    let mut source = house.source(&draft, step, Locale::En);
    source.sent = Some(&sent);
    source.refused = &refused;
    let html = house.html(&source);
    assert!(html.contains("govuk-error-message"), "{html}");
    for typed in ["value=\"31\"", "value=\"2\"", "value=\"2010\""] {
        assert!(html.contains(typed), "{typed}: {html}");
    }
}

#[test]
fn a_fact_is_read_here_and_recorded_elsewhere() {
    let house = house();
    let parts = parts(
        facts(AgeStatus::Adult, Some(ConsentValue::Given), false),
        Answers::new(),
    );
    let draft = parts.draft(lists());
    let step = form().step("pv-under-age").unwrap();
    assert!(fields::only_facts(&draft, step));
    let html = house.html(&house.source(&draft, step, Locale::En));
    assert!(html.contains("href=\"/people/x/age?referral=r\""), "{html}");
    assert!(!html.contains("name=\"pv-under-age\""));
    let step = form().step("authorities-cooperation").unwrap();
    assert!(!fields::only_facts(&draft, step));
}

#[test]
fn a_question_alone_holds_and_asks_nothing_else() {
    let house = house();
    let parts = parts(
        Facts::default(),
        Answers::from([("family".to_owned(), Answer::text("two brothers"))]),
    );
    let draft = parts.draft(lists());
    let step = form().step("what-is-their-background").unwrap();
    let mut source = house.source(&draft, step, Locale::En);
    source.only = Some("family");
    let html = house.html(&source);
    let sent = untouched(&html);
    let asked = posted::asked(form(), step, &sent);
    assert_eq!(asked.len(), 1);
    assert_eq!(posted::first(&sent, "family"), Some("two brothers"));
    assert_eq!(posted::first(&sent, "education"), None);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{1,40}",
        "\\PC{1,24}",
        Just("\nline\n\n two <script>alert('x')</script> & \"more\"".to_owned()),
        Just("Nguyễn Thị Ánh, ‏مرحبا, `tick`, 50 % &amp; \\n".to_owned()),
    ]
    .prop_filter("not empty", |text| !text.trim().is_empty())
}

fn value(question: &Question, lists: &Lists) -> BoxedStrategy<String> {
    match question.kind {
        Kind::Radios | Kind::Checkboxes => {
            proptest::sample::select(question.options.clone()).boxed()
        }
        Kind::Tick => Just("true".to_owned()).boxed(),
        Kind::Date => (1930_i16..2027, 1_i8..13, 1_i8..29)
            .prop_map(|(year, month, day)| date(year, month, day).to_string())
            .boxed(),
        Kind::PartialDate => "19[0-9]{2}(-0[1-9](-[12][0-9])?)?".boxed(),
        Kind::Select => {
            let list = question.list.as_deref().unwrap();
            let listed: Vec<String> = lists.values(list, TODAY).map(str::to_owned).collect();
            prop_oneof![
                proptest::sample::select(listed),
                Just("Not in <any> list".to_owned())
            ]
            .boxed()
        }
        _ => text().boxed(),
    }
}

fn answer(question: &'static Question) -> BoxedStrategy<Option<Answer>> {
    let one = value(question, lists());
    let given = if question.takes_many() {
        let most = if question.repeat > 1 {
            question.repeat
        } else {
            question.options.len()
        };
        proptest::collection::btree_set(one, 1..=most.min(5))
            .prop_map(|values| Some(Answer::many(values)))
            .boxed()
    } else {
        one.prop_map(|value| Some(Answer::text(value))).boxed()
    };
    if question.offers_unknown() {
        let unknown = proptest::sample::select(Unknown::ALL.to_vec())
            .prop_map(|kind| Some(Answer::unknown(kind)));
        prop_oneof![1 => Just(None), 3 => given, 1 => unknown].boxed()
    } else {
        prop_oneof![1 => Just(None), 3 => given].boxed()
    }
}

fn answers() -> impl Strategy<Value = Answers> {
    let all: Vec<BoxedStrategy<(String, Option<Answer>)>> = form()
        .questions
        .values()
        .filter(|question| posted::takes_typing(question))
        .map(|question| {
            let key = question.key.clone();
            answer(question)
                .prop_map(move |answer| (key.clone(), answer))
                .boxed()
        })
        .collect();
    all.prop_map(|pairs| {
        pairs
            .into_iter()
            .filter_map(|(key, answer)| Some((key, answer?)))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_a_page_sends_untouched_is_what_was_kept(answers in answers(), way in 0_usize..5) {
        let house = house();
        let parts = parts(ways()[way], answers);
        let draft = parts.draft(lists());
        for step in draft.steps() {
            let html = house.html(&house.source(&draft, step, Locale::En));
            let sent = untouched(&html);
            let read = posted::understood(form(), step, &parts.answers, &sent);
            let posting = from_page(form(), step, &read, lists(), TODAY);
            prop_assert_eq!(&posting.refused, &vec![], "{}", &step.id);
            for asked in posted::asked(form(), step, &sent) {
                let got = posting.answers[&asked.key].clone();
                let kept = parts.answers.get(&asked.key).cloned();
                // A text we begin in an empty box is offered, and comes with the page.
                let begun = form().question(&asked.key).and_then(|one| draft.prefill(one)).is_some();
                prop_assert!(begun || same(&got, &kept), "{}: {:?} came back as {:?}", &asked.key, kept, got);
                prop_assert_eq!(asked.held, posted::mark(parts.answers.get(&asked.key)));
            }
        }
    }
}

/// Ticked boxes come back in the order of the page.
fn same(got: &Option<Answer>, kept: &Option<Answer>) -> bool {
    let sorted = |answer: &Option<Answer>| {
        answer.clone().map(|answer| match answer {
            Answer::Many(mut values) => {
                values.sort();
                Answer::Many(values)
            }
            other => other,
        })
    };
    sorted(got) == sorted(kept)
}
