//! Recording: one event after another takes an episode to where it stands. Nothing else says where that is.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::event::{Event, EventError};
use super::guard;
use super::standing::Standing;
use super::table::{Effect, Row, To, row};
use super::words::{EventKind, State};
use crate::task::TaskKind;

/// What is to be done when an event was recorded: in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToDo {
    /// A task is raised.
    Raise(TaskKind),
    /// Open tasks of the kind are settled.
    Settle(TaskKind),
}

/// What recording an event makes of an episode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Where it stands now.
    pub standing: Standing,
    /// What is to be done.
    pub to_do: Vec<ToDo>,
    /// Whether another episode takes over (9).
    pub new_episode: bool,
}

/// Takes one event to where an episode stands.
///
/// # Errors
/// [`EventError`] says why it cannot be recorded.
pub fn take(standing: &Standing, event: &Event) -> Result<Recorded, EventError> {
    guard::check(standing, event, row_for(standing, event)?)?;
    follow(standing, event)
}

fn row_for(standing: &Standing, event: &Event) -> Result<&'static Row, EventError> {
    row(standing.state, event.kind).ok_or(EventError::NotNow {
        state: standing.state,
        kind: event.kind,
    })
}

/// What an event makes of an episode that took it. The guards are asked once, when it is recorded: a history
/// that was taken is read to its end, also after they were tightened.
fn follow(standing: &Standing, event: &Event) -> Result<Recorded, EventError> {
    let row = row_for(standing, event)?;
    let after = standing.clone().after(row, event);
    let to_do = row
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Raise(kind, who) => after.is(*who, standing).then_some(ToDo::Raise(*kind)),
            Effect::Settle(kind) => Some(ToDo::Settle(*kind)),
            Effect::SettleFor(kind, who) => after.is(*who, standing).then_some(ToDo::Settle(*kind)),
            _ => None,
        })
        .collect();
    Ok(Recorded {
        standing: after,
        to_do,
        new_episode: row.to == To::NewEpisode,
    })
}

/// The events that hold, in the order recorded: each corrected one stands as its last correction says,
/// and what was recorded in error is gone.
///
/// # Errors
/// [`EventError::NothingToCorrect`] for a correction of what is not there.
pub fn holding(events: &[Event]) -> Result<Vec<Event>, EventError> {
    let mut held: Vec<Option<Event>> = Vec::with_capacity(events.len());
    // Where the event of each number stands: a correction stands in the place of what it corrects.
    let mut places: Vec<usize> = Vec::with_capacity(events.len());
    for (number, event) in events.iter().enumerate() {
        let place = match event.corrects {
            None if event.kind == EventKind::RecordedInError => {
                return Err(EventError::NothingToCorrect);
            }
            None => number,
            Some(earlier) => *places.get(earlier).ok_or(EventError::NothingToCorrect)?,
        };
        places.push(place);
        held.push(None);
        if event.corrects.is_some() && held.get(place).is_none_or(Option::is_none) {
            return Err(EventError::NothingToCorrect);
        }
        if let Some(there) = held.get_mut(place) {
            *there = (event.kind != EventKind::RecordedInError).then(|| event.clone());
        }
    }
    Ok(held.into_iter().flatten().collect())
}

/// Where an episode stood before the first of its events.
pub fn begins(events: &[Event]) -> State {
    events
        .first()
        .map_or(State::Screening, |event| event.kind.sent_from())
}

/// Where an episode stands after everything recorded of it. `begin`: where it stood before the first.
///
/// # Errors
/// [`EventError`] for the first event that cannot have happened.
pub fn fold(begin: State, events: &[Event]) -> Result<Standing, EventError> {
    holding(events)?
        .iter()
        .try_fold(Standing::begin(begin), |standing, event| {
            follow(&standing, event).map(|recorded| recorded.standing)
        })
}

/// Records one more event after those recorded, or in place of one of them.
///
/// After a correction, what only the wrong entry asked for is settled, and what only the right one asks
/// for is raised; what both ask for is left as it is, done or not.
///
/// # Errors
/// [`EventError`] says why not; [`EventError::CorrectionBreaks`] when what was recorded after the
/// corrected event would not follow any more.
pub fn record(
    begin: State,
    events: &[Event],
    new: &Event,
    today: Date,
) -> Result<Recorded, EventError> {
    guard::dates(new, today)?;
    let Some(corrected) = new.corrects else {
        return take(&fold(begin, events)?, new);
    };
    correctable(events, corrected, new)?;
    let mut all = events.to_vec();
    all.push(new.clone());
    let held = holding(&all)?;
    let standing = held
        .iter()
        .try_fold(Standing::begin(begin), |standing, event| {
            take(&standing, event)
                .map(|recorded| recorded.standing)
                .map_err(|error| match event == new {
                    true => error,
                    false => EventError::CorrectionBreaks,
                })
        })?;
    let (before, now) = (
        open_tasks(begin, &holding(events)?),
        open_tasks(begin, &held),
    );
    let settled = before.difference(&now).copied().map(ToDo::Settle);
    let raised = now.difference(&before).copied().map(ToDo::Raise);
    Ok(Recorded {
        to_do: settled.chain(raised).collect(),
        standing,
        new_episode: false,
    })
}

/// Refuses what nobody records by hand: an event that follows from facts, and what is not asked beside one.
/// A correction may also name an event of the program's own, or take one back; it says why.
///
/// # Errors
/// [`EventError`] says what.
pub fn by_hand(events: &[Event], new: &Event) -> Result<(), EventError> {
    let mut may = new.kind.by_hand();
    if let Some(number) = new.corrects {
        let earlier = events.get(number).ok_or(EventError::NothingToCorrect)?;
        may |= new.kind == earlier.kind || new.kind == EventKind::RecordedInError;
        if !new.noted {
            return Err(EventError::NoteMissing);
        }
    }
    if !may {
        return Err(EventError::NotByHand);
    }
    match new.details.stray(new.kind) {
        Some(detail) => Err(EventError::NotBeside(detail)),
        None => Ok(()),
    }
}

/// The sending itself is corrected where it was recorded, not here; a correction says why, and another
/// date of birth is why.
fn correctable(events: &[Event], corrected: usize, new: &Event) -> Result<(), EventError> {
    let earlier = events.get(corrected).ok_or(EventError::NothingToCorrect)?;
    let moves = earlier.kind.by_sending() && new.kind != earlier.kind;
    if moves || new.kind.by_sending() && !earlier.kind.by_sending() {
        return Err(EventError::NothingToCorrect);
    }
    if !new.noted && new.kind != EventKind::BirthDateChanged {
        return Err(EventError::NoteMissing);
    }
    Ok(())
}

/// The kinds of task that the events leave open, if nobody did any.
fn open_tasks(begin: State, held: &[Event]) -> BTreeSet<TaskKind> {
    let mut open = BTreeSet::new();
    let mut standing = Standing::begin(begin);
    for event in held {
        let Ok(recorded) = follow(&standing, event) else {
            break;
        };
        for one in recorded.to_do {
            match one {
                ToDo::Raise(kind) => open.insert(kind),
                ToDo::Settle(kind) => open.remove(&kind),
            };
        }
        standing = recorded.standing;
    }
    open
}
