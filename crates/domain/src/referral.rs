//! A referral: the stages it passes, and what keeps a draft from being prepared.
//!
//! Only people decide here. A draft can be saved half done at any time; the ladder of refusals stands
//! before hand-over alone, and says what to do next.
//!
//! Sources: domain notes REF-1 to REF-7, AGE-2, AGE-6, DTN-1 to DTN-8.

use jiff::civil::Time;
use jiff::{Timestamp, ToSpan};

use crate::london;

use crate::form::Draft;
use crate::route::{Ground, NoRoute, Route};

/// Where a referral stands: the last of the facts recorded about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Being written.
    Draft,
    /// With a second reader.
    InReview,
    /// Ready to hand over; what leaves is fixed.
    Prepared,
    /// The Home Office's own copy is attached.
    Sent,
    /// Stopped, with a reason.
    Withdrawn,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::InReview,
        Self::Prepared,
        Self::Sent,
        Self::Withdrawn,
    ];

    /// The word of the store, the API and filters.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Prepared => "prepared",
            Self::Sent => "sent",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// Says whether the work on it is still to be done.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::InReview | Self::Prepared)
    }
}

/// How an attempt to reach the local authority about a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorityOutcome {
    /// Somebody there knows.
    Reached,
    /// Nobody answered out of hours; a task to try again is raised.
    NotReachedOutOfHours,
    /// Nobody answered though the offices were open. Does not count; a task to try again is raised.
    NotReached,
}

impl AuthorityOutcome {
    /// All, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Reached, Self::NotReachedOutOfHours, Self::NotReached];

    /// The word of the store and the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::NotReachedOutOfHours => "not_reached_out_of_hours",
            Self::NotReached => "not_reached",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// Says whether it is enough for the referral to go on.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Reached | Self::NotReachedOutOfHours)
    }

    /// When to try again: nine the next day out of hours (those teams answer at weekends, so weekends
    /// count), an hour later in office hours; `None` once somebody knows. No Act sets these times.
    pub fn retry_at(self, attempted: Timestamp) -> Option<Timestamp> {
        let tomorrow = || london::date_of(attempted.as_microsecond()).saturating_add(1.day());
        match self {
            Self::Reached => None,
            Self::NotReachedOutOfHours => {
                Some(london::instant(tomorrow(), Time::constant(9, 0, 0, 0)))
            }
            Self::NotReached => attempted.saturating_add(1.hour()).ok(),
        }
    }
}

/// Why a draft cannot be prepared today; the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrepareRefusal {
    /// It is no longer, or not now, being written.
    #[error("only a draft can be prepared")]
    NotADraft(Stage),
    /// No route is open yet: age, consent, or a signature is missing. Silence is not refusal.
    #[error(transparent)]
    NoRoute(#[from] NoRoute),
    /// A child or possible child, and no contact with the local authority, nor an attempt, is recorded.
    #[error("contact the local authority about the child, or record the attempt, first")]
    AuthorityNotContacted,
    /// Pages with something missing, wrong, or to check.
    #[error("some pages are not finished")]
    Unfinished {
        /// How many.
        steps: usize,
    },
}

impl PrepareRefusal {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotADraft(_) => "referral-not-a-draft",
            Self::NoRoute(NoRoute::AgeNotRecorded) => "referral-age-not-recorded",
            Self::NoRoute(NoRoute::ConsentNotAsked) => "referral-consent-not-asked",
            Self::NoRoute(NoRoute::NoBestInterests) => "referral-no-best-interests",
            Self::NoRoute(NoRoute::BestInterestsUnsigned) => "referral-best-interests-unsigned",
            Self::NoRoute(NoRoute::WithdrawnAfterSending) => "referral-withdrawn-after-sending",
            Self::AuthorityNotContacted => "referral-authority-not-contacted",
            Self::Unfinished { .. } => "referral-unfinished",
        }
    }
}

