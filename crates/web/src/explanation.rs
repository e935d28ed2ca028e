//! The explanation of the National Referral Mechanism, to be read aloud or printed before somebody is
//! asked. It holds no personal data; whoever is signed in may read it.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use heyrick_domain::explanation::{Audience, current};
use heyrick_words::Locale;

use crate::app::App;
use crate::error::PageError;
use crate::page::Page;
use crate::session::Signed;

/// `/explanation/{audience}`.
pub fn routes() -> Router<App> {
    Router::new().route("/explanation/{audience}", get(show))
}

async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(audience): Path<String>,
) -> Result<Response, PageError> {
    let audience = Audience::from_code(&audience).ok_or(PageError::NotFound)?;
    let held = current(audience, app.store.today()).ok_or(PageError::NotFound)?;
    let parts: Vec<&[String; 2]> = held
        .parts
        .iter()
        .map(|part| match signed.locale() {
            Locale::Cy => &part.cy,
            Locale::En => &part.en,
        })
        .collect();
    Page::new("explanation/explanation.html", &signed)
        .with("audience", audience.code())
        .with("version", &held.id)
        .with("reading_age", held.reading_age)
        .with("valid_from", held.valid_from.to_string())
        .with("parts", parts)
        .render(&app)
}
