//! What leaves, through the pages: prepared, read a second time, printed, handed over, sent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use common::browser::{Browser, set};
use common::draft::{FIRST, LAST, a_person, begun, consent, finished};
use common::{Answer, app_at, ask};
use heyrick_domain::age::AgeStatus;
use heyrick_domain::consent::{ConsentItem, ConsentValue};
use heyrick_domain::form::Answer as Told;
use heyrick_domain::id::PublicId;
use heyrick_domain::review::{Kind as MarkKind, PROPOSED, instead};
use heyrick_domain::user::Role;
use heyrick_store::consent::record_consents;
use heyrick_store::journal::Actor;
use heyrick_store::{Clock, agency};
use heyrick_web::{App, SecondFactor, Settings};
use heyrick_words::{Locale, Words};
use jiff::Timestamp;

struct Scene {
    app: App,
    amber: Browser,
    teal: Browser,
    person: PublicId,
    id: PublicId,
    _fresh: heyrick_testkit::Fresh,
}

/// A constable, a sergeant, and a referral on Monday 5 October 2026 whose pages are all finished.
async fn scene(age: AgeStatus, entry: Option<ConsentValue>, own: &[(&str, Told)]) -> Scene {
    let noon: Timestamp = "2026-10-05T11:00:00Z".parse().unwrap();
    let (mut app, fresh) = app_at(Clock::fixed(noon)).await;
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
    let amber = Browser::of(&app, "dc.amber", Role::Constable, &team).await;
    let teal = Browser::of(&app, "ds.teal", Role::Sergeant, &team).await;
    let person = a_person(store, &amber.viewer, age, entry).await;
    let id = begun(store, &amber.viewer, &person).await;
    finished(store, &amber.viewer, &id, own).await;
    Scene {
        app,
        amber,
        teal,
        person,
        id,
        _fresh: fresh,
    }
}

impl Scene {
    fn at(&self, page: &str) -> String {
        format!("/referrals/{}/{page}", self.id)
    }

