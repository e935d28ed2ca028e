//! Taking a file as it streams past: counted, looked at, hashed, sealed and kept, never whole in memory.

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use heyrick_domain::evidence::FileKind;
use heyrick_domain::evidence::content::{ContentError, Inspector};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::care;
use crate::blob::{BlobName, Incoming, Written};
use crate::keys::Secret;
use crate::seal::{self, RecordKey};
use crate::{Store, StoreError, random};

/// A file that is kept and named by no row yet.
#[derive(Debug)]
pub(super) struct Taken {
    pub kind: FileKind,
    pub size: u64,
    pub blob: BlobName,
    /// The file's own key, under the record's.
    pub wrapped: Vec<u8>,
    /// SHA-256 of the plain content; never kept as it is.
    pub content: [u8; 32],
}

/// Why nothing was taken.
#[derive(Debug)]
pub(super) enum NotTaken {
    /// The file is not one we take.
    Refused(ContentError),
    /// Whoever sent it broke off.
    BrokeOff,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Takes a file for `owner`, the id it will be known by inside. On any error nothing is left under a name.
pub(super) async fn take<E>(
    store: &Store,
    record: &RecordKey,
    owner: Uuid,
    bytes: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
) -> Result<Taken, NotTaken> {
    let secret: Secret = Zeroizing::new(random()?);
    let wrapped = seal::seal(record, &*secret)?;
    let mut incoming = Incoming::begin(&store.files, &secret, owner.as_bytes()).await?;
    let seen = match pour(bytes, &mut incoming).await {
        Ok(seen) => seen,
        Err(why) => {
            incoming.abandon().await;
            return Err(why);
        }
    };
    Ok(Taken {
        kind: seen.kind,
        size: seen.size,
        content: seen.content,
        blob: keep(store, incoming.end().await?).await?,
        wrapped,
    })
}

/// Gives a file its name, once a row knows that it may be swept if nothing comes of it.
async fn keep(store: &Store, written: Written) -> Result<BlobName, StoreError> {
    let mut tx = store.db.begin().await?;
    let from_at = store.now() + care::LOOSE_FOR;
    care::loose(&mut tx, written.name.as_str(), from_at).await?;
    tx.commit().await?;
    Ok(written.keep().await?)
}

struct Seen {
    kind: FileKind,
    size: u64,
    content: [u8; 32],
}

async fn pour<E>(
    bytes: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    incoming: &mut Incoming,
) -> Result<Seen, NotTaken> {
    let mut inspector = Inspector::default();
    let mut hash = Sha256::new();
    while let Some(piece) = bytes.next().await {
        let piece = piece.map_err(|_| NotTaken::BrokeOff)?;
        inspector.feed(&piece).map_err(NotTaken::Refused)?;
        hash.update(&piece);
        incoming.write(&piece).await?;
    }
    Ok(Seen {
        kind: inspector.finish().map_err(NotTaken::Refused)?,
        size: inspector.length(),
        content: hash.finalize().into(),
    })
}

/// The file's own key, out from under the record's.
pub(super) fn own_key(record: &RecordKey, wrapped: &[u8]) -> Result<Secret, StoreError> {
    let bytes = seal::open(record, wrapped)?;
    let mut secret = Secret::default();
    if bytes.len() != secret.len() {
        return Err(StoreError::Sealed("file"));
    }
    secret.copy_from_slice(&bytes);
    Ok(secret)
}
