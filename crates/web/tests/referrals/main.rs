//! A referral through its pages. One program, so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../common/mod.rs"]
mod common;

mod around;
mod talking;
mod writing;

use axum::http::StatusCode;
use common::browser::{Browser, set, untouched};
use common::{Answer, app};
use heyrick_domain::age::{AgeStatus, AtWhat, Basis, NewAge};
use heyrick_domain::consent::{Consent, ConsentItem, ConsentValue, Interpreter, Method};
use heyrick_domain::id::PublicId;
use heyrick_domain::person::Details;
use heyrick_domain::user::Role;
use heyrick_store::age::record_ages;
use heyrick_store::consent::record_consents;
use heyrick_store::journal::Actor;
use heyrick_store::{agency, person};
use heyrick_web::{App, SecondFactor, Settings};

struct Scene {
    app: App,
    amber: Browser,
    jade: Browser,
    person: PublicId,
    team: agency::Team,
    _fresh: heyrick_testkit::Fresh,
}

/// Two constables of a team and somebody called PV3.
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
    let amber = Browser::of(&app, "dc.amber", Role::Constable, &team).await;
    let details = Details {
        first_name: Some("Invented".to_owned()),
        called: Some("PV3".to_owned()),
        ..Details::default()
    };
    let person = person::record_person(&app.store, &amber.viewer, &details)
        .await
        .unwrap();
    Scene {
        jade: Browser::of(&app, "dc.jade", Role::Constable, &team).await,
        amber,
        person,
        team,
        app,
        _fresh: fresh,
    }
}

impl Scene {
    async fn age(&self, value: AgeStatus) {
        let new = |at_what| NewAge {
            at_what,
            value,
            basis: Basis::Stated,
            basis_words: None,
            settled_on: None,
        };
        let new = [new(AtWhat::Now), new(AtWhat::Exploitation)];
        let viewer = &self.amber.viewer;
        let done = record_ages(&self.app.store, viewer, &self.person, &new).await;
        assert!(done.unwrap());
    }

    async fn consent(&self, entry: ConsentValue, others: ConsentValue) {
        let new = |item, value| Consent {
            item,
            value,
            asked_at: self.app.store.now() - 60_000_000,
            explained_by: "DC Amber".to_owned(),
            language: Some("English".to_owned()),
            interpreter: Some(Interpreter::NoneNeeded),
            interpreter_chosen: false,
            interpreter_why: None,
            method: Some(Method::InPerson),
            explanation_version: None,
            notice_version: Some("2026-04".to_owned()),
            reason: Some("said so".to_owned()),
        };
        let mut all = vec![
            new(ConsentItem::NrmEntry, entry),
            new(ConsentItem::PoliceCooperation, others),
        ];
        if entry == ConsentValue::Given {
            all.push(new(ConsentItem::MsvccSupport, others));
        }
        let viewer = &self.amber.viewer;
        let done = record_consents(&self.app.store, viewer, &self.person, &all).await;
        assert!(done.unwrap().is_some());
    }

    /// Begins a referral; answers with its address.
    async fn begin(&self) -> String {
        let from = format!("/people/{}/referrals", self.person);
        let begun = self.amber.post(&self.app, &from, &[]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
        begun.to().to_owned()
    }

    async fn get(&self, address: &str) -> Answer {
        let page = self.amber.get(&self.app, address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.body);
        page
    }

    /// Opens a step, fills these fields, presses a button.
    async fn fill(&self, referral: &str, step: &str, fields: &[(&str, &str)], go: &str) -> Answer {
        let address = format!("{referral}/steps/{step}");
        let mut form = self.get(&address).await.form(&address);
        for (name, value) in fields {
            set(&mut form, name, value);
        }
        set(&mut form, "go", go);
        self.amber.send(&self.app, &address, &form).await
    }
}
