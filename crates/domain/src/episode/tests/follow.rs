//! What follows from facts, as a table: what was recorded, what is known, and the event.

use jiff::civil::{date, time};

use super::*;
use crate::age::AgeStatus;
use crate::consent::{Consent, ConsentItem, ConsentValue};
use crate::london;
use crate::partial_date::PartialDate;

const BIRTHDAY: Date = date(2026, 12, 20);
const NOW: Date = date(2026, 12, 24);

fn answer(item: ConsentItem, value: ConsentValue, day: Date) -> Consent {
    Consent {
        asked_at: london::instant(day, time(12, 0, 0, 0)).as_microsecond(),
        item,
        value,
        explained_by: "DC Amber".into(),
        language: None,
        interpreter: None,
        interpreter_chosen: false,
        interpreter_why: None,
        method: None,
        explanation_version: None,
        notice_version: None,
        reason: None,
    }
}

fn born(text: &str) -> Option<PartialDate> {
    text.parse().ok()
}

#[track_caller]
fn after(events: &[Event], known: Known<'_>) -> Option<(EventKind, Date)> {
    let held = holding(events).unwrap_or_default();
    follows(&stands(events), &held, &known, NOW).map(|event| (event.kind, event.on))
}

#[test]
fn a_birthday_moves_with_the_date_of_birth_and_decides_whether_they_came_of_age() {
    let child = child(BIRTHDAY);
    let known = |age, text| Known {
        answers: &[],
        age,
        born: born(text),
    };
    let adult = Some(AgeStatus::Adult);
    for (text, age, want) in [
        ("2008-12-20", None, None),
        (
            "2008-12-20",
            adult,
            Some((EventKind::TurnedEighteen, BIRTHDAY)),
        ),
        (
            "2008-12-19",
            adult,
            Some((EventKind::BirthDateChanged, NOW)),
        ),
        ("2008-12-21", None, Some((EventKind::BirthDateChanged, NOW))),
        ("2008", None, Some((EventKind::BirthDateChanged, NOW))),
    ] {
        assert_eq!(after(&child, known(age, text)), want, "{text}");
    }
    let changed = follows(&stands(&child), &child, &known(None, "2009-01-02"), NOW);
    let changed = changed.unwrap_or_else(|| panic!("another birthday"));
    assert_eq!(changed.details.eighteen_on, Some(date(2027, 1, 2)));
    // Then the guard and the clocks have the other birthday, and nothing follows twice.
    let moved = on(child, [changed]);
    assert_eq!(after(&moved, known(None, "2009-01-02")), None);
    refuses(
        &moved,
        &plain(EventKind::TurnedEighteen, date(2027, 1, 1)),
        EventError::BeforeEighteen,
    );
    assert!(records(&moved, &plain(EventKind::TurnedEighteen, date(2027, 1, 2))).is_ok());
    assert!(records(&moved, &plain(EventKind::TurnedEighteen, date(2027, 1, 3))).is_ok());
}

#[test]
fn an_adult_by_another_way_than_a_birthday_was_found_to_be_one() {
    let child = vec![plain(EventKind::ReferredAsChild, SENT)];
    for (text, want) in [
        ("", Some((EventKind::DeterminedAdult, NOW))),
        ("2000", Some((EventKind::DeterminedAdult, NOW))),
    ] {
        let known = Known {
            answers: &[],
            age: Some(AgeStatus::Adult),
            born: born(text),
        };
        assert_eq!(after(&child, known), want, "{text}");
    }
}

#[test]
fn only_what_is_asked_since_they_are_an_adult_says_whether_they_remain() {
    let events = on(
        child(BIRTHDAY),
        [plain(EventKind::TurnedEighteen, BIRTHDAY)],
    );
    let remains = Some((EventKind::Remains, NOW));
    let declines = Some((EventKind::DeclinesToRemain, NOW));
    for (value, day, want) in [
        (ConsentValue::Given, date(2026, 12, 19), None),
        (ConsentValue::Given, date(2026, 12, 20), remains),
        (ConsentValue::Given, date(2026, 12, 21), remains),
        (ConsentValue::Refused, date(2026, 12, 19), None),
        (ConsentValue::Refused, date(2026, 12, 20), declines),
        (ConsentValue::Withdrawn, date(2026, 12, 21), declines),
        (ConsentValue::Undecided, date(2026, 12, 21), None),
    ] {
        let answers = [answer(ConsentItem::NrmEntry, value, day)];
        let known = Known {
            answers: &answers,
            age: Some(AgeStatus::Adult),
            born: born("2008-12-20"),
        };
        assert_eq!(after(&events, known), want, "{value:?} on {day}");
    }
}

#[test]
fn an_adult_who_takes_consent_back_withdraws_and_one_who_gives_it_after_a_duty_begins_anew() {
    let notified = vec![plain(EventKind::NotifiedRefused, SENT)];
    let told = on(notified.clone(), [plain(EventKind::ConsentsLater, SENT)]);
    let withdrawn = Some((EventKind::Withdrawn, NOW));
    let later = Some((EventKind::ConsentsLater, NOW));
    for (events, value, want) in [
        (&adult(), ConsentValue::Withdrawn, withdrawn),
        (&adult(), ConsentValue::Given, None),
        (&notified, ConsentValue::Given, later),
        (&notified, ConsentValue::Refused, None),
        (&told, ConsentValue::Given, None),
    ] {
        let answers = [answer(ConsentItem::NrmEntry, value, SENT)];
        let known = Known {
            answers: &answers,
            age: Some(AgeStatus::Adult),
            born: None,
        };
        assert_eq!(after(events, known), want, "{value:?}");
    }
}
