//! An episode as clocks see it.

use jiff::civil::date;

use super::*;
use crate::calendar::Division;
use crate::calendar::Holidays;
use crate::clock::{Clock, ClockFacts, ClockKind, RULES, Reads, Settled, SupportPeriods, clocks};
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

/// The clock of a kind after these events.
fn clock(events: &[Event], kind: ClockKind) -> Option<Clock> {
    let holidays = Holidays::shipped().unwrap();
    let all = clocks(&facts(events), &holidays, &SupportPeriods::default());
    all.into_iter().find(|clock| clock.kind == kind)
}

fn further(period: FurtherPeriod, day: Date) -> Event {
    plain(EventKind::FurtherPositive, day).with(Details {
        period: Some(period),
        ..Details::default()
    })
}

#[track_caller]
fn recovers(events: &[Event], reads: Reads, from: Date, until: Date) {
    let clock = clock(events, ClockKind::Recovery).unwrap_or_else(|| panic!("no recovery"));
    assert_eq!(
        (clock.reads, clock.starts_on, clock.on),
        (reads, from, until)
    );
    let standing = stands(events);
    match reads {
        Reads::Until => assert_eq!(
            standing.protected_until,
            Some(until),
            "as protection has it"
        ),
        _ => assert_eq!(standing.recovery_minimum_end(), Some(until)),
    }
}

#[test]
fn a_further_referral_on_old_facts_starts_no_recovery_clock_of_itself() {
    let pending = on(
        adult(),
        [plain(EventKind::ReferenceReceived, date(2026, 9, 1))],
    );
    let none = further(FurtherPeriod::None, date(2026, 9, 3));
    let events = on(pending.clone(), [none.clone()]);
    assert_eq!(clock(&events, ClockKind::Recovery), None);
    assert_eq!(stands(&events).protection, Protection::None);
    assert_eq!(stands(&events).recovery_minimum_end(), None);
    let day = date(2026, 9, 3);
    let determined = on(pending, [further(FurtherPeriod::Determined, day)]);
    recovers(&determined, Reads::AtLeastUntil, day, date(2026, 10, 2));
    // After a first period a further decision without one leaves it as it was.
    let after = on(positive(), [none]);
    recovers(&after, Reads::AtLeastUntil, day, date(2026, 10, 2));
}

#[test]
fn a_determined_period_begins_with_the_further_decision_and_ends_with_its_own_conclusive_one() {
    let day = date(2026, 10, 20);
    let events = on(positive(), [further(FurtherPeriod::Determined, day)]);
    recovers(&events, Reads::AtLeastUntil, day, date(2026, 11, 18));
    let concluded = |on: Date| event(EventKind::CgNegative, on);
    for (decided, until) in [
        (date(2026, 11, 17), date(2026, 11, 18)),
        (date(2026, 11, 18), date(2026, 11, 18)),
        (date(2026, 11, 19), date(2026, 11, 19)),
    ] {
        recovers(
            &on(events.clone(), [concluded(decided)]),
            Reads::Until,
            day,
            until,
        );
    }
    let day = date(2026, 11, 20);
    let events = on(
        positive(),
        [concluded(day), further(FurtherPeriod::Determined, day)],
    );
    recovers(&events, Reads::AtLeastUntil, day, date(2026, 12, 19));
}

#[test]
fn the_first_conclusive_decision_ends_recovery_whatever_becomes_of_it() {
    let from = date(2026, 9, 3);
    let until = date(2026, 11, 10);
    let revoked = on(
        positive(),
        [
            event(EventKind::CgPositive, until),
            event(EventKind::Revoked, date(2026, 12, 1)),
        ],
    );
    recovers(&revoked, Reads::Until, from, until);
    let overturned = on(
        positive(),
        [
            event(EventKind::CgNegative, until),
            asked(date(2026, 11, 20)),
            plain(EventKind::ReconsiderationOverturned, date(2026, 12, 8)),
        ],
    );
    recovers(&overturned, Reads::Until, from, until);
    let clock = clock(&overturned, ClockKind::Recovery).unwrap();
    assert_eq!(
        clock.settled,
        Some((Settled::Ended, until)),
        "it stops on its last day"
    );
}

#[test]
fn the_target_was_met_or_missed_with_the_first_decision() {
    let events = on(
        negative(Available::Yes),
        [
            asked(date(2026, 9, 10)),
            plain(EventKind::ReconsiderationOverturned, date(2026, 9, 20)),
        ],
    );
    let target = clock(&events, ClockKind::Reasonable).unwrap();
    assert_eq!(target.settled, Some((Settled::Decided, date(2026, 9, 3))));
}

#[test]
fn an_end_is_the_day_of_what_ended_it_and_another_place_has_other_bank_holidays() {
    let over = on(
        positive(),
        [
            event(EventKind::Closed, date(2026, 9, 10)),
            event(EventKind::Disqualified, date(2026, 9, 20)),
        ],
    );
    assert_eq!(facts(&over).closed_on, Some(date(2026, 9, 10)));
    let target = |events: &[Event]| clock(events, ClockKind::Reasonable).map(|clock| clock.on);
    assert_eq!(target(&adult()), Some(date(2026, 9, 7)));
    let moved = event(EventKind::PlaceChanged, date(2026, 9, 1));
    refuses(
        &on(adult(), [moved.clone()]),
        &moved,
        EventError::NothingChanged,
    );
    assert_eq!(target(&on(adult(), [moved])), Some(date(2026, 9, 4)));
}
