//! First accounts through the API, on both engines: the gate, notes with versions, breaks, the end, the sheet.

use axum::body::Body;
use axum::http::Request;
use heyrick_domain::user::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::caller::{Caller, House};
use crate::scenario::{age, begun, person};

const NOON: &str = "2026-10-05T11:00:00Z";

fn account(gate: &Value) -> Value {
    let mut whole = json!({
        "law": "neither", "abe": "not_planned", "health": "well", "willing": "yes", "told": "yes",
        "company": "alone", "voice": "telephone", "free": "yes"
    });
    for (name, value) in gate.as_object().unwrap() {
        whole[name] = value.clone();
    }
    json!({
        "gate": whole, "place": "the family room", "present": "DC Amber", "language": "Romanian",
        "choice": "met", "needs": "Hot food.", "pack": "adult"
    })
}

async fn referral(house: &House, who: &Caller, called: &str, value: &str) -> String {
    let pv = person(who, json!({ "called": called })).await;
    let basis = if value == "adult" {
        "document"
    } else {
        "officer_view"
    };
    age(house, who, &pv, "now", value, basis).await;
    begun(who, &pv).await
}

#[tokio::test]
async fn an_account_is_begun_written_paused_and_ended_and_its_notes_have_versions() {
    for house in House::on_both(NOON).await {
        let who = house.caller("dc.amber", Role::Constable).await;
        let referral = referral(&house, &who, "PV3", "adult").await;
        let accounts = format!("{referral}/accounts");
        let made = who.post(&accounts, account(&json!({}))).await.is(201);
        let place = made.header("location").to_owned();
        assert_eq!(
            (made.text("/state"), made.text("/age")),
            ("talking", "adult")
        );
        let note = format!("{place}/notes/start");
        let none = who.get(&note).await.is(200);
        assert_eq!(none.header("etag"), "\"v0\"");
        let words = json!({ "text": "A man I met said there was work." });
        let first = who.put(&note, "\"v0\"", words).await.is(200);
        assert_eq!(first.header("etag"), "\"v1\"");
        let stale = who
            .put(&note, "\"v0\"", json!({ "text": "Other words." }))
            .await
            .is(412);
        assert_eq!(stale.header("etag"), "\"v1\"");
        who.put(&note, "\"v1\"", json!({ "text": "x".repeat(15_001) }))
            .await
            .is(422);
        let turns = format!("{place}/turns");
        house.wait(SignedDuration::from_mins(20));
        who.post(&turns, json!({ "kind": "resumed" })).await.is(422);
        let paused = who.post(&turns, json!({ "kind": "paused" })).await.is(201);
        assert_eq!(paused.text("/state"), "paused");
        house.wait(SignedDuration::from_mins(10));
        who.post(&turns, json!({ "kind": "resumed" })).await.is(201);
        who.post(&turns, json!({ "kind": "stopped" })).await.is(422);
        let end =
            json!({ "kind": "stopped", "reason": "finished", "left_apart": "not_in_the_room" });
        let ended = who.post(&turns, end.clone()).await.is(201);
        assert_eq!(ended.text("/state"), "ended");
        who.post(&turns, end).await.is(422);
        let late = format!("{place}/notes/living");
        house.wait(SignedDuration::from_mins(30));
        who.put(&late, "\"v0\"", json!({ "text": "Four of us in a room." }))
            .await
            .is(200);
        let paper = who.paper(&format!("{place}/paper.pdf")).await;
        assert!(paper.contains("Four of us in a room."), "{paper}");
        assert_eq!(paper.matches("written up after it ended").count(), 1);
        let shown = who.get(&place).await.is(200);
        assert_eq!(
            shown.text("/notes/0/text"),
            "A man I met said there was work."
        );
        assert_eq!(shown.json["turns"].as_array().unwrap().len(), 3);
        let all = who.get(&accounts).await.is(200);
        assert_eq!(all.json["items"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn sc_05_somebody_arrested_or_to_be_interviewed_is_not_asked_and_told_where_to_go() {
    for house in House::on_both(NOON).await {
        let who = house.caller("dc.amber", Role::Constable).await;
        let referral = referral(&house, &who, "PV5", "adult").await;
        let accounts = format!("{referral}/accounts");
        for (gate, pointer, said) in [
            (
                json!({ "law": "arrested" }),
                "/gate/law",
                ("under arrest", "custody sergeant"),
            ),
            (
                json!({ "law": "suspected" }),
                "/gate/law",
                ("suspected", "section 45"),
            ),
            (
                json!({ "abe": "planned" }),
                "/gate/abe",
                ("Achieving Best Evidence", "trained interviewer"),
            ),
            (
                json!({ "health": "unwell" }),
                "/gate/health",
                ("not well enough", "Come back"),
            ),
            (
                json!({ "voice": "came_along" }),
                "/gate/voice",
                ("came along", "interpreting service"),
            ),
        ] {
            let refused = who.post(&accounts, account(&gate)).await.is(422);
            assert_eq!(refused.text("/errors/0/pointer"), pointer);
            let (why, next) = said;
            assert!(refused.text("/errors/0/detail").contains(why), "{why}");
            assert!(refused.text("/errors/0/next").contains(next), "{next}");
        }
        let none = who.get(&accounts).await.is(200);
        assert_eq!(none.json["items"], json!([]));
        // The referral itself goes on.
        who.get(&referral).await.is(200);
    }
}

#[tokio::test]
async fn sc_04_somebody_who_may_be_a_child_is_asked_with_an_appropriate_adult_who_is_no_relative() {
    for house in House::on_both(NOON).await {
        let who = house.caller("dc.amber", Role::Constable).await;
        let referral = referral(&house, &who, "PV4", "not_sure").await;
        let accounts = format!("{referral}/accounts");
        for beside in [json!(null), json!("nobody"), json!("family")] {
            let gate = account(&json!({ "beside": beside }));
            let refused = who.post(&accounts, gate).await.is(422);
            assert_eq!(refused.text("/errors/0/pointer"), "/gate/beside");
        }
        let gate = account(&json!({ "beside": "local_authority" }));
        let made = who.post(&accounts, gate).await.is(201);
        assert_eq!(made.text("/age"), "not_sure");
    }
}

#[tokio::test]
async fn an_account_typed_up_from_paper_has_its_own_times() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let referral = referral(&house, &who, "PV3", "adult").await;
    let accounts = format!("{referral}/accounts");
    let mut paper = account(&json!({}));
    paper["begun_at"] = json!("2026-10-04T20:10:00Z");
    let made = who.post(&accounts, paper.clone()).await.is(201);
    assert_eq!(made.json["from_paper"], true);
    let turns = format!("{}/turns", made.header("location"));
    for (kind, at, want) in [
        ("paused", "2026-10-04T20:00:00Z", 422),
        ("paused", "2026-10-04T20:40:00Z", 201),
        ("resumed", "2026-10-04T20:50:00Z", 201),
        ("paused", "2026-10-06T20:50:00Z", 422),
    ] {
        who.post(&turns, json!({ "kind": kind, "at": at }))
            .await
            .is(want);
    }
    paper["begun_at"] = json!("2026-10-05T11:00:01Z");
    let future = who.post(&accounts, paper).await.is(422);
    assert_eq!(future.text("/errors/0/pointer"), "/begun_at");
}

#[tokio::test]
async fn accounts_are_absent_for_whoever_may_not_see_them_and_read_only_for_some() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let referral = referral(&house, &who, "PV3", "adult").await;
    let accounts = format!("{referral}/accounts");
    let made = who.post(&accounts, account(&json!({}))).await.is(201);
    let place = made.header("location").to_owned();
    let analyst = house.caller("analyst.onyx", Role::Analyst).await;
    analyst.get(&place).await.is(200);
    let turn = json!({ "kind": "paused" });
    analyst.post(&format!("{place}/turns"), turn).await.is(403);
    let words = json!({ "text": "x" });
    analyst
        .put(&format!("{place}/notes/start"), "\"v0\"", words)
        .await
        .is(403);
    analyst.get(&format!("{place}/paper.pdf")).await.is(403);
    let admin = house.caller("admin.chalk", Role::Administrator).await;
    admin.get(&place).await.is(404);
    admin.get(&accounts).await.is(404);
    let reader = house
        .caller_with("dc.jade", Role::Constable, &["referrals:read"])
        .await;
    reader.post(&accounts, account(&json!({}))).await.is(403);
}

#[tokio::test]
async fn the_question_sheet_is_made_from_the_form_and_the_order_in_both_languages() {
    let house = House::at("2026-11-05T11:00:00Z").await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let sheet = who.get("/api/v1/question-sheet/adult").await.is(200);
    let text = sheet.json.to_string();
    for part in [
        "talk-2026-04",
        "nrm-2026-04",
        "adult-2026-11",
        "Start wherever you like",
        "Achieving Best Evidence",
    ] {
        assert!(text.contains(part), "{part}");
    }
    let parts = sheet.json["parts"].as_array().unwrap();
    let topics = parts.iter().filter(|part| part["id"] != "").count();
    assert_eq!(topics, 17);
    assert!(text.contains("be sent") || text.contains("send what you tell us"));
    for asked in [
        "Do they want support?",
        "If this becomes a Duty to Notify: may it name them?",
        "May somebody else be told the decision?",
        "Not decided yet",
        "They cannot decide this now",
    ] {
        assert!(text.contains(asked), "{asked}");
    }
    let form = who.get("/api/v1/forms/nrm-2026-04").await.is(200);
    let label = |key: &str| label_of(&form.json, key);
    for key in [
        "pv-phone-number",
        "pv-phone-number-alternative",
        "no-contact-details",
        "refuse-nrm",
        "who-contact",
        "pv-contact-details-postcode",
        "someone-else-permission-check",
        "pv-under-age-at-time-of-exploitation",
    ] {
        assert!(text.contains(&label(key)), "{key}: {}", label(key));
    }
    let child = who
        .get("/api/v1/question-sheet/child")
        .await
        .is(200)
        .json
        .to_string();
    assert!(
        child.contains("child-2026-11")
            && !child.contains("send what you tell us to the Home Office, so")
    );
    who.get("/api/v1/question-sheet/nobody").await.is(404);
    let welsh = Request::get("/api/v1/question-sheet/adult").header("accept-language", "cy");
    let welsh = who
        .send(welsh, Body::empty())
        .await
        .is(200)
        .json
        .to_string();
    assert!(welsh.contains("Dechreuwch ble bynnag"), "{welsh}");
}

/// The words of a question, as the form's data has them.
fn label_of(form: &Value, key: &str) -> String {
    let steps = form["steps"].as_array().unwrap().iter();
    let mut questions = steps.flat_map(|step| step["questions"].as_array().unwrap());
    let found = questions.find(|question| question["key"] == key).unwrap();
    found["label"].as_str().unwrap().to_owned()
}
