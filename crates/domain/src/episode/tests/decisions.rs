//! What decisions, and what comes between them, make of an episode: each day that matters with the day
//! before and the day after.

use jiff::ToSpan as _;
use jiff::civil::date;

use super::*;
use crate::task::TaskKind;

#[test]
fn a_positive_decision_protects_until_the_later_of_thirty_days_and_the_conclusive_one() {
    let events = positive();
    let standing = stands(&events);
    assert_eq!(standing.protection, Protection::S61);
    assert_eq!(standing.support, Some(Support::Requested));
    assert_eq!(standing.recovery_minimum_end(), Some(date(2026, 10, 2)));
    assert_eq!(standing.conclusive_from(), Some(date(2026, 10, 3)));
    for (decided, until) in [
        (date(2026, 10, 2), date(2026, 10, 2)),
        (date(2026, 10, 3), date(2026, 10, 3)),
        (date(2026, 11, 10), date(2026, 11, 10)),
        (date(2026, 9, 20), date(2026, 10, 2)),
    ] {
        let confirmed = Details {
            confirmed: true,
            ..Details::default()
        };
        let event = plain(EventKind::CgPositive, decided).with(confirmed);
        let standing = stands(&on(events.clone(), [event]));
        assert_eq!(standing.protected_until, Some(until));
        assert_eq!(standing.protection_on(until), Protection::S61);
        let after = until.saturating_add(1.day());
        assert_eq!(standing.protection_on(after), Protection::Ended);
    }
}

#[test]
fn a_conclusive_decision_before_its_earliest_day_is_confirmed_not_refused() {
    let events = positive();
    for kind in [EventKind::CgPositive, EventKind::CgNegative] {
        let details = Details {
            available: Some(Available::Unknown),
            ..Details::default()
        };
        let early = plain(kind, date(2026, 10, 2)).with(details.clone());
        refuses(&events, &early, EventError::Early);
        let confirmed = Details {
            confirmed: true,
            ..details.clone()
        };
        assert!(records(&events, &early.clone().with(confirmed)).is_ok());
        let panel = Details {
            authority: Some(Authority::DevolvedPanel),
            ..details.clone()
        };
        refuses(&events, &early.with(panel), EventError::PanelTooLate);
        for day in [date(2026, 10, 3), date(2026, 10, 4)] {
            assert!(records(&events, &plain(kind, day).with(details.clone())).is_ok());
        }
    }
}

#[test]
fn a_panel_may_decide_both_questions_on_one_day() {
    let panel = Details {
        authority: Some(Authority::DevolvedPanel),
        ..Details::default()
    };
    let day = date(2026, 10, 1);
    let events = on(
        child(date(2028, 1, 1)),
        [
            plain(EventKind::ReferenceReceived, day).with(panel),
            plain(EventKind::RgPositive, day),
        ],
    );
    assert!(records(&events, &plain(EventKind::CgPositive, day)).is_ok());
}

#[test]
fn a_panel_decides_for_children_more_than_a_hundred_days_from_eighteen() {
    let panel = Details {
        authority: Some(Authority::DevolvedPanel),
        ..Details::default()
    };
    let changed = plain(EventKind::AuthorityChanged, SENT).with(panel);
    for (days, may) in [(99, false), (100, false), (101, true)] {
        let events = child(SENT.saturating_add(days.days()));
        assert_eq!(records(&events, &changed).is_ok(), may, "{days}");
    }
    refuses(&adult(), &changed, EventError::PanelTooLate);
}

#[test]
fn a_reconsideration_is_available_only_as_the_letter_says() {
    let details = Details {
        grounds: vec![ReconsiderationGround::NewEvidence],
        requester: Some(Requester::SupportProvider),
        ..Details::default()
    };
    let asked = plain(EventKind::ReconsiderationRequested, date(2026, 9, 20)).with(details);
    refuses(
        &negative(Available::Unknown),
        &asked,
        EventError::AvailableUnknown,
    );
    refuses(&negative(Available::No), &asked, EventError::NotAvailable);
    assert!(records(&negative(Available::Yes), &asked).is_ok());
    let says = Details {
        available: Some(Available::Yes),
        ..Details::default()
    };
    let stated = plain(EventKind::ReconsiderationStated, date(2026, 9, 10)).with(says);
    let later = on(negative(Available::Unknown), [stated]);
    assert!(records(&later, &asked).is_ok());
    for (events, offered) in [
        (negative(Available::Unknown), false),
        (negative(Available::No), false),
        (negative(Available::Yes), true),
    ] {
        let open = stands(&events).open_to();
        assert_eq!(open.contains(&EventKind::ReconsiderationRequested), offered);
    }
}

