//! Every row of the table, every pair that no row names, and what no sequence of events can reach.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::task::TaskKind;

const SENT: Date = date(2026, 8, 28);
const TODAY: Date = date(2027, 12, 31);

/// Everything any event needs said, so that what is refused is refused by the table.
fn said() -> Details {
    Details {
        authority: None,
        available: Some(Available::Yes),
        grounds: vec![ReconsiderationGround::NewEvidence],
        requester: Some(Requester::FirstResponder),
        exceptional: true,
        confirmed: true,
        method: Some(WithdrawalMethod::SignedForm),
        disqualification: Some(DisqualificationGround::ForeignCriminal),
        closing: Some(ClosingReason::LeftUk),
        period: Some(FurtherPeriod::None),
        support: Some(Support::InService),
        leave: Some(Leave::UnderConsideration),
        wants_support: Some(true),
        eighteen_on: None,
        answer_by: None,
    }
}

fn event(kind: EventKind, on: Date) -> Event {
    let authority = (kind == EventKind::AuthorityChanged).then_some(Authority::Ieca);
    let details = Details {
        authority,
        ..said()
    };
    Event {
        noted: true,
        ..Event::new(kind, on).with(details)
    }
}

/// A standing in a state, in which every guard of the event holds.
fn ready(state: State, kind: EventKind) -> Standing {
    let positive = Decision {
        positive: true,
        on: SENT,
        received_on: None,
    };
    let negative = Decision {
        positive: false,
        ..positive
    };
    let at_first = matches!(state, State::RgNegative | State::RgReconsideration);
    Standing {
        suspended_from: (state == State::Suspended).then_some(State::RgPending),
        available: Some(Available::Yes),
        child: matches!(kind, EventKind::TurnedEighteen | EventKind::DeterminedAdult),
        needs_adult_consent: true,
        missing_since: (kind == EventKind::Found).then_some(SENT),
        sent_on: Some(SENT),
        rg: Some(if at_first && kind != EventKind::Disqualified {
            negative
        } else {
            positive
        }),
        ..Standing::begin(state)
    }
}

#[test]
fn the_table_has_all_twenty_six_transitions() {
    let numbers: BTreeSet<u8> = TABLE.iter().filter_map(|row| row.number).collect();
    assert_eq!(numbers, (1..=26).collect());
}

#[test]
fn every_row_leads_where_it_says_from_each_of_its_states() {
    for row in TABLE {
        for from in row.from {
            let standing = ready(*from, row.event);
            let taken = take(&standing, &event(row.event, SENT));
            let taken = taken.unwrap_or_else(|error| panic!("{row:?} from {from:?}: {error}"));
            let to = match row.to {
                To::State(state) => state,
                To::Same | To::NewEpisode => *from,
                To::Previous => State::RgPending,
            };
            assert_eq!(taken.standing.state, to, "{row:?} from {from:?}");
            assert_eq!(taken.new_episode, row.to == To::NewEpisode);
        }
    }
}

#[test]
fn no_two_rows_answer_the_same_event_in_one_state() {
    for state in State::ALL {
        for kind in EventKind::ALL {
            let rows = TABLE
                .iter()
                .filter(|row| row.event == *kind && row.from.contains(state));
            assert!(rows.count() <= 1, "{state:?}, {kind:?}");
        }
    }
}

/// Each event with the states it may come in, written out a second time. `*`: all; `sent`, `open`: see
/// the two lines of the test.
const MAY_COME: &str = "
suspicion: screening
no_suspicion: screening
referred_as_child: draft_referral
consent_needed: draft_referral
referred_with_consent: awaiting_consent
notified_refused: awaiting_consent
referred_in_best_interests: awaiting_consent
notified_not_asked: awaiting_consent
consents_later: dtn_submitted
reference_received: nrm_submitted
information_asked: rg_pending
rg_positive: rg_pending
rg_negative: rg_pending
reconsideration_requested: rg_negative cg_negative
reconsideration_refused: rg_reconsideration cg_reconsideration
reconsideration_upheld: rg_reconsideration cg_reconsideration
reconsideration_overturned: rg_reconsideration cg_reconsideration
cg_positive: rg_positive
cg_negative: rg_positive
withdrawn: open
suspended: rg_pending rg_positive
resumed: suspended
turned_eighteen: open
determined_adult: open
remains: open
declines_to_remain: open
disqualified: *
revoked: cg_positive
closed: screening draft_referral awaiting_consent sent
further_positive: rg_pending rg_positive cg_positive cg_negative cg_reconsideration
reconsideration_stated: rg_negative cg_negative
authority_changed: sent
missing: sent
found: sent
support_changed: sent
leave_changed: sent
recorded_in_error:
";

#[test]
fn every_pair_that_the_table_does_not_name_is_refused() {
    let open =
        "nrm_submitted rg_pending rg_positive rg_reconsideration cg_reconsideration suspended";
    let sent = format!("{open} rg_negative cg_positive cg_negative");
    let every: Vec<&str> = State::ALL.iter().map(|state| state.code()).collect();
    let mut may: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for line in MAY_COME.trim().lines() {
        let (kind, states) = line.split_once(':').unwrap_or_default();
        let states = states.split_whitespace().map(|word| match word {
            "open" => open.to_owned(),
            "sent" => sent.clone(),
            "*" => every.join(" "),
            state => state.to_owned(),
        });
        let states: Vec<String> = states.collect();
        let states = states.join(" ");
        may.insert(kind, states.split_whitespace().map(str::to_owned).collect());
    }
    assert_eq!(may.len(), EventKind::ALL.len());
    for state in State::ALL {
        for kind in EventKind::ALL {
            let taken = take(&ready(*state, *kind), &event(*kind, SENT));
            let may = may
                .get(kind.code())
                .is_some_and(|states| states.contains(state.code()));
            match taken {
                Ok(_) => assert!(may, "{kind:?} is taken in {state:?}"),
                Err(error) => {
                    assert!(!may, "{kind:?} in {state:?}: {error}");
                    assert_eq!(
                        error,
                        EventError::NotNow {
                            state: *state,
                            kind: *kind
                        }
                    );
                }
            }
        }
    }
}

