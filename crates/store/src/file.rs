//! Files: the Home Office's own copies, sealed under the key of the record they belong to.

use uuid::Uuid;

use heyrick_domain::user::Viewer;

use crate::db::Sql;
use crate::journal::{Action, Event, ObjectKind};
use crate::{Store, StoreError, Tx, args, seal};

pub mod text;

/// Most bytes of one file.
pub const LARGEST: usize = 10 * 1024 * 1024;

/// What kind of file somebody attached; decided by its content, not by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// A PDF.
    Pdf,
    /// A saved e-mail.
    Email,
    /// Plain text.
    Text,
}

impl MediaType {
    /// The type as browsers name it; kept in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Email => "message/rfc822",
            Self::Text => "text/plain",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Pdf, Self::Email, Self::Text]
            .into_iter()
            .find(|media| media.code() == code)
    }

    /// The ending of a file name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Email => "eml",
            Self::Text => "txt",
        }
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// More than [`LARGEST`].
    #[error("the file is larger than 10 MB")]
    TooLarge,
    /// Neither PDF, nor e-mail, nor text.
    #[error("the file is neither a PDF, nor a saved e-mail, nor plain text")]
    Kind,
}

/// Looks at a file's bytes and says what it is.
///
/// # Errors
/// [`FileError`] for a file that is not taken.
pub fn media_type(bytes: &[u8]) -> Result<MediaType, FileError> {
    if bytes.is_empty() {
        return Err(FileError::Empty);
    }
    if bytes.len() > LARGEST {
        return Err(FileError::TooLarge);
    }
    if bytes.starts_with(b"%PDF-") {
        return Ok(MediaType::Pdf);
    }
    let text = std::str::from_utf8(bytes).ok();
    if text::is_email(bytes) {
        return Ok(MediaType::Email);
    }
    match text {
        Some(text) if !text.contains('\0') => Ok(MediaType::Text),
        _ => Err(FileError::Kind),
    }
}

/// Keeps a file, sealed under the key of `record`, in the caller's transaction.
///
/// # Errors
/// [`StoreError`] when the database, the keys or the journal fail; then nothing is kept.
pub(crate) async fn add(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    record: Uuid,
    media: MediaType,
    bytes: &[u8],
) -> Result<Uuid, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into files (id, record, media_type, size_bytes, content_hash, sealed, added_by, added_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let id = store.new_id()?;
    let key = seal::record_key(store, tx, record).await?;
    let hash = store.keys.keyed_hash("file", bytes);
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let sealed = seal::seal(&key, bytes)?;
    let media = media.code();
    tx.exec(
        INSERT,
        args![
            id,
            record,
            media,
            size,
            hash.to_vec(),
            sealed,
            viewer.user,
            store.now()
        ],
    )
    .await?;
    let event = Event::new(Action::FileAdded)
        .object(ObjectKind::File, id)
        .values(bytes.to_vec());
    store.journal.record(tx, viewer, event).await?;
    Ok(id)
}

/// A file's type and content. The caller has already been let in to the record it belongs to; the look
/// is journalled here.
///
/// # Errors
/// [`StoreError::Sealed`] when the key is gone or wrong.
pub(crate) async fn open(
    store: &Store,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<(MediaType, Vec<u8>)>, StoreError> {
    const FIND: Sql = Sql::new("select record, media_type, sealed from files where id = $1");
    let Some((record, media, sealed)) = store
        .db
        .opt::<(Uuid, String, Vec<u8>)>(FIND, args![id])
        .await?
    else {
        return Ok(None);
    };
    let media = MediaType::from_code(&media).ok_or(StoreError::Corrupt("file"))?;
    let key = seal::find_record_key(store, record)
        .await?
        .ok_or(StoreError::Sealed("file"))?;
    let bytes = seal::open(&key, &sealed)?.to_vec();
    let event = Event::new(Action::FileViewed).object(ObjectKind::File, id);
    store.journal.look(viewer, event).await?;
    Ok(Some((media, bytes)))
}

/// Discards a file that is part of no record yet; `false` when it is, or is gone.
///
/// # Errors
/// [`StoreError`] when the database or the journal fails.
pub(crate) async fn discard(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    id: Uuid,
) -> Result<bool, StoreError> {
    const DISCARD: Sql = Sql::new(
        "delete from files where id = $1 and not exists (select 1 from sendings s where s.file_id = $1)",
    );
    if tx.exec(DISCARD, args![id]).await? == 0 {
        return Ok(false);
    }
    let event = Event::new(Action::FileDiscarded).object(ObjectKind::File, id);
    store.journal.record(tx, viewer, event).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        for (bytes, want) in [
            (&b"%PDF-1.7 ..."[..], Ok(MediaType::Pdf)),
            (
                b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nHello",
                Ok(MediaType::Email),
            ),
            (b"Report reference 1", Ok(MediaType::Text)),
            (b"", Err(FileError::Empty)),
            (b"MZ\x90\x00\xff", Err(FileError::Kind)),
            (b"text\0text", Err(FileError::Kind)),
        ] {
            assert_eq!(media_type(bytes), want, "{bytes:?}");
        }
        assert_eq!(
            media_type(&vec![b'a'; LARGEST + 1]),
            Err(FileError::TooLarge)
        );
    }
}
