//! Opening what a command works on, with one plain sentence when that cannot be done.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use heyrick_store::db::sqlite_file;
use heyrick_store::keys::KeyFileError;
use heyrick_store::migrate::{self, Found, MigrateError};
use heyrick_store::{Clock, Db, Files, Keys, Store};

use crate::settings::{FilesPlace, Where};

/// Opens the database at an address that should be there already.
///
/// # Errors
/// A sentence: no folder, nothing in it, nobody answers.
pub async fn database(place: &Where) -> Result<Db> {
    if let Some(file) = sqlite_file(&place.address)
        && !file.exists()
    {
        if !place.data.is_dir() {
            bail!(
                "there is no folder {}; make one with `heyrick init --data {0}`",
                place.data.display()
            );
        }
        bail!(
            "there is no database in {}; make one with `heyrick init --data {0}`",
            place.data.display()
        );
    }
    connect(place).await
}

/// Opens the database, making the SQLite file when it is not there.
///
/// # Errors
/// A sentence when it cannot be opened.
pub async fn connect(place: &Where) -> Result<Db> {
    match sqlite_file(&place.address) {
        Some(file) => Db::sqlite(&file)
            .await
            .with_context(|| format!("{} could not be opened as a database", file.display())),
        None => Db::postgres(&place.address).await.context(
            "no PostgreSQL database answers at that address; check host, name, user and password",
        ),
    }
}

/// Refuses an address where no store of this program stands, without touching it.
///
/// # Errors
/// A sentence.
pub async fn ours(db: &Db) -> Result<()> {
    match migrate::found(db).await? {
        Found::Ours => Ok(()),
        Found::Nothing | Found::Strange(_) => {
            bail!("there is no Heyrick database at this address; make one with `heyrick init`")
        }
    }
}

/// Refuses an address where another program keeps its tables, without touching them.
///
/// # Errors
/// A sentence naming one of them.
pub async fn not_strange(db: &Db) -> Result<()> {
    match migrate::found(db).await? {
        Found::Nothing | Found::Ours => Ok(()),
        Found::Strange(table) => bail!(
            "the database at this address holds another program's table {table}; choose an empty one"
        ),
    }
}

/// Refuses a file whose folder is not there.
///
/// # Errors
/// A sentence naming the folder.
pub fn has_folder(file: &Path) -> Result<()> {
    match file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        Some(folder) if !folder.is_dir() => bail!("there is no folder {}", folder.display()),
        _ => Ok(()),
    }
}

/// Opens a store beside a server: its tables must be up to date, and stay as they are.
///
/// # Errors
/// A sentence: no key file, tables older or newer than this program.
pub async fn standing(place: &Where, db: Db) -> Result<Store> {
    has_folder(&place.checkpoints)?;
    let keys = keys(&place.keys)?;
    ours(&db).await?;
    up_to_date(&db).await?;
    fit(&keys, &place.keys, &db).await?;
    Store::open(db, keys, Clock::System)
        .await
        .context("the store could not be opened")
}

/// Opens a store whose tables are, or are brought, up to date.
///
/// # Errors
/// A sentence: no key file, tables newer than this program.
pub async fn store(place: &Where, db: Db) -> Result<Store> {
    let keys = keys(&place.keys)?;
    bring_up_to_date(&db).await?;
    fit(&keys, &place.keys, &db).await?;
    Store::open(db, keys, Clock::System)
        .await
        .context("the store could not be opened")
}

/// Opens a store with its place for files.
///
/// # Errors
/// As [`store`], or when the place for files cannot be opened.
pub async fn store_with_files(place: &Where, db: Db) -> Result<Store> {
    has_folder(&place.checkpoints)?;
    let files = files(&place.files)?;
    Ok(store(place, db).await?.with_files(&files))
}

/// Opens a place for files: a folder is made if need be.
///
/// # Errors
/// A sentence when that cannot be done.
pub fn files(place: &FilesPlace) -> Result<Files> {
    match place {
        FilesPlace::Folder(folder) => Files::folder(folder),
        FilesPlace::Bucket(bucket) => Files::s3(bucket),
    }
    .context("the place for files could not be opened")
}

/// Loads the key file.
///
/// # Errors
/// A sentence saying what is wrong with it.
pub fn keys(path: &Path) -> Result<Keys> {
    has_folder(path)?;
    Keys::load(path).map_err(|error: KeyFileError| anyhow::anyhow!("{error}"))
}

/// Refuses a key file that belongs to another database: what is written with it could not be proved.
///
/// # Errors
/// A sentence naming the file.
pub async fn fit(keys: &Keys, path: &Path, db: &Db) -> Result<()> {
    if !keys.belong_to(db).await? {
        bail!(
            "the key file {} does not belong to this database, or is an older one of it",
            path.display()
        );
    }
    Ok(())
}

/// Brings the tables up to date.
///
/// # Errors
/// A sentence when the database is newer than this program.
pub async fn bring_up_to_date(db: &Db) -> Result<usize> {
    migrate::migrate(db, Clock::System.micros())
        .await
        .map_err(|error| match error {
            MigrateError::Newer { .. } => anyhow::anyhow!("{error}"),
            other => {
                anyhow::Error::new(other).context("the tables could not be brought up to date")
            }
        })
}

/// Refuses tables that are older or newer than this program's, without touching them.
///
/// # Errors
/// A sentence saying which.
pub async fn up_to_date(db: &Db) -> Result<()> {
    let found = migrate::version(db)
        .await
        .map_err(|_| anyhow::anyhow!("there is no Heyrick database at this address"))?;
    match found.cmp(&migrate::LATEST) {
        std::cmp::Ordering::Less => {
            bail!("the tables are older than this program; run `heyrick migrate` first")
        }
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(anyhow::anyhow!(
            "{}",
            MigrateError::Newer {
                found,
                known: migrate::LATEST
            }
        )),
    }
}
