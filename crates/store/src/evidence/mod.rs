//! Evidence of a referral: the list, what is said about each thing, and taking one away. Files arrive in
//! [`upload`], are opened in [`file`] and looked after in [`care`].
//!
//! Whoever may see a referral's evidence is a question of its own to the policies; who may not, finds none.

use heyrick_domain::evidence::{Described, FILES_MAX, FileKind, WhyNoFile, may_add};
use heyrick_domain::id::{PublicId, ReferralId};
use heyrick_domain::referral::Stage;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Decision};
use uuid::Uuid;

use crate::blob::BlobName;
use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::referral::{self, Referral};
use crate::{Store, StoreError, Tx, args};

pub mod care;
pub mod file;
mod record;
mod take;
pub mod upload;

pub use record::{
    DescribedOutcome, NewReference, RecordEvidenceError, record_described, record_evidence,
    record_reference, record_removal,
};
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

async fn history_of(store: &Store, id: Uuid) -> Result<Vec<Said>, StoreError> {
    const HISTORY: Sql = Sql::new(
        "select d.what, d.dated, d.origin, u.display_name, d.recorded_at
         from evidence_descriptions d join users u on u.id = d.recorded_by
         where d.evidence_id = $1 order by d.version desc",
    );
    type SaidRow = (String, Option<String>, String, String, i64);
    let rows: Vec<SaidRow> = store.db.all(HISTORY, args![id]).await?;
    rows.into_iter()
        .map(|(what, dated, origin, by, at)| {
            let described = described(what, dated, origin);
            Ok(Said {
                described: described.ok_or(StoreError::Corrupt("piece of evidence"))?,
                done: Done { by, at },
            })
        })
        .collect()
}

fn described(what: String, dated: Option<String>, origin: String) -> Option<Described> {
    let dated = match dated {
        Some(dated) => Some(dated.parse().ok()?),
        None => None,
    };
    Some(Described {
        what,
        dated,
        origin,
    })
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

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    number: i64,
    why_no_file: Option<String>,
    reference: Option<String>,
    name: Option<String>,
    kind: Option<String>,
    size_bytes: Option<i64>,
    blob: Option<String>,
    wrapped: Option<Vec<u8>>,
    content_hash: Option<Vec<u8>>,
    added_by: String,
    added_at: i64,
    version: i64,
    what: String,
    dated: Option<String>,
    origin: String,
    described_by: String,
    described_at: i64,
    reason: Option<String>,
    removed_by: Option<String>,
    removed_at: Option<i64>,
    outcome: Option<String>,
    checked_at: Option<i64>,
}

/// Everything of a referral in the order of its numbers. The caller was let in already.
pub(crate) async fn of_referral(
    store: &Store,
    id: ReferralId,
) -> Result<Vec<Evidence>, StoreError> {
    const LIST: Sql = Sql::new(
        "select e.id, e.public_id, e.number, e.why_no_file, e.reference, e.name, e.kind, e.size_bytes, e.blob, e.wrapped,
             e.content_hash, a.display_name as added_by, e.added_at, e.version, d.what, d.dated, d.origin,
             w.display_name as described_by, d.recorded_at as described_at, r.reason,
             x.display_name as removed_by, r.removed_at, c.outcome, c.checked_at
         from evidence e
         join evidence_descriptions d on d.evidence_id = e.id and d.version = e.version
         join users a on a.id = e.added_by
         join users w on w.id = d.recorded_by
         left join evidence_removals r on r.evidence_id = e.id
         left join users x on x.id = r.removed_by
         left join evidence_checks c on c.evidence_id = e.id
         where e.referral_id = $1 order by e.number",
    );
    let rows: Vec<Row> = store.db.all(LIST, args![id]).await?;
    rows.into_iter()
        .map(|row| row.read().ok_or(StoreError::Corrupt("piece of evidence")))
        .collect()
}

impl Row {
    /// `None` for a row that cannot be one of ours.
    fn read(self) -> Option<Evidence> {
        let thing = match self.why_no_file {
            Some(why) => Thing::Elsewhere(KeptElsewhere {
                why: WhyNoFile::from_code(&why)?,
                reference: self.reference?,
            }),
            None => Thing::File(Attached {
                name: self.name?,
                kind: FileKind::from_code(&self.kind?)?,
                size: self.size_bytes?.try_into().ok()?,
                checked: match self.outcome {
                    Some(outcome) => Some((Condition::from_code(&outcome)?, self.checked_at?)),
                    None => None,
                },
                blob: BlobName::read(&self.blob?)?,
                wrapped: self.wrapped?,
                content_hash: self.content_hash?,
            }),
        };
        let removed = self.removed_by.zip(self.removed_at).zip(self.reason);
        Some(Evidence {
            id: self.id,
            public_id: PublicId(self.public_id),
            number: usize::try_from(self.number).ok()?,
            thing,
            described: described(self.what, self.dated, self.origin)?,
            version: self.version,
            added: Done {
                by: self.added_by,
                at: self.added_at,
            },
            described_by: Done {
                by: self.described_by,
                at: self.described_at,
            },
            removed: removed.map(|((by, at), reason)| (reason, Done { by, at })),
        })
    }
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
