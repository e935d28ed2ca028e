//! An answer given again is a look at what it shows: whoever asks must still see it, and the look is
//! journalled like any other.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyrick_domain::user::Viewer;
use heyrick_store::idempotency::Answer;
use tower::ServiceExt as _;

use super::{Caller, endpoints};
use crate::once::again;

/// Paths that can be read, as the description writes them, in pieces.
static READABLE: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    let paths = endpoints().split_for_parts().1.paths.paths;
    let read = paths.into_iter().filter(|(_, item)| item.get.is_some());
    read.map(|(path, _)| pieces(&path)).collect()
});

/// Reads what an answer shows, then gives the answer again; what its reader no longer sees is answered as
/// the reading is. An answer that shows nothing one could read is given without its body.
pub(super) async fn replay(
    viewer: Viewer,
    path: &str,
    mut answer: Answer,
    read: Router,
) -> Response {
    if answer.body.is_empty() {
        return again(answer);
    }
    let Some(record) = record(path, &answer) else {
        answer.body = Vec::new();
        return again(answer);
    };
    let Ok(mut look) = Request::get(&record).body(Body::empty()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // What the token may do was asked when the key was taken: the same token, the same scopes.
    let viewer = Viewer {
        scopes: None,
        ..viewer
    };
    look.extensions_mut().insert(Caller(viewer));
    let Ok(response) = read.oneshot(look).await;
    if response.status().is_success() {
        again(answer)
    } else {
        response
    }
}

/// Whether a request only asks, though it sends a body: it takes no key, and is carried out each time.
pub(super) fn only_asks(method: &Method, path: &str) -> bool {
    *method == Method::GET || *method == Method::HEAD || path.ends_with("/search")
}

/// The nearest path above what an answer made, or was asked of, that can be read; never a list of
/// everything.
fn record(path: &str, answer: &Answer) -> Option<String> {
    let named = |name: &header::HeaderName| {
        let mut head = answer.head.iter();
        head.find(|(one, _)| one == name.as_str())
            .map(|(_, value)| value.as_str())
    };
    let made = named(&header::CONTENT_LOCATION).or_else(|| named(&header::LOCATION));
    let mut pieces = pieces(made.unwrap_or(path));
    while pieces.len() > 4 {
        if READABLE.iter().any(|template| fits(template, &pieces)) {
            return Some(pieces.join("/"));
        }
        pieces.pop();
    }
    None
}

fn pieces(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

fn fits(template: &[String], pieces: &[String]) -> bool {
    let same = |(one, other): (&String, &String)| one.starts_with('{') || one == other;
    template.len() == pieces.len() && template.iter().zip(pieces).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_shows_is_read_where_it_can_be() {
        for (path, head, want) in [
            (
                "/api/v1/persons",
                Some(("location", "/api/v1/persons/a")),
                Some("/api/v1/persons/a"),
            ),
            ("/api/v1/persons/a", None, Some("/api/v1/persons/a")),
            (
                "/api/v1/persons/a/ages",
                None,
                Some("/api/v1/persons/a/ages"),
            ),
            (
                "/api/v1/persons/a/contacts/b",
                None,
                Some("/api/v1/persons/a/contacts"),
            ),
            (
                "/api/v1/referrals/a/accounts/b/turns",
                None,
                Some("/api/v1/referrals/a/accounts/b"),
            ),
            (
                "/api/v1/episodes/a/events/b/letters",
                None,
                Some("/api/v1/episodes/a"),
            ),
            ("/api/v1/best-interests/a/signature", None, None),
            (
                "/api/v1/best-interests/a/signature",
                Some(("content-location", "/api/v1/persons/b/best-interests")),
                Some("/api/v1/persons/b/best-interests"),
            ),
            ("/api/v1/tasks", None, None),
        ] {
            let head = head.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let answer = Answer {
                status: 201,
                head: head.into_iter().collect(),
                body: Vec::new(),
            };
            assert_eq!(record(path, &answer).as_deref(), want, "{path}");
        }
    }

    #[test]
    fn a_search_takes_no_key() {
        assert!(only_asks(&Method::POST, "/api/v1/persons/search"));
        assert!(!only_asks(&Method::POST, "/api/v1/persons"));
        assert!(only_asks(&Method::GET, "/api/v1/persons"));
    }
}
