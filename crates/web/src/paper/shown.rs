//! What leaves, in the reader's words: one answer a row, for pages and for paper. What somebody typed
//! stays as typed, in whatever language; what they chose is said in the reader's.

use heyrick_domain::form::{Form, Kind, Question};
use heyrick_domain::notification::{
    Leaving, Line, PLACE_UNKNOWN, Rule, WITHHELD, WITHHELD_NAME, rule,
};
use heyrick_store::list::lists;
use heyrick_words::{Locale, Words};
use jiff::civil::Date;
use serde::Serialize;

/// A heading of the Home Office's form and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The heading's name, for addresses within the page.
    pub id: String,
    /// The heading.
    pub heading: String,
    /// Its answers.
    pub rows: Vec<Shown>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The key of the box; of several boxes shown as one, the first.
    pub key: String,
    /// Our step, where the answer can be changed.
    pub step: String,
    /// The question.
    pub question: String,
    /// The answer; empty where nothing leaves.
    pub answer: String,
    /// What is to be said about it.
    pub mark: Mark,
    /// Typed in many lines.
    pub long: bool,
}

/// What is to be said about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Chosen, typed or recorded; nothing to say.
    Plain,
    /// The officer's own words in a notification: read by a second person.
    OwnWords,
    /// A standard sentence or option stands here instead.
    Withheld,
    /// In no list of ours, which is known not to hold everything: look for it in the Home Office's form.
    NotListed,
    /// Nothing leaves here.
    Empty,
}

/// How boxes become rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// One row a question, as it was asked.
    ByQuestion,
    /// One row a box of the Home Office's form, as it is entered.
    ByBox,
}

/// Words in a language.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The catalogues.
    pub words: &'a Words,
    /// The reader's language.
    pub locale: Locale,
    /// The form the answers belong to.
    pub form: &'a Form,
}

impl Said<'_> {
    /// The words for a key.
    pub fn text(&self, key: &str) -> String {
        self.words.text(self.locale, key, &[])
    }

    /// The name of a step.
    pub fn step(&self, step: &str) -> String {
        self.text(&format!("{}-step-{step}", self.form.words))
    }

    /// The question behind a line.
    pub fn question(&self, line: &Line) -> String {
        match self.form.question(&line.question) {
            Some(question) => self.text(&self.form.label_key(question)),
            None => line.question.clone(),
        }
    }

    /// The lines under the headings of the Home Office's form, in its order.
    pub fn sections(&self, lines: &[Line], rows: Rows) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        for (id, row) in self.rows(lines, rows) {
            match sections.last_mut().filter(|last| last.id == id) {
                Some(last) => last.rows.push(row),
                None => sections.push(Section {
                    heading: self.text(&format!("{}-section-{id}", self.form.words)),
                    id,
                    rows: vec![row],
                }),
            }
        }
        sections
    }

    /// The lines as rows, each with the section it stands in.
    pub fn rows(&self, lines: &[Line], rows: Rows) -> Vec<(String, Shown)> {
        let mut out: Vec<(String, Shown)> = Vec::new();
        let mut last: Option<&Line> = None;
        for line in lines {
            let row = self.row(line, rows);
            let joins = rows == Rows::ByQuestion
                && last.is_some_and(|last| {
                    (&last.step, &last.question) == (&line.step, &line.question)
                });
            match out.last_mut() {
                Some((_, before)) if joins => before.join(row),
                _ => out.push((line.section.clone(), row)),
            }
            last = Some(line);
        }
        out
    }

    fn row(&self, line: &Line, rows: Rows) -> Shown {
        let question = self.form.question(&line.question);
        // A box of its own, ticked or not, is one of several options of a question.
        let option = question.filter(|question| question.options_are_keys);
        let (label, answer) = match (option, rows) {
            (Some(question), Rows::ByBox) => (self.option(question, &line.key), self.value(line)),
            (Some(question), Rows::ByQuestion) => {
                let chosen = !line.value.is_empty();
                let name = chosen.then(|| self.option(question, &line.key));
                (self.question(line), name.unwrap_or_default())
            }
            (None, _) => (self.question(line), self.value(line)),
        };
        Shown {
            key: line.key.clone(),
            step: line.step.clone(),
            question: label,
            mark: mark(line, question),
            long: question.is_some_and(|question| question.kind == Kind::Textarea),
            answer,
        }
    }

    fn option(&self, question: &Question, option: &str) -> String {
        self.text(&self.form.option_key(question, option))
    }

    /// What leaves, in words.
    fn value(&self, line: &Line) -> String {
        let question = self.form.question(&line.question);
        match &line.value {
            Leaving::Ticked(true) => self.text("form-o-yes"),
            Leaving::Ticked(false) | Leaving::Nothing => String::new(),
            Leaving::Options(options) => {
                let options = options.iter().map(|option| match question {
                    Some(question) => self.option(question, option),
                    None => option.clone(),
                });
                options.collect::<Vec<_>>().join("\n")
            }
            Leaving::Text(text) => match question {
                Some(question) if question.options.contains(text) => self.option(question, text),
                Some(question) if is_date(question) => self.date(text),
                _ => text.clone(),
            },
        }
    }

    fn date(&self, text: &str) -> String {
        match text.parse::<Date>() {
            Ok(day) => self.words.date(self.locale, day),
            Err(_) => text.to_owned(),
        }
    }
}

