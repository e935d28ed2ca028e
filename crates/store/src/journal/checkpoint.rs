//! Checkpoints: the size and root of the tree, signed; kept in the database and appended to a file
//! outside it.
//!
//! The form is C2SP's `tlog-checkpoint` in a `signed-note`, so that any witness that speaks it can
//! check one: origin, size, root in base64, an empty line, and a signature line of the origin's name
//! and base64 of key id (4 bytes) and Ed25519 signature.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use super::tree::Hash;
use crate::keys::{Keys, sync_folder_of};

/// What a signature vouches for: the first `size` events give this root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the journal.
    pub origin: String,
    /// How many events.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The signed note.
    pub fn sign(&self, keys: &Keys) -> String {
        let text = self.text();
        let mut signed = key_id(&self.origin, &keys.signing_public()).to_vec();
        signed.extend(keys.sign(text.as_bytes()).to_bytes());
        format!(
            "{text}\n\u{2014} {} {}\n",
            self.origin,
            BASE64.encode(&signed)
        )
    }

    /// Reads a note that one of these keys signed in this journal's name; `None` for any other.
    pub fn open(note: &str, keys: &Keys) -> Option<Self> {
        let (text, signatures) = note.split_once("\n\n")?;
        let checkpoint = Self::read(text)?;
        let text = format!("{text}\n");
        let ours = checkpoint.origin == keys.origin() && checkpoint.text() == text;
        let signed = signatures
            .lines()
            .filter_map(|line| signature_of(line, keys.origin()))
            .any(|(id, signature)| {
                keys.all_signing_public().iter().any(|key| {
                    key_id(keys.origin(), key) == id
                        && key.verify_strict(text.as_bytes(), &signature).is_ok()
                })
            });
        (ours && signed).then_some(checkpoint)
    }

    fn text(&self) -> String {
        let root = BASE64.encode(&self.root);
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        Some(Self {
            origin: origin.to_owned(),
            size: size.parse().ok()?,
            root: BASE64.decode(root.as_bytes()).ok()?.try_into().ok()?,
        })
    }
}

fn signature_of(line: &str, name: &str) -> Option<([u8; 4], Signature)> {
    let signed = line
        .strip_prefix("\u{2014} ")?
        .strip_prefix(name)?
        .strip_prefix(' ')?;
    let bytes = BASE64.decode(signed.as_bytes()).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    Some((*id, Signature::from_slice(signature).ok()?))
}

/// The public half of the signing key as witnesses take it: `name+id+base64`.
pub fn verifier_line(keys: &Keys) -> String {
    let public = keys.signing_public();
    let id = data_encoding::HEXLOWER.encode(&key_id(keys.origin(), &public));
    let mut key = vec![1];
    key.extend(public.as_bytes());
    format!("{}+{id}+{}", keys.origin(), BASE64.encode(&key))
}

/// C2SP signed-note: the first four bytes of the hash of name, line feed, 0x01 (Ed25519) and key.
fn key_id(name: &str, public: &VerifyingKey) -> [u8; 4] {
    let mut hasher = Sha256::new();
    hasher.update(name.as_bytes());
    hasher.update(b"\n\x01");
    hasher.update(public.as_bytes());
    let hash: Hash = hasher.finalize().into();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// The file outside the database: notes one after another, each followed by an empty line.
#[derive(Debug, Clone)]
pub struct CheckpointFile(PathBuf);

/// What a checkpoint file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// The notes, in the order they were appended.
    pub notes: Vec<String>,
    /// Whatever the file ends with: its last note, or the piece of one.
    pub end: String,
}

impl CheckpointFile {
    /// The file at this path; it need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Appends a note. Durable when this returns.
    ///
    /// # Errors
    /// What the operating system said.
    pub fn append(&self, note: &str) -> std::io::Result<()> {
        let new = !self.0.exists();
        let mut file = OpenOptions::new();
        let mut file = file.create(true).append(true).mode(0o600).open(&self.0)?;
        file.write_all(format!("{note}\n").as_bytes())?;
        file.sync_all()?;
        match new {
            true => sync_folder_of(&self.0),
            false => Ok(()),
        }
    }

    /// Ends a piece that was cut short by a crash, so that the next note stands by itself.
    ///
    /// # Errors
    /// What the operating system said.
    pub fn mend(&self) -> std::io::Result<()> {
        let tail = self.tail()?;
        if tail.is_empty() || tail.ends_with("\n\n") {
            return Ok(());
        }
        let mut file = OpenOptions::new().append(true).open(&self.0)?;
        file.write_all(b"\n\n")?;
        file.sync_all()
    }

