//! Grants: a record given to somebody by name, acting rank, on-call cover. Dated, with a reason, ended
//! and never deleted. [`crate::user::viewer`] reads those in force.

use std::collections::BTreeMap;

use heyrick_domain::grant::{self, Relation};
use heyrick_domain::id::{PublicId, TeamId};
use heyrick_domain::london;
use heyrick_domain::user::{Role, Viewer};
use heyrick_policy::{Action, Decision, Kind};
use jiff::ToSpan as _;
use jiff::civil::Date;
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::sight::{self, Record};
use crate::user::{User, user_by_public_id};
use crate::{Store, StoreError, Tx, agency, args};

/// Longest reason, in characters.
pub const REASON_MAX: usize = 500;

/// A grant, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its name in addresses.
    pub public_id: PublicId,
    /// To whom: what colleagues call them.
    pub subject: String,
    /// How they stand to it.
    pub relation: Relation,
    /// A team's name, a role's word, or a record's name in addresses.
    pub object: String,
    /// From when: microseconds since 1970, UTC.
    pub from_at: i64,
    /// Until when, not included; `None` for open end.
    pub until_at: Option<i64>,
    /// Why.
    pub reason: String,
    /// Who gave it; `None` for the command line.
    pub granted_by: Option<String>,
}

/// A record to be given to somebody by name.
#[derive(Debug, Clone)]
pub struct NewAllocation {
    /// To whom.
    pub user: PublicId,
    /// [`Relation::Allocated`], [`Relation::Supervises`], [`Relation::Named`] or [`Relation::Shared`].
    pub relation: Relation,
    /// The last day, included; needed for a share.
    pub last: Option<Date>,
    /// Why.
    pub reason: String,
}

/// Cover or acting rank to be given.
#[derive(Debug, Clone)]
pub struct NewCover {
    /// To whom.
    pub user: PublicId,
    /// Which.
    pub what: Cover,
    /// The first day.
    pub first: Date,
    /// The last day, included.
    pub last: Date,
    /// Why.
    pub reason: String,
}

/// What is held for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cover {
    /// A team, by its name in addresses.
    Team(PublicId),
    /// A rank.
    Rank(Role),
}

/// Gives a record to somebody by name; allocating a referral names who works on it. `Ok(None)` when there
/// is no such record to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not; [`StoreError::Refused`] with `grant-user-unknown`,
/// `grant-user-other-agency`, `grant-user-role`, `grant-reason`, `grant-last-day` or `grant-already`.
pub async fn record_allocation(
    store: &Store,
    viewer: &Viewer,
    kind: Kind,
    id: &PublicId,
    new: &NewAllocation,
) -> Result<Option<PublicId>, StoreError> {
    const WORKS_ON: Sql = Sql::new("update referrals set allocated_to = $2 where id = $1");
    let Some(record) = sight::find_for(store, viewer, kind, id).await? else {
        return Ok(None);
    };
    let decision = store.allow(viewer, Action::Allocate, &record.resource)?;
    let user = subject(store, &new.user).await?;
    check_subject(&user, &record, new.relation)?;
    let until = last_instant(new, store.today())?;
    let reason = checked_reason(&new.reason)?;
    let mut tx = store.db.begin().await?;
    if holds(&mut tx, &user, new.relation, id, store.now()).await? {
        return Err(StoreError::Refused("grant-already"));
    }
    let row = Row {
        subject: user.id.0,
        relation: new.relation,
        object_kind: record.object_kind().code(),
        object: id.0.clone(),
        from_at: store.now(),
        until_at: until,
        reason,
    };
    let public_id = insert(store, &mut tx, viewer, row).await?;
    if new.relation == Relation::Allocated && kind == Kind::Referral {
        tx.exec(WORKS_ON, args![record.id, user.id]).await?;
    }
    let event = given(&record, new.relation, &user, &decision);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(Some(public_id))
}

/// Keeps sight of a record for somebody, in a transaction that restricts it. Nothing happens where they
/// hold it by name already.
pub(crate) async fn keep_sight(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    record: &Record,
    user: &User,
    reason: &str,
) -> Result<(), StoreError> {
    let id = &record.resource.public_id;
    for relation in [Relation::Named, Relation::Allocated, Relation::Supervises] {
        if holds(tx, user, relation, id, store.now()).await? {
            return Ok(());
        }
    }
    let row = Row {
        subject: user.id.0,
        relation: Relation::Named,
        object_kind: record.object_kind().code(),
        object: id.0.clone(),
        from_at: store.now(),
        until_at: None,
        reason: reason.to_owned(),
    };
    insert(store, tx, viewer, row).await?;
    let decision = Decision {
        allowed: true,
        policies: Vec::new(),
    };
    let event = given(record, Relation::Named, user, &decision);
    store.journal.record(tx, viewer, event).await
}

