//! Who did what, saw what and why: events in the same transaction as the change, a Merkle tree over
//! them, signed checkpoints (ADR 5).
//!
//! A change is recorded with [`Journal::record`] inside its own transaction. A look is recorded with
//! [`Journal::look`], which answers only after the event is on disk; looks that arrive together share
//! one commit. A [`sequencer`] later gives every event its place in the tree.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::clock::Clock;
use crate::db::{Db, Sql, Tx};
use crate::keys::Keys;
use crate::{StoreError, args, random};

mod action;
pub mod checkpoint;
mod event;
mod finding;
pub(crate) mod lane;
pub mod sequencer;
pub mod tree;
pub mod verify;
pub mod who;

pub use action::{Action, ObjectKind};
pub use event::{Actor, Body, Event, HashedValues};

use event::Place;
use lane::Lanes;

/// How many looks may wait for one commit.
const BATCH: usize = 256;
/// How many looks may queue before the next one waits for room.
const QUEUE: usize = 4096;
/// How far the machine's clock may stand behind the last event before the journal says so: ten minutes,
/// in microseconds.
const BEHIND: i64 = 600 * 1_000_000;
/// How often it says so again: a day, in microseconds.
pub(crate) const DAY: i64 = 24 * 3_600 * 1_000_000;
/// What an event's seal is a keyed hash of.
pub(crate) const SEAL_DOMAIN: &str = "journal-event";

/// The journal of one store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Journal {
    writer: Arc<Writer>,
    looks: mpsc::Sender<Look>,
}

#[derive(Debug)]
struct Writer {
    db: Db,
    keys: Arc<Keys>,
    clock: Clock,
    lanes: Arc<Lanes>,
    /// The latest instant written: time in the journal never runs backwards (T12).
    latest: AtomicI64,
    /// When, by the machine's clock, it was last said that this stands behind; `i64::MIN`: never.
    said_behind: AtomicI64,
}

struct Look {
    actor: Actor,
    event: Event,
    durable: oneshot::Sender<()>,
}

impl Journal {
    /// Opens the journal and starts the task that commits looks. It ends when the last clone is
    /// dropped.
    pub(crate) async fn open(db: Db, keys: Arc<Keys>, clock: Clock) -> Result<Self, StoreError> {
        const LATEST: Sql = Sql::new("select at from journal_events order by at desc limit 1");
        let latest: Option<(i64,)> = db.opt(LATEST, vec![]).await?;
        let writer = Arc::new(Writer {
            db,
            keys,
            clock,
            lanes: Arc::default(),
            latest: AtomicI64::new(latest.map_or(0, |row| row.0)),
            said_behind: AtomicI64::new(i64::MIN),
        });
        let (looks, queue) = mpsc::channel(QUEUE);
        tokio::spawn(commit_looks(Arc::clone(&writer), queue));
        Ok(Self { writer, looks })
    }

    /// Records an event in the transaction of the change it is about: both are kept, or neither.
    ///
    /// # Errors
    /// [`StoreError::Journal`] when it cannot be written; then do not commit.
    pub async fn record(
        &self,
        tx: &mut Tx,
        actor: impl Into<Actor>,
        event: Event,
    ) -> Result<(), StoreError> {
        crate::idempotency::mark_carried_out(tx, self.writer.clock.micros()).await?;
        self.writer.write(tx, &actor.into(), event).await
    }

    /// Records a look. When this returns, the event is on disk: only then may anything be shown.
    ///
    /// # Errors
    /// [`StoreError::Journal`] when it cannot be written; then show nothing.
    pub async fn look(&self, actor: impl Into<Actor>, event: Event) -> Result<(), StoreError> {
        let (durable, wait) = oneshot::channel();
        let look = Look {
            actor: actor.into(),
            event,
            durable,
        };
        self.looks
            .send(look)
            .await
            .map_err(|_| StoreError::Journal)?;
        wait.await.map_err(|_| StoreError::Journal)
    }
}

