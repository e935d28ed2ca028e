//! Tasks as people meet them: given, moved, added by hand, undone; the board; the API beside the pages.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use common::browser::Browser;
use common::{Answer, app_at, ask};
use heyrick_domain::id::PublicId;
use heyrick_domain::person::Details;
use heyrick_domain::user::Role;
use heyrick_store::journal::Actor;
use heyrick_store::person::record_person;
use heyrick_store::{Clock, agency, token};
use heyrick_web::{App, SecondFactor, Settings};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const NAME: &str = "Willowherb";

struct Scene {
    app: App,
    team: agency::Team,
    author: Browser,
    person: PublicId,
    _fresh: heyrick_testkit::Fresh,
}

async fn scene() -> Scene {
    let clock = Clock::fixed("2026-03-03T12:00:00Z".parse::<Timestamp>().unwrap());
    let (mut app, fresh) = app_at(clock).await;
    app.settings = Settings {
        second_factor: SecondFactor::Optional,
        session_idle: Duration::from_secs(7 * 24 * 3600),
        session_absolute: Duration::from_secs(7 * 24 * 3600),
        ..Settings::default()
    }
    .into();
    let store = &app.store;
    let force = agency::record_agency(store, Actor::COMMAND_LINE, "Testshire", "police")
        .await
        .unwrap();
    let team = agency::record_team(store, Actor::COMMAND_LINE, force.id, "Team")
        .await
        .unwrap();
    let author = Browser::of(&app, "dc.amber", Role::Constable, &team).await;
    let details = Details {
        last_name: Some(NAME.to_owned()),
        ..Details::default()
    };
    let person = record_person(&app.store, &author.viewer, &details)
        .await
        .unwrap();
    Scene {
        app,
        team,
        author,
        person,
        _fresh: fresh,
    }
}

impl Scene {
    fn new_task(&self) -> String {
        format!("/people/{}/tasks/new", self.person)
    }

