//! Days and moments in words: "Monday 7 September 2026", "due tomorrow", "overdue since yesterday".

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use crate::{Arg, Locale, Words};

impl Words {
    /// A day in words: "7 September 2026".
    pub fn date(&self, locale: Locale, day: Date) -> String {
        let month = self.text(locale, &format!("month-{}", day.month()), &[]);
        self.text(
            locale,
            "date-long",
            &[
                ("day", Arg::from(day.day().to_string())),
                ("month", month.into()),
                ("year", Arg::from(day.year().to_string())),
            ],
        )
    }

    /// A date as far as it is known, in words: "1998", "March 1998", "about 9 March 1998".
    ///
    /// `written` is the stored form: `1998`, `1998-03`, `1998-03-09`, with `~` before it for about. A text
    /// that is none of these comes back as it is.
    pub fn partial_date(&self, locale: Locale, written: &str) -> String {
        let (about, date) = match written.strip_prefix('~') {
            Some(rest) => (true, rest),
            None => (false, written),
        };
        let mut parts = date.split('-');
        let year = parts.next().unwrap_or_default();
        let month = parts.next().and_then(|month| month.parse::<u8>().ok());
        let day = parts.next().and_then(|day| day.parse::<u8>().ok());
        let Some(month) = month.filter(|month| (1..=12).contains(month)) else {
            return self.perhaps_about(locale, about, year.to_owned());
        };
        let month = self.text(locale, &format!("month-{month}"), &[]);
        let mut args = vec![
            ("month", Arg::from(month)),
            ("year", Arg::from(year.to_owned())),
        ];
        let key = match day {
            Some(day) => {
                args.push(("day", Arg::from(day.to_string())));
                "date-long"
            }
            None => "date-month",
        };
        let known = self.text(locale, key, &args);
        self.perhaps_about(locale, about, known)
    }

    fn perhaps_about(&self, locale: Locale, about: bool, date: String) -> String {
        if about {
            self.text(locale, "date-about", &[("date", date.into())])
        } else {
            date
        }
    }

    /// A day with its weekday and without its year: "Monday 7 September".
    pub fn weekday(&self, locale: Locale, day: Date) -> String {
        let name = format!("weekday-{}", day.weekday().to_monday_one_offset());
        let month = self.text(locale, &format!("month-{}", day.month()), &[]);
        self.text(
            locale,
            "date-weekday",
            &[
                ("weekday", self.text(locale, &name, &[]).into()),
                ("day", Arg::from(day.day().to_string())),
                ("month", month.into()),
            ],
        )
    }

    /// A moment in words, in Europe/London: "7 September 2026 at 14:02".
    ///
    /// `micros` are microseconds since 1970, UTC, as they are stored.
    pub fn moment(&self, locale: Locale, micros: i64) -> String {
        let at = london(micros);
        self.text(
            locale,
            "date-moment",
            &[
                ("date", self.date(locale, at.date()).into()),
                ("time", Arg::from(clock(&at))),
            ],
        )
    }

    /// How a list says when something was saved: "14:02" today, "yesterday at 14:02", else the date.
    pub fn when(&self, locale: Locale, micros: i64, today: Date) -> String {
        let at = london(micros);
        let time = Arg::from(clock(&at));
        match days_between(at.date(), today) {
            0 => self.text(locale, "date-today-at", &[("time", time)]),
            1 => self.text(locale, "date-yesterday-at", &[("time", time)]),
            _ => self.date(locale, at.date()),
        }
    }

    /// When something is due, in words: "due today", "due tomorrow", "due Monday 7 September",
    /// "overdue since yesterday".
    pub fn due(&self, locale: Locale, due_on: Date, today: Date) -> String {
        let day = || {
            if (-180..=180).contains(&days_between(today, due_on)) {
                self.weekday(locale, due_on)
            } else {
                self.date(locale, due_on)
            }
        };
        match days_between(today, due_on) {
            -1 => self.text(locale, "due-overdue-yesterday", &[]),
            0 => self.text(locale, "due-today", &[]),
            1 => self.text(locale, "due-tomorrow", &[]),
            late if late < 0 => self.text(locale, "due-overdue", &[("date", day().into())]),
            _ => self.text(locale, "due-on", &[("date", day().into())]),
        }
    }

