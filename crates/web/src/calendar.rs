//! The calendar working days are counted with, in the API: which days are not counted, and where that is from.

use axum::Json as Out;
use axum::extract::State;
use axum::response::IntoResponse as _;
use heyrick_domain::calendar::{Division, Holidays};
use heyrick_store::holiday::holidays;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::api::{Answer, Caller, ProblemBody};

/// `/api/v1/calendar`.
pub(crate) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show))
}

/// A day that is not counted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BankHoliday)]
struct HolidayBody {
    /// The day.
    #[schema(format = Date)]
    day: String,
    /// What it is called.
    title: String,
    /// `shipped` with the program, from a `feed` that was loaded, or one's `own`.
    source: &'static str,
}

/// The bank holidays of a part of the United Kingdom.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DivisionCalendar)]
struct DivisionBody {
    /// `england-and-wales`, `scotland` or `northern-ireland`.
    division: &'static str,
    /// The last bank holiday that is known; null when none is.
    #[schema(format = Date)]
    known_until: Option<String>,
    /// Fewer than twelve months lie ahead: load a newer feed.
    short: bool,
    /// In order.
    days: Vec<HolidayBody>,
}

/// The calendar working days are counted with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Calendar)]
struct CalendarBody {
    /// One for each part of the United Kingdom.
    items: Vec<DivisionBody>,
}

fn division(held: &Holidays, division: Division, short: bool) -> DivisionBody {
    let days = held.days(division).map(|holiday| HolidayBody {
        day: holiday.day.to_string(),
        title: holiday.title.clone(),
        source: holiday.source.code(),
    });
    DivisionBody {
        division: division.code(),
        known_until: held.last_known(division).map(|day| day.to_string()),
        short,
        days: days.collect(),
    }
}

/// Shows the days that are not counted as working days. They came with the program, from a feed of gov.uk that
/// was loaded, or were added.
#[utoipa::path(
    get, path = "/api/v1/calendar", tag = "calendar",
    responses((status = 200, body = CalendarBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn show(_: Caller, State(app): State<App>) -> Answer {
    let held = holidays(&app.store).await?;
    let short = held.short(app.store.today());
    let items = Division::ALL.into_iter().map(|one| {
        let is_short = short.iter().any(|short| short.division == one);
        division(&held, one, is_short)
    });
    Ok(Out(CalendarBody {
        items: items.collect(),
    })
    .into_response())
}
