//! Answers of a referral: how they are kept, opened and written. Saving a step is in [`step`], who
//! answered what and when in [`history`].
//!
//! Answers whose leak could cost a life are sealed under the referral's own key, in the answer and in
//! its history alike, bound to their question; every other stands as JSON.

use std::collections::BTreeSet;

use heyrick_domain::form::{Answer, Answers, Question};
use heyrick_domain::id::ReferralId;
use heyrick_domain::user::Viewer;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::coach::prints;
use crate::db::Sql;
use crate::seal::{self, RecordKey};
use crate::{Store, StoreError, Tx, args};

pub mod history;
pub mod step;

pub use history::{AnswerChange, HistoryPage, HistoryQuery, history_for};
pub use step::{StepOutcome, record_first_steps, record_step};

/// Why an answer changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Somebody saved the step.
    Saved,
    /// It was filled in when the referral was begun: from `person`, `account`, `agency` or `reference`.
    Filled(&'static str),
    /// A new age sent it back to the start.
    Age,
    /// It was written once for the family, and nothing stood here: to be looked at.
    Family,
    /// Somebody saw the family's answer beside this one, and took it.
    FamilyTaken,
}

impl Cause {
    /// The word of the store and the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Filled(_) => "filled",
            Self::Age => "age_changed",
            Self::Family => "family",
            Self::FamilyTaken => "family_taken",
        }
    }

    const fn filled_from(self) -> Option<&'static str> {
        match self {
            Self::Filled(from) => Some(from),
            Self::Family => Some("family"),
            Self::Saved | Self::Age | Self::FamilyTaken => None,
        }
    }
}

/// The answers of a referral, opened.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// By key.
    pub answers: Answers,
    /// Filled in, and looked at by nobody yet.
    pub to_check: BTreeSet<String>,
}

/// An answer as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Stored {
    /// The question.
    pub key: String,
    /// JSON, perhaps sealed.
    pub value: String,
    /// What it was filled from, while nobody has looked at it.
    pub filled_from: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    Sealed { sealed: String },
    Plain(Answer),
}

/// What is sealed: the answer with its key, so that it opens as no other question's.
#[derive(Serialize, Deserialize)]
struct Bound<'k>(std::borrow::Cow<'k, str>, Answer);

const STORED: Sql =
    Sql::new("select key, value, filled_from from answers where referral_id = $1 order by key");

/// Every answer of a referral. The caller was let in already.
pub(crate) async fn answers_of(store: &Store, id: ReferralId) -> Result<Held, StoreError> {
    let rows: Vec<Stored> = store.db.all(STORED, args![id]).await?;
    let mut opener = Opener::new(store, id);
    let mut held = Held::default();
    for row in rows {
        let answer = opener.open(&row.key, &row.value).await?;
        if row.filled_from.is_some() {
            held.to_check.insert(row.key.clone());
        }
        held.answers.insert(row.key, answer);
    }
    Ok(held)
}

/// Every answer of a referral as it is kept, inside a transaction.
pub(crate) async fn stored_in(tx: &mut Tx, id: ReferralId) -> Result<Vec<Stored>, StoreError> {
    Ok(tx.all(STORED, args![id]).await?)
}

/// Opens kept answers of one record; fetches its key when the first sealed one comes.
pub(crate) struct Opener<'a> {
    store: &'a Store,
    record: Uuid,
    key: Option<RecordKey>,
}

impl<'a> Opener<'a> {
    pub(crate) fn new(store: &'a Store, record: impl Into<Uuid>) -> Self {
        Self {
            store,
            record: record.into(),
            key: None,
        }
    }

    pub(crate) async fn open(&mut self, question: &str, kept: &str) -> Result<Answer, StoreError> {
        match read(kept)? {
            Kept::Plain(answer) => Ok(answer),
            Kept::Sealed { sealed } => {
                if self.key.is_none() {
                    self.key = seal::find_record_key(self.store, self.record).await?;
                }
                let key = self.key.as_ref().ok_or(StoreError::Sealed("answer"))?;
                unsealed(key, question, &sealed)
            }
        }
    }
}

fn read(kept: &str) -> Result<Kept, StoreError> {
    serde_json::from_str(kept).map_err(|_| StoreError::Corrupt("answer"))
}

fn unsealed(key: &RecordKey, question: &str, sealed: &str) -> Result<Answer, StoreError> {
    let wrong = || StoreError::Sealed("answer");
    let bytes = data_encoding::BASE64
        .decode(sealed.as_bytes())
        .map_err(|_| wrong())?;
    let bytes = seal::open(key, &bytes)?;
    let Bound(of, answer) = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    if of == question {
        Ok(answer)
    } else {
        Err(wrong())
    }
}

