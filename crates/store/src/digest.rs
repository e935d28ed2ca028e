//! The daily e-mail as the store keeps it: who wants one, a row for each person and day that is written before
//! anything is sent, and how each went. Addresses are not in the journal.

use heyrick_domain::digest::{address, made_from, wait_after};
use heyrick_domain::id::UserId;
use heyrick_domain::london;
use heyrick_domain::task::escalation::Delays;
use heyrick_domain::user::{Through, Viewer};
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action, Actor, Event, ObjectKind};
use crate::lease::Lease;
use crate::{Store, StoreError, args, task, user};

/// Most e-mails taken up in one round.
const BATCH: i64 = 100;

/// What somebody chose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preference {
    /// Their address, if they gave one.
    pub email: Option<String>,
    /// Whether they want the daily e-mail.
    pub wanted: bool,
}

/// What somebody chose; off until they say otherwise.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn preference(store: &Store, id: UserId) -> Result<Preference, StoreError> {
    const GET: Sql = Sql::new("select email, digest_since from users where id = $1");
    let row: Option<(Option<String>, Option<i64>)> = store.db.opt(GET, args![id]).await?;
    Ok(
        row.map_or_else(Preference::default, |(email, since)| Preference {
            email,
            wanted: since.is_some(),
        }),
    )
}

/// Keeps what the viewer chose for themselves.
///
/// # Errors
/// [`StoreError::Refused`] with `digest-error-missing` or `digest-error-wrong`. Without the e-mail no
/// address is needed; what is typed has to be one all the same.
pub async fn record_preference(
    store: &Store,
    viewer: &Viewer,
    email: &str,
    wanted: bool,
) -> Result<(), StoreError> {
    const SET: Sql = Sql::new(
        "update users set email = $2, digest_since = case when $3 then coalesce(digest_since, $4) end,
             version = version + 1 where id = $1",
    );
    let email = match email.trim().is_empty() && !wanted {
        true => None,
        false => Some(address(email).map_err(|wrong| StoreError::Refused(wrong.code()))?),
    };
    let mut tx = store.db.begin().await?;
    let values = args![viewer.user, email, wanted, store.now()];
    tx.exec(SET, values).await?;
    let event = Event::new(Action::UserChanged)
        .object(ObjectKind::User, viewer.user)
        .reason(if wanted { "digest_on" } else { "digest_off" })
        .fields(["email", "digest"]);
    store.journal.record(&mut tx, viewer, event).await?;
    Ok(tx.commit().await?)
}

/// Writes today's rows, each once among all nodes, from seven o'clock on; returns how many. Whether today is
/// a working day is for the caller to say.
///
/// # Errors
/// [`StoreError::Stale`] when another process took the lease.
pub async fn record_queued(
    store: &Store,
    lease: &Lease,
    delays: Delays,
) -> Result<usize, StoreError> {
    const WANTING: Sql = Sql::new(
        "select u.id from users u
         where u.digest_since is not null and u.email is not null and u.disabled_at is null
           and not exists (select 1 from digests d where d.user_id = u.id and d.day = $1)
         order by u.id limit $2",
    );
    let (today, now) = (store.today(), store.now());
    if now < made_from(today).as_microsecond() {
        return Ok(0);
    }
    let mut written = 0;
    loop {
        let wanting: Vec<(Uuid,)> = store.db.all(WANTING, args![today, BATCH]).await?;
        if wanting.is_empty() {
            return Ok(written);
        }
        for (id,) in wanting {
            queue(store, lease, id.into(), delays).await?;
            written += 1;
        }
    }
}

async fn queue(store: &Store, lease: &Lease, id: UserId, delays: Delays) -> Result<(), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into digests (id, user_id, day, waiting, queued_at, tries, next_try_at, settled, settled_at)
         values ($1, $2, $3, $4, $5, 0, $5, $6, $7) on conflict (user_id, day) do nothing",
    );
    let (today, now) = (store.today(), store.now());
    let waiting = match user::viewer(store, id, Through::Program, None).await? {
        Some(viewer) => {
            let until = london::ends(today).as_microsecond() + 1;
            task::waiting_for(store, &viewer, until, delays).await?
        }
        None => 0,
    };
    let waiting = i64::try_from(waiting).unwrap_or(i64::MAX);
    let nothing = (waiting == 0).then_some("nothing");
    let mut tx = store.db.begin().await?;
    lease.fence(&mut tx, now).await?;
    let settled_at = nothing.map(|_| now);
    let values = args![
        store.new_id()?,
        id,
        today,
        waiting,
        now,
        nothing,
        settled_at
    ];
    tx.exec(INSERT, values).await?;
    Ok(tx.commit().await?)
}

