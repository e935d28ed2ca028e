//! An episode as clocks see it.

use jiff::civil::date;

use super::*;
use crate::calendar::Division;
use crate::clock::{ClockFacts, RULES};
use crate::task::TaskKind;

#[track_caller]
fn facts(events: &[Event]) -> ClockFacts {
    let held = holding(events).unwrap_or_default();
    clock_facts(&stands(events), &held, Division::EnglandAndWales, None)
}

fn asked(day: Date) -> Event {
    plain(EventKind::ReconsiderationRequested, day).with(said())
}

/// A negative decision that was overturned, and a negative conclusive decision after it.
fn refused_again() -> Vec<Event> {
    on(
        negative(Available::Yes),
        [
            asked(date(2026, 9, 10)),
            plain(EventKind::ReconsiderationOverturned, date(2026, 9, 20)),
            plain(EventKind::CgNegative, date(2026, 11, 2)).with(said()),
        ],
    )
}

#[test]
fn a_request_about_one_decision_is_none_about_the_next() {
    let events = negative(Available::Yes);
    assert_eq!(facts(&events).reconsideration_asked_on, None);
    let events = on(events, [asked(date(2026, 9, 10))]);
    let held = facts(&events);
    assert_eq!(held.reconsideration_asked_on, Some(date(2026, 9, 10)));
    assert_eq!(held.reconsideration_answered_on, None);

    let events = refused_again();
    let held = facts(&events);
    assert_eq!(held.reconsideration_asked_on, None);
    assert_eq!(held.reconsideration_answered_on, None);
    let events = on(
        events,
        [
            asked(date(2026, 11, 20)),
            plain(EventKind::ReconsiderationUpheld, date(2026, 11, 30)),
        ],
    );
    let held = facts(&events);
    assert_eq!(held.reconsideration_asked_on, Some(date(2026, 11, 20)));
    assert_eq!(held.reconsideration_answered_on, Some(date(2026, 11, 30)));
}

#[test]
fn a_revoked_decision_can_be_asked_about_anew() {
    let events = on(
        refused_again(),
        [
            asked(date(2026, 11, 5)),
            plain(EventKind::ReconsiderationOverturned, date(2026, 11, 9)),
            event(EventKind::Revoked, date(2026, 11, 12)),
        ],
    );
    assert_eq!(facts(&events).reconsideration_asked_on, None);
}

#[test]
fn a_child_that_came_of_age_keeps_its_birthday_clocks_and_one_found_to_be_adult_has_none() {
    let birthday = date(2026, 12, 20);
    let grown = plain(EventKind::TurnedEighteen, birthday);
    let found = plain(EventKind::DeterminedAdult, birthday);
    assert!(facts(&child(birthday)).child);
    assert!(facts(&on(child(birthday), [grown])).child);
    assert!(!facts(&on(child(birthday), [found])).child);
    assert!(!facts(&adult()).child);
}

#[test]
fn a_duty_to_notify_is_no_referral_and_an_end_is_a_day() {
    let notified = facts(&[plain(EventKind::NotifiedRefused, SENT)]);
    assert_eq!(notified.route, Some(Route::Dtn));
    let over = on(adult(), [event(EventKind::Closed, date(2026, 9, 4))]);
    let over = facts(&over);
    assert_eq!(
        (over.route, over.closed_on),
        (Some(Route::Nrm), Some(date(2026, 9, 4)))
    );
    assert_eq!(facts(&adult()).closed_on, None);
}

#[test]
fn a_task_waits_only_for_clocks_that_have_rules() {
    let mut waiting = 0;
    for waits in TaskKind::ALL.iter().filter_map(|kind| waits_for(*kind)) {
        for clock in waits.from.into_iter().chain([waits.due]) {
            assert!(RULES.iter().any(|rule| rule.kind == clock), "{clock:?}");
        }
        waiting += 1;
    }
    assert_eq!(waiting, 6);
}
