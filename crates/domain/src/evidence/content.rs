//! What a file is, by what is in it: looked at as it streams past, never whole in memory. Names and what
//! a browser says about the type count for nothing.
//!
//! A file that breaks off is noticed as far as its kind allows: a picture is read to its end marker, a PDF
//! must end in `%%EOF`, a DOCX must have the directory of its parts, a DOC the sectors its table says are used.
//! Nobody looks for viruses here.

use super::picture::{Jpeg, Png};
use super::{FILE_BYTES_MAX, FileKind};

/// How much of the beginning is kept: the header of a DOC with the places of its tables.
const HEAD: usize = 512;
/// How much of the end is kept: enough for the directory of a DOCX of some thousand parts.
const TAIL: usize = 256 * 1024;
/// How near its end a PDF must say so.
const PDF_END: usize = 2048;

/// What some programs write before a PDF.
const BOM: &[u8] = b"\xef\xbb\xbf";
const OLE: &[u8; 8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// The name of the stream with the text of a Word document, as its directory writes it.
const WORD: &[u8] = b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0";

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ContentError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// More than [`FILE_BYTES_MAX`].
    #[error("the file is larger than 25 MB")]
    TooLarge,
    /// None of the kinds that are taken, whatever its name says.
    #[error("the file is not a JPG, PNG, PDF, DOC or DOCX")]
    Kind,
    /// It breaks off, or its parts do not fit together.
    #[error("the file is damaged or not complete")]
    Damaged,
}

impl ContentError {
    /// The key of its words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "evidence-file-empty",
            Self::TooLarge => "evidence-file-large",
            Self::Kind => "evidence-file-kind",
            Self::Damaged => "evidence-file-damaged",
        }
    }

    /// The word kept with an upload that was refused.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "large",
            Self::Kind => "kind",
            Self::Damaged => "damaged",
        }
    }
}

/// Looks at a file as it streams past.
#[derive(Debug, Default)]
pub struct Inspector {
    length: u64,
    /// Bytes before the piece that is looked at.
    seen: usize,
    head: Vec<u8>,
    tail: Vec<u8>,
    look: Option<Look>,
}

/// What is followed through the whole file.
#[derive(Debug)]
enum Look {
    Jpeg(Jpeg),
    Png(Png),
    Pdf,
    Ole(Ole),
    Zip,
    Nothing,
}

impl Look {
    /// By the first eight bytes, or all there are.
    fn at(head: &[u8]) -> Self {
        if head.starts_with(&[0xff, 0xd8, 0xff]) {
            Self::Jpeg(Jpeg::default())
        } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
            Self::Png(Png::default())
        } else if head.strip_prefix(BOM).unwrap_or(head).starts_with(b"%PDF-") {
            Self::Pdf
        } else if head.starts_with(OLE) {
            Self::Ole(Ole::default())
        } else if head.starts_with(b"PK\x03\x04") {
            Self::Zip
        } else {
            Self::Nothing
        }
    }
}

