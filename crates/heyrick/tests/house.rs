//! House checks: what a reviewer would otherwise have to remember, as tests.
//!
//! Each names the rule, why it is one, and every place that breaks it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Every file below these folders of the repository with this ending.
fn files(folders: &[&str], ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(
        !found.is_empty(),
        "there should be .{ending} files in {folders:?}"
    );
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[track_caller]
fn none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}\n  {}", broken.join("\n  "));
}

#[test]
fn every_module_opens_with_a_sentence() {
    let broken: Vec<String> = files(&["crates", "xtask"], "rs")
        .iter()
        .filter(|path| {
            let text = fs::read_to_string(path).unwrap();
            let first = text.lines().next().unwrap_or_default();
            !(first.starts_with("//! ") && first.len() > 12)
        })
        .map(|path| shown(path))
        .collect();
    none(
        "a module says in its first line what the room is for (`//! …`)",
        &broken,
    );
}

#[test]
fn sql_stays_in_the_store() {
    let looks_like_sql = |line: &str| {
        let line = line
            .trim()
            .trim_start_matches(['"', 'r', '#'])
            .to_lowercase();
        ["select ", "insert into ", "update ", "delete from "]
            .iter()
            .any(|word| {
                line.starts_with(word)
                    && (line.contains(" from ")
                        || line.contains(" set ")
                        || line.contains(" values"))
            })
    };
    let mut broken = Vec::new();
    for path in files(
        &[
            "crates/domain",
            "crates/policy",
            "crates/web/src",
            "crates/heyrick/src",
            "crates/render",
        ],
        "rs",
    ) {
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            if looks_like_sql(line) && !line.trim_start().starts_with("//") {
                broken.push(format!("{}:{}", shown(&path), number + 1));
            }
        }
    }
    none("only `crates/store` knows SQL", &broken);
}

#[test]
fn rules_read_no_clock_and_draw_no_randomness() {
    let mut broken = Vec::new();
    for path in files(
        &[
            "crates/domain/src",
            "crates/policy/src",
            "crates/normalise/src",
        ],
        "rs",
    ) {
        let text = fs::read_to_string(&path).unwrap();
        for word in [
            "Timestamp::now",
            "Zoned::now",
            "ZonedDateTime::now",
            "SystemTime::now",
            "Instant::now",
            "getrandom",
            "std::fs",
            "new_v4()",
            "now_v7()",
        ] {
            if text.contains(word) {
                broken.push(format!("{}: {word}", shown(&path)));
            }
        }
    }
    none(
        "today, the instant and new ids are parameters of a rule",
        &broken,
    );
}

#[test]
fn every_migration_opens_with_why_and_how_to_undo_it() {
    let broken: Vec<String> = files(&["migrations"], "sql")
        .iter()
        .filter(|path| {
            let text = fs::read_to_string(path).unwrap();
            let head: String = text
                .lines()
                .take_while(|line| line.starts_with("--"))
                .collect();
            !(head.len() > 40 && head.to_lowercase().contains("undo"))
        })
        .map(|path| shown(path))
        .collect();
    none(
        "a migration opens with why it is there and how to undo it",
        &broken,
    );
}

#[test]
fn nothing_judges_by_who_somebody_is() {
    // Hard rule 19. Nationality is a fact somebody may be asked for (Schedule 1 of SI 2015/1743); it is
    // never a condition of a policy, of a list, or of a rule.
    let mut broken = Vec::new();
    for path in files(&["policies"], "cedar") {
        let text = fs::read_to_string(&path).unwrap().to_lowercase();
        for word in ["ethnic", "nationality", "religio", "traveller", "race"] {
            if text.contains(word) {
                broken.push(format!("{}: {word}", shown(&path)));
            }
        }
    }
    for path in files(&["crates/store/src", "crates/domain/src"], "rs") {
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let line = line.trim().to_lowercase();
            let asks = line.starts_with("where ")
                || line.starts_with("order by ")
                || line.starts_with("and ")
                || line.starts_with("if ");
            if asks
                && ["ethnic", "nationality", "religio", "traveller"]
                    .iter()
                    .any(|word| line.contains(word))
            {
                broken.push(format!("{}:{}", shown(&path), number + 1));
            }
        }
    }
    none(
        "no rule, filter or ordering uses ethnicity, nationality, religion or Traveller heritage",
        &broken,
    );
}

#[test]
fn words_on_screen_respect_people() {
    let banned = [
        "illegal immigrant",
        "illegal migrant",
        "illegals",
        "child prostitute",
        "prostitute",
        "alleged victim",
        "anghyfreithlon",
    ];
    let mut broken = Vec::new();
    let mut all = files(&["locales"], "ftl");
    all.extend(files(&["templates"], "html"));
    for path in all {
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let line = line.to_lowercase();
            if banned.iter().any(|word| line.contains(word)) && !line.trim_start().starts_with('#')
            {
                broken.push(format!("{}:{}", shown(&path), number + 1));
            }
        }
    }
    none("people are potential victims, never a label", &broken);
}

#[test]
fn welsh_says_that_no_speaker_has_read_it() {
    let broken: Vec<String> = files(&["locales/cy"], "ftl")
        .iter()
        .filter(|path| {
            !fs::read_to_string(path)
                .unwrap()
                .lines()
                .take(3)
                .any(|line| line.to_lowercase().contains("not yet reviewed"))
        })
        .map(|path| shown(path))
        .collect();
    none(
        "a Welsh catalogue says in its head that it is not yet reviewed by a speaker",
        &broken,
    );
}

