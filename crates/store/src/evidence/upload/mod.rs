//! Files on their way: begun with a size, sent piece by piece, gone on with after a break; or whole, from a
//! plain form. Each piece is kept with its place in one transaction, so that what arrived is never in doubt.
//! One that is not described within a day is swept.

use heyrick_domain::evidence::content::ContentError;
use heyrick_domain::evidence::{FILE_BYTES_MAX, FileKind, shown_name};
use heyrick_domain::id::{PublicId, ReferralId};
use heyrick_domain::user::Viewer;
use uuid::Uuid;

use super::record::event_of;
use super::{care, room, to_change};
use crate::db::{DbError, Sql};
use crate::journal::Action as Did;
use crate::referral::Referral;
use crate::seal::{self, RecordKey};
use crate::{Store, StoreError, Tx, args};

mod arrive;

use arrive::arrive;
pub use arrive::record_file;

/// Longest mark of a sender's own, in characters.
pub const MARK_MAX: usize = 100;
/// How long a file waits to go on or to be described: a day, in microseconds.
pub const WAITS: i64 = 24 * 60 * 60 * 1_000_000;
/// Most bytes of one piece.
pub const PIECE_MAX: usize = 1024 * 1024;

/// Where a file on its way stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Some of it is still to come.
    Coming,
    /// It arrived and waits to be described.
    Arrived(FileKind),
    /// It is not taken; nothing of it was kept. The word says why, see [`Refusal::code`].
    Refused(Refusal),
}

/// Why a file that arrived is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Its content.
    Content(ContentError),
    /// The same file is attached to this referral already, or waits to be.
    Same,
}

impl Refusal {
    const ALL: [Self; 5] = [
        Self::Content(ContentError::Empty),
        Self::Content(ContentError::TooLarge),
        Self::Content(ContentError::Kind),
        Self::Content(ContentError::Damaged),
        Self::Same,
    ];

    /// The key of its words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Content(error) => error.code(),
            Self::Same => "evidence-file-same",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Content(error) => error.word(),
            Self::Same => "same",
        }
    }
}

/// A file on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub(super) id: Uuid,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What it is called; shown, never a name on a disk.
    pub name: String,
    /// What the sender said to find it again by.
    pub mark: Option<String>,
    /// How long it is to be, in bytes; `None` where a plain form did not say.
    pub size: Option<u64>,
    /// How many bytes arrived.
    pub received: u64,
    /// Where it stands.
    pub state: State,
    /// When it is swept: microseconds since 1970, UTC.
    pub expires_at: i64,
    pub(super) blob: Option<String>,
    pub(super) wrapped: Option<Vec<u8>>,
    pub(super) content_hash: Option<Vec<u8>>,
}

