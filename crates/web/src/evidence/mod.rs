//! Evidence of a referral: what is attached, what stays where it is and is only named, what is never
//! uploaded. Files come in by a plain form (`add`) or in parts by a script (`parts`), go out as
//! attachments nothing runs in (`file`), and stand in a list that can be printed (`manifest`).

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use heyrick_domain::evidence::{FILE_BYTES_MAX, FILES_MAX, WhyNoFile};
use heyrick_domain::id::PublicId;
use heyrick_domain::referral::Stage;
use heyrick_domain::route::Route;
use heyrick_policy::Action;
use heyrick_store::evidence::evidence_for;
use heyrick_store::evidence::upload::State as At;
use heyrick_store::evidence::{Change, Condition, Evidence, EvidenceList, Look, Thing, Upload};
use serde::Serialize;

use crate::app::App;
use crate::error::PageError;
use crate::fact;
use crate::grant::FormError;
use crate::preparation::{address, page_of};
use crate::session::Signed;

pub(crate) use file::name as file_name;

mod add;
pub mod api;
mod described;
mod file;
pub(crate) mod manifest;
mod one;
mod parts;
mod reference;

/// Most bytes of one plain form: several files of the largest kind.
const FORM_MAX: usize = 256 * 1024 * 1024;

/// `/referrals/{id}/evidence` and what is below it, but for [`slow_routes`].
pub fn routes() -> Router<App> {
    Router::new()
        .route("/referrals/{id}/evidence", get(show))
        .route("/referrals/{id}/evidence.pdf", get(manifest::paper))
        .route("/referrals/{id}/evidence.json", get(manifest::data))
        .route("/referrals/{id}/evidence/uploads", post(parts::begin))
        .route(
            "/referrals/{id}/evidence/uploads/{upload}",
            get(add::ask).post(add::describe).patch(parts::piece),
        )
        .route(
            "/referrals/{id}/evidence/uploads/{upload}/discard",
            post(add::discard),
        )
        .route(
            "/referrals/{id}/evidence/references",
            get(reference::ask).post(reference::record),
        )
        .route("/referrals/{id}/evidence/{evidence}", get(one::show))
        .route(
            "/referrals/{id}/evidence/{evidence}/describe",
            get(one::ask).post(one::describe),
        )
        .route(
            "/referrals/{id}/evidence/{evidence}/remove",
            get(one::ask_removal).post(one::remove),
        )
        .route(
            "/referrals/{id}/evidence/{evidence}/file",
            get(file::shared),
        )
        .route(
            "/referrals/{id}/evidence/{evidence}/original",
            get(file::original),
        )
}

/// What may take longer than any other request: whole files over a slow line.
pub fn slow_routes() -> Router<App> {
    let files = post(add::files).layer(DefaultBodyLimit::max(FORM_MAX));
    Router::new().route("/referrals/{id}/evidence/files", files)
}

pub(super) fn evidence_address(id: &PublicId) -> String {
    format!("{}/evidence", address(id))
}

/// How large a file is, for words with a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Size {
    pub(crate) unit: &'static str,
    pub(crate) number: u64,
}

impl Size {
    /// In whole kilobytes below a megabyte, else in whole megabytes; never nothing.
    pub(crate) fn of(bytes: u64) -> Self {
        const KILO: u64 = 1024;
        match bytes.div_ceil(KILO) {
            kilo if kilo < KILO => Self {
                unit: "kb",
                number: kilo.max(1),
            },
            kilo => Self {
                unit: "mb",
                number: kilo.div_ceil(KILO),
            },
        }
    }
}

/// A piece of evidence on a page.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub(super) id: String,
    number: usize,
    /// `None` for what stays elsewhere.
    file: Option<FileLine>,
    why: Option<&'static str>,
    reference: Option<String>,
    what: String,
    dated: Option<String>,
    origin: String,
    by: String,
    at: i64,
    removed: Option<Removed>,
}

/// Its file.
#[derive(Debug, Serialize)]
struct FileLine {
    name: String,
    kind: &'static str,
    size: Size,
    picture: bool,
    damaged: Option<&'static str>,
    checked_at: Option<i64>,
}

/// Why it was taken away.
#[derive(Debug, Serialize)]
struct Removed {
    reason: String,
    by: String,
    at: i64,
}