#[test]
fn every_decision_is_listed() {
    let index = read("docs/adr/README.md");
    let broken: Vec<String> = files(&["docs/adr"], "md")
        .iter()
        .filter_map(|path| path.file_name()?.to_str().map(str::to_owned))
        .filter(|name| name != "README.md" && !index.contains(name.as_str()))
        .collect();
    none("docs/adr/README.md lists every decision", &broken);
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut broken = Vec::new();
    let mut all = files(&["docs"], "md");
    all.extend(
        [
            "README.md",
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "CHANGELOG.md",
        ]
        .map(|name| root().join(name)),
    );
    for path in all {
        let text = fs::read_to_string(&path).unwrap();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = link.split('#').next().unwrap_or_default();
            if target.is_empty()
                || target.contains("://")
                || target.starts_with("mailto:")
                || target.starts_with('/')
            {
                continue;
            }
            if !path.parent().unwrap().join(target).exists() {
                broken.push(format!("{}: {link}", shown(&path)));
            }
        }
    }
    none(
        "a link in the documents leads to a file that is there",
        &broken,
    );
}

#[test]
fn nothing_is_left_to_do_in_the_code() {
    let mut broken = Vec::new();
    for path in files(&["crates", "xtask/src"], "rs") {
        if path.ends_with("house.rs") {
            continue;
        }
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            if [
                "TODO",
                "FIXME",
                "XXX",
                "todo!(",
                "unimplemented!(",
                "#[ignore",
            ]
            .iter()
            .any(|word| line.contains(word))
            {
                broken.push(format!("{}:{}", shown(&path), number + 1));
            }
        }
    }
    none(
        "what is not done is named in an issue, not in the code",
        &broken,
    );
}

/// Routes written in the source of the web crate: `.route("/…"` and `path = "/…"` of the API.
fn routes() -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for path in files(&["crates/web/src"], "rs") {
        let text = fs::read_to_string(&path).unwrap();
        let text = text
            .split("#[cfg(test)]")
            .next()
            .unwrap_or_default()
            .to_owned();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let squeezed: String = code
            .flat_map(str::split_whitespace)
            .collect::<Vec<_>>()
            .join(" ");
        for mark in [".route( \"", ".route(\"", "path = \""] {
            for rest in squeezed.split(mark).skip(1) {
                let route = rest.split('"').next().unwrap_or_default();
                if route.starts_with('/') {
                    routes.insert(route.to_owned());
                }
            }
        }
    }
    assert!(routes.len() > 20, "found only {routes:?}");
    routes
}

#[test]
fn every_route_is_in_the_permission_table() {
    let table = read("docs/manual/permissions.md");
    let broken: Vec<String> = routes()
        .into_iter()
        .filter(|route| !table.contains(&format!("`{route}`")))
        .collect();
    none(
        "docs/manual/permissions.md says for every route who may use it",
        &broken,
    );
}

#[test]
fn every_api_route_is_described() {
    let description = heyrick_web::api::description();
    let broken: Vec<String> = routes()
        .into_iter()
        .filter(|route| route.starts_with("/api/v1/"))
        .filter(|route| !description.paths.paths.contains_key(route))
        .collect();
    none("every API route is in the OpenAPI document", &broken);
    let manual = read("docs/manual/api.md");
    let broken: Vec<String> = description
        .paths
        .paths
        .keys()
        .filter(|path| !manual.contains(&format!("`{path}`")))
        .cloned()
        .collect();
    none("docs/manual/api.md names every API route", &broken);
}

#[test]
fn every_setting_is_in_the_manual() {
    let code = read("crates/heyrick/src/settings/list.rs");
    let names: Vec<&str> = code
        .split("name: \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(names.len() >= 10, "found only {names:?}");
    let manual = read("docs/manual/settings.md");
    let broken: Vec<String> = names
        .iter()
        .filter(|name| !manual.contains(&format!("`{name}`")))
        .map(|name| (*name).to_owned())
        .collect();
    none("docs/manual/settings.md names every setting", &broken);
}

#[test]
fn every_journal_action_is_in_the_manual() {
    let manual = read("docs/manual/journal.md");
    let broken: Vec<String> = heyrick_store::journal::Action::ALL
        .iter()
        .map(|action| action.code().to_owned())
        .filter(|code| !manual.contains(&format!("`{code}`")))
        .collect();
    none("docs/manual/journal.md names every action", &broken);
}

#[test]
fn every_command_is_in_the_manual() {
    let manual = read("docs/manual/command-line.md");
    let said: BTreeSet<&str> = manual
        .split("| `heyrick ")
        .skip(1)
        .filter_map(|rest| rest.split('`').next())
        .collect();
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_heyrick"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let commands = help.split("Commands:").nth(1).unwrap();
    let there: BTreeSet<&str> = commands
        .lines()
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(there.contains("serve"), "{help}");
    let broken: Vec<String> = there.difference(&said).map(ToString::to_string).collect();
    none(
        "docs/manual/command-line.md has a row for every command",
        &broken,
    );
}

#[test]
fn the_project_stands_alone() {
    let mut broken = Vec::new();
    for ending in [
        "rs", "md", "toml", "sql", "ftl", "html", "mjs", "json", "cedar",
    ] {
        for path in files(
            &[
                "crates",
                "docs",
                "locales",
                "templates",
                "migrations",
                "policies",
                "forms",
                "xtask",
                "e2e",
            ],
            ending,
        ) {
            let text = fs::read_to_string(&path).unwrap_or_default();
            for word in ["../shared", "/work/", "/root/", "/home/"] {
                if text.contains(word) && !path.ends_with("house.rs") {
                    broken.push(format!("{}: {word}", shown(&path)));
                }
            }
        }
    }
    none("nothing names a path of one machine", &broken);
}