    /// Adds a task due on this day of March 2026 and returns its address.
    async fn task(&self, kind: &str, day: &str) -> String {
        let fields = [
            ("kind", kind),
            ("note", "ring the college"),
            ("due_day", day),
            ("due_month", "3"),
            ("due_year", "2026"),
        ];
        let answer = self.author.post(&self.app, &self.new_task(), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.to().to_owned()
    }

    fn wait(&self, time: SignedDuration) {
        let now = Timestamp::from_microsecond(self.app.store.now()).unwrap();
        self.app.store.clock.set(now.checked_add(time).unwrap());
    }
}

#[tokio::test]
async fn a_task_is_added_by_hand_and_a_form_comes_back_with_what_was_typed() {
    let scene = scene().await;
    let (app, author) = (&scene.app, &scene.author);
    let page = author.get(app, &format!("/people/{}", scene.person)).await;
    assert!(page.body.contains(&scene.new_task()));
    let form = author.get(app, &scene.new_task()).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(!form.title().contains(NAME), "{}", form.title());
    for (fields, said) in [
        (
            vec![("note", "ring <b>the college</b>")],
            "Choose what is to be done",
        ),
        (
            vec![
                ("kind", "other"),
                ("note", "ring <b>the college</b>"),
                ("due_day", "31"),
            ],
            "Give a day",
        ),
        (
            vec![
                ("kind", "trace"),
                ("note", "ring <b>the college</b>"),
                ("due_day", "2"),
                ("due_month", "3"),
                ("due_year", "2026"),
            ],
            "must be today or later",
        ),
        (
            vec![
                ("kind", "trace"),
                ("note", "ring <b>the college</b>"),
                ("due_day", "4"),
                ("due_month", "3"),
                ("due_year", "2026"),
                ("owner", "23456789bcdfghjkmnpq"),
            ],
            "Choose somebody who may see the record",
        ),
    ] {
        let back = author.post(app, &scene.new_task(), &fields).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        assert!(back.body.contains(said), "{said}");
        assert!(
            back.body.contains("ring &lt;b&gt;the college&lt;"),
            "{said}"
        );
    }
    let task = scene.task("other", "3").await;
    let shown = author.get(app, &task).await;
    assert!(shown.body.contains("Something else") && shown.body.contains("ring the college"));
    assert!(shown.body.contains("Due today"));
    let analyst = Browser::of(app, "isa.plum", Role::Analyst, &scene.team).await;
    let refused = analyst.get(app, &scene.new_task()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_task_is_given_moved_done_and_opened_again_on_its_page() {
    let scene = scene().await;
    let (app, author) = (&scene.app, &scene.author);
    let other = Browser::of(app, "dc.moss", Role::Constable, &scene.team).await;
    let task = scene.task("trace", "3").await;
    let there = |end: &str| format!("{task}/{end}");
    let to = other.user.public_id.0.clone();
    let given = author
        .post(
            app,
            &there("owner"),
            &[
                ("owner", &to),
                ("owner_reason", "knows the family"),
                ("version", "1"),
            ],
        )
        .await;
    assert_eq!(given.to(), task);
    let stale = author
        .post(app, &there("owner"), &[("owner", ""), ("version", "1")])
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "somebody was faster");
    let shown = author.get(app, &task).await;
    assert!(shown.body.contains("dc.amber gave it to dc.moss"));
    assert!(shown.body.contains("knows the family"));
    assert!(other.get(app, "/tasks").await.body.contains(&task));

    let silent = [("due_day", "9"), ("due_month", "3"), ("due_year", "2026")];
    let back = other.post(app, &there("due"), &silent).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("href=\"#due_reason\"") && back.body.contains("value=\"9\""));
    let mut said = silent.to_vec();
    said.push(("due_reason", "the college is closed"));
    assert_eq!(other.post(app, &there("due"), &said).await.to(), task);
    let shown = other.get(app, &task).await;
    assert!(
        shown
            .body
            .contains("moved it from 3 March 2026 to 9 March 2026")
    );

    let done = other
        .post(app, &task, &[("result", "found at the college")])
        .await;
    assert_eq!(done.to(), "/tasks");
    let list = other.get(app, "/tasks?show=done").await;
    assert!(list.body.contains("found at the college") && list.body.contains("Done by dc.moss"));
    let why = [("reopen_reason", "")];
    let back = other.post(app, &there("reopen"), &why).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    let why = [("reopen_reason", "another person")];
    assert_eq!(other.post(app, &there("reopen"), &why).await.to(), task);
    let shown = other.get(app, &task).await;
    assert!(shown.body.contains("dc.moss opened it again"));
    assert!(
        shown.body.contains("found at the college"),
        "nothing is lost"
    );
}

/// The address of the link that carries this mark.
fn href(page: &Answer, mark: &str) -> String {
    let after = page.body.split(mark).nth(1).expect(mark);
    let href = after.split("href=\"").nth(1).unwrap();
    href.split('"').next().unwrap().replace("&amp;", "&")
}

#[tokio::test]
async fn lists_are_narrowed_counted_turned_and_searched() {
    let scene = scene().await;
    let (app, author) = (&scene.app, &scene.author);
    let mut last = String::new();
    for day in 3..30 {
        last = scene.task("other", &day.to_string()).await;
    }
    let crime = scene.task("crime_record", "4").await;
    let first = author.get(app, "/tasks?show=team").await;
    assert!(first.body.contains("28 tasks"));
    let next = href(&first, "rel=\"next\"");
    let second = author.get(app, &next).await;
    assert!(second.body.contains(&last) && second.body.contains("28 tasks"));
    let back = author.get(app, &href(&second, "rel=\"prev\"")).await;
    assert!(back.body.contains(&crime) && !back.body.contains(&last));
    let one = author
        .get(app, "/tasks?show=team&kind=crime_record&sort=person")
        .await;
    assert!(one.body.contains("1 task<") && one.body.contains(&crime));
    let none = author.get(app, "/tasks?show=team&when=overdue").await;
    assert!(none.body.contains("No task is like that"));
    let unowned = author.get(app, "/tasks?show=unowned").await;
    assert!(unowned.body.contains(&crime));

    let shown = author.get(app, &crime).await;
    let reference = shown.body.split("Task T-").nth(1).unwrap();
    let reference = format!("t-{}", &reference[..7]);
    let found = author
        .post(app, "/tasks/search", &[("reference", &reference)])
        .await;
    assert_eq!(found.to(), crime);
    let odd = author
        .post(app, "/tasks/search", &[("reference", "T-\"><script>")])
        .await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.body.contains("No task you can see") && !odd.body.contains("><script>"));
}

#[tokio::test]
async fn every_page_searches_people_by_a_form_that_is_posted() {
    let scene = scene().await;
    let (app, author) = (&scene.app, &scene.author);
    let page = author.get(app, "/tasks").await;
    assert!(
        page.body
            .contains("method=\"post\" action=\"/people\" role=\"search\"")
    );
    let found = author.post(app, "/people", &[("term", NAME)]).await;
    assert!(!found.to().contains(NAME), "{}", found.to());
    assert!(author.get(app, found.to()).await.body.contains(NAME));
    let auditor = Browser::of(app, "auditor", Role::Auditor, &scene.team).await;
    let page = auditor.get(app, "/account").await;
    assert!(!page.body.contains("search-everywhere"), "sees no case");
}

