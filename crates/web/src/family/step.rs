//! The shared pages: the form's own, with the questions a family may share; what was typed comes back beside
//! what a colleague wrote meanwhile.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use heyrick_domain::form::path::Parts;
use heyrick_domain::form::post::from_page;
use heyrick_domain::form::{Answer, Draft, Problem, Step};
use heyrick_store::family::{Family, NewShared, ShareOutcome, record_shared};
use heyrick_store::list::lists;
use serde::{Deserialize, Serialize};

use super::share::lead_on;
use super::{may_share, open, page};
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::referral::fields::{self, FactPages, Search, Source};
use crate::referral::next::Go;
use crate::referral::posted::{self, Sent, WasAsked, mark};
use crate::referral::{Say, answered};
use crate::session::{SafeForm, Signed};

/// Whether one question stands alone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Origin {
    only: String,
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path((id, step)): Path<(String, String)>,
    Query(from): Query<Origin>,
) -> Result<Response, PageError> {
    let family = open(&app, &signed, &id).await?;
    let parts = family.parts(&app.store);
    let step = family.form.step(&step).ok_or(PageError::NotFound)?;
    if !may_share(&app, &signed, &family) {
        return Ok(Redirect::to(&format!("/families/{id}/shared")).into_response());
    }
    Shown::new(&family, &parts, step, from.only).page(&app, &signed)
}

pub(super) async fn save(
    signed: Signed,
    State(app): State<App>,
    Path((id, step)): Path<(String, String)>,
    SafeForm(sent): SafeForm<Sent>,
) -> Result<Response, PageError> {
    let family = open(&app, &signed, &id).await?;
    let parts = family.parts(&app.store);
    let step = family.form.step(&step).ok_or(PageError::NotFound)?;
    if !may_share(&app, &signed, &family) {
        return Err(PageError::NotAllowed);
    }
    let only = posted::first(&sent, "only").unwrap_or_default().to_owned();
    let go = Go::read(posted::first(&sent, "go").unwrap_or_default());
    let mut shown = Shown::new(&family, &parts, step, only);
    let mut read = posted::understood(family.form, step, &parts.answers, &sent);
    let version = posted::first(&sent, "version");
    shown.version = version.and_then(|one| one.parse().ok()).unwrap_or_default();
    match &go {
        Go::Find(key, row) => {
            shown.search = Some(Search {
                key: key.clone(),
                row: *row,
            });
        }
        Go::Add(key) => shown.add = Some(key.clone()),
        Go::Remove(key, row) => {
            let mut number = 0;
            read.retain(|(name, _)| {
                number += usize::from(name == key);
                name != key || number != *row
            });
        }
        _ => {
            let asked = posted::asked(family.form, step, &sent);
            shown.sent = Some(read);
            shown.asked = Some(asked.clone());
            return keep(&app, &signed, shown, &asked, &go).await;
        }
    }
    shown.sent = Some(read);
    shown.page(&app, &signed)
}

/// Keeps what was sent. Somebody's change of other answers meanwhile does not stand in the way.
async fn keep(
    app: &App,
    signed: &Signed,
    mut shown: Shown<'_>,
    asked: &[WasAsked],
    go: &Go,
) -> Result<Response, PageError> {
    let (family, step) = (shown.family, shown.step);
    let read = shown.sent.clone().unwrap_or_default();
    let mut posting = from_page(family.form, step, &read, lists(), shown.parts.today);
    let is_asked = |key: &String| asked.iter().any(|one| one.key == *key);
    posting.answers.retain(|key, _| is_asked(key));
    posting.refused.retain(|problem| is_asked(&problem.key));
    if !posting.refused.is_empty() {
        shown.refused = posting.refused;
        return shown.page(app, signed);
    }
    let moved: Vec<String> = asked
        .iter()
        .filter(|one| one.held != mark(shown.parts.answers.get(&one.key)))
        .filter(|one| moved_apart(&shown, &posting.answers, &one.key))
        .map(|one| one.key.clone())
        .collect();
    let seen_all = shown.version == family.version;
    if !moved.is_empty() && !seen_all {
        return shown.changed(moved).page(app, signed);
    }
    let new = NewShared {
        step: step.id.clone(),
        version: family.version,
        answers: posting.answers,
    };
    let id = &family.public_id;
    match record_shared(&app.store, &signed.viewer, id, &new).await? {
        ShareOutcome::Shared { .. } => match go {
            Go::Alone(key) => {
                let here = format!("/families/{id}/shared/{}?only={key}", step.id);
                Ok(Redirect::to(&here).into_response())
            }
            _ => lead_on(app, signed, id).await,
        },
        ShareOutcome::Conflict(now) => {
            let parts = now.parts(&app.store);
            let keys = asked.iter().map(|one| one.key.clone()).collect();
            let mut again = Shown::new(&now, &parts, step, shown.only.clone());
            again.sent = shown.sent.clone();
            again.changed(keys).page(app, signed)
        }
        ShareOutcome::Absent => Err(PageError::NotFound),
    }
}