impl Inspector {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`ContentError::TooLarge`] as soon as there are too many.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), ContentError> {
        self.length = self
            .length
            .saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.length > FILE_BYTES_MAX {
            return Err(ContentError::TooLarge);
        }
        let room = HEAD - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if self.look.is_some() {
            self.look_at(bytes);
        } else if self.head.len() >= 8 {
            self.look = Some(Look::at(&self.head));
            // Whatever came before this piece is shorter than a head, so all of it is there.
            let before: Vec<u8> = std::mem::take(&mut self.tail);
            self.look_at(&before);
            self.seen = before.len();
            self.tail = before;
            self.look_at(bytes);
        }
        self.seen += bytes.len();
        self.keep_tail(bytes);
        Ok(())
    }

    fn look_at(&mut self, bytes: &[u8]) {
        match &mut self.look {
            Some(Look::Jpeg(jpeg)) => jpeg.feed(bytes, &mut |_| ()),
            Some(Look::Png(png)) => png.feed(bytes, &mut |_| ()),
            Some(Look::Ole(ole)) => ole.look_at(&self.head, &self.tail, bytes, self.seen),
            _ => {}
        }
    }

    fn keep_tail(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        if self.tail.len() > 2 * TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
    }

    /// How many bytes there were.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// What it is, now that all of it was seen.
    ///
    /// # Errors
    /// [`ContentError`] for a file that is not taken.
    pub fn finish(&self) -> Result<FileKind, ContentError> {
        let whole = |kind, whole: bool| whole.then_some(kind).ok_or(ContentError::Damaged);
        match &self.look {
            _ if self.length == 0 => Err(ContentError::Empty),
            Some(Look::Jpeg(jpeg)) => whole(FileKind::Jpeg, jpeg.is_whole()),
            Some(Look::Png(png)) => whole(FileKind::Png, png.is_whole()),
            Some(Look::Pdf) => {
                let end = &self.tail[self.tail.len().saturating_sub(PDF_END)..];
                whole(FileKind::Pdf, holds(end, b"%%EOF"))
            }
            Some(Look::Ole(ole)) if ole.word => {
                whole(FileKind::Doc, ole.has_sectors(&self.head, self.length))
            }
            Some(Look::Ole(_) | Look::Nothing) | None => Err(ContentError::Kind),
            Some(Look::Zip) => self.docx(),
        }
    }

    /// A ZIP whose directory names the parts of a Word document, and no macros.
    fn docx(&self) -> Result<FileKind, ContentError> {
        let names = directory(&self.tail, self.length).ok_or(ContentError::Damaged)?;
        // Word itself numbers the main part in some documents; programs put macros where they like.
        let is_main = |name: &[u8]| name.starts_with(b"word/document") && name.ends_with(b".xml");
        let has_macros = |name: &[u8]| {
            let name = name.to_ascii_lowercase();
            name.ends_with(b"vbaproject.bin") || name.ends_with(b"vbadata.xml")
        };
        let is_word = names.contains(&&b"[Content_Types].xml"[..])
            && names.iter().any(|name| is_main(name))
            && !names.iter().any(|name| has_macros(name));
        if is_word {
            Ok(FileKind::Docx)
        } else {
            Err(ContentError::Kind)
        }
    }
}

/// What a whole file in memory is; for tests and fuzzing.
///
/// # Errors
/// [`ContentError`] for a file that is not taken.
pub fn kind_of(bytes: &[u8]) -> Result<FileKind, ContentError> {
    let mut inspector = Inspector::default();
    inspector.feed(bytes)?;
    inspector.finish()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    let first = part.first().copied();
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| Some(*byte) == first) {
        if rest[at..].starts_with(part) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

fn short(bytes: &[u8], at: usize) -> Option<u64> {
    let two = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u64::from(u16::from_le_bytes(two)))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u64::from(u32::from_le_bytes(four)))
}

/// A file of Word's before 2007, followed through: its table says which sectors are used. Source: MS-CFB
/// sections 2.2 and 2.3.
#[derive(Debug, Default)]
struct Ole {
    /// Whether the name of the text was found.
    word: bool,
    /// The table as far as the header names its sectors, read as they stream past; unseen is free.
    table: Vec<u8>,
}

/// A sector nobody uses.
const FREE: u64 = 0xffff_ffff;

impl Ole {
    fn look_at(&mut self, head: &[u8], before: &[u8], bytes: &[u8], from: usize) {
        if !self.word {
            // The name may lie across two pieces.
            let before = &before[before.len().saturating_sub(WORD.len() - 1)..];
            let next = &bytes[..bytes.len().min(WORD.len() - 1)];
            self.word = holds(bytes, WORD) || holds(&[before, next].concat(), WORD);
        }
        let Some(size) = sector_size(head).and_then(|size| usize::try_from(size).ok()) else {
            return;
        };
        for (number, sector) in tables(head).enumerate() {
            let Some(starts) = usize::try_from(sector)
                .ok()
                .and_then(|at| (at + 1).checked_mul(size))
            else {
                continue;
            };
            let (begin, end) = (starts.max(from), (starts + size).min(from + bytes.len()));
            if begin >= end {
                continue;
            }
            if self.table.len() < (number + 1) * size {
                self.table.resize((number + 1) * size, 0xff);
            }
            let at = number * size + begin - starts;
            self.table[at..at + end - begin].copy_from_slice(&bytes[begin - from..end - from]);
        }
    }

