//! The JSON API under `/api/v1`: what every endpoint shares. The endpoints themselves stand beside
//! the pages of the same noun and call the same functions.
//!
//! To add one: write the handler in the noun's file with `#[utoipa::path(…, path = "/api/v1/…")]`, take
//! [`Caller`], [`Json`], [`Query`] or [`IfMatch`] as it needs, return [`Answer`], and put it in that
//! file's `api_routes()`, merged in [`routes`]. The description at `/openapi.json` then has it; a house
//! check insists. `Idempotency-Key` works on every write without a line in the handler.

use axum::Router;
use axum::http::{Method, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::get;
use jiff::Timestamp;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, License, OpenApi, OpenApiBuilder, Required};
use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// Words of the API for the codes of a rule, each turned into the other. `$code` is a token, not a literal:
/// wrapped as a literal, the description would not see it.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident of $of:ty { $($variant:ident = $code:tt),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub(crate) enum $name { $(#[serde(rename = $code)] $variant),* }

        impl From<$name> for $of {
            fn from(word: $name) -> Self {
                match word { $($name::$variant => Self::$variant),* }
            }
        }

        impl From<$of> for $name {
            fn from(word: $of) -> Self {
                match word { $(<$of>::$variant => Self::$variant),* }
            }
        }
    };
}

pub(crate) use words;

mod body;
mod caller;
mod cursor;
mod once;
mod problem;
mod replay;
mod strict;
mod version;

pub use body::{Json, Query};
pub use caller::Caller;
pub use cursor::{Cursor, LIMIT_MAX, LIMIT_USUAL};
pub use problem::{FieldProblem, Problem, ProblemBody, Tongue};
pub(crate) use problem::{KINDS, in_words};
pub use version::{IfMatch, etag};

/// An instant as the API and exports write it: RFC 3339, UTC.
pub(crate) fn instant(micros: i64) -> String {
    Timestamp::from_microsecond(micros)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_string()
}

/// What every endpoint returns.
pub type Answer = Result<axum::response::Response, Problem>;

/// `/api/v1/…` and `/openapi.json`.
pub fn routes(app: &App) -> Router<App> {
    let (router, description) = endpoints().split_for_parts();
    let description = with_idempotency(description);
    let text = description.to_pretty_json().unwrap_or_default();
    let unknown = Router::new().route(
        "/api/{*rest}",
        axum::routing::any(async || Problem::absent()),
    );
    let unknown = unknown.route("/api", axum::routing::any(async || Problem::absent()));
    let api = router
        .merge(unknown)
        .method_not_allowed_fallback(async || {
            Problem::new(axum::http::StatusCode::METHOD_NOT_ALLOWED, "method")
        })
        .layer(from_fn_with_state(app.clone(), problem::finish));
    let once = once::Once {
        app: app.clone(),
        read: api.clone().with_state(app.clone()),
    };
    let api = api
        .layer(from_fn_with_state(once, once::carry_out))
        .layer(from_fn_with_state(app.clone(), caller::know))
        .layer(from_fn_with_state(app.clone(), problem::finish));
    let shown = move || {
        let text = text.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], text).into_response() }
    };
    api.merge(Router::new().route("/openapi.json", get(shown)))
}

/// Every endpoint with its description.
fn endpoints() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(front())
        .merge(crate::person::api_routes())
        .merge(crate::form::api_routes())
        .merge(crate::referral::api::api_routes())
        .merge(crate::first_account::api::api_routes())
        .merge(crate::evidence::api::api_routes())
        .merge(crate::fact::api::api_routes())
        .merge(crate::family::api::api_routes())
        .merge(crate::episode::api::api_routes())
        .merge(crate::calendar::api_routes())
        .merge(crate::explanation::api_routes())
        .merge(crate::task::api::api_routes())
        .merge(crate::board::api::api_routes())
}

/// The description of every endpoint, for house checks.
pub fn description() -> OpenApi {
    with_idempotency(endpoints().split_for_parts().1)
}

/// Every write takes an `Idempotency-Key`; the document says so once for all.
fn with_idempotency(mut description: OpenApi) -> OpenApi {
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "The same key with the same body is answered as before and done once; with another body it is refused.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(255))))
        .build();
    let paths = description.paths.paths.iter_mut();
    let writes = paths.filter(|(path, _)| !replay::only_asks(&Method::POST, path));
    for (_, item) in writes {
        let writes = [
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ];
        for operation in writes.into_iter().flatten() {
            operation
                .parameters
                .get_or_insert_default()
                .push(key.clone().into());
        }
    }
    description
}

fn front() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Heyrick")
        .version("1")
        .description(Some(
            "Casework for the people who fight modern slavery. What a token may not see reads as absent.",
        ))
        .license(Some(License::new("MIT OR Apache-2.0")))
        .build();
    let mut components = Components::new();
    components.add_security_scheme(
        "token",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
    );
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .security(Some([utoipa::openapi::SecurityRequirement::new::<
            _,
            [&str; 0],
            _,
        >("token", [])]))
        .build()
}
