//! Somebody's own account: password, second factor, sessions, tokens, language.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use heyrick_domain::id::PublicId;
use heyrick_store::digest::Preference;
use heyrick_store::session::SessionLine;
use heyrick_store::token::{SCOPES, TokenLine};
use heyrick_store::{StoreError, digest, factor, feed, session, token, user};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::error::PageError;
use crate::page::{Page, saved, sees_cases};
use crate::session::{Nothing, SafeForm, Signed, lengths};

/// What tries of somebody signed in are counted under in place of a network address.
const SIGNED_IN: &str = "account";

/// `/account` and what is below it.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/account/session", get(stay))
        .route("/account", get(show))
        .route(
            "/account/password",
            get(show_password).post(change_password),
        )
        .route(
            "/account/second-factor",
            get(show_factor).post(confirm_factor),
        )
        .route("/account/second-factor/picture.svg", get(picture))
        .route("/account/second-factor/new", post(new_factor))
        .route("/account/recovery-codes", post(new_codes))
        .route("/account/sessions/end", post(end_session))
        .route("/account/language", post(change_language))
        .route("/account/tokens", post(add_token))
        .route("/account/tokens/{id}/revoke", post(revoke_token))
}

#[derive(Debug, Serialize)]
struct Line {
    handle: String,
    device: String,
    created_at: i64,
    last_seen_at: i64,
    own: bool,
}

#[derive(Debug, Serialize)]
struct TokenShown {
    id: String,
    label: String,
    scopes: String,
    created_at: i64,
    last_used_at: Option<i64>,
}

#[derive(Debug, Serialize)]
struct FormError {
    text: String,
    href: &'static str,
}

async fn show(signed: Signed, State(app): State<App>) -> Result<Response, PageError> {
    overview(&app, &signed, Overview::default()).await
}

/// What the overview shows besides what is kept.
#[derive(Debug, Default)]
pub(crate) struct Overview {
    /// The address of a calendar feed, made just now.
    pub new_feed: Option<String>,
    /// What was chosen about the daily e-mail and could not be kept.
    pub digest: Option<Preference>,
    /// An API token, made just now.
    pub new_token: Option<String>,
    /// What is wrong: a key, and where on the page.
    pub error: Option<(&'static str, &'static str)>,
    /// What was typed for a token.
    pub label: String,
    /// What was ticked for it.
    pub scopes: Vec<String>,
}

pub(crate) async fn overview(
    app: &App,
    signed: &Signed,
    extra: Overview,
) -> Result<Response, PageError> {
    let own = signed.session.id;
    let sessions =
        session::sessions(&app.store, signed.viewer.user, lengths(&app.settings)).await?;
    let lines: Vec<Line> = sessions
        .into_iter()
        .map(|line| Line {
            own: line.id == own,
            handle: handle(&line),
            device: line.device,
            created_at: line.created_at,
            last_seen_at: line.last_seen_at,
        })
        .collect();
    let tokens = token::tokens(&app.store, Some(signed.viewer.user)).await?;
    let tokens: Vec<TokenShown> = tokens
        .into_iter()
        .filter(|token| !token.revoked)
        .map(shown)
        .collect();
    let account = user::user(&app.store, signed.viewer.user)
        .await?
        .ok_or(PageError::NotFound)?;
    let digest = match extra.digest {
        Some(typed) => typed,
        None => digest::preference(&app.store, signed.viewer.user).await?,
    };
    let feed = feed::feed(&app.store, signed.viewer.user).await?;
    let codes_left = factor::recovery_codes_left(&app.store, signed.viewer.user).await?;
    let status = if extra.error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let errors: Vec<FormError> = extra
        .error
        .into_iter()
        .map(|(key, href)| error(app, signed, key, href))
        .collect();
    Page::new("account/account.html", signed)
        .with("username", account.username)
        .with("role", signed.viewer.role.code())
        .with("has_factor", account.has_factor)
        .with("codes_left", codes_left)
        .with("sessions", lines)
        .with("tokens", tokens)
        .with("scopes", SCOPES)
        .with("chosen_scopes", extra.scopes)
        .with("label", extra.label)
        .with("new_token", extra.new_token)
        .with("works_cases", sees_cases(signed.viewer.role))
        .with("sends_mail", app.settings.sends_mail)
        .with("digest_wanted", digest.wanted)
        .with("digest_email", digest.email)
        .with("feed_at", feed.map(|feed| feed.created_at))
        .with("feed_used_at", feed.and_then(|feed| feed.last_used_at))
        .with("new_feed", extra.new_feed)
        .with("errors", errors)
        .status(status)
        .render(app)
}

fn shown(token: TokenLine) -> TokenShown {
    let scopes: Vec<String> = token.scopes.into_iter().collect();
    TokenShown {
        id: token.public_id.0,
        label: token.label,
        scopes: scopes.join(", "),
        created_at: token.created_at,
        last_used_at: token.last_used_at,
    }
}

