//! An app on a fresh store, SQLite unless said otherwise, asked without a socket.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests; not every test file uses all of it"
)]

pub mod browser;
pub mod draft;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use heyrick_store::{Clock, Db, Keys, Store, migrate};
use heyrick_web::{App, Pages, Settings};
use heyrick_words::Words;
use tower::ServiceExt;

/// A fresh app and what keeps its database alive.
pub async fn app() -> (App, heyrick_testkit::Fresh) {
    app_at(Clock::System).await
}

/// A fresh app with a clock of its own.
pub async fn app_at(clock: Clock) -> (App, heyrick_testkit::Fresh) {
    let fresh = heyrick_testkit::sqlite().unwrap();
    (app_on(&fresh, clock).await, fresh)
}

/// An app with a clock of its own on this fresh database.
pub async fn app_on(fresh: &heyrick_testkit::Fresh, clock: Clock) -> App {
    let db = Db::connect(&fresh.url).await.unwrap();
    migrate::migrate(&db, 0).await.unwrap();
    let store = Store::open(db, Keys::generate().unwrap(), clock)
        .await
        .unwrap();
    let words = Words::shipped().unwrap();
    let pages = Pages::shipped(&words).expect("assets: run cargo xtask setup --demo");
    App {
        store,
        words,
        pages,
        settings: Arc::new(Settings::default()),
    }
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// Asks the app and reads the whole answer.
pub async fn ask(app: &App, request: Request<Body>) -> Answer {
    let response = heyrick_web::router(app.clone())
        .oneshot(request)
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// Gets a page.
pub async fn get(app: &App, address: &str) -> Answer {
    ask(app, Request::get(address).body(Body::empty()).unwrap()).await
}
