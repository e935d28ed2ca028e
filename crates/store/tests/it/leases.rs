//! One at a time, and whoever lost the lease writes nothing.

use heyrick_store::lease::Lease;
use heyrick_store::occupy::{OccupyError, Use, occupy};
use heyrick_store::{Db, StoreError};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::common::{TestStore, stores};

const SECOND: i64 = 1_000_000;

async fn take(store: &TestStore, holder: u128) -> Option<Lease> {
    let holder = Uuid::from_u128(holder);
    Lease::take(&store.db, "test", holder, store.now(), 10 * SECOND)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_lease_is_held_by_one_until_it_runs_out() {
    for store in stores().await {
        let first = take(&store, 1).await.unwrap();
        store.wait(SignedDuration::from_secs(9));
        assert!(take(&store, 2).await.is_none(), "a second before");
        store.wait(SignedDuration::from_secs(1));
        let second = take(&store, 2).await.unwrap();
        assert_eq!((first.epoch(), second.epoch()), (1, 2));
    }
}

#[tokio::test]
async fn whoever_lost_a_lease_is_fenced_off() {
    for store in stores().await {
        let first = take(&store, 1).await.unwrap();
        first.prolong(&store.db, store.now()).await.unwrap();
        store.wait(SignedDuration::from_secs(10));
        let second = take(&store, 2).await.unwrap();
        let late = first.prolong(&store.db, store.now()).await;
        assert!(matches!(late, Err(StoreError::Stale)));
        second.prolong(&store.db, store.now()).await.unwrap();
    }
}

#[tokio::test]
async fn a_lease_given_up_is_free_at_once() {
    for store in stores().await {
        let first = take(&store, 1).await.unwrap();
        first.give_up(&store.db).await.unwrap();
        assert!(take(&store, 2).await.is_some());
    }
}

#[tokio::test]
async fn a_command_that_needs_the_database_alone_is_refused_while_a_server_runs() {
    for store in stores().await {
        let url = &store.fresh.url;
        let server = occupy(url, &store.db, &store.clock, Use::Serve)
            .await
            .unwrap();
        let refused = occupy(url, &store.db, &store.clock, Use::Alone).await;
        assert!(
            matches!(&refused, Err(OccupyError::File(_) | OccupyError::Served)),
            "{refused:?}"
        );
        server.end().await.unwrap();
        let alone = occupy(url, &store.db, &store.clock, Use::Alone)
            .await
            .unwrap();
        assert!(
            occupy(url, &store.db, &store.clock, Use::Serve)
                .await
                .is_err()
        );
        alone.end().await.unwrap();
    }
}

#[tokio::test]
async fn on_postgres_servers_run_side_by_side_and_a_killed_one_is_waited_out() {
    for store in stores().await {
        if store.fresh.engine == "sqlite" {
            continue;
        }
        let url = &store.fresh.url;
        for _ in 0..2 {
            let server = occupy(url, &store.db, &store.clock, Use::Serve)
                .await
                .unwrap();
            std::mem::drop(server); // no goodbye: the lease stays
        }
        assert!(
            occupy(url, &store.db, &store.clock, Use::Alone)
                .await
                .is_err()
        );
        store.wait(SignedDuration::from_secs(20));
        occupy(url, &store.db, &store.clock, Use::Alone)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_empty_database_can_be_occupied_before_it_is_migrated() {
    for fresh in heyrick_testkit::engines().unwrap() {
        let db = Db::connect(&fresh.url).await.unwrap();
        occupy(&fresh.url, &db, &heyrick_store::Clock::System, Use::Alone)
            .await
            .unwrap();
    }
}
