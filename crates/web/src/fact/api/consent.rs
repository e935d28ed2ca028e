//! Consents in the API: answers of one conversation recorded together.

use std::collections::BTreeMap;

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use heyrick_domain::consent::{
    Consent, ConsentError, ConsentItem, ConsentValue, Interpreter, Method,
};
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_store::StoreError;
use heyrick_store::consent::{RecordConsentError, record_consents};
use heyrick_store::fact::{RecordedConsent, Shown, facts_for};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{READ, RouteBody, WRITE};
use crate::App;
use crate::api::instant;
use crate::api::{Answer, Caller, Json, Problem, ProblemBody, words};

/// Most answers of one conversation.
const ANSWERS_MAX: usize = 20;

pub(super) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, record))
}

words! {
    /// What was asked.
    ItemWord of ConsentItem {
        NrmEntry = "nrm_entry", MsvccSupport = "msvcc_support", PoliceCooperation = "police_cooperation",
        DtnIdentity = "dtn_identity", DecisionToThirdParty = "decision_to_third_party", SharePartner = "share_partner",
        Explanation = "explanation",
    }
}
words! {
    /// What was answered. Which words a question takes depends on it.
    ValueWord of ConsentValue {
        Given = "given", Refused = "refused", NotAsked = "not_asked", CannotBeAsked = "cannot_be_asked",
        Withdrawn = "withdrawn", LacksCapacity = "lacks_capacity", Yes = "yes", No = "no", Undecided = "undecided",
        Overridden = "overridden",
    }
}
words! {
    /// How the interpreter stood to the person.
    InterpreterWord of Interpreter {
        NoneNeeded = "none_needed", Independent = "independent", Known = "known", Refused = "refused",
        NotAvailable = "not_available",
    }
}
words! {
    /// How it was explained.
    MethodWord of Method {
        InPerson = "in_person", Phone = "phone", Video = "video", Letter = "letter", None = "none",
    }
}

/// One answer of a conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewConsentAnswer {
    #[schema(inline)]
    item: ItemWord,
    #[schema(inline)]
    value: ValueWord,
    /// Why, in words; needed with `cannot_be_asked` and `overridden`.
    #[schema(max_length = 5000)]
    reason: Option<String>,
}

/// A conversation: how it was explained once, and each answer by itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewConsents {
    /// Who explained it.
    #[schema(min_length = 1, max_length = 200)]
    explained_by: String,
    /// When they were asked; not in the future.
    #[schema(format = DateTime, example = "2026-10-05T10:30:00Z")]
    asked_at: String,
    /// The language it was explained in.
    #[schema(max_length = 200)]
    language: Option<String>,
    #[schema(inline)]
    interpreter: Option<InterpreterWord>,
    /// Whether they chose the interpreter, or whether a man or a woman.
    #[serde(default)]
    interpreter_chosen: bool,
    /// Needed with `known`.
    #[schema(max_length = 5000)]
    interpreter_why: Option<String>,
    #[schema(inline)]
    method: Option<MethodWord>,
    /// Which of our explanations was used, by its `version`, such as `adult-2026-11`.
    #[schema(max_length = 200)]
    explanation_version: Option<String>,
    /// Which privacy notice was shown, as written on it.
    #[schema(max_length = 200)]
    notice_version: Option<String>,
    /// At least one, each to another question.
    #[schema(min_items = 1, max_items = 20)]
    answers: Vec<NewConsentAnswer>,
}

/// An answer, as it was recorded.
#[derive(Debug, Serialize, ToSchema)]
struct ConsentBody {
    id: String,
    item: ItemWord,
    value: ValueWord,
    #[schema(format = DateTime)]
    asked_at: String,
    explained_by: String,
    language: Option<String>,
    interpreter: Option<InterpreterWord>,
    interpreter_chosen: bool,
    interpreter_why: Option<String>,
    method: Option<MethodWord>,
    explanation_version: Option<String>,
    notice_version: Option<String>,
    reason: Option<String>,
    recorded_by: String,
    #[schema(format = DateTime)]
    recorded_at: String,
}

