//! Check your answers: everything asked, as it stands and as it will leave, in our order or in the Home
//! Office's, with a way to change each.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use heyrick_domain::form::{Draft, Question, Severity, Step};
use heyrick_domain::referral::Stage;
use heyrick_domain::route::Route;
use heyrick_store::family::{told_of, told_of_unnamed};
use heyrick_store::list::lists;
use heyrick_store::referral::Referral;
use serde::{Deserialize, Serialize};

use super::answered;
use super::fields::{self, problem_text, said_instead};
use super::{Head, Say, may_write, open, step_address};
use crate::app::App;
use crate::error::PageError;
use crate::family::tell;
use crate::page::Page;
use crate::session::Signed;

/// The word of the address for the Home Office's order.
const THEIRS: &str = "home-office";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    order: String,
}

/// Steps under one heading.
#[derive(Debug, Serialize)]
struct Part {
    title: String,
    steps: Vec<StepPart>,
}

#[derive(Debug, Serialize)]
struct StepPart {
    id: String,
    title: String,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    label: String,
    lines: Vec<String>,
    /// What a Duty to Notify says instead.
    leaves: Option<String>,
    ours: bool,
    to_check: bool,
    /// To settle before hand-over.
    problems: Vec<String>,
    /// Worth a look.
    advice: Vec<String>,
    change: Option<String>,
    /// A fact, recorded and not overwritten.
    fact: bool,
    history: Option<String>,
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let referral = open(&app, &signed, &id).await?;
    let draft = referral.draft(lists());
    let maker = Maker {
        say: Say::of(&app, &signed),
        referral: &referral,
        draft: &draft,
        writes: may_write(&app, &signed, &referral),
    };
    let theirs = asked.order == THEIRS;
    let parts = if theirs {
        maker.in_their_order()
    } else {
        maker.in_our_order()
    };
    let to_settle = parts
        .iter()
        .flat_map(|part| &part.steps)
        .flat_map(|step| &step.rows)
        .map(|row| row.problems.len() + usize::from(row.to_check))
        .sum::<usize>();
    let told = told_of(&app.store, &signed.viewer, &referral).await?;
    let tells: Vec<tell::Shown> = told
        .into_iter()
        .map(|one| tell::Shown::of(maker.say, &referral, one))
        .collect();
    let unnamed = told_of_unnamed(&app.store, &signed.viewer, &referral).await?;
    let linked: Vec<tell::Shown> = unnamed
        .into_iter()
        .map(|one| tell::Shown::of_unnamed(maker.say, &referral, one))
        .collect();
    Page::new("referral/check.html", &signed)
        .with_all(Head::of(&signed, &referral))
        .with("parts", parts)
        .with("theirs", theirs)
        .with("to_settle", to_settle)
        .with("tells", tells)
        .with("linked", linked)
        .with("is_draft", referral.stage == Stage::Draft)
        .with("route", referral.route().map_or("undecided", Route::code))
        .render(&app)
}

struct Maker<'a> {
    say: Say<'a>,
    referral: &'a Referral,
    draft: &'a Draft<'a>,
    writes: bool,
}

impl<'a> Maker<'a> {
    fn in_our_order(&self) -> Vec<Part> {
        let form = self.draft.form;
        let parts = form.tasks.iter().map(|task| Part {
            title: self.say.of_form(self.draft, "task", &task.id),
            steps: task
                .steps
                .iter()
                .filter_map(|id| form.step(id))
                .filter_map(|step| self.step(step))
                .collect(),
        });
        parts.filter(|part| !part.steps.is_empty()).collect()
    }

    fn in_their_order(&self) -> Vec<Part> {
        let form = self.draft.form;
        let mut parts: Vec<Part> = Vec::new();
        let mut last = None;
        // What is ours stands last, as it is no part of their form.
        let (own, others): (Vec<&Step>, Vec<&Step>) =
            form.steps.iter().partition(|step| step.path.is_none());
        for step in others.into_iter().chain(own) {
            let Some(made) = self.step(step) else {
                continue;
            };
            if last != Some(&step.section) {
                parts.push(Part {
                    title: self.say.of_form(self.draft, "section", &step.section),
                    steps: Vec::new(),
                });
                last = Some(&step.section);
            }
            if let Some(part) = parts.last_mut() {
                part.steps.push(made);
            }
        }
        parts
    }

    fn step(&self, step: &'a Step) -> Option<StepPart> {
        if !self.draft.shows(&step.id) {
            return None;
        }
        let rows: Vec<Row> = self
            .draft
            .questions(step)
            .map(|question| self.row(step, question))
            .collect();
        (!rows.is_empty()).then(|| StepPart {
            id: step.id.clone(),
            title: self.say.of_form(self.draft, "step", &step.id),
            rows,
        })
    }

    fn row(&self, step: &Step, question: &Question) -> Row {
        let draft = self.draft;
        let (later, advice): (Vec<_>, Vec<_>) = draft
            .problems_of(question)
            .into_iter()
            .partition(|problem| problem.severity >= Severity::Later);
        let in_words = |problems: Vec<_>| {
            problems
                .iter()
                .map(|problem| problem_text(self.say.words, self.say.locale, problem))
                .collect()
        };
        let answered = draft.answers.contains_key(&question.key);
        let fact = question
            .from
            .as_deref()
            .and_then(|fact| super::fact_pages(self.referral).of(fact).map(str::to_owned));
        Row {
            label: self.say.text(&draft.form.label_key(question)),
            lines: answered::of_draft(self.say, draft, question),
            leaves: said_instead(draft, question),
            ours: stays_with_us(question),
            to_check: draft.to_check.contains(&question.key),
            problems: in_words(later),
            advice: in_words(advice),
            fact: fact.is_some(),
            change: self
                .writes
                .then(|| fact.unwrap_or_else(|| self.change(step, question))),
            history: answered.then(|| {
                let id = &self.referral.public_id;
                format!("/referrals/{id}/history?key={}", question.key)
            }),
        }
    }

    fn change(&self, step: &Step, question: &Question) -> String {
        let address = step_address(self.referral, self.draft, step);
        let anchor = fields::anchor(question);
        format!("{address}?back=check{anchor}")
    }
}

/// Whether it is for us alone, whatever the route: see [`Draft::our_fields`] for what of ours leaves.
fn stays_with_us(question: &Question) -> bool {
    question.ours && !question.key.starts_with("s1-") && question.key != "county-lines"
}
