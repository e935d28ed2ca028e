//! Where the files of evidence are kept: a folder, or a bucket of an S3-compatible store.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use heyrick_store::blob::S3;
use serde::Deserialize;

/// `[files]` of the settings file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FilesFile {
    folder: Option<PathBuf>,
    endpoint: Option<String>,
    bucket: Option<String>,
    region: Option<String>,
    access_key: Option<String>,
    secret_key_file: Option<PathBuf>,
}

/// The same on the command line.
#[derive(Debug, Clone, Default, Args)]
pub struct FilesArgs {
    /// Folder of evidence files, if it is not `files` in the folder
    #[arg(
        long = "files-folder",
        value_name = "DIR",
        env = "HEYRICK_FILES_FOLDER",
        global = true
    )]
    pub folder: Option<PathBuf>,
    /// S3-compatible store of evidence files, such as `https://s3.force.example`; without one, Amazon's own
    #[arg(
        long = "files-endpoint",
        value_name = "URL",
        env = "HEYRICK_FILES_ENDPOINT",
        global = true
    )]
    pub endpoint: Option<String>,
    /// Bucket of evidence files; naming one chooses S3 instead of a folder
    #[arg(
        long = "files-bucket",
        value_name = "NAME",
        env = "HEYRICK_FILES_BUCKET",
        global = true
    )]
    pub bucket: Option<String>,
    /// Region of the bucket [usual: eu-west-2]
    #[arg(
        long = "files-region",
        value_name = "NAME",
        env = "HEYRICK_FILES_REGION",
        global = true
    )]
    pub region: Option<String>,
    /// Access key of the bucket
    #[arg(
        long = "files-access-key",
        value_name = "NAME",
        env = "HEYRICK_FILES_ACCESS_KEY",
        global = true
    )]
    pub access_key: Option<String>,
    /// File that holds the secret key of the bucket, and nothing else
    #[arg(
        long = "files-secret-key-file",
        value_name = "FILE",
        env = "HEYRICK_FILES_SECRET_KEY_FILE",
        global = true
    )]
    pub secret_key_file: Option<PathBuf>,
}

/// Where files are kept, settled and not opened.
#[derive(Debug, Clone)]
pub enum FilesPlace {
    /// In a folder.
    Folder(PathBuf),
    /// In a bucket.
    Bucket(S3),
}

impl FilesArgs {
    /// Whether a place is named at all.
    pub(super) fn is_named(&self, file: &FilesFile) -> bool {
        let folder = self.folder.is_some() || file.folder.is_some();
        folder || self.bucket.is_some() || file.bucket.is_some()
    }

    /// Settles where files are kept.
    ///
    /// # Errors
    /// A sentence for a value that does not hold or is missing, or a file that cannot be read.
    pub(super) fn settle(&self, file: &FilesFile, data: &Path) -> Result<FilesPlace> {
        let either = |flag: &Option<String>, file: &Option<String>| flag.clone().or(file.clone());
        let endpoint = either(&self.endpoint, &file.endpoint);
        let Some(bucket) = either(&self.bucket, &file.bucket) else {
            if endpoint.is_some() {
                bail!("an S3-compatible store needs its bucket: --files-bucket or files.bucket");
            }
            let folder = self.folder.clone().or_else(|| file.folder.clone());
            return Ok(FilesPlace::Folder(
                folder.unwrap_or_else(|| data.join("files")),
            ));
        };
        if self.folder.is_some() || file.folder.is_some() {
            bail!("files are kept either in a folder or in a bucket: name one of them");
        }
        check(endpoint.as_deref())?;
        let access_key = either(&self.access_key, &file.access_key);
        let secret = self
            .secret_key_file
            .as_ref()
            .or(file.secret_key_file.as_ref());
        let (Some(access_key), Some(secret)) = (access_key, secret) else {
            bail!("a bucket needs files.access_key and files.secret_key_file");
        };
        let secret_key = std::fs::read_to_string(secret).with_context(|| {
            format!("the secret key file {} could not be read", secret.display())
        })?;
        let region = either(&self.region, &file.region);
        Ok(FilesPlace::Bucket(S3 {
            endpoint,
            region: region.unwrap_or_else(|| "eu-west-2".to_owned()),
            bucket,
            access_key,
            secret_key: secret_key.trim().to_owned(),
        }))
    }
}

/// What is sent is sealed, but who asks and for what is not: in clear to this machine alone.
fn check(endpoint: Option<&str>) -> Result<()> {
    let Some(endpoint) = endpoint else {
        return Ok(());
    };
    let here = ["127.0.0.1", "localhost", "[::1]"];
    let local = endpoint.strip_prefix("http://").is_some_and(|rest| {
        here.iter().any(|host| {
            let after = rest.strip_prefix(host);
            after.is_some_and(|after| after.is_empty() || after.starts_with([':', '/']))
        })
    });
    if endpoint.starts_with("https://") || local {
        Ok(())
    } else {
        bail!("files.endpoint must begin with https:// (or http:// on this machine alone)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn settle(args: FilesArgs) -> Result<FilesPlace> {
        args.settle(&FilesFile::default(), Path::new("d"))
    }

    #[test]
    fn files_are_in_the_data_folder_unless_something_else_is_named() {
        let usual = settle(FilesArgs::default()).unwrap();
        assert!(matches!(usual, FilesPlace::Folder(folder) if folder == Path::new("d/files")));
        let named = FilesArgs {
            folder: Some("e".into()),
            ..FilesArgs::default()
        };
        let named = settle(named).unwrap();
        assert!(matches!(named, FilesPlace::Folder(folder) if folder == Path::new("e")));
    }

    #[test]
    fn a_bucket_needs_its_keys_and_a_private_line() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "not a secret\n").unwrap();
        let whole = FilesArgs {
            endpoint: Some("https://s3.force.example".into()),
            bucket: Some("evidence".into()),
            access_key: Some("heyrick".into()),
            secret_key_file: Some(secret),
            ..FilesArgs::default()
        };
        let FilesPlace::Bucket(s3) = settle(whole.clone()).unwrap() else {
            unreachable!("a bucket was named")
        };
        assert_eq!(
            (s3.secret_key.as_str(), s3.region.as_str()),
            ("not a secret", "eu-west-2")
        );
        let said = |args| settle(args).unwrap_err().to_string();
        let endpoint = |to: &str| FilesArgs {
            endpoint: Some(to.into()),
            ..whole.clone()
        };
        for clear in [
            "http://s3.force.example",
            "http://localhost.force.example",
            "ftp://x",
        ] {
            assert!(said(endpoint(clear)).contains("https://"), "{clear}");
        }
        assert!(settle(endpoint("http://127.0.0.1:9000")).is_ok());
        let both = FilesArgs {
            folder: Some("e".into()),
            ..whole.clone()
        };
        assert!(said(both).contains("either"));
        let keyless = FilesArgs {
            access_key: None,
            ..whole.clone()
        };
        assert!(said(keyless).contains("access_key"));
        let bucketless = FilesArgs {
            bucket: None,
            ..whole
        };
        assert!(said(bucketless).contains("bucket"));
    }
}
