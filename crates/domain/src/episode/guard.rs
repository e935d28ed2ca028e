//! The guards of the table: what has to hold before a row is taken, beyond the state.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::event::{Event, EventError};
use super::standing::Standing;
use super::table::{Guard, Row};
use super::words::{Authority, Available, EventKind};

/// A devolved panel decides for children more than so many days from their eighteenth birthday.
///
/// Source: Home Office pilot guidance.
pub const PANEL_DAYS: i32 = 100;

/// Refuses days that cannot be.
pub(super) fn dates(event: &Event, today: Date) -> Result<(), EventError> {
    if event.on > today || event.received_on.is_some_and(|day| day > today) {
        return Err(EventError::Future);
    }
    match event.received_on {
        Some(received) if received < event.on => Err(EventError::ReceivedBefore),
        _ => Ok(()),
    }
}

/// Holds an event to every guard of its row.
pub(super) fn check(standing: &Standing, event: &Event, row: &Row) -> Result<(), EventError> {
    if standing.sent_on.is_some_and(|sent| event.on < sent) {
        return Err(EventError::BeforeSending);
    }
    authority_fits(standing, event)?;
    row.guards
        .iter()
        .try_for_each(|guard| hold(*guard, standing, event))
}

fn needs(holds: bool, error: EventError) -> Result<(), EventError> {
    if holds { Ok(()) } else { Err(error) }
}

fn hold(guard: Guard, standing: &Standing, event: &Event) -> Result<(), EventError> {
    let details = &event.details;
    match guard {
        Guard::Reason => needs(event.noted, EventError::NoteMissing),
        Guard::LetterRead => letter_read(event),
        Guard::Reconsideration => reconsideration(standing, event),
        Guard::AfterDecision => needs(
            !before_decision(standing, event),
            EventError::BeforeDecision,
        ),
        Guard::Conclusive => needs(!too_early(standing, event), EventError::Early),
        Guard::AdultWithdraws => {
            needs(!standing.child, EventError::ChildWithdraws)?;
            needs(details.method.is_some(), EventError::MethodMissing)
        }
        Guard::Child => needs(standing.child, EventError::AdultAlready),
        Guard::CameAsChild => needs(
            standing.child || standing.turned_eighteen,
            EventError::AdultAlready,
        ),
        Guard::Eighteen => {
            let early = standing.eighteen_on.is_some_and(|day| event.on < day);
            needs(!early, EventError::BeforeEighteen)
        }
        Guard::ToBeAsked => needs(standing.needs_adult_consent, EventError::NotAsked),
        Guard::SupportSaid => needs(details.wants_support.is_some(), EventError::SupportMissing),
        Guard::Disqualification => disqualification(standing, event),
        Guard::ClosingSaid => needs(details.closing.is_some(), EventError::ClosingMissing),
        Guard::Authority => {
            needs(details.authority.is_some(), EventError::AuthorityMissing)?;
            let same = details.authority == standing.authority();
            needs(!same, EventError::SameAuthority)
        }
        Guard::PeriodSaid => needs(details.period.is_some(), EventError::PeriodMissing),
        Guard::NotMissing => needs(standing.missing_since.is_none(), EventError::MissingAlready),
        Guard::Missing => {
            let since = standing.missing_since.ok_or(EventError::NotMissing)?;
            needs(event.on >= since, EventError::BeforeMissing)
        }
        Guard::AfterReference => {
            let before = standing.reference_on.is_some_and(|day| event.on < day);
            needs(!before, EventError::BeforeReference)
        }
        Guard::AfterSuspension => {
            let before = standing.suspended_on.is_some_and(|day| event.on < day);
            needs(!before, EventError::BeforeSuspension)
        }
        Guard::AnswerAfter => {
            let before = details.answer_by.is_some_and(|day| day < event.on);
            needs(!before, EventError::AnswerBefore)
        }
        Guard::PlaceChanges => {
            let changes = details.place.is_some() && details.place != standing.place;
            needs(changes, EventError::NothingChanged)
        }
        Guard::SupportChanges => {
            let changes = details.support.is_some() && details.support != standing.support;
            needs(changes, EventError::NothingChanged)
        }
        Guard::LeaveChanges => {
            let changes = details.leave.is_some_and(|leave| leave != standing.leave);
            needs(changes, EventError::NothingChanged)
        }
    }
}

