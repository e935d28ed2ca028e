//! The components against the examples GOV.UK ships: 725 of them, at least 713 identical modulo white space.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::path::{Path, PathBuf};

use heyrick_web::govuk::{Component, Components, changed_by_hand};
use minijinja::Value;
use serde::Deserialize;

/// How many of GOV.UK's examples may not be lost.
const AT_LEAST: usize = 713;

/// The examples that differ, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "footer",
    "with empty meta",
    "an empty map counts as something in JavaScript and as nothing in Jinja; we do not use this footer",
)];

#[derive(Deserialize)]
struct Fixtures {
    component: String,
    fixtures: Vec<Fixture>,
}

#[derive(Deserialize)]
struct Fixture {
    name: String,
    options: Ordered,
    html: String,
}

/// A value with its maps in the order they were written, as JavaScript keeps them.
struct Ordered(Value);

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InOrder).map(Self)
    }
}

struct InOrder;

impl<'de> serde::de::Visitor<'de> for InOrder {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::from(()))
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Ordered(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::from(items))
    }
    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut pairs: Vec<(String, Value)> = Vec::new();
        while let Some((name, Ordered(item))) = map.next_entry()? {
            pairs.push((name, item));
        }
        Ok(Value::from_pairs(pairs))
    }
}

fn modules() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules");
    assert!(
        folder.join("govuk-frontend").is_dir(),
        "npm packages are missing: run cargo xtask setup --demo"
    );
    folder
}

fn govuk() -> (Vec<Fixtures>, Components) {
    let folder = modules().join("govuk-frontend/dist/govuk");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder.join("components")).unwrap() {
        let file = entry.unwrap().path().join("fixtures.json");
        if let Ok(text) = std::fs::read_to_string(file) {
            all.push(serde_json::from_str::<Fixtures>(&text).unwrap());
        }
    }
    all.sort_by(|a, b| a.component.cmp(&b.component));
    let list = all
        .iter()
        .map(|one| Component::named("govuk", &one.component))
        .collect();
    let components = Components::from_files(list, move |name| {
        let file = match name.strip_prefix("govuk/") {
            Some(name) => folder.join("components").join(name),
            None => folder.join(name),
        };
        std::fs::read_to_string(file).ok()
    });
    (all, components)
}

/// White space apart, and where a tag or a text begins or ends, nothing is forgiven.
fn squeezed(html: &str) -> String {
    let words: Vec<&str> = html.split_whitespace().collect();
    words
        .join(" ")
        .replace("> ", ">")
        .replace(" <", "<")
        .replace(" >", ">")
}

#[test]
fn govuk_examples_render_as_govuk_says() {
    let (all, components) = govuk();
    let (mut same, mut total, mut wrong) = (0, 0, Vec::new());
    for one in &all {
        let function = Component::named("govuk", &one.component).function;
        for fixture in &one.fixtures {
            total += 1;
            let ours = components.render(&function, fixture.options.0.clone());
            if ours
                .as_ref()
                .is_ok_and(|ours| squeezed(ours) == squeezed(&fixture.html))
            {
                same += 1;
            } else {
                wrong.push((
                    one.component.clone(),
                    fixture.name.clone(),
                    ours,
                    &fixture.html,
                ));
            }
        }
    }
    assert!(total >= 725, "only {total} examples were found");
    for (component, name, ours, theirs) in &wrong {
        let known = EXCEPTIONS
            .iter()
            .any(|(c, n, _)| c == component && n == name);
        if !known {
            println!(
                "{component}: {name}\n ours   {}\n theirs {}",
                show(ours),
                squeezed(theirs)
            );
        }
    }
    println!("{same} of {total} identical");
    let unknown = wrong
        .iter()
        .filter(|(c, n, ..)| !EXCEPTIONS.iter().any(|(ec, en, _)| c == ec && n == en))
        .count();
    assert_eq!(
        unknown, 0,
        "examples differ that are not listed as exceptions"
    );
    assert!(
        same >= AT_LEAST,
        "{same} of {total} identical, {AT_LEAST} wanted"
    );
    assert_eq!(
        wrong.len(),
        EXCEPTIONS.len(),
        "an exception is no longer needed"
    );
}

fn show(ours: &Result<String, minijinja::Error>) -> String {
    match ours {
        Ok(html) => squeezed(html),
        Err(error) => format!("{error:#} {:?}", std::error::Error::source(error)),
    }
}

