//! Who may ask who looked, and what they are told.

use heyrick_domain::id::PublicId;
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_policy::Kind;
use heyrick_store::journal::who::{
    Asked, Entry, Found, RecordJournal, Subject, Which, account_named_for, asked_by_operator,
    record_journal_for, record_named_for, told_to_operator, user_journal_for,
};
use heyrick_store::journal::{Action, Event, ObjectKind};
use heyrick_store::{Sql, StoreError, args, user};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::common::{TestStore, stores};

async fn colleague(store: &TestStore, of: &Viewer, role: Role) -> Viewer {
    const MOVE: Sql = Sql::new("update users set agency_id = $2, team_id = $3 where id = $1");
    let other = store.officer(role).await;
    let values = args![other.user, of.agency, of.team];
    store.store.db.exec(MOVE, values).await.unwrap();
    user::viewer(store, other.user, Through::CommandLine, None)
        .await
        .unwrap()
        .unwrap()
}

struct Record {
    id: Uuid,
    public: PublicId,
    reference: String,
}

async fn a_person(store: &TestStore, author: &Viewer, restriction: &str) -> Record {
    const PERSON: Sql = Sql::new(
        "insert into persons (id, public_id, reference, agency_id, team_id, last_name, unknowns, sort_name, restriction, retention_class, review_on, version, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, 'Willow', '{}', '', $6, 'pv_victim', '2030-01-01', 1, $7, 0, 0)",
    );
    let record = Record {
        id: store.id(),
        public: store.store.new_public_id().unwrap(),
        reference: store
            .store
            .new_reference(heyrick_domain::id::ReferenceKind::Person)
            .unwrap(),
    };
    let values = args![
        record.id,
        &record.public,
        &record.reference,
        author.agency,
        author.team,
        restriction,
        author.user
    ];
    store.store.db.exec(PERSON, values).await.unwrap();
    record
}

async fn a_referral(store: &TestStore, author: &Viewer, person: &Record) -> Record {
    const EPISODE: Sql = Sql::new(
        "insert into episodes (id, public_id, person_id, opened_by, opened_at) values ($1, $2, $3, $4, 0)",
    );
    const REFERRAL: Sql = Sql::new(
        "insert into referrals (id, public_id, reference, agency_id, team_id, person_id, episode_id, form, stage, route, author_id, restriction, retention_class, review_on, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'nrm-2026-04', 'draft', 'dtn', $8, 'none', 'pv_victim', '2030-01-01', 1, 0, 0)",
    );
    let db = &store.store.db;
    let episode = store.id();
    let values = args![episode, episode.to_string(), person.id, author.user];
    db.exec(EPISODE, values).await.unwrap();
    let record = Record {
        id: store.id(),
        public: store.store.new_public_id().unwrap(),
        reference: store
            .store
            .new_reference(heyrick_domain::id::ReferenceKind::Referral)
            .unwrap(),
    };
    let values = args![
        record.id,
        &record.public,
        &record.reference,
        author.agency,
        author.team,
        person.id,
        episode,
        author.user
    ];
    db.exec(REFERRAL, values).await.unwrap();
    record
}

/// Somebody does something; a second passes.
async fn does(store: &TestStore, who: &Viewer, event: Event) {
    store.store.journal.look(who, event).await.unwrap();
    store.wait(SignedDuration::from_secs(1));
}

fn on_person(action: Action, person: &Record) -> Event {
    Event::new(action).object(ObjectKind::Person, person.id)
}

fn asked(which: Which, limit: u32) -> Asked {
    Asked {
        which,
        limit,
        ..Asked::default()
    }
}

async fn told(
    store: &TestStore,
    who: &Viewer,
    person: &Record,
    which: Which,
) -> Result<Option<RecordJournal>, StoreError> {
    record_journal_for(store, who, Kind::Person, &person.public, &asked(which, 50)).await
}

fn actions(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|one| one.action.as_str()).collect()
}

