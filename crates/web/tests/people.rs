//! People by their pages: added, found, changed by two at once, reached safely, and absent for those who
//! may not see them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use axum::http::StatusCode;
use common::app;
use common::browser::{Browser, set};
use heyrick_domain::user::Role;
use heyrick_store::journal::Actor;
use heyrick_store::{Sql, agency, args};
use heyrick_web::{App, SecondFactor, Settings};

struct Scene {
    app: App,
    amber: Browser,
    jade: Browser,
    analyst: Browser,
    stranger: Browser,
    partner: Browser,
    _fresh: heyrick_testkit::Fresh,
}

/// Two constables and an analyst of a team, a constable of another team, a partner of another agency.
async fn scene() -> Scene {
    let (mut app, fresh) = app().await;
    app.settings = Settings {
        second_factor: SecondFactor::Optional,
        ..Settings::default()
    }
    .into();
    let by = Actor::COMMAND_LINE;
    let store = &app.store;
    let force = agency::record_agency(store, by.clone(), "Testshire", "police")
        .await
        .unwrap();
    let council = agency::record_agency(store, by.clone(), "Exampleford", "local_authority")
        .await
        .unwrap();
    let team = |agency, name| agency::record_team(store, Actor::COMMAND_LINE, agency, name);
    let north = team(force.id, "North").await.unwrap();
    let south = team(force.id, "South").await.unwrap();
    let hub = team(council.id, "Hub").await.unwrap();
    Scene {
        amber: Browser::of(&app, "dc.amber", Role::Constable, &north).await,
        jade: Browser::of(&app, "dc.jade", Role::Constable, &north).await,
        analyst: Browser::of(&app, "analyst.onyx", Role::Analyst, &north).await,
        stranger: Browser::of(&app, "dc.slate", Role::Constable, &south).await,
        partner: Browser::of(&app, "partner.coral", Role::Partner, &hub).await,
        app,
        _fresh: fresh,
    }
}

impl Scene {
    /// Adds a person through the page; their address.
    async fn add(&self, fields: &[(&str, &str)]) -> String {
        let added = self.amber.post(&self.app, "/people/new", fields).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        added.to().to_owned()
    }
}

#[tokio::test]
async fn half_of_it_is_enough_and_a_title_names_nobody() {
    let scene = scene().await;
    let (app, amber) = (&scene.app, &scene.amber);
    let there = scene
        .add(&[
            ("first_name", "Willowette"),
            ("dob_year", "~1998"),
            ("why_last_name", "refused"),
            ("interpreter", "yes"),
            ("gender", "not_safe_to_ask"),
            ("notes", "<script>alert(1)</script>"),
        ])
        .await;
    let page = amber.get(app, &there).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.title().starts_with("P-") && !page.title().contains("Willowette"));
    for words in [
        "<bdi>Willowette</bdi></h1>",
        "about 1998",
        "Asked: they did not want to say",
        "Not safe to ask",
        "Interpreter needed; the language is not recorded.",
        "No safe way to reach this person is recorded.",
        "You can see this because",
        "it belongs to your team",
        "Record made",
        "&lt;script&gt;",
        "/referrals\"",
    ] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    assert!(!page.body.contains("<script>alert"));
    for below in [
        "contact",
        "age",
        "consent",
        "capacity",
        "best-interests",
        "sight",
        "journal",
    ] {
        let there = format!("{there}/{below}");
        assert!(page.body.contains(&format!("href=\"{there}\"")), "{below}");
        assert_eq!(
            amber.get(app, &there).await.status,
            StatusCode::OK,
            "{below}"
        );
    }
    let analyst = scene.analyst.get(app, &there).await;
    assert_eq!(analyst.status, StatusCode::OK);
    for (path, name) in [("/edit", "edit"), ("/names", "names")] {
        assert!(
            !analyst.body.contains(&format!("{there}{path}\"")),
            "{name}"
        );
        let refused = scene.analyst.get(app, &format!("{there}{path}")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{name}");
    }
    let refused = scene.analyst.get(app, "/people/new").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_was_typed_comes_back_with_what_is_wrong() {
    let scene = scene().await;
    let (app, amber) = (&scene.app, &scene.amber);
    let long = "x".repeat(201);
    let fields = [
        ("first_name", long.as_str()),
        ("dob_day", "30"),
        ("dob_month", "2"),
        ("dob_year", "1998"),
        ("nationality", "Eritren"),
        ("why_language", "refused"),
        ("language", "Tigrinya"),
    ];
    let back = amber.post(app, "/people/new", &fields).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "First name: this is longer than the field takes",
        "The month of birth has no such day",
        "Nationality: choose one from the list. Perhaps: Eritrean",
        "Language they speak best: enter a value or say why there is none, not both",
        "href=\"#dob-dob_day\"",
        "id=\"dob-dob_day\"",
        "value=\"Eritren\"",
        "value=\"Tigrinya\"",
    ] {
        assert!(back.body.contains(words), "{words} in {}", back.body);
    }
    assert!(back.body.contains(&long));
    let form = back.form("/people/new");
    assert!(form.contains(&("dob_day".to_owned(), "30".to_owned())));
    let nobody = amber.post(app, "/people/new", &[("called", " ")]).await;
    assert!(
        nobody
            .body
            .contains("Enter a name, or what colleagues call")
    );
    let list = amber.get(app, "/people").await;
    assert!(
        list.body.contains("Nobody is recorded"),
        "nothing was saved"
    );
}

