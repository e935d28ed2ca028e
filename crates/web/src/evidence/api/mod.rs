//! Evidence in the API: the list, one piece, describing it again, taking it away, its file; the list as paper
//! and data. How files arrive is in `upload`, what goes over the wire in `body`.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use heyrick_domain::evidence::{Described, EvidenceError};
use heyrick_domain::id::PublicId;
use heyrick_store::evidence::file::{Copy, FileOutcome, file_for};
use heyrick_store::evidence::{
    DescribedOutcome, Look, NewReference, RecordEvidenceError, evidence_for, one_for,
    record_described, record_evidence, record_reference, record_removal,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::file::{attachment, damaged};
use super::manifest;
use crate::App;
use crate::api::{Answer, Caller, IfMatch, Json, Problem, ProblemBody, Query, Tongue, etag};
use crate::referral::api::{READ, WRITE};

mod body;
mod upload;

use body::{DescribedBody, EvidenceBody, HistoryBody, MadeBody, WhyWord};

/// `/api/v1/referrals/{id}/evidence` and what is below it.
pub fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, attach))
        .routes(routes!(paper))
        .routes(routes!(data))
        .routes(routes!(refer))
        .routes(routes!(show, describe))
        .routes(routes!(remove))
        .routes(routes!(file))
        .merge(upload::api_routes())
}

/// What a rule found, field by field.
fn refused(rules: &[EvidenceError]) -> Problem {
    let rules = rules.iter();
    rules.fold(Problem::invalid(), |problem, rule| {
        problem.field(format!("/{}", rule.field()), rule.code())
    })
}

impl From<RecordEvidenceError> for Problem {
    fn from(error: RecordEvidenceError) -> Self {
        match error {
            RecordEvidenceError::Rules(rules) => refused(&rules),
            RecordEvidenceError::Store(error) => error.into(),
        }
    }
}

/// The evidence of a referral.
#[derive(Debug, Serialize, ToSchema)]
struct EvidenceAll {
    /// How many files are attached, of a hundred.
    files: usize,
    /// Everything in the order of its numbers; what was taken away says so.
    items: Vec<EvidenceBody>,
}

/// The evidence of a referral: files and what is kept elsewhere, at most a few hundred.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/evidence", tag = "evidence", params(("id" = String, Path, description = "The referral")),
    responses((status = 200, body = EvidenceAll), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn list(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope(READ)?;
    let list = evidence_for(&app.store, viewer, &PublicId(id), Look::Shown).await?;
    let list = list.ok_or_else(Problem::absent)?;
    let reference = &list.referral.reference;
    let body = EvidenceAll {
        files: list.files(),
        items: list
            .evidence
            .iter()
            .map(|one| EvidenceBody::of(reference, one))
            .collect(),
    };
    Ok(Out(body).into_response())
}

/// The list of evidence on paper: PDF/UA-1, in the language asked for.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/evidence.pdf", tag = "evidence", params(("id" = String, Path, description = "The referral")),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf"), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn paper(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(id): Path<String>,
) -> Answer {
    let viewer = caller.scope(READ)?;
    let printed = manifest::printed(&app, viewer, locale, &PublicId(id)).await?;
    printed.ok_or_else(Problem::absent)
}

/// The list of evidence as data to go along: what stands, with the names the files leave under.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/evidence.json", tag = "evidence", params(("id" = String, Path, description = "The referral")),
    responses((status = 200, body = serde_json::Value), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn data(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope(READ)?;
    let taken = manifest::taken_out(&app, viewer, &PublicId(id)).await?;
    taken.ok_or_else(Problem::absent)
}

/// Files that arrived, and what is said about them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEvidence {
    /// The uploads, each arrived whole.
    #[schema(min_items = 1, max_items = 100)]
    uploads: Vec<String>,
    /// What they are.
    #[schema(min_length = 1, max_length = 1000)]
    what: String,
    /// The day, month or year of the thing itself: `2026-08-03`, `2026-08`, `2026`, `~2026`; null when nobody knows.
    dated: Option<String>,
    /// Where they came from.
    #[schema(max_length = 500)]
    origin: Option<String>,
}

