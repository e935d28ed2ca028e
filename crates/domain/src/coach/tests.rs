//! Each rule with a good and a poor example, and its boundaries.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::age::AgeStatus;
use crate::consent::ConsentValue;
use crate::form::path::Parts;
use crate::form::{Answers, Facts, Form, Lists};
use crate::unknown::Unknown;

fn parts(answers: &[(&str, Answer)]) -> Parts {
    let mut facts = Facts::default();
    facts.route.age = Some(AgeStatus::Adult);
    facts.route.nrm_entry = Some(ConsentValue::Given);
    facts.files = 1;
    let once = (
        "potential-victim-exploitative-situation-multiple",
        Answer::text("no"),
    );
    Parts {
        form: Form::find("nrm-2026-04").unwrap(),
        answers: answers
            .iter()
            .chain([&once])
            .map(|(key, answer)| ((*key).to_owned(), answer.clone()))
            .collect::<Answers>(),
        facts,
        saved: BTreeSet::new(),
        to_check: BTreeSet::new(),
        today: date(2026, 11, 25),
    }
}

fn all(answers: &[(&str, Answer)]) -> Vec<Advice> {
    let lists = Lists::default();
    advice(&parts(answers).draft(&lists), &[])
}

fn said(answers: &[(&str, &str)]) -> Vec<Advice> {
    let answers: Vec<_> = answers
        .iter()
        .map(|(key, words)| (*key, Answer::text(*words)))
        .collect();
    all(&answers)
}

#[track_caller]
fn check(rule: Rule, answers: &[(&str, &str)], want: bool) {
    let found = said(answers);
    let there = found.iter().any(|one| one.rule == rule);
    assert_eq!(there, want, "{rule:?} in {answers:?}: {found:?}");
}

const WHEN: &str = "when-did-the-exploitation-take-place";
const START: &str = "how-did-the-exploitation-start";
const LEFT: &str = "how-why-did-they-leave-the-situation";
const INDICATORS: &str = "modern-slavery-indicators-details";
const INSIGHT: &str = "professional-insight";
const INTERVIEW: &str = "where-how-interview-carried-out";
const TREATED: &str = "how-they-were-treated";

#[test]
fn every_question_a_rule_names_is_one_of_the_form() {
    let form = Form::find("nrm-2026-04").unwrap();
    let source = [
        include_str!("account.rs"),
        include_str!("observed.rs"),
        include_str!("around.rs"),
    ];
    let key = regex::Regex::new("\"([a-z]+(?:-[a-z]+)+)\"").unwrap();
    let mut seen = 0;
    for text in source {
        for hit in key.captures_iter(text) {
            let name = &hit[1];
            let option =
                name == "not-sure" || name.starts_with("within-") || name.starts_with("over-");
            assert!(option || form.question(name).is_some(), "{name}");
            seen += 1;
        }
    }
    assert!(seen > 15, "{seen} names were found");
}

#[test]
fn every_rule_reads_back_by_its_code() {
    for rule in Rule::ALL {
        assert_eq!(Rule::from_code(rule.code()), Some(*rule));
    }
}

#[test]
fn events_without_any_date_are_asked_about() {
    let poor = "He was at the house and worked at the car wash for the family.";
    check(Rule::NoDates, &[(WHEN, poor)], true);
    for good in [
        "From June 2022 he was at the house and worked at the car wash.",
        "It began when he was fourteen and ended two years later, at the house.",
        "He was at the house in the summer, and was taken to the city.",
    ] {
        check(Rule::NoDates, &[(WHEN, good)], false);
    }
    check(Rule::NoDates, &[(START, poor)], true);
    check(Rule::NoDates, &[(START, "A man at the bus stop.")], false);
}

