//! Tasks given, moved, added, undone; what goes up and to whom; the board's numbers.

use heyrick_domain::grant::Relation;
use heyrick_domain::id::PublicId;
use heyrick_domain::london;
use heyrick_domain::restriction::Level;
use heyrick_domain::task::TaskKind;
use heyrick_domain::task::change::ChangeError;
use heyrick_domain::task::escalation::{Delays, Rung};
use heyrick_domain::user::{Role, Viewer};
use heyrick_policy::Kind;
use heyrick_store::lease::Lease;
use heyrick_store::restriction::{NewRestriction, record_restriction};
use heyrick_store::task::{
    ByHand, Found, Opened, OwnerIs, Sort, TaskError, TaskQuery, What, Whose, board_for,
    find_by_reference_for, first_tasks_for, owners_for, record_by_hand, record_done, record_due,
    record_escalations, record_owner, record_reopened, task_count_for, task_for, tasks_for,
};
use heyrick_store::{Sql, StoreError, args};
use jiff::SignedDuration;
use jiff::civil::date;
use uuid::Uuid;

use crate::common::{TestStore, stores};
use crate::task::{Given, a_person, a_referral, a_task, colleague, now};

async fn task_of(
    store: &TestStore,
    by: &Viewer,
    owner: Option<&Viewer>,
    kind: TaskKind,
    due_in_hours: i64,
) -> PublicId {
    let (person, _) = a_person(store, by).await;
    let given = Given {
        kind,
        by,
        owner,
        person,
        referral: None,
        due_in_hours,
    };
    a_task(store, given).await
}

async fn opened(store: &TestStore, who: &Viewer, id: &PublicId) -> Opened {
    task_for(store, who, id, Delays::default())
        .await
        .unwrap()
        .unwrap()
}

async fn listed(store: &TestStore, who: &Viewer, query: TaskQuery) -> Vec<PublicId> {
    let viewer = now(store, who).await;
    let query = TaskQuery { limit: 50, ..query };
    let page = tasks_for(store, &viewer, &query).await.unwrap();
    page.tasks.into_iter().map(|task| task.public_id).collect()
}

fn whose(whose: Whose) -> TaskQuery {
    TaskQuery {
        whose,
        ..TaskQuery::default()
    }
}

#[track_caller]
fn refused(said: Result<bool, TaskError>, key: &str) {
    match said {
        Err(TaskError::Store(StoreError::Refused(found))) => assert_eq!(found, key),
        other => panic!("{other:?}, not {key}"),
    }
}

#[tokio::test]
async fn a_task_is_given_taken_on_and_given_back_and_who_had_it_stays() {
    for store in stores().await {
        let author = store.constable().await;
        let other = colleague(&store, &author, Role::Constable).await;
        let analyst = colleague(&store, &author, Role::Analyst).await;
        let stranger = store.constable().await;
        let id = task_of(&store, &author, None, TaskKind::Trace, 1).await;
        let unowned = || listed(&store, &author, whose(Whose::Unowned));
        assert_eq!(unowned().await, vec![id.clone()]);

        let owners = owners_for(&store, &author, &id).await.unwrap();
        let mut names: Vec<_> = owners.iter().map(|one| one.public_id.clone()).collect();
        names.sort_unstable();
        let mut want = [&author, &other, &analyst].map(|one| one.public_id.clone());
        want.sort_unstable();
        assert_eq!(names, want, "the team, and nobody else");

        let give = async |who: &Viewer, to: Option<&Viewer>, why: &str| {
            store.wait(SignedDuration::from_secs(1));
            let to = to.map(|to| &to.public_id);
            record_owner(&store, who, &id, None, to, why).await
        };
        assert!(
            give(&author, Some(&analyst), "knows the family")
                .await
                .unwrap()
        );
        assert_eq!(
            listed(&store, &analyst, whose(Whose::Mine)).await,
            vec![id.clone()]
        );
        assert!(unowned().await.is_empty());
        refused(give(&author, Some(&stranger), "").await, "task-error-owner");
        assert!(
            !give(&stranger, None, "").await.unwrap(),
            "not there for them"
        );
        assert!(give(&other, Some(&other), "").await.unwrap(), "taken on");
        let late = record_owner(&store, &author, &id, Some(1), None, "").await;
        assert!(matches!(late, Err(TaskError::Store(StoreError::Stale))));
        assert!(give(&other, None, "on leave").await.unwrap());

        let history = opened(&store, &author, &id).await.history;
        let whats: Vec<bool> = history
            .iter()
            .map(|one| matches!(&one.what, What::Owner(_, to) if to.is_some()))
            .collect();
        assert_eq!(whats, [true, true, false]);
        assert_eq!(history[0].reason.as_deref(), Some("knows the family"));
        assert_eq!(history[1].reason, None);
    }
}

