//! An answer: words, several words, or one of the four kinds of unknown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::unknown::Unknown;

/// What somebody answered, as they typed it. As JSON: a text, a list of texts, or `{"unknown": kind}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Answer {
    /// One value. Dates are `YYYY-MM-DD`; a ticked box is `true`.
    Text(String),
    /// Several values: ticked options, or the rows of a repeated question.
    Many(Vec<String>),
    /// No value, and why.
    Unknown {
        /// Which of the four.
        unknown: Unknown,
    },
}

/// The answers of a draft, by key.
pub type Answers = BTreeMap<String, Answer>;

impl Answer {
    /// Takes one value.
    pub fn text(value: impl Into<String>) -> Self {
        Self::Text(value.into())
    }

    /// Takes several values.
    pub fn many<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::Many(values.into_iter().map(Into::into).collect())
    }

    /// Takes an unknown.
    pub const fn unknown(kind: Unknown) -> Self {
        Self::Unknown { unknown: kind }
    }

    /// The one value, if that is what it is.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(value) => Some(value),
            Self::Many(_) | Self::Unknown { .. } => None,
        }
    }

    /// Which unknown, if that is what it is.
    pub const fn as_unknown(&self) -> Option<Unknown> {
        match self {
            Self::Unknown { unknown } => Some(*unknown),
            Self::Text(_) | Self::Many(_) => None,
        }
    }

    /// The values: one, several, or none for an unknown.
    pub fn values(&self) -> Vec<&str> {
        match self {
            Self::Text(value) => vec![value.as_str()],
            Self::Many(values) => values.iter().map(String::as_str).collect(),
            Self::Unknown { .. } => Vec::new(),
        }
    }

    /// Says whether nothing at all was typed or chosen.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(value) => value.trim().is_empty(),
            Self::Many(values) => values.iter().all(|value| value.trim().is_empty()),
            Self::Unknown { .. } => false,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_answer_reads_back_as_it_was_written() {
        for (answer, json) in [
            (Answer::text("no"), r#""no""#),
            (Answer::many(["a", "b"]), r#"["a","b"]"#),
            (
                Answer::unknown(Unknown::NotSafeToAsk),
                r#"{"unknown":"not_safe_to_ask"}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&answer).unwrap(), json);
            assert_eq!(serde_json::from_str::<Answer>(json).unwrap(), answer);
        }
    }
}
