//! Tasks: raised and settled in the transaction of the fact that makes or answers them, listed for
//! whoever may see the record they are about, done by hand with a result.

use heyrick_domain::id::{PersonId, PublicId, ReferenceKind, ReferralId, TaskId, UserId};
use heyrick_domain::task::{self, DoneError, TaskKind};
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Kind, Resource};
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::{Store, StoreError, Tx, args, sight};

mod list;

pub use list::{Place, Task, TaskCounts, TaskPage, TaskQuery, Whose, task_counts_for, tasks_for};
use list::{Row, find_for};

/// A task to be raised. The record's own referral or person, or both, must be named.
#[derive(Debug, Clone)]
pub struct NewTask<'a> {
    /// What is to be done.
    pub kind: TaskKind,
    /// Whose it is: the record's agency and team.
    pub resource: &'a Resource,
    /// The person it is about; that of the referral when it is left out.
    pub person: Option<PersonId>,
    /// The referral it is about.
    pub referral: Option<ReferralId>,
    /// Who does it; `None` for anybody of the team who may, except whoever raised it where it needs a
    /// second person.
    pub owner: Option<UserId>,
    /// When it is due: microseconds since 1970, UTC; `None` for what is usual.
    pub due_at: Option<i64>,
    /// When it begins to be shown: microseconds since 1970, UTC; `None` for at once.
    pub starts_at: Option<i64>,
}

/// The record whose tasks are meant: a person's own, or a referral's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Tasks about a person and no referral.
    Person(PersonId),
    /// Tasks about a referral.
    Referral(ReferralId),
}

impl From<PersonId> for About {
    fn from(id: PersonId) -> Self {
        Self::Person(id)
    }
}

impl From<ReferralId> for About {
    fn from(id: ReferralId) -> Self {
        Self::Referral(id)
    }
}

/// Raises a task. An open one of the same kind about the same record is settled first, so that there
/// is one at most.
pub(crate) async fn raise(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    new: NewTask<'_>,
) -> Result<TaskId, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into tasks (id, public_id, reference, agency_id, team_id, person_id, referral_id, kind, due_at,
             owner_id, raised_by, raised_at, starts_at)
         values ($1, $2, $3, $4, $5, coalesce($6, (select r.person_id from referrals r where r.id = $7)), $7, $8, $9,
             $10, $11, $12, $13)
         on conflict (reference) do nothing",
    );
    match (new.person, new.referral) {
        (_, Some(referral)) => settle(store, tx, viewer, new.kind, referral).await?,
        (Some(person), None) => settle(store, tx, viewer, new.kind, person).await?,
        (None, None) => return Err(StoreError::Corrupt("task")),
    }
    let now = store.now();
    let due = match new.due_at {
        Some(due) => due,
        None => {
            let now = Timestamp::from_microsecond(now).map_err(|_| StoreError::Corrupt("clock"))?;
            new.kind.usually_due(now).as_microsecond()
        }
    };
    let id = TaskId(store.new_id()?);
    loop {
        let values = args![
            id,
            store.new_public_id()?,
            store.new_reference(ReferenceKind::Task)?,
            new.resource.agency,
            new.resource.team,
            new.person,
            new.referral,
            new.kind.code(),
            due,
            new.owner,
            viewer.user,
            now,
            new.starts_at.unwrap_or(now)
        ];
        if tx.exec(INSERT, values).await? > 0 {
            break;
        }
    }
    let event = Event::new(Did::TaskAdded)
        .object(ObjectKind::Task, id)
        .reason(new.kind.code());
    store.journal.record(tx, viewer, event).await?;
    Ok(id)
}

