//! Passages after a sending: events, clocks with their history, tasks that move with them, letters; what
//! the machine's clock says moves nothing.

use std::collections::BTreeMap;

use heyrick_domain::calendar::Division;
use heyrick_domain::clock::{ClockKind, Count, SupportPeriods};
use heyrick_domain::consent::ConsentValue;
use heyrick_domain::episode::{
    Authority, Available, Detail, Details, DisqualificationGround, EventError, EventKind,
    FurtherPeriod, Leave, ReconsiderationGround, Requester, State, Support,
};
use heyrick_domain::form::Step;
use heyrick_domain::id::PublicId;
use heyrick_domain::london::ends;
use heyrick_domain::task::escalation::Delays;
use heyrick_domain::user::{Role, Viewer};
use heyrick_store::episode::{
    Episode, LetterError, NewEvent, RecordEventError, episode_for, letter_for, record_birthdays,
    record_event, record_letter,
};
use heyrick_store::feed::{self, Asked, What};
use heyrick_store::file::FileError;
use heyrick_store::holiday::{HolidayError, record_feed, record_own, record_own_removed};
use heyrick_store::journal::verify::{Notice, verify};
use heyrick_store::sending::{Attached, NewSending, record_copy, record_sending};
use heyrick_store::support::{periods, record_periods};
use heyrick_store::task::board_for;
use heyrick_store::{Sql, StoreError, args};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan as _};
use uuid::Uuid;

use crate::common::TestStore;
use crate::leaving::{a_referral, prepare};
use crate::referral::{answers, begun, colleague, now, october, opened, saved};

fn new(kind: EventKind, on: Date, seen: usize) -> NewEvent {
    NewEvent {
        kind,
        on,
        received_on: None,
        details: Details::default(),
        note: None,
        corrects: None,
        seen,
    }
}

/// A referral of an adult who agrees, sent on 5 October 2026; gives its passage.
async fn sent(store: &TestStore, who: &Viewer) -> PublicId {
    let (_, id) = a_referral(store, who, ConsentValue::Given, &[]).await;
    store.wait(SignedDuration::from_mins(1));
    prepare(store, who, &id).await;
    let copy = record_copy(store, who, &id, b"Report reference 1")
        .await
        .unwrap();
    let Attached::Taken(copy) = copy else {
        panic!("{copy:?}")
    };
    let sending = NewSending {
        home_office_reference: None,
        sent_on: date(2026, 10, 5),
    };
    assert!(
        record_sending(store, who, &id, &copy, &sending)
            .await
            .unwrap()
    );
    opened(store, who, &id).await.passage.unwrap()
}

async fn seen(store: &TestStore, who: &Viewer, id: &PublicId) -> Episode {
    episode_for(store, who, id).await.unwrap().unwrap()
}

fn running(episode: &Episode, kind: ClockKind) -> Option<Date> {
    let clocks = episode.clocks.iter();
    let mut stand = clocks.filter(|one| one.superseded.is_none() && one.clock.kind == kind);
    stand.next().map(|one| one.clock.on)
}

