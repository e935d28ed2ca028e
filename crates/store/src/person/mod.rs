//! People the work is about: opening a record, and what is read of it. Lists and search are in [`list`],
//! changes in [`record`], likely doubles in [`alike`].

use std::collections::BTreeMap;

use heyrick_domain::id::{PersonId, PublicId};
pub use heyrick_domain::person::Details;
use heyrick_domain::person::NameKind;
use heyrick_domain::restriction::Level;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Columns, Decision, Kind, Resource};
use jiff::civil::Date;
use uuid::Uuid;

use crate::db::{Arg, Filter, Sql};
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::{Store, StoreError, args};

pub mod alike;
pub mod list;
pub mod open;
pub mod record;
mod walk;

pub use alike::{Alike, Likeness, alike_for};
pub use list::{Only, PersonLine, PersonPage, PersonQuery, Place, Sort, named_for, persons_for};
pub use open::{Opened, open_for};
pub use record::{
    NewName, SaveOutcome, record_details, record_name, record_name_ended, record_person,
    record_persons,
};
pub(crate) use record::{add, checked, touch};

/// A person's record.
#[derive(Debug, Clone)]
pub struct Person {
    /// Its id inside.
    pub id: PersonId,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What people call it, such as `P-7K4M-2Q`.
    pub reference: String,
    /// As the policies see it.
    pub resource: Resource,
    /// What the policies said about seeing it.
    pub decision: Decision,
    /// The version of its details: one more with every change of them.
    pub version: i64,
    /// What is written down.
    pub details: Details,
    /// Names that hold, oldest first; the given one is in the details too.
    pub names: Vec<PersonName>,
    /// Who made the record.
    pub created_by: String,
    /// When: microseconds since 1970, UTC.
    pub created_at: i64,
    /// When anything about the person was last recorded.
    pub updated_at: i64,
    /// The day somebody looks whether the record is still needed.
    pub review_on: Date,
}

/// A name somebody goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName {
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What kind of name.
    pub kind: NameKind,
    /// As typed.
    pub raw: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// When: microseconds since 1970, UTC.
    pub recorded_at: i64,
}

impl Person {
    /// What colleagues call the person: what they write, else the name, else the reference.
    pub fn label(&self) -> String {
        self.details
            .label()
            .unwrap_or_else(|| self.reference.clone())
    }

    /// Other names than the given one, oldest first.
    pub fn other_names(&self) -> impl Iterator<Item = &PersonName> {
        self.names
            .iter()
            .filter(|name| name.kind != NameKind::Given)
    }

