//! Referrals in the API: lists, beginning one, its state, contact with the local authority, withdrawal.
//! Answers are in `answers`, what leaves in `leaving`, what goes over the wire in `body`.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyrick_domain::id::PublicId;
use heyrick_domain::referral::{AuthorityOutcome, Stage};
use heyrick_store::StoreError;
use heyrick_store::authority::{NewAuthorityContact, record_authority_contact};
use heyrick_store::referral::list::{Place, RouteIs};
use heyrick_store::referral::{
    BeginOutcome, ReferralQuery, record_referral, referral_for, referrals_for,
};
use heyrick_store::withdrawal::record_withdrawal;
use heyrick_words::Locale;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::api::{
    Answer, Caller, Cursor, Json, LIMIT_MAX, LIMIT_USUAL, Problem, ProblemBody, Query, Tongue, etag,
};

mod advice;
pub(crate) mod answers;
mod body;
mod leaving;

use body::{LineBody, OutcomeWord, ReferralBody, RouteWord, StageWord};

/// What a token needs to read referrals.
pub(crate) const READ: &str = "referrals:read";
/// What a token needs to change them.
pub(crate) const WRITE: &str = "referrals:write";

/// `/api/v1/referrals` and what is below it.
pub fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(show))
        .routes(routes!(contact))
        .routes(routes!(withdraw))
        .merge(advice::api_routes())
        .merge(answers::api_routes())
        .merge(leaving::api_routes())
}