#[tokio::test]
async fn what_happened_is_kept_with_its_letter_and_a_correction_moves_the_clocks_with_a_cause() {
    for store in october().await {
        let who = store.constable().await;
        let id = sent(&store, &who).await;
        let begun = seen(&store, &who, &id).await;
        assert_eq!(begun.standing.unwrap().state, State::NrmSubmitted);
        store.wait(SignedDuration::from_hours(10 * 24));
        let reference = new(EventKind::ReferenceReceived, date(2026, 10, 6), 1);
        record_event(&store, &who, &id, reference)
            .await
            .unwrap()
            .unwrap();
        let positive = NewEvent {
            note: Some(" by post ".to_owned()),
            ..new(EventKind::RgPositive, date(2026, 10, 8), 2)
        };
        let event = record_event(&store, &who, &id, positive)
            .await
            .unwrap()
            .unwrap();
        let refused = record_letter(&store, &who, &id, &event, b"\x00\xff\x01").await;
        assert!(matches!(refused, Err(LetterError::File(FileError::Kind))));
        let letter = b"%PDF-1.7 a letter";
        assert!(
            record_letter(&store, &who, &id, &event, letter)
                .await
                .unwrap()
        );
        let (_, bytes) = letter_for(&store, &who, &id, &event, 1)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(bytes, letter);
        assert!(
            letter_for(&store, &who, &id, &event, 2)
                .await
                .unwrap()
                .is_none()
        );
        let now = seen(&store, &who, &id).await;
        assert_eq!(now.events[2].note.as_deref(), Some("by post"));
        assert_eq!(running(&now, ClockKind::Recovery), Some(date(2026, 11, 6)));
        let stale = record_event(
            &store,
            &who,
            &id,
            new(EventKind::Missing, date(2026, 10, 9), 2),
        )
        .await;
        assert!(matches!(
            stale,
            Err(RecordEventError::Store(StoreError::Stale))
        ));
        let corrected = NewEvent {
            corrects: Some(2),
            note: Some("the letter says the 7th".to_owned()),
            ..new(EventKind::RgPositive, date(2026, 10, 7), 3)
        };
        record_event(&store, &who, &id, corrected)
            .await
            .unwrap()
            .unwrap();
        let now = seen(&store, &who, &id).await;
        assert_eq!(running(&now, ClockKind::Recovery), Some(date(2026, 11, 5)));
        let before: Vec<_> = now
            .clocks
            .iter()
            .filter(|one| one.clock.kind == ClockKind::Recovery && one.superseded.is_some())
            .collect();
        assert_eq!(before.len(), 1);
        assert_eq!(before[0].clock.on, date(2026, 11, 6));
        assert_eq!(before[0].superseded.as_ref().unwrap().1, "rg_positive");
        let stranger = store.constable().await;
        assert!(episode_for(&store, &stranger, &id).await.unwrap().is_none());
        assert!(
            letter_for(&store, &stranger, &id, &event, 1)
                .await
                .unwrap()
                .is_none()
        );
        let theirs = record_event(
            &store,
            &stranger,
            &id,
            new(EventKind::Missing, date(2026, 10, 9), 4),
        );
        assert!(theirs.await.unwrap().is_none());
    }
}

#[tokio::test]
async fn what_the_table_refuses_changes_nothing() {
    const ROWS: Sql = Sql::new("select count(*) from episode_events");
    for store in october().await {
        let who = store.constable().await;
        let id = sent(&store, &who).await;
        store.wait(SignedDuration::from_hours(40 * 24));
        let early = record_event(
            &store,
            &who,
            &id,
            new(EventKind::RgPositive, date(2026, 10, 8), 1),
        )
        .await;
        assert!(matches!(
            early,
            Err(RecordEventError::Rule(EventError::NotNow { .. }))
        ));
        let future = record_event(
            &store,
            &who,
            &id,
            new(EventKind::Missing, date(2026, 12, 24), 1),
        )
        .await;
        assert!(matches!(
            future,
            Err(RecordEventError::Rule(EventError::Future))
        ));
        let long = NewEvent {
            note: Some("x".repeat(4001)),
            ..new(EventKind::Missing, date(2026, 10, 9), 1)
        };
        let long = record_event(&store, &who, &id, long).await;
        assert!(matches!(
            long,
            Err(RecordEventError::Store(StoreError::Refused(_)))
        ));
        let rows: Option<(i64,)> = store.store.db.opt(ROWS, args![]).await.unwrap();
        assert_eq!(rows, Some((1,)));
    }
}

#[tokio::test]
async fn a_machine_clock_far_ahead_or_behind_moves_no_stored_clock() {
    const DAYS: Sql = Sql::new("select kind, leads_to, computed_at from clocks order by id");
    for store in october().await {
        let who = store.constable().await;
        let id = sent(&store, &who).await;
        store.wait(SignedDuration::from_hours(3 * 24));
        record_event(
            &store,
            &who,
            &id,
            new(EventKind::ReferenceReceived, date(2026, 10, 6), 1),
        )
        .await
        .unwrap();
        let negative = NewEvent {
            details: Details {
                available: Some(Available::Yes),
                ..Details::default()
            },
            ..new(EventKind::RgNegative, date(2026, 10, 7), 2)
        };
        record_event(&store, &who, &id, negative).await.unwrap();
        let held: Vec<(String, String, i64)> = store.store.db.all(DAYS, args![]).await.unwrap();
        assert!(held.len() >= 4, "{held:?}");
        for days in [400, -800, 400] {
            store.wait(SignedDuration::from_hours(days * 24));
            seen(&store, &who, &id).await;
            record_birthdays(&store).await.unwrap();
            let now: Vec<(String, String, i64)> = store.store.db.all(DAYS, args![]).await.unwrap();
            assert_eq!(now, held, "{days} days");
        }
        let journal = verify(&store.db, &store.keys, None).await.unwrap();
        assert!(journal.is_whole(), "{:?}", journal.findings);
        let behind = |notice: &Notice| matches!(notice, Notice::Behind { days: 800, .. });
        let ahead = |notice: &Notice| matches!(notice, Notice::Ahead { days: 400, .. });
        assert!(journal.notices.iter().any(behind), "{:?}", journal.notices);
        assert!(journal.notices.iter().any(ahead), "{:?}", journal.notices);
    }
}