impl Writer {
    async fn write(&self, tx: &mut Tx, actor: &Actor, event: Event) -> Result<(), StoreError> {
        let now = self.clock.micros();
        let at = self.latest.fetch_max(now, Ordering::SeqCst).max(now);
        if let Some(notice) = self.behind(now, at) {
            self.put(tx, &Actor::NOBODY, notice, at).await?;
        }
        self.put(tx, actor, event, at).await
    }

    /// The event that says that the machine's clock stands behind, where it does: once a day, so that a
    /// transaction that is undone does not hide it.
    fn behind(&self, now: i64, at: i64) -> Option<Event> {
        if at.saturating_sub(now) <= BEHIND {
            self.said_behind.store(i64::MIN, Ordering::SeqCst);
            return None;
        }
        let said = self.said_behind.swap(now, Ordering::SeqCst);
        if said != i64::MIN && now.saturating_sub(said).abs() < DAY {
            self.said_behind.store(said, Ordering::SeqCst);
            return None;
        }
        let days = at.saturating_sub(now) / DAY;
        tracing::warn!(days, "the machine's clock stands behind the journal");
        Some(Event::new(Action::ClockBehind).reason(&format!("days_{days}")))
    }

    async fn put(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        event: Event,
        at: i64,
    ) -> Result<(), StoreError> {
        let millis = u64::try_from(at / 1000).unwrap_or_default();
        let id = |random: [u8; 10]| {
            uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
        };
        let (new_writer, new_event) = (random()?, random()?);
        let (writer, counter) = tx.lane(&self.lanes, || id(new_writer)).next();
        let place = Place {
            id: id(new_event),
            at,
            writer,
            counter,
        };
        let body = event.into_body(actor, place, &self.keys);
        insert(tx, &self.keys, &body).await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "journal");
            StoreError::Journal
        })
    }

    async fn write_batch(&self, looks: &[Look]) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        for look in looks {
            self.write(&mut tx, &look.actor, look.event.clone()).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Takes whatever looks are waiting, commits them together, and lets their requests go on.
async fn commit_looks(writer: Arc<Writer>, mut queue: mpsc::Receiver<Look>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        match writer.write_batch(&batch).await {
            Ok(()) => {
                for look in batch.drain(..) {
                    // The request may have gone away; the look stays recorded.
                    let _ = look.durable.send(());
                }
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "journal of looks");
                batch.clear();
            }
        }
    }
}

async fn insert(tx: &mut Tx, keys: &Keys, body: &Body) -> Result<(), StoreError> {
    const EVENT: Sql = Sql::new(
        "insert into journal_events (id, writer, counter, at, actor, role, session, action, object_kind, object, body, seal)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    );
    let bytes = body.to_bytes();
    let seal = keys.keyed_hash(SEAL_DOMAIN, &bytes);
    tx.exec(
        EVENT,
        args![
            body.id,
            body.writer,
            body.counter,
            body.at,
            body.actor,
            body.role.as_deref(),
            body.session,
            &body.action,
            body.kind.as_deref(),
            body.object,
            bytes,
            seal.as_slice(),
        ],
    )
    .await?;
    insert_shown(tx, body.id, &body.shown).await
}

/// Ten rows a statement: a list of a hundred is one event and ten statements. A record shown twice
/// counts once, and the last statement is filled up with its own last row.
async fn insert_shown(tx: &mut Tx, event: Uuid, shown: &[Uuid]) -> Result<(), StoreError> {
    const SHOWN: Sql = Sql::new(
        "insert into journal_shown (event_id, object)
         values ($1, $2), ($1, $3), ($1, $4), ($1, $5), ($1, $6), ($1, $7), ($1, $8), ($1, $9), ($1, $10), ($1, $11)
         on conflict (event_id, object) do nothing",
    );
    for ten in shown.chunks(10) {
        let mut args = args![event];
        args.extend((0..10).map(|n| ten[n.min(ten.len() - 1)].into()));
        tx.exec(SHOWN, args).await?;
    }
    Ok(())
}
