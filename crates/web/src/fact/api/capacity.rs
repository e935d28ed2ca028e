//! Assessments of capacity in the API.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use heyrick_domain::capacity::{CapacityAssessment, CapacityOutcome, Temporary};
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_store::capacity::{RecordCapacityError, record_assessment};
use heyrick_store::fact::{RecordedAssessment, Shown, facts_for};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{READ, RouteBody, WRITE, day, optional_day};
use crate::App;
use crate::api::instant;
use crate::api::{Answer, Caller, Json, Problem, ProblemBody, words};

pub(super) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, record))
}

words! {
    /// What was found.
    OutcomeWord of CapacityOutcome {
        HasCapacity = "has_capacity", LacksCapacity = "lacks_capacity",
    }
}
words! {
    /// Whether capacity may come back.
    TemporaryWord of Temporary { Yes = "yes", No = "no", NotKnown = "not_known" }
}

/// An assessment to record. With `lacks_capacity` all reasoning and a day to look again are needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAssessment {
    /// Who assessed.
    #[schema(min_length = 1, max_length = 200)]
    assessor: String,
    #[schema(format = Date, example = "2026-10-05")]
    assessed_on: String,
    /// `nrm_entry`, which also answers that question, or another decision in words.
    #[schema(min_length = 1, max_length = 200, example = "nrm_entry")]
    decision_asked: String,
    /// What they could and could not understand, retain, weigh and tell.
    #[serde(default)]
    #[schema(max_length = 15_000)]
    functional: String,
    /// The impairment or disturbance it is put down to.
    #[serde(default)]
    #[schema(max_length = 15_000)]
    diagnostic: String,
    /// What was done to help them decide.
    #[serde(default)]
    #[schema(max_length = 15_000)]
    support_given: String,
    #[schema(inline)]
    outcome: OutcomeWord,
    /// `not_known` when left out.
    #[schema(inline)]
    temporary: Option<TemporaryWord>,
    /// The day to look again.
    #[schema(format = Date)]
    reassess_on: Option<String>,
}

/// An assessment, as it was recorded.
#[derive(Debug, Serialize, ToSchema)]
struct AssessmentBody {
    id: String,
    assessor: String,
    #[schema(format = Date)]
    assessed_on: String,
    decision_asked: String,
    functional: String,
    diagnostic: String,
    support_given: String,
    outcome: OutcomeWord,
    temporary: TemporaryWord,
    #[schema(format = Date)]
    reassess_on: Option<String>,
    recorded_by: String,
    #[schema(format = DateTime)]
    recorded_at: String,
}

impl From<RecordedAssessment> for AssessmentBody {
    fn from(one: RecordedAssessment) -> Self {
        let made = one.assessment;
        Self {
            id: one.public_id.0,
            assessor: made.assessor,
            assessed_on: made.assessed_on.to_string(),
            decision_asked: made.decision_asked,
            functional: made.functional,
            diagnostic: made.diagnostic,
            support_given: made.support_given,
            outcome: made.outcome.into(),
            temporary: made.temporary.into(),
            reassess_on: made.reassess_on.map(|day| day.to_string()),
            recorded_by: one.recorded_by,
            recorded_at: instant(one.recorded_at),
        }
    }
}

/// Assessments of somebody's capacity.
#[derive(Debug, Serialize, ToSchema)]
struct AssessmentList {
    route: RouteBody,
    /// In the order they were recorded.
    items: Vec<AssessmentBody>,
}

/// Shows every assessment of somebody's capacity.
#[utoipa::path(
    get, path = "/api/v1/persons/{id}/capacity-assessments", tag = "facts",
    params(("id" = String, Path, description = "The person")),
    responses((status = 200, body = AssessmentList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn list(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope(READ)?;
    answered(&app, viewer, &PublicId(id), StatusCode::OK).await
}

/// Records an assessment. Somebody found unable to decide has not refused.
#[utoipa::path(
    post, path = "/api/v1/persons/{id}/capacity-assessments", tag = "facts", request_body = NewAssessment,
    params(("id" = String, Path, description = "The person")),
    responses((status = 201, body = AssessmentList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn record(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<NewAssessment>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let new = CapacityAssessment {
        assessor: new.assessor,
        assessed_on: day(&new.assessed_on, "/assessed_on")?,
        decision_asked: new.decision_asked,
        functional: new.functional,
        diagnostic: new.diagnostic,
        support_given: new.support_given,
        outcome: new.outcome.into(),
        temporary: new.temporary.map_or(Temporary::NotKnown, Temporary::from),
        reassess_on: optional_day(new.reassess_on.as_deref(), "/reassess_on")?,
    };
    let problems = new.problems(app.store.today());
    match record_assessment(&app.store, viewer, &id, &new).await {
        Ok(Some(_)) => answered(&app, viewer, &id, StatusCode::CREATED).await,
        Ok(None) => Err(Problem::absent()),
        Err(RecordCapacityError::Rule(_)) => {
            let invalid = Problem::invalid();
            let all = problems.into_iter();
            Err(all.fold(invalid, |problem, rule| {
                problem.field(format!("/{}", rule.field()), rule.code())
            }))
        }
        Err(RecordCapacityError::Store(error)) => Err(error.into()),
    }
}

async fn answered(
    app: &App,
    viewer: &Viewer,
    id: &PublicId,
    status: StatusCode,
) -> Result<Response, Problem> {
    let found = facts_for(&app.store, viewer, id, Shown::Assessments).await?;
    let about = found.ok_or_else(Problem::absent)?;
    let route = RouteBody::from(&about);
    let items = about.facts.assessments.into_iter();
    let list = AssessmentList {
        route,
        items: items.map(AssessmentBody::from).collect(),
    };
    Ok((status, Out(list)).into_response())
}