fn given(record: &Record, relation: Relation, user: &User, decision: &Decision) -> Event {
    let did = match (relation, record.resource.kind) {
        (Relation::Allocated, Kind::Referral) => Did::ReferralAllocated,
        _ => Did::GrantGiven,
    };
    Event::new(did)
        .object(record.object_kind(), record.id)
        .reason(relation.code())
        .policy(decision)
        .values(user.id.0.as_bytes().to_vec())
}

fn check_subject(user: &User, record: &Record, relation: Relation) -> Result<(), StoreError> {
    let same_agency = user.agency == record.resource.agency;
    let outside = matches!(user.role, Role::Auditor | Role::Administrator);
    match relation {
        _ if outside => Err(StoreError::Refused("grant-user-role")),
        Relation::Shared => Ok(()),
        Relation::Allocated | Relation::Supervises | Relation::Named => {
            match (same_agency, user.role) {
                (true, Role::Partner) => Err(StoreError::Refused("grant-user-role")),
                (true, _) => Ok(()),
                (false, _) => Err(StoreError::Refused("grant-user-other-agency")),
            }
        }
        Relation::Acting | Relation::Covers => Err(StoreError::Refused("grant-user-role")),
    }
}

fn last_instant(new: &NewAllocation, today: Date) -> Result<Option<i64>, StoreError> {
    match new.last {
        None if new.relation == Relation::Shared => Err(StoreError::Refused("grant-last-day")),
        None => Ok(None),
        Some(last) if last < today => Err(StoreError::Refused("grant-last-day")),
        Some(last) => {
            let after = london::begins(last.saturating_add(1.day()));
            Ok(Some(after.as_microsecond()))
        }
    }
}

/// Gives on-call cover of a team, or a rank, for whole days.
///
/// Only for teams the viewer is in or covers, to colleagues of the same agency, never to oneself.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not; [`StoreError::Refused`] with a key of
/// [`grant::PeriodError`], or `grant-user-unknown`, `grant-user-self`, `grant-user-other-agency`,
/// `grant-user-role`, `grant-team`, `grant-rank` or `grant-reason`.
pub async fn record_cover(
    store: &Store,
    viewer: &Viewer,
    new: &NewCover,
) -> Result<PublicId, StoreError> {
    let decision = may_give_cover(store, viewer)?;
    let user = subject(store, &new.user).await?;
    if user.id == viewer.user {
        return Err(StoreError::Refused("grant-user-self"));
    }
    if user.agency != viewer.agency {
        return Err(StoreError::Refused("grant-user-other-agency"));
    }
    if !grant::can_cover(user.role) {
        return Err(StoreError::Refused("grant-user-role"));
    }
    let (relation, object_kind, object) = covered(store, viewer, &user, &new.what).await?;
    let period = grant::period(new.first, new.last, store.today())
        .map_err(|error| StoreError::Refused(error.code()))?;
    let row = Row {
        subject: user.id.0,
        relation,
        object_kind,
        object,
        from_at: period.from.as_microsecond(),
        until_at: Some(period.until.as_microsecond()),
        reason: checked_reason(&new.reason)?,
    };
    let mut tx = store.db.begin().await?;
    let public_id = insert(store, &mut tx, viewer, row).await?;
    let event = Event::new(Did::GrantGiven)
        .object(ObjectKind::User, user.id)
        .reason(relation.code())
        .policy(&decision);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(public_id)
}

async fn covered(
    store: &Store,
    viewer: &Viewer,
    user: &User,
    what: &Cover,
) -> Result<(Relation, &'static str, String), StoreError> {
    match what {
        Cover::Team(id) => {
            let teams = agency::teams(store).await?;
            let team = teams
                .iter()
                .find(|team| team.public_id == *id && viewer.teams.contains(&team.id))
                .ok_or(StoreError::Refused("grant-team"))?;
            Ok((Relation::Covers, "team", team.id.0.to_string()))
        }
        Cover::Rank(role) => {
            let ours = user.team.is_some_and(|team| viewer.teams.contains(&team));
            if !ours || user.role == *role || !grant::may_give_rank(*role, |r| viewer.holds(r)) {
                return Err(StoreError::Refused("grant-rank"));
            }
            Ok((Relation::Acting, "role", role.code().to_owned()))
        }
    }
}

