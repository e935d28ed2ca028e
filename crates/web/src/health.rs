//! `GET /health`: 200 when ready to serve, for load balancers and scripts. Says nothing else.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::time::timeout;

use crate::app::App;

/// How soon the database must answer: two seconds.
const ANSWERS: Duration = Duration::from_secs(2);

/// `/health`.
pub fn routes() -> Router<App> {
    Router::new().route("/health", get(show))
}

async fn show(State(app): State<App>) -> (StatusCode, &'static str) {
    match timeout(ANSWERS, app.store.db.ready()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
    }
}
