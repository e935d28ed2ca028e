//! Sending: the Home Office's own copy, compared with what we made.
//!
//! Their copy is a letter, not data: labels are theirs, options are written out, lines are broken
//! anywhere. So each of our answers is looked for in it, letters and digits only; what is not found is
//! shown beside the passage that comes nearest. Then the other way: what stands in their copy that no
//! answer of ours and no label of a form explains is shown too. It never changes an answer.

use std::collections::BTreeSet;
use std::ops::Range;

use heyrick_normalise::date;
use serde::{Deserialize, Serialize};

use crate::form::Form;
use crate::notification::{Leaving, Line, Naming};
use crate::preparation::Outgoing;
use crate::review::{Kind, Known, known_places};
use crate::route::Route;

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
    /// Passages of their copy that nothing of ours explains: those that tell of somebody first.
    #[serde(default)]
    pub only_theirs: Vec<OnlyTheirs>,
    /// It is a notification about somebody who is not named: what stands only in their copy was held against
    /// what is known of the person.
    #[serde(default)]
    pub watched: bool,
    /// Their copy held no text that could be read, such as a picture of a page.
    pub unreadable: bool,
}

/// A passage that stands only in their copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlyTheirs {
    /// The passage, line by line as it stands there.
    pub text: String,
    /// What is known of the person or of those around them that stands in it; only where that is looked for.
    pub tells: Vec<Kind>,
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

/// Words of labels and headings, whichever form: a line of nothing else says nothing of anybody.
const LABELS: &str = include_str!("sending/labels.txt");

/// Compares what we made with the text of their copy, both ways. `known`: what is known of the person and of
/// those around them, which a notification that does not name must not tell.
pub fn compare(ours: &Outgoing, theirs: &str, known: &Known) -> Comparison {
    let watched = ours.route == Route::Dtn && ours.naming() == Naming::NotAgreed;
    let copy = Copy::new(theirs);
    let mut comparison = compare_lines(&ours.lines, &copy);
    if !comparison.unreadable {
        let told = if watched {
            known_places(theirs, known)
        } else {
            Vec::new()
        };
        comparison.watched = watched;
        comparison.only_theirs = copy.only_theirs(ours, &told);
        // What is shown beside an answer of ours is not shown twice.
        let shown: Vec<String> = comparison
            .differences
            .iter()
            .filter_map(|one| one.theirs.clone())
            .collect();
        let twice = |one: &OnlyTheirs| {
            one.tells.is_empty() && shown.iter().any(|theirs| theirs.contains(&one.text))
        };
        comparison.only_theirs.retain(|one| !twice(one));
    }
    comparison
}

