//! The second reading of a Duty to Notify: who may, what must go, what is kept, and how it ends.

use std::collections::BTreeMap;

use heyrick_domain::consent::ConsentValue;
use heyrick_domain::form::Answer;
use heyrick_domain::id::PublicId;
use heyrick_domain::referral::Stage;
use heyrick_domain::review::{Reader, ReleaseError, SettleError, Settlement};
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::{Role, Viewer};
use heyrick_store::StoreError;
use heyrick_store::preparation::{As, Confirmed, Outcome, slice_for};
use heyrick_store::review::{
    ReviewOutcome, Settling, record_release, record_sent_back, record_settlement, record_taken_back,
};
use heyrick_store::task::{TaskQuery, tasks_for};
use jiff::SignedDuration;

use crate::common::TestStore;
use crate::leaving::{
    LAST, PHONE, STREET, SUSPECT, a_referral, handed, open_tasks, prepare, reading, stage,
};
use crate::referral::{colleague, october, opened, saved};

const SC_10: &str =
    "from the fishing village X, her twin works at the Y nail bar on High Street, exploiter Mr EX4";

pub fn with_own_words(text: &str) -> Vec<(&'static str, Answer)> {
    vec![
        ("family", Answer::text(text)),
        ("dtn-include", Answer::many(["family"])),
    ]
}

pub async fn settled(
    store: &TestStore,
    who: &Viewer,
    id: &PublicId,
    number: usize,
    how: Settlement,
) -> Settling {
    let reading = reading(store, who, id).await;
    let place = &reading.review.places[number - 1];
    let review = &reading.review.public_id;
    store.wait(SignedDuration::from_secs(1));
    record_settlement(store, who, id, review, number, place.standing(), &how)
        .await
        .unwrap()
}

fn words(words: &str) -> Settlement {
    Settlement::Generalised {
        words: words.to_owned(),
        why: None,
    }
}

fn words_because(words: &str, why: &str) -> Settlement {
    Settlement::Generalised {
        words: words.to_owned(),
        why: Some(why.to_owned()),
    }
}

fn kept(why: &str) -> Settlement {
    Settlement::Kept {
        why: why.to_owned(),
    }
}

#[tokio::test]
async fn sc_10_identifying_words_wait_for_a_second_reader() {
    for store in october().await {
        let who = store.constable().await;
        let reader = colleague(&store, &who, Role::Sergeant).await;
        let other = colleague(&store, &who, Role::Constable).await;
        let (_, id) = a_referral(&store, &who, ConsentValue::Refused, &with_own_words(SC_10)).await;
        let done = prepare(&store, &who, &id).await;
        assert!(matches!(done, Outcome::ReviewAsked(_)), "{done:?}");
        assert_eq!(stage(&store, &who, &id).await, Stage::InReview);
        assert_eq!(open_tasks(&store).await, ["second_reading"]);
        // Nothing typed is printed before.
        let slice = slice_for(&store, &who, &id, As::Paper)
            .await
            .unwrap()
            .unwrap();
        assert!(
            !serde_json::to_string(&slice.content)
                .unwrap()
                .contains("village")
        );

        let own = reading(&store, &who, &id).await;
        let review = own.review.public_id.clone();
        assert_eq!(own.reader, Reader::Author);
        assert_eq!(
            reading(&store, &other, &id).await.reader,
            Reader::Unqualified
        );
        for unfit in [&who, &other] {
            let refused =
                record_settlement(&store, unfit, &id, &review, 1, 0, &Settlement::Removed).await;
            assert!(matches!(refused, Err(StoreError::NotAllowed)));
        }
        let released = record_release(&store, &who, &id, &review).await.unwrap();
        assert_eq!(released, Settling::NotReleased(ReleaseError::OwnWords));
        let released = record_release(&store, &other, &id, &review).await.unwrap();
        assert_eq!(released, Settling::NotReleased(ReleaseError::NotAReviewer));

        let now = reading(&store, &reader, &id).await;
        assert_eq!(now.reader, Reader::Second);
        let marked: Vec<(&str, bool)> = now
            .review
            .places
            .iter()
            .map(|place| (place.written.as_str(), place.must_go))
            .collect();
        assert_eq!(
            marked,
            [
                ("fishing village X", false),
                ("twin works at the Y nail bar on High Street", false),
                ("exploiter Mr EX4", true),
            ]
        );
        let released = record_release(&store, &reader, &id, &review).await.unwrap();
        assert_eq!(released, Settling::NotReleased(ReleaseError::Unsettled(3)));
        assert_eq!(
            settled(&store, &reader, &id, 3, kept("everybody knows")).await,
            Settling::Refused(SettleError::MustGo)
        );
        assert_eq!(
            settled(&store, &reader, &id, 1, words(" ")).await,
            Settling::Refused(SettleError::Empty)
        );
        for (number, how) in [
            (1, words("coastal village")),
            (2, words("relative in a service trade")),
            (3, Settlement::Removed),
        ] {
            assert_eq!(
                settled(&store, &reader, &id, number, how).await,
                Settling::Done
            );
        }
        assert_eq!(
            record_release(&store, &reader, &id, &review).await.unwrap(),
            Settling::Done
        );
        assert_eq!(
            record_release(&store, &reader, &id, &review).await.unwrap(),
            Settling::Absent
        );

        assert_eq!(stage(&store, &who, &id).await, Stage::Prepared);
        assert_eq!(open_tasks(&store).await, ["hand_over"]);
        let made = handed(&store, &who, &id).await.preparation.unwrap();
        assert_eq!(made.confirmed, Confirmed::SecondReader);
        assert_eq!(made.released.unwrap().name, reader.display_name);
        let left = serde_json::to_string(&made.content).unwrap();
        assert!(
            left.contains("from the coastal village, her relative in a service trade, [taken out]")
        );
        for stays in ["EX4", "nail bar", "High Street", "twin"] {
            assert!(!left.contains(stays), "{stays}");
        }
        let closed = reading(&store, &who, &id).await.review;
        assert!(
            serde_json::to_string(&closed.before)
                .unwrap()
                .contains("EX4"),
            "what was written is kept"
        );
        assert_eq!(closed.after.as_ref(), Some(&made.content));
        assert_eq!(closed.closed.unwrap().outcome, ReviewOutcome::Released);
    }
}

