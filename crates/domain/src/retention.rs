//! Retention from birth: every record has a class and a day on which a person looks at it again.
//!
//! The class follows the role in the record, never the person (RET-1). The periods come from the
//! force's schedule; those shipped are proposals marked *not verified* in the domain notes, and the
//! screen says so. Nothing is deleted by a date: a review is a human decision.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why a record is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionClass {
    /// A potential victim's record.
    PotentialVictim,
    /// A referral that was never handed over.
    ReferralDraft,
    /// A referral or Duty to Notify that was handed over.
    Referral,
}

impl RetentionClass {
    /// The word kept in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PotentialVictim => "potential_victim",
            Self::ReferralDraft => "referral_draft",
            Self::Referral => "referral",
        }
    }

    /// Years until the first review. Source: domain notes 08 section 4 (group 4, commonly six years;
    /// RET-6 for drafts), *not verified*; a force sets its own.
    pub const fn review_years(self) -> i8 {
        match self {
            Self::PotentialVictim | Self::Referral => 6,
            Self::ReferralDraft => 1,
        }
    }

    /// The day of the first review of a record made on `made_on`.
    pub fn review_on(self, made_on: Date) -> Date {
        made_on.saturating_add(i64::from(self.review_years()).years())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_record_made_on_a_leap_day_is_reviewed_on_the_last_of_february() {
        assert_eq!(
            RetentionClass::PotentialVictim.review_on(date(2024, 2, 29)),
            date(2030, 2, 28)
        );
        assert_eq!(
            RetentionClass::ReferralDraft.review_on(date(2026, 11, 24)),
            date(2027, 11, 24)
        );
    }
}
