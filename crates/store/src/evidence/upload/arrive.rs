//! The end of a file's way: it is looked at as a whole, sealed and kept, or refused.

use bytes::Bytes;
use futures_util::{Stream, stream};
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use uuid::Uuid;

use super::{Begun, PARTS_GONE, Refusal, State, Upload, WAITS, begin, discard, of};
use crate::db::Sql;
use crate::evidence::record::event_of;
use crate::evidence::take::{NotTaken, Taken, take};
use crate::evidence::{care, hash_domain, of_referral, to_change};
use crate::journal::Action as Did;
use crate::referral::Referral;
use crate::seal::{self, RecordKey};
use crate::{Store, StoreError, args};

/// The pieces of a file in their order, each opened.
fn pieces<'a>(
    store: &'a Store,
    key: &'a RecordKey,
    upload: Uuid,
) -> impl Stream<Item = Result<Bytes, StoreError>> + Unpin + 'a {
    Box::pin(stream::try_unfold(0, move |at| {
        piece(store, key, upload, at)
    }))
}

/// The piece that begins at a byte, and where the next one begins.
async fn piece(
    store: &Store,
    key: &RecordKey,
    upload: Uuid,
    at: i64,
) -> Result<Option<(Bytes, i64)>, StoreError> {
    const NEXT: Sql =
        Sql::new("select sealed from upload_parts where upload_id = $1 and at_byte = $2");
    let row: Option<(Vec<u8>,)> = store.db.opt(NEXT, args![upload, at]).await?;
    let Some((sealed,)) = row else {
        return Ok(None);
    };
    let bytes = Bytes::copy_from_slice(&seal::open(key, &sealed)?);
    let more = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    Ok(Some((bytes, at + more)))
}

/// Every byte is here: looks at the file and keeps it. Done again where it was broken off.
pub(super) async fn arrive(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
    upload: Upload,
) -> Result<Upload, StoreError> {
    let key = seal::find_record_key(store, referral.id.0).await?;
    let key = key.ok_or(StoreError::Sealed("upload"))?;
    let taken = take(store, &key, upload.id, &mut pieces(store, &key, upload.id)).await;
    settle(store, viewer, referral, upload, taken).await
}

/// Takes a whole file from a plain form. `Ok(None)` when there is no such referral to see, or whoever sent
/// it broke off.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not; [`StoreError::Refused`] with `evidence-error-full`,
/// `evidence-error-prepared` or `referral-closed`.
pub async fn record_file<E>(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    name: &str,
    bytes: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
) -> Result<Option<Upload>, StoreError> {
    let Some((referral, _)) = to_change(store, viewer, referral).await? else {
        return Ok(None);
    };
    let begun = Begun {
        name,
        size: None,
        mark: None,
    };
    let (upload, key) = begin(store, viewer, &referral, begun).await?;
    match take(store, &key, upload.id, bytes).await {
        Err(NotTaken::BrokeOff) => {
            discard(store, viewer, &referral, &upload).await?;
            Ok(None)
        }
        Err(NotTaken::Store(error)) => {
            discard(store, viewer, &referral, &upload).await?;
            Err(error)
        }
        taken => settle(store, viewer, &referral, upload, taken)
            .await
            .map(Some),
    }
}

async fn settle(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
    mut upload: Upload,
    taken: Result<Taken, NotTaken>,
) -> Result<Upload, StoreError> {
    let refusal = match &taken {
        Ok(taken) if same(store, viewer, referral, &upload, &taken.content).await? => {
            Some(Refusal::Same)
        }
        Ok(_) => None,
        Err(NotTaken::Refused(error)) => Some(Refusal::Content(*error)),
        Err(NotTaken::BrokeOff) => return Err(StoreError::Corrupt("upload")),
        Err(NotTaken::Store(_)) => None,
    };
    match (refusal, taken) {
        (Some(refusal), taken) => {
            refuse(store, viewer, referral, &upload, refusal).await?;
            if let Ok(taken) = taken {
                care::discard(store, &taken.blob).await?;
            }
            upload.state = State::Refused(refusal);
        }
        (None, Ok(taken)) => arrived(store, viewer, referral, &mut upload, taken).await?,
        (None, Err(NotTaken::Store(error))) => return Err(error),
        (None, Err(_)) => {}
    }
    Ok(upload)
}

/// Whether the same content is attached to this referral, or waits to be; of other referrals nobody learns.
async fn same(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
    upload: &Upload,
    content: &[u8],
) -> Result<bool, StoreError> {
    let attached = of_referral(store, referral.id).await?;
    let attached = attached
        .into_iter()
        .filter(|one| one.removed.is_none())
        .filter_map(|one| Some(one.file()?.content_hash.clone()));
    let waiting = of(store, viewer, referral.id).await?.into_iter();
    let waiting = waiting
        .filter(|one| one.id != upload.id)
        .filter_map(|one| one.content_hash);
    let hashes: Vec<Vec<u8>> = attached.chain(waiting).collect();
    let domain = hash_domain(referral.id);
    let is_it = |hash: &Vec<u8>| store.keys.is_keyed_hash(&domain, content, hash);
    Ok(hashes.iter().any(is_it))
}

async fn refuse(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
    upload: &Upload,
    refusal: Refusal,
) -> Result<(), StoreError> {
    const REFUSE: Sql = Sql::new("update uploads set problem = $2 where id = $1 and kind is null");
    let mut tx = store.db.begin().await?;
    tx.exec(REFUSE, args![upload.id, refusal.word()]).await?;
    tx.exec(PARTS_GONE, args![upload.id]).await?;
    let event = event_of(Did::UploadRefused, referral.id, upload.id).reason(refusal.word());
    store.journal.record(&mut tx, viewer, event).await?;
    Ok(tx.commit().await?)
}

async fn arrived(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
    upload: &mut Upload,
    taken: Taken,
) -> Result<(), StoreError> {
    const ARRIVED: Sql = Sql::new(
        "update uploads set kind = $2, size_bytes = $3, received = $3, blob = $4, wrapped = $5, content_hash = $6,
             expires_at = $7
         where id = $1 and kind is null and problem is null",
    );
    let hash = store
        .keys
        .keyed_hash(&hash_domain(referral.id), &taken.content);
    let size = i64::try_from(taken.size).unwrap_or(i64::MAX);
    let expires_at = store.now() + WAITS;
    let mut tx = store.db.begin().await?;
    let values = args![
        upload.id,
        taken.kind.code(),
        size,
        taken.blob.as_str(),
        taken.wrapped.clone(),
        hash.to_vec(),
        expires_at
    ];
    // Another request that found every byte here may have been faster; its file counts.
    if tx.exec(ARRIVED, values).await? == 0 {
        drop(tx);
        care::discard(store, &taken.blob).await?;
        return Err(StoreError::Stale);
    }
    tx.exec(PARTS_GONE, args![upload.id]).await?;
    care::named(&mut tx, taken.blob.as_str()).await?;
    let event = event_of(Did::UploadArrived, referral.id, upload.id).values(hash.to_vec());
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    upload.state = State::Arrived(taken.kind);
    upload.size = Some(taken.size);
    upload.received = taken.size;
    upload.expires_at = expires_at;
    Ok(())
}
