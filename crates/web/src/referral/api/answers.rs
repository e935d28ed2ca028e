//! Answers in the API: all of a referral, one step read and saved, and their history.

use std::collections::BTreeMap;

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use heyrick_domain::form::post::{PostError, from_json};
use heyrick_domain::form::{self, Step};
use heyrick_domain::id::PublicId;
use heyrick_domain::unknown::Unknown;
use heyrick_store::answer::history::Place;
use heyrick_store::answer::{AnswerChange, HistoryQuery, StepOutcome, history_for, record_step};
use heyrick_store::list::lists;
use heyrick_store::referral::{Referral, referral_for};
use heyrick_words::{Locale, Words};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::StepLine;
use super::{READ, WRITE, limit, refused};
use crate::App;
use crate::api::instant;
use crate::api::{
    Answer, Caller, Cursor, IfMatch, Json, Problem, ProblemBody, Query, Tongue, etag,
};

pub(super) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(show_step, save_step))
        .routes(routes!(history))
}

/// What somebody answered: a text, a list of texts, or why there is none. Dates are `YYYY-MM-DD`, as far
/// as they are known; a ticked box is `true` or the text `true`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Answer)]
#[allow(dead_code, reason = "describes what domain's own type writes")]
pub(crate) enum AnswerBody {
    /// One value.
    Text(String),
    /// Several values.
    Many(Vec<String>),
    /// Why there is none.
    Unknown { unknown: UnknownWord },
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "describes what domain's own type writes")]
pub(crate) enum UnknownWord {
    Unknown,
    NotAsked,
    Refused,
    NotSafeToAsk,
}

// The words above are the domain's.
const _: [Unknown; 4] = Unknown::ALL;

/// One answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnswerOfReferral)]
struct AnswerLine {
    /// The question.
    key: String,
    /// What was answered; null for nothing.
    #[schema(value_type = Option<AnswerBody>)]
    answer: Option<form::Answer>,
    /// Whether the question is asked as things stand. An answer that is not asked leaves with nothing.
    asked: bool,
    /// The recorded fact it comes from; such an answer changes with the fact alone.
    fact: Option<String>,
    /// Filled in from what was known; somebody has to look at it.
    to_check: bool,
}

/// The answers of a referral.
#[derive(Debug, Serialize, ToSchema)]
struct AnswerList {
    /// By key; questions that are asked, and answers that are kept though they are not.
    items: Vec<AnswerLine>,
}

fn lines<'k>(referral: &Referral, keys: impl Iterator<Item = &'k String>) -> Vec<AnswerLine> {
    let draft = referral.draft(lists());
    keys.filter_map(|key| draft.form.question(key))
        .map(|question| {
            let key = &question.key;
            let asked = draft.asks(key);
            let answer = match &question.from {
                Some(fact) => draft.facts.answer(fact).filter(|_| asked),
                None => draft.answers.get(key).cloned(),
            };
            AnswerLine {
                key: key.clone(),
                answer,
                asked,
                fact: question.from.clone(),
                to_check: draft.to_check.contains(key),
            }
        })
        .filter(|line| line.asked || line.answer.is_some())
        .collect()
}

