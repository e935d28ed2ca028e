//! A person's record: made, opened, changed by two at once; names, keys, contact routes under seal.

use heyrick_domain::contact::{Contact, ContactKind, Safe};
use heyrick_domain::id::PublicId;
use heyrick_domain::person::NameKind;
use heyrick_domain::unknown::Unknown;
use heyrick_domain::user::{Role, Viewer};
use heyrick_store::contact::{
    contacts_for, person_and_contacts_for, record_contact, record_contact_ended,
};
use heyrick_store::person::{
    Details, NewName, SaveOutcome, person_for, record_details, record_name, record_name_ended,
    record_person, record_persons,
};
use heyrick_store::{Sql, StoreError, args};
use jiff::SignedDuration;
use jiff::civil::date;

use crate::common::{TestStore, stores};
use crate::people::{colleague, named};

async fn made(store: &TestStore, who: &Viewer, details: &Details) -> PublicId {
    record_person(store, who, details).await.unwrap()
}

async fn events(store: &TestStore, action: &str) -> usize {
    const EVENTS: Sql = Sql::new("select id from journal_events where action = $1");
    let rows: Vec<(uuid::Uuid,)> = store.store.db.all(EVENTS, args![action]).await.unwrap();
    rows.len()
}

#[tokio::test]
async fn what_was_written_down_is_read_back_and_every_look_is_in_the_journal() {
    for store in stores().await {
        let who = store.constable().await;
        let mut details = named(" Testa ", "Exemplar");
        details.dob = Some("~1998-03".parse().unwrap());
        details.nationality = Some("eritrean".to_owned());
        details.notes = Some("speaks quietly\nlikes tea".to_owned());
        details
            .unknowns
            .insert("gender".to_owned(), Unknown::NotSafeToAsk);
        let id = made(&store, &who, &details).await;
        assert_eq!(events(&store, "person.viewed").await, 0);
        let person = person_for(&store, &who, &id).await.unwrap().unwrap();
        assert_eq!(events(&store, "person.viewed").await, 1);
        details.first_name = Some("Testa".to_owned());
        details.nationality = Some("Eritrean".to_owned());
        assert_eq!(person.details, details);
        assert_eq!(person.label(), "Testa Exemplar");
        assert_eq!(
            (person.version, person.created_by.as_str()),
            (1, "DC Amber")
        );
        assert_eq!(person.review_on, date(2032, 3, 3));
        assert!(person.reference.starts_with("P-"), "{}", person.reference);
        let names: Vec<_> = person
            .names
            .iter()
            .map(|name| (name.kind, name.raw.as_str()))
            .collect();
        assert_eq!(names, [(NameKind::Given, "Testa Exemplar")]);
    }
}

#[tokio::test]
async fn a_record_nobody_could_call_by_anything_is_refused() {
    for store in stores().await {
        let who = store.constable().await;
        let refused = record_person(&store, &who, &Details::default()).await;
        assert!(matches!(
            refused,
            Err(StoreError::Refused("person-error-nameless"))
        ));
        let analyst = colleague(&store, &who, Role::Analyst).await;
        let refused = record_person(&store, &analyst, &named("A", "B")).await;
        assert!(matches!(refused, Err(StoreError::NotAllowed)));
        let auditor = store.officer(Role::Auditor).await;
        let refused = record_person(&store, &auditor, &named("A", "B")).await;
        assert!(matches!(refused, Err(StoreError::NotAllowed)));
        assert_eq!(events(&store, "person.added").await, 0);
    }
}

#[tokio::test]
async fn many_people_at_once_are_recorded_all_or_none_each_with_an_event() {
    for store in stores().await {
        let who = store.constable().await;
        let two = [named("Testa", "Exemplar"), named("Ditto", "Invented")];
        let ids = record_persons(&store, &who, &two).await.unwrap();
        assert_eq!(events(&store, "person.added").await, 2);
        for (id, details) in ids.iter().zip(&two) {
            let person = person_for(&store, &who, id).await.unwrap().unwrap();
            assert_eq!(&person.details, details);
        }
        let nobody = [named("Trial", "Notareal"), Details::default()];
        let refused = record_persons(&store, &who, &nobody).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))));
        let analyst = colleague(&store, &who, Role::Analyst).await;
        let refused = record_persons(&store, &analyst, &two).await;
        assert!(matches!(refused, Err(StoreError::NotAllowed)));
        assert_eq!(events(&store, "person.added").await, 2);
    }
}

