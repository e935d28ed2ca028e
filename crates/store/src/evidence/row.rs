//! The rows of evidence, read.

use heyrick_domain::evidence::{Described, FileKind, WhyNoFile};
use heyrick_domain::id::{PublicId, ReferralId};
use uuid::Uuid;

use super::{Attached, Condition, Done, Evidence, KeptElsewhere, Said, Thing};
use crate::blob::BlobName;
use crate::db::Sql;
use crate::{Store, StoreError, args};

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

/// Everything that was said about a piece, the latest first.
pub(super) async fn history_of(store: &Store, id: Uuid) -> Result<Vec<Said>, StoreError> {
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
