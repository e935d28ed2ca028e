//! My work: what the first page puts together for whoever opens it, beside their tasks.

use heyrick_domain::clock::ClockKind;
use heyrick_domain::grant::Relation;
use heyrick_domain::id::PublicId;
use heyrick_domain::person::Details;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Columns, Kind};
use uuid::Uuid;

use crate::db::{Filter, Sql};
use crate::episode::KeptClock;
use crate::journal::{Action as Did, Event};
use crate::referral::{self, Referral};
use crate::{Store, StoreError, args};

/// A record that was given to the viewer by name and is held today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// What it is.
    pub kind: Kind,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What people call it.
    pub reference: String,
    /// What colleagues call the person.
    pub label: Option<String>,
    /// How the viewer stands to it.
    pub relation: Relation,
    /// Why it was given.
    pub reason: String,
    /// Who gave it.
    pub by: Option<String>,
    /// When: microseconds since 1970, UTC.
    pub at: i64,
    /// Until when, not included; `None` for open end.
    pub until_at: Option<i64>,
}

/// Drafts the viewer began or works on, the last changed first, opened far enough to say how much is done.
/// One event in the journal names all that are shown.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn drafts_for(
    store: &Store,
    viewer: &Viewer,
    limit: usize,
) -> Result<Vec<Referral>, StoreError> {
    const BEGUN: Sql = Sql::new(
        "select r.id, r.public_id, r.updated_at
         from referrals r join persons p on p.id = r.person_id
         where r.author_id = $1 and r.stage = 'draft' and {filter}
         order by r.updated_at desc, r.id desc limit $2",
    );
    const ALLOCATED: Sql = Sql::new(
        "select r.id, r.public_id, r.updated_at
         from referrals r join persons p on p.id = r.person_id
         where r.allocated_to = $1 and r.stage = 'draft' and {filter}
         order by r.updated_at desc, r.id desc limit $2",
    );
    let mut found: Vec<(Uuid, String, i64)> = Vec::new();
    for sql in [BEGUN, ALLOCATED] {
        let values = args![viewer.user, i64::try_from(limit).unwrap_or(i64::MAX)];
        let filter = seen(store, viewer, Kind::Referral, 3)?;
        found.extend(store.db.all_filtered(sql, values, filter).await?);
    }
    found.sort_by_key(|(id, _, changed)| std::cmp::Reverse((*changed, *id)));
    found.dedup_by_key(|(id, ..)| *id);
    found.truncate(limit);
    let look = Event::new(Did::ReferralListed).shown(found.iter().map(|(id, ..)| *id));
    store.journal.look(viewer, look).await?;
    let mut drafts = Vec::new();
    for (_, public_id, _) in found {
        drafts.extend(referral::find_for(store, viewer, &PublicId(public_id)).await?);
    }
    Ok(drafts)
}

/// A referral that waits for its first decision, and the day aimed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The passage's name in addresses.
    pub passage: PublicId,
    /// What people call the referral.
    pub reference: String,
    /// The clock, with all it takes to say how its day was found.
    pub clock: KeptClock,
}

#[derive(sqlx::FromRow)]
struct TargetRow {
    id: Uuid,
    passage: String,
    reference: String,
    calculation: String,
    cause: String,
    computed_at: i64,
}

/// Reasonable grounds decisions awaited for referrals the viewer began or works on, of people in sight, the
/// nearest target first. One event in the journal names all that are shown.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn targets_for(
    store: &Store,
    viewer: &Viewer,
    limit: u32,
) -> Result<Vec<Target>, StoreError> {
    const AWAITED: Sql = Sql::new(
        "select r.id, e.public_id as passage, r.reference, c.calculation, c.cause, c.computed_at
         from clocks c
         join episodes e on e.id = c.episode_id
         join referrals r on r.episode_id = e.id
         join persons p on p.id = r.person_id
         where c.kind = $3 and c.superseded_at is null and c.settled_on is null and r.stage = 'sent'
           and (r.author_id = $1 or r.allocated_to = $1) and {filter}
         order by c.leads_to, r.id limit $2",
    );
    let kind = ClockKind::Reasonable.code();
    let values = args![viewer.user, i64::from(limit), kind];
    let filter = seen(store, viewer, Kind::Referral, 4)?;
    let rows: Vec<TargetRow> = store.db.all_filtered(AWAITED, values, filter).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let look = Event::new(Did::ReferralListed).shown(rows.iter().map(|row| row.id));
    store.journal.look(viewer, look).await?;
    let target = |row: TargetRow| {
        let calculation = serde_json::from_str(&row.calculation);
        Ok(Target {
            passage: PublicId(row.passage),
            reference: row.reference,
            clock: KeptClock {
                clock: calculation.map_err(|_| StoreError::Corrupt("clock"))?,
                cause: row.cause,
                computed_at: row.computed_at,
                superseded: None,
            },
        })
    };
    rows.into_iter().map(target).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    reference: String,
    first_name: Option<String>,
    last_name: Option<String>,
    called: Option<String>,
    relation: String,
    reason: String,
    granted_by: Option<String>,
    granted_at: i64,
    until_at: Option<i64>,
}