    async fn page(&self, who: &Browser, page: &str) -> Answer {
        let answer = who.get(&self.app, &self.at(page)).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}: {}", answer.body);
        assert!(!answer.title().contains(FIRST), "{}", answer.title());
        assert!(!answer.body.contains('⟦'), "{page}: a word is missing");
        answer
    }

    /// Sends the form of a page as it stands, with these fields set, and follows where it leads.
    async fn sends(
        &self,
        who: &Browser,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let shown = self.page(who, page).await;
        let action = self.at(action);
        let mut form = shown.form(&action);
        for (name, value) in fields {
            set(&mut form, name, value);
        }
        let answer = who.send(&self.app, &action, &form).await;
        match answer.status {
            StatusCode::SEE_OTHER => who.get(&self.app, answer.to()).await,
            _ => answer,
        }
    }

    async fn prepared(&self) {
        let done = self.sends(&self.amber, "prepare", "prepare", &[]).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    }

    async fn bytes(&self, page: &str) -> (StatusCode, String, Vec<u8>) {
        let request = Request::get(self.at(page)).header("cookie", &self.amber.cookie);
        let request = request.body(Body::empty()).unwrap();
        let router = heyrick_web::router(self.app.clone());
        let answer = tower::ServiceExt::oneshot(router, request).await.unwrap();
        let named = answer.headers().get("content-disposition");
        let named = named.map_or(String::new(), |name| name.to_str().unwrap().to_owned());
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX)
            .await
            .unwrap();
        (status, named, body.to_vec())
    }

    /// The words on the paper, on one line.
    async fn paper(&self) -> (String, String) {
        let (status, named, pdf) = self.bytes("paper.pdf").await;
        assert_eq!(status, StatusCode::OK);
        assert!(pdf.starts_with(b"%PDF-"));
        let text = pdf_extract::extract_text_from_mem(&pdf).unwrap();
        (named, text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    async fn data(&self) -> (String, String) {
        let (status, named, json) = self.bytes("data.json").await;
        assert_eq!(status, StatusCode::OK);
        (named, String::from_utf8(json).unwrap())
    }
}

const SUSPECT: &str = "Grimjackk";
const OTHER: &str = "Velveteeny";

fn told() -> Vec<(&'static str, Told)> {
    let told = format!("{FIRST} was kept by {SUSPECT} with {OTHER} in a flat");
    vec![
        ("family", Told::text(told.clone())),
        ("who-exploited-pv", Told::text(told.clone())),
        ("any-other-pvs", Told::text("yes")),
        ("other-potential-victims-yes-details", Told::text(told)),
        ("s1-believed-slavery", Told::text("yes")),
    ]
}

#[tokio::test]
async fn sc_01_a_refusing_adults_paper_and_data_hold_schedule_1_and_nobodys_name() {
    let scene = scene(AgeStatus::Adult, Some(ConsentValue::Refused), &told()).await;
    let page = scene.page(&scene.amber, "prepare").await;
    assert!(page.body.contains("Duty to Notify") && page.body.contains("does not consent"));
    assert!(
        page.body.contains("Confirm and prepare"),
        "the author alone"
    );
    scene.prepared().await;
    let handed = scene.page(&scene.amber, "hand-over").await.body;
    let (paper_name, paper) = scene.paper().await;
    let (data_name, data) = scene.data().await;
    for (name, ending) in [(paper_name, "-dtn.pdf\""), (data_name, "-dtn.json\"")] {
        assert!(name.starts_with("attachment; filename=\"R-"), "{name}");
        assert!(name.ends_with(ending), "{name}");
    }
    for text in [&handed, &paper, &data] {
        for stays in [FIRST, LAST, SUSPECT, OTHER] {
            assert!(!text.contains(stays), "{stays}");
        }
        assert!(text.contains("Withheld: adult does not consent"), "{text}");
        assert!(text.contains("Romanian"));
    }
    for leaves in [
        "\"pv-gender\": \"female\"",
        "\"pv-nationality\": \"Romanian\"",
        "\"user-organisation\":",
        "\"s1-police-area\":",
        "\"s1-child-at-first-exploitation\":",
        "\"s1-believed-slavery\": \"yes\"",
        "\"s1-slavery-sexual\":",
        "\"s1-believed-trafficking\":",
        "\"nrm_entry\": \"refused\"",
        "\"route\": \"dtn\"",
    ] {
        assert!(data.contains(leaves), "{leaves} in {data}");
    }
    assert!(
        paper.contains("Printed by dc.amber on 5 October 2026 at 12:00"),
        "{paper}"
    );
    assert!(paper.contains("OFFICIAL-SENSITIVE"));
}

const SC_10: &str =
    "from the fishing village X, her twin works at the Y nail bar on High Street, exploiter Mr EX4";

fn own_words() -> Vec<(&'static str, Told)> {
    vec![
        ("family", Told::text(SC_10)),
        ("dtn-include", Told::many(["family"])),
    ]
}

#[tokio::test]
async fn sc_10_a_second_reader_settles_each_place_and_releases() {
    let scene = scene(AgeStatus::Adult, Some(ConsentValue::Refused), &own_words()).await;
    let page = scene.page(&scene.amber, "prepare").await;
    assert!(page.body.contains("Ask for a second reader"));
    scene.prepared().await;
    // The author reads it and can settle or release nothing.
    let own = scene.page(&scene.amber, "review").await;
    assert!(
        own.body.contains("so somebody else releases it") && own.body.contains("fishing village X")
    );
    assert!(!own.body.contains("review/release"));
    let (name, paper) = scene.paper().await;
    assert!(
        name.ends_with("-dtn-draft.pdf\"") && !paper.contains("fishing"),
        "{name} {paper}"
    );

    let page = scene.page(&scene.teal, "review").await;
    for marked in [
        "<mark id=\"mark-1\">fishing village X<sup>",
        "<mark id=\"mark-2\">twin works at the Y nail bar on High Street<sup>",
        "<mark id=\"mark-3\">exploiter Mr EX4<sup>",
        "3 are to settle",
    ] {
        assert!(page.body.contains(marked), "{marked} in {}", page.body);
    }
    let mut review = page.form(&scene.at("review/release"));
    let early = scene
        .teal
        .send(&scene.app, &scene.at("review/release"), &review)
        .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.body.contains("Settle the 3 places that are open"));
    set(&mut review, "csrf", &scene.amber.csrf);
    let own = scene
        .amber
        .send(&scene.app, &scene.at("review/release"), &review)
        .await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);

    let place = |number: u8| format!("review/places/{number}");
    let kept = [("how", "kept"), ("why", "everybody knows")];
    let refused = scene.sends(&scene.teal, "review", &place(3), &kept).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("This must not leave without consent"));
    let empty = [("how", "generalised"), ("words", "")];
    let empty = scene.sends(&scene.teal, "review", &place(1), &empty).await;
    assert!(
        empty.body.contains("Write the words that leave instead")
            && empty.body.contains("href=\"#words-1\"")
    );
    for (number, fields) in [
        (
            1,
            vec![("how", "generalised"), ("words", "coastal village")],
        ),
        (
            2,
            vec![
                ("how", "generalised"),
                ("words", "relative in a service trade"),
            ],
        ),
        (3, vec![("how", "removed")]),
    ] {
        let done = scene
            .sends(&scene.teal, "review", &place(number), &fields)
            .await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    }
    let page = scene.page(&scene.teal, "review").await;
    assert!(page.body.contains("All are settled"));
    assert!(
        page.body
            .contains("from the coastal village, her relative in a service trade, [taken out]")
    );
    let done = scene
        .sends(&scene.teal, "review", "review/release", &[])
        .await;
    assert!(done.body.contains("released by ds.teal"), "{}", done.body);
    assert!(done.body.contains("EX4"), "what was written is kept");

    let (_, paper) = scene.paper().await;
    assert!(
        paper.contains("released by ds.teal") && paper.contains("coastal village"),
        "{paper}"
    );
    let (_, data) = scene.data().await;
    assert!(data.contains("\"confirmed\": \"second_reader\"") && data.contains("ds.teal"));
    let handed = scene.page(&scene.amber, "hand-over").await.body;
    for text in [&paper, &data, &handed] {
        assert!(!text.contains("EX4") && !text.contains("nail bar"));
    }
}

