//! A form of a page is carried out once. Sent again, by a double click or because its answer was lost, it is
//! answered as the first time and nothing is saved twice.
//!
//! The token of every form names the rendering it belongs to ([`token`]). The last form of a rendering that
//! was carried out is remembered under it for a day; the same page sent again with other contents is another
//! form. A form whose answer was not "saved, go on there" is forgotten: it may be mended and sent again.
//! Forms below `/account` show secrets once and are never remembered.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use heyrick_domain::id::UserId;
use heyrick_store::idempotency::{self, Answer, Claim, KEY_BYTES_MAX, Ticket};
use heyrick_store::{Store, StoreError};
use uuid::Uuid;

use crate::error::PageError;

/// What a page answers that is worth giving again: where to go, and what to say there.
const KEPT: [HeaderName; 2] = [header::LOCATION, header::SET_COOKIE];
/// How often, and how many times, a second form asks whether the first has its answer: 20 seconds in all.
const PAUSE: Duration = Duration::from_millis(100);
const PAUSES: u32 = 200;

/// The token of the forms of one rendering: the session's own, and a number of its own.
pub(crate) fn token(session: &str) -> String {
    format!("{session}.{}", Uuid::new_v4().simple())
}

/// A token as the session's own and the number of the rendering, if it has one.
pub(crate) fn read(token: &str) -> (&str, Option<&str>) {
    match token.split_once('.') {
        Some((session, rendering)) => (session, Some(rendering)),
        None => (token, None),
    }
}

/// The key of a form; `None` where it is not to be remembered.
pub(crate) fn key(path: &str, rendering: Option<&str>) -> Option<String> {
    let rendering = rendering.filter(|rendering| Uuid::try_parse(rendering).is_ok())?;
    let key = format!("{rendering} {path}");
    (!path.starts_with("/account") && key.len() <= KEY_BYTES_MAX).then_some(key)
}

/// Carries a form out under its key, or answers as it was answered. `sent` is what makes it the form it is.
pub(crate) async fn carry_out(
    store: &Store,
    user: UserId,
    key: &str,
    sent: &[u8],
    form: impl Future<Output = Response>,
) -> Response {
    match mine(store, user, key, sent).await {
        Ok(Turn::Mine(ticket)) => {
            let response = ticket.run(form).await;
            let kept = kept(response.headers());
            match keep(store, ticket, response.status(), kept).await {
                Ok(()) => response,
                Err(error) => PageError::from(error).into_response(),
            }
        }
        Ok(Turn::Answered(answer)) => again(answer),
        Ok(Turn::Refused(reason)) => PageError::Refused(reason).into_response(),
        Err(error) => PageError::from(error).into_response(),
    }
}

/// Whose turn it is.
enum Turn {
    /// Carry it out.
    Mine(Ticket),
    /// It was.
    Answered(Answer),
    /// It cannot be, for the reason with this key.
    Refused(&'static str),
}

/// Waits for the answer to a form that is being carried out; takes the place of another one that was.
async fn mine(store: &Store, user: UserId, key: &str, body: &[u8]) -> Result<Turn, StoreError> {
    for _ in 0..PAUSES {
        match idempotency::claim(store, user, key, body).await? {
            Claim::Mine(ticket) => return Ok(Turn::Mine(ticket)),
            Claim::Answered(answer) => return Ok(Turn::Answered(answer)),
            Claim::AnswerLost => return Ok(Turn::Refused("error-form-done")),
            Claim::Different if idempotency::forget_answered(store, user, key).await? => {}
            Claim::Different | Claim::Busy => tokio::time::sleep(PAUSE).await,
        }
    }
    Ok(Turn::Refused("error-form-busy"))
}

async fn keep(
    store: &Store,
    ticket: Ticket,
    status: StatusCode,
    head: Vec<(String, String)>,
) -> Result<(), StoreError> {
    if status.is_server_error() {
        return idempotency::give_up(store, ticket).await;
    }
    if !status.is_redirection() {
        return idempotency::forget(store, ticket).await;
    }
    let answer = Answer {
        status: status.as_u16(),
        head,
        body: Vec::new(),
    };
    idempotency::finish(store, ticket, &answer).await
}

fn kept(head: &HeaderMap) -> Vec<(String, String)> {
    let of = |name: &HeaderName| {
        let values = head.get_all(name).into_iter();
        let text = values.filter_map(|value| Some((name.to_string(), value.to_str().ok()?.into())));
        text.collect::<Vec<_>>()
    };
    KEPT.iter().flat_map(of).collect()
}

/// The answer to a write, as it was given the first time.
pub(crate) fn again(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    for (name, value) in answer.head {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_made() {
        let made = token("abc");
        let (session, rendering) = read(&made);
        assert_eq!(session, "abc");
        assert!(key("/people/new", rendering).is_some());
        assert_ne!(made, token("abc"), "each rendering has its own");
    }

    #[test]
    fn a_form_without_a_rendering_or_with_a_secret_is_not_remembered() {
        let rendering = Uuid::nil().simple().to_string();
        for (path, rendering, want) in [
            ("/people/new", Some(rendering.as_str()), true),
            ("/people/new", None, false),
            ("/people/new", Some("1 or 2"), false),
            ("/account/tokens", Some(rendering.as_str()), false),
            (&"/a".repeat(200), Some(rendering.as_str()), false),
        ] {
            assert_eq!(key(path, rendering).is_some(), want, "{path} {rendering:?}");
        }
        assert_eq!(read("abc"), ("abc", None));
    }
}
