//! Files from a plain form, and what is said about those that arrived, by either way.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use heyrick_domain::id::PublicId;
use heyrick_store::StoreError;
use heyrick_store::evidence::upload::{State as At, record_file, record_upload_discarded};
use heyrick_store::evidence::{
    EvidenceList, Look, RecordEvidenceError, Upload, evidence_for, record_evidence,
};
use heyrick_words::Arg;
use serde::{Deserialize, Serialize};

use super::described::{FIELDS, Typed, refused};
use super::{Waiting, evidence_address, list_page};
use crate::app::App;
use crate::error::PageError;
use crate::fact::{self, Errors};
use crate::grant::FormError;
use crate::page::saved;
use crate::preparation::page_of;
use crate::session::{CSRF_FIELD, Nothing, SafeForm, Signed};

/// What a plain form brought.
#[derive(Debug, Default)]
struct Brought {
    arrived: Option<PublicId>,
    errors: Vec<FormError>,
}

/// Takes the files of a plain form one after the other, none of them whole in memory.
pub(super) async fn files(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    mut form: Multipart,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    // The token comes first, so that nothing is kept of a form that is not ours.
    match form.next_field().await {
        Ok(Some(field)) if field.name() == Some(CSRF_FIELD) => {
            let token = field.text().await.map_err(|_| PageError::Unreadable)?;
            signed.check_csrf(&token)?;
        }
        Ok(_) => return Err(PageError::Forged),
        Err(_) => return Err(PageError::Unreadable),
    }
    let mut brought = Brought::default();
    loop {
        match form.next_field().await {
            Ok(Some(field)) if field.name() == Some("files") => {
                if !take(&app, &signed, &id, field, &mut brought).await? {
                    break;
                }
            }
            Ok(Some(_)) => return Err(PageError::Unreadable),
            Ok(None) => break,
            Err(error) => {
                let key = broken(&error)?;
                brought
                    .errors
                    .push(FormError::of(&app, &signed, key, "files"));
                break;
            }
        }
    }
    answer(&app, &signed, &id, brought).await
}

/// More at once than a form may bring is said; anything else cannot be read.
fn broken(error: &MultipartError) -> Result<&'static str, PageError> {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Ok("evidence-error-form")
    } else {
        Err(PageError::Unreadable)
    }
}

/// One file; `false` when no further one would be taken.
async fn take(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    mut field: Field<'_>,
    brought: &mut Brought,
) -> Result<bool, PageError> {
    let name = field.file_name().unwrap_or_default().to_owned();
    // A browser sends an empty file without a name where none was chosen.
    if name.is_empty() {
        return Ok(true);
    }
    let taken = record_file(&app.store, &signed.viewer, id, &name, &mut field).await;
    let key = match taken {
        Ok(Some(upload)) => match upload.state {
            At::Refused(refusal) => {
                let error = named(app, signed, &upload.name, refusal.code());
                brought.errors.push(error);
                return Ok(true);
            }
            At::Arrived(_) | At::Coming => {
                brought.arrived.get_or_insert(upload.public_id);
                return Ok(true);
            }
        },
        Ok(None) => "evidence-error-form",
        Err(StoreError::Refused(key @ "evidence-error-full")) => key,
        Err(error) => return Err(error.into()),
    };
    brought
        .errors
        .push(FormError::of(app, signed, key, "files"));
    Ok(false)
}

