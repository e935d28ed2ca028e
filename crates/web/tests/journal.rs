//! Who looked: the pages, as whoever made a record, a supervisor, a colleague and an auditor use them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use axum::http::StatusCode;
use common::app;
use common::browser::Browser;
use heyrick_domain::id::PublicId;
use heyrick_domain::person::Details;
use heyrick_domain::user::Role;
use heyrick_policy::Policies;
use heyrick_store::agency;
use heyrick_store::journal::{Action, Actor};
use heyrick_store::person::{PersonQuery, person_for, persons_for, record_person};
use heyrick_web::{App, SecondFactor, Settings};

struct Scene {
    app: App,
    author: Browser,
    sergeant: Browser,
    colleague: Browser,
    auditor: Browser,
    person: PublicId,
    reference: String,
    _fresh: heyrick_testkit::Fresh,
}

const NAME: &str = "Willowherb";

async fn scene() -> Scene {
    let (mut app, fresh) = app().await;
    app.settings = Settings {
        second_factor: SecondFactor::Optional,
        ..Settings::default()
    }
    .into();
    let force = agency::record_agency(&app.store, Actor::COMMAND_LINE, "Testshire", "police")
        .await
        .unwrap();
    let team = agency::record_team(&app.store, Actor::COMMAND_LINE, force.id, "North")
        .await
        .unwrap();
    let author = Browser::of(&app, "dc.amber", Role::Constable, &team).await;
    let details = Details {
        last_name: Some(NAME.to_owned()),
        ..Details::default()
    };
    let person = record_person(&app.store, &author.viewer, &details)
        .await
        .unwrap();
    let colleague = Browser::of(&app, "dc.moss", Role::Constable, &team).await;
    let opened = person_for(&app.store, &colleague.viewer, &person)
        .await
        .unwrap()
        .unwrap();
    for _ in 0..3 {
        persons_for(&app.store, &colleague.viewer, &PersonQuery::default())
            .await
            .unwrap();
    }
    Scene {
        sergeant: Browser::of(&app, "ds.teal", Role::Sergeant, &team).await,
        auditor: Browser::of(&app, "auditor.slate", Role::Auditor, &team).await,
        author,
        colleague,
        person,
        reference: opened.reference,
        app,
        _fresh: fresh,
    }
}

#[tokio::test]
async fn whoever_made_a_record_or_supervises_it_sees_who_looked() {
    let scene = scene().await;
    let address = format!("/people/{}/journal", scene.person);
    let theirs = scene.colleague.get(&scene.app, &address).await;
    assert_eq!(
        theirs.status,
        StatusCode::FORBIDDEN,
        "sees the person, did not make it"
    );
    let asked = scene.auditor.get(&scene.app, &address).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(!asked.body.contains(NAME), "an auditor sees no case");
    for who in [&scene.author, &scene.sergeant] {
        let answer = who.get(&scene.app, &address).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.title().contains(&scene.reference) && !answer.title().contains(NAME));
        assert!(answer.body.contains("dc.amber made the record"));
        assert!(answer.body.contains("dc.moss opened the record"));
        assert!(
            answer
                .body
                .contains("dc.moss was shown it in lists 3 times")
        );
        assert!(answer.body.contains("because it belongs to their team"));
        assert!(
            !answer.body.contains("auditor.slate"),
            "nobody is told of auditors"
        );
        let changes = who
            .get(&scene.app, &format!("{address}?show=changes"))
            .await;
        assert!(changes.body.contains("dc.amber made the record"));
        assert!(!changes.body.contains("opened the record"));
        let looks = who.get(&scene.app, &format!("{address}?show=looks")).await;
        assert!(!looks.body.contains("made the record"));
    }
    let again = scene.auditor.get(&scene.app, &address).await;
    assert!(again.body.contains("auditor.slate asked who looked"));
    assert!(
        !again
            .body
            .contains(&format!("href=\"/people/{}\"", scene.person))
    );
    let cursor = scene
        .author
        .get(&scene.app, &format!("{address}?after=zzz"))
        .await;
    assert_eq!(cursor.status, StatusCode::BAD_REQUEST);
    let missing = scene.author.get(&scene.app, "/people/none/journal").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_auditor_finds_a_record_or_an_account_and_is_told_what_is_not_there() {
    let scene = scene().await;
    let (app, auditor) = (&scene.app, &scene.auditor);
    let first = auditor.get(app, "/journal").await;
    assert_eq!(first.status, StatusCode::OK);
    let typed = scene.reference.to_lowercase();
    let found = auditor
        .post(app, "/journal/record", &[("record", &typed)])
        .await;
    assert_eq!(found.to(), format!("/people/{}/journal", scene.person));
    let none = auditor
        .post(app, "/journal/record", &[("record", "P-0000-00")])
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("href=\"#record\"") && none.body.contains("P-0000-00"));

    let found = auditor
        .post(app, "/journal/account", &[("account", "dc.moss")])
        .await;
    let account = found.to().to_owned();
    assert!(account.starts_with("/journal/accounts/"), "{account}");
    assert!(!account.contains("moss"), "no name in an address");
    let answer = auditor.get(app, &account).await;
    assert!(answer.body.contains("dc.moss was shown a list of people"));
    assert!(answer.body.contains("1 record shown"));
    assert!(answer.body.contains("What dc.moss did"));
    assert!(answer.body.contains(&scene.reference) && !answer.body.contains(NAME));
    assert!(!answer.title().contains("Moss"));
    let none = auditor
        .post(app, "/journal/account", &[("account", "nobody")])
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);

    for who in [&scene.author, &scene.sergeant] {
        assert_eq!(who.get(app, "/journal").await.status, StatusCode::FORBIDDEN);
        assert_eq!(who.get(app, &account).await.status, StatusCode::FORBIDDEN);
        let by_form = who
            .post(app, "/journal/account", &[("account", "dc.moss")])
            .await;
        assert_eq!(by_form.status, StatusCode::FORBIDDEN);
        let record = who
            .post(app, "/journal/record", &[("record", &scene.reference)])
            .await;
        assert_eq!(record.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn every_action_and_every_policy_has_words() {
    let (app, _fresh) = app().await;
    for action in Action::ALL {
        let key = format!("journal-did-{}", action.code().replace(['.', '_'], "-"));
        assert!(app.words.has(&key), "{key}");
    }
    for policy in Policies::shipped().unwrap().names() {
        // What is forbidden explains no event that happened.
        let key = format!("journal-why-{policy}");
        let forbids = [
            "never-",
            "-sees-no-case",
            "partner-sees-only",
            "other-agency-only",
        ];
        let forbid = forbids.iter().any(|part| policy.contains(part));
        assert!(app.words.has(&key) != forbid, "{key}");
    }
    for level in heyrick_domain::restriction::Level::ALL {
        assert!(app.words.has(&format!("journal-reason-{}", level.code())));
    }
}
