//! Where files are kept: a folder, or a bucket of an S3-compatible store. Each installation keeps its own
//! under its own name, so that two that share a bucket cannot sweep each other's away.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt as _, RetryConfig};
use sha2::{Digest as _, Sha256};

use super::BlobName;

/// Why a file could not be kept or read. Never says whose it is or what it is called.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// Nobody said where files are kept.
    #[error("no place for files is set")]
    NoPlace,
    /// The folder cannot be used.
    #[error("the folder {0} for files could not be made or opened")]
    Folder(PathBuf, #[source] std::io::Error),
    /// The store is not there, refuses or fails.
    #[error("the store of files refused or failed")]
    Store(#[from] object_store::Error),
    /// What was kept is gone.
    #[error("a file is lost")]
    Lost,
    /// What is kept is not what was.
    #[error("a file was altered")]
    Altered,
}

/// A bucket of an S3-compatible store.
#[derive(Clone)]
pub struct S3 {
    /// Where it answers, such as `https://s3.force.example`; `None` for Amazon's own of the region.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// The bucket, which must be there.
    pub bucket: String,
    /// Who asks.
    pub access_key: String,
    /// The secret of whoever asks.
    pub secret_key: String,
}

impl std::fmt::Debug for S3 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

/// Where files are kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Files {
    store: Option<Arc<dyn ObjectStore>>,
    folder: Option<PathBuf>,
    installation: String,
}

/// How long the store may take for one request.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a request is tried again: somebody waits for the answer.
const RETRIES: usize = 2;

impl Files {
    /// No place: files can neither be kept nor read.
    pub fn nowhere() -> Self {
        Self {
            store: None,
            folder: None,
            installation: String::new(),
        }
    }

