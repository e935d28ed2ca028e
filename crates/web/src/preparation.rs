//! Preparing and handing over: what will leave, exactly; then one page in the order of the Home Office's
//! form, to be entered there by hand, because that service offers no interface.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use heyrick_domain::form::{Form, Step};
use heyrick_domain::id::PublicId;
use heyrick_domain::preparation::{Outgoing, as_it_stands};
use heyrick_domain::referral::{PrepareRefusal, Stage};
use heyrick_domain::route::NoRoute;
use heyrick_policy::Action;
use heyrick_store::evidence::Evidence;
use heyrick_store::family::told_of_unnamed;
use heyrick_store::list::lists;
use heyrick_store::preparation::{self, HandOver, Outcome, Preparation, Refusal};
use heyrick_store::referral::{self, Referral};
use heyrick_store::{StoreError, review, sight};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::evidence;
use crate::family::tell;
use crate::grant::FormError;
use crate::page::{Page, saved};
use crate::paper::FILES;
use crate::paper::shown::{Mark, Rows, Said, Section, Shown};
use crate::referral::Say;
use crate::session::{SafeForm, Signed};
use crate::sight::codes;

/// `/referrals/{id}/prepare` and `/referrals/{id}/hand-over…`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/referrals/{id}/prepare", get(show).post(prepare))
        .route("/referrals/{id}/hand-over", get(hand_over))
        .route("/referrals/{id}/hand-over/ticks", post(tick))
        .route(
            "/referrals/{id}/hand-over/reopen",
            get(ask_reopen).post(reopen),
        )
}

/// Words and form for what leaves of a referral.
pub(crate) fn said<'a>(app: &'a App, signed: &Signed, form: &'a Form) -> Said<'a> {
    Said {
        words: &app.words,
        locale: signed.locale(),
        form,
    }
}

/// Every page below a referral says whose it is the same way.
pub(crate) fn page_of(template: &'static str, signed: &Signed, referral: &Referral) -> Page {
    let because = sight::because(&referral.decision, &signed.viewer, &referral.resource);
    Page::new(template, signed)
        .with("reference", &referral.reference)
        .with("record_href", address(&referral.public_id))
        .with("stage", referral.stage.code())
        .with("why", codes(&because))
        .with(
            "sight_href",
            format!("{}/sight", address(&referral.public_id)),
        )
}

pub(crate) fn address(id: &PublicId) -> String {
    format!("/referrals/{id}")
}

/// Something that keeps the draft back, and where it is settled.
#[derive(Debug, Serialize)]
struct Missing {
    text: String,
    href: String,
}

async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    show_again(&app, &signed, PublicId(id), None).await
}

async fn show_again(
    app: &App,
    signed: &Signed,
    id: PublicId,
    error: Option<&'static str>,
) -> Result<Response, PageError> {
    let referral = referral::referral_for(&app.store, &signed.viewer, &id).await?;
    let referral = referral.ok_or(PageError::NotFound)?;
    app.store
        .allow(&signed.viewer, Action::Prepare, &referral.resource)?;
    let said = said(app, signed, referral.parts.form);
    let draft = referral.draft(lists());
    let ready = preparation::ready(&referral);
    let leaves = match &ready {
        Ok(content) => Some(content.clone()),
        Err(_) => as_it_stands(&draft),
    };
    let missing = match &ready {
        Ok(_) => Vec::new(),
        Err(refusal) => missing(said, &referral, refusal),
    };
    let sent_back = sent_back(app, signed, &referral).await?;
    let refused = ready.as_ref().err().map(code);
    let errors = FormError::one(app, signed, error.map(|key| (key, "what")));
    let status = match error {
        Some(_) => StatusCode::CONFLICT,
        None => StatusCode::OK,
    };
    let ground = draft.facts.route_and_ground().ok();
    let told = told_of_unnamed(&app.store, &signed.viewer, &referral).await?;
    let say = Say::of(app, signed);
    let linked: Vec<tell::Shown> = told
        .into_iter()
        .map(|one| tell::Shown::of_unnamed(say, &referral, one))
        .collect();
    page_of("preparation/prepare.html", signed, &referral)
        .with("linked", linked)
        .with("ready", ready.is_ok())
        .with(
            "seen",
            ready
                .as_ref()
                .ok()
                .map(|ready| preparation::mark(&app.store, ready)),
        )
        .with("refused", refused)
        .with("missing", missing)
        .with("ground", ground.map(|(_, ground)| ground.code()))
        .with(
            "leaves",
            leaves.as_ref().map(|leaves| what_leaves(said, leaves)),
        )
        .with("sent_back", sent_back)
        .with("errors", errors)
        .status(status)
        .render(app)
}

