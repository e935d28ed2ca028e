//! SC-10 and the promises of the review.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use proptest::prelude::*;

use super::*;
use crate::notification::{Content, Leaving, WITHHELD};

fn content(key: &str, text: &str) -> Content {
    vec![Line {
        section: "background".to_owned(),
        step: "what-is-their-background".to_owned(),
        key: key.to_owned(),
        question: key.to_owned(),
        value: Leaving::Text(text.to_owned()),
        typed: text != WITHHELD,
    }]
}

fn found(text: &str, known: &Known) -> Vec<(Kind, String)> {
    findings(&content("family", text), known)
        .into_iter()
        .map(|finding| (finding.kind, text[finding.range].to_owned()))
        .collect()
}

fn as_written(before: &[Line]) -> Words<'_> {
    Words {
        before,
        settled: &[],
    }
}

#[track_caller]
fn check(text: &str, want: &[(Kind, &str)]) {
    let want: Vec<(Kind, String)> = want
        .iter()
        .map(|(kind, text)| (*kind, (*text).to_owned()))
        .collect();
    assert_eq!(found(text, &Known::default()), want, "{text}");
}

const SC_10: &str =
    "from the fishing village X, her twin works at the Y nail bar on High Street, exploiter Mr EX4";

#[test]
fn sc_10_village_twin_business_and_exploiter_are_marked() {
    check(
        SC_10,
        &[
            (Kind::SmallPlace, "fishing village X"),
            (
                Kind::Together,
                "twin works at the Y nail bar on High Street",
            ),
            (Kind::Suspect, "exploiter Mr EX4"),
        ],
    );
}

#[test]
fn sc_10_release_waits_until_each_place_is_generalised_or_taken_out() {
    let before = content("family", SC_10);
    let places = findings(&before, &Known::default());
    assert_eq!(
        places.iter().map(|place| place.instead).collect::<Vec<_>>(),
        [
            Some("review-use-coastal-village"),
            Some("review-use-relative-trade"),
            None
        ]
    );
    assert_eq!(
        release(
            Reader::Second,
            places.len(),
            as_written(&before),
            &Known::default(),
            Naming::NotAgreed
        ),
        Err(ReleaseError::Unsettled(3))
    );
    let kept = Settlement::Kept {
        why: "known locally".to_owned(),
    };
    assert_eq!(settle(places[2].must_go, &kept), Err(SettleError::MustGo));
    let words = |words: &str| Settlement::Generalised {
        words: words.to_owned(),
        why: Some("said of many".to_owned()),
    };
    let how = [
        words("a coastal village"),
        words("relative in a service trade"),
        Settlement::Removed,
    ];
    let settled: Vec<_> = places
        .iter()
        .map(|place| place.range.clone())
        .zip(how)
        .collect();
    let after = apply(SC_10, &settled);
    assert_eq!(
        after,
        "from the a coastal village, her relative in a service trade, [taken out]"
    );
    assert_eq!(
        release(
            Reader::Second,
            0,
            as_written(&content("family", &after)),
            &Known::default(),
            Naming::NotAgreed
        ),
        Ok(())
    );
}

#[test]
fn nobody_releases_their_own_words_and_only_reviewers_release() {
    let nothing = Content::new();
    let known = Known::default();
    assert_eq!(
        release(
            Reader::Author,
            0,
            as_written(&nothing),
            &known,
            Naming::NotAgreed
        ),
        Err(ReleaseError::OwnWords)
    );
    assert_eq!(
        release(
            Reader::Unqualified,
            0,
            as_written(&nothing),
            &known,
            Naming::NotAgreed
        ),
        Err(ReleaseError::NotAReviewer)
    );
    assert_eq!(
        release(
            Reader::Second,
            0,
            as_written(&nothing),
            &known,
            Naming::NotAgreed
        ),
        Ok(())
    );
}

