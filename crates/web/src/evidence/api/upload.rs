//! Files on their way in the API: begun with a size, sent in pieces that say where they begin, gone on with
//! after a break, given up. What has arrived is asked for with `GET`.

use axum::Json as Out;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyrick_domain::evidence::FileKind;
use heyrick_domain::id::PublicId;
use heyrick_store::evidence::upload::{
    NewUpload, PieceOutcome, State as At, record_piece, record_upload, record_upload_discarded,
    upload_for,
};
use heyrick_store::evidence::{Look, Upload, evidence_for};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::api::instant;
use crate::api::{Answer, Caller, Json, Problem, ProblemBody};
use crate::evidence::parts::{OFFSET, offset};
use crate::referral::api::WRITE;

pub(super) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(show, piece, discard))
}

/// A file on its way.
#[derive(Debug, Serialize, ToSchema)]
struct UploadBody {
    /// Its name in addresses.
    id: String,
    /// What it is called.
    name: String,
    /// What its sender said to find it again by.
    mark: Option<String>,
    /// How long it is to be; null for one from a plain form.
    size: Option<u64>,
    /// How many bytes arrived: the next piece begins here.
    received: u64,
    /// `coming`, `arrived` or `refused`.
    state: &'static str,
    /// What it is, once it arrived.
    media_type: Option<&'static str>,
    /// When it is swept unless it goes on or is attached (RFC 3339).
    expires_at: String,
}

impl From<Upload> for UploadBody {
    fn from(upload: Upload) -> Self {
        let (state, kind) = match upload.state {
            At::Coming => ("coming", None),
            At::Arrived(kind) => ("arrived", Some(kind)),
            At::Refused(_) => ("refused", None),
        };
        Self {
            id: upload.public_id.0,
            name: upload.name,
            mark: upload.mark,
            size: upload.size,
            received: upload.received,
            state,
            media_type: kind.map(FileKind::media_type),
            expires_at: instant(upload.expires_at),
        }
    }
}

/// Where a file stands, its offset in the head as well.
fn standing(status: StatusCode, upload: Upload) -> Response {
    let head = [(OFFSET, upload.received.to_string())];
    (status, head, Out(UploadBody::from(upload))).into_response()
}

/// The caller's own files on their way.
#[derive(Debug, Serialize, ToSchema)]
struct UploadList {
    /// The first one first; at most a hundred wait.
    items: Vec<UploadBody>,
}

/// The caller's own files of a referral that are on their way or wait to be attached.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/evidence/uploads", tag = "evidence", params(("id" = String, Path, description = "The referral")),
    responses((status = 200, body = UploadList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn list(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let list = evidence_for(&app.store, viewer, &PublicId(id), Look::Shown).await?;
    let list = list.ok_or_else(Problem::absent)?;
    let body = UploadList {
        items: list.uploads.into_iter().map(UploadBody::from).collect(),
    };
    Ok(Out(body).into_response())
}

/// A file somebody is about to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UploadBegin {
    /// What it is called. It is only shown; a path in it is left out.
    #[schema(max_length = 1000)]
    name: String,
    /// How long it is: at most 25 MB of 1,048,576 bytes.
    #[schema(minimum = 1, maximum = 26_214_400)]
    size: u64,
    /// Something of the caller's own to find it again by.
    #[schema(max_length = 100)]
    mark: Option<String>,
}

/// Begins a file. Its pieces go to the address in `Location`, in their order.
#[utoipa::path(
    post, path = "/api/v1/referrals/{id}/evidence/uploads", tag = "evidence", request_body = UploadBegin,
    params(("id" = String, Path, description = "The referral")),
    responses(
        (status = 201, body = UploadBody, headers(("Location" = String), ("Upload-Offset" = u64))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn begin(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<UploadBegin>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let new = NewUpload {
        name: &new.name,
        size: new.size,
        mark: new.mark.as_deref(),
    };
    let upload = record_upload(&app.store, viewer, &id, new).await?;
    let upload = upload.ok_or_else(Problem::absent)?;
    let place = format!(
        "/api/v1/referrals/{id}/evidence/uploads/{}",
        upload.public_id
    );
    let head = [(header::LOCATION, place)];
    Ok((head, standing(StatusCode::CREATED, upload)).into_response())
}

/// Where a file stands.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/evidence/uploads/{upload}", tag = "evidence",
    params(("id" = String, Path, description = "The referral"), ("upload" = String, Path, description = "The upload")),
    responses(
        (status = 200, body = UploadBody, headers(("Upload-Offset" = u64))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn show(
    caller: Caller,
    State(app): State<App>,
    Path((id, upload)): Path<(String, String)>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let found = upload_for(&app.store, viewer, &PublicId(id), &PublicId(upload)).await?;
    Ok(standing(StatusCode::OK, found.ok_or_else(Problem::absent)?))
}

/// Sends the next piece, of at most 1,048,576 bytes. One that does not begin where the file ends is not kept
/// (409 with the offset). With the last piece the file is looked at: one we do not take is refused here (422).
#[utoipa::path(
    patch, path = "/api/v1/referrals/{id}/evidence/uploads/{upload}", tag = "evidence",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    params(
        ("id" = String, Path, description = "The referral"), ("upload" = String, Path, description = "The upload"),
        ("Upload-Offset" = u64, Header, description = "Where the piece begins")
    ),
    responses(
        (status = 200, body = UploadBody, headers(("Upload-Offset" = u64))),
        (status = 409, body = UploadBody, description = "The file ends elsewhere", headers(("Upload-Offset" = u64))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn piece(
    caller: Caller,
    State(app): State<App>,
    Path((id, upload)): Path<(String, String)>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let at = offset(&headers);
    let at = at.ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "bad-offset"))?;
    let (id, upload) = (PublicId(id), PublicId(upload));
    match record_piece(&app.store, viewer, &id, &upload, at, &bytes).await? {
        PieceOutcome::Kept(now) => match now.state {
            At::Refused(refusal) => Err(Problem::invalid().field("", refusal.code())),
            At::Coming | At::Arrived(_) => Ok(standing(StatusCode::OK, now)),
        },
        PieceOutcome::Elsewhere(now) => Ok(standing(StatusCode::CONFLICT, now)),
        PieceOutcome::Absent => Err(Problem::absent()),
    }
}

/// Gives a file up that was not attached.
#[utoipa::path(
    delete, path = "/api/v1/referrals/{id}/evidence/uploads/{upload}", tag = "evidence",
    params(("id" = String, Path, description = "The referral"), ("upload" = String, Path, description = "The upload")),
    responses((status = 204, description = "Given up"), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn discard(
    caller: Caller,
    State(app): State<App>,
    Path((id, upload)): Path<(String, String)>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let (id, upload) = (PublicId(id), PublicId(upload));
    if record_upload_discarded(&app.store, viewer, &id, &upload).await? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Problem::absent())
    }
}
