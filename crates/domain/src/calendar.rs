//! The calendar: which days are working days in which part of the United Kingdom, and counting them.
//!
//! Working days are Monday to Friday without the bank holidays of the calendar chosen for the case. Bank
//! holidays are data: a snapshot comes with the program in the format of the gov.uk feed, a newer feed
//! is laid over it, and days of one's own can be added. One-off days happen.
//!
//! Sources: D-1 to D-7 of the domain notes; Banking and Financial Dealings Act 1971, s.1 and schedule 1.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// The snapshot that comes with the program; `reference/bank-holidays.json` says what it is made from.
const SHIPPED: &str = include_str!("../../../reference/bank-holidays.json");
/// The fewest bank holidays a year of any division has: a feed with fewer is cut short.
const WHOLE_YEAR_MIN: usize = 8;
/// How far ahead bank holidays should be known, in months; ours.
pub const AHEAD_MONTHS: i32 = 12;
/// The most working days counted in one go: about four years, far beyond any rule.
pub const WORKING_DAYS_MAX: u16 = 1_000;

/// A part of the United Kingdom with bank holidays of its own.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Division {
    /// England and Wales.
    #[default]
    EnglandAndWales,
    /// Scotland: no Easter Monday, the first Monday of August.
    Scotland,
    /// Northern Ireland: the days of England and Wales, and two of its own.
    NorthernIreland,
}

impl Division {
    /// All three, in the order of the feed.
    pub const ALL: [Self; 3] = [Self::EnglandAndWales, Self::Scotland, Self::NorthernIreland];

    /// The word of the gov.uk feed; also kept in the store and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::EnglandAndWales => "england-and-wales",
            Self::Scotland => "scotland",
            Self::NorthernIreland => "northern-ireland",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// The division of an answer to the form's `fr-location`; `None` for any other word.
    ///
    /// The Home Office says nowhere which calendar counts: where the first responder is, is ours (D-2).
    pub fn of_location(fr_location: &str) -> Option<Self> {
        match fr_location {
            "england" | "wales" => Some(Self::EnglandAndWales),
            "scotland" => Some(Self::Scotland),
            "northern-ireland" => Some(Self::NorthernIreland),
            _ => None,
        }
    }
}

/// Who says that a day is a holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The snapshot that came with the program.
    Shipped,
    /// A gov.uk feed that was loaded.
    Feed,
    /// Added by hand.
    Own,
}

impl Source {
    /// The word kept in the store and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Shipped => "shipped",
            Self::Feed => "feed",
            Self::Own => "own",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Shipped, Self::Feed, Self::Own]
            .into_iter()
            .find(|one| one.code() == code)
    }
}

/// A day that is not a working day whatever its weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// The civil day.
    pub day: Date,
    /// What it is called, as the feed or whoever added it wrote it.
    pub title: String,
    /// Who says so.
    pub source: Source,
}

/// Why a file is not a gov.uk bank-holiday feed. Nothing of such a file is used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// It is not JSON of that form.
    #[error("this is not the bank-holiday feed of gov.uk: {why}")]
    NotAFeed {
        /// What the reader stumbled over, with line and column.
        why: String,
    },
    /// It has no division at all.
    #[error("the feed names no part of the United Kingdom")]
    Empty,
    /// A division nobody here knows.
    #[error(
        "the feed names a part of the United Kingdom that is not known: {0}; known are england-and-wales, scotland and northern-ireland"
    )]
    UnknownDivision(String),
    /// A day that is none.
    #[error("{division} has a day that is none: {date}; days are written 2026-08-31")]
    NotADay {
        /// Where.
        division: &'static str,
        /// As written.
        date: String,
    },
    /// A year of a division with fewer days than any year has: the file is cut short.
    #[error(
        "{division} has only {days} bank holidays in {year}, and no year has fewer than 8; the file seems cut short, so nothing of it is used"
    )]
    Partial {
        /// Where.
        division: &'static str,
        /// Which year.
        year: i16,
        /// How many days the file has.
        days: usize,
    },
}

