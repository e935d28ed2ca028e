//! Passages after a sending: events, clocks with their history, tasks that move with them, letters; what
//! the machine's clock says moves nothing.

use heyrick_domain::calendar::Division;
use heyrick_domain::clock::{ClockKind, Count, SupportPeriods};
use heyrick_domain::consent::ConsentValue;
use heyrick_domain::episode::{Available, Details, EventError, EventKind, State, Support};
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
use heyrick_store::{Sql, StoreError, args};
use jiff::SignedDuration;
use jiff::civil::{Date, date};

use crate::common::TestStore;
use crate::leaving::{a_referral, prepare};
use crate::referral::{colleague, october, opened};

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
        assert!(record_own(&store, place, day, " ").await.is_err());
        let short = r#"{"england-and-wales":{"division":"england-and-wales","events":[{"title":"x","date":"2026-01-01"}]}}"#;
        assert!(matches!(
            record_feed(&store, short).await,
            Err(HolidayError::Feed(_))
        ));
        assert_eq!(
            record_own_removed(&store, place, day).await.unwrap(),
            Some(1)
        );
        assert_eq!(record_own_removed(&store, place, day).await.unwrap(), None);
        let now = seen(&store, &who, &id).await;
        assert_eq!(
            running(&now, ClockKind::Reasonable),
            Some(date(2026, 10, 12))
        );
    }
}
