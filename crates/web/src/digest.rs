//! Whether somebody wants the daily e-mail, and to what address: a form of their account page.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use heyrick_store::StoreError;
use heyrick_store::digest::{Preference, record_preference};
use serde::Deserialize;

use crate::account::{Overview, overview};
use crate::app::App;
use crate::error::PageError;
use crate::page::{saved, sees_cases};
use crate::session::{SafeForm, Signed};

/// `/account/digest`.
pub fn routes() -> Router<App> {
    Router::new().route("/account/digest", post(choose))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    wanted: String,
    email: String,
}

async fn choose(
    signed: Signed,
    State(app): State<App>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    if !sees_cases(signed.viewer.role) {
        return Err(PageError::NotAllowed);
    }
    let wanted = typed.wanted == "yes";
    match record_preference(&app.store, &signed.viewer, &typed.email, wanted).await {
        Ok(()) => Ok(saved("/account#digest", "digest-saved")),
        Err(StoreError::Refused(key)) => {
            let extra = Overview {
                digest: Some(Preference {
                    email: Some(typed.email),
                    wanted,
                }),
                error: Some((key, "#email")),
                ..Overview::default()
            };
            overview(&app, &signed, extra).await
        }
        Err(other) => Err(other.into()),
    }
}
