//! SC-01: an adult refuses the National Referral Mechanism, and consents two weeks later.

use heyrick_domain::user::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::caller::{Caller, House};
use crate::scenario::{age, begun, conversation, filled, missing, person, sent, steps};

/// PV1, as the scenario has her; gives her address.
async fn pv1(house: &House, who: &Caller) -> String {
    let pv1 = person(who, json!({ "called": "PV1", "first_name": "Testa", "last_name": "Exemplar", "gender": "female", "nationality": "Romanian", "dob": "1992-03-04" })).await;
    age(house, who, &pv1, "now", "adult", "document").await;
    age(house, who, &pv1, "exploitation", "adult", "stated").await;
    let said = conversation(
        house,
        json!([
            { "item": "nrm_entry", "value": "refused", "reason": "fears for her family" },
            { "item": "police_cooperation", "value": "no" },
            { "item": "dtn_identity", "value": "no" },
        ]),
    );
    who.post(&format!("{pv1}/consents"), said).await.is(201);
    pv1
}

#[tokio::test]
async fn sc_01_1_each_answer_stands_by_itself_with_time_language_and_interpreter() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let pv1 = pv1(&house, &who).await;
    let held = who.get(&format!("{pv1}/consents")).await.is(200);
    let items = held.json["items"].as_array().unwrap();
    for (item, value) in [
        ("nrm_entry", "refused"),
        ("police_cooperation", "no"),
        ("dtn_identity", "no"),
    ] {
        let one = items.iter().find(|one| one["item"] == item).unwrap();
        assert_eq!(one["value"], value, "{item}");
        assert_eq!(
            (&one["language"], &one["interpreter"]),
            (&json!("Romanian"), &json!("independent"))
        );
        assert_eq!(
            (&one["asked_at"], &one["interpreter_chosen"]),
            (&json!("2026-10-05T10:59:00Z"), &json!(true))
        );
    }
}

#[tokio::test]
async fn sc_01_2_a_refusal_leads_to_a_duty_to_notify_and_nothing_else_can_be_made_of_it() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let pv1 = pv1(&house, &who).await;
    let referral = begun(&who, &pv1).await;
    let now = who.get(&referral).await.is(200);
    assert_eq!(
        (now.text("/route"), now.text("/ground")),
        ("dtn", "refusal")
    );
    let shown = steps(&now.json);
    for identity in [
        "pv-name-referral",
        "pv-name-dtn",
        "pv-dob",
        "pv-contact-details-dtn",
        "pv-contact-details-referral",
        "pv-phone-number",
    ] {
        assert!(!shown.contains(&identity), "{identity}");
    }
    assert!(shown.contains(&"schedule-1"));
    let entry = format!("{referral}/steps/pv-want-to-submit-nrm");
    let forced = who
        .put(&entry, "\"v0\"", json!({ "pv-want-to-submit-nrm": "yes" }))
        .await
        .is(422);
    assert_eq!(forced.text("/errors/0/pointer"), "/pv-want-to-submit-nrm");
    assert_eq!(who.get(&referral).await.text("/route"), "dtn");
}

#[tokio::test]
async fn sc_01_7_consent_after_the_duty_to_notify_opens_a_passage_that_takes_over_from_it() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let pv1 = pv1(&house, &who).await;
    let first = begun(&who, &pv1).await;
    filled(&who, &first).await;
    let ready = who.get(&first).await.is(200);
    assert!(
        missing(&ready.json).is_empty(),
        "{:?}",
        missing(&ready.json)
    );
    sent(&house, &who, &first).await;
    assert_eq!(who.get(&first).await.text("/stage"), "sent");

    house.wait(SignedDuration::from_hours(15 * 24));
    let agreed = conversation(&house, json!([{ "item": "nrm_entry", "value": "given" }]));
    who.post(&format!("{pv1}/consents"), agreed).await.is(201);
    let second = begun(&who, &pv1).await;
    let later = who.get(&second).await.is(200);
    assert_eq!(
        (later.text("/route"), later.text("/ground")),
        ("nrm", "consent")
    );
    let earlier = later.text("/supersedes/id");
    assert_eq!(format!("/api/v1/referrals/{earlier}"), first);
    assert_eq!(later.text("/supersedes/sent_on"), "2026-10-05");
    let closed = who.get(&first).await.is(200);
    assert_eq!(
        (closed.text("/stage"), closed.text("/route")),
        ("sent", "dtn")
    );
    assert_eq!(closed.json["supersedes"], Value::Null);
    let shown = steps(&closed.json);
    assert!(
        shown.contains(&"schedule-1") && !shown.contains(&"pv-dob"),
        "{shown:?}"
    );
}

#[tokio::test]
async fn what_leaves_is_prepared_printed_and_taken_out_through_the_api() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let pv1 = pv1(&house, &who).await;
    let referral = begun(&who, &pv1).await;
    let preparation = format!("{referral}/preparation");
    let early = who.get(&preparation).await.is(422);
    assert!(early.json["errors"].as_array().unwrap().len() > 20);
    filled(&who, &referral).await;
    let ready = who.get(&preparation).await.is(200);
    assert_eq!(ready.text("/route"), "dtn");
    assert_eq!(ready.json["needs_second_reader"], json!(false));
    let other = json!({ "mark": "something else" });
    let changed = who.post(&preparation, other).await.is(422);
    assert_eq!(changed.text("/errors/0/pointer"), "/mark");
    let mark = json!({ "mark": ready.text("/mark") });
    let made = who.post(&preparation, mark.clone()).await.is(201);
    assert_eq!(made.text("/outcome"), "prepared");
    who.post(&preparation, mark).await.is(422);
    let data = who.get(&format!("{referral}/data.json")).await.is(200);
    assert_eq!(data.text("/status"), "prepared");
    assert_eq!(data.json["answers"]["pv-dob"], Value::Null);
    let analyst = house.caller("analyst.onyx", Role::Analyst).await;
    for part in ["preparation", "data.json", "paper.pdf"] {
        analyst.get(&format!("{referral}/{part}")).await.is(403);
    }
}
