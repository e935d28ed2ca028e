//! Beginning a referral from a person's page, or going on with the one that is open.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_store::referral::{BeginOutcome, record_referral};

use crate::app::App;
use crate::error::PageError;
use crate::page::saved;
use crate::session::{Nothing, SafeForm, Signed};

pub(super) async fn begin(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    let (id, message) = match record_referral(&app.store, &signed.viewer, &PublicId(id)).await? {
        BeginOutcome::Begun(id) => (id, "referral-begun"),
        BeginOutcome::Open(id) => (id, "referral-begun-open"),
        BeginOutcome::Absent => return Err(PageError::NotFound),
    };
    Ok(saved(&format!("/referrals/{id}"), message))
}
