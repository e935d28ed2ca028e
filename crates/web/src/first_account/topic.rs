//! One topic: what to say, a big box for what they say, what to remind of. Every button saves first; words
//! written at the same moment by somebody else are shown beside one's own.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use heyrick_domain::first_account::NOTE_MAX;
use heyrick_domain::first_account::talk::Topic;
use heyrick_domain::first_account::turn::{Kind, State as Stands};
use heyrick_store::StoreError;
use heyrick_store::first_account::{
    NewTurn, NoteOutcome, RecordTurnError, record_note, record_turn,
};
use serde::{Deserialize, Serialize};

use super::{Opened, TopicWords, open};
use crate::app::App;
use crate::error::PageError;
use crate::fact::clock;
use crate::grant::FormError;
use crate::page::saved;
use crate::referral::Say;
use crate::session::{SafeForm, Signed};

/// What was typed, kept when the page comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    version: String,
    text: String,
    go: String,
}

/// Another topic, to go to.
#[derive(Debug, Serialize)]
struct Other {
    id: String,
    title: String,
    written: bool,
    here: bool,
}

/// What somebody else wrote meanwhile.
#[derive(Debug, Serialize)]
struct Theirs {
    text: String,
    by: String,
    at: i64,
}

/// A topic's page being made.
struct Shown<'a> {
    opened: &'a Opened,
    topic: &'a Topic,
    text: String,
    version: i64,
    theirs: Option<Theirs>,
    wrong: Option<&'static str>,
}

impl<'a> Shown<'a> {
    fn of(opened: &'a Opened, topic: &'a Topic) -> Self {
        let note = opened.account.note(&topic.id);
        Self {
            opened,
            topic,
            text: note.map(|note| note.text.clone()).unwrap_or_default(),
            version: note.map_or(0, |note| note.version),
            theirs: None,
            wrong: None,
        }
    }

