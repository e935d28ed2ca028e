//! A write sent twice is carried out once.

use heyrick_domain::user::Viewer;
use heyrick_store::idempotency::{Answer, Claim, Ticket, claim, finish, give_up};
use heyrick_store::journal::{Action, Event};
use heyrick_store::{Sql, StoreError};
use jiff::SignedDuration;

use crate::common::{TestStore, stores};

fn created() -> Answer {
    Answer {
        status: 201,
        head: vec![("location".to_owned(), "/api/v1/persons/x".to_owned())],
        body: b"{\"called\":\"PV1\"}".to_vec(),
    }
}

async fn claimed(store: &TestStore, viewer: &Viewer, request: &[u8]) -> Claim {
    claim(store, viewer.user, "key-1", request).await.unwrap()
}

async fn mine(store: &TestStore, viewer: &Viewer) -> Ticket {
    match claimed(store, viewer, b"POST").await {
        Claim::Mine(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

async fn write(store: &TestStore, viewer: &Viewer) -> Result<(), StoreError> {
    let mut tx = store.db.begin().await?;
    let event = Event::new(Action::PersonAdded);
    store.journal.record(&mut tx, viewer, event).await?;
    Ok(tx.commit().await?)
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer_and_a_different_one_is_refused() {
    for store in stores().await {
        let viewer = store.constable().await;
        let ticket = mine(&store, &viewer).await;
        ticket.run(write(&store, &viewer)).await.unwrap();
        finish(&store, ticket, &created()).await.unwrap();
        assert_eq!(
            claimed(&store, &viewer, b"POST").await,
            Claim::Answered(created())
        );
        assert_eq!(claimed(&store, &viewer, b"other").await, Claim::Different);
    }
}

#[tokio::test]
async fn somebody_elses_key_is_not_mine() {
    for store in stores().await {
        let (first, second) = (store.constable().await, store.constable().await);
        mine(&store, &first).await;
        mine(&store, &second).await;
    }
}

#[tokio::test]
async fn two_at_once_are_carried_out_once() {
    for store in stores().await {
        let viewer = store.constable().await;
        mine(&store, &viewer).await;
        assert_eq!(claimed(&store, &viewer, b"POST").await, Claim::Busy);
    }
}

#[tokio::test]
async fn after_a_crash_before_the_write_it_may_be_tried_again_and_the_dead_one_cannot_write() {
    for store in stores().await {
        let viewer = store.constable().await;
        let dead = mine(&store, &viewer).await;
        store.wait(SignedDuration::from_secs(61));
        let living = mine(&store, &viewer).await;
        let late = dead.run(write(&store, &viewer)).await;
        assert!(matches!(late, Err(StoreError::Stale)), "{late:?}");
        living.run(write(&store, &viewer)).await.unwrap();
    }
}

#[tokio::test]
async fn after_a_crash_behind_the_write_it_is_never_carried_out_again() {
    for store in stores().await {
        let viewer = store.constable().await;
        let ticket = mine(&store, &viewer).await;
        ticket.run(write(&store, &viewer)).await.unwrap();
        give_up(&store, ticket).await.unwrap();
        store.wait(SignedDuration::from_secs(61));
        assert_eq!(claimed(&store, &viewer, b"POST").await, Claim::AnswerLost);
    }
}

#[tokio::test]
async fn a_key_given_up_before_anything_was_written_is_free() {
    for store in stores().await {
        let viewer = store.constable().await;
        let ticket = mine(&store, &viewer).await;
        give_up(&store, ticket).await.unwrap();
        mine(&store, &viewer).await;
    }
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day_and_an_answer_is_sealed() {
    const ANSWERS: Sql = Sql::new("select answer from idempotency_keys");
    for store in stores().await {
        let viewer = store.constable().await;
        let ticket = mine(&store, &viewer).await;
        finish(&store, ticket, &created()).await.unwrap();
        let rows: Vec<(Vec<u8>,)> = store.db.all(ANSWERS, vec![]).await.unwrap();
        assert!(!rows[0].0.windows(3).any(|three| three == b"PV1"));
        store.wait(SignedDuration::from_hours(25));
        mine(&store, &viewer).await;
    }
}