#[test]
fn new_words_that_identify_are_not_released() {
    let known = Known {
        names: vec!["Ana Popescu".to_owned()],
        ..Known::default()
    };
    let after = content("family", "her friend ana said so");
    assert_eq!(
        release(
            Reader::Second,
            0,
            as_written(&after),
            &known,
            Naming::NotAgreed
        ),
        Err(ReleaseError::StillIdentifies {
            keys: vec!["family".to_owned()]
        })
    );
}

#[track_caller]
fn reworded(words: &str, why: Option<&str>, naming: Naming) -> Result<(), ReleaseError> {
    let before = content("family", "met her at Shiny Car Wash and left");
    let known = Known {
        suspects: vec!["Big Tony".to_owned()],
        ..Known::default()
    };
    let settled: Vec<Settled> = findings(&before, &known)
        .into_iter()
        .map(|place| Settled {
            key: place.key,
            range: place.range,
            how: Settlement::Generalised {
                words: words.to_owned(),
                why: why.map(str::to_owned),
            },
        })
        .collect();
    assert_eq!(settled.len(), 1);
    let words = Words {
        before: &before,
        settled: &settled,
    };
    release(Reader::Second, 0, words, &known, naming)
}

#[test]
fn words_a_reader_wrote_are_read_like_those_of_the_author() {
    let new = Err(ReleaseError::NewWords {
        settlements: vec![0],
    });
    let goes = Err(ReleaseError::StillIdentifies {
        keys: vec!["family".to_owned()],
    });
    let why = Some("said of many");
    for (words, why, naming, want) in [
        ("work", None, Naming::NotAgreed, Ok(())),
        ("a business", None, Naming::NotAgreed, Ok(())),
        ("Doina at work", None, Naming::NotAgreed, new.clone()),
        ("Doina at work", Some(" "), Naming::NotAgreed, new.clone()),
        ("Doina at work", why, Naming::NotAgreed, Ok(())),
        ("Doina at work", None, Naming::Agreed, new.clone()),
        ("big tony’s place", why, Naming::NotAgreed, goes),
        ("big tony’s place", why, Naming::Agreed, Ok(())),
        // What is marked only beside the words that stayed is found too.
        ("work in Hill Top", None, Naming::NotAgreed, new),
    ] {
        assert_eq!(
            reworded(words, why, naming),
            want,
            "{words}, {why:?}, {naming:?}"
        );
    }
}

#[test]
fn what_a_reader_wrote_is_shown_with_what_it_is() {
    let before = content("family", "met her at Shiny Car Wash and left");
    let place = &findings(&before, &Known::default())[0];
    let settled = [Settled {
        key: place.key.clone(),
        range: place.range.clone(),
        how: Settlement::Generalised {
            words: "Doina, 07700 900123".to_owned(),
            why: None,
        },
    }];
    let marks = new_marks(&before, &settled, &Known::default(), Naming::NotAgreed);
    let shown: Vec<_> = marks
        .iter()
        .map(|mark| (mark.kind, &*mark.written))
        .collect();
    assert_eq!(
        shown,
        [(Kind::Name, "Doina"), (Kind::Phone, "07700 900123")]
    );
}

#[test]
fn keeping_needs_a_reason_and_rewording_needs_words() {
    for empty in [
        Settlement::Kept {
            why: " ".to_owned(),
        },
        Settlement::Generalised {
            words: String::new(),
            why: None,
        },
    ] {
        assert_eq!(settle(false, &empty), Err(SettleError::Empty));
    }
    assert_eq!(settle(true, &Settlement::Removed), Ok(()));
}

