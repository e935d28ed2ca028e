//! Tasks: raised and settled in the transaction of the fact that makes or answers them, listed for
//! whoever may see the record they are about, given, moved, done by hand with a result.

use heyrick_domain::id::{PersonId, PublicId, ReferenceKind, ReferralId, TaskId, UserId};
use heyrick_domain::task::change::ChangeError;
use heyrick_domain::task::escalation::Delays;
use heyrick_domain::task::{self, DoneError, TaskKind};
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Kind, Resource};
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action as Did, Actor, Event, ObjectKind};
use crate::sight::{self, Record};
use crate::{Store, StoreError, Tx, args};

mod board;
mod by_hand;
mod change;
mod count;
mod escalation;
mod list;
mod owner;
mod walk;

pub use board::{Board, Carried, Numbers, Waiting, board_for};
pub use by_hand::{ByHand, record_by_hand};
pub use change::{Change, What, record_due, record_owner, record_reopened};
pub use count::{
    FirstTasks, Found, TaskCounts, due_for, find_by_reference_for, first_tasks_for, task_count_for,
    task_counts_for, waiting_for,
};
pub use escalation::record_escalations;
pub use list::{
    COUNTED, DoneBy, OwnerIs, Place, Sort, Task, TaskPage, TaskQuery, Whose, tasks_for,
};
use list::{Row, find_for};
pub use owner::{Colleague, owners_for, owners_of_new_for};

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
/// is one at most. `viewer`: whose doing makes it; `None` for what the program found out by itself.
pub(crate) async fn raise<'v>(
    store: &Store,
    tx: &mut Tx,
    viewer: impl Into<Option<&'v Viewer>>,
    new: NewTask<'_>,
) -> Result<TaskId, StoreError> {
    let viewer = viewer.into();
    match (new.person, new.referral) {
        (_, Some(referral)) => settle(store, tx, viewer, new.kind, referral).await?,
        (Some(person), None) => settle(store, tx, viewer, new.kind, person).await?,
        (None, None) => return Err(StoreError::Corrupt("task")),
    }
    insert(store, tx, viewer, &new, None)
        .await
        .map(|(id, _)| id)
}

/// Writes a new task and its event; `viewer`: who asked for it, if somebody did.
async fn insert(
    store: &Store,
    tx: &mut Tx,
    viewer: Option<&Viewer>,
    new: &NewTask<'_>,
    note: Option<&str>,
) -> Result<(TaskId, PublicId), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into tasks (id, public_id, reference, agency_id, team_id, person_id, referral_id, kind, due_at,
             owner_id, raised_by, raised_at, starts_at, note)
         values ($1, $2, $3, $4, $5, coalesce($6, (select r.person_id from referrals r where r.id = $7)), $7, $8, $9,
             $10, $11, $12, $13, $14)
         on conflict (reference) do nothing",
    );
    let now = store.now();
    let due = match new.due_at {
        Some(due) => due,
        None => {
            let now = Timestamp::from_microsecond(now).map_err(|_| StoreError::Corrupt("clock"))?;
            new.kind.usually_due(now).as_microsecond()
        }
    };
    let (id, public_id) = (TaskId(store.new_id()?), store.new_public_id()?);
    loop {
        let values = args![
            id,
            &public_id,
            store.new_reference(ReferenceKind::Task)?,
            new.resource.agency,
            new.resource.team,
            new.person,
            new.referral,
            new.kind.code(),
            due,
            new.owner,
            viewer.map(|viewer| viewer.user),
            now,
            new.starts_at.unwrap_or(now),
            note
        ];
        if tx.exec(INSERT, values).await? > 0 {
            break;
        }
    }
    let mut event = Event::new(Did::TaskAdded)
        .object(ObjectKind::Task, id)
        .reason(new.kind.code());
    if let Some(note) = note {
        event = event.values(note.as_bytes().to_vec());
    }
    let actor = viewer.map_or(Actor::PROGRAM, Actor::from);
    store.journal.record(tx, actor, event).await?;
    Ok((id, public_id))
}

