//! Accounts: who may sign in, and the viewer each request is made by.

use std::collections::BTreeSet;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::BASE32_NOPAD;
use heyrick_domain::id::{AgencyId, PublicId, TeamId, UserId};
use heyrick_domain::user::{Role, Through, Viewer};
use uuid::Uuid;

use crate::db::{DbError, Sql};
use crate::journal::{Action, Actor, Event, ObjectKind};
use crate::{Store, StoreError, args, random};

/// Shortest password taken, in characters. Source: NCSC guidance prefers length to composition.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Longest password taken, in bytes: hashing must not be a way to keep the server busy.
pub const PASSWORD_BYTES_MAX: usize = 512;

/// Memory in KiB, passes and lanes of Argon2id. Source: OWASP password storage cheat sheet, second
/// recommended setting.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id inside.
    pub id: UserId,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// Whose.
    pub agency: AgencyId,
    /// In which team.
    pub team: Option<TeamId>,
    /// What they type to sign in, folded to lower case.
    pub username: String,
    /// What colleagues call them.
    pub display_name: String,
    /// What they do.
    pub role: Role,
    /// The language they prefer.
    pub locale: String,
    /// Whether a second factor is set up.
    pub has_factor: bool,
    /// Whether the password must be changed at the next sign-in.
    pub must_change_password: bool,
    /// Whether the account is closed.
    pub disabled: bool,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What they will type to sign in.
    pub username: String,
    /// What colleagues call them.
    pub display_name: String,
    /// What they do.
    pub role: Role,
    /// Whose.
    pub agency: AgencyId,
    /// In which team; needed for everybody but administrators and auditors.
    pub team: Option<TeamId>,
    /// A password, or `None` for one to be made.
    pub password: Option<String>,
    /// Whether they must change it when they first sign in.
    pub must_change_password: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    agency_id: Uuid,
    team_id: Option<Uuid>,
    username: String,
    display_name: String,
    role: String,
    locale: String,
    totp_confirmed_at: Option<i64>,
    must_change_password: bool,
    disabled_at: Option<i64>,
}

impl Row {
    fn into_user(self) -> Result<User, StoreError> {
        Ok(User {
            id: self.id.into(),
            public_id: PublicId(self.public_id),
            agency: self.agency_id.into(),
            team: self.team_id.map(TeamId),
            username: self.username,
            display_name: self.display_name,
            role: Role::from_code(&self.role).ok_or(StoreError::Corrupt("role"))?,
            locale: self.locale,
            has_factor: self.totp_confirmed_at.is_some(),
            must_change_password: self.must_change_password,
            disabled: self.disabled_at.is_some(),
        })
    }
}

/// A username as it is kept and compared: trimmed, lower case.
pub fn fold_username(username: &str) -> String {
    username.trim().to_lowercase()
}

/// Makes an account. Returns it with its password, for whoever must be told.
///
/// # Errors
/// [`StoreError::Refused`] names what is missing, taken or too short.
pub async fn record_user(
    store: &Store,
    actor: impl Into<Actor>,
    new: NewUser,
) -> Result<(User, String), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into users (id, public_id, agency_id, team_id, username, display_name, role, locale, password_hash,
             must_change_password, version, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'en', $8, $9, 1, $10)",
    );
    let username = fold_username(&new.username);
    check_names(&username, &new)?;
    let password = match new.password {
        Some(password) => password,
        None => made_password()?,
    };
    check_password(&password)?;
    let user = User {
        id: store.new_id()?.into(),
        public_id: store.new_public_id()?,
        agency: new.agency,
        team: new.team,
        username,
        display_name: new.display_name.trim().to_owned(),
        role: new.role,
        locale: "en".into(),
        has_factor: false,
        must_change_password: new.must_change_password,
        disabled: false,
    };
    let hash = hash_password(password.clone()).await?;
    let values = args![
        user.id,
        &user.public_id,
        user.agency,
        user.team,
        &user.username,
        &user.display_name,
        user.role.code(),
        hash,
        user.must_change_password,
        store.now()
    ];
    let mut tx = store.db.begin().await?;
    match tx.exec(INSERT, values).await {
        Ok(_) => {}
        Err(DbError::Taken) => return Err(StoreError::Refused("username-taken")),
        Err(error) => return Err(error.into()),
    }
    let event = Event::new(Action::UserAdded)
        .object(ObjectKind::User, user.id)
        .reason(user.role.code());
    store.journal.record(&mut tx, actor, event).await?;
    tx.commit().await?;
    Ok((user, password))
}

fn check_names(username: &str, new: &NewUser) -> Result<(), StoreError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_@".contains(&byte);
    if username.is_empty() || username.len() > 100 || !username.bytes().all(plain) {
        return Err(StoreError::Refused("username-plain"));
    }
    if new.display_name.trim().is_empty() || new.display_name.len() > 200 {
        return Err(StoreError::Refused("display-name-missing"));
    }
    if !new.role.needs_no_team() && new.team.is_none() {
        return Err(StoreError::Refused("team-missing"));
    }
    Ok(())
}