#[test]
fn numbers_and_addresses_are_marked() {
    check("rang 07700 900123", &[(Kind::Phone, "07700 900123")]);
    check(
        "wrote to ana.p@example.com",
        &[(Kind::Email, "ana.p@example.com")],
    );
    check("driven in AB12 CDE", &[(Kind::Plate, "AB12 CDE")]);
    check(
        "kept at 4 Mill Lane, LE1 6ZG",
        &[(Kind::Address, "4 Mill Lane"), (Kind::Address, "LE1 6ZG")],
    );
    check("held in flat 12", &[(Kind::Address, "flat 12")]);
    check(
        "passport 123456789",
        &[(Kind::Document, "passport 123456789")],
    );
    check("her number is QQ123456C", &[(Kind::Document, "QQ123456C")]);
    check(
        "see www.example.org/ana",
        &[(Kind::Link, "www.example.org/ana")],
    );
    check("and CAD 4411 refers", &[(Kind::Document, "CAD 4411")]);
}

#[test]
fn times_and_ages_are_marked() {
    check("on 9 March 2024 he", &[(Kind::Date, "9 March 2024")]);
    check("she is 34 now", &[(Kind::Age, "is 34")]);
    check("a 34-year-old", &[(Kind::Age, "34-year-old")]);
    check(
        "she was born in Constanta",
        &[(Kind::DateOfBirth, "born in Constanta")],
    );
}

#[test]
fn rare_attributes_are_marked() {
    check("she has a tattoo", &[(Kind::Mark, "tattoo")]);
    check("he was a boxer", &[(Kind::Occupation, "boxer")]);
    check(
        "attended Hill Top School",
        &[(Kind::Institution, "Hill Top School")],
    );
    check(
        "worked at Shiny Car Wash",
        &[(Kind::Business, "Shiny Car Wash")],
    );
    check("with Kevin and others", &[(Kind::Name, "Kevin")]);
    check("ከአበበ ጋር", &[(Kind::Name, "ከአበበ ጋር")]);
}

#[test]
fn a_name_at_the_beginning_of_a_sentence_is_marked() {
    check(
        "Doina brought her here. Ahmed drove the van. Constanta is where they met. Kowalski paid.",
        &[
            (Kind::Name, "Doina"),
            (Kind::Name, "Ahmed"),
            (Kind::Name, "Constanta"),
            (Kind::Name, "Kowalski"),
        ],
    );
    check("Alina", &[(Kind::Name, "Alina")]);
    check("Alina.", &[(Kind::Name, "Alina")]);
    check(
        "Rose paid. Mark drove.",
        &[(Kind::Name, "Rose"), (Kind::Name, "Mark")],
    );
    check(
        "Working hours were long. An officer asked. Threatened daily, beaten twice. Wages were kept.",
        &[],
    );
}

#[test]
fn names_in_a_short_note_without_capitals_are_marked() {
    check(
        "ahmed khan from constanta",
        &[(Kind::Name, "ahmed khan"), (Kind::Name, "constanta")],
    );
    check(
        "alina, doina",
        &[(Kind::Name, "alina"), (Kind::Name, "doina")],
    );
    check("not known", &[]);
    check("kept in a locked room without food", &[]);
}

#[test]
fn a_driving_licence_is_one_mark() {
    let licence = "driving licence POPES 952041 I99AB";
    check(&format!("with a {licence}."), &[(Kind::Document, licence)]);
    check(
        "shown POPES952041I99AB",
        &[(Kind::Document, "POPES952041I99AB")],
    );
}

#[test]
fn ordinary_words_are_not_marked() {
    check(
        "She was told that the wages would come later. They took her papers.",
        &[],
    );
    check(
        "He came to the United Kingdom from Albania in a lorry.",
        &[],
    );
    check(WITHHELD, &[]);
}

