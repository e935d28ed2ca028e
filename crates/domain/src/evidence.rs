//! Evidence: what may be attached to a referral, how it is described, and what is never uploaded.
//!
//! What a file is comes from its content ([`content`]); what a picture says about the place and the device
//! it was taken with is taken out of the copy that is shared ([`picture`]), never out of the original.
//!
//! Source of the limits: the Home Office's form of April 2026, question `upload-file`: up to 100 files of
//! 25 MB, JPG, PNG, PDF, DOC or DOCX. It does not say how many bytes a megabyte has; 1,048,576 is taken,
//! as upload forms do (not verified).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::partial_date::PartialDate;

pub mod content;
pub mod picture;

/// Most files of one referral; see the module for the source.
pub const FILES_MAX: usize = 100;
/// Most bytes of one file: 25 MB of 1,048,576 bytes; see the module for the source.
pub const FILE_BYTES_MAX: u64 = 25 * 1024 * 1024;
/// Longest description, in characters.
pub const WHAT_MAX: usize = 1000;
/// Longest text about where a thing came from, in characters.
pub const ORIGIN_MAX: usize = 500;
/// Longest reference of a thing that is kept elsewhere, in characters.
pub const REFERENCE_MAX: usize = 200;
/// Longest reason for taking something away, in characters.
pub const REASON_MAX: usize = 500;
/// Longest name that is shown of a file, in characters.
pub const NAME_MAX: usize = 100;

/// The files that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
    /// A PDF.
    Pdf,
    /// A Word document of before 2007.
    Doc,
    /// A Word document.
    Docx,
}

impl FileKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Jpeg, Self::Png, Self::Pdf, Self::Doc, Self::Docx];

    /// The word kept in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Pdf => "pdf",
            Self::Doc => "doc",
            Self::Docx => "docx",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The type as browsers name it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
            Self::Doc => "application/msword",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    /// The ending of a file name that the Home Office's form takes.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            other => other.code(),
        }
    }

    /// Whether a copy without place and device can be made of it.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png)
    }
}

/// Why a thing is recorded by its reference and never uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNoFile {
    /// Indecent images of children: possession is an offence; they stay with the force's own unit.
    IndecentImages,
    /// A recorded interview under Achieving Best Evidence: the master stays sealed.
    AbeRecording,
    /// What was read out of a phone or another device.
    PhoneDownload,
    /// Papers of a lawyer and their client.
    Privileged,
    /// Anything else that is kept where it is.
    Elsewhere,
}

impl WhyNoFile {
    /// All of them, in the order in which they are asked.
    pub const ALL: [Self; 5] = [
        Self::IndecentImages,
        Self::AbeRecording,
        Self::PhoneDownload,
        Self::Privileged,
        Self::Elsewhere,
    ];

    /// The word kept in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::IndecentImages => "indecent_images",
            Self::AbeRecording => "abe_recording",
            Self::PhoneDownload => "phone_download",
            Self::Privileged => "privileged",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

/// What somebody says about a thing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Described {
    /// What it is.
    pub what: String,
    /// The day, month or year of the thing itself; `None` when nobody knows.
    pub dated: Option<PartialDate>,
    /// Where it came from; empty where nobody said.
    pub origin: String,
}

/// What is wrong with what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum EvidenceError {
    /// Nothing says what it is.
    #[error("say what it is")]
    NoWhat,
    /// The description is too long.
    #[error("the description is too long")]
    LongWhat,
    /// The origin is too long.
    #[error("the text about where it came from is too long")]
    LongOrigin,
    /// The date lies in the future.
    #[error("the date is in the future")]
    Future,
    /// A thing that is kept elsewhere needs the reference under which it is kept.
    #[error("give the reference under which it is kept")]
    NoReference,
    /// The reference is too long.
    #[error("the reference is too long")]
    LongReference,
    /// Nothing says why it is taken away.
    #[error("say why it is taken away")]
    NoReason,
    /// The reason is too long.
    #[error("the reason is too long")]
    LongReason,
}

impl EvidenceError {
    /// The key of its words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoWhat => "evidence-error-what",
            Self::LongWhat => "evidence-error-what-long",
            Self::LongOrigin => "evidence-error-origin-long",
            Self::Future => "evidence-error-future",
            Self::NoReference => "evidence-error-reference",
            Self::LongReference => "evidence-error-reference-long",
            Self::NoReason => "evidence-error-reason",
            Self::LongReason => "evidence-error-reason-long",
        }
    }

    /// The field it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::NoWhat | Self::LongWhat => "what",
            Self::LongOrigin => "origin",
            Self::Future => "dated",
            Self::NoReference | Self::LongReference => "reference",
            Self::NoReason | Self::LongReason => "reason",
        }
    }
}

