//! Facts in the API: ages, consents, assessments of capacity, decisions in somebody's best interests.
//! Each list is whole; every answer says where a referral would go.

use heyrick_domain::route::{NoRoute, Route};
use heyrick_store::fact::About;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::App;
use crate::api::{Problem, words};

mod age;
mod best_interests;
mod capacity;
mod consent;

/// What a token needs to read facts.
const READ: &str = "consents:read";
/// What a token needs to record them.
const WRITE: &str = "consents:write";

/// `/api/v1/persons/{id}/ages` and the other facts.
pub fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(age::api_routes())
        .merge(consent::api_routes())
        .merge(capacity::api_routes())
        .merge(best_interests::api_routes())
}

words! {
    /// Where a referral leads.
    RouteWord of Route { Nrm = "nrm", Dtn = "dtn" }
}

/// Where a referral would go as things stand, or what must be recorded first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RouteOfPerson)]
struct RouteBody {
    /// `nrm` or `dtn`; null while it is open.
    route: Option<RouteWord>,
    /// What it rests on.
    #[schema(example = "consent")]
    ground: Option<&'static str>,
    /// What is missing while it is open.
    #[schema(example = "consent-not-asked")]
    missing: Option<&'static str>,
}

impl From<&About> for RouteBody {
    fn from(about: &About) -> Self {
        let route = about.route();
        Self {
            route: route.ok().map(|(route, _)| route.into()),
            ground: route.ok().map(|(_, ground)| ground.code()),
            missing: route.err().map(NoRoute::code),
        }
    }
}

/// Reads a day such as 2026-10-05; `pointer` names the field for the problem.
fn day(text: &str, pointer: &str) -> Result<Date, Problem> {
    text.parse()
        .map_err(|_| Problem::invalid().field(pointer, "fact-api-day"))
}

/// The same where a day may be left out.
fn optional_day(text: Option<&str>, pointer: &str) -> Result<Option<Date>, Problem> {
    text.map(|text| day(text, pointer)).transpose()
}
