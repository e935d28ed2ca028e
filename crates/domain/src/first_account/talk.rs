//! The order for talking: topics as data, each with the questions of the form it helps to answer.
//!
//! A form asks in the order of whoever decides; people tell in another. Page, API and the printed question
//! sheet all walk the same [`Talk`]; an old account keeps the order it was begun on.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::form::{Form, Question, Step};

/// An order for talking, for one form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Talk {
    /// What accounts remember it by, such as `talk-2026-04`.
    pub id: String,
    /// The form whose questions it helps to answer.
    pub form: String,
    /// The first part of the names of its words in the catalogues, such as `talk26`.
    pub words: String,
    /// The first day it may be begun on, Europe/London.
    pub valid_from: Date,
    /// The first day it may no longer be begun on; `None` while it is in force.
    pub valid_until: Option<Date>,
    /// Topics, in the order for talking.
    #[serde(rename = "topic")]
    pub topics: Vec<Topic>,
    /// What of the form is no topic.
    pub short: Short,
}

/// Something somebody is asked to tell about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its name in addresses and in the catalogues.
    pub id: String,
    /// The questions of the form it helps to answer, by key.
    pub keys: Vec<String>,
    /// How many reminders there are for what did not come by itself.
    pub prompts: usize,
    /// Whether the officer is warned of something.
    #[serde(default)]
    pub care: bool,
    /// What the officer saw, not what was told.
    #[serde(default)]
    pub observed: bool,
    /// Ruled lines on paper.
    pub lines: usize,
}

/// Tasks of the form that no topic covers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Short {
    /// Asked shortly, at the end of the sheet.
    pub tasks: Vec<String>,
    /// Recorded as facts, from a conversation of its own.
    pub facts: Vec<String>,
    /// About the first responder, the council or the files.
    pub officer: Vec<String>,
}

const TEXTS: [&str; 1] = [include_str!("../../../../forms/talk-2026-04.toml")];

static ALL: LazyLock<Vec<Talk>> = LazyLock::new(|| {
    // INVARIANT: the texts are part of the program, and a test reads every one.
    TEXTS
        .iter()
        .filter_map(|text| toml::from_str(text).ok())
        .collect()
});

/// Every order this program carries, oldest first.
pub fn talks() -> &'static [Talk] {
    &ALL
}

impl Talk {
    /// The order an account was begun on.
    pub fn find(id: &str) -> Option<&'static Self> {
        ALL.iter().find(|talk| talk.id == id)
    }

    /// The order in force on a day for a form.
    pub fn in_force(form: &str, on: Date) -> Option<&'static Self> {
        let holds = |talk: &&Self| {
            talk.form == form
                && talk.valid_from <= on
                && talk.valid_until.is_none_or(|until| on < until)
        };
        ALL.iter().rfind(holds)
    }

    /// A topic by its name.
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.id == id)
    }

    /// The topic before and after one, in the order for talking.
    pub fn around(&self, id: &str) -> (Option<&Topic>, Option<&Topic>) {
        let Some(at) = self.topics.iter().position(|topic| topic.id == id) else {
            return (None, None);
        };
        let before = at.checked_sub(1).and_then(|at| self.topics.get(at));
        (before, self.topics.get(at + 1))
    }

    /// The topics that help to answer a step of the form.
    pub fn for_step<'t>(&'t self, step: &'t Step) -> impl Iterator<Item = &'t Topic> {
        let helps = |topic: &&Topic| topic.keys.iter().any(|key| step.ask.contains(key));
        self.topics.iter().filter(helps)
    }

    /// The key of a topic's name.
    pub fn title_key(&self, topic: &Topic) -> String {
        format!("{}-{}", self.words, topic.id)
    }

    /// The key of the words that open a topic.
    pub fn ask_key(&self, topic: &Topic) -> String {
        format!("{}-{}-ask", self.words, topic.id)
    }

    /// The key of the warning to the officer.
    pub fn care_key(&self, topic: &Topic) -> Option<String> {
        topic
            .care
            .then(|| format!("{}-{}-care", self.words, topic.id))
    }

    /// The keys of the reminders, in order.
    pub fn prompt_keys(&self, topic: &Topic) -> Vec<String> {
        (1..=topic.prompts)
            .map(|number| format!("{}-{}-{number}", self.words, topic.id))
            .collect()
    }

    /// Every key the catalogues must hold for this order.
    pub fn word_keys(&self) -> Vec<String> {
        self.topics
            .iter()
            .flat_map(|topic| {
                let mut keys = vec![self.title_key(topic), self.ask_key(topic)];
                keys.extend(self.care_key(topic));
                keys.extend(self.prompt_keys(topic));
                keys
            })
            .collect()
    }
}

