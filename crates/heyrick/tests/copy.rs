//! A demonstration moves from SQLite to PostgreSQL and back, and nothing in it changes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use std::path::Path;
use std::sync::Arc;

use heyrick_store::copy::{Copied, tally_all};
use heyrick_store::journal::sequencer::sequence_now;
use heyrick_store::occupy::{Use, occupy};
use heyrick_store::{Clock, Db, Files, Keys, Sql, Store, args, migrate};
use heyrick_world::build::{PEOPLE, build};
use jiff::Timestamp;

use common::{done, heyrick};

#[track_caller]
fn refused(words: &[&str]) -> String {
    let out = heyrick(words);
    assert!(!out.status.success(), "{words:?} should be refused");
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "one sentence: {said}");
    said
}

async fn a_demonstration(folder: &Path) {
    let db = Db::sqlite(&folder.join("heyrick.db")).await.unwrap();
    migrate::migrate(&db, Clock::System.micros()).await.unwrap();
    let keys = Keys::generate().unwrap();
    keys.save(&folder.join("keys.json")).unwrap();
    let keys = Arc::new(keys);
    let files = Files::folder(&folder.join("files")).unwrap();
    build(
        &db,
        Arc::clone(&keys),
        &files,
        Timestamp::now(),
        PEOPLE,
        |_| (),
    )
    .await
    .unwrap();
    let store = Store::open(db, keys, Clock::System).await.unwrap();
    sequence_now(&store, &folder.join("checkpoints.txt"))
        .await
        .unwrap();
    store.db.close().await;
}

async fn tally(address: &str) -> Vec<Copied> {
    let db = Db::connect(address).await.unwrap();
    let all = tally_all(&db).await.unwrap();
    db.close().await;
    all
}

#[tokio::test]
async fn a_demonstration_goes_to_postgresql_and_back_equal_row_for_row() {
    let place = tempfile::tempdir().unwrap();
    let (first, last) = (place.path().join("first"), place.path().join("last"));
    std::fs::create_dir(&first).unwrap();
    a_demonstration(&first).await;
    let middle = heyrick_testkit::postgres().unwrap();
    let (first_dir, last_dir) = (first.to_str().unwrap(), last.to_str().unwrap());

    let said = done(&["copy", "--from", first_dir, "--to", &middle.url]);
    assert!(
        said.contains("equal") && said.contains("The journal is whole"),
        "{said}"
    );
    assert!(said.contains("keys"), "says what goes along: {said}");
    let again = refused(&["copy", "--from", first_dir, "--to", &middle.url]);
    assert!(again.contains("not empty"), "{again}");

    let lost = refused(&["copy", "--from", &middle.url, "--to", last_dir]);
    assert!(lost.contains("key file"), "{lost}");
    assert!(!last.exists(), "nothing half-done");
    let home = [
        "copy",
        "--from",
        &middle.url,
        "--data",
        first_dir,
        "--to",
        last_dir,
    ];
    done(&home);

    let ours = |folder: &Path| format!("sqlite:{}", folder.join("heyrick.db").display());
    let before = tally(&ours(&first)).await;
    assert!(
        before
            .iter()
            .any(|one| one.table == "journal_events" && one.rows > 10)
    );
    assert_eq!(tally(&middle.url).await, before);
    assert_eq!(tally(&ours(&last)).await, before);
    for file in ["keys.json", "checkpoints.txt"] {
        let read = |folder: &Path| std::fs::read(folder.join(file)).unwrap();
        assert_eq!(read(&first), read(&last), "{file}");
    }
    let said = done(&["journal", "verify", "--data", last_dir]);
    assert!(said.contains("whole"), "{said}");
    files_are_whole_moved_and_missed(first_dir, last_dir);
}

/// Every file went along; one that is altered, and one that is lost, is said by its number and nothing else.
fn files_are_whole_moved_and_missed(first: &str, last: &str) {
    let whole = done(&["evidence", "verify", "--data", last]);
    assert_eq!(whole, done(&["evidence", "verify", "--data", first]));
    assert!(!whole.starts_with("0 "), "{whole}");
    let kept = files_under(&Path::new(last).join("files"));
    assert!(kept.len() >= 2, "{kept:?}");
    let mut bytes = std::fs::read(&kept[0]).unwrap();
    bytes[20] ^= 1;
    std::fs::write(&kept[0], bytes).unwrap();
    std::fs::remove_file(&kept[1]).unwrap();
    let out = heyrick(&["evidence", "verify", "--data", last]);
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(!out.status.success());
    for words in ["is altered", "is lost"] {
        assert_eq!(said.matches(words).count(), 1, "{said}");
    }
    assert!(!said.contains("hospital"), "no name of a file: {said}");
    let from = Path::new(first).join("files");
    let back = [
        "evidence",
        "copy",
        "--data",
        last,
        "--from",
        from.to_str().unwrap(),
    ];
    assert!(
        done(&back).starts_with("2 files copied"),
        "what was damaged comes back"
    );
    assert_eq!(done(&["evidence", "verify", "--data", last]), whole);
}

fn files_under(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files_under(&path)),
            false => found.push(path),
        }
    }
    found
}

#[tokio::test]
async fn a_copy_waits_for_servers_on_either_side_and_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let (first, last) = (place.path().join("first"), place.path().join("last"));
    std::fs::create_dir(&first).unwrap();
    a_demonstration(&first).await;
    let (from, to) = (first.to_str().unwrap(), last.to_str().unwrap());
    let served = |address: String| async move {
        let db = Db::connect(&address).await.unwrap();
        occupy(&address, &db, &Clock::System, Use::Serve)
            .await
            .unwrap()
    };
    let address = format!("sqlite:{}", first.join("heyrick.db").display());
    let server = served(address).await;
    let said = refused(&["copy", "--from", from, "--to", to]);
    assert!(said.contains("another heyrick process"), "{said}");
    assert!(!last.exists());
    server.end().await.unwrap();

    let middle = heyrick_testkit::postgres().unwrap();
    let server = served(middle.url.clone()).await;
    let said = refused(&["copy", "--from", from, "--to", &middle.url]);
    assert!(said.contains("a server is using"), "{said}");
    server.end().await.unwrap();
    done(&["copy", "--from", from, "--to", &middle.url]);
    let same = refused(&["copy", "--from", from, "--to", from]);
    assert!(same.contains("the same"), "{same}");
}

#[tokio::test]
async fn one_other_cell_shows_in_the_tally() {
    const CHANGE: Sql = Sql::new("update settings set value = $1 where name = $2");
    let place = tempfile::tempdir().unwrap();
    a_demonstration(place.path()).await;
    let db = Db::sqlite(&place.path().join("heyrick.db")).await.unwrap();
    let before = tally_all(&db).await.unwrap();
    db.exec(CHANGE, args!["demo 46", "world"]).await.unwrap();
    let after = tally_all(&db).await.unwrap();
    let changed: Vec<_> = before
        .iter()
        .zip(&after)
        .filter(|(before, after)| before != after)
        .map(|(before, _)| before.table.as_str())
        .collect();
    assert_eq!(changed, ["settings"]);
}
