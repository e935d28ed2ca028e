//! Idempotency keys: a write sent twice under one key is carried out once and answered the same.
//!
//! A request claims its key, runs inside [`Ticket::run`], and leaves its answer with [`finish`]. The
//! first journal event of the write marks the key in the same transaction, so that after a crash
//! nobody has to guess: a marked key was carried out though its answer is lost, an unmarked one was not
//! and may be tried again. Keys are remembered for a day.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use heyrick_domain::id::UserId;

use crate::db::Sql;
use crate::{Store, StoreError, Tx, args};

const SECOND: i64 = 1_000_000;
/// How long a key is remembered, in microseconds: one day.
pub const REMEMBERED: i64 = 24 * 60 * 60 * SECOND;
/// After this long without an answer, in microseconds, an attempt is taken for dead. Longer than any
/// request may last.
const DEAD_AFTER: i64 = 60 * SECOND;
/// The longest key taken, in bytes.
pub const KEY_BYTES_MAX: usize = 255;
const HASH_DOMAIN: &str = "idempotency";

tokio::task_local! {
    static TICKET: Ticket;
}

/// What to do with a request that carries a key.
#[derive(Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody used the key: carry the request out inside [`Ticket::run`], then [`finish`].
    Mine(Ticket),
    /// It was answered before: answer the same.
    Answered(Answer),
    /// Another request with this key is being carried out now: 409, try again shortly.
    Busy,
    /// The key stands for a different request: 422.
    Different,
    /// It was carried out, and a crash took the answer: 409, read the record instead.
    AnswerLost,
}

/// The right to carry out the request behind a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    claim: Uuid,
}

/// An answer to be given again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers that belong to it, such as `location` and `etag`.
    pub head: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    head: Vec<(String, String)>,
    body: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    request_hash: Vec<u8>,
    claim: Uuid,
    claimed_at: i64,
    carried_out_at: Option<i64>,
    status: Option<i64>,
    answer: Option<Vec<u8>>,
}

impl Ticket {
    /// Carries the request out. What it writes is marked as this key's in the same transaction.
    pub async fn run<F: Future>(self, request: F) -> F::Output {
        TICKET.scope(self, request).await
    }
}

/// Claims a key for a request of this user. `request` is everything that makes the request what it
/// is: method, path, body.
///
/// # Errors
/// [`StoreError::Refused`] for an empty key or one longer than [`KEY_BYTES_MAX`].
pub async fn claim(
    store: &Store,
    user: UserId,
    key: &str,
    request: &[u8],
) -> Result<Claim, StoreError> {
    const FORGET: Sql = Sql::new("delete from idempotency_keys where claimed_at < $1");
    const INSERT: Sql = Sql::new(
        "insert into idempotency_keys (user_id, key, request_hash, claim, claimed_at)
         values ($1, $2, $3, $4, $5) on conflict (user_id, key) do nothing",
    );
    if key.is_empty() || key.len() > KEY_BYTES_MAX {
        return Err(StoreError::Refused("idempotency-key"));
    }
    let now = store.now();
    let ticket = Ticket {
        claim: store.new_id()?,
    };
    let hash = store.keys.keyed_hash(HASH_DOMAIN, request);
    let mut tx = store.db.begin().await?;
    tx.exec(FORGET, args![now - REMEMBERED]).await?;
    let new = args![user, key, hash.as_slice(), ticket.claim, now];
    let claim = match tx.exec(INSERT, new).await? {
        0 => claim_again(store, &mut tx, user, key, request, ticket).await?,
        _ => Claim::Mine(ticket),
    };
    tx.commit().await?;
    Ok(claim)
}

