//! What the referrals of a family, put together, would say about a member who did not agree to be named.
//!
//! A Duty to Notify holds no name; the referrals of the children may hold it all the same, and whoever reads
//! both can put them together. This says where to look. It blocks nothing: a child's referral must hold what
//! the child needs, and an officer decides how to say it. Words about relatives are known in English, as the
//! form is.
//!
//! Source: SI 2015/1743 reg 3(2) ("identifies or could identify, alone or combined"); rules DTN-4, DTN-5.

use heyrick_normalise::fold_tokens;

use crate::notification::{Line, Rule, free_text, rule};
use crate::preparation::Outgoing;
use crate::review::{Kind, Known, known_in};

crate::coded::words! {
    /// What an answer of one member tells of another.
    Tells in "family-tells" {
        /// Their name stands there.
        Name = "name",
        /// They share a last name.
        LastName = "last_name",
        /// Their date of birth stands there.
        Born = "born",
        /// Their address stands there, or the one they share.
        Address = "address",
        /// Their phone number or electronic address stands there.
        Contact = "contact",
        /// A number of theirs stands there.
        Number = "number",
        /// A relative is spoken of.
        Relative = "relative",
        /// The same place also leaves in the notification.
        SamePlace = "same_place",
        /// The same words also leave in the notification.
        SameWords = "same_words",
        /// Both carry labels of one kind.
        SameLabel = "same_label",
    }
}

impl Tells {
    /// The key of the sentence that says what may be done about it.
    pub const fn instead(self) -> &'static str {
        match self {
            Self::Name | Self::Relative => "family-instead-relative",
            Self::LastName => "family-instead-last-name",
            Self::Born | Self::Number | Self::Contact => "family-instead-leave-out",
            Self::Address => "family-instead-address",
            Self::SamePlace | Self::SameWords => "family-instead-notification",
            Self::SameLabel => "family-instead-label",
        }
    }
}

/// A member who did not agree to be named: what is known of them, and what leaves about them.
#[derive(Debug, Clone, Copy)]
pub struct Unnamed<'a> {
    /// What is known.
    pub known: &'a Known,
    /// Their notification as it stands.
    pub notification: &'a Outgoing,
}

/// A place in a member's referral that tells of another member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// The question.
    pub question: String,
    /// The step to go to.
    pub step: String,
    /// What it tells.
    pub what: Tells,
}

