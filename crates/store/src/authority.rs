//! Contact with the local authority about a child: reached, or tried without an answer. An attempt out of
//! hours counts; any attempt raises a task to try again.

use heyrick_domain::id::{PublicId, ReferralId};
use heyrick_domain::office_hours::OfficeHours;
use heyrick_domain::referral::AuthorityOutcome;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;
use jiff::Timestamp;

use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::referral::{self, Referral};
use crate::task::{self, NewTask};
use crate::{Store, StoreError, Tx, args, fact, holiday};

/// Longest note, in characters.
pub const NOTE_MAX: usize = 2000;

/// A contact, or an attempt, as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityContact {
    /// How it ended.
    pub outcome: AuthorityOutcome,
    /// When it was made: microseconds since 1970, UTC.
    pub attempted_at: i64,
    /// Who was spoken to, or what was heard.
    pub note: Option<String>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: i64,
}

/// A contact, or an attempt, to be recorded.
#[derive(Debug, Clone)]
pub struct NewAuthorityContact {
    /// How it ended.
    pub outcome: AuthorityOutcome,
    /// When it was made: microseconds since 1970, UTC.
    pub attempted_at: i64,
    /// Who was spoken to, or what was heard.
    pub note: Option<String>,
}

/// Records a contact with the local authority, or an attempt. `Ok(false)` when there is no such referral
/// to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not; [`StoreError::Refused`] with `authority-error-future`,
/// `authority-error-note`, `authority-error-open` for an attempt out of hours within `hours`, or
/// `referral-closed`.
pub async fn record_authority_contact(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    new: &NewAuthorityContact,
    hours: OfficeHours,
) -> Result<bool, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into authority_contacts (id, referral_id, outcome, attempted_at, note, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    );
    const HOLD: Sql = Sql::new(
        "update referrals set version = version + 1, updated_at = $2
         where id = $1 and stage in ('draft', 'in_review', 'prepared')",
    );
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(false);
    };
    let decision = store.allow(viewer, Action::RecordFacts, &referral.resource)?;
    let attempted = checked(store, new, hours).await?;
    let note = fact::trimmed(new.note.as_deref());
    let mut tx = store.db.begin().await?;
    if tx.exec(HOLD, args![referral.id, store.now()]).await? == 0 {
        return Err(StoreError::Refused("referral-closed"));
    }
    let values = args![
        store.new_id()?,
        referral.id,
        new.outcome.code(),
        new.attempted_at,
        note.as_deref(),
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    let event = Event::new(Did::AuthorityContacted)
        .object(ObjectKind::Referral, referral.id)
        .policy(&decision)
        .reason(new.outcome.code())
        .values(note.unwrap_or_default());
    store.journal.record(&mut tx, viewer, event).await?;
    follow(
        store,
        &mut tx,
        viewer,
        &referral,
        new.outcome.retry_at(attempted),
    )
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// Settles the task to tell them; raises the task to try again, or settles it once somebody knows.
async fn follow(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    referral: &Referral,
    retry_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    task::settle(store, tx, viewer, TaskKind::AuthorityContact, referral.id).await?;
    let kind = TaskKind::AuthorityRetry;
    let Some(due) = retry_at else {
        task::settle(store, tx, viewer, kind, referral.id).await?;
        return Ok(());
    };
    let again = NewTask {
        kind,
        resource: &referral.resource,
        person: Some(referral.person.id),
        referral: Some(referral.id),
        owner: Some(viewer.user),
        due_at: Some(due.as_microsecond()),
        starts_at: None,
    };
    task::raise(store, tx, viewer, again).await?;
    Ok(())
}

async fn checked(
    store: &Store,
    new: &NewAuthorityContact,
    hours: OfficeHours,
) -> Result<Timestamp, StoreError> {
    let future = StoreError::Refused("authority-error-future");
    if new.attempted_at > store.now() {
        return Err(future);
    }
    let long = |note: &String| note.trim().chars().count() > NOTE_MAX;
    if new.note.as_ref().is_some_and(long) {
        return Err(StoreError::Refused("authority-error-note"));
    }
    let at = Timestamp::from_microsecond(new.attempted_at).map_err(|_| future)?;
    let out_of_hours = new.outcome == AuthorityOutcome::NotReachedOutOfHours;
    if out_of_hours && hours.hold(at, &holiday::holidays(store).await?) {
        return Err(StoreError::Refused("authority-error-open"));
    }
    Ok(at)
}

#[derive(sqlx::FromRow)]
struct Row {
    outcome: String,
    attempted_at: i64,
    note: Option<String>,
    recorded_by: String,
    recorded_at: i64,
}

/// Everything recorded of contact about a referral, the latest first. The caller was let in already.
pub(crate) async fn contacts_of(
    store: &Store,
    referral: ReferralId,
) -> Result<Vec<AuthorityContact>, StoreError> {
    const LIST: Sql = Sql::new(
        "select c.outcome, c.attempted_at, c.note, u.display_name as recorded_by, c.recorded_at
         from authority_contacts c join users u on u.id = c.recorded_by
         where c.referral_id = $1 order by c.attempted_at desc, c.id desc",
    );
    let rows: Vec<Row> = store.db.all(LIST, args![referral]).await?;
    rows.into_iter()
        .map(|row| {
            Ok(AuthorityContact {
                outcome: AuthorityOutcome::from_code(&row.outcome)
                    .ok_or(StoreError::Corrupt("contact with the local authority"))?,
                attempted_at: row.attempted_at,
                note: row.note,
                recorded_by: row.recorded_by,
                recorded_at: row.recorded_at,
            })
        })
        .collect()
}