/// Says whether a password is long enough and not longer than is hashed.
///
/// # Errors
/// [`StoreError::Refused`] with the sentence's key.
pub fn check_password(password: &str) -> Result<(), StoreError> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(StoreError::Refused("password-short"));
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(StoreError::Refused("password-long"));
    }
    Ok(())
}

/// A password nobody will guess, in groups that can be read out.
fn made_password() -> Result<String, StoreError> {
    let text = BASE32_NOPAD.encode(&random::<10>()?).to_lowercase();
    let groups: Vec<&str> = (0..4)
        .map(|group| &text[group * 4..group * 4 + 4])
        .collect();
    Ok(groups.join("-"))
}

fn hasher() -> Result<Argon2<'static>, StoreError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|_| StoreError::Corrupt("password setting"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password away from the threads that answer requests.
pub(crate) async fn hash_password(password: String) -> Result<String, StoreError> {
    let work = move || -> Result<String, StoreError> {
        let hash = hasher()?
            .hash_password(password.as_bytes())
            .map_err(|_| StoreError::Corrupt("password"))?;
        Ok(hash.to_string())
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| StoreError::Corrupt("password"))?
}

/// A hash nobody's password has, so that an unknown name takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Checks a password in the same time whether the account exists or not.
pub(crate) async fn is_password(hash: Option<String>, password: String) -> bool {
    let work = move || {
        let text = hash.as_deref().unwrap_or(NOBODY);
        let Ok(parsed) = PasswordHash::new(text) else {
            return false;
        };
        let Ok(hasher) = hasher() else { return false };
        hasher.verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
    };
    tokio::task::spawn_blocking(work).await.unwrap_or(false)
}

/// Every account, by name. For administrators and the command line; it holds no case.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn users(store: &Store) -> Result<Vec<User>, StoreError> {
    const ALL: Sql = Sql::new(
        "select id, public_id, agency_id, team_id, username, display_name, role, locale, totp_confirmed_at,
             must_change_password, disabled_at from users order by display_name, id",
    );
    let rows: Vec<Row> = store.db.all(ALL, vec![]).await?;
    rows.into_iter().map(Row::into_user).collect()
}

/// The account with this id.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn user(store: &Store, id: UserId) -> Result<Option<User>, StoreError> {
    const ONE: Sql = Sql::new(
        "select id, public_id, agency_id, team_id, username, display_name, role, locale, totp_confirmed_at,
             must_change_password, disabled_at from users where id = $1",
    );
    store
        .db
        .opt::<Row>(ONE, args![id])
        .await?
        .map(Row::into_user)
        .transpose()
}

/// The account with this username, as typed.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn user_by_name(store: &Store, username: &str) -> Result<Option<User>, StoreError> {
    const ONE: Sql = Sql::new(
        "select id, public_id, agency_id, team_id, username, display_name, role, locale, totp_confirmed_at,
             must_change_password, disabled_at from users where username = $1",
    );
    let rows: Option<Row> = store.db.opt(ONE, args![fold_username(username)]).await?;
    rows.map(Row::into_user).transpose()
}

/// The account with this name in addresses.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn user_by_public_id(store: &Store, id: &PublicId) -> Result<Option<User>, StoreError> {
    const ONE: Sql = Sql::new(
        "select id, public_id, agency_id, team_id, username, display_name, role, locale, totp_confirmed_at,
             must_change_password, disabled_at from users where public_id = $1",
    );
    store
        .db
        .opt::<Row>(ONE, args![id])
        .await?
        .map(Row::into_user)
        .transpose()
}

/// Sets a password: the user's own choice, or a reset. Ends every other session of the account.
///
/// # Errors
/// [`StoreError::Refused`] for a password that is too short or too long.
pub async fn record_password(
    store: &Store,
    actor: impl Into<Actor>,
    id: UserId,
    password: &str,
    must_change: bool,
    keep: Option<heyrick_domain::id::SessionId>,
) -> Result<(), StoreError> {
    const SET: Sql = Sql::new(
        "update users set password_hash = $2, must_change_password = $3, version = version + 1 where id = $1",
    );
    const END: Sql = Sql::new(
        "update sessions set ended_at = $2 where user_id = $1 and ended_at is null and id <> $3",
    );
    check_password(password)?;
    let hash = hash_password(password.to_owned()).await?;
    let mut tx = store.db.begin().await?;
    tx.exec(SET, args![id, hash, must_change]).await?;
    tx.exec(
        END,
        args![
            id,
            store.now(),
            keep.map_or(Uuid::nil(), |session| session.0)
        ],
    )
    .await?;
    let event = Event::new(Action::PasswordChanged).object(ObjectKind::User, id);
    store.journal.record(&mut tx, actor, event).await?;
    Ok(tx.commit().await?)
}

