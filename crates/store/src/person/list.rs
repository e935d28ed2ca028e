//! Lists of people and search, page by page, fast with a hundred thousand of them.
//!
//! A page begins after a place (keyset), never after a number of rows, and there is no total: counting
//! would read every row. Each page is put together from walks that an index orders: one for each team
//! the viewer sees and one for what was granted to them by name. A search that few people match is
//! walked from its rarest word instead.

use std::cmp::Reverse;

use heyrick_domain::id::{PersonId, PublicId};
use heyrick_domain::partial_date::PartialDate;
use heyrick_domain::person::Details;
use heyrick_domain::restriction::Level;
use heyrick_domain::user::Viewer;
use heyrick_normalise::fold_tokens;
use heyrick_policy::{Action, Columns, Kind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::record::compact;
use crate::db::{Arg, Filter, Sql, json_list};
use crate::journal::{Action as Did, Event};
use crate::{Store, StoreError, args};

/// Most people of one page.
pub const LIMIT_MAX: usize = 100;
/// Words of a search that are looked at.
const WORDS_MAX: usize = 8;
/// Shorter words must match as a whole: what begins with one letter is everybody.
const PREFIX_MIN: usize = 3;
/// As many matches as a walk from one word may read.
const RARE: i64 = 2000;

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
    let mut places = match &query.term {
        None => walked(store, viewer, query, &[]).await?,
        Some(term) => searched(store, viewer, query, term).await?,
    };
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
struct Found {
    public_id: PublicId,
    place: Place,
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
    fn start(self) -> Place {
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
    fn key(self, place: &Place) -> Arg {
        match self {
            Self::Name => Arg::from(&place.name),
            Self::Changed => Arg::from(place.changed),
        }
    }
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    id: Uuid,
    public_id: String,
    sort_name: String,
    updated_at: i64,
}

impl From<PlaceRow> for Found {
    fn from(row: PlaceRow) -> Self {
        Self {
            public_id: PublicId(row.public_id),
            place: Place {
                name: row.sort_name,
                changed: row.updated_at,
                id: row.id,
            },
        }
    }
}

/// The values every walk begins with: the place, and how many rows.
fn bounds(query: &PersonQuery) -> Vec<Arg> {
    let place = query.after.clone().unwrap_or_else(|| query.sort.start());
    let rows = i64::try_from(query.limit.clamp(1, LIMIT_MAX) + 1).unwrap_or(i64::MAX);
    args![query.sort.key(&place), place.id, rows]
}

/// Each team the viewer sees, in its own order, and what was granted to them by name.
async fn walked(
    store: &Store,
    viewer: &Viewer,
    query: &PersonQuery,
    words: &[Word],
) -> Result<Vec<Found>, StoreError> {
    const TEAM_BY_NAME: Sql = Sql::new(
        "select p.id, p.public_id, p.sort_name, p.updated_at from persons p
         where p.team_id = $4 and (p.sort_name, p.id) > ($1, $2) and {filter}
         order by p.sort_name, p.id limit $3",
    );
    const TEAM_BY_CHANGE: Sql = Sql::new(
        "select p.id, p.public_id, p.sort_name, p.updated_at from persons p
         where p.team_id = $4 and (p.updated_at, p.id) < ($1, $2) and {filter}
         order by p.updated_at desc, p.id desc limit $3",
    );
    const GRANTED_BY_NAME: Sql = Sql::new(
        "select p.id, p.public_id, p.sort_name, p.updated_at from persons p
         where p.public_id in {each $4} and (p.sort_name, p.id) > ($1, $2) and {filter}
         order by p.sort_name, p.id limit $3",
    );
    const GRANTED_BY_CHANGE: Sql = Sql::new(
        "select p.id, p.public_id, p.sort_name, p.updated_at from persons p
         where p.public_id in {each $4} and (p.updated_at, p.id) < ($1, $2) and {filter}
         order by p.updated_at desc, p.id desc limit $3",
    );
    let (team_sql, granted_sql) = match query.sort {
        Sort::Name => (TEAM_BY_NAME, GRANTED_BY_NAME),
        Sort::Changed => (TEAM_BY_CHANGE, GRANTED_BY_CHANGE),
    };
    let mut filter = condition(store, viewer, query, words, 5)?;
    let mut found = Vec::new();
    if !viewer.granted.is_empty() {
        let mut values = bounds(query);
        let granted = viewer.granted.iter().map(|id| &id.0);
        values.push(Arg::from(json_list(granted)));
        found.extend(run(store, granted_sql, values, filter.clone()).await?);
    }
    if query.only.mine {
        filter.and("p.created_by = {}", args![viewer.user], 5);
    }
    for team in &viewer.teams {
        let mut values = bounds(query);
        values.push(Arg::from(*team));
        found.extend(run(store, team_sql, values, filter.clone()).await?);
    }
    Ok(found)
}

async fn run(
    store: &Store,
    sql: Sql,
    values: Vec<Arg>,
    filter: Filter,
) -> Result<Vec<Found>, StoreError> {
    let rows: Vec<PlaceRow> = store.db.all_filtered(sql, values, filter).await?;
    Ok(rows.into_iter().map(Found::from).collect())
}

/// One word of a search as a range of keys: `from` itself, or everything from it up to `below`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    from: String,
    below: String,
}

impl Word {
    fn whole(word: &str) -> Self {
        Self {
            from: word.to_owned(),
            // The smallest text after the word itself: nothing lies between.
            below: format!("{word} "),
        }
    }

    /// Keys are letters and digits only, and `{` comes after all of them.
    fn beginning(word: &str) -> Self {
        if word.len() < PREFIX_MIN {
            return Self::whole(word);
        }
        Self {
            from: word.to_owned(),
            below: format!("{word}{{"),
        }
    }
}

async fn searched(
    store: &Store,
    viewer: &Viewer,
    query: &PersonQuery,
    term: &str,
) -> Result<Vec<Found>, StoreError> {
    const BY_NAME: Sql = Sql::new(
        "select p.id, p.public_id, p.sort_name, p.updated_at
         from (select distinct k.person_id from person_keys k where k.key >= $4 and k.key < $5) c
         cross join persons p
         where p.id = c.person_id and (p.sort_name, p.id) > ($1, $2) and {filter}
         order by p.sort_name, p.id limit $3",
    );
    const BY_CHANGE: Sql = Sql::new(
        "select p.id, p.public_id, p.sort_name, p.updated_at
         from (select distinct k.person_id from person_keys k where k.key >= $4 and k.key < $5) c
         cross join persons p
         where p.id = c.person_id and (p.updated_at, p.id) < ($1, $2) and {filter}
         order by p.updated_at desc, p.id desc limit $3",
    );
    let mut words = words(store, term).await?;
    let Some((rarest, matches)) = rarest(store, &words).await? else {
        return Ok(Vec::new());
    };
    if matches > RARE {
        return walked(store, viewer, query, &words).await;
    }
    let first = words.swap_remove(rarest);
    let mut filter = condition(store, viewer, query, &words, 6)?;
    if query.only.mine {
        let granted = json_list(viewer.granted.iter().map(|id| &id.0));
        let mine = "(p.created_by = {} or p.public_id in {each {}})";
        filter.and(mine, args![viewer.user, granted], 6);
    }
    let sql = match query.sort {
        Sort::Name => BY_NAME,
        Sort::Changed => BY_CHANGE,
    };
    let mut values = bounds(query);
    values.extend(args![first.from, first.below]);
    run(store, sql, values, filter).await
}

/// The words of a term. A term that is a whole reference, however it is parted, is one word.
async fn words(store: &Store, term: &str) -> Result<Vec<Word>, StoreError> {
    let tokens = fold_tokens(term);
    let whole = Word::whole(&compact(term));
    if tokens.len() > 1 && matches(store, &whole).await? > 0 {
        return Ok(vec![whole]);
    }
    Ok(tokens
        .iter()
        .take(WORDS_MAX)
        .map(|token| Word::beginning(token))
        .collect())
}

/// How many keys a word matches, counted up to one more than [`RARE`].
async fn matches(store: &Store, word: &Word) -> Result<i64, StoreError> {
    const COUNT: Sql = Sql::new(
        "select count(*) from (select 1 as one from person_keys k where k.key >= $1 and k.key < $2 limit $3) c",
    );
    let values = args![&word.from, &word.below, RARE + 1];
    let row: Option<(i64,)> = store.db.opt(COUNT, values).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// The word with the fewest matches, and how many; `None` without words, or when one matches nobody.
async fn rarest(store: &Store, words: &[Word]) -> Result<Option<(usize, i64)>, StoreError> {
    let mut rarest = None;
    for (place, word) in words.iter().enumerate() {
        let count = matches(store, word).await?;
        if count == 0 {
            return Ok(None);
        }
        if rarest.is_none_or(|(_, fewest)| count < fewest) {
            rarest = Some((place, count));
        }
    }
    Ok(rarest)
}

/// The policy's condition, and what narrows the list; placeholders are numbered from `first`.
fn condition(
    store: &Store,
    viewer: &Viewer,
    query: &PersonQuery,
    words: &[Word],
    first: usize,
) -> Result<Filter, StoreError> {
    let mut filter = store.filter(viewer, Action::See, Kind::Person, Columns::PERSONS, first)?;
    for word in words {
        let has = "exists (select 1 from person_keys k where k.person_id = p.id and k.key >= {} and k.key < {})";
        filter.and(has, args![&word.from, &word.below], first);
    }
    if query.only.restricted {
        filter.and("p.restriction <> 'none'", vec![], first);
    }
    if query.only.open_referral {
        let from = first + filter.args.len();
        let seen = store.filter(
            viewer,
            Action::See,
            Kind::Referral,
            Columns::REFERRALS,
            from,
        )?;
        filter.sql.push_str(" and exists (select 1 from referrals r where r.person_id = p.id and r.stage in ('draft', 'in_review', 'prepared') and ");
        filter.sql.push_str(&seen.sql);
        filter.sql.push(')');
        filter.args.extend(seen.args);
    }
    Ok(filter)
}

impl Filter {
    /// Narrows the filter by a condition written in the source; each `{}` in it is bound in turn.
    fn and(&mut self, condition: &'static str, values: Vec<Arg>, first: usize) {
        self.sql.push_str(" and ");
        let mut parts = condition.split("{}");
        self.sql.push_str(parts.next().unwrap_or_default());
        for (part, value) in parts.zip(values) {
            self.sql.push_str(&format!("${}", first + self.args.len()));
            self.sql.push_str(part);
            self.args.push(value);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_word_matches_its_beginning_and_a_short_one_only_itself() {
        let long = Word::beginning("gjo");
        for (key, inside) in [("gjo", true), ("gjon", true), ("gjz", false), ("gj", false)] {
            let is = (long.from.as_str()..long.below.as_str()).contains(&key);
            assert_eq!(is, inside, "{key}");
        }
        let short = Word::beginning("gj");
        assert!((short.from.as_str()..short.below.as_str()).contains(&"gj"));
        assert!(!(short.from.as_str()..short.below.as_str()).contains(&"gjon"));
    }

    #[test]
    fn conditions_are_numbered_one_after_the_other() {
        let mut filter = Filter {
            sql: "a = $5".to_owned(),
            args: args![1_i64],
        };
        filter.and("b between {} and {}", args![2_i64, 3_i64], 5);
        filter.and("c", vec![], 5);
        assert_eq!(filter.sql, "a = $5 and b between $6 and $7 and c");
        assert_eq!(filter.args.len(), 3);
    }
}