/// How many of a list: what the caller said, within reason.
pub(crate) fn limit(asked: Option<u32>) -> Result<usize, Problem> {
    let limit = asked.unwrap_or(LIMIT_USUAL);
    if (1..=LIMIT_MAX).contains(&limit) {
        Ok(usize::try_from(limit).unwrap_or(usize::MAX))
    } else {
        Err(Problem::new(StatusCode::BAD_REQUEST, "bad-query"))
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Listing {
    /// Only referrals that stand here.
    #[param(inline)]
    stage: Option<StageWord>,
    /// Only those that have not left and were not withdrawn.
    open: Option<bool>,
    /// Only those that lead here.
    #[param(inline)]
    route: Option<RouteWord>,
    /// Only those the token's owner began.
    mine: Option<bool>,
    /// Only those the token's owner works on.
    allocated_to_me: Option<bool>,
    /// Only those of this person.
    #[param(pattern = "^[a-z0-9]{1,40}$")]
    person: Option<String>,
    /// How many; 25 when left out, at most 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// A page of referrals.
#[derive(Debug, Serialize, ToSchema)]
struct ReferralList {
    /// The last changed first.
    items: Vec<LineBody>,
    /// Where the next page begins; null at the end.
    next: Option<String>,
}

/// Lists the referrals the token's owner may see, the last changed first.
#[utoipa::path(
    get, path = "/api/v1/referrals", tag = "referrals", params(Listing),
    responses((status = 200, body = ReferralList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn list(caller: Caller, State(app): State<App>, Query(asked): Query<Listing>) -> Answer {
    let viewer = caller.scope(READ)?;
    let after = asked
        .cursor
        .map(|cursor| Cursor::open::<Place>(&app.store.keys, viewer.user, "referrals", &cursor))
        .transpose()?;
    let query = ReferralQuery {
        stage: asked.stage.map(Stage::from),
        open: asked.open.unwrap_or_default(),
        route: asked.route.map(RouteIs::from),
        author_me: asked.mine.unwrap_or_default(),
        allocated_me: asked.allocated_to_me.unwrap_or_default(),
        person: asked.person.map(PublicId),
        after,
        limit: limit(asked.limit)?,
    };
    let page = referrals_for(&app.store, viewer, &query).await?;
    let next = page
        .next
        .map(|place| Cursor::seal(&app.store.keys, viewer.user, "referrals", &place))
        .transpose()?;
    let list = ReferralList {
        items: page.referrals.into_iter().map(LineBody::from).collect(),
        next: next.map(|cursor| cursor.0),
    };
    Ok(Out(list).into_response())
}

/// Whom to begin a referral of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReferral {
    /// The person's name in addresses.
    #[schema(example = "n6d4t9q2xkwz7gj3mfhc")]
    person: String,
}

/// Begins a referral, filled from what is known of the person. Where one has not left yet, that one is
/// answered (200) and none is made.
#[utoipa::path(
    post, path = "/api/v1/referrals", tag = "referrals", request_body = NewReferral,
    responses(
        (status = 201, body = ReferralBody, headers(("Location" = String), ("ETag" = String))),
        (status = 200, body = ReferralBody, description = "One has not left yet; go on with it", headers(("Location" = String), ("ETag" = String))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn begin(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Json { value: new, .. }: Json<NewReferral>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let (status, id) = match record_referral(&app.store, viewer, &PublicId(new.person)).await? {
        BeginOutcome::Begun(id) => (StatusCode::CREATED, id),
        BeginOutcome::Open(id) => (StatusCode::OK, id),
        BeginOutcome::Absent => return Err(Problem::absent()),
    };
    let place = format!("/api/v1/referrals/{id}");
    let shown = answered(&app, &caller, locale, &id, status).await?;
    Ok(([(header::LOCATION, place)], shown).into_response())
}

/// Shows where a referral stands: its stage, where it leads or what is missing for that, and each step.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}", tag = "referrals", params(("id" = String, Path, description = "The referral")),
    responses((status = 200, body = ReferralBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn show(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(id): Path<String>,
) -> Answer {
    caller.scope(READ)?;
    answered(&app, &caller, locale, &PublicId(id), StatusCode::OK).await
}

/// A referral as an answer. The look is journalled.
async fn answered(
    app: &App,
    caller: &Caller,
    locale: Locale,
    id: &PublicId,
    status: StatusCode,
) -> Result<Response, Problem> {
    let found = referral_for(&app.store, &caller.0, id).await?;
    let referral = found.ok_or_else(Problem::absent)?;
    let body = ReferralBody::of(&referral, &app.words, locale);
    let tag = [(header::ETAG, etag(referral.version))];
    Ok((status, tag, Out(body)).into_response())
}

/// A contact with the local authority about a child, or an attempt.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAuthorityContact)]
struct NewAttempt {
    /// How it ended. An attempt out of hours counts, and raises a task to try again.
    outcome: OutcomeWord,
    /// When it was made; not in the future.
    #[schema(format = DateTime, example = "2026-10-05T22:40:00Z")]
    attempted_at: String,
    /// Who was spoken to, or what was heard.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Records a contact with the local authority, or an attempt out of hours that failed.
#[utoipa::path(
    post, path = "/api/v1/referrals/{id}/authority-contacts", tag = "referrals", request_body = NewAttempt,
    params(("id" = String, Path, description = "The referral")),
    responses((status = 201, body = ReferralBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn contact(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<NewAttempt>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let attempted_at: Timestamp = new
        .attempted_at
        .parse()
        .map_err(|_| Problem::invalid().field("/attempted_at", "answer-api-instant"))?;
    let new = NewAuthorityContact {
        outcome: AuthorityOutcome::from(new.outcome),
        attempted_at: attempted_at.as_microsecond(),
        note: new.note,
    };
    match record_authority_contact(&app.store, viewer, &id, &new, app.settings.office_hours).await {
        Ok(true) => answered(&app, &caller, locale, &id, StatusCode::CREATED).await,
        Ok(false) => Err(Problem::absent()),
        Err(error) => Err(refused(error)),
    }
}

/// Why a referral is stopped.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWithdrawal {
    /// The reason, in words.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// Stops a referral that was not sent, for good. It is kept.
#[utoipa::path(
    post, path = "/api/v1/referrals/{id}/withdrawal", tag = "referrals", request_body = NewWithdrawal,
    params(("id" = String, Path, description = "The referral")),
    responses((status = 201, body = ReferralBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn withdraw(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<NewWithdrawal>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    match record_withdrawal(&app.store, viewer, &id, &new.reason).await {
        Ok(true) => answered(&app, &caller, locale, &id, StatusCode::CREATED).await,
        Ok(false) => Err(Problem::absent()),
        Err(error) => Err(refused(error)),
    }
}

/// A refusal of the store under the field it is about.
fn refused(error: StoreError) -> Problem {
    let (pointer, key) = match error {
        StoreError::Refused("authority-error-future") => ("/attempted_at", "answer-api-future"),
        StoreError::Refused("authority-error-open") => ("/outcome", "answer-api-office-hours"),
        StoreError::Refused("authority-error-note") => ("/note", "answer-api-note"),
        StoreError::Refused("withdrawal-error-reason") => ("/reason", "answer-api-reason"),
        StoreError::Refused("referral-closed") => ("", "answer-api-closed"),
        StoreError::Refused("referral-not-a-draft") => ("", "answer-api-not-a-draft"),
        error => return error.into(),
    };
    Problem::invalid().field(pointer, key)
}
