//! What is written, and that it is there before anybody is told so.

use heyrick_store::journal::{Action, Actor, Body, Event, ObjectKind};
use heyrick_store::{Sql, args};
use uuid::Uuid;

use crate::common::{TestStore, stores};

const BODIES: Sql = Sql::new("select body from journal_events order by at, writer, counter");

async fn bodies(store: &TestStore) -> Vec<Body> {
    let rows: Vec<(Vec<u8>,)> = store.db.all(BODIES, vec![]).await.unwrap();
    rows.iter()
        .map(|row| Body::read(&row.0).expect("canonical"))
        .collect()
}

#[tokio::test]
async fn a_look_is_there_once_it_has_returned() {
    for store in stores().await {
        let person = Uuid::from_u128(7);
        let look = Event::new(Action::PersonViewed).object(ObjectKind::Person, person);
        store.journal.look(Actor::NOBODY, look).await.unwrap();
        let bodies = bodies(&store).await;
        assert_eq!(bodies.len(), 1);
        assert_eq!(bodies[0].object, Some(person));
        assert_eq!(bodies[0].counter, 1);
    }
}

#[tokio::test]
async fn looks_that_arrive_together_are_all_kept() {
    for store in stores().await {
        let many: Vec<_> = (0..300)
            .map(|n| {
                let journal = store.journal.clone();
                let look = Event::new(Action::PersonListed).shown([Uuid::from_u128(n)]);
                tokio::spawn(async move { journal.look(Actor::NOBODY, look).await })
            })
            .collect();
        for one in many {
            one.await.unwrap().unwrap();
        }
        let mut counters: Vec<_> = bodies(&store).await.iter().map(|b| b.counter).collect();
        counters.sort_unstable();
        assert_eq!(counters, (1..=300).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_list_of_any_length_is_one_event_with_every_id_shown() {
    const SHOWN: Sql = Sql::new("select object from journal_shown order by object");
    for store in stores().await {
        for length in [1_u128, 9, 10, 11, 100] {
            let ids: Vec<_> = (0..length)
                .map(|n| Uuid::from_u128(length * 1000 + n))
                .collect();
            let look = Event::new(Action::PersonListed).shown(ids);
            store.journal.look(Actor::NOBODY, look).await.unwrap();
        }
        let shown: Vec<(Uuid,)> = store.db.all(SHOWN, vec![]).await.unwrap();
        assert_eq!(shown.len(), 131, "{}", store.fresh.engine);
        assert_eq!(bodies(&store).await.len(), 5);
    }
}

#[tokio::test]
async fn a_change_that_is_rolled_back_leaves_no_event_and_no_gap() {
    for store in stores().await {
        for commit in [true, false, true] {
            let mut tx = store.db.begin().await.unwrap();
            let event = Event::new(Action::PersonChanged);
            store
                .journal
                .record(&mut tx, Actor::NOBODY, event)
                .await
                .unwrap();
            if commit {
                tx.commit().await.unwrap();
            }
        }
        let counters: Vec<_> = bodies(&store).await.iter().map(|b| b.counter).collect();
        assert_eq!(counters, [1, 2]);
    }
}

#[tokio::test]
async fn time_in_the_journal_never_runs_backwards() {
    for store in stores().await {
        for at in ["2026-03-03T12:00:05Z", "2026-03-01T00:00:00Z"] {
            store.clock.set(at.parse().unwrap());
            let look = Event::new(Action::PersonViewed);
            store.journal.look(Actor::NOBODY, look).await.unwrap();
        }
        let at: Vec<_> = bodies(&store).await.iter().map(|b| b.at).collect();
        assert_eq!(at[0], at[1]);
    }
}

#[tokio::test]
async fn an_event_says_who_and_never_what_was_typed() {
    const BYTES: Sql = Sql::new("select body from journal_events where action = $1");
    for store in stores().await {
        let mut tx = store.db.begin().await.unwrap();
        let event = Event::new(Action::PersonChanged)
            .fields(["first_name"])
            .values("Invented Name");
        store
            .journal
            .record(&mut tx, Actor::COMMAND_LINE, event)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let rows: Vec<(Vec<u8>,)> = store.db.all(BYTES, args!["person.changed"]).await.unwrap();
        let text = String::from_utf8(rows[0].0.clone()).unwrap();
        assert!(text.contains("first_name") && text.contains("command_line"));
        assert!(!text.contains("Invented"));
    }
}
