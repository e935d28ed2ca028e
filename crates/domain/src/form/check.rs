//! What is still missing, and how far along a step is. Nothing here keeps anybody from saving.

use heyrick_normalise::{fold, phone};
use jiff::civil::{Date, date};

use super::answer::Answer;
use super::path::Draft;
use super::{Carry, Kind, Question, Step, Task};
use crate::route::Route;

/// How much a problem holds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a look; holds up nothing.
    Advice,
    /// Saved as it is; must be settled before hand-over.
    Later,
    /// Cannot be kept as it is; the page comes back with everything that was typed.
    Now,
}

/// Something about an answer, to be said in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The question.
    pub key: String,
    /// The sentence in the catalogues.
    pub code: &'static str,
    /// What the sentence mentions; never personal data.
    pub args: Vec<(&'static str, String)>,
    /// How much it holds up.
    pub severity: Severity,
}

impl Problem {
    pub(super) fn new(question: &Question, code: &'static str, severity: Severity) -> Self {
        Self {
            key: question.key.clone(),
            code,
            args: Vec::new(),
            severity,
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// How far along a step or a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nothing is asked here as things stand.
    NotNeeded,
    /// Nobody has been here.
    NotStarted,
    /// Something is missing or not right yet.
    InProgress,
    /// Filled from what was known; somebody must look at it.
    ToCheck,
    /// Nothing is missing.
    Done,
}

impl Status {
    /// The last part of the key of its words, and the API's word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotNeeded => "not-needed",
            Self::NotStarted => "not-started",
            Self::InProgress => "in-progress",
            Self::ToCheck => "to-check",
            Self::Done => "done",
        }
    }
}

/// The first day a date of birth may be: the day after 1 January 1900.
const EARLIEST: Date = date(1900, 1, 2);

/// Suffixes of addresses of first responder organisations. About fifty more are known to the Home
/// Office alone, so an address elsewhere is advice only.
const WORK_ADDRESSES: [&str; 6] = [
    ".gov.uk",
    "police.uk",
    "pnn.police.uk",
    "gov.scot",
    "gov.wales",
    "hscni.net",
];

