//! Episodes: where a passage stands, its clocks, what happened, and recording what happened next. Decisions
//! are made elsewhere; a page records them and predicts none.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use heyrick_domain::episode::{EventKind, Recipient, Standing, State as Stands};
use heyrick_domain::id::PublicId;
use heyrick_policy::Action;
use heyrick_store::contact::may_see_contacts;
use heyrick_store::episode::{Episode, RecordedEvent, episode_for};
use heyrick_store::holiday::holidays;
use heyrick_store::sight::because;
use heyrick_words::Arg;
use serde::Serialize;

use crate::app::App;
use crate::clock::Teller;
use crate::error::PageError;
use crate::page::Page;
use crate::session::Signed;
use crate::sight::codes;
use crate::upload;

pub mod api;
mod fields;
mod letter;
mod record;

/// `/episodes/{id}` and what is below it.
pub fn routes() -> Router<App> {
    let upload = post(letter::attach).layer(upload::limit());
    Router::new()
        .route("/episodes/{id}", get(show))
        .route(
            "/episodes/{id}/record",
            get(record::ask).post(record::record),
        )
        .route(
            "/episodes/{id}/letters/{event}",
            get(letter::ask).merge(upload),
        )
        .route("/episodes/{id}/letters/{event}/{number}", get(letter::open))
}

/// One thing that happened, as the page tells it.
#[derive(Debug, Serialize)]
struct Told {
    number: usize,
    what: &'static str,
    on: String,
    received_on: Option<String>,
    /// What was said beside it, in codes: the keys of their words.
    beside: Vec<String>,
    /// A day until which an answer is asked for.
    answer_by: Option<String>,
    note: Option<String>,
    /// Where its letters are opened.
    letters: Vec<String>,
    /// Where one is attached.
    attach: Option<String>,
    by: Option<String>,
    at: i64,
    /// The number of the event it stands in place of.
    corrects: Option<usize>,
    /// A later event stands in its place.
    corrected: bool,
    may_correct: bool,
}

impl Told {
    fn of(episode: &Episode, number: usize, one: &RecordedEvent) -> Self {
        let event = &one.event;
        let letters = format!("/episodes/{}/letters/{}", episode.public_id, one.public_id);
        let corrected = episode
            .events
            .iter()
            .any(|later| later.event.corrects == Some(number));
        Self {
            number,
            what: event.kind.words(),
            on: event.on.to_string(),
            received_on: event.received_on.map(|day| day.to_string()),
            beside: fields::said_beside(event),
            answer_by: event.details.answer_by.map(|day| day.to_string()),
            note: one.note.clone(),
            letters: (1..=one.letters)
                .map(|number| format!("{letters}/{number}"))
                .collect(),
            attach: event.kind.has_letter().then(|| letters.clone()),
            by: one.recorded_by.clone(),
            at: one.recorded_at,
            corrects: event.corrects,
            corrected,
            may_correct: !corrected && event.kind != EventKind::RecordedInError,
        }
    }
}

/// Where it stands, in keys of the catalogues.
#[derive(Debug, Serialize)]
struct Strip {
    state: &'static str,
    suspended_from: Option<&'static str>,
    protection: &'static str,
    protected_until: Option<String>,
    support: Option<&'static str>,
    leave: &'static str,
    authority: Option<&'static str>,
    disqualified: Option<&'static str>,
    needs_adult_consent: bool,
    missing_since: Option<String>,
    days_waiting: Option<i64>,
    is_notification: bool,
}

/// The key of where a passage stands: what is awaited after the thirty days has a name of its own.
pub(crate) fn stands(standing: &Standing, today: jiff::civil::Date) -> &'static str {
    match standing.conclusive_pending(today) {
        true => "episode-state-cg_pending",
        false => standing.state.words(),
    }
}

impl Strip {
    fn of(standing: &Standing, today: jiff::civil::Date) -> Self {
        Self {
            state: stands(standing, today),
            suspended_from: standing.suspended_from.map(Stands::words),
            protection: standing.protection_on(today).words(),
            protected_until: standing.protected_until.map(|day| day.to_string()),
            support: standing.support.map(|support| support.words()),
            leave: standing.leave.words(),
            authority: standing.authority().map(|authority| authority.words()),
            disqualified: standing.disqualified.map(|one| one.ground.words()),
            needs_adult_consent: standing.needs_adult_consent,
            missing_since: standing.missing_since.map(|day| day.to_string()),
            days_waiting: standing.days_waiting(today),
            is_notification: standing.state == Stands::DtnSubmitted,
        }
    }
}

/// To whom decisions go, in keys of the catalogues.
#[derive(Debug, Serialize)]
struct To {
    whom: &'static str,
    by: Vec<&'static str>,
}

impl To {
    fn of(recipient: &Recipient) -> Self {
        Self {
            whom: recipient.whom.words(),
            by: recipient.by.iter().map(|route| route.words()).collect(),
        }
    }
}

/// A passage the reader may see; the look is journalled.
async fn open(app: &App, signed: &Signed, id: &str) -> Result<Episode, PageError> {
    let id = PublicId(id.to_owned());
    episode_for(&app.store, &signed.viewer, &id)
        .await?
        .ok_or(PageError::NotFound)
}

fn may_record(app: &App, signed: &Signed, episode: &Episode) -> bool {
    let policies = &app.store.policies;
    let action = Action::RecordFacts;
    policies
        .decide(&signed.viewer, action, &episode.person.resource)
        .allowed
}

/// What every page of a passage says of it.
fn page_of(template: &'static str, signed: &Signed, episode: &Episode) -> Page {
    let person = &episode.person;
    let why = because(&person.decision, &signed.viewer, &person.resource);
    Page::new(template, signed)
        .with("id", &episode.public_id)
        .with("reference", &person.reference)
        .with("person", person.label())
        .with("person_href", format!("/people/{}", person.public_id))
        .with("why", codes(&why))
        .with("sight_href", format!("/people/{}/sight", person.public_id))
}

async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let episode = open(&app, &signed, &id).await?;
    let today = app.store.today();
    let holidays = holidays(&app.store).await?;
    let teller = Teller {
        words: &app.words,
        locale: signed.locale(),
        today,
        holidays: &holidays,
    };
    let told: Vec<Told> = episode
        .events
        .iter()
        .enumerate()
        .rev()
        .map(|(number, one)| Told::of(&episode, number, one))
        .collect();
    let open_to: Vec<(&str, &str)> = episode
        .open_to()
        .into_iter()
        .map(|kind| (kind.code(), kind.words()))
        .collect();
    let waiting = episode
        .standing
        .as_ref()
        .and_then(|one| one.days_waiting(today));
    let waiting = waiting.map(|days| {
        let args = [("count", Arg::from(days))];
        app.words.text(signed.locale(), "episode-waiting", &args)
    });
    let contact_shown = may_see_contacts(&app.store, &signed.viewer, &episode.person);
    page_of("episode/episode.html", &signed, &episode)
        .with("recipient", episode.recipient.as_ref().map(To::of))
        .with("contact_shown", contact_shown)
        .with("unreachable", contact_shown && !episode.reachable)
        .with(
            "strip",
            episode.standing.as_ref().map(|one| Strip::of(one, today)),
        )
        .with("waiting", waiting)
        .with("clocks", teller.lines(&episode.clocks))
        .with("told", told)
        .with("open_to", open_to)
        .with("may_record", may_record(&app, &signed, &episode))
        .with(
            "referrals",
            episode
                .referrals
                .iter()
                .map(|one| (&one.public_id.0, &one.reference, &one.stage))
                .collect::<Vec<_>>(),
        )
        .render(&app)
}
