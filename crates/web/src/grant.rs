//! On-call cover and acting rank: who holds what in the viewer's teams, until when, and giving it.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use heyrick_domain::grant::{ACTING_ROLES, Relation, can_cover, may_give_rank};
use heyrick_domain::id::PublicId;
use heyrick_domain::london;
use heyrick_domain::user::{Role, Viewer};
use heyrick_store::grant::{Cover, NewCover};
use heyrick_store::user::User;
use heyrick_store::{StoreError, agency, grant, user};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::page::{Page, saved};
use crate::session::{Nothing, SafeForm, Signed};

/// `/grants` and what is below it.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/grants", get(show).post(give))
        .route("/grants/{id}/end", post(end))
}

/// Something to choose from a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) text: String,
}

/// A line of an error summary, as `layout.html` takes it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FormError {
    pub(crate) text: String,
    pub(crate) href: String,
}

impl FormError {
    pub(crate) fn of(app: &App, signed: &Signed, key: &str, field: &str) -> Self {
        Self {
            text: app.words.text(signed.locale(), key, &[]),
            href: format!("#{field}"),
        }
    }

    /// The one thing that is wrong, if anything is: the key of its sentence, and the field.
    pub(crate) fn one(app: &App, signed: &Signed, wrong: Option<(&str, &str)>) -> Vec<Self> {
        let error = wrong.map(|(key, field)| Self::of(app, signed, key, field));
        error.into_iter().collect()
    }
}

#[derive(Debug, Serialize)]
struct Line {
    id: String,
    subject: String,
    relation: &'static str,
    object: String,
    first: String,
    last: Option<String>,
    reason: String,
    granted_by: Option<String>,
}

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Typed {
    user: String,
    /// `team:` and a name in addresses, or `rank:` and a role.
    what: String,
    first_day: String,
    first_month: String,
    first_year: String,
    last_day: String,
    last_month: String,
    last_year: String,
    reason: String,
}

async fn show(signed: Signed, State(app): State<App>) -> Result<Response, PageError> {
    let today = app.store.today();
    let typed = Typed {
        first_day: today.day().to_string(),
        first_month: today.month().to_string(),
        first_year: today.year().to_string(),
        ..Typed::default()
    };
    page(&app, &signed, &typed, Vec::new()).await
}

/// The last day of a grant whose end is not included.
pub(crate) fn last_day(until_at: Option<i64>) -> Option<String> {
    until_at.map(|until| london::date_of(until.saturating_sub(1)).to_string())
}

async fn page(
    app: &App,
    signed: &Signed,
    typed: &Typed,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let held = grant::covers_for(&app.store, &signed.viewer).await?;
    let lines: Vec<Line> = held
        .into_iter()
        .map(|grant| Line {
            id: grant.public_id.0,
            subject: grant.subject,
            relation: grant.relation.code(),
            object: grant.object,
            first: london::date_of(grant.from_at).to_string(),
            last: last_day(grant.until_at),
            reason: grant.reason,
            granted_by: grant.granted_by,
        })
        .collect();
    Page::new("grant/grants.html", signed)
        .with("lines", lines)
        .with("colleagues", colleagues(app, &signed.viewer, false).await?)
        .with("things", things(app, signed).await?)
        .with("typed", typed)
        .errors(errors)
        .render(app)
}

/// Colleagues of the viewer's agency who work cases, by name.
pub(crate) async fn colleagues(
    app: &App,
    viewer: &Viewer,
    and_self: bool,
) -> Result<Vec<Choice>, StoreError> {
    let fits = |user: &User| {
        let other = and_self || user.id != viewer.user;
        user.agency == viewer.agency && !user.disabled && other && can_cover(user.role)
    };
    let all = user::users(&app.store).await?;
    Ok(all
        .into_iter()
        .filter(fits)
        .map(|user| Choice {
            value: user.public_id.0,
            text: user.display_name,
        })
        .collect())
}

