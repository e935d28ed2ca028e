//! A family through the pages: chosen, looked over, opened in one go; shared once; both answers shown where
//! they differ; a warning where together they would name somebody who refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use axum::http::StatusCode;
use common::browser::{Browser, set};
use common::draft::{a_person, begun, finished, opened};
use common::{Answer, app};
use heyrick_domain::age::AgeStatus;
use heyrick_domain::consent::{ConsentItem, ConsentValue};
use heyrick_domain::form;
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Role;
use heyrick_store::agency;
use heyrick_store::consent::record_consents;
use heyrick_store::journal::Actor;
use heyrick_store::preparation::{mark, ready, record_preparation};
use heyrick_web::{App, SecondFactor, Settings};

/// A mother who refused, whoever works on it, who may only read, and somebody of another team.
struct Scene {
    app: App,
    amber: Browser,
    beech: Browser,
    onyx: Browser,
    jade: Browser,
    mother: PublicId,
    _fresh: heyrick_testkit::Fresh,
}

async fn scene() -> Scene {
    let (mut app, fresh) = app().await;
    app.settings = Settings {
        second_factor: SecondFactor::Optional,
        ..Settings::default()
    }
    .into();
    let store = &app.store;
    let force = agency::record_agency(store, Actor::COMMAND_LINE, "Testshire", "police");
    let force = force.await.unwrap();
    let team = agency::record_team(store, Actor::COMMAND_LINE, force.id, "North");
    let team = team.await.unwrap();
    let other = agency::record_team(store, Actor::COMMAND_LINE, force.id, "South");
    let other = other.await.unwrap();
    let amber = Browser::of(&app, "dc.amber", Role::Constable, &team).await;
    let beech = Browser::of(&app, "ds.beech", Role::Sergeant, &team).await;
    let onyx = Browser::of(&app, "analyst.onyx", Role::Analyst, &team).await;
    let jade = Browser::of(&app, "dc.jade", Role::Constable, &other).await;
    let refused = Some(ConsentValue::Refused);
    let mother = a_person(&app.store, &amber.viewer, AgeStatus::Adult, refused).await;
    let no = common::draft::consent(&app.store, ConsentItem::DtnIdentity, ConsentValue::No);
    let recorded = record_consents(&app.store, &amber.viewer, &mother, &[no]).await;
    assert!(recorded.unwrap().is_some());
    Scene {
        app,
        amber,
        beech,
        onyx,
        jade,
        mother,
        _fresh: fresh,
    }
}

impl Scene {
    async fn page(&self, who: &Browser, address: &str) -> Answer {
        let page = who.get(&self.app, address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.body);
        page
    }

    fn start(&self) -> String {
        format!("/people/{}/family", self.mother)
    }

    /// A mother and two children put on record with it; gives the family's address.
    async fn family(&self) -> String {
        let start = self.start();
        let mother = format!("is-{}", self.mother);
        let mut fields = self.page(&self.amber, &start).await.form(&start);
        set(&mut fields, &mother, "parent");
        set(&mut fields, "go", "add");
        let more = self.amber.send(&self.app, &start, &fields).await;
        let mut fields = more.form(&start);
        for (name, value) in [
            ("first_name-1", "Velveteeny"),
            ("last_name-1", common::draft::LAST),
            ("dob-1_year", "2014"),
            ("is-new-1", "child"),
            ("called-2", "Boy in the red coat"),
            ("dob-2_year", "2017"),
            ("is-new-2", "child"),
            ("go", "look"),
        ] {
            set(&mut fields, name, value);
        }
        let look = self.amber.send(&self.app, &start, &fields).await;
        assert_eq!(look.status, StatusCode::OK, "{}", look.body);
        assert!(look.body.contains("Is this the family?"), "{}", look.body);
        assert!(
            look.body.contains("Duty to Notify"),
            "the mother's own answer"
        );
        assert!(
            look.body.contains("Leads to the NRM"),
            "a child is referred"
        );
        let mut fields = look.form(&start);
        set(&mut fields, "go", "open");
        let opened = self.amber.send(&self.app, &start, &fields).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
        opened.to().to_owned()
    }

    /// The addresses of the members' referrals, in order.
    async fn referrals(&self, family: &str) -> Vec<String> {
        let page = self.page(&self.amber, family).await;
        let list = page.body.split("Members</h2>").nth(1).unwrap();
        let list = list.split("</ul>").next().unwrap();
        let links = list.split("href=\"/referrals/").skip(1);
        links
            .map(|rest| format!("/referrals/{}", rest.split('"').next().unwrap()))
            .collect()
    }

