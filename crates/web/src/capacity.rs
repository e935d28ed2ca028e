//! Capacity: an assessment for one decision, what helped, and every assessment so far.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use heyrick_domain::capacity::{
    CapacityAssessment, CapacityError, CapacityOutcome, NRM_ENTRY, Temporary,
};
use heyrick_domain::id::PublicId;
use heyrick_store::capacity::{RecordCapacityError, record_assessment};
use heyrick_store::fact::{About, RecordedAssessment, Shown};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::fact::{self, Carried, Errors};
use crate::grant::FormError;
use crate::session::{SafeForm, Signed};

/// `/people/{id}/capacity`.
pub fn routes() -> Router<App> {
    Router::new().route("/people/{id}/capacity", get(show).post(record))
}

/// The choice that stands for a decision in somebody's own words.
const OTHER: &str = "other";

/// The fields of the form, in its order.
const FIELDS: [&str; 9] = [
    "assessor",
    ASSESSED,
    "decision_other",
    "support_given",
    "functional",
    "diagnostic",
    "outcome",
    "temporary",
    REASSESS,
];

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Typed {
    referral: String,
    assessor: String,
    assessed_day: String,
    assessed_month: String,
    assessed_year: String,
    decision: String,
    decision_other: String,
    support_given: String,
    functional: String,
    diagnostic: String,
    outcome: String,
    temporary: String,
    reassess_day: String,
    reassess_month: String,
    reassess_year: String,
}

/// An assessment, for the history.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    outcome: &'static str,
    /// The decision in words; `None` when it was about being referred.
    decision: Option<String>,
    assessor: String,
    assessed_on: String,
    functional: String,
    diagnostic: String,
    support_given: String,
    temporary: &'static str,
    reassess_on: Option<String>,
    by: String,
    at: i64,
}

impl From<&RecordedAssessment> for Line {
    fn from(one: &RecordedAssessment) -> Self {
        let made = one.assessment.clone();
        Self {
            outcome: made.outcome.code(),
            decision: Some(made.decision_asked).filter(|asked| asked != NRM_ENTRY),
            assessor: made.assessor,
            assessed_on: made.assessed_on.to_string(),
            functional: made.functional,
            diagnostic: made.diagnostic,
            support_given: made.support_given,
            temporary: made.temporary.code(),
            reassess_on: made.reassess_on.map(|day| day.to_string()),
            by: one.recorded_by.clone(),
            at: one.recorded_at,
        }
    }
}

async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(carried): Query<Carried>,
) -> Result<Response, PageError> {
    let about = fact::load(&app, &signed, &id, Shown::Assessments).await?;
    let today = app.store.today();
    let typed = Typed {
        referral: carried.referral(),
        assessor: signed.viewer.display_name.clone(),
        assessed_day: today.day().to_string(),
        assessed_month: today.month().to_string(),
        assessed_year: today.year().to_string(),
        decision: NRM_ENTRY.to_owned(),
        ..Typed::default()
    };
    page(&app, &signed, &about, &typed, Vec::new())
}

fn page(
    app: &App,
    signed: &Signed,
    about: &About,
    typed: &Typed,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let all = about.facts.assessments.iter().rev();
    let lines: Vec<Line> = all.map(Line::from).collect();
    let outcomes: Vec<_> = CapacityOutcome::ALL.iter().map(|one| one.code()).collect();
    let temporary: Vec<_> = Temporary::ALL.iter().map(|one| one.code()).collect();
    fact::page(
        app,
        signed,
        "capacity/capacity.html",
        about,
        &typed.referral,
    )
    .with("here", "capacity")
    .with("lines", lines)
    .with("decisions", [NRM_ENTRY, OTHER])
    .with("outcomes", outcomes)
    .with("temporary", temporary)
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
    let new = read(&app, &typed, &mut errors);
    for rule in new.problems(app.store.today()) {
        errors.add(rule.code(), field(rule));
    }
    if errors.is_empty() {
        let person = PublicId(id.clone());
        match record_assessment(&app.store, &signed.viewer, &person, &new).await {
            Ok(Some(_)) => {
                return fact::saved(&app, &signed, &id, &typed.referral, Shown::Assessments).await;
            }
            Ok(None) => return Err(PageError::NotFound),
            Err(RecordCapacityError::Rule(rule)) => errors.add(rule.code(), field(rule)),
            Err(RecordCapacityError::Store(error)) => return Err(error.into()),
        }
    }
    let about = fact::load(&app, &signed, &id, Shown::Assessments).await?;
    page(&app, &signed, &about, &typed, errors.in_order(&FIELDS))
}

const ASSESSED: &str = "assessed-assessed_day";
const REASSESS: &str = "reassess-reassess_day";

/// Where on the page an error is put right.
fn field(rule: CapacityError) -> &'static str {
    match rule.field() {
        "assessed_on" => ASSESSED,
        "reassess_on" => REASSESS,
        "decision_asked" => "decision_other",
        same => same,
    }
}

/// Reads the form. What cannot be read is in `errors`, and something else stands in its place.
fn read(app: &App, typed: &Typed, errors: &mut Errors<'_>) -> CapacityAssessment {
    let assessed = fact::day(
        &typed.assessed_day,
        &typed.assessed_month,
        &typed.assessed_year,
    );
    let assessed_on = assessed.ok().flatten();
    if assessed_on.is_none() {
        errors.add("capacity-error-assessed", ASSESSED);
    }
    let outcome = CapacityOutcome::from_code(&typed.outcome);
    if outcome.is_none() {
        errors.add("capacity-error-outcome", "outcome");
    }
    let temporary = Temporary::from_code(&typed.temporary);
    if temporary.is_none() && outcome == Some(CapacityOutcome::LacksCapacity) {
        errors.add("capacity-error-temporary", "temporary");
    }
    let reassess = fact::day(
        &typed.reassess_day,
        &typed.reassess_month,
        &typed.reassess_year,
    );
    if reassess.is_err() {
        errors.add("capacity-error-reassess-day", REASSESS);
    }
    CapacityAssessment {
        assessor: typed.assessor.clone(),
        assessed_on: assessed_on.unwrap_or(app.store.today()),
        decision_asked: match typed.decision.as_str() {
            OTHER => typed.decision_other.clone(),
            decision => decision.to_owned(),
        },
        functional: typed.functional.clone(),
        diagnostic: typed.diagnostic.clone(),
        support_given: typed.support_given.clone(),
        outcome: outcome.unwrap_or(CapacityOutcome::HasCapacity),
        temporary: temporary.unwrap_or(Temporary::NotKnown),
        reassess_on: reassess.ok().flatten(),
    }
}