/// What is wrong with a file, with the name it is shown by.
pub(super) fn said_of(app: &App, signed: &Signed, name: &str, key: &str) -> String {
    let words = |key: &str, args: &[(&str, Arg<'_>)]| app.words.text(signed.locale(), key, args);
    let why = words(key, &[]);
    let args = [
        ("name", Arg::from(name.to_owned())),
        ("why", Arg::from(why)),
    ];
    words("evidence-file-not-taken", &args)
}

fn named(app: &App, signed: &Signed, name: &str, key: &str) -> FormError {
    FormError {
        text: said_of(app, signed, name, key),
        href: "#files".to_owned(),
    }
}

async fn answer(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    mut brought: Brought,
) -> Result<Response, PageError> {
    if brought.errors.is_empty() && brought.arrived.is_none() {
        let nothing = FormError::of(app, signed, "evidence-error-nothing", "files");
        brought.errors.push(nothing);
    }
    match brought.arrived {
        Some(first) if brought.errors.is_empty() => {
            let next = format!("{}/uploads/{first}", evidence_address(id));
            Ok(Redirect::to(&next).into_response())
        }
        _ => list_page(app, signed, id, brought.errors).await,
    }
}

/// What was typed about a file that arrived, and which others it is true of.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct About {
    #[serde(flatten)]
    typed: Typed,
    also: Vec<String>,
}

pub(super) async fn ask(
    signed: Signed,
    State(app): State<App>,
    Path((id, upload)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (id, upload) = (PublicId(id), PublicId(upload));
    page(&app, &signed, &id, &upload, &About::default(), Vec::new()).await
}

async fn page(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    upload: &PublicId,
    about: &About,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let list = evidence_for(&app.store, &signed.viewer, id, Look::Shown).await?;
    let list = list.ok_or(PageError::NotFound)?;
    let arrived: Vec<Waiting> = arrived(&list).filter_map(Waiting::of).collect();
    let here = |one: &&Waiting| one.id == upload.0;
    let Some(file) = arrived.iter().find(here) else {
        // Described meanwhile, or swept after a day: the list says what there is.
        return Ok(Redirect::to(&evidence_address(id)).into_response());
    };
    let others: Vec<&Waiting> = arrived.iter().filter(|one| one.id != upload.0).collect();
    page_of("evidence/describe.html", signed, &list.referral)
        .with("file", file)
        .with("others", others)
        .with("typed", &about.typed)
        .with("also", &about.also)
        .status(fact::status(&errors))
        .with("errors", errors)
        .render(app)
}

fn arrived(list: &EvidenceList) -> impl Iterator<Item = &Upload> {
    let has = |one: &&Upload| matches!(one.state, At::Arrived(_));
    list.uploads.iter().filter(has)
}

pub(super) async fn describe(
    signed: Signed,
    State(app): State<App>,
    Path((id, upload)): Path<(String, String)>,
    SafeForm(about): SafeForm<About>,
) -> Result<Response, PageError> {
    let (id, upload) = (PublicId(id), PublicId(upload));
    let mut errors = Errors::new(&app, &signed);
    let described = about.typed.read(&mut errors);
    refused(&mut errors, &described.problems(app.store.today()));
    if errors.is_empty() {
        let mut ids = vec![upload.clone()];
        ids.extend(about.also.iter().cloned().map(PublicId));
        ids.sort();
        ids.dedup();
        match record_evidence(&app.store, &signed.viewer, &id, &ids, &described).await {
            Ok(Some(_)) => return next(&app, &signed, &id).await,
            Ok(None) => return Err(PageError::NotFound),
            Err(RecordEvidenceError::Rules(rules)) => refused(&mut errors, &rules),
            Err(RecordEvidenceError::Store(StoreError::Refused(
                key @ ("evidence-error-full" | "evidence-error-same"),
            ))) => errors.add(key, "what"),
            Err(RecordEvidenceError::Store(error)) => return Err(error.into()),
        }
    }
    page(
        &app,
        &signed,
        &id,
        &upload,
        &about,
        errors.in_order(&FIELDS),
    )
    .await
}

/// On to the next file that waits, or back to the list.
async fn next(app: &App, signed: &Signed, id: &PublicId) -> Result<Response, PageError> {
    let list = evidence_for(&app.store, &signed.viewer, id, Look::Shown).await?;
    let list = list.ok_or(PageError::NotFound)?;
    let address = evidence_address(id);
    let next = match arrived(&list).next() {
        Some(upload) => format!("{address}/uploads/{}", upload.public_id),
        None => address,
    };
    Ok(saved(&next, "evidence-attached"))
}

pub(super) async fn discard(
    signed: Signed,
    State(app): State<App>,
    Path((id, upload)): Path<(String, String)>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    let (id, upload) = (PublicId(id), PublicId(upload));
    if record_upload_discarded(&app.store, &signed.viewer, &id, &upload).await? {
        Ok(saved(&evidence_address(&id), "evidence-discarded"))
    } else {
        Err(PageError::NotFound)
    }
}
