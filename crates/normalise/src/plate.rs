//! United Kingdom vehicle registration marks: current, prefix, suffix and Northern Ireland formats.
//! Source: DVLA, INF104 "Vehicle registration numbers and number plates".

use std::sync::LazyLock;

use regex::Regex;

use crate::{Found, pattern};

/// Since 2001, in any case: its shape is rare enough in running text.
static CURRENT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b([A-HJ-PR-Y]{2}[0-9]{2})[ -]?([A-HJ-PR-Z]{3})\b"));
/// 1983 to 2001, 1963 to 1983, and Northern Ireland: capitals only, or ordinary words would match.
static OLDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:([A-HJ-NPR-TV-Y][0-9]{1,3})[ -]?([A-HJ-PR-Y]{3})|([A-HJ-PR-Z]{3}) ?([0-9]{1,3}[A-HJ-NPR-TV-Y])|([A-Z]?(?:[IZ][A-Z]|[A-Z][IZ])) ?([0-9]{1,4}))\b",
    )
});

/// Reads one plate: `"ab12cde"` gives `AB12 CDE`. Nothing where the text is anything else.
pub fn read(raw: &str) -> Option<String> {
    let raw = raw.trim().to_uppercase();
    find(&raw)
        .into_iter()
        .find(|found| found.range == (0..raw.len()))
        .map(|found| found.value)
}

/// Finds every plate in a text.
pub fn find(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = CURRENT
        .captures_iter(text)
        .chain(OLDER.captures_iter(text))
        .filter_map(|hit| {
            let parts: Vec<&str> = hit
                .iter()
                .skip(1)
                .flatten()
                .map(|part| part.as_str())
                .collect();
            Some(Found {
                range: hit.get(0)?.range(),
                value: parts.join(" ").to_ascii_uppercase(),
            })
        })
        .collect();
    found.sort_by_key(|found| found.range.start);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_read() {
        for (raw, want) in [
            ("ab12cde", "AB12 CDE"),
            ("AB12 CDE", "AB12 CDE"),
            ("a123 bcd", "A123 BCD"),
            ("ABC 123D", "ABC 123D"),
            ("aiz 1234", "AIZ 1234"),
        ] {
            assert_eq!(read(raw).as_deref(), Some(want), "{raw}");
        }
    }

    #[test]
    fn other_words_are_not() {
        for raw in ["", "van", "LE1 6ZG", "AB12 CDE and more", "12345"] {
            assert_eq!(read(raw), None, "{raw}");
        }
    }

    #[test]
    fn plates_are_found_inside_a_text() {
        let values: Vec<String> = find("a grey van ab12 cde, later A123 BCD")
            .into_iter()
            .map(|found| found.value)
            .collect();
        assert_eq!(values, ["AB12 CDE", "A123 BCD"]);
    }
}
