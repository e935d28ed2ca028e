//! What follows for an episode from facts recorded elsewhere: an age found out, another date of birth, an
//! answer to whether somebody remains, a consent taken back.

use jiff::civil::Date;

use super::event::{Details, Event};
use super::standing::Standing;
use super::words::{EventKind, State, WithdrawalMethod};
use crate::age::AgeStatus;
use crate::consent::{Consent, ConsentItem, ConsentValue, current};
use crate::london;
use crate::partial_date::{PartialDate, eighteenth_birthday};

/// What is recorded of a person, as far as it moves an episode.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Everything they were asked and answered, in the order recorded.
    pub answers: &'a [Consent],
    /// What is known of their age today.
    pub age: Option<AgeStatus>,
    /// The date of birth, as far as it is known.
    pub born: Option<PartialDate>,
}

impl Known<'_> {
    fn answer(&self, item: ConsentItem) -> Option<&Consent> {
        current(self.answers, item)
    }

    /// What was answered about entry; of what was asked before `since`, nothing.
    fn entry(&self, since: Option<Date>) -> Option<ConsentValue> {
        let answer = self.answer(ConsentItem::NrmEntry)?;
        let asked_on = london::date_of(answer.asked_at);
        since
            .is_none_or(|day| asked_on >= day)
            .then_some(answer.value)
    }

    fn eighteen_on(&self) -> Option<Date> {
        self.born
            .and_then(PartialDate::exact)
            .map(eighteenth_birthday)
    }
}

/// The event that follows from what is known, if one does. `recorded`: all events, `held`: those that hold.
/// Whether the table takes it is asked when it is recorded.
pub fn follows(
    standing: &Standing,
    recorded: &[Event],
    held: &[Event],
    known: &Known<'_>,
    today: Date,
) -> Option<Event> {
    if standing.child {
        return of_child(standing, known, today);
    }
    if standing.turned_eighteen && known.eighteen_on() != standing.eighteen_on {
        return Some(another_birthday(standing, recorded, known, today));
    }
    if standing.needs_adult_consent {
        return of_grown_child(standing, known, today);
    }
    match (standing.state, known.entry(None)?) {
        (State::DtnSubmitted, ConsentValue::Given) => {
            let told = held.iter().any(|one| one.kind == EventKind::ConsentsLater);
            (!told).then(|| Event::new(EventKind::ConsentsLater, today))
        }
        (_, ConsentValue::Withdrawn) => {
            Some(Event::new(EventKind::Withdrawn, today).with(Details {
                method: Some(WithdrawalMethod::Professional),
                ..Details::default()
            }))
        }
        _ => None,
    }
}

/// Another birthday of somebody who came of age in the episode. Where it is still to come and nothing was
/// answered as an adult, it stands in place of the birthday that was recorded.
fn another_birthday(
    standing: &Standing,
    recorded: &[Event],
    known: &Known<'_>,
    today: Date,
) -> Event {
    let eighteen_on = known.eighteen_on();
    let to_come = eighteen_on.is_some_and(|day| day > today);
    let corrects = recorded
        .iter()
        .rposition(|event| event.kind == EventKind::TurnedEighteen)
        .filter(|_| to_come && standing.needs_adult_consent);
    Event {
        corrects,
        ..Event::new(EventKind::BirthDateChanged, today).with(Details {
            eighteen_on,
            ..Details::default()
        })
    }
}

/// The birthday first: whether they have come of age hangs on it.
fn of_child(standing: &Standing, known: &Known<'_>, today: Date) -> Option<Event> {
    let eighteen_on = known.eighteen_on();
    if eighteen_on != standing.eighteen_on {
        return Some(
            Event::new(EventKind::BirthDateChanged, today).with(Details {
                eighteen_on,
                ..Details::default()
            }),
        );
    }
    let adult = known.age == Some(AgeStatus::Adult);
    // Who was eighteen before the referral was sent did not come of age in it.
    let in_episode = |day: &Date| today >= *day && standing.sent_on.is_none_or(|sent| *day >= sent);
    adult.then(|| match eighteen_on.filter(in_episode) {
        Some(birthday) => Event::new(EventKind::TurnedEighteen, birthday),
        None => Event::new(EventKind::DeterminedAdult, today),
    })
}

/// What was answered as a child is no answer to whether they remain.
fn of_grown_child(standing: &Standing, known: &Known<'_>, today: Date) -> Option<Event> {
    match known.entry(standing.adult_since)? {
        ConsentValue::Given => {
            let wants = known.answer(ConsentItem::MsvccSupport);
            let wants = wants.is_some_and(|answer| answer.value == ConsentValue::Yes);
            Some(Event::new(EventKind::Remains, today).with(Details {
                wants_support: Some(wants),
                ..Details::default()
            }))
        }
        ConsentValue::Refused | ConsentValue::Withdrawn => {
            Some(Event::new(EventKind::DeclinesToRemain, today))
        }
        _ => None,
    }
}