    async fn share(&self, family: &str, step: &str, key: &str, words: &str) -> Answer {
        let address = format!("{family}/shared/{step}");
        let mut fields = self.page(&self.amber, &address).await.form(&address);
        set(&mut fields, key, words);
        set(&mut fields, "go", "continue");
        self.amber.send(&self.app, &address, &fields).await
    }

    /// Writes one answer of one member.
    async fn write(&self, referral: &str, step: &str, key: &str, words: &str) {
        let address = format!("{referral}/steps/{step}");
        let mut fields = self.page(&self.amber, &address).await.form(&address);
        set(&mut fields, key, words);
        set(&mut fields, "go", "later");
        let saved = self.amber.send(&self.app, &address, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    }
}

const TREATED: &str = "how-they-were-treated";

#[tokio::test]
async fn a_family_is_chosen_looked_over_and_opened_in_one_go() {
    let scene = scene().await;
    let person = format!("/people/{}", scene.mother);
    assert!(
        scene
            .page(&scene.amber, &person)
            .await
            .body
            .contains("Refer a family")
    );
    let family = scene.family().await;
    let page = scene.page(&scene.amber, &family).await;
    assert_eq!(
        page.title(),
        "Family · Heyrick".to_owned().as_str(),
        "a title names nobody"
    );
    for words in ["Velveteeny", "Boy in the red coat", "parent", "child"] {
        assert!(page.body.contains(words), "{words}");
    }
    let referrals = scene.referrals(&family).await;
    assert_eq!(referrals.len(), 3);
    for referral in &referrals {
        let list = scene.page(&scene.amber, referral).await;
        assert!(
            list.body.contains(&format!("href=\"{family}\"")),
            "{referral}"
        );
    }
    let person = scene.page(&scene.amber, &person).await;
    assert!(person.body.contains(&format!("href=\"{family}\"")));
}

#[tokio::test]
async fn what_was_typed_comes_back_with_what_is_wrong() {
    let scene = scene().await;
    let start = scene.start();
    let fields = scene.page(&scene.amber, &start).await.form(&start);
    let mut alone = fields.clone();
    set(&mut alone, &format!("is-{}", scene.mother), "parent");
    set(&mut alone, "go", "look");
    let answer = scene.amber.send(&scene.app, &start, &alone).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("Choose at least one other member."));
    let mut wrong = fields.clone();
    for (name, value) in [
        ("first_name-1", "Velveteeny"),
        ("dob-1_day", "31"),
        ("dob-1_month", "2"),
        ("dob-1_year", "2014"),
        ("go", "look"),
    ] {
        set(&mut wrong, name, value);
    }
    let answer = scene.amber.send(&scene.app, &start, &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "Say what this member is in the family.",
        "value=\"Velveteeny\"",
        "#dob-1-dob-1_day",
        "#is-new-1",
    ] {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    let mut search = fields;
    set(&mut search, "called-1", "Aunt from the market");
    set(&mut search, "term", common::draft::FIRST);
    set(&mut search, "go", "find");
    let answer = scene.amber.send(&scene.app, &start, &search).await;
    assert!(answer.body.contains("Nobody you can see was found."));
    assert!(answer.body.contains("value=\"Aunt from the market\""));
}

#[tokio::test]
async fn somebody_on_record_is_found_and_keeps_the_referral_they_have() {
    let scene = scene().await;
    let store = &scene.app.store;
    let given = Some(ConsentValue::Given);
    let sister = a_person(store, &scene.amber.viewer, AgeStatus::Adult, given).await;
    let draft = begun(store, &scene.amber.viewer, &sister).await;
    let start = scene.start();
    let page = scene.page(&scene.amber, &start).await;
    let field = format!("is-{sister}");
    assert!(page.body.contains(&field), "the same last name is offered");
    let mut fields = page.form(&start);
    set(&mut fields, &format!("is-{}", scene.mother), "sibling");
    set(&mut fields, &field, "sibling");
    set(&mut fields, "go", "look");
    let look = scene.amber.send(&scene.app, &start, &fields).await;
    assert!(
        look.body.contains("is linked; no other is begun"),
        "{}",
        look.body
    );
    let mut fields = look.form(&start);
    set(&mut fields, "go", "open");
    let opened = scene.amber.send(&scene.app, &start, &fields).await;
    let referrals = scene.referrals(opened.to()).await;
    assert!(referrals.contains(&format!("/referrals/{draft}")));
}

#[tokio::test]
async fn what_is_written_for_all_reaches_each_and_what_differs_is_shown_beside() {
    let scene = scene().await;
    let family = scene.family().await;
    let referrals = scene.referrals(&family).await;
    scene
        .write(
            &referrals[1],
            TREATED,
            "living-conditions",
            "slept in the van",
        )
        .await;
    let saved = scene
        .share(&family, TREATED, "living-conditions", "one locked room")
        .await;
    assert_eq!(saved.to(), format!("{family}/offers"), "{}", saved.body);
    let offers = scene.page(&scene.amber, saved.to()).await;
    for words in ["slept in the van", "one locked room", "Which stands?"] {
        assert!(offers.body.contains(words), "{words}");
    }
    for (at, words) in [
        (0, "one locked room"),
        (1, "slept in the van"),
        (2, "one locked room"),
    ] {
        let check = scene
            .page(&scene.amber, &format!("{}/check", referrals[at]))
            .await;
        assert!(check.body.contains(words), "{at}");
    }
    let address = format!("{family}/offers");
    let nothing = scene
        .amber
        .send(&scene.app, &address, &offers.form(&address))
        .await;
    assert_eq!(
        nothing.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nothing was chosen"
    );
    let mut fields = offers.form(&address);
    let id = referrals[1].rsplit('/').next().unwrap();
    set(
        &mut fields,
        &format!("take-{id}-living-conditions"),
        "familys",
    );
    let chosen = scene.amber.send(&scene.app, &address, &fields).await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.body);
    let history = scene
        .page(&scene.amber, &format!("{}/history", referrals[1]))
        .await;
    assert!(
        history
            .body
            .contains("the family’s answer, taken by dc.amber who saw both")
    );
    assert!(history.body.contains("slept in the van"), "nothing is lost");
    let none = scene.page(&scene.amber, &address).await;
    assert!(none.body.contains("was kept as it is"), "{}", none.body);
}