#[test]
fn every_change_by_hand_still_finds_its_place() {
    for (template, from) in changed_by_hand() {
        let file = match template.split_once('/') {
            Some(("govuk", rest)) => modules()
                .join("govuk-frontend/dist/govuk/components")
                .join(rest),
            Some((_, rest)) => modules()
                .join("@ministryofjustice/frontend/moj/components")
                .join(rest),
            None => panic!("{template}"),
        };
        let text = std::fs::read_to_string(file).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{template}: {from}");
    }
}

/// Icons are the packages' own drawings: they are not ours to keep in a snapshot.
fn without_pictures(html: &str) -> String {
    let mut rest = html;
    let mut out = String::new();
    while let Some((before, picture)) = rest.split_once("<svg") {
        out.push_str(before);
        rest = picture.split_once("</svg>").map_or("", |(_, after)| after);
    }
    out + rest
}

fn moj() -> Components {
    let folder = modules().join("@ministryofjustice/frontend/moj/components");
    let list = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().join("template.njk").exists())
        .map(|entry| Component::named("moj", &entry.file_name().to_string_lossy()))
        .collect::<Vec<_>>();
    let mut shipped = Components::shipped().list().to_vec();
    shipped.retain(|one| one.function.starts_with("govuk"));
    let govuk = modules().join("govuk-frontend/dist/govuk/components");
    shipped.extend(list);
    Components::from_files(shipped, move |name| {
        let (family, rest) = name.split_once('/')?;
        let folder = if family == "moj" { &folder } else { &govuk };
        std::fs::read_to_string(folder.join(rest)).ok()
    })
}

/// MOJ Frontend ships no examples, so these are ours; the snapshots are what a reviewer reads.
#[test]
fn moj_components_render() {
    let components = moj();
    let examples = [
        (
            "mojTimeline",
            r#"{"items": [{"label": {"text": "Consent given"}, "byline": {"text": "to DC Amber"},
                "datetime": {"timestamp": "2026-08-28", "text": "28 August 2026"}, "text": "In <Albanian>"}]}"#,
        ),
        (
            "mojSubNavigation",
            r##"{"label": "Parts", "items": [{"text": "Summary", "href": "#1", "active": true}, {"text": "Who looked", "href": "#2"}]}"##,
        ),
        (
            "mojBadge",
            r#"{"text": "Urgent", "classes": "moj-badge--red"}"#,
        ),
        (
            "mojAlert",
            r#"{"variant": "warning", "title": "Check", "html": "<b>Now</b>", "showTitleAsHeading": true, "dismissible": true}"#,
        ),
        (
            "mojBanner",
            r#"{"type": "information", "text": "Read this"}"#,
        ),
        (
            "mojIdentityBar",
            r#"{"title": {"html": "<span>PV3</span>"}, "menus": [{"items": [{"text": "Add", "href": "/add"}]}]}"#,
        ),
        (
            "mojFilter",
            r##"{"heading": {"text": "Filter"}, "submit": {"text": "Apply"}, "optionsHtml": "<p>x</p>",
                "selectedFilters": {"heading": {"text": "Selected"}, "clearLink": {"text": "Clear", "href": "/"},
                "categories": [{"heading": {"text": "State"}, "items": [{"text": "Draft", "href": "#"}]}]}}"##,
        ),
        ("mojNotificationBadge", r#"{"text": "3"}"#),
        (
            "mojPageHeaderActions",
            r#"{"heading": {"text": "People"}, "items": [{"text": "Add a person", "href": "/people/new"}]}"#,
        ),
        (
            "mojSideNavigation",
            r##"{"label": "Side", "items": [{"text": "One", "href": "#", "active": true}]}"##,
        ),
        (
            "mojTicketPanel",
            r#"{"items": [{"html": "<p>Ticket</p>"}]}"#,
        ),
        (
            "mojProgressBar",
            r#"{"items": [{"label": {"text": "One"}, "active": true}]}"#,
        ),
    ];
    let mut all = String::new();
    for (function, params) in examples {
        let Ordered(params) = serde_json::from_str(params).unwrap();
        let html = components
            .render(function, params)
            .unwrap_or_else(|error| panic!("{function}: {error:#}"));
        assert!(!html.trim().is_empty(), "{function}");
        all.push_str(&format!(
            "{function}\n{}\n\n",
            without_pictures(&squeezed(&html))
        ));
    }
    insta::assert_snapshot!(all);
}