impl From<RecordedConsent> for ConsentBody {
    fn from(one: RecordedConsent) -> Self {
        let consent = one.consent;
        Self {
            id: one.public_id.0,
            item: consent.item.into(),
            value: consent.value.into(),
            asked_at: instant(consent.asked_at),
            explained_by: consent.explained_by,
            language: consent.language,
            interpreter: consent.interpreter.map(InterpreterWord::from),
            interpreter_chosen: consent.interpreter_chosen,
            interpreter_why: consent.interpreter_why,
            method: consent.method.map(MethodWord::from),
            explanation_version: consent.explanation_version,
            notice_version: consent.notice_version,
            reason: consent.reason,
            recorded_by: one.recorded_by,
            recorded_at: instant(one.recorded_at),
        }
    }
}

/// What somebody answered.
#[derive(Debug, Serialize, ToSchema)]
struct ConsentList {
    /// The answer that holds to each question that was asked.
    held: BTreeMap<&'static str, ValueWord>,
    route: RouteBody,
    /// In the order they were asked.
    items: Vec<ConsentBody>,
}

/// Shows every answer about consent, and which hold.
#[utoipa::path(
    get, path = "/api/v1/persons/{id}/consents", tag = "facts", params(("id" = String, Path, description = "The person")),
    responses((status = 200, body = ConsentList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn list(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope(READ)?;
    answered(&app, viewer, &PublicId(id), StatusCode::OK).await
}

/// Records the answers of one conversation, all or none. Earlier answers stay.
#[utoipa::path(
    post, path = "/api/v1/persons/{id}/consents", tag = "facts", request_body = NewConsents,
    params(("id" = String, Path, description = "The person")),
    responses((status = 201, body = ConsentList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn record(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<NewConsents>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let asked_at: Timestamp = new
        .asked_at
        .parse()
        .map_err(|_| Problem::invalid().field("/asked_at", "answer-api-instant"))?;
    if new.answers.len() > ANSWERS_MAX {
        return Err(Problem::invalid().field("/answers", "consent-error-twice"));
    }
    let answers: Vec<Consent> = new
        .answers
        .iter()
        .map(|answer| consent(&new, answer, asked_at))
        .collect();
    match record_consents(&app.store, viewer, &id, &answers).await {
        Ok(Some(_)) => answered(&app, viewer, &id, StatusCode::CREATED).await,
        Ok(None) => Err(Problem::absent()),
        Err(RecordConsentError::Rule { at, error }) => {
            Err(Problem::invalid().field(pointer(error, at), error.code()))
        }
        Err(RecordConsentError::Store(StoreError::Refused(key))) => {
            Err(Problem::invalid().field("/answers", key))
        }
        Err(RecordConsentError::Store(error)) => Err(error.into()),
    }
}

fn consent(new: &NewConsents, answer: &NewConsentAnswer, asked_at: Timestamp) -> Consent {
    Consent {
        item: answer.item.into(),
        value: answer.value.into(),
        asked_at: asked_at.as_microsecond(),
        explained_by: new.explained_by.clone(),
        language: new.language.clone(),
        interpreter: new.interpreter.map(Interpreter::from),
        interpreter_chosen: new.interpreter_chosen,
        interpreter_why: new.interpreter_why.clone(),
        method: new.method.map(Method::from),
        explanation_version: new.explanation_version.clone(),
        notice_version: new.notice_version.clone(),
        reason: answer.reason.clone(),
    }
}

/// Where in the body an error is: in one answer, or in what all share.
fn pointer(error: ConsentError, at: usize) -> String {
    match error.field() {
        field @ ("value" | "reason") => format!("/answers/{at}/{field}"),
        field => format!("/{field}"),
    }
}

async fn answered(
    app: &App,
    viewer: &Viewer,
    id: &PublicId,
    status: StatusCode,
) -> Result<Response, Problem> {
    let found = facts_for(&app.store, viewer, id, Shown::Consents).await?;
    let about = found.ok_or_else(Problem::absent)?;
    let held = |item: &ConsentItem| Some((item.code(), about.facts.consent(*item)?.into()));
    let list = ConsentList {
        held: ConsentItem::ALL.iter().filter_map(held).collect(),
        route: RouteBody::from(&about),
        items: about
            .facts
            .consents
            .into_iter()
            .map(ConsentBody::from)
            .collect(),
    };
    Ok((status, Out(list)).into_response())
}
