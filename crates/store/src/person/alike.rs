//! Somebody who may be the same person, looked for when a record is made: asked with reasons, never
//! decided. Only records the viewer sees are named.

use heyrick_domain::id::PublicId;
use heyrick_domain::person::Details;
use heyrick_domain::user::Viewer;
use heyrick_normalise::fold;
use heyrick_policy::{Action, Columns, Kind};

use super::list::{PersonLine, lines};
use super::record::compact;
use crate::db::{Sql, json_list};
use crate::journal::{Action as Did, Event};
use crate::{Store, StoreError, args};

/// Most people that are named.
const MOST: i64 = 5;

/// Somebody who may be the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// Who.
    pub line: PersonLine,
    /// Why; at least one reason.
    pub because: Vec<Likeness>,
}

/// Why two records may be of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The same name, in either order, accents and spelling of letters aside.
    Name,
    /// The name is another name of theirs.
    OtherName,
    /// The same date of birth as well.
    Dob,
    /// The same Home Office reference.
    HomeOfficeReference,
}

impl Likeness {
    /// The word its sentence in the catalogues ends with.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::OtherName => "other-name",
            Self::Dob => "dob",
            Self::HomeOfficeReference => "home-office-reference",
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    public_id: String,
    kind: String,
}

/// People the viewer sees who may be the one described, most likely first. Journalled as a search.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nobody is named.
pub async fn alike_for(
    store: &Store,
    viewer: &Viewer,
    details: &Details,
) -> Result<Vec<Alike>, StoreError> {
    const BY_NAME: Sql = Sql::new(
        "select p.public_id, n.kind from person_names n cross join persons p
         where p.id = n.person_id and n.folded in {each $1} and n.removed_at is null and {filter}
         order by n.recorded_at desc, n.id limit $2",
    );
    const BY_REFERENCE: Sql = Sql::new(
        "select p.public_id, 'reference' as kind from person_keys k cross join persons p
         where p.id = k.person_id and k.key = $1 and p.home_office_reference is not null and {filter}
         order by p.updated_at desc, p.id limit $2",
    );
    let filter = store.filter(viewer, Action::See, Kind::Person, Columns::PERSONS, 3)?;
    let mut rows: Vec<Row> = Vec::new();
    let reference = details.home_office_reference.as_deref().map(compact);
    if let Some(reference) = reference.filter(|reference| !reference.is_empty()) {
        let values = args![reference, MOST];
        rows.extend(
            store
                .db
                .all_filtered::<Row>(BY_REFERENCE, values, filter.clone())
                .await?,
        );
    }
    let names = both_orders(details);
    if !names.is_empty() {
        let values = args![json_list(&names), MOST * 2];
        rows.extend(
            store
                .db
                .all_filtered::<Row>(BY_NAME, values, filter)
                .await?,
        );
    }
    let found = put_together(store, viewer, details, rows).await?;
    let event = Event::new(Did::PersonSearched)
        .reason("alike")
        .shown(found.iter().map(|alike| alike.line.id))
        .values(names.join("\n"));
    store.journal.look(viewer, event).await?;
    Ok(found)
}

/// The folded name, first name first and last name first.
fn both_orders(details: &Details) -> Vec<String> {
    let (first, last) = (&details.first_name, &details.last_name);
    let mut names = vec![
        fold(&details.full_name().unwrap_or_default()),
        match (first, last) {
            (Some(first), Some(last)) => fold(&format!("{last} {first}")),
            _ => String::new(),
        },
    ];
    names.retain(|name| !name.is_empty());
    names.dedup();
    names
}

async fn put_together(
    store: &Store,
    viewer: &Viewer,
    details: &Details,
    rows: Vec<Row>,
) -> Result<Vec<Alike>, StoreError> {
    let mut ids: Vec<PublicId> = Vec::new();
    for row in &rows {
        let id = PublicId(row.public_id.clone());
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let most = usize::try_from(MOST).unwrap_or_default();
    let ids: Vec<&PublicId> = ids.iter().take(most).collect();
    let mut found: Vec<Alike> = lines(store, viewer, &ids)
        .await?
        .into_iter()
        .map(|line| Alike {
            because: reasons(details, &line, &rows),
            line,
        })
        .collect();
    found.sort_by_key(|alike| std::cmp::Reverse(alike.because.len()));
    Ok(found)
}

fn reasons(details: &Details, line: &PersonLine, rows: &[Row]) -> Vec<Likeness> {
    let of_line = rows.iter().filter(|row| row.public_id == line.public_id.0);
    let mut because: Vec<Likeness> = of_line
        .map(|row| match row.kind.as_str() {
            "given" => Likeness::Name,
            "reference" => Likeness::HomeOfficeReference,
            _ => Likeness::OtherName,
        })
        .collect();
    if details.dob.is_some() && details.dob == line.dob {
        because.push(Likeness::Dob);
    }
    because.sort_unstable();
    because.dedup();
    because
}
