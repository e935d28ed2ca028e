//! Dates as people know them: a year, a month of a year, a day, or "about".
//!
//! A date that is only partly known stays partly known: nothing is filled in. What was typed and
//! cannot be understood is kept by whoever asked; this type holds only what is understood.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A civil date known to the year, the month or the day.
///
/// Written `1998`, `1998-03`, `1998-03-09`, with `~` before it for "about".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
    about: bool,
}

/// Why a date could not be understood. Each names the part to look at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartialDateError {
    /// There is no year, or it is not between 1900 and 2100.
    #[error("the year must have four numbers, such as 1998")]
    Year,
    /// The month is not between 1 and 12, or there is a day without a month.
    #[error("the month must be between 1 and 12")]
    Month,
    /// The month has no such day.
    #[error("that month has no such day")]
    Day,
}

/// First and last year that is taken for a date in somebody's life.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

impl PartialDate {
    /// Puts a date together from what is known. A day needs its month.
    ///
    /// # Errors
    /// [`PartialDateError`] names the first part that does not hold.
    pub fn new(
        year: i16,
        month: Option<i8>,
        day: Option<i8>,
        about: bool,
    ) -> Result<Self, PartialDateError> {
        if !YEARS.contains(&year) {
            return Err(PartialDateError::Year);
        }
        if month.is_some_and(|month| !(1..=12).contains(&month))
            || (day.is_some() && month.is_none())
        {
            return Err(PartialDateError::Month);
        }
        if let (Some(month), Some(day)) = (month, day) {
            Date::new(year, month, day).map_err(|_| PartialDateError::Day)?;
        }
        Ok(Self {
            year,
            month,
            day,
            about,
        })
    }

    /// Reads the three boxes of a form, as typed: spaces around, leading noughts and month names
    /// (English and Welsh, three letters are enough) are understood. All empty is `None`.
    ///
    /// # Errors
    /// [`PartialDateError`] names the first box that does not hold.
    pub fn from_boxes(
        day: &str,
        month: &str,
        year: &str,
    ) -> Result<Option<Self>, PartialDateError> {
        let (day, month, year) = (day.trim(), month.trim(), year.trim());
        if day.is_empty() && month.is_empty() && year.is_empty() {
            return Ok(None);
        }
        let (about, year) = match year.strip_prefix('~') {
            Some(rest) => (true, rest.trim()),
            None => (false, year),
        };
        let year = year.parse().map_err(|_| PartialDateError::Year)?;
        let month = match month {
            "" => None,
            month => Some(month_number(month).ok_or(PartialDateError::Month)?),
        };
        let day = match day {
            "" => None,
            day => Some(day.parse().map_err(|_| PartialDateError::Day)?),
        };
        Self::new(year, month, day, about).map(Some)
    }

    /// The date itself, when it is known to the day and not only "about".
    pub fn exact(self) -> Option<Date> {
        if self.about {
            return None;
        }
        Date::new(self.year, self.month?, self.day?).ok()
    }

    /// Year, month and day as far as they are known.
    pub fn parts(self) -> (i16, Option<i8>, Option<i8>) {
        (self.year, self.month, self.day)
    }

    /// Whether it was said to be only about right.
    pub fn is_about(self) -> bool {
        self.about
    }

    /// First and last day it can mean. "About" widens by a year on either side.
    pub fn span(self) -> (Date, Date) {
        let first = Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
            .unwrap_or(Date::MIN);
        let last = match (self.month, self.day) {
            (Some(_), Some(_)) => first,
            (Some(_), None) => first.last_of_month(),
            (None, _) => first.last_of_year(),
        };
        if self.about {
            (
                first.saturating_sub(1.year()),
                last.saturating_add(1.year()),
            )
        } else {
            (first, last)
        }
    }

    /// Youngest and oldest age in whole years somebody born then can have on `day`. Both are 0 before
    /// birth. Somebody born on 29 February is a year older on 1 March of a common year.
    pub fn ages_on(self, day: Date) -> (u16, u16) {
        let (first, last) = self.span();
        (age_on(last, day), age_on(first, day))
    }
}

/// Whole years from a birth to a day; the birthday itself counts as the new age.
///
/// Somebody born on 29 February reaches an age on 1 March of a common year.
pub fn age_on(born: Date, day: Date) -> u16 {
    let before_birthday = (day.month(), day.day()) < (born.month(), born.day());
    let years = i32::from(day.year()) - i32::from(born.year()) - i32::from(before_birthday);
    u16::try_from(years.max(0)).unwrap_or_default()
}

