//! Families: opening one from a person, its page, what its members share, what each takes of it, and what
//! their referrals together would tell of somebody who did not agree to be named.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use heyrick_domain::id::PublicId;
use heyrick_policy::Action;
use heyrick_store::family::{Family, Member, family_for, offers_of, told_of};
use heyrick_store::sight::because;
use serde::Serialize;

use crate::app::App;
use crate::error::PageError;
use crate::page::Page;
use crate::referral::{Say, stage_code, task_list};
use crate::session::Signed;
use crate::sight::codes;

pub mod api;
mod begin;
mod choose;
mod posted;
mod share;
mod step;
pub(crate) mod tell;

/// `/families/{id}` and what is below it; opening one from a person's page.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/people/{id}/family", get(begin::show).post(begin::go))
        .route("/families/{id}", get(show))
        .route(
            "/families/{id}/shared",
            get(share::overview).post(share::take),
        )
        .route(
            "/families/{id}/shared/{step}",
            get(step::show).post(step::save),
        )
        .route(
            "/families/{id}/offers",
            get(choose::show).post(choose::save),
        )
}

/// A family the reader may see; the look is journalled.
async fn open(app: &App, signed: &Signed, id: &str) -> Result<Family, PageError> {
    let id = PublicId(id.to_owned());
    family_for(&app.store, &signed.viewer, &id)
        .await?
        .ok_or(PageError::NotFound)
}

/// Whether the reader may write a member's draft.
fn may_share(app: &App, signed: &Signed, family: &Family) -> bool {
    family.writable(&app.store, &signed.viewer).next().is_some()
}

/// A page of a family, with why the reader sees it: their sight of its first member.
fn page(template: &'static str, signed: &Signed, family: &Family) -> Page {
    let page = Page::new(template, signed)
        .with("id", &family.public_id)
        .with("href", format!("/families/{}", family.public_id));
    let Some(member) = family.members.first() else {
        return page;
    };
    let referral = &member.referral;
    let why = because(&referral.decision, &signed.viewer, &referral.resource);
    let sight = format!("/referrals/{}/sight", referral.public_id);
    page.with("why", codes(&why)).with("sight_href", sight)
}

/// A member's line.
#[derive(Debug, Serialize)]
struct Line {
    label: String,
    person_href: Option<String>,
    relationship: &'static str,
    href: String,
    reference: String,
    route: &'static str,
    stage: &'static str,
    is_draft: bool,
    done: usize,
    all: usize,
    worker: String,
}

impl Line {
    fn of(app: &App, signed: &Signed, member: &Member) -> Self {
        let referral = &member.referral;
        let (done, all) = task_list::progress(app, signed, referral);
        let policies = &app.store.policies;
        let person = &referral.person;
        let seen = policies.decide(&signed.viewer, Action::See, &person.resource);
        let worker = referral.allocated_to.as_ref().map(|(_, name)| name.clone());
        Self {
            label: person.label(),
            person_href: seen
                .allowed
                .then(|| format!("/people/{}", person.public_id)),
            relationship: member.relationship.words(),
            href: format!("/referrals/{}", referral.public_id),
            reference: referral.reference.clone(),
            route: referral
                .route()
                .map_or("undecided", heyrick_domain::route::Route::code),
            stage: stage_code(referral.stage),
            is_draft: referral.stage == heyrick_domain::referral::Stage::Draft,
            done,
            all,
            worker: worker.unwrap_or_else(|| referral.author_name.clone()),
        }
    }
}

async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let family = open(&app, &signed, &id).await?;
    let say = Say::of(&app, &signed);
    let lines: Vec<Line> = family
        .members
        .iter()
        .map(|member| Line::of(&app, &signed, member))
        .collect();
    let offers = offers_of(&app.store, &signed.viewer, &family).await?;
    let offered: usize = offers.iter().map(|one| one.offers.len()).sum();
    let mut tells = Vec::new();
    for member in &family.members {
        let told = told_of(&app.store, &signed.viewer, &member.referral).await?;
        let of_this = told
            .into_iter()
            .filter(|one| one.family == family.public_id);
        tells.extend(of_this.map(|one| tell::Shown::of(say, &member.referral, one)));
    }
    tells.retain(|one| one.has_places());
    let first = family.members.first();
    let add = first.map(|member| {
        let person = &member.referral.person.public_id;
        format!("/people/{person}/family?to={id}")
    });
    let may_share = may_share(&app, &signed, &family);
    page("family/show.html", &signed, &family)
        .with("lines", lines)
        .with("offered", offered)
        .with("shared", family.shared.len())
        .with("tells", tells)
        .with("add_href", add.filter(|_| may_share))
        .with("may_share", may_share)
        .with("begun_by", &family.begun_by)
        .with("begun_at", family.begun_at)
        .render(&app)
}
