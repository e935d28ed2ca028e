//! The explanation of the National Referral Mechanism: what somebody is told before they are asked, in plain
//! words to be read aloud, one text for adults and one for children, each with the days in which it holds.
//!
//! Which one was used is recorded with the answers. Sources: CONS-1 to CONS-3 and IMM-2 of the domain
//! notes; a child is told too, although a child is not asked (AGE-2).

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

/// For whom an explanation is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Adults, who choose.
    Adult,
    /// Children, and those who may be.
    Child,
}

impl Audience {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Adult, Self::Child];

    /// The word of addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Adult => "adult",
            Self::Child => "child",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// A heading and what is said under it, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// English: heading, words.
    pub en: [String; 2],
    /// Welsh.
    pub cy: [String; 2],
}

/// One version of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// Its name, recorded with the answers, such as `adult-2026-11`.
    pub id: String,
    /// For whom.
    pub audience: Audience,
    /// The first day it holds.
    pub valid_from: Date,
    /// The last day it holds; `None` while it does.
    pub valid_until: Option<Date>,
    /// Years of age at which a reader of English follows it.
    pub reading_age: u8,
    /// What is said, in order.
    #[serde(rename = "part")]
    pub parts: Vec<Part>,
}

const TEXTS: [&str; 4] = [
    include_str!("../../../reference/explanations/adult-2026-11.toml"),
    include_str!("../../../reference/explanations/child-2026-11.toml"),
    include_str!("../../../reference/explanations/adult-2026-11-25.toml"),
    include_str!("../../../reference/explanations/child-2026-11-25.toml"),
];

static ALL: LazyLock<Vec<Explanation>> = LazyLock::new(|| {
    // INVARIANT: the texts are part of the program, and a test reads every one.
    TEXTS
        .iter()
        .filter_map(|text| toml::from_str(text).ok())
        .collect()
});

/// Every version.
pub fn explanations() -> &'static [Explanation] {
    &ALL
}

/// The version for an audience that holds on a day, both days included; the latest where two do.
pub fn current(audience: Audience, today: Date) -> Option<&'static Explanation> {
    ALL.iter()
        .filter(|one| one.audience == audience && one.valid_from <= today)
        .filter(|one| one.valid_until.is_none_or(|last| today <= last))
        .max_by_key(|one| one.valid_from)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// Groups of vowels, less a silent e at the end; at least one.
    fn syllables(word: &str) -> usize {
        let word: Vec<char> = word
            .to_lowercase()
            .chars()
            .filter(|letter| letter.is_alphabetic())
            .collect();
        let is_vowel = |letter: &char| "aeiouy".contains(*letter);
        let starts = (0..word.len()).filter(|at| {
            let before = at.checked_sub(1).and_then(|at| word.get(at));
            is_vowel(&word[*at]) && !before.is_some_and(is_vowel)
        });
        let silent = word.len() > 2
            && word.ends_with(&['e'])
            && !word[..word.len() - 1].last().is_some_and(is_vowel)
            && word[word.len() - 2] != 'l';
        (starts.count() - usize::from(silent)).max(1)
    }

    /// Flesch-Kincaid grade plus five, rounded: the age at which somebody reads it easily.
    #[allow(clippy::cast_precision_loss, reason = "counts of words in a page")]
    fn reading_age(one: &Explanation) -> f64 {
        let text: Vec<&str> = one.parts.iter().map(|part| part.en[1].as_str()).collect();
        let text = text.join(" ");
        let sentences = text.matches(['.', '?', ':']).count() as f64;
        let words: Vec<&str> = text.split_whitespace().collect();
        let sounds: usize = words.iter().map(|word| syllables(word)).sum();
        let count = words.len() as f64;
        (0.39 * count / sentences + 11.8 * sounds as f64 / count - 15.59 + 5.0).round()
    }

    #[test]
    fn every_text_is_read_and_is_as_plain_as_it_says() {
        assert_eq!(explanations().len(), TEXTS.len());
        for one in explanations() {
            let age = reading_age(one);
            assert!(
                (age - f64::from(one.reading_age)).abs() < 0.5,
                "{}: {age}",
                one.id
            );
            assert!(
                one.parts
                    .iter()
                    .all(|part| part.cy.iter().all(|text| !text.is_empty()))
            );
        }
    }

    #[test]
    fn a_version_holds_from_its_first_day() {
        for audience in Audience::ALL {
            assert_eq!(current(audience, date(2026, 10, 31)), None);
            let code = audience.code();
            for (day, version) in [
                (date(2026, 11, 1), "2026-11"),
                (date(2026, 11, 24), "2026-11"),
                (date(2026, 11, 25), "2026-11-25"),
                (date(2027, 11, 1), "2026-11-25"),
            ] {
                let held = current(audience, day).unwrap();
                assert_eq!(held.id, format!("{code}-{version}"), "{day}");
                assert_eq!(held.audience, audience);
            }
            assert_eq!(Audience::from_code(audience.code()), Some(audience));
        }
    }

    #[test]
    fn an_adult_is_told_what_consent_needs() {
        let adult = current(Audience::Adult, date(2026, 11, 25)).unwrap();
        let text: String = adult.parts.iter().map(|part| part.en[1].as_str()).collect();
        for told in [
            "two decisions",
            "change your mind",
            "Immigration Enforcement",
            "police are told",
            "do not have to help them",
            "safe place",
            "not who you are",
            "sign a form",
            "close your case",
            "pays for ends",
            "a task the law gives it",
        ] {
            assert!(text.contains(told), "{told}");
        }
    }

    #[test]
    fn a_child_is_told_who_is_told_and_who_reads_it() {
        let child = current(Audience::Child, date(2026, 11, 25)).unwrap();
        let text: String = child.parts.iter().map(|part| part.en[1].as_str()).collect();
        for told in [
            "The police are told too",
            "people from the council read it",
            "court",
            "do not have to help the police",
        ] {
            assert!(text.contains(told), "{told}");
        }
    }
}