#[derive(Deserialize)]
struct FeedDivision {
    events: Vec<FeedEvent>,
}

// `notes` and `bunting` are there too and mean nothing here.
#[derive(Deserialize)]
struct FeedEvent {
    title: String,
    date: String,
}

/// What a feed says: the days of each division it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    days: BTreeMap<Division, BTreeMap<Date, String>>,
}

impl Feed {
    /// Reads the JSON of `www.gov.uk/bank-holidays.json`. A day that stands twice counts once.
    ///
    /// # Errors
    /// [`FeedError`] for the first thing that is wrong; a feed is used whole or not at all.
    pub fn read(json: &str) -> Result<Self, FeedError> {
        let read: BTreeMap<String, FeedDivision> =
            serde_json::from_str(json.trim_start_matches('\u{feff}')).map_err(|error| {
                FeedError::NotAFeed {
                    why: error.to_string(),
                }
            })?;
        if read.is_empty() {
            return Err(FeedError::Empty);
        }
        let days = read
            .into_iter()
            .map(|(code, listed)| {
                let division =
                    Division::from_code(&code).ok_or(FeedError::UnknownDivision(code))?;
                Ok((division, days_of(division, listed.events)?))
            })
            .collect::<Result<_, FeedError>>()?;
        Ok(Self { days })
    }

    /// A feed of these days, as they were kept.
    pub fn of(days: impl IntoIterator<Item = (Division, Date, String)>) -> Self {
        let mut feed = Self {
            days: BTreeMap::new(),
        };
        for (division, day, title) in days {
            feed.days.entry(division).or_default().insert(day, title);
        }
        feed
    }

    /// The days it lists, by division and day.
    pub fn days(&self) -> impl Iterator<Item = (Division, Date, &str)> {
        self.days.iter().flat_map(|(division, days)| {
            days.iter()
                .map(|(day, title)| (*division, *day, title.as_str()))
        })
    }

    /// The years it covers in a division.
    pub fn years(&self, division: Division) -> BTreeSet<i16> {
        let days = self.days.get(&division).into_iter().flatten();
        days.map(|(day, _)| day.year()).collect()
    }
}

fn days_of(
    division: Division,
    events: Vec<FeedEvent>,
) -> Result<BTreeMap<Date, String>, FeedError> {
    let mut days = BTreeMap::new();
    for FeedEvent { title, date } in events {
        let day: Date = date.parse().map_err(|_| FeedError::NotADay {
            division: division.code(),
            date: date.chars().take(40).collect(),
        })?;
        days.insert(day, title);
    }
    let mut years: BTreeMap<i16, usize> = BTreeMap::new();
    for day in days.keys() {
        *years.entry(day.year()).or_default() += 1;
    }
    match years.into_iter().find(|(_, days)| *days < WHOLE_YEAR_MIN) {
        Some((year, days)) => Err(FeedError::Partial {
            division: division.code(),
            year,
            days,
        }),
        None => Ok(days),
    }
}

/// The bank holidays at hand: what came with the program, newer feeds over it, and days of one's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holidays {
    days: BTreeMap<Division, BTreeMap<Date, Holiday>>,
    years: BTreeMap<Division, BTreeSet<i16>>,
}

/// Fewer than [`AHEAD_MONTHS`] months of bank holidays lie ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Short {
    /// Where.
    pub division: Division,
    /// The last bank holiday that is known; `None`: not one is.
    pub last_known: Option<Date>,
}

/// The end of a count of working days, and what it stepped over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The last of the days counted.
    pub due: Date,
    /// The days from Monday to Friday that were not counted, in order. Week-ends go without saying.
    pub skipped: Vec<Holiday>,
    /// Whether bank holidays are known for every year the count touched. If not, the day may be wrong
    /// by as many days as are missing.
    pub known: bool,
}

impl Holidays {
    /// The days that came with the program.
    ///
    /// # Errors
    /// [`FeedError`] when the snapshot is wrong; the tests read it.
    pub fn shipped() -> Result<Self, FeedError> {
        let mut holidays = Self::default();
        holidays.lay_over(&Feed::read(SHIPPED)?, Source::Shipped);
        Ok(holidays)
    }

