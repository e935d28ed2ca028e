//! Ages, consents, capacity and best interests through the API.

use heyrick_domain::user::Role;
use heyrick_store::person::{Details, record_person};
use heyrick_store::token;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::caller::{Caller, House};

/// Somebody of no known age; gives their address in the API.
async fn a_person(house: &House, who: &Caller) -> String {
    let details = Details {
        called: Some("PV1".to_owned()),
        ..Details::default()
    };
    let viewer = who.viewer().await;
    let id = record_person(&house.app.store, &viewer, &details).await;
    format!("/api/v1/persons/{}", id.unwrap())
}

fn age(at_what: &str, value: &str) -> Value {
    json!({ "at_what": at_what, "value": value, "basis": "stated" })
}

fn conversation(answers: Value) -> Value {
    json!({
        "explained_by": "DC Amber",
        "asked_at": "2026-10-05T10:30:00Z",
        "language": "Romanian",
        "interpreter": "independent",
        "interpreter_chosen": true,
        "method": "in_person",
        "notice_version": "April 2026",
        "answers": answers,
    })
}

fn lacking() -> Value {
    json!({
        "assessor": "DC Amber",
        "assessed_on": "2026-10-05",
        "decision_asked": "nrm_entry",
        "functional": "could not retain the explanation on two tries",
        "diagnostic": "acquired brain injury",
        "support_given": "pictures, a quiet room, a second try after rest",
        "outcome": "lacks_capacity",
        "temporary": "not_known",
        "reassess_on": "2026-11-05",
    })
}

fn refer() -> Value {
    json!({
        "decision_maker": "DC Amber, with the hospital's social worker",
        "consultees": "a support worker",
        "imca": "unavailable",
        "imca_why": "none free before Monday",
        "decision": "refer",
        "reasons": "they need a safe place tonight",
    })
}

#[tokio::test]
async fn sc_01_1_an_adult_who_refuses_is_recorded_question_by_question() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let person = a_person(&house, &who).await;
    let made = who
        .post(&format!("{person}/ages"), age("now", "adult"))
        .await;
    let made = made.is(201);
    assert_eq!(made.text("/now"), "adult");
    assert_eq!(made.text("/route/missing"), "consent-not-asked");

    let consents = format!("{person}/consents");
    let answers = json!([
        { "item": "nrm_entry", "value": "refused", "reason": "fears for their family" },
        { "item": "police_cooperation", "value": "no" },
        { "item": "dtn_identity", "value": "no" },
    ]);
    let made = who.post(&consents, conversation(answers)).await.is(201);
    let got = who.get(&consents).await.is(200);
    assert_eq!(made.json, got.json);
    assert_eq!(got.text("/route/route"), "dtn");
    assert_eq!(got.text("/route/ground"), "refusal");
    assert_eq!(
        got.json["held"],
        json!({ "nrm_entry": "refused", "police_cooperation": "no", "dtn_identity": "no" }),
        "support was not asked, which is no answer"
    );
    for one in got.json["items"].as_array().unwrap() {
        assert_eq!(one["asked_at"], "2026-10-05T10:30:00Z");
        assert_eq!(one["language"], "Romanian");
        assert_eq!(one["interpreter"], "independent");
        assert_eq!(one["interpreter_chosen"], true);
        assert_eq!(one["recorded_by"], "dc.amber");
    }
}

