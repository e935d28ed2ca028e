//! Work at a desk: writing a referral page by page, reading a Duty to Notify, handing over, attaching the
//! copy.

use std::collections::{BTreeMap, BTreeSet};

use heyrick_domain::form::{Answer, Answers, Draft, Kind, Step};
use heyrick_domain::id::PublicId;
use heyrick_domain::notification::Line;
use heyrick_domain::review::Settlement;
use heyrick_domain::task::TaskKind;
use heyrick_domain::unknown::Unknown;
use heyrick_domain::user::Viewer;
use heyrick_store::answer;
use heyrick_store::list::lists;
use heyrick_store::preparation::{self, Outcome};
use heyrick_store::referral;
use heyrick_store::review;
use heyrick_store::sending::{self, Attached, NewSending};
use heyrick_store::task::{TaskQuery, record_done, tasks_for};
use jiff::SignedDuration;

use crate::cast::Part;
use crate::file::WorldError;
use crate::play::{Case, Stage, nothing, refused};
use crate::script::What;
use crate::tale::{self, Writer};

/// The questions whose own words leave with a Duty to Notify that has any.
const OWN_WORDS: [&str; 3] = [
    "how-did-the-exploitation-start",
    "professional-insight",
    "who-exploited-pv",
];

/// Somebody's desk, with one person's papers on it.
pub(crate) struct Desk<'s, 'a> {
    pub stage: &'s Stage<'a>,
    pub case: &'s Case<'a>,
}

impl Desk<'_, '_> {
    /// Does one piece of work; `false` when there is nothing to see.
    pub async fn work(&self, viewer: &Viewer, what: &What) -> Result<bool, WorldError> {
        match what {
            What::Write(percent) => self.write(viewer, *percent).await,
            What::Prepare => self.prepare(viewer).await,
            What::Settle(percent) => self.settle(viewer, *percent).await,
            What::Release => self.release(viewer).await,
            What::Tick(percent) => self.tick(viewer, *percent).await,
            What::Attach { differs } => self.attach(viewer, *differs).await,
            _ => Err(nothing()),
        }
    }

    /// Opens the referral and saves one page after the other, a minute or more between them.
    async fn write(&self, viewer: &Viewer, percent: usize) -> Result<bool, WorldError> {
        let (store, id) = (self.stage.store, self.case.referral()?);
        let Some(open) = referral::referral_for(store, viewer, id).await? else {
            return Ok(false);
        };
        let mut parts = open.parts.clone();
        parts.answers.extend(self.plan());
        let draft = parts.draft(lists());
        let steps = draft.steps_in_our_order();
        let until = (steps.len() * percent).div_ceil(100);
        let pages: Vec<_> = steps
            .into_iter()
            .take(until)
            .filter(|step| !open.steps.contains_key(&step.id))
            .map(|step| (step.id.clone(), page(&draft, step)))
            .filter(|(_, answers)| !answers.is_empty())
            .collect();
        let timed = pages.into_iter().inspect(|(_, answers)| {
            let answers = i64::try_from(answers.len()).unwrap_or_default();
            self.stage
                .wait(SignedDuration::from_secs(40 + 25 * answers));
        });
        Ok(answer::record_first_steps(store, viewer, id, timed).await?)
    }

    /// Every answer this person's story has.
    fn plan(&self) -> Answers {
        let Case { part, invented, .. } = self.case;
        let Some(story) = tale::story(part.story) else {
            return Answers::new();
        };
        let seed = self.stage.seed.wrapping_add(invented.number as u64 * 7919);
        let mut plan = tale::answers(
            invented,
            story,
            writer(part),
            seed,
            self.stage.store.today(),
        );
        if invented.first.is_none() {
            for key in ["pv-name-first-name", "pv-name-last-name"] {
                plan.insert(key.to_owned(), Answer::unknown(Unknown::NotSafeToAsk));
            }
        }
        if part.words {
            plan.insert("dtn-include".to_owned(), Answer::many(OWN_WORDS));
        }
        plan
    }

    async fn prepare(&self, viewer: &Viewer) -> Result<bool, WorldError> {
        let (store, id) = (self.stage.store, self.case.referral()?);
        let Some(open) = referral::referral_for(store, viewer, id).await? else {
            return Ok(false);
        };
        let content = preparation::ready(&open).map_err(|refusal| self.unready(&refusal))?;
        self.first_duties(viewer, id).await?;
        let seen = preparation::mark(store, &content);
        let made = preparation::record_preparation(store, viewer, id, &seen).await?;
        Ok(matches!(
            made,
            Outcome::Prepared(_) | Outcome::ReviewAsked(_)
        ))
    }

    /// What cannot wait was done long before the paper leaves.
    async fn first_duties(&self, viewer: &Viewer, id: &PublicId) -> Result<(), WorldError> {
        let store = self.stage.store;
        let query = TaskQuery {
            about: Some(id.clone()),
            limit: 20,
            ..TaskQuery::default()
        };
        let done = |kind: TaskKind| match kind {
            TaskKind::CrimeRecord => {
                Some("Recorded under section 1 of the Modern Slavery Act 2015.")
            }
            TaskKind::SafeguardingAssessment => {
                Some("A safe place was agreed; to be looked at again in a week.")
            }
            _ => None,
        };
        for task in tasks_for(store, viewer, &query).await?.tasks {
            if let Some(result) = done(task.kind) {
                record_done(store, viewer, &task.public_id, None, result)
                    .await
                    .map_err(refused)?;
            }
        }
        Ok(())
    }

