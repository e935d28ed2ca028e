//! A referral begun, written, come back to and changed: nothing typed is lost.

use super::*;

#[tokio::test]
async fn a_referral_is_begun_once_and_names_nobody_in_its_titles() {
    let scene = scene().await;
    let referral = scene.begin().await;
    assert_eq!(scene.begin().await, referral);
    let page = scene.get(&referral).await;
    assert!(page.body.contains("Referral about PV3"), "{}", page.body);
    assert!(
        page.body.contains("Record first whether they are under 18"),
        "{}",
        page.body
    );
    assert!(page.body.contains("Cannot start yet"));
    assert!(
        page.body
            .contains("You can see this because it belongs to your team"),
        "{}",
        page.body
    );
    for at in [
        "",
        "/steps/safety",
        "/steps/what-is-their-background",
        "/check",
        "/history",
        "/withdraw",
        "/authority-contact",
    ] {
        let page = scene.get(&format!("{referral}{at}")).await;
        assert!(
            page.title().starts_with("Referral R-"),
            "{at}: {}",
            page.title()
        );
        assert!(
            !page.title().contains("PV3") && !page.title().contains("Invented"),
            "{}",
            page.title()
        );
        assert!(
            !page.body.contains('⟦'),
            "{at}: a word is missing: {}",
            page.body
        );
    }
    let list = scene.get("/referrals").await;
    assert!(list.body.contains("PV3"), "{}", list.body);
}

#[tokio::test]
async fn a_saved_page_leads_to_what_is_next_in_its_task() {
    let scene = scene().await;
    scene.age(AgeStatus::Adult).await;
    scene.consent(ConsentValue::Given, ConsentValue::Yes).await;
    let referral = scene.begin().await;
    let page = scene.get(&referral).await;
    assert!(
        page.body
            .contains("Refer PV3 to the National Referral Mechanism"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("Adult now, an adult when exploited"),
        "{}",
        page.body
    );
    let key = "potential-victim-exploitative-situation-multiple";
    let on = scene
        .fill(&referral, key, &[(key, "yes")], "continue")
        .await;
    let several = format!("{referral}/steps/when-did-the-exploitation-take-place-multiple");
    assert_eq!(on.to(), several);
    let page = scene.get(&referral).await;
    assert!(page.body.contains("1 of "), "{}", page.body);
    assert!(page.body.contains("saved today at"), "{}", page.body);
    let later = scene.fill(&referral, key, &[(key, "yes")], "later").await;
    assert_eq!(later.to(), referral);
    let beside = scene
        .fill(&referral, key, &[(key, "no")], "step:types-of-exploitation")
        .await;
    assert_eq!(
        beside.to(),
        format!("{referral}/steps/types-of-exploitation")
    );
    let safe = scene
        .fill(&referral, "safety", &[("safe-now", "yes")], "continue")
        .await;
    assert_eq!(
        safe.to(),
        referral,
        "the only page of its task leads back to the list"
    );
}

#[tokio::test]
async fn what_cannot_be_kept_comes_back_with_everything_else() {
    let scene = scene().await;
    scene.age(AgeStatus::Child).await;
    let referral = scene.begin().await;
    let fields = [
        ("pv-dob-day", "31"),
        ("pv-dob-month", "2"),
        ("pv-dob-year", "2010"),
    ];
    let back = scene.fill(&referral, "pv-dob", &fields, "continue").await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.title().starts_with("Error: "), "{}", back.title());
    assert!(back.body.contains("href=\"#pv-dob-day\""), "{}", back.body);
    let form = back.form(&format!("{referral}/steps/pv-dob"));
    assert!(
        form.contains(&("pv-dob-day".to_owned(), "31".to_owned())),
        "{form:?}"
    );
    let both = [
        ("birthplace", "A village"),
        ("birthplace--unknown", "refused"),
        ("family", "two sisters"),
    ];
    let back = scene
        .fill(&referral, "what-is-their-background", &both, "continue")
        .await;
    assert_eq!(
        back.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        back.body
    );
    for typed in ["A village", "two sisters"] {
        assert!(back.body.contains(typed), "{typed}: {}", back.body);
    }
    let page = scene
        .get(&format!("{referral}/steps/what-is-their-background"))
        .await;
    assert!(!page.body.contains("A village"), "nothing was saved");
}

