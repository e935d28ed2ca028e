//! A table as it stands in either engine: its columns, its key, its rows as plain cells.
//!
//! Statements are put together here from the names in the engine's own catalogue, because a copy must
//! not forget a column that a later migration adds; values are bound as everywhere.

use sha2::{Digest as _, Sha256};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};
use uuid::Uuid;

use super::CopyError;
use crate::db::{Arg, Engine};
use crate::{StoreError, Tx};

/// How many bytes of rows are held at once, about.
const PAGE_BYTES: usize = 4_000_000;
/// Most rows of a page.
const PAGE_ROWS: usize = 2_000;
/// How many values one statement binds at most.
const BOUND: usize = 4_000;
/// Leases that say who uses a database at this moment: not part of what is stored.
const NOT_IN_USE: &str = "name <> 'alone' and name not like 'serve/%'";

/// A value as both engines agree on it: a UUID is its bytes, a truth value is 0 or 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Null,
    Text(String),
    Int(i64),
    Bytes(Vec<u8>),
}

impl Cell {
    pub fn hash_into(&self, hash: &mut Sha256) {
        let number;
        let (tag, bytes): (u8, &[u8]) = match self {
            Self::Null => (0, &[]),
            Self::Text(text) => (1, text.as_bytes()),
            Self::Int(int) => {
                number = int.to_be_bytes();
                (2, &number)
            }
            Self::Bytes(bytes) => (3, bytes),
        };
        hash.update([tag]);
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(bytes);
    }

