//! The board of a sergeant or inspector: what is overdue and due, who carries it, what went up, who is waited
//! for. Each number leads to the list that makes it.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use heyrick_domain::calendar;
use heyrick_store::holiday::holidays;
use heyrick_store::task::{Numbers, board_for};
use serde::Serialize;

use crate::app::App;
use crate::error::PageError;
use crate::home::week_ends;
use crate::page::Page;
use crate::session::Signed;

pub(crate) mod api;

/// `/board`.
pub fn routes() -> Router<App> {
    Router::new().route("/board", get(show))
}

/// A line of a table: who or what, the numbers, and the list behind them.
#[derive(Debug, Serialize)]
struct Line {
    name: Option<String>,
    words: Option<&'static str>,
    /// What the address of each list begins with.
    href: String,
    all: i64,
    overdue: i64,
    week: i64,
    to_sergeant: i64,
    to_inspector: i64,
}

impl Line {
    fn of(
        name: Option<String>,
        words: Option<&'static str>,
        href: String,
        numbers: Numbers,
    ) -> Self {
        Self {
            name,
            words,
            href,
            all: numbers.all,
            overdue: numbers.overdue,
            week: numbers.week,
            to_sergeant: numbers.to_sergeant,
            to_inspector: numbers.to_inspector,
        }
    }
}

#[derive(Debug, Serialize)]
struct WaitingLine {
    href: String,
    reference: String,
    since: String,
    days: i64,
}

/// A nation whose bank holidays are soon unknown, and the last one that is known.
#[derive(Debug, Serialize)]
struct Short {
    nation: &'static str,
    last: Option<String>,
}

impl From<calendar::Short> for Short {
    fn from(short: calendar::Short) -> Self {
        Self {
            nation: short.division.code(),
            last: short.last_known.map(|day| day.to_string()),
        }
    }
}

async fn show(signed: Signed, State(app): State<App>) -> Result<Response, PageError> {
    let until = week_ends(&app);
    let board = board_for(&app.store, &signed.viewer, until, app.settings.delays).await?;
    let mut owners: Vec<Line> = board
        .by_owner
        .into_iter()
        .map(|one| {
            let href = format!("/tasks?show=team&owner={}", one.owner.0);
            Line::of(Some(one.owner.1), None, href, one.numbers)
        })
        .collect();
    if board.unowned.all > 0 {
        let href = "/tasks?show=team&owner=nobody".to_owned();
        owners.push(Line::of(None, Some("board-nobody"), href, board.unowned));
    }
    let kind = |wanted: &str| {
        let found = board.by_kind.iter().find(|(kind, _)| kind.code() == wanted);
        found.map_or(0, |(_, numbers)| numbers.all)
    };
    let (second, signatures) = (kind("second_reading"), kind("sign_best_interests"));
    let kinds: Vec<Line> = board
        .by_kind
        .iter()
        .map(|(kind, numbers)| {
            let href = format!("/tasks?show=team&kind={}", kind.code());
            Line::of(None, Some(kind.words()), href, *numbers)
        })
        .collect();
    let today = app.store.today();
    let waiting: Vec<WaitingLine> = board
        .waiting
        .into_iter()
        .map(|one| WaitingLine {
            href: format!("/referrals/{}", one.public_id),
            reference: one.reference,
            since: one.since.to_string(),
            days: (today - one.since).get_days().into(),
        })
        .collect();
    let holidays = holidays(&app.store).await?.short(today);
    let holidays: Vec<Short> = holidays.into_iter().map(Short::from).collect();
    let total = Line::of(None, None, "/tasks?show=team".to_owned(), board.total);
    Page::new("board/board.html", &signed)
        .with("total", total)
        .with("unowned", board.unowned.all)
        .with("owners", owners)
        .with("kinds", kinds)
        .with("second", second)
        .with("signatures", signatures)
        .with("waiting", waiting)
        .with("waiting_all", board.waiting_all)
        .with("holidays", holidays)
        .with("until", heyrick_domain::london::date_of(until).to_string())
        .render(&app)
}
