//! Files in parts, for the script of the page: begun, sent piece by piece, gone on with after a break. The
//! answers are data with words in the reader's language; the API has the same under its own addresses.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use heyrick_domain::id::PublicId;
use heyrick_store::StoreError;
use heyrick_store::evidence::Upload;
use heyrick_store::evidence::upload::{
    NewUpload, PieceOutcome, State as At, record_piece, record_upload,
};
use serde::{Deserialize, Serialize};

use super::add::said_of;
use super::evidence_address;
use crate::app::App;
use crate::error::PageError;
use crate::session::{SafeForm, Signed};

/// Bytes of a piece: a minute is enough for one on a line of 80 kilobits a second.
pub(super) const PIECE: usize = 512 * 1024;
/// Where a piece begins.
pub(super) const OFFSET: &str = "upload-offset";
/// The token of the page, for what is no form.
const TOKEN: &str = "x-csrf-token";

/// A file somebody is about to send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Begin {
    name: String,
    size: String,
    mark: String,
}

/// How far a file is.
#[derive(Debug, Serialize)]
struct Progress {
    /// Where its pieces go.
    address: String,
    received: u64,
    state: &'static str,
    /// Why it is not taken.
    words: Option<String>,
}

impl Progress {
    fn of(app: &App, signed: &Signed, id: &PublicId, upload: &Upload) -> Self {
        let (state, words) = match upload.state {
            At::Coming => ("coming", None),
            At::Arrived(_) => ("arrived", None),
            At::Refused(refusal) => {
                let words = said_of(app, signed, &upload.name, refusal.code());
                ("refused", Some(words))
            }
        };
        Self {
            address: format!("{}/uploads/{}", evidence_address(id), upload.public_id),
            received: upload.received,
            state,
            words,
        }
    }
}

/// Why nothing was begun or kept.
#[derive(Debug, Serialize)]
struct Why {
    words: String,
}

fn why(app: &App, signed: &Signed, name: &str, key: &str) -> Response {
    let words = match name {
        "" => app.words.text(signed.locale(), key, &[]),
        name => said_of(app, signed, name, key),
    };
    (StatusCode::UNPROCESSABLE_ENTITY, Json(Why { words })).into_response()
}

pub(super) async fn begin(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(begin): SafeForm<Begin>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let new = NewUpload {
        name: &begin.name,
        size: begin.size.parse().map_err(|_| PageError::Unreadable)?,
        mark: Some(begin.mark.as_str()).filter(|mark| !mark.is_empty()),
    };
    match record_upload(&app.store, &signed.viewer, &id, new).await {
        Ok(Some(upload)) => Ok(Json(Progress::of(&app, &signed, &id, &upload)).into_response()),
        Ok(None) => Err(PageError::NotFound),
        Err(StoreError::Refused(key)) => Ok(why(&app, &signed, &begin.name, key)),
        Err(error) => Err(error.into()),
    }
}

/// Where the next piece begins, as its sender says.
pub(super) fn offset(headers: &HeaderMap) -> Option<u64> {
    headers.get(OFFSET)?.to_str().ok()?.parse().ok()
}

pub(super) async fn piece(
    signed: Signed,
    State(app): State<App>,
    Path((id, upload)): Path<(String, String)>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, PageError> {
    let token = headers.get(TOKEN).and_then(|token| token.to_str().ok());
    signed.check_csrf(token.unwrap_or_default())?;
    let at = offset(&headers).ok_or(PageError::Unreadable)?;
    let (id, upload) = (PublicId(id), PublicId(upload));
    let progress = |now: &Upload| Json(Progress::of(&app, &signed, &id, now));
    match record_piece(&app.store, &signed.viewer, &id, &upload, at, &bytes).await {
        Ok(PieceOutcome::Kept(now)) => Ok(progress(&now).into_response()),
        Ok(PieceOutcome::Elsewhere(now)) => {
            Ok((StatusCode::CONFLICT, progress(&now)).into_response())
        }
        Ok(PieceOutcome::Absent) => Err(PageError::NotFound),
        Err(StoreError::Refused(key)) => Ok(why(&app, &signed, "", key)),
        Err(error) => Err(error.into()),
    }
}
