//! Tasks in the API: the same doors as the pages.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use heyrick_domain::id::PublicId;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::Kind;
use heyrick_store::StoreError;
use heyrick_store::task::{
    ByHand, TaskError, record_by_hand, record_done, record_due, record_owner, record_reopened,
    task_for, tasks_for,
};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Answer, Caller, Cursor, IfMatch, Json, Problem, ProblemBody, Query, etag};
use crate::app::App;

mod body;

use body::{ListQuery, TaskBody, TaskList, Turn};

/// What a token needs to read tasks.
const READ: &str = "tasks:read";
/// What a token needs to change them.
const WRITE: &str = "tasks:write";

/// `/api/v1/tasks` and what is below it.
pub(crate) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(show))
        .routes(routes!(done))
        .routes(routes!(give))
        .routes(routes!(move_day))
        .routes(routes!(reopen))
}

fn kind(word: &str) -> Option<TaskKind> {
    TaskKind::from_code(word)
}

fn day(text: &str) -> Result<Date, Problem> {
    text.parse()
        .map_err(|_| Problem::invalid().field("/day", "fact-api-day"))
}

/// Tasks about records the token may see, page by page. One event in the journal names the records.
#[utoipa::path(
    get, path = "/api/v1/tasks", tag = "tasks", params(ListQuery),
    responses((status = 200, body = TaskList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn list(caller: Caller, State(app): State<App>, Query(query): Query<ListQuery>) -> Answer {
    let viewer = caller.scope(READ)?;
    let page = tasks_for(&app.store, viewer, &query.query(&app, viewer)?).await?;
    let seal = |turn: Option<Turn>| {
        turn.map(|turn| {
            Cursor::seal(&app.store.keys, viewer.user, "tasks", &turn).map(|cursor| cursor.0)
        })
        .transpose()
    };
    let list = TaskList {
        items: page.tasks.into_iter().map(Into::into).collect(),
        next: seal(page.next.map(Turn::After))?,
        previous: seal(page.previous.map(Turn::Before))?,
    };
    Ok(axum::Json(list).into_response())
}

/// A task, open or done.
#[utoipa::path(
    get, path = "/api/v1/tasks/{id}", tag = "tasks", params(("id" = String, Path, description = "The task")),
    responses((status = 200, body = TaskBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn show(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope(READ)?;
    read(&app, viewer, &PublicId(id)).await
}

async fn read(app: &App, viewer: &Viewer, id: &PublicId) -> Answer {
    let found = task_for(&app.store, viewer, id, app.settings.delays).await?;
    let task = found.ok_or_else(Problem::absent)?.task;
    let tag = etag(task.version);
    let mut response = axum::Json(TaskBody::from(task)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// Where in the body a problem lies.
fn problem(error: TaskError, reason: &str) -> Problem {
    match error {
        TaskError::Rule(rule) => Problem::invalid().field("/result", rule.code()),
        TaskError::Change(rule) => {
            let at = match rule.field() {
                "reason" => reason.to_owned(),
                other => format!("/{other}"),
            };
            Problem::invalid().field(at, rule.code())
        }
        TaskError::Store(StoreError::Refused(key @ "task-error-owner")) => {
            Problem::invalid().field("/owner", key)
        }
        TaskError::Store(StoreError::Refused(key @ "task-error-already")) => {
            Problem::invalid().field("/kind", key)
        }
        TaskError::Store(error) => error.into(),
    }
}

/// The task as it is after a change.
async fn changed(
    app: &App,
    viewer: &Viewer,
    id: &PublicId,
    said: Result<bool, TaskError>,
) -> Answer {
    match said {
        Ok(true) => read(app, viewer, id).await,
        Ok(false) => Err(Problem::absent()),
        Err(error) => Err(problem(error, "/reason")),
    }
}

/// A task to be added by hand: to a person or to a referral.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTask {
    /// The person it is about; or else `referral`.
    person: Option<String>,
    /// The referral it is about; or else `person`.
    referral: Option<String>,
    /// One of the kinds people add themselves; `other` says in `note` what it is.
    #[schema(example = "other")]
    kind: String,
    /// By the end of which day: today at the earliest.
    #[schema(format = Date)]
    day: String,
    /// Who does it: the name of an account in addresses; left out for anybody who may.
    owner: Option<String>,
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// Adds a task by hand.
#[utoipa::path(
    post, path = "/api/v1/tasks", tag = "tasks", request_body = NewTask,
    responses(
        (status = 201, body = TaskBody, headers(("ETag" = String), ("Location" = String))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn add(
    caller: Caller,
    State(app): State<App>,
    Json { value: new, .. }: Json<NewTask>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let (what, id) = match (new.person, new.referral) {
        (Some(id), None) => (Kind::Person, PublicId(id)),
        (None, Some(id)) => (Kind::Referral, PublicId(id)),
        _ => return Err(Problem::invalid().field("/person", "task-error-record")),
    };
    let wrong_kind = || Problem::invalid().field("/kind", "task-error-kind");
    let by_hand = ByHand {
        kind: kind(&new.kind).ok_or_else(wrong_kind)?,
        day: day(&new.day)?,
        owner: new.owner.map(PublicId),
        note: new.note.unwrap_or_default(),
    };
    let added = record_by_hand(&app.store, viewer, what, &id, &by_hand).await;
    let Some(task) = added.map_err(|error| problem(error, "/note"))? else {
        return Err(Problem::absent());
    };
    let mut response: Response = read(&app, viewer, &task).await?;
    *response.status_mut() = StatusCode::CREATED;
    if let Ok(address) = HeaderValue::from_str(&format!("/api/v1/tasks/{task}")) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    Ok(response)
}

/// What came of a task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Outcome {
    #[schema(min_length = 1, max_length = 500)]
    result: String,
}

/// Calls a task done.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/done", tag = "tasks", request_body = Outcome,
    params(("id" = String, Path, description = "The task"), ("If-Match" = String, Header, description = "The version that was read")),
    responses((status = 200, body = TaskBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn done(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json { value, .. }: Json<Outcome>,
) -> Answer {
    let (viewer, id) = (caller.scope(WRITE)?, PublicId(id));
    let said = record_done(&app.store, viewer, &id, Some(seen), &value.result).await;
    changed(&app, viewer, &id, said).await
}

/// Who does a task from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOwner {
    /// The name of an account in addresses; null gives it back to whoever may.
    owner: Option<String>,
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Gives a task to somebody, takes it on, or gives it back. Who had it before stays in its history.
#[utoipa::path(
    put, path = "/api/v1/tasks/{id}/owner", tag = "tasks", request_body = NewOwner,
    params(("id" = String, Path, description = "The task"), ("If-Match" = String, Header, description = "The version that was read")),
    responses((status = 200, body = TaskBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn give(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json { value, .. }: Json<NewOwner>,
) -> Answer {
    let (viewer, id) = (caller.scope(WRITE)?, PublicId(id));
    let (to, why) = (value.owner.map(PublicId), value.reason.unwrap_or_default());
    let said = record_owner(&app.store, viewer, &id, Some(seen), to.as_ref(), &why).await;
    changed(&app, viewer, &id, said).await
}

/// Another day for a task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDay {
    /// By the end of which day: today at the earliest.
    #[schema(format = Date)]
    day: String,
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Moves a task to another day, with a reason. The day before stays in its history.
#[utoipa::path(
    put, path = "/api/v1/tasks/{id}/due", tag = "tasks", request_body = NewDay,
    params(("id" = String, Path, description = "The task"), ("If-Match" = String, Header, description = "The version that was read")),
    responses((status = 200, body = TaskBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn move_day(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json { value, .. }: Json<NewDay>,
) -> Answer {
    let (viewer, id) = (caller.scope(WRITE)?, PublicId(id));
    let to = day(&value.day)?;
    let said = record_due(&app.store, viewer, &id, Some(seen), to, &value.reason).await;
    changed(&app, viewer, &id, said).await
}

/// Why a task is opened again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reopening {
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Opens a task again that was called done by mistake, within a day.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/reopen", tag = "tasks", request_body = Reopening,
    params(("id" = String, Path, description = "The task"), ("If-Match" = String, Header, description = "The version that was read")),
    responses((status = 200, body = TaskBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn reopen(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json { value, .. }: Json<Reopening>,
) -> Answer {
    let (viewer, id) = (caller.scope(WRITE)?, PublicId(id));
    let said = record_reopened(&app.store, viewer, &id, Some(seen), &value.reason).await;
    changed(&app, viewer, &id, said).await
}
