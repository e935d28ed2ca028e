//! What was typed when a session ended: shown again after sign-in, to be sent with one button.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use heyrick_store::stash;
use serde::Serialize;

use crate::app::App;
use crate::error::PageError;
use crate::page::Page;
use crate::session::{CSRF_FIELD, Nothing, SafeForm, Signed, fields};

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

async fn show(signed: Signed, State(app): State<App>) -> Result<Response, PageError> {
    let Some(kept) = stash::stash(&app.store, &signed.viewer).await? else {
        return Ok(Redirect::to("/").into_response());
    };
    let fields: Vec<Field> = fields(&kept.body)
        .into_iter()
        .filter(|(name, _)| name != CSRF_FIELD)
        .map(|(name, value)| Field { name, value })
        .collect();
    Page::new("account/restore.html", &signed)
        .with("path", kept.path)
        .with("at", kept.at)
        .with("fields", fields)
        .render(&app)
}

async fn discard(
    signed: Signed,
    State(app): State<App>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    stash::forget(&app.store, &signed.viewer).await?;
    Ok(Redirect::to("/").into_response())
}
