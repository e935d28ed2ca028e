//! The path: which steps and questions are shown, given what is answered and what is recorded.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::answer::{Answer, Answers};
use super::facts::Facts;
use super::lists::Lists;
use super::{Form, Question, Step, Withhold};
use crate::route::Route;

/// A draft as it stands: its form, what is answered, what is recorded.
///
/// INVARIANT: an answer to a question that is not shown opens nothing, is asked of nobody and leaves
/// with nothing; it is only kept, in case the way leads back.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The form it was begun on.
    pub form: &'a Form,
    /// What was typed, shown or not.
    pub answers: &'a Answers,
    /// What is recorded.
    pub facts: &'a Facts,
    /// The reference lists.
    pub lists: &'a Lists,
    /// Steps somebody has saved, even with nothing in them.
    pub saved: &'a BTreeSet<String>,
    /// Answers filled from what was known, which nobody has looked at yet.
    pub to_check: &'a BTreeSet<String>,
    /// Today, Europe/London.
    pub today: Date,
    shown: Vec<&'a Step>,
    live: BTreeMap<&'a str, Option<Answer>>,
}

/// What a [`Draft`] is made of, for those who load it.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The form.
    pub form: &'static Form,
    /// Answers by key.
    pub answers: Answers,
    /// Recorded facts.
    pub facts: Facts,
    /// Steps saved.
    pub saved: BTreeSet<String>,
    /// Answers to check.
    pub to_check: BTreeSet<String>,
    /// Today, Europe/London.
    pub today: Date,
}

impl Parts {
    /// Looks at the parts as a draft.
    pub fn draft<'a>(&'a self, lists: &'a Lists) -> Draft<'a> {
        Draft {
            form: self.form,
            answers: &self.answers,
            facts: &self.facts,
            lists,
            saved: &self.saved,
            to_check: &self.to_check,
            today: self.today,
            shown: Vec::new(),
            live: BTreeMap::new(),
        }
        .walked()
    }
}

impl<'a> Draft<'a> {
    /// Walks the form in the Home Office's order: a condition looks only at what was asked before.
    fn walked(mut self) -> Self {
        for step in &self.form.steps {
            if !step.when.holds(&|name: &str| self.answer_of(name)) {
                continue;
            }
            self.shown.push(step);
            for question in self.form.asked_on(step) {
                if question.when.holds(&|name: &str| self.answer_of(name)) {
                    let answer = self.given(question);
                    self.live.insert(question.key.as_str(), answer);
                }
            }
        }
        self
    }

    fn given(&self, question: &Question) -> Option<Answer> {
        match &question.from {
            Some(fact) => self.facts.answer(fact),
            None => self
                .answers
                .get(&question.key)
                .filter(|answer| !answer.is_empty())
                .cloned(),
        }
    }

    /// The answer to a shown question, or the word of a fact; `None` when hidden or not answered.
    pub fn answer_of(&self, name: &str) -> Option<Answer> {
        match self.live.get(name) {
            Some(answer) => answer.clone(),
            None => self.facts.answer(name),
        }
    }

    /// Where the form leads as things stand.
    pub fn route(&self) -> Option<Route> {
        self.facts.route()
    }

    /// The steps shown, in the Home Office's order.
    pub fn steps(&self) -> &[&'a Step] {
        &self.shown
    }

    /// The steps shown, in the order in which we ask.
    pub fn steps_in_our_order(&self) -> Vec<&'a Step> {
        self.form
            .in_our_order()
            .filter(|step| self.shows(&step.id))
            .collect()
    }

    /// Says whether a step is shown.
    pub fn shows(&self, step: &str) -> bool {
        self.shown.iter().any(|shown| shown.id == step)
    }

    /// Says whether a question is shown, its step and its own condition considered.
    pub fn asks(&self, key: &str) -> bool {
        self.live.contains_key(key)
    }

    /// The shown questions of a step, in order.
    pub fn questions(&self, step: &'a Step) -> impl Iterator<Item = &'a Question> {
        self.form
            .asked_on(step)
            .filter(|question| self.asks(&question.key))
    }

    /// The step after this one in the order in which we ask; `None` after the last.
    pub fn next(&self, step: &str) -> Option<&'a Step> {
        let all: Vec<&Step> = self.form.in_our_order().collect();
        let here = all.iter().position(|other| other.id == step)?;
        all.into_iter()
            .skip(here + 1)
            .find(|later| self.shows(&later.id))
    }

    /// What this draft asks that `before` did not: the only steps a changed answer leads through.
    pub fn opened_since(&self, before: &Draft<'_>) -> Vec<&'a Step> {
        self.steps_in_our_order()
            .into_iter()
            .filter(|step| {
                self.questions(step).any(|question| {
                    !before.asks(&question.key) && self.answer_of(&question.key).is_none()
                })
            })
            .collect()
    }

    /// The text offered in an empty box, by the key of its words.
    pub fn prefill(&self, question: &Question) -> Option<String> {
        let condition = question.prefill_when.as_ref()?;
        let empty = self.answer_of(&question.key).is_none();
        (empty && condition.holds(&|name: &str| self.answer_of(name)))
            .then(|| format!("{}-q-{}-prefill", self.form.words, question.key))
    }

    /// The answers whose own words leave with a Duty to Notify, because the author said so.
    ///
    /// Empty for a minimal notification, which the author confirms alone; any other needs a second
    /// reader and the identifiability review.
    pub fn free_text_in_notification(&self) -> Vec<&'a Question> {
        if self.route() != Some(Route::Dtn) {
            return Vec::new();
        }
        self.form
            .questions
            .values()
            .filter(|question| question.withhold != Withhold::No && self.includes(&question.key))
            .filter(|question| self.answer_of(&question.key).is_some())
            .collect()
    }

    /// Says whether a Duty to Notify keeps this answer back.
    pub fn withholds(&self, question: &Question) -> bool {
        self.route() == Some(Route::Dtn)
            && question.withhold != Withhold::No
            && !self.includes(&question.key)
    }

    fn includes(&self, key: &str) -> bool {
        self.answer_of("dtn-include")
            .is_some_and(|answer| answer.values().contains(&key))
    }
}