    /// When something is due, to the minute where it is due within a day: "Overdue since 09:00", "Due by 09:00",
    /// "Due tomorrow by 09:00"; what is due at the end of a day, or later, as [`Words::due`] says.
    ///
    /// Both are microseconds since 1970, UTC.
    pub fn due_at(&self, locale: Locale, due: i64, now: i64) -> String {
        let (at, here) = (london(due), london(now));
        let end_of_day = (at.hour(), at.minute()) == (23, 59);
        let key = match days_between(here.date(), at.date()) {
            0 if due < now => "due-overdue-at",
            0 if !end_of_day => "due-today-by",
            1 if !end_of_day => "due-tomorrow-by",
            _ => return self.due(locale, at.date(), here.date()),
        };
        self.text(locale, key, &[("time", Arg::from(clock(&at)))])
    }
}

fn london(micros: i64) -> jiff::ZonedDateTime {
    let at = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned_datetime(TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC))
}

fn clock(at: &jiff::ZonedDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// Days from the first to the second; negative when the second is earlier.
fn days_between(first: Date, second: Date) -> i32 {
    first.until(second).map_or(0, |span| span.get_days())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_deadline_is_said_in_words() {
        let words = Words::shipped().unwrap();
        let today = date(2026, 9, 3);
        let say = |locale, due| words.due(locale, due, today);
        assert_eq!(say(Locale::En, date(2026, 9, 2)), "Overdue since yesterday");
        assert_eq!(
            say(Locale::En, date(2026, 9, 1)),
            "Overdue since Tuesday 1 September"
        );
        assert_eq!(say(Locale::En, today), "Due today");
        assert_eq!(say(Locale::En, date(2026, 9, 4)), "Due tomorrow");
        assert_eq!(say(Locale::En, date(2026, 9, 7)), "Due Monday 7 September");
        assert_eq!(say(Locale::En, date(2027, 9, 7)), "Due 7 September 2027");
        assert_eq!(say(Locale::Cy, date(2026, 9, 7)), "Erbyn dydd Llun 7 Medi");
    }

    #[test]
    fn what_is_due_within_a_day_says_the_minute() {
        let words = Words::shipped().unwrap();
        let micros = |text: &str| text.parse::<Timestamp>().unwrap().as_microsecond();
        let now = micros("2026-09-03T09:30:00Z");
        let say = |due: &str| words.due_at(Locale::En, micros(due), now);
        assert_eq!(say("2026-09-03T08:00:00Z"), "Overdue since 09:00");
        assert_eq!(say("2026-09-02T22:59:59Z"), "Overdue since yesterday");
        assert_eq!(say("2026-09-03T15:00:00Z"), "Due by 16:00");
        assert_eq!(say("2026-09-03T22:59:59Z"), "Due today");
        assert_eq!(say("2026-09-04T08:00:00Z"), "Due tomorrow by 09:00");
        assert_eq!(say("2026-09-04T22:59:59Z"), "Due tomorrow");
        assert_eq!(say("2026-09-07T08:00:00Z"), "Due Monday 7 September");
    }

    #[test]
    fn a_date_is_said_as_far_as_it_is_known() {
        let words = Words::shipped().unwrap();
        for (written, english, welsh) in [
            ("1998", "1998", "1998"),
            ("~1998", "about 1998", "tua 1998"),
            ("1998-03", "March 1998", "Mawrth 1998"),
            ("1998-03-09", "9 March 1998", "9 Mawrth 1998"),
            ("~1998-03-09", "about 9 March 1998", "tua 9 Mawrth 1998"),
            ("last spring", "last spring", "last spring"),
        ] {
            assert_eq!(words.partial_date(Locale::En, written), english);
            assert_eq!(words.partial_date(Locale::Cy, written), welsh);
        }
    }

    #[test]
    fn a_moment_is_london_time() {
        let words = Words::shipped().unwrap();
        let micros = "2026-07-01T13:02:00Z"
            .parse::<Timestamp>()
            .unwrap()
            .as_microsecond();
        assert_eq!(words.moment(Locale::En, micros), "1 July 2026 at 14:02");
        assert_eq!(
            words.moment(Locale::Cy, micros),
            "1 Gorffennaf 2026 am 14:02"
        );
        assert_eq!(
            words.when(Locale::En, micros, date(2026, 7, 1)),
            "today at 14:02"
        );
        assert_eq!(
            words.when(Locale::En, micros, date(2026, 7, 2)),
            "yesterday at 14:02"
        );
        assert_eq!(
            words.when(Locale::En, micros, date(2026, 7, 9)),
            "1 July 2026"
        );
    }
}