fn compare_lines(ours: &[Line], copy: &Copy<'_>) -> Comparison {
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
    /// The same words, each with its place in the text.
    placed: Vec<(Range<usize>, String)>,
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
            placed: placed(text),
            dates: date::find(text),
        }
    }

    /// The passages that no answer of ours and no label explains, those that tell of somebody first.
    fn only_theirs(&self, ours: &Outgoing, told: &[(Range<usize>, Kind)]) -> Vec<OnlyTheirs> {
        let explained = self.explained(ours);
        let open: Vec<&Range<usize>> = self
            .placed
            .iter()
            .zip(&explained)
            .filter(|(_, explained)| !**explained)
            .map(|((range, _), _)| range)
            .collect();
        let labels = labels(ours);
        let mut passages: Vec<(usize, OnlyTheirs)> = Vec::new();
        let mut start = 0;
        for (number, line) in self.text.split('\n').enumerate() {
            let here = start..start + line.len();
            start = here.end + 1;
            let meets = |range: &Range<usize>| range.start < here.end && here.start < range.end;
            let from = open.partition_point(|range| range.end <= here.start);
            let until = open.partition_point(|range| range.start < here.end);
            let open = &open[from..until.max(from)];
            let tells: BTreeSet<Kind> = told
                .iter()
                .filter(|(range, _)| meets(range) && open.iter().any(|open| overlap(open, range)))
                .map(|(_, kind)| *kind)
                .collect();
            let is_label = |range: &&Range<usize>| {
                let word = words(self.text.get((*range).clone()).unwrap_or_default());
                labels.contains(word.as_str())
            };
            if tells.is_empty() && open.iter().all(is_label) {
                continue;
            }
            match passages.last_mut() {
                Some((last, passage)) if *last + 1 == number => {
                    passage.text.push('\n');
                    passage.text.push_str(line.trim());
                    passage.tells.extend(tells);
                    *last = number;
                }
                _ => passages.push((
                    number,
                    OnlyTheirs {
                        text: line.trim().to_owned(),
                        tells: tells.into_iter().collect(),
                    },
                )),
            }
        }
        let mut passages: Vec<OnlyTheirs> = passages.into_iter().map(|(_, one)| one).collect();
        for passage in &mut passages {
            passage.tells.sort_unstable();
            passage.tells.dedup();
        }
        passages.sort_by_key(|passage| passage.tells.is_empty());
        passages
    }

    /// For each word of theirs, whether it stands in an answer of ours.
    fn explained(&self, ours: &Outgoing) -> Vec<bool> {
        let mut explained = vec![false; self.placed.len()];
        let lines = ours.lines.iter().chain(&ours.ours);
        for line in lines.filter(|line| !line.value.is_empty()) {
            let texts = match &line.value {
                Leaving::Options(options) => options.clone(),
                value => vec![value.text()],
            };
            for text in texts {
                self.explain(&text, &mut explained);
            }
        }
        explained
    }

    fn explain(&self, text: &str, explained: &mut [bool]) {
        let wanted = words(text);
        let wanted: Vec<&str> = wanted.split(' ').filter(|word| !word.is_empty()).collect();
        let Some((last, before)) = wanted.split_last() else {
            return;
        };
        let plural = format!("{last}s");
        for (at, words) in self.placed.windows(wanted.len()).enumerate() {
            let (first, rest) = words.split_at(before.len());
            let ends = rest.iter().all(|(_, word)| word == last || *word == plural);
            if ends
                && first
                    .iter()
                    .zip(before)
                    .all(|((_, word), wanted)| word == wanted)
            {
                explained[at..at + wanted.len()].fill(true);
            }
        }
        let Some(wanted) = whole_date(text) else {
            return;
        };
        let same = self.dates.iter().filter(|date| is_same_day(date, &wanted));
        for date in same {
            for ((range, _), explained) in self.placed.iter().zip(explained.iter_mut()) {
                *explained |= overlap(range, &date.range);
            }
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
        whole_date(text)
            .is_some_and(|wanted| self.dates.iter().any(|date| is_same_day(date, &wanted)))
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

/// The date a text is, if it is nothing else.
fn whole_date(text: &str) -> Option<date::FoundDate> {
    let mut dates = date::find(text).into_iter();
    dates.find(|date| date.range == (0..text.len()))
}

fn is_same_day(one: &date::FoundDate, other: &date::FoundDate) -> bool {
    (one.year, one.month, one.day) == (other.year, other.month, other.day)
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// The words of labels, and those of the keys and options of the form it was made on.
fn labels(ours: &Outgoing) -> BTreeSet<String> {
    let mut labels: BTreeSet<String> = LABELS.split_whitespace().map(str::to_owned).collect();
    if let Some(form) = Form::find(&ours.form) {
        for question in form.questions.values() {
            let all = question.options.iter().chain([&question.key]);
            labels.extend(all.flat_map(|text| {
                words(text)
                    .split(' ')
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            }));
        }
    }
    labels
}

fn shared(wanted: &[&str], passage: &str) -> usize {
    let passage: BTreeSet<&str> = passage.split(' ').collect();
    wanted
        .iter()
        .filter(|word| passage.contains(**word))
        .count()
}

/// Each word of a text in lower case, with its place.
fn placed(text: &str) -> Vec<(Range<usize>, String)> {
    let mut placed: Vec<(Range<usize>, String)> = Vec::new();
    for (at, letter) in text.char_indices() {
        if !letter.is_alphanumeric() {
            continue;
        }
        let end = at + letter.len_utf8();
        match placed.last_mut() {
            Some((range, word)) if range.end == at => {
                range.end = end;
                word.extend(letter.to_lowercase());
            }
            _ => placed.push((at..end, letter.to_lowercase().collect())),
        }
    }
    placed
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

    fn made(route: Route, naming: bool, lines: &[Line]) -> Outgoing {
        Outgoing {
            form: "nrm-2026-04".to_owned(),
            route,
            basis: None,
            naming,
            lines: lines.to_vec(),
            ours: Vec::new(),
        }
    }

    fn compared(ours: &[Line], theirs: &str) -> Comparison {
        compare(&made(Route::Nrm, false, ours), theirs, &Known::default())
    }

    #[track_caller]
    fn only(route: Route, naming: bool, theirs: &str) -> Vec<(String, Vec<Kind>)> {
        let ours = [
            text(
                "family",
                "Two brothers; their mother lives in a coastal village.",
            ),
            text("pv-dob", "1992-03-04"),
            text("pv-gender", "female"),
            text("when-last-contact", "within-the-last-3-month"),
        ];
        let known = Known {
            names: vec!["Ana Popescu".to_owned()],
            suspects: vec!["Big Tony".to_owned()],
            ..Known::default()
        };
        let found = compare(&made(route, naming, &ours), theirs, &known);
        let watched = route == Route::Dtn && !naming;
        assert_eq!(found.watched, watched);
        let passages = found.only_theirs.into_iter();
        passages.map(|one| (one.text, one.tells)).collect()
    }

    #[test]
    fn what_labels_and_our_answers_explain_is_not_shown() {
        let found = only(Route::Nrm, false, COPY);
        assert_eq!(found, [("Report reference 1234".to_owned(), vec![])]);
    }

    #[test]
    fn what_stands_only_in_their_copy_is_shown() {
        let more = "Gender Female\nHer sister works at a nail bar\nin Hinckley.\n\nDate of birth 5 March 1992";
        let found: Vec<String> = only(Route::Nrm, false, more)
            .into_iter()
            .map(|(text, _)| text)
            .collect();
        // Their date of birth stands beside ours already.
        assert_eq!(found, ["Her sister works at a nail bar\nin Hinckley."]);
    }

    #[test]
    fn names_that_are_known_come_first_in_a_notification_and_only_where_nobody_agreed() {
        let more = "Gender Female\n\nShe was seen in Hinckley\n\nShe fears big\ntony and Ana";
        let shown = |found: Vec<(String, Vec<Kind>)>| -> Vec<Vec<Kind>> {
            found.into_iter().map(|(_, tells)| tells).collect()
        };
        let want = vec![vec![Kind::Suspect, Kind::OwnName], vec![]];
        assert_eq!(shown(only(Route::Dtn, false, more)), want);
        let unmarked = vec![vec![], vec![]];
        assert_eq!(shown(only(Route::Dtn, true, more)), unmarked);
        assert_eq!(shown(only(Route::Nrm, false, more)), unmarked);
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
        let found = compared(&ours, COPY);
        assert_eq!((found.same, found.differences), (4, vec![]));
    }

    #[test]
    fn an_answer_in_other_words_is_shown_beside_the_nearest_passage() {
        let ours = [text(
            "family",
            "Three brothers; their mother lives in a mountain village.",
        )];
        let found = compared(&ours, COPY);
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
        let found = compared(&[text("education", "Left school at nine.")], COPY);
        assert_eq!(found.differences[0].theirs, None);
    }

    #[test]
    fn yes_and_no_say_too_little_and_are_named_for_the_reader() {
        let ours = [
            text("pv-under-age", "no"),
            line("types-of-exploitation-other", Leaving::Ticked(true)),
            text("reference", "R-1"),
        ];
        let found = compared(&ours, COPY);
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
        let found = compared(&[text("family", "x")], " \n ");
        assert!(found.unreadable);
        assert_eq!((found.same, found.differences.len()), (0, 0));
    }
}