/// Settles open tasks of this kind about a record: the thing itself happened.
pub(crate) async fn settle(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    kind: TaskKind,
    about: impl Into<About>,
) -> Result<(), StoreError> {
    const OF_PERSON: Sql = Sql::new(
        "update tasks set done_at = $3, done_by = $4
         where person_id = $1 and referral_id is null and kind = $2 and done_at is null returning id",
    );
    const OF_REFERRAL: Sql = Sql::new(
        "update tasks set done_at = $3, done_by = $4
         where referral_id = $1 and kind = $2 and done_at is null returning id",
    );
    let (sql, id) = match about.into() {
        About::Person(id) => (OF_PERSON, id.0),
        About::Referral(id) => (OF_REFERRAL, id.0),
    };
    let values = args![id, kind.code(), store.now(), viewer.user];
    let settled: Vec<(Uuid,)> = tx.all(sql, values).await?;
    for (id,) in settled {
        let event = Event::new(Did::TaskDone)
            .object(ObjectKind::Task, id)
            .reason(kind.code());
        store.journal.record(tx, viewer, event).await?;
    }
    Ok(())
}

/// Settles every open task about a referral: it was withdrawn.
pub(crate) async fn settle_all(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    referral: ReferralId,
) -> Result<(), StoreError> {
    const ALL: Sql = Sql::new(
        "update tasks set done_at = $2, done_by = $3
         where referral_id = $1 and done_at is null returning id, kind",
    );
    let values = args![referral, store.now(), viewer.user];
    let settled: Vec<(Uuid, String)> = tx.all(ALL, values).await?;
    for (id, kind) in settled {
        let event = Event::new(Did::TaskDone)
            .object(ObjectKind::Task, id)
            .reason(&kind);
        store.journal.record(tx, viewer, event).await?;
    }
    Ok(())
}

/// An open task by its name in addresses, and whether the viewer may call it done; `None` when there is
/// none the viewer may see. The page that shows it is journalled as a list of one.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn task_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<(Task, bool)>, StoreError> {
    let Some(row) = find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let may = works_on(store, viewer, &row).await?;
    let shown = row.referral.unwrap_or(row.person);
    let look = Event::new(Did::TaskListed).shown([shown]);
    store.journal.look(viewer, look).await?;
    let task = row.task(viewer.user)?;
    let may = may && task.kind.done_by_hand();
    Ok(Some((task, may)))
}

/// Whether the viewer may change the record, or was given the task.
async fn works_on(store: &Store, viewer: &Viewer, row: &Row) -> Result<bool, StoreError> {
    let (record, about) = match &row.referral_public {
        Some(referral) => (Kind::Referral, referral),
        None => (Kind::Person, &row.person_public),
    };
    let about = sight::find_for(store, viewer, record, &PublicId(about.clone())).await?;
    Ok(about.is_some_and(|about| {
        let edit = store.policies.decide(viewer, Action::Edit, &about.resource);
        edit.allowed || row.owner_id == Some(viewer.user.0)
    }))
}

/// Why a task was not called done.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// The rule refused.
    #[error(transparent)]
    Rule(#[from] DoneError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<crate::db::DbError> for TaskError {
    fn from(error: crate::db::DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Calls an open task done, with what came of it. `Ok(false)` when there is no such task to see.
///
/// # Errors
/// [`TaskError::Rule`] for what is missing; [`StoreError::NotAllowed`] for somebody who may neither
/// change the record nor was given the task; [`StoreError::Stale`] when somebody was faster.
pub async fn record_done(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    result: &str,
) -> Result<bool, TaskError> {
    const DONE: Sql = Sql::new(
        "update tasks set done_at = $2, done_by = $3, result = $4 where id = $1 and done_at is null",
    );
    let Some(row) = find_for(store, viewer, id).await? else {
        return Ok(false);
    };
    let kind = TaskKind::from_code(&row.kind).ok_or(StoreError::Corrupt("task"))?;
    if !works_on(store, viewer, &row).await? {
        return Err(StoreError::NotAllowed.into());
    }
    let result = task::done(kind, result)?;
    let mut tx = store.db.begin().await?;
    let values = args![row.id, store.now(), viewer.user, &result];
    if tx.exec(DONE, values).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    let event = Event::new(Did::TaskDone)
        .object(ObjectKind::Task, row.id)
        .reason(kind.code())
        .values(result.into_bytes());
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}
