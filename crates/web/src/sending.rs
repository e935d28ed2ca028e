//! Sending: the Home Office's own copy is attached, compared with what was prepared, and recorded. Only
//! then is a referral sent.

use axum::Router;
use axum::extract::{Multipart, Path, State};
use axum::response::IntoResponse;
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use heyrick_domain::form::Form;
use heyrick_domain::id::PublicId;
use heyrick_domain::sending::{ByEye, Comparison};
use heyrick_store::StoreError;
use heyrick_store::sending::{self, Attached, CopyName, NewSending, Sending};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::grant::{FormError, day};
use crate::page::saved;
use crate::paper::shown::Said;
use crate::preparation::{address, page_of, said};
use crate::session::{Nothing, SafeForm, Signed};
use crate::upload;

/// `/referrals/{id}/sending…`.
pub fn routes() -> Router<App> {
    let upload = post(attach).layer(upload::limit());
    Router::new()
        .route("/referrals/{id}/sending", get(show).merge(upload))
        .route(
            "/referrals/{id}/sending/copies/{copy}",
            get(compare).post(record),
        )
        .route(
            "/referrals/{id}/sending/copies/{copy}/discard",
            post(discard),
        )
        .route("/referrals/{id}/sending/{number}/file", get(file))
}

/// What differs, for a page.
#[derive(Debug, Serialize)]
struct Compared {
    same: usize,
    not_compared: usize,
    unreadable: bool,
    differences: Vec<Pair>,
    by_eye: Vec<Answer>,
    watched: bool,
    only_theirs: Vec<Passage>,
}

/// A passage that stands only in their copy.
#[derive(Debug, Serialize)]
struct Passage {
    text: String,
    /// What it tells, as codes of the review's marks.
    tells: Vec<&'static str>,
}

/// An answer the reader looks for.
#[derive(Debug, Serialize)]
struct Answer {
    question: String,
    ours: String,
}

/// Two versions side by side.
#[derive(Debug, Serialize)]
struct Pair {
    question: String,
    ours: String,
    theirs: Option<String>,
}

/// A question in words.
fn asked(said: Said<'_>, key: &str) -> String {
    match said.form.question(key) {
        Some(question) => said.text(&said.form.label_key(question)),
        None => key.to_owned(),
    }
}

/// An answer that says little, with its question. A box of a choice of several stands for that choice.
fn by_eye(said: Said<'_>, one: &ByEye) -> Answer {
    let question = said.form.question(&one.question);
    let option = question.and_then(|question| {
        let mut options = question.options.iter();
        let option = options.find(|option| **option == one.ours || **option == one.key)?;
        Some(said.text(&said.form.option_key(question, option)))
    });
    Answer {
        question: asked(said, &one.question),
        ours: option.unwrap_or_else(|| one.ours.clone()),
    }
}

fn compared(said: Said<'_>, comparison: &Comparison) -> Compared {
    Compared {
        same: comparison.same,
        not_compared: comparison.not_compared,
        unreadable: comparison.unreadable,
        differences: comparison
            .differences
            .iter()
            .map(|one| Pair {
                question: asked(said, &one.question),
                ours: one.ours.clone(),
                theirs: one.theirs.clone(),
            })
            .collect(),
        by_eye: comparison
            .by_eye
            .iter()
            .map(|one| by_eye(said, one))
            .collect(),
        watched: comparison.watched,
        only_theirs: comparison
            .only_theirs
            .iter()
            .map(|one| Passage {
                text: one.text.clone(),
                tells: one.tells.iter().map(|kind| kind.code()).collect(),
            })
            .collect(),
    }
}

/// A copy that is attached.
#[derive(Debug, Serialize)]
struct Copied {
    number: usize,
    reference: Option<String>,
    sent_on: String,
    who: String,
    at: i64,
    compared: Compared,
}

fn copied(said: Said<'_>, sending: &Sending) -> Copied {
    Copied {
        number: sending.number,
        reference: sending.home_office_reference.clone(),
        sent_on: sending.sent_on.to_string(),
        who: sending.recorded.name.clone(),
        at: sending.recorded.at,
        compared: compared(said, &sending.comparison),
    }
}

async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &signed, &PublicId(id), None).await
}

