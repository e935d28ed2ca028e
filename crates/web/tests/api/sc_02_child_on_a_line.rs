//! SC-02: a boy of seventeen on a county line is referred without being asked for consent.

use heyrick_domain::user::Role;
use serde_json::json;

use crate::caller::{Caller, House};
use crate::scenario::{begun, conversation, missing, person, steps};

async fn pv2(who: &Caller) -> String {
    let details = json!({ "called": "PV2", "gender": "male", "nationality": "British", "dob": "2008-12-20", "county_lines": "yes" });
    person(who, details).await
}

#[tokio::test]
async fn sc_02_1_a_child_is_never_asked_and_never_yields_a_duty_to_notify() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let pv2 = pv2(&who).await;
    let asked = conversation(&house, json!([{ "item": "nrm_entry", "value": "refused" }]));
    who.post(&format!("{pv2}/consents"), asked).await.is(422);
    let referral = begun(&who, &pv2).await;
    let now = who.get(&referral).await.is(200);
    assert_eq!((now.text("/route"), now.text("/ground")), ("nrm", "child"));
    let shown = steps(&now.json);
    for of_a_notification in ["refuse-nrm", "schedule-1", "notification", "pv-name-dtn"] {
        assert!(!shown.contains(&of_a_notification), "{of_a_notification}");
    }
    let missing = missing(&now.json);
    for wanted in ["name", "phone", "email"] {
        let key = format!("local-authority-contacted-about-child-local-authority-{wanted}");
        assert!(missing.contains_key(&key), "{key}");
    }
    let page = who.get("/api/v1/referrals?route=dtn").await.is(200);
    assert_eq!(page.json["items"], json!([]));
}

#[tokio::test]
async fn sc_02_2_the_county_line_is_ours_and_the_account_must_name_it() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let referral = begun(&who, &pv2(&who).await).await;
    let types = format!("{referral}/steps/types-of-exploitation");
    let filled = who.get(&types).await.is(200);
    let line = filled.json["answers"].as_array().unwrap();
    let line = line
        .iter()
        .find(|one| one["key"] == "county-lines")
        .unwrap();
    assert_eq!(
        (&line["answer"], &line["to_check"]),
        (&json!("yes"), &json!(true))
    );
    let crime = json!({ "types-of-exploitation": ["types-of-exploitation-forced-to-commit-crime"], "county-lines": "yes" });
    let saved = who.put(&types, "\"v0\"", crime).await.is(200);
    assert_eq!(
        (
            saved.text("/problems/0/code"),
            saved.text("/problems/0/severity")
        ),
        ("form-p-county-lines", "advice")
    );
    let told = json!({ "how-they-were-treated": "He was sent to another county to sell for a county line." });
    who.put(
        &format!("{referral}/steps/how-they-were-treated"),
        "\"v0\"",
        told,
    )
    .await
    .is(200);
    let named = who.get(&types).await.is(200);
    assert_eq!(named.json["problems"], json!([]));
    let form = who.get("/api/v1/forms/nrm-2026-04").await.is(200);
    let keys = form.json["steps"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|step| step["questions"].as_array().unwrap())
        .find(|question| question["key"] == "county-lines")
        .unwrap()["home_office_keys"]
        .clone();
    assert_eq!(keys, json!([]), "the Home Office's form has no box for it");
}