#[tokio::test]
async fn somebody_nobody_could_ask_answered_nothing_and_takes_nothing_back() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let person = a_person(&house, &who).await;
    who.post(&format!("{person}/ages"), age("now", "adult"))
        .await
        .is(201);
    let consents = format!("{person}/consents");
    let unasked = json!({ "item": "nrm_entry", "value": "cannot_be_asked", "reason": "has left" });
    for item in ["dtn_identity", "police_cooperation"] {
        let answers = json!([unasked, { "item": item, "value": "yes" }]);
        let refused = who.post(&consents, conversation(answers)).await.is(422);
        assert_eq!(refused.text("/errors/0/pointer"), "/answers/1/value");
        assert!(
            refused.json.to_string().contains("Nobody could ask them"),
            "{}",
            refused.json
        );
    }
    let back = json!([{ "item": "nrm_entry", "value": "withdrawn" }]);
    let refused = who.post(&consents, conversation(back)).await.is(422);
    assert_eq!(refused.text("/errors/0/pointer"), "/answers/0/value");
    assert!(
        refused.json.to_string().contains("nothing to take back"),
        "{}",
        refused.json
    );
    let got = who.get(&consents).await.is(200);
    assert_eq!(got.json["items"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn sc_04_not_sure_is_a_child_until_determined_and_then_an_adult_to_be_asked() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let person = a_person(&house, &who).await;
    let ages = format!("{person}/ages");
    let made = who.post(&ages, age("now", "not_sure")).await.is(201);
    assert_eq!(made.text("/route/ground"), "may_be_a_child");
    let refused = json!([{ "item": "nrm_entry", "value": "refused" }]);
    let consents = format!("{person}/consents");
    let asked = who.post(&consents, conversation(refused)).await.is(422);
    assert_eq!(asked.text("/errors/0/pointer"), "/answers/0/value");

    house.wait(SignedDuration::from_hours(24 * 7));
    let determined = json!({
        "at_what": "now", "value": "adult", "basis": "local_authority_assessment", "settled_on": "2026-10-12",
    });
    let made = who.post(&ages, determined).await.is(201);
    assert_eq!(made.text("/now"), "adult");
    assert_eq!(made.text("/route/missing"), "consent-not-asked");
    assert_eq!(made.json["items"].as_array().unwrap().len(), 2);
    assert_eq!(made.json["items"][1]["settles"], true);
}

#[tokio::test]
async fn sc_11_who_cannot_decide_is_referred_once_a_supervisor_signs() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let sergeant = house.caller("ds.beech", Role::Sergeant).await;
    let person = a_person(&house, &who).await;
    who.post(&format!("{person}/ages"), age("now", "adult"))
        .await
        .is(201);
    let interests = format!("{person}/best-interests");
    let early = who.post(&interests, refer()).await.is(422);
    assert_eq!(early.text("/errors/0/pointer"), "");
    let assessments = format!("{person}/capacity-assessments");
    let made = who.post(&assessments, lacking()).await.is(201);
    assert_eq!(made.text("/route/missing"), "no-best-interests");
    let consents = who.get(&format!("{person}/consents")).await.is(200);
    assert_eq!(consents.text("/held/nrm_entry"), "lacks_capacity");

    let made = who.post(&interests, refer()).await.is(201);
    assert_eq!(made.text("/route/missing"), "best-interests-unsigned");
    assert_eq!(made.json["items"][0]["signature"], Value::Null);
    let id = made.text("/items/0/id");
    let sign = format!("/api/v1/best-interests/{id}/signature");
    who.post(&sign, json!({})).await.is(403);
    let signed = sergeant.post(&sign, json!({ "note": "agreed" })).await;
    let signed = signed.is(201);
    assert_eq!(signed.text("/route/ground"), "best_interests");
    assert_eq!(signed.text("/items/0/signature/signed_by"), "ds.beech");
    sergeant.post(&sign, json!({})).await.is(422);
}

