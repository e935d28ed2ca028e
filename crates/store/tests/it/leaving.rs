//! What leaves: prepared by its author alone or read a second time, handed over, taken back, sent.

use std::collections::{BTreeMap, BTreeSet};

use heyrick_domain::age::{AgeStatus, AtWhat, Basis, NewAge};
use heyrick_domain::consent::{ConsentItem, ConsentValue};
use heyrick_domain::contact::{Contact, ContactKind, Safe};
use heyrick_domain::form::{Answer, Kind, Question};
use heyrick_domain::id::PublicId;
use heyrick_domain::notification::{MayNotLeave, WITHHELD};
use heyrick_domain::referral::Stage;
use heyrick_domain::review::Settlement;
use heyrick_domain::route::Route;
use heyrick_domain::user::{Role, Viewer};
use heyrick_store::age::record_ages;
use heyrick_store::answer::record_step;
use heyrick_store::contact::record_contact;
use heyrick_store::list::lists;
use heyrick_store::person::{Details, record_person};
use heyrick_store::preparation::{
    As, Confirmed, HandOver, Outcome, Refusal, hand_over_for, mark, ready, record_preparation,
    record_reopened, record_ticks, slice_for,
};
use heyrick_store::review::{Reading, Settling, record_release, review_for};
use heyrick_store::{Sql, StoreError, args};

use crate::common::TestStore;
use crate::reading::{settled, with_own_words};
use crate::referral::{age, begun, colleague, consent, events, october, opened, saved};

/// Whom the drafts here are about: names nobody else has.
pub const FIRST: &str = "Zenobiaq";
pub const LAST: &str = "Quillworth";
pub const SUSPECT: &str = "Grimjackk";
const OTHER: &str = "Velveteeny";
pub const STREET: &str = "77 Marshmallowy Lane";
pub const PHONE: &str = "07700 900461";

pub async fn a_named_person(store: &TestStore, who: &Viewer) -> PublicId {
    let details = Details {
        first_name: Some(FIRST.to_owned()),
        last_name: Some(LAST.to_owned()),
        dob: Some("1987-06-05".parse().unwrap()),
        gender: Some("female".to_owned()),
        nationality: Some("Romanian".to_owned()),
        ..Details::default()
    };
    let person = record_person(store, who, &details).await.unwrap();
    for (kind, value) in [(ContactKind::Address, STREET), (ContactKind::Phone, PHONE)] {
        let contact = Contact {
            kind,
            value: value.to_owned(),
            safe: Safe::Confirmed,
            whose: None,
            safe_times: None,
            notes: None,
        };
        record_contact(store, who, &person, &contact).await.unwrap();
    }
    person
}

fn some_answer(question: &Question, today: jiff::civil::Date) -> Answer {
    match question.kind {
        Kind::Checkboxes => Answer::many([question.options[0].clone()]),
        Kind::Radios => Answer::text(question.options[0].clone()),
        Kind::Email => Answer::text("dc.amber@testshire.police.uk"),
        Kind::Tel => Answer::text("+44 7700 900123"),
        Kind::Number => Answer::text("1"),
        Kind::Tick => Answer::text("true"),
        Kind::Select => {
            let list = question.list.as_deref().unwrap();
            Answer::text(lists().values(list, today).next().unwrap_or("x"))
        }
        _ => Answer::text("said so"),
    }
}

/// Saves these answers on the steps that ask for them.
async fn write(store: &TestStore, who: &Viewer, id: &PublicId, own: &BTreeMap<&str, &Answer>) {
    let form = opened(store, who, id).await.parts.form;
    for step in &form.steps {
        let referral = opened(store, who, id).await;
        let asks =
            |key: &str| referral.draft(lists()).asks(key) && step.ask.iter().any(|k| k == key);
        let answers: BTreeMap<String, Option<Answer>> = own
            .iter()
            .filter(|(key, _)| asks(key))
            .map(|(key, answer)| ((*key).to_owned(), Some((*answer).clone())))
            .collect();
        if !answers.is_empty() {
            let version = referral.step_version(&step.id);
            saved(store, who, id, &step.id, version, answers).await;
        }
    }
}

