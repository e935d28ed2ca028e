//! First accounts through their pages: the gate, two tabs, breaks, the end, the notes beside the form, the sheet.

use super::*;

/// What somebody chooses for an adult who may be asked.
const OPEN: [(&str, &str); 12] = [
    ("law", "neither"),
    ("abe", "not_planned"),
    ("health", "well"),
    ("willing", "yes"),
    ("told", "yes"),
    ("company", "alone"),
    ("voice", "in_person"),
    ("language", "Romanian"),
    ("free", "yes"),
    ("place", "the family room"),
    ("present", "DC Amber; an interpreter"),
    ("how", "now"),
];

impl Scene {
    /// Fills the gate; answers with the page that comes.
    async fn gate(&self, referral: &str, changed: &[(&str, &str)]) -> Answer {
        let address = format!("{referral}/accounts/new");
        let mut form = self.get(&address).await.form(&address);
        for (name, value) in OPEN.iter().chain(changed) {
            set(&mut form, name, value);
        }
        self.amber.send(&self.app, &address, &form).await
    }

    /// Begins an account of an adult; answers with its address.
    async fn talking(&self) -> (String, String) {
        self.age(AgeStatus::Adult).await;
        let referral = self.begin().await;
        let begun = self.gate(&referral, &[]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
        let account = begun.to().strip_suffix("/topics/now").unwrap().to_owned();
        (referral, account)
    }

    async fn tell(&self, address: &str, text: &str, go: &str) -> Answer {
        let mut form = self.get(address).await.form(address);
        set(&mut form, "text", text);
        set(&mut form, "go", go);
        self.amber.send(&self.app, address, &form).await
    }
}

#[tokio::test]
async fn the_page_refuses_to_begin_with_why_and_where_to_go_and_keeps_what_was_chosen() {
    let scene = scene().await;
    scene.age(AgeStatus::Adult).await;
    let referral = scene.begin().await;
    for (changed, why) in [
        (("law", "arrested"), "They are under arrest."),
        (("law", "suspected"), "They are suspected of an offence."),
        (
            ("abe", "planned"),
            "An Achieving Best Evidence interview is planned.",
        ),
        (("health", "unwell"), "They are not well enough to talk."),
        (
            ("company", "accompanied"),
            "Somebody who came along can hear.",
        ),
        (
            ("free", "no"),
            "The interpreter was not asked, or has a tie.",
        ),
    ] {
        let page = scene.gate(&referral, &[changed]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{changed:?}");
        assert!(page.body.contains(why), "{changed:?}");
        assert!(page.body.contains("Do not begin"));
        let form = page.form(&format!("{referral}/accounts/new"));
        let held = |name: &str| {
            form.iter()
                .find(|one| one.0 == name)
                .map(|one| one.1.clone())
        };
        assert_eq!(held("place").as_deref(), Some("the family room"));
        assert_eq!(held(changed.0).as_deref(), Some(changed.1));
    }
    let list = scene.get(&format!("{referral}/accounts")).await;
    assert!(list.body.contains("No first account has been taken"));
}

#[tokio::test]
async fn nothing_chosen_is_said_field_by_field_and_an_age_comes_first() {
    let scene = scene().await;
    let referral = scene.begin().await;
    let none = scene.gate(&referral, &[]).await;
    assert!(
        none.body.contains("Record their age first"),
        "{}",
        none.body
    );
    let address = format!("{referral}/accounts/new");
    let form = scene.get(&address).await.form(&address);
    let bare = scene.amber.send(&scene.app, &address, &form).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in [
        "law", "abe", "health", "willing", "told", "company", "voice",
    ] {
        assert!(bare.body.contains(&format!("href=\"#{field}\"")), "{field}");
    }
}

#[tokio::test]
async fn a_topic_leads_to_the_next_and_every_button_saves_first() {
    let scene = scene().await;
    let (_, account) = scene.talking().await;
    let start = format!("{account}/topics/start");
    let page = scene.get(&start).await;
    assert!(page.body.contains("Start wherever you like"));
    assert!(!page.title().contains("PV3"), "{}", page.title());
    let next = scene
        .tell(&start, "A man I met\r\nsaid there was work", "continue")
        .await;
    assert_eq!(next.to(), format!("{account}/topics/journey"));
    let other = scene
        .tell(&start, "A man I met said there was work.", "topic:seen")
        .await;
    assert_eq!(other.to(), format!("{account}/topics/seen"));
    let read = scene.get(&account).await;
    assert!(read.body.contains("A man I met said there was work."));
    assert!(read.body.contains("Earlier versions of this note"));
    let paused = scene
        .tell(&start, "A man I met said there was work.", "pause")
        .await;
    assert_eq!(paused.to(), start);
    let paused = scene.get(&start).await;
    assert!(paused.body.contains("There is a break since"));
    assert!(
        !paused.body.contains("Start wherever you like"),
        "nothing is asked in a break"
    );
    scene
        .tell(&start, "A man I met said there was work.", "resume")
        .await;
    assert!(
        scene
            .get(&start)
            .await
            .body
            .contains("Start wherever you like")
    );
}

#[tokio::test]
async fn two_tabs_on_one_topic_lose_nothing() {
    let scene = scene().await;
    let (_, account) = scene.talking().await;
    let start = format!("{account}/topics/start");
    let mut first = scene.get(&start).await.form(&start);
    let mut second = first.clone();
    set(&mut first, "text", "written in the first tab");
    set(&mut first, "go", "later");
    set(&mut second, "text", "written in the second tab");
    set(&mut second, "go", "later");
    let saved = scene.amber.send(&scene.app, &start, &first).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let both = scene.jade.get(&scene.app, &start).await.status;
    assert_eq!(both, StatusCode::OK);
    let page = scene.amber.send(&scene.app, &start, &second).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    for words in ["written in the first tab", "written in the second tab"] {
        assert!(page.body.contains(words), "{words}");
    }
    let mut kept = page.form(&start);
    set(&mut kept, "go", "both");
    let kept = scene.amber.send(&scene.app, &start, &kept).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let held = scene.get(&start).await.form(&start);
    let text = &held.iter().find(|one| one.0 == "text").unwrap().1;
    assert_eq!(
        text,
        "written in the first tab\r\n\r\nwritten in the second tab"
    );
}

#[tokio::test]
async fn an_account_ends_with_a_reason_says_what_comes_next_and_asks_nothing_more() {
    let scene = scene().await;
    let (_, account) = scene.talking().await;
    let start = format!("{account}/topics/start");
    let leads = scene.tell(&start, "the words said last", "stop").await;
    let stop = format!("{account}/stop");
    assert_eq!(leads.to(), stop);
    let mut form = scene.get(&stop).await.form(&stop);
    let bare = scene.amber.send(&scene.app, &stop, &form).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    set(&mut form, "reason", "other");
    let wordless = scene.amber.send(&scene.app, &stop, &form).await;
    assert_eq!(wordless.status, StatusCode::UNPROCESSABLE_ENTITY);
    set(&mut form, "reason", "suspected");
    set(&mut form, "left_apart", "yes");
    let ended = scene.amber.send(&scene.app, &stop, &form).await;
    assert_eq!(ended.to(), account, "{}", ended.body);
    let read = scene.get(&account).await;
    assert!(read.body.contains("defence in section 45"));
    assert!(read.body.contains("the words said last"));
    let after = scene.get(&start).await;
    assert!(!after.body.contains("Start wherever you like"));
    assert!(after.body.contains("Written up after it ended"));
    scene
        .app
        .store
        .clock
        .set(jiff::Timestamp::from_microsecond(scene.app.store.now() + 60_000_000).unwrap());
    scene
        .tell(&start, "the words said last, and two more", "later")
        .await;
    assert!(
        scene
            .get(&account)
            .await
            .body
            .contains("written up after it ended")
    );
}

#[tokio::test]
async fn the_notes_stand_beside_the_page_of_the_form_and_the_answer_is_saved_like_any_other() {
    let scene = scene().await;
    let (referral, account) = scene.talking().await;
    let start = format!("{account}/topics/start");
    scene
        .tell(&start, "A man I met said there was work.", "later")
        .await;
    let map = scene.get(&format!("{account}/form")).await;
    let id = account.rsplit('/').next().unwrap();
    let page = format!("{referral}/steps/how-did-the-exploitation-start?account={id}");
    assert!(map.body.contains(&page), "{}", map.body);
    let beside = scene.get(&page).await;
    assert!(beside.body.contains("From the first account"));
    assert!(beside.body.contains("A man I met said there was work."));
    let action = format!("{referral}/steps/how-did-the-exploitation-start");
    let mut form = beside.form(&action);
    set(
        &mut form,
        "how-did-the-exploitation-start",
        "She says: “A man I met said there was work.”",
    );
    set(&mut form, "go", "continue");
    let saved = scene.amber.send(&scene.app, &action, &form).await;
    assert_eq!(saved.to(), format!("{account}/form"), "{}", saved.body);
    let history = scene.get(&format!("{referral}/history")).await;
    assert!(history.body.contains("A man I met said there was work."));
    // How it was taken stands beside the page that asks for it.
    let how = format!("{referral}/steps/where-how-interview-carried-out?account={id}");
    let how = scene.get(&how).await;
    assert!(how.body.contains("the family room") && how.body.contains("asked for ties"));
    // Somebody else's account, or none, changes nothing.
    let stray = scene.get(&format!("{action}?account=nothing")).await;
    assert!(!stray.body.contains("From the first account"));
}

#[tokio::test]
async fn a_paper_account_is_typed_up_with_its_times_and_a_break() {
    let scene = scene().await;
    scene.age(AgeStatus::Adult).await;
    let referral = scene.begin().await;
    let paper = [
        ("how", "paper"),
        ("begun_day", "2"),
        ("begun_month", "3"),
        ("begun_year", "2026"),
        ("time", "23:40"),
    ];
    let begun = scene.gate(&referral, &paper).await;
    let account = begun
        .to()
        .strip_suffix("/topics/now")
        .unwrap_or_else(|| panic!("{}", begun.body));
    let pause = format!("{account}/break");
    let mut form = scene.get(&pause).await.form(&pause);
    set(&mut form, "from", "noon");
    set(&mut form, "until", "00:05");
    let wrong = scene.amber.send(&scene.app, &pause, &form).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    set(&mut form, "from", "23:55");
    let saved = scene.amber.send(&scene.app, &pause, &form).await;
    assert_eq!(saved.to(), account, "{}", saved.body);
    let read = scene.get(account).await;
    assert!(read.body.contains("23:55 to 00:05"), "{}", read.body);
    assert!(read.body.contains("typed up from paper"));
}

#[tokio::test]
async fn an_adult_who_turns_out_to_be_perhaps_a_child_is_noticed_while_they_talk() {
    let scene = scene().await;
    let (_, account) = scene.talking().await;
    let start = format!("{account}/topics/start");
    let warned = "this account was begun with an adult";
    assert!(!scene.get(&start).await.body.contains(warned));
    scene
        .app
        .store
        .clock
        .set(jiff::Timestamp::from_microsecond(scene.app.store.now() + 60_000_000).unwrap());
    scene.age(AgeStatus::NotSure).await;
    assert!(scene.get(&start).await.body.contains(warned));
}

#[tokio::test]
async fn the_blank_sheet_is_there_for_whoever_is_signed_in_as_page_and_as_pdf() {
    let scene = scene().await;
    scene
        .app
        .store
        .clock
        .set("2026-11-25T12:00:00Z".parse().unwrap());
    let amber = scene.amber.again(&scene.app).await;
    let page = amber.get(&scene.app, "/question-sheet/adult").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for part in [
        "Start wherever you like",
        "heyrick-rule",
        "talk-2026-04",
        "Read aloud first",
        "PACE",
    ] {
        assert!(page.body.contains(part), "{part}");
    }
    assert!(!page.body.contains("PV3"));
    let child = amber.get(&scene.app, "/question-sheet/child").await;
    assert!(child.body.contains("a parent cannot refuse"));
    let other = amber.get(&scene.app, "/question-sheet/somebody").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let pdf = amber
        .get(&scene.app, "/question-sheet/adult/paper.pdf")
        .await;
    if pdf.status == StatusCode::OK {
        let name = pdf.headers["content-disposition"].to_str().unwrap();
        assert!(name.contains("question-sheet-adult.pdf"));
    } else {
        assert_eq!(pdf.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", pdf.body);
        assert!(std::env::var_os("CI").is_none(), "no fonts for paper");
    }
}
