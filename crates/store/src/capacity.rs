//! Assessments of capacity: dated, about one decision, with what was seen and what was done to help.

use heyrick_domain::age::AgeStatus;
use heyrick_domain::capacity::{
    CapacityAssessment, CapacityError, CapacityOutcome, Temporary, consent_follows,
};
use heyrick_domain::consent::{Consent, ConsentItem, ConsentValue};
use heyrick_domain::id::{PersonId, PublicId};
use heyrick_domain::london;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;
use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::db::{DbError, Sql};
use crate::fact::{self, RecordedAssessment, Recording};
use crate::journal::Action as Did;
use crate::{Store, StoreError, Tx, args, consent};

/// Why an assessment was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordCapacityError {
    /// The rule refused.
    #[error(transparent)]
    Rule(#[from] CapacityError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for RecordCapacityError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Records an assessment, and what it means for the question whether they may be referred. Returns its
/// name in the API; `Ok(None)` when there is no such person to see.
///
/// # Errors
/// [`RecordCapacityError::Rule`] for what is missing; [`StoreError::NotAllowed`] when the viewer may not.
pub async fn record_assessment(
    store: &Store,
    viewer: &Viewer,
    person: &PublicId,
    new: &CapacityAssessment,
) -> Result<Option<PublicId>, RecordCapacityError> {
    const INSERT: Sql = Sql::new(
        "insert into capacity_assessments (id, public_id, person_id, assessor, assessed_on, decision_asked, functional,
             diagnostic, support_given, outcome, temporary, reassess_on, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    );
    let Some(mut recording) = fact::begin(store, viewer, Action::RecordFacts, person).await? else {
        return Ok(None);
    };
    new.check(store.today())?;
    let public_id = store.new_public_id()?;
    let values = args![
        store.new_id()?,
        &public_id,
        recording.person,
        new.assessor.trim(),
        new.assessed_on,
        new.decision_asked.trim(),
        new.functional.trim(),
        new.diagnostic.trim(),
        new.support_given.trim(),
        new.outcome.code(),
        new.temporary.code(),
        new.reassess_on,
        viewer.user,
        recording.at
    ];
    recording.tx.exec(INSERT, values).await?;
    recording.wrote(Did::CapacityRecorded, "capacity_assessment", new);
    let person = recording.person;
    let held = consent::held_in(&mut recording.tx, person, ConsentItem::NrmEntry).await?;
    if let Some(value) = consent_follows(new, recording.age, held) {
        answer_follows(store, viewer, &mut recording, new, value).await?;
    }
    tasks_follow(store, viewer, &mut recording, new).await?;
    fact::recorded(store, viewer, recording).await?;
    Ok(Some(public_id))
}

/// Records that somebody could not be asked in any real sense, or can be asked again.
async fn answer_follows(
    store: &Store,
    viewer: &Viewer,
    recording: &mut Recording,
    new: &CapacityAssessment,
    value: ConsentValue,
) -> Result<(), StoreError> {
    let answer = Consent {
        item: ConsentItem::NrmEntry,
        value,
        asked_at: asked_at(new.assessed_on, store.now()),
        explained_by: new.assessor.clone(),
        language: None,
        interpreter: None,
        interpreter_chosen: false,
        interpreter_why: None,
        method: None,
        explanation_version: None,
        notice_version: None,
        reason: None,
    };
    consent::write(store, viewer, recording, &answer).await?;
    Ok(())
}

/// Who lacks capacity is assessed again on the day named, and an adult is referred to the local authority
/// (Care Act 2014 s.42); who has it needs nobody to decide for them.
async fn tasks_follow(
    store: &Store,
    viewer: &Viewer,
    recording: &mut Recording,
    new: &CapacityAssessment,
) -> Result<(), StoreError> {
    let kind = TaskKind::ReassessCapacity;
    // A child's local authority is told as every child's is.
    let adult = recording.age == Some(AgeStatus::Adult);
    if adult && new.outcome == CapacityOutcome::LacksCapacity {
        let care = TaskKind::AdultSocialCare;
        let owner = Some(viewer.user);
        recording.raise(store, viewer, care, None, owner).await?;
    }
    match (new.outcome, new.reassess_on) {
        (CapacityOutcome::LacksCapacity, Some(day)) => {
            let due = london::ends(day).as_microsecond();
            recording
                .raise(store, viewer, kind, Some(due), Some(viewer.user))
                .await
        }
        (CapacityOutcome::LacksCapacity, None) => Ok(()),
        (CapacityOutcome::HasCapacity, _) => {
            recording.settle(store, viewer, kind).await?;
            recording
                .settle(store, viewer, TaskKind::SignBestInterests)
                .await
        }
    }
}

/// The minute an assessment counts from: now, or the last minute of an earlier day, so that an answer
/// given since still holds. Pages take times to the minute.
fn asked_at(assessed_on: Date, now: i64) -> i64 {
    const MINUTE: i64 = 60_000_000;
    let end = london::begins(assessed_on.saturating_add(1.day())).as_microsecond() - MINUTE;
    end.min(now - now.rem_euclid(MINUTE))
}

#[derive(sqlx::FromRow)]
struct Row {
    public_id: String,
    assessor: String,
    assessed_on: String,
    decision_asked: String,
    functional: String,
    diagnostic: String,
    support_given: String,
    outcome: String,
    temporary: String,
    reassess_on: Option<String>,
    recorded_by: String,
    recorded_at: i64,
}

const LIST: Sql = Sql::new(
    "select a.public_id, a.assessor, a.assessed_on, a.decision_asked, a.functional, a.diagnostic, a.support_given,
     a.outcome, a.temporary, a.reassess_on, a.recorded_at, u.display_name as recorded_by
     from capacity_assessments a join users u on u.id = a.recorded_by
     where a.person_id = $1 order by a.recorded_at, a.id",
);

/// Every assessment, in the order recorded. The caller was let in already.
pub(crate) async fn assessments_of(
    store: &Store,
    person: PersonId,
) -> Result<Vec<RecordedAssessment>, StoreError> {
    let rows: Vec<Row> = store.db.all(LIST, args![person]).await?;
    rows.into_iter().map(read).collect()
}

/// The same, inside a transaction.
pub(crate) async fn assessments_in(
    tx: &mut Tx,
    person: PersonId,
) -> Result<Vec<RecordedAssessment>, StoreError> {
    let rows: Vec<Row> = tx.all(LIST, args![person]).await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<RecordedAssessment, StoreError> {
    const WHAT: &str = "capacity assessment";
    let corrupt = || StoreError::Corrupt(WHAT);
    Ok(RecordedAssessment {
        public_id: PublicId(row.public_id),
        assessment: CapacityAssessment {
            assessor: row.assessor,
            assessed_on: fact::read_day(Some(row.assessed_on), WHAT)?.ok_or_else(corrupt)?,
            decision_asked: row.decision_asked,
            functional: row.functional,
            diagnostic: row.diagnostic,
            support_given: row.support_given,
            outcome: CapacityOutcome::from_code(&row.outcome).ok_or_else(corrupt)?,
            temporary: Temporary::from_code(&row.temporary).ok_or_else(corrupt)?,
            reassess_on: fact::read_day(row.reassess_on, WHAT)?,
        },
        recorded_by: row.recorded_by,
        recorded_at: row.recorded_at,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_assessment_counts_from_its_own_day_and_never_from_later() {
        let micros = |text: &str| text.parse::<Timestamp>().unwrap().as_microsecond();
        let now = micros("2026-10-05T11:30:29Z");
        assert_eq!(
            asked_at(date(2026, 10, 5), now),
            micros("2026-10-05T11:30:00Z")
        );
        assert_eq!(
            asked_at(date(2026, 10, 4), now),
            micros("2026-10-04T22:59:00Z"),
            "the day ends in London"
        );
    }
}
