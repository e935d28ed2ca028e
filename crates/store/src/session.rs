//! Sessions: a random cookie, of which only the hash is kept; idle and absolute ends; listed and ended.

use data_encoding::BASE64URL_NOPAD;
use heyrick_domain::id::{SessionId, UserId};
use heyrick_domain::user::{Through, Viewer};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action, Actor, Event, ObjectKind};
use crate::throttle::{self, Scope};
use crate::user::{self, is_password};
use crate::{Store, StoreError, args, random};

/// How long sessions last, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    /// From the last request.
    pub idle: i64,
    /// From sign-in, whatever happens.
    pub absolute: i64,
}

/// A session as a request finds it.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// Whether the second factor was given, or none is needed.
    pub complete: bool,
    csrf_secret: Vec<u8>,
}

/// One line of somebody's list of sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    /// Its id.
    pub id: SessionId,
    /// The browser and system in words.
    pub device: String,
    /// When it began: microseconds since 1970, UTC.
    pub created_at: i64,
    /// When it was last used.
    pub last_seen_at: i64,
}

/// What came of a name and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// Right. The cookie's value, and whether a second factor is set up.
    Begun {
        /// What the cookie is to hold.
        cookie: String,
        /// Whose it is.
        user: UserId,
        /// Whether a code is to be asked for.
        has_factor: bool,
    },
    /// Wrong name or password; the answer is the same for both.
    Wrong,
    /// Too many failures; wait.
    Wait,
}

#[derive(sqlx::FromRow)]
struct Credentials {
    id: Uuid,
    password_hash: String,
    totp_confirmed_at: Option<i64>,
    disabled_at: Option<i64>,
}

/// Checks a name and a password and begins a session that still lacks its second factor.
///
/// `address` is counted against guessing and never kept; `device` is words such as "Firefox on Linux".
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn sign_in(
    store: &Store,
    username: &str,
    password: &str,
    address: &str,
    device: &str,
) -> Result<SignIn, StoreError> {
    const FIND: Sql = Sql::new(
        "select id, password_hash, totp_confirmed_at, disabled_at from users where username = $1",
    );
    let username = user::fold_username(username);
    let found: Option<Credentials> = store.db.opt(FIND, args![&username]).await?;
    let may = may_try(store, &username, address).await?;
    // The hash is computed whatever is known, so that the time says nothing.
    let hash = found.as_ref().map(|found| found.password_hash.clone());
    let shortened: String = password.chars().take(user::PASSWORD_BYTES_MAX).collect();
    let right = is_password(hash, shortened).await;
    if !may {
        return Ok(SignIn::Wait);
    }
    match found.filter(|found| right && found.disabled_at.is_none()) {
        Some(found) => {
            take_back(store, &username, address).await?;
            let cookie = begin(store, found.id.into(), device).await?;
            Ok(SignIn::Begun {
                cookie,
                user: found.id.into(),
                has_factor: found.totp_confirmed_at.is_some(),
            })
        }
        None => {
            let event = Event::new(Action::SignInFailed);
            let mut tx = store.db.begin().await?;
            store.journal.record(&mut tx, Actor::NOBODY, event).await?;
            tx.commit().await?;
            Ok(SignIn::Wrong)
        }
    }
}

/// Counts a try by account and by address; both must have one left. Where one must wait, nothing is counted
/// against the other: an address that guessed too often locks no account.
async fn may_try(store: &Store, account: &str, address: &str) -> Result<bool, StoreError> {
    if !throttle::may_try(store, Scope::Account, account).await? {
        return Ok(false);
    }
    let may = throttle::may_try(store, Scope::Address, address).await?;
    if !may {
        throttle::take_back(store, Scope::Account, account).await?;
    }
    Ok(may)
}

async fn take_back(store: &Store, account: &str, address: &str) -> Result<(), StoreError> {
    throttle::take_back(store, Scope::Account, account).await?;
    throttle::take_back(store, Scope::Address, address).await
}

