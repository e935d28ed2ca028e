//! The keys of one installation: signing the journal, hashing what it must not say, sealing records.
//!
//! Each purpose has one current key and any number of retired ones. Retired signing keys keep only
//! their public half; retired hashing and sealing keys are kept, so that old entries can be checked
//! and old values opened (ADR 6). Nothing here prints a secret.

use std::fmt;

use aes_gcm::aead::{Aead, KeyInit, Payload, array::Array};
use aes_gcm::{Aes256Gcm, Nonce};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::StoreError;
use crate::random;

mod file;
mod rotate;

pub use file::KeyFileError;
pub(crate) use file::sync_folder_of;
pub use rotate::{RotateError, record_rotation};

/// Thirty-two secret bytes, wiped when dropped.
pub(crate) type Secret = Zeroizing<[u8; 32]>;

/// The name of a key: eight random bytes, or for a signing key a hash of its public half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub(crate) [u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

#[derive(Clone)]
pub(crate) struct SecretKey {
    id: KeyId,
    secret: Secret,
}

/// The keys of one installation.
#[derive(Clone)]
pub struct Keys {
    /// The name of this journal in its checkpoints; the same for ever.
    origin: String,
    signing: SigningKey,
    /// Public halves of signing keys that are no longer used, newest first.
    retired_signing: Vec<VerifyingKey>,
    /// Newest first; the first is current. INVARIANT: never empty (kept by `generate` and `file`).
    hashing: Vec<SecretKey>,
    /// Newest first; the first is current. INVARIANT: never empty (kept by `generate` and `file`).
    sealing: Vec<SecretKey>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl Keys {
    /// Makes a full set of new keys and a name for the journal they sign.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the operating system gives no randomness.
    pub fn generate() -> Result<Self, StoreError> {
        let name = data_encoding::HEXLOWER.encode(&random::<8>()?);
        Ok(Self {
            origin: format!("heyrick/{name}"),
            signing: SigningKey::from_bytes(&*new_secret()?),
            retired_signing: Vec::new(),
            hashing: vec![SecretKey::generate()?],
            sealing: vec![SecretKey::generate()?],
        })
    }

    /// The same installation with new keys for every purpose; the present ones are retired.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the operating system gives no randomness.
    pub fn rotated(&self) -> Result<Self, StoreError> {
        let mut next = self.clone();
        next.retired_signing.insert(0, self.signing.verifying_key());
        next.signing = SigningKey::from_bytes(&*new_secret()?);
        next.hashing.insert(0, SecretKey::generate()?);
        next.sealing.insert(0, SecretKey::generate()?);
        Ok(next)
    }

    /// The name of this journal in its checkpoints.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The public half of the current signing key.
    pub fn signing_public(&self) -> VerifyingKey {
        self.signing.verifying_key()
    }

    /// The public halves of all signing keys, the current one first.
    pub fn all_signing_public(&self) -> Vec<VerifyingKey> {
        let mut all = vec![self.signing.verifying_key()];
        all.extend(self.retired_signing.iter().copied());
        all
    }

    /// The name of the hashing key in use.
    pub fn hashing_id(&self) -> KeyId {
        self.hashing[0].id
    }

    /// The name of the sealing key in use.
    pub fn sealing_id(&self) -> KeyId {
        self.sealing[0].id
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        self.signing.sign(message)
    }

    /// A keyed hash (HMAC-SHA256) of `bytes`, different for every `domain`: equal values can be told
    /// apart by nobody without the key file. Changes when keys are rotated.
    pub fn keyed_hash(&self, domain: &str, bytes: &[u8]) -> [u8; 32] {
        self.hashing[0].hash(domain, bytes)
    }

    /// Says whether some hashing key, current or retired, gives this hash.
    pub fn is_keyed_hash(&self, domain: &str, bytes: &[u8], hash: &[u8]) -> bool {
        use subtle::ConstantTimeEq;
        self.hashing
            .iter()
            .any(|key| bool::from(key.hash(domain, bytes).as_slice().ct_eq(hash)))
    }

    /// Seals bytes under the key file itself. `bound_to` names what the value belongs to (such as
    /// `totp` and the user's id): it cannot be opened as anything else's.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the operating system gives no randomness.
    pub fn seal_with_file_key(&self, bound_to: &str, bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
        let key = &self.sealing[0];
        let mut sealed = key.id.0.to_vec();
        sealed.extend(encrypt(&key.secret, bound_to.as_bytes(), bytes)?);
        Ok(sealed)
    }

    /// Opens what [`Self::seal_with_file_key`] sealed, with the current or a retired key.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when this key file does not hold the key, or the bytes were changed.
    pub fn open_with_file_key(
        &self,
        bound_to: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let (id, rest) = sealed
            .split_at_checked(8)
            .ok_or(StoreError::Sealed("value"))?;
        let key = self
            .sealing
            .iter()
            .find(|key| key.id.0 == id)
            .ok_or(StoreError::Sealed("value"))?;
        decrypt(&key.secret, bound_to.as_bytes(), rest)
    }

    /// Says whether a value was sealed under the sealing key in use.
    pub(crate) fn sealed_under_current(&self, sealed: &[u8]) -> bool {
        sealed.starts_with(&self.sealing[0].id.0)
    }
}

/// What a record's wrapped key is bound to.
pub(crate) fn wrap_name(record: Uuid) -> String {
    format!("record-key {record}")
}

impl SecretKey {
    fn generate() -> Result<Self, StoreError> {
        Ok(Self {
            id: KeyId(random()?),
            secret: new_secret()?,
        })
    }

