//! What people do with a task besides doing it: give it, move its day, open it again. Each change
//! is a row of its own with who, when and why, in the transaction of the change.

use heyrick_domain::id::PublicId;
use heyrick_domain::task::TaskKind;
use heyrick_domain::task::change::{self, ChangeError, REASON_MAX};
use heyrick_domain::user::Viewer;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::list::{Row, find_for};
use super::owner::owner;
use super::{About, TaskError, about, escalation};
use crate::db::{Arg, Sql};
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::sight::Record;
use crate::{Store, StoreError, Tx, args};

/// Something that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It was given, taken on or given back: from whom, to whom.
    Owner(Option<String>, Option<String>),
    /// Its day was moved: from, to, in microseconds since 1970, UTC.
    Due(i64, i64),
    /// It was opened again: with what result it had been called done.
    Reopened(Option<String>),
}

/// A change, with who, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What.
    pub what: What,
    /// Who, by name.
    pub by: String,
    /// When: microseconds since 1970, UTC.
    pub at: i64,
    /// Why.
    pub reason: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    change: String,
    owner_from: Option<String>,
    owner_to: Option<String>,
    due_from: Option<i64>,
    due_to: Option<i64>,
    result: Option<String>,
    reason: Option<String>,
    by: String,
    at: i64,
}

/// Every change of a task, the first first. The caller was let in to it.
pub(super) async fn history(store: &Store, task: Uuid) -> Result<Vec<Change>, StoreError> {
    const LIST: Sql = Sql::new(
        "select c.change, f.display_name as owner_from, o.display_name as owner_to, c.due_from, c.due_to, c.result,
             c.reason, b.display_name as by, c.at
         from task_changes c
         join users b on b.id = c.by_id
         left join users f on f.id = c.owner_from
         left join users o on o.id = c.owner_to
         where c.task_id = $1 order by c.at, c.id",
    );
    let rows: Vec<ChangeRow> = store.db.all(LIST, args![task]).await?;
    let read = |row: ChangeRow| {
        let what = match (row.change.as_str(), row.due_from, row.due_to) {
            ("owner", ..) => What::Owner(row.owner_from, row.owner_to),
            ("due", Some(from), Some(to)) => What::Due(from, to),
            ("reopened", ..) => What::Reopened(row.result),
            _ => return Err(StoreError::Corrupt("task")),
        };
        Ok(Change {
            what,
            by: row.by,
            at: row.at,
            reason: row.reason,
        })
    };
    rows.into_iter().map(read).collect()
}

/// A change to be kept.
#[derive(Debug, Default)]
struct Kept<'a> {
    change: &'static str,
    owner: (Option<Uuid>, Option<Uuid>),
    due: (Option<i64>, Option<i64>),
    done: Option<&'a Row>,
    reason: Option<&'a str>,
}

async fn keep(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    task: Uuid,
    kept: Kept<'_>,
) -> Result<(), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into task_changes (id, task_id, change, owner_from, owner_to, due_from, due_to, done_at, done_by,
             result, reason, by_id, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    );
    let values = args![
        store.new_id()?,
        task,
        kept.change,
        kept.owner.0,
        kept.owner.1,
        kept.due.0,
        kept.due.1,
        kept.done.and_then(|row| row.done_at),
        kept.done.and_then(|row| row.done_by_id),
        kept.done.and_then(|row| row.result.as_deref()),
        kept.reason,
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    Ok(())
}

