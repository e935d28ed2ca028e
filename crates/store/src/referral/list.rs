//! Lists of referrals, page by page, the last changed first, fast with a hundred thousand people.
//!
//! As with people: a page begins after a place, and is put together from walks that an index orders, one
//! for each team the viewer sees and one for what was granted to them by name. The policy's condition
//! stands in each walk, for the referral and for whom it is about.

use heyrick_domain::id::{PublicId, ReferralId};
use heyrick_domain::person::Details;
use heyrick_domain::referral::Stage;
use heyrick_domain::restriction::Level;
use heyrick_domain::route::Route;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Columns, Kind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::{Arg, Filter, Sql, json_list};
use crate::journal::{Action as Did, Event};
use crate::{Store, StoreError, args};

/// Most referrals of one page.
pub const LIMIT_MAX: usize = 100;

/// What to list; each part narrows the others.
#[derive(Debug, Clone, Default)]
pub struct ReferralQuery {
    /// Only those that stand here.
    pub stage: Option<Stage>,
    /// Only those that have not left and were not withdrawn.
    pub open: bool,
    /// Only those that lead here.
    pub route: Option<RouteIs>,
    /// Only those the viewer began.
    pub author_me: bool,
    /// Only those the viewer works on.
    pub allocated_me: bool,
    /// Only those of this person.
    pub person: Option<PublicId>,
    /// The place after which the page begins.
    pub after: Option<Place>,
    /// How many; at most [`LIMIT_MAX`].
    pub limit: usize,
}

impl ReferralQuery {
    /// The stages to walk one after the other, each in the order of an index; `None` walks all at once.
    fn stages(&self) -> Vec<Option<Stage>> {
        match (self.stage, self.open) {
            (None, false) => vec![None],
            (None, true) => Stage::ALL
                .into_iter()
                .filter(|stage| stage.is_open())
                .map(Some)
                .collect(),
            (Some(stage), open) if stage.is_open() || !open => vec![Some(stage)],
            (Some(_), _) => vec![],
        }
    }
}

/// Where a referral leads, as lists keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteIs {
    /// Age, consent or a signature is missing.
    Undecided,
    /// To the National Referral Mechanism.
    Nrm,
    /// A Duty to Notify.
    Dtn,
}

impl RouteIs {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Undecided, Self::Nrm, Self::Dtn];

    /// The word of the store and of filters.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Nrm => "nrm",
            Self::Dtn => "dtn",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|route| route.code() == code)
    }
}

impl From<Option<Route>> for RouteIs {
    fn from(route: Option<Route>) -> Self {
        match route {
            None => Self::Undecided,
            Some(Route::Nrm) => Self::Nrm,
            Some(Route::Dtn) => Self::Dtn,
        }
    }
}

/// A place in a list: the row a page ended with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// When that one last changed.
    pub changed: i64,
    /// Tells apart those that changed at once.
    pub id: Uuid,
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralLine {
    /// Its id inside.
    pub id: ReferralId,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What people call it.
    pub reference: String,
    /// The person's name in addresses.
    pub person: PublicId,
    /// The person's reference.
    pub person_reference: String,
    /// What colleagues call the person.
    pub person_label: String,
    /// Where it stands.
    pub stage: Stage,
    /// Where it leads.
    pub route: RouteIs,
    /// Who began it.
    pub author: String,
    /// Who works on it.
    pub allocated_to: Option<String>,
    /// Who of the team sees it.
    pub level: Level,
    /// When it was begun: microseconds since 1970, UTC.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
}

/// A page of a list.
#[derive(Debug, Clone, Default)]
pub struct ReferralPage {
    /// The referrals of the page.
    pub referrals: Vec<ReferralLine>,
    /// The place to go on after; `None` at the end.
    pub next: Option<Place>,
}