/// Answers whatever is still asked until nothing is left; `own` stands where a question is named.
pub async fn filled(store: &TestStore, who: &Viewer, id: &PublicId, own: &[(&str, Answer)]) {
    let own: BTreeMap<&str, &Answer> = own.iter().map(|(key, answer)| (*key, answer)).collect();
    for _ in 0..2 {
        write(store, who, id, &own).await;
    }
    for _ in 0..6 {
        let referral = opened(store, who, id).await;
        let steps: Vec<(String, BTreeMap<String, Option<Answer>>)> = {
            let draft = referral.draft(lists());
            let unfinished = draft.unfinished();
            let steps = unfinished.into_iter().map(|step| {
                let asked = draft
                    .questions(step)
                    .filter(|q| q.from.is_none() && q.kind != Kind::Files);
                let answers = asked.filter_map(|question| {
                    let key = question.key.as_str();
                    let given = match own.get(key) {
                        Some(answer) => (*answer).clone(),
                        None if draft.problems_of(question).is_empty() => draft.answer_of(key)?,
                        None => some_answer(question, store.today()),
                    };
                    Some((question.key.clone(), Some(given)))
                });
                (step.id.clone(), answers.collect())
            });
            steps.collect()
        };
        if steps.is_empty() {
            return;
        }
        for (step, answers) in steps {
            let version = opened(store, who, id).await.step_version(&step);
            saved(store, who, id, &step, version, answers).await;
        }
    }
    let referral = opened(store, who, id).await;
    let draft = referral.draft(lists());
    let left: Vec<_> = draft
        .unfinished()
        .iter()
        .map(|step| step.id.clone())
        .collect();
    panic!("not finished: {left:?}");
}

/// An adult who answered this way, and a referral whose pages are all finished.
pub async fn a_referral(
    store: &TestStore,
    who: &Viewer,
    entry: ConsentValue,
    own: &[(&str, Answer)],
) -> (PublicId, PublicId) {
    let person = a_named_person(store, who).await;
    let ages = [AtWhat::Now, AtWhat::Exploitation].map(|at_what| NewAge {
        at_what,
        value: AgeStatus::Adult,
        basis: Basis::Stated,
        basis_words: None,
        settled_on: None,
    });
    assert!(record_ages(store, who, &person, &ages).await.unwrap());
    consent(store, who, &person, ConsentItem::NrmEntry, entry).await;
    if entry == ConsentValue::Given {
        consent(
            store,
            who,
            &person,
            ConsentItem::MsvccSupport,
            ConsentValue::No,
        )
        .await;
    }
    consent(
        store,
        who,
        &person,
        ConsentItem::PoliceCooperation,
        ConsentValue::No,
    )
    .await;
    let id = begun(store, who, &person).await;
    filled(store, who, &id, own).await;
    (person, id)
}

pub async fn prepare(store: &TestStore, who: &Viewer, id: &PublicId) -> Outcome {
    let referral = opened(store, who, id).await;
    let seen = match ready(&referral) {
        Ok(content) => mark(store, &content),
        Err(_) => String::new(),
    };
    record_preparation(store, who, id, &seen).await.unwrap()
}

pub async fn handed(store: &TestStore, who: &Viewer, id: &PublicId) -> HandOver {
    hand_over_for(store, who, id).await.unwrap().unwrap()
}

pub async fn reading(store: &TestStore, who: &Viewer, id: &PublicId) -> Reading {
    review_for(store, who, id).await.unwrap().unwrap()
}

pub async fn stage(store: &TestStore, who: &Viewer, id: &PublicId) -> Stage {
    opened(store, who, id).await.stage
}

/// Kinds of the open tasks, but for those raised when a referral is begun.
pub async fn open_tasks(store: &TestStore) -> Vec<String> {
    const OPEN: Sql = Sql::new(
        "select kind from tasks where done_at is null and kind not in ('crime_record', 'safeguarding_assessment')
         order by kind",
    );
    let rows: Vec<(String,)> = store.store.db.all(OPEN, args![]).await.unwrap();
    rows.into_iter().map(|(kind,)| kind).collect()
}

