//! What is written once for a family: kept as it was written, and carried into each member's draft that asks
//! it and holds nothing. A draft the writer may not change is left alone; whoever may is offered it there.

use std::collections::{BTreeMap, BTreeSet};

use heyrick_domain::family::sharing::{asked_on, carried, is_shared};
use heyrick_domain::form::path::Parts;
use heyrick_domain::form::{Answer, Answers, Form, Step};
use heyrick_domain::id::{FamilyId, PublicId, ReferralId};
use heyrick_domain::user::Viewer;

use super::{Family, carried_event, change, find_for};
use crate::answer::step::{claim_step, hold};
use crate::answer::{self, Cause, Pen, kept_plain, kept_sealed};
use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::list::lists;
use crate::{Store, StoreError, Tx, args, seal};

/// Answers of one shared page, over the version of the family that was seen.
#[derive(Debug, Clone)]
pub struct NewShared {
    /// The page.
    pub step: String,
    /// The family's version.
    pub version: i64,
    /// By question; a key that is left out stays as it is, `None` takes it back.
    pub answers: BTreeMap<String, Option<Answer>>,
}

/// What came of sharing answers.
#[derive(Debug, Clone)]
pub enum ShareOutcome {
    /// Kept; members' drafts that held nothing hold it now.
    Shared {
        /// The family's version from now on.
        version: i64,
    },
    /// Somebody changed the family meanwhile; nothing was written.
    Conflict(Box<Family>),
    /// There is no such family or referral to see, or no such shared page.
    Absent,
}

/// Writes answers once for the family.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may write no member's draft; [`StoreError::Refused`] with
/// `answer-not-asked-here` for a question the page does not ask.
pub async fn record_shared(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    new: &NewShared,
) -> Result<ShareOutcome, StoreError> {
    let Some(family) = find_for(store, viewer, id).await? else {
        return Ok(ShareOutcome::Absent);
    };
    let Some(step) = family.form.step(&new.step) else {
        return Ok(ShareOutcome::Absent);
    };
    if !new.answers.keys().all(|key| step.ask.contains(key)) {
        return Err(StoreError::Refused("answer-not-asked-here"));
    }
    write(store, viewer, family, new.version, &new.answers).await
}

/// Makes answers of one member's referral the family's: what is written there already need not be typed
/// again. Only questions a family shares, answered there, are taken.
///
/// # Errors
/// As [`record_shared`]'s.
pub async fn record_shared_from(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    version: i64,
    referral: &PublicId,
    keys: &[String],
) -> Result<ShareOutcome, StoreError> {
    let Some(family) = find_for(store, viewer, id).await? else {
        return Ok(ShareOutcome::Absent);
    };
    let Some(member) = family.member(referral) else {
        return Ok(ShareOutcome::Absent);
    };
    let draft = member.referral.draft(lists());
    let mut answers = BTreeMap::new();
    for key in keys {
        let answer = draft.answer_of(key).filter(|_| is_shared(key));
        let answer = answer.ok_or(StoreError::Refused("answer-not-asked-here"))?;
        answers.insert(key.clone(), Some(answer));
    }
    drop(draft);
    write(store, viewer, family, version, &answers).await
}

async fn write(
    store: &Store,
    viewer: &Viewer,
    family: Family,
    version: i64,
    answers: &BTreeMap<String, Option<Answer>>,
) -> Result<ShareOutcome, StoreError> {
    if family.writable(store, viewer).next().is_none() {
        return Err(StoreError::NotAllowed);
    }
    let filled = |answer: &Option<Answer>| answer.clone().filter(|one| !one.is_empty());
    let held = family.answers();
    let changed: BTreeMap<&String, Option<Answer>> = answers
        .iter()
        .map(|(key, answer)| (key, filled(answer)))
        .filter(|(key, answer)| held.get(*key) != answer.as_ref())
        .collect();
    if family.version != version && !changed.is_empty() {
        return Ok(ShareOutcome::Conflict(Box::new(family)));
    }
    if changed.is_empty() {
        let version = family.version;
        return Ok(ShareOutcome::Shared { version });
    }
    let mut tx = store.db.begin().await?;
    let Some(next) = change(&mut tx, family.id, version).await? else {
        drop(tx);
        let now = find_for(store, viewer, &family.public_id).await?;
        return Ok(now.map_or(ShareOutcome::Absent, |now| {
            ShareOutcome::Conflict(Box::new(now))
        }));
    };
    let mut shared = held;
    for (key, answer) in &changed {
        keep(store, &mut tx, viewer, &family, key, answer.as_ref()).await?;
        match answer {
            Some(answer) => shared.insert((*key).clone(), answer.clone()),
            None => shared.remove(*key),
        };
    }
    let event = Event::new(Did::FamilyAnswersShared)
        .object(ObjectKind::Family, family.id)
        .fields(changed.keys())
        .values(serde_json::to_vec(&changed).unwrap_or_default());
    store.journal.record(&mut tx, viewer, event).await?;
    for member in family.writable(store, viewer) {
        let to = Carry {
            referral: member.referral.id,
            own: member.referral.parts.clone(),
        };
        carry(store, &mut tx, viewer, to, &shared).await?;
    }
    tx.commit().await?;
    Ok(ShareOutcome::Shared { version: next })
}

