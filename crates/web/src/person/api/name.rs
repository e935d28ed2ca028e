//! The API of names: adding one, ending one.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use heyrick_domain::id::PublicId;
use heyrick_domain::person::NameKind;
use heyrick_store::StoreError;
use heyrick_store::person::{NewName, record_name, record_name_ended};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::{Answer, Caller, Json, Problem, ProblemBody};
use crate::app::App;

/// A name to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNameBody {
    /// `alias`, `nickname`, `exploitation_name` or `other_spelling`.
    #[schema(value_type = String)]
    kind: NameKind,
    /// As typed.
    #[schema(max_length = 200)]
    name: String,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Made {
    /// Its name in addresses.
    pub id: String,
}

/// Records another name of a person.
#[utoipa::path(
    post, path = "/api/v1/persons/{id}/names", tag = "persons", request_body = NewNameBody,
    params(("id" = String, Path, description = "The person")),
    responses(
        (status = 201, description = "Recorded", body = Made),
        (status = 400, description = "The body cannot be read", body = ProblemBody),
        (status = 401, description = "No token that holds", body = ProblemBody),
        (status = 403, description = "The token lacks `persons:write`, or the role may not", body = ProblemBody),
        (status = 404, description = "Nothing there that the token may see", body = ProblemBody),
        (status = 422, description = "This name cannot be recorded", body = ProblemBody),
    )
)]
pub(super) async fn add(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    body: Json<NewNameBody>,
) -> Answer {
    let viewer = caller.scope("persons:write")?;
    let new = NewName {
        kind: body.value.kind,
        raw: body.value.name,
    };
    let made = record_name(&app.store, viewer, &PublicId(id), &new).await;
    let made = made.map_err(|error| match error {
        StoreError::Refused(key @ "person-error-name-kind") => {
            Problem::invalid().field("/kind", key)
        }
        StoreError::Refused(key) => Problem::invalid().field("/name", key),
        error => error.into(),
    })?;
    let PublicId(id) = made.ok_or_else(Problem::absent)?;
    Ok((StatusCode::CREATED, axum::Json(Made { id })).into_response())
}

/// Ends a name; it is not deleted.
#[utoipa::path(
    delete, path = "/api/v1/persons/{id}/names/{name}", tag = "persons",
    params(("id" = String, Path, description = "The person"), ("name" = String, Path, description = "The name")),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "No token that holds", body = ProblemBody),
        (status = 403, description = "The token lacks `persons:write`, or the role may not", body = ProblemBody),
        (status = 404, description = "Nothing there that the token may see", body = ProblemBody),
    )
)]
pub(super) async fn end(
    caller: Caller,
    State(app): State<App>,
    Path((id, name)): Path<(String, String)>,
) -> Answer {
    let viewer = caller.scope("persons:write")?;
    if record_name_ended(&app.store, viewer, &PublicId(id), &PublicId(name)).await? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Problem::absent())
    }
}
