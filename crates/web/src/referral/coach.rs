//! What somebody who decides would still ask for: advice, where to follow it, and a way to say why it is
//! not needed here. It blocks nothing.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::coach::{Rule, WHY_MAX};
use heyrick_domain::form::Draft;
use heyrick_domain::id::PublicId;
use heyrick_store::coach::{
    Beyond, Coaching, RecordSetAsideError, SetAside, Told, Which, coaching_for, coaching_of,
    record_set_aside,
};
use heyrick_store::list::lists;
use heyrick_store::referral::Referral;
use heyrick_words::Arg;
use serde::{Deserialize, Serialize};

use super::{Head, Say, may_write};
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::{Page, saved};
use crate::session::{SafeForm, Signed};

/// Lines on the task list of a referral; the rest is a page away.
const SHORT: usize = 3;

/// One piece of advice, as a page shows it.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    /// The question it is about.
    question: String,
    what: String,
    add: String,
    quote: Option<String>,
    between: Option<String>,
    /// The page to go to.
    href: String,
    other: Option<Other>,
    rule: &'static str,
    key: String,
    about: String,
    aside: Option<Aside>,
}

/// The other referral the words stand in.
#[derive(Debug, Serialize)]
struct Other {
    reference: String,
    href: String,
}

impl From<(PublicId, String)> for Other {
    fn from((id, reference): (PublicId, String)) -> Self {
        Self {
            href: format!("/referrals/{id}"),
            reference,
        }
    }
}

/// Words an inspector was asked to compare.
#[derive(Debug, Serialize)]
struct BeyondLine {
    question: String,
    other: Option<Other>,
}

impl BeyondLine {
    fn of(say: Say<'_>, draft: &Draft<'_>, beyond: Beyond) -> Option<Self> {
        let question = draft.form.question(&beyond.key)?;
        Some(Self {
            question: say.text(&draft.form.label_key(question)),
            other: beyond.other.map(Other::from),
        })
    }
}

/// Why it is not needed, in a colleague's words.
#[derive(Debug, Serialize)]
struct Aside {
    why: String,
    by: String,
    at: i64,
}

impl Line {
    fn of(say: Say<'_>, referral: &Referral, draft: &Draft<'_>, told: Told) -> Self {
        let Told { advice, other } = told;
        let question = draft.form.question(&advice.key);
        let question = question.map(|one| say.text(&draft.form.label_key(one)));
        let dates = |(from, to): (String, String)| {
            say.with(
                "coach-between",
                &[("from", Arg::from(from)), ("to", Arg::from(to))],
            )
        };
        Self {
            question: question.unwrap_or_default(),
            what: say.text(advice.rule.what()),
            add: say.text(advice.rule.add()),
            quote: advice.quote,
            between: advice.between.map(dates),
            href: format!("/referrals/{}/steps/{}", referral.public_id, advice.step),
            about: other
                .as_ref()
                .map_or_else(String::new, |(id, _)| id.0.clone()),
            other: other.map(Other::from),
            rule: advice.rule.code(),
            key: advice.key,
            aside: None,
        }
    }

    fn set_aside(mut self, said: SetAside) -> Self {
        self.aside = Some(Aside {
            why: said.why,
            by: said.by,
            at: said.at,
        });
        self
    }
}

/// The first lines of advice, and how many there are, for the task list.
pub(super) async fn short(
    app: &App,
    signed: &Signed,
    referral: &Referral,
) -> Result<(Vec<Line>, bool), PageError> {
    let coaching = coaching_of(&app.store, &signed.viewer, referral).await?;
    let more = coaching.open.len() > SHORT;
    let draft = referral.draft(lists());
    let say = Say::of(app, signed);
    let lines = coaching.open.into_iter().take(SHORT);
    let lines = lines.map(|told| Line::of(say, referral, &draft, told));
    Ok((lines.collect(), more))
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &signed, &id, &Typed::default(), None).await
}

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    rule: String,
    key: String,
    about: String,
    why: String,
}

async fn page(
    app: &App,
    signed: &Signed,
    id: &str,
    typed: &Typed,
    wrong: Option<&'static str>,
) -> Result<Response, PageError> {
    let id = PublicId(id.to_owned());
    let found = coaching_for(&app.store, &signed.viewer, &id).await?;
    let (referral, coaching) = found.ok_or(PageError::NotFound)?;
    let Coaching {
        open,
        aside,
        beyond,
    } = coaching;
    let draft = referral.draft(lists());
    let say = Say::of(app, signed);
    let line = |told| Line::of(say, &referral, &draft, told);
    let open: Vec<Line> = open.into_iter().map(line).collect();
    let aside: Vec<Line> = aside
        .into_iter()
        .map(|(told, said)| line(told).set_aside(said))
        .collect();
    let beyond: Vec<BeyondLine> = beyond
        .into_iter()
        .filter_map(|one| BeyondLine::of(say, &draft, one))
        .collect();
    let errors: Vec<FormError> = wrong
        .map(|key| {
            let place = format!("why-{}-{}{}", typed.rule, typed.key, typed.about);
            FormError::of(app, signed, key, &place)
        })
        .into_iter()
        .collect();
    Page::new("referral/coach.html", signed)
        .with_all(Head::of(signed, &referral))
        .with("open", open)
        .with("aside", aside)
        .with("beyond", beyond)
        .with("may_write", may_write(app, signed, &referral))
        .with("why_max", WHY_MAX)
        .with("typed", typed)
        .errors(errors)
        .render(app)
}

pub(super) async fn set_aside(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let name = PublicId(id.clone());
    let which = Which {
        rule: Rule::from_code(&typed.rule).ok_or(PageError::Unreadable)?,
        key: typed.key.clone(),
        about: (!typed.about.is_empty()).then(|| PublicId(typed.about.clone())),
    };
    match record_set_aside(&app.store, &signed.viewer, &name, &which, &typed.why).await {
        Ok(true) => Ok(saved(
            &format!("/referrals/{id}/coach"),
            "coach-set-aside-done",
        )),
        Ok(false) => Err(PageError::NotFound),
        Err(RecordSetAsideError::Rule(rule)) => {
            page(&app, &signed, &id, &typed, Some(rule.code())).await
        }
        Err(RecordSetAsideError::Store(error)) => Err(error.into()),
    }
}
