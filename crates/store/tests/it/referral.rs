//! A referral: begun and filled, offered again, hidden with its person, following the facts, stopped.

use std::collections::BTreeMap;

use heyrick_domain::age::{AgeStatus, AtWhat, Basis, NewAge};
use heyrick_domain::consent::{Consent, ConsentItem, ConsentValue, Interpreter, Method};
use heyrick_domain::form::{Answer, Status};
use heyrick_domain::id::PublicId;
use heyrick_domain::office_hours::OfficeHours;
use heyrick_domain::person::NameKind;
use heyrick_domain::referral::{AuthorityOutcome, Stage};
use heyrick_domain::restriction::Level;
use heyrick_domain::route::Route;
use heyrick_domain::unknown::Unknown;
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_policy::Kind;
use heyrick_store::age::record_ages;
use heyrick_store::answer::{HistoryQuery, StepOutcome, history_for, record_step};
use heyrick_store::authority::{NewAuthorityContact, record_authority_contact};
use heyrick_store::consent::record_consents;
use heyrick_store::list::lists;
use heyrick_store::person::{
    Details, NewName, person_for, record_details, record_name, record_person,
};
use heyrick_store::referral::{BeginOutcome, Referral, record_referral, referral_for};
use heyrick_store::restriction::{NewRestriction, record_restriction};
use heyrick_store::withdrawal::record_withdrawal;
use heyrick_store::{Sql, StoreError, args, user};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::common::{TestStore, stores};

/// Stores on a day on which the form is in force: noon on Monday 5 October 2026.
pub async fn october() -> Vec<TestStore> {
    let all = stores().await;
    for store in &all {
        store.clock.set("2026-10-05T11:00:00Z".parse().unwrap());
    }
    all
}

/// Somebody of this role in `of`'s team.
pub async fn colleague(store: &TestStore, of: &Viewer, role: Role) -> Viewer {
    const MOVE: Sql = Sql::new("update users set agency_id = $2, team_id = $3 where id = $1");
    let other = store.officer(role).await;
    let values = args![other.user, of.agency, of.team];
    store.store.db.exec(MOVE, values).await.unwrap();
    now(store, &other).await
}

/// The viewer somebody is right now.
pub async fn now(store: &TestStore, who: &Viewer) -> Viewer {
    user::viewer(store, who.user, Through::CommandLine, None)
        .await
        .unwrap()
        .unwrap()
}

pub async fn a_person(store: &TestStore, who: &Viewer, called: &str) -> PublicId {
    let details = Details {
        called: Some(called.to_owned()),
        ..Details::default()
    };
    record_person(store, who, &details).await.unwrap()
}

pub async fn begun(store: &TestStore, who: &Viewer, person: &PublicId) -> PublicId {
    match record_referral(store, who, person).await.unwrap() {
        BeginOutcome::Begun(id) => id,
        other => panic!("{other:?}"),
    }
}

pub async fn opened(store: &TestStore, who: &Viewer, id: &PublicId) -> Referral {
    referral_for(store, who, id).await.unwrap().unwrap()
}

pub async fn age(
    store: &TestStore,
    who: &Viewer,
    person: &PublicId,
    value: AgeStatus,
    basis: Basis,
) {
    let new = NewAge {
        at_what: AtWhat::Now,
        value,
        basis,
        basis_words: None,
        settled_on: basis.settles().then(|| store.today()),
    };
    assert!(record_ages(store, who, person, &[new]).await.unwrap());
}

pub async fn consent(
    store: &TestStore,
    who: &Viewer,
    person: &PublicId,
    item: ConsentItem,
    value: ConsentValue,
) {
    store.wait(SignedDuration::from_mins(5));
    let new = Consent {
        item,
        value,
        asked_at: store.now() - 60_000_000,
        explained_by: "DC Amber".into(),
        language: Some("Romanian".into()),
        interpreter: Some(Interpreter::Independent),
        interpreter_chosen: true,
        interpreter_why: None,
        method: Some(Method::InPerson),
        explanation_version: None,
        notice_version: Some("April 2026".into()),
        reason: None,
    };
    let recorded = record_consents(store, who, person, &[new]).await.unwrap();
    assert!(recorded.is_some());
}

