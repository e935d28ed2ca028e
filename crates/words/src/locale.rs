//! The languages Heyrick speaks.

use unic_langid::{LanguageIdentifier, langid};

/// A language of the interface and of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Locale {
    /// English; what every other language falls back to.
    #[default]
    En,
    /// Welsh.
    Cy,
}

impl Locale {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::En, Self::Cy];

    /// The word kept in the store, in cookies and in `<html lang>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Cy => "cy",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.code() == code)
    }

    /// The language's name in that language, which is how a switch must show it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Cy => "Cymraeg",
        }
    }

    /// Says whether a speaker of the language has read its catalogue.
    pub const fn reviewed(self) -> bool {
        matches!(self, Self::En)
    }

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::En => 0,
            Self::Cy => 1,
        }
    }

    pub(crate) const fn langid(self) -> LanguageIdentifier {
        match self {
            Self::En => langid!("en-GB"),
            Self::Cy => langid!("cy"),
        }
    }
}
