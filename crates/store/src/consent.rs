//! What somebody answered about consent, item by item; several answers of one conversation together.

use heyrick_domain::consent::{
    Consent, ConsentError, ConsentItem, ConsentValue, Interpreter, Method,
};
use heyrick_domain::id::{PersonId, PublicId};
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;

use crate::db::{DbError, Sql};
use crate::fact::{self, RecordedConsent, Recording};
use crate::journal::Action as Did;
use crate::{Store, StoreError, Tx, args};

/// Why answers were not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordConsentError {
    /// The rule refused the answer at this place of the list.
    #[error("answer {at}: {error}")]
    Rule {
        /// Which answer, counted from 0.
        at: usize,
        /// Why.
        error: ConsentError,
    },
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for RecordConsentError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Records answers, all of them or none, each to another question. Returns their names in the API, in
/// the same order; `Ok(None)` when there is no such person to see.
///
/// # Errors
/// [`RecordConsentError::Rule`] for what cannot be; [`StoreError::NotAllowed`] when the viewer may not;
/// [`StoreError::Refused`] with `consent-error-none` or `consent-error-twice`.
pub async fn record_consents(
    store: &Store,
    viewer: &Viewer,
    person: &PublicId,
    new: &[Consent],
) -> Result<Option<Vec<PublicId>>, RecordConsentError> {
    let Some(mut recording) = fact::begin(store, viewer, Action::RecordFacts, person).await? else {
        return Ok(None);
    };
    if new.is_empty() {
        return Err(StoreError::Refused("consent-error-none").into());
    }
    let before: Vec<Consent> = consents_in(&mut recording.tx, recording.person)
        .await?
        .into_iter()
        .map(|one| one.consent)
        .collect();
    let mut names = Vec::new();
    for (at, one) in new.iter().enumerate() {
        one.check(recording.age, store.now())
            .and_then(|()| one.check_beside(new, &before))
            .map_err(|error| RecordConsentError::Rule { at, error })?;
        if new[..at].iter().any(|other| other.item == one.item) {
            return Err(StoreError::Refused("consent-error-twice").into());
        }
        names.push(write(store, viewer, &mut recording, one).await?);
    }
    fact::recorded(store, viewer, recording).await?;
    Ok(Some(names))
}

/// Writes one answer, checked already, with its journal event.
pub(crate) async fn write(
    store: &Store,
    viewer: &Viewer,
    recording: &mut Recording,
    new: &Consent,
) -> Result<PublicId, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into consents (id, public_id, person_id, item, value, asked_at, explained_by, language, interpreter,
             interpreter_chosen_by_person, interpreter_why, method, explanation_version, notice_version, reason,
             recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    );
    let public_id = store.new_public_id()?;
    let values = args![
        store.new_id()?,
        &public_id,
        recording.person,
        new.item.code(),
        new.value.code(),
        new.asked_at,
        new.explained_by.trim(),
        fact::trimmed(new.language.as_deref()),
        new.interpreter.map(Interpreter::code),
        new.interpreter_chosen,
        fact::trimmed(new.interpreter_why.as_deref()),
        new.method.map(Method::code),
        fact::trimmed(new.explanation_version.as_deref()),
        fact::trimmed(new.notice_version.as_deref()),
        fact::trimmed(new.reason.as_deref()),
        viewer.user,
        recording.at
    ];
    recording.tx.exec(INSERT, values).await?;
    recording.wrote(Did::ConsentRecorded, new.item.code(), new);
    Ok(public_id)
}

/// The answer that holds, inside a transaction.
pub(crate) async fn held_in(
    tx: &mut Tx,
    person: PersonId,
    item: ConsentItem,
) -> Result<Option<ConsentValue>, StoreError> {
    const HELD: Sql = Sql::new(
        "select value from consents where person_id = $1 and item = $2
         order by asked_at desc, recorded_at desc, id desc limit 1",
    );
    let row: Option<(String,)> = tx.opt(HELD, args![person, item.code()]).await?;
    row.map(|row| ConsentValue::from_code(&row.0).ok_or(StoreError::Corrupt("consent")))
        .transpose()
}

#[derive(sqlx::FromRow)]
struct Row {
    public_id: String,
    item: String,
    value: String,
    asked_at: i64,
    explained_by: String,
    language: Option<String>,
    interpreter: Option<String>,
    interpreter_chosen_by_person: bool,
    interpreter_why: Option<String>,
    method: Option<String>,
    explanation_version: Option<String>,
    notice_version: Option<String>,
    reason: Option<String>,
    recorded_by: String,
    recorded_at: i64,
}

const LIST: Sql = Sql::new(
    "select c.public_id, c.item, c.value, c.asked_at, c.explained_by, c.language, c.interpreter,
     c.interpreter_chosen_by_person, c.interpreter_why, c.method, c.explanation_version, c.notice_version, c.reason,
     c.recorded_at,
     u.display_name as recorded_by
     from consents c join users u on u.id = c.recorded_by
     where c.person_id = $1 order by c.asked_at, c.recorded_at, c.id",
);

/// Every answer, in the order they were asked. The caller was let in already.
pub(crate) async fn consents_of(
    store: &Store,
    person: PersonId,
) -> Result<Vec<RecordedConsent>, StoreError> {
    let rows: Vec<Row> = store.db.all(LIST, args![person]).await?;
    rows.into_iter().map(read).collect()
}

/// The same, inside a transaction.
pub(crate) async fn consents_in(
    tx: &mut Tx,
    person: PersonId,
) -> Result<Vec<RecordedConsent>, StoreError> {
    let rows: Vec<Row> = tx.all(LIST, args![person]).await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<RecordedConsent, StoreError> {
    let corrupt = || StoreError::Corrupt("consent");
    let interpreter = row.interpreter.as_deref();
    let method = row.method.as_deref();
    Ok(RecordedConsent {
        public_id: PublicId(row.public_id),
        consent: Consent {
            item: ConsentItem::from_code(&row.item).ok_or_else(corrupt)?,
            value: ConsentValue::from_code(&row.value).ok_or_else(corrupt)?,
            asked_at: row.asked_at,
            explained_by: row.explained_by,
            language: row.language,
            interpreter: interpreter
                .map(|code| Interpreter::from_code(code).ok_or_else(corrupt))
                .transpose()?,
            interpreter_chosen: row.interpreter_chosen_by_person,
            interpreter_why: row.interpreter_why,
            method: method
                .map(|code| Method::from_code(code).ok_or_else(corrupt))
                .transpose()?,
            explanation_version: row.explanation_version,
            notice_version: row.notice_version,
            reason: row.reason,
        },
        recorded_by: row.recorded_by,
        recorded_at: row.recorded_at,
    })
}
