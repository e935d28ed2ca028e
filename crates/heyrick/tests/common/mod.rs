//! The program, run as an operator runs it: with nothing of this process's environment.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test program uses a part of it"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};

pub fn heyrick(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_heyrick"))
        .args(words)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// What it said, having done it.
#[track_caller]
pub fn done(words: &[&str]) -> String {
    let out = heyrick(words);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "{words:?}: {said}");
    String::from_utf8(out.stdout).unwrap()
}

/// One sentence that says this, and a status that is not zero.
#[track_caller]
pub fn refused(words: &[&str], saying: &str) {
    let out = heyrick(words);
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(!out.status.success(), "{words:?} should be refused");
    assert_eq!(said.lines().count(), 1, "{words:?}: one sentence: {said}");
    let sentence = said.strip_prefix("heyrick: ").unwrap_or_default();
    assert!(sentence.contains(saying), "{words:?}: {said}");
    for odd in ["panicked", "Error(", "{", "os error", "None"] {
        assert!(!sentence.contains(odd), "{words:?}: not plain: {said}");
    }
}

pub fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    entries
        .map(|one| name(one).into_string().unwrap())
        .collect()
}
