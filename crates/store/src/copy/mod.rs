//! Moving a whole store from one database to another, SQLite or PostgreSQL, equal row for row.
//!
//! Everything happens in one transaction on the target, tables included: rows are read from one
//! snapshot of the source, written, read back, and compared by count and hash before the commit. A copy
//! is not an event of its own journal: it would no longer be equal.

use sha2::{Digest as _, Sha256};

use crate::db::{Db, Engine};
use crate::migrate::{self, LATEST};
use crate::{StoreError, Tx};

mod files;
pub(crate) mod table;

pub use files::{CopiedFiles, copy_files};
use table::{Cells, Table};

/// Why a store could not be copied. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The source has no tables of ours.
    #[error("there is no Heyrick database to copy from")]
    NoSource,
    /// The source's tables are not those of this program.
    #[error(
        "the tables to copy from are at version {found}, this program's at {LATEST}; run `heyrick migrate` there with this program first, or use the newer program"
    )]
    SourceVersion {
        /// What the source says.
        found: i64,
    },
    /// The target's tables are not those of this program.
    #[error(
        "the tables to copy to are at version {found}, this program's at {LATEST}; copy into an empty database"
    )]
    TargetVersion {
        /// What the target says.
        found: i64,
    },
    /// The target holds something.
    #[error(
        "the database to copy to is not empty: it has a table {0} with rows or of another program; copy into an empty database"
    )]
    NotEmpty(String),
    /// A table has other columns on the two sides.
    #[error("the table {0} has other columns on the two sides; one of them was changed by hand")]
    Shape(String),
    /// What was written is not what was read.
    #[error("the table {0} did not arrive as it left; nothing was kept")]
    NotEqual(String),
    /// A database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<crate::db::DbError> for CopyError {
    fn from(error: crate::db::DbError) -> Self {
        Self::Store(error.into())
    }
}

/// A table that was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its name.
    pub table: String,
    /// How many rows it has on both sides.
    pub rows: u64,
    /// The hash of all of them, the same on both sides.
    pub hash: [u8; 32],
}

/// What is going on, for whoever waits.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'a> {
    /// So many rows of a table have been written.
    Written(&'a str, u64),
    /// A table was read back and is equal.
    Equal(&'a Copied),
}

/// Copies every table of `from` into `to`, which must be empty. The caller holds both alone.
///
/// # Errors
/// [`CopyError`] in one sentence; then the target is as it was.
pub async fn copy(
    from: &Db,
    to: &Db,
    mut said: impl FnMut(Progress<'_>),
) -> Result<Vec<Copied>, CopyError> {
    let mut source = snapshot(from).await?;
    let mut target = to.begin().await?;
    make_ready(&mut target).await?;
    let mut copied = Vec::new();
    for name in migrate::tables() {
        let left = Table::read(&mut source, name).await?;
        let arrives = Table::read(&mut target, name).await?;
        if !left.has_shape_of(&arrives) {
            return Err(CopyError::Shape(name.to_owned()));
        }
        arrives.empty(&mut target).await?;
        let sent = send(&left, &mut source, &arrives, &mut target, &mut said).await?;
        copied.push(sent);
    }
    for one in &copied {
        let arrived = Table::read(&mut target, &one.table).await?;
        if tally(&arrived, &mut target).await? != *one {
            return Err(CopyError::NotEqual(one.table.clone()));
        }
        said(Progress::Equal(one));
    }
    target.commit().await?;
    Ok(copied)
}

/// Counts and hashes every table of a store, without what says who uses it at this moment.
///
/// # Errors
/// [`CopyError`] when it is not a store of this program.
pub async fn tally_all(db: &Db) -> Result<Vec<Copied>, CopyError> {
    let mut tx = snapshot(db).await?;
    let mut all = Vec::new();
    for name in migrate::tables() {
        let table = Table::read(&mut tx, name).await?;
        all.push(tally(&table, &mut tx).await?);
    }
    Ok(all)
}

/// The source as it is at this moment, whatever is written meanwhile.
async fn snapshot(db: &Db) -> Result<Tx, CopyError> {
    let mut tx = db.begin().await?;
    if tx.engine() == Engine::Postgres {
        tx.script("set transaction isolation level repeatable read".to_owned())
            .await?;
    }
    if !table::present(&mut tx)
        .await?
        .iter()
        .any(|one| one == "migrations")
    {
        return Err(CopyError::NoSource);
    }
    match migrate::version_in(&mut tx).await? {
        LATEST => Ok(tx),
        found => Err(CopyError::SourceVersion { found }),
    }
}

/// An empty target of this program's shape: made now, or made before and never used.
async fn make_ready(tx: &mut Tx) -> Result<(), CopyError> {
    let ours: Vec<&str> = migrate::tables();
    let present = table::present(tx).await?;
    if let Some(strange) = present.iter().find(|one| !ours.contains(&one.as_str())) {
        return Err(CopyError::NotEmpty(strange.clone()));
    }
    migrate::bootstrap_in(tx).await?;
    match migrate::version_in(tx).await? {
        0 => migrate::make_tables_in(tx).await?,
        LATEST => {}
        found => return Err(CopyError::TargetVersion { found }),
    }
    for name in ours {
        let table = Table::read(tx, name).await?;
        if name != "migrations" && !table.is_empty(tx).await? {
            return Err(CopyError::NotEmpty(name.to_owned()));
        }
    }
    Ok(())
}

async fn send(
    left: &Table,
    source: &mut Tx,
    arrives: &Table,
    target: &mut Tx,
    said: &mut impl FnMut(Progress<'_>),
) -> Result<Copied, CopyError> {
    let mut sum = Sum::default();
    let mut pages = left.pages();
    while let Some(rows) = pages.next(left, source).await? {
        rows.iter().for_each(|row| sum.add(row));
        arrives.insert(target, rows).await?;
        said(Progress::Written(&left.name, sum.rows));
    }
    Ok(sum.of(&left.name))
}

async fn tally(table: &Table, tx: &mut Tx) -> Result<Copied, CopyError> {
    let mut sum = Sum::default();
    let mut pages = table.pages();
    while let Some(rows) = pages.next(table, tx).await? {
        rows.iter().for_each(|row| sum.add(row));
    }
    Ok(sum.of(&table.name))
}

/// How many rows, and the hash of their cells in the order of their keys.
#[derive(Default)]
struct Sum {
    rows: u64,
    hash: Sha256,
}

impl Sum {
    fn add(&mut self, row: &Cells) {
        self.rows += 1;
        for cell in &row.0 {
            cell.hash_into(&mut self.hash);
        }
    }

    fn of(self, table: &str) -> Copied {
        Copied {
            table: table.to_owned(),
            rows: self.rows,
            hash: self.hash.finalize().into(),
        }
    }
}
