//! Reference lists: nationalities, countries, forces, councils, towns, regions, organisations.
//!
//! What the lists hold comes from the Home Office's own packages and is handed in as JSON; what the
//! packages do not hold yet stands, dated and with its source, in `reference/*.toml` (house rule 7).

use std::collections::{BTreeMap, BTreeSet};

use heyrick_normalise::fold;
use jiff::civil::Date;
use serde::Deserialize;

/// The lists a form may name, and the package each comes from.
pub const NAMES: [(&str, &str); 7] = [
    ("countries", "ms-countries"),
    ("local-authorities", "ms-uk-local-authorities"),
    ("nationalities", "ms-nationalities"),
    ("organisations", "ms-organisations"),
    ("police-forces", "ms-uk-police-forces"),
    ("regions", "ms-uk-regions"),
    ("towns", "ms-uk-cities-and-towns"),
];

/// Our dated corrections, one file a list that needs any.
const CORRECTIONS: [&str; 2] = [
    include_str!("../../../../reference/organisations.toml"),
    include_str!("../../../../reference/lists.toml"),
];

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The value, as the Home Office's form knows it.
    pub value: String,
    /// The first day it holds; `None`: as long as the list does.
    pub from: Option<Date>,
    /// The first day it no longer holds.
    pub until: Option<Date>,
    folded: String,
}

/// The reference lists at hand. A list that is not there accepts anything and offers nothing.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    lists: BTreeMap<String, Vec<Entry>>,
    /// Lists known not to hold everything the form does.
    open: BTreeSet<String>,
}

/// Why a list could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the reference list {name} cannot be read")]
pub struct ListError {
    /// Which list.
    pub name: String,
}

/// A list as `cargo xtask setup` lays it beside the program: the package's entries, and where they come from.
#[derive(Deserialize)]
struct PackageFile {
    items: Vec<PackageEntry>,
}