/// Attaches files that arrived, all under the same description.
#[utoipa::path(
    post, path = "/api/v1/referrals/{id}/evidence", tag = "evidence", request_body = NewEvidence,
    params(("id" = String, Path, description = "The referral")),
    responses((status = 201, body = MadeBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn attach(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<NewEvidence>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let described = described(new.what, new.dated.as_deref(), new.origin)?;
    let mut uploads: Vec<PublicId> = new.uploads.into_iter().map(PublicId).collect();
    uploads.sort();
    uploads.dedup();
    if uploads.is_empty() {
        return Err(Problem::invalid().field("/uploads", "evidence-error-nothing"));
    }
    let made = record_evidence(&app.store, viewer, &PublicId(id), &uploads, &described).await?;
    let made = made.ok_or_else(Problem::absent)?;
    Ok((StatusCode::CREATED, Out(MadeBody::of(made))).into_response())
}

/// What somebody says about a thing.
///
/// # Errors
/// [`Problem`] for a date that cannot be read.
fn described(
    what: String,
    dated: Option<&str>,
    origin: Option<String>,
) -> Result<Described, Problem> {
    let dated = dated.map(str::parse).transpose();
    Ok(Described {
        what,
        dated: dated.map_err(|_| Problem::invalid().field("/dated", "evidence-error-date"))?,
        origin: origin.unwrap_or_default(),
    })
}

/// A thing that stays where it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewKeptElsewhere {
    why: WhyWord,
    /// The reference under which it is kept, and where.
    #[schema(min_length = 1, max_length = 200)]
    reference: String,
    /// What it is.
    #[schema(min_length = 1, max_length = 1000)]
    what: String,
    /// As of a file.
    dated: Option<String>,
    /// Where it came from.
    #[schema(max_length = 500)]
    origin: Option<String>,
}

/// Records a thing that is never uploaded, or is kept elsewhere, by its reference.
#[utoipa::path(
    post, path = "/api/v1/referrals/{id}/evidence/references", tag = "evidence", request_body = NewKeptElsewhere,
    params(("id" = String, Path, description = "The referral")),
    responses((status = 201, body = MadeBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn refer(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<NewKeptElsewhere>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let new = NewReference {
        why: new.why.into(),
        reference: new.reference,
        described: described(new.what, new.dated.as_deref(), new.origin)?,
    };
    let made = record_reference(&app.store, viewer, &PublicId(id), &new).await?;
    let made = made.ok_or_else(Problem::absent)?;
    Ok((StatusCode::CREATED, Out(MadeBody::of(vec![made]))).into_response())
}

/// One piece of evidence with everything that was said about it.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/evidence/{evidence}", tag = "evidence",
    params(("id" = String, Path, description = "The referral"), ("evidence" = String, Path, description = "The evidence")),
    responses(
        (status = 200, body = HistoryBody, headers(("ETag" = String))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn show(
    caller: Caller,
    State(app): State<App>,
    Path((id, evidence)): Path<(String, String)>,
) -> Answer {
    let viewer = caller.scope(READ)?;
    let found = one_for(&app.store, viewer, &PublicId(id), &PublicId(evidence)).await?;
    let (list, one, said) = found.ok_or_else(Problem::absent)?;
    let tag = [(header::ETAG, etag(one.version))];
    let body = HistoryBody {
        evidence: EvidenceBody::of(&list.referral.reference, &one),
        said: said.into_iter().map(DescribedBody::from).collect(),
    };
    Ok((tag, Out(body)).into_response())
}

/// What is said about a thing, anew.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DescribedAgain {
    /// What it is.
    #[schema(min_length = 1, max_length = 1000)]
    what: String,
    /// As of a new one.
    dated: Option<String>,
    /// Where it came from.
    #[schema(max_length = 500)]
    origin: Option<String>,
}

/// Describes a piece of evidence again. What was said before stays in its history.
#[utoipa::path(
    put, path = "/api/v1/referrals/{id}/evidence/{evidence}", tag = "evidence", request_body = DescribedAgain,
    params(
        ("id" = String, Path, description = "The referral"), ("evidence" = String, Path, description = "The evidence"),
        ("If-Match" = String, Header, description = "The version that was read, as its ETag", example = "\"v1\"")
    ),
    responses(
        (status = 204, description = "Described", headers(("ETag" = String))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn describe(
    caller: Caller,
    State(app): State<App>,
    Path((id, evidence)): Path<(String, String)>,
    IfMatch(version): IfMatch,
    Json { value: new, .. }: Json<DescribedAgain>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let described = described(new.what, new.dated.as_deref(), new.origin)?;
    let (id, evidence) = (PublicId(id), PublicId(evidence));
    match record_described(&app.store, viewer, &id, &evidence, version, &described).await? {
        DescribedOutcome::Saved(version) => {
            let tag = [(header::ETAG, etag(version))];
            Ok((StatusCode::NO_CONTENT, tag).into_response())
        }
        DescribedOutcome::Conflict(now) => Err(Problem::stale(now.version)),
        DescribedOutcome::Absent => Err(Problem::absent()),
    }
}

/// Why it is taken away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRemoval {
    /// In a sentence.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Takes a piece of evidence away from the referral, with the reason. It is kept until retention decides.
#[utoipa::path(
    post, path = "/api/v1/referrals/{id}/evidence/{evidence}/removal", tag = "evidence", request_body = NewRemoval,
    params(("id" = String, Path, description = "The referral"), ("evidence" = String, Path, description = "The evidence")),
    responses((status = 204, description = "Taken away"), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn remove(
    caller: Caller,
    State(app): State<App>,
    Path((id, evidence)): Path<(String, String)>,
    Json { value: new, .. }: Json<NewRemoval>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let (id, evidence) = (PublicId(id), PublicId(evidence));
    if record_removal(&app.store, viewer, &id, &evidence, &new.reason).await? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Problem::absent())
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// The picture as it was attached, place and device included; without it, the copy that is shared.
    original: Option<bool>,
}

/// The file of a piece of evidence, piece by piece. A transfer that ends before its length means that the file
/// was found damaged on the way.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/evidence/{evidence}/file", tag = "evidence",
    params(("id" = String, Path, description = "The referral"), ("evidence" = String, Path, description = "The evidence"), Which),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn file(
    caller: Caller,
    State(app): State<App>,
    Path((id, evidence)): Path<(String, String)>,
    Query(which): Query<Which>,
) -> Answer {
    let viewer = caller.scope(READ)?;
    let copy = match which.original {
        Some(true) => Copy::Original,
        Some(false) | None => Copy::Shared,
    };
    let (id, evidence) = (PublicId(id), PublicId(evidence));
    match file_for(&app.store, viewer, &id, &evidence, copy).await? {
        FileOutcome::Opened(opened) => Ok(attachment(opened)),
        FileOutcome::Damaged(condition) => Err(Problem::invalid().field("", damaged(condition))),
        FileOutcome::Absent => Err(Problem::absent()),
    }
}
