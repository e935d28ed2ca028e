//! Every row of the table, every pair that no row names, and what no sequence of events can reach.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::calendar::Division;

mod clocks;
mod decisions;
mod follow;
mod record;

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
        place: Some(Division::Scotland),
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
        child: matches!(
            kind,
            EventKind::TurnedEighteen | EventKind::DeterminedAdult | EventKind::BirthDateChanged
        ),
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
birth_date_changed: sent
missing: sent
found: sent
support_changed: sent
leave_changed: sent
place_changed: sent
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