impl Line {
    pub(super) fn of(one: &Evidence) -> Self {
        let elsewhere = match &one.thing {
            Thing::Elsewhere(kept) => Some(kept),
            Thing::File(_) => None,
        };
        Self {
            id: one.public_id.0.clone(),
            number: one.number,
            file: one.file().map(|file| FileLine {
                name: file.name.clone(),
                kind: file.kind.code(),
                size: Size::of(file.size),
                picture: file.kind.is_picture(),
                damaged: file.checked.and_then(|(condition, _)| match condition {
                    Condition::Whole => None,
                    damaged => Some(damaged.code()),
                }),
                checked_at: file.checked.map(|(_, at)| at),
            }),
            why: elsewhere.map(|kept| kept.why.code()),
            reference: elsewhere.map(|kept| kept.reference.clone()),
            what: one.described.what.clone(),
            dated: one.described.dated.map(|date| date.to_string()),
            origin: one.described.origin.clone(),
            by: one.added.by.clone(),
            at: one.added.at,
            removed: one.removed.as_ref().map(|(reason, done)| Removed {
                reason: reason.clone(),
                by: done.by.clone(),
                at: done.at,
            }),
        }
    }
}

/// A file on its way, or one that waits to be described.
#[derive(Debug, Serialize)]
pub(super) struct Waiting {
    id: String,
    name: String,
    arrived: bool,
    size: Size,
    bytes: u64,
    received: u64,
    percent: u64,
    mark: Option<String>,
}

impl Waiting {
    /// `None` for one that was refused: it was said, and nothing of it was kept.
    pub(super) fn of(upload: &Upload) -> Option<Self> {
        let arrived = match upload.state {
            At::Arrived(_) => true,
            At::Coming => false,
            At::Refused(_) => return None,
        };
        let bytes = upload.size.unwrap_or(upload.received);
        Some(Self {
            id: upload.public_id.0.clone(),
            name: upload.name.clone(),
            arrived,
            size: Size::of(bytes),
            bytes,
            received: upload.received,
            percent: upload.received * 100 / bytes.max(1),
            mark: upload.mark.clone(),
        })
    }
}

async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    list_page(&app, &signed, &PublicId(id), Vec::new()).await
}

/// The list, with what went wrong where something did.
pub(super) async fn list_page(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let list = evidence_for(&app.store, &signed.viewer, id, Look::Shown).await?;
    let list = list.ok_or(PageError::NotFound)?;
    let lines: Vec<Line> = list.standing().map(Line::of).collect();
    let removed = list.evidence.iter().filter(|one| one.removed.is_some());
    let waiting: Vec<Waiting> = list.uploads.iter().filter_map(Waiting::of).collect();
    let held = lines.iter().filter(|line| line.file.is_some()).count() + waiting.len();
    // Who keeps evidence need not be who prepares: only the latter is led to taking back.
    let resource = &list.referral.resource;
    let policies = &app.store.policies;
    let hands_over = policies.decide(&signed.viewer, Action::HandOver, resource);
    page_of("evidence/list.html", signed, &list.referral)
        .with("files", list.files())
        .with("left", FILES_MAX.saturating_sub(held))
        .with("lines", lines)
        .with("removed", removed.map(Line::of).collect::<Vec<_>>())
        .with("waiting", waiting)
        .with("never", WhyNoFile::ALL.map(WhyNoFile::code))
        .with("change", change(list.change))
        .with("may_take_back", hands_over.allowed)
        .with("bytes_max", FILE_BYTES_MAX)
        .with("piece", parts::PIECE)
        .with("steps", Steps::of(&list))
        .status(fact::status(&errors))
        .with("errors", errors)
        .render(app)
}

const fn change(change: Change) -> &'static str {
    match change {
        Change::Open => "open",
        Change::TakeBackFirst => "take-back",
        Change::Closed => "closed",
    }
}

/// What the form asks about files, and how far that is.
#[derive(Debug, Serialize)]
struct Steps {
    /// A Duty to Notify carries none.
    dtn: bool,
    /// The page about files may be called done without any.
    none_version: Option<i64>,
    /// The page that says what each file is has to be looked at.
    to_say: bool,
}

impl Steps {
    fn of(list: &EvidenceList) -> Self {
        const FILES: &str = "upload-evidence";
        const SAYS: &str = "what-evidence-you-will-submit";
        let referral = &list.referral;
        let writing = referral.stage == Stage::Draft && list.change == Change::Open;
        let nrm = writing && referral.route() == Some(Route::Nrm);
        let none = nrm && list.files() == 0 && !referral.parts.saved.contains(FILES);
        Self {
            dtn: referral.route() == Some(Route::Dtn),
            none_version: none.then(|| referral.step_version(FILES)),
            to_say: nrm && list.files() > 0 && !referral.parts.answers.contains_key(SAYS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_never_nothing_and_never_less_than_it_is() {
        for (bytes, unit, number) in [
            (0, "kb", 1),
            (1, "kb", 1),
            (1024, "kb", 1),
            (1025, "kb", 2),
            (1024 * 1024 - 1024, "kb", 1023),
            (1024 * 1024, "mb", 1),
            (1024 * 1024 + 1, "mb", 2),
            (FILE_BYTES_MAX, "mb", 25),
        ] {
            assert_eq!(Size::of(bytes), Size { unit, number }, "{bytes}");
        }
    }
}
