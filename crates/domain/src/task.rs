//! Tasks: what somebody still has to do about a record, and by when.
//!
//! A task is raised by the fact that makes it necessary and settled by the fact that answers it; it
//! decides nothing itself. When it is due is ours: no Act sets these hours.

use jiff::civil::time;
use jiff::{Timestamp, ToSpan as _};

use crate::coded::words;
use crate::london;

pub mod change;
pub mod escalation;

/// When the working day begins: nobody is expected to reach an office earlier.
const OPENS_HOUR: i8 = 9;

/// Longest result, in characters.
pub const RESULT_MAX: usize = 500;

words! {
    /// What is to be done.
    TaskKind in "task-kind" {
        /// Try the local authority again: the attempt out of hours failed.
        AuthorityRetry = "authority_retry",
        /// Read a Duty to Notify with free text a second time.
        SecondReading = "second_reading",
        /// Sign, or do not sign, a decision in somebody's best interests.
        SignBestInterests = "sign_best_interests",
        /// Assess capacity again: the lack of it may pass.
        ReassessCapacity = "reassess_capacity",
        /// Ask for consent to remain: they were referred as a child, and are an adult (AGE-4).
        AskConsent = "ask_consent",
        /// Look again at a restriction.
        RestrictionReview = "restriction_review",
        /// Hand over what was prepared.
        HandOver = "hand_over",
        /// Attach the Home Office's own copy: nothing is sent before.
        AttachCopy = "attach_copy",
        /// Record the crime: within 24 hours of the report (03 of the domain notes, crime recording).
        CrimeRecord = "crime_record",
        /// Assess what would keep them safe, whatever becomes of the referral (DTN-3).
        SafeguardingAssessment = "safeguarding_assessment",
        /// Find them again: they could not be asked (transition 8).
        Trace = "trace",
        /// Tell the local authority about a child or possible child.
        AuthorityContact = "authority_contact",
        /// Hold a strategy discussion about a child (Children Act 1989 s.47).
        StrategyDiscussion = "strategy_discussion",
        /// Refer a child to the guardian service of the area, where there is one (AGE-6).
        GuardianService = "guardian_service",
        /// Ask for a health check: something may be hidden inside the body.
        HealthCheck = "health_check",
        /// Make sure somebody talks with a child who was missing, within 72 hours of return.
        ReturnInterview = "return_interview",
        /// Tell the force and the local authority of the other area.
        OtherAreaTold = "other_area_told",
        /// Ask the support provider for somewhere to stay before the first decision.
        EmergencySupport = "emergency_support",
        /// Refer an adult who wants it to the support provider.
        SupportReferral = "support_referral",
        /// Ask whether leave to remain is being considered, for whoever may be eligible (s.65).
        LeaveConsidered = "leave_considered",
        /// Ask the support provider for an assessment of what they still need.
        RecoveryNeeds = "recovery_needs",
        /// Make sure that they leave support for somewhere safe.
        SupportExit = "support_exit",
        /// Answer the competent authority's question for more information.
        EvidenceAsked = "evidence_asked",
        /// Pass a decision on to the person, by the way they said is safe.
        PassOnDecision = "pass_on_decision",
        /// Ask what the referral left out, now that the decision is negative (RC-6).
        DecisionReview = "decision_review",
        /// The twentieth day after a negative decision: is a reconsideration asked for (D-5)?
        ReconsiderationDay20 = "reconsideration_day_20",
        /// The twenty-seventh day: three days are left to ask for one (D-5).
        ReconsiderationDay27 = "reconsideration_day_27",
        /// A hundred days before they are eighteen: prepare the question whether to remain (CONS-8).
        EighteenIn100 = "eighteen_in_100",
        /// Twenty-eight days before they are eighteen: ask, and ask whether they want support (CONS-8).
        EighteenIn28 = "eighteen_in_28",
        /// Make sure the local authority looks at what it owes somebody who leaves care.
        LeavingCare = "leaving_care",
        /// Tell the competent authority, and the force's missing team, that they are missing.
        MissingTold = "missing_told",
        /// Make sure they can have legal advice about a decision.
        LegalAdvice = "legal_advice",
        /// Look at words that stand in a record the author may not see.
        ReusedText = "reused_text",
        /// Look at what the referral of one member of a family tells of another, whom its author may not see.
        FamilyTells = "family_tells",
        /// Put a file of evidence back, or attach it again: it is lost or not what was attached.
        EvidenceDamaged = "evidence_damaged",
        /// Look at what the second reader wrote, and prepare again.
        SentBack = "sent_back",
        /// Refer an adult who lacks capacity to adult social care (Care Act 2014 s.42).
        AdultSocialCare = "adult_social_care",
        /// Something else: the note says what.
        Other = "other",
    }
}