    /// Whether the directory, the table and the last sector it says is used lie inside the file. The last
    /// may be cut short: not every program fills it up.
    fn has_sectors(&self, head: &[u8], length: u64) -> bool {
        let Some(size) = sector_size(head) else {
            return false;
        };
        let inside = |sector: u64| (sector + 2) * size <= length;
        let used = self
            .table
            .chunks_exact(4)
            .rposition(|entry| long(entry, 0).is_some_and(|next| next != FREE));
        let last = used.and_then(|last| u64::try_from(last).ok());
        long(head, 48).is_some_and(inside)
            && tables(head).all(inside)
            && last.is_some_and(|last| (last + 1) * size < length)
    }
}

/// Bytes of a sector; `None` before the whole header was seen, and for none that there is.
fn sector_size(head: &[u8]) -> Option<u64> {
    match short(head, 30).filter(|_| head.len() == HEAD)? {
        9 => Some(512),
        12 => Some(4096),
        _ => None,
    }
}

/// The sectors of the table that the header names.
fn tables(head: &[u8]) -> impl Iterator<Item = u64> {
    let all = (76..HEAD).step_by(4).filter_map(|at| long(head, at));
    all.filter(|sector| *sector < 0xffff_fffa)
}

/// The names in the directory at the end of a ZIP; `None` where it is not there or does not fit. Source:
/// APPNOTE 6.3 sections 4.3.12 and 4.3.16; no ZIP64, for files are small.
fn directory(tail: &[u8], length: u64) -> Option<Vec<&[u8]>> {
    let from = length.checked_sub(u64::try_from(tail.len()).ok()?)?;
    let latest = tail.len().checked_sub(22)?;
    let earliest = latest.saturating_sub(usize::from(u16::MAX));
    let end = (earliest..=latest).rev().find(|at| {
        let comment = short(tail, at + 20).and_then(|length| usize::try_from(length).ok());
        tail[*at..].starts_with(b"PK\x05\x06") && comment == Some(latest - at)
    })?;
    let (count, size, begins) = (
        short(tail, end + 10)?,
        long(tail, end + 12)?,
        long(tail, end + 16)?,
    );
    let mut at = usize::try_from(begins.checked_sub(from)?).ok()?;
    if at.checked_add(usize::try_from(size).ok()?)? != end {
        return None;
    }
    let mut names = Vec::new();
    while at < end {
        if !tail[at..end].starts_with(b"PK\x01\x02") {
            return None;
        }
        let part = |place| usize::try_from(short(tail, at + place)?).ok();
        let (name, more) = (part(28)?, part(30)? + part(32)?);
        names.push(tail[..end].get(at + 46..at + 46 + name)?);
        at += 46 + name + more;
    }
    (u64::try_from(names.len()).ok()? == count && at == end).then_some(names)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use heyrick_testkit::sample::{WORD_PARTS, doc, docx, ole, pdf, photograph, screenshot, zip};

    use super::*;

    #[track_caller]
    fn check(what: &str, bytes: &[u8], want: Result<FileKind, ContentError>) {
        assert_eq!(kind_of(bytes), want, "{what}");
        for piece in [1, 3, 7, 100] {
            let mut inspector = Inspector::default();
            for bytes in bytes.chunks(piece) {
                inspector.feed(bytes).unwrap();
            }
            assert_eq!(inspector.finish(), want, "{what} in pieces of {piece}");
        }
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        check("photograph", &photograph(), Ok(FileKind::Jpeg));
        check("screenshot", &screenshot(), Ok(FileKind::Png));
        check("pdf", &pdf(), Ok(FileKind::Pdf));
        check("doc", &doc(), Ok(FileKind::Doc));
        check("docx", &docx(), Ok(FileKind::Docx));
        check(
            "docx with a numbered main part",
            &zip(&["[Content_Types].xml", "word/document2.xml"], b""),
            Ok(FileKind::Docx),
        );
        check(
            "pdf behind a mark of its bytes",
            &[b"\xef\xbb\xbf", &pdf()[..]].concat(),
            Ok(FileKind::Pdf),
        );
        check(
            "with a comment",
            &zip(&WORD_PARTS, b"PK\x05\x06 said"),
            Ok(FileKind::Docx),
        );
    }

    #[test]
    fn a_file_that_only_says_so_is_not_taken() {
        let kind = Err(ContentError::Kind);
        check("a program", b"MZ\x90\0 called photo.jpg", kind);
        check("a page", b"<html><script>alert(1)</script>", kind);
        check(
            "a spreadsheet",
            &zip(&["[Content_Types].xml", "xl/workbook.xml"], b""),
            kind,
        );
        check("any zip", &zip(&["word/document.xml"], b""), kind);
        let macros = [&WORD_PARTS[..], &["word/vbaProject.bin"]].concat();
        check("with macros", &zip(&macros, b""), kind);
        let macros = [&WORD_PARTS[..], &["word/other/VBAProject.bin"]].concat();
        check("with macros elsewhere", &zip(&macros, b""), kind);
        check(
            "an old spreadsheet",
            &ole(b"W\0o\0r\0k\0b\0o\0o\0k\0"),
            kind,
        );
        check("heic", b"\0\0\0\x18ftypheic\0\0\0\0", kind);
        check("gif", b"GIF89a\x01\0\x01\0", kind);
        check("two bytes", b"\xff\xd8", kind);
        check("nothing", b"", Err(ContentError::Empty));
    }

    #[test]
    fn a_file_that_breaks_off_is_noticed() {
        for (what, file, kept) in [
            ("photograph", photograph(), 200),
            ("screenshot", screenshot(), 100),
            ("pdf", pdf(), 40),
            ("docx", docx(), 150),
            ("doc", doc(), 1100),
            ("doc with its table and directory", doc(), 1600),
            ("doc without its last sector", doc(), 2048),
        ] {
            check(what, &file[..kept], Err(ContentError::Damaged));
        }
        let whole = docx();
        check(
            "one byte less",
            &whole[..whole.len() - 1],
            Err(ContentError::Damaged),
        );
        check(
            "one byte more",
            &[&whole[..], b"x"].concat(),
            Err(ContentError::Damaged),
        );
        check(
            "no picture",
            b"\xff\xd8\xff\xd9 nothing",
            Err(ContentError::Damaged),
        );
    }

    #[test]
    fn twenty_five_megabytes_and_not_a_byte_more() {
        let most = usize::try_from(FILE_BYTES_MAX).unwrap();
        let mut inspector = Inspector::default();
        inspector.feed(b"%PDF-1.7\n").unwrap();
        inspector.feed(&vec![b' '; most - 9 - 6]).unwrap();
        inspector.feed(b"%%EOF\n").unwrap();
        assert_eq!(inspector.length(), FILE_BYTES_MAX);
        assert_eq!(inspector.finish(), Ok(FileKind::Pdf));
        assert_eq!(inspector.feed(b"\n"), Err(ContentError::TooLarge));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_get_the_same_answer_in_any_pieces(
            start in proptest::sample::select(vec![0_usize, 1, 2, 3, 4, 5]),
            more: Vec<u8>,
            piece in 1_usize..64,
        ) {
            let begins: [&[u8]; 6] = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-", OLE, b"PK\x03\x04"];
            let bytes = [begins[start], &more].concat();
            let mut inspector = Inspector::default();
            for bytes in bytes.chunks(piece) {
                inspector.feed(bytes).unwrap();
            }
            assert_eq!(inspector.finish(), kind_of(&bytes));
        }
    }
}
