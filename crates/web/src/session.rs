//! Who asks, in a browser: the session cookie, the token of every form, and what happens to typed text
//! when a session ends in between.
//!
//! [`know`] runs before every page: it finds the session, and lets a form through only with the
//! session's own token. A form that comes after the session ended, or from a page of an earlier one, is
//! not lost: it is sealed, kept for a day, and offered back after sign-in ([`crate::restore`]).

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use heyrick_domain::user::Viewer;
use heyrick_store::session::{self, Lengths, Session};
use heyrick_store::{stash, user};
use heyrick_words::Locale;
use serde::de::DeserializeOwned;

use crate::app::{App, SecondFactor, Settings};
use crate::error::PageError;
use crate::once;
use crate::security::{BODY_LIMIT, address_has_nul};
use crate::visit::{Reader, Visit, cookie};

/// The field of a form that holds the token.
pub const CSRF_FIELD: &str = "csrf";

/// The session of a request, found once; `None` when there is none or it ended.
#[derive(Debug, Clone)]
pub struct Found(pub Option<Session>);

/// Says that a form carried its session's token.
#[derive(Debug, Clone, Copy)]
struct Checked;

/// Somebody signed in, with every factor asked for.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who they are.
    pub viewer: Viewer,
    /// Their session.
    pub session: Session,
    visit: Visit,
    csrf: String,
}

impl Reader for Signed {
    fn visit(&self) -> &Visit {
        &self.visit
    }

    fn viewer(&self) -> Option<&Viewer> {
        Some(&self.viewer)
    }

    fn csrf(&self) -> &str {
        &self.csrf
    }
}

impl Signed {
    /// The language of this reader's pages.
    pub fn locale(&self) -> Locale {
        Reader::locale(self)
    }

    /// Insists on the token of a form that is not urlencoded, such as an upload; the key it is carried out
    /// under, if it has one.
    ///
    /// # Errors
    /// [`PageError::Forged`] when it is not this session's.
    pub fn check_csrf(&self, token: &str) -> Result<Option<String>, PageError> {
        let (token, rendering) = once::read(token);
        if self.session.is_csrf(token) {
            Ok(once::key(&self.visit.path, rendering))
        } else {
            Err(PageError::Forged)
        }
    }
}

impl FromRequestParts<App> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visit = Visit::of(&parts.method, &parts.uri, &parts.headers);
        let Some(session) = parts
            .extensions
            .get::<Found>()
            .and_then(|found| found.0.clone())
        else {
            return Err(to_sign_in(parts));
        };
        if !session.complete {
            return Err(Redirect::to("/sign-in/code").into_response());
        }
        let failed = |error| PageError::from(error).into_response();
        let account = user::user(&app.store, session.user).await.map_err(failed)?;
        let viewer = session.viewer(&app.store).await.map_err(failed)?;
        let (Some(account), Some(viewer)) = (account, viewer) else {
            return Err(to_sign_in(parts));
        };
        if let Some(first) = owed(&app.settings, &account)
            && !visit.path.starts_with(first)
            && !visit.path.starts_with("/account/second-factor")
        {
            return Err(Redirect::to(first).into_response());
        }
        let locale = Locale::from_code(&account.locale).unwrap_or_default();
        Ok(Self {
            viewer,
            csrf: once::token(&session.csrf()),
            session,
            visit: visit.preferring(locale),
        })
    }
}

/// Where somebody must go before anything else: a password or a second factor they still owe.
fn owed(settings: &Settings, account: &user::User) -> Option<&'static str> {
    if account.must_change_password {
        return Some("/account/password");
    }
    let needs = settings.second_factor == SecondFactor::Required && !account.has_factor;
    needs.then_some("/account/second-factor")
}

fn to_sign_in(parts: &Parts) -> Response {
    let path = parts.uri.path();
    if parts.method == Method::GET && path != "/" {
        return Redirect::to(&format!("/sign-in?next={path}")).into_response();
    }
    Redirect::to("/sign-in").into_response()
}

/// A form with a button and nothing else.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
pub struct Nothing {}

