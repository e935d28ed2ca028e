//! An episode as clocks see it, and which of its tasks wait for which clock.

use jiff::civil::Date;

use super::event::Event;
use super::standing::{Decision, Standing};
use super::words::{Authority, Available, EventKind, State, Support};
use crate::calendar::Division;
use crate::clock::{ClockFacts, ClockKind, Decided, Period};
use crate::route::Route;
use crate::task::TaskKind;

impl From<Decision> for Decided {
    fn from(decision: Decision) -> Self {
        Self {
            on: decision.on,
            positive: decision.positive,
        }
    }
}

/// What clocks need to know of an episode. `held`: the events that hold; `division`: whose bank holidays
/// count unless an event says otherwise; `born`: the date of birth, where it is known to the day.
pub fn clock_facts(
    standing: &Standing,
    held: &[Event],
    division: Division,
    born: Option<Date>,
) -> ClockFacts {
    let came = |kind: EventKind| held.iter().any(|event| event.kind == kind);
    let first = |of: fn(EventKind) -> bool| {
        let event = held.iter().find(|event| of(event.kind));
        event.map(|event| event.on)
    };
    let (asked, answered) = reconsideration(held);
    ClockFacts {
        route: match standing.state {
            State::DtnSubmitted => Some(Route::Dtn),
            _ => standing.sent_on.map(|_| Route::Nrm),
        },
        handed_over_on: standing.sent_on,
        devolved_panel: standing.authority() == Some(Authority::DevolvedPanel),
        reasonable: standing.rg.map(Decided::from),
        period: match standing.determined {
            Some(further) => Period::Determined(further.on),
            None if standing.on_old_facts => Period::OldFacts,
            None => Period::Automatic,
        },
        first_decided_on: first(EventKind::decides),
        conclusive: standing.cg.map(Decided::from),
        recovery_concluded_on: standing.concluded_on,
        reconsideration: standing.available.unwrap_or(Available::Unknown),
        reconsideration_asked_on: asked,
        reconsideration_answered_on: answered,
        child: came(EventKind::ReferredAsChild) && !came(EventKind::DeterminedAdult),
        born,
        supported: matches!(
            standing.support,
            Some(Support::InService | Support::Transition)
        ),
        disqualified_on: standing.disqualified.map(|one| one.on),
        closed_on: first(EventKind::ends),
        ..ClockFacts::new(standing.place.unwrap_or(division))
    }
}

/// The days a reconsideration of the latest decision was asked for and answered: one of an earlier decision
/// is no answer to a later one.
fn reconsideration(held: &[Event]) -> (Option<Date>, Option<Date>) {
    let decided = held.iter().rposition(|event| {
        matches!(
            event.kind,
            EventKind::RgPositive
                | EventKind::RgNegative
                | EventKind::CgPositive
                | EventKind::CgNegative
                | EventKind::Revoked
        )
    });
    let since = held.get(decided.unwrap_or(0)..).unwrap_or_default();
    let last = |of: fn(EventKind) -> bool| {
        let event = since.iter().rfind(|event| of(event.kind));
        event.map(|event| event.on)
    };
    let asked = last(|kind| kind == EventKind::ReconsiderationRequested);
    let answered = last(|kind| {
        matches!(
            kind,
            EventKind::ReconsiderationRefused
                | EventKind::ReconsiderationUpheld
                | EventKind::ReconsiderationOverturned
        )
    });
    (asked, answered)
}

/// The clocks a task waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// From the day of which it is shown; `None`: at once.
    pub from: Option<ClockKind>,
    /// By the day of which it is due.
    pub due: ClockKind,
}

/// What a task of this kind waits for; `None` where no clock leads it.
pub const fn waits_for(kind: TaskKind) -> Option<Waits> {
    let (from, due) = match kind {
        TaskKind::DecisionReview => (None, ClockKind::Reconsideration),
        TaskKind::ReconsiderationDay20 => (
            Some(ClockKind::ReconsiderationDay20),
            ClockKind::ReconsiderationDay20,
        ),
        TaskKind::ReconsiderationDay27 => (
            Some(ClockKind::ReconsiderationDay27),
            ClockKind::ReconsiderationDay27,
        ),
        TaskKind::EighteenIn100 => (Some(ClockKind::EighteenIn100), ClockKind::EighteenIn28),
        TaskKind::EighteenIn28 => (Some(ClockKind::EighteenIn28), ClockKind::Eighteen),
        TaskKind::AskConsent => (None, ClockKind::Eighteen),
        _ => return None,
    };
    Some(Waits { from, due })
}
