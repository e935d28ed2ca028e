//! Families in the API: opening one, adding members, where each leads. What they share is in `answers`.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyrick_domain::family::Relationship;
use heyrick_domain::id::PublicId;
use heyrick_domain::route::Route;
use heyrick_store::family::{
    BeginFamilyError, Family, FamilyOutcome, NewFamily, NewMember, Told, Who, families_of,
    family_for, record_family, told_of,
};
use heyrick_store::person::person_for;
use heyrick_words::{Locale, Words};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::api::{Answer, Caller, Json, Problem, ProblemBody, Query, Tongue, etag};
use crate::person::api::body::PersonDetails;
use crate::referral::api::{READ, WRITE};

mod answers;

/// `/api/v1/families` and what is below it.
pub fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(show))
        .routes(routes!(add))
        .merge(answers::api_routes())
}

/// A member to be: somebody on record, or somebody to be put there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFamilyMember)]
struct MemberToBe {
    /// The person's name in addresses; left out for somebody new.
    #[schema(example = "n6d4t9q2xkwz7gj3mfhc")]
    person: Option<String>,
    /// Who is put on record with it; left out for somebody on record.
    new: Option<PersonDetails>,
    /// What they are in the family: `parent`, `partner`, `child`, `sibling`, `grandparent`, `grandchild`,
    /// `aunt_or_uncle`, `niece_or_nephew`, `cousin`, `carer`, `other` or `not_known`.
    #[schema(value_type = String)]
    relationship: Relationship,
}

/// Who is to be a family.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFamily)]
struct Members {
    /// In the order in which the family is shown.
    #[schema(min_items = 1, max_items = 20)]
    members: Vec<MemberToBe>,
}

impl Members {
    fn read(self, app: &App, to: Option<PublicId>) -> Result<NewFamily, Problem> {
        let mut members = Vec::new();
        for (at, member) in self.members.into_iter().enumerate() {
            let who = match (member.person, member.new) {
                (Some(person), None) => Who::Known(PublicId(person)),
                (None, Some(details)) => Who::New(Box::new(details.checked(app)?)),
                _ => {
                    let place = format!("/members/{at}");
                    return Err(Problem::invalid().field(place, "family-error-person-or-new"));
                }
            };
            members.push(NewMember {
                who,
                relationship: member.relationship,
            });
        }
        Ok(NewFamily { to, members })
    }
}

/// A member and their referral.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FamilyMember)]
struct MemberBody {
    /// The person's name in addresses.
    person: String,
    /// What colleagues call the person.
    label: String,
    /// What they are in the family.
    relationship: &'static str,
    /// Their referral's name in addresses.
    referral: String,
    /// What people call it, such as `R-7K4M-2Q`.
    reference: String,
    /// `draft`, `in_review`, `prepared`, `sent` or `withdrawn`.
    stage: &'static str,
    /// `undecided`, `nrm` or `dtn`: by this person's own facts.
    route: &'static str,
    /// Where this referral tells of a member who did not agree to be named.
    tells: Vec<TellsBody>,
}

/// A place that tells of somebody who did not agree to be named.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FamilyTells)]
struct TellsBody {
    /// The referral of whom it tells.
    of: String,
    /// The question it stands in.
    key: String,
    /// The step to go to.
    step: String,
    /// What it tells, such as `name`.
    tells: &'static str,
    /// The same in words.
    detail: String,
    /// What may be said instead.
    instead: String,
}

/// A family as the token's owner sees it. Members they may not see are absent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Family)]
struct FamilyBody {
    /// Its name in addresses.
    id: String,
    /// The version; the same as in `ETag`.
    version: i64,
    /// In the order in which they were added.
    members: Vec<MemberBody>,
}

async fn body(
    app: &App,
    caller: &Caller,
    locale: Locale,
    family: &Family,
) -> Result<FamilyBody, Problem> {
    let mut members = Vec::new();
    for member in &family.members {
        let referral = &member.referral;
        let told = told_of(&app.store, &caller.0, referral).await?;
        let told = told
            .into_iter()
            .filter(|one| one.family == family.public_id);
        members.push(MemberBody {
            person: referral.person.public_id.0.clone(),
            label: referral.person.label(),
            relationship: member.relationship.code(),
            referral: referral.public_id.0.clone(),
            reference: referral.reference.clone(),
            stage: referral.stage.code(),
            route: referral.route().map_or("undecided", Route::code),
            tells: told
                .flat_map(|one| tells(&app.words, locale, one))
                .collect(),
        });
    }
    Ok(FamilyBody {
        id: family.public_id.0.clone(),
        version: family.version,
        members,
    })
}

