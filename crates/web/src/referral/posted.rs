//! The names of a step's fields on a page, and what a page sent, in the names the form engine reads.
//!
//! A page differs from the engine in two ways, so that it works without scripts: an unknown of a choice
//! is one more choice of the same group (a chosen radio cannot be taken back, another can be chosen), and
//! a value found in a list is picked beside the box it was searched in.

use std::collections::BTreeSet;

use heyrick_domain::form::post::UNKNOWN_FIELD;
use heyrick_domain::form::{Answer, Answers, Form, Kind, Question, Step};
use sha2::{Digest, Sha256};

use crate::session::CSRF_FIELD;

/// The fields of a form, in order, as they were sent.
pub type Sent = Vec<(String, String)>;

/// The start of the value of a choice that is an unknown.
pub const UNKNOWN_CHOICE: &str = "--";
/// The end of the name of the choices found in a list; the row's number follows.
pub const PICK_FIELD: &str = "--pick-";
/// The field that says which questions were on the page, and what they held when it was shown.
pub const ASKED_FIELD: &str = "asked";

/// The end of the name of the field that says which of two answers stays.
pub const KEEP_FIELD: &str = "--keep";
/// The field that names the questions to choose for.
pub const CHOOSE_FIELD: &str = "choose";
/// What a page sends beside the answers.
const BESIDE: [&str; 8] = [
    CSRF_FIELD,
    "account",
    "version",
    ASKED_FIELD,
    "back",
    "only",
    "go",
    CHOOSE_FIELD,
];

/// Whether a page of this step has a field of this name, whichever of its questions are shown.
pub fn is_field(step: &Step, name: &str) -> bool {
    BESIDE.contains(&name) || step.ask.iter().any(|key| is_of(key, name))
}

/// Whether a field belongs to a question: its own name, a part of a date, an unknown, a row picked, a choice.
fn is_of(key: &str, name: &str) -> bool {
    let Some(end) = name.strip_prefix(key) else {
        return false;
    };
    let row = end.strip_prefix(PICK_FIELD);
    matches!(
        end,
        "" | "-day" | "-month" | "-year" | UNKNOWN_FIELD | KEEP_FIELD
    ) || row.is_some_and(|row| row.parse::<usize>().is_ok())
}

/// The first value of a field.
pub fn first<'s>(sent: &'s [(String, String)], name: &str) -> Option<&'s str> {
    sent.iter()
        .find(|(field, _)| field == name)
        .map(|(_, value)| value.as_str())
}

/// Every value of a field, in order.
pub fn all<'s>(sent: &'s [(String, String)], name: &str) -> Vec<&'s str> {
    sent.iter()
        .filter(|(field, _)| field == name)
        .map(|(_, value)| value.as_str())
        .collect()
}

/// Whether a question is answered on the page, and not by a recorded fact or a file.
pub fn takes_typing(question: &Question) -> bool {
    question.from.is_none() && question.kind != Kind::Files
}

/// The fields a page would send for these answers, in the engine's names.
pub fn from_answers(form: &Form, step: &Step, answers: &Answers) -> Sent {
    let mut sent = Sent::new();
    for question in form.asked_on(step).filter(|one| takes_typing(one)) {
        if let Some(answer) = answers.get(&question.key) {
            put(&mut sent, question, answer);
        }
    }
    sent
}

fn put(sent: &mut Sent, question: &Question, answer: &Answer) {
    let key = &question.key;
    match answer {
        Answer::Unknown { unknown } => {
            sent.push((format!("{key}{UNKNOWN_FIELD}"), unknown.code().to_owned()));
        }
        Answer::Text(value) if matches!(question.kind, Kind::Date | Kind::PartialDate) => {
            let mut parts = value.splitn(3, '-');
            for part in ["year", "month", "day"] {
                let number = parts.next().unwrap_or_default();
                sent.push((format!("{key}-{part}"), number.to_owned()));
            }
        }
        answer => {
            for value in answer.values() {
                sent.push((key.clone(), value.to_owned()));
            }
        }
    }
}