/// What leaves, as a page shows it.
#[derive(Debug, Serialize)]
pub(crate) struct WhatLeaves {
    route: &'static str,
    naming: bool,
    sections: Vec<Section>,
    ours: Vec<Shown>,
    /// The questions answered in the officer's own words: a second reader reads them.
    own_words: Vec<String>,
}

pub(crate) fn what_leaves(said: Said<'_>, content: &Outgoing) -> WhatLeaves {
    let sections = said.sections(&content.lines, Rows::ByQuestion);
    let rows = sections.iter().flat_map(|section| &section.rows);
    WhatLeaves {
        route: content.route.code(),
        naming: content.naming,
        own_words: rows
            .filter(|row| row.mark == Mark::OwnWords && content.needs_second_reader())
            .map(|row| row.question.clone())
            .collect(),
        ours: ours(said, content),
        sections,
    }
}

fn ours(said: Said<'_>, content: &Outgoing) -> Vec<Shown> {
    said.rows(&content.ours, Rows::ByQuestion)
        .into_iter()
        .map(|(_, row)| row)
        .filter(|row| row.mark != Mark::Empty)
        .collect()
}

/// What the second reader wrote when they sent it back, while it is a draft again.
#[derive(Debug, Serialize)]
struct SentBack {
    who: String,
    at: i64,
    note: String,
}

async fn sent_back(
    app: &App,
    signed: &Signed,
    referral: &Referral,
) -> Result<Option<SentBack>, PageError> {
    if referral.stage != Stage::Draft {
        return Ok(None);
    }
    let last = review::review_for(&app.store, &signed.viewer, &referral.public_id).await?;
    let closed = last.and_then(|reading| reading.review.closed);
    Ok(closed.and_then(|closed| {
        Some(SentBack {
            note: closed.note?,
            who: closed.by.name,
            at: closed.by.at,
        })
    }))
}

fn code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Rule(rule) => rule.code(),
        Refusal::MayNotLeave(_) => "preparation-may-not-leave",
    }
}

fn missing(said: Said<'_>, referral: &Referral, refusal: &Refusal) -> Vec<Missing> {
    let referral_href = address(&referral.public_id);
    let of_person = |page: &str, key: &str| {
        let person = &referral.person.public_id;
        vec![Missing {
            text: said.text(key),
            href: format!("/people/{person}/{page}?referral={}", referral.public_id),
        }]
    };
    match refusal {
        Refusal::Rule(PrepareRefusal::NotADraft(_)) => Vec::new(),
        Refusal::Rule(PrepareRefusal::NoRoute(NoRoute::AgeNotRecorded)) => {
            of_person("age", "preparation-record-age")
        }
        Refusal::Rule(PrepareRefusal::NoRoute(NoRoute::ConsentNotAsked)) => {
            of_person("consent", "preparation-record-consent")
        }
        Refusal::Rule(PrepareRefusal::NoRoute(
            NoRoute::NoBestInterests | NoRoute::BestInterestsUnsigned,
        )) => of_person("capacity", "preparation-record-capacity"),
        Refusal::Rule(PrepareRefusal::NoRoute(NoRoute::WithdrawnAfterSending)) => Vec::new(),
        Refusal::Rule(PrepareRefusal::AuthorityNotContacted) => vec![Missing {
            text: said.text("preparation-record-authority"),
            href: format!("{referral_href}/authority-contact"),
        }],
        Refusal::Rule(PrepareRefusal::Unfinished { .. }) => referral
            .draft(lists())
            .unfinished()
            .iter()
            .map(|step| Missing {
                text: said.step(&step.id),
                href: format!("{referral_href}/steps/{}", step.id),
            })
            .collect(),
        Refusal::MayNotLeave(places) => places
            .keys
            .iter()
            .filter_map(|key| {
                let question = said.form.question(key)?;
                let asks = |step: &&Step| step.ask.contains(key);
                let step = said.form.steps.iter().find(asks)?;
                Some(Missing {
                    text: said.text(&said.form.label_key(question)),
                    href: format!("{referral_href}/steps/{}", step.id),
                })
            })
            .collect(),
    }
}