impl Shown {
    fn join(&mut self, other: Self) {
        if self.answer.is_empty() {
            self.answer = other.answer;
            self.mark = other.mark;
        } else if !other.answer.is_empty() {
            self.answer.push('\n');
            self.answer.push_str(&other.answer);
        }
    }
}

fn is_date(question: &Question) -> bool {
    matches!(question.kind, Kind::Date | Kind::PartialDate)
}

fn mark(line: &Line, question: Option<&Question>) -> Mark {
    let text = line.value.text();
    if line.value.is_empty() {
        Mark::Empty
    } else if text == WITHHELD
        || text == WITHHELD_NAME
        || (!line.typed && rule(&line.key) == Rule::Place && text == PLACE_UNKNOWN)
    {
        Mark::Withheld
    } else if line.typed && rule(&line.key).is_free() {
        Mark::OwnWords
    } else if is_not_listed(line, question) {
        Mark::NotListed
    } else {
        Mark::Plain
    }
}

fn is_not_listed(line: &Line, question: Option<&Question>) -> bool {
    let list = question.and_then(|question| question.list.as_deref());
    let not_there = |list: &str| lists().is_open(list) && !lists().holds(list, &line.value.text());
    line.typed && list.is_some_and(not_there)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    fn line(key: &str, question: &str, value: Leaving, typed: bool) -> Line {
        Line {
            section: "exploiters".to_owned(),
            step: "step".to_owned(),
            key: key.to_owned(),
            question: question.to_owned(),
            value,
            typed,
        }
    }

    fn text(key: &str, text: &str, typed: bool) -> Line {
        line(key, key, Leaving::Text(text.to_owned()), typed)
    }

    fn rows(lines: &[Line], rows: Rows) -> Vec<Shown> {
        let words = Words::shipped().unwrap();
        let said = Said {
            words: &words,
            locale: Locale::En,
            form: Form::find("nrm-2026-04").unwrap(),
        };
        said.rows(lines, rows)
            .into_iter()
            .map(|(_, row)| row)
            .collect()
    }

    #[test]
    fn options_that_are_boxes_of_their_own_are_one_answer_on_paper_and_several_to_enter() {
        let box_of = |name: &str, ticked| {
            let key = format!("types-of-exploitation-{name}");
            line(&key, "types-of-exploitation", Leaving::Ticked(ticked), true)
        };
        let lines = [
            box_of("forced-to-work", true),
            box_of("wages-taken", false),
            box_of("other", true),
        ];
        let paper = rows(&lines, Rows::ByQuestion);
        assert_eq!(paper.len(), 1);
        assert_eq!(paper[0].answer.lines().count(), 2, "{}", paper[0].answer);
        assert_eq!(rows(&lines, Rows::ByBox).len(), 3);
    }

    #[test]
    fn what_was_typed_stays_and_what_is_kept_back_is_marked() {
        let lines = [
            text("family", "two brothers", true),
            text("education", WITHHELD, false),
            text("current-pv-location-uk-city", PLACE_UNKNOWN, false),
            text("current-pv-location-uk-city", "Leicester", true),
            line("refuse-nrm", "refuse-nrm", Leaving::Nothing, false),
            text("pv-dob", "1998-03-09", true),
        ];
        let shown = rows(&lines, Rows::ByBox);
        let marks: Vec<Mark> = shown.iter().map(|row| row.mark).collect();
        assert_eq!(
            marks,
            [
                Mark::OwnWords,
                Mark::Withheld,
                Mark::Withheld,
                Mark::OwnWords,
                Mark::Empty,
                Mark::Plain
            ]
        );
        assert_eq!(shown[0].answer, "two brothers");
        assert_eq!(shown[5].answer, "9 March 1998");
    }
}
