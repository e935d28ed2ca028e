//! The clocks of a passage as they were worked out. A row is never changed: another takes its place, with
//! what made it; a clock nothing moved is left alone. Nothing here depends on what day it is.

use std::collections::BTreeMap;

use heyrick_domain::clock::{Clock, ClockFacts, ClockKind, clocks};
use heyrick_domain::id::EpisodeId;
use jiff::civil::Date;
use uuid::Uuid;

use crate::db::Sql;
use crate::holiday::holidays_in;
use crate::{Store, StoreError, Tx, args, support};

/// A clock as it stands or stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptClock {
    /// The clock, with all it takes to say how its day was found.
    pub clock: Clock,
    /// What made it be worked out: the code of an event.
    pub cause: String,
    /// When: microseconds since 1970, UTC.
    pub computed_at: i64,
    /// When another took its place, and why; `None` while it stands.
    pub superseded: Option<(i64, String)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    calculation: String,
    cause: String,
    computed_at: i64,
    superseded_at: Option<i64>,
    superseded_cause: Option<String>,
}

impl Row {
    fn clock(&self) -> Result<Clock, StoreError> {
        serde_json::from_str(&self.calculation).map_err(|_| StoreError::Corrupt("clock"))
    }
}

/// Every clock of a passage, those that stand first, then what they were before, the latest first. The
/// caller was let in.
pub(super) async fn clocks_of(
    store: &Store,
    episode: EpisodeId,
) -> Result<Vec<KeptClock>, StoreError> {
    const ALL: Sql = Sql::new(
        "select id, calculation, cause, computed_at, superseded_at, superseded_cause from clocks
         where episode_id = $1
         order by case when superseded_at is null then 0 else 1 end, computed_at desc, id desc",
    );
    let rows: Vec<Row> = store.db.all(ALL, args![episode]).await?;
    let mut kept = Vec::new();
    for row in rows {
        kept.push(KeptClock {
            clock: row.clock()?,
            cause: row.cause,
            computed_at: row.computed_at,
            superseded: row.superseded_at.zip(row.superseded_cause),
        });
    }
    kept.sort_by_key(|one| (one.superseded.is_some(), one.clock.kind));
    Ok(kept)
}

/// Works the clocks of a passage out anew. Only those that differ are written, each with the cause; returns
/// those that lead to another day now, or that came or went. One that only stopped did not move.
pub(super) async fn recalculate(
    store: &Store,
    tx: &mut Tx,
    episode: EpisodeId,
    facts: &ClockFacts,
    cause: &str,
) -> Result<Vec<ClockKind>, StoreError> {
    const NOW: Sql = Sql::new(
        "select id, calculation, cause, computed_at, superseded_at, superseded_cause from clocks
         where episode_id = $1 and superseded_at is null",
    );
    const OVER: Sql =
        Sql::new("update clocks set superseded_at = $2, superseded_cause = $3 where id = $1");
    let mut moved = Vec::new();
    let holidays = holidays_in(tx).await?;
    let periods = support::periods_in(tx).await?;
    let mut wanted = clocks(facts, &holidays, &periods);
    let standing: Vec<Row> = tx.all(NOW, args![episode]).await?;
    let mut days = BTreeMap::new();
    for row in standing {
        let held = row.clock()?;
        if let Some(same) = wanted.iter().position(|clock| clock.same(&held)) {
            wanted.remove(same);
            continue;
        }
        tx.exec(OVER, args![row.id, store.now(), cause]).await?;
        days.insert(held.kind, held.on);
    }
    for clock in wanted {
        insert(store, tx, episode, &clock, cause).await?;
        if days.remove(&clock.kind) != Some(clock.on) {
            moved.push(clock.kind);
        }
    }
    moved.extend(days.into_keys());
    Ok(moved)
}

async fn insert(
    store: &Store,
    tx: &mut Tx,
    episode: EpisodeId,
    clock: &Clock,
    cause: &str,
) -> Result<(), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into clocks (id, episode_id, kind, rule, starts_on, leads_to, settled_on, calculation, cause, computed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    );
    // INVARIANT: codes, numbers and dates always become JSON.
    let calculation = serde_json::to_string(clock).unwrap_or_default();
    let values = args![
        store.new_id()?,
        episode,
        clock.kind.code(),
        &clock.rule,
        clock.starts_on,
        clock.on,
        clock.settled.map(|(_, day)| day),
        calculation,
        cause,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    Ok(())
}

/// The day a clock of this kind leads to, whether or not it stopped, inside a transaction; `None` where
/// there is none.
pub(super) async fn stored_day(
    tx: &mut Tx,
    episode: EpisodeId,
    kind: ClockKind,
) -> Result<Option<Date>, StoreError> {
    const DAY: Sql = Sql::new(
        "select leads_to from clocks where episode_id = $1 and kind = $2 and superseded_at is null",
    );
    read(tx.opt(DAY, args![episode, kind.code()]).await?)
}

fn read(row: Option<(String,)>) -> Result<Option<Date>, StoreError> {
    row.map(|(day,)| day.parse().map_err(|_| StoreError::Corrupt("clock")))
        .transpose()
}

/// The day a clock of this kind leads to now, inside a transaction; `None` where none runs.
pub(super) async fn day_of(
    tx: &mut Tx,
    episode: EpisodeId,
    kind: ClockKind,
) -> Result<Option<Date>, StoreError> {
    const DAY: Sql = Sql::new(
        "select leads_to from clocks
         where episode_id = $1 and kind = $2 and superseded_at is null and settled_on is null",
    );
    read(tx.opt(DAY, args![episode, kind.code()]).await?)
}
