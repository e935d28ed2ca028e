//! How an account pauses, goes on and ends: rows that only get company, read as where it stands.
//!
//! Nothing comes after the end but what is written up: a further account is begun through the gate again.

use serde::Serialize;

use crate::coded::words;

/// Minutes of talking after which the page reminds of a break. A proposal of ours, not a rule.
pub const BREAK_AFTER_MINUTES: i64 = 45;

words! {
    /// What happens to an account.
    Kind in "first-account-turn" {
        /// A break begins.
        Paused = "paused",
        /// It goes on.
        Resumed = "resumed",
        /// It ends, for good.
        Stopped = "stopped",
    }
}

words! {
    /// Why an account ended.
    Reason in "first-account-stop" {
        /// Everything was told that they wanted to tell.
        Finished = "finished",
        /// They wanted to stop.
        WantedTo = "wanted_to",
        /// They were distressed.
        Distressed = "distressed",
        /// They were not well enough to go on.
        Unwell = "unwell",
        /// They were arrested.
        Arrested = "arrested",
        /// What they said gave grounds to suspect them of an offence.
        Suspected = "suspected",
        /// An interview under Achieving Best Evidence is now planned.
        AbePlanned = "abe_planned",
        /// They may be a child, and no appropriate adult is there.
        MayBeAChild = "may_be_a_child",
        /// Something was wrong with the interpreter: a tie, distress in their presence, the line.
        Interpreter = "interpreter",
        /// It was no longer private or safe.
        NotPrivate = "not_private",
        /// Something else, said in words.
        Other = "other",
    }
}

impl Reason {
    /// The key of the sentence that says what comes next.
    pub fn next(self) -> String {
        format!("{}-next", self.words())
    }
}

/// One thing that happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// What.
    pub kind: Kind,
    /// When: microseconds since 1970, UTC.
    pub at: i64,
    /// Why it ended; of an end alone.
    pub reason: Option<Reason>,
}

/// Where an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// They are talking, since this instant without a break.
    Talking {
        /// Since when.
        since: i64,
    },
    /// There is a break.
    Paused {
        /// Since when.
        since: i64,
    },
    /// It has ended.
    Ended {
        /// When.
        at: i64,
        /// Why.
        reason: Option<Reason>,
    },
}

impl State {
    /// Where an account stands that was begun then, after these turns.
    pub fn of(begun_at: i64, turns: &[Turn]) -> Self {
        match turns.last() {
            None => Self::Talking { since: begun_at },
            Some(turn) => match turn.kind {
                Kind::Paused => Self::Paused { since: turn.at },
                Kind::Resumed => Self::Talking { since: turn.at },
                Kind::Stopped => Self::Ended {
                    at: turn.at,
                    reason: turn.reason,
                },
            },
        }
    }

    /// The word of the API: `talking`, `paused` or `ended`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Talking { .. } => "talking",
            Self::Paused { .. } => "paused",
            Self::Ended { .. } => "ended",
        }
    }

    /// Whether it is time to offer a break, after [`BREAK_AFTER_MINUTES`] of talking.
    pub fn break_is_due(self, now: i64) -> bool {
        match self {
            Self::Talking { since } => now - since >= BREAK_AFTER_MINUTES * 60_000_000,
            Self::Paused { .. } | Self::Ended { .. } => false,
        }
    }
}

words! {
    /// Why something cannot happen to an account now.
    TurnError in "first-account-turn-error" {
        /// It has ended; begin another.
        Ended = "ended",
        /// There is a break already.
        AlreadyPaused = "already_paused",
        /// There is no break.
        NotPaused = "not_paused",
        /// It would be before the last thing that happened.
        Before = "before",
        /// It would be in the future.
        Future = "future",
        /// An end needs a reason, and nothing else takes one.
        Reason = "reason",
    }
}

/// Takes one more turn; gives where the account stands after it.
///
/// # Errors
/// [`TurnError`], the first that applies.
pub fn take(begun_at: i64, turns: &[Turn], new: Turn, now: i64) -> Result<State, TurnError> {
    match (State::of(begun_at, turns), new.kind) {
        (State::Ended { .. }, _) => return Err(TurnError::Ended),
        (State::Paused { .. }, Kind::Paused) => return Err(TurnError::AlreadyPaused),
        (State::Talking { .. }, Kind::Resumed) => return Err(TurnError::NotPaused),
        (State::Talking { .. }, Kind::Paused | Kind::Stopped)
        | (State::Paused { .. }, Kind::Resumed | Kind::Stopped) => {}
    }
    if new.reason.is_some() != (new.kind == Kind::Stopped) {
        return Err(TurnError::Reason);
    }
    let last = turns.last().map_or(begun_at, |turn| turn.at);
    if new.at < last {
        return Err(TurnError::Before);
    }
    if new.at > now {
        return Err(TurnError::Future);
    }
    Ok(State::of(begun_at, &[new]))
}

