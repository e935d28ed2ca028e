//! The list of evidence to go along: on paper, as data, and as the lines the Home Office's form asks for.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_render::{Paper, Row, Section};
use heyrick_store::StoreError;
use heyrick_store::evidence::file::shared_copies;
use heyrick_store::evidence::{Evidence, EvidenceList, Look, Thing, evidence_for};
use heyrick_words::{Arg, Locale, Words};
use serde_json::{Value, json};

use super::Size;
use super::file::name;
use crate::api::instant;
use crate::app::App;
use crate::error::PageError;
use crate::paper::{self, download};
use crate::session::Signed;

pub(super) async fn paper(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let printed = printed(&app, &signed.viewer, signed.locale(), &PublicId(id)).await?;
    printed.ok_or(PageError::NotFound)
}

pub(super) async fn data(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let taken = taken_out(&app, &signed.viewer, &PublicId(id)).await?;
    taken.ok_or(PageError::NotFound)
}

/// The list as a PDF, for page and API; `None` when there is none to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who does not keep evidence.
pub(super) async fn printed(
    app: &App,
    viewer: &Viewer,
    locale: Locale,
    id: &PublicId,
) -> Result<Option<Response>, StoreError> {
    let Some(list) = evidence_for(&app.store, viewer, id, Look::TakenOut).await? else {
        return Ok(None);
    };
    let said = Said {
        words: &app.words,
        locale,
    };
    let pdf = paper::set(laid_out(said, &list, viewer, app.store.now())).await?;
    let name = format!("{}-evidence.pdf", list.referral.reference);
    Ok(Some(download(pdf, "application/pdf", &name)))
}