pub fn answers<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, Option<Answer>> {
    pairs
        .into_iter()
        .map(|(key, text)| {
            (
                key.to_owned(),
                (!text.is_empty()).then(|| Answer::text(text)),
            )
        })
        .collect()
}

/// Saves a step and gives its version.
pub async fn saved(
    store: &TestStore,
    who: &Viewer,
    id: &PublicId,
    step: &str,
    version: i64,
    answers: BTreeMap<String, Option<Answer>>,
) -> i64 {
    match record_step(store, who, id, step, version, answers)
        .await
        .unwrap()
    {
        StepOutcome::Saved { version, .. } => version,
        other => panic!("{other:?}"),
    }
}

pub async fn events(store: &TestStore, action: &str) -> usize {
    const EVENTS: Sql = Sql::new("select id from journal_events where action = $1");
    let rows: Vec<(Uuid,)> = store.store.db.all(EVENTS, args![action]).await.unwrap();
    rows.len()
}

/// Open tasks but those that every draft raises.
async fn open_tasks(store: &TestStore) -> Vec<(String, i64)> {
    const OPEN: Sql = Sql::new(
        "select kind, due_at from tasks
         where done_at is null and kind not in ('crime_record', 'safeguarding_assessment')
         order by kind, due_at",
    );
    store.store.db.all(OPEN, args![]).await.unwrap()
}