#[tokio::test]
async fn a_colleague_who_was_faster_is_shown_beside_and_nothing_typed_is_lost() {
    let scene = scene().await;
    let family = scene.family().await;
    let address = format!("{family}/shared/{TREATED}");
    let mut late = scene.page(&scene.amber, &address).await.form(&address);
    scene
        .share(&family, TREATED, "living-conditions", "one locked room")
        .await;
    set(&mut late, "living-conditions", "a shed");
    set(&mut late, "go", "continue");
    let answer = scene.amber.send(&scene.app, &address, &late).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "Somebody changed this meanwhile",
        "one locked room",
        "a shed",
    ] {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    let mut again = answer.form(&address);
    set(&mut again, "go", "continue");
    let saved = scene.amber.send(&scene.app, &address, &again).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let shared = scene.page(&scene.amber, &format!("{family}/shared")).await;
    assert!(shared.body.contains("a shed") && !shared.body.contains("one locked room"));
}

#[tokio::test]
async fn answers_given_before_are_taken_over() {
    let scene = scene().await;
    let family = scene.family().await;
    let referrals = scene.referrals(&family).await;
    scene
        .write(
            &referrals[1],
            TREATED,
            "living-conditions",
            "behind the shop",
        )
        .await;
    let address = format!("{family}/shared");
    let page = scene.page(&scene.amber, &address).await;
    assert!(
        page.body.contains("Take over from Velveteeny"),
        "{}",
        page.body
    );
    let form = page.body.split("Take over from Velveteeny").nth(1).unwrap();
    let inside = form.split("</form>").next().unwrap();
    let mut fields = common::browser::untouched(inside);
    let none = scene.amber.send(&scene.app, &address, &fields).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    fields.push(("key".to_owned(), "living-conditions".to_owned()));
    let taken = scene.amber.send(&scene.app, &address, &fields).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    let check = scene
        .page(&scene.amber, &format!("{}/check", referrals[2]))
        .await;
    assert!(check.body.contains("behind the shop"));
}

