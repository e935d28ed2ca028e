//! Every vector of the table of working days, each division, feeds laid over feeds.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use jiff::civil::date;
use proptest::prelude::*;

const EW: Division = Division::EnglandAndWales;
const SCT: Division = Division::Scotland;
const NI: Division = Division::NorthernIreland;

#[track_caller]
fn five_days(received: &str, want: [&str; 3]) {
    let holidays = Holidays::shipped().unwrap();
    let day = received.parse().unwrap();
    let due = Division::ALL.map(|there| holidays.working_days_after(there, day, 5));
    assert!(due.iter().all(|counted| counted.known));
    let due = due.map(|counted| counted.due.to_string());
    assert_eq!(due, want, "5 working days after {received}");
}

#[test]
fn five_working_days_in_each_nation() {
    five_days("2026-04-02", ["2026-04-13", "2026-04-10", "2026-04-13"]);
    five_days("2026-05-01", ["2026-05-11", "2026-05-11", "2026-05-11"]);
    five_days("2026-03-31", ["2026-04-09", "2026-04-08", "2026-04-09"]);
    five_days("2026-07-09", ["2026-07-16", "2026-07-16", "2026-07-17"]);
    five_days("2026-08-28", ["2026-09-07", "2026-09-04", "2026-09-07"]);
    five_days("2026-12-23", ["2027-01-04", "2027-01-05", "2027-01-04"]);
}

#[test]
fn around_a_holiday_and_a_week_end_each_day_counts_from_the_next_working_day() {
    // The summer bank holiday is Monday 31 August in England and Wales.
    for (received, due) in [
        ("2026-08-27", "2026-09-04"), // Thursday before
        ("2026-08-28", "2026-09-07"), // Friday before
        ("2026-08-29", "2026-09-07"), // Saturday
        ("2026-08-30", "2026-09-07"), // Sunday
        ("2026-08-31", "2026-09-07"), // the day itself
        ("2026-09-01", "2026-09-08"), // the day after
    ] {
        let holidays = Holidays::shipped().unwrap();
        let counted = holidays.working_days_after(EW, received.parse().unwrap(), 5);
        assert_eq!(counted.due.to_string(), due, "received {received}");
    }
}

#[test]
fn no_count_is_moved_by_a_change_of_the_clocks() {
    // Clocks go forward on Sunday 29 March 2026 and back on Sunday 25 October 2026.
    for (received, due) in [
        ("2026-03-27", "2026-04-07"),
        ("2026-03-28", "2026-04-07"),
        ("2026-03-29", "2026-04-07"),
        ("2026-10-23", "2026-10-30"),
        ("2026-10-24", "2026-10-30"),
        ("2026-10-25", "2026-10-30"),
        ("2026-10-26", "2026-11-02"),
    ] {
        let holidays = Holidays::shipped().unwrap();
        let counted = holidays.working_days_after(EW, received.parse().unwrap(), 5);
        assert_eq!(counted.due.to_string(), due, "received {received}");
    }
}

#[test]
fn the_days_stepped_over_are_named_and_week_ends_are_not() {
    let holidays = Holidays::shipped().unwrap();
    let counted = holidays.working_days_after(EW, date(2026, 4, 2), 5);
    let skipped: Vec<_> = counted
        .skipped
        .iter()
        .map(|day| day.title.as_str())
        .collect();
    assert_eq!(skipped, ["Good Friday", "Easter Monday"]);
    let counted = holidays.working_days_after(SCT, date(2026, 6, 12), 1);
    assert_eq!(counted.due, date(2026, 6, 16));
    assert_eq!(counted.skipped[0].day, date(2026, 6, 15));
    let counted = holidays.working_days_after(EW, date(2026, 6, 12), 1);
    assert_eq!(counted.due, date(2026, 6, 15));
    assert_eq!(counted.skipped, []);
}

#[test]
fn the_snapshot_holds_the_days_of_each_division() {
    let holidays = Holidays::shipped().unwrap();
    let count = |there, year| {
        let days = holidays.days(there);
        days.filter(|holiday| holiday.day.year() == year).count()
    };
    for year in [2026, 2027, 2028] {
        let scotland = if year == 2026 { 10 } else { 9 };
        assert_eq!(count(EW, year), 8, "{year}");
        assert_eq!(count(SCT, year), scotland, "{year}");
        assert_eq!(count(NI, year), 10, "{year}");
    }
    // All days of England and Wales are days of Northern Ireland.
    assert!(
        holidays
            .days(EW)
            .all(|day| holidays.holiday(NI, day.day).is_some())
    );
    assert!(holidays.days(SCT).all(|day| is_weekday(day.day)));
    assert!(holidays.is_working_day(SCT, date(2026, 4, 6)));
    assert!(!holidays.is_working_day(EW, date(2026, 4, 6)));
}