    fn size(&self) -> usize {
        match self {
            Self::Null | Self::Int(_) => 8,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cells(pub Vec<Cell>);

impl<'r> sqlx::FromRow<'r, SqliteRow> for Cells {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        let read = |at: usize| {
            let raw = row.try_get_raw(at)?;
            if raw.is_null() {
                return Ok(Cell::Null);
            }
            let kind = raw.type_info().name().to_owned();
            Ok(match kind.as_str() {
                "TEXT" => Cell::Text(row.try_get_unchecked(at)?),
                "INTEGER" | "BOOLEAN" => Cell::Int(row.try_get_unchecked(at)?),
                "BLOB" => Cell::Bytes(row.try_get_unchecked(at)?),
                _ => return Err(sqlx::Error::ColumnNotFound(kind)),
            })
        };
        (0..row.columns().len())
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl<'r> sqlx::FromRow<'r, PgRow> for Cells {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        let read = |at: usize| {
            if row.try_get_raw(at)?.is_null() {
                return Ok(Cell::Null);
            }
            let kind = row.columns()[at].type_info().name().to_owned();
            Ok(match kind.as_str() {
                "TEXT" => Cell::Text(row.try_get(at)?),
                "INT8" => Cell::Int(row.try_get(at)?),
                "BOOL" => Cell::Int(i64::from(row.try_get::<bool, _>(at)?)),
                "UUID" => Cell::Bytes(row.try_get::<Uuid, _>(at)?.as_bytes().to_vec()),
                "BYTEA" => Cell::Bytes(row.try_get(at)?),
                _ => return Err(sqlx::Error::ColumnNotFound(kind)),
            })
        };
        (0..row.columns().len())
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// What a column holds in its own engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    Int,
    Bool,
    Uuid,
    Bytes,
}

impl Holds {
    fn of(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "text" => Self::Text,
            "integer" | "bigint" => Self::Int,
            "boolean" => Self::Bool,
            "uuid" => Self::Uuid,
            "blob" | "bytea" => Self::Bytes,
            _ => return None,
        })
    }

    fn bind(self, cell: Cell) -> Option<Arg> {
        Some(match (self, cell) {
            (Self::Text, Cell::Null) => Arg::Text(None),
            (Self::Text, Cell::Text(text)) => Arg::Text(Some(text)),
            (Self::Int, Cell::Null) => Arg::Int(None),
            (Self::Int, Cell::Int(int)) => Arg::Int(Some(int)),
            (Self::Bool, Cell::Null) => Arg::Bool(None),
            (Self::Bool, Cell::Int(int)) => Arg::Bool(Some(int != 0)),
            (Self::Uuid, Cell::Null) => Arg::Uuid(None),
            (Self::Uuid, Cell::Bytes(bytes)) => Arg::Uuid(Some(Uuid::from_slice(&bytes).ok()?)),
            (Self::Bytes, Cell::Null) => Arg::Bytes(None),
            (Self::Bytes, Cell::Bytes(bytes)) => Arg::Bytes(Some(bytes)),
            _ => return None,
        })
    }
}

/// The names of all tables in the database (of its current schema).
pub(crate) async fn present(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let text = match tx.engine() {
        Engine::Sqlite => {
            "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'"
        }
        Engine::Postgres => {
            "select table_name::text from information_schema.tables where table_schema = current_schema()"
        }
    };
    let rows: Vec<(String,)> = tx.read(text.to_owned(), vec![]).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// A table's shape.
#[derive(Debug)]
pub(super) struct Table {
    pub name: String,
    columns: Vec<(String, Holds)>,
    /// Places of the primary key's columns.
    key: Vec<usize>,
}

impl Table {
    /// Reads a table's shape from the engine's catalogue.
    pub async fn read(tx: &mut Tx, name: &str) -> Result<Self, CopyError> {
        let text = match tx.engine() {
            Engine::Sqlite => {
                "select name, type, pk from pragma_table_info($1) order by cid"
            }
            Engine::Postgres => {
                "select c.column_name::text, c.data_type::text, coalesce(k.ordinal_position::int8, 0)
                 from information_schema.columns c
                 left join information_schema.table_constraints t on t.table_schema = c.table_schema
                     and t.table_name = c.table_name and t.constraint_type = 'PRIMARY KEY'
                 left join information_schema.key_column_usage k on k.constraint_schema = t.constraint_schema
                     and k.constraint_name = t.constraint_name and k.table_name = c.table_name
                     and k.column_name = c.column_name
                 where c.table_schema = current_schema() and c.table_name = $1 order by c.ordinal_position"
            }
        };
        let strange = || CopyError::Shape(name.to_owned());
        let rows: Vec<(String, String, i64)> =
            tx.read(text.to_owned(), vec![Arg::from(name)]).await?;
        let mut key: Vec<(i64, usize)> = rows
            .iter()
            .enumerate()
            .filter(|(_, (.., place))| *place > 0)
            .map(|(at, (.., place))| (*place, at))
            .collect();
        key.sort_unstable();
        let columns: Option<Vec<_>> = rows
            .into_iter()
            .map(|(column, word, _)| Some((column, Holds::of(&word)?)))
            .collect();
        let table = Self {
            name: name.to_owned(),
            columns: columns.ok_or_else(strange)?,
            key: key.into_iter().map(|(_, at)| at).collect(),
        };
        if table.columns.is_empty() || table.key.is_empty() {
            return Err(strange());
        }
        Ok(table)
    }

    /// Says whether columns and key are the same, in the same order.
    pub fn has_shape_of(&self, other: &Self) -> bool {
        let names = |table: &Self| -> Vec<String> {
            table.columns.iter().map(|(name, _)| name.clone()).collect()
        };
        names(self) == names(other) && self.key == other.key
    }

    fn only(&self) -> &'static str {
        match self.name.as_str() {
            "leases" => NOT_IN_USE,
            _ => "1 = 1",
        }
    }

    /// Says whether there is no row, apart from leases that say who uses the database now.
    pub async fn is_empty(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        // Whoever used an empty database before may have left a lease that ran out.
        if self.name == "leases" {
            return Ok(true);
        }
        let text = format!("select {} from {} limit 1", self.columns[0].0, self.name);
        let rows: Vec<Cells> = tx.read(text, vec![]).await?;
        Ok(rows.is_empty())
    }

    /// Takes away what stands in an empty store: which migrations ran, leases that ran out.
    pub async fn empty(&self, tx: &mut Tx) -> Result<(), StoreError> {
        if matches!(self.name.as_str(), "migrations" | "leases") {
            let text = format!("delete from {} where {}", self.name, self.only());
            tx.exec_text(text, vec![]).await?;
        }
        Ok(())
    }

    /// The rows in the order of their keys, a few megabytes at a time.
    pub fn pages(&self) -> Pages {
        Pages {
            rows: 4,
            after: None,
            ended: false,
        }
    }

    fn key_columns(&self, engine: Engine) -> Vec<String> {
        self.key
            .iter()
            .map(|at| &self.columns[*at])
            .map(|(name, holds)| match (engine, holds) {
                // The same order as SQLite's, whatever the database's own is.
                (Engine::Postgres, Holds::Text) => format!("{name} collate \"C\""),
                _ => name.clone(),
            })
            .collect()
    }

    fn select(&self, engine: Engine, rows: usize, further: bool) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let key = self.key_columns(engine).join(", ");
        let after = match further {
            true => format!("and ({key}) > ({})", places(1, self.key.len())),
            false => String::new(),
        };
        format!(
            "select {} from {} where {} {after} order by {key} limit {rows}",
            names.join(", "),
            self.name,
            self.only()
        )
    }

    /// Writes rows as they are.
    pub async fn insert(&self, tx: &mut Tx, rows: Vec<Cells>) -> Result<(), CopyError> {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let wide = names.len();
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let some: Vec<Cells> = rows.by_ref().take((BOUND / wide).max(1)).collect();
            let tuples: Vec<String> = (0..some.len())
                .map(|row| format!("({})", places(row * wide + 1, wide)))
                .collect();
            let text = format!(
                "insert into {} ({}) values {}",
                self.name,
                names.join(", "),
                tuples.join(", ")
            );
            tx.exec_text(text, self.bind(some)?).await?;
        }
        Ok(())
    }