#[tokio::test]
async fn what_cannot_be_recorded_says_where_and_changes_nothing() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let person = a_person(&house, &who).await;
    let ages = format!("{person}/ages");
    let consents = format!("{person}/consents");
    let assessments = format!("{person}/capacity-assessments");
    let with = |mut body: Value, field: &str, value: Value| {
        body[field] = value;
        body
    };
    let helps = || conversation(json!([{ "item": "police_cooperation", "value": "yes" }]));
    for (path, body, pointer) in [
        (
            &ages,
            with(age("now", "adult"), "settled_on", json!("2026-10-05")),
            "/settled_on",
        ),
        (
            &ages,
            with(age("now", "adult"), "settled_on", json!("5 October")),
            "/settled_on",
        ),
        (
            &ages,
            with(age("act", "adult"), "basis", json!("other")),
            "/basis_words",
        ),
        (
            &consents,
            with(helps(), "asked_at", json!("2026-10-05T11:00:01Z")),
            "/asked_at",
        ),
        (
            &consents,
            with(helps(), "asked_at", json!("noon")),
            "/asked_at",
        ),
        (
            &consents,
            with(helps(), "language", Value::Null),
            "/language",
        ),
        (
            &consents,
            with(helps(), "interpreter", json!("known")),
            "/interpreter_why",
        ),
        (&consents, with(helps(), "answers", json!([])), "/answers"),
        (
            &consents,
            conversation(json!([{ "item": "nrm_entry", "value": "yes" }])),
            "/answers/0/value",
        ),
        (
            &assessments,
            with(lacking(), "functional", json!(" ")),
            "/functional",
        ),
        (
            &assessments,
            with(lacking(), "reassess_on", json!("2026-10-05")),
            "/reassess_on",
        ),
    ] {
        let got = who.post(path, body).await.is(422);
        assert_eq!(got.text("/errors/0/pointer"), pointer, "{}", got.json);
    }
    for (path, body) in [
        (&ages, json!({ "at_what": "now", "value": "adult" })),
        (&ages, with(age("now", "adult"), "more", json!(1))),
        (&consents, with(helps(), "method", json!("telepathy"))),
    ] {
        who.post(path, body).await.is(422);
    }
    for path in [&ages, &consents, &assessments] {
        let got = who.get(path).await.is(200);
        assert_eq!(got.json["items"], json!([]), "{path}");
    }
}

#[tokio::test]
async fn facts_need_their_scope_and_are_absent_where_the_person_is() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let person = a_person(&house, &who).await;
    let others: Vec<&str> = token::SCOPES
        .iter()
        .copied()
        .filter(|scope| !scope.starts_with("consents:"))
        .collect();
    let other = house
        .caller_with("dc.birch", Role::Constable, &others)
        .await;
    let reader = house
        .caller_with("dc.cedar", Role::Constable, &["consents:read"])
        .await;
    let admin = house.caller("admin.chalk", Role::Administrator).await;
    for fact in ["ages", "consents", "capacity-assessments", "best-interests"] {
        let path = format!("{person}/{fact}");
        other.get(&path).await.is(403);
        reader.get(&path).await.is(200);
        admin.get(&path).await.is(404);
        who.get(&format!("/api/v1/persons/7k4m2q7k4m2q7k4m2q7k/{fact}"))
            .await
            .is(404);
    }
    let path = format!("{person}/ages");
    reader.post(&path, age("now", "adult")).await.is(403);
    admin.post(&path, age("now", "adult")).await.is(404);
    let sign = "/api/v1/best-interests/7k4m2q7k4m2q7k4m2q7k/signature";
    who.post(sign, json!({})).await.is(404);
}

#[tokio::test]
async fn the_explanation_and_the_notice_are_two_facts() {
    let house = House::at("2026-11-25T11:00:00Z").await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let person = a_person(&house, &who).await;
    let ages = format!("{person}/ages");
    who.post(&ages, age("now", "child")).await.is(201);
    let told = who.get("/api/v1/explanation/child").await.is(200);
    assert_eq!(told.text("/version"), "child-2026-11-25");
    assert!(!told.text("/parts/0/words").is_empty());
    who.get("/api/v1/explanation/nobody").await.is(404);

    let consents = format!("{person}/consents");
    let mut explained = conversation(json!([{ "item": "explanation", "value": "given" }]));
    explained["explanation_version"] = json!("nobody-2026-11");
    let refused = who.post(&consents, explained.clone()).await.is(422);
    assert_eq!(refused.text("/errors/0/pointer"), "/explanation_version");
    explained["explanation_version"] = told.json["version"].clone();
    let made = who.post(&consents, explained).await.is(201);
    assert_eq!(
        made.text("/items/0/explanation_version"),
        "child-2026-11-25"
    );
    assert_eq!(made.text("/items/0/notice_version"), "April 2026");
    assert_eq!(made.text("/route/route"), "nrm", "it answers no question");
}
