//! One event: what is recorded, and the canonical bytes that are hashed.
//!
//! The bytes are JSON without white space, keys in alphabetical order, absent fields left out, ids
//! as lower-case UUIDs, hashes as lower-case hex: one event has exactly one spelling, and [`Body::read`]
//! refuses any other. Nothing in it is personal data: ids, codes and keyed hashes only.

use heyrick_domain::id::{SessionId, UserId};
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_policy::Decision;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::action::{Action, ObjectKind};
use crate::keys::Keys;

/// Who acts: a viewer, the program itself, or somebody who has not signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    user: Option<Uuid>,
    agency: Option<Uuid>,
    role: Option<Role>,
    through: Option<Through>,
}

impl From<&Viewer> for Actor {
    fn from(viewer: &Viewer) -> Self {
        Self {
            user: Some(viewer.user.0),
            agency: Some(viewer.agency.0),
            role: Some(viewer.role),
            through: Some(viewer.through.clone()),
        }
    }
}

impl Actor {
    /// Somebody who has not signed in, such as whoever failed to.
    pub const NOBODY: Self = Self {
        user: None,
        agency: None,
        role: None,
        through: None,
    };

    /// The program itself, at its own work.
    pub const PROGRAM: Self = Self {
        user: None,
        agency: None,
        role: None,
        through: Some(Through::Program),
    };

    /// The operator, on the command line of the server itself.
    pub const COMMAND_LINE: Self = Self {
        user: None,
        agency: None,
        role: None,
        through: Some(Through::CommandLine),
    };

    /// An account that has just signed in, in its new session.
    pub(crate) fn signing_in(user: UserId, session: SessionId) -> Self {
        Self {
            user: Some(user.0),
            through: Some(Through::Session(session)),
            ..Self::NOBODY
        }
    }
}

/// What is to be recorded. Ids, codes and hashes only: never a name, a date of birth or a word
/// somebody typed.
#[derive(Debug, Clone)]
pub struct Event {
    action: Action,
    object: Option<(ObjectKind, Uuid)>,
    shown: Vec<Uuid>,
    reason: Option<String>,
    policies: Vec<String>,
    fields: Vec<String>,
    values: Option<Vec<u8>>,
    refused: bool,
}

impl Event {
    /// An event of this kind, about nothing in particular yet.
    pub fn new(action: Action) -> Self {
        Self {
            action,
            object: None,
            shown: Vec::new(),
            reason: None,
            policies: Vec::new(),
            fields: Vec::new(),
            values: None,
            refused: false,
        }
    }

    /// The record it is about.
    #[must_use]
    pub fn object(mut self, kind: ObjectKind, id: impl Into<Uuid>) -> Self {
        self.object = Some((kind, id.into()));
        self
    }

    /// The records a list or a search showed, in the order shown.
    #[must_use]
    pub fn shown<I: Into<Uuid>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.shown = ids.into_iter().map(Into::into).collect();
        self
    }

    /// A reason from a closed list, as a code. Free text belongs in the record, not here.
    #[must_use]
    pub fn reason(mut self, code: &str) -> Self {
        self.reason = Some(code.to_owned());
        self
    }

    /// The policies that decided.
    #[must_use]
    pub fn policy(mut self, decision: &Decision) -> Self {
        self.policies.clone_from(&decision.policies);
        self.refused = !decision.allowed;
        self
    }

    /// The names of the fields that were changed or shown.
    #[must_use]
    pub fn fields<T: AsRef<str>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.fields = names
            .into_iter()
            .map(|name| name.as_ref().to_owned())
            .collect();
        self
    }

    /// The values that were written, as bytes. Only their keyed hash is kept, so that a value claimed
    /// later can be checked and none can be read.
    #[must_use]
    pub fn values(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.values = Some(bytes.into());
        self
    }

    /// Marks an attempt that was refused.
    #[must_use]
    pub fn refused(mut self) -> Self {
        self.refused = true;
        self
    }

    pub(crate) fn into_body(self, actor: &Actor, place: Place, keys: &Keys) -> Body {
        let (session, token) = match &actor.through {
            Some(Through::Session(session)) => (Some(session.0), None),
            Some(Through::Token(token)) => (None, Some(*token)),
            Some(Through::CommandLine | Through::Program) | None => (None, None),
        };
        let through = actor.through.as_ref().map(|through| match through {
            Through::Session(_) => "session",
            Through::Token(_) => "token",
            Through::CommandLine => "command_line",
            Through::Program => "program",
        });
        Body {
            action: self.action.code().to_owned(),
            actor: actor.user,
            agency: actor.agency,
            at: place.at,
            counter: place.counter,
            fields: self.fields,
            id: place.id,
            kind: self.object.map(|(kind, _)| kind.code().to_owned()),
            object: self.object.map(|(_, id)| id),
            policies: self.policies,
            reason: self.reason,
            refused: self.refused,
            role: actor.role.map(|role| role.code().to_owned()),
            session,
            shown: self.shown,
            through: through.map(str::to_owned),
            token,
            v: 1,
            values: self.values.map(|bytes| HashedValues::of(keys, &bytes)),
            writer: place.writer,
        }
    }
}

