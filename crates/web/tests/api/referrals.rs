//! Referrals and answers through the API.

use axum::body::Body;
use axum::http::Request;
use heyrick_domain::restriction::Level;
use heyrick_domain::user::Role;
use heyrick_policy::Kind;
use heyrick_store::person::{Details, record_person};
use heyrick_store::restriction::{NewRestriction, record_restriction};
use jiff::SignedDuration;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::caller::{Caller, House};

const BACKGROUND: &str = "steps/what-is-their-background";

/// A child, so that a route is open without any consent; gives the name in addresses.
async fn a_child(house: &House, who: &Caller) -> String {
    let details = Details {
        called: Some("PV2".to_owned()),
        first_name: Some("Testa".to_owned()),
        dob: Some("2010-12-20".parse().unwrap()),
        ..Details::default()
    };
    record_person(&house.app.store, &who.viewer().await, &details)
        .await
        .unwrap()
        .0
}

/// A referral just begun; gives its address.
pub async fn begun(house: &House, who: &Caller) -> String {
    let person = a_child(house, who).await;
    let made = who.post("/api/v1/referrals", json!({ "person": person }));
    made.await.is(201).header("location").to_owned()
}

fn step<'v>(referral: &'v Value, id: &str) -> &'v Value {
    let steps = referral["steps"].as_array().unwrap();
    steps.iter().find(|step| step["id"] == id).unwrap()
}

#[tokio::test]
async fn a_referral_is_begun_once_filled_and_found_again() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let person = a_child(&house, &who).await;
    let made = who
        .post("/api/v1/referrals", json!({ "person": &person }))
        .await
        .is(201);
    assert_eq!(made.header("etag"), "\"v1\"");
    assert_eq!(made.json["person"]["label"], "PV2");
    assert_eq!(
        (
            made.text("/stage"),
            made.text("/route"),
            made.text("/ground")
        ),
        ("draft", "nrm", "child")
    );
    assert_eq!(made.json["missing"], Value::Null);
    assert_eq!(step(&made.json, "pv-name-referral")["status"], "to-check");
    let again = who
        .post("/api/v1/referrals", json!({ "person": &person }))
        .await
        .is(200);
    assert_eq!(again.header("location"), made.header("location"));
    let shown = who.get(made.header("location")).await.is(200);
    assert_eq!(shown.json, made.json);
    let answers = who
        .get(&format!("{}/answers", made.header("location")))
        .await
        .is(200);
    let items = answers.json["items"].as_array().unwrap();
    let name = items
        .iter()
        .find(|item| item["key"] == "pv-name-first-name")
        .unwrap();
    assert_eq!(
        (&name["answer"], &name["to_check"], &name["asked"]),
        (&json!("Testa"), &json!(true), &json!(true))
    );
    let age = items
        .iter()
        .find(|item| item["key"] == "pv-under-age")
        .unwrap();
    assert_eq!(
        (&age["answer"], &age["fact"]),
        (&json!("yes"), &json!("age"))
    );
    who.post("/api/v1/referrals", json!({ "person": "nobody" }))
        .await
        .is(404);
    who.post(
        "/api/v1/referrals",
        json!({ "person": person, "stage": "sent" }),
    )
    .await
    .is(422);
}

