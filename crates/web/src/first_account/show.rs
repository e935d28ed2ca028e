//! The accounts of a referral, one read back in full, and the way from its notes to the form.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::form::Draft;
use heyrick_domain::id::PublicId;
use heyrick_policy::Action;
use heyrick_store::first_account::{FirstAccount, Note, accounts_for};
use heyrick_store::list::lists;
use serde::Serialize;

use super::beside::break_lines;
use super::{Opened, begin, open};
use crate::app::App;
use crate::error::PageError;
use crate::page::Page;
use crate::referral::fields::only_facts;
use crate::referral::{Head, Say, may, may_write, step_address};
use crate::session::Signed;

/// A line of the list.
#[derive(Debug, Serialize)]
struct Line {
    id: String,
    begun_at: i64,
    state: &'static str,
    topics: usize,
    from_paper: bool,
    by: String,
}

pub(super) async fn list(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let found = accounts_for(&app.store, &signed.viewer, &id).await?;
    let (referral, accounts) = found.ok_or(PageError::NotFound)?;
    let lines: Vec<Line> = accounts
        .into_iter()
        .map(|one| Line {
            begun_at: one.begun_at,
            state: one.state().code(),
            topics: one.written(),
            from_paper: one.from_paper,
            id: one.public_id.0,
            by: one.by,
        })
        .collect();
    Page::new("first_account/list.html", &signed)
        .with_all(Head::of(&signed, &referral))
        .with("lines", lines)
        .with("may_begin", begin::may_begin(&app, &signed, &referral))
        .render(&app)
}

/// A topic read back.
#[derive(Debug, Serialize)]
struct Told {
    id: String,
    title: String,
    observed: bool,
    note: Version,
    earlier: Vec<Version>,
}

#[derive(Debug, Serialize)]
struct Version {
    text: String,
    by: String,
    at: i64,
    written_up: bool,
}

impl Version {
    fn of(account: &FirstAccount, note: &Note) -> Self {
        Self {
            text: note.text.clone(),
            by: note.by.clone(),
            at: note.at,
            written_up: account.written_up(note),
        }
    }
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path((id, account)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let opened = open(&app, &signed, &id, &account).await?;
    let say = Say::of(&app, &signed);
    let account = &opened.account;
    let told = told(say, account);
    let go_on = account
        .talk
        .topics
        .iter()
        .find(|topic| account.note(&topic.id).is_none())
        .or_else(|| account.talk.topics.first())
        .map(|topic| opened.topic(topic));
    let end = account.turns.last().and_then(|one| one.note.clone());
    let left_apart = account.turns.last().and_then(|one| one.left_apart);
    opened
        .page(&app, &signed, "first_account/account.html")
        .with("words", &account.words)
        .with("age", account.age.code())
        .with("voice", account.gate.voice.words())
        .with("interprets", account.gate.voice.interprets())
        .with("beside", account.gate.beside.map(|one| one.words()))
        .with("choice", account.choice.map(|one| one.words()))
        .with("pack", account.pack.words())
        .with("breaks", break_lines(say, account))
        .with("by", &account.by)
        .with("recorded_at", account.recorded_at)
        .with("end_note", end)
        .with("left_apart", left_apart.map(|one| one.code()))
        .with("told", told)
        .with("go_on", go_on)
        .with(
            "may_print",
            may(&app, &signed, &opened.referral, Action::Print),
        )
        .with("may_fill", may_write(&app, &signed, &opened.referral))
        .render(&app)
}

fn told(say: Say<'_>, account: &FirstAccount) -> Vec<Told> {
    let topics = account.talk.topics.iter();
    topics
        .filter_map(|topic| {
            let (last, earlier) = account.notes.get(&topic.id)?.split_last()?;
            Some(Told {
                id: topic.id.clone(),
                title: say.text(&account.talk.title_key(topic)),
                observed: topic.observed,
                note: Version::of(account, last),
                earlier: earlier
                    .iter()
                    .rev()
                    .map(|note| Version::of(account, note))
                    .collect(),
            })
        })
        .collect()
}

/// A topic with the pages of the form it helps to answer.
#[derive(Debug, Serialize)]
struct Mapped {
    id: String,
    title: String,
    text: Option<String>,
    steps: Vec<Way>,
}

#[derive(Debug, Serialize)]
struct Way {
    title: String,
    /// `None`: not asked as things stand.
    href: Option<String>,
    status: &'static str,
}

pub(super) async fn form(
    signed: Signed,
    State(app): State<App>,
    Path((id, account)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let opened = open(&app, &signed, &id, &account).await?;
    let draft = opened.referral.draft(lists());
    let say = Say::of(&app, &signed);
    let writes = may_write(&app, &signed, &opened.referral);
    let topics: Vec<Mapped> = opened
        .account
        .talk
        .topics
        .iter()
        .map(|topic| Mapped {
            id: topic.id.clone(),
            title: say.text(&opened.account.talk.title_key(topic)),
            text: opened
                .account
                .note(&topic.id)
                .map(|note| note.text.clone())
                .filter(|text| !text.trim().is_empty()),
            steps: topic
                .steps(draft.form)
                .into_iter()
                .map(|step| way(&opened, &draft, say, step, writes))
                .collect(),
        })
        .collect();
    opened
        .page(&app, &signed, "first_account/form.html")
        .with("topics", topics)
        .with("writes", writes)
        .render(&app)
}

fn way(
    opened: &Opened,
    draft: &Draft<'_>,
    say: Say<'_>,
    step: &heyrick_domain::form::Step,
    writes: bool,
) -> Way {
    let asked = draft.shows(&step.id) && !only_facts(draft, step);
    let page = step_address(&opened.referral, draft, step);
    Way {
        title: say.of_form(draft, "step", &step.id),
        href: (asked && writes).then(|| format!("{page}?account={}", opened.account.public_id)),
        status: draft.status(step).code(),
    }
}
