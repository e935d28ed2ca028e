//! Age: now, when exploited, and at an alleged act. Three ages, never one (AGE-5).
//!
//! Where somebody may be under 18 and it is not settled, every child rule holds (Modern Slavery Act
//! 2015, s.51). Facts are only ever added; the rule here reads them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::partial_date::{PartialDate, eighteenth_birthday};

/// What is believed of somebody's age at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeStatus {
    /// 18 or over.
    Adult,
    /// Under 18.
    Child,
    /// Under 18 is possible and not ruled out.
    NotSure,
}

impl AgeStatus {
    /// All three, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Adult, Self::Child, Self::NotSure];

    /// The word kept in the store and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Adult => "adult",
            Self::Child => "child",
            Self::NotSure => "not_sure",
        }
    }

    /// Reads [`Self::code`] back.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Whether every child rule holds: for a child and while it is not sure (s.51).
    pub const fn child_rules(self) -> bool {
        match self {
            Self::Adult => false,
            Self::Child | Self::NotSure => true,
        }
    }
}

/// Which of the three ages a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtWhat {
    /// Today: decides consent.
    Now,
    /// At any time during the exploitation: decides means, and national statistics.
    Exploitation,
    /// When an alleged offence was committed: decides the test of s.45.
    Act,
}

impl AtWhat {
    /// All three, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Now, Self::Exploitation, Self::Act];

    /// The word kept in the store and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Exploitation => "exploitation",
            Self::Act => "act",
        }
    }

    /// Reads [`Self::code`] back.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.code() == code)
    }
}

/// What a fact about age rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The person said so.
    Stated,
    /// A document was seen.
    Document,
    /// How the person appeared to an officer. Never settles anything.
    OfficerView,
    /// A local authority's age assessment.
    LocalAuthorityAssessment,
    /// A court or tribunal found it.
    Court,
    /// Something else, said in words.
    Other,
}

impl Basis {
    /// All, in the order they are offered.
    pub const ALL: [Self; 6] = [
        Self::Stated,
        Self::Document,
        Self::OfficerView,
        Self::LocalAuthorityAssessment,
        Self::Court,
        Self::Other,
    ];

    /// The word kept in the store and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Document => "document",
            Self::OfficerView => "officer_view",
            Self::LocalAuthorityAssessment => "local_authority_assessment",
            Self::Court => "court",
            Self::Other => "other",
        }
    }

    /// Reads [`Self::code`] back.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.code() == code)
    }

    /// Whether it can settle a doubt (AGE-3: a local authority's assessment or another determination).
    pub const fn settles(self) -> bool {
        match self {
            Self::LocalAuthorityAssessment | Self::Court | Self::Document => true,
            Self::Stated | Self::OfficerView | Self::Other => false,
        }
    }
}

/// One thing recorded about an age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeFact {
    /// Which age.
    pub at_what: AtWhat,
    /// What was believed or found.
    pub value: AgeStatus,
    /// On what it rests.
    pub basis: Basis,
    /// The day of a determination, if it is one.
    pub settled_on: Option<Date>,
    /// When it was recorded: microseconds since 1970, UTC.
    pub recorded_at: i64,
}

impl AgeFact {
    /// Whether it settles a doubt: a determination with a day, on a basis that can.
    pub fn settles(&self) -> bool {
        self.settled_on.is_some() && self.basis.settles() && self.value != AgeStatus::NotSure
    }
}

/// Says what somebody's age is today, or `None` when nothing at all is known.
///
/// The last determination decides. Without one, doubt stays doubt: `not sure` holds until settled,
/// and a fact that says "adult" against a date of birth that says otherwise is a doubt. A child
/// becomes an adult on the eighteenth birthday, when a date of birth known to the day says so.
///
/// Source: Modern Slavery Act 2015 s.51; AGE-3 of the domain notes.
pub fn status_now(facts: &[AgeFact], dob: Option<PartialDate>, today: Date) -> Option<AgeStatus> {
    let now = || facts.iter().filter(|fact| fact.at_what == AtWhat::Now);
    let born = dob.map(|dob| status_by_dob(dob, today));
    if let Some(settled) = now()
        .filter(|fact| fact.settles())
        .max_by_key(|fact| fact.recorded_at)
    {
        return Some(match settled.value {
            AgeStatus::Child => grown_up_since(dob, today).unwrap_or(AgeStatus::Child),
            value => value,
        });
    }
    let said = now()
        .max_by_key(|fact| fact.recorded_at)
        .map(|fact| fact.value);
    match (said, born) {
        (None, born) => born,
        (Some(said), None) => Some(said),
        (Some(AgeStatus::NotSure), Some(_)) => Some(AgeStatus::NotSure),
        (Some(AgeStatus::Adult), Some(AgeStatus::Adult)) => Some(AgeStatus::Adult),
        (Some(AgeStatus::Adult), Some(AgeStatus::Child | AgeStatus::NotSure)) => {
            Some(AgeStatus::NotSure)
        }
        (Some(AgeStatus::Child), Some(_)) => {
            Some(grown_up_since(dob, today).unwrap_or(AgeStatus::Child))
        }
    }
}

