//! A family of four through the API, on both engines: a mother who refuses, a father who agrees, two
//! children. One referral for each, linked and never merged; the mother is named by nobody's notification
//! (SC-01.3), and a child never becomes one (SC-02.1).

use heyrick_domain::user::Role;
use serde_json::{Value, json};

use crate::caller::{Caller, House};
use crate::scenario::{age, conversation, person};

/// Whoever reads a family through a pointer.
fn at<'v>(family: &'v Value, member: usize, field: &str) -> &'v str {
    family["members"][member][field].as_str().unwrap()
}

/// A mother who refused and a father who agreed, on record; gives the names of both in addresses.
async fn parents(house: &House, who: &Caller) -> (String, String) {
    let mother = json!({ "first_name": "Zenobiaq", "last_name": "Quillworth", "dob": "1990-06-05",
        "gender": "female", "nationality": "Romanian" });
    let mother = person(who, mother).await;
    let father = json!({ "first_name": "Grimjackk", "last_name": "Quillworth" });
    let father = person(who, father).await;
    for parent in [&mother, &father] {
        age(house, who, parent, "now", "adult", "stated").await;
        age(house, who, parent, "exploitation", "adult", "stated").await;
    }
    let said = [
        (
            &mother,
            [
                ("nrm_entry", "refused"),
                ("dtn_identity", "no"),
                ("police_cooperation", "no"),
            ],
        ),
        (
            &father,
            [
                ("nrm_entry", "given"),
                ("msvcc_support", "yes"),
                ("police_cooperation", "yes"),
            ],
        ),
    ];
    for (parent, answers) in said {
        let answers = answers.map(|(item, value)| json!({ "item": item, "value": value }));
        let told = conversation(house, json!(answers));
        who.post(&format!("{parent}/consents"), told).await.is(201);
    }
    let name = |address: &String| address.rsplit('/').next().unwrap().to_owned();
    (name(&mother), name(&father))
}

/// Opens the family and gives its address and itself.
async fn family(house: &House, who: &Caller) -> (String, Value) {
    let (mother, father) = parents(house, who).await;
    let new = json!({ "members": [
        { "person": mother, "relationship": "parent" },
        { "person": father, "relationship": "partner" },
        { "new": { "first_name": "Velveteeny", "last_name": "Quillworth", "dob": "2012-02-29" }, "relationship": "child" },
        { "new": { "called": "Boy in the red coat", "dob": "2017" }, "relationship": "child" },
    ]});
    let made = who.post("/api/v1/families", new).await.is(201);
    assert_eq!(made.header("etag"), "\"v1\"");
    (made.header("location").to_owned(), made.json)
}

#[tokio::test]
async fn sc_01_3_each_is_referred_by_their_own_facts_and_the_mother_is_named_by_nothing_that_leaves()
 {
    for house in House::on_both("2026-10-05T11:00:00Z").await {
        let who = house.caller("dc.amber", Role::Constable).await;
        let (address, opened) = family(&house, &who).await;
        let routes: Vec<&str> = (0..4).map(|member| at(&opened, member, "route")).collect();
        assert_eq!(routes, ["dtn", "nrm", "nrm", "nrm"]);
        let shared =
            json!({ "who-exploited-pv": "EX1, called Mocka, who held Velveteeny as well" });
        let step = format!("{address}/steps/who-exploited-pv");
        let kept = who.put(&step, "\"v1\"", shared).await.is(200);
        assert_eq!(kept.header("etag"), "\"v2\"");
        for member in 0..4 {
            let referral = at(&opened, member, "referral");
            let answers = who
                .get(&format!("/api/v1/referrals/{referral}/answers"))
                .await
                .is(200);
            let items = answers.json["items"].as_array().unwrap();
            let exploiter = items.iter().find(|item| item["key"] == "who-exploited-pv");
            let exploiter = exploiter.unwrap();
            assert_eq!(exploiter["to_check"], true, "to be looked at");
            let history = format!("/api/v1/referrals/{referral}/history?key=who-exploited-pv");
            let history = who.get(&history).await.is(200);
            assert_eq!(history.text("/items/0/cause"), "family");
        }
        let mother = at(&opened, 0, "referral");
        let data = who
            .get(&format!("/api/v1/referrals/{mother}/data.json"))
            .await
            .is(200);
        let leaves = data.json.to_string().to_lowercase();
        let mut never = vec![
            "zenobiaq",
            "quillworth",
            "1990-06-05",
            "mocka",
            "ex1",
            "velveteeny",
            "grimjackk",
            "red coat",
        ];
        never.push(at(&opened, 1, "referral"));
        never.push(at(&opened, 2, "person"));
        never.push(address.rsplit('/').next().unwrap());
        for word in never {
            assert!(!leaves.contains(word), "{word} leaves");
        }
        let tells = who.get(&address).await.is(200);
        let of_child: Vec<&str> = tells.json["members"][2]["tells"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["tells"].as_str().unwrap())
            .collect();
        assert!(of_child.contains(&"last_name"), "{of_child:?}");
        let of_mother = tells.json["members"][0]["tells"].as_array().unwrap();
        assert!(of_mother.is_empty());
    }
}