#[test]
fn more_than_a_year_between_two_dates_is_asked_about() {
    let told = |to: &str| format!("He came in June 2022. He was found in {to}.");
    for (to, want) in [
        ("May 2023", false),
        ("June 2023", false),
        ("July 2023", true),
    ] {
        check(Rule::DateGap, &[(WHEN, &told(to))], want);
    }
    let found = said(&[(WHEN, &told("July 2023"))]);
    let gap = found.iter().find(|one| one.rule == Rule::DateGap).unwrap();
    let between = ("2022-06".to_owned(), "2023-07".to_owned());
    assert_eq!(gap.between, Some(between));
    let span = "He worked there from June 2022 to July 2024.";
    check(Rule::DateGap, &[(WHEN, span)], false);
    let filled = [
        (WHEN, told("July 2023")),
        (
            START,
            "In January 2023 the man took his phone away.".to_owned(),
        ),
    ];
    let filled: Vec<(&str, &str)> = filled
        .iter()
        .map(|(key, text)| (*key, text.as_str()))
        .collect();
    check(Rule::DateGap, &filled, false);
}

#[test]
fn dates_out_of_order_are_asked_about() {
    for (text, want) in [
        (
            "He left in May 2023. He arrived in June 2022 by lorry.",
            true,
        ),
        ("He arrived in June 2022. He left in May 2023.", false),
        (
            "He left in May 2023. Before that, in June 2022, he arrived.",
            false,
        ),
        (
            "He arrived on 3 June 2022 and was moved on 2 June 2022.",
            true,
        ),
        (
            "He arrived on 3 June 2022 and was moved on 3 June 2022.",
            false,
        ),
        ("He arrived in June 2022, born 4 March 1998.", false),
        ("First: May 2023.\nSecond: June 2022.", false),
    ] {
        check(Rule::OutOfOrder, &[(WHEN, text)], want);
    }
    let still = ("still-in-exploitative-situation", "no");
    let began = (
        START,
        "It began in March 2024 with a message from a man he knew.",
    );
    check(
        Rule::OutOfOrder,
        &[still, began, (LEFT, "He ran in February 2024.")],
        true,
    );
    check(
        Rule::OutOfOrder,
        &[still, began, (LEFT, "He ran in March 2024.")],
        false,
    );
}

#[test]
fn indicators_say_what_was_seen_by_whom_and_when() {
    let yes = ("modern-slavery-indicators", "yes");
    let good = "On 3 June 2026 PC Ash saw that he had no shoes and that the man spoke for him.";
    let no_one = "On 3 June 2026 bruises were seen on the arms of the potential victim.";
    let no_time = "The officer saw that he had no shoes and that the man spoke for him.";
    let nothing = "There are indicators of forced labour and of control by others in the case.";
    for (text, seen, nobody, time) in [
        (good, false, false, false),
        (no_one, false, true, false),
        (no_time, false, false, true),
        (nothing, true, true, true),
    ] {
        check(Rule::IndicatorNotSeen, &[yes, (INDICATORS, text)], seen);
        check(Rule::IndicatorNobody, &[yes, (INDICATORS, text)], nobody);
        check(Rule::IndicatorNoTime, &[yes, (INDICATORS, text)], time);
    }
    check(
        Rule::NoIndicators,
        &[("modern-slavery-indicators", "no")],
        true,
    );
    check(Rule::NoIndicators, &[yes], false);
}

#[test]
fn indicators_beside_one_that_is_tied_are_named_as_loose() {
    let tied = "On 3 June 2026 PC Ash saw that the man spoke for him, held his coat, his phone and the keys.";
    let loose = "Malnourished. No documents. Debt bondage, fearful, movement controlled.";
    let text = format!("{loose} {tied}");
    let yes = ("modern-slavery-indicators", "yes");
    let found = said(&[yes, (INDICATORS, &text)]);
    let named: Vec<_> = found
        .iter()
        .filter(|one| one.rule == Rule::IndicatorNotSeen)
        .filter_map(|one| one.quote.clone())
        .collect();
    assert_eq!(
        named,
        ["Malnourished; No documents; Debt bondage; fearful; movement controlled"]
    );
    for good in [
        tied.to_owned(),
        format!("{tied} Debt bondage."),
        format!("{tied} The room had no window. The door had a lock outside."),
    ] {
        check(Rule::IndicatorNotSeen, &[yes, (INDICATORS, &good)], false);
    }
}