/// Whether a task of this kind was ever raised about a referral, open or done.
pub(crate) async fn was_raised(
    tx: &mut Tx,
    kind: TaskKind,
    referral: ReferralId,
) -> Result<bool, StoreError> {
    const RAISED: Sql =
        Sql::new("select 1 as raised from tasks where referral_id = $1 and kind = $2 limit 1");
    let row: Option<(i32,)> = tx.opt(RAISED, args![referral, kind.code()]).await?;
    Ok(row.is_some())
}

/// When the open task of this kind about a referral is due: microseconds since 1970, UTC; `None` where
/// none is open.
pub(crate) async fn open_due(
    tx: &mut Tx,
    kind: TaskKind,
    referral: ReferralId,
) -> Result<Option<i64>, StoreError> {
    const DUE: Sql = Sql::new(
        "select due_at from tasks where referral_id = $1 and kind = $2 and done_at is null
         order by due_at limit 1",
    );
    let row: Option<(i64,)> = tx.opt(DUE, args![referral, kind.code()]).await?;
    Ok(row.map(|(due,)| due))
}

/// Settles open tasks of this kind about a record: the thing itself happened. `viewer`: who did it; `None`
/// where nobody did, and the day came.
pub(crate) async fn settle<'v>(
    store: &Store,
    tx: &mut Tx,
    viewer: impl Into<Option<&'v Viewer>>,
    kind: TaskKind,
    about: impl Into<About>,
) -> Result<(), StoreError> {
    const OF_PERSON: Sql = Sql::new(
        "update tasks set done_at = $3, done_by = $4, version = version + 1
         where person_id = $1 and referral_id is null and kind = $2 and done_at is null returning id",
    );
    const OF_REFERRAL: Sql = Sql::new(
        "update tasks set done_at = $3, done_by = $4, version = version + 1
         where referral_id = $1 and kind = $2 and done_at is null returning id",
    );
    let (sql, id) = match about.into() {
        About::Person(id) => (OF_PERSON, id.0),
        About::Referral(id) => (OF_REFERRAL, id.0),
    };
    let viewer = viewer.into();
    let by = viewer.map(|viewer| viewer.user);
    let values = args![id, kind.code(), store.now(), by];
    let settled: Vec<(Uuid,)> = tx.all(sql, values).await?;
    for (id,) in settled {
        escalation::settle(store, tx, id).await?;
        let event = Event::new(Did::TaskDone)
            .object(ObjectKind::Task, id)
            .reason(kind.code());
        let actor = viewer.map_or(Actor::PROGRAM, Actor::from);
        store.journal.record(tx, actor, event).await?;
    }
    Ok(())
}

/// Brings open tasks of this kind about a referral to another day: what they wait for moved, and whatever
/// went up because of the old day is settled. Instants in microseconds since 1970, UTC; `starts_at`:
/// `None` leaves it as it is.
pub(crate) async fn bring(
    store: &Store,
    tx: &mut Tx,
    kind: TaskKind,
    referral: ReferralId,
    due_at: i64,
    starts_at: Option<i64>,
) -> Result<(), StoreError> {
    const BRING: Sql = Sql::new(
        "update tasks set due_at = $3, starts_at = coalesce($4, starts_at), version = version + 1
         where referral_id = $1 and kind = $2 and done_at is null
             and (due_at <> $3 or starts_at <> coalesce($4, starts_at))
         returning id",
    );
    let values = args![referral, kind.code(), due_at, starts_at];
    let brought: Vec<(Uuid,)> = tx.all(BRING, values).await?;
    for (id,) in brought {
        escalation::settle(store, tx, id).await?;
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
        "update tasks set done_at = $2, done_by = $3, version = version + 1
         where referral_id = $1 and done_at is null returning id, kind",
    );
    let values = args![referral, store.now(), viewer.user];
    let settled: Vec<(Uuid, String)> = tx.all(ALL, values).await?;
    for (id, kind) in settled {
        escalation::settle(store, tx, id).await?;
        let event = Event::new(Did::TaskDone)
            .object(ObjectKind::Task, id)
            .reason(&kind);
        store.journal.record(tx, viewer, event).await?;
    }
    Ok(())
}

