//! Capacity: somebody who cannot decide has not refused (CONS-6).
//!
//! Mental Capacity Act 2005: capacity is presumed, decision by decision and at one time; support comes
//! first; an unwise decision is not incapacity. A decision in somebody's best interests is never one
//! officer's alone: a supervisor who did not record it signs.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::age::AgeStatus;
use crate::coded::words;
use crate::consent::ConsentValue;
use crate::id::UserId;
use crate::user::Role;

/// Longest name or decision, in characters.
pub const SHORT_MAX: usize = 200;
/// Longest reasoning, in characters.
pub const REASONING_MAX: usize = 15_000;
/// What an assessment is about when it is about being referred; any other decision stands in words.
pub const NRM_ENTRY: &str = "nrm_entry";

words! {
    /// What an assessment found.
    CapacityOutcome {
        /// They can make this decision.
        HasCapacity = "has_capacity",
        /// They cannot make this decision at this time.
        LacksCapacity = "lacks_capacity",
    }
}

words! {
    /// Whether capacity may come back.
    Temporary {
        /// It may.
        Yes = "yes",
        /// It will not.
        No = "no",
        /// Nobody can say yet.
        NotKnown = "not_known",
    }
}

words! {
    /// Whether an independent mental capacity advocate took part.
    Imca {
        /// One was instructed.
        Instructed = "instructed",
        /// Somebody else could speak for them.
        NotRequired = "not_required",
        /// None could be had.
        Unavailable = "unavailable",
    }
}

/// An assessment of capacity for one decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapacityAssessment {
    /// Who assessed.
    pub assessor: String,
    /// The day.
    pub assessed_on: Date,
    /// Which decision it was about: [`NRM_ENTRY`], or another one in words.
    pub decision_asked: String,
    /// Understand, retain, weigh, communicate: what was seen.
    pub functional: String,
    /// The impairment or disturbance it is put down to.
    pub diagnostic: String,
    /// What was done to help them decide.
    pub support_given: String,
    /// What was found.
    pub outcome: CapacityOutcome,
    /// Whether capacity may come back.
    pub temporary: Temporary,
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
    /// Capacity is about one decision, never in general.
    #[error("say which decision it was about")]
    DecisionAsked,
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
    /// The day to look again is before the assessment.
    #[error("the day to look again must come after the assessment")]
    ReassessEarly,
    /// More than [`SHORT_MAX`] or [`REASONING_MAX`] characters.
    #[error("a text is too long")]
    TooLong,
}

impl CapacityError {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Assessor => "capacity-error-assessor",
            Self::Future => "capacity-error-future",
            Self::DecisionAsked => "capacity-error-decision-asked",
            Self::Functional => "capacity-error-functional",
            Self::Diagnostic => "capacity-error-diagnostic",
            Self::Support => "capacity-error-support",
            Self::Reassess => "capacity-error-reassess",
            Self::ReassessEarly => "capacity-error-reassess-early",
            Self::TooLong => "capacity-error-long",
        }
    }

    /// The field to look at again.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Assessor => "assessor",
            Self::Future => "assessed_on",
            Self::DecisionAsked => "decision_asked",
            Self::Functional | Self::TooLong => "functional",
            Self::Diagnostic => "diagnostic",
            Self::Support => "support_given",
            Self::Reassess | Self::ReassessEarly => "reassess_on",
        }
    }
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// The errors that are there, in this order.
fn listed<E, const N: usize>(all: [(bool, E); N]) -> Vec<E> {
    let there = all.into_iter().filter(|(there, _)| *there);
    there.map(|(_, error)| error).collect()
}

fn over(max: usize, texts: &[&str]) -> bool {
    texts.iter().any(|text| text.chars().count() > max)
}

impl CapacityAssessment {
    /// Checks an assessment before it is recorded; one made today is fine.
    ///
    /// # Errors
    /// The first of [`Self::problems`].
    pub fn check(&self, today: Date) -> Result<(), CapacityError> {
        self.problems(today)
            .first()
            .map_or(Ok(()), |first| Err(*first))
    }

