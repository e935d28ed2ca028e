//! Identifiability review: what in a text could lead to the person, and how each place is settled.
//!
//! It marks too much rather than too little; a second reader decides. It decides nothing itself: it says
//! where to look, and refuses to release while a place is not settled.
//!
//! Sources: SI 2015/1743 reg 3(2) ("identifies or could identify, alone or combined"); rules DTN-4 and
//! DTN-5.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::notification::{Leaving, Line, Naming, free_text};

mod known;
mod merge;
mod patterns;

/// What a marked place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody suspected.
    Suspect,
    /// Another victim.
    OtherVictim,
    /// The person's own name.
    OwnName,
    /// A name, of a person or a place.
    Name,
    /// The person's date of birth, or words about when they were born.
    DateOfBirth,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// An address, a street or a postcode.
    Address,
    /// A vehicle registration mark.
    Plate,
    /// A passport, Home Office, police or other number.
    Document,
    /// A web address or a name on a platform.
    Link,
    /// A relative, a trade and a street that together point to one family.
    Together,
    /// A village or another small place.
    SmallPlace,
    /// A twin, or another relative with something that sets them apart.
    Relative,
    /// A named business.
    Business,
    /// A school, a church, a hospital.
    Institution,
    /// A tattoo, a scar, a disability, a pregnancy.
    Mark,
    /// A rare occupation or standing.
    Occupation,
    /// An age.
    Age,
    /// A date, whole or in part.
    Date,
    /// A town chosen from a list.
    Town,
}

impl Kind {
    /// All kinds, the weightiest first: of two marks on one place the first kind here stays.
    pub const ALL: [Self; 21] = [
        Self::Suspect,
        Self::OtherVictim,
        Self::OwnName,
        Self::DateOfBirth,
        Self::Together,
        Self::Email,
        Self::Link,
        Self::Phone,
        Self::Plate,
        Self::Document,
        Self::Address,
        Self::SmallPlace,
        Self::Relative,
        Self::Business,
        Self::Institution,
        Self::Mark,
        Self::Occupation,
        Self::Age,
        Self::Date,
        Self::Name,
        Self::Town,
    ];

    /// The word kept in the store and used in catalogue keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Suspect => "suspect",
            Self::OtherVictim => "other-victim",
            Self::OwnName => "own-name",
            Self::Name => "name",
            Self::DateOfBirth => "date-of-birth",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Address => "address",
            Self::Plate => "plate",
            Self::Document => "document",
            Self::Link => "link",
            Self::Together => "together",
            Self::SmallPlace => "small-place",
            Self::Relative => "relative",
            Self::Business => "business",
            Self::Institution => "institution",
            Self::Mark => "mark",
            Self::Occupation => "occupation",
            Self::Age => "age",
            Self::Date => "date",
            Self::Town => "town",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    fn weight(self) -> usize {
        Self::ALL
            .iter()
            .position(|kind| *kind == self)
            .unwrap_or(Self::ALL.len())
    }
}

/// What is known of the person and of those around them: looked for letter by letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Their names, aliases and nicknames.
    pub names: Vec<String>,
    /// Their date of birth as far as known.
    pub born: Option<Born>,
    /// Addresses, one text each.
    pub addresses: Vec<String>,
    /// Phone numbers as typed.
    pub phones: Vec<String>,
    /// E-mail addresses and names on platforms.
    pub handles: Vec<String>,
    /// Home Office, passport and other numbers.
    pub documents: Vec<String>,
    /// Names of people suspected.
    pub suspects: Vec<String>,
    /// Names of other victims.
    pub other_victims: Vec<String>,
}

/// A date of birth as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Born {
    /// The year.
    pub year: i16,
    /// 1 to 12.
    pub month: Option<u8>,
    /// 1 to 31.
    pub day: Option<u8>,
}

/// A place in a text that could identify somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The answer it stands in.
    pub key: String,
    /// Where, in bytes, on character boundaries.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// It may be reworded or taken out, never kept: known identity, somebody suspected, another victim.
    pub must_go: bool,
    /// The catalogue key (`review-use-…`) of words that could stand instead; `None` where only taking it out helps.
    pub instead: Option<&'static str>,
}

