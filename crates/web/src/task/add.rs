//! Adding a task by hand, to a person or to a referral.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_domain::task::TaskKind;
use heyrick_domain::task::change::NOTE_MAX;
use heyrick_policy::Kind;
use heyrick_store::StoreError;
use heyrick_store::task::{ByHand, TaskError, owners_of_new_for, record_by_hand};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::fact;
use crate::grant::FormError;
use crate::page::{Page, saved};
use crate::session::{SafeForm, Signed};
use crate::sight::folder;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    kind: String,
    owner: String,
    note: String,
    due_day: String,
    due_month: String,
    due_year: String,
}

/// Where on the page an error leads.
const DUE: &str = "due-due_day";

pub(super) async fn to_person(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    form(
        &app,
        &signed,
        Kind::Person,
        &PublicId(id),
        Typed::default(),
        None,
    )
    .await
}

pub(super) async fn to_referral(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    form(
        &app,
        &signed,
        Kind::Referral,
        &PublicId(id),
        Typed::default(),
        None,
    )
    .await
}

pub(super) async fn save_to_person(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    save(&app, &signed, Kind::Person, &PublicId(id), typed).await
}

pub(super) async fn save_to_referral(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    save(&app, &signed, Kind::Referral, &PublicId(id), typed).await
}

#[derive(Debug, Serialize)]
struct Choice {
    value: String,
    text: String,
}

async fn form(
    app: &App,
    signed: &Signed,
    kind: Kind,
    id: &PublicId,
    typed: Typed,
    wrong: Option<(&'static str, &'static str)>,
) -> Result<Response, PageError> {
    let found = owners_of_new_for(&app.store, &signed.viewer, kind, id).await?;
    let (reference, owners) = found.ok_or(PageError::NotFound)?;
    let owners: Vec<Choice> = owners
        .into_iter()
        .map(|one| Choice {
            value: one.public_id.0,
            text: one.name,
        })
        .collect();
    let kinds: Vec<Choice> = TaskKind::ALL
        .iter()
        .filter(|kind| kind.added_by_hand())
        .map(|kind| Choice {
            value: kind.code().to_owned(),
            text: app.words.text(signed.locale(), kind.words(), &[]),
        })
        .collect();
    let errors: Vec<FormError> = wrong
        .into_iter()
        .map(|(key, field)| FormError::of(app, signed, key, field))
        .collect();
    Page::new("task/new.html", signed)
        .with("record_href", format!("{}/{id}", folder(kind)))
        .with("reference", reference)
        .with("is_referral", kind == Kind::Referral)
        .with("kinds", kinds)
        .with("owners", owners)
        .with("note_max", NOTE_MAX)
        .with("typed", typed)
        .errors(errors)
        .render(app)
}

async fn save(
    app: &App,
    signed: &Signed,
    kind: Kind,
    id: &PublicId,
    typed: Typed,
) -> Result<Response, PageError> {
    let Some(what) = TaskKind::from_code(&typed.kind) else {
        return form(
            app,
            signed,
            kind,
            id,
            typed,
            Some(("task-error-kind", "kind")),
        )
        .await;
    };
    let Ok(Some(day)) = fact::day(&typed.due_day, &typed.due_month, &typed.due_year) else {
        return form(app, signed, kind, id, typed, Some(("task-error-day", DUE))).await;
    };
    let new = ByHand {
        kind: what,
        day,
        owner: (!typed.owner.is_empty()).then(|| PublicId(typed.owner.clone())),
        note: typed.note.clone(),
    };
    let wrong = match record_by_hand(&app.store, &signed.viewer, kind, id, &new).await {
        Ok(Some(task)) => return Ok(saved(&format!("/tasks/{task}"), "task-added")),
        Ok(None) => return Err(PageError::NotFound),
        Err(TaskError::Change(rule)) => (rule.code(), field(rule.field())),
        Err(TaskError::Store(StoreError::Refused(key @ "task-error-owner"))) => (key, "owner"),
        Err(TaskError::Store(StoreError::Refused(key @ "task-error-already"))) => (key, "kind"),
        Err(TaskError::Store(error)) => return Err(error.into()),
        Err(TaskError::Rule(_)) => ("task-error-kind", "kind"),
    };
    form(app, signed, kind, id, typed, Some(wrong)).await
}

fn field(field: &'static str) -> &'static str {
    match field {
        "day" => DUE,
        other => other,
    }
}
