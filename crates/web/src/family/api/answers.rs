//! What a family shares, in the API: written once for all, taken from one member, and chosen where a member's
//! own answer differs.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use heyrick_domain::form;
use heyrick_domain::form::post::from_json;
use heyrick_domain::id::PublicId;
use heyrick_store::family::{
    Chosen, NewShared, ShareOutcome, Take, offers_of, record_choices, record_shared,
    record_shared_from,
};
use heyrick_store::list::lists;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::found;
use crate::App;
use crate::api::{Answer, Caller, IfMatch, Json, Problem, ProblemBody, etag};
use crate::referral::api::answers::{AnswerBody, StepAnswers, unread};
use crate::referral::api::{READ, WRITE};

pub(super) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(answers, share_from))
        .routes(routes!(share))
        .routes(routes!(choose))
}

/// An answer that was written once for the family.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SharedAnswer)]
struct SharedBody {
    /// The question.
    key: String,
    /// The shared page that asks it.
    step: String,
    /// What was answered.
    #[schema(value_type = AnswerBody)]
    answer: form::Answer,
    /// Who wrote it.
    by: String,
}

/// A member's answer beside the family's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FamilyOffer)]
struct OfferBody {
    /// The member's referral.
    referral: String,
    /// Its version; a choice takes it.
    version: i64,
    /// The question.
    key: String,
    /// What the member's draft holds; null for nothing.
    #[schema(value_type = Option<AnswerBody>)]
    own: Option<form::Answer>,
    /// What was written for the family.
    #[schema(value_type = AnswerBody)]
    familys: form::Answer,
}

/// What a family shares, and what is left to choose.
#[derive(Debug, Serialize, ToSchema)]
struct FamilyAnswers {
    /// By question.
    shared: Vec<SharedBody>,
    /// Where a draft the token's owner may write holds something else.
    offers: Vec<OfferBody>,
}

