//! The quality coach of one referral: its advice, what was set aside and why, words that stand in other
//! referrals the viewer may see. What stands in records beyond their sight is [`beyond`]'s.

use std::collections::BTreeMap;

use heyrick_domain::coach::{self, Advice, Rule, SetAsideError};
use heyrick_domain::id::PublicId;
use heyrick_domain::referral::Stage;
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;
use jiff::civil::Date;

use crate::db::{DbError, Sql};
use crate::evidence;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::list::lists;
use crate::referral::{self, Referral};
use crate::{Store, StoreError, args};

pub mod beyond;
pub(crate) mod prints;
mod reuse;

pub use beyond::Beyond;
use reuse::{Reused, reused_for};

/// What the keyed hash of the answers is bound to.
const RESTS: &str = "coach rests";

/// Advice, and the referral it is about if it is about another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The advice.
    pub advice: Advice,
    /// The other referral the words stand in: its name in addresses and its reference.
    pub other: Option<(PublicId, String)>,
}

/// Why advice was found not to be needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The reason, as typed.
    pub why: String,
    /// Who said so, as colleagues call them.
    pub by: String,
    /// When: microseconds since 1970, UTC.
    pub at: i64,
}

/// What the coach has to say of a referral.
#[derive(Debug, Clone, Default)]
pub struct Coaching {
    /// Advice that stands.
    pub open: Vec<Told>,
    /// Advice somebody found not to be needed, while the answers are the same.
    pub aside: Vec<(Told, SetAside)>,
    /// Words that stand in a record their writer may not see, for the inspector who was given that task.
    pub beyond: Vec<Beyond>,
}

/// A referral with all its advice; `None` when there is none the viewer may see. The look is journalled,
/// with the other referrals that are named.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn coaching_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<(Referral, Coaching)>, StoreError> {
    let Some(referral) = referral::referral_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let mut coaching = coaching_of(store, viewer, &referral).await?;
    coaching.beyond = beyond::told_of(store, viewer, referral.id).await?;
    Ok(Some((referral, coaching)))
}

/// The advice about a referral the viewer was let in to. Other referrals that are named are journalled
/// as a list.
///
/// # Errors
/// [`StoreError::Journal`] when that could not be written; then nothing is shown.
pub async fn coaching_of(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
) -> Result<Coaching, StoreError> {
    if !matches!(referral.stage, Stage::Draft | Stage::InReview) {
        return Ok(Coaching::default());
    }
    let reused = reused_for(store, viewer, referral.id, referral.person.id).await?;
    if !reused.is_empty() {
        let shown = reused.iter().map(|one| one.id);
        let look = Event::new(Did::ReferralListed).shown(shown);
        store.journal.look(viewer, look).await?;
    }
    let files = evidence::dates_of(store, referral.id).await?;
    let told = told(referral, &files, reused);
    let aside = set_aside_of(store, referral).await?;
    let mut coaching = Coaching::default();
    for one in told {
        match aside.get(&name_of(&one)) {
            Some(row)
                if store
                    .keys
                    .is_keyed_hash(RESTS, &rests(referral, &one), &row.rests) =>
            {
                let said = SetAside {
                    why: row.why.clone(),
                    by: row.set_aside_by.clone(),
                    at: row.set_aside_at,
                };
                coaching.aside.push((one, said));
            }
            _ => coaching.open.push(one),
        }
    }
    Ok(coaching)
}

fn told(referral: &Referral, files: &[Option<Date>], reused: Vec<Reused>) -> Vec<Told> {
    let draft = referral.draft(lists());
    let mut told: Vec<Told> = coach::advice(&draft, files)
        .into_iter()
        .map(|advice| Told {
            advice,
            other: None,
        })
        .collect();
    told.extend(reused.into_iter().filter_map(|one| {
        Some(Told {
            advice: coach::reused(&draft, &one.key)?,
            other: Some((PublicId(one.public_id), one.reference)),
        })
    }));
    told
}

