//! Age, consent, capacity and best interests: the pages, as a constable and a sergeant use them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use axum::http::StatusCode;
use common::browser::{Browser, Fields};
use common::{Answer, app};
use heyrick_domain::age::{AgeStatus, AtWhat, Basis};
use heyrick_domain::capacity::{
    BestInterestsDecision, BestInterestsError, CapacityError, CapacityOutcome, Imca, SignError,
    Temporary,
};
use heyrick_domain::consent::{ConsentError, ConsentItem, ConsentValue, Interpreter, Method};
use heyrick_domain::user::Role;
use heyrick_store::journal::Actor;
use heyrick_store::{Sql, agency, args};
use heyrick_web::{App, SecondFactor, Settings};
use heyrick_words::{Locale, Words};

/// Fields as a browser writes them into a body.
fn fields(body: &str) -> Fields {
    serde_html_form::from_str(body).unwrap()
}

struct Scene {
    app: App,
    constable: Browser,
    sergeant: Browser,
    analyst: Browser,
    outside: Browser,
    person: String,
    _fresh: heyrick_testkit::Fresh,
}

async fn scene() -> Scene {
    const PERSON: Sql = Sql::new(
        "insert into persons (id, public_id, reference, agency_id, team_id, unknowns, sort_name, restriction, retention_class, review_on, version, created_by, created_at, updated_at)
         values ($1, $2, 'P-7K4M-2Q', $3, $4, '{}', '', 'none', 'pv_victim', '2030-01-01', 1, $5, 0, 0)",
    );
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
    let north = agency::record_team(&app.store, by.clone(), force.id, "North");
    let north = north.await.unwrap();
    let south = agency::record_team(&app.store, by, force.id, "South");
    let south = south.await.unwrap();
    let constable = Browser::of(&app, "dc.amber", Role::Constable, &north).await;
    let person = app.store.new_public_id().unwrap();
    let id = app.store.new_id().unwrap();
    let values = args![id, &person, north.agency, north.id, constable.user.id];
    app.store.db.exec(PERSON, values).await.unwrap();
    Scene {
        sergeant: Browser::of(&app, "ds.teal", Role::Sergeant, &north).await,
        analyst: Browser::of(&app, "isa.rose", Role::Analyst, &north).await,
        outside: Browser::of(&app, "dc.slate", Role::Constable, &south).await,
        constable,
        app,
        person: person.0,
        _fresh: fresh,
    }
}

impl Scene {
    fn at(&self, page: &str) -> String {
        format!("/people/{}/{page}", self.person)
    }

    async fn see(&self, page: &str) -> String {
        let answer = self.constable.get(&self.app, &self.at(page)).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}: {}", answer.body);
        answer.body
    }

    async fn send(&self, page: &str, body: &str) -> Answer {
        self.constable
            .send(&self.app, &self.at(page), &fields(body))
            .await
    }

    /// Sends a form that must be taken, and says where it leads.
    async fn taken(&self, page: &str, body: &str) -> String {
        let answer = self.send(page, body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.headers["location"].to_str().unwrap().to_owned()
    }

    async fn adult(&self) {
        self.taken("age", "now=adult&now_basis=document").await;
    }
}

const HOW: &str = "explained_by=DC+Amber&asked_day=2&asked_month=3&asked_year=2026&asked_time=9:30&language=Romanian&interpreter=independent&interpreter_chosen=yes&method=in_person";
const LACKING: &str = "assessor=DC+Amber&assessed_day=2&assessed_month=3&assessed_year=2026&decision=nrm_entry&support_given=pictures&functional=could+not+retain+it&diagnostic=brain+injury&outcome=lacks_capacity&temporary=not_known&reassess_day=1&reassess_month=4&reassess_year=2027";
const REFER: &str = "decision_maker=DC+Amber&consultees=a+support+worker&imca=unavailable&imca_why=none+free&decision=refer&reasons=a+safe+place+tonight";