#[tokio::test]
async fn a_period_of_support_that_is_set_starts_a_clock_and_says_so() {
    for store in october().await {
        let who = store.constable().await;
        let id = sent(&store, &who).await;
        store.wait(SignedDuration::from_hours(3 * 24));
        let reference = new(EventKind::ReferenceReceived, date(2026, 10, 6), 1);
        record_event(&store, &who, &id, reference).await.unwrap();
        let support = Details {
            support: Some(Support::InService),
            ..Details::default()
        };
        let accepted = NewEvent {
            details: support,
            ..new(EventKind::SupportChanged, date(2026, 10, 6), 2)
        };
        record_event(&store, &who, &id, accepted).await.unwrap();
        let negative = NewEvent {
            details: Details {
                available: Some(Available::Yes),
                ..Details::default()
            },
            ..new(EventKind::RgNegative, date(2026, 10, 7), 3)
        };
        record_event(&store, &who, &id, negative).await.unwrap();
        let kind = ClockKind::SupportAfterNegativeReasonable;
        assert_eq!(running(&seen(&store, &who, &id).await, kind), None);
        let set = SupportPeriods {
            negative_reasonable: Some(Count::Working(9)),
            ..SupportPeriods::default()
        };
        assert_eq!(record_periods(&store, set).await.unwrap(), 1);
        assert_eq!(record_periods(&store, set).await.unwrap(), 0, "again");
        assert_eq!(periods(&store).await.unwrap(), set);
        let now = seen(&store, &who, &id).await;
        assert_eq!(running(&now, kind), Some(date(2026, 10, 20)));
        let none = SupportPeriods::default();
        assert_eq!(record_periods(&store, none).await.unwrap(), 1);
        let now = seen(&store, &who, &id).await;
        assert_eq!(running(&now, kind), None);
        let before = now.clocks.iter().filter_map(|one| one.superseded.as_ref());
        assert!(
            before
                .into_iter()
                .any(|(_, cause)| cause == "support_periods_set")
        );
    }
}

#[tokio::test]
async fn the_clocks_of_one_s_own_referrals_are_in_one_s_calendar_and_in_no_other() {
    for store in october().await {
        let who = store.constable().await;
        let id = sent(&store, &who).await;
        let entries = async |who: &Viewer| {
            let secret = feed::record_feed(&store, who).await.unwrap();
            let asked = feed::entries(&store, &secret, "::1", Delays::default()).await;
            let Asked::Entries(_, entries) = asked.unwrap() else {
                panic!("no feed")
            };
            let clocks = entries.into_iter().filter(|one| one.what == What::Clock);
            clocks.collect::<Vec<_>>()
        };
        let mine = entries(&who).await;
        let due = ends(date(2026, 10, 12)).as_microsecond();
        let reasonable = mine.iter().find(|one| one.due_at == due).unwrap();
        let other = colleague(&store, &who, Role::Constable).await;
        assert_eq!(entries(&other).await, vec![], "a colleague's own calendar");
        record_own(
            &store,
            Division::EnglandAndWales,
            date(2026, 10, 8),
            "One-off",
        )
        .await
        .unwrap();
        let moved = entries(&who).await;
        let same = moved.iter().find(|one| one.uid == reasonable.uid).unwrap();
        let due = ends(date(2026, 10, 13)).as_microsecond();
        assert_eq!(same.due_at, due, "the same entry moves");
        let viewed = seen(&store, &who, &id).await;
        let runs = viewed
            .clocks
            .iter()
            .filter(|one| one.superseded.is_none() && one.clock.runs());
        assert_eq!(moved.len(), runs.count());
    }
}

