//! Evidence of a referral: the list, what is said about each thing, and taking one away. Files arrive in
//! [`upload`], are opened in [`mod@file`] and looked after in [`care`].
//!
//! Whoever may see a referral's evidence is a question of its own to the policies; who may not, finds none.

use heyrick_domain::evidence::{Described, FILES_MAX, FileKind, WhyNoFile, may_add};
use heyrick_domain::id::{PublicId, ReferralId};
use heyrick_domain::referral::Stage;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Decision};
use jiff::civil::Date;
use uuid::Uuid;

use crate::blob::BlobName;
use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::referral::{self, Referral};
use crate::{Store, StoreError, Tx, args};

pub mod care;
pub mod file;
mod record;
mod row;
mod take;
pub mod upload;

pub use record::{
    DescribedOutcome, NewReference, RecordEvidenceError, record_described, record_evidence,
    record_reference, record_removal,
};
use row::{history_of, of_referral};
pub use upload::Upload;

/// What the last look at a kept file found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It is what was attached.
    Whole,
    /// It is gone.
    Lost,
    /// It is not what was attached.
    Altered,
}

impl Condition {
    /// The word kept in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Lost => "lost",
            Self::Altered => "altered",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Whole, Self::Lost, Self::Altered]
            .into_iter()
            .find(|one| one.code() == code)
    }
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What colleagues call them.
    pub by: String,
    /// Microseconds since 1970, UTC.
    pub at: i64,
}

/// The file of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// What it was called; shown, never a name on a disk.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// How long it is, in bytes.
    pub size: u64,
    /// What the last look at it found, and when; `None` while nobody has looked.
    pub checked: Option<(Condition, i64)>,
    pub(crate) blob: BlobName,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) content_hash: Vec<u8>,
}

/// Where a thing is that is not attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptElsewhere {
    /// Why it is not attached.
    pub why: WhyNoFile,
    /// The reference under which it is kept.
    pub reference: String,
}

/// A file, or a reference and no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// A file.
    File(Attached),
    /// A reference.
    Elsewhere(KeptElsewhere),
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its id inside; its file is bound to it.
    pub(crate) id: Uuid,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// Its number on this referral, from 1; never used again.
    pub number: usize,
    /// What is attached, or where it is kept.
    pub thing: Thing,
    /// What is said about it.
    pub described: Described,
    /// The version of what is said; whoever changes it must have seen it.
    pub version: i64,
    /// Who added it.
    pub added: Done,
    /// Who said last what it is.
    pub described_by: Done,
    /// Why, by whom and when it was taken away, if it was.
    pub removed: Option<(String, Done)>,
}

impl Evidence {
    /// The file, if it has one.
    pub fn file(&self) -> Option<&Attached> {
        match &self.thing {
            Thing::File(file) => Some(file),
            Thing::Elsewhere(_) => None,
        }
    }
}

/// A referral with its evidence, and the files the viewer brought that are not described yet.
#[derive(Debug, Clone)]
pub struct EvidenceList {
    /// The referral.
    pub referral: Referral,
    /// Everything, also what was taken away, in the order of their numbers.
    pub evidence: Vec<Evidence>,
    /// The viewer's own files on their way or not described yet, the first one first.
    pub uploads: Vec<Upload>,
    /// Whether the viewer may add, describe and take away, and whether that must wait.
    pub change: Change,
}

/// Whether the viewer may change what is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// They may.
    Open,
    /// They may, but it is prepared or being read a second time: it has to be taken back first.
    TakeBackFirst,
    /// They may not, or it was withdrawn.
    Closed,
}

impl EvidenceList {
    /// What was not taken away.
    pub fn standing(&self) -> impl Iterator<Item = &Evidence> {
        self.evidence.iter().filter(|one| one.removed.is_none())
    }

    /// How many files are attached.
    pub fn files(&self) -> usize {
        self.standing().filter(|one| one.file().is_some()).count()
    }
}

/// Why a list is looked at; the journal says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// On screen.
    Shown,
    /// Taken out or printed as a manifest.
    TakenOut,
}

/// The evidence of a referral; `None` when there is none the viewer may see. The look is journalled.
///
/// # Errors
/// [`StoreError::NotAllowed`] when it is taken out by somebody who does not keep evidence;
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn evidence_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    look: Look,
) -> Result<Option<EvidenceList>, StoreError> {
    let Some((referral, decision)) = to_see(store, viewer, id).await? else {
        return Ok(None);
    };
    if look == Look::TakenOut {
        store.allow(viewer, Action::ChangeEvidence, &referral.resource)?;
    }
    let evidence = of_referral(store, referral.id).await?;
    let did = match look {
        Look::Shown => Did::EvidenceViewed,
        Look::TakenOut => Did::EvidenceExported,
    };
    let event = Event::new(did)
        .object(ObjectKind::Referral, referral.id)
        .shown(evidence.iter().map(|one| one.id))
        .policy(&decision);
    store.journal.look(viewer, event).await?;
    Ok(Some(EvidenceList {
        uploads: upload::of(store, viewer, referral.id).await?,
        change: change(store, viewer, &referral),
        evidence,
        referral,
    }))
}

/// A piece of evidence with everything that was ever said about it, the latest first; `None` when there is
/// none to see. The look is journalled.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn one_for(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    id: &PublicId,
) -> Result<Option<(EvidenceList, Evidence, Vec<Said>)>, StoreError> {
    let Some(list) = evidence_for(store, viewer, referral, Look::Shown).await? else {
        return Ok(None);
    };
    let Some(one) = list.evidence.iter().find(|one| one.public_id == *id) else {
        return Ok(None);
    };
    let (one, said) = (one.clone(), history_of(store, one.id).await?);
    Ok(Some((list, one, said)))
}