#[tokio::test]
async fn owner_and_supervisor_are_told_who_looked_but_not_of_auditors() {
    for store in stores().await {
        let author = store.constable().await;
        let sergeant = colleague(&store, &author, Role::Sergeant).await;
        let other = colleague(&store, &author, Role::Constable).await;
        let auditor = colleague(&store, &author, Role::Auditor).await;
        let stranger = store.officer(Role::Inspector).await;
        let strange_auditor = store.officer(Role::Auditor).await;
        let person = a_person(&store, &author, "none").await;
        let unrelated = a_person(&store, &author, "none").await;
        let referral = a_referral(&store, &author, &person).await;
        does(&store, &author, on_person(Action::PersonAdded, &person)).await;
        does(&store, &other, on_person(Action::PersonViewed, &person)).await;
        does(&store, &other, on_person(Action::PersonViewed, &unrelated)).await;
        let list = Event::new(Action::PersonListed).shown([unrelated.id, person.id]);
        does(&store, &other, list).await;
        let opened = Event::new(Action::ReferralViewed).object(ObjectKind::Referral, referral.id);
        does(&store, &other, opened).await;
        does(&store, &auditor, on_person(Action::JournalViewed, &person)).await;

        let all = [
            "referral.viewed",
            "person.listed",
            "person.viewed",
            "person.added",
        ];
        for who in [&author, &sergeant] {
            let answer = told(&store, who, &person, Which::All)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(answer.reference, person.reference);
            // Asking is itself an event of whoever asked before.
            let entries: Vec<Entry> = answer.page.entries;
            let earlier: Vec<Entry> = entries
                .into_iter()
                .filter(|one| one.action != "journal.viewed")
                .collect();
            assert_eq!(actions(&earlier), all);
            assert_eq!(
                earlier[0].record.as_ref().unwrap().reference,
                referral.reference
            );
            assert!(earlier[1].in_list && earlier[1].shown == 2);
            assert!(!earlier[2].in_list);
            let by = earlier[2].who.as_ref().unwrap();
            assert_eq!(by.public_id, other.public_id);
        }
        let changes = told(&store, &author, &person, Which::Changes)
            .await
            .unwrap();
        assert_eq!(actions(&changes.unwrap().page.entries), ["person.added"]);
        let looks = told(&store, &author, &person, Which::Looks).await.unwrap();
        assert!(!actions(&looks.unwrap().page.entries).contains(&"person.added"));

        let refused = told(&store, &other, &person, Which::All).await;
        assert!(
            matches!(refused, Err(StoreError::NotAllowed)),
            "sees it, did not make it"
        );
        for who in [&stranger, &strange_auditor] {
            assert!(
                told(&store, who, &person, Which::All)
                    .await
                    .unwrap()
                    .is_none()
            );
        }
        let whole = told(&store, &auditor, &person, Which::All)
            .await
            .unwrap()
            .unwrap();
        assert!(!whole.sees_record);
        let by_auditor = |one: &Entry| {
            one.who
                .as_ref()
                .is_some_and(|who| who.public_id == auditor.public_id)
        };
        assert!(whole.page.entries.iter().any(by_auditor));
    }
}

#[tokio::test]
async fn a_sealed_records_journal_stays_with_those_it_is_granted_to_and_auditors() {
    for store in stores().await {
        let author = store.constable().await;
        let inspector = colleague(&store, &author, Role::Inspector).await;
        let auditor = colleague(&store, &author, Role::Auditor).await;
        let person = a_person(&store, &author, "sealed").await;
        does(&store, &author, on_person(Action::PersonAdded, &person)).await;
        for who in [&author, &inspector] {
            assert!(
                told(&store, who, &person, Which::All)
                    .await
                    .unwrap()
                    .is_none()
            );
        }
        assert!(
            told(&store, &auditor, &person, Which::All)
                .await
                .unwrap()
                .is_some()
        );
        let found = record_named_for(&store, &auditor, &person.reference.to_lowercase()).await;
        assert_eq!(found.unwrap(), Some((Kind::Person, person.public.clone())));
        let hidden = record_named_for(&store, &inspector, &person.reference).await;
        assert_eq!(hidden.unwrap(), None);
    }
}