#[test]
fn every_proposal_of_ours_is_known_as_one_and_not_marked_again() {
    let words = Words::shipped().unwrap();
    for kind in MarkKind::ALL {
        for written in ["", "fishing village"] {
            let Some(key) = instead(kind, false, written) else {
                continue;
            };
            let proposed = words.text(Locale::En, key, &[]).to_lowercase();
            assert!(PROPOSED.contains(&proposed.as_str()), "{key}: {proposed}");
        }
    }
}

#[tokio::test]
async fn words_of_the_reader_come_back_marked_until_they_are_settled() {
    let own = vec![
        ("family", Told::text("she has a tattoo")),
        ("dtn-include", Told::many(["family"])),
    ];
    let scene = scene(AgeStatus::Adult, Some(ConsentValue::Refused), &own).await;
    scene.prepared().await;
    let said = "a mark like that of Doina";
    let mine = [("how", "generalised"), ("words", said)];
    let place = "review/places/1";
    let back = scene.sends(&scene.teal, "review", place, &mine).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    for shown in [
        "<mark>Doina</mark> A name",
        &format!("value=\"{said}\""),
        "name=\"words_why\"",
        "These words are marked too",
        "One is to settle",
    ] {
        assert!(back.body.contains(shown), "{shown}: {}", back.body);
    }
    let mut form = back.form(&scene.at(place));
    set(&mut form, "how", "generalised");
    set(&mut form, "words", said);
    set(&mut form, "words_why", "a saint of that name");
    let done = scene.teal.send(&scene.app, &scene.at(place), &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = scene.page(&scene.teal, "review").await;
    assert!(page.body.contains("a saint of that name"), "{}", page.body);
    let done = scene
        .sends(&scene.teal, "review", "review/release", &[])
        .await;
    assert!(done.body.contains("released by ds.teal"), "{}", done.body);
}

#[tokio::test]
async fn what_stands_only_in_the_copy_of_a_notification_is_shown_names_first() {
    let scene = scene(AgeStatus::Adult, Some(ConsentValue::Refused), &told()).await;
    scene.prepared().await;
    let copy = format!("Gender Female\n\nSeen in Hinckley\n\nLast name\n{LAST}, kept by {SUSPECT}");
    let taken = scene.upload(&scene.amber.csrf, copy.as_bytes()).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    let to = taken.to().to_owned();
    let page = scene.amber.get(&scene.app, &to).await.body;
    for shown in [
        "Only in the copy",
        "about somebody who is not named",
        "Known: Somebody suspected",
        "Known: The person’s own name",
        "Seen in Hinckley",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("Nothing differs."));
    let (name, town) = (page.find(SUSPECT).unwrap(), page.find("Hinckley").unwrap());
    assert!(name < town, "what is known comes first");
    let welsh = scene.amber.get(&scene.app, &format!("{to}?lang=cy")).await;
    assert!(welsh.body.contains("Yn y copi yn unig"), "{}", welsh.body);
}

#[tokio::test]
async fn two_readers_see_each_others_settlement_and_lose_no_word() {
    let scene = scene(AgeStatus::Adult, Some(ConsentValue::Refused), &own_words()).await;
    scene.prepared().await;
    let page = scene.page(&scene.teal, "review").await;
    let action = scene.at("review/places/1");
    let mut late = page.form(&action);
    let mine = [("how", "generalised"), ("words", "coastal village")];
    scene
        .sends(&scene.teal, "review", "review/places/1", &mine)
        .await;
    set(&mut late, "how", "generalised");
    set(&mut late, "words", "a port");
    let back = scene.teal.send(&scene.app, &action, &late).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("A colleague settled this place"));
    assert!(back.body.contains("“coastal village”") && back.body.contains("value=\"a port\""));
}

