//! Where a list goes on: opaque to the caller and sealed under the key file, because what a list is
//! ordered by may be a name and addresses are read by others.

use axum::http::StatusCode;
use data_encoding::BASE64URL_NOPAD;
use heyrick_store::Keys;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Problem;

const BOUND_TO: &str = "cursor";
/// Most items of one page of the API.
pub const LIMIT_MAX: u32 = 100;
/// Items of one page when the caller does not say.
pub const LIMIT_USUAL: u32 = 25;

/// A place in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

impl Cursor {
    /// Seals the place after which the next page begins.
    ///
    /// # Errors
    /// [`Problem`] 500 when it cannot be sealed.
    pub fn seal(keys: &Keys, place: &impl Serialize) -> Result<Self, Problem> {
        let failed = || Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "failed");
        let plain = serde_json::to_vec(place).map_err(|_| failed())?;
        let sealed = keys
            .seal_with_file_key(BOUND_TO, &plain)
            .map_err(|_| failed())?;
        Ok(Self(BASE64URL_NOPAD.encode(&sealed)))
    }

    /// Opens a cursor this installation sealed.
    ///
    /// # Errors
    /// [`Problem`] 400 for anything else.
    pub fn open<T: DeserializeOwned>(keys: &Keys, cursor: &str) -> Result<T, Problem> {
        let bad = || Problem::new(StatusCode::BAD_REQUEST, "bad-cursor");
        let sealed = BASE64URL_NOPAD
            .decode(cursor.as_bytes())
            .map_err(|_| bad())?;
        let plain = keys
            .open_with_file_key(BOUND_TO, &sealed)
            .map_err(|_| bad())?;
        serde_json::from_slice(&plain).map_err(|_| bad())
    }
}
