//! Saving a step: its answers, their history, the step's version and the journal in one transaction.
//!
//! Each step has a version of its own, so that two tabs on two steps do not collide; whoever saves over
//! a version they have not seen gets the other's answers back, and nothing is written.

use std::collections::BTreeMap;

use heyrick_domain::form::{Answer, Answers, Form, Kind, Step};
use heyrick_domain::id::{PublicId, ReferralId};
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Decision};

use super::{Cause, Pen, Stored, stored_in};
use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::list::lists;
use crate::referral::{self, Referral};
use crate::{Store, StoreError, Tx, args};

/// What came of saving a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepOutcome {
    /// Saved, or nothing differed.
    Saved {
        /// The step's version from now on.
        version: i64,
        /// Other steps that ask something they did not ask before, in the order in which we ask.
        opened: Vec<String>,
    },
    /// Somebody saved other answers meanwhile; nothing was written.
    Conflict {
        /// The step's version now.
        version: i64,
        /// The answers of this step as they are now.
        theirs: Answers,
        /// What colleagues call whoever changed them last.
        by: String,
        /// When: microseconds since 1970, UTC.
        at: i64,
    },
    /// There is no such referral to see, or its form has no such step.
    Absent,
}

/// Saves answers of a step over the version the viewer saw; 0 while nobody had saved it. A key that is
/// not in `answers` is left as it is; `None` clears it.
///
/// The same answers sent twice are saved once: the second time nothing differs.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not; [`StoreError::Refused`] with `referral-not-a-draft`,
/// or `answer-not-asked-here` for a key the step does not ask.
pub async fn record_step(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    step: &str,
    version: i64,
    answers: BTreeMap<String, Option<Answer>>,
) -> Result<StepOutcome, StoreError> {
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(StepOutcome::Absent);
    };
    let decision = store.allow(viewer, Action::Edit, &referral.resource)?;
    let form = referral.parts.form;
    let Some(step) = form.step(step) else {
        return Ok(StepOutcome::Absent);
    };
    let answers = asked_here(form, step, answers)?;
    let mut tx = store.db.begin().await?;
    let next = hold(&mut tx, referral.id, store.now()).await?;
    let mut saving = Saving {
        pen: Pen::new(store, viewer, referral.id, next),
        held: stored_in(&mut tx, referral.id).await?,
        form,
        step,
    };
    let changes = saving.changes(&mut tx, &answers).await?;
    let now = step_version(&mut tx, referral.id, &step.id).await?;
    let differs = changes.iter().any(Change::differs);
    if now == version || (!differs && now > 0) {
        if now == version && (now == 0 || !changes.is_empty()) {
            saving.write(&mut tx, &changes).await?;
            claim(store, &mut tx, viewer, &referral, step, now, next).await?;
            journal(store, &mut tx, viewer, &referral, step, &changes, &decision).await?;
            tx.commit().await?;
            return Ok(saved(&referral, step, next, answers));
        }
        return Ok(saved(&referral, step, now, BTreeMap::new()));
    }
    let theirs = saving.answers(&mut tx).await?;
    drop(tx);
    conflict(store, viewer, &referral, step, now, theirs).await
}

/// Saves steps nobody has saved before, all of them or none; each is an event of its own, at the instant
/// the iterator gives it. `Ok(false)` when there is no such referral to see, or its form has no such step.
///
/// # Errors
/// As [`record_step`]'s; [`StoreError::Stale`] when a step was saved before.
pub async fn record_first_steps(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    steps: impl IntoIterator<Item = (String, BTreeMap<String, Option<Answer>>)>,
) -> Result<bool, StoreError> {
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(false);
    };
    let decision = store.allow(viewer, Action::Edit, &referral.resource)?;
    let form = referral.parts.form;
    let mut tx = store.db.begin().await?;
    for (step, answers) in steps {
        let Some(step) = form.step(&step) else {
            return Ok(false);
        };
        let answers = asked_here(form, step, answers)?;
        let next = hold(&mut tx, referral.id, store.now()).await?;
        if step_version(&mut tx, referral.id, &step.id).await? > 0 {
            return Err(StoreError::Stale);
        }
        let mut saving = Saving {
            pen: Pen::new(store, viewer, referral.id, next),
            held: stored_in(&mut tx, referral.id).await?,
            form,
            step,
        };
        let changes = saving.changes(&mut tx, &answers).await?;
        saving.write(&mut tx, &changes).await?;
        claim(store, &mut tx, viewer, &referral, step, 0, next).await?;
        journal(store, &mut tx, viewer, &referral, step, &changes, &decision).await?;
    }
    tx.commit().await?;
    Ok(true)
}