#[tokio::test]
async fn a_review_is_sent_back_and_the_author_reads_why() {
    let scene = scene(AgeStatus::Adult, Some(ConsentValue::Refused), &own_words()).await;
    scene.prepared().await;
    let silent = scene
        .sends(&scene.teal, "review", "review/send-back", &[])
        .await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.body.contains("Say what has to change"));
    let note = [("note", "Leave the family out.")];
    let back = scene
        .sends(&scene.teal, "review", "review/send-back", &note)
        .await;
    assert!(back.body.contains("Sent back by ds.teal"), "{}", back.body);
    let work = scene.amber.get(&scene.app, "/").await;
    let line = work.body.split("Look at what the second reader sent back");
    let before = line.clone().next().unwrap();
    assert!(line.count() > 1, "the author is told on their first page");
    assert!(
        before
            .rsplit("href=\"")
            .next()
            .unwrap()
            .contains("/review\"")
    );
    let page = scene.page(&scene.amber, "prepare").await;
    assert!(
        page.body.contains("Leave the family out.") && page.body.contains("ds.teal sent this back")
    );
    scene.prepared().await;
    let taken = scene
        .sends(&scene.amber, "review", "review/take-back", &[])
        .await;
    assert_eq!(taken.status, StatusCode::OK);
    assert_eq!(
        scene
            .page(&scene.amber, "prepare")
            .await
            .body
            .matches("Ask for a second reader")
            .count(),
        1
    );
}

#[tokio::test]
async fn a_consenting_adult_is_handed_over_box_by_box_and_taken_back() {
    let scene = scene(AgeStatus::Adult, Some(ConsentValue::Given), &[]).await;
    let page = scene.page(&scene.amber, "prepare").await;
    assert!(page.body.contains("National Referral Mechanism") && page.body.contains(FIRST));
    let changed = [("seen", "another draft")];
    let late = scene
        .sends(&scene.amber, "prepare", "prepare", &changed)
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("It changed while you were reading"));
    scene.prepared().await;
    let page = scene.page(&scene.amber, "hand-over").await;
    assert!(page.body.contains("This is prepared, not sent") && page.body.contains("0 of "));
    let place = |needle: &str| page.body.find(needle).unwrap_or_else(|| panic!("{needle}"));
    assert!(place("section-first-responder") < place("section-exploitation"));
    assert!(
        place("section-exploitation") < place("section-person"),
        "their order"
    );

    let ticks = scene.at("hand-over/ticks");
    let mut form = page.form(&ticks);
    set(&mut form, "tick", "user-email");
    let done = scene.amber.send(&scene.app, &ticks, &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(
        done.to().ends_with("/hand-over#section-first-responder"),
        "{}",
        done.to()
    );
    let page = scene.page(&scene.amber, "hand-over").await;
    assert!(page.body.contains(">1 of ") && page.body.contains("value=\"user-email\" checked"));
    // A colleague's tick stays when this form, opened before, is sent again.
    set(&mut form, "tick", "reference");
    let request = Request::post(&ticks)
        .header("cookie", &scene.teal.cookie)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json");
    set(&mut form, "csrf", &scene.teal.csrf);
    let body = Body::from(serde_html_form::to_string(&form).unwrap());
    let saved = ask(&scene.app, request.body(body).unwrap()).await;
    assert_eq!(saved.status, StatusCode::OK);
    let saved: serde_json::Value = serde_json::from_str(&saved.body).unwrap();
    assert_eq!(saved["entered"], 2);

    let page = scene.page(&scene.amber, "hand-over/reopen").await;
    assert!(page.body.contains("Do not submit that form"));
    let back = scene
        .sends(&scene.amber, "hand-over/reopen", "hand-over/reopen", &[])
        .await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.body);
    let gone = scene.amber.get(&scene.app, &scene.at("hand-over")).await;
    assert_eq!(gone.to(), scene.at("prepare"));
}

