//! Who may see and do what: the Cedar policies of `policies/`, decisions with their reasons, and the
//! same policies as SQL conditions for lists (ADR 4).
//!
//! INVARIANT: a list and a decision never disagree; a property test in `store` holds them together on
//! both engines.

mod action;
mod entities;
mod filter;
mod policies;

pub use action::{Action, Decision, Kind, Resource};
pub use filter::{Columns, FilterValue, PolicyFilter};
pub use policies::{Policies, PolicyError};