#[tokio::test]
async fn a_second_reading_is_not_given_to_whoever_asked() {
    for store in stores().await {
        let author = store.officer(Role::Sergeant).await;
        let reader = colleague(&store, &author, Role::Sergeant).await;
        let constable = colleague(&store, &author, Role::Constable).await;
        let (person, _) = a_person(&store, &author).await;
        let given = Given {
            kind: TaskKind::SecondReading,
            by: &author,
            owner: None,
            person,
            referral: Some(a_referral(&store, &author, person).await),
            due_in_hours: 1,
        };
        let id = a_task(&store, given).await;
        for (to, may) in [(&author, false), (&constable, false), (&reader, true)] {
            let said = record_owner(&store, &author, &id, None, Some(&to.public_id), "").await;
            match may {
                true => assert!(said.unwrap()),
                false => refused(said, "task-error-owner"),
            }
        }
    }
}

#[tokio::test]
async fn a_day_is_moved_with_a_reason_and_what_went_up_comes_down() {
    for store in stores().await {
        let author = store.constable().await;
        let sergeant = colleague(&store, &author, Role::Sergeant).await;
        let id = task_of(&store, &author, Some(&author), TaskKind::Trace, -25).await;
        notice(&store).await;
        let up = || listed(&store, &sergeant, whose(Whose::Escalated));
        assert_eq!(up().await, vec![id.clone()]);
        let before = opened(&store, &author, &id).await.task;
        assert_eq!(before.escalated.len(), 1);
        let move_to = async |day, why: &str| record_due(&store, &author, &id, None, day, why).await;
        let past = move_to(date(2026, 3, 2), "asked for time").await;
        assert!(matches!(past, Err(TaskError::Change(ChangeError::DayPast))));
        let silent = move_to(date(2026, 3, 3), " ").await;
        assert!(matches!(
            silent,
            Err(TaskError::Change(ChangeError::ReasonMissing))
        ));
        assert!(move_to(date(2026, 3, 3), "asked for time").await.unwrap());
        let after = opened(&store, &author, &id).await;
        assert_eq!(
            after.task.due_at,
            london::ends(date(2026, 3, 3)).as_microsecond()
        );
        assert!(after.task.escalated.is_empty() && up().await.is_empty());
        assert_eq!(
            after.history[0].what,
            What::Due(before.due_at, after.task.due_at),
            "nothing is overwritten silently"
        );
        // It goes up anew from its new day: 24 hours after the end of 3 March.
        store.wait(SignedDuration::from_secs(36 * 3600 - 2));
        assert!(up().await.is_empty());
        store.wait(SignedDuration::from_secs(1));
        assert_eq!(up().await, [id]);
        assert_eq!(notice(&store).await, 1);
    }
}

#[tokio::test]
async fn a_task_is_added_by_hand_once_of_a_kind_and_as_often_as_needed_of_no_kind() {
    for store in stores().await {
        let author = store.constable().await;
        let analyst = colleague(&store, &author, Role::Analyst).await;
        let stranger = store.constable().await;
        let (person, public) = a_person(&store, &author).await;
        let referral = a_referral(&store, &author, person).await;
        let new = |kind, note: &str| ByHand {
            kind,
            day: date(2026, 3, 9),
            owner: Some(analyst.public_id.clone()),
            note: note.to_owned(),
        };
        let add = async |who: &Viewer, kind, note: &str| {
            record_by_hand(&store, who, Kind::Person, &public, &new(kind, note)).await
        };
        let crime = add(&author, TaskKind::CrimeRecord, "")
            .await
            .unwrap()
            .unwrap();
        let again = add(&author, TaskKind::CrimeRecord, "")
            .await
            .map(|id| id.is_some());
        refused(again, "task-error-already");
        let first = add(&author, TaskKind::Other, "ring the college")
            .await
            .unwrap();
        let second = add(&author, TaskKind::Other, "ring the doctor")
            .await
            .unwrap();
        assert!(first.is_some() && second.is_some());
        assert!(
            add(&stranger, TaskKind::Other, "look")
                .await
                .unwrap()
                .is_none()
        );
        let seen = add(&analyst, TaskKind::Other, "look").await;
        assert!(matches!(
            seen,
            Err(TaskError::Store(StoreError::NotAllowed))
        ));
        // The same kind about a referral is another task.
        let of_referral = PublicId(referral.to_string());
        let by_hand = new(TaskKind::CrimeRecord, "");
        let added = record_by_hand(&store, &author, Kind::Referral, &of_referral, &by_hand).await;
        assert!(added.unwrap().is_some());
        let mine = listed(&store, &analyst, whose(Whose::Mine)).await;
        assert_eq!(mine.len(), 4);
        let note = opened(&store, &analyst, &first.unwrap()).await.task;
        assert_eq!(note.note.as_deref(), Some("ring the college"));
        let about = TaskQuery {
            about: Some(of_referral),
            ..whose(Whose::Team)
        };
        assert_eq!(listed(&store, &author, about).await.len(), 1);
        let found = opened(&store, &author, &crime).await.task;
        let typed = format!(" {} ", found.reference.to_lowercase());
        let by_task = find_by_reference_for(&store, &author, &typed).await;
        assert_eq!(by_task.unwrap(), Some(Found::Task(crime)));
        let unseen = find_by_reference_for(&store, &stranger, &typed).await;
        assert_eq!(unseen.unwrap(), None);
    }
}