    /// Who of the team sees the record.
    pub fn level(&self) -> Level {
        Level::from_code(&self.resource.restriction).unwrap_or(Level::Sealed)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    reference: String,
    agency_id: Uuid,
    team_id: Uuid,
    restriction: String,
    author: Uuid,
    created_by: String,
    first_name: Option<String>,
    last_name: Option<String>,
    called: Option<String>,
    dob: Option<String>,
    gender: Option<String>,
    nationality: Option<String>,
    nationality_second: Option<String>,
    language: Option<String>,
    interpreter: Option<String>,
    communication_help: Option<String>,
    home_office_reference: Option<String>,
    children: Option<String>,
    county_lines: Option<String>,
    notes: Option<String>,
    unknowns: String,
    review_on: String,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

#[derive(sqlx::FromRow)]
struct NameRow {
    public_id: Option<String>,
    kind: String,
    raw: String,
    recorded_by: String,
    recorded_at: i64,
}

/// A person's record by its name in addresses; `None` when there is none the viewer may see. The look is
/// journalled.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn person_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Person>, StoreError> {
    let Some(person) = find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    store.journal.look(viewer, person.look()).await?;
    Ok(Some(person))
}

impl Person {
    /// What the journal keeps of a look at this record.
    pub(crate) fn look(&self) -> Event {
        Event::new(Did::PersonViewed)
            .object(ObjectKind::Person, self.id)
            .policy(&self.decision)
    }
}

/// A person's record without a look in the journal: for changes.
pub(crate) async fn find_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Person>, StoreError> {
    const FIND: Sql = Sql::new(
        "select p.id, p.public_id, p.reference, p.agency_id, p.team_id, p.restriction, p.created_by as author,
             u.display_name as created_by, p.first_name, p.last_name, p.called, p.dob, p.gender, p.nationality,
             p.nationality_second, p.language, p.interpreter, p.communication_help, p.home_office_reference,
             p.children, p.county_lines, p.notes, p.unknowns, p.review_on, p.version, p.created_at, p.updated_at
         from persons p join users u on u.id = p.created_by
         where p.public_id = $1 and {filter}",
    );
    let filter = store.filter(viewer, Action::See, Kind::Person, Columns::PERSONS, 2)?;
    let person = read(store, viewer, FIND, args![id], filter).await?;
    Ok(person.filter(|person| person.decision.allowed))
}

/// The person of a record the viewer was let in to, without a look and without asking again: whoever
/// sees a referral sees whom it is about.
///
/// # Errors
/// [`StoreError::Corrupt`] when there is none.
#[allow(dead_code, reason = "read by referrals")]
pub(crate) async fn person_of(
    store: &Store,
    viewer: &Viewer,
    id: PersonId,
) -> Result<Person, StoreError> {
    const OF: Sql = Sql::new(
        "select p.id, p.public_id, p.reference, p.agency_id, p.team_id, p.restriction, p.created_by as author,
             u.display_name as created_by, p.first_name, p.last_name, p.called, p.dob, p.gender, p.nationality,
             p.nationality_second, p.language, p.interpreter, p.communication_help, p.home_office_reference,
             p.children, p.county_lines, p.notes, p.unknowns, p.review_on, p.version, p.created_at, p.updated_at
         from persons p join users u on u.id = p.created_by
         where p.id = $1",
    );
    let person = read(store, viewer, OF, args![id], Filter::default()).await?;
    person.ok_or(StoreError::Corrupt("person"))
}

async fn read(
    store: &Store,
    viewer: &Viewer,
    sql: Sql,
    args: Vec<Arg>,
    filter: Filter,
) -> Result<Option<Person>, StoreError> {
    const NAMES: Sql = Sql::new(
        "select n.public_id, n.kind, n.raw, u.display_name as recorded_by, n.recorded_at
         from person_names n join users u on u.id = n.recorded_by
         where n.person_id = $1 and n.removed_at is null order by n.recorded_at, n.id",
    );
    let rows: Vec<Row> = store.db.all_filtered(sql, args, filter).await?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let names: Vec<NameRow> = store.db.all(NAMES, args![row.id]).await?;
    let names = names
        .into_iter()
        .map(NameRow::name)
        .collect::<Result<_, _>>()?;
    let resource = Resource {
        kind: Kind::Person,
        public_id: PublicId(row.public_id.clone()),
        agency: row.agency_id.into(),
        team: row.team_id.into(),
        restriction: row.restriction.clone(),
        author: row.author.into(),
    };
    Ok(Some(Person {
        id: row.id.into(),
        public_id: PublicId(row.public_id.clone()),
        reference: row.reference.clone(),
        decision: store.policies.decide(viewer, Action::See, &resource),
        resource,
        version: row.version,
        names,
        created_by: row.created_by.clone(),
        created_at: row.created_at,
        updated_at: row.updated_at,
        review_on: row
            .review_on
            .parse()
            .map_err(|_| StoreError::Corrupt("review date"))?,
        details: row.details()?,
    }))
}

impl NameRow {
    fn name(self) -> Result<PersonName, StoreError> {
        Ok(PersonName {
            public_id: PublicId(self.public_id.unwrap_or_default()),
            kind: NameKind::from_code(&self.kind).ok_or(StoreError::Corrupt("kind of name"))?,
            raw: self.raw,
            recorded_by: self.recorded_by,
            recorded_at: self.recorded_at,
        })
    }
}

impl Row {
    fn details(self) -> Result<Details, StoreError> {
        let unknowns: BTreeMap<_, _> = serde_json::from_str(&self.unknowns)
            .map_err(|_| StoreError::Corrupt("reason why a field is empty"))?;
        let dob = self.dob.as_deref().map(str::parse).transpose();
        Ok(Details {
            dob: dob.map_err(|_| StoreError::Corrupt("date of birth"))?,
            first_name: self.first_name,
            last_name: self.last_name,
            called: self.called,
            gender: self.gender,
            nationality: self.nationality,
            nationality_second: self.nationality_second,
            language: self.language,
            interpreter: self.interpreter,
            communication_help: self.communication_help,
            home_office_reference: self.home_office_reference,
            children: self.children,
            county_lines: self.county_lines,
            notes: self.notes,
            unknowns,
        })
    }
}
