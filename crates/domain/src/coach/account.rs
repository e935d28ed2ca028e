//! What happened and when: dates, their order, what lies between them, and what was told late.

use std::sync::LazyLock;

use heyrick_normalise::date::{self, FoundDate};
use regex::Regex;

use super::text::{self, Text};
use super::{Advice, Page, Rule};

/// When it happened: one of the two is asked.
pub(super) const WHEN: [&str; 2] = [
    "when-did-the-exploitation-take-place",
    "when-did-the-exploitation-take-place-multiple",
];
const START: &str = "how-did-the-exploitation-start";
const JOURNEY: &str = "were-they-taken-somewhere-by-their-exploiter-journey-details";
const LEFT: &str = "how-why-did-they-leave-the-situation";
/// Where events are told, in the order in which they happened.
const EVENTS: [&str; 3] = [START, JOURNEY, LEFT];
/// A text of fewer words may do without a date.
const WORDS_WITH_A_DATE: usize = 8;
/// More months than this between two dated events are asked about.
pub const GAP_MONTHS: i32 = 12;

/// A month somebody wrote, with the day if they did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Point {
    month: i32,
    day: Option<u8>,
}

impl Point {
    fn of(found: &FoundDate) -> Option<Self> {
        let month = i32::from(found.month?) - 1;
        Some(Self {
            month: i32::from(found.year?) * 12 + month,
            day: found.day,
        })
    }

    /// As far as it was written: `2024-06` or `2024-06-03`.
    fn written(self) -> String {
        let (year, month) = (self.month.div_euclid(12), self.month.rem_euclid(12) + 1);
        match self.day {
            Some(day) => format!("{year:04}-{month:02}-{day:02}"),
            None => format!("{year:04}-{month:02}"),
        }
    }

    /// Says whether it is surely before `other`.
    fn before(self, other: Self) -> bool {
        match (self.day, other.day) {
            (Some(day), Some(others)) => (self.month, day) < (other.month, others),
            _ => self.month < other.month,
        }
    }
}

pub(super) fn advice(page: Page<'_>) -> Vec<Advice> {
    let mut all: Vec<Advice> = WHEN
        .into_iter()
        .chain(EVENTS)
        .filter_map(|key| undated(page, key))
        .collect();
    all.extend(
        WHEN.into_iter()
            .chain(EVENTS)
            .filter_map(|key| backwards(page, key)),
    );
    all.extend(ends_before_it_began(page));
    all.extend(gap(page));
    all.extend(told_late(page));
    all
}

/// No date at all in a text that tells of events.
fn undated(page: Page<'_>, key: &str) -> Option<Advice> {
    let words = page.words(key)?;
    let text = Text::new(&words);
    let says_enough = WHEN.contains(&key) || text.len() >= WORDS_WITH_A_DATE;
    let undated = says_enough && text.is_english() && !text.has_time();
    undated.then(|| Advice::new(Rule::NoDates, key))
}

/// The dates of a text in the order they stand, those of a birth left out.
fn dates(text: &str) -> Vec<(FoundDate, Point)> {
    static BORN: LazyLock<Regex> =
        LazyLock::new(|| text::pattern(r"(?i)\b(?:born|birth|dob|d\.o\.b\.?)\W*(?:\w+\W+){0,3}$"));
    date::find(text)
        .into_iter()
        .filter(|found| !BORN.is_match(text.get(..found.range.start).unwrap_or_default()))
        .filter_map(|found| Point::of(&found).map(|point| (found, point)))
        .collect()
}

/// Words that say a step back in time is meant.
static STEPS_BACK: LazyLock<Regex> =
    LazyLock::new(|| text::pattern(r"(?i)\b(?:before|earlier|previous\w*|prior|formerly|had)\b"));

/// A later date before an earlier one, in the same paragraph.
fn backwards(page: Page<'_>, key: &str) -> Option<Advice> {
    let words = page.words(key)?;
    if !Text::new(&words).may_be_english() {
        return None;
    }
    words.lines().find_map(|line| {
        let dates = dates(line);
        let pair = dates.windows(2).find(|pair| {
            let [(first, earlier), (second, later)] = pair else {
                return false;
            };
            let sentence = first.range.start.saturating_sub(40)..second.range.start;
            let near = line
                .get(sentence)
                .or_else(|| line.get(first.range.end..second.range.start));
            later.before(*earlier) && !near.is_some_and(|words| STEPS_BACK.is_match(words))
        })?;
        let advice = Advice::new(Rule::OutOfOrder, key);
        Some(advice.between(pair[0].1.written(), pair[1].1.written()))
    })
}

