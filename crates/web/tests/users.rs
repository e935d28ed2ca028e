//! Accounts, as an administrator manages them; for anybody else there is no such place.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use axum::http::StatusCode;
use common::app_on;
use common::browser::{Browser, set};
use heyrick_domain::user::Role;
use heyrick_store::journal::Actor;
use heyrick_store::{Clock, agency};
use heyrick_web::{App, SecondFactor, Settings};

struct Scene {
    app: App,
    chalk: Browser,
    amber: Browser,
    team: agency::Team,
    _fresh: heyrick_testkit::Fresh,
}

async fn scenes() -> Vec<Scene> {
    let mut all = Vec::new();
    for fresh in heyrick_testkit::engines().unwrap() {
        let mut app = app_on(&fresh, Clock::System).await;
        app.settings = Settings {
            second_factor: SecondFactor::Optional,
            ..Settings::default()
        }
        .into();
        let by = Actor::COMMAND_LINE;
        let force = agency::record_agency(&app.store, by.clone(), "Testshire", "police").await;
        let team = agency::record_team(&app.store, by, force.unwrap().id, "North")
            .await
            .unwrap();
        all.push(Scene {
            chalk: Browser::of(&app, "admin.chalk", Role::Administrator, &team).await,
            amber: Browser::of(&app, "dc.amber", Role::Constable, &team).await,
            team,
            app,
            _fresh: fresh,
        });
    }
    all
}

#[tokio::test]
async fn an_account_is_added_closed_opened_and_its_password_made_anew() {
    for Scene {
        app,
        chalk,
        amber,
        team,
        _fresh,
    } in scenes().await
    {
        let mut form = chalk.get(&app, "/users/new").await.form("/users/new");
        set(&mut form, "name", "DC Slate");
        set(&mut form, "username", "DC.Slate");
        set(&mut form, "role", "constable");
        let wrong = chalk.send(&app, "/users/new", &form).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            wrong.body.contains("Choose an agency or a team") && wrong.body.contains("DC Slate")
        );
        set(&mut form, "place", &team.public_id.0);
        let made = chalk.send(&app, "/users/new", &form).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.body);
        assert!(made.body.contains("id='new-password'") && made.body.contains("dc.slate"));
        let again = chalk.send(&app, "/users/new", &form).await;
        assert!(again.body.contains("That user name is taken"));

        let list = chalk.get(&app, "/users?role=constable").await;
        assert!(list.body.contains("DC Slate") && !list.body.contains("admin.chalk · "));
        let at = list.body.find("DC Slate").unwrap();
        let id = list.body[..at].rsplit("/users/").next().unwrap();
        let one = format!("/users/{}", id.split('"').next().unwrap());
        for (change, says) in [
            ("close", "The account is closed"),
            ("open", "The account is open"),
        ] {
            let done = chalk.post(&app, &format!("{one}/{change}"), &[]).await;
            assert_eq!(done.to(), one, "{says}");
        }
        let closed = chalk.get(&app, "/users?state=closed").await;
        assert!(closed.body.contains("No account is like that"));
        let password = chalk.post(&app, &format!("{one}/password"), &[]).await;
        assert!(password.body.contains("id='new-password'"));

        for path in ["/users", "/users/new", one.as_str()] {
            assert_eq!(
                amber.get(&app, path).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        let close = amber.post(&app, &format!("{one}/close"), &[]).await;
        assert_eq!(close.status, StatusCode::NOT_FOUND);
        let nothing = chalk.post(&app, &format!("{one}/nothing"), &[]).await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn nobody_closes_their_own_account() {
    for Scene {
        app, chalk, _fresh, ..
    } in scenes().await
    {
        let list = chalk.get(&app, "/users?role=administrator").await;
        let links = list.body.split("href=\"/users/").skip(1);
        let mut ids = links.filter_map(|part| part.split('"').next());
        let id = ids.find(|id| id.len() == 20).unwrap();
        let own = chalk.post(&app, &format!("/users/{id}/close"), &[]).await;
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(own.body.contains("cannot be changed here"));
    }
}
