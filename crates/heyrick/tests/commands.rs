//! What goes wrong on the command line ends in one plain sentence and a status that is not zero, and
//! leaves nothing half-done.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;

use heyrick_store::{Db, Sql, args, migrate};
use tempfile::TempDir;

use common::{done, heyrick, names_in, refused};

/// A folder with an installation of one agency, one team and a constable.
fn installed() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    let data = text(place.path());
    done(&["init", "--data", data]);
    let at = ["--data", data];
    let with = |words: &[&'static str]| -> String {
        let words: Vec<&str> = words.iter().copied().chain(at).collect();
        done(&words)
    };
    with(&["agency", "add", "Testshire", "--kind", "police"]);
    with(&["team", "add", "Amber team", "--agency", "Testshire"]);
    with(&[
        "user",
        "add",
        "amber",
        "--name",
        "DC Amber",
        "--role",
        "constable",
        "--agency",
        "Testshire",
        "--team",
        "Amber team",
    ]);
    place
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Every command and every command below one, by what `--help` lists.
fn commands(of: &[String]) -> Vec<Vec<String>> {
    let mut words: Vec<&str> = of.iter().map(String::as_str).collect();
    words.push("--help");
    let help = done(&words);
    let listed = help.split("Commands:").nth(1).unwrap_or_default();
    let names = listed
        .lines()
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help");
    let mut all = Vec::new();
    for name in names {
        let mut below = of.to_vec();
        below.push(name.to_owned());
        all.push(below.clone());
        all.extend(commands(&below));
    }
    all
}

#[test]
fn every_command_says_what_it_does_and_what_each_option_is_for() {
    let all = commands(&[]);
    assert!(all.len() > 20, "{all:?}");
    for command in all {
        let mut words: Vec<&str> = command.iter().map(String::as_str).collect();
        words.push("--help");
        let help = done(&words);
        let about = help.lines().next().unwrap_or_default();
        assert!(
            about.len() > 10 && !about.starts_with("Usage"),
            "{command:?}: {help}"
        );
        let mut lines = help.lines().peekable();
        while let Some(line) = lines.next() {
            let option = line.trim_start();
            if option.starts_with("--") && line.starts_with("  ") {
                let here = option.split("  ").nth(1).is_some();
                let below = lines
                    .peek()
                    .is_some_and(|next| next.starts_with("          "));
                assert!(here || below, "{command:?}: {line}");
            }
        }
    }
    assert!(
        !heyrick(&[]).status.success(),
        "without a command there is nothing to do"
    );
    assert!(!heyrick(&["juggle"]).status.success());
}

#[test]
fn periods_of_support_are_set_one_by_one_and_shown() {
    let folder = installed();
    let at = ["--data", text(folder.path())];
    let run = |words: &[&str]| done(&[words, &at].concat());
    assert!(run(&["support", "show"]).contains("not set"));
    run(&["support", "set", "--after-negative-reasonable", "9w"]);
    run(&["support", "set", "--after-positive-conclusive", "45d"]);
    let shown = run(&["support", "show"]);
    for said in ["9 working days", "45 days", "not set"] {
        assert!(shown.contains(said), "{shown}");
    }
    let bad = ["support", "set", "--after-negative-reasonable", "soon"];
    refused(&[&bad[..], &at].concat(), "9w for nine working days");
    refused(&[&["support", "set"][..], &at].concat(), "say which period");
}

#[test]
fn a_command_line_that_is_not_understood_is_said_in_one_sentence() {
    for (words, saying) in [
        (&["juggle"][..], "unrecognized subcommand 'juggle'"),
        (&["serve", "--datta", "x"], "unexpected argument '--datta'"),
        (&["user", "add"], "--name"),
        (&["demo", "--people", "many"], "invalid value 'many'"),
        (&["copy", "--from", "a"], "--to"),
    ] {
        refused(words, saying);
    }
    assert!(done(&["--version"]).starts_with("heyrick "));
}

