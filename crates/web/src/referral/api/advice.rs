//! The coach in the API: what somebody who decides would still ask for. Never a block, never a number.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use heyrick_domain::coach::Rule;
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_store::StoreError;
use heyrick_store::coach::{
    Beyond, RecordSetAsideError, Told, Which, coaching_for, record_set_aside,
};
use heyrick_words::{Locale, Words};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{READ, WRITE};
use crate::App;
use crate::api::{Answer, Caller, Json, Problem, ProblemBody, Tongue};

pub(super) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(all, set_aside))
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
    /// The two dates between which nothing is told, or which stand in the wrong order, as far as they were written.
    between: Option<Between>,
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
            between: told.advice.between.map(|(from, to)| Between { from, to }),
            other: told.other.map(|(id, _)| id.0),
            not_needed_because: why,
        }
    }
}

/// Two dates, such as `2024-06` or `2024-06-03`.
#[derive(Debug, Serialize, ToSchema)]
struct Between {
    from: String,
    to: String,
}

/// Words an inspector was asked to compare with another record, whose writer may not see this one.
#[derive(Debug, Serialize, ToSchema)]
struct BeyondLine {
    /// The question they stand in.
    key: String,
    /// The other referral; null where the token's owner may not see it.
    other: Option<String>,
}

impl From<Beyond> for BeyondLine {
    fn from(one: Beyond) -> Self {
        Self {
            key: one.key,
            other: one.other.map(|(id, _)| id.0),
        }
    }
}

/// All advice about a draft.
#[derive(Debug, Serialize, ToSchema)]
struct AdviceList {
    /// In the order in which we ask; what was set aside comes last.
    items: Vec<AdviceLine>,
    /// What the token's owner was asked to compare, in a task of theirs that is open; empty for everybody else.
    beyond: Vec<BeyondLine>,
}

/// Which advice is not needed here, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSetAside {
    /// What it is about, such as `no-dates`.
    #[schema(max_length = 100)]
    rule: String,
    /// The question.
    #[schema(max_length = 200)]
    key: String,
    /// The other referral, where it is about one.
    #[schema(max_length = 100)]
    other: Option<String>,
    /// Why it is not needed.
    #[schema(min_length = 1, max_length = 500)]
    why: String,
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
    answered(&app, viewer, locale, &PublicId(id), StatusCode::OK).await
}

/// Sets one piece of advice aside, with why. It comes back when an answer it rests on changes; what was
/// set aside is kept, and nothing takes it back otherwise.
#[utoipa::path(
    post, path = "/api/v1/referrals/{id}/advice", tag = "referrals", request_body = NewSetAside,
    params(("id" = String, Path, description = "The referral")),
    responses((status = 201, body = AdviceList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn set_aside(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<NewSetAside>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let which = Which {
        rule: Rule::from_code(&new.rule)
            .ok_or_else(|| Problem::invalid().field("/rule", "coach-error-none"))?,
        key: new.key,
        about: new.other.map(PublicId),
    };
    match record_set_aside(&app.store, viewer, &id, &which, &new.why).await {
        Ok(true) => answered(&app, viewer, locale, &id, StatusCode::CREATED).await,
        Ok(false) => match coaching_for(&app.store, viewer, &id).await? {
            Some(_) => Err(Problem::invalid().field("/rule", "coach-error-none")),
            None => Err(Problem::absent()),
        },
        Err(RecordSetAsideError::Rule(error)) => {
            Err(Problem::invalid().field("/why", error.code()))
        }
        Err(RecordSetAsideError::Store(StoreError::Refused("referral-not-a-draft"))) => {
            Err(Problem::invalid().field("", "answer-api-closed"))
        }
        Err(RecordSetAsideError::Store(error)) => Err(error.into()),
    }
}

async fn answered(
    app: &App,
    viewer: &Viewer,
    locale: Locale,
    id: &PublicId,
    status: StatusCode,
) -> Answer {
    let found = coaching_for(&app.store, viewer, id).await?;
    let (_, coaching) = found.ok_or_else(Problem::absent)?;
    let line = |told, why| AdviceLine::of(&app.words, locale, told, why);
    let open = coaching.open.into_iter().map(|told| line(told, None));
    let aside = coaching.aside.into_iter();
    let aside = aside.map(|(told, said)| line(told, Some(said.why)));
    let items = open.chain(aside).collect();
    let beyond = coaching.beyond.into_iter().map(BeyondLine::from).collect();
    Ok((status, Out(AdviceList { items, beyond })).into_response())
}