impl TaskKind {
    /// What is owed from the moment a referral is begun, before anything is sent: the suspicion of a first
    /// responder asks for a crime record and for safety, a child for the local authority, and a child on a
    /// county line for what cannot wait. `child`: a child, or somebody who may be one.
    ///
    /// Source: transitions 1 and 3 of the team's decision workflow; actions when a child is found on a line.
    pub const fn owed(child: bool, county_line: bool) -> &'static [Self] {
        match (child, county_line) {
            (false, _) => &[Self::CrimeRecord, Self::SafeguardingAssessment],
            (true, false) => &[
                Self::CrimeRecord,
                Self::SafeguardingAssessment,
                Self::AuthorityContact,
            ],
            (true, true) => &[
                Self::CrimeRecord,
                Self::SafeguardingAssessment,
                Self::AuthorityContact,
                Self::HealthCheck,
                Self::StrategyDiscussion,
                Self::GuardianService,
                Self::ReturnInterview,
                Self::OtherAreaTold,
            ],
        }
    }

    /// Says whether somebody may call it done in their own words. The others are done by the thing
    /// itself: a release, a signature, a sending.
    pub const fn done_by_hand(self) -> bool {
        !matches!(
            self,
            Self::SecondReading
                | Self::SignBestInterests
                | Self::AskConsent
                | Self::HandOver
                | Self::AttachCopy
                | Self::SentBack
        )
    }

    /// Says whether people may add one themselves. The others follow from a fact or a date.
    pub const fn added_by_hand(self) -> bool {
        matches!(
            self,
            Self::AuthorityContact
                | Self::StrategyDiscussion
                | Self::CrimeRecord
                | Self::SafeguardingAssessment
                | Self::Trace
                | Self::GuardianService
                | Self::HealthCheck
                | Self::ReturnInterview
                | Self::OtherAreaTold
                | Self::EmergencySupport
                | Self::SupportReferral
                | Self::PassOnDecision
                | Self::ReassessCapacity
                | Self::LeavingCare
                | Self::MissingTold
                | Self::LegalAdvice
                | Self::AdultSocialCare
                | Self::Other
        )
    }

    /// Says whether it is about a passage rather than about the referral it began with: what it asks for is
    /// recorded there.
    pub const fn of_passage(self) -> bool {
        matches!(
            self,
            Self::EvidenceAsked
                | Self::PassOnDecision
                | Self::LeaveConsidered
                | Self::RecoveryNeeds
                | Self::SupportExit
                | Self::DecisionReview
                | Self::ReconsiderationDay20
                | Self::ReconsiderationDay27
                | Self::EighteenIn100
                | Self::EighteenIn28
        )
    }

    /// Says whether whoever holds a reviewing role today may take it on when nobody is named, except
    /// whoever asked for it.
    pub const fn for_any_reviewer(self) -> bool {
        matches!(self, Self::SecondReading | Self::SignBestInterests)
    }

    /// When it is due where nobody says otherwise: an office is tried again when it next opens, what
    /// cannot wait by the end of today, what holds a referral up by the end of tomorrow, a crime record in
    /// 24 hours, a talk after a return in 72, the rest in a week.
    pub fn usually_due(self, now: Timestamp) -> Timestamp {
        match self {
            Self::AuthorityRetry => next_opening(now),
            Self::SecondReading | Self::SignBestInterests | Self::AskConsent | Self::HandOver => {
                end_of(now, 1)
            }
            Self::AuthorityContact
            | Self::StrategyDiscussion
            | Self::HealthCheck
            | Self::EmergencySupport
            | Self::MissingTold
            | Self::OtherAreaTold => end_of(now, 0),
            Self::SupportReferral
            | Self::GuardianService
            | Self::SafeguardingAssessment
            | Self::SentBack
            | Self::EvidenceDamaged
            | Self::PassOnDecision
            | Self::AdultSocialCare => end_of(now, 1),
            Self::AttachCopy => end_of(now, 2),
            Self::CrimeRecord => now.saturating_add(24.hours()).unwrap_or(Timestamp::MAX),
            Self::ReturnInterview => now.saturating_add(72.hours()).unwrap_or(Timestamp::MAX),
            Self::ReassessCapacity
            | Self::RestrictionReview
            | Self::Trace
            | Self::EvidenceAsked
            | Self::LeaveConsidered
            | Self::RecoveryNeeds
            | Self::SupportExit
            | Self::DecisionReview
            | Self::ReconsiderationDay20
            | Self::ReconsiderationDay27
            | Self::EighteenIn100
            | Self::EighteenIn28
            | Self::LeavingCare
            | Self::LegalAdvice
            | Self::ReusedText
            | Self::FamilyTells
            | Self::Other => end_of(now, 7),
        }
    }
}

