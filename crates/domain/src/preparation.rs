//! Preparing: a draft becomes what leaves, or the reasons why it cannot yet.
//!
//! What is prepared is a copy: whatever happens to the draft afterwards, what was read and handed over
//! stays as it was. Reopening makes a new preparation.

use serde::{Deserialize, Serialize};

use crate::form::path::Draft;
use crate::form::{Answer, Answers, Carried, Field, Held};
use crate::notification::{Leaving, Line, MayNotLeave, Naming, WITHHELD, free_text, gate, rule};
use crate::review::{Born, Known, names_in};
use crate::route::Route;

/// What leaves, complete and in the Home Office's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The form it was made on.
    pub form: String,
    /// Where it goes.
    pub route: Route,
    /// What the route rests on, in the words of the consent record.
    pub basis: Option<String>,
    /// Whether an adult agrees to be named in a notification.
    pub naming: bool,
    /// The boxes of the Home Office's form.
    pub lines: Vec<Line>,
    /// What is ours beside them: Schedule 1, county lines.
    pub ours: Vec<Line>,
}

impl Outgoing {
    /// Whether the adult agrees to be named.
    pub const fn naming(&self) -> Naming {
        if self.naming {
            Naming::Agreed
        } else {
            Naming::NotAgreed
        }
    }

    /// The lines somebody enters by hand: those the Home Office's form has a box for, with something in it.
    pub fn to_hand_over(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.value.is_empty())
    }

    /// Says whether a second reader has to release it: a notification with words somebody typed.
    pub fn needs_second_reader(&self) -> bool {
        self.route == Route::Dtn && free_text(&self.lines).next().is_some()
    }

    /// The same with every typed word of a notification held back: what may be printed before a second
    /// reader has released it.
    #[must_use]
    pub fn without_free_text(&self) -> Self {
        let mut held_back = self.clone();
        if self.route == Route::Dtn {
            for line in &mut held_back.lines {
                if line.typed && rule(&line.key).is_free() && !line.value.is_empty() {
                    line.value = Leaving::Text(WITHHELD.to_owned());
                    line.typed = false;
                }
            }
        }
        held_back
    }
}

/// Why nothing can be prepared yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// Age or consent is not recorded, so nobody can say where this goes.
    #[error("record age and consent first: they decide where this goes")]
    NoRoute,
    /// Steps are not finished.
    #[error("{} steps are not finished", steps.len())]
    Unfinished {
        /// The steps, in the order in which we ask.
        steps: Vec<String>,
    },
    /// Something would leave in a notification that may not.
    #[error(transparent)]
    MayNotLeave(#[from] MayNotLeave),
}

/// What would leave if this draft were prepared now: a ladder of refusals, then the copy.
///
/// # Errors
/// [`PrepareError`], the first that applies.
pub fn outgoing(draft: &Draft<'_>) -> Result<Outgoing, PrepareError> {
    let Some(made) = as_it_stands(draft) else {
        return Err(PrepareError::NoRoute);
    };
    let steps: Vec<String> = draft
        .unfinished()
        .iter()
        .map(|step| step.id.clone())
        .collect();
    if !steps.is_empty() {
        return Err(PrepareError::Unfinished { steps });
    }
    if made.route == Route::Dtn {
        gate(&made.lines, made.naming())?;
        gate(&made.ours, made.naming())?;
    }
    Ok(made)
}

/// The copy of an unfinished draft, for a draft print-out; `None` while there is no route.
pub fn as_it_stands(draft: &Draft<'_>) -> Option<Outgoing> {
    let route = draft.route()?;
    let lines = draft.home_office_fields();
    Some(Outgoing {
        form: draft.form.id.clone(),
        route,
        basis: draft.basis().map(str::to_owned),
        naming: draft.facts.may_be_named(),
        lines: lines
            .iter()
            .filter(|field| field.shown_there)
            .map(line)
            .collect(),
        ours: draft.our_fields().iter().map(line).collect(),
    })
}

fn line(field: &Field) -> Line {
    Line {
        section: field.section.clone(),
        step: field.step.clone(),
        key: field.key.clone(),
        question: field.question.clone(),
        value: match &field.value {
            Held::Text(text) => Leaving::Text(text.clone()),
            Held::Many(options) => Leaving::Options(options.clone()),
            Held::Ticked(ticked) => Leaving::Ticked(*ticked),
            Held::Empty => Leaving::Nothing,
        },
        typed: field.carried == Carried::Answer,
    }
}

