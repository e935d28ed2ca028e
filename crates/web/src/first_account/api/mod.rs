//! First accounts in the API: begun through the same gate, notes with a version each, breaks and end, and
//! the blank question sheet.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyrick_domain::explanation::Audience;
use heyrick_domain::first_account::turn::{Kind, Reason};
use heyrick_domain::id::PublicId;
use heyrick_store::StoreError;
use heyrick_store::first_account::{
    LeftApart, NewTurn, NoteOutcome, RecordAccountError, RecordTurnError, account_for,
    accounts_for, record_account, record_note, record_turn,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sheet::{self, Sheet};
use crate::App;
use crate::api::{Answer, Caller, IfMatch, Json, Problem, ProblemBody, Tongue, etag};
use crate::referral::Say;
use crate::referral::api::{READ, WRITE};

mod body;

use body::{Body, NewBody, NoteBody};

/// `/api/v1/referrals/{id}/accounts`, what is below it, and the question sheet.
pub fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(show))
        .routes(routes!(show_note, save_note))
        .routes(routes!(turn))
        .routes(routes!(paper_pdf))
        .routes(routes!(sheet_data))
        .routes(routes!(sheet_pdf))
}

/// The first accounts of a referral.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstAccountList)]
struct List {
    /// The latest begun first.
    items: Vec<Body>,
}