#[tokio::test]
async fn the_check_and_the_second_reader_are_told_where_a_parent_would_be_named() {
    let scene = scene().await;
    let family = scene.family().await;
    let referrals = scene.referrals(&family).await;
    let background = "what-is-their-background";
    let words = format!("Lives with her mother {}.", common::draft::FIRST);
    scene
        .write(&referrals[1], background, "family", &words)
        .await;
    let check = scene
        .page(&scene.amber, &format!("{}/check", referrals[1]))
        .await;
    for words in [
        "Together, these referrals could identify somebody",
        "their name stands here.",
        "they share this last name.",
        "a relative is spoken of.",
    ] {
        assert!(check.body.contains(words), "{words}");
    }
    let own = scene
        .page(&scene.amber, &format!("{}/check", referrals[0]))
        .await;
    assert!(
        !own.body.contains("could identify somebody"),
        "a notification names nobody"
    );
    for page in ["check", "prepare"] {
        let own = scene
            .page(&scene.amber, &format!("{}/{page}", referrals[0]))
            .await;
        for words in ["Linked referrals", "their name stands here."] {
            assert!(own.body.contains(words), "{page}: {words}");
        }
    }
    let shown = scene.page(&scene.amber, &family).await;
    assert!(shown.body.contains("their name stands here."));

    let store = &scene.app.store;
    let mother = PublicId(referrals[0].rsplit('/').next().unwrap().to_owned());
    let own = [
        ("birthplace", form::Answer::text("a village by the sea")),
        ("dtn-include", form::Answer::many(["birthplace"])),
    ];
    finished(store, &scene.amber.viewer, &mother, &own).await;
    let content = ready(&opened(store, &scene.amber.viewer, &mother).await).unwrap();
    let mark = mark(store, &content);
    record_preparation(store, &scene.amber.viewer, &mother, &mark)
        .await
        .unwrap();
    let review = scene
        .page(&scene.beech, &format!("{}/review", referrals[0]))
        .await;
    for words in [
        "Linked referrals",
        "their name stands here.",
        "Nothing of the link leaves",
    ] {
        assert!(review.body.contains(words), "{words}");
    }
    let data = scene
        .beech
        .get(&scene.app, &format!("{}/data.json", referrals[0]))
        .await;
    for word in [
        family.rsplit('/').next().unwrap(),
        "Velveteeny",
        "Boy in the red coat",
        "family\":\"L",
    ] {
        assert!(!data.body.contains(word), "{word} leaves");
    }
}

#[tokio::test]
async fn who_may_not_see_it_finds_nothing_and_who_may_only_read_writes_nothing() {
    let scene = scene().await;
    let family = scene.family().await;
    let pages = [
        family.clone(),
        format!("{family}/shared"),
        format!("{family}/shared/{TREATED}"),
        format!("{family}/offers"),
        scene.start(),
    ];
    for address in &pages {
        let hidden = scene.jade.get(&scene.app, address).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{address}");
        let nothing = scene
            .jade
            .get(&scene.app, "/families/22222222222222222222")
            .await;
        assert_eq!(hidden.title(), nothing.title());
    }
    let page = scene.page(&scene.onyx, &family).await;
    assert!(!page.body.contains("Write what they share"));
    scene.page(&scene.onyx, &pages[1]).await;
    let step = scene.onyx.get(&scene.app, &pages[2]).await;
    assert_eq!(step.to(), pages[1], "who may not write reads");
    let offers = scene.onyx.get(&scene.app, &pages[3]).await;
    assert_eq!(offers.status, StatusCode::FORBIDDEN);
    let posted = scene
        .onyx
        .post(&scene.app, &pages[2], &[("living-conditions", "x")])
        .await;
    assert_eq!(posted.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn lists_are_searched_and_rows_added_on_a_shared_page() {
    let scene = scene().await;
    let family = scene.family().await;
    scene
        .share(
            &family,
            "where-exploitation-happened",
            "where-exploitation-happened",
            "uk",
        )
        .await;
    let address = format!("{family}/shared/where-exploitation-happened-uk");
    let key = "where-exploitation-happened-uk-city";
    let mut fields = scene.page(&scene.amber, &address).await.form(&address);
    set(&mut fields, key, "Leic");
    set(&mut fields, "go", &format!("find:{key}:1"));
    let found = scene.amber.send(&scene.app, &address, &fields).await;
    assert!(found.body.contains("Leicester"), "{}", found.body);
    let mut fields = found.form(&address);
    set(&mut fields, &format!("{key}--pick-1"), "Leicester");
    set(&mut fields, "go", "continue");
    let saved = scene.amber.send(&scene.app, &address, &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let referrals = scene.referrals(&family).await;
    let check = scene
        .page(&scene.amber, &format!("{}/check", referrals[2]))
        .await;
    assert!(check.body.contains("Leicester"));
}
