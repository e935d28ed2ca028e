//! Letters of what happened: attaching one, opening one. A letter is never shown as a page of ours.

use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_store::episode::{LetterError, letter_for, record_letter};

use super::{To, may_record, page_of};
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::saved;
use crate::session::Signed;
use crate::upload;

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
    let errors = FormError::one(app, signed, wrong.map(|key| (key, "letter")));
    page_of("episode/letter.html", signed, &episode)
        .with("recipient", episode.recipient.as_ref().map(To::of))
        .with("event", event)
        .with("what", about.event.kind.words())
        .with("on", about.event.on.to_string())
        .errors(errors)
        .render(app)
}

pub(super) async fn attach(
    signed: Signed,
    State(app): State<App>,
    Path((id, event)): Path<(String, String)>,
    form: Multipart,
) -> Result<Response, PageError> {
    match upload::read(&signed, form, "letter").await? {
        Ok(sent) => {
            let taken = take(&app, &signed, (&id, &event), &sent.file);
            Ok(sent.once(&app, &signed, taken).await)
        }
        Err(key) => page(&app, &signed, &id, &event, Some(key)).await,
    }
}

async fn take(
    app: &App,
    signed: &Signed,
    (id, event): (&str, &str),
    letter: &[u8],
) -> Result<Response, PageError> {
    let (passage, about) = (PublicId(id.to_owned()), PublicId(event.to_owned()));
    let key = match record_letter(&app.store, &signed.viewer, &passage, &about, letter).await {
        Ok(true) => return Ok(saved(&format!("/episodes/{id}"), "episode-letter-attached")),
        Ok(false) => return Err(PageError::NotFound),
        Err(LetterError::File(error)) => upload::refused(error),
        Err(LetterError::Store(error)) => return Err(error.into()),
    };
    page(app, signed, id, event, Some(key)).await
}

pub(super) async fn open(
    signed: Signed,
    State(app): State<App>,
    Path((id, event, number)): Path<(String, String, usize)>,
) -> Result<Response, PageError> {
    let (id, event) = (PublicId(id), PublicId(event));
    let found = letter_for(&app.store, &signed.viewer, &id, &event, number).await?;
    let (media, bytes) = found.ok_or(PageError::NotFound)?;
    Ok(upload::file(bytes, media, &format!("letter-{number}")))
}
