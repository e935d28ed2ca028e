//! Paper and data: a referral or a Duty to Notify as a PDF in the reader's language, and as JSON with the
//! Home Office's keys. Drafts too, with every word held back that a second reader has yet to see.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use heyrick_domain::form::Form;
use heyrick_domain::id::PublicId;
use heyrick_domain::notification::{Leaving, Line};
use heyrick_domain::preparation::Outgoing;
use heyrick_domain::referral::Stage;
use heyrick_domain::route::Route;
use heyrick_domain::user::Viewer;
use heyrick_render::{Labels, Paper, Press, RenderError, Row, Section};
use heyrick_store::StoreError;
use heyrick_store::preparation::{As, By, Slice, slice_for};
use heyrick_words::{Arg, Locale, Words};
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;

use crate::api::instant;
use crate::app::App;
use crate::error::PageError;
use crate::evidence::manifest;
use crate::session::Signed;

pub mod shown;

use shown::{Mark, Rows, Said, Shown};

/// Papers set at the same time: each takes a second of a processor and tens of megabytes.
const AT_ONCE: usize = 1;

/// The Home Office's key for files.
pub(crate) const FILES: &str = "upload-file";
/// The handling line of every page of paper.
pub(crate) const HANDLING: &str = "OFFICIAL-SENSITIVE";

static TURN: Semaphore = Semaphore::const_new(AT_ONCE);
/// Fonts are read when the first paper is printed.
static PRESS: LazyLock<Result<Arc<Press>, RenderError>> =
    LazyLock::new(|| Press::shipped().map(Arc::new));

/// `/referrals/{id}/paper.pdf` and `/referrals/{id}/data.json`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/referrals/{id}/paper.pdf", get(paper))
        .route("/referrals/{id}/data.json", get(data))
}

async fn paper(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let pdf = printed(&app, &signed.viewer, signed.locale(), &PublicId(id)).await?;
    pdf.ok_or(PageError::NotFound)
}

async fn data(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let data = taken_out(&app, &signed.viewer, &PublicId(id)).await?;
    data.ok_or(PageError::NotFound)
}

/// A referral as a PDF, for page and API; `None` when there is none to see.
///
/// # Errors
/// [`StoreError`] of [`slice_for`]; `Refused("paper-not-printed")` when this program cannot print.
pub(crate) async fn printed(
    app: &App,
    viewer: &Viewer,
    locale: Locale,
    id: &PublicId,
) -> Result<Option<Response>, StoreError> {
    let Some(slice) = slice_for(&app.store, viewer, id, As::Paper).await? else {
        return Ok(None);
    };
    let form = form_of(&slice.content)?;
    let said = Said {
        words: &app.words,
        locale,
        form,
    };
    let paper = laid_out(said, &slice, viewer, app.store.now());
    let name = file_name(&slice, "pdf");
    let pdf = set(paper).await?;
    Ok(Some(download(pdf, "application/pdf", &name)))
}

