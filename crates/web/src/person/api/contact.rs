//! The API of contact routes: opening them, which is in the journal; adding one, ending one.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use heyrick_domain::contact::{Contact, ContactKind, Safe};
use heyrick_domain::id::PublicId;
use heyrick_store::contact::{ContactRoute, contacts_for, record_contact, record_contact_ended};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::name::Made;
use crate::api::instant;
use crate::api::{Answer, Caller, Json, Problem, ProblemBody};
use crate::app::App;

/// A contact route to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewContact {
    /// `phone`, `email`, `address`, `account` or `somebody`.
    #[schema(value_type = String)]
    kind: ContactKind,
    /// The number, address or name, as typed.
    #[schema(min_length = 1, max_length = 500)]
    value: String,
    /// `confirmed`, `not_confirmed` or `never`.
    #[schema(value_type = String)]
    safe: Safe,
    /// Whose it is, when it is not theirs.
    #[schema(max_length = 200)]
    whose: Option<String>,
    /// When it is safe.
    #[schema(max_length = 200)]
    safe_times: Option<String>,
    /// What else must be known before it is used.
    #[schema(max_length = 2000)]
    notes: Option<String>,
}

/// A contact route.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactBody {
    /// Its name in addresses.
    id: String,
    /// `phone`, `email`, `address`, `account` or `somebody`.
    kind: &'static str,
    /// The number, address or name, as typed.
    value: String,
    /// `confirmed`, `not_confirmed` or `never`.
    safe: &'static str,
    /// Whose it is, when it is not theirs.
    whose: Option<String>,
    /// When it is safe.
    safe_times: Option<String>,
    /// What else must be known before it is used.
    notes: Option<String>,
    /// Who recorded it.
    recorded_by: String,
    /// When (RFC 3339).
    recorded_at: String,
}

impl From<ContactRoute> for ContactBody {
    fn from(route: ContactRoute) -> Self {
        Self {
            id: route.public_id.0,
            kind: route.contact.kind.code(),
            value: route.contact.value,
            safe: route.contact.safe.code(),
            whose: route.contact.whose,
            safe_times: route.contact.safe_times,
            notes: route.contact.notes,
            recorded_by: route.recorded_by,
            recorded_at: instant(route.recorded_at),
        }
    }
}

/// The contact routes of a person that hold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactList {
    /// Safe ones first, those never to be used last.
    items: Vec<ContactBody>,
}

/// Opens the contact routes of a person. They are sealed in the database, and each opening is in the
/// journal.
#[utoipa::path(
    get, path = "/api/v1/persons/{id}/contacts", tag = "persons",
    params(("id" = String, Path, description = "The person")),
    responses(
        (status = 200, description = "The routes", body = ContactList),
        (status = 401, description = "No token that holds", body = ProblemBody),
        (status = 403, description = "The token lacks `persons:read`", body = ProblemBody),
        (status = 404, description = "Nothing there that the token may see", body = ProblemBody),
    )
)]
pub(super) async fn list(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope("persons:read")?;
    let routes = contacts_for(&app.store, viewer, &PublicId(id)).await?;
    let routes = routes.ok_or_else(Problem::absent)?;
    let list = ContactList {
        items: routes.into_iter().map(ContactBody::from).collect(),
    };
    Ok(axum::Json(list).into_response())
}

/// Records a contact route.
#[utoipa::path(
    post, path = "/api/v1/persons/{id}/contacts", tag = "persons", request_body = NewContact,
    params(("id" = String, Path, description = "The person")),
    responses(
        (status = 201, description = "Recorded", body = Made),
        (status = 400, description = "The body cannot be read", body = ProblemBody),
        (status = 401, description = "No token that holds", body = ProblemBody),
        (status = 403, description = "The token lacks `persons:write`, or the role may not", body = ProblemBody),
        (status = 404, description = "Nothing there that the token may see", body = ProblemBody),
        (status = 422, description = "Some fields need another look", body = ProblemBody),
    )
)]
pub(super) async fn add(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    body: Json<NewContact>,
) -> Answer {
    let viewer = caller.scope("persons:write")?;
    let body = body.value;
    let contact = Contact {
        kind: body.kind,
        value: body.value,
        safe: body.safe,
        whose: body.whose,
        safe_times: body.safe_times,
        notes: body.notes,
    };
    let contact = contact.checked().map_err(|errors| {
        errors.iter().fold(Problem::invalid(), |problem, error| {
            problem.field(format!("/{}", error.field), error.code())
        })
    })?;
    let made = record_contact(&app.store, viewer, &PublicId(id), &contact).await?;
    let PublicId(id) = made.ok_or_else(Problem::absent)?;
    Ok((StatusCode::CREATED, axum::Json(Made { id })).into_response())
}

/// Ends a contact route; it stays sealed and is not deleted.
#[utoipa::path(
    delete, path = "/api/v1/persons/{id}/contacts/{contact}", tag = "persons",
    params(("id" = String, Path, description = "The person"), ("contact" = String, Path, description = "The route")),
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
    Path((id, contact)): Path<(String, String)>,
) -> Answer {
    let viewer = caller.scope("persons:write")?;
    if record_contact_ended(&app.store, viewer, &PublicId(id), &PublicId(contact)).await? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Problem::absent())
    }
}
