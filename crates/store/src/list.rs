//! The reference lists a form takes its values from: the Home Office's own, from the npm packages that
//! setup lays beside the program, with our dated corrections on top. Read once.

use std::sync::LazyLock;

use heyrick_domain::form::Lists;
use heyrick_domain::form::lists::NAMES;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../assets/reference"]
#[allow_missing = true]
struct Files;

static LISTS: LazyLock<Lists> = LazyLock::new(read);

/// Every reference list at hand. A program built without its assets has none: then a question that takes
/// its values from a list takes what is typed.
pub fn lists() -> &'static Lists {
    &LISTS
}

fn read() -> Lists {
    let mut lists = Lists::default();
    for (name, package) in NAMES {
        let Some(file) = Files::get(&format!("{package}.json")) else {
            tracing::warn!(list = name, "this reference list is not in the program");
            continue;
        };
        if let Err(error) = lists.add(name, &file.data) {
            tracing::error!(error = &error as &dyn std::error::Error, "reference lists");
        }
    }
    if let Err(error) = lists.correct() {
        tracing::error!(error = &error as &dyn std::error::Error, "reference lists");
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_list_is_there_where_the_program_has_its_assets_and_ours_stands_on_top() {
        let there = Files::iter().count();
        let read = NAMES.iter().filter(|(name, _)| lists().has(name)).count();
        assert_eq!(read, there);
        if lists().has("organisations") {
            let on = date(2026, 11, 1);
            let corrected = lists().spelling("organisations", "fair work agency", on);
            assert_eq!(corrected.as_deref(), Some("Fair Work Agency"));
        }
    }
}