impl Described {
    /// Everything wrong with it on this day; empty when it may be recorded.
    pub fn problems(&self, today: Date) -> Vec<EvidenceError> {
        let future = self.dated.is_some_and(|date| date.span().0 > today);
        let long_origin = self.origin.trim().chars().count() > ORIGIN_MAX;
        [
            text(
                &self.what,
                WHAT_MAX,
                EvidenceError::NoWhat,
                EvidenceError::LongWhat,
            ),
            future.then_some(EvidenceError::Future),
            long_origin.then_some(EvidenceError::LongOrigin),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The same without white space around it.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        Self {
            what: self.what.trim().to_owned(),
            dated: self.dated,
            origin: self.origin.trim().to_owned(),
        }
    }
}

/// What is wrong with the reference of a thing that is kept elsewhere.
pub fn reference_problem(reference: &str) -> Option<EvidenceError> {
    text(
        reference,
        REFERENCE_MAX,
        EvidenceError::NoReference,
        EvidenceError::LongReference,
    )
}

/// What is wrong with the reason for taking a thing away.
pub fn reason_problem(reason: &str) -> Option<EvidenceError> {
    text(
        reason,
        REASON_MAX,
        EvidenceError::NoReason,
        EvidenceError::LongReason,
    )
}

fn text(
    said: &str,
    most: usize,
    none: EvidenceError,
    long: EvidenceError,
) -> Option<EvidenceError> {
    match said.trim().chars().count() {
        0 => Some(none),
        count if count > most => Some(long),
        _ => None,
    }
}

/// Whether one more file may be attached where there are `attached`.
pub const fn may_add(attached: usize) -> bool {
    attached < FILES_MAX
}

/// The name a file is shown by, out of the name it came with: never a path, no character that moves
/// others about, at most [`NAME_MAX`] characters. It is only shown; nothing is ever kept under it.
pub fn shown_name(came_with: &str) -> String {
    let last = came_with.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|one| !is_hidden(*one)).collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if clean.chars().all(|one| one == '.' || one == ' ') {
        return "file".to_owned();
    }
    let count = clean.chars().count();
    if count <= NAME_MAX {
        return clean;
    }
    // The end of a name says more than its middle.
    let end: String = clean.chars().skip(count - 20).collect();
    let start: String = clean.chars().take(NAME_MAX - 21).collect();
    format!("{start}…{end}")
}

/// Control characters, and those that turn or hide what stands around them.
fn is_hidden(one: char) -> bool {
    one.is_control()
        || matches!(
            one,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 10, 5);

    fn described(what: &str, dated: Option<&str>, origin: &str) -> Described {
        Described {
            what: what.to_owned(),
            dated: dated.map(|date| date.parse().unwrap()),
            origin: origin.to_owned(),
        }
    }

    #[track_caller]
    fn check(said: &Described, want: &[EvidenceError]) {
        assert_eq!(said.problems(TODAY), want, "{said:?}");
    }

    #[test]
    fn a_thing_is_described_and_may_have_an_origin() {
        check(&described("payslip", None, "from the person"), &[]);
        check(&described(" ", None, "\n"), &[EvidenceError::NoWhat]);
        check(&described(&"é".repeat(1000), None, &"x".repeat(500)), &[]);
        check(
            &described(&"é".repeat(1001), None, &"x".repeat(501)),
            &[EvidenceError::LongWhat, EvidenceError::LongOrigin],
        );
    }

    #[test]
    fn a_thing_is_not_of_tomorrow() {
        for (dated, future) in [
            ("2026-10-04", false),
            ("2026-10-05", false),
            ("2026-10-06", true),
            ("2026-10", false),
            ("2026-11", true),
            ("2026", false),
            ("2027", true),
        ] {
            let found = described("x", Some(dated), "x").problems(TODAY);
            assert_eq!(found == [EvidenceError::Future], future, "{dated}");
        }
    }

    #[test]
    fn a_hundred_files_and_no_more() {
        assert!(may_add(99));
        assert!(!may_add(100));
    }

    #[test]
    fn a_name_is_shown_without_path_or_tricks() {
        for (came_with, want) in [
            ("photo.jpg", "photo.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\DC Amber\\Desktop\\note.docx", "note.docx"),
            ("/tmp/", "file"),
            ("..", "file"),
            ("", "file"),
            ("a\0b\r\nc.pdf", "abc.pdf"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("  two   spaces .png ", "two spaces .png"),
            ("ảnh chụp.jpg", "ảnh chụp.jpg"),
        ] {
            assert_eq!(shown_name(came_with), want, "{came_with:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_end() {
        let exactly = format!("{}.pdf", "a".repeat(NAME_MAX - 4));
        assert_eq!(shown_name(&exactly), exactly);
        let long = shown_name(&format!("{}-page-2.pdf", "é".repeat(300)));
        assert_eq!(long.chars().count(), NAME_MAX);
        assert!(
            long.ends_with("-page-2.pdf") && long.contains('…'),
            "{long}"
        );
    }

    #[test]
    fn every_code_reads_back() {
        for kind in FileKind::ALL {
            assert_eq!(FileKind::from_code(kind.code()), Some(kind));
        }
        for why in WhyNoFile::ALL {
            assert_eq!(WhyNoFile::from_code(why.code()), Some(why));
        }
    }

    #[test]
    fn a_reference_and_a_reason_are_needed() {
        assert_eq!(reference_problem(" "), Some(EvidenceError::NoReference));
        assert_eq!(reference_problem("ABE/1"), None);
        assert_eq!(
            reason_problem(&"x".repeat(501)),
            Some(EvidenceError::LongReason)
        );
        assert_eq!(reason_problem(&"x".repeat(500)), None);
    }

    proptest::proptest! {
        #[test]
        fn a_shown_name_is_short_and_no_path(came_with in ".*") {
            let name = shown_name(&came_with);
            assert!(!name.is_empty() && name.chars().count() <= NAME_MAX);
            assert!(!name.contains(['/', '\\', '\0', '\n', '\r']));
            assert!(name.chars().any(|one| one != '.'));
        }
    }
}