#[tokio::test]
async fn sc_02_1_a_child_of_the_family_is_referred_without_being_asked() {
    for house in House::on_both("2026-10-05T11:00:00Z").await {
        let who = house.caller("dc.amber", Role::Constable).await;
        let (_, opened) = family(&house, &who).await;
        for member in [2, 3] {
            let referral = at(&opened, member, "referral");
            let shown = who
                .get(&format!("/api/v1/referrals/{referral}"))
                .await
                .is(200);
            assert_eq!(shown.text("/route"), "nrm");
            let steps = crate::scenario::steps(&shown.json);
            assert!(steps.contains(&"local-authority-contacted-about-child"));
            assert!(!steps.contains(&"refuse-nrm"));
        }
    }
}

#[tokio::test]
async fn both_answers_are_shown_and_a_choice_is_kept() {
    for house in House::on_both("2026-10-05T11:00:00Z").await {
        let who = house.caller("dc.amber", Role::Constable).await;
        let (address, opened) = family(&house, &who).await;
        let child = at(&opened, 2, "referral");
        let step = format!("/api/v1/referrals/{child}/steps/how-they-were-treated");
        let own = json!({ "living-conditions": "slept in the van" });
        who.put(&step, "\"v0\"", own).await.is(200);
        let shared = json!({ "living-conditions": "one locked room" });
        let page = format!("{address}/steps/how-they-were-treated");
        let kept = who.put(&page, "\"v1\"", shared.clone()).await.is(200);
        let offers = kept.json["offers"].as_array().unwrap();
        assert_eq!(offers.len(), 1);
        assert_eq!(offers[0]["own"], "slept in the van");
        assert_eq!(offers[0]["familys"], "one locked room");
        let late = json!({ "living-conditions": "a shed" });
        who.put(&page, "\"v1\"", late).await.is(412);
        let choice = json!({ "choices": [{ "referral": child, "version": offers[0]["version"],
            "key": "living-conditions", "take": "own" }] });
        let choices = format!("{address}/choices");
        let after = who.post(&choices, choice.clone()).await.is(200);
        assert!(after.json["offers"].as_array().unwrap().is_empty());
        assert!(
            !who.post(&choices, choice).await.status.is_success(),
            "it was seen before it changed"
        );
        who.post(&choices, json!({ "choices": [] })).await.is(422);
    }
}

#[tokio::test]
async fn what_may_not_be_is_refused_and_what_may_not_be_seen_is_absent() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let analyst = house.caller("analyst.onyx", Role::Analyst).await;
    let reader = house
        .caller_with(
            "dc.cedar",
            Role::Constable,
            &["referrals:read", "referrals:write"],
        )
        .await;
    let (address, opened) = family(&house, &who).await;
    let mother = at(&opened, 0, "person");
    let alone = json!({ "members": [{ "person": mother, "relationship": "parent" }] });
    who.post("/api/v1/families", alone).await.is(422);
    let both = json!({ "members": [{ "person": mother, "new": { "called": "PV7" }, "relationship": "parent" }] });
    who.post(&format!("{address}/members"), both).await.is(422);
    let again = json!({ "members": [{ "person": mother, "relationship": "parent" }] });
    who.post(&format!("{address}/members"), again).await.is(422);
    let new =
        json!({ "members": [{ "new": { "called": "PV7" }, "relationship": "aunt_or_uncle" }] });
    reader
        .post(&format!("{address}/members"), new.clone())
        .await
        .is(403);
    analyst
        .post(&format!("{address}/members"), new.clone())
        .await
        .is(403);
    let more = who.post(&format!("{address}/members"), new).await.is(201);
    assert_eq!(more.json["members"].as_array().unwrap().len(), 5);
    let own = json!({ "professional-insight": "mine" });
    let step = format!("{address}/steps/professional-insight");
    who.put(&step, "\"v2\"", own).await.is(404);
    let stray = json!({ "how-they-were-treated": "mine" });
    let step = format!("{address}/steps/how-they-were-treated");
    who.put(&step, "\"v2\"", stray).await.is(422);
    for path in [
        "/api/v1/families/22222222222222222222",
        "/api/v1/families/22222222222222222222/answers",
    ] {
        who.get(path).await.is(404);
    }
    let listed = who
        .get(&format!("/api/v1/families?person={mother}"))
        .await
        .is(200);
    assert_eq!(listed.json["items"].as_array().unwrap().len(), 1);
    let seen = analyst.get(&address).await.is(200);
    assert_eq!(seen.json["members"].as_array().unwrap().len(), 5);
}
