//! What happened in the invented world.

use jiff::Timestamp;

use crate::build::Builder;
use crate::file::WorldError;

/// Plays everything that happened up to `now`.
pub(crate) async fn play(
    builder: &Builder,
    now: Timestamp,
    people: usize,
    said: impl Fn(usize),
) -> Result<(), WorldError> {
    builder.store.clock.set(now);
    said(people.min(0));
    Ok(())
}
