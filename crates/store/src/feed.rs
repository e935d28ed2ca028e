//! A calendar feed of one's own tasks and of the clocks of one's own referrals: an address with a secret, shown once, kept as a hash, revoked at will.

use data_encoding::BASE64URL_NOPAD;
use heyrick_domain::id::UserId;
use heyrick_domain::london;
use heyrick_domain::task::escalation::Delays;
use heyrick_domain::user::{Through, Viewer};
use heyrick_policy::{Action as See, Columns, Kind};
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action, Event, ObjectKind};
use crate::throttle::{self, Scope};
use crate::{Store, StoreError, args, random, task, user};

/// How rarely the time of last use is written: once a minute, in microseconds.
const USED_EVERY: i64 = 60 * 1_000_000;
/// Most clocks of a feed: the nearest.
const CLOCKS_MAX: i64 = 500;
const HASH_DOMAIN: &str = "feed";

/// A feed somebody made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feed {
    /// When it was made: microseconds since 1970, UTC.
    pub created_at: i64,
    /// When a calendar last asked for it, to the minute.
    pub last_used_at: Option<i64>,
}

/// What an entry of a feed is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A task that is due.
    Task,
    /// A day a clock leads to.
    Clock,
}

/// Something in a feed: when, and a name for it that stays the same and says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub what: What,
    /// A keyed hash of the task's id, or of the passage's and the kind of clock.
    pub uid: String,
    /// When it is due: microseconds since 1970, UTC; a day: its last second in Europe/London.
    pub due_at: i64,
    /// The version, which tells a calendar that something moved.
    pub version: i64,
}

/// What a calendar that asks gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The owner's language, and what is due.
    Entries(String, Vec<Entry>),
    /// It asks too often.
    Wait,
    /// There is no such feed.
    Absent,
}

/// The viewer's feed, if there is one.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn feed(store: &Store, id: UserId) -> Result<Option<Feed>, StoreError> {
    const GET: Sql = Sql::new(
        "select created_at, last_used_at from feeds where user_id = $1 and revoked_at is null
         order by created_at desc limit 1",
    );
    let row: Option<(i64, Option<i64>)> = store.db.opt(GET, args![id]).await?;
    Ok(row.map(|(created_at, last_used_at)| Feed {
        created_at,
        last_used_at,
    }))
}

/// Makes a feed for the viewer and returns its secret, this once. The one before ends.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_feed(store: &Store, viewer: &Viewer) -> Result<String, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into feeds (id, user_id, secret_hash, created_at) values ($1, $2, $3, $4)",
    );
    let secret = BASE64URL_NOPAD.encode(&random::<32>()?);
    let mut tx = store.db.begin().await?;
    tx.exec(REVOKE, args![viewer.user, store.now()]).await?;
    let values = args![store.new_id()?, viewer.user, hash(&secret), store.now()];
    tx.exec(INSERT, values).await?;
    let event = Event::new(Action::FeedMade).object(ObjectKind::User, viewer.user);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(secret)
}

const REVOKE: Sql =
    Sql::new("update feeds set revoked_at = $2 where user_id = $1 and revoked_at is null");

/// Ends the viewer's feed. Says whether there was one.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_revoked(store: &Store, viewer: &Viewer) -> Result<bool, StoreError> {
    let mut tx = store.db.begin().await?;
    if tx.exec(REVOKE, args![viewer.user, store.now()]).await? == 0 {
        return Ok(false);
    }
    let event = Event::new(Action::FeedRevoked).object(ObjectKind::User, viewer.user);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    last_used_at: Option<i64>,
}