/// What somebody said about a piece, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What.
    pub described: Described,
    /// Who, and when.
    pub done: Done,
}

/// A referral whose evidence the viewer may see.
async fn to_see(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<(Referral, Decision)>, StoreError> {
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let see = Action::SeeEvidence;
    let decision = store.policies.decide(viewer, see, &referral.resource);
    Ok(decision.allowed.then_some((referral, decision)))
}

fn change(store: &Store, viewer: &Viewer, referral: &Referral) -> Change {
    let action = Action::ChangeEvidence;
    let may = store.policies.decide(viewer, action, &referral.resource);
    match referral.stage {
        _ if !may.allowed => Change::Closed,
        Stage::Draft | Stage::Sent => Change::Open,
        Stage::InReview | Stage::Prepared => Change::TakeBackFirst,
        Stage::Withdrawn => Change::Closed,
    }
}

/// A referral whose evidence the viewer may change; `None` when there is none to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not; [`StoreError::Refused`] with `referral-closed`
/// when it was withdrawn, `evidence-error-prepared` when it must be taken back first.
async fn to_change(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<(Referral, Decision)>, StoreError> {
    let Some((referral, _)) = to_see(store, viewer, id).await? else {
        return Ok(None);
    };
    let decision = store.allow(viewer, Action::ChangeEvidence, &referral.resource)?;
    match change(store, viewer, &referral) {
        Change::Open => Ok(Some((referral, decision))),
        Change::TakeBackFirst => Err(StoreError::Refused("evidence-error-prepared")),
        Change::Closed => Err(StoreError::Refused("referral-closed")),
    }
}

/// The files that leave with a referral: those that stand, or stood at that instant. None for a viewer who
/// sees no evidence. The caller was let in and journals what leaves.
pub(crate) async fn leaving_with(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
    at: Option<i64>,
) -> Result<Vec<Evidence>, StoreError> {
    let see = Action::SeeEvidence;
    let decision = store.policies.decide(viewer, see, &referral.resource);
    if !decision.allowed {
        return Ok(Vec::new());
    }
    let at = at.unwrap_or(i64::MAX);
    let mut all = of_referral(store, referral.id).await?;
    all.retain(|one| {
        let gone = one.removed.as_ref().is_some_and(|(_, done)| done.at <= at);
        one.file().is_some() && one.added.at <= at && !gone
    });
    Ok(all)
}

/// The first day each attached file may be from; `None` for one nobody dated. The caller was let in already.
pub(crate) async fn dates_of(
    store: &Store,
    id: ReferralId,
) -> Result<Vec<Option<Date>>, StoreError> {
    let all = of_referral(store, id).await?;
    let files = all
        .iter()
        .filter(|one| one.file().is_some() && one.removed.is_none());
    Ok(files
        .map(|one| one.described.dated.map(|date| date.span().0))
        .collect())
}

/// Holds the referral until the transaction ends, so that two do not count its files at the same moment,
/// and nobody prepares it as it was before.
async fn hold(store: &Store, tx: &mut Tx, id: ReferralId) -> Result<(), StoreError> {
    const HOLD: Sql = Sql::new(
        "update referrals set version = version + 1, updated_at = $2 where id = $1 and stage in ('draft', 'sent')",
    );
    match tx.exec(HOLD, args![id, store.now()]).await? {
        0 => Err(StoreError::Stale),
        _ => Ok(()),
    }
}

/// Refuses one file too many. `waiting`: those on their way count as well.
async fn room(store: &Store, tx: &mut Tx, id: ReferralId, waiting: bool) -> Result<(), StoreError> {
    const WAITING: Sql = Sql::new(
        "select count(*) from uploads where referral_id = $1 and problem is null and expires_at > $2",
    );
    let (mut files,): (i64,) = tx.opt(FILES, args![id]).await?.unwrap_or_default();
    if waiting {
        let values = args![id, store.now()];
        let (more,): (i64,) = tx.opt(WAITING, values).await?.unwrap_or_default();
        files += more;
    }
    if may_add(usize::try_from(files).unwrap_or(FILES_MAX)) {
        Ok(())
    } else {
        Err(StoreError::Refused("evidence-error-full"))
    }
}

const FILES: Sql = Sql::new(
    "select count(*) from evidence e where e.referral_id = $1 and e.blob is not null
     and not exists (select 1 from evidence_removals r where r.evidence_id = e.id)",
);

/// How many files are attached to a referral, or were at that instant (microseconds since 1970, UTC). The
/// caller was let in already.
pub(crate) async fn files_of(
    store: &Store,
    id: ReferralId,
    at: Option<i64>,
) -> Result<usize, StoreError> {
    const FILES_AT: Sql = Sql::new(
        "select count(*) from evidence e where e.referral_id = $1 and e.blob is not null and e.added_at <= $2
         and not exists (select 1 from evidence_removals r where r.evidence_id = e.id and r.removed_at <= $2)",
    );
    let at = at.unwrap_or(i64::MAX);
    let row: Option<(i64,)> = store.db.opt(FILES_AT, args![id, at]).await?;
    let (files,) = row.unwrap_or_default();
    Ok(usize::try_from(files).unwrap_or_default())
}

/// One piece of a referral that was not taken away; `None` when it has none of this name. The caller was let
/// in already.
async fn find(
    store: &Store,
    referral: ReferralId,
    id: &PublicId,
) -> Result<Option<Evidence>, StoreError> {
    let all = of_referral(store, referral).await?;
    let named = |one: &Evidence| one.public_id == *id && one.removed.is_none();
    Ok(all.into_iter().find(named))
}

/// Hashes of equal files differ from referral to referral.
fn hash_domain(referral: ReferralId) -> String {
    format!("evidence of {}", referral.0)
}
