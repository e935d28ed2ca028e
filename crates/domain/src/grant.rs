//! Grants: who was given what by name, from when, until when, and why.
//!
//! Acting rank and on-call cover are grants too, so that whoever holds a role today can be told from
//! whoever held it last week.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use crate::london::begins;
use serde::{Deserialize, Serialize};

use crate::user::Role;

/// Longest cover or acting rank given in one go, in days. Ours: what is longer is a posting, and an
/// administrator's matter.
pub const COVER_DAYS_MAX: i32 = 92;

/// How somebody stands to what they were granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Works on the record.
    Allocated,
    /// Supervises work on the record.
    Supervises,
    /// Keeps sight of a restricted or sealed record.
    Named,
    /// Belongs to another agency, and was shown the record.
    Shared,
    /// Holds a rank for a time.
    Acting,
    /// Covers a team on call.
    Covers,
}

impl Relation {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Allocated,
        Self::Supervises,
        Self::Named,
        Self::Shared,
        Self::Acting,
        Self::Covers,
    ];

    /// The word kept in the store and in the journal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Allocated => "allocated",
            Self::Supervises => "supervises",
            Self::Named => "named",
            Self::Shared => "shared",
            Self::Acting => "acting",
            Self::Covers => "covers",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Ranks somebody can act in.
pub const ACTING_ROLES: [Role; 2] = [Role::Sergeant, Role::Inspector];

/// Says whether somebody with these roles may give this rank to another for a time.
pub fn may_give_rank(rank: Role, giver: impl Fn(Role) -> bool) -> bool {
    match rank {
        Role::Sergeant => giver(Role::Sergeant) || giver(Role::Inspector),
        Role::Inspector => giver(Role::Inspector),
        _ => false,
    }
}

/// Says whether an account of this standing role can cover a team or act in a rank.
pub fn can_cover(role: Role) -> bool {
    !matches!(role, Role::Partner | Role::Auditor | Role::Administrator)
}

/// From when, and until when (not included).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub until: Timestamp,
}

/// Why days given for cover or acting rank cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// It would have begun before today.
    #[error("cover cannot begin in the past")]
    InThePast,
    /// The last day comes before the first.
    #[error("the last day comes before the first")]
    Backwards,
    /// More than [`COVER_DAYS_MAX`] days.
    #[error("cover cannot be longer than {COVER_DAYS_MAX} days")]
    TooLong,
}

impl PeriodError {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InThePast => "grant-error-past",
            Self::Backwards => "grant-error-backwards",
            Self::TooLong => "grant-error-long",
        }
    }
}

/// The instants of whole days in Europe/London, first and last day included.
///
/// # Errors
/// [`PeriodError`] for days that cannot be taken.
pub fn period(first: Date, last: Date, today: Date) -> Result<Period, PeriodError> {
    if first < today {
        return Err(PeriodError::InThePast);
    }
    if last < first {
        return Err(PeriodError::Backwards);
    }
    if last >= first.saturating_add(COVER_DAYS_MAX.days()) {
        return Err(PeriodError::TooLong);
    }
    Ok(Period {
        from: begins(first),
        until: begins(last.saturating_add(1.day())),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 3, 28);

    #[track_caller]
    fn check(first: Date, last: Date, want: Result<(&str, &str), PeriodError>) {
        let got = period(first, last, TODAY).map(|p| (p.from.to_string(), p.until.to_string()));
        let want = want.map(|(from, until)| (from.to_owned(), until.to_owned()));
        assert_eq!(got, want, "{first} to {last}");
    }

    #[test]
    fn days_are_whole_and_the_last_one_counts() {
        // Clocks go forward on 29 March 2026.
        let want = Ok(("2026-03-28T00:00:00Z", "2026-03-29T23:00:00Z"));
        check(TODAY, date(2026, 3, 29), want);
        check(
            TODAY,
            TODAY,
            Ok(("2026-03-28T00:00:00Z", "2026-03-29T00:00:00Z")),
        );
    }

    #[test]
    fn cover_begins_today_at_the_earliest() {
        check(date(2026, 3, 27), TODAY, Err(PeriodError::InThePast));
        let tomorrow = date(2026, 3, 29);
        check(tomorrow, TODAY, Err(PeriodError::Backwards));
    }

    #[test]
    fn cover_ends_within_92_days() {
        let longest = TODAY.saturating_add(91.days());
        assert!(period(TODAY, longest, TODAY).is_ok());
        let longer = longest.saturating_add(1.day());
        check(TODAY, longer, Err(PeriodError::TooLong));
    }

    #[test]
    fn only_inspectors_make_somebody_acting_inspector() {
        let sergeant = |role| role == Role::Sergeant;
        assert!(may_give_rank(Role::Sergeant, sergeant));
        assert!(!may_give_rank(Role::Inspector, sergeant));
        assert!(may_give_rank(Role::Inspector, |role| role == Role::Inspector));
        for role in Role::ALL {
            assert!(!may_give_rank(role, |_| true) || ACTING_ROLES.contains(&role));
        }
    }

    #[test]
    fn every_relation_reads_back() {
        for one in Relation::ALL {
            assert_eq!(Relation::from_code(one.code()), Some(one));
        }
    }
}
