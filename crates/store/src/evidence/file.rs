//! Opening a file: the copy that is shared, or the original. Each piece is proved before it is given on; a
//! file that is lost or altered is noted, and whoever works on the referral gets a task.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use heyrick_domain::evidence::FileKind;
use heyrick_domain::evidence::picture::Stripper;
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::record::event_of;
use super::take::own_key;
use super::{Attached, Condition, Evidence, EvidenceList, care, find, to_see};
use crate::blob::{FilesError, Pieces};
use crate::journal::Action as Did;
use crate::seal;
use crate::{Store, StoreError};

/// Which copy of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// The one that is shared: a picture without place, device and time. Anything else as it is.
    Shared,
    /// As it was attached.
    Original,
}

impl Copy {
    const fn code(self) -> &'static str {
        match self {
            Self::Shared => "copy",
            Self::Original => "original",
        }
    }
}

/// A file, opened.
pub struct Opened {
    /// What people call the referral.
    pub reference: String,
    /// The number of the evidence.
    pub number: usize,
    /// What it is.
    pub kind: FileKind,
    /// How many bytes come, where that is known before.
    pub length: Option<u64>,
    /// The bytes, piece by piece; an error ends them early.
    pub pieces: Pieces,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// What came of opening a file.
#[derive(Debug)]
pub enum FileOutcome {
    /// Here it is.
    Opened(Opened),
    /// It is lost or altered; that was noted.
    Damaged(Condition),
    /// There is no such file to see.
    Absent,
}

/// Opens a file. Journalled before the first byte.
///
/// # Errors
/// [`StoreError::NotAllowed`] for the original of a picture, which tells where somebody was, where the viewer
/// does not see what is sealed; [`StoreError::Files`] when the store of files fails.
pub async fn file_for(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    id: &PublicId,
    copy: Copy,
) -> Result<FileOutcome, StoreError> {
    let Some((referral, decision)) = to_see(store, viewer, referral).await? else {
        return Ok(FileOutcome::Absent);
    };
    let found = find(store, referral.id, id).await?;
    let Some((one, file)) = found.and_then(with_file) else {
        return Ok(FileOutcome::Absent);
    };
    if copy == Copy::Original && file.kind.is_picture() {
        store.allow(viewer, Action::SeeSealed, &referral.resource)?;
    }
    let look = event_of(Did::EvidenceFileViewed, referral.id, one.id)
        .reason(copy.code())
        .policy(&decision);
    store.journal.look(viewer, look).await?;
    let key = seal::find_record_key(store, referral.id.0).await?;
    let key = key.ok_or(StoreError::Sealed("file"))?;
    let secret = own_key(&key, &file.wrapped)?;
    let stripper = match copy {
        Copy::Shared => Stripper::of(file.kind),
        Copy::Original => None,
    };
    let length = stripper.is_none().then_some(file.size);
    let opened = store
        .files
        .open(&file.blob, &secret, one.id.as_bytes(), stripper)
        .await;
    match opened {
        Ok(pieces) => Ok(FileOutcome::Opened(Opened {
            reference: referral.reference.clone(),
            number: one.number,
            kind: file.kind,
            length,
            pieces: watched(store.clone(), &one, pieces),
        })),
        Err(FilesError::Lost) => {
            care::record_condition(store, one.id, Condition::Lost).await?;
            Ok(FileOutcome::Damaged(Condition::Lost))
        }
        Err(error) => Err(error.into()),
    }
}

/// The copy of a file that is given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedCopy {
    /// How long it is, in bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

/// The copies of a list that go along, by the number of the evidence; none for a file that is lost or
/// altered. The list was taken out and journalled; nothing of the files is shown.
///
/// # Errors
/// [`StoreError::Sealed`] when a key does not open.
pub async fn shared_copies(
    store: &Store,
    list: &EvidenceList,
) -> Result<BTreeMap<usize, SharedCopy>, StoreError> {
    let mut copies = BTreeMap::new();
    let files = list.standing().filter_map(|one| Some((one, one.file()?)));
    let Some(key) = seal::find_record_key(store, list.referral.id.0).await? else {
        return Ok(copies);
    };
    for (one, file) in files {
        let secret = own_key(&key, &file.wrapped)?;
        let stripper = Stripper::of(file.kind);
        let owner = one.id.as_bytes();
        let opened = store.files.open(&file.blob, &secret, owner, stripper).await;
        let Ok(pieces) = opened else {
            continue;
        };
        if let Some(copy) = measured(watched(store.clone(), one, pieces)).await {
            copies.insert(one.number, copy);
        }
    }
    Ok(copies)
}

/// `None` for a file that breaks off.
async fn measured(mut pieces: Pieces) -> Option<SharedCopy> {
    let (mut size, mut hash) = (0, Sha256::new());
    while let Some(piece) = pieces.try_next().await.ok()? {
        size += u64::try_from(piece.len()).ok()?;
        hash.update(&piece);
    }
    Some(SharedCopy {
        size,
        sha256: hash.finalize().into(),
    })
}

fn with_file(one: Evidence) -> Option<(Evidence, Attached)> {
    let file = one.file()?.clone();
    Some((one, file))
}

/// The same pieces; what they show to be lost or altered is noted.
fn watched(store: Store, one: &Evidence, pieces: Pieces) -> Pieces {
    let checked = one.file().and_then(|file| file.checked);
    let watch = Watch {
        store,
        evidence: one.id,
        damaged: checked.is_some_and(|(condition, _)| condition != Condition::Whole),
        pieces,
    };
    stream::try_unfold(watch, Watch::next).boxed()
}

struct Watch {
    store: Store,
    evidence: Uuid,
    /// Whether the last look found it lost or altered.
    damaged: bool,
    pieces: Pieces,
}

impl Watch {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, FilesError> {
        let error = match self.pieces.try_next().await {
            Ok(Some(piece)) => return Ok(Some((piece, self))),
            Ok(None) => {
                // It was proved to its end: a file that was put back is whole again.
                if self.damaged {
                    self.note(Condition::Whole).await;
                }
                return Ok(None);
            }
            Err(error) => error,
        };
        if let Some(condition) = Condition::told_by(&error) {
            self.note(condition).await;
        }
        Err(error)
    }

    async fn note(&mut self, condition: Condition) {
        let noted = care::record_condition(&self.store, self.evidence, condition).await;
        if let Err(failed) = noted {
            tracing::error!(error = &failed as &dyn std::error::Error, "evidence");
        }
    }
}
