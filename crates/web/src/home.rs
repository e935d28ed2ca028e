//! The first page after signing in.

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;

use crate::app::App;
use crate::session::Signed;

/// `/`.
pub fn routes() -> Router<App> {
    Router::new().route("/", get(first))
}

/// Until work is listed, the first page is the reader's account.
async fn first(_signed: Signed) -> Redirect {
    Redirect::to("/account")
}
