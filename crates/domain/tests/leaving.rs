//! Whatever somebody answered: a Duty to Notify for an adult who does not agree to be named holds no name
//! and no date of birth once it was reviewed (DTN-4, DTN-5).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::sync::LazyLock;

use heyrick_domain::age::AgeStatus;
use heyrick_domain::consent::ConsentValue;
use heyrick_domain::form::path::Parts;
use heyrick_domain::form::{Answer, Answers, Facts, Form, Kind, Lists};
use heyrick_domain::notification::{Against, Naming, gate};
use heyrick_domain::preparation::{Outgoing, as_it_stands, known_from, unread};
use heyrick_domain::review::{
    Reader, Settled, Settlement, Words, findings, release, settle, settled_lines,
};
use heyrick_domain::route::{Route, RouteFacts};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// What must never leave, in letters no ordinary word has. All invented.
const CANARIES: [&str; 6] = [
    "zenobiaq",
    "quillworth",
    "popsyzz",
    "grimjackk",
    "velveteeny",
    "1987-06-05",
];

const NAME: [(&str, &str); 6] = [
    ("pv-name-first-name", "Zenobiaq"),
    ("pv-name-last-name", "Quillworth"),
    ("pv-name-nickname", "Popsyzz"),
    ("pv-dob", "1987-06-05"),
    ("who-exploited-pv", "Somebody called Grimjackk, of the flat"),
    (
        "other-potential-victims-yes-details",
        "Her friend Velveteeny was there too",
    ),
];

/// Pieces of narratives: harmless words, and canaries as people write them.
const PIECES: [&str; 18] = [
    "she was told that wages would come later",
    "from a fishing village in the north",
    "her twin works at the Rosy Nails salon on High Street",
    "Zenobiaq Quillworth",
    "ZENOBIAQ",
    "zenobiaq's sister",
    "quillworth",
    "Quill-worth",
    "they called her popsyzz",
    "exploiter Mr Grimjackk",
    "grimjackk drove them",
    "with Velveteeny and two more",
    "velveteeny",
    "born on 5 June 1987",
    "05/06/87",
    "1987-06-05",
    "kept in flat 12, LE1 6ZG",
    "ring 07700 900123.",
];

static FORM: LazyLock<&Form> = LazyLock::new(|| Form::find("nrm-2026-04").unwrap());

/// The questions an officer types words into, but for what is the officer's own.
fn narratives() -> Vec<String> {
    FORM.questions
        .values()
        .filter(|question| matches!(question.kind, Kind::Text | Kind::Textarea))
        .map(|question| question.key.clone())
        .filter(|key| key != "reference")
        .filter(|key| NAME.iter().all(|(name, _)| name != key))
        .collect()
}

fn choices(seed: &[u8]) -> Answers {
    FORM.questions
        .values()
        .filter(|question| question.kind == Kind::Radios && question.from.is_none())
        .zip(seed.iter().cycle())
        .map(|(question, seed)| {
            let option = &question.options[usize::from(*seed) % question.options.len()];
            (question.key.clone(), Answer::text(option.clone()))
        })
        .collect()
}

fn facts(route: ConsentValue, cooperation: ConsentValue) -> Facts {
    Facts {
        route: RouteFacts {
            age: Some(AgeStatus::Adult),
            nrm_entry: Some(route),
            best_interests: None,
            duty_discharged: false,
        },
        age_at_exploitation: Some(AgeStatus::Adult),
        support: None,
        cooperation: Some(cooperation),
        identity: false,
        files: 0,
    }
}

fn parts(answers: &Answers, facts: Facts) -> Parts {
    Parts {
        form: *FORM,
        answers: answers.clone(),
        facts,
        saved: Default::default(),
        to_check: Default::default(),
        today: jiff::civil::date(2026, 10, 5),
    }
}

fn made(answers: &Answers, facts: Facts) -> Outgoing {
    as_it_stands(&parts(answers, facts).draft(&Lists::default())).unwrap()
}

