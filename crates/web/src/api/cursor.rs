//! Where a list goes on: opaque to the caller and sealed under the key file, because what a list is
//! ordered by may be a name and addresses are read by others. It opens for the account and the list it was
//! made for, and for no other.

use axum::http::StatusCode;
use data_encoding::BASE64URL_NOPAD;
use heyrick_domain::id::UserId;
use heyrick_store::Keys;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::Problem;

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
    pub fn seal(
        keys: &Keys,
        user: UserId,
        list: &str,
        place: &impl Serialize,
    ) -> Result<Self, Problem> {
        let failed = || Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "failed");
        let plain = serde_json::to_vec(place).map_err(|_| failed())?;
        let sealed = keys
            .seal_with_file_key(&bound_to(user, list), &plain)
            .map_err(|_| failed())?;
        Ok(Self(BASE64URL_NOPAD.encode(&sealed)))
    }

    /// Opens a cursor this installation sealed for this account and this list.
    ///
    /// # Errors
    /// [`Problem`] 400 for anything else.
    pub fn open<T: DeserializeOwned>(
        keys: &Keys,
        user: UserId,
        list: &str,
        cursor: &str,
    ) -> Result<T, Problem> {
        let bad = || Problem::new(StatusCode::BAD_REQUEST, "bad-cursor");
        let sealed = BASE64URL_NOPAD
            .decode(cursor.as_bytes())
            .map_err(|_| bad())?;
        let plain = keys
            .open_with_file_key(&bound_to(user, list), &sealed)
            .map_err(|_| bad())?;
        serde_json::from_slice(&plain).map_err(|_| bad())
    }
}

fn bound_to(user: UserId, list: &str) -> String {
    format!("cursor {list} {}", Uuid::from(user))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_for_its_reader_and_its_list_alone() {
        let keys = Keys::generate().unwrap();
        let (amber, jade) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        let Cursor(made) = Cursor::seal(&keys, amber, "persons", &"PV1").unwrap();
        let open = |user, list, text: &str| Cursor::open::<String>(&keys, user, list, text).ok();
        assert_eq!(open(amber, "persons", &made).as_deref(), Some("PV1"));
        assert_eq!(open(amber, "referrals", &made), None, "another list");
        assert_eq!(open(jade, "persons", &made), None, "another reader");
        assert_eq!(open(amber, "persons", "abc"), None, "made up");
    }
}
