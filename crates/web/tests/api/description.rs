//! The description at `/openapi.json`: whole, and no two things under one name.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(place) if name == "$ref" => found.push(place.to_owned()),
                    _ => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_schema_the_description_points_at_is_there() {
    let description = serde_json::to_value(heyrick_web::api::description()).unwrap();
    let mut found = Vec::new();
    references(&description, &mut found);
    assert!(found.len() > 20, "the search itself is broken");
    found.retain(|place| description.pointer(place.trim_start_matches('#')).is_none());
    assert!(found.is_empty(), "{found:?}");
}

/// Places where a schema asks for two things at once that no value can be.
fn contradictions(value: &Value, place: &str, found: &mut Vec<String>) {
    if let Some(parts) = value.get("allOf").and_then(Value::as_array) {
        let mut kinds: Vec<&Value> = parts.iter().filter_map(|part| part.get("type")).collect();
        kinds.dedup();
        if kinds.len() > 1 {
            found.push(place.to_owned());
        }
    }
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, value)| contradictions(value, &format!("{place}/{name}"), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(n, value)| contradictions(value, &format!("{place}/{n}"), found)),
        _ => {}
    }
}

#[test]
fn no_schema_asks_for_what_cannot_be() {
    let description = serde_json::to_value(heyrick_web::api::description()).unwrap();
    let mut found = Vec::new();
    contradictions(&description, "", &mut found);
    assert!(found.is_empty(), "{found:?}");
    let wrong =
        serde_json::json!({ "a": { "allOf": [{ "type": "string" }, { "type": "object" }] } });
    contradictions(&wrong, "", &mut found);
    assert_eq!(found, ["/a"]);
}

/// The names under which the types of a file stand in the description.
fn schemas(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in text.split("ToSchema").skip(1) {
        // What stands between the derive and the body of the type.
        let head = part.split('{').next().unwrap_or_default();
        let given = head.split("#[schema(as = ").nth(1);
        let own = ["struct ", "enum "]
            .into_iter()
            .find_map(|word| head.split(word).nth(1));
        let name = given.or(own).unwrap_or_default();
        let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
        names.extend((!name.is_empty() && own.is_some()).then_some(name));
    }
    names
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_two_types_share_a_name_in_the_description() {
    let mut sources = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut sources,
    );
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in sources {
        let file = path.display().to_string();
        for name in schemas(&std::fs::read_to_string(&path).unwrap()) {
            all.entry(name).or_default().push(file.clone());
        }
    }
    assert!(
        all.contains_key("ReferralStep"),
        "the search itself is broken: {all:?}"
    );
    all.retain(|_, files| files.len() > 1);
    assert!(
        all.is_empty(),
        "one would silently replace the other: {all:?}"
    );
}

/// Words a schema or a parameter offers.
fn offered(value: &Value, place: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for word in fields
                .get("enum")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                let word = word.as_str().unwrap_or_default();
                found.push((place.to_owned(), word.to_owned()));
            }
            let inner = fields.iter();
            inner.for_each(|(name, value)| offered(value, &format!("{place}/{name}"), found));
        }
        Value::Array(items) => {
            let inner = items.iter().enumerate();
            inner.for_each(|(n, value)| offered(value, &format!("{place}/{n}"), found));
        }
        _ => {}
    }
}

#[test]
fn the_description_offers_the_words_the_api_takes() {
    let description = serde_json::to_value(heyrick_web::api::description()).unwrap();
    let mut found = Vec::new();
    offered(&description, "", &mut found);
    assert!(found.len() > 60, "the search itself is broken");
    let wrong = |(_, word): &&(String, String)| word.chars().any(char::is_uppercase);
    let wrong: Vec<_> = found.iter().filter(wrong).collect();
    assert!(
        wrong.is_empty(),
        "names of code, not words of the API: {wrong:?}"
    );
}
