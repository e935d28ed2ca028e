//! Who answered what, and when: every change of every answer, what stood there before and what since.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use heyrick_domain::form::Form;
use heyrick_domain::id::PublicId;
use heyrick_store::answer::history::Place;
use heyrick_store::answer::{AnswerChange, HistoryQuery, history_for};
use serde::{Deserialize, Serialize};

use super::answered::{self, Piece};
use super::{Head, Say};
use crate::api::Cursor;
use crate::app::App;
use crate::error::PageError;
use crate::page::Page;
use crate::session::Signed;

/// Changes on one page.
const PER_PAGE: usize = 50;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    key: String,
    after: String,
}

#[derive(Debug, Serialize)]
struct Change {
    label: String,
    step: String,
    cause: String,
    by: String,
    at: i64,
    before: Vec<Piece>,
    after: Vec<Piece>,
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let keys = &app.store.keys;
    let after = match asked.after.as_str() {
        "" => None,
        cursor => Some(
            Cursor::open::<Place>(keys, signed.viewer.user, "answers", cursor)
                .map_err(|_| PageError::Unreadable)?,
        ),
    };
    let query = HistoryQuery {
        key: (!asked.key.is_empty()).then(|| asked.key.clone()),
        after,
        limit: PER_PAGE,
    };
    let id = PublicId(id);
    let found = history_for(&app.store, &signed.viewer, &id, &query).await?;
    let found = found.ok_or(PageError::NotFound)?;
    let form = found.referral.parts.form;
    if !asked.key.is_empty() && form.question(&asked.key).is_none() {
        return Err(PageError::NotFound);
    }
    let earlier = match &found.next {
        Some(place) => {
            let cursor = Cursor::seal(keys, signed.viewer.user, "answers", place)
                .map_err(|_| PageError::Unreadable)?;
            let key = if asked.key.is_empty() {
                String::new()
            } else {
                format!("&key={}", asked.key)
            };
            Some(format!("/referrals/{id}/history?after={}{key}", cursor.0))
        }
        None => None,
    };
    let say = Say::of(&app, &signed);
    let changes: Vec<Change> = found
        .changes
        .iter()
        .filter_map(|change| in_words(say, form, change))
        .collect();
    Page::new("referral/history.html", &signed)
        .with_all(Head::of(&signed, &found.referral))
        .with("changes", changes)
        .with("earlier", earlier)
        .with("of_one", !asked.key.is_empty())
        .render(&app)
}

fn in_words(say: Say<'_>, form: &Form, change: &AnswerChange) -> Option<Change> {
    let question = form.question(&change.key)?;
    let written = |answer| answered::lines(say, form, question, answer).join("\n");
    let (before, after) = answered::compared(
        &written(change.before.as_ref()),
        &written(change.after.as_ref()),
    );
    Some(Change {
        label: say.text(&form.label_key(question)),
        step: say.text(&format!("{}-step-{}", form.words, change.step)),
        cause: change.cause.replace('_', "-"),
        by: change.by.clone(),
        at: change.at,
        before,
        after,
    })
}