    /// Every note; `None` when there is no file.
    ///
    /// # Errors
    /// What the operating system said.
    pub fn read(&self) -> std::io::Result<Option<Remembered>> {
        match std::fs::read(&self.0) {
            Ok(bytes) => Ok(Some(Remembered::of(&String::from_utf8_lossy(&bytes)))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The last whole note, read from the end; `None` when there is none.
    ///
    /// # Errors
    /// What the operating system said.
    pub fn last(&self) -> std::io::Result<Option<String>> {
        Ok(Remembered::of(&self.tail()?).notes.pop())
    }

    fn tail(&self) -> std::io::Result<String> {
        const TAIL: u64 = 4096; // a note is some 200 bytes
        let mut file = match File::open(&self.0) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(String::new());
            }
            other => other?,
        };
        let size = file.metadata()?.len();
        file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Remembered {
    fn of(text: &str) -> Self {
        let mut found = Self::default();
        let mut pieces = text
            .split("\n\n")
            .map(|piece| piece.trim_matches('\n'))
            .filter(|piece| !piece.is_empty())
            .peekable();
        while let Some(piece) = pieces.next() {
            found.end = match pieces.next_if(|next| next.starts_with('\u{2014}')) {
                Some(signatures) => {
                    let note = format!("{piece}\n\n{signatures}\n");
                    found.notes.push(note.clone());
                    note
                }
                None => piece.to_owned(),
            };
        }
        found
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn checkpoint(keys: &Keys, size: u64) -> Checkpoint {
        Checkpoint {
            origin: keys.origin().to_owned(),
            size,
            root: [7; 32],
        }
    }

    #[test]
    fn a_signed_checkpoint_reads_back_also_after_the_keys_are_rotated() {
        let keys = Keys::generate().unwrap();
        let note = checkpoint(&keys, 5).sign(&keys);
        assert_eq!(Checkpoint::open(&note, &keys), Some(checkpoint(&keys, 5)));
        let later = keys.rotated().unwrap();
        assert_eq!(Checkpoint::open(&note, &later), Some(checkpoint(&keys, 5)));
    }

    #[test]
    fn a_changed_or_foreign_checkpoint_does_not_open() {
        let keys = Keys::generate().unwrap();
        let note = checkpoint(&keys, 5).sign(&keys);
        assert_eq!(
            Checkpoint::open(&note.replace("\n5\n", "\n6\n"), &keys),
            None
        );
        assert_eq!(
            Checkpoint::open(&note.replace("\n5\n", "\n05\n"), &keys),
            None
        );
        let other = Keys::generate().unwrap();
        assert_eq!(Checkpoint::open(&note, &other), None);
        assert_eq!(Checkpoint::open("", &keys), None);
    }

    #[test]
    fn the_form_is_that_of_c2sp() {
        let keys = Keys::generate().unwrap();
        let note = checkpoint(&keys, 5).sign(&keys);
        let lines: Vec<_> = note.split('\n').collect();
        assert_eq!(lines.len(), 6);
        assert_eq!(&lines[..2], [keys.origin(), "5"]);
        assert_eq!(BASE64.decode(lines[2].as_bytes()).unwrap(), [7; 32]);
        assert_eq!(lines[3], "");
        let name = format!("\u{2014} {} ", keys.origin());
        let signed = BASE64
            .decode(lines[4].strip_prefix(&name).unwrap().as_bytes())
            .unwrap();
        assert_eq!(signed.len(), 4 + 64);
        let line = verifier_line(&keys);
        let (_, rest) = line.split_once('+').unwrap();
        let (id, key) = rest.split_once('+').unwrap();
        assert_eq!(id, data_encoding::HEXLOWER.encode(&signed[..4]));
        assert_eq!(BASE64.decode(key.as_bytes()).unwrap()[0], 1);
    }

    #[test]
    fn a_file_keeps_every_note_and_a_torn_one_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = CheckpointFile::new(folder.path().join("checkpoints.txt"));
        assert_eq!(file.read().unwrap(), None);
        let keys = Keys::generate().unwrap();
        let notes: Vec<_> = (1..=3).map(|n| checkpoint(&keys, n).sign(&keys)).collect();
        file.append(&notes[0]).unwrap();
        file.append(&notes[1]).unwrap();
        assert_eq!(file.last().unwrap().as_ref(), Some(&notes[1]));
        let torn = std::fs::read(file.path()).unwrap();
        for cut in 1..notes[2].len() {
            std::fs::write(file.path(), &torn).unwrap();
            let mut whole = OpenOptions::new().append(true).open(file.path()).unwrap();
            whole.write_all(&notes[2].as_bytes()[..cut]).unwrap();
            file.mend().unwrap();
            file.append(&notes[2]).unwrap();
            let read = file.read().unwrap().unwrap();
            assert_eq!(read.notes[..2], notes[..2], "cut at {cut}");
            assert_eq!(read.notes.last(), Some(&notes[2]), "cut at {cut}");
        }
    }
}