/// What may be printed before anybody has read it.
fn draft_of(answers: &Answers, facts: Facts) -> Outgoing {
    let known = known_from(answers);
    let against = Against {
        reference: "R-7K4M-2Q",
        names: &known.names,
        others: &known.suspects,
    };
    unread(&parts(answers, facts).draft(&Lists::default()), against).unwrap()
}

/// The text of a thing in small letters without what people put between letters.
fn bare(text: &str) -> String {
    text.to_lowercase().replace('-', "")
}

#[track_caller]
fn holds_no_canary(made: &Outgoing) {
    for line in made.lines.iter().chain(&made.ours) {
        let text = bare(&line.value.text());
        for canary in CANARIES {
            assert!(!text.contains(&bare(canary)), "{canary} in {line:?}");
        }
    }
}

/// Settles every place in a way that is allowed, as somebody in a hurry would: keeping what may be kept.
fn settled(made: &Outgoing, answers: &Answers, hurry: &[u8]) -> Vec<Settled> {
    findings(&made.lines, &known_from(answers))
        .into_iter()
        .zip(hurry.iter().cycle())
        .map(|(place, hurry)| {
            let kept = Settlement::Kept {
                why: "said by many".to_owned(),
            };
            let how = match hurry % 3 {
                0 if settle(place.must_go, &kept).is_ok() => kept,
                1 => Settlement::Generalised {
                    words: "a person".to_owned(),
                    why: Some("said by many".to_owned()),
                },
                _ => Settlement::Removed,
            };
            Settled {
                key: place.key,
                range: place.range,
                how,
            }
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn sc_10_no_name_leaves_a_notification_that_was_released(
        words in proptest::collection::vec(subsequence(PIECES.to_vec(), 1..6), 8),
        include in proptest::collection::vec(any::<bool>(), 40),
        seed in proptest::collection::vec(any::<u8>(), 16),
        hurry in proptest::collection::vec(any::<u8>(), 12),
        route in select(vec![ConsentValue::Refused, ConsentValue::CannotBeAsked, ConsentValue::Withdrawn]),
        cooperation in select(vec![ConsentValue::Yes, ConsentValue::No, ConsentValue::Undecided]),
    ) {
        let mut answers = choices(&seed);
        for (key, words) in narratives().into_iter().zip(words.iter().cycle()) {
            answers.insert(key, Answer::text(words.join(", ")));
        }
        answers.insert("current-pv-location-uk-city".to_owned(), Answer::text("Leicester"));
        for (key, name) in NAME {
            answers.insert(key.to_owned(), Answer::text(name));
        }
        let facts = facts(route, cooperation);
        holds_no_canary(&made(&answers, facts));

        let offered = &FORM.question("dtn-include").unwrap().options;
        let chosen = offered.iter().zip(include.iter().cycle()).filter(|(_, yes)| **yes);
        answers.insert("dtn-include".to_owned(), Answer::many(chosen.map(|(key, _)| key.clone())));
        let mut left = made(&answers, facts);
        prop_assert_eq!(left.route, Route::Dtn);
        holds_no_canary(&draft_of(&answers, facts));
        let known = known_from(&answers);
        // What a settlement brings together is read again, as the review does.
        for _ in 0..3 {
            left.lines = settled_lines(&left.lines, &settled(&left, &answers, &hurry));
        }
        let words = Words { before: &left.lines, settled: &[] };
        prop_assert_eq!(release(Reader::Second, 0, words, &known, Naming::NotAgreed), Ok(()));
        prop_assert_eq!(gate(&left.lines, left.naming()), Ok(()));
        prop_assert_eq!(gate(&left.ours, left.naming()), Ok(()));
        holds_no_canary(&left);
    }

    #[test]
    fn sc_02_a_possible_child_never_yields_a_notification(
        age in select(vec![AgeStatus::Child, AgeStatus::NotSure]),
        seed in proptest::collection::vec(any::<u8>(), 16),
        entry in select(ConsentValue::ALL.to_vec()),
    ) {
        let mut facts = facts(entry, ConsentValue::No);
        facts.route.age = Some(age);
        prop_assert_eq!(made(&choices(&seed), facts).route, Route::Nrm);
    }
}