/// What the Home Office's copy will do: the referral was sent by this route.
pub async fn sent(store: &TestStore, who: &Viewer, id: &PublicId, route: Route) {
    const PREPARED: Sql = Sql::new(
        "insert into preparations (id, public_id, referral_id, route, content_sealed, content_hash, confirmed, prepared_by, prepared_at)
         values ($1, $2, $3, $4, $5, $5, 'author', $6, $7)",
    );
    const FILE: Sql = Sql::new(
        "insert into files (id, record, media_type, size_bytes, content_hash, sealed, added_by, added_at)
         values ($1, $2, 'application/pdf', 0, $3, $3, $4, $5)",
    );
    const SENT: Sql = Sql::new(
        "insert into sendings (id, preparation_id, file_id, sent_on, differences_sealed, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    );
    const STAGE: Sql = Sql::new("update referrals set stage = 'sent', route = $2 where id = $1");
    let referral = opened(store, who, id).await.id;
    let (preparation, file) = (store.id(), store.id());
    let nothing = || b"x".to_vec();
    let db = &store.store.db;
    let public = store.store.new_public_id().unwrap();
    let values = args![
        preparation,
        &public,
        referral,
        route.code(),
        nothing(),
        who.user,
        store.now()
    ];
    db.exec(PREPARED, values).await.unwrap();
    let values = args![file, referral, nothing(), who.user, store.now()];
    db.exec(FILE, values).await.unwrap();
    let values = args![
        store.id(),
        preparation,
        file,
        store.today(),
        nothing(),
        who.user,
        store.now()
    ];
    db.exec(SENT, values).await.unwrap();
    db.exec(STAGE, args![referral, route.code()]).await.unwrap();
}

#[tokio::test]
async fn a_new_referral_is_filled_from_what_is_known_and_everything_filled_must_be_checked() {
    for store in october().await {
        let who = store.constable().await;
        let mut details = Details {
            first_name: Some("Testa".to_owned()),
            dob: Some("2010-03-09".parse().unwrap()),
            gender: Some("neither".to_owned()),
            nationality: Some("Romanian".to_owned()),
            communication_help: Some("large print".to_owned()),
            ..Details::default()
        };
        details
            .unknowns
            .insert("last_name".to_owned(), Unknown::Refused);
        details
            .unknowns
            .insert("gender".to_owned(), Unknown::NotAsked);
        details.gender = None;
        let person = record_person(&store, &who, &details).await.unwrap();
        let nickname = NewName {
            kind: NameKind::Nickname,
            raw: "Sparrow".to_owned(),
        };
        record_name(&store, &who, &person, &nickname).await.unwrap();

        let id = begun(&store, &who, &person).await;
        let referral = opened(&store, &who, &id).await;
        assert_eq!((referral.stage, referral.version), (Stage::Draft, 1));
        assert_eq!(referral.author_name, "DC Amber");
        assert!(
            referral.reference.starts_with("R-"),
            "{}",
            referral.reference
        );
        let want = [
            ("pv-dob", Answer::text("2010-03-09")),
            ("pv-gender", Answer::unknown(Unknown::NotAsked)),
            ("pv-name-first-name", Answer::text("Testa")),
            ("pv-name-last-name", Answer::unknown(Unknown::Refused)),
            ("pv-name-nickname", Answer::text("Sparrow")),
            ("pv-nationality", Answer::text("Romanian")),
            ("pv-other-help-with-communication", Answer::text("yes")),
            (
                "pv-other-help-with-communication-aid",
                Answer::text("large print"),
            ),
            ("reference", Answer::text(referral.reference.clone())),
        ];
        let want: BTreeMap<_, _> = want.into_iter().map(|(k, a)| (k.to_owned(), a)).collect();
        assert_eq!(referral.parts.answers, want);
        assert!(want.keys().eq(&referral.parts.to_check));

        let version = saved(
            &store,
            &who,
            &id,
            "reference",
            0,
            answers([("reference", &referral.reference)]),
        )
        .await;
        let referral = opened(&store, &who, &id).await;
        assert!(!referral.parts.to_check.contains("reference"));
        assert_eq!(referral.step_version("reference"), version);
        let draft = referral.draft(lists());
        let status = |step: &str| draft.status(draft.form.step(step).unwrap());
        assert_eq!(status("reference"), Status::Done);
        assert_eq!(status("pv-name-referral"), Status::ToCheck);
        let history = history_for(
            &store,
            &who,
            &id,
            &HistoryQuery {
                limit: 200,
                ..HistoryQuery::default()
            },
        )
        .await
        .unwrap()
        .unwrap();
        assert!(
            history
                .changes
                .iter()
                .all(|one| one.cause == "filled" && one.before.is_none())
        );
        assert_eq!(history.changes.len(), want.len());
    }
}

#[tokio::test]
async fn a_second_open_referral_is_offered_and_none_is_made() {
    for store in october().await {
        let who = store.constable().await;
        let person = a_person(&store, &who, "PV1").await;
        let first = begun(&store, &who, &person).await;
        let other = colleague(&store, &who, Role::Sergeant).await;
        let again = record_referral(&store, &other, &person).await.unwrap();
        assert_eq!(again, BeginOutcome::Open(first.clone()));
        let stranger = store.constable().await;
        let hidden = record_referral(&store, &stranger, &person).await.unwrap();
        assert_eq!(hidden, BeginOutcome::Absent);
        let community = colleague(&store, &who, Role::CommunityOfficer).await;
        let refused = record_referral(&store, &community, &person).await;
        assert!(
            matches!(refused, Err(StoreError::NotAllowed)),
            "{refused:?}"
        );
        assert!(
            record_withdrawal(&store, &who, &first, "opened by mistake")
                .await
                .unwrap()
        );
        let third = begun(&store, &who, &person).await;
        assert_ne!(first, third);
    }
}

#[tokio::test]
async fn two_who_begin_at_once_make_one_referral() {
    for store in october().await {
        let who = store.constable().await;
        let person = a_person(&store, &who, "PV1").await;
        let both = tokio::join!(
            record_referral(&store, &who, &person),
            record_referral(&store, &who, &person)
        );
        let ids = match (both.0.unwrap(), both.1.unwrap()) {
            (BeginOutcome::Begun(new), BeginOutcome::Open(open))
            | (BeginOutcome::Open(open), BeginOutcome::Begun(new)) => (new, open),
            other => panic!("{other:?}"),
        };
        assert_eq!(ids.0, ids.1);
    }
}

#[tokio::test]
async fn sc_01_after_a_duty_to_notify_consent_opens_a_new_passage_that_takes_over() {
    for store in october().await {
        let who = store.constable().await;
        let person = a_person(&store, &who, "PV1").await;
        age(&store, &who, &person, AgeStatus::Adult, Basis::Stated).await;
        consent(
            &store,
            &who,
            &person,
            ConsentItem::NrmEntry,
            ConsentValue::Refused,
        )
        .await;
        let first = begun(&store, &who, &person).await;
        let notified = opened(&store, &who, &first).await;
        assert_eq!(
            (notified.route(), notified.supersedes),
            (Some(Route::Dtn), None)
        );
        sent(&store, &who, &first, Route::Dtn).await;

        store.wait(SignedDuration::from_hours(15 * 24));
        consent(
            &store,
            &who,
            &person,
            ConsentItem::NrmEntry,
            ConsentValue::Given,
        )
        .await;
        let second = begun(&store, &who, &person).await;
        let later = opened(&store, &who, &second).await;
        assert_eq!(later.route(), Some(Route::Nrm));
        assert_ne!(later.episode, notified.episode);
        let earlier = later.supersedes.unwrap();
        assert_eq!(earlier.sent_on, date(2026, 10, 5));
        assert_eq!(
            earlier.referral,
            Some((first.clone(), notified.reference.clone()))
        );
        let closed = opened(&store, &who, &first).await;
        assert_eq!(
            closed.route(),
            Some(Route::Dtn),
            "what was sent stays what it was"
        );
        let answered = closed.facts.consent(ConsentItem::NrmEntry);
        assert_eq!(answered, Some(ConsentValue::Refused), "as it was sent");

        // A draft that is stopped does not break the chain.
        assert!(
            record_withdrawal(&store, &who, &second, "begun anew")
                .await
                .unwrap()
        );
        let third = begun(&store, &who, &person).await;
        assert!(opened(&store, &who, &third).await.supersedes.is_some());
    }
}

#[tokio::test]
async fn after_a_sent_referral_the_duty_stays_discharged() {
    for store in october().await {
        let who = store.constable().await;
        let person = a_person(&store, &who, "PV1").await;
        age(&store, &who, &person, AgeStatus::Adult, Basis::Stated).await;
        consent(
            &store,
            &who,
            &person,
            ConsentItem::NrmEntry,
            ConsentValue::Given,
        )
        .await;
        let first = begun(&store, &who, &person).await;
        sent(&store, &who, &first, Route::Nrm).await;
        consent(
            &store,
            &who,
            &person,
            ConsentItem::NrmEntry,
            ConsentValue::Withdrawn,
        )
        .await;
        let second = begun(&store, &who, &person).await;
        let later = opened(&store, &who, &second).await;
        assert_eq!(later.episode, opened(&store, &who, &first).await.episode);
        assert_eq!(
            later.parts.facts.route_and_ground().unwrap_err().code(),
            "withdrawn-after-sending"
        );
        assert_eq!(later.route(), None);
    }
}

#[tokio::test]
async fn a_referral_is_hidden_with_its_person_and_by_itself() {
    for store in october().await {
        let who = store.constable().await;
        let inspector = colleague(&store, &who, Role::Inspector).await;
        let other = colleague(&store, &who, Role::Constable).await;
        let person = a_person(&store, &who, "PV1").await;
        let id = begun(&store, &who, &person).await;
        assert!(referral_for(&store, &other, &id).await.unwrap().is_some());
        let before = events(&store, "referral.viewed").await;

        let restrict = NewRestriction {
            seen: Level::None,
            level: Level::Restricted,
            reason: "a relative works in the building".to_owned(),
            review_on: Some(date(2026, 11, 1)),
            keep: vec![],
        };
        assert!(
            record_restriction(&store, &inspector, Kind::Person, &person, &restrict)
                .await
                .unwrap()
        );
        let other = now(&store, &other).await;
        assert!(referral_for(&store, &other, &id).await.unwrap().is_none());
        let step = record_step(
            &store,
            &other,
            &id,
            "reference",
            0,
            answers([("reference", "x")]),
        )
        .await;
        assert_eq!(step.unwrap(), StepOutcome::Absent);
        assert!(!record_withdrawal(&store, &other, &id, "x").await.unwrap());
        let history = history_for(&store, &other, &id, &HistoryQuery::default()).await;
        assert!(history.unwrap().is_none());
        assert_eq!(
            events(&store, "referral.viewed").await,
            before,
            "nothing was looked at"
        );
        assert!(
            referral_for(&store, &who, &id).await.unwrap().is_some(),
            "the author still sees both"
        );
    }
}

#[tokio::test]
async fn the_route_in_lists_follows_every_fact() {
    const ROUTE: Sql = Sql::new("select route from referrals where public_id = $1");
    for store in october().await {
        let who = store.constable().await;
        let person = a_person(&store, &who, "PV1").await;
        let id = begun(&store, &who, &person).await;
        let route = async || {
            let row: Option<(String,)> = store.store.db.opt(ROUTE, args![&id]).await.unwrap();
            row.unwrap().0
        };
        assert_eq!(route().await, "undecided");
        age(&store, &who, &person, AgeStatus::Adult, Basis::Document).await;
        assert_eq!(route().await, "undecided", "silence is not refusal");
        consent(
            &store,
            &who,
            &person,
            ConsentItem::NrmEntry,
            ConsentValue::Refused,
        )
        .await;
        assert_eq!(route().await, "dtn");
        consent(
            &store,
            &who,
            &person,
            ConsentItem::NrmEntry,
            ConsentValue::Given,
        )
        .await;
        assert_eq!(route().await, "nrm");
        consent(
            &store,
            &who,
            &person,
            ConsentItem::NrmEntry,
            ConsentValue::LacksCapacity,
        )
        .await;
        assert_eq!(
            route().await,
            "undecided",
            "waits for a decision in their best interests"
        );
        store.wait(SignedDuration::from_mins(1));
        age(&store, &who, &person, AgeStatus::Child, Basis::Document).await;
        assert_eq!(route().await, "nrm");
    }
}

#[tokio::test]
async fn a_date_of_birth_that_changes_the_age_counts_like_any_fact_about_it() {
    for store in october().await {
        let who = store.constable().await;
        let person = a_person(&store, &who, "PV1").await;
        let set = async |dob: &str| {
            let held = person_for(&store, &who, &person).await.unwrap().unwrap();
            let details = Details {
                dob: Some(dob.parse().unwrap()),
                ..held.details
            };
            record_details(&store, &who, &person, held.version, &details)
                .await
                .unwrap();
        };
        set("2010-01-01").await;
        let id = begun(&store, &who, &person).await;
        let version = saved(
            &store,
            &who,
            &id,
            "fr-details",
            0,
            answers([("fr-details-role", "DC")]),
        )
        .await;
        assert_eq!(opened(&store, &who, &id).await.kept_route, Some(Route::Nrm));
        set("1990-01-01").await;
        let referral = opened(&store, &who, &id).await;
        assert_eq!(referral.kept_route, None);
        assert_eq!(referral.parts.answers.get("fr-details-role"), None);
        assert!(version > referral.step_version("fr-details"));
    }
}

#[tokio::test]
async fn a_failed_attempt_out_of_hours_counts_and_is_tried_again() {
    for store in october().await {
        let who = store.constable().await;
        let person = a_person(&store, &who, "PV1").await;
        let id = begun(&store, &who, &person).await;
        store.clock.set("2026-10-05T22:30:00Z".parse().unwrap());
        let attempt = |outcome, attempted_at| NewAuthorityContact {
            outcome,
            attempted_at,
            note: Some(" no answer ".to_owned()),
        };
        let failed = attempt(AuthorityOutcome::NotReachedOutOfHours, store.now());
        assert!(
            record_authority_contact(&store, &who, &id, &failed, OfficeHours::default())
                .await
                .unwrap()
        );
        let referral = opened(&store, &who, &id).await;
        assert!(referral.authority_contacted());
        assert_eq!(
            referral.authority_contacts[0].note.as_deref(),
            Some("no answer")
        );
        let nine: Timestamp = "2026-10-06T08:00:00Z".parse().unwrap();
        let again = vec![("authority_retry".to_owned(), nine.as_microsecond())];
        assert_eq!(open_tasks(&store).await, again);

        let future = attempt(AuthorityOutcome::Reached, store.now() + 1);
        let refused =
            record_authority_contact(&store, &who, &id, &future, OfficeHours::default()).await;
        assert!(matches!(
            refused,
            Err(StoreError::Refused("authority-error-future"))
        ));
        let reached = attempt(AuthorityOutcome::Reached, store.now());
        assert!(
            record_authority_contact(&store, &who, &id, &reached, OfficeHours::default())
                .await
                .unwrap()
        );
        assert_eq!(open_tasks(&store).await, vec![]);
    }
}

#[tokio::test]
async fn an_attempt_while_the_offices_are_open_does_not_count_and_is_tried_again_within_the_hour() {
    for store in october().await {
        let who = store.constable().await;
        let person = a_person(&store, &who, "PV1").await;
        let id = begun(&store, &who, &person).await;
        // Monday, eleven in London.
        let eleven: Timestamp = "2026-10-05T10:00:00Z".parse().unwrap();
        store.clock.set(eleven);
        let hours = OfficeHours::default();
        let mut attempt = NewAuthorityContact {
            outcome: AuthorityOutcome::NotReachedOutOfHours,
            attempted_at: store.now(),
            note: None,
        };
        let refused = record_authority_contact(&store, &who, &id, &attempt, hours).await;
        assert!(matches!(
            refused,
            Err(StoreError::Refused("authority-error-open"))
        ));
        attempt.outcome = AuthorityOutcome::NotReached;
        assert!(
            record_authority_contact(&store, &who, &id, &attempt, hours)
                .await
                .unwrap()
        );
        let referral = opened(&store, &who, &id).await;
        assert_eq!(referral.authority_contacts.len(), 1);
        assert!(!referral.authority_contacted());
        let noon: Timestamp = "2026-10-05T11:00:00Z".parse().unwrap();
        let again = vec![("authority_retry".to_owned(), noon.as_microsecond())];
        assert_eq!(open_tasks(&store).await, again);
    }
}

#[tokio::test]
async fn a_withdrawn_referral_is_kept_and_changes_no_more() {
    for store in october().await {
        let who = store.constable().await;
        let person = a_person(&store, &who, "PV1").await;
        let id = begun(&store, &who, &person).await;
        let blank = record_withdrawal(&store, &who, &id, " \n").await;
        assert!(matches!(
            blank,
            Err(StoreError::Refused("withdrawal-error-reason"))
        ));
        let hub = colleague(&store, &who, Role::Safeguarding).await;
        let refused = record_withdrawal(&store, &hub, &id, "x").await;
        assert!(matches!(refused, Err(StoreError::NotAllowed)));
        let failed = NewAuthorityContact {
            outcome: AuthorityOutcome::NotReached,
            attempted_at: store.now(),
            note: None,
        };
        record_authority_contact(&store, &who, &id, &failed, OfficeHours::default())
            .await
            .unwrap();

        assert!(
            record_withdrawal(&store, &who, &id, "the same person twice")
                .await
                .unwrap()
        );
        let referral = opened(&store, &who, &id).await;
        assert_eq!(referral.stage, Stage::Withdrawn);
        assert_eq!(referral.withdrawal.unwrap().reason, "the same person twice");
        assert_eq!(open_tasks(&store).await, vec![]);
        let late = record_step(
            &store,
            &who,
            &id,
            "reference",
            0,
            answers([("reference", "x")]),
        )
        .await;
        assert!(matches!(
            late,
            Err(StoreError::Refused("referral-not-a-draft"))
        ));
        let late =
            record_authority_contact(&store, &who, &id, &failed, OfficeHours::default()).await;
        assert!(matches!(late, Err(StoreError::Refused("referral-closed"))));
        let late = record_withdrawal(&store, &who, &id, "again").await;
        assert!(matches!(late, Err(StoreError::Refused("referral-closed"))));
    }
}