/// Finds every place in the free text of a notification that could identify the person, in order.
pub fn findings(content: &[Line], known: &Known) -> Vec<Finding> {
    free_text(content)
        .flat_map(|line| findings_in(line, known))
        .collect()
}

/// The catalogue key (`review-use-…`) of words that could stand instead of a marked place; `None` where
/// only taking it out helps.
pub fn instead(kind: Kind, must_go: bool, written: &str) -> Option<&'static str> {
    patterns::instead(kind, must_go, written)
}

fn findings_in(line: &Line, known: &Known) -> Vec<Finding> {
    let text = line.value.text();
    let marks = if line.key.contains("-uk-city") {
        vec![Mark::new(0..text.len(), Kind::Town)]
    } else {
        marks(&text, known)
    };
    marks
        .into_iter()
        .map(|mark| Finding {
            key: line.key.clone(),
            instead: instead(mark.kind, mark.must_go, &text[mark.range.clone()]),
            range: mark.range,
            kind: mark.kind,
            must_go: mark.must_go,
        })
        .collect()
}

/// The names in a text about people suspected or about other victims: capitalised words, codes, other scripts.
pub fn names_in(text: &str) -> Vec<String> {
    let mut names: Vec<String> = patterns::names(text)
        .into_iter()
        .filter_map(|range| text.get(range).map(str::to_owned))
        .collect();
    names.dedup();
    names
}

/// Whether something known of a person stands in a text, and what; each kind once. Words that only look like
/// a name or a number are not counted.
pub(crate) fn known_in(text: &str, known: &Known) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = known::marks(text, known)
        .into_iter()
        .chain(patterns::born_marks(text, known.born))
        .map(|mark| mark.kind)
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Where something known of a person, or of those around them, stands in a text, and what it is.
pub(crate) fn known_places(text: &str, known: &Known) -> Vec<(Range<usize>, Kind)> {
    known::marks(text, known)
        .into_iter()
        .chain(patterns::born_marks(text, known.born))
        .map(|mark| (mark.range, mark.kind))
        .collect()
}

/// A marked place before it has a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) range: Range<usize>,
    pub(crate) kind: Kind,
    pub(crate) must_go: bool,
}

impl Mark {
    pub(crate) fn new(range: Range<usize>, kind: Kind) -> Self {
        let must_go = matches!(kind, Kind::Suspect | Kind::OtherVictim | Kind::OwnName);
        Self {
            range,
            kind,
            must_go,
        }
    }
}

/// Every marked place of one text, without overlaps, in order.
pub(crate) fn marks(text: &str, known: &Known) -> Vec<Mark> {
    let mut marks = known::marks(text, known);
    let own = |range: &Range<usize>| {
        let same = |mark: &Mark| mark.kind == Kind::OwnName && mark.range == *range;
        marks.iter().any(same)
    };
    // A label such as PV9 is another victim's unless it is known to be theirs.
    let by_shape: Vec<Mark> = patterns::marks(text, known.born)
        .into_iter()
        .filter(|mark| mark.kind != Kind::OtherVictim || !own(&mark.range))
        .collect();
    marks.extend(by_shape);
    merge::together(text, merge::overlaps(text, marks))
}

/// How one place was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// Said in more general words.
    Generalised {
        /// The words that leave.
        words: String,
        /// Why they may, where they are marked themselves.
        why: Option<String>,
    },
    /// Left as it is, with a reason.
    Kept {
        /// Why it does not identify.
        why: String,
    },
    /// Taken out.
    Removed,
}

impl Settlement {
    /// The word kept in the store and used in catalogue keys.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Generalised { .. } => "generalised",
            Self::Kept { .. } => "kept",
            Self::Removed => "removed",
        }
    }
}

/// What stands where something was taken out.
pub const TAKEN_OUT: &str = "[taken out]";

/// Why a place cannot be settled so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettleError {
    /// It identifies by itself.
    #[error("this must not leave without consent: reword it or take it out")]
    MustGo,
    /// Kept without a reason, or reworded without words.
    #[error("write the words that leave, or why this may stay")]
    Empty,
}