/// Shows all answers of a referral.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/answers", tag = "answers", params(("id" = String, Path, description = "The referral")),
    responses((status = 200, body = AnswerList, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn all(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope(READ)?;
    let found = referral_for(&app.store, viewer, &PublicId(id)).await?;
    let referral = found.ok_or_else(Problem::absent)?;
    let items = lines(&referral, referral.parts.form.questions.keys());
    let tag = [(header::ETAG, etag(referral.version))];
    Ok((tag, Out(AnswerList { items })).into_response())
}

/// A step with its answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReferralStep)]
struct StepBody {
    #[serde(flatten)]
    line: StepLine,
    answers: Vec<AnswerLine>,
    /// After saving: other steps that ask something they did not ask before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    opened: Vec<String>,
}

impl StepBody {
    fn of(referral: &Referral, step: &Step, words: &Words, locale: Locale) -> Self {
        let draft = referral.draft(lists());
        Self {
            line: StepLine::of(referral, &draft, step, words, locale),
            answers: lines(referral, step.ask.iter()),
            opened: Vec::new(),
        }
    }
}

/// Shows one step: its answers, how far along it is, and the `ETag` to save it with.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/steps/{step}", tag = "answers",
    params(("id" = String, Path, description = "The referral"), ("step" = String, Path, description = "The step", example = "what-is-their-background")),
    responses((status = 200, body = StepBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn show_step(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path((id, step)): Path<(String, String)>,
) -> Answer {
    let viewer = caller.scope(READ)?;
    let found = referral_for(&app.store, viewer, &PublicId(id)).await?;
    let referral = found.ok_or_else(Problem::absent)?;
    let step = referral
        .parts
        .form
        .step(&step)
        .ok_or_else(Problem::absent)?;
    let tag = [(header::ETAG, etag(referral.step_version(&step.id)))];
    let body = StepBody::of(&referral, step, &app.words, locale);
    Ok((tag, Out(body)).into_response())
}

/// Answers of one step by key. A key that is left out stays as it is, null clears it.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"birthplace": "a harbour town", "family": {"unknown": "not_asked"}}))]
#[allow(dead_code, reason = "describes what domain's own function reads")]
pub(crate) struct StepAnswers(BTreeMap<String, NewAnswer>);

/// An answer to be saved.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes what domain's own function reads")]
pub(crate) enum NewAnswer {
    /// What was answered.
    Answer(AnswerBody),
    /// A box ticked or not.
    Ticked(bool),
    /// Nothing: clears what stood there.
    Cleared,
}

/// Saves one step. A draft may be saved half done: only what could not be kept at all is refused.
#[utoipa::path(
    put, path = "/api/v1/referrals/{id}/steps/{step}", tag = "answers", request_body = StepAnswers,
    params(
        ("id" = String, Path, description = "The referral"),
        ("step" = String, Path, description = "The step", example = "what-is-their-background"),
        ("If-Match" = String, Header, description = "The step's `ETag`; `\"v0\"` while nobody has saved it", example = "\"v0\"")
    ),
    responses(
        (status = 200, body = StepBody, headers(("ETag" = String))),
        (status = 412, body = ProblemBody, content_type = "application/problem+json", description = "Somebody saved it meanwhile; `ETag` says which version is there now", headers(("ETag" = String))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn save_step(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path((id, step)): Path<(String, String)>,
    IfMatch(version): IfMatch,
    Json { value: sent, .. }: Json<Map<String, Value>>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let found = referral_for(&app.store, viewer, &id).await?;
    let form = found.ok_or_else(Problem::absent)?.parts.form;
    let step = form.step(&step).ok_or_else(Problem::absent)?;
    let posting = from_json(form, step, &sent, lists(), app.store.today()).map_err(unread)?;
    if !posting.refused.is_empty() {
        let problem = Problem::invalid();
        return Err(posting.refused.iter().fold(problem, Problem::answer));
    }
    let saved = record_step(&app.store, viewer, &id, &step.id, version, posting.answers).await;
    let (version, opened) = match saved.map_err(refused)? {
        StepOutcome::Saved { version, opened } => (version, opened),
        StepOutcome::Conflict { version, .. } => return Err(Problem::stale(version)),
        StepOutcome::Absent => return Err(Problem::absent()),
    };
    let found = referral_for(&app.store, viewer, &id).await?;
    let referral = found.ok_or_else(Problem::absent)?;
    let body = StepBody {
        opened,
        ..StepBody::of(&referral, step, &app.words, locale)
    };
    Ok(([(header::ETAG, etag(version))], Out(body)).into_response())
}

/// What was sent is never repeated: an unknown name may be personal data.
pub(crate) fn unread(error: PostError) -> Problem {
    let problem = Problem::invalid();
    match error {
        PostError::NoSuchAnswer { .. } => problem.field("", "answer-api-no-such"),
        PostError::IsAFact { name } => problem.field(format!("/{name}"), "answer-api-fact"),
        PostError::WrongType { name } => problem.field(format!("/{name}"), "answer-api-type"),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Past {
    /// Only changes of this answer.
    key: Option<String>,
    /// How many; 25 when left out, at most 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// One change of one answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnswerChange)]
struct ChangeBody {
    /// The question.
    key: String,
    /// The step it was saved on.
    step: String,
    /// `saved`, `filled` in when the referral was begun, `age_changed`: sent back by a new age, `family`: written
    /// once for the family, or `family_taken`: somebody saw both answers and took the family's.
    cause: String,
    /// What stood there; null for nothing.
    #[schema(value_type = Option<AnswerBody>)]
    before: Option<form::Answer>,
    /// What stands there since; null for nothing.
    #[schema(value_type = Option<AnswerBody>)]
    after: Option<form::Answer>,
    /// Who changed it.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

impl From<AnswerChange> for ChangeBody {
    fn from(change: AnswerChange) -> Self {
        Self {
            key: change.key,
            step: change.step,
            cause: change.cause,
            before: change.before,
            after: change.after,
            by: change.by,
            at: instant(change.at),
        }
    }
}

/// A page of a history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnswerHistory)]
struct ChangeList {
    /// The latest first.
    items: Vec<ChangeBody>,
    /// Where the next page begins; null at the end.
    next: Option<String>,
}

/// Shows who changed which answer, when, from what to what; the latest change first.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/history", tag = "answers",
    params(("id" = String, Path, description = "The referral"), Past),
    responses((status = 200, body = ChangeList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn history(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Past>,
) -> Answer {
    let viewer = caller.scope(READ)?;
    let after = asked
        .cursor
        .map(|cursor| Cursor::open::<Place>(&app.store.keys, viewer.user, "answers", &cursor))
        .transpose()?;
    let query = HistoryQuery {
        key: asked.key,
        after,
        limit: limit(asked.limit)?,
    };
    let found = history_for(&app.store, viewer, &PublicId(id), &query).await?;
    let page = found.ok_or_else(Problem::absent)?;
    let next = page
        .next
        .map(|place| Cursor::seal(&app.store.keys, viewer.user, "answers", &place))
        .transpose()?;
    let list = ChangeList {
        items: page.changes.into_iter().map(ChangeBody::from).collect(),
        next: next.map(|cursor| cursor.0),
    };
    Ok(Out(list).into_response())
}