#[tokio::test]
async fn a_step_is_saved_over_the_version_that_was_read_and_never_over_another() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let other = house.caller("ds.teal", Role::Sergeant).await;
    let referral = begun(&house, &who).await;
    let address = format!("{referral}/{BACKGROUND}");
    let blank = who.get(&address).await.is(200);
    assert_eq!(
        (blank.header("etag"), blank.text("/status")),
        ("\"v0\"", "not-started")
    );
    assert_eq!(blank.text("/problems/0/code"), "form-p-missing");

    let mine = json!({ "birthplace": "a harbour town", "family": { "unknown": "refused" } });
    let saved = who.put(&address, "\"v0\"", mine.clone()).await.is(200);
    assert_eq!(saved.json["saved_by"], "dc.amber");
    let tag = saved.header("etag").to_owned();
    who.put(&address, "\"v0\"", mine).await.is(200);
    let late = other
        .put(&address, "\"v0\"", json!({ "birthplace": "the hills" }))
        .await
        .is(412);
    assert_eq!(late.header("etag"), tag);
    assert!(!late.json.to_string().contains("harbour"), "{}", late.json);
    let now = other.get(&address).await.is(200);
    assert_eq!(now.header("etag"), tag);
    let second = json!({ "birthplace": "the hills", "family": null });
    other.put(&address, &tag, second).await.is(200);

    let history = who
        .get(&format!("{referral}/history?key=birthplace&limit=1"))
        .await
        .is(200);
    let change = &history.json["items"][0];
    assert_eq!(
        (
            &change["before"],
            &change["after"],
            &change["by"],
            &change["cause"]
        ),
        (
            &json!("a harbour town"),
            &json!("the hills"),
            &json!("ds.teal"),
            &json!("saved")
        )
    );
    let cursor = history.text("/next");
    let next = who
        .get(&format!(
            "{referral}/history?key=birthplace&cursor={cursor}"
        ))
        .await
        .is(200);
    assert_eq!(next.json["items"][0]["before"], Value::Null);
    assert_eq!(next.json["next"], Value::Null);
}

#[tokio::test]
async fn what_cannot_be_kept_is_named_by_field_and_changes_nothing() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let referral = begun(&house, &who).await;
    let address = format!("{referral}/{BACKGROUND}");
    for (sent, pointer) in [
        (json!({ "birthplace": 7 }), "/birthplace"),
        (json!({ "birthplace": ["a", "b"] }), "/birthplace"),
        (
            json!({ "birthplace": { "unknown": "perhaps" } }),
            "/birthplace",
        ),
        (json!({ "birthplace": "a\u{7}b" }), "/birthplace"),
        (json!({ "birthplace": "x".repeat(60_001) }), "/birthplace"),
        (json!({ "Testa Exemplar": "x" }), ""),
    ] {
        let refused = who.put(&address, "\"v0\"", sent).await.is(422);
        assert_eq!(refused.text("/errors/0/pointer"), pointer);
        let detail = refused.text("/errors/0/detail");
        assert!(!detail.contains('⟦') && !detail.contains('$'), "{detail}");
        assert!(!refused.json.to_string().contains("Exemplar"));
    }
    let age = format!("{referral}/steps/pv-under-age");
    let fact = who
        .put(&age, "\"v0\"", json!({ "pv-under-age": "no" }))
        .await
        .is(422);
    assert_eq!(fact.text("/errors/0/pointer"), "/pv-under-age");
    who.put(&format!("{referral}/steps/nowhere"), "\"v0\"", json!({}))
        .await
        .is(404);
    let no_version = Request::put(&address).header("content-type", "application/json");
    who.send(no_version, Body::from("{}")).await.is(428);
    let shown = who.get(&referral).await.is(200);
    assert_eq!(shown.header("etag"), "\"v1\"");
}

