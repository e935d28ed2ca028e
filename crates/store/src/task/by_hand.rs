//! Adding a task by hand, to a person or to a referral.

use heyrick_domain::id::PublicId;
use heyrick_domain::task::{TaskKind, change};
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Kind};
use jiff::civil::Date;

use super::change::only_one;
use super::owner::owner;
use super::{About, NewTask, TaskError, insert};
use crate::{Store, sight};

/// A task to be added by hand.
#[derive(Debug, Clone)]
pub struct ByHand {
    /// What is to be done.
    pub kind: TaskKind,
    /// The day by whose end it is due.
    pub day: Date,
    /// Who does it, by their name in addresses; `None` for anybody of the team.
    pub owner: Option<PublicId>,
    /// What is meant.
    pub note: String,
}

/// Adds a task by hand to a person or referral; returns its name in addresses. `Ok(None)` when there is no
/// such record to see.
///
/// # Errors
/// [`TaskError::Change`] for a kind, day or note that cannot be taken; [`crate::StoreError::NotAllowed`] for
/// somebody who may not change the record; [`crate::StoreError::Refused`] with `task-error-owner` or
/// `task-error-already`.
pub async fn record_by_hand(
    store: &Store,
    viewer: &Viewer,
    kind: Kind,
    id: &PublicId,
    new: &ByHand,
) -> Result<Option<PublicId>, TaskError> {
    let Some(record) = sight::find_for(store, viewer, kind, id).await? else {
        return Ok(None);
    };
    store.allow(viewer, Action::Edit, &record.resource)?;
    let (due, note) = change::added(new.kind, new.day, store.today(), &new.note)?;
    let owner = match &new.owner {
        Some(to) => Some(owner(store, &record, new.kind, None, to).await?),
        None => None,
    };
    let about = match kind {
        Kind::Referral => About::Referral(record.id.into()),
        _ => About::Person(record.id.into()),
    };
    let mut tx = store.db.begin().await?;
    only_one(&mut tx, new.kind, about).await?;
    let task = NewTask {
        kind: new.kind,
        resource: &record.resource,
        person: (kind != Kind::Referral).then(|| record.id.into()),
        referral: (kind == Kind::Referral).then(|| record.id.into()),
        owner,
        due_at: Some(due.as_microsecond()),
        starts_at: None,
    };
    let (_, public_id) = insert(store, &mut tx, Some(viewer), &task, note.as_deref()).await?;
    tx.commit().await?;
    Ok(Some(public_id))
}
