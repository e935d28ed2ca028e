//! New keys for an installation: everything opens before and after, and a rotation that fails changes
//! nothing.

use std::sync::Arc;

use heyrick_store::journal::sequencer::sequence_now;
use heyrick_store::journal::verify::verify;
use heyrick_store::journal::{Action, Event};
use heyrick_store::keys::{RotateError, record_rotation};
use heyrick_store::seal::{find_record_key, open, record_key, seal};
use heyrick_store::{Keys, Sql, Store, StoreError, args};
use uuid::Uuid;

use crate::common::{TestStore, stores};

const RECORD: Uuid = Uuid::from_u128(7);

/// A sealed value, a look, a checkpoint, and the key file.
async fn in_use(store: &TestStore) -> Vec<u8> {
    let mut tx = store.store.db.begin().await.unwrap();
    let key = record_key(store, &mut tx, RECORD).await.unwrap();
    tx.commit().await.unwrap();
    let viewer = store.constable().await;
    let look = Event::new(Action::PersonListed);
    store.store.journal.look(&viewer, look).await.unwrap();
    store.store.keys.save(&key_file(store)).unwrap();
    sequence_now(store, &checkpoints(store)).await.unwrap();
    seal(&key, b"flat above the shop").unwrap()
}

fn key_file(store: &TestStore) -> std::path::PathBuf {
    store.fresh.folder.path().join("keys.json")
}

fn checkpoints(store: &TestStore) -> std::path::PathBuf {
    store.fresh.folder.path().join("checkpoints.txt")
}

/// The same database with the keys of the file.
async fn reopened(store: &TestStore) -> Store {
    let keys = Keys::load(&key_file(store)).unwrap();
    let (db, clock) = (store.store.db.clone(), store.store.clock.clone());
    Store::open(db, keys, clock).await.unwrap()
}

#[tokio::test]
async fn after_a_rotation_everything_opens_and_the_journal_is_whole() {
    for store in stores().await {
        let sealed = in_use(&store).await;
        let (db, clock) = (&store.store.db, &store.store.clock);
        let old = Arc::clone(&store.store.keys);
        let (new, wrapped) = record_rotation(db, clock, &old, &key_file(&store))
            .await
            .unwrap();
        assert_eq!(wrapped, 1);
        let after = reopened(&store).await;
        assert_eq!(after.keys.sealing_id(), new.sealing_id());
        assert_ne!(after.keys.sealing_id(), old.sealing_id());
        let key = find_record_key(&after, RECORD).await.unwrap().unwrap();
        assert_eq!(&**open(&key, &sealed).unwrap(), b"flat above the shop");
        let with_old = find_record_key(&store, RECORD).await;
        assert!(
            matches!(with_old, Err(StoreError::Sealed(_))),
            "wrapped anew"
        );

        sequence_now(&after, &checkpoints(&store)).await.unwrap();
        let file = heyrick_store::journal::checkpoint::CheckpointFile::new(checkpoints(&store));
        let report = verify(db, &after.keys, Some(&file)).await.unwrap();
        assert!(report.is_whole(), "{:?}", report.findings);
        assert!(report.checkpoints >= 2, "one of each key");
        assert!(after.keys.belong_to(db).await.unwrap());
        assert!(
            !old.belong_to(db).await.unwrap(),
            "the file before is noticed"
        );
        assert!(!Keys::generate().unwrap().belong_to(db).await.unwrap());
    }
}

#[tokio::test]
async fn a_rotation_that_fails_leaves_the_old_keys_and_no_event() {
    const DAMAGE: Sql = Sql::new("update record_keys set wrapped = $1 where record = $2");
    const ROTATED: Sql =
        Sql::new("select count(*) from journal_events where action = 'keys.rotated'");
    for store in stores().await {
        in_use(&store).await;
        let (db, clock) = (&store.store.db, &store.store.clock);
        let damaged = args![vec![0_u8; 60], RECORD];
        db.exec(DAMAGE, damaged).await.unwrap();
        let before = std::fs::read(key_file(&store)).unwrap();
        let refused = record_rotation(db, clock, &store.store.keys, &key_file(&store)).await;
        assert!(matches!(
            refused,
            Err(RotateError::Store(StoreError::Sealed(_)))
        ));
        assert_eq!(std::fs::read(key_file(&store)).unwrap(), before);
        let events: Vec<(i64,)> = db.all(ROTATED, vec![]).await.unwrap();
        assert_eq!(events, [(0,)]);
    }
}

#[tokio::test]
async fn any_keys_fit_an_empty_journal_and_one_damaged_event_locks_nobody_out() {
    const DAMAGE: Sql = Sql::new(
        "update journal_events set seal = $1 where id = (select id from journal_events order by at desc, id desc limit 1)",
    );
    for store in stores().await {
        let db = &store.store.db;
        assert!(Keys::generate().unwrap().belong_to(db).await.unwrap());
        in_use(&store).await;
        db.exec(DAMAGE, args![vec![0_u8; 32]]).await.unwrap();
        assert!(store.store.keys.belong_to(db).await.unwrap());
    }
}
