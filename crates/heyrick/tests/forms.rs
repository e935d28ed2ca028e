//! `heyrick forms`: somebody who changes a form is told in words what is wrong with it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use heyrick_domain::form;
use serde_json::Value;

const FORM: &str = include_str!("../../../forms/nrm-2026-04.toml");

fn heyrick(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_heyrick"))
        .arg("forms")
        .args(words)
        .env_clear()
        .output()
        .unwrap()
}

#[track_caller]
fn done(words: &[&str]) -> String {
    let out = heyrick(words);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "{words:?}: {said}");
    String::from_utf8(out.stdout).unwrap()
}

#[track_caller]
fn refused(words: &[&str]) -> (String, String) {
    let out = heyrick(words);
    assert!(!out.status.success(), "{words:?} should be refused");
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "one sentence: {said}");
    (said, String::from_utf8(out.stdout).unwrap())
}

fn written(folder: &Path, text: &str) -> PathBuf {
    let file = folder.join("form.toml");
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn every_form_we_carry_is_listed_and_passes_its_own_check() {
    let listed = done(&["list"]);
    for form in form::shipped().unwrap() {
        let line = listed
            .lines()
            .find(|line| line.starts_with(&form.id))
            .expect("a line for the form");
        assert!(line.contains(&form.valid_from.to_string()), "{line}");
        assert!(line.ends_with(&form.questions.len().to_string()), "{line}");
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../forms")
            .join(format!("{}.toml", form.id));
        let said = done(&["check", file.to_str().unwrap()]);
        assert!(said.contains("with all their words"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn what_is_wrong_is_said_in_one_sentence_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    for (from, to, want) in [
        (
            "ask = [\"reference\"]",
            "ask = [\"refrence\"]",
            "reference: there is no question `refrence`",
        ),
        (
            "valid_from = \"2026-04-21\"",
            "valid_from = \"2026-04-31\"",
            "line 12: ",
        ),
        (
            "ask = [\"reference\"]",
            "ask = [\"reference\"",
            "the form's file cannot be read: line ",
        ),
    ] {
        assert!(FORM.contains(from), "{from}");
        let file = written(folder.path(), &FORM.replacen(from, to, 1));
        let (said, _) = refused(&["check", file.to_str().unwrap()]);
        assert!(said.contains(want), "{said}");
    }
    let nothing = folder.path().join("nothing.toml");
    let (said, _) = refused(&["check", nothing.to_str().unwrap()]);
    assert!(said.contains("cannot be read"), "{said}");
    std::fs::write(&nothing, [0xff, 0xfe, 0x00]).unwrap();
    let (said, _) = refused(&["check", nothing.to_str().unwrap()]);
    assert!(said.contains("cannot be read"), "{said}");
}

#[test]
fn a_new_question_needs_words_in_every_language() {
    let folder = tempfile::tempdir().unwrap();
    let more = FORM
        .replace(
            "ask = [\"reference\"]",
            "ask = [\"reference\", \"second-reference\"]",
        )
        .replace("id = \"nrm-2026-04\"", "id = \"nrm-2027-01\"");
    let question = "[[question]]\nkey = \"second-reference\"\ntype = \"text\"\nhint = true\n";
    let file = written(folder.path(), &format!("{more}\n{question}"));
    let (said, missing) = refused(&["check", file.to_str().unwrap()]);
    assert!(said.contains("4 words are missing"), "{said}");
    assert!(said.contains("locales/*/form-nrm-2027-01.ftl"), "{said}");
    for line in [
        "no words for nrm26-q-second-reference in English",
        "no words for nrm26-q-second-reference in Cymraeg",
        "no words for nrm26-q-second-reference-hint in English",
        "no words for nrm26-q-second-reference-hint in Cymraeg",
    ] {
        assert!(missing.lines().any(|said| said == line), "{missing}");
    }
}

#[test]
fn a_form_that_others_may_have_used_is_not_to_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let other = FORM.replacen("required = true\n", "", 1);
    let file = written(folder.path(), &other);
    let said = done(&["check", file.to_str().unwrap()]);
    assert!(said.contains("it never changes"), "{said}");
    let renamed = FORM.replace("id = \"nrm-2026-04\"", "id = \"nrm-2027-01\"");
    let file = written(folder.path(), &renamed);
    let said = done(&["check", file.to_str().unwrap()]);
    assert!(said.contains("does not carry it yet"), "{said}");
}

#[test]
fn a_form_is_shown_with_its_conditions() {
    let said = done(&["show", "nrm-2026-04"]);
    for line in [
        "  pv-under-age-at-time-of-exploitation  when pv-under-age is no",
        "    the Home Office’s form shows it when route is dtn and authorities-cooperation is yes",
        "    a new age clears the answers from here on",
        "      - i-dont-know",
    ] {
        assert!(said.lines().any(|shown| shown == line), "{line}\n{said}");
    }
    let read = done(&["show", "nrm-2026-04", "--words", "cy"]);
    assert!(read.contains("nrm-2026-04"), "{read}");
    assert!(read.contains("Ble cawson nhw eu geni?"), "{read}");
    assert!(!read.contains('⟦'), "{read}");
}

#[test]
fn a_form_is_shown_to_programs_whole() {
    let shown: Value = serde_json::from_str(&done(&["show", "nrm-2026-04", "--json"])).unwrap();
    let form = form::Form::find("nrm-2026-04").unwrap();
    assert_eq!(shown["valid_from"], "2026-04-21");
    assert_eq!(shown["tasks"].as_array().unwrap().len(), form.tasks.len());
    let steps = shown["steps"].as_array().unwrap();
    assert_eq!(steps.len(), form.steps.len());
    let asked: Vec<&str> = steps
        .iter()
        .flat_map(|step| step["questions"].as_array().unwrap())
        .map(|question| question["key"].as_str().unwrap())
        .collect();
    assert!(
        form.questions
            .keys()
            .all(|key| asked.contains(&key.as_str()))
    );
    let town = steps
        .iter()
        .flat_map(|step| step["questions"].as_array().unwrap())
        .find(|question| question["key"] == "where-exploitation-happened-uk-city")
        .unwrap();
    assert_eq!(town["repeat"], 10);
    assert_eq!(town["home_office_keys"].as_array().unwrap().len(), 10);
}

#[test]
fn a_form_nobody_wrote_is_named_with_those_there_are() {
    let (said, _) = refused(&["show", "nrm-1926-04"]);
    assert!(said.contains("there are: nrm-2026-04"), "{said}");
    assert!(
        !heyrick(&["show", "nrm-2026-04", "--words", "fr"])
            .status
            .success()
    );
    assert!(
        !heyrick(&["show", "nrm-2026-04", "--words", "en", "--json"])
            .status
            .success()
    );
}
