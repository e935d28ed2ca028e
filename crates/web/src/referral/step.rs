//! One page of questions: shown, saved, and shown again with everything that was typed when it cannot be
//! saved, when a list was searched, or when somebody else was faster.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use heyrick_domain::form::post::from_page;
use heyrick_domain::form::{Answer, Draft, Problem, Status, Step};
use heyrick_store::StoreError;
use heyrick_store::answer::{StepOutcome, record_step};
use heyrick_store::evidence::{Look, evidence_for};
use heyrick_store::list::lists;
use heyrick_store::referral::Referral;
use heyrick_words::Locale;
use serde::{Deserialize, Serialize};

use super::conflict::{self, Choices, Other};
use super::fields::{self, Search, Source};
use super::next::{self, Go, Way};
use super::posted::{self, Sent, WasAsked};
use super::{Head, Say, fact_pages, may_write, open, step_address};
use crate::app::App;
use crate::error::PageError;
use crate::evidence::manifest;
use crate::first_account::{self, Beside};
use crate::grant::FormError;
use crate::page::{Page, saved};
use crate::session::{SafeForm, Signed};

/// From where one came, and whether one question stands alone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Origin {
    pub(super) back: String,
    pub(super) only: String,
    /// The first account whose notes stand beside the page.
    pub(super) account: String,
}

impl Origin {
    fn of(sent: &Sent) -> Self {
        let text = |name: &str| posted::first(sent, name).unwrap_or_default().to_owned();
        Self {
            back: text("back"),
            only: text("only"),
            account: text("account"),
        }
    }
}

/// A page of the same task.
#[derive(Debug, Serialize)]
struct SamePage {
    id: String,
    title: String,
    status: &'static str,
    here: bool,
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path((id, step)): Path<(String, String)>,
    Query(from): Query<Origin>,
) -> Result<Response, PageError> {
    let referral = open(&app, &signed, &id).await?;
    let draft = referral.draft(lists());
    let step = draft.form.step(&step).ok_or(PageError::NotFound)?;
    if !may_write(&app, &signed, &referral) {
        let answers = format!("/referrals/{id}/check#step-{}", step.id);
        return Ok(Redirect::to(&answers).into_response());
    }
    let elsewhere = fields::only_facts(&draft, step) || fields::only_files(&draft, step);
    if draft.shows(&step.id) && elsewhere {
        let fact = step_address(&referral, &draft, step);
        return Ok(Redirect::to(&fact).into_response());
    }
    let mut shown = Shown::new(&referral, &draft, step, &from);
    shown.listed = listed(&app, &signed, &referral, step).await?;
    shown.notes = notes(&app, &signed, &shown).await?;
    shown.page(&app, &signed)
}

/// The notes of the first account somebody came from.
async fn notes(app: &App, signed: &Signed, shown: &Shown<'_>) -> Result<Option<Beside>, PageError> {
    if shown.from.account.is_empty() {
        return Ok(None);
    }
    let (id, account) = (&shown.referral.public_id, &shown.from.account);
    first_account::beside(app, signed, id, account, (shown.draft, shown.step)).await
}

/// What each file is and its date, for the page that asks to have them listed; the look is journalled.
async fn listed(
    app: &App,
    signed: &Signed,
    referral: &Referral,
    step: &Step,
) -> Result<String, PageError> {
    let answered = referral.parts.answers.contains_key(fields::LISTED);
    if answered || !step.ask.iter().any(|key| key == fields::LISTED) {
        return Ok(String::new());
    }
    let id = &referral.public_id;
    let list = evidence_for(&app.store, &signed.viewer, id, Look::Shown).await?;
    Ok(list.map_or_else(String::new, |list| {
        let reference = &referral.reference;
        manifest::lines(&app.words, Locale::En, reference, list.standing())
    }))
}

pub(super) async fn save(
    signed: Signed,
    State(app): State<App>,
    Path((id, step)): Path<(String, String)>,
    SafeForm(sent): SafeForm<Sent>,
) -> Result<Response, PageError> {
    let referral = open(&app, &signed, &id).await?;
    let draft = referral.draft(lists());
    let step = draft.form.step(&step).ok_or(PageError::NotFound)?;
    if !sent.iter().all(|(name, _)| posted::is_field(step, name)) {
        return Err(PageError::Unreadable);
    }
    let from = Origin::of(&sent);
    let go = Go::read(posted::first(&sent, "go").unwrap_or_default());
    let read = posted::understood(draft.form, step, draft.answers, &sent);
    let mut shown = Shown::new(&referral, &draft, step, &from);
    shown.notes = notes(&app, &signed, &shown).await?;
    shown.sent = Some(read);
    shown.version = posted::first(&sent, "version")
        .and_then(|version| version.parse().ok())
        .unwrap_or_default();
    if let Some(search) = shown.rows(&go) {
        shown.search = search;
        return shown.page(&app, &signed);
    }
    let asked = posted::asked(draft.form, step, &sent);
    shown.asked = Some(asked.clone());
    keep(&app, &signed, shown, &sent, &asked, &go).await
}