#[tokio::test]
async fn an_age_not_sure_is_a_child_in_words_and_leads_back_to_the_referral() {
    let scene = scene().await;
    let referral = "7k4m2q7k4m2q7k4m2q7k";
    let page = scene.see(&format!("age?referral={referral}")).await;
    assert!(page.contains(&format!("name=\"referral\" value=\"{referral}\"")));
    assert!(page.contains("Record first whether they are under 18"));
    let body = format!(
        "now=not_sure&now_basis=officer_view&exploitation=child&exploitation_basis=stated&referral={referral}"
    );
    let next = scene.taken("age", &body).await;
    assert_eq!(next, format!("/referrals/{referral}"));
    let page = scene.see("age").await;
    for want in [
        "Treated as a child until it is settled",
        "This will be a referral to the National Referral Mechanism",
        "How they appeared to an officer",
        "<title>P-7K4M-2Q · Age",
    ] {
        assert!(page.contains(want), "{want}: {page}");
    }
    let next = scene
        .taken(
            "age",
            "now=adult&now_basis=document&referral=//elsewhere.example",
        )
        .await;
    assert_eq!(next, format!("/people/{}", scene.person));
    assert!(
        scene.see("age").await.contains("Treated as a child"),
        "a document without a day settles nothing"
    );
}

#[tokio::test]
async fn a_form_that_cannot_be_taken_comes_back_with_every_word() {
    let scene = scene().await;
    let back = scene
        .send("age", "now=adult&now_basis=officer_view&now_words=about+thirty&settled_day=1&settled_month=2&settled_year=2026")
        .await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("href=\"#settled-settled_day\""));
    assert!(back.body.contains("id=\"settled-settled_day\""));
    assert!(back.body.contains("value=\"about thirty\""));
    let back = scene.send("age", "").await;
    assert!(
        back.body.contains("Choose at least one age"),
        "{}",
        back.body
    );

    scene.adult().await;
    let back = scene
        .send(
            "consent",
            "nrm_entry=cannot_be_asked&police_cooperation=no&explained_by=&asked_day=2&asked_month=3&asked_year=2026&asked_time=9:30&language=Romanian",
        )
        .await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        back.body.contains("href=\"#explained_by\""),
        "{}",
        back.body
    );
    assert!(back.body.contains("value=\"Romanian\""));
    let back = scene
        .send(
            "consent",
            &format!("{HOW}&nrm_entry=cannot_be_asked&nrm_entry_reason=left&dtn_identity=yes"),
        )
        .await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        back.body.contains("href=\"#dtn_identity\"")
            && back.body.contains("so they answered nothing else"),
        "{}",
        back.body
    );
    let back = scene
        .send(
            "consent",
            &format!("{HOW}&nrm_entry=cannot_be_asked&asked_time=25:00"),
        )
        .await;
    assert_eq!(
        back.status,
        StatusCode::BAD_REQUEST,
        "a field that is there twice is not read"
    );
    let back = scene
        .send(
            "capacity",
            "outcome=lacks_capacity&decision=other&functional=could+not+say+it+back",
        )
        .await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["assessed-assessed_day", "temporary"] {
        assert!(back.body.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    assert!(back.body.contains("could not say it back"));
}

#[tokio::test]
async fn an_adult_answers_each_question_by_itself_and_silence_is_no_answer() {
    let scene = scene().await;
    let page = scene.see("consent").await;
    assert!(page.contains("Record their age first"));
    assert!(!page.contains("name=\"nrm_entry\""));
    scene.adult().await;
    let page = scene.see("consent").await;
    for item in [
        "nrm_entry",
        "msvcc_support",
        "police_cooperation",
        "dtn_identity",
        "decision_to_third_party",
    ] {
        assert!(page.contains(&format!("name=\"{item}\"")), "{item}");
    }
    assert!(
        !page.contains("value=\"withdrawn\""),
        "nothing to take back"
    );
    let back = scene.send("consent", HOW).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("href=\"#nrm_entry\""));

    assert!(
        page.contains("href=\"/explanation/adult\""),
        "to be read aloud"
    );
    let told = "explained_with=adult-2026-11&notice_version=Privacy+Notice+v7+of+May+2026";
    let body = format!("{HOW}&{told}&nrm_entry=given&nrm_entry_reason=wants+to+be+safe");
    scene.taken("consent", &body).await;
    let page = scene.see("consent").await;
    for want in [
        "wants to be safe",
        "Explained with: adult-2026-11",
        "Privacy notice shown: Privacy Notice v7 of May 2026",
        "Romanian",
        "2 March 2026 at 09:30",
        "They chose the interpreter",
        "They are an adult and agree to be referred",
        "value=\"withdrawn\"",
    ] {
        assert!(page.contains(want), "{want}: {page}");
    }
    let body = format!("{HOW}&nrm_entry=withdrawn&police_cooperation=no");
    let body = body.replace("asked_time=9:30", "asked_time=9:31");
    scene.taken("consent", &body).await;
    let page = scene.see("consent").await;
    assert!(page.contains("This will be a Duty to Notify"));
    assert!(page.contains("wants to be safe"), "what was stays");
}

