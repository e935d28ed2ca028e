//! What people do with a task besides doing it: adding one by hand, moving its day, undoing what was called
//! done. Each is a fact of its own with a reason; nothing is overwritten.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::TaskKind;
use crate::london::ends;

/// Longest reason, in characters.
pub const REASON_MAX: usize = 500;
/// Longest note, in characters.
pub const NOTE_MAX: usize = 500;
/// How far ahead a day may lie, in days. Ours: what is further away is a date of the record.
pub const DAYS_MAX: i32 = 366;
/// For how many hours what was called done can be undone. Ours: a slip is noticed within a day.
pub const UNDO_HOURS: i64 = 24;

/// Why a task is not added, moved or opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// No reason was given.
    #[error("say why")]
    ReasonMissing,
    /// More than [`REASON_MAX`] characters.
    #[error("the reason is too long")]
    ReasonLong,
    /// The day is over.
    #[error("the day is in the past")]
    DayPast,
    /// More than [`DAYS_MAX`] days ahead.
    #[error("the day is too far ahead")]
    DayFar,
    /// It is due on that day already.
    #[error("it is due on that day already")]
    DaySame,
    /// A task that is none of the listed ones says what it is.
    #[error("say what is to be done")]
    NoteMissing,
    /// More than [`NOTE_MAX`] characters.
    #[error("the note is too long")]
    NoteLong,
    /// The record raises this kind itself.
    #[error("a task of this kind is not added by hand")]
    NotByHand,
    /// Too long ago, or the thing itself did it.
    #[error("this cannot be opened again")]
    NotUndone,
}

impl ChangeError {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ReasonMissing => "task-error-reason",
            Self::ReasonLong => "task-error-reason-long",
            Self::DayPast => "task-error-day-past",
            Self::DayFar => "task-error-day-far",
            Self::DaySame => "task-error-day-same",
            Self::NoteMissing => "task-error-note",
            Self::NoteLong => "task-error-note-long",
            Self::NotByHand => "task-error-kind",
            Self::NotUndone => "task-error-undone",
        }
    }

    /// The field of a form it belongs to.
    pub const fn field(self) -> &'static str {
        match self {
            Self::ReasonMissing | Self::ReasonLong | Self::NotUndone => "reason",
            Self::DayPast | Self::DayFar | Self::DaySame => "day",
            Self::NoteMissing | Self::NoteLong => "note",
            Self::NotByHand => "kind",
        }
    }
}

/// Reads a reason.
///
/// # Errors
/// [`ChangeError`] without one, or for one that is too long.
pub fn reason(text: &str) -> Result<String, ChangeError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ChangeError::ReasonMissing);
    }
    if text.chars().count() > REASON_MAX {
        return Err(ChangeError::ReasonLong);
    }
    Ok(text.to_owned())
}

/// Takes a day on which something is due: today at the earliest.
fn due_on(day: Date, today: Date) -> Result<Timestamp, ChangeError> {
    if day < today {
        return Err(ChangeError::DayPast);
    }
    if day > today.saturating_add(DAYS_MAX.days()) {
        return Err(ChangeError::DayFar);
    }
    Ok(ends(day))
}

/// Moves a task that is due at `due` to a day, with a reason. Returns when it is due then, and the reason.
///
/// # Errors
/// [`ChangeError`] for a day or a reason that cannot be taken.
pub fn moved(
    due: Timestamp,
    day: Date,
    today: Date,
    why: &str,
) -> Result<(Timestamp, String), ChangeError> {
    let to = due_on(day, today)?;
    if to == due {
        return Err(ChangeError::DaySame);
    }
    Ok((to, reason(why)?))
}

