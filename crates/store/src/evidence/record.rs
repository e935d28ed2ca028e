//! Adding evidence, describing it again, taking it away.

use heyrick_domain::evidence::{
    Described, EvidenceError, WhyNoFile, reason_problem, reference_problem,
};
use heyrick_domain::id::{PublicId, ReferralId};
use heyrick_domain::user::Viewer;
use heyrick_policy::Decision;
use uuid::Uuid;

use super::upload::{self, State, Upload};
use super::{Evidence, find, hold, room, to_change};
use crate::db::{DbError, Sql};
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::referral::Referral;
use crate::{Store, StoreError, Tx, args};

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordEvidenceError {
    /// What was said does not hold.
    #[error("what was said does not hold")]
    Rules(Vec<EvidenceError>),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for RecordEvidenceError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// A thing that stays where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReference {
    /// Why it is not attached.
    pub why: WhyNoFile,
    /// The reference under which it is kept, and where.
    pub reference: String,
    /// What is said about it.
    pub described: Described,
}

/// What came of describing a thing again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DescribedOutcome {
    /// It is kept; the version it made.
    Saved(i64),
    /// Somebody described it since: as it stands now.
    Conflict(Box<Evidence>),
    /// There is no such thing to see.
    Absent,
}

fn holds(problems: Vec<EvidenceError>) -> Result<(), RecordEvidenceError> {
    match problems.is_empty() {
        true => Ok(()),
        false => Err(RecordEvidenceError::Rules(problems)),
    }
}

/// Records files that arrived as evidence, all with the same description. Their names in addresses, in
/// order; `Ok(None)` when one is not there to see, or has not arrived whole: then nothing was recorded.
///
/// # Errors
/// [`RecordEvidenceError::Rules`] for what is missing; [`StoreError::NotAllowed`] when the viewer may not;
/// [`StoreError::Refused`] with `evidence-error-full`, `evidence-error-same`, `evidence-error-prepared` or
/// `referral-closed`.
pub async fn record_evidence(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    uploads: &[PublicId],
    described: &Described,
) -> Result<Option<Vec<PublicId>>, RecordEvidenceError> {
    let Some((referral, decision)) = to_change(store, viewer, referral).await? else {
        return Ok(None);
    };
    holds(described.problems(store.today()))?;
    let own = upload::of(store, viewer, referral.id).await?;
    let arrived = |id: &PublicId| {
        let one = own.iter().find(|one| one.public_id == *id)?;
        matches!(one.state, State::Arrived(_)).then_some(one)
    };
    let Some(chosen) = uploads.iter().map(arrived).collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let mut made = Vec::new();
    let mut tx = store.db.begin().await?;
    hold(store, &mut tx, referral.id).await?;
    for upload in chosen {
        room(store, &mut tx, referral.id, false).await?;
        let adding = Adding {
            referral: &referral,
            decision: &decision,
            described,
        };
        let Some(id) = adding.file(store, &mut tx, viewer, upload).await? else {
            return Ok(None);
        };
        made.push(id);
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(Some(made))
}

/// Records a thing that stays where it is. Its name in addresses; `Ok(None)` when there is no such referral
/// to see.
///
/// # Errors
/// [`RecordEvidenceError::Rules`] for what is missing; [`StoreError::NotAllowed`] when the viewer may not;
/// [`StoreError::Refused`] with `evidence-error-prepared` or `referral-closed`.
pub async fn record_reference(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    new: &NewReference,
) -> Result<Option<PublicId>, RecordEvidenceError> {
    const INSERT: Sql = Sql::new(
        "insert into evidence (id, public_id, referral_id, number, why_no_file, reference, added_by, added_at, version)
         values ($1, $2, $3, (select coalesce(max(number), 0) + 1 from evidence where referral_id = $3), $4, $5, $6,
             $7, 1)",
    );
    let Some((referral, decision)) = to_change(store, viewer, referral).await? else {
        return Ok(None);
    };
    let mut problems: Vec<EvidenceError> = reference_problem(&new.reference).into_iter().collect();
    problems.extend(new.described.problems(store.today()));
    holds(problems)?;
    let (id, public_id) = (store.new_id()?, store.new_public_id()?);
    let mut tx = store.db.begin().await?;
    hold(store, &mut tx, referral.id).await?;
    let values = args![
        id,
        &public_id,
        referral.id,
        new.why.code(),
        new.reference.trim(),
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    let adding = Adding {
        referral: &referral,
        decision: &decision,
        described: &new.described,
    };
    adding
        .said(store, &mut tx, viewer, id, new.why.code())
        .await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(Some(public_id))
}

/// What is added, and to what.
struct Adding<'a> {
    referral: &'a Referral,
    decision: &'a Decision,
    described: &'a Described,
}

impl Adding<'_> {
    /// A file that arrived becomes evidence; `None` when it was given up in the same moment.
    async fn file(
        &self,
        store: &Store,
        tx: &mut Tx,
        viewer: &Viewer,
        upload: &Upload,
    ) -> Result<Option<PublicId>, StoreError> {
        const INSERT: Sql = Sql::new(
            "insert into evidence (id, public_id, referral_id, number, name, kind, size_bytes, blob, wrapped, content_hash,
                 added_by, added_at, version)
             select u.id, $2, u.referral_id, (select coalesce(max(number), 0) + 1 from evidence where referral_id = $3),
                 u.name, u.kind, u.size_bytes, u.blob, u.wrapped, u.content_hash, $4, $5, 1
             from uploads u where u.id = $1 and u.kind is not null",
        );
        const SAME: Sql = Sql::new(
            "select e.id from uploads u join evidence e on e.referral_id = u.referral_id and e.content_hash = u.content_hash
             where u.id = $1 and not exists (select 1 from evidence_removals r where r.evidence_id = e.id)
             limit 1",
        );
        const DONE: Sql = Sql::new("delete from uploads where id = $1");
        // Two officers may have sent it before either said what it is.
        if tx.opt::<(Uuid,)>(SAME, args![upload.id]).await?.is_some() {
            return Err(StoreError::Refused("evidence-error-same"));
        }
        let public_id = store.new_public_id()?;
        let values = args![
            upload.id,
            &public_id,
            self.referral.id,
            viewer.user,
            store.now()
        ];
        if tx.exec(INSERT, values).await? == 0 {
            return Ok(None);
        }
        tx.exec(DONE, args![upload.id]).await?;
        self.said(store, tx, viewer, upload.id, "file").await?;
        Ok(Some(public_id))
    }

    /// The first description, and the event.
    async fn said(
        &self,
        store: &Store,
        tx: &mut Tx,
        viewer: &Viewer,
        id: Uuid,
        reason: &str,
    ) -> Result<(), StoreError> {
        describe(store, tx, viewer, id, 1, self.described).await?;
        let event = event_of(Did::EvidenceAdded, self.referral.id, id)
            .reason(reason)
            .fields(["what", "dated", "origin"])
            .values(values_of(self.described))
            .policy(self.decision);
        store.journal.record(tx, viewer, event).await
    }
}

