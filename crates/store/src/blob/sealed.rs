//! How a file is sealed: pieces of 64 KiB, each under AES-256-GCM, in the STREAM construction.
//!
//! A piece opens only in its own place and the last one only as the last: swapped, repeated, missing and
//! cut-off pieces are noticed, as is one changed bit. Eight bytes stand before the first piece: the version
//! of this way of sealing, and seven random ones that begin every nonce. The key is the file's own.

use aead_stream::aead::Payload;
use aead_stream::aead::array::Array;
use aead_stream::{DecryptorBE32, EncryptorBE32};
use aes_gcm::Aes256Gcm;

use crate::keys::Secret;
use crate::{StoreError, random};

/// Plain bytes of a piece.
const PIECE: usize = 64 * 1024;
/// What sealing adds to one.
const TAG: usize = 16;
const HEAD: usize = 8;
const VERSION: u8 = 1;

/// Seals a file as it streams past.
pub(crate) struct Sealer {
    stream: EncryptorBE32<Aes256Gcm>,
    bound_to: Vec<u8>,
    waiting: Vec<u8>,
}

impl Sealer {
    /// Begins a file, bound to what it belongs to; also returns what stands before its pieces.
    pub fn begin(key: &Secret, bound_to: &[u8]) -> Result<(Self, Vec<u8>), StoreError> {
        let prefix: [u8; 7] = random()?;
        let sealer = Self {
            stream: EncryptorBE32::new(&Array::from(**key), &Array::from(prefix)),
            bound_to: bound_to.to_vec(),
            waiting: Vec::new(),
        };
        Ok((sealer, [&[VERSION][..], &prefix].concat()))
    }

    /// Takes plain bytes; returns what can be sealed by now.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.waiting.extend_from_slice(bytes);
        let mut sealed = Vec::new();
        // The last piece is sealed as the last, so one always waits.
        while self.waiting.len() > PIECE {
            let rest = self.waiting.split_off(PIECE);
            let piece = std::mem::replace(&mut self.waiting, rest);
            let payload = Payload {
                msg: &piece,
                aad: &self.bound_to,
            };
            let piece = self.stream.encrypt_next(payload);
            sealed.extend(piece.map_err(|_| StoreError::Sealed("file"))?);
        }
        Ok(sealed)
    }

    /// Seals what is left as the last piece.
    pub fn end(self) -> Result<Vec<u8>, StoreError> {
        let payload = Payload {
            msg: &self.waiting,
            aad: &self.bound_to,
        };
        let last = self.stream.encrypt_last(payload);
        last.map_err(|_| StoreError::Sealed("file"))
    }
}

/// Opens a file as it streams past.
pub(crate) struct Opener {
    key: Secret,
    stream: Option<DecryptorBE32<Aes256Gcm>>,
    bound_to: Vec<u8>,
    waiting: Vec<u8>,
}

/// What is kept is not what was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Altered;

impl Opener {
    /// Opens what was sealed under this key for this owner.
    pub fn begin(key: &Secret, bound_to: &[u8]) -> Self {
        Self {
            key: key.clone(),
            stream: None,
            bound_to: bound_to.to_vec(),
            waiting: Vec::new(),
        }
    }