/// An e-mail to be tried now.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Due {
    /// The row's id; also of the message, so that a mail server sees a second copy as one.
    pub id: Uuid,
    /// To whom.
    pub email: String,
    /// In which language.
    pub locale: String,
    /// How many things wait.
    pub waiting: i64,
    user_id: Uuid,
    tries: i64,
}

/// Takes up the e-mails that are due to be tried: each counts as tried from now on, before anything is sent, and
/// is due again after its wait. A row of an earlier day, or of somebody who wants none any more, is settled.
///
/// # Errors
/// [`StoreError::Stale`] when another process took the lease.
pub async fn take_due(store: &Store, lease: &Lease) -> Result<Vec<Due>, StoreError> {
    const OVER: Sql = Sql::new(
        "update digests set settled = 'given_up', settled_at = $2 where settled is null and day < $1",
    );
    const OFF: Sql = Sql::new(
        "update digests set settled = 'off', settled_at = $1
         where settled is null and user_id in (
             select id from users where digest_since is null or email is null or disabled_at is not null)",
    );
    const DUE: Sql = Sql::new(
        "select d.id, u.email, u.locale, d.waiting, d.user_id, d.tries
         from digests d join users u on u.id = d.user_id
         where d.settled is null and d.next_try_at <= $1 order by d.next_try_at, d.id limit $2",
    );
    const TRY: Sql =
        Sql::new("update digests set tries = tries + 1, next_try_at = $2 where id = $1");
    let now = store.now();
    let mut tx = store.db.begin().await?;
    lease.fence(&mut tx, now).await?;
    tx.exec(OVER, args![store.today(), now]).await?;
    tx.exec(OFF, args![now]).await?;
    let due: Vec<Due> = tx.all(DUE, args![now, BATCH]).await?;
    for one in &due {
        let tries = u32::try_from(one.tries + 1).unwrap_or(u32::MAX);
        let wait = wait_after(tries).map_or(0, |wait| wait.as_micros());
        let again = now.saturating_add(i64::try_from(wait).unwrap_or(i64::MAX));
        tx.exec(TRY, args![one.id, again]).await?;
    }
    tx.commit().await?;
    Ok(due)
}

/// Keeps that an e-mail was taken by the mail server.
///
/// # Errors
/// [`StoreError::Stale`] when another process took the lease.
pub async fn record_sent(store: &Store, lease: &Lease, due: &Due) -> Result<(), StoreError> {
    const SENT: Sql = Sql::new(
        "update digests set settled = 'sent', settled_at = $2, error = null where id = $1 and settled is null",
    );
    let now = store.now();
    let mut tx = store.db.begin().await?;
    lease.fence(&mut tx, now).await?;
    tx.exec(SENT, args![due.id, now]).await?;
    let event = Event::new(Action::DigestSent).object(ObjectKind::User, due.user_id);
    store.journal.record(&mut tx, Actor::PROGRAM, event).await?;
    Ok(tx.commit().await?)
}

/// Keeps that a try failed, with a code; the last one gives the day's e-mail up. `for_good` when the mail
/// server said that trying again is useless.
///
/// # Errors
/// [`StoreError::Stale`] when another process took the lease.
pub async fn record_failed(
    store: &Store,
    lease: &Lease,
    due: &Due,
    code: &'static str,
    for_good: bool,
) -> Result<(), StoreError> {
    const FAILED: Sql = Sql::new(
        "update digests set error = $2, settled = $3, settled_at = $4 where id = $1 and settled is null",
    );
    let tries = u32::try_from(due.tries + 1).unwrap_or(u32::MAX);
    let over = for_good || wait_after(tries).is_none();
    let now = store.now();
    let mut tx = store.db.begin().await?;
    lease.fence(&mut tx, now).await?;
    let values = args![
        due.id,
        code,
        over.then_some("given_up"),
        over.then_some(now)
    ];
    tx.exec(FAILED, values).await?;
    Ok(tx.commit().await?)
}