impl Upload {
    /// Whether every byte is here and it has not been looked at yet.
    fn is_complete(&self) -> bool {
        self.state == State::Coming && self.size == Some(self.received)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    name: String,
    mark: Option<String>,
    size_bytes: Option<i64>,
    received: i64,
    problem: Option<String>,
    kind: Option<String>,
    blob: Option<String>,
    wrapped: Option<Vec<u8>>,
    content_hash: Option<Vec<u8>>,
    expires_at: i64,
}

impl Row {
    fn read(self) -> Result<Upload, StoreError> {
        let corrupt = || StoreError::Corrupt("upload");
        let state = match (&self.problem, &self.kind) {
            (Some(word), _) => {
                let found = Refusal::ALL.into_iter().find(|one| one.word() == word);
                State::Refused(found.ok_or_else(corrupt)?)
            }
            (None, Some(kind)) => State::Arrived(FileKind::from_code(kind).ok_or_else(corrupt)?),
            (None, None) => State::Coming,
        };
        Ok(Upload {
            id: self.id,
            public_id: PublicId(self.public_id),
            name: self.name,
            mark: self.mark,
            size: self.size_bytes.and_then(|size| size.try_into().ok()),
            received: self.received.try_into().map_err(|_| corrupt())?,
            state,
            expires_at: self.expires_at,
            blob: self.blob,
            wrapped: self.wrapped,
            content_hash: self.content_hash,
        })
    }
}

/// The viewer's own files of a referral, the first one first. The caller was let in already.
pub(super) async fn of(
    store: &Store,
    viewer: &Viewer,
    referral: ReferralId,
) -> Result<Vec<Upload>, StoreError> {
    const LIST: Sql = Sql::new(
        "select id, public_id, name, mark, size_bytes, received, problem, kind, blob, wrapped, content_hash, expires_at
         from uploads where referral_id = $1 and begun_by = $2 and expires_at > $3 order by begun_at, id",
    );
    let values = args![referral, viewer.user, store.now()];
    let rows: Vec<Row> = store.db.all(LIST, values).await?;
    rows.into_iter().map(Row::read).collect()
}

/// One of the viewer's own files on their way; `None` when there is none to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not add evidence.
pub async fn upload_for(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    id: &PublicId,
) -> Result<Option<Upload>, StoreError> {
    Ok(find(store, viewer, referral, id)
        .await?
        .map(|(_, upload)| upload))
}

pub(super) async fn find(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    id: &PublicId,
) -> Result<Option<(Referral, Upload)>, StoreError> {
    let Some((referral, _)) = to_change(store, viewer, referral).await? else {
        return Ok(None);
    };
    let all = of(store, viewer, referral.id).await?;
    let found = all.into_iter().find(|one| one.public_id == *id);
    Ok(found.map(|upload| (referral, upload)))
}

/// A file somebody is about to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewUpload<'a> {
    /// What it is called.
    pub name: &'a str,
    /// How long it is, in bytes.
    pub size: u64,
    /// Something of the sender's own to find it again by, such as when the file was last changed.
    pub mark: Option<&'a str>,
}

/// Begins a file of this name and size. `Ok(None)` when there is no such referral to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not; [`StoreError::Refused`] with `evidence-file-large`,
/// `evidence-file-empty`, `evidence-error-mark`, `evidence-error-full`, `evidence-error-prepared` or
/// `referral-closed`.
pub async fn record_upload(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    new: NewUpload<'_>,
) -> Result<Option<Upload>, StoreError> {
    let Some((referral, _)) = to_change(store, viewer, referral).await? else {
        return Ok(None);
    };
    if new.size > FILE_BYTES_MAX {
        return Err(StoreError::Refused(ContentError::TooLarge.code()));
    }
    if new.size == 0 {
        return Err(StoreError::Refused(ContentError::Empty.code()));
    }
    if new.mark.is_some_and(|mark| mark.chars().count() > MARK_MAX) {
        return Err(StoreError::Refused("evidence-error-mark"));
    }
    let begun = Begun {
        name: new.name,
        size: Some(new.size),
        mark: new.mark,
    };
    let (upload, _) = begin(store, viewer, &referral, begun).await?;
    Ok(Some(upload))
}

/// What is known of a file when it begins.
struct Begun<'a> {
    name: &'a str,
    size: Option<u64>,
    mark: Option<&'a str>,
}

async fn begin(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
    begun: Begun<'_>,
) -> Result<(Upload, RecordKey), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into uploads (id, public_id, referral_id, begun_by, name, mark, size_bytes, received, begun_at,
             expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)",
    );
    let upload = Upload {
        id: store.new_id()?,
        public_id: store.new_public_id()?,
        name: shown_name(begun.name),
        mark: begun.mark.map(str::to_owned),
        size: begun.size,
        received: 0,
        state: State::Coming,
        expires_at: store.now() + WAITS,
        blob: None,
        wrapped: None,
        content_hash: None,
    };
    let mut tx = store.db.begin().await?;
    room(store, &mut tx, referral.id, true).await?;
    let key = seal::record_key(store, &mut tx, referral.id.0).await?;
    let values = args![
        upload.id,
        &upload.public_id,
        referral.id,
        viewer.user,
        &upload.name,
        begun.mark,
        begun.size.and_then(|size| i64::try_from(size).ok()),
        store.now(),
        upload.expires_at
    ];
    tx.exec(INSERT, values).await?;
    let event = event_of(Did::UploadBegun, referral.id, upload.id);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok((upload, key))
}

/// What came of a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PieceOutcome {
    /// It is kept, or was already; where the file stands now.
    Kept(Upload),
    /// It does not begin where the file ends; nothing was kept.
    Elsewhere(Upload),
    /// There is no such file to see.
    Absent,
}