#[tokio::test]
async fn the_board_is_for_supervisors_and_its_numbers_lead_to_lists() {
    let scene = scene().await;
    let (app, author) = (&scene.app, &scene.author);
    let sergeant = Browser::of(app, "ds.teal", Role::Sergeant, &scene.team).await;
    let task = scene.task("crime_record", "3").await;
    assert_eq!(
        author.get(app, "/board").await.status,
        StatusCode::FORBIDDEN
    );
    assert!(!author.get(app, "/").await.body.contains("href=\"/board\""));
    let before = sergeant.get(app, "/board").await;
    assert!(before.body.contains("No referral waits for a decision"));
    assert!(before.body.contains("/tasks?show=unowned\">1<"));
    // Due by the end of 3 March; a day later it goes up, without anybody noticing.
    scene.wait(SignedDuration::from_secs(36 * 3600 - 2));
    let none = sergeant.get(app, "/tasks?show=escalated").await;
    assert!(none.body.contains("Nothing has gone up to you"));
    scene.wait(SignedDuration::from_secs(1));
    let board = sergeant.get(app, "/board").await;
    let href = "/tasks?show=escalated&amp;up=sergeant";
    assert!(
        board.body.contains(&format!("{href}\">1<")),
        "{}",
        board.body
    );
    let list = sergeant.get(app, &href.replace("&amp;", "&")).await;
    assert!(list.body.contains(&task));
    assert!(
        list.body
            .contains("escalated to the sergeant on 4 March 2026")
    );
    assert!(
        sergeant
            .get(app, "/")
            .await
            .body
            .contains("Escalated to you")
    );
    assert!(!author.get(app, "/").await.body.contains("Escalated to you"));
    assert!(!board.body.contains(NAME), "numbers, and no person");
    let scopes = ["tasks:read".to_owned()];
    for (who, status) in [(&sergeant, StatusCode::OK), (author, StatusCode::FORBIDDEN)] {
        let user = who.viewer.user;
        let token = token::record_token(&app.store, Actor::COMMAND_LINE, user, "test", &scopes)
            .await
            .unwrap();
        let asked = call(app, Request::get("/api/v1/board"), &token, Value::Null).await;
        assert_eq!(asked.status, status);
        if status == StatusCode::OK {
            assert_eq!(read(&asked)["total"]["to_sergeant"], 1);
            assert_eq!(read(&asked)["kinds"][0]["kind"], "crime_record");
        }
    }
    let welsh = sergeant.get(app, "/board?lang=cy").await;
    assert!(welsh.body.contains("Pwy sy’n cario beth"));
    assert!(!board.body.contains("Bank holidays of"));
    app.store.clock.set("2028-06-01T12:00:00Z".parse().unwrap());
    let sergeant = Browser::of(app, "ds.rose", Role::Sergeant, &scene.team).await;
    let board = sergeant.get(app, "/board").await;
    assert!(
        board
            .body
            .contains("Bank holidays of England and Wales are known only until 26 December 2028")
    );
}

async fn call(
    app: &App,
    request: axum::http::request::Builder,
    token: &str,
    body: Value,
) -> Answer {
    let request = request
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    ask(app, request.body(Body::from(body.to_string())).unwrap()).await
}

fn read(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or(Value::Null)
}

