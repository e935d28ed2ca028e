//! My work and tasks, as somebody in each role finds them.
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
use heyrick_domain::grant::Relation;
use heyrick_domain::id::PublicId;
use heyrick_domain::person::Details;
use heyrick_domain::restriction::Level;
use heyrick_domain::user::Role;
use heyrick_policy::Kind;
use heyrick_store::grant::{NewAllocation, record_allocation};
use heyrick_store::journal::Actor;
use heyrick_store::person::record_person;
use heyrick_store::referral::{BeginOutcome, record_referral};
use heyrick_store::restriction::{NewRestriction, record_restriction};
use heyrick_store::{Store, agency};
use heyrick_web::{App, SecondFactor, Settings};
use jiff::ToSpan as _;

struct Scene {
    app: App,
    force: agency::Team,
    council: agency::Team,
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
    let team = |name: &'static str, kind: &'static str| {
        let store = app.store.clone();
        async move {
            let agency = agency::record_agency(&store, Actor::COMMAND_LINE, name, kind)
                .await
                .unwrap();
            agency::record_team(&store, Actor::COMMAND_LINE, agency.id, "Team")
                .await
                .unwrap()
        }
    };
    Scene {
        force: team("Testshire", "police").await,
        council: team("Testshire Council", "local_authority").await,
        app,
        _fresh: fresh,
    }
}

async fn a_person(store: &Store, author: &Browser) -> PublicId {
    let details = Details {
        last_name: Some(NAME.to_owned()),
        ..Details::default()
    };
    record_person(store, &author.viewer, &details)
        .await
        .unwrap()
}

fn shared_with(whom: &Browser, store: &Store, relation: Relation) -> NewAllocation {
    NewAllocation {
        user: whom.user.public_id.clone(),
        relation,
        last: Some(store.today().saturating_add(7.days())),
        reason: "plans with us".to_owned(),
    }
}

#[tokio::test]
async fn an_empty_first_page_says_what_to_do_first() {
    let scene = scene().await;
    let app = &scene.app;
    let constable = Browser::of(app, "dc.amber", Role::Constable, &scene.force).await;
    let page = constable.get(app, "/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Nothing waits for you"));
    assert!(page.body.contains("href=\"/people/new\""));
    assert!(page.body.contains("Nothing is overdue"));
    let analyst = Browser::of(app, "isa.plum", Role::Analyst, &scene.force).await;
    let page = analyst.get(app, "/").await;
    assert!(page.body.contains("Nothing waits for you"));
    assert!(!page.body.contains("/people/new"), "an analyst adds nobody");
    let tasks = constable.get(app, "/tasks").await;
    assert!(tasks.body.contains("Nothing is left for you to do"));
}

#[tokio::test]
async fn a_draft_is_on_the_first_page_of_whoever_began_it_with_its_progress() {
    let scene = scene().await;
    let app = &scene.app;
    let author = Browser::of(app, "dc.amber", Role::Constable, &scene.force).await;
    let other = Browser::of(app, "dc.moss", Role::Constable, &scene.force).await;
    let sergeant = Browser::of(app, "ds.teal", Role::Sergeant, &scene.force).await;
    let person = a_person(&app.store, &author).await;
    let begun = record_referral(&app.store, &author.viewer, &person).await;
    let BeginOutcome::Begun(referral) = begun.unwrap() else {
        panic!("the referral was not begun")
    };
    let page = author.get(app, "/").await;
    let href = format!("href=\"/referrals/{referral}\"");
    assert!(page.body.contains(&href) && page.body.contains("parts done"));
    assert!(page.body.contains("nothing has been sent"));
    assert!(!page.title().contains(NAME));
    assert!(
        !other.get(app, "/").await.body.contains(&href),
        "a colleague's draft"
    );

    let new = shared_with(&other, &app.store, Relation::Allocated);
    record_allocation(
        &app.store,
        &sergeant.viewer,
        Kind::Referral,
        &referral,
        &new,
    )
    .await
    .unwrap();
    let page = other.get(app, "/").await;
    assert!(page.body.contains(&href));
    assert!(page.body.contains("given to you to work on by ds.teal"));
    assert!(!author.get(app, "/").await.body.contains("given to you"));
}

