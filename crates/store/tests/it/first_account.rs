//! First accounts: the gate at the door, words that are kept and sealed, two who write at once, breaks and end.

use heyrick_domain::age::{AgeStatus, Basis};
use heyrick_domain::first_account::turn::{Kind, Reason, State, TurnError};
use heyrick_domain::first_account::{
    Abe, Beside, Company, Free, Gate, Ground, Health, Law, NOTE_MAX, NewAccount, Pack, Told, Voice,
    Willing,
};
use heyrick_domain::grant::Relation;
use heyrick_domain::id::PublicId;
use heyrick_domain::user::{Role, Viewer};
use heyrick_policy::Kind as Record;
use heyrick_store::first_account::{
    FirstAccount, LeftApart, NewTurn, NoteOutcome, RecordAccountError, RecordTurnError,
    account_for, accounts_for, record_account, record_note, record_turn,
};
use heyrick_store::grant::{NewAllocation, record_allocation};
use heyrick_store::referral::referral_for;
use heyrick_store::withdrawal::record_withdrawal;
use heyrick_store::{Sql, StoreError, args};
use jiff::SignedDuration;

use crate::common::TestStore;
use crate::referral::{a_person, age, begun, colleague, events, now, october};

pub fn gate() -> Gate {
    Gate {
        law: Law::Neither,
        abe: Abe::NotPlanned,
        health: Health::Well,
        willing: Willing::Yes,
        told: Told::Yes,
        company: Company::Alone,
        beside: None,
        voice: Voice::Telephone,
        free: Some(Free::Yes),
    }
}

fn new(store: &TestStore, gate: Gate) -> NewAccount {
    NewAccount {
        begun_at: store.now(),
        from_paper: false,
        gate,
        place: "the family room".to_owned(),
        present: "DC Amber; an interpreter by telephone".to_owned(),
        language: "Romanian".to_owned(),
        interpreter: "number 12".to_owned(),
        choice: None,
        needs: "Hot food and a coat.".to_owned(),
        pack: Pack::Adult,
    }
}

async fn draft(store: &TestStore, who: &Viewer, is: AgeStatus) -> PublicId {
    let person = a_person(store, who, "PV3").await;
    let id = begun(store, who, &person).await;
    let settles = match is {
        AgeStatus::Adult => Basis::Document,
        AgeStatus::Child | AgeStatus::NotSure => Basis::Stated,
    };
    age(store, who, &person, is, settles).await;
    id
}

async fn taken(store: &TestStore, who: &Viewer, id: &PublicId) -> PublicId {
    let begun = record_account(store, who, id, &new(store, gate())).await;
    begun.unwrap().unwrap()
}

async fn shown(store: &TestStore, who: &Viewer, id: &PublicId, one: &PublicId) -> FirstAccount {
    account_for(store, who, id, one).await.unwrap().unwrap().1
}

async fn note(
    store: &TestStore,
    who: &Viewer,
    at: (&PublicId, &PublicId),
    seen: i64,
    text: &str,
) -> NoteOutcome {
    record_note(store, who, at, "start", seen, text)
        .await
        .unwrap()
}

const fn turn(kind: Kind) -> NewTurn {
    NewTurn {
        kind,
        at: None,
        reason: match kind {
            Kind::Stopped => Some(Reason::WantedTo),
            Kind::Paused | Kind::Resumed => None,
        },
        note: None,
        left_apart: None,
    }
}

#[tokio::test]
async fn nothing_is_begun_while_somebody_is_under_arrest_suspected_or_to_be_interviewed() {
    for store in october().await {
        let who = store.constable().await;
        let id = draft(&store, &who, AgeStatus::Adult).await;
        for (closed, ground) in [
            (
                Gate {
                    law: Law::Arrested,
                    ..gate()
                },
                Ground::Arrested,
            ),
            (
                Gate {
                    law: Law::Suspected,
                    ..gate()
                },
                Ground::Suspected,
            ),
            (
                Gate {
                    abe: Abe::Planned,
                    ..gate()
                },
                Ground::AbePlanned,
            ),
            (
                Gate {
                    health: Health::Unwell,
                    ..gate()
                },
                Ground::Unwell,
            ),
        ] {
            let refused = record_account(&store, &who, &id, &new(&store, closed)).await;
            assert!(
                matches!(&refused, Err(RecordAccountError::NotNow(all)) if all == &[ground]),
                "{refused:?}"
            );
        }
        let (_, all) = accounts_for(&store, &who, &id).await.unwrap().unwrap();
        assert_eq!(all, []);
        assert_eq!(events(&store, "first_account.begun").await, 0);
    }
}

