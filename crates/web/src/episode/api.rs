//! Episodes in the API: where a passage stands, its clocks, what happened, and recording what happened next.

use axum::Json as Out;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyrick_domain::episode::{Details, EventKind};
use heyrick_domain::id::PublicId;
use heyrick_store::StoreError;
use heyrick_store::episode::{
    Episode, KeptClock, LetterError, NewEvent, RecordEventError, RecordedEvent, episode_for,
    letter_for, record_event, record_letter,
};
use heyrick_store::file::{FileError, LARGEST};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::api::instant;
use crate::api::{Answer, Caller, IfMatch, Json, Problem, ProblemBody, etag};
use crate::upload;

/// What a token needs to read passages.
const READ: &str = "referrals:read";
/// What a token needs to record what happened.
const WRITE: &str = "referrals:write";

/// `/api/v1/episodes/{id}` and what is below it.
pub(crate) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(record))
        .routes(routes!(attach))
        .layer(DefaultBodyLimit::max(LARGEST))
        .routes(routes!(letter))
}

/// A clock.
#[derive(Debug, Serialize, ToSchema)]
struct ClockBody {
    /// What it is about, such as `reasonable`. There is no clock for a conclusive decision but its earliest day.
    kind: String,
    /// The rule it ran under.
    rule: String,
    /// `target`, `statutory`, `guidance`, `contract` or `ours`.
    nature: String,
    /// How its day is read: `by`, `not_before`, `at_least_until`, `until`, `on`.
    reads: String,
    /// The day it counts from.
    #[schema(format = Date)]
    starts_on: String,
    /// The day it leads to.
    #[schema(format = Date)]
    on: String,
    /// Bank holidays that were not counted.
    skipped: Vec<String>,
    /// Whether it still runs.
    runs: bool,
    /// The event that made it be worked out.
    cause: String,
    /// When another took its place; null while it stands.
    superseded_at: Option<String>,
}