    /// Everything that keeps an assessment from being recorded, in the order of the page.
    pub fn problems(&self, today: Date) -> Vec<CapacityError> {
        let lacks = self.outcome == CapacityOutcome::LacksCapacity;
        let early = |day| day <= self.assessed_on;
        let reasoning = [
            self.functional.as_str(),
            &self.diagnostic,
            &self.support_given,
        ];
        let long = over(SHORT_MAX, &[&self.assessor, &self.decision_asked])
            || over(REASONING_MAX, &reasoning);
        listed([
            (blank(&self.assessor), CapacityError::Assessor),
            (self.assessed_on > today, CapacityError::Future),
            (blank(&self.decision_asked), CapacityError::DecisionAsked),
            (lacks && blank(&self.support_given), CapacityError::Support),
            (lacks && blank(&self.functional), CapacityError::Functional),
            (lacks && blank(&self.diagnostic), CapacityError::Diagnostic),
            (lacks && self.reassess_on.is_none(), CapacityError::Reassess),
            (
                self.reassess_on.is_some_and(early),
                CapacityError::ReassessEarly,
            ),
            (long, CapacityError::TooLong),
        ])
    }
}

/// What an assessment means for the question "may we refer you": somebody who cannot decide has not
/// refused, and somebody who can again is asked. `held` is the answer that holds. `None`: nothing changes.
///
/// Only adults are asked, and only an assessment about that decision counts.
pub fn consent_follows(
    assessment: &CapacityAssessment,
    age: Option<AgeStatus>,
    held: Option<ConsentValue>,
) -> Option<ConsentValue> {
    if assessment.decision_asked != NRM_ENTRY || age != Some(AgeStatus::Adult) {
        return None;
    }
    let lacks = held == Some(ConsentValue::LacksCapacity);
    match assessment.outcome {
        CapacityOutcome::LacksCapacity if !lacks => Some(ConsentValue::LacksCapacity),
        CapacityOutcome::HasCapacity if lacks => Some(ConsentValue::NotAsked),
        CapacityOutcome::LacksCapacity | CapacityOutcome::HasCapacity => None,
    }
}

words! {
    /// What was decided in somebody's best interests.
    BestInterestsDecision {
        /// Refer them to the National Referral Mechanism.
        Refer = "refer",
        /// Do not.
        DoNotRefer = "do_not_refer",
    }
}

/// A decision in somebody's best interests, to be recorded (MCA 2005 s.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewBestInterests {
    /// Who decides.
    pub decision_maker: String,
    /// Who was consulted, or why nobody could be (s.4(7)).
    pub consultees: String,
    /// Whether an independent mental capacity advocate took part.
    pub imca: Imca,
    /// Why not.
    pub imca_why: String,
    /// What was decided.
    pub decision: BestInterestsDecision,
    /// Why.
    pub reasons: String,
}

/// Why a decision in somebody's best interests cannot be recorded. Each names the field to look at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BestInterestsError {
    /// No assessment says that they cannot decide.
    #[error("record first an assessment that finds they cannot decide")]
    NoAssessment,
    /// Nobody is named as deciding.
    #[error("say who decides")]
    DecisionMaker,
    /// Nothing is said of who was consulted.
    #[error("say who was consulted, or why nobody could be")]
    Consultees,
    /// No advocate took part, and nothing says why.
    #[error("say why no independent mental capacity advocate took part")]
    ImcaWhy,
    /// No reasons are given.
    #[error("give the reasons")]
    Reasons,
    /// More than [`SHORT_MAX`] or [`REASONING_MAX`] characters.
    #[error("a text is too long")]
    TooLong,
}

impl BestInterestsError {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoAssessment => "interests-error-assessment",
            Self::DecisionMaker => "interests-error-decision-maker",
            Self::Consultees => "interests-error-consultees",
            Self::ImcaWhy => "interests-error-imca-why",
            Self::Reasons => "interests-error-reasons",
            Self::TooLong => "interests-error-long",
        }
    }

    /// The field to look at again.
    pub const fn field(self) -> &'static str {
        match self {
            Self::NoAssessment => "assessment",
            Self::DecisionMaker => "decision_maker",
            Self::Consultees => "consultees",
            Self::ImcaWhy => "imca_why",
            Self::Reasons | Self::TooLong => "reasons",
        }
    }
}