/// Shows what the members share, and where a member's own answer differs.
#[utoipa::path(
    get, path = "/api/v1/families/{id}/answers", tag = "families", params(("id" = String, Path, description = "The family")),
    responses((status = 200, body = FamilyAnswers, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn answers(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    caller.scope(READ)?;
    shared(&app, &caller, &PublicId(id)).await
}

async fn shared(app: &App, caller: &Caller, id: &PublicId) -> Answer {
    let family = found(app, caller, id).await?;
    let offers = offers_of(&app.store, &caller.0, &family).await?;
    let step_of = |key: &String| {
        let mut steps = family.form.steps.iter();
        steps
            .find(|step| step.ask.contains(key))
            .map(|step| step.id.clone())
            .unwrap_or_default()
    };
    let body = FamilyAnswers {
        shared: family
            .shared
            .iter()
            .map(|(key, one)| SharedBody {
                key: key.clone(),
                step: step_of(key),
                answer: one.answer.clone(),
                by: one.by.clone(),
            })
            .collect(),
        offers: offers
            .into_iter()
            .flat_map(|offer| {
                let (referral, version) = (offer.referral, offer.version);
                offer.offers.into_iter().map(move |one| OfferBody {
                    referral: referral.0.clone(),
                    version,
                    key: one.key,
                    own: one.own,
                    familys: one.familys,
                })
            })
            .collect(),
    };
    let tag = [(header::ETAG, etag(family.version))];
    Ok((tag, Out(body)).into_response())
}

/// Writes answers of one shared page once for the family. Drafts that ask them and hold nothing hold them
/// from now on; where one holds something else, it is offered.
#[utoipa::path(
    put, path = "/api/v1/families/{id}/steps/{step}", tag = "families", request_body = StepAnswers,
    params(
        ("id" = String, Path, description = "The family"),
        ("step" = String, Path, description = "The shared page", example = "who-exploited-pv"),
        ("If-Match" = String, Header, description = "The family's `ETag`", example = "\"v1\"")
    ),
    responses(
        (status = 200, body = FamilyAnswers, headers(("ETag" = String))),
        (status = 412, body = ProblemBody, content_type = "application/problem+json", description = "Somebody changed the family meanwhile", headers(("ETag" = String))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn share(
    caller: Caller,
    State(app): State<App>,
    Path((id, step)): Path<(String, String)>,
    IfMatch(version): IfMatch,
    Json { value: sent, .. }: Json<Map<String, Value>>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let family = found(&app, &caller, &id).await?;
    let step = family.form.step(&step).ok_or_else(Problem::absent)?;
    let today = app.store.today();
    let posting = from_json(family.form, step, &sent, lists(), today).map_err(unread)?;
    if !posting.refused.is_empty() {
        let problem = Problem::invalid();
        return Err(posting.refused.iter().fold(problem, Problem::answer));
    }
    let new = NewShared {
        step: step.id.clone(),
        version,
        answers: posting.answers,
    };
    let outcome = record_shared(&app.store, viewer, &id, &new).await?;
    kept(&app, &caller, &id, outcome).await
}

/// Which answers of which member become the family's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SharedFrom {
    /// The member's referral.
    referral: String,
    /// Questions a family may share, answered there.
    #[schema(min_items = 1)]
    keys: Vec<String>,
}

/// Makes answers of one member's referral the family's.
#[utoipa::path(
    post, path = "/api/v1/families/{id}/answers", tag = "families", request_body = SharedFrom,
    params(
        ("id" = String, Path, description = "The family"),
        ("If-Match" = String, Header, description = "The family's `ETag`", example = "\"v1\"")
    ),
    responses(
        (status = 200, body = FamilyAnswers, headers(("ETag" = String))),
        (status = 412, body = ProblemBody, content_type = "application/problem+json", description = "Somebody changed the family meanwhile", headers(("ETag" = String))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn share_from(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json { value: from, .. }: Json<SharedFrom>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let (id, referral) = (PublicId(id), PublicId(from.referral));
    let store = &app.store;
    let outcome = record_shared_from(store, viewer, &id, version, &referral, &from.keys).await;
    kept(&app, &caller, &id, outcome.map_err(refused)?).await
}

async fn kept(app: &App, caller: &Caller, id: &PublicId, outcome: ShareOutcome) -> Answer {
    match outcome {
        ShareOutcome::Shared { .. } => shared(app, caller, id).await,
        ShareOutcome::Conflict(now) => Err(Problem::stale(now.version)),
        ShareOutcome::Absent => Err(Problem::absent()),
    }
}

/// Which of two answers stands.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TakeWord {
    /// The family's.
    Familys,
    /// The member's own; it is not offered again until the family's changes.
    Own,
}

/// A choice about one answer of one member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FamilyChoice {
    /// The member's referral.
    referral: String,
    /// Its version, from the offer.
    version: i64,
    /// The question.
    key: String,
    /// Which answer stands.
    take: TakeWord,
}

/// Choices, all of them or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FamilyChoices {
    /// At least one.
    #[schema(min_items = 1, max_items = 500)]
    choices: Vec<FamilyChoice>,
}

/// Records which answers stand where a member's and the family's differ.
#[utoipa::path(
    post, path = "/api/v1/families/{id}/choices", tag = "families", request_body = FamilyChoices,
    params(("id" = String, Path, description = "The family")),
    responses((status = 200, body = FamilyAnswers, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn choose(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<FamilyChoices>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let chosen: Vec<Chosen> = new
        .choices
        .into_iter()
        .map(|one| Chosen {
            referral: PublicId(one.referral),
            version: one.version,
            key: one.key,
            take: match one.take {
                TakeWord::Familys => Take::Familys,
                TakeWord::Own => Take::Own,
            },
        })
        .collect();
    if chosen.is_empty() {
        return Err(Problem::invalid().field("/choices", "family-error-choose"));
    }
    let recorded = record_choices(&app.store, viewer, &id, &chosen).await;
    if recorded.map_err(refused)? {
        shared(&app, &caller, &id).await
    } else {
        Err(Problem::absent())
    }
}

/// A refusal of the store under the field it is about.
fn refused(error: heyrick_store::StoreError) -> Problem {
    use heyrick_store::StoreError::Refused;
    match error {
        Refused("answer-not-asked-here") => {
            Problem::invalid().field("/keys", "family-error-not-shared")
        }
        Refused("referral-not-a-draft") => {
            Problem::invalid().field("/choices", "answer-api-not-a-draft")
        }
        error => error.into(),
    }
}
