//! The JSON API under `/api/v1`: what every endpoint shares. The endpoints themselves stand beside
//! the pages of the same noun and call the same functions.
//!
//! To add one: write the handler in the noun's file with `#[utoipa::path(…)]`, take [`Caller`],
//! [`Json`], [`IfMatch`] or [`Once`] as it needs, return [`Answer`], and put it in that file's
//! `api_routes()`. The description at `/openapi.json` then has it; a house check insists.

mod body;
mod cursor;
mod problem;
mod version;

pub use body::{Json, Query};
pub use cursor::Cursor;
pub use problem::{FieldProblem, Problem, finish};
pub use version::{IfMatch, etag};

/// What every endpoint returns.
pub type Answer = Result<axum::response::Response, Problem>;
