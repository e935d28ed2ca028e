//! The route: whether a referral goes to the National Referral Mechanism or is a Duty to Notify.
//!
//! Only age and, for adults, consent decide (REF-3). A child, or somebody who may be one, is referred
//! whatever they answer and can never yield a Duty to Notify. An adult decides; silence is not refusal;
//! somebody who cannot decide has not refused.
//!
//! Sources: Modern Slavery Act 2015 ss.51 and 52; SI 2015/1743; CONS-1 to CONS-6 of the domain notes.

use serde::{Deserialize, Serialize};

use crate::age::AgeStatus;
use crate::capacity::BestInterestsDecision;
use crate::consent::ConsentValue;

/// Where a referral goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// A referral to the National Referral Mechanism, naming the person.
    Nrm,
    /// A Duty to Notify, which must not identify the person without their consent.
    Dtn,
}

impl Route {
    /// The word kept in the store and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nrm => "nrm",
            Self::Dtn => "dtn",
        }
    }

    /// Reads [`Self::code`] back.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Nrm, Self::Dtn]
            .into_iter()
            .find(|route| route.code() == code)
    }
}

/// What the route rests on; printed with the referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// A child: consent is not required.
    Child,
    /// May be a child: treated as one until it is settled (s.51).
    MayBeAChild,
    /// An adult who consents.
    Consent,
    /// An adult who lacks capacity, referred in their best interests, signed by a supervisor.
    BestInterests,
    /// An adult who refuses, or took consent back before anything was sent.
    Refusal,
    /// An adult nobody could ask.
    CannotBeAsked,
    /// An adult who lacks capacity and is not to be referred, signed by a supervisor.
    NotInBestInterests,
}

impl Ground {
    /// The word kept in the store and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::MayBeAChild => "may_be_a_child",
            Self::Consent => "consent",
            Self::BestInterests => "best_interests",
            Self::Refusal => "refusal",
            Self::CannotBeAsked => "cannot_be_asked",
            Self::NotInBestInterests => "not_in_best_interests",
        }
    }

    /// Whether the person themselves answered: only then does a yes to being named in a notification count
    /// (SI 2015/1743 reg 3(2)).
    pub const fn is_their_own_answer(self) -> bool {
        match self {
            Self::Consent | Self::Refusal => true,
            Self::Child
            | Self::MayBeAChild
            | Self::BestInterests
            | Self::CannotBeAsked
            | Self::NotInBestInterests => false,
        }
    }
}

/// A decision in somebody's best interests, and whether a supervisor has signed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BestInterests {
    /// What was decided.
    pub decision: BestInterestsDecision,
    /// Whether somebody other than its author, of supervising rank, signed.
    pub signed: bool,
}

/// What the route depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteFacts {
    /// Age today; `None` when nothing is known.
    pub age: Option<AgeStatus>,
    /// The answer that holds to "may we refer you"; `None` when nothing was recorded.
    pub nrm_entry: Option<ConsentValue>,
    /// The latest best-interests decision, if there is one.
    pub best_interests: Option<BestInterests>,
    /// Whether the duty of s.52 was discharged in this episode by something already sent.
    pub duty_discharged: bool,
}

/// Why no route is open yet. Each says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRoute {
    /// Nothing is known of the age.
    #[error("say first whether they are under 18, or that you are not sure")]
    AgeNotRecorded,
    /// Nobody has asked this adult.
    #[error("ask the person for consent before referring them")]
    ConsentNotAsked,
    /// Capacity is lacking and no best-interests decision is recorded.
    #[error("record a best-interests decision")]
    NoBestInterests,
    /// The best-interests decision waits for a supervisor.
    #[error("a supervisor must sign the best-interests decision")]
    BestInterestsUnsigned,
    /// They would only be notified of, and something was already sent in this passage: consent taken
    /// back, or refused once somebody treated as a child turned out to be an adult (SC-04).
    #[error("the duty to notify is already discharged; nothing more is sent")]
    WithdrawnAfterSending,
}

impl NoRoute {
    /// The word kept in the API; also names the sentence in the catalogues (`no-route-…`).
    pub const fn code(self) -> &'static str {
        match self {
            Self::AgeNotRecorded => "age-not-recorded",
            Self::ConsentNotAsked => "consent-not-asked",
            Self::NoBestInterests => "no-best-interests",
            Self::BestInterestsUnsigned => "best-interests-unsigned",
            Self::WithdrawnAfterSending => "withdrawn-after-sending",
        }
    }
}

/// Chooses the route, and says on what ground.
///
/// INVARIANT: a child or possible child never yields [`Route::Dtn`], and nobody yields it a second time
/// in one passage; both tested for every combination.
///
/// # Errors
/// [`NoRoute`] for an adult while consent is open. A child is never an error.
pub fn route(facts: RouteFacts) -> Result<(Route, Ground), NoRoute> {
    match facts.age {
        None => Err(NoRoute::AgeNotRecorded),
        Some(AgeStatus::Child) => Ok((Route::Nrm, Ground::Child)),
        Some(AgeStatus::NotSure) => Ok((Route::Nrm, Ground::MayBeAChild)),
        Some(AgeStatus::Adult) => match adult_route(facts)? {
            (Route::Dtn, _) if facts.duty_discharged => Err(NoRoute::WithdrawnAfterSending),
            led => Ok(led),
        },
    }
}

