//! The list of people: searched by a form that is posted, so that no name stands in an address; what was
//! searched for travels sealed, and going back and forth works.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use heyrick_domain::id::UserId;
use heyrick_domain::restriction::Level;
use heyrick_store::person::{Only, PersonLine, PersonQuery, Place, Sort, persons_for};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::may_add;
use crate::api::Cursor;
use crate::app::App;
use crate::error::PageError;
use crate::page::{Page, sees_cases};
use crate::session::{SafeForm, Signed};

/// People of one page.
const PAGE: usize = 25;
/// Longest search, in characters.
const TERM_MAX: usize = 200;

/// What an address asks for. `term` and `after` are sealed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    sort: String,
    mine: String,
    restricted: String,
    open: String,
    term: String,
    after: String,
}

/// What was typed and ticked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    term: String,
    only: Vec<String>,
    sort: String,
}

/// One line, as the template takes it.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    href: String,
    reference: String,
    label: String,
    name: Option<String>,
    other_names: Vec<String>,
    dob: Option<String>,
    level: Option<&'static str>,
    updated_at: i64,
}

impl From<PersonLine> for Line {
    fn from(line: PersonLine) -> Self {
        Self {
            href: format!("/people/{}", line.public_id),
            reference: line.reference,
            label: line.label,
            name: line.name,
            other_names: line.other_names,
            dob: line.dob.map(|dob| dob.to_string()),
            level: (line.level != Level::None).then(|| line.level.code()),
            updated_at: line.updated_at,
        }
    }
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    if !sees_cases(signed.viewer.role) {
        return Err(PageError::NotAllowed);
    }
    let query = PersonQuery {
        term: opened(&app, signed.viewer.user, "persons-term", &asked.term)?,
        after: opened::<Place>(&app, signed.viewer.user, "persons", &asked.after)?,
        sort: sort(&asked.sort),
        only: Only {
            mine: !asked.mine.is_empty(),
            restricted: !asked.restricted.is_empty(),
            open_referral: !asked.open.is_empty(),
        },
        limit: PAGE,
    };
    let page = persons_for(&app.store, &signed.viewer, &query).await?;
    let here = address(&query.only, query.sort, &asked.term);
    let next = match &page.next {
        Some(place) => Some(with(
            &here,
            "after",
            &sealed(&app, signed.viewer.user, "persons", place)?,
        )),
        None => None,
    };
    let lines: Vec<Line> = page.people.into_iter().map(Line::from).collect();
    Page::new("person/list.html", &signed)
        .with("lines", lines)
        .with("term", query.term.as_deref().unwrap_or_default())
        .with("only", ticked(&query.only))
        .with("sort", query.sort)
        .with("narrowed", query.only != Only::default())
        .with("first_href", query.after.is_some().then_some(here))
        .with("next_href", next)
        .with("may_add", may_add(&app, &signed.viewer))
        .render(&app)
}

pub(super) async fn search(
    signed: Signed,
    State(app): State<App>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    if !sees_cases(signed.viewer.role) {
        return Err(PageError::NotAllowed);
    }
    let ticked = |name: &str| typed.only.iter().any(|only| only == name);
    let only = Only {
        mine: ticked("mine"),
        restricted: ticked("restricted"),
        open_referral: ticked("open"),
    };
    let term: String = typed.term.trim().chars().take(TERM_MAX).collect();
    let term = if term.is_empty() {
        term
    } else {
        sealed(&app, signed.viewer.user, "persons-term", &term)?
    };
    let there = address(&only, sort(&typed.sort), &term);
    Ok(Redirect::to(&there).into_response())
}

fn sort(word: &str) -> Sort {
    match word {
        "changed" => Sort::Changed,
        _ => Sort::Name,
    }
}

fn ticked(only: &Only) -> Vec<&'static str> {
    let all = [
        ("mine", only.mine),
        ("restricted", only.restricted),
        ("open", only.open_referral),
    ];
    all.into_iter()
        .filter(|(_, is)| *is)
        .map(|(name, _)| name)
        .collect()
}

/// The first page of a list; `term` is sealed already.
fn address(only: &Only, sort: Sort, term: &str) -> String {
    let mut there = "/people".to_owned();
    for name in ticked(only) {
        there = with(&there, name, "1");
    }
    if sort == Sort::Changed {
        there = with(&there, "sort", "changed");
    }
    if !term.is_empty() {
        there = with(&there, "term", term);
    }
    there
}

/// Adds a part to an address; names and values are letters, digits, hyphens and underscores.
fn with(address: &str, name: &str, value: &str) -> String {
    let and = if address.contains('?') { '&' } else { '?' };
    format!("{address}{and}{name}={value}")
}

fn sealed(
    app: &App,
    user: UserId,
    list: &str,
    value: &impl Serialize,
) -> Result<String, PageError> {
    Cursor::seal(&app.store.keys, user, list, value)
        .map(|cursor| cursor.0)
        .map_err(|_| PageError::Unreadable)
}

fn opened<T: DeserializeOwned>(
    app: &App,
    user: UserId,
    list: &str,
    text: &str,
) -> Result<Option<T>, PageError> {
    if text.is_empty() {
        return Ok(None);
    }
    Cursor::open(&app.store.keys, user, list, text)
        .map(Some)
        .map_err(|_| PageError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_only_what_was_asked() {
        let all = Only {
            mine: true,
            restricted: true,
            open_referral: true,
        };
        assert_eq!(address(&Only::default(), Sort::Name, ""), "/people");
        assert_eq!(
            address(&all, Sort::Changed, "SEAL"),
            "/people?mine=1&restricted=1&open=1&sort=changed&term=SEAL"
        );
    }
}
