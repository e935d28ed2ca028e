//! Lists of people, page by page: what is asked for, and what a line says. How the rows are found among a
//! hundred thousand is in `walk`.

use std::cmp::Reverse;

use heyrick_domain::id::{PersonId, PublicId};
use heyrick_domain::partial_date::PartialDate;
use heyrick_domain::person::Details;
use heyrick_domain::restriction::Level;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Columns, Kind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::walk;
use crate::db::{Arg, Sql, json_list};
use crate::journal::{Action as Did, Event};
use crate::{Store, StoreError, args};

/// Most people of one page.
pub const LIMIT_MAX: usize = 100;
/// What to list.
#[derive(Debug, Clone, Default)]
pub struct PersonQuery {
    /// Words somebody searches by: names in any order, the beginning of a name, a reference.
    pub term: Option<String>,
    /// In which order.
    pub sort: Sort,
    /// Only some of them.
    pub only: Only,
    /// The place after which the page begins.
    pub after: Option<Place>,
    /// How many; at most [`LIMIT_MAX`].
    pub limit: usize,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// By name.
    #[default]
    Name,
    /// The last recorded first.
    Changed,
}

/// Which people, each narrowing the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Only {
    /// Made by the viewer or granted to them by name.
    pub mine: bool,
    /// Restricted or sealed.
    pub restricted: bool,
    /// With a referral that has not left and was not withdrawn.
    pub open_referral: bool,
}

/// A place in a list: the row a page ended with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What the list by name is ordered by.
    pub name: String,
    /// What the list by last change is ordered by.
    pub changed: i64,
    /// Tells rows apart that are alike in both.
    pub id: Uuid,
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLine {
    /// Its id inside.
    pub id: PersonId,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What people call the record.
    pub reference: String,
    /// What colleagues call the person: what they write, else the name, else the reference.
    pub label: String,
    /// First and last name, where the label is something else.
    pub name: Option<String>,
    /// Other names they are known by, oldest first.
    pub other_names: Vec<String>,
    /// Date of birth, as far as it is known.
    pub dob: Option<PartialDate>,
    /// Who of the team sees the record.
    pub level: Level,
    /// When anything about the person was last recorded: microseconds since 1970, UTC.
    pub updated_at: i64,
}

/// A page of a list.
#[derive(Debug, Clone, Default)]
pub struct PersonPage {
    /// The people of the page.
    pub people: Vec<PersonLine>,
    /// The place to go on after; `None` at the end.
    pub next: Option<Place>,
}

/// A page of people the viewer sees, searched or listed. One event in the journal names everybody shown;
/// of a search it keeps a keyed hash of the words.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn persons_for(
    store: &Store,
    viewer: &Viewer,
    query: &PersonQuery,
) -> Result<PersonPage, StoreError> {
    let limit = query.limit.clamp(1, LIMIT_MAX);
    let mut places = walk::found(store, viewer, query).await?;
    query.sort.order(&mut places);
    places.dedup_by_key(|found| found.place.id);
    let more = places.len() > limit;
    places.truncate(limit);
    let next = places
        .last()
        .filter(|_| more)
        .map(|last| last.place.clone());
    let ids: Vec<&PublicId> = places.iter().map(|found| &found.public_id).collect();
    let people = lines(store, viewer, &ids).await?;
    let event = match &query.term {
        None => Event::new(Did::PersonListed),
        Some(term) => Event::new(Did::PersonSearched).values(term.trim()),
    };
    let event = event.shown(people.iter().map(|line| line.id));
    store.journal.look(viewer, event).await?;
    Ok(PersonPage { people, next })
}

/// Somebody a page may show, and where they stand.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub public_id: PublicId,
    pub place: Place,
}

impl Sort {
    fn order(self, found: &mut [Found]) {
        match self {
            Self::Name => {
                found.sort_by(|a, b| (&a.place.name, a.place.id).cmp(&(&b.place.name, b.place.id)))
            }
            Self::Changed => found.sort_by_key(|one| Reverse((one.place.changed, one.place.id))),
        }
    }