/// Says whether a place may be settled so.
///
/// # Errors
/// [`SettleError`] naming what is missing.
pub fn settle(must_go: bool, how: &Settlement) -> Result<(), SettleError> {
    match how {
        Settlement::Kept { .. } if must_go => Err(SettleError::MustGo),
        Settlement::Kept { why } if why.trim().is_empty() => Err(SettleError::Empty),
        Settlement::Generalised { words, .. } if words.trim().is_empty() => Err(SettleError::Empty),
        _ => Ok(()),
    }
}

/// A text with its settled places written in. Places out of order, overlapping or off a character
/// boundary are left as written.
pub fn apply(text: &str, settled: &[(Range<usize>, Settlement)]) -> String {
    let places: Vec<_> = settled
        .iter()
        .map(|(range, how)| (range.clone(), how))
        .collect();
    written_in(text, &places).0
}

/// The same, with the places where words stand that were not written before: in the new text, by the
/// number of the settlement.
fn written_in(
    text: &str,
    settled: &[(Range<usize>, &Settlement)],
) -> (String, Vec<(usize, Range<usize>)>) {
    let mut settled: Vec<_> = settled.iter().enumerate().collect();
    settled.sort_by_key(|(_, (range, _))| range.start);
    let mut out = String::with_capacity(text.len());
    let mut new = Vec::new();
    let mut done = 0;
    for (number, (range, how)) in settled {
        let (Some(before), Some(written)) = (text.get(done..range.start), text.get(range.clone()))
        else {
            continue;
        };
        out.push_str(before);
        let start = out.len();
        out.push_str(match how {
            Settlement::Generalised { words, .. } => words.trim(),
            Settlement::Kept { .. } => written,
            Settlement::Removed => TAKEN_OUT,
        });
        if matches!(how, Settlement::Generalised { .. }) {
            new.push((number, start..out.len()));
        }
        done = range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    (out, new)
}

/// A place as it was settled: the answer, where in it, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The answer it stands in.
    pub key: String,
    /// Where, in bytes of the answer as written.
    pub range: Range<usize>,
    /// How.
    pub how: Settlement,
}

/// The lines with every settled place written in: what leaves after the review.
pub fn settled_lines(before: &[Line], settled: &[Settled]) -> Vec<Line> {
    before
        .iter()
        .map(|line| {
            let places: Vec<_> = settled
                .iter()
                .filter(|place| place.key == line.key)
                .map(|place| (place.range.clone(), place.how.clone()))
                .collect();
            if places.is_empty() {
                return line.clone();
            }
            Line {
                value: Leaving::Text(apply(&line.value.text(), &places)),
                ..line.clone()
            }
        })
        .collect()
}

/// A mark in words that a reader wrote instead of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMark {
    /// Which settlement wrote them: its place in the list.
    pub settlement: usize,
    /// What it is.
    pub kind: Kind,
    /// It must not leave: no reason lets it.
    pub must_go: bool,
    /// What is marked, as it would leave.
    pub written: String,
}

/// The words Heyrick itself proposes instead of a marked place (the English of `review-use-…`), in small
/// letters. They say nothing of anybody, and are not marked again.
pub const PROPOSED: [&str; 13] = [
    "village by the sea",
    "small place",
    "relative, of whom no more is said here",
    "relative",
    "a business",
    "an institution",
    "detail of body or health",
    "working person",
    "an address",
    "at some age",
    "a certain time",
    "a person or place",
    "unknown",
];

/// Every mark in the words a reader wrote, as they stand in the text that leaves, that nobody has given a
/// reason for: the words of a second reader are read like those of the author.
pub fn new_marks(
    before: &[Line],
    settled: &[Settled],
    known: &Known,
    naming: Naming,
) -> Vec<NewMark> {
    let of_line = |line: &Line| {
        let here: Vec<(usize, &Settled)> = settled
            .iter()
            .enumerate()
            .filter(|(_, place)| place.key == line.key)
            .collect();
        let places: Vec<_> = here
            .iter()
            .map(|(_, place)| (place.range.clone(), &place.how))
            .collect();
        let (text, new) = written_in(&line.value.text(), &places);
        let after = Line {
            value: Leaving::Text(text.clone()),
            ..line.clone()
        };
        let mut marks = Vec::new();
        for finding in findings_in(&after, known) {
            let within = |(_, words): &&(usize, Range<usize>)| {
                words.start < finding.range.end && finding.range.start < words.end
            };
            let must_go = finding.must_go && naming == Naming::NotAgreed;
            marks.extend(new.iter().filter(within).filter_map(|(number, _)| {
                let (settlement, place) = here.get(*number)?;
                let written = text.get(finding.range.clone()).unwrap_or_default();
                let general = is_general(finding.kind, written) || speaks_for_itself(&place.how);
                (must_go || !general).then(|| NewMark {
                    settlement: *settlement,
                    kind: finding.kind,
                    must_go,
                    written: written.to_owned(),
                })
            }));
        }
        marks
    };
    free_text(before).flat_map(of_line).collect()
}