/// Records given to the viewer by name since `since` and held today, the latest first. Journalled as lists.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn given_for(
    store: &Store,
    viewer: &Viewer,
    since: i64,
    limit: u32,
) -> Result<Vec<Given>, StoreError> {
    const PERSONS: Sql = Sql::new(
        "select p.id, p.public_id, p.reference, p.first_name, p.last_name, p.called, g.relation, g.reason,
             b.display_name as granted_by, g.granted_at, g.until_at
         from grants g
         join persons p on p.public_id = g.object
         left join users b on b.id = g.granted_by
         where g.subject = $1 and g.object_kind = 'person' and g.granted_at >= $2 and g.from_at <= $3
           and (g.until_at is null or g.until_at > $3) and g.ended_at is null
           and (g.granted_by is null or g.granted_by <> $1) and {filter}
         order by g.granted_at desc, g.id limit $4",
    );
    const REFERRALS: Sql = Sql::new(
        "select r.id, r.public_id, r.reference, p.first_name, p.last_name, p.called, g.relation, g.reason,
             b.display_name as granted_by, g.granted_at, g.until_at
         from grants g
         join referrals r on r.public_id = g.object
         join persons p on p.id = r.person_id
         left join users b on b.id = g.granted_by
         where g.subject = $1 and g.object_kind = 'referral' and g.granted_at >= $2 and g.from_at <= $3
           and (g.until_at is null or g.until_at > $3) and g.ended_at is null
           and (g.granted_by is null or g.granted_by <> $1) and {filter}
         order by g.granted_at desc, g.id limit $4",
    );
    let mut all = Vec::new();
    for (kind, sql, did) in [
        (Kind::Person, PERSONS, Did::PersonListed),
        (Kind::Referral, REFERRALS, Did::ReferralListed),
    ] {
        let values = args![viewer.user, since, store.now(), limit];
        let filter = seen(store, viewer, kind, values.len() + 1)?;
        let rows: Vec<Row> = store.db.all_filtered(sql, values, filter).await?;
        if !rows.is_empty() {
            let look = Event::new(did).shown(rows.iter().map(|row| row.id));
            store.journal.look(viewer, look).await?;
        }
        for row in rows {
            all.push(row.given(kind)?);
        }
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.at));
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(all)
}

/// As everywhere: who sees a referral sees whom it is about, unless that person is restricted to others.
fn seen(store: &Store, viewer: &Viewer, kind: Kind, first: usize) -> Result<Filter, StoreError> {
    if kind == Kind::Person {
        return store.filter(viewer, Action::See, kind, Columns::PERSONS, first);
    }
    let mut filter = store.filter(viewer, Action::See, kind, Columns::REFERRALS, first)?;
    let next = first + filter.args.len();
    let person = store.filter(viewer, Action::See, Kind::Person, Columns::PERSONS, next)?;
    filter.sql = format!(
        "{} and (p.restriction = 'none' or {})",
        filter.sql, person.sql
    );
    filter.args.extend(person.args);
    Ok(filter)
}

impl Row {
    fn given(self, kind: Kind) -> Result<Given, StoreError> {
        let details = Details {
            first_name: self.first_name,
            last_name: self.last_name,
            called: self.called,
            ..Details::default()
        };
        Ok(Given {
            kind,
            public_id: PublicId(self.public_id),
            reference: self.reference,
            label: details.label(),
            relation: Relation::from_code(&self.relation).ok_or(StoreError::Corrupt("grant"))?,
            reason: self.reason,
            by: self.granted_by,
            at: self.granted_at,
            until_at: self.until_at,
        })
    }
}