    fn unready(&self, refusal: &preparation::Refusal) -> WorldError {
        refused(format!("PV{}: {refusal:?}", self.case.part.number))
    }

    async fn settle(&self, viewer: &Viewer, percent: usize) -> Result<bool, WorldError> {
        let (store, id) = (self.stage.store, self.case.referral()?);
        let Some(reading) = review::review_for(store, viewer, id).await? else {
            return Ok(false);
        };
        let places = &reading.review.places;
        let until = places.len() * percent / 100;
        for place in places.iter().take(until) {
            if place.settled.is_some() {
                continue;
            }
            self.stage.wait(SignedDuration::from_secs(25));
            let how = match (place.must_go, place.number % 3) {
                (true, _) => Settlement::Generalised {
                    words: "somebody".to_owned(),
                    why: None,
                },
                (false, 0) => Settlement::Kept {
                    why: "Many people could say this.".to_owned(),
                },
                (false, 1) => Settlement::Generalised {
                    words: "a place elsewhere".to_owned(),
                    why: None,
                },
                (false, _) => Settlement::Removed,
            };
            let review = &reading.review.public_id;
            let settled = review::record_settlement(
                store,
                viewer,
                id,
                review,
                place.number,
                place.standing(),
                &how,
            )
            .await?;
            if settled != review::Settling::Done {
                return Err(refused(format!("{settled:?}")));
            }
        }
        Ok(true)
    }

    async fn release(&self, viewer: &Viewer) -> Result<bool, WorldError> {
        let (store, id) = (self.stage.store, self.case.referral()?);
        let Some(reading) = review::review_for(store, viewer, id).await? else {
            return Ok(false);
        };
        let review = &reading.review.public_id;
        match review::record_release(store, viewer, id, review).await? {
            review::Settling::Done => Ok(true),
            other => Err(refused(format!("PV{}: {other:?}", self.case.part.number))),
        }
    }

    async fn tick(&self, viewer: &Viewer, percent: usize) -> Result<bool, WorldError> {
        let (store, id) = (self.stage.store, self.case.referral()?);
        let handing = preparation::hand_over_for(store, viewer, id).await?;
        let Some(made) = handing.and_then(|handing| handing.preparation) else {
            return Ok(false);
        };
        let keys: Vec<&String> = made.content.to_hand_over().map(|line| &line.key).collect();
        let until = keys.len() * percent / 100;
        let ticked: BTreeSet<String> = keys.into_iter().take(until).cloned().collect();
        self.stage.wait(SignedDuration::from_mins(30));
        let none = BTreeSet::new();
        let kept =
            preparation::record_ticks(store, viewer, id, &made.public_id, &ticked, &none).await?;
        Ok(kept.is_some())
    }

    async fn attach(&self, viewer: &Viewer, differs: bool) -> Result<bool, WorldError> {
        let (store, id) = (self.stage.store, self.case.referral()?);
        let handing = preparation::hand_over_for(store, viewer, id).await?;
        let Some(made) = handing.and_then(|handing| handing.preparation) else {
            return Ok(false);
        };
        let number = format!("INVENTED-{:04}", 4000 + self.case.part.number * 13);
        let lines: Vec<&Line> = made.content.to_hand_over().collect();
        let copy = copy(&number, &lines, differs);
        let Attached::Taken(name) =
            sending::record_copy(store, viewer, id, copy.as_bytes()).await?
        else {
            return Ok(false);
        };
        self.stage.wait(SignedDuration::from_mins(2));
        let new = NewSending {
            home_office_reference: Some(number),
            sent_on: store.today(),
        };
        Ok(sending::record_sending(store, viewer, id, &name, &new).await?)
    }
}

/// The answers of one page, as they are posted: everything shown that is no fact and no file.
fn page(draft: &Draft<'_>, step: &Step) -> BTreeMap<String, Option<Answer>> {
    draft
        .form
        .asked_on(step)
        .filter(|question| draft.asks(&question.key))
        .filter(|question| question.from.is_none() && question.kind != Kind::Files)
        .filter_map(|question| {
            let answer = draft.answers.get(&question.key)?;
            Some((question.key.clone(), Some(answer.clone())))
        })
        .collect()
}

fn writer(part: &Part) -> Writer {
    let username = part.by;
    let post = match username.split('.').next() {
        Some("di") => "Detective Inspector",
        Some("ds") => "Detective Sergeant",
        Some("hub") => "Safeguarding hub worker",
        _ => "Detective Constable",
    };
    Writer { username, post }
}

/// An e-mail such as the Home Office sends back, invented: labels are theirs.
fn copy(number: &str, lines: &[&Line], differs: bool) -> String {
    let mut mail = format!(
        "From: Invented Home Office <no-reply@invented.example>\r\nTo: team@testshire.police.uk\r\n\
         Subject: Your report {number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         Thank you. Your report reference is {number}.\r\n\r\n"
    );
    for (place, line) in lines.iter().enumerate() {
        let label = line.key.replace('-', " ");
        let mut text = line.value.text();
        // Somebody entered one long answer in other words, and forgot another.
        if differs && text.len() > 80 && place % 5 == 0 {
            text = text.replacen(". ", ". (Shortened on entry.) ", 1);
            text.truncate(text.floor_char_boundary(text.len() * 2 / 3));
        }
        if differs && place % 17 == 16 {
            continue;
        }
        mail.push_str(&format!("{label}\r\n{text}\r\n\r\n"));
    }
    mail
}
