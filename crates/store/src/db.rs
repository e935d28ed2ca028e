//! One SQL text on two engines: SQLite (one writer, several readers) and PostgreSQL.
//!
//! Statements are written once, with `$1` placeholders, as `const NAME: Sql = Sql::new("…")`, so that
//! one test can find and prepare every one of them on both engines. The engines differ in three
//! functions here and nowhere else (ADR 2).

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteRow, SqliteSynchronous,
};
use sqlx::{
    Arguments, AssertSqlSafe, ConnectOptions as _, Connection as _, FromRow, Postgres, Sqlite,
    Transaction,
};
use uuid::Uuid;

use crate::journal::lane::{Held, Lanes};

/// What the engine said. Never holds bound values.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The engine refused or failed.
    #[error("the database engine refused or failed")]
    Engine(#[source] sqlx::Error),
    /// A value broke a uniqueness rule.
    #[error("there is already one")]
    Taken,
    /// The address is neither a SQLite file nor a PostgreSQL address.
    #[error("the database address is not understood")]
    Address,
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match error
            .as_database_error()
            .map(sqlx::error::DatabaseError::kind)
        {
            Some(sqlx::error::ErrorKind::UniqueViolation) => Self::Taken,
            _ => Self::Engine(error),
        }
    }
}

/// Which engine a [`Db`] speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded engine.
    Sqlite,
    /// PostgreSQL 15 or later.
    Postgres,
}

/// A statement: a text written in the source, never put together from input.
///
/// `{filter}` stands for the policy's filter; `{each $3}` for the rows of a JSON array of texts
/// bound as `$3` (see [`json_list`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sql(&'static str);

impl Sql {
    /// Takes a statement written in the source.
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The statement as `engine` wants it, with `filter` in place of `{filter}`.
    pub fn text(self, engine: Engine, filter: Option<&str>) -> String {
        let text = match filter {
            Some(filter) => self.0.replace("{filter}", filter),
            None => self.0.to_owned(),
        };
        expand_each(&text, engine)
    }
}

fn expand_each(text: &str, engine: Engine) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once("{each ") {
        let Some((place, after)) = tail.split_once('}') else {
            break;
        };
        out.push_str(head);
        match engine {
            Engine::Sqlite => out.push_str(&format!("(select value from json_each({place}))")),
            Engine::Postgres => out.push_str(&format!(
                "(select jsonb_array_elements_text({place}::jsonb))"
            )),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A list of texts as the JSON array that `{each $n}` reads.
pub fn json_list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items
        .into_iter()
        .map(|item| item.as_ref().to_owned())
        .collect();
    serde_json::Value::from(items).to_string()
}

/// A value bound to a statement: the closed set of types both engines share.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// Text, JSON text and civil dates (`YYYY-MM-DD`).
    Text(Option<String>),
    /// Whole numbers and instants (microseconds since 1970, UTC).
    Int(Option<i64>),
    /// Truth values; `BOOLEAN` in migrations.
    Bool(Option<bool>),
    /// Ids.
    Uuid(Option<Uuid>),
    /// Hashes and sealed values.
    Bytes(Option<Vec<u8>>),
}

macro_rules! arg_from {
    ($($from:ty => $variant:ident, |$value:ident| $into:expr);* $(;)?) => {$(
        impl From<$from> for Arg {
            fn from($value: $from) -> Self {
                Self::$variant(Some($into))
            }
        }
        impl From<Option<$from>> for Arg {
            fn from(value: Option<$from>) -> Self {
                Self::$variant(value.map(|$value| $into))
            }
        }
    )*};
}

arg_from! {
    String => Text, |value| value;
    &str => Text, |value| value.to_owned();
    &String => Text, |value| value.clone();
    i64 => Int, |value| value;
    i32 => Int, |value| i64::from(value);
    u32 => Int, |value| i64::from(value);
    bool => Bool, |value| value;
    Uuid => Uuid, |value| value;
    Vec<u8> => Bytes, |value| value;
    &[u8] => Bytes, |value| value.to_vec();
    serde_json::Value => Text, |value| value.to_string();
    jiff::civil::Date => Text, |value| value.to_string();
    heyrick_domain::id::PublicId => Text, |value| value.0;
    &heyrick_domain::id::PublicId => Text, |value| value.0.clone();
}

