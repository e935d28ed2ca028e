//! Errors of the API as RFC 9457 problems, in the caller's language.
//!
//! A handler returns a [`Problem`], which names sentences of the catalogues; [`finish`] puts them in
//! words. What one may not see is [`Problem::absent`], the same as what does not exist. A text never
//! repeats what was sent, because what was sent may be personal data.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use heyrick_domain::form;
use heyrick_store::StoreError;
use heyrick_words::{Arg, Locale, Words};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Where it is in the body, as a JSON Pointer (RFC 6901), such as `/dob`.
    pub pointer: String,
    /// What is wrong, in words.
    pub detail: String,
    /// Where to go instead, where a rule says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An error as the API answers it (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    key: String,
    fields: Vec<FieldKey>,
    etag: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct FieldKey {
    pointer: String,
    key: String,
    args: Vec<(&'static str, String)>,
    next: Option<String>,
    /// Arguments that are words of the catalogues themselves, by their keys.
    names: Vec<(&'static str, &'static str)>,
}

/// The body of a problem, as documented in OpenAPI.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Which kind of problem: a path of the manual, stable across versions.
    pub r#type: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// What went wrong and what can be done, in words; never what was sent.
    pub detail: String,
    /// What is wrong with single fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// Every kind of problem, by the last part of its `type`; `/help/api` explains each. A test holds the list to
/// the catalogues.
pub(crate) const KINDS: [&str; 29] = [
    "absent",
    "not-signed-in",
    "not-allowed",
    "invalid",
    "stale",
    "failed",
    "method",
    "too-large",
    "too-slow",
    "not-json",
    "unreadable",
    "not-utf8",
    "nul",
    "too-deep",
    "unknown-field",
    "missing-field",
    "wrong-type",
    "bad-query",
    "bad-cursor",
    "no-if-match",
    "bad-if-match",
    "key-reused",
    "key-busy",
    "bad-key",
    "no-key",
    "throttled",
    "twice",
    "files",
    "bad-offset",
];

impl Problem {
    /// A problem with this status, explained by the sentence `problem-<code>` of the catalogues.
    pub fn new(status: StatusCode, code: &str) -> Self {
        Self {
            status,
            key: code.to_owned(),
            fields: Vec::new(),
            etag: None,
        }
    }

    /// There is no such thing, or the caller may not know that there is.
    pub fn absent() -> Self {
        Self::new(StatusCode::NOT_FOUND, "absent")
    }

    /// No token, or one that does not hold.
    pub fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not-signed-in")
    }

    /// The token lacks the scope, or the caller's role does not allow it on a record they may see.
    pub fn not_allowed() -> Self {
        Self::new(StatusCode::FORBIDDEN, "not-allowed")
    }

    /// A rule refused; `fields` says where and why.
    pub fn invalid() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid")
    }

    /// Somebody changed the record since the caller read it; `current` is its version now.
    pub fn stale(current: i64) -> Self {
        Self {
            etag: Some(super::etag(current)),
            ..Self::new(StatusCode::PRECONDITION_FAILED, "stale")
        }
    }

    /// Adds what is wrong with one field: a JSON Pointer and a key of the catalogues.
    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, key: impl Into<String>) -> Self {
        self.fields.push(FieldKey {
            pointer: pointer.into(),
            key: key.into(),
            args: Vec::new(),
            next: None,
            names: Vec::new(),
        });
        self
    }

    /// Adds to the last field where to go instead: a key of the catalogues.
    #[must_use]
    pub fn next(mut self, key: impl Into<String>) -> Self {
        if let Some(field) = self.fields.last_mut() {
            field.next = Some(key.into());
        }
        self
    }

    /// The same, with what the sentence names: arguments that are keys of the catalogues.
    #[must_use]
    pub fn naming(mut self, names: Vec<(&'static str, &'static str)>) -> Self {
        if let Some(field) = self.fields.last_mut() {
            field.names = names;
        }
        self
    }

    /// Adds what is wrong with an answer to a question, under its key.
    #[must_use]
    pub fn answer(mut self, problem: &form::Problem) -> Self {
        self.fields.push(FieldKey {
            pointer: format!("/{}", problem.key),
            key: problem.code.to_owned(),
            args: problem.args.clone(),
            next: None,
            names: Vec::new(),
        });
        self
    }

    /// The status it answers with.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    fn in_words(&self, words: &Words, locale: Locale) -> ProblemBody {
        ProblemBody {
            r#type: format!("/help/api#{}", self.key),
            title: words.text(
                locale,
                &format!("problem-title-{}", self.status.as_u16()),
                &[],
            ),
            status: self.status.as_u16(),
            detail: words.text(locale, &format!("problem-{}", self.key), &[]),
            errors: self
                .fields
                .iter()
                .map(|field| FieldProblem {
                    pointer: field.pointer.clone(),
                    detail: {
                        let named = field.names.iter();
                        let named = named.map(|(name, key)| (*name, words.text(locale, key, &[])));
                        let args: Vec<_> = field.args.iter().cloned().chain(named).collect();
                        in_words(words, locale, &field.key, &args)
                    },
                    next: field.next.as_ref().map(|key| words.text(locale, key, &[])),
                })
                .collect(),
        }
    }
}

