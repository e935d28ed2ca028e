//! What stands around every page: templates that can be read, error pages, headers, languages, assets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use common::{app, ask, get};
use heyrick_web::{Page, PageError, Pages, Visit};

#[tokio::test]
async fn every_template_can_be_read() {
    let (app, _fresh) = app().await;
    let names = Pages::names();
    assert!(names.iter().any(|name| name == "layout.html"));
    for name in names {
        app.pages
            .read(&name)
            .unwrap_or_else(|error| panic!("{name}: {error:#}"));
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_page_in_the_readers_language() {
    let (app, _fresh) = app().await;
    let english = get(&app, "/nowhere").await;
    assert_eq!(english.status, StatusCode::NOT_FOUND);
    assert!(
        english
            .body
            .contains("<h1 class=\"govuk-heading-l\">Page not found</h1>"),
        "{}",
        english.body
    );
    let welsh = get(&app, "/nowhere?lang=cy").await;
    assert!(welsh.body.contains("<html lang=\"cy\""));
    assert!(welsh.body.contains("Heb ddod o hyd i’r dudalen"));
    assert!(welsh.body.contains("wedi’i hadolygu eto gan siaradwr"));
    assert!(
        welsh.headers["set-cookie"]
            .to_str()
            .unwrap()
            .starts_with("lang=cy;")
    );
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let (app, _fresh) = app().await;
    for address in ["/nowhere", "/health"] {
        let answer = get(&app, address).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"));
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert!(!answer.headers.contains_key("strict-transport-security"));
    }
}

#[tokio::test]
async fn https_is_said_once_and_for_all() {
    let (mut app, _fresh) = app().await;
    let settings = heyrick_web::Settings {
        public_url: "https://heyrick.example".into(),
        ..Default::default()
    };
    app.settings = settings.into();
    assert!(
        get(&app, "/health")
            .await
            .headers
            .contains_key("strict-transport-security")
    );
}

#[tokio::test]
async fn pages_hold_no_script_or_style_of_their_own() {
    let (app, _fresh) = app().await;
    let page = get(&app, "/nowhere").await.body;
    assert!(!page.contains("style=") && !page.contains("<style") && !page.contains(" onclick"));
    for script in page.split("<script").skip(1) {
        assert!(script.contains("src=\"/assets/"), "{script}");
    }
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let (app, _fresh) = app().await;
    let request = Request::post("/sign-in")
        .header("host", "localhost:8080")
        .header("origin", "https://elsewhere.example")
        .body(Body::empty())
        .unwrap();
    assert_eq!(ask(&app, request).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn assets_named_by_content_are_kept_and_others_are_asked_for_again() {
    let (app, _fresh) = app().await;
    let address = heyrick_web::assets::address("heyrick.css");
    let kept = get(&app, &address).await;
    assert_eq!(kept.status, StatusCode::OK);
    assert!(
        kept.headers["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    let asked = get(&app, "/assets/heyrick.css").await;
    assert_eq!(asked.headers["cache-control"], "public, no-cache");
    assert_eq!(
        get(&app, "/assets/../Cargo.toml").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_failure_inside_shows_no_detail() {
    let (app, _fresh) = app().await;
    let error = Page::new("parts/never.html", &Visit::default())
        .render(&app)
        .unwrap_err();
    assert!(matches!(error, PageError::Template(_)));
    assert_eq!(error.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn the_error_page_itself_renders() {
    let (app, _fresh) = app().await;
    let page = Page::new("error.html", &Visit::default())
        .with("kind", "error-404")
        .with("reason", None::<&str>)
        .with("number", None::<&str>);
    page.render(&app)
        .unwrap_or_else(|error| panic!("{error:?}"));
}

#[tokio::test]
async fn the_pages_anybody_may_read_speak_both_languages_without_a_missing_word() {
    let (app, _fresh) = app().await;
    for address in ["/help", "/accessibility", "/privacy"] {
        for lang in ["en", "cy"] {
            let page = get(&app, &format!("{address}?lang={lang}")).await;
            assert_eq!(page.status, StatusCode::OK, "{address}");
            assert!(
                !page.body.contains('⟦'),
                "{address} in {lang}: {}",
                page.body
            );
        }
    }
}

#[tokio::test]
async fn an_address_with_a_nul_is_nowhere_on_either_engine() {
    let (app, _fresh) = app().await;
    for (address, status) in [
        ("/people/a%00b", StatusCode::NOT_FOUND),
        ("/help?lang=%00", StatusCode::BAD_REQUEST),
        ("/api/v1/persons/a%00b/ages", StatusCode::NOT_FOUND),
        ("/api/v1/persons?cursor=%00", StatusCode::BAD_REQUEST),
    ] {
        let answer = get(&app, address).await;
        assert_eq!(answer.status, status, "{address}");
    }
}