/// The mark of what was read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Seen {
    seen: String,
}

async fn prepare(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(Seen { seen }): SafeForm<Seen>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let done = preparation::record_preparation(&app.store, &signed.viewer, &id, &seen).await;
    match done {
        Ok(Outcome::Prepared(_)) => Ok(saved(
            &format!("{}/hand-over", address(&id)),
            "preparation-made",
        )),
        Ok(Outcome::ReviewAsked(_)) => Ok(saved(
            &format!("{}/review", address(&id)),
            "preparation-review-asked",
        )),
        Ok(Outcome::Changed | Outcome::Refused(_)) | Err(StoreError::Stale) => {
            show_again(&app, &signed, id, Some("preparation-changed")).await
        }
        Ok(Outcome::Absent) => Err(PageError::NotFound),
        Err(error) => Err(error.into()),
    }
}

/// A heading of the hand-over page with its boxes.
#[derive(Debug, Serialize)]
struct ToEnter {
    id: String,
    heading: String,
    entered: usize,
    boxes: Vec<ToCopy>,
}

/// One box of the Home Office's form, to be entered by hand.
#[derive(Debug, Serialize)]
struct ToCopy {
    #[serde(flatten)]
    shown: Shown,
    /// The files of the box that takes them.
    files: Vec<ToAttach>,
    entered: bool,
    who: String,
    at: i64,
}

/// A file to be saved and attached to the Home Office's form.
#[derive(Debug, Clone, Serialize)]
struct ToAttach {
    href: String,
    name: String,
    what: String,
}

fn to_attach(found: &HandOver) -> Vec<ToAttach> {
    let referral = &found.referral;
    let each = |one: &Evidence| {
        let file = one.file()?;
        let address = address(&referral.public_id);
        Some(ToAttach {
            href: format!("{address}/evidence/{}/file", one.public_id),
            name: evidence::file_name(&referral.reference, one.number, file.kind),
            what: one.described.what.clone(),
        })
    };
    found.files.iter().filter_map(each).collect()
}

async fn hand_over(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let found = preparation::hand_over_for(&app.store, &signed.viewer, &id).await?;
    let found = found.ok_or(PageError::NotFound)?;
    let Some(made) = found.preparation.as_ref() else {
        return Ok(Redirect::to(&format!("{}/prepare", address(&id))).into_response());
    };
    let form = Form::find(&made.content.form).ok_or(StoreError::Corrupt("form"))?;
    let said = said(&app, &signed, form);
    let progress = made.progress();
    page_of("preparation/hand_over.html", &signed, &found.referral)
        .with("route", made.content.route.code())
        .with("naming", made.content.naming)
        .with("preparation", &made.public_id)
        .with("prepared_by", &made.prepared.name)
        .with("prepared_at", made.prepared.at)
        .with("released_by", made.released.as_ref().map(|by| &by.name))
        .with("released_at", made.released.as_ref().map(|by| by.at))
        .with("confirmed", made.confirmed.code())
        .with("entered", progress.entered)
        .with("of", progress.of)
        .with("sections", to_enter(said, made, &to_attach(&found)))
        .with("ours", ours(said, &made.content))
        .with("overtaken", found.overtaken)
        .with("may_reopen", may_reopen(&app, &signed, &found))
        .render(&app)
}

