//! A break that nobody recorded at the time: from when to when, on the day of the account.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::first_account::turn::Kind;
use heyrick_store::first_account::{NewTurn, RecordTurnError, record_turns};
use serde::{Deserialize, Serialize};

use super::{Opened, open};
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::saved;
use crate::session::{SafeForm, Signed};

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    from: String,
    until: String,
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path((id, account)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let opened = open(&app, &signed, &id, &account).await?;
    page(&app, &signed, &opened, &Typed::default(), None)
}

fn page(
    app: &App,
    signed: &Signed,
    opened: &Opened,
    typed: &Typed,
    wrong: Option<(&'static str, &str)>,
) -> Result<Response, PageError> {
    let errors = FormError::one(app, signed, wrong);
    opened
        .page(app, signed, "first_account/break.html")
        .with("typed", typed)
        .errors(errors)
        .render(app)
}

pub(super) async fn record(
    signed: Signed,
    State(app): State<App>,
    Path((id, account)): Path<(String, String)>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let opened = open(&app, &signed, &id, &account).await?;
    let wrong = |field| {
        page(
            &app,
            &signed,
            &opened,
            &typed,
            Some(("first-account-error-time", field)),
        )
    };
    let Some(from) = opened.instant(&typed.from) else {
        return wrong("from");
    };
    let Some(until) = opened.instant(&typed.until) else {
        return wrong("until");
    };
    let turn = |kind, at| NewTurn {
        kind,
        at: Some(at),
        reason: None,
        note: None,
        left_apart: None,
    };
    let both = [turn(Kind::Paused, from), turn(Kind::Resumed, until)];
    match record_turns(&app.store, &signed.viewer, opened.at(), &both).await {
        Ok(Some(_)) => Ok(saved(&opened.address(), "first-account-break-saved")),
        Ok(None) => Err(PageError::NotFound),
        Err(RecordTurnError::Rule(error)) => {
            let at = Some((super::turn_words(error), "from"));
            page(&app, &signed, &opened, &typed, at)
        }
        Err(RecordTurnError::Store(error)) => Err(error.into()),
    }
}
