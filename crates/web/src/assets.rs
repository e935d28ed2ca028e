//! Styles, scripts and icons: served from inside the program, named by their content, kept by browsers.

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::app::App;

#[derive(RustEmbed)]
#[folder = "../../assets/public"]
#[allow_missing = true]
struct Files;

/// `/assets/{name}`.
pub fn routes() -> Router<App> {
    Router::new().route("/assets/{*name}", get(show))
}

/// Says whether the program has its styles.
pub fn there() -> bool {
    Files::get("heyrick.css").is_some()
}

/// The address of an asset, with a mark of its content so that browsers may keep it for ever.
pub fn address(name: &str) -> String {
    match Files::get(name) {
        Some(file) => format!("/assets/{name}?v={}", mark(&file)),
        None => format!("/assets/{name}"),
    }
}

fn mark(file: &EmbeddedFile) -> String {
    data_encoding::HEXLOWER.encode(&file.metadata.sha256_hash()[..8])
}

async fn show(Path(name): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let Some(file) = Files::get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mark = mark(&file);
    let tag = format!("\"{mark}\"");
    let named = query.as_deref().and_then(|query| query.strip_prefix("v=")) == Some(mark.as_str());
    let keep = if named {
        "public, max-age=31536000, immutable"
    } else {
        "public, no-cache"
    };
    let unchanged = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_owned().into_response()
    };
    let head = response.headers_mut();
    head.insert(CONTENT_TYPE, HeaderValue::from_static(kind(&name)));
    head.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        head.insert(ETAG, tag);
    }
    response
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        _ => "application/octet-stream",
    }
}