/// Whether what was sent for a question is something else than what stands there now.
fn moved_apart(shown: &Shown<'_>, sent: &BTreeMap<String, Option<Answer>>, key: &str) -> bool {
    let sent = sent.get(key).cloned().flatten();
    sent.as_ref() != shown.parts.answers.get(key)
}

/// What a colleague wrote meanwhile.
#[derive(Debug, Serialize)]
struct Theirs {
    question: String,
    lines: Vec<String>,
    by: String,
    at: i64,
}

/// A shared page being made.
struct Shown<'a> {
    family: &'a Family,
    parts: &'a Parts,
    step: &'a Step,
    only: String,
    sent: Option<Sent>,
    asked: Option<Vec<WasAsked>>,
    version: i64,
    refused: Vec<Problem>,
    search: Option<Search>,
    add: Option<String>,
    /// Questions a colleague answered meanwhile.
    changed: Vec<String>,
}

impl<'a> Shown<'a> {
    fn new(family: &'a Family, parts: &'a Parts, step: &'a Step, only: String) -> Self {
        Self {
            family,
            parts,
            step,
            only,
            sent: None,
            asked: None,
            version: family.version,
            refused: Vec::new(),
            search: None,
            add: None,
            changed: Vec::new(),
        }
    }

    /// The page again, beside what stands now; what is sent next was seen beside it.
    fn changed(mut self, keys: Vec<String>) -> Self {
        self.changed = keys;
        self.version = self.family.version;
        self.asked = None;
        self
    }

    fn only(&self) -> Option<&str> {
        let only = self.only.as_str();
        self.step.ask.iter().any(|key| key == only).then_some(only)
    }

    fn asked_now(&self, draft: &Draft<'_>) -> String {
        let keys: Vec<&str> = fields::on_page(draft, self.step, self.only())
            .into_iter()
            .map(|question| question.key.as_str())
            .collect();
        match &self.asked {
            Some(asked) => posted::write_again(asked),
            None => posted::write_asked(&keys, draft.answers),
        }
    }

    fn theirs(&self, say: Say<'_>) -> Vec<Theirs> {
        let form = self.family.form;
        let keys = self.changed.iter();
        keys.filter_map(|key| {
            let question = form.question(key)?;
            let shared = self.family.shared.get(key);
            let answer = shared.map(|one| &one.answer);
            Some(Theirs {
                question: say.text(&form.label_key(question)),
                lines: answered::lines(say, form, question, answer),
                by: shared.map(|one| one.by.clone()).unwrap_or_default(),
                at: shared.map_or(0, |one| one.at),
            })
        })
        .collect()
    }

    fn errors(&self, say: Say<'_>) -> Vec<FormError> {
        let form = self.family.form;
        let mut errors: Vec<FormError> = self
            .refused
            .iter()
            .filter_map(|problem| {
                let question = form.question(&problem.key)?;
                let text = fields::problem_text(say.words, say.locale, problem);
                let label = say.text(&form.label_key(question));
                let args = [("question", label.into()), ("problem", text.into())];
                Some(FormError {
                    text: say.with("referral-error-line", &args),
                    href: fields::anchor(question),
                })
            })
            .collect();
        if !self.changed.is_empty() {
            errors.push(FormError {
                text: say.text("family-error-stale"),
                href: "#theirs".to_owned(),
            });
        }
        errors
    }

    fn page(&self, app: &App, signed: &Signed) -> Result<Response, PageError> {
        let say = Say::of(app, signed);
        let draft = self.parts.draft(lists());
        let facts = FactPages::default();
        let source = Source {
            draft: &draft,
            step: self.step,
            only: self.only(),
            sent: self.sent.as_ref(),
            refused: &self.refused,
            search: self.search.as_ref(),
            add: self.add.as_deref(),
            facts: &facts,
            words: say.words,
            locale: say.locale,
        };
        let fields = fields::of_step(&source);
        let errors = self.errors(say);
        let title = say.of_form(&draft, "step", &self.step.id);
        let title_is_label = fields.len() == 1 && fields.iter().all(|one| one.label == title);
        let wide = fields.len() == 1 && fields.iter().all(|one| one.narrative);
        page("family/step.html", signed, self.family)
            .with("step", &self.step.id)
            .with("title", &title)
            .with("title_is_label", title_is_label)
            .with("fields", &fields)
            .with("asked", self.asked_now(&draft))
            .with("version", self.version)
            .with("theirs", self.theirs(say))
            .with("back", "")
            .with("only", self.only().unwrap_or_default())
            .with("alone", wide)
            .with("wide", wide)
            .with("pages", Vec::<String>::new())
            .with("task_title", "")
            .errors(errors)
            .render(app)
    }
}