async fn page(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    error: Option<&'static str>,
) -> Result<Response, PageError> {
    let found = sending::sendings_for(&app.store, &signed.viewer, id).await?;
    let found = found.ok_or(PageError::NotFound)?;
    let Some(made) = &found.preparation else {
        return Ok(Redirect::to(&format!("{}/prepare", address(id))).into_response());
    };
    let form = Form::find(&made.content.form).ok_or(StoreError::Corrupt("form"))?;
    let said = said(app, signed, form);
    let copies: Vec<Copied> = found.sendings.iter().map(|one| copied(said, one)).collect();
    let errors = FormError::one(app, signed, error.map(|key| (key, "file")));
    page_of("sending/sending.html", signed, &found.referral)
        .with("copies", copies)
        .errors(errors)
        .render(app)
}

async fn attach(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    form: Multipart,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    match upload::read(&signed, form, "file").await? {
        Ok(sent) => {
            let taken = take(&app, &signed, &id, &sent.file);
            Ok(sent.once(&app, &signed, taken).await)
        }
        Err(key) => page(&app, &signed, &id, Some(key)).await,
    }
}

async fn take(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    file: &[u8],
) -> Result<Response, PageError> {
    let taken = sending::record_copy(&app.store, &signed.viewer, id, file).await?;
    let key = match taken {
        Attached::Taken(CopyName(name)) => {
            let next = format!("{}/sending/copies/{name}", address(id));
            return Ok(Redirect::to(&next).into_response());
        }
        Attached::Absent => return Err(PageError::NotFound),
        Attached::Refused(error) => upload::refused(error),
    };
    page(app, signed, id, Some(key)).await
}

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Typed {
    reference: String,
    sent_day: String,
    sent_month: String,
    sent_year: String,
}

async fn compare(
    signed: Signed,
    State(app): State<App>,
    Path((id, copy)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let today = app.store.today();
    let typed = Typed {
        sent_day: today.day().to_string(),
        sent_month: today.month().to_string(),
        sent_year: today.year().to_string(),
        ..Typed::default()
    };
    compare_page(&app, &signed, &PublicId(id), CopyName(copy), &typed, None).await
}

async fn compare_page(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    copy: CopyName,
    typed: &Typed,
    error: Option<(&'static str, &'static str)>,
) -> Result<Response, PageError> {
    let found = sending::copy_for(&app.store, &signed.viewer, id, &copy).await?;
    let found = found.ok_or(PageError::NotFound)?;
    let said = said(app, signed, found.referral.parts.form);
    let errors = FormError::one(app, signed, error);
    page_of("sending/compare.html", signed, &found.referral)
        .with("copy", copy.0)
        .with("compared", compared(said, &found.comparison))
        .with("typed", typed)
        .errors(errors)
        .render(app)
}

async fn record(
    signed: Signed,
    State(app): State<App>,
    Path((id, copy)): Path<(String, String)>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let (id, copy) = (PublicId(id), CopyName(copy));
    let sent_on = day(&typed.sent_day, &typed.sent_month, &typed.sent_year);
    let Some(sent_on) = sent_on else {
        let error = Some(("sending-day", "sent-sent_day"));
        return compare_page(&app, &signed, &id, copy, &typed, error).await;
    };
    let new = NewSending {
        home_office_reference: Some(typed.reference.clone()),
        sent_on,
    };
    match sending::record_sending(&app.store, &signed.viewer, &id, &copy, &new).await {
        Ok(true) => Ok(saved(
            &format!("{}/sending", address(&id)),
            "sending-recorded",
        )),
        Ok(false) => Err(PageError::NotFound),
        Err(StoreError::Refused(key)) => {
            let field = match key {
                "sending-reference-long" => "reference",
                _ => "sent-sent_day",
            };
            compare_page(&app, &signed, &id, copy, &typed, Some((key, field))).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn discard(
    signed: Signed,
    State(app): State<App>,
    Path((id, copy)): Path<(String, String)>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    let (id, copy) = (PublicId(id), CopyName(copy));
    if sending::record_copy_discarded(&app.store, &signed.viewer, &id, &copy).await? {
        Ok(saved(
            &format!("{}/sending", address(&id)),
            "sending-discarded",
        ))
    } else {
        Err(PageError::NotFound)
    }
}

async fn file(
    signed: Signed,
    State(app): State<App>,
    Path((id, number)): Path<(String, usize)>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let found = sending::file_for(&app.store, &signed.viewer, &id, number).await?;
    let (referral, media, bytes) = found.ok_or(PageError::NotFound)?;
    let name = format!("{}-home-office-{number}", referral.reference);
    Ok(upload::file(bytes, media, &name))
}