#[tokio::test]
async fn a_town_is_found_without_scripts_and_nothing_typed_is_lost() {
    let scene = scene().await;
    let referral = scene.begin().await;
    let step = "current-pv-location";
    let (city, address) = (
        "current-pv-location-uk-city",
        format!("{referral}/steps/{step}"),
    );
    let found = scene
        .fill(
            &referral,
            step,
            &[(city, "leices")],
            &format!("find:{city}:1"),
        )
        .await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.body);
    assert!(found.body.contains("value=\"Leicester\""), "{}", found.body);
    let mut form = found.form(&address);
    assert!(
        form.contains(&(city.to_owned(), "leices".to_owned())),
        "{form:?}"
    );
    set(&mut form, &format!("{city}--pick-1"), "Leicester");
    set(&mut form, "go", "later");
    let saved = scene.amber.send(&scene.app, &address, &form).await;
    assert_eq!(saved.to(), referral, "{}", saved.body);
    let form = scene.get(&address).await.form(&address);
    assert!(
        form.contains(&(city.to_owned(), "Leicester".to_owned())),
        "{form:?}"
    );
    // What the list does not hold is kept, and the page is shown once more with what it may be.
    let look = scene
        .fill(&referral, step, &[(city, "Leicestre")], "continue")
        .await;
    assert!(look.to().starts_with(&address), "{}", look.to());
    let page = scene.get(&address).await;
    assert!(page.body.contains("value=\"Leicestre\""), "{}", page.body);
    assert!(page.body.contains("Home Office’s list"), "{}", page.body);
    let on = scene.fill(&referral, step, &[], "continue").await;
    assert_eq!(on.to(), referral, "seen once, it holds nobody up");
}

