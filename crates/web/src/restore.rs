//! What was typed when a session ended: shown again after sign-in, to be sent with one button.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use heyrick_domain::form;
use heyrick_store::stash;
use heyrick_words::Locale;
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

/// A field as it was sent. What somebody typed or chose is shown, with its question where a form asks it.
#[derive(Debug, Serialize)]
struct Field {
    shown: bool,
    label: Option<String>,
    name: String,
    value: String,
}

/// Fields of our own, which nobody typed.
const OURS: [&str; 25] = [
    "about",
    "account",
    "asked",
    "back",
    "base",
    "corrects",
    "event",
    "go",
    "key",
    "listed",
    "next",
    "offered",
    "only",
    "owner",
    "person",
    "preparation",
    "referral",
    "review",
    "rows",
    "rule",
    "section",
    "seen",
    "standing",
    "version",
    "was",
];

impl Field {
    fn of(app: &App, locale: Locale, (name, value): (String, String)) -> Self {
        let forms = form::shipped().unwrap_or_default().iter().rev();
        let label = forms.filter_map(|form| Some(form.label_key(form.question(&name)?)));
        let label = label.map(|key| app.words.text(locale, &key, &[])).next();
        let ours = OURS.contains(&name.as_str());
        Self {
            shown: !ours && !value.trim().is_empty(),
            label,
            name,
            value,
        }
    }
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
            .map(|field| Field::of(&app, signed.locale(), field))
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
