//! Preparing: a draft becomes what leaves, or the reasons why it cannot yet.
//!
//! What is prepared is a copy: whatever happens to the draft afterwards, what was read and handed over
//! stays as it was. Reopening makes a new preparation.

use serde::{Deserialize, Serialize};

use crate::form::path::Draft;
use crate::form::{Answer, Answers, Carried, Field, Held};
use crate::notification::{
    Against, Leaving, Line, MayNotLeave, Naming, WITHHELD, free_text, gate, rule, telling_labels,
};
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

    /// Puts the standard words in place of the lines that are chosen.
    fn hold_back(&mut self, chosen: impl Fn(&Line) -> bool) {
        for line in self.lines.iter_mut().chain(&mut self.ours) {
            if !line.value.is_empty() && chosen(line) {
                line.value = Leaving::Text(WITHHELD.to_owned());
                line.typed = false;
            }
        }
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

/// What may be printed of a draft: as it stands, with everything held back that somebody typed into a
/// notification and nobody has read a second time. That is its free text, a value that is not on its list,
/// and what tells in a box of the officer's own.
pub fn unread(draft: &Draft<'_>, against: Against<'_>) -> Option<Outgoing> {
    let mut made = as_it_stands(draft)?;
    if made.route == Route::Dtn {
        let telling = telling(draft, &made, against);
        made.hold_back(|line| {
            (line.typed && rule(&line.key).is_free()) || telling.contains(&line.key)
        });
    }
    Some(made)
}

/// The keys of a notification under which something typed stands that no list holds, or that tells in a box
/// of the officer's own. An adult who agrees to be named may be told of there.
pub fn telling(draft: &Draft<'_>, made: &Outgoing, against: Against<'_>) -> Vec<String> {
    let mut keys: Vec<String> = made
        .lines
        .iter()
        .chain(&made.ours)
        .filter(|line| line.typed && !rule(&line.key).is_free() && is_off_list(draft, line))
        .map(|line| line.key.clone())
        .collect();
    if !made.naming {
        keys.extend(telling_labels(&made.lines, against));
    }
    keys
}

fn is_off_list(draft: &Draft<'_>, line: &Line) -> bool {
    let question = draft.form.question(&line.question);
    question.is_some_and(|question| match &line.value {
        Leaving::Text(value) => !draft.offers(question, value),
        Leaving::Options(_) | Leaving::Ticked(_) | Leaving::Nothing => false,
    })
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
        let draft = draft_of(&told);
        assert!(!words(&draft).contains("a twin"));
        assert!(!draft.needs_second_reader());
    }

    fn draft_of(answers: &[(&str, Answer)]) -> Outgoing {
        let lists = Lists::of([
            ("nationalities", vec!["Romania"]),
            ("organisations", vec!["Leicestershire Police"]),
            ("police-forces", vec!["Leicestershire Police"]),
        ]);
        let against = Against {
            reference: "R-7K4M-2Q",
            names: &["Ana".to_owned()],
            others: &["Big Tony".to_owned()],
        };
        unread(&parts(answers, REFUSED).draft(&lists), against).unwrap()
    }

    #[test]
    fn a_draft_of_a_notification_holds_nothing_that_no_list_holds() {
        let mut told = told();
        for (key, value) in [
            ("pv-nationality", "Romanian, sister of Ion"),
            ("s1-police-area", "the force where Ion was found"),
            ("reference", "Big Tony-LE30LE"),
            ("user-email", "tony@testshire.police.uk"),
        ] {
            told.retain(|(other, _)| *other != key);
            told.push((key, Answer::text(value)));
        }
        let draft = draft_of(&told);
        let all = words(&draft);
        for stays in ["Ion", "Tony", "tony"] {
            assert!(!all.contains(stays), "{stays}: {all}");
        }
        assert!(all.contains("Leicestershire Police") && all.contains("female"));
        assert!(
            words(&made(&told)).contains("Ion"),
            "the draft itself keeps it"
        );
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