/// Every place of a referral that names, where it tells of somebody who did not agree to be named, in the
/// order in which it leaves.
pub fn telling(referral: &Outgoing, unnamed: Unnamed<'_>) -> Vec<Telling> {
    let lines = referral.lines.iter().filter(|line| !line.value.is_empty());
    let mut all: Vec<Telling> = Vec::new();
    for line in lines {
        for what in told_by(line, unnamed) {
            let one = Telling {
                question: line.question.clone(),
                step: line.step.clone(),
                what,
            };
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
    all
}

fn told_by(line: &Line, unnamed: Unnamed<'_>) -> Vec<Tells> {
    let text = line.value.text();
    let mut told: Vec<Tells> = known_in(&text, unnamed.known)
        .into_iter()
        .filter_map(|kind| of_kind(kind, &line.key))
        .collect();
    if in_words(line) && names_a_relative(&text) {
        told.push(Tells::Relative);
    }
    told.extend(of_both(line, &text, unnamed.notification));
    told.sort_unstable();
    told.dedup();
    told
}

fn of_kind(kind: Kind, key: &str) -> Option<Tells> {
    match kind {
        Kind::OwnName if key == "pv-name-last-name" => Some(Tells::LastName),
        // A first name in common is no more than that.
        Kind::OwnName if key == "pv-name-first-name" => None,
        Kind::OwnName => Some(Tells::Name),
        Kind::DateOfBirth if key == "pv-dob" => None,
        Kind::DateOfBirth => Some(Tells::Born),
        Kind::Address => Some(Tells::Address),
        Kind::Phone | Kind::Email => Some(Tells::Contact),
        Kind::Document => Some(Tells::Number),
        _ => None,
    }
}

/// A box somebody wrote an account in, and not one that is the officer's own.
fn in_words(line: &Line) -> bool {
    line.typed && matches!(rule(&line.key), Rule::Narrative | Rule::Optional)
}

/// The words for relatives who may be the one who did not agree.
const RELATIVES: [&str; 65] = [
    "mother",
    "mothers",
    "mum",
    "mums",
    "mummy",
    "mam",
    "mama",
    "mamma",
    "father",
    "fathers",
    "dad",
    "dads",
    "daddy",
    "papa",
    "parent",
    "parents",
    "stepmother",
    "stepfather",
    "stepmum",
    "stepdad",
    "wife",
    "husband",
    "partner",
    "spouse",
    "fiance",
    "fiancee",
    "girlfriend",
    "boyfriend",
    "grandmother",
    "grandfather",
    "gran",
    "nan",
    "granny",
    "grandad",
    "aunt",
    "auntie",
    "uncle",
    "sister",
    "sisters",
    "brother",
    "brothers",
    "sibling",
    "siblings",
    "son",
    "sons",
    "daughter",
    "daughters",
    "stepson",
    "stepdaughter",
    "stepsister",
    "stepbrother",
    "mom",
    "moms",
    "mommy",
    "cousin",
    "cousins",
    "niece",
    "nieces",
    "nephew",
    "nephews",
    "grandson",
    "granddaughter",
    "aunts",
    "uncles",
    "carer",
];

fn names_a_relative(text: &str) -> bool {
    fold_tokens(text)
        .iter()
        .any(|word| RELATIVES.contains(&word.as_str()))
}

/// What stands in the referral and in the notification alike, so that one leads to the other.
fn of_both(line: &Line, text: &str, notification: &Outgoing) -> Option<Tells> {
    if line.key == "reference" {
        return labels_alike(text, notification).then_some(Tells::SameLabel);
    }
    let same = |other: &&Line| other.key == line.key && other.value.text().trim() == text.trim();
    free_text(&notification.lines)
        .find(same)
        .map(|found| match rule(&found.key) {
            Rule::Place => Tells::SamePlace,
            _ => Tells::SameWords,
        })
}

/// A word of three letters or more in both labels says that they belong together; a reference of ours is
/// random and holds none.
fn labels_alike(label: &str, notification: &Outgoing) -> bool {
    let other = notification
        .lines
        .iter()
        .find(|line| line.key == "reference");
    let Some(other) = other.map(|line| line.value.text()) else {
        return false;
    };
    let words = |text: &str| -> Vec<String> {
        fold_tokens(text)
            .into_iter()
            .filter(|word| word.len() >= 3 && word.chars().all(char::is_alphabetic))
            .collect()
    };
    let there = words(&other);
    words(label).iter().any(|word| there.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notification::Leaving;
    use crate::review::Born;
    use crate::route::Route;

    fn line(key: &str, text: &str) -> Line {
        Line {
            section: String::new(),
            step: format!("step of {key}"),
            key: key.to_owned(),
            question: key.to_owned(),
            value: Leaving::Text(text.to_owned()),
            typed: true,
        }
    }

    fn leaving(route: Route, lines: &[(&str, &str)]) -> Outgoing {
        Outgoing {
            form: "nrm-2026-04".to_owned(),
            route,
            basis: None,
            naming: false,
            lines: lines.iter().map(|(key, text)| line(key, text)).collect(),
            ours: Vec::new(),
        }
    }

    fn mother() -> Known {
        Known {
            names: vec!["Zenobiaq Quillworth".to_owned()],
            born: Some(Born {
                year: 1990,
                month: Some(6),
                day: Some(5),
            }),
            addresses: vec!["14 Pretend Row".to_owned()],
            phones: vec!["07700 900123".to_owned()],
            ..Known::default()
        }
    }

    #[track_caller]
    fn check(key: &str, text: &str, want: &[Tells]) {
        check_with(key, text, &[("current-pv-location-uk-city", "")], want);
    }

    #[track_caller]
    fn check_with(key: &str, text: &str, notified: &[(&str, &str)], want: &[Tells]) {
        let known = mother();
        let notification = leaving(Route::Dtn, notified);
        let unnamed = Unnamed {
            known: &known,
            notification: &notification,
        };
        let referral = leaving(Route::Nrm, &[(key, text)]);
        let got: Vec<Tells> = telling(&referral, unnamed)
            .into_iter()
            .map(|one| one.what)
            .collect();
        assert_eq!(got, want, "{key}: {text}");
    }

    #[test]
    fn a_name_is_found_wherever_it_stands() {
        check("who-exploited-pv", "Zenobiaq drove them", &[Tells::Name]);
        check("pv-name-last-name", "Quillworth", &[Tells::LastName]);
        check("pv-name-last-name", "Other", &[]);
        check("pv-name-first-name", "Zenobiaq", &[]);
    }

    #[test]
    fn relatives_dates_and_addresses_are_found() {
        check("family", "lives with her mother", &[Tells::Relative]);
        check("living-conditions", "the MOTHER's room", &[Tells::Relative]);
        check("living-conditions", "smothered in dust", &[]);
        for relative in [
            "his son",
            "two daughters",
            "his mom",
            "her cousin's",
            "a niece",
            "the nephew",
        ] {
            check("family", relative, &[Tells::Relative]);
        }
        check("family", "in a sonnet of the season", &[]);
        check("family", "she was born 5 June 1990", &[Tells::Born]);
        check("pv-dob", "1990-06-05", &[]);
        check("living-conditions", "at 14 Pretend Row", &[Tells::Address]);
        check(
            "details-last-contact",
            "rang 07700 900 123",
            &[Tells::Contact],
        );
        check("living-conditions", "a room with two beds", &[]);
    }

    #[test]
    fn a_choice_speaks_of_no_relative() {
        check("who-contact", "mother", &[]);
    }

    #[test]
    fn what_leaves_in_both_leads_from_one_to_the_other() {
        let key = "current-pv-location-uk-city";
        check_with(key, "Leicester", &[(key, "Leicester")], &[Tells::SamePlace]);
        check_with(key, "Leicester", &[(key, "Derby")], &[]);
        let key = "living-conditions";
        let words = "one room behind the shop";
        check_with(key, words, &[(key, words)], &[Tells::SameWords]);
        check_with(key, words, &[(key, "Withheld")], &[]);
    }

    #[test]
    fn labels_that_share_a_word_lead_from_one_to_the_other() {
        let own = [("reference", "Rowan family 1")];
        check_with("reference", "rowan family 2", &own, &[Tells::SameLabel]);
        check_with("reference", "R-7K4M-2Q", &[("reference", "R-9QPT-4Z")], &[]);
        check_with("reference", "R-7K4M-2Q", &own, &[]);
    }

    #[test]
    fn the_same_thing_is_told_once_for_a_question() {
        let known = mother();
        let notification = leaving(Route::Dtn, &[]);
        let unnamed = Unnamed {
            known: &known,
            notification: &notification,
        };
        let text = "Zenobiaq and Zenobiaq Quillworth";
        let referral = leaving(Route::Nrm, &[("who-exploited-pv", text)]);
        assert_eq!(telling(&referral, unnamed).len(), 1);
    }
}