    /// Lays a feed over the days at hand: in each division, the years it covers are as it says and no
    /// longer as before, except for days of one's own; other years stay.
    pub fn lay_over(&mut self, feed: &Feed, source: Source) {
        for division in Division::ALL {
            let years = feed.years(division);
            if let Some(days) = self.days.get_mut(&division) {
                days.retain(|day, held| held.source == Source::Own || !years.contains(&day.year()));
            }
            self.years.entry(division).or_default().extend(years);
        }
        for (division, day, title) in feed.days() {
            self.put(division, day, title, source);
        }
    }

    /// Adds a day of one's own, such as one proclaimed after the feed was made. It stays when a feed
    /// is laid over it, and says nothing about how far ahead bank holidays are known.
    pub fn add(&mut self, division: Division, day: Date, title: &str) {
        let known = self.holiday(division, day).is_some();
        if !known {
            self.put(division, day, title, Source::Own);
        }
    }

    fn put(&mut self, division: Division, day: Date, title: &str, source: Source) {
        let holiday = Holiday {
            day,
            title: title.to_owned(),
            source,
        };
        self.days.entry(division).or_default().insert(day, holiday);
    }

    /// The days of a division, in order.
    pub fn days(&self, division: Division) -> impl Iterator<Item = &Holiday> {
        self.days
            .get(&division)
            .into_iter()
            .flat_map(BTreeMap::values)
    }

    /// The holiday on this day, if it is one.
    pub fn holiday(&self, division: Division, day: Date) -> Option<&Holiday> {
        self.days.get(&division)?.get(&day)
    }

    /// Monday to Friday, and not a bank holiday there (D-1).
    pub fn is_working_day(&self, division: Division, day: Date) -> bool {
        is_weekday(day) && self.holiday(division, day).is_none()
    }

    /// Whether the bank holidays of this year are known there.
    pub fn knows(&self, division: Division, year: i16) -> bool {
        self.years
            .get(&division)
            .is_some_and(|years| years.contains(&year))
    }

    /// The last bank holiday known there from a feed; days of one's own do not count.
    pub fn last_known(&self, division: Division) -> Option<Date> {
        let theirs = self.days(division).filter(|day| day.source != Source::Own);
        theirs.map(|holiday| holiday.day).last()
    }

    /// The divisions where fewer than [`AHEAD_MONTHS`] months of bank holidays lie ahead of this day:
    /// load a newer feed.
    pub fn short(&self, today: Date) -> Vec<Short> {
        let wanted = today.saturating_add(AHEAD_MONTHS.months());
        Division::ALL
            .into_iter()
            .map(|division| Short {
                division,
                last_known: self.last_known(division),
            })
            .filter(|short| short.last_known.is_none_or(|last| last < wanted))
            .collect()
    }

    /// The n-th working day after this one (D-3). The day itself is day 0 and never counts, whether or
    /// not it is a working day; with `n` 0 it is the answer.
    ///
    /// More than [`WORKING_DAYS_MAX`] are counted as that many.
    pub fn working_days_after(&self, division: Division, day: Date, n: u16) -> Counted {
        let mut counted = Counted {
            due: day,
            skipped: Vec::new(),
            known: true,
        };
        let mut left = n.min(WORKING_DAYS_MAX);
        while left > 0 && counted.due < Date::MAX {
            counted.due = counted.due.saturating_add(1.day());
            counted.known &= self.knows(division, counted.due.year());
            match self.holiday(division, counted.due) {
                _ if !is_weekday(counted.due) => {}
                Some(holiday) => counted.skipped.push(holiday.clone()),
                None => left -= 1,
            }
        }
        counted
    }

    /// How many working days lie after the first day up to and with the second; 0 if it is not later.
    pub fn working_days_between(&self, division: Division, after: Date, until: Date) -> usize {
        let mut days = 0;
        let mut day = after;
        while day < until {
            day = day.saturating_add(1.day());
            days += usize::from(self.is_working_day(division, day));
        }
        days
    }
}

fn is_weekday(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests;