fn adult_route(facts: RouteFacts) -> Result<(Route, Ground), NoRoute> {
    match facts.nrm_entry {
        None | Some(ConsentValue::NotAsked) => Err(NoRoute::ConsentNotAsked),
        Some(ConsentValue::Given) => Ok((Route::Nrm, Ground::Consent)),
        Some(ConsentValue::Refused) => Ok((Route::Dtn, Ground::Refusal)),
        Some(ConsentValue::CannotBeAsked) => Ok((Route::Dtn, Ground::CannotBeAsked)),
        Some(ConsentValue::Withdrawn) => Ok((Route::Dtn, Ground::Refusal)),
        Some(ConsentValue::LacksCapacity) => match facts.best_interests {
            None => Err(NoRoute::NoBestInterests),
            Some(BestInterests { signed: false, .. }) => Err(NoRoute::BestInterestsUnsigned),
            Some(BestInterests {
                decision: BestInterestsDecision::Refer,
                signed: true,
            }) => Ok((Route::Nrm, Ground::BestInterests)),
            Some(BestInterests {
                decision: BestInterestsDecision::DoNotRefer,
                signed: true,
            }) => Ok((Route::Dtn, Ground::NotInBestInterests)),
        },
        // Answers of other questions; the store never records them for this one.
        Some(
            ConsentValue::Yes
            | ConsentValue::No
            | ConsentValue::Undecided
            | ConsentValue::Overridden,
        ) => Err(NoRoute::ConsentNotAsked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFER: BestInterests = BestInterests {
        decision: BestInterestsDecision::Refer,
        signed: true,
    };

    fn adult(nrm_entry: Option<ConsentValue>) -> RouteFacts {
        RouteFacts {
            age: Some(AgeStatus::Adult),
            nrm_entry,
            best_interests: None,
            duty_discharged: false,
        }
    }

    #[track_caller]
    fn check(facts: RouteFacts, want: Result<(Route, Ground), NoRoute>) {
        assert_eq!(route(facts), want, "{facts:?}");
    }

    #[test]
    fn sc_01_an_adult_decides_and_silence_is_not_refusal() {
        check(
            adult(Some(ConsentValue::Given)),
            Ok((Route::Nrm, Ground::Consent)),
        );
        check(
            adult(Some(ConsentValue::Refused)),
            Ok((Route::Dtn, Ground::Refusal)),
        );
        check(
            adult(Some(ConsentValue::CannotBeAsked)),
            Ok((Route::Dtn, Ground::CannotBeAsked)),
        );
        check(
            adult(Some(ConsentValue::NotAsked)),
            Err(NoRoute::ConsentNotAsked),
        );
        check(adult(None), Err(NoRoute::ConsentNotAsked));
        check(
            RouteFacts {
                age: None,
                ..adult(Some(ConsentValue::Given))
            },
            Err(NoRoute::AgeNotRecorded),
        );
    }

    #[test]
    fn sc_02_sc_04_a_possible_child_never_yields_a_duty_to_notify_whatever_else_is_true() {
        let answers = ConsentValue::ALL.iter().copied().map(Some).chain([None]);
        for nrm_entry in answers {
            for decision in [
                BestInterestsDecision::Refer,
                BestInterestsDecision::DoNotRefer,
            ] {
                for signed in [true, false] {
                    for duty_discharged in [true, false] {
                        let facts = |age| RouteFacts {
                            age: Some(age),
                            nrm_entry,
                            best_interests: Some(BestInterests { decision, signed }),
                            duty_discharged,
                        };
                        check(facts(AgeStatus::Child), Ok((Route::Nrm, Ground::Child)));
                        check(
                            facts(AgeStatus::NotSure),
                            Ok((Route::Nrm, Ground::MayBeAChild)),
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn sc_11_lacking_capacity_is_not_refusal_and_waits_for_a_signature() {
        let lacks = adult(Some(ConsentValue::LacksCapacity));
        check(lacks, Err(NoRoute::NoBestInterests));
        let unsigned = RouteFacts {
            best_interests: Some(BestInterests {
                signed: false,
                ..REFER
            }),
            ..lacks
        };
        check(unsigned, Err(NoRoute::BestInterestsUnsigned));
        let signed = RouteFacts {
            best_interests: Some(REFER),
            ..lacks
        };
        check(signed, Ok((Route::Nrm, Ground::BestInterests)));
    }

    #[test]
    fn sc_04_nobody_is_notified_of_twice_in_one_passage() {
        for nrm_entry in ConsentValue::ALL.iter().copied().map(Some).chain([None]) {
            for decision in [
                BestInterestsDecision::Refer,
                BestInterestsDecision::DoNotRefer,
            ] {
                let open = RouteFacts {
                    best_interests: Some(BestInterests {
                        decision,
                        signed: true,
                    }),
                    ..adult(nrm_entry)
                };
                let want = match route(open) {
                    Ok((Route::Dtn, _)) => Err(NoRoute::WithdrawnAfterSending),
                    same => same,
                };
                let sent = RouteFacts {
                    duty_discharged: true,
                    ..open
                };
                check(sent, want);
            }
        }
    }

    #[test]
    fn consent_taken_back_yields_no_second_notification() {
        let withdrawn = adult(Some(ConsentValue::Withdrawn));
        check(withdrawn, Ok((Route::Dtn, Ground::Refusal)));
        check(
            RouteFacts {
                duty_discharged: true,
                ..withdrawn
            },
            Err(NoRoute::WithdrawnAfterSending),
        );
    }
}
