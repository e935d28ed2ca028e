//! Letters of what happened: attaching one, opening one. A letter is never shown as a page of ours.

use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Path, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_store::episode::{LetterError, letter_for, record_letter};
use heyrick_store::file::FileError;

use super::{may_record, page_of};
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::saved;
use crate::paper::download;
use crate::session::{CSRF_FIELD, Signed};

const SANDBOX: &str = "sandbox; default-src 'none'";

pub(super) async fn ask(
    signed: Signed,
    State(app): State<App>,
    Path((id, event)): Path<(String, String)>,
) -> Result<Response, PageError> {
    page(&app, &signed, &id, &event, None).await
}

async fn page(
    app: &App,
    signed: &Signed,
    id: &str,
    event: &str,
    wrong: Option<&'static str>,
) -> Result<Response, PageError> {
    let episode = super::open(app, signed, id).await?;
    if !may_record(app, signed, &episode) {
        return Err(PageError::NotAllowed);
    }
    let of = |one: &&heyrick_store::episode::RecordedEvent| one.public_id.0 == event;
    let about = episode.events.iter().find(of).ok_or(PageError::NotFound)?;
    let errors: Vec<FormError> = wrong
        .map(|key| FormError::of(app, signed, key, "letter"))
        .into_iter()
        .collect();
    let status = match wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    page_of("episode/letter.html", signed, &episode)
        .with("event", event)
        .with("what", about.event.kind.words())
        .with("on", about.event.on.to_string())
        .with("errors", errors)
        .status(status)
        .render(app)
}

async fn read(mut form: Multipart) -> Result<(String, Vec<u8>), PageError> {
    let (mut csrf, mut letter) = (String::new(), Vec::new());
    while let Some(field) = form.next_field().await.map_err(cut_off)? {
        match field.name() {
            Some(CSRF_FIELD) => csrf = field.text().await.map_err(cut_off)?,
            Some("letter") => letter = field.bytes().await.map_err(cut_off)?.to_vec(),
            _ => return Err(PageError::Unreadable),
        }
    }
    Ok((csrf, letter))
}

fn cut_off(error: MultipartError) -> PageError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge,
        _ => PageError::Unreadable,
    }
}

pub(super) async fn attach(
    signed: Signed,
    State(app): State<App>,
    Path((id, event)): Path<(String, String)>,
    form: Multipart,
) -> Result<Response, PageError> {
    let (csrf, letter) = match read(form).await {
        Ok(read) => read,
        // Whose form it was is not known when it was cut off; nothing was kept.
        Err(PageError::TooLarge) => {
            return page(&app, &signed, &id, &event, Some("sending-file-large")).await;
        }
        Err(error) => return Err(error),
    };
    signed.check_csrf(&csrf)?;
    let (passage, about) = (PublicId(id.clone()), PublicId(event.clone()));
    let key = match record_letter(&app.store, &signed.viewer, &passage, &about, &letter).await {
        Ok(true) => return Ok(saved(&format!("/episodes/{id}"), "episode-letter-attached")),
        Ok(false) => return Err(PageError::NotFound),
        Err(LetterError::File(FileError::Empty)) => "sending-file-empty",
        Err(LetterError::File(FileError::TooLarge)) => "sending-file-large",
        Err(LetterError::File(FileError::Kind)) => "sending-file-kind",
        Err(LetterError::Store(error)) => return Err(error.into()),
    };
    page(&app, &signed, &id, &event, Some(key)).await
}

pub(super) async fn open(
    signed: Signed,
    State(app): State<App>,
    Path((id, event, number)): Path<(String, String, usize)>,
) -> Result<Response, PageError> {
    let (id, event) = (PublicId(id), PublicId(event));
    let found = letter_for(&app.store, &signed.viewer, &id, &event, number).await?;
    let (media, bytes) = found.ok_or(PageError::NotFound)?;
    let name = format!("letter-{number}.{}", media.ending());
    let mut response = download(bytes, media.code(), &name);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    Ok(response)
}
