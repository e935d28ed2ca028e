//! Who looked: at a record, for whoever owns or supervises it and for auditors; and what an account did,
//! for auditors. No page here shows anything of a case but references.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use heyrick_domain::id::PublicId;
use heyrick_domain::london;
use heyrick_domain::user::Role;
use heyrick_domain::user::Viewer;
use heyrick_policy::Kind;
use heyrick_store::journal::who::{
    Asked, Entries, Entry, Which, account_named_for, record_journal_for, record_named_for,
    user_journal_for,
};
use serde::{Deserialize, Serialize};

use crate::api::Cursor;
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::Page;
use crate::session::{SafeForm, Signed};
use crate::sight::folder;

/// Events on one page.
const PER_PAGE: u32 = 50;

/// `/people/{id}/journal`, `/referrals/{id}/journal` and `/journal`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/people/{id}/journal", get(of_person))
        .route("/referrals/{id}/journal", get(of_referral))
        .route("/journal", get(find))
        .route("/journal/record", post(find_record))
        .route("/journal/account", post(find_account))
        .route("/journal/accounts/{id}", get(of_account))
}

/// What the address says; nothing in it is personal.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    show: String,
    after: String,
}

impl Wanted {
    fn which(&self) -> Which {
        match self.show.as_str() {
            "looks" => Which::Looks,
            "changes" => Which::Changes,
            _ => Which::All,
        }
    }

    fn asked(&self, app: &App, viewer: &Viewer) -> Result<Asked, PageError> {
        let before = match self.after.as_str() {
            "" => None,
            cursor => Some(
                Cursor::open(&app.store.keys, viewer.user, "journal", cursor)
                    .map_err(|_| PageError::Unreadable)?,
            ),
        };
        Ok(Asked {
            which: self.which(),
            since: None,
            before,
            limit: PER_PAGE,
        })
    }
}

/// One line.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Line {
    /// The key of what was done.
    did: String,
    who: Option<String>,
    through: Option<String>,
    role: Option<String>,
    agency: Option<String>,
    /// When the latest of them was.
    at: i64,
    /// How many there were, one after another, on that day.
    times: usize,
    /// When the first of them was.
    first_at: i64,
    record: Option<Record>,
    shown: usize,
    policies: Vec<String>,
    reason: Option<String>,
    refused: bool,
    readable: bool,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Record {
    reference: String,
    href: Option<String>,
}

/// Lists that showed a record to somebody on a day, one after another, are one line; so are changes of one
/// kind, unless each is wanted. A look that opened a record is always a line of its own.
fn lines(entries: Vec<Entry>, each: bool) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for entry in entries {
        let joins = entry.in_list || !(each || entry.look);
        let line = Line::from(entry);
        match lines.last_mut() {
            Some(last) if joins && last.is_also(&line) => {
                last.times += 1;
                last.first_at = line.at;
            }
            _ => lines.push(line),
        }
    }
    lines
}

impl From<Entry> for Line {
    fn from(entry: Entry) -> Self {
        let did = match (entry.in_list, entry.action.ends_with("searched")) {
            (true, true) => "found".to_owned(),
            (true, false) => "in-list".to_owned(),
            (false, _) => entry.action.replace(['.', '_'], "-"),
        };
        let record = entry.record.map(|one| Record {
            href: match one.kind.as_str() {
                "person" => Some(format!("/people/{}/journal", one.public_id)),
                "referral" => Some(format!("/referrals/{}/journal", one.public_id)),
                _ => None,
            },
            reference: one.reference,
        });
        let readable = entry.body.is_some();
        let body = entry.body;
        Self {
            did,
            through: body.as_ref().and_then(|body| body.through.clone()),
            role: body.as_ref().and_then(|body| body.role.clone()),
            agency: entry.who.as_ref().map(|who| who.agency.clone()),
            who: entry.who.map(|who| who.name),
            at: entry.at,
            times: 1,
            first_at: entry.at,
            record,
            shown: records_shown(&entry.action, entry.shown),
            policies: body
                .as_ref()
                .map(|one| one.policies.clone())
                .unwrap_or_default(),
            refused: body.as_ref().is_some_and(|body| body.refused),
            reason: body.and_then(|body| body.reason),
            readable,
        }
    }
}

impl Line {
    fn is_also(&self, other: &Self) -> bool {
        self.did == other.did
            && self.who == other.who
            && self.role == other.role
            && self.record == other.record
            && self.readable == other.readable
            && self.policies == other.policies
            && self.reason == other.reason
            && self.refused == other.refused
            && london::date_of(self.at) == london::date_of(other.at)
    }
}