    /// The place before the first row.
    pub(super) fn start(self) -> Place {
        match self {
            Self::Name => Place {
                name: String::new(),
                changed: 0,
                id: Uuid::nil(),
            },
            Self::Changed => Place {
                name: String::new(),
                changed: i64::MAX,
                id: Uuid::max(),
            },
        }
    }

    /// What this order compares of a place.
    pub(super) fn key(self, place: &Place) -> Arg {
        match self {
            Self::Name => Arg::from(&place.name),
            Self::Changed => Arg::from(place.changed),
        }
    }
}

#[derive(sqlx::FromRow)]
struct LineRow {
    id: Uuid,
    public_id: String,
    reference: String,
    first_name: Option<String>,
    last_name: Option<String>,
    called: Option<String>,
    dob: Option<String>,
    restriction: String,
    updated_at: i64,
}

/// Lines of people by their names in addresses, in that order; who is not there to see is left out. The look
/// is journalled as a list.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn named_for(
    store: &Store,
    viewer: &Viewer,
    ids: &[PublicId],
) -> Result<Vec<PersonLine>, StoreError> {
    let ids: Vec<&PublicId> = ids.iter().take(LIMIT_MAX).collect();
    let people = lines(store, viewer, &ids).await?;
    if !people.is_empty() {
        let event = Event::new(Did::PersonListed).shown(people.iter().map(|line| line.id));
        store.journal.look(viewer, event).await?;
    }
    Ok(people)
}

/// The lines of people by their names in addresses, in that order, through the policy's filter.
pub(super) async fn lines(
    store: &Store,
    viewer: &Viewer,
    ids: &[&PublicId],
) -> Result<Vec<PersonLine>, StoreError> {
    const LINES: Sql = Sql::new(
        "select p.id, p.public_id, p.reference, p.first_name, p.last_name, p.called, p.dob, p.restriction, p.updated_at
         from persons p where p.public_id in {each $1} and {filter}",
    );
    const NAMES: Sql = Sql::new(
        "select p.public_id, n.raw from persons p join person_names n on n.person_id = p.id
         where p.public_id in {each $1} and n.kind <> 'given' and n.removed_at is null and {filter}
         order by n.recorded_at, n.id",
    );
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let list = json_list(ids.iter().map(|id| &id.0));
    let filter = store.filter(viewer, Action::See, Kind::Person, Columns::PERSONS, 2)?;
    let rows: Vec<LineRow> = store
        .db
        .all_filtered(LINES, args![&list], filter.clone())
        .await?;
    let names: Vec<(String, String)> = store.db.all_filtered(NAMES, args![list], filter).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let others = names.iter().filter(|(of, _)| *of == row.public_id);
        let others = others.map(|(_, raw)| raw.clone()).collect();
        lines.push(row.line(others)?);
    }
    lines.sort_by_key(|line| ids.iter().position(|id| **id == line.public_id));
    Ok(lines)
}

impl LineRow {
    fn line(self, other_names: Vec<String>) -> Result<PersonLine, StoreError> {
        let details = Details {
            first_name: self.first_name,
            last_name: self.last_name,
            called: self.called,
            ..Details::default()
        };
        let dob = self.dob.as_deref().map(str::parse).transpose();
        Ok(PersonLine {
            id: self.id.into(),
            public_id: PublicId(self.public_id),
            label: details.label().unwrap_or_else(|| self.reference.clone()),
            name: details.called.as_ref().and(details.full_name()),
            reference: self.reference,
            other_names,
            dob: dob.map_err(|_| StoreError::Corrupt("date of birth"))?,
            level: Level::from_code(&self.restriction).unwrap_or(Level::Sealed),
            updated_at: self.updated_at,
        })
    }
}