/// A task the viewer may see, with its record; `None` for a task or record that is not there for them.
async fn worked_on(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<(Row, Record)>, StoreError> {
    let Some(row) = find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let Some((record, may)) = about(store, viewer, &row).await? else {
        return Ok(None);
    };
    if !may {
        return Err(StoreError::NotAllowed);
    }
    Ok(Some((row, record)))
}

/// Somebody who asks for a version that is not the present one was overtaken.
fn is_present(row: &Row, seen: Option<i64>) -> Result<(), StoreError> {
    match seen.is_none_or(|seen| seen == row.version) {
        true => Ok(()),
        false => Err(StoreError::Stale),
    }
}

/// Gives a task to somebody, or with `None` back to whoever may. `Ok(false)` when there is no such open
/// task to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who may neither change the record nor has the task;
/// [`StoreError::Refused`] with `task-error-owner` for somebody who may not have it; [`StoreError::Stale`]
/// when the task changed since it was seen.
pub async fn record_owner(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    seen: Option<i64>,
    to: Option<&PublicId>,
    why: &str,
) -> Result<bool, TaskError> {
    const GIVE: Sql = Sql::new(
        "update tasks set owner_id = $3, version = version + 1 where id = $1 and version = $2 and done_at is null",
    );
    let Some((row, record)) = worked_on(store, viewer, id).await? else {
        return Ok(false);
    };
    if row.done_at.is_some() {
        return Ok(false);
    }
    is_present(&row, seen)?;
    let kind = TaskKind::from_code(&row.kind).ok_or(StoreError::Corrupt("task"))?;
    let to = match to {
        Some(to) => Some(owner(store, &record, kind, row.raised_by_id, to).await?.0),
        None => None,
    };
    if to == row.owner_id {
        return Ok(true);
    }
    let why = why.trim();
    if why.chars().count() > REASON_MAX {
        return Err(ChangeError::ReasonLong.into());
    }
    let mut tx = store.db.begin().await?;
    changed(&mut tx, GIVE, args![row.id, row.version, to]).await?;
    let kept = Kept {
        change: "owner",
        owner: (row.owner_id, to),
        reason: (!why.is_empty()).then_some(why),
        ..Kept::default()
    };
    keep(store, &mut tx, viewer, row.id, kept).await?;
    let whose = to.map_or(Vec::new(), |to| to.as_bytes().to_vec());
    let event = Event::new(Did::TaskGiven)
        .object(ObjectKind::Task, row.id)
        .reason(kind.code())
        .values(whose);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}

/// Moves the day of an open task, with a reason. What went up on the old day comes down. `Ok(false)` when
/// there is no such open task to see.
///
/// # Errors
/// [`TaskError::Change`] for a day or reason that cannot be taken; otherwise as [`record_owner`].
pub async fn record_due(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    seen: Option<i64>,
    day: Date,
    why: &str,
) -> Result<bool, TaskError> {
    const MOVE: Sql = Sql::new(
        "update tasks set due_at = $3, version = version + 1 where id = $1 and version = $2 and done_at is null",
    );
    let Some((row, _)) = worked_on(store, viewer, id).await? else {
        return Ok(false);
    };
    if row.done_at.is_some() {
        return Ok(false);
    }
    is_present(&row, seen)?;
    let due = Timestamp::from_microsecond(row.due_at).map_err(|_| StoreError::Corrupt("task"))?;
    let (to, why) = change::moved(due, day, store.today(), why)?;
    let to = to.as_microsecond();
    let mut tx = store.db.begin().await?;
    changed(&mut tx, MOVE, args![row.id, row.version, to]).await?;
    let kept = Kept {
        change: "due",
        due: (Some(row.due_at), Some(to)),
        reason: Some(&why),
        ..Kept::default()
    };
    keep(store, &mut tx, viewer, row.id, kept).await?;
    escalation::settle(store, &mut tx, row.id).await?;
    let event = Event::new(Did::TaskMoved)
        .object(ObjectKind::Task, row.id)
        .reason(&row.kind)
        .values(to.to_be_bytes().to_vec());
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}

/// Opens a task again that somebody called done by mistake, with a reason. What had been said stays in its
/// history. `Ok(false)` when there is no such task to see.
///
/// # Errors
/// [`TaskError::Change`] when it is too late, or without a reason; [`StoreError::Refused`] with
/// `task-error-already` when another of its kind was raised since; otherwise as [`record_owner`].
pub async fn record_reopened(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    seen: Option<i64>,
    why: &str,
) -> Result<bool, TaskError> {
    const OPEN: Sql = Sql::new(
        "update tasks set done_at = null, done_by = null, result = null, version = version + 1
         where id = $1 and version = $2 and done_at is not null",
    );
    let Some((row, _)) = worked_on(store, viewer, id).await? else {
        return Ok(false);
    };
    is_present(&row, seen)?;
    if !can_undo(store, &row)? {
        return Err(ChangeError::NotUndone.into());
    }
    let kind = TaskKind::from_code(&row.kind).ok_or(StoreError::Corrupt("task"))?;
    let why = change::reason(why)?;
    let mut tx = store.db.begin().await?;
    let about = row.referral.map_or(About::Person(row.person.into()), |id| {
        About::Referral(id.into())
    });
    only_one(&mut tx, kind, about).await?;
    changed(&mut tx, OPEN, args![row.id, row.version]).await?;
    let kept = Kept {
        change: "reopened",
        done: Some(&row),
        reason: Some(&why),
        ..Kept::default()
    };
    keep(store, &mut tx, viewer, row.id, kept).await?;
    let event = Event::new(Did::TaskReopened)
        .object(ObjectKind::Task, row.id)
        .reason(kind.code());
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}

/// Whether what was done can be undone now: somebody called it done, and not long ago.
pub(super) fn can_undo(store: &Store, row: &Row) -> Result<bool, StoreError> {
    let (Some(done), Some(_)) = (row.done_at, &row.result) else {
        return Ok(false);
    };
    let kind = TaskKind::from_code(&row.kind).ok_or(StoreError::Corrupt("task"))?;
    let at = |micros| Timestamp::from_microsecond(micros).map_err(|_| StoreError::Corrupt("task"));
    Ok(change::can_undo(kind, at(done)?, at(store.now())?))
}

async fn changed(tx: &mut Tx, sql: Sql, values: Vec<Arg>) -> Result<(), StoreError> {
    match tx.exec(sql, values).await? {
        0 => Err(StoreError::Stale),
        _ => Ok(()),
    }
}

/// Refuses a second open task of a kind about a record; of [`TaskKind::Other`] there may be many.
pub(super) async fn only_one(tx: &mut Tx, kind: TaskKind, about: About) -> Result<(), StoreError> {
    const OF_PERSON: Sql = Sql::new(
        "select count(*) from tasks where person_id = $1 and referral_id is null and kind = $2 and done_at is null",
    );
    const OF_REFERRAL: Sql = Sql::new(
        "select count(*) from tasks where referral_id = $1 and kind = $2 and done_at is null",
    );
    let (sql, id) = match about {
        About::Person(id) => (OF_PERSON, id.0),
        About::Referral(id) => (OF_REFERRAL, id.0),
    };
    let open: Option<(i64,)> = tx.opt(sql, args![id, kind.code()]).await?;
    match open {
        Some((1..,)) if kind != TaskKind::Other => Err(StoreError::Refused("task-error-already")),
        _ => Ok(()),
    }
}
