//! Who sees which task, and when one is done.

use heyrick_domain::id::PublicId;
use heyrick_domain::restriction::Level;
use heyrick_domain::task::escalation::Delays;
use heyrick_domain::task::{DoneError, TaskKind};
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_policy::Kind;
use heyrick_store::restriction::{NewRestriction, record_restriction};
use heyrick_store::task::{
    TaskError, TaskQuery, Whose, record_done, task_counts_for, task_for, tasks_for,
};
use heyrick_store::{Sql, StoreError, args, user};
use jiff::SignedDuration;
use jiff::civil::date;
use uuid::Uuid;

use crate::common::{TestStore, stores};

const HOUR: i64 = 3_600_000_000;

pub(crate) async fn colleague(store: &TestStore, of: &Viewer, role: Role) -> Viewer {
    const MOVE: Sql = Sql::new("update users set agency_id = $2, team_id = $3 where id = $1");
    let other = store.officer(role).await;
    let values = args![other.user, of.agency, of.team];
    store.store.db.exec(MOVE, values).await.unwrap();
    now(store, &other).await
}

pub(crate) async fn now(store: &TestStore, who: &Viewer) -> Viewer {
    user::viewer(store, who.user, Through::CommandLine, None)
        .await
        .unwrap()
        .unwrap()
}

pub(crate) async fn a_person(store: &TestStore, author: &Viewer) -> (Uuid, PublicId) {
    const PERSON: Sql = Sql::new(
        "insert into persons (id, public_id, reference, agency_id, team_id, unknowns, sort_name, restriction, retention_class, review_on, version, created_by, created_at, updated_at)
         values ($1, $2, $2, $3, $4, '{}', '', 'none', 'pv_victim', '2030-01-01', 1, $5, 0, 0)",
    );
    let (id, public) = (store.id(), store.store.new_public_id().unwrap());
    let values = args![id, &public, author.agency, author.team, author.user];
    store.store.db.exec(PERSON, values).await.unwrap();
    (id, public)
}

pub(crate) async fn a_referral(store: &TestStore, author: &Viewer, person: Uuid) -> Uuid {
    const EPISODE: Sql = Sql::new(
        "insert into episodes (id, public_id, person_id, opened_by, opened_at) values ($1, $2, $3, $4, 0)",
    );
    const REFERRAL: Sql = Sql::new(
        "insert into referrals (id, public_id, reference, agency_id, team_id, person_id, episode_id, form, stage, route, author_id, restriction, retention_class, review_on, version, created_at, updated_at)
         values ($1, $2, $2, $3, $4, $5, $6, 'nrm-2026-04', 'draft', 'dtn', $7, 'none', 'pv_victim', '2030-01-01', 1, 0, 0)",
    );
    let (episode, id) = (store.id(), store.id());
    let db = &store.store.db;
    let values = args![episode, episode.to_string(), person, author.user];
    db.exec(EPISODE, values).await.unwrap();
    let (agency, team) = (author.agency, author.team);
    let values = args![
        id,
        id.to_string(),
        agency,
        team,
        person,
        episode,
        author.user
    ];
    db.exec(REFERRAL, values).await.unwrap();
    id
}

pub(crate) struct Given<'a> {
    pub(crate) kind: TaskKind,
    pub(crate) by: &'a Viewer,
    pub(crate) owner: Option<&'a Viewer>,
    pub(crate) person: Uuid,
    pub(crate) referral: Option<Uuid>,
    pub(crate) due_in_hours: i64,
}

pub(crate) async fn a_task(store: &TestStore, given: Given<'_>) -> PublicId {
    const TASK: Sql = Sql::new(
        "insert into tasks (id, public_id, reference, agency_id, team_id, person_id, referral_id, kind, due_at, owner_id, raised_by, raised_at)
         values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)",
    );
    let public = store.store.new_public_id().unwrap();
    let due = store.store.now() + given.due_in_hours * HOUR;
    let values = args![
        store.id(),
        &public,
        given.by.agency,
        given.by.team,
        given.person,
        given.referral,
        given.kind.code(),
        due,
        given.owner.map(|owner| owner.user),
        given.by.user
    ];
    store.store.db.exec(TASK, values).await.unwrap();
    public
}

async fn listed(store: &TestStore, who: &Viewer, whose: Whose) -> Vec<PublicId> {
    let query = TaskQuery {
        whose,
        limit: 50,
        ..TaskQuery::default()
    };
    let viewer = now(store, who).await;
    let page = tasks_for(store, &viewer, &query).await.unwrap();
    page.tasks.into_iter().map(|task| task.public_id).collect()
}

#[tokio::test]
async fn a_second_reading_falls_to_every_reviewer_but_whoever_asked_or_wrote() {
    for store in stores().await {
        let author = store.officer(Role::Sergeant).await;
        let asks = colleague(&store, &author, Role::Inspector).await;
        let reader = colleague(&store, &author, Role::Sergeant).await;
        let constable = colleague(&store, &author, Role::Constable).await;
        let stranger = store.officer(Role::Inspector).await;
        let (person, _) = a_person(&store, &author).await;
        let referral = a_referral(&store, &author, person).await;
        let given = Given {
            kind: TaskKind::SecondReading,
            by: &asks,
            owner: None,
            person,
            referral: Some(referral),
            due_in_hours: 1,
        };
        let id = a_task(&store, given).await;
        assert_eq!(listed(&store, &reader, Whose::Mine).await, vec![id.clone()]);
        for who in [&author, &asks, &constable, &stranger] {
            assert!(listed(&store, who, Whose::Mine).await.is_empty());
        }
        let waits = listed(&store, &asks, Whose::WaitingOnOthers).await;
        assert_eq!(waits, vec![id.clone()]);
        assert_eq!(listed(&store, &constable, Whose::Team).await, [id]);
        assert!(listed(&store, &stranger, Whose::Team).await.is_empty());
    }
}

