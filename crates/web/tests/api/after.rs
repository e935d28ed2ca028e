//! After the referral: what happens to a passage, its clocks and its tasks, from the sending on. Each test
//! carries the line of the team's scenarios it holds.

use std::collections::BTreeSet;

use heyrick_domain::person::Details;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Role;
use heyrick_store::episode::record_birthdays;
use heyrick_store::lease::Lease;
use heyrick_store::person::{SaveOutcome, person_for, record_details};
use heyrick_store::task::{TaskQuery, Whose, record_escalations, tasks_for};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::caller::{Caller, Got, House};
use crate::scenario::{age, begun, conversation, filled, person, sent};

/// A passage after its referral was sent.
struct Passage<'a> {
    house: &'a House,
    who: Caller,
    person: String,
    referral: String,
    address: String,
}

impl Passage<'_> {
    async fn now(&self) -> Got {
        self.who.get(&self.address).await.is(200)
    }

    async fn try_to(&self, event: Value) -> Got {
        let tag = self.now().await.header("etag").to_owned();
        let request = axum::http::Request::post(format!("{}/events", self.address))
            .header("if-match", tag)
            .header("content-type", "application/json");
        self.who.send(request, event.to_string().into()).await
    }

    async fn record(&self, kind: &str, on: &str, details: Value) -> Got {
        let event =
            json!({ "kind": kind, "on": on, "details": details, "note": "as the letter says" });
        self.try_to(event).await.is(201)
    }

    /// The day a running clock leads to.
    async fn clock(&self, kind: &str) -> Option<String> {
        let now = self.now().await;
        let clocks = now.json["clocks"].as_array().unwrap();
        let one = clocks
            .iter()
            .find(|one| one["kind"] == kind && one["superseded_at"].is_null())?;
        Some(one["on"].as_str().unwrap().to_owned())
    }

    /// Open tasks, by kind, each with its day, whether or not they wait.
    async fn tasks(&self) -> Vec<(TaskKind, String)> {
        const ALL: heyrick_store::Sql = heyrick_store::Sql::new(
            "select kind, due_at from tasks where done_at is null order by due_at, kind",
        );
        let rows: Vec<(String, i64)> = self.house.app.store.db.all(ALL, vec![]).await.unwrap();
        let day = |at| heyrick_domain::london::date_of(at).to_string();
        rows.into_iter()
            .map(|(kind, due)| (TaskKind::from_code(&kind).unwrap(), day(due)))
            .collect()
    }

    async fn open(&self, kind: TaskKind) -> usize {
        let tasks = self.tasks().await;
        tasks.iter().filter(|(one, _)| *one == kind).count()
    }

    async fn has_task(&self, kind: TaskKind) -> bool {
        self.tasks().await.iter().any(|(one, _)| *one == kind)
    }

    async fn due(&self, kind: TaskKind) -> String {
        let tasks = self.tasks().await;
        let one = tasks.iter().find(|(one, _)| *one == kind);
        one.unwrap_or_else(|| panic!("{kind:?} in {tasks:?}"))
            .1
            .clone()
    }

    /// What is listed as to be done today.
    async fn listed(&self, kind: TaskKind) -> bool {
        let query = TaskQuery {
            whose: Whose::Team,
            limit: 100,
            ..TaskQuery::default()
        };
        let viewer = self.who.viewer().await;
        let page = tasks_for(&self.house.app.store, &viewer, &query)
            .await
            .unwrap();
        page.tasks.iter().any(|task| task.kind == kind)
    }
}

async fn passage<'a>(house: &'a House, who: Caller, person: &str, referral: &str) -> Passage<'a> {
    sent(house, &who, referral).await;
    let shown = who.get(referral).await.is(200);
    Passage {
        house,
        address: format!("/api/v1/episodes/{}", shown.text("/episode")),
        person: person.to_owned(),
        referral: referral.to_owned(),
        who,
    }
}

/// An adult who answers this way, referred or notified of on the day of the house.
async fn adult<'a>(house: &'a House, answers: Value) -> Passage<'a> {
    let who = house.caller("dc.amber", Role::Constable).await;
    let details = json!({ "called": "PV3", "gender": "male", "nationality": "Albanian" });
    let made = person(&who, details).await;
    age(house, &who, &made, "now", "adult", "stated").await;
    age(house, &who, &made, "exploitation", "adult", "stated").await;
    let said = conversation(house, answers);
    who.post(&format!("{made}/consents"), said).await.is(201);
    let referral = begun(&who, &made).await;
    filled(&who, &referral).await;
    passage(house, who, &made, &referral).await
}

