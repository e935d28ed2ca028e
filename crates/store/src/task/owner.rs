//! Who may be given a task: colleagues who may see the record and do this.

use heyrick_domain::id::{PublicId, UserId};
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_policy::{Action, Kind};
use uuid::Uuid;

use super::about;
use super::list::find_for;
use crate::journal::{Action as Did, Event};
use crate::sight::{self, Record};
use crate::{Store, StoreError, user};

/// Somebody who may be given a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Their name in addresses.
    pub public_id: PublicId,
    /// What colleagues call them.
    pub name: String,
    /// Whether that is the viewer.
    pub me: bool,
}

/// Whether somebody may be given a task: of the record's agency, working cases, seeing the record; for a
/// second person's look whoever may look, never whoever asked.
fn may_own(
    store: &Store,
    somebody: &Viewer,
    record: &Record,
    kind: TaskKind,
    raised_by: Option<Uuid>,
) -> bool {
    let works = !matches!(
        somebody.role,
        Role::Partner | Role::Auditor | Role::Administrator
    );
    let second = match kind {
        TaskKind::SecondReading => Some(Action::Review),
        TaskKind::SignBestInterests => Some(Action::SignBestInterests),
        _ => None,
    };
    let may = |action| {
        let decision = store.policies.decide(somebody, action, &record.resource);
        decision.allowed && raised_by != Some(somebody.user.0)
    };
    works
        && somebody.agency == record.resource.agency
        && record.is_seen_by(store, somebody)
        && second.is_none_or(may)
}

/// The owner asked for, if they may have it.
pub(super) async fn owner(
    store: &Store,
    record: &Record,
    kind: TaskKind,
    raised_by: Option<Uuid>,
    id: &PublicId,
) -> Result<UserId, StoreError> {
    let unknown = || StoreError::Refused("task-error-owner");
    let account = user::user_by_public_id(store, id)
        .await?
        .ok_or_else(unknown)?;
    let somebody = user::viewer(store, account.id, Through::CommandLine, None)
        .await?
        .ok_or_else(unknown)?;
    match may_own(store, &somebody, record, kind, raised_by) {
        true => Ok(somebody.user),
        false => Err(unknown()),
    }
}

/// Everybody a task may be given to, by name; empty for one who may not give it. For the page that shows
/// the task, which is journalled by [`super::task_for`].
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn owners_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Vec<Colleague>, StoreError> {
    let Some(row) = find_for(store, viewer, id).await? else {
        return Ok(Vec::new());
    };
    let kind = TaskKind::from_code(&row.kind).ok_or(StoreError::Corrupt("task"))?;
    match about(store, viewer, &row).await? {
        Some((record, true)) => colleagues(store, viewer, &record, kind, row.raised_by_id).await,
        _ => Ok(Vec::new()),
    }
}

/// Everybody who may be given a new task about a record, by name; `None` for no such record to change.
///
/// The look at the record is journalled.
///
/// # Errors
/// [`StoreError::NotAllowed`] for one the viewer may see and not change.
pub async fn owners_of_new_for(
    store: &Store,
    viewer: &Viewer,
    kind: Kind,
    id: &PublicId,
) -> Result<Option<(String, Vec<Colleague>)>, StoreError> {
    let Some(record) = sight::find_for(store, viewer, kind, id).await? else {
        return Ok(None);
    };
    let decision = store.allow(viewer, Action::Edit, &record.resource)?;
    let did = match kind {
        Kind::Referral => Did::ReferralViewed,
        _ => Did::PersonViewed,
    };
    let look = Event::new(did)
        .object(record.object_kind(), record.id)
        .policy(&decision);
    store.journal.look(viewer, look).await?;
    let owners = colleagues(store, viewer, &record, TaskKind::Other, None).await?;
    Ok(Some((record.reference, owners)))
}

async fn colleagues(
    store: &Store,
    viewer: &Viewer,
    record: &Record,
    kind: TaskKind,
    raised_by: Option<Uuid>,
) -> Result<Vec<Colleague>, StoreError> {
    let all = sight::colleagues(store, record).await?;
    let able = all
        .into_iter()
        .filter(|one| may_own(store, one, record, kind, raised_by));
    Ok(able
        .map(|one| Colleague {
            me: one.user == viewer.user,
            public_id: one.public_id,
            name: one.display_name,
        })
        .collect())
}
