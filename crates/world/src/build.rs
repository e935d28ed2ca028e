//! The invented world, written into an empty store as people would have written it: weeks of work, told
//! by a clock that moves, through the store's public functions.

use std::sync::Arc;

use heyrick_domain::user::{Through, Viewer};
use heyrick_store::journal::{Action, Actor, Event, ObjectKind};
use heyrick_store::setting::{WORLD, record_setting, setting};
use heyrick_store::{Clock, Db, Keys, Store, StoreError, user};
use jiff::{SignedDuration, Timestamp};

use crate::base::base;
use crate::file::{self, WorldError};

/// The seed everything comes from.
pub const SEED: u64 = 1824;
/// How many people there are unless more are asked for.
pub const PEOPLE: usize = 45;
/// How far back the invented work begins, in days.
const DAYS: i64 = 60;

/// What a database says about the invented world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    Absent,
    /// It was begun and never finished.
    Begun,
    /// It is whole, and this many people were asked for.
    Whole(usize),
}

/// Asks a database whether it holds the invented world.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn standing(store: &Store) -> Result<Standing, StoreError> {
    Ok(match setting(store, WORLD).await?.as_deref() {
        Some(value) => match value.strip_prefix("demo ").map(str::parse) {
            Some(Ok(people)) => Standing::Whole(people),
            _ => Standing::Begun,
        },
        None => Standing::Absent,
    })
}

/// The world being written, and its clock.
#[derive(Debug, Clone)]
pub(crate) struct Builder {
    pub store: Store,
}

impl Builder {
    /// Lets time pass.
    pub fn wait(&self, time: SignedDuration) {
        let now = Timestamp::from_microsecond(self.store.now()).unwrap_or(Timestamp::UNIX_EPOCH);
        if let Ok(later) = now.checked_add(time) {
            self.store.clock.set(later);
        }
    }

    /// Somebody of the world, as they are at this moment.
    pub async fn viewer(&self, username: &str) -> Result<Viewer, WorldError> {
        let missing = || WorldError::Content(format!("nobody is called {username}"));
        let account = user::user_by_name(&self.store, username)
            .await?
            .ok_or_else(missing)?;
        let viewer = user::viewer(&self.store, account.id, Through::CommandLine, None).await?;
        viewer.ok_or_else(missing)
    }
}

/// Writes the world into an empty store. `said` hears how many people are there, now and then.
///
/// # Errors
/// [`WorldError::Store`] when the store refuses; then what is there is marked as never finished.
pub async fn build(
    db: &Db,
    keys: Arc<Keys>,
    now: Timestamp,
    people: usize,
    said: impl Fn(usize),
) -> Result<(), WorldError> {
    let begins = now
        .checked_sub(SignedDuration::from_hours(DAYS * 24))
        .map_err(|_| WorldError::Content("the clock is too far back".to_owned()))?;
    let store = Store::open(db.clone(), keys, Clock::fixed(begins)).await?;
    record_setting(&store, WORLD, "begun").await?;
    file::load(&store, base()).await?;
    let builder = Builder { store };
    crate::scenes::play(&builder, now, people, said).await?;
    let store = builder.store;
    store.clock.set(now);
    let mut tx = store.db.begin().await.map_err(StoreError::from)?;
    let loaded = Event::new(Action::WorldLoaded).object(ObjectKind::Store, uuid::Uuid::nil());
    store
        .journal
        .record(&mut tx, Actor::COMMAND_LINE, loaded)
        .await?;
    tx.commit().await.map_err(StoreError::from)?;
    record_setting(&store, WORLD, &format!("demo {people}")).await?;
    Ok(())
}