async fn agreeing(house: &House) -> Passage<'_> {
    let answers = json!([
        { "item": "nrm_entry", "value": "given" },
        { "item": "msvcc_support", "value": "yes" },
        { "item": "police_cooperation", "value": "undecided" },
    ]);
    adult(house, answers).await
}

/// Somebody referred as a child, born on that day, or not sure where there is none.
async fn child<'a>(house: &'a House, born: Option<&str>) -> Passage<'a> {
    let details =
        json!({ "called": "PV2", "dob": born, "gender": "male", "nationality": "British" });
    child_of(house, born, details).await
}

async fn child_of<'a>(house: &'a House, born: Option<&str>, details: Value) -> Passage<'a> {
    let who = house.caller("dc.amber", Role::Constable).await;
    let made = person(&who, details).await;
    if born.is_none() {
        age(house, &who, &made, "now", "not_sure", "officer_view").await;
    }
    let police = conversation(
        house,
        json!([{ "item": "police_cooperation", "value": "no" }]),
    );
    who.post(&format!("{made}/consents"), police).await.is(201);
    let referral = begun(&who, &made).await;
    let at = jiff::Timestamp::from_microsecond(house.app.store.now() - 3_600_000_000).unwrap();
    let reached = json!({ "outcome": "reached", "attempted_at": at.to_string() });
    let contacts = format!("{referral}/authority-contacts");
    who.post(&contacts, reached).await.is(201);
    filled(&who, &referral).await;
    passage(house, who, &made, &referral).await
}

#[tokio::test]
async fn sc_01_5_a_notification_starts_no_clock_and_no_support_and_the_duties_go_on() {
    for house in House::on_both("2026-10-05T11:00:00Z").await {
        let pv1 = adult(
            &house,
            json!([
                { "item": "nrm_entry", "value": "refused" },
                { "item": "police_cooperation", "value": "no" },
                { "item": "dtn_identity", "value": "no" },
            ]),
        )
        .await;
        let now = pv1.now().await;
        assert_eq!(now.text("/state"), "dtn_submitted");
        assert_eq!(now.json["clocks"], json!([]));
        assert_eq!(
            (&now.json["support"], now.text("/protection")),
            (&Value::Null, "none")
        );
        assert_eq!(pv1.due(TaskKind::CrimeRecord).await, "2026-10-06");
        assert!(pv1.has_task(TaskKind::SafeguardingAssessment).await);
        let refused = pv1
            .try_to(json!({ "kind": "rg_positive", "on": "2026-10-05" }))
            .await
            .is(422);
        assert_eq!(refused.text("/errors/0/pointer"), "/kind");
    }
}

#[tokio::test]
async fn sc_02_3_and_5_a_childs_tasks_are_raised_and_eighteen_is_already_near() {
    for house in House::on_both("2026-10-01T11:00:00Z").await {
        let pv2 = child(&house, Some("2008-12-20")).await;
        assert_eq!(pv2.due(TaskKind::StrategyDiscussion).await, "2026-10-01");
        assert!(pv2.has_task(TaskKind::GuardianService).await);
        assert!(
            !pv2.has_task(TaskKind::AuthorityContact).await,
            "the local authority was told before the sending"
        );
        // A hundred days before 20 December 2026 is 11 September: inside already, so shown at once.
        assert_eq!(pv2.clock("eighteen_in_100").await.unwrap(), "2026-09-11");
        assert!(pv2.listed(TaskKind::EighteenIn100).await);
        assert!(!pv2.listed(TaskKind::EighteenIn28).await);
        let panel = json!({ "kind": "authority_changed", "on": "2026-10-01", "details": { "authority": "devolved_panel" } });
        let refused = pv2.try_to(panel).await.is(422);
        assert_eq!(refused.text("/errors/0/pointer"), "/details/authority");
    }
}