impl Topic {
    /// Steps of the form that hold a question it helps to answer, in the order in which we ask.
    pub fn steps<'f>(&self, form: &'f Form) -> Vec<&'f Step> {
        let helps = |step: &&Step| step.ask.iter().any(|key| self.keys.contains(key));
        form.in_our_order().filter(helps).collect()
    }

    /// Questions it helps to answer that are answered by choosing, for boxes to tick on paper.
    pub fn to_tick<'f>(&self, form: &'f Form) -> Vec<&'f Question> {
        self.keys
            .iter()
            .filter_map(|key| form.question(key))
            .filter(|question| !question.options.is_empty() && question.from.is_none())
            .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_order_is_read_and_names_questions_that_are_asked_each_once() {
        assert_eq!(talks().len(), TEXTS.len());
        for talk in talks() {
            let form = Form::find(&talk.form).expect("its form");
            assert!(talk.valid_from >= form.valid_from);
            let mut seen = BTreeSet::new();
            for topic in &talk.topics {
                assert!(topic.lines > 0, "{}", topic.id);
                for key in &topic.keys {
                    let question = form.question(key);
                    assert!(question.is_some_and(|one| one.from.is_none()), "{key}");
                    assert!(seen.insert(key), "{key} stands twice");
                }
            }
        }
    }

    #[test]
    fn every_question_of_the_form_is_a_topic_or_said_to_be_none() {
        for talk in talks() {
            let form = Form::find(&talk.form).unwrap();
            let short = &talk.short;
            let listed: Vec<&String> = short
                .tasks
                .iter()
                .chain(&short.facts)
                .chain(&short.officer)
                .collect();
            for task in &form.tasks {
                if listed.contains(&&task.id) {
                    continue;
                }
                for step in task.steps.iter().filter_map(|id| form.step(id)) {
                    for question in form.asked_on(step).filter(|one| one.from.is_none()) {
                        let told = talk.topics.iter().any(|t| t.keys.contains(&question.key));
                        let fact = ["authorities-cooperation-details", "refuse-nrm"];
                        assert!(
                            told || fact.contains(&question.key.as_str()),
                            "{}",
                            question.key
                        );
                    }
                }
            }
            for id in listed {
                assert!(form.tasks.iter().any(|task| task.id == *id), "{id}");
            }
        }
    }

    #[test]
    fn an_order_holds_from_its_first_day() {
        assert!(Talk::in_force("nrm-2026-04", date(2026, 4, 20)).is_none());
        for day in [date(2026, 4, 21), date(2026, 11, 25)] {
            assert_eq!(
                Talk::in_force("nrm-2026-04", day).unwrap().id,
                "talk-2026-04"
            );
        }
        assert!(Talk::in_force("another", date(2026, 11, 25)).is_none());
    }

    #[test]
    fn safety_comes_first_and_the_worst_is_not_asked_before_the_rest() {
        let talk = Talk::find("talk-2026-04").unwrap();
        let at = |id: &str| talk.topics.iter().position(|topic| topic.id == id).unwrap();
        assert_eq!(at("now"), 0);
        assert!(at("before") < at("treated") && at("start") < at("treated"));
        assert_eq!(talk.around("now").0, None);
        assert_eq!(
            talk.around("now").1.map(|topic| topic.id.as_str()),
            Some("before")
        );
        assert_eq!(talk.around("seen").1, None);
        assert!(
            talk.topics.last().unwrap().observed,
            "what was seen is kept apart"
        );
    }

    #[test]
    fn a_topic_leads_to_the_pages_of_the_form() {
        let talk = Talk::find("talk-2026-04").unwrap();
        let form = Form::find(&talk.form).unwrap();
        let steps = talk.topic("treated").unwrap().steps(form);
        let steps: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(steps, ["how-they-were-treated"]);
        let page = form.step("how-they-were-treated").unwrap();
        let topics: Vec<&str> = talk.for_step(page).map(|one| one.id.as_str()).collect();
        assert_eq!(topics, ["work", "living", "treated"]);
        let ticks = talk.topic("journey").unwrap().to_tick(form);
        assert!(
            ticks
                .iter()
                .any(|one| one.key == "where-exploitation-happened")
        );
    }
}
