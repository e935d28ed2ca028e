//! Changing a person's details. Of two who save at once, the second sees both versions: what only the
//! colleague changed is taken over, what both changed is for the second to decide, and nothing is lost.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_domain::person::FIELDS;
use heyrick_policy::Action;
use heyrick_store::person::{Details, Person, SaveOutcome, person_for, record_details};
use serde::Serialize;

use super::form::{self, Typed, Wrong};
use crate::api::Cursor;
use crate::app::App;
use crate::error::PageError;
use crate::page::saved;
use crate::session::{SafeForm, Signed};

/// A field both versions say differently.
#[derive(Debug, Serialize)]
struct Both {
    field: &'static str,
    theirs: Option<String>,
    theirs_unknown: Option<&'static str>,
    ours: Option<String>,
    ours_unknown: Option<&'static str>,
    /// Only the colleague changed it, so the form now holds what they wrote.
    taken: bool,
}

/// What somebody else saved meanwhile.
#[derive(Debug, Default, Serialize)]
struct Meanwhile {
    fields: Vec<Both>,
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let person = changeable(&app, &signed, id).await?;
    let typed = form::filled(&person.details);
    page(&app, &signed, &person, &person.details, &typed, &[], None)
}

/// The person, if the viewer may change their details; opening the form is a look.
async fn changeable(app: &App, signed: &Signed, id: String) -> Result<Person, PageError> {
    let person = person_for(&app.store, &signed.viewer, &PublicId(id)).await?;
    let person = person.ok_or(PageError::NotFound)?;
    app.store
        .allow(&signed.viewer, Action::Edit, &person.resource)?;
    Ok(person)
}

pub(super) async fn save(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(fields): SafeForm<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let typed = form::typed(fields)?;
    let base = typed.get("base").map(String::as_str).unwrap_or_default();
    let base: Option<Details> =
        Cursor::open(&app.store.keys, signed.viewer.user, "person-base", base).ok();
    let details = match form::checked(&app, &typed) {
        Ok(details) => details,
        Err(wrong) => {
            let person = changeable(&app, &signed, id).await?;
            let base = base.unwrap_or_else(|| person.details.clone());
            return page(&app, &signed, &person, &base, &typed, &wrong, None);
        }
    };
    let version = typed
        .get("version")
        .and_then(|version| version.parse().ok());
    let version = version.ok_or(PageError::Unreadable)?;
    let name = PublicId(id);
    match record_details(&app.store, &signed.viewer, &name, version, &details).await? {
        SaveOutcome::Saved { .. } => Ok(saved(&format!("/people/{name}"), "person-saved")),
        SaveOutcome::Absent => Err(PageError::NotFound),
        SaveOutcome::Conflict { theirs } => {
            let (merged, meanwhile) = merge(base.as_ref(), &theirs.details, &details);
            let typed = form::filled(&merged);
            let both = Some(meanwhile);
            page(&app, &signed, &theirs, &theirs.details, &typed, &[], both)
        }
    }
}

/// Ours, with theirs where only they changed a field since `base`; and every field that differs.
fn merge(base: Option<&Details>, theirs: &Details, ours: &Details) -> (Details, Meanwhile) {
    let mut merged = ours.clone();
    let touched = base.map(|base| base.differs(ours));
    let mut fields = Vec::new();
    for field in theirs.differs(ours) {
        let taken = touched.as_ref().is_some_and(|ours| !ours.contains(&field));
        fields.push(Both {
            field,
            theirs: theirs.at(field),
            theirs_unknown: theirs.unknowns.get(field).map(|one| one.code()),
            ours: ours.at(field),
            ours_unknown: ours.unknowns.get(field).map(|one| one.code()),
            taken,
        });
        if taken {
            take(&mut merged, theirs, field);
        }
    }
    (merged, Meanwhile { fields })
}

fn take(into: &mut Details, from: &Details, field: &str) {
    match field {
        "dob" => into.dob = from.dob,
        field => into.set_text(field, from.text(field).map(str::to_owned)),
    }
    match from.unknowns.get(field) {
        Some(reason) => into.unknowns.insert(field.to_owned(), *reason),
        None => into.unknowns.remove(field),
    };
}

fn page(
    app: &App,
    signed: &Signed,
    person: &Person,
    base: &Details,
    typed: &Typed,
    wrong: &[Wrong],
    meanwhile: Option<Meanwhile>,
) -> Result<Response, PageError> {
    let errors = form::errors(app, signed, wrong, typed);
    let status = match (errors.is_empty(), &meanwhile) {
        (false, _) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, Some(_)) => StatusCode::CONFLICT,
        (true, None) => StatusCode::OK,
    };
    let version = match typed.get("version").filter(|_| meanwhile.is_none()) {
        Some(typed) if !typed.is_empty() => typed.clone(),
        _ => person.version.to_string(),
    };
    let base = Cursor::seal(&app.store.keys, signed.viewer.user, "person-base", base)
        .map_err(|_| PageError::Unreadable)?;
    form::page(app, signed, "person/edit.html", typed, &errors)?
        .with("reference", &person.reference)
        .with("person_href", format!("/people/{}", person.public_id))
        .with("version", version)
        .with("base", base.0)
        .with("meanwhile", meanwhile.unwrap_or_default().fields)
        .with("fields", FIELDS)
        .status(status)
        .render(app)
}

#[cfg(test)]
mod tests {
    use heyrick_domain::unknown::Unknown;

    use super::*;

    fn details(first: &str, language: &str) -> Details {
        Details {
            first_name: Some(first.to_owned()),
            language: Some(language.to_owned()),
            ..Details::default()
        }
    }

    #[test]
    fn what_only_the_colleague_changed_is_taken_over_and_the_rest_is_for_the_second_to_decide() {
        let base = details("Testa", "");
        let mut theirs = details("Testo", "Tigrinya");
        theirs
            .unknowns
            .insert("gender".to_owned(), Unknown::NotAsked);
        let ours = details("Testi", "");
        let (merged, meanwhile) = merge(Some(&base), &theirs, &ours);
        assert_eq!(merged.first_name.as_deref(), Some("Testi"));
        assert_eq!(merged.language.as_deref(), Some("Tigrinya"));
        assert_eq!(merged.unknowns.get("gender"), Some(&Unknown::NotAsked));
        let shown: Vec<_> = meanwhile
            .fields
            .iter()
            .map(|both| (both.field, both.taken))
            .collect();
        assert_eq!(
            shown,
            [("first_name", false), ("gender", true), ("language", true)]
        );
    }

    #[test]
    fn without_knowing_where_the_second_began_everything_is_theirs_to_decide() {
        let (merged, meanwhile) = merge(None, &details("Testo", "x"), &details("Testi", ""));
        assert_eq!(merged, details("Testi", ""));
        assert!(meanwhile.fields.iter().all(|both| !both.taken));
    }
}
