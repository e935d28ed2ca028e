//! Answers: two people on one step, two tabs on two, sealed ones, history, and what a new age sends back.

use std::collections::BTreeMap;

use heyrick_domain::age::{AgeStatus, Basis};
use heyrick_domain::consent::{ConsentItem, ConsentValue};
use heyrick_domain::form::{Answer, Answers};
use heyrick_domain::grant::Relation;
use heyrick_domain::id::PublicId;

use heyrick_domain::unknown::Unknown;
use heyrick_domain::user::{Role, Viewer};
use heyrick_policy::Kind;
use heyrick_store::answer::{
    AnswerChange, HistoryQuery, StepOutcome, history_for, record_first_steps, record_step,
};
use heyrick_store::grant::{NewAllocation, record_allocation};
use heyrick_store::{Sql, StoreError, args};
use jiff::SignedDuration;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::common::TestStore;
use crate::referral::{
    a_person, age, answers, begun, colleague, consent, events, now, october, opened, saved,
};

async fn draft(store: &TestStore) -> (Viewer, PublicId, PublicId) {
    let who = store.constable().await;
    let person = a_person(store, &who, "PV1").await;
    let id = begun(store, &who, &person).await;
    (who, person, id)
}

async fn history(store: &TestStore, who: &Viewer, id: &PublicId) -> Vec<AnswerChange> {
    let mut all = Vec::new();
    let mut query = HistoryQuery {
        limit: 3,
        ..HistoryQuery::default()
    };
    loop {
        let page = history_for(store, who, id, &query).await.unwrap().unwrap();
        all.extend(page.changes);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return all,
        }
    }
}

#[tokio::test]
async fn whoever_saves_second_sees_both_and_nothing_is_overwritten() {
    for store in october().await {
        let (who, _, id) = draft(&store).await;
        let other = colleague(&store, &who, Role::Sergeant).await;
        let mine = answers([("birthplace", "a harbour town"), ("family", "")]);
        let version = saved(&store, &who, &id, "what-is-their-background", 0, mine).await;
        let looks = events(&store, "referral.viewed").await;
        let theirs = answers([("birthplace", "the hills")]);
        let late = record_step(
            &store,
            &other,
            &id,
            "what-is-their-background",
            0,
            theirs.clone(),
        )
        .await;
        let held = Answers::from([("birthplace".to_owned(), Answer::text("a harbour town"))]);
        assert_eq!(
            late.unwrap(),
            StepOutcome::Conflict {
                version,
                theirs: held.clone(),
                by: "DC Amber".to_owned(),
                at: store.now(),
            }
        );
        assert_eq!(
            events(&store, "referral.viewed").await,
            looks + 1,
            "what was shown is a look"
        );
        let referral = opened(&store, &who, &id).await;
        assert_eq!(referral.parts.answers["birthplace"], held["birthplace"]);
        assert_eq!(referral.version, version, "a conflict changes nothing");
        assert_eq!(events(&store, "referral.answers_saved").await, 1);
        let next = saved(
            &store,
            &other,
            &id,
            "what-is-their-background",
            version,
            theirs,
        )
        .await;
        assert!(next > version);
    }
}

#[tokio::test]
async fn first_pages_are_saved_all_or_none_and_never_over_anybody() {
    for store in october().await {
        let (who, _, id) = draft(&store).await;
        let page = |step: &str, key, text| (step.to_owned(), answers([(key, text)]));
        let background = || page("what-is-their-background", "family", "two sisters");
        let insight = || page("professional-insight", "professional-insight", "a worry");
        let before = events(&store, "referral.answers_saved").await;
        let odd = page("professional-insight", "family", "a stranger here");
        let refused = record_first_steps(&store, &who, &id, [background(), odd]).await;
        assert!(matches!(
            refused,
            Err(StoreError::Refused("answer-not-asked-here"))
        ));
        assert_eq!(events(&store, "referral.answers_saved").await, before);
        let saved = record_first_steps(&store, &who, &id, [background(), insight()]).await;
        assert!(saved.unwrap());
        assert_eq!(events(&store, "referral.answers_saved").await, before + 2);
        let referral = opened(&store, &who, &id).await;
        assert_eq!(
            referral.parts.answers.get("professional-insight"),
            Some(&Answer::text("a worry"))
        );
        let again = record_first_steps(&store, &who, &id, [insight()]).await;
        assert!(matches!(again, Err(StoreError::Stale)));
        let stranger = store.constable().await;
        let absent = record_first_steps(&store, &stranger, &id, [background()]).await;
        assert!(!absent.unwrap());
    }
}

