//! Clocks: what runs after a referral, from which day, by how many days, and under which rule.
//!
//! Everything is worked out from an episode's facts and the calendar; nothing here reads today. Rules
//! have a time in which they hold, so that an old episode keeps its old rule. There is **no** day by
//! which a conclusive decision is due: only the earliest one, and how long somebody has been waiting
//! (WF-4). A target is not a limit and is never called one.
//!
//! Sources: domain notes 02, sections 3, 4 and 6 (T-1 to T-8, D-1 to D-7, RC-5), and CONS-8; Nationality
//! and Borders Act 2022 ss.61 to 63. Each [`Rule`] names its own.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::{Division, Holiday, Holidays};
use crate::episode::Available;
use crate::partial_date::eighteenth_birthday;
use crate::route::Route;

mod kind;
mod rule;

pub use kind::{ClockKind, Nature, Reads, Settled};
pub use rule::{RULES, Rule, rule_on};

/// How days are counted from the day a clock starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "unit", content = "days")]
pub enum Count {
    /// So many working days after it; the day itself is day 0 (D-3).
    Working(u16),
    /// So many calendar days after it.
    Calendar(u16),
    /// So many calendar days of which it is the first (D-4).
    CalendarWithFirst(u16),
    /// So many calendar days before it.
    Before(u16),
}

impl Count {
    /// The day so many calendar days lead to; `None` for working days, which need a calendar.
    pub fn from(self, starts_on: Date) -> Option<Date> {
        let days = match self {
            Self::Working(_) => return None,
            Self::Calendar(days) => i32::from(days),
            Self::CalendarWithFirst(days) => (i32::from(days) - 1).max(0),
            Self::Before(days) => -i32::from(days),
        };
        Some(starts_on.saturating_add(days.days()))
    }
}

/// Somebody else's decision, as far as clocks care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    /// The day of the decision, not of its receipt (D-5).
    pub on: Date,
    /// Whether it is positive.
    pub positive: bool,
}

/// Whether a positive reasonable grounds decision starts a recovery period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Period {
    /// It does: the first one, or about new facts (NABA s.61).
    #[default]
    Automatic,
    /// It does not: all that it is about happened before an earlier one (NABA s.62, T-5).
    OldFacts,
    /// So it would be, but the authority determined a period all the same, which begins with the day of
    /// the further decision (s.62).
    Determined(Date),
}

/// An episode, as far as clocks care. Of decisions, the ones in force: after a reconsideration that
/// overturned one, the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockFacts {
    /// Whose bank holidays count (D-2).
    pub division: Division,
    /// Which way it was sent; a Duty to Notify starts no clock (DTN-3). `None` while it is not.
    pub route: Option<Route>,
    /// The day the referral was handed over, not the day of its reference (transition 10).
    pub handed_over_on: Option<Date>,
    /// Whether a devolved child panel decides.
    pub devolved_panel: bool,
    /// The reasonable grounds decision in force.
    pub reasonable: Option<Decided>,
    /// Whether that one starts a recovery period, if positive.
    pub period: Period,
    /// The day of the first decision, whatever became of it: the target was met or missed then.
    pub first_decided_on: Option<Date>,
    /// The conclusive grounds decision in force.
    pub conclusive: Option<Decided>,
    /// The day of the first conclusive decision since the recovery period began. One that is revoked or
    /// overturned later has ended the period all the same.
    pub recovery_concluded_on: Option<Date>,
    /// Whether the letter of a negative decision offers a reconsideration.
    pub reconsideration: Available,
    /// The day one was asked for.
    pub reconsideration_asked_on: Option<Date>,
    /// The day that was answered, whichever way; `None` while it is pending.
    pub reconsideration_answered_on: Option<Date>,
    /// Whether they came in under the child rules and were not found to be an adult since. Turning
    /// eighteen changes nothing here: that day is what the clock is for.
    pub child: bool,
    /// The date of birth, where it is known to the day.
    pub born: Option<Date>,
    /// Whether the person is in the support service.
    pub supported: bool,
    /// The day of a disqualification in force; it ends no decision (DQ-2).
    pub disqualified_on: Option<Date>,
    /// The day the episode ended: withdrawn, or closed.
    pub closed_on: Option<Date>,
}

impl ClockFacts {
    /// An episode of which nothing is known but its calendar.
    pub const fn new(division: Division) -> Self {
        Self {
            division,
            route: None,
            handed_over_on: None,
            devolved_panel: false,
            reasonable: None,
            period: Period::Automatic,
            first_decided_on: None,
            conclusive: None,
            recovery_concluded_on: None,
            reconsideration: Available::Unknown,
            reconsideration_asked_on: None,
            reconsideration_answered_on: None,
            child: false,
            born: None,
            supported: false,
            disqualified_on: None,
            closed_on: None,
        }
    }

