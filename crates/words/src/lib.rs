//! Every word on screen and on paper: Fluent catalogues in English and Welsh, and dates in words.
//!
//! A leaf: it knows nothing of the work. Catalogues live in `locales/<locale>/<area>.ftl`; a debug
//! build reads them from the folder, a release carries them inside.

mod catalogue;
mod dates;
mod locale;

pub use catalogue::{Words, WordsError};
/// A value placed into a message: text or a number (numbers choose plural forms).
pub use fluent_bundle::FluentValue as Arg;
pub use locale::Locale;