#[tokio::test]
async fn two_at_the_same_moment_never_both_win() {
    for store in october().await {
        let (who, _, id) = draft(&store).await;
        let other = colleague(&store, &who, Role::Sergeant).await;
        let step = "what-is-their-background";
        let both = tokio::join!(
            record_step(
                &store,
                &who,
                &id,
                step,
                0,
                answers([("birthplace", "a harbour town")])
            ),
            record_step(
                &store,
                &other,
                &id,
                step,
                0,
                answers([("birthplace", "the hills")])
            ),
        );
        let won = |outcome: &StepOutcome| matches!(outcome, StepOutcome::Saved { .. });
        let (one, two) = (both.0.unwrap(), both.1.unwrap());
        assert!(won(&one) != won(&two), "{one:?} {two:?}");
        assert_eq!(
            history(&store, &who, &id).await.len(),
            2,
            "the reference, and one birthplace"
        );
    }
}

#[tokio::test]
async fn two_tabs_on_two_steps_do_not_collide() {
    for store in october().await {
        let (who, _, id) = draft(&store).await;
        let both = tokio::join!(
            record_step(
                &store,
                &who,
                &id,
                "what-is-their-background",
                0,
                answers([("family", "two sisters")])
            ),
            record_step(
                &store,
                &who,
                &id,
                "who-exploited-pv",
                0,
                answers([("who-exploited-pv", "a neighbour")])
            ),
        );
        assert!(matches!(both.0.unwrap(), StepOutcome::Saved { .. }));
        assert!(matches!(both.1.unwrap(), StepOutcome::Saved { .. }));
        let referral = opened(&store, &who, &id).await;
        assert_eq!(
            referral.parts.answers["family"],
            Answer::text("two sisters")
        );
        assert_eq!(
            referral.parts.answers["who-exploited-pv"],
            Answer::text("a neighbour")
        );
    }
}

#[tokio::test]
async fn the_same_answers_sent_twice_are_saved_once() {
    for store in october().await {
        let (who, _, id) = draft(&store).await;
        let family = || answers([("family", "two sisters")]);
        let step = "what-is-their-background";
        let first = saved(&store, &who, &id, step, 0, family()).await;
        assert_eq!(saved(&store, &who, &id, step, 0, family()).await, first);
        assert_eq!(saved(&store, &who, &id, step, first, family()).await, first);
        assert_eq!(events(&store, "referral.answers_saved").await, 1);
        let nothing = saved(&store, &who, &id, "details-last-contact", 0, answers([])).await;
        let referral = opened(&store, &who, &id).await;
        assert!(
            referral.parts.saved.contains("details-last-contact"),
            "saved with nothing in it"
        );
        assert_eq!(referral.version, nothing);
    }
}

#[tokio::test]
async fn a_changed_answer_names_the_steps_it_opened() {
    for store in october().await {
        let (who, _, id) = draft(&store).await;
        let step = "is-the-potential-victim-still-in-an-exploitative-situation";
        let still = |value| answers([("still-in-exploitative-situation", value)]);
        let outcome = record_step(&store, &who, &id, step, 0, still("yes"))
            .await
            .unwrap();
        let StepOutcome::Saved { version, opened } = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(opened, ["reasons-preventing-potential-victim-from-leaving"]);
        let outcome = record_step(&store, &who, &id, step, version, still("no"))
            .await
            .unwrap();
        let StepOutcome::Saved { opened, .. } = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(opened, ["how-why-did-they-leave-the-situation"]);
    }
}

#[tokio::test]
async fn what_a_step_does_not_ask_is_refused() {
    for store in october().await {
        let (who, _, id) = draft(&store).await;
        for key in ["family", "pv-under-age", "upload-file", "favourite-colour"] {
            let refused =
                record_step(&store, &who, &id, "pv-under-age", 0, answers([(key, "x")])).await;
            assert!(
                matches!(refused, Err(StoreError::Refused("answer-not-asked-here"))),
                "{key}: {refused:?}"
            );
        }
        let absent = record_step(&store, &who, &id, "no-such-step", 0, answers([])).await;
        assert_eq!(absent.unwrap(), StepOutcome::Absent);
        let analyst = colleague(&store, &who, Role::Analyst).await;
        let refused = record_step(
            &store,
            &analyst,
            &id,
            "reference",
            0,
            answers([("reference", "x")]),
        )
        .await;
        assert!(matches!(refused, Err(StoreError::NotAllowed)));
    }
}