#[tokio::test]
async fn of_two_who_save_at_once_the_second_sees_both_versions_and_overwrites_nothing() {
    for store in stores().await {
        let who = store.constable().await;
        let other = colleague(&store, &who, Role::Sergeant).await;
        let id = made(&store, &who, &named("Testa", "Exemplar")).await;
        let mut ours = named("Testa", "Exemplar");
        ours.language = Some("Tigrinya".to_owned());
        let saved = record_details(&store, &who, &id, 1, &ours).await.unwrap();
        assert!(matches!(saved, SaveOutcome::Saved { version: 2 }));
        let theirs = named("Testo", "Exemplar");
        let late = record_details(&store, &other, &id, 1, &theirs).await;
        let SaveOutcome::Conflict { theirs: kept } = late.unwrap() else {
            panic!("the second overwrote the first")
        };
        assert_eq!((kept.version, kept.details.clone()), (2, ours.clone()));
        assert_eq!(kept.details.differs(&theirs), ["first_name", "language"]);
        let again = record_details(&store, &other, &id, 2, &ours).await;
        assert!(matches!(again.unwrap(), SaveOutcome::Saved { version: 2 }));
        assert_eq!(events(&store, "person.changed").await, 1);
        let gone = PublicId("nobody".to_owned());
        let absent = record_details(&store, &who, &gone, 1, &ours).await.unwrap();
        assert!(matches!(absent, SaveOutcome::Absent));
    }
}

#[tokio::test]
async fn both_of_two_simultaneous_saves_are_never_taken() {
    for store in stores().await {
        let who = store.constable().await;
        let id = made(&store, &who, &named("Testa", "Exemplar")).await;
        let (one, two) = (named("Testo", "Exemplar"), named("Testi", "Exemplar"));
        let (first, second) = tokio::join!(
            record_details(&store, &who, &id, 1, &one),
            record_details(&store, &who, &id, 1, &two)
        );
        let saved = [first.unwrap(), second.unwrap()]
            .iter()
            .filter(|outcome| matches!(outcome, SaveOutcome::Saved { .. }))
            .count();
        assert_eq!(saved, 1);
    }
}

#[tokio::test]
async fn a_changed_name_ends_the_given_one_and_keeps_it_readable() {
    const NAMES: Sql = Sql::new(
        "select raw, removed_at from person_names where kind = $1 order by recorded_at, id",
    );
    for store in stores().await {
        let who = store.constable().await;
        let id = made(&store, &who, &named("Testa", "Exemplar")).await;
        let changed = named("Testa", "Placeholder");
        store.wait(SignedDuration::from_secs(1));
        record_details(&store, &who, &id, 1, &changed)
            .await
            .unwrap();
        let names: Vec<(String, Option<i64>)> =
            store.store.db.all(NAMES, args!["given"]).await.unwrap();
        assert_eq!(names[0], ("Testa Exemplar".to_owned(), Some(store.now())));
        assert_eq!(names[1], ("Testa Placeholder".to_owned(), None));
        assert_eq!(names.len(), 2);
    }
}

#[tokio::test]
async fn other_names_are_added_once_and_ended() {
    for store in stores().await {
        let who = store.constable().await;
        let id = made(&store, &who, &named("Testa", "Exemplar")).await;
        let bee = NewName {
            kind: NameKind::ExploitationName,
            raw: " Bee ".to_owned(),
        };
        let name = record_name(&store, &who, &id, &bee).await.unwrap().unwrap();
        let twice = record_name(&store, &who, &id, &bee).await;
        assert!(matches!(
            twice,
            Err(StoreError::Refused("person-error-name-there"))
        ));
        let given = NewName {
            kind: NameKind::Given,
            raw: "Bee".to_owned(),
        };
        let refused = record_name(&store, &who, &id, &given).await;
        assert!(matches!(
            refused,
            Err(StoreError::Refused("person-error-name-kind"))
        ));
        let person = person_for(&store, &who, &id).await.unwrap().unwrap();
        let others: Vec<_> = person.other_names().map(|one| one.raw.as_str()).collect();
        assert_eq!((others, person.version), (vec!["Bee"], 1));
        assert!(record_name_ended(&store, &who, &id, &name).await.unwrap());
        assert!(!record_name_ended(&store, &who, &id, &name).await.unwrap());
        let own = &person.names[0].public_id;
        assert!(!record_name_ended(&store, &who, &id, own).await.unwrap());
        let person = person_for(&store, &who, &id).await.unwrap().unwrap();
        assert_eq!(person.other_names().count(), 0);
    }
}

fn phone() -> Contact {
    Contact {
        kind: ContactKind::Phone,
        value: "07700 900123".to_owned(),
        safe: Safe::Confirmed,
        whose: Some("her sister Willowette".to_owned()),
        safe_times: Some("after 18:00".to_owned()),
        notes: None,
    }
}