fn error(app: &App, signed: &Signed, key: &str, href: &'static str) -> FormError {
    FormError {
        text: app.words.text(signed.locale(), key, &[]),
        href,
    }
}

/// A session's name in a form: its id is never shown.
fn handle(line: &SessionLine) -> String {
    let hash = Sha256::digest(line.id.0.as_bytes());
    data_encoding::HEXLOWER.encode(&hash[..12])
}

#[derive(Debug, Deserialize)]
struct EndSession {
    session: String,
}

async fn end_session(
    signed: Signed,
    State(app): State<App>,
    SafeForm(form): SafeForm<EndSession>,
) -> Result<Response, PageError> {
    let sessions =
        session::sessions(&app.store, signed.viewer.user, lengths(&app.settings)).await?;
    if let Some(line) = sessions.iter().find(|line| handle(line) == form.session) {
        session::record_ended(&app.store, &signed.viewer, line.id).await?;
    }
    Ok(saved("/account", "account-session-ended"))
}

async fn show_password(signed: Signed, State(app): State<App>) -> Result<Response, PageError> {
    password_form(&app, &signed, None).await
}

async fn password_form(
    app: &App,
    signed: &Signed,
    wrong: Option<(&str, &'static str)>,
) -> Result<Response, PageError> {
    let account = user::user(&app.store, signed.viewer.user)
        .await?
        .ok_or(PageError::NotFound)?;
    let status = if wrong.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let errors: Vec<FormError> = wrong
        .into_iter()
        .map(|(key, href)| error(app, signed, key, href))
        .collect();
    Page::new("account/password.html", signed)
        .with("errors", errors)
        .with("owed", account.must_change_password)
        .with("username", account.username)
        .status(status)
        .render(app)
}

#[derive(Debug, Deserialize)]
struct NewPassword {
    /// For whoever keeps passwords in the browser; read by nobody here.
    #[serde(default, rename = "username")]
    _username: String,
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

async fn change_password(
    signed: Signed,
    State(app): State<App>,
    SafeForm(form): SafeForm<NewPassword>,
) -> Result<Response, PageError> {
    if let Some(key) = not_own(&app, &signed, form.current).await? {
        return password_form(&app, &signed, Some((key, "#current"))).await;
    }
    if form.password != form.again {
        return password_form(&app, &signed, Some(("account-password-differs", "#again"))).await;
    }
    let keep = Some(signed.session.id);
    match user::record_password(
        &app.store,
        &signed.viewer,
        signed.viewer.user,
        &form.password,
        false,
        keep,
    )
    .await
    {
        Ok(()) => Ok(saved("/account", "account-password-changed")),
        Err(StoreError::Refused(key)) => {
            password_form(&app, &signed, Some((key, "#password"))).await
        }
        Err(other) => Err(other.into()),
    }
}

/// Why a password is not taken for the account's own, if it is not: whoever finds a desk unlocked changes
/// nothing that signs in.
async fn not_own(
    app: &App,
    signed: &Signed,
    typed: String,
) -> Result<Option<&'static str>, PageError> {
    let user = signed.viewer.user;
    if !session::may_try_code(&app.store, user, SIGNED_IN).await? {
        return Ok(Some("sign-in-wait"));
    }
    if !session::is_own_password(&app.store, user, typed).await? {
        session::record_wrong_code(&app.store, user).await?;
        return Ok(Some("account-password-wrong"));
    }
    session::code_was_right(&app.store, user, SIGNED_IN).await?;
    Ok(None)
}

async fn show_factor(signed: Signed, State(app): State<App>) -> Result<Response, PageError> {
    factor_form(&app, &signed, None).await
}

async fn factor_form(
    app: &App,
    signed: &Signed,
    wrong: Option<&str>,
) -> Result<Response, PageError> {
    let account = user::user(&app.store, signed.viewer.user)
        .await?
        .ok_or(PageError::NotFound)?;
    if account.has_factor {
        return Ok(Redirect::to("/account").into_response());
    }
    let waiting = factor::waiting_factor(&app.store, signed.viewer.user, &account.username).await?;
    let new = match waiting {
        Some(new) => new,
        None => {
            let (viewer, name) = (&signed.viewer, &account.username);
            factor::record_new_factor(&app.store, viewer, viewer.user, name).await?
        }
    };
    let groups: Vec<String> = new
        .secret
        .as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    let status = if wrong.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let errors: Vec<FormError> = wrong
        .into_iter()
        .map(|key| error(app, signed, key, "#code"))
        .collect();
    Page::new("account/second_factor.html", signed)
        .with("errors", errors)
        .with("secret", groups.join(" "))
        .status(status)
        .render(app)
}

/// The picture an authenticator reads, of a secret that waits for its first code.
async fn picture(signed: Signed, State(app): State<App>) -> Result<Response, PageError> {
    let account = user::user(&app.store, signed.viewer.user)
        .await?
        .ok_or(PageError::NotFound)?;
    let waiting = factor::waiting_factor(&app.store, signed.viewer.user, &account.username).await?;
    let new = waiting.ok_or(PageError::NotFound)?;
    let code = QrCode::new(new.address.as_bytes()).map_err(|_| PageError::NotFound)?;
    let drawn = code
        .render::<svg::Color<'_>>()
        .min_dimensions(220, 220)
        .build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], drawn).into_response())
}

