//! Names somebody goes by besides the given one: added as typed, ended and never deleted.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_domain::person::NameKind;
use heyrick_policy::Action;
use heyrick_store::StoreError;
use heyrick_store::person::{NewName, person_for, record_name, record_name_ended};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::{Page, saved};
use crate::session::{Nothing, SafeForm, Signed};

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    kind: String,
    raw: String,
}

#[derive(Debug, Serialize)]
struct Held {
    id: String,
    kind: &'static str,
    raw: String,
    recorded_by: String,
    recorded_at: i64,
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &signed, id, &Typed::default(), vec![]).await
}

async fn page(
    app: &App,
    signed: &Signed,
    id: String,
    typed: &Typed,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let person = person_for(&app.store, &signed.viewer, &PublicId(id)).await?;
    let person = person.ok_or(PageError::NotFound)?;
    app.store
        .allow(&signed.viewer, Action::Edit, &person.resource)?;
    let names: Vec<Held> = person
        .names
        .iter()
        .map(|name| Held {
            id: name.public_id.0.clone(),
            kind: name.kind.code(),
            raw: name.raw.clone(),
            recorded_by: name.recorded_by.clone(),
            recorded_at: name.recorded_at,
        })
        .collect();
    Page::new("person/names.html", signed)
        .with("reference", &person.reference)
        .with("person_href", format!("/people/{}", person.public_id))
        .with("names", names)
        .with("kinds", NameKind::ADDED.map(NameKind::code))
        .with("typed", typed)
        .errors(errors)
        .render(app)
}

pub(super) async fn add(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let added = match NameKind::from_code(&typed.kind) {
        Some(kind) => {
            let new = NewName {
                kind,
                raw: typed.raw.clone(),
            };
            record_name(&app.store, &signed.viewer, &PublicId(id.clone()), &new).await
        }
        None => Err(StoreError::Refused("person-error-name-kind")),
    };
    match added {
        Ok(Some(_)) => Ok(saved(&format!("/people/{id}/names"), "person-name-added")),
        Ok(None) => Err(PageError::NotFound),
        Err(StoreError::Refused(key)) => {
            let field = match key {
                "person-error-name-kind" => "kind",
                _ => "raw",
            };
            let error = FormError::of(&app, &signed, key, field);
            page(&app, &signed, id, &typed, vec![error]).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn end(
    signed: Signed,
    State(app): State<App>,
    Path((id, name)): Path<(String, String)>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    let person = PublicId(id.clone());
    let ended = record_name_ended(&app.store, &signed.viewer, &person, &PublicId(name)).await?;
    if ended {
        Ok(saved(&format!("/people/{id}/names"), "person-name-ended"))
    } else {
        Err(PageError::NotFound)
    }
}
