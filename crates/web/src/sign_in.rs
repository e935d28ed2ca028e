//! Signing in and out: name and password, then a code. The answers are the same, and take as long,
//! whether a name exists or not.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use axum_extra::extract::Form;
use data_encoding::BASE64URL_NOPAD;
use heyrick_store::factor::{self, CodeCheck};
use heyrick_store::session::{self, Session, SignIn};
use heyrick_store::{random, user};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::app::{App, SecondFactor};
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::Page;
use crate::session::{
    Found, Nothing, SafeForm, Signed, cookie_name, device, set_cookie, write_cookie,
};
use crate::visit::{Reader, Visit, cookie};

/// `/sign-in`, `/sign-in/code`, `/sign-out`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(show).post(sign_in))
        .route("/sign-in/code", get(show_code).post(take_code))
        .route("/sign-out", post(sign_out))
}

/// A visitor whose form carries a token bound to a cookie, before there is a session.
struct Visitor {
    visit: Visit,
    csrf: String,
}

impl Reader for Visitor {
    fn visit(&self) -> &Visit {
        &self.visit
    }

    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// The network address of a request, for counting failures; never kept in clear. Behind a trusted proxy,
/// the address that proxy was asked from.
pub(crate) struct Address(pub(crate) String);

impl FromRequestParts<App> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let socket = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let Some(socket) = socket.map(|socket| socket.0.ip()) else {
            return Ok(Self("unknown".to_owned()));
        };
        let forwarded = parts.headers.get_all("x-forwarded-for").iter();
        let forwarded: Vec<&str> = forwarded.filter_map(|one| one.to_str().ok()).collect();
        let trusted = &app.settings.trusted_proxies;
        Ok(Self(asked_from(socket, &forwarded, trusted).to_string()))
    }
}

/// From where was asked: each trusted proxy adds, at the end, from where it was asked. What stands before
/// the first address that is no trusted proxy anybody may have written.
fn asked_from(socket: IpAddr, forwarded: &[&str], trusted: &[IpAddr]) -> IpAddr {
    let mut from = socket.to_canonical();
    let mut said = forwarded.iter().flat_map(|line| line.split(',')).rev();
    while trusted.contains(&from) {
        let Some(next) = said
            .next()
            .and_then(|one| one.trim().parse::<IpAddr>().ok())
        else {
            break;
        };
        from = next.to_canonical();
    }
    from
}

#[derive(Debug, Default, Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Debug, Deserialize)]
struct Credentials {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    next: String,
}

async fn show(
    visit: Visit,
    State(app): State<App>,
    Query(next): Query<Next>,
    Extension(Found(found)): Extension<Found>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    match found {
        Some(session) if session.complete => Ok(Redirect::to("/").into_response()),
        Some(_) => Ok(Redirect::to("/sign-in/code").into_response()),
        None => form(&app, visit, &headers, local(&next.next), "", None),
    }
}

async fn sign_in(
    visit: Visit,
    Address(address): Address,
    State(app): State<App>,
    headers: HeaderMap,
    form_read: Result<Form<Credentials>, axum_extra::extract::FormRejection>,
) -> Result<Response, PageError> {
    let Form(given) = form_read.map_err(|_| PageError::Unreadable)?;
    let next = local(&given.next);
    if [&given.username, &given.password]
        .iter()
        .any(|text| text.contains('\0'))
    {
        return Err(PageError::Unreadable);
    }
    let token = cookie(&headers, visitor_cookie(&app))
        .map(|value| token_of(&value))
        .unwrap_or_default();
    if token.is_empty() || !bool::from(token.as_bytes().ct_eq(given.csrf.as_bytes())) {
        return form(
            &app,
            visit,
            &headers,
            next,
            &given.username,
            Some("sign-in-again"),
        );
    }
    match session::sign_in(
        &app.store,
        &given.username,
        &given.password,
        &address,
        &device(&headers),
    )
    .await?
    {
        SignIn::Wrong => form(
            &app,
            visit,
            &headers,
            next,
            &given.username,
            Some("sign-in-wrong"),
        ),
        SignIn::Wait => form(
            &app,
            visit,
            &headers,
            next,
            &given.username,
            Some("sign-in-wait"),
        ),
        SignIn::Begun {
            cookie,
            has_factor: true,
            ..
        } => {
            let mut response = Redirect::to(&with_next("/sign-in/code", next)).into_response();
            set_cookie(&mut response, &app.settings, &cookie);
            Ok(response)
        }
        SignIn::Begun { cookie, .. } => {
            let begun =
                session::session(&app.store, &cookie, crate::session::lengths(&app.settings))
                    .await?;
            let begun = begun.ok_or(PageError::NotFound)?;
            finish(&app, &begun, Some(&given.username), next).await
        }
    }
}

/// Completes a session and goes where the reader wanted to go.
async fn finish(
    app: &App,
    begun: &Session,
    username: Option<&str>,
    next: &str,
) -> Result<Response, PageError> {
    let value = session::complete(&app.store, begun, username).await?;
    let mut response = Redirect::to(if next.is_empty() { "/" } else { next }).into_response();
    set_cookie(&mut response, &app.settings, &value);
    write_cookie(&mut response, &app.settings, visitor_cookie(app), "");
    Ok(response)
}

