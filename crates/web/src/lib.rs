//! Pages and JSON API: load, ask the rule, save, answer. One file a page.
//!
//! [`router`] puts together what each file's `routes()` offers, inside the layers every request passes:
//! log, headers, error pages, panic, time-out, origin, size.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

pub mod account;
pub mod age;
pub mod api;
pub mod app;
pub mod assets;
pub mod best_interests;
pub mod board;
mod calendar;
pub mod capacity;
mod clock;
pub mod consent;
pub mod digest;
pub mod episode;
pub mod error;
pub mod evidence;
pub mod explanation;
pub mod fact;
pub mod family;
pub mod feed;
pub mod first_account;
pub mod form;
pub mod govuk;
pub mod grant;
pub mod health;
pub mod help;
pub mod home;
pub mod journal;
pub mod lists;
mod once;
pub mod page;
pub mod paper;
pub mod person;
pub mod preparation;
pub mod referral;
pub mod restore;
pub mod restriction;
pub mod review;
pub mod security;
pub mod sending;
pub mod session;
pub mod sight;
pub mod sign_in;
pub mod task;
mod upload;
pub mod users;
pub mod visit;

pub use app::{App, SecondFactor, Settings};
pub use error::PageError;
pub use page::{MissingAssets, Page, Pages};
pub use visit::{Reader, Visit};

/// Everything the server answers.
pub fn router(app: App) -> Router {
    let routes = Router::new()
        .merge(assets::routes())
        .merge(health::routes())
        .merge(account::routes())
        .merge(users::routes())
        .merge(restore::routes())
        .merge(sign_in::routes())
        .merge(grant::routes())
        .merge(sight::routes())
        .merge(restriction::routes())
        .merge(journal::routes())
        .merge(task::routes())
        .merge(board::routes())
        .merge(digest::routes())
        .merge(feed::routes())
        .merge(person::routes())
        .merge(referral::routes())
        .merge(age::routes())
        .merge(consent::routes())
        .merge(capacity::routes())
        .merge(best_interests::routes())
        .merge(episode::routes())
        .merge(explanation::routes())
        .merge(family::routes())
        .merge(first_account::routes())
        .merge(lists::routes())
        .merge(preparation::routes())
        .merge(review::routes())
        .merge(sending::routes())
        .merge(evidence::routes())
        .merge(paper::routes())
        .merge(api::routes(&app))
        .merge(help::routes())
        .merge(home::routes());
    within(routes, &app, security::TIMEOUT)
        .merge(within(
            evidence::slow_routes(),
            &app,
            security::LONG_TIMEOUT,
        ))
        .layer(CatchPanicLayer::custom(error::after_panic))
        .layer(from_fn_with_state(app.clone(), error::design))
        .layer(from_fn(visit::remember))
        .layer(from_fn_with_state(app.clone(), security::headers))
        .layer(from_fn(security::log))
        .with_state(app)
}

/// Routes inside the layers that know who asks and where from, each request within this time.
fn within(routes: Router<App>, app: &App, time: std::time::Duration) -> Router<App> {
    let origins = CsrfLayer::new();
    let origins = origins
        .clone()
        .add_trusted_origin(&app.settings.public_url)
        .unwrap_or(origins);
    routes
        .layer(from_fn_with_state(app.clone(), session::know))
        .layer(DefaultBodyLimit::max(security::BODY_LIMIT))
        .layer(origins)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            time,
        ))
}
