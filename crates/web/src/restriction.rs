//! Restricting, sealing and opening a record.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use heyrick_domain::id::PublicId;
use heyrick_domain::restriction::Level;
use heyrick_policy::Kind;
use heyrick_store::restriction::{NewRestriction, RestrictError};
use heyrick_store::sight::Sight;
use heyrick_store::{StoreError, restriction, sight};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::grant::{FormError, day};
use crate::page::{Page, saved};
use crate::session::{SafeForm, Signed};
use crate::sight::folder;

/// `/people/{id}/restriction` and `/referrals/{id}/restriction`.
pub fn routes() -> Router<App> {
    Router::new()
        .route(
            "/people/{id}/restriction",
            get(show_person).post(decide_person),
        )
        .route(
            "/referrals/{id}/restriction",
            get(show_referral).post(decide_referral),
        )
}

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Typed {
    seen: String,
    level: String,
    reason: String,
    review_day: String,
    review_month: String,
    review_year: String,
    keep: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Before {
    level: &'static str,
    reason: String,
    review_on: String,
    decided_by: String,
    decided_at: i64,
}

#[derive(Debug, Serialize)]
struct Keeper {
    value: String,
    text: String,
    checked: bool,
}

async fn show_person(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &signed, Kind::Person, id, &Typed::default(), vec![]).await
}

async fn show_referral(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &signed, Kind::Referral, id, &Typed::default(), vec![]).await
}

async fn page(
    app: &App,
    signed: &Signed,
    kind: Kind,
    id: String,
    typed: &Typed,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let sight = sight::sight_for(&app.store, &signed.viewer, kind, &id).await?;
    let sight = sight.ok_or(PageError::NotFound)?;
    let levels = restriction::levels_open_to(&app.store, &signed.viewer, &sight.record);
    if levels.is_empty() {
        return Err(PageError::NotAllowed);
    }
    let before = restriction::restrictions_for(&app.store, &signed.viewer, kind, &id).await?;
    let before: Vec<Before> = before
        .unwrap_or_default()
        .into_iter()
        .map(|one| Before {
            level: one.level.code(),
            reason: one.reason,
            review_on: one.review_on.to_string(),
            decided_by: one.decided_by,
            decided_at: one.decided_at,
        })
        .collect();
    let levels: Vec<_> = levels.into_iter().map(Level::code).collect();
    Page::new("restriction/restriction.html", signed)
        .with("reference", &sight.record.reference)
        .with("level", sight.record.level().code())
        .with("record_href", format!("{}/{id}", folder(kind)))
        .with("levels", levels)
        .with("keepers", keepers(&sight, typed))
        .with("before", before)
        .with("typed", typed)
        .errors(errors)
        .render(app)
}

/// Who sees the record now, to be chosen from: what stays is what was ticked.
fn keepers(sight: &Sight, typed: &Typed) -> Vec<Keeper> {
    sight
        .others
        .iter()
        .map(|one| Keeper {
            checked: typed.keep.contains(&one.public_id.0),
            value: one.public_id.0.clone(),
            text: one.name.clone(),
        })
        .collect()
}

async fn decide_person(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    decide(&app, &signed, Kind::Person, id, &typed).await
}

async fn decide_referral(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    decide(&app, &signed, Kind::Referral, id, &typed).await
}

async fn decide(
    app: &App,
    signed: &Signed,
    kind: Kind,
    id: String,
    typed: &Typed,
) -> Result<Response, PageError> {
    let new = match read(typed) {
        Ok(new) => new,
        Err((key, field)) => {
            let error = FormError::of(app, signed, key, field);
            return page(app, signed, kind, id, typed, vec![error]).await;
        }
    };
    let name = PublicId(id.clone());
    let viewer = &signed.viewer;
    let (key, field) =
        match restriction::record_restriction(&app.store, viewer, kind, &name, &new).await {
            Ok(true) => {
                let next = format!("{}/{id}/sight", folder(kind));
                return Ok(saved(&next, "restriction-saved"));
            }
            Ok(false) => return Err(PageError::NotFound),
            Err(RestrictError::Rule(rule)) => (rule.code(), rule.field()),
            Err(RestrictError::Store(StoreError::Stale)) => ("restriction-error-stale", "level"),
            Err(RestrictError::Store(StoreError::Refused(key))) => (key, "keep"),
            Err(RestrictError::Store(error)) => return Err(error.into()),
        };
    let field = if field == "review_on" {
        "review-review_day"
    } else {
        field
    };
    let error = FormError::of(app, signed, key, field);
    page(app, signed, kind, id, typed, vec![error]).await
}

fn read(typed: &Typed) -> Result<NewRestriction, (&'static str, &'static str)> {
    let seen = Level::from_code(&typed.seen).ok_or(("restriction-error-stale", "level"))?;
    let level = Level::from_code(&typed.level).ok_or(("restriction-error-level", "level"))?;
    let parts = [&typed.review_day, &typed.review_month, &typed.review_year];
    let review_on = if parts.iter().all(|part| part.trim().is_empty()) {
        None
    } else {
        let on = day(&typed.review_day, &typed.review_month, &typed.review_year);
        Some(on.ok_or(("restriction-error-review", "review-review_day"))?)
    };
    Ok(NewRestriction {
        seen,
        level,
        reason: typed.reason.clone(),
        review_on,
        keep: typed.keep.iter().cloned().map(PublicId).collect(),
    })
}
