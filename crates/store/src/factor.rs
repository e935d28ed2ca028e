//! The second factor: a code from an authenticator (RFC 6238), or a recovery code used once.
//!
//! The secret is sealed under the key file. A code is taken once: the step of the last one is kept and
//! no earlier or equal step is taken again.

use data_encoding::BASE32_NOPAD;
use heyrick_domain::id::UserId;
use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::db::Sql;
use crate::journal::{Action, Actor, Event, ObjectKind};
use crate::{Store, StoreError, Tx, args, random};

/// How many recovery codes are made at once.
const CODES: usize = 10;

/// A secret that was made and waits for its first code.
#[derive(Debug, Clone)]
pub struct NewFactor {
    /// The secret in Base32, to be typed in.
    pub secret: String,
    /// The `otpauth://` address, to be drawn as a picture; it names the account by reference only.
    pub address: String,
}

/// Why a code was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeCheck {
    /// It was right and new.
    Taken,
    /// It was wrong, old, or used before.
    Wrong,
}

/// Makes a new secret for an account, not yet confirmed.
///
/// # Errors
/// [`StoreError::Refused`] when there is no randomness.
pub async fn record_new_factor(
    store: &Store,
    actor: impl Into<Actor>,
    user: UserId,
    label: &str,
) -> Result<NewFactor, StoreError> {
    let secret = random::<20>()?;
    keep_secret(store, actor, user, (&secret, None)).await?;
    Ok(shown(&secret, label))
}

/// The secret that waits for its first code, to be shown again.
///
/// # Errors
/// [`StoreError::Sealed`] when it does not open with this key file.
pub async fn waiting_factor(
    store: &Store,
    user: UserId,
    label: &str,
) -> Result<Option<NewFactor>, StoreError> {
    match secret(store, user).await? {
        Some((secret, None, _)) => Ok(Some(shown(&secret, label))),
        _ => Ok(None),
    }
}

/// Says whether a text is a secret: Base32 of at least 16 bytes; spaces and hyphens do not count.
pub fn is_secret(base32: &str) -> bool {
    decode_secret(base32).is_some()
}

fn decode_secret(base32: &str) -> Option<Vec<u8>> {
    let text = base32.replace([' ', '-'], "").to_uppercase();
    let secret = BASE32_NOPAD.decode(text.trim_end_matches('=').as_bytes());
    secret.ok().filter(|secret| secret.len() >= 16)
}

/// Sets a secret chosen elsewhere, confirmed at once: for world files and the command line.
///
/// # Errors
/// [`StoreError::Refused`] for text that is not Base32 of at least 16 bytes.
pub async fn record_given_factor(
    store: &Store,
    actor: impl Into<Actor>,
    user: UserId,
    base32: &str,
) -> Result<(), StoreError> {
    let secret = decode_secret(base32).ok_or(StoreError::Refused("factor-secret-short"))?;
    keep_secret(store, actor, user, (&secret, Some(store.now()))).await
}

/// Confirms a new secret with its first code and makes recovery codes, which are shown this once.
/// `None` when the code is wrong.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn confirm_factor(
    store: &Store,
    actor: impl Into<Actor>,
    user: UserId,
    code: &str,
) -> Result<Option<Vec<String>>, StoreError> {
    const CONFIRM: Sql = Sql::new("update users set totp_confirmed_at = $2 where id = $1");
    let actor = actor.into();
    let mut tx = store.db.begin().await?;
    if take_code(store, &mut tx, user, code).await? == CodeCheck::Wrong {
        return Ok(None);
    }
    tx.exec(CONFIRM, args![user, store.now()]).await?;
    let event = Event::new(Action::FactorConfirmed).object(ObjectKind::User, user);
    store.journal.record(&mut tx, actor.clone(), event).await?;
    let codes = make_codes(store, &mut tx, actor, user).await?;
    tx.commit().await?;
    Ok(Some(codes))
}

/// Makes new recovery codes; the old ones no longer hold.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_recovery_codes(
    store: &Store,
    actor: impl Into<Actor>,
    user: UserId,
) -> Result<Vec<String>, StoreError> {
    let mut tx = store.db.begin().await?;
    let codes = make_codes(store, &mut tx, actor.into(), user).await?;
    tx.commit().await?;
    Ok(codes)
}

async fn make_codes(
    store: &Store,
    tx: &mut Tx,
    actor: Actor,
    user: UserId,
) -> Result<Vec<String>, StoreError> {
    const FORGET: Sql = Sql::new("delete from recovery_codes where user_id = $1");
    const ADD: Sql = Sql::new("insert into recovery_codes (user_id, code_hash) values ($1, $2)");
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let text = BASE32_NOPAD.encode(&random::<10>()?).to_lowercase();
        codes.push(format!(
            "{}-{}-{}-{}",
            &text[..4],
            &text[4..8],
            &text[8..12],
            &text[12..]
        ));
    }
    tx.exec(FORGET, args![user]).await?;
    for code in &codes {
        tx.exec(ADD, args![user, code_hash(code)]).await?;
    }
    let event = Event::new(Action::RecoveryCodesMade).object(ObjectKind::User, user);
    store.journal.record(tx, actor, event).await?;
    Ok(codes)
}

