//! Who may see and do what: the Cedar policies of `policies/`, decisions with their reasons, and the
//! same policies as SQL conditions for lists.

/// The policies in force.
#[derive(Debug)]
pub struct Policies {}

impl Policies {
    /// The policies this program was built with.
    pub fn shipped() -> Self {
        Self {}
    }
}

/// An answer, and the policies that gave it: they are written to the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether the viewer may.
    pub allowed: bool,
    /// The ids of the policies that decided.
    pub policies: Vec<String>,
}
