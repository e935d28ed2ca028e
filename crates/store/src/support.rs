//! How long support lasts after a decision, as the operator has it from the contract: no published source
//! says so, and until somebody sets it no clock is shown.

use heyrick_domain::clock::SupportPeriods;

use crate::journal::{Action as Did, Actor, Event};
use crate::setting::{GET, SET};
use crate::{Store, StoreError, Tx, args, episode};

/// The name of the setting in the database.
const PERIODS: &str = "support_periods";

/// The periods that are set; none of them at first.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn periods(store: &Store) -> Result<SupportPeriods, StoreError> {
    read(store.db.opt(GET, args![PERIODS]).await?)
}

/// The same, inside a transaction.
pub(crate) async fn periods_in(tx: &mut Tx) -> Result<SupportPeriods, StoreError> {
    read(tx.opt(GET, args![PERIODS]).await?)
}

fn read(row: Option<(String,)>) -> Result<SupportPeriods, StoreError> {
    let Some((value,)) = row else {
        return Ok(SupportPeriods::default());
    };
    serde_json::from_str(&value).map_err(|_| StoreError::Corrupt("support periods"))
}

/// Sets them and works clocks out anew, with that as the cause. Returns in how many passages one moved.
///
/// # Errors
/// [`StoreError::Db`] when the database fails; then nothing changed.
pub async fn record_periods(store: &Store, periods: SupportPeriods) -> Result<usize, StoreError> {
    // INVARIANT: codes and numbers always become JSON.
    let value = serde_json::to_string(&periods).unwrap_or_default();
    let mut tx = store.db.begin().await?;
    tx.exec(SET, args![PERIODS, value]).await?;
    let entry = Event::new(Did::SupportPeriodsSet);
    store
        .journal
        .record(&mut tx, Actor::COMMAND_LINE, entry)
        .await?;
    let moved = episode::support_periods_set(store, &mut tx).await?;
    tx.commit().await?;
    Ok(moved)
}
