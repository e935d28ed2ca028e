//! Clocks as pages show them: what runs, until when, what that day is worth, and how it was found.

use heyrick_domain::calendar::Holidays;
use heyrick_domain::clock::{Clock, Count, Nature, Reads, Settled, rule_on};
use heyrick_store::episode::KeptClock;
use heyrick_words::{Arg, Locale, Words};
use jiff::civil::Date;
use serde::Serialize;

/// A clock in the reader's words.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    /// What it is about.
    title: String,
    /// Its day, read the right way.
    day: String,
    /// How far away that is; nothing for a clock that stopped.
    due: Option<String>,
    /// What the day is worth: a target is called one.
    nature: String,
    /// How the day was found.
    why: String,
    /// Why it does not run any more.
    settled: Option<String>,
    /// What stood before, and what moved it.
    before: Vec<String>,
}

/// The words of clocks in one language, as of one day.
pub(crate) struct Teller<'a> {
    pub words: &'a Words,
    pub locale: Locale,
    pub today: Date,
    pub holidays: &'a Holidays,
}

impl Teller<'_> {
    /// The clocks that stand, each with what it was before.
    pub fn lines(&self, clocks: &[KeptClock]) -> Vec<Line> {
        let standing = clocks.iter().filter(|one| one.superseded.is_none());
        standing.map(|one| self.line(one, clocks)).collect()
    }

    /// What runs and is no reminder of ours, for a page that is about more: what it is, and its day.
    pub fn brief(&self, clocks: &[KeptClock]) -> Vec<Line> {
        let standing = clocks
            .iter()
            .filter(|one| one.superseded.is_none() && one.clock.nature != Nature::Ours);
        let lines = standing.map(|one| self.line(one, clocks));
        lines.filter(|line| line.settled.is_none()).collect()
    }

    /// One clock with how its day was found, and none of what it was before.
    pub fn alone(&self, kept: &KeptClock) -> Line {
        self.line(kept, &[])
    }

    fn line(&self, kept: &KeptClock, all: &[KeptClock]) -> Line {
        let clock = &kept.clock;
        // A last day that is known is run to its end.
        let ended = |by, day| by != Settled::Ended || day < self.today;
        let over = clock.settled.filter(|(by, day)| ended(*by, *day));
        // The latest first. One that only stopped, or goes on, did not move.
        let mut next = clock.on;
        let earlier = all
            .iter()
            .filter(|one| one.superseded.is_some() && one.clock.kind == clock.kind)
            .filter(|one| std::mem::replace(&mut next, one.clock.on) != one.clock.on);
        Line {
            title: self.text(&format!("clock-kind-{}", clock.kind.code())),
            day: self.with_day(&format!("clock-reads-{}", clock.reads.code()), clock.on),
            due: over.is_none().then(|| self.due(clock)).flatten(),
            nature: self.text(&format!("clock-nature-{}", clock.nature.code())),
            why: self.why(clock),
            settled: over
                .map(|(by, day)| self.with_day(&format!("clock-settled-{}", by.code()), day)),
            before: earlier.map(|one| self.earlier(one)).collect(),
        }
    }

    fn text(&self, key: &str) -> String {
        self.words.text(self.locale, key, &[])
    }

    fn with_day(&self, key: &str, day: Date) -> String {
        self.words
            .text(self.locale, key, &[("day", Arg::from(self.day(day)))])
    }

    /// A day with its weekday and its year: a clock may lead into the next one.
    fn day(&self, day: Date) -> String {
        format!("{} {}", self.words.weekday(self.locale, day), day.year())
    }

    /// "In 2 working days", "3 days left", "today"; nothing where the day is not one by which.
    fn due(&self, clock: &Clock) -> Option<String> {
        if !matches!(clock.reads, Reads::By | Reads::On) {
            return None;
        }
        let days = self.today.until(clock.on).map_or(0, |span| span.get_days());
        let (key, count) = match (days, clock.division) {
            (0, _) => return Some(self.text("clock-today")),
            (late, _) if late < 0 => ("clock-past", -late),
            (_, Some(division)) => {
                let left = self
                    .holidays
                    .working_days_between(division, self.today, clock.on);
                (
                    "clock-working-left",
                    i32::try_from(left).unwrap_or(i32::MAX),
                )
            }
            (days, None) => ("clock-days-left", days),
        };
        let args = [("count", Arg::from(i64::from(count)))];
        Some(self.words.text(self.locale, key, &args))
    }

    /// "5 working days after Fri 28 Aug, not counting Mon 31 Aug: Mon 7 Sep".
    fn why(&self, clock: &Clock) -> String {
        let (key, days) = match clock.count {
            None => ("clock-why-decided", least(clock)),
            Some(Count::Working(days)) => ("clock-why-working", days),
            Some(Count::Calendar(days)) => ("clock-why-calendar", days),
            Some(Count::CalendarWithFirst(days)) => ("clock-why-first", days),
            Some(Count::Before(days)) => ("clock-why-before", days),
        };
        let day = |day| Arg::from(self.day(day));
        let args = [
            ("count", Arg::from(i64::from(days))),
            ("from", day(clock.starts_on)),
            ("to", day(clock.on)),
        ];
        let mut why = self.words.text(self.locale, key, &args);
        if !clock.skipped.is_empty() {
            let skipped = clock.skipped.iter();
            let days: Vec<String> = skipped.map(|holiday| self.day(holiday.day)).collect();
            let args = [("days", Arg::from(days.join(", ")))];
            why = format!(
                "{why} {}",
                self.words.text(self.locale, "clock-why-skipped", &args)
            );
        }
        if !clock.known {
            why = format!("{why} {}", self.text("clock-why-unknown"));
        }
        why
    }

    fn earlier(&self, kept: &KeptClock) -> String {
        let cause = kept.superseded.as_ref().map_or("", |(_, cause)| cause);
        let cause = self.text(&format!("episode-event-{cause}"));
        let at = kept.superseded.as_ref().map_or(0, |(at, _)| *at);
        let args = [
            ("day", Arg::from(self.day(kept.clock.on))),
            ("cause", Arg::from(cause)),
            ("when", Arg::from(self.words.moment(self.locale, at))),
        ];
        self.words.text(self.locale, "clock-before", &args)
    }
}

/// The fewest days a period has, where a decision has ended it later: as many as the rule of its time says.
fn least(clock: &Clock) -> u16 {
    let rule = rule_on(clock.kind, false, clock.starts_on);
    match rule.map(|rule| rule.count) {
        Some(Count::CalendarWithFirst(days)) => days,
        _ => 0,
    }
}
