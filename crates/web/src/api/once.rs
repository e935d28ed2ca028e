//! `Idempotency-Key`: a write that is sent again, because an answer was lost, is carried out once and
//! answered the same, to whoever may still see what it shows. Works on every write that carries the header.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use heyrick_domain::user::Viewer;
use heyrick_store::StoreError;
use heyrick_store::file::LARGEST;
use heyrick_store::idempotency::{self, Claim};

use super::replay::{only_asks, replay};
use super::{Caller, Problem};
use crate::App;

const HEADER: &str = "idempotency-key";
/// Headers that belong to an answer and are given again with it.
const KEPT: [HeaderName; 4] = [
    header::CONTENT_TYPE,
    header::CONTENT_LOCATION,
    header::LOCATION,
    header::ETAG,
];

/// What the middleware works with.
#[derive(Debug, Clone)]
pub(super) struct Once {
    /// The running program.
    pub app: App,
    /// Every endpoint, to read what an answer shows before it is given again.
    pub read: Router,
}

/// Middleware: claims the key, carries the request out, keeps the answer.
pub(super) async fn carry_out(
    State(Once { app, read }): State<Once>,
    request: Request,
    next: Next,
) -> Response {
    let Some(key) = request.headers().get(HEADER).cloned() else {
        return next.run(request).await;
    };
    let Some(Caller(viewer)) = request.extensions().get::<Caller>().cloned() else {
        return next.run(request).await;
    };
    if only_asks(request.method(), request.uri().path()) {
        return next.run(request).await;
    }
    let Some(key) = key
        .to_str()
        .ok()
        .filter(|key| is_key(key))
        .map(str::to_owned)
    else {
        return Problem::new(StatusCode::BAD_REQUEST, "bad-key").into_response();
    };
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST).await else {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large").into_response();
    };
    let what = identity(&viewer, &parts, &bytes);
    match idempotency::claim(&app.store, viewer.user, &key, &what).await {
        Ok(Claim::Mine(ticket)) => {
            let request = Request::from_parts(parts, Body::from(bytes));
            let response = ticket.run(next.run(request)).await;
            keep(&app, ticket, response).await
        }
        Ok(Claim::Answered(answer)) => replay(viewer, parts.uri.path(), answer, read).await,
        Ok(Claim::Busy | Claim::AnswerLost) => {
            Problem::new(StatusCode::CONFLICT, "key-busy").into_response()
        }
        Ok(Claim::Different) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "key-reused").into_response()
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

/// What makes a request what it is: what the token may do, method, path, the version it changes, body.
fn identity(viewer: &Viewer, parts: &Parts, body: &Bytes) -> Vec<u8> {
    let scopes: Vec<&str> = viewer.scopes.iter().flatten().map(String::as_str).collect();
    let version = parts.headers.get(header::IF_MATCH);
    [
        scopes.join(" ").as_bytes(),
        parts.method.as_str().as_bytes(),
        parts.uri.path().as_bytes(),
        version.map(HeaderValue::as_bytes).unwrap_or_default(),
        body,
    ]
    .join(&0)
}

async fn keep(app: &App, ticket: idempotency::Ticket, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let failed = |error: &StoreError| {
        tracing::error!(error = %error, "an answer could not be kept under its key");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "failed").into_response()
    };
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return failed(&StoreError::Corrupt("answer"));
    };
    let kept = if parts.status.is_server_error() {
        idempotency::give_up(&app.store, ticket).await
    } else if !parts.status.is_success() {
        // A refusal saved nothing, and may say what only its reader at that moment was to see.
        idempotency::forget(&app.store, ticket).await
    } else {
        let head = KEPT.iter().filter_map(|name| {
            Some((
                name.to_string(),
                parts.headers.get(name)?.to_str().ok()?.to_owned(),
            ))
        });
        let answer = idempotency::Answer {
            status: parts.status.as_u16(),
            head: head.collect(),
            body: bytes.to_vec(),
        };
        idempotency::finish(&app.store, ticket, &answer).await
    };
    match kept {
        Ok(()) => Response::from_parts(parts, Body::from(bytes)),
        Err(error) => failed(&error),
    }
}

fn is_key(key: &str) -> bool {
    (1..=200).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_letters_digits_hyphens_and_underscores() {
        assert!(is_key("01J-a_b"));
        for bad in ["", "a b", "é", &"a".repeat(201)] {
            assert!(!is_key(bad), "{bad}");
        }
    }
}
