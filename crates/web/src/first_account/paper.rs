//! A first account as a PDF, for whoever may print the referral.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_render::{Labels, Paper, Row, Section};
use heyrick_store::StoreError;
use heyrick_store::first_account::{FirstAccount, Note, paper_for};
use heyrick_store::referral::Referral;
use heyrick_words::{Arg, Locale};

use super::beside::conditions;
use crate::app::App;
use crate::error::PageError;
use crate::paper::{HANDLING, download, set};
use crate::referral::Say;
use crate::session::Signed;

pub(super) async fn paper(
    signed: Signed,
    State(app): State<App>,
    Path((id, account)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let at = (PublicId(id), PublicId(account));
    let pdf = printed(&app, &signed.viewer, signed.locale(), (&at.0, &at.1)).await?;
    pdf.ok_or(PageError::NotFound)
}

/// An account as a PDF, for page and API; `None` when there is none to see.
pub(super) async fn printed(
    app: &App,
    viewer: &Viewer,
    locale: Locale,
    (referral, account): (&PublicId, &PublicId),
) -> Result<Option<Response>, StoreError> {
    let Some((referral, account)) = paper_for(&app.store, viewer, referral, account).await? else {
        return Ok(None);
    };
    let say = Say {
        words: &app.words,
        locale,
    };
    let name = format!("{}-first-account.pdf", referral.reference);
    let paper = laid_out(say, &referral, &account, viewer, app.store.now());
    Ok(Some(download(set(paper).await?, "application/pdf", &name)))
}

/// The few words each page of paper needs.
pub(super) fn labels(say: Say<'_>) -> Labels {
    Labels {
        page: say.text("paper-page"),
        of: say.text("paper-of"),
        unprintable: say.text("paper-unprintable"),
    }
}

/// By whom and when a note was written, and whether that was after the account had ended.
fn written(say: Say<'_>, account: &FirstAccount, note: &Note) -> String {
    let args = [
        ("who", Arg::from(note.by.clone())),
        ("when", say.words.moment(say.locale, note.at).into()),
    ];
    let by = say.with("first-account-note-by", &args);
    match account.written_up(note) {
        true => format!("{by}, {}", say.text("first-account-after-end")),
        false => by,
    }
}

fn laid_out(
    say: Say<'_>,
    referral: &Referral,
    account: &FirstAccount,
    viewer: &Viewer,
    now: i64,
) -> Paper {
    let who_when = [
        ("who", Arg::from(viewer.display_name.clone())),
        ("when", say.words.moment(say.locale, now).into()),
    ];
    let talk = account.talk;
    let rows = talk.topics.iter().filter_map(|topic| {
        let note = account.note(&topic.id)?;
        Some(Row {
            question: say.text(&talk.title_key(topic)),
            answer: format!("{}\n– {}", note.text, written(say, account, note)),
            lines: 0,
        })
    });
    Paper {
        title: format!(
            "{} · {}",
            say.text("first-account-title"),
            referral.reference
        ),
        lang: say.locale.code().to_owned(),
        reference: referral.reference.clone(),
        handling: HANDLING.to_owned(),
        watermark: say.with("paper-watermark", &who_when),
        notes: vec![conditions(say, account)],
        sections: vec![Section {
            heading: say.text("first-account-notes"),
            rows: rows.collect(),
        }],
        labels: labels(say),
        blank: false,
    }
}