#[test]
fn how_somebody_looked_has_an_observer_and_a_time() {
    for (text, want) in [
        ("She looked frightened.", true),
        ("She looked frightened during the talk.", true),
        ("PC Ash said she looked frightened.", true),
        (
            "PC Ash saw at 21:40 that she looked very frightened.",
            false,
        ),
        ("When I spoke to her she seemed nervous.", false),
        ("She said: “he looked frightened”.", false),
        ("She looked out of the window.", false),
    ] {
        check(Rule::LookedHow, &[(TREATED, text)], want);
    }
    let found = said(&[(TREATED, "She looked very frightened.")]);
    let looked = found
        .iter()
        .find(|one| one.rule == Rule::LookedHow)
        .unwrap();
    assert_eq!(looked.quote.as_deref(), Some("looked very frightened"));
    assert_eq!(looked.step, "how-they-were-treated");
}

#[test]
fn a_delay_says_what_stood_in_the_way() {
    let told = |band, words| {
        [
            ("when-last-contact", band),
            ("is-this-the-first-chance-to-report", "no"),
            ("why-report-now", words),
        ]
    };
    let poor = "He has decided to tell it to the police this week.";
    let good = "He was afraid for his sister, and did not know whom to ask.";
    for (band, words, want) in [
        ("over-a-year-ago", poor, true),
        ("over-a-year-ago", good, false),
        (
            "over-a-year-ago",
            "He has PTSD because of the events and is suffering from depression.",
            true,
        ),
        (
            "over-a-year-ago",
            "He told it to us now and that is that, because.",
            true,
        ),
        (
            "over-a-year-ago",
            "He was told by the men that they would find him, because of his debt.",
            false,
        ),
        (
            "over-a-year-ago",
            "The hospital report says that he could not speak of it because of his depression.",
            false,
        ),
        ("within-the-last-6-12-month", poor, true),
        ("within-the-last-6-month", poor, false),
    ] {
        check(Rule::DelayNotExplained, &told(band, words), want);
    }
    let unsure = ("is-this-the-first-chance-to-report", "not-sure");
    let details = "not-sure-the-first-chance-to-report";
    for (band, words, want) in [
        ("over-a-year-ago", "", true),
        ("within-the-last-week", "", false),
        ("over-a-year-ago", good, false),
        (
            "over-a-year-ago",
            "It is in the notes of the council.",
            true,
        ),
    ] {
        let told = [("when-last-contact", band), unsure, (details, words)];
        check(Rule::DelayNotExplained, &told, want);
    }
    let before = ("is-this-the-first-chance-to-report", "yes");
    check(Rule::DelayNotExplained, &[before], true);
    let said = ("yes-the-first-chance-to-report", "To the council in May.");
    check(Rule::DelayNotExplained, &[before, said], false);
}

#[test]
fn a_difference_says_where_each_account_stands_and_what_may_explain_it() {
    let yes = ("evidence-of-dishonesty", "yes");
    let details = "evidence-of-dishonesty-details";
    let poor = "The dates that he gave were not the same as the ones on the form.";
    let good = "In custody he said May, to me he said June. There was no interpreter in custody.";
    check(Rule::DifferenceNotExplained, &[yes, (details, poor)], true);
    check(Rule::DifferenceNotExplained, &[yes, (details, good)], false);
    let unsaid = "He told the GP one thing and he told me another, which may be.";
    check(
        Rule::DifferenceNotExplained,
        &[yes, (details, unsaid)],
        true,
    );
    let said = "He told the GP May and he told me June, which may be a slip of the tongue.";
    check(Rule::DifferenceNotExplained, &[yes, (details, said)], false);
    let elsewhere = (INSIGHT, "The account was inconsistent. I saw the marks.");
    check(Rule::DifferenceNotExplained, &[elsewhere], true);
    let explained = (
        INSIGHT,
        "The account was inconsistent; the interpreter spoke another dialect.",
    );
    check(Rule::DifferenceNotExplained, &[explained], false);
}