    fn page(&self, app: &App, signed: &Signed) -> Result<Response, PageError> {
        let say = Say::of(app, signed);
        let account = &self.opened.account;
        let words = TopicWords::of(say, account, self.topic);
        let (before, after) = account.talk.around(&self.topic.id);
        let title = |topic: &Topic| say.text(&account.talk.title_key(topic));
        let state = account.state();
        let since = match state {
            Stands::Paused { since } => Some(clock(since)),
            Stands::Talking { .. } | Stands::Ended { .. } => None,
        };
        let errors: Vec<FormError> = self
            .wrong
            .map(|key| FormError::of(app, signed, key, "text"))
            .into_iter()
            .collect();
        let status = match (&self.theirs, self.wrong) {
            (Some(_), _) => StatusCode::CONFLICT,
            (None, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            (None, None) => StatusCode::OK,
        };
        let due = !account.from_paper && state.break_is_due(app.store.now());
        self.opened
            .page(app, signed, "first_account/topic.html")
            .with("topic", words)
            .with("previous", before.map(|topic| topic.id.clone()))
            .with("following", after.map(title))
            .with("others", self.others(say))
            .with("paused_since", since)
            .with("break_due", due)
            .with("text", &self.text)
            .with("version", self.version)
            .with("max", NOTE_MAX)
            .with(
                "limit",
                say.words.text(
                    say.locale,
                    "referral-count-limit",
                    &[("count", "15,000".to_owned().into())],
                ),
            )
            .with("theirs", &self.theirs)
            .with("errors", errors)
            .status(status)
            .render(app)
    }

    fn others(&self, say: Say<'_>) -> Vec<Other> {
        let account = &self.opened.account;
        let has_words = |topic: &Topic| {
            let note = account.note(&topic.id);
            note.is_some_and(|note| !note.text.trim().is_empty())
        };
        let topics = account.talk.topics.iter();
        topics
            .map(|topic| Other {
                id: topic.id.clone(),
                title: say.text(&account.talk.title_key(topic)),
                written: has_words(topic),
                here: topic.id == self.topic.id,
            })
            .collect()
    }
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path((id, account, topic)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    let opened = open(&app, &signed, &id, &account).await?;
    let topic = opened
        .account
        .talk
        .topic(&topic)
        .ok_or(PageError::NotFound)?;
    if !opened.may_write(&app, &signed) {
        let read = format!("{}#topic-{}", opened.address(), topic.id);
        return Ok(Redirect::to(&read).into_response());
    }
    Shown::of(&opened, topic).page(&app, &signed)
}

pub(super) async fn save(
    signed: Signed,
    State(app): State<App>,
    Path((id, account, topic)): Path<(String, String, String)>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let opened = open(&app, &signed, &id, &account).await?;
    let topic = opened
        .account
        .talk
        .topic(&topic)
        .ok_or(PageError::NotFound)?;
    let mut shown = Shown::of(&opened, topic);
    let seen: i64 = typed.version.parse().unwrap_or_default();
    let both = typed.go == "both";
    let text = if both {
        both_of(&shown.text, &typed.text)
    } else {
        typed.text.clone()
    };
    let written = record_note(
        &app.store,
        &signed.viewer,
        opened.at(),
        &topic.id,
        seen,
        &text,
    )
    .await;
    // What was typed stays in the box, whatever became of it.
    shown.text.clone_from(&typed.text);
    shown.version = seen;
    match written {
        Ok(NoteOutcome::Saved { .. }) => lead_on(&app, &signed, &opened, topic, &typed.go).await,
        Ok(NoteOutcome::Conflict {
            version,
            theirs,
            by,
            at,
        }) => {
            shown.version = version;
            shown.theirs = Some(Theirs {
                text: theirs,
                by,
                at,
            });
            shown.page(&app, &signed)
        }
        Ok(NoteOutcome::Absent) => Err(PageError::NotFound),
        Err(StoreError::Refused("referral-closed")) => {
            shown.wrong = Some("first-account-error-closed");
            shown.page(&app, &signed)
        }
        Err(StoreError::Refused(key)) => {
            shown.wrong = Some(key);
            shown.page(&app, &signed)
        }
        Err(error) => Err(error.into()),
    }
}

/// Theirs, then ours, with an empty line between.
fn both_of(theirs: &str, mine: &str) -> String {
    format!(
        "{}\n\n{}",
        theirs.trim_end(),
        mine.replace("\r\n", "\n").trim_start()
    )
}

async fn lead_on(
    app: &App,
    signed: &Signed,
    opened: &Opened,
    topic: &Topic,
    go: &str,
) -> Result<Response, PageError> {
    let here = opened.topic(topic);
    let (_, after) = opened.account.talk.around(&topic.id);
    let other = go
        .strip_prefix("topic:")
        .and_then(|id| opened.account.talk.topic(id));
    Ok(match (go, other) {
        (_, Some(other)) => Redirect::to(&opened.topic(other)).into_response(),
        ("pause", _) => return turned(app, signed, opened, &here, Kind::Paused).await,
        ("resume", _) => return turned(app, signed, opened, &here, Kind::Resumed).await,
        ("break", _) => Redirect::to(&format!("{}/break", opened.address())).into_response(),
        ("stop", _) => Redirect::to(&format!("{}/stop", opened.address())).into_response(),
        ("later", _) => saved(&opened.address(), "first-account-saved"),
        _ => match after {
            Some(next) => Redirect::to(&opened.topic(next)).into_response(),
            None => saved(&opened.address(), "first-account-saved"),
        },
    })
}

/// Begins or ends a break now; one that began or ended meanwhile elsewhere is simply shown.
async fn turned(
    app: &App,
    signed: &Signed,
    opened: &Opened,
    here: &str,
    kind: Kind,
) -> Result<Response, PageError> {
    let new = NewTurn {
        kind,
        at: None,
        reason: None,
        note: None,
        left_apart: None,
    };
    let said = match kind {
        Kind::Paused => "first-account-paused",
        Kind::Resumed | Kind::Stopped => "first-account-resumed",
    };
    match record_turn(&app.store, &signed.viewer, opened.at(), &new).await {
        Ok(Some(_)) => Ok(saved(here, said)),
        Ok(None) => Err(PageError::NotFound),
        Err(RecordTurnError::Rule(error)) => Ok(saved(here, super::turn_words(error))),
        Err(RecordTurnError::Store(error)) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_keeps_both() {
        assert_eq!(both_of("theirs\n", "\r\nmine"), "theirs\n\nmine");
    }
}
