//! Recording what happened: which of what can happen now, then one form for it.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use heyrick_domain::episode::EventKind;
use heyrick_domain::id::PublicId;
use heyrick_store::StoreError;
use heyrick_store::episode::{NOTE_MAX, NewEvent, RecordEventError, record_event};
use heyrick_words::Arg;
use serde::Deserialize;

use super::fields::{self, Posted, first};
use super::{may_record, open, page_of};
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::saved;
use crate::session::{SafeForm, Signed};

/// What the address says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    event: String,
    corrects: Option<usize>,
}

/// Something wrong: the key of the sentence, the field, and what the sentence names.
struct Wrong {
    key: &'static str,
    field: &'static str,
    names: Vec<(&'static str, &'static str)>,
}

impl From<(&'static str, &'static str)> for Wrong {
    fn from((key, field): (&'static str, &'static str)) -> Self {
        Self {
            key,
            field,
            names: Vec::new(),
        }
    }
}

impl Wrong {
    fn told(&self, app: &App, signed: &Signed) -> FormError {
        let text = |key| app.words.text(signed.locale(), key, &[]);
        let names = self.names.iter();
        let args: Vec<(&str, Arg<'_>)> = names
            .map(|(name, key)| (*name, Arg::from(text(key))))
            .collect();
        FormError {
            text: app.words.text(signed.locale(), self.key, &args),
            href: format!("#{}", self.field),
        }
    }
}

pub(super) async fn ask(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let mut posted = Posted::new();
    posted.insert("event".to_owned(), vec![wanted.event]);
    if let Some(number) = wanted.corrects {
        posted.insert("corrects".to_owned(), vec![number.to_string()]);
    }
    page(&app, &signed, &id, &posted, None).await
}

async fn page(
    app: &App,
    signed: &Signed,
    id: &str,
    posted: &Posted,
    wrong: Option<Wrong>,
) -> Result<Response, PageError> {
    let episode = open(app, signed, id).await?;
    if !may_record(app, signed, &episode) {
        return Err(PageError::NotAllowed);
    }
    let corrects = number(posted, "corrects");
    let mut open_to = episode.open_to();
    if let Some(earlier) = corrects {
        let earlier = episode.events.get(earlier).ok_or(PageError::NotFound)?;
        open_to = vec![earlier.event.kind];
        if !earlier.event.kind.by_sending() {
            open_to.push(EventKind::RecordedInError);
        }
    }
    let kind = EventKind::from_code(first(posted, "event"));
    let kind = kind.filter(|kind| wrong.is_some() || open_to.contains(kind));
    let errors: Vec<FormError> = wrong.iter().map(|wrong| wrong.told(app, signed)).collect();
    let status = match wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let offered: Vec<(&str, &str)> = open_to
        .iter()
        .map(|one| (one.code(), one.words()))
        .collect();
    let choices = kind.map(fields::choices).unwrap_or_default();
    let mut posted = posted.clone();
    let stands = corrects.and_then(|number| episode.events.get(number));
    let stands = stands.filter(|one| wrong.is_none() && Some(one.event.kind) == kind);
    if let Some(stands) = stands {
        fields::fill(&mut posted, &stands.event);
    }
    for choice in &choices {
        posted.entry(choice.name.to_owned()).or_default();
    }
    let posted = &posted;
    page_of("episode/record.html", signed, &episode)
        .with("event", kind.map(EventKind::code))
        .with("event_words", kind.map(EventKind::words))
        .with("offered", offered)
        .with("choices", choices)
        .with("asks_by", kind == Some(EventKind::InformationAsked))
        .with("corrects", corrects)
        .with("seen", episode.events.len())
        .with("typed", posted)
        .with("flat", flat(posted))
        .with("note_max", NOTE_MAX)
        .with("errors", errors)
        .status(status)
        .render(app)
}

/// The first value of each field, with those a page reads in any case.
fn flat(posted: &Posted) -> BTreeMap<&str, &str> {
    fields::READ
        .into_iter()
        .map(|name| (name, first(posted, name)))
        .collect()
}

fn number(posted: &Posted, name: &str) -> Option<usize> {
    first(posted, name).parse().ok()
}

pub(super) async fn record(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(pairs): SafeForm<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let mut posted = Posted::new();
    for (name, value) in pairs {
        posted.entry(name).or_default().push(value);
    }
    if !posted.keys().all(|name| fields::is_field(name)) {
        return Err(PageError::Unreadable);
    }
    let new = match parsed(&posted) {
        Ok(new) => new,
        Err(wrong) => return page(&app, &signed, &id, &posted, Some(wrong.into())).await,
    };
    let name = PublicId(id.clone());
    match record_event(&app.store, &signed.viewer, &name, new).await {
        Ok(Some(_)) => Ok(saved(&format!("/episodes/{id}"), "episode-recorded")),
        Ok(None) => Err(PageError::NotFound),
        Err(error) => {
            let wrong = wrong(error)?;
            page(&app, &signed, &id, &posted, Some(wrong)).await
        }
    }
}

fn parsed(posted: &Posted) -> Result<NewEvent, (&'static str, &'static str)> {
    let kind =
        EventKind::from_code(first(posted, "event")).ok_or(("episode-error-event", "event"))?;
    let on = fields::date(posted, "on").map_err(|()| ("episode-error-day", "on-on_day"))?;
    let received = fields::date(posted, "received_on");
    if fields::date(posted, "answer_by").is_err() {
        return Err(("episode-error-day", "answer_by-answer_by_day"));
    }
    Ok(NewEvent {
        kind,
        on: on.ok_or(("episode-error-day-missing", "on-on_day"))?,
        received_on: received.map_err(|()| ("episode-error-day", "received_on-received_on_day"))?,
        details: fields::details(posted),
        note: Some(first(posted, "note").to_owned()),
        corrects: number(posted, "corrects"),
        seen: number(posted, "seen").unwrap_or(usize::MAX),
    })
}

/// The sentence and the field of a refusal; what is no refusal goes on as the error it is.
fn wrong(error: RecordEventError) -> Result<Wrong, PageError> {
    let wrong = match error {
        RecordEventError::Rule(rule) => {
            let field = match rule.field() {
                "on" => "on-on_day",
                "received_on" => "received_on-received_on_day",
                "answer_by" => "answer_by-answer_by_day",
                other => other,
            };
            return Ok(Wrong {
                names: rule.names(),
                ..Wrong::from((rule.code(), field))
            });
        }
        RecordEventError::Store(StoreError::Stale) => ("episode-error-meanwhile", "event"),
        RecordEventError::Store(StoreError::Refused("episode-error-note-long")) => {
            ("episode-error-note-long", "note")
        }
        RecordEventError::Store(error) => return Err(error.into()),
    };
    Ok(wrong.into())
}