#[tokio::test]
async fn what_was_called_done_is_opened_again_within_a_day() {
    for store in stores().await {
        let author = store.constable().await;
        let id = task_of(&store, &author, Some(&author), TaskKind::Trace, 48).await;
        assert!(
            record_done(&store, &author, &id, None, "found")
                .await
                .unwrap()
        );
        assert_eq!(
            listed(&store, &author, whose(Whose::Done)).await,
            vec![id.clone()]
        );
        let open = async |why: &str| record_reopened(&store, &author, &id, None, why).await;
        assert!(matches!(
            open("").await,
            Err(TaskError::Change(ChangeError::ReasonMissing))
        ));
        store.wait(SignedDuration::from_hours(24));
        assert!(opened(&store, &author, &id).await.may_undo);
        assert!(open("it was somebody else").await.unwrap());
        let after = opened(&store, &author, &id).await;
        assert_eq!(after.task.done, None);
        assert_eq!(
            after.history[0].what,
            What::Reopened(Some("found".to_owned()))
        );
        assert!(
            record_done(&store, &author, &id, None, "found")
                .await
                .unwrap()
        );
        store.wait(SignedDuration::from_secs(24 * 3600 + 1));
        assert!(!opened(&store, &author, &id).await.may_undo);
        assert!(matches!(
            open("too late").await,
            Err(TaskError::Change(ChangeError::NotUndone))
        ));
    }
}

