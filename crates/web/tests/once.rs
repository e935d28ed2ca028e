//! A form sent twice is carried out once; a page used again with other words is another form; a field
//! nobody asked for is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use axum::http::StatusCode;
use common::browser::{Browser, set};
use common::{Answer, app};
use heyrick_domain::user::Role;
use heyrick_store::journal::Actor;
use heyrick_store::{Sql, agency};
use heyrick_testkit::Fresh;
use heyrick_web::{App, SecondFactor, Settings};

async fn scene() -> (App, Browser, Fresh) {
    let (mut app, fresh) = app().await;
    app.settings = Settings {
        second_factor: SecondFactor::Optional,
        ..Settings::default()
    }
    .into();
    let by = Actor::COMMAND_LINE;
    let force = agency::record_agency(&app.store, by.clone(), "Testshire", "police")
        .await
        .unwrap();
    let team = agency::record_team(&app.store, by, force.id, "North")
        .await
        .unwrap();
    let amber = Browser::of(&app, "dc.amber", Role::Constable, &team).await;
    (app, amber, fresh)
}

async fn people(app: &App) -> i64 {
    const COUNT: Sql = Sql::new("select count(*) from persons");
    let rows: Vec<(i64,)> = app.store.db.all(COUNT, vec![]).await.unwrap();
    rows[0].0
}

#[track_caller]
fn leads_to_a_person(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(answer.to().starts_with("/people/"), "{}", answer.to());
    answer.to().to_owned()
}

#[tokio::test]
async fn a_form_sent_twice_is_saved_once_and_answered_the_same() {
    let (app, amber, _fresh) = scene().await;
    let mut form = amber.get(&app, "/people/new").await.form("/people/new");
    set(&mut form, "called", "PV1");
    let (first, second) = tokio::join!(
        amber.send(&app, "/people/new", &form),
        amber.send(&app, "/people/new", &form),
    );
    let to = leads_to_a_person(&first);
    assert_eq!(leads_to_a_person(&second), to, "a double click");
    let third = amber.send(&app, "/people/new", &form).await;
    assert_eq!(leads_to_a_person(&third), to, "sent again much later");
    assert_eq!(
        third.headers.get_all("set-cookie").iter().count(),
        first.headers.get_all("set-cookie").iter().count(),
        "what is said there is said again"
    );
    assert_eq!(people(&app).await, 1);
}

#[tokio::test]
async fn a_page_sent_again_with_other_words_or_opened_again_is_another_form() {
    let (app, amber, _fresh) = scene().await;
    let mut form = amber.get(&app, "/people/new").await.form("/people/new");
    for called in ["PV1", "PV2", "PV1"] {
        set(&mut form, "called", called);
        leads_to_a_person(&amber.send(&app, "/people/new", &form).await);
    }
    assert_eq!(
        people(&app).await,
        3,
        "only the last form of a page is remembered"
    );
    let mut opened = amber.get(&app, "/people/new").await.form("/people/new");
    set(&mut opened, "called", "PV1");
    leads_to_a_person(&amber.send(&app, "/people/new", &opened).await);
    assert_eq!(people(&app).await, 4, "the same words, meant again");
}

#[tokio::test]
async fn a_form_that_was_refused_can_be_mended_and_sent_again() {
    let (app, amber, _fresh) = scene().await;
    let page = amber.get(&app, "/people/new").await;
    let mut form = page.form("/people/new");
    set(&mut form, "dob_day", "31");
    set(&mut form, "dob_month", "2");
    set(&mut form, "dob_year", "2001");
    set(&mut form, "called", "PV1");
    for _ in 0..2 {
        let refused = amber.send(&app, "/people/new", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    set(&mut form, "dob_day", "28");
    leads_to_a_person(&amber.send(&app, "/people/new", &form).await);
    assert_eq!(people(&app).await, 1);
}

#[tokio::test]
async fn a_field_nobody_asked_for_is_refused_and_changes_nothing() {
    let (app, amber, _fresh) = scene().await;
    for (name, value) in [("role", "inspector"), ("called ", "PV1"), ("csrf[]", "1")] {
        let mut form = amber.get(&app, "/people/new").await.form("/people/new");
        set(&mut form, "called", "PV1");
        set(&mut form, name, value);
        let answer = amber.send(&app, "/people/new", &form).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}");
    }
    let mut form = amber.get(&app, "/people/new").await.form("/people/new");
    form.push(("called".to_owned(), "PV1".to_owned()));
    form.push(("called".to_owned(), "PV2".to_owned()));
    let answer = amber.send(&app, "/people/new", &form).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "twice");
    assert_eq!(people(&app).await, 0);
}