/// A task as one viewer meets it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The task.
    pub task: Task,
    /// Whether the viewer may give it and move its day.
    pub may_work: bool,
    /// Whether the viewer may call it done in words.
    pub may_do: bool,
    /// Whether the viewer may open it again.
    pub may_undo: bool,
    /// What was changed, the first first.
    pub history: Vec<Change>,
}

/// A task by its name in addresses, open or done; `None` when there is none the viewer may see. The page
/// that shows it is journalled as a list of one.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn task_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    delays: Delays,
) -> Result<Option<Opened>, StoreError> {
    let Some(row) = find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let may = about(store, viewer, &row)
        .await?
        .is_some_and(|(_, may)| may);
    list::look(store, viewer, Did::TaskListed, std::slice::from_ref(&row)).await?;
    let open = row.done_at.is_none();
    let may_undo = may && change::can_undo(store, &row)?;
    let history = change::history(store, row.id).await?;
    let task = row.task(viewer.user, store.now(), delays)?;
    Ok(Some(Opened {
        may_work: may && open,
        may_do: may && open && task.kind.done_by_hand(),
        may_undo,
        history,
        task,
    }))
}

/// The record a task is about, and whether the viewer may change it or was given the task.
async fn about(
    store: &Store,
    viewer: &Viewer,
    row: &Row,
) -> Result<Option<(Record, bool)>, StoreError> {
    let (kind, id) = match &row.referral_public {
        Some(referral) => (Kind::Referral, referral),
        None => (Kind::Person, &row.person_public),
    };
    let record = sight::find_for(store, viewer, kind, &PublicId(id.clone())).await?;
    Ok(record.map(|record| {
        let edit = store
            .policies
            .decide(viewer, Action::Edit, &record.resource);
        let may = edit.allowed || row.owner_id == Some(viewer.user.0);
        (record, may)
    }))
}

/// Why a task was not done or changed.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// The rule about doing it refused.
    #[error(transparent)]
    Rule(#[from] DoneError),
    /// The rule about changing it refused.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<crate::db::DbError> for TaskError {
    fn from(error: crate::db::DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Calls an open task done, with what came of it. `Ok(false)` when there is no such open task to see.
///
/// # Errors
/// [`TaskError::Rule`] for what is missing; [`StoreError::NotAllowed`] for somebody who may neither
/// change the record nor was given the task; [`StoreError::Stale`] when somebody was faster, or when it is
/// not the version `seen`.
pub async fn record_done(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    seen: Option<i64>,
    result: &str,
) -> Result<bool, TaskError> {
    const DONE: Sql = Sql::new(
        "update tasks set done_at = $3, done_by = $4, result = $5, version = version + 1
         where id = $1 and version = $2 and done_at is null",
    );
    let found = find_for(store, viewer, id).await?;
    let Some(row) = found.filter(|row| row.done_at.is_none()) else {
        return Ok(false);
    };
    let kind = TaskKind::from_code(&row.kind).ok_or(StoreError::Corrupt("task"))?;
    if !about(store, viewer, &row)
        .await?
        .is_some_and(|(_, may)| may)
    {
        return Err(StoreError::NotAllowed.into());
    }
    let result = task::done(kind, result)?;
    let seen = seen.unwrap_or(row.version);
    let mut tx = store.db.begin().await?;
    let values = args![row.id, seen, store.now(), viewer.user, &result];
    if tx.exec(DONE, values).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    escalation::settle(store, &mut tx, row.id).await?;
    let event = Event::new(Did::TaskDone)
        .object(ObjectKind::Task, row.id)
        .reason(kind.code())
        .values(result.into_bytes());
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}
