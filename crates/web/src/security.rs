//! What every answer carries and every request must keep to: headers, limits, the log line.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

use crate::app::App;

/// The longest body a page or the API takes, in bytes; routes that take files say so themselves.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// A request that takes longer is given up.
pub const TIMEOUT: Duration = Duration::from_secs(60);
/// The same for whole files in a plain form, over a slow line.
pub const LONG_TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// Scripts, styles and pictures from here and nowhere else; nothing written into the page.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const FEATURES: &str =
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

/// A number a reader can quote from an error page and an operator can find in the log.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub Uuid);

/// Says whether a part of an address holds a NUL character: nothing is called so, and PostgreSQL does not
/// take one even to look for it.
pub(crate) fn address_has_nul(part: &str) -> bool {
    part.contains("%00")
}

/// Middleware: headers of every answer.
pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let secure = app.settings.secure();
    let head = response.headers_mut();
    // A file somebody attached brings a stricter one.
    if !head.contains_key(CONTENT_SECURITY_POLICY) {
        set(head, CONTENT_SECURITY_POLICY, CONTENT_POLICY);
    }
    set(head, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(head, X_FRAME_OPTIONS, "DENY");
    set(head, REFERRER_POLICY, "no-referrer");
    set(
        head,
        HeaderName::from_static("permissions-policy"),
        FEATURES,
    );
    set(
        head,
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        head,
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    if secure {
        set(
            head,
            STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
    // Whatever does not say otherwise is private and is kept nowhere.
    if !head.contains_key(CACHE_CONTROL) {
        set(head, CACHE_CONTROL, "no-store");
    }
    if head
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind == "text/html")
    {
        set(head, CONTENT_TYPE, "text/html; charset=utf-8");
    }
    response
}

fn set(head: &mut HeaderMap, name: HeaderName, value: &'static str) {
    head.insert(name, HeaderValue::from_static(value));
}

/// Middleware: one line a request. The route as it is written in the code stands for the address, so
/// neither ids nor queries reach the log; the number is ours, never one a client sent.
pub async fn log(mut request: Request, next: Next) -> Response {
    let id = Uuid::new_v4();
    request.extensions_mut().insert(RequestId(id));
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let start = Instant::now();
    let mut response = next.run(request).await;
    tracing::info!(
        request = %id,
        method = method.as_str(),
        route = route.as_deref().unwrap_or("-"),
        status = response.status().as_u16(),
        ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}
