//! The task list of a referral: what is done and what is not, where it leads and on what ground, and what
//! keeps it from being handed over.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::age::{AgeStatus, AtWhat};
use heyrick_domain::consent::ConsentItem;
use heyrick_domain::form::{Draft, Status, Step};
use heyrick_domain::referral::{AuthorityOutcome, prepare};
use heyrick_domain::route::Route;
use heyrick_policy::Action;
use heyrick_store::coach::beyond::told_of;
use heyrick_store::family::families_of;
use heyrick_store::list::lists;
use heyrick_store::referral::Referral;
use heyrick_words::Arg;
use serde::Serialize;

use super::coach;
use super::fields;
use super::{Head, Say, count, may, may_write, open, step_address};
use crate::app::App;
use crate::error::PageError;
use crate::fact::{Back, RouteShown};
use crate::page::Page;
use crate::session::Signed;

/// A line of the list.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) title: String,
    pub(super) href: Option<String>,
    pub(super) hint: Option<String>,
    /// The last part of the key of its words.
    pub(super) status: &'static str,
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let referral = open(&app, &signed, &id).await?;
    let draft = referral.draft(lists());
    let list = TaskList {
        say: Say::of(&app, &signed),
        referral: &referral,
        draft: &draft,
        viewer: &signed.viewer.display_name,
        today: app.store.today(),
    };
    // A referral shared by name does not open its person's record: no link leads there.
    let sees_person = app
        .store
        .policies
        .decide(&signed.viewer, Action::See, &referral.person.resource)
        .allowed;
    let mut rows = list.rows();
    for row in rows.iter_mut().filter(|_| !sees_person) {
        row.href.take_if(|href| href.starts_with("/people/"));
    }
    let done = rows
        .iter()
        .filter(|row| row.status == Status::Done.code())
        .count();
    let ready = prepare(&draft, referral.stage, referral.authority_contacted());
    let route = referral.route().map_or("undecided", Route::code);
    let can = |action| may(&app, &signed, &referral, action);
    let person = referral.person.id;
    let families = families_of(&app.store, &signed.viewer, person).await?;
    let (advice, more_advice) = coach::short(&app, &signed, &referral).await?;
    let beyond = told_of(&app.store, &signed.viewer, referral.id).await?;
    Page::new("referral/task_list.html", &signed)
        .with_all(Head::of(&signed, &referral))
        .with("done", done)
        .with("all", rows.len())
        .with("rows", rows)
        .with("route", route)
        .with("form_from", referral.parts.form.valid_from.to_string())
        .with(
            "way",
            RouteShown::of(draft.facts.route_and_ground(), &referral.facts),
        )
        .with("back", Back::to(&referral.person.public_id, &id))
        .with("is_open", referral.stage.is_open())
        .with("obstacle", list.obstacle(ready))
        .with("leaves", list.leaves(&app, &signed))
        .with("author", &referral.author_name)
        .with(
            "allocated",
            referral.allocated_to.as_ref().map(|(_, name)| name),
        )
        .with("created_at", referral.created_at)
        .with("changed_at", referral.updated_at)
        .with("withdrawal", list.withdrawal())
        .with("supersedes", list.supersedes())
        .with("is_child", list.is_child())
        .with("passage", &referral.passage)
        .with("families", families)
        .with("advice", advice)
        .with("more_advice", more_advice)
        .with("beyond", !beyond.is_empty())
        .with("sees_person", sees_person)
        .with("sees_accounts", can(Action::SeeSealed))
        .with("may_write", may_write(&app, &signed, &referral))
        .with(
            "may_record",
            can(Action::RecordFacts) && referral.stage.is_open(),
        )
        .with(
            "may_withdraw",
            can(Action::Withdraw) && referral.stage.is_open(),
        )
        .with("may_journal", can(Action::SeeJournal))
        .with("sees_evidence", can(Action::SeeEvidence))
        .with("files", draft.facts.files)
        .render(&app)
}

/// How many lines of the task list are done, and how many there are.
pub(crate) fn progress(app: &App, signed: &Signed, referral: &Referral) -> (usize, usize) {
    let draft = referral.draft(lists());
    let list = TaskList {
        say: Say::of(app, signed),
        referral,
        draft: &draft,
        viewer: &signed.viewer.display_name,
        today: app.store.today(),
    };
    let rows = list.rows();
    let done = rows.iter().filter(|row| row.status == Status::Done.code());
    (done.count(), rows.len())
}

