//! Conditions: when a step or a question is shown.
//!
//! `a is yes or b is no and route is nrm`: `and` binds tighter than `or`, and there are no brackets.
//! `is` matches a single answer, `has` one of several, `not` any answer but this one (an unknown is an
//! answer), `answered` any answer at all. What nobody has answered matches nothing.

use std::fmt;

use super::answer::Answer;

/// When something is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    /// Any of these, each of which is all of its parts. Empty: always.
    any: Vec<Vec<Test>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Test {
    name: String,
    must: Must,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Must {
    Be(String),
    Have(String),
    NotBe(String),
    BeAnswered,
}

impl Condition {
    /// Always shown.
    pub const fn always() -> Self {
        Self { any: Vec::new() }
    }

    /// Reads a condition.
    ///
    /// # Errors
    /// The part that could not be read.
    pub fn read(text: &str) -> Result<Self, String> {
        let any = text
            .split(" or ")
            .map(|all| all.split(" and ").map(test).collect())
            .collect::<Result<_, _>>()?;
        Ok(Self { any })
    }

    /// The answers and facts it looks at.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.any.iter().flatten().map(|test| test.name.as_str())
    }

    /// The names it compares with a value, each with that value.
    pub(super) fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.any.iter().flatten().filter_map(|test| {
            let value = match &test.must {
                Must::Be(value) | Must::Have(value) | Must::NotBe(value) => value,
                Must::BeAnswered => return None,
            };
            Some((test.name.as_str(), value.as_str()))
        })
    }

    /// The names it compares as a single answer.
    pub(super) fn single_names(&self) -> impl Iterator<Item = &str> {
        self.any
            .iter()
            .flatten()
            .filter(|test| matches!(test.must, Must::Be(_) | Must::NotBe(_)))
            .map(|test| test.name.as_str())
    }

    /// Says whether this is shown always.
    pub fn is_always(&self) -> bool {
        self.any.is_empty()
    }

    /// The name and the value, when it looks at one answer for one value and nothing else: a page can
    /// then show what depends on it under that option.
    pub fn one_option(&self) -> Option<(&str, &str)> {
        let [all] = self.any.as_slice() else {
            return None;
        };
        match all.as_slice() {
            [
                Test {
                    name,
                    must: Must::Be(value) | Must::Have(value),
                },
            ] => Some((name, value)),
            _ => None,
        }
    }

    /// Says whether it holds, given how each name is answered.
    pub fn holds(&self, answer_of: &impl Fn(&str) -> Option<Answer>) -> bool {
        self.any.is_empty()
            || self
                .any
                .iter()
                .any(|all| all.iter().all(|test| test.holds(answer_of)))
    }
}

impl Condition {
    /// Says whether it can still hold where only some names are answered: what `known` does not answer may
    /// be anything.
    pub fn could_hold(&self, known: &impl Fn(&str) -> Option<Answer>) -> bool {
        let possible = |test: &Test| known(&test.name).is_none() || test.holds(known);
        self.any.is_empty() || self.any.iter().any(|all| all.iter().all(possible))
    }
}

/// As a form's file writes it; nothing for [`Condition::always`].
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let any: Vec<String> = self
            .any
            .iter()
            .map(|all| {
                let all: Vec<String> = all.iter().map(Test::to_string).collect();
                all.join(" and ")
            })
            .collect();
        f.write_str(&any.join(" or "))
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.must {
            Must::Be(value) => write!(f, "{name} is {value}"),
            Must::Have(value) => write!(f, "{name} has {value}"),
            Must::NotBe(value) => write!(f, "{name} not {value}"),
            Must::BeAnswered => write!(f, "{name} answered"),
        }
    }
}

impl Test {
    fn holds(&self, answer_of: &impl Fn(&str) -> Option<Answer>) -> bool {
        let Some(answer) = answer_of(&self.name).filter(|answer| !answer.is_empty()) else {
            return false;
        };
        match &self.must {
            Must::Be(value) => answer.as_text() == Some(value),
            Must::Have(value) => answer.values().contains(&value.as_str()),
            Must::NotBe(value) => answer.as_text() != Some(value),
            Must::BeAnswered => true,
        }
    }
}

fn test(text: &str) -> Result<Test, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (name, must) = match words.as_slice() {
        [name, "is", value] => (name, Must::Be((*value).to_owned())),
        [name, "has", value] => (name, Must::Have((*value).to_owned())),
        [name, "not", value] => (name, Must::NotBe((*value).to_owned())),
        [name, "answered"] => (name, Must::BeAnswered),
        _ => return Err(text.trim().to_owned()),
    };
    Ok(Test {
        name: (*name).to_owned(),
        must,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::unknown::Unknown;

    #[track_caller]
    fn check(condition: &str, answer: Option<Answer>, want: bool) {
        let got = Condition::read(condition)
            .unwrap()
            .holds(&|name: &str| (name == "a").then(|| answer.clone()).flatten());
        assert_eq!(got, want, "{condition}: {answer:?}");
    }

    #[test]
    fn what_nobody_answered_matches_nothing() {
        for condition in ["a is yes", "a not yes", "a has yes", "a answered"] {
            check(condition, None, false);
            check(condition, Some(Answer::text("  ")), false);
        }
    }

    #[test]
    fn an_unknown_is_an_answer_but_not_a_yes() {
        let unknown = || Some(Answer::unknown(Unknown::Refused));
        check("a is yes", unknown(), false);
        check("a not yes", unknown(), true);
        check("a answered", unknown(), true);
    }

    #[test]
    fn and_binds_tighter_than_or() {
        check(
            "a is yes or b is no and c is no",
            Some(Answer::text("yes")),
            true,
        );
        check(
            "b is no and c is no or a is yes",
            Some(Answer::text("yes")),
            true,
        );
        check("a is yes and b is no", Some(Answer::text("yes")), false);
        check("a has x", Some(Answer::many(["x", "y"])), true);
    }

    #[test]
    fn a_condition_is_written_as_it_was_read() {
        for text in ["a is yes or b not no and c answered", "a has x"] {
            assert_eq!(Condition::read(text).unwrap().to_string(), text);
        }
        assert_eq!(Condition::always().to_string(), "");
    }

    #[test]
    fn a_condition_on_one_option_says_which() {
        for (condition, want) in [
            ("a is yes", Some(("a", "yes"))),
            ("a has x", Some(("a", "x"))),
            ("a not yes", None),
            ("a answered", None),
            ("a is yes and b is no", None),
            ("a is yes or b is no", None),
        ] {
            assert_eq!(Condition::read(condition).unwrap().one_option(), want);
        }
        assert_eq!(Condition::always().one_option(), None);
    }

    #[test]
    fn a_condition_nobody_can_read_is_refused() {
        assert_eq!(Condition::read("a is"), Err("a is".to_owned()));
        assert!(Condition::read("a equals yes").is_err());
    }
}