#[tokio::test]
async fn a_contact_route_lies_under_seal_and_its_opening_is_in_the_journal() {
    const SEALED: Sql = Sql::new("select sealed from contact_routes");
    for store in stores().await {
        let who = store.constable().await;
        let id = made(&store, &who, &named("Testa", "Exemplar")).await;
        assert_eq!(contacts_for(&store, &who, &id).await.unwrap(), Some(vec![]));
        assert_eq!(
            events(&store, "contact.viewed").await,
            0,
            "nothing was opened"
        );
        let never = Contact {
            safe: Safe::Never,
            ..phone()
        };
        record_contact(&store, &who, &id, &never).await.unwrap();
        let route = record_contact(&store, &who, &id, &phone()).await.unwrap();
        let rows: Vec<(Vec<u8>,)> = store.store.db.all(SEALED, vec![]).await.unwrap();
        for (bytes,) in &rows {
            for word in ["07700", "900123", "Willowette", "18:00", "phone"] {
                let found = bytes
                    .windows(word.len())
                    .any(|part| part == word.as_bytes());
                assert!(!found, "{word} stands in the clear");
            }
        }
        assert_eq!(rows.len(), 2);
        let read = contacts_for(&store, &who, &id).await.unwrap().unwrap();
        let read: Vec<_> = read.into_iter().map(|route| route.contact).collect();
        assert_eq!(read, [phone(), never.clone()]);
        assert_eq!(events(&store, "contact.viewed").await, 1);
        let route = route.unwrap();
        assert!(
            record_contact_ended(&store, &who, &id, &route)
                .await
                .unwrap()
        );
        assert!(
            !record_contact_ended(&store, &who, &id, &route)
                .await
                .unwrap()
        );
        let (_, left) = person_and_contacts_for(&store, &who, &id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(events(&store, "contact.viewed").await, 2);
        assert_eq!(events(&store, "person.viewed").await, 1);
    }
}

#[tokio::test]
async fn without_its_record_key_a_route_opens_for_nobody() {
    const FORGET: Sql = Sql::new("delete from record_keys");
    for store in stores().await {
        let who = store.constable().await;
        let id = made(&store, &who, &named("Testa", "Exemplar")).await;
        record_contact(&store, &who, &id, &phone()).await.unwrap();
        store.store.db.exec(FORGET, vec![]).await.unwrap();
        let closed = contacts_for(&store, &who, &id).await;
        assert!(matches!(closed, Err(StoreError::Sealed("contact route"))));
    }
}

#[tokio::test]
async fn contact_routes_stay_with_the_agency_that_holds_the_record() {
    for store in stores().await {
        let who = store.constable().await;
        let id = made(&store, &who, &named("Testa", "Exemplar")).await;
        record_contact(&store, &who, &id, &phone()).await.unwrap();
        let mut partner = store.officer(Role::Partner).await;
        assert_eq!(contacts_for(&store, &partner, &id).await.unwrap(), None);
        partner.granted.insert(id.clone());
        assert_eq!(
            contacts_for(&store, &partner, &id).await.unwrap(),
            Some(vec![])
        );
        let added = record_contact(&store, &partner, &id, &phone()).await;
        assert!(matches!(added, Err(StoreError::NotAllowed)));
        assert_eq!(events(&store, "contact.viewed").await, 0);
        let analyst = colleague(&store, &who, Role::Analyst).await;
        assert_eq!(
            contacts_for(&store, &analyst, &id)
                .await
                .unwrap()
                .unwrap()
                .len(),
            1
        );
        let refused = record_contact(&store, &analyst, &id, &phone()).await;
        assert!(matches!(refused, Err(StoreError::NotAllowed)));
    }
}

#[tokio::test]
async fn nothing_personal_is_in_the_journal() {
    const BODIES: Sql = Sql::new("select body from journal_events");
    for store in stores().await {
        let who = store.constable().await;
        let id = made(&store, &who, &named("Willowette", "Exemplar")).await;
        record_contact(&store, &who, &id, &phone()).await.unwrap();
        let alias = NewName {
            kind: NameKind::Alias,
            raw: "Willowette".to_owned(),
        };
        record_name(&store, &who, &id, &alias).await.unwrap();
        person_and_contacts_for(&store, &who, &id).await.unwrap();
        let rows: Vec<(Vec<u8>,)> = store.store.db.all(BODIES, vec![]).await.unwrap();
        assert!(rows.len() >= 5);
        for (body,) in rows {
            let body = String::from_utf8(body).unwrap();
            assert!(
                !body.contains("Willowette") && !body.contains("07700"),
                "{body}"
            );
        }
    }
}