#[test]
fn what_is_known_is_found_however_it_is_written() {
    let known = Known {
        names: vec!["Ștefan Müller".to_owned()],
        born: Some(Born {
            year: 1998,
            month: Some(3),
            day: Some(9),
        }),
        addresses: vec!["4 Mill Lane, Leicester".to_owned()],
        phones: vec!["07700 900123".to_owned()],
        documents: vec!["M1234567".to_owned()],
        ..Known::default()
    };
    for text in [
        "stefan muller",
        "MULLER",
        "S-t-e-f-a-n M u l l e r",
        "xxStefanMullerxx",
        "muller's sister",
        "stefan’s phone",
        "09/03/98",
        "on 9 March",
        "4 mill ln",
        "+44 (0) 7700 900 123",
        "m 1234567",
        "+447700900123",
    ] {
        let text = text.replace(" ln", " lane");
        let places = findings(&content("family", &text), &known);
        assert!(
            places.iter().any(|place| place.must_go),
            "{text}: {places:?}"
        );
    }
}

#[test]
fn suspects_and_other_victims_must_go_whatever_the_case() {
    let known = Known {
        suspects: vec!["Big Tony".to_owned()],
        other_victims: vec!["Mai".to_owned()],
        ..Known::default()
    };
    let kinds: Vec<Kind> = found("big tony took mai along", &known)
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(kinds, [Kind::Suspect, Kind::OtherVictim]);
}

#[test]
fn a_label_is_another_victims_unless_it_is_known_to_be_theirs() {
    let known = Known {
        names: vec!["PV9".to_owned()],
        ..Known::default()
    };
    let kinds: Vec<Kind> = found("PV9 was brought with PV10", &known)
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(kinds, [Kind::OwnName, Kind::OtherVictim]);
}

#[test]
fn a_town_added_on_purpose_is_shown_to_the_reader() {
    let places = findings(
        &content("current-pv-location-uk-city", "Leicester"),
        &Known::default(),
    );
    assert_eq!(
        (places[0].kind, places[0].range.clone()),
        (Kind::Town, 0..9)
    );
}

#[test]
fn coded_answers_are_not_read() {
    assert_eq!(
        findings(
            &content("user-organisation", "Leicestershire Police"),
            &Known::default()
        ),
        []
    );
}

proptest! {
    #[test]
    fn a_known_name_planted_anywhere_is_found(
        before in "\\PC{0,30}", after in "\\PC{0,30}",
        first in "[A-Z][a-zà-öø-ž]{2,8}", last in "[A-Z][a-zà-öø-ž]{2,8}",
        apart in prop_oneof![Just(" "), Just("-"), Just("  "), Just("\n"), Just("")],
        loud in any::<bool>(),
    ) {
        let name = format!("{first}{apart}{last}");
        let planted = if loud { name.to_uppercase() } else { name.clone() };
        let text = format!("{before} {planted} {after}");
        let known = Known { names: vec![format!("{first} {last}")], ..Known::default() };
        let at = before.len() + 1..before.len() + 1 + planted.len();
        let covered = findings(&content("family", &text), &known)
            .into_iter()
            .any(|place| place.must_go && place.range.start <= at.start && place.range.end >= at.end);
        prop_assert!(covered, "{text:?}");
    }

    #[test]
    fn ranges_stand_on_characters_in_order_and_apart(text in "\\PC{0,120}") {
        let mut end = 0;
        for place in findings(&content("family", &text), &Known::default()) {
            prop_assert!(text.get(place.range.clone()).is_some());
            prop_assert!(place.range.start >= end && !place.range.is_empty());
            end = place.range.end;
        }
    }

    #[test]
    fn any_text_can_be_read(text in any::<String>()) {
        let known = Known { names: vec![text.clone()], addresses: vec![text.clone()], phones: vec![text.clone()], ..Known::default() };
        let _ = findings(&content("family", &text), &known);
    }

    #[test]
    fn settling_nothing_changes_nothing(text in "\\PC{0,120}") {
        let places = findings(&content("family", &text), &Known::default());
        let kept: Vec<_> = places.into_iter()
            .map(|place| (place.range, Settlement::Kept { why: "x".to_owned() }))
            .collect();
        prop_assert_eq!(apply(&text, &kept), text);
    }
}
