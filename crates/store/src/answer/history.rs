//! The history of a referral's answers: who, when, what stood there before and what since, the latest
//! change first.

use heyrick_domain::form::Answer;
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use serde::{Deserialize, Serialize};

use super::{Cause, Opener};
use crate::db::{Sql, json_list};
use crate::family::families_of;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::referral::{self, Referral};
use crate::{Store, StoreError, args};

/// Most changes of one page.
pub const LIMIT_MAX: usize = 200;

/// What to show.
#[derive(Debug, Clone, Default)]
pub struct HistoryQuery {
    /// Only changes of this answer.
    pub key: Option<String>,
    /// The place after which the page begins.
    pub after: Option<Place>,
    /// How many; at most [`LIMIT_MAX`].
    pub limit: usize,
}

/// A place in a history: the change a page ended with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The referral's version that change made.
    pub version: i64,
    /// Tells apart the answers that changed together.
    pub key: String,
}

/// One change of one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerChange {
    /// The question.
    pub key: String,
    /// The step it was saved on.
    pub step: String,
    /// Why: a word of [`super::Cause`].
    pub cause: String,
    /// What stood there; `None` for nothing.
    pub before: Option<Answer>,
    /// What stands there since; `None` for nothing.
    pub after: Option<Answer>,
    /// What colleagues call whoever changed it.
    pub by: String,
    /// When: microseconds since 1970, UTC.
    pub at: i64,
    /// The referral's version it made: what was saved at once has the same.
    pub version: i64,
}

/// A page of a history, and the referral it is of.
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// The referral.
    pub referral: Referral,
    /// The changes of the page.
    pub changes: Vec<AnswerChange>,
    /// The place to go on after; `None` at the end.
    pub next: Option<Place>,
}

#[derive(sqlx::FromRow)]
struct Row {
    key: String,
    step: String,
    cause: String,
    before: Option<String>,
    after: Option<String>,
    changed_by: String,
    changed_at: i64,
    version: i64,
}

/// A page of the history of a referral's answers; `None` when there is none the viewer may see. The look
/// is journalled with the answers shown.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn history_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    query: &HistoryQuery,
) -> Result<Option<HistoryPage>, StoreError> {
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let limit = query.limit.clamp(1, LIMIT_MAX);
    let sealed = referral::sealed_from(store, viewer, &referral);
    let mut rows = rows(store, &referral, query, (limit + 1, &sealed)).await?;
    let familys = |row: &Row| row.cause.starts_with(Cause::Family.code());
    // Whoever sees no family is not told that there is one.
    if rows.iter().any(familys)
        && families_of(store, viewer, referral.person.id)
            .await?
            .is_empty()
    {
        let saved = |row: &mut Row| Cause::Saved.code().clone_into(&mut row.cause);
        rows.iter_mut().filter(|row| familys(row)).for_each(saved);
    }
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|last| Place {
        version: last.version,
        key: last.key.clone(),
    });
    let mut shown: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    shown.sort_unstable();
    shown.dedup();
    let look = Event::new(Did::AnswersHistoryViewed)
        .object(ObjectKind::Referral, referral.id)
        .policy(&referral.decision)
        .fields(shown);
    store.journal.look(viewer, look).await?;
    let mut opener = Opener::new(store, referral.id);
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        changes.push(row.opened(&mut opener).await?);
    }
    Ok(Some(HistoryPage {
        referral,
        changes,
        next,
    }))
}

async fn rows(
    store: &Store,
    referral: &Referral,
    query: &HistoryQuery,
    (limit, sealed): (usize, &[&str]),
) -> Result<Vec<Row>, StoreError> {
    const ALL: Sql = Sql::new(
        "select c.key, c.step, c.cause, c.before, c.after, u.display_name as changed_by, c.changed_at, c.version
         from answer_changes c join users u on u.id = c.changed_by
         where c.referral_id = $1 and (c.version, c.key) < ($2, $3) and c.key not in {each $5}
         order by c.version desc, c.key desc limit $4",
    );
    const OF_KEY: Sql = Sql::new(
        "select c.key, c.step, c.cause, c.before, c.after, u.display_name as changed_by, c.changed_at, c.version
         from answer_changes c join users u on u.id = c.changed_by
         where c.referral_id = $1 and (c.version, c.key) < ($2, $3) and c.key not in {each $5} and c.key = $6
         order by c.version desc, c.key desc limit $4",
    );
    let place = query.after.clone().unwrap_or(Place {
        version: i64::MAX,
        key: String::new(),
    });
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sealed = json_list(sealed);
    let mut values = args![referral.id, place.version, place.key, limit, sealed];
    Ok(match &query.key {
        None => store.db.all(ALL, values).await?,
        Some(key) => {
            values.push(key.into());
            store.db.all(OF_KEY, values).await?
        }
    })
}

impl Row {
    async fn opened(self, opener: &mut Opener<'_>) -> Result<AnswerChange, StoreError> {
        let before = match &self.before {
            Some(kept) => Some(opener.open(&self.key, kept).await?),
            None => None,
        };
        let after = match &self.after {
            Some(kept) => Some(opener.open(&self.key, kept).await?),
            None => None,
        };
        Ok(AnswerChange {
            key: self.key,
            step: self.step,
            cause: self.cause,
            before,
            after,
            by: self.changed_by,
            at: self.changed_at,
            version: self.version,
        })
    }
}
