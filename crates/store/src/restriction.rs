//! Restricting, sealing and opening a record: decisions with a who, a why and a day to look again.

use heyrick_domain::id::{PersonId, PublicId, ReferralId, UserId};
use heyrick_domain::london;
use heyrick_domain::restriction::{Level, Restriction, RestrictionError, decide};
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Kind};
use jiff::civil::Date;
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action as Did, Event};
use crate::sight::{self, Record};
use crate::task::{self, About, NewTask};
use crate::user::{User, user, user_by_public_id};
use crate::{Store, StoreError, Tx, args, grant};

/// A decision somebody took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Who of the team sees the record from then on.
    pub level: Level,
    /// Why.
    pub reason: String,
    /// When somebody looks again.
    pub review_on: Date,
    /// Who decided.
    pub decided_by: String,
    /// When: microseconds since 1970, UTC.
    pub decided_at: i64,
}

/// A decision to be taken.
#[derive(Debug, Clone)]
pub struct NewRestriction {
    /// The level the viewer saw; another one means that somebody decided meanwhile.
    pub seen: Level,
    /// From now on.
    pub level: Level,
    /// Why.
    pub reason: String,
    /// When somebody looks again; not needed to open a record.
    pub review_on: Option<Date>,
    /// Colleagues who keep sight of it.
    pub keep: Vec<PublicId>,
}

/// Why a decision was not taken.
#[derive(Debug, thiserror::Error)]
pub enum RestrictError {
    /// The rule refused.
    #[error(transparent)]
    Rule(#[from] RestrictionError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<crate::db::DbError> for RestrictError {
    fn from(error: crate::db::DbError) -> Self {
        Self::Store(error.into())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    level: String,
    reason: String,
    review_on: String,
    decided_by: String,
    decided_at: i64,
}

/// What was decided about a record, newest first; `None` when there is none the viewer may see. The page
/// that shows it is journalled by [`sight::sight_for`].
///
/// # Errors
/// [`StoreError::Corrupt`] when a stored decision cannot be read.
pub async fn restrictions_for(
    store: &Store,
    viewer: &Viewer,
    kind: Kind,
    id: &PublicId,
) -> Result<Option<Vec<Decided>>, StoreError> {
    const LIST: Sql = Sql::new(
        "select d.level, d.reason, d.review_on, u.display_name as decided_by, d.decided_at
         from restrictions d join users u on u.id = d.decided_by
         where d.object = $1 order by d.decided_at desc, d.id desc",
    );
    let Some(record) = sight::find_for(store, viewer, kind, id).await? else {
        return Ok(None);
    };
    let rows: Vec<Row> = store.db.all(LIST, args![record.id]).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Decided {
                level: Level::from_code(&row.level).ok_or(StoreError::Corrupt("restriction"))?,
                reason: row.reason,
                review_on: row
                    .review_on
                    .parse()
                    .map_err(|_| StoreError::Corrupt("restriction"))?,
                decided_by: row.decided_by,
                decided_at: row.decided_at,
            })
        })
        .collect::<Result<_, _>>()
        .map(Some)
}

/// The levels the viewer may bring a record to from where it is, without the one it is at.
pub fn levels_open_to(store: &Store, viewer: &Viewer, record: &Record) -> Vec<Level> {
    let now = record.level();
    Level::ALL
        .into_iter()
        .filter(|to| *to != now)
        .filter(|to| {
            store
                .policies
                .decide(viewer, action(now, *to), &record.resource)
                .allowed
        })
        .collect()
}

fn action(from: Level, to: Level) -> Action {
    if from.needs_seal(to) {
        Action::Seal
    } else {
        Action::Restrict
    }
}

