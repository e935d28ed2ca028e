//! Who can see a record: why the viewer can, who else, who it is given to by name; giving it.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use heyrick_domain::grant::Relation;
use heyrick_domain::id::PublicId;
use heyrick_policy::{Action, Kind};
use heyrick_store::grant::NewAllocation;
use heyrick_store::sight::{Sight, Why};
use heyrick_store::{StoreError, grant, restriction, sight};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::grant::{FormError, RECORD_RELATIONS, colleagues, day, last_day};
use crate::page::{Page, saved};
use crate::session::{Nothing, SafeForm, Signed};

/// `/people/{id}/sight`, `/referrals/{id}/sight` and what is below them.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/people/{id}/sight", get(show_person).post(give_person))
        .route("/people/{id}/sight/{grant}/end", post(end_person))
        .route(
            "/referrals/{id}/sight",
            get(show_referral).post(give_referral),
        )
        .route("/referrals/{id}/sight/{grant}/end", post(end_referral))
}

/// The first part of a record's address.
pub(crate) const fn folder(kind: Kind) -> &'static str {
    match kind {
        Kind::Referral => "/referrals",
        _ => "/people",
    }
}

/// Reasons as the words of `parts/sight.html`.
pub fn codes(why: &[Why]) -> Vec<&'static str> {
    why.iter().map(|one| one.code()).collect()
}

#[derive(Debug, Serialize)]
struct Other {
    name: String,
    role: &'static str,
    why: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct Held {
    id: String,
    subject: String,
    relation: &'static str,
    last: Option<String>,
    reason: String,
}

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Typed {
    user: String,
    relation: String,
    last_day: String,
    last_month: String,
    last_year: String,
    reason: String,
}

async fn show_person(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &signed, Kind::Person, id, &Typed::default(), vec![]).await
}

async fn show_referral(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &signed, Kind::Referral, id, &Typed::default(), vec![]).await
}

async fn page(
    app: &App,
    signed: &Signed,
    kind: Kind,
    id: String,
    typed: &Typed,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let sight = sight::sight_for(&app.store, &signed.viewer, kind, &id).await?;
    let sight = sight.ok_or(PageError::NotFound)?;
    let held = grant::grants_of_record_for(&app.store, &signed.viewer, kind, &id).await?;
    let held: Vec<Held> = held
        .unwrap_or_default()
        .into_iter()
        .map(|one| Held {
            id: one.public_id.0,
            subject: one.subject,
            relation: one.relation.code(),
            last: last_day(one.until_at),
            reason: one.reason,
        })
        .collect();
    let may_give = app
        .store
        .policies
        .decide(&signed.viewer, Action::Allocate, &sight.record.resource)
        .allowed;
    let levels = restriction::levels_open_to(&app.store, &signed.viewer, &sight.record);
    Page::new("sight/sight.html", signed)
        .with("reference", &sight.record.reference)
        .with("level", sight.record.level().code())
        .with("record_href", format!("{}/{id}", folder(kind)))
        .with("because", codes(&sight.because))
        .with("others", others(&sight))
        .with("more", sight.more)
        .with("held", held)
        .with("may_give", may_give)
        .with("may_restrict", !levels.is_empty())
        .with("relations", RECORD_RELATIONS.map(Relation::code))
        .with("colleagues", colleagues(app, &signed.viewer, true).await?)
        .with("typed", typed)
        .errors(errors)
        .render(app)
}

fn others(sight: &Sight) -> Vec<Other> {
    sight
        .others
        .iter()
        .map(|one| Other {
            name: one.name.clone(),
            role: one.role.code(),
            why: codes(&one.why),
        })
        .collect()
}

async fn give_person(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    give(&app, &signed, Kind::Person, id, &typed).await
}

async fn give_referral(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    give(&app, &signed, Kind::Referral, id, &typed).await
}

async fn give(
    app: &App,
    signed: &Signed,
    kind: Kind,
    id: String,
    typed: &Typed,
) -> Result<Response, PageError> {
    let given = match read(typed) {
        Ok(new) => {
            let name = PublicId(id.clone());
            grant::record_allocation(&app.store, &signed.viewer, kind, &name, &new).await
        }
        Err(key) => Err(StoreError::Refused(key)),
    };
    match given {
        Ok(Some(_)) => Ok(saved(
            &format!("{}/{id}/sight", folder(kind)),
            "grant-given",
        )),
        Ok(None) => Err(PageError::NotFound),
        Err(StoreError::Refused(key)) => {
            let error = FormError::of(app, signed, key, field_of(key));
            page(app, signed, kind, id, typed, vec![error]).await
        }
        Err(error) => Err(error.into()),
    }
}

fn field_of(key: &str) -> &'static str {
    match key {
        "grant-reason" => "reason",
        "grant-last-day" | "grant-last-missing" => "last-last_day",
        "grant-relation-missing" => "relation",
        _ => "user",
    }
}

fn read(typed: &Typed) -> Result<NewAllocation, &'static str> {
    if typed.user.is_empty() {
        return Err("grant-user-missing");
    }
    let relation = Relation::from_code(&typed.relation)
        .filter(|one| RECORD_RELATIONS.contains(one))
        .ok_or("grant-relation-missing")?;
    let dated = [&typed.last_day, &typed.last_month, &typed.last_year];
    let last = if dated.iter().all(|part| part.trim().is_empty()) {
        None
    } else {
        let last = day(&typed.last_day, &typed.last_month, &typed.last_year);
        Some(last.ok_or("grant-last-missing")?)
    };
    Ok(NewAllocation {
        user: PublicId(typed.user.clone()),
        relation,
        last,
        reason: typed.reason.clone(),
    })
}

async fn end_person(
    signed: Signed,
    State(app): State<App>,
    Path((id, grant)): Path<(String, String)>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    end(&app, &signed, Kind::Person, id, grant).await
}

async fn end_referral(
    signed: Signed,
    State(app): State<App>,
    Path((id, grant)): Path<(String, String)>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    end(&app, &signed, Kind::Referral, id, grant).await
}

async fn end(
    app: &App,
    signed: &Signed,
    kind: Kind,
    id: String,
    held: String,
) -> Result<Response, PageError> {
    let (name, held) = (PublicId(id.clone()), PublicId(held));
    let ended =
        grant::record_allocation_ended(&app.store, &signed.viewer, kind, &name, &held).await?;
    if !ended {
        return Err(PageError::NotFound);
    }
    // Somebody who ends their own grant may not see the record any more.
    let still = sight::sight_for(&app.store, &signed.viewer, kind, &name).await?;
    let next = match still {
        Some(_) => format!("{}/{id}/sight", folder(kind)),
        None => folder(kind).to_owned(),
    };
    Ok(saved(&next, "grant-ended"))
}
