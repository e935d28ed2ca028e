//! A house with people in it, and a program that calls its API for one of them.

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_store::journal::Actor;
use heyrick_store::user::NewUser;
use heyrick_store::{Clock, agency, token, user};
use heyrick_web::App;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::common::{app_on, ask};

/// A fresh house on Monday 5 October 2026, one team in it.
pub struct House {
    pub app: App,
    team: agency::Team,
    _fresh: heyrick_testkit::Fresh,
}

impl House {
    pub async fn new() -> Self {
        Self::at("2026-10-05T11:00:00Z").await
    }

    /// A house whose clock stands at that instant.
    pub async fn at(noon: &str) -> Self {
        Self::on(heyrick_testkit::sqlite().unwrap(), noon).await
    }

    /// The same on each engine.
    pub async fn on_both(noon: &str) -> Vec<Self> {
        let mut houses = Vec::new();
        for fresh in heyrick_testkit::engines().unwrap() {
            houses.push(Self::on(fresh, noon).await);
        }
        houses
    }

    async fn on(fresh: heyrick_testkit::Fresh, noon: &str) -> Self {
        let noon: Timestamp = noon.parse().unwrap();
        let app = app_on(&fresh, Clock::fixed(noon)).await;
        let force = agency::record_agency(&app.store, Actor::COMMAND_LINE, "Testshire", "police");
        let force = force.await.unwrap();
        let team = agency::record_team(&app.store, Actor::COMMAND_LINE, force.id, "North");
        Self {
            team: team.await.unwrap(),
            app,
            _fresh: fresh,
        }
    }

    /// Lets time pass.
    pub fn wait(&self, time: SignedDuration) {
        let now = Timestamp::from_microsecond(self.app.store.now()).unwrap();
        self.app.store.clock.set(now.checked_add(time).unwrap());
    }

    /// Somebody of the team, and their token with every scope.
    pub async fn caller(&self, name: &str, role: Role) -> Caller {
        self.caller_with(name, role, &token::SCOPES).await
    }

    pub async fn caller_with(&self, name: &str, role: Role, scopes: &[&str]) -> Caller {
        let new = NewUser {
            username: name.to_owned(),
            display_name: name.to_owned(),
            role,
            agency: self.team.agency,
            team: Some(self.team.id),
            password: Some("a long invented password".to_owned()),
            must_change_password: false,
        };
        let store = &self.app.store;
        let (made, _) = user::record_user(store, Actor::COMMAND_LINE, new)
            .await
            .unwrap();
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let token = token::record_token(store, Actor::COMMAND_LINE, made.id, "test", &scopes);
        Caller {
            app: self.app.clone(),
            token: token.await.unwrap(),
            user: made.id,
        }
    }
}

/// A program with somebody's token.
pub struct Caller {
    app: App,
    token: String,
    user: heyrick_domain::id::UserId,
}

/// An answer, read.
#[derive(Debug)]
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
}

impl Got {
    /// Insists on a status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }

    pub fn text(&self, pointer: &str) -> &str {
        self.json.pointer(pointer).unwrap().as_str().unwrap()
    }
}

impl Caller {
    /// The same person, as the store's functions take them.
    pub async fn viewer(&self) -> Viewer {
        user::viewer(&self.app.store, self.user, Through::CommandLine, None)
            .await
            .unwrap()
            .unwrap()
    }

    /// The same person with another token.
    pub fn with(&self, token: String) -> Self {
        Self {
            app: self.app.clone(),
            token,
            user: self.user,
        }
    }

    pub async fn get(&self, path: &str) -> Got {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Got {
        let request = Request::post(path).header("content-type", "application/json");
        self.send(request, Body::from(body.to_string())).await
    }

    pub async fn put(&self, path: &str, etag: &str, body: Value) -> Got {
        let request = Request::put(path)
            .header("content-type", "application/json")
            .header("if-match", etag);
        self.send(request, Body::from(body.to_string())).await
    }

    /// The words of a paper, on one line.
    pub async fn paper(&self, path: &str) -> String {
        let request = Request::get(path).header("authorization", format!("Bearer {}", self.token));
        let router = heyrick_web::router(self.app.clone());
        let request = request.body(Body::empty()).unwrap();
        let answer = tower::ServiceExt::oneshot(router, request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let pdf = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
        let text = pdf_extract::extract_text_from_mem(&pdf.unwrap()).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub async fn send(&self, request: axum::http::request::Builder, body: Body) -> Got {
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let answer = ask(&self.app, request.body(body).unwrap()).await;
        Got {
            json: serde_json::from_str(&answer.body).unwrap_or(Value::Null),
            status: answer.status,
            headers: answer.headers,
        }
    }
}