/// Lists the first accounts of a referral.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/accounts", tag = "first accounts", params(("id" = String, Path, description = "The referral")),
    responses((status = 200, body = List), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn list(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    let viewer = caller.scope(READ)?;
    let found = accounts_for(&app.store, viewer, &PublicId(id)).await?;
    let (_, accounts) = found.ok_or_else(Problem::absent)?;
    let items = accounts.iter().map(Body::of).collect();
    Ok(Out(List { items }).into_response())
}

/// Begins a first account, unless something speaks against it; then each reason stands under the question
/// of the gate it follows from, and nothing is recorded.
#[utoipa::path(
    post, path = "/api/v1/referrals/{id}/accounts", tag = "first accounts", request_body = NewBody,
    params(("id" = String, Path, description = "The referral")),
    responses((status = 201, body = Body, headers(("Location" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn begin(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    Json { value: new, .. }: Json<NewBody>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let begun_at = new.begun_at.as_deref().map(|at| read("/begun_at", at));
    let begun_at = begun_at.transpose()?;
    let new = new.into_account(begun_at, app.store.now());
    let begun = record_account(&app.store, viewer, &id, &new).await;
    let account = begun.map_err(not_begun)?.ok_or_else(Problem::absent)?;
    let place = format!("/api/v1/referrals/{id}/accounts/{account}");
    let shown = answered(&app, &caller, (&id, &account), StatusCode::CREATED).await?;
    Ok(([(header::LOCATION, place)], shown).into_response())
}

fn not_begun(error: RecordAccountError) -> Problem {
    match error {
        RecordAccountError::NotNow(grounds) => {
            let problem = Problem::invalid();
            grounds.into_iter().fold(problem, |problem, ground| {
                problem
                    .field(format!("/gate/{}", ground.field()), ground.words())
                    .next(ground.next())
            })
        }
        RecordAccountError::Rule(problems) => {
            let problem = Problem::invalid();
            problems
                .into_iter()
                .fold(problem, |problem, (what, field)| {
                    let field = if field == "begun" { "begun_at" } else { field };
                    problem.field(format!("/{field}"), what.words())
                })
        }
        RecordAccountError::Store(error) => refused(error),
    }
}

fn refused(error: StoreError) -> Problem {
    let (pointer, key) = match error {
        StoreError::Refused("referral-closed") => ("", "answer-api-closed"),
        StoreError::Refused("first-account-error-stop-note") => {
            ("/note", "first-account-error-stop-note")
        }
        StoreError::Refused("first-account-error-note-long") => {
            ("/text", "first-account-error-long-api")
        }
        error => return error.into(),
    };
    Problem::invalid().field(pointer, key)
}

/// An instant somebody sent.
fn read(pointer: &str, text: &str) -> Result<i64, Problem> {
    text.parse::<Timestamp>()
        .map(Timestamp::as_microsecond)
        .map_err(|_| Problem::invalid().field(pointer, "answer-api-instant"))
}

async fn answered(
    app: &App,
    caller: &Caller,
    (id, account): (&PublicId, &PublicId),
    status: StatusCode,
) -> Result<Response, Problem> {
    let found = account_for(&app.store, &caller.0, id, account).await?;
    let (_, account) = found.ok_or_else(Problem::absent)?;
    Ok((status, Out(Body::of(&account))).into_response())
}

/// Shows a first account.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/accounts/{account}", tag = "first accounts",
    params(("id" = String, Path, description = "The referral"), ("account" = String, Path, description = "The account")),
    responses((status = 200, body = Body), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn show(
    caller: Caller,
    State(app): State<App>,
    Path((id, account)): Path<(String, String)>,
) -> Answer {
    caller.scope(READ)?;
    let at = (&PublicId(id), &PublicId(account));
    answered(&app, &caller, at, StatusCode::OK).await
}

async fn note_of(
    app: &App,
    caller: &Caller,
    (id, account): (&PublicId, &PublicId),
    topic: &str,
) -> Answer {
    let found = account_for(&app.store, &caller.0, id, account).await?;
    let (_, account) = found.ok_or_else(Problem::absent)?;
    let topic = account.talk.topic(topic).ok_or_else(Problem::absent)?;
    let body = match account.note(&topic.id) {
        Some(note) => NoteBody::of(&account, &topic.id, note),
        None => NoteBody::none(&topic.id),
    };
    Ok(([(header::ETAG, etag(body.version))], Out(body)).into_response())
}

/// Shows the note of one topic, with the `ETag` to write it anew with.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/accounts/{account}/notes/{topic}", tag = "first accounts",
    params(("id" = String, Path, description = "The referral"), ("account" = String, Path, description = "The account"), ("topic" = String, Path, description = "The topic", example = "start")),
    responses((status = 200, body = NoteBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn show_note(
    caller: Caller,
    State(app): State<App>,
    Path((id, account, topic)): Path<(String, String, String)>,
) -> Answer {
    caller.scope(READ)?;
    note_of(&app, &caller, (&PublicId(id), &PublicId(account)), &topic).await
}

/// What somebody said about a topic, in their own words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFirstAccountNote)]
struct NewNote {
    #[schema(max_length = 15000)]
    text: String,
}

/// Writes the note of a topic anew. What stood there is kept as an earlier version.
#[utoipa::path(
    put, path = "/api/v1/referrals/{id}/accounts/{account}/notes/{topic}", tag = "first accounts", request_body = NewNote,
    params(
        ("id" = String, Path, description = "The referral"),
        ("account" = String, Path, description = "The account"),
        ("topic" = String, Path, description = "The topic", example = "start"),
        ("If-Match" = String, Header, description = "The note's `ETag`; `\"v0\"` while nothing was written", example = "\"v0\"")
    ),
    responses(
        (status = 200, body = NoteBody, headers(("ETag" = String))),
        (status = 412, body = ProblemBody, content_type = "application/problem+json", description = "Somebody wrote meanwhile; `ETag` says which version is there now", headers(("ETag" = String))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json")
    )
)]
async fn save_note(
    caller: Caller,
    State(app): State<App>,
    Path((id, account, topic)): Path<(String, String, String)>,
    IfMatch(version): IfMatch,
    Json { value: new, .. }: Json<NewNote>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let (id, account) = (PublicId(id), PublicId(account));
    let at = (&id, &account);
    let saved = record_note(&app.store, viewer, at, &topic, version, &new.text).await;
    match saved.map_err(refused)? {
        NoteOutcome::Saved { .. } => note_of(&app, &caller, at, &topic).await,
        NoteOutcome::Conflict { version, .. } => Err(Problem::stale(version)),
        NoteOutcome::Absent => Err(Problem::absent()),
    }
}

/// A break begins, it goes on, or it ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFirstAccountTurn)]
struct NewTurnBody {
    #[schema(value_type = String, pattern = "^(paused|resumed|stopped)$")]
    kind: Kind,
    /// When; now when left out.
    #[schema(format = DateTime)]
    at: Option<String>,
    /// Why it ends; of an end alone.
    #[schema(value_type = Option<String>, pattern = "^(finished|wanted_to|distressed|unwell|arrested|suspected|abe_planned|may_be_a_child|interpreter|not_private|other)$")]
    reason: Option<Reason>,
    /// What happened, in words; needed for `other`.
    #[schema(max_length = 2000)]
    note: Option<String>,
    /// Whether the interpreter left at another time than the person.
    #[schema(value_type = Option<String>, pattern = "^(yes|no|not_in_the_room)$")]
    left_apart: Option<LeftApart>,
}

/// Records a break, its end, or the end of the account.
#[utoipa::path(
    post, path = "/api/v1/referrals/{id}/accounts/{account}/turns", tag = "first accounts", request_body = NewTurnBody,
    params(("id" = String, Path, description = "The referral"), ("account" = String, Path, description = "The account")),
    responses((status = 201, body = Body), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn turn(
    caller: Caller,
    State(app): State<App>,
    Path((id, account)): Path<(String, String)>,
    Json { value: new, .. }: Json<NewTurnBody>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let (id, account) = (PublicId(id), PublicId(account));
    let at = new.at.as_deref().map(|at| read("/at", at)).transpose()?;
    let new = NewTurn {
        kind: new.kind,
        at,
        reason: new.reason,
        note: new.note,
        left_apart: new.left_apart,
    };
    match record_turn(&app.store, viewer, (&id, &account), &new).await {
        Ok(Some(_)) => answered(&app, &caller, (&id, &account), StatusCode::CREATED).await,
        Ok(None) => Err(Problem::absent()),
        Err(RecordTurnError::Rule(error)) => {
            Err(Problem::invalid().field("/kind", super::turn_words(error)))
        }
        Err(RecordTurnError::Store(error)) => Err(refused(error)),
    }
}

/// The account on paper: PDF/UA-1, in the language asked for.
#[utoipa::path(
    get, path = "/api/v1/referrals/{id}/accounts/{account}/paper.pdf", tag = "first accounts",
    params(("id" = String, Path, description = "The referral"), ("account" = String, Path, description = "The account")),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf"), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn paper_pdf(
    caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path((id, account)): Path<(String, String)>,
) -> Answer {
    let viewer = caller.scope(READ)?;
    let at = (&PublicId(id), &PublicId(account));
    let printed = super::paper::printed(&app, viewer, locale, at).await?;
    printed.ok_or_else(Problem::absent)
}

/// The blank question sheet as data, in the language asked for. It holds nothing about anybody.
#[utoipa::path(
    get, path = "/api/v1/question-sheet/{audience}", tag = "first accounts",
    params(("audience" = String, Path, description = "`adult` or `child`", example = "adult")),
    responses((status = 200, body = Sheet), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn sheet_data(
    _caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(audience): Path<String>,
) -> Answer {
    let audience = Audience::from_code(&audience).ok_or_else(Problem::absent)?;
    let say = Say {
        words: &app.words,
        locale,
    };
    let sheet = sheet::of(say, audience, app.store.today()).ok_or_else(Problem::absent)?;
    Ok(Out(sheet).into_response())
}

/// The blank question sheet on paper: PDF/UA-1, in the language asked for.
#[utoipa::path(
    get, path = "/api/v1/question-sheet/{audience}/paper.pdf", tag = "first accounts",
    params(("audience" = String, Path, description = "`adult` or `child`", example = "adult")),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf"), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn sheet_pdf(
    _caller: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(audience): Path<String>,
) -> Answer {
    let audience = Audience::from_code(&audience).ok_or_else(Problem::absent)?;
    let printed = sheet::printed(&app, locale, audience).await?;
    printed.ok_or_else(Problem::absent)
}