#[tokio::test]
async fn sc_03_positive_in_three_days_and_thirty_days_of_recovery() {
    for house in House::on_both("2026-08-28T11:00:00Z").await {
        let pv3 = agreeing(&house).await;
        assert_eq!(pv3.now().await.text("/state"), "nrm_submitted");
        assert_eq!(
            pv3.clock("reasonable").await.unwrap(),
            "2026-09-07",
            "31 August is a bank holiday"
        );
        assert!(pv3.has_task(TaskKind::EmergencySupport).await);
        house.wait(SignedDuration::from_hours(6 * 24));
        pv3.record(
            "reference_received",
            "2026-08-29",
            json!({ "authority": "sca" }),
        )
        .await;
        assert_eq!(
            pv3.clock("reasonable").await.unwrap(),
            "2026-09-07",
            "from the hand-over"
        );
        let positive = pv3.record("rg_positive", "2026-09-03", json!({})).await;
        assert_eq!(
            (positive.text("/state"), positive.text("/protection")),
            ("rg_positive", "s61")
        );
        assert_eq!(pv3.clock("recovery").await.unwrap(), "2026-10-02");
        assert_eq!(
            pv3.clock("conclusive_earliest").await.unwrap(),
            "2026-10-03"
        );
        let kinds = pv3.now().await.json["clocks"].to_string();
        assert!(
            !kinds.contains("conclusive_due"),
            "no day a conclusive decision is due"
        );
        assert!(!pv3.has_task(TaskKind::EmergencySupport).await);
        house.wait(SignedDuration::from_hours(68 * 24));
        let waits = pv3.now().await;
        assert_eq!(waits.json["days_waiting"], json!(68));
        let decided = pv3.record("cg_positive", "2026-11-10", json!({})).await;
        assert_eq!(decided.text("/state"), "cg_positive");
        assert_eq!(
            pv3.clock("recovery").await.unwrap(),
            "2026-11-10",
            "the later day"
        );
        assert_eq!(decided.json["days_waiting"], Value::Null);
    }
}

#[tokio::test]
async fn sc_04_2_and_3_a_determined_adult_is_asked_and_a_refusal_withdraws_without_a_second_notification()
 {
    for house in House::on_both("2026-09-09T11:00:00Z").await {
        let pv4 = child(&house, None).await;
        house.wait(SignedDuration::from_hours(21 * 24));
        let who = &pv4.who;
        age(
            &house,
            who,
            &pv4.person,
            "now",
            "adult",
            "local_authority_assessment",
        )
        .await;
        let now = pv4.now().await;
        assert_eq!(
            now.text("/state"),
            "nrm_submitted",
            "the state is as it was"
        );
        assert_eq!(now.json["needs_adult_consent"], json!(true));
        assert_eq!(pv4.open(TaskKind::AskConsent).await, 1, "asked once");
        let said = conversation(&house, json!([{ "item": "nrm_entry", "value": "refused" }]));
        who.post(&format!("{}/consents", pv4.person), said)
            .await
            .is(201);
        let now = pv4.now().await;
        assert_eq!(now.text("/state"), "withdrawn");
        assert!(!pv4.has_task(TaskKind::AskConsent).await);
        let again = begun(who, &pv4.person).await;
        assert_eq!(
            who.get(&again).await.text("/missing"),
            "withdrawn-after-sending"
        );
    }
}

#[tokio::test]
async fn sc_08_a_negative_decision_its_letter_and_the_thirty_days() {
    for house in House::on_both("2026-06-10T11:00:00Z").await {
        let pv7 = agreeing(&house).await;
        house.wait(SignedDuration::from_hours(9 * 24));
        pv7.record("reference_received", "2026-06-11", json!({}))
            .await;
        let without =
            json!({ "kind": "rg_negative", "on": "2026-06-16", "received_on": "2026-06-18" });
        let refused = pv7.try_to(without).await.is(422);
        assert_eq!(refused.text("/errors/0/pointer"), "/details/available");
        pv7.record(
            "rg_negative",
            "2026-06-16",
            json!({ "available": "unknown" }),
        )
        .await;
        assert_eq!(pv7.clock("reconsideration").await.unwrap(), "2026-07-16");
        assert_eq!(pv7.due(TaskKind::ReconsiderationDay20).await, "2026-07-06");
        assert_eq!(pv7.due(TaskKind::ReconsiderationDay27).await, "2026-07-13");
        assert!(pv7.has_task(TaskKind::DecisionReview).await);
        assert!(pv7.has_task(TaskKind::CrimeRecord).await, "never cancelled");
        let open = pv7.now().await.json["open_to"].to_string();
        assert!(
            !open.contains("reconsideration_requested"),
            "not before the letter says so"
        );
        pv7.record(
            "reconsideration_stated",
            "2026-06-16",
            json!({ "available": "yes" }),
        )
        .await;
        let asked = json!({ "grounds": ["new_evidence"], "requester": "first_responder" });
        pv7.record("reconsideration_requested", "2026-06-19", asked)
            .await;
        assert!(!pv7.has_task(TaskKind::ReconsiderationDay20).await);
        house.wait(SignedDuration::from_hours(30 * 24));
        let back = pv7
            .record("reconsideration_overturned", "2026-07-10", json!({}))
            .await;
        assert_eq!(back.text("/state"), "rg_positive");
        assert_eq!(
            pv7.clock("recovery").await.unwrap(),
            "2026-08-08",
            "from the new day"
        );
    }
}