/// Where and when an event is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub id: Uuid,
    pub at: i64,
    pub writer: Uuid,
    pub counter: i64,
}

/// The canonical form of one event. Fields stand in alphabetical order: that is the order of the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// What was done; see [`Action`].
    pub action: String,
    /// The account that acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Uuid>,
    /// The account's agency then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<Uuid>,
    /// When: microseconds since 1970, UTC; never earlier than the writer's event before.
    pub at: i64,
    /// The writer's own numbering: 1, 2, 3 …
    pub counter: i64,
    /// Names of fields changed or shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// The event's id.
    pub id: Uuid,
    /// What kind of record it is about; see [`ObjectKind`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The record it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<Uuid>,
    /// The policies that decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// A reason code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The attempt was refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    /// The account's standing role then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The browser session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Uuid>,
    /// The records a list or search showed, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Uuid>,
    /// `session`, `token` or `command_line`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
    /// The API token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Uuid>,
    /// Version of this layout: 1.
    pub v: u8,
    /// Keyed hash of the values written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<HashedValues>,
    /// The writer: one sequence of transactions of one process.
    pub writer: Uuid,
}

/// A keyed hash and the key that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HashedValues {
    /// HMAC-SHA256, hex.
    pub hash: String,
    /// Id of the hashing key, hex.
    pub key: String,
}

impl HashedValues {
    const DOMAIN: &str = "journal-values";

    fn of(keys: &Keys, bytes: &[u8]) -> Self {
        Self {
            hash: data_encoding::HEXLOWER.encode(&keys.keyed_hash(Self::DOMAIN, bytes)),
            key: keys.hashing_id().to_string(),
        }
    }

    /// Says whether these were the values.
    pub fn are(&self, keys: &Keys, bytes: &[u8]) -> bool {
        data_encoding::HEXLOWER
            .decode(self.hash.as_bytes())
            .is_ok_and(|hash| keys.is_keyed_hash(Self::DOMAIN, bytes, &hash))
    }
}

impl Body {
    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // INVARIANT: every field is text, a number or a list of them, so this cannot fail; if it did,
        // empty bytes would be refused by `read`.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads canonical bytes; `None` for anything this program would not have written byte for byte.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let body: Self = serde_json::from_slice(bytes).ok()?;
        (body.v == 1 && body.to_bytes() == bytes).then_some(body)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn body(event: Event) -> Body {
        let place = Place {
            id: Uuid::from_u128(1),
            at: 2,
            writer: Uuid::from_u128(3),
            counter: 4,
        };
        event.into_body(&Actor::COMMAND_LINE, place, &Keys::generate().unwrap())
    }

    #[test]
    fn the_bytes_are_what_the_manual_says() {
        let event = Event::new(Action::PersonListed)
            .shown([Uuid::from_u128(9)])
            .reason("allocated")
            .fields(["first_name"]);
        assert_eq!(
            String::from_utf8(body(event).to_bytes()).unwrap(),
            r#"{"action":"person.listed","at":2,"counter":4,"fields":["first_name"],"id":"00000000-0000-0000-0000-000000000001","reason":"allocated","shown":["00000000-0000-0000-0000-000000000009"],"through":"command_line","v":1,"writer":"00000000-0000-0000-0000-000000000003"}"#
        );
    }

    #[test]
    fn only_the_canonical_spelling_is_read() {
        let bytes = body(Event::new(Action::PersonViewed)).to_bytes();
        assert!(Body::read(&bytes).is_some());
        let text = String::from_utf8(bytes).unwrap();
        for other in [
            text.replace(',', ", "),
            text.replace("\"v\":1", "\"v\":2"),
            text.replace("\"v\":1", "\"v\":1,\"x\":1"),
            text.replace("person.viewed", "person\\u002eviewed"),
            format!("{text} "),
            String::new(),
        ] {
            assert_eq!(Body::read(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn a_value_claimed_later_can_be_checked_and_none_is_kept() {
        let keys = Keys::generate().unwrap();
        let place = Place {
            id: Uuid::nil(),
            at: 0,
            writer: Uuid::nil(),
            counter: 1,
        };
        let body = Event::new(Action::PersonChanged)
            .values("Willow")
            .into_body(&Actor::NOBODY, place, &keys);
        assert!(
            !String::from_utf8(body.to_bytes())
                .unwrap()
                .contains("Willow")
        );
        let hashed = body.values.unwrap();
        assert!(hashed.are(&keys, b"Willow"));
        assert!(hashed.are(&keys.rotated().unwrap(), b"Willow"));
        assert!(!hashed.are(&keys, b"Rowan"));
    }
}