    /// The negative decision in force, if the last one is negative.
    fn negative(&self) -> Option<Date> {
        let last = self.conclusive.or(self.reasonable)?;
        (!last.positive).then_some(last.on)
    }

    /// The day nothing more was to be decided; `None` while something is, such as a reconsideration.
    fn nothing_pending_since(&self) -> Option<Date> {
        let asked = self.reconsideration_asked_on.is_some();
        let decided = self
            .conclusive
            .map(|decided| decided.on)
            .or(self.negative())?;
        match self.reconsideration_answered_on {
            _ if self.negative().is_none() || !asked => Some(decided),
            answered => answered,
        }
    }
}

/// How long support lasts after a decision (T-8). The contract's periods are **not verified**: unless
/// somebody who has it in hand sets them, no clock is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportPeriods {
    /// After a negative reasonable grounds decision.
    pub negative_reasonable: Option<Count>,
    /// After a negative conclusive grounds decision.
    pub negative_conclusive: Option<Count>,
    /// After a positive conclusive grounds decision.
    pub positive_conclusive: Option<Count>,
}

/// A clock, with everything it takes to say how its day was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// What it is about.
    pub kind: ClockKind,
    /// Which rule, by [`Rule::id`].
    pub rule: String,
    /// What its day is worth.
    pub nature: Nature,
    /// How its day is to be read.
    pub reads: Reads,
    /// The day it counts from.
    pub starts_on: Date,
    /// The day it leads to, a civil day in Europe/London; by the end of it, where that matters.
    pub on: Date,
    /// How the days are counted. `None`: no count leads there, such as to the day of a decision.
    pub count: Option<Count>,
    /// Whose bank holidays, where working days are counted.
    pub division: Option<Division>,
    /// The bank holidays that were not counted, in order.
    pub skipped: Vec<Holiday>,
    /// Whether the bank holidays of all years it touched are known.
    pub known: bool,
    /// What made it stop and on which day; `None` while it runs.
    pub settled: Option<(Settled, Date)>,
}

impl Clock {
    /// Says whether it is the same clock, however its bank holidays are called and whoever says so.
    pub fn same(&self, other: &Self) -> bool {
        let plain = |clock: &Self| {
            let days: Vec<Date> = clock.skipped.iter().map(|one| one.day).collect();
            let clock = Self {
                skipped: Vec::new(),
                ..clock.clone()
            };
            (clock, days)
        };
        plain(self) == plain(other)
    }

    /// Says whether it still runs.
    pub const fn runs(&self) -> bool {
        self.settled.is_none()
    }
}

/// All clocks of an episode, in the order of [`ClockKind`]. The same facts and calendar always yield
/// the same clocks.
pub fn clocks(facts: &ClockFacts, holidays: &Holidays, support: &SupportPeriods) -> Vec<Clock> {
    if facts.route == Some(Route::Dtn) {
        return Vec::new();
    }
    let mut clocks = Vec::new();
    clocks.extend(reasonable(facts, holidays));
    clocks.extend(recovery(facts, holidays));
    clocks.extend(conclusive_earliest(facts, holidays));
    clocks.extend(reconsideration(facts, holidays));
    clocks.extend(eighteen(facts, holidays));
    clocks.extend(support_ends(facts, holidays, support));
    clocks
}

/// Runs a clock under the rule that held on the day it starts; `None` where none did.
fn run(facts: &ClockFacts, holidays: &Holidays, kind: ClockKind, starts_on: Date) -> Option<Clock> {
    let rule = rule_on(kind, facts.devolved_panel, starts_on)?;
    let mut clock = counted(facts, holidays, rule.count, starts_on);
    clock.kind = kind;
    clock.rule = rule.id.to_owned();
    clock.nature = rule.nature;
    clock.reads = rule.reads;
    Some(clock)
}

fn counted(facts: &ClockFacts, holidays: &Holidays, count: Count, starts_on: Date) -> Clock {
    let (on, skipped, known) = match (count, count.from(starts_on)) {
        (Count::Working(days), _) => {
            let counted = holidays.working_days_after(facts.division, starts_on, days);
            (counted.due, counted.skipped, counted.known)
        }
        (_, on) => (on.unwrap_or(starts_on), Vec::new(), true),
    };
    Clock {
        kind: ClockKind::Reasonable,
        rule: String::new(),
        nature: Nature::Ours,
        reads: Reads::By,
        starts_on,
        on,
        count: Some(count),
        division: matches!(count, Count::Working(_)).then_some(facts.division),
        skipped,
        known,
        settled: facts.closed_on.map(|day| (Settled::Closed, day)),
    }
}

/// Stops a clock, unless it stopped before.
fn settle(clock: &mut Clock, by: Settled, on: Option<Date>) {
    let earlier = |held: (Settled, Date), on| if held.1 <= on { held } else { (by, on) };
    if let Some(on) = on {
        clock.settled = Some(clock.settled.map_or((by, on), |held| earlier(held, on)));
    }
}