/// What the answers of a draft tell about the person and those around them, sent or not: it must not
/// stand in the words of a notification.
pub fn known_from(answers: &Answers) -> Known {
    let text = |key: &str| {
        answers
            .get(key)
            .and_then(Answer::as_text)
            .map(str::to_owned)
    };
    let texts =
        |keys: &[&str]| -> Vec<String> { keys.iter().filter_map(|key| text(key)).collect() };
    let names = |keys: &[&str]| -> Vec<String> {
        keys.iter()
            .filter_map(|key| text(key))
            .flat_map(|text| names_in(&text))
            .collect()
    };
    let first_last = texts(&["pv-name-first-name", "pv-name-last-name"]);
    let mut own = texts(&["pv-name-nickname"]);
    if !first_last.is_empty() {
        own.push(first_last.join(" "));
    }
    Known {
        names: own,
        born: text("pv-dob").and_then(|dob| born(&dob)),
        addresses: texts(&[
            "pv-contact-details-street",
            "pv-contact-details-postcode",
            "someone-else-street",
            "someone-else-postcode",
        ]),
        phones: texts(&["pv-phone-number-yes", "pv-phone-number-alternative"]),
        handles: texts(&["pv-contact-details-email-input", "someone-else-email-input"]),
        documents: texts(&["pv-ho-reference-type"]),
        suspects: names(&["who-exploited-pv", "exploiters-current-location-details"]),
        other_victims: names(&[
            "other-potential-victims-yes-details",
            "other-potential-victims-not-sure-details",
        ]),
    }
}

/// Reads `1998`, `1998-03` or `1998-03-09`; a leading `~` is passed over.
pub fn born(dob: &str) -> Option<Born> {
    let mut parts = dob.trim().trim_start_matches('~').split('-');
    Some(Born {
        year: parts.next()?.parse().ok()?,
        month: parts.next().and_then(|month| month.parse().ok()),
        day: parts.next().and_then(|day| day.parse().ok()),
    })
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]
mod tests {
    use super::*;
    use crate::age::AgeStatus;
    use crate::consent::ConsentValue;
    use crate::form::path::Parts;
    use crate::form::{Facts, Form, Lists};
    use crate::route::RouteFacts;

    fn parts(answers: &[(&str, Answer)], facts: Facts) -> Parts {
        Parts {
            form: Form::find("nrm-2026-04").unwrap(),
            answers: answers
                .iter()
                .map(|(key, answer)| ((*key).to_owned(), answer.clone()))
                .collect(),
            facts,
            saved: Default::default(),
            to_check: Default::default(),
            today: jiff::civil::date(2026, 10, 5),
        }
    }

    const REFUSED: Facts = Facts {
        route: RouteFacts {
            age: Some(AgeStatus::Adult),
            nrm_entry: Some(ConsentValue::Refused),
            best_interests: None,
            duty_discharged: false,
        },
        age_at_exploitation: Some(AgeStatus::Adult),
        support: None,
        cooperation: Some(ConsentValue::No),
        identity: false,
        files: 0,
    };

    fn told() -> Vec<(&'static str, Answer)> {
        vec![
            ("pv-name-first-name", Answer::text("Ana")),
            ("pv-dob", Answer::text("1992-03-04")),
            ("pv-gender", Answer::text("female")),
            ("pv-nationality", Answer::text("Romania")),
            ("user-organisation", Answer::text("Leicestershire Police")),
            ("who-exploited-pv", Answer::text("EX1, called Big Tony")),
            ("family", Answer::text("a twin")),
            ("s1-believed-slavery", Answer::text("yes")),
            ("s1-police-area", Answer::text("Leicestershire Police")),
        ]
    }

    fn made(answers: &[(&str, Answer)]) -> Outgoing {
        let parts = parts(answers, REFUSED);
        as_it_stands(&parts.draft(&Lists::default())).unwrap()
    }

    fn words(made: &Outgoing) -> String {
        serde_json::to_string(made).unwrap()
    }

    #[test]
    fn sc_01_a_refusing_adult_is_not_in_what_leaves() {
        let made = made(&told());
        assert_eq!(made.route, Route::Dtn);
        for stays in ["Ana", "1992", "EX1", "Big Tony", "twin"] {
            assert!(!words(&made).contains(stays), "{stays}");
        }
        for leaves in [
            "female",
            "Romania",
            "Leicestershire Police",
            "s1-believed-slavery",
            WITHHELD,
        ] {
            assert!(words(&made).contains(leaves), "{leaves}");
        }
        assert_eq!(gate(&made.lines, made.naming()), Ok(()));
        assert!(!made.needs_second_reader());
    }

    #[test]
    fn free_text_added_on_purpose_needs_a_second_reader() {
        let mut told = told();
        told.push(("dtn-include", Answer::many(["family"])));
        let made = made(&told);
        assert!(made.needs_second_reader());
        assert!(words(&made).contains("a twin"));
        assert!(!words(&made.without_free_text()).contains("a twin"));
        assert!(!made.without_free_text().needs_second_reader());
    }

    #[test]
    fn nothing_is_prepared_without_a_route_or_half_done() {
        let nobody = parts(&told(), Facts::default());
        assert_eq!(
            outgoing(&nobody.draft(&Lists::default())),
            Err(PrepareError::NoRoute)
        );
        let half = parts(&told(), REFUSED);
        assert!(matches!(
            outgoing(&half.draft(&Lists::default())),
            Err(PrepareError::Unfinished { steps }) if !steps.is_empty()
        ));
    }

    #[test]
    fn sc_01_what_the_draft_tells_is_looked_for_in_what_leaves() {
        let parts = parts(&told(), REFUSED);
        let known = known_from(&parts.answers);
        assert_eq!(known.names, ["Ana"]);
        assert_eq!(
            known.born,
            Some(Born {
                year: 1992,
                month: Some(3),
                day: Some(4)
            })
        );
        assert_eq!(known.suspects, ["EX1", "Big Tony"]);
    }
}