fn may_give_cover(store: &Store, viewer: &Viewer) -> Result<Decision, StoreError> {
    let decision = store
        .policies
        .decide_installation(viewer, Action::GiveCover);
    if decision.allowed {
        Ok(decision)
    } else {
        Err(StoreError::NotAllowed)
    }
}

/// Cover and acting rank in force or to come, of the viewer's teams; first those that end first.
///
/// # Errors
/// [`StoreError::NotAllowed`] for a viewer who gives no cover.
pub async fn covers_for(store: &Store, viewer: &Viewer) -> Result<Vec<Grant>, StoreError> {
    may_give_cover(store, viewer)?;
    Ok(covers(store, viewer)
        .await?
        .into_iter()
        .map(|(_, one)| one)
        .collect())
}

#[derive(sqlx::FromRow)]
struct Listed {
    id: Uuid,
    public_id: String,
    subject: String,
    subject_id: Uuid,
    subject_team: Option<Uuid>,
    relation: String,
    object: String,
    from_at: i64,
    until_at: Option<i64>,
    reason: String,
    granted_by: Option<String>,
}

async fn covers(store: &Store, viewer: &Viewer) -> Result<Vec<(Listed, Grant)>, StoreError> {
    const LIST: Sql = Sql::new(
        "select g.id, g.public_id, u.display_name as subject, u.id as subject_id, u.team_id as subject_team,
             g.relation, g.object, g.from_at, g.until_at, g.reason, b.display_name as granted_by
         from grants g
         join users u on u.id = g.subject
         left join users b on b.id = g.granted_by
         where u.agency_id = $1 and g.object_kind in ('team', 'role') and g.ended_at is null and g.until_at > $2
         order by g.until_at, g.id",
    );
    let names: BTreeMap<TeamId, String> = agency::teams(store)
        .await?
        .into_iter()
        .map(|team| (team.id, team.name))
        .collect();
    let rows: Vec<Listed> = store
        .db
        .all(LIST, args![viewer.agency, store.now()])
        .await?;
    let mut all = Vec::new();
    for row in rows {
        let relation = Relation::from_code(&row.relation).ok_or(StoreError::Corrupt("grant"))?;
        let team = match relation {
            Relation::Covers => row.object.parse().ok().map(TeamId),
            _ => row.subject_team.map(TeamId),
        };
        let Some(team) = team.filter(|team| viewer.teams.contains(team)) else {
            continue;
        };
        let object = match relation {
            Relation::Covers => names.get(&team).cloned().unwrap_or_default(),
            _ => row.object.clone(),
        };
        let grant = row.grant(relation, object);
        all.push((row, grant));
    }
    Ok(all)
}

impl Listed {
    fn grant(&self, relation: Relation, object: String) -> Grant {
        Grant {
            public_id: PublicId(self.public_id.clone()),
            subject: self.subject.clone(),
            relation,
            object,
            from_at: self.from_at,
            until_at: self.until_at,
            reason: self.reason.clone(),
            granted_by: self.granted_by.clone(),
        }
    }
}

/// Everybody a record is granted to by name today, in the order it was; `None` when there is no such
/// record to see. The page that shows it is journalled by [`sight::sight_for`].
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn grants_of_record_for(
    store: &Store,
    viewer: &Viewer,
    kind: Kind,
    id: &PublicId,
) -> Result<Option<Vec<Grant>>, StoreError> {
    let Some(record) = sight::find_for(store, viewer, kind, id).await? else {
        return Ok(None);
    };
    let rows = of_record(store, &record).await?;
    let read = |row: Listed| {
        let relation = Relation::from_code(&row.relation).ok_or(StoreError::Corrupt("grant"))?;
        Ok(row.grant(relation, row.object.clone()))
    };
    rows.into_iter()
        .map(read)
        .collect::<Result<_, _>>()
        .map(Some)
}

async fn of_record(store: &Store, record: &Record) -> Result<Vec<Listed>, StoreError> {
    const LIST: Sql = Sql::new(
        "select g.id, g.public_id, u.display_name as subject, u.id as subject_id, u.team_id as subject_team,
             g.relation, g.object, g.from_at, g.until_at, g.reason, b.display_name as granted_by
         from grants g
         join users u on u.id = g.subject
         left join users b on b.id = g.granted_by
         where g.object = $1 and g.ended_at is null and (g.until_at is null or g.until_at > $2)
         order by g.granted_at, g.id",
    );
    let values = args![&record.resource.public_id, store.now()];
    Ok(store.db.all(LIST, values).await?)
}