#[tokio::test]
async fn sc_12_turning_eighteen_is_asked_in_time_and_never_closed_in_silence() {
    // The scenario's days a year later: the form of April 2026 has to be in force.
    for house in House::on_both("2027-02-26T11:00:00Z").await {
        let pv11 = child(&house, Some("2009-08-01")).await;
        house.wait(SignedDuration::from_hours(5 * 24));
        pv11.record("reference_received", "2027-02-27", json!({}))
            .await;
        pv11.record("rg_positive", "2027-03-02", json!({})).await;
        assert_eq!(pv11.clock("eighteen_in_100").await.unwrap(), "2027-04-23");
        assert_eq!(pv11.clock("eighteen_in_28").await.unwrap(), "2027-07-04");
        assert_eq!(pv11.due(TaskKind::EighteenIn28).await, "2027-08-01");
        assert!(
            !pv11.listed(TaskKind::EighteenIn100).await,
            "not before its day"
        );
        assert_eq!(record_birthdays(&house.app.store).await.unwrap(), 0);
        house.wait(SignedDuration::from_hours(151 * 24));
        assert_eq!(record_birthdays(&house.app.store).await.unwrap(), 1);
        assert_eq!(record_birthdays(&house.app.store).await.unwrap(), 0, "once");
        let now = pv11.now().await;
        assert_eq!(
            (now.text("/state"), &now.json["needs_adult_consent"]),
            ("rg_positive", &json!(true))
        );
        assert_eq!(
            now.json["events"].as_array().unwrap().last().unwrap()["on"],
            "2027-08-01"
        );
        assert_eq!(pv11.open(TaskKind::AskConsent).await, 1);
        for over in [TaskKind::EighteenIn100, TaskKind::EighteenIn28] {
            assert!(!pv11.has_task(over).await, "{over:?}: the day came");
        }
        let said = json!([{ "item": "nrm_entry", "value": "given" }, { "item": "msvcc_support", "value": "yes" }]);
        let said = conversation(&house, said);
        let consents = format!("{}/consents", pv11.person);
        pv11.who.post(&consents, said).await.is(201);
        let now = pv11.now().await;
        assert_eq!(
            (now.text("/state"), &now.json["needs_adult_consent"]),
            ("rg_positive", &json!(false))
        );
        assert!(pv11.has_task(TaskKind::SupportReferral).await);
        assert!(pv11.has_task(TaskKind::LeavingCare).await);
    }
}

#[tokio::test]
async fn sc_13_a_disqualification_is_a_flag_and_closes_nothing() {
    for house in House::on_both("2026-09-10T11:00:00Z").await {
        let pv12 = agreeing(&house).await;
        house.wait(SignedDuration::from_hours(40 * 24));
        let early = json!({ "kind": "disqualified", "on": "2026-09-12", "details": { "disqualification": "foreign_criminal" } });
        pv12.try_to(early).await.is(422);
        pv12.record("reference_received", "2026-09-11", json!({}))
            .await;
        pv12.record("rg_positive", "2026-09-17", json!({})).await;
        pv12.record(
            "support_changed",
            "2026-09-20",
            json!({ "support": "in_service" }),
        )
        .await;
        let flagged = pv12
            .record(
                "disqualified",
                "2026-10-12",
                json!({ "disqualification": "foreign_criminal" }),
            )
            .await;
        assert_eq!(flagged.text("/state"), "rg_positive");
        assert_eq!(
            (
                flagged.text("/protection"),
                flagged.text("/support"),
                &flagged.json["disqualified"]
            ),
            ("disqualified", "exited", &json!(true))
        );
        let open = flagged.json["open_to"].to_string();
        assert!(
            open.contains("cg_positive") && open.contains("cg_negative"),
            "{open}"
        );
        assert!(pv12.has_task(TaskKind::LegalAdvice).await);
    }
}