fn may_reopen(app: &App, signed: &Signed, found: &HandOver) -> bool {
    let referral = &found.referral;
    referral.stage == Stage::Prepared
        && app
            .store
            .policies
            .decide(&signed.viewer, Action::Prepare, &referral.resource)
            .allowed
}

fn to_enter(said: Said<'_>, made: &Preparation, files: &[ToAttach]) -> Vec<ToEnter> {
    let lines: Vec<_> = made.content.to_hand_over().cloned().collect();
    said.sections(&lines, Rows::ByBox)
        .into_iter()
        .map(|section| {
            let boxes: Vec<ToCopy> = section
                .rows
                .into_iter()
                .map(|shown| {
                    let tick = made.ticks.get(&shown.key);
                    ToCopy {
                        files: match shown.key.as_str() {
                            FILES => files.to_vec(),
                            _ => Vec::new(),
                        },
                        entered: tick.is_some(),
                        who: tick.map(|by| by.name.clone()).unwrap_or_default(),
                        at: tick.map_or(0, |by| by.at),
                        shown,
                    }
                })
                .collect();
            ToEnter {
                id: section.id,
                heading: section.heading,
                entered: boxes.iter().filter(|one| one.entered).count(),
                boxes,
            }
        })
        .collect()
}

/// Ticks of one section: those that stood there, and those that stand there now.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Ticks {
    preparation: String,
    section: String,
    was: BTreeSet<String>,
    tick: BTreeSet<String>,
}

/// What a script is told after a tick was saved.
#[derive(Debug, Serialize)]
struct Saved {
    entered: usize,
    of: usize,
    words: String,
}

async fn tick(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    SafeForm(ticks): SafeForm<Ticks>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let ticked: BTreeSet<String> = ticks.tick.difference(&ticks.was).cloned().collect();
    let cleared: BTreeSet<String> = ticks.was.difference(&ticks.tick).cloned().collect();
    let made = PublicId(ticks.preparation);
    let viewer = &signed.viewer;
    let progress =
        preparation::record_ticks(&app.store, viewer, &id, &made, &ticked, &cleared).await?;
    let progress = progress.ok_or(PageError::Stale)?;
    let by_script = headers
        .get(ACCEPT)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if by_script {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX).into();
        let args = [
            ("entered", number(progress.entered)),
            ("of", number(progress.of)),
        ];
        let words = app
            .words
            .text(signed.locale(), "preparation-progress", &args);
        return Ok(axum::Json(Saved {
            entered: progress.entered,
            of: progress.of,
            words,
        })
        .into_response());
    }
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let section: String = ticks.section.chars().filter(|one| is_name(*one)).collect();
    let back = format!("{}/hand-over#section-{section}", address(&id));
    Ok(saved(&back, "preparation-ticked"))
}

async fn ask_reopen(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let found = preparation::hand_over_for(&app.store, &signed.viewer, &id).await?;
    let found = found.ok_or(PageError::NotFound)?;
    if !may_reopen(&app, &signed, &found) {
        return Ok(Redirect::to(&format!("{}/hand-over", address(&id))).into_response());
    }
    let Some(made) = &found.preparation else {
        return Err(PageError::NotFound);
    };
    page_of("preparation/reopen.html", &signed, &found.referral)
        .with("preparation", &made.public_id)
        .with("entered", made.progress().entered)
        .with("released", made.released.is_some())
        .render(&app)
}

/// Which preparation is meant.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Which {
    preparation: String,
}

async fn reopen(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(Which { preparation: made }): SafeForm<Which>,
) -> Result<Response, PageError> {
    let (id, made) = (PublicId(id), PublicId(made));
    if preparation::record_reopened(&app.store, &signed.viewer, &id, &made).await? {
        Ok(saved(&address(&id), "preparation-reopened"))
    } else {
        Err(PageError::Stale)
    }
}
