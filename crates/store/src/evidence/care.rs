//! Looking after files: each is read to its end now and then and compared with what was attached; what is
//! lost or altered is noted, journalled, and becomes a task. What no record names is swept.

use std::time::Duration;

use heyrick_domain::id::{PublicId, ReferralId};
use heyrick_domain::task::TaskKind;
use heyrick_policy::{Kind, Resource};
use uuid::Uuid;

use super::Condition;
use super::record::event_of;
use crate::blob::{BlobName, FilesError};
use crate::db::Sql;
use crate::journal::{Action as Did, Actor};
use crate::setting::{record_setting, setting};
use crate::task::{self, NewTask};
use crate::{Store, StoreError, Tx, args};

/// How long after a look a file is looked at again: a week, in microseconds.
const LOOK_AGAIN: i64 = 7 * DAY;
const DAY: i64 = 24 * HOUR;
const HOUR: i64 = 60 * 60 * 1_000_000;
/// Most files that are read in one round of the program's own work, and most that are swept.
const AT_ONCE: i64 = 4;
const SWEPT_AT_ONCE: i64 = 50;
/// How long what was begun to be written may lie about.
const INCOMING: Duration = Duration::from_secs(24 * 60 * 60);
/// When half-written files were last looked for.
const SWEPT: &str = "evidence.swept_at";

impl Condition {
    /// What an error of the store of files tells about a file; `None` when it tells nothing about it.
    pub(super) fn told_by(error: &FilesError) -> Option<Self> {
        match error {
            FilesError::Lost => Some(Self::Lost),
            FilesError::Altered => Some(Self::Altered),
            FilesError::NoPlace | FilesError::Folder(..) | FilesError::Store(_) => None,
        }
    }
}

/// A file, and what a look at it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What people call the referral it belongs to.
    pub reference: String,
    /// The number of the evidence on that referral.
    pub number: usize,
    /// What was found.
    pub condition: Condition,
}

#[derive(Debug, sqlx::FromRow)]
struct Kept {
    id: Uuid,
    blob: String,
    reference: String,
    number: i64,
}

/// Looks at every file there is, those taken away included, and says what was found, one by one.
///
/// # Errors
/// [`StoreError::Files`] when the store of files does not answer; then nothing is known of the rest.
pub async fn verify_all(store: &Store, mut said: impl FnMut(&Finding)) -> Result<(), StoreError> {
    const NEXT: Sql = Sql::new(
        "select e.id, e.blob, r.reference, e.number from evidence e join referrals r on r.id = e.referral_id
         where e.blob is not null and e.id > $1 order by e.id limit 100",
    );
    let mut after = Uuid::nil();
    loop {
        let page: Vec<Kept> = store.db.all(NEXT, args![after]).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.id;
        for one in &page {
            let condition = look(store, one).await?;
            said(&Finding {
                reference: one.reference.clone(),
                number: usize::try_from(one.number).unwrap_or_default(),
                condition,
            });
        }
    }
}

/// One round of the program's own work: looks at the files nobody looked at longest, sweeps what is loose.
///
/// # Errors
/// [`StoreError`] when the database or the store of files fails.
pub async fn look_after(store: &Store) -> Result<(), StoreError> {
    const OLDEST: Sql = Sql::new(
        "select e.id, e.blob, r.reference, e.number from evidence e
         join referrals r on r.id = e.referral_id
         left join evidence_checks c on c.evidence_id = e.id
         where e.blob is not null and coalesce(c.checked_at, e.added_at) <= $1
         order by coalesce(c.checked_at, e.added_at), e.id limit $2",
    );
    if !store.files.is_somewhere() {
        return Ok(());
    }
    sweep(store).await?;
    let values = args![store.now() - LOOK_AGAIN, AT_ONCE];
    let oldest: Vec<Kept> = store.db.all(OLDEST, values).await?;
    for one in &oldest {
        look(store, one).await?;
    }
    Ok(())
}

/// Reads a file to its end, compares it with its name and notes what that shows.
async fn look(store: &Store, one: &Kept) -> Result<Condition, StoreError> {
    let name = BlobName::read(&one.blob).ok_or(StoreError::Corrupt("piece of evidence"))?;
    let condition = match store.files.check(&name).await {
        Ok(()) => Condition::Whole,
        Err(error) => Condition::told_by(&error).ok_or(error)?,
    };
    record_condition(store, one.id, condition).await?;
    Ok(condition)
}

#[derive(sqlx::FromRow)]
struct Owner {
    referral_id: Uuid,
    public_id: String,
    agency_id: Uuid,
    team_id: Uuid,
    restriction: String,
    author_id: Uuid,
    worker: Uuid,
    outcome: Option<String>,
    removed: i64,
}

