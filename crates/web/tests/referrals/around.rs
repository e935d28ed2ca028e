//! What stands around what is written: what is shown of it, who reads it, the list, advice, the local
//! authority, the end.

use super::*;

#[tokio::test]
async fn an_answer_not_asked_any_more_is_kept_in_case_it_is_asked_again() {
    let scene = scene().await;
    scene.age(AgeStatus::Adult).await;
    scene.consent(ConsentValue::Given, ConsentValue::Yes).await;
    let referral = scene.begin().await;
    let (step, key) = ("authorities-cooperation", "authorities-cooperation-details");
    scene
        .fill(
            &referral,
            step,
            &[(key, "would speak to a woman officer")],
            "later",
        )
        .await;
    scene.consent(ConsentValue::Given, ConsentValue::No).await;
    let address = format!("{referral}/steps/{step}");
    let page = scene.amber.get(&scene.app, &address).await;
    assert!(!page.body.contains("would speak"), "{}", page.body);
    scene
        .amber
        .post(&scene.app, &address, &[("version", "99"), ("asked", "")])
        .await;
    scene.consent(ConsentValue::Given, ConsentValue::Yes).await;
    assert!(
        scene
            .get(&address)
            .await
            .body
            .contains("would speak to a woman officer")
    );
}

#[tokio::test]
async fn a_notification_shows_what_leaves_in_place_of_what_is_kept_back() {
    let scene = scene().await;
    scene.age(AgeStatus::Adult).await;
    scene.consent(ConsentValue::Refused, ConsentValue::No).await;
    let referral = scene.begin().await;
    scene
        .fill(
            &referral,
            "what-is-their-background",
            &[("family", "two brothers")],
            "later",
        )
        .await;
    let check = scene.get(&format!("{referral}/check")).await;
    let family = check.body.split("two brothers").nth(1).unwrap();
    let row = family.split("</dd>").next().unwrap();
    assert!(
        row.contains("Withheld: adult does not consent (SI 2015/1743 reg 3(2))"),
        "{row}"
    );
    let page = scene.get(&referral).await;
    assert!(
        page.body.contains("Notify the Home Office about PV3"),
        "{}",
        page.body
    );
    let theirs = scene
        .get(&format!("{referral}/check?order=home-office"))
        .await;
    let at = |text: &str| {
        theirs
            .body
            .find(text)
            .unwrap_or_else(|| panic!("{text}: {}", theirs.body))
    };
    assert!(
        at("What happened") < at("Consent and support"),
        "the Home Office asks for consent late"
    );
}

