//! Evidence through the pages: attached by a plain form and in parts, described, given out, taken away, and in
//! what leaves.
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
use common::draft::{FIRST, a_person, begun};
use common::{Answer, app_on, ask};
use heyrick_domain::age::AgeStatus;
use heyrick_domain::consent::ConsentValue;
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Role;
use heyrick_store::blob::Files;
use heyrick_store::journal::Actor;
use heyrick_store::{Clock, Sql, agency, args};
use heyrick_testkit::{Fresh, sample};
use heyrick_web::{App, SecondFactor, Settings};
use jiff::Timestamp;
use serde_json::Value;

struct Scene {
    app: App,
    amber: Browser,
    onyx: Browser,
    id: PublicId,
    fresh: Fresh,
}

async fn scene_on(fresh: Fresh, entry: ConsentValue) -> Scene {
    let noon: Timestamp = "2026-10-05T11:00:00Z".parse().unwrap();
    let mut app = app_on(&fresh, Clock::fixed(noon)).await;
    app.settings = Settings {
        second_factor: SecondFactor::Optional,
        ..Settings::default()
    }
    .into();
    let files = Files::folder(&fresh.folder.path().join("files")).unwrap();
    app.store = app.store.with_files(&files);
    let store = &app.store;
    let force = agency::record_agency(store, Actor::COMMAND_LINE, "Testshire", "police");
    let force = force.await.unwrap();
    let team = agency::record_team(store, Actor::COMMAND_LINE, force.id, "North");
    let team = team.await.unwrap();
    let amber = Browser::of(&app, "dc.amber", Role::Constable, &team).await;
    let onyx = Browser::of(&app, "analyst.onyx", Role::Analyst, &team).await;
    let person = a_person(store, &amber.viewer, AgeStatus::Adult, Some(entry)).await;
    let id = begun(store, &amber.viewer, &person).await;
    Scene {
        app,
        amber,
        onyx,
        id,
        fresh,
    }
}

async fn scene() -> Scene {
    scene_on(heyrick_testkit::sqlite().unwrap(), ConsentValue::Given).await
}

async fn scenes() -> Vec<Scene> {
    let mut all = Vec::new();
    for fresh in heyrick_testkit::engines().unwrap() {
        all.push(scene_on(fresh, ConsentValue::Given).await);
    }
    all
}

impl Scene {
    fn at(&self, page: &str) -> String {
        format!("/referrals/{}/evidence{page}", self.id)
    }