macro_rules! arg_from_ids {
    ($($id:ident),*) => {$(
        impl From<heyrick_domain::id::$id> for Arg {
            fn from(id: heyrick_domain::id::$id) -> Self {
                Self::Uuid(Some(id.0))
            }
        }
        impl From<Option<heyrick_domain::id::$id>> for Arg {
            fn from(id: Option<heyrick_domain::id::$id>) -> Self {
                Self::Uuid(id.map(|id| id.0))
            }
        }
    )*};
}

arg_from_ids!(
    AgencyId, TeamId, UserId, SessionId, PersonId, ReferralId, EpisodeId, FamilyId, TaskId
);

/// Puts values of different types into the list a statement takes.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Arg::from($value)),*] };
}

/// A row either engine can give: `#[derive(sqlx::FromRow)]` is enough.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{}

/// The policy's part of a list query: a condition and the values bound after the statement's own.
///
/// Its placeholders start after the statement's own ones; see `heyrick_policy::Filter`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// The condition, with `$n` placeholders already numbered.
    pub sql: String,
    /// The values for those placeholders, in order.
    pub args: Vec<Arg>,
}

/// The two pools.
#[derive(Debug, Clone)]
pub enum Db {
    /// One writer and several readers on one file.
    Sqlite {
        /// The only connection that writes.
        writer: SqlitePool,
        /// Connections that only read.
        readers: SqlitePool,
    },
    /// A pool of PostgreSQL connections.
    Postgres(PgPool),
}

/// How long a connection waits for another writer, and a request for a connection.
const WAIT: Duration = Duration::from_secs(15);
const READERS: u32 = 4;
const PG_CONNECTIONS: u32 = 10;

impl Db {
    /// Opens a database by address: `sqlite:FILE` or `postgres://…`.
    ///
    /// # Errors
    /// [`DbError::Address`] for any other address, [`DbError::Engine`] when it cannot be opened.
    pub async fn connect(address: &str) -> Result<Self, DbError> {
        match sqlite_file(address) {
            Some(file) => Self::sqlite(&file).await,
            None if address.starts_with("postgres:") || address.starts_with("postgresql:") => {
                Self::postgres(address).await
            }
            None => Err(DbError::Address),
        }
    }

