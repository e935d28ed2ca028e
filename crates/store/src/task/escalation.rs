//! Escalation, as the program notices it: a row for each rung a task went up to, once among all nodes.
//!
//! Lists work out for themselves what went up, so nothing is late when nobody notices; the row says when
//! it was noticed and keeps the instant when the operator changes the hours.

use heyrick_domain::task::escalation::{Delays, Rung};
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action as Did, Actor, Event, ObjectKind};
use crate::lease::Lease;
use crate::{Store, StoreError, Tx, args};

/// Most tasks noticed in one transaction.
const BATCH: i64 = 200;

/// Settles what went up with a task: it is done, or its day was moved.
pub(super) async fn settle(store: &Store, tx: &mut Tx, task: Uuid) -> Result<(), StoreError> {
    const SETTLE: Sql = Sql::new(
        "update task_escalations set settled_at = $2 where task_id = $1 and settled_at is null",
    );
    tx.exec(SETTLE, args![task, store.now()]).await?;
    Ok(())
}

/// Notices every task that went up by now, under a lease; returns how many rows were written.
///
/// # Errors
/// [`StoreError::Stale`] when another process took the lease; [`StoreError::Db`] when the database fails.
pub async fn record_escalations(
    store: &Store,
    lease: &Lease,
    delays: Delays,
) -> Result<usize, StoreError> {
    let mut written = 0;
    for rung in Rung::ALL {
        loop {
            let batch = notice(store, lease, delays, rung).await?;
            written += batch;
            if batch < usize::try_from(BATCH).unwrap_or(usize::MAX) {
                break;
            }
        }
    }
    Ok(written)
}

async fn notice(
    store: &Store,
    lease: &Lease,
    delays: Delays,
    rung: Rung,
) -> Result<usize, StoreError> {
    const UP: Sql = Sql::new(
        "select t.id, t.due_at from tasks t
         where t.done_at is null and t.starts_at <= $1 and t.due_at <= $2 and not exists (
             select 1 from task_escalations e where e.task_id = t.id and e.rung = $3 and e.due_at = t.due_at)
         order by t.due_at, t.id limit $4",
    );
    const INSERT: Sql = Sql::new(
        "insert into task_escalations (id, task_id, rung, due_at, at, recorded_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (task_id, rung, due_at) do nothing",
    );
    let now = store.now();
    let at = Timestamp::from_microsecond(now).map_err(|_| StoreError::Corrupt("clock"))?;
    let until = delays.due_until(rung, at).as_microsecond();
    let values = args![now, until, rung.code(), BATCH];
    let up: Vec<(Uuid, i64)> = store.db.all(UP, values).await?;
    if up.is_empty() {
        return Ok(0);
    }
    let mut tx = store.db.begin().await?;
    lease.fence(&mut tx, now).await?;
    for (task, due) in &up {
        let due_at = Timestamp::from_microsecond(*due).map_err(|_| StoreError::Corrupt("task"))?;
        let reached = delays.reached(rung, due_at).as_microsecond();
        let values = args![store.new_id()?, *task, rung.code(), *due, reached, now];
        if tx.exec(INSERT, values).await? == 0 {
            continue;
        }
        let event = Event::new(Did::TaskEscalated)
            .object(ObjectKind::Task, *task)
            .reason(rung.code());
        store.journal.record(&mut tx, Actor::PROGRAM, event).await?;
    }
    tx.commit().await?;
    Ok(up.len())
}