#[tokio::test]
async fn lists_go_on_where_they_ended_and_take_filters() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        house.wait(SignedDuration::from_mins(1));
        made.insert(0, begun(&house, &who).await);
    }
    let mut seen = Vec::new();
    let mut address = "/api/v1/referrals?limit=2".to_owned();
    loop {
        let page = who.get(&address).await.is(200);
        for item in page.json["items"].as_array().unwrap() {
            seen.push(format!(
                "/api/v1/referrals/{}",
                item["id"].as_str().unwrap()
            ));
        }
        match page.json["next"].as_str() {
            Some(next) => address = format!("/api/v1/referrals?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, made);
    let withdrawal = format!("{}/withdrawal", made[0]);
    let withdrawn = who.post(&withdrawal, json!({ "reason": "begun twice" }));
    assert_eq!(withdrawn.await.is(201).json["stage"], "withdrawn");
    for (filter, want) in [
        ("stage=withdrawn", 1),
        ("open=true", 2),
        ("route=nrm&mine=true", 3),
        ("allocated_to_me=true", 0),
    ] {
        let page = who
            .get(&format!("/api/v1/referrals?{filter}"))
            .await
            .is(200);
        assert_eq!(
            page.json["items"].as_array().unwrap().len(),
            want,
            "{filter}"
        );
    }
    for bad in [
        "stage=lost",
        "limit=0",
        "limit=101",
        "open=perhaps",
        "name=Testa",
        "cursor=abc",
    ] {
        who.get(&format!("/api/v1/referrals?{bad}")).await.is(400);
    }
}

#[tokio::test]
async fn a_contact_and_a_withdrawal_are_recorded_with_their_reasons() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let referral = begun(&house, &who).await;
    let contacts = format!("{referral}/authority-contacts");
    let attempt = json!({ "outcome": "not_reached_out_of_hours", "attempted_at": "2026-10-04T23:40:00+01:00", "note": "no answer" });
    let recorded = who.post(&contacts, attempt).await.is(201);
    assert_eq!(
        recorded.text("/authority_contacts/0/attempted_at"),
        "2026-10-04T22:40:00Z"
    );
    for (sent, pointer) in [
        (
            json!({ "outcome": "reached", "attempted_at": "tonight" }),
            "/attempted_at",
        ),
        (
            json!({ "outcome": "reached", "attempted_at": "2027-01-01T00:00:00Z" }),
            "/attempted_at",
        ),
        (
            // A Friday at eleven: the offices are open.
            json!({ "outcome": "not_reached_out_of_hours", "attempted_at": "2026-10-02T11:00:00+01:00" }),
            "/outcome",
        ),
        (
            json!({ "outcome": "reached", "attempted_at": "2026-10-04T22:40:00Z", "note": "x".repeat(2001) }),
            "/note",
        ),
    ] {
        let refused = who.post(&contacts, sent).await.is(422);
        assert_eq!(refused.text("/errors/0/pointer"), pointer);
    }
    let withdrawal = format!("{referral}/withdrawal");
    let refused = who
        .post(&withdrawal, json!({ "reason": " " }))
        .await
        .is(422);
    assert_eq!(refused.text("/errors/0/pointer"), "/reason");
    who.post(&withdrawal, json!({ "reason": "begun twice" }))
        .await
        .is(201);
    let closed = who
        .post(&withdrawal, json!({ "reason": "again" }))
        .await
        .is(422);
    assert!(!closed.text("/errors/0/detail").contains('⟦'));
    let late = who
        .put(
            &format!("{referral}/{BACKGROUND}"),
            "\"v0\"",
            json!({ "family": "x" }),
        )
        .await
        .is(422);
    assert!(!late.text("/errors/0/detail").contains('⟦'));
}

#[tokio::test]
async fn scopes_roles_and_sight_hold_at_every_address() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let referral = begun(&house, &who).await;
    let reader = house
        .caller_with("dc.blue", Role::Constable, &["referrals:read"])
        .await;
    let writer = house
        .caller_with("dc.coal", Role::Constable, &["referrals:write"])
        .await;
    let auditor = house.caller("an.auditor", Role::Auditor).await;
    let step = format!("{referral}/{BACKGROUND}");
    reader.get(&referral).await.is(200);
    reader.put(&step, "\"v0\"", json!({})).await.is(403);
    reader
        .post(&format!("{referral}/withdrawal"), json!({ "reason": "x" }))
        .await
        .is(403);
    for read in ["", "/answers", "/history", "/steps/reference"] {
        writer.get(&format!("{referral}{read}")).await.is(403);
        auditor.get(&format!("{referral}{read}")).await.is(404);
    }

    let inspector = house.caller("di.plum", Role::Inspector).await;
    let person = who.get(&referral).await.text("/person/id").to_owned();
    let restrict = NewRestriction {
        seen: Level::None,
        level: Level::Restricted,
        reason: "a relative works in the building".to_owned(),
        review_on: Some(date(2026, 11, 1)),
        keep: vec![],
    };
    let person = heyrick_domain::id::PublicId(person);
    record_restriction(
        &house.app.store,
        &inspector.viewer().await,
        Kind::Person,
        &person,
        &restrict,
    )
    .await
    .unwrap();
    let hidden = reader.get(&referral).await.is(404);
    let nowhere = reader
        .get("/api/v1/referrals/aaaaaaaaaaaaaaaaaaaa")
        .await
        .is(404);
    assert_eq!(hidden.json, nowhere.json);
    let list = reader.get("/api/v1/referrals").await.is(200);
    assert_eq!(list.json["items"], json!([]));
    who.get(&referral).await.is(200);
}
