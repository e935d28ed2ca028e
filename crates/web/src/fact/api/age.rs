//! Ages in the API.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use heyrick_domain::age::{AgeStatus, AtWhat, Basis};
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_store::age::{RecordAgeError, record_ages};
use heyrick_store::fact::{RecordedAge, Shown, facts_for};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{READ, RouteBody, WRITE, optional_day};
use crate::App;
use crate::api::instant;
use crate::api::{Answer, Caller, Json, Problem, ProblemBody, words};

pub(super) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, record))
}

words! {
    /// What is believed of an age.
    AgeWord of AgeStatus { Adult = "adult", Child = "child", NotSure = "not_sure" }
}
words! {
    /// Which of the three ages.
    AtWord of AtWhat { Now = "now", Exploitation = "exploitation", Act = "act" }
}
words! {
    /// What it rests on. Only a document, a local authority's assessment or a court settles an age.
    BasisWord of Basis {
        Stated = "stated", Document = "document", OfficerView = "officer_view",
        LocalAuthorityAssessment = "local_authority_assessment", Court = "court", Other = "other",
    }
}

/// Something to record about an age.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAge {
    #[schema(inline)]
    at_what: AtWord,
    #[schema(inline)]
    value: AgeWord,
    #[schema(inline)]
    basis: BasisWord,
    /// The same in words; needed with `other`.
    #[schema(max_length = 2000)]
    basis_words: Option<String>,
    /// The day of a determination, if it is one; not in the future.
    #[schema(format = Date, example = "2026-09-30")]
    settled_on: Option<String>,
}

/// Something recorded about an age.
#[derive(Debug, Serialize, ToSchema)]
struct AgeBody {
    at_what: AtWord,
    value: AgeWord,
    basis: BasisWord,
    basis_words: Option<String>,
    #[schema(format = Date)]
    settled_on: Option<String>,
    /// Whether it settles a doubt.
    settles: bool,
    recorded_by: String,
    #[schema(format = DateTime)]
    recorded_at: String,
}

impl From<RecordedAge> for AgeBody {
    fn from(one: RecordedAge) -> Self {
        Self {
            at_what: one.fact.at_what.into(),
            value: one.fact.value.into(),
            basis: one.fact.basis.into(),
            settles: one.fact.settles(),
            settled_on: one.fact.settled_on.map(|day| day.to_string()),
            recorded_at: instant(one.fact.recorded_at),
            basis_words: one.basis_words,
            recorded_by: one.recorded_by,
        }
    }
}

/// What is known of somebody's ages, and everything recorded about them.
#[derive(Debug, Serialize, ToSchema)]
struct AgeList {
    /// Today; null when nothing is known. `not_sure` is treated as `child`.
    now: Option<AgeWord>,
    /// At any time during the exploitation.
    exploitation: Option<AgeWord>,
    /// At an alleged act.
    act: Option<AgeWord>,
    route: RouteBody,
    /// In the order they were recorded.
    items: Vec<AgeBody>,
}

/// Shows what is recorded of somebody's ages.
#[utoipa::path(
    get, path = "/api/v1/persons/{id}/ages", tag = "facts", params(("id" = String, Path, description = "The person")),
    responses((status = 200, body = AgeList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn list(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope(READ)?;
    answered(&app, viewer, &PublicId(id), StatusCode::OK).await
}

/// Records one age. What was recorded before stays.
#[utoipa::path(
    post, path = "/api/v1/persons/{id}/ages", tag = "facts", request_body = NewAge,
    params(("id" = String, Path, description = "The person")),
    responses((status = 201, body = AgeList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn record(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<NewAge>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let new = heyrick_domain::age::NewAge {
        at_what: new.at_what.into(),
        value: new.value.into(),
        basis: new.basis.into(),
        basis_words: new.basis_words,
        settled_on: optional_day(new.settled_on.as_deref(), "/settled_on")?,
    };
    match record_ages(&app.store, viewer, &id, &[new]).await {
        Ok(true) => answered(&app, viewer, &id, StatusCode::CREATED).await,
        Ok(false) => Err(Problem::absent()),
        Err(RecordAgeError::Rule(rule)) => {
            let pointer = format!("/{}", rule.field());
            Err(Problem::invalid().field(pointer, rule.code()))
        }
        Err(RecordAgeError::Store(error)) => Err(error.into()),
    }
}

async fn answered(
    app: &App,
    viewer: &Viewer,
    id: &PublicId,
    status: StatusCode,
) -> Result<Response, Problem> {
    let found = facts_for(&app.store, viewer, id, Shown::Ages).await?;
    let about = found.ok_or_else(Problem::absent)?;
    let list = AgeList {
        now: about.age_now().map(AgeWord::from),
        exploitation: about.facts.age_at(AtWhat::Exploitation).map(AgeWord::from),
        act: about.facts.age_at(AtWhat::Act).map(AgeWord::from),
        route: RouteBody::from(&about),
        items: about.facts.ages.into_iter().map(AgeBody::from).collect(),
    };
    Ok((status, Out(list)).into_response())
}
