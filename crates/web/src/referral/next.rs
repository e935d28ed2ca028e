//! Where a saved page leads: to what is unfinished, to what the change opened, or back to where one came
//! from.

use std::collections::BTreeMap;

use heyrick_domain::form::path::Parts;
use heyrick_domain::form::{Answer, Draft, Problem, Severity, Status, Step};
use heyrick_store::referral::Referral;

use super::step_address;

/// What a button of a step's page asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Go {
    /// Save, and on to what is next.
    Continue,
    /// Save, and back to where one came from.
    Later,
    /// Save, and to this step.
    Step(String),
    /// Save, and write this answer on a page of its own.
    Alone(String),
    /// Look this row up in its list.
    Find(String, usize),
    /// One more row.
    Add(String),
    /// One row less.
    Remove(String, usize),
}

impl Go {
    /// Reads the value of the button; anything else saves and goes on.
    pub(crate) fn read(value: &str) -> Self {
        let mut parts = value.split(':');
        let what = parts.next().unwrap_or_default();
        let name = parts.next().unwrap_or_default().to_owned();
        let row = parts.next().and_then(|row| row.parse().ok()).unwrap_or(1);
        match what {
            "later" => Self::Later,
            "step" => Self::Step(name),
            "open" => Self::Alone(name),
            "find" => Self::Find(name, row),
            "add" => Self::Add(name),
            "remove" => Self::Remove(name, row),
            _ => Self::Continue,
        }
    }
}

/// A draft's parts with these answers of a step saved.
pub(super) fn saved(
    before: &Parts,
    step: &Step,
    answers: &BTreeMap<String, Option<Answer>>,
) -> Parts {
    let mut after = before.clone();
    after.saved.insert(step.id.clone());
    for (key, answer) in answers {
        after.to_check.remove(key);
        match answer {
            Some(answer) => after.answers.insert(key.clone(), answer.clone()),
            None => after.answers.remove(key),
        };
    }
    after
}

/// What is worth a look on a page that was just saved and was not there to see before: about something
/// that was answered, not about what is missing.
pub(super) fn fresh_problem(before: &Draft<'_>, after: &Draft<'_>, step: &Step) -> Option<Problem> {
    let known = before.problems(step);
    after
        .problems(step)
        .into_iter()
        .filter(|problem| problem.severity != Severity::Now)
        .filter(|problem| {
            let question = after.form.question(&problem.key);
            let typed = question.is_some_and(|question| question.from.is_none());
            typed && after.answer_of(&problem.key).is_some()
        })
        .find(|problem| {
            let same_answer = before.answer_of(&problem.key) == after.answer_of(&problem.key);
            !(same_answer && known.contains(problem))
        })
}

/// Where a page leads when everything on it was saved.
pub(super) struct Way<'a> {
    pub referral: &'a Referral,
    /// As it stands after saving.
    pub draft: &'a Draft<'a>,
    pub step: &'a Step,
    /// Steps that ask something they did not ask before.
    pub opened: &'a [String],
    /// `check` when one came from checking the answers.
    pub back: &'a str,
}

impl Way<'_> {
    /// The address after "save and continue".
    pub(super) fn on(&self) -> String {
        if self.back == "check" {
            return match self.opened.first().and_then(|id| self.draft.form.step(id)) {
                Some(step) => self.address(step),
                None => format!("{}/check#step-{}", self.task_list(), self.step.id),
            };
        }
        match self.next_of_task() {
            Some(step) => self.address(step),
            None => self.task_list(),
        }
    }

    /// The address of a step, from which one comes back to the same place.
    pub(super) fn address(&self, step: &Step) -> String {
        let address = step_address(self.referral, self.draft, step);
        if self.back == "check" && !address.contains('?') {
            format!("{address}?back=check")
        } else {
            address
        }
    }

    /// The address of the task list.
    pub(super) fn task_list(&self) -> String {
        format!("/referrals/{}", self.referral.public_id)
    }

    /// The next step of the same task that is not done; one the change opened may stand before this one.
    fn next_of_task(&self) -> Option<&Step> {
        let form = self.draft.form;
        let task = form.task_of(&self.step.id)?;
        let open = |id: &&String| {
            form.step(id).is_some_and(|step| {
                !matches!(self.draft.status(step), Status::Done | Status::NotNeeded)
            })
        };
        let after = task
            .steps
            .iter()
            .skip_while(|id| **id != self.step.id)
            .skip(1)
            .find(open);
        let opened = || task.steps.iter().find(|id| self.opened.contains(id));
        after.or_else(opened).and_then(|id| form.step(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_says_what_it_wants() {
        assert_eq!(Go::read(""), Go::Continue);
        assert_eq!(Go::read("continue"), Go::Continue);
        assert_eq!(Go::read("later"), Go::Later);
        assert_eq!(Go::read("step:safety"), Go::Step("safety".to_owned()));
        assert_eq!(Go::read("find:towns:3"), Go::Find("towns".to_owned(), 3));
        assert_eq!(
            Go::read("remove:towns:x"),
            Go::Remove("towns".to_owned(), 1)
        );
    }
}