/// What happens to a piece of evidence stands in the journal of its referral.
pub(super) fn event_of(did: Did, referral: ReferralId, id: Uuid) -> Event {
    Event::new(did)
        .object(ObjectKind::Referral, referral)
        .shown([id])
}

fn values_of(described: &Described) -> Vec<u8> {
    let dated = described.dated.map(|date| date.to_string());
    let texts = [
        described.what.trim(),
        dated.as_deref().unwrap_or_default(),
        described.origin.trim(),
    ];
    texts.join("\n").into_bytes()
}

async fn describe(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    id: Uuid,
    version: i64,
    described: &Described,
) -> Result<(), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into evidence_descriptions (evidence_id, version, what, dated, origin, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    );
    let values = args![
        id,
        version,
        described.what.trim(),
        described.dated.map(|date| date.to_string()),
        described.origin.trim(),
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    Ok(())
}

/// Describes a thing again; what was said before stays in its history. `version`: the one that was seen.
///
/// # Errors
/// [`RecordEvidenceError::Rules`] for what is missing; [`StoreError::NotAllowed`] when the viewer may not;
/// [`StoreError::Refused`] with `evidence-error-prepared` or `referral-closed`.
pub async fn record_described(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    id: &PublicId,
    version: i64,
    described: &Described,
) -> Result<DescribedOutcome, RecordEvidenceError> {
    const NEXT: Sql =
        Sql::new("update evidence set version = version + 1 where id = $1 and version = $2");
    let Some((referral, decision)) = to_change(store, viewer, referral).await? else {
        return Ok(DescribedOutcome::Absent);
    };
    let Some(one) = find(store, referral.id, id).await? else {
        return Ok(DescribedOutcome::Absent);
    };
    holds(described.problems(store.today()))?;
    if one.version == version && one.described == described.trimmed() {
        return Ok(DescribedOutcome::Saved(version));
    }
    let mut tx = store.db.begin().await?;
    hold(store, &mut tx, referral.id).await?;
    if tx.exec(NEXT, args![one.id, version]).await? == 0 {
        drop(tx);
        let now = find(store, referral.id, id).await?;
        return Ok(now.map_or(DescribedOutcome::Absent, |now| {
            DescribedOutcome::Conflict(Box::new(now))
        }));
    }
    describe(store, &mut tx, viewer, one.id, version + 1, described).await?;
    let event = event_of(Did::EvidenceDescribed, referral.id, one.id)
        .fields(["what", "dated", "origin"])
        .values(values_of(described))
        .policy(&decision);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(DescribedOutcome::Saved(version + 1))
}

/// Takes a thing away from the referral, with the reason. Its file and all that was said stay until
/// retention decides. `Ok(false)` when there is no such thing to see.
///
/// # Errors
/// [`RecordEvidenceError::Rules`] without a reason; [`StoreError::NotAllowed`] when the viewer may not;
/// [`StoreError::Refused`] with `evidence-error-prepared` or `referral-closed`.
pub async fn record_removal(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    id: &PublicId,
    reason: &str,
) -> Result<bool, RecordEvidenceError> {
    const INSERT: Sql = Sql::new(
        "insert into evidence_removals (evidence_id, reason, removed_by, removed_at) values ($1, $2, $3, $4)
         on conflict (evidence_id) do nothing",
    );
    let Some((referral, decision)) = to_change(store, viewer, referral).await? else {
        return Ok(false);
    };
    let Some(one) = find(store, referral.id, id).await? else {
        return Ok(false);
    };
    holds(reason_problem(reason).into_iter().collect())?;
    let reason = reason.trim();
    let mut tx = store.db.begin().await?;
    hold(store, &mut tx, referral.id).await?;
    let values = args![one.id, reason, viewer.user, store.now()];
    if tx.exec(INSERT, values).await? == 0 {
        return Ok(false);
    }
    let event = event_of(Did::EvidenceRemoved, referral.id, one.id)
        .values(reason)
        .policy(&decision);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(true)
}
