//! Adding a person: half of it is enough, and whoever may be the same person is named before a second
//! record is made.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use heyrick_store::person::{Alike, alike_for, record_person};
use serde::Serialize;

use super::form::{self, Typed};
use super::list::Line;
use super::may_add;
use crate::app::App;
use crate::error::PageError;
use crate::page::saved;
use crate::session::{SafeForm, Signed};

/// Somebody who may be the same person, as the template takes it.
#[derive(Debug, Serialize)]
struct Perhaps {
    line: Line,
    because: Vec<&'static str>,
}

impl From<Alike> for Perhaps {
    fn from(alike: Alike) -> Self {
        Self {
            because: alike.because.iter().map(|one| one.code()).collect(),
            line: alike.line.into(),
        }
    }
}

pub(super) async fn show(signed: Signed, State(app): State<App>) -> Result<Response, PageError> {
    if !may_add(&app, &signed.viewer) {
        return Err(PageError::NotAllowed);
    }
    page(&app, &signed, &form::empty(), &[], vec![])
}

pub(super) async fn save(
    signed: Signed,
    State(app): State<App>,
    SafeForm(fields): SafeForm<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    if !may_add(&app, &signed.viewer) {
        return Err(PageError::NotAllowed);
    }
    let typed = form::typed(fields)?;
    let details = match form::checked(&app, &typed) {
        Ok(details) => details,
        Err(wrong) => return page(&app, &signed, &typed, &wrong, vec![]),
    };
    if !typed.contains_key("go_on") {
        let alike = alike_for(&app.store, &signed.viewer, &details).await?;
        if !alike.is_empty() {
            let alike = alike.into_iter().map(Perhaps::from).collect();
            return page(&app, &signed, &typed, &[], alike);
        }
    }
    let id = record_person(&app.store, &signed.viewer, &details).await?;
    Ok(saved(&format!("/people/{id}"), "person-added"))
}

fn page(
    app: &App,
    signed: &Signed,
    typed: &Typed,
    wrong: &[form::Wrong],
    alike: Vec<Perhaps>,
) -> Result<Response, PageError> {
    let errors = form::errors(app, signed, wrong, typed);
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    form::page(app, signed, "person/new.html", typed, &errors)?
        .with("alike", alike)
        .status(status)
        .render(app)
}
