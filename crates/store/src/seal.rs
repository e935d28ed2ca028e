//! Sealing what could cost a life if it leaked: each record has a key of its own, wrapped by the key
//! file. Destroying the record's key makes what it sealed unreadable everywhere, backups included.

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::db::Sql;
use crate::keys::{self, Keys, Secret};
use crate::{Store, StoreError, Tx, args, random};

/// A record's own key, in memory only.
#[derive(Clone)]
pub struct RecordKey {
    record: Uuid,
    secret: Secret,
}

impl std::fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordKey")
            .field("record", &self.record)
            .finish_non_exhaustive()
    }
}

/// The record's key, made and kept in this transaction if the record has none yet.
///
/// # Errors
/// [`StoreError::Sealed`] when the key file is not the one that wrapped it.
pub async fn record_key(store: &Store, tx: &mut Tx, record: Uuid) -> Result<RecordKey, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into record_keys (record, wrapped) values ($1, $2) on conflict (record) do nothing",
    );
    const SELECT: Sql = Sql::new("select wrapped from record_keys where record = $1");
    if let Some((wrapped,)) = tx.opt::<(Vec<u8>,)>(SELECT, args![record]).await? {
        return unwrap(&store.keys, record, &wrapped);
    }
    let secret: Secret = Zeroizing::new(random()?);
    let wrapped = wrap(&store.keys, record, &secret)?;
    tx.exec(INSERT, args![record, wrapped]).await?;
    // Another transaction may have been first; what is in the table counts.
    let row: Option<(Vec<u8>,)> = tx.opt(SELECT, args![record]).await?;
    let (wrapped,) = row.ok_or(StoreError::Sealed("record key"))?;
    unwrap(&store.keys, record, &wrapped)
}

/// The record's key for reading; `None` when nothing of this record was ever sealed, or its key was
/// destroyed.
///
/// # Errors
/// [`StoreError::Sealed`] when the key file is not the one that wrapped it.
pub async fn find_record_key(store: &Store, record: Uuid) -> Result<Option<RecordKey>, StoreError> {
    const FIND: Sql = Sql::new("select wrapped from record_keys where record = $1");
    let row: Option<(Vec<u8>,)> = store.db.opt(FIND, args![record]).await?;
    row.map(|(wrapped,)| unwrap(&store.keys, record, &wrapped))
        .transpose()
}

/// Seals bytes under a record's key (AES-256-GCM). They open as this record's only.
///
/// # Errors
/// [`StoreError::Refused`] when the operating system gives no randomness.
pub fn seal(key: &RecordKey, bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    keys::encrypt(&key.secret, key.record.as_bytes(), bytes)
}

/// Opens what [`seal`] sealed.
///
/// # Errors
/// [`StoreError::Sealed`] when the bytes were changed or belong to another record.
pub fn open(key: &RecordKey, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    keys::decrypt(&key.secret, key.record.as_bytes(), sealed)
}

/// Wraps every record key and every account's second factor again under the sealing key in use, in
/// this transaction. Returns how many were changed.
///
/// # Errors
/// [`StoreError::Sealed`] when one does not open with this key file; then commit nothing.
pub async fn rewrap(tx: &mut Tx, keys: &Keys) -> Result<usize, StoreError> {
    const RECORDS: Sql = Sql::new("select record, wrapped from record_keys");
    const RECORD: Sql = Sql::new("update record_keys set wrapped = $2 where record = $1");
    const FACTORS: Sql =
        Sql::new("select id, totp_sealed from users where totp_sealed is not null");
    const FACTOR: Sql = Sql::new("update users set totp_sealed = $2 where id = $1");
    let mut changed = 0;
    for (list, change, name) in [
        (RECORDS, RECORD, keys::wrap_name as fn(Uuid) -> String),
        (FACTORS, FACTOR, factor_name),
    ] {
        let rows: Vec<(Uuid, Vec<u8>)> = tx.all(list, vec![]).await?;
        for (id, sealed) in rows {
            if keys.sealed_under_current(&sealed) {
                continue;
            }
            let bytes = keys.open_with_file_key(&name(id), &sealed)?;
            let sealed = keys.seal_with_file_key(&name(id), &bytes)?;
            tx.exec(change, args![id, sealed]).await?;
            changed += 1;
        }
    }
    Ok(changed)
}

/// What an account's second factor is bound to when sealed under the key file.
pub fn factor_name(user: Uuid) -> String {
    format!("totp {user}")
}

fn wrap(keys: &Keys, record: Uuid, secret: &Secret) -> Result<Vec<u8>, StoreError> {
    keys.seal_with_file_key(&keys::wrap_name(record), &**secret)
}

fn unwrap(keys: &Keys, record: Uuid, wrapped: &[u8]) -> Result<RecordKey, StoreError> {
    let bytes = keys.open_with_file_key(&keys::wrap_name(record), wrapped)?;
    let mut secret = Secret::default();
    if bytes.len() != secret.len() {
        return Err(StoreError::Sealed("record key"));
    }
    secret.copy_from_slice(&bytes);
    Ok(RecordKey { record, secret })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn key(record: u128, byte: u8) -> RecordKey {
        RecordKey {
            record: Uuid::from_u128(record),
            secret: Zeroizing::new([byte; 32]),
        }
    }

    #[test]
    fn a_sealed_value_opens_with_its_record_only() {
        let sealed = seal(&key(1, 7), b"flat above the shop").unwrap();
        assert_eq!(
            &**open(&key(1, 7), &sealed).unwrap(),
            b"flat above the shop"
        );
        assert!(open(&key(2, 7), &sealed).is_err(), "another record");
        assert!(open(&key(1, 8), &sealed).is_err(), "another key");
    }

    #[test]
    fn a_wrapped_key_cannot_be_moved_to_another_record() {
        let keys = Keys::generate().unwrap();
        let wrapped = wrap(&keys, Uuid::from_u128(1), &Zeroizing::new([7; 32])).unwrap();
        assert!(unwrap(&keys, Uuid::from_u128(1), &wrapped).is_ok());
        assert!(unwrap(&keys, Uuid::from_u128(2), &wrapped).is_err());
    }
}