/// The teams and ranks the viewer may give.
async fn things(app: &App, signed: &Signed) -> Result<Vec<Choice>, StoreError> {
    let viewer = &signed.viewer;
    let teams = agency::teams(&app.store).await?;
    let mut all: Vec<Choice> = teams
        .into_iter()
        .filter(|team| viewer.teams.contains(&team.id))
        .map(|team| Choice {
            value: format!("team:{}", team.public_id),
            text: words(app, signed, "grant-covers", &team.name),
        })
        .collect();
    for rank in ACTING_ROLES {
        if may_give_rank(rank, |role| viewer.holds(role)) {
            let name = app
                .words
                .text(signed.locale(), &format!("role-{}", rank.code()), &[]);
            all.push(Choice {
                value: format!("rank:{}", rank.code()),
                text: words(app, signed, "grant-acting", &name),
            });
        }
    }
    Ok(all)
}

fn words(app: &App, signed: &Signed, key: &str, what: &str) -> String {
    app.words.text(
        signed.locale(),
        key,
        &[("what", heyrick_words::Arg::from(what.to_owned()))],
    )
}

async fn give(
    signed: Signed,
    State(app): State<App>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let new = match read(&typed) {
        Ok(new) => new,
        Err((key, field)) => {
            let error = FormError::of(&app, &signed, key, field);
            return page(&app, &signed, &typed, vec![error]).await;
        }
    };
    match grant::record_cover(&app.store, &signed.viewer, &new).await {
        Ok(_) => Ok(saved("/grants", "grant-given")),
        Err(StoreError::Refused(key)) => {
            let error = FormError::of(&app, &signed, key, field_of(key));
            page(&app, &signed, &typed, vec![error]).await
        }
        Err(error) => Err(error.into()),
    }
}

fn field_of(key: &str) -> &'static str {
    match key {
        "grant-reason" => "reason",
        "grant-error-past" => "first-first_day",
        "grant-error-backwards" | "grant-error-long" => "last-last_day",
        "grant-team" | "grant-rank" => "what",
        _ => "user",
    }
}

fn read(typed: &Typed) -> Result<NewCover, (&'static str, &'static str)> {
    if typed.user.is_empty() {
        return Err(("grant-user-missing", "user"));
    }
    let what = match typed.what.split_once(':') {
        Some(("team", id)) => Cover::Team(PublicId(id.to_owned())),
        Some(("rank", code)) => {
            Cover::Rank(Role::from_code(code).ok_or(("grant-what-missing", "what"))?)
        }
        _ => return Err(("grant-what-missing", "what")),
    };
    let first = day(&typed.first_day, &typed.first_month, &typed.first_year)
        .ok_or(("grant-first-missing", "first-first_day"))?;
    let last = day(&typed.last_day, &typed.last_month, &typed.last_year)
        .ok_or(("grant-last-missing", "last-last_day"))?;
    Ok(NewCover {
        user: PublicId(typed.user.clone()),
        what,
        first,
        last,
        reason: typed.reason.clone(),
    })
}

/// A day typed as three numbers; `None` for one that is not in the calendar.
pub(crate) fn day(day: &str, month: &str, year: &str) -> Option<Date> {
    let year = year.trim().parse().ok().filter(|year| *year > 999)?;
    let month = month.trim().parse().ok()?;
    Date::new(year, month, day.trim().parse().ok()?).ok()
}

async fn end(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    if grant::record_cover_ended(&app.store, &signed.viewer, &PublicId(id)).await? {
        Ok(saved("/grants", "grant-ended"))
    } else {
        Err(PageError::NotFound)
    }
}

/// Relations a record can be given in.
pub(crate) const RECORD_RELATIONS: [Relation; 2] = [Relation::Allocated, Relation::Supervises];

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_is_three_numbers_of_the_calendar() {
        assert_eq!(day("3", " 03 ", "2026"), Some(date(2026, 3, 3)));
        for wrong in [("31", "2", "2026"), ("3", "3", "26"), ("", "3", "2026")] {
            assert_eq!(day(wrong.0, wrong.1, wrong.2), None, "{wrong:?}");
        }
    }
}
