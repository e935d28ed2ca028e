//! House checks on the words of forms: nothing is asked, refused or marked without words in every language.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use heyrick_domain::form::{self, Form, Status};
use heyrick_domain::review;
use heyrick_domain::unknown::Unknown;
use heyrick_words::{Arg, Locale, Words};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name)
}

fn forms() -> &'static [Form] {
    let forms = form::shipped().unwrap();
    assert!(!forms.is_empty());
    forms
}

/// The words between quotes that begin like this, anywhere in the code of a folder.
fn codes(source: &str, start: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder(source)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        let begins = format!("\"{start}");
        for rest in text.split(&begins).skip(1) {
            let end = rest.split('"').next().unwrap_or_default();
            if !end.is_empty() && !end.contains('{') {
                found.insert(format!("{start}{end}"));
            }
        }
    }
    found
}

/// The keys of one catalogue folder that begin like this.
fn keys(locale: Locale, start: &str) -> BTreeSet<String> {
    fs::read_dir(folder("locales").join(locale.code()))
        .unwrap()
        .flat_map(|file| {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .filter_map(|line| Some(line.split_once(" =")?.0.to_owned()))
        .filter(|key| key.starts_with(start))
        .collect()
}

#[track_caller]
fn all_have_words(keys: impl IntoIterator<Item = String>) {
    let words = Words::shipped().unwrap();
    let mut missing = Vec::new();
    let mut asked = 0;
    for key in keys {
        asked += 1;
        for locale in Locale::ALL {
            if !words.has_in(locale, &key) {
                missing.push(format!("{}: {key}", locale.code()));
            }
        }
    }
    assert!(asked > 0, "nothing was looked for");
    assert!(
        missing.is_empty(),
        "no words for\n  {}",
        missing.join("\n  ")
    );
}

#[test]
fn every_word_of_every_form_is_in_every_language() {
    all_have_words(forms().iter().flat_map(Form::word_keys));
}

#[test]
fn no_catalogue_has_words_that_no_form_asks_for() {
    let mut spare = Vec::new();
    for head in forms().iter().map(|form| &form.words) {
        let asked: BTreeSet<String> = forms().iter().flat_map(Form::word_keys).collect();
        for locale in Locale::ALL {
            let held = keys(locale, &format!("{head}-"));
            assert!(held.len() > 100, "found only {held:?}");
            let more = held.difference(&asked);
            spare.extend(more.map(|key| format!("{}: {key}", locale.code())));
        }
    }
    assert!(
        spare.is_empty(),
        "nobody asks for\n  {}",
        spare.join("\n  ")
    );
}

#[test]
fn every_problem_unknown_and_status_is_in_every_language() {
    let problems = codes("crates/domain/src/form", "form-p-");
    assert!(problems.len() > 20, "found only {problems:?}");
    all_have_words(problems);
    all_have_words(Unknown::ALL.map(|kind| format!("form-unknown-{}", kind.code())));
    let statuses = [
        Status::NotNeeded,
        Status::NotStarted,
        Status::InProgress,
        Status::ToCheck,
        Status::Done,
    ];
    all_have_words(statuses.map(|status| format!("form-status-{}", status.code())));
    all_have_words(
        [
            "form-unknown-legend",
            "form-unknown-none",
            "form-disclosure-warning",
            "form-withheld-note",
        ]
        .map(str::to_owned),
    );
}

#[test]
fn a_problem_mentions_only_what_it_is_given() {
    let words = Words::shipped().unwrap();
    for code in codes("crates/domain/src/form", "form-p-") {
        let given: &[&str] = match code.as_str() {
            "form-p-too-long" => &["max", "over"],
            "form-p-far-too-long" => &["max"],
            "form-p-too-many" => &["most"],
            _ => &[],
        };
        let args: Vec<(&str, Arg<'_>)> = given.iter().map(|name| (*name, "17".into())).collect();
        for locale in Locale::ALL {
            let said = words.text(locale, &code, &args);
            assert!(!said.contains('{'), "{}: {said}", locale.code());
            assert_eq!(
                said.matches("17").count(),
                given.len(),
                "{}: {said}",
                locale.code()
            );
        }
    }
}

#[test]
fn every_mark_of_the_review_is_in_every_language() {
    all_have_words(review::Kind::ALL.map(|kind| format!("review-kind-{}", kind.code())));
    all_have_words(codes("crates/domain/src/review", "review-use-"));
}

#[test]
fn no_word_is_empty_or_its_own_key() {
    // A label somebody forgot to write looks like its key; a straight apostrophe was typed, not set.
    let words = Words::shipped().unwrap();
    for form in forms() {
        for key in form.word_keys() {
            for locale in Locale::ALL {
                let said = words.text(locale, &key, &[]);
                let tail = key.rsplit("-q-").next().unwrap_or_default();
                assert_ne!(said, tail, "{}: {key}", locale.code());
                assert!(!said.trim().is_empty(), "{}: {key}", locale.code());
                assert!(!said.contains('\''), "{}: {key}: {said}", locale.code());
            }
        }
    }
}

#[test]
fn every_order_for_talking_and_every_gate_has_its_words() {
    use heyrick_domain::first_account::talk::talks;
    use heyrick_domain::first_account::turn::{Reason, TurnError};
    use heyrick_domain::first_account::{
        Abe, AccountError, Beside, Choice, Company, Free, Ground, Health, Law, Pack, Told, Voice,
        Willing,
    };
    all_have_words(
        talks()
            .iter()
            .flat_map(heyrick_domain::first_account::talk::Talk::word_keys),
    );
    let grounds = Ground::ALL
        .iter()
        .flat_map(|one| [one.words().to_owned(), one.next()]);
    all_have_words(grounds);
    all_have_words(
        Reason::ALL
            .iter()
            .flat_map(|one| [one.words().to_owned(), one.next()]),
    );
    let words: Vec<&str> = [
        Law::ALL.iter().map(|one| one.words()).collect::<Vec<_>>(),
        Abe::ALL.iter().map(|one| one.words()).collect(),
        Health::ALL.iter().map(|one| one.words()).collect(),
        Willing::ALL.iter().map(|one| one.words()).collect(),
        Told::ALL.iter().map(|one| one.words()).collect(),
        Company::ALL.iter().map(|one| one.words()).collect(),
        Beside::ALL.iter().map(|one| one.words()).collect(),
        Voice::ALL.iter().map(|one| one.words()).collect(),
        Free::ALL.iter().map(|one| one.words()).collect(),
        Choice::ALL.iter().map(|one| one.words()).collect(),
        Pack::ALL.iter().map(|one| one.words()).collect(),
        AccountError::ALL.iter().map(|one| one.words()).collect(),
        TurnError::ALL.iter().map(|one| one.words()).collect(),
    ]
    .concat();
    all_have_words(words.into_iter().map(str::to_owned));
}

#[test]
fn no_word_of_an_order_for_talking_is_left_over() {
    use heyrick_domain::first_account::talk::talks;
    for talk in talks() {
        let asked: BTreeSet<String> = talk.word_keys().into_iter().collect();
        for locale in Locale::ALL {
            assert_eq!(keys(locale, &format!("{}-", talk.words)), asked);
        }
    }
}
