//! What a database remembers of itself, such as that it holds an invented world.

use crate::db::Sql;
use crate::{Store, StoreError, args};

/// Says which invented world a database holds, and whether it was finished.
pub const WORLD: &str = "world";

/// Reads a setting by its name.
pub(crate) const GET: Sql = Sql::new("select value from settings where name = $1");
/// Keeps a setting under its name.
pub(crate) const SET: Sql = Sql::new(
    "insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
);

/// A setting's value; `None` when it was never kept.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn setting(store: &Store, name: &str) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = store.db.opt(GET, args![name]).await?;
    Ok(row.map(|(value,)| value))
}

/// Keeps a setting.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_setting(store: &Store, name: &str, value: &str) -> Result<(), StoreError> {
    store.db.exec(SET, args![name, value]).await?;
    Ok(())
}
