//! When the local authority's children's services answer in the ordinary way; any other time is out of hours.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::calendar::{Division, Holidays};
use crate::london;

/// From when until when on working days, by the clock in Europe/London; the end is not counted. No Act sets
/// them and councils differ, so the operator may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfficeHours {
    from: Time,
    until: Time,
}

/// Hours that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("office hours are written like 09:00-17:00, the beginning before the end")]
pub struct OfficeHoursError;

impl Default for OfficeHours {
    /// From nine to five.
    fn default() -> Self {
        Self {
            from: Time::constant(9, 0, 0, 0),
            until: Time::constant(17, 0, 0, 0),
        }
    }
}

impl OfficeHours {
    /// Says whether an office answers then: within the hours of a working day in England and Wales.
    pub fn hold(self, at: Timestamp, holidays: &Holidays) -> bool {
        let at = london::at(at.as_microsecond()).datetime();
        let day: Date = at.date();
        let working = holidays.is_working_day(Division::EnglandAndWales, day);
        working && (self.from..self.until).contains(&at.time())
    }
}

impl std::str::FromStr for OfficeHours {
    type Err = OfficeHoursError;

    fn from_str(text: &str) -> Result<Self, OfficeHoursError> {
        let (from, until) = text.split_once('-').ok_or(OfficeHoursError)?;
        let time = |text: &str| Time::strptime("%H:%M", text.trim()).map_err(|_| OfficeHoursError);
        let (from, until) = (time(from)?, time(until)?);
        (from < until)
            .then_some(Self { from, until })
            .ok_or(OfficeHoursError)
    }
}

impl std::fmt::Display for OfficeHours {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, until) = (self.from, self.until);
        write!(
            out,
            "{:02}:{:02}-{:02}:{:02}",
            from.hour(),
            from.minute(),
            until.hour(),
            until.minute()
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[track_caller]
    fn check(at: &str, want: bool) {
        let holidays = Holidays::shipped().unwrap();
        let got = OfficeHours::default().hold(at.parse().unwrap(), &holidays);
        assert_eq!(got, want, "{at}");
    }

    #[test]
    fn an_office_answers_on_working_days_within_its_hours_in_london() {
        // Thursday 26 November 2026, winter time.
        check("2026-11-26T08:59:59Z", false);
        check("2026-11-26T09:00:00Z", true);
        check("2026-11-26T16:59:59Z", true);
        check("2026-11-26T17:00:00Z", false);
        // Friday 25 September 2026, summer time.
        check("2026-09-25T07:59:59Z", false);
        check("2026-09-25T08:00:00Z", true);
        check("2026-09-25T16:00:00Z", false);
        // A Saturday, a Sunday, a bank holiday, and the day after it.
        check("2026-11-28T12:00:00Z", false);
        check("2026-11-29T12:00:00Z", false);
        check("2026-12-25T12:00:00Z", false);
        check("2026-12-29T12:00:00Z", true);
    }

    #[test]
    fn hours_are_read_as_they_are_written() {
        for good in ["09:00-17:00", "08:30-16:45"] {
            assert_eq!(good.parse::<OfficeHours>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "9-17",
            "17:00-09:00",
            "09:00-09:00",
            "09:00",
            "25:00-26:00",
        ] {
            assert_eq!(bad.parse::<OfficeHours>(), Err(OfficeHoursError), "{bad}");
        }
    }
}