#[tokio::test]
async fn what_is_known_of_the_person_must_go_wherever_it_is_recorded() {
    for store in october().await {
        let who = store.constable().await;
        let reader = colleague(&store, &who, Role::Sergeant).await;
        let text = format!("{LAST} of {STREET}, ring {PHONE}, born 5 June 1987, with {SUSPECT}");
        let mut own = with_own_words(&text);
        own.push((
            "who-exploited-pv",
            Answer::text(format!("a man called {SUSPECT}")),
        ));
        let (_, id) = a_referral(&store, &who, ConsentValue::Refused, &own).await;
        prepare(&store, &who, &id).await;
        let marked = reading(&store, &reader, &id).await.review.places;
        for must_go in [LAST, "Marshmallowy", PHONE, "5 June 1987", SUSPECT] {
            assert!(
                marked
                    .iter()
                    .any(|place| place.must_go && place.written.contains(must_go)),
                "{must_go}: {marked:?}"
            );
        }
        // Words that bring it back are not taken, whatever is said for them.
        let review = reading(&store, &reader, &id).await.review.public_id;
        let again = words_because("a friend of zenobiaq", "said of many");
        let refused = settled(&store, &reader, &id, 1, again).await;
        assert!(
            matches!(&refused, Settling::Marked(marks) if marks.iter().any(|mark| mark.must_go)),
            "{refused:?}"
        );
        let refused = record_release(&store, &reader, &id, &review).await.unwrap();
        let open = ReleaseError::Unsettled(marked.len());
        assert_eq!(refused, Settling::NotReleased(open));
        assert_eq!(stage(&store, &who, &id).await, Stage::InReview);
        for place in &marked {
            assert_eq!(
                settled(&store, &reader, &id, place.number, Settlement::Removed).await,
                Settling::Done
            );
        }
        assert_eq!(
            record_release(&store, &reader, &id, &review).await.unwrap(),
            Settling::Done
        );
    }
}

#[tokio::test]
async fn words_a_reader_wrote_are_open_until_they_say_why_they_may_leave() {
    for store in october().await {
        let who = store.constable().await;
        let reader = colleague(&store, &who, Role::Sergeant).await;
        let own = with_own_words("she has a tattoo");
        let (_, id) = a_referral(&store, &who, ConsentValue::Refused, &own).await;
        prepare(&store, &who, &id).await;
        let review = reading(&store, &reader, &id).await.review.public_id;
        let said = "a mark like that of Doina";
        let marked = settled(&store, &reader, &id, 1, words(said)).await;
        let Settling::Marked(marks) = marked else {
            panic!("{marked:?}");
        };
        assert_eq!((marks.len(), &*marks[0].written), (1, "Doina"));
        let refused = record_release(&store, &reader, &id, &review).await.unwrap();
        assert_eq!(refused, Settling::NotReleased(ReleaseError::Unsettled(1)));
        let how = words_because(said, "a saint of that name");
        assert_eq!(
            settled(&store, &reader, &id, 1, how.clone()).await,
            Settling::Done
        );
        let place = &reading(&store, &reader, &id).await.review.places[0];
        assert_eq!(place.settled.as_ref().map(|(how, _)| how), Some(&how));
        assert_eq!(
            record_release(&store, &reader, &id, &review).await.unwrap(),
            Settling::Done
        );
    }
}