/// What is due for the owner of the feed with this secret. The look is in the journal, with the records,
/// before anything is answered; `address` is the network address that asks, so that guessing is slow.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn entries(
    store: &Store,
    secret: &str,
    address: &str,
    delays: Delays,
) -> Result<Asked, StoreError> {
    const FIND: Sql = Sql::new(
        "select id, user_id, last_used_at from feeds where secret_hash = $1 and revoked_at is null",
    );
    const USED: Sql = Sql::new("update feeds set last_used_at = $2 where id = $1");
    let found: Option<Row> = store.db.opt(FIND, args![hash(secret)]).await?;
    let viewer = match &found {
        Some(row) => user::viewer(store, row.user_id.into(), Through::Token(row.id), None).await?,
        None => None,
    };
    let (Some(row), Some(viewer)) = (found, viewer) else {
        return guessed(store, address).await;
    };
    let key = row.id.to_string();
    if !throttle::may_try(store, Scope::Feed, &key).await? {
        return Ok(Asked::Wait);
    }
    let now = store.now();
    if row.last_used_at.is_none_or(|used| now - used > USED_EVERY) {
        store.db.exec(USED, args![row.id, now]).await?;
    }
    let due = task::due_for(store, &viewer, delays).await?;
    let mut entries: Vec<Entry> = due
        .into_iter()
        .map(|(id, due_at, version)| Entry {
            what: What::Task,
            uid: uid(store, id.as_bytes()),
            due_at,
            version,
        })
        .collect();
    entries.extend(clocks_for(store, &viewer).await?);
    let account = user::user(store, viewer.user).await?;
    let locale = account.map_or_else(String::new, |account| account.locale);
    Ok(Asked::Entries(locale, entries))
}

/// A name that stays the same and says nothing.
fn uid(store: &Store, of: &[u8]) -> String {
    let hash = store.keys.keyed_hash(HASH_DOMAIN, of);
    data_encoding::HEXLOWER.encode(&hash[..16])
}

#[derive(sqlx::FromRow)]
struct Running {
    episode: Uuid,
    person: Uuid,
    kind: String,
    leads_to: String,
    computed_at: i64,
}

/// The clocks that run, or whose last day is known and still to come, in passages of referrals the viewer began or works on, of people in sight, the
/// nearest first. The look is in the journal.
async fn clocks_for(store: &Store, viewer: &Viewer) -> Result<Vec<Entry>, StoreError> {
    const OWN: Sql = Sql::new(
        "select c.episode_id as episode, p.id as person, c.kind, c.leads_to, c.computed_at
         from clocks c join episodes e on e.id = c.episode_id join persons p on p.id = e.person_id
         where c.superseded_at is null and (c.settled_on is null or c.settled_on > $3)
             and e.id in (select r.episode_id from referrals r where r.author_id = $1 or r.allocated_to = $1)
             and {filter}
         order by c.leads_to, c.id limit $2",
    );
    let filter = store.filter(viewer, See::See, Kind::Person, Columns::PERSONS, 4)?;
    let rows: Vec<Running> = store
        .db
        .all_filtered(OWN, args![viewer.user, CLOCKS_MAX, store.today()], filter)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let look = Event::new(Action::FeedViewed).shown(rows.iter().map(|row| row.person));
    store.journal.look(viewer, look).await?;
    rows.into_iter().map(|row| row.entry(store)).collect()
}

impl Running {
    fn entry(self, store: &Store) -> Result<Entry, StoreError> {
        let day: Date = self
            .leads_to
            .parse()
            .map_err(|_| StoreError::Corrupt("clock"))?;
        Ok(Entry {
            what: What::Clock,
            uid: uid(
                store,
                &[self.episode.as_bytes(), self.kind.as_bytes()].concat(),
            ),
            due_at: london::ends(day).as_microsecond(),
            version: self.computed_at / 1_000_000,
        })
    }
}

/// Counts a guess. Guesses from one address do not keep a calendar behind the same address from its feed.
async fn guessed(store: &Store, address: &str) -> Result<Asked, StoreError> {
    let may = throttle::may_try(store, Scope::FeedGuess, address).await?;
    Ok(if may { Asked::Absent } else { Asked::Wait })
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