/// Writes answers of one referral with their history, in one transaction and as one version of it.
pub(crate) struct Pen<'a> {
    store: &'a Store,
    viewer: &'a Viewer,
    referral: ReferralId,
    version: i64,
    key: Option<RecordKey>,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(
        store: &'a Store,
        viewer: &'a Viewer,
        referral: ReferralId,
        version: i64,
    ) -> Self {
        Self {
            store,
            viewer,
            referral,
            version,
            key: None,
        }
    }

    /// Writes an answer. `before`: as it was kept until now.
    pub(crate) async fn write(
        &mut self,
        tx: &mut Tx,
        step: &str,
        question: &Question,
        answer: &Answer,
        before: Option<&Stored>,
        cause: Cause,
    ) -> Result<(), StoreError> {
        const WRITE: Sql = Sql::new(
            "insert into answers (referral_id, key, value, filled_from, answered_by, answered_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (referral_id, key) do update
             set value = excluded.value, filled_from = excluded.filled_from, answered_by = excluded.answered_by,
                 answered_at = excluded.answered_at",
        );
        let kept = self.kept(tx, question, answer).await?;
        let values = args![
            self.referral,
            &question.key,
            &kept,
            cause.filled_from(),
            self.viewer.user,
            self.store.now()
        ];
        tx.exec(WRITE, values).await?;
        let by = self.viewer.user;
        prints::written(self.store, tx, self.referral, by, question, answer).await?;
        let before = before.map(|stored| stored.value.as_str());
        self.remember(tx, step, &question.key, before, Some(&kept), cause)
            .await
    }

    /// Clears an answer.
    pub(crate) async fn clear(
        &mut self,
        tx: &mut Tx,
        step: &str,
        held: &Stored,
        cause: Cause,
    ) -> Result<(), StoreError> {
        const CLEAR: Sql = Sql::new("delete from answers where referral_id = $1 and key = $2");
        tx.exec(CLEAR, args![self.referral, &held.key]).await?;
        prints::forget(tx, self.referral, &held.key).await?;
        self.remember(tx, step, &held.key, Some(&held.value), None, cause)
            .await
    }

    /// Notes that somebody looked at an answer that was filled in, and left it as it is.
    pub(crate) async fn check(&self, tx: &mut Tx, key: &str) -> Result<(), StoreError> {
        const CHECK: Sql = Sql::new(
            "update answers set filled_from = null, answered_by = $3, answered_at = $4
             where referral_id = $1 and key = $2",
        );
        let values = args![self.referral, key, self.viewer.user, self.store.now()];
        tx.exec(CHECK, values).await?;
        Ok(())
    }

    /// An answer as it was kept.
    pub(crate) async fn open(
        &mut self,
        tx: &mut Tx,
        stored: &Stored,
    ) -> Result<Answer, StoreError> {
        match read(&stored.value)? {
            Kept::Plain(answer) => Ok(answer),
            Kept::Sealed { sealed } => unsealed(self.key(tx).await?, &stored.key, &sealed),
        }
    }

    async fn key(&mut self, tx: &mut Tx) -> Result<&RecordKey, StoreError> {
        let key = match self.key.take() {
            Some(key) => key,
            None => seal::record_key(self.store, tx, self.referral.0).await?,
        };
        Ok(self.key.insert(key))
    }

    async fn kept(
        &mut self,
        tx: &mut Tx,
        question: &Question,
        answer: &Answer,
    ) -> Result<String, StoreError> {
        if question.sealed {
            kept_sealed(self.key(tx).await?, question, answer)
        } else {
            kept_plain(answer)
        }
    }

    async fn remember(
        &self,
        tx: &mut Tx,
        step: &str,
        key: &str,
        before: Option<&str>,
        after: Option<&str>,
        cause: Cause,
    ) -> Result<(), StoreError> {
        const REMEMBER: Sql = Sql::new(
            "insert into answer_changes (id, referral_id, step, key, before, after, cause, version, changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        );
        let values = args![
            self.store.new_id()?,
            self.referral,
            step,
            key,
            before,
            after,
            cause.code(),
            self.version,
            self.viewer.user,
            self.store.now()
        ];
        tx.exec(REMEMBER, values).await?;
        Ok(())
    }
}

/// An answer as it is kept under a record's key, bound to its question.
pub(crate) fn kept_sealed(
    key: &RecordKey,
    question: &Question,
    answer: &Answer,
) -> Result<String, StoreError> {
    let corrupt = |_| StoreError::Corrupt("answer");
    let bound = Bound(question.key.as_str().into(), answer.clone());
    let bytes = serde_json::to_vec(&bound).map_err(corrupt)?;
    let kept = Kept::Sealed {
        sealed: data_encoding::BASE64.encode(&seal::seal(key, &bytes)?),
    };
    serde_json::to_string(&kept).map_err(corrupt)
}

/// An answer as it is kept in clear.
pub(crate) fn kept_plain(answer: &Answer) -> Result<String, StoreError> {
    serde_json::to_string(&Kept::Plain(answer.clone())).map_err(|_| StoreError::Corrupt("answer"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use heyrick_domain::unknown::Unknown;

    #[test]
    fn a_kept_answer_reads_back_sealed_or_not() {
        let plain = Kept::Plain(Answer::unknown(Unknown::Refused));
        let json = serde_json::to_string(&plain).unwrap();
        assert_eq!(json, r#"{"unknown":"refused"}"#);
        assert!(matches!(read(&json).unwrap(), Kept::Plain(_)));
        let sealed = r#"{"sealed":"AAAA"}"#;
        assert!(matches!(read(sealed).unwrap(), Kept::Sealed { .. }));
        assert!(read("{}").is_err());
    }
}
