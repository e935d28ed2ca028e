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

/// Longest words about what an age rests on, in characters.
pub const BASIS_WORDS_MAX: usize = 2000;

/// Why something about an age cannot be recorded. Each names the field to look at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgeError {
    /// "Something else" needs words.
    #[error("say what it rests on")]
    BasisWords,
    /// More than [`BASIS_WORDS_MAX`] characters.
    #[error("the words about what it rests on are too long")]
    BasisWordsLong,
    /// The day of the determination is in the future.
    #[error("the day it was settled is in the future")]
    Future,
    /// What somebody says or how they look settles nothing (AGE-3).
    #[error(
        "only a document, a local authority's assessment or a court settles an age; leave the day empty"
    )]
    BasisCannotSettle,
    /// "Not sure" is the opposite of a determination.
    #[error("an age that is not sure is not settled; leave the day empty")]
    NotSureSettled,
}

impl AgeError {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BasisWords => "age-error-basis-words",
            Self::BasisWordsLong => "age-error-basis-words-long",
            Self::Future => "age-error-settled-future",
            Self::BasisCannotSettle => "age-error-settled-basis",
            Self::NotSureSettled => "age-error-settled-not-sure",
        }
    }

    /// The field to look at again.
    pub const fn field(self) -> &'static str {
        match self {
            Self::BasisWords | Self::BasisWordsLong => "basis_words",
            Self::Future | Self::BasisCannotSettle | Self::NotSureSettled => "settled_on",
        }
    }
}

/// Something to be recorded about an age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewAge {
    /// Which age.
    pub at_what: AtWhat,
    /// What is believed or was found.
    pub value: AgeStatus,
    /// On what it rests.
    pub basis: Basis,
    /// The same in words.
    pub basis_words: Option<String>,
    /// The day of a determination, if it is one.
    pub settled_on: Option<Date>,
}

impl NewAge {
    /// Checks it before it is recorded; a determination of today is fine.
    ///
    /// # Errors
    /// [`AgeError`], the first that applies.
    pub fn check(&self, today: Date) -> Result<(), AgeError> {
        let words = self.basis_words.as_deref().unwrap_or_default().trim();
        if self.basis == Basis::Other && words.is_empty() {
            return Err(AgeError::BasisWords);
        }
        if words.chars().count() > BASIS_WORDS_MAX {
            return Err(AgeError::BasisWordsLong);
        }
        let Some(day) = self.settled_on else {
            return Ok(());
        };
        if day > today {
            return Err(AgeError::Future);
        }
        if self.value == AgeStatus::NotSure {
            return Err(AgeError::NotSureSettled);
        }
        if !self.basis.settles() {
            return Err(AgeError::BasisCannotSettle);
        }
        Ok(())
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
/// and a fact that says "adult" against an earlier "child", or against a date of birth that says
/// otherwise, is a doubt. A child becomes an adult on the eighteenth birthday, when a date of birth
/// known to the day says so.
///
/// Source: Modern Slavery Act 2015 s.51; AGE-3 of the domain notes.
pub fn status_now(facts: &[AgeFact], dob: Option<PartialDate>, today: Date) -> Option<AgeStatus> {
    let now = || facts.iter().filter(|fact| fact.at_what == AtWhat::Now);
    let born = dob.map(|dob| status_by_dob(dob, today));
    if now().next().is_none() {
        return born;
    }
    if let Some(settled) = now()
        .filter(|fact| fact.settles())
        .max_by_key(|fact| fact.recorded_at)
    {
        return Some(match settled.value {
            AgeStatus::Child => grown_up_since(dob, today).unwrap_or(AgeStatus::Child),
            value => value,
        });
    }
    let doubted = |value| now().any(|fact| fact.value == value);
    let grown = grown_up_since(dob, today);
    let said = now().max_by_key(|fact| fact.recorded_at)?.value;
    Some(match said {
        AgeStatus::NotSure => AgeStatus::NotSure,
        AgeStatus::Child => grown.unwrap_or(AgeStatus::Child),
        AgeStatus::Adult if doubted(AgeStatus::NotSure) => AgeStatus::NotSure,
        AgeStatus::Adult if doubted(AgeStatus::Child) => grown.unwrap_or(AgeStatus::NotSure),
        AgeStatus::Adult => match born {
            None | Some(AgeStatus::Adult) => AgeStatus::Adult,
            Some(AgeStatus::Child | AgeStatus::NotSure) => AgeStatus::NotSure,
        },
    })
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
    fn somebody_who_says_adult_after_a_doubt_does_not_settle_it() {
        let doubt = said(AgeStatus::NotSure, 1);
        let child = said(AgeStatus::Child, 1);
        let adult = said(AgeStatus::Adult, 2);
        check(
            &[doubt.clone(), adult.clone()],
            "",
            TODAY,
            Some(AgeStatus::NotSure),
        );
        check(
            &[doubt, adult.clone()],
            "1985-01-01",
            TODAY,
            Some(AgeStatus::NotSure),
        );
        check(
            &[child.clone(), adult.clone()],
            "",
            TODAY,
            Some(AgeStatus::NotSure),
        );
        check(&[child, adult], "2008-10-01", TODAY, Some(AgeStatus::Adult));
    }

    #[test]
    fn a_determination_rests_on_something_that_can_settle_and_is_not_in_the_future() {
        let new = |value, basis, settled_on| NewAge {
            at_what: AtWhat::Now,
            value,
            basis,
            basis_words: None,
            settled_on,
        };
        let (today, tomorrow) = (Some(TODAY), Some(date(2026, 10, 2)));
        for (value, basis, day, want) in [
            (AgeStatus::Adult, Basis::Document, today, Ok(())),
            (AgeStatus::NotSure, Basis::OfficerView, None, Ok(())),
            (
                AgeStatus::Adult,
                Basis::Document,
                tomorrow,
                Err(AgeError::Future),
            ),
            (
                AgeStatus::Adult,
                Basis::OfficerView,
                today,
                Err(AgeError::BasisCannotSettle),
            ),
            (
                AgeStatus::NotSure,
                Basis::Document,
                today,
                Err(AgeError::NotSureSettled),
            ),
            (
                AgeStatus::Adult,
                Basis::Other,
                None,
                Err(AgeError::BasisWords),
            ),
        ] {
            assert_eq!(
                new(value, basis, day).check(TODAY),
                want,
                "{value:?} {basis:?}"
            );
        }
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
