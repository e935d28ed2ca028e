//! Phone numbers as they can be compared and dialled (E.164).

use std::sync::LazyLock;

use regex::Regex;

use crate::{Found, pattern};

/// Digits that could be a number somebody can be rung on: 7 to 15 of them with common separators.
static CANDIDATE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:\+|\b00|\(?\b)\d(?:[ \-./()]{0,2}\d){6,14}\b"));

/// Longest text taken for one phone number, in bytes.
const LONGEST: usize = 60;

/// Reads one phone number, the United Kingdom assumed where no country is written.
///
/// Returns E.164 (`+447700900123`), or nothing where the text is not a number that could be dialled.
pub fn read(raw: &str) -> Option<String> {
    let mut digits = plain_digits(raw)?;
    if let Some(rest) = digits.strip_prefix("00") {
        digits = format!("+{rest}");
    }
    // "+44 (0)7700 …" is how letterheads write it; the zero is not dialled.
    if let Some(rest) = digits.strip_prefix("+440") {
        digits = format!("+44{rest}");
    }
    let parsed = phonenumber::parse(Some(phonenumber::country::Id::GB), &digits).ok()?;
    let dialled = parsed.format().mode(phonenumber::Mode::E164).to_string();
    (parsed.is_valid() || british_length(&dialled)).then_some(dialled)
}

/// A British number of the right length counts although its range is not in the tables: they age, and
/// leave out the ranges Ofcom keeps for drama, which invented people use.
fn british_length(dialled: &str) -> bool {
    dialled
        .strip_prefix("+44")
        .is_some_and(|rest| rest.len() == 10 && rest.starts_with(['1', '2', '3', '7', '8']))
}

/// Finds every run of digits in a text that could be a phone number, valid or not.
///
/// The value is E.164 where [`read`] understands it, else the digits as written.
pub fn find(text: &str) -> Vec<Found> {
    CANDIDATE
        .find_iter(text)
        .map(|hit| Found {
            range: hit.range(),
            value: read(hit.as_str()).unwrap_or_else(|| hit.as_str().to_owned()),
        })
        .collect()
}

/// Digits and a leading plus; `None` where anything else than separators stands between them.
fn plain_digits(raw: &str) -> Option<String> {
    let raw = raw.trim();
    if raw.len() > LONGEST {
        return None;
    }
    let mut digits = String::new();
    for letter in raw.chars() {
        match letter {
            '+' if digits.is_empty() => digits.push('+'),
            _ if letter.is_ascii_digit() => digits.push(letter),
            ' ' | '\u{A0}' | '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2014}' => {}
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, want: Option<&str>) {
        assert_eq!(read(raw).as_deref(), want, "{raw}");
    }

    #[test]
    fn a_british_number_needs_no_country() {
        check("07700 900123", Some("+447700900123"));
        check("+44 (0)7700 900123", Some("+447700900123"));
        check("0044 7700-900-123", Some("+447700900123"));
        check("(0116) 222 2222", Some("+441162222222"));
    }

    #[test]
    fn another_country_is_kept() {
        check("+355 67 212 3456", Some("+355672123456"));
        check("0040 721 234 567", Some("+40721234567"));
    }

    #[test]
    fn what_cannot_be_dialled_is_nothing() {
        for raw in [
            "",
            "12",
            "ask her sister",
            "07700 900123 x5 Sam",
            "+",
            "99999999999999999999",
            ";phone-context=",
            "+44;ext=1",
        ] {
            check(raw, None);
        }
    }

    #[test]
    fn numbers_are_found_inside_a_text() {
        let text = "rang 07700 900123, then (0116) 222 2222.";
        let found: Vec<String> = find(text).into_iter().map(|found| found.value).collect();
        assert_eq!(found, ["+447700900123", "+441162222222"]);
    }

    #[test]
    fn a_number_nobody_could_dial_is_still_found() {
        assert_eq!(find("call 7700 900 12 now").len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_read(raw in proptest::prelude::any::<String>()) {
            let _ = (read(&raw), find(&raw));
        }

        #[test]
        fn any_digits_can_be_read(raw in "[+0-9() ./-]{0,40}") {
            let _ = (read(&raw), find(&raw));
        }
    }
}