/// Whether an event that the table has may come at all: guards that no form could satisfy now.
pub(super) fn may_come(standing: &Standing, kind: EventKind) -> bool {
    match kind {
        EventKind::ReconsiderationRequested => standing.available == Some(Available::Yes),
        EventKind::Withdrawn => !standing.child,
        EventKind::TurnedEighteen | EventKind::DeterminedAdult => standing.child,
        EventKind::Remains | EventKind::DeclinesToRemain => standing.needs_adult_consent,
        EventKind::Disqualified => positive(standing) && standing.disqualified.is_none(),
        EventKind::Missing => standing.missing_since.is_none(),
        EventKind::Found => standing.missing_since.is_some(),
        _ => true,
    }
}

/// Children's panels decide for children alone, more than a hundred days from eighteen.
fn authority_fits(standing: &Standing, event: &Event) -> Result<(), EventError> {
    if event.details.authority != Some(Authority::DevolvedPanel) {
        return Ok(());
    }
    let sent = standing.sent_on.unwrap_or(event.on);
    let last = standing
        .eighteen_on
        .map(|day| day.saturating_sub(PANEL_DAYS.days()));
    let near = last.is_some_and(|last| sent >= last);
    needs(standing.child && !near, EventError::PanelTooLate)
}

/// A letter that offers none says why, in its words.
fn letter_read(event: &Event) -> Result<(), EventError> {
    match event.details.available {
        None => Err(EventError::AvailableMissing),
        Some(Available::No) => needs(event.noted, EventError::NoteMissing),
        Some(Available::Yes | Available::Unknown) => Ok(()),
    }
}

fn reconsideration(standing: &Standing, event: &Event) -> Result<(), EventError> {
    match standing.available {
        Some(Available::Yes) => {}
        Some(Available::No) => return Err(EventError::NotAvailable),
        Some(Available::Unknown) | None => return Err(EventError::AvailableUnknown),
    }
    needs(
        !before_decision(standing, event),
        EventError::BeforeDecision,
    )?;
    let details = &event.details;
    let late = standing
        .reconsideration_until()
        .is_some_and(|last| event.on > last);
    needs(
        !late || details.exceptional && event.noted,
        EventError::Late,
    )?;
    needs(!details.grounds.is_empty(), EventError::GroundMissing)?;
    needs(details.requester.is_some(), EventError::RequesterMissing)
}

fn before_decision(standing: &Standing, event: &Event) -> bool {
    let decided = [standing.cg, standing.rg].into_iter().flatten();
    let asked = standing.reconsideration_on;
    decided
        .map(|made| made.on)
        .chain(asked)
        .any(|day| event.on < day)
}

fn too_early(standing: &Standing, event: &Event) -> bool {
    let panel = event.details.authority == Some(Authority::DevolvedPanel);
    let early = standing
        .conclusive_from()
        .is_some_and(|from| event.on < from);
    early && !panel && !event.details.confirmed
}

fn positive(standing: &Standing) -> bool {
    standing.rg.is_some_and(|rg| rg.positive)
}

fn disqualification(standing: &Standing, event: &Event) -> Result<(), EventError> {
    needs(positive(standing), EventError::NoPositive)?;
    needs(
        standing.disqualified.is_none(),
        EventError::DisqualifiedAlready,
    )?;
    let ground = event.details.disqualification;
    needs(ground.is_some(), EventError::DisqualificationMissing)?;
    let before = standing.rg.is_some_and(|rg| event.on < rg.on);
    needs(!before, EventError::BeforeDecision)
}
