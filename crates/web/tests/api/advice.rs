//! Advice: set aside with a reason, and what an inspector was asked to compare.

use heyrick_domain::id::PublicId;
use heyrick_domain::restriction::Level;
use heyrick_domain::user::Role;
use heyrick_policy::Kind;
use heyrick_store::coach::beyond::look_beyond;
use heyrick_store::restriction::{NewRestriction, record_restriction};
use serde_json::{Value, json};

use crate::caller::{Caller, House};
use crate::scenario::{begun, person};

const WORDS: &str = "They slept on a mattress behind the shop with the door locked from outside every night \
    and were driven to the fields before it was light, and the passport stayed in a drawer of the office.";

async fn write(who: &Caller, called: &str, words: &str) -> (String, String) {
    let person = person(who, json!({ "called": called })).await;
    let referral = begun(who, &person).await;
    let step = format!("{referral}/steps/what-is-their-background");
    who.put(&step, "\"v0\"", json!({ "family": words }))
        .await
        .is(200);
    (person, referral)
}

fn id_of(address: &str) -> &str {
    address.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn advice_is_set_aside_with_a_reason() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let (_, referral) = write(&who, "PV1", "Not known at this time.").await;
    let advice = format!("{referral}/advice");
    let not_known = |got: &Value| {
        let items = got["items"].as_array().unwrap().clone();
        let mut items = items.into_iter();
        let found = items.find(|one| one["key"] == "family");
        found.map(|one| one["not_needed_because"].clone())
    };
    let now = who.get(&advice).await.is(200).json;
    assert_eq!(not_known(&now), Some(Value::Null));
    let rule = "not-known-without-why";
    let mut aside = json!({ "rule": rule, "key": "family", "why": " " });
    let refused = who.post(&advice, aside.clone()).await.is(422);
    assert_eq!(refused.text("/errors/0/pointer"), "/why");
    aside["why"] = json!("asked twice by the hub already");
    let done = who.post(&advice, aside.clone()).await.is(201);
    assert_eq!(not_known(&done.json), Some(aside["why"].clone()));
    let again = who.post(&advice, aside.clone()).await.is(422);
    assert_eq!(again.text("/errors/0/pointer"), "/rule");
    let reader = house
        .caller_with("dc.jade", Role::Constable, &["referrals:read"])
        .await;
    reader.post(&advice, aside).await.is(403);
}

#[tokio::test]
async fn an_inspector_is_told_which_words_to_compare_with_which_record() {
    let house = House::new().await;
    let store = &house.app.store;
    let who = house.caller("dc.amber", Role::Constable).await;
    let beech = house.caller("dc.beech", Role::Constable).await;
    let inspector = house.caller("di.clay", Role::Inspector).await;
    let (person, hidden) = write(&beech, "PV1", WORDS).await;
    let restrict = NewRestriction {
        seen: Level::None,
        level: Level::Restricted,
        reason: "a witness in another job".to_owned(),
        review_on: Some("2027-01-04".parse().unwrap()),
        keep: Vec::new(),
    };
    let person = PublicId(id_of(&person).to_owned());
    let by = inspector.viewer().await;
    let done = record_restriction(store, &by, Kind::Person, &person, &restrict).await;
    assert!(done.unwrap());
    let (_, mine) = write(&who, "PV2", WORDS).await;
    assert_eq!(look_beyond(store).await.unwrap(), 1);
    let told = inspector.get(&format!("{hidden}/advice")).await.is(200);
    let want = json!([{ "key": "family", "other": id_of(&mine) }]);
    assert_eq!(told.json["beyond"], want);
    for (caller, referral) in [(&who, &mine), (&beech, &hidden)] {
        let nothing = caller.get(&format!("{referral}/advice")).await.is(200);
        assert_eq!(nothing.json["beyond"], json!([]));
    }
    let tasks = inspector.get("/api/v1/tasks?show=mine&kind=reused_text");
    assert_eq!(
        tasks.await.is(200).json["items"].as_array().unwrap().len(),
        1
    );
}