fn tells(words: &Words, locale: Locale, told: Told) -> Vec<TellsBody> {
    let of = told.other.0;
    let places = told.places.into_iter();
    places
        .map(|place| TellsBody {
            of: of.0.clone(),
            key: place.question,
            step: place.step,
            tells: place.what.code(),
            detail: words.text(locale, place.what.words(), &[]),
            instead: words.text(locale, place.what.instead(), &[]),
        })
        .collect()
}

/// Which families to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OfPerson {
    /// The person's name in addresses.
    #[param(pattern = "^[a-z0-9]{1,40}$")]
    person: String,
}

/// Names of families.
#[derive(Debug, Serialize, ToSchema)]
struct FamilyList {
    /// Names in addresses, the latest first.
    items: Vec<String>,
}

/// Lists the families a person belongs to, as far as the token's owner sees them.
#[utoipa::path(
    get, path = "/api/v1/families", tag = "families", params(OfPerson),
    responses((status = 200, body = FamilyList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn list(caller: Caller, State(app): State<App>, Query(asked): Query<OfPerson>) -> Answer {
    let viewer = caller.scope(READ)?;
    let person = person_for(&app.store, viewer, &PublicId(asked.person)).await?;
    let person = person.ok_or_else(Problem::absent)?;
    let found = families_of(&app.store, viewer, person.id).await?;
    let items = found.into_iter().map(|id| id.0).collect();
    Ok(Out(FamilyList { items }).into_response())
}

/// Opens one linked referral for each member, all of them or none. Who has a referral that was not withdrawn
/// keeps that one. Putting somebody new on record needs `persons:write` too.
#[utoipa::path(
    post, path = "/api/v1/families", tag = "families", request_body = Members,
    responses(
        (status = 201, body = FamilyBody, headers(("Location" = String), ("ETag" = String))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn begin(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Json { value: new, .. }: Json<Members>,
) -> Answer {
    record(&app, &caller, locale, None, new).await
}

/// Adds members to a family; what it shares is carried into the referrals that are begun.
#[utoipa::path(
    post, path = "/api/v1/families/{id}/members", tag = "families", request_body = Members,
    params(("id" = String, Path, description = "The family")),
    responses(
        (status = 201, body = FamilyBody, headers(("Location" = String), ("ETag" = String))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn add(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<Members>,
) -> Answer {
    record(&app, &caller, locale, Some(PublicId(id)), new).await
}

async fn record(
    app: &App,
    caller: &Caller,
    locale: Locale,
    to: Option<PublicId>,
    new: Members,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    if new.members.iter().any(|member| member.new.is_some()) {
        caller.scope("persons:write")?;
    }
    let new = new.read(app, to)?;
    let id = match record_family(&app.store, viewer, &new).await {
        Ok(FamilyOutcome::Opened(id)) => id,
        Ok(FamilyOutcome::Absent) => return Err(Problem::absent()),
        Err(BeginFamilyError::Rule(wrong)) => {
            return Err(Problem::invalid().field("/members", wrong.code()));
        }
        Err(BeginFamilyError::Store(error)) => return Err(error.into()),
    };
    let place = format!("/api/v1/families/{id}");
    let shown = answered(app, caller, locale, &id, StatusCode::CREATED).await?;
    Ok(([(header::LOCATION, place)], shown).into_response())
}

/// Shows a family: each member's referral, where it leads and what it tells of who is not to be named.
#[utoipa::path(
    get, path = "/api/v1/families/{id}", tag = "families", params(("id" = String, Path, description = "The family")),
    responses((status = 200, body = FamilyBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn show(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(id): Path<String>,
) -> Answer {
    caller.scope(READ)?;
    answered(&app, &caller, locale, &PublicId(id), StatusCode::OK).await
}

async fn answered(
    app: &App,
    caller: &Caller,
    locale: Locale,
    id: &PublicId,
    status: StatusCode,
) -> Result<Response, Problem> {
    let family = found(app, caller, id).await?;
    let tag = [(header::ETAG, etag(family.version))];
    let body = body(app, caller, locale, &family).await?;
    Ok((status, tag, Out(body)).into_response())
}

async fn found(app: &App, caller: &Caller, id: &PublicId) -> Result<Family, Problem> {
    let found = family_for(&app.store, &caller.0, id).await?;
    found.ok_or_else(Problem::absent)
}