#[test]
fn a_place_that_is_not_there_is_named() {
    let place = tempfile::tempdir().unwrap();
    let (missing, empty) = (place.path().join("missing"), place.path().join("empty"));
    std::fs::create_dir(&empty).unwrap();
    let (missing_text, empty_text) = (text(&missing), text(&empty));
    let commands: [&[&str]; 9] = [
        &["serve"],
        &["migrate"],
        &["user", "list"],
        &["agency", "list"],
        &["team", "list"],
        &["token", "list"],
        &["journal", "verify"],
        &["journal", "show", "--user", "amber"],
        &["keys", "rotate"],
    ];
    for command in commands {
        refused(command, "say where the data is");
        refused(&[command, &["--data", missing_text]].concat(), "missing");
        refused(&[command, &["--data", empty_text]].concat(), "empty");
    }
    let copy = ["copy", "--from", missing_text, "--to", empty_text];
    refused(&copy, "missing");
    assert!(!missing.exists());
    assert_eq!(names_in(&empty), BTreeSet::new(), "nothing was made");
}

#[test]
fn an_address_that_is_wrong_or_unanswered_is_said_at_once() {
    let place = installed();
    let data = text(place.path());
    let list = ["user", "list", "--data", data, "--database-url"];
    let wrong = |url: &str, saying: &str| {
        let began = std::time::Instant::now();
        refused(&[&list[..], &[url]].concat(), saying);
        assert!(began.elapsed().as_secs() < 10, "{url}");
    };
    wrong("mysql://localhost/heyrick", "postgres://");
    wrong("heyrick.db", "postgres://");
    // Port 1 answers nobody.
    wrong(
        "postgres://amber:secret@127.0.0.1:1/heyrick",
        "no PostgreSQL database answers",
    );
    wrong("postgres://[", "no PostgreSQL database answers");
    let copy = ["copy", "--from", data, "--to", "mysql://localhost/heyrick"];
    refused(&copy, "postgres://");
}

#[tokio::test]
async fn a_newer_or_foreign_database_is_left_alone() {
    const LATER: Sql =
        Sql::new("insert into migrations (number, name, at) values ($1, 'later', 0)");
    let place = installed();
    let data = text(place.path());
    let db = Db::sqlite(&place.path().join("heyrick.db")).await.unwrap();
    db.exec(LATER, args![migrate::LATEST + 1]).await.unwrap();
    db.close().await;
    let commands: [&[&str]; 5] = [
        &["serve"],
        &["migrate"],
        &["user", "list"],
        &["journal", "verify"],
        &["keys", "rotate"],
    ];
    let keys = std::fs::read(place.path().join("keys.json")).unwrap();
    for command in commands {
        refused(&[command, &["--data", data]].concat(), "newer");
    }
    assert_eq!(std::fs::read(place.path().join("keys.json")).unwrap(), keys);

    let strange = tempfile::tempdir().unwrap();
    std::fs::write(
        strange.path().join("heyrick.db"),
        "these are the minutes of a meeting",
    )
    .unwrap();
    let list = ["user", "list", "--data", text(strange.path())];
    refused(&list, "could not be opened as a database");
}

#[test]
fn a_port_in_use_is_named() {
    let place = installed();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let serve = ["serve", "--data", text(place.path()), "--listen", &address];
    let port = taken.local_addr().unwrap().port().to_string();
    refused(&serve, &format!("port {port} is in use"));
    let fresh = tempfile::tempdir().unwrap();
    let folder = fresh.path().join("demo");
    let demo = [
        "demo",
        "--data",
        folder.to_str().unwrap(),
        "--listen",
        &address,
    ];
    refused(&demo, &format!("port {port} is in use"));
    assert!(!folder.exists(), "nothing was begun");
    assert!(!heyrick(&["serve", "--listen", "nowhere"]).status.success());
    let words = [
        "serve",
        "--data",
        text(place.path()),
        "--second-factor",
        "maybe",
    ];
    refused(&words, "optional");
}

#[test]
fn a_world_file_that_is_wrong_leaves_no_installation() {
    let place = tempfile::tempdir().unwrap();
    let world = place.path().join("world.json");
    let data = place.path().join("data");
    let init = ["init", "--data", text(&data), "--world", text(&world)];
    refused(&init, "could not be read");
    for (content, saying) in [
        ("", "is wrong"),
        ("{\"agencies\": [", "is wrong"),
        ("[]", "is wrong"),
        ("{\"strangers\": []}", "is wrong"),
        (
            "{\"agencies\": [{\"name\": \"A\", \"kind\": \"circus\"}], \"teams\": [], \"users\": []}",
            "wrong",
        ),
        (
            "{\"agencies\": [], \"teams\": [], \"users\": [{\"name\": \"DC Amber\", \"role\": \"constable\", \"agency\": \"A\"}]}",
            "wrong",
        ),
    ] {
        std::fs::write(&world, content).unwrap();
        refused(&init, saying);
        assert!(!data.exists(), "{content}: nothing half-done");
    }
    let invalid: &[u8] = &[0xff, 0xfe, 0x00];
    std::fs::write(&world, invalid).unwrap();
    refused(&init, "could not be read");
    assert!(!data.exists());
}