impl NewBestInterests {
    /// Checks a decision before it is recorded.
    ///
    /// # Errors
    /// The first of [`Self::problems`].
    pub fn check(&self) -> Result<(), BestInterestsError> {
        self.problems().first().map_or(Ok(()), |first| Err(*first))
    }

    /// Everything that keeps a decision from being recorded, in the order of the page.
    pub fn problems(&self) -> Vec<BestInterestsError> {
        let alone = self.imca != Imca::Instructed;
        let texts = [self.consultees.as_str(), &self.imca_why, &self.reasons];
        let long = over(SHORT_MAX, &[&self.decision_maker]) || over(REASONING_MAX, &texts);
        listed([
            (
                blank(&self.decision_maker),
                BestInterestsError::DecisionMaker,
            ),
            (blank(&self.consultees), BestInterestsError::Consultees),
            (alone && blank(&self.imca_why), BestInterestsError::ImcaWhy),
            (blank(&self.reasons), BestInterestsError::Reasons),
            (long, BestInterestsError::TooLong),
        ])
    }
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
    /// Somebody signed already; a signature stays.
    #[error("it is signed already")]
    AlreadySigned,
}

impl SignError {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OwnDecision => "interests-error-sign-own",
            Self::NotASupervisor => "interests-error-sign-role",
            Self::AlreadySigned => "interests-error-sign-again",
        }
    }
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
            temporary: Temporary::NotKnown,
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
        assert_eq!(
            without(|made| made.decision_asked.clear()),
            Err(CapacityError::DecisionAsked)
        );
        assert_eq!(
            without(|made| made.reassess_on = Some(made.assessed_on)),
            Err(CapacityError::ReassessEarly)
        );
    }

    #[test]
    fn sc_11_who_cannot_decide_has_not_refused_and_who_can_again_is_asked() {
        let lacks = CapacityAssessment {
            decision_asked: NRM_ENTRY.into(),
            ..assessment()
        };
        let has = CapacityAssessment {
            outcome: CapacityOutcome::HasCapacity,
            ..lacks.clone()
        };
        let (adult, held) = (Some(AgeStatus::Adult), Some(ConsentValue::LacksCapacity));
        assert_eq!(consent_follows(&lacks, adult, None), held);
        assert_eq!(
            consent_follows(&lacks, adult, Some(ConsentValue::Given)),
            held
        );
        assert_eq!(consent_follows(&lacks, adult, held), None);
        assert_eq!(consent_follows(&has, adult, None), None);
        assert_eq!(
            consent_follows(&has, adult, held),
            Some(ConsentValue::NotAsked)
        );
        assert_eq!(consent_follows(&assessment(), adult, None), None);
        for age in [None, Some(AgeStatus::Child), Some(AgeStatus::NotSure)] {
            assert_eq!(consent_follows(&lacks, age, None), None, "{age:?}");
        }
    }

    #[test]
    fn a_best_interests_decision_says_who_was_asked_and_why() {
        let made = NewBestInterests {
            decision_maker: "DC Amber with the hospital's social worker".into(),
            consultees: "their support worker".into(),
            imca: Imca::Unavailable,
            imca_why: "none free before Monday".into(),
            decision: BestInterestsDecision::Refer,
            reasons: "they need a safe place tonight".into(),
        };
        assert_eq!(made.check(), Ok(()));
        let without = |change: fn(&mut NewBestInterests)| {
            let mut made = made.clone();
            change(&mut made);
            made.check()
        };
        for (change, want) in [
            (
                (|made| made.decision_maker.clear()) as fn(&mut NewBestInterests),
                Err(BestInterestsError::DecisionMaker),
            ),
            (
                |made| made.consultees.clear(),
                Err(BestInterestsError::Consultees),
            ),
            (
                |made| made.imca_why.clear(),
                Err(BestInterestsError::ImcaWhy),
            ),
            (
                |made| made.reasons.clear(),
                Err(BestInterestsError::Reasons),
            ),
            (
                |made| {
                    made.imca = Imca::Instructed;
                    made.imca_why.clear();
                },
                Ok(()),
            ),
        ] {
            assert_eq!(without(change), want);
        }
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
