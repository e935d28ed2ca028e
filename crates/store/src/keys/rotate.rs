//! Whether a key file belongs to a database, and new keys for an installation.

use std::path::Path;
use std::sync::Arc;

use uuid::Uuid;

use super::{KeyFileError, Keys};
use crate::clock::Clock;
use crate::db::{Db, Sql};
use crate::journal::checkpoint::Checkpoint;
use crate::journal::{Action, Actor, Event, ObjectKind, SEAL_DOMAIN};
use crate::{Store, StoreError, args, seal};

/// The whole store, as the journal names it.
const STORE: Uuid = Uuid::nil();

/// Why keys were not rotated. The old ones are still in use.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The key file could not be written.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// The database refused, or a value does not open with this key file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<crate::db::DbError> for RotateError {
    fn from(error: crate::db::DbError) -> Self {
        Self::Store(error.into())
    }
}

impl Keys {
    /// Says whether these keys signed or sealed what was written last, and the last rotation if there was
    /// one: an older file of the same installation does not belong. True for a database without a journal.
    ///
    /// # Errors
    /// [`StoreError::Db`] when the database fails.
    pub async fn belong_to(&self, db: &Db) -> Result<bool, StoreError> {
        const SIGNED: Sql =
            Sql::new("select note from journal_checkpoints order by size desc limit 1");
        const SEALED: Sql =
            Sql::new("select body, seal from journal_events order by at desc, id desc limit 10");
        const ROTATED: Sql = Sql::new(
            "select body, seal from journal_events where object = $1 and action = $2
             order by at desc, id desc limit 1",
        );
        let ours = |(body, seal): &(Vec<u8>, Vec<u8>)| self.is_keyed_hash(SEAL_DOMAIN, body, seal);
        let notes: Vec<(String,)> = db.all(SIGNED, vec![]).await?;
        let last: Vec<(Vec<u8>, Vec<u8>)> = db.all(SEALED, vec![]).await?;
        let rotations = args![STORE, Action::KeysRotated.code()];
        let rotated = db.all(ROTATED, rotations).await?;
        // One damaged event or checkpoint locks nobody out: `verify` tells about those.
        let known = notes
            .iter()
            .any(|(note,)| Checkpoint::open(note, self).is_some())
            || last.iter().any(ours);
        let nothing = notes.is_empty() && last.is_empty();
        Ok(nothing || known && rotated.iter().all(ours))
    }
}

/// Puts new keys in place of those in use; the old ones are kept as retired. How many record keys and
/// second factors were wrapped anew. The caller holds the database alone.
///
/// The file comes first, because it holds old and new keys: whatever happens after, everything opens.
///
/// # Errors
/// [`RotateError`]; then the old key file is back and nothing was changed.
pub async fn record_rotation(
    db: &Db,
    clock: &Clock,
    keys: &Keys,
    path: &Path,
) -> Result<(Keys, usize), RotateError> {
    let next = keys.rotated()?;
    next.replace(path)?;
    match wrap_anew(db, clock, &next).await {
        Ok(wrapped) => Ok((next, wrapped)),
        Err(error) => {
            keys.replace(path)?;
            Err(error.into())
        }
    }
}

async fn wrap_anew(db: &Db, clock: &Clock, keys: &Keys) -> Result<usize, StoreError> {
    let store = Store::open(db.clone(), Arc::new(keys.clone()), clock.clone()).await?;
    let mut tx = store.db.begin().await?;
    let wrapped = seal::rewrap(&mut tx, keys).await?;
    let event = Event::new(Action::KeysRotated)
        .object(ObjectKind::Store, STORE)
        .values(keys.signing_public().to_bytes().to_vec());
    store
        .journal
        .record(&mut tx, Actor::COMMAND_LINE, event)
        .await?;
    tx.commit().await?;
    Ok(wrapped)
}
