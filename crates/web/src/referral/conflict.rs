//! Somebody else saved the page meanwhile: both versions beside each other, and a choice for each question
//! on which they differ. Nothing is lost: the answer that gives way stays in the history.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use heyrick_domain::form::{Answer, Answers, Form, Question, Step};
use heyrick_store::referral::Referral;
use serde::Serialize;

use super::answered::{self, Piece};
use super::posted::{self, CHOOSE_FIELD, KEEP_FIELD, Sent, WasAsked, first, mark};
use super::step::Shown;
use super::{Head, Say};
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::Page;
use crate::session::Signed;

/// What somebody else saved.
pub(super) struct Other {
    pub version: i64,
    pub theirs: Answers,
    pub by: String,
    pub at: i64,
}

impl Other {
    /// As the referral stands now.
    pub(super) fn of(referral: &Referral, step: &Step) -> Self {
        let saved = referral.steps.get(&step.id);
        Self {
            version: referral.step_version(&step.id),
            theirs: referral.parts.answers.clone(),
            by: saved.map_or_else(|| referral.author_name.clone(), |one| one.by.clone()),
            at: saved.map_or(referral.created_at, |one| one.at),
        }
    }
}

/// What was chosen on the page of both versions; empty when that was not the page.
#[derive(Debug, Default)]
pub(super) struct Choices {
    theirs: Vec<String>,
    mine: Vec<String>,
    /// Questions for which nothing was chosen.
    pub missing: Vec<String>,
}

impl Choices {
    pub(super) fn of(sent: &Sent, asked: &[WasAsked]) -> Self {
        let mut choices = Self::default();
        for key in first(sent, CHOOSE_FIELD).unwrap_or_default().split(' ') {
            if !asked.iter().any(|one| one.key == key) {
                continue;
            }
            let into = match first(sent, &format!("{key}{KEEP_FIELD}")) {
                Some("theirs") => &mut choices.theirs,
                Some("mine") => &mut choices.mine,
                _ => &mut choices.missing,
            };
            into.push(key.to_owned());
        }
        choices
    }

    /// What is to be saved of mine: what gave way is left as theirs is.
    pub(super) fn chosen(
        &self,
        mine: &BTreeMap<String, Option<Answer>>,
    ) -> BTreeMap<String, Option<Answer>> {
        let mut kept = mine.clone();
        kept.retain(|key, _| !self.theirs.contains(key));
        kept
    }
}

#[derive(Debug, Serialize)]
struct Choice {
    key: String,
    label: String,
    mine: Vec<Piece>,
    theirs: Vec<Piece>,
    keep: &'static str,
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct Hidden {
    name: String,
    value: String,
}

/// The page of both versions.
pub(super) fn page(
    app: &App,
    signed: &Signed,
    shown: &Shown<'_>,
    mine: &BTreeMap<String, Option<Answer>>,
    asked: &[WasAsked],
    other: &Other,
    choices: &Choices,
) -> Result<Response, PageError> {
    let say = Say::of(app, signed);
    let maker = Maker {
        say,
        form: shown.draft.form,
        asked,
        other,
        choices,
    };
    let differing: Vec<Choice> = mine
        .iter()
        .filter(|(key, answer)| other.theirs.get(*key) != answer.as_ref())
        .filter_map(|(key, answer)| Some(maker.choice(shown.draft.form.question(key)?, answer)))
        .collect();
    let errors: Vec<FormError> = differing
        .iter()
        .filter_map(|one| {
            Some(FormError {
                text: format!("{}: {}", one.error.as_ref()?, one.label),
                href: format!("#{}{KEEP_FIELD}", one.key),
            })
        })
        .collect();
    let status = if errors.is_empty() {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let keys: Vec<&str> = differing.iter().map(|one| one.key.as_str()).collect();
    let asked_keys: Vec<&str> = asked.iter().map(|one| one.key.as_str()).collect();
    Page::new("referral/conflict.html", signed)
        .with_all(Head::of(signed, shown.referral))
        .with("step", &shown.step.id)
        .with("title", say.of_form(shown.draft, "step", &shown.step.id))
        .with("by", &other.by)
        .with("at", other.at)
        .with("version", other.version)
        .with("asked", posted::write_asked(&asked_keys, &other.theirs))
        .with("choose", keys.join(" "))
        .with("hidden", hidden(shown, &asked_keys))
        .with("alike", asked.len() > differing.len())
        .with("choices", differing)
        .with("errors", errors)
        .status(status)
        .render(app)
}

/// Everything that was sent about the questions, to be sent again.
fn hidden(shown: &Shown<'_>, asked: &[&str]) -> Vec<Hidden> {
    let own = |name: &str| {
        asked.iter().any(|key| {
            name == *key || (name.starts_with(&format!("{key}-")) && !name.ends_with(KEEP_FIELD))
        })
    };
    let from = [
        ("back", &shown.from.back),
        ("only", &shown.from.only),
        ("account", &shown.from.account),
    ]
    .map(|(name, value)| Hidden {
        name: name.to_owned(),
        value: value.clone(),
    });
    shown
        .sent
        .iter()
        .flatten()
        .filter(|(name, _)| own(name) && !name.contains(posted::PICK_FIELD))
        .map(|(name, value)| Hidden {
            name: name.clone(),
            value: value.clone(),
        })
        .chain(from)
        .collect()
}

struct Maker<'a> {
    say: Say<'a>,
    form: &'a Form,
    asked: &'a [WasAsked],
    other: &'a Other,
    choices: &'a Choices,
}

impl Maker<'_> {
    fn choice(&self, question: &Question, mine: &Option<Answer>) -> Choice {
        let form = self.form;
        let theirs = self.other.theirs.get(&question.key);
        let written =
            |answer: Option<&Answer>| answered::lines(self.say, form, question, answer).join("\n");
        let (mine_pieces, their_pieces) =
            answered::compared(&written(mine.as_ref()), &written(theirs));
        let missing = self.choices.missing.contains(&question.key);
        Choice {
            key: question.key.clone(),
            label: self.say.text(&form.label_key(question)),
            mine: mine_pieces,
            theirs: their_pieces,
            keep: self.keep(&question.key, mine.as_ref(), theirs),
            error: missing.then(|| self.say.text("referral-conflict-missing")),
        }
    }

    /// Which one is offered: what was chosen before; else the one that changed, when only one of us
    /// changed it. When both did, nobody but the reader can tell.
    fn keep(&self, key: &str, mine: Option<&Answer>, theirs: Option<&Answer>) -> &'static str {
        let named = |list: &[String]| list.iter().any(|one| one == key);
        if named(&self.choices.mine) {
            return "mine";
        }
        if named(&self.choices.theirs) {
            return "theirs";
        }
        let seen = self.asked.iter().find(|one| one.key == key);
        match seen {
            Some(seen) if seen.held == mark(mine) => "theirs",
            Some(seen) if seen.held == mark(theirs) => "mine",
            _ => "",
        }
    }
}
