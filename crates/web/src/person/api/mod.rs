//! The API of people: the same doors as the pages.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_store::person::{
    PersonQuery, Place, SaveOutcome, person_for, persons_for, record_details, record_person,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Answer, Caller, Cursor, IfMatch, Json, Problem, ProblemBody, Query, etag};
use crate::app::App;

pub(crate) mod body;
mod contact;
mod name;

use body::{ListQuery, PersonBody, PersonDetails, PersonList, PersonSearch, limit};

/// `/api/v1/persons` and what is below it.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(search))
        .routes(routes!(show, change))
        .routes(routes!(name::add))
        .routes(routes!(name::end))
        .routes(routes!(contact::list, contact::add))
        .routes(routes!(contact::end))
}

/// People the token may see, page by page. One event in the journal names everybody shown.
#[utoipa::path(
    get, path = "/api/v1/persons", tag = "persons", params(ListQuery),
    responses(
        (status = 200, description = "A page of people", body = PersonList),
        (status = 400, description = "The query or the cursor cannot be read", body = ProblemBody),
        (status = 401, description = "No token that holds", body = ProblemBody),
        (status = 403, description = "The token lacks `persons:read`", body = ProblemBody),
    )
)]
async fn list(caller: Caller, State(app): State<App>, Query(query): Query<ListQuery>) -> Answer {
    let viewer = caller.scope("persons:read")?;
    let query = PersonQuery {
        term: None,
        sort: query.sort.into(),
        only: query.only(),
        after: place(&app, viewer, query.cursor.as_deref())?,
        limit: limit(query.limit)?,
    };
    page(&app, viewer, &query).await
}

/// People found by words: names in any order, the beginning of a name, a reference. The words travel in
/// the body, and the journal keeps only a keyed hash of them.
#[utoipa::path(
    post, path = "/api/v1/persons/search", tag = "persons", request_body = PersonSearch,
    responses(
        (status = 200, description = "A page of people", body = PersonList),
        (status = 400, description = "The body or the cursor cannot be read", body = ProblemBody),
        (status = 401, description = "No token that holds", body = ProblemBody),
        (status = 403, description = "The token lacks `persons:read`", body = ProblemBody),
        (status = 422, description = "The body cannot be accepted", body = ProblemBody),
    )
)]
async fn search(caller: Caller, State(app): State<App>, body: Json<PersonSearch>) -> Answer {
    let viewer = caller.scope("persons:read")?;
    let body = body.value;
    if body.term.chars().count() > body::TERM_MAX {
        return Err(Problem::invalid().field("/term", "person-error-long"));
    }
    let query = PersonQuery {
        after: place(&app, viewer, body.cursor.as_deref())?,
        sort: body.sort.unwrap_or_default().into(),
        only: heyrick_store::person::Only::default(),
        limit: limit(body.limit)?,
        term: Some(body.term),
    };
    page(&app, viewer, &query).await
}

fn place(app: &App, viewer: &Viewer, cursor: Option<&str>) -> Result<Option<Place>, Problem> {
    cursor
        .map(|cursor| Cursor::open(&app.store.keys, viewer.user, "persons", cursor))
        .transpose()
}

async fn page(app: &App, viewer: &Viewer, query: &PersonQuery) -> Answer {
    let page = persons_for(&app.store, viewer, query).await?;
    let next = page
        .next
        .map(|place| Cursor::seal(&app.store.keys, viewer.user, "persons", &place))
        .transpose()?;
    let list = PersonList {
        items: page.people.into_iter().map(Into::into).collect(),
        next: next.map(|cursor| cursor.0),
    };
    Ok(axum::Json(list).into_response())
}

/// Makes a person's record in the token owner's own team.
#[utoipa::path(
    post, path = "/api/v1/persons", tag = "persons", request_body = PersonDetails,
    responses(
        (status = 201, description = "Made; the address is in `Location`", body = PersonBody, headers(("ETag" = String), ("Location" = String))),
        (status = 400, description = "The body cannot be read", body = ProblemBody),
        (status = 401, description = "No token that holds", body = ProblemBody),
        (status = 403, description = "The token lacks `persons:write`, or the role makes no records", body = ProblemBody),
        (status = 422, description = "Some fields need another look", body = ProblemBody),
    )
)]
async fn add(caller: Caller, State(app): State<App>, body: Json<PersonDetails>) -> Answer {
    let viewer = caller.scope("persons:write")?;
    let details = body.value.checked(&app)?;
    let id = record_person(&app.store, viewer, &details).await?;
    let mut response = read(&app, viewer, &id).await?;
    *response.status_mut() = StatusCode::CREATED;
    let address = format!("/api/v1/persons/{id}");
    if let Ok(address) = HeaderValue::from_str(&address) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    Ok(response)
}

/// A person's record. The look is in the journal before the answer is sent.
#[utoipa::path(
    get, path = "/api/v1/persons/{id}", tag = "persons", params(("id" = String, Path, description = "The person")),
    responses(
        (status = 200, description = "The record", body = PersonBody, headers(("ETag" = String))),
        (status = 401, description = "No token that holds", body = ProblemBody),
        (status = 403, description = "The token lacks `persons:read`", body = ProblemBody),
        (status = 404, description = "Nothing there that the token may see", body = ProblemBody),
    )
)]
async fn show(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope("persons:read")?;
    read(&app, viewer, &PublicId(id)).await
}

async fn read(app: &App, viewer: &Viewer, id: &PublicId) -> Answer {
    let person = person_for(&app.store, viewer, id).await?;
    let person = person.ok_or_else(Problem::absent)?;
    let version = etag(person.version);
    let mut response: Response = axum::Json(PersonBody::from(person)).into_response();
    if let Ok(version) = HeaderValue::from_str(&version) {
        response.headers_mut().insert(header::ETAG, version);
    }
    Ok(response)
}

/// Replaces a person's details. `If-Match` names the version they were read in; when somebody was faster
/// nothing is saved, and `ETag` says the version now.
#[utoipa::path(
    put, path = "/api/v1/persons/{id}", tag = "persons", request_body = PersonDetails,
    params(
        ("id" = String, Path, description = "The person"),
        ("If-Match" = String, Header, description = "The ETag of the version that was read"),
    ),
    responses(
        (status = 200, description = "Saved", body = PersonBody, headers(("ETag" = String))),
        (status = 400, description = "The body or `If-Match` cannot be read", body = ProblemBody),
        (status = 401, description = "No token that holds", body = ProblemBody),
        (status = 403, description = "The token lacks `persons:write`, or the role may not", body = ProblemBody),
        (status = 404, description = "Nothing there that the token may see", body = ProblemBody),
        (status = 412, description = "Somebody changed it meanwhile", body = ProblemBody),
        (status = 422, description = "Some fields need another look", body = ProblemBody),
        (status = 428, description = "`If-Match` is missing", body = ProblemBody),
    )
)]
async fn change(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    body: Json<PersonDetails>,
) -> Answer {
    let viewer = caller.scope("persons:write")?;
    let details = body.value.checked(&app)?;
    let id = PublicId(id);
    match record_details(&app.store, viewer, &id, version, &details).await? {
        SaveOutcome::Saved { .. } => read(&app, viewer, &id).await,
        SaveOutcome::Conflict { theirs } => Err(Problem::stale(theirs.version)),
        SaveOutcome::Absent => Err(Problem::absent()),
    }
}