#[tokio::test]
async fn an_auditor_is_told_what_an_account_of_their_agency_did_and_nobody_else_is() {
    for store in stores().await {
        let author = store.constable().await;
        let inspector = colleague(&store, &author, Role::Inspector).await;
        let auditor = colleague(&store, &author, Role::Auditor).await;
        let stranger = store.officer(Role::Constable).await;
        let person = a_person(&store, &author, "none").await;
        does(&store, &author, on_person(Action::PersonAdded, &person)).await;
        let list = Event::new(Action::PersonListed).shown([person.id]);
        does(&store, &author, list).await;
        let all = asked(Which::All, 50);
        let answer = user_journal_for(&store, &auditor, &author.public_id, &all)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            actions(&answer.page.entries),
            ["person.listed", "person.added"]
        );
        assert_eq!(answer.page.entries[0].shown, 1);
        let about = answer.page.entries[1].record.clone().unwrap();
        assert_eq!(
            (about.kind.as_str(), about.reference),
            ("person", person.reference.clone())
        );
        assert_eq!(about.public_id, person.public);
        let other = user_journal_for(&store, &auditor, &stranger.public_id, &all).await;
        assert!(other.unwrap().is_none(), "of another agency");
        let refused = user_journal_for(&store, &inspector, &author.public_id, &all).await;
        assert!(matches!(refused, Err(StoreError::NotAllowed)));
        let named = account_named_for(&store, &auditor, &author.user.0.to_string()).await;
        assert_eq!(named.unwrap(), Some(author.public_id.clone()));
        let asked_about = user_journal_for(&store, &auditor, &auditor.public_id, &all).await;
        let own = asked_about.unwrap().unwrap().page.entries;
        assert_eq!(actions(&own), ["journal.viewed"], "asking is journalled");
    }
}

#[tokio::test]
async fn pages_hold_every_event_once_and_the_operator_is_told_everything() {
    for store in stores().await {
        let author = store.constable().await;
        let auditor = colleague(&store, &author, Role::Auditor).await;
        let person = a_person(&store, &author, "none").await;
        for number in 0..7 {
            let who = if number == 3 { &auditor } else { &author };
            let event = match number % 2 {
                0 => on_person(Action::PersonViewed, &person),
                _ => Event::new(Action::PersonListed).shown([person.id]),
            };
            // Two share an instant.
            store.store.journal.look(who, event).await.unwrap();
            if number != 4 {
                store.wait(SignedDuration::from_secs(1));
            }
        }
        let subject = Subject::Record(person.reference.clone());
        let found = asked_by_operator(&store, &subject).await.unwrap().unwrap();
        assert_eq!(found, Found::Person(person.id.into()));
        let mut asked = asked(Which::All, 3);
        let mut seen = Vec::new();
        loop {
            let page = told_to_operator(&store, found, &asked).await.unwrap();
            seen.extend(page.entries);
            asked.before = page.next;
            if asked.before.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 8, "seven and the operator's own question");
        assert!(seen.is_sorted_by(|one, other| one.at >= other.at));
        assert_eq!(seen[0].action, "journal.viewed");
        assert_eq!(seen[0].who, None);
        let mut ids: Vec<Uuid> = seen.iter().map(|one| one.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 8);
        let since = Asked {
            since: Some(store.store.now() - 1_000_000),
            ..asked.clone()
        };
        let late = told_to_operator(&store, found, &since).await.unwrap();
        assert_eq!(late.entries.len(), 2);
        let nobody = Subject::Account("nobody".to_owned());
        assert_eq!(asked_by_operator(&store, &nobody).await.unwrap(), None);
    }
}
