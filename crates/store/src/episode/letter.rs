//! Letters: what the competent authority wrote, under the person's own key. They are attached to what they
//! are about, as many as come.

use heyrick_domain::id::{PersonId, PublicId};
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;
use uuid::Uuid;

use super::passage::find_for;
use crate::db::{DbError, Sql};
use crate::file::{self, FileError, MediaType};
use crate::{Store, StoreError, args};

/// Why a letter was not attached.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// It is not a file we take.
    #[error(transparent)]
    File(#[from] FileError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for LetterError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// The event of a passage of somebody the viewer may do this with.
async fn event_for(
    store: &Store,
    viewer: &Viewer,
    action: Action,
    id: &PublicId,
    event: &PublicId,
) -> Result<Option<(Uuid, PersonId)>, StoreError> {
    const EVENT: Sql =
        Sql::new("select id from episode_events where episode_id = $1 and public_id = $2");
    let Some((passage, record)) = find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    store.allow(viewer, action, &record.resource)?;
    let row: Option<(Uuid,)> = store.db.opt(EVENT, args![passage.id(), event]).await?;
    Ok(row.map(|(event,)| (event, passage.person())))
}

/// Attaches a letter to what it is about. `Ok(false)` when there is no such event to see.
///
/// # Errors
/// [`LetterError::File`] for a file that is not taken; [`StoreError::NotAllowed`].
pub async fn record_letter(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    event: &PublicId,
    bytes: &[u8],
) -> Result<bool, LetterError> {
    const INSERT: Sql = Sql::new(
        "insert into episode_letters (id, event_id, file_id, added_by, added_at) values ($1, $2, $3, $4, $5)",
    );
    let found = event_for(store, viewer, Action::RecordFacts, id, event).await?;
    let Some((event, person)) = found else {
        return Ok(false);
    };
    let media = file::media_type(bytes)?;
    let mut tx = store.db.begin().await?;
    let file = file::add(store, &mut tx, viewer, person.0, media, bytes).await?;
    let values = args![store.new_id()?, event, file, viewer.user, store.now()];
    tx.exec(INSERT, values).await?;
    tx.commit().await?;
    Ok(true)
}

/// A letter of an event, counted from 1; `None` when there is none to see. Whoever may see the person may
/// open it; that is journalled.
///
/// # Errors
/// [`StoreError`] when the file, its key or the journal fail.
pub async fn letter_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    event: &PublicId,
    number: usize,
) -> Result<Option<(MediaType, Vec<u8>)>, StoreError> {
    const LETTERS: Sql =
        Sql::new("select file_id from episode_letters where event_id = $1 order by added_at, id");
    let Some((event, _)) = event_for(store, viewer, Action::See, id, event).await? else {
        return Ok(None);
    };
    let letters: Vec<(Uuid,)> = store.db.all(LETTERS, args![event]).await?;
    match number.checked_sub(1).and_then(|place| letters.get(place)) {
        Some((file,)) => file::open(store, viewer, *file).await,
        None => Ok(None),
    }
}
