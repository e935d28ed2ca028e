//! Lists of tasks: mine, the team's, nobody's, overdue, gone up, waiting on others, later, done; narrowed by
//! day, kind and owner. Addresses hold codes and names of records, never a person's.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use heyrick_domain::id::PublicId;
use heyrick_domain::task::TaskKind;
use heyrick_domain::task::escalation::Rung;
use heyrick_domain::user::Viewer;
use heyrick_store::task::{
    COUNTED, Found, OwnerIs, Place, Sort, TaskPage, TaskQuery, Whose, find_by_reference_for,
    task_count_for, tasks_for,
};
use serde::{Deserialize, Serialize};

use super::{Line, supervises};
use crate::api::Cursor;
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::home::week_ends;
use crate::page::{Page, sees_cases};
use crate::session::{SafeForm, Signed};

/// Tasks on one page.
const PER_PAGE: u32 = 25;
/// Longest reference that is looked for, in characters.
const REFERENCE_MAX: usize = 20;

/// What the address says. Words that are not known count as none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    show: String,
    when: String,
    kind: String,
    owner: String,
    about: String,
    up: String,
    sort: String,
    after: String,
    before: String,
}

const SHOWN: [(&str, Whose); 8] = [
    ("mine", Whose::Mine),
    ("overdue", Whose::Mine),
    ("team", Whose::Team),
    ("unowned", Whose::Unowned),
    ("escalated", Whose::Escalated),
    ("others", Whose::WaitingOnOthers),
    ("later", Whose::Later),
    ("done", Whose::Done),
];
const SORTS: [(&str, Sort); 3] = [
    ("due", Sort::Due),
    ("kind", Sort::Kind),
    ("person", Sort::Person),
];

impl Wanted {
    fn shown(&self) -> (&'static str, Whose) {
        SHOWN
            .into_iter()
            .find(|(name, _)| *name == self.show)
            .unwrap_or(SHOWN[0])
    }

    fn sort(&self) -> (&'static str, Sort) {
        SORTS
            .into_iter()
            .find(|(name, _)| *name == self.sort)
            .unwrap_or(SORTS[0])
    }

    fn query(&self, app: &App, viewer: &Viewer) -> Result<TaskQuery, PageError> {
        let place = |cursor: &str| match cursor {
            "" => Ok(None),
            cursor => Cursor::open::<Place>(&app.store.keys, viewer.user, "tasks", cursor)
                .map(Some)
                .map_err(|_| PageError::Unreadable),
        };
        let (show, whose) = self.shown();
        let now = app.store.now();
        let (due_from, due_before) = match (show, self.when.as_str()) {
            ("overdue", _) | (_, "overdue") => (None, Some(now)),
            (_, "week") => (Some(now), Some(week_ends(app))),
            _ => (None, None),
        };
        Ok(TaskQuery {
            whose,
            due_from,
            due_before,
            kind: TaskKind::from_code(&self.kind),
            owner: match self.owner.as_str() {
                "nobody" => Some(OwnerIs::Nobody),
                id => PublicId::read(id).map(OwnerIs::Somebody),
            },
            about: PublicId::read(&self.about),
            rung: Rung::from_code(&self.up),
            delays: app.settings.delays,
            sort: self.sort().1,
            after: place(&self.after)?,
            before: place(&self.before)?,
            limit: PER_PAGE,
        })
    }

    /// The address of this list, without its page.
    fn address(&self, query: &TaskQuery) -> String {
        let owner = match &query.owner {
            Some(OwnerIs::Nobody) => "nobody",
            Some(OwnerIs::Somebody(id)) => &id.0,
            None => "",
        };
        let when = match self.when.as_str() {
            "overdue" => "overdue",
            "week" => "week",
            _ => "",
        };
        let sort = match self.sort() {
            ("due", _) => "",
            (name, _) => name,
        };
        let mut address = format!("/tasks?show={}", self.shown().0);
        for (name, value) in [
            ("when", when),
            ("kind", query.kind.map_or("", TaskKind::code)),
            ("owner", owner),
            ("about", query.about.as_ref().map_or("", |id| &id.0)),
            ("up", query.rung.map_or("", Rung::code)),
            ("sort", sort),
        ] {
            if !value.is_empty() {
                address.push_str(&format!("&{name}={value}"));
            }
        }
        address
    }
}

/// A choice of the filter.
#[derive(Debug, Serialize)]
struct Choice {
    value: &'static str,
    words: &'static str,
}