/// A kind of place without its name ("coastal village") is what rewording is for.
fn is_general(kind: Kind, written: &str) -> bool {
    kind == Kind::SmallPlace && !written.contains(|letter: char| letter.is_uppercase())
}

/// The words are the proposed ones, or somebody said why they may leave.
fn speaks_for_itself(how: &Settlement) -> bool {
    match how {
        Settlement::Generalised { words, why } => {
            why.as_deref().is_some_and(|why| !why.trim().is_empty())
                || PROPOSED.contains(&words.trim().to_lowercase().as_str())
        }
        Settlement::Kept { .. } | Settlement::Removed => true,
    }
}

/// Who wants to release, against who wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The author or whoever asked for the reading.
    Author,
    /// Somebody else who holds a reviewing role today.
    Second,
    /// Somebody else without a reviewing role.
    Unqualified,
}

/// What is to be released: the words as they were written, and every place as it was settled.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// As written.
    pub before: &'a [Line],
    /// As settled.
    pub settled: &'a [Settled],
}

/// Why a reviewed notification cannot be released.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseError {
    /// Nobody releases their own words.
    #[error("somebody other than the author releases it")]
    OwnWords,
    /// The reader holds no reviewing role today.
    #[error("your role does not release notifications")]
    NotAReviewer,
    /// Places are still open.
    #[error("{0} places are not settled")]
    Unsettled(usize),
    /// Words a reader wrote are marked themselves, and nobody has said why they may leave.
    #[error("new words are marked and not settled")]
    NewWords {
        /// Which settlements wrote them: their places in the list, in order.
        settlements: Vec<usize>,
    },
    /// The words that would leave still hold something that must not.
    #[error("the words that would leave still identify somebody")]
    StillIdentifies {
        /// The answers they stand in.
        keys: Vec<String>,
    },
}

/// Says whether the words after review may leave: a ladder of refusals, then yes.
///
/// An adult who agrees to be named may be named, and those around them too (SI 2015/1743 Schedule 2); what
/// was left in was then settled, not overlooked. Words that a reader wrote are settled like those they were
/// written for.
///
/// # Errors
/// [`ReleaseError`], the first that applies.
pub fn release(
    reader: Reader,
    unsettled: usize,
    words: Words<'_>,
    known: &Known,
    naming: Naming,
) -> Result<(), ReleaseError> {
    match reader {
        Reader::Author => return Err(ReleaseError::OwnWords),
        Reader::Unqualified => return Err(ReleaseError::NotAReviewer),
        Reader::Second => {}
    }
    if unsettled > 0 {
        return Err(ReleaseError::Unsettled(unsettled));
    }
    let Words { before, settled } = words;
    let mut keys: Vec<String> = findings(&settled_lines(before, settled), known)
        .into_iter()
        .filter(|finding| finding.must_go && naming == Naming::NotAgreed)
        .map(|finding| finding.key)
        .collect();
    keys.dedup();
    if !keys.is_empty() {
        return Err(ReleaseError::StillIdentifies { keys });
    }
    let mut settlements: Vec<usize> = new_marks(before, settled, known, naming)
        .into_iter()
        .map(|mark| mark.settlement)
        .collect();
    settlements.sort_unstable();
    settlements.dedup();
    if settlements.is_empty() {
        Ok(())
    } else {
        Err(ReleaseError::NewWords { settlements })
    }
}

#[cfg(test)]
mod tests;