#[tokio::test]
async fn an_adult_who_consents_is_prepared_ticked_and_taken_back() {
    for store in october().await {
        let who = store.constable().await;
        let (_, id) = a_referral(&store, &who, ConsentValue::Given, &[]).await;
        assert_eq!(
            record_preparation(&store, &who, &id, "of another draft")
                .await
                .unwrap(),
            Outcome::Changed
        );
        let done = prepare(&store, &who, &id).await;
        assert!(matches!(done, Outcome::Prepared(_)), "{done:?}");
        assert!(matches!(
            prepare(&store, &who, &id).await,
            Outcome::Refused(_)
        ));
        assert_eq!(stage(&store, &who, &id).await, Stage::Prepared);
        assert_eq!(open_tasks(&store).await, ["hand_over"]);

        let made = handed(&store, &who, &id).await.preparation.unwrap();
        assert_eq!(
            (made.content.route, made.confirmed),
            (Route::Nrm, Confirmed::Author)
        );
        assert!(made.released.is_none());
        let text = serde_json::to_string(&made.content).unwrap();
        assert!(text.contains(FIRST) && text.contains("1987-06-05"));

        let keys: Vec<String> = made
            .content
            .to_hand_over()
            .map(|line| line.key.clone())
            .collect();
        let first = BTreeSet::from([keys[0].clone(), "no-such-box".to_owned()]);
        let none = BTreeSet::new();
        let name = &made.public_id;
        let ticked = record_ticks(&store, &who, &id, name, &first, &none)
            .await
            .unwrap();
        assert_eq!(ticked.unwrap().entered, 1);
        let all: BTreeSet<String> = keys.iter().cloned().collect();
        let ticked = record_ticks(&store, &who, &id, name, &all, &none)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((ticked.entered, ticked.of), (keys.len(), keys.len()));
        assert_eq!(open_tasks(&store).await, ["attach_copy"]);
        record_ticks(&store, &who, &id, name, &none, &first)
            .await
            .unwrap();
        let left = handed(&store, &who, &id).await.preparation.unwrap();
        assert_eq!(left.progress().entered, keys.len() - 1);

        assert!(record_reopened(&store, &who, &id, name).await.unwrap());
        assert!(!record_reopened(&store, &who, &id, name).await.unwrap());
        assert_eq!(stage(&store, &who, &id).await, Stage::Draft);
        assert!(open_tasks(&store).await.is_empty());
        assert!(handed(&store, &who, &id).await.preparation.is_none());
        assert_eq!(
            record_ticks(&store, &who, &id, name, &first, &none)
                .await
                .unwrap(),
            None
        );
        assert!(matches!(
            prepare(&store, &who, &id).await,
            Outcome::Prepared(_)
        ));
    }
}

#[tokio::test]
async fn what_was_prepared_is_sealed_and_stays_as_it_was() {
    const SEALED: Sql = Sql::new("select content_sealed from preparations");
    for store in october().await {
        let who = store.constable().await;
        let (_, id) = a_referral(&store, &who, ConsentValue::Given, &[]).await;
        prepare(&store, &who, &id).await;
        let rows: Vec<(Vec<u8>,)> = store.store.db.all(SEALED, args![]).await.unwrap();
        let sealed = String::from_utf8_lossy(&rows[0].0).into_owned();
        assert!(!sealed.contains(FIRST) && !sealed.contains("pv-name"));
        let answers = BTreeMap::from([("family".to_owned(), Some(Answer::text("other words")))]);
        let late = record_step(&store, &who, &id, "what-is-their-background", 1, answers).await;
        assert!(late.is_err(), "a prepared draft is not written on");
    }
}

#[tokio::test]
async fn sc_01_a_refusing_adults_notification_holds_schedule_1_and_nobodys_name() {
    for store in october().await {
        let who = store.constable().await;
        let told = format!("{FIRST} was kept by {SUSPECT} with {OTHER} at {STREET}");
        let own = [
            ("family", Answer::text(told.clone())),
            ("who-exploited-pv", Answer::text(told.clone())),
            ("any-other-pvs", Answer::text("yes")),
            ("other-potential-victims-yes-details", Answer::text(told)),
            ("s1-believed-slavery", Answer::text("yes")),
            ("s1-police-area", Answer::text("Leicestershire Police")),
        ];
        let (_, id) = a_referral(&store, &who, ConsentValue::Refused, &own).await;
        // The author confirms a minimal notification alone.
        let done = prepare(&store, &who, &id).await;
        assert!(matches!(done, Outcome::Prepared(_)), "{done:?}");
        for how in [As::Paper, As::Data] {
            let slice = slice_for(&store, &who, &id, how).await.unwrap().unwrap();
            assert_eq!(slice.content.route, Route::Dtn);
            let text = serde_json::to_string(&slice.content).unwrap();
            for stays in [FIRST, LAST, SUSPECT, OTHER, STREET, PHONE, "1987"] {
                assert!(!text.contains(stays), "{stays}");
            }
            for leaves in [
                "\"female\"",
                "Romanian",
                "Leicestershire Police",
                "s1-child-at-first-exploitation",
                "s1-believed-slavery",
                "s1-slavery-residential",
                "s1-believed-trafficking",
                "where-exploitation-happened",
                "user-organisation",
                WITHHELD,
            ] {
                assert!(text.contains(leaves), "{leaves}");
            }
        }
        assert_eq!(events(&store, "preparation.printed").await, 1);
        assert_eq!(events(&store, "preparation.exported").await, 1);
    }
}