#[tokio::test]
async fn who_only_reads_gets_the_answers_and_cannot_save() {
    let scene = scene().await;
    let referral = scene.begin().await;
    let analyst = Browser::of(&scene.app, "analyst.onyx", Role::Analyst, &scene.team).await;
    let step = format!("{referral}/steps/safety");
    let there = analyst.get(&scene.app, &step).await;
    assert_eq!(there.to(), format!("{referral}/check#step-safety"));
    let check = analyst.get(&scene.app, &format!("{referral}/check")).await;
    assert_eq!(check.status, StatusCode::OK);
    assert!(!check.body.contains("?back=check"), "{}", check.body);
    let page = analyst.get(&scene.app, &referral).await;
    assert!(
        page.body
            .contains("You can read this referral, not change it"),
        "{}",
        page.body
    );
    let refused = analyst.post(&scene.app, &step, &[("safe-now", "no")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let force = &scene.team.agency;
    let other = agency::record_team(&scene.app.store, Actor::COMMAND_LINE, *force, "South")
        .await
        .unwrap();
    let stranger = Browser::of(&scene.app, "dc.rust", Role::Constable, &other).await;
    let absent = stranger
        .get(&scene.app, "/referrals/aaaaaaaaaaaaaaaaaaaa")
        .await;
    for at in [
        "",
        "/steps/safety",
        "/check",
        "/history",
        "/withdraw",
        "/authority-contact",
    ] {
        let hidden = stranger.get(&scene.app, &format!("{referral}{at}")).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{at}");
        let strip = |answer: &Answer, path: &str| answer.body.replace(path, "");
        assert_eq!(
            strip(&hidden, &format!("{referral}{at}")),
            strip(&absent, "/referrals/aaaaaaaaaaaaaaaaaaaa"),
            "{at}"
        );
    }
    let sent = stranger
        .post(&scene.app, &step, &[("safe-now", "no")])
        .await;
    assert_eq!(sent.status, StatusCode::NOT_FOUND);
    let list = stranger.get(&scene.app, "/referrals").await;
    assert!(!list.body.contains("PV3"));
}

#[tokio::test]
async fn the_local_authority_is_reached_or_tried() {
    let scene = scene().await;
    scene.age(AgeStatus::NotSure).await;
    let referral = scene.begin().await;
    let page = scene.get(&referral).await;
    assert!(
        page.body
            .contains("Contact the local authority about the child"),
        "{}",
        page.body
    );
    let address = format!("{referral}/authority-contact");
    let mut form = scene.get(&address).await.form(&address);
    set(&mut form, "note", "rang the duty line twice");
    let back = scene.amber.send(&scene.app, &address, &form).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        back.body.contains("rang the duty line twice"),
        "{}",
        back.body
    );
    set(&mut form, "outcome", "not_reached_out_of_hours");
    set(&mut form, "time", "half past");
    let back = scene.amber.send(&scene.app, &address, &form).await;
    assert!(
        back.body.contains("Enter the day and the time"),
        "{}",
        back.body
    );
    set(&mut form, "time", "11:00");
    set(&mut form, "when_day", "3");
    set(&mut form, "when_month", "3");
    let back = scene.amber.send(&scene.app, &address, &form).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("the offices are open"), "{}", back.body);
    set(&mut form, "time", "00:05");
    set(&mut form, "when_day", "3");
    set(&mut form, "when_month", "3");
    let recorded = scene.amber.send(&scene.app, &address, &form).await;
    assert_eq!(recorded.to(), referral, "{}", recorded.body);
    let page = scene.get(&referral).await;
    assert!(page.body.contains("nobody answered"), "{}", page.body);
    assert!(
        page.body.contains("pages are not finished"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_withdrawn_referral_is_read_and_not_written() {
    let scene = scene().await;
    let referral = scene.begin().await;
    let step = format!("{referral}/steps/safety");
    let mut open = scene.get(&step).await.form(&step);
    let address = format!("{referral}/withdraw");
    let back = scene
        .amber
        .post(&scene.app, &address, &[("reason", "begun twice")])
        .await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        back.body.contains("begun twice") && back.body.contains("Tick the box"),
        "{}",
        back.body
    );
    let fields = [("reason", "begun twice"), ("confirm", "yes")];
    let gone = scene.amber.post(&scene.app, &address, &fields).await;
    assert_eq!(gone.to(), referral, "{}", gone.body);
    let page = scene.get(&referral).await;
    assert!(
        page.body.contains("begun twice") && page.body.contains("It was withdrawn"),
        "{}",
        page.body
    );
    set(
        &mut open,
        "safe-now-details",
        "typed while a colleague withdrew it",
    );
    let late = scene.amber.send(&scene.app, &step, &open).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        late.body.contains("typed while a colleague withdrew it"),
        "{}",
        late.body
    );
    let list = scene.get("/referrals?stage=withdrawn").await;
    assert!(list.body.contains("PV3"), "{}", list.body);
    let list = scene.get("/referrals?stage=open").await;
    assert!(
        !list.body.contains("PV3") && list.body.contains("No referral fits"),
        "{}",
        list.body
    );
}

#[tokio::test]
async fn the_list_is_narrowed_and_read_on() {
    let scene = scene().await;
    for number in 0..30 {
        let details = Details {
            called: Some(format!("PV{}", 100 + number)),
            ..Details::default()
        };
        let viewer = &scene.amber.viewer;
        let store = &scene.app.store;
        let id = person::record_person(store, viewer, &details)
            .await
            .unwrap();
        let from = format!("/people/{id}/referrals");
        scene.amber.post(&scene.app, &from, &[]).await;
    }
    let first = scene.get("/referrals?whose=author").await;
    assert!(
        first.body.contains("PV129") && !first.body.contains("PV100"),
        "{}",
        first.body
    );
    let older = first.body.split("rel=\"next\" href=\"").nth(1).unwrap();
    let older = common::browser::plain(older.split('"').next().unwrap());
    assert!(older.contains("whose=author"), "{older}");
    let second = scene.get(&older).await;
    assert!(
        second.body.contains("PV100") && !second.body.contains("PV129"),
        "{}",
        second.body
    );
    let none = scene.get("/referrals?whose=allocated").await;
    assert!(none.body.contains("No referral fits"), "{}", none.body);
    assert!(untouched(&none.body).contains(&("whose".to_owned(), "allocated".to_owned())));
    let broken = scene
        .amber
        .get(&scene.app, "/referrals?after=nonsense")
        .await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_coach_says_where_and_what_to_add_and_takes_a_reason_why_not() {
    let scene = scene().await;
    scene.age(AgeStatus::Child).await;
    let referral = scene.begin().await;
    let fields = [("family", "not known")];
    let step = "what-is-their-background";
    scene.fill(&referral, step, &fields, "later").await;
    let list = scene.get(&referral).await;
    assert!(list.body.contains("What a decision-maker would ask for"));
    let address = format!("{referral}/coach");
    let page = scene.get(&address).await;
    assert!(
        page.body.contains("not known, and not why."),
        "{}",
        page.body
    );
    assert!(page.body.contains("Do not ask the person again"));
    let which = [
        ("rule", "not-known-without-why"),
        ("key", "family"),
        ("about", ""),
    ];
    let with = |why| [which[0], which[1], which[2], ("why", why)];
    let empty = scene.amber.post(&scene.app, &address, &with(" ")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("Say why it is not needed here."));
    let long = "x".repeat(501);
    let long = scene.amber.post(&scene.app, &address, &with(&long)).await;
    assert!(
        long.body.contains(&"x".repeat(501)),
        "what was typed comes back"
    );
    let done = scene
        .amber
        .post(&scene.app, &address, &with("asked by the hub"))
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = scene.get(&address).await;
    assert!(
        page.body.contains("asked by the hub") && !page.body.contains("Not needed here<span"),
        "{}",
        page.body
    );
    let odd = [
        ("rule", "no-such-rule"),
        ("key", "family"),
        ("about", ""),
        ("why", "x"),
    ];
    let odd = scene.amber.post(&scene.app, &address, &odd).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}