/// A page of referrals the viewer sees. One event in the journal names all that are shown.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn referrals_for(
    store: &Store,
    viewer: &Viewer,
    query: &ReferralQuery,
) -> Result<ReferralPage, StoreError> {
    let limit = query.limit.clamp(1, LIMIT_MAX);
    let mut rows = walked(store, viewer, query).await?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.updated_at, row.id)));
    rows.dedup_by_key(|row| row.id);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|last| Place {
        changed: last.updated_at,
        id: last.id,
    });
    let look = Event::new(Did::ReferralListed).shown(rows.iter().map(|row| row.id));
    store.journal.look(viewer, look).await?;
    let referrals = rows.into_iter().map(Row::line).collect::<Result<_, _>>()?;
    Ok(ReferralPage { referrals, next })
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    reference: String,
    person: String,
    person_reference: String,
    first_name: Option<String>,
    last_name: Option<String>,
    called: Option<String>,
    stage: String,
    route: String,
    author: String,
    worker: Option<String>,
    restriction: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn line(self) -> Result<ReferralLine, StoreError> {
        let details = Details {
            first_name: self.first_name,
            last_name: self.last_name,
            called: self.called,
            ..Details::default()
        };
        Ok(ReferralLine {
            id: self.id.into(),
            public_id: PublicId(self.public_id),
            reference: self.reference,
            person: PublicId(self.person),
            person_label: details
                .label()
                .unwrap_or_else(|| self.person_reference.clone()),
            person_reference: self.person_reference,
            stage: Stage::from_code(&self.stage).ok_or(StoreError::Corrupt("stage"))?,
            route: RouteIs::from_code(&self.route).ok_or(StoreError::Corrupt("route"))?,
            author: self.author,
            allocated_to: self.worker,
            level: Level::from_code(&self.restriction).unwrap_or(Level::Sealed),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// Each team the viewer sees, and what was granted to them by name; or the referrals of one person.
async fn walked(
    store: &Store,
    viewer: &Viewer,
    query: &ReferralQuery,
) -> Result<Vec<Row>, StoreError> {
    const OF_TEAM: Sql = Sql::new(
        "select r.id, r.public_id, r.reference, p.public_id as person, p.reference as person_reference, p.first_name,
             p.last_name, p.called, r.stage, r.route, a.display_name as author, w.display_name as worker,
             r.restriction, r.created_at, r.updated_at
         from referrals r
         join persons p on p.id = r.person_id
         join users a on a.id = r.author_id
         left join users w on w.id = r.allocated_to
         where r.team_id = $4 and (r.updated_at, r.id) < ($1, $2) and {filter}
         order by r.updated_at desc, r.id desc limit $3",
    );
    const GRANTED: Sql = Sql::new(
        "select r.id, r.public_id, r.reference, p.public_id as person, p.reference as person_reference, p.first_name,
             p.last_name, p.called, r.stage, r.route, a.display_name as author, w.display_name as worker,
             r.restriction, r.created_at, r.updated_at
         from referrals r
         join persons p on p.id = r.person_id
         join users a on a.id = r.author_id
         left join users w on w.id = r.allocated_to
         where r.public_id in {each $4} and (r.updated_at, r.id) < ($1, $2) and {filter}
         order by r.updated_at desc, r.id desc limit $3",
    );
    const OF_PERSON: Sql = Sql::new(
        "select r.id, r.public_id, r.reference, p.public_id as person, p.reference as person_reference, p.first_name,
             p.last_name, p.called, r.stage, r.route, a.display_name as author, w.display_name as worker,
             r.restriction, r.created_at, r.updated_at
         from referrals r
         join persons p on p.id = r.person_id
         join users a on a.id = r.author_id
         left join users w on w.id = r.allocated_to
         where p.public_id = $4 and (r.updated_at, r.id) < ($1, $2) and {filter}
         order by r.updated_at desc, r.id desc limit $3",
    );
    let mut rows = Vec::new();
    for stage in query.stages() {
        let filter = condition(store, viewer, query, stage, 5)?;
        if let Some(person) = &query.person {
            rows.extend(run(store, OF_PERSON, query, Arg::from(person), filter).await?);
            continue;
        }
        if !viewer.granted.is_empty() {
            let granted = json_list(viewer.granted.iter().map(|id| &id.0));
            rows.extend(run(store, GRANTED, query, Arg::from(granted), filter.clone()).await?);
        }
        for team in &viewer.teams {
            rows.extend(run(store, OF_TEAM, query, Arg::from(*team), filter.clone()).await?);
        }
    }
    Ok(rows)
}

async fn run(
    store: &Store,
    sql: Sql,
    query: &ReferralQuery,
    of: Arg,
    filter: Filter,
) -> Result<Vec<Row>, StoreError> {
    let start = Place {
        changed: i64::MAX,
        id: Uuid::max(),
    };
    let place = query.after.clone().unwrap_or(start);
    let limit = i64::try_from(query.limit.clamp(1, LIMIT_MAX) + 1).unwrap_or(i64::MAX);
    let mut values = args![place.changed, place.id, limit];
    values.push(of);
    Ok(store.db.all_filtered(sql, values, filter).await?)
}

/// The policy's condition on the referral and on whom it is about, and what narrows the list.
fn condition(
    store: &Store,
    viewer: &Viewer,
    query: &ReferralQuery,
    stage: Option<Stage>,
    first: usize,
) -> Result<Filter, StoreError> {
    let mut filter = store.filter(
        viewer,
        Action::See,
        Kind::Referral,
        Columns::REFERRALS,
        first,
    )?;
    let next = first + filter.args.len();
    let person = store.filter(viewer, Action::See, Kind::Person, Columns::PERSONS, next)?;
    filter.sql = format!(
        "{} and (p.restriction = 'none' or {})",
        filter.sql, person.sql
    );
    filter.args.extend(person.args);
    let mut narrow = |column: &str, value: Arg| {
        filter.args.push(value);
        let place = first + filter.args.len() - 1;
        filter.sql.push_str(&format!(" and {column} = ${place}"));
    };
    if let Some(stage) = stage {
        narrow("r.stage", Arg::from(stage.code()));
    }
    if let Some(route) = query.route {
        narrow("r.route", Arg::from(route.code()));
    }
    if query.author_me {
        narrow("r.author_id", Arg::from(viewer.user));
    }
    if query.allocated_me {
        narrow("r.allocated_to", Arg::from(viewer.user));
    }
    Ok(filter)
}