    /// A folder, made if need be, for its owner alone.
    ///
    /// # Errors
    /// [`FilesError::Folder`] when it cannot be made or opened.
    pub fn folder(folder: &FilePath) -> Result<Self, FilesError> {
        let failed = |error| FilesError::Folder(folder.to_owned(), error);
        let mut make = std::fs::DirBuilder::new();
        make.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
        make.create(folder).map_err(failed)?;
        // A file that was called saved is on the disk.
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self {
            store: Some(Arc::new(store)),
            folder: Some(folder.to_owned()),
            installation: String::new(),
        })
    }

    /// A bucket. Nothing is asked of it yet.
    ///
    /// # Errors
    /// [`FilesError::Store`] when the address cannot be read.
    pub fn s3(place: &S3) -> Result<Self, FilesError> {
        // Only one of the process counts; whoever was first chose ring as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let plain = place
            .endpoint
            .as_ref()
            .is_some_and(|endpoint| endpoint.starts_with("http://"));
        let client = ClientOptions::new()
            .with_timeout(PATIENCE)
            .with_allow_http(plain);
        let mut builder = AmazonS3Builder::new()
            .with_region(&place.region)
            .with_bucket_name(&place.bucket)
            .with_access_key_id(&place.access_key)
            .with_secret_access_key(&place.secret_key)
            .with_client_options(client)
            .with_retry(RetryConfig {
                max_retries: RETRIES,
                retry_timeout: PATIENCE,
                ..RetryConfig::default()
            });
        if let Some(endpoint) = &place.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        Ok(Self {
            store: Some(Arc::new(builder.build()?)),
            folder: None,
            installation: String::new(),
        })
    }

    /// The same place, for the installation of this name.
    #[must_use]
    pub(crate) fn of(&self, installation: &str) -> Self {
        Self {
            installation: installation.to_owned(),
            ..self.clone()
        }
    }

    /// The folder, if it is one.
    pub fn as_folder(&self) -> Option<&FilePath> {
        self.folder.as_deref()
    }

    /// Whether there is a place at all.
    pub fn is_somewhere(&self) -> bool {
        self.store.is_some()
    }

    pub(super) fn store(&self) -> Result<&Arc<dyn ObjectStore>, FilesError> {
        self.store.as_ref().ok_or(FilesError::NoPlace)
    }

    pub(super) fn path(&self, name: &BlobName) -> Path {
        let name = name.as_str();
        Path::from(format!("{}/files/{}/{name}", self.installation, &name[..2]))
    }

    pub(super) fn temporary(&self, name: &str) -> Path {
        Path::from(format!("{}/incoming/{name}", self.installation))
    }

    /// What is kept under a name, as it is kept, piece by piece.
    pub(super) async fn raw(
        &self,
        name: &BlobName,
    ) -> Result<
        impl futures_util::Stream<Item = Result<bytes::Bytes, FilesError>> + use<>,
        FilesError,
    > {
        let found = self.store()?.get(&self.path(name)).await;
        let found = found.map_err(lost)?;
        Ok(found.into_stream().map_err(lost))
    }

    /// Reads a kept file to its end and compares it with its name.
    ///
    /// # Errors
    /// [`FilesError::Lost`] and [`FilesError::Altered`] for what they say.
    pub async fn check(&self, name: &BlobName) -> Result<(), FilesError> {
        let mut hash = Sha256::new();
        let mut pieces = self.raw(name).await?;
        while let Some(piece) = pieces.next().await {
            hash.update(&piece?);
        }
        if BlobName::of(hash) == *name {
            Ok(())
        } else {
            Err(FilesError::Altered)
        }
    }

    async fn list(&self, what: &str, age: Duration) -> Result<Vec<Path>, FilesError> {
        let under = Path::from(format!("{}/{what}", self.installation));
        let old = SystemTime::now() - age;
        let mut all = self.store()?.list(Some(&under));
        let mut found = Vec::new();
        while let Some(one) = all.try_next().await? {
            if SystemTime::from(one.last_modified) <= old {
                found.push(one.location);
            }
        }
        Ok(found)
    }

    /// Takes a kept file away. That it is gone already is no error.
    ///
    /// # Errors
    /// [`FilesError::Store`] when the store fails.
    pub(crate) async fn discard(&self, name: &BlobName) -> Result<(), FilesError> {
        self.delete(&self.path(name)).await
    }

    pub(super) async fn delete(&self, path: &Path) -> Result<(), FilesError> {
        match self.store()?.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes away what was begun longer than `age` ago and never came to a name; says how many.
    ///
    /// # Errors
    /// [`FilesError::Store`] when the store fails.
    pub(crate) async fn discard_incoming(&self, age: Duration) -> Result<usize, FilesError> {
        let begun = self.list("incoming", age).await?;
        for path in &begun {
            self.delete(path).await?;
        }
        let mut count = begun.len();
        if let Some(folder) = &self.folder {
            let folder = folder.join(&self.installation).join("incoming");
            count += discard_staged(&folder, age).await;
        }
        Ok(count)
    }

    /// Copies a kept file to another place and compares it there; `false` when it is there already.
    ///
    /// # Errors
    /// [`FilesError`] when either side fails; then the name is not there.
    pub(crate) async fn send(&self, name: &BlobName, to: &Self) -> Result<bool, FilesError> {
        if to.check(name).await.is_ok() {
            return Ok(false);
        }
        let mut incoming = super::write::Plain::begin(to)?;
        let mut pieces = self.raw(name).await?;
        while let Some(piece) = pieces.next().await {
            incoming.write(piece?).await?;
        }
        let written = incoming.end().await?;
        if written.name != *name {
            written.abandon().await;
            return Err(FilesError::Altered);
        }
        written.keep().await?;
        to.check(name).await?;
        Ok(true)
    }
}

fn lost(error: object_store::Error) -> FilesError {
    match error {
        object_store::Error::NotFound { .. } => FilesError::Lost,
        other => FilesError::Store(other),
    }
}

/// What a process that was killed left half written in a folder: the store's own list leaves it out.
async fn discard_staged(folder: &FilePath, age: Duration) -> usize {
    let Ok(mut entries) = tokio::fs::read_dir(folder).await else {
        return 0;
    };
    let old = SystemTime::now() - age;
    let mut count = 0;
    while let Ok(Some(entry)) = entries.next_entry().await {
        let Ok(about) = entry.metadata().await else {
            continue;
        };
        let is_old = about.modified().is_ok_and(|at| at <= old);
        if about.is_file() && is_old && tokio::fs::remove_file(entry.path()).await.is_ok() {
            count += 1;
        }
    }
    count
}