#[derive(Debug, Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
}

async fn confirm_factor(
    signed: Signed,
    State(app): State<App>,
    SafeForm(form): SafeForm<Code>,
) -> Result<Response, PageError> {
    let user = signed.viewer.user;
    if !session::may_try_code(&app.store, user, SIGNED_IN).await? {
        return factor_form(&app, &signed, Some("sign-in-wait")).await;
    }
    match factor::confirm_factor(&app.store, &signed.viewer, user, &form.code).await? {
        Some(codes) => {
            session::code_was_right(&app.store, user, SIGNED_IN).await?;
            codes_page(&app, &signed, codes)
        }
        None => {
            session::record_wrong_code(&app.store, user).await?;
            factor_form(&app, &signed, Some("sign-in-code-wrong")).await
        }
    }
}

/// The password, asked again where something that signs in is changed.
#[derive(Debug, Deserialize)]
struct Password {
    #[serde(default)]
    current: String,
}

async fn wrong_password(
    app: &App,
    signed: &Signed,
    error: (&'static str, &'static str),
) -> Result<Response, PageError> {
    let extra = Overview {
        error: Some(error),
        ..Overview::default()
    };
    overview(app, signed, extra).await
}

async fn new_factor(
    signed: Signed,
    State(app): State<App>,
    SafeForm(form): SafeForm<Password>,
) -> Result<Response, PageError> {
    if let Some(key) = not_own(&app, &signed, form.current).await? {
        return wrong_password(&app, &signed, (key, "#current-factor")).await;
    }
    factor::record_factor_removed(&app.store, &signed.viewer, signed.viewer.user).await?;
    Ok(Redirect::to("/account/second-factor").into_response())
}

async fn new_codes(
    signed: Signed,
    State(app): State<App>,
    SafeForm(form): SafeForm<Password>,
) -> Result<Response, PageError> {
    if let Some(key) = not_own(&app, &signed, form.current).await? {
        return wrong_password(&app, &signed, (key, "#current-codes")).await;
    }
    let codes =
        factor::record_recovery_codes(&app.store, &signed.viewer, signed.viewer.user).await?;
    codes_page(&app, &signed, codes)
}

fn codes_page(app: &App, signed: &Signed, codes: Vec<String>) -> Result<Response, PageError> {
    Page::new("account/recovery_codes.html", signed)
        .with("codes", codes)
        .render(app)
}

#[derive(Debug, Deserialize)]
struct Language {
    locale: String,
}

async fn change_language(
    signed: Signed,
    State(app): State<App>,
    SafeForm(form): SafeForm<Language>,
) -> Result<Response, PageError> {
    user::record_locale(&app.store, &signed.viewer, &form.locale).await?;
    let mut response = saved("/account", "account-language-changed");
    let kept = format!(
        "lang={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000",
        form.locale
    );
    if let Ok(value) = header::HeaderValue::from_str(&kept) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

#[derive(Debug, Deserialize)]
struct NewToken {
    #[serde(default)]
    label: String,
    #[serde(default)]
    scopes: Vec<String>,
}

async fn add_token(
    signed: Signed,
    State(app): State<App>,
    SafeForm(form): SafeForm<NewToken>,
) -> Result<Response, PageError> {
    let scopes: Vec<String> = form
        .scopes
        .into_iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    match token::record_token(
        &app.store,
        &signed.viewer,
        signed.viewer.user,
        &form.label,
        &scopes,
    )
    .await
    {
        Ok(new) => {
            overview(
                &app,
                &signed,
                Overview {
                    new_token: Some(new),
                    ..Overview::default()
                },
            )
            .await
        }
        Err(StoreError::Refused(key)) => {
            let href = if key == "token-label" {
                "#label"
            } else {
                "#scopes"
            };
            overview(
                &app,
                &signed,
                Overview {
                    error: Some((key, href)),
                    label: form.label,
                    scopes,
                    ..Overview::default()
                },
            )
            .await
        }
        Err(other) => Err(other.into()),
    }
}

async fn revoke_token(
    signed: Signed,
    Path(id): Path<String>,
    State(app): State<App>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    let owner = Some(signed.viewer.user);
    match token::record_revoked(&app.store, &signed.viewer, owner, &PublicId(id)).await? {
        true => Ok(saved("/account", "account-token-revoked")),
        false => Err(PageError::NotFound),
    }
}

/// Still here: the session goes on. For the script that warns before it ends.
async fn stay(_: Signed) -> axum::http::StatusCode {
    axum::http::StatusCode::NO_CONTENT
}