#[tokio::test]
async fn rows_are_added_and_taken_away_without_scripts() {
    let scene = scene().await;
    let referral = scene.begin().await;
    let where_key = "where-exploitation-happened";
    scene
        .fill(&referral, where_key, &[(where_key, "uk")], "continue")
        .await;
    let (step, key) = (
        "where-exploitation-happened-uk",
        "where-exploitation-happened-uk-city",
    );
    let address = format!("{referral}/steps/{step}");
    let more = scene
        .fill(&referral, step, &[(key, "Derby")], &format!("add:{key}"))
        .await;
    let mut form = more.form(&address);
    let rows = |form: &[(String, String)]| {
        form.iter()
            .filter(|(name, _)| name == key)
            .map(|(_, value)| value.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(&form), ["Derby", ""]);
    let empty = form
        .iter_mut()
        .filter(|(name, _)| name == key)
        .nth(1)
        .unwrap();
    empty.1 = "Leicester".to_owned();
    form.push(("go".to_owned(), format!("remove:{key}:1")));
    let less = scene.amber.send(&scene.app, &address, &form).await;
    let mut form = less.form(&address);
    assert_eq!(rows(&form), ["Leicester"]);
    set(&mut form, "go", "continue");
    scene.amber.send(&scene.app, &address, &form).await;
    let page = scene.get(&address).await;
    assert_eq!(rows(&page.form(&address)), ["Leicester"]);
}

#[tokio::test]
async fn two_people_on_one_page_see_both_versions_and_lose_nothing() {
    let scene = scene().await;
    let referral = scene.begin().await;
    let address = format!("{referral}/steps/what-is-their-background");
    scene
        .fill(
            &referral,
            "what-is-their-background",
            &[("family", "two brothers"), ("education", "school")],
            "later",
        )
        .await;
    let mut theirs = scene.jade.get(&scene.app, &address).await.form(&address);
    let mut mine = scene.get(&address).await.form(&address);
    set(&mut theirs, "family", "two brothers, one of them older");
    set(&mut theirs, "education", "school until twelve");
    let saved = scene.jade.send(&scene.app, &address, &theirs).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    set(&mut mine, "family", "two brothers and a sister");
    set(&mut mine, "birthplace", "a village");
    let both = scene.amber.send(&scene.app, &address, &mine).await;
    assert_eq!(both.status, StatusCode::CONFLICT, "{}", both.body);
    assert!(
        both.body.contains("dc.jade saved this page"),
        "{}",
        both.body
    );
    assert!(both.body.contains("one of them older") && both.body.contains("and a sister"));
    let mut form = both.form(&address);
    let kept = |form: &[(String, String)], key: &str| {
        form.iter()
            .find(|(name, _)| *name == format!("{key}--keep"))
            .map(|(_, value)| value.clone())
    };
    // Whoever alone changed an answer is offered; where both did, nobody can tell but the reader.
    assert_eq!(kept(&form, "education").as_deref(), Some("theirs"));
    assert_eq!(kept(&form, "birthplace").as_deref(), Some("mine"));
    assert_eq!(kept(&form, "family"), None);
    let unchosen = scene.amber.send(&scene.app, &address, &form).await;
    assert_eq!(
        unchosen.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        unchosen.body
    );
    assert!(unchosen.body.contains("and a sister"));
    set(&mut form, "family--keep", "mine");
    let done = scene.amber.send(&scene.app, &address, &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let now = scene.get(&address).await.form(&address);
    for (key, value) in [
        ("family", "two brothers and a sister"),
        ("education", "school until twelve"),
        ("birthplace", "a village"),
    ] {
        assert!(
            now.contains(&(key.to_owned(), value.to_owned())),
            "{key}: {now:?}"
        );
    }
    let history = scene.get(&format!("{referral}/history?key=family")).await;
    assert!(history.body.contains("one of them"), "{}", history.body);
}

#[tokio::test]
async fn sending_twice_is_saving_once() {
    let scene = scene().await;
    let referral = scene.begin().await;
    let address = format!("{referral}/steps/safety");
    let mut form = scene.get(&address).await.form(&address);
    set(&mut form, "safe-now", "yes");
    set(&mut form, "safe-now-details", "with a friend");
    for _ in 0..2 {
        let sent = scene.amber.send(&scene.app, &address, &form).await;
        assert_eq!(sent.to(), referral, "{}", sent.body);
    }
    let history = scene
        .get(&format!("{referral}/history?key=safe-now-details"))
        .await;
    assert_eq!(
        history.body.matches("with a friend").count(),
        1,
        "{}",
        history.body
    );
}

#[tokio::test]
async fn a_change_while_checking_leads_through_what_it_opens_and_back() {
    let scene = scene().await;
    let referral = scene.begin().await;
    let key = "where-exploitation-happened";
    scene
        .fill(&referral, key, &[(key, "overseas")], "later")
        .await;
    let check = scene.get(&format!("{referral}/check")).await;
    assert!(
        check
            .body
            .contains(&format!("href=\"{referral}/steps/{key}?back=check#{key}\"")),
        "{}",
        check.body
    );
    let from_check = format!("{referral}/steps/{key}?back=check");
    let address = format!("{referral}/steps/{key}");
    let mut form = scene.get(&from_check).await.form(&address);
    set(&mut form, key, "uk");
    set(&mut form, "go", "continue");
    let opened = scene.amber.send(&scene.app, &address, &form).await;
    let uk = format!("{referral}/steps/where-exploitation-happened-uk");
    assert_eq!(opened.to(), format!("{uk}?back=check"));
    let mut form = scene.get(opened.to()).await.form(&uk);
    set(
        &mut form,
        "where-exploitation-happened-uk-city",
        "Leicester",
    );
    let back = scene.amber.send(&scene.app, &uk, &form).await;
    assert_eq!(
        back.to(),
        format!("{referral}/check#step-where-exploitation-happened-uk")
    );
}

#[tokio::test]
async fn one_question_alone_saves_itself_and_nothing_else() {
    let scene = scene().await;
    let referral = scene.begin().await;
    let step = "what-is-their-background";
    let address = format!("{referral}/steps/{step}");
    let alone = scene
        .fill(
            &referral,
            step,
            &[("education", "school"), ("family", "begun")],
            "open:family",
        )
        .await;
    assert_eq!(alone.to(), format!("{address}?only=family"));
    let mut form = scene.get(alone.to()).await.form(&address);
    assert!(form.contains(&("family".to_owned(), "begun".to_owned())));
    set(&mut form, "family", "begun\r\nand ended");
    let back = scene.amber.send(&scene.app, &address, &form).await;
    assert_eq!(back.to(), format!("{address}#family"));
    let form = scene.get(&address).await.form(&address);
    assert!(
        form.contains(&("education".to_owned(), "school".to_owned())),
        "{form:?}"
    );
    assert!(
        form.contains(&("family".to_owned(), "begun\r\nand ended".to_owned())),
        "{form:?}"
    );
}

#[tokio::test]
async fn what_was_typed_when_the_session_ended_lands_where_it_belongs() {
    let scene = scene().await;
    let referral = scene.begin().await;
    let address = format!("{referral}/steps/safety");
    let mut form = scene.get(&address).await.form(&address);
    set(&mut form, "safe-now", "no");
    set(
        &mut form,
        "safe-now-details",
        "A long answer that must not be lost, whatever happens.",
    );
    set(&mut form, "go", "continue");
    let unknown = {
        let mut form = form.clone();
        set(&mut form, "csrf", "of nobody");
        scene.amber.send(&scene.app, &address, &form).await
    };
    assert_eq!(
        unknown.status,
        StatusCode::FORBIDDEN,
        "whose it is nobody can tell"
    );
    // Typed under the session before this one, and in two places.
    let late = {
        let now = scene.amber.again(&scene.app).await;
        let other = format!("{referral}/steps/what-is-their-background");
        let mut second = scene.get(&other).await.form(&other);
        set(
            &mut second,
            "family",
            "Words of another page that must not be lost either.",
        );
        let kept = now.send(&scene.app, &other, &second).await;
        assert_eq!(kept.to(), "/restore", "{}", kept.body);
        now.send(&scene.app, &address, &form).await
    };
    assert_eq!(late.to(), "/restore", "{}", late.body);
    let restore = scene.get("/restore").await;
    assert!(
        restore.body.contains("must not be lost either"),
        "{}",
        restore.body
    );
    assert!(
        restore.body.contains("must not be lost"),
        "{}",
        restore.body
    );
    let again = restore.form(&address);
    let saved = scene.amber.send(&scene.app, &address, &again).await;
    assert_eq!(saved.to(), referral, "{}", saved.body);
    assert!(scene.get(&address).await.body.contains("must not be lost"));
}

#[tokio::test]
async fn a_form_typed_under_another_account_is_kept_for_that_account_alone() {
    let scene = scene().await;
    let referral = scene.begin().await;
    let address = format!("{referral}/steps/safety");
    let mut form = scene.get(&address).await.form(&address);
    set(
        &mut form,
        "safe-now-details",
        "Only for whoever typed it, on a shared computer.",
    );
    let answer = scene.jade.send(&scene.app, &address, &form).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
    assert!(!answer.body.contains("shared computer"));
    let hers = scene.jade.get(&scene.app, "/restore").await;
    assert_eq!(hers.to(), "/", "nothing of anybody else's");
    let mine = scene.get("/restore").await;
    assert!(mine.body.contains("shared computer"), "{}", mine.body);
    let secret = [
        ("csrf", scene.amber.csrf.as_str()),
        ("password", "a secret that is not kept"),
    ];
    let secret = scene
        .jade
        .post(&scene.app, "/account/password", &secret)
        .await;
    assert_eq!(secret.status, StatusCode::FORBIDDEN);
    assert!(!scene.get("/restore").await.body.contains("not kept"));
}
