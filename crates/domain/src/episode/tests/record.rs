//! What is refused, and what a correction makes of what was recorded and of what was to be done.

use jiff::ToSpan as _;
use jiff::civil::date;

use super::*;
use crate::task::TaskKind;

#[test]
fn an_event_is_corrected_by_a_further_one_that_names_it() {
    let events = positive();
    let later = Event {
        corrects: Some(2),
        noted: true,
        ..plain(EventKind::RgPositive, date(2026, 9, 4))
    };
    let taken = records(&events, &later).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        taken.standing.recovery_minimum_end(),
        Some(date(2026, 10, 3))
    );
    let unsaid = Event {
        noted: false,
        ..later.clone()
    };
    refuses(&events, &unsaid, EventError::NoteMissing);
    let nothing = Event {
        corrects: Some(9),
        ..later.clone()
    };
    refuses(&events, &nothing, EventError::NothingToCorrect);
    // A correction can itself be corrected, and an event can have happened in error.
    let events = on(events, [later]);
    let again = Event {
        corrects: Some(3),
        ..events[3].clone()
    };
    let again = Event {
        on: date(2026, 9, 2),
        ..again
    };
    let events = on(events, [again]);
    assert_eq!(
        stands(&events).recovery_minimum_end(),
        Some(date(2026, 10, 1))
    );
    let error = Event {
        corrects: Some(4),
        noted: true,
        ..plain(EventKind::RecordedInError, date(2026, 9, 5))
    };
    let events = on(events, [error.clone()]);
    assert_eq!(stands(&events).state, State::RgPending);
    refuses(&events, &error, EventError::NothingToCorrect);
}

#[test]
fn a_correction_that_what_followed_could_not_follow_is_refused() {
    let events = on(
        positive(),
        [plain(EventKind::CgPositive, date(2026, 10, 10))],
    );
    let error = Event {
        corrects: Some(2),
        noted: true,
        ..plain(EventKind::RecordedInError, date(2026, 10, 11))
    };
    refuses(&events, &error, EventError::CorrectionBreaks);
    let sending = Event {
        corrects: Some(0),
        ..error
    };
    refuses(&events, &sending, EventError::NothingToCorrect);
}

#[test]
fn days_that_cannot_be_are_refused() {
    let events = adult();
    let reference = plain(EventKind::ReferenceReceived, SENT);
    let future = Event {
        on: TODAY.saturating_add(1.day()),
        ..reference.clone()
    };
    refuses(&events, &future, EventError::Future);
    let early = Event {
        on: SENT.saturating_sub(1.day()),
        ..reference.clone()
    };
    refuses(&events, &early, EventError::BeforeSending);
    let received = Event {
        received_on: Some(SENT.saturating_sub(1.day())),
        ..reference.clone()
    };
    refuses(&events, &received, EventError::ReceivedBefore);
    assert!(records(&events, &reference).is_ok());
}

/// The event with this number never happened.
fn in_error(number: usize, day: Date) -> Event {
    Event {
        corrects: Some(number),
        noted: true,
        ..plain(EventKind::RecordedInError, day)
    }
}

fn to_do(events: &[Event], new: &Event) -> Vec<ToDo> {
    records(events, new)
        .map(|taken| taken.to_do)
        .unwrap_or_default()
}

#[test]
fn what_only_a_wrong_entry_asked_for_is_settled_with_it() {
    let events = negative(Available::Yes);
    let done = to_do(&events, &in_error(2, date(2026, 9, 6)));
    for kind in [
        TaskKind::PassOnDecision,
        TaskKind::DecisionReview,
        TaskKind::ReconsiderationDay20,
        TaskKind::ReconsiderationDay27,
        TaskKind::LegalAdvice,
    ] {
        assert!(done.contains(&ToDo::Settle(kind)), "{kind:?}");
    }
    // The sending asked for these, and it happened.
    for kind in [TaskKind::CrimeRecord, TaskKind::SafeguardingAssessment] {
        assert!(!done.contains(&ToDo::Settle(kind)), "{kind:?}");
    }
}

#[test]
fn what_a_wrong_entry_settled_is_raised_again() {
    let done = to_do(&positive(), &in_error(2, date(2026, 9, 6)));
    assert!(done.contains(&ToDo::Raise(TaskKind::EmergencySupport)));
    assert!(done.contains(&ToDo::Settle(TaskKind::PassOnDecision)));
}

#[test]
fn another_decision_in_place_of_a_wrong_one_asks_for_what_it_asks_for() {
    let right = Event {
        corrects: Some(2),
        noted: true,
        ..plain(EventKind::RgPositive, date(2026, 9, 3))
    };
    let done = to_do(&negative(Available::Yes), &right);
    let settled: Vec<_> = [
        TaskKind::DecisionReview,
        TaskKind::ReconsiderationDay20,
        TaskKind::ReconsiderationDay27,
        TaskKind::LegalAdvice,
    ]
    .into_iter()
    .filter(|kind| !done.contains(&ToDo::Settle(*kind)))
    .collect();
    assert_eq!(settled, Vec::new());
    // Either decision is passed on: that task stays, or was done.
    assert!(!done.iter().any(|one| matches!(
        one,
        ToDo::Raise(TaskKind::PassOnDecision) | ToDo::Settle(TaskKind::PassOnDecision)
    )));
}

