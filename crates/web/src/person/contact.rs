//! Contact routes: how a person may be reached, and how never. They stand under seal and are opened to
//! be shown; each opening is in the journal.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::contact::{Contact, ContactKind, Safe};
use heyrick_domain::id::PublicId;
use heyrick_policy::Action;
use heyrick_store::contact::{
    ContactRoute, may_see_contacts, person_and_contacts_for, record_contact, record_contact_ended,
};
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
    value: String,
    safe: String,
    whose: String,
    safe_times: String,
    notes: String,
}

/// A route, as templates take it.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    id: String,
    kind: &'static str,
    value: String,
    safe: &'static str,
    whose: Option<String>,
    safe_times: Option<String>,
    notes: Option<String>,
    odd: bool,
    recorded_by: String,
    recorded_at: i64,
}

impl From<ContactRoute> for Shown {
    fn from(route: ContactRoute) -> Self {
        Self {
            odd: route.contact.odd_phone(),
            id: route.public_id.0,
            kind: route.contact.kind.code(),
            value: route.contact.value,
            safe: route.contact.safe.code(),
            whose: route.contact.whose,
            safe_times: route.contact.safe_times,
            notes: route.contact.notes,
            recorded_by: route.recorded_by,
            recorded_at: route.recorded_at,
        }
    }
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
    let found = person_and_contacts_for(&app.store, &signed.viewer, &PublicId(id)).await?;
    let (person, routes) = found.ok_or(PageError::NotFound)?;
    if !may_see_contacts(&app.store, &signed.viewer, &person) {
        return Err(PageError::NotFound);
    }
    let may_edit = app
        .store
        .policies
        .decide(&signed.viewer, Action::Edit, &person.resource);
    let routes: Vec<Shown> = routes.into_iter().map(Shown::from).collect();
    Page::new("person/contact.html", signed)
        .with("reference", &person.reference)
        .with("person_href", format!("/people/{}", person.public_id))
        .with("routes", routes)
        .with("may_edit", may_edit.allowed)
        .with("kinds", ContactKind::ALL.map(ContactKind::code))
        .with("safes", Safe::ALL.map(Safe::code))
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
    let new = match read(&typed) {
        Ok(new) => new,
        Err(wrong) => {
            let errors = wrong
                .into_iter()
                .map(|(key, field)| error(&app, &signed, key, field))
                .collect();
            return page(&app, &signed, id, &typed, errors).await;
        }
    };
    let name = PublicId(id.clone());
    match record_contact(&app.store, &signed.viewer, &name, &new).await? {
        Some(_) => Ok(saved(&format!("/people/{id}/contact"), "contact-added")),
        None => Err(PageError::NotFound),
    }
}

fn error(app: &App, signed: &Signed, key: &str, field: &str) -> FormError {
    let mut error = FormError::of(app, signed, key, field);
    if key.starts_with("person-error-") {
        let label = app
            .words
            .text(signed.locale(), &format!("contact-field-{field}"), &[]);
        error.text = format!("{label}: {}", error.text);
    }
    error
}

fn read(typed: &Typed) -> Result<Contact, Vec<(&'static str, &'static str)>> {
    let mut wrong = Vec::new();
    let kind = ContactKind::from_code(&typed.kind);
    if kind.is_none() {
        wrong.push(("contact-error-kind", "kind"));
    }
    let safe = Safe::from_code(&typed.safe);
    let some = |text: &str| Some(text.to_owned());
    let contact = Contact {
        kind: kind.unwrap_or(ContactKind::Address),
        value: typed.value.clone(),
        safe: safe.unwrap_or(Safe::NotConfirmed),
        whose: some(&typed.whose),
        safe_times: some(&typed.safe_times),
        notes: some(&typed.notes),
    };
    let kept = contact.checked();
    if let Err(errors) = &kept {
        wrong.extend(errors.iter().map(|error| (error.code(), error.field)));
    }
    if safe.is_none() {
        wrong.push(("contact-error-safe", "safe"));
    }
    match kept {
        Ok(kept) if wrong.is_empty() => Ok(kept),
        _ => Err(wrong),
    }
}

pub(super) async fn end(
    signed: Signed,
    State(app): State<App>,
    Path((id, route)): Path<(String, String)>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    let person = PublicId(id.clone());
    let ended = record_contact_ended(&app.store, &signed.viewer, &person, &PublicId(route)).await?;
    if ended {
        Ok(saved(&format!("/people/{id}/contact"), "contact-ended"))
    } else {
        Err(PageError::NotFound)
    }
}
