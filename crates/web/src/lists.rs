//! The reference lists as scripts read them, to open one while somebody types. They hold nothing about
//! anybody; without scripts the page itself finds what comes near.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use heyrick_store::list::lists;

use crate::app::App;
use crate::error::PageError;

/// `/lists/{name}`.
pub fn routes() -> Router<App> {
    Router::new().route("/lists/{name}", get(show))
}

async fn show(State(app): State<App>, Path(name): Path<String>) -> Result<Response, PageError> {
    if !lists().has(&name) {
        return Err(PageError::NotFound);
    }
    let values: Vec<&str> = lists().values(&name, app.store.today()).collect();
    let mut response = Json(values).into_response();
    response.headers_mut().insert(
        CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=3600"),
    );
    Ok(response)
}
