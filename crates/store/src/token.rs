//! API tokens: shown once, kept as a hash, with the scopes they may use.

use std::collections::BTreeSet;

use data_encoding::BASE64URL_NOPAD;
use heyrick_domain::id::{PublicId, UserId};
use heyrick_domain::user::{Through, Viewer};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action, Actor, Event, ObjectKind};
use crate::{Store, StoreError, args, random, user};

/// What a token may be allowed to do.
pub const SCOPES: [&str; 8] = [
    "persons:read",
    "persons:write",
    "consents:read",
    "consents:write",
    "referrals:read",
    "referrals:write",
    "tasks:read",
    "tasks:write",
];

/// Every token begins with this, so that scanners of leaked secrets know it.
const PREFIX: &str = "heyrick_";

/// One line of a list of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenLine {
    /// Its name in addresses.
    pub public_id: PublicId,
    /// Whose.
    pub user: UserId,
    /// What it is for, in its owner's words.
    pub label: String,
    /// What it may do.
    pub scopes: BTreeSet<String>,
    /// When it was made: microseconds since 1970, UTC.
    pub created_at: i64,
    /// When it was last used, to the minute.
    pub last_used_at: Option<i64>,
    /// Whether it no longer holds.
    pub revoked: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    user_id: Uuid,
    label: String,
    scopes: String,
    created_at: i64,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
}

/// Makes a token and returns it, this once.
///
/// # Errors
/// [`StoreError::Refused`] without a label or scope, or for a scope that does not exist.
pub async fn record_token(
    store: &Store,
    actor: impl Into<Actor>,
    user: UserId,
    label: &str,
    scopes: &[String],
) -> Result<String, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into tokens (id, public_id, token_hash, user_id, label, scopes, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    );
    let label = label.trim();
    if label.is_empty() || label.len() > 200 {
        return Err(StoreError::Refused("token-label"));
    }
    if scopes.is_empty() || scopes.iter().any(|scope| !SCOPES.contains(&scope.as_str())) {
        return Err(StoreError::Refused("token-scope"));
    }
    let token = format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&random::<32>()?));
    let values = args![
        store.new_id()?,
        store.new_public_id()?,
        hash(&token),
        user,
        label,
        crate::db::json_list(scopes),
        store.now()
    ];
    let mut tx = store.db.begin().await?;
    tx.exec(INSERT, values).await?;
    let event = Event::new(Action::TokenAdded)
        .object(ObjectKind::User, user)
        .fields(scopes);
    store.journal.record(&mut tx, actor, event).await?;
    tx.commit().await?;
    Ok(token)
}

/// How rarely the time of last use is written: once a minute, in microseconds.
const USED_EVERY: i64 = 60 * 1_000_000;

/// The viewer a token speaks for; `None` when it does not hold.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn viewer_of(store: &Store, token: &str) -> Result<Option<Viewer>, StoreError> {
    const FIND: Sql = Sql::new(
        "select id, public_id, user_id, label, scopes, created_at, last_used_at, revoked_at from tokens
         where token_hash = $1 and revoked_at is null and (expires_at is null or expires_at > $2)",
    );
    const USED: Sql = Sql::new("update tokens set last_used_at = $2 where id = $1");
    let now = store.now();
    let Some(row) = store.db.opt::<Row>(FIND, args![hash(token), now]).await? else {
        return Ok(None);
    };
    if row.last_used_at.is_none_or(|used| now - used > USED_EVERY) {
        store.db.exec(USED, args![row.id, now]).await?;
    }
    let scopes = serde_json::from_str(&row.scopes).map_err(|_| StoreError::Corrupt("token"))?;
    user::viewer(
        store,
        row.user_id.into(),
        Through::Token(row.id),
        Some(scopes),
    )
    .await
}

/// Tokens of one account, or of all; newest first.
///
/// # Errors
/// [`StoreError::Corrupt`] when one cannot be read.
pub async fn tokens(store: &Store, user: Option<UserId>) -> Result<Vec<TokenLine>, StoreError> {
    const LIST: Sql = Sql::new(
        "select id, public_id, user_id, label, scopes, created_at, last_used_at, revoked_at from tokens
         order by created_at desc, id",
    );
    let rows: Vec<Row> = store.db.all(LIST, vec![]).await?;
    rows.into_iter()
        .filter(|row| user.is_none_or(|user| user.0 == row.user_id))
        .map(|row| {
            Ok(TokenLine {
                public_id: PublicId(row.public_id),
                user: row.user_id.into(),
                label: row.label,
                scopes: serde_json::from_str(&row.scopes)
                    .map_err(|_| StoreError::Corrupt("token"))?,
                created_at: row.created_at,
                last_used_at: row.last_used_at,
                revoked: row.revoked_at.is_some(),
            })
        })
        .collect()
}

/// Revokes a token; `owner` restricts it to one account's. Says whether there was one.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_revoked(
    store: &Store,
    actor: impl Into<Actor>,
    owner: Option<UserId>,
    id: &PublicId,
) -> Result<bool, StoreError> {
    const REVOKE: Sql =
        Sql::new("update tokens set revoked_at = $2 where public_id = $1 and revoked_at is null");
    let mine = tokens(store, owner)
        .await?
        .into_iter()
        .find(|token| token.public_id == *id && !token.revoked);
    let Some(token) = mine else { return Ok(false) };
    let mut tx = store.db.begin().await?;
    tx.exec(REVOKE, args![id, store.now()]).await?;
    let event = Event::new(Action::TokenRevoked).object(ObjectKind::User, token.user);
    store.journal.record(&mut tx, actor, event).await?;
    tx.commit().await?;
    Ok(true)
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
