//! A file again, to be saved: as an attachment under a policy that lets it run nothing, its bytes as they are
//! opened, piece by piece. Its name tells the record and a number, and nothing of what it was called.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
};
use axum::response::{IntoResponse, Response};
use heyrick_domain::evidence::FileKind;
use heyrick_domain::id::PublicId;
use heyrick_store::evidence::Condition;
use heyrick_store::evidence::file::{Copy, FileOutcome, Opened, file_for};

use crate::app::App;
use crate::error::PageError;
use crate::session::Signed;
use crate::upload::SANDBOX;

/// What a file is called when it leaves.
pub(crate) fn name(reference: &str, number: usize, kind: FileKind) -> String {
    format!("{reference}-{number}.{}", kind.ending())
}

pub(super) async fn shared(
    signed: Signed,
    State(app): State<App>,
    Path((id, evidence)): Path<(String, String)>,
) -> Result<Response, PageError> {
    given(&app, &signed, id, evidence, Copy::Shared).await
}

pub(super) async fn original(
    signed: Signed,
    State(app): State<App>,
    Path((id, evidence)): Path<(String, String)>,
) -> Result<Response, PageError> {
    given(&app, &signed, id, evidence, Copy::Original).await
}

async fn given(
    app: &App,
    signed: &Signed,
    id: String,
    evidence: String,
    copy: Copy,
) -> Result<Response, PageError> {
    let (id, evidence) = (PublicId(id), PublicId(evidence));
    match file_for(&app.store, &signed.viewer, &id, &evidence, copy).await? {
        FileOutcome::Opened(opened) => Ok(attachment(opened)),
        FileOutcome::Damaged(condition) => Err(PageError::Refused(damaged(condition))),
        FileOutcome::Absent => Err(PageError::NotFound),
    }
}

/// The key of the sentence about a damaged file.
pub(super) const fn damaged(condition: Condition) -> &'static str {
    match condition {
        Condition::Lost | Condition::Whole => "evidence-error-lost",
        Condition::Altered => "evidence-error-altered",
    }
}

/// The bytes, for page and API.
pub(super) fn attachment(opened: Opened) -> Response {
    let name = name(&opened.reference, opened.number, opened.kind);
    let head = [
        (CONTENT_TYPE, opened.kind.media_type().to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (CONTENT_SECURITY_POLICY, SANDBOX.to_owned()),
    ];
    let length = opened.length;
    let mut response = (head, Body::from_stream(opened.pieces)).into_response();
    if let Some(length) = length {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    response
}