#[test]
fn beyond_the_years_known_a_count_says_so() {
    let holidays = Holidays::shipped().unwrap();
    assert!(holidays.working_days_after(EW, date(2028, 12, 20), 5).known);
    assert!(!holidays.working_days_after(EW, date(2028, 12, 21), 5).known);
    assert!(!holidays.working_days_after(EW, date(2028, 12, 29), 5).known);
    assert!(!holidays.working_days_after(EW, date(2025, 12, 29), 5).known);
    assert!(holidays.working_days_after(EW, date(2025, 12, 31), 5).known);
}

fn whole_year(division: &str, year: i16) -> String {
    let days: Vec<_> = (1..=8)
        .map(|month| {
            format!(
                r#"{{"title":"Day {month}","date":"{year}-0{month}-05","notes":"","bunting":true}}"#
            )
        })
        .collect();
    format!(
        r#"{{"{division}":{{"division":"{division}","events":[{}]}}}}"#,
        days.join(",")
    )
}

#[test]
fn a_newer_feed_replaces_the_years_it_covers_and_leaves_the_rest() {
    let mut holidays = Holidays::shipped().unwrap();
    holidays.add(EW, date(2027, 6, 1), "Ours");
    let feed = Feed::read(&whole_year("england-and-wales", 2027)).unwrap();
    holidays.lay_over(&feed, Source::Feed);
    assert!(
        holidays.is_working_day(EW, date(2027, 5, 31)),
        "no longer listed"
    );
    assert!(!holidays.is_working_day(EW, date(2027, 1, 5)), "listed now");
    assert!(!holidays.is_working_day(EW, date(2027, 6, 1)), "ours stays");
    assert!(
        !holidays.is_working_day(EW, date(2026, 8, 31)),
        "another year"
    );
    assert!(
        !holidays.is_working_day(NI, date(2027, 5, 31)),
        "another division"
    );
    let before = holidays.clone();
    holidays.lay_over(&feed, Source::Feed);
    assert_eq!(holidays, before, "twice is once");
}

#[test]
fn a_feed_that_is_wrong_is_not_used_at_all() {
    let say = |json: &str| Feed::read(json).unwrap_err().to_string();
    assert!(say("[]").starts_with("this is not the bank-holiday feed of gov.uk"));
    assert!(say(r#"{"england-and-wales": {"events": [{}]}}"#).contains("missing field"));
    assert_eq!(say("{}"), "the feed names no part of the United Kingdom");
    assert!(say(r#"{"wales": {"events": []}}"#).contains("not known: wales"));
    let cut = whole_year("scotland", 2029).replace("2029-08-05", "2030-01-01");
    assert!(say(&cut).contains("scotland has only 7 bank holidays in 2029"));
    let no_day = whole_year("scotland", 2029).replace("2029-02-05", "2029-02-29");
    assert!(say(&no_day).contains("scotland has a day that is none: 2029-02-29"));
    assert!(Feed::read(SHIPPED).is_ok());
}

#[test]
fn fewer_than_twelve_months_ahead_is_noticed() {
    let holidays = Holidays::shipped().unwrap();
    assert_eq!(holidays.last_known(EW), Some(date(2028, 12, 26)));
    assert_eq!(holidays.short(date(2027, 12, 25)), []);
    assert_eq!(holidays.short(date(2027, 12, 26)), []);
    let short = holidays.short(date(2027, 12, 27));
    assert_eq!(short.len(), 3);
    assert_eq!(short[0].last_known, Some(date(2028, 12, 26)));
    let mut ours = holidays.clone();
    ours.add(EW, date(2030, 1, 1), "Ours");
    assert_eq!(
        ours.short(date(2027, 12, 27)).len(),
        3,
        "a day of ours is no year"
    );
    assert_eq!(Holidays::default().short(date(2026, 1, 1)).len(), 3);
}

#[test]
fn a_location_has_its_calendar() {
    for (location, want) in [
        ("england", Some(EW)),
        ("wales", Some(EW)),
        ("scotland", Some(SCT)),
        ("northern-ireland", Some(NI)),
        ("", None),
    ] {
        assert_eq!(Division::of_location(location), want, "{location}");
    }
    for one in Division::ALL {
        assert_eq!(Division::from_code(one.code()), Some(one));
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(json, format!("\"{}\"", one.code()));
    }
}

proptest! {
    #[test]
    fn a_count_ends_on_a_working_day_and_counts_back(days in 0i32..1_000, n in 1u16..60, there in 0usize..3) {
        let holidays = Holidays::shipped().unwrap();
        let there = Division::ALL[there];
        let start = date(2026, 1, 1).saturating_add(days.days());
        let counted = holidays.working_days_after(there, start, n);
        prop_assert!(holidays.is_working_day(there, counted.due));
        let back = holidays.working_days_between(there, start, counted.due);
        prop_assert_eq!(back, usize::from(n));
        let next = holidays.working_days_after(there, start, n + 1);
        prop_assert!(next.due > counted.due);
    }
}