#[tokio::test]
async fn a_history_goes_on_past_what_a_reader_is_not_shown() {
    for store in october().await {
        let (who, _, id) = draft(&store).await;
        let family = answers([("birthplace", "a harbour town")]);
        saved(&store, &who, &id, "what-is-their-background", 0, family).await;
        let mut version = 0;
        for place in ["the flat", "the hostel", "the farm", "the yard"] {
            let safety = answers([("safe-now-details", place)]);
            version = saved(&store, &who, &id, "safety", version, safety).await;
        }
        let partner = store.officer(Role::Partner).await;
        let sergeant = colleague(&store, &who, Role::Sergeant).await;
        let share = NewAllocation {
            user: partner.public_id.clone(),
            relation: Relation::Shared,
            last: Some(store.today()),
            reason: "they house the person".to_owned(),
        };
        let shared = record_allocation(&store, &sergeant, Kind::Referral, &id, &share).await;
        assert!(shared.unwrap().is_some());
        let partner = now(&store, &partner).await;
        let whole = history(&store, &who, &id).await;
        let theirs = history(&store, &partner, &id).await;
        let sealed = |one: &&AnswerChange| one.key == "safe-now-details";
        assert_eq!(whole.iter().filter(sealed).count(), 4);
        assert_eq!(theirs.len(), whole.len() - 4, "{theirs:?}");
        assert!(theirs.iter().any(|one| one.key == "birthplace"));
        assert!(!theirs.iter().any(|one| sealed(&one)));
    }
}

#[tokio::test]
async fn where_somebody_can_be_found_is_sealed_in_the_answer_and_in_its_history() {
    const KEPT: Sql = Sql::new(
        "select value from answers where key = 'safe-now-details'
         union all select before from answer_changes where key = 'safe-now-details' and before is not null
         union all select after from answer_changes where key = 'safe-now-details'",
    );
    const MOVED: Sql = Sql::new(
        "update answers set value = (select value from answers where key = 'safe-now-details')
         where key = 'safe-contact-agreed'",
    );
    for store in october().await {
        let (who, _, id) = draft(&store).await;
        let at = |place| {
            answers([
                ("safe-now-details", place),
                ("safe-contact-agreed", "a call at noon"),
            ])
        };
        let version = saved(
            &store,
            &who,
            &id,
            "safety",
            0,
            at("the flat above the bakery"),
        )
        .await;
        assert_eq!(
            saved(
                &store,
                &who,
                &id,
                "safety",
                version,
                at("the flat above the bakery")
            )
            .await,
            version,
            "the same place is no change, though sealed anew it would look like one"
        );
        saved(&store, &who, &id, "safety", version, at("a hostel")).await;
        let kept: Vec<(String,)> = store.store.db.all(KEPT, args![]).await.unwrap();
        assert_eq!(kept.len(), 4);
        for (text,) in kept {
            assert!(
                text.starts_with(r#"{"sealed":""#) && !text.contains("bakery"),
                "{text}"
            );
        }
        let referral = opened(&store, &who, &id).await;
        assert_eq!(
            referral.parts.answers["safe-now-details"],
            Answer::text("a hostel")
        );
        let changes = history(&store, &who, &id).await;
        let change = changes
            .iter()
            .find(|one| one.key == "safe-now-details")
            .unwrap();
        assert_eq!(
            change.before,
            Some(Answer::text("the flat above the bakery"))
        );
        assert_eq!(change.after, Some(Answer::text("a hostel")));

        store.store.db.exec(MOVED, args![]).await.unwrap();
        let moved = heyrick_store::referral::referral_for(&store, &who, &id).await;
        assert!(
            matches!(moved, Err(StoreError::Sealed("answer"))),
            "an answer opens as its own question's only"
        );
    }
}

#[tokio::test]
async fn a_new_age_sends_back_what_hangs_on_it_and_the_history_keeps_it() {
    for store in october().await {
        let (who, person, id) = draft(&store).await;
        age(
            &store,
            &who,
            &person,
            AgeStatus::NotSure,
            Basis::OfficerView,
        )
        .await;
        saved(
            &store,
            &who,
            &id,
            "what-is-their-background",
            0,
            answers([("family", "two sisters")]),
        )
        .await;
        let name = saved(
            &store,
            &who,
            &id,
            "pv-name-referral",
            0,
            answers([("pv-name-first-name", "Testa")]),
        )
        .await;
        let settled = AgeStatus::Adult;
        store.wait(SignedDuration::from_mins(1));
        age(
            &store,
            &who,
            &person,
            settled,
            Basis::LocalAuthorityAssessment,
        )
        .await;

        let referral = opened(&store, &who, &id).await;
        assert_eq!(referral.parts.answers.get("pv-name-first-name"), None);
        assert_eq!(
            referral.parts.answers["family"],
            Answer::text("two sisters")
        );
        assert!(!referral.parts.saved.contains("pv-name-referral"));
        assert!(referral.parts.saved.contains("what-is-their-background"));
        let change = &history(&store, &who, &id).await[0];
        assert_eq!(
            (change.key.as_str(), change.cause.as_str()),
            ("pv-name-first-name", "age_changed")
        );
        assert_eq!(
            (change.before.clone(), change.after.clone()),
            (Some(Answer::text("Testa")), None)
        );

        // A page that was open all along does not write over the empty step unseen.
        let late = record_step(
            &store,
            &who,
            &id,
            "pv-name-referral",
            name,
            answers([("pv-name-first-name", "Testa")]),
        )
        .await;
        let Ok(StepOutcome::Conflict {
            version: 0, theirs, ..
        }) = late
        else {
            panic!("{late:?}")
        };
        assert!(theirs.is_empty());

        // Consent is no age: nothing more is sent back.
        saved(
            &store,
            &who,
            &id,
            "pv-name-referral",
            0,
            answers([("pv-name-first-name", "Testa")]),
        )
        .await;
        consent(
            &store,
            &who,
            &person,
            ConsentItem::NrmEntry,
            ConsentValue::Given,
        )
        .await;
        let referral = opened(&store, &who, &id).await;
        assert_eq!(
            referral.parts.answers["pv-name-first-name"],
            Answer::text("Testa")
        );
    }
}

#[tokio::test]
async fn the_first_age_sends_nothing_back() {
    for store in october().await {
        let (who, person, id) = draft(&store).await;
        saved(
            &store,
            &who,
            &id,
            "fr-details",
            0,
            answers([("fr-details-role", "DC")]),
        )
        .await;
        age(&store, &who, &person, AgeStatus::Adult, Basis::Document).await;
        let referral = opened(&store, &who, &id).await;
        assert_eq!(
            referral.parts.answers["fr-details-role"],
            Answer::text("DC")
        );
    }
}

/// Saves of two steps, one of them sealed, in any order and with any version error left out.
fn saves() -> impl Strategy<Value = Vec<(bool, BTreeMap<String, Option<Answer>>)>> {
    let answer = prop_oneof![
        Just(None),
        "[a-zé \n]{0,12}".prop_map(|text| Some(Answer::Text(text))),
        Just(Some(Answer::unknown(Unknown::Refused))),
    ];
    let of = |keys: &'static [&'static str]| {
        let key = proptest::sample::select(keys).prop_map(str::to_owned);
        proptest::collection::btree_map(key, answer.clone(), 0..3)
    };
    let background = of(&["birthplace", "family", "education"]).prop_map(|a| (false, a));
    let safety = of(&["safe-now-details", "safe-contact-agreed"]).prop_map(|a| (true, a));
    vec(prop_oneof![background, safety], 1..12)
}

