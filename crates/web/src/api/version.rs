//! Versions of records in the API: an `ETag` on what is read, `If-Match` on what is changed, so that
//! nobody overwrites a colleague's change unseen.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

use super::Problem;

/// The entity tag of a version.
pub fn etag(version: i64) -> String {
    format!("\"v{version}\"")
}

/// The version the caller believes to be changing. Changes without one are refused (428).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(tag) = parts.headers.get(header::IF_MATCH) else {
            return Err(Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                "no-if-match",
            ));
        };
        tag.to_str()
            .ok()
            .and_then(read)
            .map(Self)
            .ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "bad-if-match"))
    }
}

fn read(tag: &str) -> Option<i64> {
    tag.trim()
        .strip_prefix("\"v")?
        .strip_suffix('"')?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_reads_back_and_anything_else_does_not() {
        assert_eq!(read(&etag(7)), Some(7));
        for bad in [
            "",
            "*",
            "v7",
            "\"7\"",
            "W/\"v7\"",
            "\"v7\", \"v8\"",
            "\"v99999999999999999999\"",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