/// The fields of a form whose token was checked. Repeated fields (checkboxes) are read as lists.
#[derive(Debug, Clone)]
pub struct SafeForm<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for SafeForm<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        if request.extensions().get::<Checked>().is_none() {
            return Err(PageError::Forged);
        }
        let bytes = Bytes::from_request(request, app).await;
        let bytes = bytes.map_err(|_| PageError::Unreadable)?;
        typed(&bytes).map(Self).ok_or(PageError::Unreadable)
    }
}

/// The fields of an urlencoded body; `None` when it cannot be read or has a field the form does not ask for:
/// what is not understood is not left out in silence.
fn typed<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let mut unknown = false;
    let fields = serde_html_form::Deserializer::from_bytes(bytes);
    let note = |path: serde_ignored::Path| unknown |= path.to_string() != CSRF_FIELD;
    let read = serde_ignored::deserialize(fields, note).ok()?;
    (!unknown).then_some(read)
}

/// Middleware: finds the session of a request, checks the token of a form, keeps a form that came too
/// late.
pub async fn know(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/api/") || request.uri().path().starts_with("/assets/") {
        return next.run(request).await;
    }
    if address_has_nul(request.uri().path()) {
        return PageError::NotFound.into_response();
    }
    if request.uri().query().is_some_and(address_has_nul) {
        return PageError::Unreadable.into_response();
    }
    let value = cookie(request.headers(), cookie_name(&app.settings));
    let found = match &value {
        Some(value) => session::session(&app.store, value, lengths(&app.settings)).await,
        None => Ok(None),
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => return PageError::from(error).into_response(),
    };
    request.extensions_mut().insert(Found(found.clone()));
    let is_form = request.method() == Method::POST && is_urlencoded(request.headers());
    if !is_form || request.uri().path() == "/sign-in" {
        return next.run(request).await;
    }
    match check(&app, request, found.as_ref()).await {
        Ok(Form { parts, bytes, once }) => {
            let form = next.run(Request::from_parts(parts, Body::from(bytes.clone())));
            match (once, &found) {
                (Some(key), Some(session)) => {
                    once::carry_out(&app.store, session.user, &key, &bytes, form).await
                }
                _ => form.await,
            }
        }
        Err(answer) => answer,
    }
}

/// A form whose token is its session's, and the key it is carried out under, if it has one.
struct Form {
    parts: Parts,
    bytes: Bytes,
    once: Option<String>,
}

async fn check(app: &App, request: Request, found: Option<&Session>) -> Result<Form, Response> {
    let (mut parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_LIMIT)
        .await
        .map_err(|_| PageError::TooLarge.into_response())?;
    if has_nul(&bytes) || !is_text(&bytes) {
        return Err(PageError::Unreadable.into_response());
    }
    let token = field(&bytes, CSRF_FIELD).unwrap_or_default();
    let (token, rendering) = once::read(&token);
    if found.is_some_and(|session| session.is_csrf(token)) {
        parts.extensions.insert(Checked);
        let once = once::key(parts.uri.path(), rendering);
        return Ok(Form { parts, bytes, once });
    }
    Err(keep(app, &parts, token, found, &bytes).await)
}

/// Forms that are never kept: what is typed there is a secret.
const SECRET: [&str; 3] = ["/sign-in", "/account/password", "/account/second-factor"];

/// Keeps a form whose session ended or changed, for the account it was typed under: the form's own token says
/// which. Where nobody can tell, it is refused, and nobody else is shown it.
async fn keep(
    app: &App,
    parts: &Parts,
    token: &str,
    found: Option<&Session>,
    bytes: &Bytes,
) -> Response {
    let path = parts.uri.path();
    let owner = match session::owner_of_form(&app.store, token).await {
        Ok(Some(owner)) if !SECRET.iter().any(|secret| path.starts_with(secret)) => owner,
        Ok(Some(_)) if found.is_none() => return Redirect::to("/sign-in").into_response(),
        Ok(_) => return PageError::Forged.into_response(),
        Err(error) => return PageError::from(error).into_response(),
    };
    if let Err(error) = stash::record_stash(&app.store, owner, path, bytes).await {
        return PageError::from(error).into_response();
    }
    match found {
        Some(session) if session.user != owner => PageError::Forged.into_response(),
        Some(session) if session.complete => Redirect::to("/restore").into_response(),
        _ => Redirect::to("/sign-in?next=/restore").into_response(),
    }
}