impl Draft<'_> {
    /// What is still to settle on a step, in the order of its questions.
    pub fn problems(&self, step: &Step) -> Vec<Problem> {
        self.form
            .asked_on(step)
            .filter(|question| self.asks(&question.key))
            .flat_map(|question| self.problems_of(question))
            .collect()
    }

    /// What is still to settle about one shown question.
    pub fn problems_of(&self, question: &Question) -> Vec<Problem> {
        // Kept back in a Duty to Notify: whatever stands here is for us alone, and may stay half done.
        if self.withholds(question) {
            return Vec::new();
        }
        match self.answer_of(&question.key) {
            None => self.missing(question).into_iter().collect(),
            Some(answer) => self.wrong_with(question, &answer),
        }
    }

    fn missing(&self, question: &Question) -> Option<Problem> {
        if !question.required {
            return None;
        }
        let code = match question.kind {
            _ if question.from.is_some() => "form-p-fact",
            Kind::Radios => "form-p-choose-one",
            Kind::Checkboxes => "form-p-choose-some",
            Kind::Tick => "form-p-tick",
            Kind::Select => "form-p-choose-listed",
            _ => "form-p-missing",
        };
        Some(Problem::new(question, code, Severity::Later))
    }

    fn wrong_with(&self, question: &Question, answer: &Answer) -> Vec<Problem> {
        if answer.as_unknown().is_some() {
            return self.unknown_cannot_leave(question).into_iter().collect();
        }
        let mut found = Vec::new();
        for value in answer.values() {
            found.extend(self.wrong_with_value(question, value.trim()));
        }
        if question.key == "county-lines" {
            found.extend(self.county_line_unnamed(question, answer));
        }
        found
    }

    fn unknown_cannot_leave(&self, question: &Question) -> Option<Problem> {
        match question.unknown {
            Carry::Choose => Some(Problem::new(
                question,
                "form-p-unknown-choose",
                Severity::Later,
            )),
            Carry::Empty if question.required && !question.ours => Some(Problem::new(
                question,
                "form-p-unknown-choose",
                Severity::Later,
            )),
            _ => None,
        }
    }

    fn wrong_with_value(&self, question: &Question, value: &str) -> Option<Problem> {
        if value.is_empty() {
            return None;
        }
        let long = value.chars().count();
        if let Some(max) = question.max.filter(|max| long > *max) {
            return Some(
                Problem::new(question, "form-p-too-long", Severity::Later)
                    .with("max", max)
                    .with("over", long - max),
            );
        }
        let (code, severity) = match question.kind {
            Kind::Email if !looks_like_email(value) => ("form-p-email", Severity::Later),
            Kind::Email if question.work_email && !is_work_address(value) => {
                ("form-p-work-email", Severity::Advice)
            }
            Kind::Tel if question.international && !value.starts_with('+') => {
                ("form-p-phone-international", Severity::Advice)
            }
            Kind::Tel if phone::read(value).is_none() => ("form-p-phone", Severity::Advice),
            Kind::Number if value.parse::<u32>().is_err() => ("form-p-number", Severity::Later),
            Kind::Date => (self.wrong_with_date(value)?, Severity::Later),
            Kind::Select if self.is_listed(question, value) => return None,
            Kind::Select if self.may_be_elsewhere(question) => {
                ("form-p-not-listed-open", Severity::Advice)
            }
            Kind::Select => ("form-p-not-listed", Severity::Later),
            _ if question.not_url && is_web_address(value) => ("form-p-not-url", Severity::Later),
            _ => return None,
        };
        Some(Problem::new(question, code, severity))
    }

    fn wrong_with_date(&self, value: &str) -> Option<&'static str> {
        match value.parse::<Date>() {
            Err(_) => Some("form-p-date"),
            Ok(day) if day > self.today => Some("form-p-date-future"),
            Ok(day) if day < EARLIEST => Some("form-p-date-early"),
            Ok(_) => None,
        }
    }

    /// The form's list holds more than ours. Not in a Duty to Notify: what is typed there, nobody reads.
    fn may_be_elsewhere(&self, question: &Question) -> bool {
        let list = question.list.as_deref();
        self.route() != Some(Route::Dtn) && list.is_some_and(|list| self.lists.is_open(list))
    }

    /// Says whether a choice is one of those offered; true for a question with nothing to choose from.
    pub(crate) fn offers(&self, question: &Question, value: &str) -> bool {
        match question.kind {
            Kind::Select => self.is_listed(question, value),
            Kind::Radios => question.options.iter().any(|option| option == value),
            _ => true,
        }
    }

    fn is_listed(&self, question: &Question, value: &str) -> bool {
        question
            .list
            .as_deref()
            .and_then(|list| self.lists.spelling(list, value, self.today))
            .is_some_and(|spelling| spelling == value)
    }

    /// The Home Office's form has no box for county lines, so the account must name it.
    fn county_line_unnamed(&self, question: &Question, answer: &Answer) -> Option<Problem> {
        let named = self.answers.iter().any(|(key, told)| {
            let narrative = self.form.question(key).is_some_and(Question::is_narrative);
            narrative
                && self.asks(key)
                && told
                    .values()
                    .iter()
                    .any(|text| fold(text).contains("county line"))
        });
        (answer.as_text() == Some("yes") && !named)
            .then(|| Problem::new(question, "form-p-county-lines", Severity::Advice))
    }

    /// How far along a step is.
    pub fn status(&self, step: &Step) -> Status {
        if !self.shows(&step.id) {
            return Status::NotNeeded;
        }
        let asked: Vec<&Question> = self
            .form
            .asked_on(step)
            .filter(|question| self.asks(&question.key))
            .collect();
        let answered = |question: &&Question| self.answer_of(&question.key).is_some();
        let touched = self.saved.contains(&step.id) || asked.iter().any(answered);
        let held_up = self
            .problems(step)
            .iter()
            .any(|problem| problem.severity >= Severity::Later);
        if asked.iter().any(|q| self.to_check.contains(&q.key)) {
            Status::ToCheck
        } else if asked.iter().all(|q| self.withholds(q)) && !asked.is_empty() {
            Status::Done
        } else if !touched {
            Status::NotStarted
        } else if held_up {
            Status::InProgress
        } else {
            Status::Done
        }
    }

    /// How far along a task is, and how many of its shown steps are done.
    pub fn task_status(&self, task: &Task) -> (Status, usize, usize) {
        let all: Vec<Status> = task
            .steps
            .iter()
            .filter_map(|id| self.form.step(id))
            .map(|step| self.status(step))
            .filter(|status| *status != Status::NotNeeded)
            .collect();
        let done = all.iter().filter(|s| **s == Status::Done).count();
        let status = if all.is_empty() {
            Status::NotNeeded
        } else if all.contains(&Status::ToCheck) {
            Status::ToCheck
        } else if done == all.len() {
            Status::Done
        } else if all.iter().all(|s| *s == Status::NotStarted) {
            Status::NotStarted
        } else {
            Status::InProgress
        };
        (status, done, all.len())
    }

    /// The steps that hold up hand-over, in the order in which we ask.
    ///
    /// A step with optional questions only holds up nothing when nobody has been there.
    pub fn unfinished(&self) -> Vec<&Step> {
        self.steps_in_our_order()
            .into_iter()
            .filter(|step| match self.status(step) {
                Status::ToCheck | Status::InProgress => true,
                Status::NotStarted => self
                    .problems(step)
                    .iter()
                    .any(|problem| problem.severity >= Severity::Later),
                Status::Done | Status::NotNeeded => false,
            })
            .collect()
    }
}

fn looks_like_email(value: &str) -> bool {
    let Some((name, host)) = value.rsplit_once('@') else {
        return false;
    };
    let plain = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    plain(name)
        && !name.contains('@')
        && plain(host)
        && host.contains('.')
        && host.split('.').all(|label| !label.is_empty())
}

fn is_work_address(value: &str) -> bool {
    let value = value.to_lowercase();
    WORK_ADDRESSES.iter().any(|suffix| {
        value.ends_with(suffix)
            && (suffix.starts_with('.')
                || value[..value.len() - suffix.len()].ends_with(['@', '.']))
    })
}

/// Text that begins with, or is nothing but, an address of a web page.
fn is_web_address(value: &str) -> bool {
    let value = value.to_lowercase();
    ["http://", "https://", "www."]
        .iter()
        .any(|start| value.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_work_address_ends_in_a_known_domain() {
        for good in [
            "a@leics.police.uk",
            "a@police.uk",
            "a@x.gov.uk",
            "A@B.PNN.POLICE.UK",
        ] {
            assert!(is_work_address(good), "{good}");
        }
        for bad in ["a@notpolice.uk", "a@gov.uk.example", "a@example.com"] {
            assert!(!is_work_address(bad), "{bad}");
        }
    }

    #[test]
    fn an_email_address_needs_a_name_and_a_host() {
        assert!(looks_like_email("pv1@example.org"));
        for bad in [
            "pv1",
            "@example.org",
            "pv1@",
            "pv1@example",
            "p v@example.org",
            "a@b@example.org",
            "a@.org",
        ] {
            assert!(!looks_like_email(bad), "{bad}");
        }
    }
}