/// What a task list is made from.
pub(super) struct TaskList<'a> {
    pub(super) say: Say<'a>,
    pub(super) referral: &'a Referral,
    pub(super) draft: &'a Draft<'a>,
    viewer: &'a str,
    today: jiff::civil::Date,
}

impl<'a> TaskList<'a> {
    fn rows(&self) -> Vec<Row> {
        let form = self.draft.form;
        let mut rows = Vec::new();
        for task in &form.tasks {
            let steps: Vec<&Step> = task
                .steps
                .iter()
                .filter_map(|id| form.step(id))
                .filter(|step| self.draft.shows(&step.id))
                .collect();
            let (facts, own): (Vec<&Step>, Vec<&Step>) = steps
                .into_iter()
                .partition(|step| fields::only_facts(self.draft, step));
            let title = self.say.of_form(self.draft, "task", &task.id);
            if facts.is_empty() && !own.is_empty() {
                rows.push(self.task(title, &own));
                continue;
            }
            if !facts.is_empty() {
                rows.push(self.facts(title, &task.id, &facts));
            }
            rows.extend(
                own.into_iter()
                    .map(|step| self.task(self.say.of_form(self.draft, "step", &step.id), &[step])),
            );
            if task.id == "age" && self.is_child() {
                rows.push(self.authority());
            }
        }
        rows
    }

    /// Steps of our own, as one line.
    fn task(&self, title: String, steps: &[&Step]) -> Row {
        let statuses: Vec<Status> = steps.iter().map(|step| self.draft.status(step)).collect();
        let status = together(&self.with_left_out(steps, &statuses));
        let first_open = steps
            .iter()
            .zip(&statuses)
            .find(|(_, status)| **status != Status::Done)
            .map(|(step, _)| *step);
        let to = first_open.or_else(|| steps.first().copied());
        Row {
            title,
            href: to.map(|step| step_address(self.referral, self.draft, step)),
            hint: self.hint(status, steps),
            status: status.code(),
        }
    }

    /// A page that may stay empty, and was left so, holds nothing up once what stands beside it is done.
    fn with_left_out(&self, steps: &[&Step], statuses: &[Status]) -> Vec<Status> {
        if !statuses.contains(&Status::Done) {
            return statuses.to_vec();
        }
        let left_out = |step: &Step| self.draft.problems(step).is_empty();
        let each = steps.iter().zip(statuses);
        each.map(|(step, status)| match status {
            Status::NotStarted if left_out(step) => Status::Done,
            other => *other,
        })
        .collect()
    }

    fn hint(&self, status: Status, steps: &[&Step]) -> Option<String> {
        match status {
            Status::ToCheck => return Some(self.say.text("referral-hint-filled")),
            Status::InProgress => {}
            Status::NotStarted | Status::Done | Status::NotNeeded => return None,
        }
        let asked: Vec<_> = steps
            .iter()
            .flat_map(|step| self.draft.questions(step))
            .collect();
        let answered = asked
            .iter()
            .filter(|question| self.draft.answer_of(&question.key).is_some())
            .count();
        let args = [("done", count(answered)), ("all", count(asked.len()))];
        let hint = self.say.with("referral-hint-answers", &args);
        let last = steps
            .iter()
            .filter_map(|step| self.referral.steps.get(&step.id))
            .max_by_key(|saved| saved.at);
        let Some(saved) = last else {
            return Some(hint);
        };
        let when = self.say.words.when(self.say.locale, saved.at, self.today);
        let args = [
            ("hint", Arg::from(hint)),
            ("when", Arg::from(when)),
            ("who", Arg::from(saved.by.clone())),
        ];
        Some(if saved.by == self.viewer {
            self.say.with("referral-hint-saved", &args[..2])
        } else {
            self.say.with("referral-hint-saved-by", &args)
        })
    }

