//! What was typed when a session ended: shown again after sign-in, to be sent with one button.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use heyrick_store::stash;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::page::Page;
use crate::session::{CSRF_FIELD, SafeForm, Signed, fields};

/// `/restore`, `/restore/discard`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/restore", get(show))
        .route("/restore/discard", post(discard))
}

#[derive(Debug, Serialize)]
struct Field {
    name: String,
    value: String,
}

/// A form that was kept.
#[derive(Debug, Serialize)]
struct Kept {
    path: String,
    at: i64,
    fields: Vec<Field>,
}

async fn show(signed: Signed, State(app): State<App>) -> Result<Response, PageError> {
    let kept = stash::stashes(&app.store, &signed.viewer).await?;
    if kept.is_empty() {
        return Ok(Redirect::to("/").into_response());
    }
    let forms = kept.into_iter().map(|kept| Kept {
        fields: fields(&kept.body)
            .into_iter()
            .filter(|(name, _)| name != CSRF_FIELD)
            .map(|(name, value)| Field { name, value })
            .collect(),
        path: kept.path,
        at: kept.at,
    });
    Page::new("account/restore.html", &signed)
        .with("forms", forms.collect::<Vec<_>>())
        .render(&app)
}

/// Which one is not wanted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Which {
    path: String,
}

async fn discard(
    signed: Signed,
    State(app): State<App>,
    SafeForm(Which { path }): SafeForm<Which>,
) -> Result<Response, PageError> {
    stash::forget(&app.store, &signed.viewer, &path).await?;
    Ok(Redirect::to("/restore").into_response())
}
