//! Restriction: who of the team sees a record, as a decision with a reason and a day to look again.
//!
//! *Restricted*: whoever made it, the team's inspectors, and people it is granted to by name.
//! *Sealed*: people it is granted to by name, and nobody else.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The latest day to look again at a restriction, in days from the decision. Ours: nothing stays hidden
/// from colleagues for more than six months without somebody saying again why.
pub const REVIEW_DAYS_MAX: i32 = 183;

/// Longest reason, in characters.
pub const REASON_MAX: usize = 2000;

/// Who of the team sees a record.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The whole team.
    #[default]
    None,
    /// Whoever made it, inspectors, people named.
    Restricted,
    /// People named.
    Sealed,
}

impl Level {
    /// All, from open to closed.
    pub const ALL: [Self; 3] = [Self::None, Self::Restricted, Self::Sealed];

    /// The word kept in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Restricted => "restricted",
            Self::Sealed => "sealed",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Says whether going from one level to the other is a matter for whoever may seal.
    pub fn needs_seal(self, to: Self) -> bool {
        self == Self::Sealed || to == Self::Sealed
    }
}

/// A decision about a record's restriction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// From now on.
    pub level: Level,
    /// Why, in somebody's words.
    pub reason: String,
    /// When somebody looks again; the day itself where the record is open again.
    pub review_on: Date,
}

/// Why a decision cannot be taken as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RestrictionError {
    /// Nothing would change.
    #[error("the record is at this level already")]
    Unchanged,
    /// No reason was given.
    #[error("say why")]
    ReasonMissing,
    /// More than [`REASON_MAX`] characters.
    #[error("the reason is too long")]
    ReasonLong,
    /// No day to look again was given.
    #[error("say when somebody looks at this again")]
    ReviewMissing,
    /// The day to look again is today or past.
    #[error("the day to look again must come after today")]
    ReviewPast,
    /// The day to look again is more than [`REVIEW_DAYS_MAX`] days away.
    #[error("the day to look again must come within {REVIEW_DAYS_MAX} days")]
    ReviewFar,
}

impl RestrictionError {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unchanged => "restriction-error-unchanged",
            Self::ReasonMissing => "restriction-error-reason",
            Self::ReasonLong => "restriction-error-reason-long",
            Self::ReviewMissing => "restriction-error-review",
            Self::ReviewPast => "restriction-error-review-past",
            Self::ReviewFar => "restriction-error-review-far",
        }
    }

    /// The field of the page to look at again.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Unchanged => "level",
            Self::ReasonMissing | Self::ReasonLong => "reason",
            Self::ReviewMissing | Self::ReviewPast | Self::ReviewFar => "review_on",
        }
    }
}

/// Takes a decision. `review_on` is needed unless the record is opened to its team again.
///
/// # Errors
/// [`RestrictionError`] for what is missing or cannot be.
pub fn decide(
    now: Level,
    asked: Level,
    reason: &str,
    review_on: Option<Date>,
    today: Date,
) -> Result<Restriction, RestrictionError> {
    let reason = reason.trim();
    if now == asked {
        return Err(RestrictionError::Unchanged);
    }
    if reason.is_empty() {
        return Err(RestrictionError::ReasonMissing);
    }
    if reason.chars().count() > REASON_MAX {
        return Err(RestrictionError::ReasonLong);
    }
    let review_on = match (asked, review_on) {
        (Level::None, _) => today,
        (_, None) => return Err(RestrictionError::ReviewMissing),
        (_, Some(day)) if day <= today => return Err(RestrictionError::ReviewPast),
        (_, Some(day)) if day > today.saturating_add(REVIEW_DAYS_MAX.days()) => {
            return Err(RestrictionError::ReviewFar);
        }
        (_, Some(day)) => day,
    };
    Ok(Restriction {
        level: asked,
        reason: reason.to_owned(),
        review_on,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 3, 3);

    #[track_caller]
    fn check(asked: Level, reason: &str, on: Option<Date>, want: Result<Date, RestrictionError>) {
        let got = decide(Level::Restricted, asked, reason, on, TODAY);
        assert_eq!(
            got.map(|one| one.review_on),
            want,
            "{asked:?} {reason} {on:?}"
        );
    }

    #[test]
    fn sealing_needs_a_reason_and_a_day_to_look_again() {
        let day = date(2026, 4, 1);
        check(Level::Sealed, "a relative works here", Some(day), Ok(day));
        check(
            Level::Sealed,
            " ",
            Some(day),
            Err(RestrictionError::ReasonMissing),
        );
        check(
            Level::Sealed,
            "why",
            None,
            Err(RestrictionError::ReviewMissing),
        );
        let long = "x".repeat(REASON_MAX + 1);
        check(
            Level::Sealed,
            &long,
            Some(day),
            Err(RestrictionError::ReasonLong),
        );
    }

    #[test]
    fn somebody_looks_again_after_today_and_within_six_months() {
        check(
            Level::Sealed,
            "why",
            Some(TODAY),
            Err(RestrictionError::ReviewPast),
        );
        let tomorrow = TODAY.saturating_add(1.day());
        check(Level::Sealed, "why", Some(tomorrow), Ok(tomorrow));
        let last = TODAY.saturating_add(REVIEW_DAYS_MAX.days());
        check(Level::Sealed, "why", Some(last), Ok(last));
        let after = last.saturating_add(1.day());
        check(
            Level::Sealed,
            "why",
            Some(after),
            Err(RestrictionError::ReviewFar),
        );
    }

    #[test]
    fn opening_needs_a_reason_and_no_day() {
        check(Level::None, "the relative has left", None, Ok(TODAY));
        check(Level::None, "", None, Err(RestrictionError::ReasonMissing));
        check(
            Level::Restricted,
            "why",
            None,
            Err(RestrictionError::Unchanged),
        );
    }

    #[test]
    fn sealing_and_unsealing_are_one_matter_restricting_another() {
        assert!(Level::None.needs_seal(Level::Sealed));
        assert!(Level::Sealed.needs_seal(Level::None));
        assert!(!Level::None.needs_seal(Level::Restricted));
    }
}