    fn bind(&self, rows: Vec<Cells>) -> Result<Vec<Arg>, CopyError> {
        rows.into_iter()
            .flat_map(|row| row.0.into_iter().zip(&self.columns))
            .map(|(cell, (_, holds))| {
                holds
                    .bind(cell)
                    .ok_or_else(|| CopyError::Shape(self.name.clone()))
            })
            .collect()
    }
}

/// `$5, $6, $7`
fn places(first: usize, count: usize) -> String {
    let all: Vec<String> = (first..first + count).map(|n| format!("${n}")).collect();
    all.join(", ")
}

/// Where reading a table has got to.
#[derive(Debug)]
pub(super) struct Pages {
    rows: usize,
    after: Option<Vec<Cell>>,
    ended: bool,
}

impl Pages {
    /// The next rows; `None` after the last.
    pub async fn next(
        &mut self,
        table: &Table,
        tx: &mut Tx,
    ) -> Result<Option<Vec<Cells>>, CopyError> {
        if self.ended {
            return Ok(None);
        }
        let text = table.select(tx.engine(), self.rows, self.after.is_some());
        let strange = || CopyError::Shape(table.name.clone());
        let after = self.after.take().unwrap_or_default();
        let after: Option<Vec<Arg>> = after
            .into_iter()
            .zip(&table.key)
            .map(|(cell, at)| table.columns[*at].1.bind(cell))
            .collect();
        let rows: Vec<Cells> = tx.read(text, after.ok_or_else(strange)?).await?;
        self.ended = rows.len() < self.rows;
        let Some(last) = rows.last() else {
            return Ok(None);
        };
        self.after = Some(table.key.iter().map(|at| last.0[*at].clone()).collect());
        let bytes: usize = rows.iter().flat_map(|row| &row.0).map(Cell::size).sum();
        let each = (bytes / rows.len()).max(1);
        // Never many times more than before: the next rows may be larger.
        self.rows = (PAGE_BYTES / each).clamp(1, PAGE_ROWS).min(self.rows * 8);
        Ok(Some(rows))
    }
}
