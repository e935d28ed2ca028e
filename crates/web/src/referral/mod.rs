//! Referrals: the list, the task list of one, its pages of questions, what was answered and by whom.
//!
//! A page and the API ask the same form; what a step's page holds is made in [`fields`] and read back in
//! [`posted`].

use axum::Router;
use axum::routing::{get, post};
use heyrick_domain::form::{Draft, Step};
use heyrick_domain::id::PublicId;
use heyrick_domain::referral::Stage;
use heyrick_policy::Action;
use heyrick_store::referral::{Referral, referral_for};
use heyrick_store::sight::because;
use heyrick_words::{Arg, Locale, Words};
use serde::Serialize;

use crate::app::App;
use crate::error::PageError;
use crate::session::Signed;
use crate::sight::codes;

pub(crate) mod answered;
pub mod api;
mod authority;
mod begin;
mod check;
mod coach;
mod conflict;
mod field;
pub mod fields;
mod history;
mod list;
pub(crate) mod next;
pub mod posted;
mod standing;
mod step;
pub(crate) mod task_list;
mod withdraw;

use fields::FactPages;

/// `/referrals` and what is below it; beginning one from a person's page.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/people/{id}/referrals", post(begin::begin))
        .route("/referrals", get(list::show))
        .route("/referrals/{id}", get(task_list::show))
        .route(
            "/referrals/{id}/steps/{step}",
            get(step::show).post(step::save),
        )
        .route("/referrals/{id}/check", get(check::show))
        .route(
            "/referrals/{id}/coach",
            get(coach::show).post(coach::set_aside),
        )
        .route("/referrals/{id}/history", get(history::show))
        .route(
            "/referrals/{id}/authority-contact",
            get(authority::show).post(authority::record),
        )
        .route(
            "/referrals/{id}/withdraw",
            get(withdraw::show).post(withdraw::withdraw),
        )
}

/// What every page of a referral says of it, and why the reader sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Head {
    id: String,
    reference: String,
    person: String,
    person_href: String,
    stage: &'static str,
    why: Vec<&'static str>,
    sight_href: String,
}

impl Head {
    pub(crate) fn of(signed: &Signed, referral: &Referral) -> Self {
        let why = because(&referral.decision, &signed.viewer, &referral.resource);
        Self {
            id: referral.public_id.0.clone(),
            reference: referral.reference.clone(),
            person: referral.person.label(),
            person_href: format!("/people/{}", referral.person.public_id),
            stage: stage_code(referral.stage),
            why: codes(&why),
            sight_href: format!("/referrals/{}/sight", referral.public_id),
        }
    }
}

/// A referral the reader may see; the look is journalled.
async fn open(app: &App, signed: &Signed, id: &str) -> Result<Referral, PageError> {
    let id = PublicId(id.to_owned());
    referral_for(&app.store, &signed.viewer, &id)
        .await?
        .ok_or(PageError::NotFound)
}

pub(crate) fn may(app: &App, signed: &Signed, referral: &Referral, action: Action) -> bool {
    let policies = &app.store.policies;
    policies
        .decide(&signed.viewer, action, &referral.resource)
        .allowed
}

/// Whether the reader may change answers as it stands.
pub(crate) fn may_write(app: &App, signed: &Signed, referral: &Referral) -> bool {
    referral.stage == Stage::Draft && may(app, signed, referral, Action::Edit)
}

/// Where the facts of a referral's person are recorded; each page leads back to the referral.
fn fact_pages(referral: &Referral) -> FactPages {
    let page = |fact: &str| {
        format!(
            "/people/{}/{fact}?referral={}",
            referral.person.public_id, referral.public_id
        )
    };
    FactPages {
        age: page("age"),
        consent: page("consent"),
        files: format!("/referrals/{}/evidence", referral.public_id),
        listed: String::new(),
    }
}

/// Where a step is answered: its own page, or the page of the fact that answers it.
pub(crate) fn step_address(referral: &Referral, draft: &Draft<'_>, step: &Step) -> String {
    if (fields::only_facts(draft, step) || fields::only_files(draft, step))
        && let Some(fact) = step
            .ask
            .iter()
            .filter_map(|key| draft.form.question(key)?.from.as_deref())
            .find_map(|fact| fact_pages(referral).of(fact).map(str::to_owned))
    {
        return fact;
    }
    format!("/referrals/{}/steps/{}", referral.public_id, step.id)
}

/// Words in the reader's language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Say<'a> {
    pub(crate) words: &'a Words,
    pub(crate) locale: Locale,
}

impl<'a> Say<'a> {
    pub(crate) fn of(app: &'a App, signed: &Signed) -> Self {
        Self {
            words: &app.words,
            locale: signed.locale(),
        }
    }

    pub(crate) fn text(self, key: &str) -> String {
        self.words.text(self.locale, key, &[])
    }

    pub(crate) fn with(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.words.text(self.locale, key, args)
    }

    /// The words of a form's task, step or section.
    pub(crate) fn of_form(self, draft: &Draft<'_>, what: &str, id: &str) -> String {
        self.text(&format!("{}-{what}-{id}", draft.form.words))
    }
}

/// A count for words that have plural forms.
pub(crate) fn count(number: usize) -> Arg<'static> {
    Arg::from(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A stage as the end of its words' key.
pub(crate) fn stage_code(stage: Stage) -> &'static str {
    match stage {
        Stage::InReview => "in-review",
        other => other.code(),
    }
}
