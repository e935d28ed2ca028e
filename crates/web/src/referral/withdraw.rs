//! Withdrawing a referral: a reason, a tick, and no way back.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_policy::Action;
use heyrick_store::StoreError;
use heyrick_store::withdrawal::record_withdrawal;
use serde::{Deserialize, Serialize};

use super::{Head, may, open};
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::{Page, saved};
use crate::session::{SafeForm, Signed};

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    reason: String,
    confirm: String,
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &signed, &id, &Typed::default(), Vec::new()).await
}

async fn page(
    app: &App,
    signed: &Signed,
    id: &str,
    typed: &Typed,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let referral = open(app, signed, id).await?;
    if !may(app, signed, &referral, Action::Withdraw) {
        return Err(PageError::NotAllowed);
    }
    if !referral.stage.is_open() && errors.is_empty() {
        return Err(PageError::Refused("referral-closed"));
    }
    Page::new("referral/withdraw.html", signed)
        .with_all(Head::of(signed, &referral))
        .with("typed", typed)
        .errors(errors)
        .render(app)
}

pub(super) async fn withdraw(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let mut errors = Vec::new();
    if typed.reason.trim().is_empty() {
        errors.push(FormError::of(
            &app,
            &signed,
            "referral-withdraw-error-reason",
            "reason",
        ));
    }
    if typed.confirm != "yes" {
        errors.push(FormError::of(
            &app,
            &signed,
            "referral-withdraw-error-confirm",
            "confirm",
        ));
    }
    if !errors.is_empty() {
        return page(&app, &signed, &id, &typed, errors).await;
    }
    let name = PublicId(id.clone());
    match record_withdrawal(&app.store, &signed.viewer, &name, &typed.reason).await {
        Ok(true) => Ok(saved(&format!("/referrals/{id}"), "referral-withdrawn")),
        Ok(false) => Err(PageError::NotFound),
        Err(StoreError::Refused("withdrawal-error-reason")) => {
            let key = "referral-withdraw-error-reason-long";
            let error = FormError::of(&app, &signed, key, "reason");
            page(&app, &signed, &id, &typed, vec![error]).await
        }
        Err(error) => Err(error.into()),
    }
}
