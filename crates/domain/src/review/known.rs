//! What is known of the person, looked for letter by letter: accents, case, script, spaces and hyphens do
//! not hide it.

use std::ops::Range;

use heyrick_normalise::{fold, phone};

use super::{Kind, Known, Mark};

/// Names and lines shorter than this (in folded letters) are only looked for as whole words.
const LONG_ENOUGH: usize = 5;
/// A street line or a number shorter than this says nothing.
const SHORTEST: usize = 4;
/// Digits at the end of a phone number that make it this number, however the start is written.
const PHONE_DIGITS: usize = 9;

/// A text as folded letters and digits, each with the place it came from.
struct Folded {
    letters: Vec<u8>,
    from: Vec<Range<usize>>,
    /// Whether a word begins at this letter.
    begins: Vec<bool>,
}

impl Folded {
    fn new(text: &str) -> Self {
        let mut folded = Self {
            letters: Vec::new(),
            from: Vec::new(),
            begins: Vec::new(),
        };
        let mut fresh = true;
        for (start, letter) in text.char_indices() {
            let latin = fold(letter.encode_utf8(&mut [0; 4]));
            if latin.is_empty() {
                fresh |= !is_inside_word(letter);
                continue;
            }
            for byte in latin.bytes().filter(|byte| *byte != b' ') {
                folded.letters.push(byte);
                folded.from.push(start..start + letter.len_utf8());
                folded.begins.push(fresh);
                fresh = false;
            }
            fresh = is_alone(letter);
        }
        folded
    }

    /// Every place where `needle` stands, inside words too.
    fn anywhere(&self, needle: &[u8]) -> Vec<Range<usize>> {
        self.matches(needle)
            .map(|at| self.range(at, needle.len()))
            .collect()
    }

    /// Every place where `needle` stands as whole words, its genitive (`Ana's`) among them.
    fn as_words(&self, needle: &[u8]) -> Vec<Range<usize>> {
        self.matches(needle)
            .filter(|at| self.begins[*at])
            .filter(|at| {
                let end = at + needle.len();
                self.ends_word(end)
                    || (self.letters.get(end) == Some(&b's') && self.ends_word(end + 1))
            })
            .map(|at| self.range(at, needle.len()))
            .collect()
    }

    fn ends_word(&self, at: usize) -> bool {
        self.begins.get(at).is_none_or(|begins| *begins)
    }

    fn matches<'a>(&'a self, needle: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        let last = (self.letters.len() + 1).saturating_sub(needle.len().max(1));
        (0..last).filter(move |at| !needle.is_empty() && self.letters[*at..].starts_with(needle))
    }

    fn range(&self, at: usize, len: usize) -> Range<usize> {
        self.from[at].start..self.from[at + len - 1].end
    }
}

/// Marks that fold to nothing but do not end a word: apostrophes, accents typed apart, joiners.
fn is_inside_word(letter: char) -> bool {
    letter.is_alphanumeric()
        || matches!(
            letter,
            '\'' | '’' | '‘' | 'ʼ' | '`' | '\u{AD}' | '\u{200B}'..='\u{200F}'
        )
        || matches!(letter, '\u{300}'..='\u{36F}' | '\u{610}'..='\u{65F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// Chinese characters stand alone as words.
fn is_alone(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}')
}

/// Every place where something known stands.
pub fn marks(text: &str, known: &Known) -> Vec<Mark> {
    let folded = Folded::new(text);
    let mut marks = Vec::new();
    for (names, kind) in [
        (&known.names, Kind::OwnName),
        (&known.suspects, Kind::Suspect),
        (&known.other_victims, Kind::OtherVictim),
    ] {
        for name in names {
            marks.extend(
                name_places(&folded, text, name)
                    .into_iter()
                    .map(|range| Mark::new(range, kind)),
            );
        }
    }
    for (texts, kind) in [
        (&known.addresses, Kind::Address),
        (&known.handles, Kind::Email),
        (&known.documents, Kind::Document),
    ] {
        for line in texts.iter().flat_map(|text| text.split(['\n', ','])) {
            let needle = compact(line);
            if needle.len() >= SHORTEST {
                marks.extend(
                    folded
                        .anywhere(&needle)
                        .into_iter()
                        .map(|range| must_go(range, kind)),
                );
            }
        }
    }
    for number in &known.phones {
        marks.extend(
            phone_places(&folded, number)
                .into_iter()
                .map(|range| must_go(range, Kind::Phone)),
        );
    }
    marks
}

fn must_go(range: Range<usize>, kind: Kind) -> Mark {
    Mark {
        must_go: true,
        ..Mark::new(range, kind)
    }
}

fn compact(text: &str) -> Vec<u8> {
    text.chars()
        .flat_map(|letter| fold(letter.encode_utf8(&mut [0; 4])).into_bytes())
        .filter(|byte| *byte != b' ')
        .collect()
}

/// The whole name anywhere, even inside a word; each part of it as a word.
fn name_places(folded: &Folded, text: &str, name: &str) -> Vec<Range<usize>> {
    let whole = compact(name);
    let parts: Vec<Vec<u8>> = name
        .split(|letter: char| !is_inside_word(letter))
        .map(compact)
        .filter(|part| !part.is_empty())
        .collect();
    let mut places = if whole.len() >= LONG_ENOUGH {
        folded.anywhere(&whole)
    } else {
        folded.as_words(&whole)
    };
    for part in &parts {
        let words = folded.as_words(part);
        // "An" and "Do" are names and common words: short parts count where they are written as names.
        places.extend(
            words
                .into_iter()
                .filter(|range| part.len() > 2 || looks_like_a_name(text, range)),
        );
    }
    places
}

fn looks_like_a_name(text: &str, range: &Range<usize>) -> bool {
    text[range.clone()]
        .chars()
        .next()
        .is_some_and(|first| !first.is_lowercase())
}

fn phone_places(folded: &Folded, number: &str) -> Vec<Range<usize>> {
    let dialled = phone::read(number).unwrap_or_else(|| number.to_owned());
    let digits: Vec<u8> = dialled.bytes().filter(u8::is_ascii_digit).collect();
    let tail = &digits[digits.len().saturating_sub(PHONE_DIGITS)..];
    if tail.len() < SHORTEST {
        Vec::new()
    } else {
        folded.anywhere(tail)
    }
}
