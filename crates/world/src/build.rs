//! The invented world, written into an empty store as people would have written it: weeks of work, told
//! by a clock that moves, through the store's public functions.

use std::sync::Arc;

use heyrick_domain::london;
use heyrick_store::journal::{Action, Actor, Event, ObjectKind};
use heyrick_store::setting::{WORLD, record_setting, setting};
use heyrick_store::{Clock, Db, Files, Keys, Store, StoreError};
use jiff::{Timestamp, ToSpan as _};

use crate::base::base;
use crate::file::{self, WorldError};
use crate::many;
use crate::play::Stage;
use crate::scenes;
use crate::script::{instant, script};

/// The seed everything comes from.
pub const SEED: u64 = 1824;
/// How many people there are unless more are asked for.
pub const PEOPLE: usize = 45;
/// How far back the invented work begins, in days: the cast comes on in the last fifty of them.
const DAYS: i32 = 60;

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

/// Writes the world into an empty store, its exhibits into `files` if that is somewhere. `said` hears how many people are there, now and then.
///
/// # Errors
/// [`WorldError::Store`] when the store refuses; then what is there is marked as never finished.
pub async fn build(
    db: &Db,
    keys: Arc<Keys>,
    files: &Files,
    now: Timestamp,
    people: usize,
    said: impl Fn(usize),
) -> Result<(), WorldError> {
    let today = london::date_of(now.as_microsecond());
    let begins = instant(today.saturating_sub(DAYS.days()), 8 * 60);
    let store = Store::open(db.clone(), keys, Clock::fixed(begins)).await?;
    let store = store.with_files(files);
    record_setting(&store, WORLD, "begun").await?;
    file::load(&store, &base()).await?;
    let (cast, others) = scenes::cast(SEED, today);
    many::record(
        &store,
        others,
        people.saturating_sub(cast.len()),
        today,
        said,
    )
    .await?;
    let mut stage = Stage::set(&store, &cast, SEED).await?;
    for act in script(&cast, SEED, today) {
        stage.perform(&act).await?;
    }
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
