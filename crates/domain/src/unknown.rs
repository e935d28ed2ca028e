//! Unknown is an answer, and there are four kinds of it (house rule 5).

use serde::{Deserialize, Serialize};

/// Why there is no value. The four are kept apart everywhere and counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// Asked, and the person does not know.
    Unknown,
    /// Nobody has asked yet.
    NotAsked,
    /// Asked, and the person did not want to say.
    Refused,
    /// Asking could put somebody at risk.
    NotSafeToAsk,
}

impl Unknown {
    /// All four, in the order they are offered.
    pub const ALL: [Self; 4] = [
        Self::Unknown,
        Self::NotAsked,
        Self::Refused,
        Self::NotSafeToAsk,
    ];

    /// The word kept in the store, in the API and in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotAsked => "not_asked",
            Self::Refused => "refused",
            Self::NotSafeToAsk => "not_safe_to_ask",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}
