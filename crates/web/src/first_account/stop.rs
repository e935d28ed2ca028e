//! Ending an account: why, when, in words where that is needed; then the page says what comes next.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use heyrick_domain::first_account::Voice;
use heyrick_domain::first_account::turn::{Kind, Reason, State as Stands, TurnError};
use heyrick_store::StoreError;
use heyrick_store::first_account::{LeftApart, NewTurn, RecordTurnError, record_turn};
use serde::{Deserialize, Serialize};

use super::{Opened, open};
use crate::app::App;
use crate::error::PageError;
use crate::fact::{clock, some};
use crate::grant::FormError;
use crate::page::saved;
use crate::session::{SafeForm, Signed};

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    reason: String,
    time: String,
    /// The time the page itself filled in: left as it is, the end is the instant of saving.
    offered: String,
    note: String,
    left_apart: String,
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path((id, account)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let opened = open(&app, &signed, &id, &account).await?;
    if !opened.may_end(&app, &signed) || matches!(opened.account.state(), Stands::Ended { .. }) {
        return Ok(Redirect::to(&opened.address()).into_response());
    }
    let now = if opened.account.from_paper {
        String::new()
    } else {
        clock(app.store.now())
    };
    let typed = Typed {
        time: now.clone(),
        offered: now,
        ..Typed::default()
    };
    page(&app, &signed, &opened, &typed, None)
}

fn page(
    app: &App,
    signed: &Signed,
    opened: &Opened,
    typed: &Typed,
    wrong: Option<(&'static str, &str)>,
) -> Result<Response, PageError> {
    let errors = FormError::one(app, signed, wrong);
    let reasons: Vec<&str> = Reason::ALL.iter().map(|one| one.code()).collect();
    opened
        .page(app, signed, "first_account/stop.html")
        .with("reasons", reasons)
        .with("in_the_room", opened.account.gate.voice == Voice::InPerson)
        .with("lefts", LeftApart::ALL.map(LeftApart::code))
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
    let new = match typed.read(&opened) {
        Ok(new) => new,
        Err(wrong) => return page(&app, &signed, &opened, &typed, Some(wrong)),
    };
    let wrong = match record_turn(&app.store, &signed.viewer, opened.at(), &new).await {
        Ok(Some(_)) => return Ok(saved(&opened.address(), "first-account-saved")),
        Ok(None) => return Err(PageError::NotFound),
        Err(RecordTurnError::Rule(error)) => {
            let field = if error == TurnError::Reason {
                "reason"
            } else {
                "time"
            };
            (super::turn_words(error), field)
        }
        Err(RecordTurnError::Store(StoreError::Refused(key))) => (key, "note"),
        Err(RecordTurnError::Store(error)) => return Err(error.into()),
    };
    page(&app, &signed, &opened, &typed, Some(wrong))
}

impl Typed {
    fn read(&self, opened: &Opened) -> Result<NewTurn, (&'static str, &'static str)> {
        let reason =
            Reason::from_code(&self.reason).ok_or(("first-account-turn-error-reason", "reason"))?;
        let as_offered = !self.offered.is_empty() && self.time.trim() == self.offered;
        let at = if as_offered {
            None
        } else {
            let at = opened.instant(&self.time);
            Some(at.ok_or(("first-account-error-time", "time"))?)
        };
        Ok(NewTurn {
            kind: Kind::Stopped,
            at,
            reason: Some(reason),
            note: some(&self.note),
            left_apart: LeftApart::from_code(&self.left_apart),
        })
    }
}
