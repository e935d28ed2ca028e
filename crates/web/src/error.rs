//! When a page cannot be shown: one enum, one place that turns it into a status and a designed page.
//!
//! What the reader may not see is [`PageError::NotFound`], like what is not there. A failure inside is
//! logged with its causes and shown without any.

use std::error::Error as _;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header::CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use heyrick_store::StoreError;
use heyrick_store::blob::FilesError;

use crate::app::App;
use crate::page::Page;
use crate::security::RequestId;
use crate::visit::Visit;

/// Why a page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// Not there, or hidden from this reader, which must look the same.
    #[error("not found")]
    NotFound,
    /// The reader may see it but not do this.
    #[error("not allowed")]
    NotAllowed,
    /// The form's token or origin is not ours, or the session ended in between.
    #[error("the form did not come from this site, or the session ended")]
    Forged,
    /// Somebody changed it meanwhile and the page has no better way to show both.
    #[error("changed meanwhile")]
    Stale,
    /// A rule refused; the key names a sentence in the catalogues.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// What was sent cannot be read.
    #[error("cannot be read")]
    Unreadable,
    /// More than we take.
    #[error("too large")]
    TooLarge,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany,
    /// The store of files does not answer.
    #[error("the store of files failed")]
    Files(#[source] FilesError),
    /// A template stumbled.
    #[error("a page could not be rendered")]
    Template(#[from] minijinja::Error),
    /// The store failed.
    #[error("the store failed")]
    Store(#[source] StoreError),
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Stale,
            StoreError::NotAllowed => Self::NotAllowed,
            StoreError::Refused(key) => Self::Refused(key),
            StoreError::Files(error) => Self::Files(error),
            error => Self::Store(error),
        }
    }
}

/// What the design of an error page needs to know; travels with the response.
#[derive(Debug, Clone, Copy)]
struct Shown {
    reason: Option<&'static str>,
}

impl PageError {
    /// The status it answers with.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotAllowed | Self::Forged => StatusCode::FORBIDDEN,
            Self::Stale => StatusCode::CONFLICT,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Files(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Template(_) | Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Refused(key) => Some(*key),
            Self::Forged => Some("error-forged-body"),
            Self::Files(_) => Some("error-files-body"),
            _ => None,
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if self.status().is_server_error() {
            log(&self);
        }
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Shown {
            reason: self.reason(),
        });
        response
    }
}

/// Writes an error and what caused it; messages never hold values (see `heyrick_store::error`).
fn log(error: &PageError) {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    tracing::error!(%error, causes = causes.join(": "), "a page failed");
}

/// Middleware: gives every error outside the API its page, in the reader's language.
pub async fn design(State(app): State<App>, request: Request, next: Next) -> Response {
    let visit = Visit::of(request.method(), request.uri(), request.headers());
    let number = request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.to_string());
    let response = next.run(request).await;
    let status = response.status();
    let ours = is_plain(&response) && !visit.path.starts_with("/api/");
    if !(ours && (status.is_client_error() || status.is_server_error())) {
        return response;
    }
    let reason = response
        .extensions()
        .get::<Shown>()
        .and_then(|shown| shown.reason);
    let page = Page::new("error.html", &visit)
        .with("kind", kind(status))
        .with("number", number.filter(|_| status.is_server_error()))
        .with("reason", reason.filter(|key| app.words.has(key)))
        .status(status)
        .render(&app);
    match page {
        Ok(mut page) => {
            for (name, value) in response.headers() {
                if name != CONTENT_TYPE && name != axum::http::header::CONTENT_LENGTH {
                    page.headers_mut().append(name, value.clone());
                }
            }
            page
        }
        Err(error) => {
            log(&error);
            status.into_response()
        }
    }
}

/// Error answers made by nobody's template: no content type, or the plain text of an extractor.
fn is_plain(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_none_or(|value| value.as_bytes().starts_with(b"text/plain"))
}

/// Which words the page shows, by the start of their keys in `error.ftl`.
fn kind(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => "error-404",
        StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => "error-403",
        StatusCode::CONFLICT => "error-409",
        StatusCode::PAYLOAD_TOO_LARGE => "error-413",
        StatusCode::TOO_MANY_REQUESTS => "error-429",
        StatusCode::UNPROCESSABLE_ENTITY => "error-422",
        StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::GATEWAY_TIMEOUT => "error-503",
        status if status.is_client_error() => "error-400",
        _ => "error-500",
    }
}

/// What a panic becomes: logged without its text, which may hold values, and the page for 500.
pub fn after_panic(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
