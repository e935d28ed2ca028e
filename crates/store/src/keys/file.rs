//! The key file: JSON, readable by its owner only, written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::{KeyId, Keys, Secret, SecretKey, signing_id};

const FORMAT: &str = "heyrick-keys-1";

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// No such file.
    #[error("there is no key file at {0}; make one with `heyrick keys new`")]
    Missing(PathBuf),
    /// A new file would overwrite one.
    #[error("there is already a key file at {0}; it is never overwritten")]
    Exists(PathBuf),
    /// The file's mode lets others read it.
    #[error("the key file {0} can be read by others; run: chmod 600 {0}")]
    Exposed(PathBuf),
    /// The file is not one of ours, or was damaged.
    #[error("{0} is not a key file of this program, or it is damaged")]
    Malformed(PathBuf),
    /// The operating system refused.
    #[error("the key file {path} could not be read or written")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    format: String,
    origin: String,
    signing: Vec<SigningEntry>,
    hashing: Vec<SecretEntry>,
    sealing: Vec<SecretEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SigningEntry {
    id: String,
    public: String,
    /// Only the current key has its secret half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretEntry {
    id: String,
    secret: String,
}

impl Drop for SigningEntry {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl Drop for SecretEntry {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl Keys {
    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeyFileError`] when it is missing, readable by others, or not a key file.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        refuse_exposed(path)?;
        let text = std::fs::read_to_string(path).map_err(|source| io_error(path, source))?;
        let text = Zeroizing::new(text);
        let file: KeyFile =
            serde_json::from_str(&text).map_err(|_| KeyFileError::Malformed(path.to_owned()))?;
        from_file(&file).ok_or_else(|| KeyFileError::Malformed(path.to_owned()))
    }

    /// Writes a new key file that only its owner can read. Durable when this returns.
    ///
    /// # Errors
    /// [`KeyFileError::Exists`] when there is a file already: keys are never overwritten.
    pub fn save(&self, path: &Path) -> Result<(), KeyFileError> {
        if path.exists() {
            return Err(KeyFileError::Exists(path.to_owned()));
        }
        self.replace(path)
    }

    /// Writes the key file in place of the one that is there, whole or not at all. Only for keys
    /// that hold everything the old file held ([`Keys::rotated`]). Durable when this returns.
    ///
    /// # Errors
    /// [`KeyFileError::Io`] when the operating system refuses; then the old file stands.
    pub fn replace(&self, path: &Path) -> Result<(), KeyFileError> {
        let written = path.with_extension("new");
        write_private(&written, &self.to_text()).map_err(|source| io_error(&written, source))?;
        std::fs::rename(&written, path)
            .and_then(|()| sync_folder_of(path))
            .map_err(|source| io_error(path, source))
    }

    fn to_text(&self) -> Zeroizing<String> {
        let mut signing = vec![SigningEntry {
            id: signing_id(&self.signing.verifying_key()).to_string(),
            public: BASE64.encode(self.signing.verifying_key().as_bytes()),
            secret: Some(BASE64.encode(self.signing.as_bytes())),
        }];
        signing.extend(self.retired_signing.iter().map(|public| SigningEntry {
            id: signing_id(public).to_string(),
            public: BASE64.encode(public.as_bytes()),
            secret: None,
        }));
        let file = KeyFile {
            format: FORMAT.to_owned(),
            origin: self.origin.clone(),
            signing,
            hashing: self.hashing.iter().map(secret_entry).collect(),
            sealing: self.sealing.iter().map(secret_entry).collect(),
        };
        Zeroizing::new(serde_json::to_string_pretty(&file).unwrap_or_default())
    }
}

fn secret_entry(key: &SecretKey) -> SecretEntry {
    SecretEntry {
        id: key.id.to_string(),
        secret: BASE64.encode(&*key.secret),
    }
}

fn from_file(file: &KeyFile) -> Option<Keys> {
    let (current, retired) = file.signing.split_first()?;
    let signing = SigningKey::from_bytes(&*read_secret(current.secret.as_deref()?)?);
    let right = file.format == FORMAT
        && !file.origin.is_empty()
        && !file.origin.contains(['+', '\n', ' '])
        && BASE64.encode(signing.verifying_key().as_bytes()) == current.public
        && !file.hashing.is_empty()
        && !file.sealing.is_empty();
    if !right {
        return None;
    }
    Some(Keys {
        origin: file.origin.clone(),
        signing,
        retired_signing: retired.iter().map(read_public).collect::<Option<_>>()?,
        hashing: file.hashing.iter().map(read_entry).collect::<Option<_>>()?,
        sealing: file.sealing.iter().map(read_entry).collect::<Option<_>>()?,
    })
}

fn read_public(entry: &SigningEntry) -> Option<VerifyingKey> {
    let bytes = BASE64.decode(entry.public.as_bytes()).ok()?;
    VerifyingKey::from_bytes(&bytes.try_into().ok()?).ok()
}

fn read_entry(entry: &SecretEntry) -> Option<SecretKey> {
    let id = data_encoding::HEXLOWER.decode(entry.id.as_bytes()).ok()?;
    Some(SecretKey {
        id: KeyId(id.try_into().ok()?),
        secret: read_secret(&entry.secret)?,
    })
}

fn read_secret(text: &str) -> Option<Secret> {
    let bytes = Zeroizing::new(BASE64.decode(text.as_bytes()).ok()?);
    let mut secret = Secret::default();
    if bytes.len() != secret.len() {
        return None;
    }
    secret.copy_from_slice(&bytes);
    Some(secret)
}

fn io_error(path: &Path, source: std::io::Error) -> KeyFileError {
    match source.kind() {
        std::io::ErrorKind::NotFound => KeyFileError::Missing(path.to_owned()),
        std::io::ErrorKind::InvalidData => KeyFileError::Malformed(path.to_owned()),
        _ => KeyFileError::Io {
            path: path.to_owned(),
            source,
        },
    }
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt;
    let about = std::fs::metadata(path).map_err(|source| io_error(path, source))?;
    if about.permissions().mode() & 0o077 != 0 {
        return Err(KeyFileError::Exposed(path.to_owned()));
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_exposed(_path: &Path) -> Result<(), KeyFileError> {
    Ok(())
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

pub(crate) fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => File::open(".")?.sync_all(),
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn keys_come_back_as_they_were_saved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let keys = Keys::generate().unwrap().rotated().unwrap();
        keys.save(&path).unwrap();
        let back = Keys::load(&path).unwrap();
        assert_eq!(*keys.to_text(), *back.to_text());
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_file_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        Keys::generate().unwrap().save(&path).unwrap();
        let again = Keys::generate().unwrap().save(&path);
        assert!(matches!(again, Err(KeyFileError::Exists(_))));
    }

    #[test]
    fn a_key_file_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        Keys::generate().unwrap().save(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keys::load(&path), Err(KeyFileError::Exposed(_))));
    }

    #[test]
    fn a_missing_or_damaged_file_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        assert!(matches!(Keys::load(&path), Err(KeyFileError::Missing(_))));
        write_private(&path, "{}").unwrap();
        assert!(matches!(Keys::load(&path), Err(KeyFileError::Malformed(_))));
        std::fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(matches!(Keys::load(&path), Err(KeyFileError::Malformed(_))));
    }

    #[test]
    fn a_retired_signing_key_keeps_no_secret() {
        let keys = Keys::generate().unwrap();
        let secret = BASE64.encode(keys.signing.as_bytes());
        assert!(keys.to_text().contains(&secret));
        assert!(!keys.rotated().unwrap().to_text().contains(&secret));
    }
}
