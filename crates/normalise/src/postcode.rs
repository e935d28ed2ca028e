//! United Kingdom postcodes. Source: the format rules published in BS 7666 and by Royal Mail.

use std::sync::LazyLock;

use regex::Regex;

use crate::{Found, pattern};

static POSTCODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(GIR|[A-PR-UWYZ](?:[0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9]{1,2}|[A-HK-Y][0-9][ABEHMNPRV-Y]))[ \u{A0}]{0,2}([0-9][ABD-HJLNP-UW-Z]{2})\b",
    )
});

/// Reads one postcode: `"le1 6zg"` gives `LE1 6ZG`. Nothing where the text is anything else.
pub fn read(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let found = POSTCODE.captures(raw)?;
    (found.get(0)?.as_str().len() == raw.len()).then(|| written(&found))
}

/// Finds every full postcode in a text.
pub fn find(text: &str) -> Vec<Found> {
    POSTCODE
        .captures_iter(text)
        .filter_map(|hit| {
            Some(Found {
                range: hit.get(0)?.range(),
                value: written(&hit),
            })
        })
        .collect()
}

fn written(hit: &regex::Captures<'_>) -> String {
    let part = |n: usize| {
        hit.get(n)
            .map_or("", |part| part.as_str())
            .to_ascii_uppercase()
    };
    format!("{} {}", part(1), part(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_postcode_is_read() {
        for (raw, want) in [
            ("le1 6zg", "LE1 6ZG"),
            ("M11AE", "M1 1AE"),
            ("SW1A 1AA", "SW1A 1AA"),
            ("w1a0ax", "W1A 0AX"),
            ("CR26XH", "CR2 6XH"),
            ("gir 0aa", "GIR 0AA"),
        ] {
            assert_eq!(read(raw).as_deref(), Some(want), "{raw}");
        }
    }

    #[test]
    fn other_words_are_not() {
        for raw in ["LE1", "QQ1 1AA", "12 4AB", "LE1 6ZG Leicester", ""] {
            assert_eq!(read(raw), None, "{raw}");
        }
    }

    #[test]
    fn postcodes_are_found_inside_a_text() {
        let found = find("kept at 4 Mill Lane, LE1 6ZG, then m1 1ae");
        let values: Vec<&str> = found.iter().map(|found| found.value.as_str()).collect();
        assert_eq!(values, ["LE1 6ZG", "M1 1AE"]);
    }
}