/// Keeps an answer as the family's; the one before stays readable.
async fn keep(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    family: &Family,
    key: &str,
    answer: Option<&Answer>,
) -> Result<(), StoreError> {
    const END: Sql = Sql::new(
        "update family_answers set superseded_at = $3
         where family_id = $1 and key = $2 and superseded_at is null",
    );
    const INSERT: Sql = Sql::new(
        "insert into family_answers (id, family_id, key, value, answered_by, answered_at)
         values ($1, $2, $3, $4, $5, $6)",
    );
    tx.exec(END, args![family.id, key, store.now()]).await?;
    let kept = match answer {
        Some(answer) => Some(kept(store, tx, family.id, family.form, key, answer).await?),
        None => None,
    };
    let values = args![
        store.new_id()?,
        family.id,
        key,
        kept.as_deref(),
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    Ok(())
}

async fn kept(
    store: &Store,
    tx: &mut Tx,
    family: FamilyId,
    form: &Form,
    key: &str,
    answer: &Answer,
) -> Result<String, StoreError> {
    let question = form.question(key).ok_or(StoreError::Corrupt("form"))?;
    if question.sealed {
        let record = seal::record_key(store, tx, family.0).await?;
        kept_sealed(&record, question, answer)
    } else {
        kept_plain(answer)
    }
}

/// A draft what is shared is carried to, as it was read.
pub(super) struct Carry {
    pub referral: ReferralId,
    /// Its form and facts; its answers are read again.
    pub own: Parts,
}

/// Carries what is shared into a draft that asks it and holds nothing. Gives how many answers that were.
pub(super) async fn carry(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    to: Carry,
    shared: &Answers,
) -> Result<usize, StoreError> {
    let Carry { referral, mut own } = to;
    own.answers = held_in(store, tx, viewer, referral).await?;
    let carried = carried(&own, shared, lists());
    if carried.is_empty() {
        return Ok(0);
    }
    let Ok(next) = hold(tx, referral, store.now()).await else {
        return Ok(0);
    };
    let mut pen = Pen::new(store, viewer, referral, next);
    let mut steps: BTreeMap<&str, &Step> = BTreeMap::new();
    for (key, answer) in &carried {
        let found = asked_on(&own, shared, own.form, key, lists());
        let (step, question) = found.ok_or(StoreError::Corrupt("form"))?;
        pen.write(tx, &step.id, question, answer, None, Cause::Family)
            .await?;
        steps.insert(&step.id, step);
    }
    for step in steps.values() {
        claim_step(store, tx, viewer, referral, step, next).await?;
    }
    let keys: Vec<&str> = carried.keys().map(String::as_str).collect();
    let event = carried_event(referral, &keys, Cause::Family)
        .values(serde_json::to_vec(&carried).unwrap_or_default());
    store.journal.record(tx, viewer, event).await?;
    Ok(carried.len())
}

/// A draft's answers as they are in this transaction.
pub(super) async fn held_in(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    referral: ReferralId,
) -> Result<Answers, StoreError> {
    let mut pen = Pen::new(store, viewer, referral, 0);
    let mut answers = Answers::new();
    for held in answer::stored_in(tx, referral).await? {
        let answer = pen.open(tx, &held).await?;
        answers.insert(held.key, answer);
    }
    Ok(answers)
}

/// The answers of a member that could be made the family's and are not, in the order in which we ask.
pub fn could_be_shared(family: &Family, referral: &PublicId) -> Vec<(String, Answer)> {
    let Some(member) = family.member(referral) else {
        return Vec::new();
    };
    let draft = member.referral.draft(lists());
    let mut seen = BTreeSet::new();
    let steps = family.form.in_our_order();
    steps
        .flat_map(|step| &step.ask)
        .filter(|key| seen.insert((*key).clone()) && !family.shared.contains_key(*key))
        .filter_map(|key| Some((key.clone(), draft.answer_of(key)?)))
        .collect()
}