fn reasonable(facts: &ClockFacts, holidays: &Holidays) -> Option<Clock> {
    let mut clock = run(
        facts,
        holidays,
        ClockKind::Reasonable,
        facts.handed_over_on?,
    )?;
    let decided = facts.reasonable.or(facts.conclusive);
    let decided = decided.map(|decided| decided.on);
    let first = facts.first_decided_on.or(decided);
    settle(&mut clock, Settled::Decided, first);
    Some(clock)
}

/// The later of the last of its days and the day of the conclusive decision; before that decision,
/// the former is the least it can be (NABA s.61(3), s.62). With its last day known, it stops on that day.
fn recovery(facts: &ClockFacts, holidays: &Holidays) -> Option<Clock> {
    let start = match facts.period {
        Period::Automatic => facts.reasonable.filter(|decided| decided.positive)?.on,
        Period::OldFacts => return None,
        Period::Determined(on) => on,
    };
    let mut clock = run(facts, holidays, ClockKind::Recovery, start)?;
    if let Some(concluded_on) = facts.recovery_concluded_on {
        clock.reads = Reads::Until;
        if concluded_on > clock.on {
            clock.on = concluded_on;
            clock.count = None;
        }
        let last = clock.on;
        settle(&mut clock, Settled::Ended, Some(last));
    }
    settle(&mut clock, Settled::Disqualified, facts.disqualified_on);
    Some(clock)
}

/// A devolved panel may decide both at once, so it has no earliest day.
fn conclusive_earliest(facts: &ClockFacts, holidays: &Holidays) -> Option<Clock> {
    let start = facts.reasonable.filter(|decided| decided.positive)?.on;
    if facts.devolved_panel {
        return None;
    }
    let mut clock = run(facts, holidays, ClockKind::ConclusiveEarliest, start)?;
    let decided = facts.conclusive.map(|decided| decided.on);
    settle(&mut clock, Settled::Decided, decided);
    Some(clock)
}

/// Where nobody has looked whether the letter offers one, its last day is shown all the same: a day
/// that is lost is lost (RC-5).
fn reconsideration(facts: &ClockFacts, holidays: &Holidays) -> Vec<Clock> {
    const KINDS: [ClockKind; 3] = [
        ClockKind::Reconsideration,
        ClockKind::ReconsiderationDay20,
        ClockKind::ReconsiderationDay27,
    ];
    let Some(start) = facts.negative() else {
        return Vec::new();
    };
    if facts.reconsideration == Available::No {
        return Vec::new();
    }
    let clocks = KINDS.into_iter().filter_map(|kind| {
        let mut clock = run(facts, holidays, kind, start)?;
        settle(&mut clock, Settled::Asked, facts.reconsideration_asked_on);
        Some(clock)
    });
    clocks.collect()
}

/// Only somebody who came in under the child rules turns eighteen here, and only while something is
/// still to be decided are they asked whether to remain (CONS-8, transition 23).
fn eighteen(facts: &ClockFacts, holidays: &Holidays) -> Vec<Clock> {
    const KINDS: [ClockKind; 3] = [
        ClockKind::EighteenIn100,
        ClockKind::EighteenIn28,
        ClockKind::Eighteen,
    ];
    let Some(born) = facts.born.filter(|_| facts.child) else {
        return Vec::new();
    };
    let birthday = eighteenth_birthday(born);
    let clocks = KINDS.into_iter().filter_map(|kind| {
        let mut clock = run(facts, holidays, kind, birthday)?;
        settle(&mut clock, Settled::Decided, facts.nothing_pending_since());
        Some(clock)
    });
    clocks.collect()
}

fn support_ends(
    facts: &ClockFacts,
    holidays: &Holidays,
    periods: &SupportPeriods,
) -> Option<Clock> {
    let last = facts.conclusive.or(facts.reasonable)?;
    let (kind, count) = match (facts.conclusive, last.positive) {
        (Some(_), true) => (
            ClockKind::SupportAfterPositiveConclusive,
            periods.positive_conclusive?,
        ),
        (Some(_), false) => (
            ClockKind::SupportAfterNegativeConclusive,
            periods.negative_conclusive?,
        ),
        (None, true) => return None,
        (None, false) => (
            ClockKind::SupportAfterNegativeReasonable,
            periods.negative_reasonable?,
        ),
    };
    if !facts.supported {
        return None;
    }
    let mut clock = counted(facts, holidays, count, last.on);
    clock.kind = kind;
    "T-8".clone_into(&mut clock.rule);
    clock.nature = Nature::Contract;
    clock.reads = Reads::AtLeastUntil;
    settle(&mut clock, Settled::Disqualified, facts.disqualified_on);
    Some(clock)
}

#[cfg(test)]
mod tests;