/// A password made for somebody who lost theirs; they must change it when they sign in.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_password_reset(
    store: &Store,
    actor: impl Into<Actor>,
    id: UserId,
) -> Result<String, StoreError> {
    let password = made_password()?;
    record_password(store, actor, id, &password, true, None).await?;
    Ok(password)
}

/// Closes an account, ending its sessions and tokens, or opens it again.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_disabled(
    store: &Store,
    actor: impl Into<Actor>,
    id: UserId,
    disabled: bool,
) -> Result<(), StoreError> {
    const SET: Sql =
        Sql::new("update users set disabled_at = $2, version = version + 1 where id = $1");
    const END_SESSIONS: Sql =
        Sql::new("update sessions set ended_at = $2 where user_id = $1 and ended_at is null");
    const END_TOKENS: Sql =
        Sql::new("update tokens set revoked_at = $2 where user_id = $1 and revoked_at is null");
    let now = store.now();
    let mut tx = store.db.begin().await?;
    tx.exec(SET, args![id, disabled.then_some(now)]).await?;
    if disabled {
        tx.exec(END_SESSIONS, args![id, now]).await?;
        tx.exec(END_TOKENS, args![id, now]).await?;
    }
    let action = if disabled {
        Action::UserDisabled
    } else {
        Action::UserEnabled
    };
    store
        .journal
        .record(
            &mut tx,
            actor,
            Event::new(action).object(ObjectKind::User, id),
        )
        .await?;
    Ok(tx.commit().await?)
}

/// Keeps the language somebody prefers.
///
/// # Errors
/// [`StoreError::Refused`] for a language there are no words in.
pub async fn record_locale(store: &Store, viewer: &Viewer, locale: &str) -> Result<(), StoreError> {
    const SET: Sql = Sql::new("update users set locale = $2, version = version + 1 where id = $1");
    if !["en", "cy"].contains(&locale) {
        return Err(StoreError::Refused("locale-unknown"));
    }
    let mut tx = store.db.begin().await?;
    tx.exec(SET, args![viewer.user, locale]).await?;
    let event = Event::new(Action::UserChanged)
        .object(ObjectKind::User, viewer.user)
        .fields(["locale"]);
    store.journal.record(&mut tx, viewer, event).await?;
    Ok(tx.commit().await?)
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    relation: String,
    object_kind: String,
    object: String,
}

/// Whoever of an agency is an inspector today, by rank or acting; those by rank first.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub(crate) async fn inspectors(store: &Store, agency: AgencyId) -> Result<Vec<Viewer>, StoreError> {
    const MAY_BE: Sql = Sql::new(
        "select u.id from users u where u.agency_id = $2 and u.disabled_at is null
             and (u.role = $1 or exists (select 1 from grants g where g.subject = u.id and g.relation = 'acting'))
         order by case when u.role = $1 then 0 else 1 end, u.id",
    );
    let values = args![Role::Inspector.code(), agency];
    let ids: Vec<(Uuid,)> = store.db.all(MAY_BE, values).await?;
    let mut all = Vec::new();
    for (id,) in ids {
        let who = viewer(store, UserId(id), Through::CommandLine, None).await?;
        all.extend(who.filter(|who| who.holds(Role::Inspector)));
    }
    Ok(all)
}

/// The viewer an account is right now: roles with acting rank, teams with cover, records granted by name.
///
/// `None` for a closed account. Grants count from their first instant up to, not including, their last.
///
/// # Errors
/// [`StoreError::Corrupt`] when a stored grant cannot be read; then nobody is let in on it.
pub async fn viewer(
    store: &Store,
    id: UserId,
    through: Through,
    scopes: Option<BTreeSet<String>>,
) -> Result<Option<Viewer>, StoreError> {
    const GRANTS: Sql = Sql::new(
        "select relation, object_kind, object from grants
         where subject = $1 and from_at <= $2 and (until_at is null or until_at > $2) and ended_at is null",
    );
    let Some(user) = user(store, id).await?.filter(|user| !user.disabled) else {
        return Ok(None);
    };
    let mut viewer = Viewer {
        user: user.id,
        public_id: user.public_id,
        display_name: user.display_name,
        agency: user.agency,
        team: user.team,
        role: user.role,
        roles: BTreeSet::from([user.role]),
        teams: user.team.into_iter().collect(),
        granted: BTreeSet::new(),
        through,
        scopes,
    };
    let grants: Vec<GrantRow> = store.db.all(GRANTS, args![id, store.now()]).await?;
    for grant in grants {
        match (grant.relation.as_str(), grant.object_kind.as_str()) {
            ("acting", "role") => {
                viewer
                    .roles
                    .insert(Role::from_code(&grant.object).ok_or(StoreError::Corrupt("grant"))?);
            }
            ("covers", "team") => {
                let team: Uuid = grant
                    .object
                    .parse()
                    .map_err(|_| StoreError::Corrupt("grant"))?;
                viewer.teams.insert(TeamId(team));
            }
            _ => {
                viewer.granted.insert(PublicId(grant.object));
            }
        }
    }
    Ok(Some(viewer))
}