/// A referral as JSON, for page and API; `None` when there is none to see.
///
/// # Errors
/// [`StoreError`] of [`slice_for`].
pub(crate) async fn taken_out(
    app: &App,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Response>, StoreError> {
    let Some(slice) = slice_for(&app.store, viewer, id, As::Data).await? else {
        return Ok(None);
    };
    let name = file_name(&slice, "json");
    let text = serde_json::to_vec_pretty(&as_json(&slice)).unwrap_or_default();
    Ok(Some(download(text, "application/json", &name)))
}

/// What a paper says beside what every one of ours does.
pub(crate) struct Body {
    /// Its title.
    pub(crate) title: String,
    /// What stands before the first section.
    pub(crate) notes: Vec<String>,
    /// What stands on it.
    pub(crate) sections: Vec<Section>,
}

/// A paper about a record, with the marks every one of ours carries.
pub(crate) fn of_record(
    words: &Words,
    locale: Locale,
    reference: &str,
    body: Body,
    watermark: &str,
) -> Paper {
    let text = |key: &str| words.text(locale, key, &[]);
    Paper {
        title: body.title,
        lang: locale.code().to_owned(),
        reference: reference.to_owned(),
        handling: HANDLING.to_owned(),
        watermark: watermark.to_owned(),
        notes: body.notes,
        sections: body.sections,
        labels: Labels {
            page: text("paper-page"),
            of: text("paper-of"),
            unprintable: text("paper-unprintable"),
        },
        blank: false,
    }
}

/// Who prints it and when: behind the text of each page.
pub(crate) fn printed_by(words: &Words, locale: Locale, who: &str, now: i64) -> String {
    let args = [
        ("who", Arg::from(who.to_owned())),
        ("when", words.moment(locale, now).into()),
    ];
    words.text(locale, "paper-watermark", &args)
}

/// Sets a paper, when its turn comes.
///
/// # Errors
/// `Refused("paper-not-printed")` when this program cannot print.
pub(crate) async fn set(paper: Paper) -> Result<Vec<u8>, StoreError> {
    let unable = StoreError::Refused("paper-not-printed");
    let Ok(_turn) = TURN.acquire().await else {
        return Err(unable);
    };
    let printing = tokio::task::spawn_blocking(move || {
        let press = PRESS.as_ref().map_err(Clone::clone)?;
        press.print(&paper)
    });
    match printing.await {
        Ok(Ok(printed)) => Ok(printed.pdf),
        Ok(Err(error)) => {
            tracing::error!(%error, "a paper was not printed");
            Err(unable)
        }
        Err(_) => {
            tracing::error!("a paper was not printed: the press stumbled");
            Err(unable)
        }
    }
}

/// A file that is saved, never opened as a page.
pub(crate) fn download(bytes: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let head = [
        (CONTENT_TYPE, kind.to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (head, bytes).into_response()
}

/// Names the record and what it is, never a person.
fn file_name(slice: &Slice, ending: &str) -> String {
    let route = slice.content.route.code();
    let draft = if slice.preparation.is_some() {
        ""
    } else {
        "-draft"
    };
    format!("{}-{route}{draft}.{ending}", slice.referral.reference)
}

fn form_of(content: &Outgoing) -> Result<&'static Form, StoreError> {
    Form::find(&content.form).ok_or(StoreError::Corrupt("form"))
}

/// Everything the paper says, in the reader's words.
fn laid_out(said: Said<'_>, slice: &Slice, viewer: &Viewer, now: i64) -> Paper {
    let reference = &slice.referral.reference;
    let title = match slice.content.route {
        Route::Nrm => "paper-title-nrm",
        Route::Dtn => "paper-title-dtn",
    };
    let watermark = match slice.preparation {
        Some(_) => "paper-watermark",
        None => "paper-watermark-draft",
    };
    let printed = By {
        name: viewer.display_name.clone(),
        at: now,
    };
    let args = [("reference", Arg::from(reference.clone()))];
    let body = Body {
        title: said.words.text(said.locale, title, &args),
        notes: notes(said, slice),
        sections: sections(said, slice),
    };
    let watermark = who_when(said, watermark, &printed);
    of_record(said.words, said.locale, reference, body, &watermark)
}

/// Words that say who did something and when.
fn who_when(said: Said<'_>, key: &str, by: &By) -> String {
    let args = [
        ("who", Arg::from(by.name.clone())),
        ("when", said.words.moment(said.locale, by.at).into()),
    ];
    said.words.text(said.locale, key, &args)
}

/// What stands before the answers: how far it is, what it rests on, who released it.
fn notes(said: Said<'_>, slice: &Slice) -> Vec<String> {
    let content = &slice.content;
    let mut notes = vec![match &slice.preparation {
        None if slice.referral.stage == Stage::Withdrawn => said.text("paper-note-withdrawn"),
        None => said.text("paper-note-draft"),
        Some(made) => who_when(said, "paper-note-prepared", &made.prepared),
    }];
    if let Some(basis) = &content.basis {
        notes.push(said.text(&format!("paper-basis-{basis}")));
    }
    if content.route == Route::Dtn {
        if !content.naming {
            notes.push(said.text("paper-note-withheld"));
        }
        notes.push(
            match slice.preparation.as_ref().map(|made| &made.released) {
                Some(Some(by)) => who_when(said, "paper-note-released", by),
                Some(None) => said.text("paper-note-minimal"),
                None => said.text("paper-note-unread"),
            },
        );
    }
    notes
}

fn sections(said: Said<'_>, slice: &Slice) -> Vec<Section> {
    let content = &slice.content;
    let listed = |shown: Shown| row(with_files(said, slice, shown));
    let mut sections: Vec<Section> = said
        .sections(&content.lines, Rows::ByQuestion)
        .into_iter()
        .map(|section| Section {
            heading: section.heading,
            rows: section.rows.into_iter().filter_map(listed).collect(),
        })
        .collect();
    let ours = said.rows(&content.ours, Rows::ByQuestion);
    sections.push(Section {
        heading: said.text("paper-ours"),
        rows: ours
            .into_iter()
            .filter_map(|(_, shown)| row(shown))
            .collect(),
    });
    sections.retain(|section| !section.rows.is_empty());
    sections
}

/// Files are counted where the form asks for them; on paper they are listed there.
fn with_files(said: Said<'_>, slice: &Slice, mut shown: Shown) -> Shown {
    if shown.key == FILES && !slice.files.is_empty() {
        let reference = &slice.referral.reference;
        shown.answer = manifest::lines(said.words, said.locale, reference, &slice.files);
    }
    shown
}

fn row(shown: Shown) -> Option<Row> {
    (shown.mark != Mark::Empty).then_some(Row {
        question: shown.question,
        answer: shown.answer,
        lines: 0,
    })
}

/// The Home Office's keys with their values, what is ours beside them, and how it came about.
fn as_json(slice: &Slice) -> Value {
    let content = &slice.content;
    let made = slice.preparation.as_ref();
    let status = match slice.referral.stage {
        Stage::Sent => Stage::Sent.code(),
        _ if made.is_some() => Stage::Prepared.code(),
        _ => Stage::Draft.code(),
    };
    json!({
        "reference": slice.referral.reference,
        "status": status,
        "form": content.form,
        "route": content.route.code(),
        "nrm_entry": content.basis,
        "prepared": made.map(|made| by_json(&made.prepared)),
        "confirmed": made.map(|made| made.confirmed.code()),
        "released": made.and_then(|made| made.released.as_ref()).map(by_json),
        "answers": with_files_listed(object(&content.lines), slice),
        "ours": object(&content.ours),
    })
}

/// The Home Office's key for files holds them, each with its name, what it is and its date.
fn with_files_listed(mut answers: Map<String, Value>, slice: &Slice) -> Map<String, Value> {
    if let Some(held) = answers.get_mut(FILES) {
        let reference = &slice.referral.reference;
        let files = slice.files.iter();
        *held = files
            .map(|one| manifest::file_json(reference, one))
            .collect();
    }
    answers
}

fn by_json(by: &By) -> Value {
    json!({ "by": by.name, "at": instant(by.at) })
}

fn object(lines: &[Line]) -> Map<String, Value> {
    lines
        .iter()
        .filter(|line| line.value != Leaving::Nothing)
        .map(|line| (line.key.clone(), json!(line.value)))
        .collect()
}
