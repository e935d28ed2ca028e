//! Question sets and reference lists as data.

use axum::body::Body;
use axum::http::Request;
use heyrick_domain::user::Role;

use crate::caller::House;

#[tokio::test]
async fn a_form_is_data_in_the_readers_language_and_absent_when_there_is_none() {
    let house = House::new().await;
    let caller = house.caller("dc.amber", Role::Constable).await;
    let forms = caller.get("/api/v1/forms").await.is(200);
    assert_eq!(forms.json["items"][0]["id"], "nrm-2026-04");
    let form = caller.get("/api/v1/forms/nrm-2026-04").await.is(200);
    let steps = form.json["steps"].as_array().unwrap();
    assert!(!form.json.to_string().contains('⟦'), "words are missing");
    let questions = || {
        steps
            .iter()
            .flat_map(|step| step["questions"].as_array().unwrap())
    };
    let find = |key: &str| questions().find(|question| question["key"] == key).unwrap();
    assert_eq!(find("pv-nationality")["list"], "nationalities");
    assert_eq!(find("pv-under-age")["fact"], "age");
    assert_eq!(find("safe-now-details")["sealed"], true);
    let when = "were-they-taken-somewhere-by-their-exploiter is yes";
    assert_eq!(
        find("were-they-taken-somewhere-by-their-exploiter-journey-details")["when"],
        when
    );
    let request = Request::get("/api/v1/forms/nrm-2026-04").header("accept-language", "cy");
    let welsh = caller.send(request, Body::empty()).await.is(200);
    assert_ne!(
        welsh.json["tasks"][0]["title"],
        form.json["tasks"][0]["title"]
    );
    caller.get("/api/v1/forms/nrm-1999").await.is(404);
}

#[tokio::test]
async fn a_list_gives_what_holds_today() {
    let house = House::new().await;
    let caller = house.caller("dc.amber", Role::Constable).await;
    let list = caller.get("/api/v1/lists/organisations").await.is(200);
    let items = list.json["items"].as_array().unwrap();
    assert!(items.iter().any(|item| item == "Fair Work Agency"));
    caller.get("/api/v1/lists/secrets").await.is(404);
}