#[tokio::test]
async fn a_consent_taken_back_stops_the_hand_over() {
    let scene = scene(AgeStatus::Adult, Some(ConsentValue::Given), &[]).await;
    scene.prepared().await;
    let (store, viewer) = (&scene.app.store, &scene.amber.viewer);
    let now = Timestamp::from_microsecond(store.now()).unwrap();
    store.clock.set(now + jiff::SignedDuration::from_mins(5));
    let withdrawn = [consent(
        store,
        ConsentItem::NrmEntry,
        ConsentValue::Withdrawn,
    )];
    record_consents(store, viewer, &scene.person, &withdrawn)
        .await
        .unwrap();
    let page = scene.page(&scene.amber, "hand-over").await;
    assert!(page.body.contains("Do not hand this over"));
    assert!(!page.body.contains(FIRST) && !page.body.contains("paper.pdf"));
    for leaves in ["paper.pdf", "data.json"] {
        let refused = scene.amber.get(&scene.app, &scene.at(leaves)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Do not hand this over"));
    }
}

#[tokio::test]
async fn what_is_missing_is_named_with_a_way_there() {
    let scene = scene(AgeStatus::Adult, Some(ConsentValue::Given), &[]).await;
    let (store, viewer) = (&scene.app.store, &scene.amber.viewer);
    let person = a_person(store, viewer, AgeStatus::Adult, None).await;
    let id = begun(store, viewer, &person).await;
    let page = scene
        .amber
        .get(&scene.app, &format!("/referrals/{id}/prepare"))
        .await;
    assert!(
        page.body.contains("Silence is not refusal"),
        "{}",
        page.body
    );
    assert!(
        page.body
            .contains(&format!("/people/{person}/consent?referral={id}"))
    );
    let nothing = scene
        .amber
        .get(&scene.app, &format!("/referrals/{id}/paper.pdf"))
        .await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let given = [
        consent(store, ConsentItem::NrmEntry, ConsentValue::Given),
        consent(store, ConsentItem::MsvccSupport, ConsentValue::No),
    ];
    record_consents(store, viewer, &person, &given)
        .await
        .unwrap();
    let page = scene
        .amber
        .get(&scene.app, &format!("/referrals/{id}/prepare"))
        .await;
    assert!(
        page.body
            .contains(&format!("/referrals/{id}/steps/what-is-their-background"))
    );
    assert!(!page.body.contains("Confirm and prepare"));
}

#[tokio::test]
async fn sc_02_a_possible_child_is_referred_and_the_authority_must_be_contacted_first() {
    let scene = scene(AgeStatus::NotSure, None, &[]).await;
    let page = scene.page(&scene.amber, "prepare").await;
    assert!(
        page.body.contains("National Referral Mechanism") && page.body.contains("may be under 18")
    );
    assert!(page.body.contains("Contact the local authority"));
    assert!(!page.body.contains("Duty to Notify"));
}

impl Scene {
    async fn upload(&self, csrf: &str, file: &[u8]) -> Answer {
        self.amber
            .upload(&self.app, &self.at("sending"), csrf, ("file", file))
            .await
    }
}

#[tokio::test]
async fn the_home_offices_copy_is_compared_then_recorded_and_only_then_sent() {
    let scene = scene(AgeStatus::Adult, Some(ConsentValue::Given), &[]).await;
    scene.prepared().await;
    let page = scene.page(&scene.amber, "sending").await;
    assert!(page.body.contains("only that makes this referral sent"));
    let csrf = scene.amber.csrf.clone();
    let forged = scene.upload("wrong", b"Report reference 1").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    for (file, says) in [
        (&b""[..], "Choose a file that is not empty"),
        (b"\x00\xff\xfe", "The file must be a PDF"),
        (
            &vec![b'a'; 10 * 1024 * 1024 + 1],
            "The file must be 10 MB or smaller",
        ),
        (
            &vec![b'a'; 12 * 1024 * 1024],
            "The file must be 10 MB or smaller",
        ),
    ] {
        let refused = scene.upload(&csrf, file).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        assert!(refused.body.contains(says), "{says}");
    }
    let copy = format!(
        "Report reference 77\n\nFirst name\n{FIRST}\nFamily\n<script>alert(1)</script> said nothing of it"
    );
    let token = page.form(&scene.at("sending"));
    let token = token.iter().find(|(name, _)| name == "csrf").unwrap();
    let taken = scene.upload(&token.1, copy.as_bytes()).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    let to = taken.to().to_owned();
    let again = scene.upload(&token.1, copy.as_bytes()).await;
    assert_eq!(again.to(), to, "sent twice, kept once");
    let page = scene.amber.get(&scene.app, &to).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("What was prepared") && page.body.contains(LAST));
    assert!(!page.body.contains("<script>alert"));
    let mut form = page.form(&to);
    set(&mut form, "sent_year", "2027");
    let future = scene.amber.send(&scene.app, &to, &form).await;
    assert!(
        future.body.contains("cannot lie in the future"),
        "{}",
        future.body
    );
    set(&mut form, "sent_year", "2026");
    set(&mut form, "reference", "MSHT-77");
    let done = scene.amber.send(&scene.app, &to, &form).await;
    assert_eq!(done.to(), scene.at("sending"));
    let page = scene.page(&scene.amber, "sending").await;
    assert!(page.body.contains("This referral is sent") && page.body.contains("MSHT-77"));
    let (status, named, file) = scene.bytes("sending/1/file").await;
    assert_eq!((status, file.as_slice()), (StatusCode::OK, copy.as_bytes()));
    assert!(named.ends_with("-home-office-1.txt\""), "{named}");
    let answer = scene
        .amber
        .get(&scene.app, &scene.at("sending/1/file"))
        .await;
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("sandbox"), "{policy}");
    let handed = scene.page(&scene.amber, "hand-over").await;
    assert!(handed.body.contains("this is sent") && !handed.body.contains("hand-over/reopen"));
}

