//! People the work is about: list and search, the record, adding and changing it, names, contact routes.

use axum::Router;
use axum::routing::{get, post};
use heyrick_domain::id::PublicId;
use heyrick_domain::restriction::Level;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Kind, Resource};

use crate::app::App;

mod add;
pub mod api;
mod contact;
mod edit;
pub(crate) mod form;
pub(crate) mod list;
mod name;
mod show;
mod timeline;

pub use api::routes as api_routes;

/// `/people` and what is below it.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/people", get(list::show).post(list::search))
        .route("/people/new", get(add::show).post(add::save))
        .route("/people/{id}", get(show::show))
        .route("/people/{id}/edit", get(edit::show).post(edit::save))
        .route("/people/{id}/names", get(name::show).post(name::add))
        .route("/people/{id}/names/{name}/end", post(name::end))
        .route(
            "/people/{id}/contact",
            get(contact::show).post(contact::add),
        )
        .route("/people/{id}/contact/{route}/end", post(contact::end))
}

/// Whether the viewer makes records of people in their own team.
fn may_add(app: &App, viewer: &Viewer) -> bool {
    let Some(team) = viewer.team else {
        return false;
    };
    let new = Resource {
        kind: Kind::Person,
        public_id: PublicId(String::new()),
        agency: viewer.agency,
        team,
        restriction: Level::None.code().to_owned(),
        author: viewer.user,
    };
    let decision = app.store.policies.decide(viewer, Action::Create, &new);
    decision.allowed
}