impl From<&KeptClock> for ClockBody {
    fn from(kept: &KeptClock) -> Self {
        let clock = &kept.clock;
        Self {
            kind: clock.kind.code().to_owned(),
            rule: clock.rule.clone(),
            nature: clock.nature.code().to_owned(),
            reads: clock.reads.code().to_owned(),
            starts_on: clock.starts_on.to_string(),
            on: clock.on.to_string(),
            skipped: clock
                .skipped
                .iter()
                .map(|one| one.day.to_string())
                .collect(),
            runs: clock.runs(),
            cause: kept.cause.clone(),
            superseded_at: kept.superseded.as_ref().map(|(at, _)| instant(*at)),
        }
    }
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
struct EventBody {
    /// Its name in addresses.
    id: String,
    /// What happened, such as `rg_positive`.
    kind: String,
    /// The day on the letter.
    #[schema(format = Date)]
    on: String,
    /// The day it reached us.
    received_on: Option<String>,
    /// What was said beside it, in codes.
    details: Value,
    /// What was said beside it, in words.
    note: Option<String>,
    /// How many letters are attached.
    letters: usize,
    /// The number, from 0, of the earlier event it stands in place of.
    corrects: Option<usize>,
    /// Who recorded it; null for the program, on the day.
    recorded_by: Option<String>,
    /// When.
    recorded_at: String,
}

impl From<&RecordedEvent> for EventBody {
    fn from(one: &RecordedEvent) -> Self {
        Self {
            id: one.public_id.0.clone(),
            kind: one.event.kind.code().to_owned(),
            on: one.event.on.to_string(),
            received_on: one.event.received_on.map(|day| day.to_string()),
            details: serde_json::to_value(&one.event.details).unwrap_or_default(),
            note: one.note.clone(),
            letters: one.letters,
            corrects: one.event.corrects,
            recorded_by: one.recorded_by.clone(),
            recorded_at: instant(one.recorded_at),
        }
    }
}

/// Where a passage stands.
#[derive(Debug, Serialize, ToSchema)]
struct EpisodeBody {
    /// Its name in addresses.
    id: String,
    /// The person's name in addresses.
    person: String,
    /// Where the decision stands; null before anything was sent.
    state: Option<String>,
    /// `none`, `s61`, `s62`, `disqualified` or `ended`.
    protection: Option<String>,
    /// Where support stands.
    support: Option<String>,
    /// What was decided about leave.
    leave: Option<String>,
    /// Who decides.
    authority: Option<String>,
    /// A disqualification is a flag: it closes nothing.
    disqualified: bool,
    /// They turned out to be an adult and were not asked whether they remain.
    needs_adult_consent: bool,
    /// To whom decisions go, as the referral said: `potential_victim` or `someone_else`; null where it did not.
    decisions_to: Option<String>,
    /// By what routes: `email`, `post`. Never an address.
    decisions_by: Vec<String>,
    /// Days waiting for what is awaited; null when nothing is.
    days_waiting: Option<i64>,
    /// What can be recorded as things stand.
    open_to: Vec<String>,
    /// What was recorded, in order.
    events: Vec<EventBody>,
    /// Clocks: those that stand first.
    clocks: Vec<ClockBody>,
}

impl EpisodeBody {
    fn of(episode: &Episode, today: Date) -> Self {
        let standing = episode.standing.as_ref();
        let open_to = episode.open_to();
        Self {
            id: episode.public_id.0.clone(),
            person: episode.person.public_id.0.clone(),
            state: standing.map(|one| one.state.code().to_owned()),
            protection: standing.map(|one| one.protection_on(today).code().to_owned()),
            support: standing.and_then(|one| one.support.map(|support| support.code().to_owned())),
            leave: standing.map(|one| one.leave.code().to_owned()),
            authority: standing
                .and_then(|one| one.authority())
                .map(|authority| authority.code().to_owned()),
            disqualified: standing.is_some_and(|one| one.disqualified.is_some()),
            needs_adult_consent: standing.is_some_and(|one| one.needs_adult_consent),
            decisions_to: episode
                .recipient
                .as_ref()
                .map(|to| to.whom.code().to_owned()),
            decisions_by: episode
                .recipient
                .iter()
                .flat_map(|to| to.by.iter().map(|route| route.code().to_owned()))
                .collect(),
            days_waiting: standing.and_then(|one| one.days_waiting(today)),
            open_to: open_to
                .into_iter()
                .map(|kind| kind.code().to_owned())
                .collect(),
            events: episode.events.iter().map(EventBody::from).collect(),
            clocks: episode.clocks.iter().map(ClockBody::from).collect(),
        }
    }
}

/// Shows where a passage stands. Its version is the number of its events.
#[utoipa::path(
    get, path = "/api/v1/episodes/{id}", tag = "episodes", params(("id" = String, Path, description = "The passage")),
    responses((status = 200, body = EpisodeBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn show(caller: Caller, State(app): State<App>, Path(id): Path<String>) -> Answer {
    caller.scope(READ)?;
    answered(&app, &caller, &PublicId(id), StatusCode::OK).await
}

async fn answered(
    app: &App,
    caller: &Caller,
    id: &PublicId,
    status: StatusCode,
) -> Result<Response, Problem> {
    let found = episode_for(&app.store, &caller.0, id).await?;
    let episode = found.ok_or_else(Problem::absent)?;
    let tag = [(header::ETAG, etag(version(&episode)))];
    let body = EpisodeBody::of(&episode, app.store.today());
    Ok((status, tag, Out(body)).into_response())
}

fn version(episode: &Episode) -> i64 {
    i64::try_from(episode.events.len()).unwrap_or(i64::MAX)
}

/// What happened, as decided elsewhere.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEpisodeEvent)]
struct NewBody {
    /// What, such as `rg_positive`; one of `open_to`.
    kind: String,
    /// The day on the letter.
    #[schema(format = Date, example = "2026-09-03")]
    on: String,
    /// The day it reached us.
    #[schema(format = Date)]
    received_on: Option<String>,
    /// What was said beside it, in codes: what is asked with such an event, and nothing else. What a correction
    /// leaves out stands as it was.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    details: Details,
    /// In words.
    #[schema(max_length = 4000)]
    note: Option<String>,
    /// The number, from 0, of an earlier event it stands in place of; the note says why.
    corrects: Option<usize>,
}

/// Records what happened. `If-Match`: the version that was seen, so that two who record at once do not both.
#[utoipa::path(
    post, path = "/api/v1/episodes/{id}/events", tag = "episodes", request_body = NewBody,
    params(("id" = String, Path, description = "The passage")),
    responses((status = 201, body = EpisodeBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn record(
    caller: Caller,
    State(app): State<App>,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json { value: new, .. }: Json<NewBody>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let id = PublicId(id);
    let day = |text: &str, pointer: &str| {
        text.parse::<Date>()
            .map_err(|_| Problem::invalid().field(pointer, "episode-error-day"))
    };
    let kind = EventKind::from_code(&new.kind)
        .ok_or_else(|| Problem::invalid().field("/kind", "episode-error-event"))?;
    let received_on = new.received_on.as_deref();
    let event = NewEvent {
        kind,
        on: day(&new.on, "/on")?,
        received_on: received_on
            .map(|text| day(text, "/received_on"))
            .transpose()?,
        details: new.details,
        note: new.note,
        corrects: new.corrects,
        seen: usize::try_from(seen).unwrap_or(usize::MAX),
    };
    match record_event(&app.store, viewer, &id, event).await {
        Ok(Some(_)) => answered(&app, &caller, &id, StatusCode::CREATED).await,
        Ok(None) => Err(Problem::absent()),
        Err(error) => Err(refused(&app, &caller, &id, error).await?),
    }
}

async fn refused(
    app: &App,
    caller: &Caller,
    id: &PublicId,
    error: RecordEventError,
) -> Result<Problem, Problem> {
    Ok(match error {
        RecordEventError::Rule(rule) => {
            let pointer = match rule.field() {
                "event" => "/kind".to_owned(),
                field @ ("on" | "received_on" | "note") => format!("/{field}"),
                field => format!("/details/{field}"),
            };
            let problem = Problem::invalid().field(pointer, rule.code());
            problem.naming(rule.names())
        }
        RecordEventError::Store(StoreError::Stale) => {
            let found = episode_for(&app.store, &caller.0, id).await?;
            Problem::stale(version(&found.ok_or_else(Problem::absent)?))
        }
        RecordEventError::Store(StoreError::Refused(key @ "episode-error-note-long")) => {
            Problem::invalid().field("/note", key)
        }
        RecordEventError::Store(error) => error.into(),
    })
}

/// Attaches a letter to what it is about, under the person's own key: the file itself as the body, at most ten
/// megabytes. What it is is told by its content: PDF, e-mail or text.
#[utoipa::path(
    post, path = "/api/v1/episodes/{id}/events/{event}/letters", tag = "episodes",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    params(("id" = String, Path, description = "The passage"), ("event" = String, Path, description = "What happened")),
    responses((status = 201, body = EpisodeBody, headers(("ETag" = String))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn attach(
    caller: Caller,
    State(app): State<App>,
    Path((id, event)): Path<(String, String)>,
    letter: Result<Bytes, BytesRejection>,
) -> Answer {
    let viewer = caller.scope(WRITE)?;
    let too_large = || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    let letter = letter.map_err(|_| too_large())?;
    let (id, event) = (PublicId(id), PublicId(event));
    match record_letter(&app.store, viewer, &id, &event, &letter).await {
        Ok(true) => answered(&app, &caller, &id, StatusCode::CREATED).await,
        Ok(false) => Err(Problem::absent()),
        Err(LetterError::File(FileError::TooLarge)) => Err(too_large()),
        Err(LetterError::File(error)) => Err(Problem::invalid().field("", upload::refused(error))),
        Err(LetterError::Store(error)) => Err(error.into()),
    }
}

/// Opens a letter, counted from 1; that is journalled.
#[utoipa::path(
    get, path = "/api/v1/episodes/{id}/events/{event}/letters/{number}", tag = "episodes",
    params(
        ("id" = String, Path, description = "The passage"), ("event" = String, Path, description = "What happened"),
        ("number" = usize, Path, description = "Which letter, from 1"),
    ),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn letter(
    caller: Caller,
    State(app): State<App>,
    Path((id, event, number)): Path<(String, String, String)>,
) -> Answer {
    let viewer = caller.scope(READ)?;
    let number: usize = number.parse().map_err(|_| Problem::absent())?;
    let (id, event) = (PublicId(id), PublicId(event));
    let found = letter_for(&app.store, viewer, &id, &event, number).await?;
    let (media, bytes) = found.ok_or_else(Problem::absent)?;
    Ok(upload::file(bytes, media, &format!("letter-{number}")))
}
