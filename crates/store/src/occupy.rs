//! Who uses a database at this moment: servers side by side, or one command that needs it alone.
//!
//! On SQLite one process at a time, by a locked file beside the database that the operating system
//! frees when the process dies. On PostgreSQL by leases: each server holds one of its own, `migrate`
//! and `copy` hold the one named `alone`; a server that was killed is waited out for twenty seconds.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::clock::Clock;
use crate::db::{Db, Sql, sqlite_file};
use crate::lease::Lease;
use crate::{StoreError, args, migrate, random};

const ALONE: &str = "alone";
/// How long a lease holds after its last heartbeat, in microseconds.
const LASTS: i64 = 20_000_000;
const HEARTBEAT: Duration = Duration::from_secs(5);

/// How a process means to use the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// As a server: on PostgreSQL beside other servers.
    Serve,
    /// By itself, while no server runs: `migrate`, `copy`, `keys rotate`.
    Alone,
}

/// Why the database cannot be used this way now.
#[derive(Debug, thiserror::Error)]
pub enum OccupyError {
    /// Somebody uses the SQLite file.
    #[error("another heyrick process is using {0}; stop it first")]
    File(PathBuf),
    /// A server uses the PostgreSQL database.
    #[error(
        "a server is using this database; stop it first (one that was killed is waited out for 20 seconds)"
    )]
    Served,
    /// Another command needs the PostgreSQL database alone.
    #[error("another command is changing this database; try again when it has ended")]
    Changed,
    /// The lock file cannot be made.
    #[error("the lock file {0} could not be made")]
    Lock(PathBuf, #[source] std::io::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The right to use the database. Ends when dropped; call [`Occupancy::end`] to free a lease at once.
#[derive(Debug)]
pub struct Occupancy {
    /// Locked until closed.
    _file: Option<File>,
    lease: Option<(Db, Lease)>,
    heartbeat: Option<JoinHandle<()>>,
}

/// Claims the database at `address` for this process. Needs no tables: call it before migrating.
///
/// # Errors
/// [`OccupyError`] in one sentence when somebody else is in the way.
pub async fn occupy(
    address: &str,
    db: &Db,
    clock: &Clock,
    how: Use,
) -> Result<Occupancy, OccupyError> {
    if let Some(file) = sqlite_file(address) {
        return Ok(Occupancy {
            _file: Some(lock(&file)?),
            lease: None,
            heartbeat: None,
        });
    }
    migrate::bootstrap(db).await?;
    let lease = take(db, clock, how).await?;
    let heartbeat = tokio::spawn(beat(db.clone(), clock.clone(), lease.clone()));
    Ok(Occupancy {
        _file: None,
        lease: Some((db.clone(), lease)),
        heartbeat: Some(heartbeat),
    })
}

fn lock(database: &Path) -> Result<File, OccupyError> {
    let path = database.with_extension("lock");
    let file = File::create(&path).map_err(|error| OccupyError::Lock(path.clone(), error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(OccupyError::File(database.to_owned())),
        Err(std::fs::TryLockError::Error(error)) => Err(OccupyError::Lock(path, error)),
    }
}

/// Takes our own lease first and looks for others after: of two that start together, at least one
/// sees the other.
async fn take(db: &Db, clock: &Clock, how: Use) -> Result<Lease, OccupyError> {
    let holder = Uuid::from_bytes(random()?);
    let (name, in_the_way) = match how {
        Use::Serve => (format!("serve/{holder}"), OccupyError::Changed),
        Use::Alone => (ALONE.to_owned(), OccupyError::Served),
    };
    let now = clock.micros();
    let lease = Lease::take(db, &name, holder, now, LASTS)
        .await?
        .ok_or(OccupyError::Changed)?;
    if others(db, how, now).await? {
        lease.give_up(db).await?;
        return Err(in_the_way);
    }
    Ok(lease)
}

async fn others(db: &Db, how: Use, now: i64) -> Result<bool, StoreError> {
    const SERVERS: Sql = Sql::new("select name from leases where name like $1 and until_at > $2");
    let name = match how {
        Use::Serve => ALONE,
        Use::Alone => "serve/%",
    };
    let rows: Vec<(String,)> = db.all(SERVERS, args![name, now]).await?;
    Ok(!rows.is_empty())
}

async fn beat(db: Db, clock: Clock, lease: Lease) {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        if let Err(error) = lease.prolong(&db, clock.micros()).await {
            tracing::error!(error = &error as &dyn std::error::Error, "heartbeat");
        }
    }
}

impl Occupancy {
    /// Ends the use and frees the database for others at once.
    ///
    /// # Errors
    /// [`StoreError::Db`] when the database fails; the lease then runs out by itself.
    pub async fn end(mut self) -> Result<(), StoreError> {
        if let Some(heartbeat) = self.heartbeat.take() {
            heartbeat.abort();
        }
        match self.lease.take() {
            Some((db, lease)) => lease.give_up(&db).await,
            None => Ok(()),
        }
    }
}

impl Drop for Occupancy {
    fn drop(&mut self) {
        if let Some(heartbeat) = &self.heartbeat {
            heartbeat.abort();
        }
    }
}
