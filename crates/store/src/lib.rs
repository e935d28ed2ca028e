//! SQL in, domain types out. The only crate that knows SQL: one text for two engines.
//!
//! The only doors to a record are functions named `…_for(store, viewer, …)`: the policy's filter is in
//! their SQL, the look is journalled before they answer, and what the viewer may not see reads as
//! absent. Writes are named `record_…`: rows, journal entry and tasks in one transaction.

use std::sync::Arc;

use heyrick_domain::id::{PublicId, ReferenceKind};
use heyrick_policy::Policies;
use jiff::civil::Date;
use uuid::Uuid;

pub mod accounts;
pub mod age;
pub mod agency;
pub mod answer;
pub mod authority;
pub mod best_interests;
pub mod blob;
pub mod capacity;
pub mod clock;
pub mod coach;
pub mod consent;
pub mod contact;
pub mod copy;
pub mod db;
pub mod digest;
pub mod episode;
pub mod error;
pub mod evidence;
pub mod fact;
pub mod factor;
pub mod family;
pub mod feed;
pub mod file;
pub mod filter;
pub mod first_account;
pub mod grant;
pub mod holiday;
pub mod idempotency;
pub mod journal;
pub mod keys;
pub mod lease;
pub mod list;
pub mod migrate;
pub mod occupy;
pub mod person;
pub mod preparation;
pub mod referral;
pub mod restriction;
pub mod review;
pub mod seal;
pub mod sending;
pub mod session;
pub mod setting;
pub mod sight;
pub mod stash;
pub mod support;
pub mod task;
pub mod throttle;
pub mod token;
pub mod user;
pub mod withdrawal;
pub mod work;

pub use blob::Files;
pub use clock::Clock;
pub use db::{Db, Sql, Tx};
pub use error::StoreError;
pub use journal::Journal;
pub use keys::Keys;

/// Everything a store function needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    /// The two pools.
    pub db: Db,
    /// Where time comes from.
    pub clock: Clock,
    /// Signing, hashing and sealing keys.
    pub keys: Arc<Keys>,
    /// Who did and saw what.
    pub journal: Journal,
    /// Who may.
    pub policies: Arc<Policies>,
    /// Where the bytes of evidence are kept; nowhere until [`Store::with_files`] says.
    pub files: Files,
}

impl Store {
    /// Opens a store on a database whose tables are up to date (see [`migrate`]). Nothing runs in the
    /// background but the task that commits looks.
    ///
    /// # Errors
    /// [`StoreError::Db`] when the database cannot be read.
    pub async fn open(
        db: Db,
        keys: impl Into<Arc<Keys>>,
        clock: Clock,
    ) -> Result<Self, StoreError> {
        let keys = keys.into();
        let journal = Journal::open(db.clone(), Arc::clone(&keys), clock.clone()).await?;
        Ok(Self {
            db,
            clock,
            keys,
            journal,
            policies: Policies::in_force().map_err(|_| StoreError::Corrupt("policy"))?,
            files: Files::nowhere(),
        })
    }

    /// The same store, with a place for files: this installation's own part of it.
    #[must_use]
    pub fn with_files(mut self, files: &Files) -> Self {
        self.files = files.of(self.keys.origin());
        self
    }

    /// The present instant in microseconds since 1970, UTC.
    pub fn now(&self) -> i64 {
        self.clock.micros()
    }

    /// Today's civil date in Europe/London.
    pub fn today(&self) -> Date {
        self.clock.today()
    }

    /// A new id, ordered by time.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the operating system gives no randomness.
    pub fn new_id(&self) -> Result<Uuid, StoreError> {
        let random = random::<10>()?;
        let millis = u64::try_from(self.now() / 1000).unwrap_or_default();
        Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// A new name for addresses.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the operating system gives no randomness.
    pub fn new_public_id(&self) -> Result<PublicId, StoreError> {
        Ok(PublicId::from_random(random()?))
    }

    /// A new reference such as `R-7K4M-2Q`. The caller tries again when it is taken.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the operating system gives no randomness.
    pub fn new_reference(&self, kind: ReferenceKind) -> Result<String, StoreError> {
        Ok(heyrick_domain::id::reference(kind, random()?))
    }
}

/// Random bytes from the operating system.
///
/// # Errors
/// [`StoreError::Refused`] when there are none.
pub fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Refused("no-randomness"))?;
    Ok(bytes)
}