#[tokio::test]
async fn a_task_is_called_done_with_words_that_come_back_when_they_are_missing() {
    let scene = scene().await;
    let app = &scene.app;
    let author = Browser::of(app, "dc.amber", Role::Constable, &scene.force).await;
    let inspector = Browser::of(app, "di.plum", Role::Inspector, &scene.force).await;
    let stranger = Browser::of(app, "sw.fern", Role::Safeguarding, &scene.council).await;
    let person = a_person(&app.store, &author).await;
    let new = NewRestriction {
        seen: Level::None,
        level: Level::Restricted,
        reason: "a relative works in the building".to_owned(),
        review_on: Some(app.store.today().saturating_add(30.days())),
        keep: vec![],
    };
    record_restriction(&app.store, &inspector.viewer, Kind::Person, &person, &new)
        .await
        .unwrap();
    let list = inspector.get(app, "/tasks").await;
    assert!(list.body.contains("Look again at who may see it"));
    let address = list.body.split("href=\"/tasks/").nth(1).unwrap();
    let address = format!("/tasks/{}", address.split('"').next().unwrap());
    assert!(
        author
            .get(app, "/tasks?show=team")
            .await
            .body
            .contains(&address)
    );
    assert!(
        !author.get(app, "/tasks").await.body.contains(&address),
        "not theirs"
    );
    assert!(
        !stranger
            .get(app, "/tasks?show=team")
            .await
            .body
            .contains(&address)
    );
    assert_eq!(
        stranger.get(app, &address).await.status,
        StatusCode::NOT_FOUND
    );
    let refused = stranger.post(app, &address, &[("result", "done")]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);

    let long = "a".repeat(501);
    for (typed, said) in [("  ", "Say what came of it"), (&long, "at most 500")] {
        let back = inspector.post(app, &address, &[("result", typed)]).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(back.body.contains("href=\"#result\"") && back.body.contains(said));
        assert!(back.body.contains(typed));
    }
    let done = inspector
        .post(app, &address, &[("result", "stays restricted")])
        .await;
    assert_eq!(done.to(), "/tasks");
    let again = inspector.post(app, &address, &[("result", "again")]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let odd = inspector.get(app, "/tasks?show=everything&after=zzz").await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn whoever_sees_no_case_gets_a_first_page_of_their_own() {
    let scene = scene().await;
    let app = &scene.app;
    let author = Browser::of(app, "dc.amber", Role::Constable, &scene.force).await;
    let sergeant = Browser::of(app, "ds.teal", Role::Sergeant, &scene.force).await;
    let partner = Browser::of(app, "sw.fern", Role::Partner, &scene.council).await;
    let auditor = Browser::of(app, "au.slate", Role::Auditor, &scene.force).await;
    let administrator = Browser::of(app, "ad.ash", Role::Administrator, &scene.force).await;
    let person = a_person(&app.store, &author).await;
    let before = partner.get(app, "/").await;
    assert!(before.body.contains("Nothing is shown to you today"));
    let new = shared_with(&partner, &app.store, Relation::Shared);
    record_allocation(&app.store, &sergeant.viewer, Kind::Person, &person, &new)
        .await
        .unwrap();
    let after = partner.get(app, "/").await;
    assert!(after.body.contains(&format!("href=\"/people/{person}\"")));
    assert!(after.body.contains("shown to you by ds.teal"));
    assert_eq!(auditor.get(app, "/").await.to(), "/journal");
    let page = administrator.get(app, "/").await;
    assert!(page.body.contains("You manage accounts and see no case"));
    for who in [&auditor, &administrator] {
        assert_eq!(who.get(app, "/tasks").await.status, StatusCode::FORBIDDEN);
        let menu = who.get(app, "/account").await;
        assert!(
            !menu.body.contains("href=\"/referrals\"") && !menu.body.contains("href=\"/tasks\"")
        );
    }
}
