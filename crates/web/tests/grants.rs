//! Cover, records given by name, restriction: the pages, as a sergeant and an inspector use them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use common::{Answer, app, ask};
use heyrick_domain::user::Role;
use heyrick_store::journal::Actor;
use heyrick_store::session::{self, Lengths, SignIn};
use heyrick_store::user::{NewUser, User};
use heyrick_store::{Sql, agency, args, user};
use heyrick_web::{App, SecondFactor, Settings};

/// Somebody signed in, as their browser holds it.
struct Browser {
    user: User,
    cookie: String,
    csrf: String,
}

const LENGTHS: Lengths = Lengths {
    idle: 3_600_000_000,
    absolute: 3_600_000_000,
};

async fn browser(app: &App, name: &str, role: Role, team: &agency::Team) -> Browser {
    let new = NewUser {
        username: name.to_owned(),
        display_name: name.to_owned(),
        role,
        agency: team.agency,
        team: Some(team.id),
        password: Some("a long invented password".to_owned()),
        must_change_password: false,
    };
    let store = &app.store;
    let (user, password) = user::record_user(store, Actor::COMMAND_LINE, new)
        .await
        .unwrap();
    let begun = session::sign_in(store, name, &password, "::1", "test")
        .await
        .unwrap();
    let SignIn::Begun { cookie, .. } = begun else {
        panic!("the password was not taken")
    };
    let begun = session::session(store, &cookie, LENGTHS).await.unwrap();
    let begun = begun.unwrap();
    let cookie = session::complete(store, &begun, None).await.unwrap();
    Browser {
        user,
        cookie: format!("heyrick={cookie}"),
        csrf: begun.csrf(),
    }
}

impl Browser {
    async fn get(&self, app: &App, address: &str) -> Answer {
        let request = Request::get(address).header("cookie", &self.cookie);
        ask(app, request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, app: &App, address: &str, fields: &str) -> Answer {
        let request = Request::post(address)
            .header("cookie", &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded");
        let body = format!("csrf={}&{fields}", self.csrf);
        ask(app, request.body(Body::from(body)).unwrap()).await
    }
}

struct Scene {
    app: App,
    sergeant: Browser,
    constable: Browser,
    inspector: Browser,
    team: agency::Team,
    _fresh: heyrick_testkit::Fresh,
}

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
    Scene {
        sergeant: browser(&app, "ds.teal", Role::Sergeant, &team).await,
        constable: browser(&app, "dc.amber", Role::Constable, &team).await,
        inspector: browser(&app, "di.plum", Role::Inspector, &team).await,
        app,
        team,
        _fresh: fresh,
    }
}

async fn a_person(scene: &Scene) -> String {
    const PERSON: Sql = Sql::new(
        "insert into persons (id, public_id, reference, agency_id, team_id, unknowns, sort_name, restriction, retention_class, review_on, version, created_by, created_at, updated_at)
         values ($1, $2, 'P-7K4M-2Q', $3, $4, '{}', '', 'none', 'pv_victim', '2030-01-01', 1, $5, 0, 0)",
    );
    let store = &scene.app.store;
    let id = store.new_public_id().unwrap();
    let (team, author) = (&scene.team, scene.constable.user.id);
    let values = args![store.new_id().unwrap(), &id, team.agency, team.id, author];
    store.db.exec(PERSON, values).await.unwrap();
    id.0
}

#[tokio::test]
async fn a_sergeant_gives_and_ends_acting_rank() {
    let scene = scene().await;
    let app = &scene.app;
    let today = app.store.today();
    let page = scene.sergeant.get(app, "/grants").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("Nobody covers or acts"));
    let days = format!(
        "first_day={0}&first_month={1}&first_year={2}&last_day={0}&last_month={1}&last_year={2}",
        today.day(),
        today.month(),
        today.year()
    );
    let who = &scene.constable.user.public_id;
    let fields = format!("user={who}&what=rank:sergeant&{days}&reason=");
    let back = scene.sergeant.post(app, "/grants", &fields).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        back.body.contains("Say why") && back.body.contains("value=\"rank:sergeant\" selected")
    );
    let fields = format!("user={who}&what=rank:sergeant&{days}&reason=in+court");
    let given = scene.sergeant.post(app, "/grants", &fields).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
    let page = scene.sergeant.get(app, "/grants").await;
    assert!(
        page.body.contains("acts as Detective sergeant"),
        "{}",
        page.body
    );
    let own = scene.constable.get(app, "/grants").await;
    assert_eq!(own.status, StatusCode::OK);
    let end = page.body.split("action=\"/grants/").nth(1).unwrap();
    let end = format!("/grants/{}/end", end.split('/').next().unwrap());
    let ended = scene.sergeant.post(app, &end, "").await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);
    let own = scene.constable.get(app, "/grants").await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_record_is_sealed_given_by_name_and_opened_again() {
    let scene = scene().await;
    let app = &scene.app;
    let id = a_person(&scene).await;
    let (sight, restriction) = (
        format!("/people/{id}/sight"),
        format!("/people/{id}/restriction"),
    );
    let page = scene.constable.get(app, &sight).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(
        page.body.contains("it belongs to your team"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("ds.teal (Detective sergeant)"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Give it to somebody"));
    let refused = scene.constable.get(app, &restriction).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let page = scene.inspector.get(app, &restriction).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let missing = scene
        .inspector
        .post(app, &restriction, "seen=none&level=sealed&reason=why")
        .await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        missing.body.contains("Enter the day to look again"),
        "{}",
        missing.body
    );
    let on = app.store.today().saturating_add(jiff::Span::new().days(30));
    let fields = format!(
        "seen=none&level=sealed&reason=a+relative&review_day={}&review_month={}&review_year={}&keep={}",
        on.day(),
        on.month(),
        on.year(),
        scene.sergeant.user.public_id
    );
    let sealed = scene.inspector.post(app, &restriction, &fields).await;
    assert_eq!(sealed.status, StatusCode::SEE_OTHER, "{}", sealed.body);
    assert_eq!(
        scene.constable.get(app, &sight).await.status,
        StatusCode::NOT_FOUND
    );
    let page = scene.sergeant.get(app, &sight).await;
    assert!(
        page.body.contains("it was given to you by name"),
        "{}",
        page.body
    );

    let who = &scene.constable.user.public_id;
    let fields = format!("user={who}&relation=allocated&reason=works+on+it");
    let given = scene.sergeant.post(app, &sight, &fields).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
    assert_eq!(
        scene.constable.get(app, &sight).await.status,
        StatusCode::OK
    );

    let fields = "seen=sealed&level=none&reason=over";
    let opened = scene.inspector.post(app, &restriction, fields).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    let late = scene.inspector.post(app, &restriction, fields).await;
    assert!(
        late.body.contains("Somebody decided about this record"),
        "{}",
        late.body
    );
}