#[tokio::test]
async fn a_task_about_a_sealed_record_is_gone_with_the_record() {
    for store in stores().await {
        let author = store.constable().await;
        let inspector = colleague(&store, &author, Role::Inspector).await;
        let (person, public) = a_person(&store, &author).await;
        let referral = a_referral(&store, &author, person).await;
        let given = Given {
            kind: TaskKind::AuthorityRetry,
            by: &author,
            owner: Some(&author),
            person,
            referral: Some(referral),
            due_in_hours: 2,
        };
        let retry = a_task(&store, given).await;
        let new = NewRestriction {
            seen: Level::None,
            level: Level::Sealed,
            reason: "a relative works in the building".to_owned(),
            review_on: Some(date(2026, 4, 1)),
            keep: vec![],
        };
        assert!(
            record_restriction(&store, &inspector, Kind::Person, &public, &new)
                .await
                .unwrap()
        );
        // The referral is not sealed itself; whoever may not see the person does not see its task.
        assert!(listed(&store, &author, Whose::Mine).await.is_empty());
        assert!(
            task_for(&store, &author, &retry, Delays::default())
                .await
                .unwrap()
                .is_none()
        );
        let done = record_done(&store, &author, &retry, None, "reached").await;
        assert!(matches!(done, Ok(false)), "{done:?}");

        let inspector = now(&store, &inspector).await;
        let mine = tasks_for(&store, &inspector, &mine(1)).await.unwrap();
        let again = &mine.tasks[0];
        assert_eq!(again.kind, TaskKind::RestrictionReview);
        let due = "2026-04-01T22:59:59Z".parse::<jiff::Timestamp>().unwrap();
        assert_eq!(again.due_at, due.as_microsecond());
        assert_eq!(again.person.0, public);
        let open = NewRestriction {
            seen: Level::Sealed,
            level: Level::None,
            ..new
        };
        assert!(
            record_restriction(&store, &inspector, Kind::Person, &public, &open)
                .await
                .unwrap()
        );
        assert_eq!(listed(&store, &inspector, Whose::Team).await, [retry]);
    }
}

fn mine(limit: u32) -> TaskQuery {
    TaskQuery {
        limit,
        ..TaskQuery::default()
    }
}

#[tokio::test]
async fn pages_hold_every_task_once_first_due_first() {
    for store in stores().await {
        let author = store.constable().await;
        let (person, _) = a_person(&store, &author).await;
        let mut want = Vec::new();
        for hours in [-2, 3, 3, 40, 90, 90] {
            let given = Given {
                kind: TaskKind::ReassessCapacity,
                by: &author,
                owner: Some(&author),
                person,
                referral: None,
                due_in_hours: hours,
            };
            want.push(a_task(&store, given).await);
        }
        let mut got = Vec::new();
        let mut query = mine(2);
        loop {
            let page = tasks_for(&store, &author, &query).await.unwrap();
            got.extend(page.tasks);
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        let dues: Vec<_> = got.iter().map(|task| task.due_at).collect();
        assert!(dues.is_sorted(), "{dues:?}");
        let mut got: Vec<_> = got.into_iter().map(|task| task.public_id).collect();
        got.sort_unstable();
        want.sort_unstable();
        assert_eq!(got, want);
        let until = store.store.now() + 4 * HOUR;
        let counts = task_counts_for(&store, &author, until).await.unwrap();
        assert_eq!((counts.overdue, counts.soon), (1, 2));
        let overdue = TaskQuery {
            due_before: Some(store.store.now()),
            ..mine(50)
        };
        let page = tasks_for(&store, &author, &overdue).await.unwrap();
        assert_eq!(page.tasks.len(), 1);
        store.wait(SignedDuration::from_hours(4));
        let counts = task_counts_for(&store, &author, until).await.unwrap();
        assert_eq!((counts.overdue, counts.soon), (3, 0));
    }
}

#[tokio::test]
async fn a_task_is_done_once_with_a_result_by_somebody_who_works_on_the_record() {
    for store in stores().await {
        let author = store.constable().await;
        let analyst = colleague(&store, &author, Role::Analyst).await;
        let (person, _) = a_person(&store, &author).await;
        let give = |owner, kind| Given {
            kind,
            by: &author,
            owner,
            person,
            referral: None,
            due_in_hours: 1,
        };
        let id = a_task(&store, give(Some(&author), TaskKind::ReassessCapacity)).await;
        let refused = record_done(&store, &analyst, &id, None, "seen").await;
        let not_allowed = TaskError::Store(StoreError::NotAllowed);
        assert_eq!(
            refused.unwrap_err().to_string(),
            not_allowed.to_string(),
            "an analyst changes nothing they were not given"
        );
        let empty = record_done(&store, &author, &id, None, " ").await;
        assert!(matches!(
            empty,
            Err(TaskError::Rule(DoneError::ResultMissing))
        ));
        assert!(
            record_done(&store, &author, &id, None, "assessed again")
                .await
                .unwrap()
        );
        assert!(
            !record_done(&store, &author, &id, None, "again")
                .await
                .unwrap()
        );
        let given = a_task(&store, give(Some(&analyst), TaskKind::ReassessCapacity)).await;
        assert!(
            record_done(&store, &analyst, &given, None, "asked")
                .await
                .unwrap()
        );
        let reading = a_task(&store, give(None, TaskKind::SignBestInterests)).await;
        let by_hand = record_done(&store, &author, &reading, None, "fine").await;
        assert!(matches!(
            by_hand,
            Err(TaskError::Rule(DoneError::NotByHand))
        ));
    }
}