async fn claim_again(
    store: &Store,
    tx: &mut Tx,
    user: UserId,
    key: &str,
    request: &[u8],
    ticket: Ticket,
) -> Result<Claim, StoreError> {
    const FIND: Sql = Sql::new(
        "select request_hash, claim, claimed_at, carried_out_at, status, answer
         from idempotency_keys where user_id = $1 and key = $2",
    );
    const TAKE_OVER: Sql = Sql::new(
        "update idempotency_keys set claim = $3, claimed_at = $4
         where claim = $1 and claimed_at = $2 and carried_out_at is null and status is null",
    );
    let Some(row) = tx.opt::<Row>(FIND, args![user, key]).await? else {
        return Ok(Claim::Busy);
    };
    if !store
        .keys
        .is_keyed_hash(HASH_DOMAIN, request, &row.request_hash)
    {
        return Ok(Claim::Different);
    }
    if let (Some(status), Some(sealed)) = (row.status, &row.answer) {
        return Ok(Claim::Answered(open(store, row.claim, status, sealed)?));
    }
    let now = store.now();
    if now - row.claimed_at < DEAD_AFTER {
        return Ok(Claim::Busy);
    }
    if row.carried_out_at.is_some() {
        return Ok(Claim::AnswerLost);
    }
    let taken = args![row.claim, row.claimed_at, ticket.claim, now];
    Ok(match tx.exec(TAKE_OVER, taken).await? {
        0 => Claim::Busy,
        _ => Claim::Mine(ticket),
    })
}

/// Keeps the answer to a request that was carried out, or refused for good, under its key.
///
/// # Errors
/// [`StoreError::Db`] when it cannot be kept.
pub async fn finish(store: &Store, ticket: Ticket, answer: &Answer) -> Result<(), StoreError> {
    const FINISH: Sql =
        Sql::new("update idempotency_keys set status = $2, answer = $3 where claim = $1");
    let sealed = Sealed {
        head: answer.head.clone(),
        body: data_encoding::BASE64.encode(&answer.body),
    };
    let bytes = serde_json::to_vec(&sealed).map_err(|_| StoreError::Corrupt("answer"))?;
    let sealed = store
        .keys
        .seal_with_file_key(&bound_to(ticket.claim), &bytes)?;
    let status = i64::from(answer.status);
    store
        .db
        .exec(FINISH, args![ticket.claim, status, sealed])
        .await?;
    Ok(())
}

/// Gives the key back when the program failed (a 5xx): the same request may be sent again. A write that
/// was carried out keeps its key.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn give_up(store: &Store, ticket: Ticket) -> Result<(), StoreError> {
    const GIVE_UP: Sql =
        Sql::new("delete from idempotency_keys where claim = $1 and carried_out_at is null");
    store.db.exec(GIVE_UP, args![ticket.claim]).await?;
    Ok(())
}

/// Forgets a request that was refused and may be mended and sent again under the same key.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn forget(store: &Store, ticket: Ticket) -> Result<(), StoreError> {
    const FORGET: Sql = Sql::new("delete from idempotency_keys where claim = $1");
    store.db.exec(FORGET, args![ticket.claim]).await?;
    Ok(())
}

/// Forgets what a key stood for, so that it can stand for another request; says whether there was an answer
/// to forget. A request that is being carried out keeps its key.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn forget_answered(store: &Store, user: UserId, key: &str) -> Result<bool, StoreError> {
    const FORGET: Sql = Sql::new(
        "delete from idempotency_keys where user_id = $1 and key = $2 and status is not null",
    );
    Ok(store.db.exec(FORGET, args![user, key]).await? > 0)
}

/// Marks the key of the request being carried out, if it has one, in the transaction of its write.
pub(crate) async fn mark_carried_out(tx: &mut Tx, now: i64) -> Result<(), StoreError> {
    const MARK: Sql = Sql::new(
        "update idempotency_keys set carried_out_at = coalesce(carried_out_at, $2) where claim = $1",
    );
    let Ok(ticket) = TICKET.try_with(|ticket| *ticket) else {
        return Ok(());
    };
    match tx.exec(MARK, args![ticket.claim, now]).await? {
        // Another attempt took the key over: this one must write nothing.
        0 => Err(StoreError::Stale),
        _ => Ok(()),
    }
}

fn open(store: &Store, claim: Uuid, status: i64, sealed: &[u8]) -> Result<Answer, StoreError> {
    let corrupt = || StoreError::Corrupt("answer");
    let bytes = store.keys.open_with_file_key(&bound_to(claim), sealed)?;
    let sealed: Sealed = serde_json::from_slice(&bytes).map_err(|_| corrupt())?;
    Ok(Answer {
        status: u16::try_from(status).map_err(|_| corrupt())?,
        head: sealed.head,
        body: data_encoding::BASE64
            .decode(sealed.body.as_bytes())
            .map_err(|_| corrupt())?,
    })
}

fn bound_to(claim: Uuid) -> String {
    format!("answer {claim}")
}