#[tokio::test]
async fn pages_go_forward_and_back_in_every_order() {
    for store in stores().await {
        let author = store.constable().await;
        let kinds = [TaskKind::Trace, TaskKind::CrimeRecord, TaskKind::Other];
        for (hours, kind) in [-2, 3, 3, 40, 90, 90, 91]
            .into_iter()
            .zip(kinds.into_iter().cycle())
        {
            task_of(&store, &author, Some(&author), kind, hours).await;
        }
        for sort in [Sort::Due, Sort::Kind, Sort::Person] {
            let query = |limit| TaskQuery {
                sort,
                limit,
                ..whose(Whose::Team)
            };
            let whole = tasks_for(&store, &author, &query(50)).await.unwrap();
            assert_eq!(
                (whole.tasks.len(), whole.next, whole.previous),
                (7, None, None)
            );
            let mut pages = Vec::new();
            let mut asked = query(3);
            loop {
                let page = tasks_for(&store, &author, &asked).await.unwrap();
                asked.after = page.next.clone();
                pages.push(page);
                if asked.after.is_none() {
                    break;
                }
            }
            let forward: Vec<_> = pages.iter().flat_map(|page| page.tasks.clone()).collect();
            assert_eq!(forward, whole.tasks, "{sort:?}");
            assert_eq!(pages[0].previous, None);
            let mut back = vec![pages[2].tasks.clone()];
            let mut before = pages[2].previous.clone();
            while let Some(place) = before {
                let asked = TaskQuery {
                    before: Some(place),
                    ..query(3)
                };
                let page = tasks_for(&store, &author, &asked).await.unwrap();
                assert!(page.next.is_some(), "one came from there");
                before = page.previous;
                back.insert(0, page.tasks);
            }
            assert_eq!(back.concat(), whole.tasks, "{sort:?}, back");
        }
        assert_eq!(
            task_count_for(&store, &author, &whose(Whose::Team))
                .await
                .unwrap(),
            7
        );
        let kind = TaskQuery {
            kind: Some(TaskKind::Trace),
            due_before: Some(store.store.now()),
            ..whose(Whose::Team)
        };
        assert_eq!(task_count_for(&store, &author, &kind).await.unwrap(), 1);
        let owned = |owner| TaskQuery {
            owner: Some(owner),
            ..whose(Whose::Team)
        };
        let mine = owned(OwnerIs::Somebody(author.public_id.clone()));
        assert_eq!(task_count_for(&store, &author, &mine).await.unwrap(), 7);
        let nobody = owned(OwnerIs::Nobody);
        assert_eq!(task_count_for(&store, &author, &nobody).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn what_waits_for_its_day_is_later_and_nowhere_else() {
    const WAITS: Sql = Sql::new("update tasks set starts_at = $2 where public_id = $1");
    for store in stores().await {
        let author = store.constable().await;
        let id = task_of(&store, &author, Some(&author), TaskKind::EighteenIn100, 200).await;
        let starts = store.store.now() + 3_600_000_000;
        store
            .store
            .db
            .exec(WAITS, args![&id, starts])
            .await
            .unwrap();
        let where_is = async || {
            let mut found = Vec::new();
            for one in [Whose::Mine, Whose::Team, Whose::Later] {
                found.push(listed(&store, &author, whose(one)).await.len());
            }
            found
        };
        store.wait(SignedDuration::from_secs(3599));
        assert_eq!(where_is().await, [0, 0, 1]);
        store.wait(SignedDuration::from_secs(1));
        assert_eq!(where_is().await, [1, 1, 0]);
    }
}

/// One round of the program's own work.
async fn notice(store: &TestStore) -> usize {
    let now = store.store.now();
    let lease = Lease::take(&store.store.db, "work", Uuid::new_v4(), now, 1_000_000)
        .await
        .unwrap()
        .unwrap();
    let written = record_escalations(store, &lease, Delays::default()).await;
    lease.give_up(&store.store.db).await.unwrap();
    written.unwrap()
}

async fn acts_as(store: &TestStore, who: &Viewer, role: Role) {
    const ACTING: Sql = Sql::new(
        "insert into grants (id, public_id, subject, relation, object_kind, object, from_at, until_at, reason, granted_at)
         values ($1, $2, $3, $4, 'role', $5, $6, $7, 'leave', $6)",
    );
    let (id, at) = (store.id(), store.store.now());
    let values = args![
        id,
        id.to_string(),
        who.user,
        Relation::Acting.code(),
        role.code(),
        at,
        at + 3_600_000_000_000_i64
    ];
    store.store.db.exec(ACTING, values).await.unwrap();
}

#[tokio::test]
async fn an_overdue_task_goes_up_to_whoever_is_sergeant_today_then_to_the_inspector() {
    for store in stores().await {
        let author = store.constable().await;
        let sergeant = colleague(&store, &author, Role::Sergeant).await;
        let acting = colleague(&store, &author, Role::Constable).await;
        let inspector = colleague(&store, &author, Role::Inspector).await;
        let stranger = store.officer(Role::Sergeant).await;
        acts_as(&store, &acting, Role::Sergeant).await;
        let id = task_of(&store, &author, Some(&author), TaskKind::CrimeRecord, 0).await;
        let sees = async || {
            let mut found = Vec::new();
            for who in [&author, &sergeant, &acting, &inspector, &stranger] {
                found.push(listed(&store, who, whose(Whose::Escalated)).await.len());
            }
            found
        };
        store.wait(SignedDuration::from_secs(24 * 3600 - 1));
        assert_eq!(
            (notice(&store).await, sees().await),
            (0, vec![0, 0, 0, 0, 0])
        );
        store.wait(SignedDuration::from_secs(1));
        // True before the program noticed, and the same after it did, however often.
        assert_eq!(sees().await, [0, 1, 1, 0, 0]);
        let worked_out = opened(&store, &author, &id).await.task.escalated;
        assert_eq!(notice(&store).await, 1);
        assert_eq!(notice(&store).await, 0);
        assert_eq!(sees().await, [0, 1, 1, 0, 0]);
        assert_eq!(
            opened(&store, &author, &id).await.task.escalated,
            worked_out
        );
        assert_eq!(worked_out[0].0, Rung::Sergeant);
        store.wait(SignedDuration::from_secs(48 * 3600 - 1));
        assert_eq!(sees().await, [0, 1, 1, 0, 0]);
        store.wait(SignedDuration::from_secs(1));
        assert_eq!(sees().await, [0, 1, 1, 1, 0]);
        // Five days the program was not there: both rungs are noticed, with the instants they were reached.
        assert_eq!(notice(&store).await, 1);
        let up = opened(&store, &inspector, &id).await.task.escalated;
        assert_eq!(up[1].1 - up[0].1, 48 * 3_600_000_000);
        let viewer = now(&store, &sergeant).await;
        let first = first_tasks_for(&store, &viewer, i64::MAX, 8, Delays::default());
        assert_eq!(first.await.unwrap().escalated.len(), 1);
        assert!(
            record_done(&store, &author, &id, None, "recorded")
                .await
                .unwrap()
        );
        assert_eq!(sees().await, [0, 0, 0, 0, 0]);
        let settled = still_up(&store).await;
        assert_eq!(settled, 0, "settled with the task");
    }
}

async fn still_up(store: &TestStore) -> i64 {
    const UP: Sql = Sql::new("select count(*) from task_escalations where settled_at is null");
    let row: Option<(i64,)> = store.store.db.opt(UP, vec![]).await.unwrap();
    row.unwrap().0
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_writes_nothing() {
    for store in stores().await {
        let author = store.constable().await;
        task_of(&store, &author, Some(&author), TaskKind::Trace, -30).await;
        let at = store.store.now();
        let take = |now| Lease::take(&store.store.db, "work", Uuid::new_v4(), now, 1_000_000);
        let slept = take(at).await.unwrap().unwrap();
        let took_over = take(at + 2_000_000).await.unwrap().unwrap();
        let late = record_escalations(&store, &slept, Delays::default()).await;
        assert!(matches!(late, Err(StoreError::Stale)));
        assert_eq!(still_up(&store).await, 0);
        let done = record_escalations(&store, &took_over, Delays::default()).await;
        assert_eq!(done.unwrap(), 1);
    }
}

#[tokio::test]
async fn the_board_counts_what_its_viewer_may_see_and_each_number_is_a_list() {
    for store in stores().await {
        let author = store.constable().await;
        let sergeant = colleague(&store, &author, Role::Sergeant).await;
        let inspector = colleague(&store, &author, Role::Inspector).await;
        let until = store.store.now() + 72 * 3_600_000_000;
        let board = async |who: &Viewer| {
            let who = now(&store, who).await;
            board_for(&store, &who, until, Delays::default()).await
        };
        assert!(matches!(board(&author).await, Err(StoreError::NotAllowed)));
        task_of(&store, &author, Some(&author), TaskKind::Trace, -1).await;
        task_of(&store, &author, Some(&author), TaskKind::CrimeRecord, -24).await;
        task_of(&store, &author, None, TaskKind::CrimeRecord, 48).await;
        let (hidden, public) = a_person(&store, &author).await;
        let given = Given {
            kind: TaskKind::Trace,
            by: &author,
            owner: Some(&author),
            person: hidden,
            referral: None,
            due_in_hours: -100,
        };
        a_task(&store, given).await;
        let before = board(&sergeant).await.unwrap().total;
        assert_eq!((before.all, before.overdue, before.to_inspector), (4, 3, 1));
        let seal = NewRestriction {
            seen: Level::None,
            level: Level::Sealed,
            reason: "a relative works in the building".to_owned(),
            review_on: Some(date(2026, 4, 1)),
            keep: vec![],
        };
        record_restriction(&store, &inspector, Kind::Person, &public, &seal)
            .await
            .unwrap();
        let seen = board(&sergeant).await.unwrap();
        let total = seen.total;
        assert_eq!(
            (
                total.all,
                total.overdue,
                total.week,
                total.to_sergeant,
                total.to_inspector
            ),
            (3, 2, 1, 1, 0),
            "a sealed record is in no number"
        );
        assert_eq!(seen.unowned.all, 1);
        assert_eq!(seen.by_owner.len(), 1);
        let carried = &seen.by_owner[0];
        assert_eq!((carried.numbers.all, carried.numbers.overdue), (2, 2));
        let sergeant = now(&store, &sergeant).await;
        for (kind, numbers) in seen.by_kind {
            let query = TaskQuery {
                kind: Some(kind),
                ..whose(Whose::Team)
            };
            let all = task_count_for(&store, &sergeant, &query).await.unwrap();
            assert_eq!(i64::try_from(all).unwrap(), numbers.all, "{kind:?}");
            let overdue = TaskQuery {
                due_before: Some(store.store.now()),
                ..query.clone()
            };
            let late = task_count_for(&store, &sergeant, &overdue).await.unwrap();
            assert_eq!(i64::try_from(late).unwrap(), numbers.overdue, "{kind:?}");
            let up = TaskQuery {
                whose: Whose::Escalated,
                rung: Some(Rung::Sergeant),
                ..query
            };
            let up = task_count_for(&store, &sergeant, &up).await.unwrap();
            assert_eq!(i64::try_from(up).unwrap(), numbers.to_sergeant, "{kind:?}");
        }
    }
}
