//! Whatever a family shares: what is a member's own never moves, what a member wrote is never written over,
//! and carrying twice is carrying once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeSet;

use heyrick_domain::age::AgeStatus;
use heyrick_domain::consent::ConsentValue;
use heyrick_domain::family::sharing::{carried, is_shared, offers, shared_form};
use heyrick_domain::form::path::Parts;
use heyrick_domain::form::{Answer, Answers, Facts, Form, Kind, Lists};
use heyrick_domain::unknown::Unknown;
use proptest::prelude::*;
use proptest::sample::select;

fn form() -> &'static Form {
    Form::find("nrm-2026-04").unwrap()
}

fn keys() -> Vec<String> {
    let typed = form().questions.values().filter(|one| one.from.is_none());
    typed.map(|one| one.key.clone()).collect()
}

/// An answer of the kind the question takes, or why there is none.
fn answer(key: &str, pick: usize) -> Answer {
    let question = form().question(key).unwrap();
    if pick.is_multiple_of(7) && question.offers_unknown() {
        return Answer::unknown(Unknown::ALL[pick % 4]);
    }
    match question.kind {
        Kind::Checkboxes => Answer::many([question.options[pick % question.options.len()].clone()]),
        Kind::Radios => Answer::text(question.options[pick % question.options.len()].clone()),
        _ => Answer::text(format!("said so, {pick}")),
    }
}

fn some_answers() -> impl Strategy<Value = Answers> {
    proptest::collection::vec((select(keys()), 0_usize..40), 0..40).prop_map(|picked| {
        let written = picked.into_iter();
        written
            .map(|(key, pick)| {
                let answer = answer(&key, pick);
                (key, answer)
            })
            .collect()
    })
}

prop_compose! {
    fn member()(
        age in select(&[AgeStatus::Adult, AgeStatus::Child, AgeStatus::NotSure][..]),
        entry in select(&[None, Some(ConsentValue::Given), Some(ConsentValue::Refused)][..]),
        identity in any::<bool>(),
        answers in some_answers(),
    ) -> Parts {
        let mut facts = Facts::default();
        facts.route.age = Some(age);
        facts.route.nrm_entry = entry.filter(|_| age == AgeStatus::Adult);
        facts.identity = identity;
        Parts {
            form: form(),
            answers,
            facts,
            saved: BTreeSet::new(),
            to_check: BTreeSet::new(),
            today: jiff::civil::date(2026, 10, 5),
        }
    }
}

fn with(member: &Parts, more: Answers) -> Parts {
    let mut after = member.clone();
    after.answers.extend(more);
    after
}

proptest! {
    #[test]
    fn what_is_own_never_moves_and_what_stands_is_never_written_over(own in member(), shared in some_answers()) {
        let lists = Lists::default();
        for (key, answer) in carried(&own, &shared, &lists) {
            prop_assert!(is_shared(&key), "{key} is a member's own");
            prop_assert!(!own.answers.contains_key(&key), "{key} was written over");
            prop_assert_eq!(Some(&answer), shared.get(&key));
        }
        for offer in offers(&own, &shared, &lists) {
            prop_assert!(is_shared(&offer.key));
            prop_assert_eq!(offer.own.as_ref(), own.answers.get(&offer.key));
            prop_assert_ne!(offer.own.as_ref(), Some(&offer.familys));
        }
    }

    #[test]
    fn everything_carried_is_asked_and_carrying_twice_is_carrying_once(own in member(), shared in some_answers()) {
        let lists = Lists::default();
        let after = with(&own, carried(&own, &shared, &lists));
        {
            let draft = after.draft(&lists);
            for key in after.answers.keys().filter(|key| !own.answers.contains_key(*key)) {
                prop_assert!(draft.asks(key), "{key} is not asked");
            }
        }
        prop_assert!(carried(&after, &shared, &lists).is_empty());
        let left = offers(&after, &shared, &lists);
        prop_assert!(left.iter().all(|offer| offer.own.is_some()), "only what differs is left: {left:?}");
    }

    #[test]
    fn carrying_moves_no_route_age_or_consent(own in member(), shared in some_answers()) {
        let lists = Lists::default();
        let after = with(&own, carried(&own, &shared, &lists));
        prop_assert_eq!(own.draft(&lists).route(), after.draft(&lists).route());
        prop_assert_eq!(own.facts, after.facts);
    }

    #[test]
    fn the_shared_pages_ask_only_what_may_be_shared(shared in some_answers()) {
        let lists = Lists::default();
        let parts = Parts {
            form: shared_form("nrm-2026-04").unwrap(),
            answers: shared,
            facts: Facts::default(),
            saved: BTreeSet::new(),
            to_check: BTreeSet::new(),
            today: jiff::civil::date(2026, 10, 5),
        };
        let draft = parts.draft(&lists);
        for step in draft.steps() {
            for question in draft.questions(step) {
                prop_assert!(is_shared(&question.key));
                prop_assert!(question.from.is_none());
            }
        }
    }
}
