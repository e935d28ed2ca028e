//! First accounts in the API: begun through the same gate, notes with a version each, breaks and end, and
//! the blank question sheet.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyrick_domain::explanation::Audience;
use heyrick_domain::first_account::turn::{Kind, Reason};
use heyrick_domain::first_account::{
    Abe, Beside, Choice, Company, Free, Gate, Health, Law, NewAccount, Pack, Told, Voice, Willing,
};
use heyrick_domain::id::PublicId;
use heyrick_store::StoreError;
use heyrick_store::first_account::{
    AccountWords, FirstAccount, LeftApart, NewTurn, Note, NoteOutcome, RecordAccountError,
    RecordTurnError, RecordedTurn, account_for, accounts_for, record_account, record_note,
    record_turn,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sheet::{self, Sheet};
use crate::App;
use crate::api::{Answer, Caller, IfMatch, Json, Problem, ProblemBody, Tongue, etag};
use crate::paper::instant;
use crate::referral::Say;
use crate::referral::api::{READ, WRITE};

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

/// What was asked before the first question.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FirstAccountGate)]
struct GateBody {
    /// How they stand to the police at this moment.
    #[schema(value_type = String, pattern = "^(neither|suspected|arrested)$")]
    law: Law,
    /// Whether an Achieving Best Evidence interview is planned.
    #[schema(value_type = String, pattern = "^(not_planned|not_decided|planned)$")]
    abe: Abe,
    /// Whether they are well enough.
    #[schema(value_type = String, pattern = "^(well|unwell)$")]
    health: Health,
    /// Whether they want to talk now.
    #[schema(value_type = String, pattern = "^(yes|no)$")]
    willing: Willing,
    /// Whether they were told what it is for.
    #[schema(value_type = String, pattern = "^(yes|no)$")]
    told: Told,
    /// Whether anybody who came along can hear.
    #[schema(value_type = String, pattern = "^(alone|accompanied)$")]
    company: Company,
    /// Who is beside a child, or somebody who may be one.
    #[schema(value_type = Option<String>, pattern = "^(local_authority|guardian|independent|family|nobody)$")]
    beside: Option<Beside>,
    /// How it is put into their language.
    #[schema(value_type = String, pattern = "^(not_needed|in_person|telephone|video|came_along|none_found)$")]
    voice: Voice,
    /// Whether the interpreter was asked, and has no tie.
    #[schema(value_type = Option<String>, pattern = "^(yes|no)$")]
    free: Option<Free>,
}

impl From<GateBody> for Gate {
    fn from(body: GateBody) -> Self {
        Self {
            law: body.law,
            abe: body.abe,
            health: body.health,
            willing: body.willing,
            told: body.told,
            company: body.company,
            beside: body.beside,
            voice: body.voice,
            free: body.free,
        }
    }
}

impl From<Gate> for GateBody {
    fn from(gate: Gate) -> Self {
        Self {
            law: gate.law,
            abe: gate.abe,
            health: gate.health,
            willing: gate.willing,
            told: gate.told,
            company: gate.company,
            beside: gate.beside,
            voice: gate.voice,
            free: gate.free,
        }
    }
}

/// An account to be begun.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFirstAccount)]
struct NewBody {
    gate: GateBody,
    /// When the talking began, of an account that was taken on paper; now when left out.
    #[schema(format = DateTime)]
    begun_at: Option<String>,
    /// Where.
    #[schema(min_length = 1, max_length = 2000)]
    place: String,
    /// Everybody who was there, and as what.
    #[schema(min_length = 1, max_length = 2000)]
    present: String,
    /// The language spoken; wanted where somebody interprets.
    #[serde(default)]
    #[schema(max_length = 2000)]
    language: String,
    /// The interpreter's name or number.
    #[serde(default)]
    #[schema(max_length = 2000)]
    interpreter: String,
    /// Whether they could choose a woman or a man as interpreter.
    #[schema(value_type = Option<String>, pattern = "^(met|not_met|not_offered)$")]
    choice: Option<Choice>,
    /// What they needed first, and what was done.
    #[serde(default)]
    #[schema(max_length = 2000)]
    needs: String,
    /// The information pack they were given; none when left out.
    #[schema(value_type = Option<String>, pattern = "^(none|primary|secondary|adult)$")]
    pack: Option<Pack>,
}

/// One version of a topic's note.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstAccountNote)]
struct NoteBody {
    topic: String,
    /// From 1; 0 while nothing was written.
    version: i64,
    text: String,
    by: Option<String>,
    #[schema(format = DateTime)]
    at: Option<String>,
    /// Written after the account had ended.
    written_up: bool,
}

impl NoteBody {
    fn of(account: &FirstAccount, topic: &str, note: &Note) -> Self {
        Self {
            topic: topic.to_owned(),
            version: note.version,
            text: note.text.clone(),
            by: Some(note.by.clone()),
            at: Some(instant(note.at)),
            written_up: account.written_up(note),
        }
    }

    fn none(topic: &str) -> Self {
        Self {
            topic: topic.to_owned(),
            version: 0,
            text: String::new(),
            by: None,
            at: None,
            written_up: false,
        }
    }
}

/// A break, its end, or the end.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstAccountTurn)]
struct TurnBody {
    /// `paused`, `resumed` or `stopped`.
    kind: &'static str,
    #[schema(format = DateTime)]
    at: String,
    /// Why it ended.
    reason: Option<&'static str>,
    note: Option<String>,
    /// Whether the interpreter left at another time: `yes`, `no`, `not_in_the_room`.
    left_apart: Option<&'static str>,
    by: String,
}

impl TurnBody {
    fn of(one: &RecordedTurn) -> Self {
        Self {
            kind: one.turn.kind.code(),
            at: instant(one.turn.at),
            reason: one.turn.reason.map(Reason::code),
            note: one.note.clone(),
            left_apart: one.left_apart.map(LeftApart::code),
            by: one.by.clone(),
        }
    }
}

/// How an account was taken, in words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstAccountWords)]
struct WordsBody {
    place: String,
    present: String,
    language: String,
    interpreter: String,
    needs: String,
}

impl From<AccountWords> for WordsBody {
    fn from(words: AccountWords) -> Self {
        Self {
            place: words.place,
            present: words.present,
            language: words.language,
            interpreter: words.interpreter,
            needs: words.needs,
        }
    }
}

/// A first account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstAccount)]
struct Body {
    id: String,
    /// The order for talking, such as `talk-2026-04`.
    talk: String,
    #[schema(format = DateTime)]
    begun_at: String,
    /// Taken on paper and typed up.
    from_paper: bool,
    /// What was known of their age: `adult`, `child`, `not_sure`.
    age: &'static str,
    /// `talking`, `paused` or `ended`.
    state: &'static str,
    gate: GateBody,
    choice: Option<&'static str>,
    pack: &'static str,
    words: WordsBody,
    by: String,
    turns: Vec<TurnBody>,
    /// The notes that hold, in the order for talking.
    notes: Vec<NoteBody>,
}

impl Body {
    fn of(account: &FirstAccount) -> Self {
        let notes = account.talk.topics.iter().filter_map(|topic| {
            let note = account.note(&topic.id)?;
            Some(NoteBody::of(account, &topic.id, note))
        });
        Self {
            id: account.public_id.0.clone(),
            talk: account.talk.id.clone(),
            begun_at: instant(account.begun_at),
            from_paper: account.from_paper,
            age: account.age.code(),
            state: account.state().code(),
            gate: account.gate.into(),
            choice: account.choice.map(Choice::code),
            pack: account.pack.code(),
            words: account.words.clone().into(),
            by: account.by.clone(),
            turns: account.turns.iter().map(TurnBody::of).collect(),
            notes: notes.collect(),
        }
    }
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
    let new = NewAccount {
        from_paper: begun_at.is_some(),
        begun_at: begun_at.unwrap_or_else(|| app.store.now()),
        gate: new.gate.into(),
        place: new.place,
        present: new.present,
        language: new.language,
        interpreter: new.interpreter,
        choice: new.choice,
        needs: new.needs,
        pack: new.pack.unwrap_or(Pack::None),
    };
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
                problem.field(format!("/gate/{}", ground.field()), ground.words())
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
