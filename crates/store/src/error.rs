//! What can go wrong in the store, in plain words and without personal data.
//!
//! Operations with refusals of their own have their own enum (one per noun); this one is for what
//! any of them may meet. `web` turns it into a status: `Stale` 409, `Refused` 422, the rest 500.

use crate::blob::FilesError;
use crate::db::DbError;

/// Why a store operation failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed; the text never holds values.
    #[error("the database failed while handling {what}")]
    Db {
        /// The noun being handled.
        what: &'static str,
        /// What the engine said.
        #[source]
        source: DbError,
    },
    /// Somebody changed the record since it was read; nothing was written.
    #[error("somebody changed this since you opened it")]
    Stale,
    /// The viewer may not do this. Used only where they may see the record; else it is absent.
    #[error("your role does not allow this")]
    NotAllowed,
    /// A rule refused. The key names a sentence in the catalogues.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// A stored value could not be read back.
    #[error("a stored {0} could not be read")]
    Corrupt(&'static str),
    /// Keys are missing, or a sealed value does not open with them.
    #[error("a sealed {0} could not be opened with this key file")]
    Sealed(&'static str),
    /// The journal could not be written, so nothing was shown or changed.
    #[error("the journal could not be written")]
    Journal,
    /// The store of files failed, or what it keeps is lost or altered.
    #[error("the store of files failed")]
    Files(#[from] FilesError),
}

impl From<DbError> for StoreError {
    fn from(source: DbError) -> Self {
        Self::Db {
            what: "a record",
            source,
        }
    }
}