    async fn page(&self, page: &str) -> Answer {
        let answer = self.amber.get(&self.app, &self.at(page)).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}: {}", answer.body);
        assert!(!answer.title().contains(FIRST), "{}", answer.title());
        assert!(!answer.body.contains('⟦'), "{page}: a word is missing");
        answer
    }

    /// Sends files by the plain form, as a browser without scripts does.
    async fn send(&self, csrf: &str, files: &[(&str, &[u8])]) -> Answer {
        let mut body =
            format!("--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n")
                .into_bytes();
        for (name, file) in files {
            let head = format!(
                "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: image/jpeg\r\n\r\n"
            );
            body.extend(head.into_bytes());
            body.extend(*file);
            body.extend(b"\r\n");
        }
        body.extend(b"--x--\r\n");
        let request = Request::post(self.at("/files"))
            .header("cookie", &self.amber.cookie)
            .header("content-type", "multipart/form-data; boundary=x");
        ask(&self.app, request.body(Body::from(body)).unwrap()).await
    }

    /// Fills the form of a page and follows where it leads.
    async fn fills(&self, page: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.page(page).await;
        let action = self.at(page);
        let mut form = shown.form(&action);
        for (name, value) in fields {
            set(&mut form, name, value);
        }
        let answer = self.amber.send(&self.app, &action, &form).await;
        match answer.status {
            StatusCode::SEE_OTHER => self.amber.get(&self.app, answer.to()).await,
            _ => answer,
        }
    }

    /// One file, attached and described; its page.
    async fn attached(&self, name: &str, file: &[u8], what: &str) -> String {
        let sent = self.send(&self.amber.csrf, &[(name, file)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let page = sent.to().strip_prefix(&self.at("")).unwrap().to_owned();
        let kept = self
            .fills(
                &page,
                &[("what", what), ("dated_year", "2026"), ("dated_month", "8")],
            )
            .await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
        self.link_of(what).await
    }

    /// The page of the evidence that is described so.
    async fn link_of(&self, what: &str) -> String {
        let list = self.page("").await.body;
        let before = list
            .split(&format!("<bdi>{what}</bdi></a>"))
            .next()
            .unwrap();
        let href = before.rsplit("href=\"").next().unwrap();
        let address = href.split('"').next().unwrap();
        address.strip_prefix(&self.at("")).unwrap().to_owned()
    }

    async fn raw(&self, who: &Browser, page: &str) -> (StatusCode, axum::http::HeaderMap, Vec<u8>) {
        let request = Request::get(page).header("cookie", &who.cookie);
        let request = request.body(Body::empty()).unwrap();
        let router = heyrick_web::router(self.app.clone());
        let answer = tower::ServiceExt::oneshot(router, request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (parts.status, parts.headers, body.to_vec())
    }

    async fn begin(&self, name: &str, size: usize, mark: &str) -> (StatusCode, Value) {
        let fields = [("name", name), ("size", &size.to_string()), ("mark", mark)];
        let begun = self
            .amber
            .post(&self.app, &self.at("/uploads"), &fields)
            .await;
        (begun.status, serde_json::from_str(&begun.body).unwrap())
    }

    async fn piece(&self, address: &str, at: usize, token: &str, bytes: &[u8]) -> Answer {
        let request = Request::patch(address)
            .header("cookie", &self.amber.cookie)
            .header("x-csrf-token", token)
            .header("upload-offset", at.to_string());
        ask(&self.app, request.body(Body::from(bytes.to_vec())).unwrap()).await
    }

    fn kept(&self) -> usize {
        fn count(folder: &std::path::Path) -> usize {
            let each = std::fs::read_dir(folder)
                .unwrap()
                .map(|one| one.unwrap().path());
            each.map(|path| if path.is_dir() { count(&path) } else { 1 })
                .sum()
        }
        count(&self.fresh.folder.path().join("files"))
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn files_are_sent_described_and_given_out_as_attachments_nothing_runs_in() {
    for scene in scenes().await {
        let photograph = sample::photograph();
        let page = scene
            .attached("PV1 at home.jpg", &photograph, "the room")
            .await;
        let list = scene.page("").await.body;
        assert!(
            list.contains("August 2026") && list.contains("PV1 at home.jpg"),
            "{list}"
        );
        let (status, head, shared) = scene
            .raw(&scene.amber, &scene.at(&format!("{page}/file")))
            .await;
        assert_eq!(status, StatusCode::OK);
        assert!(!holds(&shared, b"GPS"));
        let head = |name: &str| head.get(name).unwrap().to_str().unwrap();
        assert!(head("content-security-policy").starts_with("sandbox"));
        assert_eq!(head("x-content-type-options"), "nosniff");
        assert_eq!(head("content-type"), "image/jpeg");
        assert_eq!(head("cache-control"), "no-store");
        let named = head("content-disposition");
        assert!(named.starts_with("attachment; filename=\"R-") && named.ends_with("-1.jpg\""));
        assert!(!named.contains("PV1"), "{named}");
        let (_, _, original) = scene
            .raw(&scene.amber, &scene.at(&format!("{page}/original")))
            .await;
        assert_eq!(original, photograph);
        let (_, _, read) = scene
            .raw(&scene.onyx, &scene.at(&format!("{page}/file")))
            .await;
        assert_eq!(read, shared, "whoever sees the referral");
    }
}

#[tokio::test]
async fn what_is_not_taken_is_said_by_name_and_nothing_of_it_stays() {
    let scene = scene().await;
    let photograph = sample::photograph();
    let sent = scene
        .send(
            &scene.amber.csrf,
            &[
                ("../../evil<b>.jpg", b"MZ a program".as_slice()),
                ("cut.jpg", &photograph[..200]),
                ("whole.jpg", &photograph),
            ],
        )
        .await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let body = &sent.body;
    assert!(
        body.contains("evil&lt;b&gt;.jpg: the file is not a JPG, PNG, PDF, DOC or DOCX"),
        "{body}"
    );
    assert!(
        body.contains("cut.jpg: the file is damaged or not complete"),
        "{body}"
    );
    assert!(!body.contains("etc/") && !body.contains("../"), "{body}");
    // The one that is whole waits to be described.
    assert!(body.contains("whole.jpg") && scene.kept() == 1);
    let nothing = scene.send(&scene.amber.csrf, &[("", b"")]).await;
    assert!(nothing.body.contains("Choose a file"), "{}", nothing.body);
    let same = scene
        .send(&scene.amber.csrf, &[("again.jpg", &photograph)])
        .await;
    assert!(
        same.body.contains("the same file is attached already"),
        "{}",
        same.body
    );
    assert_eq!(scene.kept(), 1);
}

#[tokio::test]
async fn one_byte_too_many_is_refused_by_the_plain_form() {
    let scene = scene().await;
    let most = usize::try_from(heyrick_domain::evidence::FILE_BYTES_MAX).unwrap();
    let large = sample::pdf_of(most + 1, 1);
    let sent = scene
        .send(
            &scene.amber.csrf,
            &[("large.pdf", &large), ("small.pdf", &sample::pdf())],
        )
        .await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        sent.body
            .contains("large.pdf: the file is larger than 25 MB"),
        "{}",
        sent.body
    );
    assert!(sent.body.contains("small.pdf"), "the next one is taken");
    assert_eq!(scene.kept(), 1);
}

#[tokio::test]
async fn a_form_that_is_not_ours_keeps_nothing() {
    let scene = scene().await;
    for token in ["", "another", &scene.onyx.csrf] {
        let sent = scene.send(token, &[("a.pdf", &sample::pdf())]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{token}");
    }
    let (_, begun) = scene.begin("a.pdf", 100, "").await;
    let address = begun["address"].as_str().unwrap();
    for token in ["", "another", &scene.onyx.csrf] {
        let sent = scene.piece(address, 0, token, b"%PDF-").await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{token}");
    }
    assert_eq!(scene.kept(), 0);
    // Nobody but its sender finds an upload, and who only reads begins none.
    let uploads = scene.at("/uploads");
    let fields = [("name", "a"), ("size", "5")];
    let onyx = scene.onyx.post(&scene.app, &uploads, &fields).await;
    assert_eq!(onyx.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_file_in_parts_goes_on_where_it_stopped() {
    for scene in scenes().await {
        let file = sample::pdf_of(700_000, 3);
        let (status, begun) = scene.begin("long.pdf", file.len(), "1759658400000").await;
        assert_eq!((status, &begun["received"]), (StatusCode::OK, &0.into()));
        let address = begun["address"].as_str().unwrap().to_owned();
        let token = scene.amber.csrf.clone();
        let first = scene.piece(&address, 0, &token, &file[..524_288]).await;
        assert!(first.body.contains("\"received\":524288"), "{}", first.body);
        let again = scene.piece(&address, 0, &token, &file[..524_288]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(
            again.body.contains("\"received\":524288"),
            "where to go on: {}",
            again.body
        );
        // Another day: the page tells the script where it stands.
        let list = scene.page("").await.body;
        for told in [
            "data-received=\"524288\"",
            "data-mark=\"1759658400000\"",
            "74% has arrived",
        ] {
            assert!(list.contains(told), "{told}: {list}");
        }
        let last = scene
            .piece(&address, 524_288, &token, &file[524_288..])
            .await;
        assert!(last.body.contains("\"state\":\"arrived\""), "{}", last.body);
        let page = address.strip_prefix(&scene.at("")).unwrap();
        let kept = scene
            .fills(page, &[("what", "statement"), ("dated_unknown", "yes")])
            .await;
        assert!(kept.body.contains("date not known"), "{}", kept.body);
        let (status, why) = scene.begin("large.pdf", 26_214_401, "").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(why["words"], "large.pdf: the file is larger than 25 MB");
        let (_, lies) = scene.begin("lies.jpg", 4, "").await;
        let lies = scene
            .piece(lies["address"].as_str().unwrap(), 0, &token, b"MZMZ")
            .await;
        assert!(lies.body.contains("not a JPG"), "{}", lies.body);
    }
}

#[tokio::test]
async fn a_description_that_is_not_whole_comes_back_with_what_was_typed() {
    let scene = scene().await;
    let sent = scene
        .send(&scene.amber.csrf, &[("a.pdf", &sample::pdf())])
        .await;
    let page = sent.to().strip_prefix(&scene.at("")).unwrap().to_owned();
    let back = scene
        .fills(&page, &[("origin", "from the <b>landlord</b>")])
        .await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [
        "Say what it is",
        "Say when it is from",
        "from the &lt;b&gt;landlord",
    ] {
        assert!(back.body.contains(said), "{said}: {}", back.body);
    }
    for (fields, said) in [
        (
            vec![("what", "x"), ("dated_year", "2026"), ("dated_month", "13")],
            "This is not a date",
        ),
        (
            vec![("what", "x"), ("dated_year", "2027")],
            "The date is in the future",
        ),
    ] {
        let back = scene.fills(&page, &fields).await;
        assert!(back.body.contains(said), "{said}: {}", back.body);
    }
}

#[tokio::test]
async fn several_files_may_share_one_description() {
    let scene = scene().await;
    let files: Vec<Vec<u8>> = (0..3).map(|n| sample::pdf_of(100, n)).collect();
    let named: Vec<(&str, &[u8])> = ["a.pdf", "b.pdf", "c.pdf"]
        .into_iter()
        .zip(files.iter().map(Vec::as_slice))
        .collect();
    let sent = scene.send(&scene.amber.csrf, &named).await;
    let page = sent.to().strip_prefix(&scene.at("")).unwrap().to_owned();
    let shown = scene.page(&page).await;
    let action = scene.at(&page);
    let mut form = shown.form(&action);
    set(&mut form, "what", "payslips");
    set(&mut form, "dated_unknown", "yes");
    for id in shown.body.split("name=\"also\"").skip(1) {
        let id = id
            .split("value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        form.push(("also".to_owned(), id.to_owned()));
    }
    let kept = scene.amber.send(&scene.app, &action, &form).await;
    assert_eq!(kept.to(), scene.at(""), "nothing waits");
    assert_eq!(
        scene
            .page("")
            .await
            .body
            .matches("<bdi>payslips</bdi>")
            .count(),
        3
    );
}

#[tokio::test]
async fn it_is_described_again_with_its_history_and_two_writers_lose_nothing() {
    let scene = scene().await;
    let page = scene.attached("a.pdf", &sample::pdf(), "a payslip").await;
    let again = format!("{page}/describe");
    let mut theirs = scene.page(&again).await.form(&scene.at(&again));
    let kept = scene.fills(&again, &[("what", "payslip of July")]).await;
    assert!(kept.body.contains("What was said before") && kept.body.contains("a payslip"));
    set(&mut theirs, "what", "payslip of August");
    let conflict = scene
        .amber
        .send(&scene.app, &scene.at(&again), &theirs)
        .await;
    assert_eq!(conflict.status, StatusCode::CONFLICT);
    assert!(
        conflict.body.contains("payslip of July") && conflict.body.contains("payslip of August")
    );
    let mine = conflict.form(&scene.at(&again));
    let saved = scene.amber.send(&scene.app, &scene.at(&again), &mine).await;
    let shown = scene.amber.get(&scene.app, saved.to()).await.body;
    for said in ["payslip of August", "payslip of July", "a payslip"] {
        assert!(shown.contains(said), "{said}");
    }
}

#[tokio::test]
async fn it_is_taken_away_with_a_reason_and_no_longer_given_out() {
    let scene = scene().await;
    let page = scene.attached("a.pdf", &sample::pdf(), "a payslip").await;
    let remove = format!("{page}/remove");
    let back = scene.fills(&remove, &[]).await;
    assert!(
        back.body.contains("Say why it is taken away"),
        "{}",
        back.body
    );
    let gone = scene
        .fills(&remove, &[("reason", "it is somebody else's")])
        .await;
    assert!(gone.body.contains("1 was taken away"), "{}", gone.body);
    let (status, ..) = scene
        .raw(&scene.amber, &scene.at(&format!("{page}/file")))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(scene.kept(), 1, "until retention decides");
    assert!(scene.page(&page).await.body.contains("it is somebody else"));
}

#[tokio::test]
async fn the_page_says_what_is_never_uploaded_and_takes_its_reference() {
    let scene = scene().await;
    let list = scene.page("").await.body;
    for never in [
        "Indecent images of children",
        "Achieving Best Evidence",
        "downloaded from a phone",
        "between a lawyer",
    ] {
        assert!(list.contains(never), "{never}");
    }
    let back = scene.fills("/references", &[]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("Say why it is not uploaded"));
    let kept = scene
        .fills(
            "/references",
            &[
                ("why", "abe_recording"),
                ("reference", "ABE/2026/17, suite 2"),
                ("what", "interview"),
                ("dated_unknown", "yes"),
            ],
        )
        .await;
    assert!(
        kept.body.contains("ABE/2026/17, suite 2") && kept.body.contains("No file is attached"),
        "{}",
        kept.body
    );
}

#[tokio::test]
async fn who_does_not_see_the_referral_finds_the_same_as_nothing() {
    let scene = scene().await;
    let page = scene.attached("a.pdf", &sample::pdf(), "a payslip").await;
    let store = &scene.app.store;
    let force = agency::record_agency(store, Actor::COMMAND_LINE, "Otherton", "police")
        .await
        .unwrap();
    let team = agency::record_team(store, Actor::COMMAND_LINE, force.id, "South")
        .await
        .unwrap();
    let stranger = Browser::of(&scene.app, "dc.stranger", Role::Constable, &team).await;
    for page in [
        "".to_owned(),
        page.clone(),
        format!("{page}/file"),
        format!("{page}/original"),
        ".pdf".to_owned(),
        ".json".to_owned(),
        format!("{page}/remove"),
    ] {
        let hidden = stranger.get(&scene.app, &scene.at(&page)).await;
        let nothing = stranger
            .get(&scene.app, &scene.at(&page).replace(&scene.id.0, "nothing"))
            .await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{page}");
        assert_eq!(
            hidden.body.replace(&scene.id.0, "nothing"),
            nothing.body,
            "{page}"
        );
    }
}

#[tokio::test]
async fn the_form_knows_its_files_and_what_leaves_lists_them() {
    let scene = scene().await;
    let to_list = scene
        .amber
        .get(
            &scene.app,
            &format!("/referrals/{}/steps/upload-evidence", scene.id),
        )
        .await;
    assert_eq!(to_list.to(), scene.at(""));
    // Without a file, the page of the form may be called done.
    let none = scene.page("").await;
    assert!(none.body.contains("There are no files: continue"));
    scene
        .attached("a.jpg", &sample::photograph(), "the room")
        .await;
    let list = scene
        .amber
        .get(&scene.app, &format!("/referrals/{}", scene.id))
        .await
        .body;
    assert!(list.contains("Evidence: 1 file"), "{list}");
    let step = format!(
        "/referrals/{}/steps/what-evidence-you-will-submit",
        scene.id
    );
    let asked = scene.amber.get(&scene.app, &step).await.body;
    assert!(
        asked.contains("-1.jpg: the room (August 2026)"),
        "begun for the officer: {asked}"
    );
    let data = scene
        .amber
        .get(&scene.app, &format!("/referrals/{}/data.json", scene.id))
        .await;
    let data: Value = serde_json::from_str(&data.body).unwrap();
    let files = &data["answers"]["upload-file"];
    assert_eq!(files[0]["what"], "the room", "{data}");
    assert_eq!(files[0]["dated"], "2026-08");
    assert!(files[0]["file"].as_str().unwrap().ends_with("-1.jpg"));
    let manifest = scene.amber.get(&scene.app, &scene.at(".json")).await;
    let manifest: Value = serde_json::from_str(&manifest.body).unwrap();
    assert_eq!(manifest["files"][0]["what"], "the room");
    let (status, head, pdf) = scene.raw(&scene.amber, &scene.at(".pdf")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        head["content-disposition"]
            .to_str()
            .unwrap()
            .ends_with("-evidence.pdf\"")
    );
    let text = pdf_extract::extract_text_from_mem(&pdf).unwrap();
    for said in ["the room", "August 2026", "a.jpg"] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[tokio::test]
async fn a_duty_to_notify_carries_no_file() {
    let scene = scene_on(heyrick_testkit::sqlite().unwrap(), ConsentValue::Refused).await;
    scene
        .attached("a.jpg", &sample::photograph(), "the room")
        .await;
    assert!(
        scene
            .page("")
            .await
            .body
            .contains("A Duty to Notify carries no files")
    );
    let data = scene
        .amber
        .get(&scene.app, &format!("/referrals/{}/data.json", scene.id))
        .await;
    assert_eq!(data.status, StatusCode::OK);
    assert!(
        !data.body.contains("the room") && !data.body.contains("upload-file"),
        "{}",
        data.body
    );
}

#[tokio::test]
async fn a_lost_or_altered_file_is_said_to_whoever_works_on_it_in_plain_words() {
    let scene = scene().await;
    let page = scene.attached("a.pdf", &sample::pdf(), "a payslip").await;
    std::fs::remove_dir_all(scene.fresh.folder.path().join("files/heyrick")).unwrap();
    let opened = scene
        .amber
        .get(&scene.app, &scene.at(&format!("{page}/file")))
        .await;
    assert_eq!(opened.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(opened.body.contains("This file is lost"), "{}", opened.body);
    assert!(scene.page(&page).await.body.contains("The file is lost"));
    assert!(scene.page("").await.body.contains("The file is lost"));
    let work = scene.amber.get(&scene.app, "/tasks").await.body;
    assert!(work.contains("Evidence is lost or altered"), "{work}");
    const TASK: Sql = Sql::new("select kind from tasks where kind = $1");
    let tasks: Vec<(String,)> = scene
        .app
        .store
        .db
        .all(TASK, args!["evidence_damaged"])
        .await
        .unwrap();
    assert_eq!(tasks.len(), 1);
}

#[tokio::test]
async fn a_store_of_files_that_does_not_answer_is_said_and_keeps_nothing() {
    let mut scene = scene().await;
    scene.app.store.files = Files::nowhere();
    let sent = scene
        .send(&scene.amber.csrf, &[("a.pdf", &sample::pdf())])
        .await;
    assert_eq!(sent.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        sent.body.contains("The store of files does not answer"),
        "{}",
        sent.body
    );
}

#[tokio::test]
async fn only_who_hands_over_is_led_to_taking_back() {
    let scene = scene().await;
    const PREPARED: Sql = Sql::new("update referrals set stage = 'prepared' where public_id = $1");
    scene
        .app
        .store
        .db
        .exec(PREPARED, args![&scene.id])
        .await
        .unwrap();
    let link = format!("/referrals/{}/hand-over\"", scene.id);
    assert!(scene.page("").await.body.contains(&link));
    let store = &scene.app.store;
    let teams = agency::teams(store).await.unwrap();
    let rust = Browser::of(&scene.app, "support.rust", Role::SupportOfficer, &teams[0]).await;
    let shown = rust.get(&scene.app, &scene.at("")).await;
    assert!(shown.body.contains("take it back first") && !shown.body.contains(&link));
}