/// Takes a code from an authenticator, once.
///
/// # Errors
/// [`StoreError::Sealed`] when the secret does not open with this key file.
pub async fn check_code(store: &Store, user: UserId, code: &str) -> Result<CodeCheck, StoreError> {
    let mut tx = store.db.begin().await?;
    let check = take_code(store, &mut tx, user, code).await?;
    tx.commit().await?;
    Ok(check)
}

async fn take_code(
    store: &Store,
    tx: &mut Tx,
    user: UserId,
    code: &str,
) -> Result<CodeCheck, StoreError> {
    const TAKE: Sql = Sql::new(
        "update users set totp_last_step = $2 where id = $1 and (totp_last_step is null or totp_last_step < $2)",
    );
    let Some((secret, ..)) = secret(store, user).await? else {
        return Ok(CodeCheck::Wrong);
    };
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    let seconds = u64::try_from(store.now() / 1_000_000).unwrap_or_default();
    let Some(step) = totp(&secret).check(&code, seconds) else {
        return Ok(CodeCheck::Wrong);
    };
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    let taken = tx.exec(TAKE, args![user, step]).await?;
    Ok(if taken == 1 {
        CodeCheck::Taken
    } else {
        CodeCheck::Wrong
    })
}

/// Uses a recovery code, once.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn use_recovery_code(
    store: &Store,
    user: UserId,
    code: &str,
) -> Result<CodeCheck, StoreError> {
    const USE: Sql = Sql::new(
        "update recovery_codes set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null",
    );
    let mut tx = store.db.begin().await?;
    let values = args![user, code_hash(code), store.now()];
    if tx.exec(USE, values).await? == 0 {
        return Ok(CodeCheck::Wrong);
    }
    let event = Event::new(Action::RecoveryCodeUsed).object(ObjectKind::User, user);
    store.journal.record(&mut tx, Actor::NOBODY, event).await?;
    tx.commit().await?;
    Ok(CodeCheck::Taken)
}

/// How many recovery codes are left.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn recovery_codes_left(store: &Store, user: UserId) -> Result<i64, StoreError> {
    const COUNT: Sql =
        Sql::new("select count(*) from recovery_codes where user_id = $1 and used_at is null");
    let row: Option<(i64,)> = store.db.opt(COUNT, args![user]).await?;
    Ok(row.map_or(0, |row| row.0))
}

/// Takes a second factor away, so that a new one can be set up.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_factor_removed(
    store: &Store,
    actor: impl Into<Actor>,
    user: UserId,
) -> Result<(), StoreError> {
    const REMOVE: Sql = Sql::new(
        "update users set totp_sealed = null, totp_confirmed_at = null, totp_last_step = null where id = $1",
    );
    const FORGET: Sql = Sql::new("delete from recovery_codes where user_id = $1");
    let mut tx = store.db.begin().await?;
    tx.exec(REMOVE, args![user]).await?;
    tx.exec(FORGET, args![user]).await?;
    let event = Event::new(Action::FactorRemoved).object(ObjectKind::User, user);
    store.journal.record(&mut tx, actor, event).await?;
    Ok(tx.commit().await?)
}

/// Keeps a secret; with an instant it holds at once, without it waits for its first code.
async fn keep_secret(
    store: &Store,
    actor: impl Into<Actor>,
    user: UserId,
    (secret, confirmed_at): (&[u8], Option<i64>),
) -> Result<(), StoreError> {
    const SET: Sql = Sql::new(
        "update users set totp_sealed = $2, totp_confirmed_at = $3, totp_last_step = null where id = $1",
    );
    let sealed = store.keys.seal_with_file_key(&bound_to(user), secret)?;
    let did = match confirmed_at {
        Some(_) => Action::FactorConfirmed,
        None => Action::FactorMade,
    };
    let mut tx = store.db.begin().await?;
    tx.exec(SET, args![user, sealed, confirmed_at]).await?;
    let event = Event::new(did).object(ObjectKind::User, user);
    store.journal.record(&mut tx, actor, event).await?;
    Ok(tx.commit().await?)
}

#[derive(sqlx::FromRow)]
struct SecretRow {
    totp_sealed: Option<Vec<u8>>,
    totp_confirmed_at: Option<i64>,
    totp_last_step: Option<i64>,
}

type Stored = (zeroize::Zeroizing<Vec<u8>>, Option<i64>, Option<i64>);

async fn secret(store: &Store, user: UserId) -> Result<Option<Stored>, StoreError> {
    const GET: Sql =
        Sql::new("select totp_sealed, totp_confirmed_at, totp_last_step from users where id = $1");
    let Some(row) = store.db.opt::<SecretRow>(GET, args![user]).await? else {
        return Ok(None);
    };
    let Some(sealed) = row.totp_sealed else {
        return Ok(None);
    };
    let secret = store.keys.open_with_file_key(&bound_to(user), &sealed)?;
    Ok(Some((secret, row.totp_confirmed_at, row.totp_last_step)))
}

fn totp(secret: &[u8]) -> Totp {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(Secret::from(secret.to_vec()))
        .build_noncompliant()
}

fn shown(secret: &[u8], label: &str) -> NewFactor {
    let text = BASE32_NOPAD.encode(secret);
    NewFactor {
        address: format!("otpauth://totp/Heyrick:{label}?secret={text}&issuer=Heyrick"),
        secret: text,
    }
}

fn bound_to(user: UserId) -> String {
    format!("totp {}", user.0)
}

fn code_hash(code: &str) -> Vec<u8> {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase();
    Sha256::digest(plain.as_bytes()).to_vec()
}