#[test]
fn an_opinion_stands_beside_its_ground_and_nobody_is_called_a_liar() {
    for (text, want) in [
        ("I think he is controlled by the family.", true),
        (
            "I think he is controlled, because the man answered for him.",
            false,
        ),
        (
            "I think he is controlled. The man answered each question, as I saw at the door.",
            false,
        ),
        ("Clearly a case of forced labour.", true),
        ("My gut feeling is that he is a victim.", true),
        ("In my judgement she was trafficked.", true),
        (
            "In my professional judgement she was trafficked, because the man held her papers.",
            false,
        ),
        (
            "She is a typical trafficked girl. These people are always exploited.",
            true,
        ),
        (
            "He is obviously a victim of slavery and people from that country always are. He said hello.",
            true,
        ),
        (
            "I saw that these people held his papers and that they are always near.",
            false,
        ),
        ("He told me: “I think they know my mother”.", false),
    ] {
        check(Rule::OpinionWithoutGround, &[(INSIGHT, text)], want);
    }
    check(
        Rule::Conclusion,
        &[(INSIGHT, "He was lying about the house.")],
        true,
    );
    check(
        Rule::Conclusion,
        &[(INSIGHT, "He was lying on a mattress; I saw it.")],
        true,
    );
    check(
        Rule::Conclusion,
        &[(INSIGHT, "She lay on a mattress.")],
        false,
    );
}

#[test]
fn a_referral_has_a_reason_of_its_own() {
    let told = "I was told by my sergeant to refer this case.";
    check(Rule::NoOwnReason, &[(INSIGHT, told)], true);
    let own = "I was told to refer this case. I saw the locked door and the mattresses.";
    check(Rule::NoOwnReason, &[(INSIGHT, own)], false);
}

#[test]
fn a_narrative_of_a_few_words_says_too_little() {
    let words = |count: usize| vec!["word"; count].join(" ");
    for (count, want) in [(7, true), (8, false), (9, false)] {
        check(Rule::TooBrief, &[(TREATED, &words(count))], want);
    }
    check(Rule::TooBrief, &[(TREATED, "not known")], false);
}

#[test]
fn the_talk_has_a_place_and_people() {
    check(
        Rule::NoConditions,
        &[(INTERVIEW, "It was done by the officer and it was fine.")],
        true,
    );
    check(
        Rule::NoConditions,
        &[(
            INTERVIEW,
            "In the station, alone, with an interpreter and two breaks.",
        )],
        false,
    );
}

#[test]
fn not_known_says_why() {
    for (text, want) in [
        ("Not known.", true),
        ("n/a", true),
        ("-", true),
        ("Not known at this time.", true),
        ("The family is not known.", true),
        ("No information available", true),
        ("He does not know", true),
        ("He doesn’t know.", true),
        ("Not known to the school.", false),
        ("Not known: he was too tired to go on.", false),
        (
            "He does not know his father, who left before he was born.",
            false,
        ),
    ] {
        check(Rule::NotKnownWithoutWhy, &[("education", text)], want);
        check(Rule::NotKnownWithoutWhy, &[("birthplace", text)], want);
    }
    let unknown = |kind| Answer::unknown(kind);
    let section =
        |kind| ["family", "education", "employment-history"].map(|key| (key, unknown(kind)));
    let there = |answers: &[(&str, Answer)]| {
        all(answers)
            .iter()
            .any(|one| one.rule == Rule::NotKnownWithoutWhy)
    };
    assert!(there(&section(Unknown::NotAsked)));
    assert!(there(&section(Unknown::Unknown)));
    assert!(!there(&section(Unknown::Refused)), "a refusal says why");
    assert!(!there(&section(Unknown::NotSafeToAsk)));
    let keys = |answers: &[(&str, Answer)]| -> Vec<String> {
        let found = all(answers).into_iter();
        found
            .filter(|one| one.rule == Rule::NotKnownWithoutWhy)
            .map(|one| one.key)
            .collect()
    };
    assert_eq!(keys(&section(Unknown::NotAsked)[..1]), ["family"]);
    for (why, left) in [
        ("We stopped for a drink. He refused the food.", 3),
        ("We did not ask about his family; he was too tired.", 2),
        (
            "We did not reach his family, school and jobs before it ended.",
            0,
        ),
        (
            "His background was not covered: the interpreter had to leave.",
            0,
        ),
    ] {
        let mut told = section(Unknown::NotAsked).to_vec();
        told.push((INTERVIEW, Answer::text(why)));
        assert_eq!(keys(&told).len(), left, "{why}");
    }
}