/// Breaks, each with its end unless it is still going on; a break the account ended in ends with it.
pub fn breaks(turns: &[Turn]) -> Vec<(i64, Option<i64>)> {
    let mut found: Vec<(i64, Option<i64>)> = Vec::new();
    for turn in turns {
        match turn.kind {
            Kind::Paused => found.push((turn.at, None)),
            Kind::Resumed | Kind::Stopped => {
                if let Some((_, end @ None)) = found.last_mut() {
                    *end = Some(turn.at);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const MINUTE: i64 = 60_000_000;

    const fn turn(kind: Kind, at: i64) -> Turn {
        let reason = match kind {
            Kind::Stopped => Some(Reason::Finished),
            Kind::Paused | Kind::Resumed => None,
        };
        Turn { kind, at, reason }
    }

    #[track_caller]
    fn check(before: &[Turn], new: Turn, want: Result<&str, TurnError>) {
        let got = take(10, before, new, 100).map(State::code);
        assert_eq!(got, want, "{before:?} {new:?}");
    }

    #[test]
    fn breaks_alternate_and_nothing_comes_after_the_end() {
        use Kind::{Paused, Resumed, Stopped};
        let paused = [turn(Paused, 20)];
        let resumed = [turn(Paused, 20), turn(Resumed, 30)];
        let ended = [turn(Stopped, 40)];
        check(&[], turn(Paused, 20), Ok("paused"));
        check(&[], turn(Resumed, 20), Err(TurnError::NotPaused));
        check(&[], turn(Stopped, 20), Ok("ended"));
        check(&paused, turn(Paused, 30), Err(TurnError::AlreadyPaused));
        check(&paused, turn(Resumed, 30), Ok("talking"));
        check(&paused, turn(Stopped, 30), Ok("ended"));
        check(&resumed, turn(Resumed, 40), Err(TurnError::NotPaused));
        check(&resumed, turn(Paused, 40), Ok("paused"));
        for kind in Kind::ALL {
            check(&ended, turn(*kind, 50), Err(TurnError::Ended));
        }
    }

    #[test]
    fn time_only_goes_on_and_never_into_the_future() {
        use Kind::{Paused, Resumed};
        check(&[], turn(Paused, 9), Err(TurnError::Before));
        check(&[], turn(Paused, 10), Ok("paused"));
        check(
            &[turn(Paused, 20)],
            turn(Resumed, 19),
            Err(TurnError::Before),
        );
        check(&[turn(Paused, 20)], turn(Resumed, 20), Ok("talking"));
        check(&[], turn(Paused, 100), Ok("paused"));
        check(&[], turn(Paused, 101), Err(TurnError::Future));
    }

    #[test]
    fn an_end_says_why_and_nothing_else_does() {
        let bare = Turn {
            reason: None,
            ..turn(Kind::Stopped, 20)
        };
        check(&[], bare, Err(TurnError::Reason));
        let chatty = Turn {
            reason: Some(Reason::Finished),
            ..turn(Kind::Paused, 20)
        };
        check(&[], chatty, Err(TurnError::Reason));
    }

    #[test]
    fn a_break_is_offered_after_three_quarters_of_an_hour() {
        let state = State::of(0, &[]);
        assert!(!state.break_is_due(45 * MINUTE - 1));
        assert!(state.break_is_due(45 * MINUTE));
        let paused = State::of(0, &[turn(Kind::Paused, 0)]);
        assert!(!paused.break_is_due(90 * MINUTE));
    }

    #[test]
    fn a_break_the_account_ends_in_ends_with_it() {
        let turns = [
            turn(Kind::Paused, 20),
            turn(Kind::Resumed, 30),
            turn(Kind::Paused, 40),
        ];
        assert_eq!(breaks(&turns), [(20, Some(30)), (40, None)]);
        let ended = [turns.as_slice(), &[turn(Kind::Stopped, 50)]].concat();
        assert_eq!(breaks(&ended), [(20, Some(30)), (40, Some(50))]);
    }

    proptest! {
        #[test]
        fn no_sequence_goes_on_after_an_end_or_back_in_time(tries in prop::collection::vec((select(Kind::ALL), 0_i64..60), 0..30)) {
            let mut turns: Vec<Turn> = Vec::new();
            for (kind, at) in tries {
                if take(10, &turns, turn(kind, at), 50).is_ok() {
                    turns.push(turn(kind, at));
                }
            }
            prop_assert!(turns.windows(2).all(|two| two[0].at <= two[1].at && two[0].kind != Kind::Stopped));
            prop_assert!(turns.windows(2).all(|two| two[0].kind != two[1].kind));
            prop_assert!(turns.iter().all(|one| (10..=50).contains(&one.at)));
            let open = breaks(&turns).iter().filter(|one| one.1.is_none()).count();
            let paused = matches!(State::of(10, &turns), State::Paused { .. });
            prop_assert_eq!(open, usize::from(paused));
        }
    }
}
