//! Decisions in somebody's best interests, and the signature of a supervisor who did not record them.

use heyrick_domain::capacity::{
    BestInterestsDecision, BestInterestsError, Imca, NewBestInterests, SignError, may_sign,
};
use heyrick_domain::id::{PersonId, PublicId};
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::{Role, Viewer};
use heyrick_policy::Action;
use uuid::Uuid;

use crate::db::{DbError, Sql};
use crate::fact::{self, RecordedBestInterests, Signature};
use crate::journal::Action as Did;
use crate::{Store, StoreError, Tx, args};

/// Longest note beside a signature, in characters.
pub const NOTE_MAX: usize = 2000;

/// Why a decision was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordBestInterestsError {
    /// The rule refused.
    #[error(transparent)]
    Rule(#[from] BestInterestsError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for RecordBestInterestsError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Why a decision was not signed.
#[derive(Debug, thiserror::Error)]
pub enum RecordSignatureError {
    /// The rule refused.
    #[error(transparent)]
    Rule(#[from] SignError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for RecordSignatureError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Records a decision in somebody's best interests, after the latest assessment, which must have found
/// that they cannot decide. Returns its name in addresses; `Ok(None)` when there is no such person to see.
///
/// # Errors
/// [`RecordBestInterestsError::Rule`] for what is missing; [`StoreError::NotAllowed`] when the viewer may
/// not.
pub async fn record_best_interests(
    store: &Store,
    viewer: &Viewer,
    person: &PublicId,
    new: &NewBestInterests,
) -> Result<Option<PublicId>, RecordBestInterestsError> {
    const LATEST: Sql = Sql::new(
        "select id, outcome from capacity_assessments where person_id = $1
         order by recorded_at desc, id desc limit 1",
    );
    const INSERT: Sql = Sql::new(
        "insert into best_interests (id, public_id, person_id, assessment_id, decision_maker, consultees, imca, imca_why,
             decision, reasons, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    );
    let Some(mut recording) = fact::begin(store, viewer, Action::RecordFacts, person).await? else {
        return Ok(None);
    };
    let latest: Option<(Uuid, String)> = recording.tx.opt(LATEST, args![recording.person]).await?;
    let (assessment, _) = latest
        .filter(|(_, outcome)| outcome == "lacks_capacity")
        .ok_or(BestInterestsError::NoAssessment)?;
    new.check()?;
    let public_id = store.new_public_id()?;
    let values = args![
        store.new_id()?,
        &public_id,
        recording.person,
        assessment,
        new.decision_maker.trim(),
        new.consultees.trim(),
        new.imca.code(),
        new.imca_why.trim(),
        new.decision.code(),
        new.reasons.trim(),
        viewer.user,
        recording.at
    ];
    recording.tx.exec(INSERT, values).await?;
    recording.wrote(Did::BestInterestsRecorded, "best_interests", new);
    let kind = TaskKind::SignBestInterests;
    recording.raise(store, viewer, kind, None, None).await?;
    fact::recorded(store, viewer, recording).await?;
    Ok(Some(public_id))
}

/// Signs a decision, as a supervisor of today who did not record it. Returns the person's name in
/// addresses; `Ok(None)` when there is no such decision to see.
///
/// # Errors
/// [`RecordSignatureError::Rule`] says why not; [`StoreError::NotAllowed`] when the viewer may not;
/// [`StoreError::Refused`] with `interests-error-note`.
pub async fn record_signature(
    store: &Store,
    viewer: &Viewer,
    decision: &PublicId,
    note: Option<&str>,
) -> Result<Option<PublicId>, RecordSignatureError> {
    const FIND: Sql = Sql::new(
        "select b.id, b.recorded_by, p.public_id from best_interests b join persons p on p.id = b.person_id
         where b.public_id = $1",
    );
    const SIGN: Sql = Sql::new(
        "insert into best_interests_signatures (best_interests_id, signed_by, signed_at, note)
         values ($1, $2, $3, $4)",
    );
    let found: Option<(Uuid, Uuid, String)> = store.db.opt(FIND, args![decision]).await?;
    let Some((id, author, person)) = found else {
        return Ok(None);
    };
    let person = PublicId(person);
    let begun = fact::begin(store, viewer, Action::SignBestInterests, &person).await?;
    let Some(mut recording) = begun else {
        return Ok(None);
    };
    let roles: Vec<Role> = viewer.roles.iter().copied().collect();
    may_sign(viewer.user, &roles, author.into())?;
    let note = fact::trimmed(note);
    if note
        .as_ref()
        .is_some_and(|note| note.chars().count() > NOTE_MAX)
    {
        return Err(StoreError::Refused("interests-error-note").into());
    }
    let values = args![id, viewer.user, recording.at, note.clone()];
    match recording.tx.exec(SIGN, values).await {
        Err(DbError::Taken) => return Err(SignError::AlreadySigned.into()),
        other => other?,
    };
    recording.wrote(Did::BestInterestsSigned, "signature", (decision, note));
    let kind = TaskKind::SignBestInterests;
    recording.settle(store, viewer, kind).await?;
    fact::recorded(store, viewer, recording).await?;
    Ok(Some(person))
}

#[derive(sqlx::FromRow)]
struct Row {
    public_id: String,
    assessment: String,
    decision_maker: String,
    consultees: String,
    imca: String,
    imca_why: String,
    decision: String,
    reasons: String,
    author: Uuid,
    recorded_by: String,
    recorded_at: i64,
    signed_by: Option<String>,
    signed_at: Option<i64>,
    note: Option<String>,
}

const LIST: Sql = Sql::new(
    "select b.public_id, a.public_id as assessment, b.decision_maker, b.consultees, b.imca, b.imca_why, b.decision,
     b.reasons, b.recorded_by as author, u.display_name as recorded_by, b.recorded_at,
     w.display_name as signed_by, s.signed_at, s.note
     from best_interests b
     join capacity_assessments a on a.id = b.assessment_id
     join users u on u.id = b.recorded_by
     left join best_interests_signatures s on s.best_interests_id = b.id
     left join users w on w.id = s.signed_by
     where b.person_id = $1 order by b.recorded_at, b.id",
);

/// Every decision with its signature, in the order recorded. The caller was let in already.
pub(crate) async fn of(
    store: &Store,
    person: PersonId,
) -> Result<Vec<RecordedBestInterests>, StoreError> {
    let rows: Vec<Row> = store.db.all(LIST, args![person]).await?;
    rows.into_iter().map(read).collect()
}

/// The same, inside a transaction.
pub(crate) async fn held_in(
    tx: &mut Tx,
    person: PersonId,
) -> Result<Vec<RecordedBestInterests>, StoreError> {
    let rows: Vec<Row> = tx.all(LIST, args![person]).await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<RecordedBestInterests, StoreError> {
    let corrupt = || StoreError::Corrupt("best-interests decision");
    let signature = match (row.signed_by, row.signed_at) {
        (Some(by), Some(at)) => Some(Signature {
            by,
            at,
            note: row.note,
        }),
        _ => None,
    };
    Ok(RecordedBestInterests {
        public_id: PublicId(row.public_id),
        assessment: PublicId(row.assessment),
        made: NewBestInterests {
            decision_maker: row.decision_maker,
            consultees: row.consultees,
            imca: Imca::from_code(&row.imca).ok_or_else(corrupt)?,
            imca_why: row.imca_why,
            decision: BestInterestsDecision::from_code(&row.decision).ok_or_else(corrupt)?,
            reasons: row.reasons,
        },
        author: row.author.into(),
        recorded_by: row.recorded_by,
        recorded_at: row.recorded_at,
        signature,
    })
}
