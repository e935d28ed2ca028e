//! Who may see and do what: the Cedar policies of `policies/`, decisions with their reasons, and the
//! same policies as SQL conditions for lists.

/// The policies in force.
#[derive(Debug)]
pub struct Policies {}
