//! What is recorded about somebody's age: now, at exploitation, at an alleged act.

use heyrick_domain::age::{AgeError, AgeFact, AgeStatus, AtWhat, Basis, NewAge};
use heyrick_domain::id::{PersonId, PublicId};
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;

use crate::db::{DbError, Sql};
use crate::fact::{self, RecordedAge};
use crate::journal::Action as Did;
use crate::{Store, StoreError, Tx, args};

/// Why ages were not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordAgeError {
    /// The rule refused one of them.
    #[error(transparent)]
    Rule(AgeError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for RecordAgeError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Records what is believed or was found about ages, all of them or none, each of another time.
/// `Ok(false)` when there is no such person to see.
///
/// # Errors
/// [`RecordAgeError::Rule`] for what cannot be; [`StoreError::NotAllowed`] when the viewer may not;
/// [`StoreError::Refused`] with `age-error-none` or `age-error-twice`.
pub async fn record_ages(
    store: &Store,
    viewer: &Viewer,
    person: &PublicId,
    new: &[NewAge],
) -> Result<bool, RecordAgeError> {
    const INSERT: Sql = Sql::new(
        "insert into ages (id, person_id, at_what, value, basis, basis_words, settled_on, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    );
    let Some(mut recording) = fact::begin(store, viewer, Action::RecordFacts, person).await? else {
        return Ok(false);
    };
    if new.is_empty() {
        return Err(StoreError::Refused("age-error-none").into());
    }
    for (place, one) in new.iter().enumerate() {
        one.check(store.today()).map_err(RecordAgeError::Rule)?;
        if new[..place]
            .iter()
            .any(|other| other.at_what == one.at_what)
        {
            return Err(StoreError::Refused("age-error-twice").into());
        }
        let values = args![
            store.new_id()?,
            recording.person,
            one.at_what.code(),
            one.value.code(),
            one.basis.code(),
            fact::trimmed(one.basis_words.as_deref()),
            one.settled_on,
            viewer.user,
            recording.at
        ];
        recording.tx.exec(INSERT, values).await?;
        recording.wrote(Did::AgeRecorded, one.at_what.code(), one);
    }
    fact::recorded(store, viewer, recording).await?;
    Ok(true)
}

#[derive(sqlx::FromRow)]
struct Row {
    at_what: String,
    value: String,
    basis: String,
    basis_words: Option<String>,
    settled_on: Option<String>,
    recorded_at: i64,
    recorded_by: String,
}

const LIST: Sql = Sql::new(
    "select a.at_what, a.value, a.basis, a.basis_words, a.settled_on, a.recorded_at, u.display_name as recorded_by
     from ages a join users u on u.id = a.recorded_by
     where a.person_id = $1 order by a.recorded_at, a.id",
);

/// Everything recorded about somebody's ages. The caller was let in already.
pub(crate) async fn ages_of(
    store: &Store,
    person: PersonId,
) -> Result<Vec<RecordedAge>, StoreError> {
    let rows: Vec<Row> = store.db.all(LIST, args![person]).await?;
    rows.into_iter().map(read).collect()
}

/// The same, inside a transaction.
pub(crate) async fn ages_in(tx: &mut Tx, person: PersonId) -> Result<Vec<RecordedAge>, StoreError> {
    let rows: Vec<Row> = tx.all(LIST, args![person]).await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<RecordedAge, StoreError> {
    let corrupt = StoreError::Corrupt("age");
    let (Some(at_what), Some(value), Some(basis)) = (
        AtWhat::from_code(&row.at_what),
        AgeStatus::from_code(&row.value),
        Basis::from_code(&row.basis),
    ) else {
        return Err(corrupt);
    };
    Ok(RecordedAge {
        fact: AgeFact {
            at_what,
            value,
            basis,
            settled_on: fact::read_day(row.settled_on, "age")?,
            recorded_at: row.recorded_at,
        },
        basis_words: row.basis_words,
        recorded_by: row.recorded_by,
    })
}
