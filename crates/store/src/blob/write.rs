//! Writing a file: under a temporary name, then moved to the hash of what was written.

use bytes::Bytes;
use data_encoding::HEXLOWER;
use object_store::ObjectStoreExt as _;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::{BlobName, Files, FilesError, Sealer};
use crate::keys::Secret;
use crate::{StoreError, random};

/// Bytes held before the store is asked to take a part; S3 takes none smaller than 5 MiB.
const PART: usize = 5 * 1024 * 1024;
/// Parts on their way at the same time.
const PARTS: usize = 1;

/// Bytes on their way into the store, as they are to be kept. Dropped before its end, nothing is kept
/// under a name.
pub(super) struct Plain {
    files: Files,
    writer: BufWriter,
    hash: Sha256,
    temporary: Path,
}

impl Plain {
    pub fn begin(files: &Files) -> Result<Self, FilesError> {
        let name = random::<16>().map_err(|_| FilesError::NoPlace)?;
        let temporary = files.temporary(&HEXLOWER.encode(&name));
        let store = files.store()?.clone();
        let writer = BufWriter::with_capacity(store, temporary.clone(), PART);
        Ok(Self {
            files: files.clone(),
            writer: writer.with_max_concurrency(PARTS),
            hash: Sha256::new(),
            temporary,
        })
    }

    pub async fn write(&mut self, bytes: Bytes) -> Result<(), FilesError> {
        self.hash.update(&bytes);
        Ok(self.writer.put(bytes).await?)
    }

    /// Ends the writing; it has no name yet.
    pub async fn end(mut self) -> Result<Written, FilesError> {
        let shut = self.writer.shutdown().await;
        shut.map_err(|error| object_store::Error::Generic {
            store: "files",
            source: Box::new(error),
        })?;
        Ok(Written {
            name: BlobName::of(self.hash),
            files: self.files,
            temporary: self.temporary,
        })
    }

    pub async fn abandon(mut self) {
        // What cannot be taken back now is swept later.
        let _ = self.writer.abort().await;
        let _ = self.files.delete(&self.temporary).await;
    }
}

/// A file that was written to its end and waits for its name.
pub(crate) struct Written {
    /// The name it is going to have.
    pub name: BlobName,
    files: Files,
    temporary: Path,
}

impl Written {
    /// Moves it to its name.
    pub async fn keep(self) -> Result<BlobName, FilesError> {
        let to = self.files.path(&self.name);
        self.files.store()?.rename(&self.temporary, &to).await?;
        Ok(self.name)
    }

    /// Gives it up; what cannot be taken back now is swept later.
    pub async fn abandon(self) {
        let _ = self.files.delete(&self.temporary).await;
    }
}

/// A file on its way into the store.
pub(crate) struct Incoming {
    plain: Plain,
    sealer: Sealer,
}

impl Incoming {
    /// Begins a file, sealed under its own key and bound to its owner.
    pub async fn begin(files: &Files, key: &Secret, bound_to: &[u8]) -> Result<Self, StoreError> {
        let (sealer, head) = Sealer::begin(key, bound_to)?;
        let mut plain = Plain::begin(files)?;
        plain.write(head.into()).await?;
        Ok(Self { plain, sealer })
    }

    /// Takes the next plain bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let sealed = self.sealer.push(bytes)?;
        if !sealed.is_empty() {
            self.plain.write(sealed.into()).await?;
        }
        Ok(())
    }

    /// Ends the file; its name is known, and not given to it yet.
    pub async fn end(mut self) -> Result<Written, StoreError> {
        self.plain.write(self.sealer.end()?.into()).await?;
        Ok(self.plain.end().await?)
    }

    /// Gives the file up.
    pub async fn abandon(self) {
        self.plain.abandon().await;
    }
}
