//! The explanation of the National Referral Mechanism, to be read aloud or printed before somebody is
//! asked. It holds no personal data; whoever is signed in may read it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use heyrick_domain::explanation::{Audience, Explanation, current};
use heyrick_words::Locale;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Answer, Caller, Problem, ProblemBody, Tongue};
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
    let parts = parts(held, signed.locale());
    Page::new("explanation/explanation.html", &signed)
        .with("audience", audience.code())
        .with("version", &held.id)
        .with("reading_age", held.reading_age)
        .with("valid_from", held.valid_from.to_string())
        .with("parts", parts)
        .render(&app)
}

/// Heading and words of each part, in one language.
fn parts(held: &Explanation, locale: Locale) -> Vec<&[String; 2]> {
    let parts = held.parts.iter().map(|part| match locale {
        Locale::Cy => &part.cy,
        Locale::En => &part.en,
    });
    parts.collect()
}

/// `/api/v1/explanation/{audience}`.
pub(crate) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show_data))
}

/// What somebody is told before they are asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Explanation)]
struct ExplanationBody {
    /// `adult` or `child`.
    audience: &'static str,
    /// Its name, for `explanation_version` of a consent.
    version: String,
    /// The first day it holds.
    #[schema(format = Date)]
    valid_from: String,
    /// Years of age at which a reader of English follows it.
    reading_age: u8,
    /// What is said, in order, in the language asked for.
    parts: Vec<PartBody>,
}

/// A heading and what is said under it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExplanationPart)]
struct PartBody {
    heading: String,
    words: String,
}

/// Shows the explanation in force, to be read aloud before somebody is asked. It holds nothing about anybody.
#[utoipa::path(
    get, path = "/api/v1/explanation/{audience}", tag = "facts",
    params(("audience" = String, Path, description = "`adult` or `child`", example = "adult")),
    responses((status = 200, body = ExplanationBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn show_data(
    _caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(audience): Path<String>,
) -> Answer {
    let audience = Audience::from_code(&audience).ok_or_else(Problem::absent)?;
    let held = current(audience, app.store.today()).ok_or_else(Problem::absent)?;
    let part = |[heading, words]: &[String; 2]| PartBody {
        heading: heading.clone(),
        words: words.clone(),
    };
    let body = ExplanationBody {
        audience: audience.code(),
        version: held.id.clone(),
        valid_from: held.valid_from.to_string(),
        reading_age: held.reading_age,
        parts: parts(held, locale).into_iter().map(part).collect(),
    };
    Ok(Json(body).into_response())
}
