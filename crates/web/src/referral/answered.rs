//! Answers in words, and two versions of one beside each other.

use std::time::Duration;

use heyrick_domain::form::{Answer, Draft, Form, Kind, Question};
use heyrick_domain::partial_date::PartialDate;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::Say;

/// How long two versions are compared before they are only shown.
const PATIENCE: Duration = Duration::from_millis(200);

/// An answer in the reader's words, one line a value; empty when there is none.
pub(crate) fn lines(
    say: Say<'_>,
    form: &Form,
    question: &Question,
    answer: Option<&Answer>,
) -> Vec<String> {
    match answer {
        None => Vec::new(),
        Some(Answer::Unknown { unknown }) => {
            vec![say.text(&format!("form-unknown-{}", unknown.code()))]
        }
        Some(answer) => answer
            .values()
            .into_iter()
            .filter(|value| !value.trim().is_empty())
            .map(|value| value_in_words(say, form, question, value))
            .collect(),
    }
}

fn value_in_words(say: Say<'_>, form: &Form, question: &Question, value: &str) -> String {
    match question.kind {
        Kind::Radios | Kind::Checkboxes if question.options.iter().any(|one| one == value) => {
            say.text(&form.option_key(question, value))
        }
        Kind::Tick => say.text("form-o-yes"),
        Kind::Date | Kind::PartialDate => match value.parse::<PartialDate>() {
            Ok(date) => match date.exact() {
                Some(day) => say.words.date(say.locale, day),
                None => date.to_string(),
            },
            Err(_) => value.to_owned(),
        },
        _ => value.to_owned(),
    }
}

/// The answer to a shown question, a fact's too.
pub(super) fn of_draft(say: Say<'_>, draft: &Draft<'_>, question: &Question) -> Vec<String> {
    let answer = draft.answer_of(&question.key);
    lines(say, draft.form, question, answer.as_ref())
}

/// A piece of a text that was compared with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Piece {
    /// Stands in this text only.
    pub only_here: bool,
    /// The text.
    pub text: String,
}

/// Two texts, each in pieces: what only it says is marked.
pub(super) fn compared(one: &str, other: &str) -> (Vec<Piece>, Vec<Piece>) {
    let diff = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_words(one, other);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for change in diff.iter_all_changes() {
        let text = change.value();
        match change.tag() {
            ChangeTag::Equal => {
                put(&mut left, text, false);
                put(&mut right, text, false);
            }
            ChangeTag::Delete => put(&mut left, text, true),
            ChangeTag::Insert => put(&mut right, text, true),
        }
    }
    (joined(left), joined(right))
}

/// Marked words with nothing but spaces between them are one mark.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut whole: Vec<Piece> = Vec::new();
    let mut pieces = pieces.into_iter().peekable();
    while let Some(piece) = pieces.next() {
        let after_mark = whole.last().is_some_and(|last| last.only_here);
        let before_mark = pieces.peek().is_some_and(|next| next.only_here);
        let space = piece.text.trim().is_empty() && after_mark && before_mark;
        put(&mut whole, &piece.text, piece.only_here || space);
    }
    whole
}

fn put(pieces: &mut Vec<Piece>, text: &str, only_here: bool) {
    match pieces.last_mut() {
        Some(last) if last.only_here == only_here => last.text.push_str(text),
        _ => pieces.push(Piece {
            only_here,
            text: text.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_one_text_says_is_marked_in_it() {
        let (left, right) = compared("two brothers", "two older brothers");
        assert!(left.iter().all(|piece| !piece.only_here), "{left:?}");
        let marked: Vec<&str> = right
            .iter()
            .filter(|piece| piece.only_here)
            .map(|piece| piece.text.trim())
            .collect();
        assert_eq!(marked, ["older"]);
        let (_, right) = compared("two brothers", "two sisters and a cousin");
        let marked: Vec<&str> = right
            .iter()
            .filter(|piece| piece.only_here)
            .map(|piece| piece.text.as_str())
            .collect();
        assert_eq!(marked, ["sisters and a cousin"]);
        let whole: String = right.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(whole, "two sisters and a cousin");
    }
}