    /// Takes sealed bytes; returns the plain ones that are proved by now.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Altered> {
        self.waiting.extend_from_slice(bytes);
        let mut plain = Vec::new();
        if self.stream.is_none() && !self.read_head()? {
            return Ok(plain);
        }
        let stream = self.stream.as_mut().ok_or(Altered)?;
        while self.waiting.len() > PIECE + TAG {
            let rest = self.waiting.split_off(PIECE + TAG);
            let piece = std::mem::replace(&mut self.waiting, rest);
            let payload = Payload {
                msg: &piece,
                aad: &self.bound_to,
            };
            plain.extend(stream.decrypt_next(payload).map_err(|_| Altered)?);
        }
        Ok(plain)
    }

    /// `false` while it has not arrived.
    fn read_head(&mut self) -> Result<bool, Altered> {
        if self.waiting.len() < HEAD {
            return Ok(false);
        }
        let rest = self.waiting.split_off(HEAD);
        let head = std::mem::replace(&mut self.waiting, rest);
        let (&version, prefix) = head.split_first().ok_or(Altered)?;
        let prefix: [u8; 7] = prefix.try_into().map_err(|_| Altered)?;
        if version != VERSION {
            return Err(Altered);
        }
        let stream = DecryptorBE32::new(&Array::from(*self.key), &Array::from(prefix));
        self.stream = Some(stream);
        Ok(true)
    }

    /// Opens what is left as the last piece.
    pub fn end(self) -> Result<Vec<u8>, Altered> {
        let payload = Payload {
            msg: &self.waiting,
            aad: &self.bound_to,
        };
        let stream = self.stream.ok_or(Altered)?;
        stream.decrypt_last(payload).map_err(|_| Altered)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;
    use zeroize::Zeroizing;

    use super::*;

    fn key(byte: u8) -> Secret {
        Zeroizing::new([byte; 32])
    }

    fn seal(plain: &[u8], step: usize) -> Vec<u8> {
        let (mut sealer, mut sealed) = Sealer::begin(&key(7), b"me").unwrap();
        for bytes in plain.chunks(step) {
            sealed.extend(sealer.push(bytes).unwrap());
        }
        sealed.extend(sealer.end().unwrap());
        sealed
    }

    fn open(key: &Secret, bound_to: &[u8], sealed: &[u8], step: usize) -> Result<Vec<u8>, Altered> {
        let mut opener = Opener::begin(key, bound_to);
        let mut plain = Vec::new();
        for bytes in sealed.chunks(step) {
            plain.extend(opener.push(bytes)?);
        }
        plain.extend(opener.end()?);
        Ok(plain)
    }

    fn opens(sealed: &[u8]) -> Result<Vec<u8>, Altered> {
        open(&key(7), b"me", sealed, 100_000)
    }

    /// Bytes of which no two pieces are equal.
    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at % 251) as u8).collect()
    }

    #[test]
    fn what_was_sealed_opens_at_every_length_around_a_piece() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 5] {
            let plain = bytes(length);
            let sealed = seal(&plain, 10_000);
            assert_eq!(opens(&sealed), Ok(plain), "{length}");
            let pieces = length.div_ceil(PIECE).max(1);
            assert_eq!(sealed.len(), HEAD + length + pieces * TAG);
        }
    }

    #[test]
    fn a_swapped_a_missing_and_a_repeated_piece_are_noticed() {
        let sealed = seal(&bytes(3 * PIECE + 5), usize::MAX);
        let (head, body) = sealed.split_at(HEAD);
        let pieces: Vec<&[u8]> = body.chunks(PIECE + TAG).collect();
        let put = |order: &[usize]| {
            let chosen: Vec<&[u8]> = order.iter().map(|at| pieces[*at]).collect();
            opens(&[head, &chosen.concat()].concat())
        };
        assert!(put(&[0, 1, 2, 3]).is_ok());
        for order in [
            &[1, 0, 2, 3][..],
            &[0, 2, 3],
            &[0, 0, 1, 2, 3],
            &[0, 1, 2],
            &[3],
            &[],
            &[0, 1, 2, 3, 3],
        ] {
            assert_eq!(put(order), Err(Altered), "{order:?}");
        }
    }

    #[test]
    fn it_opens_with_its_own_key_and_for_its_own_owner_only() {
        let sealed = seal(b"a payslip", 4);
        assert_eq!(open(&key(8), b"me", &sealed, 5), Err(Altered));
        assert_eq!(open(&key(7), b"you", &sealed, 5), Err(Altered));
    }

    #[test]
    fn equal_files_are_kept_as_different_ones() {
        assert_ne!(seal(b"a payslip", 4), seal(b"a payslip", 4));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn any_bytes_in_any_steps_come_back(
            plain in prop::collection::vec(any::<u8>(), 0..3000),
            more in 0_usize..3,
            step in 1_usize..70_000,
            read in 1_usize..70_000,
        ) {
            let plain = [bytes(more * PIECE), plain].concat();
            let sealed = seal(&plain, step);
            prop_assert_eq!(open(&key(7), b"me", &sealed, read), Ok(plain));
        }

        #[test]
        fn one_changed_bit_and_every_cut_are_noticed(
            plain in prop::collection::vec(any::<u8>(), 0..300),
            at: prop::sample::Index,
            bit in 0_u8..8,
        ) {
            let sealed = seal(&plain, 50);
            let at = at.index(sealed.len());
            let mut changed = sealed.clone();
            changed[at] ^= 1 << bit;
            prop_assert_eq!(opens(&changed), Err(Altered));
            prop_assert_eq!(opens(&sealed[..at]), Err(Altered));
        }
    }
}