#[tokio::test]
async fn two_who_record_at_once_do_not_both_and_strangers_see_no_passage() {
    for house in House::on_both("2026-08-28T11:00:00Z").await {
        let pv3 = agreeing(&house).await;
        let event = json!({ "kind": "reference_received", "on": "2026-08-28" });
        let with = |tag: &str| {
            axum::http::Request::post(format!("{}/events", pv3.address))
                .header("if-match", tag)
                .header("content-type", "application/json")
        };
        let tag = pv3.now().await.header("etag").to_owned();
        pv3.who
            .send(with(&tag), event.to_string().into())
            .await
            .is(201);
        let late = pv3
            .who
            .send(with(&tag), event.to_string().into())
            .await
            .is(412);
        assert_eq!(late.header("etag"), "\"v2\"");
        let partner = house.caller("partner.coral", Role::Partner).await;
        partner.get(&pv3.address).await.is(404);
        partner
            .send(with("\"v2\""), event.to_string().into())
            .await
            .is(404);
        let analyst = house.caller("analyst.onyx", Role::Analyst).await;
        analyst.get(&pv3.address).await.is(200);
        analyst
            .send(with("\"v2\""), event.to_string().into())
            .await
            .is(403);
        let correction = json!({ "kind": "recorded_in_error", "on": "2026-08-28", "corrects": 1, "note": "another person's letter" });
        let back = pv3.try_to(correction).await.is(201);
        assert_eq!(back.text("/state"), "nrm_submitted");
        assert_eq!(
            back.json["events"].as_array().unwrap().len(),
            3,
            "nothing is taken away"
        );
    }
}