/// Saves what was sent, and leads on.
async fn keep(
    app: &App,
    signed: &Signed,
    mut shown: Shown<'_>,
    sent: &Sent,
    asked: &[WasAsked],
    go: &Go,
) -> Result<Response, PageError> {
    let (draft, step) = (shown.draft, shown.step);
    let read = shown.sent.clone().unwrap_or_default();
    let mut posting = from_page(draft.form, step, &read, lists(), draft.today);
    let is_asked = |key: &String| asked.iter().any(|one| one.key == *key);
    posting.answers.retain(|key, _| is_asked(key));
    posting.refused.retain(|problem| is_asked(&problem.key));
    if !posting.refused.is_empty() {
        shown.refused = posting.refused;
        return shown.page(app, signed);
    }
    let mine = posting.answers;
    let choices = Choices::of(sent, asked);
    if !choices.missing.is_empty() {
        let other = Other::of(shown.referral, step);
        return conflict::page(app, signed, &shown, &mine, asked, &other, &choices);
    }
    let kept = choices.chosen(&mine);
    let id = &shown.referral.public_id;
    let store = &app.store;
    match record_step(
        store,
        &signed.viewer,
        id,
        &step.id,
        shown.version,
        kept.clone(),
    )
    .await
    {
        Ok(StepOutcome::Saved { opened, .. }) => Ok(lead_on(&shown, &kept, &opened, go)),
        Ok(StepOutcome::Conflict {
            version,
            theirs,
            by,
            at,
        }) => {
            let other = Other {
                version,
                theirs,
                by,
                at,
            };
            conflict::page(
                app,
                signed,
                &shown,
                &mine,
                asked,
                &other,
                &Choices::default(),
            )
        }
        Ok(StepOutcome::Absent) => Err(PageError::NotFound),
        Err(StoreError::Refused("referral-not-a-draft")) => {
            shown.closed = true;
            shown.page(app, signed)
        }
        Err(error) => Err(error.into()),
    }
}

fn lead_on(
    shown: &Shown<'_>,
    kept: &BTreeMap<String, Option<Answer>>,
    opened: &[String],
    go: &Go,
) -> Response {
    let step = shown.step;
    let after = next::saved(&shown.referral.parts, step, kept);
    let after = after.draft(lists());
    let way = Way {
        referral: shown.referral,
        draft: &after,
        step,
        opened,
        back: &shown.from.back,
    };
    let here = format!("{}/steps/{}", way.task_list(), step.id);
    if let Some(notes) = &shown.notes {
        return match go {
            Go::Alone(key) => Redirect::to(&format!("{here}?only={key}&account={}", notes.account))
                .into_response(),
            _ if !shown.from.only.is_empty() => {
                let address = format!("{here}?account={}#{}", notes.account, shown.from.only);
                Redirect::to(&address).into_response()
            }
            _ => saved(&notes.back, "referral-saved"),
        };
    }
    match go {
        Go::Alone(key) => Redirect::to(&format!("{here}?only={key}")).into_response(),
        _ if !shown.from.only.is_empty() => {
            let address = format!("{}#{}", way.address(step), shown.from.only);
            Redirect::to(&address).into_response()
        }
        Go::Step(id) => match after.form.step(id) {
            Some(other) => Redirect::to(&way.address(other)).into_response(),
            None => Redirect::to(&way.task_list()).into_response(),
        },
        Go::Later => saved(&way.task_list(), "referral-saved"),
        _ => match next::fresh_problem(shown.draft, &after, step) {
            Some(problem) => {
                let address = format!("{}#{}", way.address(step), problem.key);
                saved(&address, "referral-saved-look")
            }
            None => Redirect::to(&way.on()).into_response(),
        },
    }
}

/// A step's page being made.
pub(super) struct Shown<'a> {
    pub(super) referral: &'a Referral,
    pub(super) draft: &'a Draft<'a>,
    pub(super) step: &'a Step,
    pub(super) from: &'a Origin,
    /// What was sent, in the engine's names.
    pub(super) sent: Option<Sent>,
    pub(super) version: i64,
    /// What was on the page that was sent.
    asked: Option<Vec<WasAsked>>,
    refused: Vec<Problem>,
    search: Option<Search>,
    add: Option<String>,
    /// It is no longer being written.
    closed: bool,
    /// What a first account says of it.
    notes: Option<Beside>,
    /// What each file is and its date, where that is asked.
    listed: String,
}

impl<'a> Shown<'a> {
    fn new(referral: &'a Referral, draft: &'a Draft<'a>, step: &'a Step, from: &'a Origin) -> Self {
        Self {
            referral,
            draft,
            step,
            from,
            sent: None,
            version: referral.step_version(&step.id),
            asked: None,
            refused: Vec::new(),
            search: None,
            add: None,
            closed: false,
            notes: None,
            listed: String::new(),
        }
    }