#[test]
fn another_day_for_the_same_decision_asks_for_nothing_anew() {
    let events = negative(Available::Yes);
    let later = Event {
        corrects: Some(2),
        noted: true,
        on: date(2026, 9, 4),
        ..events[2].clone()
    };
    assert_eq!(to_do(&events, &later), Vec::new());
}

#[test]
fn what_comes_before_what_it_follows_is_refused_with_the_reason() {
    let pending = on(
        adult(),
        [plain(EventKind::ReferenceReceived, date(2026, 9, 1))],
    );
    let missing = on(adult(), [plain(EventKind::Missing, date(2026, 9, 1))]);
    let paused = on(
        pending.clone(),
        [event(EventKind::Suspended, date(2026, 9, 1))],
    );
    let before = EventError::BeforeReference;
    for (events, kind, error) in [
        (&pending, EventKind::RgPositive, before),
        (&pending, EventKind::RgNegative, before),
        (&pending, EventKind::FurtherPositive, before),
        (&missing, EventKind::Found, EventError::BeforeMissing),
        (&paused, EventKind::Resumed, EventError::BeforeSuspension),
    ] {
        refuses(events, &event(kind, date(2026, 8, 31)), error);
        for day in [date(2026, 9, 1), date(2026, 9, 2)] {
            assert!(
                records(events, &event(kind, day)).is_ok(),
                "{kind:?} on {day}"
            );
        }
    }
    let day = date(2026, 9, 5);
    let asked = |answer_by| {
        let mut asked = event(EventKind::InformationAsked, day);
        asked.details.answer_by = Some(answer_by);
        asked
    };
    refuses(&pending, &asked(date(2026, 9, 4)), EventError::AnswerBefore);
    for answer_by in [day, date(2026, 9, 6)] {
        assert!(records(&pending, &asked(answer_by)).is_ok(), "{answer_by}");
    }
}

#[test]
fn a_correction_keeps_what_it_does_not_touch() {
    let birthday = date(2026, 12, 20);
    let later = SENT.saturating_add(1.day());
    let moved = |kind, number| Event {
        corrects: Some(number),
        noted: true,
        ..plain(kind, later)
    };
    let events = child(birthday);
    let new = moved(EventKind::ReferredAsChild, 0).carried_over(&events);
    let standing = records(&events, &new).unwrap().standing;
    assert_eq!(
        (standing.sent_on, standing.eighteen_on),
        (Some(later), Some(birthday))
    );
    let events = adult();
    let new = moved(EventKind::ReferredWithConsent, 0).carried_over(&events);
    let taken = records(&events, &new).unwrap();
    assert_eq!(taken.standing.support, Some(Support::Requested));
    assert_eq!(
        taken.to_do,
        vec![],
        "nothing more and nothing less is to be done"
    );
    // What is said stands; what stood in the meantime is what is carried over.
    let events = on(events, [new]);
    let wanted = Details {
        wants_support: Some(false),
        ..Details::default()
    };
    let again = moved(EventKind::ReferredWithConsent, 0).with(wanted);
    assert_eq!(again.clone().carried_over(&events), again);
    let events = on(events, [again]);
    let once_more = moved(EventKind::ReferredWithConsent, 0).carried_over(&events);
    assert_eq!(once_more.details.wants_support, Some(false));
    // Another kind of decision has another letter.
    let other = moved(EventKind::RgNegative, 2).carried_over(&positive());
    assert_eq!(other.details, Details::default());
}

#[test]
fn nobody_records_by_hand_what_follows_from_facts_or_is_not_asked_beside_an_event() {
    let check = |new: Event, want| assert_eq!(by_hand(&positive(), &new), want, "{new:?}");
    for kind in EventKind::ALL {
        let new = plain(*kind, SENT);
        let want = match kind.by_hand() {
            true => Ok(()),
            false => Err(EventError::NotByHand),
        };
        check(new, want);
    }
    let with = |kind, details| plain(kind, SENT).with(details);
    let leave = Details {
        leave: Some(Leave::Granted),
        ..Details::default()
    };
    check(
        with(EventKind::Missing, leave.clone()),
        Err(EventError::NotBeside(Detail::Leave)),
    );
    check(with(EventKind::LeaveChanged, leave), Ok(()));
    let authority = Details {
        authority: Some(Authority::Ieca),
        ..Details::default()
    };
    check(
        with(EventKind::Missing, authority),
        Err(EventError::NotBeside(Detail::Authority)),
    );
    let error = Event {
        corrects: Some(2),
        noted: true,
        ..plain(EventKind::RecordedInError, SENT)
    };
    check(error.clone(), Ok(()));
    let unsaid = Event {
        noted: false,
        ..error
    };
    check(unsaid, Err(EventError::NoteMissing));
}
