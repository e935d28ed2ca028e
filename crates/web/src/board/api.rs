//! The board in the API: the same numbers as the page.

use axum::extract::State;
use axum::response::IntoResponse as _;
use heyrick_store::task::{Numbers, board_for};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Answer, Caller, ProblemBody};
use crate::app::App;
use crate::home::week_ends;

/// What a token needs to read the board.
const READ: &str = "tasks:read";

/// `/api/v1/board`.
pub(crate) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show))
}

/// How many open tasks there are.
#[derive(Debug, Serialize, ToSchema)]
struct BoardNumbers {
    all: i64,
    overdue: i64,
    /// Due from now until the end of Friday.
    week: i64,
    /// Overdue so long that they went up to the sergeant.
    to_sergeant: i64,
    /// The same, to the inspector.
    to_inspector: i64,
}

impl From<Numbers> for BoardNumbers {
    fn from(numbers: Numbers) -> Self {
        Self {
            all: numbers.all,
            overdue: numbers.overdue,
            week: numbers.week,
            to_sergeant: numbers.to_sergeant,
            to_inspector: numbers.to_inspector,
        }
    }
}

/// What somebody carries.
#[derive(Debug, Serialize, ToSchema)]
struct BoardOwner {
    id: String,
    #[schema(example = "DC Amber")]
    name: String,
    numbers: BoardNumbers,
}

/// How many there are of a kind.
#[derive(Debug, Serialize, ToSchema)]
struct BoardKind {
    #[schema(example = "crime_record")]
    kind: &'static str,
    numbers: BoardNumbers,
}

/// A referral that was sent and waits for the competent authority.
#[derive(Debug, Serialize, ToSchema)]
struct BoardWaiting {
    id: String,
    #[schema(example = "R-7K4M-2Q")]
    reference: String,
    #[schema(format = Date)]
    sent_on: String,
}

/// The board of the token owner's teams.
#[derive(Debug, Serialize, ToSchema)]
struct Board {
    total: BoardNumbers,
    /// Those that name nobody.
    unowned: BoardNumbers,
    /// The most overdue first.
    owners: Vec<BoardOwner>,
    /// The most overdue first.
    kinds: Vec<BoardKind>,
    /// The longest first, ten at most.
    waiting: Vec<BoardWaiting>,
    /// How many wait in all.
    waiting_all: usize,
}

/// What is overdue and due, who carries it, what went up, who is waited for. For whoever is sergeant or inspector
/// today; counts only records the token may see.
#[utoipa::path(
    get, path = "/api/v1/board", tag = "tasks",
    responses((status = 200, body = Board), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn show(caller: Caller, State(app): State<App>) -> Answer {
    let viewer = caller.scope(READ)?;
    let board = board_for(&app.store, viewer, week_ends(&app), app.settings.delays).await?;
    let owners = board.by_owner.into_iter().map(|one| BoardOwner {
        id: one.owner.0.0,
        name: one.owner.1,
        numbers: one.numbers.into(),
    });
    let kinds = board.by_kind.into_iter().map(|(kind, numbers)| BoardKind {
        kind: kind.code(),
        numbers: numbers.into(),
    });
    let waiting = board.waiting.into_iter().map(|one| BoardWaiting {
        id: one.public_id.0,
        reference: one.reference,
        sent_on: one.since.to_string(),
    });
    let body = Board {
        total: board.total.into(),
        unowned: board.unowned.into(),
        owners: owners.collect(),
        kinds: kinds.collect(),
        waiting: waiting.collect(),
        waiting_all: board.waiting_all,
    };
    Ok(axum::Json(body).into_response())
}