    /// Changes rows as a button asks; `None` when the button saves instead.
    fn rows(&mut self, go: &Go) -> Option<Option<Search>> {
        match go {
            Go::Find(key, row) => Some(Some(Search {
                key: key.clone(),
                row: *row,
            })),
            Go::Add(key) => {
                self.add = Some(key.clone());
                Some(None)
            }
            Go::Remove(key, row) => {
                let mut number = 0;
                let sent = self.sent.get_or_insert_default();
                sent.retain(|(name, _)| {
                    number += usize::from(name == key);
                    name != key || number != *row
                });
                Some(None)
            }
            _ => None,
        }
    }

    fn only(&self) -> Option<&str> {
        let only = self.from.only.as_str();
        self.step.ask.iter().any(|key| key == only).then_some(only)
    }

    fn source(&'a self, facts: &'a fields::FactPages, say: Say<'a>) -> Source<'a> {
        Source {
            draft: self.draft,
            step: self.step,
            only: self.only(),
            sent: self.sent.as_ref(),
            refused: &self.refused,
            search: self.search.as_ref(),
            add: self.add.as_deref(),
            facts,
            words: say.words,
            locale: say.locale,
        }
    }

    /// Which questions the page asks, with the marks of what the reader last saw in them.
    fn asked_now(&self) -> String {
        let keys: Vec<&str> = fields::on_page(self.draft, self.step, self.only())
            .into_iter()
            .filter(|question| posted::takes_typing(question))
            .map(|question| question.key.as_str())
            .collect();
        match &self.asked {
            Some(asked) => posted::write_again(asked),
            None => posted::write_asked(&keys, self.draft.answers),
        }
    }

    fn errors(&self, say: Say<'_>) -> Vec<FormError> {
        let mut errors: Vec<FormError> = self
            .refused
            .iter()
            .filter_map(|problem| {
                let question = self.draft.form.question(&problem.key)?;
                let text = fields::problem_text(say.words, say.locale, problem);
                let label = say.text(&self.draft.form.label_key(question));
                let args = [("question", label.into()), ("problem", text.into())];
                Some(FormError {
                    text: say.with("referral-error-line", &args),
                    href: fields::anchor(question),
                })
            })
            .collect();
        if self.closed {
            errors.push(FormError {
                text: say.text("referral-not-saved-stage"),
                href: "#main-content".to_owned(),
            });
        }
        errors
    }

    fn beside(&self, say: Say<'_>) -> (String, Vec<SamePage>) {
        let Some(task) = self.draft.form.task_of(&self.step.id) else {
            return (String::new(), Vec::new());
        };
        let pages = task
            .steps
            .iter()
            .filter_map(|id| self.draft.form.step(id))
            .map(|step| (step, self.draft.status(step)))
            .filter(|(_, status)| *status != Status::NotNeeded)
            .map(|(step, status)| SamePage {
                id: step.id.clone(),
                title: say.of_form(self.draft, "step", &step.id),
                status: status.code(),
                here: step.id == self.step.id,
            })
            .collect();
        (say.of_form(self.draft, "task", &task.id), pages)
    }

    /// Where one came from.
    fn back_href(&self) -> String {
        let referral = format!("/referrals/{}", self.referral.public_id);
        if let (None, Some(notes)) = (self.only(), &self.notes) {
            return notes.back.clone();
        }
        match (self.only(), self.from.back.as_str()) {
            (Some(key), _) => format!("{referral}/steps/{}#{key}", self.step.id),
            (None, "check") => format!("{referral}/check"),
            (None, _) => referral,
        }
    }

    fn page(&self, app: &App, signed: &Signed) -> Result<Response, PageError> {
        let say = Say::of(app, signed);
        let mut facts = fact_pages(self.referral);
        facts.listed.clone_from(&self.listed);
        let fields = fields::of_step(&self.source(&facts, say));
        let errors = self.errors(say);
        let title = say.of_form(self.draft, "step", &self.step.id);
        let (task_title, pages) = self.beside(say);
        let narrative = |field: &fields::Field| field.narrative && field.max.is_some();
        let wide = fields.len() == 1 && fields.iter().all(narrative);
        let title_is_label = fields.len() == 1 && fields.iter().all(|one| one.label == title);
        let back_href = self.back_href();
        Page::new("referral/step.html", signed)
            .with_all(Head::of(signed, self.referral))
            .with("step", &self.step.id)
            .with("title", &title)
            .with("title_is_label", title_is_label)
            .with("task_title", task_title)
            .with("pages", pages)
            .with("fields", &fields)
            .with("asked", self.asked_now())
            .with("version", self.version)
            .with("back", &self.from.back)
            .with("back_href", back_href)
            .with("notes", &self.notes)
            .with("only", self.only().unwrap_or_default())
            .with("alone", wide)
            .with("wide", wide)
            .with("closed", self.closed)
            .with("elsewhere", !self.draft.shows(&self.step.id))
            .errors(errors)
            .render(app)
    }
}