#[tokio::test]
async fn every_page_speaks_welsh() {
    let scene = scene(AgeStatus::Adult, Some(ConsentValue::Refused), &own_words()).await;
    let welsh = |page: &str| format!("{page}?lang=cy");
    for page in ["prepare"] {
        assert!(
            scene
                .page(&scene.amber, &welsh(page))
                .await
                .body
                .contains("<html lang=\"cy\"")
        );
    }
    scene.prepared().await;
    let review = scene.page(&scene.teal, &welsh("review")).await;
    assert!(review.body.contains("Ail ddarlleniad"));
    // What leaves goes into an English form.
    assert!(
        review.body.contains("value=\"village by the sea\""),
        "{}",
        review.body
    );
    for (number, how) in [(1, "removed"), (2, "removed"), (3, "removed")] {
        let place = format!("review/places/{number}");
        scene
            .sends(&scene.teal, "review", &place, &[("how", how)])
            .await;
    }
    scene
        .sends(&scene.teal, "review", "review/release", &[])
        .await;
    for page in [
        "hand-over",
        "hand-over/reopen",
        "sending",
        "review",
        "prepare",
    ] {
        assert!(
            scene
                .page(&scene.amber, &welsh(page))
                .await
                .body
                .contains("<html lang=\"cy\""),
            "{page}"
        );
    }
}