    fn hash(&self, domain: &str, bytes: &[u8]) -> [u8; 32] {
        let mut key = [0; 64];
        key[..32].copy_from_slice(&*self.secret);
        let mut mac = Hmac::<Sha256>::new(&Array::from(key));
        mac.update(domain.as_bytes());
        mac.update(&[0]);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

fn new_secret() -> Result<Secret, StoreError> {
    Ok(Zeroizing::new(random()?))
}

/// Nonce (12 bytes, random) and ciphertext with tag: AES-256-GCM, `bound_to` authenticated.
pub(crate) fn encrypt(key: &Secret, bound_to: &[u8], bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let nonce: [u8; 12] = random()?;
    let payload = Payload {
        msg: bytes,
        aad: bound_to,
    };
    let sealed = Aes256Gcm::new(&Array::from(**key))
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|_| StoreError::Sealed("value"))?;
    let mut out = nonce.to_vec();
    out.extend(sealed);
    Ok(out)
}

pub(crate) fn decrypt(
    key: &Secret,
    bound_to: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let (nonce, rest) = sealed
        .split_first_chunk::<12>()
        .ok_or(StoreError::Sealed("value"))?;
    let payload = Payload {
        msg: rest,
        aad: bound_to,
    };
    Aes256Gcm::new(&Array::from(**key))
        .decrypt(&Nonce::from(*nonce), payload)
        .map(Zeroizing::new)
        .map_err(|_| StoreError::Sealed("value"))
}

/// The id of a signing key: the first eight bytes of the hash of its public half.
pub(crate) fn signing_id(public: &VerifyingKey) -> KeyId {
    let hash: [u8; 32] = Sha256::digest(public.as_bytes()).into();
    let mut id = [0; 8];
    id.copy_from_slice(&hash[..8]);
    KeyId(id)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_as_what_it_was_sealed_for() {
        let keys = Keys::generate().unwrap();
        let sealed = keys.seal_with_file_key("totp 1", b"secret").unwrap();
        assert_eq!(
            &**keys.open_with_file_key("totp 1", &sealed).unwrap(),
            b"secret"
        );
        assert!(keys.open_with_file_key("totp 2", &sealed).is_err());
    }

    #[test]
    fn one_changed_bit_is_noticed() {
        let keys = Keys::generate().unwrap();
        let sealed = keys.seal_with_file_key("x", b"secret").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(keys.open_with_file_key("x", &changed).is_err(), "{place}");
        }
    }

    #[test]
    fn after_rotation_old_values_open_and_new_ones_use_the_new_key() {
        let old = Keys::generate().unwrap();
        let new = old.rotated().unwrap();
        let sealed = old.seal_with_file_key("x", b"secret").unwrap();
        assert_eq!(&**new.open_with_file_key("x", &sealed).unwrap(), b"secret");
        assert!(!new.sealed_under_current(&sealed));
        assert!(new.sealed_under_current(&new.seal_with_file_key("x", b"").unwrap()));
        assert!(new.is_keyed_hash("d", b"v", &old.keyed_hash("d", b"v")));
        assert_ne!(new.keyed_hash("d", b"v"), old.keyed_hash("d", b"v"));
        assert_eq!(new.all_signing_public().len(), 2);
        assert_eq!(new.origin(), old.origin());
    }

    #[test]
    fn hashes_of_different_domains_differ() {
        let keys = Keys::generate().unwrap();
        assert_ne!(keys.keyed_hash("a", b"v"), keys.keyed_hash("b", b"v"));
    }

    #[test]
    fn debug_prints_no_secret() {
        let keys = Keys::generate().unwrap();
        let printed = format!("{keys:?}");
        assert_eq!(
            printed,
            format!("Keys {{ origin: \"{}\", .. }}", keys.origin())
        );
    }
}
