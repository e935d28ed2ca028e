//! Withdrawing a referral that has not been sent: it is stopped for good, with a reason, and kept.

use heyrick_domain::id::{PublicId, ReferralId};
use heyrick_domain::referral::Stage;
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;

use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::{Store, StoreError, args, referral, task};

/// Longest reason, in characters.
pub const REASON_MAX: usize = 2000;

/// Why a referral was stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Why.
    pub reason: String,
    /// Who stopped it.
    pub by: String,
    /// When: microseconds since 1970, UTC.
    pub at: i64,
}

/// Withdraws a referral. What was prepared is taken back, a review that was asked for is closed, and open
/// tasks about it are settled. `Ok(false)` when there is no such referral to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not; [`StoreError::Refused`] with
/// `withdrawal-error-reason`, or `referral-closed` when it was sent or withdrawn already.
pub async fn record_withdrawal(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    reason: &str,
) -> Result<bool, StoreError> {
    const HOLD: Sql = Sql::new(
        "update referrals set updated_at = $2 where id = $1 and stage in ('draft', 'in_review', 'prepared')",
    );
    const INSERT: Sql = Sql::new(
        "insert into withdrawals (id, referral_id, reason, withdrawn_by, withdrawn_at) values ($1, $2, $3, $4, $5)",
    );
    const REVIEWS: Sql = Sql::new(
        "update reviews set closed_at = $2, closed_by = $3, outcome = 'overtaken'
         where referral_id = $1 and closed_at is null",
    );
    const PREPARATIONS: Sql = Sql::new(
        "update preparations set withdrawn_at = $2 where referral_id = $1 and withdrawn_at is null",
    );
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(false);
    };
    let decision = store.allow(viewer, Action::Withdraw, &referral.resource)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAX {
        return Err(StoreError::Refused("withdrawal-error-reason"));
    }
    let now = store.now();
    let mut tx = store.db.begin().await?;
    if tx.exec(HOLD, args![referral.id, now]).await? == 0 {
        return Err(StoreError::Refused("referral-closed"));
    }
    let values = args![store.new_id()?, referral.id, reason, viewer.user, now];
    tx.exec(INSERT, values).await?;
    tx.exec(REVIEWS, args![referral.id, now, viewer.user])
        .await?;
    tx.exec(PREPARATIONS, args![referral.id, now]).await?;
    referral::set_stage(&mut tx, referral.id, Stage::Withdrawn, now).await?;
    let event = Event::new(Did::ReferralWithdrawn)
        .object(ObjectKind::Referral, referral.id)
        .policy(&decision)
        .values(reason);
    store.journal.record(&mut tx, viewer, event).await?;
    task::settle_all(store, &mut tx, viewer, referral.id).await?;
    tx.commit().await?;
    Ok(true)
}

#[derive(sqlx::FromRow)]
struct Row {
    reason: String,
    withdrawn_by: String,
    withdrawn_at: i64,
}

/// Why a referral was stopped, if it was. The caller was let in already.
pub(crate) async fn withdrawal_of(
    store: &Store,
    referral: ReferralId,
) -> Result<Option<Withdrawal>, StoreError> {
    const FIND: Sql = Sql::new(
        "select w.reason, u.display_name as withdrawn_by, w.withdrawn_at
         from withdrawals w join users u on u.id = w.withdrawn_by where w.referral_id = $1",
    );
    let row: Option<Row> = store.db.opt(FIND, args![referral]).await?;
    Ok(row.map(|row| Withdrawal {
        reason: row.reason,
        by: row.withdrawn_by,
        at: row.withdrawn_at,
    }))
}
