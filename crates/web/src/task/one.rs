//! One task: what it is, who has it, by when, what was changed; done with a result, given, moved, opened
//! again. Each form carries the version it was made from, so that nobody overwrites a colleague.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_domain::task::change::{ChangeError, REASON_MAX};
use heyrick_domain::task::{DoneError, RESULT_MAX};
use heyrick_store::StoreError;
use heyrick_store::task::{
    Change, TaskError, What, owners_for, record_done, record_due, record_owner, record_reopened,
    task_for,
};
use serde::{Deserialize, Serialize};

use super::Line;
use crate::app::App;
use crate::error::PageError;
use crate::fact;
use crate::grant::FormError;
use crate::page::{Page, saved, sees_cases};
use crate::session::{SafeForm, Signed};

/// What was typed into one of the forms, kept when the page comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    version: String,
    result: String,
    owner: String,
    owner_reason: String,
    due_day: String,
    due_month: String,
    due_year: String,
    due_reason: String,
    reopen_reason: String,
}

impl Typed {
    fn version(&self) -> Option<i64> {
        self.version.parse().ok()
    }
}

/// Where on the page an error leads.
const DUE: &str = "due-due_day";

/// One line of a task's history.
#[derive(Debug, Serialize)]
struct ChangeLine {
    what: &'static str,
    from: Option<String>,
    to: Option<String>,
    by: String,
    at: i64,
    reason: Option<String>,
}

impl From<Change> for ChangeLine {
    fn from(change: Change) -> Self {
        let day = |at| Some(heyrick_domain::london::date_of(at).to_string());
        let (what, from, to) = match change.what {
            What::Owner(from, to) => ("owner", from, to),
            What::Due(from, to) => ("due", day(from), day(to)),
            What::Reopened(result) => ("reopened", result, None),
        };
        Self {
            what,
            from,
            to,
            by: change.by,
            at: change.at,
            reason: change.reason,
        }
    }
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &signed, &PublicId(id), None, None).await
}

/// The page, with what was typed and what is wrong with it where a form comes back.
async fn page(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    typed: Option<Typed>,
    wrong: Option<(&'static str, &'static str)>,
) -> Result<Response, PageError> {
    if !sees_cases(signed.viewer.role) {
        return Err(PageError::NotAllowed);
    }
    let found = task_for(&app.store, &signed.viewer, id, app.settings.delays).await?;
    let opened = found.ok_or(PageError::NotFound)?;
    let owners = match opened.may_work {
        true => owners_for(&app.store, &signed.viewer, id).await?,
        false => Vec::new(),
    };
    let can_take = owners.iter().any(|one| one.me) && !opened.task.mine;
    let owners: Vec<(String, String)> = owners
        .into_iter()
        .map(|one| (one.public_id.0, one.name))
        .collect();
    let errors: Vec<FormError> = wrong
        .into_iter()
        .map(|(key, field)| FormError::of(app, signed, key, field))
        .collect();
    let owner_id = opened.task.owner_id.clone().map(|id| id.0);
    let typed = typed.unwrap_or_else(|| Typed {
        owner: owner_id.clone().unwrap_or_default(),
        ..Typed::default()
    });
    let history: Vec<ChangeLine> = opened.history.into_iter().map(ChangeLine::from).collect();
    Page::new("task/task.html", signed)
        .with("id", id)
        .with("me", &signed.viewer.public_id)
        .with("reference", &opened.task.reference)
        .with("version", opened.task.version)
        .with("owner_id", owner_id)
        .with("second", opened.task.kind.for_any_reviewer())
        .with("line", Line::of(app, signed, opened.task))
        .with("may_do", opened.may_do)
        .with("may_work", opened.may_work)
        .with("may_undo", opened.may_undo)
        .with("can_take", can_take)
        .with("owners", owners)
        .with("history", history)
        .with("result_max", RESULT_MAX)
        .with("reason_max", REASON_MAX)
        .with("typed", typed)
        .errors(errors)
        .render(app)
}

/// Answers what the store said: the page again with the sentence where it belongs, or where to go.
async fn answered(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    typed: Typed,
    said: Result<bool, TaskError>,
    reason: &'static str,
    done: (&str, &'static str),
) -> Result<Response, PageError> {
    let (key, field) = match said {
        Ok(true) => return Ok(saved(done.0, done.1)),
        Ok(false) => return Err(PageError::NotFound),
        Err(TaskError::Rule(rule)) => (rule.code(), result_field(rule)),
        Err(TaskError::Change(rule)) => (rule.code(), change_field(rule, reason)),
        Err(TaskError::Store(StoreError::Refused(key @ "task-error-owner"))) => (key, "owner"),
        Err(TaskError::Store(StoreError::Refused(key @ "task-error-already"))) => (key, reason),
        Err(TaskError::Store(error)) => return Err(error.into()),
    };
    page(app, signed, id, Some(typed), Some((key, field))).await
}

const fn result_field(rule: DoneError) -> &'static str {
    match rule {
        DoneError::NotByHand | DoneError::ResultMissing | DoneError::ResultLong => "result",
    }
}

fn change_field(rule: ChangeError, reason: &'static str) -> &'static str {
    match rule.field() {
        "day" => DUE,
        _ => reason,
    }
}

pub(super) async fn done(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let (seen, result) = (typed.version(), &typed.result);
    let said = record_done(&app.store, &signed.viewer, &id, seen, result).await;
    answered(
        &app,
        &signed,
        &id,
        typed,
        said,
        "result",
        ("/tasks", "task-done"),
    )
    .await
}

pub(super) async fn give(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let to = (!typed.owner.is_empty()).then(|| PublicId(typed.owner.clone()));
    let why = &typed.owner_reason;
    let seen = typed.version();
    let said = record_owner(&app.store, &signed.viewer, &id, seen, to.as_ref(), why).await;
    let there = format!("/tasks/{id}");
    let key = match &to {
        None => "task-given-back",
        Some(to) if *to == signed.viewer.public_id => "task-taken",
        Some(_) => "task-given",
    };
    answered(
        &app,
        &signed,
        &id,
        typed,
        said,
        "owner_reason",
        (&there, key),
    )
    .await
}

pub(super) async fn move_day(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let Ok(Some(day)) = fact::day(&typed.due_day, &typed.due_month, &typed.due_year) else {
        return page(
            &app,
            &signed,
            &id,
            Some(typed),
            Some(("task-error-day", DUE)),
        )
        .await;
    };
    let (seen, why) = (typed.version(), &typed.due_reason);
    let said = record_due(&app.store, &signed.viewer, &id, seen, day, why).await;
    let there = format!("/tasks/{id}");
    answered(
        &app,
        &signed,
        &id,
        typed,
        said,
        "due_reason",
        (&there, "task-moved"),
    )
    .await
}

pub(super) async fn reopen(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let (seen, why) = (typed.version(), &typed.reopen_reason);
    let said = record_reopened(&app.store, &signed.viewer, &id, seen, why).await;
    let there = format!("/tasks/{id}");
    answered(
        &app,
        &signed,
        &id,
        typed,
        said,
        "reopen_reason",
        (&there, "task-reopened"),
    )
    .await
}