fn is_urlencoded(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_none_or(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    })
}

/// Whether an urlencoded body is UTF-8 once its percent signs are read: bytes that are not would be kept as
/// something nobody typed.
fn is_text(bytes: &[u8]) -> bool {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        (rest, plain) = match byte.filter(|_| *first == b'%') {
            Some(byte) => (&after[2..], pushed(plain, byte)),
            None => (after, pushed(plain, *first)),
        };
    }
    std::str::from_utf8(&plain).is_ok()
}

fn pushed(mut bytes: Vec<u8>, byte: u8) -> Vec<u8> {
    bytes.push(byte);
    bytes
}

/// NUL as itself or percent-encoded: no field takes it and PostgreSQL cannot keep it.
fn has_nul(bytes: &[u8]) -> bool {
    bytes.contains(&0) || bytes.windows(3).any(|three| three == b"%00")
}

/// The first value of a field of an urlencoded body.
fn field(bytes: &[u8], name: &str) -> Option<String> {
    fields(bytes)
        .into_iter()
        .find(|(found, _)| found == name)
        .map(|(_, value)| value)
}

/// Every field of an urlencoded body, in order. What cannot be read is left out.
pub fn fields(bytes: &[u8]) -> Vec<(String, String)> {
    serde_html_form::from_bytes(bytes).unwrap_or_default()
}

/// How long sessions last by the operator's settings.
pub fn lengths(settings: &Settings) -> Lengths {
    let micros =
        |length: std::time::Duration| i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
    Lengths {
        idle: micros(settings.session_idle),
        absolute: micros(settings.session_absolute),
    }
}

/// The cookie's name: bound to this host alone where the connection is secure.
pub fn cookie_name(settings: &Settings) -> &'static str {
    if settings.secure() {
        "__Host-heyrick"
    } else {
        "heyrick"
    }
}

/// Sets the session cookie, or takes it away with an empty value.
pub fn set_cookie(response: &mut Response, settings: &Settings, value: &str) {
    write_cookie(response, settings, cookie_name(settings), value);
}

/// Writes a cookie no script reads and no other site sends.
pub(crate) fn write_cookie(response: &mut Response, settings: &Settings, name: &str, value: &str) {
    let secure = if settings.secure() { "; Secure" } else { "" };
    let ends = if value.is_empty() { "; Max-Age=0" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{ends}");
    if let Ok(text) = HeaderValue::from_str(&text) {
        response.headers_mut().append(SET_COOKIE, text);
    }
}

/// The browser and system in words, for somebody's own list of sessions.
pub fn device(headers: &HeaderMap) -> String {
    let agent = headers
        .get("user-agent")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let first = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_text_or_refused() {
        for (body, want) in [
            (&b"a=%C3%A9&b=100%25"[..], true),
            (b"a=100%", true),
            (b"a=%zz", true),
            (b"a=%ff%fe", false),
            (b"a=\xff", false),
        ] {
            assert_eq!(is_text(body), want, "{body:?}");
        }
    }

    #[test]
    fn fields_keep_their_order_and_their_repeats() {
        let read = fields(b"a=1&b=x+y&a=2&c=%C3%A9");
        let want = [("a", "1"), ("b", "x y"), ("a", "2"), ("c", "é")];
        assert_eq!(
            read,
            want.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn a_device_is_named_in_words() {
        let mut headers = HeaderMap::new();
        assert_eq!(device(&headers), "–");
        headers.insert(
            "user-agent",
            HeaderValue::from_static(
                "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/150.0",
            ),
        );
        assert_eq!(device(&headers), "Firefox, Linux");
    }
}
