//! The rules clocks run under, with the time in which each held: an old episode keeps its old rule.

use jiff::civil::{Date, date};

use super::{ClockKind, Count, Nature, Reads};

/// One rule: what it counts, what its day is worth, since when, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Which clock it is for.
    pub kind: ClockKind,
    /// Its name with the day it came in, kept beside every day worked out under it.
    pub id: &'static str,
    /// Whether it is for devolved child panels: `None` for everybody, `Some(true)` only for them.
    pub devolved_panel: Option<bool>,
    /// The first day a clock can start under it; `None`: always.
    pub from: Option<Date>,
    /// The first day a clock can no longer start under it.
    pub until: Option<Date>,
    /// How days are counted.
    pub count: Count,
    /// What its day is worth.
    pub nature: Nature,
    /// How its day is to be read.
    pub reads: Reads,
    /// Where it stands, and what about it is not verified.
    pub source: &'static str,
}

/// The day the recovery period became 30 days by Act (NABA s.61 in force).
const THIRTY_DAYS: Date = date(2023, 1, 30);
/// Since when a reconsideration can be asked for within 30 days.
const RECONSIDERATION: Date = date(2024, 2, 1);

/// A rule for everybody, at all times.
const fn rule(kind: ClockKind, id: &'static str, count: Count, source: &'static str) -> Rule {
    Rule {
        kind,
        id,
        devolved_panel: None,
        from: None,
        until: None,
        count,
        nature: Nature::Ours,
        reads: Reads::On,
        source,
    }
}

/// All rules. Of those for one kind, at most one holds for any day and panel; a test says so.
pub const RULES: &[Rule] = &[
    Rule {
        devolved_panel: Some(false),
        nature: Nature::Target,
        reads: Reads::By,
        ..rule(
            ClockKind::Reasonable,
            "T-1",
            Count::Working(5),
            "Guidance and first responder toolkit: within five working days of receipt where possible; not a limit",
        )
    },
    Rule {
        devolved_panel: Some(true),
        nature: Nature::Target,
        reads: Reads::By,
        ..rule(
            ClockKind::Reasonable,
            "T-1c",
            Count::Calendar(45),
            "Pilot guidance for devolved child panels: no later than 45 days from the referral",
        )
    },
    Rule {
        until: Some(THIRTY_DAYS),
        nature: Nature::Guidance,
        reads: Reads::AtLeastUntil,
        ..rule(
            ClockKind::Recovery,
            "T-3/45-days",
            Count::CalendarWithFirst(45),
            "Guidance before 30 January 2023: 45 days; whether the first day counted is not verified",
        )
    },
    Rule {
        from: Some(THIRTY_DAYS),
        nature: Nature::Statutory,
        reads: Reads::AtLeastUntil,
        ..rule(
            ClockKind::Recovery,
            "T-3/2023-01-30",
            Count::CalendarWithFirst(30),
            "Nationality and Borders Act 2022 s.61(3): 30 days beginning with the day of the decision, or until the conclusive decision if that is later",
        )
    },
    Rule {
        until: Some(THIRTY_DAYS),
        nature: Nature::Guidance,
        reads: Reads::NotBefore,
        ..rule(
            ClockKind::ConclusiveEarliest,
            "T-4/45-days",
            Count::Calendar(45),
            "Guidance before 30 January 2023: after 45 days of recovery; not verified to the day",
        )
    },
    Rule {
        from: Some(THIRTY_DAYS),
        nature: Nature::Guidance,
        reads: Reads::NotBefore,
        ..rule(
            ClockKind::ConclusiveEarliest,
            "T-4/2023-01-30",
            Count::Calendar(30),
            "Guidance: not before the 30 days have run, then as soon as possible; no latest day",
        )
    },
    Rule {
        from: Some(RECONSIDERATION),
        nature: Nature::Guidance,
        reads: Reads::By,
        ..rule(
            ClockKind::Reconsideration,
            "T-6/2024-02",
            Count::Calendar(30),
            "Guidance since February 2024 (day of the month not verified): within 30 calendar days; counted from the decision, later only in exceptional circumstances. What held before is not verified, so no day is given",
        )
    },
    Rule {
        from: Some(RECONSIDERATION),
        ..rule(
            ClockKind::ReconsiderationDay20,
            "D-5/day-20",
            Count::Calendar(20),
            "Ours: a reminder ten days before the last day",
        )
    },
    Rule {
        from: Some(RECONSIDERATION),
        ..rule(
            ClockKind::ReconsiderationDay27,
            "D-5/day-27",
            Count::Calendar(27),
            "Ours: a reminder three days before the last day",
        )
    },
    rule(
        ClockKind::EighteenIn100,
        "CONS-8/100",
        Count::Before(100),
        "Ours, after the 100 days up to which a devolved panel takes a child",
    ),
    rule(
        ClockKind::EighteenIn28,
        "CONS-8/28",
        Count::Before(28),
        "Ours: a reminder four weeks before",
    ),
    Rule {
        nature: Nature::Guidance,
        ..rule(
            ClockKind::Eighteen,
            "CONS-8",
            Count::Calendar(0),
            "First responder toolkit: without a conclusive decision they are asked whether to remain. The day: Family Law Reform Act 1969 s.9, at the beginning of the anniversary; somebody born on 29 February has it on 1 March of a common year",
        )
    },
];

/// The rule a clock of this kind that starts on this day runs under; `None` where none is known.
pub fn rule_on(kind: ClockKind, devolved_panel: bool, day: Date) -> Option<&'static Rule> {
    RULES.iter().find(|rule| {
        rule.kind == kind
            && rule
                .devolved_panel
                .is_none_or(|only| only == devolved_panel)
            && rule.from.is_none_or(|from| day >= from)
            && rule.until.is_none_or(|until| day < until)
    })
}
