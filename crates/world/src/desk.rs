//! Work at a desk: writing a referral page by page, reading a Duty to Notify, handing over, attaching the
//! copy.

use std::collections::BTreeMap;

use heyrick_domain::form::{Answer, Answers, Draft, Kind, Step};
use heyrick_domain::unknown::Unknown;
use heyrick_domain::user::Viewer;
use heyrick_store::answer;
use heyrick_store::list::lists;
use heyrick_store::referral;
use jiff::SignedDuration;

use crate::cast::Part;
use crate::file::WorldError;
use crate::play::{Case, Stage};
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
            // What leaves comes with its pages.
            _ => Ok(true),
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