#[tokio::test]
async fn somebody_alike_is_named_first_and_the_officer_may_go_on() {
    let scene = scene().await;
    let (app, amber) = (&scene.app, &scene.amber);
    let name = [("first_name", "Siân"), ("last_name", "Exemplar")];
    let first = scene.add(&name).await;
    let again = [("first_name", "sian"), ("last_name", "exemplar")];
    let asked = amber.post(app, "/people/new", &again).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    assert!(asked.body.contains("Is this somebody who is here already?"));
    assert!(asked.body.contains("the same name") && asked.body.contains(&first));
    let mut form = asked.form("/people/new");
    assert!(form.contains(&("first_name".to_owned(), "sian".to_owned())));
    set(&mut form, "go_on", "yes");
    let added = amber.send(app, "/people/new", &form).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let elsewhere = scene.stranger.post(app, "/people/new", &again).await;
    assert_eq!(elsewhere.status, StatusCode::SEE_OTHER, "nobody they see");
}

#[tokio::test]
async fn a_search_leaves_no_name_in_the_address_and_finds_only_what_may_be_seen() {
    let scene = scene().await;
    let (app, amber) = (&scene.app, &scene.amber);
    let there = scene
        .add(&[("first_name", "Willowette"), ("last_name", "Exemplar")])
        .await;
    scene.add(&[("called", "PV3")]).await;
    let sought = amber.post(app, "/people", &[("term", "willow exem")]).await;
    assert_eq!(sought.status, StatusCode::SEE_OTHER);
    assert!(
        !sought.to().to_lowercase().contains("willow"),
        "{}",
        sought.to()
    );
    let found = amber.get(app, sought.to()).await;
    assert!(
        found.body.contains(&there) && !found.body.contains("PV3"),
        "{}",
        found.body
    );
    assert!(
        found.body.contains("value=\"willow exem\""),
        "the words come back"
    );
    assert!(!found.title().contains("illow"));
    let handed_on = scene.stranger.get(app, sought.to()).await;
    assert_eq!(handed_on.status, StatusCode::BAD_REQUEST);
    assert!(
        !handed_on.body.contains("willow"),
        "a search is its reader's own"
    );
    let stranger = &scene.stranger;
    let own = stranger
        .post(app, "/people", &[("term", "willow exem")])
        .await;
    let stranger = stranger.get(app, own.to()).await;
    assert_eq!(stranger.status, StatusCode::OK);
    assert!(!stranger.body.contains(&there) && stranger.body.contains("Nobody you may see"));
    let hidden = scene.stranger.get(app, &there).await;
    let never = scene
        .stranger
        .get(app, "/people/aaaaaaaaaaaaaaaaaaaa")
        .await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    assert_eq!(
        hidden.body.replace(&there, ""),
        never.body.replace("/people/aaaaaaaaaaaaaaaaaaaa", "")
    );
    let forged = amber.get(app, "/people?term=AAAA").await;
    assert_eq!(forged.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn pages_of_the_list_go_on_and_lead_back() {
    let scene = scene().await;
    let (app, amber) = (&scene.app, &scene.amber);
    for n in 0..27 {
        scene.add(&[("called", &format!("PV{n:02}"))]).await;
    }
    let first = amber.get(app, "/people").await;
    assert!(first.body.contains("PV00") && !first.body.contains("PV25"));
    let next = first.body.split("href=\"/people?after=").nth(1).unwrap();
    let next = format!("/people?after={}", next.split('"').next().unwrap());
    let second = amber.get(app, &next).await;
    assert!(second.body.contains("PV26") && !second.body.contains("PV24"));
    assert!(second.body.contains("Back to the first page"));
    assert!(!second.body.contains("Next page"));
    let changed = amber.get(app, "/people?sort=changed").await;
    assert!(changed.body.contains("PV26") && !changed.body.contains("PV00"));
}

#[tokio::test]
async fn of_two_who_change_a_person_the_second_sees_both_and_loses_nothing() {
    let scene = scene().await;
    let (app, amber, jade) = (&scene.app, &scene.amber, &scene.jade);
    let there = scene.add(&[("called", "PV3"), ("language", "Tigre")]).await;
    let edit = format!("{there}/edit");
    let mut mine = amber.get(app, &edit).await.form(&edit);
    let mut theirs = jade.get(app, &edit).await.form(&edit);
    set(&mut theirs, "notes", "written by Jade");
    set(&mut theirs, "language", "Tigrinya");
    let saved = jade.send(app, &edit, &theirs).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    set(&mut mine, "notes", "written by Amber");
    let late = amber.send(app, &edit, &mine).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    for words in [
        "Somebody saved this while you were typing",
        "written by Jade",
        "written by Amber",
    ] {
        assert!(late.body.contains(words), "{words}");
    }
    let again = late.form(&edit);
    assert!(again.contains(&("notes".to_owned(), "written by Amber".to_owned())));
    assert!(
        again.contains(&("language".to_owned(), "Tigrinya".to_owned())),
        "taken over"
    );
    let saved = amber.send(app, &edit, &again).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let page = amber.get(app, &there).await;
    assert!(page.body.contains("written by Amber") && page.body.contains("Tigrinya"));
}

#[tokio::test]
async fn names_are_added_and_ended() {
    let scene = scene().await;
    let (app, amber) = (&scene.app, &scene.amber);
    let there = scene.add(&[("first_name", "Testa")]).await;
    let names = format!("{there}/names");
    let missing = amber.post(app, &names, &[("raw", "Bee")]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.body.contains("Choose what kind of name it is"));
    assert!(missing.body.contains("value=\"Bee\""));
    let bee = [("raw", "Bee"), ("kind", "exploitation_name")];
    let added = amber.post(app, &names, &bee).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let page = amber.get(app, &there).await;
    assert!(page.body.contains("called Bee by those who exploited them"));
    let page = amber.get(app, &names).await;
    let end = page
        .body
        .split("action=\"")
        .find(|part| part.contains("/end\""));
    let end = end.unwrap().split('"').next().unwrap();
    assert_eq!(
        amber.post(app, end, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        amber.post(app, end, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let page = amber.get(app, &there).await;
    assert!(!page.body.contains("called Bee by those"));
}

#[tokio::test]
async fn what_is_safe_stands_first_and_another_agency_never_sees_it() {
    const GIVE: Sql = Sql::new(
        "insert into grants (id, public_id, subject, relation, object_kind, object, from_at, reason, granted_at)
         values ($1, 'given', $2, 'shared', 'person', $3, 0, 'joint work', 0)",
    );
    let scene = scene().await;
    let (app, amber) = (&scene.app, &scene.amber);
    let there = scene.add(&[("called", "PV3")]).await;
    let contact = format!("{there}/contact");
    let back = amber
        .post(app, &contact, &[("whose", "her sister’s")])
        .await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "Choose what it is",
        "Enter the number, address or name",
        "Say whether it is safe",
        "her sister’s",
    ] {
        assert!(back.body.contains(words), "{words}");
    }
    let phone = [
        ("kind", "phone"),
        ("value", "ask at 07700 900123"),
        ("safe", "confirmed"),
        ("safe_times", "after 18:00"),
    ];
    let added = amber.post(app, &contact, &phone).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let uncle = [
        ("kind", "somebody"),
        ("value", "the uncle"),
        ("safe", "never"),
    ];
    amber.post(app, &contact, &uncle).await;
    let page = amber.get(app, &contact).await;
    assert!(
        page.body.contains("This cannot be dialled"),
        "a warning, kept as typed"
    );
    let page = amber.get(app, &there).await.body;
    let safe = page.find("07700 900123").unwrap();
    assert!(safe < page.find("Never use:").unwrap() && safe < page.find("Timeline").unwrap());
    let analyst = scene.analyst.get(app, &contact).await;
    assert!(analyst.body.contains("07700 900123"));
    assert!(!analyst.body.contains(&format!("action=\"{contact}\"")));
    let store = &app.store;
    let person = there.trim_start_matches("/people/");
    let values = args![store.new_id().unwrap(), scene.partner.user.id, person];
    store.db.exec(GIVE, values).await.unwrap();
    let shown = scene.partner.get(app, &there).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    assert!(!shown.body.contains("07700") && !shown.body.contains("Safe contact"));
    let hidden = scene.partner.get(app, &contact).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    let end = amber.get(app, &contact).await.body;
    let end = end.split("action=\"").find(|part| part.contains("/end\""));
    let end = end.unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(
        amber.post(app, &end, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(!amber.get(app, &there).await.body.contains("07700"));
}

#[tokio::test]
async fn every_page_speaks_welsh_without_a_missing_word() {
    let scene = scene().await;
    let (app, amber) = (&scene.app, &scene.amber);
    let there = scene
        .add(&[
            ("called", "PV3"),
            ("dob_year", "1998"),
            ("county_lines", "yes"),
        ])
        .await;
    let phone = [
        ("kind", "phone"),
        ("value", "07700 900123"),
        ("safe", "never"),
    ];
    amber.post(app, &format!("{there}/contact"), &phone).await;
    for below in ["", "/edit", "/names", "/contact"] {
        for language in ["en", "cy"] {
            let address = format!("{there}{below}?lang={language}");
            let page = amber.get(app, &address).await;
            assert_eq!(page.status, StatusCode::OK, "{address}");
            assert!(!page.body.contains('⟦'), "{address}: {}", page.body);
        }
    }
    for address in ["/people?lang=cy", "/people/new?lang=cy"] {
        let page = amber.get(app, address).await;
        assert!(
            page.status == StatusCode::OK && !page.body.contains('⟦'),
            "{address}"
        );
    }
}