fn kinds() -> Vec<Choice> {
    let choice = |kind: &TaskKind| Choice {
        value: kind.code(),
        words: kind.words(),
    };
    TaskKind::ALL.iter().map(choice).collect()
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    page(&app, &signed, &wanted, "", None).await
}

async fn page(
    app: &App,
    signed: &Signed,
    wanted: &Wanted,
    looked_for: &str,
    wrong: Option<&'static str>,
) -> Result<Response, PageError> {
    if !sees_cases(signed.viewer.role) {
        return Err(PageError::NotAllowed);
    }
    let query = wanted.query(app, &signed.viewer)?;
    let TaskPage {
        tasks,
        next,
        previous,
    } = tasks_for(&app.store, &signed.viewer, &query).await?;
    let whole = next.is_none() && previous.is_none();
    let count = match whole {
        true => tasks.len(),
        false => task_count_for(&app.store, &signed.viewer, &query).await?,
    };
    let here = wanted.address(&query);
    let turn = |name: &str, place: Option<Place>| match place {
        Some(place) => Cursor::seal(&app.store.keys, signed.viewer.user, "tasks", &place)
            .map(|cursor| Some(format!("{here}&{name}={}", cursor.0)))
            .map_err(|_| PageError::Unreadable),
        None => Ok(None),
    };
    let (next, previous) = (turn("after", next)?, turn("before", previous)?);
    let errors: Vec<FormError> = wrong
        .into_iter()
        .map(|key| FormError::of(app, signed, key, "reference"))
        .collect();
    let tabs: Vec<&str> = SHOWN
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| *name != "escalated" || supervises(signed))
        .collect();
    let lines: Vec<Line> = tasks
        .into_iter()
        .map(|task| Line::of(app, signed, task))
        .collect();
    let narrowed = query.kind.is_some()
        || query.owner.is_some()
        || query.about.is_some()
        || query.rung.is_some()
        || !wanted.when.is_empty();
    Page::new("task/list.html", signed)
        .with("lines", lines)
        .with("count", count)
        .with("counted", count < COUNTED)
        .with("show", wanted.shown().0)
        .with("shown", tabs)
        .with("kinds", kinds())
        .with("kind", query.kind.map(TaskKind::code))
        .with("when", &wanted.when)
        .with("owner", here_owner(&query))
        .with("about", query.about.as_ref())
        .with("up", query.rung.map(Rung::code))
        .with("sort", wanted.sort().0)
        .with("sorts", SORTS.map(|(name, _)| name))
        .with("narrowed", narrowed)
        .with("reference", looked_for)
        .with("next", next)
        .with("previous", previous)
        .errors(errors)
        .render(app)
}

fn here_owner(query: &TaskQuery) -> Option<String> {
    match &query.owner {
        Some(OwnerIs::Nobody) => Some("nobody".to_owned()),
        Some(OwnerIs::Somebody(id)) => Some(id.0.clone()),
        None => None,
    }
}

/// What is looked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct LookedFor {
    reference: String,
}

/// Finds a task by its reference, or the tasks about a record by the record's. Posted, as every search is.
pub(super) async fn search(
    signed: Signed,
    State(app): State<App>,
    SafeForm(looked): SafeForm<LookedFor>,
) -> Result<Response, PageError> {
    if !sees_cases(signed.viewer.role) {
        return Err(PageError::NotAllowed);
    }
    let reference: String = looked
        .reference
        .trim()
        .chars()
        .take(REFERENCE_MAX)
        .collect();
    let found = find_by_reference_for(&app.store, &signed.viewer, &reference).await?;
    match found {
        Some(Found::Task(id)) => Ok(Redirect::to(&format!("/tasks/{id}")).into_response()),
        Some(Found::About(id)) => {
            Ok(Redirect::to(&format!("/tasks?show=team&about={id}")).into_response())
        }
        None => {
            let wanted = Wanted::default();
            page(
                &app,
                &signed,
                &wanted,
                &reference,
                Some("task-error-reference"),
            )
            .await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_only_what_was_understood() {
        let wanted = Wanted {
            show: "team".to_owned(),
            when: "week".to_owned(),
            kind: "trace".to_owned(),
            sort: "nonsense".to_owned(),
            ..Wanted::default()
        };
        let query = TaskQuery {
            kind: TaskKind::from_code("trace"),
            owner: Some(OwnerIs::Nobody),
            ..TaskQuery::default()
        };
        assert_eq!(
            wanted.address(&query),
            "/tasks?show=team&when=week&kind=trace&owner=nobody"
        );
        assert_eq!(
            Wanted::default().address(&TaskQuery::default()),
            "/tasks?show=mine"
        );
    }
}
