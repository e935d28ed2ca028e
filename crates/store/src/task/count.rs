//! Numbers of tasks, the tasks of the first page and of a calendar, and finding one by its reference.

use std::collections::BTreeSet;

use heyrick_domain::id::PublicId;
use heyrick_domain::task::escalation::Delays;
use heyrick_domain::user::Viewer;
use uuid::Uuid;

use super::list::{
    COUNTED, LIMIT_MAX, OwnerIs, Row, Sort, TASKS, Task, TaskQuery, Whose, look, page, walked,
};
use super::walk::{Condition, Eyes, granted, walks};
use crate::db::Sql;
use crate::journal::Action as Did;
use crate::{Store, StoreError};

/// How many tasks a query finds, up to [`COUNTED`]; wherever its page begins.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn task_count_for(
    store: &Store,
    viewer: &Viewer,
    query: &TaskQuery,
) -> Result<usize, StoreError> {
    let query = TaskQuery {
        after: None,
        before: None,
        sort: Sort::Due,
        ..query.clone()
    };
    let eyes = Eyes::of(store, viewer)?;
    Ok(dues(store, viewer, &eyes, &query).await?.len())
}

/// How many tasks there are, for a sentence on the first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskCounts {
    /// The viewer's own, due before now.
    pub overdue: i64,
    /// The viewer's own, due from now until the day asked for.
    pub soon: i64,
}

impl TaskCounts {
    fn of(dues: impl IntoIterator<Item = i64>, now: i64) -> Self {
        let mut counts = Self::default();
        for due in dues {
            match due < now {
                true => counts.overdue += 1,
                false => counts.soon += 1,
            }
        }
        counts
    }
}

/// Counts the viewer's own open tasks that are overdue, and that fall due before `until`.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn task_counts_for(
    store: &Store,
    viewer: &Viewer,
    until: i64,
) -> Result<TaskCounts, StoreError> {
    counts(store, viewer, &Eyes::of(store, viewer)?, until).await
}

async fn counts(
    store: &Store,
    viewer: &Viewer,
    eyes: &Eyes,
    until: i64,
) -> Result<TaskCounts, StoreError> {
    let query = TaskQuery {
        due_before: Some(until),
        ..TaskQuery::default()
    };
    let dues = dues(store, viewer, eyes, &query).await?;
    Ok(TaskCounts::of(dues, store.now()))
}

/// What the first page says of tasks.
#[derive(Debug, Clone, Default)]
pub struct FirstTasks {
    /// How many of the viewer's are overdue or due soon.
    pub counts: TaskCounts,
    /// The viewer's, first due first.
    pub mine: Vec<Task>,
    /// Raised by the viewer and left to others.
    pub waiting: Vec<Task>,
    /// What went up to the viewer.
    pub escalated: Vec<Task>,
}

/// Tasks for the viewer's first page: `each` of the others' and of what went up, twice as many of their own.
/// The policies are asked once, and what the list shows is not counted again. One event in the journal.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn first_tasks_for(
    store: &Store,
    viewer: &Viewer,
    until: i64,
    each: u32,
    delays: Delays,
) -> Result<FirstTasks, StoreError> {
    let eyes = Eyes::of(store, viewer)?;
    let query = |whose, limit| TaskQuery {
        whose,
        limit,
        delays,
        ..TaskQuery::default()
    };
    let mine = page(store, viewer, &eyes, &query(Whose::Mine, 2 * each)).await?;
    let dues: Vec<i64> = mine.rows.iter().map(|row| row.due_at).collect();
    let whole = mine.next.is_none() || dues.last().is_some_and(|last| *last >= until);
    let counts = match whole {
        true => TaskCounts::of(dues.into_iter().filter(|due| *due < until), store.now()),
        false => counts(store, viewer, &eyes, until).await?,
    };
    let others = query(Whose::WaitingOnOthers, each);
    let waiting = page(store, viewer, &eyes, &others).await?;
    let up = query(Whose::Escalated, each);
    let escalated = page(store, viewer, &eyes, &up).await?;
    let all: Vec<Row> = [&mine, &waiting, &escalated]
        .into_iter()
        .flat_map(|page| page.rows.iter().cloned())
        .collect();
    look(store, viewer, Did::TaskListed, &all).await?;
    Ok(FirstTasks {
        counts,
        mine: mine.tasks(store, viewer, &others)?.tasks,
        waiting: waiting.tasks(store, viewer, &others)?.tasks,
        escalated: escalated.tasks(store, viewer, &up)?.tasks,
    })
}