/// Says where a draft leads when it is prepared now.
///
/// `authority_contacted`: a contact with the local authority, or a failed attempt out of hours, is logged.
///
/// # Errors
/// [`PrepareRefusal`], the first rung that refuses.
pub fn prepare(
    draft: &Draft<'_>,
    stage: Stage,
    authority_contacted: bool,
) -> Result<Route, PrepareRefusal> {
    if stage != Stage::Draft {
        return Err(PrepareRefusal::NotADraft(stage));
    }
    let (route, ground) = draft.facts.route_and_ground()?;
    if matches!(ground, Ground::Child | Ground::MayBeAChild) && !authority_contacted {
        return Err(PrepareRefusal::AuthorityNotContacted);
    }
    match draft.unfinished().len() {
        0 => Ok(route),
        steps => Err(PrepareRefusal::Unfinished { steps }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::age::AgeStatus;
    use crate::capacity::BestInterestsDecision;
    use crate::consent::ConsentValue;
    use crate::form::path::Parts;
    use crate::form::{Answer, Facts, Form, Kind, Lists};
    use crate::route::BestInterests;
    use crate::unknown::Unknown;

    fn facts(age: AgeStatus, nrm_entry: Option<ConsentValue>) -> Facts {
        let mut facts = Facts {
            age_at_exploitation: Some(AgeStatus::Adult),
            support: Some(ConsentValue::No),
            cooperation: Some(ConsentValue::No),
            ..Facts::default()
        };
        facts.route.age = Some(age);
        facts.route.nrm_entry = nrm_entry;
        facts
    }

    fn parts(facts: Facts) -> Parts {
        Parts {
            form: Form::find("nrm-2026-04").unwrap(),
            answers: Default::default(),
            facts,
            saved: BTreeSet::new(),
            to_check: BTreeSet::new(),
            today: jiff::civil::date(2026, 11, 24),
        }
    }

    /// Answers whatever is asked until nothing is left to ask.
    fn filled(facts: Facts) -> Parts {
        let lists = Lists::default();
        let mut parts = parts(facts);
        for _ in 0..40 {
            let open: Vec<String> = {
                let draft = parts.draft(&lists);
                draft
                    .unfinished()
                    .into_iter()
                    .flat_map(|step| draft.problems(step))
                    .map(|problem| problem.key)
                    .collect()
            };
            for key in open {
                let question = parts.form.question(&key).unwrap();
                let answer = match question.kind {
                    Kind::Checkboxes => Answer::many([question.options[0].clone()]),
                    Kind::Radios => Answer::text(question.options[0].clone()),
                    Kind::Email => Answer::text("x@example.org"),
                    Kind::Number => Answer::text("1"),
                    Kind::Tick => Answer::text("true"),
                    Kind::Select => Answer::text("x"),
                    _ if question.offers_unknown() => Answer::unknown(Unknown::Unknown),
                    _ => Answer::text("x"),
                };
                parts.answers.insert(key, answer);
            }
        }
        parts
    }

    #[track_caller]
    fn check(parts: &Parts, stage: Stage, contacted: bool, want: Result<Route, PrepareRefusal>) {
        let lists = Lists::default();
        assert_eq!(prepare(&parts.draft(&lists), stage, contacted), want);
    }

    #[test]
    fn the_first_rung_that_refuses_is_named() {
        let nobody = parts(Facts::default());
        let adult = parts(facts(AgeStatus::Adult, None));
        let child = parts(facts(AgeStatus::Child, None));
        let no_age = Err(NoRoute::AgeNotRecorded.into());
        let not_asked = Err(NoRoute::ConsentNotAsked.into());
        check(&nobody, Stage::Draft, false, no_age);
        check(&adult, Stage::Draft, false, not_asked);
        let alone = Err(PrepareRefusal::AuthorityNotContacted);
        check(&child, Stage::Draft, false, alone);
        let sent = Err(PrepareRefusal::NotADraft(Stage::Sent));
        check(&child, Stage::Sent, true, sent);
        let lists = Lists::default();
        let left = prepare(&child.draft(&lists), Stage::Draft, true);
        assert!(
            matches!(left, Err(PrepareRefusal::Unfinished { steps: 20.. })),
            "{left:?}"
        );
    }

    #[test]
    fn a_complete_draft_goes_where_age_and_consent_lead() {
        let adult = |entry| facts(AgeStatus::Adult, Some(entry));
        let mut best = adult(ConsentValue::LacksCapacity);
        best.route.best_interests = Some(BestInterests {
            decision: BestInterestsDecision::Refer,
            signed: true,
        });
        for (facts, want) in [
            (facts(AgeStatus::Child, None), Route::Nrm),
            (facts(AgeStatus::NotSure, None), Route::Nrm),
            (adult(ConsentValue::Given), Route::Nrm),
            (best, Route::Nrm),
            (adult(ConsentValue::Refused), Route::Dtn),
            (adult(ConsentValue::CannotBeAsked), Route::Dtn),
        ] {
            check(&filled(facts), Stage::Draft, true, Ok(want));
        }
    }

    #[test]
    fn the_local_authority_is_tried_again_at_nine_the_next_morning_or_in_an_hour() {
        use AuthorityOutcome::{NotReached, NotReachedOutOfHours, Reached};
        for (outcome, attempted, again) in [
            (
                NotReachedOutOfHours,
                "2026-10-01T22:30:00Z",
                Some("2026-10-02T08:00:00Z"),
            ),
            // Already the 2nd in London.
            (
                NotReachedOutOfHours,
                "2026-10-01T23:30:00Z",
                Some("2026-10-03T08:00:00Z"),
            ),
            (
                NotReachedOutOfHours,
                "2026-12-24T23:30:00Z",
                Some("2026-12-25T09:00:00Z"),
            ),
            (
                NotReached,
                "2026-10-01T10:30:00Z",
                Some("2026-10-01T11:30:00Z"),
            ),
            (Reached, "2026-10-01T10:30:00Z", None),
        ] {
            let retry = outcome.retry_at(attempted.parse().unwrap());
            assert_eq!(
                retry.map(|at| at.to_string()).as_deref(),
                again,
                "{attempted}"
            );
        }
    }

    #[test]
    fn only_an_attempt_out_of_hours_counts_without_an_answer() {
        for (outcome, counts) in AuthorityOutcome::ALL.into_iter().zip([true, true, false]) {
            assert_eq!(outcome.counts(), counts, "{}", outcome.code());
        }
    }
}
