//! A command pointed at the wrong place says so and leaves it as it was.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use heyrick_store::{Db, Sql, args};

use common::{heyrick, names_in, refused};

async fn tables(url: &str) -> i64 {
    const COUNT: Sql = Sql::new(
        "select count(*) from information_schema.tables where table_schema = current_schema()",
    );
    let db = Db::connect(url).await.unwrap();
    let row: Option<(i64,)> = db.opt(COUNT, args![]).await.unwrap();
    db.close().await;
    row.unwrap().0
}

#[tokio::test]
async fn another_programs_database_is_left_as_it_is() {
    const THEIRS: Sql = Sql::new("create table ledger (id bigint)");
    let fresh = heyrick_testkit::postgres().unwrap();
    let db = Db::connect(&fresh.url).await.unwrap();
    db.exec(THEIRS, args![]).await.unwrap();
    db.close().await;
    let data = fresh.folder.path().join("data");
    let data = data.to_str().unwrap();
    let at = ["--database-url", fresh.url.as_str(), "--data", data];
    let with = |words: &[&'static str]| [words, &at].concat();
    refused(&with(&["init"]), "another program's table ledger");
    assert!(!Path::new(data).exists(), "the folder is taken away again");
    refused(&with(&["demo"]), "another program's table ledger");
    assert!(!Path::new(data).exists(), "nothing was made");
    for command in [
        &["user", "list"][..],
        &["migrate"],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        assert!(!heyrick(&with(command)).status.success(), "{command:?}");
    }
    assert_eq!(tables(&fresh.url).await, 1, "nothing but theirs");
}

#[tokio::test]
async fn an_empty_database_is_no_installation() {
    let fresh = heyrick_testkit::postgres().unwrap();
    let folder = fresh.folder.path();
    let keys = folder.join("keys.json");
    let keys = keys.to_str().unwrap();
    assert!(heyrick(&["keys", "new", "--keys", keys]).status.success());
    let at = [
        "--database-url",
        fresh.url.as_str(),
        "--keys",
        keys,
        "--data",
        folder.to_str().unwrap(),
    ];
    let list = [&["user", "list"][..], &at].concat();
    refused(&list, "there is no Heyrick database at this address");
    assert_eq!(tables(&fresh.url).await, 0);
}

#[test]
fn a_missing_folder_is_named_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let at = ["--data", data];
    for (flag, value) in [
        ("--checkpoints", "/nowhere/c.txt"),
        ("--keys", "/nowhere/k.json"),
    ] {
        let words = [&["init", flag, value][..], &at].concat();
        refused(&words, "there is no folder /nowhere");
        assert!(!Path::new(data).exists(), "{flag}");
    }
    refused(
        &[&["evidence", "verify"][..], &at].concat(),
        "there is no folder",
    );
    assert_eq!(names_in(folder.path()), BTreeSet::new());

    assert!(heyrick(&["init", "--data", data]).status.success());
    for command in [
        &["journal", "checkpoint"][..],
        &["user", "list"],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        let words = [command, &["--checkpoints", "/nowhere/c.txt"], &at].concat();
        refused(&words, "there is no folder /nowhere");
    }
    let since = [
        &["journal", "show", "--user", "x", "--since", "2026-13-01"][..],
        &at,
    ]
    .concat();
    refused(&since, "write the day as 2026-03-09");
}

#[cfg(unix)]
#[test]
fn what_is_made_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert!(
        heyrick(&["init", "--data", data.to_str().unwrap()])
            .status
            .success()
    );
    for name in ["heyrick.db", "keys.json"] {
        let mode = std::fs::metadata(data.join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{name} is {mode:o}");
    }
}

#[tokio::test]
async fn a_command_beside_a_server_changes_no_tables() {
    const OLDER: Sql = Sql::new("delete from migrations where number = $1");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    assert!(heyrick(&["init", "--data", data]).status.success());
    let db = Db::connect(&format!("sqlite:{data}/heyrick.db"))
        .await
        .unwrap();
    db.exec(OLDER, args![heyrick_store::migrate::LATEST])
        .await
        .unwrap();
    db.close().await;
    refused(
        &["user", "list", "--data", data],
        "run `heyrick migrate` first",
    );
}
