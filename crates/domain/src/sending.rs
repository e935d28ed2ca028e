//! Sending: the Home Office's own copy, compared with what we made.
//!
//! Their copy is a letter, not data: labels are theirs, options are written out, lines are broken
//! anywhere. So each of our answers is looked for in it, letters and digits only; what is not found is
//! shown beside the passage that comes nearest. It never changes an answer.

use heyrick_normalise::date;
use serde::{Deserialize, Serialize};

use crate::notification::{Leaving, Line};

/// What the comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// How many answers stand in both.
    pub same: usize,
    /// Answers of ours that their copy does not have, or has in other words.
    pub differences: Vec<Difference>,
    /// How many say too little to be looked for (ticked boxes, yes and no), or are not printed in it.
    pub not_compared: usize,
    /// Those of them that a reader has to compare: their copy has them, under words that are theirs.
    #[serde(default)]
    pub by_eye: Vec<ByEye>,
    /// Their copy held no text that could be read, such as a picture of a page.
    pub unreadable: bool,
}

/// One answer that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The Home Office's key.
    pub key: String,
    /// Our question, for its words.
    pub question: String,
    /// What we made.
    pub ours: String,
    /// The passage of their copy that comes nearest; `None` where nothing does.
    pub theirs: Option<String>,
}

/// An answer to be compared by the reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByEye {
    /// The Home Office's key.
    pub key: String,
    /// Our question, for its words.
    pub question: String,
    /// What we made.
    pub ours: String,
}

/// Keys their copy does not print, or prints otherwise.
const NOT_PRINTED: [&str; 3] = ["reference", "user-email", "upload-file"];
/// Fewest shared words, of ten, for a passage to count as near.
const NEAR_TENTHS: usize = 3;

/// Compares what we made with the text of their copy.
pub fn compare(ours: &[Line], theirs: &str) -> Comparison {
    let copy = Copy::new(theirs);
    if copy.words.is_empty() {
        return Comparison {
            unreadable: true,
            ..Comparison::default()
        };
    }
    let mut comparison = Comparison::default();
    for line in ours.iter().filter(|line| !line.value.is_empty()) {
        match copy.look(line) {
            Looked::Same => comparison.same += 1,
            Looked::NotPrinted => comparison.not_compared += 1,
            Looked::SaysTooLittle => {
                comparison.not_compared += 1;
                comparison.by_eye.push(ByEye {
                    key: line.key.clone(),
                    question: line.question.clone(),
                    ours: line.value.text(),
                });
            }
            Looked::Other => comparison.differences.push(Difference {
                key: line.key.clone(),
                question: line.question.clone(),
                ours: line.value.text(),
                theirs: copy.nearest(&line.value.text()),
            }),
        }
    }
    comparison
}

enum Looked {
    Same,
    Other,
    SaysTooLittle,
    NotPrinted,
}

struct Copy<'a> {
    text: &'a str,
    /// Words parted by single spaces, one before and one after.
    words: String,
    dates: Vec<date::FoundDate>,
}

impl<'a> Copy<'a> {
    fn new(text: &'a str) -> Self {
        let words = words(text);
        let words = if words.is_empty() {
            words
        } else {
            format!(" {words} ")
        };
        Self {
            text,
            words,
            dates: date::find(text),
        }
    }

    fn look(&self, line: &Line) -> Looked {
        if NOT_PRINTED.contains(&line.key.as_str()) {
            return Looked::NotPrinted;
        }
        let found = match &line.value {
            Leaving::Ticked(_) | Leaving::Nothing => return Looked::SaysTooLittle,
            Leaving::Options(options) => options.iter().all(|option| self.holds(option)),
            Leaving::Text(text)
                if matches!(text.as_str(), "yes" | "no" | "not-sure" | "i-dont-know") =>
            {
                return Looked::SaysTooLittle;
            }
            Leaving::Text(text) => self.holds(text) || self.holds_date(text),
        };
        if found { Looked::Same } else { Looked::Other }
    }