#[tokio::test]
async fn the_api_does_what_the_pages_do() {
    let scene = scene().await;
    let (app, author) = (&scene.app, &scene.author);
    let scopes = ["tasks:read".to_owned(), "tasks:write".to_owned()];
    let user = author.viewer.user;
    let token = token::record_token(&app.store, Actor::COMMAND_LINE, user, "test", &scopes)
        .await
        .unwrap();
    let new =
        json!({ "person": scene.person.0, "kind": "other", "day": "2026-03-09", "note": "ring" });
    let post = || Request::post("/api/v1/tasks");
    let keyed = || post().header("idempotency-key", "once");
    let made = call(app, keyed(), &token, new.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let again = call(app, keyed(), &token, new.clone()).await;
    assert_eq!(read(&made)["id"], read(&again)["id"], "carried out once");
    let both = json!({ "person": "a", "referral": "b", "kind": "other", "day": "2026-03-09" });
    let refused = call(app, post(), &token, both).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(read(&refused)["errors"][0]["pointer"], "/person");
    for (wrong, pointer) in [
        (json!({ "kind": "second_reading" }), "/kind"),
        (json!({ "day": "2026-03-02" }), "/day"),
        (json!({ "day": "soon" }), "/day"),
        (json!({ "note": "" }), "/note"),
        (json!({ "owner": "nobody-here" }), "/owner"),
    ] {
        let mut body = new.clone();
        body.as_object_mut()
            .unwrap()
            .extend(wrong.as_object().unwrap().clone());
        let refused = call(app, post(), &token, body).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{pointer}"
        );
        assert_eq!(read(&refused)["errors"][0]["pointer"], pointer);
    }
    let id = read(&made)["id"].as_str().unwrap().to_owned();
    let put = |end: &str, tag: &str| {
        Request::put(format!("/api/v1/tasks/{id}/{end}")).header("if-match", tag)
    };
    let me = json!({ "owner": author.user.public_id.0 });
    let owned = call(app, put("owner", "\"v1\""), &token, me.clone()).await;
    assert_eq!(read(&owned)["owner"]["name"], "dc.amber", "{}", owned.body);
    let stale = call(app, put("owner", "\"v1\""), &token, me).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let day = json!({ "day": "2026-03-10", "reason": "closed" });
    let moved = call(app, put("due", "\"v2\""), &token, day).await;
    assert_eq!(read(&moved)["due_at"], "2026-03-10T23:59:59Z");
    let act = |end: &str, tag: &str| {
        Request::post(format!("/api/v1/tasks/{id}/{end}")).header("if-match", tag)
    };
    let done = call(
        app,
        act("done", "\"v3\""),
        &token,
        json!({ "result": "rung" }),
    )
    .await;
    assert_eq!(read(&done)["done"]["result"], "rung", "{}", done.body);
    let listed = |query: &str| Request::get(format!("/api/v1/tasks?{query}"));
    let list = call(app, listed("show=done"), &token, Value::Null).await;
    assert_eq!(read(&list)["items"][0]["id"], id.as_str());
    let open = call(
        app,
        act("reopen", "\"v4\""),
        &token,
        json!({ "reason": "no" }),
    )
    .await;
    assert_eq!(read(&open)["done"], Value::Null);
    call(app, post(), &token, new).await;
    let page = call(app, listed("limit=1"), &token, Value::Null).await;
    let next = read(&page)["next"].as_str().unwrap().to_owned();
    let page = call(
        app,
        listed(&format!("limit=1&cursor={next}")),
        &token,
        Value::Null,
    )
    .await;
    assert_eq!(read(&page)["next"], Value::Null);
    let back = read(&page)["previous"].as_str().unwrap().to_owned();
    let page = call(
        app,
        listed(&format!("limit=1&cursor={back}")),
        &token,
        Value::Null,
    )
    .await;
    assert_eq!(read(&page)["previous"], Value::Null);
    for odd in [
        "limit=0",
        "cursor=zz",
        "kind=nothing",
        "owner=!",
        "colour=red",
    ] {
        let refused = call(app, listed(odd), &token, Value::Null).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{odd}");
    }
    let readers = ["persons:read".to_owned()];
    let other = token::record_token(&app.store, Actor::COMMAND_LINE, user, "other", &readers)
        .await
        .unwrap();
    let refused = call(app, listed(""), &other, Value::Null).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// Makes a feed on the account page and returns its address.
async fn a_feed(scene: &Scene) -> String {
    let page = scene.author.post(&scene.app, "/account/feed", &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    let shown = page.body.split("id=&#39;new-feed&#39;>").nth(1);
    let shown = shown.or_else(|| page.body.split("id='new-feed'>").nth(1));
    let address = shown.expect("shown once").split('<').next().unwrap();
    let (_, path) = address.split_once("/calendar/").unwrap();
    format!("/calendar/{path}")
}

#[tokio::test]
async fn a_calendar_is_told_when_and_never_what_or_whom() {
    let scene = scene().await;
    let app = &scene.app;
    scene.task("crime_record", "9").await;
    let address = a_feed(&scene).await;
    let shown = scene.author.get(app, "/account").await;
    assert!(!shown.body.contains("new-feed") && shown.body.contains("Make a new address"));
    let feed = common::get(app, &address).await;
    assert_eq!(feed.status, StatusCode::OK);
    assert_eq!(feed.headers["content-type"], "text/calendar; charset=utf-8");
    assert_eq!(feed.headers["cache-control"], "no-store");
    let text = &feed.body;
    assert!(text.contains("DTSTART;VALUE=DATE:20260309\r\n"), "{text}");
    assert!(
        text.contains("SUMMARY:Heyrick: something is due\r\n"),
        "{text}"
    );
    for secret in [
        NAME,
        "college",
        "Record",
        "crime",
        "T-",
        "P-",
        "dc.amber",
        &scene.person.0,
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    is_rfc_5545(text);
    let uid = |text: &str| {
        text.split("UID:")
            .nth(1)
            .unwrap()
            .split('\r')
            .next()
            .unwrap()
            .to_owned()
    };
    let again = common::get(app, &address).await.body;
    assert_eq!(uid(text), uid(&again), "a calendar knows it again");

    let renewed = a_feed(&scene).await;
    assert_eq!(
        common::get(app, &address).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(common::get(app, &renewed).await.status, StatusCode::OK);
    scene.author.post(app, "/account/feed/revoke", &[]).await;
    let ended = common::get(app, &renewed).await;
    let never = common::get(app, "/calendar/AAAA.ics").await;
    let other = common::get(app, "/calendar/AAAA").await;
    for one in [&ended, &never, &other] {
        assert_eq!(one.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(
        without_number(&ended, &renewed),
        without_number(&never, "/calendar/AAAA.ics"),
        "uniform"
    );
}

/// A page without the number and the address that are its own.
fn without_number(page: &Answer, address: &str) -> String {
    let number = page.headers["x-request-id"].to_str().unwrap();
    page.body.replace(number, "").replace(address, "")
}

/// Lines end and fold as RFC 5545 says; every part that begins ends; each event has what it must have.
#[track_caller]
fn is_rfc_5545(text: &str) {
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    let mut open = Vec::new();
    for line in text.lines() {
        assert!(line.len() <= 75, "{line}");
        if let Some(part) = line.strip_prefix("BEGIN:") {
            open.push(part);
        }
        if let Some(part) = line.strip_prefix("END:") {
            assert_eq!(open.pop(), Some(part));
        }
    }
    assert!(open.is_empty());
    for event in text.split("BEGIN:VEVENT").skip(1) {
        for must in ["\r\nUID:", "\r\nDTSTAMP:2026", "\r\nDTSTART;"] {
            assert!(event.contains(must), "{must} in {event}");
        }
    }
    assert!(text.contains("TZID:Europe/London"));
}

#[tokio::test]
async fn a_calendar_that_asks_too_often_and_a_guesser_wait() {
    let scene = scene().await;
    let app = &scene.app;
    let address = a_feed(&scene).await;
    for _ in 0..60 {
        assert_eq!(common::get(app, &address).await.status, StatusCode::OK);
    }
    let wait = common::get(app, &address).await;
    assert_eq!(wait.status, StatusCode::TOO_MANY_REQUESTS);
    for _ in 0..20 {
        let guess = common::get(app, "/calendar/guess.ics").await;
        assert_eq!(guess.status, StatusCode::NOT_FOUND);
    }
    let guess = common::get(app, "/calendar/guess.ics").await;
    assert_eq!(guess.status, StatusCode::TOO_MANY_REQUESTS);
    scene.wait(SignedDuration::from_mins(15));
    assert_eq!(common::get(app, &address).await.status, StatusCode::OK);
    let renewed = a_feed(&scene).await;
    assert_eq!(common::get(app, &renewed).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_daily_mail_is_off_until_somebody_chooses_it() {
    let scene = scene().await;
    let (app, author) = (&scene.app, &scene.author);
    let page = author.get(app, "/account").await;
    assert!(page.body.contains("This installation sends no e-mail"));
    for (email, said) in [
        ("", "Give your e-mail address"),
        ("a b", "Give one e-mail address"),
    ] {
        let typed = [("wanted", "yes"), ("email", email)];
        let back = author.post(app, "/account/digest", &typed).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            back.body.contains(said) && back.body.contains(&format!("value=\"{email}\""))
                || email.is_empty()
        );
    }
    let chosen = [("wanted", "yes"), ("email", "amber@force.example")];
    let saved = author.post(app, "/account/digest", &chosen).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let page = author.get(app, "/account").await;
    assert!(page.body.contains("value=\"amber@force.example\""));
    let auditor = Browser::of(app, "auditor", Role::Auditor, &scene.team).await;
    assert!(
        !auditor
            .get(app, "/account")
            .await
            .body
            .contains("id=\"digest\"")
    );
    let refused = auditor.post(app, "/account/digest", &chosen).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let refused = auditor.post(app, "/account/feed", &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