fn form(
    app: &App,
    visit: Visit,
    headers: &HeaderMap,
    next: &str,
    username: &str,
    error: Option<&str>,
) -> Result<Response, PageError> {
    let known = cookie(headers, visitor_cookie(app)).filter(|value| value.len() == 43);
    let value = match known {
        Some(value) => value,
        None => BASE64URL_NOPAD.encode(&random::<32>()?),
    };
    let locale = visit.locale;
    let visitor = Visitor {
        visit,
        csrf: token_of(&value),
    };
    let errors: Vec<FormError> = error
        .map(|key| FormError {
            text: app.words.text(locale, key, &[]),
            href: "#username".to_owned(),
        })
        .into_iter()
        .collect();
    let status = match error {
        None => StatusCode::OK,
        Some("sign-in-wait") => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut response = Page::new("sign_in/sign_in.html", &visitor)
        .with("errors", errors)
        .with("username", username)
        .with("next", next)
        .with(
            "second_factor",
            app.settings.second_factor == SecondFactor::Required,
        )
        .status(status)
        .render(app)?;
    write_cookie(&mut response, &app.settings, visitor_cookie(app), &value);
    Ok(response)
}

/// A session that still lacks its code.
struct Half {
    session: Session,
    visit: Visit,
    csrf: String,
}

impl Reader for Half {
    fn visit(&self) -> &Visit {
        &self.visit
    }

    fn csrf(&self) -> &str {
        &self.csrf
    }
}

impl FromRequestParts<App> for Half {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Response> {
        let found = parts
            .extensions
            .get::<Found>()
            .and_then(|found| found.0.clone());
        match found {
            Some(session) if session.complete => Err(Redirect::to("/").into_response()),
            Some(session) => Ok(Self {
                csrf: session.csrf(),
                session,
                visit: Visit::of(&parts.method, &parts.uri, &parts.headers),
            }),
            None => Err(Redirect::to("/sign-in").into_response()),
        }
    }
}

#[derive(Debug, Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

async fn show_code(
    half: Half,
    State(app): State<App>,
    Query(next): Query<Next>,
) -> Result<Response, PageError> {
    code_form(&app, &half, local(&next.next), None)
}

async fn take_code(
    half: Half,
    Address(address): Address,
    State(app): State<App>,
    SafeForm(given): SafeForm<Code>,
) -> Result<Response, PageError> {
    let next = local(&given.next);
    let owner = half.session.user;
    if !session::may_try_code(&app.store, owner, &address).await? {
        return code_form(&app, &half, next, Some("sign-in-wait"));
    }
    let digits = given.code.chars().filter(char::is_ascii_digit).count();
    let check = if digits == 6 && given.code.chars().all(|c| c.is_ascii_digit() || c == ' ') {
        factor::check_code(&app.store, owner, &given.code).await?
    } else {
        factor::use_recovery_code(&app.store, owner, &given.code).await?
    };
    match check {
        CodeCheck::Taken => {
            session::code_was_right(&app.store, owner, &address).await?;
            let account = user::user(&app.store, owner).await?;
            let username = account.map(|account| account.username);
            finish(&app, &half.session, username.as_deref(), next).await
        }
        CodeCheck::Wrong => {
            session::record_wrong_code(&app.store, owner).await?;
            code_form(&app, &half, next, Some("sign-in-code-wrong"))
        }
    }
}

fn code_form(
    app: &App,
    half: &Half,
    next: &str,
    error: Option<&str>,
) -> Result<Response, PageError> {
    let errors: Vec<FormError> = error
        .map(|key| FormError {
            text: app.words.text(half.visit.locale, key, &[]),
            href: "#code".to_owned(),
        })
        .into_iter()
        .collect();
    Page::new("sign_in/code.html", half)
        .errors(errors)
        .with("next", next)
        .render(app)
}

async fn sign_out(
    signed: Signed,
    State(app): State<App>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    session::record_ended(&app.store, &signed.viewer, signed.session.id).await?;
    let mut response = Redirect::to("/sign-in").into_response();
    set_cookie(&mut response, &app.settings, "");
    response.headers_mut().insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}

fn visitor_cookie(app: &App) -> &'static str {
    if cookie_name(&app.settings).starts_with("__Host-") {
        "__Host-visitor"
    } else {
        "visitor"
    }
}

fn token_of(value: &str) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(format!("sign-in {value}").as_bytes()))
}

/// An address of ours, or nothing: nobody is sent elsewhere after signing in.
fn local(next: &str) -> &str {
    let ours =
        next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', ':']);
    if ours { next } else { "" }
}

fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?next={next}")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn whoever_asked_a_trusted_proxy_is_counted_and_nobody_writes_their_own_address() {
        let proxies: Vec<IpAddr> = ["127.0.0.1", "10.0.0.2"]
            .map(|one| one.parse().unwrap())
            .into();
        for (socket, forwarded, want) in [
            ("192.0.2.7", &["198.51.100.1"][..], "192.0.2.7"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            (
                "127.0.0.1",
                &["6.6.6.6", "198.51.100.1, 10.0.0.2"],
                "198.51.100.1",
            ),
            ("127.0.0.1", &["unknown"], "127.0.0.1"),
        ] {
            let from = asked_from(socket.parse().unwrap(), forwarded, &proxies);
            assert_eq!(from.to_string(), want, "{socket} {forwarded:?}");
        }
    }

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        assert_eq!(local("/referrals/abc"), "/referrals/abc");
        for elsewhere in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "evil",
            "/a\r\nb",
            "",
        ] {
            assert_eq!(local(elsewhere), "", "{elsewhere}");
        }
    }
}