/// What names an advice of a referral: rule, question, other referral.
type Name = (String, String, String);

fn name_of(told: &Told) -> Name {
    let about = told.other.as_ref().map(|(id, _)| id.0.clone());
    (
        told.advice.rule.code().to_owned(),
        told.advice.key.clone(),
        about.unwrap_or_default(),
    )
}

/// The answers an advice rests on, as bytes to be hashed.
fn rests(referral: &Referral, told: &Told) -> Vec<u8> {
    let answers: Vec<_> = told
        .advice
        .rests_on
        .iter()
        .map(|key| (key, referral.parts.answers.get(key)))
        .collect();
    serde_json::to_vec(&answers).unwrap_or_default()
}

#[derive(sqlx::FromRow)]
struct Row {
    rule: String,
    key: String,
    about: String,
    rests: Vec<u8>,
    why: String,
    set_aside_by: String,
    set_aside_at: i64,
}

/// The last dismissal of each advice.
async fn set_aside_of(
    store: &Store,
    referral: &Referral,
) -> Result<BTreeMap<Name, Row>, StoreError> {
    const ALL: Sql = Sql::new(
        "select c.rule, c.key, c.about, c.rests, c.why, u.display_name as set_aside_by, c.set_aside_at
         from coach_set_aside c join users u on u.id = c.set_aside_by
         where c.referral_id = $1 order by c.set_aside_at, c.id",
    );
    let rows: Vec<Row> = store.db.all(ALL, args![referral.id]).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let name = (row.rule.clone(), row.key.clone(), row.about.clone());
            (name, row)
        })
        .collect())
}

/// Which advice is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Which {
    /// What it is about.
    pub rule: Rule,
    /// The question.
    pub key: String,
    /// The other referral's name in addresses, if it is about one.
    pub about: Option<PublicId>,
}

/// Why advice was not set aside.
#[derive(Debug, thiserror::Error)]
pub enum RecordSetAsideError {
    /// The rule refused.
    #[error(transparent)]
    Rule(#[from] SetAsideError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for RecordSetAsideError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Sets advice aside, with why. It comes back when an answer it rests on changes. `Ok(false)` when there
/// is no such referral to see, or the advice does not stand.
///
/// # Errors
/// [`RecordSetAsideError::Rule`] for what is wrong with the reason; [`StoreError::NotAllowed`] when the
/// viewer may not change the referral; [`StoreError::Refused`] with `referral-not-a-draft`.
pub async fn record_set_aside(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    which: &Which,
    why: &str,
) -> Result<bool, RecordSetAsideError> {
    const INSERT: Sql = Sql::new(
        "insert into coach_set_aside (id, referral_id, rule, key, about, rests, why, set_aside_by, set_aside_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    );
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(false);
    };
    let decision = store.allow(viewer, Action::Edit, &referral.resource)?;
    if referral.stage != Stage::Draft {
        return Err(StoreError::Refused("referral-not-a-draft").into());
    }
    let open = coaching_of(store, viewer, &referral).await?.open;
    let meant = |told: &&Told| {
        told.advice.rule == which.rule
            && told.advice.key == which.key
            && told.other.as_ref().map(|(id, _)| id) == which.about.as_ref()
    };
    let Some(told) = open.iter().find(meant) else {
        return Ok(false);
    };
    let why = coach::set_aside(why)?;
    let rests = store.keys.keyed_hash(RESTS, &rests(&referral, told));
    let (rule, key, about) = name_of(told);
    let mut tx = store.db.begin().await?;
    let values = args![
        store.new_id()?,
        referral.id,
        rule,
        &key,
        about,
        rests.to_vec(),
        why,
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    let event = Event::new(Did::AdviceSetAside)
        .object(ObjectKind::Referral, referral.id)
        .reason(which.rule.code())
        .policy(&decision)
        .fields([key])
        .values(why);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}
