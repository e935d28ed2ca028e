//! Dates written in running text, whole or in part: `9 March 1998`, `09/03/98`, `March 1998`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::pattern;

/// A date found in a text; what was not written is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDate {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// Four digits; two digits are taken for the hundred years up to 2029.
    pub year: Option<i16>,
    /// 1 to 12.
    pub month: Option<u8>,
    /// 1 to 31; not checked against the month.
    pub day: Option<u8>,
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
/// Welsh month names.
const MONTHS_CY: [&str; 12] = [
    "ionawr",
    "chwefror",
    "mawrth",
    "ebrill",
    "mai",
    "mehefin",
    "gorffennaf",
    "awst",
    "medi",
    "hydref",
    "tachwedd",
    "rhagfyr",
];

const WORDS: &str = r"(?i)\b(?:(\d{1,2})(?:st|nd|rd|th|af|ail|ydd|fed|eg|ain)?(?: of)?[ \-/.,]{0,3})?\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|ionawr|chwefror|mawrth|ebrill|mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr)\b\.?(?:[ \-/.,]{0,3}(\d{1,2})(?:st|nd|rd|th)?\b(?:,? ?))?(?:[ \-/.,']{0,3}((?:19|20)\d{2}|\d{2}))?\b";

static WRITTEN: LazyLock<Regex> = LazyLock::new(|| pattern(WORDS));
static YEAR_FIRST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b((?:19|20)\d{2})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?\b"));
static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(\d{1,2})(?:[/.\-]| [/.\-] )(\d{1,2})(?:[/.\-]| [/.\-] )((?:19|20)?\d{2})\b")
});
static MONTH_YEAR: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(\d{1,2})[/.\-]((?:19|20)\d{2})\b"));

/// Finds every date, whole or in part, in the order they stand. A month alone (`in May`) is no date; a
/// year alone is none either: [`years`] finds those.
pub fn find(text: &str) -> Vec<FoundDate> {
    let mut found: Vec<FoundDate> = Vec::new();
    let mut keep = |date: Option<FoundDate>| {
        if let Some(date) = date
            && !found.iter().any(|other| overlap(&other.range, &date.range))
        {
            found.push(date);
        }
    };
    YEAR_FIRST
        .captures_iter(text)
        .for_each(|hit| keep(numbers(&hit, [3, 2, 1])));
    DAY_FIRST
        .captures_iter(text)
        .for_each(|hit| keep(numbers(&hit, [1, 2, 3])));
    MONTH_YEAR
        .captures_iter(text)
        .for_each(|hit| keep(numbers(&hit, [0, 1, 2])));
    WRITTEN
        .captures_iter(text)
        .for_each(|hit| keep(words(&hit)));
    found.sort_by_key(|date| date.range.start);
    found
}

/// Finds every year written alone (1900 to 2099).
pub fn years(text: &str) -> Vec<FoundDate> {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:19|20)\d{2}\b"));
    YEAR.find_iter(text)
        .map(|hit| FoundDate {
            range: hit.range(),
            year: hit.as_str().parse().ok(),
            month: None,
            day: None,
        })
        .collect()
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// `places` are the groups of day, month and year; 0 for one that is not written.
fn numbers(hit: &Captures<'_>, places: [usize; 3]) -> Option<FoundDate> {
    let part = |place: usize| (place > 0).then(|| hit.get(place)).flatten();
    let day = part(places[0]).map(|day| day.as_str().parse::<u8>());
    let month: u8 = part(places[1])?.as_str().parse().ok()?;
    let day = match day {
        Some(day) => Some(day.ok().filter(|day| (1..=31).contains(day))?),
        None => None,
    };
    let (day, month) = match day {
        // Written month first, as in the United States.
        Some(first @ 1..=12) if month > 12 && month <= 31 => (Some(month), first),
        _ => (day, month),
    };
    (1..=12).contains(&month).then_some(())?;
    Some(FoundDate {
        range: hit.get(0)?.range(),
        year: full_year(part(places[2])?.as_str()),
        month: Some(month),
        day,
    })
}

fn words(hit: &Captures<'_>) -> Option<FoundDate> {
    let month = month(hit.get(2)?.as_str())?;
    // "9 Mar 98": with a day before the month, the digits after it are the year.
    let (day, year) = match (hit.get(1), hit.get(3), hit.get(4)) {
        (Some(day), Some(year), None) => (Some(day), Some(year)),
        (before, after, year) => (before.or(after), year),
    };
    let day = day.and_then(|day| day.as_str().parse().ok());
    let year = year.and_then(|year| full_year(year.as_str()));
    (day.is_some() || year.is_some()).then_some(())?;
    Some(FoundDate {
        range: hit.get(0)?.range(),
        year,
        month: Some(month),
        day,
    })
}

fn month(word: &str) -> Option<u8> {
    let word = word.to_lowercase();
    let place = MONTHS_CY
        .iter()
        .position(|name| *name == word)
        .or_else(|| MONTHS.iter().position(|name| word.starts_with(name)))?;
    u8::try_from(place + 1).ok()
}

fn full_year(digits: &str) -> Option<i16> {
    let year: i16 = digits.parse().ok()?;
    Some(match digits.len() {
        2 if year < 30 => 2000 + year,
        2 => 1900 + year,
        _ => year,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, year: Option<i16>, month: Option<u8>, day: Option<u8>) {
        let found = find(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(
            (found[0].year, found[0].month, found[0].day),
            (year, month, day),
            "{text}"
        );
    }

    #[test]
    fn whole_dates_are_read_however_they_are_written() {
        for text in [
            "born 9 March 1998",
            "born on the 9th of March, 1998",
            "DOB 09/03/1998",
            "09.03.98 she said",
            "1998-03-09",
            "March 9, 1998",
            "9 Mar 98",
            "9 Mawrth 1998",
            "9/ 3/1998".replace("/ ", "/").as_str(),
        ] {
            check(text, Some(1998), Some(3), Some(9));
        }
    }

    #[test]
    fn a_date_written_month_first_is_understood_where_only_that_makes_sense() {
        check("03/25/1998", Some(1998), Some(3), Some(25));
    }

    #[test]
    fn parts_of_dates_count() {
        check("since March 1998", Some(1998), Some(3), None);
        check("03/1998", Some(1998), Some(3), None);
        check("on 9 March", None, Some(3), Some(9));
    }

    #[test]
    fn months_and_numbers_alone_do_not() {
        for text in [
            "she may leave",
            "in March",
            "77/99/2000",
            "1998",
            "twelve",
            "4 people",
        ] {
            assert_eq!(find(text), vec![], "{text}");
        }
        assert_eq!(years("since 1998, or 12345").len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn ranges_stand_on_characters(text in proptest::prelude::any::<String>()) {
            for date in find(&text) {
                proptest::prop_assert!(text.get(date.range).is_some());
            }
        }
    }
}