/// Decides who of the team sees a record. Whoever decides keeps sight of it, and whoever they name.
/// `Ok(false)` when there is no such record to see.
///
/// # Errors
/// [`RestrictError::Rule`] for what is missing; [`StoreError::NotAllowed`] when the viewer may not;
/// [`StoreError::Stale`] when somebody decided meanwhile.
pub async fn record_restriction(
    store: &Store,
    viewer: &Viewer,
    kind: Kind,
    id: &PublicId,
    new: &NewRestriction,
) -> Result<bool, RestrictError> {
    let Some(record) = sight::find_for(store, viewer, kind, id).await? else {
        return Ok(false);
    };
    let now = record.level();
    if now != new.seen {
        return Err(StoreError::Stale.into());
    }
    let decided = decide(now, new.level, &new.reason, new.review_on, store.today())?;
    let decision = store.allow(viewer, action(now, decided.level), &record.resource)?;
    let keep = keepers(store, viewer.user, &record, &new.keep).await?;
    let mut tx = store.db.begin().await?;
    write(store, &mut tx, viewer, &record, &decided).await?;
    let event = Event::new(Did::RestrictionDecided)
        .object(record.object_kind(), record.id)
        .reason(decided.level.code())
        .policy(&decision)
        .values(decided.reason.as_bytes().to_vec());
    store.journal.record(&mut tx, viewer, event).await?;
    if decided.level == Level::None {
        forget(store, &mut tx, viewer, &record).await?;
    } else {
        for user in &keep {
            grant::keep_sight(store, &mut tx, viewer, &record, user, &decided.reason).await?;
        }
    }
    look_again(store, &mut tx, viewer, &record, &decided).await?;
    tx.commit().await?;
    Ok(true)
}

/// Whoever decides, and whoever they name among those of the agency who see the record now.
async fn keepers(
    store: &Store,
    decides: UserId,
    record: &Record,
    named: &[PublicId],
) -> Result<Vec<User>, StoreError> {
    let mut all = Vec::new();
    all.extend(user(store, decides).await?);
    for id in named {
        let found = user_by_public_id(store, id)
            .await?
            .filter(|user| !user.disabled && user.agency == record.resource.agency)
            .ok_or(StoreError::Refused("grant-user-unknown"))?;
        all.push(found);
    }
    Ok(all)
}

async fn write(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    record: &Record,
    decided: &Restriction,
) -> Result<(), StoreError> {
    const PERSON: Sql =
        Sql::new("update persons set restriction = $2 where id = $1 and restriction = $3");
    const REFERRAL: Sql =
        Sql::new("update referrals set restriction = $2 where id = $1 and restriction = $3");
    const INSERT: Sql = Sql::new(
        "insert into restrictions (id, object_kind, object, level, reason, review_on, decided_by, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let update = match record.resource.kind {
        Kind::Referral => REFERRAL,
        _ => PERSON,
    };
    let values = args![
        record.id,
        decided.level.code(),
        &record.resource.restriction
    ];
    if tx.exec(update, values).await? == 0 {
        return Err(StoreError::Stale);
    }
    let values = args![
        store.new_id()?,
        record.object_kind().code(),
        record.id,
        decided.level.code(),
        &decided.reason,
        decided.review_on,
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    Ok(())
}

/// A task to look again on the day decided; none where the record is open.
async fn look_again(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    record: &Record,
    decided: &Restriction,
) -> Result<(), StoreError> {
    let kind = TaskKind::RestrictionReview;
    let (person, referral) = match record.resource.kind {
        Kind::Referral => (None, Some(ReferralId(record.id))),
        _ => (Some(PersonId(record.id)), None),
    };
    if decided.level == Level::None {
        let about = match referral {
            Some(referral) => About::Referral(referral),
            None => About::Person(PersonId(record.id)),
        };
        return task::settle(store, tx, viewer, kind, about).await;
    }
    let new = NewTask {
        kind,
        resource: &record.resource,
        person,
        referral,
        owner: Some(viewer.user),
        due_at: Some(london::ends(decided.review_on).as_microsecond()),
        starts_at: None,
    };
    task::raise(store, tx, viewer, new).await.map(drop)
}

/// Ends what only kept sight while the record was closed.
async fn forget(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    record: &Record,
) -> Result<(), StoreError> {
    const KEPT: Sql = Sql::new(
        "select subject from grants where object = $1 and relation = 'named' and ended_at is null order by id",
    );
    const END: Sql = Sql::new(
        "update grants set ended_at = $2, ended_by = $3
         where object = $1 and relation = 'named' and ended_at is null",
    );
    let id = &record.resource.public_id;
    let kept: Vec<(Uuid,)> = tx.all(KEPT, args![id]).await?;
    tx.exec(END, args![id, store.now(), viewer.user]).await?;
    for (subject,) in kept {
        let event = Event::new(Did::GrantEnded)
            .object(record.object_kind(), record.id)
            .reason("named")
            .values(subject.as_bytes().to_vec());
        store.journal.record(tx, viewer, event).await?;
    }
    Ok(())
}