#[tokio::test]
async fn whoever_wrote_any_of_the_words_is_no_second_reader() {
    for store in october().await {
        let who = store.constable().await;
        let sergeant = colleague(&store, &who, Role::Sergeant).await;
        let (_, id) = a_referral(
            &store,
            &who,
            ConsentValue::Refused,
            &with_own_words("a twin"),
        )
        .await;
        let step = "what-is-their-background";
        let version = opened(&store, &sergeant, &id).await.step_version(step);
        let answers = BTreeMap::from([("family".to_owned(), Some(Answer::text("a twin brother")))]);
        let version = saved(&store, &sergeant, &id, step, version, answers).await;
        // A full stop by somebody else does not make them another's words.
        let stop = BTreeMap::from([("family".to_owned(), Some(Answer::text("a twin brother.")))]);
        saved(&store, &who, &id, step, version, stop).await;
        prepare(&store, &who, &id).await;
        let found = reading(&store, &sergeant, &id).await;
        assert_eq!(found.reader, Reader::Author);
        let review = &found.review.public_id;
        let refused = record_release(&store, &sergeant, &id, review)
            .await
            .unwrap();
        assert_eq!(refused, Settling::NotReleased(ReleaseError::OwnWords));
    }
}

#[tokio::test]
async fn two_readers_at_once_lose_nothing() {
    for store in october().await {
        let who = store.constable().await;
        let first = colleague(&store, &who, Role::Sergeant).await;
        let second = colleague(&store, &who, Role::Inspector).await;
        let (_, id) = a_referral(&store, &who, ConsentValue::Refused, &with_own_words(SC_10)).await;
        prepare(&store, &who, &id).await;
        let review = reading(&store, &second, &id).await.review.public_id;
        assert_eq!(
            settled(&store, &first, &id, 1, words("coastal village")).await,
            Settling::Done
        );
        let late = record_settlement(&store, &second, &id, &review, 1, 0, &words("a port")).await;
        assert_eq!(late.unwrap(), Settling::Theirs);
        let place = &reading(&store, &second, &id).await.review.places[0];
        assert_eq!(place.settled.as_ref().unwrap().0, words("coastal village"));
        assert_eq!(
            settled(&store, &second, &id, 1, words("a port")).await,
            Settling::Done
        );
    }
}

#[tokio::test]
async fn a_review_is_sent_back_with_a_note_or_taken_back() {
    for store in october().await {
        let who = store.constable().await;
        let reader = colleague(&store, &who, Role::Sergeant).await;
        let (_, id) = a_referral(
            &store,
            &who,
            ConsentValue::Refused,
            &with_own_words("a twin"),
        )
        .await;
        prepare(&store, &who, &id).await;
        let review = reading(&store, &reader, &id).await.review.public_id;
        let silent = record_sent_back(&store, &reader, &id, &review, " ").await;
        assert!(matches!(
            silent,
            Err(StoreError::Refused("review-note-missing"))
        ));
        let own = record_sent_back(&store, &who, &id, &review, "mine").await;
        assert!(matches!(own, Err(StoreError::NotAllowed)));
        let back = record_sent_back(&store, &reader, &id, &review, "Leave out the twin.").await;
        assert_eq!(back.unwrap(), Settling::Done);
        assert_eq!(stage(&store, &who, &id).await, Stage::Draft);
        let closed = reading(&store, &who, &id).await.review.closed.unwrap();
        assert_eq!(closed.note.as_deref(), Some("Leave out the twin."));
        let mine = TaskQuery {
            limit: 10,
            ..TaskQuery::default()
        };
        let again = tasks_for(&store, &who, &mine).await.unwrap();
        let again: Vec<_> = again
            .tasks
            .iter()
            .filter(|task| task.kind == TaskKind::SentBack)
            .map(|task| (task.kind, task.mine))
            .collect();
        assert_eq!(again, [(TaskKind::SentBack, true)], "the author is told");

        prepare(&store, &who, &id).await;
        assert_eq!(open_tasks(&store).await, ["second_reading"], "settled");
        let review = reading(&store, &who, &id).await.review.public_id;
        let taken = record_taken_back(&store, &who, &id, &review).await.unwrap();
        assert_eq!(taken, Settling::Done);
        assert_eq!(stage(&store, &who, &id).await, Stage::Draft);
        assert!(open_tasks(&store).await.is_empty());
        assert_eq!(
            record_release(&store, &reader, &id, &review).await.unwrap(),
            Settling::Absent
        );
    }
}
