//! What scenarios share: a person, facts and answers through the API, as an officer would give them.

use std::collections::BTreeMap;

use heyrick_domain::id::PublicId;
use heyrick_store::preparation::{Outcome, mark, ready, record_preparation};
use heyrick_store::referral::referral_for;
use heyrick_store::sending::{Attached, NewSending, record_copy, record_sending};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::caller::{Caller, House};

/// Makes a person and gives their address.
pub async fn person(who: &Caller, details: Value) -> String {
    let made = who.post("/api/v1/persons", details).await.is(201);
    format!("/api/v1/persons/{}", made.text("/id"))
}

/// Begins a referral of a person and gives its address.
pub async fn begun(who: &Caller, person: &str) -> String {
    let id = person.rsplit('/').next().unwrap();
    let made = who.post("/api/v1/referrals", json!({ "person": id }));
    made.await.is(201).header("location").to_owned()
}

/// Records an age; a basis that can settle it does, today.
pub async fn age(
    house: &House,
    who: &Caller,
    person: &str,
    at_what: &str,
    value: &str,
    basis: &str,
) {
    let settles = ["document", "local_authority_assessment", "court"].contains(&basis);
    let settled_on = settles.then(|| house.app.store.today().to_string());
    let new =
        json!({ "at_what": at_what, "value": value, "basis": basis, "settled_on": settled_on });
    who.post(&format!("{person}/ages"), new).await.is(201);
}

/// A conversation with an interpreter the person chose.
pub fn conversation(house: &House, answers: Value) -> Value {
    let asked = house.app.store.now() - 60_000_000;
    json!({
        "explained_by": "DC Amber",
        "asked_at": jiff::Timestamp::from_microsecond(asked).unwrap().to_string(),
        "language": "Romanian",
        "interpreter": "independent",
        "interpreter_chosen": true,
        "method": "in_person",
        "notice_version": "April 2026",
        "answers": answers,
    })
}

/// The names of the steps shown.
pub fn steps(referral: &Value) -> Vec<&str> {
    let steps = referral["steps"].as_array().unwrap();
    steps
        .iter()
        .map(|step| step["id"].as_str().unwrap())
        .collect()
}

/// Every problem of a referral that must be settled before hand-over, by question.
pub fn missing(referral: &Value) -> BTreeMap<String, String> {
    let steps = referral["steps"].as_array().unwrap().iter();
    steps
        .flat_map(|step| step["problems"].as_array().unwrap())
        .filter(|problem| problem["severity"] == "later")
        .map(|problem| {
            let text = |name: &str| problem[name].as_str().unwrap().to_owned();
            (text("key"), text("code"))
        })
        .collect()
}

/// An answer a question takes, made from the question set alone.
async fn some_answer(who: &Caller, question: &Value) -> Value {
    match question["kind"].as_str().unwrap() {
        "radios" => question["options"][0]["value"].clone(),
        "checkboxes" => json!([question["options"][0]["value"]]),
        "tick" => json!(true),
        "number" => json!("2"),
        "email" => json!("dc.amber@testshire.police.uk"),
        "tel" => json!("+447700900123"),
        "select" => {
            let list = question["list"].as_str().unwrap();
            let list = who.get(&format!("/api/v1/lists/{list}")).await.is(200);
            let repeated = question["repeat"].as_u64().unwrap() > 1;
            let first = list.json["items"][0].clone();
            if repeated { json!([first]) } else { first }
        }
        _ if question["unknown"] == true => json!({ "unknown": "not_asked" }),
        _ => json!("invented words"),
    }
}

/// Answers whatever is asked, step by step, until nothing is missing or to be checked.
pub async fn filled(who: &Caller, referral: &str) {
    let form = who.get("/api/v1/forms/nrm-2026-04").await.is(200);
    let asked: Vec<&Value> = form.json["steps"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|step| step["questions"].as_array().unwrap())
        .collect();
    for _ in 0..8 {
        let now = who.get(referral).await.is(200);
        let open = now.json["steps"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|step| step["status"] != "done")
            .map(|step| step["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>();
        for step in &open {
            let address = format!("{referral}/steps/{step}");
            let shown = who.get(&address).await.is(200);
            let mut answers = serde_json::Map::new();
            for answer in shown.json["answers"].as_array().unwrap() {
                if answer["to_check"] == true {
                    answers.insert(
                        answer["key"].as_str().unwrap().to_owned(),
                        answer["answer"].clone(),
                    );
                }
            }
            for problem in shown.json["problems"].as_array().unwrap() {
                let key = problem["key"].as_str().unwrap();
                let question = asked
                    .iter()
                    .find(|question| question["key"] == key)
                    .unwrap();
                if question["fact"].is_null() && problem["severity"] == "later" {
                    answers.insert(key.to_owned(), some_answer(who, question).await);
                }
            }
            let tag = shown.header("etag").to_owned();
            who.put(&address, &tag, Value::Object(answers))
                .await
                .is(200);
        }
    }
}

/// Prepares a referral, attaches the Home Office's copy, and so makes it sent: what the pages do.
pub async fn sent(house: &House, who: &Caller, referral: &str) {
    house.wait(SignedDuration::from_mins(1));
    let store = &house.app.store;
    let viewer = who.viewer().await;
    let id = PublicId(referral.rsplit('/').next().unwrap().to_owned());
    let held = referral_for(store, &viewer, &id).await.unwrap().unwrap();
    let content = match ready(&held) {
        Ok(content) => content,
        Err(refusal) => {
            let now = who.get(referral).await;
            let open = now.json["steps"].as_array().unwrap().iter();
            let open: Vec<_> = open.filter(|step| step["status"] != "done").collect();
            panic!("{refusal:?}: {open:?}")
        }
    };
    let made = record_preparation(store, &viewer, &id, &mark(store, &content)).await;
    assert!(matches!(made.unwrap(), Outcome::Prepared { .. }));
    let copy = record_copy(store, &viewer, &id, b"Report reference 1234").await;
    let Attached::Taken(copy) = copy.unwrap() else {
        panic!("the copy was not taken")
    };
    let new = NewSending {
        home_office_reference: None,
        sent_on: store.today(),
    };
    assert!(
        record_sending(store, &viewer, &id, &copy, &new)
            .await
            .unwrap()
    );
}
