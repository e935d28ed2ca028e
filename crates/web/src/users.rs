//! Accounts, for whoever manages them: who there is, a new one, one closed or opened, a new password, a lost
//! second factor taken away. No case is anywhere near.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Role;
use heyrick_store::StoreError;
use heyrick_store::accounts::{
    Account, Change, Places, account_for, accounts_for, places_for, record_account, record_change,
};
use heyrick_store::user::NewUser;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::{Page, saved};
use crate::session::{Nothing, SafeForm, Signed};

/// Accounts of one page.
const PAGE: usize = 50;

/// `/users…`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/users", get(list))
        .route("/users/new", get(ask).post(add))
        .route("/users/{id}", get(one))
        .route("/users/{id}/{change}", post(change))
}

/// Whoever manages no accounts finds nothing here.
fn hidden(error: StoreError) -> PageError {
    match error {
        StoreError::NotAllowed => PageError::NotFound,
        other => other.into(),
    }
}

/// An account on a page.
#[derive(Debug, Serialize)]
struct Line {
    id: String,
    name: String,
    username: String,
    role: &'static str,
    agency: String,
    team: Option<String>,
    closed: bool,
    has_factor: bool,
    must_change: bool,
}

impl From<Account> for Line {
    fn from(account: Account) -> Self {
        let user = account.user;
        Self {
            id: user.public_id.0,
            name: user.display_name,
            username: user.username,
            role: user.role.code(),
            agency: account.agency,
            team: account.team,
            closed: user.disabled,
            has_factor: user.has_factor,
            must_change: user.must_change_password,
        }
    }
}

/// Which accounts are listed. No name is ever in an address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Which {
    role: String,
    state: String,
    page: usize,
}

async fn list(
    signed: Signed,
    State(app): State<App>,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let all = accounts_for(&app.store, &signed.viewer).await;
    let all = all.map_err(hidden)?.into_iter().map(Line::from);
    let wanted = |line: &Line| {
        (which.role.is_empty() || line.role == which.role)
            && (which.state.is_empty() || line.closed == (which.state == "closed"))
    };
    let lines: Vec<Line> = all.filter(wanted).collect();
    let (count, page) = (lines.len(), which.page.max(1));
    let shown: Vec<Line> = lines
        .into_iter()
        .skip((page - 1).saturating_mul(PAGE))
        .take(PAGE)
        .collect();
    Page::new("users/list.html", &signed)
        .with("lines", shown)
        .with("count", count)
        .with("page", page)
        .with("pages", count.div_ceil(PAGE).max(1))
        .with("roles", Role::ALL.map(Role::code))
        .with("role", which.role)
        .with("state", which.state)
        .render(&app)
}

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Typed {
    name: String,
    username: String,
    role: String,
    place: String,
}

/// An agency, or a team of one, to choose from.
#[derive(Debug, Serialize)]
struct Choice {
    value: String,
    text: String,
    selected: bool,
}

async fn ask(signed: Signed, State(app): State<App>) -> Result<Response, PageError> {
    form(&app, &signed, &Typed::default(), None).await
}

async fn form(
    app: &App,
    signed: &Signed,
    typed: &Typed,
    error: Option<(&'static str, &'static str)>,
) -> Result<Response, PageError> {
    let places = places_for(&app.store, &signed.viewer)
        .await
        .map_err(hidden)?;
    Page::new("users/new.html", signed)
        .with("typed", typed)
        .with("roles", Role::ALL.map(Role::code))
        .with("of_agencies", choices(&places, &typed.place))
        .errors(FormError::one(app, signed, error))
        .render(app)
}

/// Each agency by itself, then its teams.
fn choices(places: &Places, typed: &str) -> Vec<Choice> {
    let choice = |value: &PublicId, text: String| Choice {
        selected: value.0 == typed,
        value: value.0.clone(),
        text,
    };
    let mut all = Vec::new();
    for agency in &places.agencies {
        all.push(choice(&agency.public_id, agency.name.clone()));
        for team in places.teams.iter().filter(|team| team.agency == agency.id) {
            all.push(choice(
                &team.public_id,
                format!("{}, {}", agency.name, team.name),
            ));
        }
    }
    all
}

/// The account that was typed, or where and why it cannot be one.
fn read(typed: &Typed, places: &Places) -> Result<NewUser, (&'static str, &'static str)> {
    let role = Role::from_code(&typed.role).ok_or(("users-error-role", "role"))?;
    let team = places
        .teams
        .iter()
        .find(|team| team.public_id.0 == typed.place);
    let agency = places
        .agencies
        .iter()
        .find(|one| one.public_id.0 == typed.place);
    let agency = match (team, agency) {
        (Some(team), _) => team.agency,
        (None, Some(agency)) => agency.id,
        (None, None) => return Err(("users-error-place", "place")),
    };
    Ok(NewUser {
        username: typed.username.clone(),
        display_name: typed.name.clone(),
        role,
        agency,
        team: team.map(|team| team.id),
        password: None,
        must_change_password: true,
    })
}

async fn add(
    signed: Signed,
    State(app): State<App>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let places = places_for(&app.store, &signed.viewer)
        .await
        .map_err(hidden)?;
    let new = match read(&typed, &places) {
        Ok(new) => new,
        Err(error) => return form(&app, &signed, &typed, Some(error)).await,
    };
    match record_account(&app.store, &signed.viewer, new).await {
        Ok((user, password)) => shown(&app, &signed, &user.public_id, Some(password), None).await,
        Err(StoreError::Refused(key)) => {
            let field = match key {
                "username-plain" | "username-taken" => "username",
                "display-name-missing" => "name",
                _ => "place",
            };
            form(&app, &signed, &typed, Some((key, field))).await
        }
        Err(error) => Err(hidden(error)),
    }
}

async fn one(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    shown(&app, &signed, &PublicId(id), None, None).await
}

async fn shown(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    password: Option<String>,
    error: Option<&'static str>,
) -> Result<Response, PageError> {
    let found = account_for(&app.store, &signed.viewer, id)
        .await
        .map_err(hidden)?;
    let account = found.ok_or(PageError::NotFound)?;
    let own = account.user.id == signed.viewer.user;
    Page::new("users/one.html", signed)
        .with("whose", Line::from(account))
        .with("own", own)
        .with("password", password)
        .errors(FormError::one(
            app,
            signed,
            error.map(|key| (key, "changes")),
        ))
        .render(app)
}

async fn change(
    signed: Signed,
    State(app): State<App>,
    Path((id, change)): Path<(String, String)>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    let (id, (change, said)) = (
        PublicId(id),
        match change.as_str() {
            "close" => (Change::Close, "users-closed"),
            "open" => (Change::Open, "users-opened"),
            "password" => (Change::Password, "users-password-made"),
            "second-factor" => (Change::SecondFactor, "users-factor-removed"),
            _ => return Err(PageError::NotFound),
        },
    );
    match record_change(&app.store, &signed.viewer, &id, change).await {
        Ok(Some(None)) => Ok(saved(&format!("/users/{id}"), said)),
        Ok(Some(password)) => shown(&app, &signed, &id, password, None).await,
        Ok(None) => Err(PageError::NotFound),
        Err(StoreError::Refused(key)) => shown(&app, &signed, &id, None, Some(key)).await,
        Err(error) => Err(hidden(error)),
    }
}
