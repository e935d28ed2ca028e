//! How people are found among a hundred thousand: along an index, from a place on, a page at a time.
//!
//! There is no total: counting would read every row. A page is put together from walks that an index
//! orders: one for each team the viewer sees and one for what was granted to them by name. What few rows
//! match, a rare word or an open referral, is read from those rows instead and put in order.

use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_normalise::fold_tokens;
use heyrick_policy::{Action, Columns, Kind};
use uuid::Uuid;

use super::list::{Found, LIMIT_MAX, PersonQuery, Place, Sort};
use super::record::compact;
use crate::db::{Arg, Filter, Sql, json_list};
use crate::{Store, StoreError, args};

/// Words of a search that are looked at.
const WORDS_MAX: usize = 8;
/// Shorter words must match as a whole: what begins with one letter is everybody.
const PREFIX_MIN: usize = 3;
/// As many matches as are read and put in order; where there are more, an ordered walk meets a page of them
/// soon. Measured with 100,000 people on SQLite: 2 ms for each thousand.
const RARE: i64 = 8000;
/// The same for a search of several words: a walk may look long for somebody who has them all.
const RARE_OF_SEVERAL: i64 = 40_000;

/// Everybody a page may show, not yet in order: each walk gives one row more than the page holds.
pub(super) async fn found(
    store: &Store,
    viewer: &Viewer,
    query: &PersonQuery,
) -> Result<Vec<Found>, StoreError> {
    match &query.term {
        None if query.only.open_referral => with_open_referral(store, viewer, query).await,
        None => walked(store, viewer, query, &[]).await,
        Some(term) => searched(store, viewer, query, term).await,
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
    let mut words = words(store, viewer, term).await?;
    let enough = if words.len() > 1 {
        RARE_OF_SEVERAL
    } else {
        RARE
    };
    let Some((rarest, matches)) = rarest(store, &words, enough).await? else {
        return Ok(Vec::new());
    };
    if matches > enough {
        return walked(store, viewer, query, &words).await;
    }
    let first = words.swap_remove(rarest);
    let mut filter = condition(store, viewer, query, &words, 6)?;
    narrow_to_mine(&mut filter, viewer, query, 6);
    let sql = match query.sort {
        Sort::Name => BY_NAME,
        Sort::Changed => BY_CHANGE,
    };
    let mut values = bounds(query);
    values.extend(args![first.from, first.below]);
    run(store, sql, values, filter).await
}

/// Made by the viewer or granted to them, where a list is not walked team by team.
fn narrow_to_mine(filter: &mut Filter, viewer: &Viewer, query: &PersonQuery, first: usize) {
    if query.only.mine {
        let granted = json_list(viewer.granted.iter().map(|id| &id.0));
        let mine = "(p.created_by = {} or p.public_id in {each {}})";
        filter.and(mine, args![viewer.user, granted], first);
    }
}

/// People with an open referral: from the referrals where they are few.
async fn with_open_referral(
    store: &Store,
    viewer: &Viewer,
    query: &PersonQuery,
) -> Result<Vec<Found>, StoreError> {
    const COUNT: Sql = Sql::new(
        "select count(*) from (select 1 as one from referrals r
             where r.stage in ('draft', 'in_review', 'prepared') limit $1) c",
    );
    const BY_NAME: Sql = Sql::new(
        "select p.id, p.public_id, p.sort_name, p.updated_at
         from (select distinct r.person_id from referrals r where r.stage in ('draft', 'in_review', 'prepared')) c
         cross join persons p
         where p.id = c.person_id and (p.sort_name, p.id) > ($1, $2) and {filter}
         order by p.sort_name, p.id limit $3",
    );
    const BY_CHANGE: Sql = Sql::new(
        "select p.id, p.public_id, p.sort_name, p.updated_at
         from (select distinct r.person_id from referrals r where r.stage in ('draft', 'in_review', 'prepared')) c
         cross join persons p
         where p.id = c.person_id and (p.updated_at, p.id) < ($1, $2) and {filter}
         order by p.updated_at desc, p.id desc limit $3",
    );
    let open: Option<(i64,)> = store.db.opt(COUNT, args![RARE + 1]).await?;
    if open.is_some_and(|(open,)| open > RARE) {
        return walked(store, viewer, query, &[]).await;
    }
    let mut filter = condition(store, viewer, query, &[], 4)?;
    narrow_to_mine(&mut filter, viewer, query, 4);
    let sql = match query.sort {
        Sort::Name => BY_NAME,
        Sort::Changed => BY_CHANGE,
    };
    run(store, sql, bounds(query), filter).await
}

/// The words of a term. A term that is a whole reference, however it is parted, is one word.
///
/// Only what the viewer may see can make it one: what is hidden changes no answer.
async fn words(store: &Store, viewer: &Viewer, term: &str) -> Result<Vec<Word>, StoreError> {
    let tokens = fold_tokens(term);
    let whole = Word::whole(&compact(term));
    if tokens.len() > 1 && is_seen(store, viewer, &whole).await? {
        return Ok(vec![whole]);
    }
    Ok(tokens
        .iter()
        .take(WORDS_MAX)
        .map(|token| Word::beginning(token))
        .collect())
}

/// Whether a word matches somebody the viewer may see.
async fn is_seen(store: &Store, viewer: &Viewer, word: &Word) -> Result<bool, StoreError> {
    const SEEN: Sql = Sql::new(
        "select p.id from person_keys k join persons p on p.id = k.person_id
         where k.key >= $1 and k.key < $2 and {filter} limit 1",
    );
    let filter = store.filter(viewer, Action::See, Kind::Person, Columns::PERSONS, 3)?;
    let values = args![&word.from, &word.below];
    let rows: Vec<(Uuid,)> = store.db.all_filtered(SEEN, values, filter).await?;
    Ok(!rows.is_empty())
}

/// How many keys a word matches, counted up to one more than `enough`.
async fn matches(store: &Store, word: &Word, enough: i64) -> Result<i64, StoreError> {
    const COUNT: Sql = Sql::new(
        "select count(*) from (select 1 as one from person_keys k where k.key >= $1 and k.key < $2 limit $3) c",
    );
    let values = args![&word.from, &word.below, enough + 1];
    let row: Option<(i64,)> = store.db.opt(COUNT, values).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// The word with the fewest matches, and how many; `None` without words, or when one matches nobody.
async fn rarest(
    store: &Store,
    words: &[Word],
    enough: i64,
) -> Result<Option<(usize, i64)>, StoreError> {
    let mut rarest = None;
    for (place, word) in words.iter().enumerate() {
        let count = matches(store, word, enough).await?;
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