/// The day somebody turns 18; 1 March for somebody born on 29 February when the year is common.
pub fn eighteenth_birthday(born: Date) -> Date {
    let year = born.year().saturating_add(18);
    Date::new(year, born.month(), born.day())
        .or_else(|_| Date::new(year, 3, 1))
        .unwrap_or(Date::MAX)
}

fn month_number(typed: &str) -> Option<i8> {
    const NAMES: [(&str, &str); 12] = [
        ("jan", "ion"),
        ("feb", "chw"),
        ("mar", "maw"),
        ("apr", "ebr"),
        ("may", "mai"),
        ("jun", "meh"),
        ("jul", "gor"),
        ("aug", "aws"),
        ("sep", "med"),
        ("oct", "hyd"),
        ("nov", "tac"),
        ("dec", "rha"),
    ];
    if let Ok(number) = typed.parse() {
        return Some(number);
    }
    let start: String = typed.chars().take(3).collect::<String>().to_lowercase();
    let place = NAMES
        .iter()
        .position(|(english, welsh)| start == *english || start == *welsh)?;
    i8::try_from(place + 1).ok()
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.about {
            f.write_str("~")?;
        }
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = PartialDateError;

    fn from_str(text: &str) -> Result<Self, PartialDateError> {
        let (about, text) = match text.strip_prefix('~') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut parts = text.split('-');
        let year = parts.next().unwrap_or_default();
        if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PartialDateError::Year);
        }
        let month = parts
            .next()
            .map(two_digits)
            .transpose()
            .map_err(|()| PartialDateError::Month)?;
        let day = parts
            .next()
            .map(two_digits)
            .transpose()
            .map_err(|()| PartialDateError::Day)?;
        if parts.next().is_some() {
            return Err(PartialDateError::Day);
        }
        Self::new(
            year.parse().map_err(|_| PartialDateError::Year)?,
            month,
            day,
            about,
        )
    }
}

fn two_digits(text: &str) -> Result<i8, ()> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_err(|_| ())
    } else {
        Err(())
    }
}

impl Serialize for PartialDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn boxes_are_read_as_people_fill_them() {
        let read = |day, month, year| {
            PartialDate::from_boxes(day, month, year).map(|date| date.map(|date| date.to_string()))
        };
        assert_eq!(read("", "", ""), Ok(None));
        assert_eq!(read(" 09", "3 ", "1998"), Ok(Some("1998-03-09".into())));
        assert_eq!(read("", "March", "1998"), Ok(Some("1998-03".into())));
        assert_eq!(read("", "Mawrth", "~ 1998"), Ok(Some("~1998-03".into())));
        assert_eq!(read("", "", "1998"), Ok(Some("1998".into())));
        assert_eq!(read("9", "", "1998"), Err(PartialDateError::Month));
        assert_eq!(read("30", "2", "1998"), Err(PartialDateError::Day));
        assert_eq!(read("1", "13", "1998"), Err(PartialDateError::Month));
        assert_eq!(read("1", "1", "98"), Err(PartialDateError::Year));
        assert_eq!(read("1", "1", ""), Err(PartialDateError::Year));
    }

    #[test]
    fn an_age_changes_on_the_birthday_itself() {
        let born = date(2008, 12, 20);
        for (day, age) in [
            (date(2026, 12, 19), 17),
            (date(2026, 12, 20), 18),
            (date(2026, 12, 21), 18),
        ] {
            assert_eq!(age_on(born, day), age, "{day}");
        }
        assert_eq!(eighteenth_birthday(born), date(2026, 12, 20));
    }

    #[test]
    fn somebody_born_on_a_leap_day_turns_eighteen_on_the_first_of_march() {
        let born = date(2008, 2, 29);
        assert_eq!(eighteenth_birthday(born), date(2026, 3, 1));
        assert_eq!(age_on(born, date(2026, 2, 28)), 17);
        assert_eq!(age_on(born, date(2026, 3, 1)), 18);
    }

    #[test]
    fn a_year_alone_gives_two_possible_ages() {
        let year: PartialDate = "2008".parse().unwrap();
        assert_eq!(year.ages_on(date(2026, 6, 1)), (17, 18));
        let about: PartialDate = "~2008".parse().unwrap();
        assert_eq!(about.ages_on(date(2026, 6, 1)), (16, 19));
        assert_eq!(about.exact(), None);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(year in 1900_i16..=2100, month in proptest::option::of(1_i8..=12), day in 1_i8..=28, full: bool, about: bool) {
            let day = (full && month.is_some()).then_some(day);
            let date = PartialDate::new(year, month, day, about).unwrap();
            prop_assert_eq!(date.to_string().parse(), Ok(date));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,16}") {
            let _ = text.parse::<PartialDate>();
            let _ = PartialDate::from_boxes(&text, &text, &text);
        }
    }
}