#[tokio::test]
async fn any_saves_give_back_the_last_values_and_the_history_replays_to_them() {
    let mut runner = TestRunner::deterministic();
    for store in october().await {
        for _ in 0..12 {
            let (who, _, id) = draft(&store).await;
            let mut want = opened(&store, &who, &id).await.parts.answers;
            let mut versions = [0, 0];
            for (safety, answers) in saves().new_tree(&mut runner).unwrap().current() {
                let step = ["what-is-their-background", "safety"][usize::from(safety)];
                let version = &mut versions[usize::from(safety)];
                *version = saved(&store, &who, &id, step, *version, answers.clone()).await;
                for (key, answer) in answers {
                    match answer.filter(|answer| !answer.is_empty()) {
                        Some(answer) => want.insert(key, answer),
                        None => want.remove(&key),
                    };
                }
            }
            assert_eq!(opened(&store, &who, &id).await.parts.answers, want);
            let mut replayed = Answers::new();
            for change in history(&store, &who, &id).await.into_iter().rev() {
                assert_eq!(
                    replayed.get(&change.key),
                    change.before.as_ref(),
                    "{change:?}"
                );
                match change.after {
                    Some(answer) => replayed.insert(change.key, answer),
                    None => replayed.remove(&change.key),
                };
            }
            assert_eq!(replayed, want);
        }
    }
}

#[tokio::test]
async fn what_the_journal_keeps_of_answers_is_their_names() {
    const BODIES: Sql = Sql::new("select body from journal_events");
    for store in october().await {
        let (who, _, id) = draft(&store).await;
        saved(
            &store,
            &who,
            &id,
            "what-is-their-background",
            0,
            answers([("family", "two sisters in Brasov")]),
        )
        .await;
        let rows: Vec<(Vec<u8>,)> = store.store.db.all(BODIES, args![]).await.unwrap();
        let all: String = rows
            .iter()
            .map(|(body,)| String::from_utf8_lossy(body))
            .collect();
        assert!(all.contains("family") && !all.contains("Brasov"), "{all}");
    }
}
