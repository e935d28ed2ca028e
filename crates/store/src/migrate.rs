//! Brings the tables to the shape this program knows; refuses a database newer than it.
//!
//! One numbered text serves both engines: `UUID`, `BYTES`, `BIGINT`, `BOOLEAN` and `JSON` are put in
//! each engine's words, and SQLite tables become `strict`.

use crate::args;
use crate::copy::table;
use crate::db::{Db, DbError, Engine, Sql, Tx};
use crate::error::StoreError;

/// Every migration, in order: number, name, text.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "who", include_str!("../../../migrations/0001_who.sql")),
    (
        2,
        "journal",
        include_str!("../../../migrations/0002_journal.sql"),
    ),
    (
        3,
        "person",
        include_str!("../../../migrations/0003_person.sql"),
    ),
    (
        4,
        "referral",
        include_str!("../../../migrations/0004_referral.sql"),
    ),
    (
        5,
        "people",
        include_str!("../../../migrations/0005_people.sql"),
    ),
    (6, "fact", include_str!("../../../migrations/0006_fact.sql")),
    (
        7,
        "answers",
        include_str!("../../../migrations/0007_answers.sql"),
    ),
    (8, "work", include_str!("../../../migrations/0008_work.sql")),
    (9, "task", include_str!("../../../migrations/0009_task.sql")),
    (
        10,
        "task_work",
        include_str!("../../../migrations/0010_task_work.sql"),
    ),
    (
        11,
        "digest",
        include_str!("../../../migrations/0011_digest.sql"),
    ),
    (
        12,
        "coach",
        include_str!("../../../migrations/0012_coach.sql"),
    ),
    (
        13,
        "episode",
        include_str!("../../../migrations/0013_episode.sql"),
    ),
    (
        14,
        "holiday",
        include_str!("../../../migrations/0014_holiday.sql"),
    ),
    (
        15,
        "evidence",
        include_str!("../../../migrations/0015_evidence.sql"),
    ),
    (
        16,
        "first_account",
        include_str!("../../../migrations/0016_first_account.sql"),
    ),
    (
        17,
        "family",
        include_str!("../../../migrations/0017_family.sql"),
    ),
    (
        18,
        "family_told",
        include_str!("../../../migrations/0018_family_told.sql"),
    ),
    (
        19,
        "explained_and_beyond",
        include_str!("../../../migrations/0019_explained_and_beyond.sql"),
    ),
];

const BOOTSTRAP: &str = include_str!("../../../migrations/0000_bootstrap.sql");

/// The newest shape this program knows.
pub const LATEST: i64 = 19;

/// Why the tables could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database was written by a newer program.
    #[error(
        "the database is at version {found}, newer than this program knows ({known}); use the newer program"
    )]
    Newer {
        /// What the database says.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for MigrateError {
    fn from(source: DbError) -> Self {
        Self::Store(StoreError::Db {
            what: "the tables",
            source,
        })
    }
}

/// What stands at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// No tables, or none but the two of [`bootstrap`].
    Nothing,
    /// Tables of this program, of whatever version.
    Ours,
    /// A table of another program: its name.
    Strange(String),
}

/// Looks at what stands at an address, and changes nothing.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn found(db: &Db) -> Result<Found, StoreError> {
    const FIRST: [&str; 2] = ["migrations", "leases"];
    let mut tx = db.begin().await?;
    let present = table::present(&mut tx).await?;
    let has = |name: &str| present.iter().any(|one| one == name);
    if has("migrations") && has("users") && has("journal_events") {
        return Ok(Found::Ours);
    }
    let mut strange = present.into_iter();
    Ok(match strange.find(|one| !FIRST.contains(&one.as_str())) {
        None => Found::Nothing,
        Some(name) => Found::Strange(name),
    })
}

/// Runs every migration the database has not seen, each in a transaction of its own.
/// Returns how many ran.
///
/// # Errors
/// [`MigrateError::Newer`] before touching anything when the database is newer than this program.
pub async fn migrate(db: &Db, now: i64) -> Result<usize, MigrateError> {
    const RECORD: Sql = Sql::new("insert into migrations (number, name, at) values ($1, $2, $3)");
    bootstrap(db).await?;
    let found = version(db).await?;
    if found > LATEST {
        return Err(MigrateError::Newer {
            found,
            known: LATEST,
        });
    }
    let mut ran = 0;
    for (number, name, text) in MIGRATIONS.iter().filter(|(number, ..)| *number > found) {
        let mut tx = db.begin().await?;
        // Recorded first: another node that runs it at this moment waits here, and finds it taken.
        match tx.exec(RECORD, args![*number, *name, now]).await {
            Err(DbError::Taken) => continue,
            other => other?,
        };
        tx.script(in_words_of(tx.engine(), text)).await?;
        tx.commit().await?;
        ran += 1;
    }
    Ok(ran)
}

/// Makes the two tables that stand before any migration: which of them ran, and who holds a lease.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn bootstrap(db: &Db) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    match bootstrap_in(&mut tx).await {
        // On PostgreSQL two nodes may both find no table; the second then finds it made.
        Err(DbError::Taken) => return Ok(()),
        other => other?,
    }
    Ok(tx.commit().await?)
}

/// Makes the two tables in this transaction, if they are not there.
pub(crate) async fn bootstrap_in(tx: &mut Tx) -> Result<(), DbError> {
    tx.script(in_words_of(tx.engine(), BOOTSTRAP)).await
}

/// Makes every table in this transaction, without recording which migrations ran.
pub(crate) async fn make_tables_in(tx: &mut Tx) -> Result<(), DbError> {
    for (.., text) in MIGRATIONS {
        tx.script(in_words_of(tx.engine(), text)).await?;
    }
    Ok(())
}

/// The names of all tables, each after those it refers to.
pub(crate) fn tables() -> Vec<&'static str> {
    let name = |line: &'static str| {
        let rest = line.strip_prefix("create table ")?;
        let rest = rest.strip_prefix("if not exists ").unwrap_or(rest);
        rest.split_once(' ').map(|(name, _)| name)
    };
    let texts = MIGRATIONS.iter().map(|(.., text)| *text);
    std::iter::once(BOOTSTRAP)
        .chain(texts)
        .flat_map(str::lines)
        .filter_map(name)
        .collect()
}

/// The number of the last migration the database has seen; 0 for none.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn version(db: &Db) -> Result<i64, StoreError> {
    let rows: Vec<(i64,)> = db.all(VERSION, vec![]).await?;
    Ok(rows.first().map_or(0, |row| row.0))
}

/// [`version`] in a transaction.
pub(crate) async fn version_in(tx: &mut Tx) -> Result<i64, DbError> {
    let rows: Vec<(i64,)> = tx.all(VERSION, vec![]).await?;
    Ok(rows.first().map_or(0, |row| row.0))
}

const VERSION: Sql = Sql::new("select coalesce(max(number), 0) from migrations");

fn in_words_of(engine: Engine, text: &str) -> String {
    let words: &[(&str, &str)] = match engine {
        Engine::Sqlite => &[
            ("UUID", "blob"),
            ("BYTES", "blob"),
            ("BIGINT", "integer"),
            ("BOOLEAN", "integer"),
            ("JSON", "text"),
            ("\n);", "\n) strict;"),
        ],
        Engine::Postgres => &[("BYTES", "bytea"), ("JSON", "text")],
    };
    words
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
