//! Escalation: a task that stays overdue goes up, to the team's sergeant and later to its inspector.
//!
//! It is worked out from when the task was due, so that nobody has to be awake for it to be true; a row
//! kept by the program says when it was noticed. No Act sets these hours: the operator does.

use jiff::{Timestamp, ToSpan as _};

use crate::user::Role;

/// Longest delay an operator may choose, in hours: thirty days.
pub const HOURS_MAX: u32 = 720;

/// To whom a task goes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rung {
    /// Whoever is the team's sergeant today, acting rank and cover included.
    Sergeant,
    /// Whoever is its inspector today.
    Inspector,
}

impl Rung {
    /// Both, the lower first.
    pub const ALL: [Self; 2] = [Self::Sergeant, Self::Inspector];

    /// The word kept in the store and in the journal.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sergeant => "sergeant",
            Self::Inspector => "inspector",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// The role that stands on it.
    pub const fn role(self) -> Role {
        match self {
            Self::Sergeant => Role::Sergeant,
            Self::Inspector => Role::Inspector,
        }
    }
}

/// How long a task may be overdue before it goes up: hours by the clock, week-ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delays {
    sergeant: u32,
    inspector: u32,
}

/// Why delays cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a task goes up to the sergeant after 1 to {HOURS_MAX} hours, and to the inspector not before that"
)]
pub struct DelayError;

impl Default for Delays {
    /// A day, and three days.
    fn default() -> Self {
        Self {
            sergeant: 24,
            inspector: 72,
        }
    }
}

impl Delays {
    /// Takes hours after the task was due.
    ///
    /// # Errors
    /// [`DelayError`] for no hours, more than [`HOURS_MAX`], or the inspector before the sergeant.
    pub fn hours(sergeant: u32, inspector: u32) -> Result<Self, DelayError> {
        let fits = |hours| (1..=HOURS_MAX).contains(&hours);
        if !fits(sergeant) || !fits(inspector) || inspector < sergeant {
            return Err(DelayError);
        }
        Ok(Self {
            sergeant,
            inspector,
        })
    }

    /// The hours of a rung.
    pub const fn of(self, rung: Rung) -> u32 {
        match rung {
            Rung::Sergeant => self.sergeant,
            Rung::Inspector => self.inspector,
        }
    }

    /// When a task due at this instant goes up to this rung.
    pub fn reached(self, rung: Rung, due: Timestamp) -> Timestamp {
        due.saturating_add(i64::from(self.of(rung)).hours())
            .unwrap_or(Timestamp::MAX)
    }

    /// The latest instant a task was due at that has gone up to this rung by now.
    pub fn due_until(self, rung: Rung, now: Timestamp) -> Timestamp {
        now.saturating_sub(i64::from(self.of(rung)).hours())
            .unwrap_or(Timestamp::MIN)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(now: &str, want: &[Rung]) {
        let (due, now) = (
            "2026-03-28T23:59:59Z".parse().unwrap(),
            now.parse().unwrap(),
        );
        let delays = Delays::default();
        let up: Vec<Rung> = Rung::ALL
            .into_iter()
            .filter(|rung| delays.reached(*rung, due) <= now)
            .collect();
        assert_eq!(up, want, "at {now}");
    }

    #[test]
    fn a_task_goes_up_a_day_and_three_days_after_it_was_due() {
        // Clocks go forward in this night; the hours are counted all the same.
        check("2026-03-28T23:59:59Z", &[]);
        check("2026-03-29T23:59:58Z", &[]);
        check("2026-03-29T23:59:59Z", &[Rung::Sergeant]);
        check("2026-03-30T00:00:00Z", &[Rung::Sergeant]);
        check("2026-03-31T23:59:58Z", &[Rung::Sergeant]);
        check("2026-03-31T23:59:59Z", &[Rung::Sergeant, Rung::Inspector]);
        check("2026-04-01T00:00:00Z", &[Rung::Sergeant, Rung::Inspector]);
    }

    #[test]
    fn the_inspector_is_never_before_the_sergeant() {
        assert!(Delays::hours(24, 24).is_ok());
        assert_eq!(Delays::hours(24, 23), Err(DelayError));
        assert_eq!(Delays::hours(0, 23), Err(DelayError));
        assert!(Delays::hours(1, HOURS_MAX).is_ok());
        assert_eq!(Delays::hours(1, HOURS_MAX + 1), Err(DelayError));
    }

    #[test]
    fn every_rung_reads_back() {
        for rung in Rung::ALL {
            assert_eq!(Rung::from_code(rung.code()), Some(rung));
            assert_eq!(rung.role().code(), rung.code());
        }
    }

    proptest! {
        #[test]
        fn asking_by_the_task_and_by_the_day_is_the_same(
            due in 0_i64..4_000_000_000, now in 0_i64..4_000_000_000, hours in 1_u32..=HOURS_MAX
        ) {
            let (due, now) = (Timestamp::from_second(due).unwrap(), Timestamp::from_second(now).unwrap());
            let delays = Delays::hours(hours, HOURS_MAX).unwrap();
            for rung in Rung::ALL {
                prop_assert_eq!(delays.reached(rung, due) <= now, due <= delays.due_until(rung, now));
            }
        }
    }
}