#[test]
fn a_second_installation_is_refused_and_the_first_stays() {
    let place = installed();
    let data = text(place.path());
    let before = done(&["user", "list", "--data", data]);
    refused(
        &["init", "--data", data],
        "there is an installation here already",
    );
    refused(
        &["demo", "--data", data],
        "there is an installation here already",
    );
    assert_eq!(done(&["user", "list", "--data", data]), before);
}

#[test]
fn a_key_file_that_does_not_belong_is_refused() {
    let place = installed();
    let data = text(place.path());
    let keys = place.path().join("keys.json");
    let own = std::fs::read(&keys).unwrap();
    let other = tempfile::tempdir().unwrap();
    let strange = other.path().join("strange.json");
    let made = done(&["keys", "new", "--keys", text(&strange)]);
    assert!(made.contains("Keep a copy"), "{made}");
    refused(
        &["keys", "new", "--keys", text(&strange)],
        "never overwritten",
    );
    refused(&["keys", "new", "--data", data], "there is a database");

    let list = ["user", "list", "--data", data];
    refused(
        &[&list[..], &["--keys", text(&strange)]].concat(),
        "does not belong",
    );
    let serve = [
        "serve",
        "--data",
        data,
        "--keys",
        text(&strange),
        "--listen",
        "127.0.0.1:0",
    ];
    refused(&serve, "does not belong");
    refused(
        &["keys", "rotate", "--data", data, "--keys", text(&strange)],
        "does not belong",
    );
    let there = other.path().join("there");
    let copy = [
        "copy",
        "--from",
        data,
        "--to",
        text(&there),
        "--keys",
        text(&strange),
    ];
    refused(&copy, "does not belong");
    assert!(!there.exists());
    refused(
        &[&list[..], &["--keys", "nowhere.json"]].concat(),
        "no key file",
    );

    std::fs::write(&keys, "{}").unwrap();
    refused(&list, "damaged");
    std::fs::write(&keys, own).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(&keys, mode).unwrap();
    refused(&list, "chmod 600");
}

#[test]
fn keys_are_rotated_and_the_journal_stays_whole() {
    let place = installed();
    let at = ["--data", text(place.path())];
    let run = |words: &[&str]| done(&[words, &at].concat());
    let old = std::fs::read(place.path().join("keys.json")).unwrap();
    let before = run(&["keys", "show"]);
    assert!(
        before.starts_with("heyrick/") && before.lines().count() == 1,
        "{before}"
    );
    let said = run(&["keys", "rotate"]);
    let after = run(&["keys", "show"]);
    assert_ne!(before, after);
    assert!(said.contains(after.trim()), "{said}");
    let verified = run(&["journal", "verify"]);
    assert!(verified.contains("The journal is whole"), "{verified}");
    for secret in secrets(&place.path().join("keys.json")) {
        assert!(!said.contains(&secret) && !after.contains(&secret));
    }
    let earlier = place.path().join("earlier.json");
    std::fs::copy(place.path().join("keys.json"), &earlier).unwrap();
    std::fs::write(&earlier, old).unwrap();
    let list = ["user", "list", "--data", at[1], "--keys", text(&earlier)];
    refused(&list, "an older one");
}

