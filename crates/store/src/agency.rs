//! Agencies and their teams: who works here and with us.

use heyrick_domain::id::{AgencyId, PublicId, TeamId};
use uuid::Uuid;

use crate::db::{DbError, Sql};
use crate::journal::{Action, Actor, Event, ObjectKind};
use crate::{Store, StoreError, args};

/// An agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// Its id inside.
    pub id: AgencyId,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What people call it.
    pub name: String,
    /// `police`, `local_authority`, `health`, `charity`, `labour` or `other`.
    pub kind: String,
}

/// Kinds of agency, in the order they are offered.
pub const AGENCY_KINDS: [&str; 6] = [
    "police",
    "local_authority",
    "health",
    "charity",
    "labour",
    "other",
];

/// A team of an agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its id inside.
    pub id: TeamId,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// Whose it is.
    pub agency: AgencyId,
    /// What people call it.
    pub name: String,
}

#[derive(sqlx::FromRow)]
struct AgencyRow {
    id: Uuid,
    public_id: String,
    name: String,
    kind: String,
}

#[derive(sqlx::FromRow)]
struct TeamRow {
    id: Uuid,
    public_id: String,
    agency_id: Uuid,
    name: String,
}

/// Makes an agency.
///
/// # Errors
/// [`StoreError::Refused`] for an empty or taken name or an unknown kind.
pub async fn record_agency(
    store: &Store,
    actor: impl Into<Actor>,
    name: &str,
    kind: &str,
) -> Result<Agency, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into agencies (id, public_id, name, kind, created_at) values ($1, $2, $3, $4, $5)",
    );
    let name = name.trim();
    if name.is_empty() {
        return Err(StoreError::Refused("agency-name-missing"));
    }
    if !AGENCY_KINDS.contains(&kind) {
        return Err(StoreError::Refused("agency-kind-unknown"));
    }
    if agencies(store)
        .await?
        .iter()
        .any(|agency| agency.name == name)
    {
        return Err(StoreError::Refused("agency-name-taken"));
    }
    let agency = Agency {
        id: store.new_id()?.into(),
        public_id: store.new_public_id()?,
        name: name.to_owned(),
        kind: kind.to_owned(),
    };
    let mut tx = store.db.begin().await?;
    tx.exec(
        INSERT,
        args![agency.id, &agency.public_id, name, kind, store.now()],
    )
    .await?;
    let event = Event::new(Action::AgencyAdded).object(ObjectKind::Agency, agency.id);
    store.journal.record(&mut tx, actor, event).await?;
    tx.commit().await?;
    Ok(agency)
}

/// Makes a team of an agency.
///
/// # Errors
/// [`StoreError::Refused`] for an empty name or one the agency has already.
pub async fn record_team(
    store: &Store,
    actor: impl Into<Actor>,
    agency: AgencyId,
    name: &str,
) -> Result<Team, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into teams (id, public_id, agency_id, name, created_at) values ($1, $2, $3, $4, $5)",
    );
    let name = name.trim();
    if name.is_empty() {
        return Err(StoreError::Refused("team-name-missing"));
    }
    if teams(store)
        .await?
        .iter()
        .any(|team| team.agency == agency && team.name == name)
    {
        return Err(StoreError::Refused("team-name-taken"));
    }
    let team = Team {
        id: store.new_id()?.into(),
        public_id: store.new_public_id()?,
        agency,
        name: name.to_owned(),
    };
    let mut tx = store.db.begin().await?;
    let inserted = tx
        .exec(
            INSERT,
            args![team.id, &team.public_id, agency, name, store.now()],
        )
        .await;
    match inserted {
        Ok(_) => {}
        Err(DbError::Taken) => return Err(StoreError::Refused("team-name-taken")),
        Err(error) => return Err(error.into()),
    }
    let event = Event::new(Action::TeamAdded).object(ObjectKind::Team, team.id);
    store.journal.record(&mut tx, actor, event).await?;
    tx.commit().await?;
    Ok(team)
}

/// Every agency, by name.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn agencies(store: &Store) -> Result<Vec<Agency>, StoreError> {
    const ALL: Sql = Sql::new("select id, public_id, name, kind from agencies order by name, id");
    let rows: Vec<AgencyRow> = store.db.all(ALL, vec![]).await?;
    let agency = |row: AgencyRow| Agency {
        id: row.id.into(),
        public_id: PublicId(row.public_id),
        name: row.name,
        kind: row.kind,
    };
    Ok(rows.into_iter().map(agency).collect())
}

/// Every team, by name.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn teams(store: &Store) -> Result<Vec<Team>, StoreError> {
    const ALL: Sql = Sql::new("select id, public_id, agency_id, name from teams order by name, id");
    let rows: Vec<TeamRow> = store.db.all(ALL, vec![]).await?;
    let team = |row: TeamRow| Team {
        id: row.id.into(),
        public_id: PublicId(row.public_id),
        agency: row.agency_id.into(),
        name: row.name,
    };
    Ok(rows.into_iter().map(team).collect())
}
