//! `GET /health`: 200 when ready to serve, for load balancers and scripts. Says nothing else.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use crate::app::App;

/// `/health`.
pub fn routes() -> Router<App> {
    Router::new().route("/health", get(show))
}

async fn show(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.store.db.ready().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
    }
}
