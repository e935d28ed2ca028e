//! Days and hours in Europe/London, which all civil dates here are in.

use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

/// The time zone; UTC where the machine has no time zones.
pub fn zone() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}

/// What the clock says there at an instant in microseconds since 1970, UTC. An instant outside jiff's
/// range reads as the beginning of 1970.
pub fn at(micros: i64) -> ZonedDateTime {
    let instant = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
    instant.to_zoned_datetime(zone())
}

/// The day it is there at an instant in microseconds since 1970, UTC; as [`at`] beyond jiff's range.
pub fn date_of(micros: i64) -> Date {
    at(micros).date()
}

/// The instant at which the clock there says this time of a day; where it is skipped, as much later. The
/// last instant there is, where it is later than any.
pub fn instant(day: Date, at: Time) -> Timestamp {
    day.to_datetime(at)
        .to_zoned_datetime(zone())
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// The first instant of a day.
pub fn begins(day: Date) -> Timestamp {
    instant(day, Time::midnight())
}

/// The last second of a day: when something due on that day is due.
pub fn ends(day: Date) -> Timestamp {
    instant(day, time(23, 59, 59, 0))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_has_as_many_hours_as_the_clocks_give_it() {
        for (day, hours) in [
            (date(2026, 3, 28), 24),
            (date(2026, 3, 29), 23),
            (date(2026, 3, 30), 24),
            (date(2026, 10, 24), 24),
            (date(2026, 10, 25), 25),
            (date(2026, 10, 26), 24),
        ] {
            let seconds = ends(day).as_second() + 1 - begins(day).as_second();
            assert_eq!(seconds, hours * 3600, "{day}");
            assert_eq!(date_of(begins(day).as_microsecond()), day);
            assert_eq!(date_of(ends(day).as_microsecond()), day);
        }
    }

    #[test]
    fn an_hour_that_is_skipped_comes_an_hour_later() {
        let skipped = instant(date(2026, 3, 29), time(1, 30, 0, 0));
        assert_eq!(at(skipped.as_microsecond()).hour(), 2);
    }
}
