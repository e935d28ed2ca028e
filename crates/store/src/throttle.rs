//! Keeps guessing slow: failures counted in the database, so that every node counts together.
//!
//! Counted per account and per address, under keyed hashes; neither the name nor the address is kept.

use crate::db::Sql;
use crate::{Store, StoreError, args};

/// What failures are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// By account: the username as typed, folded.
    Account,
    /// By network address.
    Address,
    /// Guesses at the secret of a calendar feed, by network address.
    FeedGuess,
    /// Requests for a calendar feed that is there, by its id: a calendar asks a few times an hour.
    Feed,
}

impl Scope {
    const fn code(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Address => "address",
            Self::FeedGuess => "feed_guess",
            Self::Feed => "feed",
        }
    }

    /// Failures within the window after which further tries wait.
    pub const fn failures_max(self) -> i64 {
        match self {
            Self::Account => 10,
            Self::Address => 100,
            Self::FeedGuess => 20,
            Self::Feed => 60,
        }
    }
}

/// How long failures are remembered: 15 minutes in microseconds, from the first.
pub const WINDOW: i64 = 15 * 60 * 1_000_000;
const HASH_DOMAIN: &str = "throttle";

/// Counts a try and says whether it may be made. It is counted before anything is looked at, so that of
/// tries at the same moment no more pass than of tries one after the other; [`take_back`] is for the one
/// that did not fail.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn may_try(store: &Store, scope: Scope, key: &str) -> Result<bool, StoreError> {
    const ADD: Sql = Sql::new(
        "insert into throttles (scope, key_hash, failures, window_at) values ($1, $2, 1, $3)
         on conflict (scope, key_hash) do update set
             failures = case when throttles.window_at > $4 then throttles.failures + 1 else 1 end,
             window_at = case when throttles.window_at > $4 then throttles.window_at else $3 end
         returning failures",
    );
    let now = store.now();
    let values = args![scope.code(), hash(store, key), now, now - WINDOW];
    let mut tx = store.db.begin().await?;
    let tries: Option<(i64,)> = tx.opt(ADD, values).await?;
    tx.commit().await?;
    Ok(tries.is_some_and(|(tries,)| tries <= scope.failures_max()))
}

/// Takes a try back that did not fail.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn take_back(store: &Store, scope: Scope, key: &str) -> Result<(), StoreError> {
    const LESS: Sql = Sql::new(
        "update throttles set failures = failures - 1 where scope = $1 and key_hash = $2 and failures > 0",
    );
    store
        .db
        .exec(LESS, args![scope.code(), hash(store, key)])
        .await?;
    Ok(())
}

/// Forgets an account's failures once it signed in.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn forget(store: &Store, scope: Scope, key: &str) -> Result<(), StoreError> {
    const FORGET: Sql = Sql::new("delete from throttles where scope = $1 and key_hash = $2");
    store
        .db
        .exec(FORGET, args![scope.code(), hash(store, key)])
        .await?;
    Ok(())
}

fn hash(store: &Store, key: &str) -> Vec<u8> {
    store.keys.keyed_hash(HASH_DOMAIN, key.as_bytes()).to_vec()
}