/// What a page sent, in the engine's names. `before`: the answers as they are kept now.
pub fn understood(form: &Form, step: &Step, before: &Answers, sent: &[(String, String)]) -> Sent {
    let mut read = sent.to_vec();
    for question in form.asked_on(step).filter(|one| takes_typing(one)) {
        if question.kind == Kind::Radios {
            unknown_choice(&mut read, question);
        }
        if question.list.is_some() {
            picks(&mut read, question);
        }
        typing_replaces_unknown(&mut read, question, before.get(&question.key));
    }
    read
}

/// A chosen unknown of a group of choices.
fn unknown_choice(read: &mut Sent, question: &Question) {
    for (name, value) in read.iter_mut().filter(|(name, _)| *name == question.key) {
        if let Some(code) = value.strip_prefix(UNKNOWN_CHOICE) {
            *name = format!("{}{UNKNOWN_FIELD}", question.key);
            *value = code.to_owned();
        }
    }
}

/// What was picked takes the place of what was typed in its row.
fn picks(read: &mut Sent, question: &Question) {
    let mut row = 0;
    for at in 0..read.len() {
        if read[at].0 != question.key {
            continue;
        }
        row += 1;
        let picked = first(read, &format!("{}{PICK_FIELD}{row}", question.key));
        if let Some(picked) = picked.filter(|value| !value.is_empty()) {
            read[at].1 = picked.to_owned();
        }
    }
}

/// Somebody who writes an answer where an unknown was kept need not take the unknown away by hand.
fn typing_replaces_unknown(read: &mut Sent, question: &Question, before: Option<&Answer>) {
    let Some(kept) = before.and_then(Answer::as_unknown) else {
        return;
    };
    let unknown = format!("{}{UNKNOWN_FIELD}", question.key);
    let day = format!("{}-", question.key);
    let is_date = matches!(question.kind, Kind::Date | Kind::PartialDate);
    let typed = read.iter().any(|(name, value)| {
        let own = *name == question.key || (is_date && name.starts_with(&day) && *name != unknown);
        own && !value.trim().is_empty()
    });
    if typed {
        read.retain(|(name, value)| !(*name == unknown && value == kept.code()));
    }
}

/// Writes which questions are on the page and what each held, for [`asked`].
pub fn write_asked(keys: &[&str], answers: &Answers) -> String {
    let parts: Vec<String> = keys
        .iter()
        .map(|key| format!("{key}:{}", mark(answers.get(*key))))
        .collect();
    parts.join(" ")
}

/// Writes again what a page said it asked.
pub fn write_again(asked: &[WasAsked]) -> String {
    let parts: Vec<String> = asked
        .iter()
        .map(|one| format!("{}:{}", one.key, one.held))
        .collect();
    parts.join(" ")
}

/// A question that was on the page, and the mark of what it held then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WasAsked {
    /// The question.
    pub key: String,
    /// The mark of the answer the reader saw; see [`mark`].
    pub held: String,
}

/// The questions that were on the page. Without the field, as a script of somebody's own may send it: all.
pub fn asked(form: &Form, step: &Step, sent: &[(String, String)]) -> Vec<WasAsked> {
    let on_step: BTreeSet<&str> = step.ask.iter().map(String::as_str).collect();
    let is_here = |key: &str| on_step.contains(key) && form.question(key).is_some_and(takes_typing);
    match first(sent, ASKED_FIELD) {
        Some(written) => written
            .split(' ')
            .filter_map(|part| part.split_once(':'))
            .filter(|(key, _)| is_here(key))
            .map(|(key, held)| WasAsked {
                key: key.to_owned(),
                held: held.to_owned(),
            })
            .collect(),
        None => step
            .ask
            .iter()
            .filter(|key| is_here(key))
            .map(|key| WasAsked {
                key: key.clone(),
                held: String::new(),
            })
            .collect(),
    }
}

