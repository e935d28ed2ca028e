//! The coach in the API: what somebody who decides would still ask for. Never a block, never a number.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use heyrick_domain::id::PublicId;
use heyrick_store::coach::{Told, coaching_for};
use heyrick_words::{Locale, Words};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::READ;
use crate::App;
use crate::api::{Answer, Caller, Problem, ProblemBody, Tongue};

pub(super) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(all))
}

/// One piece of advice.
#[derive(Debug, Serialize, ToSchema)]
struct AdviceLine {
    /// What it is about, such as `no-dates`.
    rule: String,
    /// The step that asks the question.
    step: String,
    /// The question.
    key: String,
    /// What is meant.
    what: String,
    /// What to add, from records; nobody is asked again because of it.
    add: String,
    /// The officer's own words that are meant, cut short.
    quote: Option<String>,
    /// The other referral, where the same words stand in one the token's owner may see.
    other: Option<String>,
    /// Why a colleague found it not to be needed here; null while it stands.
    not_needed_because: Option<String>,
}

impl AdviceLine {
    fn of(words: &Words, locale: Locale, told: Told, why: Option<String>) -> Self {
        Self {
            rule: told.advice.rule.code().to_owned(),
            what: words.text(locale, told.advice.rule.what(), &[]),
            add: words.text(locale, told.advice.rule.add(), &[]),
            step: told.advice.step,
            key: told.advice.key,
            quote: told.advice.quote,
            other: told.other.map(|(id, _)| id.0),
            not_needed_because: why,
        }
    }
}

/// All advice about a draft.
#[derive(Debug, Serialize, ToSchema)]
struct AdviceList {
    /// In the order in which we ask; what was set aside comes last.
    items: Vec<AdviceLine>,
}

/// Shows what somebody who decides would still ask for.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/advice", tag = "referrals", params(("id" = String, Path, description = "The referral")),
    responses((status = 200, body = AdviceList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn all(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(id): Path<String>,
) -> Answer {
    let viewer = caller.scope(READ)?;
    let found = coaching_for(&app.store, viewer, &PublicId(id)).await?;
    let (_, coaching) = found.ok_or_else(Problem::absent)?;
    let line = |told, why| AdviceLine::of(&app.words, locale, told, why);
    let open = coaching.open.into_iter().map(|told| line(told, None));
    let aside = coaching.aside.into_iter();
    let aside = aside.map(|(told, said)| line(told, Some(said.why)));
    let items = open.chain(aside).collect();
    Ok(Out(AdviceList { items }).into_response())
}