    /// Whole words, whatever stands between them; the last may go on ("3 month", "3 months").
    fn holds(&self, text: &str) -> bool {
        let wanted = words(text);
        wanted.is_empty()
            || self.words.contains(&format!(" {wanted} "))
            || self.words.contains(&format!(" {wanted}s "))
    }

    fn holds_date(&self, text: &str) -> bool {
        let Some(wanted) = date::find(text)
            .into_iter()
            .find(|date| date.range == (0..text.len()))
        else {
            return false;
        };
        self.dates.iter().any(|date| {
            (date.year, date.month, date.day) == (wanted.year, wanted.month, wanted.day)
        })
    }

    fn nearest(&self, ours: &str) -> Option<String> {
        let wanted = words(ours);
        let wanted: Vec<&str> = wanted.split(' ').collect();
        self.text
            .split("\n\n")
            .flat_map(|block| [block].into_iter().chain(block.lines()))
            .map(|passage| (shared(&wanted, &words(passage)), passage))
            .filter(|(share, _)| *share * 10 >= wanted.len() * NEAR_TENTHS && *share > 0)
            .max_by_key(|(share, passage)| (*share, std::cmp::Reverse(passage.len())))
            .map(|(_, passage)| passage.trim().to_owned())
    }
}

fn shared(wanted: &[&str], passage: &str) -> usize {
    let passage: std::collections::BTreeSet<&str> = passage.split(' ').collect();
    wanted
        .iter()
        .filter(|word| passage.contains(**word))
        .count()
}

/// Letters and digits in lower case, one space between words.
fn words(text: &str) -> String {
    let text: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                ' '
            }
        })
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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

    fn line(key: &str, value: Leaving) -> Line {
        Line {
            section: String::new(),
            step: String::new(),
            key: key.to_owned(),
            question: key.to_owned(),
            value,
            typed: true,
        }
    }

    fn text(key: &str, text: &str) -> Line {
        line(key, Leaving::Text(text.to_owned()))
    }

    const COPY: &str = "Report reference 1234\n\nWhen was the last contact\nWithin the last 3 months\n\n\
        Family\nTwo brothers; their mother lives\nin a coastal village.\n\nDate of birth 4 March 1992\nGender Female";

    #[test]
    fn answers_are_found_whatever_the_line_breaks_labels_and_case() {
        let ours = [
            text("when-last-contact", "within-the-last-3-month"),
            text(
                "family",
                "Two brothers; their mother lives in a coastal village.",
            ),
            text("pv-dob", "1992-03-04"),
            text("pv-gender", "female"),
        ];
        let found = compare(&ours, COPY);
        assert_eq!((found.same, found.differences), (4, vec![]));
    }

    #[test]
    fn an_answer_in_other_words_is_shown_beside_the_nearest_passage() {
        let ours = [text(
            "family",
            "Three brothers; their mother lives in a mountain village.",
        )];
        let found = compare(&ours, COPY);
        assert_eq!(found.differences[0].ours, ours[0].value.text());
        assert!(
            found.differences[0]
                .theirs
                .as_deref()
                .unwrap()
                .contains("coastal village")
        );
    }

    #[test]
    fn an_answer_they_do_not_have_is_shown_alone() {
        let found = compare(&[text("education", "Left school at nine.")], COPY);
        assert_eq!(found.differences[0].theirs, None);
    }

    #[test]
    fn yes_and_no_say_too_little_and_are_named_for_the_reader() {
        let ours = [
            text("pv-under-age", "no"),
            line("types-of-exploitation-other", Leaving::Ticked(true)),
            text("reference", "R-1"),
        ];
        let found = compare(&ours, COPY);
        assert_eq!(found.not_compared, 3);
        let by_eye: Vec<_> = found
            .by_eye
            .iter()
            .map(|one| (&*one.key, &*one.ours))
            .collect();
        let want = [
            ("pv-under-age", "no"),
            ("types-of-exploitation-other", "yes"),
        ];
        assert_eq!(by_eye, want);
    }

    #[test]
    fn a_copy_without_text_says_so_and_claims_nothing() {
        let found = compare(&[text("family", "x")], " \n ");
        assert!(found.unreadable);
        assert_eq!((found.same, found.differences.len()), (0, 0));
    }
}