/// The page's list with its filter and where it goes on.
fn listed(
    app: &App,
    signed: &Signed,
    page: Page,
    wanted: &Wanted,
    entries: Entries,
    address: &str,
) -> Result<Page, PageError> {
    let each = signed.viewer.role == Role::Auditor;
    let show = match wanted.which() {
        Which::All => "all",
        Which::Looks => "looks",
        Which::Changes => "changes",
    };
    let older = match &entries.next {
        Some(mark) => {
            let cursor = Cursor::seal(&app.store.keys, signed.viewer.user, "journal", mark)
                .map_err(|_| PageError::Unreadable)?;
            Some(format!("{address}?show={show}&after={}", cursor.0))
        }
        None => None,
    };
    Ok(page
        .with("lines", lines(entries.entries, each))
        .with("older", older)
        .with("is_first", wanted.after.is_empty())
        .with("show", show)
        .with("address", address))
}

async fn of_person(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    of_record(&app, &signed, Kind::Person, id, &wanted).await
}

async fn of_referral(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    of_record(&app, &signed, Kind::Referral, id, &wanted).await
}

async fn of_record(
    app: &App,
    signed: &Signed,
    kind: Kind,
    id: String,
    wanted: &Wanted,
) -> Result<Response, PageError> {
    let asked = wanted.asked(app, &signed.viewer)?;
    let name = PublicId(id);
    let found = record_journal_for(&app.store, &signed.viewer, kind, &name, &asked).await?;
    let journal = found.ok_or(PageError::NotFound)?;
    let record = format!("{}/{name}", folder(kind));
    let page = Page::new("journal/record.html", signed)
        .with("reference", &journal.reference)
        .with("sees_record", journal.sees_record)
        .with("is_person", kind == Kind::Person)
        .with("auditor", signed.viewer.role == Role::Auditor)
        .with("record_href", &record);
    listed(
        app,
        signed,
        page,
        wanted,
        journal.page,
        &format!("{record}/journal"),
    )?
    .render(app)
}

async fn of_account(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let asked = wanted.asked(&app, &signed.viewer)?;
    let name = PublicId(id);
    let found = user_journal_for(&app.store, &signed.viewer, &name, &asked).await?;
    let journal = found.ok_or(PageError::NotFound)?;
    let page = Page::new("journal/account.html", &signed)
        .with("whose", &journal.who.name)
        .with("username", &journal.who.username)
        .with("role", journal.role.code());
    let address = format!("/journal/accounts/{name}");
    listed(&app, &signed, page, &wanted, journal.page, &address)?.render(&app)
}

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Sought {
    record: String,
    account: String,
}

async fn find(signed: Signed, State(app): State<App>) -> Result<Response, PageError> {
    if signed.viewer.role != Role::Auditor {
        return Err(PageError::NotAllowed);
    }
    page(&app, &signed, &Sought::default(), None)
}

fn page(
    app: &App,
    signed: &Signed,
    sought: &Sought,
    missing: Option<(&'static str, &'static str)>,
) -> Result<Response, PageError> {
    let errors: Vec<FormError> = missing
        .into_iter()
        .map(|(key, field)| FormError::of(app, signed, key, field))
        .collect();
    Page::new("journal/find.html", signed)
        .with("sought", sought)
        .errors(errors)
        .render(app)
}

async fn find_record(
    signed: Signed,
    State(app): State<App>,
    SafeForm(sought): SafeForm<Sought>,
) -> Result<Response, PageError> {
    if signed.viewer.role != Role::Auditor {
        return Err(PageError::NotAllowed);
    }
    match record_named_for(&app.store, &signed.viewer, &sought.record).await? {
        Some((kind, id)) => {
            Ok(Redirect::to(&format!("{}/{id}/journal", folder(kind))).into_response())
        }
        None => page(
            &app,
            &signed,
            &sought,
            Some(("journal-find-record-none", "record")),
        ),
    }
}

async fn find_account(
    signed: Signed,
    State(app): State<App>,
    SafeForm(sought): SafeForm<Sought>,
) -> Result<Response, PageError> {
    match account_named_for(&app.store, &signed.viewer, &sought.account).await? {
        Some(id) => Ok(Redirect::to(&format!("/journal/accounts/{id}")).into_response()),
        None => page(
            &app,
            &signed,
            &sought,
            Some(("journal-find-account-none", "account")),
        ),
    }
}

/// How many records a list showed. What is attached to a referral is part of it and no record of its own.
fn records_shown(action: &str, shown: usize) -> usize {
    let part = action.starts_with("evidence.") || action.starts_with("upload.");
    if part { 0 } else { shown }
}