/// A sentence of the catalogues; what it mentions is counted where it is a number.
pub(crate) fn in_words(
    words: &Words,
    locale: Locale,
    key: &str,
    args: &[(&'static str, String)],
) -> String {
    let args: Vec<(&str, Arg<'_>)> = args
        .iter()
        .map(|(name, value)| match value.parse::<i64>() {
            Ok(number) => (*name, Arg::from(number)),
            Err(_) => (*name, Arg::from(value.clone())),
        })
        .collect();
    words.text(locale, key, &args)
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::new(StatusCode::PRECONDITION_FAILED, "stale"),
            StoreError::NotAllowed => Self::not_allowed(),
            StoreError::Refused(key) => Self::invalid().field("", key),
            StoreError::Files(error) => {
                tracing::error!(error = %error, "the store of files failed");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "files")
            }
            error => {
                tracing::error!(error = %error, "an API request failed in the store");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "failed")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Puts problems in the caller's words, and turns every other error of the API's routes (an unknown
/// path or method, a body too large) into one.
pub async fn finish(State(app): State<App>, request: Request, next: Next) -> Response {
    let locale = asked_locale(request.headers());
    let mut response = next.run(request).await;
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if is_plain_error(&response) => {
            Problem::new(response.status(), code_of(response.status()))
        }
        None => return response,
    };
    let body = serde_json::to_vec(&problem.in_words(&app.words, locale)).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if let Some(etag) = problem
        .etag
        .and_then(|etag| HeaderValue::from_str(&etag).ok())
    {
        parts.headers.insert(header::ETAG, etag);
    }
    if problem.status == StatusCode::UNAUTHORIZED {
        parts
            .headers
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    Response::from_parts(parts, Body::from(body))
}

fn is_plain_error(response: &Response) -> bool {
    let json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().ends_with(b"json"));
    (response.status().is_client_error() || response.status().is_server_error()) && !json
}

fn code_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "absent",
        StatusCode::METHOD_NOT_ALLOWED => "method",
        StatusCode::PAYLOAD_TOO_LARGE => "too-large",
        StatusCode::UNAUTHORIZED => "not-signed-in",
        StatusCode::FORBIDDEN => "not-allowed",
        StatusCode::REQUEST_TIMEOUT => "too-slow",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "not-json",
        status if status.is_client_error() => "unreadable",
        _ => "failed",
    }
}

/// The language a caller asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tongue(pub Locale);

impl<S: Send + Sync> FromRequestParts<S> for Tongue {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(asked_locale(&parts.headers)))
    }
}

fn asked_locale(headers: &HeaderMap) -> Locale {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if asked.trim_start().to_ascii_lowercase().starts_with("cy") {
        Locale::Cy
    } else {
        Locale::En
    }
}