#[test]
fn a_letter_that_offers_no_reconsideration_says_why() {
    let mut events = negative(Available::No);
    let mut decision = events.pop().unwrap_or_else(|| panic!("a decision"));
    decision.noted = false;
    refuses(&events, &decision, EventError::NoteMissing);
    decision.details.available = None;
    refuses(&events, &decision, EventError::AvailableMissing);
}

#[test]
fn a_reconsideration_is_asked_for_within_thirty_days_of_the_decision_or_exceptionally() {
    let details = Details {
        grounds: vec![ReconsiderationGround::Guidance],
        requester: Some(Requester::Lawyer),
        ..Details::default()
    };
    let events = negative(Available::Yes);
    let asked = |day| plain(EventKind::ReconsiderationRequested, day).with(details.clone());
    refuses(
        &events,
        &asked(date(2026, 9, 2)),
        EventError::BeforeDecision,
    );
    for day in [date(2026, 9, 3), date(2026, 10, 2), date(2026, 10, 3)] {
        assert!(records(&events, &asked(day)).is_ok(), "{day}");
    }
    let late = asked(date(2026, 10, 4));
    refuses(&events, &late, EventError::Late);
    let exceptional = Details {
        exceptional: true,
        ..details.clone()
    };
    refuses(
        &events,
        &late.clone().with(exceptional.clone()),
        EventError::Late,
    );
    let noted = Event {
        noted: true,
        ..late.with(exceptional)
    };
    assert!(records(&events, &noted).is_ok());
}

#[test]
fn an_overturned_decision_starts_recovery_on_its_own_day() {
    let asked = Details {
        grounds: vec![ReconsiderationGround::NewEvidence],
        requester: Some(Requester::Person),
        ..Details::default()
    };
    let events = on(
        negative(Available::Yes),
        [
            plain(EventKind::ReconsiderationRequested, date(2026, 9, 20)).with(asked),
            plain(EventKind::ReconsiderationOverturned, date(2026, 10, 15)),
        ],
    );
    let standing = stands(&events);
    assert_eq!(standing.state, State::RgPositive);
    assert_eq!(standing.protection, Protection::S61);
    assert_eq!(standing.recovery_minimum_end(), Some(date(2026, 11, 13)));
    assert_eq!(standing.conclusive_from(), Some(date(2026, 11, 14)));
}

#[test]
fn a_negative_decision_raises_its_review_and_leaves_the_crime_record_alone() {
    let mut events = negative(Available::Yes);
    let decision = events.pop().unwrap_or_else(|| panic!("a decision"));
    let to_do = records(&events, &decision)
        .map(|taken| taken.to_do)
        .unwrap_or_default();
    for kind in [
        TaskKind::DecisionReview,
        TaskKind::ReconsiderationDay20,
        TaskKind::ReconsiderationDay27,
        TaskKind::PassOnDecision,
    ] {
        assert!(to_do.contains(&ToDo::Raise(kind)), "{kind:?}");
    }
    assert!(!to_do.contains(&ToDo::Settle(TaskKind::CrimeRecord)));
    for row in TABLE {
        let settles = row.effects.contains(&Effect::Settle(TaskKind::CrimeRecord));
        assert!(!settles, "{row:?} cancels a crime record");
    }
}

#[test]
fn a_disqualification_is_a_flag_and_closes_nothing() {
    let ground = Details {
        disqualification: Some(DisqualificationGround::ForeignCriminal),
        ..Details::default()
    };
    let flag = plain(EventKind::Disqualified, date(2026, 10, 12)).with(ground);
    let in_service = plain(EventKind::SupportChanged, date(2026, 9, 4)).with(Details {
        support: Some(Support::InService),
        ..Details::default()
    });
    let events = on(positive(), [in_service, flag.clone()]);
    let standing = stands(&events);
    assert_eq!(standing.state, State::RgPositive);
    assert_eq!(standing.protection, Protection::Disqualified);
    assert_eq!(standing.support, Some(Support::Exited));
    assert!(standing.disqualified.is_some());
    assert!(standing.open_to().contains(&EventKind::CgPositive));
    refuses(&events, &flag, EventError::DisqualifiedAlready);
    refuses(&adult(), &flag, EventError::NoPositive);
    refuses(&negative(Available::Yes), &flag, EventError::NoPositive);
    let decided = plain(EventKind::CgPositive, date(2026, 11, 1));
    let after = stands(&on(events, [decided]));
    assert_eq!(
        (after.state, after.protection),
        (State::CgPositive, Protection::Disqualified)
    );
}

