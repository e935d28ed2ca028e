//! Contact routes: how a person may be reached, and how never. A wrong letter can get somebody hurt, so
//! each route says whether it is safe, whose it is and when.

use serde::{Deserialize, Serialize};

use crate::person::{Fault, Lines, check_text};

/// What a route is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// A phone number, as typed.
    Phone,
    /// An e-mail address, as typed.
    Email,
    /// An address where post or a visit reaches them.
    Address,
    /// An account of a messaging service or network.
    Account,
    /// Somebody else who reaches them, or must never be told.
    Somebody,
}

impl ContactKind {
    /// All, in the order they are offered.
    pub const ALL: [Self; 5] = [
        Self::Phone,
        Self::Email,
        Self::Address,
        Self::Account,
        Self::Somebody,
    ];

    /// The word kept in the store and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Address => "address",
            Self::Account => "account",
            Self::Somebody => "somebody",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Whether a route may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safe {
    /// The person said that it is safe, and when.
    Confirmed,
    /// Nobody has asked them yet: not to be used until somebody has.
    NotConfirmed,
    /// Never to be used.
    Never,
}

impl Safe {
    /// All, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::NotConfirmed, Self::Never];

    /// The word kept in the store and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::NotConfirmed => "not_confirmed",
            Self::Never => "never",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|safe| safe.code() == code)
    }
}

/// A route to be recorded. Everything but `safe` is kept sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// What it is.
    pub kind: ContactKind,
    /// The number, address or name, as typed.
    pub value: String,
    /// Whether it may be used.
    pub safe: Safe,
    /// Whose it is, when it is not theirs.
    #[serde(default)]
    pub whose: Option<String>,
    /// When it is safe: "after 18:00", "never on Fridays".
    #[serde(default)]
    pub safe_times: Option<String>,
    /// What else must be known before it is used: a word to say, who may call.
    #[serde(default)]
    pub notes: Option<String>,
}

/// Longest number, address or name, in characters.
pub const VALUE_MAX: usize = 500;
/// Longest word on whose it is and on safe times, in characters.
pub const WORDS_MAX: usize = 200;
/// Longest notes, in characters.
pub const NOTES_MAX: usize = 2000;

/// What is wrong with a field of a route. Never holds what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {fault}")]
pub struct ContactError {
    /// Which field, by its name here.
    pub field: &'static str,
    /// What is wrong; [`Fault::Nameless`] for a value that is missing.
    pub fault: Fault,
}

impl ContactError {
    /// The key of its sentence in the catalogues.
    pub const fn code(&self) -> &'static str {
        match self.fault {
            Fault::Nameless => "contact-error-value",
            Fault::Long => "person-error-long",
            _ => "person-error-control",
        }
    }
}

impl Contact {
    /// The route as it is kept: spaces around trimmed, empty fields empty. A number that cannot be
    /// dialled is kept as typed; [`Self::odd_phone`] warns.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the page.
    pub fn checked(&self) -> Result<Self, Vec<ContactError>> {
        let mut errors = Vec::new();
        let mut take = |field, typed: Option<&str>, longest, lines| {
            let text = typed.map(str::trim).filter(|text| !text.is_empty())?;
            match check_text(text, longest, lines) {
                Ok(()) => Some(text.to_owned()),
                Err(fault) => {
                    errors.push(ContactError { field, fault });
                    None
                }
            }
        };
        let lines = match self.kind {
            ContactKind::Address => Lines::Many,
            _ => Lines::One,
        };
        let value = take("value", Some(&self.value), VALUE_MAX, lines);
        let kept = Self {
            whose: take("whose", self.whose.as_deref(), WORDS_MAX, Lines::One),
            safe_times: take(
                "safe_times",
                self.safe_times.as_deref(),
                WORDS_MAX,
                Lines::One,
            ),
            notes: take("notes", self.notes.as_deref(), NOTES_MAX, Lines::Many),
            value: value.unwrap_or_default(),
            ..self.clone()
        };
        if self.value.trim().is_empty() {
            let fault = Fault::Nameless;
            errors.insert(
                0,
                ContactError {
                    field: "value",
                    fault,
                },
            );
        }
        if errors.is_empty() {
            Ok(kept)
        } else {
            Err(errors)
        }
    }

    /// Whether this is a phone number nobody could dial as it stands.
    pub fn odd_phone(&self) -> bool {
        self.kind == ContactKind::Phone && heyrick_normalise::phone::read(&self.value).is_none()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn phone(value: &str) -> Contact {
        Contact {
            kind: ContactKind::Phone,
            value: value.to_owned(),
            safe: Safe::Confirmed,
            whose: Some(" her sister’s ".to_owned()),
            safe_times: Some(String::new()),
            notes: None,
        }
    }

    #[track_caller]
    fn refused(contact: &Contact, field: &str, fault: Fault) {
        let errors = contact.checked().unwrap_err();
        let got: Vec<_> = errors.iter().map(|one| (one.field, one.fault)).collect();
        assert_eq!(got, [(field, fault)]);
    }

    #[test]
    fn a_route_is_kept_as_typed_without_the_spaces_around() {
        let kept = phone(" 07700 900123 ").checked().unwrap();
        assert_eq!(kept.value, "07700 900123");
        assert_eq!(kept.whose.as_deref(), Some("her sister’s"));
        assert_eq!(kept.safe_times, None);
    }

    #[test]
    fn a_route_needs_something_to_reach() {
        refused(&phone("  "), "value", Fault::Nameless);
    }

    #[test]
    fn only_an_address_and_notes_have_lines() {
        refused(&phone("1\n2"), "value", Fault::Control);
        let address = Contact {
            kind: ContactKind::Address,
            notes: Some("ask\nfor Bee".to_owned()),
            ..phone("1 Invented Street\nTesttown")
        };
        assert!(address.checked().is_ok());
        let odd = Contact {
            notes: Some("\u{1b}".to_owned()),
            ..address
        };
        refused(&odd, "notes", Fault::Control);
    }

    #[test]
    fn lengths_hold_to_the_last_character() {
        assert!(phone(&"1".repeat(VALUE_MAX)).checked().is_ok());
        refused(&phone(&"1".repeat(VALUE_MAX + 1)), "value", Fault::Long);
        let long = Contact {
            safe_times: Some("x".repeat(WORDS_MAX + 1)),
            ..phone("1")
        };
        refused(&long, "safe_times", Fault::Long);
    }

    #[test]
    fn a_number_nobody_can_dial_is_kept_with_a_warning() {
        assert!(phone("ask at the shop").odd_phone());
        assert!(!phone("07700 900123").odd_phone());
        let email = Contact {
            kind: ContactKind::Email,
            ..phone("ask at the shop")
        };
        assert!(!email.odd_phone());
    }

    #[test]
    fn every_word_reads_back() {
        for kind in ContactKind::ALL {
            assert_eq!(ContactKind::from_code(kind.code()), Some(kind));
        }
        for safe in Safe::ALL {
            assert_eq!(Safe::from_code(safe.code()), Some(safe));
        }
    }
}