fn asked_here(
    form: &Form,
    step: &Step,
    answers: BTreeMap<String, Option<Answer>>,
) -> Result<BTreeMap<String, Option<Answer>>, StoreError> {
    let asked = |key: &String| {
        step.ask.contains(key)
            && form
                .question(key)
                .is_some_and(|q| q.from.is_none() && q.kind != Kind::Files)
    };
    if !answers.keys().all(asked) {
        return Err(StoreError::Refused("answer-not-asked-here"));
    }
    let filled = |answer: Option<Answer>| answer.filter(|answer| !answer.is_empty());
    Ok(answers
        .into_iter()
        .map(|(key, answer)| (key, filled(answer)))
        .collect())
}

/// Holds the referral for this transaction, and gives its next version.
///
/// # Errors
/// [`StoreError::Refused`] with `referral-not-a-draft`.
pub(crate) async fn hold(tx: &mut Tx, id: ReferralId, now: i64) -> Result<i64, StoreError> {
    const HOLD: Sql = Sql::new(
        "update referrals set version = version + 1, updated_at = $2
         where id = $1 and stage = 'draft' returning version",
    );
    let row: Option<(i64,)> = tx.opt(HOLD, args![id, now]).await?;
    row.map(|(version,)| version)
        .ok_or(StoreError::Refused("referral-not-a-draft"))
}

async fn step_version(tx: &mut Tx, id: ReferralId, step: &str) -> Result<i64, StoreError> {
    const VERSION: Sql =
        Sql::new("select version from referral_steps where referral_id = $1 and step = $2");
    let row: Option<(i64,)> = tx.opt(VERSION, args![id, step]).await?;
    Ok(row.map_or(0, |(version,)| version))
}

/// One answer that is to be written, cleared, or was only looked at.
enum Change {
    Written { key: String, answer: Answer },
    Cleared { key: String },
    Checked { key: String },
}

impl Change {
    fn differs(&self) -> bool {
        !matches!(self, Self::Checked { .. })
    }

    fn key(&self) -> &str {
        match self {
            Self::Written { key, .. } | Self::Cleared { key } | Self::Checked { key } => key,
        }
    }
}

struct Saving<'a> {
    pen: Pen<'a>,
    held: Vec<Stored>,
    form: &'static Form,
    step: &'static Step,
}

impl Saving<'_> {
    async fn changes(
        &mut self,
        tx: &mut Tx,
        answers: &BTreeMap<String, Option<Answer>>,
    ) -> Result<Vec<Change>, StoreError> {
        let mut changes = Vec::new();
        for (key, new) in answers {
            let held = self.held.iter().find(|held| held.key == *key);
            let old = match held {
                Some(held) => Some(self.pen.open(tx, held).await?),
                None => None,
            };
            let key = key.clone();
            match (new, held) {
                (Some(new), _) if old.as_ref() != Some(new) => changes.push(Change::Written {
                    key,
                    answer: new.clone(),
                }),
                (None, Some(_)) => changes.push(Change::Cleared { key }),
                (_, Some(held)) if held.filled_from.is_some() => {
                    changes.push(Change::Checked { key });
                }
                _ => {}
            }
        }
        Ok(changes)
    }

    async fn write(&mut self, tx: &mut Tx, changes: &[Change]) -> Result<(), StoreError> {
        for change in changes {
            let held = self.held.iter().find(|held| held.key == change.key());
            match (change, held) {
                (Change::Written { key, answer }, _) => {
                    let question = self.form.question(key).ok_or(StoreError::Corrupt("form"))?;
                    self.pen
                        .write(tx, &self.step.id, question, answer, held, Cause::Saved)
                        .await?;
                }
                (Change::Cleared { .. }, Some(held)) => {
                    self.pen
                        .clear(tx, &self.step.id, held, Cause::Saved)
                        .await?;
                }
                (Change::Cleared { .. }, None) => {}
                (Change::Checked { key }, _) => self.pen.check(tx, key).await?,
            }
        }
        Ok(())
    }

    /// The answers of the step as they are.
    async fn answers(&mut self, tx: &mut Tx) -> Result<Answers, StoreError> {
        let mut answers = Answers::new();
        for held in &self.held {
            if self.step.ask.contains(&held.key) {
                answers.insert(held.key.clone(), self.pen.open(tx, held).await?);
            }
        }
        Ok(answers)
    }
}

