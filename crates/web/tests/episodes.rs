//! After the referral, through the pages: what can happen is offered, what was typed comes back, a letter is
//! attached and opened.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use axum::http::StatusCode;
use common::browser::Browser;
use common::draft::{a_person, begun, finished, opened};
use common::{Answer, app};
use heyrick_domain::age::AgeStatus;
use heyrick_domain::consent::ConsentValue;
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Role;
use heyrick_domain::user::Viewer;
use heyrick_store::journal::Actor;
use heyrick_store::preparation::{mark, ready, record_preparation};
use heyrick_store::sending::{Attached, NewSending, record_copy, record_sending};
use heyrick_store::{Store, agency};
use heyrick_web::{App, SecondFactor, Settings};

/// Somebody who agrees, whose referral was sent today; gives the passage's address.
async fn sent(store: &Store, who: &Viewer) -> String {
    let person = a_person(store, who, AgeStatus::Adult, Some(ConsentValue::Given)).await;
    let id: PublicId = begun(store, who, &person).await;
    finished(store, who, &id, &[]).await;
    let content = ready(&opened(store, who, &id).await).unwrap();
    let mark = mark(store, &content);
    record_preparation(store, who, &id, &mark).await.unwrap();
    let Attached::Taken(copy) = record_copy(store, who, &id, b"Report 1").await.unwrap() else {
        panic!("the copy was not taken")
    };
    let new = NewSending {
        home_office_reference: None,
        sent_on: store.today(),
    };
    assert!(record_sending(store, who, &id, &copy, &new).await.unwrap());
    let passage = opened(store, who, &id).await.passage.unwrap();
    format!("/episodes/{passage}")
}

async fn get(app: &App, who: &Browser, address: &str) -> Answer {
    let page = who.get(app, address).await;
    assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.body);
    page
}

/// A passage that began today, whoever works on it, an analyst who may read it, and somebody of another
/// team.
struct Scene {
    app: App,
    amber: Browser,
    onyx: Browser,
    jade: Browser,
    passage: String,
    _fresh: heyrick_testkit::Fresh,
}

async fn scene() -> Scene {
    let (mut app, fresh) = app().await;
    app.settings = Settings {
        second_factor: SecondFactor::Optional,
        ..Settings::default()
    }
    .into();
    let force = agency::record_agency(&app.store, Actor::COMMAND_LINE, "Testshire", "police");
    let force = force.await.unwrap();
    let team = agency::record_team(&app.store, Actor::COMMAND_LINE, force.id, "North");
    let team = team.await.unwrap();
    let amber = Browser::of(&app, "dc.amber", Role::Constable, &team).await;
    let onyx = Browser::of(&app, "analyst.onyx", Role::Analyst, &team).await;
    let other = agency::record_team(&app.store, Actor::COMMAND_LINE, force.id, "South");
    let jade = Browser::of(&app, "dc.jade", Role::Constable, &other.await.unwrap()).await;
    let passage = sent(&app.store, &amber.viewer).await;
    Scene {
        app,
        amber,
        onyx,
        jade,
        passage,
        _fresh: fresh,
    }
}

/// Records that the Home Office's reference came today.
async fn reference(app: &App, who: &Browser, passage: &str) -> Answer {
    let today = app.store.today();
    let reference = [
        ("event", "reference_received"),
        ("seen", "1"),
        ("on_day", &today.day().to_string()),
        ("on_month", &today.month().to_string()),
        ("on_year", &today.year().to_string()),
        ("authority", "sca"),
        ("note", ""),
    ];
    who.post(app, &format!("{passage}/record"), &reference)
        .await
}