/// It ended, as told, before it began.
fn ends_before_it_began(page: Page<'_>) -> Option<Advice> {
    let points = |key| {
        let words = page.words(key)?;
        let points: Vec<Point> = dates(&words).into_iter().map(|(_, point)| point).collect();
        (!points.is_empty()).then_some(points)
    };
    let began = points(START)?.into_iter().min()?;
    let ended = points(LEFT)?.into_iter().max()?;
    ended.before(began).then(|| {
        Advice::new(Rule::OutOfOrder, LEFT)
            .between(began.written(), ended.written())
            .also_on([START])
    })
}

/// A long time between two dated events with nothing told of it. `June 2022 to August 2024` tells of it.
fn gap(page: Page<'_>) -> Option<Advice> {
    static JOINED: LazyLock<Regex> = LazyLock::new(|| {
        text::pattern(
            r"(?i)^[\s,]*(?:to|until|till|up to|through to|and|–|—|-|hyd|tan|i)[\s,]*(?:about|around|the end of|early|late|mid)?\s*$",
        )
    });
    let asked = WHEN.into_iter().find(|key| page.words(key).is_some())?;
    let mut points = Vec::new();
    let mut told = Vec::new();
    for key in WHEN.into_iter().chain(EVENTS) {
        let Some(words) = page.words(key) else {
            continue;
        };
        let dates = dates(&words);
        for pair in dates.windows(2) {
            let [(first, from), (second, to)] = pair else {
                continue;
            };
            let between = words.get(first.range.end..second.range.start);
            if between.is_some_and(|words| JOINED.is_match(words)) {
                told.push((from.month, to.month));
            }
        }
        points.extend(dates.into_iter().map(|(_, point)| point));
    }
    points.sort_unstable();
    let silent = |from: i32, to: i32| {
        to - from > GAP_MONTHS
            && !told
                .iter()
                .any(|(began, ended)| *began <= from && to <= *ended)
    };
    let pair = points
        .windows(2)
        .find(|pair| silent(pair[0].month, pair[1].month))?;
    let advice = Advice::new(Rule::DateGap, asked).between(pair[0].written(), pair[1].written());
    Some(advice.also_on(EVENTS))
}

const LAST_CONTACT: &str = "when-last-contact";
const REPORTED: &str = "is-this-the-first-chance-to-report";
const WHY_NOW: &str = "why-report-now";
const REPORTED_BEFORE: &str = "yes-the-first-chance-to-report";
const REPORTED_PERHAPS: &str = "not-sure-the-first-chance-to-report";
/// Last contact so long ago that somebody will ask why it is told now.
const LONG_AGO: [&str; 2] = ["within-the-last-6-12-month", "over-a-year-ago"];

/// Told late, and nothing of what stood in the way; or reported before, and not where.
fn told_late(page: Page<'_>) -> Option<Advice> {
    if page.says(REPORTED, "yes") && page.words(REPORTED_BEFORE).is_none() {
        return Some(Advice::new(Rule::DelayNotExplained, REPORTED_BEFORE).also_on([REPORTED]));
    }
    let late = LONG_AGO.iter().any(|long| page.says(LAST_CONTACT, long));
    if late && page.says(REPORTED, "not-sure") {
        let said = page.words(REPORTED_PERHAPS).unwrap_or_default();
        let unread = !said.is_empty() && !Text::new(&said).is_english();
        return (!unread && !explains_delay(&said)).then(|| {
            Advice::new(Rule::DelayNotExplained, REPORTED_PERHAPS).also_on([LAST_CONTACT, REPORTED])
        });
    }
    if !late || !page.says(REPORTED, "no") {
        return None;
    }
    let words = page.words(WHY_NOW)?;
    let unexplained = Text::new(&words).is_english() && !explains_delay(&words);
    unexplained
        .then(|| Advice::new(Rule::DelayNotExplained, WHY_NOW).also_on([LAST_CONTACT, REPORTED]))
}

/// Says what stood in the way. A diagnosis of one's own is none, whatever it is said to come from.
fn explains_delay(words: &str) -> bool {
    let sentences = Text::new(words).sentences();
    sentences.iter().any(|sentence| {
        let own_diagnosis =
            text::DIAGNOSIS.is_match(sentence) && !text::CLINICIAN.is_match(sentence);
        text::STOOD_IN_WAY.is_match(sentence) && !own_diagnosis
    })
}