/// When the tasks a query finds are due, each task once, up to [`COUNTED`].
async fn dues(
    store: &Store,
    viewer: &Viewer,
    eyes: &Eyes,
    query: &TaskQuery,
) -> Result<Vec<i64>, StoreError> {
    let found = found(store, viewer, eyes, query).await?;
    Ok(found.into_iter().map(|(_, due)| due).collect())
}

async fn found(
    store: &Store,
    viewer: &Viewer,
    eyes: &Eyes,
    query: &TaskQuery,
) -> Result<Vec<(Uuid, i64)>, StoreError> {
    const DUES: Sql = Sql::new(
        "select t.id, t.due_at from tasks t
         join persons p on p.id = t.person_id
         left join referrals r on r.id = t.referral_id
         where {filter}",
    );
    let granted = granted(viewer);
    let mut found: Vec<(Uuid, i64)> = Vec::new();
    for walk in walks(store, viewer, query, &granted) {
        let condition = Condition::new(store, viewer, eyes).walk(walk, query, COUNTED);
        let some: Vec<(Uuid, i64)> = store.db.all_filtered(DUES, vec![], condition).await?;
        found.extend(some);
    }
    found.sort_unstable();
    found.dedup();
    found.truncate(COUNTED);
    Ok(found)
}

/// How many things wait for the viewer: their own due before `until`, and what went up to them. Shows no
/// record.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn waiting_for(
    store: &Store,
    viewer: &Viewer,
    until: i64,
    delays: Delays,
) -> Result<usize, StoreError> {
    let mut ids = BTreeSet::new();
    for whose in [Whose::Mine, Whose::Escalated] {
        let query = TaskQuery {
            whose,
            due_before: Some(until),
            delays,
            limit: LIMIT_MAX,
            ..TaskQuery::default()
        };
        let found = found(store, viewer, &Eyes::of(store, viewer)?, &query).await?;
        ids.extend(found.into_iter().map(|(id, _)| id));
    }
    Ok(ids.len())
}

/// The viewer's own tasks, open or to come, as a calendar wants them: id, when due, version. One event in the
/// journal, with the records.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn due_for(
    store: &Store,
    viewer: &Viewer,
    delays: Delays,
) -> Result<Vec<(Uuid, i64, i64)>, StoreError> {
    let eyes = Eyes::of(store, viewer)?;
    let mut rows = Vec::new();
    for whose in [Whose::Mine, Whose::Later] {
        let owner = (whose == Whose::Later).then(|| OwnerIs::Somebody(viewer.public_id.clone()));
        let query = TaskQuery {
            whose,
            owner,
            delays,
            ..TaskQuery::default()
        };
        rows.extend(walked(store, viewer, &eyes, &query, COUNTED).await?);
    }
    look(store, viewer, Did::FeedViewed, &rows).await?;
    let due = |row: Row| (row.id, row.due_at, row.version);
    Ok(rows.into_iter().map(due).collect())
}

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A task, by its name in addresses.
    Task(PublicId),
    /// Tasks about a person or referral, by its name in addresses.
    About(PublicId),
}

/// What a reference such as `T-7K4M-2Q` leads to, of tasks the viewer may see; a person's or a referral's
/// leads to the tasks about it. Nothing of the record is shown.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn find_by_reference_for(
    store: &Store,
    viewer: &Viewer,
    reference: &str,
) -> Result<Option<Found>, StoreError> {
    let reference = reference.trim().to_uppercase();
    let eyes = Eyes::of(store, viewer)?;
    let mut condition = Condition::new(store, viewer, &eyes);
    let (named, seen) = (condition.bind(&reference), condition.seen());
    let filter = condition.filter(format!(
        "t.id in (select id from tasks where reference = {named}
            union select t2.id from tasks t2 join persons p2 on p2.id = t2.person_id where p2.reference = {named}
            union select t3.id from tasks t3 join referrals r3 on r3.id = t3.referral_id where r3.reference = {named})
         and {seen} limit 1"
    ));
    let rows: Vec<Row> = store.db.all_filtered(TASKS, vec![], filter).await?;
    Ok(rows.into_iter().next().map(|row| {
        if row.reference == reference {
            Found::Task(PublicId(row.public_id))
        } else if row.person_reference == reference {
            Found::About(PublicId(row.person_public))
        } else {
            Found::About(PublicId(row.referral_public.unwrap_or_default()))
        }
    }))
}