/// A short mark of an answer: tells whether it is still the one a page was made from.
pub fn mark(answer: Option<&Answer>) -> String {
    let written = answer.and_then(|answer| serde_json::to_vec(answer).ok());
    let hash = Sha256::digest(written.unwrap_or_default());
    data_encoding::HEXLOWER.encode(&hash[..6])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use heyrick_domain::form::Lists;
    use heyrick_domain::form::post::from_page;
    use heyrick_domain::unknown::Unknown;
    use jiff::civil::date;

    fn form() -> &'static Form {
        Form::find("nrm-2026-04").unwrap()
    }

    fn pairs(fields: &[(&str, &str)]) -> Sent {
        fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn read(step: &str, before: &Answers, fields: &[(&str, &str)]) -> Answers {
        let step = form().step(step).unwrap();
        let sent = understood(form(), step, before, &pairs(fields));
        let posting = from_page(form(), step, &sent, &Lists::default(), date(2026, 11, 24));
        assert_eq!(posting.refused, []);
        posting
            .answers
            .into_iter()
            .filter_map(|(key, answer)| Some((key, answer?)))
            .collect()
    }

    #[test]
    fn an_unknown_is_one_more_choice_of_a_group() {
        let step = "were-they-taken-somewhere-by-their-exploiter";
        let got = read(step, &Answers::new(), &[(step, "--refused")]);
        assert_eq!(got.get(step), Some(&Answer::unknown(Unknown::Refused)));
    }

    #[test]
    fn what_was_picked_takes_the_place_of_its_row() {
        let key = "where-exploitation-happened-uk-city";
        let fields = [
            (key, "Leic"),
            (key, "Derby"),
            (&*format!("{key}--pick-1"), "Leicester"),
        ];
        let got = read("where-exploitation-happened-uk", &Answers::new(), &fields);
        assert_eq!(got.get(key), Some(&Answer::many(["Leicester", "Derby"])));
    }

    #[test]
    fn a_word_written_where_an_unknown_was_kept_replaces_it() {
        let unknown = Answer::unknown(Unknown::NotAsked);
        let before = Answers::from([
            ("birthplace".to_owned(), unknown.clone()),
            ("family".to_owned(), unknown.clone()),
        ]);
        let fields = [
            ("birthplace", "A village"),
            ("birthplace--unknown", "not_asked"),
            ("family", ""),
            ("family--unknown", "not_asked"),
        ];
        let got = read("what-is-their-background", &before, &fields);
        assert_eq!(got.get("birthplace"), Some(&Answer::text("A village")));
        assert_eq!(got.get("family"), Some(&unknown));
    }

    #[test]
    fn a_page_has_its_own_fields_and_no_other() {
        let step = form().step("what-is-their-background").unwrap();
        for (name, want) in [
            ("csrf", true),
            ("go", true),
            ("family", true),
            ("family--unknown", true),
            ("family--keep", true),
            ("birthplace--pick-1", true),
            ("birthplace--pick-x", false),
            ("family-day-", false),
            ("pv-name-first-name", false),
            ("family2", false),
            ("", false),
        ] {
            assert_eq!(is_field(step, name), want, "{name}");
        }
    }

    #[test]
    fn the_page_says_what_it_asked_and_what_it_held() {
        let step = form().step("what-is-their-background").unwrap();
        let answers = Answers::from([("family".to_owned(), Answer::text("two brothers"))]);
        let written = write_asked(&["birthplace", "family"], &answers);
        let sent = pairs(&[(ASKED_FIELD, &format!("{written} pv-dob:1 nonsense"))]);
        let got = asked(form(), step, &sent);
        let keys: Vec<&str> = got.iter().map(|one| one.key.as_str()).collect();
        assert_eq!(keys, ["birthplace", "family"]);
        assert_eq!(got[1].held, mark(answers.get("family")));
        assert_ne!(got[0].held, got[1].held);
        assert_eq!(asked(form(), step, &[]).len(), 4);
    }
}