#[tokio::test]
async fn another_date_of_birth_moves_the_birthday_its_clocks_and_its_tasks() {
    for house in House::on_both("2027-02-26T11:00:00Z").await {
        let pv11 = child(&house, Some("2009-08-01")).await;
        assert_eq!(pv11.due(TaskKind::EighteenIn28).await, "2027-08-01");
        born(&house, &pv11, "2009-06-01").await;
        assert_eq!(pv11.clock("eighteen").await.unwrap(), "2027-06-01");
        assert_eq!(pv11.clock("eighteen_in_28").await.unwrap(), "2027-05-04");
        assert_eq!(pv11.due(TaskKind::EighteenIn28).await, "2027-06-01");
        assert_eq!(pv11.due(TaskKind::EighteenIn100).await, "2027-05-04");
        let now = pv11.now().await;
        let last = now.json["events"].as_array().unwrap().last().unwrap();
        assert_eq!(last["kind"], "birth_date_changed");
        assert_eq!(now.text("/state"), "nrm_submitted");
        let early = json!({ "kind": "turned_eighteen", "on": "2027-02-26" });
        pv11.try_to(early.clone()).await.is(422);
        born(&house, &pv11, "2009").await;
        assert_eq!(pv11.clock("eighteen").await, None, "not known to the day");
        // They were eighteen this morning: asked at once.
        born(&house, &pv11, "2009-02-26").await;
        let now = pv11.now().await;
        assert_eq!(now.json["needs_adult_consent"], json!(true));
        assert_eq!(pv11.open(TaskKind::AskConsent).await, 1);
        assert!(!pv11.has_task(TaskKind::EighteenIn28).await);
        assert_eq!(record_birthdays(&house.app.store).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn what_a_wrong_entry_asked_for_is_settled_when_it_is_taken_back() {
    for house in House::on_both("2026-06-10T11:00:00Z").await {
        let pv7 = agreeing(&house).await;
        house.wait(SignedDuration::from_hours(9 * 24));
        pv7.record("reference_received", "2026-06-11", json!({}))
            .await;
        let before = pv7.tasks().await;
        pv7.record("rg_negative", "2026-06-16", json!({ "available": "yes" }))
            .await;
        assert!(pv7.has_task(TaskKind::ReconsiderationDay20).await);
        let error = json!({
            "kind": "recorded_in_error", "on": "2026-06-17", "corrects": 2, "note": "another person's letter",
        });
        let back = pv7.try_to(error).await.is(201);
        assert_eq!(back.text("/state"), "rg_pending");
        // An emergency place is asked for again, and due anew.
        let kinds = |tasks: Vec<(TaskKind, String)>| -> BTreeSet<TaskKind> {
            tasks.into_iter().map(|(kind, _)| kind).collect()
        };
        assert_eq!(kinds(pv7.tasks().await), kinds(before));
        assert_eq!(pv7.clock("reconsideration").await, None);
    }
}

/// Another date of birth, as far as it is known, on the person's page.
async fn born(house: &House, passage: &Passage<'_>, text: &str) {
    let id = passage.person.rsplit('/').next().unwrap();
    let id = heyrick_domain::id::PublicId(id.to_owned());
    let viewer = passage.who.viewer().await;
    let held = person_for(&house.app.store, &viewer, &id).await.unwrap();
    let held = held.unwrap();
    let details = Details {
        dob: Some(text.parse().unwrap()),
        ..held.details
    };
    let saved = record_details(&house.app.store, &viewer, &id, held.version, &details).await;
    assert!(matches!(saved.unwrap(), SaveOutcome::Saved { .. }));
}

#[tokio::test]
async fn a_letter_is_attached_and_opened_and_its_recipient_is_told_without_an_address() {
    for house in House::on_both("2026-10-05T11:00:00Z").await {
        let one = agreeing(&house).await;
        let shown = one
            .record(
                "reference_received",
                "2026-10-05",
                json!({ "authority": "sca" }),
            )
            .await;
        assert_eq!(shown.text("/decisions_to"), "potential_victim");
        assert_eq!(shown.json["decisions_by"], json!(["email"]));
        let event = shown.text("/events/1/id").to_owned();
        let letters = format!("{}/events/{event}/letters", one.address);
        let attach = async |bytes: Vec<u8>, key: &str| {
            let request = axum::http::Request::post(&letters)
                .header("content-type", "application/octet-stream")
                .header("idempotency-key", key);
            one.who.send(request, bytes.into()).await
        };
        let letter = [b"%PDF-1.7 ".to_vec(), vec![b'a'; 2 * 1024 * 1024]].concat();
        let attached = attach(letter.clone(), "one").await.is(201);
        assert_eq!(attached.json["events"][1]["letters"], 1);
        let again = attach(letter.clone(), "one").await.is(201);
        assert_eq!(again.json["events"][1]["letters"], 1, "the same key");
        attach(vec![0, 1, 2], "two").await.is(422);
        attach(vec![], "three").await.is(422);
        attach(vec![b'a'; 11 * 1024 * 1024], "four").await.is(413);
        let opened = one.who.get(&format!("{letters}/1")).await.is(200);
        assert!(
            opened
                .header("content-security-policy")
                .starts_with("sandbox")
        );
        assert_eq!(opened.header("content-type"), "application/pdf");
        for absent in ["0", "2", "x"] {
            one.who.get(&format!("{letters}/{absent}")).await.is(404);
        }
        let analyst = house.caller("onyx", Role::Analyst).await;
        let request = axum::http::Request::post(&letters);
        analyst.send(request, "%PDF-1.7".into()).await.is(403);
    }
}

#[tokio::test]
async fn the_calendar_says_which_days_are_not_counted_and_where_that_is_from() {
    let house = House::new().await;
    let who = house.caller("dc.amber", Role::Constable).await;
    let place = heyrick_domain::calendar::Division::EnglandAndWales;
    let day = "2026-10-08".parse().unwrap();
    heyrick_store::holiday::record_own(&house.app.store, place, day, "One-off")
        .await
        .unwrap();
    let shown = who.get("/api/v1/calendar").await.is(200);
    assert_eq!(shown.json["items"].as_array().unwrap().len(), 3);
    let england = &shown.json["items"][0];
    assert_eq!(england["division"], "england-and-wales");
    assert_eq!(england["known_until"], "2028-12-26");
    let days = england["days"].as_array().unwrap();
    let own = json!({ "day": "2026-10-08", "title": "One-off", "source": "own" });
    assert!(days.contains(&own), "{england}");
    assert!(
        days.iter()
            .any(|day| day["day"] == "2026-12-25" && day["source"] == "shipped")
    );
}

#[tokio::test]
async fn sc_05_4_what_was_decided_is_printed_with_no_referral() {
    for house in House::on_both("2026-09-10T11:00:00Z").await {
        let pv5 = agreeing(&house).await;
        let referral = &pv5.referral;
        let before = pv5.who.get(&format!("{referral}/data.json")).await.is(200);
        house.wait(SignedDuration::from_hours(9 * 24));
        pv5.record("reference_received", "2026-09-11", json!({}))
            .await;
        pv5.record("rg_positive", "2026-09-17", json!({})).await;
        let after = pv5.who.get(&format!("{referral}/data.json")).await.is(200);
        for what in ["answers", "ours", "route"] {
            assert_eq!(after.json[what], before.json[what], "{what}");
        }
        assert!(!after.json.to_string().contains("rg_positive"));
        let text = pv5.who.paper(&format!("{referral}/paper.pdf")).await;
        for outcome in ["17 September 2026", "grounds decision", "Conclusive"] {
            assert!(!text.contains(outcome), "{outcome}: {text}");
        }
    }
}

#[tokio::test]
async fn sc_08_new_evidence_is_tied_to_a_ground() {
    for house in House::on_both("2026-06-10T11:00:00Z").await {
        let pv7 = agreeing(&house).await;
        house.wait(SignedDuration::from_hours(9 * 24));
        pv7.record("reference_received", "2026-06-11", json!({}))
            .await;
        pv7.record("rg_negative", "2026-06-16", json!({ "available": "yes" }))
            .await;
        for (grounds, pointer) in [(json!([]), "/details/grounds"), (json!(["omitted"]), "")] {
            let asked = json!({
                "kind": "reconsideration_requested", "on": "2026-06-19",
                "details": { "grounds": grounds, "requester": "first_responder" },
            });
            let refused = pv7.try_to(asked).await;
            assert!(refused.status.is_client_error());
            if !pointer.is_empty() {
                assert_eq!(refused.text("/errors/0/pointer"), pointer);
            }
        }
        let both =
            json!({ "grounds": ["new_evidence", "guidance"], "requester": "first_responder" });
        let asked = pv7
            .record("reconsideration_requested", "2026-06-19", both)
            .await;
        let event = asked.json["events"].as_array().unwrap().last().unwrap();
        assert_eq!(
            event["details"]["grounds"],
            json!(["new_evidence", "guidance"])
        );
    }
}

/// Somebody referred as a child, with a yes to the first decision, who was eighteen some days ago and was not
/// asked anything since.
async fn grown(house: &House) -> Passage<'_> {
    let pv11 = child(house, Some("2009-08-01")).await;
    house.wait(SignedDuration::from_hours(5 * 24));
    pv11.record("reference_received", "2027-02-27", json!({}))
        .await;
    pv11.record("rg_positive", "2027-03-02", json!({})).await;
    house.wait(SignedDuration::from_hours(151 * 24));
    assert_eq!(record_birthdays(&house.app.store).await.unwrap(), 1);
    pv11
}

#[tokio::test]
async fn sc_12_declining_at_eighteen_withdraws_and_makes_no_notification() {
    for house in House::on_both("2027-02-26T11:00:00Z").await {
        let pv11 = grown(&house).await;
        let said = conversation(&house, json!([{ "item": "nrm_entry", "value": "refused" }]));
        let consents = format!("{}/consents", pv11.person);
        pv11.who.post(&consents, said).await.is(201);
        assert_eq!(pv11.now().await.text("/state"), "withdrawn");
        assert!(!pv11.has_task(TaskKind::AskConsent).await);
        let again = begun(&pv11.who, &pv11.person).await;
        let again = pv11.who.get(&again).await.is(200);
        assert_eq!(again.text("/missing"), "withdrawn-after-sending");
        assert_ne!(again.text("/route"), "dtn");
    }
}

#[tokio::test]
async fn sc_12_silence_at_eighteen_changes_nothing_and_goes_up() {
    for house in House::on_both("2027-02-26T11:00:00Z").await {
        let pv11 = grown(&house).await;
        house.wait(SignedDuration::from_hours(30 * 24));
        let store = &house.app.store;
        let holder = store.new_id().unwrap();
        let lease = Lease::take(&store.db, "work", holder, store.now(), 1_000_000).await;
        let lease = lease.unwrap().unwrap();
        record_escalations(store, &lease, house.app.settings.delays)
            .await
            .unwrap();
        let now = pv11.now().await;
        assert_eq!(
            (now.text("/state"), &now.json["needs_adult_consent"]),
            ("rg_positive", &json!(true))
        );
        let tasks = pv11.who.get("/api/v1/tasks?show=team&kind=ask_consent");
        let tasks = tasks.await.is(200);
        let asked = &tasks.json["items"][0];
        assert_eq!(asked["done_at"], Value::Null);
        assert!(
            !asked["escalated"].as_array().unwrap().is_empty(),
            "{asked}"
        );
        let referral = pv11.who.get(&pv11.referral).await.is(200);
        assert_eq!(referral.text("/route"), "nrm", "no notification");
    }
}

/// Kinds of the open tasks in the house.
async fn kinds(house: &House) -> Vec<TaskKind> {
    const ALL: heyrick_store::Sql =
        heyrick_store::Sql::new("select kind from tasks where done_at is null order by kind");
    let rows: Vec<(String,)> = house.app.store.db.all(ALL, vec![]).await.unwrap();
    rows.iter()
        .map(|(kind,)| TaskKind::from_code(kind).unwrap())
        .collect()
}

#[tokio::test]
async fn sc_02_3_what_cannot_wait_for_a_child_on_a_line_is_raised_before_anything_is_sent() {
    for house in House::on_both("2026-10-01T11:00:00Z").await {
        let who = house.caller("dc.amber", Role::Constable).await;
        let details = |line: &str| json!({ "called": "PV2", "dob": "2008-12-20", "gender": "male", "nationality": "British", "county_lines": line });
        let made = person(&who, details("no")).await;
        begun(&who, &made).await;
        let plain = [
            TaskKind::AuthorityContact,
            TaskKind::CrimeRecord,
            TaskKind::SafeguardingAssessment,
        ];
        assert_eq!(kinds(&house).await, plain);
        // It is found out later that a line is part of it.
        let tag = who.get(&made).await.header("etag").to_owned();
        let request = axum::http::Request::put(&made)
            .header("if-match", tag)
            .header("content-type", "application/json");
        let saved = who.send(request, details("yes").to_string().into()).await;
        saved.is(200);
        let open = kinds(&house).await;
        for kind in [
            TaskKind::StrategyDiscussion,
            TaskKind::GuardianService,
            TaskKind::HealthCheck,
            TaskKind::ReturnInterview,
            TaskKind::OtherAreaTold,
        ] {
            let many = open.iter().filter(|one| **one == kind).count();
            assert_eq!(many, 1, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn what_was_raised_with_the_draft_is_not_raised_again_by_the_sending() {
    for house in House::on_both("2026-10-01T11:00:00Z").await {
        let details = json!({ "called": "PV2", "dob": "2008-12-20", "gender": "male", "nationality": "British", "county_lines": "yes" });
        let pv2 = child_of(&house, Some("2008-12-20"), details).await;
        for kind in [
            TaskKind::CrimeRecord,
            TaskKind::SafeguardingAssessment,
            TaskKind::StrategyDiscussion,
            TaskKind::GuardianService,
            TaskKind::HealthCheck,
            TaskKind::OtherAreaTold,
        ] {
            assert_eq!(pv2.open(kind).await, 1, "{kind:?}");
        }
        assert_eq!(pv2.due(TaskKind::ReturnInterview).await, "2026-10-04");
        const RAISED: heyrick_store::Sql =
            heyrick_store::Sql::new("select id from tasks where kind = 'crime_record'");
        let raised: Vec<(uuid::Uuid,)> = house.app.store.db.all(RAISED, vec![]).await.unwrap();
        assert_eq!(raised.len(), 1);
    }
}

#[tokio::test]
async fn another_day_of_the_sending_keeps_what_the_sending_knew() {
    for house in House::on_both("2026-10-05T11:00:00Z").await {
        let pv3 = agreeing(&house).await;
        let before = pv3.tasks().await;
        let moved = json!({ "kind": "referred_with_consent", "on": "2026-10-04", "corrects": 0, "note": "sent on the Sunday" });
        let now = pv3.try_to(moved).await.is(201);
        assert_eq!(now.text("/support"), "requested");
        assert_eq!(pv3.tasks().await, before);
        let stray = json!({ "kind": "missing", "on": "2026-10-05", "details": { "leave": "vts_granted", "authority": "ieca" } });
        let refused = pv3.try_to(stray).await.is(422);
        assert_eq!(refused.text("/errors/0/pointer"), "/details/authority");
        let by_hand = json!({ "kind": "birth_date_changed", "on": "2026-10-05" });
        let refused = pv3.try_to(by_hand).await.is(422);
        assert_eq!(refused.text("/errors/0/pointer"), "/kind");
        let early = json!({ "kind": "rg_positive", "on": "2026-10-05" });
        let refused = pv3.try_to(early).await.is(422);
        let says = refused.text("/errors/0/detail").to_owned();
        assert!(
            says.contains("Reasonable grounds: positive") && says.contains("reference is awaited"),
            "{says}"
        );
    }
}

#[tokio::test]
async fn a_birthday_that_was_recorded_and_is_still_to_come_is_taken_back() {
    for house in House::on_both("2026-11-20T11:00:00Z").await {
        let pv11 = child(&house, Some("2008-11-27")).await;
        house.wait(SignedDuration::from_hours(4 * 24));
        born(&house, &pv11, "2008-11-23").await;
        let now = pv11.now().await;
        assert_eq!(now.json["needs_adult_consent"], json!(true));
        assert_eq!(pv11.open(TaskKind::AskConsent).await, 1);
        born(&house, &pv11, "2009-06-01").await;
        let now = pv11.now().await;
        assert_eq!(now.json["needs_adult_consent"], json!(false));
        assert_eq!(pv11.open(TaskKind::AskConsent).await, 0);
        assert_eq!(pv11.due(TaskKind::EighteenIn28).await, "2027-06-01");
        assert_eq!(pv11.clock("eighteen").await.unwrap(), "2027-06-01");
        let last = now.json["events"].as_array().unwrap().last().unwrap();
        assert_eq!(last["kind"], "birth_date_changed");
        let withdraws = json!({ "kind": "withdrawn", "on": "2026-11-24", "details": { "method": "signed_form" } });
        pv11.try_to(withdraws).await.is(422);
        house.wait(SignedDuration::from_hours(189 * 24));
        assert_eq!(record_birthdays(&house.app.store).await.unwrap(), 1);
        assert_eq!(record_birthdays(&house.app.store).await.unwrap(), 0);
    }
}