/// Keeps the next piece of a file, which begins at `offset`. With the last one the file is looked at.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not; [`StoreError::Refused`] with `evidence-piece-large`
/// for more than was announced or than a piece may have.
pub async fn record_piece(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    id: &PublicId,
    offset: u64,
    bytes: &[u8],
) -> Result<PieceOutcome, StoreError> {
    let Some((referral, mut upload)) = find(store, viewer, referral, id).await? else {
        return Ok(PieceOutcome::Absent);
    };
    // What was settled takes nothing more; how it ended is the answer.
    if upload.state != State::Coming {
        return Ok(PieceOutcome::Kept(upload));
    }
    if offset != upload.received {
        return Ok(PieceOutcome::Elsewhere(upload));
    }
    let more = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let fits = upload.size.is_some_and(|size| more <= size - offset);
    if bytes.len() > PIECE_MAX || !fits {
        return Err(StoreError::Refused("evidence-piece-large"));
    }
    if !bytes.is_empty() {
        if !keep(store, &referral, &upload, bytes).await? {
            let now = find(store, viewer, &referral.public_id, id).await?;
            return Ok(now.map_or(PieceOutcome::Absent, |(_, now)| {
                PieceOutcome::Elsewhere(now)
            }));
        }
        upload.received += more;
    }
    if upload.is_complete() {
        upload = arrive(store, viewer, &referral, upload).await?;
    }
    Ok(PieceOutcome::Kept(upload))
}

/// `false` when another request kept a piece in this place first.
async fn keep(
    store: &Store,
    referral: &Referral,
    upload: &Upload,
    bytes: &[u8],
) -> Result<bool, StoreError> {
    const MOVE: Sql = Sql::new(
        "update uploads set received = received + $3, expires_at = $4
         where id = $1 and received = $2 and kind is null and problem is null",
    );
    const INSERT: Sql =
        Sql::new("insert into upload_parts (upload_id, at_byte, sealed) values ($1, $2, $3)");
    let at = i64::try_from(upload.received).unwrap_or(i64::MAX);
    let more = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let mut tx = store.db.begin().await?;
    let values = args![upload.id, at, more, store.now() + WAITS];
    if tx.exec(MOVE, values).await? == 0 {
        return Ok(false);
    }
    let key = seal::record_key(store, &mut tx, referral.id.0).await?;
    let sealed = seal::seal(&key, bytes)?;
    match tx.exec(INSERT, args![upload.id, at, sealed]).await {
        Err(DbError::Taken) => return Ok(false),
        other => other?,
    };
    tx.commit().await?;
    Ok(true)
}

/// Gives a file up that was not recorded. `Ok(false)` when there is none to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not add evidence.
pub async fn record_upload_discarded(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    id: &PublicId,
) -> Result<bool, StoreError> {
    let Some((referral, upload)) = find(store, viewer, referral, id).await? else {
        return Ok(false);
    };
    discard(store, viewer, &referral, &upload).await
}

/// Its file, if it has one, is named by no row from here on, and swept.
async fn discard(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
    upload: &Upload,
) -> Result<bool, StoreError> {
    let mut tx = store.db.begin().await?;
    if !drop_rows(store, &mut tx, upload.id, upload.blob.as_deref()).await? {
        return Ok(false);
    }
    let event = event_of(Did::UploadDiscarded, referral.id, upload.id);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}

/// Takes the rows of an upload away in this transaction; its file may be swept at once. `false` when they
/// were gone already.
pub(super) async fn drop_rows(
    store: &Store,
    tx: &mut Tx,
    id: Uuid,
    blob: Option<&str>,
) -> Result<bool, StoreError> {
    const GONE: Sql = Sql::new("delete from uploads where id = $1");
    tx.exec(PARTS_GONE, args![id]).await?;
    if tx.exec(GONE, args![id]).await? == 0 {
        return Ok(false);
    }
    if let Some(blob) = blob {
        care::loose(tx, blob, store.now()).await?;
    }
    Ok(true)
}

const PARTS_GONE: Sql = Sql::new("delete from upload_parts where upload_id = $1");
