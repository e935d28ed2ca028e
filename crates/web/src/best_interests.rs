//! Decisions in somebody's best interests: every one so far, recording one, a supervisor's signature.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use heyrick_domain::capacity::{BestInterestsDecision, Imca, NewBestInterests};
use heyrick_domain::id::PublicId;
use heyrick_policy::Action;
use heyrick_store::StoreError;
use heyrick_store::best_interests::{
    RecordBestInterestsError, RecordSignatureError, record_best_interests, record_signature,
};
use heyrick_store::fact::{About, RecordedBestInterests, Shown};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::fact::{self, Carried, Errors};
use crate::grant::FormError;
use crate::session::{SafeForm, Signed};

/// `/people/{id}/best-interests` and what is below it.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/people/{id}/best-interests", get(list))
        .route("/people/{id}/best-interests/new", get(ask).post(record))
        .route(
            "/people/{id}/best-interests/{decision}/signature",
            post(sign),
        )
}

/// The fields of the form, in its order.
const FIELDS: [&str; 6] = [
    "decision_maker",
    "consultees",
    "imca",
    "imca_why",
    "decision",
    "reasons",
];

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Typed {
    referral: String,
    decision_maker: String,
    consultees: String,
    imca: String,
    imca_why: String,
    decision: String,
    reasons: String,
}

/// What was typed beside a signature.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Note {
    referral: String,
    decision: String,
    note: String,
}

/// A decision, for the list.
#[derive(Debug, Serialize)]
struct Line {
    id: String,
    decision: &'static str,
    decision_maker: String,
    consultees: String,
    imca: &'static str,
    imca_why: String,
    reasons: String,
    by: String,
    at: i64,
    own: bool,
    signed_by: Option<String>,
    signed_at: Option<i64>,
    note: Option<String>,
}

impl Line {
    fn of(one: &RecordedBestInterests, signed: &Signed) -> Self {
        let made = one.made.clone();
        let signature = one.signature.clone();
        Self {
            id: one.public_id.0.clone(),
            decision: made.decision.code(),
            decision_maker: made.decision_maker,
            consultees: made.consultees,
            imca: made.imca.code(),
            imca_why: made.imca_why,
            reasons: made.reasons,
            by: one.recorded_by.clone(),
            at: one.recorded_at,
            own: one.author == signed.viewer.user,
            signed_at: signature.as_ref().map(|one| one.at),
            note: signature.as_ref().and_then(|one| one.note.clone()),
            signed_by: signature.map(|one| one.by),
        }
    }
}

async fn list(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(carried): Query<Carried>,
) -> Result<Response, PageError> {
    let about = fact::load(&app, &signed, &id, Shown::BestInterests).await?;
    let typed = Note {
        referral: carried.referral(),
        ..Note::default()
    };
    list_page(&app, &signed, &about, &typed, Vec::new())
}

fn list_page(
    app: &App,
    signed: &Signed,
    about: &About,
    typed: &Note,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let all = about.facts.best_interests.iter().rev();
    let lines: Vec<Line> = all.map(|one| Line::of(one, signed)).collect();
    let may_sign = app
        .store
        .policies
        .decide(&signed.viewer, Action::SignBestInterests, &about.resource)
        .allowed;
    let template = "best_interests/best_interests.html";
    fact::page(app, signed, template, about, &typed.referral)
        .with("here", "best-interests")
        .with("lines", lines)
        .with("may_sign", may_sign)
        .with("typed", typed)
        .status(fact::status(&errors))
        .with("errors", errors)
        .render(app)
}

async fn ask(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(carried): Query<Carried>,
) -> Result<Response, PageError> {
    let about = fact::load(&app, &signed, &id, Shown::BestInterests).await?;
    let typed = Typed {
        referral: carried.referral(),
        decision_maker: signed.viewer.display_name.clone(),
        ..Typed::default()
    };
    new_page(&app, &signed, &about, &typed, Vec::new())
}

fn new_page(
    app: &App,
    signed: &Signed,
    about: &About,
    typed: &Typed,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let imca: Vec<_> = Imca::ALL.iter().map(|one| one.code()).collect();
    let decisions = BestInterestsDecision::ALL.iter().map(|one| one.code());
    let template = "best_interests/new.html";
    fact::page(app, signed, template, about, &typed.referral)
        .with("here", "best-interests/new")
        .with("imca", imca)
        .with("decisions", decisions.collect::<Vec<_>>())
        .with("typed", typed)
        .status(fact::status(&errors))
        .with("errors", errors)
        .render(app)
}

async fn record(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let mut errors = Errors::new(&app, &signed);
    let new = read(&typed, &mut errors);
    for rule in new.problems() {
        errors.add(rule.code(), rule.field());
    }
    if errors.is_empty() {
        let person = PublicId(id.clone());
        match record_best_interests(&app.store, &signed.viewer, &person, &new).await {
            Ok(Some(_)) => {
                let shown = Shown::BestInterests;
                return fact::saved(&app, &signed, &id, &typed.referral, shown).await;
            }
            Ok(None) => return Err(PageError::NotFound),
            Err(RecordBestInterestsError::Rule(rule)) => errors.add(rule.code(), rule.field()),
            Err(RecordBestInterestsError::Store(error)) => return Err(error.into()),
        }
    }
    let about = fact::load(&app, &signed, &id, Shown::BestInterests).await?;
    new_page(&app, &signed, &about, &typed, errors.in_order(&FIELDS))
}

/// Reads the form. What cannot be read is in `errors`, and something else stands in its place.
fn read(typed: &Typed, errors: &mut Errors<'_>) -> NewBestInterests {
    let imca = Imca::from_code(&typed.imca);
    if imca.is_none() {
        errors.add("interests-error-imca", "imca");
    }
    let decision = BestInterestsDecision::from_code(&typed.decision);
    if decision.is_none() {
        errors.add("interests-error-decision", "decision");
    }
    NewBestInterests {
        decision_maker: typed.decision_maker.clone(),
        consultees: typed.consultees.clone(),
        imca: imca.unwrap_or(Imca::Instructed),
        imca_why: typed.imca_why.clone(),
        decision: decision.unwrap_or(BestInterestsDecision::Refer),
        reasons: typed.reasons.clone(),
    }
}

async fn sign(
    signed: Signed,
    State(app): State<App>,
    Path((id, decision)): Path<(String, String)>,
    SafeForm(mut typed): SafeForm<Note>,
) -> Result<Response, PageError> {
    // The decision must be this person's: an address put together by hand is not there.
    let about = fact::load(&app, &signed, &id, Shown::BestInterests).await?;
    let all = &about.facts.best_interests;
    if all.iter().all(|one| one.public_id.0 != decision) {
        return Err(PageError::NotFound);
    }
    let name = PublicId(decision.clone());
    let note = fact::some(&typed.note);
    let key = match record_signature(&app.store, &signed.viewer, &name, note.as_deref()).await {
        Ok(Some(_)) => {
            let shown = Shown::BestInterests;
            return fact::saved(&app, &signed, &id, &typed.referral, shown).await;
        }
        Ok(None) => return Err(PageError::NotFound),
        Err(RecordSignatureError::Rule(rule)) => rule.code(),
        Err(RecordSignatureError::Store(StoreError::Refused(key))) => key,
        Err(RecordSignatureError::Store(error)) => return Err(error.into()),
    };
    let mut errors = Errors::new(&app, &signed);
    errors.add(key, &format!("note-{decision}"));
    typed.decision = decision;
    let about = fact::load(&app, &signed, &id, Shown::BestInterests).await?;
    list_page(&app, &signed, &about, &typed, errors.in_order(&[]))
}
