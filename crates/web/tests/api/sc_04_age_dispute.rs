//! SC-04: somebody of sixteen by their own word, an adult by a later determination.

use heyrick_domain::user::Role;
use jiff::SignedDuration;
use serde_json::json;

use crate::caller::{Caller, House};
use crate::scenario::{age, begun, conversation, filled, person, sent, steps};

async fn pv4(house: &House, who: &Caller) -> String {
    let pv4 = person(who, json!({ "called": "PV4" })).await;
    age(house, who, &pv4, "now", "not_sure", "officer_view").await;
    pv4
}

#[tokio::test]
async fn sc_04_1_not_sure_is_the_whole_path_of_a_child() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let pv4 = pv4(&house, &who).await;
    let asked = conversation(&house, json!([{ "item": "nrm_entry", "value": "refused" }]));
    who.post(&format!("{pv4}/consents"), asked).await.is(422);
    let referral = begun(&who, &pv4).await;
    let now = who.get(&referral).await.is(200);
    assert_eq!(
        (now.text("/route"), now.text("/ground")),
        ("nrm", "may_be_a_child")
    );
    let shown = steps(&now.json);
    assert!(shown.contains(&"local-authority-contacted-about-child"));
    for of_adults in [
        "does-pv-need-support",
        "who-contact",
        "pv-under-age-at-time-of-exploitation",
        "schedule-1",
    ] {
        assert!(!shown.contains(&of_adults), "{of_adults}");
    }
}

#[tokio::test]
async fn sc_04_2_a_determination_asks_an_adult_and_keeps_the_childs_record_in_the_history() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let pv4 = pv4(&house, &who).await;
    let referral = begun(&who, &pv4).await;
    let authority = format!("{referral}/steps/local-authority-contacted-about-child");
    let name = json!({ "local-authority-contacted-about-child-local-authority-email": "duty@council.test" });
    who.put(&authority, "\"v0\"", name).await.is(200);
    let role = format!("{referral}/steps/fr-details");
    who.put(&role, "\"v0\"", json!({ "fr-details-role": "constable" }))
        .await
        .is(200);

    house.wait(SignedDuration::from_hours(5 * 24));
    age(
        &house,
        &who,
        &pv4,
        "now",
        "adult",
        "local_authority_assessment",
    )
    .await;
    let now = who.get(&referral).await.is(200);
    assert_eq!(
        (now.text("/stage"), now.text("/route")),
        ("draft", "undecided")
    );
    assert_eq!(
        now.text("/missing"),
        "consent-not-asked",
        "silence is not refusal"
    );
    let shown = steps(&now.json);
    assert!(
        shown.contains(&"pv-under-age-at-time-of-exploitation"),
        "may have been a child then"
    );
    assert!(!shown.contains(&"local-authority-contacted-about-child"));

    let history = who.get(&format!("{referral}/history")).await.is(200);
    let items = history.json["items"].as_array().unwrap();
    let of = |key: &str| items.iter().find(|one| one["key"] == key).unwrap();
    let reset = of("fr-details-role");
    assert_eq!(
        (&reset["cause"], &reset["before"], &reset["after"]),
        (&json!("age_changed"), &json!("constable"), &json!(null))
    );
    let kept = of("local-authority-contacted-about-child-local-authority-email");
    assert_eq!(
        (&kept["cause"], &kept["after"]),
        (&json!("saved"), &json!("duty@council.test"))
    );
    let ages = who.get(&format!("{pv4}/ages")).await.is(200);
    let ages = ages.json["items"].as_array().unwrap();
    let values: Vec<_> = ages
        .iter()
        .map(|one| one["value"].as_str().unwrap())
        .collect();
    assert_eq!(values.len(), 2, "both stand: {values:?}");
}

#[tokio::test]
async fn sc_04_4_age_at_exploitation_is_a_fact_of_its_own_and_leaves_with_the_data() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let pv4 = pv4(&house, &who).await;
    let assessed = "local_authority_assessment";
    age(&house, &who, &pv4, "now", "adult", assessed).await;
    age(&house, &who, &pv4, "exploitation", "child", "stated").await;
    let ages = who.get(&format!("{pv4}/ages")).await.is(200);
    assert_eq!(
        (ages.text("/now"), ages.text("/exploitation")),
        ("adult", "child")
    );
    let agrees = json!([
        { "item": "nrm_entry", "value": "given" },
        { "item": "msvcc_support", "value": "no" },
        { "item": "police_cooperation", "value": "no" },
    ]);
    let agrees = conversation(&house, agrees);
    who.post(&format!("{pv4}/consents"), agrees).await.is(201);
    let referral = begun(&who, &pv4).await;
    filled(&who, &referral).await;
    let data = who.get(&format!("{referral}/data.json")).await.is(200);
    assert_eq!(data.json["answers"]["pv-under-age"], "no");
    assert_eq!(
        data.json["answers"]["pv-under-age-at-time-of-exploitation"],
        "yes"
    );
}

#[tokio::test]
async fn sc_04_3_consent_refused_after_sending_makes_no_second_notification() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let pv4 = pv4(&house, &who).await;
    let referral = begun(&who, &pv4).await;
    let reached = json!({ "outcome": "reached", "attempted_at": "2026-10-05T09:00:00Z" });
    who.post(&format!("{referral}/authority-contacts"), reached)
        .await
        .is(201);
    let police = conversation(
        &house,
        json!([{ "item": "police_cooperation", "value": "no" }]),
    );
    who.post(&format!("{pv4}/consents"), police).await.is(201);
    filled(&who, &referral).await;
    sent(&house, &who, &referral).await;

    house.wait(SignedDuration::from_hours(5 * 24));
    age(
        &house,
        &who,
        &pv4,
        "now",
        "adult",
        "local_authority_assessment",
    )
    .await;
    let said = conversation(&house, json!([{ "item": "nrm_entry", "value": "refused" }]));
    who.post(&format!("{pv4}/consents"), said).await.is(201);
    let was = who.get(&referral).await.is(200);
    assert_eq!(
        (was.text("/stage"), was.text("/route")),
        ("sent", "nrm"),
        "what was sent stays"
    );
    let again = begun(&who, &pv4).await;
    let again = who.get(&again).await.is(200);
    assert_eq!(again.text("/route"), "undecided");
    assert_eq!(again.text("/missing"), "withdrawn-after-sending");
}
