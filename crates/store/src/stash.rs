//! Forms that came after their session ended: sealed, kept for a day, offered back to whoever typed
//! them, so that a time-out loses no word.

use heyrick_domain::id::UserId;
use heyrick_domain::user::Viewer;
use uuid::Uuid;

use crate::db::Sql;
use crate::{Store, StoreError, args};

/// How long a form is kept: a day, in microseconds.
const KEPT: i64 = 24 * 60 * 60 * 1_000_000;

/// A form that was kept.
#[derive(Debug, Clone)]
pub struct Stash {
    /// Where it was sent.
    pub path: String,
    /// Its body as it came.
    pub body: Vec<u8>,
    /// When it came: microseconds since 1970, UTC.
    pub at: i64,
}

/// Keeps a form for an account; of several sent to one place, the last one counts.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_stash(
    store: &Store,
    user: UserId,
    path: &str,
    body: &[u8],
) -> Result<(), StoreError> {
    const FORGET: Sql =
        Sql::new("delete from stashes where (user_id = $1 and path = $3) or at < $2");
    const INSERT: Sql =
        Sql::new("insert into stashes (id, user_id, path, sealed, at) values ($1, $2, $3, $4, $5)");
    let id = store.new_id()?;
    let sealed = store.keys.seal_with_file_key(&bound_to(id), body)?;
    let now = store.now();
    let mut tx = store.db.begin().await?;
    tx.exec(FORGET, args![user, now - KEPT, path]).await?;
    tx.exec(INSERT, args![id, user, path, sealed, now]).await?;
    Ok(tx.commit().await?)
}

/// The forms kept for the viewer, the first that came first.
///
/// # Errors
/// [`StoreError::Sealed`] when one does not open with this key file.
pub async fn stashes(store: &Store, viewer: &Viewer) -> Result<Vec<Stash>, StoreError> {
    const GET: Sql = Sql::new(
        "select id, path, sealed, at from stashes where user_id = $1 and at > $2 order by at, id",
    );
    let values = args![viewer.user, store.now() - KEPT];
    let rows: Vec<(Uuid, String, Vec<u8>, i64)> = store.db.all(GET, values).await?;
    let mut kept = Vec::new();
    for (id, path, sealed, at) in rows {
        let body = store
            .keys
            .open_with_file_key(&bound_to(id), &sealed)?
            .to_vec();
        kept.push(Stash { path, body, at });
    }
    Ok(kept)
}

/// Forgets what was kept for one place, once it was sent again or is not wanted.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn forget(store: &Store, viewer: &Viewer, path: &str) -> Result<(), StoreError> {
    const FORGET: Sql = Sql::new("delete from stashes where user_id = $1 and path = $2");
    store.db.exec(FORGET, args![viewer.user, path]).await?;
    Ok(())
}

fn bound_to(id: Uuid) -> String {
    format!("stash {id}")
}