/// An adult who consents, wants support and was referred on [`SENT`].
fn adult() -> Vec<Event> {
    let details = Details {
        wants_support: Some(true),
        ..Details::default()
    };
    vec![Event::new(EventKind::ReferredWithConsent, SENT).with(details)]
}

fn child(eighteen_on: Date) -> Vec<Event> {
    let details = Details {
        eighteen_on: Some(eighteen_on),
        ..Details::default()
    };
    vec![Event::new(EventKind::ReferredAsChild, SENT).with(details)]
}

fn on(mut events: Vec<Event>, more: impl IntoIterator<Item = Event>) -> Vec<Event> {
    events.extend(more);
    events
}

fn plain(kind: EventKind, day: Date) -> Event {
    Event::new(kind, day)
}

#[track_caller]
fn stands(events: &[Event]) -> Standing {
    let begin = events[0].kind.sent_from();
    fold(begin, events).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn records(events: &[Event], new: &Event) -> Result<Recorded, EventError> {
    record(events[0].kind.sent_from(), events, new, TODAY)
}

#[track_caller]
fn refuses(events: &[Event], new: &Event, want: EventError) {
    assert_eq!(
        records(events, new).map(|taken| taken.standing.state),
        Err(want)
    );
}

fn positive() -> Vec<Event> {
    on(
        adult(),
        [
            plain(EventKind::ReferenceReceived, date(2026, 9, 1)),
            plain(EventKind::RgPositive, date(2026, 9, 3)),
        ],
    )
}

fn negative(available: Available) -> Vec<Event> {
    let details = Details {
        available: Some(available),
        ..Details::default()
    };
    let decision = Event {
        received_on: Some(date(2026, 9, 5)),
        noted: available == Available::No,
        ..plain(EventKind::RgNegative, date(2026, 9, 3)).with(details)
    };
    on(
        adult(),
        [
            plain(EventKind::ReferenceReceived, date(2026, 9, 1)),
            decision,
        ],
    )
}

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

#[test]
fn waiting_is_counted_and_no_day_is_promised() {
    let standing = stands(&positive());
    assert_eq!(standing.days_waiting(date(2026, 9, 3)), Some(0));
    assert_eq!(standing.days_waiting(date(2026, 12, 3)), Some(91));
    assert!(!standing.conclusive_pending(date(2026, 10, 2)));
    assert!(standing.conclusive_pending(date(2026, 10, 3)));
}

#[test]
fn every_word_reads_back_and_every_error_has_one() {
    for kind in EventKind::ALL {
        assert_eq!(EventKind::from_code(kind.code()), Some(*kind));
    }
    for state in State::ALL {
        assert_eq!(State::from_code(state.code()), Some(*state));
        assert_eq!(state.words(), format!("episode-state-{}", state.code()));
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    let kinds = prop::sample::select(EventKind::ALL);
    (
        kinds,
        0..400i32,
        any::<bool>(),
        prop::sample::select(Available::ALL),
    )
        .prop_map(|(kind, days, noted, available)| {
            let mut event = event(kind, SENT.saturating_add(days.days()));
            event.noted = noted;
            event.details.available = Some(available);
            event
        })
}

proptest! {
    #[test]
    fn no_sequence_of_events_reaches_a_state_the_table_forbids(
        as_child in any::<bool>(),
        tried in prop::collection::vec(any_event(), 0..40),
    ) {
        let mut events = if as_child { child(date(2027, 1, 1)) } else { adult() };
        for event in tried {
            let before = stands(&events);
            let Ok(taken) = records(&events, &event) else { continue };
            let row = row(before.state, event.kind);
            prop_assert!(row.is_some());
            let allowed = row.is_some_and(|row| match row.to {
                To::State(state) => taken.standing.state == state,
                To::Same | To::NewEpisode => taken.standing.state == before.state,
                To::Previous => Some(taken.standing.state) == before.suspended_from,
            });
            prop_assert!(allowed, "{:?} after {:?}", taken.standing.state, event.kind);
            events.push(event);
            let after = stands(&events);
            // Recording is folding: what is said when it is recorded is what a later reader finds.
            prop_assert_eq!(&after, &taken.standing);
            prop_assert_eq!(after.state == State::Suspended, after.suspended_from.is_some());
            let concluded = matches!(after.state, State::CgPositive | State::CgNegative | State::CgReconsideration);
            prop_assert!(!concluded || after.cg.is_some());
            prop_assert!(after.state != State::RgPositive || after.rg.is_some_and(|rg| rg.positive));
            prop_assert!(after.disqualified.is_none() || after.protection == Protection::Disqualified);
            prop_assert!(!(after.child && after.needs_adult_consent));
        }
    }

    #[test]
    fn what_is_open_can_be_recorded_and_what_is_not_open_cannot(
        tried in prop::collection::vec(any_event(), 0..20),
    ) {
        let mut events = adult();
        for event in tried {
            if records(&events, &event).is_ok() {
                events.push(event);
            }
        }
        let standing = stands(&events);
        let open = standing.open_to();
        for kind in EventKind::ALL.iter().filter(|kind| kind.by_hand() && !open.contains(kind)) {
            let refused = records(&events, &event(*kind, TODAY));
            prop_assert!(refused.is_err(), "{:?} in {:?}", kind, standing.state);
        }
    }
}