/// The next time it is nine in the morning in Europe/London. Week-ends count: a child's local
/// authority answers on each day.
fn next_opening(now: Timestamp) -> Timestamp {
    let today = london::date_of(now.as_microsecond());
    let opens = |day| london::instant(day, time(OPENS_HOUR, 0, 0, 0));
    if opens(today) > now {
        opens(today)
    } else {
        opens(today.saturating_add(1.day()))
    }
}

/// The last second of the day, so many days from now, in Europe/London.
fn end_of(now: Timestamp, days: i32) -> Timestamp {
    let today = london::date_of(now.as_microsecond());
    london::ends(today.saturating_add(days.days()))
}

/// Why a task cannot be called done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DoneError {
    /// The thing itself has to happen.
    #[error("this is done by doing it, not by saying so")]
    NotByHand,
    /// Nothing was said about what came of it.
    #[error("say what came of it")]
    ResultMissing,
    /// More than [`RESULT_MAX`] characters.
    #[error("the result is too long")]
    ResultLong,
}

impl DoneError {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotByHand => "task-error-by-hand",
            Self::ResultMissing => "task-error-result",
            Self::ResultLong => "task-error-result-long",
        }
    }
}

/// Calls a task done with what came of it.
///
/// # Errors
/// [`DoneError`] for what is missing.
pub fn done(kind: TaskKind, result: &str) -> Result<String, DoneError> {
    let result = result.trim();
    if !kind.done_by_hand() {
        return Err(DoneError::NotByHand);
    }
    if result.is_empty() {
        return Err(DoneError::ResultMissing);
    }
    if result.chars().count() > RESULT_MAX {
        return Err(DoneError::ResultLong);
    }
    Ok(result.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[track_caller]
    fn due(kind: TaskKind, now: &str, want: &str) {
        let due = kind.usually_due(now.parse().unwrap());
        assert_eq!(due.to_string(), want, "{kind:?} at {now}");
    }

    #[test]
    fn an_office_is_tried_again_when_it_next_opens() {
        let kind = TaskKind::AuthorityRetry;
        due(kind, "2026-03-03T02:00:00Z", "2026-03-03T09:00:00Z");
        due(kind, "2026-03-03T08:59:59Z", "2026-03-03T09:00:00Z");
        due(kind, "2026-03-03T09:00:00Z", "2026-03-04T09:00:00Z");
        due(kind, "2026-03-03T22:00:00Z", "2026-03-04T09:00:00Z");
        // Clocks go forward in the night to 29 March 2026.
        due(kind, "2026-03-28T22:00:00Z", "2026-03-29T08:00:00Z");
    }

    #[test]
    fn what_holds_a_referral_up_is_due_by_the_end_of_tomorrow() {
        let kind = TaskKind::SecondReading;
        due(kind, "2026-03-03T00:00:00Z", "2026-03-04T23:59:59Z");
        due(kind, "2026-03-03T23:59:59Z", "2026-03-04T23:59:59Z");
        due(kind, "2026-07-01T23:30:00Z", "2026-07-03T22:59:59Z");
    }

    #[test]
    fn a_task_is_done_with_a_result_or_by_the_thing_itself() {
        let kind = TaskKind::AuthorityRetry;
        assert_eq!(done(kind, " reached at 9 "), Ok("reached at 9".to_owned()));
        assert_eq!(done(kind, "  "), Err(DoneError::ResultMissing));
        assert!(done(kind, &"a".repeat(RESULT_MAX)).is_ok());
        let long = "a".repeat(RESULT_MAX + 1);
        assert_eq!(done(kind, &long), Err(DoneError::ResultLong));
        let read = done(TaskKind::SecondReading, "looks fine");
        assert_eq!(read, Err(DoneError::NotByHand));
    }

    #[test]
    fn every_kind_reads_back_and_has_words() {
        for kind in TaskKind::ALL {
            assert_eq!(TaskKind::from_code(kind.code()), Some(*kind));
            assert_eq!(kind.words(), format!("task-kind-{}", kind.code()));
            assert!(!(kind.for_any_reviewer() && kind.done_by_hand()));
        }
    }
}