#[test]
fn somebody_else_can_be_asked() {
    let told = (
        TREATED,
        "They kept her in the house and took the money she had earned.",
    );
    let own = ("user-email", "amber@testshire.police.uk");
    let second = |address| ("fr-alternative-contact", address);
    check(Rule::NoSecondContact, &[own], false);
    check(Rule::NoSecondContact, &[told, own], true);
    check(
        Rule::NoSecondContact,
        &[told, own, second("Amber@testshire.police.uk")],
        true,
    );
    check(
        Rule::NoSecondContact,
        &[told, own, second("desk@testshire.police.uk")],
        false,
    );
}

#[test]
fn each_piece_of_evidence_has_its_date() {
    let list = "what-evidence-you-will-submit";
    check(
        Rule::EvidenceUndated,
        &[(
            list,
            "Statement of PC Ash, 3 June 2026\nPhotographs of the house",
        )],
        true,
    );
    check(
        Rule::EvidenceUndated,
        &[(
            list,
            "Statement of PC Ash, 3 June 2026\nPhotographs, 2026\n\n",
        )],
        false,
    );
    let lists = Lists::default();
    let parts = parts(&[]);
    let of = |dates: &[Option<Date>]| {
        let found = advice(&parts.draft(&lists), dates);
        found.iter().any(|one| one.rule == Rule::EvidenceUndated)
    };
    assert!(of(&[Some(date(2026, 6, 3)), None]));
    assert!(!of(&[Some(date(2026, 6, 3))]));
    assert!(!of(&[]));
}

#[test]
fn a_narrative_in_welsh_gets_no_advice_about_its_words() {
    let welsh =
        "Roedd hi yn y tŷ gyda'r teulu ac nid oedd ganddi ddim arian. Dywedodd ei bod yn ofnus.";
    for key in [WHEN, START, TREATED, INSIGHT, INTERVIEW, INDICATORS] {
        let yes = ("modern-slavery-indicators", "yes");
        let second = ("fr-alternative-contact", "desk@testshire.police.uk");
        let found = said(&[yes, second, (key, welsh)]);
        assert!(found.is_empty(), "{key}: {found:?}");
    }
}

#[test]
fn advice_stands_in_the_order_in_which_we_ask() {
    let found = said(&[
        (INSIGHT, "Clearly a case of forced labour."),
        (TREATED, "She looked frightened."),
        ("education", "n/a"),
    ]);
    let keys: Vec<&str> = found.iter().map(|one| one.key.as_str()).collect();
    let places: Vec<_> = ["education", TREATED, INSIGHT]
        .iter()
        .map(|key| keys.iter().position(|one| one == key).unwrap())
        .collect();
    assert!(places.is_sorted(), "{keys:?}");
}

#[test]
fn a_reason_is_needed_to_set_advice_aside() {
    assert_eq!(
        set_aside("  the school keeps it  "),
        Ok("the school keeps it")
    );
    assert_eq!(set_aside(" \n"), Err(SetAsideError::NoReason));
    let long = |count| "a".repeat(count);
    assert!(set_aside(&long(WHY_MAX)).is_ok());
    assert_eq!(set_aside(&long(WHY_MAX + 1)), Err(SetAsideError::TooLong));
}

proptest! {
    /// Whatever is written: it answers, about questions that are asked, and quotes no more than a little.
    #[test]
    fn any_words_are_read(words in "[\\PC\\n]{0,300}") {
        let answers: Vec<_> = [WHEN, START, TREATED, INSIGHT, INTERVIEW, LEFT]
            .iter()
            .map(|key| (*key, Answer::text(words.clone())))
            .collect();
        let parts = parts(&answers);
        let lists = Lists::default();
        let draft = parts.draft(&lists);
        for one in advice(&draft, &[]) {
            prop_assert!(draft.asks(&one.key) && draft.shows(&one.step));
            prop_assert!(one.quote.unwrap_or_default().chars().count() <= QUOTE_MAX + 1);
        }
    }
}
