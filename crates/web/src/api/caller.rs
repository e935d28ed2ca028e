//! Who calls: a token in the `Authorization` header, never in an address and never a cookie, so that a
//! page of somebody else's cannot make a browser call.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use heyrick_domain::user::Viewer;
use heyrick_store::token;

use super::Problem;
use crate::App;
use crate::security::address_has_nul;

/// Whoever the token of this request belongs to.
#[derive(Debug, Clone)]
pub struct Caller(pub Viewer);

impl Caller {
    /// Insists on a scope of the token, such as `persons:read`.
    ///
    /// # Errors
    /// [`Problem`] 403 when the token does not have it.
    pub fn scope(&self, scope: &str) -> Result<&Viewer, Problem> {
        match &self.0.scopes {
            Some(scopes) if !scopes.contains(scope) => Err(Problem::not_allowed()),
            _ => Ok(&self.0),
        }
    }
}

/// Middleware: finds out who calls, once per request.
pub(super) async fn know(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if address_has_nul(request.uri().path()) {
        return Problem::absent().into_response();
    }
    if request.uri().query().is_some_and(address_has_nul) {
        return Problem::new(StatusCode::BAD_REQUEST, "bad-query").into_response();
    }
    if let Some(bearer) = bearer(request.headers()) {
        match token::viewer_of(&app.store, &bearer).await {
            Ok(Some(viewer)) => {
                request.extensions_mut().insert(Caller(viewer));
            }
            Ok(None) => {}
            Err(error) => return Problem::from(error).into_response(),
        }
    }
    next.run(request).await
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(Problem::not_signed_in)
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}
