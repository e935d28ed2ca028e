//! What follows from facts, as a table: what was recorded, what is known, and the event.

use jiff::ToSpan as _;
use jiff::civil::{date, time};

use super::*;
use crate::age::AgeStatus;
use crate::consent::{Consent, ConsentItem, ConsentValue};
use crate::london;
use crate::partial_date::PartialDate;

use super::event as event_of;
use crate::task::TaskKind;

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
    follows(&stands(events), events, &held, &known, NOW).map(|event| (event.kind, event.on))
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
    let changed = follows(
        &stands(&child),
        &child,
        &child,
        &known(None, "2009-01-02"),
        NOW,
    );
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
fn a_birthday_that_is_still_to_come_is_taken_back_and_a_child_cannot_withdraw() {
    let known = |text| Known {
        answers: &[],
        age: None,
        born: born(text),
    };
    let grown = on(
        child(BIRTHDAY),
        [plain(EventKind::TurnedEighteen, BIRTHDAY)],
    );
    let corrected = |events: &[Event], text| {
        let held = holding(events).unwrap_or_default();
        let event = follows(&stands(events), events, &held, &known(text), NOW);
        event.unwrap_or_else(|| panic!("another birthday"))
    };
    for (text, corrects, child) in [
        ("2008-12-19", None, false),
        ("2008-12-24", None, false),
        ("2008-12-25", Some(1), true),
        ("2009-06-01", Some(1), true),
    ] {
        let event = corrected(&grown, text);
        assert_eq!(
            (event.kind, event.corrects),
            (EventKind::BirthDateChanged, corrects),
            "{text}"
        );
        let taken = records(&grown, &event).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            (taken.standing.child, taken.standing.needs_adult_consent),
            (child, !child),
            "{text}"
        );
        let settled = taken.to_do.contains(&ToDo::Settle(TaskKind::AskConsent));
        assert_eq!(settled, child, "{text}");
        let raised = taken.to_do.contains(&ToDo::Raise(TaskKind::EighteenIn28));
        assert_eq!(raised, child, "{text}");
        let moved = on(grown.clone(), [event]);
        assert_eq!(after(&moved, known(text)), None, "{text}: once");
        let withdraws = event_of(EventKind::Withdrawn, NOW);
        let withdrawn = records(&moved, &withdraws).map(|taken| taken.standing.state);
        let want = match child {
            true => Err(EventError::ChildWithdraws),
            false => Ok(State::Withdrawn),
        };
        assert_eq!(withdrawn, want, "{text}");
    }
    // What was answered as an adult stands; the other birthday is an event of its own.
    let wants = Details {
        wants_support: Some(false),
        ..Details::default()
    };
    let remains = plain(EventKind::Remains, BIRTHDAY).with(wants);
    let remained = on(grown, [remains]);
    let event = corrected(&remained, "2009-06-01");
    assert_eq!(event.corrects, None);
    let taken = records(&remained, &event).unwrap_or_else(|error| panic!("{error}"));
    assert!(taken.standing.child);
    assert!(taken.to_do.contains(&ToDo::Raise(TaskKind::EighteenIn28)));
}

#[test]
fn an_adult_by_another_way_than_a_birthday_was_found_to_be_one() {
    let before = SENT.saturating_sub(1.day());
    for (birthday, want) in [
        (before, (EventKind::DeterminedAdult, NOW)),
        (SENT, (EventKind::TurnedEighteen, SENT)),
    ] {
        let known = Known {
            answers: &[],
            age: Some(AgeStatus::Adult),
            born: born(&birthday.saturating_sub(18.years()).to_string()),
        };
        assert_eq!(after(&child(birthday), known), Some(want), "{birthday}");
    }
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