#[tokio::test]
async fn a_possible_child_stops_a_notification_wherever_it_stands() {
    for store in october().await {
        let who = store.constable().await;
        let reader = colleague(&store, &who, Role::Sergeant).await;
        // In review: it cannot be released any more, and is a draft again.
        let (person, id) = a_referral(
            &store,
            &who,
            ConsentValue::Refused,
            &with_own_words("a twin"),
        )
        .await;
        prepare(&store, &who, &id).await;
        let review = reading(&store, &reader, &id).await.review.public_id;
        assert_eq!(
            settled(&store, &reader, &id, 1, Settlement::Removed).await,
            Settling::Done
        );
        age(&store, &who, &person, AgeStatus::NotSure, Basis::Stated).await;
        assert!(reading(&store, &reader, &id).await.overtaken);
        let released = record_release(&store, &reader, &id, &review).await.unwrap();
        assert_eq!(released, Settling::Overtaken);
        assert_eq!(stage(&store, &who, &id).await, Stage::Draft);
        assert!(handed(&store, &who, &id).await.preparation.is_none());
        // Prepared: it is not handed over, printed or taken out any more.
        let (person, id) = a_referral(&store, &who, ConsentValue::Refused, &[]).await;
        assert!(matches!(
            prepare(&store, &who, &id).await,
            Outcome::Prepared(_)
        ));
        assert!(!handed(&store, &who, &id).await.overtaken);
        age(&store, &who, &person, AgeStatus::NotSure, Basis::Stated).await;
        assert!(handed(&store, &who, &id).await.overtaken);
        for how in [As::Paper, As::Data] {
            let refused = slice_for(&store, &who, &id, how).await;
            assert!(matches!(
                refused,
                Err(StoreError::Refused("preparation-overtaken"))
            ));
        }
    }
}

#[tokio::test]
async fn what_was_prepared_is_overtaken_when_a_fact_in_it_changes_though_the_way_is_the_same() {
    for store in october().await {
        let who = store.constable().await;
        let (person, id) = a_referral(&store, &who, ConsentValue::Given, &[]).await;
        prepare(&store, &who, &id).await;
        assert!(!handed(&store, &who, &id).await.overtaken);
        age(&store, &who, &person, AgeStatus::NotSure, Basis::Stated).await;
        assert!(
            handed(&store, &who, &id).await.overtaken,
            "the form would say another age"
        );
    }
}

#[tokio::test]
async fn a_label_with_a_name_keeps_a_notification_back() {
    for store in october().await {
        let who = store.constable().await;
        for (key, text) in [
            ("reference", format!("{FIRST} {LAST}")),
            ("reference", "VasileGrigore-LE30LE".to_owned()),
            ("user-email", "v.grigore@testshire.police.uk".to_owned()),
        ] {
            let own = [
                (key, Answer::text(text)),
                ("who-exploited-pv", Answer::text("a man, Vasile Grigore")),
            ];
            let (_, id) = a_referral(&store, &who, ConsentValue::Refused, &own).await;
            let refused = ready(&opened(&store, &who, &id).await).unwrap_err();
            let keys = vec![key.to_owned()];
            assert_eq!(refused, Refusal::MayNotLeave(MayNotLeave { keys }));
            let slice = slice_for(&store, &who, &id, As::Data)
                .await
                .unwrap()
                .unwrap();
            let draft = serde_json::to_string(&slice.content).unwrap();
            assert!(
                !draft.contains("rigore") && !draft.contains(FIRST),
                "{draft}"
            );
        }
    }
}

#[tokio::test]
async fn nobody_prepares_what_they_may_not_and_strangers_see_nothing() {
    for store in october().await {
        let who = store.constable().await;
        let hub = colleague(&store, &who, Role::Safeguarding).await;
        let stranger = store.constable().await;
        let (_, id) = a_referral(&store, &who, ConsentValue::Given, &[]).await;
        let seen = mark(&store, &ready(&opened(&store, &who, &id).await).unwrap());
        let refused = record_preparation(&store, &hub, &id, &seen).await;
        assert!(matches!(refused, Err(StoreError::NotAllowed)));
        assert!(matches!(
            hand_over_for(&store, &hub, &id).await,
            Err(StoreError::NotAllowed)
        ));
        assert!(matches!(
            slice_for(&store, &hub, &id, As::Paper).await,
            Err(StoreError::NotAllowed)
        ));
        let absent = record_preparation(&store, &stranger, &id, &seen)
            .await
            .unwrap();
        assert_eq!(absent, Outcome::Absent);
        assert!(
            hand_over_for(&store, &stranger, &id)
                .await
                .unwrap()
                .is_none()
        );
        assert!(
            slice_for(&store, &stranger, &id, As::Data)
                .await
                .unwrap()
                .is_none()
        );
        assert!(review_for(&store, &stranger, &id).await.unwrap().is_none());
    }
}
