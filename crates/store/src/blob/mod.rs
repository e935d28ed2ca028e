//! The bytes of files: sealed piece by piece, kept in a folder or an S3-compatible store under the hash of
//! what is kept, so that a lost or altered file is noticed.
//!
//! A file is written under a temporary name and moved to its own, which a row knows by then. What no record
//! names a day later is swept, and nothing that no row knows: two databases cannot take each other's files
//! away. Equal files do not show: each has a key of its own, so what is kept differs.

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

mod place;
mod read;
mod sealed;
mod write;

pub use place::{Files, FilesError, S3};
pub use read::Pieces;
pub(crate) use sealed::{Opener, Sealer};
pub(crate) use write::{Incoming, Written};

/// The name of a kept file: the SHA-256 of what is kept, in small hex letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobName(String);

impl BlobName {
    fn of(hash: Sha256) -> Self {
        Self(HEXLOWER.encode(&hash.finalize()))
    }

    /// Reads a name back; `None` for anything else.
    pub fn read(name: &str) -> Option<Self> {
        let small = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (name.len() == 64 && name.bytes().all(small)).then(|| Self(name.to_owned()))
    }

    /// The name as it is kept in rows.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_hash_and_nothing_else() {
        let name = BlobName::of(Sha256::new());
        assert_eq!(BlobName::read(name.as_str()), Some(name.clone()));
        for bad in [
            "",
            "../../etc/passwd",
            &name.as_str().to_uppercase(),
            &format!("{}a", name.as_str()),
        ] {
            assert_eq!(BlobName::read(bad), None, "{bad}");
        }
    }
}
