//! Who did what, saw what and why: events in the same transaction as the change, a Merkle tree over
//! them, signed checkpoints (ADR 5).

/// The journal of one store.
#[derive(Debug, Clone)]
pub struct Journal {}