#[test]
fn a_child_cannot_withdraw_and_is_asked_at_eighteen() {
    let birthday = date(2026, 12, 20);
    let events = child(birthday);
    let form = Details {
        method: Some(WithdrawalMethod::SignedForm),
        ..Details::default()
    };
    let withdraws = plain(EventKind::Withdrawn, date(2026, 10, 1)).with(form);
    refuses(&events, &withdraws, EventError::ChildWithdraws);
    let grown = |day| plain(EventKind::TurnedEighteen, day);
    refuses(
        &events,
        &grown(date(2026, 12, 19)),
        EventError::BeforeEighteen,
    );
    assert!(records(&events, &grown(date(2026, 12, 21))).is_ok());
    let events = on(events, [grown(birthday)]);
    let standing = stands(&events);
    assert_eq!(standing.state, State::NrmSubmitted);
    assert!(standing.needs_adult_consent);
    refuses(&events, &grown(birthday), EventError::AdultAlready);

    let declines = stands(&on(
        events.clone(),
        [plain(EventKind::DeclinesToRemain, birthday)],
    ));
    assert_eq!(
        (declines.state, declines.needs_adult_consent),
        (State::Withdrawn, false)
    );

    let remains = plain(EventKind::Remains, birthday);
    refuses(&events, &remains, EventError::SupportMissing);
    let wants = Details {
        wants_support: Some(true),
        ..Details::default()
    };
    let taken = records(&events, &remains.with(wants)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(taken.standing.state, State::NrmSubmitted);
    assert_eq!(taken.standing.support, Some(Support::Requested));
    for kind in [TaskKind::SupportReferral, TaskKind::LeavingCare] {
        assert!(taken.to_do.contains(&ToDo::Raise(kind)), "{kind:?}");
    }
}

#[test]
fn nobody_is_asked_to_remain_who_consented_as_an_adult() {
    let remains = event(EventKind::Remains, date(2026, 9, 1));
    refuses(&adult(), &remains, EventError::NotAsked);
    let grown = plain(EventKind::TurnedEighteen, date(2026, 9, 1));
    refuses(&adult(), &grown, EventError::AdultAlready);
}

#[test]
fn a_further_positive_on_old_facts_starts_no_period_unless_one_was_determined() {
    let after = |period| {
        let details = Details {
            period: Some(period),
            ..Details::default()
        };
        let cg = Details {
            available: Some(Available::Unknown),
            ..Details::default()
        };
        stands(&on(
            positive(),
            [
                plain(EventKind::CgNegative, date(2026, 10, 20)).with(cg),
                plain(EventKind::FurtherPositive, date(2026, 12, 1)).with(details),
            ],
        ))
    };
    let none = after(FurtherPeriod::None);
    assert_eq!(none.protection_on(date(2026, 12, 1)), Protection::Ended);
    assert_eq!(none.state, State::CgNegative);
    let determined = after(FurtherPeriod::Determined);
    assert_eq!(determined.protection_on(date(2026, 12, 1)), Protection::S62);
    assert_eq!(determined.recovery_minimum_end(), Some(date(2026, 12, 30)));
}

#[test]
fn a_missing_person_is_not_withdrawn_and_a_suspension_leads_back() {
    let events = on(positive(), [plain(EventKind::Missing, date(2026, 9, 10))]);
    let standing = stands(&events);
    assert_eq!(
        (standing.state, standing.missing_since),
        (State::RgPositive, Some(date(2026, 9, 10)))
    );
    refuses(
        &events,
        &plain(EventKind::Missing, date(2026, 9, 11)),
        EventError::MissingAlready,
    );
    let paused = Event {
        noted: true,
        ..plain(EventKind::Suspended, date(2026, 9, 12))
    };
    let events = on(events, [paused, plain(EventKind::Found, date(2026, 9, 20))]);
    assert_eq!(stands(&events).state, State::Suspended);
    refuses(
        &events,
        &plain(EventKind::Found, date(2026, 9, 21)),
        EventError::NotMissing,
    );
    let events = on(events, [plain(EventKind::Resumed, date(2026, 9, 21))]);
    assert_eq!(stands(&events).state, State::RgPositive);
}

#[test]
fn waiting_is_counted_and_no_day_is_promised() {
    let standing = stands(&positive());
    assert_eq!(standing.days_waiting(date(2026, 9, 3)), Some(0));
    assert_eq!(standing.days_waiting(date(2026, 12, 3)), Some(91));
    assert!(!standing.conclusive_pending(date(2026, 10, 2)));
    assert!(standing.conclusive_pending(date(2026, 10, 3)));
}

#[test]
fn a_reconsideration_is_used_up_unless_the_new_letter_offers_another() {
    let asked = event(EventKind::ReconsiderationRequested, date(2026, 9, 10));
    for kind in [
        EventKind::ReconsiderationUpheld,
        EventKind::ReconsiderationRefused,
    ] {
        for (says, want) in [
            (None, Err(EventError::AvailableUnknown)),
            (Some(Available::Unknown), Err(EventError::AvailableUnknown)),
            (Some(Available::No), Err(EventError::NotAvailable)),
            (Some(Available::Yes), Ok(State::RgReconsideration)),
        ] {
            let answer = plain(kind, date(2026, 9, 20)).with(Details {
                available: says,
                ..Details::default()
            });
            let events = on(negative(Available::Yes), [asked.clone(), answer]);
            let again = event(EventKind::ReconsiderationRequested, date(2026, 9, 21));
            let taken = records(&events, &again).map(|taken| taken.standing.state);
            assert_eq!(taken, want, "{kind:?}, {says:?}");
            let offered = stands(&events).open_to();
            let offered = offered.contains(&EventKind::ReconsiderationRequested);
            assert_eq!(offered, want.is_ok(), "{kind:?}, {says:?}");
        }
    }
}

#[test]
fn where_the_letter_offers_no_reconsideration_nobody_is_reminded_of_one() {
    let days = [
        TaskKind::ReconsiderationDay20,
        TaskKind::ReconsiderationDay27,
    ];
    let asks = |events: &[Event]| {
        let (last, before) = events.split_last().unwrap();
        let to_do = records(before, last).unwrap().to_do;
        let of = |one: fn(TaskKind) -> ToDo| days.iter().all(|day| to_do.contains(&one(*day)));
        (of(ToDo::Raise), of(ToDo::Settle))
    };
    for (says, raised) in [
        (Available::Yes, true),
        (Available::Unknown, true),
        (Available::No, false),
    ] {
        assert_eq!(asks(&negative(says)), (raised, false), "{says:?}");
    }
    let says = |says, day| Event {
        noted: true,
        ..plain(EventKind::ReconsiderationStated, day).with(Details {
            available: Some(says),
            ..Details::default()
        })
    };
    let none = on(
        negative(Available::Unknown),
        [says(Available::No, date(2026, 9, 5))],
    );
    assert_eq!(asks(&none), (false, true));
    let after_all = on(none, [says(Available::Yes, date(2026, 9, 6))]);
    assert_eq!(asks(&after_all), (true, false));
    let known = on(
        negative(Available::Unknown),
        [says(Available::Yes, date(2026, 9, 5))],
    );
    assert_eq!(asks(&known), (false, false), "they are open already");
}

#[test]
fn decisions_raise_what_the_table_says_about_leave_needs_and_the_way_out_of_support() {
    let inside = plain(EventKind::SupportChanged, date(2026, 9, 4)).with(Details {
        support: Some(Support::InService),
        ..Details::default()
    });
    let to_do = |events: &[Event], kind, day| records(events, &event(kind, day)).unwrap();
    let day = date(2026, 11, 10);
    let out = positive();
    let within = on(positive(), [inside]);
    for (events, served) in [(&out, false), (&within, true)] {
        let yes = to_do(events, EventKind::CgPositive, day);
        assert!(yes.to_do.contains(&ToDo::Raise(TaskKind::LeaveConsidered)));
        let needs = yes.to_do.contains(&ToDo::Raise(TaskKind::RecoveryNeeds));
        assert_eq!(needs, served);
        let no = to_do(events, EventKind::CgNegative, day);
        let exit = no.to_do.contains(&ToDo::Raise(TaskKind::SupportExit));
        assert_eq!(exit, served);
        let moves_on = no.standing.support == Some(Support::Transition);
        assert_eq!(moves_on, served);
    }
    let barred = on(within, [event(EventKind::Disqualified, date(2026, 9, 12))]);
    let yes = to_do(&barred, EventKind::CgPositive, day);
    assert!(
        !yes.to_do.contains(&ToDo::Raise(TaskKind::LeaveConsidered)),
        "s.63"
    );
    let mut events = negative(Available::Yes);
    let first = events.pop().unwrap();
    let no = records(&events, &first).unwrap();
    assert!(no.to_do.contains(&ToDo::Settle(TaskKind::EmergencySupport)));
}