/// Adds a task by hand. Returns when it is due, and the note.
///
/// # Errors
/// [`ChangeError`] for a kind the record raises itself, a day or a note that cannot be taken.
pub fn added(
    kind: TaskKind,
    day: Date,
    today: Date,
    note: &str,
) -> Result<(Timestamp, Option<String>), ChangeError> {
    if !kind.added_by_hand() {
        return Err(ChangeError::NotByHand);
    }
    let due = due_on(day, today)?;
    let note = note.trim();
    if note.is_empty() && kind == TaskKind::Other {
        return Err(ChangeError::NoteMissing);
    }
    if note.chars().count() > NOTE_MAX {
        return Err(ChangeError::NoteLong);
    }
    Ok((due, (!note.is_empty()).then(|| note.to_owned())))
}

/// Says whether what was called done by hand at `done` can be opened again: for [`UNDO_HOURS`] hours.
pub fn can_undo(kind: TaskKind, done: Timestamp, now: Timestamp) -> bool {
    let until = done
        .saturating_add(UNDO_HOURS.hours())
        .unwrap_or(Timestamp::MAX);
    kind.done_by_hand() && now <= until
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 3, 28);

    #[track_caller]
    fn moves(day: Date, why: &str, want: Result<&str, ChangeError>) {
        let due = "2026-03-27T23:59:59Z".parse().unwrap();
        let got = moved(due, day, TODAY, why).map(|(to, _)| to.to_string());
        assert_eq!(got, want.map(str::to_owned), "{day}");
    }

    #[test]
    fn a_day_is_moved_to_today_or_later_with_a_reason() {
        moves(date(2026, 3, 27), "late", Err(ChangeError::DayPast));
        moves(TODAY, "late", Ok("2026-03-28T23:59:59Z"));
        // Clocks go forward on 29 March 2026.
        moves(date(2026, 3, 29), "late", Ok("2026-03-29T22:59:59Z"));
        moves(date(2026, 3, 29), " ", Err(ChangeError::ReasonMissing));
        let long = "a".repeat(REASON_MAX + 1);
        moves(TODAY, &long, Err(ChangeError::ReasonLong));
        moves(TODAY, &long[1..], Ok("2026-03-28T23:59:59Z"));
        moves(date(2027, 3, 29), "late", Ok("2027-03-29T22:59:59Z"));
        moves(date(2027, 3, 30), "late", Err(ChangeError::DayFar));
        let same = moved(ends(TODAY), TODAY, TODAY, "late");
        assert_eq!(same, Err(ChangeError::DaySame));
    }

    #[test]
    fn a_task_of_no_listed_kind_says_what_it_is() {
        let add = |kind, note| added(kind, TODAY, TODAY, note).map(|(_, note)| note);
        assert_eq!(add(TaskKind::Other, " "), Err(ChangeError::NoteMissing));
        let ring = Some("ring the college".to_owned());
        assert_eq!(add(TaskKind::Other, " ring the college"), Ok(ring));
        assert_eq!(add(TaskKind::CrimeRecord, ""), Ok(None));
        let long = "a".repeat(NOTE_MAX + 1);
        assert_eq!(
            add(TaskKind::CrimeRecord, &long),
            Err(ChangeError::NoteLong)
        );
        assert!(add(TaskKind::CrimeRecord, &long[1..]).is_ok());
        for kind in [TaskKind::SecondReading, TaskKind::ReconsiderationDay20] {
            assert_eq!(add(kind, "note"), Err(ChangeError::NotByHand));
        }
    }

    #[test]
    fn what_was_called_done_is_undone_within_a_day() {
        let undo = |kind, now: &str| {
            let done = "2026-03-28T12:00:00Z".parse().unwrap();
            can_undo(kind, done, now.parse().unwrap())
        };
        let kind = TaskKind::CrimeRecord;
        assert!(undo(kind, "2026-03-29T11:59:59Z"));
        assert!(undo(kind, "2026-03-29T12:00:00Z"));
        assert!(!undo(kind, "2026-03-29T12:00:01Z"));
        assert!(!undo(TaskKind::HandOver, "2026-03-28T12:00:01Z"));
    }

    #[test]
    fn what_is_added_by_hand_is_done_by_hand() {
        for kind in TaskKind::ALL {
            assert!(!kind.added_by_hand() || kind.done_by_hand(), "{kind:?}");
        }
    }
}