#[tokio::test]
async fn a_possible_child_is_asked_with_an_independent_adult_beside_them() {
    for store in october().await {
        let who = store.constable().await;
        let id = draft(&store, &who, AgeStatus::NotSure).await;
        let alone = record_account(&store, &who, &id, &new(&store, gate())).await;
        assert!(
            matches!(alone, Err(RecordAccountError::NotNow(all)) if all == [Ground::ChildAlone])
        );
        let with = Gate {
            beside: Some(Beside::LocalAuthority),
            ..gate()
        };
        let one = record_account(&store, &who, &id, &new(&store, with)).await;
        let one = one.unwrap().unwrap();
        let held = shown(&store, &who, &id, &one).await;
        assert_eq!((held.age, held.gate), (AgeStatus::NotSure, with));
    }
}

#[tokio::test]
async fn nobody_is_asked_before_it_is_known_whether_they_are_a_child() {
    for store in october().await {
        let who = store.constable().await;
        let person = a_person(&store, &who, "PV3").await;
        let id = begun(&store, &who, &person).await;
        let refused = record_account(&store, &who, &id, &new(&store, gate())).await;
        assert!(
            matches!(refused, Err(RecordAccountError::NotNow(all)) if all == [Ground::AgeNotRecorded])
        );
    }
}

#[tokio::test]
async fn every_version_of_a_note_is_kept_and_the_same_words_are_written_once() {
    for store in october().await {
        let who = store.constable().await;
        let id = draft(&store, &who, AgeStatus::Adult).await;
        let one = taken(&store, &who, &id).await;
        let at = (&id, &one);
        let saved = |version| NoteOutcome::Saved { version };
        assert_eq!(note(&store, &who, at, 0, "A man I met").await, saved(1));
        assert_eq!(note(&store, &who, at, 0, "A man I met").await, saved(1));
        let more = "A man I met\r\nat the bus station";
        assert_eq!(note(&store, &who, at, 1, more).await, saved(2));
        let held = shown(&store, &who, &id, &one).await;
        let texts: Vec<&str> = held.notes["start"]
            .iter()
            .map(|one| one.text.as_str())
            .collect();
        assert_eq!(texts, ["A man I met", "A man I met\nat the bus station"]);
        assert_eq!(held.written(), 1);
        assert_eq!(events(&store, "first_account.noted").await, 2);
    }
}

#[tokio::test]
async fn whoever_writes_over_words_they_have_not_seen_gets_them_and_nothing_is_lost() {
    for store in october().await {
        let who = store.constable().await;
        let id = draft(&store, &who, AgeStatus::Adult).await;
        let one = taken(&store, &who, &id).await;
        let at = (&id, &one);
        note(&store, &who, at, 0, "the first tab").await;
        let second = note(&store, &who, at, 0, "the second tab").await;
        let NoteOutcome::Conflict {
            version, theirs, ..
        } = second
        else {
            panic!("{second:?}")
        };
        assert_eq!((version, theirs.as_str()), (1, "the first tab"));
        let held = shown(&store, &who, &id, &one).await;
        assert_eq!(held.note("start").unwrap().text, "the first tab");
        let other = record_note(&store, &who, at, "work", 0, "beside it").await;
        assert_eq!(other.unwrap(), NoteOutcome::Saved { version: 1 });
        let nowhere = record_note(&store, &who, at, "no-such-topic", 0, "x").await;
        assert_eq!(nowhere.unwrap(), NoteOutcome::Absent);
    }
}

#[tokio::test]
async fn breaks_are_recorded_and_nothing_is_asked_after_the_end_though_it_may_be_written_up() {
    for store in october().await {
        let who = store.constable().await;
        let id = draft(&store, &who, AgeStatus::Adult).await;
        let one = taken(&store, &who, &id).await;
        let at = (&id, &one);
        let mut states = Vec::new();
        for kind in [Kind::Paused, Kind::Resumed, Kind::Stopped] {
            store.wait(SignedDuration::from_mins(10));
            let new = NewTurn {
                left_apart: (kind == Kind::Stopped).then_some(LeftApart::NotInTheRoom),
                ..turn(kind)
            };
            let state = record_turn(&store, &who, at, &new).await.unwrap().unwrap();
            states.push(state.code());
        }
        assert_eq!(states, ["paused", "talking", "ended"]);
        for kind in Kind::ALL {
            let refused = record_turn(&store, &who, at, &turn(*kind)).await;
            assert!(matches!(
                refused,
                Err(RecordTurnError::Rule(TurnError::Ended))
            ));
        }
        store.wait(SignedDuration::from_mins(1));
        note(&store, &who, at, 0, "written up on the way back").await;
        let held = shown(&store, &who, &id, &one).await;
        assert!(matches!(
            held.state(),
            State::Ended {
                reason: Some(Reason::WantedTo),
                ..
            }
        ));
        assert!(held.written_up(held.note("start").unwrap()));
        assert_eq!(
            held.turns.last().unwrap().left_apart,
            Some(LeftApart::NotInTheRoom)
        );
        assert_eq!(events(&store, "first_account.turned").await, 3);
        // Another one goes through the gate again.
        taken(&store, &who, &id).await;
        let (_, all) = accounts_for(&store, &who, &id).await.unwrap().unwrap();
        assert_eq!(all.len(), 2);
    }
}