/// Says what is known of the age at exploitation or at an act: the last determination, else the last fact.
pub fn status_at(facts: &[AgeFact], at_what: AtWhat) -> Option<AgeStatus> {
    let about = || facts.iter().filter(|fact| fact.at_what == at_what);
    about()
        .filter(|fact| fact.settles())
        .max_by_key(|fact| fact.recorded_at)
        .or_else(|| about().max_by_key(|fact| fact.recorded_at))
        .map(|fact| fact.value)
}

fn status_by_dob(dob: PartialDate, today: Date) -> AgeStatus {
    match dob.ages_on(today) {
        (youngest, _) if youngest >= 18 => AgeStatus::Adult,
        (_, oldest) if oldest < 18 => AgeStatus::Child,
        _ => AgeStatus::NotSure,
    }
}

fn grown_up_since(dob: Option<PartialDate>, today: Date) -> Option<AgeStatus> {
    let born = dob?.exact()?;
    (today >= eighteenth_birthday(born)).then_some(AgeStatus::Adult)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn said(value: AgeStatus, at: i64) -> AgeFact {
        AgeFact {
            at_what: AtWhat::Now,
            value,
            basis: Basis::Stated,
            settled_on: None,
            recorded_at: at,
        }
    }

    fn settled(value: AgeStatus, at: i64) -> AgeFact {
        AgeFact {
            basis: Basis::LocalAuthorityAssessment,
            settled_on: Some(date(2026, 9, 30)),
            ..said(value, at)
        }
    }

    #[track_caller]
    fn check(facts: &[AgeFact], dob: &str, today: Date, want: Option<AgeStatus>) {
        let dob = (!dob.is_empty()).then(|| dob.parse().unwrap());
        assert_eq!(
            status_now(facts, dob, today),
            want,
            "{facts:?}, {dob:?}, {today}"
        );
    }

    const TODAY: Date = date(2026, 10, 1);

    #[test]
    fn nothing_known_is_not_an_age() {
        check(&[], "", TODAY, None);
    }

    #[test]
    fn a_birth_date_alone_decides_only_when_every_day_it_can_mean_agrees() {
        check(&[], "1985", TODAY, Some(AgeStatus::Adult));
        check(&[], "2010-05", TODAY, Some(AgeStatus::Child));
        check(&[], "2008", TODAY, Some(AgeStatus::NotSure));
        check(&[], "2008-10-02", TODAY, Some(AgeStatus::Child));
        check(&[], "2008-10-01", TODAY, Some(AgeStatus::Adult));
    }

    #[test]
    fn doubt_holds_until_it_is_settled() {
        check(
            &[said(AgeStatus::NotSure, 1)],
            "1985",
            TODAY,
            Some(AgeStatus::NotSure),
        );
        check(
            &[said(AgeStatus::NotSure, 1), settled(AgeStatus::Adult, 2)],
            "",
            TODAY,
            Some(AgeStatus::Adult),
        );
        check(
            &[settled(AgeStatus::Adult, 2), said(AgeStatus::NotSure, 3)],
            "",
            TODAY,
            Some(AgeStatus::Adult),
        );
    }

    #[test]
    fn an_adult_whose_birth_date_says_otherwise_is_a_doubt() {
        check(
            &[said(AgeStatus::Adult, 1)],
            "2010",
            TODAY,
            Some(AgeStatus::NotSure),
        );
        check(
            &[said(AgeStatus::Adult, 1)],
            "2008",
            TODAY,
            Some(AgeStatus::NotSure),
        );
        check(
            &[said(AgeStatus::Adult, 1)],
            "",
            TODAY,
            Some(AgeStatus::Adult),
        );
    }

    #[test]
    fn an_officers_view_never_settles() {
        let view = AgeFact {
            basis: Basis::OfficerView,
            ..settled(AgeStatus::Adult, 2)
        };
        check(
            &[said(AgeStatus::NotSure, 1), view.clone()],
            "2010",
            TODAY,
            Some(AgeStatus::NotSure),
        );
        assert!(!view.settles());
    }

    #[test]
    fn a_child_grows_up_on_the_eighteenth_birthday() {
        let child = [settled(AgeStatus::Child, 1)];
        check(
            &child,
            "2008-12-20",
            date(2026, 12, 19),
            Some(AgeStatus::Child),
        );
        check(
            &child,
            "2008-12-20",
            date(2026, 12, 20),
            Some(AgeStatus::Adult),
        );
        check(&child, "2008", date(2027, 1, 1), Some(AgeStatus::Child));
    }
}