/// Notes what a look at a file found. What was whole and is not any more is journalled, and a task of whoever
/// works on the referral.
pub(super) async fn record_condition(
    store: &Store,
    evidence: Uuid,
    condition: Condition,
) -> Result<(), StoreError> {
    const OWNER: Sql = Sql::new(
        "select e.referral_id, r.public_id, r.agency_id, r.team_id, r.restriction, r.author_id,
             coalesce(r.allocated_to, r.author_id) as worker, c.outcome,
             (select count(*) from evidence_removals x where x.evidence_id = e.id) as removed
         from evidence e join referrals r on r.id = e.referral_id
         left join evidence_checks c on c.evidence_id = e.id where e.id = $1",
    );
    const NOTE: Sql = Sql::new(
        "insert into evidence_checks (evidence_id, outcome, checked_at) values ($1, $2, $3)
         on conflict (evidence_id) do update set outcome = excluded.outcome, checked_at = excluded.checked_at",
    );
    let mut tx = store.db.begin().await?;
    let owner: Option<Owner> = tx.opt(OWNER, args![evidence]).await?;
    let owner = owner.ok_or(StoreError::Corrupt("piece of evidence"))?;
    tx.exec(NOTE, args![evidence, condition.code(), store.now()])
        .await?;
    let news = owner.outcome.as_deref() != Some(condition.code());
    if news && condition != Condition::Whole {
        owner.told(store, &mut tx, evidence, condition).await?;
    }
    tx.commit().await?;
    Ok(())
}

impl Owner {
    async fn told(
        &self,
        store: &Store,
        tx: &mut Tx,
        evidence: Uuid,
        condition: Condition,
    ) -> Result<(), StoreError> {
        let referral = ReferralId(self.referral_id);
        let event = event_of(Did::EvidenceDamaged, referral, evidence).reason(condition.code());
        store.journal.record(tx, Actor::PROGRAM, event).await?;
        if self.removed > 0 {
            return Ok(());
        }
        let resource = Resource {
            kind: Kind::Referral,
            public_id: PublicId(self.public_id.clone()),
            agency: self.agency_id.into(),
            team: self.team_id.into(),
            restriction: self.restriction.clone(),
            author: self.author_id.into(),
        };
        let new = NewTask {
            kind: TaskKind::EvidenceDamaged,
            resource: &resource,
            person: None,
            referral: Some(referral),
            owner: Some(self.worker.into()),
            due_at: None,
            starts_at: None,
        };
        task::raise(store, tx, None, new).await?;
        Ok(())
    }
}

/// Takes away uploads nobody went on with, files no record names, and what was left half written.
async fn sweep(store: &Store) -> Result<(), StoreError> {
    const EXPIRED: Sql = Sql::new(
        "select id, blob from uploads where expires_at <= $1 order by expires_at limit $2",
    );
    let values = args![store.now(), SWEPT_AT_ONCE];
    let expired: Vec<(Uuid, Option<String>)> = store.db.all(EXPIRED, values).await?;
    for (id, blob) in expired {
        let mut tx = store.db.begin().await?;
        super::upload::drop_rows(store, &mut tx, id, blob.as_deref()).await?;
        tx.commit().await?;
    }
    sweep_loose(store).await?;
    let last = setting(store, SWEPT).await?;
    let last = last.and_then(|at| at.parse().ok()).unwrap_or(0);
    if store.now() - last >= HOUR {
        store.files.discard_incoming(INCOMING).await?;
        record_setting(store, SWEPT, &store.now().to_string()).await?;
    }
    Ok(())
}

async fn sweep_loose(store: &Store) -> Result<(), StoreError> {
    const LOOSE: Sql = Sql::new(
        "select l.blob from loose_files l where l.from_at <= $1
         and not exists (select 1 from evidence e where e.blob = l.blob)
         and not exists (select 1 from uploads u where u.blob = l.blob)
         order by l.from_at limit $2",
    );
    const GONE: Sql = Sql::new("delete from loose_files where blob = $1");
    let loose: Vec<(String,)> = store
        .db
        .all(LOOSE, args![store.now(), SWEPT_AT_ONCE])
        .await?;
    for (blob,) in loose {
        let name = BlobName::read(&blob).ok_or(StoreError::Corrupt("loose file"))?;
        store.files.discard(&name).await?;
        store.db.exec(GONE, args![blob]).await?;
    }
    Ok(())
}

/// Says in this transaction that a file is about to be kept under this name and that no record names it yet.
pub(super) async fn loose(tx: &mut Tx, blob: &str, from_at: i64) -> Result<(), StoreError> {
    const LOOSE: Sql = Sql::new(
        "insert into loose_files (blob, from_at) values ($1, $2) on conflict (blob) do update set from_at = excluded.from_at",
    );
    tx.exec(LOOSE, args![blob, from_at]).await?;
    Ok(())
}

/// Says in this transaction that a row names a file.
pub(super) async fn named(tx: &mut Tx, blob: &str) -> Result<(), StoreError> {
    const NAMED: Sql = Sql::new("delete from loose_files where blob = $1");
    tx.exec(NAMED, args![blob]).await?;
    Ok(())
}

/// Takes a file away that was kept and that nothing came of.
pub(super) async fn discard(store: &Store, name: &BlobName) -> Result<(), StoreError> {
    store.files.discard(name).await?;
    let mut tx = store.db.begin().await?;
    named(&mut tx, name.as_str()).await?;
    Ok(tx.commit().await?)
}

/// How long a file may be kept without a record that names it, before it is swept, in microseconds.
pub(super) const LOOSE_FOR: i64 = DAY;
