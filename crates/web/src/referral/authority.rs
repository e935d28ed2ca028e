//! Contact with the local authority about a child: what was tried, and recording another attempt.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_domain::london;
use heyrick_domain::referral::AuthorityOutcome;
use heyrick_policy::Action;
use heyrick_store::StoreError;
use heyrick_store::authority::{NewAuthorityContact, record_authority_contact};
use serde::{Deserialize, Serialize};

use super::{Head, may, open};
use crate::app::App;
use crate::error::PageError;
use crate::fact::{clock, instant, some};
use crate::grant::{FormError, day};
use crate::page::{Page, saved};
use crate::session::{SafeForm, Signed};

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    outcome: String,
    when_day: String,
    when_month: String,
    when_year: String,
    time: String,
    note: String,
}

#[derive(Debug, Serialize)]
struct Before {
    outcome: String,
    at: i64,
    note: Option<String>,
    by: String,
    recorded_at: i64,
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let typed = Typed::now(app.store.now());
    page(&app, &signed, &id, &typed, Vec::new()).await
}

async fn page(
    app: &App,
    signed: &Signed,
    id: &str,
    typed: &Typed,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let referral = open(app, signed, id).await?;
    let before: Vec<Before> = referral
        .authority_contacts
        .iter()
        .map(|one| Before {
            outcome: dashed(one.outcome),
            at: one.attempted_at,
            note: one.note.clone(),
            by: one.recorded_by.clone(),
            recorded_at: one.recorded_at,
        })
        .collect();
    let may_record = referral.stage.is_open() && may(app, signed, &referral, Action::RecordFacts);
    Page::new("referral/authority.html", signed)
        .with_all(Head::of(signed, &referral))
        .with("before", before)
        .with("may_record", may_record)
        .with(
            "outcomes",
            AuthorityOutcome::ALL.map(|one| (one.code(), dashed(one))),
        )
        .with("office_hours", app.settings.office_hours.to_string())
        .with("typed", typed)
        .errors(errors)
        .render(app)
}

pub(super) async fn record(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let recorded = match typed.read() {
        Ok(new) => {
            let name = PublicId(id.clone());
            let hours = app.settings.office_hours;
            record_authority_contact(&app.store, &signed.viewer, &name, &new, hours).await
        }
        Err(key) => Err(StoreError::Refused(key)),
    };
    let (key, field) = match recorded {
        Ok(true) => {
            return Ok(saved(
                &format!("/referrals/{id}"),
                "referral-authority-saved",
            ));
        }
        Ok(false) => return Err(PageError::NotFound),
        Err(StoreError::Refused(key)) => match key {
            "referral-authority-error-outcome" => (key, "outcome"),
            "referral-authority-error-when" => (key, "when-when_day"),
            "authority-error-future" => ("referral-authority-error-future", "when-when_day"),
            "authority-error-open" => ("referral-authority-error-open", "outcome"),
            "authority-error-note" => ("referral-authority-error-note", "note"),
            other => return Err(PageError::Refused(other)),
        },
        Err(error) => return Err(error.into()),
    };
    let error = FormError::of(&app, &signed, key, field);
    page(&app, &signed, &id, &typed, vec![error]).await
}

impl Typed {
    /// The moment somebody opens the page, which they mostly mean.
    fn now(micros: i64) -> Self {
        let today = london::date_of(micros);
        Self {
            when_day: today.day().to_string(),
            when_month: today.month().to_string(),
            when_year: today.year().to_string(),
            time: clock(micros),
            ..Self::default()
        }
    }

    fn read(&self) -> Result<NewAuthorityContact, &'static str> {
        let outcome =
            AuthorityOutcome::from_code(&self.outcome).ok_or("referral-authority-error-outcome")?;
        let at = day(&self.when_day, &self.when_month, &self.when_year)
            .and_then(|day| instant(day, &self.time))
            .ok_or("referral-authority-error-when")?;
        Ok(NewAuthorityContact {
            outcome,
            attempted_at: at,
            note: some(&self.note),
        })
    }
}

fn dashed(outcome: AuthorityOutcome) -> String {
    outcome.code().replace('_', "-")
}
