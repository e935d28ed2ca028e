//! What the form takes from recorded facts instead of asking: ages, consents, the route.
//!
//! Facts are dated rows of their own, never answers that can be overwritten (CONS-5); the form only
//! reads them, and the route is [`crate::route::route`]'s alone.

use super::answer::Answer;
use crate::age::AgeStatus;
use crate::consent::ConsentValue;
use crate::route::{Ground, NoRoute, Route, RouteFacts, route};

/// What has been recorded so far. `None`: nobody has recorded it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// What decides the route.
    pub route: RouteFacts,
    /// Under 18 at any time during the exploitation; asked of adults.
    pub age_at_exploitation: Option<AgeStatus>,
    /// Wants support; adults who agreed.
    pub support: Option<ConsentValue>,
    /// Willing to help an investigation.
    pub cooperation: Option<ConsentValue>,
    /// Said yes to being named in a Duty to Notify. Not the same as willing to help (DTN-6). Whether it
    /// counts is [`Facts::may_be_named`]'s alone.
    pub identity: bool,
    /// How many files are attached as evidence.
    pub files: usize,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            route: RouteFacts {
                age: None,
                nrm_entry: None,
                best_interests: None,
                duty_discharged: false,
            },
            age_at_exploitation: None,
            support: None,
            cooperation: None,
            identity: false,
            files: 0,
        }
    }
}

impl Facts {
    /// Where the form leads as things stand, and on what ground.
    ///
    /// # Errors
    /// [`NoRoute`] says what must be recorded first.
    pub fn route_and_ground(&self) -> Result<(Route, Ground), NoRoute> {
        route(self.route)
    }

    /// Where the form leads as things stand; `None` while nothing decides it.
    pub fn route(&self) -> Option<Route> {
        self.route_and_ground().ok().map(|(route, _)| route)
    }

    /// Whether a Duty to Notify may name the person: they said yes, and it was theirs to say. Somebody nobody
    /// could ask, or who could not decide, has agreed to nothing.
    pub fn may_be_named(&self) -> bool {
        let own = |(_, ground): (Route, Ground)| ground.is_their_own_answer();
        self.identity && self.route_and_ground().is_ok_and(own)
    }

    /// The answer to a question that is taken from a fact, in the Home Office's words.
    pub fn answer(&self, fact: &str) -> Option<Answer> {
        let word = match fact {
            "age" => under_18(self.route.age?),
            "age_at_exploitation" => under_18(self.age_at_exploitation?),
            // The form forces `yes` for a child or possible child (AGE-2).
            "nrm_entry" => match self.route()? {
                Route::Nrm => "yes",
                Route::Dtn => "no",
            },
            "support" => yes_no(self.support? == ConsentValue::Yes),
            // The form has no "undecided": somebody who has not said yes is not willing yet.
            "cooperation" => yes_no(self.cooperation? == ConsentValue::Yes),
            "route" => self.route()?.code(),
            "identity" => yes_no(self.may_be_named()),
            "files" => {
                return (self.files > 0).then(|| Answer::text(self.files.to_string()));
            }
            _ => return None,
        };
        Some(Answer::text(word))
    }
}

/// The facts a question may be answered from, and a condition may look at.
pub(super) const NAMES: [&str; 8] = [
    "age",
    "age_at_exploitation",
    "nrm_entry",
    "support",
    "cooperation",
    "route",
    "identity",
    "files",
];

const fn under_18(age: AgeStatus) -> &'static str {
    match age {
        AgeStatus::Adult => "no",
        AgeStatus::Child => "yes",
        AgeStatus::NotSure => "not-sure",
    }
}

const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capacity::BestInterestsDecision;
    use crate::route::BestInterests;

    #[test]
    fn a_question_answered_by_a_fact_gets_the_home_offices_word() {
        let mut facts = Facts::default();
        assert_eq!(facts.answer("age"), None);
        facts.route.age = Some(AgeStatus::NotSure);
        facts.cooperation = Some(ConsentValue::Undecided);
        for (fact, want) in [
            ("age", "not-sure"),
            ("nrm_entry", "yes"),
            ("route", "nrm"),
            ("cooperation", "no"),
            ("identity", "no"),
        ] {
            assert_eq!(facts.answer(fact), Some(Answer::text(want)), "{fact}");
        }
        assert_eq!(facts.answer("files"), None);
    }

    #[test]
    fn a_yes_to_being_named_counts_only_where_they_answered_themselves() {
        let signed = BestInterests {
            decision: BestInterestsDecision::DoNotRefer,
            signed: true,
        };
        for (entry, best_interests, want) in [
            (ConsentValue::Refused, None, true),
            (ConsentValue::Withdrawn, None, true),
            (ConsentValue::CannotBeAsked, None, false),
            (ConsentValue::LacksCapacity, Some(signed), false),
            (ConsentValue::NotAsked, None, false),
        ] {
            let mut facts = Facts {
                identity: true,
                ..Facts::default()
            };
            facts.route.age = Some(AgeStatus::Adult);
            facts.route.nrm_entry = Some(entry);
            facts.route.best_interests = best_interests;
            assert_eq!(facts.may_be_named(), want, "{entry:?}");
            let word = if want { "yes" } else { "no" };
            assert_eq!(
                facts.answer("identity"),
                Some(Answer::text(word)),
                "{entry:?}"
            );
        }
    }
}