#[tokio::test]
async fn something_else_needs_words_and_an_account_ends_even_when_its_referral_is_closed() {
    for store in october().await {
        let who = store.constable().await;
        let id = draft(&store, &who, AgeStatus::Adult).await;
        let one = taken(&store, &who, &id).await;
        let at = (&id, &one);
        let other = NewTurn {
            reason: Some(Reason::Other),
            ..turn(Kind::Stopped)
        };
        let bare = record_turn(&store, &who, at, &other).await;
        assert!(matches!(
            bare,
            Err(RecordTurnError::Store(StoreError::Refused(
                "first-account-error-stop-note"
            )))
        ));
        record_withdrawal(&store, &who, &id, "asked us to stop")
            .await
            .unwrap();
        let late = record_note(&store, &who, at, "start", 0, "late").await;
        assert!(matches!(late, Err(StoreError::Refused("referral-closed"))));
        let again = record_account(&store, &who, &id, &new(&store, gate())).await;
        assert!(matches!(
            again,
            Err(RecordAccountError::Store(StoreError::Refused(
                "referral-closed"
            )))
        ));
        let worded = NewTurn {
            note: Some("the fire alarm went".to_owned()),
            ..other
        };
        assert!(
            record_turn(&store, &who, at, &worded)
                .await
                .unwrap()
                .is_some()
        );
        let held = shown(&store, &who, &id, &one).await;
        assert_eq!(held.turns[0].note.as_deref(), Some("the fire alarm went"));
    }
}

#[tokio::test]
async fn an_account_nobody_may_see_is_not_there_and_none_of_its_words_stand_in_the_database() {
    const STORED: Sql = Sql::new(
        "select words_sealed from first_accounts union all select text_sealed from first_account_notes",
    );
    const BODIES: Sql = Sql::new("select body from journal_events");
    for store in october().await {
        let who = store.constable().await;
        let id = draft(&store, &who, AgeStatus::Adult).await;
        let one = taken(&store, &who, &id).await;
        note(&store, &who, (&id, &one), 0, "He lives above the bakery").await;
        let rows: Vec<(Vec<u8>,)> = store.db.all(STORED, args![]).await.unwrap();
        assert_eq!(rows.len(), 2);
        for (bytes,) in rows {
            for word in ["bakery", "family room", "Romanian"] {
                assert!(
                    !bytes
                        .windows(word.len())
                        .any(|part| part == word.as_bytes())
                );
            }
        }
        let bodies: Vec<(Vec<u8>,)> = store.db.all(BODIES, args![]).await.unwrap();
        let all: String = bodies
            .iter()
            .map(|(body,)| String::from_utf8_lossy(body))
            .collect();
        assert!(all.contains("first_account.noted") && !all.contains("bakery"));
        let stranger = store.constable().await;
        assert!(
            account_for(&store, &stranger, &id, &one)
                .await
                .unwrap()
                .is_none()
        );
        assert!(
            accounts_for(&store, &stranger, &id)
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(
            note(&store, &stranger, (&id, &one), 1, "x").await,
            NoteOutcome::Absent
        );
        let ended = record_turn(&store, &stranger, (&id, &one), &turn(Kind::Stopped)).await;
        assert!(ended.unwrap().is_none());
        // An account of another referral is not this one's.
        let other = draft(&store, &who, AgeStatus::Adult).await;
        assert!(
            account_for(&store, &who, &other, &one)
                .await
                .unwrap()
                .is_none()
        );
        let long = "n".repeat(NOTE_MAX + 1);
        let refused = record_note(&store, &who, (&id, &one), "start", 1, &long).await;
        assert!(matches!(
            refused,
            Err(StoreError::Refused("first-account-error-note-long"))
        ));
    }
}

#[tokio::test]
async fn a_partner_the_referral_was_shared_with_has_no_account_to_see() {
    for store in october().await {
        let who = store.constable().await;
        let id = draft(&store, &who, AgeStatus::Adult).await;
        let one = taken(&store, &who, &id).await;
        let sergeant = colleague(&store, &who, Role::Sergeant).await;
        let partner = store.officer(Role::Partner).await;
        let share = NewAllocation {
            user: partner.public_id.clone(),
            relation: Relation::Shared,
            last: Some(store.today()),
            reason: "they house the person".to_owned(),
        };
        record_allocation(&store, &sergeant, Record::Referral, &id, &share)
            .await
            .unwrap();
        let partner = now(&store, &partner).await;
        let seen = referral_for(&store, &partner, &id).await.unwrap();
        assert!(seen.is_some(), "the referral was shared");
        assert!(accounts_for(&store, &partner, &id).await.unwrap().is_none());
        assert!(
            account_for(&store, &partner, &id, &one)
                .await
                .unwrap()
                .is_none()
        );
        // A sergeant of the team reads it.
        let sergeant = now(&store, &sergeant).await;
        shown(&store, &sergeant, &id, &one).await;
    }
}
