//! Decisions in somebody's best interests in the API, and their signatures.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use heyrick_domain::capacity::{BestInterestsDecision, Imca};
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_store::StoreError;
use heyrick_store::best_interests::{
    RecordBestInterestsError, RecordSignatureError, record_best_interests, record_signature,
};
use heyrick_store::fact::{RecordedBestInterests, Shown, facts_for};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{READ, RouteBody, WRITE};
use crate::App;
use crate::api::instant;
use crate::api::{Answer, Caller, Json, Problem, ProblemBody, words};

pub(super) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, record))
        .routes(routes!(sign))
}

words! {
    /// What was decided.
    DecisionWord of BestInterestsDecision { Refer = "refer", DoNotRefer = "do_not_refer" }
}
words! {
    /// Whether an independent mental capacity advocate took part.
    ImcaWord of Imca {
        Instructed = "instructed", NotRequired = "not_required", Unavailable = "unavailable",
    }
}

/// A decision to record, after an assessment that found that they cannot decide.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBestInterests {
    /// Who decides.
    #[schema(min_length = 1, max_length = 200)]
    decision_maker: String,
    /// Who was consulted, or why nobody could be.
    #[schema(min_length = 1, max_length = 15_000)]
    consultees: String,
    #[schema(inline)]
    imca: ImcaWord,
    /// Why no advocate took part; needed unless one was instructed.
    #[serde(default)]
    #[schema(max_length = 15_000)]
    imca_why: String,
    #[schema(inline)]
    decision: DecisionWord,
    #[schema(min_length = 1, max_length = 15_000)]
    reasons: String,
}

/// A supervisor's signature.
#[derive(Debug, Serialize, ToSchema)]
struct SignatureBody {
    signed_by: String,
    #[schema(format = DateTime)]
    signed_at: String,
    note: Option<String>,
}

/// A decision, as it was recorded.
#[derive(Debug, Serialize, ToSchema)]
struct BestInterestsBody {
    id: String,
    /// The assessment it follows.
    assessment: String,
    decision_maker: String,
    consultees: String,
    imca: ImcaWord,
    imca_why: String,
    decision: DecisionWord,
    reasons: String,
    recorded_by: String,
    #[schema(format = DateTime)]
    recorded_at: String,
    /// Null until a supervisor signs.
    signature: Option<SignatureBody>,
}

impl From<RecordedBestInterests> for BestInterestsBody {
    fn from(one: RecordedBestInterests) -> Self {
        let made = one.made;
        Self {
            id: one.public_id.0,
            assessment: one.assessment.0,
            decision_maker: made.decision_maker,
            consultees: made.consultees,
            imca: made.imca.into(),
            imca_why: made.imca_why,
            decision: made.decision.into(),
            reasons: made.reasons,
            recorded_by: one.recorded_by,
            recorded_at: instant(one.recorded_at),
            signature: one.signature.map(|signature| SignatureBody {
                signed_by: signature.by,
                signed_at: instant(signature.at),
                note: signature.note,
            }),
        }
    }
}

/// Decisions in somebody's best interests.
#[derive(Debug, Serialize, ToSchema)]
struct BestInterestsList {
    route: RouteBody,
    /// In the order they were recorded.
    items: Vec<BestInterestsBody>,
}

/// Shows every decision in somebody's best interests, with its signature.
#[utoipa::path(
    get, path = "/api/v1/persons/{id}/best-interests", tag = "facts",
    params(("id" = String, Path, description = "The person")),
    responses((status = 200, body = BestInterestsList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn list(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope(READ)?;
    answered(&app, viewer, &PublicId(id), StatusCode::OK).await
}

/// Records a decision. It counts once a supervisor who did not record it has signed.
#[utoipa::path(
    post, path = "/api/v1/persons/{id}/best-interests", tag = "facts", request_body = NewBestInterests,
    params(("id" = String, Path, description = "The person")),
    responses((status = 201, body = BestInterestsList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn record(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<NewBestInterests>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let new = heyrick_domain::capacity::NewBestInterests {
        decision_maker: new.decision_maker,
        consultees: new.consultees,
        imca: new.imca.into(),
        imca_why: new.imca_why,
        decision: new.decision.into(),
        reasons: new.reasons,
    };
    match record_best_interests(&app.store, viewer, &id, &new).await {
        Ok(Some(_)) => answered(&app, viewer, &id, StatusCode::CREATED).await,
        Ok(None) => Err(Problem::absent()),
        Err(RecordBestInterestsError::Rule(rule)) => {
            let pointer = match rule.field() {
                "assessment" => String::new(),
                field => format!("/{field}"),
            };
            Err(Problem::invalid().field(pointer, rule.code()))
        }
        Err(RecordBestInterestsError::Store(error)) => Err(error.into()),
    }
}

/// A signature.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSignature {
    /// What the supervisor writes beside it.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Signs a decision, as a supervisor of today who did not record it. A signature cannot be taken back.
#[utoipa::path(
    post, path = "/api/v1/best-interests/{id}/signature", tag = "facts", request_body = NewSignature,
    params(("id" = String, Path, description = "The decision")),
    responses((status = 201, body = BestInterestsList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn sign(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<NewSignature>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let signed = record_signature(&app.store, viewer, &PublicId(id), new.note.as_deref()).await;
    match signed {
        Ok(Some(person)) => {
            let mut answer = answered(&app, viewer, &person, StatusCode::CREATED).await?;
            // The path names no person: this says whose decisions the answer shows.
            let of = format!("/api/v1/persons/{person}/best-interests");
            let of = HeaderValue::from_str(&of).map_err(|_| Problem::absent())?;
            answer.headers_mut().insert(CONTENT_LOCATION, of);
            Ok(answer)
        }
        Ok(None) => Err(Problem::absent()),
        Err(RecordSignatureError::Rule(rule)) => Err(Problem::invalid().field("", rule.code())),
        Err(RecordSignatureError::Store(StoreError::Refused(key))) => {
            Err(Problem::invalid().field("/note", key))
        }
        Err(RecordSignatureError::Store(error)) => Err(error.into()),
    }
}

async fn answered(
    app: &App,
    viewer: &Viewer,
    id: &PublicId,
    status: StatusCode,
) -> Result<Response, Problem> {
    let found = facts_for(&app.store, viewer, id, Shown::BestInterests).await?;
    let about = found.ok_or_else(Problem::absent)?;
    let route = RouteBody::from(&about);
    let items = about.facts.best_interests.into_iter();
    let list = BestInterestsList {
        route,
        items: items.map(BestInterestsBody::from).collect(),
    };
    Ok((status, Out(list)).into_response())
}