#[tokio::test]
async fn a_bank_holiday_that_is_added_moves_the_clocks_that_count_it_and_says_so() {
    for store in october().await {
        let who = store.constable().await;
        let id = sent(&store, &who).await;
        let day = date(2026, 10, 8);
        let place = Division::EnglandAndWales;
        assert_eq!(
            running(&seen(&store, &who, &id).await, ClockKind::Reasonable),
            Some(date(2026, 10, 12))
        );
        assert_eq!(
            record_own(&store, place, day, "One-off").await.unwrap(),
            Some(1)
        );
        assert_eq!(record_own(&store, place, day, "Again").await.unwrap(), None);
        let now = seen(&store, &who, &id).await;
        assert_eq!(
            running(&now, ClockKind::Reasonable),
            Some(date(2026, 10, 13))
        );
        let before = now.clocks.iter().find_map(|one| one.superseded.as_ref());
        assert_eq!(before.unwrap().1, "holidays_changed");
        // The same day in a newer feed moves nothing.
        let others = "2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28";
        let days = others.split(' ').chain(["2026-10-08"]);
        let days: Vec<String> = days
            .map(|day| format!(r#"{{"title":"Day","date":"{day}"}}"#))
            .collect();
        let place_of = |name: &str| {
            format!(
                r#""{name}":{{"division":"{name}","events":[{}]}}"#,
                days.join(",")
            )
        };
        let feed = Division::ALL.map(|one| place_of(one.code())).join(",");
        let loaded = record_feed(&store, &format!("{{{feed}}}")).await.unwrap();
        assert_eq!(loaded.1, 0, "the same day");
        assert!(record_own(&store, place, day, " ").await.is_err());
        let short = r#"{"england-and-wales":{"division":"england-and-wales","events":[{"title":"x","date":"2026-01-01"}]}}"#;
        assert!(matches!(
            record_feed(&store, short).await,
            Err(HolidayError::Feed(_))
        ));
        assert_eq!(
            record_own_removed(&store, place, day).await.unwrap(),
            Some(0),
            "the feed has it too"
        );
        assert_eq!(record_own_removed(&store, place, day).await.unwrap(), None);
    }
}

/// What a passage's clocks are and were: id, day, cause, and what took its place.
type Rows = BTreeMap<String, (String, String, Option<String>)>;

async fn rows(store: &TestStore) -> Rows {
    const ROWS: Sql = Sql::new("select id, leads_to, cause, superseded_cause from clocks");
    let rows: Vec<(Uuid, String, String, Option<String>)> =
        store.store.db.all(ROWS, args![]).await.unwrap();
    let rows = rows.into_iter();
    rows.map(|(id, day, cause, over)| (id.to_string(), (day, cause, over)))
        .collect()
}

/// Holds every row that is new, or that something took the place of, to the cause of this step.
#[track_caller]
fn caused(before: &Rows, after: &Rows, cause: Option<&str>) {
    for (id, row) in after {
        let held = before.get(id);
        if held == Some(row) {
            continue;
        }
        let said = match held {
            None => Some(row.1.as_str()),
            Some(held) => {
                assert_eq!(
                    (&held.0, &held.1),
                    (&row.0, &row.1),
                    "a row is never changed"
                );
                row.2.as_deref()
            }
        };
        assert_eq!(said, cause, "{row:?} instead of {held:?}");
    }
    assert!(before.keys().all(|id| after.contains_key(id)));
}

/// Everything an event of this kind is asked for, some of it by chance.
fn said(kind: EventKind, chance: u64) -> Details {
    let of = |detail| kind.asks().contains(&detail);
    let odd = chance % 2 == 1;
    Details {
        authority: (of(Detail::Authority) && odd).then_some(Authority::Sca),
        available: of(Detail::Available).then_some(Available::Yes),
        grounds: match of(Detail::Grounds) {
            true => vec![ReconsiderationGround::Guidance],
            false => Vec::new(),
        },
        requester: of(Detail::Requester).then_some(Requester::Person),
        exceptional: of(Detail::Exceptional),
        confirmed: of(Detail::Confirmed),
        period: of(Detail::Period).then_some(match odd {
            true => FurtherPeriod::Determined,
            false => FurtherPeriod::None,
        }),
        support: of(Detail::Support).then_some(Support::InService),
        leave: of(Detail::Leave).then_some(Leave::UnderConsideration),
        place: of(Detail::Place).then_some(Division::ALL[usize::try_from(chance % 3).unwrap()]),
        disqualification: of(Detail::Disqualification)
            .then_some(DisqualificationGround::PublicOrder),
        ..Details::default()
    }
}

#[tokio::test]
async fn a_stored_clock_moves_by_what_was_recorded_in_that_step_and_says_so() {
    const OVER: [EventKind; 2] = [EventKind::Withdrawn, EventKind::Closed];
    for seed in 1..=3u64 {
        for store in october().await {
            let mut state = seed;
            let mut chance = || {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                state >> 33
            };
            let who = store.constable().await;
            let id = sent(&store, &who).await;
            let mut before = rows(&store).await;
            for _ in 0..30 {
                store.wait(SignedDuration::from_hours(24));
                let now = seen(&store, &who, &id).await;
                let today = store.today();
                let cause = match chance() % 6 {
                    0 => {
                        let day = today.saturating_add(i64::try_from(chance() % 9).unwrap().days());
                        let place = Division::ALL[usize::try_from(chance() % 3).unwrap()];
                        record_own(&store, place, day, "One-off").await.unwrap();
                        Some("holidays_changed")
                    }
                    1 => {
                        let number = usize::try_from(chance()).unwrap() % now.events.len();
                        let stands = &now.events[number].event;
                        let corrected = NewEvent {
                            details: said(stands.kind, chance()),
                            corrects: Some(number),
                            note: Some("the letter says so".to_owned()),
                            ..new(stands.kind, stands.on, now.events.len())
                        };
                        let done = record_event(&store, &who, &id, corrected).await;
                        done.is_ok().then(|| stands.kind.code())
                    }
                    2 => {
                        record_birthdays(&store).await.unwrap();
                        None
                    }
                    _ => {
                        let open: Vec<_> = now.open_to();
                        let open: Vec<_> = open.iter().filter(|one| !OVER.contains(one)).collect();
                        let kind = *open[usize::try_from(chance()).unwrap() % open.len()];
                        let event = NewEvent {
                            details: said(kind, chance()),
                            note: Some("as the letter says".to_owned()),
                            ..new(kind, today, now.events.len())
                        };
                        let done = record_event(&store, &who, &id, event).await;
                        done.is_ok().then(|| kind.code())
                    }
                };
                let after = rows(&store).await;
                caused(&before, &after, cause);
                before = after;
            }
        }
    }
}

#[tokio::test]
async fn another_draft_moves_no_clock_and_another_place_does_with_its_own_cause() {
    for store in october().await {
        let who = store.constable().await;
        let id = sent(&store, &who).await;
        store.wait(SignedDuration::from_hours(24));
        let before = rows(&store).await;
        let person = seen(&store, &who, &id).await.person.public_id;
        let draft = begun(&store, &who, &person).await;
        let form = opened(&store, &who, &draft).await.parts.form;
        let asks = |step: &&Step| step.ask.iter().any(|key| key == "fr-location");
        let step = form.steps.iter().find(asks).unwrap();
        let version = opened(&store, &who, &draft).await.step_version(&step.id);
        let scotland = answers([("fr-location", "scotland")]);
        saved(&store, &who, &draft, &step.id, version, scotland).await;
        let missing = new(EventKind::Missing, date(2026, 10, 6), 1);
        record_event(&store, &who, &id, missing).await.unwrap();
        assert_eq!(rows(&store).await, before, "a draft is no cause");

        let day = date(2026, 10, 8);
        record_own(&store, Division::Scotland, day, "One-off")
            .await
            .unwrap();
        assert_eq!(rows(&store).await, before, "another place's day");
        let place = Details {
            place: Some(Division::Scotland),
            ..Details::default()
        };
        let moved = NewEvent {
            details: place,
            ..new(EventKind::PlaceChanged, date(2026, 10, 6), 2)
        };
        record_event(&store, &who, &id, moved).await.unwrap();
        let now = seen(&store, &who, &id).await;
        let target = ClockKind::Reasonable;
        assert_eq!(running(&now, target), Some(date(2026, 10, 13)));
        let was = now.clocks.iter().find_map(|one| one.superseded.as_ref());
        assert_eq!(was.unwrap().1, "place_changed");
    }
}

#[tokio::test]
async fn a_bank_holiday_moves_a_clock_that_stopped_when_it_is_added_and_no_later_event_does() {
    for store in october().await {
        let who = store.constable().await;
        let id = sent(&store, &who).await;
        store.wait(SignedDuration::from_hours(5 * 24));
        let reference = new(EventKind::ReferenceReceived, date(2026, 10, 6), 1);
        record_event(&store, &who, &id, reference).await.unwrap();
        let positive = new(EventKind::RgPositive, date(2026, 10, 9), 2);
        record_event(&store, &who, &id, positive).await.unwrap();
        let place = Division::EnglandAndWales;
        let moved = record_own(&store, place, date(2026, 10, 8), "One-off").await;
        assert_eq!(moved.unwrap(), Some(1));
        let before = rows(&store).await;
        let missing = new(EventKind::Missing, date(2026, 10, 9), 3);
        record_event(&store, &who, &id, missing).await.unwrap();
        assert_eq!(rows(&store).await, before);
        let now = seen(&store, &who, &id).await;
        assert_eq!(
            running(&now, ClockKind::Reasonable),
            Some(date(2026, 10, 13))
        );
    }
}

#[tokio::test]
async fn a_second_question_leaves_the_first_open_and_is_due_on_the_earlier_day() {
    const TASKS: Sql =
        Sql::new("select done_at, due_at from tasks where kind = 'evidence_asked' order by id");
    for store in october().await {
        let who = store.constable().await;
        let id = sent(&store, &who).await;
        store.wait(SignedDuration::from_hours(3 * 24));
        let reference = new(EventKind::ReferenceReceived, date(2026, 10, 6), 1);
        record_event(&store, &who, &id, reference).await.unwrap();
        for (seen, day, due) in [
            (2, date(2026, 10, 20), date(2026, 10, 20)),
            (3, date(2026, 10, 24), date(2026, 10, 20)),
            (4, date(2026, 10, 15), date(2026, 10, 15)),
        ] {
            let asked = NewEvent {
                details: Details {
                    answer_by: Some(day),
                    ..Details::default()
                },
                note: Some("where they slept".to_owned()),
                ..new(EventKind::InformationAsked, date(2026, 10, 7), seen)
            };
            record_event(&store, &who, &id, asked).await.unwrap();
            let tasks: Vec<(Option<i64>, i64)> = store.store.db.all(TASKS, args![]).await.unwrap();
            assert_eq!(tasks, [(None, ends(due).as_microsecond())], "{day}");
        }
    }
}

#[tokio::test]
async fn the_board_lists_what_waits_as_it_stands_now() {
    for store in october().await {
        let who = store.constable().await;
        let id = sent(&store, &who).await;
        let sergeant = colleague(&store, &who, Role::Sergeant).await;
        let waits = async || {
            let sergeant = now(&store, &sergeant).await;
            let board = board_for(&store, &sergeant, 0, Delays::default()).await;
            board.unwrap().waiting_all
        };
        store.wait(SignedDuration::from_hours(20 * 24));
        let mut seen = 1;
        let mut record = async |kind, day, corrects| {
            let event = NewEvent {
                details: said(kind, 0),
                note: Some("as the letter says".to_owned()),
                corrects,
                ..new(kind, date(2026, 10, day), seen)
            };
            record_event(&store, &who, &id, event).await.unwrap();
            seen += 1;
        };
        assert_eq!(waits().await, 1);
        record(EventKind::ReferenceReceived, 6, None).await;
        record(EventKind::RgNegative, 8, None).await;
        assert_eq!(waits().await, 0, "decided");
        record(EventKind::RecordedInError, 9, Some(2)).await;
        assert_eq!(waits().await, 1, "taken back");
        record(EventKind::RgNegative, 10, None).await;
        assert_eq!(waits().await, 0);
        record(EventKind::ReconsiderationRequested, 12, None).await;
        assert_eq!(waits().await, 1, "looked at again");
        record(EventKind::ReconsiderationUpheld, 14, None).await;
        assert_eq!(waits().await, 0);
        record(EventKind::ReconsiderationRequested, 15, None).await;
        record(EventKind::ReconsiderationOverturned, 18, None).await;
        assert_eq!(waits().await, 1, "a conclusive decision is awaited");
    }
}