/// Makes the version of a step this one, whoever saved it before: what stands in it changed.
pub(crate) async fn claim_step(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    referral: ReferralId,
    step: &Step,
    next: i64,
) -> Result<(), StoreError> {
    const CLAIM: Sql = Sql::new(
        "insert into referral_steps (referral_id, step, version, saved_by, saved_at) values ($1, $2, $3, $4, $5)
         on conflict (referral_id, step) do update
         set version = excluded.version, saved_by = excluded.saved_by, saved_at = excluded.saved_at",
    );
    let values = args![referral, &step.id, next, viewer.user, store.now()];
    tx.exec(CLAIM, values).await?;
    Ok(())
}

/// Makes the step's version this one.
async fn claim(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    referral: &Referral,
    step: &Step,
    seen: i64,
    next: i64,
) -> Result<(), StoreError> {
    const FIRST: Sql = Sql::new(
        "insert into referral_steps (referral_id, step, version, saved_by, saved_at) values ($1, $2, $3, $4, $5)",
    );
    const AGAIN: Sql = Sql::new(
        "update referral_steps set version = $3, saved_by = $4, saved_at = $5 where referral_id = $1 and step = $2",
    );
    let sql = if seen == 0 { FIRST } else { AGAIN };
    let values = args![referral.id, &step.id, next, viewer.user, store.now()];
    tx.exec(sql, values).await?;
    Ok(())
}

async fn journal(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    referral: &Referral,
    step: &Step,
    changes: &[Change],
    decision: &Decision,
) -> Result<(), StoreError> {
    let written: BTreeMap<&str, Option<&Answer>> = changes
        .iter()
        .map(|change| match change {
            Change::Written { key, answer } => (key.as_str(), Some(answer)),
            Change::Cleared { key } | Change::Checked { key } => (key.as_str(), None),
        })
        .collect();
    let event = Event::new(Did::AnswersSaved)
        .object(ObjectKind::Referral, referral.id)
        .reason(&step.id)
        .policy(decision)
        .fields(written.keys())
        .values(serde_json::to_vec(&written).unwrap_or_default());
    store.journal.record(tx, viewer, event).await
}

fn saved(
    referral: &Referral,
    step: &Step,
    version: i64,
    answers: BTreeMap<String, Option<Answer>>,
) -> StepOutcome {
    let mut after = referral.parts.clone();
    for (key, answer) in answers {
        match answer {
            Some(answer) => after.answers.insert(key, answer),
            None => after.answers.remove(&key),
        };
    }
    let opened = after
        .draft(lists())
        .opened_since(&referral.draft(lists()))
        .into_iter()
        .filter(|opened| opened.id != step.id)
        .map(|opened| opened.id.clone())
        .collect();
    StepOutcome::Saved { version, opened }
}

#[derive(sqlx::FromRow)]
struct Last {
    changed_by: String,
    changed_at: i64,
}

/// What somebody else saved is shown to whoever came second, so it is a look.
async fn conflict(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
    step: &Step,
    version: i64,
    theirs: Answers,
) -> Result<StepOutcome, StoreError> {
    const SAVED: Sql = Sql::new(
        "select u.display_name as changed_by, s.saved_at as changed_at
         from referral_steps s join users u on u.id = s.saved_by where s.referral_id = $1 and s.step = $2",
    );
    const CHANGED: Sql = Sql::new(
        "select u.display_name as changed_by, c.changed_at
         from answer_changes c join users u on u.id = c.changed_by
         where c.referral_id = $1 and c.step = $2 order by c.version desc limit 1",
    );
    let look = referral.look().fields(theirs.keys());
    store.journal.look(viewer, look).await?;
    let of = || args![referral.id, &step.id];
    let last: Option<Last> = match store.db.opt(SAVED, of()).await? {
        Some(last) => Some(last),
        None => store.db.opt(CHANGED, of()).await?,
    };
    let (by, at) = match last {
        Some(last) => (last.changed_by, last.changed_at),
        None => (referral.author_name.clone(), referral.created_at),
    };
    Ok(StepOutcome::Conflict {
        version,
        theirs,
        by,
        at,
    })
}
