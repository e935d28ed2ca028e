//! My work: what is due, what was begun, what is new, what waits on others. Whoever sees no case gets a
//! first page that says what they can do.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use heyrick_domain::id::PublicId;
use heyrick_domain::london;
use heyrick_domain::user::Role;
use heyrick_policy::{Action, Kind, Resource};
use heyrick_store::holiday::holidays;
use heyrick_store::task::{Task, first_tasks_for};
use heyrick_store::work::{Given, Target, drafts_for, given_for, targets_for};
use heyrick_words::Arg;
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde::Serialize;

use crate::app::App;
use crate::clock::{self, Teller};
use crate::error::PageError;
use crate::grant::last_day;
use crate::page::Page;
use crate::referral::task_list::progress;
use crate::session::Signed;
use crate::sight::folder;
use crate::task::Line;

/// Lines of each part of the page.
const EACH: u32 = 8;
/// Drafts are opened to say how much of them is done.
const DRAFTS: usize = 5;
/// What was given longer ago is not new any more, in microseconds.
const NEW: i64 = 14 * 24 * 60 * 60 * 1_000_000;

/// `/`.
pub fn routes() -> Router<App> {
    Router::new().route("/", get(first))
}

#[derive(Debug, Serialize)]
struct DraftLine {
    href: String,
    reference: String,
    person: String,
    done: usize,
    all: usize,
    changed_at: i64,
}

#[derive(Debug, Serialize)]
struct GivenLine {
    href: String,
    reference: String,
    label: Option<String>,
    relation: &'static str,
    reason: String,
    by: Option<String>,
    at: i64,
    last: Option<String>,
}

impl From<Given> for GivenLine {
    fn from(given: Given) -> Self {
        Self {
            href: format!("{}/{}", folder(given.kind), given.public_id),
            reference: given.reference,
            label: given.label,
            relation: given.relation.code(),
            reason: given.reason,
            by: given.by,
            at: given.at,
            last: last_day(given.until_at),
        }
    }
}

async fn first(signed: Signed, State(app): State<App>) -> Result<Response, PageError> {
    match signed.viewer.role {
        Role::Auditor => Ok(Redirect::to("/journal").into_response()),
        Role::Administrator => begun(&app, &signed, "home/administrator.html").render(&app),
        Role::Partner => partner(&app, &signed).await,
        _ => work(&app, &signed).await,
    }
}

fn begun(app: &App, signed: &Signed, template: &'static str) -> Page {
    Page::new(template, signed).with("greeting", greeting(app.store.now()))
}

/// The key of how somebody is greeted at this hour in Europe/London.
fn greeting(now: i64) -> &'static str {
    match london::at(now).hour() {
        5..12 => "home-morning",
        12..18 => "home-afternoon",
        _ => "home-evening",
    }
}

/// The Friday that closes the week's work: today, if it is one.
fn friday(today: Date) -> Date {
    let days = today.weekday().until(Weekday::Friday);
    today.saturating_add(i32::from(days).days())
}

/// The last instant of the Friday that closes the week's work: microseconds since 1970, UTC.
pub(crate) fn week_ends(app: &App) -> i64 {
    london::ends(friday(app.store.today())).as_microsecond()
}

async fn partner(app: &App, signed: &Signed) -> Result<Response, PageError> {
    let given = given_for(&app.store, &signed.viewer, 0, 100).await?;
    let given: Vec<GivenLine> = given.into_iter().map(GivenLine::from).collect();
    begun(app, signed, "home/partner.html")
        .with("given", given)
        .render(app)
}

