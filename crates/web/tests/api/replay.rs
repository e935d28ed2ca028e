//! An answer under an `Idempotency-Key` is given again to whoever still sees what it shows; the look is
//! journalled, and a search takes no key.

use axum::body::Body;
use axum::http::Request;
use heyrick_domain::id::PublicId;
use heyrick_domain::restriction::Level;
use heyrick_domain::user::Role;
use heyrick_policy::Kind;
use heyrick_store::restriction::{NewRestriction, record_restriction};
use heyrick_store::{Sql, args, token};
use serde_json::{Value, json};

use crate::caller::{Caller, Got, House};

const NOON: &str = "2026-10-05T11:00:00Z";

async fn keyed(who: &Caller, path: &str, key: &str, body: &Value) -> Got {
    let request = Request::post(path)
        .header("content-type", "application/json")
        .header("idempotency-key", key);
    who.send(request, Body::from(body.to_string())).await
}

async fn events(house: &House, action: &str) -> i64 {
    const COUNT: Sql = Sql::new("select count(*) from journal_events where action = $1");
    let db = &house.app.store.db;
    let row: Option<(i64,)> = db.opt(COUNT, args![action]).await.unwrap();
    row.unwrap().0
}

#[tokio::test]
async fn an_answer_given_again_is_a_look_and_ends_with_sight() {
    for house in House::on_both(NOON).await {
        let who = house.caller("dc.amber", Role::Constable).await;
        let mate = house.caller("dc.slate", Role::Constable).await;
        let inspector = house.caller("di.plum", Role::Inspector).await;
        let made = who
            .post("/api/v1/persons", json!({ "called": "PV1" }))
            .await;
        let person = made.is(201).header("location").to_owned();
        let names = format!("{person}/names");
        let name = json!({ "kind": "alias", "name": "Zenobiaq" });
        let first = keyed(&mate, &names, "one", &name).await;
        assert!(first.status.is_success(), "{}", first.json);
        let looks = events(&house, "person.viewed").await;
        let again = keyed(&mate, &names, "one", &name).await;
        assert_eq!((again.status, &again.json), (first.status, &first.json));
        assert_eq!(events(&house, "person.viewed").await, looks + 1);

        let id = PublicId(person.rsplit('/').next().unwrap().to_owned());
        let restricted = NewRestriction {
            seen: Level::None,
            level: Level::Restricted,
            reason: "a witness in another job".to_owned(),
            review_on: Some(jiff::civil::date(2027, 1, 4)),
            keep: Vec::new(),
        };
        let by = inspector.viewer().await;
        let done = record_restriction(&house.app.store, &by, Kind::Person, &id, &restricted);
        assert!(done.await.unwrap());
        mate.get(&person).await.is(404);
        let gone = keyed(&mate, &names, "one", &name).await.is(404);
        assert!(!gone.json.to_string().contains("Zenobiaq"));
    }
}

#[tokio::test]
async fn a_search_is_carried_out_each_time_and_another_tokens_scope_is_its_own() {
    for house in House::on_both(NOON).await {
        let who = house.caller("dc.amber", Role::Constable).await;
        who.post("/api/v1/persons", json!({ "called": "PV1" }))
            .await
            .is(201);
        let search = json!({ "term": "PV1" });
        let path = "/api/v1/persons/search";
        let before = events(&house, "person.searched").await;
        for _ in 0..3 {
            keyed(&who, path, "same", &search).await.is(200);
        }
        assert_eq!(events(&house, "person.searched").await, before + 3);

        let body = json!({ "called": "PV2" });
        keyed(&who, "/api/v1/persons", "made", &body).await.is(201);
        let scopes = ["tasks:read".to_owned()];
        let store = &house.app.store;
        let by = heyrick_store::journal::Actor::COMMAND_LINE;
        let user = who.viewer().await.user;
        let less = token::record_token(store, by, user, "less", &scopes)
            .await
            .unwrap();
        let less = who.with(less);
        keyed(&less, "/api/v1/persons", "made", &body).await.is(422);
        keyed(&less, path, "same", &search).await.is(403);
    }
}

#[tokio::test]
async fn values_in_order_are_not_taken_for_fields() {
    for house in House::on_both(NOON).await {
        let who = house.caller("dc.amber", Role::Constable).await;
        let made = who
            .post("/api/v1/persons", json!({ "called": "PV1" }))
            .await;
        let person = made.is(201).header("location").to_owned();
        who.post("/api/v1/persons", json!(["Array", "Person"]))
            .await
            .is(422);
        let ages = format!("{person}/ages");
        who.post(&ages, json!(["now", "adult", "stated", null, null]))
            .await
            .is(422);
        let word = json!({ "at_what": "Now", "value": "Adult", "basis": "Stated" });
        who.post(&ages, word).await.is(422);
        assert_eq!(who.get(&ages).await.is(200).json["items"], json!([]));
        let consents = format!("{person}/consents");
        let refused = json!({ "answers": [["nrm_entry", "refused", null]] });
        who.post(&consents, refused).await.is(422);
        assert_eq!(who.get(&consents).await.is(200).json["items"], json!([]));
    }
}