#[derive(Deserialize)]
struct PackageEntry {
    value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Correction {
    list: String,
    /// The form's list holds more than ours does: what is typed is flagged, and keeps nothing back.
    #[serde(default)]
    open: bool,
    #[serde(default)]
    add: Vec<Dated>,
    #[serde(default)]
    close: Vec<Dated>,
    // Written for people: what the package holds, what the form holds, and what we do not know.
    #[serde(default, rename = "note")]
    _note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Corrections {
    correction: Vec<Correction>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dated {
    value: String,
    from: Option<Date>,
    until: Option<Date>,
    #[serde(rename = "source")]
    _source: String,
}

impl Lists {
    /// Takes lists as plain values: for tests.
    pub fn of<'a>(lists: impl IntoIterator<Item = (&'a str, Vec<&'a str>)>) -> Self {
        let lists = lists
            .into_iter()
            .map(|(name, values)| {
                let entries = values.into_iter().map(|v| entry(v, None, None)).collect();
                (name.to_owned(), entries)
            })
            .collect();
        Self {
            lists,
            ..Self::default()
        }
    }

    /// Takes a list as setup lays it beside the program: a JSON object whose `items` each have a `value`.
    ///
    /// A value that stands twice is kept once.
    ///
    /// # Errors
    /// [`ListError`] when it is not that.
    pub fn add(&mut self, name: &str, json: &[u8]) -> Result<(), ListError> {
        let read: PackageFile = serde_json::from_slice(json).map_err(|_| ListError {
            name: name.to_owned(),
        })?;
        let list = self.lists.entry(name.to_owned()).or_default();
        for PackageEntry { value } in read.items {
            if !list.iter().any(|known| known.value == value) {
                list.push(entry(&value, None, None));
            }
        }
        Ok(())
    }

    /// Puts our dated corrections on top of the packages' lists.
    ///
    /// # Errors
    /// [`ListError`] when a file of corrections is wrong; the tests read them.
    pub fn correct(&mut self) -> Result<(), ListError> {
        for text in CORRECTIONS {
            let read: Corrections = toml::from_str(text).map_err(|_| ListError {
                name: "corrections".to_owned(),
            })?;
            for correction in read.correction {
                self.correct_one(correction);
            }
        }
        Ok(())
    }

    fn correct_one(&mut self, correction: Correction) {
        // A list we do not have stays one we do not have: two entries must not look like all of them.
        let Some(list) = self.lists.get_mut(&correction.list) else {
            return;
        };
        if correction.open {
            self.open.insert(correction.list.clone());
        }
        for added in correction.add {
            if !list.iter().any(|known| known.value == added.value) {
                list.push(entry(&added.value, added.from, added.until));
            }
        }
        for closed in correction.close {
            for known in list.iter_mut().filter(|known| known.value == closed.value) {
                known.until = closed.until;
            }
        }
    }

    /// Says whether this list is at hand.
    pub fn has(&self, list: &str) -> bool {
        self.lists.contains_key(list)
    }

    /// Says whether the form's list is known to hold more than ours: what is not listed may still be right.
    pub fn is_open(&self, list: &str) -> bool {
        self.open.contains(list)
    }

    /// Says whether a list holds this value on any day, in exactly this spelling. A list that is not at hand
    /// holds anything.
    pub fn holds(&self, list: &str, value: &str) -> bool {
        let Some(list) = self.lists.get(list) else {
            return true;
        };
        list.iter().any(|entry| entry.value == value)
    }

    /// The values of a list that hold on this day, in the list's order.
    pub fn values(&self, list: &str, on: Date) -> impl Iterator<Item = &str> {
        self.entries(list, on).map(|entry| entry.value.as_str())
    }

    fn entries(&self, list: &str, on: Date) -> impl Iterator<Item = &Entry> {
        self.lists
            .get(list)
            .into_iter()
            .flatten()
            .filter(move |entry| {
                entry.from.is_none_or(|from| from <= on)
                    && entry.until.is_none_or(|until| on < until)
            })
    }

    /// The list's own spelling of what somebody typed; `None` when the list holds no such entry.
    ///
    /// Case, accents and punctuation do not matter. A list that is not at hand takes what was typed.
    pub fn spelling(&self, list: &str, typed: &str, on: Date) -> Option<String> {
        let typed = typed.trim();
        if !self.has(list) {
            return Some(typed.to_owned());
        }
        let exact = self.entries(list, on).find(|entry| entry.value == typed);
        let folded = fold(typed);
        exact
            .or_else(|| self.entries(list, on).find(|entry| entry.folded == folded))
            .map(|entry| entry.value.clone())
    }

    /// Entries somebody may have meant: those that hold every word typed, then those that begin alike.
    pub fn suggestions(&self, list: &str, typed: &str, on: Date, most: usize) -> Vec<String> {
        let folded = fold(typed);
        let words: Vec<&str> = folded.split_whitespace().collect();
        if words.is_empty() {
            return Vec::new();
        }
        let start: String = folded.chars().take(3).collect();
        let with_words = self
            .entries(list, on)
            .filter(|entry| words.iter().all(|word| entry.folded.contains(word)));
        let alike = self
            .entries(list, on)
            .filter(|entry| !start.is_empty() && entry.folded.starts_with(&start));
        let mut found: Vec<String> = Vec::new();
        for entry in with_words.chain(alike) {
            if found.len() < most && !found.contains(&entry.value) {
                found.push(entry.value.clone());
            }
        }
        found
    }
}

fn entry(value: &str, from: Option<Date>, until: Option<Date>) -> Entry {
    Entry {
        value: value.to_owned(),
        from,
        until,
        folded: fold(value),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn lists() -> Lists {
        let mut lists = Lists::default();
        let json = br#"{"package":"x","items":[{"value":"Comhairle nan Eilean Siar","label":"x"},
            {"value":"Caf\u00e9 Town"},{"value":"Caf\u00e9 Town"}]}"#;
        lists.add("organisations", json).unwrap();
        lists.correct().unwrap();
        lists
    }

    #[test]
    fn what_was_typed_finds_the_lists_own_spelling() {
        let on = date(2026, 11, 1);
        let got = lists().spelling("organisations", " cafe town ", on);
        assert_eq!(got.as_deref(), Some("Café Town"));
        assert_eq!(lists().spelling("organisations", "Cafe Towne", on), None);
        assert_eq!(
            lists()
                .values("organisations", on)
                .filter(|v| *v == "Café Town")
                .count(),
            1
        );
    }

    #[test]
    fn an_entry_holds_from_its_day_on() {
        let listed = |on| {
            lists()
                .spelling("organisations", "Fair Work Agency", on)
                .is_some()
        };
        assert!(!listed(date(2026, 4, 6)));
        assert!(listed(date(2026, 4, 7)));
    }

    #[test]
    fn a_list_that_is_not_at_hand_takes_anything() {
        let got = lists().spelling("towns", "Nowhere", date(2026, 11, 1));
        assert_eq!(got.as_deref(), Some("Nowhere"));
    }

    #[test]
    fn a_list_is_open_where_its_corrections_say_so() {
        let mut lists = lists();
        let json = br#"{"package":"x","items":[{"value":"Essex"}]}"#;
        lists.add("regions", json).unwrap();
        lists.correct().unwrap();
        assert!(lists.is_open("organisations"));
        assert!(!lists.is_open("regions") && !lists.is_open("towns"));
        assert!(lists.holds("organisations", "Fair Work Agency"));
        assert!(!lists.holds("organisations", "Fair Play Agency"));
        assert!(lists.holds("towns", "anything: it is not at hand"));
    }

    #[test]
    fn a_near_miss_is_answered_with_suggestions() {
        let got = lists().suggestions("organisations", "eilean", date(2026, 11, 1), 5);
        assert_eq!(got, ["Comhairle nan Eilean Siar"]);
    }
}
