//! What is known of a request before anybody knows who asks: language, address, message to show.
//!
//! Language, first that is there: `?lang=` (kept in a cookie from then on), the cookie, the reader's
//! own preference, English.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use heyrick_domain::user::Viewer;
use heyrick_words::Locale;

/// The cookie that keeps the language; it says nothing else, so scripts and strangers may read it.
const LANGUAGE: &str = "lang";
/// The cookie that carries one message, by its key, to the next page.
const FLASH: &str = "flash";

/// What is known of a request whoever asks.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// The language chosen in this browser, if one was.
    pub chosen: Option<Locale>,
    /// The language pages speak: the chosen one, or the reader's preference, or English.
    pub locale: Locale,
    /// Path of the address, without its query.
    pub path: String,
    /// The query without `lang`; empty if there is none. Never holds personal data.
    pub query: String,
    /// The key of a message the last page left for this one.
    pub flash: Option<String>,
}

impl Visit {
    /// Reads a request's head.
    pub fn of(method: &Method, uri: &axum::http::Uri, headers: &HeaderMap) -> Self {
        let query = uri.query().unwrap_or_default();
        let asked = (method == Method::GET).then(|| asked(query)).flatten();
        let kept = cookie(headers, LANGUAGE).and_then(|code| Locale::from_code(&code));
        let chosen = asked.or(kept);
        Self {
            chosen,
            locale: chosen.unwrap_or_default(),
            path: uri.path().to_owned(),
            query: without_language(query),
            flash: cookie(headers, FLASH).filter(|key| is_key(key)),
        }
    }

    /// The visit of a reader who prefers this language, unless this browser chose another.
    #[must_use]
    pub fn preferring(mut self, locale: Locale) -> Self {
        self.locale = self.chosen.unwrap_or(locale);
        self
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.method, &parts.uri, &parts.headers))
    }
}

/// Somebody a page is made for: a visitor, or somebody signed in.
pub trait Reader {
    /// The request's head.
    fn visit(&self) -> &Visit;

    /// Who is signed in.
    fn viewer(&self) -> Option<&Viewer> {
        None
    }

    /// The token every form on the page carries.
    fn csrf(&self) -> &str {
        ""
    }

    /// The language of the page.
    fn locale(&self) -> Locale {
        self.visit().locale
    }
}

impl Reader for Visit {
    fn visit(&self) -> &Visit {
        self
    }
}

/// Keeps the language asked for with `?lang=`, and takes a shown message away.
pub async fn remember(request: Request, next: Next) -> Response {
    let asked = (request.method() == Method::GET)
        .then(|| asked(request.uri().query().unwrap_or_default()))
        .flatten();
    let mut response = next.run(request).await;
    if let Some(locale) = asked {
        set_cookie(
            &mut response,
            &format!("{LANGUAGE}={}", locale.code()),
            365 * 24 * 60 * 60,
        );
    }
    response
}

/// Leaves a message, by its key in the catalogues, for the next page this browser shows.
pub fn leave_message(response: &mut Response, key: &'static str) {
    set_cookie(response, &format!("{FLASH}={key}"), 60);
}

/// Takes the message away again.
pub fn message_shown(response: &mut Response) {
    set_cookie(response, &format!("{FLASH}="), 0);
}

/// The value of a cookie; the first, if a browser sends several of one name.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

fn set_cookie(response: &mut Response, pair: &str, seconds: u32) {
    let cookie = format!("{pair}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

fn asked(query: &str) -> Option<Locale> {
    query
        .split('&')
        .find_map(|pair| Locale::from_code(pair.strip_prefix("lang=")?))
}

fn without_language(query: &str) -> String {
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("lang="))
        .collect();
    kept.join("&")
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= 64
        && key
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn visit(uri: &str, cookies: &str) -> Visit {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookies.parse().unwrap());
        Visit::of(&Method::GET, &uri.parse().unwrap(), &headers)
    }

    #[test]
    fn the_address_outranks_the_cookie_and_the_cookie_the_preference() {
        assert_eq!(visit("/people?lang=cy", "lang=en").locale, Locale::Cy);
        assert_eq!(
            visit("/people", "a=b; lang=cy")
                .preferring(Locale::En)
                .locale,
            Locale::Cy
        );
        assert_eq!(
            visit("/people", "").preferring(Locale::Cy).locale,
            Locale::Cy
        );
        assert_eq!(visit("/people?lang=xx", "").locale, Locale::En);
    }

    #[test]
    fn switching_keeps_the_rest_of_the_address() {
        assert_eq!(visit("/people?page=2&lang=cy&a=b", "").query, "page=2&a=b");
    }

    #[test]
    fn a_message_is_a_key_and_nothing_else() {
        assert_eq!(
            visit("/", "flash=person-saved").flash.as_deref(),
            Some("person-saved")
        );
        assert_eq!(visit("/", "flash=<b>").flash, None);
    }
}
