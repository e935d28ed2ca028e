//! Help, accessibility statement, privacy and cookies: pages anybody may read, signed in or not.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use crate::api::KINDS;
use crate::app::App;
use crate::error::PageError;
use crate::page::Page;
use crate::visit::Visit;

/// `/help`, `/help/api`, `/accessibility`, `/privacy`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/help", get(help))
        .route("/help/api", get(api))
        .route("/accessibility", get(accessibility))
        .route("/privacy", get(privacy))
}

async fn help(visit: Visit, State(app): State<App>) -> Result<Response, PageError> {
    Page::new("help/help.html", &visit).render(&app)
}

/// What the `type` of each problem of the API leads to.
async fn api(visit: Visit, State(app): State<App>) -> Result<Response, PageError> {
    Page::new("help/api.html", &visit)
        .with("kinds", KINDS)
        .render(&app)
}

async fn accessibility(visit: Visit, State(app): State<App>) -> Result<Response, PageError> {
    Page::new("help/accessibility.html", &visit).render(&app)
}

async fn privacy(visit: Visit, State(app): State<App>) -> Result<Response, PageError> {
    let minutes = app.settings.session_idle.as_secs() / 60;
    let hours = app.settings.session_absolute.as_secs() / 3600;
    Page::new("help/privacy.html", &visit)
        .with("idle_minutes", minutes)
        .with("absolute_hours", hours)
        .render(&app)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_problem_of_the_catalogue_has_its_place() {
        let shipped = include_str!("../../../locales/en/problem.ftl").lines();
        let keys = shipped.filter_map(|line| line.strip_prefix("problem-")?.split_once(" ="));
        let keys = keys
            .map(|(key, _)| key)
            .filter(|key| !key.starts_with("title-"));
        assert_eq!(keys.collect::<Vec<_>>(), KINDS);
    }
}
