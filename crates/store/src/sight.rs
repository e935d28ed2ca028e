//! Who can see a record, and why: the answer everybody who sees it may ask for.
//!
//! The answer is worked out by putting each colleague before the same policies that let them in.

use std::collections::BTreeMap;

use heyrick_domain::grant::Relation;
use heyrick_domain::id::{PublicId, UserId};
use heyrick_domain::restriction::Level;
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_policy::{Action, Columns, Decision, Kind, Resource};
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::{Store, StoreError, args, user};

/// A record that can be granted and restricted, as far as that needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id inside.
    pub id: Uuid,
    /// What people call it, such as `R-7K4M-2Q`.
    pub reference: String,
    /// As the policies see it.
    pub resource: Resource,
    /// The person a referral is about, where that person's own record is restricted.
    person: Option<Resource>,
}

impl Record {
    /// Who of the team sees it.
    pub fn level(&self) -> Level {
        Level::from_code(&self.resource.restriction).unwrap_or(Level::Sealed)
    }

    /// What the journal calls it.
    pub(crate) fn object_kind(&self) -> ObjectKind {
        match self.resource.kind {
            Kind::Referral => ObjectKind::Referral,
            _ => ObjectKind::Person,
        }
    }

    /// Says whether somebody may see it.
    pub(crate) fn is_seen_by(&self, store: &Store, viewer: &Viewer) -> bool {
        self.seen_by(store, viewer).allowed
    }

    /// The decision that lets `viewer` see it; for a referral the one about its person counts as well.
    fn seen_by(&self, store: &Store, viewer: &Viewer) -> Decision {
        let mut decision = store.policies.decide(viewer, Action::See, &self.resource);
        if let Some(person) = &self.person {
            let about = store.policies.decide(viewer, Action::See, person);
            decision.allowed &= about.allowed;
        }
        decision
    }
}

/// Why somebody sees a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It belongs to their team.
    Team,
    /// It belongs to a team they cover today.
    Cover,
    /// They made it.
    Author,
    /// They are, or act as, an inspector of its team.
    Inspector,
    /// It was granted to them by name.
    Granted(Relation),
}

impl Why {
    /// The word its sentence in the catalogues ends with.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Cover => "cover",
            Self::Author => "author",
            Self::Inspector => "inspector",
            Self::Granted(relation) => relation.code(),
        }
    }
}

/// Somebody who can see the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seer {
    /// Their name in addresses.
    pub public_id: PublicId,
    /// What colleagues call them.
    pub name: String,
    /// What they do.
    pub role: Role,
    /// Why they can; at least one reason.
    pub why: Vec<Why>,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Sight {
    /// The record.
    pub record: Record,
    /// Why the viewer sees it.
    pub because: Vec<Why>,
    /// Who else does, by name.
    pub others: Vec<Seer>,
    /// Whether there are more than [`SEERS_MAX`].
    pub more: bool,
}

/// How many colleagues are named.
pub const SEERS_MAX: usize = 200;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    reference: String,
    agency_id: Uuid,
    team_id: Uuid,
    restriction: String,
    author: Uuid,
}

impl Row {
    fn resource(&self, kind: Kind) -> Resource {
        Resource {
            kind,
            public_id: PublicId(self.public_id.clone()),
            agency: self.agency_id.into(),
            team: self.team_id.into(),
            restriction: self.restriction.clone(),
            author: self.author.into(),
        }
    }
}

/// A record by its name in addresses, without a look in the journal: for changes and for [`sight_for`].
pub(crate) async fn find_for(
    store: &Store,
    viewer: &Viewer,
    kind: Kind,
    id: &PublicId,
) -> Result<Option<Record>, StoreError> {
    const PERSON: Sql = Sql::new(
        "select p.id, p.public_id, p.reference, p.agency_id, p.team_id, p.restriction, p.created_by as author
         from persons p where p.public_id = $1 and {filter}",
    );
    const REFERRAL: Sql = Sql::new(
        "select r.id, r.public_id, r.reference, r.agency_id, r.team_id, r.restriction, r.author_id as author
         from referrals r where r.public_id = $1 and {filter}",
    );
    const WHOM: Sql = Sql::new(
        "select p.id, p.public_id, p.reference, p.agency_id, p.team_id, p.restriction, p.created_by as author
         from persons p join referrals r on r.person_id = p.id where r.id = $1 and p.restriction <> 'none'",
    );
    let (sql, columns) = match kind {
        Kind::Person => (PERSON, Columns::PERSONS),
        Kind::Referral => (REFERRAL, Columns::REFERRALS),
        Kind::Installation => return Ok(None),
    };
    let filter = store.filter(viewer, Action::See, kind, columns, 2)?;
    let rows: Vec<Row> = store.db.all_filtered(sql, args![id], filter).await?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let person = match kind {
        Kind::Referral => store.db.opt::<Row>(WHOM, args![row.id]).await?,
        _ => None,
    };
    let record = Record {
        id: row.id,
        resource: row.resource(kind),
        reference: row.reference,
        person: person.map(|person| person.resource(Kind::Person)),
    };
    Ok(record.seen_by(store, viewer).allowed.then_some(record))
}

