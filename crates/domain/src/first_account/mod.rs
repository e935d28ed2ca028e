//! A first account: what somebody tells a first responder, in their own words, before any form.
//!
//! It is not an interview under Achieving Best Evidence, and it is not begun, or stops, where one is
//! planned, where somebody is under arrest or suspected, where they are not well, not willing, not told,
//! or not alone with those who may be there. [`grounds`] is that gate; [`turn`] is how an account pauses
//! and ends; [`talk`] is the order in which somebody is asked.
//!
//! Sources: domain notes 01 section 8 (First Responder Toolkit, April 2026; College of Policing on ABE; PACE).

use serde::Serialize;

use crate::coded::words;

mod gate;
pub mod talk;
pub mod turn;

pub use gate::{
    Abe, Beside, Company, Free, Gate, Ground, Health, Law, Told, Voice, Willing, grounds,
};

/// Longest words about place, company, interpreter or needs, in characters.
pub const WORDS_MAX: usize = 2000;
/// Longest note of one topic, in characters: what the form's own boxes take.
pub const NOTE_MAX: usize = crate::form::TEXT_MAX;

words! {
    /// Whether the person could choose a woman or a man as interpreter.
    Choice in "first-account-choice" {
        /// Offered, and met.
        Met = "met",
        /// Offered, and could not be met.
        NotMet = "not_met",
        /// Not offered.
        NotOffered = "not_offered",
    }
}

words! {
    /// The information pack they were given (primary: up to 11; secondary: 11 to 18).
    Pack in "first-account-pack" {
        /// None yet.
        None = "none",
        /// For children up to 11.
        Primary = "primary",
        /// For young people from 11 to 18.
        Secondary = "secondary",
        /// For adults.
        Adult = "adult",
    }
}

/// An account about to be begun, or one that was taken on paper and is typed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewAccount {
    /// When the talking began: microseconds since 1970, UTC; not in the future.
    pub begun_at: i64,
    /// It was taken on paper.
    pub from_paper: bool,
    /// What was asked before the first question.
    pub gate: Gate,
    /// Where.
    pub place: String,
    /// Everybody who was there, and as what.
    pub present: String,
    /// The language spoken, where somebody interprets.
    pub language: String,
    /// The interpreter's name or number.
    pub interpreter: String,
    /// Whether the person could choose a woman or a man.
    pub choice: Option<Choice>,
    /// Food, clothing, medical help: what they needed, and what was done.
    pub needs: String,
    /// The information pack they were given that day.
    pub pack: Pack,
}

words! {
    /// What is missing or wrong in an account about to be begun.
    AccountError in "first-account-error" {
        /// It would begin in the future.
        Future = "future",
        /// Where is not said.
        Place = "place",
        /// Who was there is not said.
        Present = "present",
        /// Somebody interprets, and no language is named.
        Language = "language",
        /// More than [`WORDS_MAX`] characters.
        Long = "long",
    }
}

impl NewAccount {
    /// What is wrong with it, each with its field, in the order of the page.
    pub fn problems(&self, now: i64) -> Vec<(AccountError, &'static str)> {
        let mut found = Vec::new();
        let blank = |text: &str| text.trim().is_empty();
        if self.begun_at > now {
            found.push((AccountError::Future, "begun"));
        }
        if blank(&self.place) {
            found.push((AccountError::Place, "place"));
        }
        if blank(&self.present) {
            found.push((AccountError::Present, "present"));
        }
        if self.gate.voice.interprets() && blank(&self.language) {
            found.push((AccountError::Language, "language"));
        }
        for (text, field) in [
            (&self.place, "place"),
            (&self.present, "present"),
            (&self.language, "language"),
            (&self.interpreter, "interpreter"),
            (&self.needs, "needs"),
        ] {
            if text.chars().count() > WORDS_MAX {
                found.push((AccountError::Long, field));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHILD: Gate = Gate {
        law: Law::Neither,
        abe: Abe::NotPlanned,
        health: Health::Well,
        willing: Willing::Yes,
        told: Told::Yes,
        company: Company::Alone,
        beside: Some(Beside::LocalAuthority),
        voice: Voice::NotNeeded,
        free: None,
    };

    #[test]
    fn an_account_says_where_with_whom_and_in_which_language() {
        let new = NewAccount {
            begun_at: 100,
            from_paper: false,
            gate: CHILD,
            place: "the family room".to_owned(),
            present: "DC Amber; a social worker".to_owned(),
            language: String::new(),
            interpreter: String::new(),
            choice: None,
            needs: String::new(),
            pack: Pack::None,
        };
        assert_eq!(new.problems(100), []);
        assert_eq!(new.problems(101), []);
        assert_eq!(new.problems(99), [(AccountError::Future, "begun")]);
        let bare = NewAccount {
            place: " ".to_owned(),
            present: String::new(),
            gate: Gate {
                voice: Voice::Telephone,
                ..CHILD
            },
            ..new.clone()
        };
        let fields: Vec<_> = bare.problems(100).into_iter().map(|one| one.1).collect();
        assert_eq!(fields, ["place", "present", "language"]);
        let words = |count| NewAccount {
            needs: "n".repeat(count),
            ..new.clone()
        };
        assert_eq!(words(WORDS_MAX).problems(100), []);
        assert_eq!(
            words(WORDS_MAX + 1).problems(100),
            [(AccountError::Long, "needs")]
        );
    }
}