#[tokio::test]
async fn a_possible_child_is_not_asked_what_only_adults_are_and_the_page_says_why() {
    let scene = scene().await;
    scene.taken("age", "now=not_sure&now_basis=stated").await;
    let page = scene.see("consent").await;
    assert!(page.contains("A child is referred because they need protection"));
    assert!(page.contains("name=\"police_cooperation\""));
    for never in ["nrm_entry", "dtn_identity", "msvcc_support"] {
        assert!(!page.contains(&format!("name=\"{never}\"")), "{never}");
        let back = scene
            .send(
                "consent",
                &format!(
                    "{HOW}&{never}={}",
                    if never == "nrm_entry" {
                        "refused"
                    } else {
                        "no"
                    }
                ),
            )
            .await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "{never}");
        assert!(back.body.contains("is not asked this"), "{never}");
    }
}

#[tokio::test]
async fn that_it_was_explained_to_a_child_is_recorded_by_itself() {
    let scene = scene().await;
    scene.taken("age", "now=child&now_basis=stated").await;
    let back = scene.send("consent", HOW).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = "explained_with=child-2026-11&notice_version=";
    scene.taken("consent", &format!("{HOW}&{told}")).await;
    let page = scene.see("consent").await;
    for want in ["It was explained", "Explained with: child-2026-11"] {
        assert!(page.contains(want), "{want}: {page}");
    }
    assert!(!page.contains("They do not agree"));
}

#[tokio::test]
async fn somebody_who_cannot_decide_is_decided_for_and_a_supervisor_signs() {
    let scene = scene().await;
    scene.adult().await;
    let page = scene.see("best-interests/new").await;
    assert!(page.contains("comes first"));
    let back = scene.send("best-interests/new", REFER).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("a safe place tonight"), "{}", back.body);

    scene.taken("capacity", LACKING).await;
    let page = scene.see("capacity").await;
    for want in [
        "They cannot make this decision now",
        "Tell adult social care",
        "could not retain it",
        "Record a decision in their best interests",
    ] {
        assert!(page.contains(want), "{want}: {page}");
    }
    scene.taken("best-interests/new", REFER).await;
    let page = scene.see("best-interests").await;
    assert!(page.contains("somebody else must sign it"), "{page}");
    assert!(!page.contains("/signature"));

    let list = scene.at("best-interests");
    let page = scene.sergeant.get(&scene.app, &list).await.body;
    let at = page.find("/signature").unwrap();
    let from = page[..at].rfind("action=\"").unwrap() + "action=\"".len();
    let action = &page[from..at + "/signature".len()];
    let refused = scene
        .constable
        .send(&scene.app, action, &fields("note="))
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let long = format!("note={}", "a".repeat(2001));
    let back = scene
        .sergeant
        .send(&scene.app, action, &fields(&long))
        .await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains(&"a".repeat(2001)));
    let signed = scene
        .sergeant
        .send(&scene.app, action, &fields("note=agreed"))
        .await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
    let page = scene.see("best-interests").await;
    assert!(page.contains("Signed by ds.teal"));
    assert!(page.contains("This will be a referral to the National Referral Mechanism"));
    let other = action.replace(&scene.person, "7k4m2q7k4m2q7k4m2q7k");
    let absent = scene
        .sergeant
        .send(&scene.app, &other, &fields("note="))
        .await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_may_not_see_finds_nothing_and_who_may_not_record_finds_no_form() {
    let scene = scene().await;
    for page in [
        "age",
        "consent",
        "capacity",
        "best-interests",
        "best-interests/new",
    ] {
        let hidden = scene.outside.get(&scene.app, &scene.at(page)).await;
        let nowhere = format!("/people/7k4m2q7k4m2q7k4m2q7k/{page}");
        let nowhere = scene.outside.get(&scene.app, &nowhere).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{page}");
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND, "{page}");
        let same = |answer: &Answer| answer.body.replace(&scene.person, "7k4m2q7k4m2q7k4m2q7k");
        assert_eq!(same(&hidden), same(&nowhere), "{page}");
        let seen = scene.analyst.get(&scene.app, &scene.at(page)).await;
        assert_eq!(seen.status, StatusCode::OK, "{page}");
        assert!(!seen.body.contains("name=\"referral\""), "{page}");
    }
    let (at, body) = (scene.at("age"), fields("now=adult&now_basis=stated"));
    let refused = scene.analyst.send(&scene.app, &at, &body).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let absent = scene.outside.send(&scene.app, &at, &body).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[test]
