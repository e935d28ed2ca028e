//! One piece of evidence: what is said about it and was said before, describing it again, taking it away.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_policy::Action;
use heyrick_store::evidence::{
    DescribedOutcome, Evidence, EvidenceList, RecordEvidenceError, Said, one_for, record_described,
    record_removal,
};
use serde::{Deserialize, Serialize};

use super::described::{FIELDS, Typed, refused};
use super::{Line, change, evidence_address};
use crate::app::App;
use crate::error::PageError;
use crate::fact::{self, Errors};
use crate::grant::FormError;
use crate::page::{Page, saved};
use crate::preparation::page_of;
use crate::session::{SafeForm, Signed};

/// What was said, and when.
#[derive(Debug, Serialize)]
struct Before {
    what: String,
    dated: Option<String>,
    origin: String,
    by: String,
    at: i64,
}

impl From<Said> for Before {
    fn from(said: Said) -> Self {
        Self {
            what: said.described.what,
            dated: said.described.dated.map(|date| date.to_string()),
            origin: said.described.origin,
            by: said.done.by,
            at: said.done.at,
        }
    }
}

async fn load(
    app: &App,
    signed: &Signed,
    id: &str,
    evidence: &str,
) -> Result<(EvidenceList, Evidence, Vec<Said>), PageError> {
    let (id, evidence) = (PublicId(id.to_owned()), PublicId(evidence.to_owned()));
    let found = one_for(&app.store, &signed.viewer, &id, &evidence).await?;
    found.ok_or(PageError::NotFound)
}

fn page(
    template: &'static str,
    signed: &Signed,
    (list, one): (&EvidenceList, &Evidence),
    errors: Vec<FormError>,
) -> Page {
    page_of(template, signed, &list.referral)
        .with("one", Line::of(one))
        .with("change", change(list.change))
        .status(fact::status(&errors))
        .with("errors", errors)
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path((id, evidence)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (list, one, said) = load(&app, &signed, &id, &evidence).await?;
    let before: Vec<Before> = said.into_iter().skip(1).map(Before::from).collect();
    let resource = &list.referral.resource;
    let policies = &app.store.policies;
    let sees_original = policies.decide(&signed.viewer, Action::SeeSealed, resource);
    page("evidence/one.html", &signed, (&list, &one), Vec::new())
        .with("before", before)
        .with("described_by", &one.described_by.by)
        .with("described_at", one.described_by.at)
        .with("sees_original", sees_original.allowed)
        .render(&app)
}

/// What was typed, and the version that was seen.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Again {
    version: i64,
    #[serde(flatten)]
    typed: Typed,
}

pub(super) async fn ask(
    signed: Signed,
    State(app): State<App>,
    Path((id, evidence)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (list, one, _) = load(&app, &signed, &id, &evidence).await?;
    page("evidence/again.html", &signed, (&list, &one), Vec::new())
        .with("typed", Typed::of(&one.described))
        .with("version", one.version)
        .render(&app)
}

pub(super) async fn describe(
    signed: Signed,
    State(app): State<App>,
    Path((id, evidence)): Path<(String, String)>,
    SafeForm(again): SafeForm<Again>,
) -> Result<Response, PageError> {
    let mut errors = Errors::new(&app, &signed);
    let described = again.typed.read(&mut errors);
    refused(&mut errors, &described.problems(app.store.today()));
    let mut theirs = None;
    if errors.is_empty() {
        let (id, evidence) = (PublicId(id.clone()), PublicId(evidence.clone()));
        let (store, viewer) = (&app.store, &signed.viewer);
        let saving =
            record_described(store, viewer, &id, &evidence, again.version, &described).await;
        match saving {
            Ok(DescribedOutcome::Saved(_)) => {
                let back = format!("{}/{evidence}", evidence_address(&id));
                return Ok(saved(&back, "evidence-described"));
            }
            Ok(DescribedOutcome::Conflict(now)) => theirs = Some(now),
            Ok(DescribedOutcome::Absent) => return Err(PageError::NotFound),
            Err(RecordEvidenceError::Rules(rules)) => refused(&mut errors, &rules),
            Err(RecordEvidenceError::Store(error)) => return Err(error.into()),
        }
    }
    let (list, one, _) = load(&app, &signed, &id, &evidence).await?;
    let version = theirs.as_ref().map_or(again.version, |now| now.version);
    let shown = page(
        "evidence/again.html",
        &signed,
        (&list, &one),
        errors.in_order(&FIELDS),
    )
    .with("typed", &again.typed)
    .with("version", version);
    match theirs {
        // What they wrote stands beside what was typed; saving again puts the latter after it.
        Some(now) => shown
            .with("theirs", Line::of(&now))
            .with("theirs_by", &now.described_by.by)
            .with("theirs_at", now.described_by.at)
            .status(StatusCode::CONFLICT)
            .render(&app),
        None => shown.render(&app),
    }
}

/// Why it is taken away.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Why {
    reason: String,
}

pub(super) async fn ask_removal(
    signed: Signed,
    State(app): State<App>,
    Path((id, evidence)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (list, one, _) = load(&app, &signed, &id, &evidence).await?;
    page("evidence/remove.html", &signed, (&list, &one), Vec::new())
        .with("typed", Why::default())
        .render(&app)
}

pub(super) async fn remove(
    signed: Signed,
    State(app): State<App>,
    Path((id, evidence)): Path<(String, String)>,
    SafeForm(why): SafeForm<Why>,
) -> Result<Response, PageError> {
    let (record, thing) = (PublicId(id.clone()), PublicId(evidence.clone()));
    let (store, viewer) = (&app.store, &signed.viewer);
    let mut errors = Errors::new(&app, &signed);
    match record_removal(store, viewer, &record, &thing, &why.reason).await {
        Ok(true) => return Ok(saved(&evidence_address(&record), "evidence-removed")),
        Ok(false) => return Err(PageError::NotFound),
        Err(RecordEvidenceError::Rules(rules)) => refused(&mut errors, &rules),
        Err(RecordEvidenceError::Store(error)) => return Err(error.into()),
    }
    let (list, one, _) = load(&app, &signed, &id, &evidence).await?;
    page(
        "evidence/remove.html",
        &signed,
        (&list, &one),
        errors.in_order(&["reason"]),
    )
    .with("typed", why)
    .render(&app)
}
