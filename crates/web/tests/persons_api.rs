//! The API of people: the same doors as the pages, versions, cursors, problems that repeat nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use common::browser::Browser;
use common::{Answer, app, ask};
use heyrick_domain::user::Role;
use heyrick_store::journal::Actor;
use heyrick_store::{agency, token};
use heyrick_web::App;
use serde_json::{Value, json};

struct Scene {
    app: App,
    amber: Caller,
    reader: Caller,
    stranger: Caller,
    _fresh: heyrick_testkit::Fresh,
}

/// Whoever calls with a token.
struct Caller(String);

async fn caller(app: &App, browser: &Browser, scopes: &[&str]) -> Caller {
    let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    let user = browser.user.id;
    let token = token::record_token(&app.store, Actor::COMMAND_LINE, user, "test", &scopes);
    Caller(token.await.unwrap())
}

async fn scene() -> Scene {
    let (app, fresh) = app().await;
    let by = Actor::COMMAND_LINE;
    let store = &app.store;
    let force = agency::record_agency(store, by.clone(), "Testshire", "police")
        .await
        .unwrap();
    let north = agency::record_team(store, by.clone(), force.id, "North")
        .await
        .unwrap();
    let south = agency::record_team(store, by, force.id, "South")
        .await
        .unwrap();
    let amber = Browser::of(&app, "dc.amber", Role::Constable, &north).await;
    let slate = Browser::of(&app, "dc.slate", Role::Constable, &south).await;
    let both = ["persons:read", "persons:write"];
    Scene {
        amber: caller(&app, &amber, &both).await,
        reader: caller(&app, &amber, &["persons:read"]).await,
        stranger: caller(&app, &slate, &both).await,
        app,
        _fresh: fresh,
    }
}

impl Caller {
    async fn call(&self, app: &App, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.call_with(app, method, path, body, None).await
    }

    async fn call_with(
        &self,
        app: &App,
        method: Method,
        path: &str,
        body: Option<&Value>,
        version: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.0))
            .header("content-type", "application/json");
        if let Some(version) = version {
            request = request.header("if-match", version);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        ask(app, request.body(body).unwrap()).await
    }

    async fn add(&self, app: &App, body: Value) -> (String, String) {
        let made = self.call(app, Method::POST, PERSONS, Some(&body)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        (
            made.to().to_owned(),
            made.headers["etag"].to_str().unwrap().to_owned(),
        )
    }
}

const PERSONS: &str = "/api/v1/persons";

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body))
}

#[tokio::test]
async fn a_person_is_made_read_and_changed_in_their_version() {
    let scene = scene().await;
    let (app, amber) = (&scene.app, &scene.amber);
    let details = json!({
        "first_name": "Testa", "dob": "~1998-03", "nationality": "eritrean",
        "unknowns": { "gender": "not_safe_to_ask" }
    });
    let (there, first) = amber.add(app, details).await;
    let read = json_of(&amber.call(app, Method::GET, &there, None).await);
    assert_eq!(read["label"], "Testa");
    assert_eq!(read["details"]["nationality"], "Eritrean");
    assert_eq!(read["details"]["dob"], "~1998-03");
    assert_eq!(read["details"]["unknowns"]["gender"], "not_safe_to_ask");
    assert!(read["reference"].as_str().unwrap().starts_with("P-"));

    let change = json!({ "first_name": "Testa", "language": "Tigrinya" });
    let bare = amber.call(app, Method::PUT, &there, Some(&change)).await;
    assert_eq!(bare.status, StatusCode::PRECONDITION_REQUIRED);
    let put = |version: String| {
        let (there, change) = (there.clone(), change.clone());
        async move {
            let version = Some(version.as_str());
            amber
                .call_with(app, Method::PUT, &there, Some(&change), version)
                .await
        }
    };
    let changed = put(first.clone()).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let second = changed.headers["etag"].to_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(json_of(&changed)["details"]["dob"], Value::Null, "replaced");
    let other = json!({ "first_name": "Testo" });
    let late = amber
        .call_with(app, Method::PUT, &there, Some(&other), Some(&first))
        .await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(late.headers["etag"].to_str().unwrap(), second);
}