/// Who can see a record, and why; `None` when there is none the viewer may see. Journalled.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn sight_for(
    store: &Store,
    viewer: &Viewer,
    kind: Kind,
    id: &PublicId,
) -> Result<Option<Sight>, StoreError> {
    let Some(record) = find_for(store, viewer, kind, id).await? else {
        return Ok(None);
    };
    let decision = record.seen_by(store, viewer);
    let grants = grants_by_subject(store, id).await?;
    let because = reasons(&decision, viewer, &record.resource, &grants);
    let (others, more) = others(store, viewer.user, &record, &grants).await?;
    let look = Event::new(Did::SightViewed)
        .object(record.object_kind(), record.id)
        .policy(&decision);
    store.journal.look(viewer, look).await?;
    Ok(Some(Sight {
        record,
        because,
        others,
        more,
    }))
}

async fn others(
    store: &Store,
    asks: UserId,
    record: &Record,
    grants: &BTreeMap<Uuid, Vec<Relation>>,
) -> Result<(Vec<Seer>, bool), StoreError> {
    let (candidates, more) = candidates(store, asks, record).await?;
    let mut seers = Vec::new();
    for colleague in candidates {
        let decision = record.seen_by(store, &colleague);
        if decision.allowed {
            seers.push(Seer {
                why: reasons(&decision, &colleague, &record.resource, grants),
                public_id: colleague.public_id,
                name: colleague.display_name,
                role: colleague.role,
            });
        }
    }
    Ok((seers, more))
}

/// Everybody of a record's team, who covers it today, or holds the record by name; by name, and not yet
/// asked whether they may see it. At most [`SEERS_MAX`].
pub(crate) async fn colleagues(store: &Store, record: &Record) -> Result<Vec<Viewer>, StoreError> {
    let nobody = UserId(Uuid::nil());
    let (all, _) = candidates(store, nobody, record).await?;
    Ok(all)
}

/// The same without whoever asks, and whether there are more.
async fn candidates(
    store: &Store,
    asks: UserId,
    record: &Record,
) -> Result<(Vec<Viewer>, bool), StoreError> {
    const CANDIDATES: Sql = Sql::new(
        "select u.id from users u
         where u.disabled_at is null and u.id <> $1 and (u.team_id = $2 or u.id in (
             select g.subject from grants g
             where g.from_at <= $3 and (g.until_at is null or g.until_at > $3) and g.ended_at is null
               and ((g.relation = 'covers' and g.object = $4) or g.object = $5)))
         order by u.display_name, u.id limit $6",
    );
    let limit = i64::try_from(SEERS_MAX + 1).unwrap_or(i64::MAX);
    let values = args![
        asks,
        record.resource.team,
        store.now(),
        record.resource.team.0.to_string(),
        &record.resource.public_id,
        limit
    ];
    let candidates: Vec<(Uuid,)> = store.db.all(CANDIDATES, values).await?;
    let more = candidates.len() > SEERS_MAX;
    let mut all = Vec::new();
    for (id,) in candidates.into_iter().take(SEERS_MAX) {
        all.extend(user::viewer(store, id.into(), Through::CommandLine, None).await?);
    }
    Ok((all, more))
}

async fn grants_by_subject(
    store: &Store,
    id: &PublicId,
) -> Result<BTreeMap<Uuid, Vec<Relation>>, StoreError> {
    const GRANTS: Sql = Sql::new(
        "select subject, relation from grants
         where object = $1 and from_at <= $2 and (until_at is null or until_at > $2) and ended_at is null
         order by granted_at, id",
    );
    let rows: Vec<(Uuid, String)> = store.db.all(GRANTS, args![id, store.now()]).await?;
    let mut grants: BTreeMap<Uuid, Vec<Relation>> = BTreeMap::new();
    for (subject, relation) in rows {
        let relation = Relation::from_code(&relation).ok_or(StoreError::Corrupt("grant"))?;
        grants.entry(subject).or_default().push(relation);
    }
    Ok(grants)
}

/// Why a viewer sees a record, without asking the database: for the line on the record's own page.
pub fn because(decision: &Decision, viewer: &Viewer, resource: &Resource) -> Vec<Why> {
    reasons(decision, viewer, resource, &BTreeMap::new())
}

fn reasons(
    decision: &Decision,
    viewer: &Viewer,
    resource: &Resource,
    grants: &BTreeMap<Uuid, Vec<Relation>>,
) -> Vec<Why> {
    let mut why = Vec::new();
    for policy in &decision.policies {
        match policy.as_str() {
            "team-sees-its-own" if viewer.team == Some(resource.team) => why.push(Why::Team),
            "team-sees-its-own" => why.push(Why::Cover),
            "restricted-to-author-and-inspector" if resource.author == viewer.user => {
                why.push(Why::Author);
            }
            "restricted-to-author-and-inspector" => why.push(Why::Inspector),
            "granted-by-name" => match grants.get(&viewer.user.0) {
                Some(relations) => {
                    why.extend(relations.iter().map(|relation| Why::Granted(*relation)));
                }
                None => why.push(Why::Granted(Relation::Named)),
            },
            _ => {}
        }
    }
    why.sort_unstable();
    why.dedup();
    why
}