#[tokio::test]
async fn what_happened_is_recorded_where_it_can_and_comes_back_filled_in_where_it_cannot() {
    let Scene {
        app,
        amber,
        onyx,
        jade,
        passage,
        ..
    } = scene().await;

    let page = get(&app, &amber, &passage).await;
    assert!(
        page.body.contains("Sent; the reference is awaited"),
        "{}",
        page.body
    );
    assert!(page.body.contains("A target, where possible; not a limit."));
    let record = format!("{passage}/record");
    let choose = get(&app, &amber, &record).await;
    assert!(choose.body.contains("Home Office reference received"));
    assert!(
        !choose.body.contains("Conclusive grounds: positive"),
        "not yet"
    );

    let today = app.store.today();
    let (d, m, y) = (
        today.day().to_string(),
        today.month().to_string(),
        today.year().to_string(),
    );
    let missing = [
        ("event", "missing"),
        ("seen", "1"),
        ("on_day", "31"),
        ("on_month", "2"),
        ("on_year", "2026"),
        ("note", "left the house at nine"),
    ];
    let wrong = amber.post(&app, &record, &missing).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Enter a real date."), "{}", wrong.body);
    assert!(
        wrong.body.contains("left the house at nine"),
        "nothing typed is lost"
    );
    let stale = [
        ("event", "missing"),
        ("seen", "0"),
        ("on_day", &d),
        ("on_month", &m),
        ("on_year", &y),
        ("note", "typed"),
    ];
    let stale = amber.post(&app, &record, &stale).await;
    assert!(
        stale.body.contains("Somebody recorded something meanwhile"),
        "{}",
        stale.body
    );
    let done = reference(&app, &amber, &passage).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = get(&app, &amber, &passage).await;
    assert!(page.body.contains("Reasonable grounds decision awaited"));
    assert!(page.body.contains("Single Competent Authority"));
    assert!(page.body.contains("/letters/"), "a letter can be attached");

    let seen = get(&app, &onyx, &passage).await;
    assert!(!seen.body.contains("/record"), "an analyst reads");
    assert_eq!(onyx.get(&app, &record).await.status, StatusCode::FORBIDDEN);
    for address in [passage.clone(), record.clone()] {
        assert_eq!(jade.get(&app, &address).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_letter_is_attached_under_the_form_s_own_token_and_opened_as_a_file_alone() {
    let scene = scene().await;
    let app = &scene.app;
    reference(app, &scene.amber, &scene.passage).await;
    let begun = get(app, &scene.amber, &scene.passage).await;
    let at = begun
        .body
        .find("/letters/")
        .map(|at| at + "/letters/".len());
    let event = at.and_then(|at| begun.body[at..].split(['"', '/']).next());
    let letters = format!("{}/letters/{}", scene.passage, event.unwrap());
    let page = get(app, &scene.amber, &letters).await;
    assert!(page.body.contains("name=\"letter\""), "{}", page.body);
    let csrf = &scene.amber.csrf;
    let forged = scene
        .amber
        .upload(app, &letters, "wrong", ("letter", b"%PDF-1.7"));
    assert_eq!(forged.await.status, StatusCode::FORBIDDEN);
    for (file, says) in [
        (&b""[..], "Choose a file that is not empty"),
        (b"\x00\xff\xfe", "The file must be a PDF"),
        (
            &vec![b'a'; 12 * 1024 * 1024],
            "The file must be 10 MB or smaller",
        ),
    ] {
        let refused = scene
            .amber
            .upload(app, &letters, csrf, ("letter", file))
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        assert!(refused.body.contains(says), "{says}");
    }
    let letter = b"%PDF-1.7 <script>alert(1)</script>";
    let token = page.form(&letters);
    let token = token.iter().find(|(name, _)| name == "csrf").unwrap();
    let send = || {
        scene
            .amber
            .upload(app, &letters, &token.1, ("letter", letter))
    };
    let (first, second) = tokio::join!(send(), send());
    for taken in [first, second, send().await] {
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    }
    let first = format!("{letters}/1");
    let opened = get(app, &scene.amber, &first).await;
    assert_eq!(opened.body.as_bytes(), letter);
    let header = |name: &str| opened.headers[name].to_str().unwrap();
    assert!(header("content-security-policy").starts_with("sandbox"));
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"letter-1.pdf\""
    );
    let second = format!("{letters}/2");
    assert_eq!(
        scene.amber.get(app, &second).await.status,
        StatusCode::NOT_FOUND
    );
    for address in [&letters, &first] {
        let theirs = scene.jade.get(app, address).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{address}");
    }
    let theirs = &scene.jade.csrf;
    let theirs = scene.jade.upload(app, &letters, theirs, ("letter", letter));
    assert_eq!(theirs.await.status, StatusCode::NOT_FOUND);
    let reader = &scene.onyx.csrf;
    let reader = scene.onyx.upload(app, &letters, reader, ("letter", letter));
    assert_eq!(reader.await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_correction_comes_filled_in_with_what_stands_and_an_unreachable_person_is_warned_of() {
    let scene = scene().await;
    let app = &scene.app;
    reference(app, &scene.amber, &scene.passage).await;
    let correct = format!(
        "{}/record?corrects=1&event=reference_received",
        scene.passage
    );
    let form = get(app, &scene.amber, &correct).await;
    let filled = form.form(&format!("{}/record", scene.passage));
    let today = app.store.today();
    let value = |name: &str| {
        let field = filled.iter().find(|(field, _)| field == name);
        field.map(|(_, value)| value.as_str())
    };
    assert_eq!(value("on_day"), Some(today.day().to_string().as_str()));
    assert_eq!(value("on_year"), Some(today.year().to_string().as_str()));
    assert!(
        form.body.contains("What you leave empty stays as it was."),
        "{}",
        form.body
    );
    let sca = form.body.find("value=\"sca\"").unwrap();
    let tag = &form.body[sca..];
    assert!(tag[..tag.find('>').unwrap()].contains("checked"), "{tag}");

    let page = get(app, &scene.amber, &scene.passage).await;
    assert!(page.body.contains("No safe way to reach this person"));
}

#[tokio::test]
async fn the_target_is_on_my_work_and_on_the_person_s_page_and_in_welsh() {
    let scene = scene().await;
    let app = &scene.app;
    let year = app.store.today().year().to_string();
    let home = get(app, &scene.amber, "/").await;
    assert!(home.body.contains(&scene.passage), "{}", home.body);
    assert!(home.body.contains("Reasonable grounds decision"));
    assert!(home.body.contains("Why this day?"));
    assert!(home.body.contains("5 working days after"));
    assert!(home.body.contains(&year), "a day has its year");
    let welsh = get(app, &scene.amber, "/?lang=cy").await;
    assert!(welsh.body.contains("Penderfyniad sail resymol"));
    for other in [&scene.onyx, &scene.jade] {
        let theirs = get(app, other, "/").await;
        assert!(!theirs.body.contains(&scene.passage), "not their work");
    }
    let passage = get(app, &scene.amber, &scene.passage).await;
    let person = passage.body.find("href=\"/people/").unwrap() + "href=\"".len();
    let person = &passage.body[person..];
    let person = &person[..person.find('"').unwrap()];
    let page = get(app, &scene.amber, person).await;
    assert!(page.body.contains("Sent; the reference is awaited"));
    assert!(page.body.contains("A target, where possible; not a limit."));
    let hidden = scene.jade.get(app, person).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
}