#[tokio::test]
async fn what_is_wrong_is_named_by_pointer_and_never_repeated() {
    let scene = scene().await;
    let (app, amber) = (&scene.app, &scene.amber);
    let wrong = json!({
        "first_name": "Willowette\u{1b}", "dob": "1998-02-30", "gender": "x", "nationality": "Atlantean"
    });
    let refused = amber.call(app, Method::POST, PERSONS, Some(&wrong)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    let problem = json_of(&refused);
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/dob", "/first_name", "/gender", "/nationality"]);
    assert!(!refused.body.contains("Willowette") && !refused.body.contains("Atlantean"));
    assert!(!refused.body.contains('⟦'), "{}", refused.body);
    for (body, status) in [
        (json!({}), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json!({ "first_name": "a", "colour": 1 }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (json!({ "first_name": 7 }), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json!({ "first_name": "a", "unknowns": { "gender": "maybe" } }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({ "first_name": "a", "unknowns": { "notes": "refused" } }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        let refused = amber.call(app, Method::POST, PERSONS, Some(&body)).await;
        assert_eq!(refused.status, status, "{body}");
    }
    let list = json_of(&amber.call(app, Method::GET, PERSONS, None).await);
    assert_eq!(list["items"], json!([]), "nothing was made");
}

#[tokio::test]
async fn what_may_not_be_seen_is_absent_everywhere() {
    let scene = scene().await;
    let (app, amber, stranger) = (&scene.app, &scene.amber, &scene.stranger);
    let (there, version) = amber.add(app, json!({ "called": "PV3" })).await;
    let phone = json!({ "kind": "phone", "value": "07700 900123", "safe": "confirmed" });
    let contacts = format!("{there}/contacts");
    let made = amber.call(app, Method::POST, &contacts, Some(&phone)).await;
    let contact = json_of(&made)["id"].as_str().unwrap().to_owned();
    let change = json!({ "called": "PV4" });
    let name = json!({ "kind": "alias", "name": "Bee" });
    let nowhere = format!("{PERSONS}/aaaaaaaaaaaaaaaaaaaa");
    let never = stranger.call(app, Method::GET, &nowhere, None).await.body;
    for (method, path, body) in [
        (Method::GET, there.clone(), None),
        (Method::PUT, there.clone(), Some(&change)),
        (Method::GET, contacts.clone(), None),
        (Method::POST, contacts.clone(), Some(&phone)),
        (Method::DELETE, format!("{contacts}/{contact}"), None),
        (Method::POST, format!("{there}/names"), Some(&name)),
    ] {
        let hidden = stranger
            .call_with(app, method.clone(), &path, body, Some(&version))
            .await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{method} {path}");
        assert_eq!(hidden.body, never, "{method} {path}");
    }
    let search = json!({ "term": "pv3" });
    let path = format!("{PERSONS}/search");
    let found = stranger.call(app, Method::POST, &path, Some(&search)).await;
    assert_eq!(json_of(&found)["items"], json!([]));
    let found = json_of(&amber.call(app, Method::POST, &path, Some(&search)).await);
    assert_eq!(found["items"][0]["label"], "PV3");
}

#[tokio::test]
async fn a_token_does_no_more_than_its_scopes() {
    let scene = scene().await;
    let (app, amber, reader) = (&scene.app, &scene.amber, &scene.reader);
    let (there, version) = amber.add(app, json!({ "called": "PV3" })).await;
    let body = json!({ "called": "PV4" });
    assert_eq!(
        reader.call(app, Method::GET, &there, None).await.status,
        StatusCode::OK
    );
    for (method, path) in [
        (Method::POST, PERSONS.to_owned()),
        (Method::PUT, there.clone()),
        (Method::DELETE, format!("{there}/contacts/x")),
    ] {
        let refused = reader
            .call_with(app, method.clone(), &path, Some(&body), Some(&version))
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{method} {path}");
    }
    let nobody = Caller("wrong".to_owned());
    let refused = nobody.call(app, Method::GET, PERSONS, None).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn lists_go_on_with_a_sealed_cursor() {
    let scene = scene().await;
    let (app, amber) = (&scene.app, &scene.amber);
    for n in 0..5 {
        amber.add(app, json!({ "called": format!("PV{n}") })).await;
    }
    let mut labels = Vec::new();
    let mut path = format!("{PERSONS}?limit=2");
    loop {
        let page = json_of(&amber.call(app, Method::GET, &path, None).await);
        for item in page["items"].as_array().unwrap() {
            labels.push(item["label"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else {
            break;
        };
        assert!(!next.contains("pv"), "{next}");
        path = format!("{PERSONS}?limit=2&cursor={next}");
    }
    assert_eq!(labels, ["PV0", "PV1", "PV2", "PV3", "PV4"]);
    for query in [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=AAAA",
        "colour=1",
        "sort=age",
    ] {
        let path = format!("{PERSONS}?{query}");
        let refused = amber.call(app, Method::GET, &path, None).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn names_and_contact_routes_are_added_and_ended() {
    let scene = scene().await;
    let (app, amber) = (&scene.app, &scene.amber);
    let (there, _) = amber.add(app, json!({ "called": "PV3" })).await;
    let name = json!({ "kind": "nickname", "name": "Bee" });
    let names = format!("{there}/names");
    let made = amber.call(app, Method::POST, &names, Some(&name)).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let id = json_of(&made)["id"].as_str().unwrap().to_owned();
    let read = json_of(&amber.call(app, Method::GET, &there, None).await);
    assert_eq!(read["names"][0]["name"], "Bee");
    let again = amber.call(app, Method::POST, &names, Some(&name)).await;
    assert_eq!(json_of(&again)["errors"][0]["pointer"], "/name");
    let ended = amber
        .call(app, Method::DELETE, &format!("{names}/{id}"), None)
        .await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);

    let contacts = format!("{there}/contacts");
    let route = json!({ "kind": "address", "value": "1 Invented Street", "safe": "never", "notes": "the uncle" });
    let made = amber.call(app, Method::POST, &contacts, Some(&route)).await;
    let id = json_of(&made)["id"].as_str().unwrap().to_owned();
    let read = json_of(&amber.call(app, Method::GET, &contacts, None).await);
    assert_eq!(read["items"][0]["value"], "1 Invented Street");
    assert_eq!(read["items"][0]["safe"], "never");
    let empty = json!({ "kind": "phone", "value": " ", "safe": "never" });
    let refused = amber.call(app, Method::POST, &contacts, Some(&empty)).await;
    assert_eq!(json_of(&refused)["errors"][0]["pointer"], "/value");
    let one = format!("{contacts}/{id}");
    let ended = amber.call(app, Method::DELETE, &one, None).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let gone = amber.call(app, Method::DELETE, &one, None).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}
