//! Capacity: somebody who cannot decide has not refused (CONS-6).
//!
//! Mental Capacity Act 2005: capacity is presumed, decision by decision and at one time; support comes
//! first; an unwise decision is not incapacity. A decision in somebody's best interests is never one
//! officer's alone: a supervisor who did not record it signs.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::user::Role;

/// What an assessment found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapacityOutcome {
    /// They can make this decision.
    HasCapacity,
    /// They cannot make this decision at this time.
    LacksCapacity,
}

/// An assessment of capacity for one decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapacityAssessment {
    /// Who assessed.
    pub assessor: String,
    /// The day.
    pub assessed_on: Date,
    /// Which decision it was about.
    pub decision_asked: String,
    /// Understand, retain, weigh, communicate: what was seen.
    pub functional: String,
    /// The impairment or disturbance it is put down to.
    pub diagnostic: String,
    /// What was done to help them decide.
    pub support_given: String,
    /// What was found.
    pub outcome: CapacityOutcome,
    /// When to look again; wanted where capacity may come back.
    pub reassess_on: Option<Date>,
}

/// Why an assessment cannot be recorded. Each names the field to look at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CapacityError {
    /// Nobody is named as assessor.
    #[error("say who assessed")]
    Assessor,
    /// The day is in the future.
    #[error("the day of the assessment is in the future")]
    Future,
    /// Lack of capacity needs its functional reasoning.
    #[error("say what they could not understand, retain, weigh or communicate")]
    Functional,
    /// Lack of capacity needs the impairment it is put down to.
    #[error("say which impairment or disturbance it is put down to")]
    Diagnostic,
    /// Support must come before a finding that somebody cannot decide.
    #[error("say what was done to help them decide")]
    Support,
    /// Lack of capacity needs a day to look again.
    #[error("say when capacity will be looked at again")]
    Reassess,
}

impl CapacityAssessment {
    /// Checks an assessment before it is recorded; one made today is fine.
    ///
    /// # Errors
    /// [`CapacityError`], the first that applies.
    pub fn check(&self, today: Date) -> Result<(), CapacityError> {
        let blank = |text: &str| text.trim().is_empty();
        if blank(&self.assessor) {
            return Err(CapacityError::Assessor);
        }
        if self.assessed_on > today {
            return Err(CapacityError::Future);
        }
        if self.outcome == CapacityOutcome::HasCapacity {
            return Ok(());
        }
        if blank(&self.functional) {
            return Err(CapacityError::Functional);
        }
        if blank(&self.diagnostic) {
            return Err(CapacityError::Diagnostic);
        }
        if blank(&self.support_given) {
            return Err(CapacityError::Support);
        }
        if self.reassess_on.is_none() {
            return Err(CapacityError::Reassess);
        }
        Ok(())
    }
}

/// What was decided in somebody's best interests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BestInterestsDecision {
    /// Refer them to the National Referral Mechanism.
    Refer,
    /// Do not.
    DoNotRefer,
}

/// Why somebody may not sign a best-interests decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Whoever recorded it cannot also sign it.
    #[error("somebody other than the person who recorded it must sign")]
    OwnDecision,
    /// Only an inspector or a sergeant signs, acting rank included.
    #[error("an inspector or a sergeant must sign")]
    NotASupervisor,
}

/// Says whether `signer`, holding `roles` today, may sign what `recorded_by` recorded.
///
/// # Errors
/// [`SignError`] says why not.
pub fn may_sign(signer: UserId, roles: &[Role], recorded_by: UserId) -> Result<(), SignError> {
    if signer == recorded_by {
        return Err(SignError::OwnDecision);
    }
    if !roles
        .iter()
        .any(|role| matches!(role, Role::Inspector | Role::Sergeant))
    {
        return Err(SignError::NotASupervisor);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;

    fn assessment() -> CapacityAssessment {
        CapacityAssessment {
            assessor: "DC Amber".into(),
            assessed_on: date(2026, 10, 5),
            decision_asked: "entry to the NRM".into(),
            functional: "could not retain the explanation on two tries".into(),
            diagnostic: "acquired brain injury".into(),
            support_given: "pictures, a quiet room, a second try after rest".into(),
            outcome: CapacityOutcome::LacksCapacity,
            reassess_on: Some(date(2026, 11, 5)),
        }
    }

    #[test]
    fn sc_11_a_finding_that_somebody_cannot_decide_needs_its_reasons() {
        let today = date(2026, 10, 5);
        assert_eq!(assessment().check(today), Ok(()));
        assert_eq!(
            assessment().check(date(2026, 10, 4)),
            Err(CapacityError::Future)
        );
        let without = |change: fn(&mut CapacityAssessment)| {
            let mut made = assessment();
            change(&mut made);
            made.check(today)
        };
        assert_eq!(
            without(|made| made.functional.clear()),
            Err(CapacityError::Functional)
        );
        assert_eq!(
            without(|made| made.diagnostic.clear()),
            Err(CapacityError::Diagnostic)
        );
        assert_eq!(
            without(|made| made.support_given.clear()),
            Err(CapacityError::Support)
        );
        assert_eq!(
            without(|made| made.reassess_on = None),
            Err(CapacityError::Reassess)
        );
        assert_eq!(
            without(|made| made.assessor.clear()),
            Err(CapacityError::Assessor)
        );
    }

    #[test]
    fn nobody_signs_their_own_decision_and_only_a_supervisor_signs() {
        let (amber, beech) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        assert_eq!(may_sign(beech, &[Role::Sergeant], amber), Ok(()));
        assert_eq!(
            may_sign(beech, &[Role::Constable, Role::Inspector], amber),
            Ok(()),
            "acting rank counts"
        );
        assert_eq!(
            may_sign(beech, &[Role::Constable], amber),
            Err(SignError::NotASupervisor)
        );
        assert_eq!(
            may_sign(amber, &[Role::Sergeant], amber),
            Err(SignError::OwnDecision)
        );
    }
}
