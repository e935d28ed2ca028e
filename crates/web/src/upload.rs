//! Files somebody attaches: taken whole or refused in plain words, and never shown as a page of ours.

use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, Multipart};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use heyrick_store::file::{FileError, LARGEST, MediaType};

use crate::app::App;
use crate::error::PageError;
use crate::once;
use crate::paper::download;
use crate::session::{CSRF_FIELD, Signed};

/// What a form with a file takes beside the file, in bytes.
const ROOM: usize = 64 * 1024;
/// Whatever opens the file runs nothing and asks nobody.
pub(crate) const SANDBOX: &str = "sandbox; default-src 'none'";

/// How much a form with a file may send.
pub(crate) fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST + ROOM)
}

/// A file that was sent with a form of ours.
#[derive(Debug)]
pub(crate) struct Sent {
    /// Its content.
    pub file: Vec<u8>,
    once: Option<String>,
}

impl Sent {
    /// Carries the form out, or answers as it was answered when it comes a second time.
    pub async fn once<F>(&self, app: &App, signed: &Signed, form: F) -> Response
    where
        F: Future<Output = Result<Response, PageError>>,
    {
        let form = async { form.await.into_response() };
        match &self.once {
            Some(key) => {
                once::carry_out(&app.store, signed.viewer.user, key, &self.file, form).await
            }
            None => form.await,
        }
    }
}

/// The file in the field of this name, once the form is known to be ours; `Err` of the inner result: the
/// key of why it is not taken.
pub(crate) async fn read(
    signed: &Signed,
    mut form: Multipart,
    name: &str,
) -> Result<Result<Sent, &'static str>, PageError> {
    let mut csrf = String::new();
    let mut file = Vec::new();
    let all = async {
        while let Some(field) = form.next_field().await? {
            match field.name() {
                Some(CSRF_FIELD) => csrf = field.text().await?,
                Some(field_name) if field_name == name => file = field.bytes().await?.to_vec(),
                _ => return Ok(false),
            }
        }
        Ok(true)
    };
    let read: Result<bool, MultipartError> = all.await;
    match read {
        Ok(true) => {}
        Ok(false) => return Err(PageError::Unreadable),
        // Whose form it was is not known when it was cut off; nothing was kept.
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return Ok(Err(refused(FileError::TooLarge)));
        }
        Err(_) => return Err(PageError::Unreadable),
    }
    let once = signed.check_csrf(&csrf)?;
    Ok(Ok(Sent { file, once }))
}

/// The key of why a file is not taken.
pub(crate) const fn refused(error: FileError) -> &'static str {
    match error {
        FileError::Empty => "sending-file-empty",
        FileError::TooLarge => "sending-file-large",
        FileError::Kind => "sending-file-kind",
    }
}

/// The file again, to be saved; `name` without its ending.
pub(crate) fn file(bytes: Vec<u8>, media: MediaType, name: &str) -> Response {
    let mut response = download(bytes, media.code(), &format!("{name}.{}", media.ending()));
    let sandbox = HeaderValue::from_static(SANDBOX);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, sandbox);
    response
}