/// Says whether this is the account's own password.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn is_own_password(
    store: &Store,
    user: UserId,
    password: String,
) -> Result<bool, StoreError> {
    const HASH: Sql = Sql::new("select password_hash from users where id = $1");
    let row: Option<(String,)> = store.db.opt(HASH, args![user]).await?;
    Ok(is_password(row.map(|row| row.0), password).await)
}

/// Counts a try at a code, or at the own password of somebody signed in, and says whether it may be made.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn may_try_code(store: &Store, user: UserId, address: &str) -> Result<bool, StoreError> {
    may_try(store, &user.0.to_string(), address).await
}

/// Takes a try at a code back that was right.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn code_was_right(store: &Store, user: UserId, address: &str) -> Result<(), StoreError> {
    take_back(store, &user.0.to_string(), address).await
}

/// Writes a wrong code into the journal, like a wrong password.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_wrong_code(store: &Store, user: UserId) -> Result<(), StoreError> {
    let mut tx = store.db.begin().await?;
    let event = Event::new(Action::SignInFailed).object(ObjectKind::User, user);
    store.journal.record(&mut tx, Actor::NOBODY, event).await?;
    Ok(tx.commit().await?)
}

async fn begin(store: &Store, user: UserId, device: &str) -> Result<String, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into sessions (id, token_hash, csrf_secret, user_id, created_at, last_seen_at, device)
         values ($1, $2, $3, $4, $5, $5, $6)",
    );
    let cookie = BASE64URL_NOPAD.encode(&random::<32>()?);
    let device: String = device.chars().take(80).collect();
    let values = args![
        store.new_id()?,
        token_hash(&cookie),
        random::<32>()?.as_slice(),
        user,
        store.now(),
        device
    ];
    store.db.exec(INSERT, values).await?;
    Ok(cookie)
}

/// Completes a session: the second factor was given, or none is needed. The cookie is exchanged for a
/// new one, so that one seen before does not hold.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn complete(
    store: &Store,
    session: &Session,
    username: Option<&str>,
) -> Result<String, StoreError> {
    const COMPLETE: Sql = Sql::new(
        "update sessions set token_hash = $2, second_factor_at = $3, last_seen_at = $3 where id = $1 and ended_at is null",
    );
    let cookie = BASE64URL_NOPAD.encode(&random::<32>()?);
    let mut tx = store.db.begin().await?;
    tx.exec(
        COMPLETE,
        args![session.id, token_hash(&cookie), store.now()],
    )
    .await?;
    let event = Event::new(Action::SignedIn).object(ObjectKind::User, session.user);
    let actor = Actor::signing_in(session.user, session.id);
    store.journal.record(&mut tx, actor, event).await?;
    tx.commit().await?;
    throttle::forget(store, Scope::Account, &session.user.0.to_string()).await?;
    if let Some(username) = username {
        throttle::forget(store, Scope::Account, &user::fold_username(username)).await?;
    }
    Ok(cookie)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    csrf_secret: Vec<u8>,
    user_id: Uuid,
    created_at: i64,
    last_seen_at: i64,
    second_factor_at: Option<i64>,
}

/// How rarely the time of last use is written: every ten seconds, in microseconds.
const SEEN_EVERY: i64 = 10 * 1_000_000;

/// The session behind a cookie, if it has not ended.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn session(
    store: &Store,
    cookie: &str,
    lengths: Lengths,
) -> Result<Option<Session>, StoreError> {
    const FIND: Sql = Sql::new(
        "select id, csrf_secret, user_id, created_at, last_seen_at, second_factor_at from sessions
         where token_hash = $1 and ended_at is null and last_seen_at > $2 and created_at > $3",
    );
    const SEEN: Sql = Sql::new("update sessions set last_seen_at = $2 where id = $1");
    let now = store.now();
    let found: Option<Row> = store
        .db
        .opt(
            FIND,
            args![
                token_hash(cookie),
                now - lengths.idle,
                now - lengths.absolute
            ],
        )
        .await?;
    let Some(row) = found.filter(|row| row.created_at <= now + SEEN_EVERY) else {
        return Ok(None);
    };
    if now - row.last_seen_at > SEEN_EVERY {
        store.db.exec(SEEN, args![row.id, now]).await?;
    }
    Ok(Some(Session {
        id: row.id.into(),
        user: row.user_id.into(),
        complete: row.second_factor_at.is_some(),
        csrf_secret: row.csrf_secret,
    }))
}