    /// Opens (and makes) a SQLite file: WAL, `synchronous=FULL`, foreign keys on.
    ///
    /// # Errors
    /// [`DbError::Engine`] when the file cannot be opened.
    pub async fn sqlite(file: &Path) -> Result<Self, DbError> {
        // Made for its owner alone; what SQLite makes beside it takes after it. Where it cannot be made, SQLite
        // says why.
        let _ = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file);
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(WAIT);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(WAIT)
            .connect_with(options.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(WAIT)
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// Connects to PostgreSQL by address (`postgres://…`).
    ///
    /// # Errors
    /// [`DbError::Address`] for an address that cannot be read, [`DbError::Engine`] when nobody answers.
    pub async fn postgres(address: &str) -> Result<Self, DbError> {
        let options =
            sqlx::postgres::PgConnectOptions::from_str(address).map_err(|_| DbError::Address)?;
        // A pool would go on trying for as long as somebody may wait; nobody there is said at once.
        options.connect().await?.close().await?;
        let pool = PgPoolOptions::new()
            .max_connections(PG_CONNECTIONS)
            .acquire_timeout(WAIT)
            .connect_with(options.options([("synchronous_commit", "on")]))
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// All rows of a statement.
    ///
    /// # Errors
    /// [`DbError`] when the engine fails.
    pub async fn all<R: Row>(&self, sql: Sql, args: Vec<Arg>) -> Result<Vec<R>, DbError> {
        self.read(sql.text(self.engine(), None), args).await
    }

    /// The first row of a statement, if there is one.
    ///
    /// # Errors
    /// [`DbError`] when the engine fails.
    pub async fn opt<R: Row>(&self, sql: Sql, args: Vec<Arg>) -> Result<Option<R>, DbError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// All rows of a statement with the policy's filter in place of `{filter}`.
    ///
    /// # Errors
    /// [`DbError`] when the engine fails.
    pub async fn all_filtered<R: Row>(
        &self,
        sql: Sql,
        mut args: Vec<Arg>,
        filter: Filter,
    ) -> Result<Vec<R>, DbError> {
        args.extend(filter.args);
        self.read(sql.text(self.engine(), Some(&filter.sql)), args)
            .await
    }

    async fn read<R: Row>(&self, text: String, args: Vec<Arg>) -> Result<Vec<R>, DbError> {
        // INVARIANT: `text` is a literal of the source plus the policy's filter, which binds its values.
        Ok(match self {
            Self::Sqlite { readers, .. } => {
                sqlx::query_as_with(AssertSqlSafe(text), sqlite_args(args)?)
                    .fetch_all(readers)
                    .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_as_with(AssertSqlSafe(text), pg_args(args)?)
                    .fetch_all(pool)
                    .await?
            }
        })
    }

    /// Prepares a statement without running it: its names and types are known to the engine.
    ///
    /// # Errors
    /// [`DbError::Engine`] with what the engine does not understand.
    pub async fn prepare(&self, sql: Sql, filter: Option<&str>) -> Result<(), DbError> {
        use sqlx::{Executor as _, SqlSafeStr as _};
        let text = AssertSqlSafe(sql.text(self.engine(), filter)).into_sql_str();
        match self {
            Self::Sqlite { writer, .. } => {
                writer.acquire().await?.prepare(text).await.map(|_| ())?
            }
            Self::Postgres(pool) => pool.acquire().await?.prepare(text).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Runs one statement in a transaction of its own and says how many rows it touched.
    ///
    /// # Errors
    /// [`DbError`] when the engine fails.
    pub async fn exec(&self, sql: Sql, args: Vec<Arg>) -> Result<u64, DbError> {
        let mut tx = self.begin().await?;
        let touched = tx.exec(sql, args).await?;
        tx.commit().await?;
        Ok(touched)
    }

    /// Begins a transaction that will write (`BEGIN IMMEDIATE` on SQLite).
    ///
    /// # Errors
    /// [`DbError`] when no connection is free in time.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        let on = match self {
            Self::Sqlite { writer, .. } => On::Sqlite(writer.begin_with("begin immediate").await?),
            Self::Postgres(pool) => On::Postgres(pool.begin().await?),
        };
        Ok(Tx { on, lane: None })
    }

    /// Says whether the database answers and has its tables.
    ///
    /// # Errors
    /// [`DbError::Engine`] when it does not.
    pub async fn ready(&self) -> Result<(), DbError> {
        const READY: Sql = Sql::new("select name from settings where name = $1");
        self.opt::<(String,)>(READY, vec![Arg::from("ready")])
            .await
            .map(drop)
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// The file of a SQLite address (`sqlite:FILE` or `sqlite://FILE`); `None` for any other address.
pub fn sqlite_file(address: &str) -> Option<PathBuf> {
    let file = address.strip_prefix("sqlite:")?;
    Some(PathBuf::from(file.strip_prefix("//").unwrap_or(file)))
}

/// A transaction. Dropping it without [`Tx::commit`] undoes everything.
#[derive(Debug)]
pub struct Tx {
    on: On,
    /// Numbers the journal events of this transaction; see [`crate::journal::lane`].
    lane: Option<Held>,
}

#[derive(Debug)]
enum On {
    /// The one writer.
    Sqlite(Transaction<'static, Sqlite>),
    /// A pooled connection.
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.on {
            On::Sqlite(_) => Engine::Sqlite,
            On::Postgres(_) => Engine::Postgres,
        }
    }

    /// All rows of a statement.
    ///
    /// # Errors
    /// [`DbError`] when the engine fails.
    pub async fn all<R: Row>(&mut self, sql: Sql, args: Vec<Arg>) -> Result<Vec<R>, DbError> {
        self.read(sql.text(self.engine(), None), args).await
    }

    /// All rows of a statement with the policy's filter in place of `{filter}`.
    ///
    /// # Errors
    /// [`DbError`] when the engine fails.
    pub async fn all_filtered<R: Row>(
        &mut self,
        sql: Sql,
        mut args: Vec<Arg>,
        filter: Filter,
    ) -> Result<Vec<R>, DbError> {
        args.extend(filter.args);
        self.read(sql.text(self.engine(), Some(&filter.sql)), args)
            .await
    }

    /// All rows of a statement put together from names of the program's own tables.
    pub(crate) async fn read<R: Row>(
        &mut self,
        text: String,
        args: Vec<Arg>,
    ) -> Result<Vec<R>, DbError> {
        // INVARIANT: `text` is a literal of the source plus the policy's filter, which binds its values, or
        // (in `copy`) plus names of tables and columns that a migration of this program made.
        Ok(match &mut self.on {
            On::Sqlite(tx) => {
                sqlx::query_as_with(AssertSqlSafe(text), sqlite_args(args)?)
                    .fetch_all(&mut **tx)
                    .await?
            }
            On::Postgres(tx) => {
                sqlx::query_as_with(AssertSqlSafe(text), pg_args(args)?)
                    .fetch_all(&mut **tx)
                    .await?
            }
        })
    }

    /// The first row of a statement, if there is one.
    ///
    /// # Errors
    /// [`DbError`] when the engine fails.
    pub async fn opt<R: Row>(&mut self, sql: Sql, args: Vec<Arg>) -> Result<Option<R>, DbError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// Runs a statement and says how many rows it touched.
    ///
    /// # Errors
    /// [`DbError`] when the engine fails.
    pub async fn exec(&mut self, sql: Sql, args: Vec<Arg>) -> Result<u64, DbError> {
        self.exec_text(sql.text(self.engine(), None), args).await
    }

    /// Runs a statement; see [`Tx::read`] for what `text` may be.
    pub(crate) async fn exec_text(&mut self, text: String, args: Vec<Arg>) -> Result<u64, DbError> {
        Ok(match &mut self.on {
            On::Sqlite(tx) => sqlx::query_with(AssertSqlSafe(text), sqlite_args(args)?)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
            On::Postgres(tx) => sqlx::query_with(AssertSqlSafe(text), pg_args(args)?)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
        })
    }

    /// Runs a script of several statements without values: a migration.
    pub(crate) async fn script(&mut self, text: String) -> Result<(), DbError> {
        // INVARIANT: `text` is a migration of this program.
        match &mut self.on {
            On::Sqlite(tx) => sqlx::raw_sql(AssertSqlSafe(text))
                .execute(&mut **tx)
                .await
                .map(|_| ())?,
            On::Postgres(tx) => sqlx::raw_sql(AssertSqlSafe(text))
                .execute(&mut **tx)
                .await
                .map(|_| ())?,
        }
        Ok(())
    }

    /// The lane that numbers this transaction's journal events.
    pub(crate) fn lane(&mut self, lanes: &Arc<Lanes>, new: impl FnOnce() -> Uuid) -> &mut Held {
        self.lane.get_or_insert_with(|| lanes.hold(new))
    }

    /// Makes everything durable. Only after this returns may anything be called saved.
    ///
    /// # Errors
    /// [`DbError`] when the engine cannot promise it; then nothing was written.
    pub async fn commit(mut self) -> Result<(), DbError> {
        if let Some(lane) = &mut self.lane {
            lane.in_doubt();
        }
        match self.on {
            On::Sqlite(tx) => tx.commit().await?,
            On::Postgres(tx) => tx.commit().await?,
        }
        if let Some(lane) = self.lane.take() {
            lane.committed();
        }
        Ok(())
    }
}

fn sqlite_args(args: Vec<Arg>) -> Result<SqliteArguments, DbError> {
    let mut bound = SqliteArguments::default();
    for arg in args {
        match arg {
            Arg::Text(value) => bound.add(value),
            Arg::Int(value) => bound.add(value),
            Arg::Bool(value) => bound.add(value),
            Arg::Uuid(value) => bound.add(value),
            Arg::Bytes(value) => bound.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}

fn pg_args(args: Vec<Arg>) -> Result<PgArguments, DbError> {
    let mut bound = PgArguments::default();
    for arg in args {
        match arg {
            Arg::Text(value) => bound.add(value),
            Arg::Int(value) => bound.add(value),
            Arg::Bool(value) => bound.add(value),
            Arg::Uuid(value) => bound.add(value),
            Arg::Bytes(value) => bound.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reads_a_json_list_on_both_engines() {
        let sql = Sql::new("select 1 where a in {each $1} and {filter}");
        assert_eq!(
            sql.text(Engine::Sqlite, Some("b = $2")),
            "select 1 where a in (select value from json_each($1)) and b = $2"
        );
        assert_eq!(
            sql.text(Engine::Postgres, Some("true")),
            "select 1 where a in (select jsonb_array_elements_text($1::jsonb)) and true"
        );
    }
}
