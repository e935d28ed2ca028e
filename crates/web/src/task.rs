//! Tasks: the list of what is still to be done, and calling one done with what came of it.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use heyrick_domain::id::PublicId;
use heyrick_store::task::{
    Task, TaskError, TaskPage, TaskQuery, Whose, record_done, task_for, tasks_for,
};
use serde::{Deserialize, Serialize};

use crate::api::Cursor;
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::{Page, saved, sees_cases};
use crate::session::{SafeForm, Signed};

/// Tasks on one page.
const PER_PAGE: u32 = 25;

/// `/tasks` and what is below it.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/tasks", get(list))
        .route("/tasks/{id}", get(show).post(done))
}

/// One line of a list of tasks.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    /// The key of what is to be done.
    kind: &'static str,
    /// Where it is done.
    href: String,
    /// Where it is called done, if that is done by hand.
    done_href: Option<String>,
    reference: String,
    called: Option<String>,
    due: String,
    late: bool,
    owner: Option<String>,
    mine: bool,
    raised_by: Option<String>,
    raised_at: i64,
}

impl Line {
    pub(crate) fn of(app: &App, signed: &Signed, task: Task) -> Self {
        let now = app.store.now();
        let due = app.words.due_at(signed.locale(), task.due_at, now);
        let by_hand = task.kind.done_by_hand();
        Self {
            kind: task.kind.words(),
            href: place(&task),
            done_href: by_hand.then(|| format!("/tasks/{}", task.public_id)),
            late: task.due_at < now,
            reference: task
                .referral
                .map_or(task.person.1, |(_, reference)| reference),
            called: task.called,
            due,
            owner: task.owner,
            mine: task.mine,
            raised_by: task.raised_by,
            raised_at: task.raised_at,
        }
    }
}

/// Where the thing itself is done.
fn place(task: &Task) -> String {
    let person = format!("/people/{}", task.person.0);
    let referral = task.referral.as_ref().map(|(id, _)| id);
    let record = referral.map_or(person.clone(), |id| format!("/referrals/{id}"));
    match (task.kind.code(), referral) {
        ("authority_retry", Some(_)) => format!("{record}/authority-contact"),
        ("second_reading", Some(_)) => format!("{record}/review"),
        ("restriction_review", _) => format!("{record}/restriction"),
        ("sign_best_interests", _) => format!("{person}/best-interests"),
        ("reassess_capacity", _) => format!("{person}/capacity"),
        ("ask_consent", _) => format!("{person}/consent"),
        // Handing over and attaching the copy are not everybody's: the task list leads whoever may.
        _ => record,
    }
}

/// What the address says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    show: String,
    after: String,
}

const SHOWN: [&str; 4] = ["mine", "overdue", "team", "others"];

async fn list(
    signed: Signed,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    if !sees_cases(signed.viewer.role) {
        return Err(PageError::NotAllowed);
    }
    let after = match wanted.after.as_str() {
        "" => None,
        cursor => Some(Cursor::open(&app.store.keys, cursor).map_err(|_| PageError::Unreadable)?),
    };
    let show = SHOWN
        .into_iter()
        .find(|one| *one == wanted.show)
        .unwrap_or(SHOWN[0]);
    let query = TaskQuery {
        whose: match show {
            "team" => Whose::Team,
            "others" => Whose::WaitingOnOthers,
            _ => Whose::Mine,
        },
        due_before: (show == "overdue").then(|| app.store.now()),
        after,
        limit: PER_PAGE,
    };
    let TaskPage { tasks, next } = tasks_for(&app.store, &signed.viewer, &query).await?;
    let more = match next {
        Some(place) => {
            let cursor =
                Cursor::seal(&app.store.keys, &place).map_err(|_| PageError::Unreadable)?;
            Some(format!("/tasks?show={show}&after={}", cursor.0))
        }
        None => None,
    };
    let lines: Vec<Line> = tasks
        .into_iter()
        .map(|task| Line::of(&app, &signed, task))
        .collect();
    Page::new("task/list.html", &signed)
        .with("lines", lines)
        .with("show", show)
        .with("shown", SHOWN)
        .with("more", more)
        .with("is_first", wanted.after.is_empty())
        .render(&app)
}

async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &signed, &PublicId(id), "", None).await
}

async fn page(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    typed: &str,
    wrong: Option<&'static str>,
) -> Result<Response, PageError> {
    let found = task_for(&app.store, &signed.viewer, id).await?;
    let (task, may_do) = found.ok_or(PageError::NotFound)?;
    let errors: Vec<FormError> = wrong
        .into_iter()
        .map(|key| FormError::of(app, signed, key, "result"))
        .collect();
    let status = match errors.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Page::new("task/task.html", signed)
        .with("id", id)
        .with("reference", &task.reference)
        .with("line", Line::of(app, signed, task))
        .with("may_do", may_do)
        .with("result_max", heyrick_domain::task::RESULT_MAX)
        .with("typed", typed)
        .with("errors", errors)
        .status(status)
        .render(app)
}

/// What came of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    result: String,
}

async fn done(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    match record_done(&app.store, &signed.viewer, &id, &typed.result).await {
        Ok(true) => Ok(saved("/tasks", "task-done")),
        Ok(false) => Err(PageError::NotFound),
        Err(TaskError::Rule(rule)) => {
            page(&app, &signed, &id, &typed.result, Some(rule.code())).await
        }
        Err(TaskError::Store(error)) => Err(error.into()),
    }
}