/// Ends a grant of a record. `Ok(false)` when there is no such record or grant to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not allocate the record.
pub async fn record_allocation_ended(
    store: &Store,
    viewer: &Viewer,
    kind: Kind,
    id: &PublicId,
    grant: &PublicId,
) -> Result<bool, StoreError> {
    const WORKS_ON: Sql =
        Sql::new("update referrals set allocated_to = null where id = $1 and allocated_to = $2");
    let Some(record) = sight::find_for(store, viewer, kind, id).await? else {
        return Ok(false);
    };
    let decision = store.allow(viewer, Action::Allocate, &record.resource)?;
    let rows = of_record(store, &record).await?;
    let Some(row) = rows.into_iter().find(|row| row.public_id == grant.0) else {
        return Ok(false);
    };
    let mut tx = store.db.begin().await?;
    end(store, &mut tx, viewer, row.id).await?;
    if row.relation == Relation::Allocated.code() && kind == Kind::Referral {
        tx.exec(WORKS_ON, args![record.id, row.subject_id]).await?;
    }
    let event = Event::new(Did::GrantEnded)
        .object(record.object_kind(), record.id)
        .reason(&row.relation)
        .policy(&decision)
        .values(row.subject_id.as_bytes().to_vec());
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}

/// Ends cover or acting rank before its day. `Ok(false)` when there is none such in the viewer's teams.
///
/// # Errors
/// [`StoreError::NotAllowed`] for a viewer who gives no cover.
pub async fn record_cover_ended(
    store: &Store,
    viewer: &Viewer,
    grant: &PublicId,
) -> Result<bool, StoreError> {
    let decision = may_give_cover(store, viewer)?;
    let all = covers(store, viewer).await?;
    let Some((row, _)) = all.into_iter().find(|(row, _)| row.public_id == grant.0) else {
        return Ok(false);
    };
    let mut tx = store.db.begin().await?;
    end(store, &mut tx, viewer, row.id).await?;
    let event = Event::new(Did::GrantEnded)
        .object(ObjectKind::User, row.subject_id)
        .reason(&row.relation)
        .policy(&decision);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}

async fn subject(store: &Store, id: &PublicId) -> Result<User, StoreError> {
    user_by_public_id(store, id)
        .await?
        .filter(|user| !user.disabled)
        .ok_or(StoreError::Refused("grant-user-unknown"))
}

fn checked_reason(reason: &str) -> Result<String, StoreError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAX {
        return Err(StoreError::Refused("grant-reason"));
    }
    Ok(reason.to_owned())
}

async fn holds(
    tx: &mut Tx,
    user: &User,
    relation: Relation,
    object: &PublicId,
    now: i64,
) -> Result<bool, StoreError> {
    const HELD: Sql = Sql::new(
        "select 1 as held from grants
         where subject = $1 and relation = $2 and object = $3 and ended_at is null
           and from_at <= $4 and (until_at is null or until_at > $4)",
    );
    let values = args![user.id, relation.code(), object, now];
    let held: Option<(i32,)> = tx.opt(HELD, values).await?;
    Ok(held.is_some())
}

struct Row {
    subject: Uuid,
    relation: Relation,
    object_kind: &'static str,
    object: String,
    from_at: i64,
    until_at: Option<i64>,
    reason: String,
}

async fn insert(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    row: Row,
) -> Result<PublicId, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into grants (id, public_id, subject, relation, object_kind, object, from_at, until_at, reason,
             granted_by, granted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    );
    let public_id = store.new_public_id()?;
    let values = args![
        store.new_id()?,
        &public_id,
        row.subject,
        row.relation.code(),
        row.object_kind,
        row.object,
        row.from_at,
        row.until_at,
        row.reason,
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    Ok(public_id)
}

async fn end(store: &Store, tx: &mut Tx, viewer: &Viewer, id: Uuid) -> Result<(), StoreError> {
    const END: Sql = Sql::new(
        "update grants set ended_at = $2, ended_by = $3 where id = $1 and ended_at is null",
    );
    match tx.exec(END, args![id, store.now(), viewer.user]).await? {
        0 => Err(StoreError::Stale),
        _ => Ok(()),
    }
}