async fn work(app: &App, signed: &Signed) -> Result<Response, PageError> {
    let viewer = &signed.viewer;
    let now = app.store.now();
    let by = friday(app.store.today());
    let delays = app.settings.delays;
    let first = first_tasks_for(&app.store, viewer, week_ends(app), EACH, delays).await?;
    let counts = first.counts;
    let (review, due): (Vec<Task>, Vec<Task>) = first
        .mine
        .into_iter()
        .partition(|task| task.kind.for_any_reviewer());
    let drafts: Vec<DraftLine> = drafts_for(&app.store, viewer, DRAFTS)
        .await?
        .into_iter()
        .map(|referral| {
            let (done, all) = progress(app, signed, &referral);
            DraftLine {
                href: format!("/referrals/{}", referral.public_id),
                person: referral.person.label(),
                reference: referral.reference,
                done,
                all,
                changed_at: referral.updated_at,
            }
        })
        .collect();
    let given = given_for(&app.store, viewer, now.saturating_sub(NEW), EACH).await?;
    let given: Vec<GivenLine> = given.into_iter().map(GivenLine::from).collect();
    let targets = targets(app, signed).await?;
    let nothing = due.is_empty()
        && review.is_empty()
        && drafts.is_empty()
        && given.is_empty()
        && targets.is_empty();
    let line = |task: Task| Line::of(app, signed, task);
    let lines = |tasks: Vec<Task>| -> Vec<Line> { tasks.into_iter().map(line).collect() };
    begun(app, signed, "home/home.html")
        .with("lead", lead(app, signed, counts.overdue, counts.soon, by))
        .with("due", lines(due))
        .with("review", lines(review))
        .with("waiting", lines(first.waiting))
        .with("targets", targets)
        .with("escalated", lines(first.escalated))
        .with("drafts", drafts)
        .with("given", given)
        .with("nothing", nothing)
        .with("may_add", may_add(app, signed))
        .render(app)
}

/// A reasonable grounds decision that is awaited, with its target.
#[derive(Debug, Serialize)]
struct TargetLine {
    href: String,
    reference: String,
    clock: clock::Line,
}

async fn targets(app: &App, signed: &Signed) -> Result<Vec<TargetLine>, PageError> {
    let targets = targets_for(&app.store, &signed.viewer, EACH).await?;
    let holidays = holidays(&app.store).await?;
    let teller = Teller {
        words: &app.words,
        locale: signed.locale(),
        today: app.store.today(),
        holidays: &holidays,
    };
    let line = |one: Target| TargetLine {
        href: format!("/episodes/{}", one.passage),
        reference: one.reference,
        clock: teller.alone(&one.clock),
    };
    Ok(targets.into_iter().map(line).collect())
}

/// "2 things are overdue and 3 are due by Friday 6 March."
fn lead(app: &App, signed: &Signed, overdue: i64, soon: i64, by: Date) -> String {
    let locale = signed.locale();
    let day = app.words.weekday(locale, by);
    let late = [("count", Arg::from(overdue))];
    let next = [("count", Arg::from(soon)), ("day", Arg::from(day.clone()))];
    let text = |key: &str, args: &[(&str, Arg<'static>)]| app.words.text(locale, key, args);
    match (overdue, soon) {
        (0, 0) => text("home-lead-nothing", &[("day", Arg::from(day))]),
        (_, 0) => text("home-lead-overdue", &late),
        (0, _) => text("home-lead-soon", &next),
        _ => {
            let (late, next) = (
                text("home-lead-overdue", &late),
                text("home-lead-soon", &next),
            );
            format!("{late} {next}")
        }
    }
}

/// Whether the viewer may add a person to their own team.
fn may_add(app: &App, signed: &Signed) -> bool {
    let viewer = &signed.viewer;
    viewer.team.is_some_and(|team| {
        let person = Resource {
            kind: Kind::Person,
            public_id: PublicId(String::new()),
            agency: viewer.agency,
            team,
            restriction: "none".to_owned(),
            author: viewer.user,
        };
        app.store
            .policies
            .decide(viewer, Action::Create, &person)
            .allowed
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_week_closes_on_friday() {
        assert_eq!(friday(date(2026, 3, 2)), date(2026, 3, 6));
        assert_eq!(friday(date(2026, 3, 6)), date(2026, 3, 6));
        assert_eq!(friday(date(2026, 3, 7)), date(2026, 3, 13));
    }

    #[test]
    fn the_greeting_follows_the_clock_in_london() {
        let at = |text: &str| greeting(text.parse::<jiff::Timestamp>().unwrap().as_microsecond());
        assert_eq!(at("2026-07-01T03:59:59Z"), "home-evening");
        assert_eq!(at("2026-07-01T04:00:00Z"), "home-morning");
        assert_eq!(at("2026-07-01T11:00:00Z"), "home-afternoon");
        assert_eq!(at("2026-07-01T17:00:00Z"), "home-evening");
    }
}