fn secrets(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap();
    let found: Vec<String> = text
        .split("\"secret\": \"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert!(found.len() >= 5, "current and retired");
    found
}

#[test]
fn accounts_are_refused_with_a_sentence_each() {
    let place = installed();
    let at = ["--data", text(place.path())];
    let no = |words: &[&str], saying: &str| refused(&[words, &at].concat(), saying);
    no(&["agency", "add", "A", "--kind", "circus"], "kind");
    no(
        &["team", "add", "T", "--agency", "Nowhere"],
        "no agency called",
    );
    let add = [
        "user",
        "add",
        "beech",
        "--name",
        "DS Beech",
        "--agency",
        "Testshire",
    ];
    no(&[&add[..], &["--role", "king"]].concat(), "is not a role");
    no(
        &[&add[..], &["--role", "sergeant", "--team", "Night team"]].concat(),
        "no team called",
    );
    let again = [
        "user",
        "add",
        "amber",
        "--name",
        "DC",
        "--role",
        "constable",
        "--agency",
        "Testshire",
        "--team",
        "Amber team",
    ];
    no(&again, "");
    no(&["user", "disable", "nobody"], "no account of that name");
    no(&["user", "password", "nobody"], "no account of that name");
    no(
        &[
            "token",
            "add",
            "--user",
            "amber",
            "--scope",
            "everything",
            "--label",
            "x",
        ],
        "scopes are",
    );
    no(&["token", "revoke", "none"], "no open token");
    let users = done(&["user", "list", "--data", at[1]]);
    assert_eq!(users.lines().count(), 1, "{users}");
}

#[test]
fn settings_that_are_wrong_are_named_with_their_line() {
    let place = installed();
    let file = place.path().join("heyrick.toml");
    let list = [
        "user",
        "list",
        "--data",
        text(place.path()),
        "--config",
        text(&file),
    ];
    refused(&list, "could not be read");
    std::fs::write(&file, "listen = \"127.0.0.1:8080\"\ncolour = \"blue\"\n").unwrap();
    refused(&list, "at line 2");
}

#[test]
fn who_looked_is_shown_by_command_without_personal_data() {
    let place = installed();
    let at = ["--data", text(place.path())];
    let run = |words: &[&str]| done(&[words, &at].concat());
    let no = |words: &[&str], saying: &str| refused(&[words, &at].concat(), saying);
    no(
        &["journal", "show", "--user", "nobody"],
        "no account of that name",
    );
    no(
        &["journal", "show", "--record", "P-7K4M-2Q"],
        "no record of that reference",
    );
    assert!(
        !heyrick(&["journal", "show", "--data", at[1]])
            .status
            .success(),
        "of whom?"
    );
    assert_eq!(run(&["journal", "show", "--user", "amber"]), "");
    let json = run(&["journal", "show", "--user", "amber", "--json"]);
    assert_eq!(json, "");
    let bad = [
        "journal",
        "show",
        "--user",
        "amber",
        "--since",
        "yesterday",
        "--data",
        at[1],
    ];
    assert!(!heyrick(&bad).status.success());
    run(&["user", "password", "amber"]);
    let verified = run(&["journal", "verify"]);
    assert!(verified.contains("whole"), "{verified}");
}

#[test]
fn the_mail_settings_are_tried_with_a_message() {
    use heyrick_testkit::mail::{MailServer, Private};
    let server = MailServer::start(Private::StartTls, Some(("heyrick", "four leaves"))).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, "four leaves\n").unwrap();
    let (address, certificate) = (format!("localhost:{}", server.port), server.certificate());
    let with = |to: &'static str, password: &Path| -> Vec<String> {
        let words = [
            "mail",
            "test",
            "--to",
            to,
            "--mail-server",
            &address,
            "--mail-from",
            "heyrick@force.example",
            "--mail-username",
            "heyrick",
            "--mail-password-file",
            text(password),
            "--mail-ca-file",
            text(&certificate),
        ];
        words.map(str::to_owned).to_vec()
    };
    let words = with("amber@force.example", &password);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert!(done(&words).contains("took the test message"));
    assert_eq!(server.messages().unwrap().len(), 1);
    let wrong = folder.path().join("wrong");
    std::fs::write(&wrong, "five leaves").unwrap();
    for (to, password, saying) in [
        (
            "amber@force.example",
            &wrong,
            "refused the user name or password",
        ),
        ("refused@force.example", &password, "refused the message"),
        ("later@force.example", &password, "later"),
        ("a b", &password, "not one plain e-mail address"),
        (
            "amber@force.example",
            &folder.path().join("none"),
            "could not be read",
        ),
    ] {
        let words = with(to, password);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        refused(&words, saying);
        let said = String::from_utf8(heyrick(&words).stderr).unwrap();
        assert!(!said.contains(to), "no address in what is said: {said}");
    }
    refused(
        &["mail", "test", "--to", "amber@force.example"],
        "no e-mail is sent",
    );
}