/// The list as JSON, for page and API; `None` when there is none to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who does not keep evidence.
pub(super) async fn taken_out(
    app: &App,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Response>, StoreError> {
    let Some(list) = evidence_for(&app.store, viewer, id, Look::TakenOut).await? else {
        return Ok(None);
    };
    let reference = &list.referral.reference;
    let (files, elsewhere): (Vec<&Evidence>, Vec<&Evidence>) =
        list.standing().partition(|one| one.file().is_some());
    let copies = shared_copies(&app.store, &list).await?;
    let files = files.into_iter().map(|one| {
        let mut file = file_json(reference, one);
        let copy = copies.get(&one.number);
        file["bytes"] = json!(copy.map(|copy| copy.size));
        file["sha256"] = json!(copy.map(|copy| hex(&copy.sha256)));
        file["original_bytes"] = json!(one.file().map(|file| file.size));
        file
    });
    let value = json!({
        "reference": reference,
        "taken_out_at": instant(app.store.now()),
        "files": files.collect::<Vec<_>>(),
        "kept_elsewhere": elsewhere.into_iter().map(elsewhere_json).collect::<Vec<_>>(),
    });
    let text = serde_json::to_vec_pretty(&value).unwrap_or_default();
    let name = format!("{reference}-evidence.json");
    Ok(Some(download(text, "application/json", &name)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file of the list, as it stands in data: here, and under the Home Office's key `upload-file`.
pub(crate) fn file_json(reference: &str, one: &Evidence) -> Value {
    let file = one.file();
    // Of a picture a smaller copy goes along.
    let size = file.filter(|file| !file.kind.is_picture());
    json!({
        "number": one.number,
        "file": file.map(|file| name(reference, one.number, file.kind)),
        "media_type": file.map(|file| file.kind.media_type()),
        "bytes": size.map(|file| file.size),
        "what": one.described.what,
        "dated": one.described.dated.map(|date| date.to_string()),
        "origin": one.described.origin,
        "added_at": instant(one.added.at),
    })
}

fn elsewhere_json(one: &Evidence) -> Value {
    let kept = match &one.thing {
        Thing::Elsewhere(kept) => Some(kept),
        Thing::File(_) => None,
    };
    json!({
        "number": one.number,
        "why": kept.map(|kept| kept.why.code()),
        "reference": kept.map(|kept| kept.reference.clone()),
        "what": one.described.what,
        "dated": one.described.dated.map(|date| date.to_string()),
        "origin": one.described.origin,
        "added_at": instant(one.added.at),
    })
}

/// What each file is and its date, a line each: what the Home Office's form asks for beside the files.
pub(crate) fn lines<'a>(
    words: &Words,
    locale: Locale,
    reference: &str,
    files: impl IntoIterator<Item = &'a Evidence>,
) -> String {
    let said = Said { words, locale };
    let line = |one: &Evidence| {
        let file = one.file()?;
        let args = [
            ("file", Arg::from(name(reference, one.number, file.kind))),
            (
                "what",
                Arg::from(one.described.what.replace(['\r', '\n'], " ")),
            ),
            ("dated", Arg::from(said.dated(one))),
        ];
        Some(words.text(locale, "evidence-line", &args))
    };
    let all: Vec<String> = files.into_iter().filter_map(line).collect();
    all.join("\n")
}

/// Words in a language.
#[derive(Clone, Copy)]
struct Said<'a> {
    words: &'a Words,
    locale: Locale,
}

impl Said<'_> {
    fn text(self, key: &str) -> String {
        self.words.text(self.locale, key, &[])
    }

    fn with(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.words.text(self.locale, key, args)
    }

    fn dated(self, one: &Evidence) -> String {
        match one.described.dated {
            Some(date) => self.words.partial_date(self.locale, &date.to_string()),
            None => self.text("evidence-date-unknown"),
        }
    }

    fn row(self, key: &str, answer: String) -> Option<Row> {
        (!answer.is_empty()).then(|| Row {
            question: self.text(key),
            answer,
            lines: 0,
        })
    }

    fn section(self, reference: &str, one: &Evidence) -> Section {
        let (heading, rows) = match &one.thing {
            Thing::File(file) => {
                let size = Size::of(file.size);
                let number = i64::try_from(size.number).unwrap_or(i64::MAX);
                let args = [("number", Arg::from(number))];
                let size = self.with(&format!("evidence-size-{}", size.unit), &args);
                let called = format!("{} ({size})", file.name);
                let rows = [self.row("evidence-name", called), None];
                (name(reference, one.number, file.kind), rows)
            }
            Thing::Elsewhere(kept) => {
                let why = self.text(&format!("evidence-why-{}", kept.why.code()));
                let rows = [
                    self.row("evidence-why", why),
                    self.row("evidence-reference", kept.reference.clone()),
                ];
                let args = [(
                    "number",
                    Arg::from(i64::try_from(one.number).unwrap_or(i64::MAX)),
                )];
                (self.with("evidence-number", &args), rows)
            }
        };
        let args = [
            ("who", Arg::from(one.added.by.clone())),
            ("when", self.words.moment(self.locale, one.added.at).into()),
        ];
        let said = [
            self.row("evidence-key-what", one.described.what.clone()),
            self.row("evidence-key-dated", self.dated(one)),
            self.row("evidence-origin", one.described.origin.clone()),
            self.row("evidence-added", self.with("evidence-by", &args)),
        ];
        Section {
            heading,
            rows: said.into_iter().chain(rows).flatten().collect(),
        }
    }
}

fn laid_out(said: Said<'_>, list: &EvidenceList, viewer: &Viewer, now: i64) -> Paper {
    let reference = &list.referral.reference;
    let files = i64::try_from(list.files()).unwrap_or(i64::MAX);
    let args = [("reference", Arg::from(reference.clone()))];
    let notes = vec![
        said.with("evidence-count", &[("count", Arg::from(files))]),
        said.text("evidence-manifest-note"),
    ];
    paper::of_record(
        said.words,
        said.locale,
        reference,
        paper::Body {
            title: said.with("evidence-manifest-title", &args),
            notes,
            sections: list
                .standing()
                .map(|one| said.section(reference, one))
                .collect(),
        },
        &paper::printed_by(said.words, said.locale, &viewer.display_name, now),
    )
}
