//! Reading what a caller sent: JSON bodies and query strings, refused in words when they cannot be
//! read. What is accepted: UTF-8 JSON, at most 32 levels deep, no NUL character anywhere, no field the
//! endpoint does not know.

use std::fmt;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{Problem, strict};

/// Deepest nesting of a body that is read, in levels.
const DEPTH_MAX: usize = 32;

/// A JSON body. The type should say `#[serde(deny_unknown_fields)]`.
#[derive(Debug, Clone)]
pub struct Json<T> {
    /// The body as its type.
    pub value: T,
    /// The bytes as they came, for `Idempotency-Key`.
    pub bytes: Bytes,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !says_json(&request) {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json"));
        }
        let bytes =
            Bytes::from_request(request, state)
                .await
                .map_err(|rejection| match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => {
                        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large")
                    }
                    _ => Problem::new(StatusCode::BAD_REQUEST, "unreadable"),
                })?;
        Ok(Self {
            value: read(&bytes)?,
            bytes,
        })
    }
}

fn says_json(request: &Request) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| {
            let kind = kind
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase();
            kind == "application/json" || kind.ends_with("+json")
        })
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bad = |code| Problem::new(StatusCode::BAD_REQUEST, code);
    let text = std::str::from_utf8(bytes).map_err(|_| bad("not-utf8"))?;
    if depth(text) > DEPTH_MAX {
        return Err(bad("too-deep"));
    }
    let Tree(tree) =
        serde_json::from_str(text).map_err(|error| match error.to_string().starts_with(TWICE) {
            true => bad("twice"),
            false => bad("unreadable"),
        })?;
    if has_nul(&tree) {
        return Err(bad("nul"));
    }
    // The text of serde's error may repeat what was sent, so only its kind is told.
    strict::read(tree).map_err(|error| {
        let known = error.to_string();
        let code = if known.starts_with("unknown field") {
            "unknown-field"
        } else if known.starts_with("missing field") {
            "missing-field"
        } else {
            "wrong-type"
        };
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code)
    })
}

/// How the error begins for a name that stands twice in one object.
const TWICE: &str = "a name stands twice";

/// A JSON value in which no object has a name twice: which of the two was meant nobody can tell.
struct Tree(serde_json::Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Grower).map(Self)
    }
}

struct Grower;

impl<'de> Visitor<'de> for Grower {
    type Value = serde_json::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(serde_json::Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Tree(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(all.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut all = serde_json::Map::new();
        while let Some((name, Tree(value))) = fields.next_entry::<String, Tree>()? {
            if all.insert(name, value).is_some() {
                return Err(serde::de::Error::custom(TWICE));
            }
        }
        Ok(all.into())
    }
}

/// Deepest nesting of arrays and objects, brackets inside strings not counted.
fn depth(text: &str) -> usize {
    let (mut now, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                now += 1;
                deepest = deepest.max(now);
            }
            b']' | b'}' if !in_text => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn has_nul(tree: &serde_json::Value) -> bool {
    match tree {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(has_nul),
        serde_json::Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// The query string as a type that should say `#[serde(deny_unknown_fields)]`. Names and search terms
/// never travel in it.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "bad-query"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Note {
        #[allow(dead_code, reason = "only its reading is tested")]
        words: String,
    }

    fn refusal(body: &[u8]) -> Problem {
        read::<Note>(body).unwrap_err()
    }

    #[test]
    fn what_cannot_be_read_says_why_and_never_repeats_it() {
        let bad = |code| Problem::new(StatusCode::BAD_REQUEST, code);
        let wrong = |code| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code);
        assert_eq!(refusal(b"{\"words\":\"\xff\"}"), bad("not-utf8"));
        assert_eq!(refusal(b"{\"words\":\"a\\u0000b\"}"), bad("nul"));
        assert_eq!(refusal(b"{\"words\":"), bad("unreadable"));
        assert_eq!(refusal("[".repeat(33).as_bytes()), bad("too-deep"));
        assert_eq!(refusal(b"{\"words\":7}"), wrong("wrong-type"));
        assert_eq!(refusal(b"{}"), wrong("missing-field"));
        assert_eq!(
            refusal(b"{\"words\":\"a\",\"more\":1}"),
            wrong("unknown-field")
        );
    }

    #[test]
    fn thirty_two_levels_are_read_and_brackets_in_text_do_not_count() {
        let deep = format!("{}{}", "[".repeat(32), "]".repeat(32));
        assert_eq!(depth(&deep), 32);
        assert!(read::<serde_json::Value>(deep.as_bytes()).is_ok());
        assert_eq!(depth(r#"{"a":"[[[\"[[["}"#), 1);
        assert!(read::<Note>(br#"{"words":"[[["}"#).is_ok());
    }
}
