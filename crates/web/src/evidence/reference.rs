//! What is never uploaded, or is kept where it is: recorded by its reference and the place that holds it.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::evidence::{WhyNoFile, reference_problem};
use heyrick_domain::id::PublicId;
use heyrick_store::evidence::{
    Look, NewReference, RecordEvidenceError, evidence_for, record_reference,
};
use serde::{Deserialize, Serialize};

use super::described::{FIELDS, Typed, refused};
use super::evidence_address;
use crate::app::App;
use crate::error::PageError;
use crate::fact::{self, Errors};
use crate::grant::FormError;
use crate::page::saved;
use crate::preparation::page_of;
use crate::session::{SafeForm, Signed};

/// What was typed about a thing that stays where it is.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct About {
    why: String,
    reference: String,
    #[serde(flatten)]
    typed: Typed,
}

pub(super) async fn ask(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &signed, &PublicId(id), &About::default(), Vec::new()).await
}

async fn page(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    about: &About,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let list = evidence_for(&app.store, &signed.viewer, id, Look::Shown).await?;
    let list = list.ok_or(PageError::NotFound)?;
    page_of("evidence/reference.html", signed, &list.referral)
        .with("reasons", WhyNoFile::ALL.map(WhyNoFile::code))
        .with("about", about)
        .with("typed", &about.typed)
        .with("change", super::change(list.change))
        .status(fact::status(&errors))
        .with("errors", errors)
        .render(app)
}

pub(super) async fn record(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(about): SafeForm<About>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let mut errors = Errors::new(&app, &signed);
    let described = about.typed.read(&mut errors);
    let why = WhyNoFile::from_code(&about.why);
    if why.is_none() {
        errors.add("evidence-error-why", "why");
    }
    let mut rules = described.problems(app.store.today());
    rules.extend(reference_problem(&about.reference));
    refused(&mut errors, &rules);
    if let Some(why) = why.filter(|_| errors.is_empty()) {
        let new = NewReference {
            why,
            reference: about.reference.clone(),
            described,
        };
        match record_reference(&app.store, &signed.viewer, &id, &new).await {
            Ok(Some(_)) => return Ok(saved(&evidence_address(&id), "evidence-referenced")),
            Ok(None) => return Err(PageError::NotFound),
            Err(RecordEvidenceError::Rules(rules)) => refused(&mut errors, &rules),
            Err(RecordEvidenceError::Store(error)) => return Err(error.into()),
        }
    }
    page(&app, &signed, &id, &about, errors.in_order(&FIELDS)).await
}
