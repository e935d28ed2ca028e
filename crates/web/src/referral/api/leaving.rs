//! What leaves, in the API: the paper, the data with the Home Office's keys, and preparing it.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use heyrick_domain::id::PublicId;
use heyrick_domain::referral::PrepareRefusal;
use heyrick_policy::Action;
use heyrick_store::StoreError;
use heyrick_store::list::lists;
use heyrick_store::preparation::{self, Outcome, Refusal, record_preparation};
use heyrick_store::referral::{Referral, referral_for};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{READ, WRITE};
use crate::App;
use crate::api::{Answer, Caller, Json, Problem, ProblemBody, Tongue};
use crate::paper;

pub(super) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(paper_pdf))
        .routes(routes!(data))
        .routes(routes!(show, prepare))
}

/// The referral on paper: PDF/UA-1, in the language asked for, marked with who printed it and when.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/paper.pdf", tag = "referrals", params(("id" = String, Path, description = "The referral")),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf"), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn paper_pdf(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(id): Path<String>,
) -> Answer {
    let viewer = caller.scope(READ)?;
    let printed = paper::printed(&app, viewer, locale, &PublicId(id)).await?;
    printed.ok_or_else(Problem::absent)
}

/// The referral as data, under the Home Office's keys.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/data.json", tag = "referrals", params(("id" = String, Path, description = "The referral")),
    responses((status = 200, body = serde_json::Value), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn data(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope(READ)?;
    let taken = paper::taken_out(&app, viewer, &PublicId(id)).await?;
    taken.ok_or_else(Problem::absent)
}

/// What would leave now.
#[derive(Debug, Serialize, ToSchema)]
struct ReadyToLeave {
    /// Where it goes: `nrm` or `dtn`.
    route: String,
    /// Words somebody typed stand in a notification: preparing it asks a second reader.
    needs_second_reader: bool,
    /// The mark of exactly this content; preparing takes it.
    mark: String,
}

/// Says what would leave, with the mark that preparing takes, or what keeps it back. What it holds in
/// full is `data.json`.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/preparation", tag = "referrals", params(("id" = String, Path, description = "The referral")),
    responses((status = 200, body = ReadyToLeave), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn show(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope(READ)?;
    let found = referral_for(&app.store, viewer, &PublicId(id)).await?;
    let referral = found.ok_or_else(Problem::absent)?;
    app.store
        .allow(viewer, Action::Prepare, &referral.resource)?;
    let content = preparation::ready(&referral).map_err(|why| kept_back(&referral, why))?;
    let body = ReadyToLeave {
        route: content.route.code().to_owned(),
        needs_second_reader: content.needs_second_reader(),
        mark: preparation::mark(&app.store, &content),
    };
    Ok(Out(body).into_response())
}

/// What was read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPreparation {
    /// The mark of what was read and may leave.
    #[schema(max_length = 100)]
    mark: String,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PreparedAs {
    /// Ready to hand over.
    Prepared,
    /// A second reader was asked for.
    InReview,
}

/// What became of a draft.
#[derive(Debug, Serialize, ToSchema)]
struct PreparationMade {
    /// Where it stands.
    outcome: PreparedAs,
}

/// Prepares a draft as it was read (201), or asks a second reader for it (202).
#[utoipa::path(
    post, path = "/api/v1/referrals/{id}/preparation", tag = "referrals", request_body = NewPreparation,
    params(("id" = String, Path, description = "The referral")),
    responses(
        (status = 201, body = PreparationMade),
        (status = 202, body = PreparationMade, description = "A second reader was asked for"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn prepare(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<NewPreparation>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let (status, outcome) = match record_preparation(&app.store, viewer, &id, &new.mark).await {
        Ok(Outcome::Prepared(_)) => (StatusCode::CREATED, PreparedAs::Prepared),
        Ok(Outcome::ReviewAsked(_)) => (StatusCode::ACCEPTED, PreparedAs::InReview),
        Ok(Outcome::Refused(why)) => {
            let referral = referral_for(&app.store, viewer, &id).await?;
            return Err(kept_back(&referral.ok_or_else(Problem::absent)?, why));
        }
        Ok(Outcome::Absent) => return Err(Problem::absent()),
        Ok(Outcome::Changed) | Err(StoreError::Stale) => {
            return Err(Problem::invalid().field("/mark", "preparation-changed"));
        }
        Err(error) => return Err(error.into()),
    };
    Ok((status, Out(PreparationMade { outcome })).into_response())
}

/// Why it cannot leave yet, answer by answer where it is answers that are missing.
fn kept_back(referral: &Referral, why: Refusal) -> Problem {
    match why {
        Refusal::Rule(PrepareRefusal::Unfinished { .. }) => {
            let draft = referral.draft(lists());
            let open = draft.unfinished().into_iter();
            open.flat_map(|step| draft.problems(step))
                .fold(Problem::invalid(), |problem, one| problem.answer(&one))
        }
        Refusal::Rule(rule) => Problem::invalid().field("", rule.code()),
        Refusal::MayNotLeave(places) => {
            let keys = places.keys.iter();
            keys.fold(Problem::invalid(), |problem, key| {
                problem.field(format!("/{key}"), "preparation-may-not-leave-here")
            })
        }
    }
}
