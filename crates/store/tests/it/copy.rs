//! Rows of every type arrive as they left, and a target that is not empty, older or changed is refused.

use heyrick_store::copy::{CopyError, Progress, copy, tally_all};
use heyrick_store::{Db, Sql, args, migrate};
use heyrick_testkit::Fresh;

use crate::common::{TestStore, stores};

/// Two fresh, empty databases, one an engine.
async fn empty() -> Vec<(Fresh, Db)> {
    let mut all = Vec::new();
    for fresh in heyrick_testkit::engines().unwrap() {
        let db = Db::connect(&fresh.url).await.unwrap();
        all.push((fresh, db));
    }
    all
}

/// Text in every script as a key, thousands of rows, bytes of megabytes, nulls, truth values.
async fn fill(store: &TestStore) {
    const THROTTLE: Sql = Sql::new(
        "insert into throttles (scope, key_hash, failures, window_at) values ($1, $2, $3, $4)",
    );
    const FILE: Sql = Sql::new(
        "insert into files (id, record, media_type, size_bytes, content_hash, sealed, added_by, added_at)
         values ($1, $1, 'application/pdf', $2, $3, $3, $4, 0)",
    );
    let viewer = store.constable().await;
    let mut tx = store.store.db.begin().await.unwrap();
    for number in 0..3000_i64 {
        let scope = ["account", "Account", "é", "ß", "中", "ا", ""][number as usize % 7];
        let key = number.to_be_bytes().to_vec();
        let values = args![scope, key, number, -number];
        tx.exec(THROTTLE, values).await.unwrap();
    }
    for size in [0_usize, 1, 5_000_000, 7, 5_000_000, 5_000_000] {
        let bytes = vec![size.to_be_bytes()[7]; size];
        let values = args![store.id(), i64::try_from(size).unwrap(), bytes, viewer.user];
        tx.exec(FILE, values).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn every_row_arrives_on_either_engine_from_either() {
    for store in stores().await {
        fill(&store).await;
        let before = tally_all(&store.store.db).await.unwrap();
        let throttles = before.iter().find(|one| one.table == "throttles").unwrap();
        assert_eq!(throttles.rows, 3000);
        for (fresh, target) in empty().await {
            let mut equal = 0;
            let copied = copy(&store.store.db, &target, |progress| {
                equal += i32::from(matches!(progress, Progress::Equal(_)));
            })
            .await
            .unwrap();
            assert_eq!(copied, before, "to {}", fresh.engine);
            assert_eq!(usize::try_from(equal).unwrap(), copied.len());
            assert_eq!(tally_all(&target).await.unwrap(), before);
            let again = copy(&store.store.db, &target, |_| ()).await;
            assert!(matches!(again, Err(CopyError::NotEmpty(_))), "{again:?}");
            target.close().await;
        }
    }
}

#[tokio::test]
async fn the_tally_is_over_names_and_values_of_what_is_there() {
    const OTHER: Sql = Sql::new("update throttles set window_at = 1 where failures = $1");
    for store in stores().await {
        fill(&store).await;
        let before = tally_all(&store.store.db).await.unwrap();
        store.store.db.exec(OTHER, args![2999]).await.unwrap();
        let after = tally_all(&store.store.db).await.unwrap();
        let changed = before
            .iter()
            .zip(&after)
            .filter(|(one, other)| one != other);
        assert_eq!(changed.count(), 1);
    }
}

#[tokio::test]
async fn a_target_of_another_shape_is_refused_and_stays_as_it_was() {
    const AHEAD: Sql =
        Sql::new("insert into migrations (number, name, at) values ($1, 'later', 0)");
    const BACK: Sql = Sql::new("delete from migrations where number = $1");
    const EXTRA: Sql = Sql::new("alter table throttles add column note text");
    for store in stores().await {
        let source = &store.store.db;
        for (_fresh, target) in empty().await {
            let unmade = copy(&target, source, |_| ()).await;
            assert!(matches!(unmade, Err(CopyError::NoSource)), "{unmade:?}");

            migrate::migrate(&target, 0).await.unwrap();
            let newer = migrate::LATEST + 1;
            target.exec(AHEAD, args![newer]).await.unwrap();
            let found = copy(source, &target, |_| ()).await;
            assert!(matches!(found, Err(CopyError::TargetVersion { found }) if found == newer));
            let found = copy(&target, source, |_| ()).await;
            assert!(matches!(found, Err(CopyError::SourceVersion { found }) if found == newer));
            target.exec(BACK, args![newer]).await.unwrap();

            target.exec(EXTRA, vec![]).await.unwrap();
            let changed = copy(source, &target, |_| ()).await;
            assert!(
                matches!(&changed, Err(CopyError::Shape(table)) if table == "throttles"),
                "{changed:?}"
            );
            let rows = tally_all(&target).await.unwrap();
            assert!(
                rows.iter()
                    .all(|one| one.rows == 0 || one.table == "migrations")
            );
            target.close().await;
        }
    }
}