fn every_code_has_its_words_in_every_language() {
    let words = Words::shipped().unwrap();
    let mut keys = Vec::new();
    let mut all = |start: &str, codes: Vec<&'static str>| {
        keys.extend(codes.into_iter().map(|code| format!("{start}{code}")));
    };
    all("age-what-", AtWhat::ALL.map(AtWhat::code).into());
    all("age-ask-", AtWhat::ALL.map(AtWhat::code).into());
    all("age-value-", AgeStatus::ALL.map(AgeStatus::code).into());
    all("age-means-", AgeStatus::ALL.map(AgeStatus::code).into());
    all("age-basis-", Basis::ALL.map(Basis::code).into());
    let items: Vec<_> = ConsentItem::ALL.iter().map(|one| one.code()).collect();
    all("consent-short-", items);
    let values: Vec<_> = ConsentValue::ALL.iter().map(|one| one.code()).collect();
    all("consent-value-", values);
    let interpreters: Vec<_> = Interpreter::ALL.iter().map(|one| one.code()).collect();
    all("consent-interpreter-", interpreters);
    all(
        "consent-method-",
        Method::ALL.iter().map(|one| one.code()).collect(),
    );
    all(
        "capacity-outcome-",
        CapacityOutcome::ALL.iter().map(|one| one.code()).collect(),
    );
    all(
        "capacity-temporary-",
        Temporary::ALL.iter().map(|one| one.code()).collect(),
    );
    all(
        "interests-imca-",
        Imca::ALL.iter().map(|one| one.code()).collect(),
    );
    let decisions = BestInterestsDecision::ALL.iter().map(|one| one.code());
    all("interests-decision-", decisions.collect());
    all(
        "route-",
        vec![
            "nrm",
            "dtn",
            "none",
            "next-age",
            "next-consent",
            "next-capacity",
            "next-best-interests",
            "next-best-interests-new",
        ],
    );
    all(
        "",
        vec![
            ConsentError::Value.code(),
            ConsentError::TooLong.code(),
            CapacityError::TooLong.code(),
            BestInterestsError::NoAssessment.code(),
            SignError::OwnDecision.code(),
            SignError::NotASupervisor.code(),
            SignError::AlreadySigned.code(),
            "interests-error-note",
            "consent-error-twice",
            "age-error-twice",
        ],
    );
    for locale in Locale::ALL {
        for key in &keys {
            assert!(words.has(key), "{key}");
            assert_ne!(words.text(locale, key, &[]), *key, "{}", locale.code());
        }
    }
}

#[tokio::test]
async fn the_explanation_is_there_for_adults_and_children_in_both_languages() {
    let scene = scene().await;
    for (audience, english, welsh) in [
        ("adult", "two decisions", "dau benderfyniad"),
        ("child", "You are not in trouble", "Nid ydych mewn trwbl"),
    ] {
        let address = format!("/explanation/{audience}");
        let page = scene.analyst.get(&scene.app, &address).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains(english), "{}", page.body);
        let page = scene
            .analyst
            .get(&scene.app, &format!("{address}?lang=cy"))
            .await;
        assert!(
            page.body.contains(welsh) || page.status == StatusCode::SEE_OTHER,
            "{}",
            page.body
        );
    }
    let none = scene.analyst.get(&scene.app, "/explanation/parent").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
