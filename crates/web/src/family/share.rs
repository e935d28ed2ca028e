//! What the members share: an overview, and answers of one member that become the family's.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::form::{Draft, Step};
use heyrick_domain::id::PublicId;
use heyrick_store::StoreError;
use heyrick_store::family::share::could_be_shared;
use heyrick_store::family::{Family, ShareOutcome, offers_of, record_shared_from};
use heyrick_store::list::lists;
use serde::{Deserialize, Serialize};

use super::{may_share, open, page};
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::saved;
use crate::referral::fields;
use crate::referral::{Say, answered};
use crate::session::{SafeForm, Signed};

/// Questions under one line of the task list.
#[derive(Debug, Serialize)]
struct Part {
    title: String,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    label: String,
    lines: Vec<String>,
    by: String,
    at: i64,
    href: String,
}

/// A member's answers that could be made the family's.
#[derive(Debug, Serialize)]
struct FromMember {
    id: String,
    label: String,
    reference: String,
    answers: Vec<Could>,
}

#[derive(Debug, Serialize)]
struct Could {
    key: String,
    label: String,
    words: String,
}

/// How much of a long answer stands beside a box to tick.
const EXCERPT: usize = 140;

pub(super) async fn overview(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let family = open(&app, &signed, &id).await?;
    overview_of(&app, &signed, &family, None)
}

fn overview_of(
    app: &App,
    signed: &Signed,
    family: &Family,
    wrong: Option<&'static str>,
) -> Result<Response, PageError> {
    let say = Say::of(app, signed);
    let may_share = may_share(app, signed, family);
    let parts = family.parts(&app.store);
    let draft = parts.draft(lists());
    let from = if may_share {
        from_members(app, signed, say, family)
    } else {
        Vec::new()
    };
    let errors = FormError::one(app, signed, wrong.map(|key| (key, "main-content")));
    page("family/shared.html", signed, family)
        .with("parts", in_parts(say, family, &draft))
        .with("from", from)
        .with("version", family.version)
        .with("may_share", may_share)
        .errors(errors)
        .render(app)
}

fn in_parts(say: Say<'_>, family: &Family, draft: &Draft<'_>) -> Vec<Part> {
    let form = family.form;
    let rows = |step: &Step| -> Vec<Row> {
        let shown = draft.questions(form.step(&step.id).unwrap_or(step));
        shown
            .map(|question| {
                let shared = family.shared.get(&question.key);
                let answer = shared.map(|one| &one.answer);
                Row {
                    label: say.text(&form.label_key(question)),
                    lines: answered::lines(say, form, question, answer),
                    by: shared.map(|one| one.by.clone()).unwrap_or_default(),
                    at: shared.map_or(0, |one| one.at),
                    href: format!(
                        "/families/{}/shared/{}{}",
                        family.public_id,
                        step.id,
                        fields::anchor(question)
                    ),
                }
            })
            .collect()
    };
    let parts = form.tasks.iter().map(|task| Part {
        title: say.of_form(draft, "task", &task.id),
        rows: task
            .steps
            .iter()
            .filter_map(|id| form.step(id))
            .filter(|step| draft.shows(&step.id))
            .flat_map(rows)
            .collect(),
    });
    parts.filter(|part| !part.rows.is_empty()).collect()
}

fn from_members(app: &App, signed: &Signed, say: Say<'_>, family: &Family) -> Vec<FromMember> {
    let form = family.form;
    let could = |id: &PublicId| -> Vec<Could> {
        let answers = could_be_shared(family, id).into_iter();
        answers
            .filter_map(|(key, answer)| {
                let question = form.question(&key)?;
                let words = answered::lines(say, form, question, Some(&answer)).join(", ");
                let short: String = words.chars().take(EXCERPT).collect();
                let end = if short.len() < words.len() { "…" } else { "" };
                Some(Could {
                    label: say.text(&form.label_key(question)),
                    words: format!("{short}{end}"),
                    key,
                })
            })
            .collect()
    };
    family
        .writable(&app.store, &signed.viewer)
        .map(|member| FromMember {
            id: member.referral.public_id.0.clone(),
            label: member.referral.person.label(),
            reference: member.referral.reference.clone(),
            answers: could(&member.referral.public_id),
        })
        .filter(|member| !member.answers.is_empty())
        .collect()
}

/// Which answers of which member become the family's.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Taken {
    referral: String,
    version: i64,
    key: Vec<String>,
}

pub(super) async fn take(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(taken): SafeForm<Taken>,
) -> Result<Response, PageError> {
    let store = &app.store;
    let (id, of) = (PublicId(id), PublicId(taken.referral));
    let family = open(&app, &signed, &id.0).await?;
    if !may_share(&app, &signed, &family) {
        return Err(PageError::NotAllowed);
    }
    if taken.key.is_empty() {
        return overview_of(&app, &signed, &family, Some("family-error-tick"));
    }
    let viewer = &signed.viewer;
    match record_shared_from(store, viewer, &id, taken.version, &of, &taken.key).await {
        Ok(ShareOutcome::Shared { .. }) => lead_on(&app, &signed, &id).await,
        Ok(ShareOutcome::Conflict(now)) => {
            overview_of(&app, &signed, &now, Some("family-error-stale"))
        }
        Ok(ShareOutcome::Absent) => Err(PageError::NotFound),
        Err(StoreError::Refused("answer-not-asked-here")) => {
            overview_of(&app, &signed, &family, Some("family-error-stale"))
        }
        Err(error) => Err(error.into()),
    }
}

/// To both answers where a member's differs, else to what is shared.
pub(super) async fn lead_on(
    app: &App,
    signed: &Signed,
    id: &PublicId,
) -> Result<Response, PageError> {
    let family = open(app, signed, &id.0).await?;
    let offers = offers_of(&app.store, &signed.viewer, &family).await?;
    Ok(if offers.is_empty() {
        saved(&format!("/families/{id}/shared"), "family-shared")
    } else {
        saved(&format!("/families/{id}/offers"), "family-shared-look")
    })
}