impl Session {
    /// The token every form of this session carries.
    pub fn csrf(&self) -> String {
        BASE64URL_NOPAD.encode(&Sha256::digest(&self.csrf_secret))
    }

    /// Says, in constant time, whether a form's token is this session's.
    pub fn is_csrf(&self, token: &str) -> bool {
        self.csrf().as_bytes().ct_eq(token.as_bytes()).into()
    }

    /// Whoever signed in, as they are now; `None` for a closed account.
    ///
    /// # Errors
    /// [`StoreError::Db`] when the database fails.
    pub async fn viewer(&self, store: &Store) -> Result<Option<Viewer>, StoreError> {
        user::viewer(store, self.user, Through::Session(self.id), None).await
    }
}

/// Somebody's sessions that have not ended, newest first.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn sessions(
    store: &Store,
    user: UserId,
    lengths: Lengths,
) -> Result<Vec<SessionLine>, StoreError> {
    const LIST: Sql = Sql::new(
        "select id, device, created_at, last_seen_at from sessions
         where user_id = $1 and ended_at is null and second_factor_at is not null
             and last_seen_at > $2 and created_at > $3 order by last_seen_at desc, id",
    );
    let now = store.now();
    let rows: Vec<(Uuid, String, i64, i64)> = store
        .db
        .all(
            LIST,
            args![user, now - lengths.idle, now - lengths.absolute],
        )
        .await?;
    let line = |(id, device, created_at, last_seen_at): (Uuid, String, i64, i64)| SessionLine {
        id: id.into(),
        device,
        created_at,
        last_seen_at,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Ends one of the viewer's own sessions. One that is not theirs reads as absent: nothing happens.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_ended(store: &Store, viewer: &Viewer, id: SessionId) -> Result<(), StoreError> {
    const END: Sql = Sql::new(
        "update sessions set ended_at = $3 where id = $1 and user_id = $2 and ended_at is null",
    );
    let mut tx = store.db.begin().await?;
    if tx.exec(END, args![id, viewer.user, store.now()]).await? == 1 {
        let own = viewer.through == Through::Session(id);
        let action = if own {
            Action::SignedOut
        } else {
            Action::SessionRevoked
        };
        store
            .journal
            .record(
                &mut tx,
                viewer,
                Event::new(action).object(ObjectKind::User, viewer.user),
            )
            .await?;
    }
    Ok(tx.commit().await?)
}

/// Whose forms carry this token: the account of a session of the last two days, ended or not. A form says
/// by itself under which account it was typed, whoever is signed in by now.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn owner_of_form(store: &Store, token: &str) -> Result<Option<UserId>, StoreError> {
    const RECENT: Sql = Sql::new(
        "select user_id, csrf_secret from sessions where created_at > $1 and second_factor_at is not null",
    );
    let since = store.now() - 2 * 24 * 3_600 * 1_000_000;
    let rows: Vec<(Uuid, Vec<u8>)> = store.db.all(RECENT, args![since]).await?;
    let of = |secret: &[u8]| BASE64URL_NOPAD.encode(&Sha256::digest(secret));
    let owner = rows
        .into_iter()
        .find(|(_, secret)| of(secret).as_bytes().ct_eq(token.as_bytes()).into());
    Ok(owner.map(|(user, _)| user.into()))
}

/// Ends every session of an account.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_all_ended(
    store: &Store,
    actor: impl Into<Actor>,
    user: UserId,
) -> Result<(), StoreError> {
    const END: Sql =
        Sql::new("update sessions set ended_at = $2 where user_id = $1 and ended_at is null");
    let mut tx = store.db.begin().await?;
    tx.exec(END, args![user, store.now()]).await?;
    store
        .journal
        .record(
            &mut tx,
            actor,
            Event::new(Action::SessionRevoked).object(ObjectKind::User, user),
        )
        .await?;
    Ok(tx.commit().await?)
}

fn token_hash(cookie: &str) -> Vec<u8> {
    Sha256::digest(cookie.as_bytes()).to_vec()
}