    /// What recorded facts answer, as one line that leads to where they are recorded.
    fn facts(&self, title: String, task: &str, steps: &[&Step]) -> Row {
        let statuses: Vec<Status> = steps.iter().map(|step| self.draft.status(step)).collect();
        let known = match task {
            "age" => self.age(),
            _ => self.consent(),
        };
        let missing: Vec<String> = steps
            .iter()
            .zip(&statuses)
            .filter(|(_, status)| **status != Status::Done)
            .map(|(step, _)| self.say.of_form(self.draft, "step", &step.id))
            .collect();
        let hint = match known {
            Some(known) if !missing.is_empty() => {
                let args = [
                    ("known", Arg::from(known)),
                    ("missing", Arg::from(missing.join(", "))),
                ];
                Some(self.say.with("referral-hint-to-record", &args))
            }
            known => known,
        };
        Row {
            title,
            href: steps
                .first()
                .map(|step| step_address(self.referral, self.draft, step)),
            hint,
            status: together(&statuses).code(),
        }
    }

    fn age(&self) -> Option<String> {
        let facts = &self.draft.facts;
        let now = self
            .say
            .text(&format!("referral-age-{}", dashed(facts.route.age?)));
        let then = self.referral.facts.age_at(AtWhat::Exploitation);
        Some(
            match then.filter(|_| facts.route.age == Some(AgeStatus::Adult)) {
                Some(then) => {
                    let then = self
                        .say
                        .text(&format!("referral-age-then-{}", dashed(then)));
                    format!("{now}, {then}")
                }
                None => now,
            },
        )
    }

    fn consent(&self) -> Option<String> {
        if self.is_child() {
            return Some(self.say.text("referral-answered-child"));
        }
        let held = self.referral.facts.consent(ConsentItem::NrmEntry)?;
        let said =
            self.referral.facts.consents.iter().rev().find(|one| {
                one.consent.item == ConsentItem::NrmEntry && one.consent.value == held
            })?;
        let value = self.say.text(&format!(
            "referral-answered-{}",
            held.code().replace('_', "-")
        ));
        let when = self
            .say
            .words
            .when(self.say.locale, said.consent.asked_at, self.today);
        let language = said.consent.language.clone().unwrap_or_default();
        let args = [
            ("value", Arg::from(value)),
            ("when", Arg::from(when)),
            ("language", Arg::from(language.clone())),
        ];
        Some(if language.trim().is_empty() {
            self.say.with("referral-answered-line", &args[..2])
        } else {
            self.say.with("referral-answered-line-in", &args)
        })
    }

    fn authority(&self) -> Row {
        let last = self.referral.authority_contacts.first();
        let hint = match last {
            None => self.say.text("referral-hint-authority-none"),
            Some(contact) => {
                let key = match contact.outcome {
                    AuthorityOutcome::Reached => "referral-hint-authority-reached",
                    AuthorityOutcome::NotReachedOutOfHours => "referral-hint-authority-tried",
                    AuthorityOutcome::NotReached => "referral-hint-authority-again",
                };
                let when = self
                    .say
                    .words
                    .when(self.say.locale, contact.attempted_at, self.today);
                self.say.with(key, &[("when", Arg::from(when))])
            }
        };
        let status = if last.is_some() {
            Status::Done
        } else {
            Status::NotStarted
        };
        Row {
            title: self.say.text("referral-authority-task"),
            href: Some(format!("{}/authority-contact", self.address())),
            hint: Some(hint),
            status: status.code(),
        }
    }

    fn is_child(&self) -> bool {
        self.draft
            .facts
            .route
            .age
            .is_some_and(AgeStatus::child_rules)
    }

    pub(super) fn address(&self) -> String {
        format!("/referrals/{}", self.referral.public_id)
    }
}

/// The status of several steps as one.
fn together(all: &[Status]) -> Status {
    if all.contains(&Status::ToCheck) {
        Status::ToCheck
    } else if all.iter().all(|one| *one == Status::Done) {
        Status::Done
    } else if all.iter().all(|one| *one == Status::NotStarted) {
        Status::NotStarted
    } else {
        Status::InProgress
    }
}

fn dashed(age: AgeStatus) -> &'static str {
    match age {
        AgeStatus::NotSure => "not-sure",
        other => other.code(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_together_are_as_far_as_the_least_of_them() {
        use Status::{Done, InProgress, NotStarted, ToCheck};
        for (all, want) in [
            (vec![Done, Done], Done),
            (vec![Done, NotStarted], InProgress),
            (vec![NotStarted, NotStarted], NotStarted),
            (vec![Done, ToCheck, NotStarted], ToCheck),
        ] {
            assert_eq!(together(&all), want, "{all:?}");
        }
    }
}
